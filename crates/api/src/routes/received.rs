//! Mails that came in: handed over by a mail server, read by the desk.

use actix_web::http::header::{self, ContentDisposition};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use domain::{MailId, Role};
use serde::Deserialize;
use wire::{IntakeView, MailRequestRequest, MailTicketRequest, Page, ReceivedMailQuery, ReceivedMailSummary, ReceivedMailView, TicketView};

use super::{OnceHeader, Problems, once};
use crate::app::App;
use crate::app::intake::{Envelope, MAX_MAIL_BYTES};
use crate::app::received::READERS;
use crate::auth::{Mta, Signed, require};
use crate::error::Failure;
use crate::http::{Answer, Body, Caller, Message, read_query};

/// Who makes something by hand of a mail that made nothing.
const HANDLERS: &[Role] = &[Role::HelpDesk];
/// Who reads a mail: those of tickets, all the people of IT.
const TICKET_READERS: &[Role] = &[Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead, Role::Admin, Role::Auditor];

/// What the mail server says of a message.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeQuery {
    /// Who sent it, as the mail server says; empty for a message that is not to be answered.
    #[serde(default)]
    sender: Option<String>,
    /// To which address of ours it came.
    #[serde(default)]
    recipient: Option<String>,
    /// The bytes of the whole message, where it is too large and only its beginning is sent.
    #[serde(default)]
    size: Option<u64>,
}

/// Hand over a mail.
///
/// For a mail server, with an access token of an administrator whose scope is `intake`: the message as it came, at most 25 MB. It is kept byte for byte before anything else is done. 201 for a new one and 200 for one that
/// was handed over before, each with what became of it so far. Of one that is larger the beginning is kept, and the answer is 413. After a 5xx, or
/// without an answer, hand it over again later: if it was kept after all, it is the same mail.
#[utoipa::path(
    tag = "mail",
    params(EnvelopeQuery),
    request_body(content = Vec<u8>, content_type = "message/rfc822", description = "The message (RFC 5322)."),
    responses(
        (status = CREATED, description = "It is kept.", body = IntakeView),
        (status = OK, description = "It was kept before.", body = IntakeView),
        Problems
    ),
    security(("token" = []))
)]
#[post("/intake/mail")]
pub async fn create_received_mail(app: Data<App>, _mta: Mta, request: HttpRequest, payload: Payload) -> Result<Answer, Failure> {
    let query: EnvelopeQuery = read_query(&request)?;
    let message = Message::receive(&request, payload, query.size).await?;
    let envelope = Envelope {
        sender: query.sender.map(|address| plain(&address)),
        recipient: query.recipient.map(|address| plain(&address)),
        n_bytes: Some(message.n_bytes),
    };
    let (id, is_new) = app.keep_mail(message.bytes.clone(), envelope).await?;
    // What becomes of it is finished also when the mail server does not wait for it.
    let settling = app.clone();
    let settled = actix_web::rt::spawn(async move { settling.settle_mail(id).await }).await;
    if !matches!(settled, Ok(Ok(()))) {
        tracing::warn!(mail.id = %id, "The mail {id} is kept, and waits");
    }
    if message.is_too_large() {
        return Err(Failure::PayloadTooLarge { max_bytes: MAX_MAIL_BYTES });
    }
    let view = app.run(move |app| Ok(app.read_intake(id))).await?;
    Ok(if is_new { Answer::created(&view, format!("/api/v1/received-mails/{id}")) } else { Answer::ok(&view) })
}

/// An address as a column takes it.
fn plain(address: &str) -> String {
    address.chars().filter(|c| !c.is_control()).take(320).collect()
}

/// List mails that came in.
///
/// Every message and what became of it, the newest first.
#[utoipa::path(
    tag = "mail",
    params(ReceivedMailQuery),
    responses((status = OK, description = "A page.", body = Page<ReceivedMailSummary>), Problems),
    security(("token" = []))
)]
#[get("/received-mails")]
pub async fn list_received_mails(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, READERS)?;
    let query: ReceivedMailQuery = read_query(&request)?;
    app.run(move |app| app.list_received_mails(&query)).await
}

/// Read a mail that came in.
///
/// Its text and its HTML without anything that runs or loads, its files by name, its header, and what became of it. The desk, the administrator and the auditor
/// read every mail; other people of IT those that are part of a ticket.
#[utoipa::path(
    tag = "mail",
    params(("id" = i64, Path, description = "The mail.")),
    responses((status = OK, description = "The mail.", body = ReceivedMailView), Problems),
    security(("token" = []))
)]
#[get("/received-mails/{id}")]
pub async fn read_received_mail(app: Data<App>, caller: Signed, id: Path<MailId>) -> Result<Answer, Failure> {
    require(&caller, TICKET_READERS)?;
    app.read_received_mail(&caller, *id).await
}

/// Read a mail as it came.
///
/// Byte for byte, as an attachment.
#[utoipa::path(
    tag = "mail",
    params(("id" = i64, Path, description = "The mail.")),
    responses((status = OK, description = "Its bytes.", content_type = "application/octet-stream", body = [u8]), Problems),
    security(("token" = []))
)]
#[get("/received-mails/{id}/raw")]
pub async fn read_received_mail_raw(app: Data<App>, caller: Signed, id: Path<MailId>) -> Result<HttpResponse, Failure> {
    require(&caller, TICKET_READERS)?;
    let mail = app.find_received_mail(&caller, *id).await?;
    let bytes = app.files.get(&mail.new.sha256).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/octet-stream"))
        .insert_header(ContentDisposition::attachment(format!("correo-{id}.eml")))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .streaming(bytes))
}

/// Make a request of a mail.
///
/// By hand, of one that made nothing: it was ignored, not matched, could not be read, or came before.
#[utoipa::path(
    tag = "mail",
    params(
        ("id" = i64, Path, description = "The mail."),
        OnceHeader
    ),
    request_body = MailRequestRequest,
    responses((status = CREATED, description = "The ticket.", body = TicketView), Problems),
    security(("token" = []))
)]
#[post("/received-mails/{id}/request")]
pub async fn create_received_mail_request(
    app: Data<App>,
    caller: Signed,
    headers: Caller,
    id: Path<MailId>,
    body: Body,
) -> Result<Answer, Failure> {
    require(&caller, HANDLERS)?;
    let request: MailRequestRequest = body.parse()?;
    let once = once(&caller, &headers, format!("POST /received-mails/{id}/request"), &body.0);
    app.create_request_of_mail((*caller).clone(), *id, request, once).await
}

/// Dismiss a mail that came in.
///
/// Somebody looked at one that was not matched or could not be read, and nothing is to be made of it: from now on it is ignored. Done again, it changes nothing.
#[utoipa::path(
    tag = "mail",
    params(("id" = i64, Path, description = "The mail.")),
    responses((status = OK, description = "The mail.", body = ReceivedMailView), Problems),
    security(("token" = []))
)]
#[post("/received-mails/{id}/dismiss")]
pub async fn dismiss_received_mail(app: Data<App>, caller: Signed, id: Path<MailId>) -> Result<Answer, Failure> {
    require(&caller, HANDLERS)?;
    app.dismiss_received_mail((*caller).clone(), *id).await
}

/// Add a mail to a ticket.
///
/// By hand, one that made nothing: as a note of IT, or as a reply that the requester reads.
#[utoipa::path(
    tag = "mail",
    params(
        ("id" = i64, Path, description = "The mail."),
        OnceHeader
    ),
    request_body = MailTicketRequest,
    responses((status = OK, description = "The ticket after it.", body = TicketView), Problems),
    security(("token" = []))
)]
#[post("/received-mails/{id}/ticket")]
pub async fn update_received_mail_ticket(
    app: Data<App>,
    caller: Signed,
    headers: Caller,
    id: Path<MailId>,
    body: Body,
) -> Result<Answer, Failure> {
    require(&caller, HANDLERS)?;
    let request: MailTicketRequest = body.parse()?;
    let once = once(&caller, &headers, format!("POST /received-mails/{id}/ticket"), &body.0);
    app.add_mail_to_ticket((*caller).clone(), *id, request, once).await
}
