//! The routes of `/api/v1`, one module each.

mod docs;
mod files;
mod health;
mod me;
mod people;
mod records;
mod session;
mod setup;
mod tickets;
