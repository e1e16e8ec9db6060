//! Registering a call: one screen in the order of a conversation, by keyboard alone. Who calls, what happens, what it is, and what was done.

mod card;
mod draft;
mod model;
mod parts;
mod send;
mod typed;

use domain::{Channel, Kind, Role};
use leptos::ev::KeyboardEvent;
use leptos::task::spawn_local;

use self::model::End;
use self::parts::{attend, foot, kinds, letter_of, what, who};
use self::send::send;
use self::typed::{FORM, Form, id};
use super::missing;
use super::sending::forget_draft;
use super::telling::follow_text;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{icon, notice};
use crate::reactive::*;

/// What was registered last, for the next call's page to say.
#[derive(Clone, PartialEq)]
struct Done {
    id: i64,
    sentence: String,
}

pub fn call(app: App) -> El {
    if !app.actor().has(Role::HelpDesk) {
        return missing(app);
    }
    // The other one may be asked for while this one is open.
    let last = StoredValue::new(Channel::Phone);
    let channel = Memo::new(move |_| {
        if app.path().starts_with("/call") {
            let wished = super::home::model::value_in(&app.search(), "channel").and_then(|name| name.parse().ok());
            last.set_value(wished.unwrap_or(Channel::Phone));
        }
        last.get_value()
    });
    let done = RwSignal::new(None::<Done>);
    // After each call the page begins anew.
    let round = RwSignal::new(0_u32);
    h::div().class("call").with(live(move || {
        round.track();
        page(app, channel.get(), done, round)
    }))
}

fn page(app: App, channel: Channel, done: RwSignal<Option<Done>>, round: RwSignal<u32>) -> Vec<Html> {
    let screen = app.screen();
    let name = if channel == Channel::Email { screen.register_mail() } else { screen.register_call() };
    app.title(name);
    let form = Form::new(app, channel);
    let is_restored = draft::restore(&form);
    draft::keep(&form);
    follow_text(form.text("description"), form.text("title"), form.is_title_own, form.error("title"));
    browser::focus(id("who"));

    let again = move |sentence: String, id: i64| {
        app.count();
        app.say(sentence.clone());
        done.set(Some(Done { id, sentence }));
        round.update(|n| *n += 1);
        // What was done is said at the top.
        browser::window().scroll_to_with_x_and_y(0.0, 0.0);
    };
    let submit = move |end: End| {
        if !form.sending.is_sending.get_untracked() {
            spawn_local(async move {
                if let Some(id) = send(form, end).await {
                    match end {
                        End::GoOn => {
                            app.count();
                            app.go(&format!("/tickets/{id}"), false);
                        }
                        End::Close => again(words::call_closed(id, app.lang()), id),
                        End::Record => again(words::call_recorded(id, app.lang()), id),
                        End::Join(of) => again(words::call_joined(id, of, app.lang()), id),
                    }
                }
            });
        }
    };
    let fresh = move || {
        forget_draft(&draft::name(app, channel));
        done.set(None);
        round.update(|n| *n += 1);
    };
    let restored = is_restored.then(|| {
        let button = h::button().set("type", "button").class("btn btn-sm push").on_click(fresh).with(screen.discard_draft());
        notice((screen.draft_restored(), button), "check").class("notice call-notice")
    });
    let said = live(move || {
        done.get().map(|done| {
            let link = h::a().set("href", format!("/tickets/{}", done.id)).with(screen.open());
            notice((done.sentence, " ", link), "check").class("notice call-notice call-done")
        })
    });
    let keys = h::p().class("small muted push hide-s keys").with((
        h::kbd().with("Tab"),
        screen.key_next_field(),
        h::kbd().with("Ctrl ↵"),
        screen.call_key_send(),
        h::kbd().with("Esc"),
        screen.call_key_later(),
    ));
    let head = h::div().class("page-head call-head").with((h::h1().with(name), elapsed(form), keys));
    let sections = h::form()
        .class("c-cols")
        .id(FORM)
        .set("aria-label", name)
        .flag("novalidate", true)
        .on_submit(move || submit(form.end_now()))
        .on_key(move |event| key(form, &event, &submit))
        .with((
            step(1, "who", if channel == Channel::Email { screen.call_who_writes() } else { screen.call_who() }, who(form, channel)),
            h::aside().class("c-side").set("aria-label", screen.call_who()).set("aria-live", "polite").with(card::card(form, move |of| {
                submit(End::Join(of));
            })),
            h::div().class("c-rest").with((
                step(2, "what", screen.call_what(), what(form)),
                step(3, "kind", screen.call_categorise(), kinds(form)),
                step(4, "attend", screen.call_attend(), attend(form)),
                foot(form, submit),
            )),
        ));
    each([Some(head), restored], |part| part).into_iter().chain([said]).chain(each([sections], |part| part)).collect()
}

/// How long the call lasts, once something of it is noted.
fn elapsed(form: Form) -> Html {
    let texts = [form.who.text, form.text("name"), form.text("description")];
    let is_begun = Memo::new(move |()| texts.iter().any(|text| !text.read().is_empty()));
    live(move || is_begun.get().then(|| lasts(form.app)))
}

fn lasts(app: App) -> El {
    let began = browser::now();
    let seconds = RwSignal::new(0_u32);
    spawn_local(async move {
        loop {
            gloo_timers::future::TimeoutFuture::new(1_000).await;
            let now = u32::try_from((browser::now() - began).num_seconds()).unwrap_or_default();
            if seconds.try_set(now).is_some() {
                return; // The page was left.
            }
        }
    });
    let time = h::span().class("num").with(live(move || model::elapsed(seconds.get())));
    h::span().class("badge badge-line").set("aria-hidden", "true").with((icon("phone"), app.screen().call_elapsed(), " ", time))
}

fn step(number: u8, name: &str, title: &'static str, body: El) -> El {
    let heading = format!("call-h-{name}");
    let no = h::span().class("no").with(number.to_string());
    let title = h::h2().id(heading.clone()).with((no, title));
    h::section().class("step").set("aria-labelledby", heading).with((title, body.class("step-body")))
}

/// Enter goes on to the next field, as on a till; Ctrl and Enter send; letters choose a kind.
fn key(form: Form, event: &KeyboardEvent, submit: &impl Fn(End)) {
    let name = event.key();
    let at = browser::focused();
    let is_at_kind = at.starts_with("call-kind");
    let is_plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
    match name.as_str() {
        "Enter" if !is_plain => submit(form.end_now()),
        "Enter" if is_at_kind => form.after_kind(),
        "Enter" if at == id("who") && form.who.chosen.get_untracked().is_none() && !form.who.text.read_untracked().trim().is_empty() => {
            form.who.choose_first();
        }
        "Enter" if browser::is_field(event) => browser::focus_next_field(FORM),
        "Escape" => form.app.go("/", false),
        "a" | "A" if is_plain && (is_at_kind || at == id("solved")) => {
            let is_solved = untrack(|| form.is_solved());
            form.is_solved.set(Some(!is_solved));
        }
        letter if is_plain && is_at_kind => {
            let Some(n) = Kind::ALL.iter().position(|kind| letter_of(*kind).eq_ignore_ascii_case(letter)) else { return };
            form.error("kind").set(None);
            form.text("kind").set(Kind::ALL[n].name().to_owned());
            browser::focus(if n == 0 { id("kind") } else { format!("{}-{n}", id("kind")) });
        }
        _ => return,
    }
    event.prevent_default();
}
