//! `/api/v1/trail`: who did what and when, from where, before and after.

use chrono::TimeDelta;
use client::Method;
use serde_json::{Value, json};

use crate::world::{Answered, Who, World};

fn ticket(world: &World, title: &str) -> i64 {
    world.user().create(json!({ "channel": "web", "title": title, "description": "Sale un error." })).must(201).id()
}

/// By a session, whatever its address and its request are called.
fn ticket_by_hand(world: &World) {
    let request = json!({ "request": { "channel": "web", "title": "A mano", "description": "Sale un error." } });
    world.user().ask(Method::POST, "/tickets").header("x-request-id", "1").json(request).send().must(201);
}

fn items(answered: &Answered) -> Vec<Value> {
    answered.json()["items"].as_array().unwrap().clone()
}

/// A page after the other, as many entries at once.
fn all(world: &World, query: &str, limit: usize) -> Vec<Value> {
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = world.auditor().get(&format!("/trail?limit={limit}{query}{next}")).must(200);
        seen.extend(items(&page));
        match page.json()["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return seen,
        }
    }
}

on_both! {
    fn the_auditor_reads_who_did_what_and_from_where(world: &World) {
        let id = ticket(world, "No abre");
        let made = world.admin().post("/me/tokens", json!({ "name": "Tablero", "scope": "write", "expires_at": world.now() + TimeDelta::days(1) }));
        let secret = made.must(201).json()["secret"].as_str().unwrap().to_owned();
        let area = json!({ "name": "Área nueva" });
        let area = world.anonymous().ask(Method::POST, "/areas").header("authorization", &format!("Bearer {secret}")).json(area).send().must(201);

        let newest = items(&world.auditor().get("/trail?limit=200").must(200));

        let of = |entity: &str, name: &str| newest.iter().find(|item| item["entity"] == entity && item["name"] == name).unwrap().clone();
        let requested = of("ticket", "requested");
        assert_eq!((&requested["id"], &requested["by"]["id"], &requested["number"]), (&json!(id), &json!(world.person(Who::User)), &json!("1")));
        assert_eq!((&requested["origin"]["address"], &requested["origin"]["token"]), (&json!("127.0.0.1"), &json!(null)));
        assert_eq!(requested["after"]["title"], "No abre");
        let created = of("area", "created");
        assert_eq!((&created["id"], &created["before"], &created["after"]["name"]), (&json!(area.id()), &json!(null), &json!("Área nueva")));
        assert_eq!(created["origin"]["token"]["name"], "Tablero");
        assert_eq!(created["origin"]["request"], area.header("x-request-id").unwrap());
        assert_eq!(of("session", "signed_in")["by"]["id"], world.person(Who::Auditor), "the newest sign-in is the reader's own");
        assert!(!world.auditor().get("/trail?limit=200").text().contains(&secret[4..]));
    }

    fn pages_hold_each_entry_once_and_in_order(world: &World) {
        for n in 0..3 {
            ticket(world, &format!("Solicitud {n}"));
            world.advance(TimeDelta::seconds(n));
        }
        world.auditor().get("/me").must(200);
        let whole = all(world, "", 200);
        assert!(whole.len() > 20);

        for limit in [1, 3, 7] {
            assert_eq!(all(world, "", limit), whole, "{limit} at a time");
        }

        let instants: Vec<_> = whole.iter().map(|item| item["at"].as_str().unwrap().parse::<domain::Instant>().unwrap()).collect();
        assert!(instants.is_sorted_by(|a, b| a >= b));
    }

    fn filters_hold_what_they_say(world: &World) {
        let (first, second) = (ticket(world, "Una"), ticket(world, "Otra"));
        world.help_desk().command(second, json!({ "action": "categorise", "kind": "incident" })).must(200);
        world.advance(TimeDelta::days(2));
        let today = domain::day_in_lima(world.now());
        let ids = |query: &str| items(&world.auditor().get(&format!("/trail?{query}")).must(200)).iter().map(|i| i["id"].as_i64().unwrap()).collect::<Vec<_>>();

        assert_eq!(ids(&format!("ticket={first}")), [first]);
        assert!(ids(&format!("entity=ticket&id={second}")).len() >= 2);
        assert_eq!(ids("entity=ticket&name=requested"), [second, first]);
        let categorised = format!("person={}&entity=ticket&name=categorised", world.person(Who::HelpDesk));
        assert_eq!(ids(&categorised), [second]);
        assert_eq!(ids(&format!("entity=ticket&from={today}")), [0; 0]);
        assert_eq!(ids(&format!("entity=ticket&name=requested&to={}", today - TimeDelta::days(2))), [second, first]);
        assert_eq!(ids(&format!("entity=ticket&to={}", today - TimeDelta::days(3))), [0; 0]);
        let sign_ins = items(&world.auditor().get(&format!("/trail?entity=session&person={}", world.person(Who::User))).must(200));
        assert!(!sign_ins.is_empty() && sign_ins.iter().all(|item| item["by"]["id"] == world.person(Who::User)));
        assert!(items(&world.auditor().get("/trail?entity=person&name=created&limit=200").must(200)).iter().all(|item| item["before"].is_null()));
        world.auditor().get("/trail?entity=secret").field_problem("entity", "malformed");
        world.auditor().get("/trail?id=7").field_problem("entity", "missing_field");
        world.auditor().get("/trail?entity=person&ticket=7").field_problem("entity", "malformed");
        world.auditor().get("/trail?cursor=x").problem(400, "cursor_bad");
        world.auditor().get("/trail?limit=201").field_problem("limit", "out_of_range");
    }

    fn what_came_by_one_access_token_is_found_by_it(world: &World) {
        let token = |who: Who, name: &str| {
            let body = json!({ "name": name, "scope": "write", "expires_at": world.now() + TimeDelta::days(1) });
            let made = world.caller(who).post("/me/tokens", body).must(201).json();
            (made["token"]["id"].as_i64().unwrap(), made["secret"].as_str().unwrap().to_owned())
        };
        let by = |secret: &str, path: &str, body: Value| {
            world.anonymous().ask(Method::POST, path).header("authorization", &format!("Bearer {secret}")).json(body).send().must(201).id()
        };
        let many: Vec<(i64, String)> = (0..12).map(|n| token(Who::Admin, &format!("Acceso {n}"))).collect();
        let (of_user, secret) = token(Who::User, "Formulario");
        let ticket = by(&secret, "/tickets", json!({ "request": { "channel": "web", "title": "No abre", "description": "Sale un error." } }));
        let areas: Vec<i64> = many.iter().map(|(id, secret)| by(secret, "/areas", json!({ "name": format!("Área {id}") }))).collect();
        ticket_by_hand(world);
        world.user().delete(&format!("/me/tokens/{of_user}")).must(204);
        let of = |reader: Who, query: &str| {
            let page = world.caller(reader).get(&format!("/trail?{query}")).must(200);
            items(&page).iter().map(|item| (item["entity"].as_str().unwrap().to_owned(), item["id"].as_i64().unwrap())).collect::<Vec<_>>()
        };

        // 1 is not 11, and what was revoked is found as well.
        for ((id, _), area) in many.iter().zip(&areas) {
            assert_eq!(of(Who::Auditor, &format!("token={id}")), [("area".to_owned(), *area)]);
        }
        assert_eq!(of(Who::Auditor, &format!("token={of_user}")), [("ticket".to_owned(), ticket)]);
        let item = items(&world.auditor().get(&format!("/trail?token={of_user}")).must(200))[0].clone();
        assert_eq!(item["origin"]["token"], json!({ "id": of_user, "name": "Formulario" }));
        assert_eq!(of(Who::Auditor, &format!("token={of_user}&entity=area")), []);
        assert_eq!(of(Who::Auditor, &format!("token={of_user}&entity=session")), []);
        assert_eq!(of(Who::Auditor, &format!("token={of_user}&person={}", world.person(Who::Admin))), []);
        for none in ["0", "-1", "999999", "9223372036854775807"] {
            assert_eq!(of(Who::Auditor, &format!("token={none}")), [], "{none}");
        }
        world.auditor().get("/trail?token=%25").field_problem("token", "malformed");
        assert_eq!(of(Who::Admin, &format!("token={of_user}")), [], "the administrator reads no tickets here either");
        // The file holds the same.
        let file = world.auditor().get(&format!("/trail.csv?token={of_user}")).must(200).text();
        assert_eq!((file.lines().count(), file.contains("Formulario"), file.contains("Acceso")), (2, true, false), "{file}");
    }

    fn the_administrator_reads_nothing_of_a_ticket(world: &World) {
        let id = ticket(world, "Un secreto");

        let read = world.admin().get("/trail?limit=200").must(200);

        assert!(items(&read).iter().all(|item| item["entity"] != "ticket") && !read.text().contains("Un secreto"), "{read}");
        assert_eq!(items(&world.admin().get(&format!("/trail?ticket={id}")).must(200)), [json!(null); 0]);
        assert!(!world.admin().get("/trail.csv").must(200).text().contains("Un secreto"));
        world.it_head().get("/trail").problem(403, "not_your_role");
        world.user().get("/trail.csv").problem(403, "not_your_role");
    }

    fn what_was_hidden_stays_hidden(world: &World) {
        let id = ticket(world, "No abre");
        world.help_desk().command(id, json!({ "action": "comment", "text": "La clave es PERA" })).must(200);
        let events = world.help_desk().get(&format!("/tickets/{id}/events")).must(200).json();
        let number = events["items"].as_array().unwrap().last().unwrap()["number"].clone();
        world.help_desk().command(id, json!({ "action": "hide_note", "number": number, "reason": "Tenía una clave." })).must(200);

        let read = world.auditor().get(&format!("/trail?ticket={id}")).must(200);

        assert!(!read.text().contains("PERA") && read.text().contains("note_hidden"), "{read}");
        assert!(!world.auditor().get("/trail.csv").must(200).text().contains("PERA"));
    }

    fn the_file_has_every_entry_and_no_formula(world: &World) {
        let body = json!({ "name": "=HYPERLINK(\"http://x\")", "area": world.area(crate::world::Area::People) });
        let contact = world.help_desk().post("/contacts", body).must(201).id();
        let file = format!("name,email,area\n\"=1+1, \"\"Ana\"\"\",{},ULOG\n", Who::Colleague.email());
        world.admin().ask(Method::POST, "/imports/people").body("text/csv", file.into()).send().must(200);
        world.colleague().create(json!({ "channel": "web", "title": "No abre", "description": "Uno,\ndos." })).must(201);
        world.auditor().get("/me").must(200);
        let whole = all(world, "", 200);

        let answered = world.auditor().get("/trail.csv").must(200);

        assert_eq!(answered.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert!(answered.header("content-disposition").unwrap().contains("trail.csv"));
        let text = answered.text();
        assert!(text.starts_with("at,by,by_name,entity,id,number,name,address,request,token,token_name,before,after\r\n"));
        assert_eq!(text.matches("\r\n").count(), whole.len() + 1, "one line each, and the header");
        assert!(text.lines().nth(1).unwrap().contains("-05:00,"), "instants are of Lima: {text}");
        assert!(text.contains("\"'=1+1, \"\"Ana\"\"\""), "a formula is none, and quotes are doubled: {text}");
        assert!(!text.contains(",=") && !text.contains("\n="), "no cell begins like a formula");
        let part = world.auditor().get(&format!("/trail.csv?entity=person&id={contact}")).must(200).text();
        assert_eq!(part.matches("\r\n").count(), 2);
        world.auditor().get("/trail.csv?entity=x").field_problem("entity", "malformed");
    }
}
