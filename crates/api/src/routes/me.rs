//! One's own profile and password.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, patch, put};
use wire::{PasswordRequest, ProfileRequest, ProfileView};

use super::Problems;
use crate::app::App;
use crate::auth::{Present, Signed};
use crate::error::{Code, Failure};
use crate::http::{Answer, IfMatch, Parsed};

/// Read my profile.
///
/// With the roles and the areas headed, which decide what may be done and seen.
#[utoipa::path(
    tag = "account",
    responses((status = OK, description = "The caller.", body = ProfileView), Problems),
    security(("token" = []))
)]
#[get("/me")]
pub async fn read_me(app: Data<App>, caller: Signed) -> Result<Answer, Failure> {
    app.run(move |app| app.read_me(&caller)).await
}

/// Change my profile.
///
/// Extension, phone, place and language; the rest is the administrator's.
#[utoipa::path(
    tag = "account",
    params(("If-Match" = String, Header, description = "The ETag of the profile as it was read.")),
    request_body = ProfileRequest,
    responses((status = OK, description = "The profile after it.", body = ProfileView), Problems),
    security(("token" = []))
)]
#[patch("/me")]
pub async fn update_me(app: Data<App>, caller: Signed, expected: IfMatch, body: Parsed<ProfileRequest>) -> Result<Answer, Failure> {
    app.run(move |app| app.update_me(&caller, expected, body.0)).await
}

/// Change my password.
///
/// Every other session of mine ends. Not with an access token for integrations.
#[utoipa::path(
    tag = "account",
    request_body = PasswordRequest,
    responses((status = NO_CONTENT, description = "Changed."), Problems),
    security(("token" = []))
)]
#[put("/me/password")]
pub async fn update_my_password(app: Data<App>, caller: Present, body: Parsed<PasswordRequest>) -> Result<HttpResponse, Failure> {
    let PasswordRequest { current, new } = body.0;
    // The same limits as for signing in: a stolen access token must not try passwords at leisure.
    app.throttle.try_account(&format!("#{}", caller.person), std::net::IpAddr::from([0, 0, 0, 0]))?;
    let of = caller.clone();
    let credentials = app.run(move |app| app.find_own_credentials(&of)).await?;
    if !app.passwords.verify(current, credentials.map(|credentials| credentials.password_hash)).await? {
        return Err(Code::InvalidCredentials.into());
    }
    let hash = app.passwords.hash(new).await?;
    app.run(move |app| app.set_password(Some(caller.person), caller.person, hash, Some(caller.session))).await?;
    Ok(HttpResponse::NoContent().finish())
}
