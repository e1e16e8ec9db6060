//! The server: middleware, routes, document and app put together, started and stopped.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App as ActixApp, HttpServer};
use anyhow::Context;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use store::{Store, StoreSettings};
use tokio::sync::watch;

use crate::app::App;
use crate::app::files::Files;
use crate::app::mails::Mails;
use crate::app::together::Together;
use crate::auth::passwords::Passwords;
use crate::auth::tokens::Tokens;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::allowed::Allowed;
use crate::http::middleware::around;
use crate::routes::spa::{self, AppFiles};
use crate::routes::{self, docs, health};
use crate::{keys, openapi, worker};

/// Writes that may wait for SQLite's one writer; more are told to come back.
const WRITER_QUEUE: usize = 1024;
/// A head that trickles in is cut after this.
const HEAD_SECONDS: u64 = 10;
/// A connection that says nothing is closed after this.
const IDLE_SECONDS: u64 = 60;
/// Requests under way at a stop are waited for.
const STOP_SECONDS: u64 = 30;
/// Connections at once.
const MAX_CONNECTIONS: usize = 4_096;

/// A server that listens and has not begun to serve.
pub struct Ready {
    pub app: App,
    pub address: SocketAddr,
    server: Server,
    stop: watch::Sender<bool>,
    worker: tokio::task::JoinHandle<()>,
}

impl Ready {
    /// Serves until it is told to stop; then requests under way are finished, and what was written is durable.
    ///
    /// # Errors
    /// Where the network fails.
    pub async fn serve(self) -> anyhow::Result<()> {
        let served = self.server.await.context("the server stopped");
        let _ = self.stop.send(true);
        let _ = self.worker.await;
        self.app.store.stop();
        served
    }

    /// To stop it from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }
}

/// Opens the port, the database and the files.
///
/// # Errors
/// What could not be opened, and why.
pub fn build(config: Config, clock: Clock, app_files: AppFiles) -> anyhow::Result<Ready> {
    let listener = TcpListener::bind(config.listen).with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr().context("a listener without an address")?;
    let app = open(config.listening_on(address), clock)?;
    let metrics = metrics_handle()?;
    let (document, allowed) = described().clone();

    let data = Data::new(app.clone());
    let mut server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(data.clone())
            .app_data(Data::new(document.clone()))
            .app_data(Data::new(allowed.clone()))
            .app_data(Data::new(metrics.clone()))
            .app_data(Data::new(app_files))
            .service(web::scope("/api/v1").configure(routes::api))
            .service(docs::openapi_json)
            .service(docs::docs_root)
            .service(docs::docs)
            .service(health::live)
            .service(health::ready)
            .service(health::metrics)
            .default_service(web::to(spa::spa))
            .wrap(Condition::new(!data.config.cors_origins.is_empty(), cors(&data.config.cors_origins)))
            .wrap(from_fn(around))
    })
    .client_request_timeout(Duration::from_secs(HEAD_SECONDS))
    .keep_alive(Duration::from_secs(IDLE_SECONDS))
    .shutdown_timeout(STOP_SECONDS)
    .max_connections(MAX_CONNECTIONS)
    .disable_signals();
    if app.config.n_workers > 0 {
        server = server.workers(app.config.n_workers);
    }
    let server = server.listen(listener).context("cannot serve")?.run();
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(worker::run(app.clone(), stopped));
    Ok(Ready { app, address, server, stop, worker })
}

/// What the API says of itself, and which methods each path has: made once, however many servers a process starts.
fn described() -> &'static (docs::Document, Allowed) {
    static DESCRIBED: OnceLock<(docs::Document, Allowed)> = OnceLock::new();
    DESCRIBED.get_or_init(|| {
        let document = openapi::document();
        let allowed = Allowed::of(&document);
        (docs::Document(web::Bytes::from(openapi::written(&document))), allowed)
    })
}

/// The use cases over an open database.
///
/// # Errors
/// What could not be opened, and why.
pub fn open(config: Config, clock: Clock) -> anyhow::Result<App> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
    let key = keys::signing_key(&config.data_dir)?;
    let files = Files::open(&config.data_dir)?;
    let settings = StoreSettings { url: config.database_url(), n_readers: config.n_connections, queue: WRITER_QUEUE };
    let store = Store::open(&settings).context("cannot open the database")?;
    let together = match store.has_writer() {
        true => None,
        false => Some(Arc::new(Together::start().context("cannot start the threads that ask PostgreSQL")?)),
    };
    Ok(App {
        store,
        together,
        clock,
        tokens: Arc::new(Tokens::new(&key)),
        accounts: Arc::default(),
        passwords: Passwords::new().context("cannot hash passwords")?,
        throttle: Arc::default(),
        files,
        mails: Arc::new(Mails::new(&config, &key)),
        settings: Arc::default(),
        config: Arc::new(config),
    })
}

/// Pages of these origins may call the API with an access token. Nothing travels by itself: no cookie is sent or taken (Fetch, 3.3), so no page does
/// anything in the name of who is signed in here.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(["authorization", "content-type", "accept-language", "idempotency-key", "if-match", "if-none-match"])
        .expose_headers(["etag", "location", "retry-after", "x-request-id"])
        .max_age(3600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// One recorder for the process, however many servers a test starts in it.
fn metrics_handle() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
    let recorder = PrometheusBuilder::new().set_buckets(&seconds).context("the buckets of a histogram")?.build_recorder();
    let handle = HANDLE.get_or_init(|| recorder.handle()).clone();
    // A second one loses the race and is dropped; the first stays.
    let _ = metrics::set_global_recorder(recorder);
    Ok(handle)
}
