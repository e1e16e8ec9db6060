//! Signing in. The address stays: whoever signs in goes on to where they were going.

use crate::reactive::*;
use leptos::task::spawn_local;
use words::Language;

use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, live};
use crate::components::{Field, icon, line, logo, notice, password};
use crate::session;

pub fn sign_in(app: App) -> El {
    let screen = app.screen();
    app.title(screen.sign_in());
    let (email, secret) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let is_sending = RwSignal::new(false);
    let needs_setup = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(setup) = app.client().read_setup().await {
            let _ = needs_setup.try_set(setup.value.is_needed);
        }
    });
    let email_field = Field::new("email", screen.sign_in_email());
    let secret_field = Field::new("password", screen.sign_in_password());
    let error = secret_field.error;
    let submit = move || {
        if is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        error.set(None);
        spawn_local(async move {
            match app.client().sign_in(email.get_untracked().trim(), &secret.get_untracked()).await {
                Ok(_) => {
                    session::enter(app).await;
                    browser::focus_page();
                }
                Err(problem) => {
                    error.set(Some(app.describe(&problem)));
                    browser::focus("password");
                }
            }
            let _ = is_sending.try_set(false);
        });
    };
    let fields = h::div().class("fields").with((
        email_field.draw(app, line(&email_field, "email", email).set("autocomplete", "username")),
        secret_field.draw(app, password(app, &secret_field, "current-password", secret)),
        submit_button(is_sending, screen.sign_in(), screen.signing_in()),
        h::a().class("small tap").set("href", "/forgot").with(screen.sign_in_forgotten()),
    ));
    let form = h::form().class("roomy").set("aria-labelledby", "h-sign-in").flag("novalidate", true).on_submit(submit).with((
        h::h1().id("h-sign-in").with(screen.sign_in()),
        h::p().class("muted").with(screen.app_subtitle()),
        live(move || needs_setup.get().then(|| notice(screen.setup_needed(), "alert"))),
        fields,
    ));
    door(app, form)
}

/// The large button of a form.
pub fn submit_button(is_sending: RwSignal<bool>, label: &'static str, meanwhile: &'static str) -> El {
    h::button()
        .set("type", "submit")
        .class("btn btn-primary btn-lg")
        .follow("aria-disabled", move || is_sending.get().then_some("true"))
        .with(live(move || if is_sending.get() { meanwhile } else { label }))
}

/// The page of somebody who is not signed in: a form, and what the app is for.
pub fn door(app: App, form: El) -> El {
    let brand = h::span().class("brand").with((logo(), app.screen().app()));
    let foot = h::footer().class("row small muted").with(languages(app));
    let side = h::section().class("si-form").with((brand, form, foot));
    h::main().class("si").id("main").with((side, promise(app)))
}

/// The languages as buttons, each in its own words.
fn languages(app: App) -> El {
    let screen = app.screen();
    let button = |language: Language, name: &'static str| {
        h::button()
            .set("type", "button")
            .class("btn btn-quiet btn-sm")
            .set("lang", language.tag())
            .set("aria-pressed", if app.lang() == language { "true" } else { "false" })
            .on_click(move || app.speak(language))
            .with(name)
    };
    let buttons = [button(Language::Spanish, screen.language_spanish()), button(Language::English, screen.language_english())];
    h::span().class("row tight").set("role", "group").set("aria-label", screen.language()).with(buttons)
}

/// What the app is for, beside its door.
fn promise(app: App) -> El {
    let screen = app.screen();
    let activity = |number| words::activity_short(number, app.lang());
    let line = |class: &'static str, d: &'static str| h::path().class(class).set("d", d);
    let point = |class: &'static str, x: &'static str, r: &'static str| h::circle().class(class).set("cx", x).set("cy", "12").set("r", r);
    let name = |number, x: &'static str, anchor: &'static str| {
        h::text().set("x", x).set("y", "42").set("text-anchor", anchor).with(activity(number))
    };
    let drawing = h::svg().class("line").set("viewBox", "0 0 440 56").set("role", "img").set("aria-label", screen.path()).with((
        [line("line-done", "M8 12H300"), line("line-next", "M300 12H432")],
        [point("point-done", "8", "7"), point("point-done", "150", "7"), point("point-now", "296", "6"), point("point-next", "431", "7")],
        [name(1, "1", "start"), name(3, "150", "middle"), name(7, "296", "middle"), name(8, "438", "end")],
    ));
    h::aside().class("si-side").with((
        h::h2().with(screen.sign_in_lead()),
        drawing,
        h::p().class("row muted").with((icon("route"), screen.procedure())),
    ))
}
