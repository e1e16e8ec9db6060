//! The only Diesel of the workspace: streams of events, read tables, records, outbox, idempotency, search; SQLite and PostgreSQL as equals.
//!
//! Two doors lead to the data ([`Store::read`], [`Store::write`]); behind them everything is a plain function on `&mut Conn`.
//! Nothing here knows a rule of the procedure: a function is told what to write, and by whom it is read.

mod asked;
mod checkpoints;
mod conn;
mod door;
mod error;
mod fold;
mod heart;
mod migrate;
mod names;
mod rows;
mod schema;
mod types;
mod writer;

pub mod origin;

// The tickets.
pub mod facts;
pub mod figures;
pub mod files;
pub mod idempotency;
pub mod notices;
pub mod outbox;
pub mod received;
pub mod reminders;
pub mod search;
pub mod streams;
pub mod tickets;

// The directory.
pub mod absences;
pub mod accounts;
pub mod actors;
pub mod areas;
pub mod history;
pub mod merges;
pub mod people;
pub mod providers;
pub mod records;
pub mod resets;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod tokens;
pub mod trail;
pub mod views;

// Naming them links them: SQLite from its C sources, and PostgreSQL's client library from its own or from the system.
use libsqlite3_sys as _;
use pq_sys as _;

pub use conn::{Backend, Conn};
pub use door::{Held, Store, StoreSettings, StoreStats};
pub use error::StoreError;
pub use heart::at_once;
