//! The lists that people ask for most are read through an index on both databases, never by reading every ticket.

use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::*;
use store::tickets::{self, Filter, HolderFilter, Key, RequesterFilter, Sort};
use store::trail::{self, TrailFilter};
use store::{Backend, Conn, StoreError};

use crate::cast::{Cast, actor, create_all};
use crate::world::{World, at};

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresStep {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    step: String,
}

/// How the database answers what `f` asks, one step a line.
fn plan(world: &World, f: impl FnOnce(&mut Conn) -> Result<(), StoreError>) -> String {
    world.read(|conn| {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = asked.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                heard.lock().unwrap().push(query.to_string());
            }
        });
        f(conn)?;
        let asked = asked.lock().unwrap().clone();
        // Those before the last only choose the way; names are asked for afterwards, by their keys.
        let is_of_names = |query: &String| query.contains(r#""."name" FROM ""#) || query.contains("`.`name` FROM `");
        let query = asked.iter().rfind(|query| !is_of_names(query)).unwrap();
        Ok(match conn.backend() {
            // It plans without its values.
            Backend::Sqlite => {
                let statement = query.split(" -- binds: ").next().unwrap_or_default();
                let steps = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load::<SqliteStep>(conn)?;
                steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("\n")
            }
            Backend::Postgres => {
                let steps = diesel::sql_query(format!("EXPLAIN {}", with_values(query))).load::<PostgresStep>(conn)?;
                steps.into_iter().map(|step| step.step).collect::<Vec<_>>().join("\n")
            }
        })
    })
}

/// The statement with its bound values written into it, for a planner that looks at them. (`SELECT … $1 -- binds: [7, "closed"]`.)
fn with_values(query: &str) -> String {
    let (statement, values) = query.split_once(" -- binds: [").unwrap_or((query, "]"));
    let values: Vec<String> = split(values.trim_end_matches(']')).into_iter().map(|value| literal(&value)).collect();
    let mut written = String::new();
    let mut place = 0;
    let mut rest = statement;
    while let Some(at) = rest.find('$') {
        written.push_str(&rest[..at]);
        let digits = rest[at + 1..].chars().take_while(char::is_ascii_digit).count();
        written.push_str(&values[place]);
        place += 1;
        rest = &rest[at + 1 + digits..];
    }
    written + rest
}

/// At the commas that stand outside of quotes and brackets.
fn split(values: &str) -> Vec<String> {
    let (mut all, mut one, mut is_quoted, mut depth, mut before) = (Vec::new(), String::new(), false, 0, ' ');
    for sign in values.chars() {
        match sign {
            '"' if before != '\\' => is_quoted = !is_quoted,
            '[' | '(' if !is_quoted => depth += 1,
            ']' | ')' if !is_quoted => depth -= 1,
            _ => {}
        }
        before = sign;
        if sign == ',' && !is_quoted && depth == 0 {
            all.push(std::mem::take(&mut one));
        } else {
            one.push(sign);
        }
    }
    all.push(one);
    all.into_iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

fn literal(value: &str) -> String {
    if let Some(many) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return format!("ARRAY[{}]", split(many).iter().map(|one| literal(one)).collect::<Vec<_>>().join(", "));
    }
    if let Some(stamp) = value.strip_prefix("Stamp(").and_then(|rest| rest.strip_suffix(')')) {
        return format!("'{}'", stamp.trim_end_matches('Z').replace('T', " "));
    }
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(text) => format!("'{}'", text.replace("\\\"", "\"").replace('\'', "''")),
        None => value.to_owned(),
    }
}

fn list(world: &World, actor: &Actor, filter: &Filter, sort: Sort) -> String {
    plan(world, |conn| tickets::list(conn, actor, filter, sort, None, 50).map(drop))
}

fn count(world: &World, actor: &Actor, filter: &Filter) -> String {
    plan(world, |conn| tickets::count(conn, actor, filter, 1_000).map(drop))
}

/// Through an index, and without sorting what it finds.
fn is_ordered(plan: &str, index: &str) {
    is_indexed(plan, &[index]);
    assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "sorts:\n{plan}");
}

fn is_indexed(plan: &str, indexes: &[&str]) {
    let all = plan.lines().any(|line| line.trim() == "SCAN tickets") || plan.contains("Seq Scan on tickets");
    assert!(!all, "reads every ticket:\n{plan}");
    for index in indexes {
        assert!(plan.contains(index), "not by {index}:\n{plan}");
    }
}

/// Enough tickets of enough people that a planner with statistics has something to choose. Few are open.
fn filled(world: &World) -> Cast {
    let cast = Cast::of(world);
    let streams: Vec<Vec<Entry>> = (0..6_000_usize)
        .map(|n| {
            let person = cast.people[if n % 200 == 0 { 3 } else { 4 + n % 6 }];
            let mut request = cast.request(person, &format!("La impresora {n}"), n as i64);
            if let Event::Requested { area, .. } = &mut request.event {
                *area = cast.areas[if n % 300 == 0 { 4 } else { n % 4 }];
            }
            let desk = |event| Entry { at: at(n as i64 + 10), by: Who::Person(cast.people[0]), event };
            match n % 50 {
                0 => vec![request],
                1 => vec![request, desk(Event::Categorised { kind: Kind::Incident })],
                2 => vec![
                    request,
                    desk(Event::PersonAsked { question: crate::cast::text("¿Cuál?"), n_reminders: 2 }),
                    desk(Event::PhoneNoticeDue {}),
                ],
                _ => vec![request, desk(Event::Withdrawn { reason: None })],
            }
        })
        .collect();
    world.write::<_, StoreError>(move |conn| create_all(conn, &streams).map(drop));
    if world.store.backend() == Backend::Postgres {
        world.write::<_, StoreError>(|conn| Ok(diesel::sql_query("ANALYZE").execute(conn).map(drop)?));
    }
    cast
}

on_both! {
    fn what_people_ask_for_most_is_read_through_an_index(world: &World) {
        let cast = filled(world);
        let desk = cast.desk();
        let user = actor(cast.people[3], &[Role::User]);
        let all = Filter::default;
        let is_sqlite = world.store.backend() == Backend::Sqlite;
        let by_key = if is_sqlite { "SCAN tickets" } else { "tickets_pkey" };

        // Everything, in each order.
        let newest = list(world, &desk, &all(), Sort::Newest);
        assert!(newest.contains(by_key) && !newest.contains("Sort") && !newest.contains("TEMP B-TREE"), "{newest}");
        is_ordered(&list(world, &desk, &all(), Sort::Updated), "tickets_by_updated");
        is_ordered(&list(world, &desk, &all(), Sort::Waiting), "tickets_by_phase_since");

        // The trail, along time.
        let of_tickets = TrailFilter { entity: Some(trail::TICKET.into()), ..TrailFilter::default() };
        let along_time = plan(world, |conn| trail::list(conn, &of_tickets, None, 50).map(drop));
        assert!(along_time.contains("events_by_time"), "{along_time}");
        assert!(!along_time.contains("TEMP B-TREE") && !along_time.contains("Sort"), "sorts:\n{along_time}");

        // The trail of one person, and of one ticket.
        let by_one = |entity: &str| TrailFilter { by: Some(cast.people[3]), entity: Some(entity.into()), ..TrailFilter::default() };
        for (entity, index) in [(trail::TICKET, "events_by_hand"), ("person", "record_changes_by_hand"), (trail::SESSION, "sign_ins_by_person")] {
            // Of few records and sign-ins PostgreSQL reads all.
            if !is_sqlite && entity != trail::TICKET {
                continue;
            }
            let steps = plan(world, |conn| trail::list(conn, &by_one(entity), None, 50).map(drop));
            // The few of a rare hand PostgreSQL may as well gather and sort.
            assert!(steps.contains(index) && !steps.contains("TEMP B-TREE"), "not by {index}:\n{steps}");
        }
        // What came by one access token.
        let by_token = TrailFilter { token: Some(7), ..TrailFilter::default() };
        let of_tickets_by_token = TrailFilter { entity: Some(trail::TICKET.into()), ..by_token.clone() };
        let of_records_by_token = TrailFilter { only_records: true, ..by_token };
        for (filter, index) in [(of_tickets_by_token, "events_by_token"), (of_records_by_token, "record_changes_by_token")] {
            if !is_sqlite && index != "events_by_token" {
                continue;
            }
            let steps = plan(world, |conn| trail::list(conn, &filter, None, 50).map(drop));
            assert!(steps.contains(index) && !steps.contains("TEMP B-TREE"), "not by {index}:\n{steps}");
        }
        let of_one_ticket = TrailFilter { id: Some(77), ..of_tickets.clone() };
        let steps = plan(world, |conn| trail::list(conn, &of_one_ticket, None, 50).map(drop));
        assert!(!steps.contains("events_by_time"), "reads everybody's:\n{steps}");

        // The open work in each order, and what one phase holds.
        let open = || Filter { is_ended: Some(false), ..all() };
        is_indexed(&list(world, &desk, &open(), Sort::Newest), &[]);
        is_ordered(&list(world, &desk, &open(), Sort::Waiting), "tickets_by_end_phase_since");
        is_ordered(&list(world, &desk, &open(), Sort::Updated), "tickets_by_end_updated");
        let requested = || Filter { phases: vec![Phase::Requested], ..all() };
        is_ordered(&list(world, &desk, &requested(), Sort::Newest), "tickets_by_phase");

        // What few hold.
        let mine = || Filter { holder: Some(HolderFilter::Person(cast.people[0])), ..all() };
        is_indexed(&list(world, &desk, &mine(), Sort::Newest), &["tickets_by_holder"]);
        let of_one = || Filter { requester: Some(RequesterFilter::Person(cast.people[3])), phases: vec![Phase::Withdrawn], ..all() };
        is_indexed(&list(world, &desk, &of_one(), Sort::Newest), &["tickets_by_requester"]);
        let narrow = Filter { area: Some(cast.areas[4]), ..all() };
        is_indexed(&list(world, &desk, &narrow, Sort::Updated), if is_sqlite { &["tickets_by_area"] } else { &[] });
        is_indexed(&list(world, &desk, &narrow, Sort::Newest), if is_sqlite { &["tickets_by_area"] } else { &[] });
        let rare = Filter { words: Some("impresora 4711".to_owned()), ..all() };
        is_indexed(&list(world, &desk, &rare, Sort::Newest), if is_sqlite { &["ticket_words"] } else { &["tickets_by_words"] });

        // Of what ended nearly all ended early: what is pending late is little, though much was received.
        let late = || Filter { pending_at: Some(at(20_000)), ..all() };
        is_indexed(&list(world, &desk, &late(), Sort::Newest), if is_sqlite { &["tickets_by_end", "tickets_closed"] } else { &[] });
        let solved_by_one = Filter { solver: Some(cast.people[0]), ..all() };
        is_indexed(&list(world, &desk, &solved_by_one, Sort::Newest), if is_sqlite { &["tickets_by_solver"] } else { &[] });
        is_indexed(&plan(world, |conn| store::reminders::list_due(conn, at(1)).map(drop)), &["tickets_waiting"]);
        let waiting = Filter { is_waiting: Some(true), ..all() };
        is_indexed(&list(world, &desk, &waiting, Sort::Updated), &["tickets_waiting"]);
        let rare_end = Filter { outcomes: vec![Outcome::Unanswered], ..all() };
        is_indexed(&list(world, &desk, &rare_end, Sort::Newest), &["tickets_by_outcome"]);

        // What a person sees: their own, whatever else is asked.
        for filter in [all(), open(), Filter { phases: vec![Phase::Withdrawn], ..all() }] {
            for sort in Sort::ALL {
                is_indexed(&list(world, &user, &filter, *sort), &["tickets_by_requester", "tickets_by_creator"]);
            }
        }
        let head = Actor { areas_headed: [cast.areas[4]].into(), ..actor(cast.people[3], &[Role::AreaHead]) };
        is_indexed(&list(world, &head, &all(), Sort::Newest), &["tickets_by_requester", "tickets_by_creator", "tickets_by_area"]);

        // Counts.
        is_indexed(&count(world, &desk, &requested()), &["tickets_by_phase"]);
        is_indexed(&count(world, &desk, &mine()), &["tickets_by_holder"]);
        is_indexed(&count(world, &desk, &Filter { is_waiting: Some(true), ..all() }), &["tickets_waiting"]);
        is_indexed(&count(world, &desk, &Filter { is_phone_notice_due: Some(true), ..all() }), &["tickets_to_phone"]);
        let my_open = Filter { requester: Some(RequesterFilter::RequesterOrCreator(cast.people[3])), ..open() };
        is_indexed(&count(world, &user, &my_open), &["tickets_by_requester", "tickets_by_creator"]);

        let written_by_me = Filter { requester: Some(RequesterFilter::RequesterOrCreator(cast.people[0])), ..open() };
        let plan_of_mine = count(world, &desk, &written_by_me);
        is_indexed(&plan_of_mine, &["tickets_by_requester", "tickets_by_creator"]);
        assert!(!is_sqlite || plan_of_mine.contains("(creator_id=? AND is_ended=?)"), "of those that are open only:\n{plan_of_mine}");

        // The next page begins where the last one ended.
        let key = Key { at: Some(at(3_000)), id: TicketId::parse(3_000).unwrap() };
        let next = |sort: Sort| plan(world, |conn| tickets::list(conn, &desk, &all(), sort, Some(&key), 50).map(drop));
        is_ordered(&next(Sort::Updated), "tickets_by_updated");
        is_ordered(&next(Sort::Waiting), "tickets_by_phase_since");
        let next_newest = next(Sort::Newest);
        assert!(next_newest.contains(if is_sqlite { "USING INTEGER PRIMARY KEY (rowid<?)" } else { "Index Cond: (id < " }) || next_newest.contains("rowid<"), "{next_newest}");

        // One ticket, and its events.
        let one = TicketId::parse(77).unwrap();
        is_indexed(&plan(world, |conn| tickets::find(conn, &user, one).map(drop)), &[]);
        let events = plan(world, |conn| tickets::list_events(conn, &user, one, None, 50).map(drop));
        is_indexed(&events, &[]);
        assert!(!events.contains("SCAN events") && !events.contains("Seq Scan on events"), "{events}");
    }
}

on_both! {
    fn mails_are_found_through_an_index(world: &World) {
        use store::outbox::{self, Addressee, Notice};
        let cast = Cast::of(world);
        let rare = cast.ticket(world, cast.people[1], "La impresora");
        let common = cast.ticket(world, cast.people[1], "El correo");
        let notices: Vec<Notice> = (0..4_000)
            .map(|n| Notice {
                ticket: Some((if n % 500 == 0 { rare } else { common }, 1)),
                to: Addressee::Person(cast.people[if n % 500 == 0 { 3 } else { 4 + n % 6 }]),
                kind: "received".to_owned(),
                details: None,
            })
            .collect();
        world.write::<_, StoreError>(move |conn| outbox::enqueue(conn, &notices, at(0)));
        world.write::<_, StoreError>(|conn| {
            let claimed = outbox::claim(conn, at(1), chrono::TimeDelta::seconds(60), 3_990)?;
            claimed.iter().try_for_each(|row| outbox::cancel(conn, row.id, row.leased_until, at(2), "moved_on").map(drop))
        });
        if world.store.backend() == Backend::Postgres {
            world.write::<_, StoreError>(|conn| Ok(diesel::sql_query("ANALYZE").execute(conn).map(drop)?));
        }
        let list = |filter: outbox::Filter| plan(world, |conn| outbox::list(conn, &filter, None, 50).map(drop));
        let is_by = |plan: String, index: &str| assert!(plan.contains(index), "not by {index}:\n{plan}");

        is_by(list(outbox::Filter { state: Some(NoticeState::Queued), ..Default::default() }), "outbox_by_state");
        is_by(list(outbox::Filter { ticket: Some(rare), ..Default::default() }), "outbox_by_ticket");
        is_by(list(outbox::Filter { person: Some(cast.people[3]), ..Default::default() }), "outbox_by_person");
        is_by(plan(world, |conn| outbox::is_due(conn, at(5)).map(drop)), "outbox_waiting");
        let all = list(outbox::Filter::default());
        assert!(!all.contains("Sort") && !all.contains("TEMP B-TREE"), "{all}");
    }
}
