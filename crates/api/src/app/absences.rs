//! Who is away from one day to another, and who holds their posts meanwhile.

use domain::{Day, Line, PersonId, Refusal, Role};
use store::absences::{self, AbsenceError, AbsenceFilter, AbsenceRow, NewAbsence};
use store::{Conn, people};
use wire::command::{Fault, Form};
use wire::{AbsenceQuery, AbsenceRequest, AbsenceView, Page, PersonRef};

use super::queries::{fault, page_size, read_cursor, write_cursor};
use super::records::{checked, failure};
use super::{App, Entity, Once, once};
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};
use crate::http::{Answer, IfMatch};

/// An absence lasts no longer.
const MAX_DAYS: i64 = 366;
/// Who reads everybody's absences.
const READERS: &[Role] = &[Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead, Role::Admin, Role::Auditor];

fn view(row: AbsenceRow) -> AbsenceView {
    let person = |(id, name)| PersonRef { id, name };
    AbsenceView {
        id: row.id,
        version: row.version,
        person: person(row.person),
        from_on: row.from_on,
        until_on: row.until_on,
        reason: row.reason,
        acting: row.acting.map(person),
        is_cancelled: row.is_cancelled,
    }
}

fn read(conn: &mut Conn, id: i64) -> Result<Answer, Failure> {
    let row = absences::find(conn, id)?.ok_or(Code::NotFound)?;
    let version = row.version;
    Ok(Answer::ok(&view(row)).tagged(version))
}

fn unwritten(error: AbsenceError, version: u32) -> Failure {
    match error {
        AbsenceError::Overlaps => Code::AbsenceOverlaps.into(),
        AbsenceError::NoPost => Code::NoPost.into(),
        AbsenceError::ActingUnknown => fault("acting", Fault::NoSuchRecord),
        AbsenceError::Record(error) => failure(error, version),
    }
}

/// May the caller know of it? Its people do, and those who read records.
fn is_seen(caller: &Account, row: &AbsenceRow) -> bool {
    caller.actor.has_any(READERS) || row.person.0 == caller.person || row.acting.as_ref().is_some_and(|(id, _)| *id == caller.person)
}

/// One's own; everybody's for the administrator; and for the head of IT those of the people of IT, whose posts they do not give away.
fn require_writer(
    conn: &mut Conn,
    caller: &Account,
    person: PersonId,
    acting: Option<PersonId>,
    before: Option<PersonId>,
) -> Result<(), Failure> {
    if person == caller.person || caller.actor.has(Role::Admin) {
        return Ok(());
    }
    let is_it = people::find(conn, person)?.is_some_and(|row| row.roles.iter().any(|role| role.is_it()));
    if caller.actor.has(Role::ItHead) && is_it && acting == before {
        return Ok(());
    }
    Err(Refusal::NotYourRole { roles: vec![Role::Admin] }.into())
}

fn require_days(from_on: Day, until_on: Day) -> Result<(), Failure> {
    let days = (until_on - from_on).num_days() + 1;
    if (1..=MAX_DAYS).contains(&days) {
        return Ok(());
    }
    Err(fault("until_on", Fault::Value(domain::ValueError::OutOfRange { min: 1, max: MAX_DAYS })))
}

impl App {
    /// A page of absences: everybody's for those who read records, one's own for others.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_absences(&self, caller: &Account, query: &AbsenceQuery) -> Result<Answer, Failure> {
        let limit = page_size(query.limit)?;
        let before = query.cursor.as_deref().map(read_cursor::<i64>).transpose()?;
        let concerns = if caller.actor.has_any(READERS) { query.person } else { Some(caller.person) };
        if !caller.actor.has_any(READERS) && query.person.is_some_and(|person| person != caller.person) {
            return Ok(Answer::ok(&Page::<AbsenceView> { items: Vec::new(), next: None }));
        }
        let filter = AbsenceFilter { concerns, from: query.from, all: query.all.unwrap_or(false) };
        let mut rows = self.store.read::<_, Failure>(|conn| Ok(absences::list(conn, &filter, before, limit + 1)?))?;
        let goes_on = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| goes_on).map(|row| write_cursor(&row.id));
        Ok(Answer::ok(&Page { items: rows.into_iter().map(view).collect(), next }))
    }

    /// One absence.
    ///
    /// # Errors
    /// Not found, where the caller may not know of it.
    pub fn read_absence(&self, caller: &Account, id: i64) -> Result<Answer, Failure> {
        self.store.read::<_, Failure>(|conn| {
            absences::find(conn, id)?.filter(|row| is_seen(caller, row)).ok_or(Code::NotFound)?;
            read(conn, id)
        })
    }

    /// Records an absence, of the caller where nobody is named.
    ///
    /// # Errors
    /// `not_your_role`, days that cannot be, `absence_overlaps`, `no_post`.
    pub fn create_absence(&self, caller: &Account, request: AbsenceRequest, once: Option<Once>) -> Result<Answer, Failure> {
        let new = new(caller.person, &request)?;
        let (by, now) = (caller.person, self.now());
        self.store.read::<_, Failure>(|conn| {
            people::find(conn, new.person)?.filter(|row| !row.is_contact).ok_or_else(|| fault("person", Fault::NoSuchRecord))?;
            require_writer(conn, caller, new.person, new.acting, None)
        })?;
        let answer = once::write_once(&self.store, once, now, false, move |conn| {
            let id = absences::insert(conn, Some(by), now, &new).map_err(|error| unwritten(error, 0))?;
            Ok(Answer { status: 201, location: Some(format!("/api/v1/absences/{id}")), ..read(conn, id)? })
        })?;
        self.accounts.forget_all();
        Ok(answer)
    }

    /// Writes an absence whole; whose it is stays.
    ///
    /// # Errors
    /// Not found, 428, 412, and as for a new one.
    pub fn update_absence(&self, caller: &Account, id: i64, expected: IfMatch, request: AbsenceRequest) -> Result<Answer, Failure> {
        let expected = expected.required()?;
        let (by, now) = (caller.person, self.now());
        let (new, version) = self.store.read::<_, Failure>(|conn| {
            let row = absences::find(conn, id)?.filter(|row| is_seen(caller, row)).ok_or(Code::NotFound)?;
            if request.person.is_some_and(|person| person != row.person.0) {
                return Err(fault("person", Fault::Malformed(Form::Unchanged)));
            }
            let new = new(row.person.0, &AbsenceRequest { person: Some(row.person.0), ..request.clone() })?;
            require_writer(conn, caller, row.person.0, new.acting, row.acting.as_ref().map(|(id, _)| *id))?;
            Ok((new, checked(expected, row.version)?))
        })?;
        let answer = self.store.write::<_, Failure>(move |conn| {
            absences::update(conn, Some(by), now, id, version, &new).map_err(|error| unwritten(error, version))?;
            read(conn, id)
        })?;
        self.accounts.forget_all();
        Ok(answer)
    }

    /// The changes of one absence.
    ///
    /// # Errors
    /// Not found.
    pub fn list_absence_changes(&self, id: i64, cursor: Option<&str>, limit: Option<u32>) -> Result<Answer, Failure> {
        self.list_changes(Entity::Absence, id, cursor, limit)
    }
}

fn new(caller: PersonId, request: &AbsenceRequest) -> Result<NewAbsence, Failure> {
    require_days(request.from_on, request.until_on)?;
    let reason: Option<Line> = request.reason.clone();
    Ok(NewAbsence {
        person: request.person.unwrap_or(caller),
        from_on: request.from_on,
        until_on: request.until_on,
        reason,
        acting: request.acting,
        is_cancelled: request.is_cancelled,
    })
}
