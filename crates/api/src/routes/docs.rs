//! The API's document, and Swagger UI, from the binary itself.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get};
use utoipa_swagger_ui::Config;

use crate::error::{Code, Failure};
use crate::http::middleware::DOCS_POLICY;

/// The document, rendered once.
#[derive(Clone)]
pub struct Document(pub Bytes);

/// `GET /api/openapi.json`.
#[get("/api/openapi.json")]
pub async fn openapi_json(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(document.0.clone())
}

/// Swagger UI's page stands at `/api/docs/`.
#[get("/api/docs")]
pub async fn docs_root() -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, "/api/docs/")).finish()
}

/// Swagger UI: its own files, nothing from the network.
#[get("/api/docs/{file:.*}")]
pub async fn docs(file: Path<String>) -> Result<HttpResponse, Failure> {
    let config = Arc::new(Config::new(["/api/openapi.json"]).try_it_out_enabled(true).persist_authorization(false).validator_url("none"));
    let file = utoipa_swagger_ui::serve(&file, config).map_err(|error| Failure::Internal(error.to_string()))?.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.content_type))
        .insert_header((header::CONTENT_SECURITY_POLICY, DOCS_POLICY))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(file.bytes.into_owned()))
}
