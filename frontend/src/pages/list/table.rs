//! The rows of a list, by keyboard and by pointer: read a page at a time, kept as they are now, chosen, previewed.

mod bulk;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::reactive::*;
use client::ClientError;
use domain::{Action, Audience};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;
use wire::{MAX_PAGE_SIZE, TicketQuery, TicketSort, TicketSummary};
use words::Sign;

use self::bulk::Account;
use super::model::{self, moved};
use super::preview::preview;
use crate::app::{App, Hooks};
use crate::browser;
use crate::components::html::{self as h, Child, El, Html, Row, each, live};
use crate::components::{empty, icon, time};
use crate::pages::home::model::standing_of;
use crate::pages::marks::{kind_mark, kind_sign, state_class};
use crate::remote::remote;

/// The pages of a list that have come so far.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    items: Vec<TicketSummary>,
    next: Option<String>,
    /// Of its first page.
    etag: Option<String>,
    is_one_page: bool,
}

/// How many pixels below what is seen the end of the list may be before more is read.
const PIXELS_AHEAD: f64 = 600.0;
/// From which width on a preview stands beside a list: one with chips has a narrow rail.
const PREVIEW_WIDTH: f64 = 1100.0;
const PREVIEW_WIDTH_OF_HOMES: f64 = 1500.0;
/// How often others' changes are asked for, while the list is looked at.
const REFRESH_MILLISECONDS: u32 = 30_000;

/// A list on the screen.
#[derive(Clone, Copy)]
struct List {
    app: App,
    /// What the list holds; and what stands before it, in lists that have a first part.
    query: StoredValue<TicketQuery>,
    first: StoredValue<Option<TicketQuery>>,
    shown: RwSignal<Arc<Shown>>,
    /// The ticket of the row that one is at.
    at: RwSignal<Option<i64>>,
    chosen: RwSignal<Arc<BTreeSet<i64>>>,
    columns: RwSignal<Arc<Vec<&'static str>>>,
    is_reading: RwSignal<bool>,
    /// What the last deed on many did, or is doing.
    account: RwSignal<Option<Arc<Account>>>,
    /// Before what is being asked.
    asking: RwSignal<Option<Action>>,
    /// It stands in a home: its order is fixed.
    is_home: bool,
}

/// A list of tickets, with everything that one does in a list. `sort` is told which order a head asks for; none: the order is fixed.
pub fn table(
    app: App,
    first: Option<TicketQuery>,
    query: TicketQuery,
    columns: RwSignal<Arc<Vec<&'static str>>>,
    none: &'static str,
    sort: Option<fn(App, TicketSort)>,
) -> El {
    let call = {
        let (first, query) = (first.clone(), query.clone());
        move || read_first(app, first.clone(), query.clone())
    };
    let drawn = remote(app, 8, call, move |shown: Shown| {
        let list = List {
            app,
            query: StoredValue::new(query.clone()),
            first: StoredValue::new(first.clone()),
            shown: RwSignal::new(Arc::new(shown)),
            at: RwSignal::new(None),
            chosen: RwSignal::new(Arc::default()),
            columns,
            is_reading: RwSignal::new(false),
            account: RwSignal::new(None),
            asking: RwSignal::new(None),
            is_home: sort.is_none(),
        };
        list.hook();
        list.follow();
        list.draw(none, sort)
    });
    h::div().with(drawn)
}

async fn read(app: App, query: TicketQuery) -> Result<Shown, ClientError> {
    let answer = app.client().list_tickets(&query).await?;
    Ok(Shown { items: answer.value.items, next: answer.value.next, etag: answer.etag, is_one_page: true })
}

/// The first page, after all of what stands before it.
async fn read_first(app: App, first: Option<TicketQuery>, query: TicketQuery) -> Result<Shown, ClientError> {
    let Some(first) = first else { return read(app, query).await };
    let before = read(app, TicketQuery { limit: Some(MAX_PAGE_SIZE), ..first }).await?;
    let page = read(app, query).await?;
    let items = before.items.into_iter().chain(page.items).collect();
    // The tag of one part says nothing of the other.
    Ok(Shown { items, etag: None, ..page })
}

/// The id of a row's link.
fn row_id(ticket: i64) -> String {
    format!("row-{ticket}")
}

impl List {
    fn is_it(self) -> bool {
        self.app.actor().audience() == Audience::It
    }

    /// Keys where nothing is written, and reading on before the end is seen.
    fn hook(self) {
        let on_key = move |event: &KeyboardEvent| self.pressed(&event.key());
        let on_scroll = move || {
            if browser::pixels_below("list-more").is_some_and(|below| below < PIXELS_AHEAD) {
                self.more();
            }
        };
        self.app.hook(Hooks { on_key: Some(Arc::new(on_key)), on_scroll: Some(Arc::new(on_scroll)) });
    }

    fn pressed(self, key: &str) -> bool {
        if self.shown.try_get_untracked().is_none() {
            return false; // Another list is on its way.
        }
        match key {
            "j" => self.step(1),
            "k" => self.step(-1),
            "x" => self.at.get_untracked().is_some_and(|at| self.toggle(at)),
            "Escape" if !self.chosen.read_untracked().is_empty() => {
                self.chosen.set(Arc::default());
                true
            }
            _ => false,
        }
    }

    /// The focus goes along: Enter opens, and a reader says the row.
    fn step(self, by: i32) -> bool {
        let shown = self.shown.get_untracked();
        let at = self.at.get_untracked().and_then(|at| shown.items.iter().position(|ticket| ticket.id.get() == at));
        let Some(to) = moved(at, by, shown.items.len()) else { return false };
        let id = shown.items[to].id.get();
        self.at.set(Some(id));
        if let Some(link) = browser::element(&row_id(id)) {
            let _ = link.focus();
        }
        if to + 1 == shown.items.len() {
            self.more();
        }
        true
    }

    fn toggle(self, id: i64) -> bool {
        let mut chosen = (*self.chosen.get_untracked()).clone();
        if !chosen.remove(&id) {
            chosen.insert(id);
        }
        self.chosen.set(Arc::new(chosen));
        true
    }

    fn toggle_all(self) {
        let shown = self.shown.get_untracked();
        let is_all = self.chosen.read_untracked().len() >= shown.items.len();
        let all = if is_all { BTreeSet::new() } else { shown.items.iter().map(|ticket| ticket.id.get()).collect() };
        self.chosen.set(Arc::new(all));
    }

    /// The page after those that are here.
    fn more(self) {
        let Some(before) = self.shown.try_get_untracked() else { return };
        if before.next.is_none() || self.is_reading.get_untracked() {
            return;
        }
        self.is_reading.set(true);
        spawn_local(async move {
            let query = TicketQuery { cursor: before.next.clone(), ..self.query.get_value() };
            let page = read(self.app, query).await;
            let _ = self.is_reading.try_set(false);
            match page {
                Ok(page) => {
                    let items = before.items.iter().cloned().chain(page.items).collect();
                    self.put(Shown { items, next: page.next, etag: before.etag.clone(), is_one_page: false });
                }
                Err(error) => {
                    self.app.heard(Some(&error));
                    self.app.say(self.app.describe(&error));
                }
            }
        });
    }

    /// Shows other rows, unless the page was left.
    fn put(self, shown: Shown) {
        let _ = self.shown.try_set(Arc::new(shown));
    }

    /// What others do shows here by itself.
    fn follow(self) {
        spawn_local(async move {
            loop {
                gloo_timers::future::TimeoutFuture::new(REFRESH_MILLISECONDS).await;
                if self.shown.try_get_untracked().is_none() {
                    return; // The page was left.
                }
                if !browser::document().hidden() {
                    self.refresh().await;
                }
            }
        });
    }

    /// From its first page: what was done to many may stand on any.
    async fn begin_anew(self) {
        let Some(query) = self.query.try_get_value() else { return };
        match read_first(self.app, self.first.try_get_value().flatten(), query).await {
            Ok(new) => self.put(new),
            Err(error) => self.app.say(self.app.describe(&error)),
        }
    }

    async fn refresh(self) {
        let Some(etag) = self.shown.try_get_untracked().map(|shown| shown.etag.clone()) else { return };
        let first = self.first.try_get_value().flatten();
        if first.is_some() {
            let new = read_first(self.app, first, self.query.get_value()).await;
            if let (Ok(new), Some(before)) = (new, self.shown.try_get_untracked())
                && before.is_one_page
                && before.items != new.items
            {
                self.put(new);
            }
            return;
        }
        if let Ok(Some(answer)) = self.app.client().list_changed_tickets(&self.query.get_value(), etag.as_deref()).await
            && let Some(before) = self.shown.try_get_untracked()
        {
            let next = if before.is_one_page { answer.value.next } else { before.next.clone() };
            let items = model::refreshed(&before.items, answer.value.items, before.is_one_page);
            self.put(Shown { items, next, etag: answer.etag, is_one_page: before.is_one_page });
        }
    }

    fn draw(self, none: &'static str, sort: Option<fn(App, TicketSort)>) -> El {
        let is_empty = Memo::new(move |_| self.shown.read().items.is_empty());
        let body = live(move || if is_empty.get() { empty(none, ()) } else { self.rows(sort) });
        let beside = live(move || (!is_empty.get()).then(|| preview(self.app, Memo::new(move |_| self.previewed()))));
        let confirmed = Memo::new(move |_| self.confirmed());
        let pick = live(move || {
            let n = confirmed.read().len();
            (n > 0).then(|| {
                let choose = move || self.chosen.set(Arc::new(confirmed.get_untracked()));
                let name = words::choose_confirmed(n, self.app.lang());
                h::p().class("l-pick").with(
                    h::button()
                        .set("type", "button")
                        .class("btn btn-sm")
                        .id("choose-confirmed")
                        .on_click(choose)
                        .with((icon("check"), name)),
                )
            })
        });
        h::div().class("l-cols").with((
            h::section().class("l-list panel").set("aria-label", self.app.screen().list_tickets()).with((
                pick,
                body,
                live(move || self.bulk()),
                live(move || self.asking.get().map(|action| untrack(|| self.asks(action)))),
            )),
            beside,
            live(move || self.toast()),
        ))
    }

    /// Those that wait for their closing alone: the person said that it works.
    fn confirmed(self) -> BTreeSet<i64> {
        if self.first.with_value(Option::is_none) || !self.is_it() {
            return BTreeSet::new();
        }
        let shown = self.shown.get();
        let is_confirmed = |ticket: &&TicketSummary| ticket.is_confirmed && ticket.phase == domain::Phase::ToClose;
        shown.items.iter().filter(is_confirmed).map(|ticket| ticket.id.get()).collect()
    }

    /// The ticket that is shown beside the list, and when its row changed last.
    fn previewed(self) -> Option<(i64, i64)> {
        let at = self.at.get()?;
        let width = if self.is_home { PREVIEW_WIDTH_OF_HOMES } else { PREVIEW_WIDTH };
        let shown = self.shown.read();
        let row = shown.items.iter().find(|ticket| ticket.id.get() == at);
        (browser::width() >= width).then(|| (at, row.map_or(0, |ticket| ticket.updated_at.timestamp_millis())))
    }

    fn rows(self, sort: Option<fn(App, TicketSort)>) -> El {
        let (app, screen) = (self.app, self.app.screen());
        let columns = self.columns.get();
        let order = self.query.get_value().sort.unwrap_or_default();
        let head = |column: &&'static str| {
            let name = words::list_column(column, app.lang()).unwrap_or_default();
            let cell = h::th().set("scope", "col").class(*column);
            match (sort, model::sorting(column, order)) {
                (Some(sort), Some((next, now))) => {
                    let sign = now.map(|now| icon(if now == "ascending" { "up" } else { "down" }));
                    cell.set_some("aria-sort", now)
                        .with(h::button().set("type", "button").on_click(move || sort(app, next)).with((name, sign)))
                }
                _ => cell.with(name),
            }
        };
        let is_it = self.is_it();
        let all = is_it.then(|| {
            let input = h::input().class("check").set("type", "checkbox").set("aria-label", screen.list_choose_all());
            let input =
                input.checked(move || self.chosen.read().len() >= self.shown.read().items.len()).on_check(move |_| self.toggle_all());
            h::th().class("cb").set("scope", "col").with(h::label().class("hit").with(input))
        });
        let heads = h::thead().with(h::tr().with((all, each(columns.iter(), head))));
        let n_columns = columns.len();
        let rows = {
            let columns = columns.clone();
            h::rows(move || {
                let shown = self.shown.get();
                let row = |ticket: &TicketSummary| {
                    let (ticket, columns) = (ticket.clone(), columns.clone());
                    Row::new(model::row_key(&ticket, n_columns), move || self.row(&ticket, &columns))
                };
                shown.items.iter().map(row).collect()
            })
        };
        let small = h::rows(move || {
            let shown = self.shown.get();
            let row = |ticket: &TicketSummary| {
                let ticket = ticket.clone();
                Row::new(model::row_key(&ticket, 0), move || self.small_row(&ticket, is_it))
            };
            shown.items.iter().map(row).collect()
        });
        let n = live(move || words::shown_so_far(self.shown.read().items.len(), app.lang()));
        let keys = h::span().class("hide-s").with((
            h::kbd().with("J"),
            " ",
            h::kbd().with("K"),
            [" ", screen.key_move(), " "],
            is_it.then(|| (h::kbd().with("X"), [" ", screen.key_choose(), " "])),
            h::kbd().with("↵"),
            [" ", screen.key_open()],
        ));
        let is_reading = self.is_reading;
        let has_more = Memo::new(move |_| self.shown.read().next.is_some());
        let more = live(move || {
            has_more.get().then(|| {
                let name = live(move || if is_reading.get() { screen.loading() } else { screen.see_more() });
                h::button().set("type", "button").class("btn btn-sm push").id("list-more").on_click(move || self.more()).with(name)
            })
        });
        let foot = h::div().class("l-foot small muted").with((h::span().with(n), keys, more));
        let table = h::table().class("table tickets").with((heads, h::tbody().with(rows)));
        h::div().with((h::div().class("table-wrap wide-only").with(table), h::ul().class("list small-only").with(small), foot))
    }

    fn row(self, ticket: &TicketSummary, columns: &[&'static str]) -> El {
        let app = self.app;
        let id = ticket.id.get();
        let is_it = self.is_it();
        let cb = is_it.then(|| {
            let input = h::input().class("check").set("type", "checkbox").set("aria-label", words::choose_ticket(id, app.lang()));
            let input = input.checked(move || self.chosen.read().contains(&id)).on_check(move |_| {
                self.toggle(id);
            });
            h::td().class("cb").with(h::label().class("hit").with(input))
        });
        let class = move || {
            let is_chosen = self.chosen.read().contains(&id);
            Some(match (self.at.get() == Some(id), is_chosen) {
                (true, _) => "is-open",
                (false, true) => "is-selected",
                _ => "",
            })
        };
        let cells = each(columns.iter(), |column| self.cell(ticket, column));
        h::tr()
            .follow("class", class)
            .on("focusin", move |_| {
                if self.at.get_untracked() != Some(id) {
                    self.at.set(Some(id));
                }
            })
            .on_click(move || self.at.set(Some(id)))
            .with((cb, cells))
    }

    fn small_row(self, ticket: &TicketSummary, is_it: bool) -> El {
        let (app, id) = (self.app, ticket.id.get());
        let kind = is_it.then(|| kind_mark(app, ticket.kind));
        let marks = (h::span().class("num muted").with(format!("TI-{id}")), kind, state(app, ticket, is_it));
        let holder = Some(holder(app, ticket)).filter(|holder| !holder.is_empty()).map(|holder| h::span().with(holder));
        let people = (h::span().with(ticket.requester.name.clone()), holder);
        let row = h::li().follow("class", move || self.chosen.read().contains(&id).then_some("is-selected"));
        row.with(h::a().class("list-row").set("href", format!("/tickets/{id}")).with((
            h::span().class("row small").with(marks),
            h::span().class("strong").with(ticket.title.clone()),
            h::span().class("small muted dots").with((people, time(app, ticket.updated_at, ""))),
        )))
    }

    fn cell(self, ticket: &TicketSummary, column: &str) -> El {
        let app = self.app;
        let cut = |name: String| h::td().class("cut-cell").set("title", name.clone()).with(h::span().class("cut").with(name));
        let instant = |at| h::td().class("muted nowrap").with(time(app, at, ""));
        match column {
            "number" => h::td().class("num muted").with(format!("TI-{}", ticket.id)),
            "title" => {
                let link = h::a()
                    .class("cut")
                    .id(row_id(ticket.id.get()))
                    .set("href", format!("/tickets/{}", ticket.id))
                    .set("title", ticket.title.clone());
                let found = self.query.with_value(|query| query.words.clone()).unwrap_or_default();
                let link = link.with(marked(&ticket.title, &found));
                h::td().class("title-cell").with(h::span().class("row").with((self.is_it().then(|| kind_sign(app, ticket.kind)), link)))
            }
            "kind" => h::td().class("nowrap").with(kind_mark(app, ticket.kind)),
            "state" => h::td().class("state-cell").with(state(app, ticket, self.is_it())),
            "outcome" => cut(ticket.outcome.map_or_else(String::new, |outcome| words::outcome(outcome, app.lang()).to_owned())),
            "area" => cut(ticket.area.name.clone()),
            "requester" => cut(ticket.requester.name.clone()),
            "holder" => cut(holder(app, ticket)).class(if ticket.holder.is_none() { "cut-cell muted" } else { "cut-cell" }),
            "service" => cut(ticket.service.as_ref().map_or_else(String::new, |service| service.name.clone())),
            "channel" => h::td().class("nowrap").with(words::channel(ticket.channel, app.lang())),
            "received_at" => instant(ticket.received_at),
            "phase_since" => instant(ticket.phase_since),
            _ => instant(ticket.updated_at),
        }
    }
}

/// A title with what was sought in it marked: the beginnings of its words.
fn marked(title: &str, sought: &str) -> Vec<Html> {
    each(
        model::cut_at(title, sought),
        |(part, is_found)| {
            if is_found { each([h::mark().with(part)], |mark| mark) } else { each([part], |text| text) }
        },
    )
}

pub fn state(app: App, ticket: &TicketSummary, is_it: bool) -> Vec<Html> {
    let audience = if is_it { Audience::It } else { Audience::Everyone };
    let state = words::state(&standing_of(ticket), audience, app.lang());
    let mut marks = each([h::span().class(state_class(ticket.phase, ticket.outcome)).with(state)], |badge| badge);
    let is_confirmed = ticket.is_confirmed && !ticket.phase.is_end();
    let signs = [
        ticket.is_waiting.then_some(Sign::WaitingForPerson),
        is_confirmed.then_some(Sign::ConfirmedByPerson),
        Some(Sign::Reopened(ticket.n_reopened)),
    ];
    for words in signs.into_iter().flatten().filter_map(|sign| words::sign(sign, audience, app.lang())) {
        (" ", h::span().class("badge badge-line").with(words)).put(&mut marks);
    }
    marks
}

/// Who has it. That nobody does is said to the people of IT, where somebody is still to take it.
fn holder(app: App, ticket: &TicketSummary) -> String {
    let is_said = app.actor().audience() == Audience::It && ticket.phase.is_to_be_held();
    let nobody = if is_said { app.screen().nobody_yet() } else { "" };
    ticket.holder.as_ref().map_or_else(|| nobody.to_owned(), |holder| holder.name.clone())
}
