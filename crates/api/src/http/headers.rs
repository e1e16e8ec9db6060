//! What a request's headers say: language, precondition, idempotency key, address.

use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};
use words::Language;

use crate::error::{Code, Failure};

/// The caller's language, by `Accept-Language`.
pub fn language(request: &HttpRequest) -> Language {
    let header = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map_or(Language::Spanish, Language::accept)
}

/// What `If-Match` asks: one of the versions that it names, any version (`*`), or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    Absent,
    Any,
    /// None of them, where no tag is one of ours: it can match nothing.
    OneOf(Vec<u32>),
}

impl IfMatch {
    /// For records, which require it.
    ///
    /// # Errors
    /// `precondition_required`, where it is absent.
    pub fn required(self) -> Result<IfMatch, Failure> {
        if self == IfMatch::Absent { Err(Code::PreconditionRequired.into()) } else { Ok(self) }
    }

    /// Does a resource of this version meet it?
    pub fn admits(&self, version: u32) -> bool {
        match self {
            IfMatch::Absent | IfMatch::Any => true,
            IfMatch::OneOf(expected) => expected.contains(&version),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<IfMatch, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get(header::IF_MATCH) else {
            return ready(Ok(IfMatch::Absent));
        };
        let value = value.to_str().unwrap_or_default().trim();
        if value == "*" {
            return ready(Ok(IfMatch::Any));
        }
        ready(Ok(IfMatch::OneOf(value.split(',').filter_map(version_in).collect())))
    }
}

/// A strong tag of ours is `"7-hash"`; `"7"` alone is taken too. A weak one never matches (RFC 9110, 13.1.1).
fn version_in(tag: &str) -> Option<u32> {
    let tag = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    tag.split('-').next()?.parse().ok()
}

/// `Idempotency-Key`, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub idempotency_key: Option<String>,
}

/// The most characters of a key.
const MAX_KEY: usize = 128;

impl FromRequest for Caller {
    type Error = Failure;
    type Future = Ready<Result<Caller, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.headers().get("idempotency-key");
        let is_key = |key: &str| (1..=MAX_KEY).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic());
        ready(match key.map(|key| key.to_str()) {
            None => Ok(Caller { idempotency_key: None }),
            Some(Ok(key)) if is_key(key) => Ok(Caller { idempotency_key: Some(key.to_owned()) }),
            Some(_) => Err(Code::IdempotencyKeyBad.into()),
        })
    }
}

/// Who is at the other end: the peer, or, behind a proxy that we trust, the last address that it was told of.
pub fn client_address(request: &HttpRequest, trusted_proxies: &[IpAddr]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    if !trusted_proxies.contains(&peer) {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
    let mut hops = forwarded.rsplit(',').filter_map(|hop| hop.trim().parse::<IpAddr>().ok());
    hops.find(|hop| !trusted_proxies.contains(hop)).unwrap_or(peer)
}
