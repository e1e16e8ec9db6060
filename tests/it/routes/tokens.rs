//! `/api/v1/me/tokens` and `/api/v1/access-tokens`: what a person lets a program do in their name.

use chrono::TimeDelta;
use client::Method;
use serde_json::{Value, json};

use crate::world::{Answered, Area, Caller, PASSWORD, Who, World};

fn request(world: &World, scope: &str) -> Value {
    json!({ "name": "Tablero", "scope": scope, "expires_at": world.now() + TimeDelta::days(30) })
}

/// A token of this person: its number and its secret.
fn token(world: &World, caller: &Caller, scope: &str) -> (i64, String) {
    let made = caller.post("/me/tokens", request(world, scope)).must(201).json();
    (made["token"]["id"].as_i64().unwrap(), made["secret"].as_str().unwrap().to_owned())
}

fn with(world: &World, secret: &str, method: Method, path: &str, body: Option<Value>) -> Answered {
    let ask = world.anonymous().ask(method, path).header("authorization", &format!("Bearer {secret}")).header("if-match", "*");
    match body {
        Some(body) => ask.json(body).send(),
        None => ask.send(),
    }
}

fn get(world: &World, secret: &str, path: &str) -> Answered {
    with(world, secret, Method::GET, path, None)
}

on_both! {
    fn a_token_acts_for_its_person_and_its_secret_is_shown_once(world: &World) {
        let made = world.user().post("/me/tokens", request(world, "write")).must(201);

        let (secret, shown) = (made.json()["secret"].as_str().unwrap().to_owned(), made.json()["token"].clone());
        assert!(secret.starts_with("atd_") && secret.len() == 47, "{made}");
        assert_eq!(get(world, &secret, "/me").must(200).id(), world.person(Who::User));
        let ticket = json!({ "request": { "channel": "web", "title": "No abre", "description": "Sale un error." } });
        let ticket = with(world, &secret, Method::POST, "/tickets", Some(ticket)).must(201);
        assert_eq!(ticket.json()["requester"]["id"], world.person(Who::User));
        let listed = world.user().get("/me/tokens").must(200);
        assert_eq!((&listed.json()["items"][0]["id"], &listed.json()["items"][0]["last_used_at"].is_null()), (&shown["id"], &false));
        assert!(!listed.text().contains(&secret[4..]) && !listed.text().contains("hash"), "{listed}");
        let changes = world.store().read::<_, store::StoreError>(|conn| {
            store::history::history(conn, store::history::Entity::AccessToken, shown["id"].as_i64().unwrap(), None, 10)
        });
        let changes = format!("{:?}", changes.unwrap());
        assert!(changes.contains("Tablero") && !changes.contains(&secret[4..]) && !changes.contains("hash"), "{changes}");
    }

    fn the_scope_is_the_limit_of_a_token(world: &World) {
        let comment = json!({ "commands": [{ "action": "comment", "text": "Sigue igual." }] });
        let ticket = world.user().create(json!({ "channel": "web", "title": "No abre", "description": "Sale un error." })).must(201).id();
        let commands = format!("/tickets/{ticket}/commands");
        let (_, read) = token(world, &world.user(), "read");
        let (_, write) = token(world, &world.admin(), "write");
        let (_, intake) = token(world, &world.admin(), "intake");

        get(world, &read, &format!("/tickets/{ticket}")).must(200);
        assert_eq!(with(world, &read, Method::HEAD, &format!("/tickets/{ticket}"), None).status, 200);
        with(world, &read, Method::POST, &commands, Some(comment)).problem(403, "token_scope");
        with(world, &read, Method::PATCH, "/me", Some(json!({ "place": "Piso 9" }))).problem(403, "token_scope");
        get(world, &intake, "/me").problem(403, "token_scope");
        get(world, &intake, &format!("/tickets/{ticket}")).problem(403, "token_scope");
        get(world, &write, &format!("/tickets/{ticket}")).problem(404, "not_found");
        let area = json!({ "name": "Área de prueba", "parent": world.area(Area::Agency) });
        with(world, &write, Method::POST, "/areas", Some(area)).must(201);
        world.user().post("/me/tokens", request(world, "intake")).problem(403, "not_your_role");
        world.user().post("/me/tokens", request(world, "all")).field_problem("scope", "malformed");
    }

    fn passwords_and_tokens_are_no_programs_business(world: &World) {
        let (id, write) = token(world, &world.admin(), "write");
        let (_, read) = token(world, &world.admin(), "read");
        let password = json!({ "password": PASSWORD });

        for secret in [&write, &read] {
            get(world, secret, "/me/tokens").problem(403, "session_needed");
            get(world, secret, "/access-tokens").problem(403, "session_needed");
            with(world, secret, Method::POST, "/me/tokens", Some(request(world, "write"))).problem(403, "session_needed");
            with(world, secret, Method::DELETE, &format!("/me/tokens/{id}"), None).problem(403, "session_needed");
            with(world, secret, Method::DELETE, &format!("/access-tokens/{id}"), None).problem(403, "session_needed");
            let path = format!("/people/{}/password", world.person(Who::User));
            with(world, secret, Method::PUT, &path, Some(password.clone())).problem(403, "session_needed");
            let own = json!({ "current": PASSWORD, "new": "otra clave de prueba" });
            with(world, secret, Method::PUT, "/me/password", Some(own)).problem(403, "session_needed");
        }
        assert_eq!(world.admin().get("/me/tokens").must(200).json()["items"].as_array().unwrap().len(), 2);
    }

    fn a_token_ends(world: &World) {
        let (revoked, first) = token(world, &world.user(), "read");
        let (_, expiring) = token(world, &world.user(), "read");
        get(world, &first, "/me").must(200);
        get(world, &expiring, "/me").must(200);

        world.colleague().delete(&format!("/me/tokens/{revoked}")).problem(404, "not_found");
        get(world, &first, "/me").must(200);
        world.user().delete(&format!("/me/tokens/{revoked}")).must(204);
        world.user().delete(&format!("/me/tokens/{revoked}")).must(204);
        world.user().delete("/me/tokens/999999").problem(404, "not_found");

        get(world, &first, "/me").problem(401, "unauthenticated");
        world.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
        get(world, &expiring, "/me").must(200);
        world.advance(TimeDelta::seconds(31));
        get(world, &expiring, "/me").problem(401, "unauthenticated");
        let (_, another) = token(world, &world.user(), "read");
        let listed = world.admin().get("/access-tokens?limit=1").must(200).json();
        let other = listed["items"][0]["id"].as_i64().unwrap();
        assert!(listed["next"].is_string(), "{listed}");
        world.admin().delete(&format!("/access-tokens/{other}")).must(204);
        get(world, &another, "/me").problem(401, "unauthenticated");
    }

    fn a_token_is_worth_what_its_person_is(world: &World) {
        let (id, secret) = token(world, &world.other_user(), "write");
        let path = format!("/people/{}", world.person(Who::OtherUser));
        let person = |roles: Value, is_active: bool| {
            let area = world.area(Area::People);
            json!({ "name": "Óscar Otro", "email": Who::OtherUser.email(), "area": area, "roles": roles, "is_active": is_active })
        };
        let write = |body: Value| world.admin().ask(Method::PUT, &path).if_match("*").json(body).send().must(200);
        get(world, &secret, "/people").problem(403, "not_your_role");

        write(person(json!(["user", "support1"]), true));
        get(world, &secret, "/people").must(200);
        write(person(json!(["user"]), false));

        get(world, &secret, "/me").problem(401, "unauthenticated");
        write(person(json!(["user"]), true));
        get(world, &secret, "/me").problem(401, "unauthenticated");
        let items = world.admin().get("/access-tokens").must(200).json()["items"].clone();
        let revoked = items.as_array().unwrap().iter().find(|item| item["id"] == id).unwrap()["revoked_at"].clone();
        assert!(revoked.is_string(), "who is disabled has no token left: {items}");
    }

    fn what_is_wrong_with_a_token_is_told(world: &World) {
        let post = |name: &str, value: Value| {
            let mut body = request(world, "read");
            body[name] = value;
            world.user().post("/me/tokens", body)
        };

        post("name", json!("")).field_problem("name", "empty_field");
        post("expires_at", json!(world.now())).field_problem("expires_at", "out_of_range");
        post("expires_at", json!(world.now() + TimeDelta::days(366) + TimeDelta::seconds(1))).field_problem("expires_at", "out_of_range");
        post("expires_at", json!("mañana")).field_problem("expires_at", "malformed");
        post("secret", json!("atd_mine")).field_problem("secret", "unknown_field");

        post("expires_at", json!(world.now() + TimeDelta::days(366))).must(201);
        for _ in 1..50 {
            post("name", json!("Otro")).must(201);
        }
        post("name", json!("Uno más")).field_problem("name", "too_many");
        assert!(world.user().get("/me/tokens?limit=200").must(200).json()["items"].as_array().unwrap().len() == 50, "nothing half done");
    }

    fn a_repetition_does_not_show_the_secret_again(world: &World) {
        let body = request(world, "read");
        let post = |body: &Value| world.user().ask(Method::POST, "/me/tokens").key("una-vez").json(body.clone()).send();
        let first = post(&body).must(201).json();

        let again = post(&body);

        again.problem(409, "already_created");
        assert!(!again.text().contains(first["secret"].as_str().unwrap()));
        assert_eq!(world.user().get("/me/tokens").json()["items"].as_array().unwrap().len(), 1);
        let mut other = body.clone();
        other["name"] = json!("Otro");
        post(&other).problem(422, "idempotency_conflict");
    }

    fn whoever_tries_tokens_is_slowed_down_and_nobody_else(world: &World) {
        let (_, good) = token(world, &world.user(), "read");
        let mut n = 0;

        let refused = loop {
            n += 1;
            let answered = get(world, &format!("atd_{n:043}"), "/me");
            if answered.status != 401 {
                break answered;
            }
            assert!(n < 100, "a try is free each second, no more");
        };

        refused.problem(429, "too_many_requests");
        assert!(n > 20 && refused.header("retry-after").is_some(), "{n}");
        get(world, &good, "/me").must(200);
        for bad in ["atd_", "atd_x", &good.to_uppercase(), &good[..46], "atd_'; DROP TABLE access_tokens; --"] {
            assert!([401, 429].contains(&get(world, bad, "/me").status), "{bad}");
        }
    }
}
