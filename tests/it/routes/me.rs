//! `/api/v1/me`: one's own profile and password.

use client::{Client, Method};
use serde_json::{Value, json};

use crate::world::{Answered, PASSWORD, Who, World, wait_for};

fn signed_in(world: &World, who: Who, password: &'static str) -> Client {
    let client = world.client();
    let signing = client.clone();
    wait_for(async move { signing.sign_in(who.email(), password).await }).expect("the password is theirs");
    client
}

fn is_signed_in(client: &Client) -> bool {
    let client = client.clone();
    wait_for(async move { client.read_me().await }).is_ok()
}

fn change_password(world: &World, who: Who, current: &str, new: &str) -> Answered {
    world.caller(who).put("/me/password", json!({ "current": current, "new": new }))
}

on_both! {
    fn the_profile_says_who_one_is(world: &World) {
        let head = world.area_head().get("/me").must(200);
        let user = world.user().get("/me").must(200);

        assert_eq!(head.json()["roles"], json!(["user", "area_head"]));
        let headed = head.json()["areas_headed"].as_array().unwrap().len();
        assert_eq!(headed, 3, "the administration, and the two under it: {head}");
        assert_eq!((&user.json()["roles"], &user.json()["areas_headed"]), (&json!(["user"]), &json!([])));
        assert_eq!(user.json()["language"], "es-PE");
        assert_eq!(user.header("cache-control"), Some("private, no-cache"));
        let again = world.user().ask(Method::GET, "/me").header("if-none-match", &user.etag()).send();
        assert_eq!((again.status, again.bytes()), (304, &b""[..]));
    }

    fn one_changes_what_is_ones_own(world: &World) {
        let before = world.user().get("/me").must(200);
        let patch = |etag: &str, body: Value| world.user().ask(Method::PATCH, "/me").if_match(etag).json(body).send();

        let after = patch(&before.etag(), json!({ "extension": " 2145 ", "place": "Piso 5", "language": "en" })).must(200);

        let profile = after.json();
        assert_eq!((&profile["extension"], &profile["place"], &profile["language"]), (&json!("2145"), &json!("Piso 5"), &json!("en")));
        let emptied = patch(&after.etag(), json!({ "place": null })).must(200).json();
        assert_eq!((&emptied["extension"], &emptied["place"], &emptied["language"]), (&json!("2145"), &json!(null), &json!("en")));
        assert_eq!(world.user().get("/me").json(), emptied);
        let changes = world.admin().get(&format!("/people/{}/history", world.person(Who::User))).must(200).json();
        let last = changes["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&last["by"]["name"], &last["before"]["place"], &last["after"]["place"]),
            (&json!(Who::User.name()), &json!("Piso 5"), &json!(null))
        );
    }

    fn one_does_not_change_what_is_not(world: &World) {
        let etag = world.user().get("/me").etag();
        let patch = |body: Value| world.user().ask(Method::PATCH, "/me").if_match(&etag).json(body).send();

        for (field, value) in [
            ("roles", json!(["admin"])),
            ("email", json!("otro@agencia.example")),
            ("name", json!("Otro")),
            ("area", json!(1)),
            ("is_active", json!(false)),
        ] {
            patch(json!({ field: value })).field_problem(field, "unknown_field");
        }
        patch(json!({ "language": "fr" })).field_problem("language", "malformed");
        patch(json!({ "extension": "" })).field_problem("extension", "empty_field");
        patch(json!({ "extension": "x".repeat(201) })).field_problem("extension", "too_long");
        patch(json!({ "phone": "a\nb" })).field_problem("phone", "bad_characters");

        assert_eq!(world.user().get("/me").etag(), etag);
        patch(json!({ "extension": "x".repeat(200) })).must(200);
    }

    fn a_change_names_the_version_that_it_changes(world: &World) {
        let first = world.user().get("/me").etag();
        let change = json!({ "phone": "555-0100" });

        world.user().patch("/me", change.clone()).problem(428, "precondition_required");
        world.user().ask(Method::PATCH, "/me").if_match(&first).json(change.clone()).send().must(200);
        let stale = world.user().ask(Method::PATCH, "/me").if_match(&first).json(change.clone()).send();

        let problem = stale.problem(412, "version_conflict");
        let now = world.user().get("/me").etag();
        assert!(now.starts_with(&format!("\"{}-", problem["params"]["version"])), "{now}: {problem}");
        for never in ["W/\"1\"", "\"x\"", "1", "\"999-0\""] {
            world.user().ask(Method::PATCH, "/me").if_match(never).json(change.clone()).send().problem(412, "version_conflict");
        }
        world.user().ask(Method::PATCH, "/me").if_match("*").json(change).send().must(200);
    }

    fn a_new_password_ends_every_other_session(world: &World) {
        let elsewhere = signed_in(world, Who::User, PASSWORD);
        let colleague = signed_in(world, Who::Colleague, PASSWORD);
        assert!(is_signed_in(&elsewhere));

        change_password(world, Who::User, PASSWORD, "otra clave de prueba").must(204);

        assert!(!is_signed_in(&elsewhere));
        let renewing = elsewhere.clone();
        assert_eq!(wait_for(async move { renewing.refresh_session().await }).unwrap_err().code(), Some("stale_session"));
        world.user().get("/me").must(200);
        assert!(is_signed_in(&colleague));
        signed_in(world, Who::User, "otra clave de prueba");
        world.anonymous().post("/session", json!({ "email": Who::User.email(), "password": PASSWORD })).problem(401, "invalid_credentials");
    }

    fn a_password_is_changed_by_who_knows_it_to_one_that_is_not_weak(world: &World) {
        change_password(world, Who::User, "otra clave de prueba", "una clave mejor").problem(401, "invalid_credentials");
        for weak in ["", "123456789", "xxxxxxxxxx", &"ñ1".repeat(101)] {
            change_password(world, Who::User, PASSWORD, weak).problem(422, "weak_password");
        }
        world.user().put("/me/password", json!({ "new": "una clave mejor" })).field_problem("current", "missing_field");
        let before = world.user().get("/me").etag();

        change_password(world, Who::User, PASSWORD, &"ñ1".repeat(100)).must(204);

        assert_ne!(world.user().get("/me").etag(), before, "the record has a new version");
        let changes = world.admin().get(&format!("/people/{}/history", world.person(Who::User))).must(200).text();
        assert!(changes.contains("password_changed_at"), "{changes}");
        for secret in ["argon2", PASSWORD, "ñ1ñ1"] {
            assert!(!changes.contains(secret), "{secret} is in no history");
        }
    }

    fn a_stolen_token_does_not_try_passwords_at_leisure(world: &World) {
        let mut n = 0;

        let refused = loop {
            n += 1;
            let answered = change_password(world, Who::User, "otra clave de prueba", "una clave mejor");
            if answered.status != 401 {
                break answered;
            }
            assert!(n < 60, "a try is free each six seconds, no more");
        };

        assert!(n > 10, "ten tries are free: {n}");
        refused.problem(429, "too_many_requests");
        assert!(refused.header("retry-after").is_some());
        change_password(world, Who::Colleague, PASSWORD, PASSWORD).must(204);
    }
}
