//! One ticket: where it stands, its path, the conversation, and what may be done.

mod actions;
mod conversation;
mod facts;
mod form;
pub mod model;
mod path;

use std::sync::Arc;

use client::{Answer, ClientError};
use domain::{EventName, EventNumber, TicketId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{EventView, MAX_PAGE_SIZE, TicketView};
use words::Sign;

use self::conversation::line_id;
use super::marks::{kind_mark, state_class};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::icon;
use crate::remote::remote;

pub use form::model as form_model;
pub use form::model::ticket_number;

/// A ticket with its conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    pub ticket: Answer<TicketView>,
    pub events: Vec<EventView>,
}

pub fn ticket(app: App, id: TicketId) -> El {
    app.title(&words::ticket_title(id.get(), app.lang()));
    h::div().with(remote(app, 5, move || read(app, id), move |whole| page(app, id, whole)))
}

async fn read(app: App, id: TicketId) -> Result<Whole, ClientError> {
    let ticket = app.client().read_ticket(id).await?;
    Ok(Whole { ticket, events: read_events(app, id, None).await? })
}

/// The events after a number, to their end.
async fn read_events(app: App, id: TicketId, mut after: Option<EventNumber>) -> Result<Vec<EventView>, ClientError> {
    let client = app.client();
    let mut events = Vec::new();
    loop {
        let page = client.list_events(id, after, Some(MAX_PAGE_SIZE)).await?.value;
        events.extend(page.items);
        after = page.next.and_then(|next| next.parse().ok());
        if after.is_none() {
            return Ok(events);
        }
    }
}

fn page(app: App, id: TicketId, first: Whole) -> El {
    let whole = RwSignal::new(Arc::new(first));
    follow(app, id, whole);
    let on_changed = move || {
        spawn_local(async move {
            if let Ok(new) = read(app, id).await {
                let _ = whole.try_set(Arc::new(new));
            }
        });
    };
    let on_done = move |ticket: Answer<TicketView>| {
        app.count();
        spawn_local(async move {
            let Some(before) = whole.try_get_untracked() else { return };
            let known = before.events.last().map(|event| event.number);
            let new = read_events(app, id, known).await.unwrap_or_default();
            // A text that was hidden changes a line that stood here before.
            let is_hiding = new.iter().any(|event| event.event == EventName::NoteHidden);
            let all = if is_hiding { read_events(app, id, None).await.ok() } else { None };
            let events = all.unwrap_or_else(|| before.events.iter().chain(&new).cloned().collect());
            let last = new.last().map(|event| event.number);
            let _ = whole.try_set(Arc::new(Whole { ticket, events }));
            tell(app, whole, last);
        });
    };
    h::div().with((
        live(move || header(app, &whole.get().ticket.value)),
        live(move || {
            let whole = whole.get();
            path::path(app, &model::path(&whole.ticket.value, &whole.events))
        }),
        h::div().class("t-cols").with([
            h::div().class("t-main").with([conversation::conversation(app, whole), actions::actions(app, whole, on_done, on_changed)]),
            h::div().class("t-aside").with(live(move || facts::facts(app, &whole.get().ticket.value))),
        ]),
    ))
}

/// What others do shows here within a minute, while the page is looked at.
fn follow(app: App, id: TicketId, whole: RwSignal<Arc<Whole>>) {
    Effect::new(move |is_later: Option<()>| {
        app.now();
        if is_later.is_none() || browser::document().hidden() {
            return;
        }
        spawn_local(async move {
            let Some(etag) = whole.try_get_untracked().and_then(|whole| whole.ticket.etag.clone()) else { return };
            if let Ok(Some(ticket)) = app.client().read_changed_ticket(id, &etag).await
                && let Ok(events) = read_events(app, id, None).await
            {
                let _ = whole.try_set(Arc::new(Whole { ticket, events }));
            }
        });
    });
}

/// Moves to the newest line, and says it.
fn tell(app: App, whole: RwSignal<Arc<Whole>>, last: Option<EventNumber>) {
    let Some(whole) = whole.try_get_untracked() else { return };
    let lines = model::shown(&whole.ticket.value, app.actor().audience(), &whole.events);
    match lines.iter().find(|line| Some(line.event.number) == last) {
        Some(line) => {
            app.say(words::event_line(line.event.event, &line.words, app.lang()));
            browser::focus(line_id(line.event.number));
        }
        None => {
            app.say(app.screen().done());
            browser::focus("h-actions");
        }
    }
}

fn header(app: App, view: &TicketView) -> El {
    let screen = app.screen();
    let audience = app.actor().audience();
    let is_it = audience == domain::Audience::It;
    let badge = h::span().class(state_class(view.standing.phase, view.standing.outcome));
    let signs = [
        view.standing.waiting.map(|_| Sign::WaitingForPerson),
        Some(Sign::Reopened(view.n_reopened)),
        view.standing.is_confirmed.then_some(Sign::ConfirmedByPerson),
        view.it.as_ref().map(|it| Sign::Visits(it.n_visits)),
    ];
    let signs = signs.into_iter().flatten().filter_map(|sign| words::sign(sign, audience, app.lang()));
    let marks = h::div().class("row small").with((
        h::span().class("num muted").with(format!("TI-{}", view.id)),
        is_it.then(|| kind_mark(app, view.standing.kind)),
        badge.with(words::state(&view.standing, audience, app.lang())),
        each(signs, |words| h::span().class("badge badge-line").with(words)),
    ));
    let (holder, since) = (view.holder.as_ref().map(|holder| holder.name.clone()), view.held_since);
    let who = match (is_it, holder) {
        (false, holder) => {
            let (standing, since) = (view.standing.clone(), view.phase_since);
            h::p().class("t-sentence").with(live(move || words::sentence(&standing, since, app.now(), holder.as_deref(), app.lang())))
        }
        (true, Some(holder)) => {
            let since = h::span().class("muted").with(live(move || words::held_since(since, app.now(), app.lang())));
            let held = h::span().class("muted").with(screen.ticket_holder());
            h::p().class("row small who").with((icon("user"), h::span().with((held, " ", holder, " ", since))))
        }
        (true, None) => {
            let since = view.phase_since;
            h::p().class("small muted").with(live(move || words::held_since(since, app.now(), app.lang())))
        }
    };
    h::header().class("t-head").with([marks, h::h1().with(view.title.clone()), who])
}
