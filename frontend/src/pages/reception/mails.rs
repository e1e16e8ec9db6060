//! Mails that made nothing: the desk makes a request of one, or adds it to a ticket.

use std::sync::Arc;

use crate::reactive::*;
use domain::{Channel, MailId, MailState};
use leptos::task::spawn_local;
use wire::{MailRequestRequest, MailTicketRequest, ReceivedMailQuery, ReceivedMailSummary, ReceivedMailView, TicketView};

use super::{At, href};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{Field, Find, check, find, icon, notice, time, trouble};
use crate::pages::faults::Fault;
use crate::pages::records;
use crate::pages::ticket::{mail_as_it_came, ticket_number};
use crate::remote::remote;

/// Those that wait for somebody to look at them, where there are any.
pub fn unmatched(app: App, at: Memo<Option<At>>) -> Html {
    let found = RwSignal::new(Arc::new(Vec::<ReceivedMailSummary>::new()));
    // Anew whenever another is looked at: one that was settled is not among them any more.
    Effect::new(move || {
        at.track();
        spawn_local(async move {
            let query = ReceivedMailQuery { state: Some("unmatched,broken".to_owned()), ..ReceivedMailQuery::default() };
            if let Ok(page) = app.client().list_received_mails(&query).await {
                let _ = found.try_set(Arc::new(page.value.items));
            }
        });
    });
    live(move || {
        let mails = found.get();
        let screen = app.screen();
        (!mails.is_empty()).then(|| {
            let by_mail = words::channel(Channel::Email, app.lang());
            let row = |mail: &ReceivedMailSummary| {
                let id = mail.id.get();
                let from = mail
                    .from_name
                    .clone()
                    .or_else(|| mail.from_address.clone())
                    .unwrap_or_else(|| words::mail_without_name(app.lang()).to_owned());
                let subject = mail.subject.clone().unwrap_or_else(|| words::mail_without_subject(app.lang()).to_owned());
                h::li().with(
                    h::a()
                        .class("list-row")
                        .set("href", href(Some(At::Mail(id))))
                        .follow("aria-current", move || (at.get() == Some(At::Mail(id))).then_some("true"))
                        .with((
                            h::span().class("row small muted").with((by_mail, time(app, mail.received_at, "push"))),
                            h::span().class("strong").with(subject),
                            h::span().class("row small muted r-from").with((icon("mail"), from)),
                        )),
                )
            };
            h::section().class("r-mails").set("aria-labelledby", "h-mails").with((
                h::h2().id("h-mails").class("r-h2").with(screen.receive_mails()),
                h::p().class("small muted").with(screen.receive_mails_help()),
                h::div().class("panel").with(h::ul().class("list").with(each(mails.iter(), row))),
            ))
        })
    })
}

/// One of them, with what may be made of it.
pub fn mail(app: App, id: i64) -> El {
    let Ok(id) = MailId::parse(id) else { return crate::pages::missing(app) };
    let read = move || async move { app.client().read_received_mail(id).await.map(|answer| answer.value) };
    h::div().with(remote(app, 4, read, move |view: ReceivedMailView| draw(app, view)))
}

fn draw(app: App, view: ReceivedMailView) -> El {
    let screen = app.screen();
    let id = view.summary.id;
    let back = h::a().class("btn btn-quiet only-s r-back").set("href", href(None)).with((icon("left"), screen.receive_back()));
    let why = view
        .summary
        .why
        .as_deref()
        .and_then(|why| words::mail_reason(why, app.lang()))
        .map(|why| notice(why, "alert").class("notice notice-soon"));
    let subject = view.summary.subject.clone().unwrap_or_else(|| words::mail_without_subject(app.lang()).to_owned());
    let settled =
        view.summary.ticket.map(|ticket| h::p().with(h::a().set("href", format!("/tickets/{ticket}")).with(format!("TI-{ticket}"))));
    let is_waiting = matches!(view.summary.state, MailState::Unmatched | MailState::Broken);
    let deeds = settled.is_none().then(|| {
        let deeds = h::div().class("panel-body r-two").with((make(app, id), add(app, id), is_waiting.then(|| dismiss(app, id))));
        h::section().class("panel r-deeds").with(deeds)
    });
    h::div().with((
        h::header().class("came-head").with((back, h::h2().class("r-title").with(subject), settled)),
        why,
        h::div().class("r-pair").with((
            h::section()
                .class("panel r-came")
                .with(h::div().class("panel-body").with((h::h3().with(screen.receive_as_mail()), mail_as_it_came(app, view)))),
            deeds,
        )),
    ))
}

fn finish(
    app: App,
    result: Result<client::Answer<TicketView>, client::ClientError>,
    is_busy: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
) {
    app.heard(result.as_ref().err());
    let _ = is_busy.try_set(false);
    match result {
        Ok(answer) => {
            app.count();
            app.go(&format!("/tickets/{}", answer.value.id), false);
        }
        Err(error) => drop(wrong.try_set(Some(app.describe(&error)))),
    }
}

/// A request of it; who asks is its sender, unless another is said.
fn make(app: App, id: MailId) -> El {
    let screen = app.screen();
    let (is_busy, wrong) = (RwSignal::new(false), RwSignal::new(None));
    let who = Find::new(String::new(), None);
    let field = Field::new("mail-who", screen.ticket_requester()).optional();
    let seek = records::seek_people(app, who);
    let (error, label) = (field.error, field.label);
    let submit = move || {
        if is_busy.get_untracked() {
            return;
        }
        if who.chosen.get_untracked().is_none() && !who.text.read_untracked().trim().is_empty() {
            return error.set(Some(Fault::NobodyChosen.sentence(app, "requester", label)));
        }
        is_busy.set(true);
        let requester = who.chosen.get_untracked().and_then(|id| id.try_into().ok());
        spawn_local(async move {
            let request = MailRequestRequest { requester, ..MailRequestRequest::default() };
            let made = app.client().create_received_mail_request(id, &request, &client::With::key(client::new_key())).await;
            finish(app, made, is_busy, wrong);
        });
    };
    h::form().class("fields").flag("novalidate", true).on_submit(submit).with((
        h::h3().with(screen.receive_make()),
        field.draw(app, find(app, &field, who, seek)),
        trouble(wrong),
        h::div().with(h::button().set("type", "submit").class("btn btn-primary").with(screen.receive_make())),
    ))
}

/// Somebody looked at it, and nothing is to be made of it.
fn dismiss(app: App, id: MailId) -> El {
    let wrong = RwSignal::new(None);
    let submit = move || {
        spawn_local(async move {
            let dismissed = app.client().dismiss_received_mail(id).await;
            app.heard(dismissed.as_ref().err());
            match dismissed {
                Ok(_) => {
                    app.tell(app.screen().receive_dismissed().to_owned(), None);
                    app.go(&href(None), false);
                    // Its button is gone, and the focus with it.
                    browser::focus_page();
                }
                Err(error) => drop(wrong.try_set(Some(app.describe(&error)))),
            }
        });
    };
    let button = h::button().set("type", "submit").id("mail-dismiss").class("btn btn-quiet").with(app.screen().receive_dismiss());
    h::form().flag("novalidate", true).on_submit(submit).with((trouble(wrong), button))
}

fn add(app: App, id: MailId) -> El {
    let screen = app.screen();
    let (is_busy, wrong) = (RwSignal::new(false), RwSignal::new(None));
    let which = Find::new(String::new(), None);
    let number = which.text;
    let is_public = RwSignal::new(false);
    let field = Field::new("mail-ticket", screen.receive_ticket());
    let public = Field::new("mail-public", screen.receive_add_public()).optional();
    let error = field.error;
    let label = field.label;
    let submit = move || {
        if is_busy.get_untracked() {
            return;
        }
        let ticket = match ticket_number(&number.get_untracked()) {
            Ok(ticket) => ticket,
            Err(fault) => return error.set(Some(words::value_error(fault, label, app.lang()))),
        };
        is_busy.set(true);
        let is_public = is_public.get_untracked();
        spawn_local(async move {
            let request = MailTicketRequest { ticket, is_public };
            let added = app.client().update_received_mail_ticket(id, &request, &client::With::key(client::new_key())).await;
            finish(app, added, is_busy, wrong);
        });
    };
    h::form().class("fields").flag("novalidate", true).on_submit(submit).with((
        h::h3().with(screen.receive_add()),
        field.draw(app, find(app, &field, which, records::seek_tickets(app, which, None))),
        check(&public, is_public),
        trouble(wrong),
        h::div().with(h::button().set("type", "submit").class("btn").with(screen.receive_add())),
    ))
}
