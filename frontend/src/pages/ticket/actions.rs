//! What may be done now: every action that `permit` allows, the form of the one that is open, and why not the others.

use std::collections::HashMap;

use client::Answer;
use domain::{Action, AreaId, PersonId, ProviderId};
use leptos::prelude::*;
use wire::{EventView, TicketView};
use words::Names;

use super::form::{ActionForm, Deeds, Draft, give_up};
use super::model;
use crate::app::use_app;
use crate::browser;
use crate::components::Icon;

/// The id of an action's button: where the focus returns to.
fn button_id(action: Action) -> String {
    format!("do-{}", action.name())
}

#[component]
pub fn Actions(
    ticket: Signal<Answer<TicketView>>,
    events: Signal<Vec<EventView>>,
    /// A command was done, and this is the ticket now.
    on_done: Callback<Answer<TicketView>>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let actor = StoredValue::new(app.actor());
    let owner = Owner::current().unwrap_or_default();
    // What was begun stays, whatever is opened in between.
    let drafts = StoredValue::new(HashMap::<Action, Draft>::new());
    let open = RwSignal::new(None::<Action>);
    let is_more_open = RwSignal::new(false);

    let offers = Memo::new(move |_| {
        let now = app.now.get().max(browser::now());
        let has_notes = events.with(|events| actor.with_value(|actor| model::hideable(events, actor).next().is_some()));
        ticket.with(|ticket| actor.with_value(|actor| model::offers(&ticket.value, actor, now, has_notes)))
    });
    let refused = move || {
        let now = app.now.get().max(browser::now());
        ticket.with(|ticket| actor.with_value(|actor| model::refused(&ticket.value.standing, actor, now)))
    };
    let sentence = move |refusal: &domain::Refusal| {
        ticket.with(|ticket| {
            let view = &ticket.value;
            let people = [Some(&view.requester), view.holder.as_ref(), view.creator.as_ref()];
            let person = |id: PersonId| {
                let known = people.iter().flatten().find(|person| person.id == id);
                known.map(|person| person.name.clone()).unwrap_or_default()
            };
            let area = |id: AreaId| if id == view.area.id { view.area.name.clone() } else { String::new() };
            let provider = |id: ProviderId| {
                let known = view.it.as_ref().and_then(|it| it.provider.as_ref()).filter(|provider| provider.id == id);
                known.map(|provider| provider.name.clone()).unwrap_or_default()
            };
            let audience = actor.with_value(|actor| actor.audience());
            words::refusal_for(refusal, &Names { person: &person, area: &area, provider: &provider }, audience, app.lang())
        })
    };

    let close = move || {
        if let Some(action) = open.get_untracked() {
            drafts.with_value(|drafts| drafts.get(&action).map(give_up));
            open.set(None);
            browser::focus(button_id(action));
        }
    };
    let toggle = move |action: Action| {
        if open.get_untracked() == Some(action) {
            return close();
        }
        drafts.update_value(|drafts| {
            drafts.entry(action).or_insert_with(|| Draft::new(app, action, &ticket.get_untracked().value, &owner));
        });
        open.set(Some(action));
    };
    let deeds = Deeds {
        on_done: Callback::new(move |answer| {
            if let Some(action) = open.get_untracked() {
                drafts.update_value(|drafts| drop(drafts.remove(&action)));
                open.set(None);
                is_more_open.set(false);
            }
            on_done.run(answer);
        }),
        on_changed,
        on_close: Callback::new(move |()| close()),
    };

    let toggle = StoredValue::new(toggle);
    let button = move |action: Action, class: &'static str| {
        let phase = ticket.with_untracked(|ticket| ticket.value.standing.phase);
        let is_open = move || open.get() == Some(action);
        view! {
            <button
                type="button"
                id=button_id(action)
                class=class
                title=words::action_help(action, app.lang())
                aria-expanded=move || if is_open() { "true" } else { "false" }
                aria-pressed=move || is_open().then_some("true")
                on:click=move |_| toggle.with_value(|toggle| toggle(action))
            >
                {icon_of(action).map(|name| view! { <Icon name=name/> })}
                {words::action(action, phase, app.lang())}
            </button>
        }
    };
    let main = move || {
        let is_closed = open.get().is_none();
        let class = move |n| if n == 0 && is_closed { "btn btn-primary" } else { "btn" };
        offers.get().main.into_iter().enumerate().map(|(n, action)| button(action, class(n))).collect_view()
    };
    let more = move || {
        let actions = offers.get().more;
        (!actions.is_empty()).then(|| {
            view! {
                <button
                    type="button"
                    class="btn btn-quiet push"
                    aria-expanded=move || if is_more_open.get() { "true" } else { "false" }
                    aria-controls="more-actions"
                    on:click=move |_| is_more_open.update(|is| *is = !*is)
                >
                    <Icon name="more"/>
                    {screen.more_actions}
                </button>
            }
        })
    };
    let others = move || offers.get().more.into_iter().map(|action| button(action, "btn btn-quiet")).collect_view();
    let form = move || {
        let action = open.get()?;
        let draft = drafts.with_value(|drafts| drafts.get(&action).cloned())?;
        let refusal = Signal::derive(move || {
            let now = app.now.get().max(browser::now());
            let answer = ticket.with(|ticket| actor.with_value(|actor| domain::permit(&ticket.value.standing, actor, now, action)));
            answer.err().map(|refusal| sentence(&refusal))
        });
        Some(view! { <ActionForm draft=draft ticket=ticket events=events refusal=refusal deeds=deeds/> })
    };
    let why_not = move || {
        let refused = refused();
        let phase = ticket.with(|ticket| ticket.value.standing.phase);
        let row = |(action, refusal)| {
            view! { <li><b>{words::action(action, phase, app.lang())}</b>" "<span class="muted">{sentence(&refusal)}</span></li> }
        };
        (!refused.is_empty()).then(|| {
            view! {
                <details class="why-not small">
                    <summary class="tap muted">{screen.not_now}</summary>
                    <ul>{refused.into_iter().map(row).collect_view()}</ul>
                </details>
            }
        })
    };
    let is_nothing = move || offers.with(|offers| offers.main.is_empty() && offers.more.is_empty());
    view! {
        <section class="actions" class:is-open=move || open.get().is_some() || is_more_open.get() aria-labelledby="h-actions">
            <h2 class="sr" id="h-actions" tabindex="-1">{screen.what_you_may_do}</h2>
            <div class="actions-bar">{main}{more}</div>
            {move || is_nothing().then(|| view! { <p class="muted">{screen.nothing_to_do}</p> })}
            <div class="row" id="more-actions" hidden=move || !is_more_open.get()>{others}</div>
            {form}
            {why_not}
        </section>
    }
}

/// The sign of an action, where it has one.
fn icon_of(action: Action) -> Option<&'static str> {
    match action {
        Action::Escalate => Some("escalate"),
        Action::CoordinateProvider | Action::ReturnToProvider | Action::RecordServiceProvided => Some("truck"),
        Action::RecordSolution | Action::RecordAction | Action::ConfirmResolution | Action::Close | Action::ConfirmSolved => Some("check"),
        Action::Comment => Some("reply"),
        Action::Attach => Some("clip"),
        Action::AskPerson | Action::Remind => Some("pause"),
        Action::Watch | Action::Unwatch => Some("eye"),
        Action::MarkInformedByPhone => Some("phone"),
        _ => None,
    }
}
