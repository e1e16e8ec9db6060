//! Sending a call until there is an answer.

use client::ClientError;
use domain::{Line, Refusal, ValueError};
use serde_json::json;
use words::Names;

use super::model::{self, End, Fault};
use super::typed::{FIELDS, Form};
use crate::app::App;

/// How long we wait before what had no answer is sent again.
const AGAIN_MILLISECONDS: u32 = 5_000;

/// Sends it until there is an answer; the number of the ticket, where it is a good one.
pub async fn send(form: Form, end: End) -> Option<i64> {
    form.wrong.set(None);
    form.errors.iter().for_each(|error| error.set(None));
    let app = form.app;
    let told = form.told();
    let mut faults: Vec<(&'static str, String)> = Vec::new();
    if told.is_contact {
        for (path, is_needed) in [("name", true), ("area", true), ("extension", false), ("email", false)] {
            let checked = Line::parse(&form.text(path).get_untracked()).err();
            faults.extend(
                checked
                    .filter(|error| is_needed || *error != ValueError::Empty)
                    .map(|error| (path, sentence(app, path, Fault::Value(error)))),
            );
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
    form.is_sending.set(true);
    if told.is_contact {
        let contact = make_contact(form).await?;
        body["request"]["requester"] = contact.into();
    }
    let key = match form.unanswered.get_value() {
        Some((sent, key)) if sent == body => key,
        _ => client::new_key(),
    };
    form.unanswered.set_value(Some((body.clone(), key.clone())));
    let answer = until_answered(form, || {
        let (client, body, with) = (app.client(), body.clone(), client::With::key(key.clone()));
        async move { client.create_ticket(&body, &with).await }
    })
    .await?;
    Some(answer.value.id.get())
}

/// Somebody new is made once, whatever becomes of the call: from then on they are who calls.
async fn make_contact(form: Form) -> Option<i64> {
    if let Some(id) = form.who.chosen.get_untracked() {
        return Some(id);
    }
    let text = |path: &str| Some(form.text(path).get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
    let request =
        json!({ "name": text("name"), "area": text("area")?.parse::<i64>().ok(), "extension": text("extension"), "email": text("email") });
    let key = client::new_key();
    let answer = until_answered(form, || {
        let (client, request, with) = (form.app.client(), request.clone(), client::With::key(key.clone()));
        async move { client.create_contact(&request, &with).await }
    })
    .await?;
    let id = answer.value.id.get();
    form.who.chosen.set(Some(id));
    Some(id)
}

/// Calls again while there is no answer; what is wrong is said at its field.
async fn until_answered<T, F>(form: Form, call: impl Fn() -> F) -> Option<T>
where
    F: Future<Output = Result<T, ClientError>>,
{
    let app = form.app;
    loop {
        let result = call().await;
        app.heard(result.as_ref().err());
        // The page may have been left meanwhile.
        form.is_sending.try_get_untracked().filter(|is| *is)?;
        match result {
            Ok(answer) => return Some(answer),
            Err(error @ ClientError::Offline(_)) => {
                form.wrong.set(Some(app.describe(&error)));
                gloo_timers::future::TimeoutFuture::new(AGAIN_MILLISECONDS).await;
                form.is_sending.try_get_untracked().filter(|is| *is)?;
            }
            Err(error) => {
                form.is_sending.set(false);
                show_problem(form, &error);
                return None;
            }
        }
    }
}

/// What the server said was wrong, at its field where it has one.
fn show_problem(form: Form, error: &ClientError) {
    let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
    let mut faults = Vec::new();
    for error in errors {
        let path = error.path.rsplit('.').next().unwrap_or_default();
        let path = if path == "requester" { "who" } else { path };
        faults.extend(FIELDS.iter().find(|field| **field == path).map(|field| (*field, error.detail.clone())));
    }
    if faults.is_empty() {
        form.wrong.set(Some(form.app.describe(error)));
    } else {
        form.show(faults);
    }
}

fn sentence(app: App, path: &str, fault: Fault) -> String {
    let label = match path {
        "who" => app.screen().call_who(),
        "name" => app.screen().call_contact_name(),
        path => words::field(path, app.lang()).unwrap_or_default(),
    };
    match fault {
        Fault::Value(error) => words::value_error(error, label, app.lang()),
        Fault::NobodyChosen => words::refusal(&Refusal::PersonUnknown { field: path.to_owned() }, &Names::UNKNOWN, app.lang()),
    }
}
