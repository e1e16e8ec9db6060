//! Links by which a person sets a password, once: for one who forgot it, and for one who is invited. Only hashes of their tokens are kept.

use chrono::TimeDelta;
use diesel::dsl::exists;
use diesel::prelude::*;
use domain::{Instant, PersonId};

use crate::accounts;
use crate::conn::Conn;
use crate::error::StoreError;
use crate::records::RecordError;
use crate::schema::directory::people;
use crate::schema::records::password_links;
use crate::types::{Stamp, maybe, value};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The password was forgotten.
    Reset,
    /// An account is offered.
    Invitation,
}

impl LinkKind {
    fn name(self) -> &'static str {
        match self {
            LinkKind::Reset => "reset",
            LinkKind::Invitation => "invitation",
        }
    }

    /// How long a link is good.
    pub fn lifetime(self) -> TimeDelta {
        match self {
            LinkKind::Reset => TimeDelta::hours(1),
            LinkKind::Invitation => TimeDelta::days(7),
        }
    }
}

/// Lets whoever shows this token set the person's password.
///
/// # Errors
/// Of the database.
pub fn issue(conn: &mut Conn, person: PersonId, kind: LinkKind, token_hash: &[u8], now: Instant) -> Result<(), StoreError> {
    diesel::insert_into(password_links::table)
        .values((
            password_links::token_hash.eq(token_hash),
            password_links::person_id.eq(person.get()),
            password_links::kind.eq(kind.name()),
            password_links::issued_at.eq(Stamp(now)),
            password_links::expires_at.eq(Stamp(now + kind.lifetime())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Is the token good: known, in time, and of somebody who may sign in?
///
/// # Errors
/// Of the database.
pub fn is_good(conn: &mut Conn, token_hash: &[u8], now: Instant) -> Result<bool, StoreError> {
    let good = password_links::table
        .inner_join(people::table)
        .filter(password_links::token_hash.eq(token_hash))
        .filter(password_links::expires_at.gt(Stamp(now)))
        .filter(people::is_active)
        .filter(people::is_contact.eq(false));
    Ok(diesel::select(exists(good)).get_result(conn)?)
}

/// Sets the password of the token's person. Every session and every other link of theirs is over. Of many who show one token, one succeeds: the row
/// goes with the first statement, and the others wait for it and find nothing.
///
/// # Errors
/// Not found, for a token that is not good.
pub fn redeem(conn: &mut Conn, token_hash: &[u8], password_hash: &str, now: Instant) -> Result<PersonId, RecordError> {
    let link = password_links::table.find(token_hash).filter(password_links::expires_at.gt(Stamp(now)));
    let person: i64 =
        diesel::delete(link).returning(password_links::person_id).get_result(conn).optional()?.ok_or(RecordError::NotFound)?;
    let person: PersonId = value("password_links", person, person)?;
    let is_active: Option<bool> = people::table.find(person.get()).select(people::is_active).first(conn).optional()?;
    if is_active != Some(true) {
        return Err(RecordError::NotFound);
    }
    accounts::set_password(conn, Some(person), now, person, password_hash, None)?;
    Ok(person)
}

/// None of the person's links is good from now on.
pub(crate) fn end_all(conn: &mut Conn, person: PersonId) -> Result<(), StoreError> {
    diesel::delete(password_links::table.filter(password_links::person_id.eq(person.get()))).execute(conn)?;
    Ok(())
}

/// Whoever may sign in by this address, without regard to case.
///
/// # Errors
/// Of the database.
pub fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<PersonId>, StoreError> {
    let found: Option<i64> = people::table
        .filter(people::email.eq(email.trim().to_lowercase()))
        .filter(people::is_active)
        .filter(people::is_contact.eq(false))
        .select(people::id)
        .first(conn)
        .optional()?;
    maybe("people", "email", found)
}

/// Forgets the links that are past their time. Returns how many.
///
/// # Errors
/// Of the database.
pub fn purge(conn: &mut Conn, now: Instant) -> Result<usize, StoreError> {
    Ok(diesel::delete(password_links::table.filter(password_links::expires_at.le(Stamp(now)))).execute(conn)?)
}
