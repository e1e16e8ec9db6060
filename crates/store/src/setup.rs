//! The first administrator, by a one-time link that the server prints where there is none yet.

use chrono::TimeDelta;
use diesel::dsl::exists;
use diesel::prelude::*;
use domain::{AreaId, Email, Instant, Line, PersonId, Role};

use crate::accounts;
use crate::areas::{self, NewArea};
use crate::conn::Conn;
use crate::error::StoreError;
use crate::fold::fold;
use crate::people::{self, NewPerson};
use crate::records::RecordError;
use crate::schema::directory::{areas as areas_table, credentials, people as people_table, person_roles, setup, setup_offers};
use crate::types::{Stamp, value};

/// How long a printed link serves; a start of the server prints another.
const OFFER_LIFETIME: TimeDelta = TimeDelta::days(7);

/// Who is to be the first administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdministrator {
    pub name: Line,
    pub email: Email,
    pub language: String,
}

/// Why nobody was set up. The transaction is to be given up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is an administrator already.
    #[error("there is an administrator already")]
    Done,
    #[error("no such link was offered, or it is too old")]
    BadToken,
    /// Records were brought in before the set-up, and one of them has this address.
    #[error("a person on record has this address")]
    EmailTaken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for SetupError {
    fn from(error: diesel::result::Error) -> SetupError {
        SetupError::Store(error.into())
    }
}

impl From<RecordError> for SetupError {
    fn from(error: RecordError) -> SetupError {
        match error {
            RecordError::EmailTaken => SetupError::EmailTaken,
            RecordError::Store(error) => SetupError::Store(error),
            other => SetupError::Store(StoreError::Corrupt(format!("setup: {other}"))),
        }
    }
}

/// Let whoever shows this token be the first administrator. False, and nothing is offered, when there is one already.
pub fn offer(conn: &mut Conn, token_hash: &[u8], now: Instant) -> Result<bool, StoreError> {
    diesel::delete(setup_offers::table.filter(setup_offers::offered_at.lt(Stamp(now - OFFER_LIFETIME)))).execute(conn)?;
    if !is_needed(conn)? {
        return Ok(false);
    }
    diesel::insert_into(setup_offers::table)
        .values((setup_offers::token_hash.eq(token_hash), setup_offers::offered_at.eq(Stamp(now))))
        .execute(conn)?;
    Ok(true)
}

/// Make the first administrator, in an area with the agency's name above all others. Of all who try, one succeeds; the others find it done.
pub fn redeem(
    conn: &mut Conn,
    token_hash: &[u8],
    now: Instant,
    agency: &Line,
    administrator: &NewAdministrator,
    password_hash: &str,
) -> Result<PersonId, SetupError> {
    let undone = setup::table.filter(setup::done_at.is_null());
    let is_first = diesel::update(undone).set(setup::done_at.eq(Stamp(now))).execute(conn)? == 1;
    if !is_first || has_administrator(conn)? {
        return Err(SetupError::Done);
    }
    let offered = setup_offers::table.find(token_hash).filter(setup_offers::offered_at.ge(Stamp(now - OFFER_LIFETIME)));
    if !diesel::select(exists(offered)).get_result::<bool>(conn)? {
        return Err(SetupError::BadToken);
    }
    let area = root(conn, now, agency)?;
    let person = NewPerson {
        name: administrator.name.clone(),
        email: Some(administrator.email.clone()),
        post: None,
        area,
        extension: None,
        phone: None,
        place: None,
        language: administrator.language.clone(),
        roles: [Role::User, Role::Admin].into(),
        is_contact: false,
        is_active: true,
    };
    let id = people::insert(conn, None, now, &person)?;
    accounts::set_password(conn, None, now, id, password_hash, None)?;
    diesel::delete(setup_offers::table).execute(conn)?;
    Ok(id)
}

/// Does the system wait for its first administrator?
pub fn is_needed(conn: &mut Conn) -> Result<bool, StoreError> {
    let is_undone: bool = diesel::select(exists(setup::table.filter(setup::done_at.is_null()))).get_result(conn)?;
    Ok(is_undone && !has_administrator(conn)?)
}

/// Somebody can administer still. One at a time: of two administrators who give up the role at once, one does.
///
/// # Errors
/// Nobody could.
pub(crate) fn require_administrator(conn: &mut Conn) -> Result<(), RecordError> {
    diesel::update(setup::table).set(setup::done_at.eq(setup::done_at)).execute(conn)?;
    if has_administrator(conn)? { Ok(()) } else { Err(RecordError::LastAdministrator) }
}

/// One who can sign in.
fn has_administrator(conn: &mut Conn) -> Result<bool, StoreError> {
    let administrators = people_table::table
        .inner_join(credentials::table)
        .inner_join(person_roles::table)
        .filter(person_roles::role.eq(Role::Admin.name()))
        .filter(people_table::is_active)
        .filter(people_table::is_contact.eq(false));
    Ok(diesel::select(exists(administrators)).get_result(conn)?)
}

/// The area of that name above all others: made now, unless records were brought in before.
fn root(conn: &mut Conn, now: Instant, agency: &Line) -> Result<AreaId, SetupError> {
    let found = areas_table::table
        .filter(areas_table::parent_id.is_null())
        .filter(areas_table::ended_on.is_null())
        .filter(areas_table::name_folded.eq(fold(agency.as_str())))
        .select(areas_table::id)
        .first::<i64>(conn)
        .optional()?;
    match found {
        Some(id) => Ok(value("areas", id, id)?),
        None => {
            let area = NewArea { name: agency.clone(), abbreviation: None, parent: None, head: None, is_reserved: false, ended_on: None };
            Ok(areas::insert(conn, None, now, &area)?)
        }
    }
}
