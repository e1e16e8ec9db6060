//! The procedure, as `GET /api/v1/procedure` tells it.

use domain::{Action, Phase, Role};
use serde::{Deserialize, Serialize};

/// P-TI-04, drawn from the domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProcedureView {
    pub code: String,
    pub version: String,
    pub title: String,
    pub process_levels: Vec<String>,
    pub activities: Vec<ActivityView>,
    pub flows: Vec<domain::procedure::Flow>,
    pub phases: Vec<PhaseView>,
    pub actions: Vec<ActionWordsView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityView {
    pub number: u8,
    /// In the document's words.
    pub name: String,
    pub organ: String,
    pub role_written: String,
    pub roles: Vec<Role>,
    pub phases: Vec<Phase>,
    pub description: Vec<String>,
    pub gateway: Option<GatewayView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GatewayView {
    pub question: String,
    pub yes: String,
    pub yes_to: u8,
    pub no: String,
    pub no_to: u8,
    /// Where the text's jump contradicts its own sentence, the activities that we hold: yes, no.
    pub corrected: Option<(u8, u8)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhaseView {
    pub phase: Phase,
    /// In the caller's language.
    pub name: String,
    pub is_end: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionWordsView {
    pub action: Action,
    /// In the caller's language.
    pub name: String,
    pub help: String,
    pub is_extension: bool,
}
