//! The facts at the side of a ticket.

use domain::{Centimos, TechnicalReport, TicketId};
use leptos::prelude::*;
use wire::{TicketItView, TicketView};

use crate::app::{App, use_app};
use crate::components::{Avatar, Time};

#[component]
pub fn Facts(view: TicketView) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let person = view.requester.name.clone();
    let creator = view.creator.clone().filter(|creator| creator.id != view.requester.id).map(|creator| creator.name);
    let impact = view.impact.map(|impact| words::impact(impact, app.lang()).to_owned());
    let since = view.since.map(|since| words::time::day(since, app.lang()));
    let reserved = view.standing.is_reserved.then(|| screen.ticket_reserved_help.to_owned());
    let phone = view.standing.is_phone_notice_due.then(|| screen.ticket_told_not.to_owned());
    let outcome = view.standing.outcome.map(|outcome| words::outcome(outcome, app.lang()).to_owned());
    let service = view.service.as_ref().map(|service| service.name.clone());
    view! {
        <aside class="t-side" aria-label=screen.ticket_facts>
            <section class="section">
                <h2>{screen.ticket_requester}</h2>
                <div class="row t-person">
                    <Avatar name=person.clone() class="avatar-n avatar-md"/>
                    <span class="small"><b class="strong">{person}</b><br/><span class="muted">{view.area.name.clone()}</span></span>
                </div>
                <dl class="facts">
                    {fact(screen.ticket_creator, creator)}
                    {fact(screen.ticket_channel, Some(words::channel(view.channel, app.lang()).to_owned()))}
                    <dt>{screen.ticket_received}</dt>
                    <dd><Time at=view.received_at/></dd>
                    {fact(screen.ticket_place, view.place.clone())}
                    {fact(screen.ticket_impact, impact)}
                    {fact(screen.ticket_since, since)}
                    {fact(screen.ticket_reserved, reserved)}
                    {fact(screen.ticket_phone_notice, phone)}
                </dl>
            </section>
            {(service.is_some() || view.equipment.is_some()).then(|| {
                view! {
                    <section class="section">
                        <h2>{screen.ticket_item}</h2>
                        <dl class="facts">{fact(screen.ticket_service, service)}{fact(screen.ticket_equipment, view.equipment.clone())}</dl>
                    </section>
                }
            })}
            {(outcome.is_some() || view.solution.is_some()).then(|| {
                let closed = view.closed_at.map(|at| view! { <dt>{screen.ticket_closed}</dt><dd><Time at=at/></dd> });
                view! {
                    <section class="section">
                        <h2>{screen.ticket_outcome}</h2>
                        <dl class="facts">
                            {fact(screen.ticket_outcome, outcome)}
                            {fact(screen.ticket_solution, view.solution.clone())}
                            {closed}
                        </dl>
                    </section>
                }
            })}
            {view.it.clone().map(|it| for_it(app, it))}
        </aside>
    }
}

fn fact(label: &'static str, value: Option<String>) -> Option<AnyView> {
    value.map(|value| view! { <dt>{label}</dt><dd class="written">{value}</dd> }.into_any())
}

/// What the people of IT and the auditor read.
fn for_it(app: App, it: TicketItView) -> AnyView {
    let screen = app.screen();
    let provider = it.provider.as_ref().map(|provider| {
        let visits = (it.n_visits > 0).then(|| it.n_visits.to_string());
        view! {
            <section class="section">
                <h2>{screen.ticket_provider}</h2>
                <dl class="facts">{fact(screen.ticket_company, Some(provider.name.clone()))}{fact(screen.ticket_visits, visits)}</dl>
            </section>
        }
    });
    let related = [
        (screen.ticket_joined_to, it.duplicate_of.into_iter().collect::<Vec<_>>()),
        (screen.ticket_joined_here, it.duplicates),
        (screen.ticket_from, it.from.into_iter().collect()),
        (words::action(domain::Action::CreateFromThis, domain::Phase::Requested, app.lang()), it.split_off),
    ];
    let has_related = related.iter().any(|(_, tickets)| !tickets.is_empty());
    let related = has_related.then(|| {
        let rows = related.into_iter().filter(|(_, tickets)| !tickets.is_empty());
        let row = |(label, tickets): (&'static str, Vec<TicketId>)| {
            let link = |id| view! { <a class="tap num" href=format!("/tickets/{id}")>{format!("TI-{id}")}</a>" " };
            view! { <dt>{label}</dt><dd>{tickets.into_iter().map(link).collect_view()}</dd> }
        };
        view! { <section class="section"><h2>{screen.ticket_related}</h2><dl class="facts">{rows.map(row).collect_view()}</dl></section> }
    });
    view! { {provider}{it.report.map(|report| technical_report(app, report))}{related} }.into_any()
}

fn technical_report(app: App, report: TechnicalReport) -> AnyView {
    let label = |path| words::field(path, app.lang()).unwrap_or_default();
    let cost: Option<Centimos> = report.estimated_cost_centimos;
    view! {
        <section class="section">
            <h2>{app.screen().ticket_report}" "{report.number.to_string()}</h2>
            <dl class="facts facts-tall">
                {fact(label("report.background"), Some(report.background.to_string()))}
                {fact(label("report.analysis"), Some(report.analysis.to_string()))}
                {fact(label("report.conclusions"), Some(report.conclusions.to_string()))}
                {fact(label("report.recommendation"), Some(report.recommendation.to_string()))}
                {fact(label("report.estimated_cost_centimos"), cost.map(words::soles))}
            </dl>
        </section>
    }
    .into_any()
}
