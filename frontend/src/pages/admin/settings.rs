//! What the agency has set for itself, each with its history.

use client::{Method, With};
use leptos::task::spawn_local;
use serde_json::{Value, json};

use super::ask::{ask, fetched, get};
use super::history::history;
use super::{head, model};
use crate::app::App;
use crate::components::html::{self as h, El, each, live};
use crate::components::{Field, line, notice};
use crate::reactive::*;

pub fn settings(app: App) -> El {
    let screen = app.screen();
    let draw = move |got: super::ask::Got| {
        let items = got.value["items"].as_array().cloned().unwrap_or_default();
        h::div().class("view").with(each(&items, |setting| one(app, setting)))
    };
    let content = fetched(app, 6, "/settings".to_owned(), json!({}), Box::new(draw));
    h::div().class("narrow").with((head(screen.settings(), Some(screen.settings_lead()), ()), content))
}

fn one(app: App, setting: &Value) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let name = setting["name"].as_str().unwrap_or_default().to_owned();
    let is_number = setting["default"].is_number();
    let now = RwSignal::new(setting.clone());
    let shown =
        |value: &Value| if value.is_null() { String::new() } else { value.as_str().map_or_else(|| value.to_string(), str::to_owned) };
    let typed = RwSignal::new(shown(&setting["value"]));
    let is_saved = RwSignal::new(false);
    let label = words::field(&name, lang).unwrap_or_default();
    let field = Field::new(format!("setting-{name}"), label).hint(words::setting_help(&name, lang));
    let error = field.error;
    let is_writer = app.actor().has(domain::Role::Admin);
    let write = {
        let name = name.clone();
        move |value: Value| {
            let path = format!("/settings/{name}");
            error.set(None);
            is_saved.set(false);
            spawn_local(async move {
                // Its tag is asked for now: the list has none of its own.
                let got = get(app, path.clone(), Value::Null).await;
                let Some(before) = now.try_get_untracked() else { return };
                let etag = match got {
                    Ok(got) if got.value["version"] == before["version"] => got.etag,
                    Ok(got) => {
                        // Somebody was quicker: theirs is shown, and ours is still typed.
                        error.set(Some(words::setting_changed(&model::said("", &got.value["value"], lang), lang)));
                        return now.set(got.value);
                    }
                    Err(failure) => return error.set(Some(app.describe(&failure))),
                };
                let with = With { if_match: etag, key: None };
                match ask(app, Method::PUT, path, Value::Null, Some(json!({ "value": value })), with).await {
                    Ok(got) => {
                        let _ = typed.try_set(shown(&got.value["value"]));
                        let _ = now.try_set(got.value);
                        let _ = is_saved.try_set(true);
                        app.say(screen.saved());
                    }
                    Err(failure) => {
                        let detail = failure.problem().and_then(|problem| problem.errors.first()).map(|first| first.detail.clone());
                        let _ = error.try_set(Some(detail.unwrap_or_else(|| app.describe(&failure))));
                    }
                }
            });
        }
    };
    let save = {
        let write = write.clone();
        move || {
            let text = typed.get_untracked().trim().to_owned();
            write(match text.parse::<i64>() {
                _ if text.is_empty() => Value::Null,
                Ok(number) if is_number => json!(number),
                _ => json!(text),
            });
        }
    };
    let state = live(move || {
        let setting = now.get();
        let default = model::said("", &setting["default"], lang);
        (setting["is_set"] == true).then(|| h::span().class("small muted").with(format!("{}: {default}", screen.setting_default())))
    });
    let again = live(move || {
        let write = write.clone();
        let button = h::button().set("type", "button").class("btn btn-quiet btn-sm").on_click(move || write(Value::Null));
        (now.read()["is_set"] == true).then(|| button.with(screen.setting_default_again()))
    });
    let history = history(app, format!("/settings/{name}"));
    if !is_writer {
        let value = model::said("", &setting["value"], lang);
        let help = words::setting_help(&name, lang).map(|help| h::p().class("hint").with(help));
        let said = (h::p().class("strong").with(label), h::p().id(field.id).class("written").with(value), help, state);
        return h::section().class("panel panel-body").with([h::div().with(said), history]);
    }
    let input = line(&field, if is_number { "number" } else { "text" }, typed);
    let saved = live(move || is_saved.get().then(|| notice(screen.saved(), "check")));
    let button = h::button().set("type", "submit").class("btn").with(screen.save());
    let form = h::form().class("setting").flag("novalidate", true).on_submit(save).with((
        h::div().class("row setting-row").with([field.draw(app, input), button]),
        h::div().class("row").with((state, again)),
        saved,
    ));
    h::section().class("panel panel-body").with([form, history])
}
