//! Keys that are heard everywhere. Those of a page it hangs in by [`crate::app::Hooks`].

use crate::reactive::*;
use domain::Role;
use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;

use crate::app::App;
use crate::browser;

/// What may be open above the page.
pub const PALETTE: &str = "palette";
pub const KEYS: &str = "keys";
/// The field of the search in the frame.
pub const SEARCH: &str = "q";

/// How long «g» waits for the letter that follows.
const THEN_MILLISECONDS: f64 = 1_500.0;

/// From now on, for as long as the page is there.
pub fn follow(app: App) {
    let go_at = StoredValue::new(f64::NEG_INFINITY);
    browser::listen("keydown", move |event| pressed(app, event.unchecked_ref(), go_at));
    browser::listen("scroll", move |_| {
        if let Some(on_scroll) = app.hooks().on_scroll {
            on_scroll();
        }
    });
    browser::listen("click", move |event| {
        if !browser::is_within(&event, ".chip-place") {
            app.n_outside.update(|n| *n = n.wrapping_add(1));
            if app.open.get_untracked().is_some() && !browser::is_within(&event, "dialog, .pop-place") {
                app.open.set(None);
            }
        }
    });
    browser::listen("focus", move |_| {
        if app.session.read_untracked().person().is_some() {
            app.count();
        }
    });
}

fn pressed(app: App, event: &KeyboardEvent, go_at: StoredValue<f64>) {
    if event.default_prevented() || app.session.read_untracked().person().is_none() {
        return;
    }
    let key = event.key();
    if (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("k") {
        event.prevent_default();
        return app.open_above(PALETTE);
    }
    if key == "Escape" && app.open.get_untracked().is_some() {
        event.prevent_default();
        app.open.set(None);
        return browser::return_focus();
    }
    if browser::is_written_in(event) || event.ctrl_key() || event.meta_key() || event.alt_key() || app.open.get_untracked().is_some() {
        return;
    }
    let is_then = js_sys::Date::now() - go_at.get_value() < THEN_MILLISECONDS;
    go_at.set_value(f64::NEG_INFINITY);
    if is_then && let Some(to) = place_of(app, &key) {
        event.prevent_default();
        return app.go(to, false);
    }
    match key.as_str() {
        "g" => go_at.set_value(js_sys::Date::now()),
        "/" => {
            event.prevent_default();
            // On a narrow screen the palette is the search.
            if browser::pixels_below(SEARCH).is_some_and(|_| browser::width() > 900.0) {
                browser::focus(SEARCH);
            } else {
                app.open_above(PALETTE);
            }
        }
        "?" => app.open_above(KEYS),
        "l" | "L" if app.actor().has(Role::HelpDesk) => {
            event.prevent_default();
            app.go("/call", false);
        }
        _ => {
            if app.hooks().on_key.is_some_and(|on_key| on_key(event)) {
                event.prevent_default();
            }
        }
    }
}

/// Where «g» and a letter lead: the first letters of the places' names in Spanish.
fn place_of(app: App, letter: &str) -> Option<&'static str> {
    match letter {
        "i" | "h" => Some("/"),
        "t" => Some("/tickets"),
        "m" => Some("/mine"),
        "a" | "n" => Some("/notices"),
        "s" | "r" => Some("/request"),
        "l" if app.actor().has(Role::HelpDesk) => Some("/call"),
        _ => None,
    }
}
