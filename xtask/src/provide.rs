//! What building and testing need from this machine: found, or installed where that is ours to do, or named exactly.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::process::{cargo, find_program, output, root, run, succeeds, target_folder};

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

/// What a clean clone's `cargo xtask test` fills of the disk, in bytes: about 4 GB of builds, and what the tests keep for a while.
const COLD_SPACE: u64 = 6_000_000_000;
/// What it needs where everything has been built before.
const WARM_SPACE: u64 = 1_500_000_000;

/// There is room for the builds and for the tests' databases.
///
/// # Errors
/// When there is not, with how much there should be: a disk that fills up meanwhile would fail hundreds of tests, and no message would say why.
fn enough_space() -> Result<()> {
    let target = target_folder()?;
    let builds = if target.join("debug/deps").exists() { WARM_SPACE } else { COLD_SPACE };
    fs::create_dir_all(target).with_context(|| format!("make {}", target.display()))?;
    for (folder, needed) in [(target, builds), (&env::temp_dir(), WARM_SPACE)] {
        let disk = rustix::fs::statvfs(folder).with_context(|| format!("ask for the space of {}", folder.display()))?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        ensure!(
            free >= needed,
            "{} has {:.1} GB free and the tests fill up to {:.1}: make room there, or let CARGO_TARGET_DIR and TMPDIR name folders of another disk",
            folder.display(),
            gigabytes(free),
            gigabytes(needed)
        );
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for people, with one decimal")]
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

/// Everything that the tests need besides the browser's target: PostgreSQL, a browser, a mail server, and Cargo's formatter and lints.
pub fn test_tools() -> Result<TestTools> {
    enough_space()?;
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
