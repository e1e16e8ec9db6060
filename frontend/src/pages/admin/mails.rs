//! Mail out and mail in: what was sent, what failed and is tried again; what came, and what became of it.

use domain::{MailState, NoticeState};
use leptos::task::spawn_local;
use serde_json::{Value, json};

use super::ask::{fetched, get, post};
use super::paged::Paged;
use super::{Part, crumbs, head};
use crate::app::App;
use crate::components::html::{self as h, El, each, live};
use crate::components::{empty, notice, time, trouble};
use crate::pages::home::model::value_in;
use crate::pages::reception::href_of_mail;
use crate::pages::sending::Sending;
use crate::pages::ticket::mail;
use crate::reactive::*;
use crate::remote::remote;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn when(app: App, value: &Value) -> Option<El> {
    value.as_str().and_then(|at| at.parse().ok()).map(|at| time(app, at, ""))
}

fn notice_state(state: &str) -> Option<NoticeState> {
    state.parse().ok()
}

fn state_badge(app: App, state: &str) -> El {
    let class = match notice_state(state) {
        Some(NoticeState::Sent) => "badge badge-ok",
        Some(NoticeState::Queued) => "badge badge-now",
        Some(NoticeState::Failed) => "badge badge-over",
        _ => "badge",
    };
    h::span().class(class).with(notice_state(state).map_or_else(String::new, |state| words::notice_state(state, app.lang()).to_owned()))
}

/// A list whose state the address says.
fn by_state(app: App, part: Part, states: &[(&'static str, String)]) -> El {
    let link = |(state, name): &(&'static str, String)| {
        let state = *state;
        let href = if state.is_empty() { format!("/admin/{}", part.slug()) } else { format!("/admin/{}?state={state}", part.slug()) };
        let is_here = move || (value_in(&app.search(), "state").unwrap_or_default() == state).then_some("page");
        h::a().set("href", href).follow("aria-current", is_here).with(name.clone())
    };
    h::nav().class("tabs state-tabs").set("aria-label", words::field("phase", app.lang()).unwrap_or_default()).with(each(states, link))
}

/// Rows that go on, page by page.
fn pages(app: App, path: &'static str, mut query: Value, none: &'static str, row: fn(App, &Value) -> El) -> El {
    query["limit"] = json!(50);
    let first = query.clone();
    let draw = move |got: super::ask::Got| {
        let paged = Paged::new(&got.value);
        if paged.is_empty() {
            return h::div().class("panel").with(empty(none, ()));
        }
        let rows = h::ul().class("list").with(live(move || each(paged.items.get().iter(), |item| row(app, item))));
        h::div().class("panel").with((rows, paged.foot(app, path, query.clone())))
    };
    h::div().with(fetched(app, 6, path.to_owned(), first, Box::new(draw)))
}

pub fn outgoing(app: App) -> El {
    let screen = app.screen();
    let counts = RwSignal::new(None::<Value>);
    spawn_local(async move {
        if let Ok(got) = get(app, "/outgoing-mail-counts".to_owned(), Value::Null).await {
            let _ = counts.try_set(Some(got.value));
        }
    });
    let tabs = live(move || {
        let counts = counts.get().unwrap_or_default();
        let n = |state: NoticeState| match counts[state.name()].as_i64() {
            Some(n) => format!("{} {}", words::notice_state(state, app.lang()), words::number(n)),
            None => words::notice_state(state, app.lang()).to_owned(),
        };
        let mut states = vec![("", screen.all_mails().to_owned())];
        states.extend(NoticeState::ALL.iter().map(|state| (state.name(), n(*state))));
        by_state(app, Part::MailOut, &states)
    });
    let list = live(move || {
        let state = value_in(&app.search(), "state").filter(|state| !state.is_empty());
        pages(app, "/outgoing-mails", json!({ "state": state }), screen.outgoing_mail_empty(), sent_row)
    });
    h::div().with((head(screen.outgoing_mail(), Some(screen.mail_out_lead()), ()), tabs, list))
}

fn sent_row(app: App, mail: &Value) -> El {
    let to = [text(&mail["to_name"]), text(&mail["to_address"])].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    let top = h::div().class("row small").with((
        state_badge(app, mail["state"].as_str().unwrap_or_default()),
        h::span().class("muted").with(to),
        mail["ticket"].as_i64().map(|ticket| h::span().class("num muted").with(format!("TI-{ticket}"))),
        h::span().class("push muted").with(when(app, &mail["created_at"])),
    ));
    let subject = mail["subject"].as_str().map_or_else(|| app.screen().mail_not_made().to_owned(), str::to_owned);
    let why = mail["why"].as_str().map(|why| h::span().class("small muted").with(why_not_sent(app, why)));
    let row = h::a().class("list-row").set("href", format!("/admin/mail-out/{}", mail["id"]));
    h::li().with(row.with((top, h::span().class("strong").with(subject), why)))
}

/// A name of why there was nothing to say has words; what a mail server said is shown as it said it.
fn why_not_sent(app: App, why: &str) -> String {
    why.parse().map_or_else(|_| why.to_owned(), |why| words::nothing_to_say(why, app.lang()).to_owned())
}

pub fn sent(app: App, id: i64) -> El {
    let turn = RwSignal::new(0_u32);
    h::div().class("narrow view").with(live(move || {
        turn.track();
        fetched(app, 6, format!("/outgoing-mails/{id}"), Value::Null, Box::new(move |got| sent_whole(app, id, &got.value, turn)))
    }))
}

fn sent_whole(app: App, id: i64, view: &Value, turn: RwSignal<u32>) -> El {
    let screen = app.screen();
    let mail = &view["mail"];
    let state = mail["state"].as_str().unwrap_or_default().to_owned();
    let sending = Sending::new();
    let is_retried =
        matches!(notice_state(&state), Some(NoticeState::Failed | NoticeState::Cancelled)) && app.actor().has(domain::Role::Admin);
    let retry = move || {
        if sending.is_sending.get_untracked() {
            return;
        }
        sending.is_sending.set(true);
        spawn_local(async move {
            match post(app, sending, format!("/outgoing-mails/{id}/retry"), None).await {
                None => {}
                Some(Ok(_)) => turn.update(|turn| *turn += 1),
                Some(Err(error)) => sending.wrong.set(Some(app.describe(&error))),
            }
        });
    };
    let button =
        is_retried.then(|| h::button().set("type", "button").class("btn btn-primary").on_click(retry).with(screen.mail_send_again()));
    let fact = |label: &'static str, value: Option<String>| {
        let value = value.filter(|value| !value.is_empty());
        value.map(|value| [h::dt().with(label), h::dd().class("written").with(value)])
    };
    let own = |field: &str| mail[field].as_str().map(str::to_owned);
    let to = format!("{} {}", text(&mail["to_name"]), own("to_address").map_or_else(String::new, |address| format!("<{address}>")));
    let ticket = mail["ticket"]
        .as_i64()
        .map(|id| [h::dt().with(words::field("ticket", app.lang()).unwrap_or_default()), h::dd().with(ticket_link(app, id))]);
    let facts = h::dl().class("facts").with((
        fact(screen.mail_to(), Some(to.trim().to_owned())),
        ticket,
        [h::dt().with(screen.mail_made()), h::dd().with(when(app, &mail["created_at"]))],
        when(app, &mail["done_at"]).map(|at| [h::dt().with(screen.mail_done()), h::dd().with(at)]),
        fact(screen.mail_attempts(), mail["n_attempts"].as_u64().map(|n| n.to_string())),
        fact(screen.mail_why(), mail["why"].as_str().map(|why| why_not_sent(app, why))),
        fact("Message-ID", view["message_id"].as_str().map(str::to_owned)),
    ));
    let subject =
        own("subject").or_else(|| view["subject"].as_str().map(str::to_owned)).unwrap_or_else(|| screen.mail_not_made().to_owned());
    let body = match view["text"].as_str() {
        Some(body) => h::pre().class("mail-text").with(body.to_owned()),
        None => notice(view["nothing"].as_str().map_or_else(|| screen.mail_not_made().to_owned(), |why| why_not_sent(app, why)), "alert"),
    };
    h::div().class("view").with((
        crumbs(app, Part::MailOut),
        h::h1().with(subject),
        h::div().class("row").with((state_badge(app, &state), button)),
        trouble(sending.wrong),
        h::section().class("panel panel-body").with([facts, h::div().class("mail-whole").with(body)]),
    ))
}

/// The administrator sees no tickets: for them it is a number.
pub fn ticket_link(app: App, id: i64) -> El {
    let number = format!("TI-{id}");
    let is_reader = app.actor().audience() == domain::Audience::It;
    if is_reader { h::a().set("href", format!("/tickets/{id}")).with(number) } else { h::span().class("num").with(number) }
}

pub fn incoming(app: App) -> El {
    let screen = app.screen();
    let mut states = vec![("", screen.all_mails().to_owned())];
    states.extend(MailState::ALL.iter().map(|state| (state.name(), words::mail_state(*state, app.lang()).to_owned())));
    let list = live(move || {
        let state = value_in(&app.search(), "state").filter(|state| !state.is_empty());
        pages(app, "/received-mails", json!({ "state": state }), screen.incoming_mail_empty(), received_row)
    });
    h::div().with((head(screen.incoming_mail(), Some(screen.mail_in_lead()), ()), by_state(app, Part::MailIn, &states), list))
}

fn mail_badge(app: App, state: &str) -> Option<El> {
    let state: MailState = state.parse().ok()?;
    let class = match state {
        MailState::Opened | MailState::Answered => "badge badge-ok",
        MailState::Unmatched | MailState::Kept => "badge badge-soon",
        MailState::Broken => "badge badge-over",
        MailState::Ignored | MailState::Duplicate => "badge",
    };
    Some(h::span().class(class).with(words::mail_state(state, app.lang())))
}

fn received_row(app: App, mail: &Value) -> El {
    let from = [text(&mail["from_name"]), text(&mail["from_address"])].into_iter().find(|text| !text.is_empty());
    let top = h::div().class("row small").with((
        mail_badge(app, mail["state"].as_str().unwrap_or_default()),
        h::span().class("muted").with(from.unwrap_or_else(|| words::mail_without_name(app.lang()).to_owned())),
        (mail["is_verified"] == false).then(|| h::span().class("badge badge-line").with(app.screen().sender_unverified())),
        mail["ticket"].as_i64().map(|ticket| h::span().class("num muted").with(format!("TI-{ticket}"))),
        h::span().class("push muted").with(when(app, &mail["received_at"])),
    ));
    let subject = mail["subject"].as_str().filter(|subject| !subject.trim().is_empty());
    let subject = subject.map_or_else(|| words::mail_without_subject(app.lang()).to_owned(), str::to_owned);
    let why = mail["why"].as_str().map(|why| h::span().class("small muted").with(why_nothing(app, why)));
    let row = h::a().class("list-row").set("href", format!("/admin/mail-in/{}", mail["id"]));
    h::li().with(row.with((top, h::span().class("strong").with(subject), why)))
}

fn why_nothing(app: App, why: &str) -> String {
    let of_problem = || words::problem(why, app.lang()).map(|(title, _)| title);
    words::mail_reason(why, app.lang()).or_else(of_problem).unwrap_or(why).to_owned()
}

pub fn received(app: App, id: i64) -> El {
    let Ok(mail_id) = domain::MailId::parse(id) else { return crate::pages::missing(app) };
    let read = move || async move { app.client().read_received_mail(mail_id).await.map(|answer| answer.value) };
    h::div().class("narrow view").with(remote(app, 6, read, move |view| {
        let screen = app.screen();
        let summary = &view.summary;
        let subject = summary.subject.clone().unwrap_or_else(|| words::mail_without_subject(app.lang()).to_owned());
        let why = summary.why.as_deref().map(|why| h::span().class("muted").with(why_nothing(app, why)));
        let ticket = summary.ticket.map(|ticket| ticket_link(app, ticket.get()));
        let by = summary.handled_by.as_ref().map(|by| h::span().class("muted").with(format!("{}: {}", screen.mail_handled(), by.name)));
        let verified = if summary.is_verified { screen.sender_verified() } else { screen.sender_unverified() };
        let is_idle = summary.ticket.is_none() && summary.state != MailState::Kept && app.actor().has(domain::Role::HelpDesk);
        // What a program wrote asks for nothing: it may be attended all the same.
        let asks = !matches!(summary.state, MailState::Ignored | MailState::Duplicate);
        let class = if asks { "btn btn-primary" } else { "btn" };
        let make = is_idle.then(|| h::a().id("mail-attend").class(class).set("href", href_of_mail(id)).with(screen.receive_make_of_it()));
        let signs = h::div().class("row").with((
            mail_badge(app, summary.state.name()),
            ticket,
            why,
            by,
            h::span().class("badge badge-line").with(verified),
            make,
        ));
        let headers = h::details()
            .with([h::summary().class("tap").with(screen.mail_headers()), h::pre().class("mail-text small").with(view.headers.clone())]);
        let failed = view.last_error.clone().map(|text| notice(text, "alert").class("notice notice-soon"));
        h::div().class("view").with((crumbs(app, Part::MailIn), h::h1().with(subject), signs, failed, mail::whole(app, view), headers))
    }))
}
