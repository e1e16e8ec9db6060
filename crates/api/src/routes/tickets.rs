//! Tickets: the procedure, over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use domain::{EventNumber, TicketId};
use serde::Deserialize;
use wire::{
    CommandsRequest, CreateTicketRequest, EventView, Page, TicketColumnsQuery, TicketCountView, TicketQuery, TicketSummary, TicketView,
    parse_commands, parse_create,
};

use super::{OnceHeader, Problems, once};
use crate::app::App;
use crate::app::execute::Asked;
use crate::auth::Signed;
use crate::error::Failure;
use crate::http::{Answer, Body, Caller, IfMatch, csv, language, read_query, read_two_queries};

/// Ask for support.
///
/// Activity 1. With `then`, the commands that follow in the same step: the fast path of a call that is solved while it lasts. All or nothing.
#[utoipa::path(
    tag = "tickets",
    params(OnceHeader),
    request_body = CreateTicketRequest,
    responses((status = CREATED, description = "The ticket.", body = TicketView), Problems),
    security(("token" = []))
)]
#[post("/tickets")]
pub async fn create_ticket(app: Data<App>, caller: Signed, headers: Caller, body: Body) -> Result<Answer, Failure> {
    let CreateTicketRequest { request, then } = parse_create(body.value()?)?;
    let once = once(&caller, &headers, "POST /tickets".into(), &body.0);
    let then = then.into_iter().map(|command| command.0).collect();
    app.create_ticket_soon(caller.actor.clone(), request, then, once).await
}

/// List tickets.
///
/// Those that the caller may see, by filters, in an order, a page at a time.
#[utoipa::path(
    tag = "tickets",
    params(TicketQuery),
    responses((status = OK, description = "A page.", body = Page<TicketSummary>), Problems),
    security(("token" = []))
)]
#[get("/tickets")]
pub async fn list_tickets(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    let query: TicketQuery = read_query(&request)?;
    app.run(move |app| app.list_tickets(&caller, &query)).await
}

/// Count the tickets of a list.
///
/// By the same filters; the order and the page make no difference.
#[utoipa::path(
    tag = "tickets",
    params(TicketQuery),
    responses((status = OK, description = "The count.", body = TicketCountView), Problems),
    security(("token" = []))
)]
#[get("/ticket-count")]
pub async fn read_ticket_count(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    let query: TicketQuery = read_query(&request)?;
    app.run(move |app| app.count_tickets(&caller, &query)).await
}

/// Export a list of tickets.
///
/// As CSV (RFC 4180) for spreadsheets: UTF-8 with its mark, names and values in the caller's language, instants of Lima. By the same filters and in
/// the same order, from `cursor` on where there is one; 100,000 lines at most, and a last one that says so. Cells that a spreadsheet would take for
/// formulas begin with an apostrophe.
#[utoipa::path(
    tag = "tickets",
    params(TicketQuery, TicketColumnsQuery),
    responses(
        (
            status = OK,
            description = "The tickets, one a line.",
            body = String,
            content_type = "text/csv",
            example = "N.º,Asunto,Estado\r\nTI-123,La multifuncional del piso 5 no imprime,En atención\r\n"
        ),
        Problems
    ),
    security(("token" = []))
)]
#[get("/tickets.csv")]
pub async fn read_tickets_file(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let (columns, query): (TicketColumnsQuery, TicketQuery) = read_two_queries(&request, &["columns"])?;
    let language = language(&request);
    let file = app.run(move |app| app.export_tickets(&caller, &query, &columns, language)).await?;
    csv::streamed(app, file, "tickets.csv").await
}

/// Read a ticket.
///
/// With `actions`: what the caller may do now, each with the fields that it asks for.
#[utoipa::path(
    tag = "tickets",
    params(
        ("id" = i64, Path, description = "The ticket's number."),
        ("If-None-Match" = Option<String>, Header, description = "An ETag: 304 if nothing has changed.")
    ),
    responses(
        (status = OK, description = "The ticket.", body = TicketView, headers(("ETag" = String, description = "Its version and a hash of this answer."))),
        (status = NOT_MODIFIED, description = "As it was."),
        Problems
    ),
    security(("token" = []))
)]
#[get("/tickets/{id}")]
pub async fn read_ticket(app: Data<App>, caller: Signed, id: Path<TicketId>) -> Result<Answer, Failure> {
    app.read_ticket(caller.0, *id).await
}

/// Where a page of events begins.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// The number of the event after which the page begins.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "7.1")]
    after: Option<EventNumber>,
    /// 1 to 200; 50, where it is left out.
    #[serde(default)]
    limit: Option<u32>,
}

/// List what happened to a ticket.
///
/// In time order, as far as the caller may see it; `next` is the `after` of the next page.
#[utoipa::path(
    tag = "tickets",
    params(("id" = i64, Path, description = "The ticket's number."), EventsQuery),
    responses((status = OK, description = "A page.", body = Page<EventView>), Problems),
    security(("token" = []))
)]
#[get("/tickets/{id}/events")]
pub async fn list_ticket_events(app: Data<App>, caller: Signed, id: Path<TicketId>, request: HttpRequest) -> Result<Answer, Failure> {
    let query: EventsQuery = read_query(&request)?;
    app.run(move |app| app.list_events(&caller.actor, *id, query.after, query.limit)).await
}

/// Do something to a ticket.
///
/// One command, or the few that make one step. All or nothing. With `If-Match`, only if the ticket has not changed since.
/// 204 instead of the ticket where the caller does not see it any more.
#[utoipa::path(
    tag = "tickets",
    params(
        ("id" = i64, Path, description = "The ticket's number."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket as it was read."),
        OnceHeader
    ),
    request_body = CommandsRequest,
    responses(
        (status = OK, description = "The ticket after it.", body = TicketView, headers(("ETag" = String, description = "Its version and a hash of this answer."))),
        (status = NO_CONTENT, description = "Done; the ticket is out of the caller's sight."),
        Problems
    ),
    security(("token" = []))
)]
#[post("/tickets/{id}/commands")]
pub async fn command_ticket(
    app: Data<App>,
    caller: Signed,
    id: Path<TicketId>,
    expected: IfMatch,
    headers: Caller,
    body: Body,
) -> Result<Answer, Failure> {
    let CommandsRequest { commands } = parse_commands(body.value()?)?;
    let once = once(&caller, &headers, format!("POST /tickets/{id}/commands"), &body.0);
    let commands = commands.into_iter().map(|command| command.0).collect();
    app.command_ticket_soon(Asked { actor: caller.actor.clone(), id: *id, expected, commands, once }).await
}
