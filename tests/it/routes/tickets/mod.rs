//! `/api/v1/tickets`.

pub mod given;

mod commands;
mod create;
mod events;
mod export;
mod idempotency;
mod if_match;
mod list;
mod read;
