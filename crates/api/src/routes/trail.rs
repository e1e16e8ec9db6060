//! The trail, as pages and as a file.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use domain::Role;
use wire::{Page, TrailQuery, TrailView};

use super::Problems;
use crate::app::App;
use crate::auth::{Signed, require};
use crate::error::Failure;
use crate::http::{Answer, csv, read_query};

/// The auditor reads all of it, the administrator all but the tickets.
const TRAIL_READERS: &[Role] = &[Role::Auditor, Role::Admin];

/// Read the trail.
///
/// Every event of every ticket, every change of every record and every sign-in, the newest first. The administrator gets no tickets.
#[utoipa::path(
    tag = "records",
    params(TrailQuery),
    responses((status = OK, description = "A page, the newest entry first.", body = Page<TrailView>), Problems),
    security(("token" = []))
)]
#[get("/trail")]
pub async fn list_trail(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, TRAIL_READERS)?;
    let query: TrailQuery = read_query(&request)?;
    app.run(move |app| app.list_trail(&caller, &query)).await
}

/// Export the trail.
///
/// As CSV (RFC 4180), 100,000 entries at most: a last line whose entity is «more» says that there are others; ask for fewer days. Cells that a
/// spreadsheet would take for formulas begin with an apostrophe. Instants are of Lima.
#[utoipa::path(
    tag = "records",
    params(TrailQuery),
    responses(
        (
            status = OK,
            description = "The entries, one a line.",
            body = String,
            content_type = "text/csv",
            example = "at,by,by_name,entity,id,number,name,address,request,token,token_name,before,after\r\n2026-10-14 09:05:00-05:00,7,Rosa María Quispe Huamán,ticket,112,3,solution_confirmed,192.0.2.7,5f2b8c0d9a7e4136,,,,{}\r\n"
        ),
        Problems
    ),
    security(("token" = []))
)]
#[get("/trail.csv")]
pub async fn read_trail_file(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<HttpResponse, Failure> {
    require(&caller, TRAIL_READERS)?;
    let query: TrailQuery = read_query(&request)?;
    let export = app.run(move |app| app.export_trail(&caller, &query)).await?;
    csv::streamed(app, export, "trail.csv").await
}
