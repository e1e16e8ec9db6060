//! The trail: every event of every ticket, every change of every record, and every sign-in, the newest first, from one key to the next.
//!
//! Three tables, each read along its index of time, and merged here: a page asks each for as many rows as it has itself at most.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::{EventNumber, Instant, PersonId};
use serde_json::Value;

use crate::conn::Conn;
use crate::error::StoreError;
use crate::schema::directory::{people, record_changes};
use crate::schema::records::sign_ins;
use crate::schema::tickets::events;
use crate::types::{Stamp, maybe, value};

/// Where an entry stands. The order is that of entries at the same instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    SignIn,
    Record,
    Event,
}

/// An entry's place: what a page ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub at: Instant,
    pub source: Source,
    /// The row's number; of an event, the ticket's.
    pub id: i64,
    /// Of an event, its position.
    pub position: i32,
}

/// Which entries are read. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailFilter {
    /// Whose hand it was.
    pub by: Option<PersonId>,
    /// `ticket`, `session`, or a kind of record.
    pub entity: Option<String>,
    /// Of that kind, the one with this number.
    pub id: Option<i64>,
    /// An event's name; `created`, `changed`; `signed_in`.
    pub name: Option<String>,
    pub from: Option<Instant>,
    /// Before then.
    pub until: Option<Instant>,
    /// The access token that it came by. Nobody signs in by one.
    pub token: Option<i64>,
    /// Leave the tickets out.
    pub only_records: bool,
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailRow {
    pub place: Place,
    /// Nobody: the system, or the command line.
    pub by: Option<(PersonId, String)>,
    pub entity: String,
    /// The ticket's or the record's number; of a sign-in, the person's.
    pub id: i64,
    pub name: String,
    /// Of a ticket's event.
    pub number: Option<EventNumber>,
    /// Its words were hidden: the payload is not to be shown whole.
    pub is_hidden: bool,
    /// From where: see `origin`.
    pub origin: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

pub const TICKET: &str = "ticket";
pub const SESSION: &str = "session";
const CREATED: &str = "created";
const CHANGED: &str = "changed";
const SIGNED_IN: &str = "signed_in";

/// What is after that place, going back in time.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn list(conn: &mut Conn, filter: &TrailFilter, after: Option<&Place>, limit: u32) -> Result<Vec<TrailRow>, StoreError> {
    let is_of = |entity: &str| filter.entity.as_deref().is_none_or(|wanted| wanted == entity);
    let mut rows = Vec::new();
    if !filter.only_records && is_of(TICKET) {
        rows.extend(events_after(conn, filter, after, limit)?);
    }
    if filter.entity.as_deref().is_none_or(|wanted| wanted != TICKET && wanted != SESSION) {
        rows.extend(changes_after(conn, filter, after, limit)?);
    }
    if is_of(SESSION) && filter.token.is_none() && filter.name.as_deref().is_none_or(|name| name == SIGNED_IN) {
        rows.extend(sign_ins_after(conn, filter, after, limit)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.place));
    rows.truncate(limit as usize);
    Ok(rows)
}

/// What of a source is after a place: until its instant, or before it; and at that instant, what is before its number.
macro_rules! after {
    ($query:ident, $source:expr, $after:expr, $at:expr, |$place:ident| $before:expr) => {
        if let Some($place) = $after {
            let at = Stamp($place.at);
            $query = match $source.cmp(&$place.source) {
                std::cmp::Ordering::Less => $query.filter($at.le(at)),
                std::cmp::Ordering::Greater => $query.filter($at.lt(at)),
                std::cmp::Ordering::Equal => $query.filter($at.le(at)).filter($at.lt(at).or($before)),
            };
        }
    };
}

/// What came by an access token, in the words of the indexes of such (`migrations/*/2026-11-26-000051_trail_by_token`): bound, they would not be known
/// for the same.
const BY_TOKEN: &str = "origin LIKE '% % %'";

/// An origin of that token: its third part.
fn by_token(token: i64) -> String {
    format!("% % {token}")
}

fn events_after(conn: &mut Conn, filter: &TrailFilter, after: Option<&Place>, limit: u32) -> Result<Vec<TrailRow>, StoreError> {
    let mut query = events::table
        .left_join(people::table.on(events::by_person.eq(people::id.nullable())))
        .select((
            (events::ticket_id, events::position, events::version, events::internal, events::at),
            (events::by_person, people::name.nullable()),
            (events::name, events::is_hidden, events::payload, events::origin),
        ))
        .into_boxed();
    if let Some(by) = filter.by {
        query = query.filter(events::by_person.eq(by.get()));
    }
    if let Some(id) = filter.id {
        query = query.filter(events::ticket_id.eq(id));
    }
    if let Some(name) = &filter.name {
        query = query.filter(events::name.eq(name.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(events::at.ge(Stamp(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(events::at.lt(Stamp(until)));
    }
    if let Some(token) = filter.token {
        query = query.filter(sql::<Bool>(BY_TOKEN)).filter(events::origin.like(by_token(token)).assume_not_null());
    }
    after!(query, Source::Event, after, events::at, |place| {
        events::ticket_id.lt(place.id).or(events::ticket_id.eq(place.id).and(events::position.lt(place.position)))
    });
    type Row = ((i64, i32, i32, i32, Stamp), (Option<i64>, Option<String>), (String, bool, String, Option<String>));
    let found: Vec<Row> =
        query.order((events::at.desc(), events::ticket_id.desc(), events::position.desc())).limit(limit.into()).load(conn)?;
    found
        .into_iter()
        .map(|((id, position, version, internal, at), (by, by_name), (name, is_hidden, payload, origin))| {
            let key = format!("{id}/{position}");
            Ok(TrailRow {
                place: Place { at: at.0, source: Source::Event, id, position },
                by: maybe("events", &key, by)?.zip(by_name),
                entity: TICKET.to_owned(),
                id,
                name,
                number: Some(EventNumber { version: value("events", &key, version)?, internal: value("events", &key, internal)? }),
                is_hidden,
                origin,
                before: None,
                after: Some(value("events", &key, payload)?),
            })
        })
        .collect()
}

fn changes_after(conn: &mut Conn, filter: &TrailFilter, after: Option<&Place>, limit: u32) -> Result<Vec<TrailRow>, StoreError> {
    let mut query = record_changes::table
        .left_join(people::table)
        .select((
            (record_changes::id, record_changes::entity, record_changes::entity_id, record_changes::at),
            (people::id.nullable(), people::name.nullable()),
            (record_changes::before, record_changes::after, record_changes::origin),
        ))
        .into_boxed();
    if let Some(by) = filter.by {
        query = query.filter(record_changes::by_person.eq(by.get()));
    }
    if let Some(entity) = &filter.entity {
        query = query.filter(record_changes::entity.eq(entity.clone()));
    }
    if let Some(id) = filter.id {
        query = query.filter(record_changes::entity_id.eq(id));
    }
    match filter.name.as_deref() {
        None => {}
        Some(CREATED) => query = query.filter(record_changes::before.is_null()),
        Some(CHANGED) => query = query.filter(record_changes::before.is_not_null()),
        Some(_) => return Ok(Vec::new()),
    }
    if let Some(from) = filter.from {
        query = query.filter(record_changes::at.ge(Stamp(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(record_changes::at.lt(Stamp(until)));
    }
    if let Some(token) = filter.token {
        query = query.filter(sql::<Bool>(BY_TOKEN)).filter(record_changes::origin.like(by_token(token)).assume_not_null());
    }
    after!(query, Source::Record, after, record_changes::at, |place| record_changes::id.lt(place.id));
    type Row = ((i64, String, i64, Stamp), (Option<i64>, Option<String>), (Option<String>, String, Option<String>));
    let found: Vec<Row> = query.order((record_changes::at.desc(), record_changes::id.desc())).limit(limit.into()).load(conn)?;
    found
        .into_iter()
        .map(|((id, entity, of, at), (by, by_name), (before, changed, origin))| {
            let json = |text: String| value::<Value, _>("record_changes", id, text);
            Ok(TrailRow {
                place: Place { at: at.0, source: Source::Record, id, position: 0 },
                by: maybe("record_changes", id, by)?.zip(by_name),
                entity,
                id: of,
                name: if before.is_some() { CHANGED } else { CREATED }.to_owned(),
                number: None,
                is_hidden: false,
                origin,
                before: before.map(json).transpose()?,
                after: Some(json(changed)?),
            })
        })
        .collect()
}

fn sign_ins_after(conn: &mut Conn, filter: &TrailFilter, after: Option<&Place>, limit: u32) -> Result<Vec<TrailRow>, StoreError> {
    let mut query = sign_ins::table
        .inner_join(people::table)
        .select((sign_ins::id, sign_ins::at, people::id, people::name, sign_ins::origin))
        .into_boxed();
    for person in filter.by.map(PersonId::get).into_iter().chain(filter.id) {
        query = query.filter(sign_ins::person_id.eq(person));
    }
    if let Some(from) = filter.from {
        query = query.filter(sign_ins::at.ge(Stamp(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(sign_ins::at.lt(Stamp(until)));
    }
    after!(query, Source::SignIn, after, sign_ins::at, |place| sign_ins::id.lt(place.id));
    type Row = (i64, Stamp, i64, String, Option<String>);
    let found: Vec<Row> = query.order((sign_ins::at.desc(), sign_ins::id.desc())).limit(limit.into()).load(conn)?;
    found
        .into_iter()
        .map(|(id, at, person, name, origin)| {
            Ok(TrailRow {
                place: Place { at: at.0, source: Source::SignIn, id, position: 0 },
                by: Some((value("sign_ins", id, person)?, name)),
                entity: SESSION.to_owned(),
                id: person,
                name: SIGNED_IN.to_owned(),
                number: None,
                is_hidden: false,
                origin,
                before: None,
                after: None,
            })
        })
        .collect()
}
