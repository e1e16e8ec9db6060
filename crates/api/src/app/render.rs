//! From rows to views, for one reader.

use std::collections::BTreeMap;

use domain::{Action, Actor, AreaId, Audience, Event, Instant, PersonId, ProviderId, ServiceId, Standing, Ticket, TicketId, permit};
use serde_json::{Map, Value};
use store::tickets::{self, EventRow, Names, Related, SummaryRow, TicketRow};
use store::{Conn, StoreError};
use wire::{
    ActionView, AreaRef, EventView, FieldView, FileView, PersonRef, ProviderRef, ServiceRef, TicketItView, TicketSummary, TicketView,
};

use crate::error::{Code, Failure};
use crate::http::Answer;

/// The ticket as this reader sees it.
///
/// # Errors
/// Not found, where they do not.
pub fn seen(conn: &mut Conn, actor: &Actor, id: TicketId, now: Instant) -> Result<TicketView, Failure> {
    let row = tickets::find(conn, actor, id)?.ok_or(Code::NotFound)?;
    Ok(Seen::of(conn, actor, row)?.view(actor, now))
}

/// The same for several readers, each with a ticket; of one that they do not see, none.
///
/// # Errors
/// Of the database for all, and of each ticket for who asked for it.
pub fn seen_many(conn: &mut Conn, asked: &[(&Actor, TicketId)]) -> Result<Vec<Result<Option<Seen>, Failure>>, Failure> {
    let found = match asked {
        [(actor, id)] => vec![tickets::find(conn, actor, *id)],
        several => tickets::find_many(conn, several)?,
    };
    let seen = |(row, (actor, _)): (Result<Option<TicketRow>, StoreError>, &(&Actor, TicketId))| {
        row?.map(|row| Seen::of(conn, actor, row)).transpose()
    };
    Ok(found.into_iter().zip(asked).map(seen).collect())
}

/// What was read of a ticket for a reader.
pub struct Seen {
    row: TicketRow,
    related: Option<Related>,
}

impl Seen {
    fn of(conn: &mut Conn, actor: &Actor, row: TicketRow) -> Result<Seen, Failure> {
        let related = match actor.audience() {
            Audience::It if row.is_pointed_at => Some(tickets::related(conn, actor, row.id)?),
            Audience::It => Some(Related::default()),
            Audience::Everyone => None,
        };
        Ok(Seen { row, related })
    }

    /// As this reader sees it now.
    pub fn view(self, actor: &Actor, now: Instant) -> TicketView {
        ticket(self.row, self.related, actor, now)
    }
}

/// What this reader will see of the ticket when what they have decided is written; none, where they will not see it.
///
/// # Errors
/// Of the database.
pub fn foresee(conn: &mut Conn, actor: &Actor, id: Option<TicketId>, ticket: &Ticket) -> Result<Option<Foreseen>, Failure> {
    if !actor.sees(&ticket.standing()) {
        return Ok(None);
    }
    let row = tickets::foresee(conn, id, ticket, actor.who.person())?;
    let related = match (actor.audience(), id) {
        (Audience::It, Some(id)) if row.is_pointed_at() => Some(tickets::related(conn, actor, id)?),
        (Audience::It, _) => Some(Related::default()),
        (Audience::Everyone, _) => None,
    };
    Ok(Some(Foreseen { row, related }))
}

/// What the view of a ticket begins with, up to its number.
const BEGINNING: &str = "{\"id\":";

/// The view of a ticket, written out but for its number, which is known last: so that SQLite's one writer writes out no views.
pub struct Unnumbered {
    after_number: String,
    version: u32,
}

impl Unnumbered {
    /// The answer that tells of the ticket with this number.
    pub fn created(&self, id: TicketId) -> Answer {
        let body = format!("{BEGINNING}{id}{}", self.after_number);
        let location = Some(format!("/api/v1/tickets/{id}"));
        Answer { status: 201, etag: None, location, body }.tagged(self.version)
    }
}

/// A view that waits for its writing.
pub struct Foreseen {
    row: tickets::Foreseen,
    related: Option<Related>,
}

impl Foreseen {
    /// The view of a ticket that is new.
    ///
    /// # Errors
    /// Corrupt, where a reference leads to nothing.
    pub fn unnumbered(self, actor: &Actor, now: Instant) -> Result<Unnumbered, Failure> {
        let internal = || Failure::Internal("a view that does not begin with its number".into());
        let any = TicketId::parse(1).map_err(|_| internal())?;
        let view = self.view(any, actor, now)?;
        let body = Answer::ok(&view).body;
        let after_number = body.strip_prefix(BEGINNING).and_then(|rest| rest.strip_prefix('1')).filter(|rest| rest.starts_with(','));
        Ok(Unnumbered { after_number: after_number.ok_or_else(internal)?.to_owned(), version: view.version })
    }

    /// The view of the ticket with this number.
    ///
    /// # Errors
    /// Corrupt, where a reference leads to nothing.
    pub fn view(self, id: TicketId, actor: &Actor, now: Instant) -> Result<TicketView, Failure> {
        Ok(ticket(self.row.row(id)?, self.related, actor, now))
    }
}

fn ticket(row: TicketRow, related: Option<Related>, actor: &Actor, now: Instant) -> TicketView {
    let actions = actions(&row.standing, actor, now);
    let standing = for_reader(&row.standing, actor.audience());
    let it = related.map(|related| TicketItView {
        provider: row.provider.zip(row.provider_name).map(|(id, name)| ProviderRef { id, name }),
        n_visits: row.n_visits,
        draft: row.draft,
        report: row.report,
        duplicate_of: row.duplicate_of,
        from: row.from,
        duplicates: related.duplicates,
        split_off: related.split_off,
    });
    TicketView {
        id: row.id,
        version: row.version,
        title: row.title,
        description: row.description,
        requester: PersonRef { id: standing.requester, name: row.requester_name },
        creator: standing.creator.zip(row.creator_name).map(|(id, name)| PersonRef { id, name }),
        area: AreaRef { id: standing.area, name: row.area_name },
        holder: standing.holder.zip(row.holder_name).map(|(id, name)| PersonRef { id, name }),
        service: row.service.zip(row.service_name).map(|(id, name)| ServiceRef { id, name }),
        equipment: row.equipment,
        place: row.place,
        channel: row.channel,
        impact: row.impact,
        since: row.since,
        solution: row.solution,
        received_at: row.received_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        phase_since: row.phase_since,
        held_since: row.held_since,
        solved_at: row.solved_at,
        closed_at: row.closed_at,
        n_reopened: row.n_reopened,
        is_watching: row.is_watching,
        standing,
        it,
        actions,
    }
}

/// What only the people of IT read of a standing decides nothing for others.
fn for_reader(standing: &Standing, audience: Audience) -> Standing {
    match audience {
        Audience::It => standing.clone(),
        Audience::Everyone => {
            Standing { solver: None, report_author: None, is_covered: false, is_phone_notice_due: false, ..standing.clone() }
        }
    }
}

fn actions(standing: &Standing, actor: &Actor, now: Instant) -> Vec<ActionView> {
    let permitted = Action::ALL.iter().filter(|action| permit(standing, actor, now, **action).is_ok());
    permitted
        .map(|action| ActionView {
            action: *action,
            is_extension: !action.is_written(),
            fields: domain::fields(*action, standing.phase).into_iter().map(field).collect(),
        })
        .collect()
}

fn field(field: domain::Field) -> FieldView {
    FieldView {
        path: field.path.to_owned(),
        kind: field.kind,
        is_required: field.is_required,
        role: field.role,
        choices: field.choices.iter().map(|choice| (*choice).to_owned()).collect(),
    }
}

pub fn summary(row: SummaryRow) -> TicketSummary {
    TicketSummary {
        id: row.id,
        version: row.version,
        title: row.title,
        phase: row.phase,
        kind: row.kind,
        outcome: row.outcome,
        channel: row.channel,
        is_waiting: row.is_waiting,
        is_reserved: row.is_reserved,
        is_confirmed: row.is_confirmed,
        n_reopened: row.n_reopened,
        requester: PersonRef { id: row.requester.0, name: row.requester.1 },
        area: AreaRef { id: row.area.0, name: row.area.1 },
        holder: row.holder.map(|(id, name)| PersonRef { id, name }),
        service: row.service.map(|(id, name)| ServiceRef { id, name }),
        received_at: row.received_at,
        updated_at: row.updated_at,
        phase_since: row.phase_since,
    }
}

/// The words of a note that a hiding takes away.
pub const HIDDEN_FIELDS: [&str; 4] = ["text", "question", "description", "files"];

/// An event with what its reader may see of it.
pub fn event(row: EventRow, audience: Audience, names: &Names, files: &[FileView]) -> EventView {
    let mut data = match serde_json::to_value(&row.event) {
        Ok(Value::Object(data)) => data,
        _ => Map::new(),
    };
    data.remove("event");
    if audience == Audience::Everyone {
        row.event.it_fields().iter().for_each(|field| drop(data.remove(*field)));
    }
    if row.is_hidden {
        HIDDEN_FIELDS.iter().for_each(|field| drop(data.remove(*field)));
    }
    let shown: Vec<FileView> =
        if row.is_hidden { Vec::new() } else { files.iter().filter(|file| row.event.files().contains(&file.id)).cloned().collect() };
    data.remove("files");
    EventView {
        number: row.number,
        at: row.at,
        by: row.by.map(|(id, name)| PersonRef { id, name }),
        event: row.event.name(),
        is_internal: row.event.is_internal(),
        is_hidden: row.is_hidden,
        names: names_in(&data, names),
        data,
        files: shown,
    }
}

/// The names of the records that the fields refer to.
fn names_in(data: &Map<String, Value>, names: &Names) -> BTreeMap<String, String> {
    fn name<Id: Ord + std::str::FromStr>(names: &BTreeMap<Id, String>, value: &Value) -> Option<String> {
        names.get(&value.to_string().parse().ok()?).cloned()
    }
    let mut found = BTreeMap::new();
    let fields = data.iter().chain(["facts", "subject"].iter().filter_map(|part| data.get(*part)?.as_object()).flatten());
    for (field, value) in fields {
        let named = match field.as_str() {
            "to" | "requester" => name(&names.people, value),
            "area" => name(&names.areas, value),
            "service" => name(&names.services, value),
            "provider" => name(&names.providers, value),
            _ => None,
        };
        if let Some(named) = named {
            found.insert(field.clone(), named);
        }
    }
    found
}

/// The records whose names the views of events show.
#[derive(Debug, Default)]
pub struct Named {
    pub people: Vec<PersonId>,
    pub areas: Vec<AreaId>,
    pub services: Vec<ServiceId>,
    pub providers: Vec<ProviderId>,
}

impl Named {
    /// Adds the records that an event refers to.
    pub fn add(&mut self, event: &Event) {
        match event {
            Event::Requested { requester, area, service, .. } => {
                self.people.push(*requester);
                self.areas.push(*area);
                self.services.extend(*service);
            }
            Event::Registered { facts } | Event::Verified { facts } | Event::FactsCorrected { facts } => {
                self.people.extend(facts.requester);
                self.areas.extend(facts.area);
                self.services.extend(facts.service);
            }
            Event::Escalated { to, .. } | Event::Reassigned { to, .. } => self.people.push(*to),
            Event::CoverageVerified { subject, .. } => self.services.extend(subject.service),
            Event::ProviderCoordinated { provider, .. } | Event::ContractRecorded { provider, .. } => self.providers.push(*provider),
            Event::AreaHeadTold { area, .. } => self.areas.push(*area),
            _ => {}
        }
    }
}
