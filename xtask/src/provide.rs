//! What building and testing need from this machine: found, or installed where that is ours to do, or named exactly.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process::{cargo, find_program, output, root, run, succeeds};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A compiler for the browser's part.
pub struct WasmToolchain {
    /// Set where it is not the compiler in use anyway.
    rustc: Option<PathBuf>,
}

impl WasmToolchain {
    /// Cargo with that compiler; `arguments` should name the target.
    pub fn cargo(&self) -> Command {
        let mut command = cargo();
        if let Some(rustc) = &self.rustc {
            command.env("RUSTC", rustc);
        }
        command
    }

    /// The replacement for the usual compiler comes without lints.
    pub fn has_clippy(&self) -> bool {
        self.rustc.is_none()
    }
}

/// Programs that the tests start.
pub struct TestTools {
    /// A browser, and the program that drives it.
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
    /// A mail server that keeps what it is sent.
    pub aiosmtpd: PathBuf,
}

/// A compiler that has the browser's target, fetched if need be.
pub fn wasm_toolchain() -> Result<WasmToolchain> {
    let script = output(Command::new("sh").arg(root().join("tools/wasm-toolchain.sh")).current_dir(root()).stdin(Stdio::null()))?;
    let rustc = PathBuf::from(script.lines().last().context("the script names no compiler")?);
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root()))?;
    let is_in_use = rustc == Path::new(sysroot.trim()).join("bin/rustc");
    Ok(WasmToolchain { rustc: if is_in_use { None } else { Some(rustc) } })
}

/// Everything that the tests need besides the browser's target: PostgreSQL, a browser, a mail server, and Cargo's formatter and lints.
pub fn test_tools() -> Result<TestTools> {
    cargo_components()?;
    let packages = missing_packages();
    if !packages.is_empty() {
        install(&packages)?;
    }
    scratch::find_binaries().context("PostgreSQL's initdb and postgres are still not found")?;
    Ok(TestTools {
        chromium: chromium().context("Chromium is still not found")?,
        chromedriver: chromedriver().context("chromedriver is still not found")?,
        aiosmtpd: aiosmtpd().context("aiosmtpd is still not found")?,
    })
}

/// A browser, and the program that drives it.
pub fn browser_tools() -> Result<(PathBuf, PathBuf)> {
    let packages = missing_of_the_browser();
    if !packages.is_empty() {
        install(&packages)?;
    }
    Ok((chromium().context("Chromium is still not found")?, chromedriver().context("chromedriver is still not found")?))
}

fn missing_of_the_browser() -> Vec<&'static str> {
    let mut packages = Vec::new();
    if chromium().is_none() {
        packages.push("chromium");
    }
    if chromedriver().is_none() {
        packages.push("chromium-driver");
    }
    packages
}

fn missing_packages() -> Vec<&'static str> {
    let mut packages = missing_of_the_browser();
    if scratch::find_binaries().is_none() {
        packages.push("postgresql");
    }
    if aiosmtpd().is_none() {
        packages.push("python3-aiosmtpd");
    }
    packages
}

fn chromium() -> Option<PathBuf> {
    given("ATIENDE_CHROMIUM").or_else(|| find_program(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]))
}

fn chromedriver() -> Option<PathBuf> {
    given("ATIENDE_CHROMEDRIVER").or_else(|| find_program(&["chromedriver"]))
}

fn aiosmtpd() -> Option<PathBuf> {
    given("ATIENDE_AIOSMTPD").or_else(|| find_program(&["aiosmtpd"]))
}

fn given(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from)
}

fn install(packages: &[&str]) -> Result<()> {
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0");
    if !is_root || find_program(&["apt-get"]).is_none() {
        bail!(
            "not installed: {}. On Debian or Ubuntu: `sudo apt-get install {}`. Elsewhere install PostgreSQL's server (15 or newer, initdb on PATH), \
             Chromium, chromedriver and Python's aiosmtpd; ATIENDE_CHROMIUM, ATIENDE_CHROMEDRIVER and ATIENDE_AIOSMTPD may name the last three",
            packages.join(", "),
            packages.join(" ")
        );
    }
    println!("      installing {}", packages.join(", "));
    if packages.contains(&"postgresql") {
        leave_out_the_main_cluster()?;
    }
    run(apt_get().args(["update", "-q"]))?;
    run(apt_get().args(["install", "-y", "-q", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command.args(["-o", "Acquire::Retries=3", "-o", "Dpkg::Use-Pty=0"]);
    command
}

/// Debian's package would make and start a cluster of its own; the tests start theirs.
fn leave_out_the_main_cluster() -> Result<()> {
    let configuration = Path::new("/etc/postgresql-common/createcluster.conf");
    if configuration.exists() {
        return Ok(());
    }
    fs::create_dir_all("/etc/postgresql-common")?;
    fs::write(configuration, "create_main_cluster = false\n").with_context(|| format!("write {}", configuration.display()))
}

fn cargo_components() -> Result<()> {
    let has = |command: &str| succeeds(cargo().args([command, "--version"]));
    if has("fmt") && has("clippy") {
        return Ok(());
    }
    if find_program(&["rustup"]).is_some() {
        run(Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]).current_dir(root()))?;
    }
    if has("fmt") && has("clippy") { Ok(()) } else { bail!("not installed: rustfmt and clippy of Rust {}", env!("CARGO_PKG_RUST_VERSION")) }
}
