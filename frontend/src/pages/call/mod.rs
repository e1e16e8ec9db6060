//! Registering a call: one screen in the order of a conversation, by keyboard alone. Who calls, what happens, what it is, and what was done.

mod card;
mod model;

use std::sync::Arc;

use crate::reactive::*;
use client::ClientError;
use domain::{Channel, Impact, Kind, Line, Refusal, Role, ValueError};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;
use serde_json::{Map, Value, json};
use wire::PersonView;
use words::Names;

use self::model::{End, Fault, Told};
use super::marks::kind_mark;
use super::missing;
use super::records::{self, Records};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{Choice, Field, Find, check, choices, find, icon, line, notice, select, text, trouble};

const FORM: &str = "call";

/// In the order of the page. Those of the contact are asked for only of somebody who is not in the directory.
const FIELDS: [&str; 19] = [
    "channel",
    "who",
    "name",
    "area",
    "extension",
    "email",
    "phone",
    "description",
    "title",
    "service",
    "impact",
    "place",
    "equipment",
    "received_at",
    "kind",
    "action_taken",
    "cause",
    "solution",
    "files",
];

/// Everything that is typed, and what is wrong with it.
#[derive(Clone, Copy)]
struct Form {
    app: App,
    /// By the order of [`FIELDS`]; who calls has a home of their own below.
    texts: [RwSignal<String>; FIELDS.len()],
    errors: [RwSignal<Option<String>>; FIELDS.len()],
    who: Find,
    /// Who was chosen, once they are known.
    person: RwSignal<Option<Arc<PersonView>>>,
    is_contact: RwSignal<bool>,
    is_reserved: RwSignal<bool>,
    /// Whether it was attended on the call, where somebody said so; else by its kind.
    is_solved: RwSignal<Option<bool>>,
    /// The subject and the service follow what is typed until somebody writes their own.
    is_title_own: RwSignal<bool>,
    is_service_own: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
    is_sending: RwSignal<bool>,
    /// What was sent without an answer, and under which key: it is sent again under the same.
    unanswered: StoredValue<Option<(Value, String)>>,
}

impl Form {
    fn new(app: App, channel: Channel) -> Form {
        let form = Form {
            app,
            texts: FIELDS.map(|_| RwSignal::new(String::new())),
            errors: FIELDS.map(|_| RwSignal::new(None)),
            who: Find::new(String::new(), None),
            person: RwSignal::new(None),
            is_contact: RwSignal::new(false),
            is_reserved: RwSignal::new(false),
            is_solved: RwSignal::new(None),
            is_title_own: RwSignal::new(false),
            is_service_own: RwSignal::new(false),
            wrong: RwSignal::new(None),
            is_sending: RwSignal::new(false),
            unanswered: StoredValue::new(None),
        };
        form.text("channel").set(channel.name().to_owned());
        form
    }

    fn text(&self, path: &str) -> RwSignal<String> {
        self.texts[index(path)]
    }

    fn error(&self, path: &str) -> RwSignal<Option<String>> {
        self.errors[index(path)]
    }

    fn field(&self, path: &'static str) -> Field {
        let lang = self.app.lang();
        Field::new(id(path), words::field(path, lang).unwrap_or_default()).hint(words::field_help(path, lang)).error(self.error(path))
    }

    fn kind(&self) -> Option<Kind> {
        self.text("kind").read().parse().ok()
    }

    /// An occurrence is one that can be attended at once.
    fn is_solved(&self) -> bool {
        let kind = self.kind();
        self.is_solved.get().unwrap_or(kind == Some(Kind::Occurrence)) && matches!(kind, Some(Kind::Incident | Kind::Occurrence))
    }

    /// What the strong button does.
    fn end(&self) -> End {
        match self.kind() {
            Some(Kind::Requirement) => End::Record,
            _ if self.is_solved() => End::Close,
            _ => End::GoOn,
        }
    }

    fn end_now(&self) -> End {
        untrack(|| self.end())
    }

    /// Where one writes on after a kind is chosen.
    fn after_kind(&self) {
        let (kind, is_solved) = untrack(|| (self.kind(), self.is_solved()));
        browser::focus(match (kind, is_solved) {
            (Some(Kind::Occurrence), true) => id("action_taken"),
            (Some(Kind::Incident), true) => id("cause"),
            (Some(Kind::Incident | Kind::Occurrence), false) => id("solved"),
            _ => id("send"),
        });
    }

    fn told(&self) -> Told {
        let text = |path| self.text(path).get_untracked();
        Told {
            channel: text("channel"),
            requester: self.who.chosen.get_untracked(),
            who: self.who.text.get_untracked(),
            is_contact: self.is_contact.get_untracked(),
            description: text("description"),
            title: text("title"),
            service: text("service"),
            kind: text("kind"),
            action_taken: text("action_taken"),
            cause: text("cause"),
            solution: text("solution"),
            place: text("place"),
            equipment: text("equipment"),
            impact: text("impact"),
            received_at: text("received_at"),
            is_reserved: self.is_reserved.get_untracked(),
        }
    }

    fn show(&self, faults: Vec<(&'static str, String)>) {
        if let Some(first) = FIELDS.iter().find(|path| faults.iter().any(|(at, _)| at == *path)) {
            browser::focus(id(first));
        }
        self.app.say(self.app.screen().check_fields());
        for (path, text) in faults {
            self.error(path).set(Some(text));
        }
    }
}

fn index(path: &str) -> usize {
    FIELDS.iter().position(|field| *field == path).expect("only paths of this form are asked for")
}

fn id(path: &str) -> String {
    format!("{FORM}-{path}")
}

/// What was registered last, for the next call's page to say.
#[derive(Clone, PartialEq)]
struct Done {
    id: i64,
    sentence: String,
}

pub fn call(app: App) -> El {
    if !app.actor().has(Role::HelpDesk) {
        return missing(app);
    }
    let wished = super::home::model::value_in(&app.search_now(), "channel").and_then(|name| name.parse().ok());
    let channel: Channel = wished.unwrap_or(Channel::Phone);
    let name = if channel == Channel::Email { app.screen().register_mail() } else { app.screen().register_call() };
    app.title(name);
    let done = RwSignal::new(None::<Done>);
    // After each call the page begins anew.
    let round = RwSignal::new(0_u32);
    h::div().class("call").with(live(move || {
        round.track();
        page(app, name, channel, done, round)
    }))
}

fn page(app: App, name: &'static str, channel: Channel, done: RwSignal<Option<Done>>, round: RwSignal<u32>) -> Vec<Html> {
    let screen = app.screen();
    let form = Form::new(app, channel);
    let is_restored = restore(&form);
    keep_drafts(&form);
    follow_text(&form);
    browser::focus(id("who"));

    let again = move |sentence: String, id: i64| {
        forget_draft(app);
        app.count();
        app.say(sentence.clone());
        done.set(Some(Done { id, sentence }));
        round.update(|n| *n += 1);
    };
    let submit = move |end: End| {
        if !form.is_sending.get_untracked() {
            spawn_local(async move {
                if let Some(id) = send(form, end).await {
                    match end {
                        End::GoOn => {
                            forget_draft(app);
                            app.count();
                            app.go(&format!("/tickets/{id}"), false);
                        }
                        End::Close => again(words::call_closed(id, app.lang()), id),
                        End::Record => again(words::call_recorded(id, app.lang()), id),
                        End::Join(of) => again(words::call_joined(id, of, app.lang()), id),
                    }
                }
            });
        }
    };
    let fresh = move || {
        forget_draft(app);
        done.set(None);
        round.update(|n| *n += 1);
    };
    let restored = is_restored.then(|| {
        let button = h::button().set("type", "button").class("btn btn-sm push").on_click(fresh).with(screen.discard_draft());
        notice((screen.draft_restored(), button), "check").class("notice call-notice")
    });
    let said = live(move || {
        done.get().map(|done| {
            let link = h::a().set("href", format!("/tickets/{}", done.id)).with(screen.open());
            notice((done.sentence, " ", link), "check").class("notice call-notice call-done")
        })
    });
    let keys = h::p().class("small muted push hide-s keys").with((
        h::kbd().with("Tab"),
        screen.key_next_field(),
        h::kbd().with("Ctrl ↵"),
        screen.call_key_send(),
        h::kbd().with("Esc"),
        screen.call_key_later(),
    ));
    let head = h::div().class("page-head call-head").with((h::h1().with(name), elapsed(app), keys));
    let sections = h::form()
        .class("c-cols")
        .id(FORM)
        .set("aria-label", name)
        .flag("novalidate", true)
        .on_submit(move || submit(form.end_now()))
        .on_key(move |event| key(form, &event, &submit))
        .with((
            step(1, "who", if channel == Channel::Email { screen.call_who_writes() } else { screen.call_who() }, who(form, channel)),
            h::aside().class("c-side").set("aria-label", screen.call_who()).set("aria-live", "polite").with(card::card(form, move |of| {
                submit(End::Join(of));
            })),
            h::div().class("c-rest").with((
                step(2, "what", screen.call_what(), what(form)),
                step(3, "kind", screen.call_categorise(), kinds(form)),
                step(4, "attend", screen.call_attend(), attend(form)),
                foot(form, submit),
            )),
        ));
    each([Some(head), restored], |part| part).into_iter().chain([said]).chain(each([sections], |part| part)).collect()
}

/// How long the call lasts: since its page was opened.
fn elapsed(app: App) -> El {
    let began = browser::now();
    let seconds = RwSignal::new(0_u32);
    spawn_local(async move {
        loop {
            gloo_timers::future::TimeoutFuture::new(1_000).await;
            let now = u32::try_from((browser::now() - began).num_seconds()).unwrap_or_default();
            if seconds.try_set(now).is_some() {
                return; // The page was left.
            }
        }
    });
    let time = h::span().class("num").with(live(move || model::elapsed(seconds.get())));
    h::span().class("badge badge-line").set("aria-hidden", "true").with((icon("phone"), app.screen().call_elapsed(), " ", time))
}

fn step(number: u8, name: &str, title: &'static str, body: El) -> El {
    let heading = format!("call-h-{name}");
    let no = h::span().class("no").with(number.to_string());
    let title = h::h2().id(heading.clone()).with((no, title));
    h::section().class("step").set("aria-labelledby", heading).with((title, body.class("step-body")))
}

/// Enter goes on to the next field, as on a till; Ctrl and Enter send; letters choose a kind.
fn key(form: Form, event: &KeyboardEvent, submit: &impl Fn(End)) {
    let name = event.key();
    let at = browser::focused();
    let is_at_kind = at.starts_with("call-kind");
    let is_plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
    match name.as_str() {
        "Enter" if !is_plain => submit(form.end_now()),
        "Enter" if is_at_kind => form.after_kind(),
        "Enter" if at == id("who") && form.who.chosen.get_untracked().is_none() && !form.who.text.read_untracked().trim().is_empty() => {
            form.who.choose_first();
        }
        "Enter" if browser::is_field(event) => browser::focus_next_field(FORM),
        "Escape" => form.app.go("/", false),
        "a" | "A" if is_plain && (is_at_kind || at == id("solved")) => {
            let is_solved = untrack(|| form.is_solved());
            form.is_solved.set(Some(!is_solved));
        }
        letter if is_plain && is_at_kind => {
            let Some(n) = Kind::ALL.iter().position(|kind| letter_of(*kind).eq_ignore_ascii_case(letter)) else { return };
            form.error("kind").set(None);
            form.text("kind").set(Kind::ALL[n].name().to_owned());
            browser::focus(if n == 0 { id("kind") } else { format!("{}-{n}", id("kind")) });
        }
        _ => return,
    }
    event.prevent_default();
}

/// The key that chooses a kind where the kinds have the focus.
fn letter_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Incident => "I",
        Kind::Occurrence => "O",
        Kind::Requirement => "R",
    }
}

/// Who calls, and how.
fn who(form: Form, channel: Channel) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let offered: &[Channel] = match channel {
        Channel::Email => &[Channel::Email],
        _ => &[Channel::Phone, Channel::Mobile, Channel::InPerson],
    };
    let channels = form.field("channel");
    let mut options = Vec::new();
    for one in offered {
        options.push(((one.name().to_owned(), words::channel(*one, app.lang()).to_owned()), None));
    }
    let via = h::div().set("role", "radiogroup").set("aria-label", channels.label).with(choices(
        &channels,
        "choices choices-inline via",
        options,
        form.text("channel"),
    ));
    let field = Field { label: screen.call_who_field(), hint: Some(screen.call_who_help()), ..form.field("who") };
    let seek = records::seek_people(app, form.who);
    let found = field.draw(app, find(app, &field, form.who, seek));
    // Who was chosen: on to what they say.
    Effect::again(move |is_later| {
        if form.who.chosen.get().is_some() && is_later {
            browser::focus(id("description"));
        }
    });
    let toggle = move || {
        form.is_contact.update(|is| *is = !*is);
        if form.is_contact.get_untracked() {
            form.who.chosen.set(None);
            // What was typed is most of a name.
            let typed = form.who.text.get_untracked();
            if form.text("name").read_untracked().is_empty() {
                let path = if typed.contains('@') {
                    "email"
                } else if typed.starts_with(|c: char| c.is_ascii_digit()) {
                    "extension"
                } else {
                    "name"
                };
                form.text(path).set(typed);
            }
            browser::focus(id("name"));
        } else {
            browser::focus(id("who"));
        }
    };
    let other = h::p().class("small muted").with((
        live(move || if form.is_contact.get() { "" } else { screen.call_not_there() }),
        " ",
        h::button()
            .set("type", "button")
            .class("link")
            .id("call-contact")
            .follow_bool("aria-expanded", move || form.is_contact.get())
            .on_click(toggle)
            .with(live(move || if form.is_contact.get() { screen.call_directory() } else { screen.call_contact() })),
    ));
    let directory = h::div().follow_flag("hidden", move || form.is_contact.get()).with(found);
    h::div().with((via, directory, live(move || form.is_contact.get().then(|| contact(form))), other))
}

/// Somebody new, on the spot: a name and an area; the rest where it is known.
fn contact(form: Form) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let name = Field { label: screen.call_contact_name(), ..form.field("name") };
    let input = |path: &'static str, kind: &'static str| {
        let field = form.field(path).optional();
        field.draw(app, line(&field, kind, form.text(path)))
    };
    let area = form.field("area");
    let areas = records::bring(app, Records::Areas, area.error);
    h::div().class("fields fields-2").with((
        name.draw(app, line(&name, "text", form.text("name"))),
        area.draw(app, select(&area, screen.choose_one(), areas, form.text("area"))),
        input("extension", "text"),
        input("email", "email"),
    ))
}

fn what(form: Form) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let description = Field { hint: None, label: screen.call_what(), ..form.field("description") };
    let title = Field { hint: None, ..form.field("title") };
    let service = form.field("service").optional();
    let services = records::bring(app, Records::Services, service.error);
    // While nobody chose a service, the one that the text speaks of.
    Effect::new(move || {
        let suggested = model::suggested_service(&form.text("description").get(), &services.get());
        if !form.is_service_own.get_untracked() {
            form.text("service").set(suggested.unwrap_or_default());
        }
    });
    let is_suggested = move || !form.is_service_own.get() && !form.text("service").read().is_empty();
    let suggestion = live(move || is_suggested().then(|| h::p().class("hint").with(screen.request_item_suggested())));
    let select = select(&service, screen.none(), services, form.text("service")).on_change(move |_| form.is_service_own.set(true));
    let own_title = line(&title, "text", form.text("title")).on_input(move |typed| form.is_title_own.set(!typed.trim().is_empty()));
    let label = h::label().class("sr").set("for", description.id.clone()).with(screen.call_what());
    let details = h::details().class("more-fields").with((
        h::summary().class("tap small").with(screen.call_details()),
        h::div().class("fields fields-2").with((
            plain(form, "place", "text"),
            plain(form, "equipment", "text"),
            impact(form),
            plain(form, "received_at", "datetime-local"),
            check(&Field { id: id("is_reserved"), ..reserved(app) }, form.is_reserved),
        )),
    ));
    h::div().with((
        h::div().class("field").with((label, text(&description, 2, form.text("description")), error_of(&description))),
        h::div().class("fields fields-2").with((title.draw(app, own_title), service.draw(app, (select, suggestion)))),
        details,
    ))
}

/// What is wrong with a field that has no label of its own.
fn error_of(field: &Field) -> Html {
    let (error, id) = (field.error, format!("{}-error", field.id));
    live(move || {
        error.get().map(|text| h::p().class("error").id(id.clone()).set("role", "alert").with((icon("alert"), h::span().with(text))))
    })
}

fn plain(form: Form, path: &'static str, kind: &'static str) -> El {
    let field = form.field(path).optional();
    field.draw(form.app, line(&field, kind, form.text(path)))
}

fn impact(form: Form) -> El {
    let field = form.field("impact").optional();
    let mut options: Vec<Choice> = Vec::new();
    Impact::ALL.iter().for_each(|impact| options.push((impact.name().to_owned(), words::impact(*impact, form.app.lang()).to_owned())));
    field.draw(form.app, select(&field, form.app.screen().none(), RwSignal::new(options), form.text("impact")))
}

fn reserved(app: App) -> Field {
    let path = "is_reserved";
    Field::new(path, words::field(path, app.lang()).unwrap_or_default()).hint(words::field_help(path, app.lang())).optional()
}

/// The three kinds, each with what tells it from the others and its letter.
fn kinds(form: Form) -> El {
    let app = form.app;
    let field = form.field("kind");
    let value = form.text("kind");
    let touched = field.touched();
    let one = |(n, kind): (usize, Kind)| {
        let input = h::input().set("type", "radio").set("name", field.id.clone()).set("value", kind.name());
        let input = if n == 0 { field.on(input) } else { input.id(format!("{}-{n}", field.id)) };
        let input = input.checked(move || *value.read() == kind.name()).on_change(move |_| {
            touched();
            value.set(kind.name().to_owned());
        });
        let words = h::span().with((kind_mark(app, Some(kind)), h::small().with(words::kind_hint(kind, app.lang()))));
        h::label().class("choice").with((input, words, h::kbd().set("aria-hidden", "true").with(letter_of(kind))))
    };
    let all = each(Kind::ALL.iter().copied().enumerate(), one);
    h::div().with((
        h::div().class("choices choices-inline kinds").set("role", "radiogroup").set("aria-labelledby", "call-h-kind").with(all),
        error_of(&field),
    ))
}

/// What was done, where it was attended while the call lasted.
fn attend(form: Form) -> El {
    let screen = form.app.screen();
    let kind = Memo::new(move |_| form.kind());
    h::div().with(live(move || match kind.get() {
        None => h::div().with(h::p().class("small muted step-note").with(screen.call_kind_first())),
        Some(Kind::Requirement) => h::div().with(h::p().class("small muted step-note").with(screen.call_requirement())),
        Some(kind) => solved(form, kind),
    }))
}

fn solved(form: Form, kind: Kind) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let is_solved = Memo::new(move |_| form.is_solved());
    let input = h::input()
        .class("check")
        .set("type", "checkbox")
        .id(id("solved"))
        .checked(move || is_solved.get())
        .on_check(move |is| form.is_solved.set(Some(is)));
    let words = h::span().with((h::b().with(screen.call_solved()), h::small().with(screen.call_solved_help())));
    let tile = h::label().class("choice solved").with((input, words, h::kbd().set("aria-hidden", "true").with("A")));
    let field = move |path: &'static str| {
        let field = form.field(path);
        field.draw(app, text(&field, 2, form.text(path)))
    };
    let fields = live(move || match (is_solved.get(), kind) {
        (false, _) | (_, Kind::Requirement) => Vec::new(),
        (true, Kind::Occurrence) => each(["action_taken"], field),
        (true, Kind::Incident) => each(["cause", "solution"], field),
    });
    h::div().class("step-body").with((tile, fields))
}

fn foot(form: Form, submit: impl Fn(End) + Copy + Send + 'static) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let end = Memo::new(move |_| form.end());
    let name = move || match end.get() {
        End::Close => screen.call_and_close(),
        End::Record | End::Join(_) => screen.call_register(),
        End::GoOn => screen.call_and_go_on(),
    };
    let is_sending = form.is_sending;
    let strong = h::button()
        .set("type", "submit")
        .class("btn btn-primary")
        .id(id("send"))
        .follow("aria-disabled", move || is_sending.get().then_some("true"))
        .with((live(move || if is_sending.get() { screen.sending() } else { name() }), h::kbd().set("aria-hidden", "true").with("Ctrl ↵")));
    let other = live(move || {
        (end.get() == End::Close)
            .then(|| h::button().set("type", "button").class("btn").on_click(move || submit(End::GoOn)).with(screen.call_and_go_on()))
    });
    let mail = live(move || {
        let person = form.person.get()?;
        (end.get() == End::Close).then(|| {
            let says = match &person.email {
                Some(email) => words::closing_mail_goes_to(email, app.lang()),
                None => screen.ticket_told_not().to_owned(),
            };
            h::p().class("small muted row").with((icon(if person.email.is_some() { "mail" } else { "phone" }), h::span().with(says)))
        })
    });
    h::div().with((trouble(form.wrong), h::div().class("c-foot").with((strong, other, mail))))
}

/// The subject follows the text, while nobody wrote one.
fn follow_text(form: &Form) {
    let form = *form;
    Effect::new(move || {
        let title = words::title_of(&form.text("description").get());
        if !form.is_title_own.get_untracked() {
            form.error("title").set(None);
            form.text("title").set(title);
        }
    });
}

/// The name under which this tab keeps what this person began.
fn draft_name(app: App) -> String {
    format!("call-{}", app.me().id)
}

fn forget_draft(app: App) {
    browser::keep(&draft_name(app), None);
}

/// What is typed stays in this tab until it is sent or discarded.
fn keep_drafts(form: &Form) {
    let form = *form;
    Effect::again(move |is_later| {
        let mut draft = Map::new();
        for path in FIELDS {
            let text = form.text(path).get();
            if !text.is_empty() {
                draft.insert(path.to_owned(), text.into());
            }
        }
        draft.insert("who".to_owned(), form.who.text.get().into());
        draft.insert("chosen".to_owned(), form.who.chosen.get().into());
        draft.insert("is_contact".to_owned(), form.is_contact.get().into());
        draft.insert("is_title_own".to_owned(), form.is_title_own.get().into());
        if is_later {
            let draft = serde_json::to_vec(&Value::Object(draft)).unwrap_or_default();
            browser::keep(&draft_name(form.app), Some(&String::from_utf8_lossy(&draft)));
        }
    });
}

/// Brings back what was begun in this tab; false where there is nothing.
fn restore(form: &Form) -> bool {
    let Some(draft) = browser::kept(&draft_name(form.app)).and_then(|text| serde_json::from_slice::<Value>(text.as_bytes()).ok()) else {
        return false;
    };
    let text = |path: &str| draft[path].as_str().unwrap_or_default().to_owned();
    let is_begun = ["who", "description", "name"].iter().any(|path| !text(path).trim().is_empty());
    if !is_begun {
        return false;
    }
    for path in FIELDS.iter().filter(|path| draft[**path].is_string()) {
        form.text(path).set(text(path));
    }
    form.who.text.set(text("who"));
    form.who.chosen.set(draft["chosen"].as_i64());
    form.is_contact.set(draft["is_contact"] == true);
    form.is_title_own.set(draft["is_title_own"] == true);
    form.is_service_own.set(!text("service").is_empty());
    true
}

/// How long we wait before what had no answer is sent again.
const AGAIN_MILLISECONDS: u32 = 5_000;

/// Sends it until there is an answer; the number of the ticket, where it is a good one.
async fn send(form: Form, end: End) -> Option<i64> {
    form.wrong.set(None);
    form.errors.iter().for_each(|error| error.set(None));
    let app = form.app;
    let told = form.told();
    let mut faults: Vec<(&'static str, String)> = Vec::new();
    if told.is_contact {
        for (path, is_needed) in [("name", true), ("area", true), ("extension", false), ("email", false)] {
            let checked = Line::parse(&form.text(path).get_untracked()).err();
            faults.extend(
                checked
                    .filter(|error| is_needed || *error != ValueError::Empty)
                    .map(|error| (path, sentence(app, path, Fault::Value(error)))),
            );
        }
    }
    let body = model::call(&told, end);
    for (path, fault) in body.as_ref().err().into_iter().flatten() {
        faults.push((path, sentence(app, path, *fault)));
    }
    let (true, Ok(mut body)) = (faults.is_empty(), body) else {
        form.show(faults);
        return None;
    };
    form.is_sending.set(true);
    if told.is_contact {
        let contact = make_contact(form).await?;
        body["request"]["requester"] = contact.into();
    }
    let key = match form.unanswered.get_value() {
        Some((sent, key)) if sent == body => key,
        _ => client::new_key(),
    };
    form.unanswered.set_value(Some((body.clone(), key.clone())));
    let answer = until_answered(form, || {
        let (client, body, with) = (app.client(), body.clone(), client::With::key(key.clone()));
        async move { client.create_ticket(&body, &with).await }
    })
    .await?;
    Some(answer.value.id.get())
}

/// Somebody new is made once, whatever becomes of the call: from then on they are who calls.
async fn make_contact(form: Form) -> Option<i64> {
    if let Some(id) = form.who.chosen.get_untracked() {
        return Some(id);
    }
    let text = |path: &str| Some(form.text(path).get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
    let request =
        json!({ "name": text("name"), "area": text("area")?.parse::<i64>().ok(), "extension": text("extension"), "email": text("email") });
    let key = client::new_key();
    let answer = until_answered(form, || {
        let (client, request, with) = (form.app.client(), request.clone(), client::With::key(key.clone()));
        async move { client.create_contact(&request, &with).await }
    })
    .await?;
    let id = answer.value.id.get();
    form.who.chosen.set(Some(id));
    Some(id)
}

/// Calls again while there is no answer; what is wrong is said at its field.
async fn until_answered<T, F>(form: Form, call: impl Fn() -> F) -> Option<T>
where
    F: Future<Output = Result<T, ClientError>>,
{
    let app = form.app;
    loop {
        let result = call().await;
        app.heard(result.as_ref().err());
        // The page may have been left meanwhile.
        form.is_sending.try_get_untracked().filter(|is| *is)?;
        match result {
            Ok(answer) => return Some(answer),
            Err(error @ ClientError::Offline(_)) => {
                form.wrong.set(Some(app.describe(&error)));
                gloo_timers::future::TimeoutFuture::new(AGAIN_MILLISECONDS).await;
                form.is_sending.try_get_untracked().filter(|is| *is)?;
            }
            Err(error) => {
                form.is_sending.set(false);
                show_problem(form, &error);
                return None;
            }
        }
    }
}

/// What the server said was wrong, at its field where it has one.
fn show_problem(form: Form, error: &ClientError) {
    let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
    let mut faults = Vec::new();
    for error in errors {
        let path = error.path.rsplit('.').next().unwrap_or_default();
        let path = if path == "requester" { "who" } else { path };
        faults.extend(FIELDS.iter().find(|field| **field == path).map(|field| (*field, error.detail.clone())));
    }
    if faults.is_empty() {
        form.wrong.set(Some(form.app.describe(error)));
    } else {
        form.show(faults);
    }
}

fn sentence(app: App, path: &str, fault: Fault) -> String {
    let label = match path {
        "who" => app.screen().call_who(),
        "name" => app.screen().call_contact_name(),
        path => words::field(path, app.lang()).unwrap_or_default(),
    };
    match fault {
        Fault::Value(error) => words::value_error(error, label, app.lang()),
        Fault::NobodyChosen => words::refusal(&Refusal::PersonUnknown { field: path.to_owned() }, &Names::UNKNOWN, app.lang()),
    }
}
