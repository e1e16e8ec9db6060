//! Activity 6: the head of IT's decision, and telling the user area's head.

use super::{Decision, Scene};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::report::Communication;
use crate::values::Text;

pub fn reject(scene: &Scene, grounds: Text, communication: Communication) -> Decision {
    let area = scene.ticket.area;
    let heads = scene.facts.heads_above(area);
    let (area, person) = match communication.to {
        None => *heads.first().ok_or(Refusal::NoAreaHead { area })?,
        Some(person) => *heads.iter().find(|(_, head)| *head == person).ok_or(Refusal::NotAnAreaHead { person })?,
    };
    let head = scene.facts.person(person, "communication.to")?;
    let told_at = communication.told_at.map_or(Ok(scene.now), |at| scene.past(at, "communication.told_at"))?;
    let told = Event::AreaHeadTold {
        person,
        name: head.name.clone(),
        post: head.post.clone(),
        area,
        text: communication.text,
        means: communication.means,
        told_at,
    };
    Ok(vec![Event::ContractingRejected { grounds }, told])
}
