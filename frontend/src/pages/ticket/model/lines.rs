//! The lines of a ticket's conversation, ready to be drawn. No DOM.

use chrono::NaiveDate;
use domain::{Audience, CoverageKind, EventName, MailId, TicketId};
use serde_json::Value;
use wire::{EventView, TicketView};
use words::{EventWords, Language};

use super::text;
use super::walk::Walk;

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
    let mut made = split_off(view, events).iter();
    let mut all: Vec<Shown> = Vec::with_capacity(events.len());
    for event in events {
        let level = walk.pass(event);
        // How a message came is said at the message.
        match (by_mail(event), all.last_mut()) {
            (Some(mail), Some(last)) if last.is_message => last.mail = Some(mail),
            _ => {
                let mut shown = shown_event(view, audience, event, level, language);
                if event.event == EventName::AnotherCreated {
                    shown.words.ticket = made.next().copied();
                }
                all.push(shown);
            }
        }
    }
    all
}

/// The tickets that were made out of this one, where each has its event: one that only refers to it has none, and then nobody can tell which is which.
fn split_off<'a>(view: &'a TicketView, events: &[EventView]) -> &'a [TicketId] {
    let made = view.it.as_ref().map(|it| it.split_off.as_slice()).unwrap_or_default();
    let n = events.iter().filter(|event| event.event == EventName::AnotherCreated).count();
    if n == made.len() { made } else { &[] }
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
    let part = |name: &str| event.data.get("conformity").and_then(|conformity| conformity.get(name)?.as_str());
    let given_on = part("given_on").and_then(|on| on.parse::<NaiveDate>().ok());
    let conformity = [
        part("given_by").map(|by| ("conformity.given_by", by.to_owned())),
        given_on.map(|on| ("conformity.given_on", words::time::day(on, language))),
        part("reference").map(|reference| ("conformity.reference", reference.to_owned())),
    ];
    let conformity = conformity.into_iter().flatten();
    let report = PARTS.iter().filter_map(|(label, part)| Some((*label, report_part(event, part)?)));
    cause.into_iter().chain(expected.map(|on| ("expected_on", words::time::day(on, language)))).chain(conformity).chain(report).collect()
}

fn number(event: &EventView, field: &str) -> Option<u32> {
    event.data.get(field)?.as_u64()?.try_into().ok()
}

fn report_part(event: &EventView, part: &str) -> Option<String> {
    event.data.get("report")?.get(part)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use domain::Phase;
    use serde_json::json;

    use super::*;
    use crate::pages::samples::{event, view};

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
    fn what_was_made_out_of_it_is_told_by_its_number_where_each_has_its_event() {
        let ticket = |id: i64| TicketId::parse(id).unwrap();
        let events = [event(1, EventName::Requested, json!({})), event(2, EventName::AnotherCreated, json!({"title": "Toner"}))];
        let told = |split_off: Vec<TicketId>| {
            let it = json!({"provider": null, "n_visits": 0, "draft": null, "report": null, "duplicate_of": null, "from": null,
                "duplicates": [], "split_off": split_off});
            let view = TicketView { it: serde_json::from_value(it).unwrap(), ..view(Phase::InAttention) };
            shown(&view, Audience::It, &events, Language::Spanish)[1].words.ticket
        };
        assert_eq!(told(vec![ticket(9)]), Some(ticket(9)));
        assert_eq!(told(vec![ticket(8), ticket(9)]), None, "one of them only refers to it");
        assert_eq!(told(vec![]), None);
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
    fn a_conformity_says_who_gave_it_when_and_with_what_record() {
        let conformity = json!({"given_by": "Ana Paz", "given_on": "2026-01-31", "reference": "Acta 12"});
        let event = event(2, EventName::ResolutionConfirmed, json!({"solution": "Imprime.", "conformity": conformity}));
        let details = shown_event(&view(Phase::ToClose), Audience::It, &event, None, Language::Spanish).details;
        let day = words::time::day(NaiveDate::from_ymd_opt(2026, 1, 31).unwrap(), Language::Spanish);
        let said =
            [("conformity.given_by", "Ana Paz".to_owned()), ("conformity.given_on", day), ("conformity.reference", "Acta 12".to_owned())];
        assert_eq!(details, said);
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
            let line = words::event_line(*name, &shown.words, Language::Spanish);
            assert!(line.contains(&written) || shown.body.as_ref() == Some(&written), "{name}: {line} {:?}", shown.body);
        }
    }
}
