//! Access tokens: one's own is made here, and shown once; everybody's are listed and revoked.

use chrono::{NaiveDate, TimeDelta};
use client::{Method, With};
use domain::{Instant, day_in_lima};
use leptos::task::spawn_local;
use serde_json::{Value, json};

use super::ask::{ask, fetched_all, post};
use super::head;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::{Field, choices, empty, icon, line, time, trouble};
use crate::pages::sending::Sending;
use crate::reactive::*;

pub fn tokens(app: App) -> El {
    let screen = app.screen();
    // Asked for anew when one was made or revoked.
    let turn = RwSignal::new(0_u32);
    let list = live(move || {
        turn.track();
        fetched_all(app, 3, "/access-tokens".to_owned(), json!({}), Box::new(move |tokens| list(app, &tokens, turn)))
    });
    h::div().class("narrow view").with((head(screen.tokens(), Some(screen.tokens_lead()), ()), make(app, turn), list))
}

/// The last day of a token that lives for so long.
fn day_after(days: i64) -> String {
    day_in_lima(browser::now() + TimeDelta::days(days)).to_string()
}

fn make(app: App, turn: RwSignal<u32>) -> El {
    let screen = app.screen();
    let name = RwSignal::new(String::new());
    let scope = RwSignal::new("read".to_owned());
    let until = RwSignal::new(day_after(90));
    let secret = RwSignal::new(None::<String>);
    let sending = Sending::new();
    let name_field = Field::new("token-name", screen.token_name());
    let scope_field = Field::new("token-scope", words::field("scope", app.lang()).unwrap_or_default());
    let until_field = Field::new("token-until", words::field("expires_on", app.lang()).unwrap_or_default()).hint(Some(screen.token_year()));
    let error = name_field.error;
    let option = |name: &str, words: &'static str, help: &'static str| ((name.to_owned(), words.to_owned()), Some(help));
    let scopes = vec![
        option("read", screen.token_read(), screen.token_read_help()),
        option("write", screen.token_write(), screen.token_write_help()),
        option("intake", screen.token_intake(), screen.token_intake_help()),
    ];
    let submit = move || {
        if sending.is_sending.get_untracked() {
            return;
        }
        sending.wrong.set(None);
        if name.read_untracked().trim().is_empty() {
            error.set(Some(words::value_error(domain::ValueError::Empty, screen.token_name(), app.lang())));
            return browser::focus("token-name");
        }
        // Until the end of that day in Lima, which is five hours behind.
        let end = until.get_untracked().parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(23, 59, 0));
        let expires_at = end.map(|end| end.and_utc() + TimeDelta::hours(5));
        let body = json!({ "name": name.get_untracked().trim(), "scope": scope.get_untracked(), "expires_at": expires_at });
        sending.is_sending.set(true);
        spawn_local(async move {
            let Some(answer) = post(app, sending, "/me/tokens".to_owned(), Some(body)).await else { return };
            // One whose answer was lost is in the list, too.
            if answer.as_ref().map_or_else(|failure| failure.code() == Some("already_created"), |_| true) {
                turn.update(|turn| *turn += 1);
            }
            match answer {
                Ok(got) => {
                    secret.set(got.value["secret"].as_str().map(str::to_owned));
                    name.set(String::new());
                    browser::focus("token-secret");
                }
                Err(failure) => sending.wrong.set(Some(said(app, &failure))),
            }
        });
    };
    let shown = live(move || secret.get().map(|secret| shown_once(app, secret)));
    let button = h::button()
        .set("type", "submit")
        .class("btn btn-primary")
        .follow("aria-disabled", move || sending.is_sending.get().then_some("true"))
        .with(screen.token_new());
    h::form().class("panel panel-body").flag("novalidate", true).set("aria-labelledby", "h-token").on_submit(submit).with((
        h::h2().id("h-token").with(screen.token_new()),
        h::div().class("fields fields-2").with([
            name_field.draw(app, line(&name_field, "text", name)),
            until_field.draw(app, line(&until_field, "date", until)),
            scope_field.draw_group(app, choices(&scope_field, "choices", scopes, scope)).class("field wide"),
        ]),
        trouble(sending.wrong),
        button,
        shown,
    ))
}

/// What is wrong, with the field that it is about.
fn said(app: App, error: &client::ClientError) -> String {
    error.problem().and_then(|problem| problem.errors.first()).map_or_else(|| app.describe(error), |first| first.detail.clone())
}

fn shown_once(app: App, secret: String) -> El {
    let screen = app.screen();
    let is_copied = RwSignal::new(false);
    let text = secret.clone();
    let copy = move || {
        browser::copy(&text);
        is_copied.set(true);
        app.say(screen.copied());
    };
    let label = live(move || if is_copied.get() { screen.copied() } else { screen.copy() });
    let input =
        h::input().class("input num").id("token-secret").set("type", "text").set("readonly", "").set("aria-label", screen.tokens_short());
    let row = h::div()
        .class("row token-row")
        .with([input.set("value", secret), h::button().set("type", "button").class("btn").on_click(copy).with(label)]);
    h::div()
        .class("notice notice-soon token-shown")
        .set("role", "status")
        .with((icon("lock"), h::div().class("notice-text").with([h::b().with(screen.token_shown_once()), row])))
}

fn list(app: App, items: &[Value], turn: RwSignal<u32>) -> El {
    let screen = app.screen();
    if items.is_empty() {
        return h::div().class("panel").with(empty(screen.tokens_empty(), ()));
    }
    let at = |value: &Value| value.as_str().and_then(|at| at.parse::<Instant>().ok());
    let row = |token: &Value| {
        let id = token["id"].as_i64().unwrap_or_default();
        let is_revoked = token["revoked_at"].is_string();
        let is_over = at(&token["expires_at"]).is_some_and(|end| end <= app.now());
        let scope = match token["scope"].as_str() {
            Some("write") => screen.token_write(),
            Some("intake") => screen.token_intake(),
            _ => screen.token_read(),
        };
        let used = match at(&token["last_used_at"]) {
            Some(at) => h::span().with((screen.token_last_used(), " ", time(app, at, ""))),
            None => h::span().with(screen.token_never_used()),
        };
        let end = at(&token["expires_at"]).map(|end| time(app, end, ""));
        let revoke = move || {
            spawn_local(async move {
                let result = ask(app, Method::DELETE, format!("/access-tokens/{id}"), Value::Null, None, With::default()).await;
                app.say(result.as_ref().err().map_or_else(|| screen.token_revoked().to_owned(), |error| app.describe(error)));
                let _ = turn.try_update(|turn| *turn += 1);
            });
        };
        let name = token["name"].as_str().unwrap_or_default().to_owned();
        let label = format!("{}: {name}", screen.token_revoke());
        let button = h::button()
            .set("type", "button")
            .class("btn btn-sm push")
            .set("aria-label", label)
            .on_click(revoke)
            .with(screen.token_revoke());
        let state = if is_revoked || is_over {
            h::span().class("badge push").with(if is_revoked { screen.token_revoked() } else { screen.token_over() })
        } else {
            button
        };
        let about = [
            h::span().with(token["person"]["name"].as_str().unwrap_or_default().to_owned()),
            h::span().with(scope),
            h::span().with(used),
            h::span().with((words::field("expires_on", app.lang()).unwrap_or_default(), " ", end)),
        ];
        let text = h::div().with([h::b().with(name), h::p().class("small muted dots").with(about)]);
        h::li().class("req").with(h::div().class("row token-line").with([text, state]))
    };
    h::ul().class("list reqs").with(each(items, row))
}
