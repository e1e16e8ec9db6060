//! Who is away from one day to another, and who holds their posts meanwhile («encargo»). Days are those of Lima, both included.
//!
//! Acting gives what the absent person holds by post: the head of IT's role, and the areas that they head. It is not passed on: whoever acts for
//! somebody who acts gets nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::{Day, Instant, Line, PersonId, Role};
use serde::Serialize;

use crate::asked::Asked;
use crate::conn::Conn;
use crate::error::StoreError;
use crate::heart;
use crate::history::{Entity, Hand, keep};
use crate::people::line_of;
use crate::records::{RecordError, advance};
use crate::schema::directory::{areas, people, person_roles};
use crate::schema::records::absences;
use crate::types::{maybe, value};

/// What [`row`] is made of.
macro_rules! columns {
    () => {
        (
            absences::id,
            absences::version,
            (people::id, people::name),
            absences::from_on,
            absences::until_on,
            absences::reason,
            absences::acting_id,
            ACTING.field(people::name).nullable(),
            absences::is_cancelled,
        )
    };
}
/// An absence as its views show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceRow {
    pub id: i64,
    pub version: u32,
    pub person: (PersonId, String),
    pub from_on: Day,
    pub until_on: Day,
    pub reason: Option<String>,
    pub acting: Option<(PersonId, String)>,
    pub is_cancelled: bool,
}

/// An absence as one is written: whole. Whose it is stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAbsence {
    pub person: PersonId,
    pub from_on: Day,
    pub until_on: Day,
    pub reason: Option<Line>,
    pub acting: Option<PersonId>,
    pub is_cancelled: bool,
}

/// Why an absence was not written. The transaction is to be given up.
#[derive(Debug, thiserror::Error)]
pub enum AbsenceError {
    /// The person is away on one of these days already.
    #[error("the person is away on one of these days already")]
    Overlaps,
    /// The person holds no post that another could hold meanwhile.
    #[error("the person holds no post")]
    NoPost,
    /// Whoever should act is not there, is disabled, a contact, or the absent person.
    #[error("whoever should act cannot")]
    ActingUnknown,
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl From<diesel::result::Error> for AbsenceError {
    fn from(error: diesel::result::Error) -> AbsenceError {
        AbsenceError::Record(error.into())
    }
}

impl From<StoreError> for AbsenceError {
    fn from(error: StoreError) -> AbsenceError {
        AbsenceError::Record(error.into())
    }
}

/// Writes a new absence.
///
/// # Errors
/// See [`AbsenceError`].
pub fn insert(conn: &mut Conn, by: Option<PersonId>, at: Instant, new: &NewAbsence) -> Result<i64, AbsenceError> {
    heart::about_to_change(conn)?;
    hold(conn, new.person)?;
    require_sound(conn, 0, new)?; // Identities begin at 1.
    let id: i64 = diesel::insert_into(absences::table)
        .values((
            absences::version.eq(1),
            absences::person_id.eq(new.person.get()),
            absences::from_on.eq(new.from_on),
            absences::until_on.eq(new.until_on),
            absences::reason.eq(line_of(&new.reason)),
            absences::acting_id.eq(new.acting.map(PersonId::get)),
            absences::is_cancelled.eq(new.is_cancelled),
        ))
        .returning(absences::id)
        .get_result(conn)?;
    let after = record(conn, id)?;
    keep(conn, Hand { by, at }, (Entity::Absence, id, 1), None, &after)?;
    Ok(id)
}

/// Writes an absence whole, which has to be of that version.
///
/// # Errors
/// See [`AbsenceError`].
pub fn update(
    conn: &mut Conn,
    by: Option<PersonId>,
    at: Instant,
    id: i64,
    expected_version: u32,
    new: &NewAbsence,
) -> Result<(), AbsenceError> {
    heart::about_to_change(conn)?;
    hold(conn, new.person)?;
    let version = advance!(conn, absences, id, expected_version)?;
    require_sound(conn, id, new)?;
    let before = record(conn, id)?;
    diesel::update(absences::table.find(id))
        .set((
            absences::from_on.eq(new.from_on),
            absences::until_on.eq(new.until_on),
            absences::reason.eq(line_of(&new.reason)),
            absences::acting_id.eq(new.acting.map(PersonId::get)),
            absences::is_cancelled.eq(new.is_cancelled),
        ))
        .execute(conn)?;
    let after = record(conn, id)?;
    keep(conn, Hand { by, at }, (Entity::Absence, id, version), Some(&before), &after)?;
    Ok(())
}

/// An absence, cancelled or not.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<AbsenceRow>, StoreError> {
    let found = absences::table
        .inner_join(people::table.on(people::id.eq(absences::person_id)))
        .left_join(ACTING.on(absences::acting_id.eq(ACTING.field(people::id).nullable())))
        .filter(absences::id.eq(id))
        .select(columns!())
        .first::<Raw>(conn)
        .optional()?;
    found.map(row).transpose()
}

/// Which absences a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AbsenceFilter {
    /// Of this person, or in which they act.
    pub concerns: Option<PersonId>,
    /// That have not ended before that day.
    pub from: Option<Day>,
    /// Also those that were cancelled.
    pub all: bool,
}

/// Absences, the newest first, before the one that the page before ended with.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn list(conn: &mut Conn, filter: &AbsenceFilter, before: Option<i64>, limit: u32) -> Result<Vec<AbsenceRow>, StoreError> {
    let mut query = absences::table
        .inner_join(people::table.on(people::id.eq(absences::person_id)))
        .left_join(ACTING.on(absences::acting_id.eq(ACTING.field(people::id).nullable())))
        .select(columns!())
        .into_boxed();
    if let Some(person) = filter.concerns {
        query = query.filter(absences::person_id.eq(person.get()).or(absences::acting_id.eq(person.get()).assume_not_null()));
    }
    if let Some(day) = filter.from {
        query = query.filter(absences::until_on.ge(day));
    }
    if !filter.all {
        query = query.filter(absences::is_cancelled.eq(false));
    }
    if let Some(before) = before {
        query = query.filter(absences::id.lt(before));
    }
    let found = query.order(absences::id.desc()).limit(limit.into()).load::<Raw>(conn)?;
    found.into_iter().map(row).collect()
}

/// Who is away on a day, and until when; and for whom each acts who does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Away {
    pub until: BTreeMap<PersonId, Day>,
    pub acting_for: BTreeMap<PersonId, Vec<(PersonId, String)>>,
}

/// Who is away on that day.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn away_on(conn: &mut Conn, today: Day) -> Result<Away, StoreError> {
    let found: Vec<(i64, i64, String, Day, Option<i64>)> = absences::table
        .inner_join(people::table.on(people::id.eq(absences::person_id)))
        .filter(absences::until_on.ge(today))
        .filter(absences::from_on.le(today))
        .filter(absences::is_cancelled.eq(false))
        .order(absences::id)
        .select((absences::id, absences::person_id, people::name, absences::until_on, absences::acting_id))
        .load(conn)?;
    let mut away = Away::default();
    for (id, person, name, until, acting) in found {
        let person = value("absences", id, person)?;
        away.until.insert(person, until);
        if let Some(acting) = maybe("absences", id, acting)? {
            away.acting_for.entry(acting).or_default().push((person, name));
        }
    }
    Ok(away)
}

/// Who is away on that day, and who acts for each.
pub(crate) fn acting_on(conn: &mut Conn, today: Day) -> Result<Vec<(i64, i64)>, StoreError> {
    let query = absences::table
        .filter(absences::acting_id.is_not_null())
        .filter(absences::until_on.ge(today))
        .filter(absences::from_on.le(today))
        .filter(absences::is_cancelled.eq(false))
        .select((absences::person_id, absences::acting_id.assume_not_null()));
    Ok(Asked::all(query).load(conn)?)
}

/// Those of these people who are given the role of the head of IT, and are not disabled.
pub(crate) fn it_heads_among(conn: &mut Conn, ids: &[i64]) -> Result<BTreeSet<i64>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let given = person_roles::table.filter(person_roles::role.eq(Role::ItHead.name())).filter(person_roles::person_id.eq_any(ids));
    Ok(given.select(person_roles::person_id).load::<i64>(conn)?.into_iter().collect())
}

/// One change of a person's absences at a time: two that overlap are not both written.
fn hold(conn: &mut Conn, person: PersonId) -> Result<(), AbsenceError> {
    let held = diesel::update(people::table.find(person.get())).set(people::version.eq(people::version)).execute(conn)?;
    if held == 1 { Ok(()) } else { Err(RecordError::PersonUnknown.into()) }
}

fn require_sound(conn: &mut Conn, id: i64, new: &NewAbsence) -> Result<(), AbsenceError> {
    if let Some(acting) = new.acting {
        let may_act = people::table.find(acting.get()).filter(people::is_active).filter(people::is_contact.eq(false));
        if acting == new.person || !diesel::select(exists(may_act)).get_result::<bool>(conn)? {
            return Err(AbsenceError::ActingUnknown);
        }
    }
    if new.is_cancelled {
        return Ok(());
    }
    let others = absences::table
        .filter(absences::person_id.eq(new.person.get()))
        .filter(absences::id.ne(id))
        .filter(absences::is_cancelled.eq(false))
        .filter(absences::from_on.le(new.until_on))
        .filter(absences::until_on.ge(new.from_on));
    if diesel::select(exists(others)).get_result::<bool>(conn)? {
        return Err(AbsenceError::Overlaps);
    }
    if new.acting.is_none() {
        return Ok(());
    }
    let heads = areas::table.filter(areas::head_id.eq(new.person.get()));
    let holds_post = !it_heads_among(conn, &[new.person.get()])?.is_empty() || diesel::select(exists(heads)).get_result::<bool>(conn)?;
    if holds_post { Ok(()) } else { Err(AbsenceError::NoPost) }
}

/// What the history keeps of an absence.
#[derive(Serialize)]
struct AbsenceRecord {
    person: i64,
    from_on: Day,
    until_on: Day,
    reason: Option<String>,
    acting: Option<i64>,
    is_cancelled: bool,
}

fn record(conn: &mut Conn, id: i64) -> Result<AbsenceRecord, StoreError> {
    let columns =
        (absences::person_id, absences::from_on, absences::until_on, absences::reason, absences::acting_id, absences::is_cancelled);
    let (person, from_on, until_on, reason, acting, is_cancelled) = absences::table.find(id).select(columns).first(conn)?;
    Ok(AbsenceRecord { person, from_on, until_on, reason, acting, is_cancelled })
}

diesel::alias! {
    const ACTING: Alias<Acting> = people as acting;
}

type Raw = (i64, i32, (i64, String), Day, Day, Option<String>, Option<i64>, Option<String>, bool);

fn row((id, version, (person, name), from_on, until_on, reason, acting, acting_name, is_cancelled): Raw) -> Result<AbsenceRow, StoreError> {
    Ok(AbsenceRow {
        id,
        version: value("absences", id, version)?,
        person: (value("absences", id, person)?, name),
        from_on,
        until_on,
        reason,
        acting: maybe("absences", id, acting)?.zip(acting_name),
        is_cancelled,
    })
}
