//! The way of a ticket through the activities of the procedure, as its events tell it. No DOM.

use domain::chart::{self, Node, Shape};
use domain::procedure::activity_of;
use domain::{EventName, Instant, Kind, Phase};
use wire::{EventView, TicketView};

use super::text;

/// One activity of the procedure on a ticket's path.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// 1 to 8.
    pub number: u8,
    pub state: StepState,
}

#[derive(Debug, Clone, PartialEq)]
pub enum StepState {
    Done { by: Option<String>, at: Instant },
    Now { since: Instant, nth: u32 },
    MayFollow,
    NotNeeded,
}

/// The eight activities as this ticket passes them.
pub fn path(view: &TicketView, walk: &Walk) -> Vec<Step> {
    let now = activity_of(view.standing.phase).map(|activity| activity.number);
    let step = |number: u8| {
        let state = match (&walk.done[usize::from(number)], now) {
            (_, Some(now)) if now == number => StepState::Now { since: view.phase_since, nth: walk.nth(view.standing.phase) },
            // Who asked by mail, or by a call that the desk wrote down, asked all the same.
            (Some((by, at)), _) => {
                let asker = (number == 1).then(|| view.requester.name.clone());
                StepState::Done { by: asker.or_else(|| by.clone()), at: *at }
            }
            (None, Some(now)) if now < number => StepState::MayFollow,
            (None, _) => StepState::NotNeeded,
        };
        Step { number, state }
    };
    (1..=8).map(step).collect()
}

/// Follows the events through the phases.
#[derive(Debug, Default)]
pub struct Walk {
    /// The phase that it is in; none before the request.
    at: Option<Phase>,
    /// Where it stood before its closing or its end.
    before: Option<Phase>,
    n_entered: [u32; 9],
    /// Who finished each activity last, and when.
    done: [Option<(Option<String>, Instant)>; 9],
    /// When it left each node of the flowchart, or came to its end.
    left: Vec<(Node, Instant)>,
    /// The moves of the written procedure, each with the edges that it passed.
    pub moves: Vec<Moved>,
}

/// A move of the written procedure.
#[derive(Debug)]
pub struct Moved {
    pub at: Instant,
    pub way: Vec<usize>,
}

fn activity_number(phase: Option<Phase>) -> u8 {
    phase.and_then(activity_of).map_or(0, |activity| activity.number)
}

impl Walk {
    /// `events` are all that their reader may see.
    pub fn of(events: &[EventView]) -> Walk {
        let mut walk = Walk::default();
        events.iter().for_each(|event| {
            walk.pass(event);
        });
        walk
    }

    /// When it left a node of the flowchart last, or came to its end.
    pub fn left(&self, node: Node) -> Option<Instant> {
        self.left.iter().rev().find(|(left, _)| *left == node).map(|(_, at)| *at)
    }

    /// For which time it is in the activity of this phase.
    pub fn nth(&self, phase: Phase) -> u32 {
        self.n_entered[usize::from(activity_number(Some(phase)))].max(1)
    }

    /// Goes on by one event; says to which level it was escalated, where it was.
    pub fn pass(&mut self, event: &EventView) -> Option<u32> {
        let to = self.phase_after(event)?;
        let from = self.at;
        let is_written = !matches!(event.event, EventName::GivenUpWaiting | EventName::CategoryCorrected | EventName::PersonAnswered);
        let way = chart::way(from, to).filter(|_| is_written);
        if let Some(way) = &way {
            let ends = way.last().map(|n| chart::EDGES[*n].to).filter(|node| node.shape() == Shape::End);
            for node in way.iter().map(|n| chart::EDGES[*n].from).chain(ends) {
                self.left.push((node, event.at));
            }
            self.moves.push(Moved { at: event.at, way: way.clone() });
        }
        let (left, entered) = (from.map_or(1, |from| activity_number(Some(from))), activity_number(Some(to)));
        if way.is_some() && left != entered {
            self.done[usize::from(left)] = Some((event.by.as_ref().map(|person| person.name.clone()), event.at));
        }
        // The provider goes back to the same activity, and it counts again; its visit, and a decision, are of one activity.
        if left != entered || event.event == EventName::ReturnedToProvider {
            self.n_entered[usize::from(entered)] += 1;
        }
        if to == Phase::ToClose || (to.is_end() && to != Phase::Closed) {
            self.before = from;
        }
        self.at = Some(to);
        match to {
            Phase::Escalated1 if event.event == EventName::Escalated => Some(1),
            Phase::Escalated2 if event.event == EventName::Escalated => Some(2),
            _ => None,
        }
    }

    /// The phase that an event leads to; none where it stays.
    fn phase_after(&self, event: &EventView) -> Option<Phase> {
        let kind = |field: &str| text(event, field).and_then(|name| name.parse::<Kind>().ok());
        let is_requirement = |field: &str| kind(field) == Some(Kind::Requirement);
        match event.event {
            EventName::Requested => Some(Phase::Requested),
            EventName::Categorised if is_requirement("kind") => Some(Phase::Recorded),
            EventName::Categorised => Some(Phase::InAttention),
            EventName::CategoryCorrected => match (is_requirement("to"), self.at?) {
                (true, Phase::Requested | Phase::InAttention | Phase::Escalated1 | Phase::Escalated2) => Some(Phase::Recorded),
                (false, Phase::Recorded) => Some(Phase::InAttention),
                // From the evaluation on, the record alone is corrected.
                _ => None,
            },
            EventName::Escalated if self.at == Some(Phase::Escalated1) => Some(Phase::Escalated2),
            EventName::Escalated => Some(Phase::Escalated1),
            EventName::ActionRecorded
            | EventName::SolutionRecorded
            | EventName::ResolutionConfirmed
            | EventName::ContractingRejected
            | EventName::GivenUpWaiting => Some(Phase::ToClose),
            EventName::ProviderCoordinated | EventName::ContractRecorded | EventName::ReturnedToProvider => Some(Phase::WithProvider),
            EventName::TechnicalReportSubmitted | EventName::ContractingFailed => Some(Phase::UnderEvaluation),
            EventName::ContractingApproved => Some(Phase::Contracting),
            EventName::ReportReturned | EventName::ReportWithdrawn | EventName::CoverageRefused => Some(Phase::Escalated2),
            EventName::ServiceProvided => Some(Phase::Verifying),
            EventName::Closed => Some(Phase::Closed),
            EventName::ReturnedToDesk => Some(Phase::InAttention),
            EventName::Reopened if self.done[2].is_some() => Some(Phase::InAttention),
            EventName::Reopened => Some(Phase::Requested),
            EventName::PersonAnswered if self.at != Some(Phase::ToClose) => None,
            EventName::PersonAnswered | EventName::SolutionDenied | EventName::DuplicateUndone => self.before,
            EventName::Withdrawn => Some(Phase::Withdrawn),
            EventName::MarkedDuplicate => Some(Phase::Duplicate),
            EventName::Discarded => Some(Phase::Discarded),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::samples::{at, event, view};

    #[test]
    fn a_path_says_what_was_done_is_now_may_follow_and_was_not_needed() {
        let events = [
            event(1, EventName::Requested, json!({"channel": "web"})),
            event(2, EventName::Categorised, json!({"kind": "incident"})),
            event(3, EventName::Escalated, json!({"to": 3})),
            event(4, EventName::Escalated, json!({"to": 4})),
            event(5, EventName::ProviderCoordinated, json!({})),
            event(6, EventName::ServiceProvided, json!({"visit": 1})),
            event(7, EventName::ReturnedToProvider, json!({})),
        ];
        let path = path(&view(Phase::WithProvider), &Walk::of(&events));
        let states: Vec<_> = path
            .iter()
            .map(|step| match &step.state {
                StepState::Done { by, .. } => by.clone().unwrap(),
                StepState::Now { nth, .. } => format!("now {nth}"),
                StepState::MayFollow => "may follow".into(),
                StepState::NotNeeded => "not needed".into(),
            })
            .collect();
        assert_eq!(states, ["Ana", "P2", "P3", "P4", "P5", "not needed", "now 2", "may follow"]);
        assert_eq!(path[6].state, StepState::Now { since: at(9), nth: 2 });
    }

    #[test]
    fn a_denied_solution_goes_back_to_where_it_was_solved_and_an_end_has_no_now() {
        let events = [
            event(1, EventName::Requested, json!({})),
            event(2, EventName::Categorised, json!({"kind": "occurrence"})),
            event(3, EventName::ActionRecorded, json!({"action_taken": "x"})),
            event(4, EventName::SolutionDenied, json!({"reason": "x"})),
            event(5, EventName::ActionRecorded, json!({"action_taken": "x"})),
            event(6, EventName::Closed, json!({})),
        ];
        let open = path(&view(Phase::InAttention), &Walk::of(&events[..4]));
        assert_eq!(open[2].state, StepState::Now { since: at(9), nth: 2 });
        let closed = path(&view(Phase::Closed), &Walk::of(&events));
        assert!(closed.iter().all(|step| !matches!(step.state, StepState::Now { .. } | StepState::MayFollow)));
        assert_eq!(closed[7].state, StepState::Done { by: Some("P6".into()), at: at(6) });
        assert_eq!(closed[3].state, StepState::NotNeeded);
    }

    #[test]
    fn the_way_on_the_chart_is_the_way_of_the_events() {
        let said = |events: &[EventView]| {
            let walk = Walk::of(events);
            walk.moves.iter().flat_map(|step| &step.way).map(|n| chart::EDGES[*n].to.name()).collect::<Vec<_>>().join(" ")
        };
        let mut events = vec![
            event(1, EventName::Requested, json!({})),
            event(2, EventName::Categorised, json!({"kind": "incident"})),
            event(3, EventName::Escalated, json!({"to": 3})),
            event(4, EventName::ReturnedToDesk, json!({"reason": "x"})),
            event(5, EventName::Escalated, json!({"to": 3})),
            event(6, EventName::Escalated, json!({"to": 4})),
            event(7, EventName::TechnicalReportSubmitted, json!({})),
        ];
        let begun = "activity1 activity2 kind activity3 question3 activity4 question3 activity4 question4 activity5 question5 activity6";
        assert_eq!(said(&events), begun);
        events.push(event(8, EventName::ContractingRejected, json!({})));
        events.push(event(9, EventName::AreaHeadTold, json!({})));
        events.push(event(10, EventName::Closed, json!({})));
        assert_eq!(said(&events), format!("{begun} question6 communication activity8 end"));
        // Given up: no written move, though the phases are those of one.
        let given_up = [event(1, EventName::Requested, json!({})), event(2, EventName::GivenUpWaiting, json!({}))];
        assert_eq!(said(&given_up), "activity1 activity2");
    }
}
