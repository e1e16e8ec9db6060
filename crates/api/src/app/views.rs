//! Saved views: lists that people keep under a name, for themselves or for all of IT. A view is filters and columns, and no tickets: whoever opens
//! one sees of it what they may see.

use domain::{Actor, Audience, PersonId, Refusal, Role, ValueError};
use serde::{Deserialize, Serialize};
use store::records::RecordError;
use store::views::{self, NewView, ViewKey, ViewRow};
use store::{Conn, StoreError};
use wire::command::{Fault, FieldFault, Form};
use wire::{Page, PersonRef, SavedView, SavedViewRequest, TICKET_COLUMNS, TicketQuery};

use super::queries::{fault, filter, page_size, read_cursor, write_cursor};
use super::records::{self, checked};
use super::{App, Once, once};
use crate::auth::accounts::Account;
use crate::auth::require;
use crate::error::{Code, Failure};
use crate::http::{Answer, IfMatch, parse_query};

/// Views of one person.
const MAX_VIEWS: usize = 50;
/// Characters of a view's filters.
const MAX_QUERY: usize = 2_000;
/// Who may share one.
const SHARERS: &[Role] = &[Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead];

/// Where a page ended.
#[derive(Debug, Serialize, Deserialize)]
struct ViewCursor(bool, String, i64);

fn view(row: ViewRow) -> SavedView {
    SavedView {
        id: row.id,
        version: row.version,
        name: row.name,
        owner: PersonRef { id: row.owner.0, name: row.owner.1 },
        query: row.query,
        columns: row.columns.split(',').filter(|column| !column.is_empty()).map(str::to_owned).collect(),
        is_shared: row.is_shared,
    }
}

fn read(conn: &mut Conn, id: i64) -> Result<Answer, Failure> {
    let row = views::find(conn, id)?.ok_or(Code::NotFound)?;
    let version = row.version;
    Ok(Answer::ok(&view(row)).tagged(version))
}

/// Do they read what others share? All of IT and the auditor do; and the administrator, who may take sharing away.
fn reads_shared(actor: &Actor) -> bool {
    actor.audience() == Audience::It || actor.has(Role::Admin)
}

/// The view, where the caller may know of it.
fn seen(conn: &mut Conn, caller: &Account, id: i64) -> Result<ViewRow, Failure> {
    let is_seen = |row: &ViewRow| row.owner.0 == caller.person || (row.is_shared && reads_shared(&caller.actor));
    Ok(views::find(conn, id)?.filter(is_seen).ok_or(Code::NotFound)?)
}

/// One's own; of another's shared one the administrator may take away that it is shared, and the whole view.
fn require_writer(caller: &Account, row: &ViewRow, new: Option<&NewView>) -> Result<(), Failure> {
    let is_unshared = |new: &NewView| {
        let after = (new.name.as_str(), &*new.query, &*new.columns, new.is_shared);
        after == (&*row.name, &*row.query, &*row.columns, false)
    };
    if row.owner.0 == caller.person || (caller.actor.has(Role::Admin) && new.is_none_or(is_unshared)) {
        return Ok(());
    }
    Err(Refusal::NotYourRole { roles: vec![Role::Admin] }.into())
}

fn unwritten(error: RecordError, version: u32) -> Failure {
    match error {
        RecordError::NameTaken => Code::ViewNameTaken.into(),
        error => records::failure(error, version),
    }
}

impl App {
    /// A page of the caller's views and, for those who read them, of what others share.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_views(&self, caller: &Account, cursor: Option<&str>, limit: Option<u32>) -> Result<Answer, Failure> {
        let limit = page_size(limit)?;
        let after = cursor.map(read_cursor::<ViewCursor>).transpose()?;
        let after = after.map(|ViewCursor(is_of_another, name, id)| ViewKey { is_of_another, name, id });
        let with_shared = reads_shared(&caller.actor);
        let mut rows = self.store.read::<_, StoreError>(|conn| views::list(conn, caller.person, with_shared, after.as_ref(), limit + 1))?;
        let goes_on = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| goes_on).map(|row| {
            let ViewKey { is_of_another, name, id } = row.key(caller.person);
            write_cursor(&ViewCursor(is_of_another, name, id))
        });
        Ok(Answer::ok(&Page { items: rows.into_iter().map(view).collect(), next }).tagged(0))
    }

    /// One view.
    ///
    /// # Errors
    /// Not found, where the caller may not know of it.
    pub fn read_view(&self, caller: &Account, id: i64) -> Result<Answer, Failure> {
        self.store.read::<_, Failure>(|conn| {
            seen(conn, caller, id)?;
            read(conn, id)
        })
    }

    /// Keeps a view of the caller's.
    ///
    /// # Errors
    /// `view_name_taken`, too many, `not_your_role` for one that is shared, the filter that is wrong.
    pub fn create_view(&self, caller: &Account, request: SavedViewRequest, once: Option<Once>) -> Result<Answer, Failure> {
        let (of, now): (PersonId, _) = (caller.person, self.now());
        let new = new(caller, request)?;
        once::write_once(&self.store, once, now, false, move |conn| {
            let (id, n_own) = views::insert(conn, of, &new).map_err(|error| unwritten(error, 0))?;
            if n_own > MAX_VIEWS as i64 {
                return Err(fault("name", Fault::TooMany { max: MAX_VIEWS })); // The transaction is given up.
            }
            Ok(Answer { status: 201, location: Some(format!("/api/v1/views/{id}")), ..read(conn, id)? })
        })
    }

    /// Writes a view whole; whose it is stays.
    ///
    /// # Errors
    /// Not found, 428, 412, `not_your_role` for another's, and as for a new one.
    pub fn update_view(&self, caller: &Account, id: i64, expected: IfMatch, request: SavedViewRequest) -> Result<Answer, Failure> {
        let expected = expected.required()?;
        let (new, version) = self.store.read::<_, Failure>(|conn| {
            let row = seen(conn, caller, id)?;
            let new = new(caller, request)?;
            require_writer(caller, &row, Some(&new))?;
            Ok((new, checked(expected, row.version)?))
        })?;
        self.store.write::<_, Failure>(move |conn| {
            views::update(conn, id, version, &new).map_err(|error| unwritten(error, version))?;
            read(conn, id)
        })
    }

    /// Deletes a view.
    ///
    /// # Errors
    /// Not found, 428, 412, `not_your_role` for another's.
    pub fn delete_view(&self, caller: &Account, id: i64, expected: IfMatch) -> Result<Answer, Failure> {
        let expected = expected.required()?;
        let version = self.store.read::<_, Failure>(|conn| {
            let row = seen(conn, caller, id)?;
            require_writer(caller, &row, None)?;
            checked(expected, row.version)
        })?;
        self.store.write::<_, Failure>(move |conn| views::delete(conn, id, version).map_err(|error| unwritten(error, version)))?;
        Ok(Answer::no_content())
    }
}

fn new(caller: &Account, request: SavedViewRequest) -> Result<NewView, Failure> {
    if request.is_shared {
        require(caller, SHARERS)?;
    }
    Ok(NewView {
        name: request.name,
        query: canonical(&request.query, caller)?,
        columns: columns(&request.columns)?,
        is_shared: request.is_shared,
    })
}

/// The filters as this server would write them, without where a page begins and how long it is. What no list would take is refused, by the name
/// that the filter has.
fn canonical(query: &str, caller: &Account) -> Result<String, Failure> {
    let within = |fault: FieldFault| FieldFault { path: format!("query.{}", fault.path), ..fault };
    let query = query.trim().trim_start_matches('?');
    require_length(query)?;
    if query.chars().any(char::is_control) {
        return Err(fault("query", Fault::Value(ValueError::BadCharacters)));
    }
    let query: TicketQuery = parse_query(query).map_err(within)?;
    let query = TicketQuery { limit: None, cursor: None, ..query };
    if let Err(Failure::Invalid(faults)) = filter(&query, caller) {
        return Err(Failure::Invalid(faults.into_iter().map(within).collect()));
    }
    let query = serde_urlencoded::to_string(&query).map_err(|error| Failure::Internal(error.to_string()))?;
    require_length(&query)?;
    Ok(query)
}

fn require_length(query: &str) -> Result<(), Failure> {
    let actual = query.chars().count();
    if actual <= MAX_QUERY {
        return Ok(());
    }
    let too_long = ValueError::TooLong { max: MAX_QUERY as u32, actual: actual.try_into().unwrap_or(u32::MAX) };
    Err(fault("query", Fault::Value(too_long)))
}

/// Each once, in the order that lists have.
fn columns(asked: &[String]) -> Result<String, Failure> {
    if asked.iter().any(|column| !TICKET_COLUMNS.contains(&column.as_str())) {
        return Err(fault("columns", Fault::Malformed(Form::OneOf(TICKET_COLUMNS.map(str::to_owned).to_vec()))));
    }
    let known = TICKET_COLUMNS.into_iter().filter(|column| asked.iter().any(|one| one == column));
    Ok(known.collect::<Vec<_>>().join(","))
}
