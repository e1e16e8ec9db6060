//! Mail in: a message is kept byte for byte before anything else is done, and then something becomes of it, once.
//!
//! Two transactions. The first writes the row of the bytes that are on the disk. The second, on a claim of that row, writes what becomes of it: a ticket,
//! a line of one, or only why not. Whatever ends the server between the two, the claim ends too, and the row is taken up again.

mod decide;
mod texts;

use std::sync::Arc;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{Instant, MailId, MailState};
use futures_util::StreamExt;
use mail::incoming::{self, Broken, Incoming, Proof, Trust};
use store::StoreError;
use store::received::{self, MailRow, NewMail, Settled, Told};
use tracing::{error, info, warn};
use wire::IntakeView;

use super::App;
use super::once::WriteError;
use crate::error::Failure;

pub(super) use decide::KeptFiles;
pub(super) use decide::{by_mail, stamped};
pub(super) use texts::{answer_of, description_of, title_of};

/// The most bytes of a message.
pub const MAX_MAIL_BYTES: u64 = 25 * 1024 * 1024;
/// Of one that is larger so much is kept, and nothing made of it.
pub const KEPT_OF_TOO_LARGE: usize = 64 * 1024;
/// Messages of one address that make something within an hour; more are kept and make nothing, or two programs might answer each other for ever.
pub const MAX_PER_HOUR: i64 = 30;
/// How long a server may be at one message.
const LEASE_SECONDS: i64 = 300;
/// Times that a message is tried, when something of ours fails with it, or ends the server.
const ATTEMPTS: u32 = 3;
/// After which it is tried again.
const RETRY_SECONDS: i64 = 60;
/// Messages that are taken up at once.
const TAKEN_UP: u32 = 20;

/// What the mail server says of a message.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    pub sender: Option<String>,
    pub recipient: Option<String>,
    /// Of the whole message, where only its beginning was handed over.
    pub n_bytes: Option<u64>,
}

impl App {
    /// Keeps a message: its bytes on the disk, then its row. Is it new?
    ///
    /// # Errors
    /// Unavailable, where the disk or the database is; then nobody has it but who sent it.
    pub async fn keep_mail(&self, handed_over: Bytes, envelope: Envelope) -> Result<(MailId, bool), Failure> {
        // Without what is the pipe's and differs each time, so that the same message handed over again is known.
        let message = handed_over.slice_ref(without_mbox_line(&handed_over));
        let n_before = (handed_over.len() - message.len()) as u64;
        let n_bytes = envelope.n_bytes.unwrap_or(0).max(handed_over.len() as u64) - n_before;
        let is_whole = n_bytes == message.len() as u64;
        let new = NewMail {
            sha256: self.files.put(message).await?,
            n_bytes: n_bytes.try_into().unwrap_or(i64::MAX),
            is_whole,
            received_at: self.now(),
            envelope_sender: envelope.sender,
            envelope_recipient: envelope.recipient,
        };
        self.run(move |app| app.store.write(move |conn| Ok(received::insert(conn, &new)?))).await
    }

    /// Makes of a kept message what is to become of it, unless another is at it. What fails is tried again later, a few times, and then given up.
    ///
    /// # Errors
    /// The database's, while nothing is claimed.
    pub async fn settle_mail(&self, id: MailId) -> Result<(), Failure> {
        let lease = TimeDelta::seconds(LEASE_SECONDS);
        let claimed = self.run(move |app| {
            let now = app.now();
            app.store.write(move |conn| Ok::<_, Failure>(received::claim_one(conn, id, now, lease)?))
        });
        let Some(row) = claimed.await? else { return Ok(()) };
        let result = self.make_of(&row).await;
        if let Err(failure) = result {
            self.put_off_mail(&row, &failure).await?;
        }
        Ok(())
    }

    /// Takes up what waits: after a start, and what failed before. How many.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_up_mails(&self) -> Result<usize, Failure> {
        let due = self.run(|app| app.store.read(|conn| Ok(received::list_due(conn, app.now(), TAKEN_UP)?))).await?;
        for id in &due {
            self.settle_mail(*id).await?;
        }
        Ok(due.len())
    }

    /// What became of a message so far: it is kept, where that cannot be read.
    pub fn read_intake(&self, id: MailId) -> IntakeView {
        let row = self.store.read::<_, StoreError>(|conn| received::find(conn, id)).ok().flatten();
        let Settled { state, why, ticket, .. } = row.map_or_else(|| Settled::new(MailState::Kept), |row| row.settled);
        IntakeView { id, state, why, ticket }
    }

    /// The addresses of the desk itself: what comes from them came from us.
    fn own_addresses(&self) -> Result<Vec<String>, Failure> {
        let mailbox = self.settings()?.helpdesk_mailbox.as_ref().map(ToString::to_string);
        Ok(mailbox.into_iter().chain([self.mails.from.clone()]).collect())
    }

    /// The message as it is read now.
    ///
    /// # Errors
    /// Internal, where the reader panics.
    pub(super) async fn read_message(&self, row: &MailRow) -> Result<(Bytes, Result<Incoming, Broken>), Failure> {
        let mut stream = self.files.get(&row.new.sha256).await?;
        let mut bytes = bytes::BytesMut::new();
        while let Some(chunk) = stream.next().await {
            bytes.extend_from_slice(&chunk.map_err(|error| Failure::Unavailable(format!("reading the mail {}: {error}", row.id)))?);
        }
        let bytes = bytes.freeze();
        let (message, recipient) = (bytes.clone(), row.new.envelope_recipient.clone());
        let read = self
            .run(move |app| {
                let own = app.own_addresses()?;
                let trust = Trust { authserv_id: app.config.authserv_id.as_deref(), own_addresses: &own };
                let mut incoming = incoming::read(without_mbox_line(&message), &trust);
                if let Ok(incoming) = &mut incoming {
                    incoming.delivered_to.extend(recipient.map(|recipient| recipient.to_lowercase()));
                }
                Ok(incoming)
            })
            .await?;
        Ok((bytes, read))
    }

    async fn make_of(&self, row: &MailRow) -> Result<(), Failure> {
        if row.n_attempts > ATTEMPTS {
            // Whatever was tried before came to no end, not even a bad one.
            return self.settle_alone(row, Told::default(), broken("unfinished", None)).await;
        }
        let (_, read) = self.read_message(row).await?;
        let incoming = match read {
            Ok(incoming) => incoming,
            Err(error) if row.new.is_whole => return self.settle_alone(row, Told::default(), broken(error.code(), None)).await,
            Err(_) => Incoming::default(),
        };
        if !row.new.is_whole {
            return self.settle_alone(row, told(&incoming), broken("too_large", None)).await;
        }
        let (row, incoming) = (row.clone(), Arc::new(incoming));
        let (asked, about) = (row.clone(), incoming.clone());
        // What makes nothing leaves no files behind: the message itself is kept.
        let files = match self.run(move |app| app.makes_something(&asked, &about)).await? {
            true => Some(self.keep_files(&incoming).await?),
            false => None,
        };
        self.run(move |app| app.conclude(&row, &incoming, files.as_ref())).await
    }

    /// Writes what became of a message that makes nothing.
    async fn settle_alone(&self, row: &MailRow, told: Told, settled: Settled) -> Result<(), Failure> {
        let row = row.clone();
        self.run(move |app| app.settle(&row, told, settled)).await
    }

    fn settle(&self, row: &MailRow, told: Told, settled: Settled) -> Result<(), Failure> {
        let now = self.now();
        let (id, leased_until, state) = (row.id, row.leased_until, settled.state);
        let why = settled.why.clone().unwrap_or_default();
        let written = self.store.write::<_, StoreError>(move |conn| received::settle(conn, id, leased_until, &told, &settled, now))?;
        if written {
            count(id, state, &why);
        }
        Ok(())
    }

    async fn put_off_mail(&self, row: &MailRow, failure: &Failure) -> Result<(), Failure> {
        let is_passing = matches!(failure, Failure::Unavailable(_));
        let why = failure.to_string();
        if !is_passing && row.n_attempts >= ATTEMPTS {
            error!(mail.id = %row.id, "Gave up the mail {}: {why}", row.id);
            return self.settle_alone(row, Told::default(), broken("failed", Some(why))).await;
        }
        warn!(mail.id = %row.id, n_attempts = row.n_attempts, "The mail {} waits: {why}", row.id);
        // The database's or the disk's trouble says nothing of the message.
        let n_attempts = if is_passing { row.n_attempts.saturating_sub(1) } else { row.n_attempts };
        let (id, leased_until) = (row.id, row.leased_until);
        let retry_at = self.now() + TimeDelta::seconds(RETRY_SECONDS);
        self.run(move |app| {
            app.store.write(move |conn| {
                received::put_off(conn, id, leased_until, retry_at, n_attempts, &why)?;
                Ok::<_, Failure>(())
            })
        })
        .await
    }
}

/// What a message says of itself.
pub(super) fn told(incoming: &Incoming) -> Told {
    let from = incoming.from.as_ref();
    Told {
        message_id: incoming.message_id.as_deref().map(|id| cut(id, 1_000)),
        from_address: from.map(|from| cut(&from.address, 320)),
        from_name: from.and_then(|from| from.name.as_deref()).map(|name| cut(name, 200)),
        subject: Some(cut(&incoming.subject, 1_000)),
        is_proven: Some(is_proven(incoming)),
    }
}

pub(super) fn is_proven(incoming: &Incoming) -> bool {
    matches!(incoming.proof, Proof::Proven { .. })
}

/// So many characters at most, none of which a database refuses.
fn cut(text: &str, max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}

fn broken(code: &str, last_error: Option<String>) -> Settled {
    Settled { last_error, ..Settled::new(MailState::Broken).because(code) }
}

/// A mail server that writes to a pipe puts a line before the message, as in a mailbox file.
fn without_mbox_line(message: &[u8]) -> &[u8] {
    let is_marked = message.starts_with(b"From ");
    let end = message.iter().position(|byte| *byte == b'\n');
    end.filter(|_| is_marked).map_or(message, |end| &message[end + 1..])
}

/// In the log and the metrics: never what people wrote.
fn count(id: MailId, state: MailState, why: &str) {
    let labels = [("state", state.name().to_owned()), ("why", why.to_owned())];
    metrics::counter!("atiende_received_mails_total", &labels).increment(1);
    info!(mail.id = %id, %state, why, "The mail {id} is {state}");
}

/// Why nothing was written: another has the message, or what was decided on has changed.
type Written = Result<(), WriteError>;

/// Settles a message in the transaction of what becomes of it: its first statement.
fn settle_in(conn: &mut store::Conn, row: &MailRow, told: &Told, settled: &Settled, now: Instant) -> Written {
    match received::settle(conn, row.id, row.leased_until, told, settled, now) {
        Ok(true) => Ok(()),
        Ok(false) => Err(WriteError::Taken),
        Err(error) if error.is_unique_violation() => Err(WriteError::Conflict),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_mailbox_file_is_not_the_messages() {
        assert_eq!(without_mbox_line(b"From ana@x.example Mon Nov 23 09:00:00 2026\nFrom: ana@x.example\n"), b"From: ana@x.example\n");
        assert_eq!(without_mbox_line(b"From: ana@x.example\n"), b"From: ana@x.example\n");
        assert_eq!(without_mbox_line(b"From ana"), b"From ana");
        assert_eq!(without_mbox_line(b""), b"");
    }

    #[test]
    fn what_is_noted_of_a_message_fits_a_column() {
        let subject = format!("a\u{0}\n{}", "x".repeat(2_000));
        let told = told(&Incoming { subject, ..Incoming::default() });
        assert_eq!(told.subject.unwrap().len(), 1_000);
        assert_eq!((told.from_address, told.is_proven), (None, Some(false)));
    }
}
