//! Several servers on one PostgreSQL, and their mail in a mail server that others wrote: Python's aiosmtpd, which keeps what it takes as files.

use std::collections::BTreeSet;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use mail::incoming::{self, Incoming, Trust};
use store::{Backend, outbox};
use tempfile::TempDir;

use crate::routes::tickets::given::call;
use crate::world::{Installation, Who};

const PATIENCE: Duration = Duration::from_secs(60);

/// A mail server, ended with its value.
struct MailServer {
    port: u16,
    folder: TempDir,
    child: Child,
}

impl MailServer {
    fn start() -> MailServer {
        let program = std::env::var_os("ATIENDE_AIOSMTPD").map_or_else(|| PathBuf::from("/usr/bin/aiosmtpd"), PathBuf::from);
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(&program);
        command.arg("-n").args(["-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"]).arg(folder.path().join("mail"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("cannot start {}: {error}; `cargo xtask test` installs it", program.display()));
        let server = MailServer { port, folder, child };
        wait_until("the mail server takes connections", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        server
    }

    /// As the servers are told of it.
    fn settings(&self) -> [(&'static str, String); 4] {
        [
            ("ATIENDE_SMTP_HOST", "127.0.0.1".into()),
            ("ATIENDE_SMTP_PORT", self.port.to_string()),
            ("ATIENDE_SMTP_SECURITY", "plain".into()),
            ("ATIENDE_MAIL_FROM", "mesadeayuda@agencia.example".into()),
        ]
    }

    /// What it has taken.
    fn mails(&self) -> Vec<Incoming> {
        let Ok(taken) = fs::read_dir(self.folder.path().join("mail/new")) else { return Vec::new() };
        let read = |path: PathBuf| incoming::read(&fs::read(path).unwrap(), &Trust { authserv_id: None, own_addresses: &[] }).unwrap();
        taken.map(|entry| read(entry.unwrap().path())).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not after {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn two_servers_that_start_together_on_one_postgresql_send_no_mail_twice() {
    const N_TICKETS: usize = 24;
    let installation = Installation::new(Backend::Postgres);
    let mail_server = MailServer::start();
    let settings = mail_server.settings();

    let servers = std::thread::scope(|scope| {
        let starting = [(); 2].map(|()| scope.spawn(|| installation.serve_with(&settings)));
        starting.map(|starting| starting.join().unwrap())
    });
    let first = servers.iter().find(|server| server.is_offered_setup()).expect("one of them offers the set-up");
    let agency = installation.found_on(first);
    for n in 0..N_TICKETS {
        let desk = servers[n % 2].caller(Who::HelpDesk);
        desk.create(call(agency.person(Who::User), &format!("La impresora {n}"))).must(201);
    }

    let store = installation.store();
    wait_until("every mail has left", || store.read(outbox::depth).is_ok_and(|(n, _)| n == 0));
    store.stop();
    let mails = mail_server.mails();
    let ids: BTreeSet<&str> = mails.iter().filter_map(|mail| mail.message_id.as_deref()).collect();
    let subjects: BTreeSet<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!((mails.len(), ids.len(), subjects.len()), (N_TICKETS, N_TICKETS, N_TICKETS), "{subjects:?}");
}
