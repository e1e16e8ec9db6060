//! What people ask the procedure to do: `Command` with its payload, and `Action`, its fieldless shadow.
//!
//! In JSON a command is an object with its `action`: `{"action": "escalate", "to": 7, "handover": "…"}`. The `wire` crate reads that form,
//! so that an error names the field; serde's own form here is `{"escalate": {…}}`.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::report::{Communication, Conformity, CoverageFound, ReportDraft, VerifiedSubject};
use crate::values::{
    AreaId, Channel, DiscardReason, EventNumber, FileId, Impact, Kind, Line, Means, Minutes, PersonId, ProviderId, ServiceId, Text,
    TicketId, names,
};

/// Activity 1: a request for support, before there is a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who needs the support; the caller, where it is left out.
    #[serde(default)]
    pub requester: Option<PersonId>,
    pub channel: Channel,
    pub title: Line,
    /// What happens, in the person's words.
    pub description: Text,
    /// When it reached the agency; now, where it is left out. Only the desk may say another instant.
    #[serde(default, deserialize_with = "crate::values::kept_date")]
    pub received_at: Option<DateTime<Utc>>,
    /// Since when it happens.
    #[serde(default, deserialize_with = "crate::values::kept_date")]
    pub since: Option<NaiveDate>,
    #[serde(default)]
    pub impact: Option<Impact>,
    /// The user area; the requester's, where it is left out.
    #[serde(default)]
    pub area: Option<AreaId>,
    #[serde(default)]
    pub service: Option<ServiceId>,
    /// The equipment's asset code, or the name on its label.
    #[serde(default)]
    pub equipment: Option<Line>,
    /// Site, floor and office.
    #[serde(default)]
    pub place: Option<Line>,
    /// Not for the area's head to see (control and integrity units).
    #[serde(default)]
    pub is_reserved: bool,
    /// Files that the caller uploaded before.
    #[serde(default)]
    pub files: Vec<FileId>,
    /// The ticket that this one was split from or repeats.
    #[serde(default)]
    pub from: Option<TicketId>,
}

/// The facts of a ticket that the desk verifies or corrects; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FactsPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equipment: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_reserved: Option<bool>,
}

impl FactsPatch {
    pub fn is_empty(&self) -> bool {
        *self == FactsPatch::default()
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident = $text:tt { $($(#[$fdoc:meta])* $field:ident : $ty:ty),* $(,)? }),+ $(,)?) => {
        /// One thing that a person asks of a ticket.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub enum Command {
            $($(#[$doc])* #[serde(rename = $text)] $name { $($(#[$fdoc])* $field: $ty),* }),+
        }

        names! {
            /// What may be asked of a ticket, without its payload.
            pub enum Action { $($(#[$doc])* $name = $text),+ }
        }

        impl Command {
            pub fn action(&self) -> Action {
                match self { $(Command::$name { .. } => Action::$name),+ }
            }
        }

        #[cfg(test)]
        impl Command {
            /// A command of this action, its fields drawn: a new one is tested without being told of.
            pub(crate) fn drawn(action: Action, draw: &mut crate::tests::draw::Draw) -> Command {
                match action { $(Action::$name => Command::$name { $($field: crate::tests::draw::Drawn::drawn(draw)),* }),+ }
            }
        }
    };
}

commands! {
    // The procedure's.
    /// Activity 2: say whether it is an incident, an occurrence or a requirement, the facts verified or corrected.
    Categorise = "categorise" { kind: Kind, #[serde(default)] facts: FactsPatch },
    /// Activity 3, an occurrence: what was done.
    RecordAction = "record_action" { action_taken: Text },
    /// Activities 3, 4 and 5: the cause and the solution.
    RecordSolution = "record_solution" { cause: Text, solution: Text },
    /// Activity 3 to 4 and 4 to 5: assign the task to a named person of the next level.
    Escalate = "escalate" { to: PersonId, handover: Text },
    /// Activity 5, covered: what covers it, and what was agreed with the provider.
    CoordinateProvider = "coordinate_provider" {
        #[serde(default)]
        subject: VerifiedSubject,
        coverage: CoverageFound,
        provider: ProviderId,
        means: Means,
        /// The provider's own number for the case.
        #[serde(default)]
        case_number: Option<Line>,
        #[serde(default, deserialize_with = "crate::values::kept_date")]
        expected_on: Option<NaiveDate>,
        /// What the provider is told.
        #[serde(default)]
        message: Option<Text>,
    },
    /// Activity 5, not covered: keep the report unfinished.
    DraftReport = "draft_report" { #[serde(default)] report: ReportDraft },
    /// Activity 5, not covered: raise the report to the head of IT. Parts left out are taken from the draft.
    SubmitTechnicalReport = "submit_technical_report" {
        #[serde(default)]
        subject: VerifiedSubject,
        /// How it was verified that nothing covers it.
        verification: Text,
        #[serde(default)]
        report: ReportDraft,
    },
    /// Activity 6, it proceeds: the contracting process is carried out.
    ApproveContracting = "approve_contracting" { grounds: Text },
    /// Activity 6, it does not: the user area's head is told.
    RejectContracting = "reject_contracting" { grounds: Text, communication: Communication },
    /// The contracting process ended in an order or a contract.
    RecordContract = "record_contract" {
        provider: ProviderId,
        /// The number of the order or contract.
        reference: Line,
        #[serde(default, deserialize_with = "crate::values::kept_date")]
        expected_on: Option<NaiveDate>,
    },
    /// Activity 7: the provider came; counts a visit.
    RecordServiceProvided = "record_service_provided" {
        /// May be past.
        served_at: DateTime<Utc>,
        means: Means,
        what_was_done: Text,
    },
    /// Activity 7, solved: the solution and the conformity.
    ConfirmResolution = "confirm_resolution" { #[serde(default)] cause: Option<Text>, solution: Text, conformity: Conformity },
    /// Activity 7, not solved: the provider is told and serves again.
    ReturnToProvider = "return_to_provider" { reason: Text, means: Means, #[serde(default)] told_at: Option<DateTime<Utc>> },
    /// Activity 8.
    Close = "close" {},
    /// What was done on the way, without moving the ticket (3.2).
    LogTask = "log_task" { text: Text, minutes: Minutes },

    // The extensions.
    /// A line of the conversation; an internal one is for the people of IT.
    Comment = "comment" { text: Text, #[serde(default)] is_internal: bool, #[serde(default)] files: Vec<FileId> },
    /// Files without words.
    Attach = "attach" { files: Vec<FileId>, #[serde(default)] is_internal: bool },
    /// Get this ticket's notices.
    Watch = "watch" {},
    Unwatch = "unwatch" {},
    /// Ask the person; the clock stops until the answer.
    AskPerson = "ask_person" { question: Text },
    /// Ask again.
    Remind = "remind" {},
    /// The person answered by other means.
    Resume = "resume" { #[serde(default)] note: Option<Text> },
    /// After the reminders: close without an answer.
    GiveUpWaiting = "give_up_waiting" {},
    /// Become its holder.
    Take = "take" {},
    /// Give it to another person of the same level.
    Reassign = "reassign" { to: PersonId, #[serde(default)] reason: Option<Text> },
    /// It was escalated by mistake, or facts are missing.
    ReturnToDesk = "return_to_desk" { reason: Text },
    CorrectCategory = "correct_category" { kind: Kind, reason: Text },
    CorrectFacts = "correct_facts" { #[serde(default)] facts: FactsPatch },
    /// The technical report must be mended.
    ReturnReport = "return_report" { remarks: Text },
    /// Its author takes the report back.
    WithdrawReport = "withdraw_report" {},
    /// The provider does not recognise the coverage.
    CoverageRefused = "coverage_refused" { reason: Text },
    /// The contracting process ended without a contract.
    ContractingFailed = "contracting_failed" { reason: Text },
    /// The person says that it works.
    ConfirmSolved = "confirm_solved" {},
    /// The person says that it still fails.
    DenySolved = "deny_solved" { reason: Text },
    Reopen = "reopen" { reason: Text },
    /// The person needs it no more.
    Withdraw = "withdraw" { #[serde(default)] reason: Option<Text> },
    MarkDuplicate = "mark_duplicate" { of: TicketId },
    UndoDuplicate = "undo_duplicate" { reason: Text },
    Discard = "discard" { reason: DiscardReason, #[serde(default)] explanation: Option<Text> },
    /// The person asked for two things: a second request with the same requester, channel and time received.
    CreateFromThis = "create_from_this" { title: Line, description: Text },
    /// Hide the text of a note (a password, personal data); that it was written stays on record.
    HideNote = "hide_note" { number: EventNumber, reason: Text },
    /// The person without an address was told by phone.
    MarkInformedByPhone = "mark_informed_by_phone" {},
}

impl Action {
    /// Is it of the written procedure, rather than an extension?
    pub fn is_written(self) -> bool {
        use Action::*;
        matches!(
            self,
            Categorise
                | RecordAction
                | RecordSolution
                | Escalate
                | CoordinateProvider
                | DraftReport
                | SubmitTechnicalReport
                | ApproveContracting
                | RejectContracting
                | RecordContract
                | RecordServiceProvided
                | ConfirmResolution
                | ReturnToProvider
                | Close
                | LogTask
        )
    }
}

/// The records that a command names: what must be looked up before it is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    pub people: BTreeSet<PersonId>,
    pub areas: BTreeSet<AreaId>,
    pub services: BTreeSet<ServiceId>,
    pub providers: BTreeSet<ProviderId>,
    pub files: BTreeSet<FileId>,
    pub tickets: BTreeSet<TicketId>,
}

impl Mentions {
    fn facts(&mut self, facts: &FactsPatch) {
        self.people.extend(facts.requester);
        self.areas.extend(facts.area);
        self.services.extend(facts.service);
    }
}

impl Request {
    pub fn mentions(&self) -> Mentions {
        Mentions {
            people: self.requester.into_iter().collect(),
            areas: self.area.into_iter().collect(),
            services: self.service.into_iter().collect(),
            providers: BTreeSet::new(),
            files: self.files.iter().copied().collect(),
            tickets: self.from.into_iter().collect(),
        }
    }
}

impl Command {
    /// Adds what this command names.
    pub fn mentions(&self, mentions: &mut Mentions) {
        match self {
            Command::Categorise { facts, .. } | Command::CorrectFacts { facts } => mentions.facts(facts),
            Command::Escalate { to, .. } | Command::Reassign { to, .. } => mentions.people.extend([*to]),
            Command::CoordinateProvider { subject, provider, .. } => {
                mentions.services.extend(subject.service);
                mentions.providers.insert(*provider);
            }
            Command::SubmitTechnicalReport { subject, .. } => mentions.services.extend(subject.service),
            Command::RejectContracting { communication, .. } => mentions.people.extend(communication.to),
            Command::RecordContract { provider, .. } => mentions.providers.extend([*provider]),
            Command::Comment { files, .. } | Command::Attach { files, .. } => mentions.files.extend(files),
            Command::MarkDuplicate { of } => mentions.tickets.extend([*of]),
            _ => {}
        }
    }
}
