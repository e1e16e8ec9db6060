//! Records as they are read, typed and compared. No DOM.

use chrono::NaiveDate;
use domain::{Centimos, Email, Instant, Line, Ruc, Text, ValueError};
use serde_json::{Map, Number, Value, json};
use words::Language;

use crate::pages::faults::Fault;

/// What a field of a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Line,
    Text,
    Email,
    Ruc,
    Day,
    Bool,
    Area,
    Person,
    Language,
    Roles,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldOf {
    pub path: &'static str,
    pub holds: Holds,
    pub is_required: bool,
}

const fn must(path: &'static str, holds: Holds) -> FieldOf {
    FieldOf { path, holds, is_required: true }
}

const fn may(path: &'static str, holds: Holds) -> FieldOf {
    FieldOf { path, holds, is_required: false }
}

pub const PERSON: &[FieldOf] = &[
    must("name", Holds::Line),
    must("email", Holds::Email),
    must("area", Holds::Area),
    may("post", Holds::Line),
    may("extension", Holds::Line),
    may("phone", Holds::Line),
    may("place", Holds::Line),
    may("language", Holds::Language),
    must("roles", Holds::Roles),
    may("is_active", Holds::Bool),
];

pub const AREA: &[FieldOf] = &[
    must("name", Holds::Line),
    may("abbreviation", Holds::Line),
    may("parent", Holds::Area),
    may("head", Holds::Person),
    may("is_reserved", Holds::Bool),
    may("ended_on", Holds::Day),
];

pub const SERVICE: &[FieldOf] = &[must("name", Holds::Line), may("description", Holds::Text), may("is_active", Holds::Bool)];

pub const PROVIDER: &[FieldOf] = &[
    must("name", Holds::Line),
    may("ruc", Holds::Ruc),
    may("email", Holds::Email),
    may("phone", Holds::Line),
    may("contact", Holds::Line),
    may("is_active", Holds::Bool),
];

pub const ABSENCE: &[FieldOf] = &[
    must("person", Holds::Person),
    must("from_on", Holds::Day),
    must("until_on", Holds::Day),
    may("reason", Holds::Line),
    may("acting", Holds::Person),
    may("is_cancelled", Holds::Bool),
];

/// What one field holds while it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub text: String,
    pub chosen: Option<i64>,
    pub is_on: bool,
    pub names: Vec<String>,
}

/// A field of a record as it was read.
pub fn typed(field: &FieldOf, record: &Value) -> Typed {
    let value = &record[field.path];
    let mut typed = Typed::default();
    match field.holds {
        Holds::Bool => typed.is_on = value.as_bool().unwrap_or(field.path == "is_active"),
        // A reference with its name, or the number alone.
        Holds::Area => typed.text = id_of(value).map(|id| id.to_string()).unwrap_or_default(),
        Holds::Person => {
            typed.chosen = id_of(value);
            typed.text = value["name"].as_str().unwrap_or_default().to_owned();
        }
        // Heading an area gives this one; nobody else can.
        Holds::Roles => typed.names = names(value).filter(|name| name != "area_head").collect(),
        _ => typed.text = value.as_str().unwrap_or_default().to_owned(),
    }
    typed
}

fn id_of(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value["id"].as_i64())
}

fn names(value: &Value) -> impl Iterator<Item = String> {
    value.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned))
}

/// The whole record of what is typed.
///
/// # Errors
/// Every field that is wrong.
pub fn record(fields: &[FieldOf], typed: &dyn Fn(&str) -> Typed) -> Result<Value, Vec<(&'static str, Fault)>> {
    let mut object = Map::new();
    let mut faults = Vec::new();
    for field in fields {
        match value(field, &typed(field.path)) {
            Ok(value) => drop(object.insert(field.path.to_owned(), value)),
            Err(fault) => faults.push((field.path, fault)),
        }
    }
    if faults.is_empty() { Ok(Value::Object(object)) } else { Err(faults) }
}

fn value(field: &FieldOf, typed: &Typed) -> Result<Value, Fault> {
    let text = typed.text.trim();
    let is_empty = match field.holds {
        Holds::Bool => return Ok(json!(typed.is_on)),
        Holds::Roles => return Ok(json!(typed.names)),
        Holds::Person if typed.chosen.is_none() && !text.is_empty() => return Err(Fault::NobodyChosen),
        Holds::Person => typed.chosen.is_none(),
        _ => text.is_empty(),
    };
    match (is_empty, field.is_required) {
        (true, true) => return Err(Fault::Value(ValueError::Empty)),
        (true, false) => return Ok(Value::Null),
        _ => {}
    }
    let bad = |_| Fault::Value(ValueError::BadNumber);
    Ok(match field.holds {
        Holds::Line => json!(Line::parse(text).map_err(Fault::Value)?),
        Holds::Text => json!(Text::parse(text).map_err(Fault::Value)?),
        Holds::Email => json!(Email::parse(text).map_err(Fault::Value)?),
        Holds::Ruc => json!(Ruc::parse(text).map_err(Fault::Value)?),
        Holds::Day => json!(text.parse::<NaiveDate>().map_err(bad)?),
        Holds::Area => json!(text.parse::<i64>().map_err(|_| Fault::Value(ValueError::BadNumber))?),
        Holds::Person => json!(typed.chosen),
        Holds::Language | Holds::Bool | Holds::Roles => json!(text),
    })
}

/// The field that a path of the server is about: `roles[0]` is `roles`.
pub fn field_of(path: &str, fields: &[FieldOf]) -> Option<&'static str> {
    let path = path.split(['.', '[']).next().unwrap_or(path);
    fields.iter().find(|field| field.path == path).map(|field| field.path)
}

/// The fields in which nothing was typed since the record was read, and that somebody else changed meanwhile: as they are now.
pub fn taken_over(fields: &[FieldOf], typed_now: &dyn Fn(&str) -> Typed, before: &Value, now: &Value) -> Vec<(&'static str, Typed)> {
    let is_theirs = |field: &&FieldOf| typed_now(field.path) == typed(field, before);
    let theirs = fields.iter().filter(is_theirs).map(|field| (field.path, typed(field, now)));
    theirs.filter(|(path, theirs)| *theirs != typed_now(path)).collect()
}

/// What of a record is another than before, by field; all of it, where there was none before.
pub fn differences(before: &Value, after: &Value) -> Vec<(String, Value, Value)> {
    let all = after.as_object().into_iter().flatten();
    all.filter(|(field, value)| before[field.as_str()] != **value && !(before.is_null() && is_nothing(value)))
        // A fingerprint of when the password changed says nothing to a reader, but that it did.
        .map(|(field, value)| (field.clone(), before[field.as_str()].clone(), value.clone()))
        .collect()
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Below which path a record is read that a field tells by its number alone.
pub fn path_of(field: &str) -> Option<&'static str> {
    match field {
        "head" | "person" | "acting" | "requester" | "to" => Some("/people"),
        "area" | "parent" => Some("/areas"),
        "service" => Some("/services"),
        "provider" => Some("/providers"),
        _ => None,
    }
}

/// What the record of a field is called that has this number, where it is known.
pub type NameOf<'a> = &'a dyn Fn(&str, i64) -> Option<String>;

/// A value of a record, as people read one.
pub fn said(field: &str, value: &Value, language: Language) -> String {
    said_with(field, value, &|_, _| None, language)
}

/// The same, records by their names where those are known.
pub fn said_with(field: &str, value: &Value, name_of: NameOf<'_>, language: Language) -> String {
    let screen = words::screen(language);
    match value {
        Value::Null => "—".to_owned(),
        Value::Bool(is) => if *is { screen.yes() } else { screen.no() }.to_owned(),
        Value::Number(number) => said_number(field, number, name_of),
        Value::String(text) => said_text(field, text, language),
        Value::Array(items) if items.is_empty() => "—".to_owned(),
        Value::Array(items) => items.iter().map(|item| said_with(field, item, name_of, language)).collect::<Vec<_>>().join(", "),
        Value::Object(object) => match object.get("name").and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => {
                let part = |(part, value): (&String, &Value)| {
                    format!("{}: {}", label(field, part, language), said_with(part, value, name_of, language))
                };
                object.iter().map(part).collect::<Vec<_>>().join("; ")
            }
        },
    }
}

fn said_number(field: &str, number: &Number, name_of: NameOf<'_>) -> String {
    match (field, number.as_i64()) {
        ("of" | "from", Some(ticket)) => format!("TI-{ticket}"),
        ("estimated_cost_centimos", Some(cost)) => Centimos::parse(cost).map_or_else(|_| number.to_string(), words::soles),
        (field, Some(id)) => name_of(field, id).unwrap_or_else(|| number.to_string()),
        _ => number.to_string(),
    }
}

/// What a part of a field is called.
fn label(field: &str, part: &str, language: Language) -> String {
    let within = words::field(&format!("{field}.{part}"), language);
    within.or_else(|| words::trail_field(part, language)).map_or_else(|| part.to_owned(), str::to_owned)
}

fn said_text(field: &str, text: &str, language: Language) -> String {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return words::time::day(day, language);
    }
    if let Ok(at) = text.parse::<Instant>() {
        return words::time::instant(at, language);
    }
    match field {
        "roles" => text.parse().map_or_else(|_| text.to_owned(), |role| words::role_short(role, language).to_owned()),
        "language" => match Language::from_tag(text) {
            Some(Language::Spanish) => words::screen(language).language_spanish().to_owned(),
            Some(Language::English) => words::screen(language).language_english().to_owned(),
            None => text.to_owned(),
        },
        field => words::choice(field, text, language).map_or_else(|| text.to_owned(), str::to_owned),
    }
}

/// One area of the tree, with how deep it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub depth: usize,
    pub area: Value,
}

/// The areas as a tree, read from the top; one whose area above is not among them stands at the top.
pub fn tree(areas: &[Value]) -> Vec<Branch> {
    let mut all = Vec::with_capacity(areas.len());
    let is_known = |id: i64| areas.iter().any(|area| area["id"].as_i64() == Some(id));
    for root in areas.iter().filter(|area| area["parent"].as_i64().is_none_or(|parent| !is_known(parent))) {
        grow(areas, root, 0, &mut all);
    }
    all
}

/// A tree of an agency is a few levels deep; a ring in the records must not hang the page.
const MAX_DEPTH: usize = 20;

fn grow(areas: &[Value], area: &Value, depth: usize, all: &mut Vec<Branch>) {
    all.push(Branch { depth, area: area.clone() });
    if depth < MAX_DEPTH {
        let id = area["id"].as_i64();
        areas.iter().filter(|child| id.is_some() && child["parent"].as_i64() == id).for_each(|child| grow(areas, child, depth + 1, all));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_read_and_saved_is_the_same() {
        let person = json!({"id": 47, "version": 1, "name": "Álvaro Ccori", "email": "accori@agencia.example", "post": "Especialista",
            "area": {"id": 12, "name": "Logística"}, "extension": "2147", "phone": null, "place": null, "language": "es-PE",
            "roles": ["user", "area_head"], "is_contact": false, "is_active": true, "has_account": false});
        let saved = record(PERSON, &|path| typed(PERSON.iter().find(|field| field.path == path).unwrap(), &person)).unwrap();
        let expected = json!({"name": "Álvaro Ccori", "email": "accori@agencia.example", "post": "Especialista", "area": 12,
            "extension": "2147", "phone": null, "place": null, "language": "es-PE", "roles": ["user"], "is_active": true});
        assert_eq!(saved, expected);
        serde_json::from_value::<wire::PersonRequest>(saved).unwrap();
    }

    #[test]
    fn every_kind_of_record_is_what_the_contract_takes() {
        let full = |fields: &'static [FieldOf]| {
            record(fields, &|path| {
                let text = match fields.iter().find(|field| field.path == path).unwrap().holds {
                    Holds::Email => "a@agencia.example",
                    Holds::Ruc => "20990001082",
                    Holds::Day => "2026-01-31",
                    _ => "12",
                };
                Typed { text: text.into(), chosen: Some(3), is_on: true, names: vec!["user".into()] }
            })
            .unwrap()
        };
        serde_json::from_value::<wire::AreaRequest>(full(AREA)).unwrap();
        serde_json::from_value::<wire::ServiceRequest>(full(SERVICE)).unwrap();
        serde_json::from_value::<wire::ProviderRequest>(full(PROVIDER)).unwrap();
        serde_json::from_value::<wire::AbsenceRequest>(full(ABSENCE)).unwrap();
    }

    #[test]
    fn every_field_of_a_record_has_its_label() {
        for (of, fields) in [("person", PERSON), ("area", AREA), ("service", SERVICE), ("provider", PROVIDER), ("absence", ABSENCE)] {
            for field in fields {
                let path = format!("{of}.{}", field.path);
                assert!(words::field(&path, Language::Spanish).is_some_and(|label| !label.is_empty()), "{path}");
            }
        }
    }

    #[test]
    fn every_wrong_field_is_told() {
        let faults = record(ABSENCE, &|path| match path {
            "person" => Typed { text: "Rosa".into(), ..Typed::default() },
            "from_on" => Typed { text: "ayer".into(), ..Typed::default() },
            _ => Typed::default(),
        });
        let expected = vec![
            ("person", Fault::NobodyChosen),
            ("from_on", Fault::Value(ValueError::BadNumber)),
            ("until_on", Fault::Value(ValueError::Empty)),
        ];
        assert_eq!(faults, Err(expected));
        assert_eq!(field_of("roles[0]", PERSON), Some("roles"));
        assert_eq!(field_of("other", PERSON), None);
    }

    #[test]
    fn what_changed_is_told_and_nothing_else() {
        let before = json!({"name": "A", "phone": null, "roles": ["user"]});
        let after = json!({"name": "B", "phone": null, "roles": ["user", "admin"]});
        let changed: Vec<_> = differences(&before, &after).into_iter().map(|(field, ..)| field).collect();
        assert_eq!(changed, ["name", "roles"]);
        let made: Vec<_> = differences(&Value::Null, &after).into_iter().map(|(field, ..)| field).collect();
        assert_eq!(made, ["name", "roles"], "what a new record leaves empty is not told");
    }

    #[test]
    fn values_are_said_as_people_read_them() {
        let es = Language::Spanish;
        assert_eq!(said("is_active", &json!(true), es), "Sí");
        assert_eq!(said("ended_on", &json!("2026-01-31"), es), "31/01/2026");
        assert_eq!(said("roles", &json!(["user"]), es), words::role_short(domain::Role::User, es));
        assert_eq!(said("head", &json!({"id": 3, "name": "Ana"}), es), "Ana");
        assert_eq!(said("phone", &Value::Null, es), "—");
        let coverage = json!({"kind": "warranty", "until": "2026-12-31"});
        assert!(said("coverage", &coverage, es).contains("31/12/2026"), "{}", said("coverage", &coverage, es));
    }

    #[test]
    fn records_are_said_by_their_names_where_those_are_known() {
        let es = Language::Spanish;
        let name_of = |field: &str, id: i64| match (path_of(field), id) {
            (Some("/areas"), 12) => Some("Logística".to_owned()),
            (Some("/people"), 12) => Some("Ana Paz".to_owned()),
            _ => None,
        };
        let said = |field: &str, value: Value| said_with(field, &value, &name_of, es);
        assert_eq!((said("area", json!(12)), said("head", json!(12))), ("Logística".into(), "Ana Paz".into()));
        assert_eq!(said("facts", json!({"area": 12})), format!("{}: Logística", words::trail_field("area", es).unwrap()));
        assert_eq!((said("area", json!(13)), said("reopening_days", json!(12))), ("13".into(), "12".into()));
        assert_eq!(
            (said("from", json!(64)), said("from", json!("incident"))),
            ("TI-64".into(), words::choice("from", "incident", es).unwrap_or("incident").into())
        );
        assert_eq!(said("estimated_cost_centimos", json!(960_000)), words::soles(Centimos::parse(960_000).unwrap()));
    }

    #[test]
    fn what_somebody_else_changed_is_taken_over_where_nothing_was_typed() {
        let record = |post: &str, phone: &str| json!({"name": "Ana", "post": post, "phone": phone, "roles": ["user"]});
        let (before, now) = (record("Jefa", "1"), record("Directora", "2"));
        // The phone was typed anew, the post was not touched.
        let typed_now = |path: &str| match path {
            "phone" => Typed { text: "3".into(), ..Typed::default() },
            path => typed(PERSON.iter().find(|field| field.path == path).unwrap(), &before),
        };
        let taken: Vec<_> = taken_over(PERSON, &typed_now, &before, &now).into_iter().map(|(path, typed)| (path, typed.text)).collect();
        assert_eq!(taken, [("post", "Directora".to_owned())]);
    }

    #[test]
    fn areas_stand_under_their_own_and_a_ring_ends() {
        let area = |id: i64, parent: Option<i64>| json!({"id": id, "parent": parent});
        let drawn = |areas: &[Value]| tree(areas).iter().map(|b| (b.area["id"].as_i64().unwrap(), b.depth)).collect::<Vec<_>>();
        assert_eq!(drawn(&[area(3, Some(2)), area(1, None), area(2, Some(1)), area(4, Some(1))]), [(1, 0), (2, 1), (3, 2), (4, 1)]);
        assert_eq!(drawn(&[area(5, Some(99))]), [(5, 0)]);
        assert!(drawn(&[area(1, Some(2)), area(2, Some(1))]).is_empty());
    }
}
