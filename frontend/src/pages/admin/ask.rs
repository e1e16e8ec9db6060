//! Calls whose answers are JSON as it is.

use client::{ClientError, Method, With};
use serde_json::Value;

use crate::app::App;
use crate::components::html::{El, Html};
use crate::remote::remote;

/// A value with the tag under which it is changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Got {
    pub value: Value,
    pub etag: Option<String>,
}

pub async fn ask(app: App, method: Method, path: String, query: Value, body: Option<Value>, with: With) -> Result<Got, ClientError> {
    let call = app.client().request(method, &path).query(&query).with(&with);
    let call = match &body {
        Some(body) => call.json(body),
        None => call,
    };
    let result = call.send().await.and_then(client::Raw::good);
    app.heard(result.as_ref().err());
    let raw = result?;
    let etag = raw.header("etag").map(str::to_owned);
    let value = if raw.body.is_empty() { Value::Null } else { read(&raw.body)? };
    Ok(Got { value, etag })
}

pub fn read(body: &[u8]) -> Result<Value, ClientError> {
    serde_json::from_slice(body).map_err(|error| ClientError::Malformed(error.to_string()))
}

pub async fn get(app: App, path: String, query: Value) -> Result<Got, ClientError> {
    ask(app, Method::GET, path, query, None, With::default()).await
}

/// Reads something and draws it; one function for all, where each of its own would be loaded too.
pub fn fetched(app: App, n_rows: usize, path: String, query: Value, draw: Box<dyn Fn(Got) -> El + Send>) -> Html {
    remote(app, n_rows, move || get(app, path.clone(), query.clone()), draw)
}
