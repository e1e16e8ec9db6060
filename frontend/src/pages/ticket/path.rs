//! The procedure's path: what was done, what is now, and what may come.

use super::model::{Step, StepState};
use crate::app::App;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::icon;

pub fn path(app: App, steps: &[Step]) -> El {
    let screen = app.screen();
    let rows = || each(steps, |step| row(app, step));
    let now = steps.iter().find_map(|step| match step.state {
        StepState::Now { since, nth } => Some(now_sentence(app, step.number, since, nth)),
        _ => None,
    });
    h::section().class("t-path").set("aria-labelledby", "h-path").with((
        h::h2().class("sr").id("h-path").with(screen.path()),
        h::ol().class("path").with(rows()),
        now,
        h::details()
            .class("path-whole")
            .with([h::summary().class("tap small").with(screen.see_all()), h::ol().class("path path-tall").with(rows())]),
    ))
}

fn row(app: App, step: &Step) -> El {
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
    let point = h::span().class("pt").set("aria-hidden", "true").with(class.is_empty().then(|| icon("check")));
    let name = h::b().with(words::activity_short(step.number, app.lang()));
    h::li().class(class).set_some("aria-current", current).with([point, name, detail])
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
