//! The whole procedure in lanes, with this ticket's way drawn on it; and the same as a list.

pub mod model;

use domain::chart::{Label, Lane, Node, Shape};
use wire::TicketView;
use words::time;

use self::model::{Chart, LANE_HEIGHT, LANE_NAMES, Line, Look, Placed};
use super::model::Walk;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each};
use crate::components::icon;

/// Folded, until somebody asks for it.
pub fn flow(app: App, view: &TicketView, walk: &Walk, is_open: bool, on_toggle: impl Fn(bool) + Send + 'static) -> El {
    let screen = app.screen();
    let chart = model::chart(view.standing.phase, walk);
    let version = words::procedure_version(domain::procedure::CODE, domain::procedure::VERSION, app.lang());
    let summary = h::summary().class("flow-summary").with((
        icon("route"),
        h::span().class("flow-see").with(screen.path_see_flow()),
        h::span().class("flow-hide").with(screen.path_hide_flow()),
        h::span().class("muted").with(version),
    ));
    let share = chart.share();
    let toggled = move |event: web_sys::Event| {
        use wasm_bindgen::JsCast;
        let Some(details) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
        let is_open = details.has_attribute("open");
        on_toggle(is_open);
        // Where the page is narrow, what is seen first is where the ticket stands.
        if let (true, Ok(Some(scroll))) = (is_open, details.query_selector(".flow-scroll")) {
            browser::scroll_sideways(&scroll, share);
        }
    };
    let scroll = h::div().class("flow-scroll").set("tabindex", "0").set("role", "region").set("aria-label", screen.flow_title());
    h::details().class("flow-box").flag("open", is_open).on("toggle", toggled).with((
        summary,
        scroll.with(picture(app, view, &chart)),
        legend(app),
        as_list(app, &chart),
    ))
}

fn picture(app: App, view: &TicketView, chart: &Chart) -> El {
    let lang = app.lang();
    let (width, height) = (chart.width, chart.height);
    let lane = |(n, lane): (usize, &Lane)| {
        let top = model::lane_top(*lane);
        let back = h::rect().class(if n % 2 == 0 { "lane" } else { "lane lane-alt" });
        (
            back.set("x", "0").set("y", top.to_string()).set("width", width.to_string()).set("height", LANE_HEIGHT.to_string()),
            text("lane-name", 12, top + LANE_HEIGHT / 2 - 3).with(words::flow_lane(*lane, lang)),
            text("lane-role", 12, top + LANE_HEIGHT / 2 + 14).with(words::flow_lane_role(*lane, lang)),
        )
    };
    let divider = h::path().class("flow-divider").set("d", format!("M{LANE_NAMES} 0V{height}"));
    h::svg()
        .class("flow")
        .set("viewBox", format!("0 0 {width} {height}"))
        .set("role", "img")
        .set("aria-labelledby", "flow-title flow-desc")
        .with((
            h::title().id("flow-title").with(words::way_of(view.id.get(), lang)),
            h::desc().id("flow-desc").with(described(app, chart)),
            each(Lane::ALL.iter().enumerate(), lane),
            divider,
            each(&chart.lines, |line| edge(app, line)),
            each(&chart.nodes, |placed| node(app, chart, placed)),
        ))
}

/// The way in a sentence or two.
fn described(app: App, chart: &Chart) -> String {
    let lang = app.lang();
    let is_named = |node: &Node| !matches!(node.shape(), Shape::Question(_) | Shape::Start);
    let way: Vec<&str> = chart.passed.iter().map(|(edge, _)| edge.to).filter(is_named).map(|node| words::flow_node(node, lang)).collect();
    let next: Vec<&str> = chart.next.iter().map(|node| words::flow_node(*node, lang)).collect();
    let mut said = format!("{}: {}.", app.screen().path_this_one(), way.join(" → "));
    if let Some(now) = chart.now {
        said.push_str(&format!(" {} {}.", app.screen().flow_now(), words::flow_node(now, lang)));
    }
    if !next.is_empty() {
        said.push_str(&format!(" {}: {}.", app.screen().flow_next(), next.join(", ")));
    }
    said
}

fn text(class: &'static str, x: i32, y: i32) -> El {
    h::text().class(class).set("x", x.to_string()).set("y", y.to_string())
}

fn edge(app: App, line: &Line) -> El {
    let (class, head) = match line.look {
        Look::Way(_) | Look::Now => ("edge-way", "head-way"),
        Look::Next => ("edge-next", "head-way"),
        Look::Other => ("edge", "head"),
    };
    let words = (line.edge.label != Label::Nothing).then(|| {
        let (x, y) = model::label_place(line);
        let label = words::flow_label(line.edge.label, app.lang());
        let (class, label) = match line.look {
            Look::Way(n) if n > 1 => ("ans ans-way", format!("{label}, {}", words::times_short(n, app.lang()))),
            Look::Way(_) => ("ans ans-way", label.to_owned()),
            _ => ("ans", label.to_owned()),
        };
        text(class, x, y).with(label)
    });
    h::g().with((
        h::path().class(class).set("d", model::path_of(&line.points)),
        h::path().class(head).set("d", model::arrow_of(&line.points)),
        words,
    ))
}

fn node(app: App, chart: &Chart, placed: &Placed) -> El {
    let lang = app.lang();
    let class = match placed.look {
        Look::Now => "now",
        Look::Way(_) => "done",
        Look::Next => "next",
        Look::Other => "off",
    };
    let name = words::flow_node(placed.node, lang);
    let shape = placed.node.shape();
    let content = match shape {
        Shape::Start | Shape::End => {
            let circle = h::circle().class("end").set("cx", placed.x.to_string()).set("cy", placed.y.to_string()).set("r", "7");
            // The requirement's end has a name; the others say what they are by their place.
            let name = (placed.node == Node::Recorded).then(|| text("q", placed.x + 14, placed.y + 4).with(name));
            h::g().with((circle, name))
        }
        Shape::Question(_) => {
            let (x, y, is_middle) = model::question_place(placed);
            let anchor = if is_middle { "middle" } else { "start" };
            h::g()
                .with((h::path().class("diamond").set("d", model::diamond(placed)), text("q", x, y).set("text-anchor", anchor).with(name)))
        }
        Shape::Activity(_) | Shape::Step => {
            let (x, y, width, height) = model::box_corner(placed);
            let (width, height) = (width.to_string(), height.to_string());
            let rect = h::rect().class("box").set("x", x.to_string()).set("y", y.to_string()).set("width", width).set("height", height);
            let number = match shape {
                Shape::Activity(n) => Some(text("no", x + 10, y + 20).with(n.to_string())),
                _ => None,
            };
            let left = if number.is_some() { 22 } else { 10 };
            let state = match (placed.look, placed.at) {
                (Look::Now, _) => words::now_nth(chart.nth, lang),
                (Look::Way(_), Some(at)) => words::day_and_hour(at, browser::now(), lang),
                (Look::Way(_), None) => app.screen().path_done().to_owned(),
                (Look::Next, _) => app.screen().path_may_follow().to_owned(),
                (Look::Other, _) if chart.now.is_some_and(|now| now.column() < placed.node.column()) => String::new(),
                (Look::Other, _) => app.screen().path_not_needed().to_owned(),
            };
            h::g().with((rect.set("rx", "6"), number, text("name", x + left, y + 20).with(name), text("who", x + 10, y + 37).with(state)))
        }
    };
    h::g().class(class).with(content)
}

fn legend(app: App) -> El {
    let screen = app.screen();
    let mark = |class: &'static str, words: &'static str| {
        let line = h::svg().class("flow legend-mark").set("viewBox", "0 0 28 6").set("aria-hidden", "true");
        h::span().class("row tight").with((line.with(h::path().class(class).set("d", "M1 3H27")), words))
    };
    h::p().class("row tiny muted legend").with([
        mark("edge-way", screen.path_this_one()),
        mark("edge-next", screen.path_may_follow()),
        mark("edge", screen.path_others()),
    ])
}

/// What is drawn, to be read.
fn as_list(app: App, chart: &Chart) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let named = |node: Node| match node.shape() {
        Shape::Activity(n) => format!("{n}. {}", words::flow_node(node, lang)),
        _ => words::flow_node(node, lang).to_owned(),
    };
    // A question and its answer are one line: «¿Se resolvió? NO → 4. Escalado 1».
    let shown = chart.passed.iter().filter(|(edge, _)| !matches!(edge.to.shape(), Shape::Question(_)) && edge.to != Node::Activity1);
    let row = |(edge, at): &(domain::chart::Edge, domain::Instant)| {
        let answer = words::flow_label(edge.label, lang);
        let from = match answer {
            "" => named(edge.from),
            answer => format!("{} {answer}", named(edge.from)),
        };
        let when = h::span().class("muted").with(format!(" · {}", time::instant(*at, lang)));
        h::li().with((h::span().with(format!("{from} → {}", named(edge.to))), when))
    };
    let now = chart.now.map(|now| h::li().with(h::b().with(format!("{} {}", screen.flow_now(), named(now)))));
    let next = (!chart.next.is_empty()).then(|| {
        let names: Vec<String> = chart.next.iter().map(|node| named(*node)).collect();
        h::li().with(format!("{}: {}", screen.flow_next(), names.join(", ")))
    });
    h::details()
        .class("small flow-list")
        .with([h::summary().class("tap muted").with(screen.flow_as_list()), h::ol().with((each(shown, row), now, next))])
}
