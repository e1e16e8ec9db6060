//! `/api/v1/settings`: what the agency has set for itself.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{Answered, Who, World};

fn set(world: &World, name: &str, value: Value) -> Answered {
    let path = format!("/settings/{name}");
    let etag = world.admin().get(&path).must(200).etag();
    world.admin().ask(client::Method::PUT, &path).if_match(&etag).json(json!({ "value": value })).send()
}

/// A ticket that was attended and closed. Its number.
fn closed(world: &World) -> i64 {
    let id = world.user().create(json!({ "channel": "web", "title": "No abre", "description": "Sale un error." })).must(201).id();
    let desk = world.help_desk();
    let commands = json!([
        { "action": "categorise", "kind": "occurrence" },
        { "action": "record_action", "action_taken": "Se abrió." },
        { "action": "close" },
    ]);
    desk.commands(id, commands).must(200);
    id
}

on_both! {
    fn every_setting_has_its_default_until_it_is_set(world: &World) {
        let items = world.help_desk().get("/settings").must(200).json()["items"].clone();

        let names: Vec<_> = items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(names, api::app::settings::NAMES);
        assert_eq!(items[0], json!({ "name": "reopening_days", "version": 0, "value": 10, "default": 10, "is_set": false }));
        let after = set(world, "helpdesk_mailbox", json!(" Mesa@Agencia.example ")).must(200).json();
        assert_eq!((&after["value"], &after["version"], &after["is_set"]), (&json!("mesa@agencia.example"), &json!(1), &json!(true)));
        let again = set(world, "helpdesk_mailbox", json!(null)).must(200).json();
        assert_eq!((&again["value"], &again["version"], &again["is_set"]), (&json!(null), &json!(2), &json!(false)));
    }

    fn the_window_to_reopen_is_the_one_that_is_set_when_a_ticket_is_closed(world: &World) {
        let reopen = json!({ "action": "reopen", "reason": "El mismo error volvió." });
        set(world, "reopening_days", json!(2)).must(200);
        let (first, second) = (closed(world), closed(world));
        set(world, "reopening_days", json!(30)).must(200);

        world.advance(TimeDelta::days(2) - TimeDelta::minutes(1));
        world.user().command(first, reopen.clone()).must(200);
        world.advance(TimeDelta::days(3));

        world.user().command(second, reopen).problem(409, "reopening_expired");
    }

    fn a_value_that_cannot_be_is_refused_and_nothing_changes(world: &World) {
        for (name, value, code) in [
            ("reopening_days", json!(-1), "out_of_range"),
            ("reopening_days", json!(366), "out_of_range"),
            ("n_reminders", json!(11), "out_of_range"),
            ("reminder_hours", json!(23), "out_of_range"),
            ("reopening_days", json!("7"), "malformed"),
            ("reopening_days", json!(1.5), "malformed"),
            ("helpdesk_mailbox", json!("nadie"), "bad_email"),
            ("helpdesk_extension", json!(""), "empty_field"),
            ("agency_name", json!("a\nb"), "bad_characters"),
            ("agency_name", json!(["x"]), "malformed"),
        ] {
            set(world, name, value).field_problem("value", code);
        }
        // The sentence calls each by its own name, not all of them «Valor».
        let problem = set(world, "reopening_days", json!(366)).field_problem("value", "out_of_range");
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(words::field("reopening_days", words::Language::Spanish).unwrap()) && !detail.contains("Valor"), "{detail}");

        world.admin().get("/settings/signing_key").problem(404, "not_found");
        world.admin().ask(client::Method::PUT, "/settings/signing_key").if_match("*").json(json!({ "value": 1 })).send().problem(404, "not_found");
        world.admin().put("/settings/reopening_days", json!({ "value": 5 })).problem(428, "precondition_required");
        for name in api::app::settings::NAMES {
            assert_eq!(world.admin().get(&format!("/settings/{name}")).json()["version"], 0, "{name}");
        }
    }

    fn a_setting_keeps_who_set_what(world: &World) {
        let stale = world.admin().get("/settings/n_reminders").etag();
        set(world, "n_reminders", json!(3)).must(200);
        let late = world.admin().ask(client::Method::PUT, "/settings/n_reminders").if_match(&stale).json(json!({ "value": 9 })).send();
        late.problem(412, "version_conflict");
        set(world, "n_reminders", json!(1)).must(200);

        let changes = world.auditor().get("/settings/n_reminders/history").must(200).json()["items"].clone();

        let told: Vec<_> = changes.as_array().unwrap().iter().map(|c| (c["before"].clone(), c["after"].clone())).collect();
        assert_eq!(told, [(json!(null), json!(3)), (json!(3), json!(1))]);
        assert_eq!(changes[0]["by"]["id"], world.person(Who::Admin));
        assert_eq!(world.auditor().get("/settings/agency_name/history").must(200).json()["items"], json!([]));
    }

    fn everybody_knows_how_the_desk_is_reached(world: &World) {
        let none = world.user().get("/desk").must(200).json();
        assert_eq!((&none["extension"], &none["mobile"], &none["email"]), (&json!(null), &json!(null), &json!(null)));

        set(world, "helpdesk_extension", json!("2000")).must(200);
        set(world, "helpdesk_mailbox", json!("helpdesk@agencia.example")).must(200);

        let desk = world.user().get("/desk").must(200).json();
        assert_eq!((&desk["extension"], &desk["email"]), (&json!("2000"), &json!("helpdesk@agencia.example")));
        world.anonymous().get("/desk").problem(401, "unauthenticated");
    }
}
