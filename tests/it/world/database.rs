//! A database for each test: a file of its own on SQLite, a database of its own in one throw-away cluster on PostgreSQL.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use scratch::Cluster;
use store::{Backend, Store, StoreSettings};
use tempfile::TempDir;

/// Gone when dropped.
pub struct Database {
    url: String,
    place: Place,
}

enum Place {
    File { folder: TempDir },
    Server { cluster: &'static Cluster, name: String },
}

/// A database that others are made from.
pub enum Template {
    File(Vec<u8>),
    Server(String),
}

impl Database {
    /// Migrated, and knowing nobody.
    pub fn empty(backend: Backend) -> Database {
        static SQLITE: OnceLock<Template> = OnceLock::new();
        static POSTGRES: OnceLock<Template> = OnceLock::new();
        let template = match backend {
            Backend::Sqlite => &SQLITE,
            Backend::Postgres => &POSTGRES,
        };
        Database::of(template.get_or_init(|| {
            let database = Database::unmigrated(backend);
            Store::migrate(database.url()).unwrap();
            database.into_template()
        }))
    }

    /// Without a table.
    pub fn unmigrated(backend: Backend) -> Database {
        match backend {
            Backend::Sqlite => Database::file(None),
            Backend::Postgres => Database::on(cluster(), None),
        }
    }

    /// The same on a server that keeps its promises about commits, for tests that kill. SQLite always does.
    pub fn durable(backend: Backend) -> Database {
        match backend {
            Backend::Sqlite => Database::file(None),
            Backend::Postgres => Database::on(durable_cluster(), None),
        }
    }

    /// A copy that is as durable as its template.
    pub fn durable_of(template: &Template) -> Database {
        match template {
            Template::File(bytes) => Database::file(Some(bytes)),
            Template::Server(name) => Database::on(durable_cluster(), Some(name)),
        }
    }

    pub fn of(template: &Template) -> Database {
        match template {
            Template::File(bytes) => Database::file(Some(bytes)),
            Template::Server(name) => Database::on(cluster(), Some(name)),
        }
    }

    /// Nobody may be connected to it any more.
    pub fn into_template(self) -> Template {
        match &self.place {
            Place::File { folder } => {
                // The copy is whole, whatever stands in the write-ahead log.
                let copy = folder.path().join("copy.db");
                let store = Store::open(&StoreSettings { url: self.url.clone(), n_readers: 1, queue: 1 }).unwrap();
                store.backup_to(&copy).unwrap();
                store.stop();
                Template::File(std::fs::read(copy).unwrap())
            }
            Place::Server { name, .. } => {
                let template = Template::Server(name.clone());
                std::mem::forget(self); // It lasts as long as its cluster.
                template
            }
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    fn file(template: Option<&[u8]>) -> Database {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("atiende.db");
        if let Some(bytes) = template {
            std::fs::write(&path, bytes).unwrap();
        }
        Database { url: format!("sqlite:{}", path.display()), place: Place::File { folder } }
    }

    fn on(cluster: &'static Cluster, template: Option<&str>) -> Database {
        static N: AtomicU32 = AtomicU32::new(0);
        let name = format!("t_{}", N.fetch_add(1, Ordering::Relaxed));
        let url = cluster.create_database(&name, template).unwrap();
        Database { url, place: Place::Server { cluster, name } }
    }
}

/// One for the whole binary; it ends with the process.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(false).unwrap())
}

/// Another, which keeps its promises.
fn durable_cluster() -> &'static Cluster {
    static DURABLE: OnceLock<Cluster> = OnceLock::new();
    DURABLE.get_or_init(|| Cluster::start(true).unwrap())
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Server { cluster, name } = &self.place {
            let dropped = cluster.drop_database(name);
            if !std::thread::panicking() {
                dropped.unwrap();
            }
        }
    }
}
