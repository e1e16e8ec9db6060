//! Asking for support: two things to say, and the rest only if one likes. The desk says for whom, too.

mod model;

use client::ClientError;
use domain::{Channel, Impact, Refusal, Role, day_in_lima};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use words::Names;

use self::model::{Fault, Told};
use super::{records, uploads};
use crate::app::{App, use_app};
use crate::browser;
use crate::components::{Check, Choices, Field, FilePicker, Find, Found, Line, Notice, Picked, Select, Text};
use crate::remote::Remote;

/// Everything that is typed, and what is wrong with it.
#[derive(Clone, Copy)]
struct Form {
    title: RwSignal<String>,
    description: RwSignal<String>,
    since: RwSignal<String>,
    since_day: RwSignal<String>,
    impact: RwSignal<String>,
    place: RwSignal<String>,
    equipment: RwSignal<String>,
    service: RwSignal<String>,
    files: RwSignal<Vec<Picked>>,
    requester: RwSignal<Option<i64>>,
    requester_text: RwSignal<String>,
    found: RwSignal<Option<Vec<Found>>>,
    channel: RwSignal<String>,
    received_at: RwSignal<String>,
    is_reserved: RwSignal<bool>,
    errors: RwSignal<Vec<(&'static str, String)>>,
    trouble: RwSignal<Option<String>>,
    is_sending: RwSignal<bool>,
}

/// In the order of the page.
const FIELDS: [&str; 11] =
    ["requester", "channel", "received_at", "title", "description", "since", "impact", "place", "equipment", "service", "files"];

impl Form {
    fn new(place: String) -> Form {
        let text = || RwSignal::new(String::new());
        Form {
            title: text(),
            description: text(),
            since: text(),
            since_day: text(),
            impact: text(),
            place: RwSignal::new(place),
            equipment: text(),
            service: text(),
            files: RwSignal::new(Vec::new()),
            requester: RwSignal::new(None),
            requester_text: text(),
            found: RwSignal::new(None),
            channel: text(),
            received_at: text(),
            is_reserved: RwSignal::new(false),
            errors: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
            is_sending: RwSignal::new(false),
        }
    }

    fn told(&self) -> Told {
        Told {
            title: self.title.get_untracked(),
            description: self.description.get_untracked(),
            since: self.since.get_untracked(),
            since_day: self.since_day.get_untracked(),
            impact: self.impact.get_untracked(),
            place: self.place.get_untracked(),
            equipment: self.equipment.get_untracked(),
            service: self.service.get_untracked(),
            files: self.files.with_untracked(|files| files.iter().filter_map(|file| file.id).collect()),
            requester: self.requester.get_untracked(),
            requester_text: self.requester_text.get_untracked(),
            channel: self.channel.get_untracked(),
            received_at: self.received_at.get_untracked(),
            is_reserved: self.is_reserved.get_untracked(),
        }
    }

    fn error(&self, path: &'static str) -> Signal<Option<String>> {
        let errors = self.errors;
        Signal::derive(move || errors.with(|errors| errors.iter().find(|(at, _)| *at == path).map(|(_, text)| text.clone())))
    }

    fn show(&self, app: App, errors: Vec<(&'static str, String)>) {
        if let Some(first) = FIELDS.iter().find(|path| errors.iter().any(|(at, _)| at == *path)) {
            browser::focus(id(first));
        }
        app.say(app.screen().check_fields);
        self.errors.set(errors);
    }
}

fn id(path: &str) -> String {
    format!("request-{path}")
}

#[component]
pub fn Request() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let actor = app.actor();
    let is_desk = actor.has(Role::HelpDesk);
    let name = if is_desk { screen.register_call } else { screen.ask_for_support };
    app.title(name);
    let place = if is_desk { None } else { app.me().place.clone() };
    let form = Form::new(place.unwrap_or_default());
    let navigate = StoredValue::new(use_navigate());
    let unanswered = StoredValue::new(None::<(domain::Request, String)>);

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.is_sending.get_untracked() {
            return;
        }
        form.trouble.set(None);
        form.errors.set(Vec::new());
        let files = form.files.with_untracked(|files| uploads::ready(app, files));
        match (model::request(&form.told(), is_desk, day_in_lima(browser::now())), files) {
            (Ok(request), Ok(_)) => {
                let key = match unanswered.get_value() {
                    Some((sent, key)) if sent == request => key,
                    _ => client::new_key(),
                };
                unanswered.set_value(Some((request.clone(), key.clone())));
                spawn_local(async move {
                    if let Some(id) = send(app, form, serde_json::json!({ "request": request }), key).await {
                        unanswered.set_value(None);
                        app.count();
                        app.say(words::request_received(id, app.lang()));
                        navigate.with_value(|navigate| navigate(&format!("/tickets/{id}"), NavigateOptions::default()));
                    }
                });
            }
            (request, files) => {
                let faults = request.err().unwrap_or_default().into_iter().map(|(path, fault)| (path, sentence(app, path, fault)));
                form.show(app, faults.chain(files.err().map(|text| ("files", text))).collect());
            }
        }
    };
    let label = |path| words::field(path, app.lang()).unwrap_or_default();
    let line = move |path: &'static str, value: RwSignal<String>, is_optional: bool, kind: &'static str| {
        let hint = words::field_help(path, app.lang());
        view! {
            <Field id=id(path) label=label(path) hint=hint error=form.error(path) optional=is_optional>
                <Line id=id(path) value=value error=form.error(path) has_hint=hint.is_some() kind=kind required=!is_optional/>
            </Field>
        }
    };
    let desk = is_desk.then(|| {
        let seek = records::seek_people(app, form.requester_text, form.found);
        let channels = Channel::ALL.iter().filter(|channel| **channel != Channel::Web);
        let channels = channels.map(|channel| (channel.name().to_owned(), words::channel(*channel, app.lang()).to_owned(), None)).collect();
        view! {
            <Field id=id("requester") label=screen.call_who hint=Some(screen.call_who_help) error=form.error("requester")>
                <Find
                    id=id("requester")
                    text=form.requester_text
                    chosen=form.requester
                    found=form.found
                    on_seek=seek
                    error=form.error("requester")
                    has_hint=true
                    required=true
                />
            </Field>
            <Field id=id("channel") label=label("channel") error=form.error("channel") group=true>
                <Choices id=id("channel") options=channels value=form.channel error=form.error("channel") inline=true/>
            </Field>
            {line("received_at", form.received_at, true, "datetime-local")}
        }
    });
    let since =
        [("today", screen.request_since_today), ("yesterday", screen.request_since_yesterday), ("other", screen.request_since_other)];
    let since = since.into_iter().map(|(value, name)| (value.to_owned(), name.to_owned(), None)).collect();
    let since_day = move || {
        (form.since.get() == "other").then(|| {
            view! {
                <label class="sr" for="request-since-day">{screen.choose_date}</label>
                <Line id="request-since-day" value=form.since_day error=form.error("since") kind="date"/>
            }
        })
    };
    let impacts = Impact::ALL.iter().map(|i| (i.name().to_owned(), words::impact(*i, app.lang()).to_owned(), None)).collect();
    let service = actor.is_it().then(|| {
        let options = records::bring(app, records::service_options(app));
        let listed = Signal::derive(move || options.with(|options: &Remote<_>| options.here().cloned().unwrap_or_default()));
        let choose = Callback::new(move |value| form.service.set(value));
        view! {
            <Field id=id("service") label=label("service") error=form.error("service") optional=true>
                <Select id=id("service") options=listed value=form.service on_choose=choose error=form.error("service") none=Some(screen.none)/>
            </Field>
        }
    });
    let (pick, remove) = (uploads::upload(app, form.files), uploads::remove(form.files));
    view! {
        <div class="roomy s-cols">
            <form class="s-form" aria-labelledby="h-request" novalidate=true on:submit=submit>
                <h1 id="h-request">{name}</h1>
                <p class="muted">{screen.request_lead}</p>
                <div class="fields">
                    {desk}
                    {line("title", form.title, false, "text")}
                    <Field id=id("description") label=label("description") hint=words::field_help("description", app.lang()) error=form.error("description")>
                        <Text id=id("description") value=form.description error=form.error("description") has_hint=true rows=5 required=true/>
                    </Field>
                    <Field id=id("since") label=label("since") error=form.error("since") optional=true group=true>
                        <Choices id=id("since") options=since value=form.since error=form.error("since") inline=true/>
                        {since_day}
                    </Field>
                    <Field id=id("impact") label=label("impact") error=form.error("impact") optional=true group=true>
                        <Choices id=id("impact") options=impacts value=form.impact error=form.error("impact")/>
                    </Field>
                    <Field id=id("files") label=label("photo") hint=words::field_help("photo", app.lang()) error=form.error("files") optional=true group=true>
                        <FilePicker id=id("files") files=form.files on_pick=pick on_remove=remove label=screen.take_photo icon="clip" large=true/>
                    </Field>
                    <details class="more-fields">
                        <summary class="tap">{screen.request_details}</summary>
                        <div class="fields">
                            {line("place", form.place, true, "text")}
                            {line("equipment", form.equipment, true, "text")}
                            {service}
                            <Check
                                id=id("is_reserved")
                                label=label("is_reserved")
                                hint=words::field_help("is_reserved", app.lang())
                                value=form.is_reserved
                            />
                        </div>
                    </details>
                    {move || form.trouble.get().map(|text| view! { <Notice text=text icon="alert" soon=true/> })}
                    <div class="send">
                        <button type="submit" class="btn btn-primary btn-lg" aria-disabled=move || form.is_sending.get().then_some("true")>
                            {move || if form.is_sending.get() { screen.sending } else { name }}
                        </button>
                    </div>
                </div>
            </form>
            <Next/>
        </div>
    }
}

/// What follows, for whoever is about to ask.
#[component]
fn Next() -> impl IntoView {
    let screen = use_app().screen();
    view! {
        <aside class="s-next" aria-labelledby="h-next">
            <h2 id="h-next">{screen.request_next}</h2>
            <ol>
                <li><b>{screen.request_next_received}</b></li>
                <li><b>{screen.request_next_attended}</b><span>{screen.request_next_attended_help}</span></li>
                <li><b>{screen.request_next_confirmed}</b><span>{screen.request_next_confirmed_help}</span></li>
            </ol>
        </aside>
    }
}

/// How long we wait before what had no answer is sent again.
const AGAIN_MILLISECONDS: u32 = 5_000;

/// Sends it until there is an answer; the number of the ticket, where it is a good one.
async fn send(app: App, form: Form, request: serde_json::Value, key: String) -> Option<i64> {
    form.is_sending.set(true);
    loop {
        let result = app.client().create_ticket(&request, &client::With::key(key.clone())).await;
        app.heard(result.as_ref().err());
        // The page may have been left meanwhile.
        form.is_sending.try_get_untracked().filter(|is| *is)?;
        match result {
            Ok(answer) => {
                form.is_sending.set(false);
                return Some(answer.value.id.get());
            }
            Err(error @ ClientError::Offline(_)) => {
                form.trouble.set(Some(app.describe(&error)));
                gloo_timers::future::TimeoutFuture::new(AGAIN_MILLISECONDS).await;
                form.is_sending.try_get_untracked().filter(|is| *is)?;
            }
            Err(error) => {
                form.is_sending.set(false);
                show_problem(app, form, &error);
                return None;
            }
        }
    }
}

/// What the server said was wrong, at its field where it has one.
fn show_problem(app: App, form: Form, error: &ClientError) {
    let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
    let known = |path: &str| FIELDS.iter().find(|field| **field == path.trim_start_matches("request."));
    let faults: Vec<_> = errors.iter().filter_map(|error| Some((*known(&error.path)?, error.detail.clone()))).collect();
    if faults.is_empty() {
        form.trouble.set(Some(app.describe(error)));
    } else {
        form.show(app, faults);
    }
}

fn sentence(app: App, path: &str, fault: Fault) -> String {
    match fault {
        Fault::Value(error) => words::value_error(error, words::field(path, app.lang()).unwrap_or_default(), app.lang()),
        Fault::NobodyChosen => {
            let refusal = Refusal::PersonUnknown { field: path.to_owned() };
            words::refusal(&refusal, &Names::UNKNOWN, app.lang())
        }
    }
}
