//! The signs of a ticket in a line of text.

use domain::{Kind, Outcome, Phase};

use crate::app::App;
use crate::components::html::{self as h, El};
use crate::components::icon;

/// A kind: icon, word and hue.
pub fn kind_mark(app: App, kind: Option<Kind>) -> El {
    sign(kind).with(words::kind_or_none(kind, app.lang()))
}

/// The same in a narrow row: the word stays for readers, and as a title.
pub fn kind_sign(app: App, kind: Option<Kind>) -> El {
    let name = words::kind_or_none(kind, app.lang());
    sign(kind).set("title", name).with(h::span().class("sr").with(name))
}

fn sign(kind: Option<Kind>) -> El {
    let (class, name) = match kind {
        Some(Kind::Incident) => ("kind k-incident", "incident"),
        Some(Kind::Occurrence) => ("kind k-occurrence", "occurrence"),
        Some(Kind::Requirement) => ("kind k-requirement", "requirement"),
        None => ("kind", "uncat"),
    };
    h::span().class(class).with(icon(name))
}

/// The badge of a state: what is being done, what is well, and all else.
pub fn state_class(phase: Phase, outcome: Option<Outcome>) -> &'static str {
    match phase {
        Phase::ToClose if outcome.is_some_and(Outcome::is_solved) => "badge badge-ok",
        Phase::ToClose => "badge badge-soon",
        Phase::Requested => "badge badge-soon",
        ended if ended.is_end() => "badge",
        _ => "badge badge-now",
    }
}
