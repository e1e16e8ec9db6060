//! The board, worked out: its period, the lists that its figures lead to, and the geometry of its charts.

use chrono::{Datelike, Days, Months, NaiveDate};
use domain::Outcome;
use words::{Language, time};

use crate::pages::home::model::value_in;

/// From one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// The outcomes that count as attended, as lists filter by them.
pub fn solved() -> String {
    let names: Vec<&str> = Outcome::ALL.iter().filter(|outcome| outcome.is_solved()).map(|outcome| outcome.name()).collect();
    format!("outcome={}", names.join(","))
}

impl Period {
    /// What the address says; this month, where it says nothing.
    pub fn of(search: &str, today: NaiveDate) -> Period {
        let day = |name: &str| value_in(search, name).and_then(|day| day.parse::<NaiveDate>().ok());
        match (day("from"), day("to")) {
            (Some(from), Some(to)) => Period { from, to },
            _ => Period::month_of(today),
        }
    }

    pub fn month_of(day: NaiveDate) -> Period {
        let from = first(day);
        Period { from, to: last(from) }
    }

    /// Those that are offered by name: this month, the last, this quarter, this year, the last twelve months.
    pub fn offered(today: NaiveDate) -> [Period; 5] {
        let month = Period::month_of(today);
        let quarter = month.from - Months::new(month.from.month0() % 3);
        let year = month.from - Months::new(month.from.month0());
        [
            month,
            Period::month_of(month.from - Days::new(1)),
            Period { from: quarter, to: last(quarter + Months::new(2)) },
            Period { from: year, to: last(year + Months::new(11)) },
            Period { from: month.from - Months::new(11), to: month.to },
        ]
    }

    /// As many whole months before or after, where it is whole months; else as many days.
    pub fn shifted(self, is_later: bool) -> Period {
        if let Some(n) = self.n_months() {
            let from = if is_later { self.from + Months::new(n) } else { self.from - Months::new(n) };
            return Period { from, to: last(from + Months::new(n - 1)) };
        }
        let n = Days::new((self.to - self.from).num_days().unsigned_abs() + 1);
        match is_later {
            true => Period { from: self.from + n, to: self.to + n },
            false => Period { from: self.from - n, to: self.to - n },
        }
    }

    /// As far as it has come: of what is still to be there is nothing to count, nor anything to compare with.
    pub fn until(self, today: NaiveDate) -> Period {
        Period { from: self.from, to: self.to.min(today) }
    }

    /// How many days it has come, while it is not over.
    pub fn days_under_way(self, today: NaiveDate) -> Option<u32> {
        let n = (today - self.from).num_days() + 1;
        (self.to >= today).then(|| u32::try_from(n).ok()).flatten().filter(|n| *n > 0)
    }

    fn n_months(self) -> Option<u32> {
        let after = self.to + Days::new(1);
        let n = (after.year() - self.from.year()) * 12 + after.month() as i32 - self.from.month() as i32;
        (self.from.day() == 1 && after.day() == 1).then(|| u32::try_from(n).ok()).flatten().filter(|n| *n > 0)
    }

    /// The twelve months that end with its last.
    pub fn twelve_months(self) -> Period {
        let month = Period::month_of(self.to);
        Period { from: month.from - Months::new(11), to: month.to }
    }

    /// «octubre de 2025», «2025», «1 oct. 2025 – 15 oct. 2025».
    pub fn name(self, language: Language) -> String {
        match self.n_months() {
            Some(1) => time::month_of(self.from, language),
            Some(12) if self.from.month() == 1 => self.from.year().to_string(),
            Some(_) => format!("{} – {}", time::month_of(self.from, language), time::month_of(self.to, language)),
            None => format!("{} – {}", time::day(self.from, language), time::day(self.to, language)),
        }
    }

    pub fn is_sound(self) -> bool {
        self.from <= self.to && (self.to - self.from).num_days() < 5 * 366
    }

    /// With this prefix (`received`, `solved`, `ended`, `step`), as lists filter by days.
    pub fn days(self, prefix: &str) -> String {
        format!("{prefix}_from={}&{prefix}_to={}", self.from, self.to)
    }
}

fn first(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The last day of the month that begins then.
fn last(first: NaiveDate) -> NaiveDate {
    first + Months::new(1) - Days::new(1)
}

/// The list that a figure leads to, in the area that the board is of.
pub fn list(area: Option<&str>, conditions: &[&str]) -> String {
    let area = area.map(|area| format!("area={area}"));
    let all: Vec<&str> = conditions.iter().copied().chain(area.as_deref()).filter(|part| !part.is_empty()).collect();
    format!("/tickets?{}", all.join("&"))
}

/// The next round number for the top of an axis that has to hold `most`, in four equal steps.
pub fn top(most: u64) -> u64 {
    let mut step = 1;
    loop {
        for factor in [1, 2, 5] {
            if step * factor * 4 >= most {
                return step * factor * 4;
            }
        }
        step *= 10;
    }
}

/// Where these values stand, evenly spread over a plot of this width and height whose origin is up left.
pub fn points(values: &[u64], top: u64, (left, width): (f64, f64), height: f64) -> Vec<(f64, f64)> {
    let n = values.len().max(2) - 1;
    let point =
        |(place, value): (usize, &u64)| (left + width * place as f64 / n as f64, height - height * *value as f64 / top.max(1) as f64);
    values.iter().enumerate().map(point).collect()
}

/// A path through these points.
pub fn line(points: &[(f64, f64)]) -> String {
    let point = |(place, (x, y)): (usize, &(f64, f64))| format!("{}{x:.1} {y:.1}", if place == 0 { "M" } else { "L" });
    points.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
}

/// The width of a bar.
pub fn bar(value: u64, most: u64, width: f64) -> f64 {
    if value == 0 { 0.0 } else { (width * value as f64 / most.max(1) as f64).max(2.0) }
}

/// A label in two lines at most, broken between words; what does not fit is left out.
pub fn folded(label: &str, most: usize) -> Vec<String> {
    let mut first = String::new();
    let mut words = label.split_whitespace().peekable();
    while let Some(word) = words.next_if(|word| first.is_empty() || first.chars().count() + 1 + word.chars().count() <= most) {
        first.push_str(if first.is_empty() { "" } else { " " });
        first.push_str(word);
    }
    let second = words.collect::<Vec<_>>().join(" ");
    [first, second].iter().filter(|line| !line.is_empty()).map(|line| shortened(line, most)).collect()
}

/// So many signs of a label at most.
pub fn shortened(label: &str, most: usize) -> String {
    match label.chars().count() > most {
        true => label.chars().take(most - 1).collect::<String>().trim_end().to_owned() + "…",
        false => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: &str) -> NaiveDate {
        day.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Period {
        Period { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn a_period_is_what_the_address_says_or_this_month() {
        let today = "2026-02-26".parse().unwrap();
        assert_eq!(Period::of("", today), period("2026-02-01", "2026-02-28"));
        assert_eq!(Period::of("from=2025-10-05&to=2025-10-06", today), period("2025-10-05", "2025-10-06"));
        assert_eq!(Period::of("from=octubre&to=2025-10-06", today), period("2026-02-01", "2026-02-28"));
    }

    #[test]
    fn periods_are_offered_and_shifted_by_whole_months() {
        let offered = Period::offered("2026-02-26".parse().unwrap());
        assert_eq!(offered[1], period("2026-01-01", "2026-01-31"));
        assert_eq!(offered[2], period("2026-01-01", "2026-03-31"));
        assert_eq!(offered[3], period("2026-01-01", "2026-12-31"));
        assert_eq!(offered[4], period("2025-03-01", "2026-02-28"));
        assert_eq!(offered[2].shifted(false), period("2025-10-01", "2025-12-31"));
        assert_eq!(period("2026-01-30", "2026-02-02").shifted(true), period("2026-02-03", "2026-02-06"));
        assert_eq!(period("2026-02-01", "2026-02-28").twelve_months(), period("2025-03-01", "2026-02-28"));
    }

    #[test]
    fn a_period_under_way_is_counted_until_today() {
        let month = period("2026-02-01", "2026-02-28");
        assert_eq!(month.until(day("2026-02-10")), period("2026-02-01", "2026-02-10"));
        assert_eq!(month.days_under_way(day("2026-02-10")), Some(10));
        assert_eq!(month.days_under_way(day("2026-02-28")), Some(28), "its last day is not over");
        assert_eq!((month.until(day("2026-03-01")), month.days_under_way(day("2026-03-01"))), (month, None));
        let future = month.until(day("2026-01-31"));
        assert!(!future.is_sound() && month.days_under_way(day("2026-01-31")).is_none(), "nothing of it has come");
    }

    #[test]
    fn what_counts_as_attended_is_what_the_domain_calls_solved() {
        assert_eq!(solved(), "outcome=attended,solved_at_desk,solved_at_level1,solved_at_level2,solved_by_provider");
    }

    #[test]
    fn a_period_is_called_by_its_months() {
        let name = |from, to| period(from, to).name(Language::Spanish);
        assert_eq!(name("2025-10-01", "2025-10-31"), "octubre de 2025");
        assert_eq!(name("2025-01-01", "2025-12-31"), "2025");
        assert_eq!(name("2025-01-01", "2025-03-31"), "enero de 2025 – marzo de 2025");
    }

    #[test]
    fn an_axis_ends_at_a_round_number_that_holds_all() {
        assert_eq!([0, 1, 4, 5, 8, 9, 21, 84, 331, 1_000, 8_001].map(top), [4, 4, 4, 8, 8, 20, 40, 200, 400, 2_000, 20_000]);
    }

    #[test]
    fn a_figure_leads_to_its_list_in_the_area_of_the_board() {
        let days = period("2025-10-01", "2025-10-31").days("solved");
        assert_eq!(list(None, &[&days]), "/tickets?solved_from=2025-10-01&solved_to=2025-10-31");
        assert_eq!(list(Some("7"), &["phase=requested", ""]), "/tickets?phase=requested&area=7");
    }

    #[test]
    fn a_label_has_two_lines_at_most() {
        assert_eq!(folded("Oficina de Planeamiento", 30), ["Oficina de Planeamiento"]);
        assert_eq!(folded("Subdirección de Proyectos en Activos", 25), ["Subdirección de Proyectos", "en Activos"]);
        assert_eq!(folded("Subdirección de Proyectos en Activos del Estado", 16), ["Subdirección de", "Proyectos en Ac…"]);
        assert_eq!(folded("Electroencefalografista", 10), ["Electroen…"]);
        assert!(folded("", 10).is_empty());
    }

    #[test]
    fn a_line_goes_through_its_values() {
        assert_eq!(line(&points(&[0, 5, 10], 10, (0.0, 100.0), 50.0)), "M0.0 50.0 L50.0 25.0 L100.0 0.0");
        assert_eq!(line(&points(&[10], 10, (0.0, 100.0), 50.0)), "M0.0 0.0");
        assert_eq!((bar(0, 10, 100.0), bar(1, 1_000, 100.0), bar(5, 10, 100.0)), (0.0, 2.0, 50.0));
        assert_eq!((shortened("Impresoras", 10), shortened("Impresoras y escáneres", 12)), ("Impresoras".into(), "Impresoras…".into()));
    }
}
