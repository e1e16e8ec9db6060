//! Sending a call until there is an answer.

use client::ClientError;
use domain::{Line, ValueError};
use serde_json::json;

use super::draft;
use super::model::{self, End};
use super::typed::{FIELDS, Form};
use crate::app::App;
use crate::pages::faults::Fault;
use crate::pages::sending::forget_draft;

/// Sends it until there is an answer; the number of the ticket, where it is a good one.
pub async fn send(form: Form, end: End) -> Option<i64> {
    form.sending.wrong.set(None);
    form.errors.iter().for_each(|error| error.set(None));
    let app = form.app;
    let told = form.told();
    let mut faults: Vec<(&'static str, String)> = Vec::new();
    if told.is_contact {
        for (path, is_needed) in [("name", true), ("area", true), ("extension", false), ("email", false)] {
            let checked = Line::parse(&form.text(path).get_untracked()).err();
            let checked = checked.filter(|error| is_needed || *error != ValueError::Empty);
            faults.extend(checked.map(|error| (path, sentence(app, path, Fault::Value(error)))));
        }
    }
    let body = model::call(&told, end);
    for (path, fault) in body.as_ref().err().into_iter().flatten() {
        faults.push((path, sentence(app, path, *fault)));
    }
    let (true, Ok(mut body)) = (faults.is_empty(), body) else {
        form.show(faults);
        return None;
    };
    if told.is_contact {
        let contact = make_contact(form).await?;
        body["request"]["requester"] = contact.into();
    }
    let key = form.sending.key_of(&body);
    let draft = draft::name(app, form.begun);
    let call = || {
        let (client, body, with) = (app.client(), body.clone(), client::With::key(key.clone()));
        async move { client.create_ticket(&body, &with).await }
    };
    // Whoever left the page finds no draft of what was registered.
    match form.sending.until_answered(app, call, || forget_draft(&draft)).await? {
        Ok(answer) => Some(answer.value.id.get()),
        Err(error) => show_problem(form, &error),
    }
}

/// Somebody new is made once, whatever becomes of the call: from then on they are who calls.
async fn make_contact(form: Form) -> Option<i64> {
    if let Some(id) = form.who.chosen.get_untracked() {
        return Some(id);
    }
    let text = |path: &str| Some(form.text(path).get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
    let request =
        json!({ "name": text("name"), "area": text("area")?.parse::<i64>().ok(), "extension": text("extension"), "email": text("email") });
    let key = form.sending.key_of(&request);
    let call = || {
        let (client, request, with) = (form.app.client(), request.clone(), client::With::key(key.clone()));
        async move { client.create_contact(&request, &with).await }
    };
    match form.sending.until_answered(form.app, call, || ()).await? {
        Ok(answer) => {
            let id = answer.value.id.get();
            form.who.chosen.set(Some(id));
            Some(id)
        }
        Err(error) => show_problem(form, &error),
    }
}

/// What the server said was wrong, at its field where it has one.
fn show_problem(form: Form, error: &ClientError) -> Option<i64> {
    let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
    let mut faults = Vec::new();
    for error in errors {
        let path = error.path.rsplit('.').next().unwrap_or_default();
        let path = if path == "requester" { "who" } else { path };
        faults.extend(FIELDS.iter().find(|field| **field == path).map(|field| (*field, error.detail.clone())));
    }
    if faults.is_empty() {
        form.sending.wrong.set(Some(form.app.describe(error)));
    } else {
        form.show(faults);
    }
    None
}

fn sentence(app: App, path: &str, fault: Fault) -> String {
    let label = match path {
        "who" => app.screen().call_who(),
        "name" => app.screen().call_contact_name(),
        path => words::field(path, app.lang()).unwrap_or_default(),
    };
    fault.sentence(app, path, label)
}
