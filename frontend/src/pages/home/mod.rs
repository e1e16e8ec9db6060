//! The homes: one's own requests, or the lists of somebody of IT.

pub mod model;

use std::sync::Arc;

use crate::reactive::*;
use client::ClientError;
use domain::{Action, Audience, Outcome, Phase, Role, Standing};
use leptos::task::spawn_local;
use wire::{DeskView, MAX_PAGE_SIZE, Page, TicketQuery, TicketSort, TicketSummary};

use self::model::{
    EVALUATE, TO_CLOSE, TO_RECEIVE, Tab, home_name, is_solved, landing, progress, query_of, sections, standing_of, tabs, value_in,
    with_value,
};
use super::list::{tickets, to_close};
use super::marks::state_class;
use super::reception::reception;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{empty, icon_large};
use crate::remote::remote;

/// What a person finds first, by their roles.
pub fn home(app: App) -> El {
    let actor = app.actor();
    if let Some(page) = landing(&actor) {
        app.go(page, true);
        return h::div();
    }
    match (tabs(&actor).is_empty(), actor.has(Role::AreaHead)) {
        (false, _) => queue(app),
        (true, true) => area(app),
        (true, false) => mine(app),
    }
}

/// How many of a list a head's home shows.
const N_OF_AREA: u32 = 6;

/// What the head of an area finds: what their area has under way, and what was communicated to them.
fn area(app: App) -> El {
    let screen = app.screen();
    app.title(screen.my_area());
    let open = TicketQuery { ended: Some(false), sort: Some(TicketSort::Updated), limit: Some(N_OF_AREA), ..TicketQuery::default() };
    // A rejection is what is communicated to the head of an area (activity 6).
    let told = TicketQuery {
        outcome: Some(Outcome::NotApproved.name().to_owned()),
        sort: Some(TicketSort::Updated),
        limit: Some(N_OF_AREA),
        ..TicketQuery::default()
    };
    let part = |name: &'static str, query: TicketQuery, href: &'static str, none: &'static str, draw: fn(App, &TicketSummary) -> El| {
        let call = move || {
            let query = query.clone();
            async move { app.client().list_tickets(&query).await.map(|page| page.value) }
        };
        let content = remote(app, 3, call, move |page: Page<TicketSummary>| {
            if page.items.is_empty() {
                return h::div().class("panel").with(empty(none, ()));
            }
            let rows = each(&page.items, |ticket| h::li().with(draw(app, ticket)));
            let all =
                page.next.is_some().then(|| h::p().class("area-all").with(h::a().class("tap").set("href", href).with(screen.see_all())));
            h::div().with((h::ul().class("list reqs").with(rows), all))
        });
        h::section().set("aria-label", name).with((h::h2().class("r-h2").with(name), h::div().with(content)))
    };
    let sections = h::div().class("mine-main view").with([
        part(screen.under_way(), open, "/tickets?ended=false&sort=updated", screen.my_area_empty(), of_area),
        part(screen.communications(), told, "/tickets?outcome=not_approved&sort=updated", screen.communications_empty(), of_area),
    ]);
    let contact = h::aside().class("m-help").set("aria-label", screen.contact_desk()).with(desk(app, |app, desk| Some(contact(app, desk))));
    h::div().class("roomy view mine").with((requester_head(app, screen.my_area()), sections, contact))
}

/// The name of a page of requests, whose it is, and the way to ask.
fn requester_head(app: App, name: &'static str) -> El {
    let (screen, me) = (app.screen(), app.me());
    let ask = h::a().class("btn btn-primary btn-lg").set("href", "/request").with((icon_large("plus"), screen.ask_for_support()));
    let who = h::p().class("muted").with(format!("{}, {}", me.name, me.area.name));
    h::div().class("r-head").with((h::div().with([h::h1().with(name), who]), ask))
}

/// The desk and its agency, at the foot of the rail.
pub fn rail_foot(app: App) -> Html {
    desk(app, |app, desk| {
        let screen = app.screen();
        let extension = desk.extension.as_ref().map(|extension| {
            let says = format!("{}: {} {extension}", screen.contact_desk(), screen.contact_extension().to_lowercase());
            (h::br(), says)
        });
        let agency = desk.agency.clone().unwrap_or_else(|| screen.app_subtitle().to_owned());
        Some(h::p().class("rail-foot").with((agency, extension)))
    })
}

/// The lists of somebody of IT, one at a time; which one, the address says.
fn queue(app: App) -> El {
    let screen = app.screen();
    let actor = app.actor();
    let tabs = tabs(&actor);
    // Whose work is to decide finds what is to be decided.
    if tabs[0].is_of_reports() && app.search_now().is_empty() {
        app.go(EVALUATE, true);
    }
    // Beside the reports another list has its own name.
    let named = tabs.iter().skip(1).find(|tab| tabs[0].is_of_reports() && tab.query == app.search_now());
    let name = named.map_or_else(|| home_name(&actor, screen), |tab| (tab.name)(screen));
    app.title(name);
    let links = tab_links(app, name);
    // Which of a list is looked at makes no other list; nor does saying which list it is, where none was said.
    let first = tabs[0].query;
    let search = Memo::new(move |_| {
        let search = with_value(&app.search(), "at", "");
        if search.is_empty() { first.to_owned() } else { search }
    });
    let is_desk = actor.has(Role::HelpDesk);
    let list = live(move || {
        let query = search.get();
        let tab = tabs.iter().find(|tab| tab.query == query);
        let none = tab.map_or(screen.list_empty(), |tab| (tab.empty)(screen));
        let asked = query_of(|name| value_in(&query, name));
        match query.as_str() {
            query if is_desk && query == TO_RECEIVE.query => reception(app, none),
            query if is_desk && query == TO_CLOSE.query => to_close(app, &asked, none),
            _ => tickets(app, asked, none),
        }
    });
    h::div().class("queue").with((h::div().class("page-head").with(h::h1().with(name)), links, list))
}

/// How much of the tab before it is seen.
const PIXELS_BEFORE: i32 = 48;

/// The lists of somebody of IT, as tabs.
pub fn tab_links(app: App, name: &'static str) -> Option<El> {
    let tabs = tabs(&app.actor());
    let first = tabs.first()?.href();
    let link = |tab: &Tab| {
        let (href, count, is_first) = (tab.href(), tab.count, tab.href() == first);
        let is_chosen = {
            let href = href.clone();
            move || {
                let (path, search) = (app.path(), with_value(&app.search(), "at", ""));
                let here = if search.is_empty() { path.clone() } else { format!("{path}?{search}") };
                (here == href || (is_first && here == "/")).then_some("page")
            }
        };
        let n = live(move || count(&app.counts()).map(|n| h::span().class("num muted").with(words::number(n.into()))));
        h::a().set("href", href).follow("aria-current", is_chosen).with(((tab.name)(app.screen()), n))
    };
    see_chosen(app);
    Some(h::nav().class("tabs").set("aria-label", name).with(each(&tabs, link)))
}

/// Where not all tabs have room, the one that is chosen is scrolled to; again when the counts come, for they make the tabs broader.
pub fn see_chosen(app: App) {
    Effect::new(move || {
        let _ = (app.path(), app.search(), app.counts());
        leptos::prelude::request_animation_frame(|| {
            if let Ok(Some(tab)) = browser::document().query_selector(".tabs [aria-current]")
                && let Some(tabs) = tab.parent_element()
            {
                let left = |of: &web_sys::Element| of.get_bounding_client_rect().left() as i32;
                tabs.set_scroll_left(tabs.scroll_left() + left(&tab) - left(&tabs) - PIXELS_BEFORE);
            }
        });
    });
}

/// One's own requests.
pub fn mine(app: App) -> El {
    let screen = app.screen();
    app.title(screen.my_requests());
    let head = requester_head(app, screen.my_requests());
    let content = remote(
        app,
        3,
        move || read(app),
        move |tickets: Vec<TicketSummary>| {
            if tickets.is_empty() {
                return h::div().class("panel").with(empty(screen.my_requests_empty(), ()));
            }
            let sections = sections(tickets);
            h::div().class("view").with((
                section(app, screen.waiting_for_you(), &sections.waiting_for_you, asked),
                section(app, screen.under_way(), &sections.under_way, under_way),
                section(app, screen.finished(), &sections.finished, finished),
            ))
        },
    );
    let desk = desk(app, |app, desk| Some(contact(app, desk)));
    h::div().class("roomy view mine").with((
        head,
        h::div().class("mine-main").with(content),
        h::aside().class("m-help").set("aria-label", screen.contact_desk()).with(desk),
    ))
}

/// How the desk is reached, once it is known.
fn desk(app: App, draw: fn(App, &DeskView) -> Option<El>) -> Html {
    let known = RwSignal::new(None::<Arc<DeskView>>);
    spawn_local(async move {
        if let Ok(desk) = app.client().read_desk().await {
            let _ = known.try_set(Some(Arc::new(desk.value)));
        }
    });
    live(move || known.get().and_then(|desk| draw(app, &desk)))
}

fn contact(app: App, desk: &DeskView) -> El {
    let screen = app.screen();
    let fact =
        |label: &'static str, value: &Option<String>| value.clone().map(|value| [h::dt().with(label), h::dd().class("num").with(value)]);
    let mail = desk.email.clone().map(|email| {
        let link = h::a().set("href", format!("mailto:{email}")).with(email);
        [h::dt().with(screen.contact_email()), h::dd().class("written").with(link)]
    });
    let facts = (fact(screen.contact_extension(), &desk.extension), fact(screen.contact_mobile(), &desk.mobile), mail);
    h::div().with((
        h::h2().with(screen.contact_desk()),
        h::dl().class("facts").with(facts),
        h::p().class("small muted").with(screen.contact_note()),
    ))
}

/// «¿Prefiere llamar? Anexo 2000», beside the form.
pub fn call_instead(app: App) -> Html {
    desk(app, |app, desk| {
        let screen = app.screen();
        let ways = [(screen.contact_extension(), &desk.extension), (screen.contact_mobile(), &desk.mobile)];
        let ways: Vec<(&'static str, String)> = ways.into_iter().filter_map(|(name, way)| Some((name, way.clone()?))).collect();
        let say = each(ways.iter(), |(name, way)| (" ", *name, " ", h::b().class("strong nowrap").with(way.clone()), "."));
        (!ways.is_empty()).then(|| h::p().class("small muted").with((screen.request_prefer_call(), say)))
    })
}

/// The newest; who has more finds them in the list.
async fn read(app: App) -> Result<Vec<TicketSummary>, ClientError> {
    let query = TicketQuery { requester: Some("me".into()), limit: Some(MAX_PAGE_SIZE), ..TicketQuery::default() };
    Ok(app.client().list_tickets(&query).await?.value.items)
}

fn section(app: App, name: &'static str, tickets: &[TicketSummary], draw: fn(App, &TicketSummary) -> El) -> Option<El> {
    let rows = each(tickets, |ticket| h::li().with(draw(app, ticket)));
    let list = h::ul().class("list reqs").with(rows);
    (!tickets.is_empty()).then(|| h::section().set("aria-label", name).with((h::h2().class("r-h2").with(name), list)))
}

fn head(app: App, ticket: &TicketSummary) -> [El; 2] {
    let state = words::state(&standing_of(ticket), Audience::Everyone, app.lang());
    let marks = h::div().class("row small").with((
        h::span().class(state_class(ticket.phase, ticket.outcome)).with(state),
        h::span().class("muted num push").with(format!("TI-{}", ticket.id)),
    ));
    [marks, h::h3().with(h::a().set("href", format!("/tickets/{}", ticket.id)).with(ticket.title.clone()))]
}

fn sentence(app: App, ticket: &TicketSummary) -> Html {
    let (standing, since, holder) = (standing_of(ticket), ticket.phase_since, ticket.holder.as_ref().map(|holder| holder.name.clone()));
    live(move || words::sentence(&standing, since, app.now(), holder.as_deref(), app.lang()))
}

fn asked(app: App, ticket: &TicketSummary) -> El {
    let button = |action: Action, class: &'static str| {
        let href = format!("/tickets/{}?do={action}", ticket.id);
        h::a().class(class).set("href", href).with(words::action(action, ticket.phase, app.lang()))
    };
    let answers = if is_solved(ticket) {
        each([(Action::ConfirmSolved, "btn btn-lg btn-primary"), (Action::DenySolved, "btn btn-lg")], |(action, class)| {
            button(action, class)
        })
    } else {
        each([Action::Comment], |action| button(action, "btn btn-primary"))
    };
    let answers = h::div().class("row").with(answers);
    h::article().class("ask").with((head(app, ticket), h::p().with(sentence(app, ticket)), answers))
}

fn under_way(app: App, ticket: &TicketSummary) -> El {
    let at = progress(ticket);
    // The last step is called as it will be then.
    let solved = Standing { phase: Phase::ToClose, outcome: Some(Outcome::Attended), ..standing_of(ticket) };
    let step = |(n, name): (u8, &'static str)| {
        let class = match n {
            n if n == at => "n",
            n if n < at => "d",
            _ => "",
        };
        let current = (n == at).then_some("step");
        h::li().class(class).set_some("aria-current", current).with(name)
    };
    let steps = [
        (0, words::phase_for_requester(Phase::Requested, app.lang())),
        (1, words::phase_for_requester(Phase::InAttention, app.lang())),
        (2, words::state(&solved, Audience::Everyone, app.lang())),
    ];
    let (sent, latest) = (ticket.received_at, ticket.updated_at);
    let news = live(move || words::sent_and_latest(sent, latest, app.now(), app.lang()));
    h::article().class("req").with((
        head(app, ticket),
        h::p().with(sentence(app, ticket)),
        h::ol().class("track").with(each(steps, step)),
        h::p().class("small muted").with(news),
    ))
}

/// Somebody of the area asked.
fn of_area(app: App, ticket: &TicketSummary) -> El {
    let who = h::p().class("small").with(ticket.requester.name.clone());
    let (sent, latest) = (ticket.received_at, ticket.updated_at);
    let news = live(move || words::sent_and_latest(sent, latest, app.now(), app.lang()));
    h::article().class("req").with((head(app, ticket), who, h::p().class("small muted").with(news)))
}

fn finished(app: App, ticket: &TicketSummary) -> El {
    h::article().class("req").with((head(app, ticket), h::p().class("small muted").with(sentence(app, ticket))))
}
