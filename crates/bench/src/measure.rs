//! One operation at one number of connections: how many in a second, how long each, at what cost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::database::Database;
use crate::http::Connection;
use crate::machine::load_average;
use crate::operations::{Operation, Requests, World};
use crate::process::{Memory, cpu_seconds, round};
use crate::server::Server;

const WARM_UP: Duration = Duration::from_secs(1);
/// The stack of a connection's thread: it needs little.
const STACK_BYTES: usize = 256 * 1024;

/// What was measured.
#[derive(Debug, Clone)]
pub struct Figures {
    pub operation: Operation,
    pub n_connections: usize,
    pub n_requests: usize,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
    /// Processor seconds of a thousand requests: the server's, the database's, and the load's own.
    pub server_cpu: f64,
    pub database_cpu: f64,
    pub load_cpu: f64,
    pub memory: Memory,
    pub load_average: f64,
}

impl Figures {
    pub fn json(&self) -> Value {
        json!({
            "operation": self.operation.code(),
            "connections": self.n_connections,
            "requests": self.n_requests,
            "errors": 0,
            "per_second": round(self.per_second),
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
            "max_ms": self.max_ms,
            "server_cpu_seconds_per_1000": round(self.server_cpu),
            "database_cpu_seconds_per_1000": round(self.database_cpu),
            "load_cpu_seconds_per_1000": round(self.load_cpu),
            "server_memory": self.memory.json(),
            "load_average": self.load_average,
        })
    }
}

/// Sends requests for the warm-up and then for `seconds`, and counts those of the second part.
///
/// # Errors
/// Any answer but a success ends it.
pub fn measure(
    world: &World,
    server: &Server,
    database: &Database,
    operation: Operation,
    n_connections: usize,
    seconds: u64,
) -> Result<Figures> {
    let span = Duration::from_secs(seconds);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mut threads = Vec::with_capacity(n_connections);
        for place in 0..n_connections {
            let (connection, requests) = (Connection::open(world.address)?, world.requests(operation, place, n_connections));
            // Whoever waits for the start is released by the sender's end too.
            let (start, started) = channel::<Instant>();
            let is_over = &is_over;
            let work = move || {
                let Ok(begin) = started.recv() else { return Ok(Timed::default()) };
                let timed = send(connection, requests, begin, begin + span, is_over);
                is_over.fetch_or(timed.is_err(), Ordering::Relaxed);
                timed
            };
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
            threads.push((start, thread.context("start a connection's thread")?));
        }
        let begin = Instant::now() + WARM_UP;
        for (start, _) in &threads {
            start.send(begin).context("a connection's thread ended before the start")?;
        }
        sleep(begin.saturating_duration_since(Instant::now()));
        let cpu = || Ok::<_, anyhow::Error>([cpu_seconds(server.pid)?, database.cpu_seconds()?, cpu_seconds(std::process::id())?]);
        let before = cpu()?;
        sleep((begin + span).saturating_duration_since(Instant::now()));
        let after = cpu()?;
        let memory = Memory::of(server.pid)?;
        let mut all = Timed::default();
        for (_, thread) in threads {
            match thread.join() {
                Ok(timed) => all.add(timed.with_context(|| format!("{} at {n_connections} connections", operation.name()))?),
                Err(_) => bail!("a connection's thread panicked"),
            }
        }
        all.microseconds.sort_unstable();
        let n = all.n_in_time.max(1) as f64;
        let per_1000 = |place: usize| (after[place] - before[place]) / n * 1000.0;
        Ok(Figures {
            operation,
            n_connections,
            n_requests: all.n_in_time,
            per_second: all.n_in_time as f64 / span.as_secs_f64(),
            p50_ms: milliseconds(percentile(&all.microseconds, 0.50)),
            p99_ms: milliseconds(percentile(&all.microseconds, 0.99)),
            max_ms: milliseconds(percentile(&all.microseconds, 1.0)),
            server_cpu: per_1000(0),
            database_cpu: per_1000(1),
            load_cpu: per_1000(2),
            memory,
            load_average: load_average(),
        })
    })
}

/// How long each request took that began in time, and how many of them also ended in time.
#[derive(Default)]
struct Timed {
    n_in_time: usize,
    microseconds: Vec<u32>,
}

impl Timed {
    fn add(&mut self, other: Timed) {
        self.n_in_time += other.n_in_time;
        self.microseconds.extend(other.microseconds);
    }
}

fn send(mut connection: Connection, mut requests: Requests<'_>, begin: Instant, end: Instant, is_over: &AtomicBool) -> Result<Timed> {
    let (mut timed, mut request) = (Timed::default(), Vec::with_capacity(8 * 1024));
    let mut asked = Instant::now();
    while asked < end && !is_over.load(Ordering::Relaxed) {
        requests.write(&mut request);
        asked = Instant::now();
        let answer = connection.ask(&request)?;
        if !answer.is_success() {
            let what = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
            bail!("{what} was answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body[..answer.body.len().min(1_000)]));
        }
        let answered = Instant::now();
        if asked >= begin {
            timed.microseconds.push(u32::try_from((answered - asked).as_micros()).unwrap_or(u32::MAX));
            timed.n_in_time += usize::from(answered <= end);
        }
        asked = answered;
    }
    Ok(timed)
}

/// The value that this share of the sorted values does not exceed.
fn percentile(sorted: &[u32], share: f64) -> u32 {
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

fn milliseconds(microseconds: u32) -> f64 {
    f64::from(microseconds) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_value_that_its_share_does_not_exceed() {
        let hundred: Vec<u32> = (1..=100).collect();
        assert_eq!((percentile(&hundred, 0.5), percentile(&hundred, 0.99), percentile(&hundred, 1.0)), (50, 99, 100));
        assert_eq!((percentile(&[7], 0.5), percentile(&[7], 0.99), percentile(&[], 0.5)), (7, 7, 0));
    }
}
