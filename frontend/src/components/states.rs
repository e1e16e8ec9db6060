//! What stands where something is on its way, failed, or is not.

use leptos::prelude::*;

use super::Icon;
use crate::app::use_app;

/// Before anything is known.
#[component]
pub fn Starting() -> impl IntoView {
    let loading = use_app().screen().loading;
    view! { <main class="starting" aria-busy="true"><span class="sr">{loading}</span><span class="skeleton"></span></main> }
}

/// The shape of what comes.
#[component]
pub fn Loading(#[prop(default = 3)] rows: usize) -> impl IntoView {
    let loading = use_app().screen().loading;
    let row = |_| {
        view! {
            <div class="list-row">
                <span class="skeleton w-30"></span>
                <span class="skeleton w-80"></span>
                <span class="skeleton w-45"></span>
            </div>
        }
    };
    view! { <div class="panel" aria-busy="true"><span class="sr">{loading}</span>{(0..rows).map(row).collect_view()}</div> }
}

/// It went wrong: what is so, and the way on.
#[component]
pub fn Failure(text: String, retry: Callback<()>) -> impl IntoView {
    let label = use_app().screen().retry;
    view! {
        <div class="notice notice-soon" role="alert">
            <Icon name="alert"/>
            <span class="notice-text">{text}</span>
            <button type="button" class="btn btn-sm push" on:click=move |_| retry.run(())>{label}</button>
        </div>
    }
}

/// A line that one should read.
#[component]
pub fn Notice(#[prop(into)] text: String, icon: &'static str, #[prop(optional)] soon: bool) -> impl IntoView {
    let class = if soon { "notice notice-soon" } else { "notice" };
    view! { <p class=class role="status"><Icon name=icon/><span class="notice-text">{text}</span></p> }
}

/// Nothing here, and what to do next.
#[component]
pub fn Empty(#[prop(into)] text: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! { <div class="empty"><b>{text}</b>{children.map(|children| children())}</div> }
}
