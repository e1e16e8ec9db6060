//! Around every request: an id, security headers, a panic caught, problems written in the caller's language, one log line, one metric.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError, web};
use futures_util::FutureExt;
use tracing::{error, info, warn};
use words::Language;

use crate::app::App;
use crate::error::{Code, Failure};
use crate::http::headers::{client_address, language};
use crate::http::held::Held;
use crate::http::origin;

/// The request's id: in the log, in problems, in `X-Request-Id`.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// For everything that is not a page: nothing may be loaded, framed or run.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// The app: its own scripts and WebAssembly, its own styles, its own API, nothing inline.
pub const APP_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/// Swagger UI writes inline styles.
pub const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

pub async fn around(mut request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    crate::memory::used();
    let id = format!("{:016x}", crate::random::number());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    if method == Method::HEAD {
        // The answer of a GET; the encoder knows what was asked, and leaves its body out (RFC 9110, 9.3.2).
        request.head_mut().method = Method::GET;
    }
    let language = language(request.request());
    let is_https = request.app_data::<web::Data<App>>().is_some_and(|app| app.config.is_https());

    let held = Held::of(&mut request);
    let trusted = request.app_data::<web::Data<App>>().map(|app| app.config.trusted_proxies.clone()).unwrap_or_default();
    let address = client_address(request.request(), &trusted);

    // The request itself must not be held here: the router wants it for itself alone.
    let Ok(answered) = AssertUnwindSafe(origin::from(address, &id, next.call(request))).catch_unwind().await else {
        error!(request.id = %id, %method, "A handler panicked");
        return Err(Panicked { id, language, is_https }.into());
    };
    let response = with_problem(answered?.map_into_boxed_body(), &id);
    let response = with_headers(response, &id, is_https);
    let pattern = response.request().match_pattern().unwrap_or_else(|| "unmatched".into());
    log(&method, &pattern, response.status(), started, &id);
    Ok(match held {
        Some(held) => held.until_sent(response),
        None => response,
    })
}

/// What a caller is told when a handler panicked; the server lives.
#[derive(Debug)]
struct Panicked {
    id: String,
    language: Language,
    is_https: bool,
}

impl std::fmt::Display for Panicked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a handler panicked in the request {}", self.id)
    }
}

impl ResponseError for Panicked {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse {
        let problem = Failure::Internal(self.to_string()).problem(self.language, Some(&self.id));
        let mut response = HttpResponse::InternalServerError();
        response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::CONTENT_LANGUAGE, self.language.tag()));
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        let mut response = response.body(serde_json::to_string(&problem).unwrap_or_default());
        set_headers(response.headers_mut(), &self.id, self.is_https);
        response
    }
}

/// Writes the problem that a failure in the response's extensions stands for, and one for the framework's own errors.
fn with_problem(response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let failure = response.response().extensions().get::<Failure>().cloned().or_else(|| framework_failure(&response));
    let Some(failure) = failure else { return response };
    match &failure {
        Failure::Internal(why) => error!(request.id = %id, "A request failed on our side: {why}"),
        Failure::Unavailable(why) => warn!(request.id = %id, "A request found the system unavailable: {why}"),
        _ => {}
    }
    let problem = failure.problem(language(response.request()), Some(id));
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let (request, old) = response.into_parts();
    let mut new = HttpResponse::build(if status.is_success() { failure.status() } else { status });
    for (name, value) in old.headers() {
        new.append_header((name, value));
    }
    new.insert_header((header::CACHE_CONTROL, "no-store"));
    let language_tag = language(&request).tag();
    new.insert_header((header::CONTENT_LANGUAGE, language_tag));
    new.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    ServiceResponse::new(request, new.body(body))
}

/// Errors that actix makes by itself: no such route, no such method, a path that cannot be.
fn framework_failure(response: &ServiceResponse<BoxBody>) -> Option<Failure> {
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.to_str().is_ok_and(|t| t.contains("json")));
    if is_json {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND => Some(Code::NotFound.into()),
        StatusCode::METHOD_NOT_ALLOWED => Some(Code::MethodNotAllowed.into()),
        StatusCode::REQUEST_TIMEOUT => Some(Code::RequestTimeout.into()),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Code::UnsupportedMediaType.into()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Failure::PayloadTooLarge { max_bytes: super::body::MAX_JSON_BYTES as u64 }),
        status if status.is_server_error() => Some(Failure::Internal(format!("an answer with status {status}"))),
        StatusCode::BAD_REQUEST => Some(Code::BadRequest.into()),
        _ => None,
    }
}

fn with_headers(mut response: ServiceResponse<BoxBody>, id: &str, is_https: bool) -> ServiceResponse<BoxBody> {
    set_headers(response.headers_mut(), id, is_https);
    response
}

fn set_headers(headers: &mut HeaderMap, id: &str, is_https: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CONTENT_SECURITY_POLICY, API_POLICY);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(), microphone=(), payment=(), usb=()");
    if is_https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
}

fn log(method: &Method, pattern: &str, status: StatusCode, started: Instant, id: &str) {
    let seconds = started.elapsed().as_secs_f64();
    // Anybody may make up a method: as a label each would stay for ever.
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    let label = if known.contains(method) { method.as_str() } else { "other" };
    let labels = [("method", label.to_owned()), ("route", pattern.to_owned()), ("status", status.as_u16().to_string())];
    metrics::histogram!("atiende_request_seconds", &labels).record(seconds);
    let milliseconds = (seconds * 1000.0).round() as u64;
    // Never the query or the body: they hold people's words.
    if status.is_server_error() {
        warn!(request.id = %id, %method, route = pattern, status = status.as_u16(), milliseconds, "{method} {pattern} → {}", status.as_u16());
    } else {
        info!(request.id = %id, %method, route = pattern, status = status.as_u16(), milliseconds, "{method} {pattern} → {}", status.as_u16());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::middleware::from_fn;
    use actix_web::test;

    async fn panics() -> HttpResponse {
        panic!("a handler's bug")
    }

    #[actix_web::test]
    async fn a_panic_is_a_500_that_says_so_and_the_next_request_is_answered() {
        let app = actix_web::App::new()
            .route("/panics", web::get().to(panics))
            .route("/works", web::get().to(HttpResponse::Ok))
            .wrap(from_fn(around));
        let app = test::init_service(app).await;

        let error = test::try_call_service(&app, test::TestRequest::get().uri("/panics").to_request()).await.unwrap_err();
        let response = error.error_response();

        assert_eq!(response.status(), 500);
        assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
        assert!(response.headers().contains_key("content-security-policy") && response.headers().contains_key("x-request-id"));
        let works = test::call_service(&app, test::TestRequest::get().uri("/works").to_request()).await;
        assert_eq!(works.status(), 200);
    }
}
