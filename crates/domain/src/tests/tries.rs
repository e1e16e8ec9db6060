//! For each action, commands that reach every branch of its decision: with the facts of the tests, one succeeds wherever it is permitted.

use super::given::*;
use crate::command::{Action, Command, FactsPatch};
use crate::report::{ReportDraft, VerifiedSubject};
use crate::ticket::Ticket;
use crate::values::*;

pub fn tries(action: Action, ticket: &Ticket, now: Instant) -> Vec<Command> {
    let kinds = || Kind::ALL.iter().copied();
    let people = [help_desk(), help_desk_2(), support1(), support1_2(), support2(), support2_2(), disabled()];
    let reason = || t("Porque sí");
    let today = day_in_lima(now);
    match action {
        Action::Categorise => kinds().map(categorise).collect(),
        Action::RecordAction => vec![record_action()],
        Action::RecordSolution => vec![record_solution()],
        Action::Escalate => people.iter().map(escalate_to).collect(),
        Action::CoordinateProvider => {
            let subject = VerifiedSubject { equipment: Some(l("IMP-007")), service: None };
            let with = |until| match coordinate(warranty_until(until)) {
                Command::CoordinateProvider { coverage, provider, means, case_number, expected_on, message, .. } => {
                    Command::CoordinateProvider { subject: subject.clone(), coverage, provider, means, case_number, expected_on, message }
                }
                other => other,
            };
            vec![with(today), with(today - chrono::TimeDelta::days(1))]
        }
        Action::DraftReport => vec![Command::DraftReport { report: report() }],
        Action::SubmitTechnicalReport => {
            let subject = VerifiedSubject { equipment: Some(l("IMP-007")), service: None };
            let with = |report| Command::SubmitTechnicalReport { subject: subject.clone(), verification: t("Sin garantía"), report };
            vec![with(report()), with(ReportDraft::default())]
        }
        Action::ApproveContracting => vec![approve()],
        Action::RejectContracting => vec![reject(communication_to(Some(&director()))), reject(communication_to(None))],
        Action::RecordContract => vec![record_contract()],
        Action::RecordServiceProvided => vec![serve_at(now), serve_at(now + chrono::TimeDelta::days(1))],
        Action::ConfirmResolution => vec![confirm_on(today)],
        Action::ReturnToProvider => vec![return_to_provider(None)],
        Action::Close => vec![Command::Close {}],
        Action::LogTask => vec![log_task()],
        Action::Comment => vec![comment(), internal_comment()],
        Action::Attach => vec![attach(&[1]), attach(&[])],
        Action::Watch => vec![Command::Watch {}],
        Action::Unwatch => vec![Command::Unwatch {}],
        Action::AskPerson => vec![ask()],
        Action::Remind => vec![Command::Remind {}],
        Action::Resume => vec![Command::Resume { note: None }],
        Action::GiveUpWaiting => vec![Command::GiveUpWaiting {}],
        Action::Take => vec![Command::Take {}],
        Action::Reassign => people.iter().map(reassign_to).collect(),
        Action::ReturnToDesk => vec![Command::ReturnToDesk { reason: reason() }],
        Action::CorrectCategory => kinds().map(correct_to).collect(),
        Action::CorrectFacts => {
            // The requester is corrected to and fro between somebody with an address and somebody without.
            let other = if ticket.requester == id(&contact()) { user() } else { contact() };
            vec![correct(FactsPatch { requester: Some(id(&other)), ..FactsPatch::default() }), correct(FactsPatch::default())]
        }
        Action::ReturnReport => vec![Command::ReturnReport { remarks: reason() }],
        Action::WithdrawReport => vec![Command::WithdrawReport {}],
        Action::CoverageRefused => vec![Command::CoverageRefused { reason: reason() }],
        Action::ContractingFailed => vec![Command::ContractingFailed { reason: reason() }],
        Action::ConfirmSolved => vec![Command::ConfirmSolved {}],
        Action::DenySolved => vec![deny()],
        Action::Reopen => vec![reopen()],
        Action::Withdraw => vec![withdraw()],
        Action::MarkDuplicate => [500, 501, 502, 100].map(mark_duplicate).into(),
        Action::UndoDuplicate => vec![Command::UndoDuplicate { reason: reason() }],
        Action::Discard => DiscardReason::ALL.iter().copied().map(discard).collect(),
        Action::CreateFromThis => vec![Command::CreateFromThis { title: l("Y el teléfono"), description: t("Tampoco suena") }],
        Action::HideNote => {
            let numbers = ticket.notes.iter().map(|note| note.number.to_string());
            numbers.chain(["999".to_owned()]).map(|number| hide(&number)).collect()
        }
        Action::MarkInformedByPhone => vec![Command::MarkInformedByPhone {}],
    }
}
