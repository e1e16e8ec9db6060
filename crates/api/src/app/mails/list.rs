//! Mail out as the administrator and the auditor see it: what waits, what went, what failed, and what each says.

use domain::{NoticeKind, NoticeState};
use serde::{Deserialize, Serialize};
use store::Conn;
use store::outbox::{self, Addressee, Filter, Kept};
use wire::{OutgoingMailCountsView, OutgoingMailQuery, OutgoingMailSummary, OutgoingMailView, Page};

use super::compose::{Composed, For};
use crate::app::App;
use crate::app::queries::{page_size, read_cursor, write_cursor};
use crate::app::settings::AgencySettings;
use crate::error::{Code, Failure};
use crate::http::Answer;

/// Where a page ended.
#[derive(Debug, Serialize, Deserialize)]
struct MailCursor(i64);

impl App {
    /// A page of mails, the newest first.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_outgoing_mails(&self, query: &OutgoingMailQuery) -> Result<Answer, Failure> {
        let limit = page_size(query.limit)?;
        let before = query.cursor.as_deref().map(read_cursor::<MailCursor>).transpose()?.map(|MailCursor(id)| id);
        let filter = Filter { state: query.state, ticket: query.ticket, person: query.person };
        let mut rows = self.store.read::<_, Failure>(|conn| Ok(outbox::list(conn, &filter, before, limit + 1)?))?;
        let goes_on = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| goes_on).map(|row| write_cursor(&MailCursor(row.id)));
        let items = rows.into_iter().map(|row| summary(&row)).collect::<Result<Vec<_>, _>>()?;
        Ok(Answer::ok(&Page { items, next }))
    }

    /// One mail, with what it says.
    ///
    /// # Errors
    /// Not found.
    pub fn read_outgoing_mail(&self, id: i64) -> Result<Answer, Failure> {
        let settings = self.settings()?;
        self.store.read(|conn| Ok(Answer::ok(&self.mail_view(conn, id, &settings)?)))
    }

    /// How many mails there are in each state.
    ///
    /// # Errors
    /// The store's.
    pub fn read_outgoing_mail_counts(&self) -> Result<Answer, Failure> {
        let view = self.store.read::<_, Failure>(|conn| {
            let counts = outbox::counts(conn)?;
            let of = |state: NoticeState| counts.get(&state).copied().unwrap_or_default();
            Ok(OutgoingMailCountsView {
                queued: of(NoticeState::Queued),
                sent: of(NoticeState::Sent),
                failed: of(NoticeState::Failed),
                cancelled: of(NoticeState::Cancelled),
                oldest_queued_at: outbox::depth(conn)?.1,
            })
        })?;
        Ok(Answer::ok(&view))
    }

    /// Tries a mail once more from the beginning.
    ///
    /// # Errors
    /// Not found; `mail_not_ended`, where it was sent or is still tried.
    pub fn retry_outgoing_mail(&self, id: i64) -> Result<Answer, Failure> {
        let now = self.now();
        let is_retried = self.store.write(move |conn| {
            let is_retried = outbox::retry(conn, id, now)?;
            if !is_retried && outbox::find(conn, id)?.is_none() {
                return Err(Failure::from(Code::NotFound));
            }
            Ok(is_retried)
        })?;
        if !is_retried {
            return Err(Code::MailNotEnded.into());
        }
        self.mails.wake();
        self.read_outgoing_mail(id)
    }

    fn mail_view(&self, conn: &mut Conn, id: i64, settings: &AgencySettings) -> Result<OutgoingMailView, Failure> {
        let kept = outbox::find(conn, id)?.ok_or(Code::NotFound)?;
        let mail = summary(&kept)?;
        let (letter, nothing) = match self.compose(conn, &kept.notice, self.now(), &For::Reading, settings)? {
            Composed::Ready(ready) => (Some(ready.letter), None),
            Composed::Nothing(why) => (None, Some(why.to_string())),
        };
        Ok(OutgoingMailView {
            mail,
            message_id: kept.message_id,
            subject: letter.as_ref().map(|letter| letter.subject.clone()),
            text: letter.as_ref().map(words::letter::Letter::text),
            html: letter.as_ref().map(words::letter::Letter::html),
            nothing,
        })
    }
}

fn summary(row: &Kept) -> Result<OutgoingMailSummary, Failure> {
    let kind: NoticeKind = row.notice.kind.parse().map_err(|_| Failure::Internal(format!("no message is called {}", row.notice.kind)))?;
    let is_queued = row.state == NoticeState::Queued;
    Ok(OutgoingMailSummary {
        id: row.id,
        kind,
        state: row.state,
        ticket: row.notice.ticket.map(|(ticket, _)| ticket),
        person: match row.notice.to {
            Addressee::Person(person) => Some(person),
            Addressee::Provider(_) | Addressee::Address { .. } => None,
        },
        to_name: row.to_name.clone(),
        to_address: row.to_address.clone(),
        subject: row.subject.clone(),
        created_at: row.created_at,
        due_at: is_queued.then_some(row.due_at),
        done_at: row.done_at,
        n_attempts: row.n_attempts,
        why: row.last_error.clone(),
    })
}
