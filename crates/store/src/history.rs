//! Every version of every record: who made it, when, and what it said before and after.
//! Written in the transaction of the change itself; nothing of it is ever changed or deleted. A password is never in it.

use diesel::prelude::*;
use domain::{Instant, PersonId};
use serde::Serialize;
use serde_json::Value;

use crate::conn::Conn;
use crate::error::StoreError;
use crate::origin;
use crate::schema::directory::{people, record_changes};
use crate::types::{Stamp, int, maybe, value};

/// What a history is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    Person,
    Area,
    Service,
    Provider,
    Setting,
    Absence,
    AccessToken,
}

impl Entity {
    /// As the tables name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Entity::Person => "person",
            Entity::Area => "area",
            Entity::Service => "service",
            Entity::Provider => "provider",
            Entity::Setting => "setting",
            Entity::Absence => "absence",
            Entity::AccessToken => "access_token",
        }
    }
}

/// One change of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    /// The record's version after it.
    pub version: u32,
    pub at: Instant,
    /// Nobody: the command line, or the set-up.
    pub by: Option<(PersonId, String)>,
    /// None for its making.
    pub before: Option<Value>,
    pub after: Value,
}

/// The changes of a record after that version, the oldest first.
pub fn history(conn: &mut Conn, entity: Entity, id: impl Into<i64>, after: Option<u32>, limit: u32) -> Result<Vec<ChangeRow>, StoreError> {
    let id = id.into();
    let rows = record_changes::table
        .left_join(people::table)
        .filter(record_changes::entity.eq(entity.name()))
        .filter(record_changes::entity_id.eq(id))
        .filter(record_changes::version.gt(int(after.unwrap_or(0))))
        .order(record_changes::version)
        .limit(limit.into())
        .select((
            record_changes::version,
            record_changes::at,
            people::id.nullable(),
            people::name.nullable(),
            record_changes::before,
            record_changes::after,
        ))
        .load::<(i32, Stamp, Option<i64>, Option<String>, Option<String>, String)>(conn)?;
    rows.into_iter()
        .map(|(version, at, by, name, before, after)| {
            let key = format!("{} {id} {version}", entity.name());
            let json = |text: String| value("record_changes", &key, text);
            let by: Option<PersonId> = maybe("record_changes", &key, by)?;
            Ok(ChangeRow {
                version: value("record_changes", &key, version)?,
                at: at.into(),
                by: by.zip(name),
                before: before.map(json).transpose()?,
                after: json(after)?,
            })
        })
        .collect()
}

/// Whose hand changes a record, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hand {
    pub by: Option<PersonId>,
    pub at: Instant,
}

/// Keep that a record came to be, or changed.
pub(crate) fn keep<R: Serialize>(
    conn: &mut Conn,
    hand: Hand,
    (entity, id, version): (Entity, i64, i32),
    before: Option<&R>,
    after: &R,
) -> Result<(), StoreError> {
    let json = |record: &R| serde_json::to_string(record).expect("a record has only text, numbers and lists");
    diesel::insert_into(record_changes::table)
        .values((
            record_changes::entity.eq(entity.name()),
            record_changes::entity_id.eq(id),
            record_changes::version.eq(version),
            record_changes::at.eq(Stamp(hand.at)),
            record_changes::by_person.eq(hand.by.map(PersonId::get)),
            record_changes::before.eq(before.map(json)),
            record_changes::after.eq(json(after)),
            record_changes::origin.eq(origin::current()),
        ))
        .execute(conn)?;
    Ok(())
}
