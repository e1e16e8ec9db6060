//! The homes: one's own requests, or the lists of somebody of IT.

pub mod model;

use client::ClientError;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use wire::{MAX_PAGE_SIZE, TicketQuery, TicketSummary};

use self::model::{Tab, home_name, is_solved, progress, query_of, sections, standing_of, tabs};
use super::list::Tickets;
use super::marks::state_class;
use crate::app::{App, use_app};
use crate::components::{Empty, Failure, Icon, Loading};
use crate::remote::{Remote, load};

/// What a person finds first, by their roles.
#[component]
pub fn Home() -> impl IntoView {
    let app = use_app();
    if tabs(&app.actor()).is_empty() { view! { <Mine/> }.into_any() } else { view! { <Queue/> }.into_any() }
}

/// The lists of somebody of IT, one at a time.
#[component]
fn Queue() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let actor = app.actor();
    let name = home_name(&actor, screen);
    app.title(name);
    let tabs = StoredValue::new(tabs(&actor));
    let (location, params) = (use_location(), use_query_map());
    let chosen = move || {
        let search = location.search.get();
        tabs.with_value(|tabs| tabs.iter().find(|tab| tab.query == search).or(tabs.first()).cloned())
    };
    let query = Memo::new(move |_| {
        let from_address = params.with(|params| query_of(|name| params.get(name)));
        let first = || tabs.with_value(|tabs| tabs.first().map(|tab| query_of(|name| value_in(tab.query, name)))).unwrap_or_default();
        if from_address == TicketQuery::default() { first() } else { from_address }
    });
    let link = move |tab: Tab| {
        let is_chosen = {
            let query = tab.query;
            move || chosen().is_some_and(|chosen| chosen.query == query).then_some("page")
        };
        let count = move || app.counts.with(tab.count).map(|n| view! { <span class="num muted">{words::number(n.into())}</span> });
        view! { <a href=tab.href() aria-current=is_chosen>{(tab.name)(screen)}{count}</a> }
    };
    let empty = Signal::derive(move || chosen().map_or(screen.list_empty, |tab| (tab.empty)(screen)));
    view! {
        <div class="page-head"><h1>{name}</h1></div>
        <nav class="tabs" aria-label=name>{tabs.get_value().into_iter().map(link).collect_view()}</nav>
        <Tickets query=query empty=empty/>
    }
}

/// What an address's query says of a name.
fn value_in(query: &str, name: &str) -> Option<String> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// One's own requests.
#[component]
pub fn Mine() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let me = app.me();
    app.title(screen.my_requests);
    let tickets = RwSignal::new(Remote::<Vec<TicketSummary>>::Waiting);
    let reload = Callback::new(move |()| load(app, tickets, read(app)));
    reload.run(());
    let content = move || match tickets.get() {
        Remote::Waiting => view! { <Loading/> }.into_any(),
        Remote::Failed(error) => view! { <Failure text=app.describe(&error) retry=reload/> }.into_any(),
        Remote::Here(tickets) if tickets.is_empty() => view! { <div class="panel"><Empty text=screen.my_requests_empty/></div> }.into_any(),
        Remote::Here(tickets) => {
            let sections = sections(tickets);
            view! {
                {section(screen.waiting_for_you, sections.waiting_for_you, |ticket| asked(app, ticket))}
                {section(screen.under_way, sections.under_way, |ticket| under_way(app, ticket))}
                {section(screen.finished, sections.finished, |ticket| finished(app, ticket))}
            }
            .into_any()
        }
    };
    view! {
        <div class="roomy narrow view">
            <div class="r-head">
                <div><h1>{screen.my_requests}</h1><p class="muted">{format!("{}, {}", me.name, me.area.name)}</p></div>
                <a class="btn btn-primary btn-lg" href="/request"><Icon name="plus" large=true/>{screen.ask_for_support}</a>
            </div>
            {content}
        </div>
    }
}

/// The newest; who has more finds them in the list.
async fn read(app: App) -> Result<Vec<TicketSummary>, ClientError> {
    let query = TicketQuery { requester: Some("me".into()), limit: Some(MAX_PAGE_SIZE), ..TicketQuery::default() };
    Ok(app.client().list_tickets(&query).await?.value.items)
}

fn section(name: &'static str, tickets: Vec<TicketSummary>, draw: impl Fn(TicketSummary) -> AnyView) -> Option<AnyView> {
    if tickets.is_empty() {
        return None;
    }
    let rows = tickets.into_iter().map(|ticket| view! { <li>{draw(ticket)}</li> }).collect_view();
    Some(view! { <section aria-label=name><h2 class="r-h2">{name}</h2><ul class="list reqs">{rows}</ul></section> }.into_any())
}

fn head(app: App, ticket: &TicketSummary) -> AnyView {
    let state = words::state(&standing_of(ticket), domain::Audience::Everyone, app.lang());
    view! {
        <div class="row small">
            <span class=state_class(ticket.phase, ticket.outcome)>{state}</span>
            <span class="muted num push">{format!("TI-{}", ticket.id)}</span>
        </div>
        <h3><a href=format!("/tickets/{}", ticket.id)>{ticket.title.clone()}</a></h3>
    }
    .into_any()
}

fn sentence(app: App, ticket: &TicketSummary) -> AnyView {
    let (standing, since, holder) = (standing_of(ticket), ticket.phase_since, ticket.holder.as_ref().map(|holder| holder.name.clone()));
    view! { <p>{move || words::sentence(&standing, since, app.now.get(), holder.as_deref(), app.lang())}</p> }.into_any()
}

fn asked(app: App, ticket: TicketSummary) -> AnyView {
    let screen = app.screen();
    let label = if is_solved(&ticket) { screen.is_it_working } else { screen.open };
    view! {
        <article class="ask">
            {head(app, &ticket)}
            {sentence(app, &ticket)}
            <p><a class="btn btn-primary" href=format!("/tickets/{}", ticket.id)>{label}</a></p>
        </article>
    }
    .into_any()
}

fn under_way(app: App, ticket: TicketSummary) -> AnyView {
    let at = progress(&ticket);
    let step = |n: u8, phase| {
        let class = if n == at {
            "n"
        } else if n < at {
            "d"
        } else {
            ""
        };
        let words = words::phase_for_requester(phase, app.lang());
        view! { <li class=class aria-current=(n == at).then_some("step")>{words}</li> }
    };
    let (sent, latest) = (ticket.received_at, ticket.updated_at);
    view! {
        <article class="req">
            {head(app, &ticket)}
            {sentence(app, &ticket)}
            <ol class="track">
                {step(0, domain::Phase::Requested)}
                {step(1, domain::Phase::InAttention)}
                {step(2, domain::Phase::ToClose)}
            </ol>
            <p class="small muted">{move || words::sent_and_latest(sent, latest, app.now.get(), app.lang())}</p>
        </article>
    }
    .into_any()
}

fn finished(app: App, ticket: TicketSummary) -> AnyView {
    view! { <article class="req">{head(app, &ticket)}<div class="small muted">{sentence(app, &ticket)}</div></article> }.into_any()
}
