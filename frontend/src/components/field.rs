//! A field: label above, hint and error below, and the plain inputs.

use crate::reactive::*;

use super::html::{self as h, Child, El, Html, live};
use super::{icon, icon_large};
use crate::app::App;

/// The id of a field. `form` tells two appearances of the same field apart.
pub fn field_id(form: &str, path: &str) -> String {
    format!("{form}-{}", path.replace('.', "-"))
}

/// Whether a field has to be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Required,
    Optional,
    /// It may be left empty, but came filled in; then what it held stays.
    Kept,
}

/// What every field has: its id, what it is called, what helps, and what is wrong while something is.
#[derive(Clone)]
pub struct Field {
    pub id: String,
    pub label: &'static str,
    pub hint: Option<&'static str>,
    pub error: RwSignal<Option<String>>,
    pub need: Need,
}

impl Field {
    pub fn new(id: impl Into<String>, label: &'static str) -> Field {
        Field { id: id.into(), label, hint: None, error: RwSignal::new(None), need: Need::Required }
    }

    pub fn hint(mut self, hint: Option<&'static str>) -> Field {
        self.hint = hint;
        self
    }

    pub fn error(mut self, error: RwSignal<Option<String>>) -> Field {
        self.error = error;
        self
    }

    pub fn optional(mut self) -> Field {
        self.need = Need::Optional;
        self
    }

    /// Label, input, hint, error.
    pub fn draw(&self, app: App, input: impl Child) -> El {
        h::div().class("field").with((h::label().set("for", self.id.clone()).with((self.label, self.mark(app))), input, self.below()))
    }

    /// The same, the label naming a group of inputs rather than one.
    pub fn draw_group(&self, app: App, inputs: impl Child) -> El {
        let label_id = format!("{}-label", self.id);
        let label = h::span().class("label").id(label_id.clone()).with((self.label, self.mark(app)));
        h::div().class("field").set("role", "group").set("aria-labelledby", label_id).with((label, inputs, self.below()))
    }

    fn mark(&self, app: App) -> Option<(&'static str, El)> {
        (self.need == Need::Optional).then(|| (" ", h::span().class("opt").with(app.screen().optional())))
    }

    /// What helps, and what is wrong while something is.
    pub fn below(&self) -> (Option<El>, Html) {
        let hint = self.hint.map(|text| h::p().class("hint").id(self.hint_id()).with(text));
        let (error, id) = (self.error, self.error_id());
        let error = live(move || {
            error.get().map(|text| h::p().class("error").id(id.clone()).set("role", "alert").with((icon("alert"), h::span().with(text))))
        });
        (hint, error)
    }

    fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }

    /// What was wrong is being mended: it is not said any longer.
    pub fn touched(&self) -> impl Fn() + Copy + Send + 'static {
        let error = self.error;
        move || {
            if error.read_untracked().is_some() {
                error.set(None);
            }
        }
    }

    /// Marks an input as this field's.
    pub fn on(&self, input: El) -> El {
        let error = self.error;
        let (hint_id, error_id) = (self.hint.map(|_| self.hint_id()), self.error_id());
        let described = move || {
            let error_id = error.read().as_ref().map(|_| error_id.clone());
            let ids: Vec<String> = hint_id.iter().cloned().chain(error_id).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        };
        input
            .id(self.id.clone())
            .set_some("aria-required", (self.need == Need::Required).then_some("true"))
            .follow("aria-invalid", move || error.read().as_ref().map(|_| "true"))
            .follow("aria-describedby", described)
            .on_input({
                let touched = self.touched();
                move |_| touched()
            })
    }
}

/// One line: text, a number, a day… by the input's type.
pub fn line(field: &Field, kind: &'static str, value: RwSignal<String>) -> El {
    field
        .on(h::input())
        .class("input")
        .set("type", kind)
        .set("autocomplete", "off")
        .value(move || value.get())
        .on_input(move |text| value.set(text))
}

/// Several lines.
pub fn text(field: &Field, rows: u32, value: RwSignal<String>) -> El {
    let rows = rows.to_string();
    field.on(h::textarea()).class("textarea").set("rows", rows).value(move || value.get()).on_input(move |text| value.set(text))
}

/// A password, that can be shown.
pub fn password(app: App, field: &Field, autocomplete: &'static str, value: RwSignal<String>) -> El {
    let screen = app.screen();
    let is_shown = RwSignal::new(false);
    let input = field
        .on(h::input())
        .class("input")
        .follow("type", move || Some(if is_shown.get() { "text" } else { "password" }))
        .set("autocomplete", autocomplete)
        .set("autocapitalize", "none")
        .set("spellcheck", "false")
        .value(move || value.get())
        .on_input(move |text| value.set(text));
    let button = h::button()
        .set("type", "button")
        .class("btn btn-quiet btn-icon")
        .follow_bool("aria-pressed", move || is_shown.get())
        .follow("aria-label", move || Some(if is_shown.get() { screen.hide_password() } else { screen.show_password() }))
        .on_click(move || is_shown.set(!is_shown.get_untracked()))
        .with(icon_large("eye"));
    h::div().class("pw").with((input, button))
}

/// Yes or no.
pub fn check(field: &Field, value: RwSignal<bool>) -> El {
    let input = field.on(h::input()).class("check").set("type", "checkbox").checked(move || value.get()).on_check(move |is| value.set(is));
    let label = h::label().class("check-row").set("for", field.id.clone()).with((input, h::span().with(field.label)));
    h::div().class("field wide").with((label, field.below()))
}
