//! The providers of warranties, of support and of contracted services. None is ever deleted; one no longer called is disabled.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use domain::{Email, Instant, Line, PersonId, ProviderId, Ruc};
use serde::Serialize;

use crate::conn::Conn;
use crate::error::StoreError;
use crate::fold::fold;
use crate::heart;
use crate::history::{Entity, Hand, keep};
use crate::people::{line_of, text_of};
use crate::records::{RecordError, RecordFilter, advance, found_by, set_words, words_of};
use crate::schema::directory::providers;
use crate::types::value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRow {
    pub id: ProviderId,
    pub version: u32,
    pub name: String,
    pub ruc: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub contact: Option<String>,
    pub is_active: bool,
}

impl ProviderRow {
    /// Where a page that ends with it ends.
    pub fn key(&self) -> (String, i64) {
        (fold(&self.name), self.id.get())
    }
}

/// A provider as one is written: whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProvider {
    pub name: Line,
    pub ruc: Option<Ruc>,
    pub email: Option<Email>,
    pub phone: Option<Line>,
    /// Who to speak to.
    pub contact: Option<Line>,
    pub is_active: bool,
}

/// Write a new provider.
pub fn insert(conn: &mut Conn, by: Option<PersonId>, at: Instant, new: &NewProvider) -> Result<ProviderId, RecordError> {
    let id: i64 = diesel::insert_into(providers::table)
        .values((
            providers::version.eq(1),
            providers::name.eq(new.name.as_str()),
            providers::name_folded.eq(fold(new.name.as_str())),
            providers::ruc.eq(ruc_of(new)),
            providers::email.eq(text_of(&new.email)),
            providers::phone.eq(line_of(&new.phone)),
            providers::contact.eq(line_of(&new.contact)),
            providers::is_active.eq(new.is_active),
        ))
        .returning(providers::id)
        .get_result(conn)
        .map_err(taken)?;
    set_words(conn, Entity::Provider, id, &words(new))?;
    let after = record(conn, id)?;
    keep(conn, Hand { by, at }, (Entity::Provider, id, 1), None, &after)?;
    Ok(value("providers", id, id)?)
}

/// Write a provider whole, who has to be of that version.
pub fn update(
    conn: &mut Conn,
    by: Option<PersonId>,
    at: Instant,
    id: ProviderId,
    expected_version: u32,
    new: &NewProvider,
) -> Result<(), RecordError> {
    heart::about_to_change(conn)?;
    let version = advance!(conn, providers, id.get(), expected_version)?;
    let before = record(conn, id.get())?;
    diesel::update(providers::table.find(id.get()))
        .set((
            providers::name.eq(new.name.as_str()),
            providers::name_folded.eq(fold(new.name.as_str())),
            providers::ruc.eq(ruc_of(new)),
            providers::email.eq(text_of(&new.email)),
            providers::phone.eq(line_of(&new.phone)),
            providers::contact.eq(line_of(&new.contact)),
            providers::is_active.eq(new.is_active),
        ))
        .execute(conn)
        .map_err(taken)?;
    set_words(conn, Entity::Provider, id.get(), &words(new))?;
    let after = record(conn, id.get())?;
    keep(conn, Hand { by, at }, (Entity::Provider, id.get(), version), Some(&before), &after)?;
    Ok(())
}

/// A provider, disabled or not.
pub fn find(conn: &mut Conn, id: ProviderId) -> Result<Option<ProviderRow>, StoreError> {
    providers::table.find(id.get()).select(COLUMNS).first::<Raw>(conn).optional()?.map(row).transpose()
}

/// Providers by name, after the one that the page before ended with.
pub fn list(conn: &mut Conn, filter: &RecordFilter, after: Option<(String, i64)>, limit: u32) -> Result<Vec<ProviderRow>, StoreError> {
    let mut query = providers::table.select(COLUMNS).into_boxed();
    for found in found_by(Entity::Provider, filter.words.as_deref()) {
        query = query.filter(providers::id.eq_any(found));
    }
    if !filter.all {
        query = query.filter(providers::is_active);
    }
    if let Some((name, id)) = after {
        query = query.filter(providers::name_folded.ge(name.clone())).filter(providers::name_folded.gt(name).or(providers::id.gt(id)));
    }
    let found = query.order((providers::name_folded, providers::id)).limit(limit.into()).load::<Raw>(conn)?;
    found.into_iter().map(row).collect()
}

/// Two things of a provider are its own: both databases name which in the message, by the column or by its index.
fn taken(error: Error) -> RecordError {
    match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, about) if about.message().contains("ruc") => RecordError::RucTaken,
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => RecordError::NameTaken,
        _ => error.into(),
    }
}

/// What the history keeps of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ProviderRecord {
    name: String,
    ruc: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    contact: Option<String>,
    is_active: bool,
}

fn record(conn: &mut Conn, id: i64) -> Result<ProviderRecord, StoreError> {
    let (_, _, name, ruc, email, phone, contact, is_active) = providers::table.find(id).select(COLUMNS).first::<Raw>(conn)?;
    Ok(ProviderRecord { name, ruc, email, phone, contact, is_active })
}

fn words(new: &NewProvider) -> Vec<String> {
    words_of([Some(new.name.as_str()), ruc_of(new), text_of(&new.email), line_of(&new.contact)])
}

fn ruc_of(new: &NewProvider) -> Option<&str> {
    new.ruc.as_ref().map(Ruc::as_str)
}

type Raw = (i64, i32, String, Option<String>, Option<String>, Option<String>, Option<String>, bool);

type Columns = (
    providers::id,
    providers::version,
    providers::name,
    providers::ruc,
    providers::email,
    providers::phone,
    providers::contact,
    providers::is_active,
);

const COLUMNS: Columns = (
    providers::id,
    providers::version,
    providers::name,
    providers::ruc,
    providers::email,
    providers::phone,
    providers::contact,
    providers::is_active,
);

fn row((id, version, name, ruc, email, phone, contact, is_active): Raw) -> Result<ProviderRow, StoreError> {
    Ok(ProviderRow {
        id: value("providers", id, id)?,
        version: value("providers", id, version)?,
        name,
        ruc,
        email,
        phone,
        contact,
        is_active,
    })
}
