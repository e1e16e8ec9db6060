//! The server that is measured: a release build of `atiende`, as a child.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::database::Database;
use crate::http::{Connection, post};
use crate::process;

const START_TIMEOUT: Duration = Duration::from_secs(60);
/// The server itself gives requests under way 30 seconds.
const STOP_TIMEOUT: Duration = Duration::from_secs(40);

/// The server's life. The shell that reads this has a pipe of ours as its input: however we end, it ends the server.
/// Arguments: the program. It tells the server's number first.
const LIFE: &str = r#"
"$1" serve </dev/null >&2 &
echo "$!"
cat >/dev/null
kill -KILL "$!" 2>/dev/null
wait
"#;

/// How a server is started: program, database and settings.
#[derive(Debug, Clone)]
pub struct Program {
    pub path: PathBuf,
    /// Beside those that every run has: names of the configuration with their values.
    pub settings: Vec<(String, String)>,
}

impl Program {
    /// With the defaults of the configuration, where nothing else is said, and nothing of our own environment.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>, database: &Database, address: SocketAddr) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("ATIENDE_")) {
                command.env_remove(name);
            }
        }
        command.current_dir(&database.folder);
        command.env("ATIENDE_LISTEN", address.to_string()).env("ATIENDE_LOG_LEVEL", "warn");
        // As it is installed: docs/administrators/bundle/atiende.service.
        command.env("MALLOC_ARENA_MAX", "4").env("MALLOC_MMAP_THRESHOLD_", "1048576");
        command.env("ATIENDE_DATA_DIR", &database.folder).env("ATIENDE_DATABASE_URL", &database.url);
        for (name, value) in &self.settings {
            command.env(format!("ATIENDE_{}", name.to_uppercase()), value);
        }
        command
    }
}

/// A server that answers; ended with its value.
pub struct Server {
    pub address: SocketAddr,
    pub pid: u32,
    log: PathBuf,
    life: Child,
}

impl Server {
    pub fn start(program: &Program, database: &Database) -> Result<Server> {
        let address = free_address()?;
        let log = database.folder.join("server.log");
        let mut command = program.command("sh", database, address);
        command.args(["-c", LIFE, "bench-server"]).arg(&program.path);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(File::create(&log).context("create the server's log")?);
        command.process_group(0); // Its own group, or Ctrl-C would end the shell together with us.
        let mut life = command.spawn().context("start the shell that runs the server")?;
        let mut told = String::new();
        BufReader::new(life.stdout.take().context("the shell has no output")?).read_line(&mut told).context("hear of the server")?;
        let pid = told.trim().parse().with_context(|| format!("the shell says {told:?} instead of a number"))?;
        let server = Server { address, pid, log, life };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&self) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            if process::has_ended(self.pid) {
                bail!("the server ended:\n{}", self.log());
            }
            let answer = Connection::open(self.address)
                .and_then(|mut connection| Ok(connection.ask(b"GET /health/ready HTTP/1.1\r\nhost: bench\r\n\r\n")?.is_success()));
            if matches!(answer, Ok(true)) {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "the server was not ready after {} seconds:\n{}", START_TIMEOUT.as_secs(), self.log());
            sleep(Duration::from_millis(20));
        }
    }

    /// Asks it to stop as an administrator would, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().context("run kill")?;
        ensure!(asked.success(), "the server was gone before it was asked to stop:\n{}", self.log());
        let deadline = Instant::now() + STOP_TIMEOUT;
        while !process::has_ended(self.pid) {
            ensure!(Instant::now() < deadline, "the server did not stop within {} seconds", STOP_TIMEOUT.as_secs());
            sleep(Duration::from_millis(20));
        }
        self.end();
        Ok(())
    }

    /// What the server has warned of.
    pub fn log(&self) -> String {
        const MOST: usize = 4_000;
        let text = fs::read_to_string(&self.log).unwrap_or_else(|error| format!("(its log cannot be read: {error})"));
        let begin = text.len().saturating_sub(MOST);
        text[text.ceil_char_boundary(begin)..].to_owned()
    }

    fn end(&mut self) {
        drop(self.life.stdin.take()); // The pipe closes; the shell ends the server.
        let _ = self.life.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// A port of loopback that nobody has at this moment.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port")?;
    listener.local_addr().context("ask for the port")
}

/// What everybody signs in with here.
const PASSWORD: &str = "una clave de medición";

/// Gives a person of the directory a password, through the binary.
pub fn give_password(program: &Program, database: &Database, email: &str) -> Result<()> {
    let mut command = program.command(&program.path, database, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    command.args(["user", "password", email]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("start {}", show(&program.path)))?;
    child.stdin.take().context("no input to write to")?.write_all(PASSWORD.as_bytes()).context("tell the password")?;
    let output = child.wait_with_output().context("wait for the binary")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

/// An access token.
pub fn sign_in(address: SocketAddr, email: &str) -> Result<String> {
    let mut request = Vec::new();
    let body = serde_json::json!({ "email": email, "password": PASSWORD }).to_string();
    post(&mut request, None, None, format_args!("/api/v1/session"), &body);
    let mut connection = Connection::open(address)?;
    let answer = connection.ask(&request)?;
    ensure!(answer.is_success(), "{email} cannot sign in: {} {}", answer.status, String::from_utf8_lossy(answer.body));
    let session: Value = serde_json::from_slice(answer.body).context("read the session")?;
    Ok(session["access_token"].as_str().context("a session without a token")?.to_owned())
}

fn show(path: &Path) -> String {
    path.display().to_string()
}
