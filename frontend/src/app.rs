//! The app as a whole: what every page may ask for, the routes, and who may be where.

use std::sync::Arc;

use client::{Client, ClientError};
use domain::{Actor, Instant};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::path;
use wire::{CountsView, ProfileView};
use words::{Language, Screen};

use crate::browser;
use crate::components::{Failure, Starting};
use crate::pages::{self, Frame};
use crate::session::{self, Session};

/// What every page may ask for.
#[derive(Clone, Copy)]
pub struct App {
    client: StoredValue<Client>,
    pub session: RwSignal<Session>,
    /// The session ended while a page was open: it stays, and says so.
    pub is_ended: RwSignal<bool>,
    pub language: RwSignal<Language>,
    /// A clock of minutes: what is said relative to now follows it.
    pub now: RwSignal<Instant>,
    /// What a screen reader is told, politely.
    said: RwSignal<String>,
    pub counts: RwSignal<CountsView>,
}

impl App {
    fn new() -> App {
        let wished = browser::stored("language").and_then(|tag| Language::from_tag(&tag));
        App {
            client: StoredValue::new(Client::new(&browser::origin()).renewing()),
            session: RwSignal::new(Session::Starting),
            is_ended: RwSignal::new(false),
            language: RwSignal::new(wished.unwrap_or_else(|| Language::accept(&browser::languages()))),
            now: RwSignal::new(browser::now()),
            said: RwSignal::new(String::new()),
            counts: RwSignal::new(CountsView::default()),
        }
    }

    pub fn client(self) -> Client {
        self.client.get_value()
    }

    /// The language of this page. It is drawn anew when the language changes, so nothing needs to follow.
    pub fn lang(self) -> Language {
        self.language.get_untracked()
    }

    pub fn screen(self) -> &'static Screen {
        words::screen(self.lang())
    }

    /// From now on in this language.
    pub fn speak(self, language: Language) {
        browser::store("language", Some(language.tag()));
        browser::set_root_attribute("lang", Some(language.tag()));
        self.client().set_language(language.tag());
        if self.language.get_untracked() != language {
            self.language.set(language);
        }
    }

    /// Who is signed in, on the pages that only such people see.
    pub fn me(self) -> Arc<ProfileView> {
        let profile = self.session.with_untracked(|session| session.person().map(|answer| answer.value.clone()));
        Arc::new(profile.expect("pages behind the frame are drawn for somebody who is signed in"))
    }

    pub fn actor(self) -> Actor {
        self.me().actor()
    }

    /// Tells a screen reader, without moving the focus.
    pub fn say(self, text: impl Into<String>) {
        self.said.set(text.into());
    }

    /// Every answer passes here: did it say that the session has ended?
    pub fn heard(self, error: Option<&ClientError>) {
        let is_ended = error.is_some_and(|error| matches!(error.code(), Some("unauthenticated" | "stale_session")));
        if self.is_ended.get_untracked() != is_ended {
            self.is_ended.set(is_ended);
        }
    }

    /// Asks anew what waits for this person.
    pub fn count(self) {
        spawn_local(async move {
            if let Ok(counts) = self.client().read_counts().await {
                self.counts.set(counts.value);
            }
        });
    }

    /// The page's name, in the tab and for screen readers.
    pub fn title(self, name: &str) {
        browser::document().set_title(&format!("{name} · {}", self.screen().app));
    }

    /// A sentence for what went wrong.
    pub fn describe(self, error: &ClientError) -> String {
        let known = |code| words::problem(code, self.lang()).map(|(_, detail)| detail.to_owned());
        match error {
            ClientError::Problem(problem) => problem.detail.clone(),
            ClientError::Offline(_) => known("unavailable").unwrap_or_default(),
            ClientError::Malformed(_) => self.screen().something_failed.to_owned(),
        }
    }
}

pub fn use_app() -> App {
    expect_context()
}

pub fn start() {
    if let Some(root) = browser::element("app") {
        root.set_inner_html("");
        mount_to(root, Root).forget();
    }
}

#[component]
fn Root() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    app.speak(app.lang());
    session::begin(app);
    spawn_local(async move {
        loop {
            gloo_timers::future::TimeoutFuture::new(60_000).await;
            app.now.set(browser::now());
        }
    });
    view! {
        <Router>
            {move || {
                app.language.track();
                view! { <Gate/> }
            }}
            <p class="sr" role="status" aria-live="polite">{move || app.said.get()}</p>
        </Router>
    }
}

/// Lets everybody to the pages that are for everybody, and those who are signed in to all others.
#[component]
fn Gate() -> impl IntoView {
    let app = use_app();
    let path = use_location().pathname;
    let stage = Memo::new(move |_| match (app.session.get(), path.get().as_str()) {
        (_, "/setup") => Stage::Setup,
        (Session::Starting, _) => Stage::Starting,
        (Session::Unreachable(error), _) => Stage::Unreachable(error),
        (Session::Nobody, _) => Stage::SignIn,
        (Session::Person(person), _) => Stage::Inside(person.value.id.get()),
    });
    move || match stage.get() {
        Stage::Setup => view! { <pages::Setup/> }.into_any(),
        Stage::Starting => view! { <Starting/> }.into_any(),
        Stage::Unreachable(error) => {
            let retry = Callback::new(move |()| {
                app.session.set(Session::Starting);
                session::begin(app);
            });
            view! { <main class="alone"><Failure text=app.describe(&error) retry=retry/></main> }.into_any()
        }
        Stage::SignIn => view! { <pages::SignIn/> }.into_any(),
        Stage::Inside(_) => view! { <Inside/> }.into_any(),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Setup,
    Starting,
    Unreachable(ClientError),
    SignIn,
    /// Drawn anew for another person.
    Inside(i64),
}

#[component]
fn Inside() -> impl IntoView {
    let app = use_app();
    let location = use_location();
    app.count();
    // Who has just signed in goes on to where they were going.
    if location.pathname.get_untracked() == "/sign-in" {
        use_navigate()("/", leptos_router::NavigateOptions { replace: true, ..Default::default() });
    }
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        if before.is_some_and(|before| before != path) {
            browser::focus("main");
        }
        path
    });
    view! {
        <Frame>
            <FlatRoutes fallback=|| view! { <pages::Missing/> }>
                <Route path=path!("/") view=pages::Home/>
                <Route path=path!("/mine") view=pages::Mine/>
                <Route path=path!("/tickets") view=pages::List/>
                <Route path=path!("/tickets/:id") view=pages::Ticket/>
                <Route path=path!("/request") view=pages::Request/>
                <Route path=path!("/me") view=pages::Me/>
            </FlatRoutes>
        </Frame>
    }
}
