//! The API's document: OpenAPI 3.1 from the code, mended where the generator cannot say what is so.

use std::collections::BTreeSet;

use domain::{Action, Phase, Refusal, Role, ValueError};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::AppExt;
use wire::command::{Fault, FieldFault, Form};
use words::Language;

use crate::error::{Code, Failure};
use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Atiende",
        description = "The help desk that carries procedure P-TI-04 «Atención de incidencias y ocurrencias».\n\nSign in with `POST /api/v1/session`, then send `Authorization: Bearer …`. Errors are RFC 9457 problems with a stable `code`, in the language of `Accept-Language` (`es-PE`, `en`). Lists are paged by cursor: `next` is the `cursor` of the next call. Send `Idempotency-Key` with what creates or commands, and `If-Match` with what must not overwrite.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This server.")),
    components(schemas(wire::Problem)),
    tags(
        (name = "tickets", description = "The procedure: requests, commands, what happened, what waits."),
        (name = "reports", description = "Figures: follow-up by summaries and executive charts."),
        (name = "files", description = "Files, up and down."),
        (name = "records", description = "People, contacts, areas, services, providers."),
        (name = "account", description = "Sign in and out; one's own profile; the first administrator."),
        (name = "procedure", description = "P-TI-04 as the system carries it."),
        (name = "mail", description = "Mail out: what waits, went and failed; the links in it that act. Mail in: every message, and what became of it."),
    )
)]
struct Base;

/// Examples by operation id (`create_ticket`), for bodies and answers, and by action, for commands.
const EXAMPLES: &str = include_str!("openapi_examples.json");

/// The id of a request in the examples of problems.
const REQUEST_ID: &str = "5f2b8c0d9a7e4136";

/// What the ETag of an answer is made of: its readers may send it back in `If-None-Match` and `If-Match`.
const TAGGED: [&str; 9] =
    ["AbsenceView", "AreaView", "PersonView", "ProfileView", "ProviderView", "SavedView", "ServiceView", "SettingView", "TicketView"];

/// The document.
///
/// # Panics
/// Where the examples beside this file are not JSON: a test fails first.
pub fn document() -> Value {
    let (_, mut generated) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .service(utoipa_actix_web::scope::scope("/api/v1").configure(|config| routes::api(config)))
        .split_for_parts();
    let components = generated.components.get_or_insert_with(Default::default);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let bearer = bearer.description(Some(
        "The `access_token` of a session, good for 15 minutes; or an access token for integrations (`atd_…`), within its scope.",
    ));
    components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    let cookie =
        ApiKeyValue::with_description("__Host-atiende_refresh", "The refresh token; over plain http the cookie is `atiende_refresh`.");
    components.add_security_scheme("refresh", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let mut document = serde_json::to_value(&generated).expect("the generated document is plain data");
    let examples: Value = serde_json::from_str(EXAMPLES).expect("the examples are JSON");
    mend(&mut document, &examples);
    // The same whatever a build makes of serde_json's features.
    document.sort_all_objects();
    document
}

/// The document as it is committed: pretty, with a line end.
pub fn text() -> String {
    written(&document())
}

pub fn written(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("the document is plain data");
    text.push('\n');
    text
}

fn mend(document: &mut Value, examples: &Value) {
    document["openapi"] = json!("3.1.0");
    if let Some(command) = document["components"]["schemas"].get_mut("Command") {
        *command = flat_commands(command, &examples["commands"]);
    }
    refer_to_items(document);
    close_what_comes_in(document);
    let mut shared = Map::new();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, operations) in paths {
        for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            leave_out_nulls(operation);
            keep_possible_problems(operation, path);
            add_headers(operation);
            add_examples(operation, &examples["operations"][&id], &id);
            share_problems(operation, &mut shared);
        }
    }
    document["components"]["responses"] = Value::Object(shared);
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

/// The generator writes the items of a page out, each time.
fn refer_to_items(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas {
        if let Some(item) = name.strip_prefix("Page_") {
            schema["properties"]["items"]["items"] = json!({ "$ref": format!("#/components/schemas/{item}") });
        }
    }
}

/// What comes in refuses unknown fields: every object that a request's body leads to.
fn close_what_comes_in(document: &mut Value) {
    let mut open: Vec<String> = Vec::new();
    let bodies = document["paths"].as_object().into_iter().flat_map(Map::values).filter_map(Value::as_object).flat_map(Map::values);
    bodies.for_each(|operation| references(&operation["requestBody"], &mut open));
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let schema = &mut document["components"]["schemas"][&name];
        references(schema, &mut open);
        if schema.get("properties").is_some() {
            schema["additionalProperties"] = json!(false);
        }
    }
}

/// The names of the schemas that a part of the document refers to.
fn references(part: &Value, names: &mut Vec<String>) {
    match part {
        Value::Object(fields) => {
            let reference = fields.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next());
            names.extend(reference.map(str::to_owned));
            fields.values().for_each(|field| references(field, names));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

/// A parameter may be left out; there is no null in a header or a query.
fn leave_out_nulls(operation: &mut Value) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) else { continue };
        let alternatives = schema.get_mut("oneOf").and_then(Value::as_array_mut);
        if let Some(alternatives) = alternatives {
            alternatives.retain(|alternative| alternative["type"] != "null");
        }
        if let Some(Value::Array(types)) = schema.get("type") {
            let one = types.iter().find(|name| *name != "null").cloned();
            schema.extend(one.map(|one| ("type".to_owned(), one)));
        }
    }
}

/// Every operation is declared with every problem; these are those that it can answer with.
fn keep_possible_problems(operation: &mut Value, path: &str) {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let parameter = |name: &str| parameters.iter().find(|parameter| parameter["name"] == name);
    let has_query = parameters.iter().any(|parameter| parameter["in"] == "query");
    let has_body = operation.get("requestBody").is_some();
    let is_of_record = ["{id}", "{token}", "{name}"].iter().any(|place| path.contains(place));
    let if_match = parameter("If-Match").map(|parameter| parameter["required"] == true);
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let id = id.as_str();
    let is_open = operation.get("security").is_none();
    let is_throttled =
        ["create_setup", "create_session", "create_password_reset", "update_forgotten_password", "update_my_password"].contains(&id);
    let can_clash = ["retry_outgoing_mail", "dismiss_received_mail", "create_invitation"].contains(&id)
        || has_body
            && ![
                "create_password_reset",
                "update_forgotten_password",
                "create_file",
                "create_received_mail",
                "create_session",
                "update_me",
                "update_my_password",
                "update_person_password",
                "update_setting",
            ]
            .contains(&id);
    let is_possible = |status: &str| match status {
        "400" => has_body || has_query,
        "401" => id == "create_session" || (!is_open && id != "delete_session"),
        "403" => !is_open || has_body || id == "delete_session",
        "404" => is_of_record,
        "408" | "413" | "415" => has_body,
        "409" => can_clash,
        "412" => if_match.is_some(),
        "422" => has_body || has_query,
        "428" => if_match == Some(true),
        "429" => is_throttled,
        _ => true,
    };
    if let Some(responses) = operation["responses"].as_object_mut() {
        responses.retain(|status, _| is_possible(status));
    }
}

fn add_headers(operation: &mut Value) {
    let header = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses {
        let reference = response.pointer("/content/application~1json/schema/$ref").and_then(Value::as_str).unwrap_or_default().to_owned();
        if TAGGED.iter().any(|name| reference.ends_with(&format!("/{name}"))) {
            response["headers"]["ETag"] = header("The version and a hash of this answer: for `If-Match` and `If-None-Match`.");
        }
        if status == "201" && !["/SessionView", "/NewTokenView"].iter().any(|shown_once| reference.ends_with(shown_once)) {
            response["headers"]["Location"] = header("Where it is found.");
        }
        if ["429", "503"].contains(&status.as_str()) {
            response["headers"]["Retry-After"] = header("Seconds after which to try again.");
        }
    }
}

fn add_examples(operation: &mut Value, examples: &Value, id: &str) {
    if let Some(requests) = examples["request"].as_object()
        && let Some(content) = operation.pointer_mut("/requestBody/content/application~1json").and_then(Value::as_object_mut)
    {
        let named = requests.iter().map(|(name, value)| (name.replace([' ', ':', ','], "_").replace("__", "_"), named(name, value)));
        content.insert("examples".into(), Value::Object(named.collect()));
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses {
        let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { continue };
        if let Some(content) = content.get_mut("application/json").and_then(Value::as_object_mut)
            && let Some(example) = examples.get("response")
        {
            content.insert("example".into(), example.clone());
        }
        if let Some(content) = content.get_mut("application/problem+json").and_then(Value::as_object_mut) {
            let problem = problem(id, status).problem(Language::English, Some(REQUEST_ID));
            content.insert("example".into(), json!(problem));
            content.insert("schema".into(), json!({ "$ref": "#/components/schemas/Problem" }));
        }
    }
}

/// A problem that several operations answer with alike is written once, under its code.
fn share_problems(operation: &mut Value, shared: &mut Map<String, Value>) {
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for response in responses.values_mut() {
        let code = response.pointer("/content/application~1problem+json/example/code").and_then(Value::as_str);
        let Some(code) = code else { continue };
        let reference = json!({ "$ref": format!("#/components/responses/{code}") });
        if *shared.entry(code.to_owned()).or_insert_with(|| response.clone()) == *response {
            *response = reference;
        }
    }
}

fn named(summary: &str, value: &Value) -> Value {
    json!({ "summary": summary, "value": value })
}

/// A problem of this status that the operation answers with.
fn problem(id: &str, status: &str) -> Failure {
    let resource = id.split_once('_').map_or(id, |(_, resource)| resource);
    let is_record =
        ["person", "people", "contact", "area", "service", "provider", "setting", "absence"].iter().any(|name| resource.starts_with(name));
    let is_ticket = resource.contains("ticket");
    let is_session = resource.contains("session");
    let roles = |roles: &[Role]| Failure::from(Refusal::NotYourRole { roles: roles.to_vec() });
    match status {
        "400" => Code::BadRequest.into(),
        "401" if ["create_session", "update_my_password"].contains(&id) => Code::InvalidCredentials.into(),
        "401" if is_session => Code::StaleSession.into(),
        "401" => Code::Unauthenticated.into(),
        "403" if id.ends_with("_my_token") || id.ends_with("_my_tokens") => Code::SessionNeeded.into(),
        "403" if resource.starts_with("access_token") => roles(&[Role::Admin]),
        "403" if id == "create_invitation" => roles(&[Role::Admin]),
        "403" if id == "create_setup" => Code::SetupTokenBad.into(),
        "403" if is_session => Code::WrongOrigin.into(),
        "403" if resource == "contact_merge" => roles(&[Role::HelpDesk, Role::Admin]),
        "403" if resource == "contact" => roles(&[Role::HelpDesk]),
        "403" if id == "create_received_mail" => roles(&[Role::Admin]),
        "403" if resource.starts_with("received_mail") => roles(&[Role::HelpDesk, Role::Admin, Role::Auditor]),
        "403" if is_record || resource.contains("outgoing_mail") => roles(&[Role::Admin]),
        "403" if ["command_ticket", "create_file"].contains(&id) => roles(&[Role::HelpDesk]),
        "403" => Code::AccountDisabled.into(),
        "404" => Code::NotFound.into(),
        "408" => Code::RequestTimeout.into(),
        "409" if id == "create_invitation" => Code::PersonDisabled.into(),
        "409" if id == "create_my_token" => Code::AlreadyCreated.into(),
        "409" if id == "create_setup" => Code::SetupDone.into(),
        "409" if id == "retry_outgoing_mail" => Code::MailNotEnded.into(),
        "409" if id == "create_mail_answer" => Code::MailAnswerLate.into(),
        "409" if ["person", "contact"].contains(&resource) => Code::EmailTaken.into(),
        "409" if resource.starts_with("received_mail") => Code::MailSettled.into(),
        "409" if is_ticket => Refusal::NotNow { phase: Phase::Closed, action: Action::RecordSolution }.into(),
        "409" => Code::NameTaken.into(),
        "412" => Failure::VersionConflict { is_precondition: true, version: 8 },
        "413" if resource.ends_with("_import") => Failure::PayloadTooLarge { max_bytes: crate::app::imports::MAX_BYTES as u64 },
        "413" if id == "create_received_mail" => Failure::PayloadTooLarge { max_bytes: crate::app::intake::MAX_MAIL_BYTES },
        "413" if id == "create_file" => Failure::PayloadTooLarge { max_bytes: crate::app::files::MAX_FILE_BYTES },
        "413" => Failure::PayloadTooLarge { max_bytes: crate::http::body::MAX_JSON_BYTES as u64 },
        "415" => Code::UnsupportedMediaType.into(),
        "422" if id == "update_forgotten_password" => Code::LinkBad.into(),
        "422" => FieldFault { path: wrong_field(id, resource).into(), fault: wrong(id) }.into(),
        "428" => Code::PreconditionRequired.into(),
        "429" => Failure::TooManyRequests { retry_after_seconds: 6 },
        "503" => Failure::Unavailable(String::new()),
        _ => Failure::Internal(String::new()),
    }
}

/// A field that people get wrong there.
fn wrong_field(id: &str, resource: &str) -> &'static str {
    match id {
        "command_ticket" => "commands[0].handover",
        "create_ticket" => "request.title",
        "create_file" => "file",
        "create_received_mail" => "size",
        "create_received_mail_request" => "requester",
        "update_received_mail_ticket" => "ticket",
        "create_session" => "password",
        "create_setup" => "agency",
        "update_me" => "language",
        "create_mail_answer" => "reason",
        "update_my_password" => "new",
        "update_person_password" => "password",
        "update_setting" => "value",
        "create_password_reset" => "email",
        "create_people_import" => "rows[17].email",
        "create_areas_import" => "rows[17].parent",
        "update_contact_merge" => "into",
        "create_absence" | "update_absence" => "until_on",
        _ if id.starts_with("list_") => "limit",
        _ if resource == "person" => "area",
        _ => "name",
    }
}

fn wrong(id: &str) -> Fault {
    if id == "create_received_mail" {
        return Fault::Malformed(Form::WholeNumber);
    }
    if id.starts_with("list_") { Fault::Value(ValueError::OutOfRange { min: 1, max: wire::MAX_PAGE_SIZE.into() }) } else { Fault::Missing }
}
