//! A throw-away PostgreSQL cluster from the system's own binaries, for tests and measurements.
//!
//! A cluster listens on a Unix socket only, in a short folder that only its owner may enter, so clusters
//! never collide and nobody else reaches them. It ends with its owner however the owner ends, `kill -9`
//! included: a watching shell holds the reading end of a pipe, and stops the server when the pipe closes.
//!
//! ```no_run
//! let cluster = scratch::Cluster::start(false)?;
//! let url = cluster.create_database("first", None)?;
//! # anyhow::Ok(())
//! ```
//!
//! Keep it where it is dropped (or in a `static`, which is never dropped: the pipe serves there too).

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

/// Starting takes one to two seconds; this long is allowed, for machines with much else to do.
const START_TIMEOUT: Duration = Duration::from_secs(120);

/// A socket's path holds 107 bytes, of which PostgreSQL's file name takes 13.
const LONGEST_FOLDER: usize = 90;

/// The whole life of a cluster. The shell that reads this outlives its owner by the moment it takes to clean up.
/// Arguments: the folder, the binaries, and the server's settings.
const LIFE: &str = r#"
folder=$1 binaries=$2; shift 2
"$binaries/initdb" -D "$folder/data" -U postgres -A trust --no-sync --no-instructions -E UTF8 --locale=C.UTF-8 </dev/null || exit 1
( "$binaries/postgres" -D "$folder/data" "$@" </dev/null; : >"$folder/ended" ) &
cat >/dev/null
"$binaries/pg_ctl" -D "$folder/data" -m immediate -w stop </dev/null
wait
cd / && rm -rf "$folder"
"#;

/// A running PostgreSQL server with no databases but its own; stopped and deleted when dropped.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    binaries: PathBuf,
    server_user: Option<User>,
    durable: bool,
    /// Reads the pipe that ends the cluster when it closes.
    watcher: Child,
}

impl Cluster {
    /// Start a cluster and wait until it answers.
    ///
    /// `durable` keeps PostgreSQL's own promises about commits (fsync, synchronous_commit), for measurements
    /// and for tests that kill; otherwise all of that is off and everything is faster.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start; the server's own words are in the error.
    pub fn start(durable: bool) -> Result<Self> {
        let binaries =
            find_binaries().context("PostgreSQL is not installed: neither /usr/lib/postgresql/*/bin nor PATH has initdb and postgres")?;
        let server_user = User::for_server()?;
        let folder = make_folder(server_user)?;
        let log = File::create(folder.path().join("log")).context("create the cluster's log")?;

        let mut life = as_user(server_user, "sh");
        life.args(["-c", LIFE, "scratch-postgres"]).arg(folder.path()).arg(&binaries);
        life.args(settings(folder.path(), durable));
        life.stdin(Stdio::piped()).stdout(log.try_clone().context("share the cluster's log")?).stderr(log);
        life.process_group(0); // Its own group, or Ctrl-C would end the watcher together with its owner.
        let watcher = life.spawn().context("start the shell that runs PostgreSQL")?;

        let mut cluster = Self { folder, binaries, server_user, durable, watcher };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// Create a database, as a copy of `template` where one is given, and return its URL.
    /// Nobody may be connected to the template meanwhile.
    ///
    /// # Errors
    /// When PostgreSQL refuses, for example because the name is taken.
    pub fn create_database(&self, name: &str, template: Option<&str>) -> Result<String> {
        ensure!(!name.is_empty(), "a database needs a name");
        // A copy of the files takes a quarter of the time of one through the log, but where the disk is waited for, it is for each file.
        let strategy = if self.durable { "WAL_LOG" } else { "FILE_COPY" };
        let template = quoted(template.unwrap_or("template0"));
        let statement = format!("CREATE DATABASE {} TEMPLATE {template} STRATEGY {strategy}", quoted(name));
        self.execute(&statement).with_context(|| format!("create the database {name}"))?;
        Ok(self.url(name))
    }

    /// Drop a database, whoever is still connected to it.
    ///
    /// # Errors
    /// When PostgreSQL refuses, for example because there is none of that name.
    pub fn drop_database(&self, name: &str) -> Result<()> {
        self.execute(&format!("DROP DATABASE {} WITH (FORCE)", quoted(name))).with_context(|| format!("drop the database {name}"))
    }

    /// The URL of a database of this cluster, in the form that libpq reads.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@/{}?host={}", escaped(OsStr::new(database)), escaped(self.folder.path().as_os_str()))
    }

    /// Run one statement as the superuser.
    fn execute(&self, statement: &str) -> Result<()> {
        let mut psql = self.client("psql");
        psql.args(["-X", "-q", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c", statement]);
        let output = psql.output().context("run psql")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            let has_ended = self.folder.path().join("ended").exists() || self.watcher.try_wait()?.is_some();
            if has_ended {
                bail!("PostgreSQL did not start:\n{}", self.log());
            }
            if self.client("pg_isready").arg("-q").status().context("run pg_isready")?.success() {
                return Ok(());
            }
            if deadline < Instant::now() {
                bail!("PostgreSQL was not ready after {} seconds:\n{}", START_TIMEOUT.as_secs(), self.log());
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// A client program of the same installation, directed at this cluster.
    fn client(&self, program: &str) -> Command {
        let mut command = as_user(self.server_user, self.binaries.join(program));
        command.arg("-h").arg(self.folder.path()).args(["-U", "postgres"]).stdin(Stdio::null());
        command
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_else(|error| format!("(its log cannot be read: {error})"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take()); // The pipe closes; the watcher stops the server and deletes the folder.
        let _ = self.watcher.wait();
    }
}

/// The folder with PostgreSQL's programs: the newest of Debian's, or else the first on PATH that has them.
pub fn find_binaries() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> =
        installed.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))).collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions.into_iter().map(|(_, folder)| folder).chain(std::env::split_paths(&path)).find(|folder| has_server(folder))
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_ctl", "psql", "pg_isready"].iter().all(|program| folder.join(program).is_file())
}

fn settings(folder: &Path, durable: bool) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=".to_owned(),
        format!("unix_socket_directories={}", folder.display()),
        "max_connections=200".to_owned(),
        "timezone=UTC".to_owned(),
    ];
    if !durable {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
        // Every database that is made is written to the log whole: without these it would grow to a gigabyte.
        settings.extend(["wal_level=minimal", "max_wal_senders=0", "min_wal_size=32MB", "max_wal_size=64MB"].map(str::to_owned));
    }
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

/// The account that the server runs under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct User {
    uid: u32,
    gid: u32,
}

impl User {
    /// PostgreSQL refuses to run as root: there it runs as the user that its package makes. Elsewhere as ourselves.
    fn for_server() -> Result<Option<Self>> {
        let is_root =
            fs::metadata("/proc/self").map(|process| process.uid() == 0).unwrap_or_else(|_| id("-u", None).is_ok_and(|uid| uid == 0));
        if !is_root {
            return Ok(None);
        }
        let named = |name| Ok::<_, anyhow::Error>(Self { uid: id("-u", Some(name))?, gid: id("-g", Some(name))? });
        named("postgres").or_else(|_| named("nobody")).map(Some)
    }
}

fn id(which: &str, name: Option<&str>) -> Result<u32> {
    let output = Command::new("id").arg(which).args(name).output().context("run id")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    String::from_utf8_lossy(&output.stdout).trim().parse().context("read what id says")
}

/// A command that runs as that user, from a folder that everyone may enter, and hears nothing of libpq's environment.
fn as_user(user: Option<User>, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/");
    for (name, _) in std::env::vars_os() {
        if name.as_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid).env("HOME", "/");
    }
    command
}

/// How a cluster's folder is called: this, and as many random letters.
const PREFIX: &str = "pg-";
const N_RANDOM: usize = 6;

/// An empty folder of the server's user, with a path short enough for a socket.
fn make_folder(server_user: Option<User>) -> Result<TempDir> {
    let parents = [std::env::temp_dir(), PathBuf::from("/tmp")];
    let parent = parents
        .iter()
        .find(|parent| parent.as_os_str().len() + 1 + PREFIX.len() + N_RANDOM <= LONGEST_FOLDER && is_reachable(server_user, parent))
        .with_context(|| format!("neither {} nor /tmp is short and open to the server's user", parents[0].display()))?;
    let folder = tempfile::Builder::new().prefix(PREFIX).rand_bytes(N_RANDOM).tempdir_in(parent).context("make the cluster's folder")?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).context("close the cluster's folder to others")?;
    if let Some(user) = server_user {
        chown(folder.path(), Some(user.uid), Some(user.gid)).context("give the cluster's folder to the server's user")?;
    }
    Ok(folder)
}

fn is_reachable(server_user: Option<User>, folder: &Path) -> bool {
    let test = as_user(server_user, "sh").args(["-c", r#"test -x "$1" && test -w "$1""#, "sh"]).arg(folder).status();
    test.is_ok_and(|status| status.success())
}

/// An SQL identifier, whatever is in it.
fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// A part of a URL, whatever is in it (RFC 3986).
fn escaped(part: &OsStr) -> String {
    let mut escaped = String::new();
    for byte in part.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => escaped.push(char::from(*byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a statement answers, asked through the URL alone, as any client of libpq would.
    fn ask(url: &str, statement: &str) -> Result<String> {
        let psql = find_binaries().context("PostgreSQL")?.join("psql");
        let output = Command::new(psql).args(["-X", "-A", "-t", "-d", url, "-c", statement]).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    fn gone(folder: &Path) -> bool {
        let deadline = Instant::now() + Duration::from_secs(30);
        while folder.exists() && Instant::now() < deadline {
            sleep(Duration::from_millis(50));
        }
        !folder.exists()
    }

    #[test]
    fn a_database_answers_by_its_url_and_copies_its_template() -> Result<()> {
        let cluster = Cluster::start(false)?;
        let url = cluster.create_database("first", None)?;
        ask(&url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('ñandú')")?;

        let copy = cluster.create_database("a \"copy\"", Some("first"))?;

        assert_eq!(ask(&copy, "SELECT word FROM kept")?, "ñandú");
        assert_eq!(ask(&url, "SHOW fsync")?, "off");
        assert_eq!(ask(&url, "SHOW listen_addresses")?, "");
        assert!(cluster.create_database("first", None).is_err(), "a name is taken once");
        assert!(cluster.create_database("second", Some("nothing")).is_err(), "a template exists");
        cluster.drop_database("first")?;
        assert!(ask(&url, "SELECT 1").is_err(), "a dropped database is gone");
        assert!(cluster.drop_database("first").is_err(), "it is dropped once");
        Ok(())
    }

    #[test]
    fn a_durable_cluster_keeps_its_promises() -> Result<()> {
        let cluster = Cluster::start(true)?;
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            assert_eq!(ask(&cluster.url("postgres"), &format!("SHOW {setting}"))?, "on", "{setting}");
        }
        Ok(())
    }

    #[test]
    fn a_dropped_cluster_leaves_nothing() -> Result<()> {
        let cluster = Cluster::start(false)?;
        let (folder, url) = (cluster.folder.path().to_owned(), cluster.url("postgres"));
        assert!(folder.exists());
        drop(cluster);
        assert!(!folder.exists());
        assert!(ask(&url, "SELECT 1").is_err());
        Ok(())
    }

    #[test]
    fn a_killed_owner_leaves_nothing() -> Result<()> {
        const OWNER: &str = "SCRATCH_TEST_OWNER";
        if let Some(told) = std::env::var_os(OWNER) {
            let cluster = Cluster::start(false)?;
            fs::write(told, cluster.folder.path().as_os_str().as_bytes())?;
            std::process::abort(); // No destructor runs.
        }
        let told = tempfile::NamedTempFile::new()?;
        let mut owner = Command::new(std::env::current_exe()?);
        owner.args(["--exact", "tests::a_killed_owner_leaves_nothing"]).env(OWNER, told.path());

        let status = owner.stdout(Stdio::null()).stderr(Stdio::null()).status()?;

        let folder = fs::read_to_string(told.path())?;
        assert!(!status.success() && !folder.is_empty(), "the owner started a cluster and was aborted");
        assert!(gone(Path::new(&folder)), "{folder} is still there");
        Ok(())
    }

    #[test]
    fn a_part_of_a_url_is_escaped() {
        assert_eq!(escaped(OsStr::new("/tmp/pg-a1_.~")), "/tmp/pg-a1_.~");
        assert_eq!(escaped(OsStr::new("a b&ñ")), "a%20b%26%C3%B1");
    }
}
