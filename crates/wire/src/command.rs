//! Commands as the API reads and writes them: objects with their `action`.
//!
//! The tag is read first and its variant then, so that a field's error names its path (an internally tagged enum of serde loses it).

use domain::{Command, Request, ValueError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

/// Commands that one request holds at most.
pub const MAX_COMMANDS: usize = 8;

/// A new request, and the commands that follow it in the same step (the fast path of a call). All or nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateTicketRequest {
    pub request: Request,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Command>, max_items = 8))]
    pub then: Vec<CommandBody>,
}

/// One command, or the few that make one step. All or nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandsRequest {
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Command>, min_items = 1, max_items = 8))]
    pub commands: Vec<CommandBody>,
}

/// A command in its JSON form.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandBody(pub Command);

impl Serialize for CommandBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let external = serde_json::to_value(&self.0).map_err(serde::ser::Error::custom)?;
        let mut flat = Map::new();
        flat.insert("action".into(), self.0.action().name().into());
        if let Value::Object(mut external) = external
            && let Some(Value::Object(fields)) = external.remove(self.0.action().name())
        {
            flat.extend(fields);
        }
        flat.serialize(serializer)
    }
}

/// What is wrong with a body: where, with what code, and the limits that a sentence about it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    pub path: String,
    pub fault: Fault,
}

/// Why a field was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The value's own rule.
    Value(ValueError),
    Missing,
    Unknown,
    /// It names a record that is not there, or is out of use.
    NoSuchRecord,
    /// The same of a file, where a record is named by a word.
    NoSuchName {
        name: String,
    },
    /// Another type or form than the one that is asked for.
    Malformed(Form),
    TooMany {
        max: usize,
    },
    /// Of a file: an earlier row has the same.
    Twice {
        line: u32,
    },
}

/// What a field is to look like. What each is called is a matter of `words`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    Object,
    /// An object with its `action`.
    Command,
    List,
    Text,
    WholeNumber,
    TrueOrFalse,
    /// A day, or an instant, as RFC 3339 writes them.
    Date,
    /// One of these names.
    OneOf(Vec<String>),
    /// A role that is given, as the screens call it.
    RoleName,
    /// The name of an action of the procedure.
    ActionName,
    /// A parameter that is given once.
    Once,
    /// A role that is given, and not had by heading an area.
    GivenRole,
    YesOrNo,
    /// A line of as many cells as the header has.
    Cells,
    /// An address that no contact has who was merged into a person.
    NotMerged,
    /// What it was before: it is never another's.
    Unchanged,
    /// A table as RFC 4180 writes it.
    Csv,
    /// What it is to be cannot be said better.
    Another,
}

impl Form {
    pub fn code(&self) -> &'static str {
        match self {
            Form::Object => "object",
            Form::Command => "command",
            Form::List => "list",
            Form::Text => "text",
            Form::WholeNumber => "whole_number",
            Form::TrueOrFalse => "true_or_false",
            Form::Date => "date",
            Form::OneOf(_) | Form::RoleName => "one_of",
            Form::ActionName => "action_name",
            Form::Once => "once",
            Form::GivenRole => "given_role",
            Form::YesOrNo => "yes_or_no",
            Form::Cells => "cells",
            Form::NotMerged => "not_merged",
            Form::Unchanged => "unchanged",
            Form::Csv => "csv",
            Form::Another => "another",
        }
    }

    /// What serde's message asks for. It ends with what was expected: `invalid type: string "x", expected u32`.
    pub fn of_message(message: &str) -> Form {
        const DATES: [&str; 4] = ["input contains invalid characters", "premature end of input", "trailing input", "input is out of range"];
        if message.starts_with("duplicate field") {
            return Form::Once;
        }
        if DATES.contains(&message) {
            return Form::Date;
        }
        if message.contains("invalid digit") || message.contains("number too large") || message.contains("cannot parse integer") {
            return Form::WholeNumber;
        }
        if message.starts_with("provided string was not") {
            return Form::TrueOrFalse;
        }
        let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
        let names: Vec<String> = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let begins = |words: &[&str]| words.iter().any(|word| expected.starts_with(word));
        if message.starts_with("unknown variant") && !names.is_empty() {
            Form::OneOf(names)
        } else if begins(&["struct", "a map", "an object", "internally tagged"]) {
            Form::Object
        } else if begins(&["a sequence", "a list", "sequence"]) {
            Form::List
        } else if begins(&["a string", "string", "a borrowed string", "str"]) {
            Form::Text
        } else if begins(&["a formatted date", "an RFC 3339", "a RFC 3339", "RFC 3339", "a date"]) {
            Form::Date
        } else if begins(&["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "a nonzero", "an integer", "integer"]) {
            Form::WholeNumber
        } else if begins(&["a boolean", "boolean", "bool"]) {
            Form::TrueOrFalse
        } else {
            Form::Another
        }
    }
}

impl Fault {
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Value(error) => error.code(),
            Fault::Missing => "missing_field",
            Fault::Unknown => "unknown_field",
            Fault::NoSuchRecord | Fault::NoSuchName { .. } => "unknown_record",
            Fault::Malformed(_) => "malformed",
            Fault::TooMany { .. } => "too_many",
            Fault::Twice { .. } => "twice",
        }
    }
}

/// Reads any body whose errors name their path. It is an object: serde would take a list for one, its values in order.
///
/// # Errors
/// Which field is wrong, and why.
pub fn parse_one<T: DeserializeOwned>(value: Value, prefix: &str) -> Result<T, FieldFault> {
    if value.is_array() {
        return Err(FieldFault { path: prefix.into(), fault: Fault::Malformed(Form::Object) });
    }
    serde_path_to_error::deserialize(value).map_err(|error| fault_of(prefix, &error.path().to_string(), &error.into_inner().to_string()))
}

/// Reads `{"commands": […]}`.
///
/// # Errors
/// Which field is wrong, and why.
pub fn parse_commands(body: Value) -> Result<CommandsRequest, FieldFault> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        commands: Vec<Value>,
    }
    let body: Body = parse_one(body, "")?;
    if body.commands.is_empty() {
        return Err(FieldFault { path: "commands".into(), fault: Fault::Missing });
    }
    Ok(CommandsRequest { commands: parse_list(body.commands, "commands")? })
}

/// Reads `{"request": {…}, "then": […]}`.
///
/// # Errors
/// Which field is wrong, and why.
pub fn parse_create(body: Value) -> Result<CreateTicketRequest, FieldFault> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        request: Value,
        #[serde(default)]
        then: Vec<Value>,
    }
    let body: Body = parse_one(body, "")?;
    Ok(CreateTicketRequest { request: parse_one(body.request, "request")?, then: parse_list(body.then, "then")? })
}

fn parse_list(values: Vec<Value>, name: &str) -> Result<Vec<CommandBody>, FieldFault> {
    if values.len() > MAX_COMMANDS {
        return Err(FieldFault { path: name.into(), fault: Fault::TooMany { max: MAX_COMMANDS } });
    }
    values.into_iter().enumerate().map(|(n, value)| parse_command(value, &format!("{name}[{n}]"))).collect()
}

/// Reads one command: its `action` first, its payload then.
///
/// # Errors
/// Which field is wrong, and why.
pub fn parse_command(value: Value, path: &str) -> Result<CommandBody, FieldFault> {
    let at = |field: &str, fault| FieldFault { path: join(path, field), fault };
    let Value::Object(mut object) = value else {
        return Err(FieldFault { path: path.into(), fault: Fault::Malformed(Form::Command) });
    };
    let action = match object.remove("action") {
        None => return Err(at("action", Fault::Missing)),
        Some(Value::String(action)) => action,
        Some(_) => return Err(at("action", Fault::Malformed(Form::ActionName))),
    };
    if action.parse::<domain::Action>().is_err() {
        return Err(at("action", Fault::Malformed(Form::ActionName)));
    }
    let external = Value::Object(Map::from_iter([(action.clone(), Value::Object(object))]));
    serde_path_to_error::deserialize(external).map(CommandBody).map_err(|error| {
        let inner = error.path().to_string();
        let inner = inner.strip_prefix(action.as_str()).unwrap_or(&inner).trim_start_matches('.').to_owned();
        fault_of(path, &inner, &error.into_inner().to_string())
    })
}

fn join(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        (prefix, "" | ".") => prefix.to_owned(),
        ("", path) => path.to_owned(),
        (prefix, path) if path.starts_with('[') => format!("{prefix}{path}"),
        (prefix, path) => format!("{prefix}.{path}"),
    }
}

/// serde says «missing field `x`» at the path of its parent, and «unknown field `x`» at the field's own: we name the field.
fn fault_of(prefix: &str, path: &str, message: &str) -> FieldFault {
    let quoted = |message: &str| message.split('`').nth(1).unwrap_or_default().to_owned();
    let named = |path: String, name: String| if path == name || path.ends_with(&format!(".{name}")) { path } else { join(&path, &name) };
    let path = join(prefix, path);
    if let Ok(error) = message.parse::<ValueError>() {
        FieldFault { path, fault: Fault::Value(error) }
    } else if message.starts_with("missing field") {
        FieldFault { path: named(path, quoted(message)), fault: Fault::Missing }
    } else if message.starts_with("unknown field") {
        FieldFault { path: named(path, quoted(message)), fault: Fault::Unknown }
    } else {
        FieldFault { path, fault: Fault::Malformed(Form::of_message(message)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(value: Value) -> (String, &'static str) {
        let fault = parse_commands(json!({ "commands": [value] })).unwrap_err();
        (fault.path, fault.fault.code())
    }

    #[test]
    fn an_error_names_its_field() {
        assert_eq!(
            fault(json!({"action": "escalate", "to": 7, "handover": "x".repeat(20_001)})),
            ("commands[0].handover".into(), "too_long")
        );
        assert_eq!(fault(json!({"action": "escalate", "to": 0, "handover": "x"})), ("commands[0].to".into(), "out_of_range"));
        assert_eq!(fault(json!({"action": "escalate", "handover": "x"})), ("commands[0].to".into(), "missing_field"));
        assert_eq!(fault(json!({"action": "close", "to": 7})), ("commands[0].to".into(), "unknown_field"));
        assert_eq!(
            fault(json!({"action": "draft_report", "report": {"background": "\u{0}"}})),
            ("commands[0].report.background".into(), "bad_characters")
        );
        assert_eq!(fault(json!({"action": "fly"})), ("commands[0].action".into(), "malformed"));
        assert_eq!(fault(json!({"to": 7})), ("commands[0].action".into(), "missing_field"));
        assert_eq!(fault(json!("close")), ("commands[0]".into(), "malformed"));
        assert_eq!(parse_commands(json!([[{"action": "close"}]])).unwrap_err().fault.code(), "malformed");
        assert_eq!(
            fault(json!({"action": "categorise", "kind": "incident", "facts": {"x": 1}})),
            ("commands[0].facts.x".into(), "unknown_field")
        );
    }

    #[test]
    fn an_error_says_what_is_asked_for() {
        let form = |value: Value| match parse_commands(json!({ "commands": [value] })).unwrap_err().fault {
            Fault::Malformed(form) => form,
            other => panic!("{other:?}"),
        };
        assert_eq!(form(json!("close")), Form::Command);
        assert_eq!(form(json!({"action": "fly"})), Form::ActionName);
        assert_eq!(form(json!({"action": "escalate", "to": "7", "handover": "x"})), Form::WholeNumber);
        assert_eq!(form(json!({"action": "escalate", "to": 7, "handover": 1})), Form::Text);
        assert_eq!(form(json!({"action": "comment", "text": "x", "is_internal": "no"})), Form::TrueOrFalse);
        assert_eq!(form(json!({"action": "comment", "text": "x", "files": 1})), Form::List);
        assert_eq!(form(json!({"action": "categorise", "kind": "incident", "facts": 1})), Form::Object);
        let kinds = ["incident", "occurrence", "requirement"].map(str::to_owned).to_vec();
        assert_eq!(form(json!({"action": "categorise", "kind": "wish"})), Form::OneOf(kinds));
        let contract = json!({"action": "record_contract", "provider": 1, "reference": "OS-1", "expected_on": "mañana"});
        assert_eq!(form(contract), Form::Date);
    }

    #[test]
    fn a_command_is_written_as_it_is_read() {
        let value = json!({"action": "escalate", "to": 7, "handover": "probamos otro cable"});
        let command = parse_command(value.clone(), "").unwrap();
        assert_eq!(serde_json::to_value(&command).unwrap(), value);
        assert_eq!(serde_json::to_value(CommandBody(Command::Close {})).unwrap(), json!({"action": "close"}));
    }

    #[test]
    fn there_is_a_most_number_of_commands() {
        let commands = |n: usize| parse_commands(json!({ "commands": vec![json!({"action": "close"}); n] }));
        assert!(commands(7).is_ok() && commands(8).is_ok());
        assert_eq!(commands(9).unwrap_err().fault, Fault::TooMany { max: 8 });
        assert_eq!(commands(0).unwrap_err().fault, Fault::Missing);
    }
}
