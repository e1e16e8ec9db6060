//! The routes of `/api/v1`, one module each.

mod me;
mod session;
mod setup;
mod tickets;
