//! What comes from the server: on its way, here, or not to be had.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use crate::reactive::*;
use client::ClientError;
use leptos::task::spawn_local;

use crate::app::App;
use crate::components::html::{El, Html, live};
use crate::components::{failure, loading};
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
            Some(value) => draw(value),
            None => loading(app, n_rows),
        },
    })
}
