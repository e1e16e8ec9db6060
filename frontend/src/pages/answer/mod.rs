//! The page that a link in a mail opens: does it work again? Opening it changes nothing; its buttons do. Nobody need be signed in.
//!
//! The link's token stands in the fragment, which no server and no log ever gets, and stays there: the page can be loaded again.

use crate::reactive::*;
use domain::{Text, ValueError};
use leptos::task::spawn_local;
use wire::{MailAnswerRequest, MailAnswerView};

use super::sign_in::{door, submit_button};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{Field, loading, notice, text, trouble};

/// What the page knows: nothing yet, what the link asks, or why it asks nothing.
type Found = Option<Result<MailAnswerView, WhyNot>>;

#[derive(Clone)]
enum WhyNot {
    BadLink,
    Failed(String),
}

pub fn answer(app: App) -> El {
    let screen = app.screen();
    app.title(screen.answer_title());
    let fragment = browser::fragment();
    let (token, rest) = fragment.split_once('&').unwrap_or((fragment.as_str(), ""));
    let token = StoredValue::new(token.to_owned());
    let found = RwSignal::new(None::<Result<MailAnswerView, WhyNot>>);
    // The link of the mail's «no» goes on to what still fails.
    let is_no = RwSignal::new(rest == "no");
    spawn_local(async move {
        let read = app.client().read_mail_answer(&token.get_value()).await;
        let read = read.map(|answer| answer.value).map_err(|error| match error.code() {
            Some("not_found") => WhyNot::BadLink,
            _ => WhyNot::Failed(app.describe(&error)),
        });
        let _ = found.try_set(Some(read));
    });
    let page = h::section()
        .class("roomy")
        .set("aria-labelledby", "h-answer")
        .with((h::h1().id("h-answer").with(live(move || heading(app, &found.read()))), live(move || draw(app, found, token, is_no))));
    door(app, page)
}

/// It asks only while one may answer.
fn heading(app: App, found: &Found) -> &'static str {
    let screen = app.screen();
    match found {
        Some(Err(WhyNot::BadLink)) => screen.answer_bad_link_title(),
        Some(Ok(view)) if !view.may_answer && view.works.is_some() => screen.answer_thanks(),
        Some(Ok(view)) if !view.may_answer => screen.answer_over(),
        _ => screen.answer_title(),
    }
}

fn draw(app: App, found: RwSignal<Found>, token: StoredValue<String>, is_no: RwSignal<bool>) -> Vec<Html> {
    let screen = app.screen();
    let one = |el: El| each([el], |el| el);
    match found.get() {
        None => one(loading(app, 2)),
        Some(Err(why)) => {
            let why = if let WhyNot::Failed(why) = why { why } else { screen.answer_bad_link().to_owned() };
            one(notice(why, "alert").class("notice notice-soon"))
        }
        Some(Ok(view)) => {
            let about = h::p().class("muted").with(format!("TI-{} · {}", view.ticket.get(), view.title));
            let done = [h::b().with(screen.answer_done()), h::p().class("written").with(view.solution.clone())];
            let rest = if view.may_answer { ask(app, found, token, is_no) } else { notice(said(app, &view), "check") };
            each([about, h::div().class("answer-done").with(done), rest], |el| el)
        }
    }
}

/// What became of the question.
fn said(app: App, view: &MailAnswerView) -> &'static str {
    let screen = app.screen();
    match view.works {
        Some(true) => screen.answer_thanks_yes(),
        Some(false) => screen.answer_thanks_no(),
        None if view.is_closed => screen.answer_closed(),
        None => screen.answer_late(),
    }
}

/// The two buttons; «no» asks for what still fails first.
fn ask(app: App, found: RwSignal<Found>, token: StoredValue<String>, is_no: RwSignal<bool>) -> El {
    let screen = app.screen();
    let reason = RwSignal::new(String::new());
    let field = Field::new("reason", screen.answer_reason());
    let (wrong, is_sending) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let error = field.error;
    let send = move |works: bool| {
        if is_sending.get_untracked() {
            return;
        }
        let parsed = if works { Ok(None) } else { Text::parse(&reason.get_untracked()).map(Some) };
        let reason = match parsed {
            Ok(reason) => reason,
            Err(fault) => {
                error.set(Some(why_not(app, fault)));
                return browser::focus("reason");
            }
        };
        is_sending.set(true);
        wrong.set(None);
        spawn_local(async move {
            match app.client().answer_mail(&token.get_value(), &MailAnswerRequest { works, reason }).await {
                Ok(answer) => {
                    let _ = found.try_set(Some(Ok(answer.value)));
                }
                Err(error) => {
                    let _ = wrong.try_set(Some(app.describe(&error)));
                }
            }
            let _ = is_sending.try_set(false);
        });
    };
    let buttons = live(move || {
        if is_no.get() {
            let form = h::form()
                .class("fields")
                .flag("novalidate", true)
                .on_submit(move || send(false))
                .with((field.draw(app, text(&field, 4, reason)), submit_button(is_sending, screen.send(), screen.saving())));
            let back = h::button().set("type", "button").class("btn btn-quiet").on_click(move || is_no.set(false));
            each([form, back.with(screen.back())], |el| el)
        } else {
            let yes = h::button().set("type", "button").class("btn btn-primary btn-lg").on_click(move || send(true));
            let no = h::button().set("type", "button").class("btn btn-lg").on_click(move || is_no.set(true));
            each([yes.with(screen.answer_yes()), no.with(screen.answer_no())], |el| el)
        }
    });
    h::div().class("fields").with((buttons, trouble(wrong)))
}

fn why_not(app: App, fault: ValueError) -> String {
    words::value_error(fault, app.screen().answer_reason(), app.lang())
}
