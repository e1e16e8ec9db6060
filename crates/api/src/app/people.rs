//! People of the directory, and contacts.

use domain::{Day, Line, PersonId, Role, day_in_lima};
use store::Conn;
use store::absences::{self, Away};
use store::people::{self, NewPerson, PersonRow};
use wire::command::{Fault, Form};
use wire::{AreaRef, ContactRequest, PersonRef, PersonRequest, PersonView, RecordQuery};

use super::queries::fault;
use super::records::{asked, checked, failure, page};
use super::{App, Once, once};
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};
use crate::http::{Answer, IfMatch};

/// Until when a person is away, and for whom they act.
pub fn away_of(away: &Away, person: PersonId) -> (Option<Day>, Vec<PersonRef>) {
    let acting = away.acting_for.get(&person).into_iter().flatten().map(|(id, name)| PersonRef { id: *id, name: name.clone() });
    (away.until.get(&person).copied(), acting.collect())
}

fn view(row: PersonRow, away: &Away) -> PersonView {
    let (absent_until, acting_for) = away_of(away, row.id);
    PersonView {
        absent_until,
        acting_for,
        id: row.id,
        version: row.version,
        name: row.name,
        email: row.email,
        post: row.post,
        area: AreaRef { id: row.area, name: row.area_name },
        extension: row.extension,
        phone: row.phone,
        place: row.place,
        language: row.language,
        roles: row.roles,
        is_contact: row.is_contact,
        is_active: row.is_active,
        has_account: row.has_account,
        merged_into: row.merged_into,
    }
}

fn read(conn: &mut Conn, id: PersonId, today: Day) -> Result<Answer, Failure> {
    let row = people::find(conn, id)?.ok_or(Code::NotFound)?;
    let version = row.version;
    let away = absences::away_on(conn, today)?;
    Ok(Answer::ok(&view(row, &away)).tagged(version))
}

impl App {
    /// A page of people, by name.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_people(&self, query: RecordQuery) -> Result<Answer, Failure> {
        let asked = asked(query)?;
        let today = day_in_lima(self.now());
        let (rows, away) = self.store.read::<_, Failure>(|conn| {
            let rows = people::list(conn, &asked.filter, asked.after.clone(), asked.limit + 1)?;
            Ok((rows, absences::away_on(conn, today)?))
        })?;
        Ok(Answer::ok(&page(rows, asked.limit, PersonRow::key, |row| view(row, &away))))
    }

    /// One person.
    ///
    /// # Errors
    /// Not found.
    pub fn read_person(&self, id: PersonId) -> Result<Answer, Failure> {
        self.store.read(|conn| read(conn, id, day_in_lima(self.now())))
    }

    /// Adds a person to the directory.
    ///
    /// # Errors
    /// `email_taken`, an unknown area, a role that is not given.
    pub fn create_person(&self, caller: &Account, request: PersonRequest, once: Option<Once>) -> Result<Answer, Failure> {
        self.create(caller, of_directory(request)?, "people", once)
    }

    /// Notes somebody new on the spot.
    ///
    /// # Errors
    /// `email_taken`, an unknown area.
    pub fn create_contact(&self, caller: &Account, request: ContactRequest, once: Option<Once>) -> Result<Answer, Failure> {
        self.create(caller, of_contact(request), "people", once)
    }

    fn create(&self, caller: &Account, new: NewPerson, path: &'static str, once: Option<Once>) -> Result<Answer, Failure> {
        let (by, now) = (caller.person, self.now());
        once::write_once(&self.store, once, now, false, move |conn| {
            let id = people::insert(conn, Some(by), now, &new).map_err(|error| failure(error, 0))?;
            let read = read(conn, id, day_in_lima(now))?;
            Ok(Answer { status: 201, location: Some(format!("/api/v1/{path}/{id}")), ..read })
        })
    }

    /// Writes a person of the directory whole. A contact becomes one so.
    ///
    /// # Errors
    /// 428, 412, `email_taken`, an unknown area, a role that is not given.
    pub fn update_person(&self, caller: &Account, id: PersonId, expected: IfMatch, request: PersonRequest) -> Result<Answer, Failure> {
        self.update(caller, id, expected, of_directory(request)?, false)
    }

    /// Writes a contact whole.
    ///
    /// # Errors
    /// 428, 412; not found for a person of the directory.
    pub fn update_contact(&self, caller: &Account, id: PersonId, expected: IfMatch, request: ContactRequest) -> Result<Answer, Failure> {
        self.update(caller, id, expected, of_contact(request), true)
    }

    fn update(&self, caller: &Account, id: PersonId, expected: IfMatch, new: NewPerson, only_contact: bool) -> Result<Answer, Failure> {
        let (by, now) = (caller.person, self.now());
        let expected = expected.required()?;
        let row = self.store.read::<_, Failure>(|conn| Ok(people::find(conn, id)?))?;
        let row = row.filter(|row| row.is_contact || !only_contact).ok_or(Code::NotFound)?;
        if row.merged_into.is_some() {
            return Err(Code::AlreadyMerged.into());
        }
        let version = checked(expected, row.version)?;
        let answer = self.store.write::<_, Failure>(move |conn| {
            people::update(conn, Some(by), now, id, version, &new).map_err(|error| failure(error, version))?;
            read(conn, id, day_in_lima(now))
        })?;
        self.accounts.forget_all();
        Ok(answer)
    }

    /// A person who may be given a password: of the directory, and there.
    ///
    /// # Errors
    /// Not found.
    pub fn find_account_holder(&self, id: PersonId) -> Result<(), Failure> {
        let row = self.store.read::<_, Failure>(|conn| Ok(people::find(conn, id)?))?;
        row.filter(|row| !row.is_contact).map(|_| ()).ok_or(Code::NotFound.into())
    }
}

fn of_directory(request: PersonRequest) -> Result<NewPerson, Failure> {
    if request.roles.contains(&Role::AreaHead) {
        return Err(fault("roles", Fault::Malformed(Form::GivenRole)));
    }
    Ok(NewPerson {
        name: request.name,
        email: Some(request.email),
        post: request.post,
        area: request.area,
        extension: request.extension,
        phone: request.phone,
        place: request.place,
        language: language(request.language.as_deref())?,
        roles: request.roles,
        is_contact: false,
        is_active: request.is_active,
    })
}

fn of_contact(request: ContactRequest) -> NewPerson {
    NewPerson {
        name: request.name,
        email: request.email,
        post: None,
        area: request.area,
        extension: request.extension,
        phone: request.phone,
        place: request.place,
        language: words::Language::Spanish.tag().to_owned(),
        roles: Default::default(),
        is_contact: true,
        is_active: true,
    }
}

/// A language that we speak.
///
/// # Errors
/// The field, for another.
pub fn language(tag: Option<&str>) -> Result<String, Failure> {
    match tag {
        None => Ok(words::Language::Spanish.tag().to_owned()),
        Some(tag) => words::Language::from_tag(tag).map(|language| language.tag().to_owned()).ok_or_else(|| {
            fault("language", Fault::Malformed(Form::OneOf(words::Language::ALL.map(|language| language.tag().to_owned()).to_vec())))
        }),
    }
}

/// A record as it would be written unchanged.
///
/// # Errors
/// Internal, for a row that could not have been written.
pub fn as_written(row: &PersonRow) -> Result<NewPerson, Failure> {
    let line = |text: &str| Line::parse(text).map_err(|error| Failure::Internal(format!("person {}: {error}", row.id)));
    let maybe = |text: &Option<String>| text.as_deref().map(line).transpose();
    Ok(NewPerson {
        name: line(&row.name)?,
        email: row
            .email
            .as_deref()
            .map(domain::Email::parse)
            .transpose()
            .map_err(|error| Failure::Internal(format!("person {}: {error}", row.id)))?,
        post: maybe(&row.post)?,
        area: row.area,
        extension: maybe(&row.extension)?,
        phone: maybe(&row.phone)?,
        place: maybe(&row.place)?,
        language: row.language.clone(),
        roles: row.roles.iter().copied().filter(|role| *role != Role::AreaHead).collect(),
        is_contact: row.is_contact,
        is_active: row.is_active,
    })
}
