//! Activity 6: the head of IT's decision, telling the user area's head, and the contract.

use chrono::TimeDelta;

use super::given::*;
use crate::actor::Role;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::report::Communication;
use crate::ticket::{Outcome, Phase};
use crate::{Action, Command, Means};

fn give_back() -> Command {
    Command::ReturnReport { remarks: t("Falta el costo") }
}

#[test]
fn a_head_of_it_approves() {
    given_in(Phase::UnderEvaluation)
        .when(it_head(), approve())
        .then([Event::ContractingApproved { grounds: t("Procede") }])
        .stands_in(Phase::Contracting)
        .held_by(&support2());
    given_in(Phase::UnderEvaluation).when(it_head_2(), approve()).leads_to(Phase::Contracting);
    for actor in [support2(), help_desk(), support1(), user(), area_head(), auditor(), system()] {
        given_in(Phase::UnderEvaluation).when(actor, approve()).refuses(Refusal::NotYourRole { roles: vec![Role::ItHead] });
    }
}

#[test]
fn a_rejection_tells_the_areas_head_by_name_and_post() {
    let after = given_in(Phase::UnderEvaluation).when(it_head(), reject(communication_to(None))).then([
        Event::ContractingRejected { grounds: t("No procede") },
        Event::AreaHeadTold {
            person: id(&area_head()),
            name: l("Persona 14"),
            post: Some(l("Directora")),
            area: sales(),
            text: t("No procede la contratación"),
            means: Means::Email,
            told_at: now(),
        },
    ]);
    let standing = after.stands_in(Phase::ToClose).standing();
    assert_eq!((standing.outcome, standing.solver), (Some(Outcome::NotApproved), None));
}

fn told(given: Given, communication: Communication) -> (crate::PersonId, crate::AreaId) {
    let events = given.when(it_head(), reject(communication)).answer.expect("there is a head");
    match &events[1] {
        Event::AreaHeadTold { person, area, .. } => (*person, *area),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_head_the_next_one_above_is_told() {
    let in_under = given_in(Phase::UnderEvaluation)
        .and([by(&help_desk(), Event::FactsCorrected { facts: crate::FactsPatch { area: Some(under_sales()), ..Default::default() } })]);
    assert_eq!(told(in_under.clone(), communication_to(None)), (id(&area_head()), sales()));
    let left = in_under.knowing(|facts| facts.people.get_mut(&id(&area_head())).unwrap().is_active = false);
    assert_eq!(told(left, communication_to(None)), (id(&director()), root()));
}

#[test]
fn another_head_above_may_be_told_and_nobody_else() {
    assert_eq!(told(given_in(Phase::UnderEvaluation), communication_to(Some(&director()))), (id(&director()), root()));
    let refusal = |to| Refusal::NotAnAreaHead { person: id(to) };
    for to in [&other_head(), &user(), &disabled()] {
        given_in(Phase::UnderEvaluation).when(it_head(), reject(communication_to(Some(to)))).refuses(refusal(to));
    }
}

#[test]
fn where_nobody_heads_there_is_nobody_to_tell() {
    let empty = |facts: &mut crate::Facts| facts.areas.values_mut().for_each(|area| area.head = None);
    given_in(Phase::UnderEvaluation)
        .knowing(empty)
        .when(it_head(), reject(communication_to(None)))
        .refuses(Refusal::NoAreaHead { area: sales() });
}

#[test]
fn areas_in_a_ring_hang_nothing() {
    let ring = |facts: &mut crate::Facts| {
        facts.areas.values_mut().for_each(|area| area.head = None);
        facts.areas.get_mut(&root()).unwrap().parent = Some(sales());
    };
    given_in(Phase::UnderEvaluation)
        .knowing(ring)
        .when(it_head(), reject(communication_to(None)))
        .refuses(Refusal::NoAreaHead { area: sales() });
}

#[test]
fn one_is_told_between_the_request_and_now() {
    let at = |told_at| {
        let communication = Communication { told_at: Some(told_at), ..communication_to(None) };
        given_in(Phase::UnderEvaluation).when(it_head(), reject(communication))
    };
    let field = || String::from("communication.told_at");
    let second = TimeDelta::seconds(1);
    at(now()).succeeds();
    at(start()).succeeds();
    at(now() + second).refuses(Refusal::DateInFuture { field: field() });
    at(start() - second).refuses(Refusal::DateBeforeRequest { field: field() });
}

#[test]
fn nobody_evaluates_their_own_report() {
    let own = || given(on_the_way_to(Phase::Escalated2)).and([submitted_by(&support2_2())]);
    for command in [approve(), reject(communication_to(None)), give_back()] {
        own().when(support2_2(), command.clone()).refuses(Refusal::OwnReport);
        own().when(it_head(), command).succeeds();
    }
    // Once it is approved, recording the contract evaluates nothing.
    own().and([approved()]).when(support2_2(), record_contract()).leads_to(Phase::WithProvider);
}

#[test]
fn a_report_that_failed_to_be_contracted_is_still_its_authors() {
    let failed = given(on_the_way_to(Phase::Escalated2))
        .and([submitted_by(&support2_2()), approved()])
        .when(it_head(), Command::ContractingFailed { reason: t("Quedó desierto") })
        .leads_to(Phase::UnderEvaluation);
    failed.clone().when(support2_2(), approve()).refuses(Refusal::OwnReport);
    failed.when(it_head_2(), approve()).leads_to(Phase::Contracting);
}

#[test]
fn a_report_is_returned_with_remarks_and_raised_again() {
    let returned = given_in(Phase::UnderEvaluation).when(it_head(), give_back()).leads_to(Phase::Escalated2).held_by(&support2());
    // What was raised is the draft now.
    returned.when(support2(), submit(Default::default())).leads_to(Phase::UnderEvaluation);
    given_in(Phase::UnderEvaluation).when(support2(), give_back()).refuses(Refusal::NotYourRole { roles: vec![Role::ItHead] });
}

#[test]
fn its_author_takes_a_report_back() {
    let take_back = Command::WithdrawReport {};
    given_in(Phase::UnderEvaluation).when(support2(), take_back.clone()).leads_to(Phase::Escalated2).held_by(&support2());
    for actor in [support2_2(), it_head(), help_desk(), user(), auditor(), system()] {
        given_in(Phase::UnderEvaluation).when(actor, take_back.clone()).refuses(Refusal::NotReportAuthor);
    }
    // Also when it was given to another since, who then holds it.
    let given_away = given_in(Phase::UnderEvaluation).when(help_desk(), reassign_to(&support2_2())).succeeds();
    given_away.clone().when(support2_2(), take_back.clone()).refuses(Refusal::NotReportAuthor);
    given_away.when(support2(), take_back.clone()).leads_to(Phase::Escalated2).held_by(&support2_2());
    // The one head of IT who wrote it and works at level 2 no more is not stuck with it.
    let own = given(on_the_way_to(Phase::Escalated2)).and([submitted_by(&support2_2())]);
    own.when(without(support2_2(), Role::Support2), take_back.clone()).leads_to(Phase::Escalated2);
    // An author who left IT and asked for it themselves is a requester like any.
    let past = [requested_by(&support2(), &support2()), submitted_by(&support2())];
    given(past).when(without(support2(), Role::Support2), take_back).refuses(Refusal::NotReportAuthor);
}

#[test]
fn the_contract_is_recorded_by_the_assignee_or_a_head_of_it() {
    let recorded = || [Event::ContractRecorded { provider: provider(2), reference: l("OS-2025-14"), expected_on: None }];
    for actor in [support2(), it_head(), it_head_2()] {
        let after = given_in(Phase::Contracting).when(actor, record_contract()).then(recorded()).stands_in(Phase::WithProvider);
        assert!(!after.standing().is_covered);
        after.held_by(&support2());
    }
    let other = without(support2_2(), Role::ItHead);
    given_in(Phase::Contracting).when(other, record_contract()).refuses(Refusal::NotAssignee { assignee: Some(id(&support2())) });
    let roles = vec![Role::Support2, Role::ItHead];
    given_in(Phase::Contracting).when(help_desk(), record_contract()).refuses(Refusal::NotYourRole { roles });
    let forget = |facts: &mut crate::Facts| facts.providers.clear();
    given_in(Phase::Contracting).knowing(forget).when(it_head(), record_contract()).refuses(Refusal::ProviderUnknown);
}

#[test]
fn a_contracting_that_failed_is_evaluated_again() {
    let failed = || Command::ContractingFailed { reason: t("Quedó desierto") };
    given_in(Phase::Contracting).when(support2(), failed()).leads_to(Phase::UnderEvaluation).held_by(&support2());
    let after = given_in(Phase::Contracting).when(it_head(), failed()).leads_to(Phase::UnderEvaluation);
    after.when(it_head(), reject(communication_to(None))).leads_to(Phase::ToClose);
    let refusal = Refusal::NotNow { phase: Phase::WithProvider, action: Action::ContractingFailed };
    given_in(Phase::WithProvider).when(it_head(), failed()).refuses(refusal);
}
