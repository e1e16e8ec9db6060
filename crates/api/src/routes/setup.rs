//! The first administrator.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use wire::{SessionView, SetupRequest, SetupView};

use super::Problems;
use super::session::opened;
use crate::app::App;
use crate::error::Failure;
use crate::http::headers::client_address;
use crate::http::{Answer, Parsed};

/// Read whether the system waits for its first administrator.
///
/// If so, the server printed a link at its start that sets one up.
#[utoipa::path(tag = "account", responses((status = OK, description = "Whether it does.", body = SetupView), Problems))]
#[get("/setup")]
pub async fn read_setup(app: Data<App>) -> Result<Answer, Failure> {
    app.run(|app| app.read_setup()).await
}

/// Set up the first administrator.
///
/// With the token of the link that the server printed at its start; it makes the agency's first area, too. Works once.
#[utoipa::path(
    tag = "account",
    request_body = SetupRequest,
    responses((status = CREATED, description = "Signed in.", body = SessionView), Problems)
)]
#[post("/setup")]
pub async fn create_setup(app: Data<App>, request: HttpRequest, body: Parsed<SetupRequest>) -> Result<HttpResponse, Failure> {
    app.throttle.try_address(client_address(&request, &app.config.trusted_proxies))?;
    let setup = body.0;
    let hash = app.passwords.hash(setup.password.clone()).await?;
    let session = app.run(move |app| app.redeem_setup(setup, hash)).await?;
    Ok(opened(&app, session, HttpResponse::Created()))
}
