//! The contract of the API: what goes in (`*Request`), what comes out (`*View`, `*Summary`), pages and problems.
//!
//! Field names are snake_case, instants RFC 3339 in UTC, days ISO 8601. What comes in refuses unknown fields.

pub mod account;
pub mod command;
pub mod mail;
pub mod notices;
pub mod page;
pub mod problem;
pub mod procedure;
pub mod records;
pub mod reports;
pub mod ticket;
pub mod views;

pub use account::*;
pub use command::{CommandBody, CommandsRequest, CreateTicketRequest, FieldFault, parse_commands, parse_create, parse_one};
pub use mail::*;
pub use notices::*;
pub use page::{MAX_PAGE_SIZE, PAGE_SIZE, Page};
pub use problem::{FieldError, Problem};
pub use procedure::*;
pub use records::*;
pub use reports::*;
pub use ticket::*;
pub use views::*;
