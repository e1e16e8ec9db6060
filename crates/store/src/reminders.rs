//! Whom the clock reminds: the tickets that have waited for their person since long, while reminders are left.

use diesel::prelude::*;
use domain::{Actor, Instant, TicketId};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::schema::tickets::tickets;
use crate::tickets::visible_to;
use crate::types::{Stamp, value};

/// The tickets whose person was last asked or reminded then or before, and is to be reminded still. All of them: few wait at any time.
///
/// # Errors
/// Of the database.
pub fn list_due(conn: &mut Conn, asked_until: Instant) -> Result<Vec<TicketId>, StoreError> {
    let ids: Vec<i64> = visible_to(&Actor::system())
        .filter(tickets::waiting_since.is_not_null())
        .filter(tickets::reminders_left.gt(0))
        .filter(tickets::reminded_at.le(Stamp(asked_until)))
        .order(tickets::id)
        .select(tickets::id)
        .load(conn)?;
    ids.into_iter().map(|id| value("tickets", id, id)).collect()
}
