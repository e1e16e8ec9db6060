//! The records that forms choose from: every page of a list, read when it is first needed.

use std::future::Future;
use std::sync::Arc;

use crate::reactive::*;
use client::{Answer, ClientError};
use leptos::task::spawn_local;
use wire::{AreaView, MAX_PAGE_SIZE, Page, PersonView, RecordQuery};

use crate::app::App;
use crate::components::{Choice, Find, Found};

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

/// Seeks people by what is typed into a combobox.
pub fn seek_people(app: App, find: Find) -> impl Fn(String) + Send {
    move |typed: String| {
        if typed.trim().chars().count() < LETTERS {
            find.found.set(None);
            return;
        }
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            if !find.is_sought(&typed) {
                return;
            }
            let query = RecordQuery { words: Some(typed.trim().to_owned()), limit: Some(N_FOUND), ..RecordQuery::default() };
            let people = app.client().list_people(&query).await;
            app.heard(people.as_ref().err());
            find.take(&typed, people.ok().map(|page| Arc::new(page.value.items.into_iter().map(one).collect())));
        });
    }
}

fn one(person: PersonView) -> Found {
    let detail = person.extension.map_or_else(|| person.area.name.clone(), |extension| format!("{extension} · {}", person.area.name));
    Found { id: person.id.get(), name: person.name, detail }
}
