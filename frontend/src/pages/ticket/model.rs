//! What a ticket's page shows, worked out from what was read: the actions, the path, the lines of the conversation.

use chrono::NaiveDate;
use domain::chart::{self, Node, Shape};
use domain::procedure::activity_of;
use domain::{Action, Actor, Audience, CoverageKind, Day, EventName, Instant, Kind, MailId, Phase, Refusal, Role, Standing, day_in_lima};
use serde_json::Value;
use wire::{EventView, TicketView};
use words::{EventWords, Language};

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
        // The head of the page has them.
        Action::Watch | Action::Unwatch => false,
        Action::HideNote => has_notes,
        _ => true,
    };
    let mut offers = Offers::default();
    let permitted: Vec<Action> = permitted(&view.standing, actor, now).into_iter().filter(makes_sense).collect();
    // Within a rank the procedure's order stays.
    for near in 0..=FARTHEST {
        offers.main.extend(permitted.iter().filter(|action| rank(**action) == Some(near)));
    }
    offers.more.extend(permitted.iter().filter(|action| rank(**action).is_none()));
    offers
}

/// The last rank of [`rank`].
const FARTHEST: u8 = 4;

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

/// The eight activities as this ticket passes them.
pub fn path(view: &TicketView, walk: &Walk) -> Vec<Step> {
    let now = activity_of(view.standing.phase).map(|activity| activity.number);
    let step = |number: u8| {
        let state = match (&walk.done[usize::from(number)], now) {
            (_, Some(now)) if now == number => StepState::Now { since: view.phase_since, nth: walk.nth(view.standing.phase) },
            // Who asked by mail asked all the same.
            (Some((by, at)), _) => {
                let asker = || (number == 1).then(|| view.requester.name.clone());
                StepState::Done { by: by.clone().or_else(asker), at: *at }
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
    fn pass(&mut self, event: &EventView) -> Option<u32> {
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

/// How an event is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub event: EventView,
    pub is_message: bool,
    /// What its line says.
    pub words: EventWords,
    /// The text that people wrote, where it is too long for the line.
    pub body: Option<String>,
    /// What it quotes of the mail that it answers.
    pub quoted: Option<String>,
    /// Further texts of it, each with the path of its label.
    pub details: Vec<(&'static str, String)>,
    /// The mail that it came by.
    pub mail: Option<ByMail>,
    /// Written by somebody of IT to the person.
    pub is_reply: bool,
}

/// A mail that a message came by, for who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByMail {
    pub id: MailId,
    pub is_unverified: bool,
    /// Files that stayed with it.
    pub n_left: u32,
}

/// A text up to this length stays in the line.
const LINE_CHARACTERS: usize = 120;

/// The conversation, ready to be drawn.
pub fn shown(view: &TicketView, audience: Audience, events: &[EventView], language: Language) -> Vec<Shown> {
    let mut walk = Walk::default();
    let mut all: Vec<Shown> = Vec::with_capacity(events.len());
    for event in events {
        let level = walk.pass(event);
        // How a message came is said at the message.
        match (by_mail(event), all.last_mut()) {
            (Some(mail), Some(last)) if last.is_message => last.mail = Some(mail),
            _ => all.push(shown_event(view, audience, event, level, language)),
        }
    }
    all
}

fn by_mail(event: &EventView) -> Option<ByMail> {
    if event.event != EventName::CameByMail {
        return None;
    }
    let id = event.data.get("mail")?.as_i64()?.try_into().ok()?;
    let is_unverified = event.data.get("is_unverified").and_then(Value::as_bool).unwrap_or(false);
    Some(ByMail { id, is_unverified, n_left: number(event, "n_files_left").unwrap_or(0) })
}

/// What somebody wrote, and what their mail program put under it: the tail of lines that begin with «>», with the line that announces them.
fn own_and_quoted(text: &str) -> (String, Option<String>) {
    let lines: Vec<&str> = text.lines().collect();
    let is_of_tail = |line: &&&str| line.trim().is_empty() || line.trim_start().starts_with('>');
    let n_tail = lines.iter().rev().take_while(is_of_tail).count();
    let mut begin = lines.len() - n_tail;
    if !lines[begin..].iter().any(|line| line.trim_start().starts_with('>')) {
        return (text.to_owned(), None);
    }
    // «El mar. 4 nov. 2025, la Mesa de Ayuda escribió:»
    if begin > 0 && lines[begin - 1].trim_end().ends_with(':') {
        begin -= 1;
    }
    let bare = |line: &&str| line.trim_start().trim_start_matches('>').trim_start().to_owned();
    let own = lines[..begin].join("\n").trim().to_owned();
    let quoted = lines[begin..].iter().map(bare).collect::<Vec<_>>().join("\n").trim().to_owned();
    // Who answers below each line wrote everything: nothing is folded away then.
    if own.is_empty() { (text.to_owned(), None) } else { (own, Some(quoted)) }
}

fn shown_event(view: &TicketView, audience: Audience, event: &EventView, level: Option<u32>, language: Language) -> Shown {
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
    let (body, quoted) = match body.filter(|_| is_message).as_deref().map(own_and_quoted) {
        Some((own, quoted)) => (Some(own), quoted),
        None if is_message || is_short => (None, None),
        None => (main_text(event), None),
    };
    let is_of_theirs = |id| id == view.requester.id || view.creator.as_ref().is_some_and(|creator| creator.id == id);
    let is_reply = is_message && !event.is_internal && event.by.as_ref().is_some_and(|by| !is_of_theirs(by.id));
    Shown { event: event.clone(), is_message, words, body, quoted, details: details(event, language), mail: None, is_reply }
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
fn details(event: &EventView, language: Language) -> Vec<(&'static str, String)> {
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
    cause.into_iter().chain(expected.map(|on| ("expected_on", words::time::day(on, language)))).chain(conformity).chain(report).collect()
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

/// What the events say of the provider's work and of what covers it, for the side of the page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Service {
    /// Of the last verification that found one.
    pub coverage: Option<(CoverageKind, Day, Option<String>)>,
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
                (service.case, service.contract) = (own(event, "case_number"), None);
                service.expected_on = day(event, "expected_on");
            }
            EventName::ContractRecorded => {
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
                let expected: Vec<Action> = permitted.iter().copied().filter(|a| !matches!(a, Action::Watch | Action::Unwatch)).collect();
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

    #[test]
    fn what_a_mail_quotes_is_told_from_what_it_says() {
        let text = "Sigue igual.\n\nEl mar. 4 nov. 2025, la Mesa de Ayuda escribió:\n> ¿Ya puede trabajar?\n>\n> Gracias\n";
        let (own, quoted) = own_and_quoted(text);
        assert_eq!((own.as_str(), quoted.as_deref().map(|q| q.contains("> "))), ("Sigue igual.", Some(false)));
        assert!(quoted.unwrap().ends_with("¿Ya puede trabajar?\n\nGracias"));
        for whole in ["Sigue igual.", "> solo cita", "a > b\nfin", ""] {
            assert_eq!(own_and_quoted(whole), (whole.to_owned(), None));
        }
    }

    #[test]
    fn a_message_says_the_mail_that_it_came_by() {
        let events = [
            event(1, EventName::Requested, json!({"channel": "email", "description": "No imprime"})),
            event(2, EventName::CameByMail, json!({"mail": 5, "is_unverified": true, "n_files_left": 1})),
            event(3, EventName::Categorised, json!({"kind": "incident"})),
        ];
        let shown = shown(&view(Phase::InAttention), Audience::It, &events, Language::Spanish);
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[0].mail, Some(ByMail { id: MailId::parse(5).unwrap(), is_unverified: true, n_left: 1 }));
    }

    #[test]
    fn a_day_is_said_in_the_language_of_whoever_reads() {
        let event = event(2, EventName::ProviderCoordinated, json!({"expected_on": "2026-01-31"}));
        let said = |language| shown_event(&view(Phase::WithProvider), Audience::It, &event, None, language).details;
        for language in [Language::Spanish, Language::English] {
            let day = words::time::day(NaiveDate::from_ymd_opt(2026, 1, 31).unwrap(), language);
            assert_eq!(said(language), [("expected_on", day)]);
        }
    }

    #[test]
    fn the_side_knows_the_last_coordination_and_every_visit() {
        let covered = json!({"coverage": {"kind": "warranty", "description": "Contrato", "until": "2025-12-31"}});
        let events = [
            event(1, EventName::CoverageVerified, covered),
            event(2, EventName::ProviderCoordinated, json!({"case_number": "88", "expected_on": "2025-11-06"})),
            event(3, EventName::ServiceProvided, json!({"visit": 1, "served_at": "2025-11-06T20:30:00Z"})),
        ];
        let service = service_of(&events);
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
    fn an_escalation_says_its_level_and_a_long_text_stands_below_its_line() {
        let long = "x".repeat(121);
        let events = [
            event(1, EventName::Requested, json!({"description": "No imprime"})),
            event(2, EventName::Categorised, json!({"kind": "incident"})),
            event(3, EventName::Escalated, json!({"to": 3, "handover": "corto"})),
            event(4, EventName::Escalated, json!({"to": 3, "handover": long})),
        ];
        let shown = shown(&view(Phase::Escalated2), Audience::It, &events, Language::Spanish);
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
            let shown = shown_event(&view(Phase::InAttention), Audience::It, &event, None, Language::Spanish);
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
