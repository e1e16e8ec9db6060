//! `/api/v1/session`: signing in, refreshing, signing out.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use client::Method;
use serde_json::{Value, json};
use store::Backend;

use crate::world::{Answered, Area, PASSWORD, Who, World};

const COOKIE: &str = "atiende_refresh";

fn sign_in(world: &World, email: &str, password: &str) -> Answered {
    world.anonymous().post("/session", json!({ "email": email, "password": password }))
}

/// A session of somebody: what it answered.
fn session_of(world: &World, who: Who) -> Answered {
    sign_in(world, who.email(), PASSWORD).must(200)
}

/// The pair that a `Cookie` header takes.
fn cookie(answered: &Answered) -> String {
    let set = answered.header("set-cookie").unwrap_or_else(|| panic!("no cookie: {answered}"));
    set.split(';').next().unwrap().to_owned()
}

fn token(answered: &Answered) -> String {
    answered.json()["access_token"].as_str().unwrap().to_owned()
}

fn refresh(world: &World, cookie: &str) -> Answered {
    world.anonymous().ask(Method::POST, "/session/refresh").header("cookie", cookie).send()
}

/// A call with this token and nothing else.
fn me(world: &World, token: &str) -> Answered {
    get(world, "/me", token)
}

fn get(world: &World, path: &str, token: &str) -> Answered {
    world.anonymous().ask(Method::GET, path).header("authorization", &format!("Bearer {token}")).send()
}

/// Without what differs from one answer to the next.
fn same(answered: &Answered) -> Value {
    let mut problem = answered.json();
    problem["request_id"] = Value::Null;
    problem
}

/// As another server of the installation would change it: this one is not told.
fn change_elsewhere(world: &World, who: Who, change: impl FnOnce(&mut store::people::NewPerson) + Send + 'static) {
    let id: domain::PersonId = world.person(who).try_into().unwrap();
    let now = world.now();
    let row = world.store().read::<_, store::StoreError>(|conn| store::people::find(conn, id)).unwrap().unwrap();
    let mut person = api::app::people::as_written(&row).unwrap();
    change(&mut person);
    world
        .store()
        .write::<_, store::records::RecordError>(move |conn| store::people::update(conn, None, now, id, row.version, &person))
        .unwrap();
}

on_both! {
    fn the_right_password_opens_a_session_for_a_quarter_of_an_hour(world: &World) {
        let answered = sign_in(world, " Usuario@Agencia.Example ", PASSWORD).must(200);

        let expires_at: DateTime<Utc> = answered.json()["expires_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(expires_at, world.now() + TimeDelta::minutes(15));
        assert_eq!(answered.header("cache-control"), Some("no-store"));
        assert!(!answered.text().contains(cookie(&answered).split_once('=').unwrap().1), "the refresh token is in its cookie alone");
        assert_eq!(me(world, &token(&answered)).must(200).json()["id"], world.person(Who::User));
    }

    fn a_wrong_password_and_no_account_are_told_alike(world: &World) {
        let contact = json!({ "name": "Visita", "area": world.area(Area::Logistics), "email": "visita@correo.example" });
        world.help_desk().post("/contacts", contact).must(201);
        let person =
            json!({ "name": "Sin Clave", "email": "sin.clave@agencia.example", "area": world.area(Area::Logistics), "roles": ["user"] });
        world.admin().post("/people", person).must(201);
        let too_long = "x".repeat(10_000);

        let wrong = sign_in(world, Who::User.email(), "otra clave de prueba");
        let others = [
            sign_in(world, "nadie@agencia.example", PASSWORD),
            sign_in(world, "visita@correo.example", PASSWORD),
            sign_in(world, "sin.clave@agencia.example", PASSWORD),
            sign_in(world, Who::User.email(), &PASSWORD.to_uppercase()),
            sign_in(world, Who::User.email(), &format!("{PASSWORD} ")),
            sign_in(world, Who::User.email(), &too_long),
            sign_in(world, Who::User.email(), ""),
            sign_in(world, "' OR 1=1 --", PASSWORD),
            sign_in(world, "", PASSWORD),
        ];

        wrong.problem(401, "invalid_credentials");
        assert_eq!(wrong.header("set-cookie"), None);
        for other in others {
            assert_eq!(same(&other), same(&wrong));
            assert_eq!(other.header("set-cookie"), None);
        }
    }

    fn a_sign_in_is_an_address_and_a_password_and_nothing_else(world: &World) {
        let post = |body: Value| world.anonymous().post("/session", body);

        post(json!({ "email": Who::User.email() })).field_problem("password", "missing_field");
        post(json!({ "email": Who::User.email(), "password": PASSWORD, "otp": "1" })).field_problem("otp", "unknown_field");
        post(json!({ "email": 7, "password": PASSWORD })).field_problem("email", "malformed");
        post(json!([])).problem(422, "invalid_fields");
    }

    fn a_disabled_account_is_told_so_only_to_who_knows_its_password(world: &World) {
        change_elsewhere(world, Who::Colleague, |person| person.is_active = false);

        let right = sign_in(world, Who::Colleague.email(), PASSWORD);
        let wrong = sign_in(world, Who::Colleague.email(), "otra clave de prueba");

        right.problem(403, "account_disabled");
        assert_eq!(right.header("set-cookie"), None);
        wrong.problem(401, "invalid_credentials");
    }

    fn an_account_is_throttled_wherever_the_tries_come_from(world: &World) {
        let begun = Instant::now();
        let mut n = 0;

        let refused = loop {
            n += 1;
            let answered = sign_in(world, Who::User.email(), "otra clave de prueba");
            if answered.status != 401 {
                break answered;
            }
            assert!(n < 11 + begun.elapsed().as_secs() / 6 + 1, "ten tries, and one more each six seconds");
        };

        assert!(n > 10, "ten tries are free: {n}");
        let problem = refused.problem(429, "too_many_requests");
        let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=7).contains(&seconds), "{seconds}");
        assert_eq!(problem["params"]["retry_after_seconds"], seconds);
        let right = sign_in(world, &Who::User.email().to_uppercase(), PASSWORD);
        assert!(right.status == 429 || begun.elapsed().as_secs() >= 6, "the right password is not tried either: {right}");
        sign_in(world, Who::Colleague.email(), PASSWORD).must(200);
    }

    fn an_address_is_throttled_whatever_the_account(world: &World) {
        let begun = Instant::now();
        // A set-up with a weak password counts as a try, and is quickly refused.
        let setup = json!({ "token": "x", "agency": "A", "name": "N", "email": "n@agencia.example", "password": "corta" });
        let try_from =
            |address: &str| world.anonymous().ask(Method::POST, "/setup").header("x-forwarded-for", address).json(setup.clone()).send();
        let mut n = 0;

        // No proxy is trusted: what a caller says of its address is not believed.
        while try_from(&format!("10.0.0.{n}")).status == 422 {
            n += 1;
            assert!(n < 61 + begun.elapsed().as_secs() + 1, "sixty tries, and one more each second");
        }

        assert!(n >= 60, "sixty tries are free: {n}");
        let refused = (0..3).map(|_| sign_in(world, Who::User.email(), PASSWORD)).find(|answered| answered.status == 429);
        let refused = refused.expect("signing in from there is throttled, too");
        assert_eq!(refused.header("retry-after"), Some("1"));
    }

    fn behind_a_trusted_proxy_each_address_has_its_own_tries(backend: Backend) {
        let world = World::with(backend, |config| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap(), "10.9.9.9".parse().unwrap()]);
        let begun = Instant::now();
        let setup = json!({ "token": "x", "agency": "A", "name": "N", "email": "n@agencia.example", "password": "corta" });
        let try_from =
            |hops: &str| world.anonymous().ask(Method::POST, "/setup").header("x-forwarded-for", hops).json(setup.clone()).send();
        let mut n = 0;

        // The last address that is no proxy of ours; what a caller wrote before it is not believed.
        while try_from(&format!("203.0.113.{n}, 198.51.100.7, 10.9.9.9")).status == 422 {
            n += 1;
            assert!(n < 61 + begun.elapsed().as_secs() + 1, "sixty tries, and one more each second");
        }

        assert!(n >= 60, "sixty tries are free: {n}");
        try_from("198.51.100.8").problem(422, "weak_password");
    }

    fn a_refresh_replaces_the_cookie_and_gives_a_new_token(world: &World) {
        let first = session_of(world, Who::User);
        world.advance(TimeDelta::minutes(14));

        let second = refresh(world, &cookie(&first)).must(200);

        assert_ne!(cookie(&second), cookie(&first));
        let expires_at: DateTime<Utc> = second.json()["expires_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(expires_at, world.now() + TimeDelta::minutes(15));
        assert_eq!(second.header("cache-control"), Some("no-store"));
        me(world, &token(&second)).must(200);
        world.advance(TimeDelta::minutes(2));
        me(world, &token(&first)).problem(401, "unauthenticated");
        me(world, &token(&second)).must(200);
    }

    fn the_predecessor_is_taken_once_more_within_half_a_minute(world: &World) {
        let first = cookie(&session_of(world, Who::User));
        let second = refresh(world, &first).must(200);
        world.advance(TimeDelta::seconds(30));

        let again = refresh(world, &first).must(200);

        me(world, &token(&again)).must(200);
        let stolen = refresh(world, &first);
        stolen.problem(401, "stale_session");
        for heir in [&second, &again] {
            refresh(world, &cookie(heir)).problem(401, "stale_session");
            me(world, &token(heir)).problem(401, "unauthenticated");
        }
        session_of(world, Who::User);
    }

    fn the_predecessor_is_a_theft_after_half_a_minute(world: &World) {
        let first = cookie(&session_of(world, Who::User));
        let second = refresh(world, &first).must(200);
        let elsewhere = session_of(world, Who::User);
        world.advance(TimeDelta::seconds(30) + TimeDelta::microseconds(1));

        let stolen = refresh(world, &first);

        stolen.problem(401, "stale_session");
        refresh(world, &cookie(&second)).problem(401, "stale_session");
        me(world, &token(&second)).problem(401, "unauthenticated");
        refresh(world, &cookie(&elsewhere)).must(200);
    }

    fn two_tabs_may_refresh_at_once(world: &World) {
        for _ in 0..5 {
            let first = cookie(&session_of(world, Who::User));

            let both = std::thread::scope(|scope| {
                let tabs = [scope.spawn(|| refresh(world, &first)), scope.spawn(|| refresh(world, &first))];
                tabs.map(|tab| tab.join().unwrap().must(200))
            });

            assert_ne!(cookie(&both[0]), cookie(&both[1]));
            both.iter().for_each(|tab| drop(me(world, &token(tab)).must(200)));
        }
    }

    fn of_three_at_once_with_one_token_the_third_ends_the_session(world: &World) {
        let first = cookie(&session_of(world, Who::User));

        let mut statuses = std::thread::scope(|scope| {
            let calls = [(); 3].map(|()| scope.spawn(|| refresh(world, &first).status));
            calls.map(|call| call.join().unwrap())
        });

        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 401]);
        refresh(world, &first).problem(401, "stale_session");
    }

    fn a_session_lasts_a_fortnight(world: &World) {
        let first = cookie(&session_of(world, Who::User));
        world.advance(TimeDelta::days(14) - TimeDelta::seconds(1));
        let second = refresh(world, &first).must(200);
        me(world, &token(&second)).must(200);

        world.advance(TimeDelta::seconds(1));

        refresh(world, &cookie(&second)).problem(401, "stale_session");
        me(world, &token(&second)).must(200);
        world.advance(TimeDelta::minutes(1));
        me(world, &token(&second)).problem(401, "unauthenticated");
    }

    fn a_cookie_that_is_none_of_ours_refreshes_nothing(world: &World) {
        for cookie in ["", "atiende_refresh=", "atiende_refresh=x", "otra=x", "__Host-atiende_refresh=x", "atiende_refresh=%00%ff"] {
            let answered = refresh(world, cookie);

            answered.problem(401, "stale_session");
            assert_eq!(answered.header("set-cookie"), None);
        }
    }

    fn signing_out_ends_the_session(world: &World) {
        let session = session_of(world, Who::User);
        let elsewhere = session_of(world, Who::User);
        me(world, &token(&session)).must(200);

        let answered = world.anonymous().ask(Method::DELETE, "/session").header("cookie", &cookie(&session)).send().must(204);

        let cleared = answered.header("set-cookie").unwrap();
        assert!(cleared.starts_with("atiende_refresh=;") && cleared.contains("Max-Age=0"), "{cleared}");
        refresh(world, &cookie(&session)).problem(401, "stale_session");
        me(world, &token(&session)).problem(401, "unauthenticated");
        me(world, &token(&elsewhere)).must(200);
        world.anonymous().delete("/session").must(204);
    }

    fn a_token_is_good_for_a_quarter_of_an_hour(world: &World) {
        let session = session_of(world, Who::User);
        world.advance(TimeDelta::minutes(15) - TimeDelta::seconds(1));
        me(world, &token(&session)).must(200);

        world.advance(TimeDelta::seconds(1));

        let refused = me(world, &token(&session));
        refused.problem(401, "unauthenticated");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    }

    fn a_token_that_somebody_touched_is_none(world: &World) {
        let session = session_of(world, Who::User);
        let admin = token(&session_of(world, Who::Admin));
        let good = token(&session);
        let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("a token has three parts") };
        let another = World::new(world.backend());
        let secret = cookie(&session).split_once('=').unwrap().1.to_owned();
        let admins = admin.split('.').nth(1).unwrap();
        // {"alg":"none","typ":"at+jwt"} and {"alg":"HS512","typ":"at+jwt"} and {"alg":"HS256","typ":"JWT"}, in base64url.
        let [none, hs512, jwt] =
            ["eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0", "eyJhbGciOiJIUzUxMiIsInR5cCI6ImF0K2p3dCJ9", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"];
        let flipped = format!("{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..]);

        for bad in [
            format!("{header}.{admins}.{signature}"),
            format!("{header}.{payload}.{flipped}"),
            format!("{header}.{payload}."),
            format!("{header}.{payload}"),
            format!("{none}.{payload}."),
            format!("{none}.{payload}.{signature}"),
            format!("{hs512}.{payload}.{signature}"),
            format!("{jwt}.{payload}.{signature}"),
            format!("{good}x"),
            secret,
            token(&session_of(&another, Who::User)),
            "x".repeat(4_000),
            String::new(),
        ] {
            me(world, &bad).problem(401, "unauthenticated");
        }
        for scheme in ["Basic", "Token", "Bearer:", ""] {
            let answered = world.anonymous().ask(Method::GET, "/me").header("authorization", &format!("{scheme} {good}")).send();
            answered.problem(401, "unauthenticated");
        }
        world.anonymous().ask(Method::GET, &format!("/me?access_token={good}")).send().problem(401, "unauthenticated");
        world.anonymous().ask(Method::GET, "/me").header("authorization", &format!("bearer {good}")).send().must(200);
    }

    fn a_changed_role_counts_at_once_here_and_within_a_minute_elsewhere(world: &World) {
        let desk = token(&session_of(world, Who::HelpDesk));
        get(world, "/people", &desk).must(200);
        let desk2 = token(&session_of(world, Who::HelpDesk2));
        get(world, "/people", &desk2).must(200);

        let record = world.admin().get(&format!("/people/{}", world.person(Who::HelpDesk2)));
        let person = json!({ "name": "Mesa Segunda", "email": Who::HelpDesk2.email(), "area": world.area(Area::It), "roles": ["user"] });
        let path = format!("/people/{}", world.person(Who::HelpDesk2));
        world.admin().ask(Method::PUT, &path).if_match(&record.etag()).json(person).send().must(200);
        change_elsewhere(world, Who::HelpDesk, |person| person.roles = [domain::Role::User].into());

        get(world, "/people", &desk2).problem(403, "not_your_role");
        world.advance(TimeDelta::minutes(1));
        get(world, "/people", &desk).problem(403, "not_your_role");
    }

    fn a_disabled_account_is_signed_out_within_a_minute(world: &World) {
        let session = session_of(world, Who::Colleague);
        me(world, &token(&session)).must(200);
        change_elsewhere(world, Who::Colleague, |person| person.is_active = false);

        world.advance(TimeDelta::minutes(1));

        me(world, &token(&session)).problem(401, "unauthenticated");
        refresh(world, &cookie(&session)).problem(401, "stale_session");
        change_elsewhere(world, Who::Colleague, |person| person.is_active = true);
        me(world, &token(&session)).problem(401, "unauthenticated");
        session_of(world, Who::Colleague);
    }

    fn over_http_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(world: &World) {
        let answered = session_of(world, Who::User);

        let (pair, attributes) = answered.header("set-cookie").unwrap().split_once("; ").unwrap();
        let mut attributes: Vec<_> = attributes.split("; ").collect();
        attributes.sort_unstable();
        assert_eq!(attributes, ["HttpOnly", "Max-Age=1209600", "Path=/", "SameSite=Strict"]);
        assert_eq!(pair.split_once('=').unwrap().0, COOKIE);
        assert!(pair.len() >= COOKIE.len() + 1 + 40, "a secret of 256 bits: {pair}");
        assert_eq!(answered.header("strict-transport-security"), None);
    }

    fn over_https_the_cookie_is_pinned_to_the_host(backend: Backend) {
        let world = World::with(backend, |config| config.public_url = "https://atiende.test".into());

        let answered = session_of(&world, Who::User);

        let (pair, attributes) = answered.header("set-cookie").unwrap().split_once("; ").unwrap();
        let mut attributes: Vec<_> = attributes.split("; ").collect();
        attributes.sort_unstable();
        assert_eq!(attributes, ["HttpOnly", "Max-Age=1209600", "Path=/", "SameSite=Strict", "Secure"]);
        assert!(pair.starts_with("__Host-atiende_refresh="), "{pair}");
        assert_eq!(answered.header("strict-transport-security"), Some("max-age=31536000"));
        refresh(&world, &format!("{COOKIE}={}", pair.split_once('=').unwrap().1)).problem(401, "stale_session");
        refresh(&world, pair).must(200);
    }

    fn another_site_may_not_use_the_cookie(world: &World) {
        let session = session_of(world, Who::User);
        let with_origin = |method: Method, path: &str, origin: &str| {
            let ask = world.anonymous().ask(method, path).header("cookie", &cookie(&session)).header("origin", origin);
            ask.json(json!({ "email": Who::User.email(), "password": PASSWORD })).send()
        };

        for origin in
            ["https://otra.example", "http://atiende.test.otra.example", "https://atiende.test", "http://atiende.test:8080", "null", ""]
        {
            with_origin(Method::POST, "/session", origin).problem(403, "wrong_origin");
            with_origin(Method::POST, "/session/refresh", origin).problem(403, "wrong_origin");
            with_origin(Method::DELETE, "/session", origin).problem(403, "wrong_origin");
        }
        with_origin(Method::POST, "/session/refresh", "http://atiende.test").must(200);
        with_origin(Method::POST, "/session/refresh", &world.base_url()).must(200);
        with_origin(Method::DELETE, "/session", "http://atiende.test").must(204);
    }
}
