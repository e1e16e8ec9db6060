//! What happened. Facts, small, without derived data; the serde names of events and of their fields are for ever.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::{Audience, Who};
use crate::command::FactsPatch;
use crate::report::{Conformity, CoverageFound, ReportDraft, TechnicalReport, VerifiedSubject};
use crate::values::{
    AreaId, Channel, DiscardReason, EventNumber, FileId, Impact, Kind, Line, MailId, Means, Minutes, PersonId, ProviderId, ServiceId, Text,
    TicketId,
};

/// An event with the instant at which it happened and the hand that wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub at: DateTime<Utc>,
    pub by: Who,
    pub event: Event,
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $text:tt { $($(#[$fdoc:meta])* $field:ident : $ty:ty),* $(,)? }),+ $(,)?) => {
        /// One thing that happened to a ticket.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(tag = "event", deny_unknown_fields)]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $text)] $name { $($(#[$fdoc])* $field: $ty),* }),+
        }

        crate::values::names! {
            /// The names of events.
            pub enum EventName { $($(#[$doc])* $name = $text),+ }
        }

        impl Event {
            pub fn name(&self) -> EventName {
                match self { $(Event::$name { .. } => EventName::$name),+ }
            }
        }

        #[cfg(test)]
        impl Event {
            /// An event of this name, its fields drawn.
            pub(crate) fn drawn(name: EventName, draw: &mut crate::tests::draw::Draw) -> Event {
                match name { $(EventName::$name => Event::$name { $($field: crate::tests::draw::Drawn::drawn(draw)),* }),+ }
            }
        }
    };
}

events! {
    /// Activity 1.
    Requested = "requested" {
        requester: PersonId,
        channel: Channel,
        title: Line,
        description: Text,
        received_at: DateTime<Utc>,
        area: AreaId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<NaiveDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impact: Option<Impact>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<ServiceId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        equipment: Option<Line>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Line>,
        #[serde(default)]
        is_reserved: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<TicketId>,
    },
    /// Activity 2, for who phoned or came: the desk registered it.
    Registered = "registered" { facts: FactsPatch },
    /// Activity 2, for what was created in the system or came by mail: the desk verified it.
    Verified = "verified" { facts: FactsPatch },
    Categorised = "categorised" { kind: Kind },
    ActionRecorded = "action_recorded" { action_taken: Text },
    SolutionRecorded = "solution_recorded" { cause: Text, solution: Text },
    Escalated = "escalated" { to: PersonId, handover: Text },
    /// Level 2 solved it without looking for coverage.
    VerificationNotNeeded = "verification_not_needed" {},
    /// Activity 5; without `coverage`, nothing covers it.
    CoverageVerified = "coverage_verified" {
        subject: VerifiedSubject,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coverage: Option<CoverageFound>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remarks: Option<Text>,
    },
    ProviderCoordinated = "provider_coordinated" {
        provider: ProviderId,
        means: Means,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case_number: Option<Line>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected_on: Option<NaiveDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<Text>,
    },
    ReportDrafted = "report_drafted" { report: ReportDraft },
    TechnicalReportSubmitted = "technical_report_submitted" { report: TechnicalReport },
    ReportReturned = "report_returned" { remarks: Text },
    ReportWithdrawn = "report_withdrawn" {},
    ContractingApproved = "contracting_approved" { grounds: Text },
    ContractingRejected = "contracting_rejected" { grounds: Text },
    /// To whom, by name and post as they were then.
    AreaHeadTold = "area_head_told" {
        person: PersonId,
        name: Line,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<Line>,
        /// The area that the person heads: the ticket's, or the next one above that has a head.
        area: AreaId,
        text: Text,
        means: Means,
        told_at: DateTime<Utc>,
    },
    ContractRecorded = "contract_recorded" {
        provider: ProviderId,
        reference: Line,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected_on: Option<NaiveDate>,
    },
    ContractingFailed = "contracting_failed" { reason: Text },
    /// The provider's visit; the first is 1.
    ServiceProvided = "service_provided" { visit: u32, served_at: DateTime<Utc>, means: Means, what_was_done: Text },
    ReturnedToProvider = "returned_to_provider" { reason: Text, means: Means, told_at: DateTime<Utc> },
    ResolutionConfirmed = "resolution_confirmed" {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<Text>,
        solution: Text,
        conformity: Conformity,
    },
    CoverageRefused = "coverage_refused" { reason: Text },
    /// Activity 8. Until when the person may reopen it; not at all for a contracting that was not approved.
    Closed = "closed" {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reopenable_until: Option<DateTime<Utc>>,
    },
    TaskLogged = "task_logged" { text: Text, minutes: Minutes },

    Commented = "commented" {
        text: Text,
        #[serde(default)]
        is_internal: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileId>,
    },
    Attached = "attached" { files: Vec<FileId>, #[serde(default)] is_internal: bool },
    Watched = "watched" {},
    Unwatched = "unwatched" {},
    /// The clock stops; that many reminders must go before one may give up.
    PersonAsked = "person_asked" { question: Text, n_reminders: u32 },
    PersonReminded = "person_reminded" {},
    PersonAnswered = "person_answered" {},
    Resumed = "resumed" {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    },
    GivenUpWaiting = "given_up_waiting" {},
    Taken = "taken" {},
    Reassigned = "reassigned" {
        to: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    ReturnedToDesk = "returned_to_desk" { reason: Text },
    CategoryCorrected = "category_corrected" {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Kind>,
        to: Kind,
        reason: Text,
    },
    FactsCorrected = "facts_corrected" { facts: FactsPatch },
    SolutionConfirmed = "solution_confirmed" {},
    SolutionDenied = "solution_denied" { reason: Text },
    Reopened = "reopened" { reason: Text },
    Withdrawn = "withdrawn" {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    MarkedDuplicate = "marked_duplicate" { of: TicketId },
    DuplicateUndone = "duplicate_undone" { reason: Text },
    Discarded = "discarded" {
        reason: DiscardReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        explanation: Option<Text>,
    },
    /// A second request was made out of this one; it names this ticket in its `from`.
    AnotherCreated = "another_created" { title: Line },
    NoteHidden = "note_hidden" { number: EventNumber, reason: Text },
    /// What stands before it was written in a mail, which is kept whole. The sender may be whoever says so; files may have been too many or too large.
    CameByMail = "came_by_mail" {
        mail: MailId,
        /// Nothing proves that it came from the address that it names: «remitente no verificado».
        #[serde(default)]
        is_unverified: bool,
        /// Files that stayed with the mail.
        #[serde(default)]
        n_files_left: u32,
    },
    /// A notice of the requester has no address to go to: tell them by phone.
    PhoneNoticeDue = "phone_notice_due" {},
    InformedByPhone = "informed_by_phone" {},
}

impl Event {
    /// Who may know that it happened.
    pub fn audience(&self) -> Audience {
        match self {
            Event::Commented { is_internal: true, .. }
            | Event::Attached { is_internal: true, .. }
            | Event::TaskLogged { .. }
            | Event::ReportDrafted { .. }
            | Event::VerificationNotNeeded { .. }
            | Event::Watched { .. }
            | Event::Unwatched { .. }
            | Event::AnotherCreated { .. }
            | Event::CameByMail { .. }
            | Event::PhoneNoticeDue { .. }
            | Event::InformedByPhone { .. } => Audience::It,
            // Whether hiding shows follows the note that is hidden.
            Event::NoteHidden { number, .. } if number.internal > 0 => Audience::It,
            _ => Audience::Everyone,
        }
    }

    pub fn is_internal(&self) -> bool {
        self.audience() == Audience::It
    }

    /// The fields that only the people of IT and the auditor read, of an event that everybody sees.
    pub fn it_fields(&self) -> &'static [&'static str] {
        match self {
            Event::Escalated { .. } => &["handover"],
            Event::CoverageVerified { .. } => &["subject", "coverage", "remarks"],
            Event::ProviderCoordinated { .. } => &["provider", "means", "case_number", "message"],
            Event::TechnicalReportSubmitted { .. } => &["report"],
            Event::ReportReturned { .. } => &["remarks"],
            Event::ContractingApproved { .. } | Event::ContractingRejected { .. } => &["grounds"],
            Event::ContractRecorded { .. } => &["provider", "reference"],
            Event::ContractingFailed { .. } | Event::CoverageRefused { .. } => &["reason"],
            Event::ServiceProvided { .. } => &["means", "what_was_done"],
            Event::ReturnedToProvider { .. } => &["reason", "means"],
            Event::Reassigned { .. } | Event::ReturnedToDesk { .. } => &["reason"],
            Event::Resumed { .. } => &["note"],
            // The principal is another person's ticket, and the reason speaks of it.
            Event::MarkedDuplicate { .. } => &["of"],
            Event::DuplicateUndone { .. } => &["reason"],
            Event::NoteHidden { .. } => &["reason"],
            Event::Requested { .. } => &["from"],
            _ => &[],
        }
    }

    /// The files that came with it.
    pub fn files(&self) -> &[FileId] {
        match self {
            Event::Requested { files, .. } | Event::Commented { files, .. } | Event::Attached { files, .. } => files,
            _ => &[],
        }
    }
}
