//! Activity 7: the provider's visits, and whether they solved it.

use super::{Decision, Scene};
use crate::event::Event;
use crate::report::Conformity;
use crate::values::{Instant, Means, Text};

pub fn service_provided(scene: &Scene, served_at: Instant, means: Means, what_was_done: Text) -> Decision {
    let served_at = scene.past(served_at, "served_at")?;
    Ok(vec![Event::ServiceProvided { visit: scene.ticket.n_visits.saturating_add(1), served_at, means, what_was_done }])
}

pub fn confirm(scene: &Scene, cause: Option<Text>, solution: Text, conformity: Conformity) -> Decision {
    scene.past_day(conformity.given_on, "conformity.given_on")?;
    Ok(vec![Event::ResolutionConfirmed { cause, solution, conformity }])
}

pub fn return_to_provider(scene: &Scene, reason: Text, means: Means, told_at: Option<Instant>) -> Decision {
    let told_at = told_at.map_or(Ok(scene.now), |at| scene.past(at, "told_at"))?;
    Ok(vec![Event::ReturnedToProvider { reason, means, told_at }])
}
