//! Absences, and who acts meanwhile.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get, post, put};
use wire::{AbsenceQuery, AbsenceRequest, AbsenceView, ChangeView, Page};

use super::people::{ChangesQuery, HISTORIANS};
use super::{OnceHeader, Problems, once};
use crate::app::App;
use crate::auth::{Signed, require};
use crate::error::Failure;
use crate::http::{Answer, Body, Caller, IfMatch, Parsed, read_query};

/// List absences.
///
/// Everybody's for the people of IT, the administrator and the auditor; for others those that concern them.
#[utoipa::path(
    tag = "records",
    params(AbsenceQuery),
    responses((status = OK, description = "A page, the newest first.", body = Page<AbsenceView>), Problems),
    security(("token" = []))
)]
#[get("/absences")]
pub async fn list_absences(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    let query: AbsenceQuery = read_query(&request)?;
    app.run(move |app| app.list_absences(&caller, &query)).await
}

/// Record an absence.
///
/// One's own; anybody's for the administrator; those of the people of IT for their head. Who is away from a post may name who acts («encargo»).
#[utoipa::path(
    tag = "records",
    params(OnceHeader),
    request_body = AbsenceRequest,
    responses((status = CREATED, description = "The absence.", body = AbsenceView), Problems),
    security(("token" = []))
)]
#[post("/absences")]
pub async fn create_absence(app: Data<App>, caller: Signed, headers: Caller, body: Body) -> Result<Answer, Failure> {
    let once = once(&caller, &headers, "POST /absences".into(), &body.0);
    let request = body.parse()?;
    app.run(move |app| app.create_absence(&caller, request, once)).await
}

/// Read an absence.
///
/// Also one that was cancelled.
#[utoipa::path(
    tag = "records",
    params(("id" = i64, Path, description = "The absence.")),
    responses((status = OK, description = "The absence.", body = AbsenceView), Problems),
    security(("token" = []))
)]
#[get("/absences/{id}")]
pub async fn read_absence(app: Data<App>, caller: Signed, id: Path<i64>) -> Result<Answer, Failure> {
    app.run(move |app| app.read_absence(&caller, *id)).await
}

/// Write an absence whole.
///
/// Whose it is stays. One that does not take place is cancelled, and stays on record.
#[utoipa::path(
    tag = "records",
    params(("id" = i64, Path, description = "The absence."), ("If-Match" = String, Header, description = "The ETag of the record as it was read.")),
    request_body = AbsenceRequest,
    responses((status = OK, description = "The absence after it.", body = AbsenceView), Problems),
    security(("token" = []))
)]
#[put("/absences/{id}")]
pub async fn update_absence(
    app: Data<App>,
    caller: Signed,
    id: Path<i64>,
    expected: IfMatch,
    body: Parsed<AbsenceRequest>,
) -> Result<Answer, Failure> {
    app.run(move |app| app.update_absence(&caller, *id, expected, body.0)).await
}

/// List the changes of an absence.
///
/// Who changed it, when, and the record before and after.
#[utoipa::path(
    tag = "records",
    params(("id" = i64, Path, description = "The absence."), ChangesQuery),
    responses((status = OK, description = "A page, in the order of versions.", body = Page<ChangeView>), Problems),
    security(("token" = []))
)]
#[get("/absences/{id}/history")]
pub async fn list_absence_changes(app: Data<App>, caller: Signed, id: Path<i64>, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, HISTORIANS)?;
    let query: ChangesQuery = read_query(&request)?;
    app.run(move |app| app.list_absence_changes(*id, query.cursor.as_deref(), query.limit)).await
}
