//! The database that a run measures, and the folder of its server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use scratch::Cluster;
use store::{Backend, Store, StoreSettings};

use crate::process;

/// A fresh database with its tables; it ends with its value.
pub struct Database {
    pub backend: Backend,
    pub url: String,
    /// The server's data folder, and SQLite's database.
    pub folder: PathBuf,
    cluster: Option<Cluster>,
}

impl Database {
    /// Empties `folder`, and makes a database: in it, or in a cluster of its own that keeps every promise about commits.
    pub fn make(backend: Backend, folder: PathBuf) -> Result<Database> {
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("empty {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        let (url, cluster) = match backend {
            Backend::Sqlite => (format!("sqlite:{}", folder.join("atiende.db").display()), None),
            Backend::Postgres => {
                let cluster = Cluster::start(true)?;
                (cluster.create_database("atiende", None)?, Some(cluster))
            }
        };
        Store::migrate(&url).context("migrate")?;
        Ok(Database { backend, url, folder, cluster })
    }

    pub fn open(&self) -> Result<Store> {
        Ok(Store::open(&StoreSettings { url: self.url.clone(), n_readers: 1, queue: 16 })?)
    }

    /// Where its durable writes go.
    pub fn disk(&self) -> PathBuf {
        self.cluster.as_ref().and_then(|_| cluster_folder(&self.url)).unwrap_or_else(|| self.folder.clone())
    }

    /// What a server in service has long had when somebody measures it: on PostgreSQL what autovacuum does within minutes of a load.
    /// SQLite keeps no statistics in service, so it has none here.
    pub fn settle(&self) -> Result<()> {
        if self.backend == Backend::Sqlite {
            return Ok(());
        }
        let psql = scratch::find_binaries().context("PostgreSQL is not installed")?.join("psql");
        let mut command = Command::new(psql);
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url, "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"]);
        let output = command.output().context("run psql")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(())
    }

    /// Processor seconds of the database's own processes; SQLite has none.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let Some(folder) = self.cluster.as_ref().and_then(|_| cluster_folder(&self.url)) else { return Ok(0.0) };
        let path = folder.join("data/postmaster.pid");
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        let pid = text.lines().next().and_then(|line| line.trim().parse().ok()).context("PostgreSQL's process has no number")?;
        process::family_cpu_seconds(pid)
    }

    pub fn name(&self) -> &'static str {
        name(self.backend)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.cluster = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    }
}

/// The folder of a cluster is that of its socket, which the URL names.
fn cluster_folder(url: &str) -> Option<PathBuf> {
    let (_, host) = url.split_once("host=")?;
    Some(Path::new(host).to_owned())
}
