//! The two doors to the data.
//!
//! On PostgreSQL a read runs in autocommit and a write is one transaction at READ COMMITTED, both on the pool.
//! On SQLite reads run on a pool of connections that cannot write, and one thread writes: it takes the jobs that wait, runs each in a savepoint
//! of one transaction, commits once, and only then answers all of them. So one fsync serves many commands, nobody sees «database is locked»,
//! and no answer leaves before its commit is on the disk.

use std::cell::RefCell;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager, TransactionManagerStatus};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::r2d2::{Pool, PooledConnection};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteConnection};

use crate::checkpoints::{self, Checkpoints};
use crate::conn::{Address, Backend, Conn, Manager};
use crate::error::StoreError;
use crate::{heart, migrate, origin, search};

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

/// SQLite's writer rests when there was nothing to write for so long.
const RESTS_AFTER: Duration = Duration::from_secs(2);

/// Jobs that one commit serves at most: enough to share an fsync, few enough that the first does not wait long for the last.
const MOST_JOBS_IN_A_GROUP: usize = 64;

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
struct Counters {
    n_queued: AtomicU64,
    n_groups: AtomicU64,
    n_jobs: AtomicU64,
    commit_nanoseconds: AtomicU64,
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

    /// Hands `f` to the writer: `then` is told, on the writer's thread, what [`Store::write`] would have returned, and has to be brief.
    /// Unsupported, where there is no writer.
    pub fn submit<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static, then: impl FnOnce(Result<T, E>) + Send + 'static)
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
        writer.submit(move |conn| origin::with(origin, || f(conn)), then);
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
fn run<T, E: From<StoreError>>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
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

fn timed<T>(counters: &Counters, commit: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let committed = commit();
    counters.n_groups.fetch_add(1, Ordering::Relaxed);
    counters.commit_nanoseconds.fetch_add(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    committed
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the store is stopped".to_owned())
}

fn commit_failed(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("the commit failed: {error}"))
}

/// Counts a write while it waits or runs.
struct Queued(Arc<Counters>);

impl Queued {
    fn new(counters: &Arc<Counters>) -> Queued {
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

/// SQLite's one writer.
struct Writer {
    jobs: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

enum Message {
    Job(Job),
    Stop,
}

/// Runs in a savepoint of the group's transaction; or is told why there is none.
type Job = Box<dyn FnOnce(Result<&mut Conn, String>) -> (Reply, Group) + Send>;

/// Answers the one who asked, once it is known whether the group was committed.
type Reply = Box<dyn FnOnce(Result<(), String>) + Send>;

/// What a job leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Sound,
    /// Its savepoint could not be ended: SQLite has given up the whole transaction (a full disk does that), and nothing more may run in it.
    Lost,
}

impl Writer {
    fn start(address: Address, conn: Conn, queue: usize, counters: Arc<Counters>) -> Result<Writer, StoreError> {
        let (jobs, waiting) = sync_channel(queue.max(1));
        let of_thread = counters.clone();
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(&address, conn, &waiting, &of_thread))
            .map_err(|error| StoreError::Unavailable(format!("cannot start the writer: {error}")))?;
        Ok(Writer { jobs, thread: Mutex::new(Some(thread)), counters })
    }

    fn write<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (tell, told) = sync_channel(1);
        self.submit(f, move |result| {
            let _ = tell.send(result);
        });
        told.recv().unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Whoever waits for `then` in vain was dropped with a writer that ended.
    fn submit<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static, then: impl FnOnce(Result<T, E>) + Send + 'static)
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let queued = Queued::new(&self.counters);
        let job: Job = Box::new(move |conn| {
            let (result, group) = match conn {
                Ok(conn) => in_savepoint(conn, f),
                Err(why) => (Err(StoreError::Unavailable(why).into()), Group::Lost),
            };
            // Where the group is lost a refusal is lost too: it may rest on what another job of the group wrote.
            let reply = move |committed: Result<(), String>| {
                drop(queued);
                then(committed.map_err(|why| StoreError::Unavailable(why).into()).and(result));
            };
            (Box::new(reply) as Reply, group)
        });
        match self.jobs.try_send(Message::Job(job)) {
            Ok(()) => {}
            Err(TrySendError::Full(Message::Job(job))) => refuse(job, "too many writes wait"),
            Err(TrySendError::Disconnected(Message::Job(job))) => refuse(job, "the store is stopped"),
            Err(TrySendError::Full(Message::Stop) | TrySendError::Disconnected(Message::Stop)) => {}
        }
    }

    fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = self.jobs.send(Message::Stop);
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A job that is not taken: who asked is told why.
fn refuse(job: Job, why: &str) {
    let (reply, _) = job(Err(why.to_owned()));
    reply(Ok(()));
}

/// Around each job. Diesel's own would be written out and prepared anew each time.
#[derive(Debug, Clone, Copy)]
struct Savepoint(&'static str);

const SAVE: Savepoint = Savepoint("SAVEPOINT job");
const KEEP: Savepoint = Savepoint("RELEASE job");
const UNDO: Savepoint = Savepoint("ROLLBACK TO job");

impl QueryFragment<Sqlite> for Savepoint {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl QueryId for Savepoint {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Savepoint {}

impl Savepoint {
    /// The writer's connection is SQLite's.
    fn set(self, conn: &mut Conn) -> Result<(), StoreError> {
        match conn {
            Conn::Sqlite(conn) => self.execute(conn).map(drop).map_err(StoreError::from),
            Conn::Postgres(_) => Err(StoreError::Unsupported("a writer on PostgreSQL")),
        }
    }
}

/// One job, all or nothing.
fn in_savepoint<T, E: From<StoreError>>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> (Result<T, E>, Group) {
    if let Err(error) = SAVE.set(conn) {
        return (Err(error.into()), Group::Lost);
    }
    let n_waiting = search::n_waiting();
    let result = run(conn, f);
    let ended = match &result {
        Ok(_) => KEEP.set(conn),
        Err(_) => UNDO.set(conn).and_then(|()| KEEP.set(conn)),
    };
    if result.is_err() || ended.is_err() {
        search::forget_after(n_waiting);
    }
    match ended {
        Ok(()) => (result, Group::Sound),
        Err(error) => (result.and_then(|_| Err(error.into())), Group::Lost),
    }
}

/// The writer's thread, until it is told to stop; then what still waits is done too.
fn serve(address: &Address, conn: Conn, waiting: &Receiver<Message>, counters: &Counters) {
    search::wait();
    let mut checkpoints = checkpoints::start(address);
    let mut conn = Some(conn);
    let (mut is_stopping, mut is_resting) = (false, true);
    loop {
        let next = if is_stopping {
            waiting.try_recv().ok()
        } else if is_resting {
            waiting.recv().ok()
        } else {
            match waiting.recv_timeout(RESTS_AFTER) {
                Err(RecvTimeoutError::Timeout) => {
                    rest(conn.as_mut(), checkpoints.as_mut());
                    is_resting = true;
                    continue;
                }
                next => next.ok(),
            }
        };
        is_resting = false;
        match next {
            Some(Message::Job(job)) => {
                let (again, stop) = group(address, conn.take(), job, waiting, counters);
                conn = again;
                is_stopping |= stop;
                if let Some(checkpoints) = &mut checkpoints {
                    checkpoints.written(counters.n_jobs.load(Ordering::Relaxed));
                }
            }
            Some(Message::Stop) => is_stopping = true,
            None => return,
        }
    }
}

/// Nobody has written for a while: the log is carried over to its end, and the pages that the writer kept at hand are given back.
fn rest(conn: Option<&mut Conn>, checkpoints: Option<&mut Checkpoints>) {
    if let Some(checkpoints) = checkpoints {
        checkpoints.ask();
    }
    if let Some(Conn::Sqlite(conn)) = conn {
        // Without it there is as much memory in use as before.
        let _ = conn.batch_execute("PRAGMA shrink_memory");
    }
}

/// One transaction for this job and those that wait behind it. Returns the connection, unless it must be opened again, and whether to stop after.
fn group(address: &Address, conn: Option<Conn>, first: Job, waiting: &Receiver<Message>, counters: &Counters) -> (Option<Conn>, bool) {
    let opened = conn.map_or_else(|| address.connect(), Ok).and_then(|mut conn| {
        begin_immediate(&mut conn)?;
        Ok(conn)
    });
    let mut conn = match opened {
        Ok(conn) => conn,
        Err(error) => {
            counters.n_jobs.fetch_add(1, Ordering::Relaxed);
            let (reply, _) = first(Err(error.to_string()));
            reply(Ok(()));
            return (None, false);
        }
    };
    let mut replies = Vec::with_capacity(MOST_JOBS_IN_A_GROUP);
    let (mut next, mut stop, mut state) = (Some(first), false, Group::Sound);
    while let Some(job) = next.take() {
        counters.n_jobs.fetch_add(1, Ordering::Relaxed);
        let (reply, left) = job(Ok(&mut conn));
        replies.push(reply);
        state = left;
        if state == Group::Lost || stop || replies.len() == MOST_JOBS_IN_A_GROUP {
            break;
        }
        match waiting.try_recv() {
            Ok(Message::Job(job)) => next = Some(job),
            Ok(Message::Stop) => stop = true,
            Err(_) => {}
        }
    }
    let committed = match state {
        Group::Sound => search::write_waiting(&mut conn)
            .and_then(|()| timed(counters, || Conn::commit_transaction(&mut conn)).map_err(|error| commit_failed(&error)))
            .map_err(|error| error.to_string()),
        Group::Lost => Err("the transaction was given up".to_owned()),
    };
    search::forget_after(0);
    // Closing the connection rolls back what is left of a transaction that could not be committed.
    let conn = match &committed {
        Ok(()) => Some(conn),
        Err(why) => {
            tracing::error!(n_jobs = replies.len(), "A group of writes failed: {why}");
            drop(conn);
            None
        }
    };
    for reply in replies {
        // Whoever listens must not end the one who writes for all.
        if catch_unwind(AssertUnwindSafe(|| reply(committed.clone()))).is_err() {
            tracing::error!("Whoever was told of a write panicked");
        }
    }
    (conn, stop)
}

/// Takes the write lock at once: a transaction that reads first cannot always be raised to one that writes.
fn begin_immediate(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?,
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn)?,
    }
    Ok(())
}
