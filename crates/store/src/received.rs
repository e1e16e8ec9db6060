//! The mails that came in. A row is written when the bytes are on the disk, claimed by a lease, and settled once, in the transaction of what
//! becomes of it; so nothing is lost between the two, and nothing is done twice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::{Instant, MailId, MailState, PersonId, TicketId};

use crate::conn::{Conn, per_backend};
use crate::error::StoreError;
use crate::schema::directory::people;
use crate::schema::mail::received_mails;
use crate::types::{Stamp, int, maybe, value};

/// A message whose bytes are on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Of what is kept, in lower-case hexadecimal.
    pub sha256: String,
    /// Of the message as it was sent.
    pub n_bytes: i64,
    /// False: only its beginning is kept.
    pub is_whole: bool,
    pub received_at: Instant,
    pub envelope_sender: Option<String>,
    pub envelope_recipient: Option<String>,
}

/// What a message says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub message_id: Option<String>,
    /// In lower case.
    pub from_address: Option<String>,
    pub from_name: Option<String>,
    pub subject: Option<String>,
    pub is_proven: Option<bool>,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub state: MailState,
    /// A stable code.
    pub why: Option<String>,
    pub ticket: Option<TicketId>,
    /// As whose it was taken.
    pub person: Option<PersonId>,
    pub duplicate_of: Option<MailId>,
    pub bounced_address: Option<String>,
    /// Its sender and its Message-ID, where nothing with the same came before it.
    pub message_key: Option<String>,
    /// The one that had its key until now, and gives it up.
    pub outdone: Option<MailId>,
    /// The same message on another way has the same.
    pub essence: Option<String>,
    pub last_error: Option<String>,
}

impl Settled {
    /// Nothing but a state.
    pub fn new(state: MailState) -> Settled {
        Settled {
            state,
            why: None,
            ticket: None,
            person: None,
            duplicate_of: None,
            bounced_address: None,
            message_key: None,
            outdone: None,
            essence: None,
            last_error: None,
        }
    }

    pub fn because(mut self, why: impl Into<String>) -> Settled {
        self.why = Some(why.into());
        self
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    pub id: MailId,
    pub new: NewMail,
    pub told: Told,
    pub settled: Settled,
    /// The name of whom it was taken to be from.
    pub person_name: Option<String>,
    /// Who of the desk decided by hand.
    pub handled_by: Option<(PersonId, String)>,
    pub settled_at: Option<Instant>,
    pub leased_until: Instant,
    /// With the last claim.
    pub n_attempts: u32,
}

/// Which messages a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailFilter {
    pub states: Vec<MailState>,
    /// In lower case.
    pub from_address: Option<String>,
    pub received_from: Option<Instant>,
    pub received_until: Option<Instant>,
    pub ticket: Option<TicketId>,
}

/// Notes a message, or finds the row of the same bytes. Is it new?
///
/// # Errors
/// Of the database.
pub fn insert(conn: &mut Conn, new: &NewMail) -> Result<(MailId, bool), StoreError> {
    let row = (
        (
            received_mails::sha256.eq(&new.sha256),
            received_mails::n_bytes.eq(new.n_bytes),
            received_mails::is_whole.eq(new.is_whole),
            received_mails::received_at.eq(Stamp(new.received_at)),
            received_mails::envelope_sender.eq(&new.envelope_sender),
            received_mails::envelope_recipient.eq(&new.envelope_recipient),
        ),
        (
            received_mails::state.eq(MailState::Kept.name()),
            received_mails::leased_until.eq(Stamp(new.received_at)),
            received_mails::n_attempts.eq(0),
        ),
    );
    // First, so that SQLite takes its write lock here.
    let n = per_backend!(conn, c => diesel::insert_into(received_mails::table).values(&row).on_conflict_do_nothing().execute(c))?;
    let of_content = received_mails::sha256.eq(&new.sha256).and(received_mails::is_whole.eq(new.is_whole));
    let id: i64 = received_mails::table.filter(of_content).select(received_mails::id).get_result(conn)?;
    Ok((value("received_mails", id, id)?, n == 1))
}

/// Claims a message that nobody has. None, where somebody has it, or it is settled.
///
/// # Errors
/// Of the database.
pub fn claim_one(conn: &mut Conn, id: MailId, now: Instant, lease: TimeDelta) -> Result<Option<MailRow>, StoreError> {
    let free = received_mails::table
        .find(id.get())
        .filter(received_mails::state.eq(MailState::Kept.name()))
        .filter(received_mails::leased_until.le(Stamp(now)));
    let n = diesel::update(free)
        .set((received_mails::leased_until.eq(Stamp(now + lease)), received_mails::n_attempts.eq(received_mails::n_attempts + 1)))
        .execute(conn)?;
    if n == 1 { find(conn, id) } else { Ok(None) }
}

/// Messages that nobody has, the longest due first.
///
/// # Errors
/// Of the database.
pub fn list_due(conn: &mut Conn, now: Instant, n: u32) -> Result<Vec<MailId>, StoreError> {
    let ids: Vec<i64> = received_mails::table
        .filter(received_mails::state.eq(MailState::Kept.name()))
        .filter(received_mails::leased_until.le(Stamp(now)))
        .order((received_mails::leased_until, received_mails::id))
        .limit(n.into())
        .select(received_mails::id)
        .load(conn)?;
    ids.into_iter().map(|id| value("received_mails", id, id)).collect()
}

/// What became of a claimed message. False, when the lease had ended and another has it: then nothing else of the transaction may stand.
///
/// # Errors
/// A unique violation, where another with the same key was settled meanwhile.
pub fn settle(
    conn: &mut Conn,
    id: MailId,
    leased_until: Instant,
    told: &Told,
    settled: &Settled,
    now: Instant,
) -> Result<bool, StoreError> {
    if let Some(outdone) = settled.outdone {
        diesel::update(received_mails::table.find(outdone.get())).set(received_mails::message_key.eq(None::<String>)).execute(conn)?;
    }
    let leased = received_mails::table
        .find(id.get())
        .filter(received_mails::state.eq(MailState::Kept.name()))
        .filter(received_mails::leased_until.eq(Stamp(leased_until)));
    let said = (
        received_mails::message_id.eq(&told.message_id),
        received_mails::from_address.eq(&told.from_address),
        received_mails::from_name.eq(&told.from_name),
        received_mails::subject.eq(&told.subject),
        received_mails::is_proven.eq(told.is_proven),
    );
    let became = (
        received_mails::state.eq(settled.state.name()),
        received_mails::why.eq(&settled.why),
        received_mails::ticket_id.eq(settled.ticket.map(TicketId::get)),
        received_mails::person_id.eq(settled.person.map(PersonId::get)),
        received_mails::duplicate_of_id.eq(settled.duplicate_of.map(MailId::get)),
        received_mails::bounced_address.eq(&settled.bounced_address),
        received_mails::message_key.eq(&settled.message_key),
        received_mails::essence.eq(&settled.essence),
        received_mails::last_error.eq(&settled.last_error),
        received_mails::settled_at.eq(Some(Stamp(now))),
    );
    Ok(diesel::update(leased).set((said, became)).execute(conn)? == 1)
}

/// It could not be settled now; nobody tries before `retry_at`, and so many attempts count so far. False, when the lease had ended and another has it.
///
/// # Errors
/// Of the database.
pub fn put_off(
    conn: &mut Conn,
    id: MailId,
    leased_until: Instant,
    retry_at: Instant,
    n_attempts: u32,
    why: &str,
) -> Result<bool, StoreError> {
    let leased = received_mails::table
        .find(id.get())
        .filter(received_mails::state.eq(MailState::Kept.name()))
        .filter(received_mails::leased_until.eq(Stamp(leased_until)));
    let changes = (
        received_mails::leased_until.eq(Stamp(retry_at)),
        received_mails::n_attempts.eq(int(n_attempts)),
        received_mails::last_error.eq(Some(why)),
    );
    Ok(diesel::update(leased).set(changes).execute(conn)? == 1)
}

/// Somebody of the desk decides what becomes of a message that made nothing by itself. False, where it has made something since.
///
/// # Errors
/// Of the database.
pub fn settle_by_hand(
    conn: &mut Conn,
    id: MailId,
    by: PersonId,
    now: Instant,
    state: MailState,
    ticket: Option<TicketId>,
) -> Result<bool, StoreError> {
    let by_hand = [MailState::Ignored, MailState::Unmatched, MailState::Broken, MailState::Duplicate].map(MailState::name);
    let idle = received_mails::table.find(id.get()).filter(received_mails::state.eq_any(by_hand));
    let changes = (
        received_mails::state.eq(state.name()),
        received_mails::ticket_id.eq(ticket.map(TicketId::get)),
        received_mails::handled_by.eq(Some(by.get())),
        received_mails::settled_at.eq(Some(Stamp(now))),
    );
    Ok(diesel::update(idle).set(changes).execute(conn)? == 1)
}

/// Somebody of the desk looked at a message that made nothing, and nothing is to be made of it: it is ignored. False, where it has become something since.
///
/// # Errors
/// Of the database.
pub fn dismiss(conn: &mut Conn, id: MailId, by: PersonId, now: Instant) -> Result<bool, StoreError> {
    let waiting = [MailState::Unmatched, MailState::Broken].map(MailState::name);
    let changes = (
        received_mails::state.eq(MailState::Ignored.name()),
        received_mails::handled_by.eq(Some(by.get())),
        received_mails::settled_at.eq(Some(Stamp(now))),
    );
    let waiting = received_mails::table.find(id.get()).filter(received_mails::state.eq_any(waiting));
    Ok(diesel::update(waiting).set(changes).execute(conn)? == 1)
}

/// The ticket that was made by hand of a message, in the transaction that settled it so.
///
/// # Errors
/// Of the database.
pub fn set_ticket(conn: &mut Conn, id: MailId, ticket: TicketId) -> Result<(), StoreError> {
    diesel::update(received_mails::table.find(id.get())).set(received_mails::ticket_id.eq(Some(ticket.get()))).execute(conn)?;
    Ok(())
}

/// One message.
///
/// # Errors
/// Of the database.
pub fn find(conn: &mut Conn, id: MailId) -> Result<Option<MailRow>, StoreError> {
    let found: Option<Raw> = received_mails::table.find(id.get()).select(Raw::as_select()).get_result(conn).optional()?;
    Ok(rows(conn, found.into_iter().collect())?.pop())
}

/// The first message with this key.
///
/// # Errors
/// Of the database.
pub fn find_by_key(conn: &mut Conn, message_key: &str) -> Result<Option<MailRow>, StoreError> {
    let found: Option<Raw> =
        received_mails::table.filter(received_mails::message_key.eq(message_key)).select(Raw::as_select()).get_result(conn).optional()?;
    Ok(rows(conn, found.into_iter().collect())?.pop())
}

/// Messages of this address, in lower case, that made something since then.
///
/// # Errors
/// Of the database.
pub fn count_of_sender(conn: &mut Conn, from_address: &str, since: Instant) -> Result<i64, StoreError> {
    Ok(received_mails::table
        .filter(received_mails::from_address.eq(from_address))
        .filter(received_mails::received_at.gt(Stamp(since)))
        .filter(received_mails::state.eq_any([MailState::Opened.name(), MailState::Answered.name()]))
        .count()
        .get_result(conn)?)
}

/// As whom a message of this address was last taken: a contact who is active. For a sender whose address is not on record as an active one's.
///
/// # Errors
/// Of the database.
pub fn find_contact_of_sender(conn: &mut Conn, from_address: &str) -> Result<Option<PersonId>, StoreError> {
    let found: Option<i64> = received_mails::table
        .inner_join(people::table.on(received_mails::person_id.eq(people::id.nullable())))
        .filter(received_mails::from_address.eq(from_address))
        .filter(people::is_contact.eq(true))
        .filter(people::is_active.eq(true))
        .order(received_mails::id.desc())
        .select(people::id)
        .first(conn)
        .optional()?;
    found.map(|id| value("people", id, id)).transpose()
}

/// Messages, the newest first, before the one that the page before ended with.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, filter: &MailFilter, before: Option<MailId>, limit: u32) -> Result<Vec<MailRow>, StoreError> {
    let mut query = received_mails::table.select(Raw::as_select()).into_boxed();
    if !filter.states.is_empty() {
        let states: Vec<&'static str> = filter.states.iter().map(|state| state.name()).collect();
        query = query.filter(received_mails::state.eq_any(states));
    }
    if let Some(address) = &filter.from_address {
        query = query.filter(received_mails::from_address.eq(address.clone()));
    }
    if let Some(from) = filter.received_from {
        query = query.filter(received_mails::received_at.ge(Stamp(from)));
    }
    if let Some(until) = filter.received_until {
        query = query.filter(received_mails::received_at.lt(Stamp(until)));
    }
    if let Some(ticket) = filter.ticket {
        query = query.filter(received_mails::ticket_id.eq(ticket.get()));
    }
    if let Some(before) = before {
        query = query.filter(received_mails::id.lt(before.get()));
    }
    let found: Vec<Raw> = query.order(received_mails::id.desc()).limit(limit.into()).load(conn)?;
    rows(conn, found)
}

/// How many messages are not settled, and since when the oldest of them waits.
///
/// # Errors
/// Of the database.
pub fn depth(conn: &mut Conn) -> Result<(i64, Option<Instant>), StoreError> {
    let (count, oldest): (i64, Option<Stamp>) = received_mails::table
        .filter(received_mails::state.eq(MailState::Kept.name()))
        .select((diesel::dsl::count_star(), diesel::dsl::min(received_mails::received_at)))
        .get_result(conn)?;
    Ok((count, oldest.map(Instant::from)))
}

/// Does a message have these bytes?
pub(crate) fn is_content_used(conn: &mut Conn, sha256: &str) -> Result<bool, StoreError> {
    let one: Option<i64> =
        received_mails::table.filter(received_mails::sha256.eq(sha256)).select(received_mails::id).first(conn).optional()?;
    Ok(one.is_some())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = received_mails)]
struct Raw {
    id: i64,
    sha256: String,
    n_bytes: i64,
    is_whole: bool,
    received_at: Stamp,
    envelope_sender: Option<String>,
    envelope_recipient: Option<String>,
    message_id: Option<String>,
    from_address: Option<String>,
    from_name: Option<String>,
    subject: Option<String>,
    is_proven: Option<bool>,
    state: String,
    why: Option<String>,
    ticket_id: Option<i64>,
    person_id: Option<i64>,
    duplicate_of_id: Option<i64>,
    bounced_address: Option<String>,
    message_key: Option<String>,
    essence: Option<String>,
    handled_by: Option<i64>,
    settled_at: Option<Stamp>,
    leased_until: Stamp,
    n_attempts: i32,
    last_error: Option<String>,
}

/// With the names of the people that they refer to.
fn rows(conn: &mut Conn, found: Vec<Raw>) -> Result<Vec<MailRow>, StoreError> {
    let ids: BTreeSet<i64> = found.iter().flat_map(|raw| [raw.person_id, raw.handled_by]).flatten().collect();
    let mut names: BTreeMap<i64, String> = BTreeMap::new();
    if !ids.is_empty() {
        let ids: Vec<i64> = ids.into_iter().collect();
        names.extend(people::table.filter(people::id.eq_any(ids)).select((people::id, people::name)).load::<(i64, String)>(conn)?);
    }
    found.into_iter().map(|raw| row(raw, &names)).collect()
}

fn row(raw: Raw, names: &BTreeMap<i64, String>) -> Result<MailRow, StoreError> {
    const TABLE: &str = "received_mails";
    let id = raw.id;
    let handler: Option<PersonId> = maybe(TABLE, id, raw.handled_by)?;
    let name_of = |person: Option<i64>| person.and_then(|person| names.get(&person).cloned());
    Ok(MailRow {
        id: value(TABLE, id, id)?,
        new: NewMail {
            sha256: raw.sha256,
            n_bytes: raw.n_bytes,
            is_whole: raw.is_whole,
            received_at: raw.received_at.0,
            envelope_sender: raw.envelope_sender,
            envelope_recipient: raw.envelope_recipient,
        },
        told: Told {
            message_id: raw.message_id,
            from_address: raw.from_address,
            from_name: raw.from_name,
            subject: raw.subject,
            is_proven: raw.is_proven,
        },
        settled: Settled {
            state: value(TABLE, id, raw.state)?,
            why: raw.why,
            ticket: maybe(TABLE, id, raw.ticket_id)?,
            person: maybe(TABLE, id, raw.person_id)?,
            duplicate_of: maybe(TABLE, id, raw.duplicate_of_id)?,
            bounced_address: raw.bounced_address,
            message_key: raw.message_key,
            outdone: None,
            essence: raw.essence,
            last_error: raw.last_error,
        },
        person_name: name_of(raw.person_id),
        handled_by: handler.zip(name_of(raw.handled_by)),
        settled_at: raw.settled_at.map(Instant::from),
        leased_until: raw.leased_until.0,
        n_attempts: value(TABLE, id, raw.n_attempts)?,
    })
}
