//! What was begun stays in this tab until it is sent or discarded.

use domain::Channel;
use serde_json::Value;

use super::typed::{FIELDS, Form};
use crate::app::App;
use crate::browser;
use crate::pages::telling::{kept_texts, restore_texts};
use crate::reactive::*;

/// The name under which this tab keeps what this person began.
pub fn name(app: App, channel: Channel) -> String {
    let what = if channel == Channel::Email { "mail" } else { "call" };
    format!("{what}-{}", app.me().id)
}

/// From now on what is typed is kept.
pub fn keep(form: &Form) {
    let form = *form;
    Effect::again(move |is_later| {
        let mut draft = kept_texts(&FIELDS, &form.texts);
        draft.insert("who".to_owned(), form.who.text.get().into());
        draft.insert("chosen".to_owned(), form.who.chosen.get().into());
        draft.insert("is_contact".to_owned(), form.is_contact.get().into());
        draft.insert("is_reserved".to_owned(), form.is_reserved.get().into());
        draft.insert("is_solved".to_owned(), form.is_solved.get().into());
        draft.insert("is_title_own".to_owned(), form.is_title_own.get().into());
        draft.insert("is_place_own".to_owned(), form.is_place_own.get().into());
        draft.insert("is_service_own".to_owned(), form.is_service_own.get().into());
        if is_later {
            browser::keep_value(&name(form.app, form.begun), Some(&Value::Object(draft)));
        }
    });
}

/// Brings back what was begun in this tab; false where there is nothing.
pub fn restore(form: &Form) -> bool {
    let Some(draft) = browser::kept_value(&name(form.app, form.begun)) else { return false };
    let text = |path: &str| draft[path].as_str().unwrap_or_default().to_owned();
    let is_begun = ["who", "description", "name"].iter().any(|path| !text(path).trim().is_empty());
    if !is_begun {
        return false;
    }
    restore_texts(&draft, &FIELDS, &form.texts);
    form.who.text.set(text("who"));
    form.who.chosen.set(draft["chosen"].as_i64());
    form.is_contact.set(draft["is_contact"] == true);
    form.is_reserved.set(draft["is_reserved"] == true);
    form.is_solved.set(draft["is_solved"].as_bool());
    form.is_title_own.set(draft["is_title_own"] == true);
    form.is_place_own.set(draft["is_place_own"] == true);
    form.is_service_own.set(draft["is_service_own"] == true);
    true
}
