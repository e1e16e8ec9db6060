//! Use cases: plain synchronous functions between the rim and the store. No HTTP here, and no SQL.

pub mod absences;
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
pub mod render;
pub mod resets;
pub mod sessions;
pub mod settings;
pub mod tickets_file;
pub mod tokens;
pub mod trail;

use std::sync::Arc;

use domain::Instant;
use store::Store;

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
            Err(_) => Err(Failure::Internal("a use case panicked".into())),
        }
    }
}
