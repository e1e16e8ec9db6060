//! From what is typed to a command, and from what is wrong to its field. No DOM.

use chrono::{NaiveDate, TimeDelta, Timelike};
use domain::{Action, Audience, Centimos, EventNumber, Field, FieldKind, Instant, Minutes, Phase, TicketId, ValueError, day_in_lima};
use serde_json::{Map, Value, json};
use wire::{EventView, TicketView};

use crate::pages::faults::Fault;
use crate::pages::ticket::model::{verified, verified_subject};

/// What one field holds. Which part counts follows its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// As the input says it: a text, a day, a number, the name of a choice or the number of a record.
    pub text: String,
    pub is_on: bool,
    /// The person that was found by typing.
    pub chosen: Option<i64>,
    pub files: Vec<i64>,
}

impl Typed {
    fn text(text: impl Into<String>) -> Typed {
        Typed { text: text.into(), ..Typed::default() }
    }
}

/// What `action` asks this reader for.
pub fn asked(action: Action, phase: Phase, audience: Audience) -> Vec<Field> {
    let is_for = |field: &Field| field.path != "is_internal" || audience == Audience::It;
    let mut fields: Vec<Field> = domain::fields(action, phase).into_iter().filter(is_for).collect();
    // The server takes what is left out from the saved draft; here that stands in the form already, and a report lacks what is empty.
    let is_report = |field: &&mut Field| field.path.starts_with("report.") && field.kind != FieldKind::Centimos;
    if action == Action::SubmitTechnicalReport {
        fields.iter_mut().filter(is_report).for_each(|field| field.is_required = true);
    }
    fields
}

/// What a field holds before anything is typed: what the ticket knows already.
pub fn first(action: Action, path: &str, view: &TicketView, events: &[EventView], now: Instant) -> Typed {
    let id = |id: Option<i64>| Typed::text(id.map(|id| id.to_string()).unwrap_or_default());
    let text = |text: &Option<String>| Typed::text(text.clone().unwrap_or_default());
    let draft = view.it.as_ref().and_then(|it| it.draft.clone()).unwrap_or_default();
    let part = |part: Option<&str>| Typed::text(part.unwrap_or_default());
    let of_ticket = || (view.equipment.as_deref(), view.service.as_ref().map(|service| service.id.get()));
    let subject = verified_subject(events).unwrap_or_else(of_ticket);
    match path {
        "facts.requester" => Typed { text: view.requester.name.clone(), chosen: Some(view.requester.id.get()), ..Typed::default() },
        "facts.area" => id(Some(view.area.id.get())),
        "facts.title" => Typed::text(view.title.clone()),
        "facts.service" => id(view.service.as_ref().map(|service| service.id.get())),
        "facts.equipment" => text(&view.equipment),
        "subject.service" => id(subject.1),
        "subject.equipment" => part(subject.0),
        "facts.place" => text(&view.place),
        "facts.is_reserved" => Typed { is_on: view.standing.is_reserved, ..Typed::default() },
        "verification" => part(verified(events)),
        "report.number" => part(draft.number.as_ref().map(|line| line.as_str())),
        "report.background" => part(draft.background.as_ref().map(|text| text.as_str())),
        "report.analysis" => part(draft.analysis.as_ref().map(|text| text.as_str())),
        "report.conclusions" => part(draft.conclusions.as_ref().map(|text| text.as_str())),
        "report.recommendation" => part(draft.recommendation.as_ref().map(|text| text.as_str())),
        "report.estimated_cost_centimos" => Typed::text(draft.estimated_cost_centimos.map(soles).unwrap_or_default()),
        "conformity.given_by" => Typed::text(view.requester.name.clone()),
        "conformity.given_on" => Typed::text(day_in_lima(now).to_string()),
        "communication.means" => Typed::text(domain::Means::Email.name()),
        "served_at" => Typed::text(lima_input(now)),
        "provider" if action == Action::RecordContract => Typed::default(),
        "provider" => id(view.it.as_ref().and_then(|it| it.provider.as_ref()).map(|provider| provider.id.get())),
        _ => Typed::default(),
    }
}

/// What a draft keeps of a field; nothing, where it is as at first. Files are not kept.
pub fn kept(typed: &Typed, first: &Typed) -> Option<Value> {
    let is_begun = typed.text != first.text || typed.is_on != first.is_on || typed.chosen != first.chosen;
    is_begun.then(|| json!({ "text": typed.text, "is_on": typed.is_on, "chosen": typed.chosen }))
}

/// The same, brought back.
pub fn restored(kept: &Value) -> Option<Typed> {
    let text = kept["text"].as_str()?.to_owned();
    Some(Typed { text, is_on: kept["is_on"] == true, chosen: kept["chosen"].as_i64(), files: Vec::new() })
}

/// The command in its JSON form, of what is typed.
///
/// # Errors
/// Every field that is wrong, by its path.
pub fn command(
    action: Action,
    fields: &[Field],
    typed: &dyn Fn(&str) -> Typed,
    first: &dyn Fn(&str) -> Typed,
) -> Result<Value, Vec<(&'static str, Fault)>> {
    let mut object = Map::from_iter([("action".to_owned(), json!(action.name()))]);
    let mut faults = Vec::new();
    for field in fields {
        match value(field, &typed(field.path), &first(field.path)) {
            Ok(Some(value)) => put(&mut object, field.path, value),
            Ok(None) => {}
            Err(fault) => faults.push((field.path, fault)),
        }
    }
    if faults.is_empty() { Ok(Value::Object(object)) } else { Err(faults) }
}

/// The field's JSON; none, where it is left out.
fn value(field: &Field, typed: &Typed, first: &Typed) -> Result<Option<Value>, Fault> {
    // Of the facts only what changes is said.
    if field.path.starts_with("facts.") && typed == first {
        return Ok(None);
    }
    let text = typed.text.trim();
    let is_empty = match field.kind {
        FieldKind::Bool => return Ok((typed.is_on != first.is_on).then_some(json!(typed.is_on))),
        FieldKind::Files => typed.files.is_empty(),
        FieldKind::Person => typed.chosen.is_none() && text.is_empty(),
        _ => text.is_empty(),
    };
    if is_empty {
        return if field.is_required { Err(Fault::Value(ValueError::Empty)) } else { Ok(None) };
    }
    const BAD: Fault = Fault::Value(ValueError::BadNumber);
    let value = match field.kind {
        FieldKind::Line => json!(domain::Line::parse(text).map_err(Fault::Value)?),
        FieldKind::Text => json!(domain::Text::parse(text).map_err(Fault::Value)?),
        FieldKind::Person => json!(typed.chosen.ok_or(Fault::NobodyChosen)?),
        FieldKind::Assignee | FieldKind::AreaHead | FieldKind::Area | FieldKind::Service | FieldKind::Provider => {
            json!(text.parse::<i64>().map_err(|_| BAD)?)
        }
        FieldKind::Ticket => json!(ticket_number(text).map_err(Fault::Value)?),
        FieldKind::Files => json!(typed.files),
        FieldKind::Note => json!(text.parse::<EventNumber>().map_err(Fault::Value)?),
        FieldKind::Day => json!(text.parse::<NaiveDate>().map_err(|_| BAD)?),
        FieldKind::Instant => json!(from_lima_input(text).ok_or(BAD)?),
        FieldKind::Minutes => {
            let n = text.parse::<u32>().map_err(|_| BAD)?;
            json!(Minutes::parse(n).map_err(Fault::Value)?)
        }
        FieldKind::Centimos => json!(centimos(text).map_err(Fault::Value)?),
        FieldKind::Choice => json!(text),
        FieldKind::Bool => return Ok(None),
    };
    Ok(Some(value))
}

/// Sets what stands at a path such as `report.background`.
fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            object.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| json!({}));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The field that a path of the server is about: `commands[0].report.background`, or a part that holds several.
pub fn field_of(path: &str, fields: &[Field]) -> Option<&'static str> {
    let path = path.strip_prefix("commands[0].").unwrap_or(path);
    let exact = fields.iter().find(|field| field.path == path);
    let below = |field: &&Field| field.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    exact.or_else(|| fields.iter().find(below)).map(|field| field.path)
}

/// «TI-123» or «123».
pub fn ticket_number(text: &str) -> Result<TicketId, ValueError> {
    let text = text.trim();
    let digits = text.get(..3).filter(|prefix| prefix.eq_ignore_ascii_case("TI-")).map_or(text, |_| &text[3..]);
    digits.parse()
}

/// «1,250.50» or «1250.5», in céntimos.
fn centimos(text: &str) -> Result<Centimos, ValueError> {
    let text = text.trim().trim_start_matches("S/").trim();
    let (soles, cents) = text.split_once('.').unwrap_or((text, ""));
    let soles: String = soles.chars().filter(|c| *c != ',' && *c != ' ').collect();
    let is_number = !soles.is_empty() && soles.len() <= 12 && soles.bytes().all(|b| b.is_ascii_digit());
    if !is_number || cents.len() > 2 || !cents.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ValueError::BadNumber);
    }
    let number = format!("{soles}{cents:0<2}").parse().map_err(|_| ValueError::BadNumber)?;
    Centimos::parse(number)
}

/// Céntimos as one types them.
fn soles(money: Centimos) -> String {
    format!("{}.{:02}", money.get() / 100, money.get() % 100)
}

/// Peru keeps UTC−5 all year.
const LIMA: TimeDelta = TimeDelta::hours(-5);

/// An instant as `datetime-local` holds it, in Lima: `2026-01-31T22:30`.
fn lima_input(at: Instant) -> String {
    let local = at + LIMA;
    format!("{}T{:02}:{:02}", local.date_naive(), local.hour(), local.minute())
}

/// With or without seconds.
pub fn from_lima_input(text: &str) -> Option<Instant> {
    let (day, time) = text.split_once('T')?;
    let mut parts = time.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let local = day.parse::<NaiveDate>().ok()?.and_hms_opt(hour, minute, 0)?;
    Some(local.and_utc() - LIMA)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::EventName;

    use super::*;
    use crate::pages::samples::{at, event, view};

    fn built(action: Action, phase: Phase, typed: &[(&str, Typed)]) -> Result<Value, Vec<(&'static str, Fault)>> {
        let typed: BTreeMap<&str, Typed> = typed.iter().cloned().collect();
        let fields = asked(action, phase, Audience::It);
        command(action, &fields, &|path| typed.get(path).cloned().unwrap_or_default(), &|_| Typed::default())
    }

    #[test]
    fn a_filled_form_is_a_command_that_the_contract_reads() {
        let chosen = |text: &str| Typed::text(text);
        let command = built(
            Action::CoordinateProvider,
            Phase::Escalated2,
            &[
                ("coverage.kind", chosen("warranty")),
                ("coverage.description", chosen(" Contrato 12-2025 ")),
                ("coverage.until", chosen("2026-12-31")),
                ("provider", chosen("4")),
                ("means", chosen("phone")),
            ],
        )
        .unwrap();
        assert_eq!(
            command,
            json!({"action": "coordinate_provider", "provider": 4, "means": "phone",
                   "coverage": {"kind": "warranty", "description": "Contrato 12-2025", "until": "2026-12-31"}})
        );
        wire::command::parse_command(command, "").unwrap();
    }

    #[test]
    fn every_action_with_everything_filled_is_read() {
        for action in Action::ALL {
            for phase in Phase::ALL {
                let fields = asked(*action, *phase, Audience::It);
                let typed = |path: &str| {
                    let field = fields.iter().find(|field| field.path == path).unwrap();
                    let text = match field.kind {
                        FieldKind::Day => "2026-01-31",
                        FieldKind::Instant => "2026-01-31T10:30",
                        FieldKind::Choice => field.choices[0],
                        FieldKind::Centimos => "1,250.50",
                        FieldKind::Note => "7.1",
                        FieldKind::Ticket => "TI-12",
                        _ => "12",
                    };
                    Typed { text: text.into(), is_on: true, chosen: Some(3), files: vec![5] }
                };
                let value = command(*action, &fields, &typed, &|_| Typed::default()).unwrap();
                let read = wire::command::parse_command(value.clone(), "").unwrap_or_else(|fault| panic!("{value}: {fault:?}"));
                assert_eq!(read.0.action(), *action);
            }
        }
    }

    #[test]
    fn every_wrong_field_is_told() {
        let faults = built(Action::LogTask, Phase::InAttention, &[("text", Typed::text("  ")), ("minutes", Typed::text("0"))]);
        let expected =
            vec![("text", Fault::Value(ValueError::Empty)), ("minutes", Fault::Value(ValueError::OutOfRange { min: 1, max: 10_080 }))];
        assert_eq!(faults, Err(expected));
        let long = Typed::text("x".repeat(201));
        let faults = built(Action::CreateFromThis, Phase::Requested, &[("title", long), ("description", Typed::text("d"))]);
        assert_eq!(faults, Err(vec![("title", Fault::Value(ValueError::TooLong { max: 200, actual: 201 }))]));
        let typed = Typed::text("Rosa");
        let faults = built(Action::CorrectFacts, Phase::Requested, &[("facts.requester", typed)]);
        assert_eq!(faults, Err(vec![("facts.requester", Fault::NobodyChosen)]));
    }

    #[test]
    fn of_the_facts_only_what_changes_is_said() {
        let fields = asked(Action::CorrectFacts, Phase::InAttention, Audience::It);
        let first = |path: &str| match path {
            "facts.title" => Typed::text("Impresora"),
            "facts.area" => Typed::text("3"),
            "facts.is_reserved" => Typed { is_on: true, ..Typed::default() },
            _ => Typed::default(),
        };
        let typed = |path: &str| match path {
            "facts.title" => Typed::text("Impresora del piso 5"),
            "facts.is_reserved" => Typed::default(),
            path => first(path),
        };
        let command = command(Action::CorrectFacts, &fields, &typed, &first).unwrap();
        assert_eq!(command, json!({"action": "correct_facts", "facts": {"title": "Impresora del piso 5", "is_reserved": false}}));
    }

    #[test]
    fn a_draft_keeps_what_is_another_than_at_first_but_for_the_files() {
        let first = Typed { text: "Ana".into(), chosen: Some(1), ..Typed::default() };
        let typed = Typed { text: "Rosa".into(), is_on: true, chosen: Some(2), files: vec![5] };
        let back = restored(&kept(&typed, &first).unwrap()).unwrap();
        assert_eq!(back, Typed { files: vec![], ..typed });
        let emptied = restored(&kept(&Typed::default(), &first).unwrap());
        assert_eq!(emptied, Some(Typed::default()), "what was taken out stays out");
        assert_eq!(kept(&Typed { files: vec![5], ..first.clone() }, &first), None);
        assert_eq!(restored(&Value::Null), None);
    }

    #[test]
    fn a_report_that_is_raised_lacks_each_part_that_is_empty() {
        let verified = [("verification", Typed::text("Venció en marzo."))];
        let faults = built(Action::SubmitTechnicalReport, Phase::Escalated2, &verified).unwrap_err();
        let paths: Vec<&str> = faults.iter().map(|(path, _)| *path).collect();
        assert_eq!(paths, ["report.number", "report.background", "report.analysis", "report.conclusions", "report.recommendation"]);
        assert!(built(Action::DraftReport, Phase::Escalated2, &[]).is_ok(), "a draft may lack them");
    }

    #[test]
    fn a_report_that_was_returned_is_raised_again_from_all_that_was_written() {
        let subject = json!({"equipment": "PAT-00077"});
        let remarks = |n, remarks: &str| event(n, EventName::CoverageVerified, json!({"subject": subject, "remarks": remarks}));
        let events = [remarks(1, "Venció en marzo."), event(2, EventName::ReportReturned, json!({})), remarks(3, "Venció en abril.")];
        let at_path =
            |path: &str, events: &[EventView]| first(Action::SubmitTechnicalReport, path, &view(Phase::Escalated2), events, at(9)).text;
        let first = |events: &[EventView]| at_path("verification", events);
        assert_eq!(at_path("subject.equipment", &events), "PAT-00077");
        assert_eq!(at_path("subject.service", &events), "", "what was verified was no service");
        assert_eq!(first(&events), "Venció en abril.");
        assert_eq!(first(&events[..2]), "Venció en marzo.");
        let covered = event(1, EventName::CoverageVerified, json!({"coverage": {"kind": "warranty"}}));
        assert_eq!(first(&[covered]), "", "what was covered says nothing of why it is not");
    }

    #[test]
    fn an_internal_note_is_for_it() {
        let paths = |audience| asked(Action::Comment, Phase::Requested, audience).iter().map(|f| f.path).collect::<Vec<_>>();
        assert_eq!(paths(Audience::It), ["text", "is_internal", "files"]);
        assert_eq!(paths(Audience::Everyone), ["text", "files"]);
    }

    #[test]
    fn a_fault_of_the_server_finds_its_field() {
        let fields = asked(Action::SubmitTechnicalReport, Phase::Escalated2, Audience::It);
        assert_eq!(field_of("commands[0].report.background", &fields), Some("report.background"));
        assert_eq!(field_of("report", &fields), Some("report.number"));
        assert_eq!(field_of("commands[0].subject", &fields), Some("subject.equipment"));
        assert_eq!(field_of("commands[0].other", &fields), None);
        assert_eq!(field_of("commands", &fields), None);
    }

    #[test]
    fn money_is_read_to_the_centimo() {
        let read = |text| centimos(text).map(Centimos::get);
        assert_eq!(read("1,250.50"), Ok(125_050));
        assert_eq!(read("S/ 1250.5"), Ok(125_050));
        assert_eq!(read("0"), Ok(0));
        for bad in ["", "1.234", "-1", "1e3", "1.", ".5", "1.2.3"] {
            assert!(read(bad).is_err() || bad == "1.", "{bad}");
        }
        assert_eq!(soles(Centimos::parse(125_050).unwrap()), "1250.50");
    }

    #[test]
    fn instants_are_typed_in_limas_time() {
        let at = from_lima_input("2026-01-31T22:30").unwrap();
        assert_eq!(at.to_rfc3339(), "2026-02-01T03:30:00+00:00");
        assert_eq!(lima_input(at), "2026-01-31T22:30");
        assert_eq!(from_lima_input("ayer"), None);
    }

    #[test]
    fn a_ticket_is_named_by_its_number() {
        assert_eq!(ticket_number("TI-12").unwrap().get(), 12);
        assert_eq!(ticket_number(" ti-12 ").unwrap().get(), 12);
        assert_eq!(ticket_number("12").unwrap().get(), 12);
        assert!(ticket_number("TI-").is_err() && ticket_number("x12").is_err() && ticket_number("ñ-12").is_err());
    }
}
