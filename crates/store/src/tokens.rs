//! Access tokens for integrations: what a person lets a program do in their name, until a day. Only hashes of their secrets are kept.

use diesel::prelude::*;
use domain::{Instant, Line, PersonId};
use serde::Serialize;

use crate::conn::Conn;
use crate::error::StoreError;
use crate::history::{Entity, Hand, keep};
use crate::records::RecordError;
use crate::schema::directory::people;
use crate::schema::records::access_tokens;
use crate::types::{Stamp, value};

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// What its person may read.
    Read,
    /// What its person may do.
    Write,
    /// To hand in received mail, and nothing else.
    Intake,
}

impl Scope {
    /// As the table names it.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Write => "write",
            Scope::Intake => "intake",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Scope, &'static str> {
        [Scope::Read, Scope::Write, Scope::Intake].into_iter().find(|scope| scope.name() == name).ok_or("no such scope")
    }
}

/// A token as its owner and the administrator see one. There is no secret in it, nor its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub id: i64,
    pub person: (PersonId, String),
    pub name: String,
    pub scope: Scope,
    pub created_at: Instant,
    pub expires_at: Instant,
    /// To the minute.
    pub last_used_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    pub person: PersonId,
    pub name: Line,
    pub scope: Scope,
    pub expires_at: Instant,
}

/// A token that is shown, and good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub id: i64,
    pub person: PersonId,
    pub scope: Scope,
    pub last_used_at: Option<Instant>,
}

/// Make a token, of whose secret this is the hash.
///
/// # Errors
/// Of the database.
pub fn insert(conn: &mut Conn, at: Instant, new: &NewToken, hash: &[u8]) -> Result<i64, StoreError> {
    let id: i64 = diesel::insert_into(access_tokens::table)
        .values((
            access_tokens::person_id.eq(new.person.get()),
            access_tokens::name.eq(new.name.as_str()),
            access_tokens::scope.eq(new.scope.name()),
            access_tokens::token_hash.eq(hash),
            access_tokens::created_at.eq(Stamp(at)),
            access_tokens::expires_at.eq(Stamp(new.expires_at)),
        ))
        .returning(access_tokens::id)
        .get_result(conn)?;
    let after = record(conn, id)?;
    keep(conn, Hand { by: Some(new.person), at }, (Entity::AccessToken, id, 1), None, &after)?;
    Ok(id)
}

/// The token of this hash, if it is neither revoked nor past its time.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn find_good(conn: &mut Conn, hash: &[u8], now: Instant) -> Result<Option<Shown>, StoreError> {
    let found: Option<(i64, i64, String, Option<Stamp>)> = access_tokens::table
        .filter(access_tokens::token_hash.eq(hash))
        .filter(access_tokens::revoked_at.is_null())
        .filter(access_tokens::expires_at.gt(Stamp(now)))
        .select((access_tokens::id, access_tokens::person_id, access_tokens::scope, access_tokens::last_used_at))
        .first(conn)
        .optional()?;
    found
        .map(|(id, person, scope, last_used_at)| {
            Ok(Shown {
                id,
                person: value("access_tokens", id, person)?,
                scope: value("access_tokens", id, scope)?,
                last_used_at: last_used_at.map(Instant::from),
            })
        })
        .transpose()
}

/// It was used then.
///
/// # Errors
/// Of the database.
pub fn note_use(conn: &mut Conn, id: i64, now: Instant) -> Result<(), StoreError> {
    diesel::update(access_tokens::table.find(id)).set(access_tokens::last_used_at.eq(Stamp(now))).execute(conn)?;
    Ok(())
}

/// It is good for nothing from now on; once it is, nothing changes. With `of`, only a token of that person.
///
/// # Errors
/// Not found.
pub fn revoke(conn: &mut Conn, by: Option<PersonId>, at: Instant, id: i64, of: Option<PersonId>) -> Result<(), RecordError> {
    let owner = of.map(PersonId::get);
    let revoked = diesel::update(access_tokens::table.find(id).filter(access_tokens::revoked_at.is_null()))
        .set(access_tokens::revoked_at.eq(Stamp(at)))
        .returning(access_tokens::person_id)
        .get_result::<i64>(conn)
        .optional()?;
    let person = match revoked {
        Some(person) => person,
        None => access_tokens::table.find(id).select(access_tokens::person_id).first(conn).optional()?.ok_or(RecordError::NotFound)?,
    };
    if owner.is_some_and(|owner| owner != person) {
        return Err(RecordError::NotFound); // The transaction is given up, and with it the revocation.
    }
    if revoked.is_some() {
        keep_revoked(conn, Hand { by, at }, id)?;
    }
    Ok(())
}

/// None of the person's tokens is good from now on.
pub(crate) fn revoke_all(conn: &mut Conn, hand: Hand, person: PersonId) -> Result<(), StoreError> {
    let good = access_tokens::table.filter(access_tokens::person_id.eq(person.get())).filter(access_tokens::revoked_at.is_null());
    let revoked: Vec<i64> =
        diesel::update(good).set(access_tokens::revoked_at.eq(Stamp(hand.at))).returning(access_tokens::id).get_results(conn)?;
    revoked.into_iter().try_for_each(|id| keep_revoked(conn, hand, id))
}

/// How many of the person's tokens are good.
///
/// # Errors
/// Of the database.
pub fn count_good(conn: &mut Conn, person: PersonId, now: Instant) -> Result<i64, StoreError> {
    let good = access_tokens::table
        .filter(access_tokens::person_id.eq(person.get()))
        .filter(access_tokens::revoked_at.is_null())
        .filter(access_tokens::expires_at.gt(Stamp(now)));
    Ok(good.count().get_result(conn)?)
}

/// Tokens, the newest first, before the one that the page before ended with: those of a person, or all.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn list(conn: &mut Conn, of: Option<PersonId>, before: Option<i64>, limit: u32) -> Result<Vec<TokenRow>, StoreError> {
    let mut query = access_tokens::table.inner_join(people::table).select(COLUMNS).into_boxed();
    if let Some(person) = of {
        query = query.filter(access_tokens::person_id.eq(person.get()));
    }
    if let Some(before) = before {
        query = query.filter(access_tokens::id.lt(before));
    }
    let found = query.order(access_tokens::id.desc()).limit(limit.into()).load::<Raw>(conn)?;
    found.into_iter().map(row).collect()
}

/// A token.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<TokenRow>, StoreError> {
    let query = access_tokens::table.inner_join(people::table).filter(access_tokens::id.eq(id)).select(COLUMNS);
    query.first::<Raw>(conn).optional()?.map(row).transpose()
}

/// What the history keeps of a token: never its secret, nor when it was used.
#[derive(Serialize)]
struct TokenRecord {
    person: i64,
    name: String,
    scope: String,
    expires_at: Instant,
    is_revoked: bool,
}

fn record(conn: &mut Conn, id: i64) -> Result<TokenRecord, StoreError> {
    let columns = (
        access_tokens::person_id,
        access_tokens::name,
        access_tokens::scope,
        access_tokens::expires_at,
        access_tokens::revoked_at.is_not_null(),
    );
    let (person, name, scope, expires_at, is_revoked): (i64, String, String, Stamp, bool) =
        access_tokens::table.find(id).select(columns).first(conn)?;
    Ok(TokenRecord { person, name, scope, expires_at: expires_at.0, is_revoked })
}

/// A token is made, and revoked: it has two versions.
fn keep_revoked(conn: &mut Conn, hand: Hand, id: i64) -> Result<(), StoreError> {
    let after = record(conn, id)?;
    let before = TokenRecord { is_revoked: false, name: after.name.clone(), scope: after.scope.clone(), ..after };
    keep(conn, hand, (Entity::AccessToken, id, 2), Some(&before), &after)
}

type Raw = (i64, i64, String, String, String, Stamp, Stamp, Option<Stamp>, Option<Stamp>);

type Columns = (
    access_tokens::id,
    people::id,
    people::name,
    access_tokens::name,
    access_tokens::scope,
    access_tokens::created_at,
    access_tokens::expires_at,
    access_tokens::last_used_at,
    access_tokens::revoked_at,
);

const COLUMNS: Columns = (
    access_tokens::id,
    people::id,
    people::name,
    access_tokens::name,
    access_tokens::scope,
    access_tokens::created_at,
    access_tokens::expires_at,
    access_tokens::last_used_at,
    access_tokens::revoked_at,
);

fn row((id, person, person_name, name, scope, created_at, expires_at, last_used_at, revoked_at): Raw) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        id,
        person: (value("access_tokens", id, person)?, person_name),
        name,
        scope: value("access_tokens", id, scope)?,
        created_at: created_at.0,
        expires_at: expires_at.0,
        last_used_at: last_used_at.map(Instant::from),
        revoked_at: revoked_at.map(Instant::from),
    })
}
