//! A combobox (WAI-ARIA 1.2): type, and choose one of what is found.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::Avatar;
use super::field::described_by;
use crate::app::use_app;

/// One that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub id: i64,
    pub name: String,
    /// What tells it from others of its name.
    pub detail: String,
}

/// `text` is what is typed or the chosen one's name; `chosen` its number, none while nothing is chosen.
#[component]
pub fn Find(
    #[prop(into)] id: String,
    text: RwSignal<String>,
    chosen: RwSignal<Option<i64>>,
    /// What was found for the text; none while nothing was sought.
    found: RwSignal<Option<Vec<Found>>>,
    /// Seek this; called at each letter.
    on_seek: Callback<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] has_hint: bool,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let at = RwSignal::new(0_usize);
    let is_open = Memo::new(move |_| chosen.get().is_none() && found.with(Option::is_some));
    let list_id = format!("{id}-list");
    let option_id = {
        let id = id.clone();
        move |n: usize| format!("{id}-option-{n}")
    };
    let choose = move |one: Found| {
        text.set(one.name);
        chosen.set(Some(one.id));
        found.set(None);
    };
    let typed = move |value: String| {
        chosen.set(None);
        at.set(0);
        text.set(value.clone());
        on_seek.run(value);
    };
    let key = move |event: KeyboardEvent| {
        let found_here = found.get_untracked().unwrap_or_default();
        if !is_open.get_untracked() {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => at.update(|n| *n = (*n + 1).min(found_here.len().saturating_sub(1))),
            "ArrowUp" => at.update(|n| *n = n.saturating_sub(1)),
            "Enter" => {
                if let Some(one) = found_here.into_iter().nth(at.get_untracked()) {
                    choose(one);
                }
            }
            "Escape" => found.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let described = {
        let id = id.clone();
        move || described_by(&id, has_hint, error.get().is_some())
    };
    let active = {
        let option_id = option_id.clone();
        move || (is_open.get() && found.with(|found| found.as_ref().is_some_and(|found| !found.is_empty()))).then(|| option_id(at.get()))
    };
    let options = {
        let list_id = list_id.clone();
        move || {
            if !is_open.get() {
                return None;
            }
            let options = found.get().unwrap_or_default();
            if options.is_empty() {
                return Some(
                    view! { <div class="options find-options" role="status"><p class="muted find-none">{screen.no_matches}</p></div> }
                        .into_any(),
                );
            }
            let option_id = option_id.clone();
            let option = move |(n, one): (usize, Found)| {
                let (name, detail) = (one.name.clone(), one.detail.clone());
                view! {
                    <div
                        role="option"
                        id=option_id(n)
                        aria-selected=move || if at.get() == n { "true" } else { "false" }
                        // Before the input loses the focus.
                        on:mousedown=move |event| {
                            event.prevent_default();
                            choose(one.clone());
                        }
                    >
                        <Avatar name=name.clone() class="avatar-n"/>
                        <span class="cut">{name}</span>
                        <span class="push small muted cut">{detail}</span>
                    </div>
                }
            };
            Some(
                view! {
                    <div class="options find-options" role="listbox" id=list_id.clone() aria-label=screen.type_to_search>
                        {options.into_iter().enumerate().map(option).collect_view()}
                    </div>
                }
                .into_any(),
            )
        }
    };
    view! {
        <div class="find">
            <input
                class="input"
                id=id
                type="text"
                role="combobox"
                autocomplete="off"
                aria-autocomplete="list"
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                aria-controls=list_id
                aria-activedescendant=active
                aria-required=required.then_some("true")
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                placeholder=screen.type_to_search
                prop:value=text
                on:input=move |event| typed(event_target_value(&event))
                on:keydown=key
                on:blur=move |_| found.set(None)
            />
            {options}
        </div>
    }
}
