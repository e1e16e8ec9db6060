//! From what is noted during a call to one request for all of it.

use domain::{Channel, Impact, Kind, Line, Request, Text, ValueError};
use serde_json::{Value, json};

use crate::components::Choice;
use crate::pages::faults::Fault;
use crate::pages::list::model::plain;

/// What is typed and chosen, as the inputs hold it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    pub channel: String,
    pub requester: Option<i64>,
    pub who: String,
    /// Somebody who is not in the directory, to be made on the spot.
    pub is_contact: bool,
    pub description: String,
    pub title: String,
    pub service: String,
    pub kind: String,
    pub action_taken: String,
    pub cause: String,
    pub solution: String,
    pub place: String,
    pub equipment: String,
    pub impact: String,
    pub received_at: String,
    pub is_reserved: bool,
}

/// What becomes of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was attended while it lasted.
    Close,
    /// It goes on, on the ticket's page.
    GoOn,
    /// A requirement: it is only recorded.
    Record,
    /// It is about the same as another ticket.
    Join(i64),
}

/// What is wrong, by the field's path.
type Faults = Vec<(&'static str, Fault)>;

/// Reads fields, and keeps what is wrong with them.
#[derive(Default)]
struct Reader {
    faults: Faults,
}

impl Reader {
    fn must<T>(&mut self, path: &'static str, read: Result<T, ValueError>) -> Option<T> {
        read.map_err(|error| self.faults.push((path, Fault::Value(error)))).ok()
    }

    fn may<T>(&mut self, path: &'static str, read: Result<T, ValueError>) -> Option<T> {
        match read {
            Err(ValueError::Empty) => None,
            other => self.must(path, other),
        }
    }
}

/// The body of the one request that does it all: the request, and the commands that follow it.
///
/// # Errors
/// Every field that is wrong.
pub fn call(told: &Told, end: End) -> Result<Value, Faults> {
    let mut reader = Reader::default();
    let channel = reader.must("channel", told.channel.parse::<Channel>().map_err(|_| ValueError::Empty));
    let requester = told.requester.and_then(|id| id.try_into().ok());
    if requester.is_none() && !told.is_contact {
        let fault = if told.who.trim().is_empty() { Fault::Value(ValueError::Empty) } else { Fault::NobodyChosen };
        reader.faults.push(("who", fault));
    }
    let description = reader.must("description", Text::parse(&told.description));
    let title = reader.must("title", Line::parse(&told.title));
    let place = reader.may("place", Line::parse(&told.place));
    let equipment = reader.may("equipment", Line::parse(&told.equipment));
    let then = then(told, end, &mut reader);
    match (channel, title, description, reader.faults.is_empty()) {
        (Some(channel), Some(title), Some(description), true) => {
            let request = Request {
                requester,
                channel,
                title,
                description,
                received_at: crate::pages::ticket::form_model::from_lima_input(&told.received_at),
                since: None,
                impact: told.impact.parse::<Impact>().ok(),
                area: None,
                service: told.service.parse().ok(),
                equipment,
                place,
                is_reserved: told.is_reserved,
                files: Vec::new(),
                from: None,
            };
            Ok(json!({ "request": request, "then": then }))
        }
        _ => Err(reader.faults),
    }
}

/// The commands that follow the request.
fn then(told: &Told, end: End, reader: &mut Reader) -> Vec<Value> {
    let kind = told.kind.parse::<Kind>();
    let categorise = |kind: Kind| json!({ "action": "categorise", "kind": kind });
    match (end, kind) {
        (End::Join(of), _) => vec![json!({ "action": "mark_duplicate", "of": of })],
        (End::GoOn | End::Record, Ok(kind)) => vec![categorise(kind)],
        (End::GoOn, Err(_)) => Vec::new(),
        (End::Record | End::Close, Err(_)) => {
            reader.faults.push(("kind", Fault::Value(ValueError::Empty)));
            Vec::new()
        }
        (End::Close, Ok(kind @ Kind::Requirement)) => vec![categorise(kind)],
        (End::Close, Ok(kind @ Kind::Occurrence)) => {
            let action = reader.must("action_taken", Text::parse(&told.action_taken));
            let record = json!({ "action": "record_action", "action_taken": action });
            vec![categorise(kind), record, json!({ "action": "close" })]
        }
        (End::Close, Ok(kind @ Kind::Incident)) => {
            let cause = reader.must("cause", Text::parse(&told.cause));
            let solution = reader.must("solution", Text::parse(&told.solution));
            let record = json!({ "action": "record_solution", "cause": cause, "solution": solution });
            vec![categorise(kind), record, json!({ "action": "close" })]
        }
    }
}

/// Without accents and in lower case, cut into words.
fn words_of(text: &str) -> Vec<String> {
    let folded: String = text.chars().map(plain).collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Letters that two words begin with alike where they are of one family: «impresora», «impresión».
const STEM: usize = 5;

/// The service whose name the text speaks of, where it is one alone.
pub fn suggested_service(text: &str, services: &[Choice]) -> Option<String> {
    let said = words_of(text);
    let is_said = |word: &String| {
        let stem: String = word.chars().take(STEM).collect();
        said.iter().any(|said| if word.chars().count() < STEM { said == word } else { said.starts_with(&stem) })
    };
    // Longer words tell more.
    let score =
        |name: &str| words_of(name).iter().filter(|word| is_said(word)).map(|word| word.chars().count()).filter(|n| *n >= 3).sum::<usize>();
    let scored: Vec<(usize, &Choice)> = services.iter().map(|service| (score(&service.1), service)).collect();
    let best = scored.iter().map(|(score, _)| *score).max().filter(|best| *best > 0)?;
    let mut all_best = scored.iter().filter(|(score, _)| *score == best);
    match (all_best.next(), all_best.next()) {
        (Some((_, service)), None) => Some(service.0.clone()),
        _ => None,
    }
}

/// What to seek for tickets about the same: the two longest words of a subject, where it says anything.
pub fn telling_words(title: &str) -> Option<String> {
    const SHORTEST: usize = 5;
    const MOST: usize = 2;
    let mut words: Vec<String> = words_of(title).into_iter().filter(|word| word.chars().count() >= SHORTEST).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(MOST);
    (!words.is_empty()).then(|| words.join(" "))
}

/// «0:14», how long a call lasts.
pub fn elapsed(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        Told {
            channel: "phone".into(),
            requester: Some(4),
            description: "En la intranet figura mal mi anexo.".into(),
            title: "Mal mi anexo".into(),
            ..Told::default()
        }
    }

    fn actions(told: &Told, end: End) -> Vec<String> {
        let body = call(told, end).unwrap();
        body["then"].as_array().unwrap().iter().map(|command| command["action"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn what_was_solved_on_the_call_is_one_step() {
        let occurrence = Told { kind: "occurrence".into(), action_taken: "Se corrigió.".into(), ..told() };
        assert_eq!(actions(&occurrence, End::Close), ["categorise", "record_action", "close"]);
        let incident = Told { kind: "incident".into(), cause: "El cable.".into(), solution: "Otro cable.".into(), ..told() };
        assert_eq!(actions(&incident, End::Close), ["categorise", "record_solution", "close"]);
    }

    #[test]
    fn what_goes_on_needs_no_kind_yet() {
        assert_eq!(actions(&told(), End::GoOn), [""; 0]);
        assert_eq!(actions(&Told { kind: "incident".into(), ..told() }, End::GoOn), ["categorise"]);
        assert_eq!(actions(&Told { kind: "requirement".into(), ..told() }, End::Record), ["categorise"]);
        assert_eq!(actions(&told(), End::Join(9)), ["mark_duplicate"]);
    }

    #[test]
    fn every_field_that_is_wrong_is_told() {
        let faults = |told: &Told, end| call(told, end).unwrap_err().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(faults(&Told::default(), End::Close), ["channel", "who", "description", "title", "kind"]);
        assert_eq!(faults(&Told { kind: "occurrence".into(), ..told() }, End::Close), ["action_taken"]);
        assert_eq!(faults(&Told { kind: "incident".into(), ..told() }, End::Close), ["cause", "solution"]);
        let typed = Told { requester: None, who: "Rosa".into(), ..told() };
        assert_eq!(call(&typed, End::GoOn), Err(vec![("who", Fault::NobodyChosen)]));
        assert!(call(&Told { is_contact: true, ..typed }, End::GoOn).is_ok(), "a contact is made first");
    }

    #[test]
    fn a_service_is_suggested_where_the_text_speaks_of_one_alone() {
        let services: Vec<Choice> = [
            "Impresora y multifuncional",
            "Portal institucional e intranet",
            "Acceso remoto (VPN)",
            "Acceso a Internet",
            "Telefonía y anexos",
        ]
        .iter()
        .enumerate()
        .map(|(n, name)| (n.to_string(), (*name).to_owned()))
        .collect();
        assert_eq!(suggested_service("En la INTRANET figura mal mi anexo", &services).as_deref(), Some("1"));
        assert_eq!(suggested_service("La vpn se desconecta", &services).as_deref(), Some("2"));
        assert_eq!(suggested_service("La impresión sale con rayas", &services).as_deref(), Some("0"), "words of one family");
        assert_eq!(suggested_service("No tengo acceso", &services), None, "two speak of it");
        assert_eq!(suggested_service("", &services), None);
    }

    #[test]
    fn the_longest_words_tell_the_most() {
        assert_eq!(telling_words("El directorio de la intranet está mal").as_deref(), Some("directorio intranet"));
        assert_eq!(telling_words("No va"), None);
    }

    #[test]
    fn a_call_lasts_minutes_and_seconds() {
        assert_eq!((elapsed(14), elapsed(60), elapsed(754)), ("0:14".into(), "1:00".into(), "12:34".into()));
    }
}
