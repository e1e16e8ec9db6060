//! `atiende`: parse the command line, read the configuration, run.

use std::process::ExitCode;

use api::routes::spa::AppFiles;
use clap::Parser;
use rust_embed::RustEmbed;

/// The app is embedded here and not in the library, so that both are compiled at once.
#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
#[allow_missing = true]
struct Dist;

/// Written whenever the app is. Cargo looks at it, and not at what else comes into its folder.
const _: &[u8] = include_bytes!("../../../frontend/dist/.gitkeep");

fn main() -> ExitCode {
    let line = api::cli::CommandLine::parse();
    match api::cli::run(line, AppFiles(|path| Dist::get(path).map(|file| file.data))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "atiende: {error:#}");
            // A mail server's pipe looks at the number.
            error.downcast_ref::<api::pipe::Undelivered>().map_or(ExitCode::FAILURE, |error| ExitCode::from(error.code))
        }
    }
}
