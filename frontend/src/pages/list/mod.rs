//! Any set of tickets: its filters are the address, so a list is a link.

mod filters;
pub mod model;
mod preview;
mod table;
pub mod views;

use std::sync::Arc;

use crate::reactive::*;
use domain::{Audience, Role};
use leptos::task::spawn_local;
use wire::{TicketColumnsQuery, TicketQuery, TicketSort};

use super::home::model::{SORTS, query_of, value_in, with_value};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::icon;

/// Under which the browser keeps which columns are shown.
const COLUMNS: &str = "columns";

type Columns = RwSignal<Arc<Vec<&'static str>>>;

fn kept_columns(app: App) -> Columns {
    let is_it = app.actor().audience() == Audience::It;
    app.columns.set(Arc::new(model::columns(browser::stored(COLUMNS).as_deref(), is_it)));
    app.columns
}

fn keep_columns(app: App, columns: Vec<&'static str>) {
    browser::store(COLUMNS, Some(&columns.join(",")));
    app.columns.set(Arc::new(columns));
}

impl App {
    /// To the list that a view keeps, with its columns as if they were chosen now.
    pub fn open_list(self, path: &str, columns: &str) {
        if !columns.is_empty() {
            keep_columns(self, model::columns(Some(columns), true));
        }
        self.go(path, false);
    }
}

pub fn list(app: App) -> El {
    let is_it = app.actor().audience() == Audience::It;
    let columns = kept_columns(app);
    let content = live(move || {
        let search = app.search();
        let none = if search.is_empty() && !is_it { app.screen().my_area_empty() } else { app.screen().list_empty() };
        table::table(app, None, query_of(|name| value_in(&search, name)), columns, none, Some(sort))
    });
    let n = RwSignal::new(None::<u32>);
    Effect::new(move || {
        let search = app.search();
        spawn_local(async move {
            let counted = app.client().read_ticket_count(&query_of(|name| value_in(&search, name))).await;
            if app.search_now() == search {
                let _ = n.try_set(counted.ok().map(|answer| answer.value.n));
            }
        });
    });
    let views = views::Views::new(app);
    let name = Memo::new(move |_| views.name_of(&app.search()).unwrap_or_else(|| name_of(app, is_it).to_owned()));
    Effect::new(move || app.title(&name.get()));
    let count = live(move || n.get().map(|n| h::span().class("muted num").id("list-count").with(words::tickets_counted(n, app.lang()))));
    let head = h::div().class("page-head l-head").with((h::h1().with(live(move || name.get())), count, tools(app, columns, views)));
    h::div().class("l-page").with((head, filters::chips(app), content))
}

/// A list that has a name of its own, by its filters.
fn name_of(app: App, is_it: bool) -> &'static str {
    let screen = app.screen();
    match value_in(&app.search(), "phase").as_deref() {
        Some("recorded") => screen.requirements(),
        Some("contracting") => screen.being_contracted(),
        _ if is_it || app.actor().has(Role::AreaHead) => screen.all_tickets(),
        _ => screen.my_requests(),
    }
}

/// Another order, in the address.
fn sort(app: App, order: TicketSort) {
    let name = SORTS.iter().find(|(known, _)| *known == order).map_or("", |(_, name)| *name);
    let search = with_value(&app.search_now(), "sort", name);
    app.go(&format!("{}?{search}", untrack(|| app.path())), true);
}

/// Views, columns, and the file of what is seen.
fn tools(app: App, columns: Columns, views: views::Views) -> El {
    let screen = app.screen();
    let is_open = RwSignal::new(false);
    let is_exporting = RwSignal::new(false);
    Effect::again(move |is_later| {
        app.n_outside.track();
        if is_later {
            is_open.set(false);
        }
    });
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            is_open.set(false);
            browser::focus("list-columns");
        }
    };
    let choose = move |column: &'static str| {
        keep_columns(app, model::toggled(&columns.get_untracked(), column));
    };
    let menu = live(move || {
        is_open.get().then(|| {
            let one = |column: &'static str| {
                let input = h::input()
                    .class("check")
                    .set("type", "checkbox")
                    .checked(move || columns.read().contains(&column))
                    .on_check(move |_| choose(column));
                h::label().class("menu-item").with((input, words::list_column(column, app.lang()).unwrap_or_default()))
            };
            h::div()
                .class("menu l-columns")
                .id("columns")
                .set("role", "group")
                .set("aria-label", screen.list_columns())
                .with(each(model::choosable(), one))
        })
    });
    let toggle = move || {
        is_open.set(!is_open.get_untracked());
        if is_open.get_untracked() {
            browser::focus_first_field("columns");
        }
    };
    let export = move || {
        if is_exporting.get_untracked() {
            return;
        }
        is_exporting.set(true);
        app.say(screen.list_exporting());
        spawn_local(async move {
            let search = app.search_now();
            let query = query_of(|name| value_in(&search, name));
            let asked = TicketColumnsQuery { columns: Some(model::exported(&columns.get_untracked())) };
            let file = app.client().export_tickets(&query, &asked).await;
            app.heard(file.as_ref().err());
            let _ = is_exporting.try_set(false);
            match file {
                Ok(file) => {
                    browser::save(words::list_file_name(app.lang()), &file.body);
                    app.say(screen.list_exported());
                }
                Err(error) => app.say(app.describe(&error)),
            }
        });
    };
    let button = |id: &'static str| h::button().set("type", "button").class("btn btn-quiet btn-sm hide-s").id(id);
    let name = live(move || if is_exporting.get() { screen.list_exporting() } else { screen.list_export() });
    h::div().class("row push l-tools").on_key(key).with((
        views.draw(),
        h::span().class("chip-place").with((
            button("list-columns")
                .follow_bool("aria-expanded", move || is_open.get())
                .on_click(toggle)
                .with((icon("columns"), screen.list_columns())),
            menu,
        )),
        button("list-export").on_click(export).with((icon("download"), name)),
    ))
}

/// The list of a home: its filters stand still.
pub fn tickets(app: App, query: TicketQuery, none: &'static str) -> El {
    table::table(app, None, query, kept_columns(app), none, None)
}

/// What waits for its closing: first what the person said works.
pub fn to_close(app: App, query: &TicketQuery, none: &'static str) -> El {
    let part = |is_confirmed| TicketQuery { confirmed: Some(is_confirmed), ..query.clone() };
    // Nobody has it any more: in its place, whose it is.
    let shown = kept_columns(app).get_untracked();
    let in_place = |column: &&'static str| match *column {
        "holder" => (!shown.contains(&"requester")).then_some("requester"),
        column => Some(column),
    };
    let columns = RwSignal::new(Arc::new(shown.iter().filter_map(in_place).collect()));
    h::div().class("to-close").with(table::table(app, Some(part(true)), part(false), columns, none, None))
}
