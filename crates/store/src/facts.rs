//! What the rules need to know and the ticket does not hold, looked up before a decision: the records that it names, whoever heads their areas, the
//! tickets and files as far as the caller may know of them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::{
    Actor, AreaFact, AreaId, Day, Facts, FileId, Instant, Line, Mentions, PersonFact, PersonId, ProviderId, Role, Rules, ServiceId,
    TicketFact, TicketId, day_in_lima,
};

use crate::absences;
use crate::asked::Asked;
use crate::conn::Conn;
use crate::error::StoreError;
use crate::schema::directory::{area_closure, areas, people, person_roles, providers, services};
use crate::schema::tickets::{files, tickets};
use crate::tickets::{among, visible_to};
use crate::types::{maybe, value};

/// Everything that a decision may look at, for a caller, the ticket that is decided on, and what the command names.
///
/// # Errors
/// Corrupt, for a record that cannot be read.
pub fn facts(
    conn: &mut Conn,
    actor: &Actor,
    this: Option<TicketId>,
    mentions: &Mentions,
    rules: Rules,
    now: Instant,
) -> Result<Facts, StoreError> {
    let named: BTreeSet<PersonId> = mentions.people.iter().copied().chain(actor.who.person()).collect();
    let today = day_in_lima(now);
    let acting = absences::acting_on(conn, today)?;
    let mut people = people_facts(conn, &named)?;
    let from: BTreeSet<AreaId> = mentions.areas.iter().copied().chain(people.values().map(|person| person.area)).collect();
    let mut areas = areas_above(conn, &from, today)?;
    stand_in(&mut areas, &acting)?;
    let heads: BTreeSet<PersonId> = areas.values().filter_map(|area| area.head).filter(|head| !people.contains_key(head)).collect();
    people.extend(people_facts(conn, &heads)?);
    give_post(conn, &mut people, &acting)?;
    Ok(Facts {
        this,
        people,
        areas,
        services: services_active(conn, &mentions.services)?,
        providers: providers_active(conn, &mentions.providers)?,
        files: files_free(conn, actor, &mentions.files)?,
        tickets: tickets_seen(conn, actor, &mentions.tickets)?,
        n_duplicates: this.map_or(Ok(0), |this| n_duplicates(conn, this))?,
        rules,
    })
}

/// Whoever acts for the head of an area is its head meanwhile.
fn stand_in(areas: &mut BTreeMap<AreaId, AreaFact>, acting: &[(i64, i64)]) -> Result<(), StoreError> {
    for area in areas.values_mut() {
        let stands_in = area.head.and_then(|head| acting.iter().find(|(absent, _)| *absent == head.get()));
        if let Some((absent, acting)) = stands_in {
            area.head = Some(value("absences", absent, *acting)?);
        }
    }
    Ok(())
}

/// Whoever acts for the head of IT has that role meanwhile.
fn give_post(conn: &mut Conn, people: &mut BTreeMap<PersonId, PersonFact>, acting: &[(i64, i64)]) -> Result<(), StoreError> {
    let of_these: Vec<(i64, PersonId)> = acting
        .iter()
        .filter_map(|(absent, acting)| people.keys().find(|person| person.get() == *acting).map(|person| (*absent, *person)))
        .collect();
    if of_these.is_empty() {
        return Ok(());
    }
    let absent: Vec<i64> = of_these.iter().map(|(absent, _)| *absent).collect();
    let it_heads = absences::it_heads_among(conn, &absent)?;
    for (_, person) in of_these.iter().filter(|(absent, _)| it_heads.contains(absent)) {
        if let Some(fact) = people.get_mut(person) {
            fact.roles.insert(Role::ItHead);
        }
    }
    Ok(())
}

fn numbers<T: Copy>(ids: &BTreeSet<T>, number: impl Fn(T) -> i64) -> Vec<i64> {
    ids.iter().map(|id| number(*id)).collect()
}

/// With the roles that were given: who heads what stands in the areas. One row for each role, or one without for who has none.
fn people_facts(conn: &mut Conn, ids: &BTreeSet<PersonId>) -> Result<BTreeMap<PersonId, PersonFact>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    type Row = (i64, String, Option<String>, i64, bool, Option<String>, Option<String>);
    let query = people::table
        .left_join(person_roles::table)
        .select((people::id, people::name, people::post, people::area_id, people::is_active, people::email, person_roles::role.nullable()))
        .into_boxed();
    let found: Vec<Row> = Asked::all(among!(query, people::id, numbers(ids, PersonId::get))).load(conn)?;
    let mut facts = BTreeMap::new();
    for (id, name, post, area, is_active, email, role) in found {
        let role: Option<Role> = maybe("person_roles", id, role)?;
        let line = |text: &str| Line::parse(text).map_err(|why| StoreError::corrupt("people", id, why));
        let fact = PersonFact {
            name: line(&name)?,
            post: post.as_deref().map(line).transpose()?,
            area: value("people", id, area)?,
            roles: BTreeSet::new(),
            is_active,
            has_address: email.is_some(),
        };
        facts.entry(value("people", id, id)?).or_insert(fact).roles.extend(role);
    }
    Ok(facts)
}

/// These areas and all above them. An area is open on its last day.
fn areas_above(conn: &mut Conn, from: &BTreeSet<AreaId>, today: Day) -> Result<BTreeMap<AreaId, AreaFact>, StoreError> {
    if from.is_empty() {
        return Ok(BTreeMap::new());
    }
    type Row = (i64, Option<i64>, Option<i64>, bool, Option<Day>);
    let query = areas::table
        .inner_join(area_closure::table.on(area_closure::ancestor_id.eq(areas::id)))
        .select((areas::id, areas::parent_id, areas::head_id, areas::is_reserved, areas::ended_on))
        .into_boxed();
    let found: Vec<Row> = Asked::all(among!(query, area_closure::descendant_id, numbers(from, AreaId::get))).load(conn)?;
    found
        .into_iter()
        .map(|(id, parent, head, is_reserved, ended_on)| {
            let fact = AreaFact {
                parent: maybe("areas", id, parent)?,
                head: maybe("areas", id, head)?,
                is_open: ended_on.is_none_or(|last| today <= last),
                is_reserved,
            };
            Ok((value("areas", id, id)?, fact))
        })
        .collect()
}

fn services_active(conn: &mut Conn, ids: &BTreeSet<ServiceId>) -> Result<BTreeSet<ServiceId>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let query = services::table.filter(services::is_active.eq(true)).select(services::id).into_boxed();
    let found: Vec<i64> = Asked::all(among!(query, services::id, numbers(ids, ServiceId::get))).load(conn)?;
    found.into_iter().map(|id| value("services", id, id)).collect()
}

fn providers_active(conn: &mut Conn, ids: &BTreeSet<ProviderId>) -> Result<BTreeSet<ProviderId>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let query = providers::table.filter(providers::is_active.eq(true)).select(providers::id).into_boxed();
    let found: Vec<i64> = Asked::all(among!(query, providers::id, numbers(ids, ProviderId::get))).load(conn)?;
    found.into_iter().map(|id| value("providers", id, id)).collect()
}

/// Uploaded by the caller, and no ticket's yet; the mailbox has what came by mail.
fn files_free(conn: &mut Conn, actor: &Actor, ids: &BTreeSet<FileId>) -> Result<BTreeSet<FileId>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let free = files::table.filter(files::ticket_id.is_null()).select(files::id).into_boxed();
    let query = match actor.who.person() {
        Some(uploader) => free.filter(files::uploaded_by.eq(uploader.get())),
        None => free.filter(files::uploaded_by.is_null()),
    };
    let found: Vec<i64> = Asked::all(among!(query, files::id, numbers(ids, FileId::get))).load(conn)?;
    found.into_iter().map(|id| value("files", id, id)).collect()
}

fn tickets_seen(conn: &mut Conn, actor: &Actor, ids: &BTreeSet<TicketId>) -> Result<BTreeMap<TicketId, TicketFact>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let query = among!(visible_to(actor), tickets::id, numbers(ids, TicketId::get));
    let found: Vec<(i64, String, Option<i64>)> = query.select((tickets::id, tickets::phase, tickets::duplicate_of_id)).load(conn)?;
    found
        .into_iter()
        .map(|(id, phase, duplicate_of)| {
            let fact = TicketFact { phase: value("tickets", id, phase)?, duplicate_of: maybe("tickets", id, duplicate_of)? };
            Ok((value("tickets", id, id)?, fact))
        })
        .collect()
}

/// Whoever may decide may know that there are some, without seeing them.
fn n_duplicates(conn: &mut Conn, this: TicketId) -> Result<u32, StoreError> {
    let n: i64 = tickets::table.filter(tickets::duplicate_of_id.eq(this.get())).count().get_result(conn)?;
    Ok(u32::try_from(n).unwrap_or(u32::MAX))
}
