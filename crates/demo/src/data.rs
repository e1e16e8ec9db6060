//! The texts and the agency, as they are kept in `data/` and taken into the program.

use domain::DiscardReason;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Everything in `data/`.
#[derive(Debug, Clone)]
pub struct Data {
    pub areas: Vec<AreaData>,
    pub services: Vec<ServiceData>,
    pub providers: Vec<ProviderData>,
    pub names: Names,
    pub incidents: Vec<Seed>,
    pub occurrences: Vec<Seed>,
    pub requirements: Vec<Seed>,
    pub discards: Vec<Discard>,
    pub outages: Vec<Outage>,
    pub splits: Vec<Split>,
    pub reports: Vec<Report>,
    pub strays: Vec<StrayData>,
    pub talk: Talk,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaData {
    pub code: String,
    pub parent: Option<String>,
    pub name: String,
    /// As people call it.
    pub short: String,
    pub head_post: Option<String>,
    pub site: String,
    pub floor: u32,
    /// How many work there, its head included.
    pub people: usize,
    #[serde(default)]
    pub is_reserved: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceData {
    pub code: String,
    pub name: String,
    pub group: String,
    /// What normally covers it.
    pub coverage: String,
    pub response_minutes: u32,
    pub resolution_hours: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderData {
    pub ruc: String,
    pub name: String,
    pub contact: String,
    pub email: Option<String>,
    pub phone: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    pub women: Vec<String>,
    pub men: Vec<String>,
    pub surnames: Vec<String>,
    pub posts: Vec<String>,
}

/// What somebody asks for, in several words, and how it goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    pub key: String,
    #[serde(alias = "s")]
    pub service: String,
    /// The activities after 1 and 2; none for what has one way only.
    #[serde(default)]
    pub path: String,
    /// Who asks is of this area.
    pub area: Option<String>,
    pub provider: Option<String>,
    /// Which technical report.
    pub report: Option<String>,
    /// `screen`, `photo` or `log`: what people send along.
    pub file: Option<String>,
    #[serde(alias = "t")]
    pub titles: Vec<String>,
    #[serde(alias = "x")]
    pub texts: Vec<String>,
    #[serde(default)]
    pub causes: Vec<String>,
    /// The solution, the action, the answer or the reason.
    #[serde(default, alias = "a")]
    pub solutions: Vec<String>,
    #[serde(default)]
    pub visits: Vec<String>,
    /// Why a visit was not enough.
    #[serde(default)]
    pub repeats: Vec<String>,
    #[serde(default)]
    pub questions: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discard {
    pub reason: DiscardReason,
    pub titles: Vec<String>,
    pub texts: Vec<String>,
    pub explanations: Vec<String>,
}

/// A mail that asks for nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrayData {
    pub weight: f64,
    /// Somebody of the agency, where nobody is named.
    pub from: Option<(String, String)>,
    pub subject: String,
    pub text: String,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    pub answers: Option<String>,
}

#[derive(Deserialize)]
struct Strays {
    strays: Vec<StrayData>,
}

/// One trouble that many report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    pub service: String,
    pub provider: Option<String>,
    pub titles: Vec<String>,
    pub texts: Vec<String>,
    pub echo_titles: Vec<String>,
    pub echo_texts: Vec<String>,
    pub causes: Vec<String>,
    pub solutions: Vec<String>,
    #[serde(default)]
    pub visits: Vec<String>,
}

/// What is asked in one breath with something else.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    pub titles: Vec<String>,
    pub texts: Vec<String>,
    pub service: String,
    pub actions: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub key: String,
    pub verification: String,
    pub background: String,
    pub analysis: String,
    pub conclusions: String,
    pub recommendation: String,
    pub centimos: i64,
    pub decision: String,
    /// What the area's head is told, where it is not approved.
    pub communication: Option<String>,
}

/// A question, and what is answered to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    #[serde(rename = "q")]
    pub question: String,
    #[serde(rename = "a")]
    pub answers: Vec<String>,
}

/// Turns of a conversation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    pub openings_email: Vec<String>,
    pub openings_web: Vec<String>,
    pub openings_phone: Vec<String>,
    pub openings_in_person: Vec<String>,
    pub closings: Vec<String>,
    pub closings_of_trouble: Vec<String>,
    pub title_ends: Vec<String>,
    pub solution_ends: Vec<String>,
    pub handover1: Vec<String>,
    pub handover2: Vec<String>,
    pub questions: Vec<Question>,
    pub photo_question: String,
    pub photo_answers: Vec<String>,
    pub phone_answers: Vec<String>,
    pub notes: Vec<String>,
    pub tasks: Vec<String>,
    pub replies: Vec<String>,
    pub follow_ups: Vec<String>,
    pub thanks: Vec<String>,
    pub denials: Vec<String>,
    pub reopenings: Vec<String>,
    pub second_causes: Vec<String>,
    pub second_solutions: Vec<String>,
    pub corrections_to_incident: Vec<String>,
    pub corrections_to_requirement: Vec<String>,
    pub corrections_to_occurrence: Vec<String>,
    pub returns_to_desk: Vec<String>,
    pub absences: Vec<String>,
    pub reassignments: Vec<String>,
    pub withdrawals: Vec<String>,
    pub coverage_refusals: Vec<String>,
    pub contracting_failures: Vec<String>,
    pub report_remarks: Vec<String>,
    pub provider_messages: Vec<String>,
    pub told_by_phone: String,
    pub secret_note: String,
    pub secret_reason: String,
    pub joined_note: String,
    pub outage_news: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Areas {
    area: Vec<AreaData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Services {
    service: Vec<ServiceData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Providers {
    provider: Vec<ProviderData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seeds {
    ticket: Vec<Seed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Others {
    discard: Vec<Discard>,
    outage: Vec<Outage>,
    split: Vec<Split>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reports {
    report: Vec<Report>,
}

impl Data {
    /// Reads what was taken into the program.
    pub fn read() -> Data {
        let Others { discard, outage, split } = parsed(include_str!("../data/others.toml"));
        Data {
            areas: parsed::<Areas>(include_str!("../data/areas.toml")).area,
            services: parsed::<Services>(include_str!("../data/services.toml")).service,
            providers: parsed::<Providers>(include_str!("../data/providers.toml")).provider,
            names: parsed(include_str!("../data/names.toml")),
            incidents: parsed::<Seeds>(include_str!("../data/incidents.toml")).ticket,
            occurrences: parsed::<Seeds>(include_str!("../data/occurrences.toml")).ticket,
            requirements: parsed::<Seeds>(include_str!("../data/requirements.toml")).ticket,
            discards: discard,
            outages: outage,
            splits: split,
            reports: parsed::<Reports>(include_str!("../data/reports.toml")).report,
            strays: parsed::<Strays>(include_str!("../data/mails.toml")).strays,
            talk: parsed(include_str!("../data/conversation.toml")),
        }
    }

    pub fn report(&self, key: &str) -> &Report {
        self.reports.iter().find(|report| report.key == key).expect("a ticket names a report that is there: a test reads them all")
    }
}

fn parsed<T: DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).expect("what is taken into the program can be read: a test reads it")
}
