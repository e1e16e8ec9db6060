//! There is no such page, or it is not this person's to see: which of the two is not said.

use leptos::prelude::*;

use crate::app::use_app;
use crate::components::Empty;

#[component]
pub fn Missing() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    app.title(screen.page_not_found_title);
    view! {
        <h1 class="sr">{screen.page_not_found_title}</h1>
        <Empty text=screen.page_not_found><a class="btn" href="/">{screen.go_home}</a></Empty>
    }
}
