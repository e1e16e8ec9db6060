//! Who changed a record, when, and what it said before and after.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::task::spawn_local;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;

use super::ask::{fetched_all, get};
use super::model;
use crate::app::App;
use crate::components::html::{self as h, El, Html, each, live};
use crate::reactive::*;

/// What records are called that are told by their numbers: each is asked for when it is first needed.
#[derive(Clone, Copy)]
pub struct Named {
    app: App,
    known: RwSignal<Arc<BTreeMap<String, String>>>,
    asked: StoredValue<BTreeSet<String>>,
}

impl Named {
    pub fn new(app: App) -> Named {
        Named { app, known: RwSignal::new(Arc::default()), asked: StoredValue::new(BTreeSet::new()) }
    }

    /// What the record of a field is called; none where it has no name, or none yet: whoever reads it follows.
    fn of(self, field: &str, id: i64) -> Option<String> {
        let path = format!("{}/{id}", model::path_of(field)?);
        if let Some(name) = self.known.read().get(&path) {
            return Some(name.clone());
        }
        let mut is_new = false;
        self.asked.update_value(|asked| is_new = asked.insert(path.clone()));
        if is_new {
            spawn_local(async move {
                if let Ok(got) = get(self.app, path.clone(), Value::Null).await
                    && let Some(name) = got.value["name"].as_str()
                {
                    let _ = self.known.try_update(|known| drop(Arc::make_mut(known).insert(path, name.to_owned())));
                }
            });
        }
        None
    }

    /// A value of a record or of an event, as people read one.
    pub fn said(self, field: &str, value: &Value) -> String {
        model::said_with(field, value, &|field, id| self.of(field, id), self.app.lang())
    }
}

/// Folded, and drawn only while it is unfolded.
pub fn folded(class: &'static str, summary: El, content: impl Fn() -> Html + Send + 'static) -> El {
    let is_open = RwSignal::new(false);
    let toggle = move |event: web_sys::Event| {
        let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        is_open.set(details.is_some_and(|details| details.has_attribute("open")));
    };
    h::details().class(class).on("toggle", toggle).with((summary, live(move || is_open.get().then(&content))))
}

pub fn history(app: App, path: String) -> El {
    let summary = h::summary().class("tap").with(app.screen().records_history());
    let content = move || fetched_all(app, 2, format!("{path}/history"), json!({}), Box::new(move |all| list(app, &all)));
    folded("record-history", summary, content)
}

/// The newest first.
fn list(app: App, all: &[Value]) -> El {
    let named = Named::new(app);
    let row = |change: &Value| {
        let at = change["at"].as_str().and_then(|at| at.parse().ok()).map(|at| crate::components::time(app, at, "muted"));
        let by = change["by"]["name"].as_str().unwrap_or(app.screen().system()).to_owned();
        let made = change["before"].is_null().then(|| h::span().class("badge badge-line").with(app.screen().record_made()));
        let head = h::p().class("row small").with((h::b().with(by), at, made));
        h::li().with((head, changes(app, &change["before"], &change["after"], named)))
    };
    h::ol().class("plain record-changes").with(each(all.iter().rev(), row))
}

/// Each field that is another than before.
pub fn changes(app: App, before: &Value, after: &Value, named: Named) -> Html {
    let lang = app.lang();
    let is_new = before.is_null();
    let all = model::differences(before, after);
    // Drawn anew once the names are there.
    live(move || {
        let row = |(field, old, new): &(String, Value, Value)| {
            let name = words::trail_field(field, lang).map_or_else(|| field.clone(), str::to_owned);
            let old = (!is_new).then(|| (h::span().class("was").with(named.said(field, old)), " → "));
            let new = h::span().with(named.said(field, new));
            [h::dt().with(name), h::dd().class("written").with((old, new))]
        };
        h::dl().class("facts changes").with(each(&all, row))
    })
}
