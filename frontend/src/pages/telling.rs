//! What the forms share by which a request is told: somebody's own, and a call's.

use serde_json::{Map, Value};

use crate::app::App;
use crate::components::Field;
use crate::reactive::*;

/// The subject follows what is told, while nobody wrote their own.
pub fn follow_text(text: RwSignal<String>, title: RwSignal<String>, is_own: RwSignal<bool>, error: RwSignal<Option<String>>) {
    Effect::new(move || {
        let said = words::title_of(&text.get());
        if !is_own.get_untracked() {
            error.set(None);
            title.set(said);
        }
    });
}

/// Whether it is for few eyes.
pub fn reserved(app: App, id: String) -> Field {
    let path = "is_reserved";
    Field::new(id, words::field(path, app.lang()).unwrap_or_default()).hint(words::field_help(path, app.lang())).optional()
}

/// The texts of a form, each by its path, as a draft keeps them.
pub fn kept_texts(paths: &[&str], texts: &[RwSignal<String>]) -> Map<String, Value> {
    paths.iter().zip(texts).map(|(path, text)| ((*path).to_owned(), text.get().into())).collect()
}

/// The same, brought back.
pub fn restore_texts(draft: &Value, paths: &[&str], texts: &[RwSignal<String>]) {
    for (path, text) in paths.iter().zip(texts) {
        if let Some(kept) = draft[*path].as_str() {
            text.set(kept.to_owned());
        }
    }
}
