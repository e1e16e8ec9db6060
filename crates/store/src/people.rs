//! The people of the directory, and the contacts that the desk makes on the spot. Nobody is ever deleted.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::{AreaId, Email, Instant, Line, PersonId, Role};
use serde::Serialize;

use crate::areas;
use crate::conn::Conn;
use crate::error::StoreError;
use crate::fold::fold;
use crate::history::{Entity, Hand, keep};
use crate::records::{RecordError, RecordFilter, advance, found_by, set_words, taken, words_of};
use crate::schema::directory::{areas as areas_table, credentials, people, person_roles};
use crate::types::{Stamp, maybe, value};
use crate::{heart, resets, sessions, setup, tokens};

/// A person as views show one. There is no password in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub id: PersonId,
    pub version: u32,
    pub name: String,
    pub email: Option<String>,
    pub post: Option<String>,
    pub area: AreaId,
    pub area_name: String,
    pub extension: Option<String>,
    pub phone: Option<String>,
    pub place: Option<String>,
    pub language: String,
    /// With [`Role::AreaHead`] for whoever heads an area.
    pub roles: BTreeSet<Role>,
    pub is_contact: bool,
    pub is_active: bool,
    /// Has it a password?
    pub has_account: bool,
    /// The person of the directory that this contact turned out to be.
    pub merged_into: Option<PersonId>,
}

impl PersonRow {
    /// Where a page that ends with it ends.
    pub fn key(&self) -> (String, i64) {
        (fold(&self.name), self.id.get())
    }
}

/// A person as one is written: whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    pub name: Line,
    pub email: Option<Email>,
    pub post: Option<Line>,
    pub area: AreaId,
    pub extension: Option<Line>,
    pub phone: Option<Line>,
    pub place: Option<Line>,
    pub language: String,
    /// [`Role::AreaHead`] among them is passed over: it is had by heading an area.
    pub roles: BTreeSet<Role>,
    pub is_contact: bool,
    pub is_active: bool,
}

/// Write a new person. The area has to be open.
pub fn insert(conn: &mut Conn, by: Option<PersonId>, at: Instant, new: &NewPerson) -> Result<PersonId, RecordError> {
    let id: i64 = diesel::insert_into(people::table)
        .values((
            (people::version.eq(1), people::name.eq(new.name.as_str()), people::name_folded.eq(fold(new.name.as_str()))),
            (people::email.eq(text_of(&new.email)), people::post.eq(line_of(&new.post)), people::area_id.eq(new.area.get())),
            (people::extension.eq(line_of(&new.extension)), people::phone.eq(line_of(&new.phone)), people::place.eq(line_of(&new.place))),
            (people::language.eq(&new.language), people::is_contact.eq(new.is_contact), people::is_active.eq(new.is_active)),
        ))
        .returning(people::id)
        .get_result(conn)
        .map_err(taken(RecordError::EmailTaken))
        .map_err(areas::unknown)?;
    areas::require_open(conn, new.area, at)?;
    set_roles(conn, id, &new.roles)?;
    set_words(conn, Entity::Person, id, &words(new))?;
    let after = record(conn, id)?;
    keep(conn, Hand { by, at }, (Entity::Person, id, 1), None, &after)?;
    Ok(value("people", id, id)?)
}

/// Write a person whole, who has to be of that version. Whoever is disabled, or becomes a contact, is signed out everywhere.
pub fn update(
    conn: &mut Conn,
    by: Option<PersonId>,
    at: Instant,
    id: PersonId,
    expected_version: u32,
    new: &NewPerson,
) -> Result<(), RecordError> {
    heart::about_to_change(conn)?;
    let version = advance!(conn, people, id.get(), expected_version)?;
    let before = record(conn, id.get())?;
    if before.area != new.area.get() {
        areas::require_open(conn, new.area, at)?;
    }
    diesel::update(people::table.find(id.get()))
        .set((
            (people::name.eq(new.name.as_str()), people::name_folded.eq(fold(new.name.as_str()))),
            (people::email.eq(text_of(&new.email)), people::post.eq(line_of(&new.post)), people::area_id.eq(new.area.get())),
            (people::extension.eq(line_of(&new.extension)), people::phone.eq(line_of(&new.phone)), people::place.eq(line_of(&new.place))),
            (people::language.eq(&new.language), people::is_contact.eq(new.is_contact), people::is_active.eq(new.is_active)),
        ))
        .execute(conn)
        .map_err(taken(RecordError::EmailTaken))?;
    set_roles(conn, id.get(), &new.roles)?;
    set_words(conn, Entity::Person, id.get(), &words(new))?;
    if new.is_contact || !new.is_active {
        sessions::revoke_all(conn, id, None)?;
        tokens::revoke_all(conn, Hand { by, at }, id)?;
    }
    if new.is_contact || !new.is_active || before.email.as_deref() != text_of(&new.email) {
        resets::end_all(conn, id)?; // Its mail went to the old address.
    }
    let after = record(conn, id.get())?;
    if before.is_administrator() && !after.is_administrator() {
        setup::require_administrator(conn)?;
    }
    keep(conn, Hand { by, at }, (Entity::Person, id.get(), version), Some(&before), &after)?;
    Ok(())
}

/// A person, disabled or not.
pub fn find(conn: &mut Conn, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
    let found = people::table
        .inner_join(areas_table::table)
        .left_join(credentials::table)
        .filter(people::id.eq(id.get()))
        .select(columns())
        .first::<Raw>(conn)
        .optional()?;
    Ok(rows(conn, found.into_iter().collect())?.pop())
}

/// A person; of a contact that was merged, the person that it turned out to be.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn find_merged(conn: &mut Conn, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
    match find(conn, id)? {
        Some(PersonRow { merged_into: Some(into), .. }) => find(conn, into),
        found => Ok(found),
    }
}

/// The person or contact with this address, in lower case; of a contact that was merged, the person that it turned out to be.
pub fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<PersonRow>, StoreError> {
    let columns = (people::id, people::merged_into_id);
    let found: Option<(i64, Option<i64>)> = people::table.filter(people::email.eq(email)).select(columns).first(conn).optional()?;
    let id = found.map(|(id, merged_into)| merged_into.unwrap_or(id));
    id.and_then(|id| PersonId::parse(id).ok()).map_or(Ok(None), |id| find(conn, id))
}

/// The active people of the directory who were given this role.
pub fn with_role(conn: &mut Conn, role: Role) -> Result<Vec<PersonId>, StoreError> {
    let found: Vec<i64> = person_roles::table
        .inner_join(people::table)
        .filter(person_roles::role.eq(role.name()))
        .filter(people::is_active)
        .filter(people::is_contact.eq(false))
        .order(people::id)
        .select(people::id)
        .load(conn)?;
    found.into_iter().map(|id| value("people", id, id)).collect()
}

/// People by name, after the one that the page before ended with.
pub fn list(conn: &mut Conn, filter: &RecordFilter, after: Option<(String, i64)>, limit: u32) -> Result<Vec<PersonRow>, StoreError> {
    let mut query = people::table.inner_join(areas_table::table).left_join(credentials::table).select(columns()).into_boxed();
    for found in found_by(Entity::Person, filter.words.as_deref()) {
        query = query.filter(people::id.eq_any(found));
    }
    query = match filter.role {
        None => query,
        Some(Role::AreaHead) => {
            let headed = diesel::alias!(areas_table as headed);
            let head = headed.field(areas_table::head_id);
            let heads = headed.filter(head.is_not_null()).select(head.assume_not_null());
            query.filter(people::id.eq_any(heads))
        }
        Some(role) => {
            let given = person_roles::table.filter(person_roles::role.eq(role.name())).select(person_roles::person_id);
            query.filter(people::id.eq_any(given))
        }
    };
    if !filter.all {
        query = query.filter(people::is_active);
    }
    if let Some(is_contact) = filter.is_contact {
        query = query.filter(people::is_contact.eq(is_contact));
    }
    if let Some((name, id)) = after {
        query = query.filter(people::name_folded.ge(name.clone())).filter(people::name_folded.gt(name).or(people::id.gt(id)));
    }
    let found = query.order((people::name_folded, people::id)).limit(limit.into()).load::<Raw>(conn)?;
    rows(conn, found)
}

/// What the history keeps of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PersonRecord {
    name: String,
    email: Option<String>,
    post: Option<String>,
    area: i64,
    extension: Option<String>,
    phone: Option<String>,
    place: Option<String>,
    language: String,
    roles: Vec<String>,
    is_contact: bool,
    is_active: bool,
    /// When the password was given; never what it is.
    password_changed_at: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<i64>,
}

impl PersonRecord {
    /// Can they sign in, and administer?
    fn is_administrator(&self) -> bool {
        self.is_active && !self.is_contact && self.password_changed_at.is_some() && self.roles.iter().any(|role| role == Role::Admin.name())
    }
}

pub(crate) fn record(conn: &mut Conn, id: i64) -> Result<PersonRecord, StoreError> {
    let roles =
        person_roles::table.filter(person_roles::person_id.eq(id)).order(person_roles::role).select(person_roles::role).load(conn)?;
    let raw = people::table
        .inner_join(areas_table::table)
        .left_join(credentials::table)
        .filter(people::id.eq(id))
        .select(columns())
        .first::<Raw>(conn)?;
    Ok(PersonRecord {
        name: raw.name,
        email: raw.email,
        post: raw.post,
        area: raw.area,
        extension: raw.extension,
        phone: raw.phone,
        place: raw.place,
        language: raw.language,
        roles,
        is_contact: raw.is_contact,
        is_active: raw.is_active,
        password_changed_at: raw.password_changed_at.map(Instant::from),
        merged_into: raw.merged_into,
    })
}

fn set_roles(conn: &mut Conn, id: i64, roles: &BTreeSet<Role>) -> Result<(), StoreError> {
    diesel::delete(person_roles::table.filter(person_roles::person_id.eq(id))).execute(conn)?;
    for role in roles.iter().filter(|role| **role != Role::AreaHead) {
        diesel::insert_into(person_roles::table)
            .values((person_roles::person_id.eq(id), person_roles::role.eq(role.name())))
            .execute(conn)?;
    }
    Ok(())
}

fn words(new: &NewPerson) -> Vec<String> {
    words_of([Some(new.name.as_str()), text_of(&new.email), line_of(&new.extension)])
}

pub(crate) fn line_of(line: &Option<Line>) -> Option<&str> {
    line.as_ref().map(Line::as_str)
}

pub(crate) fn text_of(email: &Option<Email>) -> Option<&str> {
    email.as_ref().map(Email::as_str)
}

/// A row of the join that every read of people begins with.
#[derive(Queryable)]
struct Raw {
    id: i64,
    version: i32,
    name: String,
    email: Option<String>,
    post: Option<String>,
    area: i64,
    area_name: String,
    extension: Option<String>,
    phone: Option<String>,
    place: Option<String>,
    language: String,
    is_contact: bool,
    is_active: bool,
    password_changed_at: Option<Stamp>,
    merged_into: Option<i64>,
}

type Columns = (
    people::id,
    people::version,
    people::name,
    people::email,
    people::post,
    people::area_id,
    areas_table::name,
    people::extension,
    people::phone,
    people::place,
    people::language,
    people::is_contact,
    people::is_active,
    diesel::dsl::Nullable<credentials::changed_at>,
    people::merged_into_id,
);

fn columns() -> Columns {
    (
        people::id,
        people::version,
        people::name,
        people::email,
        people::post,
        people::area_id,
        areas_table::name,
        people::extension,
        people::phone,
        people::place,
        people::language,
        people::is_contact,
        people::is_active,
        credentials::changed_at.nullable(),
        people::merged_into_id,
    )
}

/// With their roles, those of a head among them.
fn rows(conn: &mut Conn, found: Vec<Raw>) -> Result<Vec<PersonRow>, StoreError> {
    let ids: Vec<i64> = found.iter().map(|raw| raw.id).collect();
    let mut roles = roles_of(conn, &ids)?;
    found
        .into_iter()
        .map(|raw| {
            Ok(PersonRow {
                id: value("people", raw.id, raw.id)?,
                version: value("people", raw.id, raw.version)?,
                name: raw.name,
                email: raw.email,
                post: raw.post,
                area: value("people", raw.id, raw.area)?,
                area_name: raw.area_name,
                extension: raw.extension,
                phone: raw.phone,
                place: raw.place,
                language: raw.language,
                roles: roles.remove(&raw.id).unwrap_or_default(),
                is_contact: raw.is_contact,
                is_active: raw.is_active,
                has_account: raw.password_changed_at.is_some() && !raw.is_contact,
                merged_into: maybe("people", raw.id, raw.merged_into)?,
            })
        })
        .collect()
}

/// The roles of these people, those of a head among them.
pub(crate) fn roles_of(conn: &mut Conn, ids: &[i64]) -> Result<BTreeMap<i64, BTreeSet<Role>>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut roles: BTreeMap<i64, BTreeSet<Role>> = BTreeMap::new();
    let given = person_roles::table.filter(person_roles::person_id.eq_any(ids)).load::<(i64, String)>(conn)?;
    for (id, role) in given {
        roles.entry(id).or_default().insert(value("person_roles", id, role)?);
    }
    let heads = areas_table::table
        .filter(areas_table::head_id.eq_any(ids.iter().copied().map(Some).collect::<Vec<_>>()))
        .select(areas_table::head_id.assume_not_null())
        .load::<i64>(conn)?;
    for id in heads {
        roles.entry(id).or_default().insert(Role::AreaHead);
    }
    Ok(roles)
}
