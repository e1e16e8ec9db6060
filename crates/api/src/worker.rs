//! What the server does by itself, beside requests: forgetting what is past its time.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::app::App;
use crate::app::once::KEPT_HOURS;
use crate::error::Failure;

/// How often to look.
const EVERY: Duration = Duration::from_secs(15 * 60);
/// How long an uploaded file may wait for a note that takes it along.
const UPLOAD_HOURS: i64 = 24;
/// How long an ended session is kept, so that the reuse of its token is still known for what it is.
const SESSION_DAYS: i64 = 30;

/// Runs until `stop` says so.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => return,
        }
        match app.forget_what_is_past().await {
            Ok(n) if n > 0 => info!(n_records = n, "Forgot {n} records that were past their time"),
            Ok(_) => {}
            Err(error) => warn!("Could not forget what is past its time: {error}"),
        }
    }
}

impl App {
    /// Idempotency records, sessions and uploads that are past their time. How many.
    ///
    /// # Errors
    /// The store's, or the disk's.
    pub async fn forget_what_is_past(&self) -> Result<usize, Failure> {
        let now = self.now();
        let n_records = self
            .run(move |app| {
                app.store.write(move |conn| {
                    let records = store::idempotency::purge(conn, now - TimeDelta::hours(KEPT_HOURS))?;
                    let sessions = store::sessions::purge(conn, now - TimeDelta::days(SESSION_DAYS))?;
                    Ok::<_, Failure>(records + sessions)
                })
            })
            .await?;
        Ok(n_records + self.forget_uploads(now - TimeDelta::hours(UPLOAD_HOURS)).await?)
    }
}
