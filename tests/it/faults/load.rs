//! Callers who work without a pause, until the server is killed under them.

use std::sync::mpsc::{Sender, channel};

use crate::world::{Caller, Process, Who};

const N_CALLERS: usize = 4;

/// Each of some callers works on a thread of its own, with its number, and tells of each answer; after as many answers the process is killed.
/// Whoever gets no answer any more ends.
pub fn until_killed(process: Process, who: Who, n_answers: usize, work: impl Fn(&Caller, usize, &Sender<()>) + Sync) {
    let (tell, told) = channel();
    std::thread::scope(|scope| {
        for n in 0..N_CALLERS {
            let (caller, work, tell) = (process.caller(who), &work, tell.clone());
            scope.spawn(move || work(&caller, n, &tell));
        }
        for _ in 0..n_answers {
            told.recv().expect("the callers go on until the process is killed");
        }
        process.kill();
    });
}
