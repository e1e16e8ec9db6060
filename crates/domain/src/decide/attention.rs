//! Activities 3, 4 and 5: solving, and escalating to a named person.

use super::{Decision, Scene};
use crate::actor::Role;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::ticket::Phase;
use crate::values::{PersonId, Text};

pub fn record_solution(scene: &Scene, cause: Text, solution: Text) -> Decision {
    let solved = Event::SolutionRecorded { cause, solution };
    match scene.ticket.stage.phase() {
        Phase::Escalated2 if !scene.ticket.is_coverage_verified => Ok(vec![Event::VerificationNotNeeded {}, solved]),
        _ => Ok(vec![solved]),
    }
}

pub fn escalate(scene: &Scene, to: PersonId, handover: Text) -> Decision {
    let role = match scene.ticket.stage.phase() {
        Phase::Escalated1 => Role::Support2,
        _ => Role::Support1,
    };
    works_at(scene, to, role)?;
    Ok(vec![Event::Escalated { to, handover }])
}

/// Can this person be given the task?
pub fn works_at(scene: &Scene, person: PersonId, role: Role) -> Result<(), Refusal> {
    let fact = scene.facts.person(person, "to")?;
    if !fact.roles.contains(&role) {
        Err(Refusal::AssigneeLacksRole { person, role })
    } else if !fact.is_active {
        Err(Refusal::AssigneeDisabled { person })
    } else {
        Ok(())
    }
}
