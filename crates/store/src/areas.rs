//! The órganos and unidades orgánicas of the agency: a tree, kept with its closure so that «this area and those under it» is one index.
//! An area ends by date and is never deleted. What is under an area ends no later than it.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use domain::{AreaId, Day, Instant, Line, PersonId, day_in_lima};
use serde::Serialize;

use crate::conn::{Conn, per_backend};
use crate::error::StoreError;
use crate::fold::fold;
use crate::heart;
use crate::history::{Entity, Hand, keep};
use crate::people::line_of;
use crate::records::{RecordError, RecordFilter, advance, found_by, set_words, taken, words_of};
use crate::schema::directory::{area_closure, area_tree, areas, people};
use crate::types::{maybe, value};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaRow {
    pub id: AreaId,
    pub version: u32,
    pub name: String,
    pub abbreviation: Option<String>,
    pub parent: Option<AreaId>,
    pub head: Option<(PersonId, String)>,
    pub is_reserved: bool,
    pub ended_on: Option<Day>,
}

impl AreaRow {
    /// Where a page that ends with it ends.
    pub fn key(&self) -> (String, i64) {
        (fold(&self.name), self.id.get())
    }
}

/// An area as one is written: whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArea {
    pub name: Line,
    pub abbreviation: Option<Line>,
    /// None: directly under nothing.
    pub parent: Option<AreaId>,
    pub head: Option<PersonId>,
    pub is_reserved: bool,
    /// Its last day, if it has ended or will.
    pub ended_on: Option<Day>,
}

/// Write a new area.
pub fn insert(conn: &mut Conn, by: Option<PersonId>, at: Instant, new: &NewArea) -> Result<AreaId, RecordError> {
    hold_tree(conn)?;
    require_parent(conn, new)?;
    require_head(conn, new.head)?;
    let id: i64 = diesel::insert_into(areas::table)
        .values((
            areas::version.eq(1),
            areas::name.eq(new.name.as_str()),
            areas::name_folded.eq(fold(new.name.as_str())),
            areas::abbreviation.eq(line_of(&new.abbreviation)),
            areas::parent_id.eq(new.parent.map(AreaId::get)),
            areas::head_id.eq(new.head.map(PersonId::get)),
            areas::is_reserved.eq(new.is_reserved),
            areas::ended_on.eq(new.ended_on),
        ))
        .returning(areas::id)
        .get_result(conn)
        .map_err(taken(RecordError::NameTaken))?;
    insert_links(conn, vec![(id, id, 0)])?;
    hang(conn, id, new.parent)?;
    set_words(conn, Entity::Area, id, &words(new))?;
    let after = record(conn, id)?;
    keep(conn, Hand { by, at }, (Entity::Area, id, 1), None, &after)?;
    Ok(value("areas", id, id)?)
}

/// Write an area whole, which has to be of that version: rename it, move it with all that is under it, give it a head, end it.
pub fn update(
    conn: &mut Conn,
    by: Option<PersonId>,
    at: Instant,
    id: AreaId,
    expected_version: u32,
    new: &NewArea,
) -> Result<(), RecordError> {
    heart::about_to_change(conn)?;
    hold_tree(conn)?;
    let version = advance!(conn, areas, id.get(), expected_version)?;
    let before = record(conn, id.get())?;
    let moves = before.parent != new.parent.map(AreaId::get);
    let ends_otherwise = before.ended_on != new.ended_on;
    if moves {
        require_outside(conn, id, new.parent)?;
    }
    if moves || ends_otherwise {
        require_parent(conn, new)?;
    }
    if ends_otherwise {
        require_ended_children(conn, id, new.ended_on)?;
    }
    if before.head != new.head.map(PersonId::get) {
        require_head(conn, new.head)?;
    }
    diesel::update(areas::table.find(id.get()))
        .set((
            areas::name.eq(new.name.as_str()),
            areas::name_folded.eq(fold(new.name.as_str())),
            areas::abbreviation.eq(line_of(&new.abbreviation)),
            areas::parent_id.eq(new.parent.map(AreaId::get)),
            areas::head_id.eq(new.head.map(PersonId::get)),
            areas::is_reserved.eq(new.is_reserved),
            areas::ended_on.eq(new.ended_on),
        ))
        .execute(conn)
        .map_err(taken(RecordError::NameTaken))?;
    if moves {
        unhang(conn, id.get())?;
        hang(conn, id.get(), new.parent)?;
    }
    set_words(conn, Entity::Area, id.get(), &words(new))?;
    let after = record(conn, id.get())?;
    keep(conn, Hand { by, at }, (Entity::Area, id.get(), version), Some(&before), &after)?;
    Ok(())
}

/// An area, ended or not.
pub fn find(conn: &mut Conn, id: AreaId) -> Result<Option<AreaRow>, StoreError> {
    let found = areas::table.left_join(people::table.on(is_head())).filter(areas::id.eq(id.get())).select(columns()).first::<Raw>(conn);
    found.optional()?.map(row).transpose()
}

/// An area without a last day, by its name or abbreviation; the one with the lowest number, where several have it.
pub fn find_by_name(conn: &mut Conn, name: &str) -> Result<Option<AreaId>, StoreError> {
    let by_name = areas::name_folded.eq(fold(name)).or(areas::abbreviation.eq(name).assume_not_null());
    let id: Option<i64> =
        areas::table.filter(by_name).filter(areas::ended_on.is_null()).order(areas::id).select(areas::id).first(conn).optional()?;
    Ok(id.and_then(|id| AreaId::parse(id).ok()))
}

/// The area above all others on that day; the one with the lowest number, where several are under none.
pub fn find_root(conn: &mut Conn, on: Day) -> Result<Option<AreaId>, StoreError> {
    let id: Option<i64> = areas::table
        .filter(areas::parent_id.is_null())
        .filter(areas::ended_on.is_null().or(areas::ended_on.ge(on)))
        .order(areas::id)
        .select(areas::id)
        .first(conn)
        .optional()?;
    Ok(id.and_then(|id| AreaId::parse(id).ok()))
}

/// Areas by name, after the one that the page before ended with. Unless the filter says all, those that have not ended on that day.
pub fn list(
    conn: &mut Conn,
    filter: &RecordFilter,
    today: Day,
    after: Option<(String, i64)>,
    limit: u32,
) -> Result<Vec<AreaRow>, StoreError> {
    let mut query = areas::table.left_join(people::table.on(is_head())).select(columns()).into_boxed();
    for found in found_by(Entity::Area, filter.words.as_deref()) {
        query = query.filter(areas::id.eq_any(found));
    }
    if !filter.all {
        query = query.filter(areas::ended_on.is_null().or(areas::ended_on.ge(today)));
    }
    if let Some((name, id)) = after {
        query = query.filter(areas::name_folded.ge(name.clone())).filter(areas::name_folded.gt(name).or(areas::id.gt(id)));
    }
    let found = query.order((areas::name_folded, areas::id)).limit(limit.into()).load::<Raw>(conn)?;
    found.into_iter().map(row).collect()
}

/// Is the area there, and has it not ended before that instant's day in Lima?
pub(crate) fn require_open(conn: &mut Conn, id: AreaId, at: Instant) -> Result<(), RecordError> {
    let ended_on = areas::table.find(id.get()).select(areas::ended_on).first::<Option<Day>>(conn).optional()?;
    match ended_on {
        Some(None) => Ok(()),
        Some(Some(last)) if day_in_lima(at) <= last => Ok(()),
        _ => Err(RecordError::AreaUnknown),
    }
}

/// How many areas have this code, ended ones too.
///
/// # Errors
/// Of the database.
pub fn n_with_code(conn: &mut Conn, code: &Line) -> Result<i64, StoreError> {
    Ok(areas::table.filter(areas::abbreviation.eq(code.as_str())).count().get_result(conn)?)
}

/// Reads a violated reference as an area that is not there.
pub(crate) fn unknown(error: RecordError) -> RecordError {
    match error {
        RecordError::Store(StoreError::Database(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))) => {
            RecordError::AreaUnknown
        }
        error => error,
    }
}

/// One at a time: without this, on PostgreSQL, A moved under B while B is moved under A would make a ring, each having looked before the other wrote.
fn hold_tree(conn: &mut Conn) -> Result<(), StoreError> {
    diesel::update(area_tree::table).set(area_tree::n_changes.eq(area_tree::n_changes + 1)).execute(conn)?;
    Ok(())
}

/// The parent is there, and does not end before what is to be under it.
fn require_parent(conn: &mut Conn, new: &NewArea) -> Result<(), RecordError> {
    let Some(parent) = new.parent else { return Ok(()) };
    let ended_on = areas::table.find(parent.get()).select(areas::ended_on).first::<Option<Day>>(conn).optional()?;
    match (ended_on, new.ended_on) {
        (Some(None), _) => Ok(()),
        (Some(Some(last)), Some(end)) if end <= last => Ok(()),
        _ => Err(RecordError::AreaUnknown),
    }
}

/// The new parent is neither the area itself nor under it.
fn require_outside(conn: &mut Conn, id: AreaId, parent: Option<AreaId>) -> Result<(), RecordError> {
    let Some(parent) = parent else { return Ok(()) };
    let is_under: bool = diesel::select(exists(area_closure::table.find((id.get(), parent.get())))).get_result(conn)?;
    if is_under { Err(RecordError::ParentLoops) } else { Ok(()) }
}

/// Nothing directly under the area lasts longer than it; so nothing further below does.
fn require_ended_children(conn: &mut Conn, id: AreaId, ended_on: Option<Day>) -> Result<(), RecordError> {
    let Some(last) = ended_on else { return Ok(()) };
    let outlasts = areas::table.filter(areas::parent_id.eq(id.get())).filter(areas::ended_on.is_null().or(areas::ended_on.gt(last)));
    let has_open: bool = diesel::select(exists(outlasts)).get_result(conn)?;
    if has_open { Err(RecordError::HasOpenChildren) } else { Ok(()) }
}

/// The head is there, and not disabled.
fn require_head(conn: &mut Conn, head: Option<PersonId>) -> Result<(), RecordError> {
    let Some(head) = head else { return Ok(()) };
    let is_there: bool = diesel::select(exists(people::table.find(head.get()).filter(people::is_active))).get_result(conn)?;
    if is_there { Ok(()) } else { Err(RecordError::PersonUnknown) }
}

/// Put the area, with all that is under it, under the parent and all that is above that.
fn hang(conn: &mut Conn, id: i64, parent: Option<AreaId>) -> Result<(), StoreError> {
    let Some(parent) = parent else { return Ok(()) };
    let above = above(conn, parent.get())?;
    let under = under(conn, id)?;
    let links = above.iter().flat_map(|(a, up)| under.iter().map(move |(d, down)| (*a, *d, up + down + 1))).collect();
    insert_links(conn, links)
}

/// Take the area, with all that is under it, out from under all that is above it.
fn unhang(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    let above: Vec<i64> = above(conn, id)?.into_iter().map(|(a, _)| a).filter(|a| *a != id).collect();
    let under: Vec<i64> = under(conn, id)?.into_iter().map(|(d, _)| d).collect();
    let links = area_closure::table.filter(area_closure::ancestor_id.eq_any(above)).filter(area_closure::descendant_id.eq_any(under));
    diesel::delete(links).execute(conn)?;
    Ok(())
}

/// The area and those above it, each with how far above.
fn above(conn: &mut Conn, id: i64) -> Result<Vec<(i64, i32)>, StoreError> {
    let links = area_closure::table.filter(area_closure::descendant_id.eq(id));
    Ok(links.select((area_closure::ancestor_id, area_closure::depth)).load(conn)?)
}

/// The area and those under it, each with how far below.
fn under(conn: &mut Conn, id: i64) -> Result<Vec<(i64, i32)>, StoreError> {
    let links = area_closure::table.filter(area_closure::ancestor_id.eq(id));
    Ok(links.select((area_closure::descendant_id, area_closure::depth)).load(conn)?)
}

/// Links that one statement inserts: both databases limit the values of a statement.
const LINKS_AT_ONCE: usize = 5_000;

fn insert_links(conn: &mut Conn, links: Vec<(i64, i64, i32)>) -> Result<(), StoreError> {
    let rows: Vec<_> = links
        .into_iter()
        .map(|(ancestor, descendant, depth)| {
            (area_closure::ancestor_id.eq(ancestor), area_closure::descendant_id.eq(descendant), area_closure::depth.eq(depth))
        })
        .collect();
    for rows in rows.chunks(LINKS_AT_ONCE) {
        per_backend!(conn, conn => diesel::insert_into(area_closure::table).values(rows).execute(conn))?;
    }
    Ok(())
}

/// What the history keeps of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable)]
struct AreaRecord {
    name: String,
    abbreviation: Option<String>,
    parent: Option<i64>,
    head: Option<i64>,
    is_reserved: bool,
    ended_on: Option<Day>,
}

fn record(conn: &mut Conn, id: i64) -> Result<AreaRecord, StoreError> {
    let columns = (areas::name, areas::abbreviation, areas::parent_id, areas::head_id, areas::is_reserved, areas::ended_on);
    Ok(areas::table.find(id).select(columns).first(conn)?)
}

fn words(new: &NewArea) -> Vec<String> {
    words_of([Some(new.name.as_str()), line_of(&new.abbreviation)])
}

#[derive(Queryable)]
struct Raw {
    id: i64,
    version: i32,
    name: String,
    abbreviation: Option<String>,
    parent: Option<i64>,
    head: Option<i64>,
    head_name: Option<String>,
    is_reserved: bool,
    ended_on: Option<Day>,
}

type Columns = (
    areas::id,
    areas::version,
    areas::name,
    areas::abbreviation,
    areas::parent_id,
    areas::head_id,
    diesel::dsl::Nullable<people::name>,
    areas::is_reserved,
    areas::ended_on,
);

fn columns() -> Columns {
    (
        areas::id,
        areas::version,
        areas::name,
        areas::abbreviation,
        areas::parent_id,
        areas::head_id,
        people::name.nullable(),
        areas::is_reserved,
        areas::ended_on,
    )
}

fn is_head() -> diesel::dsl::Eq<areas::head_id, diesel::dsl::Nullable<people::id>> {
    areas::head_id.eq(people::id.nullable())
}

fn row(raw: Raw) -> Result<AreaRow, StoreError> {
    let head: Option<PersonId> = maybe("areas", raw.id, raw.head)?;
    Ok(AreaRow {
        id: value("areas", raw.id, raw.id)?,
        version: value("areas", raw.id, raw.version)?,
        name: raw.name,
        abbreviation: raw.abbreviation,
        parent: maybe("areas", raw.id, raw.parent)?,
        head: head.zip(raw.head_name),
        is_reserved: raw.is_reserved,
        ended_on: raw.ended_on,
    })
}
