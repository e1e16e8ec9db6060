//! The conversation: what people wrote and what happened, in the order of time.

use domain::EventName;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::FileView;

use super::model::Shown;
use crate::app::{App, use_app};
use crate::browser;
use crate::components::{Avatar, Icon, Time};

/// The id of a line: where the focus goes when it is new.
pub fn line_id(number: domain::EventNumber) -> String {
    format!("event-{}", number.to_string().replace('.', "-"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Public,
    Internal,
}

#[component]
pub fn Conversation(
    #[prop(into)] lines: Signal<Vec<Shown>>,
    /// Whether this reader sees internal lines at all.
    has_internal: bool,
) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let part = RwSignal::new(Part::All);
    let in_part = move |line: &Shown| match part.get() {
        Part::All => true,
        Part::Public => !line.event.is_internal && line.is_message,
        Part::Internal => line.event.is_internal,
    };
    let chosen = move || lines.get().into_iter().filter(in_part).collect::<Vec<_>>();
    let button = move |value: Part, label: &'static str| {
        view! {
            <button
                type="button"
                class="btn btn-quiet btn-sm"
                aria-pressed=move || if part.get() == value { "true" } else { "false" }
                on:click=move |_| part.set(value)
            >
                {label}
            </button>
        }
    };
    let parts = has_internal.then(|| {
        view! {
            <div class="row push tight" role="group" aria-label=screen.conversation>
                {button(Part::All, screen.conversation_all)}
                {button(Part::Public, screen.conversation_public)}
                {button(Part::Internal, screen.conversation_internal)}
            </div>
        }
    });
    view! {
        <section aria-labelledby="h-conversation">
            <div class="row conversation-head"><h2 id="h-conversation">{screen.conversation}</h2>{parts}</div>
            <ol class="timeline">
                // A line that is hidden is drawn anew.
                <For each=chosen key=|line| (line.event.number, line.event.is_hidden, line.words.number) let:line>
                    {draw(app, line)}
                </For>
            </ol>
        </section>
    }
}

fn draw(app: App, line: Shown) -> AnyView {
    if line.is_message { message(app, line) } else { event(app, line) }
}

fn message(app: App, line: Shown) -> AnyView {
    let screen = app.screen();
    let event = line.event;
    let (id, at, is_internal) = (line_id(event.number), event.at, event.is_internal);
    let said = words::event_line(event.event, &line.words, app.lang());
    let is_request = event.event == EventName::Requested;
    // Who asked speaks in the first message, whoever registered it.
    let speaker = if is_request { line.words.requester.clone() } else { line.words.by.clone() };
    let speaker = speaker.unwrap_or_else(|| screen.system.to_owned());
    let head = if is_internal {
        view! { <b>{speaker.clone()}</b><span class="badge badge-internal" title=screen.internal_note_help><Icon name="lock"/>{screen.internal_note}</span> }
            .into_any()
    } else {
        view! { <span>{said.clone()}</span> }.into_any()
    };
    let body = if event.is_hidden {
        view! { <p class="muted" title=screen.text_hidden_help>{screen.text_hidden}</p> }.into_any()
    } else {
        line.body.map(|text| view! { <p class="written">{text}</p> }).into_any()
    };
    let class = match (is_internal, event.event) {
        (true, _) => "message message-internal",
        (false, EventName::PersonAsked) => "message message-reply",
        (false, _) => "message",
    };
    view! {
        <li id=id tabindex="-1">
            <span class="pin"><Avatar name=speaker class="avatar-n"/></span>
            <article class=class aria-label=said>
                <header class="message-head">{head}<Time at=at class="push"/></header>
                <div class="message-body">{body}{files(app, event.files)}</div>
            </article>
        </li>
    }
    .into_any()
}

fn event(app: App, line: Shown) -> AnyView {
    let screen = app.screen();
    let event = line.event;
    let said = words::event_line(event.event, &line.words, app.lang());
    let minutes = event.data.get("minutes").and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let minutes = minutes.map(|n| format!(" ({})", words::time::duration(n)));
    let internal = event.is_internal.then(|| view! { <span class="sr">{screen.internal_note}": "</span> });
    let has_more = line.body.is_some() || !line.details.is_empty() || !event.files.is_empty();
    let details = line.details.into_iter().map(|(path, text)| {
        view! { <dt>{words::field(path, app.lang()).unwrap_or_default()}</dt><dd class="written">{text}</dd> }
    });
    let more = has_more.then(|| {
        view! {
            <div class="event-more">
                {line.body.map(|text| view! { <p class="quote written">{text}</p> })}
                <dl class="facts">{details.collect_view()}</dl>
                {files(app, event.files)}
            </div>
        }
    });
    view! {
        <li class="event" id=line_id(event.number) tabindex="-1">
            <span class=if is_strong(event.event) { "pin event-pin is-strong" } else { "pin event-pin" }>
                <Icon name=if event.is_internal { "lock" } else { icon_of(event.event) }/>
            </span>
            <div><p>{internal}{said}{minutes}" · "<Time at=event.at/></p>{more}</div>
        </li>
    }
    .into_any()
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
fn files(app: App, files: Vec<FileView>) -> Option<AnyView> {
    if files.is_empty() {
        return None;
    }
    let screen = app.screen();
    let file = move |file: FileView| {
        let trouble = RwSignal::new(None::<String>);
        let (id, name) = (file.id, file.name.clone());
        let download = move |_| {
            let name = name.clone();
            spawn_local(async move {
                let answer = app.client().download_file(id).await;
                app.heard(answer.as_ref().err());
                match answer {
                    Ok(raw) => browser::save(&name, &raw.body),
                    Err(error) => {
                        let _ = trouble.try_set(Some(app.describe(&error)));
                    }
                }
            });
        };
        let size = words::file_size(u64::try_from(file.n_bytes).unwrap_or_default());
        view! {
            <li>
                <button type="button" class="file" aria-label=format!("{}: {}, {size}", screen.download, file.name) on:click=download>
                    <Icon name="file"/>
                    <span class="cut">{file.name.clone()}<small>{size.clone()}</small></span>
                    <Icon name="download"/>
                </button>
                {move || trouble.get().map(|text| view! { <p class="error" role="alert">{text}</p> })}
            </li>
        }
    };
    Some(view! { <ul class="file-list">{files.into_iter().map(file).collect_view()}</ul> }.into_any())
}
