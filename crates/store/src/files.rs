//! The rows of uploaded files; the bytes are kept elsewhere by their SHA-256. A file is visible exactly to those who see the note that brought it.

use diesel::prelude::*;
use domain::{Actor, Audience, EventNumber, FileId, Instant, PersonId, TicketId};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::schema::tickets::{events, files, tickets};
use crate::tickets::{among, visible_to};
use crate::types::{Stamp, maybe, value};

/// A file that was uploaded and belongs to no ticket yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    pub name: String,
    /// As guessed from the name.
    pub media_type: String,
    pub n_bytes: i64,
    /// Of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// None: the mailbox.
    pub uploaded_by: Option<PersonId>,
    pub uploaded_at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub n_bytes: i64,
    pub sha256: String,
    pub uploaded_by: Option<PersonId>,
    pub uploaded_at: Instant,
    /// The event that brought it; none yet.
    pub bound: Option<(TicketId, EventNumber)>,
}

/// Unbound files at most that one call of [`list_unbound`] returns.
const MOST_UNBOUND: i64 = 1_000;

type File = (i64, String, String, i64, String, Option<i64>, Stamp, Option<i64>);
type Note = (Option<i32>, Option<i32>, Option<bool>, Option<bool>);

/// Files with the notes that brought them.
macro_rules! with_notes {
    () => {
        files::table
            .left_join(
                events::table.on(files::ticket_id.eq(events::ticket_id.nullable()).and(files::position.eq(events::position.nullable()))),
            )
            .select((
                (
                    files::id,
                    files::name,
                    files::media_type,
                    files::n_bytes,
                    files::sha256,
                    files::uploaded_by,
                    files::uploaded_at,
                    files::ticket_id,
                ),
                (events::version.nullable(), events::internal.nullable(), events::is_internal.nullable(), events::is_hidden.nullable()),
            ))
    };
}

/// Notes an upload.
///
/// # Errors
/// Of the database.
pub fn insert(conn: &mut Conn, file: &NewFile) -> Result<FileId, StoreError> {
    let id: i64 = diesel::insert_into(files::table)
        .values((
            files::name.eq(&file.name),
            files::media_type.eq(&file.media_type),
            files::n_bytes.eq(file.n_bytes),
            files::sha256.eq(&file.sha256),
            files::uploaded_by.eq(file.uploaded_by.map(PersonId::get)),
            files::uploaded_at.eq(Stamp(file.uploaded_at)),
        ))
        .returning(files::id)
        .get_result(conn)?;
    value("files", id, id)
}

/// The file, if this actor may have it: an unbound one is its uploader's, a bound one is seen with its note, and that of a hidden note by nobody.
///
/// # Errors
/// Of the database.
pub fn find(conn: &mut Conn, actor: &Actor, id: FileId) -> Result<Option<FileRow>, StoreError> {
    let found: Option<(File, Note)> = with_notes!().filter(files::id.eq(id.get())).get_result(conn).optional()?;
    let Some((file, note)) = found else {
        return Ok(None);
    };
    let is_theirs = match file.7 {
        None => actor.is(maybe("files", file.0, file.5)?),
        Some(ticket) => is_shown(actor, &note) && sees(conn, actor, ticket)?,
    };
    if is_theirs { file_row(file, &note).map(Some) } else { Ok(None) }
}

/// Those of these files that belong to the ticket and that this actor sees.
///
/// # Errors
/// Of the database.
pub fn of_events(conn: &mut Conn, actor: &Actor, ticket: TicketId, ids: &[FileId]) -> Result<Vec<FileRow>, StoreError> {
    if ids.is_empty() || !sees(conn, actor, ticket.get())? {
        return Ok(Vec::new());
    }
    let query = with_notes!().filter(files::ticket_id.eq(ticket.get())).order(files::id).into_boxed();
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let found: Vec<(File, Note)> = among!(query, files::id, ids).load(conn)?;
    found.into_iter().filter(|(_, note)| is_shown(actor, note)).map(|(file, note)| file_row(file, &note)).collect()
}

/// Files uploaded before then that no ticket has taken, the oldest first.
///
/// # Errors
/// Of the database.
pub fn list_unbound(conn: &mut Conn, before: Instant) -> Result<Vec<FileRow>, StoreError> {
    let found: Vec<(File, Note)> = with_notes!()
        .filter(files::ticket_id.is_null())
        .filter(files::uploaded_at.lt(Stamp(before)))
        .order((files::uploaded_at, files::id))
        .limit(MOST_UNBOUND)
        .load(conn)?;
    found.into_iter().map(|(file, note)| file_row(file, &note)).collect()
}

/// Forgets a file, unless a ticket has taken it meanwhile. Its bytes may go when [`is_content_used`] says that no other row has them.
///
/// # Errors
/// Of the database.
pub fn delete_unbound(conn: &mut Conn, id: FileId) -> Result<bool, StoreError> {
    Ok(diesel::delete(files::table.find(id.get()).filter(files::ticket_id.is_null())).execute(conn)? == 1)
}

/// Does any row have these bytes?
///
/// # Errors
/// Of the database.
pub fn is_content_used(conn: &mut Conn, sha256: &str) -> Result<bool, StoreError> {
    let one: Option<i64> = files::table.filter(files::sha256.eq(sha256)).select(files::id).first(conn).optional()?;
    Ok(one.is_some() || crate::received::is_content_used(conn, sha256)?)
}

fn sees(conn: &mut Conn, actor: &Actor, ticket: i64) -> Result<bool, StoreError> {
    let seen: Option<i64> = visible_to(actor).filter(tickets::id.eq(ticket)).select(tickets::id).get_result(conn).optional()?;
    Ok(seen.is_some())
}

/// Is the note shown to this actor, who sees its ticket?
fn is_shown(actor: &Actor, note: &Note) -> bool {
    let (_, _, is_internal, is_hidden) = *note;
    is_hidden == Some(false) && (is_internal == Some(false) || actor.audience() == Audience::It)
}

fn file_row(file: File, note: &Note) -> Result<FileRow, StoreError> {
    let (id, name, media_type, n_bytes, sha256, uploaded_by, uploaded_at, ticket) = file;
    let number = match (note.0, note.1) {
        (Some(version), Some(internal)) => {
            Some(EventNumber { version: value("files", id, version)?, internal: value("files", id, internal)? })
        }
        _ => None,
    };
    Ok(FileRow {
        id: value("files", id, id)?,
        name,
        media_type,
        n_bytes,
        sha256,
        uploaded_by: maybe("files", id, uploaded_by)?,
        uploaded_at: uploaded_at.0,
        bound: maybe("files", id, ticket)?.zip(number),
    })
}
