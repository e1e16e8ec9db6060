//! Figures: who may read them, of which days and areas, and as which view.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use domain::{Actor, Audience, Channel, Kind, Outcome, Phase, Refusal, Role};
use store::Conn;
use store::figures::{self, Cut, Durations, Part, Reach, Span, Tally};
use store::tickets::names;
use wire::command::Fault;
use wire::{
    AreaRef, BreakdownBy, BreakdownReport, DecisionsReport, DurationsView, KindTimesView, LoadReport, LoadView, MonthView, OutcomeView,
    PartView, PersonRef, QueueView, ReportQuery, ReportScope, ResolutionReport, TallyView, TimesReport, VolumeReport, WaitingReport,
};
use words::Language;

use super::queries::{begin_of_day, end_of_day, fault};
use super::{App, csv_file};
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};
use crate::http::Answer;

/// Days that one report covers at most.
const MOST_DAYS: u64 = 5 * 366;

/// One of the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    Volume,
    Breakdown(BreakdownBy),
    Resolution,
    Times,
    Waiting,
    Decisions,
    Load,
}

impl Report {
    /// The report of that name, as the path of its file says it: `volume`, `breakdown-kind`, `load`…
    pub fn of_name(name: &str) -> Option<Report> {
        match name {
            "volume" => Some(Report::Volume),
            "resolution" => Some(Report::Resolution),
            "times" => Some(Report::Times),
            "waiting" => Some(Report::Waiting),
            "decisions" => Some(Report::Decisions),
            "load" => Some(Report::Load),
            _ => {
                let by = name.strip_prefix("breakdown-")?;
                BreakdownBy::ALL.iter().find(|known| known.name() == by).map(|by| Report::Breakdown(*by))
            }
        }
    }
}

impl App {
    /// A report.
    ///
    /// # Errors
    /// `not_your_role`; a day that is wrong; not found, for an area whose figures are not the caller's to read.
    pub fn read_report(&self, caller: &Account, report: Report, query: &ReportQuery) -> Result<Answer, Failure> {
        Ok(match self.report(caller, report, query)? {
            Made::Volume(report) => Answer::ok(&report),
            Made::Breakdown(report) => Answer::ok(&report),
            Made::Resolution(report) => Answer::ok(&report),
            Made::Times(report) => Answer::ok(&report),
            Made::Waiting(report) => Answer::ok(&report),
            Made::Decisions(report) => Answer::ok(&report),
            Made::Load(report) => Answer::ok(&report),
        })
    }

    /// The same as a table, in CSV (RFC 4180) and in the words of that language.
    ///
    /// # Errors
    /// As [`App::read_report`].
    pub fn export_report(&self, caller: &Account, report: Report, query: &ReportQuery, language: Language) -> Result<Vec<u8>, Failure> {
        table(&self.report(caller, report, query)?, language)
    }

    fn report(&self, caller: &Account, report: Report, query: &ReportQuery) -> Result<Made, Failure> {
        let now = self.now();
        let today = domain::day_in_lima(now);
        self.store.read(|conn| {
            let days = Stretch::of(query, today)?;
            let scope = scope(conn, caller, query, days, now)?;
            let reach = Reach { actor: &caller.actor, area: scope.area.as_ref().map(|area| area.id) };
            Ok(match report {
                Report::Volume => Made::Volume(volume(conn, reach, days, scope)?),
                Report::Breakdown(by) => Made::Breakdown(breakdown(conn, reach, days, scope, by)?),
                Report::Resolution => Made::Resolution(resolution(conn, reach, days, scope)?),
                Report::Times => Made::Times(times(conn, reach, days, scope)?),
                Report::Waiting => Made::Waiting(waiting(conn, reach, scope, now)?),
                Report::Decisions => Made::Decisions(decisions(conn, reach, days, scope)?),
                Report::Load => Made::Load(load(conn, reach, days, scope)?),
            })
        })
    }
}

enum Made {
    Volume(VolumeReport),
    Breakdown(BreakdownReport),
    Resolution(ResolutionReport),
    Times(TimesReport),
    Waiting(WaitingReport),
    Decisions(DecisionsReport),
    Load(LoadReport),
}

/// From one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    from: NaiveDate,
    to: NaiveDate,
}

impl Stretch {
    fn of(query: &ReportQuery, today: NaiveDate) -> Result<Stretch, Failure> {
        let to = query.to.unwrap_or(today);
        let from = query.from.unwrap_or_else(|| first_of_month(to));
        let days = Stretch { from, to };
        // Beyond these years a date, or one of as many days before, has no place in the tables.
        let is_sane = |day: NaiveDate| (10..=9_998).contains(&day.year());
        if to < from || days.n() > MOST_DAYS || !is_sane(from) || !is_sane(to) {
            return Err(fault("to", Fault::Value(domain::ValueError::OutOfRange { min: 1, max: MOST_DAYS as i64 })));
        }
        Ok(days)
    }

    fn n(self) -> u64 {
        (self.to - self.from).num_days().unsigned_abs() + 1
    }

    fn span(self) -> Span {
        Span { from: begin_of_day(self.from), until: end_of_day(self.to) }
    }

    /// As many days before these. Whole months, where these are whole months.
    fn before(self) -> Stretch {
        let to = self.from - Days::new(1);
        let after = self.to + Days::new(1);
        let is_whole = self.from.day() == 1 && after.day() == 1;
        let n_months = (after.year() - self.from.year()) * 12 + after.month() as i32 - self.from.month() as i32;
        let from = match is_whole {
            true => self.from - Months::new(n_months.unsigned_abs()),
            false => self.from - Days::new(self.n()),
        };
        Stretch { from, to }
    }

    /// Each month, or the part of it that lies within.
    fn months(self) -> Vec<Stretch> {
        let mut all = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let next = first_of_month(from) + Months::new(1);
            all.push(Stretch { from, to: self.to.min(next - Days::new(1)) });
            from = next;
        }
        all
    }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The area is one that the caller reads figures of: for the people of IT and the auditor any, for a head their own and those under it.
fn scope(conn: &mut Conn, caller: &Account, query: &ReportQuery, days: Stretch, now: domain::Instant) -> Result<ReportScope, Failure> {
    let actor: &Actor = &caller.actor;
    let area = match (actor.audience(), query.area) {
        (Audience::It, area) => area,
        (Audience::Everyone, _) if !actor.has(Role::AreaHead) => {
            let roles = vec![Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead, Role::Auditor, Role::AreaHead];
            return Err(Refusal::NotYourRole { roles }.into());
        }
        (Audience::Everyone, None) => Some(figures::topmost(conn, &actor.areas_headed)?.ok_or(Code::NotFound)?),
        (Audience::Everyone, Some(area)) if actor.areas_headed.contains(&area) => Some(area),
        (Audience::Everyone, Some(_)) => return Err(Code::NotFound.into()),
    };
    let area = match area {
        None => None,
        Some(id) => {
            let name = names(conn, &[], &[id], &[], &[])?.areas.remove(&id).ok_or(Code::NotFound)?;
            Some(AreaRef { id, name })
        }
    };
    Ok(ReportScope { from: days.from, to: days.to, area, made_at: now })
}

fn volume(conn: &mut Conn, reach: Reach<'_>, days: Stretch, scope: ReportScope) -> Result<VolumeReport, Failure> {
    let months = days.months();
    // One after the other, so that what was pending in the beginning is counted once.
    let before = begin_of_day(days.before().from);
    let bounds: Vec<_> =
        [before].into_iter().chain(months.iter().map(|month| begin_of_day(month.from))).chain([end_of_day(days.to)]).collect();
    let mut tallies = figures::tallies(conn, reach, &bounds)?.into_iter();
    let before = tallies.next().unwrap_or_default();
    let (tallies, n_pending_before) = (tallies.collect::<Vec<Tally>>(), before.n_pending);
    let total = Tally {
        n_opened: tallies.iter().map(|tally| tally.n_opened).sum(),
        n_solved: tallies.iter().map(|tally| tally.n_solved).sum(),
        n_ended: tallies.iter().map(|tally| tally.n_ended).sum(),
        n_pending: tallies.last().map_or(n_pending_before, |tally| tally.n_pending),
    };
    let month = |(days, tally): (Stretch, Tally)| MonthView { from: days.from, to: days.to, tally: view(tally) };
    let months = months.into_iter().zip(tallies).map(month).collect();
    Ok(VolumeReport { scope, n_pending_before, months, total: view(total), before: view(before) })
}

fn breakdown(conn: &mut Conn, reach: Reach<'_>, days: Stretch, scope: ReportScope, by: BreakdownBy) -> Result<BreakdownReport, Failure> {
    let cut = match by {
        BreakdownBy::Kind => Cut::Kind,
        BreakdownBy::Channel => Cut::Channel,
        BreakdownBy::Service => Cut::Service,
        BreakdownBy::Area => Cut::Area,
    };
    let found = figures::breakdown(conn, reach, days.span(), cut)?;
    let ids: Vec<i64> = found.iter().filter_map(|(part, _)| if let Part::Record(id) = part { Some(*id) } else { None }).collect();
    let names: BTreeMap<i64, String> = match by {
        BreakdownBy::Service => {
            let ids: Vec<_> = ids.iter().filter_map(|id| domain::ServiceId::parse(*id).ok()).collect();
            names(conn, &[], &[], &ids, &[])?.services.into_iter().map(|(id, name)| (id.get(), name)).collect()
        }
        BreakdownBy::Area => {
            let ids: Vec<_> = ids.iter().filter_map(|id| domain::AreaId::parse(*id).ok()).collect();
            names(conn, &[], &ids, &[], &[])?.areas.into_iter().map(|(id, name)| (id.get(), name)).collect()
        }
        BreakdownBy::Kind | BreakdownBy::Channel => BTreeMap::new(),
    };
    let mut total = Tally::default();
    let mut parts: Vec<PartView> = Vec::with_capacity(found.len());
    for (part, tally) in found {
        total.n_opened += tally.n_opened;
        total.n_solved += tally.n_solved;
        total.n_ended += tally.n_ended;
        total.n_pending += tally.n_pending;
        let (key, name) = match part {
            Part::None => (None, None),
            Part::Name(name) => (Some(name), None),
            Part::Record(id) => (Some(id.to_string()), names.get(&id).cloned()),
        };
        parts.push(PartView { key, name, tally: view(tally) });
    }
    parts.sort_by(|a, b| (b.tally.n_opened, b.tally.n_pending, &a.key).cmp(&(a.tally.n_opened, a.tally.n_pending, &b.key)));
    Ok(BreakdownReport { scope, by, parts, total: view(total) })
}

fn resolution(conn: &mut Conn, reach: Reach<'_>, days: Stretch, scope: ReportScope) -> Result<ResolutionReport, Failure> {
    let found: BTreeMap<Outcome, u32> = figures::outcomes(conn, reach, days.span())?.into_iter().collect();
    let outcome = |outcome: &Outcome| OutcomeView { outcome: *outcome, n: found.get(outcome).copied().unwrap_or_default() };
    Ok(ResolutionReport { scope, outcomes: Outcome::ALL.iter().map(outcome).collect(), n: found.values().sum() })
}

fn times(conn: &mut Conn, reach: Reach<'_>, days: Stretch, scope: ReportScope) -> Result<TimesReport, Failure> {
    let attend = figures::seconds_to_attend(conn, reach, days.span())?;
    let solve = figures::seconds_to_solve(conn, reach, days.span())?;
    let before = days.before().span();
    let attend_before = figures::seconds_to_attend(conn, reach, before)?;
    let solve_before = figures::seconds_to_solve(conn, reach, before)?;
    let of_kind = |all: &[(Option<Kind>, u64)], kind: Kind| durations(all.iter().filter(|(k, _)| *k == Some(kind)).map(|(_, s)| *s));
    let of_all = |all: &[(Option<Kind>, u64)]| durations(all.iter().map(|(_, seconds)| *seconds));
    let kinds =
        Kind::ALL.iter().map(|kind| KindTimesView { kind: Some(*kind), attend: of_kind(&attend, *kind), solve: of_kind(&solve, *kind) });
    Ok(TimesReport {
        scope,
        attend: of_all(&attend),
        solve: of_all(&solve),
        kinds: kinds.collect(),
        attend_before: of_all(&attend_before),
        solve_before: of_all(&solve_before),
    })
}

fn waiting(conn: &mut Conn, reach: Reach<'_>, scope: ReportScope, now: domain::Instant) -> Result<WaitingReport, Failure> {
    let queues = figures::queues(conn, reach, now)?;
    let queue = |queue: figures::Queue| QueueView {
        phase: queue.phase,
        n: queue.n,
        n_waiting: queue.n_waiting,
        oldest_since: queue.oldest_since,
        age: durations_view(queue.age),
    };
    let queues: Vec<QueueView> = queues.into_iter().map(queue).collect();
    Ok(WaitingReport { scope, n: queues.iter().map(|queue| queue.n).sum(), queues })
}

fn decisions(conn: &mut Conn, reach: Reach<'_>, days: Stretch, scope: ReportScope) -> Result<DecisionsReport, Failure> {
    let figures::Decisions { n_submitted, n_returned, n_approved, n_rejected } = figures::decisions(conn, reach, days.span())?;
    let n_waiting = figures::n_in_phase(conn, reach, Phase::UnderEvaluation)?;
    Ok(DecisionsReport { scope, n_submitted, n_returned, n_approved, n_rejected, n_waiting })
}

fn load(conn: &mut Conn, reach: Reach<'_>, days: Stretch, scope: ReportScope) -> Result<LoadReport, Failure> {
    let loads = figures::loads(conn, reach, days.span())?;
    let load = |load: figures::Load| LoadView {
        person: PersonRef { id: load.person, name: load.name },
        n_held: load.n_held,
        n_solved: load.n_solved,
    };
    let people: Vec<LoadView> = loads.into_iter().map(load).collect();
    let n_held = people.iter().map(|load| load.n_held).sum();
    let n_solved = people.iter().map(|load| load.n_solved).sum();
    Ok(LoadReport { scope, people, n_held, n_solved })
}

fn view(tally: Tally) -> TallyView {
    let Tally { n_opened, n_solved, n_ended, n_pending } = tally;
    TallyView { n_opened, n_solved, n_ended, n_pending }
}

fn durations(seconds: impl Iterator<Item = u64>) -> DurationsView {
    durations_view(figures::durations(seconds.collect()))
}

fn durations_view(durations: Durations) -> DurationsView {
    let Durations { n, median_seconds, p90_seconds } = durations;
    let known = |seconds: u64| (n > 0).then_some(seconds);
    DurationsView { n, median_seconds: known(median_seconds), p90_seconds: known(p90_seconds) }
}

/// The report's own table, in the words of its reader.
fn table(made: &Made, language: Language) -> Result<Vec<u8>, Failure> {
    let screen = words::screen(language);
    let tally_head =
        || [screen.figures_opened(), screen.figures_solved(), screen.figures_ended(), screen.figures_pending()].map(str::to_owned);
    let tally = |tally: &TallyView| [tally.n_opened, tally.n_solved, tally.n_ended, tally.n_pending].map(|n| n.to_string());
    let with = |before: &[&str], tally: [String; 4]| before.iter().copied().map(str::to_owned).chain(tally).collect::<Vec<String>>();
    let lasts = |seconds: Option<u64>| seconds.map(words::lasting_in_cell).unwrap_or_default();
    let named = |names: &[&str]| names.iter().copied().map(str::to_owned).collect::<Vec<String>>();
    let (head, rows): (Vec<String>, Vec<Vec<String>>) = match made {
        Made::Volume(report) => {
            let row = |month: &MonthView| with(&[&month.from.to_string(), &month.to.to_string()], tally(&month.tally));
            (with(&[screen.filter_from(), screen.filter_until()], tally_head()), report.months.iter().map(row).collect())
        }
        Made::Breakdown(report) => {
            let row = |part: &PartView| with(&[&part_name(report.by, part, language)], tally(&part.tally));
            let head = match report.by {
                BreakdownBy::Kind => screen.list_kind(),
                BreakdownBy::Channel => screen.list_channel(),
                BreakdownBy::Service => screen.list_service(),
                BreakdownBy::Area => screen.list_area(),
            };
            (with(&[head], tally_head()), report.parts.iter().map(row).collect())
        }
        Made::Resolution(report) => {
            let level = |outcome: Outcome| words::figures_level(outcome.name(), language).unwrap_or(outcome.name());
            let row = |view: &OutcomeView| named(&[level(view.outcome), &view.n.to_string()]);
            (named(&[screen.list_outcome(), screen.figures_tickets()]), report.outcomes.iter().map(row).collect())
        }
        Made::Times(report) => {
            let cells = |kind: &str, attend: &DurationsView, solve: &DurationsView| {
                let three = |d: &DurationsView| [d.n.to_string(), lasts(d.median_seconds), lasts(d.p90_seconds)];
                std::iter::once(kind.to_owned()).chain(three(attend)).chain(three(solve)).collect::<Vec<_>>()
            };
            let kinds = report.kinds.iter().map(|view| cells(words::kind_or_none(view.kind, language), &view.attend, &view.solve));
            let all = cells(screen.figures_all_kinds(), &report.attend, &report.solve);
            let three = |n: &str, of: &str| {
                [n.to_owned(), words::figures_column(of, screen.figures_median()), words::figures_column(of, screen.figures_p90())]
            };
            let head = std::iter::once(screen.list_kind().to_owned())
                .chain(three(screen.figures_solved(), screen.figures_to_attend()))
                .chain(three(screen.figures_n_solved(), screen.figures_to_solve()));
            (head.collect(), kinds.chain([all]).collect())
        }
        Made::Waiting(report) => {
            let row = |queue: &QueueView| {
                vec![
                    words::phase(queue.phase, language).to_owned(),
                    queue.n.to_string(),
                    queue.n_waiting.to_string(),
                    csv_file::in_lima(queue.oldest_since),
                    lasts(queue.age.median_seconds),
                    lasts(queue.age.p90_seconds),
                ]
            };
            let age = |what: &str| words::figures_column(screen.figures_in_state(), what);
            let mut head =
                named(&[screen.figures_phase(), screen.figures_tickets(), screen.figures_waits_for_person(), screen.figures_oldest()]);
            head.extend([age(screen.figures_median()), age(screen.figures_p90())]);
            (head, report.queues.iter().map(row).collect())
        }
        Made::Decisions(report) => {
            let n = [report.n_submitted, report.n_returned, report.n_approved, report.n_rejected];
            let step = |(step, n): (&str, u32)| named(&[words::evaluation_step(step, language).unwrap_or(step), &n.to_string()]);
            let steps = words::EVALUATION_STEPS.into_iter().zip(n).map(step);
            let waiting = named(&[screen.figures_waiting_decision(), &report.n_waiting.to_string()]);
            (named(&[screen.figures_step(), screen.figures_tickets()]), steps.chain([waiting]).collect())
        }
        Made::Load(report) => {
            let row = |load: &LoadView| named(&[&load.person.name, &load.n_held.to_string(), &load.n_solved.to_string()]);
            let head = named(&[screen.figures_person(), screen.figures_held(), screen.figures_n_solved()]);
            (head, report.people.iter().map(row).collect())
        }
    };
    csv_file::written(csv_file::UTF8, std::iter::once(head).chain(rows).collect())
}

fn part_name(by: BreakdownBy, part: &PartView, language: Language) -> String {
    let of_domain = part.key.as_deref();
    match by {
        BreakdownBy::Kind => words::kind_or_none(of_domain.and_then(|key| key.parse().ok()), language).to_owned(),
        BreakdownBy::Channel => {
            let channel = of_domain.and_then(|key| key.parse::<Channel>().ok());
            channel.map(|channel| words::channel(channel, language).to_owned()).unwrap_or_default()
        }
        BreakdownBy::Service | BreakdownBy::Area => {
            part.name.clone().unwrap_or_else(|| words::screen(language).figures_without_service().to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(from: &str, to: &str) -> Stretch {
        Stretch { from: day(from), to: day(to) }
    }

    #[test]
    fn whole_months_are_compared_with_whole_months_and_days_with_days() {
        assert_eq!(days("2026-10-01", "2026-10-31").before(), days("2026-09-01", "2026-09-30"));
        assert_eq!(days("2026-01-01", "2026-12-31").before(), days("2025-01-01", "2025-12-31"));
        assert_eq!(days("2026-03-01", "2026-03-10").before(), days("2026-02-19", "2026-02-28"));
        assert_eq!(days("2026-03-31", "2026-03-31").before(), days("2026-03-30", "2026-03-30"));
    }

    #[test]
    fn months_cover_the_days_without_gap_or_overlap() {
        assert_eq!(
            days("2025-12-15", "2026-02-03").months(),
            [days("2025-12-15", "2025-12-31"), days("2026-01-01", "2026-01-31"), days("2026-02-01", "2026-02-03")]
        );
        assert_eq!(days("2026-02-03", "2026-02-03").months(), [days("2026-02-03", "2026-02-03")]);
    }

    #[test]
    fn days_are_asked_for_in_their_order_and_not_too_many() {
        let of = |from: Option<&str>, to: Option<&str>| {
            let query = ReportQuery { from: from.map(day), to: to.map(day), area: None };
            Stretch::of(&query, day("2026-11-26"))
        };
        assert_eq!(of(None, None).unwrap(), days("2026-11-01", "2026-11-26"));
        assert_eq!(of(None, Some("2026-02-28")).unwrap(), days("2026-02-01", "2026-02-28"));
        assert!(of(Some("2026-11-27"), None).is_err());
        assert!(of(Some("2000-01-01"), None).is_err());
        assert!(of(Some("+10000-01-01"), Some("+10000-01-02")).is_err());
    }
}
