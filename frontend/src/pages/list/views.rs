//! Saved views: the list that is seen, kept under a name; and the menu that opens, renames, shares, updates and deletes those that are kept.

use std::sync::Arc;

use crate::reactive::*;
use client::{ClientError, Method, With, new_key};
use domain::{Role, ViewName};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use wire::SavedView;

use super::model;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{Field, check, icon, line, trouble};

/// What is open.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    /// The form that keeps what is seen.
    Save,
    Menu,
    /// The menu, and in it what may be done with one view.
    Options(i64),
    Rename(i64),
    Delete(i64),
}

#[derive(Clone, Copy)]
pub struct Views {
    app: App,
    open: RwSignal<Open>,
    all: RwSignal<Arc<Vec<SavedView>>>,
    name: RwSignal<String>,
    is_shared: RwSignal<bool>,
    is_sending: RwSignal<bool>,
    /// What is wrong with the name; what else is wrong.
    error: RwSignal<Option<String>>,
    wrong: RwSignal<Option<String>>,
}

const MENU: &str = "list-views";
const SAVE: &str = "list-save";

/// What is to be written: to a view that is there, or anew; without a body it is deleted.
struct Deed {
    view: Option<SavedView>,
    body: Option<Value>,
    name: String,
}

/// The views that this person may open, those that are theirs first.
pub async fn read(app: App) -> Result<Vec<SavedView>, ClientError> {
    let answer = app.client().list_views().await;
    app.heard(answer.as_ref().err());
    answer.map(|answer| answer.value.items)
}

/// Where a view is: its list.
pub fn path_of(view: &SavedView) -> String {
    if view.query.is_empty() { "/tickets".to_owned() } else { format!("/tickets?{}", view.query) }
}

impl Views {
    pub fn new(app: App) -> Views {
        let views = Views {
            app,
            open: RwSignal::new(Open::Nothing),
            all: RwSignal::new(Arc::default()),
            name: RwSignal::new(String::new()),
            is_shared: RwSignal::new(false),
            is_sending: RwSignal::new(false),
            error: RwSignal::new(None),
            wrong: RwSignal::new(None),
        };
        Effect::again(move |is_later| {
            app.n_outside.track();
            if is_later {
                views.open.set(Open::Nothing);
            }
        });
        spawn_local(views.refresh());
        views
    }

    /// The name of the view that is seen, if it is one.
    pub fn name_of(self, search: &str) -> Option<String> {
        let all = self.all.get();
        all.iter().find(|view| !view.query.is_empty() && model::is_same_list(&view.query, search)).map(|view| view.name.clone())
    }

    async fn refresh(self) {
        match read(self.app).await {
            Ok(all) if self.all.try_get_untracked().is_some_and(|before| *before != all) => {
                self.all.set(Arc::new(all));
                if self.open.get_untracked() == Open::Menu {
                    browser::focus_first_field("views");
                }
            }
            Ok(_) => {}
            Err(error) => drop(self.wrong.try_set(Some(self.app.describe(&error)))),
        }
    }

    /// Both buttons, each with what it opens.
    pub fn draw(self) -> [El; 2] {
        let screen = self.app.screen();
        let button = |id: &'static str, sign, name: &'static str, is_open: fn(Open) -> bool, opens: Open| {
            let toggle = move || {
                let is_closed = !is_open(self.open.get_untracked());
                self.show(if is_closed { opens } else { Open::Nothing });
                if is_closed {
                    spawn_local(self.refresh());
                }
            };
            h::button()
                .set("type", "button")
                .class("btn btn-quiet btn-sm")
                .id(id)
                .follow_bool("aria-expanded", move || is_open(self.open.get()))
                .on_click(toggle)
                .with((icon(sign), name))
        };
        let is_save = |open| open == Open::Save;
        let is_menu = |open| open != Open::Save && open != Open::Nothing;
        let save = live(move || (self.open.get() == Open::Save).then(|| self.popup(screen.list_save_view(), self.save_form())));
        let menu = live(move || is_menu(self.open.get()).then(|| self.popup(screen.saved_views(), self.menu())));
        let place = || h::span().class("chip-place").on_key(move |event| self.key(&event));
        [
            place().with((button(MENU, "list", screen.views(), is_menu, Open::Menu), menu)),
            place().with((button(SAVE, "plus", screen.list_save_view(), is_save, Open::Save), save)),
        ]
    }

    fn popup(self, name: &'static str, content: Vec<Html>) -> El {
        h::div().class("menu l-columns l-views").id("views").set("role", "group").set("aria-label", name).with(content)
    }

    /// One step back at a time.
    fn key(self, event: &KeyboardEvent) {
        if event.key() != "Escape" || self.open.get_untracked() == Open::Nothing {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        self.back();
    }

    fn back(self) {
        let (to, focus) = match self.open.get_untracked() {
            Open::Rename(id) | Open::Delete(id) => (Open::Options(id), option_id(id)),
            Open::Options(id) => (Open::Menu, option_id(id)),
            Open::Save => (Open::Nothing, SAVE.to_owned()),
            _ => (Open::Nothing, MENU.to_owned()),
        };
        self.show(to);
        browser::focus(focus);
    }

    fn show(self, open: Open) {
        self.error.set(None);
        self.wrong.set(None);
        self.open.set(open);
        match open {
            Open::Nothing => {}
            Open::Save => self.name.set(String::new()),
            Open::Rename(id) => self.name.set(self.view(id).map(|view| view.name).unwrap_or_default()),
            _ => {}
        }
        match open {
            Open::Save | Open::Menu => browser::focus_first_field("views"),
            Open::Rename(_) => browser::focus("view-name"),
            Open::Delete(_) => browser::focus("view-delete"),
            _ => {}
        }
    }

    fn view(self, id: i64) -> Option<SavedView> {
        self.all.read_untracked().iter().find(|view| view.id == id).cloned()
    }

    fn is_mine(self, view: &SavedView) -> bool {
        view.owner.id == self.app.me().id
    }

    /// Name and sharing of what is to be kept.
    fn save_form(self) -> Vec<Html> {
        let (app, screen) = (self.app, self.app.screen());
        self.is_shared.set(false);
        let shared = app.actor().is_it().then(|| check(&Field::new("view-shared", screen.view_share()).optional(), self.is_shared));
        let save = move || {
            if let Some(name) = self.named() {
                let (query, columns) = self.seen();
                let body = body(&name, (&query, &columns), self.is_shared.get_untracked());
                self.send(Deed { view: None, body: Some(body), name });
            }
        };
        each([self.form(save, shared)], |form| form)
    }

    fn form(self, submit: impl Fn() + Send + 'static, more: Option<El>) -> El {
        let screen = self.app.screen();
        let field = Field::new("view-name", screen.view_name()).error(self.error);
        let input = line(&field, "text", self.name).set("maxlength", "120");
        let button = h::button()
            .set("type", "submit")
            .class("btn btn-primary btn-sm")
            .follow("aria-disabled", move || self.is_sending.get().then_some("true"));
        let cancel = h::button().set("type", "button").class("btn btn-quiet btn-sm").on_click(move || self.back()).with(screen.cancel());
        h::form().class("l-view-form").flag("novalidate", true).on_submit(submit).with((
            field.draw(self.app, input),
            more,
            trouble(self.wrong),
            h::div().class("row").with([button.with(screen.save()), cancel]),
        ))
    }

    /// The name that is typed; what is wrong with it is said.
    fn named(self) -> Option<String> {
        match ViewName::parse(&self.name.get_untracked()) {
            Ok(name) => Some(name.into()),
            Err(error) => {
                self.error.set(Some(words::value_error(error, self.app.screen().view_name(), self.app.lang())));
                browser::focus("view-name");
                None
            }
        }
    }

    /// The list as it is now: its address, and its columns.
    fn seen(self) -> (String, Vec<String>) {
        let columns = self.app.columns.get_untracked();
        (model::address_of(&self.app.search_now()), columns.iter().map(|column| (*column).to_owned()).collect())
    }

    fn menu(self) -> Vec<Html> {
        let screen = self.app.screen();
        let all = self.all.get();
        if all.is_empty() {
            // The button has the focus where there is nothing else to have it.
            let none = h::p().class("small muted l-views-none").with(screen.views_empty());
            return each([Some(none)], |none| none).into_iter().chain([trouble(self.wrong)]).collect();
        }
        let (mine, others): (Vec<&SavedView>, Vec<&SavedView>) = all.iter().partition(|view| self.is_mine(view));
        let part = |(name, views): (&'static str, Vec<&SavedView>)| {
            (!views.is_empty()).then(|| {
                let rows = h::ul().class("plain").set("aria-label", name).with(each(views, |view| self.row(view)));
                (h::p().class("menu-head small muted").with(name), rows)
            })
        };
        let parts = each([(screen.views_mine(), mine), (screen.views_of_it(), others)], part);
        each([h::div().class("chip-options").with(parts)], |parts| parts).into_iter().chain([trouble(self.wrong)]).collect()
    }

    fn row(self, view: &SavedView) -> El {
        let (app, id, is_mine) = (self.app, view.id, self.is_mine(view));
        let is_at = matches!(self.open.get(), Open::Options(at) | Open::Rename(at) | Open::Delete(at) if at == id);
        let detail = match (is_mine, view.is_shared) {
            (false, _) => view.owner.name.clone(),
            (true, true) => app.screen().view_is_shared().to_owned(),
            (true, false) => String::new(),
        };
        let (path, columns) = (path_of(view), view.columns.join(","));
        let open = h::button()
            .set("type", "button")
            .class("menu-item")
            .set_some("aria-current", model::is_same_list(&view.query, &app.search()).then_some("true"))
            .on_click(move || {
                self.show(Open::Nothing);
                browser::focus(MENU);
                app.open_list(&path, &columns);
            })
            .with((h::span().class("l-view-name").with(view.name.clone()), h::span().class("push small muted cut").with(detail)));
        // Of what another shares, only the administrator takes anything away.
        let more = (is_mine || app.actor().has(Role::Admin)).then(|| {
            h::button()
                .set("type", "button")
                .class("btn btn-quiet btn-icon btn-sm")
                .id(option_id(id))
                .set("aria-label", words::view_options(&view.name, app.lang()))
                .set("aria-expanded", if is_at { "true" } else { "false" })
                .on_click(move || {
                    self.show(if is_at { Open::Menu } else { Open::Options(id) });
                    browser::focus(option_id(id));
                })
                .with(icon("more"))
        });
        let below = is_at.then(|| self.options(view, is_mine));
        h::li().with((h::div().class("l-view").with((open, more)), below))
    }

    /// What may be done with one.
    fn options(self, view: &SavedView, is_mine: bool) -> El {
        let (app, screen, id) = (self.app, self.app.screen(), view.id);
        let place = h::div().class("l-view-options");
        let button =
            |name: &'static str, then: Box<dyn Fn() + Send>| h::button().set("type", "button").class("menu-item").on_click(then).with(name);
        let now = view.clone();
        // The view as it is, but for one thing.
        let write = move |name: String, seen: Option<(String, Vec<String>)>, is_shared: bool| {
            let (query, columns) = seen.unwrap_or_else(|| (now.query.clone(), now.columns.clone()));
            let body = body(&name, (&query, &columns), is_shared);
            self.send(Deed { view: Some(now.clone()), body: Some(body), name });
        };
        let (name, is_shared) = (view.name.clone(), view.is_shared);
        match self.open.get() {
            Open::Rename(_) => {
                let rename = move || {
                    if let Some(name) = self.named() {
                        write(name, None, is_shared);
                    }
                };
                place.with(self.form(rename, None))
            }
            Open::Delete(_) => {
                let deleted = view.clone();
                let delete = h::button()
                    .set("type", "button")
                    .class("btn btn-sm")
                    .id("view-delete")
                    .on_click(move || self.send(Deed { view: Some(deleted.clone()), body: None, name: name.clone() }))
                    .with(screen.view_delete());
                let cancel =
                    h::button().set("type", "button").class("btn btn-quiet btn-sm").on_click(move || self.back()).with(screen.cancel());
                let sure = h::p().class("small").with(words::view_delete_sure(&view.name, app.lang()));
                place.with(h::div().class("l-view-form").with((sure, h::div().class("row").with([delete, cancel]))))
            }
            _ => {
                let write = Arc::new(write);
                let (update, share) = (write.clone(), write);
                let (of_share, words) = (name.clone(), if is_shared { screen.view_unshare() } else { screen.view_share() });
                let may_share = is_shared || app.actor().is_it();
                place.with((
                    is_mine.then(|| button(screen.view_update(), Box::new(move || update(name.clone(), Some(self.seen()), is_shared)))),
                    is_mine.then(|| button(screen.view_rename(), Box::new(move || self.show(Open::Rename(id))))),
                    may_share.then(|| button(words, Box::new(move || share(of_share.clone(), None, !is_shared)))),
                    button(screen.view_delete(), Box::new(move || self.show(Open::Delete(id)))),
                ))
            }
        }
    }

    fn send(self, deed: Deed) {
        if self.is_sending.get_untracked() {
            return;
        }
        let app = self.app;
        self.is_sending.set(true);
        self.error.set(None);
        self.wrong.set(None);
        spawn_local(async move {
            let Deed { view, body, name } = deed;
            let (method, path, with) = match &view {
                None => (Method::POST, "/views".to_owned(), With::key(new_key())),
                Some(view) => {
                    let method = if body.is_some() { Method::PUT } else { Method::DELETE };
                    (method, format!("/views/{}", view.id), With::etag(format!("\"{}\"", view.version)))
                }
            };
            let call = app.client().request(method, &path).with(&with);
            let call = match &body {
                Some(body) => call.json(body),
                None => call,
            };
            let result = call.done().await;
            app.heard(result.as_ref().err());
            if self.is_sending.try_set(false).is_some() {
                return; // The page was left.
            }
            self.refresh().await;
            if let Err(error) = result {
                return self.refused(&error);
            }
            app.say(if body.is_some() { words::view_saved(&name, app.lang()) } else { words::view_deleted(&name, app.lang()) });
            self.show(if view.is_some() { Open::Menu } else { Open::Nothing });
            browser::focus(match &view {
                None => SAVE.to_owned(),
                Some(view) if body.is_some() => option_id(view.id),
                Some(_) => MENU.to_owned(),
            });
        });
    }

    /// Why not: at the name, where it is the name's fault.
    fn refused(self, error: &ClientError) {
        let of_name = error.problem().and_then(|problem| problem.errors.iter().find(|error| error.path == "name"));
        match of_name.map(|error| error.detail.clone()) {
            Some(detail) => self.error.set(Some(detail)),
            None if error.code() == Some("view_name_taken") => self.error.set(Some(self.app.describe(error))),
            None => return self.wrong.set(Some(self.app.describe(error))),
        }
        browser::focus("view-name");
    }
}

fn option_id(view: i64) -> String {
    format!("view-{view}")
}

/// A view as it is written: as the API takes it, without the code that writes its type.
fn body(name: &str, (query, columns): (&str, &[String]), is_shared: bool) -> Value {
    json!({ "name": name, "query": query, "columns": columns, "is_shared": is_shared })
}
