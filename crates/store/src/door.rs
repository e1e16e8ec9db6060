//! The two doors to the data.
//!
//! On PostgreSQL a read runs in autocommit and a write is one transaction at READ COMMITTED, both on the pool.
//! On SQLite reads run on a pool of connections that cannot write, and one thread writes ([`crate::writer`]): it does the jobs that wait in one
//! transaction, commits once, and only then answers all of them. So one fsync serves many commands, nobody sees «database is locked», and no answer
//! leaves before its commit is on the disk.

use std::cell::RefCell;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{TransactionManager, TransactionManagerStatus};
use diesel::prelude::*;
use diesel::r2d2::{Pool, PooledConnection};
use diesel::sql_types::Text;

use crate::conn::{Address, Backend, Conn, Manager};
use crate::error::StoreError;
use crate::writer::Writer;
use crate::{heart, migrate, origin};

pub struct StoreSettings {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections of the pool: readers on SQLite; on PostgreSQL all there are, for writes too.
    pub n_readers: u32,
    /// How many writes may wait for SQLite's writer before more are turned away.
    pub queue: usize,
}

/// How long a caller waits for a connection of the pool.
const POOL_TIMEOUT: Duration = Duration::from_secs(5);

/// What the doors have counted, for `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreStats {
    /// Writes that wait or run now.
    pub n_queued: u64,
    /// Commits that were tried, each for one group of writes.
    pub n_groups: u64,
    /// Writes that were run, whatever came of them.
    pub n_jobs: u64,
    /// Time spent in COMMIT.
    pub commit_nanoseconds: u64,
}

#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    address: Address,
    pool: Pool<Manager>,
    /// SQLite's. PostgreSQL writes on the pool.
    writer: Option<Writer>,
    counters: Arc<Counters>,
    known: Arc<heart::Known>,
    is_stopped: AtomicBool,
}

#[derive(Default)]
pub(crate) struct Counters {
    n_queued: AtomicU64,
    n_groups: AtomicU64,
    pub n_jobs: AtomicU64,
    commit_nanoseconds: AtomicU64,
}

impl Counters {
    /// Writes that wait or run now.
    pub fn n_queued(&self) -> usize {
        usize::try_from(self.n_queued.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    }
}

impl Store {
    /// Opens the doors. Does not migrate.
    ///
    /// # Errors
    /// Unavailable, when the database cannot be opened or reached; Unsupported, for a URL of neither kind.
    pub fn open(settings: &StoreSettings) -> Result<Store, StoreError> {
        let address = Address::parse(&settings.url)?;
        let counters = Arc::new(Counters::default());
        // A first connection tells why, where the pool would only say that it has none. On SQLite it also makes the file, and becomes the writer.
        let first = address.connect()?;
        let writer = match address.backend() {
            Backend::Sqlite => Some(Writer::start(address.clone(), first, settings.queue, counters.clone())?),
            Backend::Postgres => None,
        };
        let pool = Pool::builder()
            .max_size(settings.n_readers.max(1))
            .min_idle(Some(1))
            .connection_timeout(POOL_TIMEOUT)
            .error_handler(Box::new(Told))
            .build(Manager(address.clone()))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Store { inner: Arc::new(Inner { address, pool, writer, counters, known: Arc::default(), is_stopped: AtomicBool::new(false) }) })
    }

    /// Brings the database to the tables that this program knows, under a lock. Returns the names of the migrations applied.
    ///
    /// # Errors
    /// Unavailable; or Database, when a migration fails.
    pub fn migrate(url: &str) -> Result<Vec<String>, StoreError> {
        migrate::migrate(&Address::parse(url)?)
    }

    /// Migrations that this program knows and the database has not had.
    ///
    /// # Errors
    /// Unavailable or Database.
    pub fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        self.read(migrate::pending)
    }

    pub fn backend(&self) -> Backend {
        self.inner.address.backend()
    }

    /// The reading door: each statement sees what was committed before it.
    ///
    /// # Errors
    /// Those of `f`, and Unavailable when no connection becomes free.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let held = Held::take(self.key());
        let is_held = held.is_some();
        let mut pooled = match held {
            Some(pooled) => pooled,
            None => self.pooled()?,
        };
        let result = heart::with(&self.inner.known, || f(&mut pooled.conn));
        if result.is_err() {
            check(&mut pooled);
        }
        if is_held {
            Held { pooled, of: self.key() }.put();
        }
        result
    }

    /// The writing door: `f` is one transaction, which on PostgreSQL begins with a write or a lock (SQLite's begins with its lock). When this returns Ok, it is durable.
    ///
    /// # Errors
    /// Those of `f`, which roll it back; Panicked, when `f` panics; Unavailable when the queue is full or the commit fails.
    /// On PostgreSQL a connection lost during the commit leaves open whether it happened: ask again with the same idempotency key.
    pub fn write<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if self.inner.is_stopped.load(Ordering::Acquire) {
            return Err(stopped().into());
        }
        match &self.inner.writer {
            Some(writer) => {
                let origin = origin::shared();
                writer.write(move |conn| origin::with(origin, || f(conn)))
            }
            None => self.write_on_pool(f),
        }
    }

    /// Is there a writer, to whom work is handed? On SQLite.
    pub fn has_writer(&self) -> bool {
        self.inner.writer.is_some()
    }

    /// Hands `f` to the writer: `then` is told, on the writer's thread, what [`Store::write`] would have returned, and has to be brief. What `f` did may be
    /// undone for another's sake, and `f` run again. Unsupported, where there is no writer.
    pub fn submit<T, E>(&self, f: impl Fn(&mut Conn) -> Result<T, E> + Send + 'static, then: impl FnOnce(Result<T, E>) + Send + 'static)
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if self.inner.is_stopped.load(Ordering::Acquire) {
            return then(Err(stopped().into()));
        }
        let Some(writer) = &self.inner.writer else {
            return then(Err(StoreError::Unsupported("work handed to a writer on PostgreSQL").into()));
        };
        let origin = origin::shared();
        writer.submit(move |conn| origin::with(origin.clone(), || f(conn)), then);
    }

    /// One reading connection to SQLite, if one is free now, for a few short questions on this thread: asked here and now they take less time than
    /// handing them to another. None on PostgreSQL, whose answers are a journey away.
    pub fn hold(&self) -> Option<Held> {
        match self.backend() {
            Backend::Sqlite => self.inner.pool.try_get().map(|pooled| Held { pooled, of: self.key() }),
            Backend::Postgres => None,
        }
    }

    fn key(&self) -> usize {
        Arc::as_ptr(&self.inner) as usize
    }

    /// A consistent copy of a SQLite database while it serves: made beside its place under another name, synced, and renamed.
    ///
    /// # Errors
    /// Unsupported on PostgreSQL, which has its own tools; Unavailable when the copy cannot be written.
    pub fn backup_to(&self, path: &Path) -> Result<(), StoreError> {
        if self.backend() == Backend::Postgres {
            return Err(StoreError::Unsupported("a copy of PostgreSQL is made with pg_dump"));
        }
        let cannot = |error: std::io::Error| StoreError::Unavailable(format!("cannot write the copy {}: {error}", path.display()));
        let mut name = path.file_name().ok_or(StoreError::Unsupported("a copy without a name"))?.to_owned();
        name.push(format!(".partial-{}", std::process::id()));
        let partial = path.with_file_name(name);
        let copied = self.copy_to(&partial).and_then(|()| {
            File::open(&partial).and_then(|file| file.sync_all()).map_err(cannot)?;
            fs::rename(&partial, path).map_err(cannot)
        });
        if copied.is_err() {
            let _ = fs::remove_file(&partial);
        }
        copied?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(cannot)
    }

    pub fn stats(&self) -> StoreStats {
        let Counters { n_queued, n_groups, n_jobs, commit_nanoseconds } = &*self.inner.counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StoreStats {
            n_queued: read(n_queued),
            n_groups: read(n_groups),
            n_jobs: read(n_jobs),
            commit_nanoseconds: read(commit_nanoseconds),
        }
    }

    /// Takes no more writes, and returns when those that were taken are done.
    pub fn stop(&self) {
        self.inner.is_stopped.store(true, Ordering::Release);
        if let Some(writer) = &self.inner.writer {
            writer.stop();
        }
    }

    fn pooled(&self) -> Result<PooledConnection<Manager>, StoreError> {
        self.inner.pool.get().map_err(|error| StoreError::Unavailable(format!("no connection became free: {error}")))
    }

    fn write_on_pool<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let counters = &self.inner.counters;
        let _queued = Queued::new(counters);
        let mut pooled = self.pooled()?;
        let conn = &mut pooled.conn;
        counters.n_jobs.fetch_add(1, Ordering::Relaxed);
        Conn::begin_transaction(conn).map_err(StoreError::from)?;
        let result = run(conn, f);
        let ended = match &result {
            Ok(_) => timed(counters, || Conn::commit_transaction(conn)),
            Err(_) => Conn::rollback_transaction(conn),
        };
        if result.is_err() || ended.is_err() {
            check(&mut pooled);
        }
        match ended {
            Err(error) if result.is_ok() => Err(commit_failed(&error).into()),
            _ => result,
        }
    }

    fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        if path.exists() {
            fs::remove_file(path).map_err(|error| StoreError::Unavailable(format!("cannot replace {}: {error}", path.display())))?;
        }
        // It holds all that the database holds: nobody else reads it, wherever it lies.
        let mut options = File::options();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let made = options.write(true).create_new(true).open(path);
        made.map_err(|error| StoreError::Unavailable(format!("cannot make {}: {error}", path.display())))?;
        let path = path.to_str().ok_or(StoreError::Unsupported("a copy whose name is not UTF-8"))?;
        let mut conn = self.inner.address.connect()?;
        diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(path).execute(&mut conn)?;
        Ok(())
    }
}

/// A connection that is held for [`Store::read`] on this thread.
pub struct Held {
    pooled: PooledConnection<Manager>,
    /// Which store it is of.
    of: usize,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

impl Held {
    /// While `f` runs, the store's reads on this thread use this connection, one at a time. It is given back then, also where `f` panics.
    pub fn during<T>(self, f: impl FnOnce() -> T) -> T {
        struct Given;
        impl Drop for Given {
            fn drop(&mut self) {
                drop(HELD.take());
            }
        }
        self.put();
        let _given = Given;
        f()
    }

    fn put(self) {
        HELD.set(Some(self));
    }

    fn take(of: usize) -> Option<PooledConnection<Manager>> {
        HELD.with_borrow_mut(|held| held.take_if(|held| held.of == of)).map(|held| held.pooled)
    }
}

/// Runs `f` so that a panic in it is an error, and leaves no transaction open that it opened.
pub(crate) fn run<T, E: From<StoreError>>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    let before = depth(conn);
    catch_unwind(AssertUnwindSafe(|| f(conn))).unwrap_or_else(|_| {
        while depth(conn) > before && Conn::rollback_transaction(conn).is_ok() {}
        Err(StoreError::Panicked.into())
    })
}

/// How many transactions are open, one inside the other. None in one that is broken.
fn depth(conn: &mut Conn) -> u32 {
    match Conn::transaction_manager_status_mut(conn) {
        TransactionManagerStatus::Valid(status) => status.transaction_depth().map_or(0, |depth| depth.get()),
        TransactionManagerStatus::InError => 0,
    }
}

/// After a failure: is the connection still there?
fn check(pooled: &mut crate::conn::Pooled) {
    use diesel::r2d2::R2D2Connection;
    if let Conn::Postgres(conn) = &mut pooled.conn {
        pooled.is_lost = conn.is_broken() || conn.ping().is_err();
    }
}

pub(crate) fn timed<T>(counters: &Counters, commit: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let committed = commit();
    counters.n_groups.fetch_add(1, Ordering::Relaxed);
    counters.commit_nanoseconds.fetch_add(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    committed
}

pub(crate) fn stopped() -> StoreError {
    StoreError::Unavailable("the store is stopped".to_owned())
}

pub(crate) fn commit_failed(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("the commit failed: {error}"))
}

/// Counts a write while it waits or runs.
pub(crate) struct Queued(Arc<Counters>);

impl Queued {
    pub fn new(counters: &Arc<Counters>) -> Queued {
        counters.n_queued.fetch_add(1, Ordering::Relaxed);
        Queued(counters.clone())
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.n_queued.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Why the pool could not make a connection.
#[derive(Debug)]
struct Told;

impl diesel::r2d2::HandleError<StoreError> for Told {
    fn handle_error(&self, error: StoreError) {
        tracing::warn!(%error, "Cannot open a connection to the database");
    }
}
