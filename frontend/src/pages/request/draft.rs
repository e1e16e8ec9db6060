//! What was begun stays in this tab until it is sent.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{FIELDS, Form};
use crate::app::App;
use crate::browser;
use crate::components::Picked;
use crate::pages::telling::{kept_texts, restore_texts};
use crate::pages::uploads::next_key;
use crate::reactive::*;

/// The name under which this tab keeps what this person began.
pub fn name(app: App) -> String {
    format!("request-{}", app.me().id)
}

/// From now on what is typed is kept, and the files that are on the server.
pub fn keep(app: App, form: Form) {
    Effect::again(move |is_later| {
        let mut draft = kept_texts(&FIELDS, &form.texts);
        draft.insert("since_day".to_owned(), form.since_day.get().into());
        draft.insert("is_title_own".to_owned(), form.is_title_own.get().into());
        draft.insert("is_reserved".to_owned(), form.is_reserved.get().into());
        let files = form.files.get();
        let files = files.iter().filter(|file| file.id.is_some());
        let files: Vec<Value> = files.map(|file| json!({ "id": file.id, "name": file.name, "n_bytes": file.n_bytes })).collect();
        let is_begun = !(form.text("description").read().is_empty() && form.text("title").read().is_empty() && files.is_empty());
        draft.insert("uploaded".to_owned(), files.into());
        if is_later {
            browser::keep_value(&name(app), is_begun.then_some(&Value::Object(draft)));
        }
    });
}

/// Brings back what was begun in this tab.
pub fn restore(app: App, form: Form) {
    let Some(draft) = browser::kept_value(&name(app)) else { return };
    restore_texts(&draft, &FIELDS, &form.texts);
    form.since_day.set(draft["since_day"].as_str().unwrap_or_default().to_owned());
    form.is_title_own.set(draft["is_title_own"] == true);
    form.is_reserved.set(draft["is_reserved"] == true);
    let file = |file: &Value| Picked {
        key: next_key(),
        name: file["name"].as_str().unwrap_or_default().to_owned(),
        n_bytes: file["n_bytes"].as_u64().unwrap_or_default(),
        id: file["id"].as_i64(),
        error: None,
    };
    form.files.set(Arc::new(draft["uploaded"].as_array().into_iter().flatten().map(file).collect()));
}
