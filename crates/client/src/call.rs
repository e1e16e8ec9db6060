//! One call: what it says, and what comes back.

use http::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::transport::{self, Headers};
use crate::{Client, ClientError};

/// A value with what its answer's head said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    pub value: T,
    pub status: u16,
    /// As it came, with its quotes: what If-Match takes.
    pub etag: Option<String>,
    /// The number with which the ETag begins.
    pub version: Option<u32>,
    /// Where what was made is found.
    pub location: Option<String>,
}

impl<T> Answer<T> {
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        Answer { value: f(self.value), status: self.status, etag: self.etag, version: self.version, location: self.location }
    }
}

/// What a call says beside its body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct With {
    /// Under which a repeated call is done once; one is made, where it is left out.
    pub key: Option<String>,
    /// Do it only to what has this ETag.
    pub if_match: Option<String>,
}

impl With {
    /// Do it under this key.
    pub fn key(key: impl Into<String>) -> With {
        With { key: Some(key.into()), ..With::default() }
    }

    /// Do it only to what has this ETag.
    pub fn etag(etag: impl Into<String>) -> With {
        With { if_match: Some(etag.into()), ..With::default() }
    }

    /// Do it only while it is what was read.
    pub fn the_version_of<T>(answer: &Answer<T>) -> With {
        With { if_match: answer.etag.clone(), ..With::default() }
    }

    pub fn and_key(mut self, key: impl Into<String>) -> With {
        self.key = Some(key.into());
        self
    }
}

/// A key for a command that may have to be repeated: a UUID that begins with the time (RFC 9562, version 7), so that keys of one time lie together in the
/// server's index.
pub fn new_key() -> String {
    // Made from a random one: the counter that `Uuid::now_v7` keeps within a millisecond would weigh three kilobytes in the app.
    let random = uuid::Uuid::new_v4().into_bytes();
    let random = [0, 1, 2, 3, 4, 5, 12, 13, 14, 15].map(|n| random[n]);
    uuid::Builder::from_unix_timestamp_millis(transport::unix_millis(), &random).into_uuid().to_string()
}

/// A call that is being written. [`Client::request`] begins one.
pub struct Call {
    pub(crate) client: Client,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) is_anonymous: bool,
}

impl Call {
    /// Sets a header. One that cannot be sent is left out.
    pub fn header(mut self, name: &str, value: &str) -> Call {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn with(self, with: &With) -> Call {
        let call = match &with.key {
            Some(key) => self.header("idempotency-key", key),
            None => self,
        };
        match &with.if_match {
            Some(etag) => call.header("if-match", etag),
            None => call,
        }
    }

    /// Adds the fields of a query.
    pub fn query(mut self, query: &impl Serialize) -> Call {
        if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(query) {
            for (name, value) in fields {
                let text = match value {
                    serde_json::Value::Null => continue,
                    serde_json::Value::String(text) => text,
                    other => other.to_string(),
                };
                self.path.push(if self.path.contains('?') { '&' } else { '?' });
                self.path.push_str(&format!("{name}={}", percent_encoded(&text)));
            }
        }
        self
    }

    pub fn json(self, body: &impl Serialize) -> Call {
        match serde_json::to_vec(body) {
            Ok(body) => self.body("application/json", body),
            Err(_) => self, // What has no JSON has no body; the server says what is missing.
        }
    }

    pub fn body(self, media_type: &str, body: Vec<u8>) -> Call {
        let mut call = self.header("content-type", media_type);
        call.body = Some(body);
        call
    }

    /// Without the client's token and cookies.
    pub fn anonymous(mut self) -> Call {
        self.is_anonymous = true;
        self
    }

    /// Sends it, whatever comes back.
    ///
    /// # Errors
    /// Offline.
    pub async fn send(self) -> Result<Raw, ClientError> {
        let client = self.client.clone();
        client.send(self).await
    }

    /// Sends it, and reads the answer's value.
    ///
    /// # Errors
    /// The server's problem, or no answer of this API.
    pub async fn answer<T: DeserializeOwned>(self) -> Result<Answer<T>, ClientError> {
        self.send().await?.answer()
    }

    /// Sends it; the answer has no body.
    ///
    /// # Errors
    /// The server's problem, or no answer of this API.
    pub async fn done(self) -> Result<(), ClientError> {
        self.send().await?.good().map(drop)
    }
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Raw {
    pub status: StatusCode,
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Raw {
    pub fn header(&self, name: &str) -> Option<&str> {
        transport::header(&self.headers, name)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// # Errors
    /// Malformed, unless the body is a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        let value: serde_json::Value = serde_json::from_slice(&self.body).map_err(|error| ClientError::Malformed(error.to_string()))?;
        crate::json::read(value).map_err(|error| ClientError::Malformed(error.to_string()))
    }

    /// The answer, unless it is a no.
    ///
    /// # Errors
    /// The problem that it carries.
    pub fn good(self) -> Result<Raw, ClientError> {
        if self.status.is_success() {
            return Ok(self);
        }
        match self.json::<wire::Problem>() {
            Ok(problem) => Err(ClientError::Problem(Box::new(problem))),
            Err(_) => Err(ClientError::Malformed(self.status.to_string())),
        }
    }

    /// The value of a good answer.
    ///
    /// # Errors
    /// The problem that it carries, or malformed.
    pub fn answer<T: DeserializeOwned>(self) -> Result<Answer<T>, ClientError> {
        let raw = self.good()?;
        let value = raw.json()?;
        Ok(raw.head().map(|()| value))
    }

    fn head(&self) -> Answer<()> {
        let etag = self.header("etag").map(str::to_owned);
        let version = etag.as_deref().and_then(version_of);
        Answer { value: (), status: self.status.as_u16(), etag, version, location: self.header("location").map(str::to_owned) }
    }
}

/// The number with which an ETag begins: 7 of `"7-c0ffee"`.
fn version_of(etag: &str) -> Option<u32> {
    let tag = etag.trim_start_matches("W/").trim_matches('"');
    let end = tag.find(|c: char| !c.is_ascii_digit()).unwrap_or(tag.len());
    tag[..end].parse().ok()
}

/// As the value of a query (RFC 3986).
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b':' => encoded.push(byte.into()),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// One file as `multipart/form-data` (RFC 7578): the media type with its boundary, and the body.
pub(crate) fn multipart(name: &str, content: &[u8]) -> (String, Vec<u8>) {
    // Random: no file holds it but by an astronomical accident.
    let boundary = format!("atiende-{}", new_key());
    // As browsers write it: https://html.spec.whatwg.org/#multipart-form-data
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let head = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), content, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    (format!("multipart/form-data; boundary={boundary}"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_later_stand_behind_those_of_before_and_no_two_are_the_same() {
        let before: std::collections::BTreeSet<String> = (0..1_000).map(|_| new_key()).collect();
        assert_eq!(before.len(), 1_000);
        std::thread::sleep(std::time::Duration::from_millis(2));
        let later = new_key();
        assert!(before.iter().all(|key| *key < later));
        let parsed = uuid::Uuid::parse_str(&later).unwrap();
        assert_eq!((parsed.get_version_num(), parsed.get_variant()), (7, uuid::Variant::RFC4122));
        let (seconds, _) = parsed.get_timestamp().unwrap().to_unix();
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        assert!((now - 60..=now).contains(&seconds), "{seconds} of {now}");
    }

    #[test]
    fn an_etag_begins_with_its_version() {
        assert_eq!(version_of("\"7-c0ffee\""), Some(7));
        assert_eq!(version_of("W/\"12\""), Some(12));
        assert_eq!(version_of("\"x7\""), None);
        assert_eq!(version_of(""), None);
    }

    #[test]
    fn a_query_leaves_out_what_is_not_asked() {
        let query = wire::TicketQuery {
            phase: Some("requested,in_attention".into()),
            words: Some("año & «más»".into()),
            waiting: Some(true),
            ..Default::default()
        };
        let call = Client::new("http://x").request(Method::GET, "/tickets").query(&query);
        assert_eq!(call.path, "/api/v1/tickets?phase=requested,in_attention&waiting=true&words=a%C3%B1o%20%26%20%C2%ABm%C3%A1s%C2%BB");
    }

    #[test]
    fn a_file_travels_in_one_part() {
        let (media_type, body) = multipart("a \"b\"\n.txt", b"hola");
        let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let body = String::from_utf8(body).unwrap();
        assert!(body.starts_with(&format!("--{boundary}\r\n")) && body.ends_with(&format!("\r\n\r\nhola\r\n--{boundary}--\r\n")));
        assert!(body.contains("filename=\"a %22b%22%0A.txt\""));
    }
}
