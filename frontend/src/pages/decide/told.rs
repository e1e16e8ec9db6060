//! What the head of IT told the areas that this reader may read of.

use std::sync::Arc;

use client::ClientError;
use domain::{Audience, Outcome, TicketId};
use wire::{TicketQuery, TicketSort};

use super::model::{self, Told};
use crate::app::App;
use crate::components::html::{self as h, El, each, live};
use crate::components::{empty, icon, time};
use crate::pages::frame::told_name;
use crate::pages::ticket::read_events;
use crate::reactive::*;
use crate::remote::{remote, see_more};

/// How many tickets are read at once.
const N_TICKETS: u32 = 20;

/// One communication with its ticket.
#[derive(Clone)]
struct One {
    ticket: TicketId,
    title: String,
    told: Told,
}

pub fn told(app: App) -> El {
    let screen = app.screen();
    // Whoever reads of all areas reads what each of them was told.
    let is_it = app.actor().audience() == Audience::It;
    let lead = if is_it { screen.told_lead_of_all() } else { screen.told_lead() };
    let none = if is_it { screen.told_empty_of_all() } else { screen.communications_empty() };
    let name = told_name(app);
    app.title(name);
    let head = h::div().class("page-head").with(h::div().with((h::h1().with(name), h::p().class("muted").with(lead))));
    let content = remote(
        app,
        3,
        move || read(app, None),
        move |(first, next): (Vec<One>, Option<String>)| {
            if first.is_empty() && next.is_none() {
                return h::div().class("panel").with(empty(none, ()));
            }
            let (all, next) = (RwSignal::new(Arc::new(first)), RwSignal::new(next));
            let more = move |cursor: String| {
                Box::pin(async move {
                    let (new, next) = read(app, Some(cursor)).await?;
                    let _ = all.try_update(|all| Arc::make_mut(all).extend(new));
                    Ok(next)
                }) as _
            };
            let letters = h::div().class("letters").with(live(move || each(all.get().iter(), |one| draw(app, one))));
            h::div().with((letters, see_more(app, next, more)))
        },
    );
    h::div().class("narrow roomy view").with((head, content))
}

/// What the heads were told of the tickets of a page, the newest first; and where the next page begins.
async fn read(app: App, cursor: Option<String>) -> Result<(Vec<One>, Option<String>), ClientError> {
    let query = TicketQuery {
        outcome: Some(Outcome::NotApproved.name().to_owned()),
        sort: Some(TicketSort::Updated),
        limit: Some(N_TICKETS),
        cursor,
        ..TicketQuery::default()
    };
    let page = app.client().list_tickets(&query).await?.value;
    let mut all = Vec::new();
    for ticket in page.items {
        let events = read_events(app, ticket.id, None).await?;
        all.extend(model::told(&events).into_iter().map(|told| One { ticket: ticket.id, title: ticket.title.clone(), told }));
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.told.at));
    Ok((all, page.next))
}

fn draw(app: App, one: &One) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let to = match &one.told.post {
        Some(post) => format!("{}, {post}", one.told.to),
        None => one.told.to.clone(),
    };
    let fact = |label: &'static str, value: Option<String>| value.map(|value| [h::dt().with(label), h::dd().with(value)]);
    let facts = h::dl().class("facts").with((
        fact(screen.told_to(), Some(to)),
        fact(screen.told_by(), one.told.by.clone()),
        fact(screen.told_means(), one.told.means.map(|means| words::means(means, lang).to_owned())),
    ));
    let head = h::div().class("row small").with((
        h::span().class("num muted").with(format!("TI-{}", one.ticket)),
        h::span().class("badge badge-soon").with((icon("x"), words::outcome(Outcome::NotApproved, lang))),
        time(app, one.told.at, "push muted"),
    ));
    let link = h::a().set("href", format!("/tickets/{}", one.ticket)).with(one.title.clone());
    h::article().class("panel letter-told").with((
        head,
        h::h2().with(link),
        h::p().class("quote written").with(one.told.text.clone()),
        facts,
    ))
}
