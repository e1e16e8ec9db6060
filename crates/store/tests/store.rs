//! What the store promises, on both databases: each test body runs on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

#[path = "store/world.rs"]
#[macro_use]
mod world;

#[path = "store/directory.rs"]
mod directory;
#[path = "store/sessions.rs"]
mod sessions;
#[path = "store/setup.rs"]
mod setup;
