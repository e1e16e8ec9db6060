//! Who is to be told of what. Rows are written with their events, claimed by a lease, and done; so each is delivered at least once.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::{Instant, NoticeState as State, PersonId, ProviderId, TicketId};
use serde_json::Value;

use crate::asked::{Asked, limit_for};
use crate::conn::Conn;
use crate::error::StoreError;
use crate::rows::parsed;
use crate::schema::directory::{people, providers};
use crate::schema::tickets::outbox;
use crate::streams::insert_all;
use crate::types::{Stamp, int, maybe, value};

/// Somebody to be told of something. Its message is made, and whether they may still see it is looked up, when it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The ticket and the event's place in its stream; none for what concerns no ticket.
    pub ticket: Option<(TicketId, u32)>,
    pub to: Addressee,
    /// Which message.
    pub kind: String,
    /// What the message needs and no event holds. Never a secret.
    pub details: Option<Value>,
}

/// Whom a notice is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Addressee {
    Person(PersonId),
    Provider(ProviderId),
    /// Somebody whom no record knows.
    Address {
        name: Option<String>,
        address: String,
        /// A tag: `es-PE`, `en`.
        language: Option<String>,
    },
}

/// A notice that a worker has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    pub id: i64,
    pub notice: Notice,
    pub created_at: Instant,
    /// The worker's claim; `sent` and the others ask for it, so that one who is late changes nothing.
    pub leased_until: Instant,
    /// With this one.
    pub n_attempts: u32,
    pub last_error: Option<String>,
}

/// A notice as it is looked at: with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub id: i64,
    pub notice: Notice,
    /// The person's or the provider's name as it is now, or the name that the notice was written with.
    pub to_name: Option<String>,
    /// Where it went, or is to go where no record says.
    pub to_address: Option<String>,
    pub state: State,
    pub created_at: Instant,
    /// While it is queued: nobody tries before then.
    pub due_at: Instant,
    pub n_attempts: u32,
    pub last_error: Option<String>,
    /// When it was sent, given up or cancelled.
    pub done_at: Option<Instant>,
    pub subject: Option<String>,
    pub message_id: Option<String>,
}

/// Which notices a list holds. The default is all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: Option<State>,
    pub ticket: Option<TicketId>,
    pub person: Option<PersonId>,
}

/// What is kept of a mail that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub to_address: String,
    pub subject: String,
    pub message_id: String,
}

#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct NewRow {
    ticket_id: Option<i64>,
    position: Option<i32>,
    person_id: Option<i64>,
    provider_id: Option<i64>,
    to_name: Option<String>,
    to_address: Option<String>,
    language: Option<String>,
    kind: String,
    details: Option<String>,
    created_at: Stamp,
    leased_until: Stamp,
    n_attempts: i32,
    state: &'static str,
}

impl NewRow {
    fn of(notice: &Notice, now: Instant, due: Instant) -> NewRow {
        let (person, provider, (to_name, to_address, language)) = match &notice.to {
            Addressee::Person(person) => (Some(person.get()), None, (None, None, None)),
            Addressee::Provider(provider) => (None, Some(provider.get()), (None, None, None)),
            Addressee::Address { name, address, language } => (None, None, (name.clone(), Some(address.clone()), language.clone())),
        };
        NewRow {
            ticket_id: notice.ticket.map(|(ticket, _)| ticket.get()),
            position: notice.ticket.map(|(_, position)| int(position)),
            person_id: person,
            provider_id: provider,
            to_name,
            to_address,
            language,
            kind: notice.kind.clone(),
            details: notice.details.as_ref().map(Value::to_string),
            created_at: Stamp(now),
            leased_until: Stamp(due),
            n_attempts: 0,
            state: State::Queued.name(),
        }
    }
}

/// The row, while this worker's lease is its last.
macro_rules! leased {
    ($id:expr, $leased_until:expr) => {
        outbox::table.find($id).filter(outbox::leased_until.eq(Stamp($leased_until))).filter(outbox::done_at.is_null())
    };
}

/// Writes notices, to be sent from now on.
///
/// # Errors
/// Of the database.
pub fn enqueue(conn: &mut Conn, notices: &[Notice], now: Instant) -> Result<(), StoreError> {
    write(conn, notices.iter().map(|notice| NewRow::of(notice, now, now)).collect())
}

/// Writes notices, each of which nobody sends before its time: what happens until then may leave nothing to say.
///
/// # Errors
/// Of the database.
pub fn enqueue_due(conn: &mut Conn, notices: &[(Notice, Instant)], now: Instant) -> Result<(), StoreError> {
    write(conn, notices.iter().map(|(notice, due)| NewRow::of(notice, now, *due)).collect())
}

fn write(conn: &mut Conn, rows: Vec<NewRow>) -> Result<(), StoreError> {
    insert_all!(conn, outbox::table, &rows);
    Ok(())
}

/// Is there a notice to send now? Asked before [`claim`], which writes.
///
/// # Errors
/// Of the database.
pub fn is_due(conn: &mut Conn, now: Instant) -> Result<bool, StoreError> {
    let due = outbox::table.filter(outbox::done_at.is_null()).filter(outbox::leased_until.le(Stamp(now))).select(outbox::id);
    let found: Vec<i64> = Asked::limited(due, 1).load(conn)?;
    Ok(!found.is_empty())
}

/// The columns that say for whom a notice is, and of what.
type NoticeColumns = (
    outbox::ticket_id,
    outbox::position,
    outbox::person_id,
    outbox::provider_id,
    outbox::to_name,
    outbox::to_address,
    outbox::language,
    outbox::kind,
    outbox::details,
);

const NOTICE: NoticeColumns = (
    outbox::ticket_id,
    outbox::position,
    outbox::person_id,
    outbox::provider_id,
    outbox::to_name,
    outbox::to_address,
    outbox::language,
    outbox::kind,
    outbox::details,
);

type NoticeRow =
    (Option<i64>, Option<i32>, Option<i64>, Option<i64>, Option<String>, Option<String>, Option<String>, String, Option<String>);

fn notice(id: i64, (ticket, position, person, provider, name, address, language, kind, details): NoticeRow) -> Result<Notice, StoreError> {
    let ticket: Option<TicketId> = maybe("outbox", id, ticket)?;
    let position: Option<u32> = maybe("outbox", id, position)?;
    let to = match (person, provider, address) {
        (Some(person), _, _) => Addressee::Person(value("outbox", id, person)?),
        (None, Some(provider), _) => Addressee::Provider(value("outbox", id, provider)?),
        (None, None, Some(address)) => Addressee::Address { name, address, language },
        (None, None, None) => return Err(StoreError::corrupt("outbox", id, "it is for nobody")),
    };
    let details = details.map(|text| parsed("outbox", id, &text)).transpose()?;
    Ok(Notice { ticket: ticket.zip(position), to, kind, details })
}

/// Claims up to `n` notices that nobody has, the longest due first.
///
/// The condition stands on the outer UPDATE too: on PostgreSQL at READ COMMITTED two workers may choose the same rows, the second waits for the
/// first's row lock and looks at the outer condition again, and only that keeps it from claiming the row a second time.
///
/// # Errors
/// Of the database.
pub fn claim(conn: &mut Conn, now: Instant, lease: TimeDelta, n: u32) -> Result<Vec<OutboxRow>, StoreError> {
    type Row = (i64, NoticeRow, (Stamp, Stamp, i32, Option<String>));
    let chosen = diesel::alias!(outbox as chosen);
    let due = chosen
        .filter(chosen.field(outbox::done_at).is_null())
        .filter(chosen.field(outbox::leased_until).le(Stamp(now)))
        .order((chosen.field(outbox::leased_until), chosen.field(outbox::id)))
        .limit(n.into())
        .select(chosen.field(outbox::id));
    let rows: Vec<Row> = diesel::update(
        outbox::table.filter(outbox::id.eq_any(due)).filter(outbox::done_at.is_null()).filter(outbox::leased_until.le(Stamp(now))),
    )
    .set((outbox::leased_until.eq(Stamp(now + lease)), outbox::n_attempts.eq(outbox::n_attempts + 1)))
    .returning((outbox::id, NOTICE, (outbox::created_at, outbox::leased_until, outbox::n_attempts, outbox::last_error)))
    .get_results(conn)?;
    let mut claimed: Vec<OutboxRow> = rows
        .into_iter()
        .map(|(id, columns, (created_at, leased_until, n_attempts, last_error))| {
            Ok(OutboxRow {
                id,
                notice: notice(id, columns)?,
                created_at: created_at.0,
                leased_until: leased_until.0,
                n_attempts: value("outbox", id, n_attempts)?,
                last_error,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    claimed.sort_by_key(|row| row.id);
    Ok(claimed)
}

/// It was sent. False, when the lease had ended and another worker has it.
///
/// # Errors
/// Of the database.
pub fn sent(conn: &mut Conn, id: i64, leased_until: Instant, now: Instant, sent: &Sent) -> Result<bool, StoreError> {
    let changes = (
        outbox::state.eq(State::Sent.name()),
        outbox::done_at.eq(Some(Stamp(now))),
        outbox::to_address.eq(Some(&sent.to_address)),
        outbox::subject.eq(Some(&sent.subject)),
        outbox::message_id.eq(Some(&sent.message_id)),
        outbox::last_error.eq(None::<String>),
    );
    Ok(diesel::update(leased!(id, leased_until)).set(changes).execute(conn)? == 1)
}

/// It was not sent; nobody tries before `retry_at`. False, when the lease had ended and another worker has it.
///
/// # Errors
/// Of the database.
pub fn put_off(conn: &mut Conn, id: i64, leased_until: Instant, retry_at: Instant, why: &str) -> Result<bool, StoreError> {
    let changes = (outbox::leased_until.eq(Stamp(retry_at)), outbox::last_error.eq(Some(why)));
    Ok(diesel::update(leased!(id, leased_until)).set(changes).execute(conn)? == 1)
}

/// It was not tried after all: anybody may have it from `due` on, and this attempt counts for nothing.
///
/// # Errors
/// Of the database.
pub fn release(conn: &mut Conn, id: i64, leased_until: Instant, due: Instant) -> Result<bool, StoreError> {
    let changes = (outbox::leased_until.eq(Stamp(due)), outbox::n_attempts.eq(outbox::n_attempts - 1));
    Ok(diesel::update(leased!(id, leased_until)).set(changes).execute(conn)? == 1)
}

/// It will not be sent; why stays on record. False, when the lease had ended and another worker has it.
///
/// # Errors
/// Of the database.
pub fn give_up(conn: &mut Conn, id: i64, leased_until: Instant, now: Instant, why: &str) -> Result<bool, StoreError> {
    end(conn, id, leased_until, now, State::Failed, why)
}

/// There is nothing to say any more; why stays on record. False, when the lease had ended and another worker has it.
///
/// # Errors
/// Of the database.
pub fn cancel(conn: &mut Conn, id: i64, leased_until: Instant, now: Instant, why: &str) -> Result<bool, StoreError> {
    end(conn, id, leased_until, now, State::Cancelled, why)
}

fn end(conn: &mut Conn, id: i64, leased_until: Instant, now: Instant, state: State, why: &str) -> Result<bool, StoreError> {
    let changes = (outbox::state.eq(state.name()), outbox::done_at.eq(Some(Stamp(now))), outbox::last_error.eq(Some(why)));
    Ok(diesel::update(leased!(id, leased_until)).set(changes).execute(conn)? == 1)
}

/// Once more from the beginning, for one that failed or was cancelled. False for any other.
///
/// # Errors
/// Of the database.
pub fn retry(conn: &mut Conn, id: i64, now: Instant) -> Result<bool, StoreError> {
    let ended = outbox::table.find(id).filter(outbox::state.eq_any([State::Failed.name(), State::Cancelled.name()]));
    let changes = (
        outbox::state.eq(State::Queued.name()),
        outbox::done_at.eq(None::<Stamp>),
        outbox::leased_until.eq(Stamp(now)),
        outbox::n_attempts.eq(0),
        outbox::last_error.eq(None::<String>),
    );
    Ok(diesel::update(ended).set(changes).execute(conn)? == 1)
}

/// A mail that was sent came back for good: it has failed. False where no mail that was sent has this Message-ID.
///
/// # Errors
/// Of the database.
pub fn came_back(conn: &mut Conn, message_id: &str, why: &str) -> Result<bool, StoreError> {
    let sent = outbox::table.filter(outbox::message_id.eq(message_id)).filter(outbox::state.eq(State::Sent.name()));
    let changes = (outbox::state.eq(State::Failed.name()), outbox::last_error.eq(Some(why)));
    Ok(diesel::update(sent).set(changes).execute(conn)? > 0)
}

/// How many mails of that kind this person was sent since then.
///
/// # Errors
/// Of the database.
pub fn n_sent(conn: &mut Conn, person: PersonId, kind: &str, since: Instant) -> Result<i64, StoreError> {
    let sent = outbox::table
        .filter(outbox::person_id.eq(person.get()))
        .filter(outbox::kind.eq(kind))
        .filter(outbox::state.eq(State::Sent.name()))
        .filter(outbox::done_at.gt(Some(Stamp(since))));
    Ok(sent.count().get_result(conn)?)
}

type KeptRow = (
    i64,
    NoticeRow,
    (Option<String>, Option<String>),
    (String, Stamp, Stamp, i32, Option<String>, Option<Stamp>, Option<String>, Option<String>),
);

fn kept((id, columns, (person, provider), rest): KeptRow) -> Result<Kept, StoreError> {
    let (state, created_at, leased_until, n_attempts, last_error, done_at, subject, message_id) = rest;
    let (to_name, to_address) = (columns.4.clone(), columns.5.clone());
    Ok(Kept {
        id,
        notice: notice(id, columns)?,
        to_name: person.or(provider).or(to_name),
        to_address,
        state: value("outbox", id, state)?,
        created_at: created_at.0,
        due_at: leased_until.0,
        n_attempts: value("outbox", id, n_attempts)?,
        last_error,
        done_at: done_at.map(Instant::from),
        subject,
        message_id,
    })
}

macro_rules! kept_rows {
    () => {
        outbox::table
            .left_join(people::table.on(outbox::person_id.eq(people::id.nullable())))
            .left_join(providers::table.on(outbox::provider_id.eq(providers::id.nullable())))
            .select((
                outbox::id,
                NOTICE,
                (people::name.nullable(), providers::name.nullable()),
                (
                    outbox::state,
                    outbox::created_at,
                    outbox::leased_until,
                    outbox::n_attempts,
                    outbox::last_error,
                    outbox::done_at,
                    outbox::subject,
                    outbox::message_id,
                ),
            ))
    };
}

/// Notices, the newest first, after the one that the page before ended with.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn list(conn: &mut Conn, filter: &Filter, before: Option<i64>, limit: u32) -> Result<Vec<Kept>, StoreError> {
    let mut query = kept_rows!().order(outbox::id.desc()).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(outbox::state.eq(state.name()));
    }
    if let Some(ticket) = filter.ticket {
        query = query.filter(outbox::ticket_id.eq(ticket.get()));
    }
    if let Some(person) = filter.person {
        query = query.filter(outbox::person_id.eq(person.get()));
    }
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    let found: Vec<KeptRow> = Asked::limited(query, limit_for(limit)).load(conn)?;
    found.into_iter().take(limit as usize).map(kept).collect()
}

/// One notice.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Kept>, StoreError> {
    let found: Option<KeptRow> = kept_rows!().filter(outbox::id.eq(id)).first(conn).optional()?;
    found.map(kept).transpose()
}

/// How many notices there are in each state.
///
/// # Errors
/// Of the database.
pub fn counts(conn: &mut Conn) -> Result<BTreeMap<State, i64>, StoreError> {
    let found: Vec<(String, i64)> = outbox::table.group_by(outbox::state).select((outbox::state, diesel::dsl::count_star())).load(conn)?;
    found.into_iter().map(|(state, n)| Ok((value("outbox", &state, state.clone())?, n))).collect()
}

/// How many notices are not done, and since when the oldest of them waits.
///
/// # Errors
/// Of the database.
pub fn depth(conn: &mut Conn) -> Result<(i64, Option<Instant>), StoreError> {
    let (count, oldest): (i64, Option<Stamp>) = outbox::table
        .filter(outbox::done_at.is_null())
        .select((diesel::dsl::count_star(), diesel::dsl::min(outbox::created_at)))
        .get_result(conn)?;
    Ok((count, oldest.map(Instant::from)))
}

/// Forgets what was done before then.
///
/// # Errors
/// Of the database.
pub fn purge(conn: &mut Conn, before: Instant) -> Result<usize, StoreError> {
    Ok(diesel::delete(outbox::table.filter(outbox::done_at.lt(Some(Stamp(before))))).execute(conn)?)
}
