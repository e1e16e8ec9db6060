//! By the browser's `fetch`.

use http::{Method, StatusCode};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCredentials, RequestInit, Response};

use crate::{ClientError, Raw};

/// The browser has one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Http(());

/// The head of an answer; the browser keeps its cookies back.
#[derive(Debug, Clone, Default)]
pub struct Headers(Vec<(String, String)>);

pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

pub fn set_cookies(_: &Headers) -> impl Iterator<Item = &str> {
    std::iter::empty()
}

/// The time, in milliseconds since 1970 (UTC).
pub fn unix_millis() -> u64 {
    js_sys::Date::now() as u64
}

/// What the client reads of an answer's head.
const READ: [&str; 3] = ["etag", "location", "retry-after"];

pub async fn send(
    _: &Http,
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
) -> Result<Raw, ClientError> {
    fetch(method.as_str(), &url, &headers, body).await.map_err(|error| ClientError::Offline(format!("{error:?}")))
}

async fn fetch(method: &str, url: &str, headers: &[(String, String)], body: Option<Vec<u8>>) -> Result<Raw, JsValue> {
    let said: Array = headers.iter().map(|(name, value)| Array::of2(&name.into(), &value.into())).collect();
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_headers(&said);
    if let Some(body) = body {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.dyn_into()?;
    let head = response.headers();
    let read = READ.iter().filter_map(|name| Some(((*name).to_owned(), head.get(name).ok()??))).collect();
    let body = JsFuture::from(response.array_buffer()?).await?;
    Ok(Raw {
        status: StatusCode::from_u16(response.status()).unwrap_or_default(),
        headers: Headers(read),
        body: Uint8Array::new(&body).to_vec(),
    })
}
