//! The API's document as tests read it: its operations, and whether a value is what one of its schemas says.

use serde_json::{Map, Value};

/// One operation of the document.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    pub id: &'a str,
    pub method: &'a str,
    pub path: &'a str,
    pub says: &'a Value,
    document: &'a Value,
}

/// Every operation, in the order of the document.
pub fn operations<'a>(document: &'a Value) -> Vec<Operation<'a>> {
    let paths = document["paths"].as_object().expect("the document has paths");
    let of_path = move |(path, operations): (&'a String, &'a Value)| {
        let operations = operations.as_object().expect("a path has operations");
        let operation = move |(method, says): (&'a String, &'a Value)| {
            let id = says["operationId"].as_str().unwrap_or_default();
            Operation { id, method, path, says, document }
        };
        operations.iter().map(operation)
    };
    paths.iter().flat_map(of_path).collect()
}

impl<'a> Operation<'a> {
    pub fn method(&self) -> client::Method {
        self.method.to_uppercase().parse().expect("a method of HTTP")
    }

    /// Its examples of bodies, with their names.
    pub fn request_examples(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let examples = self.says["requestBody"]["content"]["application/json"]["examples"].as_object();
        examples.into_iter().flatten().map(|(name, example)| (name, &example["value"]))
    }

    /// Its answers, by status.
    pub fn responses(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let document = self.document;
        let said = move |response: &'a Value| match response.get("$ref").and_then(Value::as_str) {
            Some(reference) => resolve(document, reference).unwrap_or(&Value::Null),
            None => response,
        };
        self.says["responses"].as_object().into_iter().flatten().map(move |(status, response)| (status, said(response)))
    }

    pub fn response(&self, status: u16) -> Option<&'a Value> {
        self.responses().find(|(of, _)| **of == status.to_string()).map(|(_, response)| response)
    }

    /// The schema of the answer with this status, where it is JSON.
    pub fn answer_schema(&self, status: u16) -> Option<&'a Value> {
        let content = self.response(status)?["content"].as_object()?;
        ["application/json", "application/problem+json"].iter().find_map(|media_type| content.get(*media_type)?.get("schema"))
    }
}

/// Where and why a value is not what a schema says. As much of JSON Schema as the document uses; a keyword that it does not know is a fault.
pub fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(document, schema, value, "$", &mut faults);
    faults.sort();
    faults
}

/// Keywords that say nothing of validity.
const NOTES: [&str; 8] = ["description", "title", "example", "examples", "default", "format", "contentMediaType", "deprecated"];

fn check(document: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else {
        return faults.push(format!("{at}: {schema} is no schema"));
    };
    for (keyword, says) in keywords {
        let mut no = |why: String| faults.push(format!("{at}: {why}"));
        match keyword.as_str() {
            "$ref" => match resolve(document, says.as_str().unwrap_or_default()) {
                Some(schema) => check(document, schema, value, at, faults),
                None => no(format!("{says} leads nowhere")),
            },
            "type" => {
                let is_one = says.as_array().map_or_else(|| is_type(says, value), |types| types.iter().any(|name| is_type(name, value)));
                if !is_one {
                    no(format!("{value} is not of type {says}"));
                }
            }
            "const" if says != value => no(format!("{value} is not {says}")),
            "enum" if !says.as_array().is_some_and(|values| values.contains(value)) => no(format!("{value} is not one of {says}")),
            "const" | "enum" => {}
            "oneOf" => {
                let n = says.as_array().into_iter().flatten().filter(|one| self::faults(document, one, value).is_empty()).count();
                if n != 1 {
                    no(format!("{n} of the alternatives fit {value}"));
                }
            }
            "required" => {
                let object = value.as_object();
                let names = says.as_array().into_iter().flatten().filter_map(Value::as_str);
                names
                    .filter(|name| object.is_some_and(|object| !object.contains_key(*name)))
                    .for_each(|name| no(format!("{name} is missing")));
            }
            "properties" => {
                for (name, schema) in says.as_object().into_iter().flatten() {
                    if let Some(value) = value.get(name) {
                        check(document, schema, value, &format!("{at}.{name}"), faults);
                    }
                }
            }
            "additionalProperties" => {
                let known = schema["properties"].as_object();
                let others =
                    value.as_object().into_iter().flatten().filter(|(name, _)| !known.is_some_and(|known| known.contains_key(*name)));
                for (name, other) in others {
                    match says {
                        Value::Bool(true) => {}
                        Value::Bool(false) => faults.push(format!("{at}: {name} is not known")),
                        schema => check(document, schema, other, &format!("{at}.{name}"), faults),
                    }
                }
            }
            "prefixItems" => {
                for (n, (item, schema)) in value.as_array().into_iter().flatten().zip(says.as_array().into_iter().flatten()).enumerate() {
                    check(document, schema, item, &format!("{at}[{n}]"), faults);
                }
            }
            "items" => {
                let n_prefixed = schema["prefixItems"].as_array().map_or(0, Vec::len);
                for (n, item) in value.as_array().into_iter().flatten().enumerate().skip(n_prefixed) {
                    match says {
                        Value::Bool(false) => faults.push(format!("{at}[{n}] is one too many")),
                        schema => check(document, schema, item, &format!("{at}[{n}]"), faults),
                    }
                }
            }
            "minItems" => bound(value.as_array().map(Vec::len), says, |n, limit| n >= limit, "items", &mut no),
            "maxItems" => bound(value.as_array().map(Vec::len), says, |n, limit| n <= limit, "items", &mut no),
            "minLength" => bound(value.as_str().map(|text| text.chars().count()), says, |n, limit| n >= limit, "characters", &mut no),
            "maxLength" => bound(value.as_str().map(|text| text.chars().count()), says, |n, limit| n <= limit, "characters", &mut no),
            "minimum" if value.as_f64().zip(says.as_f64()).is_some_and(|(n, limit)| n < limit) => no(format!("{value} is under {says}")),
            "maximum" if value.as_f64().zip(says.as_f64()).is_some_and(|(n, limit)| n > limit) => no(format!("{value} is over {says}")),
            "minimum" | "maximum" => {}
            "pattern" => {
                let pattern = regex::Regex::new(says.as_str().unwrap_or_default()).expect("a pattern is one");
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    no(format!("{value} is not like {says}"));
                }
            }
            "uniqueItems" => {
                let items = value.as_array().into_iter().flatten().map(Value::to_string).collect::<Vec<_>>();
                let n = items.iter().collect::<std::collections::BTreeSet<_>>().len();
                if says == true && n != items.len() {
                    no("an item is there twice".into());
                }
            }
            "propertyNames" => {
                for name in value.as_object().into_iter().flat_map(Map::keys) {
                    check(document, says, &Value::String(name.clone()), at, faults);
                }
            }
            note if NOTES.contains(&note) => {}
            unknown => no(format!("{unknown} is a keyword that the tests do not know")),
        }
    }
}

fn bound(n: Option<usize>, limit: &Value, fits: impl Fn(u64, u64) -> bool, what: &str, no: &mut impl FnMut(String)) {
    if let Some((n, limit)) = n.map(|n| n as u64).zip(limit.as_u64())
        && !fits(n, limit)
    {
        no(format!("{n} {what}, where the limit is {limit}"));
    }
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => false,
    }
}

/// What `#/components/schemas/X` refers to.
pub fn resolve<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

#[test]
fn a_value_is_compared_with_its_schema() {
    let document = serde_json::json!({ "components": { "schemas": { "Name": { "type": "string", "maxLength": 3 } } } });
    let schema = serde_json::json!({
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": { "name": { "$ref": "#/components/schemas/Name" }, "n": { "oneOf": [{ "type": "integer", "minimum": 1 }, { "type": "null" }] } },
    });
    let faults = |value| faults(&document, &schema, &value);

    assert_eq!(faults(serde_json::json!({ "name": "ñañ", "n": null })), [""; 0]);
    assert_eq!(faults(serde_json::json!({ "name": "cuatro" })), ["$.name: 6 characters, where the limit is 3"]);
    assert_eq!(faults(serde_json::json!({ "n": 1, "x": 2 })), ["$: name is missing", "$: x is not known"]);
    assert_eq!(faults(serde_json::json!({ "name": "ñ", "n": 1 })), [""; 0]);
    assert_eq!(faults(serde_json::json!({ "name": "a", "n": 0 })), ["$.n: 0 of the alternatives fit 0"]);
    assert_eq!(faults(serde_json::json!([])), ["$: [] is not of type \"object\""]);
}
