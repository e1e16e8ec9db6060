//! The procedure's path: what was done, what is now, and what may come; and what the procedure says of each activity.

use crate::reactive::*;
use domain::procedure::{ACTIVITIES, Activity};

use super::model::{Step, StepState};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::icon;

/// `open` is the activity whose words are shown.
pub fn path(app: App, steps: &[Step], open: RwSignal<Option<u8>>) -> Vec<Html> {
    let screen = app.screen();
    let rows = |place: &'static str| each(steps, |step| row(app, step, place, open));
    let now = steps.iter().find_map(|step| match step.state {
        StepState::Now { since, nth } => Some(now_sentence(app, step.number, since, nth)),
        _ => None,
    });
    let tall = h::details()
        .class("path-whole")
        .with([h::summary().class("tap small").with(screen.path_see_all()), h::ol().class("path path-tall").with(rows("tall"))]);
    let text =
        live(move || open.get().and_then(|number| ACTIVITIES.iter().find(|one| one.number == number)).map(|one| words_of(app, one, open)));
    let parts = (h::h2().class("sr").id("h-path").with(screen.path()), h::ol().class("path").with(rows("path")), now, tall, text);
    h::parts(parts)
}

fn row(app: App, step: &Step, place: &'static str, open: RwSignal<Option<u8>>) -> El {
    let screen = app.screen();
    let (class, current, detail) = match &step.state {
        StepState::Done { by, at } => {
            let (by, at) = (by.clone().unwrap_or_else(|| screen.system().to_owned()), *at);
            let title = format!("{}: {by}, {}", screen.path_done(), words::time::full(at, app.lang()));
            let moment = live(move || words::time::moment(at, app.now(), app.lang()));
            ("", None, h::span().set("title", title).with((by, h::br(), moment)))
        }
        StepState::Now { since, nth } => {
            let since = *since;
            let since = live(move || words::time::since(since, app.now(), app.lang()));
            ("is-now", Some("step"), h::span().with((screen.path_now(), times(app, *nth), h::br(), since)))
        }
        StepState::MayFollow => ("is-next", None, h::span().with(screen.path_may_follow())),
        StepState::NotNeeded => ("is-not", None, h::span().with(screen.path_not_needed())),
    };
    let number = step.number;
    let point = h::span().class("pt").set("aria-hidden", "true").with(class.is_empty().then(|| icon("check")));
    let name = words::activity_short(number, app.lang());
    let button = h::button()
        .set("type", "button")
        .class("path-step")
        .id(format!("{place}-{number}"))
        .set("title", screen.activity_see())
        .follow_bool("aria-expanded", move || open.get() == Some(number))
        .set("aria-controls", "activity-text")
        .on_click(move || {
            let is_another = open.get_untracked() != Some(number);
            open.set(is_another.then_some(number));
            if is_another {
                browser::focus("activity-text");
            }
        });
    h::li().class(class).set_some("aria-current", current).with([point, h::b().with(button.with(name)), detail])
}

/// «, por 2.ª vez», from the second on.
fn times(app: App, nth: u32) -> Option<String> {
    (nth > 1).then(|| format!(", {}", words::nth_time(nth, app.lang()).to_lowercase()))
}

/// On a phone: «Ahora: Verificación, desde hoy 10:45.»
fn now_sentence(app: App, number: u8, since: domain::Instant, nth: u32) -> El {
    let name = format!("{}: {}", app.screen().path_now(), words::activity_short(number, app.lang()));
    let since: Html = live(move || format!(", {}.", words::time::since(since, app.now(), app.lang())));
    h::p().class("path-now").set("aria-hidden", "true").with((h::b().with(name), times(app, nth), since))
}

/// What the procedure says of an activity, in its own words, which are Spanish.
pub fn words_of(app: App, activity: &'static Activity, open: RwSignal<Option<u8>>) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let is_translated = lang != words::Language::Spanish;
    let close = move || {
        let number = open.get_untracked();
        open.set(None);
        if let Some(number) = number {
            browser::focus(format!("path-{number}"));
        }
    };
    let button = h::button()
        .set("type", "button")
        .class("btn btn-quiet btn-sm btn-icon push")
        .set("aria-label", screen.close_panel())
        .on_click(close);
    let head =
        h::div().class("row activity-head").with([h::h3().with(words::activity_title(activity.number, lang)), button.with(icon("x"))]);
    let help = is_translated.then(|| h::p().with(words::activity_help(activity.number, lang)));
    let by = h::p().class("small muted").with(format!("{}: {} · {}", screen.activity_done_by(), activity.role_written, activity.organ));
    let text = each(activity.description, |paragraph| h::p().with(*paragraph));
    let gateway = activity.gateway.map(|gateway| {
        let answer = |label: &'static str, text: &'static str| h::p().with((h::b().with(label), " ", text));
        h::div().class("activity-question").with((
            h::p().class("strong").with(gateway.question),
            answer(words::flow_label(domain::chart::Label::Yes, words::Language::Spanish), gateway.yes),
            answer(words::flow_label(domain::chart::Label::No, words::Language::Spanish), gateway.no),
        ))
    });
    let corrected =
        activity.gateway.and_then(|gateway| gateway.corrected).map(|_| h::p().class("small muted").with(screen.activity_corrected()));
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
        }
    };
    h::section()
        .class("activity-text")
        .id("activity-text")
        .set("tabindex", "-1")
        .set("aria-label", screen.activity_text())
        .on_key(key)
        .with((head, help, by, h::div().class("activity-words").set("lang", "es").with((text, gateway)), corrected))
}
