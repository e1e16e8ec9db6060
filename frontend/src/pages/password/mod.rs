//! A forgotten password: asking for a link, and choosing a password by it. The link's token comes in the fragment, which no server and no log ever gets.

use crate::reactive::*;
use domain::Email;
use leptos::task::spawn_local;
use wire::{RedeemRequest, ResetRequest};

use super::sign_in::{door, submit_button};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, live};
use crate::components::{Field, line, notice, password, trouble};

/// Asking for a link. The answer is the same for every address.
pub fn forgot(app: App) -> El {
    let screen = app.screen();
    app.title(screen.forgotten_title());
    let email = RwSignal::new(String::new());
    let field = Field::new("email", screen.sign_in_email());
    let (error, is_sending, is_sent) = (field.error, RwSignal::new(false), RwSignal::new(false));
    let submit = move || {
        if is_sending.get_untracked() {
            return;
        }
        let address = match Email::parse(&email.get_untracked()) {
            Ok(address) => address,
            Err(wrong) => {
                error.set(Some(words::value_error(wrong, screen.sign_in_email(), app.lang())));
                browser::focus("email");
                return;
            }
        };
        is_sending.set(true);
        spawn_local(async move {
            match app.client().request_password_reset(&ResetRequest { email: address }).await {
                Ok(_) => {
                    let _ = is_sent.try_set(true);
                }
                Err(problem) => error.set(Some(app.describe(&problem))),
            }
            let _ = is_sending.try_set(false);
        });
    };
    let form = h::form().class("roomy").set("aria-labelledby", "h-forgot").flag("novalidate", true).on_submit(submit).with((
        h::h1().id("h-forgot").with(screen.forgotten_title()),
        h::p().class("muted").with(screen.forgotten_lead()),
        live(move || is_sent.get().then(|| notice(screen.forgotten_sent(), "check"))),
        h::div().class("fields").with((
            field.draw(app, line(&field, "email", email).set("autocomplete", "username")),
            submit_button(is_sending, screen.forgotten_send(), screen.sending()),
            h::a().class("small tap").set("href", "/sign-in").with(screen.sign_in()),
        )),
    ));
    door(app, form)
}

/// Choosing a password by a link that came by mail.
pub fn reset(app: App) -> El {
    let screen = app.screen();
    app.title(screen.set_password_title());
    let token = StoredValue::new(token());
    let secret = RwSignal::new(String::new());
    let mut field = Field::new("password", screen.new_password());
    field.hint = words::field_help("password", app.lang());
    let (error, wrong) = (field.error, RwSignal::new(None::<String>));
    let (is_sending, is_done) = (RwSignal::new(false), RwSignal::new(false));
    let submit = move || {
        if is_sending.get_untracked() || is_done.get_untracked() {
            return;
        }
        is_sending.set(true);
        wrong.set(None);
        spawn_local(async move {
            let request = RedeemRequest { token: token.get_value(), password: secret.get_untracked() };
            match app.client().redeem_password_reset(&request).await {
                Ok(()) => {
                    let _ = is_done.try_set(true);
                }
                // The link is good still: another password may be tried.
                Err(problem) if problem.code() == Some("weak_password") => {
                    error.set(Some(app.describe(&problem)));
                    browser::focus("password");
                }
                Err(problem) => wrong.set(Some(app.describe(&problem))),
            }
            let _ = is_sending.try_set(false);
        });
    };
    let form = h::form().class("roomy").set("aria-labelledby", "h-reset").flag("novalidate", true).on_submit(submit).with((
        h::h1().id("h-reset").with(live(move || if is_done.get() { screen.password_saved() } else { screen.set_password_title() })),
        live(move || is_done.get().then(|| notice(screen.password_is_set(), "check"))),
        // The link is good once: what it was for is done.
        h::div().class("fields").follow("hidden", move || is_done.get().then_some("hidden")).with((
            field.draw(app, password(app, &field, "new-password", secret)),
            trouble(wrong),
            // The way to another link.
            live(move || wrong.get().map(|_| h::a().class("small tap").set("href", "/forgot").with(screen.forgotten_title()))),
            submit_button(is_sending, screen.set_password(), screen.saving()),
        )),
        h::div().class("fields").with(live(move || {
            let class = if is_done.get() { "btn btn-primary btn-lg" } else { "small tap" };
            h::a().class(class).set("href", "/sign-in").with(screen.sign_in())
        })),
    ));
    door(app, form)
}

/// The link's token, which leaves the address at once.
pub fn token() -> String {
    let fragment = browser::fragment();
    let query = browser::window().location().search().unwrap_or_default();
    let token = [fragment.as_str(), query.trim_start_matches('?')]
        .iter()
        .flat_map(|part| part.split('&'))
        .find_map(|part| part.strip_prefix("token="))
        .unwrap_or_default()
        .to_owned();
    if !token.is_empty() {
        browser::hide_query_and_fragment();
    }
    token
}
