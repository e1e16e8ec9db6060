//! Which days the board is of, and which area. It is drawn once and follows the address, so what has the focus keeps it.

use chrono::{Datelike, NaiveDate};
use domain::Audience;

use super::model::Period;
use super::today;
use crate::app::App;
use crate::components::html::{self as h, El, Html, live};
use crate::components::{Choice, Field, icon, line, select};
use crate::pages::home::model::{value_in, with_value};
use crate::pages::records::{self, Records};
use crate::reactive::*;

/// A period that is chosen by its days, among those that are offered.
const OTHER: &str = "other";
/// Before this a year is one that is still being typed.
const FIRST_YEAR: i32 = 2000;

pub fn picker(app: App) -> Vec<Html> {
    let screen = app.screen();
    let offered = Period::offered(today(app));
    let period = Memo::new(move |_| Period::of(&app.search(), today(app)));
    // Whoever asked for other days goes on choosing by days, whichever they are.
    let is_own = StoredValue::new(false);
    let chosen = RwSignal::new(String::new());
    let days = [RwSignal::new(String::new()), RwSignal::new(String::new())];
    Effect::new(move || {
        let period = period.get();
        let known = offered.iter().position(|one| *one == period).filter(|_| !is_own.get_value());
        chosen.set(known.map_or_else(|| OTHER.to_owned(), |place| place.to_string()));
        days[0].set(period.from.to_string());
        days[1].set(period.to.to_string());
    });
    let to = move |period: Period, is_instead: bool| {
        let search = with_value(&with_value(&app.search_now(), "from", &period.from.to_string()), "to", &period.to.to_string());
        app.go(&format!("/figures?{search}"), is_instead);
    };
    let step = |name: &'static str, icon_name: &'static str, is_later: bool| {
        // Of what is still to come there are no figures.
        let next = move || Some(period.get().shifted(is_later)).filter(|next| next.from <= today(app));
        let go = move || {
            if let Some(next) = untrack(next) {
                is_own.set_value(false);
                to(next, false);
            }
        };
        h::button()
            .set("type", "button")
            .class("btn btn-quiet btn-icon no-print")
            .set("aria-label", name)
            .follow("aria-disabled", move || next().is_none().then_some("true"))
            .on_click(go)
            .with(icon(icon_name))
    };
    let pick = move |name: String| {
        let period = name.parse::<usize>().ok().and_then(|place| offered.get(place));
        is_own.set_value(period.is_none());
        if let Some(period) = period {
            to(*period, false);
        }
    };
    let field = Field::new("figures-period", screen.figures_period());
    let input = select(&field, "", RwSignal::new(named(app, &offered)), chosen).on_change(pick);
    let is_other = Memo::new(move |_| *chosen.read() == OTHER);
    let day = move |n: usize, name: &'static str, label: &'static str| {
        let commit = move |day: String| {
            if let Some(day) = day.parse::<NaiveDate>().ok().filter(|day| day.year() >= FIRST_YEAR) {
                is_own.set_value(true);
                let now = period.get_untracked();
                to(if n == 0 { Period { from: day, ..now } } else { Period { to: day, ..now } }, true);
            }
        };
        let field = Field::new(format!("figures-{name}"), label);
        labelled(&field, line(&field, "date", days[n]).on_change(commit)).class("figures-day no-print")
    };
    let days = live(move || is_other.get().then(|| [day(0, "from", screen.filter_from()), day(1, "to", screen.filter_until())]));
    h::parts((
        step(screen.figures_before(), "left", false),
        labelled(&field, input),
        step(screen.figures_after(), "right", true),
        days,
        (app.actor().audience() == Audience::It).then(|| area(app)),
    ))
}

fn labelled(field: &Field, input: El) -> El {
    h::span().class("no-print").with((h::label().class("sr").set("for", field.id.clone()).with(field.label), input))
}

/// The periods that are offered, and the one of other days, which are said beside.
fn named(app: App, offered: &[Period; 5]) -> Vec<Choice> {
    let screen = app.screen();
    let names = [
        screen.figures_this_month(),
        screen.figures_last_month(),
        screen.figures_this_quarter(),
        screen.figures_this_year(),
        screen.figures_last_12_months(),
    ];
    let mut all = Vec::with_capacity(names.len() + 1);
    for (place, name) in names.iter().enumerate() {
        all.push((place.to_string(), format!("{name}: {}", offered[place].name(app.lang()))));
    }
    all.push((OTHER.to_owned(), screen.figures_other_period().to_owned()));
    all
}

fn area(app: App) -> El {
    let screen = app.screen();
    let chosen = RwSignal::new(String::new());
    let now = Memo::new(move |_| value_in(&app.search(), "area").unwrap_or_default());
    Effect::new(move || chosen.set(now.get()));
    let pick = move |area: String| app.go(&format!("/figures?{}", with_value(&app.search_now(), "area", &area)), false);
    let field = Field::new("figures-area", screen.figures_lead_area());
    let areas = records::bring(app, Records::Areas, field.error);
    labelled(&field, select(&field, screen.figures_all_areas(), areas, chosen).on_change(pick))
}
