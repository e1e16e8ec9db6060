//! The frame around every page of somebody who is signed in: rail, top, bottom bar.

use domain::{Actor, Audience, Role};
use leptos::prelude::*;
use wire::CountsView;

use super::home::model::{home_name, tabs};
use crate::app::App;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{avatar, icon, icon_large, logo};
use crate::session;

/// One way of the menu.
#[derive(Clone)]
struct Way {
    href: String,
    icon: &'static str,
    name: &'static str,
    count: fn(&CountsView) -> Option<u32>,
    /// Below another.
    is_view: bool,
    /// Its name under a thumb.
    short: &'static str,
}

pub fn frame(app: App, page: Html) -> Vec<Html> {
    let screen = app.screen();
    let me = app.me();
    let mut ways = ways(app, &app.actor());
    ways.extend(further(app, &app.actor()));
    let rail = each(&ways, |way| link(app, way, false));
    let profile =
        Way { href: "/me".into(), icon: "user", name: screen.my_profile(), count: |_| None, is_view: false, short: screen.my_profile() };
    let bottom = ways.iter().filter(|way| !way.is_view).take(4).chain([&profile]);
    let brand = |class: &'static str| h::a().class(class).set("href", "/").with((logo(), h::span().with(screen.app())));
    let nav = |class: &'static str| h::nav().class(class).set("aria-label", screen.main_menu());
    let top = h::header().class("top").with((
        brand("brand only-s"),
        h::span().class("push"),
        h::a().class("btn btn-quiet hide-s").set("href", "/request").with(request_name(app, &app.actor())),
        h::a()
            .class("btn btn-quiet")
            .set("href", "/me")
            .set("aria-label", format!("{}: {}", screen.my_profile(), me.name))
            .with((h::span().class("hide-s").with(me.name.clone()), avatar(&me.name, ""))),
    ));
    let frame = h::div().class("frame").with((
        h::aside().class("rail").with((brand("brand"), nav("nav").with(rail), h::p().class("rail-foot").with(screen.app_subtitle()))),
        top,
        h::main().class("main").id("main").set("tabindex", "-1").with((live(move || ended(app)), page)),
        nav("bottom-bar").with(each(bottom, |way| link(app, way, true))),
    ));
    each([h::a().class("skip").set("href", "#main").with(screen.skip_to_content()), frame], |part| part)
}

fn link(app: App, way: &Way, is_large: bool) -> El {
    let (href, count) = (way.href.clone(), way.count);
    let is_here = move || {
        let (path, search) = (app.path(), app.search());
        let here = if search.is_empty() { path } else { format!("{path}?{search}") };
        (here == href).then_some("page")
    };
    let n = move || {
        let n = count(&app.counts()).filter(|n| *n > 0)?;
        let awaiting = words::awaiting(n as usize, app.lang());
        Some(h::span().class("n").with((h::span().set("aria-hidden", "true").with(capped(n)), h::span().class("sr").with(awaiting))))
    };
    let icon = if is_large { Some(icon_large(way.icon)) } else { (!way.is_view).then(|| icon(way.icon)) };
    h::a()
        .set("href", way.href.clone())
        .class(if way.is_view && !is_large { "view" } else { "" })
        .set("title", way.name)
        .follow("aria-current", is_here)
        .with((icon, h::span().class("cut").with(if is_large { way.short } else { way.name }), live(n)))
}

/// The session ended while a page is open: the way back in, and nothing that was typed is lost.
fn ended(app: App) -> Option<El> {
    if !app.is_ended.get() {
        return None;
    }
    let screen = app.screen();
    let sign_in = h::a().class("btn btn-sm").set("href", "/sign-in").set("target", "_blank").with(screen.sign_in());
    let retry = h::button().set("type", "button").class("btn btn-sm btn-quiet").on_click(move || session::begin(app)).with(screen.retry());
    Some(h::div().class("notice notice-soon ended").set("role", "alert").with((
        icon("lock"),
        h::span().class("notice-text").with(screen.sign_in_session_ended()),
        h::span().class("row push tight").with([sign_in, retry]),
    )))
}

/// The desk asks for others: it registers their calls.
fn request_name(app: App, actor: &Actor) -> &'static str {
    let screen = app.screen();
    if actor.has(Role::HelpDesk) { screen.register_call() } else { screen.ask_for_support() }
}

/// What single roles need beside, and the help, which everybody may.
fn further(app: App, actor: &Actor) -> Vec<Way> {
    let screen = app.screen();
    let mut all = Vec::new();
    let mut way = |is: bool, href: &str, icon, name: &'static str| {
        all.extend(is.then(|| Way { href: href.to_owned(), icon, name, count: |_| None, is_view: false, short: name }));
    };
    let has = |role| actor.has(role);
    way(has(Role::ItHead), "/evaluate", "file", screen.reports_to_evaluate());
    way(has(Role::AreaHead), "/told", "mail", screen.communications());
    way(has(Role::Admin), "/admin/people", "users", screen.administration());
    way(has(Role::HelpDesk) && !has(Role::Admin), "/admin/mail-in", "mail", screen.incoming_mail());
    way(has(Role::Auditor) || has(Role::Admin), "/audit", "shield", screen.audit_trail());
    way(true, "/help", "book", screen.help());
    all
}

/// What this person's roles need.
fn ways(app: App, actor: &Actor) -> Vec<Way> {
    let screen = app.screen();
    let way = |href: &str, icon, name, count, short| Way { href: href.to_owned(), icon, name, count, is_view: false, short };
    let request = way("/request", "plus", request_name(app, actor), |_| None, screen.ask_short());
    if !actor.is_it() {
        let all = match (actor.audience(), actor.has(Role::AreaHead)) {
            (Audience::It, _) => Some(screen.all_tickets()),
            (_, true) => Some(screen.my_area()),
            _ => None,
        };
        let all = all.map(|name| way("/tickets", "list", name, |_| None, screen.all()));
        let home = way("/", "home", screen.my_requests(), |counts: &CountsView| Some(counts.my_answers), screen.home());
        return [home, request].into_iter().chain(all).collect();
    }
    let views = tabs(actor).into_iter().map(|tab| Way { is_view: true, ..way(&tab.href(), "right", (tab.name)(screen), tab.count, "") });
    let home = way("/", "inbox", home_name(actor, screen), |_| None, screen.home());
    let mine = way("/mine", "user", screen.my_requests(), |counts: &CountsView| Some(counts.my_answers), screen.filter_mine());
    let others = [way("/tickets", "list", screen.all_tickets(), |_| None, screen.all()), mine, request];
    [home].into_iter().chain(views).chain(others).collect()
}

/// «1,000+» for what the server stopped counting.
fn capped(n: u32) -> String {
    if n > 1000 { format!("{}+", words::number(1000)) } else { words::number(n.into()) }
}
