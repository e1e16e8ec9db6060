//! The real program as a child of the test: to be killed, stopped and asked from the command line.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use api::clock::Clock;
use store::{Backend, Store, StoreSettings};
use tempfile::TempDir;

use super::agency::{self, Agency};
use super::caller::{Caller, Line};
use super::database::Template;
use super::{Database, Raw, Who};

/// How long a start or an end may take on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(90);

/// The program under test: `ATIENDE_BIN`, or the one that Cargo built beside this test.
///
/// # Panics
/// Where there is none, saying how to build it.
pub fn binary() -> PathBuf {
    let beside = || {
        let test = std::env::current_exe().unwrap();
        test.parent().and_then(Path::parent).unwrap().join("atiende")
    };
    let path = std::env::var_os("ATIENDE_BIN").map_or_else(beside, PathBuf::from);
    assert!(path.is_file(), "{} is not there: build it with `cargo build -p api`, or name another in ATIENDE_BIN", path.display());
    path.canonicalize().unwrap() // It is started from another folder.
}

/// A data folder and a database that processes are started on, one after the other.
pub struct Installation {
    folder: TempDir,
    backend: Backend,
    /// Made when it is first asked for: empty, or as a copy.
    database: OnceLock<Database>,
}

impl Installation {
    /// With nothing in it yet: no table, no key.
    pub fn new(backend: Backend) -> Installation {
        Installation { folder: tempfile::tempdir().unwrap(), backend, database: OnceLock::new() }
    }

    fn database(&self) -> &Database {
        self.database.get_or_init(|| Database::durable(self.backend))
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// The program on this installation, and hearing nothing else of the environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("ATIENDE_DATA_DIR", self.folder.path().join("data")).env("ATIENDE_DATABASE_URL", self.database().url());
        command.env("ATIENDE_LISTEN", "127.0.0.1:0").env("ATIENDE_PUBLIC_URL", "http://atiende.test");
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts to serve, and waits until it does.
    pub fn serve(&self) -> Process {
        Process::start(self.command(&["serve"]))
    }

    /// The same, with more settings.
    pub fn serve_with(&self, settings: &[(&str, String)]) -> Process {
        let mut command = self.command(&["serve"]);
        settings.iter().for_each(|(name, value)| _ = command.env(name, value));
        Process::start(command)
    }

    /// The same, for a test that limits how large its files may grow: without this the system kills a process at the limit.
    pub fn serve_limitable(&self) -> Process {
        let mut command = self.command(&[]);
        let environment: Vec<_> = command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
        command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" serve"]).arg(binary()).current_dir(self.folder.path());
        command.env_clear().envs(environment).stdin(Stdio::null());
        Process::start(command)
    }

    /// Starts with the agency in it. For each kind of database it is founded once, by the printed link, and copied.
    ///
    /// # Panics
    /// Where it was started before.
    pub fn found(&self) -> (Process, Agency) {
        static SQLITE: OnceLock<(Template, Agency)> = OnceLock::new();
        static POSTGRES: OnceLock<(Template, Agency)> = OnceLock::new();
        let founded = match self.backend {
            Backend::Sqlite => &SQLITE,
            Backend::Postgres => &POSTGRES,
        };
        let (template, agency) = founded.get_or_init(|| {
            let first = Installation::new(self.backend);
            let process = first.serve();
            let agency = first.found_on(&process);
            assert!(process.stop().success());
            (first.database.into_inner().unwrap().into_template(), agency)
        });
        let is_new = self.database.set(Database::durable_of(template)).is_ok();
        assert!(is_new, "nothing is founded where something is already");
        (self.serve(), agency.clone())
    }

    /// Founds the agency on a process that serves nobody yet.
    pub fn found_on(&self, process: &Process) -> Agency {
        let agency = agency::found(&process.line.stranger(), &process.setup_link().expect("an empty system offers its set-up"));
        let store = self.store();
        agency::give_passwords(&store, Clock::System.now(), &agency);
        store.stop();
        agency
    }

    /// Its database, opened by the test itself.
    pub fn store(&self) -> Store {
        Store::open(&StoreSettings { url: self.database().url().to_owned(), n_readers: 2, queue: 16 }).unwrap()
    }
}

/// A serving process. Killed when dropped.
pub struct Process {
    running: Running,
    line: Arc<Line>,
    told: Arc<Told>,
}

/// What a process has said so far.
#[derive(Default)]
struct Told {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

impl Process {
    fn start(mut command: Command) -> Process {
        // One pipe for both, so that what it says is heard in its order.
        let (ears, mouth) = std::io::pipe().unwrap();
        let child = command.stdout(mouth.try_clone().unwrap()).stderr(mouth).spawn().unwrap();
        drop(command); // It holds the pipe's other end.
        let mut running = Running { watcher: watcher_of(&child), child };
        let told = Arc::new(Told::default());
        told.hear(ears);
        let begun = Instant::now();
        let address = loop {
            if let Some(address) = told.wait_for(Duration::from_millis(200), address_in) {
                break address;
            }
            if let Some(status) = running.child.try_wait().unwrap() {
                panic!("the server ended with {status} instead of serving:\n{}", told.text());
            }
            assert!(begun.elapsed() < PATIENCE, "the server does not serve after {PATIENCE:?}:\n{}", told.text());
        };
        Process { running, line: Line::to(address, Clock::System), told }
    }

    pub fn caller(&self, who: Who) -> Caller {
        Caller::of(&self.line, Some(who))
    }

    pub fn anonymous(&self) -> Caller {
        Caller::of(&self.line, None)
    }

    pub fn raw(&self) -> Raw {
        Raw::to(self.line.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.line.address
    }

    /// This test makes the server fail: its answers of 500 and above are looked at by the test itself.
    pub fn expect_failures(&self) {
        self.line.expect_failures();
    }

    /// How large its files may grow: `1024`, `unlimited`.
    pub fn limit_files(&self, n_bytes: &str) {
        let (pid, limit) = (self.running.child.id().to_string(), format!("--fsize={n_bytes}:"));
        assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    }

    /// Waits until it says a line with these words.
    pub fn hear(&self, words: &str) {
        let heard = self.told.wait_for(PATIENCE, |line| line.contains(words).then_some(()));
        assert!(heard.is_some(), "the server did not say «{words}»:\n{}", self.told.text());
    }

    /// The link that it printed for the first administrator. What it prints before it serves has been heard when it serves.
    pub fn setup_link(&self) -> Option<String> {
        self.told.wait_for(Duration::ZERO, |line| line.contains("/setup#token=").then(|| line.trim().to_owned()))
    }

    pub fn is_offered_setup(&self) -> bool {
        self.setup_link().is_some()
    }

    /// Everything that it said.
    pub fn said(&self) -> String {
        self.told.text()
    }

    /// As a power cut would: no destructor runs.
    pub fn kill(mut self) {
        self.running.child.kill().unwrap();
        self.running.child.wait().unwrap();
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let status = Command::new("kill").args(["-TERM", &self.running.child.id().to_string()]).status().unwrap();
        assert!(status.success(), "the process is there to be stopped");
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        self.terminate();
        self.wait()
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.running.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "the server has not stopped after {PATIENCE:?}:\n{}", self.told.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.line.nothing_failed();
        }
    }
}

/// A child that ends with its test, also with one that is killed.
struct Running {
    child: Child,
    /// Reads the pipe that closes with the test.
    watcher: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        // First, or it would kill whoever has the number then.
        let _ = self.watcher.kill();
        let _ = self.watcher.wait();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Kills the child when the test ends without doing it: no destructor runs in a test that is killed.
fn watcher_of(child: &Child) -> Child {
    let mut command = Command::new("sh");
    command.args(["-c", "cat >/dev/null; kill -9 \"$0\""]).arg(child.id().to_string());
    command.process_group(0); // Its own group, or Ctrl-C would end the watcher together with the test.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The address in «Serving … on 127.0.0.1:4321».
fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = line.split_once("Serving ")?.1;
    rest.split_whitespace().find_map(|word| word.parse().ok())
}

impl Told {
    fn hear(self: &Arc<Told>, from: impl Read + Send + 'static) {
        let told = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                told.lines.lock().unwrap_or_else(PoisonError::into_inner).push(plain(&line));
                told.more.notify_all();
            }
        });
    }

    /// Waits that long for a line.
    fn wait_for<T>(&self, patience: Duration, look: impl Fn(&str) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + patience;
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = lines.iter().find_map(|line| look(line)) {
                return Some(found);
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            lines = self.more.wait_timeout(lines, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn text(&self) -> String {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }
}

/// Without the colours of a terminal.
fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut parts = line.split('\u{1b}');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}
