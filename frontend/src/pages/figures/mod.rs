//! The board of figures: follow-up by summaries and executive charts (section 6.1 of the procedure).

mod charts;
mod model;
mod picker;

use chrono::{Datelike, NaiveDate};
use domain::{Channel, Kind, Outcome, Phase};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use serde_json::Value;
use words::{Language, time};

use self::charts::{Bar, Board, Chart, Figure, Line, bars, kpi, lines, query, still};
use self::model::{Period, list, solved};
use self::picker::picker;
use super::admin::fetched;
use super::home::model::value_in;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{empty, icon};
use crate::reactive::*;

/// Draws a report, of that area.
type Draw = Box<dyn Fn(&Value, Option<&str>) -> El + Send>;

pub fn figures(app: App) -> El {
    let screen = app.screen();
    app.title(screen.figures());
    let board = Board { app, is_printed: RwSignal::new(false), agency: RwSignal::new(None) };
    spawn_local(async move {
        if let Ok(desk) = app.client().read_desk().await {
            let _ = board.agency.try_set(desk.value.agency);
        }
    });
    let print = move || {
        board.is_printed.set(true);
        spawn_local(async move {
            // The tables are unfolded by then.
            TimeoutFuture::new(100).await;
            browser::print();
            let _ = board.is_printed.try_set(false);
        });
    };
    let print = h::button().set("type", "button").class("btn no-print").on_click(print).with((icon("print"), screen.figures_print()));
    let head = h::div()
        .class("page-head")
        .with((h::h1().with(screen.figures()), h::div().class("row push figures-pick").with((picker(app), print))));
    let content = live(move || {
        let search = app.search();
        let (period, area) = (Period::of(&search, today(app)), value_in(&search, "area").filter(|area| !area.is_empty()));
        match period.until(today(app)).is_sound() {
            true => h::div().with(draw(board, period, area)),
            false => {
                h::div().with(h::p().class("notice notice-soon").set("role", "alert").with((icon("alert"), screen.figures_bad_period())))
            }
        }
    });
    h::div().class("figures").with((head, content))
}

fn today(app: App) -> NaiveDate {
    domain::day_in_lima(untrack(|| app.now()))
}

fn draw(board: Board, whole: Period, area: Option<String>) -> Vec<Html> {
    let app = board.app;
    let screen = app.screen();
    let period = whole.until(today(app));
    let asked = query(period.from, period.to, area.as_deref());
    let read = |path: &str, n_rows: usize, asked: Value, draw: Draw| {
        fetched(
            app,
            n_rows,
            path.to_owned(),
            asked,
            Box::new(move |got| {
                // A head who named no area was given their own.
                let area = got.value["scope"]["area"]["id"].as_i64().map(|id| id.to_string());
                draw(&got.value, area.as_deref())
            }),
        )
    };
    let twelve = period.twelve_months();
    let (q, p) = (asked.clone(), period);
    let part = |by: &'static str| -> Html {
        let q = q.clone();
        read(
            &format!("/reports/breakdown/{by}"),
            4,
            q.clone(),
            Box::new(move |report, area| breakdown(board, report, by, p, area, q.clone())),
        )
    };
    let parts = [part("kind"), part("channel"), part("service"), part("area")];
    let q = asked.clone();
    let summary = read("/reports/volume", 3, asked.clone(), Box::new(move |report, area| summary(board, report, whole, area, q.clone())));
    let q = query(twelve.from, twelve.to, area.as_deref());
    let volume = read("/reports/volume", 6, q.clone(), Box::new(move |report, area| volume(board, report, area, q.clone())));
    let q = asked.clone();
    let levels = read("/reports/resolution", 4, asked.clone(), Box::new(move |report, area| levels(board, report, p, area, q.clone())));
    let q = asked.clone();
    let times = read("/reports/times", 4, asked.clone(), Box::new(move |report, area| times(board, report, p, area, q.clone())));
    let q = asked.clone();
    let waiting = read("/reports/waiting", 4, asked.clone(), Box::new(move |report, area| waiting(board, report, area, q.clone())));
    let q = asked.clone();
    let decisions =
        read("/reports/decisions", 4, asked.clone(), Box::new(move |report, area| decisions(board, report, p, area, q.clone())));
    let q = asked.clone();
    let load = read("/reports/load", 4, asked, Box::new(move |report, area| load(board, report, p, area, q.clone())));
    let [kind, channel, service, of_area] = parts;
    let all = [volume, kind, channel, service, of_area, levels, times, waiting, decisions, load];
    let charts = each(all, |chart| h::div().class("chart-place").with(chart));
    let charts = h::section().class("charts").set("aria-label", screen.figures_charts()).with(charts);
    let source = h::p().class("small muted src").with(format!("{} {}", screen.figures_source(), screen.figures_elapsed_note()));
    crate::components::html::parts((summary, charts, source))
}

fn n(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// Received, attended, ended and pending, each with the list that it counts.
fn tally(value: &Value, period: Period, area: Option<&str>, condition: &str) -> Vec<Figure> {
    let figure = |name: &str, days: String, more: &str| Figure::number(n(&value[name]), list(area, &[&days, more, condition]));
    vec![
        figure("n_opened", period.days("received"), ""),
        figure("n_solved", period.days("solved"), &solved()),
        figure("n_ended", period.days("ended"), ""),
        figure("n_pending", format!("pending_on={}", period.to), ""),
    ]
}

fn tally_heads(app: App, first: &'static str) -> Vec<&'static str> {
    let screen = app.screen();
    vec![first, screen.figures_opened(), screen.figures_solved(), screen.figures_ended(), screen.figures_pending()]
}

fn summary(board: Board, report: &Value, whole: Period, area: Option<&str>, asked: Value) -> El {
    let app = board.app;
    let (screen, lang) = (app.screen(), app.lang());
    let (period, days_under_way) = (whole.until(today(app)), whole.days_under_way(today(app)));
    let (total, before) = (&report["total"], &report["before"]);
    let head = print_head(board, &report["scope"], period);
    if ["n_opened", "n_solved", "n_ended", "n_pending"].iter().all(|name| n(&total[*name]) == 0) {
        return h::div().with((head, h::div().class("panel").with(empty(screen.figures_empty(), ()))));
    }
    let small = |value: &Value| u32::try_from(n(value)).unwrap_or(u32::MAX);
    let figures = tally(total, period, area, "");
    let link = |figure: &Figure, text: String| match &figure.href {
        Some(href) => h::a().set("href", href.clone()).with(text),
        None => h::b().with(text),
    };
    let name = capital(&whole.name(lang));
    let [first, second, third] = words::figures_lead(&name, small(&total["n_solved"]), small(&before["n_solved"]), days_under_way, lang);
    let n_solved = words::figures_attended(small(&total["n_solved"]), lang);
    let lead = h::p().class("lead").with((
        first,
        link(&figures[1], n_solved),
        second,
        link(&figures[3], words::figures_pending_counted(small(&total["n_pending"]), lang)),
        third,
    ));
    let of = report["scope"]["area"]["name"]
        .as_str()
        .map(|name| h::p().class("muted no-print").with(format!("{}: {name}", screen.figures_lead_area())));
    let compared = |name: &str| still(words::figures_compared(small(&total[name]), small(&before[name]), lang));
    let names = [screen.figures_opened(), screen.figures_solved(), screen.figures_ended(), screen.figures_pending()];
    let keys = ["n_opened", "n_solved", "n_ended", "n_pending"];
    let mut kpis: Vec<Html> = each(keys.iter().enumerate(), |(place, key)| {
        kpi(names[place], figures[place].text.clone(), figures[place].href.clone(), compared(key))
    });
    let solved_list = figures[1].href.clone();
    kpis.push(fetched(
        app,
        1,
        "/reports/times".to_owned(),
        asked,
        Box::new(move |got| {
            let solve = &got.value["solve"];
            let said = |value: &Value| value.as_u64().map_or_else(|| "–".to_owned(), words::lasting);
            let p90 = screen.figures_p90().to_lowercase();
            let below = format!("{}; {p90}: {}", screen.figures_median(), said(&solve["p90_seconds"]));
            let name = screen.figures_time_to_solve();
            kpi(name, said(&solve["median_seconds"]), solved_list.clone(), still(below))
        }),
    ));
    let kpis = h::section().class("kpis").set("aria-label", screen.figures_summary()).with(kpis);
    h::div().with((head, of, lead, kpis))
}

/// What stands at the head of the paper: what it is, of whom, of which days, made when and by whom.
fn print_head(board: Board, scope: &Value, period: Period) -> El {
    let (screen, lang) = (board.app.screen(), board.app.lang());
    let area = scope["area"]["name"].as_str().unwrap_or(screen.figures_whole_agency()).to_owned();
    let days = format!("{} – {}", time::day(period.from, lang), time::day(period.to, lang));
    let made_at = scope["made_at"].as_str().and_then(|at| at.parse::<domain::Instant>().ok());
    let made_at = made_at.map(|at| format!("{}, {}", time::date(at, lang), time::clock(at))).unwrap_or_default();
    let fact = |name: &'static str, value: String| [h::dt().with(name), h::dd().with(value)];
    let facts = h::dl().with((
        fact(screen.figures_lead_area(), area),
        fact(screen.figures_period(), days),
        fact(screen.figures_made_at(), made_at),
        fact(screen.figures_made_by(), board.app.me().name.clone()),
    ));
    let agency = live(move || board.agency.get());
    h::header().class("print-only print-head").with((h::p().with(agency), h::h1().with(screen.figures_report()), facts))
}

fn volume(board: Board, report: &Value, area: Option<&str>, asked: Value) -> El {
    let (screen, lang) = (board.app.screen(), board.app.lang());
    let months = report["months"].as_array().cloned().unwrap_or_default();
    let values = |name: &str| months.iter().map(|month| n(&month["tally"][name])).collect::<Vec<u64>>();
    let period = |month: &Value| {
        let day = |name: &str| month[name].as_str().and_then(|day| day.parse().ok()).unwrap_or_default();
        Period { from: day("from"), to: day("to") }
    };
    let names: Vec<String> = months.iter().map(|month| time::month_short(period(month).from.month(), lang).to_owned()).collect();
    let title = screen.figures_volume();
    let all = [
        Line { name: screen.figures_pending(), class: "l2", is_ringed: false, values: values("n_pending") },
        Line { name: screen.figures_opened(), class: "l1 l3", is_ringed: true, values: values("n_opened") },
        Line { name: screen.figures_solved(), class: "l1", is_ringed: false, values: values("n_solved") },
    ];
    let name = |of: Period| format!("{} {}", time::month_short(of.from.month(), lang), of.from.year());
    let rows = months.iter().map(|month| (name(period(month)), tally(&month["tally"], period(month), area, ""))).collect();
    let whole = months.first().zip(months.last()).map(|(first, last)| Period { from: period(first).from, to: period(last).to });
    board.chart(Chart {
        title,
        sub: screen.figures_volume_sub().to_owned(),
        picture: lines(title, &names, &all),
        rest: None,
        head: tally_heads(board.app, screen.figures_month()),
        rows,
        total: whole.map(|whole| tally(&report["total"], whole, area, "")),
        file: "volume",
        query: asked,
    })
}

fn breakdown(board: Board, report: &Value, by: &'static str, period: Period, area: Option<&str>, asked: Value) -> El {
    let (screen, lang) = (board.app.screen(), board.app.lang());
    let parts = report["parts"].as_array().cloned().unwrap_or_default();
    let (title, head, file) = match by {
        "kind" => (screen.figures_by_kind(), screen.list_kind(), "breakdown-kind"),
        "channel" => (screen.figures_by_channel(), screen.list_channel(), "breakdown-channel"),
        "service" => (screen.figures_by_service(), screen.list_service(), "breakdown-service"),
        _ => (screen.figures_by_area(), screen.list_area(), "breakdown-area"),
    };
    let name = |part: &Value| part_name(by, part, lang).unwrap_or_else(|| screen.figures_without_service().to_owned());
    // An area of the board is with those under it, a part of it alone.
    let within = if by == "area" { None } else { area };
    let condition = |part: &Value| match (by, part["key"].as_str()) {
        ("area", Some(key)) => format!("area={key}&area_alone=true"),
        ("service", None) => "without_service=true".to_owned(),
        (_, None) => "kind=none".to_owned(),
        (by, Some(key)) => format!("{by}={key}"),
    };
    const MOST: usize = 9;
    let opened: Vec<&Value> = parts.iter().filter(|part| n(&part["tally"]["n_opened"]) > 0).collect();
    let (first, others) = opened.split_at(opened.len().min(MOST));
    let n_others = others.iter().map(|part| n(&part["tally"]["n_opened"])).sum();
    let shown: Vec<Bar> = first
        .iter()
        .map(|part| {
            let value = n(&part["tally"]["n_opened"]);
            let class = match (by, part["key"].as_str()) {
                ("kind", Some("incident")) => "k1",
                ("kind", Some("occurrence")) => "k2",
                ("kind", Some("requirement")) => "k3",
                _ => "c1",
            };
            let href = list(within, &[&period.days("received"), &condition(part)]);
            Bar { label: name(part), value, said: words::number(value as i64), second: None, class, href: Some(href) }
        })
        .collect();
    let rows = parts.iter().map(|part| (name(part), tally(&part["tally"], period, within, &condition(part)))).collect();
    let n_opened = u32::try_from(n(&report["total"]["n_opened"])).unwrap_or(u32::MAX);
    board.chart(Chart {
        title,
        sub: words::figures_in_period(n_opened, lang),
        picture: bars(title, &shown),
        rest: (!others.is_empty()).then(|| words::figures_rest(others.len(), n_others, lang)),
        head: tally_heads(board.app, head),
        rows,
        total: Some(tally(&report["total"], period, area, "")),
        file,
        query: asked,
    })
}

fn part_name(by: &str, part: &Value, lang: Language) -> Option<String> {
    match (by, part["key"].as_str()) {
        ("kind", key) => {
            let kind = Kind::ALL.iter().copied().find(|kind| Some(kind.name()) == key);
            Some(words::kind_or_none(kind, lang).to_owned())
        }
        ("channel", Some(key)) => {
            Channel::ALL.iter().find(|channel| channel.name() == key).map(|channel| words::channel(*channel, lang).to_owned())
        }
        _ => part["name"].as_str().map(str::to_owned),
    }
}

fn levels(board: Board, report: &Value, period: Period, area: Option<&str>, asked: Value) -> El {
    let (screen, lang) = (board.app.screen(), board.app.lang());
    let found = report["outcomes"].as_array().cloned().unwrap_or_default();
    let all: Vec<(String, u64, String)> = found
        .iter()
        .filter_map(|view| {
            let outcome = Outcome::ALL.iter().copied().find(|outcome| Some(outcome.name()) == view["outcome"].as_str())?;
            let href = list(area, &[&period.days("solved"), &format!("outcome={outcome}")]);
            Some((words::figures_level(outcome.name(), lang).unwrap_or_default().to_owned(), n(&view["n"]), href))
        })
        .collect();
    let is_solved =
        |view: &&Value| Outcome::ALL.iter().any(|outcome| outcome.is_solved() && Some(outcome.name()) == view["outcome"].as_str());
    let n_solved = found.iter().filter(is_solved).map(|view| n(&view["n"])).sum();
    let title = screen.figures_by_level();
    board.chart(Chart {
        title,
        sub: words::figures_level_sub(n_solved, n(&report["n"]).saturating_sub(n_solved), lang),
        picture: bars(title, &all.iter().map(counted).collect::<Vec<_>>()),
        rest: None,
        head: vec![screen.list_outcome(), screen.figures_tickets()],
        rows: all.iter().map(|(name, n, href)| (name.clone(), vec![Figure::number(*n, href.clone())])).collect(),
        total: Some(vec![Figure::number(n(&report["n"]), list(area, &[&period.days("solved")]))]),
        file: "resolution",
        query: asked,
    })
}

fn counted((name, n, href): &(String, u64, String)) -> Bar {
    let href = (*n > 0).then(|| href.clone());
    Bar { label: name.clone(), value: *n, said: words::number(*n as i64), second: None, class: "c1", href }
}

fn times(board: Board, report: &Value, period: Period, area: Option<&str>, asked: Value) -> El {
    let (screen, lang) = (board.app.screen(), board.app.lang());
    let kinds = report["kinds"].as_array().cloned().unwrap_or_default();
    let said = |value: &Value| value.as_u64().map_or_else(|| "–".to_owned(), words::lasting);
    let kind = |view: &Value| Kind::ALL.iter().copied().find(|kind| Some(kind.name()) == view["kind"].as_str());
    let mut shown = Vec::new();
    for (which, name) in [("attend", screen.figures_attend_short()), ("solve", screen.figures_solve_short())] {
        for view in kinds.iter().filter(|view| n(&view[which]["n"]) > 0) {
            let (of, times) = (kind(view), &view[which]);
            let days = if which == "attend" { period.days("received") } else { format!("{}&{}", period.days("solved"), solved()) };
            shown.push(Bar {
                label: format!("{name}: {}", words::kind_or_none(of, lang).to_lowercase()),
                value: n(&times["median_seconds"]),
                said: said(&times["median_seconds"]),
                second: Some(n(&times["p90_seconds"])),
                class: "c1",
                href: Some(list(area, &[&days, &of.map_or_else(|| "kind=none".to_owned(), |kind| format!("kind={kind}"))])),
            });
        }
    }
    let row = |name: String, view: &Value, condition: &str| {
        let solved = list(area, &[&period.days("solved"), &solved(), condition]);
        let plain = |value: &Value| Figure::plain(said(value));
        let figures = vec![
            plain(&view["attend"]["median_seconds"]),
            plain(&view["attend"]["p90_seconds"]),
            plain(&view["solve"]["median_seconds"]),
            plain(&view["solve"]["p90_seconds"]),
            Figure::number(n(&view["solve"]["n"]), solved),
        ];
        (name, figures)
    };
    let rows = kinds.iter().map(|view| {
        let of = kind(view);
        let condition = of.map_or_else(|| "kind=none".to_owned(), |kind| format!("kind={kind}"));
        row(words::kind_or_none(of, lang).to_owned(), view, &condition)
    });
    let title = screen.figures_times();
    board.chart(Chart {
        title,
        sub: screen.figures_times_sub().to_owned(),
        picture: bars(title, &shown),
        rest: None,
        head: vec![
            screen.list_kind(),
            screen.figures_to_attend(),
            screen.figures_p90(),
            screen.figures_to_solve(),
            screen.figures_p90(),
            screen.figures_n_solved(),
        ],
        rows: rows.collect(),
        total: Some(row(String::new(), report, "").1),
        file: "times",
        query: asked,
    })
}

fn waiting(board: Board, report: &Value, area: Option<&str>, asked: Value) -> El {
    let (screen, lang) = (board.app.screen(), board.app.lang());
    let queues = report["queues"].as_array().cloned().unwrap_or_default();
    let title = screen.figures_waiting();
    let phase =
        |queue: &Value| Phase::ALL.iter().copied().find(|phase| Some(phase.name()) == queue["phase"].as_str()).unwrap_or(Phase::Requested);
    let oldest = |queue: &Value| queue["oldest_since"].as_str().and_then(|at| at.parse::<domain::Instant>().ok());
    let shown: Vec<Bar> = queues
        .iter()
        .map(|queue| {
            let value = n(&queue["n"]);
            let href = list(area, &[&format!("phase={}", phase(queue)), "sort=waiting"]);
            Bar {
                label: words::phase(phase(queue), lang).to_owned(),
                value,
                said: words::number(value as i64),
                second: None,
                class: "c1",
                href: Some(href),
            }
        })
        .collect();
    let rows = queues
        .iter()
        .map(|queue| {
            let here = format!("phase={}", phase(queue));
            let figures = vec![
                Figure::number(n(&queue["n"]), list(area, &[&here, "sort=waiting"])),
                Figure::number(n(&queue["n_waiting"]), list(area, &[&here, "waiting=true"])),
                Figure::plain(oldest(queue).map_or_else(String::new, |at| time::date(at, lang))),
                Figure::plain(queue["age"]["median_seconds"].as_u64().map_or_else(String::new, words::lasting)),
            ];
            (words::phase(phase(queue), lang).to_owned(), figures)
        })
        .collect();
    let sub = if queues.is_empty() { screen.figures_nothing_waits() } else { screen.figures_waiting_sub() };
    let blank = || Figure::plain(String::new());
    board.chart(Chart {
        title,
        sub: sub.to_owned(),
        picture: bars(title, &shown),
        rest: None,
        head: vec![
            screen.figures_phase(),
            screen.figures_tickets(),
            screen.figures_waits_for_person(),
            screen.figures_oldest(),
            screen.figures_age(),
        ],
        rows,
        total: Some(vec![Figure::number(n(&report["n"]), list(area, &["ended=false"])), blank(), blank(), blank()]),
        file: "waiting",
        query: asked,
    })
}

fn decisions(board: Board, report: &Value, period: Period, area: Option<&str>, asked: Value) -> El {
    let (screen, lang) = (board.app.screen(), board.app.lang());
    let mut all: Vec<(String, u64, String)> = words::EVALUATION_STEPS
        .iter()
        .map(|step| {
            let name = words::evaluation_step(step, lang).unwrap_or(step).to_owned();
            let href = list(area, &[&format!("step={step}"), &period.days("step")]);
            (name, n(&report[format!("n_{step}")]), href)
        })
        .collect();
    all.push((screen.figures_waiting_decision().to_owned(), n(&report["n_waiting"]), list(area, &["phase=under_evaluation"])));
    let title = screen.figures_decisions();
    board.chart(Chart {
        title,
        sub: screen.figures_decisions_sub().to_owned(),
        picture: bars(title, &all.iter().map(counted).collect::<Vec<_>>()),
        rest: None,
        head: vec![screen.figures_step(), screen.figures_tickets()],
        rows: all.iter().map(|(name, n, href)| (name.clone(), vec![Figure::number(*n, href.clone())])).collect(),
        total: None,
        file: "decisions",
        query: asked,
    })
}

fn load(board: Board, report: &Value, period: Period, area: Option<&str>, asked: Value) -> El {
    let (screen, lang) = (board.app.screen(), board.app.lang());
    let people = report["people"].as_array().cloned().unwrap_or_default();
    const MOST: usize = 12;
    let n_others = people.len().checked_sub(MOST).filter(|n| *n > 0);
    let name = |load: &Value| load["person"]["name"].as_str().unwrap_or_default().to_owned();
    let held = |load: &Value| list(area, &[&format!("holder={}", n(&load["person"]["id"]))]);
    let solved_by = |load: &Value| {
        let by = format!("solver={}", n(&load["person"]["id"]));
        list(area, &[&by, &period.days("solved"), &solved()])
    };
    let shown: Vec<Bar> = people
        .iter()
        .take(MOST)
        .map(|load| {
            let (n_held, n_solved) = (n(&load["n_held"]), n(&load["n_solved"]));
            let said = words::figures_has_and_solved(n_held, n_solved, lang);
            let href = if n_held > 0 { held(load) } else { solved_by(load) };
            Bar { label: name(load), value: n_held, said, second: Some(n_solved), class: "c1", href: Some(href) }
        })
        .collect();
    let rows = people
        .iter()
        .map(|load| {
            (name(load), vec![Figure::number(n(&load["n_held"]), held(load)), Figure::number(n(&load["n_solved"]), solved_by(load))])
        })
        .collect();
    let title = screen.figures_load();
    let all_solved = list(area, &[&period.days("solved"), &solved()]);
    board.chart(Chart {
        title,
        sub: screen.figures_load_sub().to_owned(),
        picture: bars(title, &shown),
        rest: n_others.map(|n| words::figures_rest_in_table(n, lang)),
        head: vec![screen.figures_person(), screen.figures_held(), screen.figures_n_solved()],
        rows,
        total: Some(vec![Figure::plain(words::number(n(&report["n_held"]) as i64)), Figure::number(n(&report["n_solved"]), all_solved)]),
        file: "load",
        query: asked,
    })
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}
