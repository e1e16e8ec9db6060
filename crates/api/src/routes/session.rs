//! Sign in, refresh, sign out.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, delete, http::header, post};
use wire::{SessionView, SignInRequest};

use super::Problems;
use crate::app::App;
use crate::app::sessions::Opened;
use crate::auth::cookie;
use crate::error::{Code, Failure};
use crate::http::Parsed;
use crate::http::headers::client_address;

/// Sign in.
///
/// Answers an access token for 15 minutes; the refresh token travels in an HttpOnly cookie. The same answer for a wrong password and for no account.
#[utoipa::path(
    tag = "account",
    request_body = SignInRequest,
    responses((status = OK, description = "Signed in.", body = SessionView), Problems)
)]
#[post("/session")]
pub async fn create_session(app: Data<App>, request: HttpRequest, body: Parsed<SignInRequest>) -> Result<HttpResponse, Failure> {
    from_here(&app, &request)?;
    let SignInRequest { email, password } = body.0;
    app.throttle.try_account(&email, client_address(&request, &app.config.trusted_proxies))?;
    let credentials = app.run(move |app| app.find_credentials(&email)).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let is_it = app.passwords.verify(password, hash).await?;
    let credentials = credentials.filter(|_| is_it).ok_or(Code::InvalidCredentials)?;
    let session = app.run(move |app| app.open_session(&credentials)).await?;
    Ok(opened(&app, session, HttpResponse::Ok()))
}

/// Refresh the session.
///
/// By the cookie, which is replaced. The one before it is taken once more within 30 seconds; later use ends the session.
#[utoipa::path(
    tag = "account",
    responses((status = OK, description = "A new access token.", body = SessionView), Problems),
    security(("refresh" = []))
)]
#[post("/session/refresh")]
pub async fn refresh_session(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    from_here(&app, &request)?;
    let refresh = cookie::read(&request, app.config.is_https()).ok_or(Code::StaleSession)?;
    let session = app.run(move |app| app.refresh_session(&refresh)).await?;
    Ok(opened(&app, session, HttpResponse::Ok()))
}

/// Sign out.
///
/// Ends the session of the cookie; its access tokens end within a minute everywhere.
#[utoipa::path(
    tag = "account",
    responses((status = NO_CONTENT, description = "Signed out."), Problems),
    security((), ("refresh" = []))
)]
#[delete("/session")]
pub async fn delete_session(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    from_here(&app, &request)?;
    if let Some(refresh) = cookie::read(&request, app.config.is_https()) {
        app.run(move |app| app.close_session(&refresh)).await?;
    }
    Ok(HttpResponse::NoContent().cookie(cookie::clear(app.config.is_https())).finish())
}

/// The answer that opens a session: never stored by anybody on the way.
pub fn opened(app: &App, session: Opened, mut response: HttpResponseBuilder) -> HttpResponse {
    response
        .cookie(cookie::set(&session.refresh, app.config.is_https()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(session.view)
}

/// What the cookie does is asked for by our own pages alone; programs send no Origin.
fn from_here(app: &App, request: &HttpRequest) -> Result<(), Failure> {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return Ok(()) };
    let is_same_host = || {
        let host = request.headers().get(header::HOST)?.to_str().ok()?;
        let origin = origin.to_str().ok()?;
        Some(origin.split_once("://")?.1 == host)
    };
    let is_ours = origin.as_bytes() == app.config.public_url.as_bytes() || is_same_host().unwrap_or(false);
    if is_ours { Ok(()) } else { Err(Code::WrongOrigin.into()) }
}
