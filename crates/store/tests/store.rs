//! What the store promises, on both databases: each test body runs on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

#[path = "store/world.rs"]
#[macro_use]
mod world;

#[path = "store/answers.rs"]
mod answers;
#[path = "store/areas.rs"]
mod areas;
#[path = "store/cast.rs"]
mod cast;
#[path = "store/directory.rs"]
mod directory;
#[path = "store/doors.rs"]
mod doors;
#[path = "store/facts.rs"]
mod facts;
#[path = "store/figures.rs"]
mod figures;
#[path = "store/files.rs"]
mod files;
#[path = "store/heart.rs"]
mod heart;
#[path = "store/lists.rs"]
mod lists;
#[path = "store/migrations.rs"]
mod migrations;
#[path = "store/names.rs"]
mod names;
#[path = "store/notices.rs"]
mod notices;
#[path = "store/plans.rs"]
mod plans;
#[path = "store/received.rs"]
mod received;
#[path = "store/sessions.rs"]
mod sessions;
#[path = "store/setup.rs"]
mod setup;
#[path = "store/streams.rs"]
mod streams;
#[path = "store/views.rs"]
mod views;
