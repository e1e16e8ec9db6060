//! Saved views of the list.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, delete, get, post, put};
use wire::{Page, SavedView, SavedViewRequest};

use super::people::ChangesQuery;
use super::{OnceHeader, Problems, once};
use crate::app::App;
use crate::auth::Signed;
use crate::error::Failure;
use crate::http::{Answer, Body, Caller, IfMatch, Parsed, read_query};

/// List saved views.
///
/// One's own first, then those that others share; each by name. What is shared is for the people of IT, the auditor and the administrator.
#[utoipa::path(
    tag = "tickets",
    params(ChangesQuery),
    responses((status = OK, description = "A page.", body = Page<SavedView>), Problems),
    security(("token" = []))
)]
#[get("/views")]
pub async fn list_views(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    let query: ChangesQuery = read_query(&request)?;
    app.run(move |app| app.list_views(&caller, query.cursor.as_deref(), query.limit)).await
}

/// Keep a view of the list.
///
/// Its filters are the query of `GET /tickets`, and are looked at as there. A person has up to 50, each with a name of its own; those of IT may share.
#[utoipa::path(
    tag = "tickets",
    params(OnceHeader),
    request_body = SavedViewRequest,
    responses((status = CREATED, description = "The view.", body = SavedView), Problems),
    security(("token" = []))
)]
#[post("/views")]
pub async fn create_view(app: Data<App>, caller: Signed, headers: Caller, body: Body) -> Result<Answer, Failure> {
    let once = once(&caller, &headers, "POST /views".into(), &body.0);
    let request = body.parse()?;
    app.run(move |app| app.create_view(&caller, request, once)).await
}

/// Read a saved view.
///
/// One's own, or one that is shared.
#[utoipa::path(
    tag = "tickets",
    params(("id" = i64, Path, description = "The view.")),
    responses((status = OK, description = "The view.", body = SavedView), Problems),
    security(("token" = []))
)]
#[get("/views/{id}")]
pub async fn read_view(app: Data<App>, caller: Signed, id: Path<i64>) -> Result<Answer, Failure> {
    app.run(move |app| app.read_view(&caller, *id)).await
}

/// Write a saved view whole.
///
/// One's own. Of another's that is shared, the administrator may take the sharing away, and nothing else.
#[utoipa::path(
    tag = "tickets",
    params(("id" = i64, Path, description = "The view."), ("If-Match" = String, Header, description = "The ETag of the view as it was read.")),
    request_body = SavedViewRequest,
    responses((status = OK, description = "The view after it.", body = SavedView), Problems),
    security(("token" = []))
)]
#[put("/views/{id}")]
pub async fn update_view(
    app: Data<App>,
    caller: Signed,
    id: Path<i64>,
    expected: IfMatch,
    body: Parsed<SavedViewRequest>,
) -> Result<Answer, Failure> {
    app.run(move |app| app.update_view(&caller, *id, expected, body.0)).await
}

/// Delete a saved view.
///
/// One's own; the administrator also one that another shares. No ticket changes by it.
#[utoipa::path(
    tag = "tickets",
    params(("id" = i64, Path, description = "The view."), ("If-Match" = String, Header, description = "The ETag of the view as it was read.")),
    responses((status = NO_CONTENT, description = "It is gone."), Problems),
    security(("token" = []))
)]
#[delete("/views/{id}")]
pub async fn delete_view(app: Data<App>, caller: Signed, id: Path<i64>, expected: IfMatch) -> Result<Answer, Failure> {
    app.run(move |app| app.delete_view(&caller, *id, expected)).await
}
