//! The essentials of one ticket, beside the list that it is in.

use std::sync::Arc;

use crate::reactive::*;
use client::ClientError;
use domain::{EventNumber, TicketId};
use leptos::task::spawn_local;
use wire::{EventView, TicketView};

use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, Child, El, each, live};
use crate::components::{loading, time};
use crate::pages::marks::{kind_mark, state_class};
use crate::pages::ticket::model as ticket_model;

/// How long one stays at a row before it is read.
const PAUSE_MILLISECONDS: u32 = 180;
/// How many of the last things that happened are looked at.
const N_LATEST: u32 = 3;

struct Seen {
    view: TicketView,
    events: Vec<EventView>,
}

/// Follows the row that one is at: its ticket, and when that changed last, which reads it anew.
pub fn preview(app: App, of: Memo<Option<(i64, i64)>>) -> El {
    let seen = RwSignal::new(None::<Arc<Seen>>);
    Effect::new(move || {
        let Some((id, changed)) = of.get() else { return seen.set(None) };
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            let is_still = || of.try_get_untracked().flatten() == Some((id, changed));
            if !is_still() {
                return;
            }
            let result = read(app, id).await;
            app.heard(result.as_ref().err());
            if is_still() {
                let _ = seen.try_set(result.ok().map(Arc::new));
            }
        });
    });
    let name = move || Some(of.get().map_or_else(|| app.screen().list_preview().to_owned(), |(id, _)| words::preview_of(id, app.lang())));
    let content = live(move || match (of.get(), seen.get()) {
        (None, _) => h::div().class("panel-body").with(h::p().class("small muted").with(app.screen().preview_none())),
        (Some((id, _)), Some(seen)) if seen.view.id.get() == id => draw(app, &seen),
        _ => loading(app, 3),
    });
    h::aside().class("l-prev panel").follow("aria-label", name).with(content)
}

async fn read(app: App, id: i64) -> Result<Seen, ClientError> {
    let id: TicketId = id.try_into().map_err(|_| ClientError::Malformed("no ticket has this number".to_owned()))?;
    let client = app.client();
    let view = client.read_ticket(id).await?.value;
    let after = EventNumber { version: view.version.saturating_sub(N_LATEST), internal: 0 };
    let events = client.list_events(id, Some(after), None).await?.value.items;
    Ok(Seen { view, events })
}

fn draw(app: App, seen: &Seen) -> El {
    let screen = app.screen();
    let view = &seen.view;
    let href = format!("/tickets/{}", view.id);
    let audience = app.actor().audience();
    let head = h::div().class("panel-head").with((
        h::span().class("num muted small").with(format!("TI-{}", view.id)),
        (audience == domain::Audience::It).then(|| kind_mark(app, view.standing.kind)),
        h::a()
            .class("btn btn-quiet btn-sm push")
            .set("href", href.clone())
            .with((screen.open(), h::kbd().set("aria-hidden", "true").with("↵"))),
    ));
    let badge = h::span().class(state_class(view.standing.phase, view.standing.outcome));
    let fact = |label: &'static str, value: Option<String>| value.map(|value| [h::dt().with(label), h::dd().with(value)]);
    let since = view.held_since;
    let holder = view.holder.as_ref().map(|holder| {
        let since = live(move || words::held_since(since, app.now(), app.lang()));
        [h::dt().with(screen.ticket_holder()), h::dd().with((format!("{}, ", holder.name), since))]
    });
    let provider = view.it.as_ref().and_then(|it| it.provider.as_ref().map(|provider| provider.name.clone()));
    let facts = h::dl().class("facts").with((
        fact(screen.ticket_requester(), Some(format!("{}, {}", view.requester.name, view.area.name))),
        holder,
        fact(screen.ticket_service(), view.service.as_ref().map(|service| service.name.clone())),
        fact(screen.ticket_equipment(), view.equipment.clone()),
        fact(screen.ticket_place(), view.place.clone()),
        fact(screen.ticket_provider(), provider),
    ));
    let text = view.description.as_deref().map(|text| h::p().class("small written l-text").with(text.to_owned()));
    let offers = ticket_model::offers(view, &app.actor(), browser::now(), false);
    let actions = each(offers.main.iter().take(2).enumerate(), |(n, action)| {
        let class = if n == 0 { "btn btn-sm btn-primary" } else { "btn btn-sm" };
        h::a().class(class).set("href", format!("{href}?do={action}")).with(words::action(*action, view.standing.phase, app.lang()))
    });
    let shown = ticket_model::shown(view, audience, &seen.events, app.lang());
    let latest = shown.last().map(|line| {
        let says = words::event_line(line.event.event, &line.words, app.lang());
        let line = h::p().class("small").with((time(app, line.event.at, "muted"), " ", says));
        h::section().class("section").with((h::h3().with(screen.preview_latest()), line))
    });
    let mut body = Vec::new();
    (
        h::h2().class("l-title").with(view.title.clone()),
        h::p().class("l-marks row").with(badge.with(words::state(&view.standing, audience, app.lang()))),
        facts,
        text.map(|text| h::section().class("section").with((h::h3().with(screen.call_what()), text))),
        latest,
        h::p().class("row l-actions").with(actions),
    )
        .put(&mut body);
    h::div().with((head, h::div().class("panel-body").with(body)))
}
