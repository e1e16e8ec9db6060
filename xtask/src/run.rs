//! `cargo xtask run`: from a clone to a server that answers.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::process::{self, cargo, root, target_folder};
use crate::spa;
use crate::steps::Steps;

/// Where the demonstration is kept, apart from everything else.
const DEMO_FOLDER: &str = "data-demo";
/// Where it is made: a folder that has the other name is whole.
const UNFINISHED_FOLDER: &str = "data-demo.unfinished";

/// Build everything, and become the server.
pub fn run(release: bool, demo: bool, serve_arguments: &[String]) -> Result<ExitCode> {
    let mut steps = Steps::new(N_STEPS + 1 + usize::from(demo));
    let server = server(release, false, &mut steps)?;
    if demo {
        fill(&server, &mut steps)?;
    }
    steps.skip("Serving", &format!("atiende serve {}", serve_arguments.join(" ")));
    let mut command = if demo { on(&server, DEMO_FOLDER) } else { Command::new(&server) };
    // As in docs/administrators/bundle/atiende.service: half the memory.
    command.env("MALLOC_ARENA_MAX", "4").env("MALLOC_MMAP_THRESHOLD_", "1048576");
    let error = command.arg("serve").args(serve_arguments).current_dir(root()).exec();
    Err(error).with_context(|| format!("start {}", server.display()))
}

/// Fill the demonstration's folder, unless that was done before.
fn fill(server: &Path, steps: &mut Steps) -> Result<()> {
    let (folder, unfinished) = (root().join(DEMO_FOLDER), root().join(UNFINISHED_FOLDER));
    if folder.exists() {
        let how = format!("ATIENDE_DATA_DIR={DEMO_FOLDER} {} user password EMAIL", server.display());
        steps.skip("The demonstration", &format!("./{DEMO_FOLDER} is there from before"));
        println!("Its passwords were shown when it was made. Another for anybody: {how}\nDelete the folder to have it made again.");
        return Ok(());
    }
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(|| format!("remove {}", unfinished.display()))?;
    }
    steps.step("The demonstration", || {
        process::run(on(server, UNFINISHED_FOLDER).arg("demo").current_dir(root()))?;
        fs::rename(&unfinished, &folder).with_context(|| format!("rename {}", unfinished.display()))
    })?;
    println!("It is kept in ./{DEMO_FOLDER}. Sign in with one of these accounts at the address that is served below.");
    Ok(())
}

/// The server on a data folder and the SQLite database in it, whatever else is configured.
fn on(server: &Path, folder: &str) -> Command {
    let mut command = Command::new(server);
    command.env("ATIENDE_DATA_DIR", folder).env("ATIENDE_DATABASE_URL", format!("sqlite:{folder}/atiende.db"));
    command
}

/// Build everything.
pub fn build(release: bool, system_libpq: bool) -> Result<ExitCode> {
    let server = server(release, system_libpq, &mut Steps::new(N_STEPS))?;
    println!("{}", server.display());
    Ok(ExitCode::SUCCESS)
}

/// Everything, as for the container image: where the program is.
pub fn release() -> Result<PathBuf> {
    server(true, false, &mut Steps::new(N_STEPS))
}

/// How many steps [`server`] takes.
pub const N_STEPS: usize = spa::N_STEPS + 2;

/// The server with the app in it. Its library is compiled beside the app: one has a processor to spare where the other is linked.
pub fn server(release: bool, system_libpq: bool, steps: &mut Steps) -> Result<PathBuf> {
    let profile = if release { "release" } else { "quick" };
    let build = |what: &[&str]| {
        let mut build = cargo();
        build.args(["build", "-p", "api", "--profile", profile]).args(what);
        if system_libpq {
            build.arg("--no-default-features");
        }
        process::run(&mut build)
    };
    let (app, library) = steps.beside(spa::build, |steps| steps.step("The server's library", || build(&["--lib"])));
    app.and(library)?;
    steps.step("The server", || build(&["--bin", "atiende"]))?;
    Ok(target_folder()?.join(profile).join("atiende"))
}
