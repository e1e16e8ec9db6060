//! «Por evaluar»: the technical reports that wait for the head of IT, one of them to be read, and the decision.

mod letter;
pub mod model;
mod told;

use std::sync::Arc;

use client::{Answer, ClientError};
use domain::{Action, Audience, Phase, TechnicalReport, TicketId};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use wire::{TicketQuery, TicketSort, TicketView};

use self::model::History;
use super::home::tab_links;
use super::ticket::{Deed, Deeds, Drafts, Whole, action_form, read};
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Row, each, live};
use crate::components::{empty, icon, notice};
use crate::reactive::*;
use crate::remote::{remote, see_more};

pub use told::told;

/// How many reports are read at once.
const N_REPORTS: u32 = 20;
/// How often others' changes are asked for, while the page is looked at.
const REFRESH_MILLISECONDS: u32 = 20_000;

pub fn evaluate(app: App) -> El {
    let screen = app.screen();
    app.title(screen.to_evaluate());
    let head = h::div()
        .class("page-head")
        .with(h::div().with((h::h1().with(screen.to_evaluate()), h::p().class("muted").with(screen.decide_lead()))));
    let content = remote(app, 4, move || waiting(app, None), move |first| list(app, first));
    h::div().class("narrow evaluate").with((head, tab_links(app, screen.to_evaluate()), content))
}

fn query(cursor: Option<String>) -> TicketQuery {
    TicketQuery {
        phase: Some(Phase::UnderEvaluation.name().to_owned()),
        sort: Some(TicketSort::Waiting),
        limit: Some(N_REPORTS),
        cursor,
        ..TicketQuery::default()
    }
}

/// The tickets of a page whose reports this reader may read; where the next page begins; and the page's tag.
struct Waiting {
    reports: Vec<TicketView>,
    next: Option<String>,
    etag: Option<String>,
}

async fn waiting(app: App, cursor: Option<String>) -> Result<Waiting, ClientError> {
    let client = app.client();
    let page = client.list_tickets(&query(cursor)).await?;
    let mut reports = Vec::new();
    for summary in page.value.items {
        let ticket = client.read_ticket(summary.id).await?.value;
        reports.extend(Some(ticket).filter(|ticket| report_of(ticket).is_some()));
    }
    Ok(Waiting { reports, next: page.value.next, etag: page.etag })
}

fn list(app: App, first: Waiting) -> El {
    let (reports, next) = (RwSignal::new(Arc::new(first.reports)), RwSignal::new(first.next));
    follow(app, reports, next, first.etag);
    let more = move |cursor: String| {
        Box::pin(async move {
            let new = waiting(app, Some(cursor)).await?;
            let _ = reports.try_update(|reports| Arc::make_mut(reports).extend(new.reports));
            Ok(new.next)
        }) as _
    };
    // What stays is not drawn anew: the focus stays where it is.
    let rows = h::rows(move || {
        let row = |view: &TicketView| {
            let (view, report) = (view.clone(), report_of(view)?);
            Some(Row::new(format!("{} {}", view.id, view.version), move || row(app, &view, &report)))
        };
        reports.get().iter().filter_map(row).collect()
    });
    let is_empty = Memo::new(move |()| reports.read().is_empty() && next.read().is_none());
    let none = live(move || is_empty.get().then(|| h::div().class("panel").with(empty(app.screen().to_evaluate_empty(), ()))));
    let list = h::ul().class("list reqs").follow_flag("hidden", move || reports.read().is_empty()).with(rows);
    h::div().with((list, none, see_more(app, next, more)))
}

/// What is submitted and decided meanwhile shows here by itself; as many as are shown are read anew.
fn follow(app: App, reports: RwSignal<Arc<Vec<TicketView>>>, next: RwSignal<Option<String>>, first: Option<String>) {
    spawn_local(async move {
        let mut etag = first;
        loop {
            TimeoutFuture::new(REFRESH_MILLISECONDS).await;
            let Some(shown) = reports.try_get_untracked() else { return }; // The page was left.
            if browser::document().hidden() {
                continue;
            }
            let Ok(Some(_)) = app.client().list_changed_tickets(&query(None), etag.as_deref()).await else { continue };
            if let Ok(new) = as_many(app, shown.len()).await {
                etag = new.etag;
                let _ = next.try_set(new.next);
                if new.reports != *shown {
                    let _ = reports.try_set(Arc::new(new.reports));
                }
            }
        }
    });
}

/// The first page, and as many of those after it.
async fn as_many(app: App, n: usize) -> Result<Waiting, ClientError> {
    let mut all = waiting(app, None).await?;
    while let Some(cursor) = all.next.take_if(|_| all.reports.len() < n) {
        let more = waiting(app, Some(cursor)).await?;
        all.reports.extend(more.reports);
        all.next = more.next;
    }
    Ok(all)
}

fn row(app: App, view: &TicketView, report: &TechnicalReport) -> El {
    let screen = app.screen();
    let since = view.phase_since;
    let waits = live(move || format!("{} {}", screen.decide_waits(), words::held_since(since, app.now(), app.lang())));
    let head = h::div().class("row small").with((
        h::span().class("num muted").with(format!("TI-{}", view.id)),
        h::span().class("badge badge-now").with((icon("file"), report.number.to_string())),
        h::span().class("muted").with(view.area.name.clone()),
        h::span().class("push muted").with(waits),
    ));
    let link = h::a().set("href", format!("/evaluate/{}", view.id)).with(view.title.clone());
    let foot = h::div().class("row").with((
        h::b().class("num").with(cost(app, report)),
        h::a().class("btn btn-primary push").set("href", format!("/evaluate/{}", view.id)).with(screen.decide_read()),
    ));
    let recommendation = h::p().class("report-lead").with(report.recommendation.to_string());
    h::li().class("req").with((head, h::h2().class("report-title").with(link), recommendation, foot))
}

fn cost(app: App, report: &TechnicalReport) -> String {
    report.estimated_cost_centimos.map_or_else(|| app.screen().decide_no_cost().to_owned(), words::soles)
}

/// One report, and what is decided.
pub fn decide(app: App, id: TicketId) -> El {
    app.title(&words::ticket_title(id.get(), app.lang()));
    h::div().with(remote(app, 6, move || read(app, id), move |whole| page(app, whole)))
}

fn page(app: App, first: Whole) -> El {
    let screen = app.screen();
    let whole = RwSignal::new(Arc::new(first));
    let now = whole.get_untracked();
    let view = &now.ticket.value;
    // What others do meanwhile is said, and what is decided on is the report as it is now.
    super::ticket::follow(app, view.id, whole, RwSignal::new(Arc::default()));
    let crumbs = h::nav().class("row small crumbs").set("aria-label", screen.back()).with((
        h::a().class("tap").set("href", "/evaluate").with(screen.to_evaluate()),
        icon("right"),
        h::span().class("muted num").with(format!("TI-{}", view.id)),
    ));
    let head = h::header().class("t-head").with((crumbs, h::h1().with(view.title.clone())));
    if report_of(view).is_none() {
        let link = h::a().class("btn").set("href", format!("/tickets/{}", view.id)).with(screen.decide_ticket());
        return h::div().with((head, empty(screen.to_evaluate_empty(), link)));
    }
    let shown = Memo::new(move |()| {
        let whole = whole.get();
        report_of(&whole.ticket.value).map(|report| (report, model::history(&whole.events)))
    });
    let document = live(move || shown.get().map(|(report, history)| document(app, &whole.get_untracked().ticket.value, &report, &history)));
    h::div().with((head, h::div().class("d-cols").with((h::div().with(document), decision(app, whole)))))
}

fn report_of(view: &TicketView) -> Option<TechnicalReport> {
    view.it.as_ref().and_then(|it| it.report.clone())
}

/// The report as one reads one.
fn document(app: App, view: &TicketView, report: &TechnicalReport, history: &History) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let fact = |label: &'static str, value: Option<String>| value.map(|value| [h::dt().with(label), h::dd().class("written").with(value)]);
    let item: Vec<String> = view.equipment.iter().cloned().chain(view.service.iter().map(|service| service.name.clone())).collect();
    let facts = h::dl().class("facts").with((
        fact(
            screen.decide_author(),
            history.author.clone().map(|author| match history.submitted_at {
                Some(at) => format!("{author} · {}", words::time::date(at, lang)),
                None => author,
            }),
        ),
        fact(screen.decide_asked_by(), Some(format!("{} · {}", view.requester.name, view.area.name))),
        fact(screen.ticket_item(), (!item.is_empty()).then(|| item.join(" · "))),
        fact(screen.decide_cost(), Some(cost(app, report))),
    ));
    let part = |path: &'static str, text: String| {
        let name = words::field(path, lang).unwrap_or_default();
        h::section().with([h::h3().with(name), h::p().class("written").with(text)])
    };
    let returned = each(&history.returned, |(remarks, at)| {
        let when = words::time::date(*at, lang);
        notice(h::span().with((h::b().with(screen.decide_again()), h::br(), format!("{when}: {remarks}"))), "reply")
            .class("notice notice-soon")
    });
    let verified = history.verified.clone().map(|text| part_named(screen.decide_verified(), vec![text]));
    let tried = (!history.tried.is_empty()).then(|| part_named(screen.decide_tried(), history.tried.clone()));
    let link = h::a().class("tap small").set("href", format!("/tickets/{}", view.id)).with(screen.decide_ticket());
    // The number is of one piece.
    let (called, number) = words::report_name_parts(report.number.as_str(), lang);
    let name = (called, h::span().class("nowrap").with(number.to_owned()));
    h::article().class("panel report").set("aria-labelledby", "h-report").with((
        h::header().with((h::h2().id("h-report").with(name), facts)),
        returned,
        h::div().class("report-parts").with([
            part("report.background", report.background.to_string()),
            part("report.analysis", report.analysis.to_string()),
            part("report.conclusions", report.conclusions.to_string()),
            part("report.recommendation", report.recommendation.to_string()),
        ]),
        h::footer().class("report-parts report-foot").with((verified, tried, link)),
    ))
}

fn part_named(name: &'static str, texts: Vec<String>) -> El {
    h::section().with((h::h3().with(name), each(texts, |text| h::p().class("written small").with(text))))
}

/// In the order in which one considers them.
const DECISIONS: [Action; 3] = [Action::ApproveContracting, Action::RejectContracting, Action::ReturnReport];

fn decision(app: App, whole: RwSignal<Arc<Whole>>) -> El {
    let screen = app.screen();
    let now = whole.get_untracked();
    let phase = now.ticket.value.standing.phase;
    let drafts = Drafts::new(app, whole);
    let chosen = RwSignal::new(None::<Action>);
    // A decision that is taken back is not sent any longer; what is typed of it stays.
    let choose = {
        let drafts = drafts.clone();
        move |action: Option<Action>| {
            chosen.get_untracked().into_iter().for_each(|before| drafts.give_up(Deed::new(before)));
            chosen.set(action);
        }
    };
    let refusal = move |action: Action| {
        let whole = whole.get();
        let answer = domain::permit(&whole.ticket.value.standing, &app.actor(), app.now(), action);
        answer.err().map(|refusal| words::refusal_for(&refusal, &words::Names::UNKNOWN, Audience::It, app.lang()))
    };
    // Whoever may decide nothing here is told why, once.
    if let Some(why) = untrack(|| refusal(Action::ApproveContracting)) {
        let state = words::state(&now.ticket.value.standing, Audience::It, app.lang());
        let badge = h::p().with(h::span().class(super::marks::state_class(phase, now.ticket.value.standing.outcome)).with(state));
        return h::aside().class("decision").with([h::h2().with(screen.decide_title()), badge, notice(why, "lock")]);
    }
    let option = |action: Action| {
        let choose = choose.clone();
        let input = h::input()
            .set("type", "radio")
            .set("name", "decision")
            .id(format!("decide-{}", action.name()))
            .checked(move || chosen.get() == Some(action))
            .on_change(move |_| choose(Some(action)));
        let words = (h::b().with(words::action(action, phase, app.lang())), h::small().with(words::action_help(action, app.lang())));
        h::label().class("choice").with([input, h::span().with(words)])
    };
    let options = h::div().class("choices").set("role", "radiogroup").set("aria-labelledby", "h-decision").with(each(DECISIONS, option));
    let deeds = Deeds {
        on_done: Arc::new(move |deed, answer: Answer<TicketView>| {
            let id = answer.value.id.get();
            let decided = words::received_state(id, words::action(deed.action, phase, app.lang()));
            app.count();
            app.tell(format!("{decided} {}", screen.decide_done()), Some(id));
            app.go("/evaluate", false);
        }),
        on_changed: Arc::new(move || {
            let id = whole.get_untracked().ticket.value.id;
            spawn_local(async move {
                if let Ok(new) = read(app, id).await {
                    let _ = whole.try_set(Arc::new(new));
                }
            });
        }),
        on_close: Arc::new(move || {
            if let Some(action) = chosen.get_untracked() {
                choose(None);
                browser::focus(format!("decide-{}", action.name()));
            }
        }),
    };
    let form = live(move || {
        let action = chosen.get()?;
        let draft = drafts.of(Deed::new(action));
        let letter = (action == Action::RejectContracting).then(|| letter::preview(app, whole, draft.clone()));
        let form = action_form(app, draft, whole, move || refusal(action), deeds.clone());
        Some(h::div().class("decision-form").with((form, letter)))
    });
    // Somebody else was quicker: it is said before anything is chosen, and then in the form.
    let late = live(move || chosen.get().is_none().then(|| refusal(Action::ApproveContracting)).flatten().map(|why| notice(why, "lock")));
    h::aside().class("decision").set("aria-labelledby", "h-decision").with((
        h::h2().id("h-decision").with(screen.decide_title()),
        late,
        options,
        form,
    ))
}
