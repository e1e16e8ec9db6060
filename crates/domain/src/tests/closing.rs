//! Activity 8, and the person's word on it: confirming, denying, reopening.

use chrono::TimeDelta;

use super::given::*;
use crate::actor::Role;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::ticket::{Outcome, Phase};
use crate::values::Kind;
use crate::{Action, Command};

fn solved_at_level_1() -> Given {
    given(on_the_way_to(Phase::Escalated1)).and([solved_by(&support1())]).stands_in(Phase::ToClose)
}

fn solved_at_level_2() -> Given {
    given(on_the_way_to(Phase::Escalated2)).and([solved_by(&support2())]).stands_in(Phase::ToClose)
}

fn solved_by_provider() -> Given {
    given(on_the_way_to(Phase::Verifying)).and([confirmed()]).stands_in(Phase::ToClose)
}

fn not_approved() -> Given {
    given(on_the_way_to(Phase::UnderEvaluation)).and([rejected()]).stands_in(Phase::ToClose)
}

fn unanswered_in(phase: Phase) -> Given {
    given(on_the_way_to(phase)).and([asked(), reminded(), reminded(), given_up()]).stands_in(Phase::ToClose)
}

fn close() -> Command {
    Command::Close {}
}

// Activity 8.

#[test]
fn any_assistant_of_the_desk_closes() {
    let until = now() + TimeDelta::days(10);
    for given in [given_in(Phase::ToClose), solved_at_level_1(), solved_by_provider(), unanswered_in(Phase::Escalated1)] {
        given.when(help_desk_2(), close()).then([Event::Closed { reopenable_until: Some(until) }]).stands_in(Phase::Closed);
    }
    not_approved().when(help_desk(), close()).then([Event::Closed { reopenable_until: None }]).stands_in(Phase::Closed);
}

#[test]
fn levels_1_and_2_close_what_they_solved() {
    solved_at_level_1().when(support1(), close()).leads_to(Phase::Closed);
    solved_at_level_2().when(support2(), close()).leads_to(Phase::Closed);
    solved_by_provider().when(support2(), close()).leads_to(Phase::Closed);
    let refusal = Refusal::NotYourRole { roles: vec![Role::HelpDesk] };
    solved_at_level_1().when(support1_2(), close()).refuses(refusal.clone());
    solved_at_level_2().when(support1(), close()).refuses(refusal.clone());
    for actor in [support2(), it_head(), user(), area_head(), auditor(), system()] {
        not_approved().when(actor, close()).refuses(refusal.clone());
    }
    let gave_up = given(on_the_way_to(Phase::Escalated1)).and([asked(), reminded(), reminded()]);
    let gave_up = gave_up.when(support1(), Command::GiveUpWaiting {}).leads_to(Phase::ToClose);
    gave_up.when(support1(), close()).refuses(refusal);
}

#[test]
fn it_is_closed_once() {
    given_in(Phase::Closed).when(help_desk(), close()).refuses(Refusal::AlreadyClosed);
    given_in(Phase::Closed).when(user(), withdraw()).refuses(Refusal::AlreadyClosed);
    let refusal = Refusal::NotNow { phase: Phase::Closed, action: Action::RecordSolution };
    given_in(Phase::Closed).when(help_desk(), record_solution()).refuses(refusal);
    let refusal = Refusal::NotNow { phase: Phase::InAttention, action: Action::Close };
    given_in(Phase::InAttention).when(help_desk(), close()).refuses(refusal);
}

#[test]
fn who_has_no_address_is_told_by_phone() {
    let past = || given([requested_by(&help_desk(), &contact()), categorised(Kind::Incident), solved_by(&help_desk())]);
    let closed = Event::Closed { reopenable_until: Some(now() + TimeDelta::days(10)) };
    let after = past().when(help_desk(), close()).then([closed.clone(), Event::PhoneNoticeDue {}]);
    assert!(after.standing().is_phone_notice_due);
    after.clone().when(support1(), Command::MarkInformedByPhone {}).refuses(Refusal::NotYourRole { roles: vec![Role::HelpDesk] });
    let told = after.when(help_desk_2(), Command::MarkInformedByPhone {}).then([Event::InformedByPhone {}]);
    told.when(help_desk(), Command::MarkInformedByPhone {}).refuses(Refusal::NothingToTell);
    // One call is enough for two notices.
    let due = past().and([by(&help_desk(), Event::PhoneNoticeDue {})]);
    due.when(help_desk(), close()).then([closed]);
}

#[test]
fn a_call_is_taken_solved_and_closed_in_one_request() {
    let given = asking(help_desk(), a_request()).succeeds();
    let commands = [categorise(Kind::Incident), record_solution(), close()];
    let events = crate::decide_all(&given.ticket(), &help_desk(), now(), &given.facts, commands).unwrap();
    let names: Vec<_> = events.iter().map(|event| event.name().name()).collect();
    assert_eq!(names, ["verified", "categorised", "solution_recorded", "closed"]);
}

// The person's word.

#[test]
fn the_person_confirms_once() {
    let confirm = || Command::ConfirmSolved {};
    for actor in [user(), colleague()] {
        let asked_by_colleague = given([requested_by(&colleague(), &user()), categorised(Kind::Occurrence), acted()]);
        let after = asked_by_colleague.when(actor.clone(), confirm()).then([Event::SolutionConfirmed {}]).stands_in(Phase::ToClose);
        assert!(after.standing().is_confirmed);
        after.when(actor, confirm()).refuses(Refusal::AlreadyConfirmed);
    }
    given_in(Phase::ToClose).when(help_desk(), confirm()).refuses(Refusal::NotRequester);
    given_in(Phase::ToClose).when(area_head(), confirm()).refuses(Refusal::NotRequester);
    not_approved().when(user(), confirm()).refuses(Refusal::NotThisOutcome { outcome: Outcome::NotApproved });
    unanswered_in(Phase::InAttention).when(user(), confirm()).refuses(Refusal::NotThisOutcome { outcome: Outcome::Unanswered });
}

#[test]
fn a_denial_leads_back_to_the_activity_and_the_person_that_solved_it() {
    solved_at_level_1().when(user(), deny()).leads_to(Phase::Escalated1).held_by(&support1());
    solved_at_level_2().when(user(), deny()).leads_to(Phase::Escalated2).held_by(&support2());
    let back = solved_by_provider().when(user(), deny()).leads_to(Phase::Verifying).held_by(&support2());
    back.when(support2(), return_to_provider(None)).leads_to(Phase::WithProvider);
    // At the desk anybody may solve it: it goes back to who did, not to who held it.
    let by_another = given(on_the_way_to(Phase::InAttention)).held_by(&help_desk()).and([solved_by(&help_desk_2())]);
    by_another.when(user(), deny()).leads_to(Phase::InAttention).held_by(&help_desk_2());
}

#[test]
fn who_asked_denies_or_the_desk_on_their_behalf() {
    given_in(Phase::ToClose).when(help_desk(), deny()).leads_to(Phase::InAttention);
    // Whoever said yes may find out better.
    given_in(Phase::ToClose).and([by(&user(), Event::SolutionConfirmed {})]).when(user(), deny()).leads_to(Phase::InAttention);
    for actor in [support1(), it_head(), area_head(), auditor(), system()] {
        given_in(Phase::ToClose).when(actor, deny()).refuses(Refusal::NotRequester);
    }
    not_approved().when(user(), deny()).refuses(Refusal::NotThisOutcome { outcome: Outcome::NotApproved });
    let refusal = Refusal::NotNow { phase: Phase::Closed, action: Action::DenySolved };
    given_in(Phase::Closed).when(user(), deny()).refuses(refusal);
}

#[test]
fn what_was_corrected_to_a_requirement_and_denied_is_recorded_or_attended() {
    let denied = given(on_the_way_to(Phase::ToClose))
        .when(help_desk(), correct_to(Kind::Requirement))
        .leads_to(Phase::ToClose)
        .when(user(), deny())
        .leads_to(Phase::InAttention);
    denied.clone().when(help_desk(), record_solution()).refuses(Refusal::RequirementHasNoAttention);
    denied.clone().when(help_desk(), record_action()).refuses(Refusal::RequirementHasNoAttention);
    denied.clone().when(help_desk(), escalate_to(&support1())).refuses(Refusal::RequirementHasNoAttention);
    denied.clone().when(help_desk(), correct_to(Kind::Requirement)).leads_to(Phase::Recorded);
    denied.when(help_desk(), correct_to(Kind::Incident)).succeeds().when(help_desk(), record_solution()).leads_to(Phase::ToClose);
}

#[test]
fn it_is_reopened_until_the_very_second() {
    let second = TimeDelta::seconds(1);
    let at = |at| given_in(Phase::Closed).at(at).when(user(), reopen());
    at(reopenable_until() - second).leads_to(Phase::InAttention).held_by_nobody();
    at(reopenable_until()).leads_to(Phase::InAttention);
    at(reopenable_until() + second).refuses(Refusal::ReopeningExpired { until: Some(reopenable_until()) });
    given_in(Phase::Closed)
        .at(reopenable_until() + second)
        .when(help_desk(), reopen())
        .refuses(Refusal::ReopeningExpired { until: Some(reopenable_until()) });
}

#[test]
fn who_asked_reopens_or_the_desk_on_their_behalf() {
    given_in(Phase::Closed).when(help_desk(), reopen()).leads_to(Phase::InAttention);
    for actor in [support1(), it_head(), area_head(), auditor()] {
        given_in(Phase::Closed).when(actor, reopen()).refuses(Refusal::NotRequester);
    }
    let past = [on_the_way_to(Phase::UnderEvaluation), vec![rejected(), closed_for_ever()]].concat();
    given(past).when(user(), reopen()).refuses(Refusal::NotThisOutcome { outcome: Outcome::NotApproved });
    let refusal = Refusal::NotNow { phase: Phase::Recorded, action: Action::Reopen };
    given_in(Phase::Recorded).when(user(), reopen()).refuses(refusal);
}

#[test]
fn a_reopened_ticket_is_worked_and_closed_again() {
    let reopened = given_in(Phase::Closed).when(user(), reopen()).leads_to(Phase::InAttention);
    assert_eq!((reopened.ticket().n_reopened, reopened.ticket().solved_at, reopened.ticket().closed_at), (1, None, None));
    let again = reopened.when(help_desk_2(), record_solution()).leads_to(Phase::ToClose).when(help_desk(), close()).leads_to(Phase::Closed);
    assert_eq!(again.ticket().closed_at, Some(now()));
}

#[test]
fn what_was_never_categorised_is_reopened_to_be() {
    let closed = unanswered_in(Phase::Requested).when(help_desk(), close()).leads_to(Phase::Closed);
    closed.clone().when(help_desk(), correct_to(Kind::Incident)).refuses(Refusal::NotCategorised);
    closed.when(user(), reopen()).leads_to(Phase::Requested).when(help_desk(), categorise(Kind::Incident)).leads_to(Phase::InAttention);
}

#[test]
fn the_window_is_the_agencys_to_set() {
    let closed_with = |days| {
        let given = given_in(Phase::ToClose).knowing(|facts| facts.rules.reopening_days = days);
        given.when(help_desk(), close()).succeeds().standing().reopenable_until
    };
    assert_eq!(closed_with(0), Some(now()));
    assert_eq!(closed_with(1), Some(now() + TimeDelta::days(1)));
    assert_eq!(closed_with(u32::MAX), Some(crate::Instant::MAX_UTC));
}

#[test]
fn every_end_says_when_it_came() {
    for phase in Phase::ALL {
        let ticket = given_in(*phase).ticket();
        assert_eq!(ticket.closed_at.is_some(), phase.is_end(), "{phase}");
        assert_eq!(ticket.solved_at.is_some(), matches!(phase, Phase::ToClose | Phase::Closed), "{phase}");
    }
    let back = given_in(Phase::Recorded).when(help_desk(), correct_to(Kind::Incident)).leads_to(Phase::InAttention);
    assert_eq!(back.ticket().closed_at, None);
}
