//! The demonstration: an invented agency and a year of its help desk, told as steps that the server's own use cases carry out.
//!
//! Nothing is written here, and no clock is read: the same number of tickets, seed and last instant tell the same year. The texts are in `data/`.

mod absences;
pub mod agency;
pub mod calendar;
mod cast;
mod data;
pub mod files;
mod ids;
pub mod mails;
mod story;
mod texts;

#[cfg(test)]
mod tests;

use chrono::TimeDelta;
use domain::{Instant, Rules};

pub use absences::Absence;
pub use agency::{Agency, Change};
pub use ids::Ids;
pub use story::{Act, Step, Stray, TellError};

/// Tickets of a year, where nobody says otherwise.
pub const N_TICKETS: u32 = 2_000;
/// The seed, where nobody says otherwise.
pub const SEED: u64 = 0x5049_5449_3034;
/// How long the year is.
const DAYS: i64 = 365;

/// What the year is told from.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// About how many tickets.
    pub n_tickets: u32,
    pub seed: u64,
    /// The last instant: «now», so that the board looks alive.
    pub until: Instant,
    pub rules: Rules,
}

/// The agency, and everything that its people did.
#[derive(Debug, Clone)]
pub struct Plan {
    pub agency: Agency,
    /// When the system was set up.
    pub begins_at: Instant,
    /// In the order of their instants.
    pub steps: Vec<Step>,
    pub n_stories: usize,
    /// In the order in which they were said.
    pub absences: Vec<Absence>,
}

/// Tells the year.
///
/// # Errors
/// Where the procedure refuses a step; a test tells many years without one.
pub fn tell(settings: &Settings) -> Result<Plan, Box<TellError>> {
    let until = calendar::whole(settings.until);
    let begins_at = calendar::forward(until - TimeDelta::days(DAYS), 0.0);
    let data = data::Data::read();
    let agency = Agency::new(&data, settings.seed, settings.rules, begins_at, until);
    let (steps, n_stories) = cast::tell(&data, &agency, settings, begins_at, until)?;
    let absences = absences::absences(&agency, &steps, settings.seed, begins_at, until);
    Ok(Plan { agency, begins_at, steps, n_stories, absences })
}
