//! The words as a whole: complete in both languages, and in the voice of the house. Here stands what they are tried with.

mod everything;
mod labels;
mod refusals;
mod tickets;

use std::collections::BTreeSet;

use chrono::{TimeDelta, TimeZone, Utc};
use domain::procedure::{ACTIVITIES, Source};
use domain::*;

use domain::fields as asks;

use crate::Language::{English, Spanish};
use crate::fields::{HINTS, LABELS};
use crate::*;

/// A text with where it stands, in each language.
type Said = (String, String, String);

fn now() -> Instant {
    Utc.with_ymd_and_hms(2025, 10, 14, 21, 5, 0).single().expect("an instant")
}

fn day() -> Day {
    day_in_lima(now())
}

fn person(id: i64) -> PersonId {
    PersonId::parse(id).expect("positive")
}

fn ticket(id: i64) -> TicketId {
    TicketId::parse(id).expect("positive")
}

const KNOWN: Names = Names { person: &|_| "Karina Ccori".into(), area: &|_| "DSI".into(), provider: &|_| "Impresiones S.A.C.".into() };

/// One refusal of each code, and more where their parts change the sentence.
fn refusals() -> Vec<Refusal> {
    let area = AreaId::parse(1).expect("positive");
    let mut all = vec![
        Refusal::NotVisible,
        Refusal::NotYourRole { roles: vec![] },
        Refusal::NotYourRole { roles: vec![Role::HelpDesk] },
        Refusal::NotYourRole { roles: Role::ALL.to_vec() },
        Refusal::NotAssignee { assignee: None },
        Refusal::NotAssignee { assignee: Some(person(7)) },
        Refusal::NotRequester,
        Refusal::NotYourArea,
        Refusal::NotYourNote,
        Refusal::AlreadyClosed,
        Refusal::ReopeningExpired { until: None },
        Refusal::ReopeningExpired { until: Some(now()) },
        Refusal::OccurrenceIsNotEscalated,
        Refusal::RequirementHasNoAttention,
        Refusal::NotCategorised,
        Refusal::CategoryTooLate,
        Refusal::AssigneeDisabled { person: person(7) },
        Refusal::SameAssignee { person: person(7) },
        Refusal::NoEquipmentOrService,
        Refusal::CoverageExpired { until: day() },
        Refusal::NotUnderCoverage,
        Refusal::ReportIncomplete { parts: ReportPart::ALL.to_vec() },
        Refusal::OwnReport,
        Refusal::NotReportAuthor,
        Refusal::NoAreaHead { area },
        Refusal::NotAnAreaHead { person: person(7) },
        Refusal::AlreadyWaiting,
        Refusal::NotWaiting,
        Refusal::StillWaiting { left: 1 },
        Refusal::StillWaiting { left: 2 },
        Refusal::RemindedRecently { until: now() },
        Refusal::TooLateToWithdraw,
        Refusal::DuplicateOfItself,
        Refusal::DuplicateOfDuplicate { ticket: ticket(2), of: ticket(1) },
        Refusal::PrincipalEnded { ticket: ticket(2) },
        Refusal::HasDuplicates,
        Refusal::AlreadyConfirmed,
        Refusal::AlreadyHidden,
        Refusal::AlreadyWatching,
        Refusal::NotWatching,
        Refusal::NothingToTell,
        Refusal::NothingToCorrect,
        Refusal::DateInFuture { field: "since".into() },
        Refusal::DateBeforeRequest { field: "served_at".into() },
        Refusal::PersonUnknown { field: "requester".into() },
        Refusal::PersonDisabled { person: person(7) },
        Refusal::AreaUnknown { area },
        Refusal::ServiceUnknown,
        Refusal::ProviderUnknown,
        Refusal::TicketUnknown { ticket: ticket(2), field: "of".into() },
        Refusal::FileUnknown { file: FileId::parse(3).expect("positive") },
        Refusal::NoteUnknown { number: EventNumber::default() },
        Refusal::NoFiles,
        Refusal::TooManyFiles { max: 10 },
    ];
    for phase in Phase::ALL {
        all.extend(Action::ALL.iter().map(|action| Refusal::NotNow { phase: *phase, action: *action }));
    }
    all.extend(Channel::ALL.iter().map(|channel| Refusal::ChannelNotYours { channel: *channel }));
    all.extend(Kind::ALL.iter().map(|kind| Refusal::SameKind { kind: *kind }));
    all.extend(Kind::ALL.iter().map(|kind| Refusal::NotThisKind { kind: *kind }));
    all.extend(Outcome::ALL.iter().map(|outcome| Refusal::NotThisOutcome { outcome: *outcome }));
    all.extend(Role::ALL.iter().map(|role| Refusal::AssigneeLacksRole { person: person(7), role: *role }));
    all
}

fn value_errors() -> [ValueError; 9] {
    [
        ValueError::Empty,
        ValueError::TooLong { max: 20_000, actual: 20_001 },
        ValueError::BadCharacters,
        ValueError::OutOfRange { min: 1, max: 10_080 },
        ValueError::OutOfRange { min: 1, max: i64::MAX },
        ValueError::OutOfRange { min: 0, max: Centimos::MAX },
        ValueError::BadEmail,
        ValueError::BadRuc,
        ValueError::BadNumber,
    ]
}

/// A ticket that stands so; what is not asked about is plain.
fn standing(phase: Phase, outcome: Option<Outcome>) -> Standing {
    Standing {
        phase,
        kind: Some(Kind::Incident),
        outcome,
        requester: person(1),
        creator: Some(person(1)),
        area: AreaId::parse(1).expect("positive"),
        is_reserved: false,
        holder: None,
        waiting: None,
        solver: None,
        report_author: None,
        is_covered: false,
        is_confirmed: false,
        is_phone_notice_due: false,
        reopenable_until: None,
    }
}

/// Every way to stand that changes words.
fn standings() -> Vec<Standing> {
    let mut all: Vec<_> = Phase::ALL.iter().map(|phase| standing(*phase, None)).collect();
    all.extend(Outcome::ALL.iter().map(|outcome| standing(Phase::ToClose, Some(*outcome))));
    all.push(Standing { is_confirmed: true, ..standing(Phase::ToClose, Some(Outcome::Attended)) });
    all.push(Standing { reopenable_until: Some(now()), ..standing(Phase::Closed, Some(Outcome::Attended)) });
    let waiting = Waiting { since: now(), reminders_left: 1, reminded_at: now() };
    all.push(Standing { waiting: Some(waiting), ..standing(Phase::InAttention, None) });
    all
}

/// Everything that may be known of an event.
fn full_event(channel: Channel, language: Language) -> EventWords {
    EventWords {
        by: Some("Yesenia Flores".into()),
        requester: Some("Gladys Vargas".into()),
        to: Some("Percy Mamani".into()),
        from: Some("Hugo Torres".into()),
        post: Some(language.pick("Director", "Director").into()),
        provider: Some("Impresiones S.A.C.".into()),
        kind: Some(Kind::Incident),
        from_kind: Some(Kind::Occurrence),
        channel: Some(channel),
        is_covered: Some(true),
        coverage: Some(CoverageKind::SupportContract),
        until: Some(day()),
        number: Some(2),
        ticket: Some(ticket(9)),
        reference: Some("88213".into()),
        discard_reason: Some(DiscardReason::NotForIt),
        text: Some("x".into()),
        is_unverified: true,
        is_internal: false,
    }
}

/// What a requester, who gets neither provider nor handover, is told; and the least that there can be.
fn events(language: Language) -> Vec<EventWords> {
    let full = full_event(Channel::Phone, language);
    let mut all: Vec<_> = Channel::ALL.iter().map(|channel| full_event(*channel, language)).collect();
    all.push(EventWords { provider: None, text: None, coverage: None, is_covered: None, reference: None, ticket: None, ..full.clone() });
    all.push(EventWords { is_covered: Some(false), to: None, post: None, discard_reason: None, kind: None, ..full.clone() });
    all.push(EventWords { until: None, number: None, from: None, is_internal: true, ..full.clone() });
    all.push(EventWords { by: None, ..full });
    all.push(EventWords::default());
    all
}
