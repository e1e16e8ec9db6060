//! Use cases: plain synchronous functions between the rim and the store. No HTTP here, and no SQL.

pub mod absences;
pub mod csv_file;
pub mod demo;
pub mod execute;
pub mod files;
pub mod health;
pub mod imports;
pub mod intake;
pub mod mails;
pub mod merges;
pub mod notices;
pub mod once;
pub mod outbox;
pub mod people;
pub mod queries;
pub mod received;
pub mod records;
pub mod reminders;
pub mod render;
pub mod reports;
pub mod resets;
pub mod sessions;
pub mod settings;
pub mod tickets_file;
pub mod together;
pub mod tokens;
pub mod trail;
pub mod views;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use domain::Instant;
use store::{Conn, Store, StoreError};
use tokio::sync::oneshot;

use crate::auth::accounts::Accounts;
use crate::auth::passwords::Passwords;
use crate::auth::throttle::Throttle;
use crate::auth::tokens::Tokens;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Failure;

pub use once::Once;
/// Whose history is listed.
pub use store::history::Entity;

/// Everything that use cases need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub tokens: Arc<Tokens>,
    pub accounts: Arc<Accounts>,
    pub passwords: Passwords,
    pub throttle: Arc<Throttle>,
    pub files: files::Files,
    pub mails: Arc<mails::Mails>,
    pub settings: Arc<settings::KeptSettings>,
    /// On PostgreSQL: what is done for several callers in the journeys of one.
    pub together: Option<Arc<together::Together>>,
}

impl App {
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Runs a use case on the pool of threads that may wait for the database.
    ///
    /// # Errors
    /// Its own; internal, if it panicked.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce(&App) -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
        let (app, origin) = (self.clone(), crate::http::origin::current());
        match tokio::task::spawn_blocking(move || store::origin::with(origin, || work(&app))).await {
            Ok(result) => result,
            Err(_) => Err(Failure::Internal(PANICKED.into())),
        }
    }

    /// Runs a use case that asks the database a few short questions, by keys: here and now where a connection to SQLite is free, which is quicker by a
    /// quarter of a read than another thread. It holds that one connection, and so waits for none.
    ///
    /// # Errors
    /// As [`App::run`].
    pub async fn brief<T: Send + 'static>(&self, work: impl FnOnce(&App) -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
        let Some(held) = self.store.hold() else {
            return self.run(work).await;
        };
        let origin = crate::http::origin::current();
        let answered = catch_unwind(AssertUnwindSafe(|| held.during(|| store::origin::with(origin, || work(self)))));
        answered.unwrap_or_else(|_| Err(Failure::Internal(PANICKED.into())))
    }

    /// One write transaction of a store that has a writer, without a thread that waits for it.
    ///
    /// # Errors
    /// Its own, and those of [`store::Store::write`].
    async fn write_soon<T, E>(&self, work: impl Fn(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let origin = crate::http::origin::current();
        // Nobody listens any more where the caller has gone; what was written stays written.
        store::origin::with(origin, || self.store.submit(work, move |result| drop(tell.send(result))));
        told.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the store is stopped".to_owned()).into()))
    }
}

const PANICKED: &str = "a use case panicked";
