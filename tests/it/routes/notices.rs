//! `/api/v1/me/notices`: what changed on tickets that concern the caller.

use client::Method;
use serde_json::{Value, json};

use super::tickets::given::{self, call, request};
use crate::world::{Who, World};

fn kinds(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

fn notices(world: &World, who: Who) -> Value {
    world.caller(who).get("/me/notices").must(200).json()
}

fn mark(world: &World, who: Who, seen_until: i64) {
    world.caller(who).ask(Method::PUT, "/me/notices/mark").json(json!({ "seen_until": seen_until })).send().must(204);
}

on_both! {
    fn who_is_concerned_is_told_who_did_what_and_where(world: &World) {
        let id = world.user().create(request("No imprime")).must(201).id();
        given::done(world, Who::HelpDesk, id, json!({ "action": "categorise", "kind": "incident" }));
        given::done(world, Who::HelpDesk, id, json!({ "action": "comment", "text": "Vamos para allá." }));

        let told = notices(world, Who::User);
        assert_eq!(kinds(&told), ["replied"], "what one did oneself is no news");
        assert_eq!((&told["n_new"], &told["items"][0]["is_new"]), (&json!(1), &json!(true)));
        assert_eq!((&told["items"][0]["ticket"], &told["items"][0]["title"]), (&json!(id), &json!("No imprime")));
        assert_eq!(told["items"][0]["by"]["id"], world.person(Who::HelpDesk));
        assert_eq!(notices(world, Who::OtherUser)["items"], json!([]));
        world.anonymous().get("/me/notices").problem(401, "unauthenticated");
    }

    fn what_was_looked_at_is_no_news_any_more(world: &World) {
        let id = world.user().create(request("No imprime")).must(201).id();
        given::done(world, Who::HelpDesk, id, json!({ "action": "comment", "text": "Uno." }));
        given::done(world, Who::HelpDesk, id, json!({ "action": "comment", "text": "Dos." }));
        let told = notices(world, Who::User);
        assert_eq!(told["n_new"], 2);
        let (newest, older) = (told["items"][0]["id"].as_i64().unwrap(), told["items"][1]["id"].as_i64().unwrap());

        mark(world, Who::User, older);
        let told = notices(world, Who::User);
        assert_eq!((&told["n_new"], &told["items"][0]["is_new"], &told["items"][1]["is_new"]), (&json!(1), &json!(true), &json!(false)));

        mark(world, Who::User, newest);
        mark(world, Who::User, older);
        assert_eq!(notices(world, Who::User)["n_new"], 0, "nobody looks backwards");

        mark(world, Who::User, i64::MAX);
        given::done(world, Who::HelpDesk, id, json!({ "action": "comment", "text": "Tres." }));
        assert_eq!(notices(world, Who::User)["n_new"], 1, "what is not there yet nobody has looked at");
    }

    fn what_one_sees_no_more_is_left_out(world: &World) {
        let id = world.help_desk().create(call(world.person(Who::User), "No imprime")).must(201).id();
        assert_eq!((&notices(world, Who::User)["n_new"], kinds(&notices(world, Who::User))), (&json!(1), vec!["received"]));

        let facts = json!({ "requester": world.person(Who::OtherUser) });
        given::done(world, Who::HelpDesk, id, json!({ "action": "correct_facts", "facts": facts }));

        world.user().get(&format!("/tickets/{id}")).problem(404, "not_found");
        let told = notices(world, Who::User);
        assert_eq!((&told["n_new"], &told["items"]), (&json!(0), &json!([])));
    }

    fn pages_go_on_and_what_is_as_it_was_costs_nothing(world: &World) {
        let id = world.user().create(request("No imprime")).must(201).id();
        for n in 0..3 {
            given::done(world, Who::HelpDesk, id, json!({ "action": "comment", "text": format!("Nota {n}.") }));
        }
        let first = world.user().get("/me/notices?limit=2").must(200).json();
        assert_eq!(first["items"].as_array().unwrap().len(), 2);
        let next = first["next"].as_str().unwrap();
        let second = world.user().get(&format!("/me/notices?limit=2&cursor={next}")).must(200).json();
        assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (1, &json!(null)));

        for path in ["/me/notices", "/counts", "/tickets"] {
            let tag = world.user().get(path).must(200).header("etag").unwrap().to_owned();
            world.user().ask(Method::GET, path).header("if-none-match", &tag).send().must(304);
        }
        world.user().get("/me/notices?limit=0").field_problem("limit", "out_of_range");
        world.user().get("/me/notices?cursor=x").problem(400, "cursor_bad");
        world.user().ask(Method::PUT, "/me/notices/mark").json(json!({ "seen_until": "x" })).send().field_problem("seen_until", "malformed");
    }
}
