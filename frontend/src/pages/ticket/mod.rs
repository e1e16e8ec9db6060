//! One ticket: where it stands, its path, the conversation, and what may be done.

mod actions;
mod conversation;
mod facts;
mod files;
mod flow;
mod form;
pub mod mail;
pub mod model;
mod path;

use std::sync::Arc;

use crate::reactive::*;
use client::{Answer, ClientError};
use domain::{Action, EventName, EventNumber, TicketId};
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

pub use files::files as shown_files;
#[cfg(feature = "whole")]
pub use form::Draft;
pub use form::model as form_model;
pub use form::model::ticket_number;
pub use form::{Deed, Deeds, Drafts, action_form};
pub use mail::whole as mail_as_it_came;
pub use model::form_of;

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

/// A ticket, and all that happened to it.
pub async fn read(app: App, id: TicketId) -> Result<Whole, ClientError> {
    let ticket = app.client().read_ticket(id).await?;
    Ok(Whole { ticket, events: read_events(app, id, None).await? })
}

/// The events after a number, to their end.
pub async fn read_events(app: App, id: TicketId, mut after: Option<EventNumber>) -> Result<Vec<EventView>, ClientError> {
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

/// What somebody else did while the page was open.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    pub words: String,
    pub line_id: String,
}

fn page(app: App, id: TicketId, first: Whole) -> El {
    let whole = RwSignal::new(Arc::new(first));
    let news = RwSignal::new(Arc::<Vec<News>>::default());
    follow(app, id, whole, news);
    let on_changed = move || {
        spawn_local(async move {
            if let Ok(new) = read(app, id).await {
                take_in(app, whole, news, new);
            }
        });
    };
    let on_done = move |ticket: Answer<TicketView>| {
        app.count();
        news.set(Arc::default());
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
    let is_flow_open = RwSignal::new(false);
    let activity = RwSignal::new(None::<u8>);
    let path = live(move || {
        let whole = whole.get();
        let view = &whole.ticket.value;
        let walk = model::Walk::of(&whole.events);
        let flow = flow::flow(app, view, &walk, is_flow_open.get_untracked(), move |is| is_flow_open.set(is));
        let section = h::section().class("t-path").set("aria-labelledby", "h-path");
        section.with((path::path(app, &model::path(view, &walk), activity), flow))
    });
    let actions = actions::actions(app, whole, news, on_done, on_changed);
    let take_files = actions.take_files;
    let dropped = move |event: web_sys::Event| {
        let files = browser::files_of(&event);
        if !files.is_empty() {
            event.prevent_default();
            take_files(files);
        }
    };
    // Without it a browser would open the file in the place of the page.
    let over = |event: web_sys::Event| {
        if browser::carries_files(&event) {
            event.prevent_default();
        }
    };
    h::div().class("t-page").on("drop", dropped).on("dragover", over).with((
        live(move || header(app, whole, on_done)),
        path,
        h::div().class("t-cols").with([
            h::div().class("t-main").with([conversation::conversation(app, whole), actions.el]),
            h::div().class("t-aside").with(facts::facts(app, whole)),
        ]),
    ))
}

/// How often an open page asks whether anything is new.
const ASKED_MILLISECONDS: u32 = 8_000;

/// What others do shows here by itself, while the page is looked at. The server answers «as before» by the ETag alone.
pub fn follow(app: App, id: TicketId, whole: RwSignal<Arc<Whole>>, news: RwSignal<Arc<Vec<News>>>) {
    spawn_local(async move {
        loop {
            gloo_timers::future::TimeoutFuture::new(ASKED_MILLISECONDS).await;
            let Some(now) = whole.try_get_untracked() else { return };
            let Some(etag) = now.ticket.etag.clone().filter(|_| !browser::document().hidden()) else { continue };
            if let Ok(Some(ticket)) = app.client().read_changed_ticket(id, &etag).await
                && let Ok(events) = read_events(app, id, None).await
            {
                take_in(app, whole, news, Whole { ticket, events });
            }
        }
    });
}

/// Shows what is new, and says what others did; nothing that is typed is touched.
fn take_in(app: App, whole: RwSignal<Arc<Whole>>, news: RwSignal<Arc<Vec<News>>>, new: Whole) {
    let Some(before) = whole.try_get_untracked() else { return };
    let actor = app.actor();
    let fresh = model::news(&before.events, &new.events, &actor);
    let lines = model::shown(&new.ticket.value, actor.audience(), &new.events, app.lang());
    let line = |event: &&EventView| {
        let shown = lines.iter().find(|line| line.event.number == event.number)?;
        Some(News { words: words::event_line(event.event, &shown.words, app.lang()), line_id: line_id(event.number) })
    };
    let said: Vec<News> = fresh.iter().filter_map(line).collect();
    if !said.is_empty() {
        let sentences: Vec<&str> = said.iter().map(|one| one.words.as_str()).collect();
        app.say(format!("{}: {}.", app.screen().news_title(), sentences.join(". ")));
        let known = news.try_get_untracked().unwrap_or_default();
        let _ = news.try_set(Arc::new(known.iter().cloned().chain(said).collect()));
        app.count();
    }
    let _ = whole.try_set(Arc::new(new));
}

/// Moves to the newest line, and says it.
fn tell(app: App, whole: RwSignal<Arc<Whole>>, last: Option<EventNumber>) {
    let Some(whole) = whole.try_get_untracked() else { return };
    let lines = model::shown(&whole.ticket.value, app.actor().audience(), &whole.events, app.lang());
    match lines.iter().find(|line| Some(line.event.number) == last) {
        Some(line) => {
            app.tell(words::event_line(line.event.event, &line.words, app.lang()), None);
            browser::focus(line_id(line.event.number));
        }
        None => {
            app.tell(app.screen().done().to_owned(), None);
            browser::focus("h-actions");
        }
    }
}

fn header(app: App, whole: RwSignal<Arc<Whole>>, on_done: impl Fn(Answer<TicketView>) + Copy + Send + 'static) -> El {
    let now = whole.get();
    let view = &now.ticket.value;
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
            let (since, phase) = (view.phase_since, view.standing.phase);
            let says = if phase.is_to_be_held() { (screen.nobody_yet(), ", ") } else { (screen.in_this_state(), " ") };
            h::p().class("small muted").with((says, live(move || words::held_since(since, app.now(), app.lang()))))
        }
    };
    let who = h::div().class("row t-who").with((who, watch(app, whole, view.is_watching, on_done)));
    h::header().class("t-head").with([marks, h::h1().with(view.title.clone()), who])
}

/// «Seguir», for whoever may.
fn watch(
    app: App,
    whole: RwSignal<Arc<Whole>>,
    is_watching: bool,
    on_done: impl Fn(Answer<TicketView>) + Copy + Send + 'static,
) -> Option<El> {
    let screen = app.screen();
    let action = if is_watching { Action::Unwatch } else { Action::Watch };
    let now = whole.get_untracked();
    domain::permit(&now.ticket.value.standing, &app.actor(), browser::now(), action).ok()?;
    let send = move || {
        spawn_local(async move {
            let Some(now) = whole.try_get_untracked() else { return };
            let request = serde_json::json!({ "commands": [{ "action": action.name() }] });
            let answer = app.client().command_ticket(now.ticket.value.id, &request, &client::With::the_version_of(&now.ticket)).await;
            app.heard(answer.as_ref().err());
            match answer {
                Ok(answer) => on_done(answer),
                Err(error) => app.say(app.describe(&error)),
            }
        });
    };
    let button = h::button()
        .set("type", "button")
        // Where the palette finds it.
        .id(format!("do-{action}"))
        .class("btn btn-quiet btn-sm push")
        .set("aria-pressed", if is_watching { "true" } else { "false" });
    let title = words::action_help(action, app.lang());
    Some(button.set("title", title).on_click(send).with((icon("eye"), if is_watching { screen.watching() } else { screen.watch() })))
}
