//! Is it alive, is it ready, and what does it measure? For machines that watch.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::app::App;
use crate::error::{Code, Failure};

/// The process answers.
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "live" }))
}

/// The database answers, is migrated, and takes writes; the folder of files too.
#[get("/health/ready")]
pub async fn ready(app: Data<App>) -> Result<HttpResponse, Failure> {
    let database = app.run(|app| app.is_ready()).await;
    let is_writable = app.files.is_writable().await;
    database?;
    if is_writable {
        Ok(HttpResponse::Ok().json(serde_json::json!({ "status": "ready" })))
    } else {
        Err(Failure::Unavailable("the folder of files cannot be written to".into()))
    }
}

/// Prometheus metrics, on loopback alone: a request that a proxy passes on carries where it came from, and is refused.
#[get("/metrics")]
pub async fn metrics(app: Data<App>, request: HttpRequest, handle: Data<PrometheusHandle>) -> Result<HttpResponse, Failure> {
    if !is_from_here(&request) {
        return Err(Code::NotFound.into());
    }
    let app = app.into_inner();
    app.run(|app| app.measure()).await?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4")).body(handle.render()))
}

/// From this machine, and not passed on by a proxy on it.
fn is_from_here(request: &HttpRequest) -> bool {
    let is_loopback = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    let is_passed_on = ["x-forwarded-for", "x-real-ip", "forwarded", "via"].iter().any(|name| request.headers().contains_key(*name));
    is_loopback && !is_passed_on
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn metrics_are_for_this_machine_alone() {
        let from = |address: &str| TestRequest::get().peer_addr(address.parse().unwrap());

        assert!(is_from_here(&from("127.0.0.1:4000").to_http_request()));
        assert!(is_from_here(&from("[::1]:4000").to_http_request()));
        assert!(!is_from_here(&from("192.0.2.7:4000").to_http_request()));
        assert!(!is_from_here(&TestRequest::get().to_http_request()));
        for header in ["x-forwarded-for", "x-real-ip", "forwarded", "via"] {
            assert!(!is_from_here(&from("127.0.0.1:4000").insert_header((header, "192.0.2.7")).to_http_request()), "{header}");
        }
    }
}
