//! A list that goes on, page by page.

use std::sync::Arc;

use serde_json::{Value, json};

use super::ask::{get, items_of};
use crate::app::App;
use crate::components::html::Html;
use crate::reactive::*;
use crate::remote::see_more;

/// What has come of it so far.
#[derive(Clone, Copy)]
pub struct Paged {
    pub items: RwSignal<Arc<Vec<Value>>>,
    next: RwSignal<Option<String>>,
}

impl Paged {
    /// From its first page on.
    pub fn new(page: &Value) -> Paged {
        Paged { items: RwSignal::new(Arc::new(items_of(page))), next: RwSignal::new(next_of(page)) }
    }

    pub fn is_empty(self) -> bool {
        self.items.read_untracked().is_empty()
    }

    /// The way on, while there is one.
    pub fn foot(self, app: App, path: &'static str, query: Value) -> Html {
        let read = move |cursor: String| {
            let mut query = query.clone();
            query["cursor"] = json!(cursor);
            Box::pin(async move {
                let got = get(app, path.to_owned(), query).await?;
                let _ = self.items.try_update(|items| *items = Arc::new(items.iter().cloned().chain(items_of(&got.value)).collect()));
                Ok(next_of(&got.value))
            }) as _
        };
        see_more(app, self.next, read)
    }
}

fn next_of(page: &Value) -> Option<String> {
    page["next"].as_str().map(str::to_owned)
}
