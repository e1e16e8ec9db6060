//! Pages of a list: by key, never by offset.

use serde::{Deserialize, Serialize};

/// Items of a page, unless the caller asks for another number.
pub const PAGE_SIZE: u32 = 50;
/// The most items of a page.
pub const MAX_PAGE_SIZE: u32 = 200;

/// Part of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the list goes on: the `cursor` of the next call. Absent at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
