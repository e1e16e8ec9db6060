//! Reading what is sent: bounded in size and in time, JSON with errors that name their field.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::command::{Fault, FieldFault};

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
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let is_json = content_type.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("application/json"));
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        let payload = payload.take();
        Box::pin(async move {
            if length.is_some_and(|n| n > MAX_JSON_BYTES as u64) {
                return Err(Failure::PayloadTooLarge { max_bytes: MAX_JSON_BYTES as u64 });
            }
            if !is_json {
                return Err(Code::UnsupportedMediaType.into());
            }
            match tokio::time::timeout(Duration::from_secs(BODY_SECONDS), collect(payload)).await {
                Ok(bytes) => bytes.map(Body),
                Err(_) => Err(Code::RequestTimeout.into()),
            }
        })
    }
}

async fn collect(mut payload: Payload) -> Result<Bytes, Failure> {
    let mut bytes = actix_web::web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Failure::from(Code::BadRequest))?;
        if bytes.len() + chunk.len() > MAX_JSON_BYTES {
            return Err(Failure::PayloadTooLarge { max_bytes: MAX_JSON_BYTES as u64 });
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
    actix_web::web::Query::<T>::from_query(request.query_string()).map(actix_web::web::Query::into_inner).map_err(|error| {
        let message = error.to_string();
        let name = message.split('`').nth(1).unwrap_or("query").to_owned();
        let fault = if message.contains("unknown field") { Fault::Unknown } else { Fault::Malformed(message) };
        FieldFault { path: name, fault }.into()
    })
}
