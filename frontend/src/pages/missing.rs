//! There is no such page, or it is not this person's to see: which of the two is not said.

use crate::app::App;
use crate::components::empty;
use crate::components::html::{self as h, El};

pub fn missing(app: App) -> El {
    let screen = app.screen();
    app.title(screen.page_not_found_title());
    let home = h::a().class("btn").set("href", "/").with(screen.go_home());
    h::div().with((h::h1().class("sr").with(screen.page_not_found_title()), empty(screen.page_not_found(), home)))
}
