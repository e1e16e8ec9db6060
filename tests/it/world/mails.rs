//! A mail server for tests: it takes, refuses, is down or vanishes, as it is told, and remembers what it took.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use api::config::{Config, SmtpSecurity};
use domain::NoticeState;
use mail::incoming::{self, Incoming, Trust};
use store::outbox::{self, Addressee, Filter, Kept, Notice};
use store::{Backend, StoreError};

use super::World;

/// The desk's address in the tests.
pub const FROM: &str = "mesadeayuda@agencia.example";
/// Longer than anything waited for here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server does with the next mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// 550: there is no such person.
    Refuses,
    /// 451: come again later.
    IsBusy,
    /// It takes the mail, and the line is cut before it says so.
    Vanishes,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct Caught {
    pub from: String,
    pub to: String,
    pub raw: Vec<u8>,
}

impl Caught {
    pub fn read(&self) -> Incoming {
        incoming::read(&self.raw, &Trust { authserv_id: None, own_addresses: &[] }).expect("what we send can be read")
    }

    /// A header as it stands, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.raw).into_owned();
        let head = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ").replace("\r\n\t", " ");
        head.split("\r\n").find_map(|line| {
            let (is, value) = line.split_once(':')?;
            is.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    pub fn subject(&self) -> String {
        self.read().subject
    }

    /// The readable text, as it was written.
    pub fn text(&self) -> String {
        self.read().text
    }
}

/// The server. It ends when it is dropped.
pub struct Catcher {
    pub port: u16,
    caught: Arc<Mutex<Vec<Caught>>>,
    mood: Arc<Mutex<Mood>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Catcher {
    pub fn start() -> Catcher {
        Catcher::listen(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// On a port where nothing listened until now.
    pub fn start_on(port: u16) -> Catcher {
        Catcher::listen(TcpListener::bind(("127.0.0.1", port)).unwrap())
    }

    /// A port where nothing listens.
    pub fn free_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    fn listen(listener: TcpListener) -> Catcher {
        let port = listener.local_addr().unwrap().port();
        let (caught, mood, is_over) =
            (Arc::<Mutex<Vec<Caught>>>::default(), Arc::new(Mutex::new(Mood::Takes)), Arc::<AtomicBool>::default());
        let (keeps, feels, ends) = (caught.clone(), mood.clone(), is_over.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let (keeps, feels) = (keeps.clone(), feels.clone());
                std::thread::spawn(move || drop(converse(&stream.unwrap(), &keeps, &feels)));
            }
        });
        Catcher { port, caught, mood, is_over, thread: Some(thread) }
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// What was taken so far.
    pub fn caught(&self) -> Vec<Caught> {
        self.caught.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was taken for this address.
    pub fn to(&self, address: &str) -> Vec<Caught> {
        self.caught().into_iter().filter(|caught| caught.to == address).collect()
    }
}

impl Drop for Catcher {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One caller, as far as RFC 5321 asks of a server that takes everything.
fn converse(stream: &TcpStream, keeps: &Mutex<Vec<Caught>>, feels: &Mutex<Mood>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream.try_clone()?;
    let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes());
    let (mut from, mut to) = (String::new(), String::new());
    say("220 catcher.example ESMTP")?;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mood = *feels.lock().unwrap_or_else(PoisonError::into_inner);
        let verb = line.trim().to_uppercase();
        let address = || line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address.to_owned());
        if verb.starts_with("EHLO") {
            say("250-catcher.example\r\n250-8BITMIME\r\n250 SMTPUTF8")?;
        } else if verb.starts_with("MAIL") {
            from = address().unwrap_or_default();
            say("250 2.1.0 Ok")?;
        } else if verb.starts_with("RCPT") {
            to = address().unwrap_or_default();
            say(match mood {
                Mood::Refuses => "550 5.1.1 No such user here",
                Mood::IsBusy => "451 4.3.0 Come again later",
                Mood::Takes | Mood::Vanishes => "250 2.1.5 Ok",
            })?;
        } else if verb == "DATA" {
            say("354 Go on")?;
            let raw = data(&mut reader)?;
            keeps.lock().unwrap_or_else(PoisonError::into_inner).push(Caught { from: from.clone(), to: to.clone(), raw });
            if mood == Mood::Vanishes {
                return Ok(());
            }
            say("250 2.0.0 Ok: queued")?;
        } else if verb == "QUIT" {
            say("221 2.0.0 Bye")?;
            return Ok(());
        } else {
            say("250 2.0.0 Ok")?;
        }
    }
}

/// The message until the line with a dot; a dot that begins a line was doubled (RFC 5321, 4.5.2).
fn data(reader: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line)?;
        match line.as_slice() {
            b".\r\n" | b"" => return Ok(raw),
            line => raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(line)),
        }
    }
}

/// Settings of a server whose mail goes there.
pub fn by_smtp(config: &mut Config, port: u16) {
    config.smtp_host = Some("127.0.0.1".into());
    config.smtp_port = port;
    config.smtp_security = SmtpSecurity::Plain;
    config.mail_from = Some(FROM.into());
}

impl World {
    /// The agency at work, with a mail server.
    pub fn with_mail(backend: Backend) -> (World, Catcher) {
        let catcher = Catcher::start();
        let port = catcher.port;
        (World::with(backend, |config| by_smtp(config, port)), catcher)
    }

    /// Every mail of the outbox, the oldest first.
    pub fn mails(&self) -> Vec<Kept> {
        let mut all = self.store().read::<_, StoreError>(|conn| outbox::list(conn, &Filter::default(), None, 1_000)).unwrap();
        all.reverse();
        all
    }

    /// Waits until everything that is due now has been tried, or the way out proves to be closed.
    pub fn settle_mails(&self) {
        let is_busy = |mail: &Kept| {
            let is_due = mail.due_at <= self.now() && !self.app().mails.is_closed(self.now());
            let is_in_hand = mail.due_at == self.now() + chrono::TimeDelta::minutes(10);
            mail.state == NoticeState::Queued && (is_due || is_in_hand)
        };
        let begun = Instant::now();
        while self.mails().iter().any(is_busy) {
            assert!(begun.elapsed() < PATIENCE, "the mails are looked after: {:#?}", self.mails());
            self.app().mails.wake();
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What became of the mails of this kind.
    pub fn mails_of(&self, kind: &str) -> Vec<Kept> {
        self.mails().into_iter().filter(|mail| mail.notice.kind == kind).collect()
    }
}

/// A mail that nobody can be sent: it fails at once.
pub fn failed(world: &World) -> i64 {
    let address = Addressee::Address { name: None, address: "nadie en ninguna parte".into(), language: None };
    let notice = Notice { ticket: None, to: address, kind: "not_matched".into(), details: None };
    let now = world.now();
    world.store().write::<_, StoreError>(move |conn| outbox::enqueue(conn, &[notice], now)).unwrap();
    world.settle_mails();
    let failed = world.mails_of("not_matched").pop().unwrap();
    assert_eq!(failed.state, NoticeState::Failed, "{failed:?}");
    failed.id
}
