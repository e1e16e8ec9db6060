//! The frame around every page of somebody who is signed in: rail, top, bottom bar.

use domain::{Actor, Audience, Role};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::home::model::{home_name, tabs};
use crate::app::use_app;
use crate::components::{Avatar, Icon, Logo};
use crate::session;

/// One way of the menu.
#[derive(Clone)]
struct Way {
    href: String,
    icon: &'static str,
    name: &'static str,
    count: Signal<Option<u32>>,
    /// Below another.
    is_view: bool,
}

#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let me = app.me();
    let location = use_location();
    let here = Memo::new(move |_| {
        let search = location.search.get();
        let path = location.pathname.get();
        if search.is_empty() { path } else { format!("{path}?{search}") }
    });
    let ways = ways(&app.actor());
    let link = move |way: Way, is_large: bool| {
        let href = way.href.clone();
        let is_here = move || (here.get() == href).then_some("page");
        let n = move || {
            let n = way.count.get().filter(|n| *n > 0)?;
            let awaiting = words::awaiting(n as usize, app.lang());
            Some(view! { <span class="n"><span aria-hidden="true">{capped(n)}</span><span class="sr">{awaiting}</span></span> })
        };
        let icon = (!way.is_view || is_large).then(|| view! { <Icon name=way.icon large=is_large/> });
        let class = if way.is_view && !is_large { "view" } else { "" };
        view! { <a href=way.href.clone() class=class title=way.name aria-current=is_here>{icon}<span class="cut">{way.name}</span>{n}</a> }
    };
    let rail = ways.iter().cloned().map(|way| link(way, false)).collect_view();
    let profile = Way { href: "/me".into(), icon: "user", name: screen.my_profile, count: Signal::stored(None), is_view: false };
    let bottom = ways.iter().filter(|way| !way.is_view).take(4).cloned().chain([profile]).map(|way| link(way, true)).collect_view();
    let ended = move || {
        app.is_ended.get().then(|| {
            view! {
                <div class="notice notice-soon ended" role="alert">
                    <Icon name="lock"/>
                    <span class="notice-text">{screen.sign_in_session_ended}</span>
                    <span class="row push tight">
                        <a class="btn btn-sm" href="/sign-in" target="_blank">{screen.sign_in}</a>
                        <button type="button" class="btn btn-sm btn-quiet" on:click=move |_| session::begin(app)>{screen.retry}</button>
                    </span>
                </div>
            }
        })
    };
    view! {
        <a class="skip" href="#main">{screen.skip_to_content}</a>
        <div class="frame">
            <aside class="rail" aria-label=screen.main_menu>
                <a class="brand" href="/"><Logo/><span>{screen.app}</span></a>
                <nav class="nav" aria-label=screen.main_menu>{rail}</nav>
                <p class="rail-foot">{screen.app_subtitle}</p>
            </aside>
            <header class="top">
                <a class="brand only-s" href="/"><Logo/>{screen.app}</a>
                <span class="push"></span>
                <a class="btn btn-quiet hide-s" href="/request">{screen.ask_for_support}</a>
                <a class="btn btn-quiet" href="/me" aria-label=format!("{}: {}", screen.my_profile, me.name)>
                    <Avatar name=me.name.clone()/>
                </a>
            </header>
            <main class="main" id="main" tabindex="-1">{ended}{children()}</main>
            <nav class="bottom-bar" aria-label=screen.main_menu>{bottom}</nav>
        </div>
    }
}

/// What this person's roles need.
fn ways(actor: &Actor) -> Vec<Way> {
    let app = use_app();
    let screen = app.screen();
    let way = |href: &str, icon, name, count: fn(&wire::CountsView) -> Option<u32>, is_view| Way {
        href: href.to_owned(),
        icon,
        name,
        count: Signal::derive(move || app.counts.with(count)),
        is_view,
    };
    let mine = |href| way(href, "home", screen.my_requests, |counts| Some(counts.my_answers), false);
    let request = way("/request", "plus", screen.ask_for_support, |_| None, false);
    if !actor.is_it() {
        let all = match (actor.audience(), actor.has(Role::AreaHead)) {
            (Audience::It, _) => Some(screen.all_tickets),
            (_, true) => Some(screen.my_area),
            _ => None,
        };
        let all = all.map(|name| way("/tickets", "list", name, |_| None, false));
        return [mine("/"), request].into_iter().chain(all).collect();
    }
    let views = tabs(actor).into_iter().map(|tab| way(&tab.href(), "right", (tab.name)(screen), tab.count, true));
    let home = way("/", "inbox", home_name(actor, screen), |_| None, false);
    let others = [way("/tickets", "list", screen.all_tickets, |_| None, false), mine("/mine"), request];
    [home].into_iter().chain(views).chain(others).collect()
}

/// «1,000+» for what the server stopped counting.
fn capped(n: u32) -> String {
    if n > 1000 { format!("{}+", words::number(1000)) } else { words::number(n.into()) }
}
