//! The procedure's path: what was done, what is now, and what may come.

use leptos::prelude::*;

use super::model::{Step, StepState};
use crate::app::{App, use_app};
use crate::components::Icon;

#[component]
pub fn Path(#[prop(into)] steps: Signal<Vec<Step>>) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    view! {
        <section class="t-path" aria-labelledby="h-path">
            <h2 class="sr" id="h-path">{screen.path}</h2>
            <ol class="path">{move || steps.get().into_iter().map(|step| row(app, step)).collect_view()}</ol>
            <p class="path-now" aria-hidden="true">{move || steps.with(|steps| now_sentence(app, steps))}</p>
            <details class="path-whole">
                <summary class="tap small">{screen.see_all}</summary>
                <ol class="path path-tall">{move || steps.get().into_iter().map(|step| row(app, step)).collect_view()}</ol>
            </details>
        </section>
    }
}

fn row(app: App, step: Step) -> AnyView {
    let screen = app.screen();
    let moment = move |at| words::time::moment(at, app.now.get(), app.lang());
    let (class, detail) = match step.state {
        StepState::Done { by, at } => {
            let by = by.unwrap_or_else(|| screen.system.to_owned());
            let title = format!("{}: {by}, {}", screen.path_done, words::time::full(at, app.lang()));
            ("", view! { <span title=title>{by}<br/>{move || moment(at)}</span> }.into_any())
        }
        StepState::Now { since, nth } => {
            let times = (nth > 1).then(|| format!(", {}", words::nth_time(nth, app.lang()).to_lowercase()));
            (
                "is-now",
                view! { <span>{screen.path_now}{times}<br/>{move || words::time::since(since, app.now.get(), app.lang())}</span> }
                    .into_any(),
            )
        }
        StepState::MayFollow => ("is-next", view! { <span>{screen.path_may_follow}</span> }.into_any()),
        StepState::NotNeeded => ("is-not", view! { <span>{screen.path_not_needed}</span> }.into_any()),
    };
    let is_now = class == "is-now";
    view! {
        <li class=class aria-current=is_now.then_some("step")>
            <span class="pt" aria-hidden="true">{class.is_empty().then(|| view! { <Icon name="check"/> })}</span>
            <b>{words::activity_short(step.number, app.lang())}</b>
            {detail}
        </li>
    }
    .into_any()
}

/// On a phone: «Ahora: Verificación, desde hoy 10:45.»
fn now_sentence(app: App, steps: &[Step]) -> Option<AnyView> {
    let step = steps.iter().find(|step| matches!(step.state, StepState::Now { .. }))?;
    let StepState::Now { since, nth } = step.state else { return None };
    let times = if nth > 1 { format!(", {}", words::nth_time(nth, app.lang()).to_lowercase()) } else { String::new() };
    let since = words::time::since(since, app.now.get(), app.lang());
    let activity = words::activity_short(step.number, app.lang());
    Some(view! { <b>{app.screen().path_now}": "{activity}</b>{format!("{times}, {since}.")} }.into_any())
}
