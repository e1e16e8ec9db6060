//! The links in mails that act: «it works», «it still fails». They are for whoever got the mail, with an account or without.
//!
//! The token names a ticket, a person and a solution, and is signed for this purpose alone. It stands in the fragment of the address, which no
//! server, log or proxy gets. Opening the link reads; only the button on its page acts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Command, Event, PersonId, Stage, Ticket, TicketId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::{people, streams};
use wire::command::Fault;
use wire::{MailAnswerRequest, MailAnswerView};

use super::Mails;
use super::compose::{actor_for, is_to_be_confirmed, solution_in};
use crate::app::App;
use crate::app::execute::Asked;
use crate::app::queries::fault;
use crate::error::{Code, Failure};
use crate::http::{Answer, IfMatch};

/// What a link is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct About {
    ticket: TicketId,
    person: PersonId,
    /// The place of the solution among the ticket's events.
    position: usize,
}

impl Mails {
    /// `123-45-9.<signature>`
    fn token(&self, about: About) -> String {
        let said = format!("{}-{}-{}", about.ticket.get(), about.person.get(), about.position);
        let signature = URL_SAFE_NO_PAD.encode(self.signed(&said).finalize().into_bytes());
        format!("{said}.{signature}")
    }

    /// What a token of ours is about. The signature is compared in a time that does not depend on where it differs.
    fn read_token(&self, token: &str) -> Option<About> {
        let (said, signature) = token.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.signed(said).verify_slice(&signature).ok()?;
        let mut numbers = said.split('-');
        let about = About {
            ticket: numbers.next()?.parse().ok().and_then(|id| TicketId::parse(id).ok())?,
            person: numbers.next()?.parse().ok().and_then(|id| PersonId::parse(id).ok())?,
            position: numbers.next()?.parse().ok()?,
        };
        numbers.next().is_none().then_some(about)
    }

    fn signed(&self, said: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.links).expect("HMAC takes a key of any length");
        mac.update(b"is it solved\0");
        mac.update(said.as_bytes());
        mac
    }
}

impl App {
    /// The page that asks whether a solution holds.
    pub fn answer_link(&self, ticket: TicketId, person: PersonId, position: usize) -> String {
        format!("{}/answer#{}", self.config.public_url, self.mails.token(About { ticket, person, position }))
    }

    /// What a link is about, and whether it may still be answered. Changes nothing.
    ///
    /// # Errors
    /// Not found, for a token that is none of ours, or whose person is not the requester any more.
    pub fn read_mail_answer(&self, token: &str) -> Result<Answer, Failure> {
        let about = self.mails.read_token(token).ok_or(Code::NotFound)?;
        Ok(Answer::ok(&self.mail_answer(about)?.view))
    }

    /// The person says that it works, or that it still fails: the command that they would give when signed in. Said again, it is answered alike.
    ///
    /// # Errors
    /// Not found; a reason that is missing; `mail_answer_late`, where the ticket has moved on.
    pub fn create_mail_answer(&self, token: &str, request: MailAnswerRequest) -> Result<Answer, Failure> {
        let about = self.mails.read_token(token).ok_or(Code::NotFound)?;
        let command = match (request.works, request.reason) {
            (true, _) => Command::ConfirmSolved {},
            (false, Some(reason)) => Command::DenySolved { reason },
            (false, None) => return Err(fault("reason", Fault::Missing)),
        };
        let found = self.mail_answer(about)?;
        if found.said == Some(request.works) {
            return Ok(Answer::ok(&found.view));
        }
        if !found.view.may_answer {
            return Err(Code::MailAnswerLate.into());
        }
        let actor = self.store.read::<_, Failure>(|conn| {
            let person = people::find_merged(conn, about.person)?.ok_or(Code::NotFound)?;
            actor_for(conn, &person, self.now())
        })?;
        let asked = Asked { actor, id: about.ticket, expected: IfMatch::Absent, commands: vec![command], once: None };
        match self.command_ticket(&asked) {
            Ok(_) => Ok(Answer::ok(&self.mail_answer(about)?.view)),
            // Somebody was quicker: the page says what is so now.
            Err(Failure::Refused { .. } | Failure::VersionConflict { .. }) => Err(Code::MailAnswerLate.into()),
            Err(failure) => Err(failure),
        }
    }

    fn mail_answer(&self, about: About) -> Result<Found, Failure> {
        self.store.read(|conn| {
            let person = people::find_merged(conn, about.person)?.filter(|person| person.is_active).ok_or(Code::NotFound)?;
            let entries = streams::load_entries(conn, about.ticket)?;
            let ticket = Ticket::of(&entries).filter(|ticket| ticket.requester == person.id).ok_or(Code::NotFound)?;
            let entry = about.position.checked_sub(1).and_then(|place| entries.get(place)).ok_or(Code::NotFound)?;
            let solution = solution_in(&entry.event).ok_or(Code::NotFound)?;
            let is_latest = entries[about.position..].iter().all(|entry| solution_in(&entry.event).is_none());
            let answered = entries[about.position..].iter().find_map(|entry| match entry.event {
                Event::SolutionConfirmed {} => Some(true),
                Event::SolutionDenied { .. } => Some(false),
                _ => None,
            });
            let view = MailAnswerView {
                ticket: about.ticket,
                title: ticket.title.to_string(),
                solution,
                may_answer: is_to_be_confirmed(&ticket, &entries, about.position),
                works: answered,
                is_closed: matches!(ticket.stage, Stage::Closed { .. }),
            };
            Ok(Found { view, said: answered.filter(|_| is_latest) })
        })
    }
}

struct Found {
    view: MailAnswerView,
    /// What was answered to this solution, while it is the latest.
    said: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn mails(key: &[u8]) -> Mails {
        Mails::new(&Config::default(), key)
    }

    fn about() -> About {
        About { ticket: TicketId::parse(123).unwrap(), person: PersonId::parse(45).unwrap(), position: 9 }
    }

    #[test]
    fn a_token_is_read_back_by_its_own_installation_alone() {
        let token = mails(b"key").token(about());

        assert_eq!(mails(b"key").read_token(&token), Some(about()));
        assert_eq!(mails(b"other").read_token(&token), None);
        assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "it needs no escape in an address: {token}");
    }

    #[test]
    fn a_token_of_which_a_letter_was_changed_is_none() {
        let token = mails(b"key").token(about());
        for place in 0..token.len() - 1 {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'1' { b'2' } else { b'1' };
            assert_eq!(mails(b"key").read_token(&String::from_utf8(changed).unwrap()), None, "{place}");
        }
        for bad in ["", ".", "123-45-9", "123-45-9.", "123-45.x", "ñ.ñ"] {
            assert_eq!(mails(b"key").read_token(bad), None, "{bad}");
        }
    }
}
