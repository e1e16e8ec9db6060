//! Any set of tickets: its filters are the address, so a list is a link.

use client::ClientError;
use domain::{Kind, Phase};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use wire::{Page, TicketQuery, TicketSummary};
use words::Sign;

use super::home::model::{SORTS, query_of, standing_of};
use super::marks::{KindMark, state_class};
use super::ticket::ticket_number;
use crate::app::{App, use_app};
use crate::components::{Empty, Failure, Field, Icon, Line, Loading, Select, Time};
use crate::remote::{Remote, load};

#[component]
pub fn List() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let is_it = app.actor().audience() == domain::Audience::It;
    let name = if is_it { screen.all_tickets } else { screen.my_area };
    app.title(name);
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(|params| query_of(|name| params.get(name))));
    let empty = Signal::derive(move || if is_it { screen.list_empty } else { screen.my_area_empty });
    view! {
        <div class="page-head"><h1>{name}</h1></div>
        <Filters is_it=is_it/>
        <Tickets query=query empty=empty/>
    }
}

#[component]
fn Filters(is_it: bool) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let params = use_query_map();
    let navigate = StoredValue::new(use_navigate());
    let go = move |name: &'static str, value: String| {
        let mut params: ParamsMap = params.get_untracked();
        params.remove(name);
        if !value.is_empty() {
            params.insert(name, value);
        }
        let to = format!("/tickets{}", params.to_query_string());
        navigate.with_value(|navigate| navigate(&to, NavigateOptions { replace: true, scroll: false, ..Default::default() }));
    };
    let no_error = Signal::stored(None::<String>);
    let select = move |name: &'static str, label: &'static str, options: Vec<(String, String)>, none: &'static str| {
        let id = format!("filter-{name}");
        let value = Signal::derive(move || params.with(|params| params.get(name)).unwrap_or_default());
        let choose = Callback::new(move |value| go(name, value));
        view! {
            <Field id=id.clone() label=label error=no_error>
                <Select id=id options=Signal::stored(options) value=value on_choose=choose error=no_error none=Some(none)/>
            </Field>
        }
    };
    let named = |name: &str, words: &str| (name.to_owned(), words.to_owned());
    let phase_words = if is_it { words::phase } else { words::phase_for_requester };
    let phases = Phase::ALL.iter().map(|phase| named(phase.name(), phase_words(*phase, app.lang()))).collect();
    let kinds = Kind::ALL.iter().map(|kind| named(kind.name(), words::kind(*kind, app.lang())));
    let kinds = kinds.chain([named("none", words::kind_or_none(None, app.lang()))]).collect();
    let holders = vec![named("me", screen.filter_mine), named("none", screen.filter_nobody)];
    let orders = [screen.order_newest, screen.order_oldest, screen.order_updated, screen.filter_waiting];
    // The order by waiting is named by what it puts first.
    let sorts = SORTS.iter().zip(orders).skip(1).take(2).map(|((_, name), words)| named(name, words)).collect();

    let text = RwSignal::new(params.with_untracked(|params| params.get("words")).unwrap_or_default());
    let seek = move |event: SubmitEvent| {
        event.prevent_default();
        let text = text.get_untracked().trim().to_owned();
        match ticket_number(&text) {
            Ok(id) => navigate.with_value(|navigate| navigate(&format!("/tickets/{id}"), NavigateOptions::default())),
            Err(_) => go("words", text),
        }
    };
    view! {
        <div class="filters">
            <form class="filter-words" role="search" on:submit=seek>
                <Field id="filter-words" label=screen.filter_text error=no_error>
                    <Line id="filter-words" value=text error=no_error kind="search"/>
                </Field>
                <button type="submit" class="btn"><Icon name="search"/>{screen.search_short}</button>
            </form>
            {select("phase", screen.list_state, phases, screen.all)}
            {is_it.then(|| select("kind", screen.list_kind, kinds, screen.all))}
            {is_it.then(|| select("holder", screen.list_holder, holders, screen.all))}
            {select("sort", screen.list_order, sorts, screen.order_newest)}
        </div>
    }
}

/// The pages of a list that have come so far.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    items: Vec<TicketSummary>,
    next: Option<String>,
}

/// A list of tickets: a table, and on a phone rows of text.
#[component]
pub fn Tickets(query: Memo<TicketQuery>, #[prop(into)] empty: Signal<&'static str>) -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let shown = RwSignal::new(Remote::<Shown>::Waiting);
    let is_loading = RwSignal::new(false);
    let reload = Callback::new(move |()| load(app, shown, read(app, query.get_untracked())));
    Effect::new(move || {
        query.track();
        shown.set(Remote::Waiting);
        reload.run(());
    });
    let more = move |_| {
        let next = shown.with_untracked(|shown| shown.here().and_then(|shown| shown.next.clone()));
        let Some(cursor) = next.filter(|_| !is_loading.get_untracked()) else { return };
        let query = TicketQuery { cursor: Some(cursor), ..query.get_untracked() };
        is_loading.set(true);
        spawn_local(async move {
            let page = read(app, query).await;
            app.heard(page.as_ref().err());
            let _ = is_loading.try_set(false);
            let _ = shown.try_update(|shown| match (shown, page) {
                (Remote::Here(shown), Ok(page)) => {
                    shown.items.extend(page.items);
                    shown.next = page.next;
                }
                (_, Err(error)) => app.say(app.describe(&error)),
                _ => {}
            });
        });
    };
    let is_it = app.actor().audience() == domain::Audience::It;
    move || match shown.get() {
        Remote::Waiting => view! { <Loading rows=6/> }.into_any(),
        Remote::Failed(error) => view! { <Failure text=app.describe(&error) retry=reload/> }.into_any(),
        Remote::Here(list) if list.items.is_empty() => view! { <div class="panel"><Empty text=empty.get()/></div> }.into_any(),
        Remote::Here(list) => {
            let rows = list.items.iter().map(|ticket| row(app, ticket, is_it)).collect_view();
            let small = list.items.iter().map(|ticket| small_row(app, ticket, is_it)).collect_view();
            let next = list.next.is_some().then(|| {
                view! { <div class="list-foot"><button type="button" class="btn" on:click=more>{screen.see_more}</button></div> }
            });
            view! {
                <div class="panel">
                    <div class="table-wrap wide-only">
                        <table class="table">
                            <thead>
                                <tr>
                                    <th scope="col">{screen.list_number}</th>
                                    <th scope="col">{screen.list_title}</th>
                                    <th scope="col">{screen.list_kind}</th>
                                    <th scope="col">{screen.list_state}</th>
                                    <th scope="col">{screen.list_requester}</th>
                                    <th scope="col">{screen.list_holder}</th>
                                    <th scope="col" class="r">{screen.list_updated}</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <ul class="list small-only">{small}</ul>
                    {next}
                </div>
            }
            .into_any()
        }
    }
}

async fn read(app: App, query: TicketQuery) -> Result<Shown, ClientError> {
    let Page { items, next } = app.client().list_tickets(&query).await?.value;
    Ok(Shown { items, next })
}

fn state(app: App, ticket: &TicketSummary, is_it: bool) -> AnyView {
    let audience = if is_it { domain::Audience::It } else { domain::Audience::Everyone };
    let state = words::state(&standing_of(ticket), audience, app.lang());
    let signs = [ticket.is_waiting.then_some(Sign::WaitingForPerson), (ticket.n_reopened > 0).then_some(Sign::Reopened(ticket.n_reopened))];
    let sign = |sign| Some(view! { " "<span class="badge badge-line">{words::sign(sign, audience, app.lang())?}</span> });
    view! {
        <span class=state_class(ticket.phase, ticket.outcome)>{state}</span>
        {signs.into_iter().flatten().filter_map(sign).collect_view()}
    }
    .into_any()
}

fn holder(app: App, ticket: &TicketSummary) -> String {
    let nobody = if ticket.phase.is_end() { "" } else { app.screen().nobody_yet };
    ticket.holder.as_ref().map_or_else(|| nobody.to_owned(), |holder| holder.name.clone())
}

fn row(app: App, ticket: &TicketSummary, is_it: bool) -> AnyView {
    let href = format!("/tickets/{}", ticket.id);
    view! {
        <tr>
            <td class="num muted">{format!("TI-{}", ticket.id)}</td>
            <td class="title-cell"><a class="cut" href=href title=ticket.title.clone()>{ticket.title.clone()}</a></td>
            <td><KindMark kind=ticket.kind/></td>
            <td class="nowrap">{state(app, ticket, is_it)}</td>
            <td class="person-cell"><span class="cut" title=ticket.area.name.clone()>{ticket.requester.name.clone()}</span></td>
            <td class="person-cell"><span class="cut">{holder(app, ticket)}</span></td>
            <td class="r muted"><Time at=ticket.updated_at/></td>
        </tr>
    }
    .into_any()
}

fn small_row(app: App, ticket: &TicketSummary, is_it: bool) -> AnyView {
    view! {
        <li>
            <a class="list-row" href=format!("/tickets/{}", ticket.id)>
                <span class="row small">
                    <span class="num muted">{format!("TI-{}", ticket.id)}</span>
                    <KindMark kind=ticket.kind/>
                    {state(app, ticket, is_it)}
                </span>
                <span class="strong">{ticket.title.clone()}</span>
                <span class="small muted">{format!("{} · {}", ticket.requester.name, holder(app, ticket))}" · "<Time at=ticket.updated_at/></span>
            </a>
        </li>
    }
    .into_any()
}
