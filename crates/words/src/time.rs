//! Instants and days as people say them, in Lima's time and by a clock of 24 hours.
//!
//! The ninth month is «setiembre», as in Peru. Nothing here reads a clock: `now` is an argument.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta, Timelike};
use domain::{Day, Instant, day_in_lima};

use crate::counts::{Noun, count};
use crate::{Language, words};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

/// «hace 12 min», “12 min ago”. What a clock that runs ahead calls the future is a moment ago.
pub fn ago(at: Instant, now: Instant, language: Language) -> String {
    match (span(now - at, language), language) {
        (None, Language::Spanish) => "hace un momento".to_owned(),
        (None, Language::English) => "just now".to_owned(),
        (Some(span), Language::Spanish) => format!("hace {span}"),
        (Some(span), Language::English) => format!("{span} ago"),
    }
}

/// «vence en 2 h», «venció hace 1 día».
pub fn until(at: Instant, now: Instant, language: Language) -> String {
    if at <= now {
        return format!("{} {}", language.pick("venció", "was due"), ago(at, now, language));
    }
    match (span(at - now, language), language) {
        (None, Language::Spanish) => "vence ahora".to_owned(),
        (None, Language::English) => "due now".to_owned(),
        (Some(span), Language::Spanish) => format!("vence en {span}"),
        (Some(span), Language::English) => format!("due in {span}"),
    }
}

/// A deadline in a list: «hoy 16:00», «mañana 09:30», «venció hace 2 h».
pub fn deadline(at: Instant, now: Instant, language: Language) -> String {
    if at <= now { until(at, now, language) } else { moment(at, now, language) }
}

/// «hoy 16:00», «ayer 09:10», «mañana 09:30», «lun. 14 oct., 16:05»; with its year where that is another.
pub fn moment(at: Instant, now: Instant, language: Language) -> String {
    let (day, today) = (day_in_lima(at), day_in_lima(now));
    let name = match (day - today).num_days() {
        0 => language.pick("hoy", "today"),
        -1 => language.pick("ayer", "yesterday"),
        1 => language.pick("mañana", "tomorrow"),
        _ if day.year() == today.year() => return instant(at, language),
        _ => return format!("{}, {}", self::day(day, language), clock(at)),
    };
    format!("{name} {}", clock(at))
}

/// A moment after «desde»: «desde hoy 10:45», «desde el lun. 14 oct., 16:05».
pub fn since(at: Instant, now: Instant, language: Language) -> String {
    let is_near = (day_in_lima(at) - day_in_lima(now)).num_days().abs() <= 1;
    let moment = moment(at, now, language);
    match language {
        Language::Spanish if is_near => format!("desde {moment}"),
        Language::Spanish => format!("desde el {moment}"),
        Language::English => format!("since {moment}"),
    }
}

/// «lun. 14 oct., 16:05», “Mon 14 Oct, 16:05”.
pub fn instant(at: Instant, language: Language) -> String {
    format!("{}, {}", weekday_and_day(day_in_lima(at), language), clock(at))
}

/// The whole date, on hover and for screen readers: «lunes 14 de octubre de 2025, 16:05».
pub fn full(at: Instant, language: Language) -> String {
    format!("{}, {}", full_day(day_in_lima(at), language), clock(at))
}

/// «16:05».
pub fn clock(at: Instant) -> String {
    let at = in_lima(at);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// «14/10/2025», “14 Oct 2025”.
pub fn day(day: Day, language: Language) -> String {
    match language {
        Language::Spanish => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Language::English => format!("{} {} {}", day.day(), month_short(day.month(), language), day.year()),
    }
}

/// The day of an instant: «14/10/2025».
pub fn date(at: Instant, language: Language) -> String {
    day(day_in_lima(at), language)
}

/// «14 oct.», “14 Oct”; with its year where that is another than today's.
pub fn short_day(day: Day, today: Day, language: Language) -> String {
    if day.year() == today.year() { format!("{} {}", day.day(), month_short(day.month(), language)) } else { self::day(day, language) }
}

/// «lun. 14 oct.», “Mon 14 Oct”.
pub fn weekday_and_day(day: Day, language: Language) -> String {
    let weekday = weekday_short(day.weekday().num_days_from_monday(), language);
    format!("{weekday} {} {}", day.day(), month_short(day.month(), language))
}

/// «lunes 14 de octubre de 2025», “Monday 14 October 2025”.
pub fn full_day(day: Day, language: Language) -> String {
    let weekday = weekday(day.weekday().num_days_from_monday(), language);
    let (n, month, year) = (day.day(), month(day.month(), language), day.year());
    language.pick(format!("{weekday} {n} de {month} de {year}"), format!("{weekday} {n} {month} {year}"))
}

/// «octubre de 2025», “October 2025”.
pub fn month_of(day: Day, language: Language) -> String {
    let (month, year) = (month(day.month(), language), day.year());
    language.pick(format!("{month} de {year}"), format!("{month} {year}"))
}

/// How long work took: «45 min», «2 h», «1 h 30 min».
pub fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// A length of time by its largest unit, rounded down; none under a minute.
fn span(length: TimeDelta, language: Language) -> Option<String> {
    let counted = |unit: i64, noun| count((length.num_seconds() / unit) as usize, noun, language);
    match length.num_seconds() {
        ..MINUTE => None,
        seconds @ MINUTE..HOUR => Some(format!("{} min", seconds / MINUTE)),
        seconds @ HOUR..DAY => Some(format!("{} h", seconds / HOUR)),
        DAY..MONTH => Some(counted(DAY, Noun::Day)),
        MONTH..YEAR => Some(counted(MONTH, Noun::Month)),
        YEAR.. => Some(counted(YEAR, Noun::Year)),
    }
}

fn in_lima(at: Instant) -> DateTime<FixedOffset> {
    at.with_timezone(&domain::lima())
}

words! {
    /// A month's name, January 1; nothing for a number that is no month.
    pub fn month(month: u32) {
        1 => "enero", "January";
        2 => "febrero", "February";
        3 => "marzo", "March";
        4 => "abril", "April";
        5 => "mayo", "May";
        6 => "junio", "June";
        7 => "julio", "July";
        8 => "agosto", "August";
        9 => "setiembre", "September";
        10 => "octubre", "October";
        11 => "noviembre", "November";
        12 => "diciembre", "December";
        _ => "", "";
    }

    pub fn month_short(month: u32) {
        1 => "ene.", "Jan";
        2 => "feb.", "Feb";
        3 => "mar.", "Mar";
        4 => "abr.", "Apr";
        5 => "may.", "May";
        6 => "jun.", "Jun";
        7 => "jul.", "Jul";
        8 => "ago.", "Aug";
        9 => "set.", "Sep";
        10 => "oct.", "Oct";
        11 => "nov.", "Nov";
        12 => "dic.", "Dec";
        _ => "", "";
    }

    /// A weekday's name, Monday 0; nothing for a number that is no weekday.
    pub fn weekday(from_monday: u32) {
        0 => "lunes", "Monday";
        1 => "martes", "Tuesday";
        2 => "miércoles", "Wednesday";
        3 => "jueves", "Thursday";
        4 => "viernes", "Friday";
        5 => "sábado", "Saturday";
        6 => "domingo", "Sunday";
        _ => "", "";
    }

    pub fn weekday_short(from_monday: u32) {
        0 => "lun.", "Mon";
        1 => "mar.", "Tue";
        2 => "mié.", "Wed";
        3 => "jue.", "Thu";
        4 => "vie.", "Fri";
        5 => "sáb.", "Sat";
        6 => "dom.", "Sun";
        _ => "", "";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Spanish};
    use chrono::TimeZone;

    /// An instant told in Lima's time.
    fn lima(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Instant {
        let zone = domain::lima();
        zone.with_ymd_and_hms(year, month, day, hour, minute, 0).single().expect("one instant").to_utc()
    }

    fn now() -> Instant {
        lima(2025, 10, 14, 16, 5)
    }

    #[test]
    fn what_was_is_said_by_its_largest_unit() {
        for (seconds, es, en) in [
            (-30, "hace un momento", "just now"),
            (0, "hace un momento", "just now"),
            (59, "hace un momento", "just now"),
            (60, "hace 1 min", "1 min ago"),
            (12 * 60 + 59, "hace 12 min", "12 min ago"),
            (HOUR - 1, "hace 59 min", "59 min ago"),
            (HOUR, "hace 1 h", "1 h ago"),
            (DAY - 1, "hace 23 h", "23 h ago"),
            (DAY, "hace 1 día", "1 day ago"),
            (2 * DAY, "hace 2 días", "2 days ago"),
            (MONTH - 1, "hace 29 días", "29 days ago"),
            (MONTH, "hace 1 mes", "1 month ago"),
            (2 * MONTH, "hace 2 meses", "2 months ago"),
            (YEAR, "hace 1 año", "1 year ago"),
            (3 * YEAR, "hace 3 años", "3 years ago"),
        ] {
            let at = now() - TimeDelta::seconds(seconds);
            assert_eq!((ago(at, now(), Spanish).as_str(), ago(at, now(), English).as_str()), (es, en), "{seconds} s");
        }
    }

    #[test]
    fn a_deadline_is_ahead_or_past() {
        for (seconds, es, en) in [
            (2 * HOUR, "vence en 2 h", "due in 2 h"),
            (DAY, "vence en 1 día", "due in 1 day"),
            (60, "vence en 1 min", "due in 1 min"),
            (59, "vence ahora", "due now"),
            (1, "vence ahora", "due now"),
            (0, "venció hace un momento", "was due just now"),
            (-59, "venció hace un momento", "was due just now"),
            (-60, "venció hace 1 min", "was due 1 min ago"),
            (-DAY, "venció hace 1 día", "was due 1 day ago"),
        ] {
            let at = now() + TimeDelta::seconds(seconds);
            assert_eq!((until(at, now(), Spanish).as_str(), until(at, now(), English).as_str()), (es, en), "{seconds} s");
        }
        assert_eq!(deadline(now() + TimeDelta::hours(1), now(), Spanish), "hoy 17:05");
        assert_eq!(deadline(now(), now(), Spanish), "venció hace un momento");
    }

    #[test]
    fn a_moment_is_near_or_dated() {
        for (at, es, en) in [
            (lima(2025, 10, 14, 0, 0), "hoy 00:00", "today 00:00"),
            (lima(2025, 10, 14, 23, 59), "hoy 23:59", "today 23:59"),
            (lima(2025, 10, 13, 23, 59), "ayer 23:59", "yesterday 23:59"),
            (lima(2025, 10, 13, 9, 10), "ayer 09:10", "yesterday 09:10"),
            (lima(2025, 10, 15, 9, 30), "mañana 09:30", "tomorrow 09:30"),
            (lima(2025, 10, 12, 9, 10), "dom. 12 oct., 09:10", "Sun 12 Oct, 09:10"),
            (lima(2025, 9, 3, 18, 0), "mié. 3 set., 18:00", "Wed 3 Sep, 18:00"),
            (lima(2024, 12, 31, 18, 0), "31/12/2024, 18:00", "31 Dec 2024, 18:00"),
        ] {
            assert_eq!((moment(at, now(), Spanish).as_str(), moment(at, now(), English).as_str()), (es, en));
        }
        assert_eq!(since(lima(2025, 10, 14, 10, 45), now(), Spanish), "desde hoy 10:45");
        assert_eq!(since(lima(2025, 10, 10, 10, 45), now(), Spanish), "desde el vie. 10 oct., 10:45");
    }

    #[test]
    fn a_new_year_does_not_part_yesterday_from_today() {
        let now = lima(2026, 1, 1, 0, 30);
        assert_eq!(moment(lima(2025, 12, 31, 23, 50), now, Spanish), "ayer 23:50");
        assert_eq!(moment(lima(2025, 12, 30, 23, 50), now, Spanish), "30/12/2025, 23:50");
    }

    #[test]
    fn days_follow_lima_and_hours_are_24() {
        // 02:30 in UTC is still the evening before in Lima.
        let at = chrono::Utc.with_ymd_and_hms(2025, 10, 15, 2, 30, 0).single().expect("one instant");
        assert_eq!(instant(at, Spanish), "mar. 14 oct., 21:30");
        assert_eq!(full(at, Spanish), "martes 14 de octubre de 2025, 21:30");
        assert_eq!(full(at, English), "Tuesday 14 October 2025, 21:30");
        assert_eq!(date(at, Spanish), "14/10/2025");
        assert_eq!(clock(lima(2025, 1, 1, 0, 5)), "00:05");
    }

    #[test]
    fn the_ninth_month_is_setiembre() {
        let day = Day::from_ymd_opt(2025, 9, 5).expect("a day");
        assert_eq!(super::day(day, Spanish), "05/09/2025");
        assert_eq!(super::day(day, English), "5 Sep 2025");
        assert_eq!(full_day(day, Spanish), "viernes 5 de setiembre de 2025");
        assert_eq!(month_of(day, Spanish), "setiembre de 2025");
        assert_eq!(short_day(day, day, Spanish), "5 set.");
        assert_eq!(short_day(day, Day::from_ymd_opt(2026, 1, 1).expect("a day"), Spanish), "05/09/2025");
    }

    #[test]
    fn work_is_counted_in_hours_and_minutes() {
        assert_eq!([1, 59, 60, 90, 1440].map(duration), ["1 min", "59 min", "1 h", "1 h 30 min", "24 h"]);
    }
}
