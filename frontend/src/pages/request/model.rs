//! From what a person tells to a request.

use chrono::{Days, NaiveDate};
use domain::{Channel, Day, Impact, Line, Request, Text, ValueError};

/// What is typed and chosen, as the inputs hold it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    pub title: String,
    pub description: String,
    /// `today`, `yesterday`, `other`, or nothing.
    pub since: String,
    pub since_day: String,
    pub impact: String,
    pub place: String,
    pub equipment: String,
    pub service: String,
    pub files: Vec<i64>,
    pub is_reserved: bool,
}

/// The request that was told.
///
/// # Errors
/// Every field that is wrong.
pub fn request(told: &Told, today: Day) -> Result<Request, Vec<(&'static str, ValueError)>> {
    let mut faults = Vec::new();
    let title = Line::parse(&told.title).map_err(|error| faults.push(("title", error))).ok();
    let description = Text::parse(&told.description).map_err(|error| faults.push(("description", error))).ok();
    let mut optional = |path: &'static str, text: &str| match Line::parse(text) {
        Ok(line) => Some(line),
        Err(ValueError::Empty) => None,
        Err(error) => {
            faults.push((path, error));
            None
        }
    };
    let (place, equipment) = (optional("place", &told.place), optional("equipment", &told.equipment));
    let since = since(told, today).unwrap_or_else(|error| {
        faults.push(("since", error));
        None
    });
    match (title, description, faults.is_empty()) {
        (Some(title), Some(description), true) => Ok(Request {
            requester: None,
            channel: Channel::Web,
            title,
            description,
            received_at: None,
            since,
            impact: told.impact.parse::<Impact>().ok(),
            area: None,
            service: told.service.parse().ok(),
            equipment,
            place,
            is_reserved: told.is_reserved,
            files: told.files.iter().filter_map(|id| (*id).try_into().ok()).collect(),
            from: None,
        }),
        _ => Err(faults),
    }
}

fn since(told: &Told, today: Day) -> Result<Option<Day>, ValueError> {
    match told.since.as_str() {
        "today" => Ok(Some(today)),
        "yesterday" => Ok(today.checked_sub_days(Days::new(1))),
        "other" if told.since_day.is_empty() => Err(ValueError::Empty),
        "other" => told.since_day.parse::<NaiveDate>().map(Some).map_err(|_| ValueError::BadNumber),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
    }

    fn told() -> Told {
        Told { title: " No imprime ".into(), description: "La impresora del piso 5".into(), ..Told::default() }
    }

    #[test]
    fn a_person_needs_to_say_two_things_only() {
        let request = request(&told(), today()).unwrap();
        assert_eq!((request.title.as_str(), request.channel, request.requester), ("No imprime", Channel::Web, None));
        let nothing = super::request(&Told::default(), today()).unwrap_err();
        assert_eq!(nothing, [("title", ValueError::Empty), ("description", ValueError::Empty)]);
    }

    #[test]
    fn since_is_a_day_of_the_calendar() {
        let since = |since: &str, day: &str| {
            let told = Told { since: since.into(), since_day: day.into(), ..told() };
            request(&told, today()).map(|request| request.since.map(|day| day.to_string()))
        };
        assert_eq!(since("today", ""), Ok(Some("2026-03-01".into())));
        assert_eq!(since("yesterday", ""), Ok(Some("2026-02-28".into())));
        assert_eq!(since("other", "2026-01-15"), Ok(Some("2026-01-15".into())));
        assert_eq!(since("", "2026-01-15"), Ok(None));
        assert_eq!(since("other", ""), Err(vec![("since", ValueError::Empty)]));
    }
}
