//! Carries SQLite's log over into the database beside the writer, rather than in its way.
//!
//! A checkpoint copies the pages that stand in the log to their places and waits for the disk. As a part of a commit it holds up everybody who waits for
//! that and the next; passive, on a connection of its own, nobody (<https://www.sqlite.org/wal.html#ckpt>).

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use diesel::connection::SimpleConnection;

use crate::conn::{Address, Conn};

/// Writes after which the log is carried over: some 16,000 pages, 64 MB. The more there are, the more of them have changed the same pages.
const WRITES: u64 = 2_000;

/// The thread, as the writer has it. It ends with it.
pub(crate) struct Checkpoints {
    ask: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// How many writes there were when it was asked last.
    asked_at: u64,
}

/// None where it cannot be started: then the writer carries the log over itself.
pub(crate) fn start(address: &Address) -> Option<Checkpoints> {
    let conn = address.connect().inspect_err(|error| tracing::warn!(%error, "Checkpoints are left to the writer")).ok()?;
    let (ask, asked) = sync_channel(1);
    let thread = Builder::new().name("checkpoints".to_owned()).spawn(move || serve(conn, &asked));
    let thread = thread.inspect_err(|error| tracing::warn!(%error, "Checkpoints are left to the writer")).ok()?;
    Some(Checkpoints { ask: Some(ask), thread: Some(thread), asked_at: 0 })
}

impl Checkpoints {
    /// So many writes were committed since the start.
    pub fn written(&mut self, n_writes: u64) {
        if n_writes - self.asked_at < WRITES {
            return;
        }
        if self.ask() {
            self.asked_at = n_writes;
        }
    }

    /// Asks for it now. One that is under way goes on, and once more afterwards; false where that is asked for already.
    pub fn ask(&mut self) -> bool {
        self.ask.as_ref().is_some_and(|ask| ask.try_send(()).is_ok())
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.ask.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut conn: Conn, asked: &Receiver<()>) {
    let Conn::Sqlite(conn) = &mut conn else { return };
    while asked.recv().is_ok() {
        // A disk that is full says so to the writer too, and there it matters.
        if let Err(error) = conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)") {
            tracing::warn!(%error, "The log of the database was not carried over");
        }
    }
}
