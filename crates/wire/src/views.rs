//! Saved views: lists that people keep under a name.

use domain::ViewName;
use serde::{Deserialize, Serialize};

use super::PersonRef;

/// A list that somebody keeps under a name. It is filters and columns: whoever opens it sees of it what they may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedView {
    pub id: i64,
    pub version: u32,
    pub name: String,
    /// Whose it is.
    pub owner: PersonRef,
    /// Its filters and its order, as the query of `GET /tickets` says them.
    pub query: String,
    /// Its columns; empty where it says nothing of them.
    pub columns: Vec<String>,
    /// All of IT may open it.
    pub is_shared: bool,
}

/// A view to keep. With a PUT, the whole view; whose it is stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SavedViewRequest {
    pub name: ViewName,
    /// Up to 2,000 characters of a query of `GET /tickets`; empty: all tickets. A `limit` and a `cursor` are left out.
    pub query: String,
    /// Of those that `GET /tickets.csv` has.
    #[serde(default)]
    pub columns: Vec<String>,
    /// For all of IT; only its people may share.
    #[serde(default)]
    pub is_shared: bool,
}
