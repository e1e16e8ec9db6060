//! Everywhere that a ticket can get: a breadth-first walk over all standings, with everybody trying everything in each.
//!
//! Two tickets stand alike when their standing and their way back are alike, instants aside. So the walk ends, and what holds on it holds
//! for streams of any length: those that pass a flow twice or a hundred times stand where shorter ones do.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::LazyLock;

use chrono::TimeDelta;

use super::given::*;
use super::laws::missing_activities;
use super::tries::tries;
use crate::actor::{Actor, Role};
use crate::command::Action;
use crate::decide::decide;
use crate::event::{Entry, EventName};
use crate::permit::permit;
use crate::procedure::FLOWS;
use crate::ticket::{Outcome, Phase, Stage, Standing, Ticket, Waiting};
use crate::values::{Instant, PersonId};

/// One move of a ticket, by one actor, to another place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Step {
    by: usize,
    from: usize,
    to: usize,
    action: Action,
    /// The one who holds it after, and did not before.
    given_to: Option<PersonId>,
}

/// Everywhere, and every step between.
struct Map {
    actors: Vec<Actor>,
    places: Vec<Standing>,
    steps: Vec<Step>,
}

/// Two of each level, of which one is also acting head of IT, and one of each other role.
fn actors() -> Vec<Actor> {
    let people = [user(), colleague(), area_head(), help_desk(), help_desk_2(), support1(), support1_2(), support2(), support2_2()];
    [people.to_vec(), vec![it_head(), auditor(), admin(), system()]].concat()
}

static MAP: LazyLock<Map> = LazyLock::new(walk);

fn walk() -> Map {
    let (actors, facts) = (actors(), facts());
    let first = given([requested_by(&colleague(), &user())]).ticket();
    let mut map = Map { actors, places: vec![first.standing()], steps: Vec::new() };
    let mut known = HashMap::from([(alike(&first), 0)]);
    let mut ahead = VecDeque::from([(0, first, start())]);
    while let Some((from, ticket, since)) = ahead.pop_front() {
        // A day and an hour later: reminders are due, and the window of reopening is open.
        let now = since + TimeDelta::hours(25);
        let standing = ticket.standing();
        let mut steps_here = BTreeSet::new();
        for action in Action::ALL {
            let commands = tries(*action, &ticket, now);
            for (by, actor) in map.actors.iter().enumerate() {
                if let Err(refusal) = permit(&standing, actor, now, *action) {
                    assert_eq!(decide(&ticket, actor, now, &facts, commands[0].clone()), Err(refusal));
                    continue;
                }
                let mut n_succeeded = 0;
                for command in &commands {
                    let Ok(events) = decide(&ticket, actor, now, &facts, command.clone()) else { continue };
                    assert!(!events.is_empty());
                    n_succeeded += 1;
                    let entries = events.into_iter().map(|event| Entry { at: now, by: actor.who, event });
                    let after = entries.fold(ticket.clone(), |ticket, entry| ticket.evolve(&entry));
                    let n_places = map.places.len();
                    let is_moved = after.standing() != standing || after.stage != ticket.stage;
                    let to = if is_moved { *known.entry(alike(&after)).or_insert(n_places) } else { from };
                    let holder = after.standing().holder;
                    let given_to = holder.filter(|holder| Some(*holder) != standing.holder);
                    if to == n_places {
                        map.places.push(after.standing());
                        ahead.push_back((to, after, now));
                    }
                    if steps_here.insert((by, to, *action, given_to)) {
                        map.steps.push(Step { by, from, to, action: *action, given_to });
                    }
                }
                // Watching and notes are of the ticket, not of its standing.
                let is_sure = !matches!(action, Action::Watch | Action::Unwatch | Action::HideNote);
                assert!(n_succeeded > 0 || !is_sure, "{action} is permitted and never succeeds: {standing:?}");
            }
        }
    }
    map
}

/// What is the same of tickets that stand alike.
fn alike(ticket: &Ticket) -> String {
    let standing = timeless(ticket.standing());
    let back: Option<&Stage> = ticket.way_back();
    format!("{standing:?}{back:?}")
}

fn timeless(standing: Standing) -> Standing {
    let waiting = standing.waiting.map(|waiting| Waiting { since: start(), reminded_at: start(), ..waiting });
    let reopenable_until: Option<Instant> = standing.reopenable_until.map(|_| start());
    Standing { waiting, reopenable_until, ..standing }
}

impl Map {
    /// The places from which no end is reached any more when these people are gone.
    fn stuck_without(&self, gone: &[usize]) -> Vec<usize> {
        let gone_people: Vec<_> = gone.iter().filter_map(|i| self.actors[*i].who.person()).collect();
        let is_left = |step: &&Step| {
            // Who is disabled neither acts nor is given a task; a denial may lead back to them.
            let is_assigned = matches!(step.action, Action::Escalate | Action::Reassign);
            let is_given_to_gone = is_assigned && step.given_to.is_some_and(|to| gone_people.contains(&to));
            !gone.contains(&step.by) && !is_given_to_gone
        };
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.places.len()];
        for step in self.steps.iter().filter(is_left) {
            before[step.to].push(step.from);
        }
        let mut ahead: Vec<usize> = (0..self.places.len()).filter(|i| self.places[*i].phase.is_end()).collect();
        let mut leads_to_end = vec![false; self.places.len()];
        ahead.iter().for_each(|i| leads_to_end[*i] = true);
        while let Some(at) = ahead.pop() {
            for from in &before[at] {
                if !leads_to_end[*from] {
                    leads_to_end[*from] = true;
                    ahead.push(*from);
                }
            }
        }
        (0..self.places.len()).filter(|i| !leads_to_end[*i]).collect()
    }

    fn assert_nothing_is_stuck_without(&self, gone: &[usize]) {
        let stuck = self.stuck_without(gone);
        let who: Vec<_> = gone.iter().map(|i| self.actors[*i].who).collect();
        assert!(stuck.is_empty(), "without {who:?} {} places are stuck, as {:?}", stuck.len(), self.places[stuck[0]]);
    }
}

#[test]
fn every_phase_and_every_outcome_is_reached() {
    let phases: BTreeSet<Phase> = MAP.places.iter().map(|place| place.phase).collect();
    assert_eq!(phases.len(), Phase::ALL.len());
    let closed = MAP.places.iter().filter(|place| place.phase == Phase::Closed);
    let outcomes: BTreeSet<Outcome> = closed.filter_map(|place| place.outcome).collect();
    assert_eq!(outcomes.len(), Outcome::ALL.len());
}

#[test]
fn the_flows_are_exactly_the_moves_that_decide_makes() {
    let moves = MAP.steps.iter().map(|step| (MAP.places[step.from].phase, step.action, MAP.places[step.to].phase));
    let moves: BTreeSet<_> = moves.filter(|(from, _, to)| from != to).collect();
    let flows: BTreeSet<_> = FLOWS.iter().filter_map(|flow| Some((flow.from?, flow.action?, flow.to))).collect();
    let unknown: Vec<_> = moves.difference(&flows).collect();
    let unused: Vec<_> = flows.difference(&moves).collect();
    assert!(unknown.is_empty() && unused.is_empty(), "moves that are no flows: {unknown:?}; flows that nothing makes: {unused:?}");
    assert_eq!(flows.len() + 1, FLOWS.len(), "each is there once, and the request");
}

#[test]
fn everybodys_every_action_is_somewhere_possible() {
    let done: BTreeSet<Action> = MAP.steps.iter().map(|step| step.action).collect();
    let never: Vec<_> = Action::ALL.iter().filter(|action| !done.contains(action)).collect();
    // Who watches is of the ticket, not of its standing: the first that stands so has no watchers yet.
    assert_eq!(never, [&Action::Unwatch]);
    let idle: Vec<&Actor> =
        MAP.actors.iter().enumerate().filter(|(i, _)| MAP.steps.iter().all(|step| step.by != *i)).map(|(_, a)| a).collect();
    assert_eq!(idle, [&auditor(), &admin()]);
}

#[test]
fn no_ticket_can_be_stuck() {
    MAP.assert_nothing_is_stuck_without(&[]);
}

/// Absent, disabled, or without their role: whoever it is, whatever they hold, others bring every ticket to an end.
#[test]
fn no_ticket_can_be_stuck_with_anybody() {
    for gone in 0..MAP.actors.len() {
        MAP.assert_nothing_is_stuck_without(&[gone]);
    }
}

#[test]
fn nor_with_any_two_as_long_as_somebody_of_each_level_is_there() {
    let levels = [Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead];
    for one in 0..MAP.actors.len() {
        for two in 0..one {
            let left = |role: Role| (0..MAP.actors.len()).any(|i| i != one && i != two && MAP.actors[i].has(role));
            if levels.into_iter().all(left) {
                MAP.assert_nothing_is_stuck_without(&[one, two]);
            }
        }
    }
}

#[test]
fn without_the_people_who_asked_it_ends_too() {
    let asked = [user(), colleague(), area_head(), system()];
    let gone: Vec<usize> = (0..MAP.actors.len()).filter(|i| asked.contains(&MAP.actors[*i])).collect();
    MAP.assert_nothing_is_stuck_without(&gone);
}

/// The same with what was passed since it was last reopened: law 7 for every way, not only for random ones.
#[test]
fn on_no_way_is_anything_closed_without_its_activities() {
    use EventName::*;
    let actors = [user(), help_desk(), support1(), support2(), it_head(), system()];
    let facts = facts();
    let activities = [
        ActionRecorded,
        SolutionRecorded,
        Escalated,
        VerificationNotNeeded,
        CoverageVerified,
        ProviderCoordinated,
        TechnicalReportSubmitted,
        ContractingApproved,
        ContractRecorded,
        ServiceProvided,
        ResolutionConfirmed,
        ContractingRejected,
    ];
    let is_small_talk = |action: &Action| {
        use Action::*;
        matches!(action, Attach | Watch | Unwatch | HideNote | CreateFromThis | LogTask | CorrectFacts | DraftReport | Reassign | Take)
    };
    let actions: Vec<Action> = Action::ALL.iter().copied().filter(|action| !is_small_talk(action)).collect();
    let passed = |entries: &[Entry]| {
        let reopened = entries.iter().rposition(|entry| entry.event.name() == Reopened).unwrap_or(0);
        let names: BTreeSet<EventName> = entries[reopened..].iter().map(|entry| entry.event.name()).collect();
        names.into_iter().filter(|name| activities.contains(name)).collect::<Vec<_>>()
    };
    let first = given([requested()]).entries();
    let mut known = BTreeSet::new();
    let mut closed_as: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut ahead = VecDeque::from([first]);
    while let Some(entries) = ahead.pop_front() {
        let ticket = Ticket::of(&entries).expect("it begins with a request");
        let standing = ticket.standing();
        let now = start() + TimeDelta::hours(25 * entries.len() as i64);
        for (actor, action) in actors.iter().flat_map(|actor| actions.iter().map(move |action| (actor, *action))) {
            if permit(&standing, actor, now, action).is_err() {
                continue;
            }
            for command in tries(action, &ticket, now) {
                let Ok(events) = decide(&ticket, actor, now, &facts, command) else { continue };
                let new = events.into_iter().map(|event| Entry { at: now, by: actor.who, event });
                let after: Vec<Entry> = entries.iter().cloned().chain(new).collect();
                let ticket = Ticket::of(&after).expect("it begins with a request");
                if !known.insert((alike(&ticket), passed(&after))) {
                    continue;
                }
                if let (Phase::Closed, Some(outcome)) = (ticket.standing().phase, ticket.standing().outcome) {
                    assert_eq!(missing_activities(&after), Vec::<String>::new(), "{after:?}");
                    *closed_as.entry(outcome).or_default() += 1;
                }
                ahead.push_back(after);
            }
        }
    }
    assert_eq!(closed_as.len(), Outcome::ALL.len(), "{closed_as:?}");
}
