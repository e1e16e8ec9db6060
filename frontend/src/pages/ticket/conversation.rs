//! The conversation: what people wrote and what happened, in the order of time.

use domain::{Audience, EventName};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wire::FileView;

use super::Whole;
use super::model::{self, Shown};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::{avatar, icon, time, trouble};

/// The id of a line: where the focus goes when it is new.
pub fn line_id(number: domain::EventNumber) -> String {
    format!("event-{}", number.to_string().replace('.', "-"))
}

const ALL: i64 = 0;
const PUBLIC: i64 = 1;
const INTERNAL: i64 = 2;

pub fn conversation(app: App, whole: RwSignal<Arc<Whole>>) -> El {
    let screen = app.screen();
    let audience = app.actor().audience();
    let part = RwSignal::new(ALL);
    let button = |value: i64, label: &'static str| {
        h::button()
            .set("type", "button")
            .class("btn btn-quiet btn-sm")
            .follow_bool("aria-pressed", move || part.get() == value)
            .on_click(move || part.set(value))
            .with(label)
    };
    // Who sees no internal line has nothing to choose.
    let parts = (audience == Audience::It).then(|| {
        let buttons = [
            button(ALL, screen.conversation_all()),
            button(PUBLIC, screen.conversation_public()),
            button(INTERNAL, screen.conversation_internal()),
        ];
        h::div().class("row push tight").set("role", "group").set("aria-label", screen.conversation()).with(buttons)
    });
    let lines = live(move || {
        let whole = whole.get();
        let part = part.get();
        let lines = model::shown(&whole.ticket.value, audience, &whole.events);
        let is_in = |line: &Shown| match part {
            PUBLIC => !line.event.is_internal && line.is_message,
            INTERNAL => line.event.is_internal,
            _ => true,
        };
        each(lines.into_iter().filter(is_in), |line| if line.is_message { message(app, line) } else { event(app, line) })
    });
    let head = h::div().class("row conversation-head").with((h::h2().id("h-conversation").with(screen.conversation()), parts));
    h::section().set("aria-labelledby", "h-conversation").with([head, h::ol().class("timeline").with(lines)])
}

fn message(app: App, line: Shown) -> El {
    let screen = app.screen();
    let event = &line.event;
    let said = words::event_line(event.event, &line.words, app.lang());
    // Who asked speaks in the first message, whoever registered it.
    let speaker = if event.event == EventName::Requested { &line.words.requester } else { &line.words.by };
    let speaker = speaker.clone().unwrap_or_else(|| screen.system().to_owned());
    let head = if event.is_internal {
        let badge = h::span().class("badge badge-internal").set("title", screen.internal_note_help());
        [h::b().with(speaker.clone()), badge.with((icon("lock"), screen.internal_note()))]
    } else {
        [h::span().with(said.clone()), h::span()]
    };
    let body = if event.is_hidden {
        Some(h::p().class("muted").set("title", screen.text_hidden_help()).with(screen.text_hidden()))
    } else {
        line.body.map(|text| h::p().class("written").with(text))
    };
    let class = match (event.is_internal, event.event) {
        (true, _) => "message message-internal",
        (false, EventName::PersonAsked) => "message message-reply",
        (false, _) => "message",
    };
    let article = h::article().class(class).set("aria-label", said).with([
        h::header().class("message-head").with((head, time(app, event.at, "push"))),
        h::div().class("message-body").with((body, files(app, &event.files))),
    ]);
    h::li().id(line_id(event.number)).set("tabindex", "-1").with([h::span().class("pin").with(avatar(&speaker, "avatar-n")), article])
}

fn event(app: App, line: Shown) -> El {
    let screen = app.screen();
    let event = &line.event;
    let said = words::event_line(event.event, &line.words, app.lang());
    let minutes = event.data.get("minutes").and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let minutes = minutes.map_or_else(String::new, |n| format!(" ({})", words::time::duration(n)));
    let internal = event.is_internal.then(|| h::span().class("sr").with(format!("{}: ", screen.internal_note())));
    let has_more = line.body.is_some() || !line.details.is_empty() || !event.files.is_empty();
    let more = has_more.then(|| {
        let detail = |(path, text): &(&'static str, String)| {
            [h::dt().with(words::field(path, app.lang()).unwrap_or_default()), h::dd().class("written").with(text.clone())]
        };
        h::div().class("event-more").with((
            line.body.map(|text| h::p().class("quote written").with(text)),
            (!line.details.is_empty()).then(|| folded(app, event.event, h::dl().class("facts").with(each(&line.details, detail)))),
            files(app, &event.files),
        ))
    });
    let pin = h::span().class(if is_strong(event.event) { "pin event-pin is-strong" } else { "pin event-pin" });
    let pin = pin.with(icon(if event.is_internal { "lock" } else { icon_of(event.event) }));
    let text = h::p().with((internal, said, minutes, " · ", time(app, event.at, "")));
    h::li().class("event").id(line_id(event.number)).set("tabindex", "-1").with([pin, h::div().with((text, more))])
}

/// A technical report is long, and stands at the side too.
fn folded(app: App, event: EventName, details: El) -> El {
    let is_report = matches!(event, EventName::ReportDrafted | EventName::TechnicalReportSubmitted);
    if !is_report {
        return details;
    }
    h::details().with([h::summary().class("tap").with(app.screen().see_more()), details])
}

fn is_strong(event: EventName) -> bool {
    matches!(
        event,
        EventName::ActionRecorded
            | EventName::SolutionRecorded
            | EventName::ResolutionConfirmed
            | EventName::ServiceProvided
            | EventName::Closed
    )
}

fn icon_of(event: EventName) -> &'static str {
    match event {
        EventName::Categorised | EventName::CategoryCorrected => "incident",
        EventName::Escalated => "escalate",
        EventName::CoverageVerified | EventName::CoverageRefused => "shield",
        EventName::ProviderCoordinated | EventName::ServiceProvided | EventName::ContractRecorded => "truck",
        EventName::ReturnedToProvider | EventName::ReturnedToDesk | EventName::ReportReturned => "reply",
        EventName::TechnicalReportSubmitted | EventName::ReportDrafted | EventName::ReportWithdrawn => "file",
        EventName::PersonReminded | EventName::PersonAnswered | EventName::Resumed | EventName::GivenUpWaiting => "pause",
        EventName::Taken | EventName::Reassigned | EventName::AreaHeadTold => "user",
        EventName::PhoneNoticeDue | EventName::InformedByPhone => "phone",
        EventName::Watched | EventName::Unwatched | EventName::NoteHidden => "eye",
        EventName::ActionRecorded
        | EventName::SolutionRecorded
        | EventName::ResolutionConfirmed
        | EventName::ContractingApproved
        | EventName::SolutionConfirmed
        | EventName::Closed => "check",
        EventName::ContractingRejected | EventName::ContractingFailed | EventName::SolutionDenied => "x",
        EventName::Registered | EventName::Verified | EventName::FactsCorrected => "list",
        _ => "right",
    }
}

/// Files that download: their bytes need the token, so a plain link would not do.
fn files(app: App, files: &[FileView]) -> Option<El> {
    let screen = app.screen();
    let file = |file: &FileView| {
        let wrong = RwSignal::new(None::<String>);
        let (id, name) = (file.id, file.name.clone());
        let download = move || {
            let name = name.clone();
            spawn_local(async move {
                let answer = app.client().download_file(id).await;
                app.heard(answer.as_ref().err());
                match answer {
                    Ok(raw) => browser::save(&name, &raw.body),
                    Err(error) => drop(wrong.try_set(Some(app.describe(&error)))),
                }
            });
        };
        let size = words::file_size(u64::try_from(file.n_bytes).unwrap_or_default());
        let label = format!("{}: {}, {size}", screen.download(), file.name);
        let name = h::span().class("cut").with((file.name.clone(), h::small().with(size)));
        let button = h::button().set("type", "button").class("file").set("aria-label", label).on_click(download);
        h::li().with((button.with([icon("file"), name, icon("download")]), trouble(wrong)))
    };
    (!files.is_empty()).then(|| h::ul().class("file-list").with(each(files, file)))
}
