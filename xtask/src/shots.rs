//! `cargo xtask shots`: the README's pictures, taken anew of the demonstration by the browser of the tests.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::process::{cargo, root, run, target_folder};
use crate::provide::browser_tools;
use crate::run::{N_STEPS, server};
use crate::steps::Steps;

/// Build what serves and what takes the pictures, and leave them in `docs/images`.
pub fn shots() -> Result<ExitCode> {
    let mut steps = Steps::new(N_STEPS + 3);
    let (chromium, chromedriver) = steps.step("A browser", browser_tools)?;
    let server = server(false, false, &mut steps)?;
    steps.step("What takes the pictures", || run(cargo().args(["build", "--workspace", "--example", "shots"])))?;
    let folder = root().join("docs/images");
    let mut take = Command::new(target_folder()?.join("debug/examples/shots"));
    take.arg(server).arg(&folder).env("ATIENDE_CHROMIUM", chromium).env("ATIENDE_CHROMEDRIVER", chromedriver);
    steps.step("The pictures", || run(&mut take))?;
    println!("They are in {}: look at each before you keep it.", folder.display());
    Ok(ExitCode::SUCCESS)
}
