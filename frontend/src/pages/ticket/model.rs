//! What a ticket's page shows, worked out from what was read: the actions, the path, the lines of the conversation.

use chrono::NaiveDate;
use domain::procedure::activity_of;
use domain::{Action, Actor, Audience, CoverageKind, EventName, Instant, Kind, Phase, Refusal, Role, Standing};
use serde_json::Value;
use wire::{EventView, TicketView};
use words::EventWords;

/// The actions that `permit` allows now, in the order of the procedure.
pub fn permitted(standing: &Standing, actor: &Actor, now: Instant) -> Vec<Action> {
    Action::ALL.iter().copied().filter(|action| domain::permit(standing, actor, now, *action).is_ok()).collect()
}

/// The permitted actions as they are offered: the likely ones at hand, the others one step away.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offers {
    pub main: Vec<Action>,
    pub more: Vec<Action>,
}

pub fn offers(view: &TicketView, actor: &Actor, now: Instant, has_notes: bool) -> Offers {
    let makes_sense = |action: &Action| match action {
        Action::Watch => !view.is_watching,
        Action::Unwatch => view.is_watching,
        Action::HideNote => has_notes,
        _ => true,
    };
    let mut main = Vec::new();
    let mut more = Vec::new();
    for action in permitted(&view.standing, actor, now).into_iter().filter(makes_sense) {
        match rank(action) {
            Some(rank) => main.push((rank, action)),
            None => more.push(action),
        }
    }
    main.sort_by_key(|(rank, _)| *rank); // Stable: within a rank the procedure's order stays.
    Offers { main: main.into_iter().map(|(_, action)| action).collect(), more }
}

/// How near an action lies to hand; none: among the others.
fn rank(action: Action) -> Option<u8> {
    match action {
        Action::LogTask => Some(4),
        Action::DraftReport => Some(1),
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
    Action::ALL.iter().filter(|action| is_ever_theirs(standing, actor, now, **action)).filter_map(refusal).collect()
}

/// Is there any phase in which it would be more than «not now» and «not your role»?
fn is_ever_theirs(standing: &Standing, actor: &Actor, now: Instant, action: Action) -> bool {
    Phase::ALL.iter().any(|phase| {
        let there = Standing { phase: *phase, ..standing.clone() };
        let answer = domain::permit(&there, actor, now, action);
        !matches!(
            answer,
            Err(Refusal::NotNow { .. }
                | Refusal::NotYourRole { .. }
                | Refusal::NotVisible
                | Refusal::NotRequester
                | Refusal::AlreadyClosed
                | Refusal::NotCategorised
                | Refusal::RequirementHasNoAttention)
        )
    })
}

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

/// The eight activities as this ticket passes them. `events` are all that its reader may see.
pub fn path(view: &TicketView, events: &[EventView]) -> Vec<Step> {
    let mut walk = Walk::default();
    events.iter().for_each(|event| {
        walk.pass(event);
    });
    let now = activity_of(view.standing.phase).map(|activity| activity.number);
    let step = |number: u8| {
        let state = match (&walk.done[usize::from(number)], now) {
            (_, Some(now)) if now == number => StepState::Now { since: view.phase_since, nth: walk.n_entered[usize::from(number)].max(1) },
            (Some((by, at)), _) => StepState::Done { by: by.clone(), at: *at },
            (None, Some(now)) if now < number => StepState::MayFollow,
            (None, _) => StepState::NotNeeded,
        };
        Step { number, state }
    };
    (1..=8).map(step).collect()
}

/// Follows the events through the activities.
#[derive(Debug, Default)]
struct Walk {
    /// The activity that it waits for; 0 for none.
    at: u8,
    /// Where it stood before its closing or its end.
    before: u8,
    n_entered: [u32; 9],
    done: [Option<(Option<String>, Instant)>; 9],
}

impl Walk {
    /// Goes on by one event; says to which level it was escalated, where it was.
    fn pass(&mut self, event: &EventView) -> Option<u32> {
        let kind = |field: &str| text(event, field).and_then(|name| name.parse::<Kind>().ok());
        match event.event {
            EventName::Requested => {
                self.at = 1;
                self.finish(event, 2);
            }
            EventName::Categorised if kind("kind") == Some(Kind::Requirement) => self.finish(event, 0),
            EventName::Categorised => self.finish(event, 3),
            EventName::CategoryCorrected => match (kind("to"), self.at) {
                (Some(Kind::Requirement), _) => self.enter(0),
                (_, 0) => self.enter(3),
                _ => {}
            },
            EventName::Escalated => {
                let level = if self.at == 4 { 2 } else { 1 };
                self.finish(event, 3 + level as u8);
                return Some(level);
            }
            EventName::ActionRecorded | EventName::SolutionRecorded | EventName::ResolutionConfirmed => self.finish(event, 8),
            EventName::ContractingRejected => self.finish(event, 8),
            EventName::ProviderCoordinated | EventName::ContractRecorded => self.finish(event, 7),
            EventName::TechnicalReportSubmitted => self.finish(event, 6),
            EventName::ReportReturned | EventName::ReportWithdrawn | EventName::CoverageRefused => self.enter(5),
            EventName::ReturnedToProvider => self.enter(7),
            EventName::GivenUpWaiting => self.enter(8),
            EventName::Closed => self.finish(event, 0),
            EventName::ReturnedToDesk => self.enter(3),
            EventName::Reopened => self.enter(if self.done[2].is_some() { 3 } else { 2 }),
            EventName::PersonAnswered if self.at == 8 => self.enter(self.before),
            EventName::SolutionDenied | EventName::DuplicateUndone => self.enter(self.before),
            EventName::Withdrawn | EventName::MarkedDuplicate | EventName::Discarded => self.enter(0),
            _ => {}
        }
        None
    }

    fn finish(&mut self, event: &EventView, next: u8) {
        self.done[usize::from(self.at)] = Some((event.by.as_ref().map(|person| person.name.clone()), event.at));
        self.enter(next);
    }

    fn enter(&mut self, activity: u8) {
        if matches!(activity, 0 | 8) {
            self.before = self.at;
        }
        self.at = activity;
        self.n_entered[usize::from(activity)] += 1;
    }
}

/// How an event is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub event: EventView,
    pub is_message: bool,
    /// What its line says.
    pub words: EventWords,
    /// The text that people wrote, where it is too long for the line.
    pub body: Option<String>,
    /// Further texts of it, each with the path of its label.
    pub details: Vec<(&'static str, String)>,
}

/// A text up to this length stays in the line.
const LINE_CHARACTERS: usize = 120;

/// The conversation, ready to be drawn.
pub fn shown(view: &TicketView, audience: Audience, events: &[EventView]) -> Vec<Shown> {
    let mut walk = Walk::default();
    let draw = |event: &EventView| {
        let level = walk.pass(event);
        shown_event(view, audience, event, level)
    };
    events.iter().map(draw).collect()
}

fn shown_event(view: &TicketView, audience: Audience, event: &EventView, level: Option<u32>) -> Shown {
    let is_message = matches!(event.event, EventName::Requested | EventName::Commented | EventName::Attached | EventName::PersonAsked);
    let name = |field: &str| event.names.get(field).cloned();
    let own = |field: &str| text(event, field).map(str::to_owned);
    let written = main_text(event);
    let is_short = written.as_ref().is_some_and(|text| text.chars().count() <= LINE_CHARACTERS && !text.contains('\n'));
    let is_short = is_short && !is_worth_a_paragraph(event.event);
    let coverage = event.data.get("coverage");
    let is_verification = event.event == EventName::CoverageVerified;
    let words = EventWords {
        by: event.by.as_ref().map(|person| person.name.clone()),
        requester: name("requester").or_else(|| Some(view.requester.name.clone())),
        to: name("to").or_else(|| name("person")).or_else(|| own("name")),
        from: None,
        post: own("post"),
        provider: name("provider").or_else(|| view.it.as_ref()?.provider.as_ref().map(|provider| provider.name.clone())),
        kind: ["kind", "to"].iter().find_map(|field| text(event, field)?.parse().ok()),
        from_kind: text(event, "from").and_then(|kind| kind.parse().ok()),
        channel: text(event, "channel").and_then(|channel| channel.parse().ok()),
        is_covered: (is_verification && audience == Audience::It).then_some(coverage.is_some()),
        coverage: coverage.and_then(|c| c.get("kind")?.as_str()?.parse::<CoverageKind>().ok()),
        until: coverage.and_then(|c| c.get("until")?.as_str()?.parse::<NaiveDate>().ok()),
        number: level.or_else(|| number(event, "visit")).or_else(|| {
            let n_files = u32::try_from(event.files.len()).unwrap_or(u32::MAX);
            (event.event == EventName::Attached).then_some(n_files).or_else(|| number(event, "n_files_left"))
        }),
        ticket: event.data.get("of").and_then(Value::as_i64).and_then(|id| id.try_into().ok()),
        reference: own("reference").or_else(|| own("case_number")).or_else(|| report_part(event, "number")),
        discard_reason: text(event, "reason").and_then(|reason| reason.parse().ok()),
        text: if is_message || !is_short { None } else { written.clone() },
        is_unverified: event.data.get("is_unverified").and_then(Value::as_bool).unwrap_or(false),
        is_internal: event.is_internal,
    };
    let body = if !is_message && is_short { None } else { written };
    Shown { event: event.clone(), is_message, words, body, details: details(event) }
}

/// What is read again and again, and what somebody was told: never squeezed into a line.
fn is_worth_a_paragraph(event: EventName) -> bool {
    use EventName::*;
    matches!(event, ActionRecorded | SolutionRecorded | ResolutionConfirmed | ProviderCoordinated | AreaHeadTold)
}

/// What the person wrote.
fn main_text(event: &EventView) -> Option<String> {
    let field = match event.event {
        EventName::Requested => "description",
        EventName::ActionRecorded => "action_taken",
        EventName::SolutionRecorded | EventName::ResolutionConfirmed => "solution",
        EventName::Escalated => "handover",
        EventName::ProviderCoordinated => "message",
        EventName::ReportReturned | EventName::CoverageVerified => "remarks",
        EventName::ContractingApproved | EventName::ContractingRejected => "grounds",
        EventName::AreaHeadTold | EventName::TaskLogged | EventName::Commented => "text",
        EventName::ServiceProvided => "what_was_done",
        EventName::PersonAsked => "question",
        EventName::Resumed => "note",
        EventName::Discarded => "explanation",
        EventName::ContractingFailed
        | EventName::CoverageRefused
        | EventName::ReturnedToProvider
        | EventName::Reassigned
        | EventName::ReturnedToDesk
        | EventName::CategoryCorrected
        | EventName::SolutionDenied
        | EventName::Reopened
        | EventName::Withdrawn
        | EventName::DuplicateUndone
        | EventName::NoteHidden => "reason",
        _ => return None,
    };
    text(event, field).map(str::to_owned)
}

/// What an event says beside its line and its main text.
fn details(event: &EventView) -> Vec<(&'static str, String)> {
    const PARTS: [(&str, &str); 4] = [
        ("report.background", "background"),
        ("report.analysis", "analysis"),
        ("report.conclusions", "conclusions"),
        ("report.recommendation", "recommendation"),
    ];
    let cause = text(event, "cause").map(|cause| ("cause", cause.to_owned()));
    let expected = text(event, "expected_on").and_then(|on| on.parse::<NaiveDate>().ok());
    let conformity =
        event.data.get("conformity").and_then(|c| c.get("given_by")?.as_str()).map(|by| ("conformity.given_by", by.to_owned()));
    let report = PARTS.iter().filter_map(|(label, part)| Some((*label, report_part(event, part)?)));
    cause
        .into_iter()
        .chain(expected.map(|on| ("expected_on", words::time::day(on, words::Language::default()))))
        .chain(conformity)
        .chain(report)
        .collect()
}

fn text<'a>(event: &'a EventView, field: &str) -> Option<&'a str> {
    event.data.get(field)?.as_str()
}

fn number(event: &EventView, field: &str) -> Option<u32> {
    event.data.get(field)?.as_u64()?.try_into().ok()
}

fn report_part(event: &EventView, part: &str) -> Option<String> {
    event.data.get("report")?.get(part)?.as_str().map(str::to_owned)
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
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{DateTime, TimeDelta};
    use domain::{AreaId, PersonId, Who};
    use serde_json::json;

    use super::*;

    fn person(id: i64) -> PersonId {
        PersonId::parse(id).unwrap()
    }

    fn at(minute: i64) -> Instant {
        DateTime::from_timestamp(1_760_000_000, 0).unwrap() + TimeDelta::minutes(minute)
    }

    fn actor(id: i64, roles: &[Role]) -> Actor {
        Actor { who: Who::Person(person(id)), roles: roles.iter().copied().collect(), area: None, areas_headed: BTreeSet::new() }
    }

    fn standing(phase: Phase) -> Standing {
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

    fn event(n: u32, name: EventName, data: Value) -> EventView {
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

    #[test]
    fn what_is_offered_is_what_is_permitted() {
        for phase in Phase::ALL {
            let view = view(*phase);
            for actor in [actor(1, &[Role::User]), actor(2, &[Role::HelpDesk]), actor(2, &[Role::Support2]), actor(9, &[Role::ItHead])] {
                let offers = offers(&view, &actor, at(60), true);
                let mut offered: Vec<Action> = offers.main.iter().chain(&offers.more).copied().collect();
                offered.sort();
                let permitted = permitted(&view.standing, &actor, at(60));
                let expected: Vec<Action> = permitted.iter().copied().filter(|a| *a != Action::Unwatch).collect();
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
    fn why_not_leaves_out_what_would_never_be_theirs() {
        let refused_to = |actor: &Actor, phase| refused(&standing(phase), actor, at(60)).into_iter().map(|(a, _)| a).collect::<Vec<_>>();
        let requester = refused_to(&actor(1, &[Role::User]), Phase::InAttention);
        assert!(requester.contains(&Action::Reopen) && requester.contains(&Action::ConfirmSolved), "{requester:?}");
        assert!(!requester.contains(&Action::Escalate) && !requester.contains(&Action::Close), "{requester:?}");
        let desk = refused_to(&actor(2, &[Role::HelpDesk]), Phase::InAttention);
        assert!(desk.contains(&Action::Close) && desk.contains(&Action::Categorise), "{desk:?}");
        assert!(!desk.contains(&Action::ApproveContracting), "{desk:?}");
    }

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
        let path = path(&view(Phase::WithProvider), &events);
        let states: Vec<_> = path
            .iter()
            .map(|step| match &step.state {
                StepState::Done { by, .. } => by.clone().unwrap(),
                StepState::Now { nth, .. } => format!("now {nth}"),
                StepState::MayFollow => "may follow".into(),
                StepState::NotNeeded => "not needed".into(),
            })
            .collect();
        assert_eq!(states, ["P1", "P2", "P3", "P4", "P5", "not needed", "now 2", "may follow"]);
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
        let open = path(&view(Phase::InAttention), &events[..4]);
        assert_eq!(open[2].state, StepState::Now { since: at(9), nth: 2 });
        let closed = path(&view(Phase::Closed), &events);
        assert!(closed.iter().all(|step| !matches!(step.state, StepState::Now { .. } | StepState::MayFollow)));
        assert_eq!(closed[7].state, StepState::Done { by: Some("P6".into()), at: at(6) });
        assert_eq!(closed[3].state, StepState::NotNeeded);
    }

    #[test]
    fn an_escalation_says_its_level_and_a_long_text_stands_below_its_line() {
        let long = "x".repeat(121);
        let events = [
            event(1, EventName::Requested, json!({"description": "No imprime"})),
            event(2, EventName::Categorised, json!({"kind": "incident"})),
            event(3, EventName::Escalated, json!({"to": 3, "handover": "corto"})),
            event(4, EventName::Escalated, json!({"to": 3, "handover": long})),
        ];
        let shown = shown(&view(Phase::Escalated2), Audience::It, &events);
        assert_eq!((shown[2].words.number, shown[2].words.text.as_deref(), shown[2].body.as_deref()), (Some(1), Some("corto"), None));
        assert_eq!((shown[3].words.number, shown[3].words.text.as_deref(), shown[3].body.clone()), (Some(2), None, Some(long)));
        assert!(shown[0].is_message && shown[0].body.as_deref() == Some("No imprime"));
    }

    #[test]
    fn what_a_person_wrote_is_always_shown() {
        for name in EventName::ALL {
            let texts = ["description", "action_taken", "solution", "handover", "message", "remarks", "grounds", "text", "what_was_done"];
            let texts = texts.into_iter().chain(["question", "note", "explanation", "reason"]);
            let data: serde_json::Map<_, _> = texts.map(|field| (field.to_owned(), json!(format!("lo de {field}")))).collect();
            let event = event(2, *name, Value::Object(data));
            let Some(written) = main_text(&event) else { continue };
            let shown = shown_event(&view(Phase::InAttention), Audience::It, &event, None);
            let line = words::event_line(*name, &shown.words, words::Language::Spanish);
            assert!(line.contains(&written) || shown.body.as_ref() == Some(&written), "{name}: {line} {:?}", shown.body);
        }
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
