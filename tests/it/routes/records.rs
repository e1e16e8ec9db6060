//! `/api/v1/areas`, `/api/v1/services` and `/api/v1/providers`.

use client::Method;
use serde_json::{Value, json};

use crate::world::{Answered, Area, Caller, Who, World};

fn write(caller: &Caller, path: &str, etag: &str, body: Value) -> Answered {
    caller.ask(Method::PUT, path).if_match(etag).json(body).send()
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn names(answered: &Answered) -> Vec<String> {
    answered.clone().must(200).json()["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// A record of each kind: where it stands, what one writes, and what one reads of it beside its number and version.
fn kinds(world: &World) -> [(&'static str, Value, Value); 3] {
    let area = json!({
        "name": "Área de Tesorería", "abbreviation": "OA-TES", "parent": world.area(Area::Administration), "head": world.person(Who::Colleague),
        "is_reserved": true, "ended_on": "2027-12-31",
    });
    let area_read = with(area.clone(), "head", json!({ "id": world.person(Who::Colleague), "name": Who::Colleague.name() }));
    let service = json!({ "name": "Impresión", "description": "Multifuncionales.\nDe cada piso.", "is_active": true });
    let provider = json!({
        "name": "Impresiones del Pacífico S.A.C.", "ruc": "20990001023", "email": "Mesa@Impresiones.Example", "phone": "(01) 555-0102",
        "contact": "Mesa de servicio", "is_active": true,
    });
    let provider_read = with(provider.clone(), "email", json!("mesa@impresiones.example"));
    [("/areas", area, area_read), ("/services", service.clone(), service), ("/providers", provider, provider_read)]
}

on_both! {
    fn a_record_is_made_read_listed_and_written(world: &World) {
        for (path, body, mut read) in kinds(world) {
            let made = world.admin().post(path, body.clone()).must(201);

            read["id"] = json!(made.id());
            read["version"] = json!(1);
            let own = format!("{path}/{}", made.id());
            assert_eq!((made.json(), made.header("location")), (read.clone(), Some(&*format!("/api/v1{own}"))));
            let again = world.support2().get(&own).must(200);
            assert_eq!((again.json(), again.etag()), (read.clone(), made.etag()));
            world.support2().ask(Method::GET, &own).header("if-none-match", &made.etag()).send().must(304);
            let listed = world.auditor().get(&format!("{path}?limit=200")).must(200).json();
            assert!(listed["items"].as_array().unwrap().contains(&read), "{listed}");

            let written = write(&world.admin(), &own, &made.etag(), with(body, "name", json!("Otro nombre"))).must(200);

            assert_eq!((&written.json()["name"], &written.json()["version"]), (&json!("Otro nombre"), &json!(2)));
            assert_ne!(written.etag(), made.etag());
        }
    }

    fn a_record_is_made_once_under_one_key(world: &World) {
        for (path, body, _) in kinds(world) {
            let post = |body: &Value| world.admin().ask(Method::POST, path).key("k").json(body.clone()).send();

            let made = post(&body).must(201);

            let again = post(&body).must(201);
            assert_eq!((again.json(), again.etag()), (made.json(), made.etag()));
            post(&with(body.clone(), "name", json!("Otro nombre"))).problem(422, "idempotency_conflict");
            let n = names(&world.admin().get(&format!("{path}?limit=200&all=true")))
                .iter()
                .filter(|name| made.json()["name"] == **name)
                .count();
            assert_eq!(n, 1, "{path}");
        }
    }

    fn a_write_names_the_version_that_it_replaces(world: &World) {
        for (path, body, _) in kinds(world) {
            let made = world.admin().post(path, body.clone()).must(201);
            let own = format!("{path}/{}", made.id());
            let second = write(&world.admin(), &own, &made.etag(), body.clone()).must(200);

            world.admin().put(&own, body.clone()).problem(428, "precondition_required");
            let stale = write(&world.admin(), &own, &made.etag(), body.clone()).problem(412, "version_conflict");
            assert_eq!(stale["params"]["version"], 2);
            for never in ["W/\"2-0\"", "\"\"", "2", "\"3\"", "\"x-2\""] {
                write(&world.admin(), &own, never, body.clone()).problem(412, "version_conflict");
            }

            assert_eq!(world.admin().get(&own).etag(), second.etag());
            write(&world.admin(), &own, "*", body.clone()).must(200);
            write(&world.admin(), &format!("{path}/999999"), "*", body.clone()).problem(404, "not_found");
            world.admin().get(&format!("{path}/999999")).problem(404, "not_found");
        }
    }

    fn a_write_by_another_role_changes_nothing(world: &World) {
        for (path, body, _) in kinds(world) {
            let own = format!("{path}/{}", world.admin().post(path, body.clone()).must(201).id());
            let before = world.admin().get(&own);

            for caller in [world.user(), world.area_head(), world.help_desk(), world.support1(), world.it_head(), world.auditor()] {
                let problem = write(&caller, &own, "*", with(body.clone(), "name", json!("Otro nombre"))).problem(403, "not_your_role");
                assert_eq!(problem["params"]["roles"], json!(["admin"]));
                caller.post(path, with(body.clone(), "name", json!("Otro más"))).problem(403, "not_your_role");
            }

            assert_eq!(world.admin().get(&own).etag(), before.etag());
            assert!(!names(&world.admin().get(&format!("{path}?all=true&limit=200"))).contains(&"Otro más".to_owned()));
        }
    }

    fn a_history_says_who_changed_what(world: &World) {
        for (path, body, _) in kinds(world) {
            let own = format!("{path}/{}", world.admin().post(path, body.clone()).must(201).id());
            write(&world.caller(Who::First), &own, "*", with(body, "name", json!("Otro nombre"))).must(200);

            let changes = world.auditor().get(&format!("{own}/history")).must(200).json();

            let items = changes["items"].as_array().unwrap();
            assert_eq!(items.len(), 2, "{changes}");
            assert_eq!(
                (&items[0]["version"], &items[0]["before"], &items[0]["by"]["name"]),
                (&json!(1), &json!(null), &json!(Who::Admin.name()))
            );
            assert_eq!((&items[1]["version"], &items[1]["by"]["name"]), (&json!(2), &json!(Who::First.name())));
            assert_eq!((&items[1]["before"], &items[1]["after"]["name"]), (&items[0]["after"], &json!("Otro nombre")));
            world.admin().get(&format!("{path}/999999/history")).problem(404, "not_found");
        }
    }

    fn records_are_found_by_words_without_accents_and_come_in_pages(world: &World) {
        let finds = [("/areas", "tesore", "oa"), ("/services", "impresion", "IMPRESI%C3%93N"), ("/providers", "pacif%20impre", "S.A.C.")];
        for ((path, body, _), (_, first, second)) in kinds(world).into_iter().zip(finds) {
            world.admin().post(path, body.clone()).must(201);
            let name = body["name"].as_str().unwrap().to_owned();

            for words in [first, second] {
                let found = names(&world.help_desk().get(&format!("{path}?words={words}")));
                assert!(found.contains(&name), "{path} {words}: {found:?}");
            }
            assert_eq!(names(&world.help_desk().get(&format!("{path}?words=zzz"))), [""; 0]);

            let all = names(&world.help_desk().get(&format!("{path}?limit=200")));
            let (mut seen, mut next) = (Vec::new(), format!("{path}?limit=1"));
            loop {
                let page = world.help_desk().get(&next);
                seen.extend(names(&page));
                let Some(cursor) = page.json()["next"].as_str().map(str::to_owned) else { break };
                next = format!("{path}?limit=1&cursor={cursor}");
            }
            assert_eq!(seen, all, "{path}");
            world.help_desk().get(&format!("{path}?cursor=x")).problem(400, "cursor_bad");
            world.help_desk().get(&format!("{path}?fase=x")).field_problem("fase", "unknown_field");
        }
    }

    fn what_is_wrong_is_named(world: &World) {
        let [(_, area, _), (_, service, _), (_, provider, _)] = kinds(world);
        let post = |path: &str, body: &Value, field: &str, value: Value| world.admin().post(path, with(body.clone(), field, value));

        post("/areas", &area, "parent", json!(999_999)).field_problem("parent", "unknown_record");
        post("/areas", &area, "head", json!(999_999)).field_problem("head", "unknown_record");
        post("/areas", &area, "ended_on", json!("31/12/2027")).field_problem("ended_on", "malformed");
        post("/areas", &area, "is_reserved", json!("no")).field_problem("is_reserved", "malformed");
        post("/services", &service, "description", json!("x".repeat(20_001))).field_problem("description", "too_long");
        post("/services", &service, "is_activ", json!(true)).field_problem("is_activ", "unknown_field");
        post("/providers", &provider, "ruc", json!("20990001016")).field_problem("ruc", "bad_ruc");
        post("/providers", &provider, "ruc", json!("2099000101")).field_problem("ruc", "bad_ruc");
        post("/providers", &provider, "email", json!("mesa")).field_problem("email", "bad_email");

        post("/services", &service, "description", json!("x".repeat(20_000))).must(201);
    }

    fn a_name_is_of_one_record_in_use(world: &World) {
        for (path, body, _) in kinds(world) {
            let body = if path == "/areas" { with(body, "ended_on", json!(null)) } else { with(body, "ruc", json!(null)) };
            let body = if path == "/providers" { body } else { without(body, "ruc") };
            let made = world.admin().post(path, body.clone()).must(201);
            let same_name = body["name"].as_str().unwrap().to_uppercase();

            world.admin().post(path, with(body.clone(), "name", json!(same_name))).problem(409, "name_taken");

            let (field, out_of_use) = if path == "/areas" { ("ended_on", json!("2026-01-31")) } else { ("is_active", json!(false)) };
            let own = format!("{path}/{}", made.id());
            write(&world.admin(), &own, &made.etag(), with(body.clone(), field, out_of_use)).must(200);
            let heir = world.admin().post(path, body.clone()).must(201);
            assert_ne!(heir.id(), made.id());
            write(&world.admin(), &own, "*", body).problem(409, "name_taken");
        }
    }

    fn a_tax_number_is_of_one_provider(world: &World) {
        let [_, _, (_, provider, _)] = kinds(world);
        world.admin().post("/providers", provider.clone()).must(201);

        world.admin().post("/providers", with(provider.clone(), "name", json!("Otro"))).problem(409, "ruc_taken");

        let other = with(with(provider, "name", json!("Otro")), "ruc", json!("20990001031"));
        world.admin().post("/providers", other).must(201);
    }

    fn what_is_out_of_use_is_listed_only_on_demand(world: &World) {
        for (path, body, _) in kinds(world) {
            let (field, out_of_use) = if path == "/areas" { ("ended_on", json!("2026-11-22")) } else { ("is_active", json!(false)) };
            world.admin().post(path, with(body.clone(), field, out_of_use)).must(201);
            let name = body["name"].as_str().unwrap().to_owned();

            assert!(!names(&world.help_desk().get(&format!("{path}?limit=200"))).contains(&name), "{path}");
            assert!(names(&world.help_desk().get(&format!("{path}?limit=200&all=true"))).contains(&name), "{path}");
        }
    }

    fn an_area_is_not_under_itself(world: &World) {
        let path = |area: Area| format!("/areas/{}", world.area(area));
        let area = |area: Area| world.admin().get(&path(area)).must(200);
        let under = |which: Area, parent: Area| {
            let before = area(which).json();
            let body = json!({
                "name": before["name"], "abbreviation": before["abbreviation"], "parent": world.area(parent),
                "head": before["head"]["id"], "is_reserved": before["is_reserved"],
            });
            write(&world.admin(), &path(which), "*", body)
        };

        under(Area::Administration, Area::Administration).problem(409, "area_loops");
        under(Area::Administration, Area::Logistics).problem(409, "area_loops");
        under(Area::Agency, Area::Logistics).problem(409, "area_loops");

        assert_eq!(area(Area::Administration).json()["parent"], world.area(Area::Agency));
        under(Area::Logistics, Area::People).must(200);
        under(Area::People, Area::Administration).must(200);
        assert_eq!(area(Area::Logistics).json()["parent"], world.area(Area::People));
        under(Area::Administration, Area::Logistics).problem(409, "area_loops");
    }

    fn of_two_that_would_make_a_ring_at_once_one_moves(world: &World) {
        let admin = world.admin();
        let make = |name: &str| admin.post("/areas", json!({ "name": name })).must(201).id();
        for round in 0..5 {
            let names = [format!("Norte {round}"), format!("Sur {round}")];
            let ids = [make(&names[0]), make(&names[1])];
            let hang =
                |n: usize| write(&admin, &format!("/areas/{}", ids[n]), "*", json!({ "name": names[n], "parent": ids[1 - n] })).status;

            let mut statuses = std::thread::scope(|scope| {
                let calls = [scope.spawn(|| hang(0)), scope.spawn(|| hang(1))];
                calls.map(|call| call.join().unwrap())
            });

            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409]);
        }
    }

    fn an_area_ends_after_what_is_under_it(world: &World) {
        let end = |area: Area, name: &str, parent: Value, day: Value| {
            write(&world.admin(), &format!("/areas/{}", world.area(area)), "*", json!({ "name": name, "parent": parent, "ended_on": day }))
        };
        let agency = json!(world.area(Area::Agency));
        let administration = json!(world.area(Area::Administration));

        end(Area::Administration, "Gerencia de Administración", agency.clone(), json!("2026-12-31")).problem(409, "in_use");

        end(Area::Logistics, "Unidad de Logística", administration.clone(), json!("2026-12-31")).must(200);
        end(Area::Integrity, "Unidad Funcional de Integridad", administration.clone(), json!("2026-11-22")).must(200);
        end(Area::Administration, "Gerencia de Administración", agency.clone(), json!("2026-12-30")).problem(409, "in_use");
        end(Area::Administration, "Gerencia de Administración", agency, json!("2026-12-31")).must(200);
        world.admin().post("/areas", json!({ "name": "Nueva", "parent": administration })).field_problem("parent", "unknown_record");
        let person = json!({ "name": "Nueva", "email": "nueva@agencia.example", "area": world.area(Area::Integrity), "roles": ["user"] });
        world.admin().post("/people", person).field_problem("area", "unknown_record");
    }

    fn who_heads_an_area_has_the_role_for_it_and_those_under_it_at_once(world: &World) {
        let request = json!({ "channel": "web", "title": "No abre", "description": "Sale un error." });
        let ticket = world.user().create(request).must(201).id();
        let path = format!("/areas/{}", world.area(Area::Administration));
        let body = |head: Option<i64>| json!({ "name": "Gerencia de Administración", "abbreviation": "GA", "parent": world.area(Area::Agency), "head": head });
        world.area_head().get(&format!("/tickets/{ticket}")).must(200);
        world.other_user().get(&format!("/tickets/{ticket}")).must(404);

        write(&world.admin(), &path, "*", body(Some(world.person(Who::OtherUser)))).must(200);

        world.area_head().get(&format!("/tickets/{ticket}")).must(404);
        assert_eq!(world.area_head().get("/me").json()["roles"], json!(["user"]));
        world.other_user().get(&format!("/tickets/{ticket}")).must(200);
        assert_eq!(world.other_user().get("/me").json()["roles"], json!(["user", "area_head"]));
        write(&world.admin(), &path, "*", body(None)).must(200);
        world.other_user().get(&format!("/tickets/{ticket}")).must(404);
    }
}

fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().unwrap().remove(field);
    body
}
