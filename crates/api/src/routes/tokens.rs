//! Access tokens for integrations.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, delete, get, post};
use wire::{NewTokenView, Page, TokenView};

use super::people::{ChangesQuery, HISTORIANS, WRITERS};
use super::{OnceHeader, Problems};
use crate::app::{App, Once};
use crate::auth::{Present, require};
use crate::error::Failure;
use crate::http::{Answer, Body, Caller, read_query};

/// List my access tokens.
///
/// Also those that were revoked or have expired; never their secrets. With a session alone.
#[utoipa::path(
    tag = "account",
    params(ChangesQuery),
    responses((status = OK, description = "A page, the newest first.", body = Page<TokenView>), Problems),
    security(("token" = []))
)]
#[get("/me/tokens")]
pub async fn list_my_tokens(app: Data<App>, caller: Present, request: HttpRequest) -> Result<Answer, Failure> {
    let query: ChangesQuery = read_query(&request)?;
    app.run(move |app| app.list_my_tokens(&caller, query.cursor.as_deref(), query.limit)).await
}

/// Make an access token.
///
/// Its secret is shown this once, and kept by nobody: a repetition under the same key is told `already_created`. With a session alone.
#[utoipa::path(
    tag = "account",
    params(OnceHeader),
    request_body = wire::TokenRequest,
    responses((status = CREATED, description = "The token, and its secret.", body = NewTokenView), Problems),
    security(("token" = []))
)]
#[post("/me/tokens")]
pub async fn create_my_token(app: Data<App>, caller: Present, headers: Caller, body: Body) -> Result<Answer, Failure> {
    let once = headers.idempotency_key.map(|key| Once::new(caller.person, "POST /me/tokens".into(), key, &body.0));
    let request = body.parse()?;
    app.run(move |app| app.create_token(&caller, request, once)).await
}

/// Revoke one of my access tokens.
///
/// What was revoked stays so; asking again changes nothing. With a session alone.
#[utoipa::path(
    tag = "account",
    params(("id" = i64, Path, description = "The token.")),
    responses((status = NO_CONTENT, description = "It is good for nothing now."), Problems),
    security(("token" = []))
)]
#[delete("/me/tokens/{id}")]
pub async fn delete_my_token(app: Data<App>, caller: Present, id: Path<i64>) -> Result<Answer, Failure> {
    app.run(move |app| app.revoke_my_token(&caller, *id)).await
}

/// List access tokens.
///
/// Everybody's, also those that were revoked or have expired; never their secrets.
#[utoipa::path(
    tag = "account",
    params(ChangesQuery),
    responses((status = OK, description = "A page, the newest first.", body = Page<TokenView>), Problems),
    security(("token" = []))
)]
#[get("/access-tokens")]
pub async fn list_access_tokens(app: Data<App>, caller: Present, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, HISTORIANS)?;
    let query: ChangesQuery = read_query(&request)?;
    app.run(move |app| app.list_all_tokens(query.cursor.as_deref(), query.limit)).await
}

/// Revoke an access token.
///
/// Of anybody. The person may make another; who should not is disabled.
#[utoipa::path(
    tag = "account",
    params(("id" = i64, Path, description = "The token.")),
    responses((status = NO_CONTENT, description = "It is good for nothing now."), Problems),
    security(("token" = []))
)]
#[delete("/access-tokens/{id}")]
pub async fn delete_access_token(app: Data<App>, caller: Present, id: Path<i64>) -> Result<Answer, Failure> {
    require(&caller, WRITERS)?;
    app.run(move |app| app.revoke_any_token(&caller, *id)).await
}
