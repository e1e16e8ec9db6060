//! The read tables. Every question about tickets begins with [`visible_to`], the one scope, so no list, count, cursor or file betrays what its
//! reader may not know.
//!
//! Lists are read by key in the order of an index, never by offset; counts end at a cap.

mod filter;
mod sql;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    Actor, AreaId, Audience, Channel, Event, EventNumber, Impact, Instant, Kind, Outcome, PersonId, Phase, ProviderId, ReportDraft, Role,
    ServiceId, Standing, TechnicalReport, Ticket, TicketId,
};

use crate::asked::{Asked, Steady, limit_for};
use crate::conn::{Conn, MultiBackend, per_backend};
use crate::error::StoreError;
use crate::heart::{self, NumberOfChanges};
use crate::names::{self, Wanted};
use crate::rows::{self, Columns, Named};
use crate::schema::directory::{areas, people, providers, services};
use crate::schema::tickets::{events, ticket_watchers, tickets};
use crate::types::{Stamp, int, maybe, value};

pub use filter::{EvaluationStep, Filter, HolderFilter, Key, RequesterFilter, Sort, StepFilter};
pub(crate) use filter::{IS_OF_EVALUATION, areas_under};
use filter::{capped, driver, filtered, sorted};
pub(crate) use sql::Driven;
use sql::{AnyOf, IsPointedAt, WatchersAmong};

/// A query on tickets that already has its scope.
pub type Tickets<'a> = tickets::BoxedQuery<'a, MultiBackend>;

/// A ticket as its views need it, with the names of whom and what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    pub id: TicketId,
    /// Events so far; shown to nobody.
    pub position: u32,
    pub number: EventNumber,
    /// The number's first part: what views show and `If-Match` compares.
    pub version: u32,
    pub standing: Standing,
    pub title: String,
    /// Absent where it was hidden.
    pub description: Option<String>,
    pub channel: Channel,
    pub impact: Option<Impact>,
    pub since: Option<NaiveDate>,
    pub service: Option<ServiceId>,
    pub equipment: Option<String>,
    pub place: Option<String>,
    pub solution: Option<String>,
    pub provider: Option<ProviderId>,
    pub draft: Option<ReportDraft>,
    pub report: Option<TechnicalReport>,
    pub duplicate_of: Option<TicketId>,
    pub from: Option<TicketId>,
    pub n_visits: u32,
    pub n_reopened: u32,
    pub created_at: Instant,
    pub received_at: Instant,
    pub updated_at: Instant,
    pub phase_since: Instant,
    pub held_since: Instant,
    pub solved_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub requester_name: String,
    pub creator_name: Option<String>,
    pub holder_name: Option<String>,
    pub area_name: String,
    pub service_name: Option<String>,
    pub provider_name: Option<String>,
    /// Does the reader watch it?
    pub is_watching: bool,
    /// Was any ticket joined to it, or split off it? For [`related`] to be asked only then.
    pub is_pointed_at: bool,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    pub id: TicketId,
    pub version: u32,
    pub title: String,
    pub phase: Phase,
    pub kind: Option<Kind>,
    pub outcome: Option<Outcome>,
    pub channel: Channel,
    pub is_waiting: bool,
    pub is_reserved: bool,
    pub is_confirmed: bool,
    pub n_reopened: u32,
    pub requester: (PersonId, String),
    pub area: (AreaId, String),
    pub holder: Option<(PersonId, String)>,
    pub service: Option<(ServiceId, String)>,
    pub received_at: Instant,
    pub updated_at: Instant,
    pub phase_since: Instant,
}

/// One event of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    pub number: EventNumber,
    pub at: Instant,
    /// None: the system.
    pub by: Option<(PersonId, String)>,
    /// Whole: what its reader may not see of it is for the view to leave out.
    pub event: Event,
    /// Its text and files were hidden.
    pub is_hidden: bool,
}

/// Tickets that point at this one, as far as their reader sees them; at most 100 of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Related {
    pub duplicates: Vec<TicketId>,
    pub split_off: Vec<TicketId>,
}

const MOST_RELATED: u32 = 100;

/// The names of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    pub people: BTreeMap<PersonId, String>,
    pub areas: BTreeMap<AreaId, String>,
    pub services: BTreeMap<ServiceId, String>,
    pub providers: BTreeMap<ProviderId, String>,
}

/// Few values each as `=`, many as `IN`: the former have one text each and stay prepared, also on SQLite.
macro_rules! among {
    ($query:expr, $column:expr, $values:expr) => {
        match $values.as_slice() {
            &[one] => $query.filter($column.eq(one)),
            &[one, two] => $query.filter($column.eq(one).or($column.eq(two))),
            &[one, two, three] => $query.filter($column.eq(one).or($column.eq(two)).or($column.eq(three))),
            many => $query.filter($column.eq_any(many.to_vec())),
        }
    };
}
pub(crate) use among;

diesel::alias! {
    pub(crate) const MERGED: Alias<Merged> = people as merged;
}

/// **The one scope.** The tickets of whose existence this actor may know: what `domain::Actor::sees` says, in SQL; a test compares the two.
pub fn visible_to(actor: &Actor) -> Tickets<'static> {
    scope(actor, false)
}

/// The ticket, if this actor may know of it. By its number it is one row, which holds its standing: the rule itself is asked, rather than its SQL.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn find(conn: &mut Conn, actor: &Actor, id: TicketId) -> Result<Option<TicketRow>, StoreError> {
    let me = actor.who.person().map_or(0, PersonId::get);
    let watching = ticket_watchers::table.filter(ticket_watchers::ticket_id.eq(id.get())).filter(ticket_watchers::person_id.eq(me));
    let pointing = diesel::alias!(tickets as pointing);
    let joined = pointing.filter(pointing.field(tickets::duplicate_of_id).eq(id.get()));
    let split_off = pointing.filter(pointing.field(tickets::from_ticket_id).eq(id.get()));
    let found: Option<(Columns, (bool, bool, bool), i64)> = per_backend!(conn, c => Steady(tickets::table
        .filter(tickets::id.eq(id.get()))
        .select((Columns::as_select(), (AnyOf(watching), AnyOf(joined), AnyOf(split_off)), NumberOfChanges)))
        .get_result(c))
    .optional()?;
    let Some((columns, (is_watching, has_joined, has_split_off), n_changes)) = found else { return Ok(None) };
    shown(conn, actor, id, n_changes, columns, is_watching, has_joined || has_split_off)
}

/// The same for several readers, each with a ticket: on PostgreSQL in one journey.
///
/// # Errors
/// Of the database for all, and of each row for who asked for it.
pub fn find_many(conn: &mut Conn, asked: &[(&Actor, TicketId)]) -> Result<Vec<Result<Option<TicketRow>, StoreError>>, StoreError> {
    let Conn::Postgres(pg) = conn else {
        return Ok(asked.iter().map(|(actor, id)| find(conn, actor, *id)).collect());
    };
    let ids: BTreeSet<i64> = asked.iter().map(|(_, id)| id.get()).collect();
    let readers: BTreeSet<i64> = asked.iter().filter_map(|(actor, _)| actor.who.person()).map(PersonId::get).collect();
    type Row = (i64, Columns, bool, Vec<i64>, i64);
    let query = tickets::table.filter(tickets::id.eq_any(ids.into_iter().collect::<Vec<_>>())).select((
        tickets::id,
        Columns::as_select(),
        IsPointedAt,
        WatchersAmong(readers.into_iter().collect()),
        NumberOfChanges,
    ));
    let found: BTreeMap<i64, Row> = Steady(query).load::<Row>(pg)?.into_iter().map(|row| (row.0, row)).collect();
    let one = |(actor, id): &(&Actor, TicketId)| {
        let Some((_, columns, is_pointed_at, watchers, n_changes)) = found.get(&id.get()) else { return Ok(None) };
        let is_watching = actor.who.person().is_some_and(|reader| watchers.contains(&reader.get()));
        shown(conn, actor, *id, *n_changes, columns.clone(), is_watching, *is_pointed_at)
    };
    Ok(asked.iter().map(one).collect())
}

/// The ticket with its names, for who may know of it.
fn shown(
    conn: &mut Conn,
    actor: &Actor,
    id: TicketId,
    n_changes: i64,
    columns: Columns,
    is_watching: bool,
    is_pointed_at: bool,
) -> Result<Option<TicketRow>, StoreError> {
    let standing = columns.standing(id.get())?;
    if !actor.sees(&standing) {
        return Ok(None);
    }
    let named = named(conn, n_changes, id.get(), &standing, &columns)?;
    rows::ticket_row(id.get(), columns, standing, named, is_watching, is_pointed_at).map(Some)
}

/// The names that a ticket shows.
fn named(conn: &mut Conn, n_changes: i64, id: i64, standing: &Standing, columns: &Columns) -> Result<Named, StoreError> {
    let Standing { requester, area, creator, holder, .. } = *standing;
    let (service, provider) = (maybe("tickets", id, columns.service_id)?, maybe("tickets", id, columns.details.provider_id)?);
    let wanted = Wanted {
        people: [Some(requester), creator, holder].into_iter().flatten().collect(),
        areas: vec![area],
        services: service.into_iter().collect(),
        providers: provider.into_iter().collect(),
    };
    let mut names = names::of(conn, n_changes, &wanted)?;
    let person = |id: Option<PersonId>| id.and_then(|id| names.people.get(&id).cloned());
    Ok(Named {
        requester: person(Some(requester)),
        creator: person(creator),
        holder: person(holder),
        area: names.areas.remove(&area),
        service: service.and_then(|id| names.services.remove(&id)),
        provider: provider.and_then(|id| names.providers.remove(&id)),
    })
}

/// One page of the visible tickets that the filter holds, after a key.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn list(
    conn: &mut Conn,
    actor: &Actor,
    filter: &Filter,
    sort: Sort,
    after: Option<&Key>,
    limit: u32,
) -> Result<Vec<SummaryRow>, StoreError> {
    let driver = driver(conn, actor, filter, sort)?;
    let query = sorted(filtered(actor, filter, driver, conn.backend()), sort, after, driver).select((
        (
            tickets::id,
            tickets::version,
            tickets::title,
            tickets::phase,
            tickets::kind,
            tickets::outcome,
            tickets::channel,
            tickets::waiting_since.is_not_null(),
            tickets::is_reserved,
            tickets::is_confirmed,
            tickets::n_reopened,
        ),
        (tickets::requester_id, tickets::area_id, tickets::holder_id, tickets::service_id),
        (tickets::received_at, tickets::updated_at, tickets::phase_since),
        NumberOfChanges,
    ));
    let found: Vec<Summary> = Asked::limited(query, limit_for(limit)).load(conn)?;
    let n_changes = found.first().map_or(0, |row| row.3);
    let mut all = Vec::with_capacity(found.len());
    let mut wanted = Wanted::default();
    for (ticket, shown, times, _) in found.into_iter().take(limit as usize) {
        let shown = Shown::of(ticket.0, shown)?;
        wanted.people.extend([Some(shown.requester), shown.holder].into_iter().flatten());
        wanted.areas.push(shown.area);
        wanted.services.extend(shown.service);
        all.push((ticket, shown, times));
    }
    let names = names::of(conn, n_changes, &wanted)?;
    all.into_iter().map(|(ticket, shown, times)| summary(ticket, &shown, times, &names)).collect()
}

/// How many visible tickets the filter holds; `cap + 1` where there are more than `cap`.
///
/// # Errors
/// Of the database.
pub fn count(conn: &mut Conn, actor: &Actor, filter: &Filter, cap: u32) -> Result<u32, StoreError> {
    let driver = driver(conn, actor, filter, Sort::Newest)?;
    capped(conn, filtered(actor, filter, driver, conn.backend()), cap)
}

/// The events of a ticket after a number, in their order; nothing of a ticket that the actor does not see, and what is internal for IT only.
/// What a contact wrote is the person's into whom it was merged.
///
/// # Errors
/// Corrupt, for an event that cannot be read.
pub fn list_events(
    conn: &mut Conn,
    actor: &Actor,
    id: TicketId,
    after: Option<EventNumber>,
    limit: u32,
) -> Result<Vec<EventRow>, StoreError> {
    let mut query = events::table
        .left_join(people::table.on(events::by_person.eq(people::id.nullable())))
        .left_join(MERGED.on(people::merged_into_id.eq(MERGED.field(people::id).nullable())))
        .filter(events::ticket_id.eq(id.get()))
        .filter(AnyOf(visible_to(actor).filter(tickets::id.eq(id.get()))))
        .order(events::position)
        .select((
            events::position,
            events::version,
            events::internal,
            events::at,
            (events::by_person, people::name.nullable()),
            (MERGED.field(people::id).nullable(), MERGED.field(people::name).nullable()),
            events::payload,
            events::is_hidden,
        ))
        .into_boxed();
    if let Some(EventNumber { version, internal }) = after {
        let (version, internal) = (int(version), int(internal));
        query = query.filter(events::version.gt(version).or(events::version.eq(version).and(events::internal.gt(internal))));
    }
    if actor.audience() == Audience::Everyone {
        query = query.filter(events::is_internal.eq(false));
    }
    type Hand = (Option<i64>, Option<String>);
    type Row = (i32, i32, i32, Stamp, Hand, Hand, String, bool);
    let found: Vec<Row> = Asked::limited(query, limit_for(limit)).load(conn)?;
    found
        .into_iter()
        .take(limit as usize)
        .map(|(position, version, internal, at, by, merged, payload, is_hidden)| {
            let key = format!("{id}/{position}");
            let (by, name) = if merged.0.is_some() { merged } else { by };
            Ok(EventRow {
                number: EventNumber { version: value("events", &key, version)?, internal: value("events", &key, internal)? },
                at: at.0,
                by: maybe("events", &key, by)?.zip(name),
                event: rows::event(id.get(), position, &payload)?,
                is_hidden,
            })
        })
        .collect()
}

/// The tickets that point at this one.
///
/// # Errors
/// Of the database.
pub fn related(conn: &mut Conn, actor: &Actor, id: TicketId) -> Result<Related, StoreError> {
    if actor.audience() == Audience::It {
        return related_of_all(conn, id);
    }
    let this = || AnyOf(visible_to(actor).filter(tickets::id.eq(id.get())));
    let duplicates = visible_to(actor).filter(tickets::duplicate_of_id.eq(id.get()));
    let duplicates = duplicates.filter(this()).order(tickets::id).select(tickets::id);
    let duplicates: Vec<i64> = Asked::limited(duplicates, MOST_RELATED).load(conn)?;
    let split_off = visible_to(actor).filter(tickets::from_ticket_id.eq(id.get()));
    let split_off = split_off.filter(this()).order(tickets::id).select(tickets::id);
    let split_off: Vec<i64> = Asked::limited(split_off, MOST_RELATED).load(conn)?;
    let ids = |found: Vec<i64>| found.into_iter().map(|id| value("tickets", id, id)).collect::<Result<Vec<TicketId>, StoreError>>();
    Ok(Related { duplicates: ids(duplicates)?, split_off: ids(split_off)? })
}

/// The same for who sees every ticket: the whole scope is true, and two short questions stay prepared.
fn related_of_all(conn: &mut Conn, id: TicketId) -> Result<Related, StoreError> {
    let joined = tickets::table.filter(tickets::duplicate_of_id.eq(id.get())).order(tickets::id).select(tickets::id);
    let split_off = tickets::table.filter(tickets::from_ticket_id.eq(id.get())).order(tickets::id).select(tickets::id);
    let joined: Vec<i64> = Asked::limited(joined, MOST_RELATED).load(conn)?;
    let split_off: Vec<i64> = Asked::limited(split_off, MOST_RELATED).load(conn)?;
    let ids = |found: Vec<i64>| found.into_iter().map(|id| value("tickets", id, id)).collect::<Result<Vec<TicketId>, StoreError>>();
    Ok(Related { duplicates: ids(joined)?, split_off: ids(split_off)? })
}

/// The tickets that were joined to this one, each with its place and its requester: for what is told of all of them.
///
/// # Errors
/// Of the database.
pub fn duplicates_of(conn: &mut Conn, id: TicketId) -> Result<Vec<(TicketId, u32, PersonId)>, StoreError> {
    let joined = visible_to(&Actor::system()).filter(tickets::duplicate_of_id.eq(id.get()));
    let found: Vec<(i64, i32, i64)> =
        joined.order(tickets::id).select((tickets::id, tickets::position, tickets::requester_id)).load(conn)?;
    let read =
        |(id, position, requester)| Ok((value("tickets", id, id)?, value("tickets", id, position)?, value("tickets", id, requester)?));
    found.into_iter().map(read).collect()
}

/// The titles of those of these tickets that the actor may know of.
///
/// # Errors
/// Of the database.
pub fn titles(conn: &mut Conn, actor: &Actor, ids: &[TicketId]) -> Result<BTreeMap<TicketId, String>, StoreError> {
    let mut ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found: Vec<(i64, String)> = among!(visible_to(actor), tickets::id, ids).select((tickets::id, tickets::title)).load(conn)?;
    found.into_iter().map(|(id, title)| Ok((value("tickets", id, id)?, title))).collect()
}

/// The names of these records, by their ids; of one that is not there, none.
///
/// # Errors
/// Of the database.
pub fn names(
    conn: &mut Conn,
    people_ids: &[PersonId],
    area_ids: &[AreaId],
    service_ids: &[ServiceId],
    provider_ids: &[ProviderId],
) -> Result<Names, StoreError> {
    macro_rules! named {
        ($table:ident, $ids:expr) => {{
            let mut ids: Vec<i64> = $ids.iter().map(|id| id.get()).collect();
            ids.sort_unstable();
            ids.dedup();
            let mut names = BTreeMap::new();
            if !ids.is_empty() {
                let query = $table::table.select(($table::id, $table::name)).into_boxed();
                let found: Vec<(i64, String)> = among!(query, $table::id, ids).load(conn)?;
                for (id, name) in found {
                    names.insert(value(stringify!($table), id, id)?, name);
                }
            }
            names
        }};
    }
    Ok(Names {
        people: named!(people, people_ids),
        areas: named!(areas, area_ids),
        services: named!(services, service_ids),
        providers: named!(providers, provider_ids),
    })
}

/// The read row of a ticket whose last events are decided and not written yet: as whoever decided them will find it when they are.
pub struct Foreseen {
    columns: Columns,
    standing: Standing,
    named: Named,
    is_watching: bool,
    is_pointed_at: bool,
}

/// Asks for the names that belong to a ticket. `id`: none of one that is new.
///
/// # Errors
/// Of the database.
pub fn foresee(conn: &mut Conn, id: Option<TicketId>, ticket: &Ticket, reader: Option<PersonId>) -> Result<Foreseen, StoreError> {
    let columns = Columns::of(ticket);
    let (n_changes, is_pointed_at) = match id.map(TicketId::get) {
        None => (heart::n_changes(conn)?, false),
        Some(id) => {
            let joined = diesel::dsl::exists(tickets::table.filter(tickets::duplicate_of_id.eq(id)));
            let split_off = diesel::dsl::exists(tickets::table.filter(tickets::from_ticket_id.eq(id)));
            let (n_changes, joined, split_off): (i64, bool, bool) =
                per_backend!(conn, c => diesel::select((NumberOfChanges, joined, split_off)).get_result(c))?;
            (n_changes, joined || split_off)
        }
    };
    let standing = ticket.standing();
    let named = named(conn, n_changes, id.map_or(0, TicketId::get), &standing, &columns)?;
    let is_watching = reader.is_some_and(|reader| ticket.watchers.contains(&reader));
    Ok(Foreseen { columns, standing, named, is_watching, is_pointed_at })
}

impl Foreseen {
    pub fn is_pointed_at(&self) -> bool {
        self.is_pointed_at
    }

    /// The row of the ticket with this number.
    ///
    /// # Errors
    /// Corrupt, where a reference leads to nothing.
    pub fn row(self, id: TicketId) -> Result<TicketRow, StoreError> {
        rows::ticket_row(id.get(), self.columns, self.standing, self.named, self.is_watching, self.is_pointed_at)
    }
}

/// The condition of [`visible_to`]. `is_walked`: see [`Driven`].
pub(crate) fn scope(actor: &Actor, is_walked: bool) -> Tickets<'static> {
    let all = tickets::table.into_boxed();
    if actor.audience() == Audience::It {
        return all;
    }
    // Whoever is no person is the system, which has the audience of IT.
    let me = actor.who.person().map_or(0, PersonId::get);
    let requester = Driven { column: tickets::requester_id, is_walked };
    let creator = Driven { column: tickets::creator_id, is_walked };
    let area = Driven { column: tickets::area_id, is_walked };
    let own = requester.eq(me).or(creator.eq(me));
    let headed = areas_seen(actor);
    match headed.as_slice() {
        [] => all.filter(own),
        [one] => all.filter(own.or(area.eq(*one).and(tickets::is_reserved.eq(false)))),
        _ => all.filter(own.or(area.eq_any(headed).and(tickets::is_reserved.eq(false)))),
    }
}

/// The areas whose tickets this actor sees for heading them.
fn areas_seen(actor: &Actor) -> Vec<i64> {
    if actor.has(Role::AreaHead) { actor.areas_headed.iter().map(|area| area.get()).collect() } else { Vec::new() }
}

type Summary = (OfTicket, (i64, i64, Option<i64>, Option<i64>), (Stamp, Stamp, Stamp), i64);
type OfTicket = (i64, i32, String, String, Option<String>, Option<String>, String, bool, bool, bool, i32);

/// Whom and what a list names of a ticket.
struct Shown {
    requester: PersonId,
    area: AreaId,
    holder: Option<PersonId>,
    service: Option<ServiceId>,
}

impl Shown {
    fn of(id: i64, (requester, area, holder, service): (i64, i64, Option<i64>, Option<i64>)) -> Result<Shown, StoreError> {
        const TABLE: &str = "tickets";
        Ok(Shown {
            requester: value(TABLE, id, requester)?,
            area: value(TABLE, id, area)?,
            holder: maybe(TABLE, id, holder)?,
            service: maybe(TABLE, id, service)?,
        })
    }
}

fn summary(ticket: OfTicket, shown: &Shown, times: (Stamp, Stamp, Stamp), names: &Names) -> Result<SummaryRow, StoreError> {
    const TABLE: &str = "tickets";
    let (id, version, title, phase, kind, outcome, channel, is_waiting, is_reserved, is_confirmed, n_reopened) = ticket;
    let (received_at, updated_at, phase_since) = times;
    let Shown { requester, area, holder, service } = *shown;
    Ok(SummaryRow {
        id: value(TABLE, id, id)?,
        version: value(TABLE, id, version)?,
        title,
        phase: value(TABLE, id, phase)?,
        kind: maybe(TABLE, id, kind)?,
        outcome: maybe(TABLE, id, outcome)?,
        channel: value(TABLE, id, channel)?,
        is_waiting,
        is_reserved,
        is_confirmed,
        n_reopened: value(TABLE, id, n_reopened)?,
        requester: (requester, rows::present(id, names.people.get(&requester).cloned(), "requester")?),
        area: (area, rows::present(id, names.areas.get(&area).cloned(), "area")?),
        holder: holder.zip(holder.and_then(|id| names.people.get(&id).cloned())),
        service: service.zip(service.and_then(|id| names.services.get(&id).cloned())),
        received_at: received_at.0,
        updated_at: updated_at.0,
        phase_since: phase_since.0,
    })
}
