//! Oneself: details, language, theme, password, and the way out.

use client::ClientError;
use domain::{Line as OneLine, ValueError};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{PasswordRequest, ProfileRequest};
use words::Language;

use crate::app::{App, use_app};
use crate::browser;
use crate::components::{Choices, Field, Line, Notice, Password};
use crate::session;

#[component]
pub fn Me() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let me = app.me();
    app.title(screen.profile_title);
    let roles = me.roles.iter().map(|role| view! { <li>{words::role(*role, app.lang())}</li> }).collect_view();
    let fact = |label: &'static str, value: Option<String>| value.map(|value| view! { <dt>{label}</dt><dd>{value}</dd> });
    let label = |path| words::field(path, app.lang()).unwrap_or_default();
    view! {
        <div class="narrow view">
            <h1>{screen.profile_title}</h1>
            <section class="panel panel-body">
                <h2>{me.name.clone()}</h2>
                <dl class="facts">
                    {fact(label("email"), me.email.clone())}
                    {fact(label("post"), me.post.clone())}
                    {fact(label("area"), Some(me.area.name.clone()))}
                    <dt>{screen.profile_roles}</dt>
                    <dd><ul class="plain">{roles}</ul></dd>
                </dl>
                <p class="hint">{screen.profile_facts_help}</p>
            </section>
            <Details/>
            <Preferences/>
            <ChangePassword/>
            <p><button type="button" class="btn" on:click=move |_| session::end(app)>{screen.sign_out}</button></p>
        </div>
    }
}

/// Writes what `change` gives; another's change in between is taken in and ours repeated.
async fn update(app: App, change: impl Fn(&mut ProfileRequest)) -> Result<(), ClientError> {
    let client = app.client();
    let mut known = app.session.with_untracked(|session| session.person().cloned());
    for _ in 0..2 {
        let profile = match known.take() {
            Some(profile) => profile,
            None => client.read_me().await?,
        };
        let mut request = ProfileRequest::default();
        change(&mut request);
        match client.update_me(&request, &client::With::the_version_of(&profile)).await {
            Err(error) if error.status() == Some(412) => {}
            result => return result.map(|profile| session::keep(app, profile)),
        }
    }
    let profile = client.read_me().await?;
    session::keep(app, profile);
    Err(ClientError::Malformed("the profile changes all the time".to_owned()))
}

/// How a form of this page ended.
#[derive(Clone, Copy)]
struct Outcome {
    is_saving: RwSignal<bool>,
    /// The text, and whether it is trouble.
    told: RwSignal<Option<(String, bool)>>,
}

impl Outcome {
    fn new() -> Outcome {
        Outcome { is_saving: RwSignal::new(false), told: RwSignal::new(None) }
    }

    fn end(self, app: App, result: Result<(), ClientError>, done: &'static str) {
        app.heard(result.as_ref().err());
        let _ = self.is_saving.try_set(false);
        let _ = self.told.try_set(Some(match result {
            Ok(()) => (done.to_owned(), false),
            Err(error) => (app.describe(&error), true),
        }));
    }

    fn view(self) -> impl IntoView {
        move || {
            self.told.get().map(|(text, is_trouble)| {
                view! { <Notice text=text icon=if is_trouble { "alert" } else { "check" } soon=is_trouble/> }
            })
        }
    }
}

#[component]
fn Details() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let me = app.me();
    let outcome = Outcome::new();
    let entry = |path: &'static str, value: &Option<String>| {
        (path, RwSignal::new(value.clone().unwrap_or_default()), RwSignal::new(None::<String>))
    };
    let entries = [entry("extension", &me.extension), entry("phone", &me.phone), entry("place", &me.place)];
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut lines = Vec::new();
        for (path, value, error) in entries {
            let label = words::field(path, app.lang()).unwrap_or_default();
            let line = match OneLine::parse(&value.get_untracked()) {
                Ok(line) => Ok(Some(line)),
                Err(ValueError::Empty) => Ok(None),
                Err(fault) => Err(words::value_error(fault, label, app.lang())),
            };
            error.set(line.as_ref().err().cloned());
            lines.extend(line.ok());
        }
        let Ok([extension, phone, place]) = <[Option<OneLine>; 3]>::try_from(lines) else { return };
        outcome.is_saving.set(true);
        spawn_local(async move {
            let result = update(app, |request| {
                request.extension = Some(extension.clone());
                request.phone = Some(phone.clone());
                request.place = Some(place.clone());
            })
            .await;
            outcome.end(app, result, screen.saved);
        });
    };
    let field = |(path, value, error): (&'static str, RwSignal<String>, RwSignal<Option<String>>)| {
        let hint = words::field_help(path, app.lang());
        let id = format!("me-{path}");
        view! {
            <Field id=id.clone() label=words::field(path, app.lang()).unwrap_or_default() hint=hint error=error optional=true>
                <Line id=id value=value error=error has_hint=hint.is_some()/>
            </Field>
        }
    };
    view! {
        <form class="panel panel-body" aria-labelledby="h-details" novalidate=true on:submit=submit>
            <h2 id="h-details">{screen.profile_facts}</h2>
            <div class="fields fields-2">{entries.map(field).collect_view()}</div>
            {outcome.view()}
            <button type="submit" class="btn btn-primary">{move || if outcome.is_saving.get() { screen.saving } else { screen.save }}</button>
        </form>
    }
}

#[component]
fn Preferences() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let no_error = Signal::stored(None::<String>);
    let language = RwSignal::new(app.lang().tag().to_owned());
    let theme = RwSignal::new(browser::stored("theme").unwrap_or_default());
    let outcome = Outcome::new();
    Effect::new(move |before: Option<String>| {
        let tag = language.get();
        if before.is_some_and(|before| before != tag) {
            let chosen = tag.clone();
            spawn_local(async move {
                let result = update(app, |request| request.language = Some(chosen.clone())).await;
                outcome.end(app, result, screen.saved);
            });
        }
        tag
    });
    Effect::new(move || set_theme(&theme.get()));
    let languages = [(Language::Spanish, screen.language_spanish), (Language::English, screen.language_english)];
    let languages = languages.into_iter().map(|(language, name)| (language.tag().to_owned(), name.to_owned(), None)).collect();
    let themes = [("", screen.theme_system), ("light", screen.theme_light), ("dark", screen.theme_dark)];
    let themes = themes.into_iter().map(|(value, name)| (value.to_owned(), name.to_owned(), None)).collect();
    view! {
        <section class="panel panel-body" aria-labelledby="h-preferences">
            <h2 id="h-preferences">{screen.profile_preferences}</h2>
            <div class="fields">
                <Field id="me-language" label=screen.language error=no_error group=true>
                    <Choices id="me-language" options=languages value=language error=no_error inline=true/>
                </Field>
                <Field id="me-theme" label=screen.theme error=no_error group=true>
                    <Choices id="me-theme" options=themes value=theme error=no_error inline=true/>
                </Field>
            </div>
            {outcome.view()}
        </section>
    }
}

/// Here and at the next visit; nothing chosen follows the system.
fn set_theme(theme: &str) {
    let chosen = if theme.is_empty() { None } else { Some(theme) };
    browser::store("theme", chosen);
    browser::set_root_attribute("data-theme", chosen);
}

#[component]
fn ChangePassword() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let outcome = Outcome::new();
    let (current, new, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (current_error, new_error, again_error) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let empty = |value: RwSignal<String>, label| {
            value.with_untracked(String::is_empty).then(|| words::value_error(ValueError::Empty, label, app.lang()))
        };
        current_error.set(empty(current, screen.current_password));
        new_error.set(empty(new, screen.new_password));
        let differs = (new.get_untracked() != again.get_untracked()).then(|| screen.passwords_differ.to_owned());
        again_error.set(differs);
        if [current_error, new_error, again_error].iter().any(|error| error.with_untracked(Option::is_some)) {
            return;
        }
        outcome.is_saving.set(true);
        outcome.told.set(None);
        spawn_local(async move {
            let request = PasswordRequest { current: current.get_untracked(), new: new.get_untracked() };
            let result = app.client().change_password(&request).await;
            let _ = outcome.is_saving.try_set(false);
            match &result {
                Ok(()) => [current, new, again].iter().for_each(|value| value.set(String::new())),
                Err(error) if error.code() == Some("invalid_credentials") => return current_error.set(Some(app.describe(error))),
                Err(error) if error.code() == Some("weak_password") => return new_error.set(Some(app.describe(error))),
                Err(_) => {}
            }
            outcome.end(app, result, screen.password_changed);
        });
    };
    let field = move |id: &'static str, label: &'static str, value, error: RwSignal<Option<String>>, autocomplete: &'static str| {
        view! {
            <Field id=id label=label error=error>
                <Password id=id value=value error=error autocomplete=autocomplete/>
            </Field>
        }
    };
    view! {
        <form class="panel panel-body" aria-labelledby="h-password" novalidate=true on:submit=submit>
            <h2 id="h-password">{screen.profile_password}</h2>
            <p class="hint">{screen.password_help}</p>
            <div class="fields">
                {field("me-current", screen.current_password, current, current_error, "current-password")}
                {field("me-new", screen.new_password, new, new_error, "new-password")}
                {field("me-again", screen.repeat_password, again, again_error, "new-password")}
            </div>
            {outcome.view()}
            <button type="submit" class="btn btn-primary">
                {move || if outcome.is_saving.get() { screen.saving } else { screen.set_password }}
            </button>
        </form>
    }
}
