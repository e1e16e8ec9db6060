//! Activity 7: the provider's visits, and whether they solved it.

use chrono::TimeDelta;

use super::given::*;
use crate::actor::Role;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::ticket::{Outcome, Phase};

#[test]
fn a_visit_is_recorded_by_the_assignee_or_by_the_desk_that_got_the_call() {
    let provided =
        Event::ServiceProvided { visit: 1, served_at: now(), means: crate::Means::InPerson, what_was_done: t("Cambiaron la placa") };
    given_in(Phase::WithProvider)
        .when(support2(), serve_at(now()))
        .then([provided.clone()])
        .stands_in(Phase::Verifying)
        .held_by(&support2());
    given_in(Phase::WithProvider).when(help_desk(), serve_at(now())).then([provided]).held_by(&support2());
    let not_assignee = Refusal::NotAssignee { assignee: Some(id(&support2())) };
    given_in(Phase::WithProvider).when(support2_2(), serve_at(now())).refuses(not_assignee);
    let roles = vec![Role::Support2, Role::HelpDesk];
    given_in(Phase::WithProvider).when(it_head(), serve_at(now())).refuses(Refusal::NotYourRole { roles });
}

#[test]
fn a_visit_was_between_the_request_and_now() {
    let at = |at| given_in(Phase::WithProvider).when(support2(), serve_at(at));
    let second = TimeDelta::seconds(1);
    at(now() - second).succeeds();
    at(now()).succeeds();
    at(now() + second).refuses(Refusal::DateInFuture { field: "served_at".into() });
    at(start() + second).succeeds();
    at(start()).succeeds();
    at(start() - second).refuses(Refusal::DateBeforeRequest { field: "served_at".into() });
}

#[test]
fn a_visit_that_is_told_by_the_minute_of_the_request_was_not_before_it() {
    let received = start() + TimeDelta::seconds(30);
    let at = |at| given_in(Phase::WithProvider).received_at(received).when(support2(), serve_at(at));
    let provided =
        Event::ServiceProvided { visit: 1, served_at: received, means: crate::Means::InPerson, what_was_done: t("Cambiaron la placa") };
    at(start()).then([provided]);
    at(start() - TimeDelta::seconds(1)).refuses(Refusal::DateBeforeRequest { field: "served_at".into() });
}

#[test]
fn visits_are_counted_without_a_limit() {
    let mut given = given_in(Phase::WithProvider);
    for visit in 1..=5 {
        given = given.when(support2(), serve_at(now())).leads_to(Phase::Verifying);
        assert_eq!(given.ticket().n_visits, visit);
        given = given.when(support2(), return_to_provider(None)).leads_to(Phase::WithProvider);
    }
    let covered = given.standing().is_covered;
    assert!(covered, "it is still the same coverage");
}

#[test]
fn the_assignee_confirms_with_the_conformity() {
    let after = given_in(Phase::Verifying)
        .when(support2(), confirm_on(today()))
        .then([Event::ResolutionConfirmed { cause: None, solution: t("Imprime"), conformity: conformity() }])
        .stands_in(Phase::ToClose);
    assert_eq!((after.standing().outcome, after.standing().solver), (Some(Outcome::SolvedByProvider), Some(id(&support2()))));
    let not_assignee = Refusal::NotAssignee { assignee: Some(id(&support2())) };
    given_in(Phase::Verifying).when(support2_2(), confirm_on(today())).refuses(not_assignee.clone());
    given_in(Phase::Verifying).when(support2_2(), return_to_provider(None)).refuses(not_assignee);
    let not_role = Refusal::NotYourRole { roles: vec![Role::Support2] };
    given_in(Phase::Verifying).when(help_desk(), confirm_on(today())).refuses(not_role.clone());
    given_in(Phase::Verifying).when(user(), return_to_provider(None)).refuses(not_role);
}

#[test]
fn a_conformity_is_given_between_the_day_of_the_request_and_today_in_lima() {
    let day = TimeDelta::days(1);
    let on = |given: Given, on| given.when(support2(), confirm_on(on));
    on(given_in(Phase::Verifying), today()).succeeds();
    on(given_in(Phase::Verifying), today() + day).refuses(Refusal::DateInFuture { field: "conformity.given_on".into() });
    on(given_in(Phase::Verifying), today() - day).refuses(Refusal::DateBeforeRequest { field: "conformity.given_on".into() });
    // One second before midnight in Lima it is still today; a second later tomorrow has come.
    let midnight = "2025-09-11T05:00:00Z".parse().unwrap();
    let late = given_in(Phase::Verifying).at(midnight);
    on(late.clone().later(TimeDelta::seconds(-1)), today() + day).refuses(Refusal::DateInFuture { field: "conformity.given_on".into() });
    on(late, today() + day).succeeds();
}

#[test]
fn not_solved_it_goes_back_to_the_provider_who_is_told() {
    let returned = |told_at| Event::ReturnedToProvider { reason: t("Sigue igual"), means: crate::Means::Phone, told_at };
    given_in(Phase::Verifying).when(support2(), return_to_provider(None)).then([returned(now())]).stands_in(Phase::WithProvider);
    let at = |told_at| given_in(Phase::Verifying).when(support2(), return_to_provider(Some(told_at)));
    at(start()).then([returned(start())]);
    at(now() + TimeDelta::seconds(1)).refuses(Refusal::DateInFuture { field: "told_at".into() });
    at(start() - TimeDelta::seconds(1)).refuses(Refusal::DateBeforeRequest { field: "told_at".into() });
}

#[test]
fn a_providers_outcome_by_phone_is_one_request() {
    let given = given_in(Phase::WithProvider);
    let all =
        |actor: &crate::Actor, commands: [crate::Command; 2]| crate::decide_all(&given.ticket(), actor, now(), &given.facts, commands);
    assert_eq!(all(&support2(), [serve_at(now()), confirm_on(today())]).unwrap().len(), 2);
    assert_eq!(all(&support2(), [serve_at(now()), return_to_provider(None)]).unwrap().len(), 2);
    // The desk records the visit; whether it solved is the assignee's to say.
    let refusal = Refusal::NotYourRole { roles: vec![Role::Support2] };
    assert_eq!(all(&help_desk(), [serve_at(now()), confirm_on(today())]), Err((1, refusal)));
}
