//! What a ticket's page shows, worked out from what was read: the actions, the path, the lines of the conversation, what stands beside them.

mod lines;
mod walk;

use domain::{Action, Actor, CoverageKind, Day, EventName, Instant, Phase, Refusal, Role, Standing, day_in_lima};
use wire::{EventView, ProviderRef, TicketView};

pub use lines::{ByMail, Shown, shown};
pub use walk::{Step, StepState, Walk, path};

/// The actions that `permit` allows now, in the order of the procedure.
pub fn permitted(standing: &Standing, actor: &Actor, now: Instant) -> Vec<Action> {
    Action::ALL.iter().copied().filter(|action| domain::permit(standing, actor, now, *action).is_ok()).collect()
}

/// The action whose form has it: the draft of a report is saved from the report's.
pub fn form_of(action: Action) -> Action {
    if action == Action::DraftReport { Action::SubmitTechnicalReport } else { action }
}

/// The permitted actions as they are offered: the likely ones at hand, the others one step away.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offers {
    pub main: Vec<Action>,
    pub more: Vec<Action>,
}

pub fn offers(view: &TicketView, actor: &Actor, now: Instant, has_notes: bool) -> Offers {
    let makes_sense = |action: &Action| match action {
        // The head of the page has them.
        Action::Watch | Action::Unwatch => false,
        Action::HideNote => has_notes,
        action => form_of(*action) == *action,
    };
    let mut offers = Offers::default();
    let permitted: Vec<Action> = permitted(&view.standing, actor, now).into_iter().filter(makes_sense).collect();
    // Within a rank the procedure's order stays.
    let is_theirs = actor.is(Some(view.requester.id));
    for near in 0..=FARTHEST {
        offers.main.extend(permitted.iter().filter(|action| rank(**action, is_theirs) == Some(near)));
    }
    offers.more.extend(permitted.iter().filter(|action| rank(**action, is_theirs).is_none()));
    offers
}

/// The last rank of [`rank`].
const FARTHEST: u8 = 4;

/// How near an action lies to hand; none: among the others. Whoever asked is told that they may reopen it.
fn rank(action: Action, is_theirs: bool) -> Option<u8> {
    match action {
        Action::Reopen if is_theirs => Some(1),
        Action::LogTask => Some(4),
        written if written.is_written() => Some(0),
        Action::ConfirmSolved | Action::DenySolved => Some(0),
        Action::Take | Action::Resume | Action::MarkInformedByPhone => Some(2),
        Action::Comment => Some(3),
        _ => None,
    }
}

/// What this person might do here at another time, and why not now.
pub fn refused(standing: &Standing, actor: &Actor, now: Instant) -> Vec<(Action, Refusal)> {
    let refusal = |action: &Action| Some((*action, domain::permit(standing, actor, now, *action).err()?));
    let mut all: Vec<_> = Action::ALL.iter().filter(|action| is_ever_theirs(standing, actor, now, **action)).filter_map(refusal).collect();
    // That it is closed already goes with «reopen it».
    if all.iter().any(|(action, _)| *action == Action::Reopen) {
        all.retain(|(_, refusal)| !matches!(refusal, Refusal::AlreadyClosed));
    }
    all
}

/// Is there any phase in which it would be more than «not now» and «not your role»?
fn is_ever_theirs(standing: &Standing, actor: &Actor, now: Instant, action: Action) -> bool {
    Phase::ALL.iter().any(|phase| {
        let there = Standing { phase: *phase, ..standing.clone() };
        match domain::permit(&there, actor, now, action) {
            Err(
                Refusal::NotNow { .. }
                | Refusal::NotYourRole { .. }
                | Refusal::NotVisible
                | Refusal::NotRequester
                | Refusal::AlreadyClosed
                | Refusal::NotCategorised
                | Refusal::RequirementHasNoAttention,
            ) => false,
            // Whoever is not of IT writes none.
            Err(Refusal::NotReportAuthor) => actor.is_it(),
            _ => true,
        }
    })
}

fn text<'a>(event: &'a EventView, field: &str) -> Option<&'a str> {
    event.data.get(field)?.as_str()
}

/// What the events say of the provider's work and of what covers it, for the side of the page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Service {
    /// Of the last verification that found one.
    pub coverage: Option<(CoverageKind, Day, Option<String>)>,
    /// Who took part last: also when their part is done.
    pub provider: Option<ProviderRef>,
    pub case: Option<String>,
    pub contract: Option<String>,
    pub expected_on: Option<Day>,
    /// The days of the visits.
    pub visits: Vec<Day>,
}

pub fn service_of(events: &[EventView]) -> Service {
    let mut service = Service::default();
    let own = |event: &EventView, field: &str| text(event, field).map(str::to_owned);
    let day = |event: &EventView, field: &str| text(event, field).and_then(|day| day.parse::<Day>().ok());
    for event in events {
        match event.event {
            EventName::CoverageVerified => {
                service.coverage = event.data.get("coverage").and_then(|found| {
                    let part = |name: &str| found.get(name)?.as_str();
                    Some((part("kind")?.parse().ok()?, part("until")?.parse().ok()?, part("description").map(str::to_owned)))
                });
            }
            EventName::ProviderCoordinated => {
                service.provider = provider_of(event);
                (service.case, service.contract) = (own(event, "case_number"), None);
                service.expected_on = day(event, "expected_on");
            }
            EventName::ContractRecorded => {
                service.provider = provider_of(event);
                (service.case, service.contract) = (None, own(event, "reference"));
                service.expected_on = day(event, "expected_on");
            }
            EventName::ServiceProvided => {
                let at = text(event, "served_at").and_then(|at| at.parse::<Instant>().ok()).unwrap_or(event.at);
                service.visits.push(day_in_lima(at));
                service.expected_on = None;
            }
            EventName::CoverageRefused => service = Service { visits: service.visits, ..Service::default() },
            _ => {}
        }
    }
    service
}

fn provider_of(event: &EventView) -> Option<ProviderRef> {
    let id = event.data.get("provider")?.as_i64()?.try_into().ok()?;
    Some(ProviderRef { id, name: event.names.get("provider")?.clone() })
}

/// What the last verification found that covers nothing, as it was written.
pub fn verified(events: &[EventView]) -> Option<&str> {
    text(events.iter().rfind(|event| event.event == EventName::CoverageVerified)?, "remarks")
}

/// What was verified last: the equipment as it was named, and the number of the service.
pub fn verified_subject(events: &[EventView]) -> Option<(Option<&str>, Option<i64>)> {
    let subject = events.iter().rfind(|event| event.event == EventName::CoverageVerified)?.data.get("subject")?;
    Some((subject["equipment"].as_str(), subject["service"].as_i64()))
}

/// The lines that others wrote since the reader last looked.
pub fn news<'a>(before: &[EventView], after: &'a [EventView], me: &Actor) -> Vec<&'a EventView> {
    let is_new = |event: &&EventView| !before.iter().any(|known| known.number == event.number);
    after.iter().filter(is_new).filter(|event| !me.is(event.by.as_ref().map(|person| person.id))).collect()
}

/// Who heads the ticket's area and those above it, the nearest first, each with the area's name.
pub fn heads_above(areas: &[wire::AreaView], area: domain::AreaId) -> Vec<(wire::PersonRef, String)> {
    let mut heads = Vec::new();
    let mut at = Some(area);
    // A tree has no rings; one in the records must not hang the page.
    for _ in 0..areas.len() {
        let Some(here) = at.and_then(|id| areas.iter().find(|area| area.id == id)) else { break };
        heads.extend(here.head.clone().map(|head| (head, here.name.clone())));
        at = here.parent;
    }
    heads
}

/// The lines whose text this person may hide: their own, or any for the desk.
pub fn hideable<'a>(events: &'a [EventView], actor: &'a Actor) -> impl Iterator<Item = &'a EventView> {
    events.iter().filter(move |event| {
        let is_note = matches!(
            event.event,
            EventName::Requested | EventName::Commented | EventName::Attached | EventName::PersonAsked | EventName::TaskLogged
        );
        let is_theirs = actor.is(event.by.as_ref().map(|person| person.id));
        is_note && !event.is_hidden && (is_theirs || actor.has(Role::HelpDesk))
    })
}

#[cfg(test)]
mod tests {
    use domain::{AreaId, Outcome};
    use serde_json::json;

    use super::*;
    use crate::pages::samples::{actor, at, event, standing, view};

    #[test]
    fn what_is_offered_is_what_is_permitted() {
        for phase in Phase::ALL {
            let view = view(*phase);
            for actor in [actor(1, &[Role::User]), actor(2, &[Role::HelpDesk]), actor(2, &[Role::Support2]), actor(9, &[Role::ItHead])] {
                let offers = offers(&view, &actor, at(60), true);
                let mut offered: Vec<Action> = offers.main.iter().chain(&offers.more).copied().collect();
                offered.sort();
                let permitted = permitted(&view.standing, &actor, at(60));
                let is_elsewhere = |action: &Action| matches!(action, Action::Watch | Action::Unwatch | Action::DraftReport);
                let expected: Vec<Action> = permitted.iter().copied().filter(|action| !is_elsewhere(action)).collect();
                assert_eq!(offered, expected);
                assert!(refused(&view.standing, &actor, at(60)).iter().all(|(action, _)| !permitted.contains(action)));
            }
        }
    }

    #[test]
    fn the_likeliest_action_comes_first() {
        let offers = offers(&view(Phase::InAttention), &actor(2, &[Role::HelpDesk]), at(60), false);
        assert_eq!(offers.main[..2], [Action::RecordSolution, Action::Escalate]);
        assert_eq!(offers.main.last(), Some(&Action::LogTask));
        assert!(offers.more.contains(&Action::Withdraw) && !offers.more.contains(&Action::HideNote));
    }

    #[test]
    fn who_asked_has_reopening_at_hand() {
        let standing = Standing { outcome: Some(Outcome::SolvedAtLevel1), reopenable_until: Some(at(61)), ..standing(Phase::Closed) };
        let closed = TicketView { standing, ..view(Phase::Closed) };
        assert_eq!(offers(&closed, &actor(1, &[Role::User]), at(60), false).main.first(), Some(&Action::Reopen));
        let desk = offers(&closed, &actor(2, &[Role::HelpDesk]), at(60), false);
        assert!(!desk.main.contains(&Action::Reopen), "{desk:?}");
        let late = offers(&closed, &actor(1, &[Role::User]), at(62), false);
        assert!(!late.main.contains(&Action::Reopen), "{late:?}");
    }

    #[test]
    fn why_not_leaves_out_what_would_never_be_theirs() {
        let refused_to = |actor: &Actor, phase| refused(&standing(phase), actor, at(60)).into_iter().map(|(a, _)| a).collect::<Vec<_>>();
        let requester = refused_to(&actor(1, &[Role::User]), Phase::InAttention);
        assert!(requester.contains(&Action::Reopen) && requester.contains(&Action::ConfirmSolved), "{requester:?}");
        assert!(!requester.contains(&Action::Escalate) && !requester.contains(&Action::Close), "{requester:?}");
        for phase in Phase::ALL {
            let theirs = [Action::ConfirmSolved, Action::DenySolved, Action::Reopen, Action::Withdraw];
            let requester = refused_to(&actor(1, &[Role::User]), *phase);
            assert!(requester.iter().all(|action| theirs.contains(action)), "{phase:?}: {requester:?}");
        }
        let desk = refused_to(&actor(2, &[Role::HelpDesk]), Phase::InAttention);
        assert!(desk.contains(&Action::Close) && desk.contains(&Action::Categorise), "{desk:?}");
        assert!(!desk.contains(&Action::ApproveContracting), "{desk:?}");
    }

    #[test]
    fn what_may_not_be_reopened_is_not_to_be_reopened() {
        let closed = |outcome, until| Standing { outcome: Some(outcome), reopenable_until: until, ..standing(Phase::Closed) };
        let says_closed = |standing: &Standing| {
            let refused = refused(standing, &actor(1, &[Role::User]), at(60));
            refused.iter().any(|(_, refusal)| *refusal == Refusal::AlreadyClosed)
        };
        assert!(says_closed(&closed(Outcome::SolvedAtLevel1, Some(at(61)))));
        assert!(!says_closed(&closed(Outcome::SolvedAtLevel1, Some(at(59)))));
        assert!(!says_closed(&closed(Outcome::NotApproved, None)));
    }

    #[test]
    fn the_side_knows_the_last_coordination_and_every_visit() {
        let covered = json!({"coverage": {"kind": "warranty", "description": "Contrato", "until": "2025-12-31"}});
        let mut coordinated =
            event(2, EventName::ProviderCoordinated, json!({"provider": 4, "case_number": "88", "expected_on": "2025-11-06"}));
        coordinated.names.insert("provider".to_owned(), "Impresiones S.A.C.".to_owned());
        let events = [
            event(1, EventName::CoverageVerified, covered),
            coordinated,
            event(3, EventName::ServiceProvided, json!({"visit": 1, "served_at": "2025-11-06T20:30:00Z"})),
            event(4, EventName::ResolutionConfirmed, json!({"solution": "Imprime."})),
        ];
        let service = service_of(&events);
        assert_eq!(service.provider.map(|provider| provider.name).as_deref(), Some("Impresiones S.A.C."));
        assert_eq!((service.case.as_deref(), service.visits.len(), service.expected_on), (Some("88"), 1, None));
        assert_eq!(service.coverage.unwrap().1.to_string(), "2025-12-31");
    }

    #[test]
    fn news_are_what_others_did() {
        let events = [event(1, EventName::Requested, json!({})), event(2, EventName::Taken, json!({}))];
        assert_eq!(news(&events[..1], &events, &actor(9, &[Role::User])).len(), 1);
        assert_eq!(news(&events[..1], &events, &actor(2, &[Role::HelpDesk])).len(), 0, "one's own is no news");
        assert_eq!(news(&events, &events, &actor(9, &[Role::User])).len(), 0);
    }

    #[test]
    fn the_heads_above_are_found_by_the_tree_even_if_it_has_a_ring() {
        let area = |id: i64, parent: Option<i64>, head: Option<i64>| -> wire::AreaView {
            serde_json::from_value(json!({"id": id, "version": 1, "name": format!("A{id}"), "abbreviation": null, "parent": parent,
                "head": head.map(|id| json!({"id": id, "name": format!("H{id}")})), "is_reserved": false, "ended_on": null}))
            .unwrap()
        };
        let areas = [area(1, Some(2), None), area(2, Some(3), Some(20)), area(3, Some(2), Some(30))];
        let heads: Vec<_> = heads_above(&areas, AreaId::parse(1).unwrap()).into_iter().map(|(head, area)| (head.name, area)).collect();
        assert_eq!(heads, [("H20".to_owned(), "A2".to_owned()), ("H30".to_owned(), "A3".to_owned())]);
    }

    #[test]
    fn a_note_is_hidden_by_its_author_or_the_desk() {
        let events = [event(1, EventName::Requested, json!({})), event(2, EventName::Escalated, json!({}))];
        assert_eq!(hideable(&events, &actor(2, &[Role::User])).count(), 1);
        assert_eq!(hideable(&events, &actor(3, &[Role::User])).count(), 0);
        assert_eq!(hideable(&events, &actor(3, &[Role::HelpDesk])).count(), 1);
    }
}
