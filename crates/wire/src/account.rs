//! Signing in, and what one may change of oneself.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{Actor, AreaId, Email, Line, PersonId, Role};
use serde::{Deserialize, Serialize};

/// The first administrator, by the link that the server printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// From the link.
    pub token: String,
    /// The agency's name: the area above all others.
    pub agency: Line,
    pub name: Line,
    pub email: Email,
    pub password: String,
}

/// Does the system wait for its first administrator?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupView {
    pub is_needed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    pub email: String,
    pub password: String,
}

/// An access token; the refresh token travels in its cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    pub expires_at: DateTime<Utc>,
}

/// The caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileView {
    pub id: PersonId,
    pub name: String,
    pub email: Option<String>,
    pub post: Option<String>,
    pub area: super::AreaRef,
    pub extension: Option<String>,
    pub phone: Option<String>,
    pub place: Option<String>,
    /// `es-PE` or `en`.
    pub language: String,
    pub roles: BTreeSet<Role>,
    /// The areas that the caller heads, and those under them.
    pub areas_headed: BTreeSet<AreaId>,
    /// Away today, until that day; left out where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_until: Option<chrono::NaiveDate>,
    /// Whose posts the caller holds today («(e)»): `roles` and `areas_headed` have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acting_for: Vec<super::PersonRef>,
}

impl ProfileView {
    /// The caller as the domain knows one: the browser asks `permit` with it.
    pub fn actor(&self) -> Actor {
        Actor {
            who: domain::Who::Person(self.id),
            roles: self.roles.clone(),
            area: Some(self.area.id),
            areas_headed: self.areas_headed.clone(),
        }
    }
}

/// What one may change of oneself; what is left out stays, null empties.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProfileRequest {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Line>))]
    pub extension: Option<Option<Line>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Line>))]
    pub phone: Option<Option<Line>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Line>))]
    pub place: Option<Option<Line>>,
    /// `es-PE` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A field that is there, null or not: serde would read null as if it were left out.
fn given<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordRequest {
    pub current: String,
    pub new: String,
}

/// An access token for integrations: a program acts with it in its person's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// Which program it is for.
    pub name: Line,
    pub scope: TokenScope,
    /// A year from now at most.
    pub expires_at: DateTime<Utc>,
}

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// What its person may read.
    Read,
    /// What its person may do, but passwords and access tokens.
    Write,
    /// To hand in received mail, and nothing else. An administrator's alone.
    Intake,
}

/// An access token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    pub id: i64,
    pub person: super::PersonRef,
    pub name: String,
    pub scope: TokenScope,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// To the minute; null, where it never was.
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// An access token as it is made: its secret is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTokenView {
    /// For `Authorization: Bearer`: `atd_…`.
    pub secret: String,
    pub token: TokenView,
}

/// Somebody forgot their password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    pub email: Email,
}

/// A password, chosen by a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    /// From the link.
    pub token: String,
    pub password: String,
}

/// A link by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordLinkView {
    /// How long it is good, from when it is sent.
    pub valid_minutes: i64,
}

/// How the help desk is reached, as the agency has set it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeskView {
    pub agency: Option<String>,
    pub extension: Option<String>,
    pub mobile: Option<String>,
    pub email: Option<String>,
}
