//! SQLite's one writer: a thread that takes the jobs that wait, does them in one transaction, commits once, and only then tells all of them.
//!
//! What one job does is its own affair: where it fails, what it did is undone and the others stand. A savepoint for each promises that, and makes SQLite
//! copy every page that the job is the first to change: a fifth of the writer's time. Jobs that may be run again therefore have none. Where one of them
//! fails, the transaction is begun anew, and those before it are run again, from there on each in its savepoint: no group is done more than twice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::{Sqlite, SqliteConnection};

use crate::checkpoints::{self, Checkpoints};
use crate::conn::{Address, Conn};
use crate::door::{Counters, Queued, commit_failed, run, stopped, timed};
use crate::error::StoreError;
use crate::search;

/// The writer rests when there was nothing to write for so long.
const RESTS_AFTER: Duration = Duration::from_secs(2);

/// Jobs that one commit serves at most: few enough that the first does not wait long for the last.
const MOST_IN_A_GROUP: usize = 64;
/// So many may always share a commit, which costs as much as a few of them.
const SHARE_A_COMMIT: usize = 8;

/// The thread, and the way to it.
pub(crate) struct Writer {
    jobs: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

enum Message {
    Job(Box<dyn Job>),
    Stop,
}

/// What is to be written, and who waits for it.
trait Job: Send {
    /// May it be run again, after what it did was undone for another's sake?
    fn may_repeat(&self) -> bool;
    /// Keeps what came of it. Was it done?
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Who asked hears what came of it, once it is known whether the group was committed, or why it was not run at all.
    fn tell(self: Box<Self>, committed: Result<(), String>);
}

struct Task<F, T, E, R> {
    work: F,
    may_repeat: bool,
    result: Option<Result<T, E>>,
    then: R,
    queued: Queued,
}

impl<F, T, E, R> Job for Task<F, T, E, R>
where
    F: FnMut(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
    R: FnOnce(Result<T, E>) + Send,
{
    fn may_repeat(&self) -> bool {
        self.may_repeat
    }

    fn run(&mut self, conn: &mut Conn) -> bool {
        let result = run(conn, &mut self.work);
        self.result.insert(result).is_ok()
    }

    fn tell(self: Box<Self>, committed: Result<(), String>) {
        let Task { result, then, queued, .. } = *self;
        drop(queued);
        // Where the group is lost a refusal is lost too: it may rest on what another job of the group wrote.
        let committed = committed.map_err(|why| StoreError::Unavailable(why).into());
        then(committed.and_then(|()| result.unwrap_or_else(|| Err(stopped().into()))));
    }
}

/// What a job leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Sound,
    /// Its savepoint could not be ended: SQLite has given up the whole transaction (a full disk does that), and nothing more may run in it.
    Lost,
}

impl Writer {
    /// `conn` becomes the writer's; `queue` jobs may wait.
    ///
    /// # Errors
    /// Unavailable, when no thread can be started.
    pub fn start(address: Address, conn: Conn, queue: usize, counters: Arc<Counters>) -> Result<Writer, StoreError> {
        let (jobs, waiting) = sync_channel(queue.max(1));
        let of_thread = counters.clone();
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                Service { address: &address, waiting: &waiting, counters: &of_thread, crowd: Crowd::default() }.run(conn);
            })
            .map_err(|error| StoreError::Unavailable(format!("cannot start the writer: {error}")))?;
        Ok(Writer { jobs, thread: Mutex::new(Some(thread)), counters })
    }

    /// Runs `f` once, and waits for the commit.
    pub fn write<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (tell, told) = sync_channel(1);
        let mut f = Some(f);
        let work = move |conn: &mut Conn| match f.take() {
            Some(f) => f(conn),
            None => Err(StoreError::Unsupported("to run again what is run once").into()),
        };
        let then = move |result| {
            let _ = tell.send(result);
        };
        self.hand(work, false, then);
        told.recv().unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Runs `f` once, or again where what it did was undone for another's sake. Whoever waits for `then` in vain was dropped with a writer that ended.
    pub fn submit<T, E>(&self, f: impl Fn(&mut Conn) -> Result<T, E> + Send + 'static, then: impl FnOnce(Result<T, E>) + Send + 'static)
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.hand(f, true, then);
    }

    fn hand<T, E>(
        &self,
        work: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
        may_repeat: bool,
        then: impl FnOnce(Result<T, E>) + Send + 'static,
    ) where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let job = Box::new(Task { work, may_repeat, result: None, then, queued: Queued::new(&self.counters) });
        match self.jobs.try_send(Message::Job(job)) {
            Ok(()) => {}
            Err(TrySendError::Full(Message::Job(job))) => job.tell(Err("too many writes wait".to_owned())),
            Err(TrySendError::Disconnected(Message::Job(job))) => job.tell(Err("the store is stopped".to_owned())),
            Err(TrySendError::Full(Message::Stop) | TrySendError::Disconnected(Message::Stop)) => {}
        }
    }

    /// Takes no more, and returns when what waits is done.
    pub fn stop(&self) {
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

/// The writer's thread.
struct Service<'a> {
    address: &'a Address,
    waiting: &'a Receiver<Message>,
    counters: &'a Counters,
    crowd: Crowd,
}

/// How many wait or are served at once. A commit serves half of them: while it waits for the disk, what the other half asks is made ready, and they are
/// served while the first are told. If it served all, it would wait for all of them each time, and they for it.
#[derive(Debug, Default)]
struct Crowd(usize);

impl Crowd {
    /// So many are there now. That there were more is forgotten bit by bit.
    fn seen(&mut self, n: usize) {
        self.0 = n.max(self.0 - self.0.div_ceil(8));
    }

    fn half(&self) -> usize {
        (self.0 / 2).clamp(SHARE_A_COMMIT, MOST_IN_A_GROUP)
    }
}

impl Service<'_> {
    /// Until it is told to stop; then what still waits is done too.
    fn run(mut self, conn: Conn) {
        search::wait();
        let mut checkpoints = checkpoints::start(self.address);
        let mut conn = Some(conn);
        let (mut is_stopping, mut is_resting) = (false, true);
        loop {
            let next = if is_stopping {
                self.waiting.try_recv().ok()
            } else if is_resting {
                self.waiting.recv().ok()
            } else {
                match self.waiting.recv_timeout(RESTS_AFTER) {
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
                    let (again, stop) = self.group(conn.take(), job);
                    conn = again;
                    is_stopping |= stop;
                    if let Some(checkpoints) = &mut checkpoints {
                        checkpoints.written(self.counters.n_jobs.load(Ordering::Relaxed));
                    }
                }
                Some(Message::Stop) => is_stopping = true,
                None => return,
            }
        }
    }

    /// One transaction for this job and those that wait behind it. Returns the connection, unless it must be opened again, and whether to stop after.
    fn group(&mut self, conn: Option<Conn>, first: Box<dyn Job>) -> (Option<Conn>, bool) {
        let opened = conn.map_or_else(|| self.address.connect(), Ok).and_then(|mut conn| {
            begin_immediate(&mut conn)?;
            Ok(conn)
        });
        let mut conn = match opened {
            Ok(conn) => conn,
            Err(error) => {
                self.counters.n_jobs.fetch_add(1, Ordering::Relaxed);
                first.tell(Err(error.to_string()));
                return (None, false);
            }
        };
        let mut jobs: Vec<Box<dyn Job>> = Vec::with_capacity(MOST_IN_A_GROUP);
        let (mut next, mut stop, mut state) = (Some(first), false, Group::Sound);
        let mut in_savepoints = false;
        while let Some(mut job) = next.take() {
            self.counters.n_jobs.fetch_add(1, Ordering::Relaxed);
            in_savepoints |= !job.may_repeat();
            if in_savepoints {
                state = in_savepoint(&mut conn, job.as_mut());
            } else if !job.run(&mut conn) {
                state = again(&mut conn, &mut jobs);
                in_savepoints = true;
            }
            jobs.push(job);
            if state == Group::Lost || stop || jobs.len() >= self.crowd.half() {
                break;
            }
            match self.waiting.try_recv() {
                Ok(Message::Job(job)) => next = Some(job),
                Ok(Message::Stop) => stop = true,
                Err(_) => {}
            }
        }
        let committed = match state {
            Group::Sound => search::write_waiting(&mut conn)
                .and_then(|()| timed(self.counters, || Conn::commit_transaction(&mut conn)).map_err(|error| commit_failed(&error)))
                .map_err(|error| error.to_string()),
            Group::Lost => Err("the transaction was given up".to_owned()),
        };
        search::forget_after(0);
        // Closing the connection rolls back what is left of a transaction that could not be committed.
        let conn = match &committed {
            Ok(()) => Some(conn),
            Err(why) => {
                tracing::error!(n_jobs = jobs.len(), "A group of writes failed: {why}");
                drop(conn);
                None
            }
        };
        self.crowd.seen(self.counters.n_queued());
        for job in jobs {
            // Whoever listens must not end the one who writes for all.
            if catch_unwind(AssertUnwindSafe(|| job.tell(committed.clone()))).is_err() {
                tracing::error!("Whoever was told of a write panicked");
            }
        }
        (conn, stop)
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

/// A job that had no savepoint failed. The transaction is begun anew, and what was done before it is done again; what became of it itself stands.
fn again(conn: &mut Conn, before: &mut [Box<dyn Job>]) -> Group {
    search::forget_after(0);
    if let Err(error) = Conn::rollback_transaction(conn).map_err(StoreError::from).and_then(|()| begin_immediate(conn)) {
        tracing::warn!(%error, "A group of writes cannot be begun anew");
        return Group::Lost;
    }
    let is_sound = before.iter_mut().all(|job| in_savepoint(conn, job.as_mut()) == Group::Sound);
    if is_sound { Group::Sound } else { Group::Lost }
}

/// One job, all or nothing.
fn in_savepoint(conn: &mut Conn, job: &mut dyn Job) -> Group {
    if let Err(error) = SAVE.set(conn) {
        tracing::warn!(%error, "A write cannot be begun");
        return Group::Lost;
    }
    let n_waiting = search::n_waiting();
    let is_done = job.run(conn);
    let ended = if is_done { KEEP.set(conn) } else { UNDO.set(conn).and_then(|()| KEEP.set(conn)) };
    if !is_done || ended.is_err() {
        search::forget_after(n_waiting);
    }
    if ended.is_ok() { Group::Sound } else { Group::Lost }
}

/// Takes the write lock at once: a transaction that reads first cannot always be raised to one that writes.
fn begin_immediate(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?,
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn)?,
    }
    Ok(())
}

/// Around a job. Diesel's own would be written out and prepared anew each time.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_serves_half_of_those_who_come() {
        let mut crowd = Crowd::default();
        assert_eq!(crowd.half(), SHARE_A_COMMIT, "of few, all");
        crowd.seen(32);
        assert_eq!(crowd.half(), 16);
        crowd.seen(30);
        assert_eq!(crowd.half(), 15);
        crowd.seen(500);
        assert_eq!(crowd.half(), MOST_IN_A_GROUP);
        for _ in 0..60 {
            crowd.seen(1);
        }
        assert_eq!(crowd.half(), SHARE_A_COMMIT, "those who have gone are forgotten");
    }
}
