//! Saying what is being done, how far it is, and how long it took.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// A task's steps, announced one by one and remembered.
pub struct Steps {
    n_steps: usize,
    started_at: Instant,
    /// Also of those that go on beside.
    n_begun: Arc<AtomicUsize>,
    done: Vec<Step>,
}

/// A step that is over.
struct Step {
    name: String,
    took: Duration,
    outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Skipped,
    Failed,
}

impl Steps {
    pub fn new(n_steps: usize) -> Self {
        Self { n_steps, started_at: Instant::now(), n_begun: Arc::default(), done: Vec::new() }
    }

    /// Do some steps beside others: what each of them waits for, the other uses.
    pub fn beside<A: Send, B>(&mut self, one: impl FnOnce(&mut Steps) -> A + Send, other: impl FnOnce(&mut Steps) -> B) -> (A, B) {
        let mut steps = Steps { n_begun: self.n_begun.clone(), done: Vec::new(), ..*self };
        let (one, other) = thread::scope(|scope| {
            let one = scope.spawn(|| one(&mut steps));
            let other = other(self);
            (one.join().expect("no step panics"), other)
        });
        self.done.append(&mut steps.done);
        (one, other)
    }

    /// Do a step and say how it went; a failure is also the caller's to judge.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let label = self.label();
        println!("{label} {name} …");
        let began_at = Instant::now();
        let result = work();
        let took = began_at.elapsed();
        let outcome = if result.is_ok() { Outcome::Done } else { Outcome::Failed };
        println!("{label} {name}: {} in {} ({} in all)", outcome.word(), seconds(took), seconds(self.started_at.elapsed()));
        if let Err(error) = &result {
            println!("{label} {error:#}");
        }
        self.done.push(Step { name: name.to_owned(), took, outcome });
        result
    }

    /// Pass over a step, saying why.
    pub fn skip(&mut self, name: &str, why: &str) {
        println!("{} {name}: {why}", self.label());
        self.done.push(Step { name: name.to_owned(), took: Duration::ZERO, outcome: Outcome::Skipped });
    }

    pub fn failed(&self) -> Vec<&str> {
        self.done.iter().filter(|step| step.outcome == Outcome::Failed).map(|step| step.name.as_str()).collect()
    }

    pub fn print_table(&self) {
        println!("\n{:>9}  {:<8} step", "time", "outcome");
        for step in &self.done {
            println!("{:>9}  {:<8} {}", seconds(step.took), step.outcome.word(), step.name);
        }
        println!("{:>9}  {:<8} all", seconds(self.started_at.elapsed()), "");
    }

    fn label(&self) -> String {
        format!("[{}/{}]", self.n_begun.fetch_add(1, Ordering::Relaxed) + 1, self.n_steps)
    }
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "FAILED",
        }
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
