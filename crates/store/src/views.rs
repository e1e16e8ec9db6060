//! Lists that people keep under a name: filters and columns, for themselves or for all of IT. They are preferences rather than records: they have a
//! version and no history, and who deletes one is rid of it.

use diesel::prelude::*;
use domain::{PersonId, ViewName};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::fold::fold;
use crate::records::{RecordError, advance, taken};
use crate::schema::directory::people;
use crate::schema::records::saved_views;
use crate::types::{int, value};

/// A view as whoever may read it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRow {
    pub id: i64,
    pub version: u32,
    pub owner: (PersonId, String),
    pub name: String,
    pub query: String,
    /// Separated by commas.
    pub columns: String,
    pub is_shared: bool,
}

/// A view as one is written: whole. Whose it is stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewView {
    pub name: ViewName,
    pub query: String,
    pub columns: String,
    pub is_shared: bool,
}

/// Where a page ended: one's own come first, then those of others, each by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewKey {
    pub is_of_another: bool,
    pub name: String,
    pub id: i64,
}

impl ViewRow {
    /// Where a page of this reader ends that ends with it.
    pub fn key(&self, reader: PersonId) -> ViewKey {
        ViewKey { is_of_another: self.owner.0 != reader, name: fold(&self.name), id: self.id }
    }
}

/// Keeps a view of that person. How many they have then.
///
/// # Errors
/// `NameTaken`, by another view of theirs; `PersonUnknown`.
pub fn insert(conn: &mut Conn, of: PersonId, new: &NewView) -> Result<(i64, i64), RecordError> {
    hold(conn, of)?;
    let id: i64 = diesel::insert_into(saved_views::table)
        .values((
            saved_views::version.eq(1),
            saved_views::person_id.eq(of.get()),
            saved_views::name.eq(new.name.as_str()),
            saved_views::name_folded.eq(fold(new.name.as_str())),
            saved_views::query.eq(&new.query),
            saved_views::column_names.eq(&new.columns),
            saved_views::is_shared.eq(new.is_shared),
        ))
        .returning(saved_views::id)
        .get_result(conn)
        .map_err(taken(RecordError::NameTaken))?;
    let n_own = saved_views::table.filter(saved_views::person_id.eq(of.get())).count().get_result(conn)?;
    Ok((id, n_own))
}

/// Writes a view whole, which has to be of that version.
///
/// # Errors
/// `NotFound`, `Conflict`, `NameTaken`.
pub fn update(conn: &mut Conn, id: i64, expected_version: u32, new: &NewView) -> Result<(), RecordError> {
    advance!(conn, saved_views, id, expected_version)?;
    diesel::update(saved_views::table.find(id))
        .set((
            saved_views::name.eq(new.name.as_str()),
            saved_views::name_folded.eq(fold(new.name.as_str())),
            saved_views::query.eq(&new.query),
            saved_views::column_names.eq(&new.columns),
            saved_views::is_shared.eq(new.is_shared),
        ))
        .execute(conn)
        .map_err(taken(RecordError::NameTaken))?;
    Ok(())
}

/// Deletes a view, which has to be of that version.
///
/// # Errors
/// `NotFound`, `Conflict`.
pub fn delete(conn: &mut Conn, id: i64, expected_version: u32) -> Result<(), RecordError> {
    let of_that_version = saved_views::table.find(id).filter(saved_views::version.eq(int(expected_version)));
    match diesel::delete(of_that_version).execute(conn)? {
        0 if find(conn, id)?.is_none() => Err(RecordError::NotFound),
        0 => Err(RecordError::Conflict),
        _ => Ok(()),
    }
}

/// A view, whosever it is.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<ViewRow>, StoreError> {
    let query = saved_views::table.inner_join(people::table).filter(saved_views::id.eq(id)).select(COLUMNS);
    query.first::<Raw>(conn).optional()?.map(row).transpose()
}

/// The reader's own views and, if asked for, those that others share, after the one that the page before ended with.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn list(conn: &mut Conn, reader: PersonId, with_shared: bool, after: Option<&ViewKey>, limit: u32) -> Result<Vec<ViewRow>, StoreError> {
    let mut rows = Vec::new();
    for is_of_another in [false, true] {
        let is_wanted = !is_of_another || with_shared;
        // What stands before the place where a page begins was on the pages before it.
        if is_wanted && after.is_none_or(|after| after.is_of_another <= is_of_another) {
            let after = after.filter(|after| after.is_of_another == is_of_another);
            rows.extend(part(conn, reader, is_of_another, after, limit.saturating_sub(rows.len() as u32))?);
        }
    }
    Ok(rows)
}

fn part(conn: &mut Conn, reader: PersonId, is_of_another: bool, after: Option<&ViewKey>, limit: u32) -> Result<Vec<ViewRow>, StoreError> {
    let mut query = saved_views::table.inner_join(people::table).select(COLUMNS).into_boxed();
    query = if is_of_another {
        query.filter(saved_views::is_shared).filter(saved_views::person_id.ne(reader.get()))
    } else {
        query.filter(saved_views::person_id.eq(reader.get()))
    };
    if let Some(ViewKey { name, id, .. }) = after {
        let is_after = saved_views::name_folded.gt(name.clone()).or(saved_views::id.gt(*id));
        query = query.filter(saved_views::name_folded.ge(name.clone())).filter(is_after);
    }
    let found = query.order((saved_views::name_folded, saved_views::id)).limit(limit.into()).load::<Raw>(conn)?;
    found.into_iter().map(row).collect()
}

/// One new view of a person at a time: else two at once would be counted as one.
fn hold(conn: &mut Conn, person: PersonId) -> Result<(), RecordError> {
    let held = diesel::update(people::table.find(person.get())).set(people::version.eq(people::version)).execute(conn)?;
    if held == 1 { Ok(()) } else { Err(RecordError::PersonUnknown) }
}

type Raw = (i64, i32, (i64, String), String, String, String, bool);

type Columns = (
    saved_views::id,
    saved_views::version,
    (people::id, people::name),
    saved_views::name,
    saved_views::query,
    saved_views::column_names,
    saved_views::is_shared,
);

const COLUMNS: Columns = (
    saved_views::id,
    saved_views::version,
    (people::id, people::name),
    saved_views::name,
    saved_views::query,
    saved_views::column_names,
    saved_views::is_shared,
);

fn row((id, version, (owner, owner_name), name, query, columns, is_shared): Raw) -> Result<ViewRow, StoreError> {
    Ok(ViewRow {
        id,
        version: value("saved_views", id, version)?,
        owner: (value("saved_views", id, owner)?, owner_name),
        name,
        query,
        columns,
        is_shared,
    })
}
