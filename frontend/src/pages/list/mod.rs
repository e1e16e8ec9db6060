//! Any set of tickets: its filters are the address, so a list is a link.

use std::sync::Arc;

use client::ClientError;
use domain::{Audience, Kind, Phase};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{TicketQuery, TicketSummary};
use words::Sign;

use super::home::model::{query_of, standing_of, value_in, with_value};
use super::marks::{kind_mark, kind_sign, state_class};
use super::ticket::ticket_number;
use crate::app::App;
use crate::components::html::{self as h, Child, El, each, live};
use crate::components::{Choice, Field, empty, icon, line, select, time};
use crate::remote::remote;

pub fn list(app: App) -> El {
    let screen = app.screen();
    let is_it = app.actor().audience() == Audience::It;
    let name = if is_it { screen.all_tickets() } else { screen.my_area() };
    app.title(name);
    let list = live(move || {
        let search = app.search();
        let none = if search.is_empty() && !is_it { screen.my_area_empty() } else { screen.list_empty() };
        tickets(app, query_of(|name| value_in(&search, name)), none)
    });
    h::div().with((h::div().class("page-head").with(h::h1().with(name)), filters(app, is_it), list))
}

/// Each filter is a part of the address.
fn filters(app: App, is_it: bool) -> El {
    let screen = app.screen();
    let go = move |name: &str, value: &str| {
        let query = with_value(&app.search_now(), name, value);
        app.go(&if query.is_empty() { "/tickets".to_owned() } else { format!("/tickets?{query}") }, true);
    };
    let choose = |name: &'static str, label: &'static str, options: Vec<Choice>, none: &'static str| {
        let field = Field::new(format!("filter-{name}"), label);
        let value = RwSignal::new(String::new());
        Effect::new(move || value.set(value_in(&app.search(), name).unwrap_or_default()));
        field.draw(app, select(&field, none, RwSignal::new(options), value).on_change(move |chosen| go(name, &chosen)))
    };
    let named = |name: &str, words: &str| (name.to_owned(), words.to_owned());
    let phase_words = if is_it { words::phase } else { words::phase_for_requester };
    let mut phases = Vec::new();
    Phase::ALL.iter().for_each(|phase| phases.push(named(phase.name(), phase_words(*phase, app.lang()))));
    let mut kinds = Vec::new();
    Kind::ALL.iter().for_each(|kind| kinds.push(named(kind.name(), words::kind(*kind, app.lang()))));
    kinds.push(named("none", words::kind_or_none(None, app.lang())));
    let holders = vec![named("me", screen.filter_mine()), named("none", screen.filter_nobody())];
    let sorts = vec![named("oldest", screen.order_oldest()), named("updated", screen.order_updated())];

    let text = RwSignal::new(value_in(&app.search_now(), "words").unwrap_or_default());
    let seek = move || {
        let text = text.get_untracked().trim().to_owned();
        match ticket_number(&text) {
            Ok(id) => app.go(&format!("/tickets/{id}"), false),
            Err(_) => go("words", &text),
        }
    };
    let words = Field::new("filter-words", screen.filter_text());
    let search = h::form().class("filter-words").set("role", "search").on_submit(seek).with((
        words.draw(app, line(&words, "search", text)),
        h::button().set("type", "submit").class("btn").with((icon("search"), screen.search_short())),
    ));
    h::div().class("filters").with((
        search,
        choose("phase", screen.list_state(), phases, screen.all()),
        is_it.then(|| choose("kind", screen.list_kind(), kinds, screen.all())),
        is_it.then(|| choose("holder", screen.list_holder(), holders, screen.all())),
        choose("sort", screen.list_order(), sorts, screen.order_newest()),
    ))
}

/// The pages of a list that have come so far.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    items: Vec<TicketSummary>,
    next: Option<String>,
}

/// A list of tickets: a table, and on a phone rows of text.
pub fn tickets(app: App, query: TicketQuery, none: &'static str) -> El {
    let call = {
        let query = query.clone();
        move || read(app, query.clone())
    };
    let drawn = remote(app, 6, call, move |first: Shown| {
        let shown = RwSignal::new(Arc::new(first));
        let query = query.clone();
        let more = move || {
            let (query, shown_now) = (TicketQuery { cursor: shown.get_untracked().next.clone(), ..query.clone() }, shown.get_untracked());
            spawn_local(async move {
                match read(app, query).await {
                    Ok(page) => {
                        let items = shown_now.items.iter().cloned().chain(page.items).collect();
                        let _ = shown.try_set(Arc::new(Shown { items, next: page.next }));
                    }
                    Err(error) => {
                        app.heard(Some(&error));
                        app.say(app.describe(&error));
                    }
                }
            });
        };
        h::div().class("panel").with(live(move || draw(app, &shown.get(), none, more.clone())))
    });
    h::div().with(drawn)
}

fn draw(app: App, shown: &Shown, none: &'static str, more: impl Fn() + Send + 'static) -> El {
    let screen = app.screen();
    if shown.items.is_empty() {
        return empty(none, ());
    }
    let is_it = app.actor().audience() == Audience::It;
    let heads = [
        screen.list_number(),
        screen.list_title(),
        screen.list_kind(),
        screen.list_state(),
        screen.list_requester(),
        screen.list_holder(),
        screen.list_updated(),
    ];
    let heads = h::thead().with(h::tr().with(each(heads, |name| h::th().set("scope", "col").with(name))));
    let rows = h::tbody().with(each(&shown.items, |ticket| row(app, ticket, is_it)));
    let small = h::ul().class("list small-only").with(each(&shown.items, |ticket| small_row(app, ticket, is_it)));
    let next = shown.next.as_ref().map(|_| {
        let button = h::button().set("type", "button").class("btn").on_click(more).with(screen.see_more());
        h::div().class("list-foot").with(button)
    });
    h::div().with((h::div().class("table-wrap wide-only").with(h::table().class("table").with([heads, rows])), small, next))
}

async fn read(app: App, query: TicketQuery) -> Result<Shown, ClientError> {
    let page = app.client().list_tickets(&query).await?.value;
    Ok(Shown { items: page.items, next: page.next })
}

fn state(app: App, ticket: &TicketSummary, is_it: bool) -> Vec<h::Html> {
    let audience = if is_it { Audience::It } else { Audience::Everyone };
    let state = words::state(&standing_of(ticket), audience, app.lang());
    let mut marks = each([h::span().class(state_class(ticket.phase, ticket.outcome)).with(state)], |badge| badge);
    let signs = [ticket.is_waiting.then_some(Sign::WaitingForPerson), Some(Sign::Reopened(ticket.n_reopened))];
    for words in signs.into_iter().flatten().filter_map(|sign| words::sign(sign, audience, app.lang())) {
        (" ", h::span().class("badge badge-line").with(words)).put(&mut marks);
    }
    marks
}

fn holder(app: App, ticket: &TicketSummary) -> String {
    let nobody = if ticket.phase.is_end() { "" } else { app.screen().nobody_yet() };
    ticket.holder.as_ref().map_or_else(|| nobody.to_owned(), |holder| holder.name.clone())
}

fn row(app: App, ticket: &TicketSummary, is_it: bool) -> El {
    let link = h::a().class("cut").set("href", format!("/tickets/{}", ticket.id)).set("title", ticket.title.clone());
    let person = |name: String| h::td().class("person-cell").with(h::span().class("cut").with(name));
    h::tr().with((
        h::td().class("num muted").with(format!("TI-{}", ticket.id)),
        h::td().class("title-cell").with(link.with(ticket.title.clone())),
        h::td().with(kind_sign(app, ticket.kind)),
        h::td().class("nowrap").with(state(app, ticket, is_it)),
        person(ticket.requester.name.clone()).set("title", ticket.area.name.clone()),
        person(holder(app, ticket)),
        h::td().class("muted").with(time(app, ticket.updated_at, "")),
    ))
}

fn small_row(app: App, ticket: &TicketSummary, is_it: bool) -> El {
    let marks = (h::span().class("num muted").with(format!("TI-{}", ticket.id)), kind_mark(app, ticket.kind), state(app, ticket, is_it));
    let people = match holder(app, ticket).as_str() {
        "" => format!("{} · ", ticket.requester.name),
        holder => format!("{} · {holder} · ", ticket.requester.name),
    };
    h::li().with(h::a().class("list-row").set("href", format!("/tickets/{}", ticket.id)).with((
        h::span().class("row small").with(marks),
        h::span().class("strong").with(ticket.title.clone()),
        h::span().class("small muted").with((people, time(app, ticket.updated_at, ""))),
    )))
}
