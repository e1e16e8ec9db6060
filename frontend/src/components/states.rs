//! What stands where something is on its way, failed, or is not.

use super::html::{self as h, Child, El, Html, each, live};
use super::icon;
use crate::app::App;
use crate::reactive::*;

/// Before anything is known.
pub fn starting(app: App) -> El {
    h::main()
        .class("starting")
        .set("aria-busy", "true")
        .with((h::span().class("sr").with(app.screen().loading()), h::span().class("skeleton")))
}

/// The shape of what comes.
pub fn loading(app: App, rows: usize) -> El {
    let bar = |class| h::span().class(class);
    let row = |_| h::div().class("list-row").with([bar("skeleton w-30"), bar("skeleton w-80"), bar("skeleton w-45")]);
    h::div().class("panel").set("aria-busy", "true").with((h::span().class("sr").with(app.screen().loading()), each(0..rows, row)))
}

/// It went wrong: what is so, and the way on.
pub fn failure(app: App, text: String, retry: impl Fn() + Send + 'static) -> El {
    let button = h::button().set("type", "button").class("btn btn-sm push").on_click(retry).with(app.screen().retry());
    h::div().class("notice notice-soon").set("role", "alert").with((icon("alert"), h::span().class("notice-text").with(text), button))
}

/// A line that one should read.
pub fn notice(text: impl Child, icon_name: &str) -> El {
    h::p().class("notice").set("role", "status").with((icon(icon_name), h::span().class("notice-text").with(text)))
}

/// While there is trouble: what it is.
pub fn trouble(text: RwSignal<Option<String>>) -> Html {
    live(move || text.get().map(|text| notice(text, "alert").class("notice notice-soon")))
}

/// Nothing here, and what to do next.
pub fn empty(text: &'static str, next: impl Child) -> El {
    h::div().class("empty").with((h::b().with(text), next))
}
