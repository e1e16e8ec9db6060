//! The signs of a ticket in a line of text.

use domain::{Kind, Outcome, Phase};

use crate::app::App;
use crate::components::html::{self as h, El, Html, each};
use crate::components::{Field, icon};
use crate::reactive::*;

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

/// The three kinds as choices, each with what tells it from the others, and what stands beside it.
pub fn kind_choices(app: App, field: &Field, value: RwSignal<String>, beside: fn(Kind) -> Option<El>) -> Vec<Html> {
    let touched = field.touched();
    each(Kind::ALL.iter().copied().enumerate(), |(n, kind): (usize, Kind)| {
        let input = h::input().set("type", "radio").set("name", field.id.clone()).set("value", kind.name());
        let input = if n == 0 { field.on(input) } else { input.id(format!("{}-{n}", field.id)) };
        let input = input.checked(move || *value.read() == kind.name()).on_change(move |_| {
            touched();
            value.set(kind.name().to_owned());
        });
        let words = h::span().with((kind_mark(app, Some(kind)), h::small().with(words::kind_hint(kind, app.lang()))));
        h::label().class("choice").with((input, words, beside(kind)))
    })
}

/// The badge of a state: what is being done, what is well, and all else.
pub fn state_class(phase: Phase, outcome: Option<Outcome>) -> &'static str {
    match phase {
        Phase::ToClose if outcome.is_some_and(Outcome::is_solved) => "badge badge-ok",
        Phase::ToClose => "badge badge-soon",
        Phase::Requested => "badge",
        ended if ended.is_end() => "badge",
        _ => "badge badge-now",
    }
}
