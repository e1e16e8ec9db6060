//! What concerns somebody, as they read it in the app: the notices of the outbox, whether a mail went or not, and up to which they have looked.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::{Actor, Audience, Instant, NoticeKind, PersonId, TicketId};

use crate::asked::{Asked, limit_for};
use crate::conn::{Conn, per_backend};
use crate::error::StoreError;
use crate::schema::directory::people;
use crate::schema::tickets::{events, notice_marks, outbox};
use crate::tickets::{self, MERGED};
use crate::types::{Stamp, maybe, value};

/// A notice of a ticket that its reader may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    pub id: i64,
    pub kind: String,
    pub ticket: TicketId,
    pub title: String,
    pub at: Instant,
    /// Whose hand it was, where the reader may know; none: the system.
    pub by: Option<(PersonId, String)>,
}

/// Notices, the newest first, and the last that was looked at: where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticePage {
    pub rows: Vec<NoticeRow>,
    pub next: Option<i64>,
}

/// A person's notices of tickets that they may see now, before a key. A page may be shorter than its limit: what they see no more is left out.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn list(conn: &mut Conn, actor: &Actor, person: PersonId, before: Option<i64>, limit: u32) -> Result<NoticePage, StoreError> {
    type Hand = (Option<String>, Option<i64>, Option<String>);
    type Row = (i64, String, Option<i64>, Stamp, Option<bool>, Option<i64>, Hand);
    let mut query = outbox::table
        .left_join(
            events::table.on(events::ticket_id.nullable().eq(outbox::ticket_id).and(events::position.nullable().eq(outbox::position))),
        )
        .left_join(people::table.on(events::by_person.eq(people::id.nullable())))
        .left_join(MERGED.on(people::merged_into_id.eq(MERGED.field(people::id).nullable())))
        .filter(outbox::person_id.eq(person.get()))
        .filter(outbox::ticket_id.is_not_null())
        .order(outbox::id.desc())
        .select((
            outbox::id,
            outbox::kind,
            outbox::ticket_id,
            outbox::created_at,
            events::is_internal.nullable(),
            events::by_person.nullable(),
            (people::name.nullable(), MERGED.field(people::id).nullable(), MERGED.field(people::name).nullable()),
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    let mut found: Vec<Row> = Asked::limited(query, limit_for(limit + 1)).load(conn)?;
    let goes_on = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| goes_on).map(|row| row.0);
    let tickets = found.iter().map(|row| maybe("outbox", row.0, row.2)).collect::<Result<Vec<Option<TicketId>>, _>>()?;
    let titles = tickets::titles(conn, actor, &tickets.iter().copied().flatten().collect::<Vec<_>>())?;
    let mut rows = Vec::new();
    for ((id, kind, _, at, is_internal, by, (name, merged_into, merged_name)), ticket) in found.into_iter().zip(tickets) {
        let Some((ticket, title)) = ticket.and_then(|ticket| Some((ticket, titles.get(&ticket)?.clone()))) else { continue };
        // What ended the ticket that this one was joined to is that one's event, and its hand no hand of this one's.
        let is_of_this = kind != NoticeKind::PrincipalClosed.name();
        let may_know = is_of_this && (actor.audience() == Audience::It || is_internal == Some(false));
        // A contact that proved to be somebody of the directory is that person.
        let by = maybe("events", id, merged_into.or(by))?.zip(merged_name.or(name)).filter(|_| may_know);
        rows.push(NoticeRow { id, kind, ticket, title, at: at.0, by });
    }
    Ok(NoticePage { rows, next })
}

/// How many of a person's notices, of tickets that they may see now, are newer than their mark; `cap + 1` where there are more than `cap`.
///
/// # Errors
/// Of the database.
pub fn count_new(conn: &mut Conn, actor: &Actor, person: PersonId, cap: u32) -> Result<u32, StoreError> {
    let seen = seen_until(conn, person)?;
    let newer = outbox::table
        .filter(outbox::person_id.eq(person.get()))
        .filter(outbox::ticket_id.is_not_null())
        .filter(outbox::id.gt(seen))
        .order(outbox::id.desc())
        .select(outbox::ticket_id);
    let found: Vec<Option<i64>> = Asked::limited(newer, cap + 1).load(conn)?;
    let mut n_of: BTreeMap<TicketId, u32> = BTreeMap::new();
    for ticket in found.into_iter().flatten() {
        *n_of.entry(value("outbox", ticket, ticket)?).or_default() += 1;
    }
    let visible = tickets::titles(conn, actor, &n_of.keys().copied().collect::<Vec<_>>())?;
    Ok(n_of.into_iter().filter(|(ticket, _)| visible.contains_key(ticket)).map(|(_, n)| n).sum())
}

/// Up to which notice a person has looked; 0, where they never did.
///
/// # Errors
/// Of the database.
pub fn seen_until(conn: &mut Conn, person: PersonId) -> Result<i64, StoreError> {
    let mark = notice_marks::table.find(person.get()).select(notice_marks::seen_until);
    Ok(mark.get_result(conn).optional()?.unwrap_or_default())
}

/// The newest of a person's notices; 0, where there is none.
///
/// # Errors
/// Of the database.
pub fn newest(conn: &mut Conn, person: PersonId) -> Result<i64, StoreError> {
    let newest = outbox::table.filter(outbox::person_id.eq(person.get())).order(outbox::id.desc()).select(outbox::id);
    let found: Vec<i64> = Asked::limited(newest, 1).load(conn)?;
    Ok(found.first().copied().unwrap_or_default())
}

/// They have looked at all up to this one. Nobody looks backwards: an older mark changes nothing.
///
/// # Errors
/// Of the database.
pub fn mark_seen(conn: &mut Conn, person: PersonId, until: i64) -> Result<(), StoreError> {
    let first = (notice_marks::person_id.eq(person.get()), notice_marks::seen_until.eq(until));
    let n_new = per_backend!(conn, c => diesel::insert_into(notice_marks::table).values(first).on_conflict_do_nothing().execute(c)?);
    if n_new == 0 {
        let older = notice_marks::table.find(person.get()).filter(notice_marks::seen_until.lt(until));
        diesel::update(older).set(notice_marks::seen_until.eq(until)).execute(conn)?;
    }
    Ok(())
}

/// Everybody has looked at what they were told before then: a demonstration begins with little news.
///
/// # Errors
/// Of the database.
pub fn mark_all_seen(conn: &mut Conn, before: Instant) -> Result<(), StoreError> {
    let told = outbox::table
        .filter(outbox::created_at.lt(Stamp(before)))
        .filter(outbox::person_id.is_not_null())
        .group_by(outbox::person_id)
        .select((outbox::person_id, diesel::dsl::max(outbox::id)));
    let newest: Vec<(Option<i64>, Option<i64>)> = told.load(conn)?;
    for (person, until) in newest {
        if let (Some(person), Some(until)) = (person, until) {
            mark_seen(conn, value("outbox", until, person)?, until)?;
        }
    }
    Ok(())
}
