//! The API's document is right, whole, committed, and says what the types of the wire say.

use std::collections::BTreeSet;

use domain::Action;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::*;

use crate::document::{Operation, faults, operations, resolve};

fn document() -> Value {
    api::openapi::document()
}

/// Every part of the document with its place.
fn walk<'a>(part: &'a Value, at: String, see: &mut impl FnMut(&str, &'a Value)) {
    see(&at, part);
    match part {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| walk(field, format!("{at}/{name}"), see)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| walk(item, format!("{at}/{n}"), see)),
        _ => {}
    }
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");

    let committed = std::fs::read_to_string(path).unwrap_or_default();

    assert!(
        committed == api::openapi::text(),
        "openapi/openapi.json is not what the code says: run `cargo xtask openapi` and look at the diff"
    );
}

#[test]
fn every_operation_says_what_it_does() {
    let document = document();
    let tags: BTreeSet<_> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).map(|name| name.to_string()).collect();

    let operations = operations(&document);

    assert_eq!(document["openapi"], "3.1.0");
    let ids: BTreeSet<_> = operations.iter().map(|operation| operation.id).collect();
    assert_eq!(ids.len(), operations.len(), "an operation id names one operation");
    let mut used = BTreeSet::new();
    for Operation { id, says, .. } in &operations {
        let verb = id.split('_').next().unwrap_or_default();
        let verbs = ["read", "list", "create", "update", "delete", "refresh", "command", "retry", "dismiss"];
        assert!(verbs.contains(&verb), "{id:?} is verb_resource, with a verb of {verbs:?}");
        for text in ["summary", "description"] {
            let text = says[text].as_str().unwrap_or_default();
            assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{id} has its sentences: {text:?}");
        }
        let of_operation: Vec<_> = says["tags"].as_array().into_iter().flatten().map(Value::to_string).collect();
        assert!(
            of_operation.len() == 1 && tags.contains(&of_operation[0]),
            "{id} has one tag, which the document explains: {of_operation:?}"
        );
        used.extend(of_operation);
        for parameter in says["parameters"].as_array().into_iter().flatten() {
            let name = &parameter["name"];
            assert!(parameter["schema"].is_object(), "{id} says what {name} is");
            assert!(!parameter["schema"].to_string().contains("null"), "{id}: {name} is left out, never null");
            let is_plain = ["service", "sort", "words"].iter().any(|plain| name == plain);
            assert!(is_plain || parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{id} says what {name} means");
        }
    }
    assert_eq!(used, tags, "every tag is used");
}

#[test]
fn every_operation_shows_what_goes_in_and_what_comes_out() {
    let document = document();

    for operation in operations(&document) {
        let Operation { id, says, .. } = operation;
        if says["requestBody"]["content"].get("application/json").is_some() {
            assert!(operation.request_examples().count() > 0, "{id} has an example of its body");
            assert_eq!(says["requestBody"]["required"], true, "{id} needs its body");
        }
        let mut n_good = 0;
        for (status, response) in operation.responses() {
            let content = response["content"].as_object();
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{id} describes {status}");
            let is_good = status.starts_with('2');
            n_good += usize::from(is_good);
            for (media_type, content) in content.into_iter().flatten() {
                let has_example = content.get("example").is_some() || media_type == "application/octet-stream";
                assert!(has_example, "{id} has an example of {status}");
                let is_problem = media_type == "application/problem+json";
                assert!(is_problem || status.starts_with('2'), "{id} answers {status} with a problem");
            }
            let is_bodiless = ["204", "304"].contains(&status.as_str());
            assert_eq!(content.is_none(), is_bodiless, "{id} says what {status} carries");
        }
        assert!(n_good > 0, "{id} can succeed");
        for status in [500, 503] {
            assert!(operation.response(status).is_some(), "{id} can answer {status}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_referred_to() {
    let document = document();
    let mut referred = BTreeSet::new();

    walk(&document, "#".into(), &mut |at, part| {
        if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
            assert!(resolve(&document, reference).is_some(), "{at} refers to {reference}");
            referred.insert(reference.to_owned());
        }
    });

    for kind in ["schemas", "responses"] {
        let names = document["components"][kind].as_object().unwrap().keys();
        let unused: Vec<_> = names.filter(|name| !referred.contains(&format!("#/components/{kind}/{name}"))).collect();
        assert_eq!(unused, [""; 0]);
    }
}

#[test]
fn names_are_those_of_the_wire() {
    let document = document();
    let names = |schema: &str| -> Vec<String> {
        document["components"]["schemas"][schema]["enum"].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
    };

    assert_eq!(names("Action"), Action::ALL.iter().map(|action| action.name()).collect::<Vec<_>>());
    assert_eq!(names("Role"), domain::Role::ALL.iter().map(|role| role.name()).collect::<Vec<_>>());
    assert_eq!(names("Phase"), domain::Phase::ALL.iter().map(|phase| phase.name()).collect::<Vec<_>>());
    assert_eq!(names("EventName"), domain::EventName::ALL.iter().map(|event| event.name()).collect::<Vec<_>>());
}

#[test]
fn every_action_is_a_flat_command_with_an_example() {
    let document = document();
    let variants = document["components"]["schemas"]["Command"]["oneOf"].as_array().unwrap();

    let actions: Vec<_> = variants.iter().map(|variant| variant["properties"]["action"]["const"].as_str().unwrap()).collect();

    assert_eq!(actions, Action::ALL.iter().map(|action| action.name()).collect::<Vec<_>>());
    for (variant, action) in variants.iter().zip(Action::ALL) {
        assert_eq!(variant["additionalProperties"], false, "{action} refuses unknown fields");
        assert_eq!(variant["required"][0], "action");
        assert!(
            variant["description"].as_str().is_some_and(|text| text.ends_with('.')) || UNEXPLAINED.contains(action),
            "{action} is explained"
        );
        let examples = variant["examples"].as_array().unwrap_or_else(|| panic!("{action} has an example"));
        for example in examples {
            let parsed = parse_commands(json!({ "commands": [example] })).unwrap_or_else(|fault| panic!("{action}: {fault:?}"));
            assert_eq!(parsed.commands[0].0.action(), *action);
        }
    }
}

/// Their name says all.
const UNEXPLAINED: [Action; 8] = [
    Action::Unwatch,
    Action::CorrectCategory,
    Action::CorrectFacts,
    Action::Reopen,
    Action::MarkDuplicate,
    Action::UndoDuplicate,
    Action::Discard,
    Action::Close,
];

/// Reads an operation's body with the type that its handler reads it with.
fn read_body(id: &str, body: Value) -> Result<(), FieldFault> {
    fn one<T: DeserializeOwned>(body: Value) -> Result<(), FieldFault> {
        parse_one::<T>(body, "").map(drop)
    }
    match id {
        "create_setup" => one::<SetupRequest>(body),
        "create_session" => one::<SignInRequest>(body),
        "update_me" => one::<ProfileRequest>(body),
        "update_my_notice_mark" => one::<NoticeMarkRequest>(body),
        "update_my_password" => one::<PasswordRequest>(body),
        "create_password_reset" => one::<ResetRequest>(body),
        "update_forgotten_password" => one::<RedeemRequest>(body),
        "create_my_token" => one::<TokenRequest>(body),
        "create_person" | "update_person" => one::<PersonRequest>(body),
        "update_person_password" => one::<GivePasswordRequest>(body),
        "create_contact" | "update_contact" => one::<ContactRequest>(body),
        "create_area" | "update_area" => one::<AreaRequest>(body),
        "create_service" | "update_service" => one::<ServiceRequest>(body),
        "create_provider" | "update_provider" => one::<ProviderRequest>(body),
        "create_absence" | "update_absence" => one::<AbsenceRequest>(body),
        "create_view" | "update_view" => one::<SavedViewRequest>(body),
        "update_contact_merge" => one::<MergeRequest>(body),
        "update_setting" => one::<SettingRequest>(body),
        "create_received_mail_request" => one::<MailRequestRequest>(body),
        "update_received_mail_ticket" => one::<MailTicketRequest>(body),
        "create_ticket" => parse_create(body).map(drop),
        "command_ticket" => parse_commands(body).map(drop),
        "create_mail_answer" => one::<MailAnswerRequest>(body),
        other => panic!("which type is the body of {other}?"),
    }
}

/// Reads an answer with the type of the wire, and writes it again.
fn written_again(id: &str, answer: Value) -> Value {
    fn again<T: DeserializeOwned + Serialize>(answer: Value) -> Value {
        serde_json::to_value(serde_json::from_value::<T>(answer).unwrap()).unwrap()
    }
    match id {
        "read_setup" => again::<SetupView>(answer),
        "create_setup" | "create_session" | "refresh_session" => again::<SessionView>(answer),
        "read_me" | "update_me" => again::<ProfileView>(answer),
        "list_my_tokens" | "list_access_tokens" => again::<Page<TokenView>>(answer),
        "create_password_reset" | "create_invitation" => again::<PasswordLinkView>(answer),
        "create_my_token" => again::<NewTokenView>(answer),
        "list_people" => again::<Page<PersonView>>(answer),
        "create_person" | "read_person" | "update_person" | "create_contact" | "update_contact" => again::<PersonView>(answer),
        "list_areas" => again::<Page<AreaView>>(answer),
        "create_area" | "read_area" | "update_area" => again::<AreaView>(answer),
        "list_services" => again::<Page<ServiceView>>(answer),
        "create_service" | "read_service" | "update_service" => again::<ServiceView>(answer),
        "list_providers" => again::<Page<ProviderView>>(answer),
        "create_provider" | "read_provider" | "update_provider" => again::<ProviderView>(answer),
        "list_absences" => again::<Page<AbsenceView>>(answer),
        "create_absence" | "read_absence" | "update_absence" => again::<AbsenceView>(answer),
        "update_contact_merge" => again::<MergeView>(answer),
        "create_people_import" | "create_areas_import" => again::<ImportView>(answer),
        "list_trail" => again::<Page<TrailView>>(answer),
        "read_volume_report" => again::<VolumeReport>(answer),
        "read_breakdown_report" => again::<BreakdownReport>(answer),
        "read_resolution_report" => again::<ResolutionReport>(answer),
        "read_times_report" => again::<TimesReport>(answer),
        "read_waiting_report" => again::<WaitingReport>(answer),
        "read_decisions_report" => again::<DecisionsReport>(answer),
        "read_load_report" => again::<LoadReport>(answer),
        "list_settings" => again::<Page<SettingView>>(answer),
        "read_setting" | "update_setting" => again::<SettingView>(answer),
        "list_absence_changes"
        | "list_setting_changes"
        | "list_person_changes"
        | "list_area_changes"
        | "list_service_changes"
        | "list_provider_changes" => again::<Page<ChangeView>>(answer),
        "list_tickets" => again::<Page<TicketSummary>>(answer),
        "list_views" => again::<Page<SavedView>>(answer),
        "create_view" | "read_view" | "update_view" => again::<SavedView>(answer),
        "read_ticket_count" => again::<TicketCountView>(answer),
        "read_desk" => again::<DeskView>(answer),
        "list_my_notices" => again::<MyNoticesView>(answer),
        "create_received_mail" => again::<IntakeView>(answer),
        "list_received_mails" => again::<Page<ReceivedMailSummary>>(answer),
        "read_received_mail" | "dismiss_received_mail" => again::<ReceivedMailView>(answer),
        "create_received_mail_request" | "update_received_mail_ticket" => again::<TicketView>(answer),
        "create_ticket" | "read_ticket" | "command_ticket" => again::<TicketView>(answer),
        "list_ticket_events" => again::<Page<EventView>>(answer),
        "create_file" => again::<FileView>(answer),
        "read_procedure" => again::<ProcedureView>(answer),
        "read_counts" => again::<CountsView>(answer),
        "list_outgoing_mails" => again::<Page<OutgoingMailSummary>>(answer),
        "read_outgoing_mail_counts" => again::<OutgoingMailCountsView>(answer),
        "read_outgoing_mail" | "retry_outgoing_mail" => again::<OutgoingMailView>(answer),
        "read_mail_answer" | "create_mail_answer" => again::<MailAnswerView>(answer),
        other => panic!("which type is the answer of {other}?"),
    }
}

#[test]
fn every_example_of_a_body_is_taken_and_keeps_to_its_schema() {
    let document = document();

    for operation in operations(&document) {
        let schema = &operation.says["requestBody"]["content"]["application/json"]["schema"];
        for (name, body) in operation.request_examples() {
            let id = operation.id;
            assert_eq!(read_body(id, body.clone()), Ok(()), "{id}, {name}");
            assert_eq!(faults(&document, schema, body), [""; 0], "{id}, {name}");
        }
    }
}

#[test]
fn a_field_that_nobody_knows_is_refused_wherever_it_stands_and_the_document_says_so() {
    let document = document();

    for operation in operations(&document) {
        let schema = &operation.says["requestBody"]["content"]["application/json"]["schema"];
        for (name, body) in operation.request_examples() {
            let id = operation.id;
            let mut places = Vec::new();
            walk(body, String::new(), &mut |at, part| places.extend(part.is_object().then(|| at.to_owned())));
            for place in places {
                let mut body = body.clone();
                body.pointer_mut(&place).unwrap()["unexpected"] = json!(1);

                let fault = read_body(id, body.clone()).expect_err("an unknown field is refused");

                assert_eq!(fault.fault.code(), "unknown_field", "{id}, {name}, {place}: {fault:?}");
                assert!(fault.path.ends_with("unexpected"), "{id}, {name}, {place}: {fault:?}");
                assert!(!faults(&document, schema, &body).is_empty(), "{id}, {name}: the document takes an unknown field at {place:?}");
            }
        }
    }
}

#[test]
fn every_example_of_an_answer_is_what_the_wire_writes() {
    let document = document();

    for operation in operations(&document) {
        for (status, response) in operation.responses().filter(|(status, _)| status.starts_with('2')) {
            let content = &response["content"]["application/json"];
            let Some(example) = content.get("example") else { continue };
            let id = operation.id;
            assert_eq!(&written_again(id, example.clone()), example, "{id} {status}");
            assert_eq!(faults(&document, &content["schema"], example), [""; 0], "{id} {status}");
        }
    }
}

#[test]
fn every_example_of_a_problem_has_its_status_and_words() {
    let document = document();

    for operation in operations(&document) {
        for (status, response) in operation.responses() {
            let Some(content) = response["content"].get("application/problem+json") else { continue };
            let id = operation.id;
            let problem: Problem =
                serde_json::from_value(content["example"].clone()).unwrap_or_else(|error| panic!("{id} {status}: {error}"));
            assert_eq!(problem.status.to_string(), *status, "{id}");
            assert!(!problem.title.is_empty() && !problem.detail.is_empty(), "{id} {status}: {problem:?}");
            assert!(!problem.detail.contains('{'), "{id} {status} has a sentence with its parts: {problem:?}");
            assert_eq!(faults(&document, &content["schema"], &content["example"]), [""; 0], "{id} {status}");
        }
    }
}

/// The few operations that nobody need sign in for are those of `access.txt` that do not answer nobody with 401.
#[test]
fn every_operation_says_who_may_call_it() {
    let document = document();
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();

    for Operation { id, says, .. } in operations(&document) {
        let security = says["security"].as_array();
        for name in security.into_iter().flatten().filter_map(Value::as_object).flat_map(|scheme| scheme.keys()) {
            assert!(schemes.contains_key(name), "{id} names a scheme that the document explains: {name}");
        }
        let needs_token = security.is_some_and(|security| *security == [json!({ "token": [] })]);
        let is_public = crate::access::expected(id, "nobody") != "401" || id == "refresh_session";
        assert_eq!(needs_token, !is_public, "{id}");
    }
}
