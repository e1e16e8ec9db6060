//! The services of the IT service catalogue. None is ever deleted; one that is no longer given is disabled.

use diesel::prelude::*;
use domain::{Instant, Line, PersonId, ServiceId, Text};
use serde::Serialize;

use crate::conn::Conn;
use crate::error::StoreError;
use crate::fold::fold;
use crate::heart;
use crate::history::{Entity, Hand, keep};
use crate::records::{RecordError, RecordFilter, advance, found_by, set_words, taken, words_of};
use crate::schema::directory::services;
use crate::types::value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRow {
    pub id: ServiceId,
    pub version: u32,
    pub name: String,
    pub description: Option<String>,
    pub is_active: bool,
}

impl ServiceRow {
    /// Where a page that ends with it ends.
    pub fn key(&self) -> (String, i64) {
        (fold(&self.name), self.id.get())
    }
}

/// A service as one is written: whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewService {
    pub name: Line,
    pub description: Option<Text>,
    pub is_active: bool,
}

/// Write a new service.
pub fn insert(conn: &mut Conn, by: Option<PersonId>, at: Instant, new: &NewService) -> Result<ServiceId, RecordError> {
    let id: i64 = diesel::insert_into(services::table)
        .values((
            services::version.eq(1),
            services::name.eq(new.name.as_str()),
            services::name_folded.eq(fold(new.name.as_str())),
            services::description.eq(new.description.as_ref().map(Text::as_str)),
            services::is_active.eq(new.is_active),
        ))
        .returning(services::id)
        .get_result(conn)
        .map_err(taken(RecordError::NameTaken))?;
    set_words(conn, Entity::Service, id, &words(new))?;
    let after = record(conn, id)?;
    keep(conn, Hand { by, at }, (Entity::Service, id, 1), None, &after)?;
    Ok(value("services", id, id)?)
}

/// Write a service whole, which has to be of that version.
pub fn update(
    conn: &mut Conn,
    by: Option<PersonId>,
    at: Instant,
    id: ServiceId,
    expected_version: u32,
    new: &NewService,
) -> Result<(), RecordError> {
    heart::about_to_change(conn)?;
    let version = advance!(conn, services, id.get(), expected_version)?;
    let before = record(conn, id.get())?;
    diesel::update(services::table.find(id.get()))
        .set((
            services::name.eq(new.name.as_str()),
            services::name_folded.eq(fold(new.name.as_str())),
            services::description.eq(new.description.as_ref().map(Text::as_str)),
            services::is_active.eq(new.is_active),
        ))
        .execute(conn)
        .map_err(taken(RecordError::NameTaken))?;
    set_words(conn, Entity::Service, id.get(), &words(new))?;
    let after = record(conn, id.get())?;
    keep(conn, Hand { by, at }, (Entity::Service, id.get(), version), Some(&before), &after)?;
    Ok(())
}

/// A service, disabled or not.
pub fn find(conn: &mut Conn, id: ServiceId) -> Result<Option<ServiceRow>, StoreError> {
    services::table.find(id.get()).select(COLUMNS).first::<Raw>(conn).optional()?.map(row).transpose()
}

/// Services by name, after the one that the page before ended with.
pub fn list(conn: &mut Conn, filter: &RecordFilter, after: Option<(String, i64)>, limit: u32) -> Result<Vec<ServiceRow>, StoreError> {
    let mut query = services::table.select(COLUMNS).into_boxed();
    for found in found_by(Entity::Service, filter.words.as_deref()) {
        query = query.filter(services::id.eq_any(found));
    }
    if !filter.all {
        query = query.filter(services::is_active);
    }
    if let Some((name, id)) = after {
        query = query.filter(services::name_folded.ge(name.clone())).filter(services::name_folded.gt(name).or(services::id.gt(id)));
    }
    let found = query.order((services::name_folded, services::id)).limit(limit.into()).load::<Raw>(conn)?;
    found.into_iter().map(row).collect()
}

/// What the history keeps of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable)]
struct ServiceRecord {
    name: String,
    description: Option<String>,
    is_active: bool,
}

fn record(conn: &mut Conn, id: i64) -> Result<ServiceRecord, StoreError> {
    Ok(services::table.find(id).select((services::name, services::description, services::is_active)).first(conn)?)
}

fn words(new: &NewService) -> Vec<String> {
    words_of([Some(new.name.as_str())])
}

type Raw = (i64, i32, String, Option<String>, bool);

const COLUMNS: (services::id, services::version, services::name, services::description, services::is_active) =
    (services::id, services::version, services::name, services::description, services::is_active);

fn row((id, version, name, description, is_active): Raw) -> Result<ServiceRow, StoreError> {
    Ok(ServiceRow { id: value("services", id, id)?, version: value("services", id, version)?, name, description, is_active })
}
