//! Configuration: a TOML file, then the environment over it; read once, checked at the start, passed as values.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;

/// Everything that an administrator may set. Each key may also be given as an environment variable: `ATIENDE_` and its name in capitals.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen: address and port.
    pub listen: SocketAddr,
    /// The address that people use: links and cookies follow it.
    pub public_url: String,
    /// Files, the signing key and, with SQLite, the database.
    pub data_dir: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; a SQLite file in the data folder, where it is left out.
    pub database_url: Option<String>,
    /// Connections that read (SQLite), or all connections (PostgreSQL).
    pub n_connections: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Origins whose pages may call the API: `https://tablero.agencia.example`.
    pub cors_origins: Vec<String>,
    /// `plain` or `json`.
    pub log_format: LogFormat,
    /// As `RUST_LOG`: `info`, `info,api=debug`.
    pub log_level: String,
    /// Days within which a closed ticket may be reopened.
    pub reopening_days: u32,
    /// Reminders that go before one may give up waiting for a person.
    pub n_reminders: u32,
    /// The host whose `Authentication-Results` is believed.
    pub authserv_id: Option<String>,
    /// The name or abbreviation of the area of senders whom nobody knows yet.
    pub intake_area: Option<String>,
    /// Where `atiende intake` hands mails over; the server of this configuration, where it is left out.
    pub intake_url: Option<String>,
    /// The file with the token with which it does.
    pub intake_token_file: Option<PathBuf>,
    /// Threads that serve; one for each processor, where it is 0.
    pub n_workers: usize,
    /// The server that takes our mail; where it is left out, mails become files in the data folder.
    pub smtp_host: Option<String>,
    pub smtp_port: u16,
    pub smtp_security: SmtpSecurity,
    /// Who we are to the mail server, where it asks.
    pub smtp_user: Option<String>,
    pub smtp_password: Option<Secret>,
    /// A file that holds the password, in the place of `smtp_password`.
    pub smtp_password_file: Option<PathBuf>,
    /// Certificates (PEM) of a private authority that signed the mail server's.
    pub smtp_ca_file: Option<PathBuf>,
    /// The help desk's address, which mails come from and are answered to.
    pub mail_from: Option<String>,
    /// Does mail to `name+anything@…` reach the mailbox of `mail_from`?
    pub mail_subaddressing: bool,
}

/// How the way to the mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// In the clear: to this machine alone.
    Plain,
    /// Encrypted before anything is said.
    Starttls,
    /// Encrypted from the beginning.
    Tls,
}

/// It is not shown where the configuration is printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Plain,
    Json,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            data_dir: PathBuf::from("data"),
            database_url: None,
            n_connections: 8,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            log_format: LogFormat::Plain,
            log_level: "info".into(),
            reopening_days: domain::Rules::default().reopening_days,
            n_reminders: domain::Rules::default().n_reminders,
            authserv_id: None,
            intake_area: None,
            intake_url: None,
            intake_token_file: None,
            n_workers: 0,
            smtp_host: None,
            smtp_port: 587,
            smtp_security: SmtpSecurity::Starttls,
            smtp_user: None,
            smtp_password: None,
            smtp_password_file: None,
            smtp_ca_file: None,
            mail_from: None,
            mail_subaddressing: false,
        }
    }
}

const PREFIX: &str = "ATIENDE_";
/// Names with our prefix that are not keys of the configuration.
const NOT_KEYS: [&str; 7] = ["CONFIG", "BIN", "CHROMIUM", "CHROMEDRIVER", "AIOSMTPD", "VERSION", "TEST_DATABASE_URL"];

impl Config {
    /// Reads `file` (or `atiende.toml` in the working folder, if it is there) and the environment.
    ///
    /// # Errors
    /// Names the key or the variable that is wrong, and what it takes.
    pub fn read(file: Option<&Path>, environment: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<Config> {
        let mut table = match file {
            Some(path) => parse(path)?,
            None if Path::new("atiende.toml").exists() => parse(Path::new("atiende.toml"))?,
            None => toml::Table::new(),
        };
        let mut sources = BTreeMap::new();
        for (name, value) in environment {
            let Some(key) = name.strip_prefix(PREFIX).filter(|key| !NOT_KEYS.contains(key)) else { continue };
            let key = key.to_lowercase();
            table.insert(key.clone(), typed(&key, &value));
            sources.insert(key, name);
        }
        let config: Config = serde_path_to_error::deserialize(toml::Value::Table(table)).map_err(|error| {
            let key = error.path().to_string();
            let source = sources.get(key.split(['.', '[']).next().unwrap_or_default()).cloned().unwrap_or_else(|| key.clone());
            // What follows the first line names the key again.
            anyhow::anyhow!("the setting {source} is wrong: {}", error.into_inner().to_string().lines().next().unwrap_or_default())
        })?;
        config.check()
    }

    fn check(mut self) -> anyhow::Result<Config> {
        if self.public_url.is_empty() {
            self.public_url = url_of(self.listen);
        }
        self.public_url = self.public_url.trim_end_matches('/').to_owned();
        let rest = self.public_url.strip_prefix("https://").or_else(|| self.public_url.strip_prefix("http://"));
        match rest {
            Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {}
            _ => bail!(
                "the setting public_url is wrong: http:// or https:// and a host are expected, without a path; it is {:?}",
                self.public_url
            ),
        }
        if let Some(url) = &self.database_url
            && !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
        {
            bail!("the setting database_url is wrong: sqlite:PATH or postgres://… is expected");
        }
        if let Some(wrong) = self.cors_origins.iter().find(|origin| !is_origin(origin)) {
            bail!(
                "the setting cors_origins is wrong: http:// or https://, a host in lower case and perhaps a port are expected, without a path or *; it has {wrong:?}"
            );
        }
        if let Some(url) = &self.intake_url
            && !url.strip_prefix("http://").is_some_and(|host| !host.is_empty() && !host.contains(['?', '#', '@', ' ']))
        {
            bail!("the setting intake_url is wrong: http:// and a host are expected; it is {url:?}");
        }
        range("n_connections", self.n_connections.into(), 1, 200)?;
        range("reopening_days", self.reopening_days.into(), 0, 365)?;
        range("n_reminders", self.n_reminders.into(), 0, 10)?;
        range("n_workers", self.n_workers as u64, 0, 256)?;
        self.check_mail()?;
        Ok(self)
    }

    /// The settings of outgoing mail. An empty text is none, as a variable that is set to nothing.
    fn check_mail(&mut self) -> anyhow::Result<()> {
        for text in [&mut self.smtp_host, &mut self.smtp_user, &mut self.mail_from] {
            *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        self.smtp_password = self.smtp_password.take().filter(|secret| !secret.0.is_empty());
        for path in [&mut self.smtp_password_file, &mut self.smtp_ca_file] {
            *path = path.take().filter(|path| !path.as_os_str().is_empty());
        }
        range("smtp_port", self.smtp_port.into(), 1, u16::MAX.into())?;
        if let Some(address) = &self.mail_from {
            let address = domain::Email::parse(address)
                .map_err(|_| anyhow::anyhow!("the setting mail_from is wrong: an address is expected; it is {address:?}"))?;
            self.mail_from = Some(address.as_str().to_owned());
        }
        if let Some(path) = self.smtp_password_file.take() {
            if self.smtp_password.is_some() {
                bail!("the setting smtp_password_file is wrong: smtp_password is set, too");
            }
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("the setting smtp_password_file is wrong: cannot read {}", path.display()))?;
            self.smtp_password = Some(Secret(text.trim_end_matches(['\r', '\n']).to_owned()));
        }
        if self.smtp_user.is_some() != self.smtp_password.is_some() {
            bail!("the setting smtp_user is wrong: smtp_user and smtp_password (or smtp_password_file) are set together or not at all");
        }
        let Some(smtp) = self.smtp() else { return Ok(()) };
        if self.mail_from.is_none() {
            bail!("the setting mail_from is wrong: it is needed where smtp_host is set");
        }
        smtp.check().map_err(|error| match error {
            mail::transport::SendError::Certificates { .. } => anyhow::anyhow!("the setting smtp_ca_file is wrong: {error}"),
            other => anyhow::anyhow!("the setting smtp_security is wrong: {other}"),
        })
    }

    /// How mail leaves; none where it becomes files.
    pub fn smtp(&self) -> Option<mail::transport::Smtp> {
        use mail::transport::{Login, Security, Smtp};
        let login = self.smtp_user.clone().zip(self.smtp_password.clone());
        self.smtp_host.clone().map(|host| Smtp {
            host,
            port: self.smtp_port,
            security: match self.smtp_security {
                SmtpSecurity::Plain => Security::Plain,
                SmtpSecurity::Starttls => Security::StartTls,
                SmtpSecurity::Tls => Security::Tls,
            },
            login: login.map(|(user, Secret(password))| Login { user, password }),
            ca_file: self.smtp_ca_file.clone(),
            timeout: crate::app::mails::SEND_TIMEOUT,
        })
    }

    /// The address that mails come from: set, or made up of the public address where mails become files.
    pub fn mail_from(&self) -> String {
        self.mail_from.clone().unwrap_or_else(|| {
            let host = self.public_url.rsplit('/').next().and_then(|host| host.split(':').next()).unwrap_or_default();
            let is_name = host.contains(|c: char| c.is_ascii_alphabetic()) && !host.contains('[');
            format!("atiende@{}", if is_name { host } else { "localhost" })
        })
    }

    /// As it listens: the system chooses the port where 0 was asked for, and links that nobody set lead there.
    pub fn listening_on(mut self, address: SocketAddr) -> Config {
        if self.public_url == url_of(self.listen) {
            self.public_url = url_of(address);
        }
        self.listen = address;
        self
    }

    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("atiende.db").display()))
    }

    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// Where a browser on this machine finds it: nobody can open «every address».
fn url_of(listen: SocketAddr) -> String {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, listen.port()))
}

fn parse(path: &Path) -> anyhow::Result<toml::Table> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the configuration file {}", path.display()))?;
    text.parse().with_context(|| format!("the configuration file {} is not TOML", path.display()))
}

/// A variable is text; the key says what it should be.
fn typed(key: &str, text: &str) -> toml::Value {
    match key {
        "n_connections" | "reopening_days" | "n_reminders" | "n_workers" | "smtp_port" => {
            text.trim().parse().map_or_else(|_| toml::Value::String(text.into()), toml::Value::Integer)
        }
        "mail_subaddressing" => text.trim().parse().map_or_else(|_| toml::Value::String(text.into()), toml::Value::Boolean),
        "trusted_proxies" | "cors_origins" => {
            toml::Value::Array(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(|t| toml::Value::String(t.into())).collect())
        }
        _ => toml::Value::String(text.into()),
    }
}

/// As browsers write one (RFC 6454, 6.2): compared byte by byte with what they send.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        let is_of_host = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
        !host.is_empty() && !host.ends_with(':') && host.chars().all(is_of_host)
    })
}

fn range(key: &str, value: u64, min: u64, max: u64) -> anyhow::Result<()> {
    if (min..=max).contains(&value) { Ok(()) } else { bail!("the setting {key} is wrong: {min} to {max} is expected; it is {value}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &[(&str, &str)]) -> anyhow::Result<Config> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("atiende.toml");
        std::fs::write(&file, text).unwrap();
        Config::read(Some(&file), environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_environment_is_over_the_file() {
        let config = read("listen = \"0.0.0.0:80\"\nreopening_days = 5", &[("ATIENDE_REOPENING_DAYS", "7"), ("HOME", "x")]).unwrap();
        assert_eq!((config.listen.port(), config.reopening_days, config.public_url.as_str()), (80, 7, "http://127.0.0.1:80"));
    }

    #[test]
    fn links_lead_to_where_it_listens_unless_they_are_set() {
        let address = SocketAddr::from(([0, 0, 0, 0], 41_000));
        let on = |text: &str| read(text, &[]).unwrap().listening_on(address).public_url;
        assert_eq!(on("listen = \"0.0.0.0:0\""), "http://127.0.0.1:41000");
        assert_eq!(on("listen = \"0.0.0.0:0\"\npublic_url = \"https://mesa.example\""), "https://mesa.example");
    }

    #[test]
    fn mail_is_sent_where_a_server_is_named_and_nowhere_in_the_clear_but_here() {
        let none = read("", &[("ATIENDE_SMTP_HOST", ""), ("ATIENDE_SMTP_USER", "")]).unwrap();
        assert_eq!((none.smtp(), none.mail_from()), (None, "atiende@localhost".to_owned()));
        assert_eq!(read("public_url = \"https://ayuda.agencia.example:8443\"", &[]).unwrap().mail_from(), "atiende@ayuda.agencia.example");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "una clave\n").unwrap();
        let whole = [
            ("ATIENDE_SMTP_HOST", "mail.agencia.example"),
            ("ATIENDE_SMTP_PORT", "465"),
            ("ATIENDE_SMTP_SECURITY", "tls"),
            ("ATIENDE_SMTP_USER", "atiende"),
            ("ATIENDE_SMTP_PASSWORD_FILE", file.to_str().unwrap()),
            ("ATIENDE_MAIL_FROM", "Mesa@Agencia.example"),
            ("ATIENDE_MAIL_SUBADDRESSING", "true"),
        ];
        let config = read("", &whole).unwrap();
        let smtp = config.smtp().unwrap();
        assert_eq!((smtp.port, smtp.login.clone().unwrap().password.as_str()), (465, "una clave"));
        assert_eq!((config.mail_from(), config.mail_subaddressing), ("mesa@agencia.example".to_owned(), true));
        assert!(!format!("{config:?} {smtp:?}").contains("una clave"), "a secret is not printed");

        let error = |changes: &[(&'static str, &'static str)]| {
            let mut environment: Vec<(&str, &str)> = whole.to_vec();
            environment.extend(changes);
            format!("{:#}", read("", &environment).unwrap_err())
        };
        assert!(error(&[("ATIENDE_SMTP_SECURITY", "plain")]).contains("smtp_security"), "in the clear to another machine");
        assert!(error(&[("ATIENDE_SMTP_SECURITY", "ssl")]).contains("ATIENDE_SMTP_SECURITY"));
        assert!(error(&[("ATIENDE_MAIL_FROM", "")]).contains("mail_from"));
        assert!(error(&[("ATIENDE_MAIL_FROM", "mesa")]).contains("mail_from"));
        assert!(error(&[("ATIENDE_MAIL_SUBADDRESSING", "yes")]).contains("ATIENDE_MAIL_SUBADDRESSING"));
        assert!(error(&[("ATIENDE_SMTP_PORT", "0")]).contains("smtp_port"));
        assert!(error(&[("ATIENDE_SMTP_PASSWORD", "otra")]).contains("smtp_password_file"), "one or the other");
        assert!(error(&[("ATIENDE_SMTP_PASSWORD_FILE", "/no/such/file")]).contains("smtp_password_file"));
        assert!(error(&[("ATIENDE_SMTP_USER", "")]).contains("smtp_user"));
        assert!(error(&[("ATIENDE_SMTP_CA_FILE", "/no/such/file")]).contains("smtp_ca_file"));
        let here = [("ATIENDE_SMTP_HOST", "127.0.0.1"), ("ATIENDE_SMTP_SECURITY", "plain"), ("ATIENDE_MAIL_FROM", "mesa@agencia.example")];
        assert!(read("", &here).is_ok());
    }

    #[test]
    fn an_error_names_its_key() {
        let error = |text: &str, environment: &[(&str, &str)]| format!("{:#}", read(text, environment).unwrap_err());
        assert!(error("listen = 7", &[]).contains("listen"));
        assert!(error("lisen = \"x\"", &[]).contains("lisen"));
        assert!(error("", &[("ATIENDE_REOPENING_DAYS", "soon")]).contains("ATIENDE_REOPENING_DAYS"));
        assert!(error("", &[("ATIENDE_N_REMINDERS", "11")]).contains("n_reminders"));
        assert!(error("public_url = \"help.example\"", &[]).contains("public_url"));
        assert!(error("public_url = \"https://a.example/x\"", &[]).contains("public_url"));
        for wrong in ["*", "https://*.example", "https://a.example/", "a.example", "https://A.example", "null", "https://"] {
            assert!(error(&format!("cors_origins = [{wrong:?}]"), &[]).contains("cors_origins"), "{wrong}");
        }
        assert!(error("intake_url = \"https://a.example\"", &[]).contains("intake_url"));
        assert!(error("database_url = \"mysql://x\"", &[]).contains("database_url"));
        assert!(error("", &[("ATIENDE_TYPO", "x")]).contains("ATIENDE_TYPO"));
    }
}
