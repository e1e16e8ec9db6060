//! The answers that were given, so that a request that comes again under its key gets the same one and nothing is done twice.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use diesel::upsert::excluded;
use domain::{Instant, PersonId};

use crate::asked::Steady;
use crate::conn::Conn;
use crate::error::StoreError;
use crate::schema::tickets::idempotency;
use crate::streams::by_eights;
use crate::types::Stamp;

/// How long an answer is kept.
pub const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// What a key belongs to: one person on one route. The same key elsewhere is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub person: PersonId,
    pub route: String,
    pub key: String,
}

/// The answer that a key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Of the request, so that another one under the same key is refused.
    pub request_hash: Vec<u8>,
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    /// None: the answer showed a secret, and is not shown again.
    pub body: Option<String>,
}

/// When a key is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Before anything else is done: whoever comes second does nothing.
    First,
    /// With the answer, where doing it twice is noticed anyway, and undone: one journey less to PostgreSQL, one walk less on SQLite.
    Last,
}

/// Why a key was not begun, or its answer not kept.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// Another request has it: look the answer up.
    #[error("the key is taken")]
    Taken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for BeginError {
    fn from(error: diesel::result::Error) -> BeginError {
        BeginError::Store(error.into())
    }
}

/// The answer kept under a key that was begun at `not_before` or later.
///
/// # Errors
/// Of the database.
pub fn find(conn: &mut Conn, key: &IdempotencyKey, not_before: Instant) -> Result<Option<Kept>, StoreError> {
    type Row = (Vec<u8>, Option<i32>, Option<String>, Option<String>, Option<String>);
    let row: Option<Row> = idempotency::table
        .find((key.person.get(), &key.route, &key.key))
        .filter(idempotency::created_at.ge(Stamp(not_before)))
        .filter(idempotency::status.is_not_null())
        .select((idempotency::request_hash, idempotency::status, idempotency::etag, idempotency::location, idempotency::body))
        .get_result(conn)
        .optional()?;
    let Some((request_hash, Some(status), etag, location, body)) = row else {
        return Ok(None);
    };
    let status = u16::try_from(status).map_err(|why| StoreError::corrupt("idempotency", &key.key, why))?;
    Ok(Some(Kept { request_hash, status, etag, location, body }))
}

/// Begins the transaction that does what the key stands for. A key that has expired is taken over.
///
/// On PostgreSQL at READ COMMITTED a second request under the key waits at the unique index for the first's commit, here or in [`finish`], and then
/// finds it taken; if the first is rolled back it goes on. On SQLite one writes at a time: whether the key is free is all there is to know, and the
/// record is written once, by [`finish`]. With [`Claim::Last`] nothing is done here.
///
/// # Errors
/// Taken.
pub fn begin(conn: &mut Conn, key: &IdempotencyKey, request_hash: &[u8], now: Instant, claim: Claim) -> Result<(), BeginError> {
    if claim == Claim::Last {
        return Ok(());
    }
    let is_taken = match conn {
        Conn::Postgres(conn) => {
            let row = (
                idempotency::person_id.eq(key.person.get()),
                idempotency::route.eq(&key.route),
                idempotency::key.eq(&key.key),
                idempotency::request_hash.eq(request_hash),
                idempotency::created_at.eq(Stamp(now)),
            );
            let begun_again = (
                idempotency::request_hash.eq(excluded(idempotency::request_hash)),
                idempotency::created_at.eq(excluded(idempotency::created_at)),
                idempotency::status.eq(None::<i32>),
                idempotency::etag.eq(None::<String>),
                idempotency::location.eq(None::<String>),
                idempotency::body.eq(None::<String>),
            );
            let key_of = (idempotency::person_id, idempotency::route, idempotency::key);
            let insert = diesel::insert_into(idempotency::table).values(row).on_conflict(key_of).do_update().set(begun_again);
            let insert = diesel::query_dsl::methods::FilterDsl::filter(insert, idempotency::created_at.lt(Stamp(now - LIFETIME)));
            Steady(insert.returning(idempotency::person_id)).written::<i64, _>(conn)? == 0
        }
        Conn::Sqlite(conn) => is_kept(conn, key, now)?,
    };
    if is_taken { Err(BeginError::Taken) } else { Ok(()) }
}

/// Is the key taken, by a record that has not expired?
fn is_kept(conn: &mut SqliteConnection, key: &IdempotencyKey, now: Instant) -> Result<bool, StoreError> {
    let kept = idempotency::table.find((key.person.get(), &key.route, &key.key)).select(idempotency::created_at);
    let begun: Option<Stamp> = kept.get_result(conn).optional()?;
    Ok(begun.is_some_and(|Stamp(begun)| begun >= now - LIFETIME))
}

/// Keeps the answer, in the transaction that began the key, with the same `now`.
///
/// # Errors
/// Taken, where [`Claim::Last`] comes second: all that was done is to be undone.
pub fn finish(conn: &mut Conn, key: &IdempotencyKey, kept: &Kept, now: Instant) -> Result<(), BeginError> {
    let row = NewRow::of(key, kept, now);
    match conn {
        Conn::Postgres(conn) => {
            let answered = (
                idempotency::request_hash.eq(excluded(idempotency::request_hash)),
                idempotency::created_at.eq(excluded(idempotency::created_at)),
                idempotency::status.eq(excluded(idempotency::status)),
                idempotency::etag.eq(excluded(idempotency::etag)),
                idempotency::location.eq(excluded(idempotency::location)),
                idempotency::body.eq(excluded(idempotency::body)),
            );
            let key_of = (idempotency::person_id, idempotency::route, idempotency::key);
            let insert = diesel::insert_into(idempotency::table).values(&row).on_conflict(key_of).do_update().set(answered);
            // One without an answer is this transaction's own: nobody else sees it before its commit, which it does not reach without one.
            let is_free = idempotency::status.is_null().or(idempotency::created_at.lt(Stamp(now - LIFETIME)));
            let insert = diesel::query_dsl::methods::FilterDsl::filter(insert, is_free);
            if Steady(insert.returning(idempotency::person_id)).written::<i64, _>(conn)? == 0 {
                return Err(BeginError::Taken);
            }
        }
        Conn::Sqlite(conn) => {
            if diesel::insert_or_ignore_into(idempotency::table).values(&row).execute(conn)? == 0 {
                if is_kept(conn, key, now)? {
                    return Err(BeginError::Taken);
                }
                diesel::replace_into(idempotency::table).values(&row).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Keeps several answers at once, each under a key that is free: with [`Claim::Last`] for all of them.
///
/// # Errors
/// Taken, where one is not: all that was done is to be undone.
pub fn finish_many(conn: &mut Conn, kept: &[(IdempotencyKey, Kept)], now: Instant) -> Result<(), BeginError> {
    let Conn::Postgres(pg) = conn else {
        return kept.iter().try_for_each(|(key, kept)| finish(conn, key, kept, now));
    };
    let mut rows: Vec<NewRow<'_>> = kept.iter().map(|(key, kept)| NewRow::of(key, kept, now)).collect();
    // In one order for all: of two transactions that have two keys in common, neither waits for the other in a ring.
    rows.sort_by_key(|row| (row.person_id, row.route, row.key));
    let mut n_kept = 0;
    by_eights!(&rows, some => n_kept += diesel::insert_into(idempotency::table).values(some).on_conflict_do_nothing().execute(pg)?);
    if n_kept == rows.len() { Ok(()) } else { Err(BeginError::Taken) }
}

#[derive(Insertable)]
#[diesel(table_name = idempotency, treat_none_as_default_value = false)]
struct NewRow<'a> {
    person_id: i64,
    route: &'a str,
    key: &'a str,
    request_hash: &'a [u8],
    created_at: Stamp,
    status: i32,
    etag: Option<&'a str>,
    location: Option<&'a str>,
    body: Option<&'a str>,
}

impl<'a> NewRow<'a> {
    fn of(key: &'a IdempotencyKey, kept: &'a Kept, now: Instant) -> NewRow<'a> {
        NewRow {
            person_id: key.person.get(),
            route: &key.route,
            key: &key.key,
            request_hash: &kept.request_hash,
            created_at: Stamp(now),
            status: i32::from(kept.status),
            etag: kept.etag.as_deref(),
            location: kept.location.as_deref(),
            body: kept.body.as_deref(),
        }
    }
}

/// Forgets what was begun before then.
///
/// # Errors
/// Of the database.
pub fn purge(conn: &mut Conn, before: Instant) -> Result<usize, StoreError> {
    Ok(diesel::delete(idempotency::table.filter(idempotency::created_at.lt(Stamp(before)))).execute(conn)?)
}
