//! The fields that each action asks for: forms are drawn from them, and a test proves that they are what `Command` takes.

use serde::{Deserialize, Serialize};

use crate::actor::Role;
use crate::command::Action;
use crate::permit::level_of;
use crate::ticket::Phase;

/// What a field holds, and so how it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line, at most 200 characters.
    Line,
    /// Several lines, at most 20,000 characters.
    Text,
    /// A person who works at a level.
    Assignee,
    /// Anybody of the directory, or a contact.
    Person,
    /// Who heads the ticket's area or one above it.
    AreaHead,
    Area,
    Service,
    Provider,
    Ticket,
    /// Files that the caller uploaded before.
    Files,
    /// A line of the conversation, by its number.
    Note,
    Day,
    Instant,
    Minutes,
    /// Céntimos of a sol.
    Centimos,
    Bool,
    /// One of `choices`.
    Choice,
}

/// One field of an action's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// Where it stands in the command, its parts joined by points: `report.background`.
    pub path: &'static str,
    pub kind: FieldKind,
    pub is_required: bool,
    /// The role that an assignee must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The names that a choice takes.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub choices: &'static [&'static str],
}

const fn must(path: &'static str, kind: FieldKind) -> Field {
    Field { path, kind, is_required: true, role: None, choices: &[] }
}

const fn may(path: &'static str, kind: FieldKind) -> Field {
    Field { path, kind, is_required: false, role: None, choices: &[] }
}

const fn choose(path: &'static str, choices: &'static [&'static str]) -> Field {
    Field { path, kind: FieldKind::Choice, is_required: true, role: None, choices }
}

const KINDS: &[&str] = &["incident", "occurrence", "requirement"];
const MEANS: &[&str] = &["email", "phone", "portal", "document", "in_person"];
/// A provider's portal is none of the ways to tell an area's head.
const MEANS_WITHIN: &[&str] = &["email", "phone", "document", "in_person"];
const COVERAGES: &[&str] = &["warranty", "support_contract"];
const DISCARDS: &[&str] = &["not_for_it", "unwanted", "by_mistake"];

const FACTS: [Field; 7] = [
    may("facts.requester", FieldKind::Person),
    may("facts.area", FieldKind::Area),
    may("facts.title", FieldKind::Line),
    may("facts.service", FieldKind::Service),
    may("facts.equipment", FieldKind::Line),
    may("facts.place", FieldKind::Line),
    may("facts.is_reserved", FieldKind::Bool),
];

const fn assignee(path: &'static str, role: Role) -> Field {
    Field { path, kind: FieldKind::Assignee, is_required: true, role: Some(role), choices: &[] }
}

/// What `action` asks for on a ticket in `phase`, in the order in which a person would say it.
pub fn fields(action: Action, phase: Phase) -> Vec<Field> {
    use FieldKind::*;
    match action {
        Action::Categorise => [&[choose("kind", KINDS)], &FACTS[..]].concat(),
        Action::RecordAction => vec![must("action_taken", Text)],
        Action::RecordSolution => vec![must("cause", Text), must("solution", Text)],
        Action::Escalate => {
            let role = if phase == Phase::Escalated1 { Role::Support2 } else { Role::Support1 };
            vec![assignee("to", role), must("handover", Text)]
        }
        Action::CoordinateProvider => vec![
            may("subject.equipment", Line),
            may("subject.service", Service),
            choose("coverage.kind", COVERAGES),
            must("coverage.description", Line),
            must("coverage.until", Day),
            must("provider", Provider),
            choose("means", MEANS),
            may("case_number", Line),
            may("expected_on", Day),
            may("message", Text),
        ],
        Action::DraftReport => report(),
        Action::SubmitTechnicalReport => {
            [vec![may("subject.equipment", Line), may("subject.service", Service), must("verification", Text)], report()].concat()
        }
        Action::ApproveContracting => vec![must("grounds", Text)],
        Action::RejectContracting => vec![
            must("grounds", Text),
            may("communication.to", AreaHead),
            must("communication.text", Text),
            choose("communication.means", MEANS_WITHIN),
            may("communication.told_at", Instant),
        ],
        Action::RecordContract => vec![must("provider", Provider), must("reference", Line), may("expected_on", Day)],
        Action::RecordServiceProvided => vec![must("served_at", Instant), choose("means", MEANS), must("what_was_done", Text)],
        Action::ConfirmResolution => vec![
            may("cause", Text),
            must("solution", Text),
            must("conformity.given_by", Line),
            must("conformity.given_on", Day),
            may("conformity.reference", Line),
        ],
        Action::ReturnToProvider => vec![must("reason", Text), choose("means", MEANS), may("told_at", Instant)],
        Action::LogTask => vec![must("text", Text), must("minutes", Minutes)],
        Action::Comment => vec![must("text", Text), may("is_internal", Bool), may("files", Files)],
        Action::Attach => vec![must("files", Files), may("is_internal", Bool)],
        Action::AskPerson => vec![must("question", Text)],
        Action::Resume => vec![may("note", Text)],
        Action::Reassign => vec![assignee("to", level_of(phase)), may("reason", Text)],
        Action::CorrectCategory => vec![choose("kind", KINDS), must("reason", Text)],
        Action::CorrectFacts => FACTS.to_vec(),
        Action::ReturnReport => vec![must("remarks", Text)],
        Action::ReturnToDesk
        | Action::CoverageRefused
        | Action::ContractingFailed
        | Action::DenySolved
        | Action::Reopen
        | Action::UndoDuplicate => vec![must("reason", Text)],
        Action::Withdraw => vec![may("reason", Text)],
        Action::MarkDuplicate => vec![must("of", Ticket)],
        Action::Discard => vec![choose("reason", DISCARDS), may("explanation", Text)],
        Action::CreateFromThis => vec![must("title", Line), must("description", Text)],
        Action::HideNote => vec![must("number", Note), must("reason", Text)],
        Action::Close
        | Action::Watch
        | Action::Unwatch
        | Action::Remind
        | Action::GiveUpWaiting
        | Action::Take
        | Action::WithdrawReport
        | Action::ConfirmSolved
        | Action::MarkInformedByPhone => vec![],
    }
}

fn report() -> Vec<Field> {
    use FieldKind::*;
    vec![
        may("report.number", Line),
        may("report.background", Text),
        may("report.analysis", Text),
        may("report.conclusions", Text),
        may("report.recommendation", Text),
        may("report.estimated_cost_centimos", Centimos),
    ]
}

/// The lists above are the enums' own names.
#[cfg(test)]
#[test]
fn choices_are_the_names_of_their_enums() {
    use crate::values::{CoverageKind, DiscardReason, Kind, Means};
    let names = |all: &[Kind]| all.iter().map(|k| k.name()).collect::<Vec<_>>();
    assert_eq!(names(Kind::ALL), KINDS);
    let means = |all: &[Means]| all.iter().map(|m| m.name()).collect::<Vec<_>>();
    assert_eq!(means(Means::ALL), MEANS);
    assert_eq!(means(Means::ALL).into_iter().filter(|name| *name != "portal").collect::<Vec<_>>(), MEANS_WITHIN);
    assert_eq!(CoverageKind::ALL.iter().map(|c| c.name()).collect::<Vec<_>>(), COVERAGES);
    assert_eq!(DiscardReason::ALL.iter().map(|r| r.name()).collect::<Vec<_>>(), DISCARDS);
}
