//! One connection type for both databases, and how each is opened.
//!
//! Functions take `&mut Conn` and are written once. What Diesel's `MultiConnection` does not serve (ON CONFLICT, batch insert) goes through
//! `per_backend!`, which compiles one body for each concrete connection, inside the same transaction.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::sqlite::SqliteConnection;

use crate::error::StoreError;

#[derive(diesel::MultiConnection)]
pub enum Conn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// One body for both databases, compiled for each: `per_backend!(conn, c => diesel::insert_into(…).on_conflict_do_nothing().execute(c))`.
macro_rules! per_backend {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::conn::Conn::Postgres($c) => $body,
            $crate::conn::Conn::Sqlite($c) => $body,
        }
    };
}
pub(crate) use per_backend;

/// Which database this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Conn {
    pub fn backend(&self) -> Backend {
        match self {
            Conn::Postgres(_) => Backend::Postgres,
            Conn::Sqlite(_) => Backend::Sqlite,
        }
    }
}

/// Where the data are: `sqlite:PATH` or `postgres://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    Sqlite(String),
    Postgres(String),
}

impl Address {
    pub fn parse(url: &str) -> Result<Address, StoreError> {
        match url.strip_prefix("sqlite:") {
            Some("") => Err(StoreError::Unsupported("a SQLite database without a path")),
            Some(path) => Ok(Address::Sqlite(path.to_owned())),
            None if url.starts_with("postgres://") || url.starts_with("postgresql://") => Ok(Address::Postgres(url.to_owned())),
            None => Err(StoreError::Unsupported("a database whose URL begins with neither sqlite: nor postgres://")),
        }
    }

    pub fn backend(&self) -> Backend {
        match self {
            Address::Sqlite(_) => Backend::Sqlite,
            Address::Postgres(_) => Backend::Postgres,
        }
    }

    /// A connection that may write.
    pub fn connect(&self) -> Result<Conn, StoreError> {
        match self {
            Address::Sqlite(path) => sqlite(path, WRITER).map(Conn::Sqlite),
            Address::Postgres(url) => postgres(url).map(Conn::Postgres),
        }
    }

    /// A connection that is read from; SQLite holds it to that.
    fn connect_reader(&self) -> Result<Conn, StoreError> {
        match self {
            Address::Sqlite(path) => sqlite(path, READER).map(Conn::Sqlite),
            Address::Postgres(_) => self.connect(),
        }
    }
}

/// Every commit is on the disk before it is told (`FULL`); the busy timeout is for the other commands of the binary, which write too.
/// The WAL is carried over by another thread ([`crate::checkpoints`]). Where writes never pause, that one never comes to its end, and the writer
/// carries over the rest itself, every 40,000 pages (160 MB), so that the file can begin anew.
const WRITER: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                      PRAGMA wal_autocheckpoint = 40000; PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;";

/// Without memory mapping: each connection would map the file anew, and the process would seem to hold it as many times over.
const READER: &str = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA cache_size = -1000; PRAGMA temp_store = MEMORY; \
                      PRAGMA query_only = ON;";

fn sqlite(path: &str, pragmas: &str) -> Result<SqliteConnection, StoreError> {
    let cannot = |why: &dyn std::fmt::Display| StoreError::Unavailable(format!("cannot open {path}: {why}"));
    let mut conn = SqliteConnection::establish(path).map_err(|error| cannot(&error))?;
    conn.batch_execute(pragmas).map_err(|error| cannot(&error))?;
    Ok(conn)
}

/// Instants are UTC in the tables, whatever the server's time zone.
fn postgres(url: &str) -> Result<PgConnection, StoreError> {
    let cannot = |why: &dyn std::fmt::Display| StoreError::Unavailable(format!("cannot reach PostgreSQL: {why}"));
    let mut conn = PgConnection::establish(url).map_err(|error| cannot(&error))?;
    conn.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning;").map_err(|error| cannot(&error))?;
    Ok(conn)
}

/// Makes the pool's connections by the URL's scheme. (`Conn::establish` tries each database in turn and hides why the right one failed.)
#[derive(Debug)]
pub(crate) struct Manager(pub Address);

/// A connection of the pool.
pub(crate) struct Pooled {
    pub conn: Conn,
    /// It failed in a way that it may not come back from.
    pub is_lost: bool,
    used_at: Instant,
}

/// A connection that rested longer than this is asked whether it still lives before it is lent.
const TRUSTED: Duration = Duration::from_secs(1);

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = StoreError;

    fn connect(&self) -> Result<Pooled, StoreError> {
        Ok(Pooled { conn: self.0.connect_reader()?, is_lost: false, used_at: Instant::now() })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), StoreError> {
        if let Conn::Postgres(conn) = &mut pooled.conn
            && pooled.used_at.elapsed() > TRUSTED
        {
            conn.ping()?;
        }
        pooled.used_at = Instant::now();
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.used_at = Instant::now();
        pooled.is_lost || pooled.conn.is_broken()
    }
}
