//! What the events of a ticket say to whoever decides on its report. No DOM.

use domain::{EventName, Instant};
use wire::EventView;

use crate::pages::ticket::model::verified;

/// How it came to the report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    pub author: Option<String>,
    pub submitted_at: Option<Instant>,
    /// What the last verification found.
    pub verified: Option<String>,
    /// What the levels handed over, each with its writer.
    pub tried: Vec<String>,
    /// Remarks with which a report was returned before.
    pub returned: Vec<(String, Instant)>,
}

pub fn history(events: &[EventView]) -> History {
    let mut history = History { verified: verified(events).map(str::to_owned), ..History::default() };
    for event in events {
        let text = |field: &str| event.data.get(field).and_then(|value| value.as_str()).map(str::to_owned);
        let by = event.by.as_ref().map(|person| person.name.clone());
        match event.event {
            EventName::TechnicalReportSubmitted => {
                history.author = by;
                history.submitted_at = Some(event.at);
            }
            EventName::Escalated => history.tried.extend(text("handover").map(|handover| signed(by, handover))),
            EventName::ReportReturned => history.returned.extend(text("remarks").map(|remarks| (remarks, event.at))),
            _ => {}
        }
    }
    history
}

fn signed(by: Option<String>, text: String) -> String {
    match by {
        Some(by) => format!("{by}: {text}"),
        None => text,
    }
}

/// What the area's head was told of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub to: String,
    pub post: Option<String>,
    pub by: Option<String>,
    pub text: String,
    pub means: Option<domain::Means>,
    pub at: Instant,
}

pub fn told(events: &[EventView]) -> Vec<Told> {
    let one = |event: &EventView| {
        let text = |field: &str| event.data.get(field).and_then(|value| value.as_str());
        Some(Told {
            to: text("name")?.to_owned(),
            post: text("post").map(str::to_owned),
            by: event.by.as_ref().map(|person| person.name.clone()),
            text: text("text")?.to_owned(),
            means: text("means").and_then(|means| means.parse().ok()),
            at: text("told_at").and_then(|at| at.parse().ok()).unwrap_or(event.at),
        })
    };
    events.iter().filter(|event| event.event == EventName::AreaHeadTold).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::samples::event;

    #[test]
    fn whoever_decides_reads_how_it_came_to_the_report() {
        let events = [
            event(1, EventName::Escalated, json!({"handover": "Se probó otra fuente."})),
            event(2, EventName::CoverageVerified, json!({"remarks": "La garantía venció."})),
            event(3, EventName::TechnicalReportSubmitted, json!({})),
            event(4, EventName::ReportReturned, json!({"remarks": "Falta la proforma."})),
            event(5, EventName::TechnicalReportSubmitted, json!({})),
        ];
        let history = history(&events);
        assert_eq!(history.tried, ["P1: Se probó otra fuente."]);
        assert_eq!(history.verified.as_deref(), Some("La garantía venció."));
        assert_eq!((history.author.as_deref(), history.returned.len()), (Some("P5"), 1));
    }

    #[test]
    fn what_a_head_was_told_is_told_with_who_and_how() {
        let data =
            json!({"name": "Ana Paz", "post": "Directora", "text": "No procede.", "means": "email", "told_at": "2025-11-06T20:30:00Z"});
        let told = told(&[event(1, EventName::AreaHeadTold, data), event(2, EventName::Closed, json!({}))]);
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].to.as_str(), told[0].means), ("Ana Paz", Some(domain::Means::Email)));
        assert_eq!(told[0].at.to_rfc3339(), "2025-11-06T20:30:00+00:00");
    }
}
