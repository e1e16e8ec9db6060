//! The mail that a message came by, as it came.

use crate::reactive::*;
use leptos::task::spawn_local;
use wire::ReceivedMailView;

use super::model::ByMail;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::{icon, trouble};
use crate::remote::remote;

/// Unfolded where it stands.
pub fn original(app: App, mail: ByMail) -> El {
    let screen = app.screen();
    let is_open = RwSignal::new(false);
    let label = live(move || if is_open.get() { screen.mail_hide_original() } else { screen.mail_original() });
    let button = h::button()
        .set("type", "button")
        .class("btn btn-quiet btn-sm")
        .follow_bool("aria-expanded", move || is_open.get())
        .on_click(move || is_open.set(!is_open.get_untracked()))
        .with((icon("mail"), label));
    let left = (mail.n_left > 0).then(|| {
        let files = words::count(mail.n_left as usize, words::Noun::File, app.lang());
        h::span().class("small muted").with(files)
    });
    let read = move || async move { app.client().read_received_mail(mail.id).await.map(|answer| answer.value) };
    let content = live(move || is_open.get().then(|| h::div().with(remote(app, 2, read, move |view| whole(app, view)))));
    h::div().class("mail-original").with((h::div().class("row").with((button, left)), content))
}

/// Its head, its text and what came with it; nothing of it runs or loads.
pub fn whole(app: App, view: ReceivedMailView) -> El {
    let screen = app.screen();
    let from = match (&view.summary.from_name, &view.summary.from_address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => name.clone().or_else(|| address.clone()).unwrap_or_else(|| words::mail_without_name(app.lang()).to_owned()),
    };
    let fact = |label: &'static str, value: String| [h::dt().with(label), h::dd().class("written").with(value)];
    let subject = view.summary.subject.clone().unwrap_or_else(|| words::mail_without_subject(app.lang()).to_owned());
    let head = h::dl().class("facts").with((
        fact(screen.mail_from(), from),
        (!view.to.is_empty()).then(|| fact(screen.mail_to(), view.to.join(", "))),
        fact(screen.mail_subject(), subject),
        fact(screen.audit_when(), words::time::full(view.summary.received_at, app.lang())),
    ));
    let text = if view.text.trim().is_empty() { words::mail_without_text(app.lang()).to_owned() } else { view.text.clone() };
    let file = |file: &wire::MailFileView| {
        let size = words::file_size(u64::try_from(file.n_bytes).unwrap_or_default());
        h::li().class("small").with(format!("{} · {size}", file.name))
    };
    let files = (!view.files.is_empty()).then(|| h::ul().class("plain").with(each(&view.files, file)));
    let wrong = RwSignal::new(None::<String>);
    let id = view.summary.id;
    let download = move || {
        spawn_local(async move {
            let answer = app.client().download_received_mail(id).await;
            app.heard(answer.as_ref().err());
            match answer {
                Ok(raw) => browser::save(&format!("{id}.eml"), &raw.body),
                Err(error) => drop(wrong.try_set(Some(app.describe(&error)))),
            }
        });
    };
    let button =
        h::button().set("type", "button").class("btn btn-sm").on_click(download).with((icon("download"), screen.download(), " .eml"));
    h::div().class("mail-whole").with((head, h::pre().class("mail-text").with(text), files, h::div().with(button), trouble(wrong)))
}
