//! The routes of `/api/v1`, one module each.

mod tickets;
