//! What is typed during a call, and what is wrong with it.

use std::sync::Arc;

use domain::{Channel, Kind};
use wire::PersonView;

use super::draft;
use super::model::{End, Told};
use crate::app::App;
use crate::browser;
use crate::components::{Field, Find};
use crate::pages::sending::Sending;
use crate::reactive::*;

pub const FORM: &str = "call";

/// In the order of the page. Those of the contact are asked for only of somebody who is not in the directory.
pub const FIELDS: [&str; 19] = [
    "channel",
    "who",
    "name",
    "area",
    "extension",
    "email",
    "phone",
    "description",
    "title",
    "service",
    "impact",
    "place",
    "equipment",
    "received_at",
    "kind",
    "action_taken",
    "cause",
    "solution",
    "files",
];

/// Everything that is typed, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Form {
    pub app: App,
    /// A mail is told beside a call: each has a draft of its own.
    pub begun: Channel,
    /// By the order of [`FIELDS`]; who calls has a home of their own below.
    pub texts: [RwSignal<String>; FIELDS.len()],
    pub errors: [RwSignal<Option<String>>; FIELDS.len()],
    pub who: Find,
    /// Who was chosen, once they are known.
    pub person: RwSignal<Option<Arc<PersonView>>>,
    pub is_contact: RwSignal<bool>,
    pub is_reserved: RwSignal<bool>,
    /// Whether it was attended on the call, where somebody said so; else by its kind.
    pub is_solved: RwSignal<Option<bool>>,
    /// The subject and the service follow what is typed, and the place who calls, until somebody writes their own.
    pub is_title_own: RwSignal<bool>,
    pub is_place_own: RwSignal<bool>,
    pub is_service_own: RwSignal<bool>,
    pub sending: Sending,
}

impl Form {
    pub fn new(app: App, channel: Channel) -> Form {
        let form = Form {
            app,
            begun: channel,
            texts: FIELDS.map(|_| RwSignal::new(String::new())),
            errors: FIELDS.map(|_| RwSignal::new(None)),
            who: Find::new(String::new(), None),
            person: RwSignal::new(None),
            is_contact: RwSignal::new(false),
            is_reserved: RwSignal::new(false),
            is_solved: RwSignal::new(None),
            is_title_own: RwSignal::new(false),
            is_place_own: RwSignal::new(false),
            is_service_own: RwSignal::new(false),
            sending: Sending::kept(&draft::name(app, channel)),
        };
        form.text("channel").set(channel.name().to_owned());
        form
    }

    pub fn text(&self, path: &str) -> RwSignal<String> {
        self.texts[index(path)]
    }

    pub fn error(&self, path: &str) -> RwSignal<Option<String>> {
        self.errors[index(path)]
    }

    pub fn field(&self, path: &'static str) -> Field {
        let lang = self.app.lang();
        Field::new(id(path), words::field(path, lang).unwrap_or_default()).hint(words::field_help(path, lang)).error(self.error(path))
    }

    pub fn kind(&self) -> Option<Kind> {
        self.text("kind").read().parse().ok()
    }

    /// An occurrence is one that can be attended at once.
    pub fn is_solved(&self) -> bool {
        let kind = self.kind();
        self.is_solved.get().unwrap_or(kind == Some(Kind::Occurrence)) && matches!(kind, Some(Kind::Incident | Kind::Occurrence))
    }

    /// What the strong button does.
    pub fn end(&self) -> End {
        match self.kind() {
            Some(Kind::Requirement) => End::Record,
            _ if self.is_solved() => End::Close,
            _ => End::GoOn,
        }
    }

    pub fn end_now(&self) -> End {
        untrack(|| self.end())
    }

    /// Where one writes on after a kind is chosen.
    pub fn after_kind(&self) {
        let (kind, is_solved) = untrack(|| (self.kind(), self.is_solved()));
        browser::focus(match (kind, is_solved) {
            (Some(Kind::Occurrence), true) => id("action_taken"),
            (Some(Kind::Incident), true) => id("cause"),
            (Some(Kind::Incident | Kind::Occurrence), false) => id("solved"),
            _ => id("send"),
        });
    }

    pub fn told(&self) -> Told {
        let text = |path| self.text(path).get_untracked();
        Told {
            channel: text("channel"),
            requester: self.who.chosen.get_untracked(),
            who: self.who.text.get_untracked(),
            is_contact: self.is_contact.get_untracked(),
            description: text("description"),
            title: text("title"),
            service: text("service"),
            kind: text("kind"),
            action_taken: text("action_taken"),
            cause: text("cause"),
            solution: text("solution"),
            place: text("place"),
            equipment: text("equipment"),
            impact: text("impact"),
            received_at: text("received_at"),
            is_reserved: self.is_reserved.get_untracked(),
        }
    }

    pub fn show(&self, faults: Vec<(&'static str, String)>) {
        if let Some(first) = FIELDS.iter().find(|path| faults.iter().any(|(at, _)| at == *path)) {
            browser::focus(id(first));
        }
        self.app.say(self.app.screen().check_fields());
        for (path, text) in faults {
            self.error(path).set(Some(text));
        }
    }
}

pub fn index(path: &str) -> usize {
    FIELDS.iter().position(|field| *field == path).expect("only paths of this form are asked for")
}

pub fn id(path: &str) -> String {
    format!("{FORM}-{path}")
}
