//! The sender: claims what is due by lease, makes each mail, sends it, and says what became of it.
//!
//! A mail that fails is tried again after a while, and given up visibly in the end; the others go on. When the way out itself is closed nothing is
//! tried, and nobody's attempts are spent. A mail that is sent twice, because the server died in between, has the same Message-ID both times.

use chrono::TimeDelta;
use domain::{Channel, Entry, Event, Instant, NothingToSay, NoticeKind, TicketId, Who};
use mail::Mailbox;
use mail::outgoing::Outgoing;
use mail::reference::{message_id, reply_address};
use mail::transport::SendError;
use metrics::counter;
use store::outbox::{self, Addressee, OutboxRow, Sent};
use store::resets::LinkKind;
use store::streams::{self, AppendError};
use tracing::{info, warn};

use super::compose::{Composed, For, Ready};
use super::{Outage, SEND_TIMEOUT};
use crate::app::{App, resets};
use crate::error::Failure;
use crate::random;

/// Mails that are claimed at once.
const BATCH: u32 = 8;
/// How long a claimed mail is this server's. Far longer than a batch takes: another server has it then.
const LEASE_SECONDS: i64 = 10 * 60;
/// Tries of one mail, the first at once; with the pauses between them about a day.
const ATTEMPTS: u32 = 52;
/// The first pause; each one after it is twice as long.
const FIRST_PAUSE_SECONDS: i64 = 60;
const LONGEST_PAUSE_SECONDS: i64 = 30 * 60;
/// The same for the way out as a whole.
const FIRST_OUTAGE_SECONDS: i64 = 5;
const LONGEST_OUTAGE_SECONDS: i64 = 2 * 60;
/// Somebody else may write to the ticket while we note that a call is to be made.
const NOTE_ATTEMPTS: usize = 4;

impl App {
    /// Sends what is due now, one batch of it. How many were looked at: none, when there is nothing more to do now.
    ///
    /// # Errors
    /// The store's.
    pub async fn send_due_mails(&self, is_stopping: impl Fn() -> bool) -> Result<usize, Failure> {
        let now = self.now();
        if self.mails.is_closed(now) {
            return Ok(0);
        }
        // One alone goes ahead, to see whether the way is open again.
        let n = if self.mails.outage().until.is_some() { 1 } else { BATCH };
        let rows = self.run(move |app| app.claim_mails(now, n)).await?;
        let n = rows.len();
        let mut is_over = false;
        for row in rows {
            is_over = is_over || is_stopping() || self.mails.is_closed(self.now());
            let is_ours = row.leased_until - self.now() > TimeDelta::seconds(2 * SEND_TIMEOUT.as_secs() as i64);
            if is_over || !is_ours {
                self.end(row, |conn, row, now| outbox::release(conn, row.id, row.leased_until, now)).await?;
                continue;
            }
            self.deliver(row).await?;
        }
        Ok(if is_over { 0 } else { n })
    }

    fn claim_mails(&self, now: Instant, n: u32) -> Result<Vec<OutboxRow>, Failure> {
        if !self.store.read::<_, Failure>(|conn| Ok(outbox::is_due(conn, now)?))? {
            return Ok(Vec::new());
        }
        self.store.write(move |conn| Ok::<_, Failure>(outbox::claim(conn, now, TimeDelta::seconds(LEASE_SECONDS), n)?))
    }

    /// One mail, to whatever end.
    async fn deliver(&self, row: OutboxRow) -> Result<(), Failure> {
        let notice = row.notice.clone();
        let composed = self
            .run(move |app| {
                let now = app.now();
                let purpose = For::Sending { secret_link: app.secret_link(&notice)? };
                let settings = app.settings()?;
                app.store.read(|conn| app.compose(conn, &notice, now, &purpose, &settings))
            })
            .await;
        match composed {
            Ok(Composed::Nothing(why)) => self.cancel(row, why).await,
            Ok(Composed::Ready(ready)) => {
                let message = self.outgoing(&ready, &row);
                match self.mails.transport.send(&message).await {
                    Ok(()) => self.sent(row, &message).await,
                    Err(error) => self.not_sent(row, error).await,
                }
            }
            // The database's matter: the lease ends by itself.
            Err(failure @ Failure::Unavailable(_)) => Err(failure),
            Err(failure) => {
                warn!(mail.id = row.id, "Could not make mail {}: {failure}", row.id);
                self.later_or_never(row, failure.to_string()).await
            }
        }
    }

    /// The link that a mail carries and nothing keeps: it is made when the mail goes.
    fn secret_link(&self, notice: &outbox::Notice) -> Result<String, Failure> {
        let kind = match notice.kind.as_str() {
            resets::PASSWORD_RESET => LinkKind::Reset,
            resets::ACCOUNT_INVITED => LinkKind::Invitation,
            _ => return Ok(String::new()),
        };
        match &notice.to {
            Addressee::Person(person) => self.password_link(*person, kind),
            _ => Ok(String::new()),
        }
    }

    /// The message of a notice: the same each time, but for what it says.
    pub(in crate::app) fn outgoing(&self, ready: &Ready, row: &OutboxRow) -> Outgoing {
        let from = Mailbox::new(Some(ready.letter.language.pick("Mesa de Ayuda – TI", "Help desk – IT")), &self.mails.from);
        let host = from.domain().to_owned();
        let id_of = |(ticket, referred): (TicketId, super::Referred), serial: i64| {
            message_id(&self.mails.references, ticket.get(), referred.number(), serial, &host)
        };
        // Nobody was sent number 0: it is what all mails about a ticket to one person refer to, so that they stand together.
        let root = ready.thread.map(|thread| id_of(thread, 0));
        let reference = ready.thread.map(|(ticket, referred)| self.mails.references.reference(ticket.get(), referred.number()));
        let answered = root.or_else(|| ready.answers.clone());
        Outgoing {
            reply_to: reference.filter(|_| self.mails.has_subaddresses).and_then(|reference| reply_address(&from.address, &reference)),
            from,
            to: ready.to.clone(),
            subject: ready.letter.subject.clone(),
            message_id: ready
                .thread
                .map_or_else(|| format!("atiende-{}-{}@{host}", row.id, row.created_at.timestamp_micros()), |thread| id_of(thread, row.id)),
            references: answered.iter().cloned().collect(),
            in_reply_to: answered,
            date: row.created_at,
            text: ready.letter.text(),
            html: ready.letter.html(),
            is_automatic: true,
        }
    }

    async fn sent(&self, row: OutboxRow, message: &Outgoing) -> Result<(), Failure> {
        if self.mails.outage().until.is_some() {
            info!("Mail goes out again");
        }
        self.mails.set_outage(Outage::default());
        counter!("atiende_mails_total", "state" => "sent").increment(1);
        let sent =
            Sent { to_address: message.to.address.clone(), subject: message.subject.clone(), message_id: message.message_id.clone() };
        self.end(row, move |conn, row, now| outbox::sent(conn, row.id, row.leased_until, now, &sent)).await
    }

    async fn cancel(&self, row: OutboxRow, why: NothingToSay) -> Result<(), Failure> {
        counter!("atiende_mails_total", "state" => "cancelled").increment(1);
        if why == NothingToSay::NoAddress {
            let notice = row.notice.clone();
            self.run(move |app| app.note_call(&notice)).await?;
        }
        self.end(row, move |conn, row, now| outbox::cancel(conn, row.id, row.leased_until, now, why.name())).await
    }

    /// What failed by the mail itself is this mail's matter; what failed by the way out is nobody's, unless the others go through.
    async fn not_sent(&self, row: OutboxRow, error: SendError) -> Result<(), Failure> {
        let why = error.to_string();
        let is_of_the_way = !matches!(error, SendError::Compose(_) | SendError::Refused { .. });
        if !is_of_the_way {
            self.mails.set_outage(Outage::default());
            warn!(mail.id = row.id, mail.attempt = row.n_attempts, "Mail {} was not taken: {why}", row.id);
            return if error.is_permanent() { self.give_up(row, why).await } else { self.later_or_never(row, why).await };
        }
        let before = self.mails.outage();
        if !before.is_suspected && before.until.is_none() {
            // It may be this one's own: the next tells.
            self.mails.set_outage(Outage { is_suspected: true, ..Outage::default() });
            warn!(mail.id = row.id, mail.attempt = row.n_attempts, "Mail {} did not leave: {why}", row.id);
            return self.later_or_never(row, why).await;
        }
        let now = self.now();
        let seconds = pause(FIRST_OUTAGE_SECONDS, LONGEST_OUTAGE_SECONDS, before.n_failures);
        if before.until.is_none() {
            warn!("Mail cannot go out, and waits: {why}");
        }
        self.mails.set_outage(Outage { is_suspected: true, n_failures: before.n_failures + 1, until: Some(now + seconds) });
        self.end(row, move |conn, row, now| outbox::release(conn, row.id, row.leased_until, now + seconds)).await
    }

    async fn later_or_never(&self, row: OutboxRow, why: String) -> Result<(), Failure> {
        if row.n_attempts >= ATTEMPTS {
            return self.give_up(row, why).await;
        }
        let after = pause(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, row.n_attempts - 1);
        self.end(row, move |conn, row, now| outbox::put_off(conn, row.id, row.leased_until, now + after, &why)).await
    }

    async fn give_up(&self, row: OutboxRow, why: String) -> Result<(), Failure> {
        counter!("atiende_mails_total", "state" => "failed").increment(1);
        warn!(mail.id = row.id, "Gave up mail {}: {why}", row.id);
        self.end(row, move |conn, row, now| outbox::give_up(conn, row.id, row.leased_until, now, &why)).await
    }

    /// Writes what became of a row. Whoever came after the lease changes nothing.
    async fn end(
        &self,
        row: OutboxRow,
        end: impl FnOnce(&mut store::Conn, &OutboxRow, Instant) -> Result<bool, store::StoreError> + Send + 'static,
    ) -> Result<(), Failure> {
        let id = row.id;
        let is_ours = self
            .run(move |app| {
                let now = app.now();
                app.store.write(move |conn| Ok::<_, Failure>(end(conn, &row, now)?))
            })
            .await?;
        if !is_ours {
            warn!(mail.id = id, "Mail {id} was taken over by another server meanwhile");
        }
        Ok(())
    }

    /// A requester without an address is told by phone instead. Who told it on the phone or in person was told there that it was received.
    fn note_call(&self, notice: &outbox::Notice) -> Result<(), Failure> {
        let (Some((id, position)), Addressee::Person(person)) = (notice.ticket, &notice.to) else { return Ok(()) };
        for _ in 0..NOTE_ATTEMPTS {
            let entries = self.store.read::<_, Failure>(|conn| Ok(streams::load_entries(conn, id)?))?;
            let Some(ticket) = domain::Ticket::of(&entries) else { return Ok(()) };
            let was_told = notice.kind == NoticeKind::Received.name()
                && matches!(ticket.channel, Channel::Phone | Channel::Mobile | Channel::InPerson);
            // Told since then, on the phone: the desk's list holds nothing older.
            let is_told = entries.iter().skip(position as usize).any(|entry| entry.event == Event::InformedByPhone {});
            if ticket.requester != *person || ticket.is_phone_notice_due || was_told || is_told {
                return Ok(());
            }
            let entry = Entry { at: self.now(), by: Who::System, event: Event::PhoneNoticeDue {} };
            let written = self.store.write(move |conn| streams::append(conn, id, &ticket, &[entry]).map(drop));
            match written {
                Ok(()) => return Ok(()),
                Err(AppendError::Conflict) => {}
                Err(AppendError::Store(error)) => return Err(error.into()),
            }
        }
        Err(Failure::Unavailable(format!("{id} moves too fast to be written to")))
    }
}

/// The n-th pause, up to half as long again by chance, so that what failed together does not come back together.
fn pause(first_seconds: i64, longest_seconds: i64, n: u32) -> TimeDelta {
    let seconds = first_seconds.saturating_mul(1 << n.min(20)).min(longest_seconds);
    let by_chance = (random::number() % 512) as i64 * seconds * 1000 / 1024;
    TimeDelta::milliseconds(seconds * 1000 + by_chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_differ() {
        let within = |pause: TimeDelta, seconds: i64| {
            let milliseconds = pause.num_milliseconds();
            assert!((seconds * 1000..seconds * 1500).contains(&milliseconds), "{milliseconds} ms, not {seconds} s");
        };
        for (n, seconds) in [(0, 60), (1, 120), (4, 960), (5, 1800), (6, 1800), (60, 1800), (u32::MAX, 1800)] {
            within(pause(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, n), seconds);
        }
        let drawn: std::collections::BTreeSet<TimeDelta> = (0..100).map(|_| pause(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, 9)).collect();
        assert!(drawn.len() > 10, "{}", drawn.len());
    }

    #[test]
    fn a_mail_is_tried_for_about_a_day() {
        let seconds: i64 = (0..ATTEMPTS - 1).map(|n| FIRST_PAUSE_SECONDS.saturating_mul(1 << n.min(20)).min(LONGEST_PAUSE_SECONDS)).sum();
        assert!((20..30).contains(&(seconds / 3600)), "{} h", seconds / 3600);
    }
}
