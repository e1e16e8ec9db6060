//! Tickets as they are read.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Action, AreaId, Channel, EventName, EventNumber, FieldKind, FileId, Impact, Kind, Outcome, PersonId, Phase, ProviderId, ReportDraft,
    Role, ServiceId, Standing, TechnicalReport, TicketId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

macro_rules! reference {
    ($(#[$doc:meta])* $name:ident, $id:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name {
            pub id: $id,
            pub name: String,
        }
    };
}

reference!(
    /// A person by name.
    PersonRef, PersonId
);
reference!(
    /// An area by name.
    AreaRef, AreaId
);
reference!(
    /// A service by name.
    ServiceRef, ServiceId
);
reference!(
    /// A provider by name.
    ProviderRef, ProviderId
);

/// A ticket as its reader may see it. Fields that belong to the people of IT are absent for others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketView {
    /// The number that people say on the phone: 123 of «TI-123».
    pub id: TicketId,
    /// Counts the events that everybody who sees the ticket may see; the ETag begins with it, and If-Match compares it.
    pub version: u32,
    pub title: String,
    /// What happens, in the person's words; absent where it was hidden.
    pub description: Option<String>,
    /// What decides what may be done with it now.
    pub standing: Standing,
    pub requester: PersonRef,
    /// Absent: the mailbox.
    pub creator: Option<PersonRef>,
    pub area: AreaRef,
    pub holder: Option<PersonRef>,
    pub service: Option<ServiceRef>,
    pub equipment: Option<String>,
    pub place: Option<String>,
    pub channel: Channel,
    pub impact: Option<Impact>,
    pub since: Option<NaiveDate>,
    pub solution: Option<String>,
    pub received_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Since when it is in this phase.
    pub phase_since: DateTime<Utc>,
    /// Since when this holder has it.
    pub held_since: DateTime<Utc>,
    pub solved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub n_reopened: u32,
    pub is_watching: bool,
    /// For the people of IT and the auditor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub it: Option<TicketItView>,
    /// What this reader may do now, each with the fields that it asks for.
    pub actions: Vec<ActionView>,
}

/// What the people of IT and the auditor read of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketItView {
    pub provider: Option<ProviderRef>,
    pub n_visits: u32,
    pub draft: Option<ReportDraft>,
    pub report: Option<TechnicalReport>,
    pub duplicate_of: Option<TicketId>,
    /// The ticket that this one was split from or repeats.
    pub from: Option<TicketId>,
    /// Tickets that were joined to this one, at most 100.
    pub duplicates: Vec<TicketId>,
    /// Tickets that were made out of this one, at most 100.
    pub split_off: Vec<TicketId>,
}

/// One action with its form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionView {
    pub action: Action,
    /// Not of the written procedure.
    pub is_extension: bool,
    pub fields: Vec<FieldView>,
}

/// One field of an action's form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldView {
    /// Where it stands in the command: `report.background`.
    pub path: String,
    pub kind: FieldKind,
    pub is_required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketSummary {
    pub id: TicketId,
    pub version: u32,
    pub title: String,
    pub phase: Phase,
    pub kind: Option<Kind>,
    pub outcome: Option<Outcome>,
    pub channel: Channel,
    pub is_waiting: bool,
    pub is_reserved: bool,
    pub is_confirmed: bool,
    pub n_reopened: u32,
    pub requester: PersonRef,
    pub area: AreaRef,
    pub holder: Option<PersonRef>,
    pub service: Option<ServiceRef>,
    pub received_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub phase_since: DateTime<Utc>,
}

/// One thing that happened, as its reader may see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventView {
    /// «7», or «7.1» for the first internal event after 7.
    pub number: EventNumber,
    pub at: DateTime<Utc>,
    /// Absent: the system.
    pub by: Option<PersonRef>,
    pub event: EventName,
    pub is_internal: bool,
    /// Its text and files were hidden.
    pub is_hidden: bool,
    /// The event's own fields, without what this reader may not see.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub data: Map<String, Value>,
    /// Names of the records that `data` refers to, by field: `to`, `provider`, `requester`, `area`, `service`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileView>,
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileView {
    pub id: FileId,
    pub name: String,
    /// As guessed from the name; served as an attachment all the same.
    pub media_type: String,
    pub n_bytes: i64,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
    pub uploaded_at: DateTime<Utc>,
}

/// What waits for the caller. A number of 1,001 means «more than 1,000».
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountsView {
    /// The desk: requests to receive.
    pub to_receive: Option<u32>,
    /// The desk: in attention.
    pub in_attention: Option<u32>,
    /// The desk: waiting for the person.
    pub waiting: Option<u32>,
    /// The desk: to close.
    pub to_close: Option<u32>,
    /// The desk: people to be told by phone.
    pub to_phone: Option<u32>,
    /// Held by the caller.
    pub mine: Option<u32>,
    /// The head of IT: reports to evaluate.
    pub to_evaluate: Option<u32>,
    /// The head of IT and level 2: being contracted.
    pub contracting: Option<u32>,
    /// Requests of the caller that are not ended.
    pub my_requests: u32,
    /// Of those, that wait for the caller's answer, or for their word that it works.
    pub my_answers: u32,
}

/// What a file of tickets may have in a line, in the order that it has where none is asked for.
pub const TICKET_COLUMNS: [&str; 13] = [
    "number",
    "title",
    "kind",
    "state",
    "outcome",
    "area",
    "requester",
    "holder",
    "service",
    "channel",
    "received_at",
    "updated_at",
    "phase_since",
];

/// Which columns a file of tickets has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TicketColumnsQuery {
    /// Separated by commas, in their order; all of them, where it is left out: `number`, `title`, `kind`, `state`, `outcome`, `area`, `requester`,
    /// `holder`, `service`, `channel`, `received_at`, `updated_at`, `phase_since`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<String>,
}

/// How many tickets a list holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketCountView {
    /// 100,001 means «more than 100,000».
    pub n: u32,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TicketSort {
    /// The newest number first.
    #[default]
    Newest,
    Oldest,
    /// What changed last first.
    Updated,
    /// What has been in its phase longest first.
    Waiting,
}

/// Which tickets a list holds. Lists of values are separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TicketQuery {
    /// Phases: `requested,in_attention`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Kinds; `none` for those not categorised yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Outcomes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Who holds it: a person's id, `me`, or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Who asked: a person's id, or `me` (who asked or created).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    /// An area and those under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<i64>))]
    pub area: Option<AreaId>,
    /// Channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<i64>))]
    pub service: Option<ServiceId>,
    /// Of the area alone, without those under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_alone: Option<bool>,
    /// A step of activity 6 that was taken in these days: `submitted`, `returned`, `approved`, `rejected`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The first of the days of `step`, in Lima; from the beginning, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_from: Option<NaiveDate>,
    /// The last of them; until today, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_to: Option<NaiveDate>,
    /// Those without a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_service: Option<bool>,
    /// Whether it waits for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<bool>,
    /// Whether the person said that it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<bool>,
    /// Whether it has come to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<bool>,
    /// Received on or after this day of Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_from: Option<NaiveDate>,
    /// Received on or before this day of Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_to: Option<NaiveDate>,
    /// Solved, or given up, on or after this day of Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved_from: Option<NaiveDate>,
    /// Solved, or given up, on or before this day of Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved_to: Option<NaiveDate>,
    /// Ended on or after this day of Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_from: Option<NaiveDate>,
    /// Ended on or before this day of Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_to: Option<NaiveDate>,
    /// Pending when this day of Lima was over: received by then, and not ended by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_on: Option<NaiveDate>,
    /// Who solved it: a person's id, or `me`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<String>,
    /// Words of the title, without regard to accents or case; the last may be unfinished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub sort: Option<TicketSort>,
    /// 1 to 200; 50, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the page before it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
