//! The first administrator, by the link that the server printed. Its token comes in the fragment, which no server and no log ever gets.

use crate::reactive::*;
use client::ClientError;
use domain::{Email, Line, ValueError};
use leptos::task::spawn_local;
use wire::SetupRequest;

use super::password::token;
use super::sign_in::{door, submit_button};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El};
use crate::components::{Field, line, password, trouble};
use crate::session;

/// A field, its id being its path in the request, and what is typed in it.
#[derive(Clone)]
struct Entry {
    field: Field,
    value: RwSignal<String>,
}

impl Entry {
    fn new(path: &'static str, label: &'static str, value: String) -> Entry {
        Entry { field: Field::new(path, label), value: RwSignal::new(value) }
    }

    /// The value, or what is wrong with it at the field.
    fn parsed<T>(&self, app: App, parse: fn(&str) -> Result<T, ValueError>) -> Option<T> {
        let result = parse(&self.value.get_untracked());
        self.field.error.set(result.as_ref().err().map(|error| words::value_error(*error, self.field.label, app.lang())));
        result.ok()
    }

    fn draw(&self, app: App, kind: &'static str, autocomplete: &'static str) -> El {
        self.field.draw(app, line(&self.field, kind, self.value).set("autocomplete", autocomplete))
    }
}

pub fn setup(app: App) -> El {
    let screen = app.screen();
    app.title(screen.setup());
    let token = Entry::new("token", screen.setup_token(), token());
    let agency = Entry::new("agency", screen.setup_agency(), String::new());
    let name = Entry::new("name", screen.setup_admin_name(), String::new());
    let email = Entry::new("email", screen.sign_in_email(), String::new());
    let mut secret = Entry::new("password", screen.sign_in_password(), String::new());
    secret.field.hint = words::field_help("password", app.lang());
    let wrong = RwSignal::new(None::<String>);
    let is_sending = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(setup) = app.client().read_setup().await
            && !setup.value.is_needed
        {
            let _ = wrong.try_set(words::problem("setup_done", app.lang()).map(|(_, detail)| detail.to_owned()));
        }
    });

    let entries = [token.clone(), agency.clone(), name.clone(), email.clone(), secret.clone()];
    let submit = move || {
        let Some(request) = read(app, &entries).filter(|_| !is_sending.get_untracked()) else { return };
        is_sending.set(true);
        wrong.set(None);
        let entries = entries.clone();
        spawn_local(async move {
            match app.client().set_up(&request, &client::With::default()).await {
                Ok(_) => {
                    session::enter(app).await;
                    browser::focus_page();
                    app.go("/", true);
                }
                Err(error) => show(app, &error, &entries, wrong),
            }
            let _ = is_sending.try_set(false);
        });
    };
    // A token that the link brought need not be seen, unless it is not taken.
    let token_field = if token.value.get_untracked().is_empty() {
        Some(token.field.clone().hint(Some(screen.setup_token_help())).draw(app, line(&token.field, "text", token.value)))
    } else {
        None
    };
    let token_wrong = token_field.is_none().then(|| trouble(token.field.error));
    let fields = h::div().class("fields").with((
        token_field,
        [agency.draw(app, "text", "organization"), name.draw(app, "text", "name"), email.draw(app, "email", "username")],
        secret.field.draw(app, password(app, &secret.field, "new-password", secret.value)),
        token_wrong,
        trouble(wrong),
        submit_button(is_sending, screen.setup_finish(), screen.saving()),
        h::a().class("small tap").set("href", "/sign-in").with(screen.sign_in()),
    ));
    let form = h::form().class("roomy").set("aria-labelledby", "h-setup").flag("novalidate", true).on_submit(submit).with((
        h::h1().id("h-setup").with(screen.setup()),
        h::p().class("muted").with(screen.setup_lead()),
        fields,
    ));
    door(app, form)
}

/// The request, where every field is right. Every wrong one says so.
fn read(app: App, [token, agency, name, email, secret]: &[Entry; 5]) -> Option<SetupRequest> {
    let present = |text: &str| if text.trim().is_empty() { Err(ValueError::Empty) } else { Ok(text.to_owned()) };
    let token = token.parsed(app, present);
    let agency = agency.parsed(app, Line::parse);
    let name = name.parsed(app, Line::parse);
    let email = email.parsed(app, Email::parse);
    let password = secret.parsed(app, present);
    Some(SetupRequest { token: token?.trim().to_owned(), agency: agency?, name: name?, email: email?, password: password? })
}

/// What the server said was wrong, at its field where it has one.
fn show(app: App, error: &ClientError, entries: &[Entry], wrong: RwSignal<Option<String>>) {
    let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
    let mut is_shown = false;
    for fault in errors {
        if let Some(entry) = entries.iter().find(|entry| entry.field.id == fault.path) {
            entry.field.error.set(Some(fault.detail.clone()));
            is_shown = true;
        }
    }
    // A weak password has no path of its own.
    if !is_shown && error.code() == Some("weak_password") {
        entries[4].field.error.set(Some(app.describe(error)));
    } else if !is_shown {
        wrong.set(Some(app.describe(error)));
    }
}
