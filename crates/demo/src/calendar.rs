//! When an office in Lima works: Monday to Friday, 08:30 to 17:30, but for Peru's national holidays; and how busy its help desk is then.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc, Weekday};
use domain::{Day, Instant, day_in_lima};

/// Minutes of a day at which work begins and ends.
const OPENS: i64 = 8 * 60 + 30;
const CLOSES: i64 = 17 * 60 + 30;
/// A working day in minutes.
pub const DAY_MINUTES: f64 = (CLOSES - OPENS) as f64;

/// How many requests come in each half hour of a working day, from its beginning: most from 9 to 11 and from 15 to 16, few at lunch.
pub const RHYTHM: [f64; 18] = [0.8, 1.7, 1.7, 1.6, 1.5, 1.0, 0.9, 0.6, 0.4, 0.3, 0.5, 0.9, 1.0, 1.5, 1.4, 1.0, 0.8, 0.5];

/// Peru's national holidays of fixed date, by month and day.
const HOLIDAYS: [(u32, u32); 14] = [
    (1, 1),
    (5, 1),
    (6, 7),  // Batalla de Arica y Día de la Bandera (Ley 31788).
    (6, 29), // San Pedro y San Pablo.
    (7, 23), // Fuerza Aérea (Ley 31822).
    (7, 28),
    (7, 29),
    (8, 6),  // Batalla de Junín.
    (8, 30), // Santa Rosa de Lima.
    (10, 8), // Combate de Angamos.
    (11, 1),
    (12, 8),
    (12, 9), // Batalla de Ayacucho.
    (12, 25),
];

/// A national holiday: those of fixed date, and Holy Thursday and Good Friday.
pub fn is_holiday(day: Day) -> bool {
    let easter = easter(day.year());
    HOLIDAYS.contains(&(day.month(), day.day())) || [2, 3].iter().any(|before| easter - Days::new(*before) == day)
}

pub fn is_working(day: Day) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day)
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm, as in Meeus' «Astronomical Algorithms», chapter 8).
pub fn easter(year: i32) -> Day {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month_and_day = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, (month_and_day / 31) as u32, (month_and_day % 31 + 1) as u32).expect("Easter is a day of March or April")
}

/// The instant at which clocks in Lima show that minute of that day.
pub fn instant(day: Day, minute: i64) -> Instant {
    let midnight = Utc.from_utc_datetime(&day.and_time(NaiveTime::MIN));
    midnight + TimeDelta::hours(5) + TimeDelta::minutes(minute)
}

/// As clocks in Lima show it.
pub fn lima(at: Instant) -> DateTime<FixedOffset> {
    at.with_timezone(&FixedOffset::west_opt(5 * 3600).expect("five hours are less than a day"))
}

/// The minute of the day that clocks in Lima show.
pub fn minute_of(at: Instant) -> i64 {
    let lima = lima(at);
    i64::from(lima.hour()) * 60 + i64::from(lima.minute())
}

/// That many minutes of work later.
pub fn forward(at: Instant, minutes: f64) -> Instant {
    let mut left = TimeDelta::seconds((minutes * 60.0) as i64);
    let mut at = at;
    loop {
        let day = day_in_lima(at);
        let (opens, closes) = (instant(day, OPENS), instant(day, CLOSES));
        if is_working(day) && at < closes {
            at = at.max(opens);
            if at + left < closes {
                return at + left;
            }
            left -= closes - at;
        }
        at = instant(day + Days::new(1), OPENS);
    }
}

/// That many minutes of work before.
pub fn backward(at: Instant, minutes: f64) -> Instant {
    let mut left = TimeDelta::seconds((minutes * 60.0) as i64);
    let mut at = at;
    loop {
        let day = day_in_lima(at);
        let (opens, closes) = (instant(day, OPENS), instant(day, CLOSES));
        if is_working(day) && at > opens {
            at = at.min(closes);
            if at - left >= opens {
                return at - left;
            }
            left -= at - opens;
        }
        at = instant(day, 0) - TimeDelta::minutes(1);
    }
}

/// How many requests a working day brings, compared with others: more on Mondays, after holidays, at month ends, on the days of payroll,
/// and in December, when the fiscal year closes.
pub fn weight(day: Day) -> f64 {
    if !is_working(day) {
        return 0.0;
    }
    let yesterday = day - Days::new(1);
    let n_left = (1..=9).filter(|n| is_working(day + Days::new(*n)) && (day + Days::new(*n)).month() == day.month()).count();
    let of_weekday = match day.weekday() {
        Weekday::Mon => 1.4,
        Weekday::Fri => 0.85,
        _ => 1.0,
    };
    let after_holiday = if is_holiday(yesterday) { 1.25 } else { 1.0 };
    let of_month_end = if n_left < 3 { 1.35 } else { 1.0 };
    let of_payroll = if (20..=22).contains(&day.day()) { 1.15 } else { 1.0 };
    let of_december = if day.month() == 12 { 1.3 } else { 1.0 };
    of_weekday * after_holiday * of_month_end * of_payroll * of_december
}

/// «11 de junio»
pub fn spoken(day: Day) -> String {
    const MONTHS: [&str; 12] =
        ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre"];
    format!("{} de {}", day.day(), MONTHS[day.month0() as usize])
}

/// Without seconds of a fraction: both databases keep six digits, people write none.
pub fn whole(at: Instant) -> Instant {
    DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn easter_is_where_the_almanac_has_it() {
        for (year, is) in [
            (2000, "2000-04-23"),
            (2019, "2019-04-21"),
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), day(is));
        }
    }

    #[test]
    fn holidays_and_weekends_are_free_and_the_days_beside_them_are_not() {
        for free in ["2026-04-02", "2026-04-03", "2026-07-28", "2026-12-08", "2026-12-09", "2026-11-21", "2026-11-22", "2026-01-01"] {
            assert!(!is_working(day(free)), "{free}");
        }
        for working in ["2026-04-01", "2026-04-06", "2026-07-27", "2026-07-30", "2026-12-10", "2026-11-20", "2026-11-23"] {
            assert!(is_working(day(working)), "{working}");
        }
    }

    #[test]
    fn work_passes_over_nights_weekends_and_holidays() {
        let friday = instant(day("2026-11-20"), CLOSES - 10);

        assert_eq!(forward(friday, 5.0), instant(day("2026-11-20"), CLOSES - 5));
        assert_eq!(forward(friday, 30.0), instant(day("2026-11-23"), OPENS + 20));
        assert_eq!(backward(instant(day("2026-11-23"), OPENS + 20), 30.0), friday);
        assert_eq!(forward(instant(day("2026-12-07"), CLOSES - 1), 2.0), instant(day("2026-12-10"), OPENS + 1));
        assert_eq!(forward(instant(day("2026-11-21"), 100), 0.0), instant(day("2026-11-23"), OPENS), "nobody works on a Saturday");
        assert_eq!(backward(instant(day("2026-11-22"), 100), 1.0), instant(day("2026-11-20"), CLOSES - 1));
    }

    #[test]
    fn mondays_and_month_ends_are_busier() {
        assert!(weight(day("2026-11-16")) > weight(day("2026-11-17")));
        assert!(weight(day("2026-09-30")) > weight(day("2026-09-16")));
        assert!(weight(day("2026-12-16")) > weight(day("2026-11-18")));
        assert!(weight(day("2026-04-02")) == 0.0 && weight(day("2026-11-22")) == 0.0);
    }
}
