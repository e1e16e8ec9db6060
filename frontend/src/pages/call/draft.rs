//! What was begun stays in this tab until it is sent or discarded.

use serde_json::{Map, Value};

use super::typed::{FIELDS, Form};
use crate::app::App;
use crate::browser;
use crate::reactive::*;

/// The name under which this tab keeps what this person began.
pub fn draft_name(app: App) -> String {
    format!("call-{}", app.me().id)
}

pub fn forget_draft(app: App) {
    browser::keep(&draft_name(app), None);
}

/// What is typed stays in this tab until it is sent or discarded.
pub fn keep_drafts(form: &Form) {
    let form = *form;
    Effect::again(move |is_later| {
        let mut draft = Map::new();
        for path in FIELDS {
            let text = form.text(path).get();
            if !text.is_empty() {
                draft.insert(path.to_owned(), text.into());
            }
        }
        draft.insert("who".to_owned(), form.who.text.get().into());
        draft.insert("chosen".to_owned(), form.who.chosen.get().into());
        draft.insert("is_contact".to_owned(), form.is_contact.get().into());
        draft.insert("is_title_own".to_owned(), form.is_title_own.get().into());
        if is_later {
            let draft = serde_json::to_vec(&Value::Object(draft)).unwrap_or_default();
            browser::keep(&draft_name(form.app), Some(&String::from_utf8_lossy(&draft)));
        }
    });
}

/// Brings back what was begun in this tab; false where there is nothing.
pub fn restore(form: &Form) -> bool {
    let Some(draft) = browser::kept(&draft_name(form.app)).and_then(|text| serde_json::from_slice::<Value>(text.as_bytes()).ok()) else {
        return false;
    };
    let text = |path: &str| draft[path].as_str().unwrap_or_default().to_owned();
    let is_begun = ["who", "description", "name"].iter().any(|path| !text(path).trim().is_empty());
    if !is_begun {
        return false;
    }
    for path in FIELDS.iter().filter(|path| draft[**path].is_string()) {
        form.text(path).set(text(path));
    }
    form.who.text.set(text("who"));
    form.who.chosen.set(draft["chosen"].as_i64());
    form.is_contact.set(draft["is_contact"] == true);
    form.is_title_own.set(draft["is_title_own"] == true);
    form.is_service_own.set(!text("service").is_empty());
    true
}
