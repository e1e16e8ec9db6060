//! What the server does by itself, beside requests: sending mail, reminding who does not answer, forgetting what is past its time, giving back memory.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::app::App;
use crate::app::once::KEPT_HOURS;
use crate::error::Failure;
use crate::memory::Tidying;

/// How often to look for mails that wait.
const TAKE_UP_EVERY: Duration = Duration::from_secs(60);
/// How often to look for who is to be reminded.
const REMIND_EVERY: Duration = Duration::from_secs(60);
/// How often to look for what is past its time.
const EVERY: Duration = Duration::from_secs(15 * 60);
/// How often to give back memory.
const GIVE_BACK_EVERY: Duration = Duration::from_secs(2);
/// How long an uploaded file may wait for a note that takes it along.
const UPLOAD_HOURS: i64 = 24;
/// How long an ended session is kept, so that the reuse of its token is still known for what it is.
const SESSION_DAYS: i64 = 30;

/// How long a mail that is done stays on record.
const MAIL_DAYS: i64 = 400;
/// How often to look for mail, when nothing woke us: what another server wrote, and what is due by its time.
const MAIL_EVERY: Duration = Duration::from_secs(1);
/// A rest after each batch, so that a flood of mail leaves the machine to those who wait for an answer.
const MAIL_REST: Duration = Duration::from_millis(100);
/// A rest after a failure of the database.
const MAIL_TROUBLE: Duration = Duration::from_secs(5);

/// Runs until `stop` says so.
pub async fn run(app: App, stop: watch::Receiver<bool>) {
    tokio::join!(
        send(app.clone(), stop.clone()),
        take_up_mails(app.clone(), stop.clone()),
        remind(app.clone(), stop.clone()),
        give_back(stop.clone()),
        forget(app, stop)
    );
}

/// What is due now goes now. A stop waits for the mail that is on its way.
async fn send(app: App, mut stop: watch::Receiver<bool>) {
    let asked = stop.clone();
    let is_stopping = move || *asked.borrow();
    let mut rest = MAIL_EVERY;
    info!("Mail goes out {}", app.mails.way_out());
    loop {
        tokio::select! {
            () = app.mails.woken(), if rest == MAIL_EVERY => {}
            () = tokio::time::sleep(rest) => {}
            _ = stop.changed() => return,
        }
        rest = match app.send_due_mails(&is_stopping).await {
            Ok(0) => MAIL_EVERY,
            Ok(_) => MAIL_REST,
            Err(error) => {
                warn!("Could not look after the mail: {error}");
                MAIL_TROUBLE
            }
        };
    }
}

/// What was kept and not settled: from the start on, and again and again.
async fn take_up_mails(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match app.take_up_mails().await {
            Ok(n) if n > 0 => {
                info!(n_mails = n, "Took up {n} mails that waited");
                // There may be more.
                if !*stop.borrow() {
                    continue;
                }
            }
            Ok(_) => {}
            Err(error) => warn!("Could not take up mails that wait: {error}"),
        }
        tokio::select! {
            () = tokio::time::sleep(TAKE_UP_EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}

/// From the start on: a reminder may have come due while no server ran.
async fn remind(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match app.run(App::remind_who_is_due).await {
            Ok(0) => {}
            Ok(n) => info!(n_reminders = n, "Reminded {n} people who have not answered"),
            Err(error) => warn!("Could not look for who is to be reminded: {error}"),
        }
        tokio::select! {
            () = tokio::time::sleep(REMIND_EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn give_back(mut stop: watch::Receiver<bool>) {
    let mut tidying = Tidying::begun();
    loop {
        tokio::select! {
            () = tokio::time::sleep(GIVE_BACK_EVERY) => {}
            _ = stop.changed() => return,
        }
        // Longer than a thread of requests should stand still.
        let looked_after = tokio::task::spawn_blocking(move || {
            tidying.look_after();
            tidying
        });
        tidying = match looked_after.await {
            Ok(tidying) => tidying,
            Err(error) => return warn!("Nobody gives back memory any more: {error}"),
        };
    }
}

async fn forget(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => return,
        }
        match app.run(App::finish_merges).await {
            Ok(0) => {}
            Ok(n) => info!(n_tickets = n, "Gave {n} tickets of merged contacts to their people"),
            Err(error) => warn!("Could not finish a merge: {error}"),
        }
        match app.forget_what_is_past().await {
            Ok(n) if n > 0 => info!(n_records = n, "Forgot {n} records that were past their time"),
            Ok(_) => {}
            Err(error) => warn!("Could not forget what is past its time: {error}"),
        }
    }
}

impl App {
    /// Idempotency records, sessions, mails and uploads that are past their time. How many.
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
                    let mails = store::outbox::purge(conn, now - TimeDelta::days(MAIL_DAYS))?;
                    let links = store::resets::purge(conn, now)?;
                    Ok::<_, Failure>(records + sessions + mails + links)
                })
            })
            .await?;
        Ok(n_records + self.forget_uploads(now - TimeDelta::hours(UPLOAD_HOURS)).await?)
    }
}
