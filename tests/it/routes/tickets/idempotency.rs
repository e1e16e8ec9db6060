//! `Idempotency-Key`: the same key and body do a thing once.

use chrono::TimeDelta;
use client::{Client, Method};
use serde_json::{Value, json};

use super::given::{self, comment, events, listed, request};
use crate::world::{Answered, Caller, Who, World, wait_for};

fn create(caller: &Caller, key: &str, body: Value) -> Answered {
    caller.ask(Method::POST, "/tickets").key(key).json(json!({ "request": body })).send()
}

fn command(caller: &Caller, ticket: i64, key: &str, command: Value) -> Answered {
    let ask = caller.ask(Method::POST, &format!("/tickets/{ticket}/commands"));
    ask.key(key).json(json!({ "commands": [command] })).send()
}

/// What two answers must have in common to be the same.
fn same(answer: &Answered) -> (u16, String, Option<&str>, Option<&str>) {
    (answer.status, answer.text(), answer.header("etag"), answer.header("location"))
}

on_both! {
    fn a_repeated_request_gets_the_same_answer_and_makes_one_ticket(world: &World) {
        let first = create(&world.user(), "k-1", request("Sin red"));
        world.advance(TimeDelta::minutes(5));
        given::done(world, Who::HelpDesk, first.id(), given::categorise("incident"));
        let again = create(&world.user(), "k-1", request("Sin red"));

        assert_eq!(same(&again), same(&first.clone().must(201)));
        assert_eq!(listed(world, Who::User, ""), [first.id()]);
    }

    fn a_repeated_command_gets_the_same_answer_and_is_done_once(world: &World) {
        let ticket = given::requested(world);

        let first = command(&world.user(), ticket, "k-1", comment("Sigue igual."));
        let between = command(&world.user(), ticket, "k-2", comment("Sigue igual."));
        let again = command(&world.user(), ticket, "k-1", comment("Sigue igual."));

        assert_eq!(same(&again), same(&first.must(200)));
        between.must(200);
        assert_eq!(events(world, ticket), ["requested", "commented", "commented"]);
    }

    fn another_body_under_the_same_key_is_refused(world: &World) {
        let ticket = create(&world.user(), "k-1", request("Sin red")).must(201).id();
        command(&world.user(), ticket, "k-1", comment("Uno.")).must(200);

        create(&world.user(), "k-1", request("Otra cosa")).problem(422, "idempotency_conflict");
        command(&world.user(), ticket, "k-1", comment("Dos.")).problem(422, "idempotency_conflict");

        assert_eq!(listed(world, Who::User, ""), [ticket]);
        assert_eq!(events(world, ticket), ["requested", "commented"]);
    }

    fn a_key_belongs_to_its_person_and_its_route(world: &World) {
        let of_user = create(&world.user(), "k-1", request("Sin red")).must(201).id();
        let of_other = create(&world.other_user(), "k-1", request("Sin red")).must(201).id();
        let second = create(&world.user(), "k-2", request("Sin red")).must(201).id();

        command(&world.user(), of_user, "k-1", comment("Hola.")).must(200);
        command(&world.user(), second, "k-1", comment("Hola.")).must(200);

        assert_ne!(of_user, of_other);
        assert_eq!(events(world, of_user).len(), 2);
        assert_eq!(events(world, second).len(), 2);
    }

    fn a_key_is_looked_up_before_if_match(world: &World) {
        let ticket = given::requested(world);
        let etag = world.user().get(&format!("/tickets/{ticket}")).etag();
        let ask = || {
            let ask = world.user().ask(Method::POST, &format!("/tickets/{ticket}/commands")).key("k-1").if_match(&etag);
            ask.json(json!({ "commands": [comment("Una vez.")] })).send()
        };

        let first = ask();
        let again = ask();

        assert_eq!(same(&again), same(&first.must(200)), "the ETag is old by now, and what it guarded is done");
        assert_eq!(events(world, ticket), ["requested", "commented"]);
    }

    fn a_key_lasts_a_day(world: &World) {
        let first = create(&world.user(), "k-1", request("Sin red")).must(201).id();

        world.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
        let within = create(&world.user(), "k-1", request("Sin red")).must(201).id();
        world.advance(TimeDelta::seconds(2));
        let after = create(&world.user(), "k-1", request("Otra cosa")).must(201).id();
        let after_again = create(&world.user(), "k-1", request("Otra cosa")).must(201).id();

        assert_eq!(within, first);
        assert_ne!(after, first);
        assert_eq!(after_again, after);
    }

    fn what_was_refused_keeps_no_key(world: &World) {
        let ticket = given::in_attention(world);

        command(&world.help_desk(), ticket, "k-1", given::close()).problem(409, "not_now");
        given::done(world, Who::HelpDesk, ticket, given::solve());
        let closed = command(&world.help_desk(), ticket, "k-1", given::close());

        closed.must(200);
    }

    fn a_key_has_its_form(world: &World) {
        let long = "k".repeat(129);
        for bad in ["", " ", "a b", "ñ", &long] {
            create(&world.user(), bad, request("Sin red")).problem(400, "idempotency_key_bad");
        }
        create(&world.user(), &"k".repeat(128), request("Sin red")).must(201);
        assert_eq!(listed(world, Who::User, "").len(), 1);
    }

    fn of_many_with_one_key_at_once_one_makes_the_ticket(world: &World) {
        for round in 0..4 {
            let client = world.user().client();
            let body = json!({ "request": request(&format!("Vuelta {round}")) });
            let key = format!("round-{round}");

            let answers = wait_for(at_once(client, body, key));

            let made: Vec<&(u16, String)> = answers.iter().filter(|(status, _)| *status == 201).collect();
            assert!(!made.is_empty(), "one at least has made it: {answers:?}");
            assert!(made.iter().all(|answer| *answer == made[0]), "all who were told of it were told the same");
            assert!(answers.iter().all(|(status, _)| [201, 503].contains(status)), "who comes meanwhile waits or comes again: {answers:?}");
            assert_eq!(listed(world, Who::User, &format!("&words=vuelta%20{round}")).len(), 1);
        }
    }
}

async fn at_once(client: Client, body: Value, key: String) -> Vec<(u16, String)> {
    let calls: Vec<_> = (0..16)
        .map(|_| client.request(Method::POST, "/tickets").header("idempotency-key", &key).json(&body).send())
        .map(tokio::spawn)
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        let raw = call.await.unwrap().unwrap();
        answers.push((raw.status.as_u16(), raw.text()));
    }
    answers
}
