//! Between rows and values.

use chrono::NaiveDateTime;
use domain::Instant;

/// An instant, from a row that holds Diesel's own type. (Where many are read, [`crate::types::Stamp`] is quicker.)
pub(crate) fn instant(at: NaiveDateTime) -> Instant {
    at.and_utc()
}

/// The same for a row that is written.
pub(crate) fn stamp(at: Instant) -> NaiveDateTime {
    at.naive_utc()
}
