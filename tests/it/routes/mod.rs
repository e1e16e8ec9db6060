//! The routes of `/api/v1`, one module each.

mod files;
mod me;
mod people;
mod records;
mod session;
mod setup;
mod tickets;
