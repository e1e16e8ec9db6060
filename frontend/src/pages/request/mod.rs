//! Asking for support: two things to say, and the rest only if one likes. The desk says for whom, too.

mod draft;
mod model;

use std::sync::Arc;

use crate::reactive::*;
use client::ClientError;
use domain::{Impact, day_in_lima};
use leptos::task::spawn_local;
use serde_json::{Value, json};

use self::model::Told;
use super::records::{self, Records};
use super::sending::{Sending, forget_draft};
use super::telling::{follow_text, reserved};
use super::uploads;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::{Choice, Field, Picked, check, choices, file_picker, icon, line, select, text, trouble};

/// In the order of the page.
const FIELDS: [&str; 8] = ["description", "title", "impact", "since", "place", "equipment", "service", "files"];

/// Everything that is typed, and what is wrong with it.
#[derive(Clone, Copy)]
struct Form {
    /// By the order of [`FIELDS`]; those that hold more than a text have a home of their own below.
    texts: [RwSignal<String>; FIELDS.len()],
    errors: [RwSignal<Option<String>>; FIELDS.len()],
    /// The subject follows what is told, until somebody writes their own.
    is_title_own: RwSignal<bool>,
    since_day: RwSignal<String>,
    files: RwSignal<Arc<Vec<Picked>>>,
    is_reserved: RwSignal<bool>,
    sending: Sending,
}

impl Form {
    fn new(app: App) -> Form {
        let form = Form {
            texts: FIELDS.map(|_| RwSignal::new(String::new())),
            errors: FIELDS.map(|_| RwSignal::new(None)),
            since_day: RwSignal::new(String::new()),
            files: RwSignal::new(Arc::default()),
            is_title_own: RwSignal::new(false),
            is_reserved: RwSignal::new(false),
            sending: Sending::kept(&draft::name(app)),
        };
        form.text("place").set(app.me().place.clone().unwrap_or_default());
        form
    }

    fn text(&self, path: &str) -> RwSignal<String> {
        self.texts[index(path)]
    }

    fn field(&self, app: App, path: &'static str) -> Field {
        let label = words::field(path, app.lang()).unwrap_or_default();
        Field::new(id(path), label).hint(words::field_help(path, app.lang())).error(self.errors[index(path)])
    }

    fn told(&self) -> Told {
        let text = |path| self.text(path).get_untracked();
        Told {
            title: text("title"),
            description: text("description"),
            since: text("since"),
            since_day: self.since_day.get_untracked(),
            impact: text("impact"),
            place: text("place"),
            equipment: text("equipment"),
            service: text("service"),
            files: self.files.get_untracked().iter().filter_map(|file| file.id).collect(),
            is_reserved: self.is_reserved.get_untracked(),
        }
    }

    fn show(&self, app: App, faults: Vec<(&'static str, String)>) {
        if let Some(first) = FIELDS.iter().find(|path| faults.iter().any(|(at, _)| at == *path)) {
            browser::focus(id(first));
        }
        app.say(app.screen().check_fields());
        for (path, text) in faults {
            self.errors[index(path)].set(Some(text));
        }
    }
}

fn index(path: &str) -> usize {
    FIELDS.iter().position(|field| *field == path).expect("only paths of this form are asked for")
}

fn id(path: &str) -> String {
    format!("request-{path}")
}

pub fn request(app: App) -> El {
    let screen = app.screen();
    let actor = app.actor();
    let name = screen.ask_for_support();
    app.title(name);
    let form = Form::new(app);
    draft::restore(app, form);
    draft::keep(app, form);
    follow_text(form.text("description"), form.text("title"), form.is_title_own, form.errors[index("title")]);

    let submit = move || {
        if form.sending.is_sending.get_untracked() {
            return;
        }
        form.sending.wrong.set(None);
        form.errors.iter().for_each(|error| error.set(None));
        let files = uploads::ready(app, &form.files.get_untracked());
        match (model::request(&form.told(), day_in_lima(browser::now())), files) {
            (Ok(request), Ok(_)) => {
                let body = json!({ "request": request });
                form.sending.is_sending.set(true);
                spawn_local(async move {
                    if let Some(id) = send(app, form, body).await {
                        app.count();
                        app.say(words::request_received(id, app.lang()));
                        app.go(&format!("/tickets/{id}"), false);
                    }
                });
            }
            (request, files) => {
                let mut faults = Vec::new();
                for (path, fault) in request.err().unwrap_or_default() {
                    faults.push((path, words::value_error(fault, words::field(path, app.lang()).unwrap_or_default(), app.lang())));
                }
                faults.extend(files.err().map(|text| ("files", text)));
                form.show(app, faults);
            }
        }
    };
    let input = move |field: Field, kind: &'static str, path: &'static str| field.draw(app, line(&field, kind, form.text(path)));
    let description = form.field(app, "description");
    let title = form.field(app, "title");
    let own_title = line(&title, "text", form.text("title")).on_input(move |typed| form.is_title_own.set(!typed.trim().is_empty()));
    let files = form.field(app, "files").optional();
    let photo = Field { label: words::field("photo", app.lang()).unwrap_or_default(), ..files };
    let pick = move |file| uploads::upload(app, form.files, file);
    let details = h::details().class("more-fields").with((
        h::summary().class("tap").with(screen.request_details()),
        h::div().class("fields").with((
            input(form.field(app, "place").optional(), "text", "place"),
            input(form.field(app, "equipment").optional(), "text", "equipment"),
            actor.is_it().then(|| service(app, form)),
            check(&reserved(app, id("is_reserved")), form.is_reserved),
        )),
    ));
    let fields = h::div().class("fields").with((
        description.draw(app, text(&description, 4, form.text("description"))),
        title.draw(app, own_title),
        impact(app, form),
        since(app, form),
        photo.draw_group(app, file_picker(app, &photo, screen.take_photo(), "btn btn-lg drop", form.files, false, pick)),
        details,
        (
            trouble(form.sending.wrong),
            h::div().class("send").with(super::sign_in::submit_button(form.sending.is_sending, name, screen.sending())),
        ),
    ));
    let form = h::form().class("s-form").set("aria-labelledby", "h-request").flag("novalidate", true).on_submit(submit).with((
        h::a().class("btn btn-quiet back").set("href", "/mine").with((icon("left"), screen.my_requests())),
        h::h1().id("h-request").with(name),
        h::p().class("muted").with(screen.request_lead()),
        fields,
    ));
    h::div().class("roomy s-cols").with((form, next(app)))
}

fn choice(value: &str, words: &str) -> Choice {
    (value.to_owned(), words.to_owned())
}

fn since(app: App, form: Form) -> El {
    let screen = app.screen();
    let field = form.field(app, "since").optional();
    let options = vec![
        (choice("today", screen.request_since_today()), None),
        (choice("yesterday", screen.request_since_yesterday()), None),
        (choice("other", screen.request_since_other()), None),
    ];
    let day = Field::new("request-since-day", screen.choose_date());
    let day = live(move || {
        let is_other = *form.text("since").read() == "other";
        is_other
            .then(|| h::div().with((h::label().class("sr").set("for", day.id.clone()).with(day.label), line(&day, "date", form.since_day))))
    });
    field.draw_group(app, (choices(&field, "choices choices-inline", options, form.text("since")), day))
}

fn impact(app: App, form: Form) -> El {
    let field = form.field(app, "impact").optional();
    let mut options = Vec::new();
    Impact::ALL.iter().for_each(|impact| options.push((choice(impact.name(), words::impact(*impact, app.lang())), None)));
    field.draw_group(app, choices(&field, "choices", options, form.text("impact")))
}

fn service(app: App, form: Form) -> El {
    let field = form.field(app, "service").optional();
    let options = records::bring(app, Records::Services, field.error);
    field.draw(app, select(&field, app.screen().none(), options, form.text("service")))
}

/// What follows, for whoever is about to ask.
fn next(app: App) -> El {
    let screen = app.screen();
    let steps = [
        (screen.request_next_received(), None),
        (screen.request_next_attended(), Some(screen.request_next_attended_help())),
        (screen.request_next_confirmed(), Some(screen.request_next_confirmed_help())),
    ];
    let steps = each(steps, |(step, help)| h::li().with((h::b().with(step), help.map(|help| h::span().with(help)))));
    let head = h::h2().id("h-next").with(screen.request_next());
    h::aside().class("s-next").set("aria-labelledby", "h-next").with((head, h::ol().with(steps), super::home::call_instead(app)))
}

/// Sends it until there is an answer; the number of the ticket, where it is a good one.
async fn send(app: App, form: Form, body: Value) -> Option<i64> {
    let key = form.sending.key_of(&body);
    let draft = draft::name(app);
    let call = || {
        let (client, body, with) = (app.client(), body.clone(), client::With::key(key.clone()));
        async move { client.create_ticket(&body, &with).await }
    };
    // Whoever left the page finds no draft of what was received.
    match form.sending.until_answered(app, call, || forget_draft(&draft)).await? {
        Ok(answer) => Some(answer.value.id.get()),
        Err(error) => {
            show_problem(app, form, &error);
            None
        }
    }
}

/// What the server said was wrong, at its field where it has one.
fn show_problem(app: App, form: Form, error: &ClientError) {
    let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
    let mut faults = Vec::new();
    for error in errors {
        let path = error.path.trim_start_matches("request.");
        faults.extend(FIELDS.iter().find(|field| **field == path).map(|field| (*field, error.detail.clone())));
    }
    if faults.is_empty() {
        form.sending.wrong.set(Some(app.describe(error)));
    } else {
        form.show(app, faults);
    }
}
