//! The conversation: what people wrote and what happened, in the order of time.

use std::sync::Arc;

use crate::reactive::*;
use domain::{Audience, Channel, EventName};

use super::model::{self, Shown};
use super::{Whole, files, mail};
use crate::app::App;
use crate::components::html::{self as h, Child, El, Html, Row, each, rows};
use crate::components::{avatar, icon, time};

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
    // What stays is not drawn anew: a picture that is open stays open when another line arrives.
    let lines = rows(move || {
        let whole = whole.get();
        let part = part.get();
        let lines = model::shown(&whole.ticket.value, audience, &whole.events, app.lang());
        let is_in = move |line: &Shown| match part {
            PUBLIC => !line.event.is_internal && line.is_message,
            INTERNAL => line.event.is_internal,
            _ => true,
        };
        let row = |line: Shown| {
            let key = format!("{} {}", line.event.number, line.event.is_hidden);
            Row::new(key, move || if line.is_message { message(app, line) } else { event(app, line) })
        };
        lines.into_iter().filter(is_in).map(row).collect()
    });
    let head = h::div().class("row conversation-head").with((h::h2().id("h-conversation").with(screen.conversation()), parts));
    h::section().set("aria-labelledby", "h-conversation").with([head, h::ol().class("timeline").with(lines)])
}

fn message(app: App, line: Shown) -> El {
    let screen = app.screen();
    let event = &line.event;
    let said = words::event_line(event.event, &line.words, app.lang());
    // Who asked speaks in the first message, whoever registered it.
    let is_request = event.event == EventName::Requested;
    let speaker = if is_request { &line.words.requester } else { &line.words.by };
    let speaker = speaker.clone().unwrap_or_else(|| screen.system().to_owned());
    let head = h::span().class("row message-who").with((h::b().with(speaker.clone()), how(app, &line, is_request)));
    let body = if event.is_hidden {
        Some(h::p().class("muted").set("title", screen.text_hidden_help()).with(screen.text_hidden()))
    } else {
        line.body.as_ref().map(|text| h::p().class("written").with(text.clone()))
    };
    let quoted = line.quoted.as_ref().map(|text| {
        let text = h::p().class("quote written").with(text.clone());
        h::details().class("small").with([h::summary().class("muted tap").with(screen.mail_quoted()), text])
    });
    let class = match (event.is_internal, line.is_reply) {
        (true, _) => "message message-internal",
        (false, true) => "message message-reply",
        (false, false) => "message",
    };
    let original = line.mail.map(|mail| mail::original(app, mail));
    let article = h::article().class(class).set("aria-label", said).with([
        h::header().class("message-head").with((head, time(app, event.at, "push"))),
        h::div().class("message-body").with((body, quoted, files::files(app, &event.files), original)),
    ]);
    let avatar = avatar(&speaker, if line.is_reply || event.is_internal { "" } else { "avatar-n" });
    h::li().id(line_id(event.number)).set("tabindex", "-1").with([h::span().class("pin").with(avatar), article])
}

/// How a message came, or for whom it is.
fn how(app: App, line: &Shown, is_request: bool) -> Vec<Html> {
    let screen = app.screen();
    let event = &line.event;
    let sign = |icon_name: &str, text: String| h::span().class("row tight").with((icon(icon_name), text));
    let mut all = Vec::new();
    let internal = || {
        let help = h::span().class("hide-s").with((": ", screen.internal_note_help()));
        h::span().class("badge badge-internal").with((icon("lock"), h::span().with((screen.internal_note(), help))))
    };
    if event.is_internal {
        internal().put(&mut all);
    } else if event.event == EventName::PersonAsked {
        h::span()
            .class("badge badge-line")
            .with((icon("pause"), words::action(domain::Action::AskPerson, domain::Phase::InAttention, app.lang())))
            .put(&mut all);
    } else if line.is_reply && app.actor().audience() == Audience::It {
        h::span().class("badge badge-line").with((icon("reply"), screen.message_to_person())).put(&mut all);
    }
    if let (true, Some(channel)) = (is_request, line.words.channel) {
        let by = line.words.by.as_deref().filter(|by| Some(*by) != line.words.requester.as_deref());
        sign(channel_icon(channel), words::came_by(channel, by, app.lang())).put(&mut all);
    } else if line.mail.is_some() {
        sign("mail", words::came_by(Channel::Email, None, app.lang())).put(&mut all);
    }
    if line.mail.is_some_and(|mail| mail.is_unverified) {
        h::span().class("badge badge-soon").with((icon("alert"), screen.sender_unverified())).put(&mut all);
    }
    all
}

fn channel_icon(channel: Channel) -> &'static str {
    match channel {
        Channel::Phone | Channel::Mobile => "phone",
        Channel::Email => "mail",
        Channel::Web => "monitor",
        Channel::InPerson => "user",
    }
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
            files::files(app, &event.files),
        ))
    });
    let pin = h::span().class(if is_strong(event.event) { "pin event-pin is-strong" } else { "pin event-pin" });
    let pin = pin.with(icon(if event.is_internal { "lock" } else { icon_of(event.event) }));
    let said = match line.words.ticket.map(|id| (format!("/tickets/{id}"), format!("TI-{id}"))) {
        Some((href, name)) => match said.split_once(&name) {
            Some((before, after)) => h::parts((before.to_owned(), h::a().set("href", href).with(name.clone()), after.to_owned())),
            None => h::parts(said),
        },
        None => h::parts(said),
    };
    let text = h::p().with((internal, said, minutes, " ", time(app, event.at, "event-at")));
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
