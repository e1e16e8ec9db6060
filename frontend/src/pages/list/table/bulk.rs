//! What is done with many tickets of a list at once: asked before where it is not undone easily, each decided for itself, and told.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{Action, Text, ValueError};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;
use serde_json::{Value, json};

use super::List;
use crate::browser;
use crate::components::html::{self as h, El, Html, each};
use crate::components::{Choice, Field, field_id, icon, select, text};
use crate::pages::home::model::standing_of;
use crate::pages::list::model;
use crate::pages::records::{self, Records};
use crate::reactive::*;

/// The button that chooses none.
const CLEAR: &str = "bulk-clear";
/// The dialog that asks before something is done to many: to whom they are reassigned, and whether to close them.
const ASKING: &str = "bulk-asking";

/// What became of a deed on many.
pub(super) struct Account {
    sentence: String,
    refused: Vec<(i64, String)>,
    is_running: bool,
}

impl List {
    /// What may be done with those that are chosen.
    pub(super) fn bulk(self) -> Option<El> {
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

    pub(super) fn asks(self, action: Action) -> El {
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
            let sentence = words::bulk_done(action, done.len(), refused.len(), app.lang());
            let was_at_it = browser::focused() == format!("bulk-{}", action.name());
            // What was refused is an alert, which says it all.
            if refused.is_empty() {
                app.say(sentence.clone());
            }
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

    pub(super) fn toast(self) -> Option<El> {
        let account = self.account.get()?;
        let screen = self.app.screen();
        let refused = each(&account.refused, |(id, why)| {
            h::li().with((h::a().set("href", format!("/tickets/{id}")).with(format!("TI-{id}")), ": ", why.clone()))
        });
        let is_refused = !account.refused.is_empty();
        let (sign, class) = match (account.is_running, is_refused) {
            (true, _) => ("clock", "due due-ok"),
            (false, true) => ("alert", "due due-soon"),
            (false, false) => ("check", "due due-ok"),
        };
        let close = (!account.is_running).then(|| {
            let button = h::button().set("type", "button").class("btn btn-quiet btn-sm btn-icon").set("aria-label", screen.close_panel());
            button.on_click(move || self.account.set(None)).with(icon("x"))
        });
        let refused = is_refused.then(|| h::ul().class("plain muted").with(refused));
        Some(h::div().class("toast l-toast").id("account").set_some("role", is_refused.then_some("alert")).with((
            h::span().class(class).with(icon(sign)),
            h::div().with((h::p().class("strong").with(account.sentence.clone()), refused)),
            close,
        )))
    }
}
