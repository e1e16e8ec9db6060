//! The routes of `/api/v1`, one module each.

mod absences;
mod docs;
mod files;
mod health;
mod imports;
mod mail_answers;
mod me;
mod merges;
mod notices;
mod outgoing_mails;
mod people;
mod received_mails;
mod records;
mod reports;
mod resets;
mod session;
mod settings;
mod setup;
pub mod tickets;
mod tokens;
mod trail;
mod views;
