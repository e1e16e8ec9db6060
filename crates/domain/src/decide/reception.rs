//! Activities 1 and 2: the request, its facts, its category.

use super::{Decision, Scene};
use crate::actor::{Actor, Role};
use crate::command::{FactsPatch, Request};
use crate::event::Event;
use crate::facts::{Facts, PersonFact};
use crate::refusal::Refusal;
use crate::values::{AreaId, Channel, Instant, Kind, PersonId};

pub fn request(actor: &Actor, now: Instant, facts: &Facts, request: Request) -> Decision {
    let requester = request.requester.or(actor.who.person()).ok_or_else(|| Refusal::PersonUnknown { field: "requester".into() })?;
    let person = facts.person(requester, "requester")?;
    may_request(actor, requester, person)?;
    may_use(actor, request.channel)?;
    active(requester, person)?;
    let area = request.area.unwrap_or(person.area);
    may_request_for_area(actor, person, area)?;
    let is_reserved = facts.open_area(area)?.is_reserved || request.is_reserved;
    request.service.map_or(Ok(()), |service| facts.service(service))?;
    facts.files(&request.files)?;
    if let Some(ticket) = request.from.filter(|from| !facts.tickets.contains_key(from)) {
        return Err(Refusal::TicketUnknown { ticket, field: "from".into() });
    }
    if request.since.is_some_and(|since| since > crate::values::day_in_lima(now)) {
        return Err(Refusal::DateInFuture { field: "since".into() });
    }
    Ok(vec![Event::Requested {
        requester,
        channel: request.channel,
        title: request.title,
        description: request.description,
        received_at: received_at(actor, now, request.received_at)?,
        area,
        since: request.since,
        impact: request.impact,
        service: request.service,
        equipment: request.equipment,
        place: request.place,
        is_reserved,
        files: request.files,
        from: request.from,
    }])
}

/// For whom: the desk and the mailbox for anybody, a head for anybody of the areas that they head, a user for itself or a colleague.
fn may_request(actor: &Actor, requester: PersonId, person: &PersonFact) -> Result<(), Refusal> {
    let is_colleague = actor.area == Some(person.area);
    if actor.has(Role::HelpDesk) || *actor == Actor::system() || (actor.has(Role::AreaHead) && actor.areas_headed.contains(&person.area)) {
        Ok(())
    } else if !actor.has(Role::User) {
        Err(Refusal::NotYourRole { roles: vec![Role::User, Role::AreaHead, Role::HelpDesk] })
    } else if actor.is(Some(requester)) || is_colleague {
        Ok(())
    } else {
        Err(Refusal::NotYourArea)
    }
}

/// In the name of which area: the person's own, but for the desk.
fn may_request_for_area(actor: &Actor, person: &PersonFact, area: AreaId) -> Result<(), Refusal> {
    let is_free = actor.has(Role::HelpDesk) || *actor == Actor::system() || actor.areas_headed.contains(&area);
    if is_free || area == person.area { Ok(()) } else { Err(Refusal::NotYourArea) }
}

/// People create in the system; the desk notes the other channels, the mailbox its own.
fn may_use(actor: &Actor, channel: Channel) -> Result<(), Refusal> {
    let is_theirs = match channel {
        Channel::Web => true,
        Channel::Email => actor.has(Role::HelpDesk) || *actor == Actor::system(),
        Channel::Phone | Channel::Mobile | Channel::InPerson => actor.has(Role::HelpDesk),
    };
    if is_theirs { Ok(()) } else { Err(Refusal::ChannelNotYours { channel }) }
}

fn received_at(actor: &Actor, now: Instant, told: Option<Instant>) -> Result<Instant, Refusal> {
    let may_tell = actor.has(Role::HelpDesk) || *actor == Actor::system();
    match told.filter(|_| may_tell) {
        Some(at) if at > now => Err(Refusal::DateInFuture { field: "received_at".into() }),
        Some(at) => Ok(at),
        None => Ok(now),
    }
}

pub fn categorise(scene: &Scene, kind: Kind, patch: FactsPatch) -> Decision {
    let facts = changes(scene, patch)?;
    let requester = facts.requester.unwrap_or(scene.ticket.requester);
    let received = match scene.ticket.channel {
        Channel::Web | Channel::Email => Event::Verified { facts },
        Channel::Phone | Channel::Mobile | Channel::InPerson => Event::Registered { facts },
    };
    let mut events = vec![received, Event::Categorised { kind }];
    if kind == Kind::Requirement {
        events.extend(scene.phone_notice_to(requester));
    }
    Ok(events)
}

pub fn correct_facts(scene: &Scene, patch: FactsPatch) -> Decision {
    let facts = changes(scene, patch)?;
    if facts.is_empty() { Err(Refusal::NothingToCorrect) } else { Ok(vec![Event::FactsCorrected { facts }]) }
}

/// What of a patch changes the ticket, checked: what stays as it was is neither written again nor looked up
/// (a service that left the catalogue since is no reason to refuse another title).
fn changes(scene: &Scene, patch: FactsPatch) -> Result<FactsPatch, Refusal> {
    let FactsPatch { requester, area, title, service, equipment, place, is_reserved } = patch;
    let ticket = scene.ticket;
    let mut changed = FactsPatch {
        requester: requester.filter(|requester| *requester != ticket.requester),
        area: area.filter(|area| *area != ticket.area),
        title: title.filter(|title| *title != ticket.title),
        service: service.filter(|service| Some(*service) != ticket.service),
        equipment: equipment.filter(|equipment| Some(equipment) != ticket.equipment.as_ref()),
        place: place.filter(|place| Some(place) != ticket.place.as_ref()),
        is_reserved: is_reserved.filter(|is_reserved| *is_reserved != ticket.is_reserved),
    };
    if let Some(person) = changed.requester {
        active(person, scene.facts.person(person, "facts.requester")?)?;
    }
    if let Some(area) = changed.area {
        let moves_to_reserved = scene.facts.open_area(area)?.is_reserved;
        // As in a request: the tickets of a control unit are reserved from its head, whoever forgets to say so.
        if moves_to_reserved {
            changed.is_reserved = (!ticket.is_reserved).then_some(true);
        }
    }
    changed.service.map_or(Ok(()), |service| scene.facts.service(service))?;
    Ok(changed)
}

fn active(person: PersonId, fact: &PersonFact) -> Result<(), Refusal> {
    if fact.is_active { Ok(()) } else { Err(Refusal::PersonDisabled { person }) }
}
