//! The tasks of this repository, for people and for continuous integration: `cargo xtask --help`.

#![allow(clippy::print_stdout, reason = "telling what it does is half of what a build task is for")]

mod bench;
mod bundle;
mod openapi;
mod process;
mod provide;
mod run;
mod shots;
mod spa;
mod steps;
mod test;

#[cfg(test)]
mod checks;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Build, run and test Atiende.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Build the app and the server, and serve on this machine.
    ///
    /// Runs in the repository's root: without other settings the data is in ./data.
    Run {
        /// Optimise the server as for the container image; takes minutes more.
        #[arg(long)]
        release: bool,
        /// Serve an invented agency with a year of its tickets, from a folder of its own, ./data-demo.
        #[arg(long)]
        demo: bool,
        /// What `atiende serve` is told.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        serve_arguments: Vec<String>,
    },
    /// Build the app and the server with the app in it.
    Build {
        /// Optimise the server as for the container image; takes minutes more.
        #[arg(long)]
        release: bool,
        /// Link the system's PostgreSQL client library, which speaks TLS, instead of the one that is built in.
        #[arg(long)]
        system_libpq: bool,
    },
    /// Build the server, and pack it with all that a machine without Internet needs, in target/bundle.
    Bundle,
    /// Build the browser's app into frontend/dist.
    Spa,
    /// Check everything: formatting, lints, and all tests on both databases and in a browser.
    Test {
        /// Run only tests whose names contain one of these, without formatting and lints.
        filters: Vec<String>,
    },
    /// Measure a release server on SQLite and on PostgreSQL.
    Bench(bench::Bench),
    /// Write the API's document to openapi/openapi.json.
    Openapi,
    /// Take the README's pictures anew, in docs/images.
    Shots,
}

fn main() -> ExitCode {
    match perform(Task::parse()) {
        Ok(code) => code,
        Err(error) => {
            println!("\nThis did not work: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode> {
    match task {
        Task::Run { release, demo, serve_arguments } => run::run(release, demo, &serve_arguments),
        Task::Build { release, system_libpq } => run::build(release, system_libpq),
        Task::Bundle => bundle::bundle(),
        Task::Spa => spa::spa(),
        Task::Test { filters } => test::test(&filters),
        Task::Bench(arguments) => bench::bench(&arguments),
        Task::Openapi => openapi::openapi(),
        Task::Shots => shots::shots(),
    }
}
