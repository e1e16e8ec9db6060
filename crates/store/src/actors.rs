//! Who a signed-in person is, as the rules see one.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::{Actor, Instant, PersonId, Role, Who, day_in_lima};

use crate::absences;
use crate::conn::Conn;
use crate::error::StoreError;
use crate::people::roles_of;
use crate::schema::directory::{area_closure, areas, people};
use crate::types::value;

/// A person who may sign in, with everything that decides what they may do and see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub actor: Actor,
    /// A disabled person may do nothing.
    pub is_active: bool,
    pub language: String,
}

/// The person's account at an instant, with the posts that they hold for others meanwhile; a contact has none.
pub fn find_account(conn: &mut Conn, person: PersonId, now: Instant) -> Result<Option<Account>, StoreError> {
    let id = person.get();
    let found = people::table
        .find(id)
        .filter(people::is_contact.eq(false))
        .select((people::area_id, people::is_active, people::language))
        .first::<(i64, bool, String)>(conn)
        .optional()?;
    let Some((area, is_active, language)) = found else { return Ok(None) };
    let mut roles = roles_of(conn, &[id])?.remove(&id).unwrap_or_default();
    let acting = absences::acting_on(conn, day_in_lima(now))?;
    let absent: Vec<i64> = acting.into_iter().filter(|(_, acting)| *acting == id).map(|(absent, _)| absent).collect();
    let heads: Vec<Option<i64>> = absent.iter().copied().chain([id]).map(Some).collect();
    let areas_headed = area_closure::table
        .inner_join(areas::table.on(areas::id.eq(area_closure::ancestor_id)))
        .filter(areas::head_id.eq_any(heads))
        .select(area_closure::descendant_id)
        .distinct()
        .load::<i64>(conn)?
        .into_iter()
        .map(|area| value("area_closure", area, area))
        .collect::<Result<BTreeSet<_>, _>>()?;
    if !absences::it_heads_among(conn, &absent)?.is_empty() {
        roles.insert(Role::ItHead);
    }
    if !areas_headed.is_empty() {
        roles.insert(Role::AreaHead);
    }
    let actor = Actor { who: Who::Person(person), roles, area: Some(value("people", id, area)?), areas_headed };
    Ok(Some(Account { actor, is_active, language }))
}
