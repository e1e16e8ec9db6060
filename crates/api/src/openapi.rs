//! The API's document: OpenAPI 3.1 from the code, mended where the generator cannot say what is so.

use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::AppExt;

use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Atiende",
        description = "The help desk that carries procedure P-TI-04 «Atención de incidencias y ocurrencias».\n\nSign in with `POST /api/v1/session`, then send `Authorization: Bearer …`. Errors are RFC 9457 problems with a stable `code`, in the language of `Accept-Language`. Lists are paged by cursor. Send `Idempotency-Key` with what creates or commands, and `If-Match` with what must not overwrite.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "tickets", description = "The procedure: requests, commands, what happened, what waits."),
        (name = "files", description = "Files, up and down."),
        (name = "records", description = "People, contacts, areas, services, providers."),
        (name = "account", description = "Sign in and out; one's own profile; the first administrator."),
        (name = "procedure", description = "P-TI-04 as the system carries it."),
    )
)]
struct Base;

/// Examples by operation id (`create_ticket`), for bodies and answers, and by action, for commands.
const EXAMPLES: &str = include_str!("openapi_examples.json");

/// What comes in refuses unknown fields.
const CLOSED: [&str; 20] = [
    "AreaRequest",
    "CommandsRequest",
    "Communication",
    "Conformity",
    "ContactRequest",
    "CoverageFound",
    "CreateTicketRequest",
    "FactsPatch",
    "GivePasswordRequest",
    "PasswordRequest",
    "PersonRequest",
    "ProfileRequest",
    "ProviderRequest",
    "ReportDraft",
    "Request",
    "ServiceRequest",
    "SetupRequest",
    "SignInRequest",
    "TechnicalReport",
    "VerifiedSubject",
];

/// The document.
///
/// # Panics
/// Where the examples beside this file are not JSON: a test fails first.
pub fn document() -> Value {
    let (_, generated) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .service(utoipa_actix_web::scope::scope("/api/v1").configure(routes::api))
        .split_for_parts();
    let mut generated = generated;
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    generated.components.get_or_insert_with(Default::default).add_security_scheme("token", bearer);
    let mut document = serde_json::to_value(&generated).expect("the generated document is plain data");
    let examples: Value = serde_json::from_str(EXAMPLES).expect("the examples are JSON");
    mend(&mut document, &examples);
    document
}

/// The document as it is committed: pretty, with a line end.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).expect("the document is plain data");
    text.push('\n');
    text
}

fn mend(document: &mut Value, examples: &Value) {
    document["openapi"] = json!("3.1.0");
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        if let Some(command) = schemas.get("Command") {
            let mended = flat_commands(command, &examples["commands"]);
            schemas.insert("Command".into(), mended);
        }
        for name in CLOSED {
            if let Some(schema) = schemas.get_mut(name).and_then(Value::as_object_mut) {
                schema.insert("additionalProperties".into(), json!(false));
            }
        }
    }
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        let Some(id) = operation["operationId"].as_str().map(str::to_owned) else { continue };
        add_examples(operation, &examples["operations"][&id]);
    }
}

/// serde's own form of a command is `{"escalate": {…}}`; the API's is `{"action": "escalate", …}`.
fn flat_commands(command: &Value, examples: &Value) -> Value {
    let variants = command["oneOf"].as_array().cloned().unwrap_or_default();
    let flat = variants.iter().filter_map(|variant| {
        let (name, inner) = variant["properties"].as_object()?.iter().next()?;
        let mut properties = Map::from_iter([("action".to_owned(), json!({ "type": "string", "const": name }))]);
        properties.extend(inner["properties"].as_object().cloned().unwrap_or_default());
        let mut required = vec![json!("action")];
        required.extend(inner["required"].as_array().cloned().unwrap_or_default());
        let mut schema = json!({
            "type": "object",
            "title": name,
            "required": required,
            "properties": properties,
            "additionalProperties": false,
        });
        if let Some(description) = variant.get("description").or_else(|| inner.get("description")) {
            schema["description"] = description.clone();
        }
        if let Some(example) = examples.get(name) {
            schema["examples"] = json!([example]);
        }
        Some(schema)
    });
    json!({
        "description": "One thing that a person asks of a ticket, by its `action`.",
        "oneOf": flat.collect::<Vec<_>>(),
    })
}

fn add_examples(operation: &mut Value, examples: &Value) {
    if let Some(requests) = examples["request"].as_object()
        && let Some(content) = operation["requestBody"]["content"]["application/json"].as_object_mut()
    {
        let named = requests.iter().map(|(name, value)| (name.clone(), json!({ "value": value }))).collect::<Map<_, _>>();
        content.insert("examples".into(), Value::Object(named));
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses {
        let Some(content) = response["content"].as_object_mut() else { continue };
        if let Some(content) = content.get_mut("application/json").and_then(Value::as_object_mut)
            && let Some(example) = examples.get("response")
        {
            content.insert("example".into(), example.clone());
        }
        if let Some(content) = content.get_mut("application/problem+json").and_then(Value::as_object_mut) {
            content.insert("example".into(), problem_example(status));
        }
    }
}

/// One problem for each status, in English.
fn problem_example(status: &str) -> Value {
    let code = match status {
        "400" => "bad_request",
        "401" => "unauthenticated",
        "403" => "forbidden_role",
        "404" => "not_found",
        "409" | "412" => "version_conflict",
        "413" => "payload_too_large",
        "422" => "invalid_fields",
        "428" => "precondition_required",
        "429" => "too_many_requests",
        "503" => "unavailable",
        _ => "internal",
    };
    let (title, detail) = words::problem(code, words::Language::English).unwrap_or_default();
    json!({
        "type": format!("/problems/{code}"),
        "status": status.parse::<u16>().unwrap_or_default(),
        "code": code,
        "title": title,
        "detail": detail,
        "request_id": "5f2b8c0d9a7e4136",
    })
}
