//! How messages leave: by SMTP, or as files in a folder.

use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::outgoing::{ComposeError, Outgoing, assemble};

/// The relay that takes our messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// Certificates (PEM) that are believed besides the system's.
    pub ca_file: Option<PathBuf>,
    /// For one message, from connecting to its acceptance.
    pub timeout: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// In the clear: to this machine alone.
    Plain,
    /// Begun in the clear and encrypted before anything is said, usually on port 587. A server that does not offer it gets nothing.
    StartTls,
    /// Encrypted from the beginning, usually on port 465.
    Tls,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: String,
}

/// It does not show the password.
impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    Smtp(Smtp),
    /// Each message becomes a file `….eml`; their names sort by time.
    Folder(PathBuf),
}

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("the message cannot be composed")]
    Compose(#[from] ComposeError),
    #[error("the mail server {host} refused the message: {code} {reply}")]
    Refused { host: String, code: u16, reply: String },
    #[error("the mail server {host} cannot be used: {reason}")]
    Unavailable { host: String, reason: String },
    #[error("the mail server {host} had not taken the message after {seconds} s")]
    TooSlow { host: String, seconds: u64 },
    #[error("nothing is sent unencrypted to {host}, which is another machine")]
    Unencrypted { host: String },
    #[error("cannot use the certificates in {}: {reason}", path.display())]
    Certificates { path: PathBuf, reason: String },
    #[error("cannot write to the folder {}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
}

impl SendError {
    /// Whether sending the same message again is of no use: it cannot be composed, or the server refused the message itself for good.
    /// A relay that is wrongly configured is mended by somebody, so what fails by it is tried again.
    pub fn is_permanent(&self) -> bool {
        match self {
            SendError::Compose(_) => true,
            SendError::Refused { code, .. } => *code >= 500,
            SendError::Unavailable { .. }
            | SendError::TooSlow { .. }
            | SendError::Unencrypted { .. }
            | SendError::Certificates { .. }
            | SendError::Folder { .. } => false,
        }
    }
}

impl Smtp {
    /// Whether it can be used as it stands, without asking the server.
    ///
    /// # Errors
    /// Where it would send in the clear to another machine, or its certificates cannot be read.
    pub fn check(&self) -> Result<(), SendError> {
        if self.security == Security::Plain && !is_this_machine(&self.host) {
            return Err(SendError::Unencrypted { host: self.host.clone() });
        }
        self.tls().map(drop)
    }

    fn tls(&self) -> Result<Option<TlsParameters>, SendError> {
        if self.security == Security::Plain {
            return Ok(None);
        }
        let mut parameters = TlsParameters::builder(self.host.clone());
        if let Some(path) = &self.ca_file {
            let wrong = |reason: String| SendError::Certificates { path: path.clone(), reason };
            let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
            if !pem.windows(BEGIN.len()).any(|window| window == BEGIN) {
                return Err(wrong("it holds no certificate in PEM".to_owned()));
            }
            parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?);
        }
        parameters.build().map(Some).map_err(|error| self.unavailable(&error))
    }

    fn unavailable(&self, error: &lettre::transport::smtp::Error) -> SendError {
        SendError::Unavailable { host: self.host.clone(), reason: error.to_string() }
    }

    /// Everything until the message itself is said: whatever fails here is the relay's matter, and not the message's.
    async fn connect(&self, hello: &ClientId) -> Result<AsyncSmtpConnection, SendError> {
        self.check()?;
        let (at_once, later) = match self.security {
            Security::Plain => (None, None),
            Security::StartTls => (None, self.tls()?),
            Security::Tls => (self.tls()?, None),
        };
        let address = (self.host.as_str(), self.port);
        let connection = AsyncSmtpConnection::connect_tokio1(address, Some(self.timeout), hello, at_once, None).await;
        let mut connection = connection.map_err(|error| self.unavailable(&error))?;
        if let Some(tls) = later {
            connection.starttls(tls, hello).await.map_err(|error| self.unavailable(&error))?;
        }
        if let Some(login) = &self.login {
            let credentials = Credentials::new(login.user.clone(), login.password.clone());
            connection.auth(MECHANISMS, &credentials).await.map_err(|error| self.unavailable(&error))?;
        }
        Ok(connection)
    }

    async fn deliver(&self, message: &lettre::Message, hello: &ClientId) -> Result<(), SendError> {
        let taken = async {
            let mut connection = self.connect(hello).await?;
            let sent = connection.send(message.envelope(), &message.formatted()).await;
            Ok::<_, SendError>((connection, sent))
        };
        let slow = |_| SendError::TooSlow { host: self.host.clone(), seconds: self.timeout.as_secs() };
        let (mut connection, sent) = tokio::time::timeout(self.timeout, taken).await.map_err(slow)??;
        // It has been taken or refused by now: how long the server takes to say good-bye, and how, changes nothing.
        tokio::time::timeout(GOOD_BYE, connection.abort()).await.ok();
        sent.map(drop).map_err(|error| match error.status() {
            Some(code) => SendError::Refused { host: self.host.clone(), code: u16::from(code), reply: reply_in(&error) },
            None => self.unavailable(&error),
        })
    }
}

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];
const GOOD_BYE: Duration = Duration::from_secs(2);

impl Transport {
    /// Sends it. When this is `Ok`, the server has taken it, or the file is on the disk.
    ///
    /// # Errors
    /// Where it did not leave; [`SendError::is_permanent`] says whether it is worth trying again.
    pub async fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        let composed = assemble(message)?;
        match self {
            Transport::Smtp(smtp) => {
                let hello = ClientId::Domain(message.from.domain().to_owned());
                smtp.deliver(&composed, &hello).await
            }
            Transport::Folder(folder) => {
                let name = file_name(message);
                write(folder, &name, &composed.formatted()).map_err(|source| SendError::Folder { path: folder.clone(), source })
            }
        }
    }
}

/// What the server said, as lettre tells it after its own words.
fn reply_in(error: &lettre::transport::smtp::Error) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    source.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_REPLY_LETTERS).collect()
}

const MAX_REPLY_LETTERS: usize = 500;

/// A name or an address that cannot be another machine's.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// The instant first, so that names sort by it; then the Message-ID, so that the same message is the same file.
fn file_name(message: &Outgoing) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '@' | '+') { c } else { '_' };
    let id: String = message.message_id.trim_matches(['<', '>']).chars().map(plain).take(120).collect();
    format!("{}-{id}.eml", message.date.format("%Y%m%dT%H%M%S%.6fZ"))
}

/// Written beside its place and then put there: whoever watches the folder never sees half a message.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{name}.part"));
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, folder.join(name))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::Mailbox;
    use crate::outgoing::compose;

    fn message(seconds: i64, serial: u32) -> Outgoing {
        Outgoing {
            from: Mailbox::new(None, "helpdesk@agencia.example"),
            to: Mailbox::new(None, "ana@agencia.example"),
            reply_to: None,
            subject: "Hola".into(),
            message_id: format!("ti-7-4-abc.{serial}@agencia.example"),
            in_reply_to: None,
            references: Vec::new(),
            date: DateTime::from_timestamp(seconds, 0).unwrap(),
            text: "Hola".into(),
            html: String::new(),
            is_automatic: true,
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn messages_become_files_that_sort_by_time() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("out").join("mail");
        let transport = Transport::Folder(folder.clone());

        for (seconds, serial) in [(1_795_619_700, 3), (1_795_619_699, 2), (999_999_999, 1)] {
            transport.send(&message(seconds, serial)).await.unwrap();
        }
        // The same one again is the same file.
        transport.send(&message(1_795_619_700, 3)).await.unwrap();

        let names = names(&folder);
        assert_eq!(
            names.iter().map(|name| name.split_once('-').unwrap().1).collect::<Vec<_>>(),
            [1, 2, 3].map(|n| format!("ti-7-4-abc.{n}@agencia.example.eml"))
        );
        assert_eq!(std::fs::read(folder.join(&names[2])).unwrap(), compose(&message(1_795_619_700, 3)).unwrap());
    }

    #[tokio::test]
    async fn a_file_keeps_to_the_folder_whatever_the_message_is_called() {
        let parent = tempfile::tempdir().unwrap();
        let transport = Transport::Folder(parent.path().join("out"));

        transport.send(&Outgoing { message_id: "../../x/y@agencia.example".into(), ..message(1_795_619_700, 1) }).await.unwrap();

        assert_eq!(names(parent.path()), ["out"]);
        assert_eq!(names(&parent.path().join("out")).len(), 1);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_to_is_tried_again_later() {
        let parent = tempfile::tempdir().unwrap();
        std::fs::write(parent.path().join("file"), "").unwrap();
        let transport = Transport::Folder(parent.path().join("file"));

        let error = transport.send(&message(0, 1)).await.unwrap_err();

        assert!(matches!(error, SendError::Folder { .. }) && !error.is_permanent(), "{error}");
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let smtp = |host: &str, security| Smtp {
            host: host.into(),
            port: 25,
            security,
            login: None,
            ca_file: None,
            timeout: Duration::from_secs(1),
        };
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1", "[::1]"] {
            assert!(smtp(host, Security::Plain).check().is_ok(), "{host}");
        }
        for host in
            ["mail.agencia.example", "10.0.0.5", "127.0.0.1.agencia.example", "localhost.agencia.example", "0.0.0.0", "::ffff:10.0.0.5"]
        {
            assert!(matches!(smtp(host, Security::Plain).check(), Err(SendError::Unencrypted { .. })), "{host}");
            assert!(smtp(host, Security::StartTls).check().is_ok() && smtp(host, Security::Tls).check().is_ok(), "{host}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let login = Login { user: "mesa".into(), password: "secreta".into() };
        assert!(!format!("{login:?}").contains("secreta"));
    }
}
