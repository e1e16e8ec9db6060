//! What may be done now: every action that `permit` allows, the form of the one that is open, and why not the others.

use std::sync::Arc;

use crate::reactive::*;
use client::Answer;
use domain::{Action, Actor, AreaId, PersonId, ProviderId, Refusal};
use wire::TicketView;
use words::Names;

use super::Whole;
use super::form::{Deed, Deeds, Drafts, action_form};
use super::model::{self, Offers, form_of};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::icon;
use crate::pages::home::model::value_in;
use crate::pages::ticket::News;

/// The id of a button: where the focus returns to.
fn button_id(deed: Deed) -> String {
    format!("do-{}", deed.name())
}

#[derive(Clone)]
struct Actions {
    app: App,
    actor: Arc<Actor>,
    whole: RwSignal<Arc<Whole>>,
    drafts: Drafts,
    open: RwSignal<Option<Deed>>,
    is_more_open: RwSignal<bool>,
}

/// The actions, and what takes files that were dropped somewhere on the page.
pub struct Drawn {
    pub el: El,
    pub take_files: Arc<dyn Fn(Vec<web_sys::File>) + Send + Sync>,
}

/// `on_done` gets the ticket after a command; `on_changed` is told that it is another than the one that is shown.
pub fn actions(
    app: App,
    whole: RwSignal<Arc<Whole>>,
    news: RwSignal<Arc<Vec<News>>>,
    on_done: impl Fn(Answer<TicketView>) + Send + Sync + 'static,
    on_changed: impl Fn() + Send + Sync + 'static,
) -> Drawn {
    let screen = app.screen();
    let actions = Actions {
        app,
        actor: Arc::new(app.actor()),
        whole,
        drafts: Drafts::new(app, whole),
        open: RwSignal::new(None),
        is_more_open: RwSignal::new(false),
    };
    debug_assert!(actions.agrees_with_the_server(), "the browser and the server permit the same");
    let (open, is_more_open) = (actions.open, actions.is_more_open);
    let deeds = Deeds {
        on_done: {
            let actions = actions.clone();
            Arc::new(move |deed, answer| {
                actions.forget(deed);
                on_done(answer);
            })
        },
        on_changed: Arc::new(on_changed),
        on_close: {
            let actions = actions.clone();
            Arc::new(move || actions.close())
        },
    };
    let bar = {
        let actions = actions.clone();
        live(move || actions.bar())
    };
    let others = {
        let actions = actions.clone();
        live(move || each(actions.offers().more, |action| actions.button(Deed::new(action), "btn btn-quiet")))
    };
    let form = {
        let actions = actions.clone();
        live(move || actions.form(&deeds))
    };
    let is_open = move || open.get().is_some() || is_more_open.get();
    // A link may say what is to be done here.
    let wished = value_in(&app.search_now(), "do").and_then(|name| name.parse::<Action>().ok()).map(form_of);
    let offers = untrack(|| actions.offers());
    if let Some(action) = wished.filter(|action| offers.main.contains(action) || offers.more.contains(action)) {
        is_more_open.set(offers.more.contains(&action));
        actions.toggle(Deed::new(action));
    }
    let dropped = actions.clone();
    let section = h::section()
        .follow("class", move || Some(if is_open() { "actions is-open" } else { "actions" }))
        .set("aria-labelledby", "h-actions")
        .with((
            h::h2().class("sr").id("h-actions").set("tabindex", "-1").with(screen.what_you_may_do()),
            bar,
            h::div().class("row").id("more-actions").follow_flag("hidden", move || !is_more_open.get()).with(others),
            live(move || open.get().and_then(|_| news_of(app, news))),
            form,
        ));
    let el = h::div().class("actions-place").with((section, live(move || actions.why_not())));
    Drawn { el, take_files: Arc::new(move |files| dropped.take_files(files)) }
}

/// What others did while one looked, until it is understood.
fn news_of(app: App, news: RwSignal<Arc<Vec<News>>>) -> Option<El> {
    let screen = app.screen();
    let all = news.get();
    if all.is_empty() {
        return None;
    }
    let row = |one: &News| h::li().with(h::a().set("href", format!("#{}", one.line_id)).with(one.words.clone()));
    let seen = move || {
        news.set(Arc::default());
        browser::focus("h-actions");
    };
    let button = h::button().set("type", "button").class("btn btn-sm push").on_click(seen).with(screen.news_seen());
    let text = h::div().class("notice-text").with((
        h::b().with(screen.news_title()),
        h::ul().class("plain").with(each(all.iter(), row)),
        h::p().class("small").with(screen.news_kept()),
    ));
    Some(h::div().class("notice news").set("role", "status").with((icon("bell"), text, button)))
}

impl Actions {
    fn now(&self) -> domain::Instant {
        self.app.now().max(browser::now())
    }

    fn offers(&self) -> Offers {
        let whole = self.whole.get();
        let has_notes = model::hideable(&whole.events, &self.actor).next().is_some();
        model::offers(&whole.ticket.value, &self.actor, self.now(), has_notes)
    }

    /// What the server says may be done, we say too; but for what the minutes between may change.
    fn agrees_with_the_server(&self) -> bool {
        let view = &self.whole.get_untracked().ticket.value;
        let ours = model::permitted(&view.standing, &self.actor, browser::now());
        view.actions.iter().all(|theirs| ours.contains(&theirs.action)) && ours.len() == view.actions.len()
    }

    fn bar(&self) -> El {
        let screen = self.app.screen();
        let offers = self.offers();
        let is_closed = self.open.get().is_none();
        let main = each(offers.main.iter().enumerate(), |(n, action)| {
            // What moves the ticket stands out; what is said beside does not.
            let class = match action {
                Action::Comment | Action::LogTask => "btn btn-quiet",
                _ if n == 0 && is_closed => "btn btn-primary",
                _ => "btn",
            };
            self.button(Deed::new(*action), class)
        });
        // What IT writes for itself is a button of its own: nobody should tell it to the person by mistake.
        let is_it = self.actor.audience() == domain::Audience::It;
        let note = (is_it && offers.main.contains(&Action::Comment)).then(|| self.button(Deed::note(), "btn btn-quiet"));
        let is_more_open = self.is_more_open;
        let more = (!offers.more.is_empty()).then(|| {
            h::button()
                .set("type", "button")
                .class("btn btn-quiet btn-icon push")
                .set("title", screen.more_actions())
                .set("aria-label", screen.more_actions())
                .follow_bool("aria-expanded", move || is_more_open.get())
                .set("aria-controls", "more-actions")
                .on_click(move || is_more_open.set(!is_more_open.get_untracked()))
                .with(icon("more"))
        });
        if main.is_empty() && more.is_none() {
            return h::p().class("muted").with(screen.nothing_to_do());
        }
        h::div().class("actions-bar").with((main, note, more))
    }

    fn button(&self, deed: Deed, class: &'static str) -> El {
        let app = self.app;
        let phase = self.whole.get_untracked().ticket.value.standing.phase;
        let open = self.open;
        let actions = self.clone();
        h::button()
            .set("type", "button")
            .id(button_id(deed))
            .class(class)
            .set("title", deed.help(app))
            .follow_bool("aria-expanded", move || open.get() == Some(deed))
            .on_click(move || actions.toggle(deed))
            .with((icon_of(deed).map(icon), deed.words(app, phase)))
    }

    fn toggle(&self, deed: Deed) {
        if self.open.get_untracked() == Some(deed) {
            return self.close();
        }
        self.drafts.of(deed);
        self.open.set(Some(deed));
    }

    /// Into the form that is open, if it takes files; otherwise into an answer, where one may be written.
    fn take_files(&self, files: Vec<web_sys::File>) {
        let takes = |deed: Deed| matches!(deed.action, Action::Comment | Action::Attach);
        let answer = Deed::new(Action::Comment);
        let deed = match self.open.get_untracked().filter(|deed| takes(*deed)) {
            Some(deed) => deed,
            None if untrack(|| self.offers()).main.contains(&Action::Comment) => {
                if self.open.get_untracked() != Some(answer) {
                    self.toggle(answer);
                }
                answer
            }
            None => return,
        };
        if let Some(draft) = self.drafts.find(deed) {
            draft.add_files(self.app, files);
        }
    }

    /// What is typed stays for the next time; the focus goes back to the button.
    fn close(&self) {
        if let Some(deed) = self.open.get_untracked() {
            self.drafts.give_up(deed);
            self.open.set(None);
            browser::focus(button_id(deed));
        }
    }

    /// What was done needs no draft any more. Another that was opened meanwhile stays as it is.
    fn forget(&self, deed: Deed) {
        self.drafts.forget(deed);
        if self.open.get_untracked() == Some(deed) {
            self.open.set(None);
            self.is_more_open.set(false);
        }
    }

    fn form(&self, deeds: &Deeds) -> Option<El> {
        let deed = self.open.get()?;
        let draft = self.drafts.find(deed)?;
        let actions = self.clone();
        let refusal = move || {
            let whole = actions.whole.get();
            let answer = domain::permit(&whole.ticket.value.standing, &actions.actor, actions.now(), deed.action);
            answer.err().map(|refusal| actions.sentence(&whole.ticket.value, &refusal))
        };
        Some(action_form(self.app, draft, self.whole, refusal, deeds.clone()))
    }

    /// On demand: what may not be done yet, and why.
    fn why_not(&self) -> Option<El> {
        let app = self.app;
        let whole = self.whole.get();
        let view = &whole.ticket.value;
        let refused = model::refused(&view.standing, &self.actor, self.now());
        let row = |(action, refusal): &(Action, Refusal)| {
            let name = words::action(*action, view.standing.phase, app.lang());
            h::li().with((h::b().with(name), " ", h::span().class("muted").with(self.sentence(view, refusal))))
        };
        let rows = h::ul().with(each(&refused, row));
        let summary = h::summary().class("tap muted").with(app.screen().not_now());
        (!refused.is_empty()).then(|| h::details().class("why-not small").with([summary, rows]))
    }

    fn sentence(&self, view: &TicketView, refusal: &Refusal) -> String {
        let person = |id: PersonId| {
            let known = [Some(&view.requester), view.holder.as_ref(), view.creator.as_ref()];
            known.into_iter().flatten().find(|person| person.id == id).map_or_else(String::new, |person| person.name.clone())
        };
        let area = |id: AreaId| if id == view.area.id { view.area.name.clone() } else { String::new() };
        let provider = |id: ProviderId| {
            let known = view.it.as_ref().and_then(|it| it.provider.as_ref()).filter(|provider| provider.id == id);
            known.map_or_else(String::new, |provider| provider.name.clone())
        };
        let names = Names { person: &person, area: &area, provider: &provider };
        words::refusal_for(refusal, &names, self.actor.audience(), self.app.lang())
    }
}

/// The sign of an action, where it has one.
fn icon_of(deed: Deed) -> Option<&'static str> {
    match deed.action {
        Action::Comment if deed.is_note => Some("lock"),
        Action::Escalate => Some("escalate"),
        Action::CoordinateProvider | Action::ReturnToProvider | Action::RecordServiceProvided => Some("truck"),
        Action::RecordSolution | Action::RecordAction | Action::ConfirmResolution | Action::Close | Action::ConfirmSolved => Some("check"),
        Action::Comment => Some("reply"),
        Action::LogTask => Some("list"),
        Action::Attach => Some("clip"),
        Action::AskPerson | Action::Remind => Some("pause"),
        Action::Watch | Action::Unwatch => Some("eye"),
        Action::MarkInformedByPhone => Some("phone"),
        _ => None,
    }
}
