//! An answer as it is sent, and as an idempotency record keeps it.

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A rendered answer. Its body is JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    pub body: String,
}

impl Answer {
    pub fn ok(view: &impl Serialize) -> Answer {
        Answer { status: 200, etag: None, location: None, body: json(view) }
    }

    pub fn created(view: &impl Serialize, location: String) -> Answer {
        Answer { status: 201, etag: None, location: Some(location), body: json(view) }
    }

    pub fn no_content() -> Answer {
        Answer { status: 204, etag: None, location: None, body: String::new() }
    }

    /// With a strong ETag: the version, and a hash of the body as this reader gets it (RFC 9110, 8.8.3).
    #[must_use]
    pub fn tagged(mut self, version: u32) -> Answer {
        let hash = Sha256::digest(self.body.as_bytes());
        let hash = u64::from_be_bytes(std::array::from_fn(|n| hash[n]));
        self.etag = Some(format!("\"{version}-{hash:016x}\""));
        self
    }
}

/// Our views are maps with text keys and plain values, which always serialise.
fn json(view: &impl Serialize) -> String {
    serde_json::to_string(view).expect("a view is plain data")
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let is_known = self.etag.as_deref().is_some_and(|etag| is_in_if_none_match(request, etag));
        let is_read = request.method().is_safe();
        let mut response = match (is_known && is_read, StatusCode::from_u16(self.status)) {
            (true, _) => HttpResponse::NotModified(),
            (false, Ok(status)) => HttpResponse::build(status),
            (false, Err(_)) => HttpResponse::InternalServerError(),
        };
        if let Some(etag) = self.etag {
            response.insert_header((header::ETAG, etag));
        }
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        // What one person may read is no other's: kept by the browser, asked for again each time.
        response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
        if (is_known && is_read) || self.body.is_empty() {
            return response.finish();
        }
        response.content_type("application/json").body(self.body)
    }
}

fn is_in_if_none_match(request: &HttpRequest, etag: &str) -> bool {
    let values = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == "*" || tag == etag)
}
