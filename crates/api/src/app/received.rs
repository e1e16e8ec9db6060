//! «Correos recibidos»: every message that came in and what became of it; and what the desk makes of one by hand.

use bytes::Bytes;
use domain::{Command, MailId, MailState, Mentions, Request, Text, TicketId};
use mail::Mailbox;
use mail::incoming::Incoming;
use serde::{Deserialize, Serialize};
use store::received::{self, MailFilter, MailRow};
use store::streams;
use wire::command::Fault;
use wire::{
    MailFileView, MailRequestRequest, MailTicketRequest, Page, PersonRef, ReceivedMailQuery, ReceivedMailSummary, ReceivedMailView,
};

use super::intake::{KeptFiles, by_mail, description_of, stamped, title_of};
use super::once::{self, WriteError};
use super::outbox::{self, Step};
use super::queries::{fault, from_day, names, page_size, read_cursor, until_day, write_cursor};
use super::{App, Once, render};
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};
use crate::http::Answer;

/// The most bytes of a header that are shown.
const MAX_HEADERS: usize = 64 * 1024;
/// Times that a line is decided, when others keep moving the ticket.
const ATTEMPTS: usize = 4;

/// Where a page of mails ended.
#[derive(Debug, Serialize, Deserialize)]
struct MailCursor(MailId);

impl App {
    /// A page of mails, the newest first.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_received_mails(&self, query: &ReceivedMailQuery) -> Result<Answer, Failure> {
        let limit = page_size(query.limit)?;
        let before = query.cursor.as_deref().map(read_cursor::<MailCursor>).transpose()?.map(|MailCursor(id)| id);
        let filter = MailFilter {
            states: names("state", MailState::ALL, query.state.as_deref())?,
            from_address: query.from.as_deref().map(|address| address.trim().to_lowercase()),
            received_from: from_day("received_from", query.received_from)?,
            received_until: until_day("received_to", query.received_to)?,
            ticket: query.ticket,
        };
        let mut rows = self.store.read::<_, Failure>(|conn| Ok(received::list(conn, &filter, before, limit + 1)?))?;
        let goes_on = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| goes_on).map(|row| write_cursor(&MailCursor(row.id)));
        let items: Vec<ReceivedMailSummary> = rows.into_iter().map(summary).collect();
        Ok(Answer::ok(&Page { items, next }))
    }

    /// A mail as it is read.
    ///
    /// # Errors
    /// Not found, for whoever may not know of it.
    pub async fn read_received_mail(&self, caller: &Account, id: MailId) -> Result<Answer, Failure> {
        let row = self.find_received_mail(caller, id).await?;
        let (bytes, read) = self.read_message(&row).await?;
        Ok(Answer::ok(&view(row, &bytes, read.unwrap_or_default())))
    }

    /// The row of a mail: the desk, the administrator and the auditor read all of them, other people of IT those of tickets.
    ///
    /// # Errors
    /// Not found, for whoever may not know of it.
    pub async fn find_received_mail(&self, caller: &Account, id: MailId) -> Result<MailRow, Failure> {
        let reads_all = caller.actor.has_any(READERS);
        let row = self.run(move |app| app.store.read::<_, Failure>(|conn| Ok(received::find(conn, id)?))).await?;
        row.filter(|row| reads_all || row.settled.ticket.is_some()).ok_or(Code::NotFound.into())
    }

    /// A request, by hand, of a mail that made nothing.
    ///
    /// # Errors
    /// `mail_settled`, where it made something; a refusal.
    pub async fn create_request_of_mail(
        &self,
        caller: Account,
        id: MailId,
        asked: MailRequestRequest,
        once: Option<Once>,
    ) -> Result<Answer, Failure> {
        let IdleMail { row, incoming, files } = match self.idle_mail(&caller, id, once.clone()).await? {
            Found::Before(answer) => return Ok(answer),
            Found::Idle(mail) => *mail,
        };
        self.run(move |app| {
            let requester = match asked.requester {
                Some(requester) => requester,
                None => app.sender_of(&row, &incoming)?,
            };
            let request = Request {
                requester: Some(requester),
                channel: domain::Channel::Email,
                title: asked.title.unwrap_or_else(|| title_of(&incoming)),
                description: asked.description.unwrap_or_else(|| description_of(&incoming)),
                received_at: Some(row.new.received_at.min(app.now())),
                since: None,
                impact: None,
                area: app.area_unless_open(requester)?,
                service: None,
                equipment: None,
                place: None,
                is_reserved: false,
                files: app.take_files(Some(caller.person), &files)?,
                from: None,
            };
            let now = app.now();
            let mentions: Mentions = request.mentions();
            let facts = app.facts(&caller.actor, None, &mentions)?;
            let events = domain::request_by_mail(&caller.actor, now, &facts, request, by_mail(&row, &incoming, &files))?;
            let entries = stamped(events, caller.actor.who, now);
            let (actor, by, again) = (caller.actor.clone(), caller.person, once.clone());
            let written = once::write(&app.store, once, now, false, move |conn| {
                if !received::settle_by_hand(conn, id, by, now, MailState::Opened, None)? {
                    return Err(Failure::from(Code::MailSettled).into());
                }
                let (ticket_id, ticket) = streams::create(conn, &entries)?;
                received::set_ticket(conn, id, ticket_id)?;
                outbox::enqueue(conn, &[Step { actor: &actor, id: ticket_id, position: 0, after: &ticket, entries: &entries }], now)?;
                let view = render::seen(conn, &actor, ticket_id, now)?;
                Ok(Answer::created(&view, format!("/api/v1/tickets/{ticket_id}")).tagged(view.version))
            });
            match written {
                Err(WriteError::Taken) => once::taken(&app.store, again.as_ref(), now),
                written => app.end_create(written),
            }
        })
        .await
    }

    /// Adds, by hand, a mail that made nothing to a ticket: a note of IT, or a reply that the requester reads.
    ///
    /// # Errors
    /// `mail_settled`, where it made something; not found; a refusal.
    pub async fn add_mail_to_ticket(
        &self,
        caller: Account,
        id: MailId,
        asked: MailTicketRequest,
        once: Option<Once>,
    ) -> Result<Answer, Failure> {
        let IdleMail { row, incoming, files } = match self.idle_mail(&caller, id, once.clone()).await? {
            Found::Before(answer) => return Ok(answer),
            Found::Idle(mail) => *mail,
        };
        self.run(move |app| {
            let taken = app.take_files(Some(caller.person), &files)?;
            for _ in 0..ATTEMPTS {
                let now = app.now();
                let ticket = app.load(&caller.actor, asked.ticket).map_err(|failure| unknown_ticket(failure, asked.ticket))?;
                let command = Command::Comment { text: quoted(&incoming), is_internal: !asked.is_public, files: taken.clone() };
                let mut mentions = domain::mentions(&ticket, [&command]);
                mentions.people.extend(ticket.stage.holder());
                mentions.tickets.insert(asked.ticket);
                let facts = app.facts(&caller.actor, Some(asked.ticket), &mentions)?;
                let by_mail = by_mail(&row, &incoming, &files);
                let events = domain::answer_by_mail(&ticket, &caller.actor, now, &facts, command, by_mail)?;
                let entries = stamped(events, caller.actor.who, now);
                let (actor, by, ticket_id) = (caller.actor.clone(), caller.person, asked.ticket);
                let written = once::write(&app.store, once.clone(), now, false, move |conn| {
                    if !received::settle_by_hand(conn, id, by, now, MailState::Answered, Some(ticket_id))? {
                        return Err(Failure::from(Code::MailSettled).into());
                    }
                    let after = streams::append(conn, ticket_id, &ticket, &entries)?;
                    outbox::enqueue(
                        conn,
                        &[Step { actor: &actor, id: ticket_id, position: ticket.position, after: &after, entries: &entries }],
                        now,
                    )?;
                    let view = render::seen(conn, &actor, ticket_id, now)?;
                    Ok(Answer::ok(&view).tagged(view.version))
                });
                match written {
                    Ok(answer) => {
                        app.mails.wake();
                        return Ok(answer);
                    }
                    Err(WriteError::Failure(failure)) => return Err(failure),
                    Err(WriteError::Taken) => return once::taken(&app.store, once.as_ref(), now),
                    Err(WriteError::Conflict) => {} // Loaded and decided again.
                }
            }
            Err(Failure::Unavailable("others keep moving the ticket".into()))
        })
        .await
    }

    /// Nothing is to be made of a mail that waits for somebody to look at it. Done again, it changes nothing.
    ///
    /// # Errors
    /// `mail_settled`, where it made something; not found.
    pub async fn dismiss_received_mail(&self, caller: Account, id: MailId) -> Result<Answer, Failure> {
        let (by, now) = (caller.person, self.now());
        let is_dismissed =
            self.run(move |app| app.store.write::<_, Failure>(move |conn| Ok(received::dismiss(conn, id, by, now)?))).await?;
        let row = self.find_received_mail(&caller, id).await?;
        if !is_dismissed && row.settled.state != MailState::Ignored {
            return Err(Code::MailSettled.into());
        }
        let (bytes, read) = self.read_message(&row).await?;
        Ok(Answer::ok(&view(row, &bytes, read.unwrap_or_default())))
    }

    /// A mail that made nothing, with its files kept; or what was answered to the same request before.
    async fn idle_mail(&self, caller: &Account, id: MailId, once: Option<Once>) -> Result<Found, Failure> {
        if let Some(answer) = self.run(move |app| once::replay(&app.store, once.as_ref(), app.now())).await? {
            return Ok(Found::Before(answer));
        }
        let row = self.find_received_mail(caller, id).await?;
        let is_idle = matches!(row.settled.state, MailState::Ignored | MailState::Unmatched | MailState::Broken | MailState::Duplicate);
        if !is_idle {
            return Err(Code::MailSettled.into());
        }
        let incoming = self.read_message(&row).await?.1.unwrap_or_default();
        let files = self.keep_files(&incoming).await?;
        Ok(Found::Idle(Box::new(IdleMail { row, incoming, files })))
    }

    /// Who sent it, as far as it says.
    fn sender_of(&self, row: &MailRow, incoming: &Incoming) -> Result<domain::PersonId, Failure> {
        let noted = row.told.from_address.as_ref().map(|address| Mailbox { name: row.told.from_name.clone(), address: address.clone() });
        let from = incoming.from.clone().or(noted).ok_or_else(|| fault("requester", Fault::Missing))?;
        match self.requester_by_mail(&from) {
            Ok(Some(person)) => Ok(person),
            Ok(None) => Err(fault("requester", Fault::Missing)),
            Err(WriteError::Failure(failure)) => Err(failure),
            Err(WriteError::Conflict | WriteError::Taken) => Err(Failure::Unavailable("the sender is being noted".into())),
        }
    }
}

/// What may be done with a mail by hand.
enum Found {
    Before(Answer),
    Idle(Box<IdleMail>),
}

struct IdleMail {
    row: MailRow,
    incoming: Incoming,
    files: KeptFiles,
}

/// Who reads every mail that came in.
pub const READERS: &[domain::Role] = &[domain::Role::HelpDesk, domain::Role::Admin, domain::Role::Auditor];

/// The text with who says to have written it.
fn quoted(incoming: &Incoming) -> Text {
    let text = description_of(incoming);
    let Some(from) = &incoming.from else { return text };
    let head = from.name.as_ref().map_or_else(|| from.address.clone(), |name| format!("{name} <{}>", from.address));
    let head: String = head.chars().filter(|c| !c.is_control()).take(400).collect();
    Text::parse(&format!("{head}:\n\n{text}")).unwrap_or(text)
}

/// The ticket is a field of what was asked, not what was asked for.
fn unknown_ticket(failure: Failure, ticket: TicketId) -> Failure {
    match failure {
        Failure::Plain(Code::NotFound) => domain::Refusal::TicketUnknown { ticket, field: "ticket".into() }.into(),
        other => other,
    }
}

fn summary(row: MailRow) -> ReceivedMailSummary {
    let person = |(id, name)| PersonRef { id, name };
    ReceivedMailSummary {
        id: row.id,
        state: row.settled.state,
        why: row.settled.why,
        received_at: row.new.received_at,
        n_bytes: row.new.n_bytes,
        is_whole: row.new.is_whole,
        from_address: row.told.from_address,
        from_name: row.told.from_name,
        subject: row.told.subject,
        is_verified: row.told.is_proven == Some(true),
        ticket: row.settled.ticket,
        person: row.settled.person.zip(row.person_name).map(person),
        duplicate_of: row.settled.duplicate_of,
        bounced_address: row.settled.bounced_address,
        handled_by: row.handled_by.map(person),
        settled_at: row.settled_at,
    }
}

fn view(row: MailRow, bytes: &Bytes, incoming: Incoming) -> ReceivedMailView {
    let addresses = |boxes: Vec<Mailbox>| boxes.into_iter().map(|mailbox| mailbox.address).collect();
    ReceivedMailView {
        envelope_sender: row.new.envelope_sender.clone(),
        envelope_recipient: row.new.envelope_recipient.clone(),
        message_id: row.told.message_id.clone(),
        to: addresses(incoming.to),
        cc: addresses(incoming.cc),
        date: incoming.date,
        headers: headers_of(bytes),
        text: incoming.text,
        html: incoming.html,
        files: incoming
            .files
            .into_iter()
            .map(|file| MailFileView {
                name: file.name,
                media_type: file.media_type,
                n_bytes: file.bytes.len() as i64,
                is_inline: file.is_inline,
            })
            .collect(),
        n_attempts: row.n_attempts,
        last_error: row.settled.last_error.clone(),
        summary: summary(row),
    }
}

/// What stands before the first empty line.
fn headers_of(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(MAX_HEADERS)];
    let text = String::from_utf8_lossy(head).replace("\r\n", "\n");
    text.split("\n\n").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_ends_at_the_first_empty_line() {
        assert_eq!(headers_of(b"From: a\r\nTo: b\r\n\r\nhola\r\n\r\nadi\xF3s"), "From: a\nTo: b");
        assert_eq!(headers_of(b"\xFF"), "\u{FFFD}");
        assert_eq!(headers_of(&vec![b'x'; 100_000]).len(), MAX_HEADERS);
    }

    #[test]
    fn a_mail_that_is_added_by_hand_says_who_wrote_it() {
        let incoming = Incoming { from: Some(Mailbox::new(Some("Ana\n"), "ana@x.example")), text: "Hola.".into(), ..Incoming::default() };
        assert_eq!(quoted(&incoming).as_str(), "Ana <ana@x.example>:\n\nHola.");
        let long = Incoming { text: "x".repeat(Text::MAX), ..incoming };
        assert_eq!(quoted(&long).as_str().len(), Text::MAX, "what does not fit is left out");
    }
}
