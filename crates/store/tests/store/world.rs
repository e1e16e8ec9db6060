//! A database for each test: a file of its own on SQLite, a database of its own in one throw-away cluster on PostgreSQL.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::Instant;
use store::{Backend, Conn, Store, StoreError, StoreSettings};
use tempfile::TempDir;

/// Runs each body on both databases: `on_both! { fn a_thing_is_so(world: &World) { … } }` makes the tests `a_thing_is_so::sqlite` and `…::postgres`.
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($world:ident: &World) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            fn body($world: &$crate::world::World) $body

            #[test]
            fn sqlite() {
                body(&$crate::world::World::new(store::Backend::Sqlite));
            }

            #[test]
            fn postgres() {
                body(&$crate::world::World::new(store::Backend::Postgres));
            }
        }
    )+};
}

/// A migrated, empty database and the store that is open on it.
pub struct World {
    pub store: Store,
    pub url: String,
    /// SQLite's; deleted with the world.
    _folder: TempDir,
    /// PostgreSQL's name for it; dropped with the world.
    name: Option<String>,
}

impl World {
    pub fn new(backend: Backend) -> World {
        let folder = tempfile::tempdir().unwrap();
        let (url, name) = match backend {
            Backend::Sqlite => {
                let url = format!("sqlite:{}", folder.path().join("atiende.db").display());
                Store::migrate(&url).unwrap();
                (url, None)
            }
            Backend::Postgres => {
                let name = next_name();
                (postgres(&name), Some(name))
            }
        };
        let store = Store::open(&StoreSettings { url: url.clone(), n_readers: 16, queue: 1024 }).unwrap();
        World { store, url, _folder: folder, name }
    }

    pub fn read<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> T {
        self.store.read(f).unwrap()
    }

    pub fn write<T: Send + 'static, E: From<StoreError> + Send + std::fmt::Debug + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> T {
        self.store.write(f).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.store.stop();
        if let Some(name) = &self.name {
            let dropped = cluster().drop_database(name);
            if !std::thread::panicking() {
                dropped.unwrap();
            }
        }
    }
}

/// That many seconds after a morning in Lima.
pub fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_795_438_800 + seconds, 123_456_000).unwrap()
}

/// A new database of that name, a copy of one that was migrated once.
fn postgres(name: &str) -> String {
    let cluster = cluster();
    static MIGRATED: OnceLock<()> = OnceLock::new();
    MIGRATED.get_or_init(|| {
        Store::migrate(&cluster.create_database("migrated", None).unwrap()).unwrap();
    });
    cluster.create_database(name, Some("migrated")).unwrap()
}

/// A new database that nobody has migrated.
pub fn empty_postgres() -> String {
    cluster().create_database(&next_name(), None).unwrap()
}

/// One for all tests; it ends with the process.
fn cluster() -> &'static scratch::Cluster {
    static CLUSTER: OnceLock<scratch::Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| scratch::Cluster::start(false).unwrap())
}

fn next_name() -> String {
    static N: AtomicU32 = AtomicU32::new(0);
    format!("t_{}", N.fetch_add(1, Ordering::Relaxed))
}
