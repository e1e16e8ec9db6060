//! What the agency has set: small named values, each a JSON text with a version and a history. Secrets are not here.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::{Instant, PersonId};
use serde_json::Value;

use crate::conn::Conn;
use crate::error::StoreError;
use crate::history::{Entity, Hand, keep};
use crate::records::{RecordError, advance, taken};
use crate::schema::directory::settings;
use crate::types::value;

/// A value that was set.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its key in the history.
    pub id: i64,
    pub version: u32,
    pub value: Value,
}

/// The value of that name, if it was ever set.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<Setting>, StoreError> {
    let found = settings::table
        .filter(settings::name.eq(name))
        .select((settings::id, settings::version, settings::value))
        .first::<(i64, i32, String)>(conn)
        .optional()?;
    found
        .map(|(id, version, text)| Ok(Setting { id, version: value("settings", id, version)?, value: value("settings", id, text)? }))
        .transpose()
}

/// Every value that was ever set, by its name.
pub fn all(conn: &mut Conn) -> Result<BTreeMap<String, Setting>, StoreError> {
    let found = settings::table.select((settings::id, settings::version, settings::name, settings::value));
    let found = found.load::<(i64, i32, String, String)>(conn)?;
    found
        .into_iter()
        .map(|(id, version, name, text)| {
            Ok((name, Setting { id, version: value("settings", id, version)?, value: value("settings", id, text)? }))
        })
        .collect()
}

/// Set a value that has to be of that version; none, for one that was never set. Returns its version after.
pub fn put(
    conn: &mut Conn,
    by: Option<PersonId>,
    at: Instant,
    name: &str,
    expected_version: Option<u32>,
    new: &Value,
) -> Result<u32, RecordError> {
    let hand = Hand { by, at };
    let Some(expected) = expected_version else {
        let id: i64 = diesel::insert_into(settings::table)
            .values((settings::version.eq(1), settings::name.eq(name), settings::value.eq(new.to_string())))
            .returning(settings::id)
            .get_result(conn)
            .map_err(taken(RecordError::Conflict))?;
        keep(conn, hand, (Entity::Setting, id, 1), None, new)?;
        return Ok(1);
    };
    let before = get(conn, name)?.ok_or(RecordError::NotFound)?;
    let version = advance!(conn, settings, before.id, expected)?;
    diesel::update(settings::table.find(before.id)).set(settings::value.eq(new.to_string())).execute(conn)?;
    keep(conn, hand, (Entity::Setting, before.id, version), Some(&before.value), new)?;
    Ok(expected + 1)
}
