//! The audit trail: every event, change of a record and sign-in, with who, when and from where. It is read, and nothing else.

use domain::EventName;
use leptos::task::spawn_local;
use serde_json::{Map, Value, json};
use words::EventWords;

use super::ask::{fetched, get};
use super::head;
use super::history::{Named, changes, folded};
use super::paged::Paged;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::{Choice, Field, Find, empty, find, icon, line, select, time, trouble};
use crate::pages::faults::Fault;
use crate::pages::home::model::value_in;
use crate::pages::records;
use crate::reactive::*;

/// What the address may say.
const FILTERS: [&str; 7] = ["person", "entity", "id", "ticket", "token", "from", "to"];
const TICKET: &str = "ticket";
const ENTITIES: [&str; 9] = [TICKET, "session", "person", "area", "service", "provider", "setting", "absence", "access_token"];

fn query_of(search: &str) -> Value {
    let mut query = Map::new();
    for name in FILTERS {
        if let Some(value) = value_in(search, name).filter(|value| !value.is_empty()) {
            query.insert(name.to_owned(), json!(value));
        }
    }
    Value::Object(query)
}

pub fn audit(app: App) -> El {
    let screen = app.screen();
    app.title(screen.audit_trail());
    let is_reader = [domain::Role::Auditor, domain::Role::Admin].iter().any(|role| app.actor().has(*role));
    if !is_reader {
        return crate::pages::missing(app);
    }
    let wrong = RwSignal::new(None::<String>);
    let export = move || {
        wrong.set(None);
        let query = query_of(&app.search_now());
        spawn_local(async move {
            let call = app.client().request(client::Method::GET, "/trail.csv").query(&query);
            let answer = call.send().await.and_then(client::Raw::good);
            app.heard(answer.as_ref().err());
            match answer {
                Ok(raw) => browser::save(words::trail_file_name(app.lang()), &raw.body),
                Err(error) => drop(wrong.try_set(Some(app.describe(&error)))),
            }
        });
    };
    let button = h::button().set("type", "button").class("btn").on_click(export).with((icon("download"), screen.list_export()));
    let list = live(move || {
        let mut query = query_of(&app.search());
        query["limit"] = json!(50);
        fetched(app, 8, "/trail".to_owned(), query.clone(), Box::new(move |got| list(app, query.clone(), &got.value)))
    });
    // The administrator has the parts on pages of their own.
    let tabs = (!app.actor().has(domain::Role::Admin)).then(|| super::tabs(app, None));
    let lead = if app.actor().reads_trail_of_tickets() { screen.audit_lead() } else { screen.audit_lead_of_records() };
    let head = head(screen.audit_trail(), Some(lead), button);
    h::div().class("audit").with((tabs, head, filters(app), trouble(wrong), list))
}

fn filters(app: App) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let field = |name: &'static str, label: &'static str| Field::new(format!("audit-{name}"), label).optional();
    let label = move |name: &str| words::field(name, lang).unwrap_or_default();
    let person = Find::new(String::new(), None);
    let [entity, number, token, from, to] = [(); 5].map(|()| RwSignal::new(String::new()));
    let who = field("person", screen.audit_who());
    let fault = who.error;
    let what = field("entity", label("entity"));
    let lacking = what.error;
    let fill = move |search: &str| {
        let now = |name: &str| value_in(search, name).unwrap_or_default();
        entity.set(now("entity"));
        number.set(if now("ticket").is_empty() { now("id") } else { now("ticket") });
        token.set(now("token"));
        from.set(now("from"));
        to.set(now("to"));
        fault.set(None);
        lacking.set(None);
        // The address has the person's number alone.
        let id = now("person").parse::<i64>().ok();
        if id.is_some() && person.chosen.get_untracked() == id {
            return;
        }
        person.chosen.set(id);
        person.text.set(String::new());
        let Some(id) = id else { return };
        spawn_local(async move {
            let got = get(app, format!("/people/{id}"), Value::Null).await;
            // Another may be chosen by now.
            if let (Ok(got), true) = (got, person.chosen.try_get_untracked() == Some(Some(id))) {
                person.text.set(got.value["name"].as_str().unwrap_or_default().to_owned());
            }
        });
    };
    Effect::new(move || fill(&app.search()));
    let apply = move || {
        if person.chosen.get_untracked().is_none() && !person.text.read_untracked().trim().is_empty() {
            fault.set(Some(Fault::NobodyChosen.sentence(app, "person", screen.audit_who())));
            return browser::focus("audit-person");
        }
        let kind = entity.get_untracked();
        let digits: String = number.get_untracked().chars().filter(char::is_ascii_digit).collect();
        // A number alone is a ticket's, for whoever reads of tickets; else it is said of which record.
        let is_ticket = kind == TICKET || (kind.is_empty() && app.actor().reads_trail_of_tickets());
        if kind.is_empty() && !is_ticket && !digits.is_empty() {
            lacking.set(Some(words::value_error(domain::ValueError::Empty, label("entity"), lang)));
            return browser::focus("audit-entity");
        }
        let parts = [
            ("person", person.chosen.get_untracked().map(|id| id.to_string()).unwrap_or_default()),
            ("entity", if is_ticket && !digits.is_empty() { String::new() } else { kind }),
            ("ticket", if is_ticket { digits.clone() } else { String::new() }),
            ("id", if is_ticket { String::new() } else { digits }),
            ("token", token.get_untracked()),
            ("from", from.get_untracked()),
            ("to", to.get_untracked()),
        ];
        let said: Vec<String> =
            parts.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}")).collect();
        app.go(&if said.is_empty() { "/audit".to_owned() } else { format!("/audit?{}", said.join("&")) }, true);
    };
    let offered = ENTITIES.iter().filter(|name| **name != TICKET || app.actor().reads_trail_of_tickets());
    let options = offered.map(|name| ((*name).to_owned(), words::entity(name, lang).unwrap_or_default().to_owned())).collect();
    let by = field("token", screen.audit_token());
    let tokens = RwSignal::new(Vec::new());
    spawn_local(bring_tokens(app, tokens, by.error));
    let (id, since, until) = (field("id", label("id")), field("from", screen.filter_from()), field("to", screen.filter_until()));
    let plain = |field: &Field, input: El| {
        h::div().class("field").with((h::label().set("for", field.id.clone()).with(field.label), input, field.below()))
    };
    let clear = h::a().class("btn btn-quiet").set("href", "/audit").on_click(move || fill("")).with(screen.list_clear_filters());
    h::form().class("filters").set("role", "search").flag("novalidate", true).on_submit(apply).with([
        plain(&who, find(app, &who, person, records::seek_people(app, person))),
        plain(&what, select(&what, screen.all_records(), RwSignal::new(options), entity)),
        plain(&id, line(&id, "text", number).set("inputmode", "numeric")),
        plain(&by, select(&by, screen.audit_any_token(), tokens, token)),
        plain(&since, line(&since, "date", from)),
        plain(&until, line(&until, "date", to)),
        h::div().class("row").with([h::button().set("type", "submit").class("btn").with((icon("search"), screen.search_short())), clear]),
    ])
}

/// Everybody's access tokens, also those that are good for nothing any more: each by its name and whose it is.
async fn bring_tokens(app: App, tokens: RwSignal<Vec<Choice>>, wrong: RwSignal<Option<String>>) {
    let mut query = json!({ "limit": 200 });
    loop {
        let page = match get(app, "/access-tokens".to_owned(), query.clone()).await {
            Ok(page) => page.value,
            Err(error) => {
                let _ = wrong.try_set(Some(app.describe(&error)));
                return;
            }
        };
        let more = page["items"].as_array().into_iter().flatten().map(|one| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let revoked = if one["revoked_at"].is_null() { "" } else { app.screen().token_revoked() };
            let parts = [text(&one["name"]), text(&one["person"]["name"]), revoked.to_owned()];
            (one["id"].to_string(), parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
        });
        let more: Vec<Choice> = more.collect();
        if tokens.try_update(|tokens| tokens.extend(more)).is_none() || page["next"].is_null() {
            return;
        }
        query["cursor"] = page["next"].clone();
    }
}

fn list(app: App, query: Value, page: &Value) -> El {
    let screen = app.screen();
    let paged = Paged::new(page);
    if paged.is_empty() {
        let is_of_tickets = query["entity"] == TICKET || !query["ticket"].is_null();
        let none = if is_of_tickets && !app.actor().reads_trail_of_tickets() { screen.audit_no_tickets() } else { screen.audit_empty() };
        return h::div().class("panel").with(empty(none, ()));
    }
    let named = Named::new(app);
    let rows = h::ol().class("list").with(live(move || each(paged.items.get().iter(), |entry| row(app, entry, named))));
    h::div().class("panel").with((rows, paged.foot(app, "/trail", query)))
}

fn row(app: App, entry: &Value, named: Named) -> El {
    let screen = app.screen();
    let lang = app.lang();
    let entity = entry["entity"].as_str().unwrap_or_default();
    let name = entry["name"].as_str().unwrap_or_default();
    let id = entry["id"].as_i64().unwrap_or_default();
    let by = entry["by"]["name"].as_str().map(str::to_owned);
    let who = by.clone().unwrap_or_else(|| screen.system().to_owned());
    let what = match (entity, name.parse::<EventName>()) {
        ("ticket", Ok(event)) => words::event_line(event, &EventWords { by, ..EventWords::default() }, lang),
        (_, _) => words::trail_line(name, &who, entity, lang),
    };
    let of = match entity {
        "ticket" => super::mails::ticket_link(app, id),
        "session" => h::span(),
        "person" => h::a().set("href", format!("/admin/people/{id}")).with(format!("{} {id}", screen.audit_record())),
        _ => h::span().class("muted").with(format!("{} {id}", screen.audit_record())),
    };
    let origin = &entry["origin"];
    let mut from: Vec<String> = origin["address"].as_str().map(str::to_owned).into_iter().collect();
    from.extend(origin["token"]["name"].as_str().map(|token| words::by_token(token, lang)));
    from.extend(origin["request"].as_str().map(|code| words::request_code(code, lang)));
    let at = entry["at"].as_str().and_then(|at| at.parse().ok()).map(|at| time(app, at, "push muted"));
    let top = h::div().class("row small").with((
        h::span().class("badge badge-line").with(words::entity(entity, lang).unwrap_or(entity).to_owned()),
        of,
        at,
    ));
    let has_more = entry["after"].as_object().is_some_and(|after| !after.is_empty());
    let more = has_more.then(|| {
        let (is_event, before, after) = (entity == "ticket", entry["before"].clone(), entry["after"].clone());
        // What a ticket's event says is all of it; of a record, what changed.
        let content = move || if is_event { told(app, &after, named) } else { changes(app, &before, &after, named) };
        folded("small", h::summary().class("tap muted").with(screen.request_details()), content)
    });
    let from = (!from.is_empty()).then(|| h::span().class("small muted").with(format!("{}: {}", screen.audit_where(), from.join(" · "))));
    h::li().class("audit-row").with((top, h::p().with(what), from, more))
}

fn told(app: App, event: &Value, named: Named) -> Html {
    let event = event.clone();
    // Drawn anew once the names are there.
    live(move || {
        let row = |(field, value): (&String, &Value)| {
            let name = words::trail_field(field, app.lang()).map_or_else(|| field.clone(), str::to_owned);
            [h::dt().with(name), h::dd().class("written").with(named.said(field, value))]
        };
        h::dl().class("facts changes").with(each(event.as_object().into_iter().flatten().filter(|(field, _)| *field != "event"), row))
    })
}
