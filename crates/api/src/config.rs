//! Configuration: a TOML file, then the environment over it; read once, checked at the start, passed as values.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use domain::Rules;
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
    /// `plain` or `json`.
    pub log_format: LogFormat,
    /// As `RUST_LOG`: `info`, `info,api=debug`.
    pub log_level: String,
    /// Days within which a closed ticket may be reopened.
    pub reopening_days: u32,
    /// Reminders that go before one may give up waiting for a person.
    pub n_reminders: u32,
    /// Threads that serve; one for each processor, where it is 0.
    pub n_workers: usize,
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
            log_format: LogFormat::Plain,
            log_level: "info".into(),
            reopening_days: Rules::default().reopening_days,
            n_reminders: Rules::default().n_reminders,
            n_workers: 0,
        }
    }
}

const PREFIX: &str = "ATIENDE_";
/// Names with our prefix that are not keys of the configuration.
const NOT_KEYS: [&str; 6] = ["CONFIG", "BIN", "CHROMIUM", "CHROMEDRIVER", "VERSION", "TEST_DATABASE_URL"];

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
            self.public_url = format!("http://{}", self.listen);
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
        range("n_connections", self.n_connections.into(), 1, 200)?;
        range("reopening_days", self.reopening_days.into(), 0, 365)?;
        range("n_reminders", self.n_reminders.into(), 0, 10)?;
        range("n_workers", self.n_workers as u64, 0, 256)?;
        Ok(self)
    }

    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("atiende.db").display()))
    }

    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    pub fn rules(&self) -> Rules {
        Rules { reopening_days: self.reopening_days, n_reminders: self.n_reminders }
    }
}

fn parse(path: &Path) -> anyhow::Result<toml::Table> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the configuration file {}", path.display()))?;
    text.parse().with_context(|| format!("the configuration file {} is not TOML", path.display()))
}

/// A variable is text; the key says what it should be.
fn typed(key: &str, text: &str) -> toml::Value {
    match key {
        "n_connections" | "reopening_days" | "n_reminders" | "n_workers" => {
            text.trim().parse().map_or_else(|_| toml::Value::String(text.into()), toml::Value::Integer)
        }
        "trusted_proxies" => {
            toml::Value::Array(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(|t| toml::Value::String(t.into())).collect())
        }
        _ => toml::Value::String(text.into()),
    }
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
        assert_eq!((config.listen.port(), config.reopening_days, config.public_url.as_str()), (80, 7, "http://0.0.0.0:80"));
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
        assert!(error("database_url = \"mysql://x\"", &[]).contains("database_url"));
        assert!(error("", &[("ATIENDE_TYPO", "x")]).contains("ATIENDE_TYPO"));
    }
}
