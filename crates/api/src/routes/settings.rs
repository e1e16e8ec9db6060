//! What the agency has set for itself.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get, put};
use wire::{ChangeView, DeskView, Page, SettingRequest, SettingView};

use super::Problems;
use super::people::{ChangesQuery, HISTORIANS, READERS, WRITERS};
use crate::app::App;
use crate::auth::{Signed, require};
use crate::error::Failure;
use crate::http::{Answer, IfMatch, Parsed, read_query};

/// List settings.
///
/// Each with its value in force and its default; a change holds within a minute.
#[utoipa::path(
    tag = "records",
    params(ChangesQuery),
    responses((status = OK, description = "A page, in a fixed order.", body = Page<SettingView>), Problems),
    security(("token" = []))
)]
#[get("/settings")]
pub async fn list_settings(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, READERS)?;
    let query: ChangesQuery = read_query(&request)?;
    app.run(move |app| app.list_settings(query.cursor.as_deref(), query.limit)).await
}

/// Read a setting.
///
/// With the ETag that a change of it needs, also where it was never set.
#[utoipa::path(
    tag = "records",
    params(("name" = String, Path, description = "The setting.")),
    responses((status = OK, description = "The setting.", body = SettingView), Problems),
    security(("token" = []))
)]
#[get("/settings/{name}")]
pub async fn read_setting(app: Data<App>, caller: Signed, name: Path<String>) -> Result<Answer, Failure> {
    require(&caller, READERS)?;
    app.run(move |app| app.read_setting(&name)).await
}

/// Set a value.
///
/// Null is the default again. What is fixed for a ticket when it is closed, or when its person is asked, stays as it was.
#[utoipa::path(
    tag = "records",
    params(("name" = String, Path, description = "The setting."), ("If-Match" = String, Header, description = "The ETag of the setting as it was read.")),
    request_body = SettingRequest,
    responses((status = OK, description = "The setting after it.", body = SettingView), Problems),
    security(("token" = []))
)]
#[put("/settings/{name}")]
pub async fn update_setting(
    app: Data<App>,
    caller: Signed,
    name: Path<String>,
    expected: IfMatch,
    body: Parsed<SettingRequest>,
) -> Result<Answer, Failure> {
    require(&caller, WRITERS)?;
    app.run(move |app| app.update_setting(&caller, name.into_inner(), expected, body.0)).await
}

/// List the changes of a setting.
///
/// Who set what and when.
#[utoipa::path(
    tag = "records",
    params(("name" = String, Path, description = "The setting."), ChangesQuery),
    responses((status = OK, description = "A page, in the order of versions.", body = Page<ChangeView>), Problems),
    security(("token" = []))
)]
#[get("/settings/{name}/history")]
pub async fn list_setting_changes(app: Data<App>, caller: Signed, name: Path<String>, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, HISTORIANS)?;
    let query: ChangesQuery = read_query(&request)?;
    app.run(move |app| app.list_setting_changes(&name, query.cursor.as_deref(), query.limit)).await
}

/// Read how the help desk is reached.
///
/// For everybody who is signed in: what the agency has set, as pages and mails say it.
#[utoipa::path(
    tag = "account",
    responses((status = OK, description = "What is set.", body = DeskView), Problems),
    security(("token" = []))
)]
#[get("/desk")]
pub async fn read_desk(app: Data<App>, _caller: Signed) -> Result<Answer, Failure> {
    app.run(App::read_desk).await
}
