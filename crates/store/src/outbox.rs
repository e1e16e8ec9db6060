//! Who is to be told of what. Rows are written with their events, claimed by a lease, and done; so each is delivered at least once.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::{Instant, PersonId, TicketId};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::schema::tickets::outbox;
use crate::streams::insert_all;
use crate::types::{Stamp, int, value};

/// Somebody to be told of an event. Its message is made, and whether they may still see it is looked up, when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub ticket: TicketId,
    /// The event's place in its stream.
    pub position: u32,
    pub person: PersonId,
    /// Which message.
    pub kind: String,
}

/// A notice that a worker has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: i64,
    pub notice: Notice,
    pub created_at: Instant,
    /// The worker's claim; `done` and `failed` ask for it, so that one who is late changes nothing.
    pub leased_until: Instant,
    /// With this one.
    pub n_attempts: u32,
    pub last_error: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct NewRow {
    ticket_id: i64,
    position: i32,
    person_id: i64,
    kind: String,
    created_at: Stamp,
    leased_until: Stamp,
    n_attempts: i32,
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
    let rows: Vec<NewRow> = notices
        .iter()
        .map(|notice| NewRow {
            ticket_id: notice.ticket.get(),
            position: int(notice.position),
            person_id: notice.person.get(),
            kind: notice.kind.clone(),
            created_at: Stamp(now),
            leased_until: Stamp(now),
            n_attempts: 0,
        })
        .collect();
    insert_all!(conn, outbox::table, &rows);
    Ok(())
}

/// Claims up to `n` notices that nobody has, the longest due first.
///
/// The condition stands on the outer UPDATE too: on PostgreSQL at READ COMMITTED two workers may choose the same rows, the second waits for the
/// first's row lock and looks at the outer condition again, and only that keeps it from claiming the row a second time.
///
/// # Errors
/// Of the database.
pub fn claim(conn: &mut Conn, now: Instant, lease: TimeDelta, n: u32) -> Result<Vec<OutboxRow>, StoreError> {
    type Row = (i64, i64, i32, i64, String, (Stamp, Stamp, i32, Option<String>));
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
    .returning((
        outbox::id,
        outbox::ticket_id,
        outbox::position,
        outbox::person_id,
        outbox::kind,
        (outbox::created_at, outbox::leased_until, outbox::n_attempts, outbox::last_error),
    ))
    .get_results(conn)?;
    let mut claimed: Vec<OutboxRow> = rows
        .into_iter()
        .map(|(id, ticket, position, person, kind, (created_at, leased_until, n_attempts, last_error))| {
            Ok(OutboxRow {
                id,
                notice: Notice {
                    ticket: value("outbox", id, ticket)?,
                    position: value("outbox", id, position)?,
                    person: value("outbox", id, person)?,
                    kind,
                },
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
pub fn done(conn: &mut Conn, id: i64, leased_until: Instant, now: Instant) -> Result<bool, StoreError> {
    Ok(diesel::update(leased!(id, leased_until)).set(outbox::done_at.eq(Some(Stamp(now)))).execute(conn)? == 1)
}

/// It was not sent; nobody tries before `retry_at`. False, when the lease had ended and another worker has it.
///
/// # Errors
/// Of the database.
pub fn failed(conn: &mut Conn, id: i64, leased_until: Instant, retry_at: Instant, why: &str) -> Result<bool, StoreError> {
    let changes = (outbox::leased_until.eq(Stamp(retry_at)), outbox::last_error.eq(Some(why)));
    Ok(diesel::update(leased!(id, leased_until)).set(changes).execute(conn)? == 1)
}

/// It will not be sent; why stays on record. False, when the lease had ended and another worker has it.
///
/// # Errors
/// Of the database.
pub fn give_up(conn: &mut Conn, id: i64, leased_until: Instant, now: Instant, why: &str) -> Result<bool, StoreError> {
    let changes = (outbox::done_at.eq(Some(Stamp(now))), outbox::last_error.eq(Some(why)));
    Ok(diesel::update(leased!(id, leased_until)).set(changes).execute(conn)? == 1)
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
