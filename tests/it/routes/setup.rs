//! `/api/v1/setup`: the first administrator.

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::Backend;

use crate::world::{Answered, PASSWORD, World};

/// The token of a new link.
fn offer(world: &World) -> String {
    let link = world.app().offer_setup().unwrap().expect("a system without an administrator offers its set-up");
    link.strip_prefix("http://atiende.test/setup#token=").unwrap_or_else(|| panic!("a link of the public address: {link}")).to_owned()
}

fn request(token: &str) -> Value {
    json!({
        "token": token, "agency": "Agencia de Compras", "name": "Primera Persona", "email": "primera@agencia.example", "password": PASSWORD,
    })
}

fn set_up(world: &World, request: Value) -> Answered {
    world.anonymous().post("/setup", request)
}

fn is_needed(world: &World) -> bool {
    world.anonymous().get("/setup").must(200).json()["is_needed"].as_bool().unwrap()
}

on_both! {
    fn the_link_makes_the_first_administrator_and_the_first_area_once(backend: Backend) {
        let world = World::empty(backend);
        assert!(is_needed(&world));
        let (token, other) = (offer(&world), offer(&world));

        let done = set_up(&world, request(&token)).must(201);

        assert!(done.header("set-cookie").is_some() && done.header("cache-control") == Some("no-store"));
        let bearer = format!("Bearer {}", done.json()["access_token"].as_str().unwrap());
        let me = world.anonymous().ask(client::Method::GET, "/me").header("authorization", &bearer).send().must(200).json();
        assert_eq!(me["roles"], json!(["user", "admin"]));
        assert_eq!((&me["email"], &me["area"]["name"]), (&json!("primera@agencia.example"), &json!("Agencia de Compras")));
        assert!(!is_needed(&world));
        assert_eq!(world.app().offer_setup().unwrap(), None);
        for token in [token, other] {
            set_up(&world, request(&token)).problem(409, "setup_done");
        }
        world.anonymous().post("/session", json!({ "email": "primera@agencia.example", "password": PASSWORD })).must(200);
    }

    fn a_token_that_was_not_given_makes_nobody(backend: Backend) {
        let world = World::empty(backend);
        let token = offer(&world);

        for bad in ["", "x", &token[1..], &format!("{token}x"), &token.to_lowercase()] {
            set_up(&world, request(bad)).problem(403, "setup_token_bad");
        }

        assert!(is_needed(&world));
        world
            .anonymous()
            .post("/session", json!({ "email": "primera@agencia.example", "password": PASSWORD }))
            .problem(401, "invalid_credentials");
        set_up(&world, request(&token)).must(201);
    }

    fn what_is_wrong_in_the_form_spends_no_link(backend: Backend) {
        let world = World::empty(backend);
        let token = offer(&world);
        let with = |field: &str, value: Value| {
            let mut request = request(&token);
            request[field] = value;
            set_up(&world, request)
        };

        for weak in ["", "123456789", "aaaaaaaaaaaa", &"ab".repeat(101)] {
            with("password", json!(weak)).problem(422, "weak_password");
        }
        with("email", json!("primera")).field_problem("email", "bad_email");
        with("agency", json!("  ")).field_problem("agency", "empty_field");
        with("name", json!("x".repeat(201))).field_problem("name", "too_long");
        with("role", json!("admin")).field_problem("role", "unknown_field");

        assert!(is_needed(&world));
        with("password", json!("1234567890")).must(201);
    }

    fn a_link_lasts_a_week(backend: Backend) {
        let world = World::empty(backend);
        let (late, later) = (offer(&world), offer(&world));

        world.advance(TimeDelta::days(7) + TimeDelta::seconds(1));

        set_up(&world, request(&late)).problem(403, "setup_token_bad");
        set_up(&world, request(&later)).problem(403, "setup_token_bad");
        set_up(&world, request(&offer(&world))).must(201);
    }

    fn of_two_who_set_up_at_once_one_does(backend: Backend) {
        let world = World::empty(backend);
        let tokens = [offer(&world), offer(&world)];

        let mut answers = std::thread::scope(|scope| {
            let calls: Vec<_> = tokens.iter().map(|token| scope.spawn(|| set_up(&world, request(token)))).collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect::<Vec<_>>()
        });

        answers.sort_by_key(|answer| answer.status);
        answers[0].clone().must(201);
        answers[1].problem(409, "setup_done");
        assert_eq!(answers[1].header("set-cookie"), None);
    }
}
