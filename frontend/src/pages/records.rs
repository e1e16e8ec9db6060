//! The records that forms choose from: every page of a list, read when it is first needed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::reactive::*;
use client::{Answer, ClientError};
use domain::TicketId;
use leptos::task::spawn_local;
use wire::{AreaView, MAX_PAGE_SIZE, Page, PersonView, RecordQuery, TicketQuery, TicketView};

use crate::app::App;
use crate::components::{Choice, Find, Found, Seek};
use crate::pages::ticket::ticket_number;

/// Reads a list to its end.
async fn all<T, F>(query: RecordQuery, page: impl Fn(RecordQuery) -> F) -> Result<Vec<T>, ClientError>
where
    F: Future<Output = Result<Answer<Page<T>>, ClientError>>,
{
    let mut items = Vec::new();
    let mut cursor = None;
    loop {
        let query = RecordQuery { limit: Some(MAX_PAGE_SIZE), cursor, ..query.clone() };
        let answer = page(query).await?.value;
        items.extend(answer.items);
        cursor = answer.next;
        if cursor.is_none() {
            return Ok(items);
        }
    }
}

pub async fn areas(app: App) -> Result<Vec<AreaView>, ClientError> {
    let client = &app.client();
    all(RecordQuery::default(), |query| async move { client.list_areas(&query).await }).await
}

async fn people(app: App, query: RecordQuery) -> Result<Vec<PersonView>, ClientError> {
    let client = &app.client();
    all(query, |query| async move { client.list_people(&query).await }).await
}

/// What a form chooses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    Areas,
    Services,
    Providers,
    /// Who works in a role, but for one.
    People(Option<domain::Role>, Option<domain::PersonId>),
    /// Who heads an area and those above it.
    Heads(domain::AreaId),
}

/// Begins to bring the choices; where that fails, `error` says why.
pub fn bring(app: App, records: Records, error: RwSignal<Option<String>>) -> RwSignal<Vec<Choice>> {
    let choices = RwSignal::new(Vec::new());
    spawn_local(async move {
        let result = read(app, records).await;
        app.heard(result.as_ref().err());
        match result {
            Ok(read) => drop(choices.try_set(read)),
            Err(failure) => drop(error.try_set(Some(app.describe(&failure)))),
        }
    });
    choices
}

async fn read(app: App, records: Records) -> Result<Vec<Choice>, ClientError> {
    let client = &app.client();
    let mut choices = Vec::new();
    match records {
        Records::Areas => areas(app).await?.into_iter().for_each(|area| choices.push((area.id.to_string(), area.name))),
        Records::Services => {
            let services = all(RecordQuery::default(), |query| async move { client.list_services(&query).await }).await?;
            services.into_iter().for_each(|service| choices.push((service.id.to_string(), service.name)));
        }
        Records::Providers => {
            let providers = all(RecordQuery::default(), |query| async move { client.list_providers(&query).await }).await?;
            providers.into_iter().for_each(|provider| choices.push((provider.id.to_string(), provider.name)));
        }
        Records::People(role, but) => {
            let people = people(app, RecordQuery { role, ..RecordQuery::default() }).await?;
            let others = people.into_iter().filter(|person| Some(person.id) != but);
            others.for_each(|person| choices.push((person.id.to_string(), called(app, person))));
        }
        Records::Heads(area) => {
            let heads = super::ticket::model::heads_above(&areas(app).await?, area);
            heads.into_iter().for_each(|(head, area)| choices.push((head.id.to_string(), format!("{} · {area}", head.name))));
        }
    }
    Ok(choices)
}

/// Who is away may be chosen all the same: it is said.
fn called(app: App, person: PersonView) -> String {
    match person.absent_until {
        None => person.name,
        Some(until) => format!("{} · {}", person.name, words::away_until(until, app.lang())),
    }
}

/// From how many letters on people are sought.
const LETTERS: usize = 2;
/// How many are shown.
const N_FOUND: u32 = 8;
/// How long after a letter the next one is awaited.
const PAUSE_MILLISECONDS: u32 = 200;

type Looking = Pin<Box<dyn Future<Output = Option<Vec<Found>>>>>;

/// Seeks people by what is typed into a combobox.
pub fn seek_people(app: App, find: Find) -> Seek {
    seek(find, LETTERS, Box::new(move |typed| Box::pin(people_called(app, typed))))
}

/// Seeks tickets under way by a number or the words of their subjects; before anything is typed, those that are near to one.
pub fn seek_tickets(app: App, find: Find, near: Option<TicketView>) -> Seek {
    let near = near.map(Arc::new);
    seek(find, 0, Box::new(move |typed| Box::pin(tickets(app, typed, near.clone()))))
}

/// From so many letters on, what is found for them is shown.
fn seek(find: Find, least: usize, look: Box<dyn Fn(String) -> Looking + Send + Sync>) -> Seek {
    let look = Arc::new(look);
    Arc::new(move |typed: String| {
        let n = typed.trim().chars().count();
        // Where any text is a question, what was found for another one is not what Enter means.
        if n < least || least == 0 {
            find.found.set(None);
        }
        if n < least {
            return;
        }
        let look = look.clone();
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            if find.is_sought(&typed) {
                let found = look(typed.trim().to_owned()).await;
                find.take(&typed, found.map(Arc::new));
            }
        });
    })
}

async fn people_called(app: App, name: String) -> Option<Vec<Found>> {
    let query = RecordQuery { words: Some(name), limit: Some(N_FOUND), ..RecordQuery::default() };
    let people = app.client().list_people(&query).await;
    app.heard(people.as_ref().err());
    Some(people.ok()?.value.items.into_iter().map(one).collect())
}

async fn tickets(app: App, sought: String, near: Option<Arc<TicketView>>) -> Option<Vec<Found>> {
    let client = app.client();
    let one = |id: TicketId, title: String| Found { id: id.get(), name: format!("TI-{id}"), detail: title, is_person: false };
    if let Ok(id) = ticket_number(&sought) {
        return Some(vec![one(id, client.read_ticket(id).await.ok()?.value.title)]);
    }
    let open = TicketQuery { ended: Some(false), limit: Some(N_FOUND), ..TicketQuery::default() };
    let mut queries = Vec::new();
    if !sought.is_empty() {
        queries.push(TicketQuery { words: Some(sought), ..open });
    } else if let Some(near) = &near {
        // Of the same person, and then of the same service.
        queries.push(TicketQuery { requester: Some(near.requester.id.to_string()), ..open.clone() });
        queries.extend(near.service.as_ref().map(|service| TicketQuery { service: Some(service.id), ..open }));
    }
    let is_sought = queries.iter().any(|query| query.words.is_some());
    let mut found: Vec<Found> = Vec::new();
    for query in queries {
        for ticket in client.list_tickets(&query).await.ok()?.value.items {
            let is_known = near.as_ref().is_some_and(|near| near.id == ticket.id) || found.iter().any(|known| known.id == ticket.id.get());
            if !is_known && found.len() < N_FOUND as usize {
                found.push(one(ticket.id, ticket.title));
            }
        }
    }
    Some(found).filter(|found| is_sought || !found.is_empty())
}

fn one(person: PersonView) -> Found {
    let detail = person.extension.map_or_else(|| person.area.name.clone(), |extension| format!("{extension} · {}", person.area.name));
    Found { id: person.id.get(), name: person.name, detail, is_person: true }
}
