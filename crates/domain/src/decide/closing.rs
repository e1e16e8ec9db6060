//! Activity 8.

use chrono::TimeDelta;

use super::Scene;
use crate::event::Event;
use crate::ticket::Outcome;

pub fn close(scene: &Scene) -> Vec<Event> {
    let window = TimeDelta::days(scene.facts.rules.reopening_days.into());
    let is_reopenable = scene.ticket.standing().outcome != Some(Outcome::NotApproved);
    let mut events = vec![Event::Closed { reopenable_until: is_reopenable.then(|| scene.now + window) }];
    events.extend(scene.phone_notice());
    events
}
