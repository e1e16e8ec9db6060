//! `cargo xtask run`: from a clone to a server that answers.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::process::{cargo, root, run as run_command, target_folder};
use crate::spa;
use crate::steps::Steps;

pub fn run(release: bool, serve_arguments: &[String]) -> Result<ExitCode> {
    let profile = if release { "release" } else { "quick" };
    let mut steps = Steps::new(spa::N_STEPS + 2);
    spa::build(&mut steps)?;
    steps.step("The server", || {
        run_command(cargo().args([
            "build",
            "-p",
            "api",
            "--bin",
            "atiende",
            "--profile",
            profile,
        ]))
    })?;
    let server = target_folder()?.join(profile).join("atiende");
    steps.skip(
        "Serving",
        &format!("{} serve {}", server.display(), serve_arguments.join(" ")),
    );
    let error = Command::new(&server)
        .arg("serve")
        .args(serve_arguments)
        .current_dir(root())
        .exec();
    Err(error).with_context(|| format!("start {}", server.display()))
}
