//! Tickets on their way: each function takes one from the request to a phase, by the people whose work it is.

use serde_json::{Value, json};

use crate::world::{Who, World};

/// What a person writes in the system.
pub fn request(title: &str) -> Value {
    json!({ "channel": "web", "title": title, "description": "Desde hoy temprano." })
}

/// What the desk notes of a call.
pub fn call(requester: i64, title: &str) -> Value {
    json!({ "channel": "phone", "requester": requester, "title": title, "description": "Llama desde su anexo." })
}

pub fn categorise(kind: &str) -> Value {
    json!({ "action": "categorise", "kind": kind })
}

pub fn solve() -> Value {
    json!({ "action": "record_solution", "cause": "Cable suelto.", "solution": "Se ajustó el cable." })
}

pub fn close() -> Value {
    json!({ "action": "close" })
}

pub fn comment(text: &str) -> Value {
    json!({ "action": "comment", "text": text })
}

pub fn internal(text: &str) -> Value {
    json!({ "action": "comment", "text": text, "is_internal": true })
}

pub fn escalate(to: i64) -> Value {
    json!({ "action": "escalate", "to": to, "handover": "Se probó otro cable; falta revisar el equipo." })
}

pub fn coordinate(world: &World) -> Value {
    json!({
        "action": "coordinate_provider",
        "subject": { "equipment": "PAT-00412" },
        "coverage": { "kind": "warranty", "description": "Garantía de fábrica, 3 años", "until": "2027-12-31" },
        "provider": world.provider(),
        "means": "email",
        "case_number": "CAS-77",
        "expected_on": "2026-11-25",
        "message": "El equipo no enciende.",
    })
}

pub fn report(number: &str) -> Value {
    json!({
        "number": number,
        "background": "El plotter no enciende.",
        "analysis": "La fuente está quemada.",
        "conclusions": "No tiene cobertura.",
        "recommendation": "Contratar la reparación.",
        "estimated_cost_centimos": 125_000,
    })
}

pub fn submit(number: &str) -> Value {
    json!({
        "action": "submit_technical_report",
        "subject": { "equipment": "PAT-00077" },
        "verification": "Se revisó el registro de garantías y contratos: no figura.",
        "report": report(number),
    })
}

pub fn served(world: &World) -> Value {
    json!({ "action": "record_service_provided", "served_at": world.now(), "means": "in_person", "what_was_done": "Cambió la fuente." })
}

pub fn confirm() -> Value {
    json!({
        "action": "confirm_resolution",
        "cause": "Fuente quemada.",
        "solution": "El proveedor cambió la fuente.",
        "conformity": { "given_by": "Julia Jefa", "given_on": "2026-11-23", "reference": "CONF-001-2026" },
    })
}

pub fn reject() -> Value {
    json!({
        "action": "reject_contracting",
        "grounds": "No hay presupuesto este año.",
        "communication": { "text": "No se aprobó la contratación.", "means": "document" },
    })
}

/// Does one thing, which must be right. The ticket's number.
#[track_caller]
pub fn done(world: &World, who: Who, ticket: i64, command: Value) -> i64 {
    world.caller(who).command(ticket, command).must(200);
    ticket
}

pub fn requested(world: &World) -> i64 {
    world.user().create(request("El plotter no enciende")).must(201).id()
}

pub fn in_attention(world: &World) -> i64 {
    done(world, Who::HelpDesk, requested(world), categorise("incident"))
}

pub fn occurrence(world: &World) -> i64 {
    done(world, Who::HelpDesk, requested(world), categorise("occurrence"))
}

pub fn escalated1(world: &World) -> i64 {
    done(world, Who::HelpDesk, in_attention(world), escalate(world.person(Who::Support1)))
}

pub fn escalated2(world: &World) -> i64 {
    done(world, Who::Support1, escalated1(world), escalate(world.person(Who::Support2)))
}

pub fn with_provider(world: &World) -> i64 {
    done(world, Who::Support2, escalated2(world), coordinate(world))
}

pub fn verifying(world: &World) -> i64 {
    done(world, Who::Support2, with_provider(world), served(world))
}

pub fn under_evaluation(world: &World) -> i64 {
    done(world, Who::Support2, escalated2(world), submit("INF-012-2026"))
}

pub fn contracting(world: &World) -> i64 {
    let approve = json!({ "action": "approve_contracting", "grounds": "Es necesario." });
    done(world, Who::ItHead, under_evaluation(world), approve)
}

pub fn to_close(world: &World) -> i64 {
    done(world, Who::HelpDesk, in_attention(world), solve())
}

pub fn closed(world: &World) -> i64 {
    done(world, Who::HelpDesk, to_close(world), close())
}

/// The phase, as this reader is told.
#[track_caller]
pub fn phase(world: &World, who: Who, ticket: i64) -> String {
    world.caller(who).get(&format!("/tickets/{ticket}")).must(200).json()["standing"]["phase"].as_str().unwrap().to_owned()
}

/// The names of what happened, as the auditor reads them.
#[track_caller]
pub fn events(world: &World, ticket: i64) -> Vec<String> {
    let page = world.auditor().get(&format!("/tickets/{ticket}/events?limit=200")).must(200).json();
    page["items"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
}

/// The tickets that a caller sees, the oldest first.
#[track_caller]
pub fn listed(world: &World, who: Who, query: &str) -> Vec<i64> {
    let page = world.caller(who).get(&format!("/tickets?sort=oldest&limit=200{query}")).must(200).json();
    page["items"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_i64().unwrap()).collect()
}
