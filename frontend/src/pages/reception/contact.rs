//! Somebody who is not in the directory: merged into who they are, or their details confirmed.

use std::sync::Arc;

use crate::reactive::*;
use client::{Answer, ClientError};
use domain::{Line, ValueError};
use leptos::task::spawn_local;
use serde_json::json;
use wire::{MergeRequest, PersonView};

use crate::app::App;
use crate::components::html::{self as h, El, live};
use crate::components::{Field, Find, find, icon, line, select, trouble};
use crate::pages::records::{self, Records};

/// `on_done`: they are another, or called otherwise, from now on.
pub fn contact(app: App, answer: Arc<Answer<PersonView>>, on_done: impl Fn() + Copy + Send + Sync + 'static) -> El {
    let screen = app.screen();
    let person = &answer.value;
    let wrong = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let who = Find::new(String::new(), None);
    let field = Field::new("merge-who", screen.receive_merge_who()).hint(Some(screen.receive_merge_help()));
    let seek = records::seek_people(app, who);
    let id = person.id;
    let merge = move || {
        let Some(into) = who.chosen.get_untracked().and_then(|id| id.try_into().ok()) else {
            field_error(app, &Field::new("merge-who", ""), wrong);
            return;
        };
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            let merged = app.client().merge_contact(id, &MergeRequest { into }, &client::With::key(client::new_key())).await;
            let done = merged.map(|merged| words::merged_into(merged.value.n_tickets, &merged.value.person.name, app.lang()));
            end(app, done, is_busy, wrong, on_done);
        });
    };
    let is_confirming = RwSignal::new(false);
    let confirm = {
        let answer = answer.clone();
        live(move || is_confirming.get().then(|| details(app, answer.clone(), is_busy, wrong, on_done)))
    };
    let buttons = h::div().class("row").with((
        h::button().set("type", "button").class("btn btn-sm btn-primary").id("merge").on_click(merge).with(screen.receive_merge()),
        h::button()
            .set("type", "button")
            .class("btn btn-sm")
            .follow_bool("aria-expanded", move || is_confirming.get())
            .on_click(move || is_confirming.set(!is_confirming.get_untracked()))
            .with(screen.receive_confirm()),
    ));
    let address = person.email.clone().map(|email| h::span().class("muted").with(email));
    h::section().class("notice r-contact").set("aria-label", screen.contact_new()).with((
        h::p().class("row").with((icon("user"), h::b().with(screen.receive_who()), address)),
        h::div().class("r-merge").with((field.draw(app, find(app, &field, who, seek)), buttons)),
        confirm,
        trouble(wrong),
    ))
}

fn field_error(app: App, field: &Field, wrong: RwSignal<Option<String>>) {
    let refusal = domain::Refusal::PersonUnknown { field: field.id.clone() };
    wrong.set(Some(words::refusal(&refusal, &words::Names::UNKNOWN, app.lang())));
}

fn end(app: App, result: Result<String, ClientError>, is_busy: RwSignal<bool>, wrong: RwSignal<Option<String>>, on_done: impl Fn()) {
    app.heard(result.as_ref().err());
    let _ = is_busy.try_set(false);
    match result {
        Ok(sentence) => {
            app.say(sentence);
            app.count();
            on_done();
        }
        Err(error) => drop(wrong.try_set(Some(app.describe(&error)))),
    }
}

/// Their name, area and extension, as the desk learned them.
fn details(
    app: App,
    answer: Arc<Answer<PersonView>>,
    is_busy: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> El {
    let screen = app.screen();
    let person = &answer.value;
    let label = |path: &str| words::field(path, app.lang()).unwrap_or_default();
    let name = (Field::new("contact-name", screen.call_contact_name()), RwSignal::new(person.name.clone()));
    let area = (Field::new("contact-area", label("area")), RwSignal::new(person.area.id.to_string()));
    let extension =
        (Field::new("contact-extension", label("extension")).optional(), RwSignal::new(person.extension.clone().unwrap_or_default()));
    let areas = records::bring(app, Records::Areas, area.0.error);
    let fields = h::div().class("fields fields-2").with((
        name.0.draw(app, line(&name.0, "text", name.1)),
        area.0.draw(app, select(&area.0, screen.choose_one(), areas, area.1)),
        extension.0.draw(app, line(&extension.0, "text", extension.1)),
    ));
    // Of whom the form was filled in: what another changed meanwhile is not undone unseen.
    let now = RwSignal::new(answer.clone());
    let submit = move || {
        let typed = name.1.get_untracked();
        if let Err(error) = Line::parse(&typed) {
            return name.0.error.set(Some(words::value_error(error, name.0.label, app.lang())));
        }
        let Ok(area_id) = area.1.get_untracked().parse::<i64>() else {
            return area.0.error.set(Some(words::value_error(ValueError::Empty, area.0.label, app.lang())));
        };
        let extension = Some(extension.1.get_untracked()).filter(|text| !text.trim().is_empty());
        if is_busy.get_untracked() {
            return;
        }
        let before = now.get_untracked();
        let person = &before.value;
        let (email, phone, place) = (&person.email, &person.phone, &person.place);
        let request = json!({ "name": typed, "area": area_id, "extension": extension, "email": email, "phone": phone, "place": place });
        is_busy.set(true);
        spawn_local(async move {
            let client = app.client();
            let id = before.value.id;
            let result = client.update_contact(id, &request, &client::With::the_version_of(&before)).await;
            if result.as_ref().is_err_and(|error| error.status() == Some(412))
                && let Ok(newer) = client.read_person(id).await
            {
                // Said below; once it is read, confirming again is on top of it.
                let _ = now.try_set(Arc::new(newer));
            }
            end(app, result.map(|_| screen.receive_confirmed().to_owned()), is_busy, wrong, on_done);
        });
    };
    let button = h::button().set("type", "submit").class("btn btn-sm btn-primary").with(screen.receive_confirm());
    h::form().class("r-details").flag("novalidate", true).on_submit(submit).with([fields, button])
}
