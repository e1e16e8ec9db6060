//! The benchmark: fills a database, starts a release server on it, measures it over HTTP, and says what it found.
//!
//! `cargo xtask bench` builds both and runs this. What is measured, and on what, is in docs/benchmarks.md.

#![allow(clippy::print_stdout, reason = "a benchmark is for people to read")]

mod agency;
mod database;
mod http;
mod load;
mod machine;
mod measure;
mod operations;
mod process;
mod report;
mod server;
mod story;
mod targets;
mod texts;

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::SubsecRound;
use clap::{Parser, ValueEnum};
use store::Backend;

use crate::database::Database;
use crate::machine::Machine;
use crate::operations::{Operation, World};
use crate::process::Memory;
use crate::report::Report;
use crate::server::{Program, Server};

/// The same tickets and requests each time.
const SEED: u64 = 0x5049_5449_3034;
/// How long a server is left alone before it counts as idle.
const IDLE: Duration = Duration::from_secs(3);
/// An access token is good for 15 minutes: everybody signs in again before one of these could end.
const TOKEN_SECONDS: u64 = 14 * 60;

#[derive(Debug, Parser)]
#[command(name = "bench", about)]
struct Arguments {
    /// The release build of `atiende` that is measured.
    #[arg(long)]
    server: PathBuf,
    /// Where data are made while it runs, and results are written.
    #[arg(long)]
    folder: PathBuf,
    /// Tickets to load.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..=2_000_000))]
    tickets: u32,
    #[arg(long, value_enum, default_value_t = Which::Both)]
    database: Which,
    /// How long each operation is measured, after a second of warm-up.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=300))]
    seconds: u64,
    /// Where the result is written as JSON; `<database>.json` in the folder, where it is left out.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Fail where a target is missed.
    #[arg(long)]
    check: bool,
    /// Measure these operations only.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Operation>,
    /// Numbers of connections.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 32], value_parser = clap::value_parser!(u16).range(1..=256))]
    connections: Vec<u16>,
    /// A setting of the server other than its default: `n_connections=16`.
    #[arg(long = "setting", value_parser = setting)]
    settings: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
    Both,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(is_reached) if is_reached => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            println!("\nThis did not work: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every target was reached, where that is asked.
fn run(arguments: &Arguments) -> Result<bool> {
    if arguments.json.is_some() && arguments.database == Which::Both {
        bail!("--json names one file: say which --database it is for");
    }
    fs::create_dir_all(&arguments.folder).with_context(|| format!("make {}", arguments.folder.display()))?;
    let lock = File::create(arguments.folder.join("lock")).context("make the lock")?;
    lock.try_lock().context("another benchmark runs in this folder; two at once measure neither")?;
    let backends = match arguments.database {
        Which::Sqlite => vec![Backend::Sqlite],
        Which::Postgres => vec![Backend::Postgres],
        Which::Both => vec![Backend::Sqlite, Backend::Postgres],
    };
    let mut is_reached = true;
    for backend in backends {
        let report = measure_database(arguments, backend)?;
        let json = arguments.json.clone().unwrap_or_else(|| arguments.folder.join(format!("{}.json", report.database)));
        let text = serde_json::to_string_pretty(&report.json()).context("write the result as JSON")?;
        fs::write(&json, text + "\n").with_context(|| format!("write {}", json.display()))?;
        println!("\n{}\n{}", report.table(), json.display());
        is_reached &= report.targets().all(|target| target.is_reached);
    }
    Ok(is_reached || !arguments.check)
}

fn measure_database(arguments: &Arguments, backend: Backend) -> Result<Report> {
    let machine = Machine::read()?;
    println!("\n{}: {} × {}, {} MiB, Linux {}", database::name(backend), machine.n_cores, machine.cpu, machine.memory_mib, machine.kernel);
    let database = Database::make(backend, arguments.folder.join(database::name(backend)))?;
    let disk = machine::file_system(&database.disk());
    let fdatasync_per_second = machine::fdatasync_rate(&database.disk())?;
    println!("disk {disk}: {fdatasync_per_second:.0} durable writes of 4 KiB a second, one after the other");

    println!("Loading {} tickets …", arguments.tickets);
    let store = database.open()?;
    let now = chrono::Utc::now().trunc_subsecs(6);
    let loaded = load::load(&store, arguments.tickets as usize, SEED, now)?;
    store.stop();
    drop(store);
    database.settle()?;

    let program = Program { path: fs::canonicalize(&arguments.server).context("find the server")?, settings: arguments.settings.clone() };
    let server = Server::start(&program, &database)?;
    sleep(IDLE);
    let idle_before = Memory::of(server.pid)?;
    let mut report = Report {
        database: database.name(),
        machine,
        disk,
        fdatasync_per_second,
        n_tickets: 0,
        n_events: 0,
        phases: Vec::new(),
        load_seconds: 0.0,
        seconds: arguments.seconds,
        settings: arguments.settings.clone(),
        figures: Vec::new(),
        idle_before,
        idle_after: idle_before,
        idle_targets: Vec::new(),
    };
    report.loaded(&loaded);
    println!("loaded {} tickets with {} events, {:.0} tickets a second", report.n_tickets, report.n_events, report.tickets_per_second());

    let mut world = World::new(server.address, &loaded, SEED, now)?;
    drop(loaded);
    for email in world.emails().map(str::to_owned).collect::<Vec<_>>() {
        server::give_password(&program, &database, &email).with_context(|| format!("give {email} a password"))?;
    }
    measure_all(arguments, backend, &mut world, &server, &database, &mut report)
        .with_context(|| format!("measuring; the server's log ends with:\n{}\n", server.log()))?;

    sleep(IDLE);
    report.idle_after = Memory::of(server.pid)?;
    report.idle_targets = vec![targets::idle("after start", report.idle_before), targets::idle("after the run", report.idle_after)];
    server.stop()?;
    Ok(report)
}

fn measure_all(
    arguments: &Arguments,
    backend: Backend,
    world: &mut World,
    server: &Server,
    database: &Database,
    report: &mut Report,
) -> Result<()> {
    let mut signed_in_at: Option<Instant> = None;
    for operation in Operation::value_variants().iter().filter(|operation| arguments.only.is_empty() || arguments.only.contains(operation))
    {
        for n_connections in &arguments.connections {
            let is_fresh = |at: Instant| at.elapsed().as_secs() + arguments.seconds + 10 < TOKEN_SECONDS;
            if !signed_in_at.is_some_and(is_fresh) {
                world.sign_in()?;
                signed_in_at = Some(Instant::now());
            }
            let figures = measure::measure(world, server, database, *operation, usize::from(*n_connections), arguments.seconds)?;
            println!(
                "  {:<24} {n_connections:>3} connections: {:>6.0}/s, p50 {:.2} ms, p99 {:.2} ms (load average {:.1})",
                operation.name(),
                figures.per_second,
                figures.p50_ms,
                figures.p99_ms,
                figures.load_average
            );
            let targets = targets::of(backend, report.n_tickets, &figures);
            report.figures.push((figures, targets));
        }
    }
    Ok(())
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is expected")?;
    Ok((name.to_owned(), value.to_owned()))
}
