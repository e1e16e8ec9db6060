//! A field: label above, hint and error below, and the plain inputs.

use leptos::prelude::*;

use super::Icon;
use crate::app::use_app;

/// The ids of a field and of what describes it. `form` tells two appearances of the same field apart.
pub fn field_id(form: &str, path: &str) -> String {
    format!("{form}-{}", path.replace('.', "-"))
}

pub fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

pub fn error_id(id: &str) -> String {
    format!("{id}-error")
}

/// Label, input, hint, error. With `group` the label names a group of inputs rather than one.
#[component]
pub fn Field(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional_no_strip)] hint: Option<&'static str>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] group: bool,
    #[prop(optional)] wide: bool,
    children: Children,
) -> impl IntoView {
    let screen = use_app().screen();
    let mark = optional.then(|| view! { " "<span class="opt">{screen.optional}</span> });
    let hint = hint.map(|text| view! { <p class="hint" id=hint_id(&id)>{text}</p> });
    let class = if wide { "field wide" } else { "field" };
    let error_id = error_id(&id);
    let error = move || {
        let id = error_id.clone();
        error.get().map(|text| view! { <p class="error" id=id role="alert"><Icon name="alert"/><span>{text}</span></p> })
    };
    if group {
        let label_id = format!("{id}-label");
        view! {
            <div class=class role="group" aria-labelledby=label_id>
                <span class="label" id=label_id.clone()>{label}{mark}</span>
                {children()}
                {hint}
                {error}
            </div>
        }
        .into_any()
    } else {
        view! { <div class=class><label for=id>{label}{mark}</label>{children()}{hint}{error}</div> }.into_any()
    }
}

/// What describes an input: its hint, and its error while there is one.
pub fn described_by(id: &str, has_hint: bool, has_error: bool) -> Option<String> {
    let parts = [has_hint.then(|| hint_id(id)), has_error.then(|| error_id(id))];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if text.is_empty() { None } else { Some(text) }
}

/// One line: text, a number, a day…
#[component]
pub fn Line(
    #[prop(into)] id: String,
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] has_hint: bool,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional_no_strip)] inputmode: Option<&'static str>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let described = {
        let id = id.clone();
        move || described_by(&id, has_hint, error.get().is_some())
    };
    view! {
        <input
            class="input"
            id=id
            type=kind
            inputmode=inputmode
            autocomplete=autocomplete
            aria-required=required.then_some("true")
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=described
            prop:value=value
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
}

/// Several lines.
#[component]
pub fn Text(
    #[prop(into)] id: String,
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] has_hint: bool,
    #[prop(default = 4)] rows: u32,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let described = {
        let id = id.clone();
        move || described_by(&id, has_hint, error.get().is_some())
    };
    view! {
        <textarea
            class="textarea"
            id=id
            rows=rows
            aria-required=required.then_some("true")
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=described
            prop:value=value
            on:input=move |event| value.set(event_target_value(&event))
        ></textarea>
    }
}

/// A password, that can be shown.
#[component]
pub fn Password(
    #[prop(into)] id: String,
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] has_hint: bool,
    autocomplete: &'static str,
) -> impl IntoView {
    let screen = use_app().screen();
    let is_shown = RwSignal::new(false);
    let described = {
        let id = id.clone();
        move || described_by(&id, has_hint, error.get().is_some())
    };
    view! {
        <div class="pw">
            <input
                class="input"
                id=id
                type=move || if is_shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-required="true"
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            <button
                type="button"
                class="btn btn-quiet btn-icon"
                aria-pressed=move || if is_shown.get() { "true" } else { "false" }
                aria-label=move || if is_shown.get() { screen.hide_password } else { screen.show_password }
                on:click=move |_| is_shown.update(|is| *is = !*is)
            >
                <Icon name="eye" large=true/>
            </button>
        </div>
    }
}

/// Yes or no.
#[component]
pub fn Check(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional_no_strip)] hint: Option<&'static str>,
    value: RwSignal<bool>,
) -> impl IntoView {
    let hint_id = hint.map(|_| hint_id(&id));
    view! {
        <div class="field wide">
            <label class="check-row" for=id>
                <input
                    class="check"
                    type="checkbox"
                    id=id.clone()
                    aria-describedby=hint_id.clone()
                    prop:checked=value
                    on:change=move |event| value.set(event_target_checked(&event))
                />
                <span>{label}</span>
            </label>
            {hint.map(|text| view! { <p class="hint" id=hint_id.clone()>{text}</p> })}
        </div>
    }
}
