//! The app as a whole: what every page may ask for, and who may be where.

use std::sync::Arc;

use crate::reactive::*;
use client::{Client, ClientError};
use domain::{Actor, Instant};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;
use wire::{CountsView, MyNoticesView, NoticesQuery, ProfileView};
use words::{Language, Screen};

use crate::address::Address;
use crate::browser;
use crate::components::html::{self as h, Html, each, live, mount};
use crate::components::{failure, icon, starting};
use crate::keys;
use crate::pages::{self, Place, frame};
use crate::session::{self, Session};

/// How many notices the bell shows.
const N_NOTICES: u32 = 8;
/// How often news are asked for, while the page is looked at.
const NEWS_MILLISECONDS: u32 = 25_000;
/// How long what was done stays to be read.
const TOLD_MILLISECONDS: u32 = 8_000;
/// The ids of what stands in it begin so.
const TOLD: &str = "told";

/// What every page may ask for.
#[derive(Clone, Copy)]
pub struct App {
    client: StoredValue<Client>,
    address: Address,
    pub session: RwSignal<Session>,
    /// The session ended while a page was open: it stays, and says so.
    pub is_ended: RwSignal<bool>,
    language: RwSignal<Language>,
    /// A clock of minutes: what is said relative to now follows it.
    now: RwSignal<Instant>,
    /// What a screen reader is told, politely.
    said: RwSignal<String>,
    /// What was done last, to be seen for a while.
    told: RwSignal<Option<Arc<Told>>>,
    counts: RwSignal<Arc<CountsView>>,
    hooks: StoredValue<Hooks>,
    /// What changed on tickets that concern this person, as it was last asked.
    pub notices: RwSignal<Arc<MyNoticesView>>,
    /// The tags of what was last asked: the counts, the notices.
    tags: StoredValue<[Option<String>; 2]>,
    /// What is open above the page: the palette, the keys, a menu.
    pub open: RwSignal<Option<&'static str>>,
    /// How often somebody clicked beside what is open.
    pub n_outside: RwSignal<u32>,
    /// The columns of lists.
    pub columns: RwSignal<Arc<Vec<&'static str>>>,
}

/// What was done; and the ticket that it was done with, where there is a way to it.
struct Told {
    text: String,
    ticket: Option<i64>,
}

type OnKey = Arc<dyn Fn(&KeyboardEvent) -> bool + Send + Sync>;

/// What the page that is open does of the whole window; the next page begins without.
#[derive(Clone, Default)]
pub struct Hooks {
    /// A key where nothing is written; true, if it was for the page.
    pub on_key: Option<OnKey>,
    /// The window was scrolled.
    pub on_scroll: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl App {
    fn new() -> App {
        let wished = browser::stored("language").and_then(|tag| Language::from_tag(&tag));
        App {
            client: StoredValue::new(Client::new(&browser::origin()).renewing()),
            address: Address::followed(),
            session: RwSignal::new(Session::Starting),
            is_ended: RwSignal::new(false),
            language: RwSignal::new(wished.unwrap_or_else(|| Language::accept(&browser::languages()))),
            now: RwSignal::new(browser::now()),
            said: RwSignal::new(String::new()),
            told: RwSignal::new(None),
            counts: RwSignal::new(Arc::default()),
            hooks: StoredValue::new(Hooks::default()),
            notices: RwSignal::new(Arc::default()),
            tags: StoredValue::new([None, None]),
            open: RwSignal::new(None),
            n_outside: RwSignal::new(0),
            columns: RwSignal::new(Arc::default()),
        }
    }

    pub fn client(self) -> Client {
        self.client.get_value()
    }

    /// The path of the address, and what follows its question mark.
    pub fn path(self) -> String {
        self.address.path()
    }

    pub fn search(self) -> String {
        self.address.search()
    }

    /// The same, as it is at this moment.
    pub fn search_now(self) -> String {
        untrack(|| self.address.search())
    }

    /// To another page; or in the place of this one.
    pub fn go(self, to: &str, is_instead: bool) {
        self.address.go(to, is_instead);
    }

    /// Now, to the minute; whoever asks follows it.
    pub fn now(self) -> Instant {
        self.now.get()
    }

    /// The language of this page. It is drawn anew when the language changes, so nothing needs to follow.
    pub fn lang(self) -> Language {
        self.language.get_untracked()
    }

    pub fn screen(self) -> Screen {
        words::screen(self.lang())
    }

    /// From now on in this language.
    pub fn speak(self, language: Language) {
        browser::store("language", Some(language.tag()));
        browser::set_root_attribute("lang", Some(language.tag()));
        browser::describe(words::screen(language).app_subtitle());
        self.client().set_language(language.tag());
        if self.lang() != language {
            self.hush();
            self.language.set(language);
        }
    }

    /// Who is signed in, on the pages that only such people see.
    pub fn me(self) -> Arc<ProfileView> {
        let session = self.session.get_untracked();
        let profile = session.person().map(|answer| Arc::new(answer.value.clone()));
        profile.expect("pages behind the frame are drawn for somebody who is signed in")
    }

    pub fn actor(self) -> Actor {
        self.me().actor()
    }

    /// Tells a screen reader, without moving the focus.
    pub fn say(self, text: impl Into<String>) {
        self.said.set(text.into());
    }

    /// Tells everybody what was done, whatever page follows; with a way to the ticket.
    pub fn tell(self, text: String, ticket: Option<i64>) {
        self.say(text.clone());
        let told = Arc::new(Told { text, ticket });
        self.told.set(Some(told.clone()));
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(TOLD_MILLISECONDS).await;
            let is_last = self.told.read_untracked().as_ref().is_some_and(|last| Arc::ptr_eq(last, &told));
            if is_last && !browser::focused().starts_with(TOLD) {
                self.told.set(None);
            }
        });
    }

    /// What was told last.
    pub fn toast(self) -> Html {
        let screen = self.screen();
        let close = move || {
            self.told.set(None);
            browser::focus_page();
        };
        live(move || {
            let told = self.told.get()?;
            let link = told.ticket.map(|id| {
                h::a().id("told-open").set("href", format!("/tickets/{id}")).on_click(move || self.told.set(None)).with(screen.open())
            });
            let button = h::button()
                .set("type", "button")
                .id("told-close")
                .class("btn btn-quiet btn-sm btn-icon")
                .set("aria-label", screen.close_panel());
            Some(h::div().class("toast l-toast told").with((
                h::span().class("due due-ok").with(icon("check")),
                h::p().with((told.text.clone(), " ", link)),
                button.on_click(close).with(icon("x")),
            )))
        })
    }

    /// What was said was in another language, or for somebody else.
    fn hush(self) {
        self.said.set(String::new());
        self.told.set(None);
    }

    /// Every answer passes here: did it say that the session has ended?
    pub fn heard(self, error: Option<&ClientError>) {
        let is_ended = error.is_some_and(|error| matches!(error.code(), Some("unauthenticated" | "stale_session")));
        if self.is_ended.get_untracked() != is_ended {
            self.is_ended.set(is_ended);
        }
    }

    pub fn hooks(self) -> Hooks {
        self.hooks.get_value()
    }

    pub fn hook(self, hooks: Hooks) {
        self.hooks.set_value(hooks);
    }

    /// Opens something above the page. What has the focus gets it back when that is closed.
    pub fn open_above(self, what: &'static str) {
        if self.open.get_untracked().is_none() {
            browser::leave_focus();
        }
        self.open.set(Some(what));
    }

    /// What waits for this person, as it was last asked.
    pub fn counts(self) -> Arc<CountsView> {
        self.counts.get()
    }

    /// Asks anew what waits for this person, and what changed that concerns them. What is as it was costs little.
    pub fn count(self) {
        spawn_local(async move {
            let [counts_tag, notices_tag] = self.tags.get_value();
            let client = self.client();
            if let Ok(Some(counts)) = client.read_changed_counts(counts_tag.as_deref()).await {
                self.tags.update_value(|tags| tags[0] = counts.etag);
                self.counts.set(Arc::new(counts.value));
            }
            let query = NoticesQuery { limit: Some(N_NOTICES), cursor: None };
            if let Ok(Some(notices)) = client.list_changed_notices(&query, notices_tag.as_deref()).await {
                self.tags.update_value(|tags| tags[1] = notices.etag);
                let n_before = self.notices.read_untracked().n_new;
                if notices.value.n_new > n_before {
                    self.say(words::notices_new(notices.value.n_new, self.lang()));
                }
                self.notices.set(Arc::new(notices.value));
            }
        });
    }

    /// The page's name, in the tab and for screen readers.
    pub fn title(self, name: &str) {
        browser::document().set_title(&format!("{name} · {}", self.screen().app()));
    }

    /// A sentence for what went wrong.
    pub fn describe(self, error: &ClientError) -> String {
        match error {
            ClientError::Problem(problem) => problem.detail.clone(),
            ClientError::Offline(_) => words::problem("unavailable", self.lang()).map_or_else(String::new, |(_, detail)| detail.to_owned()),
            ClientError::Malformed(_) => self.screen().something_failed().to_owned(),
        }
    }
}

pub fn start() {
    // Whoever needed the whole app needs it again: `start.js` begins with it from now on.
    #[cfg(feature = "whole")]
    browser::store("whole", Some("yes"));
    if let Some(place) = browser::element("app") {
        place.set_inner_html("");
        mount(place, root);
    }
}

fn root() -> (h::El, Html) {
    let app = App::new();
    app.speak(app.lang());
    session::begin(app);
    keys::follow(app);
    spawn_local(async move {
        loop {
            gloo_timers::future::TimeoutFuture::new(60_000).await;
            app.now.set(browser::now());
        }
    });
    spawn_local(async move {
        loop {
            gloo_timers::future::TimeoutFuture::new(NEWS_MILLISECONDS).await;
            if app.session.read_untracked().person().is_some() && !browser::document().hidden() {
                app.count();
            }
        }
    });
    let stage = Memo::new(move |_| stage(app));
    let page = live(move || {
        app.language.track();
        draw(app, stage.get())
    });
    // First, so that it takes no place below.
    (h::p().class("sr").set("role", "status").set("aria-live", "polite").with(live(move || app.said.get())), page)
}

/// Everybody gets to the pages that are for everybody, and those who are signed in to all others.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Setup,
    Reset,
    Forgot,
    /// What a link in a mail asks.
    Answer,
    Starting,
    Unreachable(String),
    SignIn,
    /// Drawn anew for another person.
    Inside(i64),
}

fn stage(app: App) -> Stage {
    match app.session.get() {
        _ if app.path() == "/setup" => Stage::Setup,
        _ if app.path() == "/reset" => Stage::Reset,
        Session::Nobody if app.path() == "/forgot" => Stage::Forgot,
        _ if app.path() == "/answer" => Stage::Answer,
        Session::Starting => Stage::Starting,
        Session::Unreachable(ClientError::Offline(_)) => Stage::Unreachable(app.screen().offline().to_owned()),
        Session::Unreachable(error) => Stage::Unreachable(app.describe(&error)),
        Session::Nobody => Stage::SignIn,
        Session::Person(person) => Stage::Inside(person.value.id.get()),
    }
}

fn draw(app: App, stage: Stage) -> Vec<Html> {
    let one = |page: h::El| each([page], |page| page);
    match stage {
        #[cfg(feature = "whole")]
        Stage::Setup => one(pages::setup(app)),
        #[cfg(not(feature = "whole"))]
        Stage::Setup => {
            browser::load_again();
            one(starting(app))
        }
        Stage::Reset => one(pages::reset(app)),
        Stage::Forgot => one(pages::forgot(app)),
        Stage::Answer => one(pages::answer(app)),
        Stage::Starting => one(starting(app)),
        Stage::Unreachable(text) => {
            let retry = move || {
                app.session.set(Session::Starting);
                session::begin(app);
            };
            one(h::main().class("alone").with(failure(app, text, retry)))
        }
        Stage::SignIn => one(pages::sign_in(app)),
        Stage::Inside(_) => inside(app),
    }
}

fn inside(app: App) -> Vec<Html> {
    app.hush();
    app.count();
    // Who has just signed in goes on to where they were going.
    if ["/sign-in", "/forgot"].contains(&untrack(|| app.path()).as_str()) {
        app.go("/", true);
    }
    if browser::goes_on() {
        browser::focus_page();
    }
    let place = Memo::new(move |_| Place::of(&app.path()));
    Effect::again(move |is_another| {
        place.track();
        if is_another {
            browser::focus_page();
        }
    });
    frame(
        app,
        live(move || {
            app.hook(Hooks::default());
            pages::draw(app, place.get())
        }),
    )
}
