//! Choosing files, and the list of those that were chosen.

use leptos::html;
use leptos::prelude::*;

use super::Icon;
use crate::app::use_app;

/// A file on its way up, or there.
#[derive(Debug, Clone, PartialEq)]
pub struct Picked {
    /// Tells two of the same name apart.
    pub key: u32,
    pub name: String,
    pub n_bytes: u64,
    /// Its number on the server, once it is there.
    pub id: Option<i64>,
    pub error: Option<String>,
}

/// A button that asks for files, and what was chosen so far.
#[component]
pub fn FilePicker(
    #[prop(into)] id: String,
    files: RwSignal<Vec<Picked>>,
    on_pick: Callback<Vec<web_sys::File>>,
    on_remove: Callback<u32>,
    label: &'static str,
    #[prop(default = "clip")] icon: &'static str,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let input = NodeRef::<html::Input>::new();
    let picked = move |_| {
        let Some(input) = input.get() else { return };
        let list = input.files();
        let chosen = list.iter().flat_map(|list| (0..list.length()).filter_map(|n| list.get(n))).collect();
        on_pick.run(chosen);
        // So that the same file may be chosen again.
        input.set_value("");
    };
    let row = move |file: Picked| {
        let state = match (&file.error, file.id) {
            (Some(error), _) => view! { <small class="error">{error.clone()}</small> }.into_any(),
            (None, None) => view! { <small>{screen.sending}</small> }.into_any(),
            (None, Some(_)) => view! { <small>{words::file_size(file.n_bytes)}</small> }.into_any(),
        };
        view! {
            <li class="file">
                <Icon name="file"/>
                <span class="cut">{file.name.clone()}{state}</span>
                <button
                    type="button"
                    class="btn btn-quiet btn-sm btn-icon push"
                    aria-label=format!("{}: {}", screen.remove_file, file.name)
                    on:click=move |_| on_remove.run(file.key)
                >
                    <Icon name="x"/>
                </button>
            </li>
        }
    };
    view! {
        <input type="file" multiple=true hidden=true node_ref=input on:change=picked/>
        <button
            type="button"
            id=id
            class=if large { "btn btn-lg drop" } else { "btn drop" }
            on:click=move |_| {
                if let Some(input) = input.get() {
                    input.click();
                }
            }
        >
            <Icon name=icon large=large/>
            {label}
        </button>
        <ul class="file-list" aria-live="polite">{move || files.get().into_iter().map(row).collect_view()}</ul>
    }
}
