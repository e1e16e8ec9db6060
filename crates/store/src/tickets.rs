//! The read tables. Every question about tickets begins with [`visible_to`], the one scope, so no list, count, cursor or file betrays what its
//! reader may not know.
//!
//! Lists are read by key in the order of an index, never by offset; counts end at a cap.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool};
use domain::{
    Actor, AreaId, Audience, Channel, Event, EventName, EventNumber, Impact, Instant, Kind, Outcome, PersonId, Phase, ProviderId,
    ReportDraft, Role, ServiceId, Standing, TechnicalReport, TicketId,
};

use crate::asked::{Asked, Steady, limit_for};
use crate::conn::{Backend, Conn, MultiBackend, per_backend};
use crate::error::StoreError;
use crate::rows::{self, Columns, Named};
use crate::schema::directory::{area_closure, areas, people, providers, services};
use crate::schema::tickets::{events, ticket_watchers, tickets};
use crate::search;
use crate::types::{Stamp, int, maybe, value};

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

/// Which of the visible tickets a list holds. The default is all of them; an empty list of values asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub phases: Vec<Phase>,
    /// None among them: those that are not categorised yet.
    pub kinds: Vec<Option<Kind>>,
    pub outcomes: Vec<Outcome>,
    pub holder: Option<HolderFilter>,
    pub requester: Option<RequesterFilter>,
    /// This area and those under it.
    pub area: Option<AreaId>,
    pub channels: Vec<Channel>,
    pub service: Option<ServiceId>,
    pub is_waiting: Option<bool>,
    /// The person said that it works.
    pub is_confirmed: Option<bool>,
    pub is_phone_notice_due: Option<bool>,
    /// Received then or after.
    pub received_from: Option<Instant>,
    /// Received before then.
    pub received_until: Option<Instant>,
    /// Came to wait for its closing then or after; before then.
    pub solved_from: Option<Instant>,
    pub solved_until: Option<Instant>,
    /// Ended then or after; before then.
    pub ended_from: Option<Instant>,
    pub ended_until: Option<Instant>,
    /// Received before then, and not ended before then.
    pub pending_at: Option<Instant>,
    pub solver: Option<PersonId>,
    pub is_without_service: bool,
    /// Of the filter's area alone, without those under it.
    pub is_area_alone: bool,
    /// A step of activity 6 was taken, then or after and before then.
    pub step: Option<(EvaluationStep, Instant, Instant)>,
    /// Each is the beginning of a word of the title, without regard to accents or case.
    pub words: Option<String>,
    pub is_ended: Option<bool>,
}

/// The steps of activity 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationStep {
    Submitted,
    Returned,
    Approved,
    Rejected,
}

impl EvaluationStep {
    pub const ALL: &'static [EvaluationStep] =
        &[EvaluationStep::Submitted, EvaluationStep::Returned, EvaluationStep::Approved, EvaluationStep::Rejected];

    /// The name of its event.
    pub fn name(self) -> &'static str {
        match self {
            EvaluationStep::Submitted => EventName::TechnicalReportSubmitted.name(),
            EvaluationStep::Returned => EventName::ReportReturned.name(),
            EvaluationStep::Approved => EventName::ContractingApproved.name(),
            EvaluationStep::Rejected => EventName::ContractingRejected.name(),
        }
    }
}

/// The condition of the index `events_of_evaluation`, as it has it.
pub(crate) const IS_OF_EVALUATION: &str =
    "events.name IN ('technical_report_submitted', 'report_returned', 'contracting_approved', 'contracting_rejected')";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderFilter {
    Person(PersonId),
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequesterFilter {
    Person(PersonId),
    /// Who asked, or who wrote it down for somebody.
    RequesterOrCreator(PersonId),
}

/// The order of a list; each has its index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The highest number first.
    #[default]
    Newest,
    Oldest,
    /// What changed last first.
    Updated,
    /// What has been in its phase longest first.
    Waiting,
}

impl Sort {
    pub const ALL: &'static [Sort] = &[Sort::Newest, Sort::Oldest, Sort::Updated, Sort::Waiting];

    /// Where a page that ends with this row ends.
    pub fn key(self, row: &SummaryRow) -> Key {
        let at = match self {
            Sort::Newest | Sort::Oldest => None,
            Sort::Updated => Some(row.updated_at),
            Sort::Waiting => Some(row.phase_since),
        };
        Key { at, id: row.id }
    }
}

/// The cursor: what the page before ended with. `at` is what the sort goes by, for those that go by an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub at: Option<Instant>,
    pub id: TicketId,
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
    const REQUESTERS: Alias<Requesters> = people as requesters;
    const CREATORS: Alias<Creators> = people as creators;
    const HOLDERS: Alias<Holders> = people as holders;
    const MERGED: Alias<Merged> = people as merged;
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
    let found: Option<(Columns, Named, (bool, bool, bool))> = per_backend!(conn, c => Steady(tickets::table
        .filter(tickets::id.eq(id.get()))
        .left_join(REQUESTERS.on(tickets::requester_id.eq(REQUESTERS.field(people::id))))
        .left_join(CREATORS.on(tickets::creator_id.eq(CREATORS.field(people::id).nullable())))
        .left_join(HOLDERS.on(tickets::holder_id.eq(HOLDERS.field(people::id).nullable())))
        .left_join(areas::table.on(tickets::area_id.eq(areas::id)))
        .left_join(services::table.on(tickets::service_id.eq(services::id.nullable())))
        .left_join(providers::table.on(tickets::provider_id.eq(providers::id.nullable())))
        .select((
            Columns::as_select(),
            (
                REQUESTERS.field(people::name).nullable(),
                CREATORS.field(people::name).nullable(),
                HOLDERS.field(people::name).nullable(),
                areas::name.nullable(),
                services::name.nullable(),
                providers::name.nullable(),
            ),
            (AnyOf(watching), AnyOf(joined), AnyOf(split_off)),
        )))
        .get_result(c))
    .optional()?;
    let row = found.map(|(columns, named, (is_watching, has_joined, has_split_off))| {
        rows::ticket_row(id.get(), columns, named, is_watching, has_joined || has_split_off)
    });
    let row = row.transpose()?;
    Ok(row.filter(|row| actor.sees(&row.standing)))
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
    let query = sorted(filtered(actor, filter, driver, conn.backend()), sort, after, driver)
        .left_join(REQUESTERS.on(tickets::requester_id.eq(REQUESTERS.field(people::id))))
        .left_join(HOLDERS.on(tickets::holder_id.eq(HOLDERS.field(people::id).nullable())))
        .left_join(areas::table.on(tickets::area_id.eq(areas::id)))
        .left_join(services::table.on(tickets::service_id.eq(services::id.nullable())))
        .select((
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
            (tickets::requester_id, REQUESTERS.field(people::name).nullable()),
            (tickets::area_id, areas::name.nullable()),
            (tickets::holder_id, HOLDERS.field(people::name).nullable()),
            (tickets::service_id, services::name.nullable()),
            (tickets::received_at, tickets::updated_at, tickets::phase_since),
        ));
    let found: Vec<Summary> = Asked::limited(query, limit_for(limit)).load(conn)?;
    found.into_iter().take(limit as usize).map(summary).collect()
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
    let (duplicates, split_off): (Vec<i64>, Vec<i64>) = per_backend!(conn, c => (
        tickets::table.filter(tickets::duplicate_of_id.eq(id.get())).order(tickets::id).select(tickets::id).load(c)?,
        tickets::table.filter(tickets::from_ticket_id.eq(id.get())).order(tickets::id).select(tickets::id).load(c)?,
    ));
    let ids = |found: Vec<i64>| {
        let found = found.into_iter().take(MOST_RELATED as usize);
        found.map(|id| value("tickets", id, id)).collect::<Result<Vec<TicketId>, StoreError>>()
    };
    Ok(Related { duplicates: ids(duplicates)?, split_off: ids(split_off)? })
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

/// The read row of these columns, with the names that belong to them.
pub(crate) fn name_row(conn: &mut Conn, id: TicketId, columns: Columns) -> Result<TicketRow, StoreError> {
    let id_of = |number: i64| value("tickets", id, number);
    let mut people_ids = vec![id_of(columns.requester_id)?];
    for person in [columns.creator_id, columns.holder_id].into_iter().flatten() {
        people_ids.push(id_of(person)?);
    }
    let area = value("tickets", id, columns.area_id)?;
    let service: Option<ServiceId> = maybe("tickets", id, columns.service_id)?;
    let provider: Option<ProviderId> = maybe("tickets", id, columns.provider_id)?;
    let names = names(conn, &people_ids, &[area], service.as_slice(), provider.as_slice())?;
    let person = |number: i64| names.people.iter().find(|(id, _)| id.get() == number).map(|(_, name)| name.clone());
    let named = Named {
        requester: person(columns.requester_id),
        creator: columns.creator_id.and_then(person),
        holder: columns.holder_id.and_then(person),
        area: names.areas.get(&area).cloned(),
        service: service.and_then(|service| names.services.get(&service).cloned()),
        provider: provider.and_then(|provider| names.providers.get(&provider).cloned()),
    };
    let related = related_of_all(conn, id)?;
    rows::ticket_row(id.get(), columns, named, false, related != Related::default())
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

/// Which condition leads SQLite to the rows; the others only sift them. It keeps no statistics, so on its own it may walk ninety thousand closed
/// tickets to find the ten of one person. PostgreSQL keeps them, and chooses for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Driver {
    /// PostgreSQL's planner.
    Planner,
    /// No condition: the order of the list, until the page is full.
    Order,
    Scope,
    Requester,
    Holder,
    Few,
    Words,
    /// Of the filter, and none is under it.
    OneArea,
    Area,
    Received,
    Solved,
    Ended,
    Outcome,
    Service,
    Phase,
}

impl Driver {
    /// Are the rows gathered first and sorted then?
    fn gathers(self) -> bool {
        !matches!(self, Driver::Planner | Driver::Order)
    }
}

/// A condition that holds for more tickets than this does not lead: so many are sooner met in the order of the list than gathered and sorted.
const MOST_GATHERED: u32 = 2_000;

/// The narrowest condition that is known to be narrow.
fn driver(conn: &mut Conn, actor: &Actor, filter: &Filter, sort: Sort) -> Result<Driver, StoreError> {
    if conn.backend() == Backend::Postgres {
        return Ok(Driver::Planner);
    }
    if actor.audience() == Audience::Everyone {
        // What somebody asked for is little; what the areas that they head asked for need not be.
        let headed = areas_seen(actor);
        if headed.is_empty() || is_narrow(conn, among!(tickets::table.into_boxed(), tickets::area_id, headed))? {
            return Ok(Driver::Scope);
        }
    }
    if filter.requester.is_some() {
        return Ok(Driver::Requester);
    }
    if matches!(filter.holder, Some(HolderFilter::Person(_))) {
        return Ok(Driver::Holder);
    }
    if filter.is_waiting == Some(true) || filter.is_phone_notice_due == Some(true) {
        return Ok(Driver::Few);
    }
    if let Some(words) = filter.words.as_deref()
        && search::count_titles(conn, words, MOST_GATHERED)?.is_some_and(|n| n <= MOST_GATHERED)
    {
        return Ok(Driver::Words);
    }
    let is_by_number = matches!(sort, Sort::Newest | Sort::Oldest);
    if let Some(area) = filter.area {
        // One area has its tickets in the order of their numbers; several are gathered.
        if is_by_number && (filter.is_area_alone || is_leaf(conn, area)?) {
            return Ok(Driver::OneArea);
        }
        if is_narrow(conn, tickets::table.filter(tickets::area_id.eq_any(areas_under(area))).into_boxed())? {
            return Ok(Driver::Area);
        }
    }
    if (filter.received_from.is_some() || filter.received_until.is_some()) && is_narrow(conn, received(filter))? {
        return Ok(Driver::Received);
    }
    if (filter.solved_from.is_some() || filter.solved_until.is_some()) && is_narrow(conn, solved(filter))? {
        return Ok(Driver::Solved);
    }
    if (filter.ended_from.is_some() || filter.ended_until.is_some()) && is_narrow(conn, ended(filter))? {
        return Ok(Driver::Ended);
    }
    // Each of these has an order by number within it; in another order the many of an end would all be sorted.
    match (filter.outcomes.as_slice(), filter.phases.as_slice(), filter.service) {
        ([_], _, _) if is_by_number => Ok(Driver::Outcome),
        (_, [phase], _) if is_by_number || !phase.is_end() => Ok(Driver::Phase),
        (_, _, Some(_)) if is_by_number => Ok(Driver::Service),
        _ => Ok(Driver::Order),
    }
}

/// What was received in the filter's stretch of time, by its index.
fn received(filter: &Filter) -> Tickets<'static> {
    let mut query = tickets::table.into_boxed();
    if let Some(from) = filter.received_from {
        query = query.filter(tickets::received_at.ge(Stamp(from)));
    }
    if let Some(until) = filter.received_until {
        query = query.filter(tickets::received_at.lt(Stamp(until)));
    }
    query
}

/// What was solved in the filter's stretch of time, by its index.
fn solved(filter: &Filter) -> Tickets<'static> {
    let mut query = tickets::table.into_boxed();
    if let Some(from) = filter.solved_from {
        query = query.filter(tickets::solved_at.ge(Stamp(from)));
    }
    if let Some(until) = filter.solved_until {
        query = query.filter(tickets::solved_at.lt(Stamp(until)));
    }
    query
}

/// What ended in the filter's stretch of time, by its index.
fn ended(filter: &Filter) -> Tickets<'static> {
    let mut query = tickets::table.into_boxed();
    if let Some(from) = filter.ended_from {
        query = query.filter(tickets::closed_at.ge(Stamp(from)));
    }
    if let Some(until) = filter.ended_until {
        query = query.filter(tickets::closed_at.lt(Stamp(until)));
    }
    query
}

/// Is no area under it?
fn is_leaf(conn: &mut Conn, area: AreaId) -> Result<bool, StoreError> {
    let under: Vec<i64> = Asked::limited(areas_under(area), 2).load(conn)?;
    Ok(under.len() <= 1)
}

fn is_narrow(conn: &mut Conn, query: Tickets<'_>) -> Result<bool, StoreError> {
    Ok(capped(conn, query, MOST_GATHERED)? <= MOST_GATHERED)
}

fn capped(conn: &mut Conn, query: Tickets<'_>, cap: u32) -> Result<u32, StoreError> {
    let n: i64 = Asked::all(Counted(Asked::limited(query.select(tickets::id), cap + 1))).get_result(conn)?;
    Ok(u32::try_from(n).unwrap_or(u32::MAX))
}

pub(crate) type AreasUnder = diesel::dsl::Select<
    diesel::dsl::Filter<area_closure::table, diesel::dsl::Eq<area_closure::ancestor_id, i64>>,
    area_closure::descendant_id,
>;

pub(crate) fn areas_under(area: AreaId) -> AreasUnder {
    area_closure::table.filter(area_closure::ancestor_id.eq(area.get())).select(area_closure::descendant_id)
}

/// The visible tickets that the filter holds.
fn filtered(actor: &Actor, filter: &Filter, driver: Driver, backend: Backend) -> Tickets<'static> {
    let is_walked = |by: Driver| driver != by && driver != Driver::Planner;
    let mut query = scope(actor, is_walked(Driver::Scope));
    let mut n_conditions = 0;
    macro_rules! narrow {
        ($condition:expr) => {{
            n_conditions += 1;
            query = query.filter($condition);
        }};
    }

    let phase = Driven { column: tickets::phase, is_walked: is_walked(Driver::Phase) };
    match filter.phases.as_slice() {
        [] => {}
        [one] => narrow!(phase.eq(one.name())),
        many => narrow!(phase.eq_any(names_of(many, Phase::name))),
    }
    let is_ended = Driven { column: tickets::is_ended, is_walked: is_walked(Driver::Order) };
    if let Some(asked) = filter.is_ended.or_else(|| implied_end(filter).filter(|_| driver == Driver::Order)) {
        narrow!(is_ended.eq(asked));
    }
    let kinds: Vec<&'static str> = filter.kinds.iter().flatten().map(|kind| kind.name()).collect();
    match (filter.kinds.contains(&None), kinds.as_slice()) {
        (false, []) => {}
        (false, [one]) => narrow!(tickets::kind.eq(*one)),
        (false, _) => narrow!(tickets::kind.eq_any(kinds)),
        (true, []) => narrow!(tickets::kind.is_null()),
        (true, _) => narrow!(tickets::kind.is_null().or(tickets::kind.eq_any(kinds))),
    }
    let outcome = Driven { column: tickets::outcome, is_walked: is_walked(Driver::Outcome) };
    match filter.outcomes.as_slice() {
        [] => {}
        [one] => narrow!(outcome.eq(one.name())),
        many => narrow!(outcome.eq_any(names_of(many, Outcome::name))),
    }
    let holder = Driven { column: tickets::holder_id, is_walked: is_walked(Driver::Holder) };
    match filter.holder {
        None => {}
        Some(HolderFilter::Person(person)) => narrow!(holder.eq(person.get())),
        Some(HolderFilter::Nobody) => narrow!(holder.is_null()),
    }
    let requester = Driven { column: tickets::requester_id, is_walked: is_walked(Driver::Requester) };
    let creator = Driven { column: tickets::creator_id, is_walked: is_walked(Driver::Requester) };
    match filter.requester {
        None => {}
        Some(RequesterFilter::Person(person)) => narrow!(requester.eq(person.get())),
        Some(RequesterFilter::RequesterOrCreator(person)) => match filter.is_ended {
            None => narrow!(requester.eq(person.get()).or(creator.eq(person.get()))),
            // Said within each half, so that either index leads to no more than is asked for.
            Some(asked) => {
                let is_ended = Driven { column: tickets::is_ended, is_walked: is_walked(Driver::Requester) };
                let (as_requester, as_creator) = (requester.eq(person.get()), creator.eq(person.get()));
                narrow!(as_requester.and(is_ended.eq(asked)).or(as_creator.and(is_ended.eq(asked))));
            }
        },
    }
    let area = Driven { column: tickets::area_id, is_walked: is_walked(Driver::Area) };
    match filter.area {
        None => {}
        Some(one) if driver == Driver::OneArea => narrow!(tickets::area_id.eq(one.get())),
        Some(one) if filter.is_area_alone => narrow!(area.eq(one.get())),
        Some(one) => narrow!(area.eq_any(areas_under(one))),
    }
    match filter.channels.as_slice() {
        [] => {}
        [one] => narrow!(tickets::channel.eq(one.name())),
        many => narrow!(tickets::channel.eq_any(names_of(many, Channel::name))),
    }
    if let Some(service) = filter.service {
        narrow!(Driven { column: tickets::service_id, is_walked: is_walked(Driver::Service) }.eq(service.get()));
    }
    let waiting_since = Driven { column: tickets::waiting_since, is_walked: is_walked(Driver::Few) };
    match filter.is_waiting {
        None => {}
        Some(true) => narrow!(waiting_since.is_not_null()),
        Some(false) => narrow!(waiting_since.is_null()),
    }
    if let Some(asked) = filter.is_confirmed {
        narrow!(tickets::is_confirmed.eq(asked));
    }
    let to_phone = Driven { column: tickets::is_phone_notice_due, is_walked: is_walked(Driver::Few) };
    match filter.is_phone_notice_due {
        None => {}
        // The bare column, as the partial index has it.
        Some(true) => narrow!(to_phone),
        Some(false) => narrow!(to_phone.eq(false)),
    }
    let received = Driven { column: tickets::received_at, is_walked: is_walked(Driver::Received) };
    if let Some(from) = filter.received_from {
        narrow!(received.ge(Stamp(from)));
    }
    if let Some(until) = filter.received_until {
        narrow!(received.lt(Stamp(until)));
    }
    let solved = Driven { column: tickets::solved_at, is_walked: is_walked(Driver::Solved) };
    if let Some(from) = filter.solved_from {
        narrow!(solved.ge(Stamp(from)));
    }
    if let Some(until) = filter.solved_until {
        narrow!(solved.lt(Stamp(until)));
    }
    let ended = Driven { column: tickets::closed_at, is_walked: is_walked(Driver::Ended) };
    if let Some(from) = filter.ended_from {
        narrow!(ended.ge(Stamp(from)));
    }
    if let Some(until) = filter.ended_until {
        narrow!(ended.lt(Stamp(until)));
    }
    if let Some(at) = filter.pending_at {
        narrow!(received.lt(Stamp(at)));
        narrow!(ended.is_null().or(ended.ge(Stamp(at))));
    }
    if let Some(solver) = filter.solver {
        narrow!(tickets::solver_id.eq(solver.get()));
    }
    if let Some((step, from, until)) = filter.step {
        let taken = events::table
            .filter(diesel::dsl::sql::<Bool>(IS_OF_EVALUATION))
            .filter(events::name.eq(step.name()))
            .filter(events::at.ge(Stamp(from)))
            .filter(events::at.lt(Stamp(until)))
            .select(events::ticket_id);
        narrow!(tickets::id.eq_any(taken));
    }
    if filter.is_without_service {
        narrow!(tickets::service_id.is_null());
    }
    let has = filter.words.as_deref().and_then(|text| match is_walked(Driver::Words) {
        true => search::title_has_walked(text),
        false => search::title_has(backend, text),
    });
    if let Some(has) = has {
        narrow!(has);
    }
    if n_conditions > MOST_CONDITIONS_PREPARED { query.filter(Unprepared) } else { query }
}

/// Statements of more conditions than this are not kept prepared: there are too many of them, and each is seldom asked.
const MOST_CONDITIONS_PREPARED: u32 = 2;

/// Whether all the phases that the filter asks for are ends, or none of them: SQLite has an index for the open work and the ended in each order.
fn implied_end(filter: &Filter) -> Option<bool> {
    let first = filter.phases.first()?.is_end();
    filter.phases.iter().all(|phase| phase.is_end() == first).then_some(first)
}

fn names_of<T: Copy>(values: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    values.iter().map(|value| name(*value)).collect()
}

/// The order, and what comes after the key in it. The first half of each condition is what an index can begin with.
fn sorted<'a>(query: Tickets<'a>, sort: Sort, after: Option<&Key>, driver: Driver) -> Tickets<'a> {
    // Where a condition leads to the rows, the index of the order must not lead away from them.
    let updated_at = Driven { column: tickets::updated_at, is_walked: driver.gathers() };
    let phase_since = Driven { column: tickets::phase_since, is_walked: driver.gathers() };
    let query = match sort {
        Sort::Newest => query.order(tickets::id.desc()),
        Sort::Oldest => query.order(tickets::id.asc()),
        Sort::Updated => query.order((updated_at.desc(), tickets::id.desc())),
        Sort::Waiting => query.order((phase_since.asc(), tickets::id.asc())),
    };
    let Some(key) = after else {
        return query;
    };
    let id = key.id.get();
    match (sort, key.at.map(Stamp)) {
        (Sort::Oldest, _) | (Sort::Waiting, None) => query.filter(tickets::id.gt(id)),
        (Sort::Newest, _) | (Sort::Updated, None) => query.filter(tickets::id.lt(id)),
        (Sort::Updated, Some(at)) => query.filter(updated_at.le(at)).filter(updated_at.lt(at).or(tickets::id.lt(id))),
        (Sort::Waiting, Some(at)) => query.filter(phase_since.ge(at)).filter(phase_since.gt(at).or(tickets::id.gt(id))),
    }
}

type Summary = (
    (i64, i32, String, String, Option<String>, Option<String>, String, bool, bool, bool, i32),
    (i64, Option<String>),
    (i64, Option<String>),
    (Option<i64>, Option<String>),
    (Option<i64>, Option<String>),
    (Stamp, Stamp, Stamp),
);

fn summary(row: Summary) -> Result<SummaryRow, StoreError> {
    const TABLE: &str = "tickets";
    let (ticket, requester, area, holder, service, (received_at, updated_at, phase_since)) = row;
    let (id, version, title, phase, kind, outcome, channel, is_waiting, is_reserved, is_confirmed, n_reopened) = ticket;
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
        requester: (value(TABLE, id, requester.0)?, rows::present(id, requester.1, "requester")?),
        area: (value(TABLE, id, area.0)?, rows::present(id, area.1, "area")?),
        holder: maybe(TABLE, id, holder.0)?.zip(holder.1),
        service: maybe(TABLE, id, service.0)?.zip(service.1),
        received_at: received_at.0,
        updated_at: updated_at.0,
        phase_since: phase_since.0,
    })
}

/// A column as a condition looks at it. Walked, it is written `+column`, which on SQLite is the same value but no index's: other conditions lead
/// to the rows, and this one sifts them (<https://www.sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_>).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Driven<C> {
    pub column: C,
    pub is_walked: bool,
}

impl<C: Expression> Expression for Driven<C> {
    type SqlType = C::SqlType;
}

impl<C: QueryFragment<DB>, DB: diesel::backend::Backend> QueryFragment<DB> for Driven<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.is_walked {
            out.push_sql("+");
        }
        self.column.walk_ast(out)
    }
}

impl<C> QueryId for Driven<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> ValidGrouping<()> for Driven<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Driven<C> {}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for Driven<C> {}

/// A condition that always holds, and keeps its statement from being kept.
#[derive(Debug, Clone, Copy)]
struct Unprepared;

impl Expression for Unprepared {
    type SqlType = Bool;
}

impl QueryFragment<MultiBackend> for Unprepared {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("1 = 1");
        Ok(())
    }
}

impl QueryId for Unprepared {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl ValidGrouping<()> for Unprepared {
    type IsAggregate = is_aggregate::No;
}

impl<QS> AppearsOnTable<QS> for Unprepared {}
impl<QS> SelectableExpression<QS> for Unprepared {}

/// Whether a query has a row. (Diesel's `exists` takes no query that is boxed for both databases.) The query stands by itself: it refers to nothing around it.
struct AnyOf<Q>(Q);

impl<Q> Expression for AnyOf<Q> {
    type SqlType = Bool;
}

impl<Q: QueryFragment<DB>, DB: diesel::backend::Backend> QueryFragment<DB> for AnyOf<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("EXISTS (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<Q: QueryId> QueryId for AnyOf<Q> {
    type QueryId = AnyOf<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q> ValidGrouping<()> for AnyOf<Q> {
    type IsAggregate = is_aggregate::No;
}

impl<Q, QS> AppearsOnTable<QS> for AnyOf<Q> {}
impl<Q, QS> SelectableExpression<QS> for AnyOf<Q> {}

/// How many rows a query has, which stops at its limit.
struct Counted<Q>(Q);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}
