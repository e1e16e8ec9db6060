//! `cargo xtask test`: everything that is checked, here as in continuous integration.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::process::{cargo, run, target_folder};
use crate::provide::{TestTools, WASM_TARGET, WasmToolchain, test_tools, wasm_toolchain};
use crate::spa;
use crate::steps::Steps;

/// What the names of tests begin with that need a browser.
const IN_A_BROWSER: &str = "e2e::";

/// Do every step, whatever failed before, and end with `N passed, N failed`.
///
/// A step that fails without any failed test counts as one failure.
pub fn test(filters: &[String]) -> Result<ExitCode> {
    let mut counts = Counts::default();
    let mut steps = Steps::new(spa::N_STEPS + 7);

    let tools = steps.step("What the tests need", test_tools).ok();
    let toolchain = steps.step("The WASM toolchain", wasm_toolchain).ok();
    let (has_app, ()) = steps.beside(
        |steps| spa::build(steps).is_ok(),
        |steps| {
            if filters.is_empty() {
                lint(steps, toolchain.as_ref());
            } else {
                for name in ["Formatting", "Lints, native", "Lints, browser"] {
                    steps.skip(name, "left out, for a few tests only");
                }
            }
        },
    );
    let is_built = steps.step("The server and the tests", || run(cargo().args(["build", "--workspace", "--bins", "--tests"]))).is_ok();
    match tools {
        Some(tools) if has_app && is_built => {
            let _ = steps.step("The tests", || run_tests(filters, &tools, &mut counts));
        }
        _ => steps.skip("The tests", "not run, since what they need is not there"),
    }

    let failed_steps = steps.failed();
    counts.n_failed += failed_steps.iter().filter(|step| **step != "The tests" || counts.n_failed == 0).count();
    steps.print_table();
    if !failed_steps.is_empty() {
        println!("\nfailed: {}", failed_steps.join(", "));
    }
    if counts.n_ignored > 0 {
        println!("\n{} ignored", counts.n_ignored);
    }
    println!("\n{} passed, {} failed", counts.n_passed, counts.n_failed);
    Ok(if failed_steps.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is told about the text of the code; failures are remembered by `steps`.
fn lint(steps: &mut Steps, toolchain: Option<&WasmToolchain>) {
    let _ = steps.step("Formatting", || run(cargo().args(["fmt", "--all", "--check"])));
    let _ = steps.step("Lints, native", || {
        run(cargo().args(["clippy", "--workspace", "--exclude", "frontend", "--all-targets", "--", "-D", "warnings"]))
    });
    match toolchain {
        Some(toolchain) => {
            let _ = steps.step("Lints, browser", || lint_browser(toolchain));
        }
        None => steps.skip("Lints, browser", "not run, without a compiler for it"),
    }
}

fn lint_browser(toolchain: &WasmToolchain) -> Result<()> {
    let frontend = ["-p", "frontend", "--all-targets", "--target", WASM_TARGET];
    if toolchain.has_clippy() {
        return run(toolchain.cargo().arg("clippy").args(frontend).args(["--", "-D", "warnings"]));
    }
    println!("      this compiler brings no clippy: only its own warnings are checked");
    run(toolchain.cargo().env("RUSTFLAGS", "-D warnings").arg("check").args(frontend))
}

/// All of them, or those that have one of the filters in their name. What is tried in a browser is slow and waits much: it runs beside all the rest, and is told after it.
fn run_tests(filters: &[String], tools: &TestTools, counts: &mut Counts) -> Result<()> {
    let server = target_folder()?.join("debug/atiende");
    let tests = |which: &[&str], filters: &[&str]| {
        let mut command = cargo();
        command.args(["test", "--workspace", "--no-fail-fast"]).args(which).arg("--").args(filters);
        command
            .env("ATIENDE_BIN", &server)
            .env("ATIENDE_CHROMIUM", &tools.chromium)
            .env("ATIENDE_CHROMEDRIVER", &tools.chromedriver)
            .env("ATIENDE_AIOSMTPD", &tools.aiosmtpd);
        command
    };
    let mut tell = |line: &str| {
        println!("{line}");
        counts.add(line);
    };
    if !filters.is_empty() {
        let filters: Vec<&str> = filters.iter().map(String::as_str).collect();
        let result = stream(&mut tests(&[], &filters), &mut tell);
        ensure!(counts.n_passed + counts.n_failed > 0, "no test has a name with {}", filters.join(" or "));
        return result;
    }
    let (rest, browser, said) = thread::scope(|scope| {
        let browser = scope.spawn(|| {
            let mut said = Vec::new();
            let result = stream(&mut tests(&["--test", "it"], &[IN_A_BROWSER]), |line| said.push(line.to_owned()));
            (result, said)
        });
        let rest = stream(&mut tests(&[], &["--skip", IN_A_BROWSER]), &mut tell);
        println!("      now what is tried in a browser");
        let (browser, said) = browser.join().expect("nothing in it panics");
        (rest, browser, said)
    });
    said.iter().for_each(|line| tell(line));
    rest.and(browser)
}

/// Run a command and pass on each line of its output to `hear`.
fn stream(command: &mut Command, mut hear: impl FnMut(&str)) -> Result<()> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("start cargo")?;
    let output = child.stdout.take().expect("standard output is piped a line above");
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("read what cargo says")?;
        hear(&String::from_utf8_lossy(&line));
    }
    let status = child.wait().context("wait for cargo")?;
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}

/// What all `test result:` lines add up to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    n_passed: usize,
    n_failed: usize,
    n_ignored: usize,
}

impl Counts {
    /// Hear a line: only those that tell a result count.
    fn add(&mut self, line: &str) {
        let Some((_, result)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
            return;
        };
        for part in result.split("; ") {
            match part.split_once(' ').map(|(number, what)| (number.parse::<usize>(), what)) {
                Some((Ok(number), "passed")) => self.n_passed += number,
                Some((Ok(number), "failed")) => self.n_failed += number,
                Some((Ok(number), "ignored")) => self.n_ignored += number,
                _ => (),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_add_up() {
        let mut counts = Counts::default();
        for line in [
            "running 5 tests",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 1.44s",
            "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test test_result_ok ... ok",
            "a test said: test result: ok. 9 passed; 9 failed",
        ] {
            counts.add(line);
        }
        assert_eq!(counts, Counts { n_passed: 7, n_failed: 3, n_ignored: 1 });
    }

    #[test]
    fn a_stream_is_heard_whole_and_a_failure_is_told() {
        let mut heard = Vec::new();
        let failure = stream(Command::new("sh").args(["-c", "echo one; echo two; exit 3"]), |line| heard.push(line.to_owned()));
        assert_eq!(heard, ["one", "two"]);
        assert_eq!(failure.expect_err("it ended with 3").to_string(), "sh ended with exit status: 3");
    }
}
