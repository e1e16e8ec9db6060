//! One ticket: where it stands, its path, the conversation, and what may be done.

mod actions;
mod conversation;
mod facts;
mod form;
mod model;
mod path;

use client::{Answer, ClientError};
use domain::{EventName, EventNumber, TicketId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use wire::{EventView, MAX_PAGE_SIZE, TicketView};
use words::Sign;

use self::actions::Actions;
use self::conversation::{Conversation, line_id};
use self::facts::Facts;
use self::path::Path;
use super::Missing;
use super::marks::KindMark;
use crate::app::{App, use_app};
use crate::browser;
use crate::components::{Failure, Icon, Loading};
use crate::remote::{Remote, load};

pub use form::model as form_model;
pub use form::model::ticket_number;

#[component]
pub fn Ticket() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| ticket_number(&id).ok())));
    // Another number is another page.
    move || match id.get() {
        Some(id) => view! { <OneTicket id=id/> }.into_any(),
        None => view! { <Missing/> }.into_any(),
    }
}

/// A ticket with its conversation.
#[derive(Debug, Clone, PartialEq)]
struct Whole {
    ticket: Answer<TicketView>,
    events: Vec<EventView>,
}

async fn read(app: App, id: TicketId) -> Result<Whole, ClientError> {
    let client = app.client();
    let ticket = client.read_ticket(id).await?;
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

#[component]
fn OneTicket(id: TicketId) -> impl IntoView {
    let app = use_app();
    let whole = RwSignal::new(Remote::<Whole>::Waiting);
    app.title(&words::ticket_title(id.get(), app.lang()));
    let reload = Callback::new(move |()| load(app, whole, read(app, id)));
    reload.run(());
    follow(app, id, whole);
    let state = Memo::new(move |_| {
        whole.with(|whole| match whole {
            Remote::Waiting => State::Waiting,
            Remote::Here(_) => State::Here,
            Remote::Failed(error) if error.status() == Some(404) => State::Missing,
            Remote::Failed(error) => State::Failed(app.describe(error)),
        })
    });
    move || match state.get() {
        State::Waiting => view! { <Loading rows=5/> }.into_any(),
        State::Missing => view! { <Missing/> }.into_any(),
        State::Failed(text) => view! { <Failure text=text retry=reload/> }.into_any(),
        State::Here => view! { <Page id=id whole=whole/> }.into_any(),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Waiting,
    Here,
    Missing,
    Failed(String),
}

/// What others do shows here within a minute, while the page is looked at.
fn follow(app: App, id: TicketId, whole: RwSignal<Remote<Whole>>) {
    Effect::new(move |is_later: Option<()>| {
        app.now.track();
        if is_later.is_some() && !browser::document().hidden() {
            refresh(app, id, whole);
        }
    });
}

/// Takes over what changed, and says nothing where nothing did.
fn refresh(app: App, id: TicketId, whole: RwSignal<Remote<Whole>>) {
    spawn_local(async move {
        let known = whole.with_untracked(|whole| whole.here().and_then(|whole| whole.ticket.etag.clone()));
        let Some(etag) = known else { return };
        if let Ok(Some(ticket)) = app.client().read_changed_ticket(id, &etag).await
            && let Ok(events) = read_events(app, id, None).await
        {
            let _ = whole.try_set(Remote::Here(Whole { ticket, events }));
        }
    });
}

#[component]
fn Page(id: TicketId, whole: RwSignal<Remote<Whole>>) -> impl IntoView {
    let app = use_app();
    let audience = app.actor().audience();
    // What was here stays while something newer is on its way.
    let shown =
        Memo::new(move |before: Option<&Option<Whole>>| whole.with(|whole| whole.here().cloned()).or_else(|| before.cloned().flatten()));
    let Some(first) = shown.get_untracked() else { return ().into_any() };
    let ticket = {
        let first = first.ticket.clone();
        Memo::new(move |_| shown.with(|whole| whole.as_ref().map_or_else(|| first.clone(), |whole| whole.ticket.clone())))
    };
    let events = Memo::new(move |_| shown.with(|whole| whole.as_ref().map(|whole| whole.events.clone()).unwrap_or_default()));
    let steps = Signal::derive(move || events.with(|events| ticket.with(|ticket| model::path(&ticket.value, events))));
    let lines = Signal::derive(move || events.with(|events| ticket.with(|ticket| model::shown(&ticket.value, audience, events))));

    let on_changed = Callback::new(move |()| {
        spawn_local(async move {
            if let Ok(new) = read(app, id).await {
                let _ = whole.try_set(Remote::Here(new));
            }
        });
    });
    let on_done = Callback::new(move |ticket: Answer<TicketView>| {
        app.count();
        spawn_local(async move {
            let known = events.with_untracked(|events| events.last().map(|event| event.number));
            let new = read_events(app, id, known).await.unwrap_or_default();
            // A text that was hidden changes a line that stood here before.
            let is_hiding = new.iter().any(|event| event.event == EventName::NoteHidden);
            let all = if is_hiding { read_events(app, id, None).await.ok() } else { None };
            let _ = whole.try_update(|whole| {
                let before = whole.here().map(|whole| whole.events.clone()).unwrap_or_default();
                let later = new.iter().filter(|event| known.is_none_or(|known| event.number > known)).cloned();
                let events = all.unwrap_or_else(|| before.into_iter().chain(later).collect());
                *whole = Remote::Here(Whole { ticket, events });
            });
            tell(app, &new, lines);
        });
    });
    view! {
        {move || ticket.with(|ticket| header(app, &ticket.value))}
        <Path steps=steps/>
        <div class="t-cols">
            <div class="t-main">
                <Conversation lines=lines has_internal=audience == domain::Audience::It/>
                <Actions ticket=ticket.into() events=events.into() on_done=on_done on_changed=on_changed/>
            </div>
            {move || view! { <Facts view=ticket.with(|ticket| ticket.value.clone())/> }}
        </div>
    }
    .into_any()
}

/// Moves to the newest line, and says it.
fn tell(app: App, new: &[EventView], lines: Signal<Vec<model::Shown>>) {
    match new.last() {
        Some(event) => {
            let line = lines.with_untracked(|lines| lines.iter().find(|line| line.event.number == event.number).cloned());
            app.say(line.map_or_else(String::new, |line| words::event_line(event.event, &line.words, app.lang())));
            browser::focus(line_id(event.number));
        }
        None => {
            app.say(app.screen().done);
            browser::focus("h-actions");
        }
    }
}

fn header(app: App, view: &TicketView) -> AnyView {
    let screen = app.screen();
    let audience = app.actor().audience();
    let is_it = audience == domain::Audience::It;
    let state = words::state(&view.standing, audience, app.lang());
    let state_class = super::marks::state_class(view.standing.phase, view.standing.outcome);
    let signs = [
        view.standing.waiting.map(|_| Sign::WaitingForPerson),
        (view.n_reopened > 0).then_some(Sign::Reopened(view.n_reopened)),
        view.standing.is_confirmed.then_some(Sign::ConfirmedByPerson),
        view.it.as_ref().map(|it| Sign::Visits(it.n_visits)),
    ];
    let sign = |sign| Some(view! { <span class="badge badge-line">{words::sign(sign, audience, app.lang())?}</span> });
    let signs = signs.into_iter().flatten().filter_map(sign).collect_view();
    let sentence = {
        let (standing, phase_since, holder) = (view.standing.clone(), view.phase_since, view.holder.as_ref().map(|h| h.name.clone()));
        move || words::sentence(&standing, phase_since, app.now.get(), holder.as_deref(), app.lang())
    };
    let held_since = view.held_since;
    let holder = view.holder.clone().map(|holder| {
        view! {
            <span class="muted">{screen.ticket_holder}</span>
            " "
            {holder.name}
            " "
            <span class="muted">{move || words::held_since(held_since, app.now.get(), app.lang())}</span>
        }
    });
    let who = match (is_it, holder) {
        (false, _) => view! { <p class="t-sentence">{sentence}</p> }.into_any(),
        (true, Some(holder)) => view! { <p class="row small who"><Icon name="user"/><span>{holder}</span></p> }.into_any(),
        (true, None) => {
            let since = view.phase_since;
            view! { <p class="small muted">{move || words::held_since(since, app.now.get(), app.lang())}</p> }.into_any()
        }
    };
    view! {
        <header class="t-head">
            <div class="row small">
                <span class="num muted">{format!("TI-{}", view.id)}</span>
                {is_it.then(|| view! { <KindMark kind=view.standing.kind/> })}
                <span class=state_class>{state}</span>
                {signs}
            </div>
            <h1>{view.title.clone()}</h1>
            {who}
        </header>
    }
    .into_any()
}
