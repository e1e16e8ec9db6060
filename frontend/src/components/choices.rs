//! One of several.

use leptos::prelude::*;

use super::field::described_by;
use crate::app::use_app;

/// Two to five options that deserve to be seen: real radios. Each is a value, its words, and perhaps an explanation.
#[component]
pub fn Choices(
    #[prop(into)] id: String,
    options: Vec<(String, String, Option<String>)>,
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] inline: bool,
) -> impl IntoView {
    let class = if inline { "choices choices-inline" } else { "choices" };
    let name = id.clone();
    let option = move |(n, (option, label, help)): (usize, (String, String, Option<String>))| {
        // The first carries the field's own id, so that the focus finds it.
        let id = if n == 0 { id.clone() } else { format!("{id}-{n}") };
        let described = {
            let name = name.clone();
            move || described_by(&name, false, error.get().is_some())
        };
        let (is_chosen, chosen) = (option.clone(), option.clone());
        view! {
            <label class="choice">
                <input
                    type="radio"
                    id=id
                    name=name.clone()
                    value=option
                    aria-describedby=described
                    prop:checked=move || value.get() == is_chosen
                    on:change=move |_| value.set(chosen.clone())
                />
                <span><b>{label}</b>{help.map(|help| view! { <small>{help}</small> })}</span>
            </label>
        }
    };
    view! { <div class=class>{options.into_iter().enumerate().map(option).collect_view()}</div> }
}

/// One of a longer list.
#[component]
pub fn Select(
    #[prop(into)] id: String,
    /// Each a value and its words.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<String>,
    on_choose: Callback<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] has_hint: bool,
    /// What stands for no choice, where there may be none.
    #[prop(optional_no_strip)]
    none: Option<&'static str>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let none = none.unwrap_or(use_app().screen().choose_one);
    let described = {
        let id = id.clone();
        move || described_by(&id, has_hint, error.get().is_some())
    };
    let choices = move || {
        let chosen = value.get();
        let option = |(option, label): (String, String)| {
            let is_chosen = option == chosen;
            view! { <option value=option selected=is_chosen>{label}</option> }
        };
        options.get().into_iter().map(option).collect_view()
    };
    view! {
        <select
            class="select"
            id=id
            aria-required=required.then_some("true")
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=described
            prop:value=value
            on:change=move |event| on_choose.run(event_target_value(&event))
        >
            <option value="" selected=move || value.get().is_empty()>{none}</option>
            {choices}
        </select>
    }
}
