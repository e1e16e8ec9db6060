//! What is found for what is typed: in the search of the frame, and in the palette.

use std::sync::Arc;

use crate::reactive::*;
use domain::{Audience, TicketId};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;
use wire::{RecordQuery, TicketQuery};
use words::Language;

use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::icon;
use crate::pages::list::model::plain;
use crate::pages::ticket::ticket_number;
use crate::session;

/// Where an entry leads, or what it does.
#[derive(Debug, Clone, PartialEq)]
pub enum To {
    Path(String),
    /// A list, with its columns.
    View(String, String),
    /// A button of the page; where it is not there, the path.
    Press(String, String),
    Open(&'static str),
    Theme(&'static str),
    Speak(Language),
    SignOut,
}

/// One that may be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub icon: &'static str,
    pub name: String,
    pub detail: String,
    pub to: To,
}

impl Entry {
    pub fn new(icon: &'static str, name: impl Into<String>, detail: impl Into<String>, to: To) -> Entry {
        Entry { icon, name: name.into(), detail: detail.into(), to }
    }

    /// Does each of these words begin a word of it?
    pub fn says(&self, sought: &str) -> bool {
        let fold = |text: &str| text.chars().map(plain).collect::<String>();
        let all = format!(" {} {}", fold(&self.name), fold(&self.detail));
        fold(sought).split_whitespace().all(|word| all.contains(&format!(" {word}")))
    }
}

/// Does what was chosen.
pub fn follow(app: App, to: &To) {
    let was_open = app.open.get_untracked().is_some();
    app.open.set(None);
    match to {
        To::Path(path) => {
            // Another list of the same page has it, too.
            browser::focus_page();
            app.go(path, false);
        }
        To::View(path, columns) => {
            browser::focus_page();
            app.open_list(path, columns);
        }
        To::Press(id, path) => {
            if !browser::press(id) {
                app.go(path, false);
            }
        }
        To::Open(what) if was_open => app.open.set(Some(what)),
        To::Open(what) => app.open_above(what),
        To::Theme(theme) => {
            crate::pages::me::set_theme(theme);
            browser::return_focus();
        }
        To::Speak(language) => crate::pages::me::set_language(app, *language),
        To::SignOut => session::end(app),
    }
}

/// From how many letters on one seeks.
const LETTERS: usize = 2;
const N_TICKETS: u32 = 6;
const N_PEOPLE: u32 = 3;

/// A ticket by its number, people by the beginning of their names, tickets by the words of their subjects.
async fn look_up(app: App, text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    let client = app.client();
    let is_it = app.actor().audience() == Audience::It;
    if let Ok(id) = ticket_number(text)
        && let Ok(ticket) = client.read_ticket(id).await
    {
        found.push(ticket_entry(id, ticket.value.title));
    }
    if text.chars().count() < LETTERS {
        return found;
    }
    if is_it {
        let query = RecordQuery { words: Some(text.to_owned()), limit: Some(N_PEOPLE), ..RecordQuery::default() };
        for person in client.list_people(&query).await.map(|page| page.value.items).unwrap_or_default() {
            let name = words::tickets_of(&person.name, app.lang());
            found.push(Entry::new("user", name, person.area.name, To::Path(format!("/tickets?requester={}", person.id))));
        }
    }
    let query = TicketQuery { words: Some(text.to_owned()), limit: Some(N_TICKETS), ..TicketQuery::default() };
    let tickets = client.list_tickets(&query).await.map(|page| page.value.items).unwrap_or_default();
    let has_tickets = !tickets.is_empty();
    for ticket in tickets {
        let entry = ticket_entry(ticket.id, ticket.title);
        if !found.contains(&entry) {
            found.push(entry);
        }
    }
    if has_tickets {
        let path = format!("/tickets?words={}", client::percent_encoded(text));
        found.push(Entry::new("list", words::all_that_say(text, app.lang()), "", To::Path(path)));
    }
    found
}

fn ticket_entry(id: TicketId, title: String) -> Entry {
    Entry::new("right", title, format!("TI-{id}"), To::Path(format!("/tickets/{id}")))
}

/// A combobox whose options are entries.
#[derive(Clone, Copy)]
pub struct Finder {
    pub app: App,
    pub id: &'static str,
    pub text: RwSignal<String>,
    /// None while nothing was sought.
    pub found: RwSignal<Option<Arc<Vec<Entry>>>>,
    at: RwSignal<i64>,
    /// The focus has left it: what is found after that opens nothing.
    is_left: StoredValue<bool>,
}

/// How long after a letter the next one is awaited.
const PAUSE_MILLISECONDS: u32 = 180;

impl Finder {
    pub fn new(app: App, id: &'static str) -> Finder {
        Finder {
            app,
            id,
            text: RwSignal::new(String::new()),
            found: RwSignal::new(None),
            at: RwSignal::new(0),
            is_left: StoredValue::new(false),
        }
    }

    fn option_id(self, n: i64) -> String {
        format!("{}-option-{n}", self.id)
    }

    /// What was typed; `first` are the entries that are there without asking.
    pub fn type_in(self, typed: String, first: Vec<Entry>) {
        let text = typed.trim().to_owned();
        self.is_left.set_value(false);
        self.at.set(0);
        self.text.set(typed.clone());
        self.found.set((!first.is_empty()).then(|| Arc::new(first.clone())));
        if text.is_empty() {
            return;
        }
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            let is_still = || self.text.try_get_untracked().is_some_and(|now| now == typed) && !self.is_left.get_value();
            if !is_still() {
                return;
            }
            let all: Vec<Entry> = first.into_iter().chain(look_up(self.app, &text).await).collect();
            if is_still() {
                self.found.set(Some(Arc::new(all)));
            }
        });
    }

    pub fn leave(self) {
        self.is_left.set_value(true);
        self.found.set(None);
    }

    pub fn clear(self) {
        self.text.set(String::new());
        self.found.set(None);
    }

    fn choose(self, entry: &Entry) {
        self.clear();
        follow(self.app, &entry.to);
    }

    fn key(self, event: &KeyboardEvent) {
        let n = self.found.read_untracked().as_ref().map_or(0, |found| found.len() as i64);
        let at = self.at.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if n > 0 => self.at.set((at + 1) % n),
            "ArrowUp" if n > 0 => self.at.set((at + n - 1) % n),
            "Enter" => {
                let found = self.found.get_untracked();
                match found.as_ref().and_then(|found| found.get(at as usize)) {
                    Some(entry) => self.choose(entry),
                    None => self.to_the_list(),
                }
            }
            // Above the page it closes at once.
            "Escape" if self.app.open.get_untracked().is_some() => return,
            "Escape" if self.found.read_untracked().is_some() && !self.text.read_untracked().is_empty() => self.clear(),
            _ => return,
        }
        if let Some(option) = browser::element(&self.option_id(self.at.get_untracked())) {
            option.scroll_into_view_with_bool(false);
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Enter came before anything was found: a number opens, words make a list.
    fn to_the_list(self) {
        let text = self.text.get_untracked().trim().to_owned();
        if text.is_empty() {
            return;
        }
        let path = match ticket_number(&text) {
            Ok(id) => format!("/tickets/{id}"),
            Err(_) => format!("/tickets?words={}", client::percent_encoded(&text)),
        };
        self.clear();
        follow(self.app, &To::Path(path));
    }

    pub fn input(self, label: &'static str, first: impl Fn(&str) -> Vec<Entry> + Send + 'static) -> El {
        let active = move || {
            let has_any = self.found.read().as_ref().is_some_and(|found| !found.is_empty());
            has_any.then(|| self.option_id(self.at.get()))
        };
        h::input()
            .id(self.id)
            .set("type", "text")
            .set("role", "combobox")
            .set("autocomplete", "off")
            .set("spellcheck", "false")
            .set("aria-autocomplete", "list")
            .set("aria-label", label)
            .set("placeholder", label)
            .set("aria-controls", format!("{}-list", self.id))
            .follow_bool("aria-expanded", move || self.found.read().is_some())
            .follow("aria-activedescendant", active)
            .value(move || self.text.get())
            .on_input(move |typed| {
                let first = first(typed.trim());
                self.type_in(typed, first);
            })
            .on_key(move |event| self.key(&event))
    }

    /// What was found, as options.
    pub fn options(self, class: &'static str) -> Html {
        let screen = self.app.screen();
        live(move || {
            let found = self.found.get()?;
            if found.is_empty() {
                let none = h::p().class("muted find-none").with(screen.no_matches());
                return Some(h::div().class(class).set("role", "status").with(none));
            }
            let option = |(n, entry): (usize, &Entry)| {
                let n = n as i64;
                let chosen = entry.clone();
                h::div()
                    .set("role", "option")
                    .id(self.option_id(n))
                    .follow_bool("aria-selected", move || self.at.get() == n)
                    // Before the input loses the focus.
                    .on("mousedown", move |event| {
                        event.prevent_default();
                        self.choose(&chosen);
                    })
                    .with((
                        icon(entry.icon),
                        h::span().class("cut").with(entry.name.clone()),
                        h::span().class("push small muted cut find-detail").with(entry.detail.clone()),
                    ))
            };
            let list = h::div().class(class).set("role", "listbox").id(format!("{}-list", self.id));
            Some(list.set("aria-label", screen.search_short()).with(each(found.iter().enumerate(), option)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_by_the_beginnings_of_its_words() {
        let entry = Entry::new("home", "Mesa de Ayuda", "Ir a", To::SignOut);
        assert!(entry.says("ayu mes") && entry.says("ÁYUDA") && entry.says("") && entry.says("ir"));
        assert!(!entry.says("yuda") && !entry.says("mesa x"));
    }
}
