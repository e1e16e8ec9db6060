//! The form of any action, drawn from the fields that the domain says it asks for.

pub mod model;

use std::collections::BTreeMap;

use client::{Answer, ClientError};
use domain::{Action, Actor, Field as Asked, FieldKind, Refusal};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use wire::{EventView, TicketView};
use words::Names;

use self::model::{Fault, Typed};
use crate::app::{App, use_app};
use crate::browser;
use crate::components::{Check, Choices, Field, FilePicker, Find, Found, Line, Notice, Picked, Select, Text, field_id};
use crate::pages::{records, uploads};
use crate::remote::Remote;

/// What is typed in one field, and what is wrong with it.
#[derive(Clone, Copy)]
struct Entry {
    text: RwSignal<String>,
    is_on: RwSignal<bool>,
    chosen: RwSignal<Option<i64>>,
    files: RwSignal<Vec<Picked>>,
    found: RwSignal<Option<Vec<Found>>>,
    error: RwSignal<Option<String>>,
}

impl Entry {
    fn new(first: &Typed) -> Entry {
        Entry {
            text: RwSignal::new(first.text.clone()),
            is_on: RwSignal::new(first.is_on),
            chosen: RwSignal::new(first.chosen),
            files: RwSignal::new(Vec::new()),
            found: RwSignal::new(None),
            error: RwSignal::new(None),
        }
    }

    fn typed(&self) -> Typed {
        Typed {
            text: self.text.get_untracked(),
            is_on: self.is_on.get_untracked(),
            chosen: self.chosen.get_untracked(),
            files: self.files.with_untracked(|files| files.iter().filter_map(|file| file.id).collect()),
        }
    }
}

/// A form as far as it is filled in. It outlives its being shown: what is typed is there again when the form is opened again.
#[derive(Clone)]
pub struct Draft {
    pub action: Action,
    fields: Vec<Asked>,
    first: BTreeMap<&'static str, Typed>,
    entries: BTreeMap<&'static str, Entry>,
    trouble: RwSignal<Option<String>>,
    is_sending: RwSignal<bool>,
    /// What was sent without an answer, and under which key: it is sent again under the same.
    unanswered: StoredValue<Option<(Value, String)>>,
}

impl Draft {
    /// `owner` keeps what is typed: the page's, so that it lives as long as the page.
    pub fn new(app: App, action: Action, view: &TicketView, owner: &Owner) -> Draft {
        owner.with(|| {
            let fields = model::asked(action, view.standing.phase, app.actor().audience());
            let first: BTreeMap<_, _> =
                fields.iter().map(|field| (field.path, model::first(action, field.path, view, browser::now()))).collect();
            let entries = first.iter().map(|(path, first)| (*path, Entry::new(first))).collect();
            Draft {
                action,
                fields,
                first,
                entries,
                trouble: RwSignal::new(None),
                is_sending: RwSignal::new(false),
                unanswered: StoredValue::new(None),
            }
        })
    }

    /// The command of what is typed; what is wrong is said at its field.
    fn command(&self, app: App) -> Option<Value> {
        self.entries.values().for_each(|entry| entry.error.set(None));
        self.trouble.set(None);
        let typed = |path: &str| self.entries.get(path).map(Entry::typed).unwrap_or_default();
        let first = |path: &str| self.first.get(path).cloned().unwrap_or_default();
        let mut faults: Vec<(&'static str, String)> = Vec::new();
        for (path, entry) in &self.entries {
            if let Err(text) = entry.files.with_untracked(|files| uploads::ready(app, files)) {
                faults.push((path, text));
            }
        }
        let built = model::command(self.action, &self.fields, typed, first);
        if let Err(wrong) = &built {
            faults.extend(wrong.iter().map(|(path, fault)| (*path, sentence(app, path, *fault))));
        }
        if faults.is_empty() {
            return built.ok();
        }
        self.show(app, faults);
        None
    }

    fn show(&self, app: App, faults: Vec<(&'static str, String)>) {
        let in_order = self.fields.iter().find(|field| faults.iter().any(|(path, _)| *path == field.path));
        if let Some(field) = in_order {
            browser::focus(field_id(self.action.name(), field.path));
        }
        app.say(app.screen().check_fields);
        for (path, text) in faults {
            if let Some(entry) = self.entries.get(path) {
                entry.error.set(Some(text));
            }
        }
    }

    /// What the server said was wrong, at its field where it has one.
    fn show_problem(&self, app: App, error: &ClientError) {
        let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
        let faults: Vec<_> =
            errors.iter().filter_map(|error| Some((model::field_of(&error.path, &self.fields)?, error.detail.clone()))).collect();
        if faults.is_empty() {
            self.trouble.set(Some(app.describe(error)));
        } else {
            self.show(app, faults);
        }
    }
}

fn sentence(app: App, path: &str, fault: Fault) -> String {
    match fault {
        Fault::Value(error) => words::value_error(error, label(app, path), app.lang()),
        Fault::NobodyChosen => {
            let refusal = Refusal::PersonUnknown { field: path.to_owned() };
            words::refusal(&refusal, &Names::UNKNOWN, app.lang())
        }
    }
}

fn label(app: App, path: &str) -> &'static str {
    words::field(path, app.lang()).unwrap_or_default()
}

/// How long we wait before what had no answer is sent again.
const AGAIN_MILLISECONDS: u32 = 5_000;

/// What the page does with the form.
#[derive(Clone, Copy)]
pub struct Deeds {
    /// The command was done; this is the ticket now.
    pub on_done: Callback<Answer<TicketView>>,
    /// The ticket is another than the one that was looked at.
    pub on_changed: Callback<()>,
    pub on_close: Callback<()>,
}

#[component]
pub fn ActionForm(
    draft: Draft,
    ticket: Signal<Answer<TicketView>>,
    events: Signal<Vec<EventView>>,
    /// Whether it may still be done: another may have been quicker.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    deeds: Deeds,
) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let action = draft.action;
    let form_id = format!("form-{}", action.name());
    let (trouble, is_sending) = (draft.trouble, draft.is_sending);

    let send = {
        let draft = draft.clone();
        move || {
            if draft.is_sending.get_untracked() || refusal.get_untracked().is_some() {
                return;
            }
            if let Some(command) = draft.command(app) {
                spawn_local(submit(app, draft.clone(), command, ticket, deeds));
            }
        }
    };
    let submitted = {
        let send = send.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            send();
        }
    };
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            deeds.on_close.run(());
        }
        "Enter" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            send();
        }
        _ => {}
    };

    let fields = draft.fields.iter().map(|field| draw(app, field, &draft, &ticket.get_untracked().value, events)).collect_view();
    let has_two_columns = draft.fields.len() > 3;
    let phase = ticket.with_untracked(|ticket| ticket.value.standing.phase);
    browser::focus_first_field(form_id.clone());
    view! {
        <form class="action-form" id=form_id aria-labelledby="h-form" novalidate=true on:submit=submitted on:keydown=key>
            <div>
                <h3 id="h-form" class="form-title">{words::action(action, phase, app.lang())}</h3>
                <p class="small muted">{words::action_help(action, app.lang())}</p>
            </div>
            {(!draft.fields.is_empty())
                .then(|| view! { <div class=if has_two_columns { "fields fields-2" } else { "fields" }>{fields}</div> })}
            {move || refusal.get().map(|text| view! { <Notice text=text icon="lock" soon=true/> })}
            {move || trouble.get().map(|text| view! { <Notice text=text icon="alert" soon=true/> })}
            <div class="action-form-foot">
                <button
                    type="submit"
                    class="btn btn-primary"
                    aria-disabled=move || (is_sending.get() || refusal.get().is_some()).then_some("true")
                >
                    {move || if is_sending.get() { screen.sending } else { words::action(action, phase, app.lang()) }}
                    <kbd>"Ctrl ↵"</kbd>
                </button>
                <button type="button" class="btn btn-quiet" on:click=move |_| deeds.on_close.run(())>{screen.cancel}</button>
            </div>
        </form>
    }
}

/// Sends the command until there is an answer, or the form is closed.
async fn submit(app: App, draft: Draft, command: Value, ticket: Signal<Answer<TicketView>>, deeds: Deeds) {
    // As it was made: the server reads it by the same rules, and the app does without their code.
    let request = json!({ "commands": [&command] });
    let key = match draft.unanswered.get_value() {
        Some((sent, key)) if sent == command => key,
        _ => client::new_key(),
    };
    draft.unanswered.set_value(Some((command, key.clone())));
    draft.is_sending.set(true);
    loop {
        let Some((id, with)) =
            ticket.try_with_untracked(|ticket| (ticket.value.id, client::With::the_version_of(ticket).and_key(key.clone())))
        else {
            return;
        };
        let result = app.client().command_ticket(id, &request, &with).await;
        app.heard(result.as_ref().err());
        // The page may have been left meanwhile.
        if draft.is_sending.try_get_untracked() != Some(true) {
            return;
        }
        match result {
            Ok(answer) => {
                draft.unanswered.set_value(None);
                draft.is_sending.set(false);
                return deeds.on_done.run(answer);
            }
            Err(error @ ClientError::Offline(_)) => {
                draft.trouble.set(Some(app.describe(&error)));
                gloo_timers::future::TimeoutFuture::new(AGAIN_MILLISECONDS).await;
                if draft.is_sending.try_get_untracked() != Some(true) {
                    return;
                }
            }
            Err(error) => {
                // A clear no: whatever is sent next is another command.
                if error.status().is_some_and(|status| status < 500) {
                    draft.unanswered.set_value(None);
                }
                draft.is_sending.set(false);
                draft.show_problem(app, &error);
                if matches!(error.status(), Some(404 | 409 | 412)) {
                    deeds.on_changed.run(());
                }
                return;
            }
        }
    }
}

/// Stops sending again what had no answer.
pub fn give_up(draft: &Draft) {
    draft.is_sending.set(false);
}

/// One field by its kind.
fn draw(app: App, field: &Asked, draft: &Draft, view: &TicketView, events: Signal<Vec<EventView>>) -> AnyView {
    let Some(entry) = draft.entries.get(field.path).copied() else {
        return ().into_any();
    };
    let (path, id) = (field.path, field_id(draft.action.name(), field.path));
    let (error, hint) = (entry.error, words::field_help(path, app.lang()));
    let (has_hint, required) = (hint.is_some(), field.is_required);
    let label = label(app, path);
    let line = |kind: &'static str, inputmode: Option<&'static str>| {
        view! { <Line id=id.clone() value=entry.text error=error has_hint=has_hint kind=kind inputmode=inputmode required=required/> }
            .into_any()
    };
    let select = |options: RwSignal<Remote<records::Options>>, none: Option<&'static str>| {
        let listed = move || options.with(|options| options.here().cloned().unwrap_or_default());
        let choose = Callback::new(move |value| entry.text.set(value));
        Effect::new(move || {
            if let Remote::Failed(failure) = options.get() {
                entry.error.set(Some(app.describe(&failure)));
            }
        });
        view! {
            <Select id=id.clone() options=Signal::derive(listed) value=entry.text on_choose=choose error=error has_hint=has_hint none=none required=required/>
        }
        .into_any()
    };
    let (is_wide, is_group, input) = match field.kind {
        FieldKind::Bool => {
            return view! { <Check id=id.clone() label=label hint=hint value=entry.is_on/> }.into_any();
        }
        FieldKind::Line => (false, false, line("text", None)),
        FieldKind::Ticket => (false, false, line("text", Some("numeric"))),
        FieldKind::Minutes => (false, false, line("number", Some("numeric"))),
        FieldKind::Centimos => (false, false, line("text", Some("decimal"))),
        FieldKind::Day => (false, false, line("date", None)),
        FieldKind::Instant => (false, false, line("datetime-local", None)),
        FieldKind::Text => {
            let text = view! { <Text id=id.clone() value=entry.text error=error has_hint=has_hint rows=3 required=required/> };
            (true, false, text.into_any())
        }
        FieldKind::Choice => {
            let help = |name: &str| match (path, name.parse()) {
                ("kind", Ok(kind)) => Some(words::kind_hint(kind, app.lang()).to_owned()),
                _ => None,
            };
            let words_of = |name: &str| words::choice(path, name, app.lang()).unwrap_or_default().to_owned();
            let options = field.choices.iter().map(|name| ((*name).to_owned(), words_of(name), help(name))).collect();
            let inline = field.choices.len() <= 3;
            let choices = view! { <Choices id=id.clone() options=options value=entry.text error=error inline=inline/> };
            (true, true, choices.into_any())
        }
        FieldKind::Person => {
            let seek = records::seek_people(app, entry.text, entry.found);
            let find = view! {
                <Find id=id.clone() text=entry.text chosen=entry.chosen found=entry.found on_seek=seek error=error has_hint=has_hint required=required/>
            };
            (false, false, find.into_any())
        }
        FieldKind::Files => {
            let (pick, remove) = (uploads::upload(app, entry.files), uploads::remove(entry.files));
            let label = app.screen().add_files;
            let picker = view! { <FilePicker id=id.clone() files=entry.files on_pick=pick on_remove=remove label=label/> };
            (true, true, picker.into_any())
        }
        FieldKind::Assignee => {
            let (role, holder) = (field.role, view.standing.holder.map(|holder| holder.to_string()));
            let but_the_holder = async move {
                let people = records::people_options(app, role).await?;
                Ok(people.into_iter().filter(|(id, _)| Some(id) != holder.as_ref()).collect())
            };
            (false, false, select(records::bring(app, but_the_holder), None))
        }
        FieldKind::AreaHead => {
            let area = view.area.id;
            let heads = async move {
                let areas = records::areas(app).await?;
                let heads = super::model::heads_above(&areas, area);
                Ok(heads.into_iter().map(|(head, area)| (head.id.to_string(), format!("{} · {area}", head.name))).collect())
            };
            (false, false, select(records::bring(app, heads), Some(app.screen().none)))
        }
        FieldKind::Area => (false, false, select(records::bring(app, records::area_options(app)), Some(app.screen().none))),
        FieldKind::Service => (false, false, select(records::bring(app, records::service_options(app)), Some(app.screen().none))),
        FieldKind::Provider => (false, false, select(records::bring(app, records::provider_options(app)), None)),
        FieldKind::Note => {
            let actor = app.actor();
            let notes = RwSignal::new(Remote::Here(note_options(app, &events.get_untracked(), &actor)));
            (false, false, select(notes, None))
        }
    };
    view! {
        <Field id=id.clone() label=label hint=hint error=error optional=!required group=is_group wide=is_wide>{input}</Field>
    }
    .into_any()
}

/// The lines that may be hidden: whose, when, and how they begin.
fn note_options(app: App, events: &[EventView], actor: &Actor) -> records::Options {
    const BEGINNING: usize = 40;
    let option = |event: &EventView| {
        let who = event.by.as_ref().map_or(app.screen().system, |person| person.name.as_str());
        let text = ["text", "description", "question"].iter().find_map(|field| event.data.get(*field)?.as_str()).unwrap_or_default();
        let beginning: String = text.chars().take(BEGINNING).collect();
        (event.number.to_string(), format!("{who} · {} · {beginning}", words::time::instant(event.at, app.lang())))
    };
    super::model::hideable(events, actor).map(option).collect()
}
