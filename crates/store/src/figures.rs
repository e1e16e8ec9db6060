//! Figures: how many tickets, how long, where. Section 6.1 of the procedure asks for follow-up by summaries and executive charts.
//!
//! Every figure counts visible tickets alone, so none betrays what its reader may not know, and each is the length of a list that they can open.
//! All of it speaks of tickets as they stand: one that was reopened is pending since it was received.
//!
//! What is asked of a span is answered from an index that holds all it looks at (`tickets_received`, `tickets_solved`, `tickets_closed`); what is asked of
//! now, from the few that are open.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use domain::{Actor, AreaId, Channel, Instant, Kind, Outcome, PersonId, Phase};

use crate::asked::Asked;
use crate::conn::{Backend, Conn, MultiBackend};
use crate::error::StoreError;
use crate::schema::directory::areas;
use crate::schema::tickets::tickets;
use crate::tickets::{Driven, EvaluationStep, IS_OF_EVALUATION, Tickets, areas_under, scope};
use crate::types::{Stamp, maybe, seconds, value};

/// Whose tickets are counted: those that the reader sees, of one area with those under it where one is named.
#[derive(Debug, Clone, Copy)]
pub struct Reach<'a> {
    pub actor: &'a Actor,
    pub area: Option<AreaId>,
}

/// From an instant until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Instant,
    pub until: Instant,
}

/// How many were received, solved and ended in a span, and how many were pending when it was over: received before, and not ended before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub n_opened: u32,
    pub n_solved: u32,
    pub n_ended: u32,
    pub n_pending: u32,
}

/// By what a span is broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Kind,
    Channel,
    Service,
    Area,
}

/// What a tally of a breakdown is of: an enum's name or a record's number. None: not categorised, without a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    None,
    Name(String),
    Record(i64),
}

/// How long something took: how often, and the median and the 90th percentile in seconds (nearest rank). Elapsed time, nights and weekends too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Durations {
    pub n: u32,
    pub median_seconds: u64,
    pub p90_seconds: u64,
}

/// What waits in a phase now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    pub phase: Phase,
    pub n: u32,
    /// Of these, how many wait for the person.
    pub n_waiting: u32,
    /// Since when the one waits that has been in the phase longest.
    pub oldest_since: Instant,
    /// In the phase until now.
    pub age: Durations,
}

/// Activity 6 in a span: tickets in which the step was taken, however often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Decisions {
    pub n_submitted: u32,
    pub n_returned: u32,
    pub n_approved: u32,
    pub n_rejected: u32,
}

/// A technician's work: what they hold now, and what they solved in a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    pub person: PersonId,
    pub name: String,
    pub n_held: u32,
    pub n_solved: u32,
}

/// The tally of each stretch between one instant and the next.
///
/// # Errors
/// Of the database.
pub fn tallies(conn: &mut Conn, reach: Reach<'_>, bounds: &[Instant]) -> Result<Vec<Tally>, StoreError> {
    let Some(first) = bounds.first() else { return Ok(Vec::new()) };
    let backend = conn.backend();
    let mut n_pending = pending_at(conn, reach, *first)?;
    let mut all = Vec::with_capacity(bounds.len());
    for pair in bounds.windows(2) {
        let span = Span { from: pair[0], until: pair[1] };
        let n_opened = count(conn, opened(backend, reach, span))?;
        let n_solved = count(conn, solved(backend, reach, span))?;
        let n_ended = count(conn, ended(backend, reach, span))?;
        n_pending = (n_pending + n_opened).saturating_sub(n_ended);
        all.push(Tally { n_opened, n_solved, n_ended, n_pending });
    }
    Ok(all)
}

/// How many were pending at that instant.
fn pending_at(conn: &mut Conn, reach: Reach<'_>, at: Instant) -> Result<u32, StoreError> {
    let backend = conn.backend();
    let n_received = count(conn, all(backend, reach).filter(tickets::received_at.lt(Stamp(at))))?;
    let n_ended = count(conn, all(backend, reach).filter(tickets::closed_at.lt(Stamp(at))))?;
    Ok(n_received.saturating_sub(n_ended))
}

/// The span's tally in parts; a part in which nothing happened and nothing is pending is left out.
///
/// # Errors
/// Of the database.
pub fn breakdown(conn: &mut Conn, reach: Reach<'_>, span: Span, cut: Cut) -> Result<Vec<(Part, Tally)>, StoreError> {
    let backend = conn.backend();
    let mut all: BTreeMap<Part, Tally> = Default::default();
    // Whatever happened to a ticket in the span, it was received before the span was over, and it is open or ended after the span began.
    let received_at = Driven { column: tickets::received_at, is_walked: backend == Backend::Sqlite };
    let received = self::all(backend, reach).filter(received_at.lt(Stamp(span.until)));
    let open = self::all(backend, reach).filter(received_at.lt(Stamp(span.until))).filter(tickets::is_ended.eq(false));
    for query in [received.filter(tickets::closed_at.ge(Stamp(span.from))), open] {
        for (part, happened, n) in parts(conn, query, span, cut)? {
            let tally = all.entry(part).or_default();
            let n_of = |what: Happened| if happened & what as i64 == 0 { 0 } else { narrow(n) };
            tally.n_opened += n_of(Happened::Opened);
            tally.n_solved += n_of(Happened::Solved);
            tally.n_ended += n_of(Happened::Ended);
            tally.n_pending += n_of(Happened::Pending);
        }
    }
    all.retain(|_, tally| *tally != Tally::default());
    Ok(all.into_iter().collect())
}

/// How what was solved or given up in the span was: solved at the desk, at level 1…
///
/// # Errors
/// Corrupt, for an outcome that is none.
pub fn outcomes(conn: &mut Conn, reach: Reach<'_>, span: Span) -> Result<Vec<(Outcome, u32)>, StoreError> {
    let query = decided(conn.backend(), reach, span).select(tickets::outcome);
    let mut all: BTreeMap<Outcome, u32> = BTreeMap::new();
    let found: Vec<(Option<String>, i64)> = Asked::all(Grouped::<_, Nullable<Text>>::by(conn, "outcome", query)).load(conn)?;
    for (outcome, n) in found {
        if let Some(outcome) = maybe("tickets", "outcome", outcome)? {
            *all.entry(outcome).or_default() += narrow(n);
        }
    }
    Ok(all.into_iter().collect())
}

/// From its receipt to its first categorisation, of what was received in the span and attended since: by kind.
///
/// # Errors
/// Corrupt, for a kind that is none.
pub fn seconds_to_attend(conn: &mut Conn, reach: Reach<'_>, span: Span) -> Result<Vec<(Option<Kind>, u64)>, StoreError> {
    let query = opened(conn.backend(), reach, span).select((tickets::kind, tickets::attend_seconds));
    spent(conn, "attend_seconds", query)
}

/// From its receipt to its solution, of what was solved in the span: by kind.
///
/// # Errors
/// Corrupt, for a kind that is none.
pub fn seconds_to_solve(conn: &mut Conn, reach: Reach<'_>, span: Span) -> Result<Vec<(Option<Kind>, u64)>, StoreError> {
    let query = solved(conn.backend(), reach, span).select((tickets::kind, tickets::solve_seconds));
    spent(conn, "solve_seconds", query)
}

/// Where the open tickets stand now, and for how long.
///
/// # Errors
/// Corrupt, for a phase that is none.
pub fn queues(conn: &mut Conn, reach: Reach<'_>, now: Instant) -> Result<Vec<Queue>, StoreError> {
    let open = all(conn.backend(), reach).filter(tickets::is_ended.eq(false));
    let query = open.select((tickets::phase, tickets::phase_since, tickets::waiting_since.is_not_null()));
    let found: Vec<(String, Stamp, bool)> = Asked::all(query).load(conn)?;
    let mut by_phase: BTreeMap<Phase, (Vec<u64>, u32, Instant)> = Default::default();
    for (phase, Stamp(since), is_waiting) in found {
        let (ages, n_waiting, oldest) = by_phase.entry(value("tickets", "phase", phase)?).or_insert((Vec::new(), 0, since));
        ages.push(seconds(since, now));
        *n_waiting += u32::from(is_waiting);
        *oldest = since.min(*oldest);
    }
    let queue = |(phase, (ages, n_waiting, oldest_since)): (Phase, (Vec<u64>, u32, Instant))| {
        let age = durations(ages);
        Queue { phase, n: age.n, n_waiting, oldest_since, age }
    };
    Ok(by_phase.into_iter().map(queue).collect())
}

/// How many stand in a phase now.
///
/// # Errors
/// Of the database.
pub fn n_in_phase(conn: &mut Conn, reach: Reach<'_>, phase: Phase) -> Result<u32, StoreError> {
    count(conn, all(conn.backend(), reach).filter(tickets::phase.eq(phase.name())))
}

/// The steps of activity 6 that were taken in the span.
///
/// # Errors
/// Of the database.
pub fn decisions(conn: &mut Conn, reach: Reach<'_>, span: Span) -> Result<Decisions, StoreError> {
    let query = Steps { visible: all(conn.backend(), reach).select(tickets::id), from: Stamp(span.from), until: Stamp(span.until) };
    let found: Vec<(String, i64)> = Asked::all(query).load(conn)?;
    let n = |step: EvaluationStep| found.iter().find(|(name, _)| name == step.name()).map_or(0, |(_, n)| narrow(*n));
    Ok(Decisions {
        n_submitted: n(EvaluationStep::Submitted),
        n_returned: n(EvaluationStep::Returned),
        n_approved: n(EvaluationStep::Approved),
        n_rejected: n(EvaluationStep::Rejected),
    })
}

/// Who holds how many now and solved how many in the span, the busiest first.
///
/// # Errors
/// Of the database.
pub fn loads(conn: &mut Conn, reach: Reach<'_>, span: Span) -> Result<Vec<Load>, StoreError> {
    let backend = conn.backend();
    let held = all(backend, reach).filter(tickets::holder_id.is_not_null()).select(tickets::holder_id);
    let held: Vec<(Option<i64>, i64)> = Asked::all(Grouped::<_, Nullable<BigInt>>::by(conn, "holder_id", held)).load(conn)?;
    let solved = solved(backend, reach, span).select(tickets::solver_id);
    let solved: Vec<(Option<i64>, i64)> = Asked::all(Grouped::<_, Nullable<BigInt>>::by(conn, "solver_id", solved)).load(conn)?;
    let mut counts: BTreeMap<PersonId, (u32, u32)> = Default::default();
    for (person, n) in held {
        if let Some(person) = maybe("tickets", "holder_id", person)? {
            counts.entry(person).or_default().0 += narrow(n);
        }
    }
    for (person, n) in solved {
        if let Some(person) = maybe("tickets", "solver_id", person)? {
            counts.entry(person).or_default().1 += narrow(n);
        }
    }
    let ids: Vec<PersonId> = counts.keys().copied().collect();
    let mut names = crate::tickets::names(conn, &ids, &[], &[], &[])?.people;
    let mut loads: Vec<Load> = counts
        .into_iter()
        .map(|(person, (n_held, n_solved))| Load { person, name: names.remove(&person).unwrap_or_default(), n_held, n_solved })
        .collect();
    loads.sort_by(|a, b| (b.n_held + b.n_solved, &a.name).cmp(&(a.n_held + a.n_solved, &b.name)));
    Ok(loads)
}

/// Of these areas, the first that is under none of the others.
///
/// # Errors
/// Of the database.
pub fn topmost(conn: &mut Conn, among: &BTreeSet<AreaId>) -> Result<Option<AreaId>, StoreError> {
    let ids: Vec<i64> = among.iter().map(|area| area.get()).collect();
    let found: Vec<(i64, Option<i64>)> =
        areas::table.filter(areas::id.eq_any(&ids)).order(areas::id).select((areas::id, areas::parent_id)).load(conn)?;
    let top = found.into_iter().find(|(_, parent)| parent.is_none_or(|parent| !ids.contains(&parent)));
    top.map(|(id, _)| value("areas", id, id)).transpose()
}

/// What these many seconds amount to.
pub fn durations(mut seconds: Vec<u64>) -> Durations {
    let n = seconds.len();
    let mut rank = |percent: usize| {
        let place = (n * percent).div_ceil(100).max(1) - 1;
        *seconds.select_nth_unstable(place).1
    };
    match n {
        0 => Durations::default(),
        _ => Durations { n: narrow(n as i64), median_seconds: rank(50), p90_seconds: rank(90) },
    }
}

/// The visible tickets within reach. On SQLite the span leads to them, never the area: see `Driven`.
fn all(backend: Backend, reach: Reach<'_>) -> Tickets<'static> {
    let is_walked = backend == Backend::Sqlite;
    let visible = scope(reach.actor, is_walked);
    match reach.area {
        None => visible,
        Some(area) => visible.filter(Driven { column: tickets::area_id, is_walked }.eq_any(areas_under(area))),
    }
}

fn opened(backend: Backend, reach: Reach<'_>, span: Span) -> Tickets<'static> {
    let (from, until) = (Stamp(span.from), Stamp(span.until));
    all(backend, reach).filter(tickets::received_at.ge(from)).filter(tickets::received_at.lt(until))
}

fn ended(backend: Backend, reach: Reach<'_>, span: Span) -> Tickets<'static> {
    let (from, until) = (Stamp(span.from), Stamp(span.until));
    all(backend, reach).filter(tickets::closed_at.ge(from)).filter(tickets::closed_at.lt(until))
}

/// What came to wait for its closing, however.
fn decided(backend: Backend, reach: Reach<'_>, span: Span) -> Tickets<'static> {
    let (from, until) = (Stamp(span.from), Stamp(span.until));
    all(backend, reach).filter(tickets::solved_at.ge(from)).filter(tickets::solved_at.lt(until))
}

fn solved(backend: Backend, reach: Reach<'_>, span: Span) -> Tickets<'static> {
    let unsolved: Vec<&str> = Outcome::ALL.iter().filter(|outcome| !outcome.is_solved()).map(|outcome| outcome.name()).collect();
    let outcome = Driven { column: tickets::outcome, is_walked: backend == Backend::Sqlite };
    unsolved.into_iter().fold(decided(backend, reach, span), |query, name| query.filter(outcome.ne(name)))
}

fn count(conn: &mut Conn, query: Tickets<'static>) -> Result<u32, StoreError> {
    let n: i64 = Asked::all(query.count()).get_result(conn)?;
    Ok(narrow(n))
}

/// Parts of tickets, with what happened to them in the span and how many they are.
fn parts(conn: &mut Conn, query: Tickets<'static>, span: Span, cut: Cut) -> Result<Vec<(Part, i64, i64)>, StoreError> {
    let query = query.select((
        (tickets::kind, tickets::channel, tickets::service_id, tickets::area_id),
        (tickets::received_at, tickets::solved_at, tickets::closed_at, tickets::outcome),
    ));
    let codes = Codes { cut, happened: WhatHappened { from: Stamp(span.from), until: Stamp(span.until) }, query };
    let counted: Vec<(i64, i64)> = match conn.backend() {
        Backend::Postgres => Asked::all(Counted(codes)).load(conn)?,
        Backend::Sqlite => {
            let all: Option<String> = Asked::all(Listed(codes)).get_result(conn)?;
            let all = all.iter().flat_map(|all| all.split(',')).map(|code| {
                let code: Result<i64, _> = code.parse();
                code.map_err(|_| StoreError::corrupt("tickets", "breakdown", "it has no code"))
            });
            let mut all = all.collect::<Result<Vec<i64>, _>>()?;
            all.sort_unstable();
            all.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as i64)).collect()
        }
    };
    Ok(counted.into_iter().map(|(code, n)| (cut.part(code / Happened::ROOM), code % Happened::ROOM, n)).collect())
}

/// The seconds in that column beside each one's kind.
fn spent(conn: &mut Conn, column: &'static str, query: impl QueryFragment<MultiBackend>) -> Result<Vec<(Option<Kind>, u64)>, StoreError> {
    let (incidents, occurrences, requirements, others): SecondsOfKinds<Option<String>> =
        Asked::all(Spent { column, query }).get_result(conn)?;
    let [incident, occurrence, requirement, other] = KINDS;
    let mut all = Vec::new();
    for (kind, seconds) in [(incident, incidents), (occurrence, occurrences), (requirement, requirements), (other, others)] {
        for seconds in seconds.iter().flat_map(|seconds| seconds.split(',')) {
            all.push((kind, seconds.parse().map_err(|_| StoreError::corrupt("tickets", column, "it holds no seconds"))?));
        }
    }
    Ok(all)
}

fn narrow(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// How many rows of a query have which value in a column. On PostgreSQL they are added up where they are. SQLite would sort all rows for that, though they
/// have few values: there each row comes with a count of one, which takes half the time. (Diesel groups no query that is boxed.)
struct Grouped<Q, G> {
    column: &'static str,
    query: Q,
    is_by_row: bool,
    group: PhantomData<G>,
}

impl<Q, G> Grouped<Q, G> {
    fn by(conn: &Conn, column: &'static str, query: Q) -> Grouped<Q, G> {
        Grouped { column, query, is_by_row: conn.backend() == Backend::Sqlite, group: PhantomData }
    }
}

impl<Q: QueryFragment<MultiBackend>, G> QueryFragment<MultiBackend> for Grouped<Q, G> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_identifier(self.column)?;
        out.push_sql(if self.is_by_row { ", 1 FROM (" } else { ", count(*) FROM (" });
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(if self.is_by_row { ") AS counted" } else { ") AS counted GROUP BY 1" });
        Ok(())
    }
}

impl<Q, G> QueryId for Grouped<Q, G> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, G> Query for Grouped<Q, G> {
    type SqlType = (G, BigInt);
}

impl Cut {
    /// The numbers that stand for its parts in a code: a record's own; an enum's, from 1 in its order. 0: none.
    fn push_number(self, out: &mut AstPass<'_, '_, MultiBackend>) {
        let mut named = |column: &str, names: Vec<&'static str>| {
            out.push_sql(&format!("CASE {column}"));
            for (n, name) in (1..).zip(names) {
                out.push_sql(&format!(" WHEN '{name}' THEN {n}"));
            }
            out.push_sql(" ELSE 0 END");
        };
        match self {
            Cut::Kind => named("kind", Kind::ALL.iter().map(|kind| kind.name()).collect()),
            Cut::Channel => named("channel", Channel::ALL.iter().map(|channel| channel.name()).collect()),
            Cut::Service => out.push_sql("coalesce(service_id, 0)"),
            Cut::Area => out.push_sql("coalesce(area_id, 0)"),
        }
    }

    fn part(self, number: i64) -> Part {
        let nth = |names: Vec<&'static str>| {
            let name = usize::try_from(number - 1).ok().and_then(|n| names.get(n).copied());
            name.map_or(Part::None, |name| Part::Name(name.to_owned()))
        };
        match self {
            Cut::Kind => nth(Kind::ALL.iter().map(|kind| kind.name()).collect()),
            Cut::Channel => nth(Channel::ALL.iter().map(|channel| channel.name()).collect()),
            Cut::Service | Cut::Area => {
                if number == 0 {
                    Part::None
                } else {
                    Part::Record(number)
                }
            }
        }
    }
}

/// Of each ticket one number: its part's, and what happened to it.
struct Codes<Q> {
    cut: Cut,
    happened: WhatHappened,
    query: Q,
}

impl<Q> Codes<Q> {
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.cut.push_number(out);
        out.push_sql(&format!(" * {} + ", Happened::ROOM));
        self.happened.walk_ast(out.reborrow())
    }
}

/// The codes with how many tickets have each.
struct Counted<Q>(Codes<Q>);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT CAST(");
        self.0.push(&mut out)?;
        out.push_sql(" AS BIGINT), count(*) FROM (");
        self.0.query.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted GROUP BY 1");
        Ok(())
    }
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Counted<Q> {
    type SqlType = (BigInt, BigInt);
}

/// The codes of all tickets in one text, with commas. SQLite would sort the rows to count them, and handing over each takes as long as finding it.
struct Listed<Q>(Codes<Q>);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Listed<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT string_agg(");
        self.0.push(&mut out)?;
        out.push_sql(", ',') FROM (");
        self.0.query.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> QueryId for Listed<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Listed<Q> {
    type SqlType = Nullable<Text>;
}

/// What a tally counts of a ticket, each a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happened {
    Opened = 1,
    Solved = 2,
    Ended = 4,
    Pending = 8,
}

impl Happened {
    /// More than all of its bits together.
    const ROOM: i64 = 16;
}

/// The sum of the bits of [`Happened`], from the columns of a ticket's instants and its outcome. The ticket was received before the span was over, and did
/// not end before it began.
struct WhatHappened {
    from: Stamp,
    until: Stamp,
}

impl QueryFragment<MultiBackend> for WhatHappened {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("CASE WHEN received_at >= ");
        out.push_bind_param::<Timestamp, Stamp>(&self.from)?;
        out.push_sql(&format!(" THEN {} ELSE 0 END + CASE WHEN solved_at >= ", Happened::Opened as i32));
        out.push_bind_param::<Timestamp, Stamp>(&self.from)?;
        out.push_sql(" AND solved_at < ");
        out.push_bind_param::<Timestamp, Stamp>(&self.until)?;
        for outcome in Outcome::ALL.iter().filter(|outcome| !outcome.is_solved()) {
            out.push_sql(&format!(" AND outcome <> '{}'", outcome.name()));
        }
        out.push_sql(&format!(" THEN {} ELSE 0 END + CASE WHEN closed_at < ", Happened::Solved as i32));
        out.push_bind_param::<Timestamp, Stamp>(&self.until)?;
        out.push_sql(&format!(" THEN {} ELSE {} END", Happened::Ended as i32, Happened::Pending as i32));
        Ok(())
    }
}

/// The kinds of tickets in the order in which [`Spent`] tells of them; those that are not categorised last.
const KINDS: [Option<Kind>; 4] = [Some(Kind::Incident), Some(Kind::Occurrence), Some(Kind::Requirement), None];
const _: () = assert!(KINDS.len() == Kind::ALL.len() + 1, "every kind is told of");
type SecondsOfKinds<T> = (T, T, T, T);

/// The seconds in a column of a query, each kind's in one text, with commas: a hundred thousand rows would take longer to tell than to find.
struct Spent<Q> {
    column: &'static str,
    query: Q,
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Spent<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for (n, kind) in KINDS.iter().enumerate() {
            out.push_sql(if n == 0 { "SELECT string_agg(CAST(" } else { ", string_agg(CAST(" });
            out.push_identifier(self.column)?;
            out.push_sql(" AS TEXT), ',') FILTER (WHERE kind ");
            match kind {
                Some(kind) => out.push_sql(&format!("= '{}')", kind.name())),
                None => out.push_sql("IS NULL)"),
            }
        }
        out.push_sql(" FROM (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> QueryId for Spent<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Spent<Q> {
    type SqlType = SecondsOfKinds<Nullable<Text>>;
}

/// The tickets in which each step of activity 6 was taken, by the event's name.
struct Steps<Q> {
    visible: Q,
    from: Stamp,
    until: Stamp,
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Steps<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT events.name, count(DISTINCT events.ticket_id) FROM events JOIN (");
        self.visible.walk_ast(out.reborrow())?;
        out.push_sql(") AS visible ON visible.id = events.ticket_id WHERE ");
        out.push_sql(IS_OF_EVALUATION);
        out.push_sql(" AND events.at >= ");
        out.push_bind_param::<Timestamp, Stamp>(&self.from)?;
        out.push_sql(" AND events.at < ");
        out.push_bind_param::<Timestamp, Stamp>(&self.until)?;
        out.push_sql(" GROUP BY events.name");
        Ok(())
    }
}

impl<Q> QueryId for Steps<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Steps<Q> {
    type SqlType = (Text, BigInt);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_value_at_its_rank() {
        let of = |seconds: &[u64]| {
            let Durations { n, median_seconds, p90_seconds } = durations(seconds.to_vec());
            (n, median_seconds, p90_seconds)
        };
        assert_eq!(of(&[]), (0, 0, 0));
        assert_eq!(of(&[7]), (1, 7, 7));
        assert_eq!(of(&[3, 1]), (2, 1, 3));
        assert_eq!(of(&[5, 1, 3]), (3, 3, 5));
        assert_eq!(of(&(1..=10).rev().collect::<Vec<_>>()), (10, 5, 9));
        assert_eq!(of(&(1..=100).collect::<Vec<_>>()), (100, 50, 90));
    }
}
