//! The first administrator, by the link that the server printed. Its token comes in the fragment, which no server and no log ever gets.

use client::ClientError;
use domain::{Email, Line as OneLine, ValueError};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::SetupRequest;

use super::sign_in::{LanguageLinks, Promise};
use crate::app::{App, use_app};
use crate::browser;
use crate::components::{Field, Line, Logo, Notice, Password};
use crate::session;

/// One field of the form: its path in the request, what is typed, and what is wrong with it.
#[derive(Clone, Copy)]
struct Entry {
    path: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    error: RwSignal<Option<String>>,
}

impl Entry {
    fn new(path: &'static str, label: &'static str, value: String) -> Entry {
        Entry { path, label, value: RwSignal::new(value), error: RwSignal::new(None) }
    }

    /// The value, or what is wrong with it at the field.
    fn parsed<T>(&self, app: App, parse: impl Fn(&str) -> Result<T, ValueError>) -> Option<T> {
        let result = parse(&self.value.get_untracked());
        self.error.set(result.as_ref().err().map(|error| words::value_error(*error, self.label, app.lang())));
        result.ok()
    }
}

#[component]
pub fn Setup() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    app.title(screen.setup);
    let token = Entry::new("token", screen.setup_token, token());
    let agency = Entry::new("agency", screen.setup_agency, String::new());
    let name = Entry::new("name", screen.setup_admin_name, String::new());
    let email = Entry::new("email", screen.sign_in_email, String::new());
    let password = Entry::new("password", screen.sign_in_password, String::new());
    let entries = [token, agency, name, email, password];
    let trouble = RwSignal::new(None::<String>);
    let is_sending = RwSignal::new(false);
    let has_token = token.value.with_untracked(|token| !token.is_empty());
    spawn_local(async move {
        if let Ok(setup) = app.client().read_setup().await
            && !setup.value.is_needed
        {
            let _ = trouble.try_set(words::problem("setup_done", app.lang()).map(|(_, detail)| detail.to_owned()));
        }
    });

    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = read(app, token, agency, name, email, password);
        let Some(request) = request.filter(|_| !is_sending.get_untracked()) else { return };
        is_sending.set(true);
        trouble.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            match app.client().set_up(&request, &client::With::default()).await {
                Ok(_) => {
                    session::enter(app).await;
                    navigate("/", NavigateOptions { replace: true, ..Default::default() });
                }
                Err(error) => show(app, &error, &entries, trouble),
            }
            let _ = is_sending.try_set(false);
        });
    };
    let line = move |entry: Entry, kind: &'static str, autocomplete: &'static str| {
        view! {
            <Field id=entry.path label=entry.label error=entry.error>
                <Line id=entry.path value=entry.value error=entry.error kind=kind autocomplete=autocomplete required=true/>
            </Field>
        }
    };
    let token_field = (!has_token).then(|| {
        view! {
            <Field id="token" label=token.label hint=Some(screen.setup_token_help) error=token.error>
                <Line id="token" value=token.value error=token.error has_hint=true required=true/>
            </Field>
        }
    });
    let token_trouble = move || token.error.get().filter(|_| has_token).map(|text| view! { <Notice text=text icon="alert" soon=true/> });
    view! {
        <main class="si" id="main">
            <section class="si-form">
                <span class="brand"><Logo/>{screen.app}</span>
                <form class="roomy" aria-labelledby="h-setup" novalidate=true on:submit=submit>
                    <h1 id="h-setup">{screen.setup}</h1>
                    <p class="muted">{screen.setup_lead}</p>
                    <div class="fields">
                        {token_field}
                        {line(agency, "text", "organization")}
                        {line(name, "text", "name")}
                        {line(email, "email", "username")}
                        <Field id="password" label=password.label hint=words::field_help("password", app.lang()) error=password.error>
                            <Password id="password" value=password.value error=password.error has_hint=true autocomplete="new-password"/>
                        </Field>
                        {token_trouble}
                        {move || trouble.get().map(|text| view! { <Notice text=text icon="alert" soon=true/> })}
                        <button type="submit" class="btn btn-primary btn-lg" aria-disabled=move || is_sending.get().then_some("true")>
                            {move || if is_sending.get() { screen.saving } else { screen.setup_finish }}
                        </button>
                        <a class="small tap" href="/sign-in">{screen.sign_in}</a>
                    </div>
                </form>
                <footer class="row small muted"><LanguageLinks app=app/></footer>
            </section>
            <Promise/>
        </main>
    }
}

/// The link's token, which leaves the address at once.
fn token() -> String {
    let fragment = browser::fragment();
    let query = browser::window().location().search().unwrap_or_default();
    let parts = fragment.split('&').chain(query.trim_start_matches('?').split('&'));
    let token = parts.filter_map(|part| part.strip_prefix("token=")).next().unwrap_or_default().to_owned();
    if !token.is_empty() {
        browser::hide_query_and_fragment();
    }
    token
}

/// The request, where every field is right. Every wrong one says so.
fn read(app: App, token: Entry, agency: Entry, name: Entry, email: Entry, password: Entry) -> Option<SetupRequest> {
    let present = |text: &str| if text.trim().is_empty() { Err(ValueError::Empty) } else { Ok(text.to_owned()) };
    let token = token.parsed(app, |text| present(text).map(|text| text.trim().to_owned()));
    let agency = agency.parsed(app, OneLine::parse);
    let name = name.parsed(app, OneLine::parse);
    let email = email.parsed(app, Email::parse);
    let password = password.parsed(app, present);
    Some(SetupRequest { token: token?, agency: agency?, name: name?, email: email?, password: password? })
}

/// What the server said was wrong, at its field where it has one.
fn show(app: App, error: &ClientError, entries: &[Entry], trouble: RwSignal<Option<String>>) {
    let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
    let mut is_shown = false;
    for fault in errors {
        if let Some(entry) = entries.iter().find(|entry| entry.path == fault.path) {
            entry.error.set(Some(fault.detail.clone()));
            is_shown = true;
        }
    }
    if !is_shown {
        trouble.set(Some(app.describe(error)));
    }
}
