//! «Por recibir»: what came and nobody has looked at, the oldest first; each as it came, beside what is made of it.

mod contact;
mod mails;

use std::sync::Arc;

use crate::reactive::*;
use client::{Answer, ClientError};
use domain::{Action, Channel, MailId, Phase, TicketId};
use leptos::task::spawn_local;
use wire::{MAX_PAGE_SIZE, PersonView, ReceivedMailQuery, ReceivedMailView, TicketQuery, TicketSort, TicketSummary, TicketView};
use words::Names;

use super::home::model::{TO_RECEIVE, value_in};
use super::ticket::{self, Deed, Deeds, Drafts, Whole, action_form};
use crate::app::{App, Hooks};
use crate::browser;
use crate::components::html::{self as h, El, Html, Row, each, live};
use crate::components::{empty, icon, notice, time};
use crate::remote::remote;

/// From which width on the list and what is looked at stand side by side.
const WIDE: f64 = 900.0;
/// How often news are asked for, while the page is looked at.
const REFRESH_MILLISECONDS: u32 = 20_000;
/// What else becomes of a request than being categorised, in the order of how often.
const OTHERS: [Action; 4] = [Action::AskPerson, Action::CreateFromThis, Action::MarkDuplicate, Action::Discard];

/// What is looked at: a request, or a mail that made none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Ticket(i64),
    Mail(i64),
}

#[derive(Clone, Copy)]
struct Reception {
    app: App,
    waiting: RwSignal<Arc<Vec<TicketSummary>>>,
    etag: StoredValue<Option<String>>,
    none: &'static str,
}

fn query() -> TicketQuery {
    TicketQuery {
        phase: Some(Phase::Requested.name().to_owned()),
        sort: Some(TicketSort::Oldest),
        limit: Some(MAX_PAGE_SIZE),
        ..TicketQuery::default()
    }
}

pub fn reception(app: App, none: &'static str) -> El {
    let call = move || async move { app.client().list_tickets(&query()).await.map(|answer| (answer.value.items, answer.etag)) };
    h::div().with(remote(app, 5, call, move |(items, etag): (Vec<TicketSummary>, Option<String>)| {
        let reception = Reception { app, waiting: RwSignal::new(Arc::new(items)), etag: StoredValue::new(etag), none };
        reception.follow();
        reception.draw()
    }))
}

/// Where the desk makes something of a mail.
#[cfg(feature = "whole")]
pub(super) fn href_of_mail(id: i64) -> String {
    href(Some(At::Mail(id)))
}

/// Where one request is looked at.
fn href(at: Option<At>) -> String {
    match at {
        None => TO_RECEIVE.href(),
        Some(At::Ticket(id)) => format!("{}&at={id}", TO_RECEIVE.href()),
        Some(At::Mail(id)) => format!("{}&at=m{id}", TO_RECEIVE.href()),
    }
}

impl Reception {
    /// Said by the address; on a wide screen, else, the oldest.
    fn at(self) -> Option<At> {
        let said = value_in(&self.app.search(), "at");
        let named = said.and_then(|said| match said.strip_prefix('m') {
            Some(mail) => mail.parse().ok().map(At::Mail),
            None => said.parse().ok().map(At::Ticket),
        });
        let first = || self.waiting.read().first().map(|ticket| At::Ticket(ticket.id.get()));
        named.or_else(|| if browser::width() > WIDE { first() } else { None })
    }

    /// What comes meanwhile shows here by itself.
    fn follow(self) {
        spawn_local(async move {
            loop {
                gloo_timers::future::TimeoutFuture::new(REFRESH_MILLISECONDS).await;
                if self.waiting.try_get_untracked().is_none() {
                    return; // The page was left.
                }
                if !browser::document().hidden() {
                    self.refresh().await;
                }
            }
        });
    }

    async fn refresh(self) {
        let Some(etag) = self.etag.try_get_value() else { return };
        if let Ok(Some(answer)) = self.app.client().list_changed_tickets(&query(), etag.as_deref()).await {
            let _ = self.etag.try_set_value(answer.etag);
            let _ = self.waiting.try_set(Arc::new(answer.value.items));
        }
    }

    fn draw(self) -> El {
        let app = self.app;
        let at = Memo::new(move |_| self.at());
        let step = move |by: i32| {
            let Some(waiting) = self.waiting.try_get_untracked() else { return };
            let now = match at.get_untracked() {
                Some(At::Ticket(id)) => waiting.iter().position(|ticket| ticket.id.get() == id),
                _ => None,
            };
            if let Some(to) = super::list::model::moved(now, by, waiting.len()) {
                app.go(&href(Some(At::Ticket(waiting[to].id.get()))), true);
            }
        };
        app.hook(Hooks {
            on_key: Some(Arc::new(move |event| {
                match event.key().as_str() {
                    "j" => step(1),
                    "k" => step(-1),
                    _ => return false,
                }
                true
            })),
            on_scroll: None,
        });
        let rows = h::rows(move || {
            let waiting = self.waiting.get();
            let row = |ticket: &TicketSummary| {
                let ticket = ticket.clone();
                Row::new(super::list::model::row_key(&ticket, 0), move || self.row(&ticket, at))
            };
            waiting.iter().map(row).collect()
        });
        let is_empty = Memo::new(move |_| self.waiting.read().is_empty());
        let none = live(move || is_empty.get().then(|| empty(self.none, ())));
        let list = h::section()
            .class("r-list")
            .set("aria-label", app.screen().to_receive())
            .with((h::div().class("panel").with((h::ul().class("list").with(rows), none)), mails::unmatched(app, at)));
        let detail = live(move || match at.get() {
            None => each([h::div().class("panel r-none").with(h::p().class("muted").with(app.screen().receive_choose()))], |none| none),
            Some(At::Ticket(id)) => self.detail(id),
            Some(At::Mail(id)) => each([mails::mail(app, id)], |mail| mail),
        });
        let class = move || Some(if value_in(&app.search(), "at").is_some() { "r-cols is-at" } else { "r-cols" });
        h::div().follow("class", class).with((list, h::div().class("r-detail").with(detail)))
    }

    fn row(self, ticket: &TicketSummary, at: Memo<Option<At>>) -> El {
        let app = self.app;
        let id = ticket.id.get();
        let waiting = ticket.is_waiting.then(|| h::span().class("badge badge-line").with(app.screen().waiting_for_user()));
        let sign = match ticket.channel {
            Channel::Email => "mail",
            Channel::Web => "monitor",
            Channel::Phone | Channel::Mobile => "phone",
            Channel::InPerson => "user",
        };
        let channel = h::span().class("row small muted r-from").with((
            icon(sign),
            h::span().class("sr").with(words::channel(ticket.channel, app.lang())),
            ticket.requester.name.clone(),
        ));
        let about = h::span()
            .class("row small muted")
            .with((h::span().class("num").with(format!("TI-{id}")), time(app, ticket.received_at, "push")));
        h::li().with(
            h::a()
                .class("list-row")
                .set("href", href(Some(At::Ticket(id))))
                .follow("aria-current", move || (at.get() == Some(At::Ticket(id))).then_some("true"))
                .with((about, h::span().class("strong").with(ticket.title.clone()), channel, waiting)),
        )
    }

    fn detail(self, id: i64) -> Vec<Html> {
        let app = self.app;
        let Ok(ticket) = TicketId::parse(id) else { return Vec::new() };
        let again = RwSignal::new(());
        let content = live(move || {
            again.track();
            remote(app, 4, move || read(app, ticket), move |came: Came| self.came(came, again))
        });
        each([content], |content| content)
    }

    fn came(self, came: Came, again: RwSignal<()>) -> El {
        let app = self.app;
        let screen = app.screen();
        let view = came.whole.ticket.value.clone();
        let back = h::a().class("btn btn-quiet only-s r-back").set("href", href(None)).with((icon("left"), screen.receive_back()));
        let badge = came
            .person
            .as_ref()
            .filter(|person| person.value.is_contact)
            .map(|_| h::span().class("badge badge-soon").with(screen.contact_badge()));
        let marks = h::p().class("row small muted").with((
            h::a().class("num").set("href", format!("/tickets/{}", view.id)).with(format!("TI-{}", view.id)),
            words::channel(view.channel, app.lang()),
            time(app, view.received_at, ""),
        ));
        let who = h::p().class("row").with((
            h::b().with(view.requester.name.clone()),
            h::span().class("muted").with(view.area.name.clone()),
            badge,
        ));
        let contact =
            came.person.clone().filter(|person| person.value.is_contact).map(|person| contact::contact(app, person, move || again.set(())));
        let head = h::header().class("came-head").with((back, marks, h::h2().class("r-title").with(view.title.clone()), who));
        h::div().with((head, contact, h::div().class("r-pair").with((self.as_it_came(&came), self.deeds(came.whole)))))
    }

    /// The mail, or what the person wrote.
    fn as_it_came(self, came: &Came) -> El {
        let app = self.app;
        let screen = app.screen();
        let view = &came.whole.ticket.value;
        let fact =
            |label: &'static str, value: Option<String>| value.map(|value| [h::dt().with(label), h::dd().class("written").with(value)]);
        let (name, body) = match &came.mail {
            Some(mail) => {
                let unproven =
                    (!mail.summary.is_verified).then(|| notice(screen.receive_not_verified(), "alert").class("notice notice-soon"));
                (screen.receive_as_mail(), each([unproven, Some(ticket::mail_as_it_came(app, mail.clone()))], |part| part))
            }
            None => {
                let facts = h::dl().class("facts").with((
                    fact(screen.ticket_impact(), view.impact.map(|impact| words::impact(impact, app.lang()).to_owned())),
                    fact(screen.ticket_since(), view.since.map(|since| words::time::day(since, app.lang()))),
                    fact(screen.ticket_place(), view.place.clone()),
                    fact(screen.ticket_equipment(), view.equipment.clone()),
                ));
                let text = h::p().class("written").with(view.description.clone().unwrap_or_else(|| screen.text_hidden().to_owned()));
                (screen.receive_as_web(), each([text, facts], |part| part))
            }
        };
        let files: Vec<wire::FileView> = came.whole.events.first().map(|event| event.files.clone()).unwrap_or_default();
        let others = came.whole.events.iter().skip(1).count();
        let more = (others > 0)
            .then(|| h::p().class("small").with(h::a().set("href", format!("/tickets/{}", view.id)).with(screen.conversation())));
        h::section().class("panel r-came").set("aria-labelledby", "h-came").with(h::div().class("panel-body").with((
            h::h3().id("h-came").with(name),
            body,
            ticket::shown_files(app, &files),
            more,
        )))
    }

    /// Being categorised; or else one of the others.
    fn deeds(self, whole: Whole) -> El {
        let app = self.app;
        let id = whole.ticket.value.id.get();
        let whole = RwSignal::new(Arc::new(whole));
        let drafts = Drafts::new(app, whole);
        let open = RwSignal::new(Action::Categorise);
        let actor = Arc::new(app.actor());
        // What is left is not sent again by itself, and what is typed in it stays.
        let turn_to = {
            let drafts = drafts.clone();
            move |action: Action| {
                drafts.give_up(Deed::new(open.get_untracked()));
                open.set(action);
            }
        };
        let on_changed = move || {
            spawn_local(async move {
                if let Ok(ticket) = TicketId::parse(id)
                    && let Ok(new) = ticket::read(app, ticket).await
                {
                    let _ = whole.try_set(Arc::new(new));
                }
                self.refresh().await;
            });
        };
        let on_done = {
            let drafts = drafts.clone();
            move |deed: Deed, answer: Answer<TicketView>| {
                drafts.forget(deed);
                self.done(id, deed.action, &answer.value);
                // What stays to be received is another than before.
                if answer.value.standing.phase == Phase::Requested {
                    open.set(Action::Categorise);
                    on_changed();
                }
            }
        };
        let on_close = {
            let turn_to = turn_to.clone();
            move || turn_to(Action::Categorise)
        };
        let deeds = Deeds { on_done: Arc::new(on_done), on_changed: Arc::new(on_changed), on_close: Arc::new(on_close) };
        let others = live(move || {
            let button = |action: Action| {
                let is_open = open.get() == action;
                let turn_to = turn_to.clone();
                h::button()
                    .set("type", "button")
                    .class("btn btn-sm")
                    .id(format!("receive-{action}"))
                    .set("aria-expanded", if is_open { "true" } else { "false" })
                    .set("title", words::action_help(action, app.lang()))
                    .on_click(move || turn_to(if is_open { Action::Categorise } else { action }))
                    .with((icon_of(action).map(icon), words::action(action, Phase::Requested, app.lang())))
            };
            h::div().class("row r-others").set("role", "group").set("aria-label", app.screen().receive_other()).with(each(OTHERS, button))
        });
        let form = live(move || {
            let action = open.get();
            let draft = drafts.of(Deed::new(action));
            let actor = actor.clone();
            let refusal = move || {
                let answer = domain::permit(&whole.get().ticket.value.standing, &actor, browser::now(), action);
                answer.err().map(|refusal| words::refusal(&refusal, &Names::UNKNOWN, app.lang()))
            };
            let form = action_form(app, draft, whole, refusal, deeds.clone());
            if action == Action::Categorise {
                browser::leave_focus_where_written();
            }
            form
        });
        h::section().class("panel r-deeds").with(h::div().class("panel-body").with((form, others)))
    }

    /// On to the next, unless this one stays to be received.
    fn done(self, id: i64, action: Action, view: &TicketView) {
        let app = self.app;
        let sentence = match view.standing.kind.filter(|_| action == Action::Categorise) {
            Some(kind) => words::received_as(id, kind, app.lang()),
            None => words::received_state(id, words::action(action, Phase::Requested, app.lang())),
        };
        app.tell(sentence, Some(id));
        app.count();
        let stays = view.standing.phase == Phase::Requested;
        let left: Vec<TicketSummary> =
            self.waiting.get_untracked().iter().filter(|ticket| stays || ticket.id.get() != id).cloned().collect();
        if !stays {
            let before = self.waiting.get_untracked().iter().position(|ticket| ticket.id.get() == id).unwrap_or_default();
            let next = left.get(before.min(left.len().saturating_sub(1))).map(|ticket| At::Ticket(ticket.id.get()));
            self.waiting.set(Arc::new(left));
            app.go(&href(next.filter(|_| browser::width() > WIDE)), true);
            browser::window().scroll_to_with_x_and_y(0.0, 0.0);
            // Its form is gone, and the focus with it, unless the next one's asks for it.
            browser::focus_page();
        }
        spawn_local(self.refresh());
    }
}

fn icon_of(action: Action) -> Option<&'static str> {
    match action {
        Action::AskPerson => Some("pause"),
        Action::CreateFromThis => Some("split"),
        Action::MarkDuplicate => Some("join"),
        Action::Discard => Some("x"),
        _ => None,
    }
}

/// A request with how it came.
struct Came {
    whole: Whole,
    mail: Option<ReceivedMailView>,
    person: Option<Arc<Answer<PersonView>>>,
}

async fn read(app: App, id: TicketId) -> Result<Came, ClientError> {
    let whole = ticket::read(app, id).await?;
    let client = app.client();
    let person = client.read_person(whole.ticket.value.requester.id).await.ok().map(Arc::new);
    let mail = match whole.ticket.value.channel {
        Channel::Email => first_mail(app, id).await?,
        _ => None,
    };
    Ok(Came { whole, mail, person })
}

/// The mail that a ticket began with: the oldest of its mails.
async fn first_mail(app: App, id: TicketId) -> Result<Option<ReceivedMailView>, ClientError> {
    let client = app.client();
    let query = ReceivedMailQuery { ticket: Some(id), limit: Some(MAX_PAGE_SIZE), ..ReceivedMailQuery::default() };
    let oldest: Option<MailId> = client.list_received_mails(&query).await?.value.items.last().map(|mail| mail.id);
    match oldest {
        Some(mail) => Ok(Some(client.read_received_mail(mail).await?.value)),
        None => Ok(None),
    }
}
