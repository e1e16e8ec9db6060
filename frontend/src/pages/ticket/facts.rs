//! The facts at the side of a ticket.

use domain::{Action, Phase, TechnicalReport, TicketId};
use wire::{TicketItView, TicketView};

use crate::app::App;
use crate::components::html::{self as h, Child, El, each};
use crate::components::{avatar, time};

pub fn facts(app: App, view: &TicketView) -> El {
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
    let about = h::dl().class("facts").with((
        fact(screen.ticket_creator(), creator),
        fact(screen.ticket_channel(), Some(words::channel(view.channel, lang))),
        fact(screen.ticket_received(), Some(time(app, view.received_at, ""))),
        fact(screen.ticket_place(), view.place.clone()),
        fact(screen.ticket_impact(), view.impact.map(|impact| words::impact(impact, lang))),
        fact(screen.ticket_since(), view.since.map(|since| words::time::day(since, lang))),
        fact(screen.ticket_reserved(), view.standing.is_reserved.then(|| screen.ticket_reserved_help())),
        fact(screen.ticket_phone_notice(), view.standing.is_phone_notice_due.then(|| screen.ticket_told_not())),
    ));
    let service = view.service.as_ref().map(|service| service.name.clone());
    let has_item = service.is_some() || view.equipment.is_some();
    let item = (fact(screen.ticket_service(), service), fact(screen.ticket_equipment(), view.equipment.clone()));
    let has_end = view.standing.outcome.is_some() || view.solution.is_some();
    let end = (
        fact(screen.ticket_outcome(), view.standing.outcome.map(|outcome| words::outcome(outcome, lang))),
        fact(screen.ticket_solution(), view.solution.clone()),
        fact(screen.ticket_closed(), view.closed_at.map(|at| time(app, at, ""))),
    );
    h::aside().class("t-side").set("aria-label", screen.ticket_facts()).with((
        h::section().class("section").with((h::h2().with(screen.ticket_requester()), who, about)),
        has_item.then(|| section(screen.ticket_item(), item)),
        has_end.then(|| section(screen.ticket_outcome(), end)),
        view.it.as_ref().map(|it| for_it(app, it)),
    ))
}

fn fact(label: &'static str, value: Option<impl Child>) -> Option<[El; 2]> {
    value.map(|value| [h::dt().with(label), h::dd().class("written").with(value)])
}

fn section(name: impl Child, facts: impl Child) -> El {
    h::section().class("section").with((h::h2().with(name), h::dl().class("facts").with(facts)))
}

/// What the people of IT and the auditor read.
fn for_it(app: App, it: &TicketItView) -> (Option<El>, Option<El>, Option<El>) {
    let screen = app.screen();
    let provider = it.provider.as_ref().map(|provider| {
        let visits = (it.n_visits > 0).then(|| it.n_visits.to_string());
        let company = fact(screen.ticket_company(), Some(provider.name.clone()));
        section(screen.ticket_provider(), (company, fact(screen.ticket_visits(), visits)))
    });
    let joined_to: Vec<TicketId> = it.duplicate_of.into_iter().collect();
    let from: Vec<TicketId> = it.from.into_iter().collect();
    let related = [
        (screen.ticket_joined_to(), &joined_to),
        (screen.ticket_joined_here(), &it.duplicates),
        (screen.ticket_from(), &from),
        (words::action(Action::CreateFromThis, Phase::Requested, app.lang()), &it.split_off),
    ];
    let has_related = related.iter().any(|(_, tickets)| !tickets.is_empty());
    let rows = each(related, |(label, tickets)| (!tickets.is_empty()).then(|| fact(label, Some(each(tickets, ticket_link)))));
    let related = has_related.then(|| section(screen.ticket_related(), rows));
    (provider, it.report.as_ref().map(|report| technical_report(app, report)), related)
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
    let name = format!("{} {}", app.screen().ticket_report(), report.number);
    h::section().class("section").with([h::h2().with(name), parts])
}
