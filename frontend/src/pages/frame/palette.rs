//! The palette: go anywhere, do what may be done on the ticket that is open. And the keys.

use std::sync::Arc;

use crate::reactive::*;
use domain::Role;
use leptos::task::spawn_local;
use wire::SavedView;
use words::Language;

use super::finder::{Entry, Finder, To};
use super::{Way, ways};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::icon;
use crate::keys::{KEYS, PALETTE};
use crate::pages::Place;
use crate::pages::list::views;
use crate::pages::ticket::form_of;

const INPUT: &str = "palette-text";

/// Drawn while it is open.
pub fn dialogs(app: App) -> Html {
    live(move || match app.open.get() {
        Some(PALETTE) => Some(palette(app)),
        Some(KEYS) => Some(keys(app)),
        _ => None,
    })
}

fn dialog(app: App, id: &'static str, class: &'static str, name: &'static str) -> El {
    browser::show_dialog(id);
    // By Escape, or a click beside it.
    h::dialog().class(class).id(id).set("aria-label", name).on("close", move |_| close(app, id)).on("cancel", move |_| close(app, id)).on(
        "click",
        move |event| {
            if !browser::is_within(&event, ".dialog-in") {
                close(app, id);
            }
        },
    )
}

fn close(app: App, id: &str) {
    if app.open.get_untracked() == Some(id) {
        app.open.set(None);
        browser::return_focus();
    }
}

fn palette(app: App) -> El {
    let screen = app.screen();
    let finder = Finder::new(app, INPUT);
    let known = StoredValue::new(entries(app));
    finder.found.set(Some(Arc::new(known.get_value())));
    // What is known later, where nothing was typed meanwhile, is shown.
    let add = move |with: &dyn Fn(Vec<Entry>) -> Vec<Entry>| {
        let Some(before) = known.try_get_value() else { return };
        let all = with(before);
        known.set_value(all.clone());
        if finder.text.try_get_untracked().is_some_and(|text| text.is_empty()) {
            finder.found.set(Some(Arc::new(all)));
        }
    };
    // What may be done on the ticket that is open comes first.
    if let Place::Ticket(id) = Place::of(&untrack(|| app.path())) {
        spawn_local(async move {
            let Ok(ticket) = app.client().read_ticket(id).await else { return };
            let phase = ticket.value.standing.phase;
            let deed = |action: domain::Action| {
                let to = To::Press(format!("do-{action}"), format!("/tickets/{id}?do={action}"));
                Entry::new("check", words::action(action, phase, app.lang()), format!("{} · TI-{id}", screen.do_here()), to)
            };
            let offered = ticket.value.actions.iter().map(|offered| offered.action);
            let deeds: Vec<Entry> = offered.filter(|action| form_of(*action) == *action).map(deed).collect();
            add(&|before| deeds.iter().cloned().chain(before).collect());
        });
    }
    // The lists that were kept under a name come last.
    spawn_local(async move {
        let Ok(views) = views::read(app).await else { return };
        let me = app.me().id;
        let entry = |view: SavedView| {
            let of = if view.owner.id == me { String::new() } else { format!(" · {}", view.owner.name) };
            let to = To::View(views::path_of(&view), view.columns.join(","));
            Entry::new("list", view.name, format!("{}{of}", screen.saved_views()), to)
        };
        let views: Vec<Entry> = views.into_iter().map(entry).collect();
        add(&|before| before.into_iter().chain(views.iter().cloned()).collect());
    });
    let first = move |sought: &str| known.get_value().into_iter().filter(|entry| entry.says(sought)).collect();
    browser::focus(INPUT);
    dialog(app, PALETTE, "dialog palette", screen.palette()).with(h::div().class("dialog-in").with((
        h::div().class("search palette-text").with((icon("search"), finder.input(screen.palette(), first))),
        finder.options("palette-options options"),
    )))
}

/// Everywhere one may go, and what one may prefer.
fn entries(app: App) -> Vec<Entry> {
    let screen = app.screen();
    let go = |way: &Way| Entry::new(way.icon, way.name, screen.go_to(), To::Path(way.href.clone()));
    let mut all: Vec<Entry> = ways(app).iter().map(go).collect();
    if app.actor().has(Role::HelpDesk) {
        all.push(Entry::new("mail", screen.register_mail(), screen.go_to(), To::Path("/call?channel=email".to_owned())));
    }
    all.push(Entry::new("user", screen.my_profile(), screen.go_to(), To::Path("/me".to_owned())));
    all.push(Entry::new("keyboard", screen.keys(), "?", To::Open(KEYS)));
    for (theme, name) in [("light", screen.theme_light()), ("dark", screen.theme_dark()), ("", screen.theme_system())] {
        all.push(Entry::new("eye", format!("{}: {}", screen.theme(), name.to_lowercase()), screen.prefer(), To::Theme(theme)));
    }
    let other = match app.lang() {
        Language::Spanish => (Language::English, screen.language_english()),
        Language::English => (Language::Spanish, screen.language_spanish()),
    };
    all.push(Entry::new("reply", other.1, screen.language(), To::Speak(other.0)));
    all.push(Entry::new("lock", screen.sign_out(), "", To::SignOut));
    all
}

fn keys(app: App) -> El {
    let screen = app.screen();
    let is_desk = app.actor().has(Role::HelpDesk);
    type Keys = &'static [&'static str];
    let everywhere: Vec<(Keys, &'static str)> = [
        (&["/"] as Keys, screen.key_search()),
        (&["Ctrl", "K"], screen.key_palette()),
        (&["?"], screen.key_help()),
        (&["G", "I"], screen.key_go_home()),
        (&["G", "T"], screen.key_go_all()),
        (&["G", "M"], screen.key_go_mine()),
        (&["G", "A"], screen.key_go_notices()),
        (&["G", "S"], screen.key_go_request()),
        (&["Esc"], screen.key_close()),
    ]
    .into_iter()
    .chain(is_desk.then_some((&["L"] as Keys, screen.key_call())))
    .collect();
    let lists: Vec<(Keys, &'static str)> =
        vec![(&["J", "K"], screen.key_move()), (&["X"], screen.key_choose()), (&["↵"], screen.key_open())];
    let forms: Vec<(Keys, &'static str)> = vec![(&["Ctrl", "↵"], screen.key_send())];
    let calls: Vec<(Keys, &'static str)> = vec![(&["I", "O", "R"], screen.key_kinds()), (&["A"], screen.key_solved())];
    let row = |(keys, says): (Keys, &'static str)| {
        let keys = each(keys, |key| (h::kbd().with(*key), " "));
        [h::dt().with(keys), h::dd().with(says)]
    };
    let part = |name: &'static str, rows: Vec<(Keys, &'static str)>| {
        h::section().class("section").with((h::h3().with(name), h::dl().class("facts keys-list").with(each(rows, row))))
    };
    let close = h::button()
        .set("type", "button")
        .class("btn btn-quiet btn-icon push")
        .set("aria-label", screen.close_panel())
        .on_click(move || close(app, KEYS));
    dialog(app, KEYS, "dialog", screen.keys()).with(h::div().class("dialog-in").with((
        h::div().class("dialog-head row").with((h::h2().with(screen.keys()), close.with(icon("x")))),
        h::div().class("dialog-body").with((
            part(screen.key_global(), everywhere),
            part(screen.key_in_lists(), lists),
            part(screen.key_in_forms(), forms),
            is_desk.then(|| part(screen.key_in_calls(), calls)),
        )),
    )))
}
