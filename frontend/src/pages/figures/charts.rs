//! The board's charts: each a picture of figures that are links, with its table behind it and the table as a file.

use leptos::task::spawn_local;
use serde_json::{Value, json};

use super::model::{bar, folded, line, points, top};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{icon, trouble};
use crate::reactive::*;

/// Drawn one to one in three columns and on a phone; text stays as large as it is.
const WIDTH: f64 = 328.0;
const LABELS: f64 = 150.0;
/// Signs of a label that fit before its bar, and above it.
const LABEL_SIGNS: usize = 20;
const LINE_SIGNS: usize = 44;
/// What a sign of a bar's figure takes, and the room that the longest bar has at least.
const SIGN: f64 = 7.6;
const BAR: f64 = 80.0;
const ROW: f64 = 26.0;
const LABEL_LINE: f64 = 16.0;

/// A figure, and the list that it counts.
#[derive(Clone)]
pub struct Figure {
    pub text: String,
    pub href: Option<String>,
}

impl Figure {
    pub fn number(n: u64, href: String) -> Figure {
        // Nobody wants to open an empty list.
        Figure { text: words::number(n as i64), href: (n > 0).then_some(href) }
    }

    pub fn plain(text: String) -> Figure {
        Figure { text, href: None }
    }

    fn draw(&self) -> Html {
        let text = self.text.clone();
        let el = match self.href.clone() {
            Some(href) => h::a().set("href", href).with(text),
            None => h::span().with(text),
        };
        each([el], |el| el).remove(0)
    }
}

/// A chart with its table.
pub struct Chart {
    pub title: &'static str,
    pub sub: String,
    pub picture: El,
    /// What the picture has no room for.
    pub rest: Option<String>,
    pub head: Vec<&'static str>,
    pub rows: Vec<(String, Vec<Figure>)>,
    /// Of the figures of each column.
    pub total: Option<Vec<Figure>>,
    /// The name of the report, whose table is the file.
    pub file: &'static str,
    pub query: Value,
}

/// What every chart of a board shares.
#[derive(Clone, Copy)]
pub struct Board {
    pub app: App,
    /// All tables are unfolded, for paper.
    pub is_printed: RwSignal<bool>,
    /// Whose report it is, once it is known.
    pub agency: RwSignal<Option<String>>,
}

impl Board {
    pub fn chart(self, chart: Chart) -> El {
        let screen = self.app.screen();
        let Chart { title, sub, picture, rest, head, rows, total, file, query } = chart;
        let is_printed = self.is_printed;
        let table = table(title, &head, &rows, total.as_deref(), screen.figures_total());
        let details = h::details()
            .follow_flag("open", move || is_printed.get())
            .with((h::summary().class("tap").with(screen.figures_see_table()), table));
        let wrong = RwSignal::new(None::<String>);
        let save = h::button()
            .set("type", "button")
            .class("link tap no-print")
            .on_click(move || self.save(file, query.clone(), wrong))
            .with((icon("download"), "CSV", h::span().class("sr").with(format!(": {title}"))));
        h::figure().class("chart").with((
            h::figcaption().with((h::h2().with(title), h::p().class("sub").with(sub))),
            picture,
            rest.map(|rest| h::p().class("sub").with(rest)),
            h::div().class("chart-foot").with((details, save)),
            trouble(wrong),
        ))
    }

    fn save(self, file: &'static str, query: Value, wrong: RwSignal<Option<String>>) {
        wrong.set(None);
        let app = self.app;
        spawn_local(async move {
            let call = app.client().request(client::Method::GET, &format!("/reports/files/{file}.csv")).query(&query);
            let answer = call.send().await.and_then(client::Raw::good);
            app.heard(answer.as_ref().err());
            match answer {
                Ok(raw) => browser::save(words::figures_file_name(file, app.lang()).unwrap_or(file), &raw.body),
                Err(error) => drop(wrong.try_set(Some(app.describe(&error)))),
            }
        });
    }
}

fn table(
    title: &'static str,
    head: &[&'static str],
    rows: &[(String, Vec<Figure>)],
    total: Option<&[Figure]>,
    total_name: &'static str,
) -> El {
    let cells = |figures: &[Figure]| each(figures.iter(), |figure| h::td().class("r num").with(figure.draw()));
    let row = |name: &str, figures: &[Figure]| h::tr().with((h::th().set("scope", "row").with(name.to_owned()), cells(figures)));
    let columns = each(head.iter().enumerate(), |(n, name)| h::th().set("scope", "col").class(if n == 0 { "" } else { "r" }).with(*name));
    h::div().class("table-wrap").set("tabindex", "0").set("role", "region").set("aria-label", title).with(
        h::table().class("table").set("aria-label", title).with((
            h::thead().with(h::tr().with(columns)),
            h::tbody().with((
                each(rows.iter(), |(name, figures)| row(name, figures)),
                total.map(|figures| row(total_name, figures).class("total")),
            )),
        )),
    )
}

/// One bar, or two of one thing: the second stands pale behind the first.
pub struct Bar {
    pub label: String,
    pub value: u64,
    pub said: String,
    pub second: Option<u64>,
    pub class: &'static str,
    pub href: Option<String>,
}

/// Bars that begin at zero, one under the other. Each has its label before it, or above it where that is too long for one of them.
pub fn bars(title: &'static str, all: &[Bar]) -> El {
    let most = all.iter().flat_map(|bar| [bar.value, bar.second.unwrap_or_default()]).max().unwrap_or_default();
    let figure = all.iter().map(|bar| bar.said.chars().count()).max().unwrap_or_default() as f64 * SIGN + 8.0;
    let are_short = all.iter().all(|bar| bar.label.chars().count() <= LABEL_SIGNS);
    let left = if are_short && WIDTH - LABELS - figure >= BAR { LABELS } else { 0.0 };
    let room = WIDTH - left - figure;
    let mut y = 0.0;
    let mut parts = Vec::with_capacity(all.len());
    for one in all {
        let label = if left > 0.0 { vec![one.label.clone()] } else { folded(&one.label, LINE_SIGNS) };
        // Where the bar's own row begins.
        let row = if left > 0.0 { y } else { y + LABEL_LINE * label.len() as f64 };
        let first = if left > 0.0 { y + 17.0 } else { y + 13.0 };
        let names = each(label.into_iter().enumerate(), |(n, line)| text("", 0.0, first + LABEL_LINE * n as f64).with(line));
        let width = bar(one.value, most, room);
        let behind = one.second.map(|second| rect("c2", (left, row + 4.0), (bar(second, most, room), 18.0)));
        let end = width.max(one.second.map_or(0.0, |second| bar(second, most, room)));
        let (down, height) = if one.second.is_some() { (8.0, 10.0) } else { (6.0, 14.0) };
        let drawn = (
            names,
            behind,
            rect(one.class, (left, row + down), (width, height)),
            text("val", left + end + 6.0, row + 17.0).with(one.said.clone()),
        );
        // A title also tells a pointer what was shortened; a label in its place would not be what is seen.
        let whole = h::title().with(format!("{}: {}", one.label, one.said));
        parts.push(match &one.href {
            Some(href) => h::svg_link().set("href", href.clone()).with((whole, drawn)),
            None => h::g().with((whole, drawn)),
        });
        y = row + ROW + if left > 0.0 { 0.0 } else { 4.0 };
    }
    picture(title, y, each(parts, |part| part))
}

/// What a line shows, and how.
pub struct Line {
    pub name: &'static str,
    pub class: &'static str,
    /// With a ring at each value.
    pub is_ringed: bool,
    pub values: Vec<u64>,
}

/// Lines over the months, with an axis at the left. Names stand under it, in the looks of their lines.
pub fn lines(title: &'static str, names: &[String], all: &[Line]) -> El {
    const HEIGHT: f64 = 150.0;
    const LEFT: f64 = 34.0;
    let most = top(all.iter().flat_map(|line| line.values.iter().copied()).max().unwrap_or_default());
    let room = WIDTH - LEFT - 6.0;
    let grid = each(0..=4_u64, |step| {
        let y = 6.0 + HEIGHT - HEIGHT * step as f64 / 4.0;
        let class = if step == 0 { "base" } else { "grid" };
        (
            h::path().class(class).set("d", format!("M{LEFT:.0} {y:.1}H{WIDTH:.0}")),
            text("ax end", LEFT - 6.0, y + 4.0).with(words::number((most / 4 * step) as i64)),
        )
    });
    let n = names.len().max(2) - 1;
    let named = each(names.iter().enumerate().filter(|(place, _)| place % 2 == 0 || names.len() < 8), |(place, name)| {
        let x = LEFT + room * place as f64 / n as f64;
        text(if place == 0 { "ax" } else { "ax mid" }, x, HEIGHT + 24.0).with(name.clone())
    });
    let drawn = each(all.iter(), |one| {
        let points = points(&one.values, most, (LEFT, room), HEIGHT);
        let rings = one.is_ringed.then(|| each(&points, |(x, y)| ring(*x, *y)));
        h::g().set("transform", "translate(0 6)").with((h::path().class(one.class).set("d", line(&points)), rings))
    });
    let legend = each(all.iter().enumerate(), |(place, one)| {
        let x = 104.0 * place as f64 + 4.0;
        let sample = h::path().class(one.class).set("d", format!("M{x:.0} {:.0}h18", HEIGHT + 46.0));
        (sample, one.is_ringed.then(|| ring(x + 9.0, HEIGHT + 46.0)), text("", x + 24.0, HEIGHT + 50.0).with(one.name))
    });
    picture(title, HEIGHT + 58.0, [grid, named, drawn, legend].into_iter().flatten().collect::<Vec<_>>())
}

fn picture(title: &'static str, height: f64, parts: Vec<Html>) -> El {
    h::svg().set("viewBox", format!("0 0 {WIDTH:.0} {height:.0}")).set("role", "group").set("aria-label", title).with(parts)
}

fn text(class: &'static str, x: f64, y: f64) -> El {
    h::text().class(class).set("x", format!("{x:.1}")).set("y", format!("{y:.1}"))
}

fn ring(x: f64, y: f64) -> El {
    h::circle().class("pt").set("cx", format!("{x:.1}")).set("cy", format!("{y:.1}")).set("r", "2.6")
}

fn rect(class: &'static str, (x, y): (f64, f64), (width, height): (f64, f64)) -> El {
    let place = h::rect().class(class).set("x", format!("{x:.1}")).set("y", format!("{y:.1}"));
    place.set("width", format!("{width:.1}")).set("height", format!("{height:.1}")).set("rx", "2")
}

/// A figure large, with the list that it counts where there is any.
pub fn kpi(name: &'static str, figure: String, href: Option<String>, below: Html) -> El {
    let el = href.map_or_else(h::div, |href| h::a().set("href", href));
    el.class("kpi").with((h::span().with(name), h::b().with(figure), h::span().with(below)))
}

/// The query of a report.
pub fn query(from: impl ToString, to: impl ToString, area: Option<&str>) -> Value {
    let mut query = json!({ "from": from.to_string(), "to": to.to_string() });
    if let Some(area) = area {
        query["area"] = json!(area);
    }
    query
}

/// A part that follows nothing.
pub fn still(text: String) -> Html {
    live(move || text.clone())
}
