//! People, contacts, areas, services and providers: plain records, each with a version and a history.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{AreaId, Email, Line, PersonId, ProviderId, Role, Ruc, ServiceId, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A person of the directory, or a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonView {
    pub id: PersonId,
    pub version: u32,
    pub name: String,
    pub email: Option<String>,
    pub post: Option<String>,
    pub area: super::AreaRef,
    pub extension: Option<String>,
    pub phone: Option<String>,
    pub place: Option<String>,
    pub language: String,
    /// With `area_head` for whoever heads an area.
    pub roles: BTreeSet<Role>,
    /// The desk made it on the spot; it has no account.
    pub is_contact: bool,
    pub is_active: bool,
    /// Has it a password?
    pub has_account: bool,
    /// The person of the directory that this contact turned out to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub merged_into: Option<PersonId>,
    /// Away today, until that day; left out where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_until: Option<NaiveDate>,
    /// Whose posts they hold today («(e)»).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acting_for: Vec<super::PersonRef>,
}

/// A person of the directory. With a PUT, the whole record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonRequest {
    pub name: Line,
    pub email: Email,
    #[serde(default)]
    pub post: Option<Line>,
    pub area: AreaId,
    #[serde(default)]
    pub extension: Option<Line>,
    #[serde(default)]
    pub phone: Option<Line>,
    #[serde(default)]
    pub place: Option<Line>,
    /// `es-PE` or `en`; Spanish, where it is left out.
    #[serde(default)]
    pub language: Option<String>,
    /// Not `area_head`: that is had by heading an area.
    pub roles: BTreeSet<Role>,
    #[serde(default = "yes")]
    pub is_active: bool,
}

fn yes() -> bool {
    true
}

/// A password that an administrator gives: the person changes it. Never read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GivePasswordRequest {
    pub password: String,
}

/// Somebody new, on the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContactRequest {
    pub name: Line,
    pub area: AreaId,
    #[serde(default)]
    pub email: Option<Email>,
    #[serde(default)]
    pub extension: Option<Line>,
    #[serde(default)]
    pub phone: Option<Line>,
    #[serde(default)]
    pub place: Option<Line>,
}

/// What became of the rows of a file, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportView {
    /// Nothing was written.
    pub is_dry_run: bool,
    pub n_created: u32,
    pub n_updated: u32,
    pub n_same: u32,
    pub n_wrong: u32,
    pub rows: Vec<ImportRow>,
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportRow {
    /// As a spreadsheet counts: the header is 1.
    pub line: u32,
    /// The address, or the code, by which it is matched.
    pub key: String,
    pub verdict: Verdict,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<super::FieldError>,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Create,
    Update,
    /// What it says is on record already.
    Same,
    Error,
}

/// The person of the directory that a contact turned out to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    pub into: PersonId,
}

/// A contact that was merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MergeView {
    pub contact: super::PersonRef,
    pub person: super::PersonRef,
    /// That are the person's now.
    pub n_tickets: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AreaView {
    pub id: AreaId,
    pub version: u32,
    pub name: String,
    pub abbreviation: Option<String>,
    pub parent: Option<AreaId>,
    pub head: Option<super::PersonRef>,
    /// Its tickets are reserved from its head (control and integrity units).
    pub is_reserved: bool,
    /// Its last day, if it has ended.
    pub ended_on: Option<NaiveDate>,
}

/// An area. With a PUT, the whole record. Areas end by date and are never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AreaRequest {
    pub name: Line,
    #[serde(default)]
    pub abbreviation: Option<Line>,
    /// None: directly under nothing (the agency itself).
    #[serde(default)]
    pub parent: Option<AreaId>,
    #[serde(default)]
    pub head: Option<PersonId>,
    #[serde(default)]
    pub is_reserved: bool,
    #[serde(default, deserialize_with = "domain::kept_date")]
    pub ended_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceView {
    pub id: ServiceId,
    pub version: u32,
    pub name: String,
    pub description: Option<String>,
    pub is_active: bool,
}

/// A service of the catalogue. With a PUT, the whole record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ServiceRequest {
    pub name: Line,
    #[serde(default)]
    pub description: Option<Text>,
    #[serde(default = "yes")]
    pub is_active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderView {
    pub id: ProviderId,
    pub version: u32,
    pub name: String,
    pub ruc: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub contact: Option<String>,
    pub is_active: bool,
}

/// A provider. With a PUT, the whole record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProviderRequest {
    pub name: Line,
    #[serde(default)]
    pub ruc: Option<Ruc>,
    #[serde(default)]
    pub email: Option<Email>,
    #[serde(default)]
    pub phone: Option<Line>,
    /// Who to speak to.
    #[serde(default)]
    pub contact: Option<Line>,
    #[serde(default = "yes")]
    pub is_active: bool,
}

/// One change of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeView {
    /// The record's version after it.
    pub version: u32,
    pub at: DateTime<Utc>,
    /// Absent: the command line.
    pub by: Option<super::PersonRef>,
    /// The record before; null for its making.
    pub before: Option<Value>,
    pub after: Value,
}

/// Somebody is away from one day to another, both included, in Lima.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AbsenceView {
    pub id: i64,
    pub version: u32,
    pub person: super::PersonRef,
    pub from_on: NaiveDate,
    pub until_on: NaiveDate,
    pub reason: Option<String>,
    /// Who holds the person's posts meanwhile («(e)»).
    pub acting: Option<super::PersonRef>,
    pub is_cancelled: bool,
}

/// An absence. With a PUT, the whole record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AbsenceRequest {
    /// The caller, where it is left out.
    #[serde(default)]
    pub person: Option<PersonId>,
    #[serde(deserialize_with = "domain::kept_date")]
    pub from_on: NaiveDate,
    /// The last day.
    #[serde(deserialize_with = "domain::kept_date")]
    pub until_on: NaiveDate,
    #[serde(default)]
    pub reason: Option<Line>,
    /// Who holds the post of the head of IT, or of an area, meanwhile.
    #[serde(default)]
    pub acting: Option<PersonId>,
    /// It does not take place after all.
    #[serde(default)]
    pub is_cancelled: bool,
}

/// Which absences a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AbsenceQuery {
    /// Of this person, or in which they act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<i64>))]
    pub person: Option<PersonId>,
    /// That have not ended before that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Also those that were cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<bool>,
    /// 1 to 200; 50, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the page before it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One entry of the trail: an event of a ticket, a change of a record, or a sign-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailView {
    pub at: DateTime<Utc>,
    /// Null: the system, or the command line.
    pub by: Option<super::PersonRef>,
    /// `ticket`, `session`, or a kind of record: `person`, `area`, `service`, `provider`, `setting`, `absence`, `access_token`.
    pub entity: String,
    /// The ticket's or the record's number; of a session, the person's.
    pub id: i64,
    /// Of a ticket's event.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub number: Option<domain::EventNumber>,
    /// The event's name; `created` or `changed`; `signed_in`.
    pub name: String,
    /// From where; null where it came from no request, or from before it was kept.
    pub origin: Option<OriginView>,
    /// The record before; null for its making, and for events.
    pub before: Option<Value>,
    /// The record after, or what the event says.
    pub after: Option<Value>,
}

/// From where something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OriginView {
    /// The caller's address.
    pub address: String,
    /// The request, as the log and `X-Request-Id` name it.
    pub request: String,
    /// The access token that it came by.
    pub token: Option<TokenRef>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRef {
    pub id: i64,
    pub name: String,
}

/// Which entries of the trail are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TrailQuery {
    /// Whose hand it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<i64>))]
    pub person: Option<PersonId>,
    /// `ticket`, `session`, or a kind of record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Of that kind, the one with this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// A ticket's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<i64>))]
    pub ticket: Option<domain::TicketId>,
    /// An event's name, `created`, `changed` or `signed_in`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// From this day on, in Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Until this day, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// The number of the access token that it came by, also of one that was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<i64>,
    /// 1 to 200; 50, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the page before it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What the agency has set for itself, or its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingView {
    pub name: String,
    /// 0, where it was never set.
    pub version: u32,
    /// In force.
    pub value: Value,
    pub default: Value,
    /// Is it another than the default would be?
    pub is_set: bool,
}

/// A value to set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SettingRequest {
    /// A number or a text, as the setting is; null: the default again.
    pub value: Value,
}

/// Which records a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct RecordQuery {
    /// The beginning of any word of the name, the address or the extension; without regard to accents or case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// People who have this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub role: Option<Role>,
    /// Also those that are disabled or have ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<bool>,
    /// 1 to 200; 50, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the page before it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
