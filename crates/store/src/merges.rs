//! A contact turns out to be somebody of the directory: it is disabled, points at them, and its tickets become theirs.
//!
//! A ticket becomes theirs by an event, as any correction does; so what its events say and what its row holds stay the same, and the history says
//! who merged and when.

use diesel::prelude::*;
use domain::{Entry, Event, FactsPatch, Instant, PersonId, TicketId, Who};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::heart;
use crate::history::{Entity, Hand, keep};
use crate::people;
use crate::records::RecordError;
use crate::schema::directory::people as people_table;
use crate::schema::tickets::{ticket_watchers, tickets};
use crate::streams::{self, AppendError};
use crate::types::{value, who};

/// Why nothing was merged. The transaction is to be given up.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// There is no such contact.
    #[error("there is no such contact")]
    NotFound,
    /// The contact was merged before.
    #[error("the contact was merged before")]
    AlreadyMerged,
    /// Whom it should be merged into is not of the directory, or disabled.
    #[error("there is no such person of the directory, or they are disabled")]
    IntoUnknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for MergeError {
    fn from(error: diesel::result::Error) -> MergeError {
        MergeError::Store(error.into())
    }
}

impl From<RecordError> for MergeError {
    fn from(error: RecordError) -> MergeError {
        match error {
            RecordError::Store(error) => MergeError::Store(error),
            other => MergeError::Store(StoreError::Corrupt(format!("merging: {other}"))),
        }
    }
}

/// Merges a contact into a person of the directory. Of two who merge the same contact one succeeds. Returns how many tickets became theirs.
///
/// # Errors
/// See [`MergeError`].
pub fn merge(conn: &mut Conn, by: Option<PersonId>, at: Instant, contact: PersonId, into: PersonId) -> Result<u32, MergeError> {
    heart::about_to_change(conn)?;
    let id = contact.get();
    let unmerged = people_table::table.find(id).filter(people_table::is_contact).filter(people_table::merged_into_id.is_null());
    let version = diesel::update(unmerged)
        .set(people_table::version.eq(people_table::version + 1))
        .returning(people_table::version)
        .get_result::<i32>(conn)
        .optional()?;
    let Some(version) = version else {
        let is_merged = people_table::table.find(id).filter(people_table::is_contact).count().get_result::<i64>(conn)? > 0;
        return Err(if is_merged { MergeError::AlreadyMerged } else { MergeError::NotFound });
    };
    // Held, so that nobody disables them meanwhile.
    let target = people_table::table.find(into.get()).filter(people_table::is_active).filter(people_table::is_contact.eq(false));
    if diesel::update(target).set(people_table::version.eq(people_table::version)).execute(conn)? == 0 {
        return Err(MergeError::IntoUnknown);
    }
    let before = people::record(conn, id)?;
    diesel::update(people_table::table.find(id))
        .set((people_table::is_active.eq(false), people_table::merged_into_id.eq(into.get())))
        .execute(conn)?;
    let after = people::record(conn, id)?;
    keep(conn, Hand { by, at }, (Entity::Person, id, version), Some(&before), &after)?;
    move_tickets(conn, by, at, contact, into)
}

/// Merged contacts in whose name there are tickets still, each with whom it was merged into: somebody asked while the contact was merged.
///
/// # Errors
/// Corrupt, for a row that cannot be read.
pub fn find_stray(conn: &mut Conn) -> Result<Vec<(PersonId, PersonId)>, StoreError> {
    let stray: Vec<(i64, i64)> = tickets::table
        .inner_join(people_table::table.on(people_table::id.eq(tickets::requester_id)))
        .filter(people_table::merged_into_id.is_not_null())
        .select((people_table::id, people_table::merged_into_id.assume_not_null()))
        .distinct()
        .load(conn)?;
    stray.into_iter().map(|(contact, into)| Ok((value("people", contact, contact)?, value("people", contact, into)?))).collect()
}

/// Gives those tickets to whom the contact was merged into. Returns how many.
///
/// # Errors
/// See [`MergeError`].
pub fn finish(conn: &mut Conn, at: Instant, contact: PersonId, into: PersonId) -> Result<u32, MergeError> {
    let merged = people_table::table.find(contact.get()).filter(people_table::merged_into_id.eq(into.get()));
    diesel::update(merged).set(people_table::version.eq(people_table::version)).execute(conn)?;
    move_tickets(conn, None, at, contact, into)
}

fn move_tickets(conn: &mut Conn, by: Option<PersonId>, at: Instant, contact: PersonId, into: PersonId) -> Result<u32, MergeError> {
    let watched = ticket_watchers::table.filter(ticket_watchers::person_id.eq(contact.get())).select(ticket_watchers::ticket_id);
    let theirs: Vec<i64> = tickets::table
        .filter(tickets::requester_id.eq(contact.get()).or(tickets::id.eq_any(watched)))
        .order(tickets::id)
        .select(tickets::id)
        .load(conn)?;
    let mut n = 0;
    for ticket in theirs {
        n += u32::from(move_ticket(conn, by, at, value("tickets", ticket, ticket)?, contact, into)?);
    }
    Ok(n)
}

/// Times that a ticket is loaded anew, where others keep moving it.
const ATTEMPTS: usize = 8;

fn move_ticket(
    conn: &mut Conn,
    by: Option<PersonId>,
    at: Instant,
    id: TicketId,
    contact: PersonId,
    into: PersonId,
) -> Result<bool, MergeError> {
    for _ in 0..ATTEMPTS {
        let Some(ticket) = streams::load(conn, id)? else { return Ok(false) };
        let mut entries = Vec::new();
        if ticket.requester == contact {
            let facts = FactsPatch { requester: Some(into), ..FactsPatch::default() };
            entries.push(Entry { at, by: who(by), event: Event::FactsCorrected { facts } });
        }
        if ticket.watchers.contains(&contact) {
            entries.push(Entry { at, by: Who::Person(contact), event: Event::Unwatched {} });
            entries.push(Entry { at, by: Who::Person(into), event: Event::Watched {} });
        }
        if entries.is_empty() {
            return Ok(false);
        }
        match streams::append(conn, id, &ticket, &entries) {
            Ok(_) => return Ok(ticket.requester == contact),
            Err(AppendError::Conflict) => {} // Somebody moved it between the load and here: it is loaded again.
            Err(AppendError::Store(error)) => return Err(error.into()),
        }
    }
    Err(StoreError::Unavailable(format!("ticket {id} does not hold still")).into())
}
