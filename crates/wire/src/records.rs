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
    #[serde(default)]
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
