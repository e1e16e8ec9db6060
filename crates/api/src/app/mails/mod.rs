//! Mail out: what the outbox holds becomes mails, and these leave by SMTP, or as files where no server is set.
//!
//! [`compose`] makes a mail of a notice, as things stand when it is sent; [`send`] sends what is due; [`links`] are the links in mails that act;
//! [`list`] is what the administrator sees of it all.

pub mod compose;
pub mod links;
pub mod list;
pub mod send;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::{Instant, PersonId, ProviderId};
use mail::reference::{Key, Reference};
use mail::transport::Transport;
use tokio::sync::Notify;

use crate::config::Config;
use crate::keys;

/// The most that one mail may take, from connecting to its acceptance.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// Where mails become files, in the data folder.
pub const FOLDER: &str = "outgoing";
/// A provider stands in a reference beyond every person.
const PROVIDERS_FROM: i64 = 1_000_000_000_000;

/// What sending needs.
pub struct Mails {
    transport: Transport,
    /// Ties answers to tickets; incoming mail reads with it what outgoing mail signed.
    pub references: Key,
    /// Signs the links that act.
    links: Vec<u8>,
    /// The desk's address.
    pub from: String,
    /// Answers may name their ticket in the address.
    has_subaddresses: bool,
    wake: Notify,
    outage: Mutex<Outage>,
}

/// Whether the way out is closed: then nothing is tried, and no notice's attempts are spent.
#[derive(Debug, Clone, Copy, Default)]
struct Outage {
    /// The last mail failed for a reason that need not be its own.
    is_suspected: bool,
    n_failures: u32,
    until: Option<Instant>,
}

impl Mails {
    pub fn new(config: &Config, signing_key: &[u8]) -> Mails {
        let folder = || Transport::Folder(config.data_dir.join(FOLDER));
        Mails {
            transport: config.smtp().map_or_else(folder, Transport::Smtp),
            references: Key::new(&keys::derived(signing_key, "mail references")),
            links: keys::derived(signing_key, "links in mails"),
            from: config.mail_from(),
            has_subaddresses: config.mail_subaddressing,
            wake: Notify::new(),
            outage: Mutex::default(),
        }
    }

    /// How mail leaves, for the log.
    pub fn way_out(&self) -> String {
        match &self.transport {
            Transport::Smtp(smtp) => format!("by {}:{}", smtp.host, smtp.port),
            Transport::Folder(folder) => format!("as files in {}", folder.display()),
        }
    }

    /// Something may be due: the worker looks at once.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits until somebody wakes the worker.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Is the way out closed, so that nothing is tried for a while?
    pub fn is_closed(&self, now: Instant) -> bool {
        self.outage().until.is_some_and(|until| now < until)
    }

    fn outage(&self) -> Outage {
        *self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_outage(&self, outage: Outage) {
        *self.outage.lock().unwrap_or_else(PoisonError::into_inner) = outage;
    }
}

/// Whom a message of ours was sent to, as its reference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Referred {
    Person(PersonId),
    Provider(ProviderId),
}

impl Referred {
    /// Whom the reference of an answer names.
    pub fn of(reference: Reference) -> Option<Referred> {
        match reference.person.checked_sub(PROVIDERS_FROM) {
            Some(provider) if provider > 0 => ProviderId::parse(provider).ok().map(Referred::Provider),
            _ => PersonId::parse(reference.person).ok().map(Referred::Person),
        }
    }

    /// Its number in references.
    pub fn number(self) -> i64 {
        match self {
            Referred::Person(person) => person.get(),
            Referred::Provider(provider) => PROVIDERS_FROM + provider.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_tells_people_from_providers() {
        for referred in [Referred::Person(PersonId::parse(1).unwrap()), Referred::Provider(ProviderId::parse(1).unwrap())] {
            assert_eq!(Referred::of(Reference { ticket: 7, person: referred.number() }), Some(referred));
        }
        assert_eq!(Referred::of(Reference { ticket: 7, person: 0 }), None);
    }
}
