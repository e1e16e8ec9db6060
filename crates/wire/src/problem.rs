//! Errors, as RFC 9457 `application/problem+json`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What went wrong, for a program (`code`) and for a person (`title`, `detail`, in the caller's language).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A relative URI that names the kind of problem: `/problems/{code}`.
    pub r#type: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable; programs look at this.
    pub code: String,
    pub title: String,
    /// What is so, and what to do.
    pub detail: String,
    /// Which fields are wrong, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// To find the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What else is known: the parts of the refusal (`phase`, `assignee`, `until`…), or the version in force after a conflict.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Map<String, Value>,
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where it is: `commands[0].report.background`.
    pub path: String,
    pub code: String,
    pub detail: String,
}
