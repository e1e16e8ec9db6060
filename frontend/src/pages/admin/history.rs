//! Who changed a record, when, and what it said before and after.

use serde_json::{Value, json};

use super::ask::fetched;
use super::model;
use crate::app::App;
use crate::components::Choice;
use crate::components::html::{self as h, El, Html, each, live};
use crate::pages::records;
use crate::reactive::*;

/// Folded, and asked for only when it is unfolded.
pub fn history(app: App, path: String) -> El {
    let screen = app.screen();
    let is_open = RwSignal::new(false);
    let content = live(move || {
        is_open
            .get()
            .then(|| fetched(app, 2, format!("{path}/history"), json!({ "limit": 200 }), Box::new(move |got| list(app, &got.value))))
    });
    let toggle = move |event: web_sys::Event| {
        use wasm_bindgen::JsCast;
        let is = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).is_some_and(|one| one.has_attribute("open"));
        is_open.set(is);
    };
    let summary = h::summary().class("tap").with(screen.records_history());
    h::details().class("record-history").on("toggle", toggle).with((summary, content))
}

/// The newest first.
fn list(app: App, page: &Value) -> El {
    let areas = area_names(app);
    let row = |change: &Value| {
        let at = change["at"].as_str().and_then(|at| at.parse().ok()).map(|at| crate::components::time(app, at, "muted"));
        let by = change["by"]["name"].as_str().unwrap_or(app.screen().system()).to_owned();
        let made = change["before"].is_null().then(|| h::span().class("badge badge-line").with(app.screen().record_made()));
        let head = h::p().class("row small").with((h::b().with(by), at, made));
        h::li().with((head, changes(app, &change["before"], &change["after"], areas)))
    };
    let items = page["items"].as_array().cloned().unwrap_or_default();
    h::ol().class("plain record-changes").with(each(items.iter().rev(), row))
}

/// What areas are called; nothing, where it cannot be had.
pub fn area_names(app: App) -> RwSignal<Vec<Choice>> {
    records::bring(app, records::Records::Areas, RwSignal::new(None))
}

/// Each field that is another than before.
pub fn changes(app: App, before: &Value, after: &Value, areas: RwSignal<Vec<Choice>>) -> Html {
    let lang = app.lang();
    let is_new = before.is_null();
    let all = model::differences(before, after);
    // Drawn anew once the names of the areas are there.
    live(move || {
        let areas = areas.get();
        let row = |(field, old, new): &(String, Value, Value)| {
            let name = words::trail_field(field, lang).map_or_else(|| field.clone(), str::to_owned);
            let old = (!is_new).then(|| (h::span().class("was").with(model::said_with(field, old, &areas, lang)), " → "));
            let new = h::span().with(model::said_with(field, new, &areas, lang));
            [h::dt().with(name), h::dd().class("written").with((old, new))]
        };
        h::dl().class("facts changes").with(each(&all, row))
    })
}
