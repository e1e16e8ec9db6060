//! A password that was forgotten, and an account that is offered: links by mail, each good once.
//!
//! The mail is written when it is sent, and its link is made then: nothing that waits to be sent holds a secret.

use domain::{Email, Instant, PersonId};
use store::outbox::{self, Addressee, Notice};
use store::records::RecordError;
use store::resets::{self, LinkKind};
use store::{Conn, StoreError, people};
use wire::{PasswordLinkView, RedeemRequest};

use super::records::failure;
use super::{App, Once, once};
use crate::auth::passwords;
use crate::error::{Code, Failure};
use crate::http::Answer;
use crate::random;

/// The message for each kind of link, as the outbox calls it.
pub const PASSWORD_RESET: &str = "password_reset";
pub const ACCOUNT_INVITED: &str = "account_invited";

/// Makes a link for a person, for the mail that is being written: the address, with its secret in the fragment.
///
/// # Errors
/// The store's.
pub fn link(conn: &mut Conn, public_url: &str, person: PersonId, kind: LinkKind, now: Instant) -> Result<String, StoreError> {
    let token = random::secret();
    resets::issue(conn, person, kind, &random::hash_of(&token), now)?;
    Ok(format!("{public_url}/reset#token={token}"))
}

fn view(kind: LinkKind) -> Answer {
    Answer { status: 202, ..Answer::ok(&PasswordLinkView { valid_minutes: kind.lifetime().num_minutes() }) }
}

fn notice(person: PersonId, kind: &str) -> Notice {
    Notice { ticket: None, to: Addressee::Person(person), kind: kind.to_owned(), details: None }
}

impl App {
    /// Sends a link to whoever may sign in by this address. What becomes of it is told to nobody, and takes its time beside the answer: neither the
    /// answer nor how long it took says who is in the directory.
    pub fn request_reset(&self, email: Email) -> Answer {
        let app = self.clone();
        tokio::spawn(async move {
            let sent = app.run(move |app| app.enqueue_reset(&email)).await;
            if let Err(error) = sent {
                tracing::warn!("Could not send a link for a forgotten password: {error}");
            }
        });
        view(LinkKind::Reset)
    }

    fn enqueue_reset(&self, email: &Email) -> Result<(), Failure> {
        let now = self.now();
        let Some(person) = self.store.read::<_, Failure>(|conn| Ok(resets::find_by_email(conn, email.as_str())?))? else { return Ok(()) };
        self.store.write::<_, Failure>(move |conn| Ok(outbox::enqueue(conn, &[notice(person, PASSWORD_RESET)], now)?))?;
        self.mails.wake();
        Ok(())
    }

    /// Is the token good, and the password one to be taken? Nothing is used up by asking.
    ///
    /// # Errors
    /// `weak_password`, `link_bad`.
    pub fn check_redemption(&self, request: &RedeemRequest) -> Result<(), Failure> {
        passwords::check(&request.password)?;
        let (hash, now) = (random::hash_of(&request.token), self.now());
        let is_good = self.store.read::<_, Failure>(|conn| Ok(resets::is_good(conn, &hash, now)?))?;
        if is_good { Ok(()) } else { Err(Code::LinkBad.into()) }
    }

    /// Sets the password of the token's person; every session and every other link of theirs is over.
    ///
    /// # Errors
    /// `link_bad`, also where somebody was faster.
    pub fn redeem_reset(&self, token: &str, password_hash: String) -> Result<Answer, Failure> {
        let (hash, now) = (random::hash_of(token), self.now());
        self.store.write::<_, Failure>(move |conn| {
            resets::redeem(conn, &hash, &password_hash, now).map(drop).map_err(|error| match error {
                RecordError::NotFound => Code::LinkBad.into(),
                error => failure(error, 0),
            })
        })?;
        self.accounts.forget_all();
        Ok(Answer::no_content())
    }

    /// Invites a person of the directory: a link by which they choose their password.
    ///
    /// # Errors
    /// Not found, for a contact; `person_disabled`; `no_address`.
    pub fn invite_person(&self, id: PersonId, once: Option<Once>) -> Result<Answer, Failure> {
        let now = self.now();
        let row =
            self.store.read::<_, Failure>(|conn| people::find(conn, id)?.filter(|row| !row.is_contact).ok_or(Code::NotFound.into()))?;
        if !row.is_active {
            return Err(Code::PersonDisabled.into());
        }
        if row.email.is_none() {
            return Err(Code::NoAddress.into());
        }
        let answer = once::write_once(&self.store, once, now, false, move |conn| {
            outbox::enqueue(conn, &[notice(id, ACCOUNT_INVITED)], now)?;
            Ok(view(LinkKind::Invitation))
        })?;
        self.mails.wake();
        Ok(answer)
    }

    /// For the command line and tests: a link as its mail would carry it.
    ///
    /// # Errors
    /// The store's.
    pub fn password_link(&self, person: PersonId, kind: LinkKind) -> Result<String, Failure> {
        let (now, url) = (self.now(), self.config.public_url.clone());
        self.store.write::<_, Failure>(move |conn| Ok(link(conn, &url, person, kind, now)?))
    }
}
