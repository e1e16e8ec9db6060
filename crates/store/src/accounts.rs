//! Passwords, of which only hashes are kept, and those in a table that no other module reads for views.

use diesel::prelude::*;
use domain::{Instant, PersonId};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::history::{Entity, Hand, keep};
use crate::people;
use crate::records::RecordError;
use crate::resets;
use crate::schema::directory::{credentials, people as people_table};
use crate::sessions::{self, SessionId};
use crate::types::{Stamp, value};

/// What a sign-in is checked against. It shows no hash where it is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub person: PersonId,
    pub password_hash: String,
    /// A disabled person does not get in.
    pub is_active: bool,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("person", &self.person).field("is_active", &self.is_active).finish_non_exhaustive()
    }
}

/// The credentials of whoever has this address, without regard to case. A contact has none.
pub fn find_credentials(conn: &mut Conn, email: &str) -> Result<Option<Credentials>, StoreError> {
    let found = credentials::table
        .inner_join(people_table::table)
        .filter(people_table::email.eq(email.trim().to_lowercase()))
        .filter(people_table::is_contact.eq(false))
        .select((people_table::id, credentials::password_hash, people_table::is_active))
        .first(conn);
    found.optional()?.map(row).transpose()
}

/// The credentials of that person. A contact has none.
pub fn find_credentials_of(conn: &mut Conn, person: PersonId) -> Result<Option<Credentials>, StoreError> {
    let found = credentials::table
        .inner_join(people_table::table)
        .filter(people_table::id.eq(person.get()))
        .filter(people_table::is_contact.eq(false))
        .select((people_table::id, credentials::password_hash, people_table::is_active))
        .first(conn);
    found.optional()?.map(row).transpose()
}

/// Give a person of the directory a password. Every session of theirs but `except` is over, and every link that would set it. The history keeps that it was done and by whom: a new version of the person.
pub fn set_password(
    conn: &mut Conn,
    by: Option<PersonId>,
    at: Instant,
    person: PersonId,
    hash: &str,
    except: Option<SessionId>,
) -> Result<(), RecordError> {
    let id = person.get();
    let version = diesel::update(people_table::table.find(id).filter(people_table::is_contact.eq(false)))
        .set(people_table::version.eq(people_table::version + 1))
        .returning(people_table::version)
        .get_result::<i32>(conn)
        .optional()?
        .ok_or(RecordError::NotFound)?;
    let before = people::record(conn, id)?;
    // The person's row is held by the statement above, so nobody inserts in between.
    let changed = diesel::update(credentials::table.find(id))
        .set((credentials::password_hash.eq(hash), credentials::changed_at.eq(Stamp(at))))
        .execute(conn)?;
    if changed == 0 {
        diesel::insert_into(credentials::table)
            .values((credentials::person_id.eq(id), credentials::password_hash.eq(hash), credentials::changed_at.eq(Stamp(at))))
            .execute(conn)?;
    }
    sessions::revoke_all(conn, person, except)?;
    resets::end_all(conn, person)?;
    let after = people::record(conn, id)?;
    keep(conn, Hand { by, at }, (Entity::Person, id, version), Some(&before), &after)?;
    Ok(())
}

/// How many people have a password, disabled or not.
pub fn count_accounts(conn: &mut Conn) -> Result<i64, StoreError> {
    let accounts = credentials::table.inner_join(people_table::table).filter(people_table::is_contact.eq(false));
    Ok(accounts.count().get_result(conn)?)
}

fn row((id, password_hash, is_active): (i64, String, bool)) -> Result<Credentials, StoreError> {
    Ok(Credentials { person: value("people", id, id)?, password_hash, is_active })
}
