//! `POST /api/v1/tickets`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::given::{call, categorise, close, comment, events, listed, request, solve};
use crate::world::{Area, Who, World};

/// The path of the field that a refusal is about.
#[track_caller]
fn path(problem: &Value) -> &str {
    problem["errors"][0]["path"].as_str().unwrap_or_else(|| panic!("no field: {problem}"))
}

fn with(mut request: Value, field: &str, value: impl Into<Value>) -> Value {
    request[field] = value.into();
    request
}

on_both! {
    fn a_person_asks_for_support(world: &World) {
        let request = json!({
            "channel": "web", "title": "La impresora no imprime", "description": "Sale en blanco.\nDesde el lunes.", "since": "2026-11-23",
            "impact": "work_with_difficulty", "service": world.service(), "equipment": "PAT-00412", "place": "Piso 3, oficina 312",
        });

        let answer = world.user().create(request.clone()).must(201);

        let ticket = answer.json();
        assert_eq!(answer.header("location"), Some(format!("/api/v1/tickets/{}", answer.id()).as_str()));
        assert!(answer.etag().starts_with("\"1-"), "its version is 1: {}", answer.etag());
        assert_eq!(ticket["version"], 1);
        assert_eq!(ticket["standing"]["phase"], "requested");
        assert_eq!(ticket["requester"], json!({ "id": world.person(Who::User), "name": Who::User.name() }));
        assert_eq!(ticket["creator"]["id"], world.person(Who::User));
        assert_eq!(ticket["area"]["id"], world.area(Area::Logistics));
        assert_eq!(ticket["service"]["name"], "Correo electrónico");
        for field in ["channel", "title", "description", "since", "impact", "equipment", "place"] {
            assert_eq!(ticket[field], request[field], "{field}");
        }
        for instant in ["received_at", "created_at", "updated_at", "phase_since"] {
            assert_eq!(ticket[instant], json!(world.now()), "{instant}");
        }
        assert_eq!(world.user().get(&format!("/tickets/{}", answer.id())).must(200).json(), ticket);
    }

    fn a_person_asks_for_a_colleague_and_both_see_it(world: &World) {
        let colleague = world.person(Who::Colleague);

        let ticket = world.user().create(with(request("Sin acceso"), "requester", colleague)).must(201);

        assert_eq!(ticket.json()["requester"]["id"], colleague);
        assert_eq!(ticket.json()["creator"]["id"], world.person(Who::User));
        for who in [Who::User, Who::Colleague] {
            world.caller(who).get(&format!("/tickets/{}", ticket.id())).must(200);
        }
        world.other_user().get(&format!("/tickets/{}", ticket.id())).problem(404, "not_found");
    }

    fn a_person_does_not_ask_for_another_area(world: &World) {
        let other = world.person(Who::OtherUser);

        let refused = world.user().create(with(request("Sin acceso"), "requester", other));
        let moved = world.user().create(with(request("Sin acceso"), "area", world.area(Area::People)));

        refused.problem(403, "not_your_area");
        moved.problem(403, "not_your_area");
        assert_eq!(listed(world, Who::Auditor, ""), [] as [i64; 0]);
    }

    fn a_head_asks_for_anybody_of_the_areas_below_and_for_no_other(world: &World) {
        let (below, outside) = (world.person(Who::User), world.person(Who::OtherUser));

        let asked = world.area_head().create(with(request("Sin acceso"), "requester", below));
        let refused = world.area_head().create(with(request("Sin acceso"), "requester", outside));

        assert_eq!(asked.must(201).json()["area"]["id"], world.area(Area::Logistics));
        refused.problem(403, "not_your_area");
    }

    fn who_keeps_the_system_or_attends_asks_for_nothing(world: &World) {
        let callers = [Who::Admin, Who::Auditor, Who::Support1, Who::Support2, Who::ItHead2];

        let refusals = callers.map(|who| world.caller(who).create(request("Sin acceso")));

        refusals.iter().for_each(|refusal| drop(refusal.problem(403, "not_your_role")));
        world.anonymous().create(request("Sin acceso")).problem(401, "unauthenticated");
    }

    fn what_a_reserved_unit_asks_is_reserved_from_the_head_above(world: &World) {
        let reserved = world.reserved_user().create(request("Clave bloqueada")).must(201);
        let open = world.user().create(request("Clave bloqueada")).must(201);
        let told = world.user().create(with(request("Clave bloqueada"), "is_reserved", true)).must(201);

        assert_eq!(reserved.json()["standing"]["is_reserved"], true);
        assert_eq!(open.json()["standing"]["is_reserved"], false);
        assert_eq!(told.json()["standing"]["is_reserved"], true);
        assert_eq!(listed(world, Who::AreaHead, ""), [open.id()]);
        world.area_head().get(&format!("/tickets/{}", reserved.id())).problem(404, "not_found");
        world.area_head().get(&format!("/tickets/{}", told.id())).problem(404, "not_found");
    }

    fn the_desk_notes_a_call_and_when_it_came(world: &World) {
        let an_hour_ago = world.now() - TimeDelta::hours(1);
        let call = with(call(world.person(Who::OtherUser), "Sin red"), "received_at", json!(an_hour_ago));

        let ticket = world.help_desk().create(call).must(201).json();

        assert_eq!(ticket["channel"], "phone");
        assert_eq!(ticket["received_at"], json!(an_hour_ago));
        assert_eq!(ticket["created_at"], json!(world.now()));
        assert_eq!(ticket["requester"]["id"], world.person(Who::OtherUser));
        assert_eq!(ticket["creator"]["id"], world.person(Who::HelpDesk));
    }

    fn only_the_desk_says_another_instant_and_never_one_to_come(world: &World) {
        let (past, future) = (json!(world.now() - TimeDelta::hours(1)), json!(world.now() + TimeDelta::seconds(1)));

        let by_person = world.user().create(with(request("Sin red"), "received_at", past));
        let by_desk = world.help_desk().create(with(call(world.person(Who::User), "Sin red"), "received_at", future));

        assert_eq!(by_person.must(201).json()["received_at"], json!(world.now()));
        let problem = by_desk.problem(422, "date_in_future");
        assert_eq!(path(&problem), "request.received_at");
    }

    fn a_person_writes_in_the_system_and_by_no_other_channel(world: &World) {
        for channel in ["phone", "mobile", "email", "in_person"] {
            let by_person = world.user().create(with(request("Sin red"), "channel", channel));
            let by_desk = world.help_desk().create(with(call(world.person(Who::User), "Sin red"), "channel", channel));

            assert_eq!(path(&by_person.problem(403, "channel_not_yours")), "request.channel");
            assert_eq!(by_desk.must(201).json()["channel"], channel);
        }
    }

    fn a_call_from_somebody_new_does_not_stop(world: &World) {
        let contact = json!({ "name": "Nélida Nueva", "area": world.area(Area::People), "extension": "415" });
        let contact = world.help_desk().post("/contacts", contact).must(201).id();

        let then = json!([categorise("incident"), solve(), close()]);
        let ticket = world.help_desk().post("/tickets", json!({ "request": call(contact, "Sin red"), "then": then })).must(201);

        assert_eq!(ticket.json()["requester"], json!({ "id": contact, "name": "Nélida Nueva" }));
        assert_eq!(ticket.json()["area"]["id"], world.area(Area::People));
        assert_eq!(ticket.json()["standing"]["is_phone_notice_due"], true, "no mail reaches her");
        assert_eq!(events(world, ticket.id()).last().unwrap(), "phone_notice_due");
    }

    fn a_call_is_registered_attended_and_closed_in_one_request(world: &World) {
        let attended = json!({ "action": "record_action", "action_taken": "Se desbloqueó la cuenta." });
        for (kind, how, outcome, recorded) in [
            ("incident", solve(), "solved_at_desk", "solution_recorded"),
            ("occurrence", attended, "attended", "action_recorded"),
        ] {
            let request = call(world.person(Who::User), "Cuenta bloqueada");

            let ticket = world.help_desk().post("/tickets", json!({ "request": request, "then": [categorise(kind), how, close()] }));

            let id = ticket.id();
            let ticket = ticket.must(201).json();
            assert_eq!(ticket["standing"]["phase"], "closed");
            assert_eq!(ticket["standing"]["outcome"], outcome);
            assert_eq!(ticket["standing"]["solver"], world.person(Who::HelpDesk));
            assert_eq!(events(world, id), ["requested", "registered", "categorised", recorded, "closed"]);
        }
    }

    fn a_step_that_is_refused_leaves_nothing_behind(world: &World) {
        let record = json!({ "action": "record_action", "action_taken": "Se hizo." });
        let body = json!({ "request": call(world.person(Who::User), "Sin red"), "then": [categorise("incident"), record, close()] });

        let refused = world.help_desk().post("/tickets", body);

        let problem = refused.problem(409, "not_this_kind");
        assert_eq!(path(&problem), "then[1]");
        assert_eq!(listed(world, Who::Auditor, ""), [] as [i64; 0]);
    }

    fn a_step_that_makes_a_second_ticket_stands_alone(world: &World) {
        let another = json!({ "action": "create_from_this", "title": "Otra cosa", "description": "También." });
        let body = json!({ "request": call(world.person(Who::User), "Sin red"), "then": [another] });

        let refused = world.help_desk().post("/tickets", body);

        refused.problem(422, "not_combined");
        assert_eq!(listed(world, Who::Auditor, ""), [] as [i64; 0]);
    }

    fn what_a_request_names_must_be_there(world: &World) {
        let nobody = 999_999;
        for (field, value, code, at) in [
            ("requester", json!(nobody), "person_unknown", "request.requester"),
            ("area", json!(nobody), "area_unknown", "request.area"),
            ("service", json!(nobody), "service_unknown", "request.service"),
            ("files", json!([nobody]), "file_unknown", "request.files"),
            ("from", json!(nobody), "ticket_unknown", "request.from"),
            ("since", json!("2026-11-24"), "date_in_future", "request.since"),
        ] {
            let refused = world.help_desk().create(with(call(world.person(Who::User), "Sin red"), field, value));

            assert_eq!(path(&refused.problem(422, code)), at);
        }
        assert_eq!(listed(world, Who::Auditor, ""), [] as [i64; 0]);
    }

    fn nobody_asks_for_a_disabled_person(world: &World) {
        let colleague = format!("/people/{}", world.person(Who::Colleague));
        let before = world.admin().get(&colleague).must(200);
        let body = json!({
            "name": Who::Colleague.name(), "email": Who::Colleague.email(), "area": world.area(Area::Logistics), "roles": ["user"], "is_active": false,
        });
        world.admin().ask(client::Method::PUT, &colleague).if_match(&before.etag()).json(body).send().must(200);

        let refused = world.user().create(with(request("Sin red"), "requester", world.person(Who::Colleague)));

        assert_eq!(path(&refused.problem(422, "person_disabled")), "request.requester");
    }

    fn a_request_brings_the_files_that_its_caller_uploaded(world: &World) {
        let file = world.user().upload("captura.png", b"png");

        let stranger = world.colleague().create(with(request("Sale esto"), "files", json!([file])));
        let ticket = world.user().create(with(request("Sale esto"), "files", json!([file]))).must(201);
        let again = world.user().create(with(request("Sale esto"), "files", json!([file])));

        assert_eq!(path(&stranger.problem(422, "file_unknown")), "request.files");
        assert_eq!(path(&again.problem(422, "file_unknown")), "request.files");
        let events = world.user().get(&format!("/tickets/{}/events", ticket.id())).must(200).json();
        assert_eq!(events["items"][0]["files"][0]["name"], "captura.png");
    }

    fn a_request_brings_ten_files_at_most(world: &World) {
        let files: Vec<i64> = (0..11).map(|n| world.user().upload(&format!("{n}.txt"), b"x")).collect();

        let eleven = world.user().create(with(request("Muchos"), "files", json!(files)));
        let ten = world.user().create(with(request("Muchos"), "files", json!(files[..10])));

        assert_eq!(eleven.problem(422, "too_many_files")["params"]["max"], 10);
        ten.must(201);
    }

    fn a_field_that_is_wrong_is_named(world: &World) {
        for (field, value, code) in [
            ("title", json!(null), "malformed"),
            ("title", json!("  "), "empty_field"),
            ("title", json!("ñ".repeat(201)), "too_long"),
            ("title", json!("dos\nlíneas"), "bad_characters"),
            ("title", json!("factura\u{202e}gpj.exe"), "bad_characters"),
            ("description", json!("x".repeat(20_001)), "too_long"),
            ("description", json!("\u{0}"), "bad_characters"),
            ("channel", json!("telex"), "malformed"),
            ("since", json!("ayer"), "malformed"),
            ("received_at", json!("2026-11-23"), "malformed"),
            ("requester", json!(0), "out_of_range"),
            ("requester", json!("7"), "malformed"),
            ("files", json!([0]), "out_of_range"),
            ("priority", json!(1), "unknown_field"),
        ] {
            let answer = world.user().create(with(request("Sin red"), field, value));

            let at = if field == "files" { "request.files[0]".to_owned() } else { format!("request.{field}") };
            answer.field_problem(&at, code);
        }
        assert_eq!(listed(world, Who::Auditor, ""), [] as [i64; 0]);
    }

    fn the_longest_texts_are_taken_whole(world: &World) {
        let body = json!({ "channel": "web", "title": "ñ".repeat(200), "description": "𝒳".repeat(20_000) });

        let ticket = world.user().create(body.clone()).must(201).json();

        assert_eq!(ticket["title"], body["title"]);
        assert_eq!(ticket["description"], body["description"]);
    }

    fn what_is_missing_is_named(world: &World) {
        for field in ["channel", "title", "description"] {
            let mut body = request("Sin red");
            body.as_object_mut().unwrap().remove(field);

            world.user().create(body).field_problem(&format!("request.{field}"), "missing_field");
        }
        world.user().post("/tickets", json!({})).field_problem("request", "missing_field");
        world.user().post("/tickets", json!({ "request": request("Sin red"), "urgent": true })).field_problem("urgent", "unknown_field");
    }

    fn eight_commands_follow_at_most(world: &World) {
        let body = |n: usize| json!({ "request": call(world.person(Who::User), "Sin red"), "then": vec![comment("Hola"); n] });

        let nine = world.help_desk().post("/tickets", body(9));
        let eight = world.help_desk().post("/tickets", body(8));

        nine.field_problem("then", "too_many");
        assert_eq!(events(world, eight.must(201).id()).len(), 9);
    }

    fn what_is_not_json_is_told_apart(world: &World) {
        let ask = || world.user().ask(client::Method::POST, "/tickets");

        let broken = ask().body("application/json", b"{\"request\":".to_vec()).send();
        let not_utf8 = ask().body("application/json", b"{\"request\":\"\xff\"}".to_vec()).send();
        let form = ask().body("application/x-www-form-urlencoded", b"title=x".to_vec()).send();
        let list = ask().body("application/json", b"[]".to_vec()).send();
        let bare = ask().send();

        broken.problem(400, "bad_request");
        not_utf8.problem(400, "bad_request");
        form.problem(415, "unsupported_media_type");
        list.problem(422, "invalid_fields");
        bare.problem(415, "unsupported_media_type");
    }

    fn a_title_of_ten_megabytes_is_too_large(world: &World) {
        let huge = world.user().create(request(&"x".repeat(10 * 1024 * 1024)));

        let problem = huge.problem(413, "payload_too_large");
        assert_eq!(problem["params"]["max_bytes"], 1024 * 1024);
        world.user().create(request("Sin red")).must(201);
    }

    fn a_problem_speaks_the_language_of_its_reader(world: &World) {
        let ask = |language: &str| {
            let ask = world.user().ask(client::Method::POST, "/tickets").header("accept-language", language);
            ask.json(json!({ "request": with(request("Sin red"), "channel", "phone") })).send()
        };

        let (spanish, english) = (ask("es-PE,es;q=0.9"), ask("en-US,en;q=0.8"));

        assert_eq!(spanish.header("content-language"), Some("es-PE"));
        assert_eq!(english.header("content-language"), Some("en"));
        assert_ne!(spanish.problem(403, "channel_not_yours")["detail"], english.problem(403, "channel_not_yours")["detail"]);
    }
}
