//! Links that set a password: for one who forgot it, and for one who is invited.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, post};
use domain::PersonId;
use wire::{PasswordLinkView, RedeemRequest, ResetRequest};

use super::people::WRITERS;
use super::{OnceHeader, Problems};
use crate::app::{App, Once};
use crate::auth::{Present, require};
use crate::error::Failure;
use crate::http::headers::client_address;
use crate::http::{Answer, Caller, Parsed};

/// Ask for a new password.
///
/// A link goes by mail to whoever may sign in by this address, good once and for an hour. The answer is the same for every address.
#[utoipa::path(
    tag = "account",
    request_body = ResetRequest,
    responses((status = ACCEPTED, description = "If the address is in the directory, a link is on its way.", body = PasswordLinkView), Problems)
)]
#[post("/password-resets")]
pub async fn create_password_reset(app: Data<App>, request: HttpRequest, body: Parsed<ResetRequest>) -> Result<Answer, Failure> {
    let ResetRequest { email } = body.0;
    app.throttle.try_reset(email.as_str(), client_address(&request, &app.config.trusted_proxies))?;
    Ok(app.request_reset(email))
}

/// Choose a password by a link.
///
/// Every session of the person ends, and every other link. A password that is too weak does not use the link up.
#[utoipa::path(
    tag = "account",
    request_body = RedeemRequest,
    responses((status = NO_CONTENT, description = "It is the password now: sign in."), Problems)
)]
#[post("/password-resets/redeem")]
pub async fn update_forgotten_password(app: Data<App>, request: HttpRequest, body: Parsed<RedeemRequest>) -> Result<Answer, Failure> {
    app.throttle.try_address(client_address(&request, &app.config.trusted_proxies))?;
    let redemption = body.0.clone();
    app.run(move |app| app.check_redemption(&redemption)).await?;
    let RedeemRequest { token, password } = body.0;
    let hash = app.passwords.hash(password).await?;
    app.run(move |app| app.redeem_reset(&token, hash)).await
}

/// Invite a person.
///
/// A link goes to them by mail, good once and for seven days: they choose their password by it.
#[utoipa::path(
    tag = "records",
    params(
        ("id" = i64, Path, description = "The person."),
        OnceHeader
    ),
    responses((status = ACCEPTED, description = "The link is on its way.", body = PasswordLinkView), Problems),
    security(("token" = []))
)]
#[post("/people/{id}/invitation")]
pub async fn create_invitation(app: Data<App>, caller: Present, id: Path<PersonId>, headers: Caller) -> Result<Answer, Failure> {
    require(&caller, WRITERS)?;
    let id = *id;
    let once = headers.idempotency_key.map(|key| Once::new(caller.person, format!("POST /people/{id}/invitation"), key, b""));
    app.run(move |app| app.invite_person(id, once)).await
}
