//! Activities 3 and 4: attending, solving, escalating to a named person.

use super::given::*;
use crate::actor::Role;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::ticket::{Outcome, Phase};
use crate::values::Kind;
use crate::{Action, Command};

fn occurrence() -> Given {
    given([requested(), categorised(Kind::Occurrence)])
}

#[test]
fn any_assistant_of_the_desk_attends_an_occurrence() {
    let recorded = || [Event::ActionRecorded { action_taken: t("Se reinició la cola") }];
    occurrence().when(help_desk(), record_action()).then(recorded()).stands_in(Phase::ToClose);
    let after = occurrence().when(help_desk_2(), record_action()).then(recorded());
    assert_eq!((after.standing().outcome, after.standing().solver), (Some(Outcome::Attended), Some(id(&help_desk_2()))));
    occurrence().when(support1(), record_action()).refuses(Refusal::NotYourRole { roles: vec![Role::HelpDesk] });
}

#[test]
fn an_occurrence_has_an_action_and_an_incident_a_solution() {
    occurrence().when(help_desk(), record_solution()).refuses(Refusal::NotThisKind { kind: Kind::Occurrence });
    given_in(Phase::InAttention).when(help_desk(), record_action()).refuses(Refusal::NotThisKind { kind: Kind::Incident });
}

#[test]
fn an_occurrence_is_not_escalated() {
    occurrence().when(help_desk(), escalate_to(&support1())).refuses(Refusal::OccurrenceIsNotEscalated);
}

#[test]
fn an_occurrence_is_corrected_and_escalated_in_one_request() {
    let given = occurrence();
    let commands = [correct_to(Kind::Incident), escalate_to(&support1())];
    let events = crate::decide_all(&given.ticket(), &help_desk(), now(), &given.facts, commands).expect("it is the form's own way");
    assert!(matches!(events[..], [Event::CategoryCorrected { .. }, Event::Escalated { .. }]));
    let commands = [escalate_to(&support1()), correct_to(Kind::Incident)];
    let refusal = crate::decide_all(&given.ticket(), &help_desk(), now(), &given.facts, commands);
    assert_eq!(refusal, Err((0, Refusal::OccurrenceIsNotEscalated)));
}

#[test]
fn any_assistant_of_the_desk_solves_an_incident() {
    let after = given_in(Phase::InAttention).when(help_desk_2(), record_solution()).leads_to(Phase::ToClose);
    assert_eq!(after.standing().outcome, Some(Outcome::SolvedAtDesk));
    let only_desk = Refusal::NotYourRole { roles: vec![Role::HelpDesk] };
    for actor in [support1(), support2(), it_head(), user(), area_head(), auditor(), system()] {
        given_in(Phase::InAttention).when(actor, record_solution()).refuses(only_desk.clone());
    }
}

#[test]
fn before_it_is_categorised_nothing_is_attended() {
    for command in [record_action(), record_solution(), escalate_to(&support1())] {
        given_in(Phase::Requested).when(help_desk(), command).refuses(Refusal::NotCategorised);
    }
}

#[test]
fn a_requirement_is_not_attended() {
    for command in [record_action(), record_solution(), escalate_to(&support1())] {
        given_in(Phase::Recorded).when(help_desk(), command).refuses(Refusal::RequirementHasNoAttention);
    }
}

#[test]
fn the_desk_escalates_to_a_named_person_of_level_1() {
    given_in(Phase::InAttention)
        .when(help_desk_2(), escalate_to(&support1_2()))
        .then([Event::Escalated { to: id(&support1_2()), handover: t("Se cambió el tóner") }])
        .stands_in(Phase::Escalated1)
        .held_by(&support1_2());
}

#[test]
fn the_named_person_works_at_the_level_and_is_there() {
    let refuses = |to: &crate::Actor, refusal| given_in(Phase::InAttention).when(help_desk(), escalate_to(to)).refuses(refusal);
    refuses(&support2(), Refusal::AssigneeLacksRole { person: id(&support2()), role: Role::Support1 });
    refuses(&user(), Refusal::AssigneeLacksRole { person: id(&user()), role: Role::Support1 });
    refuses(&disabled(), Refusal::AssigneeDisabled { person: id(&disabled()) });
    let unknown = Command::Escalate { to: person(999), handover: t("¿?") };
    given_in(Phase::InAttention).when(help_desk(), unknown).refuses(Refusal::PersonUnknown { field: "to".into() });
}

#[test]
fn one_may_escalate_to_oneself_if_one_holds_the_role() {
    let both = with(help_desk(), &[Role::Support1]);
    let learn = |facts: &mut crate::Facts| facts.people.get_mut(&id(&help_desk())).unwrap().roles.extend([Role::Support1]);
    let given = given_in(Phase::InAttention).knowing(learn);
    let after = given.when(both.clone(), escalate_to(&both)).leads_to(Phase::Escalated1).held_by(&both);
    after.when(both, record_solution()).leads_to(Phase::ToClose);
}

#[test]
fn only_the_assignee_solves_at_level_1() {
    let after = given_in(Phase::Escalated1).when(support1(), record_solution()).leads_to(Phase::ToClose);
    assert_eq!((after.standing().outcome, after.standing().solver), (Some(Outcome::SolvedAtLevel1), Some(id(&support1()))));
    let not_assignee = Refusal::NotAssignee { assignee: Some(id(&support1())) };
    given_in(Phase::Escalated1).when(support1_2(), record_solution()).refuses(not_assignee);
    let not_role = Refusal::NotYourRole { roles: vec![Role::Support1] };
    for actor in [help_desk(), support2(), it_head(), user(), auditor()] {
        given_in(Phase::Escalated1).when(actor, record_solution()).refuses(not_role.clone());
    }
}

#[test]
fn an_assignee_who_lost_the_role_does_not_act() {
    let moved = with(without(support1(), Role::Support1), &[Role::Support2]);
    given_in(Phase::Escalated1).when(moved, record_solution()).refuses(Refusal::NotYourRole { roles: vec![Role::Support1] });
    given_in(Phase::Escalated1).when(without(support1(), Role::Support1), record_solution()).refuses(Refusal::NotVisible);
}

#[test]
fn the_assignee_escalates_to_a_named_person_of_level_2() {
    given_in(Phase::Escalated1).when(support1(), escalate_to(&support2())).leads_to(Phase::Escalated2).held_by(&support2());
    let wrong = Refusal::AssigneeLacksRole { person: id(&support1_2()), role: Role::Support2 };
    given_in(Phase::Escalated1).when(support1(), escalate_to(&support1_2())).refuses(wrong);
    let not_assignee = Refusal::NotAssignee { assignee: Some(id(&support1())) };
    given_in(Phase::Escalated1).when(support1_2(), escalate_to(&support2())).refuses(not_assignee);
}

#[test]
fn there_is_no_level_3() {
    let refusal = Refusal::NotNow { phase: Phase::Escalated2, action: Action::Escalate };
    given_in(Phase::Escalated2).when(support2(), escalate_to(&support2_2())).refuses(refusal);
}

#[test]
fn tasks_are_logged_by_whoever_may_act_there() {
    let logs = |phase, actor: crate::Actor| {
        let after = given_in(phase).when(actor, log_task()).leads_to(phase);
        assert!(after.ticket().notes.last().unwrap().is_internal);
    };
    logs(Phase::InAttention, help_desk_2());
    logs(Phase::Escalated1, support1());
    logs(Phase::Escalated2, support2());
    logs(Phase::WithProvider, support2());
    logs(Phase::WithProvider, help_desk());
    logs(Phase::UnderEvaluation, support2());
    logs(Phase::UnderEvaluation, it_head());
    logs(Phase::Contracting, it_head_2());
    logs(Phase::Verifying, support2());
    given_in(Phase::Escalated1).when(help_desk(), log_task()).refuses(Refusal::NotYourRole { roles: vec![Role::Support1] });
    for phase in [Phase::Requested, Phase::ToClose, Phase::Closed] {
        given_in(phase).when(help_desk(), log_task()).refuses(Refusal::NotNow { phase, action: Action::LogTask });
    }
}

#[test]
fn a_solution_ends_the_waiting() {
    let waiting = given([requested(), categorised(Kind::Incident), asked()]);
    assert!(waiting.standing().waiting.is_some());
    let after = waiting.when(help_desk(), record_solution()).leads_to(Phase::ToClose);
    assert_eq!(after.standing().waiting, None);
    // And a denial does not bring it back.
    assert_eq!(after.when(user(), deny()).leads_to(Phase::InAttention).standing().waiting, None);
}
