//! `cargo xtask run`: from a clone to a server that answers.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::process::{self, cargo, root, target_folder};
use crate::spa;
use crate::steps::Steps;

/// Build everything, and become the server.
pub fn run(release: bool, serve_arguments: &[String]) -> Result<ExitCode> {
    let mut steps = Steps::new(spa::N_STEPS + 2);
    let server = server(release, &mut steps)?;
    steps.skip("Serving", &format!("atiende serve {}", serve_arguments.join(" ")));
    let error = Command::new(&server).arg("serve").args(serve_arguments).current_dir(root()).exec();
    Err(error).with_context(|| format!("start {}", server.display()))
}

/// Build everything.
pub fn build(release: bool) -> Result<ExitCode> {
    let server = server(release, &mut Steps::new(spa::N_STEPS + 1))?;
    println!("{}", server.display());
    Ok(ExitCode::SUCCESS)
}

/// The server with the app in it; the app comes first, since the server's compilation takes it in.
fn server(release: bool, steps: &mut Steps) -> Result<PathBuf> {
    let profile = if release { "release" } else { "quick" };
    spa::build(steps)?;
    steps.step("The server", || process::run(cargo().args(["build", "-p", "api", "--bin", "atiende", "--profile", profile])))?;
    Ok(target_folder()?.join(profile).join("atiende"))
}
