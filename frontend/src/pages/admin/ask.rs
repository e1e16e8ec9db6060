//! Calls whose answers are JSON as it is.

use client::{ClientError, Method, With};
use serde_json::{Value, json};

use crate::app::App;
use crate::components::html::{El, Html};
use crate::pages::sending::Sending;
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

/// Every page of a list, as one.
async fn get_all(app: App, path: String, mut query: Value) -> Result<Got, ClientError> {
    query["limit"] = json!(wire::MAX_PAGE_SIZE);
    let mut items = Vec::new();
    loop {
        let got = get(app, path.clone(), query.clone()).await?;
        items.extend(items_of(&got.value));
        match got.value["next"].as_str() {
            Some(next) => query["cursor"] = json!(next),
            None => return Ok(Got { value: json!({ "items": items }), etag: None }),
        }
    }
}

/// What a page of a list holds.
pub fn items_of(page: &Value) -> Vec<Value> {
    page["items"].as_array().cloned().unwrap_or_default()
}

/// Posts something once: until there is an answer, and as long as there is none under the same key.
pub async fn post(app: App, sending: Sending, path: String, body: Option<Value>) -> Option<Result<Got, ClientError>> {
    let key = sending.key_of(body.as_ref().unwrap_or(&Value::Null));
    sending.wrong.set(None);
    let call = || ask(app, Method::POST, path.clone(), Value::Null, body.clone(), With::key(key.clone()));
    sending.until_answered(app, call, || ()).await
}

/// Reads something and draws it; one function for all, where each of its own would be loaded too.
pub fn fetched(app: App, n_rows: usize, path: String, query: Value, draw: Box<dyn Fn(Got) -> El + Send>) -> Html {
    remote(app, n_rows, move || get(app, path.clone(), query.clone()), draw)
}

/// The same of a list to its end.
pub fn fetched_all(app: App, n_rows: usize, path: String, query: Value, draw: Box<dyn Fn(Vec<Value>) -> El + Send>) -> Html {
    remote(app, n_rows, move || get_all(app, path.clone(), query.clone()), move |got| draw(items_of(&got.value)))
}
