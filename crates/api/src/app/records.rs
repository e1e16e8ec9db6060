//! Areas, services and providers: plain records with a version and a history. And what all records share.

use domain::{AreaId, Instant, PersonId, ProviderId, ServiceId};
use serde::{Deserialize, Serialize};
use store::history::{self, Entity};
use store::records::{RecordError, RecordFilter};
use store::{Conn, StoreError, areas, providers, services};
use wire::command::Fault;
use wire::{AreaRequest, AreaView, ChangeView, Page, PersonRef, ProviderRequest, ProviderView, RecordQuery, ServiceRequest, ServiceView};

use super::queries::{fault, page_size, read_cursor, write_cursor};
use super::{App, Once, once};
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};
use crate::http::{Answer, IfMatch};

/// The version that a write names, where the precondition admits the one in force.
///
/// # Errors
/// 412.
pub fn checked(expected: IfMatch, version: u32) -> Result<u32, Failure> {
    if expected.admits(version) { Ok(version) } else { Err(Failure::VersionConflict { is_precondition: true, version }) }
}

/// What the store says of a record that cannot be written.
pub fn failure(error: RecordError, version: u32) -> Failure {
    match error {
        RecordError::EmailTaken => Code::EmailTaken.into(),
        RecordError::NameTaken => Code::NameTaken.into(),
        RecordError::AreaUnknown => fault("area", Fault::NoSuchRecord),
        RecordError::PersonUnknown => fault("head", Fault::NoSuchRecord),
        RecordError::LastAdministrator => Code::LastAdministrator.into(),
        RecordError::ParentLoops => Code::AreaLoops.into(),
        RecordError::RucTaken => Code::RucTaken.into(),
        RecordError::HasOpenChildren => Code::InUse.into(),
        RecordError::Conflict => Failure::VersionConflict { is_precondition: true, version },
        RecordError::NotFound => Code::NotFound.into(),
        RecordError::Store(error) => error.into(),
    }
}

/// The same for an area: the area that it names is the one above it.
fn failure_of_record(error: RecordError, version: u32) -> Failure {
    match error {
        RecordError::AreaUnknown => fault("parent", Fault::NoSuchRecord),
        error => failure(error, version),
    }
}

/// Where a page of records ended: the folded name and the id.
#[derive(Debug, Serialize, Deserialize)]
struct RecordCursor(String, i64);

/// The filter, the key and the size that a query asks for.
pub struct Asked {
    pub filter: RecordFilter,
    pub after: Option<(String, i64)>,
    pub limit: u32,
}

/// # Errors
/// The parameter that is wrong.
pub fn asked(query: RecordQuery) -> Result<Asked, Failure> {
    let cursor = query.cursor.as_deref().map(read_cursor::<RecordCursor>).transpose()?;
    Ok(Asked {
        filter: RecordFilter { words: query.words, role: query.role, all: query.all.unwrap_or(false), is_contact: None },
        after: cursor.map(|RecordCursor(name, id)| (name, id)),
        limit: page_size(query.limit)?,
    })
}

/// A page out of one row more than asked for.
pub fn page<R, V>(mut rows: Vec<R>, limit: u32, key: impl Fn(&R) -> (String, i64), view: impl Fn(R) -> V) -> Page<V> {
    let goes_on = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| goes_on).map(|row| {
        let (name, id) = key(row);
        write_cursor(&RecordCursor(name, id))
    });
    Page { items: rows.into_iter().map(view).collect(), next }
}

/// What differs between one kind of record and another.
trait Record: Sized {
    type Id: Copy + Into<i64> + Send + 'static;
    type Row;
    type New: Send + 'static;
    type View: Serialize;
    const PATH: &'static str;

    fn find(conn: &mut Conn, id: Self::Id) -> Result<Option<Self::Row>, StoreError>;
    fn list(conn: &mut Conn, asked: &Asked, now: Instant) -> Result<Vec<Self::Row>, StoreError>;
    fn insert(conn: &mut Conn, by: Option<PersonId>, at: Instant, new: &Self::New) -> Result<Self::Id, RecordError>;
    fn update(conn: &mut Conn, by: Option<PersonId>, at: Instant, id: Self::Id, version: u32, new: &Self::New) -> Result<(), RecordError>;
    fn view(row: Self::Row) -> Self::View;
    fn version(row: &Self::Row) -> u32;
    fn key(row: &Self::Row) -> (String, i64);
}

macro_rules! record {
    ($record:ident, $id:ty, $module:ident, $row:ident, $new:ident, $view:ty, $path:literal, |$conn:ident, $asked:ident, $now:ident| $list:expr, |$r:ident| $to_view:expr) => {
        struct $record;

        impl Record for $record {
            type Id = $id;
            type Row = $module::$row;
            type New = $module::$new;
            type View = $view;
            const PATH: &'static str = $path;

            fn find(conn: &mut Conn, id: $id) -> Result<Option<Self::Row>, StoreError> {
                $module::find(conn, id)
            }
            fn list($conn: &mut Conn, $asked: &Asked, $now: Instant) -> Result<Vec<Self::Row>, StoreError> {
                $list
            }
            fn insert(conn: &mut Conn, by: Option<PersonId>, at: Instant, new: &Self::New) -> Result<$id, RecordError> {
                $module::insert(conn, by, at, new)
            }
            fn update(
                conn: &mut Conn,
                by: Option<PersonId>,
                at: Instant,
                id: $id,
                version: u32,
                new: &Self::New,
            ) -> Result<(), RecordError> {
                $module::update(conn, by, at, id, version, new)
            }
            fn view($r: Self::Row) -> $view {
                $to_view
            }
            fn version(row: &Self::Row) -> u32 {
                row.version
            }
            fn key(row: &Self::Row) -> (String, i64) {
                row.key()
            }
        }
    };
}

record!(
    Areas,
    AreaId,
    areas,
    AreaRow,
    NewArea,
    AreaView,
    "areas",
    |conn, asked, now| areas::list(conn, &asked.filter, domain::day_in_lima(now), asked.after.clone(), asked.limit + 1),
    |row| AreaView {
        id: row.id,
        version: row.version,
        name: row.name,
        abbreviation: row.abbreviation,
        parent: row.parent,
        head: row.head.map(|(id, name)| PersonRef { id, name }),
        is_reserved: row.is_reserved,
        ended_on: row.ended_on,
    }
);
record!(
    Services,
    ServiceId,
    services,
    ServiceRow,
    NewService,
    ServiceView,
    "services",
    |conn, asked, _now| services::list(conn, &asked.filter, asked.after.clone(), asked.limit + 1),
    |row| ServiceView { id: row.id, version: row.version, name: row.name, description: row.description, is_active: row.is_active }
);
record!(
    Providers,
    ProviderId,
    providers,
    ProviderRow,
    NewProvider,
    ProviderView,
    "providers",
    |conn, asked, _now| providers::list(conn, &asked.filter, asked.after.clone(), asked.limit + 1),
    |row| ProviderView {
        id: row.id,
        version: row.version,
        name: row.name,
        ruc: row.ruc,
        email: row.email,
        phone: row.phone,
        contact: row.contact,
        is_active: row.is_active,
    }
);

fn read<R: Record>(conn: &mut Conn, id: R::Id) -> Result<Answer, Failure> {
    let row = R::find(conn, id)?.ok_or(Code::NotFound)?;
    let version = R::version(&row);
    Ok(Answer::ok(&R::view(row)).tagged(version))
}

impl App {
    fn list_records<R: Record>(&self, query: RecordQuery) -> Result<Answer, Failure> {
        let (asked, now) = (asked(query)?, self.now());
        let rows = self.store.read::<_, Failure>(|conn| Ok(R::list(conn, &asked, now)?))?;
        Ok(Answer::ok(&page(rows, asked.limit, R::key, R::view)))
    }

    fn create_record<R: Record>(&self, caller: &Account, new: R::New, once: Option<Once>) -> Result<Answer, Failure> {
        let (by, now) = (caller.person, self.now());
        let answer = once::write_once(&self.store, once, now, false, move |conn| {
            let id = R::insert(conn, Some(by), now, &new).map_err(|error| failure_of_record(error, 0))?;
            let read = read::<R>(conn, id)?;
            Ok(Answer { status: 201, location: Some(format!("/api/v1/{}/{}", R::PATH, id.into())), ..read })
        })?;
        self.accounts.forget_all(); // Heads of areas changed, perhaps.
        Ok(answer)
    }

    fn update_record<R: Record>(&self, caller: &Account, id: R::Id, expected: IfMatch, new: R::New) -> Result<Answer, Failure> {
        let (by, now) = (caller.person, self.now());
        let expected = expected.required()?;
        let row = self.store.read::<_, Failure>(|conn| R::find(conn, id)?.ok_or(Code::NotFound.into()))?;
        let version = checked(expected, R::version(&row))?;
        let answer = self.store.write::<_, Failure>(move |conn| {
            R::update(conn, Some(by), now, id, version, &new).map_err(|error| failure_of_record(error, version))?;
            read::<R>(conn, id)
        })?;
        self.accounts.forget_all();
        Ok(answer)
    }

    /// The changes of one record, in the order of their versions.
    ///
    /// # Errors
    /// Not found, for a record that never was.
    pub fn list_changes(&self, entity: Entity, id: i64, cursor: Option<&str>, limit: Option<u32>) -> Result<Answer, Failure> {
        let limit = page_size(limit)?;
        let after = cursor.map(read_cursor::<u32>).transpose()?;
        let mut rows = self.store.read::<_, Failure>(|conn| Ok(history::history(conn, entity, id, after, limit + 1)?))?;
        if rows.is_empty() && after.is_none() {
            return Err(Code::NotFound.into());
        }
        let goes_on = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| goes_on).map(|row| write_cursor(&row.version));
        let view = |row: history::ChangeRow| ChangeView {
            version: row.version,
            at: row.at,
            by: row.by.map(|(id, name)| PersonRef { id, name }),
            before: row.before,
            after: row.after,
        };
        Ok(Answer::ok(&Page { items: rows.into_iter().map(view).collect(), next }))
    }
}

macro_rules! use_cases {
    ($record:ident, $id:ty, $request:ty, $list:ident, $read:ident, $create:ident, $update:ident, |$r:ident| $new:expr) => {
        impl App {
            /// A page of these records, by name.
            ///
            /// # Errors
            /// The parameter that is wrong.
            pub fn $list(&self, query: RecordQuery) -> Result<Answer, Failure> {
                self.list_records::<$record>(query)
            }

            /// One of them.
            ///
            /// # Errors
            /// Not found.
            pub fn $read(&self, id: $id) -> Result<Answer, Failure> {
                self.store.read(|conn| read::<$record>(conn, id))
            }

            /// Makes one.
            ///
            /// # Errors
            /// What is taken or unknown.
            pub fn $create(&self, caller: &Account, $r: $request, once: Option<Once>) -> Result<Answer, Failure> {
                self.create_record::<$record>(caller, $new, once)
            }

            /// Writes one whole.
            ///
            /// # Errors
            /// 428 without If-Match, 412 for an old version, what is taken or unknown.
            pub fn $update(&self, caller: &Account, id: $id, expected: IfMatch, $r: $request) -> Result<Answer, Failure> {
                self.update_record::<$record>(caller, id, expected, $new)
            }
        }
    };
}

use_cases!(Areas, AreaId, AreaRequest, list_areas, read_area, create_area, update_area, |request| areas::NewArea {
    name: request.name,
    abbreviation: request.abbreviation,
    parent: request.parent,
    head: request.head,
    is_reserved: request.is_reserved,
    ended_on: request.ended_on,
});
use_cases!(Services, ServiceId, ServiceRequest, list_services, read_service, create_service, update_service, |request| {
    services::NewService { name: request.name, description: request.description, is_active: request.is_active }
});
use_cases!(Providers, ProviderId, ProviderRequest, list_providers, read_provider, create_provider, update_provider, |request| {
    providers::NewProvider {
        name: request.name,
        ruc: request.ruc,
        email: request.email,
        phone: request.phone,
        contact: request.contact,
        is_active: request.is_active,
    }
});
