//! Activity 5: verifying the coverage; coordinating with a provider or raising the technical report.

use chrono::TimeDelta;

use super::given::*;
use crate::Command;
use crate::actor::Role;
use crate::command::FactsPatch;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::report::{ReportDraft, ReportPart, VerifiedSubject};
use crate::ticket::{Outcome, Phase};

#[test]
fn covered_it_goes_to_the_provider() {
    let coverage = warranty_until(today());
    let subject = VerifiedSubject { equipment: Some(l("IMP-007")), service: None };
    let after = given_in(Phase::Escalated2).when(support2(), coordinate(coverage.clone())).then([
        Event::CoverageVerified { subject, coverage: Some(coverage), remarks: None },
        Event::ProviderCoordinated {
            provider: provider(1),
            means: crate::Means::Email,
            case_number: None,
            expected_on: None,
            message: None,
        },
    ]);
    let after = after.stands_in(Phase::WithProvider).held_by(&support2());
    assert!(after.standing().is_covered);
}

#[test]
fn a_coverage_holds_until_its_last_day_in_lima() {
    let day = TimeDelta::days(1);
    let until = |on| given_in(Phase::Escalated2).when(support2(), coordinate(warranty_until(on)));
    until(today() + day).succeeds();
    until(today()).succeeds();
    until(today() - day).refuses(Refusal::CoverageExpired { until: today() - day });
    // 23:59 in Lima is the next day in Greenwich.
    let given = given_in(Phase::Escalated2).at("2025-09-11T04:59:59Z".parse().unwrap());
    given.clone().when(support2(), coordinate(warranty_until(today()))).succeeds();
    given
        .at("2025-09-11T05:00:00Z".parse().unwrap())
        .when(support2(), coordinate(warranty_until(today())))
        .refuses(Refusal::CoverageExpired { until: today() });
}

#[test]
fn something_is_verified() {
    let bare = || {
        let mut past = on_the_way_to(Phase::Escalated2);
        let Event::Requested { requester, channel, title, description, received_at, area, .. } = requested_event() else { unreachable!() };
        let event = Event::Requested {
            requester,
            channel,
            title,
            description,
            received_at,
            area,
            since: None,
            impact: None,
            service: None,
            equipment: None,
            place: None,
            is_reserved: false,
            files: vec![],
            from: None,
        };
        past[0] = by(&user(), event);
        given(past)
    };
    let coverage = warranty_until(today());
    bare().when(support2(), coordinate(coverage.clone())).refuses(Refusal::NoEquipmentOrService);
    bare().when(support2(), submit(report())).refuses(Refusal::NoEquipmentOrService);
    let told = |service_id| Command::CoordinateProvider {
        subject: VerifiedSubject { equipment: None, service: Some(service(service_id)) },
        coverage: coverage.clone(),
        provider: provider(1),
        means: crate::Means::Phone,
        case_number: None,
        expected_on: None,
        message: None,
    };
    bare().when(support2(), told(1)).leads_to(Phase::WithProvider);
    bare().when(support2(), told(9)).refuses(Refusal::ServiceUnknown);
    let corrected = FactsPatch { service: Some(service(1)), ..FactsPatch::default() };
    bare().when(support2(), Command::CorrectFacts { facts: corrected }).succeeds().when(support2(), coordinate(coverage)).succeeds();
}

fn requested_event() -> Event {
    let given = asking(user(), a_request()).succeeds();
    let ticket = given.ticket();
    Event::Requested {
        requester: ticket.requester,
        channel: ticket.channel,
        title: ticket.title,
        description: ticket.description,
        received_at: ticket.received_at,
        area: ticket.area,
        since: None,
        impact: None,
        service: None,
        equipment: None,
        place: None,
        is_reserved: false,
        files: vec![],
        from: None,
    }
}

#[test]
fn the_provider_is_on_record() {
    let forget = |facts: &mut crate::Facts| facts.providers.clear();
    let coordinate = coordinate(warranty_until(today()));
    given_in(Phase::Escalated2).knowing(forget).when(support2(), coordinate).refuses(Refusal::ProviderUnknown);
}

#[test]
fn only_the_assignee_verifies() {
    let not_assignee = Refusal::NotAssignee { assignee: Some(id(&support2())) };
    let not_role = Refusal::NotYourRole { roles: vec![Role::Support2] };
    for command in [coordinate(warranty_until(today())), submit(report()), Command::DraftReport { report: report() }, record_solution()] {
        given_in(Phase::Escalated2).when(support2_2(), command.clone()).refuses(not_assignee.clone());
        given_in(Phase::Escalated2).when(help_desk(), command.clone()).refuses(not_role.clone());
        given_in(Phase::Escalated2).when(it_head(), command).refuses(not_role.clone());
    }
}

#[test]
fn not_covered_it_is_raised_with_a_whole_report() {
    let after = given_in(Phase::Escalated2).when(support2(), submit(report())).then([
        Event::CoverageVerified {
            subject: VerifiedSubject { equipment: Some(l("IMP-007")), service: None },
            coverage: None,
            remarks: Some(t("Sin garantía")),
        },
        Event::TechnicalReportSubmitted { report: finished_report() },
    ]);
    assert_eq!(after.standing().report_author, Some(id(&support2())));
    after.stands_in(Phase::UnderEvaluation).held_by(&support2());
}

#[test]
fn a_report_that_lacks_parts_is_not_raised() {
    let all = vec![ReportPart::Number, ReportPart::Background, ReportPart::Analysis, ReportPart::Conclusions, ReportPart::Recommendation];
    given_in(Phase::Escalated2).when(support2(), submit(ReportDraft::default())).refuses(Refusal::ReportIncomplete { parts: all });
    let lacking = ReportDraft { analysis: None, ..report() };
    let parts = vec![ReportPart::Analysis];
    given_in(Phase::Escalated2).when(support2(), submit(lacking)).refuses(Refusal::ReportIncomplete { parts });
}

#[test]
fn a_report_is_kept_as_a_draft_before_it_is_raised() {
    let draft = ReportDraft { analysis: None, ..report() };
    let drafted = given_in(Phase::Escalated2)
        .when(support2(), Command::DraftReport { report: draft.clone() })
        .then([Event::ReportDrafted { report: draft }])
        .stands_in(Phase::Escalated2);
    let rest = ReportDraft { analysis: Some(t("Otro análisis")), conclusions: Some(t("Otras")), ..ReportDraft::default() };
    let after = drafted.when(support2(), submit(rest)).leads_to(Phase::UnderEvaluation);
    let report = after.ticket().report.unwrap();
    assert_eq!((report.analysis, report.conclusions, report.number), (t("Otro análisis"), t("Otras"), l("IT-014-2025")));
}

#[test]
fn level_2_may_solve_without_verifying() {
    let solved = Event::SolutionRecorded { cause: t("Tóner"), solution: t("Se cambió") };
    let after = given_in(Phase::Escalated2).when(support2(), record_solution()).then([Event::VerificationNotNeeded {}, solved]);
    assert_eq!(after.stands_in(Phase::ToClose).standing().outcome, Some(Outcome::SolvedAtLevel2));
}

#[test]
fn nobody_says_that_a_verification_that_was_made_was_not_needed() {
    let refused = given_in(Phase::Escalated2)
        .when(support2(), coordinate(warranty_until(today())))
        .succeeds()
        .when(support2(), Command::CoverageRefused { reason: t("Venció ayer") })
        .leads_to(Phase::Escalated2);
    let solved = Event::SolutionRecorded { cause: t("Tóner"), solution: t("Se cambió") };
    let after = refused.when(support2(), record_solution()).then([solved]);
    // Reopened and escalated anew, it is another verification.
    let again = after.when(support2(), Command::Close {}).succeeds().when(user(), reopen()).succeeds();
    let again = again.when(help_desk(), escalate_to(&support1())).succeeds().when(support1(), escalate_to(&support2())).succeeds();
    assert_eq!(again.when(support2(), record_solution()).answer.unwrap()[0], Event::VerificationNotNeeded {});
}

#[test]
fn a_coverage_that_the_provider_does_not_recognise_leads_back() {
    let refuse = || Command::CoverageRefused { reason: t("Venció ayer") };
    given_in(Phase::WithProvider).when(support2(), refuse()).leads_to(Phase::Escalated2).held_by(&support2());
    let by_contract = given(on_the_way_to(Phase::Contracting)).and([contracted()]).stands_in(Phase::WithProvider);
    by_contract.when(support2(), refuse()).refuses(Refusal::NotUnderCoverage);
    given_in(Phase::WithProvider).when(help_desk(), refuse()).refuses(Refusal::NotYourRole { roles: vec![Role::Support2] });
}
