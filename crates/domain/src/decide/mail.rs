//! What comes by mail: a request or a line of the conversation as anybody's, and beside it, for the people of IT, that a mail brought it.

use super::{Decision, decide, request};
use crate::actor::Actor;
use crate::command::{Command, Request};
use crate::event::Event;
use crate::facts::Facts;
use crate::ticket::Ticket;
use crate::values::{Instant, MailId};

/// The mail that brings something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByMail {
    pub mail: MailId,
    /// Nothing proves that it came from the address that it names.
    pub is_unverified: bool,
    /// Files that stay with the mail.
    pub n_files_left: u32,
}

/// Activity 1, by mail.
///
/// # Errors
/// As [`request()`].
pub fn request_by_mail(actor: &Actor, now: Instant, facts: &Facts, asked: Request, by_mail: ByMail) -> Decision {
    request(actor, now, facts, asked).map(|events| noted(events, by_mail))
}

/// What somebody wrote in answer to a mail of ours.
///
/// # Errors
/// As [`decide`].
pub fn answer_by_mail(ticket: &Ticket, actor: &Actor, now: Instant, facts: &Facts, command: Command, by_mail: ByMail) -> Decision {
    decide(ticket, actor, now, facts, command).map(|events| noted(events, by_mail))
}

fn noted(mut events: Vec<Event>, by_mail: ByMail) -> Vec<Event> {
    let ByMail { mail, is_unverified, n_files_left } = by_mail;
    events.push(Event::CameByMail { mail, is_unverified, n_files_left });
    events
}
