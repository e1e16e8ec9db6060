//! `GET /api/v1/tickets/{id}/events`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::given;
use crate::world::{Who, World};

#[track_caller]
fn items(world: &World, who: Who, ticket: i64, query: &str) -> Vec<Value> {
    let page = world.caller(who).get(&format!("/tickets/{ticket}/events{query}")).must(200).json();
    page["items"].as_array().unwrap().clone()
}

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

on_both! {
    fn what_happened_is_told_in_time_order_with_who_and_when(world: &World) {
        let ticket = given::requested(world);
        let begun = world.now();
        world.advance(TimeDelta::minutes(5));
        given::done(world, Who::HelpDesk, ticket, given::categorise("incident"));
        given::done(world, Who::HelpDesk, ticket, given::escalate(world.person(Who::Support1)));

        let events = items(world, Who::User, ticket, "");

        assert_eq!(names(&events), ["requested", "verified", "categorised", "escalated"]);
        assert_eq!(events[0]["at"], json!(begun));
        assert_eq!(events[1]["at"], json!(begun + TimeDelta::minutes(5)));
        assert_eq!(events[0]["by"], json!({ "id": world.person(Who::User), "name": Who::User.name() }));
        assert_eq!(events[2]["by"]["name"], Who::HelpDesk.name());
        assert_eq!(events[0]["names"]["requester"], Who::User.name());
        assert_eq!(events[0]["names"]["area"], "Unidad de Logística");
        assert_eq!(events[3]["names"]["to"], Who::Support1.name());
        assert_eq!(events[2]["data"], json!({ "kind": "incident" }));
    }

    fn what_it_writes_for_itself_is_not_told_to_others(world: &World) {
        let ticket = given::escalated1(world);
        given::done(world, Who::Support1, ticket, given::internal("Es la tercera vez."));

        let (person, head, it) =
            (items(world, Who::User, ticket, ""), items(world, Who::AreaHead, ticket, ""), items(world, Who::Auditor, ticket, ""));

        assert_eq!(person, head);
        assert_eq!(names(&person), ["requested", "verified", "categorised", "escalated"]);
        assert_eq!(person[3]["data"].get("handover"), None);
        assert_eq!(names(&it), ["requested", "verified", "categorised", "escalated", "commented"]);
        assert_eq!(it[3]["data"]["handover"], "Se probó otro cable; falta revisar el equipo.");
        assert_eq!((&it[4]["number"], &it[4]["is_internal"]), (&json!("4.1"), &json!(true)));
    }

    fn nobody_else_learns_that_there_are_any(world: &World) {
        let ticket = given::requested(world);

        for who in [Who::OtherUser, Who::Colleague, Who::Admin] {
            world.caller(who).get(&format!("/tickets/{ticket}/events")).problem(404, "not_found");
        }
        world.auditor().get("/tickets/424242/events").problem(404, "not_found");
        world.anonymous().get(&format!("/tickets/{ticket}/events")).problem(401, "unauthenticated");
    }

    fn pages_follow_each_other_without_gap_or_repetition(world: &World) {
        let ticket = given::in_attention(world);
        for n in 0..7 {
            let write = if n % 2 == 0 { given::comment } else { given::internal };
            given::done(world, Who::HelpDesk, ticket, write(&format!("Línea {n}")));
        }
        for who in [Who::User, Who::HelpDesk] {
            let whole = items(world, who, ticket, "");
            let (mut pieces, mut after) = (Vec::new(), String::new());

            for _ in 0..whole.len() {
                let page = world.caller(who).get(&format!("/tickets/{ticket}/events?limit=2{after}")).must(200).json();
                pieces.extend(page["items"].as_array().unwrap().clone());
                match page["next"].as_str() {
                    Some(next) => after = format!("&after={next}"),
                    None => break,
                }
            }

            assert_eq!(pieces, whole, "{who:?}");
        }
    }

    fn the_limits_of_a_page_are_kept(world: &World) {
        let ticket = given::requested(world);
        let ask = |query: &str| world.user().get(&format!("/tickets/{ticket}/events?{query}"));

        ask("limit=0").field_problem("limit", "out_of_range");
        ask("limit=201").field_problem("limit", "out_of_range");
        ask("limit=1").must(200);
        ask("limit=200").must(200);
        ask("limit=many").field_problem("limit", "malformed");
        ask("after=x").field_problem("after", "bad_number");
        ask("since=1").field_problem("since", "unknown_field");
    }

    fn a_hidden_note_stays_on_record_without_its_words(world: &World) {
        let ticket = given::in_attention(world);
        let file = world.user().upload("clave.txt", b"1234");
        let note = json!({ "action": "comment", "text": "Mi clave es 1234.", "files": [file] });
        given::done(world, Who::User, ticket, note);

        let hide = json!({ "action": "hide_note", "number": "4", "reason": "Contiene una clave." });
        given::done(world, Who::HelpDesk, ticket, hide);

        for who in [Who::User, Who::HelpDesk, Who::Auditor] {
            let events = items(world, who, ticket, "");
            assert_eq!(names(&events)[3..], ["commented", "note_hidden"]);
            assert_eq!(events[3]["is_hidden"], true);
            assert_eq!(events[3]["data"].get("text"), None);
            assert_eq!(events[3].get("files"), None);
            assert!(!events[3].to_string().contains("1234"));
            world.caller(who).get(&format!("/files/{file}")).problem(404, "not_found");
        }
        assert_eq!(items(world, Who::User, ticket, "")[4]["data"].get("reason"), None, "why is for the people of IT");
        assert_eq!(items(world, Who::HelpDesk, ticket, "")[4]["data"]["reason"], "Contiene una clave.");
    }

    fn a_hidden_request_hides_the_description_everywhere(world: &World) {
        let ticket = given::in_attention(world);

        given::done(world, Who::User, ticket, json!({ "action": "hide_note", "number": "1", "reason": "Datos personales." }));

        for who in [Who::User, Who::HelpDesk, Who::Auditor] {
            let view = world.caller(who).get(&format!("/tickets/{ticket}")).must(200).json();
            assert_eq!(view["description"], json!(null));
            let first = &items(world, who, ticket, "")[0];
            assert_eq!((&first["is_hidden"], first["data"].get("description")), (&json!(true), None));
        }
    }
}
