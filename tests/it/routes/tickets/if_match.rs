//! `If-Match`: only what was read is changed.

use std::collections::BTreeMap;

use client::{Client, Method};
use serde_json::{Value, json};

use super::given::{self, comment, events};
use crate::world::{Answered, Who, World, wait_for};

fn ask(world: &World, who: Who, ticket: i64, etag: &str, command: Value) -> Answered {
    let ask = world.caller(who).ask(Method::POST, &format!("/tickets/{ticket}/commands"));
    ask.if_match(etag).json(json!({ "commands": [command] })).send()
}

/// All of them at the same time, each on a connection of its own.
async fn at_once(client: Client, path: String, etag: Option<String>, n: usize) -> Vec<u16> {
    let calls: Vec<_> = (0..n)
        .map(|n| {
            let call = client.request(Method::POST, &path).json(&json!({ "commands": [comment(&format!("Línea {n}"))] }));
            let call = match &etag {
                Some(etag) => call.header("if-match", etag),
                None => call,
            };
            tokio::spawn(call.send())
        })
        .collect();
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.unwrap().unwrap().status.as_u16());
    }
    statuses
}

fn counted(statuses: &[u16]) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    statuses.iter().for_each(|status| *counts.entry(*status).or_default() += 1);
    counts
}

on_both! {
    fn what_was_changed_meanwhile_is_not_changed_again(world: &World) {
        let ticket = given::requested(world);
        let read = world.user().get(&format!("/tickets/{ticket}")).must(200);

        let first = ask(world, Who::User, ticket, &read.etag(), comment("Uno."));
        let second = ask(world, Who::User, ticket, &read.etag(), comment("Dos."));
        let third = ask(world, Who::User, ticket, &first.clone().must(200).etag(), comment("Tres."));

        assert_eq!(second.problem(412, "version_conflict")["params"]["version"], 2);
        third.must(200);
        assert_eq!(events(world, ticket).len(), 3);
    }

    fn what_the_reader_cannot_see_is_no_change_for_them(world: &World) {
        let ticket = given::in_attention(world);
        let etag = world.user().get(&format!("/tickets/{ticket}")).etag();

        given::done(world, Who::HelpDesk, ticket, given::internal("Ojo."));
        let answer = ask(world, Who::User, ticket, &etag, comment("Sigue igual."));

        answer.must(200);
    }

    fn a_tag_of_another_reader_is_good_for_its_version(world: &World) {
        let ticket = given::requested(world);
        let (of_user, of_desk) =
            (world.user().get(&format!("/tickets/{ticket}")).etag(), world.help_desk().get(&format!("/tickets/{ticket}")).etag());

        let answer = ask(world, Who::HelpDesk, ticket, &of_user, given::categorise("incident"));

        assert_ne!(of_user, of_desk, "each is of the body that its reader got");
        answer.must(200);
    }

    fn any_version_is_any_and_a_weak_or_strange_tag_is_none(world: &World) {
        let ticket = given::requested(world);
        let etag = world.user().get(&format!("/tickets/{ticket}")).etag();

        ask(world, Who::User, ticket, "*", comment("Uno.")).must(200);
        let etag_now = world.user().get(&format!("/tickets/{ticket}")).etag();
        let strangers = format!("\"x\", {etag}, W/{etag_now}");
        for never in [format!("W/{etag_now}"), "\"x\"".into(), "7".into(), "\"\"".into(), etag.clone(), strangers] {
            ask(world, Who::User, ticket, &never, comment("Dos.")).problem(412, "version_conflict");
        }
        assert_eq!(events(world, ticket).len(), 2);
        ask(world, Who::User, ticket, &format!("{etag}, {etag_now}"), comment("Dos.")).must(200);
    }

    fn a_ticket_out_of_sight_is_not_found_whatever_the_tag(world: &World) {
        let ticket = given::requested(world);

        ask(world, Who::OtherUser, ticket, "\"9-0\"", comment("Hola.")).problem(404, "not_found");
    }

    fn of_64_clients_with_one_etag_exactly_one_goes_through_each_round(world: &World) {
        let ticket = given::requested(world);
        let path = format!("/tickets/{ticket}");
        for round in 1..=6 {
            let etag = world.user().get(&path).must(200).etag();

            let statuses = wait_for(at_once(world.user().client(), format!("{path}/commands"), Some(etag), 64));

            assert_eq!(counted(&statuses), BTreeMap::from([(200, 1), (412, 63)]), "round {round}");
            assert_eq!(events(world, ticket).len(), 1 + round);
        }
    }

    fn without_an_etag_each_is_decided_again_or_told_of_the_conflict(world: &World) {
        let ticket = given::requested(world);

        let statuses = wait_for(at_once(world.user().client(), format!("/tickets/{ticket}/commands"), None, 32));

        let counts = counted(&statuses);
        assert!(counts.keys().all(|status| [200, 409].contains(status)), "{counts:?}");
        assert_eq!(events(world, ticket).len(), 1 + counts[&200], "what was acknowledged is there, and nothing else");
    }
}
