//! Oneself: details, language, theme, password, and the way out.

use crate::reactive::*;
use client::ClientError;
use domain::{Line, ValueError};
use leptos::task::spawn_local;
use wire::{PasswordRequest, ProfileRequest};
use words::Language;

use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{Choice, Field, choices, line, notice, password};
use crate::session;

pub fn me(app: App) -> El {
    let screen = app.screen();
    let me = app.me();
    app.title(screen.profile_title());
    let roles = each(&me.roles, |role| h::li().with(words::role(*role, app.lang())));
    let fact = |path: &str, value: Option<&String>| {
        value.map(|value| [h::dt().with(words::field(path, app.lang()).unwrap_or_default()), h::dd().with(value.clone())])
    };
    // «(e)»: whose posts they hold for now.
    let acting = (!me.acting_for.is_empty()).then(|| {
        let names = each(&me.acting_for, |person| h::li().with(format!("{} (e)", person.name)));
        [h::dt().with(words::field("acting", app.lang()).unwrap_or_default()), h::dd().with(h::ul().class("plain").with(names))]
    });
    let facts = h::dl().class("facts").with((
        fact("email", me.email.as_ref()),
        fact("post", me.post.as_ref()),
        fact("area", Some(&me.area.name)),
        h::dt().with(screen.profile_roles()),
        h::dd().with(h::ul().class("plain").with(roles)),
        acting,
    ));
    let who = h::section().class("panel panel-body").with((
        h::h2().with(me.name.clone()),
        facts,
        h::p().class("hint").with(screen.profile_facts_help()),
    ));
    let out = h::button().set("type", "button").class("btn").on_click(move || session::end(app)).with(screen.sign_out());
    h::div().class("narrow view").with((
        h::h1().with(screen.profile_title()),
        who,
        details(app),
        preferences(app),
        change_password(app),
        h::p().with(out),
    ))
}

/// Writes what `change` gives; another's change in between is taken in and ours repeated.
async fn update(app: App, change: ProfileRequest) -> Result<(), ClientError> {
    let client = app.client();
    let session = app.session.get_untracked();
    let mut known = session.person().cloned();
    for _ in 0..2 {
        let profile = match known.take() {
            Some(profile) => profile,
            None => client.read_me().await?,
        };
        match client.update_me(&change, &client::With::the_version_of(&profile)).await {
            Err(error) if error.status() == Some(412) => {}
            result => return result.map(|profile| session::keep(app, profile)),
        }
    }
    session::keep(app, client.read_me().await?);
    Err(ClientError::Malformed("the profile changes all the time".to_owned()))
}

/// How a form of this page goes, and how it ended.
#[derive(Clone, Copy)]
struct Outcome {
    is_saving: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
    is_done: RwSignal<bool>,
}

impl Outcome {
    fn new() -> Outcome {
        Outcome { is_saving: RwSignal::new(false), wrong: RwSignal::new(None), is_done: RwSignal::new(false) }
    }

    fn begin(self) {
        self.is_saving.set(true);
        self.is_done.set(false);
        self.wrong.set(None);
    }

    fn end(self, app: App, result: &Result<(), ClientError>) {
        app.heard(result.as_ref().err());
        let _ = self.is_saving.try_set(false);
        let _ = self.is_done.try_set(result.is_ok());
        let _ = self.wrong.try_set(result.as_ref().err().map(|error| app.describe(error)));
    }

    fn draw(self, done: &'static str) -> Html {
        live(move || match self.wrong.get() {
            Some(text) => Some(notice(text, "alert").class("notice notice-soon")),
            None => self.is_done.get().then(|| notice(done, "check")),
        })
    }

    fn button(self, app: App, label: &'static str) -> El {
        let saving = app.screen().saving();
        let text = live(move || if self.is_saving.get() { saving } else { label });
        h::button().set("type", "submit").class("btn btn-primary").with(text)
    }
}

fn form(id: &'static str, name: &'static str, submit: impl Fn() + Send + 'static) -> El {
    let form = h::form().class("panel panel-body").set("aria-labelledby", id).flag("novalidate", true).on_submit(submit);
    form.with(h::h2().id(id).with(name))
}

fn details(app: App) -> El {
    let screen = app.screen();
    let me = app.me();
    let outcome = Outcome::new();
    let entry = |path: &'static str, value: &Option<String>| {
        let label = words::field(path, app.lang()).unwrap_or_default();
        let field = Field::new(format!("me-{path}"), label).hint(words::field_help(path, app.lang())).optional();
        (field, RwSignal::new(value.clone().unwrap_or_default()))
    };
    let entries = [entry("extension", &me.extension), entry("phone", &me.phone), entry("place", &me.place)];
    let fields = each(&entries, |(field, value)| field.draw(app, line(field, "text", *value)));
    let submit = move || {
        let mut lines = Vec::new();
        for (field, value) in &entries {
            let line = match Line::parse(&value.get_untracked()) {
                Ok(line) => Ok(Some(line)),
                Err(ValueError::Empty) => Ok(None),
                Err(fault) => Err(words::value_error(fault, field.label, app.lang())),
            };
            field.error.set(line.as_ref().err().cloned());
            lines.extend(line.ok());
        }
        let Ok([extension, phone, place]) = <[Option<Line>; 3]>::try_from(lines) else { return };
        let change = ProfileRequest { extension: Some(extension), phone: Some(phone), place: Some(place), ..ProfileRequest::default() };
        outcome.begin();
        spawn_local(async move { outcome.end(app, &update(app, change).await) });
    };
    form("h-details", screen.profile_facts(), submit).with((
        h::div().class("fields fields-2").with(fields),
        outcome.draw(screen.saved()),
        outcome.button(app, screen.save()),
    ))
}

fn preferences(app: App) -> El {
    let screen = app.screen();
    let language = RwSignal::new(app.lang().tag().to_owned());
    let theme = RwSignal::new(browser::stored("theme").unwrap_or_default());
    let outcome = Outcome::new();
    Effect::new(move || {
        let tag = language.get();
        if tag != app.lang().tag() {
            let change = ProfileRequest { language: Some(tag), ..ProfileRequest::default() };
            spawn_local(async move { outcome.end(app, &update(app, change).await) });
        }
    });
    Effect::new(move || set_theme(&theme.get()));
    let group = |field: Field, options: Vec<(&str, &'static str)>, value| {
        let option = |(value, name): (&str, &str)| -> (Choice, Option<&'static str>) { ((value.to_owned(), name.to_owned()), None) };
        field.draw_group(app, choices(&field, "choices choices-inline", options.into_iter().map(option).collect(), value))
    };
    let languages = vec![(Language::Spanish.tag(), screen.language_spanish()), (Language::English.tag(), screen.language_english())];
    let themes = vec![("", screen.theme_system()), ("light", screen.theme_light()), ("dark", screen.theme_dark())];
    let fields = h::div().class("fields").with([
        group(Field::new("me-language", screen.language()), languages, language),
        group(Field::new("me-theme", screen.theme()), themes, theme),
    ]);
    h::section().class("panel panel-body").set("aria-labelledby", "h-preferences").with((
        h::h2().id("h-preferences").with(screen.profile_preferences()),
        fields,
        outcome.draw(screen.saved()),
    ))
}

/// From now on in this language, here and in what is sent to this person.
pub fn set_language(app: App, language: Language) {
    let change = ProfileRequest { language: Some(language.tag().to_owned()), ..ProfileRequest::default() };
    spawn_local(async move {
        let result = update(app, change).await;
        app.heard(result.as_ref().err());
        if let Err(error) = result {
            app.say(app.describe(&error));
        }
    });
}

/// Here and at the next visit; nothing chosen follows the system.
pub fn set_theme(theme: &str) {
    let chosen = if theme.is_empty() { None } else { Some(theme) };
    browser::store("theme", chosen);
    browser::set_root_attribute("data-theme", chosen);
}

fn change_password(app: App) -> El {
    let screen = app.screen();
    let outcome = Outcome::new();
    let entry = |id: &'static str, label| (Field::new(id, label), RwSignal::new(String::new()));
    let current = entry("me-current", screen.current_password());
    let new = entry("me-new", screen.new_password());
    let again = entry("me-again", screen.repeat_password());
    let draw = |(field, value): &(Field, RwSignal<String>), autocomplete| field.draw(app, password(app, field, autocomplete, *value));
    let fields = [draw(&current, "current-password"), draw(&new, "new-password"), draw(&again, "new-password")];
    let submit = move || {
        let typed = [&current, &new, &again].map(|(_, value)| value.get_untracked());
        for ((field, _), value) in [&current, &new].into_iter().zip(&typed) {
            field.error.set(value.is_empty().then(|| words::value_error(ValueError::Empty, field.label, app.lang())));
        }
        let [typed_current, typed_new, typed_again] = typed;
        again.0.error.set((typed_new != typed_again).then(|| screen.passwords_differ().to_owned()));
        let errors = [current.0.error, new.0.error, again.0.error];
        if errors.iter().any(|error| error.read_untracked().is_some()) {
            return;
        }
        outcome.begin();
        let values = [current.1, new.1, again.1];
        spawn_local(async move {
            let result = app.client().change_password(&PasswordRequest { current: typed_current, new: typed_new }).await;
            outcome.end(app, &result);
            let at = match &result {
                Ok(()) => {
                    values.iter().for_each(|value| value.set(String::new()));
                    return;
                }
                Err(error) => match error.code() {
                    Some("invalid_credentials") => errors[0],
                    Some("weak_password") => errors[1],
                    _ => return,
                },
            };
            at.set(outcome.wrong.get_untracked());
            outcome.wrong.set(None);
        });
    };
    form("h-password", screen.profile_password(), submit).with((
        h::p().class("hint").with(screen.password_help()),
        h::div().class("fields").with(fields),
        outcome.draw(screen.password_changed()),
        outcome.button(app, screen.set_password()),
    ))
}
