//! `/api/v1/views`: lists that people keep under a name, for themselves or for all of IT.

use std::sync::Barrier;

use client::Method;
use serde_json::{Value, json};

use crate::world::{Answered, Caller, Who, World};

fn view(name: &str, query: &str) -> Value {
    json!({ "name": name, "query": query })
}

fn shared(name: &str, query: &str) -> Value {
    json!({ "name": name, "query": query, "columns": ["area", "title", "number"], "is_shared": true })
}

fn keep(caller: &Caller, body: Value) -> i64 {
    caller.post("/views", body).must(201).id()
}

fn write(caller: &Caller, id: i64, etag: &str, body: Value) -> Answered {
    caller.ask(Method::PUT, &format!("/views/{id}")).if_match(etag).json(body).send()
}

fn delete(caller: &Caller, id: i64, etag: &str) -> Answered {
    caller.ask(Method::DELETE, &format!("/views/{id}")).if_match(etag).send()
}

fn names(caller: &Caller) -> Vec<String> {
    let page = caller.get("/views").must(200).json();
    page["items"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    fn a_view_is_the_list_as_this_server_would_write_its_address(world: &World) {
        let body = json!({
            "name": "  Impresoras ", "query": "?sort=waiting&words=impresora%20A3&phase=requested,in_attention&limit=5&holder=me",
            "columns": ["area", "number", "area", "title"]
        });
        let made = world.help_desk().post("/views", body).must(201);

        let id = made.id();
        assert_eq!(made.header("location"), Some(&*format!("/api/v1/views/{id}")));
        let view = made.json();
        assert_eq!(view, json!({
            "id": id, "version": 1, "name": "Impresoras", "owner": { "id": world.person(Who::HelpDesk), "name": Who::HelpDesk.name() },
            "query": "phase=requested%2Cin_attention&holder=me&words=impresora+A3&sort=waiting", "columns": ["number", "title", "area"],
            "is_shared": false
        }));
        let read = world.help_desk().get(&format!("/views/{id}")).must(200);
        assert_eq!((read.json(), read.etag()), (view.clone(), made.etag()));
        // What is kept is taken as it is.
        world.help_desk().get(&format!("/tickets?{}", view["query"].as_str().unwrap())).must(200);
        let again = write(&world.help_desk(), id, &read.etag(), json!({ "name": "Impresoras", "query": view["query"] })).must(200).json();
        assert_eq!((&again["query"], &again["columns"], &again["version"]), (&view["query"], &json!([]), &json!(2)));
        let listed = world.help_desk().get("/views").must(200);
        assert_eq!(listed.json()["items"], json!([again]));
        world.help_desk().ask(Method::GET, "/views").header("if-none-match", &listed.etag()).send().must(304);
    }

    fn what_no_list_would_take_is_refused_by_its_name(world: &World) {
        let refused = |query: &str, path: &str, code: &str| drop(world.help_desk().post("/views", view("Una", query)).field_problem(path, code));

        refused("fase=requested", "query.fase", "unknown_field");
        refused("phase=never", "query.phase", "malformed");
        refused("phase=requested&phase=closed", "query.phase", "malformed");
        refused("holder=somebody", "query.holder", "malformed");
        refused("area=0", "query.area", "out_of_range");
        refused("received_from=2026-13-01", "query.received_from", "malformed");
        refused("words=a\u{0}b", "query", "bad_characters");
        refused("words=a\nb", "query", "bad_characters");
        refused(&format!("words={}", "a".repeat(1_995)), "query", "too_long");
        refused(&format!("words={}", "ñ".repeat(400)), "query", "too_long");
        let most = world.help_desk().post("/views", view("La más larga", &format!("words={}", "a".repeat(1_994)))).must(201);
        assert_eq!(most.json()["query"].as_str().unwrap().len(), 2_000);
        // No text of ours has a NUL: a blank finds no more.
        let blank = world.help_desk().post("/views", view("Con nada", "words=a%00b")).must(201);
        assert_eq!(blank.json()["query"], "words=a+b");
        let columns = json!({ "name": "Una", "query": "", "columns": ["number", "secret"] });
        world.help_desk().post("/views", columns).field_problem("columns", "malformed");
        let unknown = json!({ "name": "Una", "query": "", "owner": 1 });
        world.help_desk().post("/views", unknown).field_problem("owner", "unknown_field");
        assert_eq!(names(&world.help_desk()), ["Con nada", "La más larga"]);
    }

    fn a_name_has_eighty_characters_and_is_ones_own(world: &World) {
        let post = |name: &str| world.user().post("/views", view(name, ""));

        post(" \t ").field_problem("name", "empty_field");
        post(&"ñ".repeat(81)).field_problem("name", "too_long");
        post("Lo\u{0}mío").field_problem("name", "bad_characters");
        post("Lo\u{202E}mío").field_problem("name", "bad_characters");
        post(&"a".repeat(10 << 20)).problem(413, "payload_too_large");
        post(&"ñ".repeat(80)).must(201);
        let id = post("Lo mío").must(201).id();
        let taken = post("LO MIO").problem(409, "view_name_taken");
        assert!(taken["detail"].as_str().unwrap().contains("Use otro"), "it says what to do: {taken}");
        let other = post("Otra").must(201).id();
        write(&world.user(), other, "*", view("lo mío", "")).problem(409, "view_name_taken");
        write(&world.user(), id, "*", view("LO MÍO", "")).must(200);
        world.colleague().post("/views", view("Lo mío", "")).must(201);
    }

    fn a_person_keeps_fifty(world: &World) {
        for n in 1..=50 {
            keep(&world.user(), view(&format!("Vista {n}"), ""));
        }

        let problem = world.user().post("/views", view("Vista 51", "")).field_problem("name", "too_many");

        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("50"), "{problem}");
        let mut seen = Vec::new();
        let mut path = "/views?limit=20".to_owned();
        loop {
            let page = world.user().get(&path).must(200).json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|view| view["id"].as_i64().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/views?limit=20&cursor={next}");
        }
        assert_eq!(seen.len(), 50);
        delete(&world.user(), seen[0], "*").must(204);
        keep(&world.user(), view("Vista 51", ""));
    }

    fn anothers_own_is_not_there_for_anybody(world: &World) {
        let id = keep(&world.help_desk(), view("Solo mía", "holder=me"));

        for who in [Who::User, Who::Colleague, Who::Support1, Who::ItHead, Who::Admin, Who::Auditor] {
            let caller = world.caller(who);
            caller.get(&format!("/views/{id}")).problem(404, "not_found");
            write(&caller, id, "*", view("Mía", "")).problem(404, "not_found");
            write(&caller, id, "\"7\"", view("Mía", "")).problem(404, "not_found");
            delete(&caller, id, "*").problem(404, "not_found");
            assert_eq!(names(&caller), [""; 0], "{who:?}");
        }
        assert!(!world.auditor().get("/trail.csv").must(200).text().contains("Solo mía"), "what one keeps for oneself is in no trail");
        world.anonymous().get("/views").problem(401, "unauthenticated");
        assert_eq!(names(&world.help_desk()), ["Solo mía"]);
    }

    fn what_is_shared_is_for_it_and_stays_its_owners(world: &World) {
        let id = keep(&world.help_desk(), shared("De todos", "phase=requested"));
        let path = format!("/views/{id}");

        for who in [Who::Support1, Who::Support2, Who::ItHead, Who::Admin, Who::Auditor] {
            let caller = world.caller(who);
            assert_eq!(names(&caller), ["De todos"], "{who:?}");
            assert_eq!(caller.get(&path).must(200).json()["owner"]["name"], Who::HelpDesk.name());
            write(&caller, id, "*", shared("Otro nombre", "phase=requested")).problem(403, "not_your_role");
        }
        for who in [Who::User, Who::AreaHead] {
            assert_eq!(names(&world.caller(who)), [""; 0], "{who:?}");
            world.caller(who).get(&path).problem(404, "not_found");
            delete(&world.caller(who), id, "*").problem(404, "not_found");
        }
        for who in [Who::Support1, Who::ItHead, Who::Auditor] {
            delete(&world.caller(who), id, "*").problem(403, "not_your_role");
            let unshared = json!({ "name": "De todos", "query": "phase=requested", "columns": ["number", "title", "area"] });
            write(&world.caller(who), id, "*", unshared).problem(403, "not_your_role");
        }
        // Who is no longer there still shares it.
        let it_area = world.admin().get(&format!("/people/{}", world.person(Who::HelpDesk))).must(200).json()["area"]["id"].clone();
        let gone = json!({ "name": Who::HelpDesk.name(), "email": Who::HelpDesk.email(), "area": it_area, "roles": ["help_desk"], "is_active": false });
        world.admin().ask(Method::PUT, &format!("/people/{}", world.person(Who::HelpDesk))).if_match("*").json(gone).send().must(200);
        assert_eq!(names(&world.support1()), ["De todos"]);
    }

    fn only_people_of_it_share(world: &World) {
        for who in [Who::User, Who::AreaHead, Who::Admin, Who::Auditor] {
            let caller = world.caller(who);
            caller.post("/views", shared("De todos", "")).problem(403, "not_your_role");
            let id = keep(&caller, view("Solo mía", "requester=me"));
            write(&caller, id, "*", shared("Solo mía", "")).problem(403, "not_your_role");
            assert_eq!(caller.get(&format!("/views/{id}")).must(200).json()["is_shared"], false);
        }
        for who in [Who::HelpDesk, Who::Support1, Who::Support2, Who::ItHead] {
            keep(&world.caller(who), shared("De todos", ""));
        }
        assert_eq!(names(&world.user()), ["Solo mía"]);
        assert_eq!(names(&world.admin()), ["Solo mía", "De todos", "De todos", "De todos", "De todos"]);
    }

    fn the_administrator_takes_sharing_away_or_the_view(world: &World) {
        let [first, second] = ["Una", "Otra"].map(|name| keep(&world.support1(), shared(name, "phase=requested")));
        let view = world.admin().get(&format!("/views/{first}")).must(200).json();
        let body = |name: &str, query: &str| json!({ "name": name, "query": query, "columns": view["columns"] });

        write(&world.admin(), first, "*", body("Mejor", "phase=requested")).problem(403, "not_your_role");
        write(&world.admin(), first, "*", body("Una", "phase=closed")).problem(403, "not_your_role");
        let after = write(&world.admin(), first, "*", body("Una", "phase=requested")).must(200).json();

        assert_eq!((&after["is_shared"], &after["owner"], &after["version"]), (&json!(false), &view["owner"], &json!(2)));
        world.admin().get(&format!("/views/{first}")).problem(404, "not_found");
        delete(&world.admin(), first, "*").problem(404, "not_found");
        delete(&world.admin(), second, "*").must(204);
        assert_eq!(names(&world.support1()), ["Una"]);
        assert_eq!(names(&world.support2()), [""; 0]);
    }

    fn who_writes_says_what_they_looked_at(world: &World) {
        let id = keep(&world.user(), view("Una", ""));
        let first = world.user().get(&format!("/views/{id}")).must(200).etag();
        let path = format!("/views/{id}");

        world.user().put(&path, view("Dos", "")).problem(428, "precondition_required");
        world.user().delete(&path).problem(428, "precondition_required");
        let second = write(&world.user(), id, &first, view("Dos", "")).must(200).etag();
        write(&world.user(), id, &first, view("Tres", "")).problem(412, "version_conflict");
        delete(&world.user(), id, &first).problem(412, "version_conflict");
        assert_eq!(names(&world.user()), ["Dos"]);
        delete(&world.user(), id, &second).must(204);
        delete(&world.user(), id, "*").problem(404, "not_found");
    }

    fn of_two_at_once_on_one_view_one_is_told(world: &World) {
        for round in 0..6 {
            let id = keep(&world.support1(), shared(&format!("Vista {round}"), "phase=requested"));
            let (owner, admin) = (world.support1(), world.admin());
            let etag = owner.get(&format!("/views/{id}")).must(200).etag();
            let line = Barrier::new(2);

            // The owner gives it another name while the administrator deletes it.
            let answers: [Answered; 2] = std::thread::scope(|scope| {
                let renames = scope.spawn(|| {
                    line.wait();
                    write(&owner, id, &etag, shared(&format!("Otra {round}"), "phase=requested"))
                });
                let deletes = scope.spawn(|| {
                    line.wait();
                    delete(&admin, id, &etag)
                });
                [renames.join().unwrap(), deletes.join().unwrap()]
            });

            let statuses = answers.each_ref().map(|answer| answer.status);
            assert!([[200, 412], [404, 204], [412, 204]].contains(&statuses), "one does it, the other is told: {statuses:?}");
            let is_there = names(&owner).contains(&format!("Otra {round}"));
            assert_eq!(is_there, statuses[0] == 200);
        }
    }

    fn the_same_request_keeps_one_view(world: &World) {
        let post = |body: Value| world.user().ask(Method::POST, "/views").key("vista-1").json(body).send();

        let first = post(view("Una", "ended=false")).must(201);
        let again = post(view("Una", "ended=false")).must(201);

        assert_eq!((first.id(), first.etag()), (again.id(), again.etag()));
        post(view("Otra", "ended=false")).problem(422, "idempotency_conflict");
        assert_eq!(names(&world.user()), ["Una"]);
    }

    fn a_view_of_what_is_no_longer_there_is_an_empty_list(world: &World) {
        let made = world.help_desk().post("/views", view("De nadie", "area=999999&service=999999&holder=999999&requester=999999")).must(201);

        let query = made.json()["query"].as_str().unwrap().to_owned();

        assert_eq!(world.help_desk().get(&format!("/tickets?{query}")).must(200).json()["items"], json!([]));
    }

    fn whoever_opens_a_view_sees_of_it_what_they_may_see(world: &World) {
        let ticket = world.user().create(json!({ "channel": "web", "title": "No abre", "description": "Sale un error." })).must(201).id();
        keep(&world.help_desk(), shared("Por recibir", "phase=requested"));
        let query = world.admin().get("/views").must(200).json()["items"][0]["query"].as_str().unwrap().to_owned();

        let ids = |caller: &Caller| caller.get(&format!("/tickets?{query}")).must(200).json()["items"].clone();

        assert_eq!(ids(&world.support1())[0]["id"], ticket);
        assert_eq!(ids(&world.admin()), json!([]), "the administrator sees no tickets by that role");
    }
}
