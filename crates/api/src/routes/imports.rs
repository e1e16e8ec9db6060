//! People and areas from CSV files.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use serde::Deserialize;
use wire::ImportView;

use super::Problems;
use super::people::WRITERS;
use crate::app::App;
use crate::auth::{Signed, require};
use crate::error::Failure;
use crate::http::body::Csv;
use crate::http::{Answer, language, read_query};

/// How a file is taken.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Only what would become of each row; nothing is written.
    #[serde(default)]
    pub dry_run: Option<bool>,
}

/// Import people.
///
/// From CSV: UTF-8, UTF-16 with its mark, or Windows-1252; commas, semicolons or tabs; headers in Spanish or English (`name`, `email`, `post`, `area`, `extension`,
/// `phone`, `place`, `language`, `roles`, `is_active`). People are matched by their address. All rows or none; with `dry_run`, what would become of
/// each.
#[utoipa::path(
    tag = "records",
    params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = OK, description = "What became of each row, or would.", body = ImportView), Problems),
    security(("token" = []))
)]
#[post("/imports/people")]
pub async fn create_people_import(app: Data<App>, caller: Signed, request: HttpRequest, file: Csv) -> Result<Answer, Failure> {
    require(&caller, WRITERS)?;
    let query: ImportQuery = read_query(&request)?;
    let language = language(&request);
    app.run(move |app| app.import_people(&caller, &file.0, query.dry_run.unwrap_or(false), language)).await
}

/// Import areas.
///
/// From CSV, as people are (`code`, `name`, `parent`, `head`, `is_reserved`, `ended_on`). Areas are matched by their code; `parent` is a code, which
/// another row may have; `head` is an address. All rows or none; with `dry_run`, what would become of each.
#[utoipa::path(
    tag = "records",
    params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = OK, description = "What became of each row, or would.", body = ImportView), Problems),
    security(("token" = []))
)]
#[post("/imports/areas")]
pub async fn create_areas_import(app: Data<App>, caller: Signed, request: HttpRequest, file: Csv) -> Result<Answer, Failure> {
    require(&caller, WRITERS)?;
    let query: ImportQuery = read_query(&request)?;
    let language = language(&request);
    app.run(move |app| app.import_areas(&caller, &file.0, query.dry_run.unwrap_or(false), language)).await
}
