//! `/api/v1/people` and `/api/v1/contacts`: the directory, and whom the desk noted on the spot.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use client::Method;
use serde_json::{Value, json};

use crate::world::{Answered, Area, Caller, PASSWORD, Who, World};

fn person(world: &World, name: &str, email: &str) -> Value {
    json!({ "name": name, "email": email, "area": world.area(Area::Logistics), "roles": ["user"] })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn write(caller: &Caller, path: &str, etag: &str, body: Value) -> Answered {
    caller.ask(Method::PUT, path).if_match(etag).json(body).send()
}

fn names(answered: &Answered) -> Vec<String> {
    answered.json()["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

fn sign_in(world: &World, email: &str, password: &str) -> Answered {
    world.anonymous().post("/session", json!({ "email": email, "password": password }))
}

on_both! {
    fn the_administrator_adds_a_person(world: &World) {
        let body = json!({
            "name": "  Lucía Ramos  ", "email": "LRamos@Agencia.Example", "post": "Analista", "area": world.area(Area::Logistics),
            "extension": "2145", "phone": "555-0100", "place": "Piso 5", "language": "en", "roles": ["help_desk", "user"],
        });

        let made = world.admin().post("/people", body).must(201);

        let path = made.header("location").unwrap().strip_prefix("/api/v1").unwrap().to_owned();
        assert_eq!(path, format!("/people/{}", made.id()));
        let expected = json!({
            "id": made.id(), "version": 1, "name": "Lucía Ramos", "email": "lramos@agencia.example", "post": "Analista",
            "area": { "id": world.area(Area::Logistics), "name": "Unidad de Logística" }, "extension": "2145", "phone": "555-0100",
            "place": "Piso 5", "language": "en", "roles": ["user", "help_desk"], "is_contact": false, "is_active": true, "has_account": false,
        });
        assert_eq!(made.json(), expected);
        let read = world.auditor().get(&path).must(200);
        assert_eq!((read.json(), read.etag()), (expected, made.etag()));
        let unchanged = world.auditor().ask(Method::GET, &path).header("if-none-match", &made.etag()).send().must(304);
        assert_eq!((unchanged.bytes(), unchanged.etag()), (&b""[..], made.etag()));
    }

    fn a_person_is_made_once_under_one_key(world: &World) {
        let body = person(world, "Lucía Ramos", "lramos@agencia.example");
        let post = |caller: Caller, key: &str, body: &Value| caller.ask(Method::POST, "/people").key(key).json(body.clone()).send();

        let made = post(world.admin(), "k-1", &body).must(201);
        let again = post(world.admin(), "k-1", &body).must(201);

        let all = |answered: &Answered| (answered.json(), answered.etag(), answered.header("location").map(str::to_owned));
        assert_eq!(all(&again), all(&made));
        post(world.admin(), "k-1", &with(body.clone(), "name", json!("Otra"))).problem(422, "idempotency_conflict");
        post(world.admin(), "k-2", &body).problem(409, "email_taken");
        let first = Who::First;
        post(world.caller(first), "k-1", &body).problem(409, "email_taken");
        world.admin().ask(Method::POST, "/services").key("k-1").json(json!({ "name": "Otra ruta" })).send().must(201);
        for bad in [String::new(), "x".repeat(129), "con espacio".into()] {
            post(world.admin(), &bad, &body).problem(400, "idempotency_key_bad");
        }
        post(world.admin(), &"x".repeat(128), &person(world, "Otra", "otra@agencia.example")).must(201);
        world.advance(TimeDelta::hours(24) + TimeDelta::seconds(1));
        post(world.admin(), "k-1", &body).problem(409, "email_taken");
    }

    fn a_key_of_what_was_refused_may_be_used_again(world: &World) {
        let body = person(world, "Lucía Ramos", Who::User.email());
        let post = || world.admin().ask(Method::POST, "/people").key("k").json(body.clone()).send();
        post().problem(409, "email_taken");
        let path = format!("/people/{}", world.person(Who::User));
        let user = person(world, "Ulises Ñahui", "unahui@agencia.example");
        write(&world.admin(), &path, "*", user).must(200);

        post().must(201);
    }

    fn many_at_once_under_one_key_make_one(world: &World) {
        let body = person(world, "Lucía Ramos", "lramos@agencia.example");
        let admin = world.admin();
        admin.get("/me").must(200);

        let answers = std::thread::scope(|scope| {
            let calls = [(); 8].map(|()| scope.spawn(|| admin.ask(Method::POST, "/people").key("k").json(body.clone()).send()));
            calls.map(|call| call.join().unwrap())
        });

        let ids: BTreeSet<_> = answers.iter().map(|answer| answer.clone().must(201).id()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(names(&world.admin().get("/people?words=lramos@agencia.example")), ["Lucía Ramos"]);
    }

    fn an_address_is_one_persons(world: &World) {
        let taken = Who::Colleague.email().to_uppercase();
        let etag = world.admin().get(&format!("/people/{}", world.person(Who::User))).etag();
        let contact = json!({ "name": "Visita", "area": world.area(Area::Logistics), "email": taken });

        world.admin().post("/people", person(world, "Otra", &taken)).problem(409, "email_taken");
        write(&world.admin(), &format!("/people/{}", world.person(Who::User)), &etag, person(world, "Otra", &taken))
            .problem(409, "email_taken");
        world.help_desk().post("/contacts", contact).problem(409, "email_taken");

        assert_eq!(world.admin().get(&format!("/people/{}", world.person(Who::User))).etag(), etag);
    }

    fn what_is_wrong_is_named(world: &World) {
        let good = person(world, "Lucía Ramos", "lramos@agencia.example");
        let post = |field: &str, value: Value| world.admin().post("/people", with(good.clone(), field, value));

        post("area", json!(999_999)).field_problem("area", "unknown_record");
        post("area", json!(0)).field_problem("area", "out_of_range");
        post("area", json!("x")).field_problem("area", "malformed");
        post("email", json!("lramos")).field_problem("email", "bad_email");
        post("email", json!(null)).field_problem("email", "malformed");
        post("name", json!(" ")).field_problem("name", "empty_field");
        post("name", json!("x".repeat(201))).field_problem("name", "too_long");
        post("name", json!("a\u{0}b")).field_problem("name", "bad_characters");
        post("roles", json!(["boss"])).field_problem("roles[0]", "malformed");
        post("roles", json!(["user", "area_head"])).field_problem("roles", "malformed");
        post("language", json!("fr")).field_problem("language", "malformed");
        post("password", json!("x")).field_problem("password", "unknown_field");
        post("is_contact", json!(true)).field_problem("is_contact", "unknown_field");

        assert_eq!(names(&world.admin().get("/people?words=lucia")), [""; 0]);
        post("name", json!("x".repeat(200))).must(201);
    }

    fn what_is_wrong_is_said_in_the_callers_language(world: &World) {
        let body = with(person(world, "Lucía Ramos", "lramos@agencia.example"), "area", json!(999_999));
        let post =
            |language: &str| world.admin().ask(Method::POST, "/people").header("accept-language", language).json(body.clone()).send();

        let (spanish, english) = (post("es-PE"), post("en"));

        let detail = |answered: &Answered| answered.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
        assert_eq!(detail(&spanish), "«Área» no existe o ya no está vigente. Elija otro.");
        assert_eq!(detail(&english), "“Area” does not exist, or is no longer in use. Choose another.");
    }

    fn the_administrator_writes_a_person_whole(world: &World) {
        let path = format!("/people/{}", world.person(Who::User));
        let before = world.admin().get(&path);
        let full = with(person(world, "Ulises Ñahui", Who::User.email()), "extension", json!("2145"));

        let first = write(&world.admin(), &path, &before.etag(), full.clone()).must(200);
        let second = write(&world.admin(), &path, &first.etag(), person(world, "Ulises Ñahui", Who::User.email())).must(200);

        assert_eq!((&first.json()["extension"], &second.json()["extension"]), (&json!("2145"), &json!(null)));
        assert_eq!(first.json()["version"].as_u64(), before.json()["version"].as_u64().map(|version| version + 1));
        world.admin().put(&path, full.clone()).problem(428, "precondition_required");
        let problem = write(&world.admin(), &path, &first.etag(), full.clone()).problem(412, "version_conflict");
        assert_eq!(problem["params"]["version"], second.json()["version"]);
        write(&world.admin(), "/people/999999", "*", full.clone()).problem(404, "not_found");
        world.admin().put("/people/999999", full.clone()).problem(428, "precondition_required");
        write(&world.admin(), &path, "*", with(full.clone(), "area", json!(999_999))).field_problem("area", "unknown_record");
        write(&world.admin(), &path, "*", with(full, "roles", json!(["area_head"]))).field_problem("roles", "malformed");
        assert_eq!(world.admin().get(&path).etag(), second.etag());
    }

    fn of_many_with_one_etag_one_writes(world: &World) {
        let path = format!("/people/{}", world.person(Who::User));
        let admin = world.admin();
        let etag = admin.get(&path).etag();

        let mut statuses = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..8)
                .map(|n| {
                    let body = with(person(world, "Ulises Ñahui", Who::User.email()), "extension", json!(n.to_string()));
                    let (admin, path, etag) = (&admin, &path, &etag);
                    scope.spawn(move || write(admin, path, etag, body).status)
                })
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect::<Vec<_>>()
        });

        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
    }

    fn who_is_disabled_is_out_at_once_and_comes_back_by_signing_in(world: &World) {
        let path = format!("/people/{}", world.person(Who::Colleague));
        let body = person(world, "Camila Colega", Who::Colleague.email());
        let session = sign_in(world, Who::Colleague.email(), PASSWORD).must(200);
        let bearer = format!("Bearer {}", session.json()["access_token"].as_str().unwrap());
        let me = || world.anonymous().ask(Method::GET, "/me").header("authorization", &bearer).send();
        me().must(200);

        write(&world.admin(), &path, "*", with(body.clone(), "is_active", json!(false))).must(200);

        me().problem(401, "unauthenticated");
        sign_in(world, Who::Colleague.email(), PASSWORD).problem(403, "account_disabled");
        assert!(!names(&world.admin().get("/people")).contains(&"Camila Colega".to_owned()));
        assert!(names(&world.admin().get("/people?all=true")).contains(&"Camila Colega".to_owned()));
        write(&world.admin(), &path, "*", body).must(200);
        me().problem(401, "unauthenticated");
        sign_in(world, Who::Colleague.email(), PASSWORD).must(200);
    }

    fn the_administrator_gives_a_password_and_every_session_ends(world: &World) {
        let path = format!("/people/{}/password", world.person(Who::Colleague));
        let session = sign_in(world, Who::Colleague.email(), PASSWORD).must(200);
        let bearer = format!("Bearer {}", session.json()["access_token"].as_str().unwrap());

        let given = world.admin().put(&path, json!({ "password": "cámbiela al entrar" })).must(204);

        assert!(given.bytes().is_empty());
        world.anonymous().ask(Method::GET, "/me").header("authorization", &bearer).send().problem(401, "unauthenticated");
        sign_in(world, Who::Colleague.email(), PASSWORD).problem(401, "invalid_credentials");
        sign_in(world, Who::Colleague.email(), "cámbiela al entrar").must(200);
        for weak in ["", "123456789", "aaaaaaaaaa"] {
            world.admin().put(&path, json!({ "password": weak })).problem(422, "weak_password");
        }
        world.admin().put("/people/999999/password", json!({ "password": PASSWORD })).problem(404, "not_found");
    }

    fn who_gets_a_password_has_an_account(world: &World) {
        let made = world.admin().post("/people", person(world, "Lucía Ramos", "lramos@agencia.example")).must(201);
        let path = format!("/people/{}", made.id());

        world.admin().put(&format!("{path}/password"), json!({ "password": PASSWORD })).must(204);

        assert_eq!(world.admin().get(&path).json()["has_account"], true);
        sign_in(world, "lramos@agencia.example", PASSWORD).must(200);
    }

    fn the_desk_notes_somebody_new_and_the_administrator_takes_them_into_the_directory(world: &World) {
        let body = json!({ "name": "Teodoro Ccori", "area": world.area(Area::People), "extension": "2310" });

        let made = world.help_desk().ask(Method::POST, "/contacts").key("k").json(body.clone()).send().must(201);

        let contact = made.json();
        assert_eq!((&contact["is_contact"], &contact["roles"], &contact["has_account"]), (&json!(true), &json!([]), &json!(false)));
        assert_eq!(made.header("location"), Some(&*format!("/api/v1/people/{}", made.id())));
        assert_eq!(world.help_desk().ask(Method::POST, "/contacts").key("k").json(body.clone()).send().must(201).id(), made.id());
        let path = format!("/contacts/{}", made.id());
        let changed =
            write(&world.help_desk2(), &path, &made.etag(), with(body.clone(), "email", json!("tccori@correo.example"))).must(200);
        assert_eq!(changed.json()["email"], "tccori@correo.example");
        world.help_desk().put(&path, body.clone()).problem(428, "precondition_required");
        write(&world.help_desk(), &path, &made.etag(), body.clone()).problem(412, "version_conflict");
        world.admin().put(&format!("/people/{}/password", made.id()), json!({ "password": PASSWORD })).problem(404, "not_found");

        let person = person(world, "Teodoro Ccori", "tccori@agencia.example");
        let taken_in = write(&world.admin(), &format!("/people/{}", made.id()), &changed.etag(), person).must(200);

        assert_eq!(taken_in.json()["is_contact"], false);
        write(&world.help_desk(), &path, "*", body).problem(404, "not_found");
        world.admin().put(&format!("/people/{}/password", made.id()), json!({ "password": PASSWORD })).must(204);
        sign_in(world, "tccori@agencia.example", PASSWORD).must(200);
    }

    fn the_desk_does_not_write_the_directory_as_a_contact(world: &World) {
        let path = format!("/contacts/{}", world.person(Who::User));
        let body = json!({ "name": "Otro Nombre", "area": world.area(Area::Logistics) });

        write(&world.help_desk(), &path, "*", body.clone()).problem(404, "not_found");
        write(&world.help_desk(), "/contacts/999999", "*", body.clone()).problem(404, "not_found");

        world.help_desk().post("/contacts", with(body.clone(), "roles", json!(["admin"]))).field_problem("roles", "unknown_field");
        world.help_desk().post("/contacts", with(body, "area", json!(999_999))).field_problem("area", "unknown_record");
        assert_eq!(world.admin().get(&format!("/people/{}", world.person(Who::User))).json()["name"], Who::User.name());
    }

    fn people_are_found_by_the_beginnings_of_their_words_without_accents(world: &World) {
        let body = with(person(world, "José Núñez de la Peña", "jnunez@agencia.example"), "extension", json!("2145"));
        world.admin().post("/people", body).must(201);
        let find = |words: &str| names(&world.support1().ask(Method::GET, &format!("/people?words={words}")).send().must(200));

        let found = [
            "jose",
            "JOS%C3%89",
            "nunez",
            "n%C3%BA+pe%C3%B1",
            "nun%20jos",
            "2145",
            "jnunez@agencia.example",
            "jnun",
            "214%20pena",
            "nunez%00",
            "(nunez*)",
        ];
        for words in found {
            assert_eq!(find(words), ["José Núñez de la Peña"], "{words}");
        }
        for words in ["unez", "jose%20perez", "2146", "j%25z", "_ose", "jose%20'%20OR%201=1", "agencia.example"] {
            assert_eq!(find(words), [""; 0], "{words}");
        }
        assert!(find("").len() > 10, "without words, everybody");
    }

    fn people_are_found_by_their_role(world: &World) {
        let with_role = |role: &str| names(&world.help_desk().get(&format!("/people?role={role}")).must(200));

        assert_eq!(with_role("support1"), ["Nivel Uno", "Nivel Uno Bis"]);
        assert_eq!(with_role("area_head"), ["Jefe de Tecnologías", "Julia Jefa"]);
        assert_eq!(names(&world.help_desk().get("/people?role=support1&words=bis")), ["Nivel Uno Bis"]);
        world.help_desk().get("/people?role=boss").field_problem("role", "malformed");
    }

    fn a_list_comes_in_pages(world: &World) {
        for n in 0..3 {
            world.admin().post("/people", person(world, "Del Mismo Nombre", &format!("mismo{n}@agencia.example"))).must(201);
        }
        let all = world.admin().get("/people?limit=200").must(200).json();
        assert!(all.get("next").is_none(), "a page that holds everybody is the last");
        let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect::<Vec<_>>();

        for limit in [1, 2, 7] {
            let (mut seen, mut path) = (Vec::new(), format!("/people?limit={limit}"));
            loop {
                let page = world.admin().get(&path).must(200).json();
                assert!(ids(&page).len() <= limit);
                seen.extend(ids(&page));
                match page["next"].as_str() {
                    Some(next) => path = format!("/people?limit={limit}&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen, ids(&all), "each once, in order, {limit} at a time");
        }
        for bad in ["0", "201", "-1", "x", ""] {
            let answered = world.admin().get(&format!("/people?limit={bad}"));
            assert_eq!(answered.problem(422, "invalid_fields")["errors"][0]["path"], "limit", "{bad}");
        }
        for bad in ["x", "e30", "W10", "WzEsMl0", "%00"] {
            world.admin().get(&format!("/people?cursor={bad}")).problem(400, "cursor_bad");
        }
        world.admin().get("/people?page=2").field_problem("page", "unknown_field");
    }

    fn a_history_says_who_changed_what_and_keeps_no_secret(world: &World) {
        let made = world.admin().post("/people", person(world, "Lucía Ramos", "lramos@agencia.example")).must(201);
        let path = format!("/people/{}", made.id());
        world.advance(TimeDelta::minutes(5));
        let moved = with(person(world, "Lucía Ramos", "lramos@agencia.example"), "area", json!(world.area(Area::People)));
        write(&world.caller(Who::First), &path, "*", moved).must(200);
        world.admin().put(&format!("{path}/password"), json!({ "password": "cámbiela al entrar" })).must(204);

        let changes = world.auditor().get(&format!("{path}/history")).must(200);

        let items = changes.json()["items"].as_array().unwrap().clone();
        let versions: Vec<_> = items.iter().map(|item| item["version"].as_u64().unwrap()).collect();
        assert_eq!(versions, [1, 2, 3]);
        assert_eq!((&items[0]["before"], &items[0]["by"]["id"]), (&json!(null), &json!(world.person(Who::Admin))));
        assert_eq!(items[1]["by"], json!({ "id": world.person(Who::First), "name": Who::First.name() }));
        assert_eq!(
            (&items[1]["before"]["area"], &items[1]["after"]["area"]),
            (&json!(world.area(Area::Logistics)), &json!(world.area(Area::People)))
        );
        assert_eq!(items[1]["before"], items[0]["after"]);
        assert_ne!(items[0]["at"], items[1]["at"]);
        assert_ne!(items[2]["before"]["password_changed_at"], items[2]["after"]["password_changed_at"]);
        for answered in [&changes, &world.auditor().get(&path), &world.auditor().get("/people?all=true")] {
            for secret in ["argon2", "cámbiela", "token", "hash"] {
                assert!(!answered.text().contains(secret), "{secret}: {answered}");
            }
        }
        let (mut seen, mut next) = (Vec::new(), format!("{path}/history?limit=1"));
        loop {
            let page = world.admin().get(&next).must(200).json();
            seen.extend(page["items"].as_array().unwrap().clone());
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("{path}/history?limit=1&cursor={cursor}");
        }
        assert_eq!(seen, items);
        world.admin().get("/people/999999/history").problem(404, "not_found");
        world.admin().get(&format!("{path}/history?cursor=x")).problem(400, "cursor_bad");
        world.admin().get(&format!("{path}/history?limit=0")).field_problem("limit", "out_of_range");
    }
}
