//! Reminders by the clock: who was asked and does not answer is asked again, when it is time, once.

use chrono::TimeDelta;
use domain::{Actor, Event, Text};
use serde_json::{Value, json};
use store::streams::{self, AppendError};
use store::{Backend, StoreError};

use crate::routes::tickets::given::*;
use crate::world::mail_server::wait_until;
use crate::world::mails::Caught;
use crate::world::{Area, Caller, Installation, Process, Who, World};

fn ask() -> Value {
    json!({ "action": "ask_person", "question": "¿Qué dice la pantalla?" })
}

fn asked(world: &World) -> i64 {
    done(world, Who::HelpDesk, in_attention(world), ask())
}

/// How often the clock has reminded of this ticket, after a round now. (The server makes rounds, too, every minute of ours.)
fn reminded(world: &World, ticket: i64) -> usize {
    world.app().remind_who_is_due().unwrap();
    let by = reminders(&world.auditor(), ticket);
    by.iter().filter(|by| by.is_null()).count()
}

fn set(world: &World, name: &str, value: u32) {
    let setting = world.admin().ask(client::Method::PUT, &format!("/settings/{name}")).if_match("*");
    setting.json(json!({ "value": value })).send().must(200);
}

/// Who reminded, each time: nobody is the clock.
fn reminders(caller: &Caller, ticket: i64) -> Vec<Value> {
    let page = caller.get(&format!("/tickets/{ticket}/events?limit=200")).must(200).json();
    let all = page["items"].as_array().unwrap();
    all.iter().filter(|event| event["event"] == "person_reminded").map(|event| event["by"].clone()).collect()
}

on_both! {
    fn who_does_not_answer_is_reminded_as_often_as_is_set_and_then_given_up(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let ticket = asked(&world);
        let give_up = || world.help_desk().command(ticket, json!({ "action": "give_up_waiting" }));

        world.advance(TimeDelta::seconds(24 * 3600 - 1));
        assert_eq!(reminded(&world, ticket), 0, "not yet");
        world.advance(TimeDelta::seconds(1));
        assert_eq!([reminded(&world, ticket), reminded(&world, ticket)], [1, 1], "once");
        give_up().problem(409, "still_waiting");
        world.settle_mails();
        world.advance(TimeDelta::days(1));
        assert_eq!(reminded(&world, ticket), 2);
        world.advance(TimeDelta::days(9));
        assert_eq!(reminded(&world, ticket), 2, "two are set");
        world.settle_mails();
        give_up().must(200);

        assert_eq!(reminders(&world.auditor(), ticket), [Value::Null, Value::Null]);
        let mails: Vec<Caught> = catcher.to(Who::User.email());
        let told: Vec<String> = mails.iter().filter(|mail| mail.subject().contains("Recordatorio")).map(Caught::text).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        // Asked on the 23rd: one more reminder goes on the 25th, and the answer is awaited until the 26th.
        assert!(told.iter().all(|text| text.contains("«¿Qué dice la pantalla?»") && text.contains("hasta el 26/11/2026")), "{told:?}");
    }

    fn how_long_is_waited_is_the_agencys_to_set(world: &World) {
        set(world, "reminder_hours", 72);
        set(world, "n_reminders", 1);
        let ticket = asked(world);

        world.advance(TimeDelta::seconds(72 * 3600 - 1));
        assert_eq!(reminded(world, ticket), 0);
        world.advance(TimeDelta::seconds(1));
        assert_eq!(reminded(world, ticket), 1);
        world.advance(TimeDelta::days(30));
        assert_eq!(reminded(world, ticket), 1, "one is set");

        set(world, "n_reminders", 0);
        let other = asked(world);
        world.advance(TimeDelta::days(30));
        assert_eq!(reminded(world, other), 0, "none is set");
    }

    fn after_a_time_without_a_server_one_reminder_goes(world: &World) {
        let ticket = asked(world);
        world.advance(TimeDelta::days(9));

        assert_eq!([reminded(world, ticket), reminded(world, ticket)], [1, 1]);

        world.advance(TimeDelta::hours(23));
        assert_eq!(reminded(world, ticket), 1, "a day has to pass again");
    }

    fn who_answered_was_reminded_by_hand_or_is_not_waited_for_is_not_reminded(world: &World) {
        let (answered, by_hand, resumed, moved_on, ended) = (asked(world), asked(world), asked(world), asked(world), asked(world));
        let never_asked = in_attention(world);
        world.advance(TimeDelta::hours(24));
        done(world, Who::User, answered, comment("Dice «Error 50.2»."));
        done(world, Who::HelpDesk2, by_hand, json!({ "action": "remind" }));
        done(world, Who::HelpDesk, resumed, json!({ "action": "resume", "note": "Llamó." }));
        done(world, Who::HelpDesk, moved_on, escalate(world.person(Who::Support1)));
        done(world, Who::User, ended, json!({ "action": "withdraw" }));
        world.advance(TimeDelta::hours(23));

        for ticket in [answered, resumed, moved_on, ended, never_asked, by_hand] {
            assert_eq!(reminded(world, ticket), 0, "{ticket}");
        }
        world.advance(TimeDelta::hours(1));
        assert_eq!(reminded(world, by_hand), 1);
        let by = reminders(&world.auditor(), by_hand);
        assert_eq!(by.iter().map(|by| by["id"].as_i64()).collect::<Vec<_>>(), [Some(world.person(Who::HelpDesk2)), None]);
    }

    fn a_solution_that_nobody_confirms_is_not_asked_about_again(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let ticket = to_close(&world);
        world.advance(TimeDelta::hours(1));
        world.settle_mails();
        let before = catcher.to(Who::User.email()).len();
        world.advance(TimeDelta::days(30));

        assert_eq!(reminded(&world, ticket), 0);

        world.settle_mails();
        assert_eq!((before, catcher.to(Who::User.email()).len()), (1, 1));
    }

    fn who_has_no_address_is_reminded_by_phone(world: &World) {
        let body = json!({ "name": "Visita Sin Correo", "area": world.area(Area::Logistics), "extension": "3012" });
        let person = world.help_desk().post("/contacts", body).must(201).id();
        let ticket = world.help_desk().create(call(person, "No imprime")).must(201).id();
        done(world, Who::HelpDesk, ticket, categorise("incident"));
        done(world, Who::HelpDesk, ticket, ask());
        done(world, Who::HelpDesk, ticket, json!({ "action": "mark_informed_by_phone" }));
        world.advance(TimeDelta::days(1));

        assert_eq!(reminded(world, ticket), 1);

        let view = world.help_desk().get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!(view["standing"]["is_phone_notice_due"], true);
    }

    fn of_many_rounds_at_once_one_reminds_each(world: &World) {
        let tickets: Vec<i64> = (0..12).map(|_| asked(world)).collect();
        world.advance(TimeDelta::days(1));

        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(|| world.app().remind_who_is_due().unwrap()))));

        for ticket in tickets {
            assert_eq!(reminders(&world.auditor(), ticket), [Value::Null]);
        }
    }

    fn a_server_reminds_by_itself_of_what_came_due_while_it_was_down(backend: Backend) {
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let ticket = process.caller(Who::HelpDesk).create(call(agency.person(Who::User), "No imprime")).must(201).id();
        assert!(process.stop().success());
        asked_yesterday(&installation, &[ticket]);

        let process = installation.serve();

        reminded_once(&[process], &[ticket]);
    }
}

#[test]
fn two_servers_that_start_together_on_one_postgresql_remind_nobody_twice() {
    let installation = Installation::new(Backend::Postgres);
    let (process, agency) = installation.found();
    let desk = process.caller(Who::HelpDesk);
    let tickets: Vec<i64> =
        (0..20).map(|n| desk.create(call(agency.person(Who::User), &format!("La impresora {n}"))).must(201).id()).collect();
    assert!(process.stop().success());
    asked_yesterday(&installation, &tickets);

    let servers = std::thread::scope(|scope| {
        let starting = [(); 2].map(|()| scope.spawn(|| installation.serve()));
        starting.map(|starting| starting.join().unwrap())
    });

    reminded_once(&servers, &tickets);
}

/// The person was asked more than a day ago, while no server runs.
fn asked_yesterday(installation: &Installation, tickets: &[i64]) {
    let store = installation.store();
    for ticket in tickets {
        let id = (*ticket).try_into().unwrap();
        let ticket = store.read::<_, StoreError>(|conn| streams::load(conn, id)).unwrap().unwrap();
        let asked = Event::PersonAsked { question: Text::parse("¿Cuál?").unwrap(), n_reminders: 2 };
        let entry = domain::Entry { at: ticket.created_at - TimeDelta::hours(25), by: Actor::system().who, event: asked };
        store.write::<_, AppendError>(move |conn| streams::append(conn, id, &ticket, &[entry]).map(drop)).unwrap();
    }
    store.stop();
}

/// Each by one of them, and its mail is written.
fn reminded_once(servers: &[Process], tickets: &[i64]) {
    let auditor = servers[0].caller(Who::Auditor);
    for ticket in tickets {
        wait_until("the person is reminded", || !reminders(&auditor, *ticket).is_empty());
    }
    // The one that found nobody to remind is given the time to have looked.
    std::thread::sleep(std::time::Duration::from_secs(1));
    for ticket in tickets {
        assert_eq!(reminders(&auditor, *ticket), [Value::Null], "{ticket}");
    }
    let list = servers[0].caller(Who::Admin).get("/outgoing-mails?limit=200").must(200).json();
    let told = list["items"].as_array().unwrap().iter().filter(|mail| mail["kind"] == "reminded").count();
    assert_eq!(told, tickets.len());
}
