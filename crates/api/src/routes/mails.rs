//! Mail out: what the administrator sees of it, and what the links in it lead to.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get, post};
use domain::Role;
use wire::{MailAnswerRequest, MailAnswerView, OutgoingMailCountsView, OutgoingMailQuery, OutgoingMailSummary, OutgoingMailView, Page};

use super::Problems;
use crate::app::App;
use crate::auth::{Signed, require};
use crate::error::Failure;
use crate::http::{Answer, Parsed, read_query};

const READERS: &[Role] = &[Role::Admin, Role::Auditor];
const WRITERS: &[Role] = &[Role::Admin];

/// List outgoing mails.
///
/// The newest first: what waits, what was sent, what failed and what there was nothing left to say of.
#[utoipa::path(
    tag = "mail",
    params(OutgoingMailQuery),
    responses((status = OK, description = "A page.", body = Page<OutgoingMailSummary>), Problems),
    security(("token" = []))
)]
#[get("/outgoing-mails")]
pub async fn list_outgoing_mails(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, READERS)?;
    let query: OutgoingMailQuery = read_query(&request)?;
    app.run(move |app| app.list_outgoing_mails(&query)).await
}

/// Count outgoing mails.
///
/// How many there are in each state, and since when the oldest waits.
#[utoipa::path(
    tag = "mail",
    responses((status = OK, description = "The counts.", body = OutgoingMailCountsView), Problems),
    security(("token" = []))
)]
#[get("/outgoing-mail-counts")]
pub async fn read_outgoing_mail_counts(app: Data<App>, caller: Signed) -> Result<Answer, Failure> {
    require(&caller, READERS)?;
    app.run(App::read_outgoing_mail_counts).await
}

/// Read an outgoing mail.
///
/// With its text and HTML, as they are made now. A link that sets a password or answers for somebody is not shown.
#[utoipa::path(
    tag = "mail",
    params(("id" = i64, Path, description = "The mail.")),
    responses((status = OK, description = "The mail.", body = OutgoingMailView), Problems),
    security(("token" = []))
)]
#[get("/outgoing-mails/{id}")]
pub async fn read_outgoing_mail(app: Data<App>, caller: Signed, id: Path<i64>) -> Result<Answer, Failure> {
    require(&caller, READERS)?;
    app.run(move |app| app.read_outgoing_mail(*id)).await
}

/// Try an outgoing mail again.
///
/// From the beginning, for one that failed or was cancelled.
#[utoipa::path(
    tag = "mail",
    params(("id" = i64, Path, description = "The mail.")),
    responses((status = OK, description = "The mail, queued.", body = OutgoingMailView), Problems),
    security(("token" = []))
)]
#[post("/outgoing-mails/{id}/retry")]
pub async fn retry_outgoing_mail(app: Data<App>, caller: Signed, id: Path<i64>) -> Result<Answer, Failure> {
    require(&caller, WRITERS)?;
    app.run(move |app| app.retry_outgoing_mail(*id)).await
}

/// Read what a link in a mail asks.
///
/// For whoever got the mail: the token is all that is needed. Reading changes nothing.
#[utoipa::path(
    tag = "mail",
    params(("token" = String, Path, description = "The token of the link, from its fragment.")),
    responses((status = OK, description = "What it is about, and whether it may still be answered.", body = MailAnswerView), Problems)
)]
#[get("/mail-answers/{token}")]
pub async fn read_mail_answer(app: Data<App>, token: Path<String>) -> Result<Answer, Failure> {
    app.run(move |app| app.read_mail_answer(&token)).await
}

/// Answer what a link in a mail asks.
///
/// It works, or it still fails and why: what the person would do when signed in. The same answer again is answered alike.
#[utoipa::path(
    tag = "mail",
    params(("token" = String, Path, description = "The token of the link, from its fragment.")),
    request_body = MailAnswerRequest,
    responses((status = OK, description = "What it is about after it.", body = MailAnswerView), Problems)
)]
#[post("/mail-answers/{token}")]
pub async fn create_mail_answer(app: Data<App>, token: Path<String>, body: Parsed<MailAnswerRequest>) -> Result<Answer, Failure> {
    app.run(move |app| app.create_mail_answer(&token, body.0)).await
}
