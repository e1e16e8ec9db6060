//! Sessions: each a family of refresh tokens, of which only hashes are kept.
//!
//! A token is spent by rotating it into the next one. A spent token is accepted once more for a moment (the answer was lost, or two tabs asked
//! at once); after that it is a sign of theft, and the whole family is over.
//! Whoever touches a family writes its session's row first, so that two requests with one token go one after the other on both databases.

use chrono::TimeDelta;
use diesel::dsl::{Find, Select, exists};
use diesel::prelude::*;
use domain::{Instant, PersonId};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::origin;
use crate::schema::directory::{people, refresh_tokens, sessions};
use crate::schema::records::sign_ins;
use crate::types::{Stamp, value};

/// A sign-in's identity; access tokens name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub i64);

/// What came of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The new token stands in its place.
    Rotated { session: SessionId, person: PersonId },
    /// No such token, or its session is over already.
    Unknown,
    /// The session has lasted as long as it may.
    Expired,
    /// It was spent before: the family is revoked now.
    Reused { session: SessionId },
}

/// A new session with its first token. Waits for a change of the person's password that is under way: whoever reads the password's hash after
/// this, in the same transaction, reads the one that holds while the session begins.
pub fn open(conn: &mut Conn, person: PersonId, token_hash: &[u8], now: Instant, expires_at: Instant) -> Result<SessionId, StoreError> {
    diesel::update(people::table.find(person.get())).set(people::signed_in_at.eq(Stamp(now))).execute(conn)?;
    let id: i64 = diesel::insert_into(sessions::table)
        .values((
            sessions::person_id.eq(person.get()),
            sessions::opened_at.eq(Stamp(now)),
            sessions::used_at.eq(Stamp(now)),
            sessions::expires_at.eq(Stamp(expires_at)),
            sessions::is_revoked.eq(false),
        ))
        .returning(sessions::id)
        .get_result(conn)?;
    issue(conn, id, token_hash, now)?;
    diesel::insert_into(sign_ins::table)
        .values((sign_ins::at.eq(Stamp(now)), sign_ins::person_id.eq(person.get()), sign_ins::origin.eq(origin::current())))
        .execute(conn)?;
    Ok(SessionId(id))
}

/// Spend a token, and put the new one in its place. An Ok of whatever kind is to be committed: it may hold a revocation.
pub fn rotate(conn: &mut Conn, old_hash: &[u8], new_hash: &[u8], now: Instant, grace: TimeDelta) -> Result<Rotation, StoreError> {
    // First, so that requests with tokens of this family go one after the other from here.
    let family = diesel::update(sessions::table.filter(sessions::id.eq_any(family_of(old_hash))))
        .set(sessions::used_at.eq(Stamp(now)))
        .returning((sessions::id, sessions::person_id, sessions::expires_at, sessions::is_revoked))
        .get_result::<(i64, i64, Stamp, bool)>(conn)
        .optional()?;
    let Some((session, person, expires_at, is_revoked)) = family else { return Ok(Rotation::Unknown) };
    if is_revoked || !is_active(conn, person)? {
        return Ok(Rotation::Unknown);
    }
    if Instant::from(expires_at) <= now {
        return Ok(Rotation::Expired);
    }
    let token = refresh_tokens::table.find(old_hash).select((refresh_tokens::spent_at, refresh_tokens::is_graced));
    match token.first::<(Option<Stamp>, bool)>(conn)? {
        (None, _) => spend(conn, session, now)?,
        (Some(spent_at), false) if now - Instant::from(spent_at) <= grace => use_grace(conn, old_hash)?,
        _ => {
            diesel::update(sessions::table.find(session)).set(sessions::is_revoked.eq(true)).execute(conn)?;
            return Ok(Rotation::Reused { session: SessionId(session) });
        }
    }
    issue(conn, session, new_hash, now)?;
    Ok(Rotation::Rotated { session: SessionId(session), person: value("sessions", session, person)? })
}

/// Sign out: the token's session is over. A token that is not known is no error.
pub fn revoke(conn: &mut Conn, token_hash: &[u8]) -> Result<(), StoreError> {
    let family = sessions::table.filter(sessions::id.eq_any(family_of(token_hash)));
    diesel::update(family).set(sessions::is_revoked.eq(true)).execute(conn)?;
    Ok(())
}

/// Every session of the person but that one is over.
pub fn revoke_all(conn: &mut Conn, person: PersonId, except: Option<SessionId>) -> Result<(), StoreError> {
    // Identities begin at 1.
    let except = except.map_or(0, |session| session.0);
    let open =
        sessions::table.filter(sessions::person_id.eq(person.get())).filter(sessions::id.ne(except)).filter(sessions::is_revoked.eq(false));
    diesel::update(open).set(sessions::is_revoked.eq(true)).execute(conn)?;
    Ok(())
}

/// Is the session neither over nor expired, and its person not disabled?
pub fn is_open(conn: &mut Conn, session: SessionId, now: Instant) -> Result<bool, StoreError> {
    let open = sessions::table
        .inner_join(people::table)
        .filter(sessions::id.eq(session.0))
        .filter(sessions::is_revoked.eq(false))
        .filter(sessions::expires_at.gt(Stamp(now)))
        .filter(people::is_active)
        .filter(people::is_contact.eq(false));
    Ok(diesel::select(exists(open)).get_result(conn)?)
}

/// Forget the sessions that expired before then. Returns how many.
pub fn purge(conn: &mut Conn, before: Instant) -> Result<usize, StoreError> {
    let expired = || sessions::table.filter(sessions::expires_at.lt(Stamp(before)));
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::session_id.eq_any(expired().select(sessions::id)))).execute(conn)?;
    Ok(diesel::delete(expired()).execute(conn)?)
}

/// The session of a token, as a subquery.
fn family_of(token_hash: &[u8]) -> Select<Find<refresh_tokens::table, &[u8]>, refresh_tokens::session_id> {
    refresh_tokens::table.find(token_hash).select(refresh_tokens::session_id)
}

fn is_active(conn: &mut Conn, person: i64) -> Result<bool, StoreError> {
    let found = people::table.find(person).filter(people::is_active).filter(people::is_contact.eq(false));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Every unspent token of the family is spent now: the one that was shown, and the sibling that a grace left beside it.
fn spend(conn: &mut Conn, session: i64, now: Instant) -> Result<(), StoreError> {
    let unspent = refresh_tokens::table.filter(refresh_tokens::session_id.eq(session)).filter(refresh_tokens::spent_at.is_null());
    diesel::update(unspent).set(refresh_tokens::spent_at.eq(Stamp(now))).execute(conn)?;
    Ok(())
}

fn use_grace(conn: &mut Conn, token_hash: &[u8]) -> Result<(), StoreError> {
    diesel::update(refresh_tokens::table.find(token_hash)).set(refresh_tokens::is_graced.eq(true)).execute(conn)?;
    Ok(())
}

fn issue(conn: &mut Conn, session: i64, token_hash: &[u8], now: Instant) -> Result<(), StoreError> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(token_hash),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(Stamp(now)),
            refresh_tokens::is_graced.eq(false),
        ))
        .execute(conn)?;
    Ok(())
}
