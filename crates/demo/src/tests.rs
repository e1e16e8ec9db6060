//! The year as it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, TimeDelta, Weekday};
use domain::{
    Action, Actor, Channel, Command, Entry, Instant, Kind, Outcome, Phase, Role, Rules, Ticket, TicketFact, TicketId, Who, day_in_lima,
};

use crate::agency::Agency;
use crate::data::Data;
use crate::{Act, N_TICKETS, Plan, SEED, Settings, Step, calendar, tell};

/// 16:20 in Lima on Wednesday 25 November 2026.
fn wednesday() -> Instant {
    calendar::instant("2026-11-25".parse().unwrap(), 16 * 60 + 20)
}

fn settings(n_tickets: u32, seed: u64, until: Instant) -> Settings {
    Settings { n_tickets, seed, until, rules: Rules::default() }
}

/// The year of most tests.
static YEAR: LazyLock<Plan> = LazyLock::new(|| tell(&settings(N_TICKETS, SEED, wednesday())).unwrap());
/// Its tickets, on the last day.
static TICKETS: LazyLock<BTreeMap<usize, Ticket>> = LazyLock::new(|| tickets(&YEAR));

/// Every ticket, decided again in the order of the whole plan, as a server would: nothing is taken from how it was told.
fn carried_out(plan: &Plan) -> BTreeMap<usize, Vec<Entry>> {
    let mut streams: BTreeMap<usize, Vec<Entry>> = BTreeMap::new();
    for step in &plan.steps {
        let epoch = plan.agency.at(step.at);
        let actor = step.by.person().map_or_else(Actor::system, |person| epoch.actor(person));
        let mut facts = epoch.facts.clone();
        facts.files = step.uploads.iter().map(|(id, _)| *id).collect();
        facts.this = TicketId::parse(step.story as i64 + 1).ok();
        let commands = match &step.act {
            Act::Begin { request, then } => {
                let events = domain::request(&actor, step.at, &facts, request.clone()).unwrap();
                streams.insert(step.story, stamped(step, events));
                then.clone()
            }
            Act::Go(commands) => commands.clone(),
            Act::Write(text) => vec![Command::Comment { text: text.clone(), is_internal: false, files: Vec::new() }],
            Act::Stray(_) => continue,
            Act::Split { title, description, second } => {
                let first = Ticket::of(&streams[&step.story]).unwrap();
                let this = TicketId::parse(step.story as i64 + 1).unwrap();
                facts.tickets.insert(this, TicketFact { phase: first.stage.phase(), duplicate_of: None });
                let request = domain::Request {
                    requester: Some(first.requester),
                    channel: first.channel,
                    title: title.clone(),
                    description: description.clone(),
                    received_at: Some(first.received_at),
                    since: None,
                    impact: None,
                    area: Some(first.area),
                    service: None,
                    equipment: None,
                    place: first.place.clone(),
                    is_reserved: first.is_reserved,
                    files: Vec::new(),
                    from: Some(this),
                };
                let events = domain::request(&actor, step.at, &facts, request).unwrap();
                streams.insert(*second, stamped(step, events));
                vec![Command::CreateFromThis { title: title.clone(), description: description.clone() }]
            }
        };
        for command in &commands {
            if let Command::MarkDuplicate { of } = command {
                let principal = Ticket::of(&streams[&((of.get() - 1) as usize)]).unwrap();
                facts.tickets.insert(*of, TicketFact { phase: principal.stage.phase(), duplicate_of: principal.duplicate_of() });
            }
        }
        let ticket = Ticket::of(&streams[&step.story]).unwrap();
        let action = commands.first().map(Command::action);
        let events = domain::decide_all(&ticket, &actor, step.at, &facts, commands)
            .unwrap_or_else(|refusal| panic!("story {} at {}, {action:?}: {refusal:?}", step.story, step.at));
        streams.get_mut(&step.story).unwrap().extend(stamped(step, events));
    }
    streams
}

fn stamped(step: &Step, events: Vec<domain::Event>) -> Vec<Entry> {
    events.into_iter().map(|event| Entry { at: step.at, by: step.by, event }).collect()
}

fn tickets(plan: &Plan) -> BTreeMap<usize, Ticket> {
    carried_out(plan).into_iter().map(|(story, entries)| (story, Ticket::of(&entries).unwrap())).collect()
}

fn share<T>(tickets: &BTreeMap<usize, T>, is: impl Fn(&T) -> bool) -> f64 {
    tickets.values().filter(|ticket| is(ticket)).count() as f64 / tickets.len() as f64
}

fn actions(plan: &Plan) -> BTreeMap<Action, usize> {
    let mut counts = BTreeMap::new();
    for step in &plan.steps {
        let commands = match &step.act {
            Act::Begin { then, .. } => then,
            Act::Go(commands) => commands,
            Act::Write(_) | Act::Stray(_) => continue,
            Act::Split { .. } => {
                *counts.entry(Action::CreateFromThis).or_default() += 1;
                continue;
            }
        };
        commands.iter().for_each(|command| *counts.entry(command.action()).or_default() += 1);
    }
    counts
}

#[test]
fn the_data_can_be_read_and_is_as_it_was_written_down() {
    let data = Data::read();

    assert_eq!(data.areas.iter().map(|area| area.people).sum::<usize>(), 120);
    assert_eq!((data.services.len(), data.providers.len()), (25, 12));
    let keys: Vec<&str> =
        [&data.incidents, &data.occurrences, &data.requirements].into_iter().flatten().map(|seed| seed.key.as_str()).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "no key is used twice");
    assert_eq!(keys.iter().filter(|key| key.starts_with('T')).count(), 60);
    for seed in &data.incidents {
        let is_with_provider = seed.path.contains('7');
        assert_eq!(seed.provider.is_some(), is_with_provider, "{}", seed.key);
        assert_eq!(!seed.visits.is_empty() && !seed.repeats.is_empty(), is_with_provider, "{}", seed.key);
        assert_eq!(seed.report.is_some(), seed.path.contains('6'), "{}", seed.key);
        if let Some(report) = &seed.report {
            let is_rejected = data.report(report).communication.is_some();
            assert_eq!(is_rejected, !is_with_provider, "{}", seed.key);
        }
    }
}

#[test]
fn the_same_seed_and_end_tell_the_same_year_and_others_do_not() {
    let steps = |seed, until| format!("{:?}", tell(&settings(150, seed, until)).unwrap().steps);

    assert!(steps(7, wednesday()) == steps(7, wednesday()));
    assert!(steps(7, wednesday()) != steps(8, wednesday()));
    assert!(steps(7, wednesday()) != steps(7, wednesday() + TimeDelta::days(1)));
}

#[test]
fn a_year_can_end_at_any_hour() {
    // A Sunday night, a holiday, early on a Monday, the first day of a year, a leap day; with few tickets and with another seed.
    for (n, (day, minute)) in
        (1..).zip([("2026-11-22", 1_380), ("2026-12-08", 600), ("2026-11-23", 480), ("2027-01-01", 5), ("2028-02-29", 900)])
    {
        let until = calendar::instant(day.parse().unwrap(), minute);

        let plan = tell(&settings(150, n, until)).unwrap();

        assert!(plan.steps.iter().all(|step| step.at <= until && step.at > plan.begins_at), "{day}");
        let phases: BTreeSet<Phase> = tickets(&plan).values().map(|ticket| ticket.stage.phase()).collect();
        assert_eq!(phases, Phase::ALL.iter().copied().collect(), "{day}");
    }
}

#[test]
fn the_procedure_lets_every_step_be_and_every_phase_and_outcome_is_reached() {
    let (plan, tickets) = (&*YEAR, &*TICKETS);

    assert!((1_980..=2_020).contains(&tickets.len()), "{} tickets", tickets.len());
    assert_eq!(tickets.len(), plan.n_stories);
    let phases: BTreeSet<Phase> = tickets.values().map(|ticket| ticket.stage.phase()).collect();
    assert_eq!(phases, Phase::ALL.iter().copied().collect());
    let outcomes: BTreeSet<Outcome> = tickets.values().filter_map(|ticket| ticket.standing().outcome).collect();
    assert_eq!(outcomes, Outcome::ALL.iter().copied().collect());
    let done = actions(plan);
    let undone: Vec<&Action> = Action::ALL.iter().filter(|action| !done.contains_key(action)).collect();
    assert_eq!(undone, [&Action::Unwatch], "everything that can be done is done by somebody");
}

#[test]
fn kinds_channels_and_levels_have_their_shares() {
    let tickets = &*TICKETS;

    let near = |is: f64, wanted: f64, within: f64, what: &str| assert!((is - wanted).abs() < within, "{what}: {is:.3}");
    near(share(tickets, |ticket| ticket.kind == Some(Kind::Incident)), 0.55, 0.05, "incidents");
    near(share(tickets, |ticket| ticket.kind == Some(Kind::Occurrence)), 0.35, 0.05, "occurrences");
    near(share(tickets, |ticket| ticket.kind == Some(Kind::Requirement)), 0.10, 0.03, "requirements");
    near(share(tickets, |ticket| ticket.channel == Channel::Phone), 0.48, 0.05, "phone");
    near(share(tickets, |ticket| ticket.channel == Channel::Email), 0.24, 0.05, "mail");
    near(share(tickets, |ticket| ticket.channel == Channel::Web), 0.20, 0.05, "web");
    near(share(tickets, |ticket| ticket.n_reopened > 0), 0.03, 0.02, "reopened");
    let incidents: BTreeMap<usize, &Ticket> =
        tickets.iter().filter(|(_, ticket)| ticket.kind == Some(Kind::Incident)).map(|(story, ticket)| (*story, ticket)).collect();
    let with = |outcome| share(&incidents, |ticket: &&Ticket| ticket.standing().outcome == Some(outcome));
    near(with(Outcome::SolvedAtDesk), 0.42, 0.08, "at the desk");
    near(with(Outcome::SolvedAtLevel1), 0.34, 0.08, "at level 1");
    near(with(Outcome::SolvedByProvider), 0.12, 0.05, "by a provider");
}

#[test]
fn the_board_of_the_last_day_looks_alive() {
    let tickets = &*TICKETS;
    let n = |phase| tickets.values().filter(|ticket| ticket.stage.phase() == phase).count();

    for (phase, least) in [
        (Phase::Requested, 8),
        (Phase::InAttention, 10),
        (Phase::Escalated1, 12),
        (Phase::Escalated2, 6),
        (Phase::WithProvider, 8),
        (Phase::UnderEvaluation, 2),
        (Phase::Contracting, 2),
        (Phase::Verifying, 3),
        (Phase::ToClose, 9),
    ] {
        assert!(n(phase) >= least, "{} in {phase}", n(phase));
    }
    let open: Vec<&Ticket> = tickets.values().filter(|ticket| !ticket.stage.phase().is_end()).collect();
    assert!((80..=260).contains(&open.len()), "{} are open", open.len());
    assert!(open.iter().filter(|ticket| ticket.waiting.is_some()).count() >= 6, "some wait for an answer");
    let theirs: Vec<&&Ticket> = open.iter().filter(|ticket| ticket.requester == YEAR.agency.requester).collect();
    assert!(theirs.len() >= 3 && theirs.iter().any(|ticket| ticket.waiting.is_some()), "so has whoever signs in as the one who asks");
    let late = wednesday() - TimeDelta::days(9);
    assert!(open.iter().filter(|ticket| ticket.phase_since < late).count() >= 3, "some are late");
}

#[test]
fn no_ticket_is_left_where_it_is() {
    let tickets = &*TICKETS;
    let long_ago = wednesday() - TimeDelta::days(100);

    let stuck: Vec<_> = tickets.values().filter(|ticket| ticket.received_at < long_ago && !ticket.stage.phase().is_end()).collect();

    assert!(stuck.is_empty(), "{stuck:#?}");
}

#[test]
fn people_work_in_working_hours_and_most_on_mondays_and_at_month_ends() {
    let plan = &*YEAR;
    let mut of_day: BTreeMap<domain::Day, usize> = BTreeMap::new();
    let mut of_hour: BTreeMap<i64, usize> = BTreeMap::new();
    for step in &plan.steps {
        let (day, minute) = (day_in_lima(step.at), calendar::minute_of(step.at));
        if let Act::Begin { request, .. } = &step.act {
            *of_day.entry(day).or_default() += 1;
            *of_hour.entry(minute / 60).or_default() += 1;
            assert!(calendar::is_working(day), "a request on {day}");
            let is_evening = minute > 17 * 60 + 30;
            assert!(!is_evening || matches!(request.channel, Channel::Web | Channel::Email), "nobody phones in the evening");
        } else {
            assert!(calendar::is_working(day) && (510..=1_050).contains(&minute), "a step at {}", step.at);
        }
    }
    let mean = |days: &dyn Fn(domain::Day) -> bool| {
        let all: Vec<usize> = plan
            .begins_at
            .date_naive()
            .iter_days()
            .skip(2)
            .take(360)
            .filter(|day| calendar::is_working(*day) && days(*day))
            .map(|day| of_day.get(&day).copied().unwrap_or(0))
            .collect();
        all.iter().sum::<usize>() as f64 / all.len() as f64
    };

    let (mondays, wednesdays) = (mean(&|day| day.weekday() == Weekday::Mon), mean(&|day| day.weekday() == Weekday::Wed));
    let (ends, middles) = (mean(&|day| day.day() >= 28), mean(&|day| (8..=18).contains(&day.day())));
    assert!(mondays > 1.2 * wednesdays, "{mondays:.1} and {wednesdays:.1}");
    assert!(ends > 1.1 * middles, "{ends:.1} and {middles:.1}");
    assert!(of_hour[&9] > 2 * of_hour[&12] && of_hour[&15] > 2 * of_hour[&13], "{of_hour:?}");
}

#[test]
fn an_outage_brings_many_that_are_joined_to_one() {
    let tickets = &*TICKETS;
    let mut joined: BTreeMap<TicketId, usize> = BTreeMap::new();
    tickets.values().filter_map(Ticket::duplicate_of).for_each(|of| *joined.entry(of).or_default() += 1);

    let mut sizes: Vec<usize> = joined.values().copied().collect();
    sizes.sort_unstable();

    assert_eq!(sizes.len(), 4);
    assert!(sizes[3] >= 24 && sizes[0] >= 6, "{sizes:?}");
    for of in joined.keys() {
        assert_eq!(tickets[&((of.get() - 1) as usize)].stage.phase(), Phase::Closed, "the principal came to its end");
    }
}

#[test]
fn texts_are_rarely_used_twice() {
    let plan = &*YEAR;
    let mut titles: BTreeMap<String, usize> = BTreeMap::new();
    let mut descriptions: BTreeMap<String, usize> = BTreeMap::new();
    let mut solutions: BTreeMap<String, usize> = BTreeMap::new();
    for step in &plan.steps {
        let mut then = Vec::new();
        match &step.act {
            Act::Begin { request, then: whole } => {
                *titles.entry(request.title.to_string()).or_default() += 1;
                *descriptions.entry(request.description.to_string()).or_default() += 1;
                then.extend(whole);
            }
            Act::Go(commands) => then.extend(commands),
            Act::Split { .. } | Act::Write(_) | Act::Stray(_) => {}
        }
        for command in then {
            match command {
                Command::RecordSolution { solution, .. } => *solutions.entry(solution.to_string()).or_default() += 1,
                Command::RecordAction { action_taken } => *solutions.entry(action_taken.to_string()).or_default() += 1,
                _ => {}
            }
        }
    }
    let most = |texts: &BTreeMap<String, usize>| texts.iter().max_by_key(|(_, n)| **n).map(|(text, n)| (*n, text.clone())).unwrap();

    assert!(most(&titles).0 <= 16, "{:?}", most(&titles));
    assert!(most(&descriptions).0 <= 8, "{:?}", most(&descriptions));
    assert!(most(&solutions).0 <= 14, "{:?}", most(&solutions));
    assert!(titles.len() > 900 && descriptions.len() > 1_500, "{} titles, {} descriptions", titles.len(), descriptions.len());
    for text in titles.keys().chain(descriptions.keys()).chain(solutions.keys()) {
        assert!(!text.contains(['{', '}']), "something was not filled in: {text}");
    }
}

#[test]
fn nobody_acts_without_the_role_or_after_leaving() {
    let plan = &*YEAR;
    for step in &plan.steps {
        let Who::Person(person) = step.by else { continue };
        let person = plan.agency.at(step.at).person(person);
        assert!(person.is_active && person.email.is_some(), "{} at {}", person.name, step.at);
    }
    let uploads = plan.steps.iter().filter(|step| !step.uploads.is_empty());
    assert!(uploads.clone().count() > 80 && uploads.clone().any(|step| step.by == Who::System), "some come by mail");
    for step in uploads {
        assert!(step.by != Who::System || matches!(&step.act, Act::Begin { request, .. } if request.channel == Channel::Email));
    }
}

#[test]
fn nobody_does_anything_while_they_are_away() {
    let plan = &*YEAR;
    let today = day_in_lima(wednesday());
    let away = |step: &Step, absence: &&crate::Absence| {
        let day = day_in_lima(step.at);
        step.by == Who::Person(absence.person) && (absence.from_on..=absence.until_on).contains(&day)
    };
    for step in &plan.steps {
        let absence = plan.absences.iter().find(|absence| away(step, absence));
        // While somebody holds his post, the head of IT may well write to the desk.
        assert!(absence.is_none_or(|absence| *absence == plan.agency.encargo), "{absence:?} at {}", step.at);
    }
    let is_now = |absence: &&crate::Absence| (absence.from_on..=absence.until_on).contains(&today);
    assert!(plan.absences.iter().filter(is_now).any(|absence| absence.acting.is_some()), "a head is away now, and somebody acts");
    assert!(plan.absences.iter().any(|absence| absence.from_on > today), "somebody will be");
    assert!(
        plan.absences.len() > 15
            && plan.absences.iter().all(|absence| absence.recorded_at <= wednesday() && absence.recorded_at > plan.begins_at)
    );
    let people: BTreeSet<_> = plan.absences.iter().map(|absence| absence.person).collect();
    assert_eq!(people.len(), plan.absences.len(), "nobody twice");
}

#[test]
fn mails_come_in_that_ask_answer_or_neither() {
    let plan = &*YEAR;
    let by_mail = |step: &&Step| matches!(&step.act, Act::Begin { request, .. } if request.channel == Channel::Email);

    let n_asking = plan.steps.iter().filter(by_mail).count();
    let n_answers = plan.steps.iter().filter(|step| matches!(step.act, Act::Write(_))).count();
    let n_strays = plan.steps.iter().filter(|step| matches!(step.act, Act::Stray(_))).count();

    assert!(n_asking > 400 && n_answers > 60 && n_strays >= 60, "{n_asking}, {n_answers}, {n_strays}");
    assert!(plan.steps.iter().filter(by_mail).all(|step| step.by == Who::System));
}

#[test]
fn the_agency_is_as_it_was_written_down() {
    let (begins_at, until) = (wednesday() - TimeDelta::days(365), wednesday());
    let agency = Agency::new(&Data::read(), SEED, Rules::default(), begins_at, until);

    assert_eq!(agency.people.len(), 120);
    assert_eq!(agency.people.iter().filter(|person| person.email.is_none()).count(), 3);
    let names: BTreeSet<_> = agency.people.iter().map(|person| person.name.as_str()).collect();
    let emails: BTreeSet<_> = agency.people.iter().filter_map(|person| person.email.as_ref()).map(domain::Email::as_str).collect();
    assert_eq!((names.len(), emails.len()), (120, 117));
    let n_with = |role| agency.people.iter().filter(|person| person.roles.contains(&role)).count();
    assert_eq!([Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead, Role::Admin, Role::Auditor].map(n_with), [5, 5, 3, 1, 1, 1]);
    let head = |code| agency.areas[(agency.area(code).get() - 1) as usize].head;
    assert_eq!(head("OIA"), None);
    assert_eq!(head("DID-SUR"), head("DID"));
    let last = agency.epochs.last().unwrap();
    assert_eq!(last.people.iter().filter(|person| !person.is_active).count(), 2);
    let n_moved = agency.people.iter().zip(&last.people).filter(|(then, now)| then.area != now.area).count();
    assert_eq!(n_moved, 1);
    let evaluators: BTreeSet<_> = agency.epochs.iter().map(|epoch| agency.evaluator(epoch.from)).collect();
    assert_eq!(evaluators, [agency.it_head, agency.encargo.acting.unwrap()].into(), "somebody holds the post for a while");
    let roles: Vec<Role> = agency.accounts().iter().map(|(role, _)| *role).collect();
    assert_eq!(roles, Role::ALL);
    for (role, person) in agency.accounts() {
        assert!(last.actor(person).has(role) && last.person(person).is_active, "{role}");
    }
}
