//! What comes from the server: on its way, here, or not to be had.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use crate::reactive::*;
use client::ClientError;
use leptos::task::spawn_local;

use crate::app::App;
use crate::components::html::{self as h, El, Html, live};
use crate::components::{failure, loading, trouble};
use crate::pages::missing;

#[derive(Debug, Clone, PartialEq)]
enum State {
    Waiting,
    Here,
    Missing,
    Failed(String),
}

/// Asks for a value and draws it; meanwhile, the shape of what comes; where there is none, why.
pub fn remote<T, F>(app: App, n_rows: usize, call: impl Fn() -> F + Clone + Send + 'static, draw: impl Fn(T) -> El + Send + 'static) -> Html
where
    T: Send + 'static,
    F: Future<Output = Result<T, ClientError>> + 'static,
{
    let state = RwSignal::new(State::Waiting);
    let value = Arc::new(Mutex::new(None::<T>));
    let ask = {
        let value = value.clone();
        move || {
            let (value, future) = (value.clone(), call());
            state.set(State::Waiting);
            spawn_local(async move {
                let result = future.await;
                app.heard(result.as_ref().err());
                let new = match result {
                    Ok(here) => {
                        *value.lock().unwrap_or_else(PoisonError::into_inner) = Some(here);
                        State::Here
                    }
                    Err(error) if error.status() == Some(404) => State::Missing,
                    Err(error) => State::Failed(app.describe(&error)),
                };
                // The page may have been left meanwhile.
                let _ = state.try_set(new);
            });
        }
    };
    ask();
    live(move || match state.get() {
        State::Waiting => loading(app, n_rows),
        State::Missing => missing(app),
        State::Failed(text) => failure(app, text, ask.clone()),
        State::Here => match value.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // It is drawn once: what it reads of other signals must not take it away again.
            Some(value) => untrack(|| draw(value)),
            None => loading(app, n_rows),
        },
    })
}

/// A page more of a list on its way: where the one after it begins, if there is one.
pub type Reading = Pin<Box<dyn Future<Output = Result<Option<String>, ClientError>>>>;

/// «Ver más», while there is more: one page at a time, and why where none came. `read` takes in what follows a cursor.
pub fn see_more(app: App, next: RwSignal<Option<String>>, read: impl Fn(String) -> Reading + Clone + Send + 'static) -> Html {
    let screen = app.screen();
    let (is_reading, wrong) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let on = move || {
        let Some(cursor) = next.get_untracked().filter(|_| !is_reading.get_untracked()) else { return };
        is_reading.set(true);
        wrong.set(None);
        let reading = read(cursor);
        spawn_local(async move {
            let result = reading.await;
            app.heard(result.as_ref().err());
            match result {
                Ok(after) => drop(next.try_set(after)),
                Err(error) => drop(wrong.try_set(Some(app.describe(&error)))),
            }
            let _ = is_reading.try_set(false);
        });
    };
    // The button stays as long as there is more, and keeps the focus.
    let has_more = Memo::new(move |_| next.read().is_some());
    live(move || {
        let label = live(move || if is_reading.get() { screen.loading() } else { screen.see_more() });
        let button = h::button().set("type", "button").class("btn btn-quiet").on_click(on.clone()).with(label);
        has_more.get().then(|| h::div().class("list-foot").with((trouble(wrong), button)))
    })
}
