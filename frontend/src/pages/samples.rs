//! Tickets, events and people for tests.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta};
use domain::{Actor, AreaId, EventName, Instant, Kind, PersonId, Phase, Role, Standing, Who};
use serde_json::{Value, json};
use wire::{EventView, TicketView};

pub fn person(id: i64) -> PersonId {
    PersonId::parse(id).unwrap()
}

pub fn at(minute: i64) -> Instant {
    DateTime::from_timestamp(1_760_000_000, 0).unwrap() + TimeDelta::minutes(minute)
}

pub fn actor(id: i64, roles: &[Role]) -> Actor {
    Actor { who: Who::Person(person(id)), roles: roles.iter().copied().collect(), area: None, areas_headed: BTreeSet::new() }
}

pub fn standing(phase: Phase) -> Standing {
    Standing {
        phase,
        kind: Some(Kind::Incident),
        outcome: None,
        requester: person(1),
        creator: Some(person(1)),
        area: AreaId::parse(1).unwrap(),
        is_reserved: false,
        holder: Some(person(2)),
        waiting: None,
        solver: None,
        report_author: None,
        is_covered: false,
        is_confirmed: false,
        is_phone_notice_due: false,
        reopenable_until: None,
    }
}

pub fn view(phase: Phase) -> TicketView {
    let standing = standing(phase);
    serde_json::from_value(json!({
        "id": 7, "version": 3, "title": "t", "description": "d", "standing": standing,
        "requester": {"id": 1, "name": "Ana"}, "creator": null, "area": {"id": 1, "name": "Logística"}, "holder": null, "service": null,
        "equipment": null, "place": null, "channel": "web", "impact": null, "since": null, "solution": null,
        "received_at": at(0), "created_at": at(0), "updated_at": at(0), "phase_since": at(9), "held_since": at(9),
        "solved_at": null, "closed_at": null, "n_reopened": 0, "is_watching": false, "actions": [],
    }))
    .unwrap()
}

pub fn event(n: u32, name: EventName, data: Value) -> EventView {
    EventView {
        number: domain::EventNumber { version: n, internal: 0 },
        at: at(n.into()),
        by: Some(wire::PersonRef { id: person(2), name: format!("P{n}") }),
        event: name,
        is_internal: false,
        is_hidden: false,
        data: data.as_object().cloned().unwrap_or_default(),
        names: BTreeMap::new(),
        files: vec![],
    }
}
