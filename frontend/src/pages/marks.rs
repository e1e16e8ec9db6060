//! The signs of a ticket in a line of text.

use domain::{Kind, Outcome, Phase};
use leptos::prelude::*;

use crate::app::use_app;
use crate::components::Icon;

/// A kind: icon, word and hue.
#[component]
pub fn KindMark(kind: Option<Kind>) -> impl IntoView {
    let (class, icon) = match kind {
        Some(Kind::Incident) => ("kind k-incident", "incident"),
        Some(Kind::Occurrence) => ("kind k-occurrence", "occurrence"),
        Some(Kind::Requirement) => ("kind k-requirement", "requirement"),
        None => ("kind", "uncat"),
    };
    view! { <span class=class><Icon name=icon/>{words::kind_or_none(kind, use_app().lang())}</span> }
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
