//! The rows of a list, by keyboard and by pointer: read a page at a time, kept as they are now, chosen, previewed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::reactive::*;
use client::ClientError;
use domain::{Action, Audience, Text, ValueError};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use wire::{MAX_PAGE_SIZE, TicketQuery, TicketSort, TicketSummary};
use words::Sign;

use super::model::{self, moved};
use super::preview::preview;
use crate::app::{App, Hooks};
use crate::browser;
use crate::components::html::{self as h, Child, El, Html, Row, each, live};
use crate::components::{Choice, Field, empty, field_id, icon, select, text, time};
use crate::pages::home::model::standing_of;
use crate::pages::marks::{kind_mark, kind_sign, state_class};
use crate::pages::records::{self, Records};
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
/// The button that chooses none.
const CLEAR: &str = "bulk-clear";
/// The dialog that asks before something is done to many: to whom they are reassigned, and whether to close them.
const ASKING: &str = "bulk-asking";
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

/// What became of a deed on many.
struct Account {
    sentence: String,
    refused: Vec<(i64, String)>,
    is_running: bool,
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
                Row::new(model::row_key(&ticket, 0), move || small_row(app, &ticket, is_it))
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
                h::td().class("title-cell").with(h::span().class("row").with((kind_sign(app, ticket.kind), link)))
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

    /// What may be done with those that are chosen.
    fn bulk(self) -> Option<El> {
        let chosen = self.chosen.get();
        if chosen.is_empty() {
            return None;
        }
        let (app, screen) = (self.app, self.app.screen());
        let shown = self.shown.get();
        let tickets = shown.items.iter().filter(|ticket| chosen.contains(&ticket.id.get()));
        let phase = tickets.clone().next().map_or(domain::Phase::Requested, |ticket| ticket.phase);
        let actions = each(model::bulk_actions(tickets, &app.actor(), browser::now()), |action| {
            let name = words::action(action, phase, app.lang());
            h::button()
                .set("type", "button")
                .class("btn")
                .id(format!("bulk-{}", action.name()))
                .on_click(move || match action {
                    Action::Reassign | Action::Close => self.ask(action),
                    _ => self.run(action, json!({ "action": action.name() })),
                })
                .with(name)
        });
        let clear = h::button()
            .set("type", "button")
            .class("btn btn-icon")
            .id(CLEAR)
            .set("aria-label", screen.list_clear_chosen())
            .on_click(move || self.chosen.set(Arc::default()))
            .with(icon("x"));
        let n = words::chosen(chosen.len(), app.lang());
        Some(h::div().class("bulk").set("role", "toolbar").set("aria-label", n.clone()).with((
            h::span().class("small strong num").with(n),
            h::span().class("sep"),
            actions,
            h::span().class("sep"),
            clear,
        )))
    }

    /// Asks first.
    fn ask(self, action: Action) {
        browser::leave_focus();
        self.asking.set(Some(action));
    }

    fn asks(self, action: Action) -> El {
        if action == Action::Reassign { self.reassigning() } else { self.closing() }
    }

    /// How many, and what goes out.
    fn closing(self) -> El {
        let (app, lang) = (self.app, self.app.lang());
        let (chosen, shown) = (self.chosen.get(), self.shown.get());
        let action = Action::Close;
        let tickets = shown.items.iter().filter(|ticket| chosen.contains(&ticket.id.get()));
        let (actor, now) = (app.actor(), browser::now());
        let n = tickets.filter(|ticket| domain::permit(&standing_of(ticket), &actor, now, action).is_ok()).count();
        let says = h::p().with(words::bulk_close(n, chosen.len() - n, lang));
        let send = move || {
            self.asked();
            self.run(action, json!({ "action": action.name() }));
        };
        self.dialog(words::action(action, domain::Phase::ToClose, lang), h::parts(says), Arc::new(send))
    }

    /// What asks before something is done to those that are chosen.
    fn dialog(self, name: &'static str, body: Vec<Html>, send: Arc<dyn Fn() + Send + Sync>) -> El {
        let by_key = send.clone();
        let key = move |event: KeyboardEvent| match event.key().as_str() {
            // The dialog closes by itself; nothing behind it is to hear of it.
            "Escape" => event.stop_propagation(),
            "Enter" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                by_key();
            }
            _ => {}
        };
        browser::show_dialog(ASKING);
        let head = h::div().class("dialog-head").with(h::h2().id("h-bulk").with(name));
        let cancel =
            h::button().set("type", "button").class("btn btn-quiet").on_click(move || self.asked()).with(self.app.screen().cancel());
        let button = h::button().set("type", "submit").id("bulk-go").class("btn btn-primary").with((name, h::kbd().with("Ctrl ↵")));
        let form = h::form().flag("novalidate", true).on_submit(move || send()).on_key(key);
        h::dialog().class("dialog").id(ASKING).set("aria-labelledby", "h-bulk").on("close", move |_| self.asked()).with(form.with((
            head,
            h::div().class("dialog-body fields").with(body),
            h::div().class("dialog-foot").with([cancel, button]),
        )))
    }

    /// Whoever could take one of the chosen, and why they should: the form of a ticket, for many.
    fn reassigning(self) -> El {
        let (app, screen, lang) = (self.app, self.app.screen(), self.app.lang());
        let (chosen, shown) = (self.chosen.get(), self.shown.get());
        let tickets = shown.items.iter().filter(|ticket| chosen.contains(&ticket.id.get()));
        let field = |path: &'static str| {
            Field::new(field_id("bulk", path), words::field(path, lang).unwrap_or_default()).hint(words::field_help(path, lang))
        };
        let (whom, why) = (field("to"), field("reason").optional());
        let (to, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let takers = model::takers(tickets, &app.actor(), browser::now());
        let of_levels: Vec<_> =
            takers.into_iter().map(|(role, but)| records::bring(app, Records::People(Some(role), but), whom.error)).collect();
        let options = RwSignal::new(Vec::<Choice>::new());
        Effect::new(move || {
            let mut all: Vec<Choice> = Vec::new();
            for one in of_levels.iter().flat_map(RwSignal::get) {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
            options.set(all);
        });
        let (to_error, reason_error) = (whom.error, why.error);
        let send = move || {
            let Ok(person) = to.get_untracked().parse::<i64>() else {
                to_error.set(Some(words::value_error(ValueError::Empty, words::field("to", lang).unwrap_or_default(), lang)));
                return browser::focus(field_id("bulk", "to"));
            };
            let mut command = json!({ "action": Action::Reassign.name(), "to": person });
            let text = reason.get_untracked();
            if !text.trim().is_empty() {
                match Text::parse(&text) {
                    Ok(text) => command["reason"] = json!(text.as_str()),
                    Err(error) => {
                        reason_error.set(Some(words::value_error(error, words::field("reason", lang).unwrap_or_default(), lang)));
                        return browser::focus(field_id("bulk", "reason"));
                    }
                }
            }
            self.asked();
            self.run(Action::Reassign, command);
        };
        let name = words::action(Action::Reassign, domain::Phase::InAttention, lang);
        browser::focus(field_id("bulk", "to"));
        let fields = h::parts((
            h::p().class("small muted").with(words::chosen(chosen.len(), lang)),
            whom.draw(app, select(&whom, screen.choose_one(), options, to)),
            why.draw(app, text(&why, 3, reason)),
        ));
        self.dialog(name, fields, Arc::new(send))
    }

    /// It is asked no more, and the focus is where it was.
    fn asked(self) {
        if self.asking.get_untracked().is_some() {
            self.asking.set(None);
            browser::return_focus();
        }
    }

    /// One after the other, each decided for itself; then what was done is told, and what was refused and why.
    fn run(self, action: Action, command: Value) {
        let app = self.app;
        let ids: Vec<i64> = self.chosen.get_untracked().iter().copied().collect();
        if self.account.get_untracked().is_some_and(|account| account.is_running) {
            return;
        }
        let running = move |n: usize, of: usize| {
            let sentence = words::bulk_running(n, of, app.lang());
            self.account.try_set(Some(Arc::new(Account { sentence, refused: Vec::new(), is_running: true })))
        };
        spawn_local(async move {
            let (mut done, mut refused) = (BTreeSet::new(), Vec::new());
            for (n, id) in ids.iter().enumerate() {
                if running(n, ids.len()).is_some() {
                    return; // The page was left.
                }
                let Ok(ticket) = (*id).try_into() else { continue };
                let request = json!({ "commands": [&command] });
                let answer = app.client().command_ticket(ticket, &request, &client::With::key(client::new_key())).await;
                app.heard(answer.as_ref().err());
                match answer {
                    Ok(_) => drop(done.insert(*id)),
                    Err(error) => refused.push((*id, app.describe(&error))),
                }
            }
            let sentence = words::bulk_done(done.len(), refused.len(), app.lang());
            let was_at_it = browser::focused() == format!("bulk-{}", action.name());
            app.say(sentence.clone());
            app.count();
            self.begin_anew().await;
            let Some(chosen) = self.chosen.try_get_untracked() else { return };
            let left: BTreeSet<i64> = chosen.difference(&done).copied().collect();
            // What may be done with those that are left is drawn anew, and with it the button that had the focus.
            match (was_at_it, left.is_empty()) {
                (true, true) => browser::focus_page(),
                (true, false) => browser::focus(CLEAR),
                (false, _) => {}
            }
            self.chosen.set(Arc::new(left));
            let _ = self.account.try_set(Some(Arc::new(Account { sentence, refused, is_running: false })));
        });
    }

    fn toast(self) -> Option<El> {
        let account = self.account.get()?;
        let screen = self.app.screen();
        let refused = each(&account.refused, |(id, why)| {
            h::li().with((h::a().set("href", format!("/tickets/{id}")).with(format!("TI-{id}")), ": ", why.clone()))
        });
        let sign = if account.is_running { "clock" } else { "check" };
        let close = (!account.is_running).then(|| {
            let button = h::button().set("type", "button").class("btn btn-quiet btn-sm btn-icon").set("aria-label", screen.close_panel());
            button.on_click(move || self.account.set(None)).with(icon("x"))
        });
        let refused = (!account.refused.is_empty()).then(|| h::ul().class("plain muted").with(refused));
        Some(h::div().class("toast l-toast").id("account").with((
            h::span().class("due due-ok").with(icon(sign)),
            h::div().with((h::p().class("strong").with(account.sentence.clone()), refused)),
            close,
        )))
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

/// Who has it. That nobody does is said where somebody is still to take it.
fn holder(app: App, ticket: &TicketSummary) -> String {
    let nobody = if ticket.phase.is_end() || ticket.phase == domain::Phase::ToClose { "" } else { app.screen().nobody_yet() };
    ticket.holder.as_ref().map_or_else(|| nobody.to_owned(), |holder| holder.name.clone())
}

fn small_row(app: App, ticket: &TicketSummary, is_it: bool) -> El {
    let marks = (h::span().class("num muted").with(format!("TI-{}", ticket.id)), kind_mark(app, ticket.kind), state(app, ticket, is_it));
    let holder = Some(holder(app, ticket)).filter(|holder| !holder.is_empty()).map(|holder| h::span().with(holder));
    let people = (h::span().with(ticket.requester.name.clone()), holder);
    h::li().with(h::a().class("list-row").set("href", format!("/tickets/{}", ticket.id)).with((
        h::span().class("row small").with(marks),
        h::span().class("strong").with(ticket.title.clone()),
        h::span().class("small muted dots").with((people, time(app, ticket.updated_at, ""))),
    )))
}
