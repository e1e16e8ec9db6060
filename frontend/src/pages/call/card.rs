//! Who calls: their details, and what they have asked for already.

use std::sync::Arc;

use crate::reactive::*;
use client::ClientError;
use leptos::task::spawn_local;
use wire::{PersonView, TicketQuery, TicketSort, TicketSummary};

use super::{Form, model};
use crate::app::App;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{avatar, failure, icon, time};
use crate::pages::home::model::standing_of;
use crate::pages::marks::kind_sign;

/// How many of each list are shown.
const N_OPEN: u32 = 5;
const N_BEFORE: u32 = 3;
const N_SIMILAR: u32 = 4;
/// How long after a letter the next one is awaited.
const PAUSE_MILLISECONDS: u32 = 600;

/// What is known of somebody.
struct Known {
    person: Arc<PersonView>,
    open: Vec<TicketSummary>,
    before: Vec<TicketSummary>,
}

/// The card beside the form. `join` is asked to register the call as a part of another ticket.
pub fn card(form: Form, join: impl Fn(i64) + Copy + Send + 'static) -> Vec<Html> {
    let app = form.app;
    let screen = app.screen();
    let known = RwSignal::new(None::<Arc<Known>>);
    let wrong = RwSignal::new(None::<String>);
    let again = RwSignal::new(());
    // Where who calls sits; another caller sits elsewhere.
    let follow_place = move |place: Option<String>| {
        if !form.is_place_own.get_untracked() {
            form.text("place").set(place.unwrap_or_default());
        }
    };
    Effect::new(move || {
        again.track();
        let chosen = form.who.chosen.get();
        wrong.set(None);
        let Some(id) = chosen else {
            form.person.set(None);
            follow_place(None);
            return known.set(None);
        };
        spawn_local(async move {
            let result = read(app, id).await;
            app.heard(result.as_ref().err());
            if form.who.chosen.try_get_untracked().flatten() != Some(id) {
                return; // Another was chosen meanwhile, or the page was left.
            }
            match result {
                Ok(found) => {
                    form.person.set(Some(found.person.clone()));
                    follow_place(found.person.place.clone());
                    known.set(Some(Arc::new(found)));
                }
                Err(error) => wrong.set(Some(app.describe(&error))),
            }
        });
    });
    let who = live(move || match (wrong.get(), known.get()) {
        (Some(text), _) => failure(app, text, move || again.set(())),
        (None, Some(known)) => person(app, &known),
        (None, None) if form.is_contact.get() => contact(form),
        (None, None) => h::p().class("small muted").with(screen.call_nobody()),
    });
    vec![who, similar(form, join)]
}

/// Somebody who is not in the directory, as they are written down.
fn contact(form: Form) -> El {
    let badge = h::span().class("badge badge-soon").with(form.app.screen().contact_badge());
    h::div().with(h::p().class("strong c-name").with((live(move || form.text("name").get()), " ", badge)))
}

async fn read(app: App, id: i64) -> Result<Known, ClientError> {
    let client = app.client();
    let person =
        client.read_person(id.try_into().map_err(|_| ClientError::Malformed("no person has this number".to_owned()))?).await?.value;
    let query = |is_ended, limit| TicketQuery {
        requester: Some(id.to_string()),
        ended: Some(is_ended),
        sort: Some(TicketSort::Updated),
        limit: Some(limit),
        ..TicketQuery::default()
    };
    let open = client.list_tickets(&query(false, N_OPEN)).await?.value.items;
    let before = client.list_tickets(&query(true, N_BEFORE)).await?.value.items;
    Ok(Known { person: Arc::new(person), open, before })
}

fn person(app: App, known: &Known) -> El {
    let screen = app.screen();
    let person = &known.person;
    let badge = person.is_contact.then(|| h::span().class("badge badge-soon").with(screen.contact_badge()));
    let away = person.absent_until.map(|until| h::p().class("small").with(words::away_until(until, app.lang())));
    let name = h::div().with((
        h::p().class("strong c-name").with((person.name.clone(), " ", badge)),
        h::p().class("small muted").with(person.area.name.clone()),
        away,
    ));
    let fact = |label: &'static str, value: &Option<String>, class: &'static str| {
        value.clone().map(|value| [h::dt().with(label), h::dd().class(class).with(value)])
    };
    let facts = h::dl().class("facts").with((
        fact(screen.contact_extension(), &person.extension, "num strong"),
        fact(screen.contact_mobile(), &person.phone, "num"),
        fact(screen.contact_email(), &person.email, "cut"),
        fact(screen.ticket_place(), &person.place, ""),
    ));
    let open = h::section().class("section").with((
        h::h2().with(screen.call_already()),
        if known.open.is_empty() {
            h::p().class("small muted").with(screen.call_none_open())
        } else {
            h::ul().class("mini").with(each(&known.open, |ticket| row(app, ticket, open_link(app, ticket))))
        },
    ));
    let before = (!known.before.is_empty()).then(|| {
        let rows = each(&known.before, |ticket| row(app, ticket, ()));
        h::section().class("section more").with((h::h2().with(screen.call_before()), h::ul().class("mini").with(rows)))
    });
    h::div().with((h::div().class("row c-who").with((avatar(&person.name, "avatar-lg"), name)), facts, open, before))
}

/// They call about that one: what is new is written there.
fn open_link(app: App, ticket: &TicketSummary) -> El {
    let screen = app.screen();
    let name = format!("{}: TI-{}", screen.call_this_is_it(), ticket.id);
    h::a()
        .class("btn btn-sm")
        .set("href", format!("/tickets/{}?do=comment", ticket.id))
        .set("aria-label", name)
        .with(screen.call_this_is_it())
}

fn row(app: App, ticket: &TicketSummary, button: impl h::Child) -> El {
    let state = words::state(&standing_of(ticket), app.actor().audience(), app.lang());
    let title = h::span().class("mini-title").with((kind_sign(app, ticket.kind), h::span().with(ticket.title.clone())));
    let about = h::span().class("muted small").with((format!("TI-{}, {state}, ", ticket.id), time(app, ticket.updated_at, "")));
    h::li().with((h::a().set("href", format!("/tickets/{}", ticket.id)).set("target", "_blank").with((title, about)), button))
}

/// Tickets under way whose subjects say the same.
fn similar(form: Form, join: impl Fn(i64) + Copy + Send + 'static) -> Html {
    let app = form.app;
    let screen = app.screen();
    let found = RwSignal::new(Arc::new(Vec::<TicketSummary>::new()));
    Effect::new(move || {
        let title = form.text("title").get();
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            let is_still = || form.text("title").try_get_untracked().is_some_and(|now| now == title);
            if !is_still() {
                return;
            }
            let tickets = match model::telling_words(&title) {
                None => Vec::new(),
                Some(words) => {
                    let query = TicketQuery { words: Some(words), ended: Some(false), limit: Some(N_SIMILAR), ..TicketQuery::default() };
                    app.client().list_tickets(&query).await.map(|page| page.value.items).unwrap_or_default()
                }
            };
            if is_still() && *found.read_untracked().as_ref() != tickets {
                found.set(Arc::new(tickets));
            }
        });
    });
    live(move || {
        let tickets = found.get();
        if tickets.is_empty() {
            return None;
        }
        let rows = each(tickets.iter(), |ticket| {
            let id = ticket.id.get();
            let name = format!("{}: TI-{id}", screen.call_join());
            let button = h::button()
                .set("type", "button")
                .class("btn btn-sm")
                .set("aria-label", name)
                .on_click(move || join(id))
                .with(screen.call_join());
            row(app, ticket, button)
        });
        let head = h::h2().with((icon("search"), " ", screen.call_similar_now()));
        Some(h::section().class("section more").with((head, h::ul().class("mini").with(rows))))
    })
}
