//! `atiende`: parse the command line, read the configuration, run.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let line = api::cli::CommandLine::parse();
    match api::cli::run(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "atiende: {error:#}");
            // A mail server's pipe looks at the number.
            error.downcast_ref::<api::pipe::Undelivered>().map_or(ExitCode::FAILURE, |error| ExitCode::from(error.code))
        }
    }
}
