//! `cargo xtask bench`: a release server, measured. The measuring itself is `crates/bench`, so that this program stays light.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::process::{cargo, run, target_folder};

#[derive(Debug, Args)]
pub struct Bench {
    /// Tickets to load: 100000, for which the targets are set, or 1000000.
    #[arg(long, default_value_t = 100_000)]
    tickets: u32,
    #[arg(long, value_enum, default_value_t = Which::Both)]
    database: Which,
    /// How long each operation is measured at each number of connections.
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// Where the result of one database is written; target/bench/<DATABASE>.json, where it is left out.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Fail where a target is missed.
    #[arg(long)]
    check: bool,
    /// More for the benchmark itself: `-- --only list,create`, `-- --help`.
    #[arg(last = true)]
    more: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
    Both,
}

/// Build the server and the benchmark, and run it. The app is in the server as it stands in frontend/dist.
pub fn bench(arguments: &Bench) -> Result<ExitCode> {
    // Together: apart, each would build what they share with other features.
    run(cargo().args(["build", "--release", "-p", "api", "-p", "bench", "--bins"]))?;
    let (built, folder) = (target_folder()?.join("release"), target_folder()?.join("bench"));
    let mut command = Command::new(built.join("bench"));
    command.arg("--server").arg(built.join("atiende")).arg("--folder").arg(folder);
    command.arg("--tickets").arg(arguments.tickets.to_string()).arg("--seconds").arg(arguments.seconds.to_string());
    if let Some(database) = arguments.database.to_possible_value() {
        command.args(["--database", database.get_name()]);
    }
    if let Some(json) = &arguments.json {
        command.arg("--json").arg(json);
    }
    if arguments.check {
        command.arg("--check");
    }
    let status = command.args(&arguments.more).status().context("start the benchmark")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
