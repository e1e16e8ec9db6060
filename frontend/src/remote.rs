//! A value that comes from the server: on its way, here, or not to be had.

use std::future::Future;

use client::ClientError;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::App;

#[derive(Debug, Clone, PartialEq)]
pub enum Remote<T> {
    Waiting,
    Here(T),
    Failed(ClientError),
}

impl<T> Remote<T> {
    pub fn here(&self) -> Option<&T> {
        match self {
            Remote::Here(value) => Some(value),
            Remote::Waiting | Remote::Failed(_) => None,
        }
    }
}

/// Brings a value. What is here already stays until the new one comes.
pub fn load<T>(app: App, into: RwSignal<Remote<T>>, call: impl Future<Output = Result<T, ClientError>> + 'static)
where
    T: Send + Sync + 'static,
{
    spawn_local(async move {
        let result = call.await;
        app.heard(result.as_ref().err());
        // The page may have been left meanwhile.
        let _ = into.try_set(match result {
            Ok(value) => Remote::Here(value),
            Err(error) => Remote::Failed(error),
        });
    });
}
