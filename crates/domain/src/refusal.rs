//! Every way the procedure says no. A refusal is for people: it says what is so, and has a stable code. It is never a failure.

use serde::{Deserialize, Serialize};

use crate::actor::Role;
use crate::command::Action;
use crate::report::ReportPart;
use crate::ticket::{Outcome, Phase};
use crate::values::{AreaId, Channel, Day, EventNumber, FileId, Instant, Kind, PersonId, TicketId};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $text:literal $({ $($field:ident : $ty:ty),+ })?),+ $(,)?) => {
        /// What is so, that the answer is no.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
        #[serde(tag = "code")]
        pub enum Refusal {
            $($(#[$doc])* #[error($text)] #[serde(rename = $text)] $name $({ $($field: $ty),+ })?),+
        }

        impl Refusal {
            /// Its stable code.
            pub fn code(&self) -> &'static str {
                match self { $(refusals!(@pattern $name $($($field)+)?) => $text),+ }
            }

            /// Every code, for the tests that ask whether all have words and a status.
            pub const CODES: &'static [&'static str] = &[$($text),+];
        }
    };
    (@pattern $name:ident) => { Refusal::$name };
    (@pattern $name:ident $($field:ident)+) => { Refusal::$name { .. } };
}

refusals! {
    /// The caller may not know that the ticket exists.
    NotVisible = "not_found",
    NotNow = "not_now" { phase: Phase, action: Action },
    NotYourRole = "not_your_role" { roles: Vec<Role> },
    NotAssignee = "not_assignee" { assignee: Option<PersonId> },
    NotRequester = "not_requester",
    NotYourArea = "not_your_area",
    /// Only its author, or the desk, hides a note.
    NotYourNote = "not_your_note",
    ChannelNotYours = "channel_not_yours" { channel: Channel },
    AlreadyClosed = "already_closed",
    ReopeningExpired = "reopening_expired" { until: Option<Instant> },
    OccurrenceIsNotEscalated = "occurrence_is_not_escalated",
    RequirementHasNoAttention = "requirement_has_no_attention",
    NotCategorised = "not_categorised",
    SameKind = "same_kind" { kind: Kind },
    /// An occurrence has an action and an incident a solution.
    NotThisKind = "not_this_kind" { kind: Kind },
    /// What was escalated took time: it is no occurrence.
    CategoryTooLate = "category_too_late",
    NotThisOutcome = "not_this_outcome" { outcome: Outcome },
    AssigneeLacksRole = "assignee_lacks_role" { person: PersonId, role: Role },
    AssigneeDisabled = "assignee_disabled" { person: PersonId },
    SameAssignee = "same_assignee" { person: PersonId },
    NoEquipmentOrService = "no_equipment_or_service",
    CoverageExpired = "coverage_expired" { until: Day },
    NotUnderCoverage = "not_under_coverage",
    ReportIncomplete = "report_incomplete" { parts: Vec<ReportPart> },
    OwnReport = "own_report",
    NotReportAuthor = "not_report_author",
    NoAreaHead = "no_area_head" { area: AreaId },
    NotAnAreaHead = "not_an_area_head" { person: PersonId },
    AlreadyWaiting = "already_waiting",
    NotWaiting = "not_waiting",
    StillWaiting = "still_waiting" { left: u32 },
    RemindedRecently = "reminded_recently" { until: Instant },
    TooLateToWithdraw = "too_late_to_withdraw",
    DuplicateOfItself = "duplicate_of_itself",
    DuplicateOfDuplicate = "duplicate_of_duplicate" { ticket: TicketId, of: TicketId },
    PrincipalEnded = "principal_ended" { ticket: TicketId },
    HasDuplicates = "has_duplicates",
    AlreadyConfirmed = "already_confirmed",
    AlreadyHidden = "already_hidden",
    AlreadyWatching = "already_watching",
    NotWatching = "not_watching",
    NothingToTell = "nothing_to_tell",
    NothingToCorrect = "nothing_to_correct",
    DateInFuture = "date_in_future" { field: String },
    DateBeforeRequest = "date_before_request" { field: String },
    PersonUnknown = "person_unknown" { field: String },
    PersonDisabled = "person_disabled" { person: PersonId },
    AreaUnknown = "area_unknown" { area: AreaId },
    ServiceUnknown = "service_unknown",
    ProviderUnknown = "provider_unknown",
    TicketUnknown = "ticket_unknown" { ticket: TicketId, field: String },
    FileUnknown = "file_unknown" { file: FileId },
    NoteUnknown = "note_unknown" { number: EventNumber },
    NoFiles = "no_files",
    TooManyFiles = "too_many_files" { max: u32 },
}

impl Refusal {
    /// The field of the command or request that it is about, where there is one: its path, or the last part of it
    /// (`area` is `facts.area` in a correction).
    pub fn field(&self) -> Option<&str> {
        match self {
            Refusal::ChannelNotYours { .. } => Some("channel"),
            Refusal::AssigneeLacksRole { .. } | Refusal::AssigneeDisabled { .. } | Refusal::SameAssignee { .. } => Some("to"),
            Refusal::NoEquipmentOrService => Some("subject"),
            Refusal::CoverageExpired { .. } => Some("coverage.until"),
            Refusal::ReportIncomplete { .. } => Some("report"),
            Refusal::NoAreaHead { .. } | Refusal::NotAnAreaHead { .. } => Some("communication.to"),
            Refusal::DuplicateOfItself | Refusal::DuplicateOfDuplicate { .. } | Refusal::PrincipalEnded { .. } => Some("of"),
            Refusal::DateInFuture { field }
            | Refusal::DateBeforeRequest { field }
            | Refusal::PersonUnknown { field }
            | Refusal::TicketUnknown { field, .. } => Some(field),
            Refusal::PersonDisabled { .. } => Some("requester"),
            Refusal::AreaUnknown { .. } => Some("area"),
            Refusal::ServiceUnknown => Some("service"),
            Refusal::ProviderUnknown => Some("provider"),
            Refusal::FileUnknown { .. } | Refusal::NoFiles | Refusal::TooManyFiles { .. } => Some("files"),
            Refusal::NoteUnknown { .. } | Refusal::AlreadyHidden | Refusal::NotYourNote => Some("number"),
            Refusal::SameKind { .. } | Refusal::CategoryTooLate => Some("kind"),
            Refusal::NothingToCorrect => Some("facts"),
            _ => None,
        }
    }
}
