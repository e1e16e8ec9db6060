//! The form of any action, drawn from the fields that the domain says it asks for.
//!
//! What was begun stays in this tab until it is sent: a draft for each person, ticket and deed.

mod drafts;
pub mod model;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::reactive::*;
use client::{Answer, ClientError};
use domain::{Action, Field as Asked, FieldKind};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;
use serde_json::{Map, Value, json};
use wire::{EventView, TicketView};

use self::model::Typed;
use super::Whole;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::{Choice, Field, Find, Need, Picked, check, choices, field_id, file_picker, find, line, notice, select, text};
use crate::pages::marks::kind_choices;
use crate::pages::records::{self, Records};
use crate::pages::sending::{Sending, forget_draft};
use crate::pages::uploads;

pub use drafts::Drafts;

/// What is typed in one field, and what is wrong with it.
#[derive(Clone, Copy)]
struct Entry {
    find: Find,
    is_on: RwSignal<bool>,
    files: RwSignal<Arc<Vec<Picked>>>,
    error: RwSignal<Option<String>>,
}

impl Entry {
    fn new(first: &Typed) -> Entry {
        Entry {
            find: Find::new(first.text.clone(), first.chosen),
            is_on: RwSignal::new(first.is_on),
            files: RwSignal::new(Arc::default()),
            error: RwSignal::new(None),
        }
    }

    fn text(&self) -> RwSignal<String> {
        self.find.text
    }

    fn typed(&self) -> Typed {
        Typed {
            text: self.find.text.get(),
            is_on: self.is_on.get(),
            chosen: self.find.chosen.get(),
            files: self.files.get().iter().filter_map(|file| file.id).collect(),
        }
    }
}

/// What a form does: an action; a comment as an answer to the person, or as a note for IT alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deed {
    pub action: Action,
    /// Of a comment.
    pub is_note: bool,
}

impl Deed {
    pub fn new(action: Action) -> Deed {
        Deed { action, is_note: false }
    }

    pub fn note() -> Deed {
        Deed { action: Action::Comment, is_note: true }
    }

    /// Its stable name, for ids.
    pub fn name(self) -> &'static str {
        if self.is_note { "note" } else { self.action.name() }
    }

    pub fn words(self, app: App, phase: domain::Phase) -> &'static str {
        let is_it = app.actor().audience() == domain::Audience::It;
        match (self.action, self.is_note, is_it) {
            (_, true, _) => app.screen().note_for_it(),
            (Action::Comment, false, true) => app.screen().reply_for_person(),
            (action, ..) => words::action(action, phase, app.lang()),
        }
    }

    pub fn help(self, app: App) -> &'static str {
        let is_it = app.actor().audience() == domain::Audience::It;
        match (self.action, self.is_note, is_it) {
            (_, true, _) => app.screen().note_for_it_help(),
            (Action::Comment, false, false) => app.screen().own_reply_help(),
            (action, ..) => words::action_help(action, app.lang()),
        }
    }
}

/// A form as far as it is filled in. It outlives its being shown: what is typed is there again when the form is opened again.
pub struct Draft {
    pub deed: Deed,
    fields: Vec<Asked>,
    first: Arc<BTreeMap<&'static str, Typed>>,
    entries: Arc<BTreeMap<&'static str, Entry>>,
    sending: Sending,
    /// The name under which this tab keeps it.
    kept_as: String,
    /// Something was kept of it before the page was loaded.
    is_restored: bool,
}

impl Draft {
    /// `owner` keeps what is typed: the page's, so that it lives as long as the page; the tab keeps it beyond, but for the files.
    /// It goes on from the one before, where there is one.
    pub fn new(app: App, deed: Deed, whole: &Whole, owner: &Owner, before: Option<&Draft>) -> Draft {
        let (action, view) = (deed.action, &whole.ticket.value);
        let kept_as = format!("ticket-{}-{}-{}", view.id, deed.name(), app.me().id);
        owner.with(|| {
            let fields = model::asked(action, view.standing.phase, app.actor().audience());
            let kept = match before {
                Some(before) => untrack(|| begun(&before.entries, &before.first)),
                None => browser::kept_value(&kept_as),
            };
            let mut first = BTreeMap::new();
            let mut entries = BTreeMap::new();
            for field in &fields {
                let typed = model::first(action, field.path, view, &whole.events, browser::now());
                let restored = kept.as_ref().and_then(|kept| model::restored(&kept[field.path]));
                entries.insert(field.path, Entry::new(restored.as_ref().unwrap_or(&typed)));
                first.insert(field.path, typed);
            }
            if let Some(entry) = entries.get("is_internal") {
                entry.is_on.set(deed.is_note);
            }
            if action == Action::RejectContracting {
                follow_grounds(&entries);
            }
            let (first, entries) = (Arc::new(first), Arc::new(entries));
            keep(kept_as.clone(), entries.clone(), first.clone());
            let is_restored = before.is_none() && kept.is_some();
            Draft { deed, fields, first, entries, sending: Sending::kept(&kept_as), kept_as, is_restored }
        })
    }

    /// What is typed in a field, as a signal.
    #[cfg(feature = "whole")]
    pub fn text(&self, path: &str) -> Option<RwSignal<String>> {
        self.entries.get(path).map(Entry::text)
    }

    /// Files that were dropped or pasted go up, where this form takes any.
    pub fn add_files(&self, app: App, files: Vec<web_sys::File>) {
        if let Some(entry) = self.fields.iter().find(|field| field.kind == FieldKind::Files).and_then(|field| self.entries.get(field.path))
        {
            files.into_iter().for_each(|file| uploads::upload(app, entry.files, file));
        }
    }

    /// Nothing of it is on its way, and it has no files, which it alone holds.
    pub fn is_at_rest(&self) -> bool {
        !self.sending.is_sending.get_untracked() && self.entries.values().all(|entry| entry.files.read_untracked().is_empty())
    }

    /// Stops sending again what had no answer.
    pub fn give_up(&self) {
        self.sending.give_up();
    }

    /// The command of what is typed, with these of its fields; what is wrong is said at its field.
    fn command(&self, app: App, action: Action, fields: &[Asked]) -> Option<Value> {
        self.sending.wrong.set(None);
        let mut faults: Vec<(&'static str, String)> = Vec::new();
        for (path, entry) in self.entries.iter() {
            entry.error.set(None);
            faults.extend(uploads::ready(app, &entry.files.get_untracked()).err().map(|text| (*path, text)));
        }
        let typed = |path: &str| self.entries.get(path).map(|entry| untrack(|| entry.typed())).unwrap_or_default();
        let first = |path: &str| self.first.get(path).cloned().unwrap_or_default();
        let built = model::command(action, fields, &typed, &first);
        for (path, fault) in built.as_ref().err().into_iter().flatten() {
            faults.push((path, fault.sentence(app, path, label(app, path))));
        }
        if faults.is_empty() {
            return built.ok();
        }
        self.show(app, faults);
        None
    }

    fn show(&self, app: App, faults: Vec<(&'static str, String)>) {
        if let Some(field) = self.fields.iter().find(|field| faults.iter().any(|(path, _)| *path == field.path)) {
            browser::focus(field_id(self.deed.name(), field.path));
        }
        app.say(app.screen().check_fields());
        for (path, text) in faults {
            if let Some(entry) = self.entries.get(path) {
                entry.error.set(Some(text));
            }
        }
    }

    /// What the server said was wrong, at its field where it has one.
    fn show_problem(&self, app: App, error: &ClientError) {
        let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
        let mut faults = Vec::new();
        for error in errors {
            faults.extend(model::field_of(&error.path, &self.fields).map(|path| (path, error.detail.clone())));
        }
        if faults.is_empty() {
            self.sending.wrong.set(Some(app.describe(error)));
        } else {
            self.show(app, faults);
        }
    }
}

/// From now on what is typed is kept.
fn keep(name: String, entries: Arc<BTreeMap<&'static str, Entry>>, first: Arc<BTreeMap<&'static str, Typed>>) {
    Effect::again(move |is_later| {
        let draft = begun(&entries, &first);
        if is_later {
            browser::keep_value(&name, draft.as_ref());
        }
    });
}

/// What is typed, by its path, where it is another than at first. Whether it is a note, the button said.
fn begun(entries: &BTreeMap<&'static str, Entry>, first: &BTreeMap<&'static str, Typed>) -> Option<Value> {
    let mut draft = Map::new();
    for (path, entry) in entries.iter().filter(|(path, _)| **path != "is_internal") {
        draft.extend(model::kept(&entry.typed(), &first[path]).map(|kept| ((*path).to_owned(), kept)));
    }
    (!draft.is_empty()).then_some(Value::Object(draft))
}

/// What the area's head is told begins as the grounds, until it is written otherwise.
fn follow_grounds(entries: &BTreeMap<&'static str, Entry>) {
    let (Some(grounds), Some(told)) = (entries.get("grounds").map(Entry::text), entries.get("communication.text").map(Entry::text)) else {
        return;
    };
    let before = StoredValue::new(String::new());
    Effect::new(move || {
        let now = grounds.get();
        if told.get_untracked() == before.get_value() {
            told.set(now.clone());
        }
        before.set_value(now);
    });
}

fn label(app: App, path: &str) -> &'static str {
    words::field(path, app.lang()).unwrap_or_default()
}

/// What the page does with the form.
#[derive(Clone)]
pub struct Deeds {
    /// This was done; and so the ticket is now.
    pub on_done: Arc<dyn Fn(Deed, Answer<TicketView>) + Send + Sync>,
    /// The ticket is another than the one that was looked at.
    pub on_changed: Arc<dyn Fn() + Send + Sync>,
    pub on_close: Arc<dyn Fn() + Send + Sync>,
}

/// `refusal` says why it may not be done any more: another may have been quicker.
pub fn action_form(
    app: App,
    draft: Arc<Draft>,
    whole: RwSignal<Arc<Whole>>,
    refusal: impl Fn() -> Option<String> + Clone + Send + 'static,
    deeds: Deeds,
) -> El {
    let screen = app.screen();
    let deed = draft.deed;
    let form_id = format!("form-{}", deed.name());
    let Sending { wrong, is_sending, .. } = draft.sending;
    let (now, phase) = (whole.get_untracked(), whole.get_untracked().ticket.value.standing.phase);
    let name = deed.words(app, phase);
    let takes_files = draft.fields.iter().any(|field| field.kind == FieldKind::Files);
    let fields = each(&draft.fields, |field| draw(app, field, &draft, &now));
    let fields_class = if draft.fields.len() > 3 { "fields fields-2" } else { "fields" };
    let fields = (!draft.fields.is_empty()).then(|| h::div().class(fields_class).with(fields));
    let restored = draft.is_restored.then(|| notice(screen.draft_restored(), "check"));
    let (pasted, asked) = (draft.clone(), draft.fields.clone());
    let begun = {
        let (deeds, refusal) = (deeds.clone(), refusal.clone());
        move |action: Action, fields: &[Asked]| {
            if is_sending.get_untracked() || untrack(&refusal).is_some() {
                return;
            }
            if let Some(command) = draft.command(app, action, fields) {
                spawn_local(submit(app, draft.clone(), action, command, whole, deeds.clone()));
            }
        }
    };
    // A report is written over days: what there is of it is saved for whoever goes on.
    let save = (deed.action == Action::SubmitTechnicalReport).then(|| {
        let begun = begun.clone();
        let save = move || begun(Action::DraftReport, &domain::fields(Action::DraftReport, phase));
        let (name, help) = (words::action(Action::DraftReport, phase, app.lang()), words::action_help(Action::DraftReport, app.lang()));
        h::button().set("type", "button").id(format!("save-{}", deed.name())).class("btn").set("title", help).on_click(save).with(name)
    });
    let send = move || begun(deed.action, &asked);
    let close = deeds.on_close.clone();
    let key = {
        let (send, close) = (send.clone(), close.clone());
        move |event: KeyboardEvent| match event.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                close();
            }
            "Enter" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                send();
            }
            _ => {}
        }
    };
    let refused = {
        let refusal = refusal.clone();
        live(move || refusal().map(|text| notice(text, "lock").class("notice notice-soon")))
    };
    // What may not be done any more is said once.
    let trouble = {
        let refusal = refusal.clone();
        let says = move || wrong.get().filter(|_| refusal().is_none());
        live(move || says().map(|text| notice(text, "alert").class("notice notice-soon")))
    };
    let button = h::button()
        .set("type", "submit")
        .class("btn btn-primary")
        .follow("aria-disabled", move || (is_sending.get() || refusal().is_some()).then_some("true"))
        .with((live(move || if is_sending.get() { screen.sending() } else { name }), h::kbd().with("Ctrl ↵")));
    let cancel = h::button().set("type", "button").class("btn btn-quiet").on_click(move || close()).with(screen.cancel());
    browser::focus_first_field(form_id.clone());
    let head = h::div().with((h::h3().id("h-form").class("form-title").with(name), h::p().class("small muted").with(deed.help(app))));
    let class = if deed.is_note { "action-form is-note" } else { "action-form" };
    let form = h::form().class(class).id(form_id).set("aria-labelledby", "h-form").flag("novalidate", true).on_submit(send).on_key(key);
    // A screenshot is pasted where one writes.
    let form = form.on("paste", move |event| {
        let files = browser::files_of(&event);
        if takes_files && !files.is_empty() {
            event.prevent_default();
            pasted.add_files(app, files);
        }
    });
    form.with((
        head,
        restored,
        fields,
        takes_files.then(|| h::p().class("hint only-mouse").with(screen.files_here())),
        refused,
        trouble,
        h::div().class("action-form-foot").with((button, save, cancel)),
    ))
}

/// Sends the command until there is an answer, or the form is closed.
async fn submit(app: App, draft: Arc<Draft>, action: Action, command: Value, whole: RwSignal<Arc<Whole>>, deeds: Deeds) {
    // As it was made: the server reads it by the same rules, and the app does without their code.
    let request = json!({ "commands": [&command] });
    let key = draft.sending.key_of(&command);
    let first = whole.get_untracked();
    let call = || {
        // It is for the ticket as it is looked at now.
        let now = whole.try_get_untracked().unwrap_or_else(|| first.clone());
        let with = client::With::the_version_of(&now.ticket).and_key(key.clone());
        let (client, request) = (app.client(), request.clone());
        async move { client.command_ticket(now.ticket.value.id, &request, &with).await }
    };
    let is_done = action == draft.deed.action;
    // Whoever left the page finds no draft of what was done.
    let forget = || {
        if is_done {
            forget_draft(&draft.kept_as);
        }
    };
    match draft.sending.until_answered(app, call, forget).await {
        None => {}
        Some(Ok(answer)) if !is_done => {
            // The form stays: one goes on writing.
            app.tell(app.screen().report_saved().to_owned(), None);
            let events = whole.try_get_untracked().map(|whole| whole.events.clone()).unwrap_or_default();
            let _ = whole.try_set(Arc::new(Whole { ticket: answer, events }));
            (deeds.on_changed)();
        }
        Some(Ok(answer)) => (deeds.on_done)(draft.deed, answer),
        Some(Err(error)) => {
            draft.show_problem(app, &error);
            if matches!(error.status(), Some(404 | 409 | 412)) {
                (deeds.on_changed)();
            }
        }
    }
}

/// One field by its kind.
fn draw(app: App, asked: &Asked, draft: &Draft, whole: &Whole) -> Option<El> {
    let screen = app.screen();
    let entry = *draft.entries.get(asked.path)?;
    // Whether it is a note, the button said.
    if asked.path == "is_internal" && draft.deed.action == Action::Comment {
        return None;
    }
    let view = &whole.ticket.value;
    let field = Field {
        id: field_id(draft.deed.name(), asked.path),
        label: label(app, asked.path),
        hint: words::field_help(asked.path, app.lang()),
        error: entry.error,
        need: match asked.is_required {
            true => Need::Required,
            // The reception corrects what came.
            false if draft.deed.action == Action::Categorise && !draft.first[asked.path].text.is_empty() => Need::Kept,
            false => Need::Optional,
        },
    };
    let one =
        |kind: &'static str, mode: Option<&'static str>| field.draw(app, line(&field, kind, entry.text()).set_some("inputmode", mode));
    let choose = |records: Records, none: &'static str| {
        let options = records::bring(app, records, entry.error);
        field.draw(app, select(&field, none, options, entry.text()))
    };
    Some(match asked.kind {
        FieldKind::Line => one("text", None),
        FieldKind::Ticket => field.draw(app, find(app, &field, entry.find, records::seek_tickets(app, entry.find, Some(view.clone())))),
        FieldKind::Minutes => one("number", Some("numeric")),
        FieldKind::Centimos => one("text", Some("decimal")),
        FieldKind::Day => one("date", None),
        FieldKind::Instant => one("datetime-local", None),
        FieldKind::Bool => check(&field, entry.is_on),
        FieldKind::Text => field.draw(app, text(&field, 3, entry.text())).class("field wide"),
        FieldKind::Choice => choice(app, asked, &field, entry),
        FieldKind::Person => field.draw(app, find(app, &field, entry.find, records::seek_people(app, entry.find))),
        FieldKind::Files => {
            let pick = move |file| uploads::upload(app, entry.files, file);
            field.draw_group(app, file_picker(app, &field, screen.add_files(), "btn drop", entry.files, true, pick)).class("field wide")
        }
        FieldKind::Assignee => choose(Records::People(asked.role, view.standing.holder), screen.choose_one()),
        FieldKind::AreaHead => choose(Records::Heads(view.area.id), screen.none()),
        FieldKind::Area => choose(Records::Areas, screen.none()),
        FieldKind::Service => choose(Records::Services, screen.none()),
        FieldKind::Provider => choose(Records::Providers, screen.choose_one()),
        FieldKind::Note => {
            let notes = RwSignal::new(notes(app, &whole.events));
            field.draw(app, select(&field, screen.choose_one(), notes, entry.text()))
        }
    })
}

fn choice(app: App, asked: &Asked, field: &Field, entry: Entry) -> El {
    if asked.path == "kind" {
        let kinds = h::div().class("choices choices-inline").with(kind_choices(app, field, entry.text(), |_| None));
        return field.draw_group(app, kinds).class("field wide");
    }
    let mut options = Vec::new();
    for name in asked.choices {
        let words = words::choice(asked.path, name, app.lang()).unwrap_or_default();
        options.push((((*name).to_owned(), words.to_owned()), None));
    }
    let class = if options.len() <= 3 { "choices choices-inline" } else { "choices" };
    field.draw_group(app, choices(field, class, options, entry.text())).class("field wide")
}

/// The lines that may be hidden: whose, when, and how they begin.
fn notes(app: App, events: &[EventView]) -> Vec<Choice> {
    const BEGINNING: usize = 40;
    let mut notes = Vec::new();
    for event in super::model::hideable(events, &app.actor()) {
        let who = event.by.as_ref().map_or(app.screen().system(), |person| person.name.as_str());
        let text = ["text", "description", "question"].iter().find_map(|field| event.data.get(*field)?.as_str()).unwrap_or_default();
        let beginning: String = text.chars().take(BEGINNING).collect();
        notes.push((event.number.to_string(), format!("{who} · {} · {beginning}", words::time::instant(event.at, app.lang()))));
    }
    notes
}
