//! The facts at the side of a ticket.

use std::sync::Arc;

use crate::reactive::*;
use domain::{Action, Audience, Phase, TechnicalReport, TicketId, day_in_lima};
use leptos::task::spawn_local;
use wire::{PersonView, ProviderView, TicketItView, TicketQuery, TicketSummary, TicketView};
use words::time as dates;

use super::Whole;
use super::model::{self, Service};
use crate::app::App;
use crate::components::html::{self as h, Child, El, each, live};
use crate::components::{avatar, icon, time};
use crate::pages::marks::state_class;

/// What stands beside the ticket on other records. It comes after the page is drawn, and what cannot be had is left out.
#[derive(Clone, Copy)]
struct Beside {
    person: RwSignal<Option<Arc<PersonView>>>,
    provider: RwSignal<Option<Arc<ProviderView>>>,
    related: RwSignal<Arc<Vec<TicketSummary>>>,
}

/// How many others of the same person are shown.
const N_RELATED: u32 = 5;

pub fn facts(app: App, whole: RwSignal<Arc<Whole>>) -> El {
    let is_it = app.actor().audience() == Audience::It;
    let beside = Beside { person: RwSignal::new(None), provider: RwSignal::new(None), related: RwSignal::new(Arc::default()) };
    if is_it {
        let requester = Memo::new(move |_| whole.read().ticket.value.requester.id);
        Effect::new(move || bring_person(app, beside, requester, whole.get_untracked().ticket.value.id));
        let provider = Memo::new(move |_| model::service_of(&whole.read().events).provider.map(|provider| provider.id));
        Effect::new(move || {
            beside.provider.set(None);
            let Some(id) = provider.get() else { return };
            spawn_local(async move {
                let answer = app.client().read_provider(id).await;
                // It may be another by now.
                if let (Ok(answer), Some(true)) = (answer, provider.try_get_untracked().map(|now| now == Some(id))) {
                    let _ = beside.provider.try_set(Some(Arc::new(answer.value)));
                }
            });
        });
    }
    h::aside().class("t-side").set("aria-label", app.screen().ticket_facts()).with(live(move || {
        let whole = whole.get();
        let view = &whole.ticket.value;
        let service = model::service_of(&whole.events);
        (
            requester(app, view, beside),
            item(app, view, &service),
            view.it.as_ref().map(|it| for_it(app, it, &service, beside)),
            end(app, view),
            related(app, view, beside),
            trail(app, view),
        )
    }))
}

fn bring_person(app: App, beside: Beside, requester: Memo<domain::PersonId>, ticket: TicketId) {
    let id = requester.get();
    beside.person.set(None);
    beside.related.set(Arc::default());
    // It may be another by now.
    let is_still = move || requester.try_get_untracked() == Some(id);
    spawn_local(async move {
        if let (Ok(answer), true) = (app.client().read_person(id).await, is_still()) {
            let _ = beside.person.try_set(Some(Arc::new(answer.value)));
        }
        let query = TicketQuery { requester: Some(id.to_string()), limit: Some(N_RELATED + 1), ..TicketQuery::default() };
        if let (Ok(answer), true) = (app.client().list_tickets(&query).await, is_still()) {
            let others = answer.value.items.into_iter().filter(|other| other.id != ticket).take(N_RELATED as usize).collect();
            let _ = beside.related.try_set(Arc::new(others));
        }
    });
}

fn requester(app: App, view: &TicketView, beside: Beside) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let person = view.requester.name.clone();
    let creator = view.creator.as_ref().filter(|creator| creator.id != view.requester.id).map(|creator| creator.name.clone());
    let who = h::div().class("row t-person").with((
        avatar(&person, "avatar-n avatar-md"),
        h::span().class("small").with((
            h::b().class("strong").with(person),
            h::br(),
            h::span().class("muted").with(view.area.name.clone()),
        )),
    ));
    let known = live(move || {
        let person = beside.person.get();
        let person = person.as_ref();
        let part = |path: &str, value: Option<String>| fact(words::field(path, lang).unwrap_or_default(), value);
        let mail = person.and_then(|person| person.email.clone());
        let mail = mail.map(|address| h::a().set("href", format!("mailto:{address}")).with(address));
        (
            part("extension", person.and_then(|person| person.extension.clone())),
            part("phone", person.and_then(|person| person.phone.clone())),
            fact(words::field("email", lang).unwrap_or_default(), mail),
        )
    });
    let about = h::dl().class("facts").with((
        known,
        fact(screen.ticket_creator(), creator),
        fact(screen.ticket_channel(), Some(words::channel(view.channel, lang))),
        fact(screen.ticket_received(), Some(time(app, view.received_at, ""))),
        (
            fact(screen.ticket_place(), view.place.clone()),
            fact(screen.ticket_impact(), view.impact.map(|impact| words::impact(impact, lang))),
            fact(screen.ticket_since(), view.since.map(|since| dates::day(since, lang))),
        ),
        fact(screen.ticket_reserved(), view.standing.is_reserved.then(|| screen.ticket_reserved_help())),
        fact(screen.ticket_phone_notice(), view.standing.is_phone_notice_due.then(|| screen.ticket_told_not())),
    ));
    h::section().class("section").with((h::h2().with(screen.ticket_requester()), who, about))
}

fn item(app: App, view: &TicketView, service: &Service) -> Option<El> {
    let screen = app.screen();
    let lang = app.lang();
    let name = view.service.as_ref().map(|service| service.name.clone());
    let today = day_in_lima(app.now());
    let coverage = service.coverage.as_ref().map(|(kind, until, description)| {
        let (class, words) = match *until >= today {
            true => ("due due-ok", words::covered_until(*kind, *until, lang)),
            false => ("due due-over", words::coverage_was(*until, lang)),
        };
        let description = description.clone().map(|text| h::span().class("muted").with(text));
        h::span().with((h::span().class(class).with((icon("shield"), words)), description))
    });
    let has_item = name.is_some() || view.equipment.is_some() || coverage.is_some();
    has_item.then(|| {
        section(
            screen.ticket_item(),
            (
                fact(screen.ticket_service(), name),
                fact(screen.ticket_equipment(), view.equipment.clone()),
                fact(screen.fact_coverage(), coverage),
            ),
        )
    })
}

fn end(app: App, view: &TicketView) -> Option<El> {
    let screen = app.screen();
    let has_end = view.standing.outcome.is_some() || view.solution.is_some();
    has_end.then(|| {
        let end = (
            fact(screen.ticket_outcome(), view.standing.outcome.map(|outcome| words::outcome(outcome, app.lang()))),
            fact(screen.ticket_solution(), view.solution.clone()),
            fact(screen.ticket_closed(), view.closed_at.map(|at| time(app, at, ""))),
        );
        section(screen.ticket_outcome(), end)
    })
}

fn fact(label: &'static str, value: Option<impl Child>) -> Option<[El; 2]> {
    value.map(|value| [h::dt().with(label), h::dd().class("written").with(value)])
}

fn section(name: impl Child, facts: impl Child) -> El {
    h::section().class("section").with((h::h2().with(name), h::dl().class("facts").with(facts)))
}

/// What the people of IT and the auditor read.
fn for_it(app: App, it: &TicketItView, service: &Service, beside: Beside) -> (Option<El>, Option<El>) {
    let screen = app.screen();
    let lang = app.lang();
    let provider = service.provider.as_ref().map(|provider| {
        let today = day_in_lima(app.now());
        let reached = live(move || {
            let provider = beside.provider.get();
            let provider = provider.as_ref();
            let phone = provider.and_then(|provider| provider.phone.clone());
            let phone = phone.map(|phone| h::a().set("href", format!("tel:{phone}")).with(phone));
            let part = |path: &str| words::field(path, lang).unwrap_or_default();
            (
                fact(part("contact"), provider.and_then(|provider| provider.contact.clone())),
                fact(part("phone"), phone),
                fact(part("email"), provider.and_then(|provider| provider.email.clone())),
            )
        });
        let visits = (!service.visits.is_empty()).then(|| words::visits_on(&service.visits, today, lang));
        section(
            screen.ticket_provider(),
            (
                fact(screen.ticket_company(), Some(provider.name.clone())),
                fact(screen.ticket_case(), service.case.clone()),
                fact(screen.fact_contract(), service.contract.clone()),
                reached,
                fact(screen.fact_expected(), service.expected_on.map(|day| dates::day(day, lang))),
                fact(screen.fact_visits(), visits),
            ),
        )
    });
    (provider, it.report.as_ref().map(|report| technical_report(app, report)))
}

/// What was joined, split or came before; and others of the same person.
fn related(app: App, view: &TicketView, beside: Beside) -> Option<[El; 1]> {
    let screen = app.screen();
    let it = view.it.as_ref()?;
    let joined_to: Vec<TicketId> = it.duplicate_of.into_iter().collect();
    let from: Vec<TicketId> = it.from.into_iter().collect();
    let groups = [
        (screen.ticket_joined_to(), joined_to),
        (screen.ticket_joined_here(), it.duplicates.clone()),
        (screen.ticket_from(), from),
        (words::action(Action::CreateFromThis, Phase::Requested, app.lang()), it.split_off.clone()),
    ];
    let rows = each(groups, |(label, tickets)| (!tickets.is_empty()).then(|| fact(label, Some(each(&tickets, ticket_link)))));
    let has_rows = !rows.is_empty();
    let others = live(move || {
        let related = beside.related.get();
        let row = |ticket: &TicketSummary| {
            let name = h::span().with((h::span().class("num muted").with(format!("TI-{}", ticket.id)), " ", ticket.title.clone()));
            let state = words::state_of(ticket.phase, ticket.outcome, Audience::It, app.lang());
            let badge = h::span().class(state_class(ticket.phase, ticket.outcome)).with(state);
            h::li().with([h::a().class("tap").set("href", format!("/tickets/{}", ticket.id)).with(name), badge])
        };
        (!related.is_empty()).then(|| {
            let list = h::ul().class("rel small").with(each(related.iter(), row));
            [h::h3().class("muted rel-name").with(screen.ticket_same_person()), list]
        })
    });
    let section = live(move || (has_rows || !beside.related.read().is_empty()).then(|| h::h2().with(screen.ticket_related())));
    Some([h::section().class("section rel-section").with((section, has_rows.then(|| h::dl().class("facts").with(rows)), others))])
}

/// For whoever reads the trail.
fn trail(app: App, view: &TicketView) -> Option<El> {
    let link = || h::a().class("tap small").set("href", format!("/audit?ticket={}", view.id)).with(app.screen().audit_of_ticket());
    app.actor().has(domain::Role::Auditor).then(|| h::p().class("section").with(link()))
}

fn ticket_link(id: &TicketId) -> (El, &'static str) {
    (h::a().class("tap num").set("href", format!("/tickets/{id}")).with(format!("TI-{id}")), " ")
}

fn technical_report(app: App, report: &TechnicalReport) -> El {
    let part = |path: &str, text: Option<String>| fact(words::field(path, app.lang()).unwrap_or_default(), text);
    let parts = h::dl().class("facts facts-tall").with((
        part("report.background", Some(report.background.to_string())),
        part("report.analysis", Some(report.analysis.to_string())),
        part("report.conclusions", Some(report.conclusions.to_string())),
        part("report.recommendation", Some(report.recommendation.to_string())),
        part("report.estimated_cost_centimos", report.estimated_cost_centimos.map(words::soles)),
    ));
    let name = words::report_name(report.number.as_str(), app.lang());
    h::section().class("section").with([h::h2().with(name), parts])
}
