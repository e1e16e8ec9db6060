//! Activity 8.

use chrono::TimeDelta;

use super::Scene;
use crate::event::Event;
use crate::ticket::Outcome;
use crate::values::Instant;

pub fn close(scene: &Scene) -> Vec<Event> {
    let window = TimeDelta::days(scene.facts.rules.reopening_days.into());
    let is_reopenable = scene.ticket.standing().outcome != Some(Outcome::NotApproved);
    // A window beyond the calendar's end has no end.
    let until = scene.now.checked_add_signed(window).unwrap_or(Instant::MAX_UTC);
    let mut events = vec![Event::Closed { reopenable_until: is_reopenable.then_some(until) }];
    events.extend(scene.phone_notice());
    events
}
