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
    /// The desk alone: who needs it, how it came in, and when.
    pub requester: Option<i64>,
    pub requester_text: String,
    pub channel: String,
    pub received_at: String,
    pub is_reserved: bool,
}

/// What is wrong, by the field's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Value(ValueError),
    NobodyChosen,
}

/// The request that was told.
///
/// # Errors
/// Every field that is wrong.
pub fn request(told: &Told, is_desk: bool, today: Day) -> Result<Request, Vec<(&'static str, Fault)>> {
    let mut faults = Vec::new();
    let title = Line::parse(&told.title).map_err(|error| faults.push(("title", Fault::Value(error)))).ok();
    let description = Text::parse(&told.description).map_err(|error| faults.push(("description", Fault::Value(error)))).ok();
    let mut optional = |path: &'static str, text: &str| match Line::parse(text) {
        Ok(line) => Some(line),
        Err(ValueError::Empty) => None,
        Err(error) => {
            faults.push((path, Fault::Value(error)));
            None
        }
    };
    let (place, equipment) = (optional("place", &told.place), optional("equipment", &told.equipment));
    let since = since(told, today).unwrap_or_else(|error| {
        faults.push(("since", Fault::Value(error)));
        None
    });
    let channel = match told.channel.parse::<Channel>() {
        Ok(channel) => Some(channel),
        Err(_) if is_desk => {
            faults.push(("channel", Fault::Value(ValueError::Empty)));
            None
        }
        Err(_) => Some(Channel::Web),
    };
    if told.requester.is_none() && !told.requester_text.trim().is_empty() {
        faults.push(("requester", Fault::NobodyChosen));
    } else if is_desk && told.requester.is_none() {
        faults.push(("requester", Fault::Value(ValueError::Empty)));
    }
    match (title, description, channel, faults.is_empty()) {
        (Some(title), Some(description), Some(channel), true) => Ok(Request {
            requester: told.requester.and_then(|id| id.try_into().ok()),
            channel,
            title,
            description,
            received_at: crate::pages::ticket::form_model::from_lima_input(&told.received_at),
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
        let request = request(&told(), false, today()).unwrap();
        assert_eq!((request.title.as_str(), request.channel, request.requester), ("No imprime", Channel::Web, None));
        let nothing = super::request(&Told::default(), false, today()).unwrap_err();
        assert_eq!(nothing, [("title", Fault::Value(ValueError::Empty)), ("description", Fault::Value(ValueError::Empty))]);
    }

    #[test]
    fn the_desk_says_who_and_how() {
        let faults = request(&told(), true, today()).unwrap_err();
        assert_eq!(faults, [("channel", Fault::Value(ValueError::Empty)), ("requester", Fault::Value(ValueError::Empty))]);
        let told = Told { requester: Some(4), channel: "phone".into(), received_at: "2026-03-01T08:00".into(), ..told() };
        let request = request(&told, true, today()).unwrap();
        assert_eq!((request.channel, request.requester.map(|id| id.get())), (Channel::Phone, Some(4)));
        assert_eq!(request.received_at.unwrap().to_rfc3339(), "2026-03-01T13:00:00+00:00");
    }

    #[test]
    fn since_is_a_day_of_the_calendar() {
        let since = |since: &str, day: &str| {
            let told = Told { since: since.into(), since_day: day.into(), ..told() };
            request(&told, false, today()).map(|request| request.since.map(|day| day.to_string()))
        };
        assert_eq!(since("today", ""), Ok(Some("2026-03-01".into())));
        assert_eq!(since("yesterday", ""), Ok(Some("2026-02-28".into())));
        assert_eq!(since("other", "2026-01-15"), Ok(Some("2026-01-15".into())));
        assert_eq!(since("", "2026-01-15"), Ok(None));
        assert_eq!(since("other", ""), Err(vec![("since", Fault::Value(ValueError::Empty))]));
    }

    #[test]
    fn a_name_that_was_typed_and_not_chosen_is_told() {
        let told = Told { requester_text: "Rosa".into(), ..told() };
        assert_eq!(request(&told, false, today()), Err(vec![("requester", Fault::NobodyChosen)]));
    }
}
