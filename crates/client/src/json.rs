//! Reading values out of JSON. As serde_json does, but that a record is an object and never a list, and an error says little:
//! each type's reader is half as large, and the browser loads every one of them.

use std::fmt;

use serde::Deserialize;
use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::{Map, Value};

/// # Errors
/// What the value is not.
pub(crate) fn read<'de, T: Deserialize<'de>>(value: Value) -> Result<T, Error> {
    T::deserialize(Json(value))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Error {
        Error(message.to_string())
    }

    // The standard texts bring the code that writes any number.
    fn invalid_type(_: Unexpected, _: &dyn Expected) -> Error {
        Error("another type is expected".to_owned())
    }

    fn invalid_value(_: Unexpected, _: &dyn Expected) -> Error {
        Error("another value is expected".to_owned())
    }

    fn unknown_variant(variant: &str, _: &'static [&'static str]) -> Error {
        Error(["there is no ", variant].concat())
    }

    fn missing_field(field: &'static str) -> Error {
        Error([field, " is missing"].concat())
    }

    fn duplicate_field(field: &'static str) -> Error {
        Error([field, " is there twice"].concat())
    }
}

fn unexpected<T>() -> Result<T, Error> {
    Err(Error("another type is expected".to_owned()))
}

struct Json(Value);

impl Json {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Number(number) = self.0 else { return unexpected() };
        match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => visitor.visit_u64(number),
            (None, Some(number)) => visitor.visit_i64(number),
            (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => unexpected(),
        }
    }

    fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(object) => visitor.visit_map(Object { rest: object.into_iter(), value: None }),
            _ => unexpected(),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(list) => visitor.visit_seq(List(list.into_iter())),
            _ => unexpected(),
        }
    }
}

macro_rules! forward {
    ($to:ident: $($name:ident)+) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$to(visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Json {
    type Error = Error;

    forward! { number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 }
    forward! { number: deserialize_u64 deserialize_f32 deserialize_f64 }
    forward! { text: deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier }
    forward! { list: deserialize_seq }
    forward! { object: deserialize_map }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(is) => visitor.visit_bool(is),
            Value::Number(_) => self.number(visitor),
            Value::String(_) => self.text(visitor),
            Value::Array(_) => self.list(visitor),
            Value::Object(_) => self.object(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(is) => visitor.visit_bool(is),
            _ => unexpected(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            _ => unexpected(),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.object(visitor)
    }

    /// Enums of the contract's answers are names.
    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(name)),
            _ => unexpected(),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct List(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for List {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|value| seed.deserialize(Json(value))).transpose()
    }
}

struct Object {
    rest: <Map<String, Value> as IntoIterator>::IntoIter,
    value: Option<Value>,
}

impl<'de> MapAccess<'de> for Object {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(StringDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Json(self.value.take().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;

    /// What serde_json reads, this reads too, and to the same.
    fn same<T: DeserializeOwned + PartialEq + fmt::Debug>(value: Value) {
        let theirs: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(read::<T>(value).unwrap(), theirs);
    }

    #[test]
    fn what_the_api_answers_is_read_as_serde_json_reads_it() {
        same::<wire::EventView>(json!({
            "number": "7.1", "at": "2026-01-01T00:00:00.5Z", "by": {"id": 3, "name": "Ana"}, "event": "commented", "is_internal": true,
            "is_hidden": false, "data": {"text": "x", "n": 1.5, "list": [1, -2, null, {"a": true}]}, "names": {"to": "Percy"}, "extra": [1]
        }));
        same::<wire::Page<wire::TicketSummary>>(json!({"items": [], "next": "abc"}));
        same::<wire::CountsView>(json!({"to_receive": 3, "mine": null, "my_requests": 1, "my_answers": 0}));
        same::<wire::Problem>(json!({
            "type": "/problems/not_now", "status": 409, "code": "not_now", "title": "t", "detail": "d",
            "errors": [{"path": "commands[0].to", "code": "c", "detail": "d"}], "params": {"phase": "closed"}
        }));
        same::<domain::Standing>(json!({
            "phase": "to_close", "kind": "incident", "outcome": "solved_at_desk", "requester": 1, "creator": null, "area": 2,
            "is_reserved": false, "holder": null, "waiting": {"since": "2026-01-01T00:00:00Z", "reminders_left": 2,
            "reminded_at": "2026-01-01T00:00:00Z"}, "solver": 4, "report_author": null, "is_covered": false, "is_confirmed": true,
            "is_phone_notice_due": false, "reopenable_until": null
        }));
        same::<BTreeMap<String, Option<(u8, f64, String)>>>(json!({"a": [1, 2.5, "x"], "b": null}));
    }

    #[test]
    fn what_is_not_so_is_refused() {
        let refused = |value: Value| read::<wire::FieldError>(value).unwrap_err().to_string();
        assert_eq!(refused(json!({"path": "p", "code": "c"})), "detail is missing");
        assert_eq!(refused(json!({"path": 1, "code": "c", "detail": "d"})), "another type is expected");
        assert_eq!(refused(json!(["p", "c", "d"])), "another type is expected");
        assert_eq!(read::<domain::Phase>(json!("asleep")).unwrap_err().to_string(), "there is no asleep");
        assert_eq!(read::<domain::TicketId>(json!(0)).unwrap_err().to_string(), domain::TicketId::parse(0).unwrap_err().to_string());
    }
}
