//! The records that forms choose from: every page of a list, read when it is first needed.

use std::future::Future;

use client::{Answer, ClientError};
use leptos::prelude::*;
use wire::{AreaView, MAX_PAGE_SIZE, Page, PersonView, RecordQuery};

use crate::app::App;
use crate::components::Found;
use crate::remote::{Remote, load};

/// A value of a `<select>` and its words.
pub type Options = Vec<(String, String)>;

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
    let client = app.client();
    all(RecordQuery::default(), |query| {
        let client = client.clone();
        async move { client.list_areas(&query).await }
    })
    .await
}

/// Begins to bring the options of a list.
pub fn bring(app: App, call: impl Future<Output = Result<Options, ClientError>> + 'static) -> RwSignal<Remote<Options>> {
    let options = RwSignal::new(Remote::Waiting);
    load(app, options, call);
    options
}

pub async fn area_options(app: App) -> Result<Options, ClientError> {
    Ok(areas(app).await?.into_iter().map(|area| (area.id.to_string(), area.name)).collect())
}

pub async fn service_options(app: App) -> Result<Options, ClientError> {
    let client = app.client();
    let services = all(RecordQuery::default(), |query| {
        let client = client.clone();
        async move { client.list_services(&query).await }
    });
    Ok(services.await?.into_iter().map(|service| (service.id.to_string(), service.name)).collect())
}

pub async fn provider_options(app: App) -> Result<Options, ClientError> {
    let client = app.client();
    let providers = all(RecordQuery::default(), |query| {
        let client = client.clone();
        async move { client.list_providers(&query).await }
    });
    Ok(providers.await?.into_iter().map(|provider| (provider.id.to_string(), provider.name)).collect())
}

/// Who works in a role.
pub async fn people_options(app: App, role: Option<domain::Role>) -> Result<Options, ClientError> {
    let client = app.client();
    let people = all(RecordQuery { role, ..RecordQuery::default() }, |query| {
        let client = client.clone();
        async move { client.list_people(&query).await }
    });
    Ok(people.await?.into_iter().map(|person| (person.id.to_string(), person.name)).collect())
}

/// From how many letters on people are sought.
const LETTERS: usize = 2;
/// How many are shown.
const N_FOUND: u32 = 8;
/// How long after a letter the next one is awaited.
const PAUSE_MILLISECONDS: u32 = 200;

/// Seeks people by what is typed into a [`crate::components::Find`].
pub fn seek_people(app: App, text: RwSignal<String>, found: RwSignal<Option<Vec<Found>>>) -> Callback<String> {
    Callback::new(move |typed: String| {
        if typed.trim().chars().count() < LETTERS {
            found.set(None);
            return;
        }
        leptos::task::spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            let is_still = || text.try_get_untracked().is_some_and(|text| text == typed);
            if !is_still() {
                return;
            }
            let query = RecordQuery { words: Some(typed.trim().to_owned()), limit: Some(N_FOUND), ..RecordQuery::default() };
            let people = app.client().list_people(&query).await;
            app.heard(people.as_ref().err());
            if is_still() {
                let _ = found.try_set(people.ok().map(|page| page.value.items.into_iter().map(one).collect()));
            }
        });
    })
}

fn one(person: PersonView) -> Found {
    let detail = [person.extension, Some(person.area.name)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Found { id: person.id.get(), name: person.name, detail }
}
