//! Many tickets at once, for the benchmark and the demonstration: what `streams::create` writes, in few statements.

use diesel::prelude::*;
use domain::{Entry, EventNumber, Ticket, TicketId};

use crate::conn::{Conn, per_backend};
use crate::error::StoreError;
use crate::rows::Columns;
use crate::schema::tickets::{events, ticket_watchers, tickets};
use crate::streams::{begun, event_rows};
use crate::{search, types};

/// Rows of one statement. SQLite takes 32,766 values in one, PostgreSQL 65,535; a ticket has 48 columns.
const MOST_ROWS: usize = 100;

/// New tickets from their streams, in the order in which they are given. Their events bring no files.
///
/// # Errors
/// Of the database.
pub fn insert_bulk(conn: &mut Conn, streams: &[Vec<Entry>]) -> Result<Vec<TicketId>, StoreError> {
    let mut all = Vec::with_capacity(streams.len());
    for streams in streams.chunks(MOST_ROWS) {
        let made = streams.iter().map(|entries| begun(entries)).collect::<Result<Vec<Ticket>, StoreError>>()?;
        let columns: Vec<Columns> = made.iter().map(Columns::of).collect();
        let ids = insert_rows(conn, &columns)?;
        for (id, columns) in ids.iter().zip(&columns) {
            search::insert(conn, *id, &columns.title_folded)?;
        }
        let rows: Vec<_> = ids.iter().zip(streams).flat_map(|(id, entries)| event_rows(*id, 0, EventNumber::default(), entries)).collect();
        for rows in rows.chunks(10 * MOST_ROWS) {
            per_backend!(conn, c => diesel::insert_into(events::table).values(rows).execute(c))?;
        }
        for (id, ticket) in ids.iter().zip(&made) {
            for person in &ticket.watchers {
                let row = (ticket_watchers::ticket_id.eq(id.get()), ticket_watchers::person_id.eq(person.get()));
                diesel::insert_into(ticket_watchers::table).values(row).execute(conn)?;
            }
        }
        all.extend(ids);
    }
    Ok(all)
}

/// Numbers are given in the order of the rows, though RETURNING may tell them in another.
fn insert_rows(conn: &mut Conn, columns: &[Columns]) -> Result<Vec<TicketId>, StoreError> {
    let mut ids: Vec<i64> =
        per_backend!(conn, c => diesel::insert_into(tickets::table).values(columns).returning(tickets::id).get_results(c))?;
    ids.sort_unstable();
    ids.into_iter().map(|id| types::value("tickets", id, id)).collect()
}
