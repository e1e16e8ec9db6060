//! The filters of a list as chips: each is a part of the address, is changed in place, and goes by its cross.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::reactive::*;
use domain::Audience;
use leptos::ev::KeyboardEvent;

use super::model::{self, Filter};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{Choice, icon};
use crate::pages::records::{self, Records};

/// Where the focus returns to.
fn chip_id(filter: Filter) -> String {
    format!("chip-{}", filter.name())
}

const ADD_ID: &str = "chip-add";

#[derive(Clone, Copy)]
struct Chips {
    app: App,
    audience: Audience,
    /// The one that is being changed.
    open: RwSignal<Option<Filter>>,
    /// Those without a chip are offered.
    is_adding: RwSignal<bool>,
    areas: RwSignal<Vec<Choice>>,
    services: RwSignal<Vec<Choice>>,
    /// People by their numbers: their names, once they are known; each is asked for once.
    people: RwSignal<Arc<BTreeMap<String, String>>>,
    asked: StoredValue<Vec<String>>,
}

pub fn chips(app: App) -> El {
    let audience = app.actor().audience();
    let none = RwSignal::new(None);
    let is_it = audience == Audience::It;
    let bring = |records| if is_it { records::bring(app, records, none) } else { RwSignal::new(Vec::new()) };
    let chips = Chips {
        app,
        audience,
        open: RwSignal::new(None),
        is_adding: RwSignal::new(false),
        areas: bring(Records::Areas),
        services: bring(Records::Services),
        people: RwSignal::new(Arc::default()),
        asked: StoredValue::new(Vec::new()),
    };
    Effect::again(move |is_later| {
        app.n_outside.track();
        if is_later {
            chips.open.set(None);
            chips.is_adding.set(false);
        }
    });
    h::div().class("chips").set("role", "group").set("aria-label", app.screen().list_filters()).with(live(move || chips.draw()))
}

impl Chips {
    fn go(self, filter: Filter, value: &str) {
        let search = model::with_filter(&self.app.search_now(), filter, value);
        let path = untrack(|| self.app.path());
        self.app.go(&if search.is_empty() { path } else { format!("{path}?{search}") }, true);
    }

    fn close(self, filter: Filter) {
        self.open.set(None);
        self.is_adding.set(false);
        browser::focus(chip_id(filter));
    }

    fn draw(self) -> Vec<Html> {
        let search = self.app.search();
        let open = self.open.get();
        let mut all = Vec::new();
        let mut others = Vec::new();
        for filter in Filter::ALL {
            let value = model::value_of(&search, filter);
            // Whatever narrows a list is seen, and may be taken away.
            if !filter.is_for(self.audience) {
                all.extend(value.is_some().then(|| self.chip(filter, value, open == Some(filter))));
            } else if value.is_some() || filter.is_at_hand() || open == Some(filter) {
                all.push(self.chip(filter, value, open == Some(filter)));
            } else if filter.is_offered() {
                others.push(filter);
            }
        }
        each(all, |chip| chip).into_iter().chain(each([self.add(others)], |chip| chip)).collect()
    }

    fn chip(self, filter: Filter, value: Option<String>, is_open: bool) -> El {
        let (screen, label) = (self.app.screen(), filter.label(self.app.screen()));
        let says = value.as_deref().map(|value| self.says(filter, value));
        let toggle = move || {
            self.is_adding.set(false);
            self.open.set((!is_open).then_some(filter));
            if !is_open {
                browser::focus_first_field(format!("filter-{}", filter.name()));
            }
        };
        let name = match says {
            Some(says) => each([h::span().with((format!("{label}: "), h::b().with(says)))], |name| name),
            None => each([h::span().with((label, " ", icon("down")))], |name| name),
        };
        let button = h::button()
            .set("type", "button")
            .id(chip_id(filter))
            .set("aria-expanded", if is_open { "true" } else { "false" })
            .on_click(toggle)
            .with(name);
        let cross = value.is_some().then(|| {
            h::button()
                .set("type", "button")
                .class("x")
                .set("aria-label", words::remove_filter(label, self.app.lang()))
                .on_click(move || {
                    self.open.set(None);
                    self.go(filter, "");
                    browser::focus(if filter.is_at_hand() { chip_id(filter) } else { ADD_ID.to_owned() });
                })
                .with(icon("x"))
        });
        let class = if value.is_some() { "chip chip-on" } else { "chip" };
        let key = move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                event.stop_propagation();
                self.close(filter);
            }
        };
        let menu = is_open.then(|| {
            let id = format!("filter-{}", filter.name());
            h::div().class("menu chip-menu").id(id).set("role", "group").set("aria-label", label).on_key(key).with(self.menu(
                filter,
                value,
                screen.filter_apply(),
            ))
        });
        h::span().class("chip-place").with((h::span().class(class).with((button, cross)), menu))
    }

    /// What is chosen, in words.
    fn says(self, filter: Filter, value: &str) -> String {
        let choices = self.choices(filter);
        let named = |one: &str| choices.iter().find(|(value, _)| value == one).map(|(_, name)| name.clone());
        if matches!(filter, Filter::Requester | Filter::Holder | Filter::Solver) && named(value).is_none() {
            return self.name_of(value);
        }
        if filter.is_day() {
            return value.parse().map_or_else(|_| value.to_owned(), |day| words::time::day(day, self.app.lang()));
        }
        value.split(',').map(|one| named(one).unwrap_or_else(|| one.to_owned())).collect::<Vec<_>>().join(", ")
    }

    /// Somebody by their number.
    fn name_of(self, id: &str) -> String {
        if let Some(name) = self.people.read().get(id) {
            return name.clone();
        }
        let is_asked = self.asked.with_value(|asked| asked.iter().any(|known| known == id));
        let number = id.parse::<i64>().map_err(drop).and_then(|number| domain::PersonId::parse(number).map_err(drop));
        if let (Ok(number), false) = (number, is_asked) {
            let (app, people, id) = (self.app, self.people, id.to_owned());
            self.asked.update_value(|asked| asked.push(id.clone()));
            leptos::task::spawn_local(async move {
                if let Ok(answer) = app.client().read_person(number).await {
                    let _ = people.try_update(|people| drop(Arc::make_mut(people).insert(id, answer.value.name)));
                }
            });
        }
        id.to_owned()
    }

    fn choices(self, filter: Filter) -> Vec<Choice> {
        let screen = self.app.screen();
        match filter {
            Filter::Area if self.audience != Audience::It => {
                let own = self.app.me().area.clone();
                vec![(own.id.to_string(), own.name)]
            }
            Filter::Area => self.areas.get(),
            Filter::Service => self.services.get(),
            Filter::State => {
                let whole = [("open", screen.filter_open()), ("ended", screen.filter_ended())];
                let whole = whole.into_iter().map(|(name, words)| (name.to_owned(), words.to_owned()));
                whole.chain(filter.values(screen, self.audience, self.app.lang())).collect()
            }
            filter => filter.values(screen, self.audience, self.app.lang()),
        }
    }

    /// Where it is changed.
    fn menu(self, filter: Filter, value: Option<String>, apply: &'static str) -> El {
        match filter {
            Filter::Words => self.typed(filter, value, "search", apply),
            filter if filter.is_day() => self.typed(filter, value, "date", apply),
            _ => {
                let options = each(self.choices(filter), |(one, name)| self.option(filter, value.clone(), one, name));
                h::div().class("chip-options").with(options)
            }
        }
    }

    fn option(self, filter: Filter, value: Option<String>, one: String, name: String) -> El {
        let is_whole = move |one: &str| filter == Filter::State && matches!(one, "open" | "ended");
        let takes_several = filter.takes_several() && !is_whole(&one);
        let is_chosen = value.as_deref().unwrap_or_default().split(',').any(|part| part == one);
        let id = format!("option-{}-{one}", filter.name());
        let again = id.clone();
        let choose = move || {
            let before = value.as_deref().filter(|value| !is_whole(value));
            let after = if takes_several {
                model::with_one(before, &one)
            } else if is_chosen {
                String::new()
            } else {
                one.clone()
            };
            self.go(filter, &after);
            if takes_several { browser::focus(again.clone()) } else { self.close(filter) }
        };
        h::button()
            .set("type", "button")
            .class("menu-item")
            .id(id)
            .set("aria-pressed", if is_chosen { "true" } else { "false" })
            .on_click(choose)
            .with((h::span().class("menu-check").with(is_chosen.then(|| icon("check"))), h::span().with(name)))
    }

    fn typed(self, filter: Filter, value: Option<String>, kind: &'static str, apply: &'static str) -> El {
        let text = RwSignal::new(value.unwrap_or_default());
        let submit = move || {
            self.go(filter, text.get_untracked().trim());
            self.close(filter);
        };
        let input = h::input()
            .class("input")
            .set("type", kind)
            .set("aria-label", filter.label(self.app.screen()))
            .value(move || text.get())
            .on_input(move |typed| text.set(typed));
        let button = h::button().set("type", "submit").class("btn btn-primary").with(apply);
        h::form().class("row chip-form").on_submit(submit).with([input, button])
    }

    /// The filters that have no chip.
    fn add(self, others: Vec<Filter>) -> Option<El> {
        if others.is_empty() {
            return None;
        }
        let screen = self.app.screen();
        let is_adding = self.is_adding.get();
        let button = h::button()
            .set("type", "button")
            .id(ADD_ID)
            .set("aria-expanded", if is_adding { "true" } else { "false" })
            .set("aria-label", screen.list_add_filter())
            .on_click(move || {
                self.open.set(None);
                self.is_adding.set(!is_adding);
                if !is_adding {
                    browser::focus_first_field("filter-add");
                }
            })
            .with((icon("plus"), screen.list_filter()));
        let key = move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                event.stop_propagation();
                self.is_adding.set(false);
                browser::focus(ADD_ID);
            }
        };
        let menu = is_adding.then(|| {
            let one = |filter: Filter| {
                let choose = move || {
                    self.is_adding.set(false);
                    self.open.set(Some(filter));
                    browser::focus_first_field(format!("filter-{}", filter.name()));
                };
                h::button().set("type", "button").class("menu-item").on_click(choose).with(filter.label(screen))
            };
            h::div()
                .class("menu chip-menu")
                .id("filter-add")
                .set("role", "group")
                .set("aria-label", screen.list_add_filter())
                .on_key(key)
                .with(each(others, one))
        });
        Some(h::span().class("chip-place").with((h::span().class("chip chip-add").with(button), menu)))
    }
}
