//! What goes over the wire and into the store: the fields that forms ask for are what `Command` takes, and names are for ever.

use serde_json::{Value, json};

use super::draw::Draw;
use crate::command::{Action, Command};
use crate::event::{Event, EventName};
use crate::fields::{Field, FieldKind, fields};
use crate::ticket::Phase;
use crate::values::{Channel, CoverageKind, DiscardReason, Impact, Kind, Means};

/// What a form would send for a field.
fn sample(field: &Field) -> Value {
    match field.kind {
        FieldKind::Line | FieldKind::Text => json!("dicho"),
        FieldKind::Assignee
        | FieldKind::Person
        | FieldKind::AreaHead
        | FieldKind::Area
        | FieldKind::Service
        | FieldKind::Provider
        | FieldKind::Ticket => json!(7),
        FieldKind::Files => json!([1, 2]),
        FieldKind::Note => json!("7.1"),
        FieldKind::Day => json!("2025-09-10"),
        FieldKind::Instant => json!("2025-09-10T15:00:00Z"),
        FieldKind::Minutes => json!(15),
        FieldKind::Centimos => json!(125_050),
        FieldKind::Bool => json!(true),
        FieldKind::Choice => json!(field.choices[0]),
    }
}

/// The payload that has these fields.
fn object<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Value {
    let mut whole = json!({});
    for field in fields {
        let mut at = &mut whole;
        for part in field.path.split('.') {
            at = &mut at[part];
        }
        *at = sample(field);
    }
    whole
}

/// In serde's own form.
fn read(action: Action, payload: Value) -> Result<Command, serde_json::Error> {
    serde_json::from_value(json!({ action.name(): payload }))
}

/// The paths of everything that is not an object.
fn leaves(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| leaves(value, &if path.is_empty() { name.clone() } else { format!("{path}.{name}") }))
            .collect(),
        _ => vec![path.to_owned()],
    }
}

fn everywhere() -> impl Iterator<Item = (Action, Vec<Field>)> {
    Phase::ALL.iter().flat_map(|phase| Action::ALL.iter().map(|action| (*action, fields(*action, *phase))))
}

#[test]
fn what_is_required_is_enough_and_everything_is_taken() {
    for (action, fields) in everywhere() {
        let required = read(action, object(fields.iter().filter(|field| field.is_required)));
        assert_eq!(required.map_err(|e| e.to_string()).map(|c| c.action()), Ok(action));
        let all = read(action, object(&fields));
        assert_eq!(all.map_err(|e| e.to_string()).map(|c| c.action()), Ok(action));
    }
}

#[test]
fn without_a_required_field_it_is_not_taken() {
    for (action, fields) in everywhere() {
        for missing in fields.iter().filter(|field| field.is_required) {
            let payload = object(fields.iter().filter(|field| field.path != missing.path));
            assert!(read(action, payload).is_err(), "{action} without {}", missing.path);
        }
    }
}

#[test]
fn an_unknown_field_is_not_taken_wherever_it_stands() {
    for (action, fields) in everywhere() {
        let mut payload = object(&fields);
        payload["unknown"] = json!("x");
        assert!(read(action, payload).is_err(), "{action}");
        for field in &fields {
            if let Some((parent, _)) = field.path.rsplit_once('.') {
                let mut payload = object(&fields);
                payload[parent]["unknown"] = json!("x");
                assert!(read(action, payload).is_err(), "{action} {parent}");
            }
        }
    }
}

#[test]
fn forms_ask_for_every_field_that_a_command_has() {
    for (action, fields) in everywhere() {
        let command = serde_json::to_value(Command::drawn(action, &mut Draw::full())).expect("a command is written");
        let mut taken = leaves(&command[action.name()], "");
        let mut asked: Vec<_> = fields.iter().map(|field| field.path.to_owned()).collect();
        taken.retain(|path| !path.is_empty());
        taken.sort();
        asked.sort();
        assert_eq!(asked, taken, "{action}");
    }
}

#[test]
fn every_choice_is_taken_and_no_other() {
    for (action, fields) in everywhere() {
        for field in fields.iter().filter(|field| field.kind == FieldKind::Choice) {
            let with = |choice: &str| {
                let mut payload = object(&fields);
                let mut at = &mut payload;
                for part in field.path.split('.') {
                    at = &mut at[part];
                }
                *at = json!(choice);
                read(action, payload)
            };
            assert!(field.choices.iter().all(|choice| with(choice).is_ok()), "{action} {}", field.path);
            assert!(with("something_else").is_err());
        }
    }
}

/// What the store keeps of each event; names of events and of their fields are for ever.
fn names_of_events() -> String {
    let line = |name: &EventName| {
        let event = serde_json::to_value(Event::drawn(*name, &mut Draw::full())).expect("an event is written");
        let mut fields = leaves(&event, "");
        fields.retain(|field| field != "event");
        // The order of an object's fields says nothing, and depends on the features that a build unites.
        fields.sort();
        assert_eq!(event["event"], name.name());
        format!("{}: {}", name.name(), fields.join(" ")).trim_end().to_owned()
    };
    macro_rules! values {
        ($($name:ident),+) => { [$(format!("{} = {}", stringify!($name), $name::ALL.iter().map(|v| v.name()).collect::<Vec<_>>().join(" "))),+] };
    }
    let values = values!(Kind, Channel, Impact, Means, CoverageKind, DiscardReason);
    EventName::ALL.iter().map(line).chain(values).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_names_of_events_are_for_ever() {
    let kept = include_str!("events.txt");
    let kept: Vec<_> = kept.lines().filter(|line| !line.starts_with('#')).collect();
    let now = names_of_events();
    assert_eq!(now.lines().collect::<Vec<_>>(), kept, "events.txt says why; it should now read:\n{now}\n");
}

#[test]
fn a_command_without_fields_takes_an_empty_object_only() {
    assert_eq!(read(Action::Close, json!({})).ok(), Some(Command::Close {}));
    assert!(read(Action::Close, json!({ "x": 1 })).is_err());
    assert!(serde_json::from_value::<Event>(json!({ "event": "watched", "x": 1 })).is_err());
}

#[test]
fn a_number_of_an_action_or_event_is_not_its_name() {
    for action in Action::ALL {
        assert_eq!(serde_json::to_value(action).ok(), Some(json!(action.name())));
    }
    for name in EventName::ALL {
        assert_eq!(serde_json::to_value(name).ok(), Some(json!(name.name())));
    }
}
