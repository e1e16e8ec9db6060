//! Which of the visible tickets a list holds and in which order, as conditions; and on SQLite, which of them leads to the rows.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::{Actor, AreaId, Audience, Channel, EventName, Instant, Kind, Outcome, PersonId, Phase, ServiceId, TicketId};

use super::sql::{Counted, Driven, Unprepared};
use super::{SummaryRow, Tickets, among, areas_seen, scope};
use crate::asked::Asked;
use crate::conn::{Backend, Conn};
use crate::error::StoreError;
use crate::schema::directory::area_closure;
use crate::schema::tickets::{events, tickets};
use crate::search;
use crate::types::Stamp;

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
    pub step: Option<StepFilter>,
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

/// A step of activity 6 was taken, then or after, and before then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepFilter {
    pub step: EvaluationStep,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
}

diesel::alias! {
    const OPEN: Alias<Open> = tickets as open;
    const LATE: Alias<Late> = tickets as late;
}

/// Nothing happens later.
const LATEST: Instant =
    chrono::NaiveDate::from_ymd_opt(9999, 12, 31).expect("a year has an end").and_time(chrono::NaiveTime::MIN).and_utc();

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

/// Which condition leads SQLite to the rows; the others only sift them. It keeps no statistics, so on its own it may walk ninety thousand closed
/// tickets to find the ten of one person. PostgreSQL keeps them, and chooses for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Driver {
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
    Solver,
    /// What is pending at an instant: what is open, and what ended since.
    Pending,
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
pub(super) fn driver(conn: &mut Conn, actor: &Actor, filter: &Filter, sort: Sort) -> Result<Driver, StoreError> {
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
    if let Some(at) = filter.pending_at
        && is_narrow(conn, tickets::table.filter(tickets::closed_at.ge(Stamp(at))).into_boxed())?
        && is_narrow(conn, tickets::table.filter(tickets::is_ended.eq(false)).into_boxed())?
    {
        return Ok(Driver::Pending);
    }
    if let Some(solver) = filter.solver
        && is_narrow(conn, tickets::table.filter(tickets::solver_id.eq(solver.get())).into_boxed())?
    {
        return Ok(Driver::Solver);
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

pub(super) fn capped(conn: &mut Conn, query: Tickets<'_>, cap: u32) -> Result<u32, StoreError> {
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
pub(super) fn filtered(actor: &Actor, filter: &Filter, driver: Driver, backend: Backend) -> Tickets<'static> {
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
        match driver {
            // Each half by its index: the few that are open, and those that ended since.
            Driver::Pending => {
                let (is_ended, closed_at) = (OPEN.field(tickets::is_ended), LATE.field(tickets::closed_at));
                let open = OPEN.filter(is_ended.eq(false)).select(OPEN.field(tickets::id));
                let ended_since = LATE.filter(closed_at.ge(Stamp(at))).select(LATE.field(tickets::id));
                narrow!(tickets::id.eq_any(open).or(tickets::id.eq_any(ended_since)));
            }
            _ => narrow!(ended.is_null().or(ended.ge(Stamp(at)))),
        }
    }
    if let Some(solver) = filter.solver {
        narrow!(Driven { column: tickets::solver_id, is_walked: is_walked(Driver::Solver) }.eq(solver.get()));
    }
    if let Some(StepFilter { step, from, until }) = filter.step {
        let taken = events::table
            .filter(diesel::dsl::sql::<Bool>(IS_OF_EVALUATION))
            .filter(events::name.eq(step.name()))
            .filter(events::at.ge(Stamp(from.unwrap_or(Instant::UNIX_EPOCH))))
            .filter(events::at.lt(Stamp(until.unwrap_or(LATEST))));
        narrow!(tickets::id.eq_any(taken.select(events::ticket_id)));
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
pub(super) fn sorted<'a>(query: Tickets<'a>, sort: Sort, after: Option<&Key>, driver: Driver) -> Tickets<'a> {
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
