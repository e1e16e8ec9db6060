//! A mail server that others wrote: Python's aiosmtpd, which keeps what it takes as files.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::mails::{Caught, FROM};

const PATIENCE: Duration = Duration::from_secs(60);

/// The server. Ended with its value; what it took stays while it is down.
pub struct MailServer {
    pub port: u16,
    folder: TempDir,
    child: Option<Child>,
}

impl MailServer {
    pub fn start() -> MailServer {
        let mut server = MailServer::down();
        server.come_up();
        server
    }

    /// One that does not run yet.
    pub fn down() -> MailServer {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        MailServer { port, folder: tempfile::tempdir().unwrap(), child: None }
    }

    pub fn come_up(&mut self) {
        let program = std::env::var_os("ATIENDE_AIOSMTPD").map_or_else(|| PathBuf::from("/usr/bin/aiosmtpd"), PathBuf::from);
        let mut command = Command::new(&program);
        command.arg("-n").args(["-l", &format!("127.0.0.1:{}", self.port), "-c", "aiosmtpd.handlers.Mailbox"]).arg(self.mailbox());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.child =
            Some(child.unwrap_or_else(|error| panic!("cannot start {}: {error}; `cargo xtask test` installs it", program.display())));
        wait_until("the mail server takes connections", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    pub fn go_down(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = child.kill();
        let _ = child.wait();
    }

    /// As servers in processes of their own are told of it.
    pub fn settings(&self) -> [(&'static str, String); 4] {
        [
            ("ATIENDE_SMTP_HOST", "127.0.0.1".into()),
            ("ATIENDE_SMTP_PORT", self.port.to_string()),
            ("ATIENDE_SMTP_SECURITY", "plain".into()),
            ("ATIENDE_MAIL_FROM", FROM.into()),
        ]
    }

    /// What it has taken, in no order.
    pub fn mails(&self) -> Vec<Caught> {
        let Ok(taken) = fs::read_dir(self.mailbox().join("new")) else { return Vec::new() };
        taken.map(|entry| caught(&fs::read(entry.unwrap().path()).unwrap())).collect()
    }

    /// What it has taken for this address, in no order.
    pub fn to(&self, address: &str) -> Vec<Caught> {
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    fn mailbox(&self) -> PathBuf {
        self.folder.path().join("mail")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.go_down();
    }
}

/// It writes lines as its system does, and the envelope as headers.
fn caught(file: &[u8]) -> Caught {
    let lines: Vec<&[u8]> = file.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let mail = Caught { from: String::new(), to: String::new(), raw: lines.join(&b"\r\n"[..]) };
    let envelope = |name: &str| mail.header(name).unwrap_or_else(|| panic!("the mail server says {name}"));
    Caught { from: envelope("X-MailFrom"), to: envelope("X-RcptTo"), ..mail }
}

#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not after {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(50));
    }
}
