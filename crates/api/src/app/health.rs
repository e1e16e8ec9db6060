//! Is the system ready, and what does it measure?

use domain::Actor;
use metrics::gauge;
use store::tickets::{self, Filter};

use super::App;
use crate::error::Failure;

impl App {
    /// Does the database answer, with every migration applied?
    ///
    /// # Errors
    /// Unavailable, with the reason for operators.
    pub fn is_ready(&self) -> Result<(), Failure> {
        let pending = self.store.pending_migrations().map_err(|error| Failure::Unavailable(error.to_string()))?;
        if !pending.is_empty() {
            return Err(Failure::Unavailable(format!("migrations are pending: {}", pending.join(", "))));
        }
        self.store.read::<_, Failure>(|conn| Ok(tickets::count(conn, &Actor::system(), &Filter::default(), 1)?))?;
        Ok(())
    }

    /// Sets the gauges that are read when somebody asks.
    ///
    /// # Errors
    /// The store's.
    pub fn measure(&self) -> Result<(), Failure> {
        let stats = self.store.stats();
        gauge!("atiende_writer_queue_depth").set(stats.n_queued as f64);
        gauge!("atiende_writer_groups_total").set(stats.n_groups as f64);
        gauge!("atiende_writer_jobs_total").set(stats.n_jobs as f64);
        gauge!("atiende_writer_commit_seconds_total").set(stats.commit_nanoseconds as f64 / 1e9);
        let (n, oldest) = self.store.read::<_, Failure>(|conn| Ok(store::outbox::depth(conn)?))?;
        gauge!("atiende_outbox_depth").set(n as f64);
        let age = oldest.map_or(0.0, |oldest| (self.now() - oldest).num_milliseconds() as f64 / 1000.0);
        gauge!("atiende_outbox_oldest_seconds").set(age);
        let (n, oldest) = self.store.read::<_, Failure>(|conn| Ok(store::received::depth(conn)?))?;
        gauge!("atiende_received_mails_waiting").set(n as f64);
        let age = oldest.map_or(0.0, |oldest| (self.now() - oldest).num_milliseconds() as f64 / 1000.0);
        gauge!("atiende_received_mails_oldest_seconds").set(age);
        Ok(())
    }
}
