//! Procedure P-TI-04 «Atención de incidencias y ocurrencias» as a pure function: *ticket, actor, instant, command → events or a refusal*.
//!
//! ```text
//! Requested ─► InAttention ─► Escalated1 ─► Escalated2 ─┬─► WithProvider ◄──────── Contracting
//!     │             │              │             │      │     │      ▲                  ▲
//!     ▼             │              │             │      │     ▼      │                  │
//! Recorded          │              │             │      │   Verifying┘                  │
//!                   ▼              ▼             ▼      │     │                         │
//!                   └──────────► ToClose ◄───────┴──────┼─────┘                         │
//!                                  │  ▲                 └─► UnderEvaluation ────────────┘
//!                                  ▼  └── not approved ─────────┘
//!                                Closed
//! ```
//! The extensions (withdrawing, duplicates, waiting for the person, reopening…) never stand in its way.
//! No I/O, no clock, no database: the server decides with it, and the browser asks it what to show.

pub mod actor;
pub mod chart;
pub mod command;
mod decide;
pub mod event;
pub mod facts;
pub mod fields;
pub mod notice;
pub mod permit;
pub mod procedure;
pub mod refusal;
pub mod report;
pub mod ticket;
pub mod values;

#[cfg(test)]
mod tests;

pub use actor::{Actor, Audience, Role, Who};
pub use command::{Action, Command, FactsPatch, Mentions, Request};
pub use decide::{ByMail, answer_by_mail, decide, decide_all, mentions, request, request_by_mail, stands_alone};
pub use event::{Entry, Event, EventName};
pub use facts::{AreaFact, Facts, MAX_FILES, PersonFact, Rules, TicketFact};
pub use fields::{Field, FieldKind, fields};
pub use notice::{NothingToSay, NoticeKind, NoticeState};
pub use permit::permit;
pub use refusal::Refusal;
pub use report::{Communication, Conformity, CoverageFound, ReportDraft, ReportPart, TechnicalReport, VerifiedSubject};
pub use ticket::{Note, Outcome, Phase, Stage, Standing, Ticket, Waiting};
pub use values::*;
