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
        let mut connection = self.connect(hello).await?;
        let sent = connection.send(message.envelope(), &message.formatted()).await;
        // It has been taken or refused by now; how the server says good-bye changes nothing.
        tokio::time::timeout(GOOD_BYE, connection.abort()).await.ok();
        match sent {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.status() {
                Some(code) => SendError::Refused { host: self.host.clone(), code: u16::from(code), reply: reply_in(&error) },
                None => self.unavailable(&error),
            }),
        }
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
                let slow = |_| SendError::TooSlow { host: smtp.host.clone(), seconds: smtp.timeout.as_secs() };
                tokio::time::timeout(smtp.timeout, smtp.deliver(&composed, &hello)).await.map_err(slow)?
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
