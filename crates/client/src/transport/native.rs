//! By reqwest.

use http::header::{HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, Method};

use crate::{ClientError, Raw};

pub type Http = reqwest::Client;
/// The head of an answer.
pub type Headers = HeaderMap;

pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

pub fn set_cookies(headers: &Headers) -> impl Iterator<Item = &str> {
    headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok())
}

/// The time, in milliseconds since 1970 (UTC); before then 0.
pub fn unix_millis() -> u64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

pub async fn send(
    http: &Http,
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
) -> Result<Raw, ClientError> {
    let sendable = |(name, value): (String, String)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?));
    let mut request = http.request(method, url).headers(headers.into_iter().filter_map(sendable).collect());
    if let Some(body) = body {
        request = request.body(body);
    }
    let response = request.send().await.map_err(offline)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.bytes().await.map_err(offline)?.to_vec();
    Ok(Raw { status, headers, body })
}

/// With its causes: reqwest's own text says only that it failed.
fn offline(error: reqwest::Error) -> ClientError {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    ClientError::Offline(text)
}
