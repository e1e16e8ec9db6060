//! Figures: follow-up by summaries and executive charts (P-TI-04, 6.1). For the people of IT, the auditor, and the heads of areas for their own.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use wire::{
    BreakdownBy, BreakdownReport, DecisionsReport, LoadReport, ReportQuery, ResolutionReport, TimesReport, VolumeReport, WaitingReport,
};

use super::Problems;
use crate::app::App;
use crate::app::reports::Report;
use crate::auth::Signed;
use crate::error::{Code, Failure};
use crate::http::{Answer, csv, language, read_query};

/// Read the volume.
///
/// Received, solved, ended and pending, month by month, with the days before to compare with.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses((status = OK, description = "The report.", body = VolumeReport), Problems),
    security(("token" = []))
)]
#[get("/reports/volume")]
pub async fn read_volume_report(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    read(app, caller, request, Report::Volume).await
}

/// Read who solved.
///
/// Solved at the desk, at level 1, at level 2, by a provider; or not.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses((status = OK, description = "The report.", body = ResolutionReport), Problems),
    security(("token" = []))
)]
#[get("/reports/resolution")]
pub async fn read_resolution_report(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    read(app, caller, request, Report::Resolution).await
}

/// Read the times.
///
/// To attend and to solve: the median and the 90th percentile, in seconds.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses((status = OK, description = "The report.", body = TimesReport), Problems),
    security(("token" = []))
)]
#[get("/reports/times")]
pub async fn read_times_report(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    read(app, caller, request, Report::Times).await
}

/// Read where tickets wait.
///
/// Now, by phase, and for how long.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses((status = OK, description = "The report.", body = WaitingReport), Problems),
    security(("token" = []))
)]
#[get("/reports/waiting")]
pub async fn read_waiting_report(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    read(app, caller, request, Report::Waiting).await
}

/// Read the decisions.
///
/// Of activity 6: reports raised, returned, approved, rejected.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses((status = OK, description = "The report.", body = DecisionsReport), Problems),
    security(("token" = []))
)]
#[get("/reports/decisions")]
pub async fn read_decisions_report(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    read(app, caller, request, Report::Decisions).await
}

/// Read the load.
///
/// By technician: what they hold now, and what they solved.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses((status = OK, description = "The report.", body = LoadReport), Problems),
    security(("token" = []))
)]
#[get("/reports/load")]
pub async fn read_load_report(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    read(app, caller, request, Report::Load).await
}

/// Read a breakdown.
///
/// The same figures by kind, channel, service or area.
#[utoipa::path(
    tag = "reports",
    params(("by" = BreakdownBy, Path, description = "By what."), ReportQuery),
    responses((status = OK, description = "The report.", body = BreakdownReport), Problems),
    security(("token" = []))
)]
#[get("/reports/breakdown/{by}")]
pub async fn read_breakdown_report(app: Data<App>, caller: Signed, by: Path<BreakdownBy>, request: HttpRequest) -> Result<Answer, Failure> {
    read(app, caller, request, Report::Breakdown(*by)).await
}

/// Export a report.
///
/// Its table as CSV (RFC 4180), headings and names in the language of `Accept-Language`, times as hours, minutes and seconds. Cells that a
/// spreadsheet would take for formulas begin with an apostrophe.
#[utoipa::path(
    tag = "reports",
    params(
        ("report" = String, Path, description = "`volume`, `breakdown-kind`, `breakdown-channel`, `breakdown-service`, `breakdown-area`, `resolution`, `times`, `waiting`, `decisions` or `load`."),
        ReportQuery
    ),
    responses(
        (
            status = OK,
            description = "The table.",
            body = String,
            content_type = "text/csv",
            example = "Desde,Hasta,Abiertas,Atendidas,Terminadas,Pendientes\r\n2026-10-01,2026-10-31,331,333,340,14\r\n"
        ),
        Problems
    ),
    security(("token" = []))
)]
#[get("/reports/files/{report}.csv")]
pub async fn read_report_file(app: Data<App>, caller: Signed, report: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let query: ReportQuery = read_query(&request)?;
    let report_of = Report::of_name(&report).ok_or(Code::NotFound)?;
    let language = language(&request);
    let table = app.run(move |app| app.export_report(&caller, report_of, &query, language)).await?;
    let name = words::figures_file_name(&report, language).ok_or(Code::NotFound)?;
    Ok(csv::head(name).body(table))
}

async fn read(app: Data<App>, caller: Signed, request: HttpRequest, report: Report) -> Result<Answer, Failure> {
    let query: ReportQuery = read_query(&request)?;
    app.run(move |app| app.read_report(&caller, report, &query)).await
}
