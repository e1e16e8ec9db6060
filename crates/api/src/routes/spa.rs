//! The app: files that were built, compressed and named by their hash. The program has them; this crate is built without.

use std::borrow::Cow;

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::error::{Code, Failure};
use crate::http::allowed::Allowed;
use crate::http::middleware::APP_POLICY;

/// A file of the app by its path, `index.html` among them, where there is one.
#[derive(Clone, Copy)]
pub struct AppFiles(pub fn(&str) -> Option<Cow<'static, [u8]>>);

/// What no route took: a file of the app, the page itself for every path that is the app's own, or why there is nothing.
pub async fn spa(request: HttpRequest, allowed: Data<Allowed>, files: Data<AppFiles>) -> Result<HttpResponse, Failure> {
    let methods = allowed.at(request.path()).ok_or(Code::NotFound)?;
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, methods)).finish());
    }
    if request.path().starts_with("/api/") || request.method() != Method::GET {
        return Ok(other_method(&methods));
    }
    let path = request.path().trim_start_matches('/');
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let name = if is_file { path } else { "index.html" };
    file(&request, **files, name).ok_or(Code::NotFound.into())
}

fn other_method(methods: &str) -> HttpResponse {
    let mut response = Failure::from(Code::MethodNotAllowed).error_response();
    if let Ok(methods) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}

fn file(request: &HttpRequest, AppFiles(file_at): AppFiles, name: &str) -> Option<HttpResponse> {
    if name.ends_with(".br") || name.ends_with(".gz") || name.starts_with('.') {
        return None;
    }
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let compressed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, suffix)| file_at(&format!("{name}{suffix}")).map(|file| (encoding, file)));
    let plain = file_at(name)?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, content_type(name)));
    response.insert_header((header::VARY, "accept-encoding"));
    // What is named by its hash is kept for ever; the page that names it, never.
    let caching = if is_hashed(name) { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.insert_header((header::CACHE_CONTROL, caching));
    // The worker's own requests follow its own policy.
    if matches!(name, "index.html" | "sw.js") {
        response.insert_header((header::CONTENT_SECURITY_POLICY, APP_POLICY));
    }
    Some(match compressed {
        Some((encoding, file)) => response.insert_header((header::CONTENT_ENCODING, encoding)).body(file.into_owned()),
        None => response.body(plain.into_owned()),
    })
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut parts = part.split(';');
        let is_it = parts.next().is_some_and(|name| name.trim().eq_ignore_ascii_case(encoding));
        is_it && !parts.any(|p| p.trim().replace(' ', "") == "q=0")
    })
}

/// `app-1a2b3c4d5e6f.js`: at least twelve hexadecimal digits after the last dash.
fn is_hashed(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| hash.len() >= 12 && hash.chars().all(|c| c.is_ascii_hexdigit()))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json" | "webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
