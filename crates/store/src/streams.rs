//! Appending events to a ticket, and reading them back. Nothing here knows the rules; see `domain::decide`.
//!
//! Whatever follows from the events (the read row, the watchers, the files' places, the words) is written with them, in the caller's transaction.

use std::sync::Arc;

use diesel::prelude::*;
use domain::{Entry, Event, EventNumber, Ticket, TicketId};

use crate::asked::Steady;
use crate::conn::{Conn, per_backend};
use crate::error::StoreError;
use crate::origin;
use crate::rows::{self, Columns};
use crate::schema::tickets::{events, files, ticket_watchers, tickets};
use crate::search;
use crate::tickets::{TicketRow, foresee};
use crate::types::{Stamp, int, maybe, who};

/// Why events were not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The ticket has moved on since it was loaded: load, decide and try again.
    #[error("the ticket has moved on")]
    Conflict,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for AppendError {
    fn from(error: diesel::result::Error) -> AppendError {
        AppendError::Store(error.into())
    }
}

/// The fold of all events; none for a ticket that is not there.
///
/// # Errors
/// Corrupt, for an event that cannot be read.
pub fn load(conn: &mut Conn, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    let entries = load_entries(conn, id)?;
    match Ticket::of(&entries) {
        None if !entries.is_empty() => Err(StoreError::corrupt("events", id, "the first is not a request")),
        ticket => Ok(ticket),
    }
}

/// All events in their order.
///
/// # Errors
/// Corrupt, for an event that cannot be read.
pub fn load_entries(conn: &mut Conn, id: TicketId) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<(i32, Stamp, Option<i64>, String)> = per_backend!(conn, c => events::table
        .filter(events::ticket_id.eq(id.get()))
        .order(events::position)
        .select((events::position, events::at, events::by_person, events::payload))
        .load(c))?;
    rows.into_iter()
        .map(|(position, at, by, payload)| {
            let by = who(maybe("events", format_args!("{id}/{position}"), by)?);
            Ok(Entry { at: at.0, by, event: rows::event(id.get(), position, &payload)? })
        })
        .collect()
}

/// A new ticket from its first events. The database makes its number.
///
/// # Errors
/// Unavailable, when one of its files was taken by another ticket meanwhile.
pub fn create(conn: &mut Conn, entries: &[Entry]) -> Result<(TicketId, Ticket), StoreError> {
    create_with_files(conn, entries).map_err(|error| match error {
        AppendError::Conflict => StoreError::Unavailable("a file of the request was taken meanwhile".to_owned()),
        AppendError::Store(error) => error,
    })
}

/// The same, for who decides again where that is so.
///
/// # Errors
/// Conflict, when another ticket has taken one of the files.
pub fn create_with_files(conn: &mut Conn, entries: &[Entry]) -> Result<(TicketId, Ticket), AppendError> {
    let ticket = begun(entries)?;
    let columns = Columns::of(&ticket);
    let id = insert(conn, &columns)?;
    follow(conn, id, None, &ticket, entries)?;
    search::insert(conn, id, &columns.title_folded)?;
    Ok((id, ticket))
}

/// One of several new tickets: its first events, which bring no files, and where they came from.
#[derive(Debug, Clone)]
pub struct NewTicket<'a> {
    pub entries: &'a [Entry],
    pub origin: Option<Arc<str>>,
}

/// Several new tickets in the order in which they are given: what [`create`] writes for each, in about as many journeys to PostgreSQL as one needs.
///
/// # Errors
/// Of the database; nothing is to be kept then.
pub fn create_many(conn: &mut Conn, new: &[NewTicket<'_>]) -> Result<Vec<(TicketId, Ticket)>, StoreError> {
    let tickets = new.iter().map(|new| begun(new.entries)).collect::<Result<Vec<Ticket>, StoreError>>()?;
    let columns: Vec<Columns> = tickets.iter().map(Columns::of).collect();
    let ids = insert_many(conn, &columns)?;
    let (mut rows, mut watchers) = (Vec::new(), Vec::new());
    for ((id, ticket), new) in ids.iter().zip(&tickets).zip(new) {
        rows.extend(origin::with(new.origin.clone(), || event_rows(*id, 0, EventNumber::default(), new.entries)));
        watchers.extend(ticket.watchers.iter().map(|person| NewWatcher { ticket_id: id.get(), person_id: person.get() }));
    }
    insert_all!(conn, events::table, &rows);
    insert_all!(conn, ticket_watchers::table, &watchers);
    for (id, columns) in ids.iter().zip(&columns) {
        search::insert(conn, *id, &columns.title_folded)?;
    }
    Ok(ids.into_iter().zip(tickets).collect())
}

/// Numbers are given in the order of the rows, though RETURNING may tell them in another.
fn insert_many(conn: &mut Conn, columns: &[Columns]) -> Result<Vec<TicketId>, StoreError> {
    let Conn::Postgres(pg) = conn else {
        return columns.iter().map(|columns| insert(conn, columns)).collect();
    };
    let mut ids: Vec<i64> = Vec::with_capacity(columns.len());
    by_eights!(columns, some => ids.extend(diesel::insert_into(tickets::table).values(some).returning(tickets::id).get_results::<i64>(pg)?));
    ids.sort_unstable();
    ids.into_iter().map(|id| crate::types::value("tickets", id, id)).collect()
}

/// Writes a new row. On SQLite RETURNING fills a table of its own at each statement; the connection knows the number as well.
fn insert(conn: &mut Conn, columns: &Columns) -> Result<TicketId, StoreError> {
    let row = diesel::insert_into(tickets::table).values(columns);
    let id: i64 = match conn {
        Conn::Postgres(conn) => row.returning(tickets::id).get_result(conn)?,
        Conn::Sqlite(conn) => {
            row.execute(conn)?;
            diesel::select(last_insert_rowid()).get_result(conn)?
        }
    };
    crate::types::value("tickets", id, id)
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// SQLite's: the number of the row that this connection inserted last.
    fn last_insert_rowid() -> diesel::sql_types::BigInt;
}

/// More events, on the ticket as it was when they were decided.
///
/// The row is written first and only while it stands where it stood, so of two that were decided on the same ticket one is written and the
/// other is a conflict. On PostgreSQL at READ COMMITTED the second waits for the first's row lock, then looks at the condition again on the
/// row as the first left it, and finds nothing to write. On SQLite one writes at a time.
///
/// # Errors
/// Conflict, when the ticket has moved on, or when another ticket has taken one of the files.
pub fn append(conn: &mut Conn, id: TicketId, before: &Ticket, entries: &[Entry]) -> Result<Ticket, AppendError> {
    for principal in principals(entries) {
        lock_both(conn, id, principal)?;
    }
    let after = entries.iter().fold(before.clone(), Ticket::evolve);
    let columns = Columns::of(&after);
    let stands = tickets::table.filter(tickets::id.eq(id.get())).filter(tickets::position.eq(int(before.position)));
    if per_backend!(conn, c => Steady(diesel::update(stands).set(&columns).returning(tickets::id)).written::<i64, _>(c))? == 0 {
        return Err(AppendError::Conflict);
    }
    follow(conn, id, Some(before), &after, entries)?;
    if after.title != before.title {
        search::update(conn, id, &columns.title_folded)?;
    }
    Ok(after)
}

/// After an append that joined the ticket to another: has nobody ended that other, nor joined one to this, since it was decided? A duplicate is decided
/// on two tickets but written to one, so the position of the one does not tell. `append` has locked both rows, and whoever was first is seen here.
///
/// # Errors
/// Conflict, when it was: load, decide and try again.
pub fn still_joins(conn: &mut Conn, id: TicketId, entries: &[Entry]) -> Result<(), AppendError> {
    for principal in principals(entries) {
        let open = tickets::table.find(principal.get()).filter(tickets::is_ended.eq(false));
        let joined = tickets::table.filter(tickets::duplicate_of_id.eq(id.get()));
        let (is_open, has_duplicates): (bool, bool) =
            per_backend!(conn, c => diesel::select((diesel::dsl::exists(open), diesel::dsl::exists(joined))).get_result(c))?;
        if !is_open || has_duplicates {
            return Err(AppendError::Conflict);
        }
    }
    Ok(())
}

fn principals(entries: &[Entry]) -> impl Iterator<Item = TicketId> {
    entries.iter().filter_map(|entry| if let Event::MarkedDuplicate { of } = entry.event { Some(of) } else { None })
}

/// Locks the rows of both in the order of their numbers: of two that are joined to each other at once, neither waits for the other in a ring.
/// On SQLite one writes at a time.
fn lock_both(conn: &mut Conn, id: TicketId, principal: TicketId) -> Result<(), StoreError> {
    if let Conn::Postgres(conn) = conn {
        let both = tickets::table.filter(tickets::id.eq_any([id.get(), principal.get()]));
        both.order(tickets::id).select(tickets::id).for_update().load::<i64>(conn)?;
    }
    Ok(())
}

/// The read row that the events say, as `tickets::find` would read it for who watches nothing. Written nowhere.
///
/// # Errors
/// Corrupt, when there are no events or one cannot be read.
pub fn rebuild_row(conn: &mut Conn, id: TicketId) -> Result<TicketRow, StoreError> {
    let ticket = load(conn, id)?.ok_or_else(|| StoreError::corrupt("events", id, "there are none"))?;
    foresee(conn, Some(id), &ticket, None)?.row(id)
}

/// The ticket that these first events make.
fn begun(entries: &[Entry]) -> Result<Ticket, StoreError> {
    Ticket::of(entries).ok_or_else(|| StoreError::Corrupt("a new ticket does not begin with a request".to_owned()))
}

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
struct NewEvent {
    ticket_id: i64,
    position: i32,
    version: i32,
    internal: i32,
    at: Stamp,
    by_person: Option<i64>,
    name: &'static str,
    is_internal: bool,
    is_hidden: bool,
    payload: String,
    origin: Option<String>,
}

/// The rows of these events, which follow that place; one that a later of them hides is written hidden.
fn event_rows(id: TicketId, position: u32, number: EventNumber, entries: &[Entry]) -> Vec<NewEvent> {
    let (mut position, mut number) = (position, number);
    let mut rows: Vec<NewEvent> = Vec::with_capacity(entries.len());
    for entry in entries {
        position += 1;
        number = number.next(entry.event.is_internal());
        rows.push(NewEvent {
            ticket_id: id.get(),
            position: int(position),
            version: int(number.version),
            internal: int(number.internal),
            at: Stamp(entry.at),
            by_person: entry.by.person().map(domain::PersonId::get),
            name: entry.event.name().name(),
            is_internal: entry.event.is_internal(),
            is_hidden: false,
            payload: rows::json(&entry.event),
            origin: origin::current(),
        });
        if let Event::NoteHidden { number, .. } = &entry.event {
            let is_it = |row: &&mut NewEvent| (row.version, row.internal) == (int(number.version), int(number.internal));
            rows.iter_mut().filter(is_it).for_each(|row| row.is_hidden = true);
        }
    }
    rows
}

/// Rows by eights, fours, twos and ones, for statements whose text stays the same, and so is prepared once: to PostgreSQL each is a journey.
macro_rules! by_eights {
    ($rows:expr, $some:ident => $body:expr) => {{
        let mut rest: &[_] = $rows;
        while let Some(($some, more)) = rest.split_first_chunk::<8>() {
            $body;
            rest = more;
        }
        if let Some(($some, more)) = rest.split_first_chunk::<4>() {
            $body;
            rest = more;
        }
        if let Some(($some, more)) = rest.split_first_chunk::<2>() {
            $body;
            rest = more;
        }
        for $some in rest {
            $body;
        }
    }};
}
pub(crate) use by_eights;

/// Rows in few statements that are kept prepared. SQLite takes them one by one, which costs it nothing.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {{
        let rows: &[_] = $rows;
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => {
                for one in rows {
                    diesel::insert_into($table).values(one).execute(conn)?;
                }
            }
            $crate::conn::Conn::Postgres(conn) => {
                $crate::streams::by_eights!(rows, some => diesel::insert_into($table).values(some).execute(conn)?)
            }
        }
    }};
}
pub(crate) use insert_all;

/// What is written beside the row: the events, who watches, where files belong, what is hidden.
fn follow(conn: &mut Conn, id: TicketId, before: Option<&Ticket>, after: &Ticket, entries: &[Entry]) -> Result<(), AppendError> {
    let (position, number) = before.map_or((0, EventNumber::default()), |ticket| (ticket.position, ticket.number));
    insert_all!(conn, events::table, &event_rows(id, position, number, entries));
    watch(conn, id, before, after)?;
    for (position, entry) in (position + 1..).zip(entries) {
        match &entry.event {
            Event::NoteHidden { number, .. } if before.is_some() => hide(conn, id, *number)?,
            event if !event.files().is_empty() => bind(conn, id, position, entry)?,
            _ => {}
        }
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = ticket_watchers)]
struct NewWatcher {
    ticket_id: i64,
    person_id: i64,
}

fn watch(conn: &mut Conn, id: TicketId, before: Option<&Ticket>, after: &Ticket) -> Result<(), StoreError> {
    let none = std::collections::BTreeSet::new();
    let before = before.map_or(&none, |ticket| &ticket.watchers);
    let more = after.watchers.difference(before).map(|person| NewWatcher { ticket_id: id.get(), person_id: person.get() });
    insert_all!(conn, ticket_watchers::table, &more.collect::<Vec<_>>());
    for person in before.difference(&after.watchers) {
        diesel::delete(ticket_watchers::table.find((id.get(), person.get()))).execute(conn)?;
    }
    Ok(())
}

fn hide(conn: &mut Conn, id: TicketId, number: EventNumber) -> Result<(), StoreError> {
    let note = events::table
        .filter(events::ticket_id.eq(id.get()))
        .filter(events::version.eq(int(number.version)))
        .filter(events::internal.eq(int(number.internal)));
    diesel::update(note).set(events::is_hidden.eq(true)).execute(conn)?;
    Ok(())
}

/// Gives the event's files their place. Each belongs to nobody yet and was uploaded by who wrote the event; else somebody was quicker.
fn bind(conn: &mut Conn, id: TicketId, position: u32, entry: &Entry) -> Result<(), AppendError> {
    for file in entry.event.files() {
        let place = (files::ticket_id.eq(Some(id.get())), files::position.eq(Some(int(position))));
        let free = files::table.find(file.get()).filter(files::ticket_id.is_null());
        let n_bound = match entry.by.person() {
            Some(person) => diesel::update(free.filter(files::uploaded_by.eq(person.get()))).set(place).execute(conn)?,
            None => diesel::update(free.filter(files::uploaded_by.is_null())).set(place).execute(conn)?,
        };
        if n_bound == 0 {
            return Err(AppendError::Conflict);
        }
    }
    Ok(())
}
