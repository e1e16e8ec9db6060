//! Work that is done together with what waits beside it.
//!
//! To PostgreSQL a question is a journey, and a write is several. A thread takes what waits, up to a number, and does it in as many journeys as one would
//! need; what comes meanwhile waits for the next. So alone nobody waits for others, and under load many share a journey.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Threads that do one kind of work. They end when the last of these has gone.
pub struct Gather<J> {
    jobs: SyncSender<J>,
}

impl<J: Send + 'static> Gather<J> {
    /// `work` is given up to `most` jobs at a time, in the order in which they came; `queue` of them may wait.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(name: &str, n_threads: usize, most: usize, queue: usize, work: fn(Vec<J>)) -> io::Result<Gather<J>> {
        let (jobs, waiting) = sync_channel(queue);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..n_threads {
            let waiting = waiting.clone();
            thread::Builder::new().name(name.to_owned()).spawn(move || {
                while let Some(jobs) = next(&waiting, most) {
                    // Whoever waits for a job that panicked hears that nobody will tell them more.
                    if catch_unwind(AssertUnwindSafe(|| work(jobs))).is_err() {
                        tracing::error!("Work that was done together panicked");
                    }
                }
            })?;
        }
        Ok(Gather { jobs })
    }

    /// Hands a job over; gives it back where too many wait.
    ///
    /// # Errors
    /// The job.
    pub fn submit(&self, job: J) -> Result<(), J> {
        self.jobs.try_send(job).map_err(|refused| match refused {
            std::sync::mpsc::TrySendError::Full(job) | std::sync::mpsc::TrySendError::Disconnected(job) => job,
        })
    }
}

/// What waits now, at least one; none when nobody will hand over any more. One thread waits, the others wait for it.
fn next<J>(waiting: &Mutex<Receiver<J>>, most: usize) -> Option<Vec<J>> {
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let mut jobs = vec![waiting.recv().ok()?];
    jobs.extend(waiting.try_iter().take(most - 1));
    Some(jobs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    /// Says that it is under way, and once it may, what it was done with.
    struct Job {
        number: u32,
        begun: Sender<()>,
        gate: Arc<Mutex<()>>,
        told: Sender<Vec<u32>>,
    }

    fn tell(jobs: Vec<Job>) {
        let numbers: Vec<u32> = jobs.iter().map(|job| job.number).collect();
        let _ = jobs[0].begun.send(());
        drop(jobs[0].gate.lock().unwrap());
        assert!(!numbers.contains(&99), "an unlucky one");
        jobs[0].told.send(numbers).unwrap();
    }

    /// Whoever hands jobs over, and hears of them.
    struct Giver {
        begun: Sender<()>,
        told: Sender<Vec<u32>>,
        under_way: Receiver<()>,
        heard: Receiver<Vec<u32>>,
        /// Holds them up while it is locked.
        gate: Arc<Mutex<()>>,
    }

    impl Giver {
        fn new() -> Giver {
            let ((begun, under_way), (told, heard)) = (channel(), channel());
            Giver { begun, told, under_way, heard, gate: Arc::default() }
        }

        fn job(&self, number: u32) -> Job {
            Job { number, begun: self.begun.clone(), gate: self.gate.clone(), told: self.told.clone() }
        }
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn what_comes_while_others_are_under_way_is_done_together_in_its_order() {
        let gather = Gather::start("test", 1, 3, 16, tell).unwrap();
        let giver = Giver::new();
        let closed = giver.gate.lock().unwrap();
        gather.submit(giver.job(0)).ok().unwrap();
        giver.under_way.recv_timeout(LONG).unwrap();
        assert!((1..=16).all(|number| gather.submit(giver.job(number)).is_ok()), "so many may wait");
        assert_eq!(gather.submit(giver.job(17)).err().map(|job| job.number), Some(17), "and no more");
        drop(closed);
        let all: Vec<Vec<u32>> = (0..7).map(|_| giver.heard.recv_timeout(LONG).unwrap()).collect();
        assert_eq!(all[0], [0]);
        assert_eq!(all[1], [1, 2, 3]);
        assert_eq!(all.concat(), (0..=16).collect::<Vec<_>>());
    }

    #[test]
    fn after_a_panic_the_next_are_done() {
        let gather = Gather::start("test", 1, 1, 16, tell).unwrap();
        let giver = Giver::new();
        for number in [99, 1] {
            gather.submit(giver.job(number)).ok().unwrap();
        }
        assert_eq!(giver.heard.recv_timeout(LONG).unwrap(), [1]);
    }
}
