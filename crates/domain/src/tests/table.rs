//! `permit` compared with permissions.txt: every standing × everybody × every action.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::given::*;
use crate::actor::{Actor, Role};
use crate::command::Action;
use crate::event::Event;
use crate::permit::{level_of, permit};
use crate::ticket::{Phase, Standing};
use crate::values::{Instant, Kind};

type Word = &'static str;

/// The rules of one standing: who may do each action.
type Rules = BTreeMap<Action, BTreeSet<Word>>;

/// The text's parts by their titles.
fn parts() -> BTreeMap<Word, Rules> {
    let mut parts: BTreeMap<Word, Rules> = BTreeMap::new();
    let mut title = "";
    let lines = include_str!("permissions.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        if let Some(name) = line.strip_prefix("== ") {
            title = name;
            assert!(parts.insert(title, Rules::new()).is_none(), "{title} is there twice");
        } else {
            let mut words = line.split_whitespace();
            let action: Action = words.next().and_then(|name| name.parse().ok()).unwrap_or_else(|| panic!("what is «{line}»?"));
            let before = parts.entry(title).or_default().insert(action, words.collect());
            assert!(before.is_none(), "{title}: {action} is there twice");
        }
    }
    parts
}

/// A ticket that a colleague asked for, in the standing that a title names.
fn standing(title: &str) -> (Standing, Instant) {
    let author = it_head_2();
    let level_2 = || on_the_way_to(Phase::Escalated2);
    let reported = || [level_2(), vec![submitted_by(&author)]].concat();
    let past = match title {
        "requested, waiting, reminded a day ago" => vec![requested(), asked(), reminded()],
        "in_attention, an occurrence" => vec![requested(), categorised(Kind::Occurrence)],
        "escalated2, waiting, all reminders sent" => [level_2(), vec![asked(), reminded(), reminded()]].concat(),
        "with_provider, by contract" => [reported(), vec![approved(), contracted()]].concat(),
        "under_evaluation" => reported(),
        "contracting" => [reported(), vec![approved()]].concat(),
        "to_close, solved at level 1" => [on_the_way_to(Phase::Escalated1), vec![solved_by(&support1())]].concat(),
        "to_close, confirmed" => [on_the_way_to(Phase::ToClose), vec![by(&user(), Event::SolutionConfirmed {})]].concat(),
        "to_close, not approved" => [reported(), vec![rejected()]].concat(),
        "to_close, unanswered" => [level_2(), vec![asked(), given_up()]].concat(),
        "closed, not approved" => [reported(), vec![rejected(), closed_for_ever()]].concat(),
        "recorded, to be told by phone" => [on_the_way_to(Phase::Recorded), vec![by(&help_desk(), Event::PhoneNoticeDue {})]].concat(),
        other => on_the_way_to(phase(other)),
    };
    let mut past = past;
    past[0] = requested_by(&colleague(), &user());
    let given = given(past).stands_in(phase(title));
    let now = match title {
        "closed, after the window" => reopenable_until() + TimeDelta::seconds(1),
        _ => start() + TimeDelta::hours(48),
    };
    (given.standing(), now)
}

/// A title begins with its phase.
fn phase(title: &str) -> Phase {
    let name = title.split(',').next().unwrap_or(title);
    name.parse().unwrap_or_else(|_| panic!("{name} is no phase"))
}

/// Everybody with the words that name them here.
fn everybody(standing: &Standing) -> Vec<(Actor, BTreeSet<Word>)> {
    let words = |actor: &Actor| {
        let mut words = BTreeSet::new();
        words.extend(actor.has(Role::HelpDesk).then_some("desk"));
        words.extend(actor.has(Role::Support1).then_some("support1"));
        words.extend(actor.has(Role::Support2).then_some("support2"));
        let is_level = actor.has(level_of(standing.phase)) && standing.holder.is_some();
        words.extend(is_level.then_some(if actor.is(standing.holder) { "holder" } else { "level" }));
        let is_solver = actor.is(standing.solver) && actor.has(Role::Support1);
        words.extend(is_solver.then_some("solver"));
        words
    };
    let named = |actor: Actor, word: Word| (actor, BTreeSet::from([word]));
    let mut all: Vec<_> = [help_desk(), help_desk_2(), support1(), support1_2(), support2(), without(support2_2(), Role::ItHead)]
        .into_iter()
        .map(|actor| (actor.clone(), words(&actor)))
        .collect();
    all.extend([
        named(it_head(), "it_head"),
        named(it_head_2(), "own_head"),
        named(user(), "requester"),
        named(colleague(), "creator"),
        named(area_head(), "head"),
        named(auditor(), "auditor"),
        named(admin(), "admin"),
        named(other_user(), "other"),
        named(system(), "system"),
    ]);
    all
}

#[test]
fn permit_is_the_table() {
    let parts = parts();
    let everywhere = &parts["everywhere"];
    let mut wrong = Vec::new();
    for (title, rules) in parts.iter().filter(|(title, _)| **title != "everywhere") {
        let (standing, now) = standing(title);
        for (actor, words) in everybody(&standing) {
            for action in Action::ALL {
                let may = [rules, everywhere].iter().filter_map(|rules| rules.get(action)).flatten().any(|word| words.contains(word));
                let answer = permit(&standing, &actor, now, *action);
                if answer.is_ok() != may {
                    wrong.push(format!("{title}: {action} by {words:?} should be {may}, is {answer:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_leaves_out_no_phase_no_role_and_no_action() {
    let parts = parts();
    let titles: BTreeSet<Phase> = parts.keys().filter(|title| **title != "everywhere").map(|title| phase(title)).collect();
    assert_eq!(titles.len(), Phase::ALL.len());
    let actions: BTreeSet<Action> = parts.values().flat_map(|rules| rules.keys().copied()).collect();
    let unsaid: Vec<_> = Action::ALL.iter().filter(|action| !actions.contains(action)).collect();
    assert!(unsaid.is_empty(), "{unsaid:?} is never permitted");
    let (standing, _) = standing("escalated1");
    let roles: BTreeSet<Role> = everybody(&standing).into_iter().flat_map(|(actor, _)| actor.roles).collect();
    assert_eq!(roles.len(), Role::ALL.len());
    let known =
        ["holder", "level", "solver", "desk", "support1", "support2", "it_head", "own_head", "requester", "creator", "head", "system"];
    let words: BTreeSet<Word> = parts.values().flat_map(|rules| rules.values().flatten().copied()).collect();
    assert!(words.iter().all(|word| known.contains(word)), "{words:?}: neither the auditor nor an admin nor another user acts");
}

/// Section 7 as data and the table say the same thing twice: a role that an activity names has something to do in its phases.
#[test]
fn the_roles_of_the_activities_are_those_that_permit_knows() {
    let acts = |standing: &Standing, now: Instant, role: Role| {
        let mut people = everybody(standing).into_iter().map(|(actor, _)| actor).filter(|actor| actor.has(role));
        let written = Action::ALL.iter().filter(|action| action.is_written() && **action != Action::LogTask);
        people.any(|actor| written.clone().any(|action| permit(standing, &actor, now, *action).is_ok()))
    };
    for activity in &crate::procedure::ACTIVITIES {
        for (role, phase) in activity.roles.iter().flat_map(|role| activity.phases.iter().map(move |phase| (*role, *phase))) {
            let solved_at_level_2 = given(on_the_way_to(Phase::Escalated2)).and([solved_by(&support2())]).standing();
            let titles: Vec<Word> = parts().into_keys().filter(|title| *title != "everywhere" && self::phase(title) == phase).collect();
            let does = titles.into_iter().map(standing).any(|(standing, now)| acts(&standing, now, role))
                || (phase == Phase::ToClose && acts(&solved_at_level_2, now(), role));
            assert!(does, "activity {}: {role} does nothing in {phase}", activity.number);
        }
    }
}
