//! `cargo xtask openapi`: the committed document of the API, as the server makes it.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::process::{cargo, output, root};

pub fn openapi() -> Result<ExitCode> {
    let document = output(cargo().args(["run", "-p", "api", "--bin", "atiende", "--", "openapi"]))?;
    let path = root().join("openapi/openapi.json");
    let is_same = fs::read_to_string(&path).is_ok_and(|written| written == document);
    fs::write(&path, document).with_context(|| format!("write {}", path.display()))?;
    println!("{} {}", path.display(), if is_same { "is as it was" } else { "is written" });
    Ok(ExitCode::SUCCESS)
}
