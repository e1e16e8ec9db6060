//! How the domain's values stand in the tables: identities as 64-bit integers, enums by their stable names, instants as `TIMESTAMP` in UTC.
//!
//! Rows hold plain integers and text; they become values here, with an error that names the row.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Text, Timestamp};
use diesel::sqlite::Sqlite;
use domain::{Instant, PersonId, Who};

use crate::conn::{MultiBackend, MultiRawValue};
use crate::error::StoreError;

/// An instant as the tables hold it: UTC, to the microsecond on both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct Stamp(pub Instant);

impl From<Instant> for Stamp {
    fn from(at: Instant) -> Stamp {
        Stamp(at)
    }
}

impl From<Stamp> for Instant {
    fn from(stamp: Stamp) -> Instant {
        stamp.0
    }
}

impl ToSql<Timestamp, Pg> for Stamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamp, Pg>::to_sql(&self.0.naive_utc(), &mut out.reborrow())
    }
}

impl FromSql<Timestamp, Pg> for Stamp {
    fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Stamp> {
        <NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(value).map(|at| Stamp(at.and_utc()))
    }
}

/// SQLite compares instants as text, so each has the same width: `2026-11-23 08:05:09.000123`.
impl ToSql<Timestamp, Sqlite> for Stamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(written(self.0)?);
        Ok(IsNull::No)
    }
}

impl FromSql<Timestamp, Sqlite> for Stamp {
    fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Stamp> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        read(&text).ok_or_else(|| format!("«{text}» is not an instant").into())
    }
}

impl ToSql<Timestamp, MultiBackend> for Stamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Timestamp, self));
        Ok(IsNull::No)
    }
}

impl FromSql<Timestamp, MultiBackend> for Stamp {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Stamp> {
        value.from_sql::<Stamp, Timestamp>()
    }
}

/// Whole seconds from one to the other; none before.
pub fn seconds(from: Instant, until: Instant) -> u64 {
    (until - from).max(TimeDelta::zero()).num_seconds().unsigned_abs()
}

fn written(at: Instant) -> Result<String, &'static str> {
    let at = at.naive_utc();
    let year = u32::try_from(at.year()).ok().filter(|year| *year <= 9999).ok_or("an instant beyond the year 9999")?;
    let mut text = String::with_capacity(26);
    let mut put = |number: u32, width: u32, after: &str| {
        for place in (0..width).rev() {
            text.push(char::from(b'0' + (number / 10u32.pow(place) % 10) as u8));
        }
        text.push_str(after);
    };
    put(year, 4, "-");
    put(at.month(), 2, "-");
    put(at.day(), 2, " ");
    put(at.hour(), 2, ":");
    put(at.minute(), 2, ":");
    put(at.second(), 2, ".");
    put(at.nanosecond() % 1_000_000_000 / 1_000, 6, "");
    Ok(text)
}

fn read(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    let (day, time) = (bytes.get(0..10)?, bytes.get(10..26)?);
    let seps = [day[4], day[7], time[0], time[3], time[6], time[9]];
    if bytes.len() != 26 || seps != *b"-- ::." {
        return None;
    }
    let number = |digits: &[u8]| digits.iter().try_fold(0u32, |n, digit| digit.is_ascii_digit().then(|| n * 10 + u32::from(digit - b'0')));
    let date = NaiveDate::from_ymd_opt(number(&day[0..4])? as i32, number(&day[5..7])?, number(&day[8..10])?)?;
    let at = date.and_hms_micro_opt(number(&time[1..3])?, number(&time[4..6])?, number(&time[7..9])?, number(&time[10..16])?)?;
    Some(Stamp(DateTime::from_naive_utc_and_offset(at, chrono::Utc)))
}

/// A value of the domain, from what a column holds: an identity from its number, an enum from its name.
pub(crate) fn value<T, S>(table: &'static str, key: impl Display, stored: S) -> Result<T, StoreError>
where
    S: Stored<T>,
{
    stored.into_value().map_err(|why| StoreError::corrupt(table, key, why))
}

/// The same for a column that may be empty.
pub(crate) fn maybe<T, S>(table: &'static str, key: impl Display, stored: Option<S>) -> Result<Option<T>, StoreError>
where
    S: Stored<T>,
{
    stored.map(|stored| value(table, key, stored)).transpose()
}

/// What a column holds that becomes a value of the domain.
pub(crate) trait Stored<T> {
    fn into_value(self) -> Result<T, String>;
}

impl<T: TryFrom<i64, Error: Display>> Stored<T> for i64 {
    fn into_value(self) -> Result<T, String> {
        T::try_from(self).map_err(|why| format!("{self}: {why}"))
    }
}

impl<T: TryFrom<i32, Error: Display>> Stored<T> for i32 {
    fn into_value(self) -> Result<T, String> {
        T::try_from(self).map_err(|why| format!("{self}: {why}"))
    }
}

impl<T: FromStr<Err: Display>> Stored<T> for String {
    fn into_value(self) -> Result<T, String> {
        self.as_str().into_value()
    }
}

impl<T: FromStr<Err: Display>> Stored<T> for &str {
    fn into_value(self) -> Result<T, String> {
        self.parse().map_err(|why| format!("«{self}»: {why}"))
    }
}

/// The hand that wrote something; nobody is the system.
pub(crate) fn who(person: Option<PersonId>) -> Who {
    person.map_or(Who::System, Who::Person)
}

/// A count or a number of the domain for an `Integer` column; none of them comes near the limit.
pub(crate) fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_with_a_fixed_width_and_read_back() {
        for (text, micros) in
            [("2026-11-23 08:05:09.000123", 123), ("0001-01-01 00:00:00.000000", 0), ("9999-12-31 23:59:59.999999", 999_999)]
        {
            let stamp = read(text).unwrap();
            assert_eq!(stamp.0.timestamp_subsec_micros(), micros);
            assert_eq!(written(stamp.0).unwrap(), text);
        }
    }

    #[test]
    fn nanoseconds_are_left_out() {
        let at = DateTime::from_timestamp(1_800_000_000, 123_456_789).unwrap();
        assert!(written(at).unwrap().ends_with(".123456"));
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for bad in [
            "",
            "2026-11-23",
            "2026-11-23 08:05:09",
            "2026-13-23 08:05:09.000123",
            "2026-11-23T08:05:09.000123",
            "2026-11-23 08:05:09.00012x",
            "ñ26-11-23 08:05:09.00012",
        ] {
            assert!(read(bad).is_none(), "{bad}");
        }
    }
}
