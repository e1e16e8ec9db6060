//! A combobox (WAI-ARIA 1.2): type, and choose one of what is found.

use std::sync::Arc;

use crate::reactive::*;
use leptos::ev::KeyboardEvent;

use super::html::{self as h, El, each, live};
use super::{Field, avatar};
use crate::app::App;

/// One that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub id: i64,
    pub name: String,
    /// What tells it from others of its name.
    pub detail: String,
    pub is_person: bool,
}

/// What a combobox holds.
#[derive(Clone, Copy)]
pub struct Find {
    /// What is typed, or the chosen one's name.
    pub text: RwSignal<String>,
    /// The chosen one's number; none while nothing is chosen.
    pub chosen: RwSignal<Option<i64>>,
    /// What was found for the text; none while nothing was sought.
    pub found: RwSignal<Option<Arc<Vec<Found>>>>,
    /// Enter came before what was found: the first is meant, once it is here.
    is_first_meant: RwSignal<bool>,
    /// The focus has left it: what is found after that opens nothing.
    is_left: RwSignal<bool>,
}

impl Find {
    pub fn new(text: String, chosen: Option<i64>) -> Find {
        Find {
            text: RwSignal::new(text),
            chosen: RwSignal::new(chosen),
            found: RwSignal::new(None),
            is_first_meant: RwSignal::new(false),
            is_left: RwSignal::new(false),
        }
    }

    /// What was found for a text, unless another was typed since, or the field was left.
    pub fn take(self, typed: &str, found: Option<Arc<Vec<Found>>>) {
        if self.is_sought(typed) && self.is_left.try_get_untracked() == Some(false) {
            self.found.set(found);
        }
    }

    /// Is this still what is typed?
    pub fn is_sought(self, typed: &str) -> bool {
        self.text.try_get_untracked().is_some_and(|text| text == typed)
    }

    /// The first of what is found, now or as soon as it is.
    pub fn choose_first(self) {
        match self.found.get_untracked() {
            Some(found) => found.first().into_iter().for_each(|one| self.choose(one)),
            None => self.is_first_meant.set(true),
        }
    }

    fn choose(self, one: &Found) {
        self.is_first_meant.set(false);
        self.text.set(one.name.clone());
        self.chosen.set(Some(one.id));
        self.found.set(None);
    }
}

/// What is called with what is typed.
pub type Seek = Arc<dyn Fn(String) + Send + Sync>;

/// `seek` is called at each letter, and where nothing is typed yet; it puts what it finds into `find.found`.
pub fn find(app: App, field: &Field, find: Find, seek: Seek) -> El {
    let screen = app.screen();
    let at = RwSignal::new(0_i64);
    let list_id = format!("{}-list", field.id);
    let option_id = {
        let id = field.id.clone();
        move |n: i64| format!("{id}-option-{n}")
    };
    let entered = seek.clone();
    let typed = move |value: String| {
        find.chosen.set(None);
        find.is_left.set(false);
        at.set(0);
        find.is_first_meant.set(false);
        find.text.set(value.clone());
        seek(value);
    };
    Effect::new(move || {
        if let Some(found) = find.found.get()
            && find.is_first_meant.get_untracked()
        {
            find.is_first_meant.set(false);
            found.first().into_iter().for_each(|one| find.choose(one));
        }
    });
    let key = move |event: KeyboardEvent| {
        let Some(found) = find.found.get_untracked() else { return };
        let n = at.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => at.set((n + 1).min(found.len() as i64 - 1).max(0)),
            "ArrowUp" => at.set((n - 1).max(0)),
            "Enter" => {
                if let Some(one) = found.get(n as usize) {
                    find.choose(one);
                }
            }
            "Escape" => find.found.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let active = {
        let option_id = option_id.clone();
        move || find.found.get().filter(|found| !found.is_empty()).map(|_| option_id(at.get()))
    };
    let options = {
        let list_id = list_id.clone();
        move || {
            let found = find.found.get()?;
            if found.is_empty() {
                let none = h::p().class("muted find-none").with(screen.no_matches());
                return Some(h::div().class("options find-options").set("role", "status").with(none));
            }
            let option = |(n, one): (usize, &Found)| {
                let n = n as i64;
                let chosen = one.clone();
                h::div()
                    .set("role", "option")
                    .id(option_id(n))
                    .follow_bool("aria-selected", move || at.get() == n)
                    // Before the input loses the focus.
                    .on("mousedown", move |event| {
                        event.prevent_default();
                        find.choose(&chosen);
                    })
                    .with((
                        one.is_person.then(|| avatar(&one.name, "avatar-n")),
                        h::span().class("cut").with(one.name.clone()),
                        h::span().class("push small muted cut").with(one.detail.clone()),
                    ))
            };
            let list = h::div().class("options find-options").set("role", "listbox").id(list_id.clone());
            Some(list.set("aria-label", screen.type_to_search()).with(each(found.iter().enumerate(), option)))
        }
    };
    let input = field
        .on(h::input())
        .class("input")
        .set("type", "text")
        .set("role", "combobox")
        .set("autocomplete", "off")
        .set("aria-autocomplete", "list")
        .follow_bool("aria-expanded", move || find.found.read().as_ref().is_some_and(|found| !found.is_empty()))
        .set("aria-controls", list_id)
        .follow("aria-activedescendant", active)
        .set("placeholder", screen.type_to_search())
        .value(move || find.text.get())
        .on_input(typed)
        .on_key(key)
        // There may be some to choose from before anything is typed.
        .on("focus", move |_| {
            find.is_left.set(false);
            if find.text.read_untracked().is_empty() {
                entered(String::new());
            }
        })
        .on("blur", move |_| {
            // It also loses the focus where the page is left, and nothing of it is there any more.
            if find.is_left.try_set(true).is_some() {
                return;
            }
            // That there is nobody stays told: what stands below it must not move away from under a click.
            if find.found.read_untracked().as_ref().is_some_and(|found| !found.is_empty()) {
                find.found.set(None);
            }
        });
    h::div().class("find").with((input, live(options)))
}
