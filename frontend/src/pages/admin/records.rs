//! Any kind of record: the list, and one of them as a form.

use std::sync::Arc;

use client::{ClientError, Method, With};
use domain::{PersonId, Role};
use leptos::task::spawn_local;
use serde_json::{Value, json};

use super::ask::{Got, ask, fetched, get, post};
use super::history::{Named, changes, history};
use super::model::{self, FieldOf, Holds, Typed};
use super::paged::Paged;
use super::{Part, What, crumbs, head};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{Field, Find, check, empty, field_id, find, icon, line, notice, select, text, trouble};
use crate::pages::faults::Fault;
use crate::pages::home::model::{value_in, with_value};
use crate::pages::records::{self as choices, Records};
use crate::pages::sending::Sending;
use crate::reactive::*;

/// A kind of record.
#[derive(Clone, Copy)]
struct Kind {
    part: Part,
    /// Below the API's base.
    path: &'static str,
    /// Before the path of a field, where it has words of its own.
    of: &'static str,
    fields: &'static [FieldOf],
    columns: &'static [&'static str],
    new: fn(words::Screen) -> &'static str,
}

fn kind(part: Part) -> Kind {
    let kind = |path, of, fields, columns, new| Kind { part, path, of, fields, columns, new };
    match part {
        Part::Areas => kind("/areas", "area", model::AREA, &["abbreviation", "head"], |screen| screen.records_new_area()),
        Part::Services => kind("/services", "service", model::SERVICE, &["description"], |screen| screen.records_new_service()),
        Part::Providers => {
            kind("/providers", "provider", model::PROVIDER, &["ruc", "contact", "phone", "email"], |screen| screen.records_new_provider())
        }
        Part::Absences => kind("/absences", "absence", model::ABSENCE, &["from_on", "until_on", "acting", "reason"], |screen| {
            screen.records_new_absence()
        }),
        _ => {
            kind("/people", "person", model::PERSON, &["area", "post", "email", "extension", "roles"], |screen| screen.records_new_person())
        }
    }
}

pub fn records(app: App, part: Part, what: What) -> El {
    let kind = kind(part);
    match what {
        What::All => list(app, kind),
        What::New => {
            let search = app.search_now();
            let said = |name: &str| value_in(&search, name).and_then(|id| id.parse::<i64>().ok());
            let begin = move |value: Value| one(app, kind, None, Got { value, etag: None });
            match said("person").filter(|_| kind.part == Part::Absences) {
                None => begin(json!({ "parent": said("parent") })),
                Some(id) => {
                    let of = move |got: Got| begin(json!({ "person": { "id": id, "name": got.value["name"] } }));
                    h::div().with(fetched(app, 6, format!("/people/{id}"), json!({}), Box::new(of)))
                }
            }
        }
        What::One(id) => {
            let path = format!("{}/{id}", kind.path);
            h::div().with(fetched(app, 6, path, json!({}), Box::new(move |got| one(app, kind, Some(id), got))))
        }
    }
}

fn list(app: App, kind: Kind) -> El {
    let screen = app.screen();
    let new =
        h::a().class("btn btn-primary").set("href", format!("/admin/{}/new", kind.part.slug())).with((icon("plus"), (kind.new)(screen)));
    let content = live(move || {
        let search = app.search();
        let mut query = json!({ "limit": 100 });
        for name in ["words", "role", "all"] {
            if let Some(value) = value_in(&search, name).filter(|value| !value.is_empty()) {
                query[name] = json!(value);
            }
        }
        fetched(app, 8, kind.path.to_owned(), query.clone(), Box::new(move |got| table(app, kind, query.clone(), got)))
    });
    let filters = (kind.part != Part::Absences).then(|| filters(app, kind));
    h::div().with((head(kind.part.name(app), None, new), filters, content))
}

/// What the list holds; the address says it, so that it is a link.
fn filters(app: App, kind: Kind) -> El {
    let screen = app.screen();
    let set = move |name: &'static str, value: String| {
        let search = with_value(&app.search_now(), name, &value);
        let path = format!("/admin/{}", kind.part.slug());
        app.go(&if search.is_empty() { path } else { format!("{path}?{search}") }, true);
    };
    let field = Field::new("records-words", screen.search_short()).optional();
    let (typed, role_now, is_all) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(false));
    Effect::new(move || {
        let search = app.search();
        let now = |name: &str| value_in(&search, name).unwrap_or_default();
        typed.set(now("words"));
        role_now.set(now("role"));
        is_all.set(now("all") == "true");
    });
    let find =
        h::form().class("filter-words").set("role", "search").on_submit(move || set("words", typed.get_untracked().trim().to_owned()));
    let find = find.with([
        h::div().class("field").with((h::label().set("for", field.id.clone()).with(screen.search_short()), line(&field, "search", typed))),
        h::button().set("type", "submit").class("btn").with((icon("search"), screen.search_short())),
    ]);
    let role = (kind.part == Part::People).then(|| {
        let field = Field::new("records-role", words::field("role", app.lang()).unwrap_or_default());
        let options = Role::ALL.iter().map(|role| (role.name().to_owned(), words::role(*role, app.lang()).to_owned())).collect();
        let input = select(&field, screen.all_roles(), RwSignal::new(options), role_now).on_change(move |role| set("role", role));
        h::div().class("field").with((h::label().set("for", "records-role").with(field.label), input))
    });
    let all = check(&Field::new("records-all", screen.records_also_inactive()).optional(), is_all);
    let all = all.on("change", move |_| set("all", if is_all.get_untracked() { "true".to_owned() } else { String::new() }));
    h::div().class("filters").with((find, role, all))
}

fn table(app: App, kind: Kind, query: Value, got: Got) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let paged = Paged::new(&got.value);
    if paged.is_empty() {
        let is_sought = !query["words"].is_null() || !query["role"].is_null();
        return h::div().class("panel").with(empty(if is_sought { screen.records_no_match() } else { screen.records_empty() }, ()));
    }
    let names = if kind.part == Part::Absences { "person" } else { "name" };
    let label = move |column: &str| words::field(&format!("{}.{column}", kind.of), lang).unwrap_or_default();
    let heads = each([names].iter().chain(kind.columns), |column| h::th().set("scope", "col").with(label(column)));
    let row = move |record: &Value| {
        let is_over = record["is_active"] == false || record["is_cancelled"] == true || record["ended_on"].is_string();
        let href = format!("/admin/{}/{}", kind.part.slug(), record["id"]);
        let mut marks = Vec::new();
        let mut mark = |is: bool, class: &'static str, words: String| {
            if is {
                marks.extend(h::parts((" ", h::span().class(class).with(words))));
            }
        };
        mark(is_over, "badge", screen.records_inactive_one().to_owned());
        mark(record["is_contact"] == true && !is_over, "badge badge-soon", screen.contact_badge().to_owned());
        let away = record["absent_until"].as_str().and_then(|day| day.parse().ok()).map(|day| words::away_until(day, lang));
        mark(away.is_some(), "badge badge-line", away.unwrap_or_default());
        let name = h::td()
            .class("title-cell")
            .with((h::a().class("strong").set("href", href).with(model::said(names, &record[names], lang)), marks));
        let cells = each(kind.columns, |column| {
            let value = &record[*column];
            let text = if value.is_null() { String::new() } else { model::said(column, value, lang) };
            h::td().class("record-cell").set("data-label", label(column)).with(text)
        });
        h::tr().class(if is_over { "is-over" } else { "" }).with((name, cells))
    };
    let rows = live(move || each(paged.items.get().iter(), row));
    let table = h::table().class("table records-table").with([h::thead().with(h::tr().with(heads)), h::tbody().with(rows)]);
    h::div().class("panel").with((h::div().class("table-wrap").with(table), paged.foot(app, kind.path, query)))
}

/// What is typed in one field.
#[derive(Clone, Copy)]
struct Entry {
    field: FieldOf,
    find: Find,
    is_on: RwSignal<bool>,
    names: RwSignal<Arc<Vec<String>>>,
    error: RwSignal<Option<String>>,
}

impl Entry {
    fn new(field: FieldOf, first: &Typed) -> Entry {
        Entry {
            field,
            find: Find::new(first.text.clone(), first.chosen),
            is_on: RwSignal::new(first.is_on),
            names: RwSignal::new(Arc::new(first.names.clone())),
            error: RwSignal::new(None),
        }
    }

    fn typed(&self) -> Typed {
        Typed {
            text: self.find.text.get_untracked(),
            chosen: self.find.chosen.get_untracked(),
            is_on: self.is_on.get_untracked(),
            names: self.names.get_untracked().to_vec(),
        }
    }

    fn set(&self, typed: Typed) {
        self.find.text.set(typed.text);
        self.find.chosen.set(typed.chosen);
        self.is_on.set(typed.is_on);
        self.names.set(Arc::new(typed.names));
    }
}

/// A form of a record, and the record as it was last read.
#[derive(Clone)]
struct Form {
    app: App,
    kind: Kind,
    id: Option<i64>,
    entries: Arc<Vec<Entry>>,
    base: RwSignal<Arc<Got>>,
    is_saving: RwSignal<bool>,
    is_saved: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
    /// What somebody else changed while it was open: the record before and after.
    meanwhile: RwSignal<Option<Arc<(Value, Value)>>>,
    /// Under which a new record is made once.
    key: StoredValue<String>,
}

fn one(app: App, kind: Kind, id: Option<i64>, got: Got) -> El {
    let screen = app.screen();
    let fields = kind.fields.iter().filter(|field| id.is_some() || !matches!(field.path, "is_cancelled" | "ended_on"));
    let entries = fields.map(|field| Entry::new(*field, &model::typed(field, &got.value))).collect();
    let name = match id {
        Some(_) => got.value["name"].as_str().or(got.value["person"]["name"].as_str()).unwrap_or_default().to_owned(),
        None => (kind.new)(screen).to_owned(),
    };
    let form = Form {
        app,
        kind,
        id,
        entries: Arc::new(entries),
        base: RwSignal::new(Arc::new(got)),
        is_saving: RwSignal::new(false),
        is_saved: RwSignal::new(false),
        wrong: RwSignal::new(None),
        meanwhile: RwSignal::new(None),
        key: StoredValue::new(client::new_key()),
    };
    let fields = each(form.entries.iter(), |entry| form.draw(entry));
    let outcome = {
        let form = form.clone();
        live(move || form.outcome())
    };
    let (is_saving, save) = (form.is_saving, form.clone());
    let label = live(move || if is_saving.get() { screen.saving() } else { screen.save() });
    let foot = h::div().class("row").with([
        h::button().set("type", "submit").class("btn btn-primary").with(label),
        h::a().class("btn btn-quiet").set("href", format!("/admin/{}", kind.part.slug())).with(screen.cancel()),
    ]);
    let drawn =
        h::form().class("panel panel-body").set("aria-labelledby", "h-record").flag("novalidate", true).on_submit(move || save.save());
    let drawn = drawn.with((h::div().class("fields fields-2").with(fields), outcome, trouble(form.wrong), foot));
    let person = id.filter(|_| kind.part == Part::People).map(|id| account(app, id, &form));
    let below = id.filter(|_| kind.part == Part::Areas).map(|id| {
        h::p().with(
            h::a().class("btn btn-quiet").set("href", format!("/admin/areas/new?parent={id}")).with((icon("plus"), screen.area_below())),
        )
    });
    let past = id.map(|id| history(app, format!("{}/{id}", kind.path)));
    let name = h::h1().id("h-record").with(name);
    h::div().class("narrow view record").with((crumbs(app, kind.part), name, drawn, person, below, past))
}

impl Form {
    fn field(&self, entry: &Entry) -> Field {
        let path = format!("{}.{}", self.kind.of, entry.field.path);
        let label = words::field(&path, self.app.lang()).unwrap_or_default();
        let field = Field::new(field_id(self.kind.of, entry.field.path), label).error(entry.error);
        let field = field.hint(words::field_help(&path, self.app.lang()));
        if entry.field.is_required { field } else { field.optional() }
    }

    fn draw(&self, entry: &Entry) -> El {
        let app = self.app;
        let screen = app.screen();
        let field = self.field(entry);
        match entry.field.holds {
            Holds::Line | Holds::Ruc => field.draw(app, line(&field, "text", entry.find.text)),
            Holds::Email => field.draw(app, line(&field, "email", entry.find.text)),
            Holds::Day => field.draw(app, line(&field, "date", entry.find.text)),
            Holds::Text => field.draw(app, text(&field, 3, entry.find.text)).class("field wide"),
            Holds::Bool => check(&field, entry.is_on),
            Holds::Area => {
                let options = choices::bring(app, Records::Areas, entry.error);
                field.draw(app, select(&field, screen.none(), options, entry.find.text))
            }
            Holds::Language => {
                let options = [("es-PE", screen.language_spanish()), ("en", screen.language_english())];
                let options = options.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect();
                field.draw(app, select(&field, screen.language_spanish(), RwSignal::new(options), entry.find.text))
            }
            Holds::Person => field.draw(app, find(app, &field, entry.find, choices::seek_people(app, entry.find))),
            Holds::Roles => field.draw_group(app, self.roles(entry, &field)).class("field wide"),
        }
    }

    fn roles(&self, entry: &Entry, field: &Field) -> El {
        let app = self.app;
        let names = entry.names;
        let error = entry.error;
        let box_of = |(n, role): (usize, &Role)| {
            let name = role.name();
            let input = h::input().class("check").set("type", "checkbox");
            // The first carries the field's own id, so that the focus finds it.
            let input = if n == 0 { field.on(input) } else { input.id(format!("{}-{name}", field.id)) };
            let input = input.checked(move || names.read().iter().any(|known| known == name)).on_check(move |is| {
                let others = names.get_untracked();
                let others = others.iter().filter(|known| *known != name).cloned();
                names.set(Arc::new(others.chain(is.then(|| name.to_owned())).collect()));
                error.set(None);
            });
            let words = h::span().with((h::b().with(words::role(*role, app.lang())), h::small().with(words::role_help(*role, app.lang()))));
            h::label().class("choice").with([input, words])
        };
        let given = Role::ALL.iter().filter(|role| **role != Role::AreaHead);
        h::div().class("choices role-choices").with(each(given.enumerate(), box_of))
    }

    /// How the last saving ended, and what somebody else did.
    fn outcome(&self) -> Option<El> {
        let app = self.app;
        let screen = app.screen();
        if let Some(meanwhile) = self.meanwhile.get() {
            let text = (
                h::b().with(screen.record_changed()),
                changes(app, &meanwhile.0, &meanwhile.1, Named::new(app)),
                h::p().class("small").with(screen.record_changed_help()),
            );
            let text = h::div().class("notice-text").with(text);
            return Some(h::div().class("notice notice-soon").set("role", "alert").with((icon("alert"), text)));
        }
        self.is_saved.get().then(|| notice(screen.saved(), "check"))
    }

    fn save(&self) {
        if self.is_saving.get_untracked() {
            return;
        }
        self.wrong.set(None);
        self.is_saved.set(false);
        self.entries.iter().for_each(|entry| entry.error.set(None));
        let fields: Vec<FieldOf> = self.entries.iter().map(|entry| entry.field).collect();
        match model::record(&fields, &|path| self.typed(path)) {
            Ok(record) => spawn_local(self.clone().send(record)),
            Err(faults) => {
                let said = |(path, fault): &(&'static str, Fault)| (*path, self.sentence(path, *fault));
                self.show(faults.iter().map(said).collect());
            }
        }
    }

    fn typed(&self, path: &str) -> Typed {
        self.entries.iter().find(|entry| entry.field.path == path).map(Entry::typed).unwrap_or_default()
    }

    fn sentence(&self, path: &str, fault: Fault) -> String {
        let label = words::field(&format!("{}.{path}", self.kind.of), self.app.lang()).unwrap_or_default();
        fault.sentence(self.app, path, label)
    }

    fn show(&self, faults: Vec<(&'static str, String)>) {
        if let Some((path, _)) = faults.first() {
            browser::focus(field_id(self.kind.of, path));
        }
        self.app.say(self.app.screen().check_fields());
        for (path, text) in faults {
            if let Some(entry) = self.entries.iter().find(|entry| entry.field.path == path) {
                entry.error.set(Some(text));
            }
        }
    }

    async fn send(self, record: Value) {
        let app = self.app;
        self.is_saving.set(true);
        let base = self.base.get_untracked();
        let (method, path, with) = match self.id {
            Some(id) => (Method::PUT, format!("{}/{id}", self.kind.path), With { if_match: base.etag.clone(), key: None }),
            None => (Method::POST, self.kind.path.to_owned(), With::key(self.key.get_value())),
        };
        let result = ask(app, method, path, Value::Null, Some(record), with).await;
        if self.is_saving.try_set(false).is_some() {
            return;
        }
        match result {
            Ok(got) => {
                self.meanwhile.set(None);
                app.say(app.screen().saved());
                if self.id.is_none() {
                    let id = got.value["id"].as_i64().unwrap_or_default();
                    return app.go(&format!("/admin/{}/{id}", self.kind.part.slug()), true);
                }
                self.base.set(Arc::new(got));
                self.is_saved.set(true);
            }
            Err(error) if error.status() == Some(412) => self.read_again().await,
            Err(error) => self.show_problem(&error),
        }
    }

    /// Somebody else was quicker: what they changed is shown, and taken over where nothing was typed; what is typed stays, and saving again is on top
    /// of theirs.
    async fn read_again(&self) {
        let Some(id) = self.id else { return };
        let got = get(self.app, format!("{}/{id}", self.kind.path), Value::Null).await;
        // The page may have been left meanwhile.
        let Some(before) = self.base.try_get_untracked() else { return };
        match got {
            Ok(got) => {
                let fields = |value: &Value| {
                    let part = |field: &FieldOf| (field.path.to_owned(), value[field.path].clone());
                    Value::Object(self.kind.fields.iter().map(part).collect())
                };
                for (path, theirs) in model::taken_over(self.kind.fields, &|path| self.typed(path), &before.value, &got.value) {
                    self.entries.iter().filter(|entry| entry.field.path == path).for_each(|entry| entry.set(theirs.clone()));
                }
                self.meanwhile.set(Some(Arc::new((fields(&before.value), fields(&got.value)))));
                self.base.set(Arc::new(got));
            }
            Err(error) => self.show_problem(&error),
        }
    }

    fn show_problem(&self, error: &ClientError) {
        // A clear no: whatever is sent next is another record.
        if error.status().is_some_and(|status| status < 500) {
            self.key.set_value(client::new_key());
        }
        let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
        let faults: Vec<_> =
            errors.iter().filter_map(|error| Some((model::field_of(&error.path, self.kind.fields)?, error.detail.clone()))).collect();
        if faults.is_empty() {
            let _ = self.wrong.try_set(Some(self.app.describe(error)));
        } else {
            self.show(faults);
        }
    }
}

/// A person's way in: the link by which they choose a password; or a password that is given.
fn account(app: App, id: i64, form: &Form) -> El {
    let screen = app.screen();
    let base = form.base;
    let said = RwSignal::new(None::<String>);
    let sending = Sending::new();
    let invite = move || {
        if sending.is_sending.get_untracked() {
            return;
        }
        said.set(None);
        sending.is_sending.set(true);
        spawn_local(async move {
            match post(app, sending, format!("/people/{id}/invitation"), None).await {
                None => {}
                Some(Ok(_)) => said.set(Some(screen.person_invited().to_owned())),
                Some(Err(error)) => sending.wrong.set(Some(app.describe(&error))),
            }
        });
    };
    let state = live(move || {
        let has = base.get().value["has_account"] == true;
        let (class, words) = if has { ("badge badge-ok", screen.person_has_account()) } else { ("badge", screen.person_no_account()) };
        h::span().class(class).with(words)
    });
    let typed = RwSignal::new(String::new());
    let field = Field::new("person-password", screen.person_give_password()).hint(Some(screen.person_give_password_help())).optional();
    let error = field.error;
    let give = move || {
        said.set(None);
        error.set(None);
        spawn_local(async move {
            let body = json!({ "password": typed.get_untracked() });
            match ask(app, Method::PUT, format!("/people/{id}/password"), Value::Null, Some(body), With::default()).await {
                Ok(_) => {
                    let _ = typed.try_set(String::new());
                    let _ = said.try_set(Some(screen.person_password_given().to_owned()));
                }
                Err(failure) => {
                    let detail = failure.problem().and_then(|problem| problem.errors.first()).map(|first| first.detail.clone());
                    let _ = error.try_set(Some(detail.unwrap_or_else(|| app.describe(&failure))));
                }
            }
        });
    };
    let password = h::form().class("row password-row").flag("novalidate", true).on_submit(give).with([
        field.draw(app, line(&field, "password", typed).set("autocomplete", "new-password")),
        h::button().set("type", "submit").class("btn").with(screen.person_give_password_button()),
    ]);
    let done = live(move || said.get().map(|text| notice(text, "check")));
    let link = h::button().set("type", "button").class("btn").on_click(invite).with((icon("mail"), screen.person_invite()));
    let absences = h::a().class("tap").set("href", format!("/admin/absences/new?person={}", PersonId::parse(id).map_or(0, PersonId::get)));
    let parts: Vec<Html> = h::parts((
        h::h2().with((screen.person_access(), " ", state)),
        h::p().class("small muted").with(screen.person_access_help()),
        h::div().class("row").with(link),
        password,
        done,
        trouble(sending.wrong),
        absences.with(screen.records_new_absence()),
    ));
    h::section().class("panel panel-body").with(parts)
}
