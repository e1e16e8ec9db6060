//! Reading what is sent: bounded in size and in time, JSON with errors that name their field.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::QueryPayloadError;
use actix_web::http::header;
use actix_web::web::{Bytes, Query};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::command::{Fault, FieldFault, Form};

use crate::error::{Code, Failure};

/// The most bytes of a JSON body: a few long texts, in any script.
pub const MAX_JSON_BYTES: usize = 1024 * 1024;
/// How long a body may take to arrive.
pub const BODY_SECONDS: u64 = 20;

/// The bytes of a JSON body, not parsed yet.
#[derive(Debug, Clone)]
pub struct Body(pub Bytes);

impl Body {
    /// # Errors
    /// `bad_request`, where it is not JSON.
    pub fn value(&self) -> Result<Value, Failure> {
        serde_json::from_slice(&self.0).map_err(|_| Code::BadRequest.into())
    }

    /// # Errors
    /// `bad_request`, or the field that is wrong.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        Ok(wire::parse_one(self.value()?, "")?)
    }
}

impl FromRequest for Body {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Body, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = whole(request, payload, "application/json", MAX_JSON_BYTES);
        Box::pin(async move { bytes.await.map(Body) })
    }
}

/// The bytes of a CSV file.
#[derive(Debug, Clone)]
pub struct Csv(pub Bytes);

impl FromRequest for Csv {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Csv, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = whole(request, payload, "text/csv", crate::app::imports::MAX_BYTES);
        Box::pin(async move { bytes.await.map(Csv) })
    }
}

/// A whole body of that media type, within its limits of size and time.
fn whole(
    request: &HttpRequest,
    payload: &mut Payload,
    media_type: &'static str,
    max_bytes: usize,
) -> impl Future<Output = Result<Bytes, Failure>> + 'static {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let is_it = content_type.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case(media_type));
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let payload = payload.take();
    async move {
        if length.is_some_and(|n| n > max_bytes as u64) {
            return Err(Failure::PayloadTooLarge { max_bytes: max_bytes as u64 });
        }
        if !is_it {
            return Err(Code::UnsupportedMediaType.into());
        }
        match tokio::time::timeout(Duration::from_secs(BODY_SECONDS), collect(payload, max_bytes)).await {
            Ok(bytes) => bytes,
            Err(_) => Err(Code::RequestTimeout.into()),
        }
    }
}

async fn collect(mut payload: Payload, max_bytes: usize) -> Result<Bytes, Failure> {
    let mut bytes = actix_web::web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Failure::from(Code::BadRequest))?;
        if bytes.len() + chunk.len() > max_bytes {
            return Err(Failure::PayloadTooLarge { max_bytes: max_bytes as u64 });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// A parsed JSON body.
#[derive(Debug, Clone)]
pub struct Parsed<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Parsed<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Parsed<T>, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Body::from_request(request, payload);
        Box::pin(async move { body.await?.parse().map(Parsed) })
    }
}

/// The query of the URL, with errors that name the parameter.
///
/// # Errors
/// The parameter that is wrong or unknown.
pub fn read_query<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, Failure> {
    parse_query(request.query_string()).map_err(Failure::from)
}

/// The parameters of a query that are read as two: those of these names, and all others.
///
/// # Errors
/// The parameter that is wrong or unknown.
pub fn read_two_queries<A: DeserializeOwned, B: DeserializeOwned>(request: &HttpRequest, of_first: &[&str]) -> Result<(A, B), Failure> {
    let is_of_first = |part: &&str| part.split('=').next().is_some_and(|name| of_first.contains(&name));
    let (first, second): (Vec<&str>, Vec<&str>) = request.query_string().split('&').partition(is_of_first);
    Ok((parse_query(&first.join("&"))?, parse_query(&second.join("&"))?))
}

/// A query, wherever it stands, with errors that name the parameter.
///
/// # Errors
/// The parameter that is wrong or unknown.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, FieldFault> {
    // No text of ours has a NUL, and PostgreSQL takes none to compare with. A blank finds no more.
    let query = &*query.replace("%00", "%20");
    let parse = |part: &str| Query::<T>::from_query(part).map(Query::into_inner).map_err(|error| message_of(&error));
    parse(query).map_err(|message| {
        // A parameter that is wrong is wrong alone too, for each may be left out; what is wrong only together says its name.
        let alone = query.split('&').find_map(|part| Some((part, parse(part).err()?)));
        let (part, message) = alone.unwrap_or((query, message));
        let is_named = message.starts_with("unknown field") || message.starts_with("duplicate field");
        let path = if is_named { message.split('`').nth(1) } else { part.split('=').next() }.unwrap_or_default().to_owned();
        let fault = match message.parse() {
            Ok(error) => Fault::Value(error),
            Err(()) if message.starts_with("unknown field") => Fault::Unknown,
            Err(()) => Fault::Malformed(Form::of_message(&message)),
        };
        FieldFault { path, fault }
    })
}

/// serde's own words, without the framework's before them.
fn message_of(error: &QueryPayloadError) -> String {
    match error {
        QueryPayloadError::Deserialize(error) => error.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::TicketQuery;

    #[test]
    fn an_error_names_its_parameter() {
        let fault = |query: &str| {
            let fault = parse_query::<TicketQuery>(query).unwrap_err();
            (fault.path, fault.fault.code())
        };
        assert_eq!(fault("phase=requested&limit=ten"), ("limit".into(), "malformed"));
        assert_eq!(fault("limit=1&area=0"), ("area".into(), "out_of_range"));
        assert_eq!(fault("limit=1&fase=x"), ("fase".into(), "unknown_field"));
        assert_eq!(fault("limit=1&limit=2"), ("limit".into(), "malformed"));
        assert_eq!(fault("sort=best"), ("sort".into(), "malformed"));
        assert_eq!(parse_query::<TicketQuery>("").unwrap(), TicketQuery::default());
        assert_eq!(parse_query::<TicketQuery>("words=a%20b&").unwrap().words.as_deref(), Some("a b"));
    }
}
