//! What the rules need to know and the ticket does not hold, looked up before a decision: the records that it names, whoever heads their areas, the
//! tickets and files as far as the caller may know of them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::{
    Actor, AreaFact, AreaId, Day, Facts, FileId, Instant, Line, Mentions, PersonFact, PersonId, Role, Rules, TicketFact, TicketId,
    day_in_lima,
};

use crate::absences;
use crate::asked::Asked;
use crate::conn::Conn;
use crate::error::StoreError;
use crate::heart::{self, beyond, known};
use crate::schema::directory::{area_closure, areas, people, person_roles, providers, services};
use crate::schema::tickets::{files, tickets};
use crate::tickets::{among, visible_to};
use crate::types::{maybe, value};

/// Those of the records of a kind that are active.
macro_rules! active {
    ($conn:expr, $n_changes:expr, $table:ident, $ids:expr) => {{
        let (n_changes, ids) = ($n_changes, $ids);
        let mut found = heart::recall(n_changes, |records| known(&records.$table, ids));
        let missing: BTreeSet<_> = beyond(&found, ids);
        if !missing.is_empty() {
            let query = $table::table.select(($table::id, $table::is_active)).into_boxed();
            let rows: Vec<(i64, bool)> = Asked::all(among!(query, $table::id, numbers(&missing, |id| id.get()))).load($conn)?;
            for (id, is_active) in rows {
                found.insert(value(stringify!($table), id, id)?, is_active);
            }
            heart::learn(n_changes, |records| records.$table.extend(found.clone()));
        }
        found.into_iter().filter_map(|(id, is_active)| is_active.then_some(id)).collect()
    }};
}

/// An area as its row says.
#[derive(Debug, Clone)]
pub(crate) struct AreaLine {
    parent: Option<AreaId>,
    head: Option<PersonId>,
    is_reserved: bool,
    ended_on: Option<Day>,
}

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
    let n_changes = heart::n_changes(conn)?;
    let named: BTreeSet<PersonId> = mentions.people.iter().copied().chain(actor.who.person()).collect();
    let today = day_in_lima(now);
    let acting = acting_on(conn, n_changes, today)?;
    let mut people = people_facts(conn, n_changes, &named)?;
    let from: BTreeSet<AreaId> = mentions.areas.iter().copied().chain(people.values().map(|person| person.area)).collect();
    let mut areas = areas_above(conn, n_changes, &from, today)?;
    stand_in(&mut areas, &acting)?;
    let heads: BTreeSet<PersonId> = areas.values().filter_map(|area| area.head).filter(|head| !people.contains_key(head)).collect();
    people.extend(people_facts(conn, n_changes, &heads)?);
    give_post(conn, n_changes, &mut people, &acting)?;
    Ok(Facts {
        this,
        people,
        areas,
        services: active!(conn, n_changes, services, &mentions.services),
        providers: active!(conn, n_changes, providers, &mentions.providers),
        files: files_free(conn, actor, &mentions.files)?,
        tickets: tickets_seen(conn, actor, &mentions.tickets)?,
        n_duplicates: this.map_or(Ok(0), |this| n_duplicates(conn, this))?,
        rules,
    })
}

fn acting_on(conn: &mut Conn, n_changes: i64, today: Day) -> Result<Vec<(i64, i64)>, StoreError> {
    let known =
        heart::recall(n_changes, |records| records.acting.as_ref().filter(|(day, _)| *day == today).map(|(_, acting)| acting.clone()));
    if let Some(acting) = known {
        return Ok(acting);
    }
    let acting = absences::acting_on(conn, today)?;
    heart::learn(n_changes, |records| records.acting = Some((today, acting.clone())));
    Ok(acting)
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
fn give_post(
    conn: &mut Conn,
    n_changes: i64,
    people: &mut BTreeMap<PersonId, PersonFact>,
    acting: &[(i64, i64)],
) -> Result<(), StoreError> {
    let mut posts: Vec<(PersonId, PersonId)> = Vec::new();
    for (absent, acting) in acting {
        let acting: PersonId = value("absences", absent, *acting)?;
        if people.contains_key(&acting) {
            posts.push((value("absences", absent, *absent)?, acting));
        }
    }
    let absent = people_facts(conn, n_changes, &posts.iter().map(|(absent, _)| *absent).collect())?;
    let is_it_head = |person: &PersonId| absent.get(person).is_some_and(|fact| fact.roles.contains(&Role::ItHead));
    for (_, acting) in posts.iter().filter(|(absent, _)| is_it_head(absent)) {
        if let Some(fact) = people.get_mut(acting) {
            fact.roles.insert(Role::ItHead);
        }
    }
    Ok(())
}

fn numbers<T: Copy>(ids: &BTreeSet<T>, number: impl Fn(T) -> i64) -> Vec<i64> {
    ids.iter().map(|id| number(*id)).collect()
}

/// With the roles that were given: who heads what stands in the areas.
fn people_facts(conn: &mut Conn, n_changes: i64, ids: &BTreeSet<PersonId>) -> Result<BTreeMap<PersonId, PersonFact>, StoreError> {
    let mut facts = heart::recall(n_changes, |records| known(&records.people, ids));
    let missing: BTreeSet<PersonId> = beyond(&facts, ids);
    if !missing.is_empty() {
        let read = read_people(conn, &missing)?;
        heart::learn(n_changes, |records| records.people.extend(read.clone()));
        facts.extend(read);
    }
    Ok(facts)
}

/// One row for each role, or one without for who has none.
fn read_people(conn: &mut Conn, ids: &BTreeSet<PersonId>) -> Result<BTreeMap<PersonId, PersonFact>, StoreError> {
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
fn areas_above(conn: &mut Conn, n_changes: i64, from: &BTreeSet<AreaId>, today: Day) -> Result<BTreeMap<AreaId, AreaFact>, StoreError> {
    let (mut lines, missing) = heart::recall(n_changes, |records| {
        let (mut lines, mut missing) = (BTreeMap::new(), BTreeSet::new());
        for id in from {
            let mut above = Some(*id);
            while let Some(id) = above.filter(|id| !lines.contains_key(id)) {
                let Some(line) = records.areas.get(&id) else { break };
                above = line.parent;
                lines.insert(id, line.clone());
            }
            if !lines.contains_key(id) {
                missing.insert(*id);
            }
        }
        Some((lines, missing))
    })
    .unwrap_or_else(|| (BTreeMap::new(), from.clone()));
    if !missing.is_empty() {
        let read = read_areas(conn, &missing)?;
        heart::learn(n_changes, |records| records.areas.extend(read.clone()));
        lines.extend(read);
    }
    let fact = |AreaLine { parent, head, is_reserved, ended_on }| {
        let is_open = ended_on.is_none_or(|last| today <= last);
        AreaFact { parent, head, is_open, is_reserved }
    };
    Ok(lines.into_iter().map(|(id, line)| (id, fact(line))).collect())
}

/// Each with all above it, so that what is known by heart is known to the top.
fn read_areas(conn: &mut Conn, from: &BTreeSet<AreaId>) -> Result<BTreeMap<AreaId, AreaLine>, StoreError> {
    type Row = (i64, Option<i64>, Option<i64>, bool, Option<Day>);
    let query = areas::table
        .inner_join(area_closure::table.on(area_closure::ancestor_id.eq(areas::id)))
        .select((areas::id, areas::parent_id, areas::head_id, areas::is_reserved, areas::ended_on))
        .into_boxed();
    let found: Vec<Row> = Asked::all(among!(query, area_closure::descendant_id, numbers(from, AreaId::get))).load(conn)?;
    found
        .into_iter()
        .map(|(id, parent, head, is_reserved, ended_on)| {
            let line = AreaLine { parent: maybe("areas", id, parent)?, head: maybe("areas", id, head)?, is_reserved, ended_on };
            Ok((value("areas", id, id)?, line))
        })
        .collect()
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
