//! What the written procedure does not have.

use chrono::TimeDelta;

use super::given::*;
use crate::actor::Role;
use crate::event::Event;
use crate::permit::REMINDER_SECONDS;
use crate::refusal::Refusal;
use crate::ticket::{Outcome, Phase};
use crate::values::{DiscardReason, Kind};
use crate::{Action, Command, FactsPatch};

const ALL_IT: [Role; 4] = [Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead];

fn only_desk() -> Refusal {
    Refusal::NotYourRole { roles: vec![Role::HelpDesk] }
}

// The conversation.

#[test]
fn who_sees_it_writes_but_the_auditor_in_any_phase() {
    for phase in Phase::ALL {
        for actor in [user(), area_head(), director(), help_desk_2(), support1_2(), support2(), it_head()] {
            given_in(*phase).when(actor.clone(), comment()).leads_to(*phase);
            given_in(*phase).when(actor, attach(&[1])).leads_to(*phase);
        }
        for actor in [auditor(), system()] {
            let refusal = Refusal::NotYourRole { roles: vec![Role::User, Role::HelpDesk] };
            for command in [comment(), attach(&[1]), Command::Watch {}, Command::Unwatch {}, hide("1")] {
                given_in(*phase).when(actor.clone(), command).refuses(refusal.clone());
            }
        }
        for actor in [admin(), other_user(), other_head(), colleague(), contact()] {
            given_in(*phase).when(actor, comment()).refuses(Refusal::NotVisible);
        }
    }
}

#[test]
fn an_auditor_who_heads_another_area_writes_in_it_only() {
    let both = with(other_head(), &[Role::Auditor]);
    let refusal = Refusal::NotYourRole { roles: vec![Role::User, Role::HelpDesk] };
    given_in(Phase::InAttention).when(both, comment()).refuses(refusal);
    given_in(Phase::InAttention).when(with(area_head(), &[Role::Auditor]), comment()).succeeds();
}

#[test]
fn a_contact_without_roles_writes_on_what_it_asked_for() {
    let asked_by_phone = given([requested_by(&help_desk(), &contact())]);
    asked_by_phone.clone().when(contact(), comment()).succeeds();
    asked_by_phone.clone().when(contact(), withdraw()).leads_to(Phase::Withdrawn);
    asked_by_phone.when(contact(), internal_comment()).refuses(Refusal::NotYourRole { roles: ALL_IT.to_vec() });
}

#[test]
fn only_it_writes_internally() {
    for actor in [help_desk(), support1_2(), support2(), it_head()] {
        let after = given_in(Phase::InAttention).when(actor, internal_comment()).succeeds();
        assert!(after.ticket().notes.last().unwrap().is_internal);
    }
    let refusal = Refusal::NotYourRole { roles: ALL_IT.to_vec() };
    for actor in [user(), area_head()] {
        given_in(Phase::InAttention).when(actor.clone(), internal_comment()).refuses(refusal.clone());
        let attach = Command::Attach { files: vec![file(1)], is_internal: true };
        given_in(Phase::InAttention).when(actor, attach).refuses(refusal.clone());
    }
}

#[test]
fn files_are_the_callers_and_each_is_named_once() {
    let given = || given_in(Phase::InAttention);
    given().when(user(), attach(&[1, 2])).succeeds();
    given().when(user(), attach(&[])).refuses(Refusal::NoFiles);
    given().when(user(), attach(&[9])).refuses(Refusal::FileUnknown { file: file(9) });
    given().when(user(), attach(&[1, 1])).refuses(Refusal::FileUnknown { file: file(1) });
    let many = |n: i64| attach(&(1..=n).collect::<Vec<_>>());
    let know = |facts: &mut crate::Facts| facts.files = (1..=20).map(file).collect();
    given().knowing(know).when(user(), many(9)).succeeds();
    given().knowing(know).when(user(), many(10)).succeeds();
    given().knowing(know).when(user(), many(11)).refuses(Refusal::TooManyFiles { max: 10 });
}

#[test]
fn a_file_is_part_of_one_line_also_in_one_request() {
    let given = given_in(Phase::InAttention);
    let all = |commands: [Command; 2]| crate::decide_all(&given.ticket(), &user(), now(), &given.facts, commands);
    assert!(all([attach(&[1]), attach(&[2])]).is_ok());
    assert_eq!(all([attach(&[1]), attach(&[1])]), Err((1, Refusal::FileUnknown { file: file(1) })));
}

#[test]
fn one_watches_once() {
    let watched = given_in(Phase::InAttention).when(user(), Command::Watch {}).then([Event::Watched {}]);
    watched.clone().when(user(), Command::Watch {}).refuses(Refusal::AlreadyWatching);
    watched.clone().when(area_head(), Command::Watch {}).succeeds();
    let unwatched = watched.when(user(), Command::Unwatch {}).then([Event::Unwatched {}]);
    unwatched.when(user(), Command::Unwatch {}).refuses(Refusal::NotWatching);
}

#[test]
fn a_note_is_hidden_by_its_author_or_the_desk() {
    let noted = given_in(Phase::InAttention).when(user(), comment()).succeeds();
    let number = noted.ticket().notes.last().unwrap().number.to_string();
    noted.clone().when(area_head(), hide(&number)).refuses(Refusal::NotYourNote);
    noted.clone().when(support1(), hide(&number)).refuses(Refusal::NotYourNote);
    noted.clone().when(help_desk(), hide(&number)).succeeds();
    let hidden = noted.clone().when(user(), hide(&number)).succeeds();
    hidden.clone().when(user(), hide(&number)).refuses(Refusal::AlreadyHidden);
    assert!(hidden.ticket().notes.last().unwrap().is_hidden);
    noted.when(user(), hide("99")).refuses(Refusal::NoteUnknown { number: "99".parse().unwrap() });
    // What was said in the request may hold a password, too; what moved the ticket is no note.
    given_in(Phase::InAttention).when(user(), hide("1")).succeeds();
    given_in(Phase::InAttention).when(help_desk(), hide("2")).refuses(Refusal::NoteUnknown { number: "2".parse().unwrap() });
}

#[test]
fn an_internal_note_does_not_exist_for_who_is_not_of_it() {
    let noted = given_in(Phase::Escalated1).when(support1(), internal_comment()).succeeds();
    let number = noted.ticket().notes.last().unwrap().number;
    noted.clone().when(user(), hide(&number.to_string())).refuses(Refusal::NoteUnknown { number });
    noted.clone().when(area_head(), hide(&number.to_string())).refuses(Refusal::NoteUnknown { number });
    // Not even for its author, who asked for this ticket and left IT.
    let own = given([requested_by(&support1(), &support1())]).when(support1(), internal_comment()).succeeds();
    let number = own.ticket().notes.last().unwrap().number;
    own.clone().when(without(support1(), Role::Support1), hide(&number.to_string())).refuses(Refusal::NoteUnknown { number });
    let hidden = own.when(support1(), hide(&number.to_string())).answer.unwrap();
    assert!(hidden[0].is_internal(), "that it was hidden betrays nothing either");
    noted.when(support1_2(), hide("1.1")).refuses(Refusal::NoteUnknown { number: "1.1".parse().unwrap() });
}

// Waiting for the person.

fn waiting() -> Given {
    given_in(Phase::InAttention).and([asked()])
}

#[test]
fn the_desk_or_the_holder_asks_once() {
    let asked = || [Event::PersonAsked { question: t("¿Qué modelo es?"), n_reminders: 2 }];
    given_in(Phase::Requested).when(help_desk(), ask()).then(asked()).stands_in(Phase::Requested);
    given_in(Phase::Escalated1).when(support1(), ask()).then(asked());
    given_in(Phase::Verifying).when(support2(), ask()).then(asked());
    given_in(Phase::Verifying).when(help_desk(), ask()).then(asked());
    given_in(Phase::Escalated1).when(support1_2(), ask()).refuses(Refusal::NotAssignee { assignee: Some(id(&support1())) });
    given_in(Phase::Escalated1).when(user(), ask()).refuses(only_desk());
    waiting().when(help_desk_2(), ask()).refuses(Refusal::AlreadyWaiting);
    for phase in [Phase::WithProvider, Phase::UnderEvaluation, Phase::Contracting, Phase::ToClose, Phase::Closed] {
        given_in(phase).when(help_desk(), ask()).refuses(Refusal::NotNow { phase, action: Action::AskPerson });
    }
}

#[test]
fn any_answer_of_the_person_ends_the_waiting() {
    let answered = |command| waiting().when(user(), command).succeeds().standing();
    assert_eq!(answered(comment()).waiting, None);
    assert_eq!(answered(attach(&[1])).waiting, None);
    let events = waiting().when(user(), comment()).answer.unwrap();
    assert_eq!(events[1], Event::PersonAnswered {});
    // Who created it for them answers for them; others do not.
    let by_colleague = given([requested_by(&colleague(), &user()), categorised(Kind::Incident), asked()]);
    assert_eq!(by_colleague.when(colleague(), comment()).succeeds().standing().waiting, None);
    for actor in [area_head(), help_desk(), it_head()] {
        assert!(waiting().when(actor, comment()).succeeds().standing().waiting.is_some());
    }
    // The desk that took the call is the creator, and does not answer itself.
    let by_desk = given([requested_by(&help_desk(), &user()), categorised(Kind::Incident), asked()]);
    assert!(by_desk.when(help_desk(), comment()).succeeds().standing().waiting.is_some());
}

#[test]
fn who_works_in_it_and_asked_for_it_answers_in_public_and_notes_internally() {
    let own = given([requested_by(&help_desk(), &help_desk()), categorised(Kind::Incident), asked()]);
    assert!(own.clone().when(help_desk(), internal_comment()).succeeds().standing().waiting.is_some());
    assert_eq!(own.when(help_desk(), comment()).succeeds().standing().waiting, None);
}

#[test]
fn after_a_call_the_desk_or_the_holder_goes_on() {
    let resume = || Command::Resume { note: Some(t("Llamó: es la M402")) };
    let after = waiting().when(help_desk_2(), resume()).then([Event::Resumed { note: Some(t("Llamó: es la M402")) }]);
    assert_eq!(after.standing().waiting, None);
    waiting().when(support1(), resume()).refuses(Refusal::NotAssignee { assignee: Some(id(&help_desk())) });
    given_in(Phase::InAttention).when(help_desk(), resume()).refuses(Refusal::NotWaiting);
}

#[test]
fn one_reminder_a_day_by_the_clock_or_by_hand() {
    let asked_at = start() + TimeDelta::minutes(2);
    let until = asked_at + TimeDelta::seconds(REMINDER_SECONDS);
    let remind = || Command::Remind {};
    let second = TimeDelta::seconds(1);
    for actor in [system(), help_desk_2()] {
        waiting().at(until - second).when(actor.clone(), remind()).refuses(Refusal::RemindedRecently { until });
        waiting().at(until).when(actor.clone(), remind()).then([Event::PersonReminded {}]);
        waiting().at(until + second).when(actor, remind()).succeeds();
    }
    waiting().at(until).when(user(), remind()).refuses(only_desk());
    given_in(Phase::InAttention).when(system(), remind()).refuses(Refusal::NotWaiting);
    let twice = waiting().at(until).when(system(), remind()).succeeds();
    let again = until + TimeDelta::seconds(REMINDER_SECONDS);
    twice.at(again - second).when(system(), remind()).refuses(Refusal::RemindedRecently { until: again });
}

#[test]
fn after_the_reminders_one_may_give_up() {
    let give_up = || Command::GiveUpWaiting {};
    waiting().when(help_desk(), give_up()).refuses(Refusal::StillWaiting { left: 2 });
    waiting().and([reminded()]).when(help_desk(), give_up()).refuses(Refusal::StillWaiting { left: 1 });
    let all = || waiting().and([reminded(), reminded()]);
    let after = all().when(help_desk_2(), give_up()).then([Event::GivenUpWaiting {}]).stands_in(Phase::ToClose);
    assert_eq!((after.standing().outcome, after.standing().waiting), (Some(Outcome::Unanswered), None));
    all().and([reminded()]).when(help_desk(), give_up()).succeeds();
    all().when(support1(), give_up()).refuses(Refusal::NotAssignee { assignee: Some(id(&help_desk())) });
    all().when(user(), give_up()).refuses(only_desk());
    given_in(Phase::InAttention).when(help_desk(), give_up()).refuses(Refusal::NotWaiting);
    let none = given_in(Phase::InAttention).knowing(|facts| facts.rules.n_reminders = 0);
    none.when(help_desk(), ask()).succeeds().when(help_desk(), give_up()).leads_to(Phase::ToClose);
}

#[test]
fn the_answer_that_comes_after_all_leads_back() {
    for phase in [Phase::Requested, Phase::InAttention, Phase::Escalated1, Phase::Escalated2, Phase::Verifying] {
        let given_up = given(on_the_way_to(phase)).and([asked(), reminded(), reminded(), given_up()]).stands_in(Phase::ToClose);
        let holder = given_in(phase).standing().holder;
        let back = given_up.clone().when(user(), comment()).leads_to(phase);
        assert_eq!((back.standing().holder, back.standing().waiting, back.standing().outcome), (holder, None, None));
        given_up.clone().when(user(), attach(&[1])).leads_to(phase);
        given_up.clone().when(area_head(), comment()).leads_to(Phase::ToClose);
        // Once it is closed, it is a note, and reopening is the way.
        given_up.when(help_desk(), Command::Close {}).succeeds().when(user(), comment()).leads_to(Phase::Closed);
    }
}

#[test]
fn who_has_no_address_is_asked_and_reminded_by_phone() {
    let asked = given([requested_by(&help_desk(), &contact())]).when(help_desk(), ask()).succeeds();
    assert!(asked.standing().is_phone_notice_due);
    let told = asked.when(help_desk(), Command::MarkInformedByPhone {}).succeeds().later(TimeDelta::days(1));
    told.when(system(), Command::Remind {}).then([Event::PersonReminded {}, Event::PhoneNoticeDue {}]);
}

#[test]
fn who_is_asked_may_withdraw() {
    let after = waiting().when(user(), withdraw()).leads_to(Phase::Withdrawn);
    assert_eq!(after.standing().waiting, None);
}

// Who holds it.

#[test]
fn anybody_of_the_level_takes_it() {
    let take = || Command::Take {};
    let takes = |phase, actor: crate::Actor| {
        given_in(phase).when(actor.clone(), take()).then([Event::Taken {}]).stands_in(phase).held_by(&actor);
    };
    takes(Phase::InAttention, help_desk_2());
    takes(Phase::Escalated1, support1_2());
    for phase in [Phase::Escalated2, Phase::WithProvider, Phase::UnderEvaluation, Phase::Contracting, Phase::Verifying] {
        takes(phase, support2_2());
        given_in(phase).when(support2(), take()).refuses(Refusal::SameAssignee { person: id(&support2()) });
        given_in(phase).when(support1(), take()).refuses(Refusal::NotYourRole { roles: vec![Role::Support2] });
    }
    given_in(Phase::Requested).when(help_desk(), take()).refuses(Refusal::NotNow { phase: Phase::Requested, action: Action::Take });
}

#[test]
fn the_assignee_the_desk_and_the_head_of_it_reassign_within_the_level() {
    let to = || reassign_to(&support1_2());
    for actor in [support1(), help_desk(), it_head()] {
        let after = given_in(Phase::Escalated1).when(actor, to()).then([Event::Reassigned { to: id(&support1_2()), reason: None }]);
        after.stands_in(Phase::Escalated1).held_by(&support1_2());
    }
    let refusal = Refusal::NotYourRole { roles: vec![Role::HelpDesk, Role::ItHead] };
    for actor in [support1_2(), support2(), user(), auditor()] {
        given_in(Phase::Escalated1).when(actor, to()).refuses(refusal.clone());
    }
    let refuses = |to: &crate::Actor, refusal| given_in(Phase::Escalated1).when(help_desk(), reassign_to(to)).refuses(refusal);
    refuses(&support1(), Refusal::SameAssignee { person: id(&support1()) });
    refuses(&support2(), Refusal::AssigneeLacksRole { person: id(&support2()), role: Role::Support1 });
    refuses(&disabled(), Refusal::AssigneeDisabled { person: id(&disabled()) });
}

#[test]
fn a_reassignment_keeps_the_waiting() {
    let given = given_in(Phase::Escalated1).and([asked()]);
    assert!(given.clone().when(help_desk(), reassign_to(&support1_2())).succeeds().standing().waiting.is_some());
    assert!(given.when(support1_2(), Command::Take {}).succeeds().standing().waiting.is_some());
}

#[test]
fn what_was_escalated_by_mistake_is_returned_to_the_desk() {
    let give_back = || Command::ReturnToDesk { reason: t("Faltan datos") };
    given_in(Phase::Escalated1).when(support1(), give_back()).leads_to(Phase::InAttention).held_by_nobody();
    given_in(Phase::Escalated2).when(support2(), give_back()).leads_to(Phase::InAttention).held_by_nobody();
    given_in(Phase::Escalated1).when(help_desk(), give_back()).refuses(Refusal::NotYourRole { roles: vec![Role::Support1] });
    let refusal = Refusal::NotNow { phase: Phase::WithProvider, action: Action::ReturnToDesk };
    given_in(Phase::WithProvider).when(support2(), give_back()).refuses(refusal);
}

// The category.

#[test]
fn the_desk_or_the_holder_corrects_the_category() {
    let corrected = |from, to| [Event::CategoryCorrected { from: Some(from), to, reason: t("Era otra cosa") }];
    let after = given_in(Phase::InAttention).when(help_desk_2(), correct_to(Kind::Occurrence));
    let after = after.then(corrected(Kind::Incident, Kind::Occurrence)).stands_in(Phase::InAttention);
    after.when(help_desk(), correct_to(Kind::Incident)).then(corrected(Kind::Occurrence, Kind::Incident)).stands_in(Phase::InAttention);
    given_in(Phase::InAttention).when(help_desk(), correct_to(Kind::Incident)).refuses(Refusal::SameKind { kind: Kind::Incident });
    given_in(Phase::InAttention).when(user(), correct_to(Kind::Occurrence)).refuses(only_desk());
    given_in(Phase::Requested).when(help_desk(), correct_to(Kind::Incident)).refuses(Refusal::NotCategorised);
    for phase in [Phase::Withdrawn, Phase::Duplicate, Phase::Discarded] {
        let refusal = Refusal::NotNow { phase, action: Action::CorrectCategory };
        given_in(phase).when(help_desk(), correct_to(Kind::Occurrence)).refuses(refusal);
    }
}

#[test]
fn a_requirement_is_recorded_until_it_is_under_evaluation() {
    for phase in [Phase::InAttention, Phase::Escalated1, Phase::Escalated2] {
        given_in(phase).when(help_desk(), correct_to(Kind::Requirement)).leads_to(Phase::Recorded);
    }
    given_in(Phase::Escalated1).when(support1(), correct_to(Kind::Requirement)).leads_to(Phase::Recorded);
    let later = [Phase::UnderEvaluation, Phase::Contracting, Phase::WithProvider, Phase::Verifying, Phase::ToClose, Phase::Closed];
    for phase in later {
        let after = given_in(phase).when(help_desk(), correct_to(Kind::Requirement)).leads_to(phase);
        assert_eq!(after.standing().kind, Some(Kind::Requirement));
    }
    let by_phone = given([requested_by(&help_desk(), &contact()), categorised(Kind::Incident)]);
    assert!(by_phone.when(help_desk(), correct_to(Kind::Requirement)).succeeds().standing().is_phone_notice_due);
}

#[test]
fn a_recorded_requirement_that_proves_to_be_none_is_attended() {
    for kind in [Kind::Incident, Kind::Occurrence] {
        given_in(Phase::Recorded).when(help_desk_2(), correct_to(kind)).leads_to(Phase::InAttention).held_by(&help_desk_2());
    }
    given_in(Phase::Recorded).when(help_desk(), correct_to(Kind::Requirement)).refuses(Refusal::SameKind { kind: Kind::Requirement });
    given_in(Phase::Recorded).when(support1(), correct_to(Kind::Incident)).refuses(Refusal::NotAssignee { assignee: None });
}

#[test]
fn what_was_escalated_is_no_occurrence() {
    let beyond = [Phase::Escalated1, Phase::Escalated2, Phase::WithProvider, Phase::UnderEvaluation, Phase::Contracting, Phase::Verifying];
    for phase in beyond {
        given_in(phase).when(help_desk(), correct_to(Kind::Occurrence)).refuses(Refusal::CategoryTooLate);
    }
    let solved = given(on_the_way_to(Phase::Escalated1)).and([solved_by(&support1())]);
    solved.clone().when(help_desk(), correct_to(Kind::Occurrence)).refuses(Refusal::CategoryTooLate);
    solved.and([closed()]).when(help_desk(), correct_to(Kind::Occurrence)).refuses(Refusal::CategoryTooLate);
    let unanswered = given(on_the_way_to(Phase::Escalated2)).and([asked(), reminded(), reminded(), given_up()]);
    unanswered.when(help_desk(), correct_to(Kind::Occurrence)).refuses(Refusal::CategoryTooLate);
    // Solved at the desk, it may prove to have been one; so may what came back to the desk.
    given_in(Phase::ToClose).when(help_desk(), correct_to(Kind::Occurrence)).leads_to(Phase::ToClose);
    given_in(Phase::Closed).when(help_desk(), correct_to(Kind::Occurrence)).leads_to(Phase::Closed);
    let returned = given_in(Phase::Escalated1).when(support1(), Command::ReturnToDesk { reason: t("Era simple") }).succeeds();
    returned.when(help_desk(), correct_to(Kind::Occurrence)).leads_to(Phase::InAttention);
}

#[test]
fn a_requirement_whose_report_came_back_is_recorded_when_it_is_said_again() {
    let back = given_in(Phase::UnderEvaluation)
        .when(help_desk(), correct_to(Kind::Requirement))
        .leads_to(Phase::UnderEvaluation)
        .when(support2(), Command::WithdrawReport {})
        .leads_to(Phase::Escalated2);
    back.when(support2(), correct_to(Kind::Requirement)).leads_to(Phase::Recorded);
}

// Ends that are not the procedure's.

#[test]
fn who_asked_withdraws_until_a_provider_or_a_contract_is_on_its_way() {
    for phase in [Phase::Requested, Phase::InAttention, Phase::Escalated1, Phase::Escalated2] {
        given_in(phase).when(user(), withdraw()).then([Event::Withdrawn { reason: None }]).stands_in(Phase::Withdrawn);
        given_in(phase).when(help_desk(), withdraw()).leads_to(Phase::Withdrawn);
        given_in(phase).when(area_head(), withdraw()).refuses(Refusal::NotRequester);
        given_in(phase).when(support1(), withdraw()).refuses(Refusal::NotRequester);
    }
    for phase in [Phase::WithProvider, Phase::UnderEvaluation, Phase::Contracting, Phase::Verifying] {
        given_in(phase).when(user(), withdraw()).refuses(Refusal::TooLateToWithdraw);
        given_in(phase).when(auditor(), withdraw()).refuses(Refusal::NotRequester);
    }
    let refusal = Refusal::NotNow { phase: Phase::ToClose, action: Action::Withdraw };
    given_in(Phase::ToClose).when(user(), withdraw()).refuses(refusal);
}

#[test]
fn a_duplicate_joins_a_ticket_that_goes_on() {
    for phase in [Phase::Requested, Phase::InAttention, Phase::Escalated1, Phase::Escalated2] {
        let joined = given_in(phase).when(help_desk(), mark_duplicate(500)).leads_to(Phase::Duplicate);
        assert_eq!(joined.ticket().duplicate_of(), Some(ticket_id(500)));
        let undone = joined.when(help_desk_2(), Command::UndoDuplicate { reason: t("No era la misma") }).leads_to(phase);
        assert_eq!(undone.standing(), given_in(phase).standing());
    }
    given_in(Phase::Escalated1).when(support1(), mark_duplicate(500)).leads_to(Phase::Duplicate);
    let not_assignee = Refusal::NotAssignee { assignee: Some(id(&support1())) };
    given_in(Phase::Escalated1).when(support1_2(), mark_duplicate(500)).refuses(not_assignee);
    let refusal = Refusal::NotNow { phase: Phase::ToClose, action: Action::MarkDuplicate };
    given_in(Phase::ToClose).when(help_desk(), mark_duplicate(500)).refuses(refusal);
    given_in(Phase::Duplicate).when(user(), Command::UndoDuplicate { reason: t("No") }).refuses(only_desk());
}

#[test]
fn duplicates_make_neither_chains_nor_rings() {
    let refuses = |of, refusal| given_in(Phase::InAttention).when(help_desk(), mark_duplicate(of)).refuses(refusal);
    refuses(100, Refusal::DuplicateOfItself);
    refuses(999, Refusal::TicketUnknown { ticket: ticket_id(999), field: "of".into() });
    refuses(501, Refusal::PrincipalEnded { ticket: ticket_id(501) });
    refuses(502, Refusal::DuplicateOfDuplicate { ticket: ticket_id(502), of: ticket_id(500) });
    let has_some = |facts: &mut crate::Facts| facts.n_duplicates = 1;
    given_in(Phase::InAttention).knowing(has_some).when(help_desk(), mark_duplicate(500)).refuses(Refusal::HasDuplicates);
    // The other one was joined to this: a ring is a chain.
    let ring = |facts: &mut crate::Facts| facts.tickets.get_mut(&ticket_id(500)).unwrap().duplicate_of = Some(this());
    let refusal = Refusal::DuplicateOfDuplicate { ticket: ticket_id(500), of: this() };
    given_in(Phase::InAttention).knowing(ring).when(help_desk(), mark_duplicate(500)).refuses(refusal);
}

#[test]
fn the_desk_discards_a_request() {
    let discarded = |reason| Event::Discarded { reason, explanation: None };
    for reason in DiscardReason::ALL {
        given_in(Phase::Requested).when(help_desk(), discard(*reason)).then([discarded(*reason)]).stands_in(Phase::Discarded);
    }
    given_in(Phase::Requested).when(user(), discard(DiscardReason::ByMistake)).refuses(only_desk());
    let refusal = Refusal::NotNow { phase: Phase::InAttention, action: Action::Discard };
    given_in(Phase::InAttention).when(help_desk(), discard(DiscardReason::Unwanted)).refuses(refusal);
    // Who phoned is told that it is not for IT; nobody is told of an unwanted message.
    let by_phone = || given([requested_by(&help_desk(), &contact())]);
    let not_for_it = DiscardReason::NotForIt;
    by_phone().when(help_desk(), discard(not_for_it)).then([discarded(not_for_it), Event::PhoneNoticeDue {}]);
    by_phone().when(help_desk(), discard(DiscardReason::Unwanted)).then([discarded(DiscardReason::Unwanted)]);
}

#[test]
fn a_second_request_is_made_of_one() {
    let split = || Command::CreateFromThis { title: l("Y el teléfono"), description: t("Tampoco suena") };
    for phase in Phase::ALL {
        given_in(*phase).when(help_desk(), split()).then([Event::AnotherCreated { title: l("Y el teléfono") }]).stands_in(*phase);
        given_in(*phase).when(support1(), split()).refuses(only_desk());
        given_in(*phase).when(user(), split()).refuses(only_desk());
    }
    assert!(crate::stands_alone(Action::CreateFromThis));
}

// People who change.

#[test]
fn who_is_no_longer_the_requester_says_no_more() {
    let moved = given_in(Phase::InAttention)
        .when(help_desk(), correct(FactsPatch { requester: Some(id(&colleague())), ..FactsPatch::default() }))
        .succeeds();
    moved.clone().when(colleague(), withdraw()).leads_to(Phase::Withdrawn);
    // Who created it still may.
    moved.when(user(), withdraw()).leads_to(Phase::Withdrawn);
    let by_desk = given([requested_by(&help_desk(), &user())])
        .when(help_desk(), correct(FactsPatch { requester: Some(id(&colleague())), ..FactsPatch::default() }))
        .succeeds();
    by_desk.when(user(), withdraw()).refuses(Refusal::NotVisible);
}
