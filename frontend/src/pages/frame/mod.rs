//! The frame around every page of somebody who is signed in: rail, top, bottom bar.

use domain::{Actor, Role};
use wire::CountsView;

mod bell;
mod finder;
mod palette;

use self::finder::Finder;
use super::home::model::{home_name, landing, tabs};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{avatar, icon, icon_large, logo};
use crate::keys::{KEYS, PALETTE, SEARCH};
use crate::reactive::*;
use crate::session;

pub use bell::notices;

/// The person's menu.
const MENU: &str = "menu";

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
    /// Is it one of the few at the bottom of a phone?
    is_under_thumb: bool,
}

pub fn frame(app: App, page: Html) -> Vec<Html> {
    let screen = app.screen();
    let me = app.me();
    let ways = ways(app);
    let rail = links(app, &ways, here(app, &ways), false);
    let bottom: Vec<Way> = ways.iter().filter(|way| !way.is_view && way.is_under_thumb).take(4).cloned().collect();
    let at = here(app, &bottom);
    let brand = |class: &'static str| h::a().class(class).set("href", "/").with((logo(), h::span().with(screen.app())));
    let nav = |class: &'static str| h::nav().class(class).set("aria-label", screen.main_menu());
    let top = h::header().class("top").with((
        brand("brand only-s"),
        search(app),
        palette_button(app),
        h::span().class("push"),
        strong_way(app),
        bell::bell(app),
        menu(app, &me.name),
    ));
    // A list with its preview needs the width.
    let class = move || Some(if app.path() == "/tickets" { "frame frame-compact" } else { "frame" });
    let frame = h::div().follow("class", class).with((
        h::aside().class("rail").with((brand("brand"), nav("nav").with(rail), super::home::rail_foot(app))),
        top,
        h::main().class("main").id("main").set("tabindex", "-1").with((live(move || ended(app)), page, app.toast())),
        nav("bottom-bar").with((links(app, &bottom, at, true), more(app, at))),
    ));
    let parts = each([h::a().class("skip").set("href", "#main").with(screen.skip_to_content()), frame], |part| part);
    parts.into_iter().chain([palette::dialogs(app)]).collect()
}

/// The search: a number, a person, the words of a subject.
fn search(app: App) -> El {
    let finder = Finder::new(app, SEARCH);
    let input = finder.input(app.screen().search(), |_| Vec::new()).on("blur", move |_| finder.leave());
    h::div().class("search hide-s").set("role", "search").set("aria-label", app.screen().search_short()).with((
        icon("search"),
        input,
        h::kbd().set("aria-hidden", "true").with("/"),
        finder.options("options find-options"),
    ))
}

/// On a phone it is the search, too.
fn palette_button(app: App) -> [El; 2] {
    let screen = app.screen();
    let open = move || app.open_above(PALETTE);
    let wide = h::button().set("type", "button").class("btn btn-quiet hide-s").id("open-palette").on_click(open).with((
        screen.palette(),
        h::kbd().set("aria-hidden", "true").with("Ctrl"),
        h::kbd().set("aria-hidden", "true").with("K"),
    ));
    let narrow = h::button().set("type", "button").class("btn btn-quiet btn-icon only-s push").set("aria-label", screen.search_short());
    [wide, narrow.on_click(open).with(icon_large("search"))]
}

/// What this person does most: the desk registers calls, everybody else asks for support.
fn strong_way(app: App) -> El {
    let screen = app.screen();
    if app.actor().has(Role::HelpDesk) {
        let key = h::kbd().set("aria-hidden", "true").with("L");
        return h::a().class("btn hide-s").set("href", "/call").with((icon("phone"), screen.register_call(), key));
    }
    h::a().class("btn btn-quiet hide-s").set("href", "/request").with(screen.ask_for_support())
}

/// Language, theme, profile, the way out.
fn menu(app: App, name: &str) -> El {
    let screen = app.screen();
    let is_open = move || app.open.get() == Some(MENU);
    let button = h::button()
        .set("type", "button")
        .id("open-menu")
        .class("btn btn-quiet menu-button")
        .follow_bool("aria-expanded", is_open)
        .on_click(move || toggle(app))
        .with((h::span().class("sr").with(format!("{}: {name}", screen.my_menu())), avatar(name, "")));
    let name = name.to_owned();
    let list = live(move || is_open().then(|| menu_items(app, &name)));
    h::span().class("pop-place").with((button, list))
}

fn toggle(app: App) {
    if app.open.get_untracked() == Some(MENU) { app.open.set(None) } else { app.open_above(MENU) }
}

/// What the bottom bar has no room for is in the person's menu.
fn more(app: App, at: Memo<Option<usize>>) -> El {
    // A click on it is no click beside the menu.
    let button = h::button().set("type", "button").class("pop-place").follow_bool("aria-expanded", move || app.open.get() == Some(MENU));
    let button = button.follow("aria-current", move || at.get().is_none().then_some("page"));
    let open = move || {
        toggle(app);
        browser::focus(MENU);
    };
    button.on_click(open).with((icon_large("more"), h::span().class("cut").with(app.screen().more())))
}

fn menu_items(app: App, name: &str) -> El {
    let screen = app.screen();
    let theme = browser::stored("theme").unwrap_or_default();
    let entry = |sign: &'static str, name: &'static str, to: finder::To| {
        h::button().set("type", "button").class("menu-item").on_click(move || finder::follow(app, &to)).with((icon(sign), name))
    };
    let choice = |name: &'static str, is_chosen: bool, to: finder::To| {
        let button = h::button().set("type", "button").class("menu-item").set("aria-pressed", if is_chosen { "true" } else { "false" });
        button.on_click(move || finder::follow(app, &to)).with((h::span().class("menu-check").with(is_chosen.then(|| icon("check"))), name))
    };
    let lang = app.lang();
    let languages = [(words::Language::Spanish, screen.language_spanish()), (words::Language::English, screen.language_english())];
    let languages = each(languages, |(language, name)| choice(name, lang == language, finder::To::Speak(language)));
    let themes = [("", screen.theme_system()), ("light", screen.theme_light()), ("dark", screen.theme_dark())];
    let themes = each(themes, |(value, name)| choice(name, theme == value, finder::To::Theme(value)));
    // Where there is no rail, its ways are here; the help has its entry below.
    let ways = ways(app);
    let ways = links(app, &ways, here(app, &ways), false);
    let leave = move || {
        app.open.set(None);
        browser::focus_page();
    };
    h::div().class("menu person-menu").id(MENU).set("tabindex", "-1").set("role", "region").set("aria-label", screen.my_menu()).with((
        [h::p().class("strong menu-head").with(name.to_owned()), h::div().class("nav").on_click(leave).with(ways)],
        entry("user", screen.my_profile(), finder::To::Path("/me".to_owned())),
        entry("keyboard", screen.keys(), finder::To::Open(KEYS)),
        entry("book", screen.help(), finder::To::Path("/help".to_owned())),
        (h::p().class("menu-head small muted").with(screen.language()), languages),
        (h::p().class("menu-head small muted").with(screen.theme()), themes),
        h::div().class("menu-line"),
        entry("lock", screen.sign_out(), finder::To::SignOut),
    ))
}

/// Which of these ways one is at.
fn here(app: App, ways: &[Way]) -> Memo<Option<usize>> {
    let hrefs: Vec<String> = ways.iter().map(|way| way.href.clone()).collect();
    Memo::new(move |()| way_at(&app.path(), &super::home::model::with_value(&app.search(), "at", ""), &hrefs))
}

fn links(app: App, ways: &[Way], at: Memo<Option<usize>>, is_large: bool) -> Vec<Html> {
    each(ways.iter().enumerate(), |(n, way)| link(app, way, at, n, is_large))
}

/// The nth of the ways; large under a thumb.
fn link(app: App, way: &Way, at: Memo<Option<usize>>, nth: usize, is_large: bool) -> El {
    let count = way.count;
    let n = move || {
        let n = count(&app.counts()).filter(|n| *n > 0)?;
        let awaiting = words::awaiting(n as usize, app.lang());
        Some(h::span().class("n").with((h::span().set("aria-hidden", "true").with(capped(n)), h::span().class("sr").with(awaiting))))
    };
    let icon = if is_large { icon_large(way.icon) } else { icon(way.icon) };
    h::a()
        .set("href", way.href.clone())
        .class(if way.is_view && !is_large { "view" } else { "" })
        .set("title", way.name)
        .follow("aria-current", move || (at.get() == Some(nth)).then_some("page"))
        .with((icon, h::span().class("cut").with(if is_large { way.short } else { way.name }), live(n)))
}

/// The session ended while a page is open: the way back in, and nothing that was typed is lost.
fn ended(app: App) -> Option<El> {
    if !app.is_ended.get() {
        return None;
    }
    let screen = app.screen();
    let sign_in = h::a().class("btn btn-sm").set("href", "/sign-in").set("target", "_blank").with(screen.sign_in());
    let retry = h::button().set("type", "button").class("btn btn-sm btn-quiet").on_click(move || session::resume(app)).with(screen.retry());
    Some(h::div().class("notice notice-soon ended").set("role", "alert").with((
        icon("lock"),
        h::span().class("notice-text").with(screen.sign_in_session_ended()),
        h::span().class("row push tight").with([sign_in, retry]),
    )))
}

/// What single roles need beside, and the help, which everybody may.
fn further(app: App, actor: &Actor) -> Vec<Way> {
    let screen = app.screen();
    let mut all = Vec::new();
    let mut way = |is: bool, href: &str, icon, name: &'static str| {
        let is_under_thumb = href == "/admin/people" || href == "/audit";
        let short = if href == "/audit" { screen.audit_short() } else { screen.administration_short() };
        all.extend(is.then(|| Way { href: href.to_owned(), icon, name, count: |_| None, is_view: false, short, is_under_thumb }));
    };
    let has = |role| actor.has(role);
    let reads_figures = actor.is_it() || has(Role::AreaHead) || has(Role::Auditor);
    way(reads_figures, "/figures", "chart", screen.figures());
    way(has(Role::AreaHead), "/told", "mail", told_name(app));
    way(has(Role::Admin), "/admin/people", "users", screen.administration());
    way(has(Role::HelpDesk) && !has(Role::Admin), "/admin/mail-in", "mail", screen.incoming_mail());
    way(has(Role::Auditor) || has(Role::Admin), "/audit", "shield", screen.audit_trail());
    way(true, "/help", "book", screen.help());
    all
}

/// What one's own area was told; or all of them, for whoever reads of all.
pub fn told_name(app: App) -> &'static str {
    let is_it = app.actor().audience() == domain::Audience::It;
    if is_it { app.screen().communications_of_all() } else { app.screen().communications() }
}

/// Everything of the rail, the home first.
fn ways(app: App) -> Vec<Way> {
    let actor = app.actor();
    let mut all = own_ways(app, &actor);
    all.extend(further(app, &actor));
    if let Some(at) = landing(&actor).and_then(|home| all.iter().position(|way| way.href == home)) {
        all[..=at].rotate_right(1);
    }
    all
}

/// What this person's roles need.
fn own_ways(app: App, actor: &Actor) -> Vec<Way> {
    let screen = app.screen();
    let way = |href: &str, icon, name, count, short| Way {
        href: href.to_owned(),
        icon,
        name,
        count,
        is_view: false,
        short,
        is_under_thumb: true,
    };
    let request = way("/request", "plus", screen.ask_for_support(), |_| None, screen.ask_short());
    let notices = way("/notices", "bell", screen.notifications(), |_| None, screen.notices_short());
    if !actor.is_it() {
        let mine = |href| way(href, "file", screen.my_requests(), |counts: &CountsView| Some(counts.my_answers), screen.filter_mine());
        let all = way("/tickets", "list", screen.all_tickets(), |_| None, screen.all());
        let beside = Way { is_under_thumb: false, ..mine("/mine") };
        return match landing(actor) {
            Some(_) if actor.has(Role::Auditor) => vec![all, beside, request, notices],
            Some(_) => vec![beside, request, notices],
            None if actor.has(Role::AreaHead) => {
                let home = way("/", "home", screen.my_area(), |_| None, screen.home());
                vec![home, beside, request, all, notices]
            }
            None => vec![Way { icon: "home", short: screen.home(), ..mine("/") }, request, notices],
        };
    }
    let mut tabs = tabs(actor);
    let mut home = way("/", "home", home_name(actor, screen), |_| None, screen.home());
    // Whose work is to decide has that for a home.
    if tabs[0].is_of_reports() {
        let first = tabs.remove(0);
        home = Way { href: first.href(), icon: icon_of(first.query), count: first.count, ..home };
    }
    let views =
        tabs.into_iter().map(|tab| Way { is_view: true, ..way(&tab.href(), icon_of(tab.query), (tab.name)(screen), tab.count, "") });
    let mine = way("/mine", "file", screen.my_requests(), |counts: &CountsView| Some(counts.my_answers), screen.filter_mine());
    let call = actor.has(Role::HelpDesk).then(|| way("/call", "phone", screen.register_call(), |_| None, screen.call_short()));
    let all = way("/tickets", "list", screen.all_tickets(), |_| None, screen.all());
    let requirements = way("/tickets?phase=recorded", "requirement", screen.requirements(), |_| None, "");
    let beside = |way: Way| Way { is_under_thumb: false, ..way };
    let is_desk = call.is_some();
    let request = Way { is_under_thumb: !is_desk, ..request };
    let others = [all, notices].into_iter().chain([requirements, mine].map(beside)).chain([request]);
    [home].into_iter().chain(views).chain(call).chain(others).collect()
}

/// The sign of a list of a home, where the rail is narrow.
fn icon_of(query: &str) -> &'static str {
    match super::home::model::value_in(query, "phase").as_deref() {
        Some("requested") => "inbox",
        Some("in_attention") => "clock",
        Some("to_close") => "check",
        Some("escalated1" | "escalated2") => "users",
        Some("with_provider" | "contracting") => "truck",
        Some("verifying") => "shield",
        Some("under_evaluation") => "file",
        _ if query.starts_with("waiting") => "pause",
        _ => "user",
    }
}

/// Which of the ways leads to where one is: that very address, or else the same part of the app. A ticket is of the work that one's home lists.
/// None, at the bottom of a phone: it is reached by «Más».
fn way_at(path: &str, search: &str, hrefs: &[String]) -> Option<usize> {
    let address = if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") };
    // With its query a way is a list of its own, and no part.
    let part_of = |href: &str| href.split('/').nth(1).unwrap_or_default().to_owned();
    let part = part_of(path);
    let near = match part.as_str() {
        "tickets" if path.starts_with("/tickets/") => ["", "tickets"],
        "" => ["", "evaluate"],
        "admin" => ["admin", "audit"],
        "tickets" => ["tickets", ""],
        part => [part; 2],
    };
    let of_part = |part: &&str| hrefs.iter().position(|href| part_of(href) == *part);
    hrefs.iter().position(|href| *href == address).or_else(|| near.iter().find_map(of_part))
}

/// «1,000+» for what the server stopped counting.
fn capped(n: u32) -> String {
    if n > 1000 { format!("{}+", words::number(1000)) } else { words::number(n.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hrefs(all: &[&str]) -> Vec<String> {
        all.iter().map(|href| (*href).to_owned()).collect()
    }

    #[test]
    fn the_rail_says_where_one_is() {
        let desk =
            hrefs(&["/", "/?phase=requested&sort=oldest", "/?holder=me&sort=waiting", "/tickets", "/tickets?phase=recorded", "/help"]);
        assert_eq!(way_at("/", "holder=me&sort=waiting", &desk), Some(2), "a list of the home");
        assert_eq!(way_at("/", "holder=me&sort=newest", &desk), Some(0), "its filters were changed");
        assert_eq!((way_at("/tickets", "phase=recorded", &desk), way_at("/tickets", "kind=incident", &desk)), (Some(4), Some(3)));
        assert_eq!((way_at("/tickets/7", "do=comment", &desk), way_at("/help", "role=user", &desk)), (Some(0), Some(5)));
        assert_eq!(way_at("/me", "", &desk), None);
        let auditor = hrefs(&["/audit", "/tickets", "/figures"]);
        assert_eq!((way_at("/tickets/7", "", &auditor), way_at("/admin/mail-in", "", &auditor)), (Some(1), Some(0)));
        let head = hrefs(&["/evaluate", "/?phase=contracting&sort=waiting", "/tickets"]);
        assert_eq!((way_at("/evaluate/7", "", &head), way_at("/tickets/7", "", &head)), (Some(0), Some(2)));
    }

    #[test]
    fn under_a_thumb_one_sees_in_which_part_one_is() {
        let thumb = |path: &str, hrefs: &[String]| way_at(path, "", hrefs);
        let (desk, person, admin) =
            (hrefs(&["/", "/call", "/tickets", "/notices"]), hrefs(&["/", "/request"]), hrefs(&["/admin/people", "/audit"]));
        assert_eq!((thumb("/", &desk), thumb("/tickets/7", &desk), thumb("/call", &desk)), (Some(0), Some(0), Some(1)));
        assert_eq!(thumb("/tickets/7", &person), Some(0), "their requests are their home");
        assert_eq!((thumb("/admin/areas/3", &admin), thumb("/audit", &admin)), (Some(0), Some(1)));
        assert_eq!(thumb("/", &hrefs(&["/evaluate", "/tickets"])), Some(0), "the other lists of who decides");
        for beside in ["/me", "/help", "/admin/mail-in", "/figures"] {
            assert_eq!(thumb(beside, &desk), None, "{beside}");
        }
    }
}
