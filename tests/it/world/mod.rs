//! The world of a test: a server of its own, on a database of its own, in an agency with one person for each role, at an hour that the test sets.
//!
//! Whatever a test forgets to look at is looked at when its world ends: that the read rows are what their events say, that nothing was answered
//! with a failure of ours, that the writer stopped.

mod agency;
mod caller;
mod checks;
mod database;
mod incoming;
pub mod mail_server;
pub mod mails;
mod process;
mod raw;
mod server;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use api::app::App;
use api::clock::Clock;
use api::config::Config;
use chrono::TimeDelta;
use client::Client;
use domain::Instant;
use store::{Backend, Store};
use tempfile::TempDir;

pub use agency::{Agency, Area, PASSWORD, Who};
pub use caller::{Answered, Ask, Caller, wait_for};
pub use checks::rows_are_what_events_say;
pub use database::Database;
pub use incoming::{Mail, all_received, intake, intake_token, pipe};
pub use process::{Installation, Process};
pub use raw::Raw;

use caller::Line;
use server::Server;

/// Runs each body on both databases: `on_both! { fn a_thing_is_so(world: &World) { … } }` makes the tests `a_thing_is_so::sqlite` and
/// `a_thing_is_so::postgres`. With `backend: Backend` instead of the world, the body makes its own.
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($arg:ident: $($type:tt)+) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "a body need not use what stands beside it")]
            use super::*;

            fn body($arg: $($type)+) $body

            #[test]
            fn sqlite() {
                on_both!(@run store::Backend::Sqlite, $($type)+);
            }

            #[test]
            fn postgres() {
                on_both!(@run store::Backend::Postgres, $($type)+);
            }
        }
    )+};
    (@run $backend:expr, &World) => { body(&$crate::world::World::new($backend)) };
    (@run $backend:expr, Backend) => { body($backend) };
}

/// A morning in Lima: 09:00 on Monday 23 November 2026.
const BEGINNING: i64 = 1_795_442_400;

/// A server and everything around it. Ends, and is checked, when it is dropped.
pub struct World {
    agency: Agency,
    clock: Arc<AtomicI64>,
    line: Arc<Line>,
    /// None when it has ended; so too the database, when others are made from it.
    server: Option<Server>,
    database: Option<Database>,
    data: TempDir,
}

impl World {
    /// The agency at work.
    pub fn new(backend: Backend) -> World {
        World::with(backend, |_| {})
    }

    /// The same, configured otherwise.
    pub fn with(backend: Backend, configure: impl FnOnce(&mut Config)) -> World {
        let (database, agency) = agency::seeded(backend);
        World::on(database, agency, configure)
    }

    /// A migrated database that knows nobody yet.
    pub fn empty(backend: Backend) -> World {
        World::on(Database::empty(backend), Agency::default(), |_| {})
    }

    fn on(database: Database, agency: Agency, configure: impl FnOnce(&mut Config)) -> World {
        let data = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(BEGINNING * 1_000_000));
        let mut config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: "http://atiende.test".into(),
            data_dir: data.path().to_owned(),
            database_url: Some(database.url().to_owned()),
            n_workers: 2,
            ..Config::default()
        };
        configure(&mut config);
        let server = Server::start(config, Clock::Manual(clock.clone()));
        let line = Line::to(server.address, Clock::Manual(clock.clone()));
        World { agency, clock, line, server: Some(server), database: Some(database), data }
    }

    pub fn now(&self) -> Instant {
        self.app().now()
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.fetch_add(by.num_microseconds().unwrap(), Ordering::SeqCst);
    }

    /// The use cases of the running server.
    pub fn app(&self) -> &App {
        &self.server.as_ref().unwrap().app
    }

    /// The doors of the running server.
    pub fn store(&self) -> &Store {
        &self.app().store
    }

    pub fn backend(&self) -> Backend {
        self.store().backend()
    }

    /// Its data folder.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// `http://127.0.0.1:…`
    pub fn base_url(&self) -> String {
        format!("http://{}", self.line.address)
    }

    /// A caller as anybody's program is one: nobody is signed in.
    pub fn client(&self) -> Client {
        self.line.stranger()
    }

    /// A connection on which anything may be said.
    pub fn raw(&self) -> Raw {
        Raw::to(self.line.address)
    }

    /// This test makes the server fail: its answers of 500 and above are looked at by the test itself.
    pub fn expect_failures(&self) {
        self.line.expect_failures();
    }

    /// One of its people, who signs in with the first call.
    pub fn caller(&self, who: Who) -> Caller {
        Caller::of(&self.line, Some(who))
    }

    pub fn anonymous(&self) -> Caller {
        Caller::of(&self.line, None)
    }

    /// A person's number.
    pub fn person(&self, who: Who) -> i64 {
        self.agency.person(who)
    }

    /// An area's number.
    pub fn area(&self, area: Area) -> i64 {
        self.agency.area(area)
    }

    /// «Correo electrónico», of the catalogue.
    pub fn service(&self) -> i64 {
        self.agency.service
    }

    /// «Servicios Técnicos S.A.C.», a provider.
    pub fn provider(&self) -> i64 {
        self.agency.provider
    }
}

macro_rules! callers {
    ($($name:ident = $who:ident),+ $(,)?) => {
        impl World {
            $(#[allow(dead_code, reason = "all people are there, whomever the tests call")]
            pub fn $name(&self) -> Caller {
                self.caller(Who::$who)
            })+
        }
    };
}

callers! {
    user = User,
    colleague = Colleague,
    other_user = OtherUser,
    reserved_user = ReservedUser,
    area_head = AreaHead,
    help_desk = HelpDesk,
    help_desk2 = HelpDesk2,
    support1 = Support1,
    support1b = Support1b,
    support2 = Support2,
    support2b = Support2b,
    it_head = ItHead,
    it_head2 = ItHead2,
    admin = Admin,
    auditor = Auditor,
}

impl Drop for World {
    fn drop(&mut self) {
        let Some(server) = self.server.take() else { return };
        let store = server.app.store.clone();
        let stopped = server.stop();
        if std::thread::panicking() {
            return;
        }
        stopped.expect("the server stops without an error");
        checks::the_writer_has_stopped(&store);
        rows_are_what_events_say(&store);
        self.line.nothing_failed();
    }
}
