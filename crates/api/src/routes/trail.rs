//! The trail, as pages and as a file.

use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::Role;
use futures_util::stream;
use wire::{Page, TrailQuery, TrailView};

use super::Problems;
use crate::app::App;
use crate::auth::{Signed, require};
use crate::error::Failure;
use crate::http::{Answer, read_query};

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
/// spreadsheet would take for formulas begin with an apostrophe.
#[utoipa::path(
    tag = "records",
    params(TrailQuery),
    responses(
        (
            status = OK,
            description = "The entries, one a line.",
            body = String,
            content_type = "text/csv",
            example = "at,by,by_name,entity,id,number,name,address,request,token,token_name,before,after\r\n2026-10-14T14:05:00.004712Z,7,Rosa María Quispe Huamán,ticket,112,3,solution_confirmed,192.0.2.7,5f2b8c0d9a7e4136,,,,{}\r\n"
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
    stream_csv(app, export, "trail.csv", App::export_part).await
}

/// The next lines of a file, and what is left of it.
type Part<E> = Result<Option<(Vec<u8>, E)>, Failure>;

/// A file that is written part by part: the next lines and what is left of it, until there is nothing left.
pub async fn stream_csv<E: Send + 'static>(
    app: Data<App>,
    export: E,
    name: &str,
    part: fn(&App, E) -> Part<E>,
) -> Result<HttpResponse, Failure> {
    // The first part before the answer begins, so that what fails at once is told as a problem.
    let Some((first, rest)) = app.run(move |app| part(app, export)).await? else { return Ok(HttpResponse::NoContent().finish()) };
    let rest = stream::try_unfold((app, rest), move |(app, export)| async move {
        let part = app.run(move |app| part(app, export)).await?;
        Ok::<_, Failure>(part.map(|(bytes, rest)| (Bytes::from(bytes), (app, rest))))
    });
    let whole = futures_util::StreamExt::chain(stream::once(std::future::ready(Ok(Bytes::from(first)))), rest);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(whole))
}
