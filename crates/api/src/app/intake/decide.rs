//! What becomes of a message that can be read: all branching is here.

use std::collections::BTreeSet;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{
    Actor, ByMail, Channel, Command, Email, Entry, Event, FileId, MailState, Mentions, NoticeState, PersonId, Refusal, Request, TicketId,
    Who,
};
use mail::Mailbox;
use mail::incoming::{Incoming, Nature};
use mail::reference::{self, Reference};
use store::files::NewFile;
use store::outbox::{Addressee, Filter, Notice};
use store::people::{self, NewPerson};
use store::received::{self, MailRow, Settled};
use store::records::RecordError;
use store::streams;
use store::{StoreError, actors, areas};

use super::texts::{claims_reference, description_of, essence, media_type_of, message_key, name_of, title_of};
use super::{MAX_PER_HOUR, Written, answer_of, count, is_proven, settle_in, told};
use crate::app::App;
use crate::app::files::plain_name;
use crate::app::mails::Referred;
use crate::app::once::WriteError;
use crate::app::outbox::{self, Step};
use crate::error::Failure;

/// Times that it is decided, when others keep moving the ticket.
const ATTEMPTS: usize = 4;

/// A file of a message whose bytes are on the disk.
pub struct KeptFile {
    name: domain::Line,
    media_type: String,
    n_bytes: i64,
    sha256: String,
}

/// The files of a message that a ticket takes, and how many stay with the message.
#[derive(Default)]
pub struct KeptFiles {
    files: Vec<KeptFile>,
    n_left: u32,
}

/// What is to become of a message.
enum Verdict {
    /// Nothing; why is on record.
    Nothing(Box<Settled>),
    Opens,
    Answers(Reference),
}

impl App {
    /// Keeps the bytes of the files that a ticket may take: those beside the text before those in it.
    ///
    /// # Errors
    /// Unavailable, where the disk refuses.
    pub(crate) async fn keep_files(&self, incoming: &Incoming) -> Result<KeptFiles, Failure> {
        let (inline, beside): (Vec<_>, Vec<_>) = incoming.files.iter().partition(|file| file.is_inline);
        let mut files = Vec::new();
        for file in beside.into_iter().chain(inline).take(domain::MAX_FILES as usize) {
            let Some(name) = plain_name(&file.name) else { continue };
            let sha256 = self.files.put(Bytes::copy_from_slice(&file.bytes)).await?;
            files.push(KeptFile { name, media_type: media_type_of(file), n_bytes: file.bytes.len() as i64, sha256 });
        }
        let n_left = (incoming.files.len() - files.len()).max(usize::from(incoming.is_cut));
        Ok(KeptFiles { files, n_left: n_left.try_into().unwrap_or(u32::MAX) })
    }

    /// Would it make something now, and so take its files along?
    ///
    /// # Errors
    /// The store's.
    pub(super) fn makes_something(&self, row: &MailRow, incoming: &Incoming) -> Result<bool, Failure> {
        Ok(incoming.nature == Nature::Personal && !matches!(self.verdict(row, incoming)?, Verdict::Nothing(_)))
    }

    /// Decides and writes, again where something changed meanwhile.
    ///
    /// # Errors
    /// What failed. Unavailable, where it makes something by now and its files were not kept: it is tried again.
    pub(super) fn conclude(&self, row: &MailRow, incoming: &Incoming, files: Option<&KeptFiles>) -> Result<(), Failure> {
        let files = || files.ok_or_else(|| Failure::Unavailable("the files of the mail are not kept yet".into()));
        for _ in 0..ATTEMPTS {
            let written = match self.verdict(row, incoming)? {
                Verdict::Nothing(settled) => self.leave(row, incoming, *settled),
                Verdict::Opens => self.open_by_mail(row, incoming, files()?),
                Verdict::Answers(reference) => self.answer_by_mail(row, incoming, files()?, reference),
            };
            match written {
                Ok(()) | Err(WriteError::Taken) => return Ok(()),
                Err(WriteError::Failure(failure)) => return Err(failure),
                Err(WriteError::Conflict) => {} // Looked at and decided again.
            }
        }
        Err(Failure::Unavailable("others keep moving what the mail is about".into()))
    }

    fn verdict(&self, row: &MailRow, incoming: &Incoming) -> Result<Verdict, Failure> {
        let ignored = |why: &str| Ok(nothing(Settled::new(MailState::Ignored).because(why)));
        match &incoming.nature {
            Nature::Own => return ignored("own"),
            Nature::Bounce { original_message_id, address, is_permanent } => {
                return self.bounced(original_message_id.as_deref(), address.as_deref(), *is_permanent);
            }
            Nature::Automatic { .. } => return ignored("automatic"),
            Nature::List { .. } => return ignored("list"),
            // A message that is not to be answered comes from nobody (RFC 5321, 4.5.5).
            Nature::Personal if row.new.envelope_sender.as_deref().is_some_and(is_nobody) => return ignored("automatic"),
            Nature::Personal => {}
        }
        let Some(from) = &incoming.from else {
            return Ok(nothing(unmatched("no_sender")));
        };
        if let Some(duplicate) = self.repeats(row, incoming)? {
            return Ok(nothing(duplicate));
        }
        let since = self.now() - TimeDelta::hours(1);
        let n = self.store.read::<_, Failure>(|conn| Ok(received::count_of_sender(conn, &from.address, since)?))?;
        if n >= MAX_PER_HOUR {
            return ignored("too_many");
        }
        match reference::find(&self.mails.references, incoming) {
            Some(reference) => Ok(Verdict::Answers(reference)),
            None if claims_reference(incoming) => Ok(nothing(unmatched("wrong_reference"))),
            None => Ok(Verdict::Opens),
        }
    }

    /// A mail of ours did not arrive: about which ticket, and to whom it was. One that never will has failed.
    fn bounced(&self, original: Option<&str>, address: Option<&str>, is_permanent: bool) -> Result<Verdict, Failure> {
        let answered = Incoming { in_reply_to: original.map(str::to_owned).into_iter().collect(), ..Incoming::default() };
        let about = reference::find(&self.mails.references, &answered).and_then(|reference| TicketId::parse(reference.ticket).ok());
        let ticket = match about {
            Some(ticket) => self.store.read::<_, Failure>(|conn| Ok(streams::load(conn, ticket)?))?.map(|_| ticket),
            None => None,
        };
        if let Some(id) = original.map(|id| id.trim_matches(['<', '>', ' ']).to_owned()).filter(|_| is_permanent && ticket.is_some()) {
            let why = format!("it came back from {}", address.unwrap_or("its way"));
            self.store.write::<_, StoreError>(move |conn| store::outbox::came_back(conn, &id, &why))?;
        }
        let bounced_address = address.map(|address| address.chars().filter(|c| !c.is_control()).take(320).collect());
        Ok(nothing(Settled { ticket, bounced_address, ..Settled::new(MailState::Ignored).because("bounce") }))
    }

    /// Did a message with its sender and its Message-ID come before? The same message that made something already makes nothing more, on whichever way
    /// it comes. Else what is proven is not kept out by what was not: whoever knows a Message-ID in advance could use it first.
    fn repeats(&self, row: &MailRow, incoming: &Incoming) -> Result<Option<Settled>, Failure> {
        let Some(key) = message_key(incoming) else { return Ok(None) };
        let first = self.store.read::<_, Failure>(|conn| Ok(received::find_by_key(conn, &key)?))?;
        let Some(first) = first.filter(|first| first.id != row.id) else { return Ok(None) };
        let is_same = first.settled.essence.as_deref() == Some(&*essence(incoming));
        let has_made_it = is_same && matches!(first.settled.state, MailState::Opened | MailState::Answered);
        if is_outdone(incoming, &first) && !has_made_it {
            return Ok(None);
        }
        let settled = if is_same {
            Settled { ticket: first.settled.ticket, person: first.settled.person, ..Settled::new(MailState::Duplicate) }
        } else {
            unmatched("other_content")
        };
        Ok(Some(Settled { duplicate_of: Some(first.id), ..settled }))
    }

    fn leave(&self, row: &MailRow, incoming: &Incoming, settled: Settled) -> Written {
        let settled = match settled.state {
            // On another way it is not to be looked at twice.
            MailState::Unmatched if settled.duplicate_of.is_none() => {
                let first = self.first(incoming, settled.state)?;
                Settled { message_key: first.message_key, outdone: first.outdone, essence: first.essence, ..settled }
            }
            _ => settled,
        };
        let notice = if settled.state == MailState::Unmatched { self.not_matched(incoming)? } else { None };
        let (row, told, now) = (row.clone(), told(incoming), self.now());
        let (id, state, why) = (row.id, settled.state, settled.why.clone().unwrap_or_default());
        self.store.write(move |conn| {
            settle_in(conn, &row, &told, &settled, now)?;
            store::outbox::enqueue(conn, notice.as_slice(), now)?;
            Ok::<_, WriteError>(())
        })?;
        self.mails.wake();
        count(id, state, &why);
        Ok(())
    }

    /// The sender is told, if they are known; once an hour at most, for anybody can write that they are somebody.
    fn not_matched(&self, incoming: &Incoming) -> Result<Option<Notice>, Failure> {
        let Some(from) = &incoming.from else { return Ok(None) };
        let kind = domain::NoticeKind::NotMatched.name();
        let since = self.now() - TimeDelta::hours(1);
        let told = self.store.read::<_, Failure>(|conn| {
            let known = people::find_by_email(conn, &from.address)?.filter(|person| person.is_active);
            let Some(person) = known else { return Ok(None) };
            let filter = Filter { state: Some(NoticeState::Queued), person: Some(person.id), ..Filter::default() };
            let is_queued = store::outbox::list(conn, &filter, None, 50)?.iter().any(|kept| kept.notice.kind == kind);
            let is_told = is_queued || store::outbox::n_sent(conn, person.id, kind, since)? > 0;
            Ok((!is_told).then_some(person.id))
        })?;
        Ok(told.map(|person| Notice { ticket: None, to: Addressee::Person(person), kind: kind.to_owned(), details: None }))
    }

    /// Activity 1, by mail.
    fn open_by_mail(&self, row: &MailRow, incoming: &Incoming, files: &KeptFiles) -> Written {
        let Some(from) = &incoming.from else { return Ok(()) };
        let now = self.now();
        let Some(requester) = self.requester_by_mail(from)? else {
            return self.leave(row, incoming, unmatched("sender_disabled"));
        };
        let files_taken = self.take_files(None, files)?;
        let request = Request {
            requester: Some(requester),
            channel: Channel::Email,
            title: title_of(incoming),
            description: description_of(incoming),
            received_at: Some(row.new.received_at.min(now)),
            since: None,
            impact: None,
            area: self.area_unless_open(requester)?,
            service: None,
            equipment: None,
            place: None,
            is_reserved: false,
            files: files_taken,
            from: None,
        };
        let actor = Actor::system();
        let facts = self.facts(&actor, None, &request.mentions())?;
        let by_mail = by_mail(row, incoming, files);
        let events = match domain::request_by_mail(&actor, now, &facts, request, by_mail) {
            Ok(events) => events,
            Err(refusal) => return self.leave(row, incoming, refused(&refusal, Some(requester))),
        };
        let entries = stamped(events, actor.who, now);
        let settled = Settled { person: Some(requester), ..self.first(incoming, MailState::Opened)? };
        let (row, told) = (row.clone(), told(incoming));
        let id = row.id;
        self.store.write(move |conn| {
            settle_in(conn, &row, &told, &settled, now)?;
            let (ticket_id, ticket) = streams::create(conn, &entries)?;
            received::set_ticket(conn, row.id, ticket_id)?;
            outbox::enqueue(conn, &[Step { actor: &actor, id: ticket_id, position: 0, after: &ticket, entries: &entries }], now)?;
            Ok::<_, WriteError>(())
        })?;
        self.mails.wake();
        count(id, MailState::Opened, "");
        Ok(())
    }

    /// What somebody wrote in answer to a mail of ours: their line, if the answered mail was theirs.
    fn answer_by_mail(&self, row: &MailRow, incoming: &Incoming, files: &KeptFiles, reference: Reference) -> Written {
        let now = self.now();
        let (id, person) = match (TicketId::parse(reference.ticket), Referred::of(reference)) {
            (Ok(id), Some(Referred::Person(person))) => (id, person),
            // A provider is nobody who writes in the system: the desk adds what it says.
            (Ok(id), Some(Referred::Provider(_))) => {
                return self.leave(row, incoming, Settled { ticket: Some(id), ..unmatched("provider") });
            }
            _ => return self.leave(row, incoming, unmatched("wrong_reference")),
        };
        let address = incoming.from.as_ref().map(|from| from.address.clone()).unwrap_or_default();
        let (ticket, author, sender) = self.store.read::<_, Failure>(|conn| {
            let ticket = streams::load(conn, id)?;
            // Whoever was a contact when the mail went out may have proved to be somebody of the directory.
            let author = people::find_merged(conn, person)?;
            Ok((ticket, author, people::find_by_email(conn, &address)?))
        })?;
        let (Some(ticket), Some(author)) = (ticket, author) else { return self.leave(row, incoming, unmatched("wrong_reference")) };
        let person = author.id;
        if !author.is_active || sender.is_none_or(|sender| sender.id != person) {
            return self.leave(row, incoming, Settled { ticket: Some(id), ..unmatched("other_sender") });
        }
        let actor = self.writer(person, is_proven(incoming))?;
        let taken = self.take_files(Some(person), files)?;
        let command = match answer_of(incoming) {
            Some(text) => Command::Comment { text, is_internal: false, files: taken },
            None if !taken.is_empty() => Command::Attach { files: taken, is_internal: false },
            None => return self.leave(row, incoming, Settled { ticket: Some(id), person: Some(person), ..unmatched("empty") }),
        };
        let mut mentions = domain::mentions(&ticket, [&command]);
        mentions.people.extend(ticket.stage.holder());
        mentions.tickets.insert(id);
        let facts = self.facts(&actor, Some(id), &mentions)?;
        let events = match domain::answer_by_mail(&ticket, &actor, now, &facts, command, by_mail(row, incoming, files)) {
            Ok(events) => events,
            Err(refusal) => return self.leave(row, incoming, Settled { ticket: Some(id), ..refused(&refusal, Some(person)) }),
        };
        let entries = stamped(events, actor.who, now);
        let settled = Settled { ticket: Some(id), person: Some(person), ..self.first(incoming, MailState::Answered)? };
        let (row, told) = (row.clone(), told(incoming));
        let mail = row.id;
        self.store.write(move |conn| {
            settle_in(conn, &row, &told, &settled, now)?;
            let after = streams::append(conn, id, &ticket, &entries)?;
            outbox::enqueue(conn, &[Step { actor: &actor, id, position: ticket.position, after: &after, entries: &entries }], now)?;
            Ok::<_, WriteError>(())
        })?;
        self.mails.wake();
        count(mail, MailState::Answered, "");
        Ok(())
    }

    /// As whom a mail writes. An address alone gives no role: only where it is proven that the mail came from it has its person what their roles give.
    fn writer(&self, person: PersonId, is_proven: bool) -> Result<Actor, Failure> {
        let bare = Actor { who: Who::Person(person), ..Actor::system() };
        if !is_proven {
            return Ok(bare);
        }
        let account = self.store.read::<_, Failure>(|conn| Ok(actors::find_account(conn, person, self.now())?))?;
        Ok(account.filter(|account| account.is_active).map_or(bare, |account| account.actor))
    }

    /// The person with this address; or a contact, whom the desk confirms when it receives the request. None for a contact whom it has disabled.
    pub(crate) fn requester_by_mail(&self, from: &Mailbox) -> Result<Option<PersonId>, WriteError> {
        let address = from.address.clone();
        let (known, before) = self
            .store
            .read::<_, Failure>(|conn| Ok((people::find_by_email(conn, &address)?, received::find_contact_of_sender(conn, &address)?)))?;
        match (known, before) {
            (Some(person), _) if person.is_active => Ok(Some(person.id)),
            (Some(person), _) if person.is_contact => Ok(None),
            (_, Some(contact)) => Ok(Some(contact)),
            (known, None) => self.note_contact(from, known.is_none()).map(Some),
        }
    }

    /// With the address, unless it is on record as that of somebody who is disabled.
    fn note_contact(&self, from: &Mailbox, has_address: bool) -> Result<PersonId, WriteError> {
        let now = self.now();
        let contact = NewPerson {
            name: name_of(from),
            email: Email::parse(&from.address).ok().filter(|_| has_address),
            post: None,
            area: self.intake_area()?,
            extension: None,
            phone: None,
            place: None,
            language: words::Language::Spanish.tag().to_owned(),
            roles: BTreeSet::new(),
            is_contact: true,
            is_active: true,
        };
        self.store.write(move |conn| people::insert(conn, None, now, &contact)).map_err(|error| match error {
            RecordError::Store(error) => error.into(),
            // Another mail of theirs was quicker, or the area has just ended.
            _ => WriteError::Conflict,
        })
    }

    /// Where somebody stands whom nobody knows yet: the area of the setting, or the one above all others.
    fn intake_area(&self) -> Result<domain::AreaId, Failure> {
        let today = domain::day_in_lima(self.now());
        let found = self.store.read::<_, StoreError>(|conn| match &self.config.intake_area {
            Some(name) => areas::find_by_name(conn, name),
            None => areas::find_root(conn, today),
        })?;
        found.ok_or_else(|| Failure::Unavailable("no area for senders whom nobody knows: see the setting intake_area".into()))
    }

    /// None, while the requester's own area is open.
    pub(crate) fn area_unless_open(&self, requester: PersonId) -> Result<Option<domain::AreaId>, Failure> {
        let mentions = Mentions { people: [requester].into(), ..Mentions::default() };
        let facts = self.facts(&Actor::system(), None, &mentions)?;
        let area = facts.people.get(&requester).and_then(|person| facts.areas.get(&person.area));
        if area.is_some_and(|area| area.is_open) { Ok(None) } else { self.intake_area().map(Some) }
    }

    /// Rows for the files of a message, which belong to nobody but who brings them until a ticket takes them.
    pub(crate) fn take_files(&self, by: Option<PersonId>, kept: &KeptFiles) -> Result<Vec<FileId>, Failure> {
        let now = self.now();
        let new: Vec<NewFile> = kept
            .files
            .iter()
            .map(|file| NewFile {
                name: file.name.to_string(),
                media_type: file.media_type.clone(),
                n_bytes: file.n_bytes,
                sha256: file.sha256.clone(),
                uploaded_by: by,
                uploaded_at: now,
            })
            .collect();
        if new.is_empty() {
            return Ok(Vec::new());
        }
        self.store.write(move |conn| new.iter().map(|file| Ok(store::files::insert(conn, file)?)).collect())
    }

    /// The row of a message that makes something, under its sender and its Message-ID: of several at once the table takes one. What is proven takes
    /// them from an unproven one that had them.
    fn first(&self, incoming: &Incoming, state: MailState) -> Result<Settled, Failure> {
        let key = message_key(incoming);
        let before = match &key {
            Some(key) => self.store.read::<_, Failure>(|conn| Ok(received::find_by_key(conn, key)?))?,
            None => None,
        };
        let outdone = before.filter(|before| is_outdone(incoming, before)).map(|before| before.id);
        Ok(Settled { message_key: key, outdone, essence: Some(essence(incoming)), ..Settled::new(state) })
    }
}

/// It is proven where the other was not.
fn is_outdone(incoming: &Incoming, before: &MailRow) -> bool {
    is_proven(incoming) && before.told.is_proven != Some(true)
}

pub(crate) fn by_mail(row: &MailRow, incoming: &Incoming, files: &KeptFiles) -> ByMail {
    ByMail { mail: row.id, is_unverified: !is_proven(incoming), n_files_left: files.n_left }
}

/// What the person did is theirs; that it came by mail the mailbox notes.
pub(crate) fn stamped(events: Vec<Event>, who: Who, now: domain::Instant) -> Vec<Entry> {
    let by = |event: &Event| if matches!(event, Event::CameByMail { .. }) { Who::System } else { who };
    events.into_iter().map(|event| Entry { at: now, by: by(&event), event }).collect()
}

fn nothing(settled: Settled) -> Verdict {
    Verdict::Nothing(Box::new(settled))
}

fn unmatched(why: &str) -> Settled {
    Settled::new(MailState::Unmatched).because(why)
}

/// The procedure says no: the desk looks at it.
fn refused(refusal: &Refusal, person: Option<PersonId>) -> Settled {
    Settled { person, ..unmatched(refusal.code()) }
}

fn is_nobody(sender: &str) -> bool {
    let sender = sender.trim().trim_matches(['<', '>']);
    sender.is_empty() || sender.eq_ignore_ascii_case("mailer-daemon")
}
