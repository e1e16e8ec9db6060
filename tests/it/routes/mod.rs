//! The routes of `/api/v1`, one module each.

mod docs;
mod files;
mod health;
mod mail_answers;
mod me;
mod outgoing_mails;
mod people;
mod records;
mod session;
mod settings;
mod setup;
pub mod tickets;
mod tokens;
