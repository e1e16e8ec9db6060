//! `/api/v1/password-resets` and invitations: links that set a password, each good once.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::Backend;
use store::resets::LinkKind;

use crate::world::{Answered, PASSWORD, Who, World};

const NEW: &str = "otra clave de prueba";

/// A link as its mail would carry it; the token in it.
fn token(world: &World, who: Who, kind: LinkKind) -> String {
    let link = world.app().password_link(world.person(who).try_into().unwrap(), kind).unwrap();
    link.split_once("/reset#token=").unwrap().1.to_owned()
}

fn redeem(world: &World, token: &str, password: &str) -> Answered {
    world.anonymous().post("/password-resets/redeem", json!({ "token": token, "password": password }))
}

fn sign_in(world: &World, who: Who, password: &str) -> Answered {
    world.anonymous().post("/session", json!({ "email": who.email(), "password": password }))
}

/// What is done beside the answer is done soon.
fn soon(mut is_so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if is_so() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

fn person(world: &World, who: Who, is_active: bool) -> Value {
    json!({ "name": who.name(), "email": who.email(), "area": world.area(who.area()), "roles": ["user"], "is_active": is_active })
}

fn write(world: &World, who: Who, body: Value) {
    let path = format!("/people/{}", world.person(who));
    world.admin().ask(client::Method::PUT, &path).if_match("*").json(body).send().must(200);
}

on_both! {
    fn the_answer_is_the_same_for_every_address_and_only_who_may_sign_in_gets_a_mail(world: &World) {
        let contact = json!({ "name": "Visita", "email": "visita@correo.example", "area": world.area(crate::world::Area::People) });
        world.help_desk().post("/contacts", contact).must(201);
        write(world, Who::Colleague, person(world, Who::Colleague, false));
        let ask = |email: &str| world.anonymous().post("/password-resets", json!({ "email": email })).must(202);
        let (nobody, disabled, visitor) = (ask("nadie@agencia.example"), ask(Who::Colleague.email()), ask("visita@correo.example"));

        let known = ask(&Who::User.email().to_uppercase());

        for other in [nobody, disabled, visitor] {
            assert_eq!((other.text(), other.status), (known.text(), known.status));
        }
        assert_eq!(known.json(), json!({ "valid_minutes": 60 }));
        assert!(soon(|| world.mails_of("password_reset").len() == 1), "one mail, to the one who may sign in");
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(world.mails_of("password_reset").len(), 1);
    }

    fn a_link_sets_the_password_once_and_ends_every_session(world: &World) {
        let session = sign_in(world, Who::User, PASSWORD).must(200).json()["access_token"].as_str().unwrap().to_owned();
        let me = || world.anonymous().ask(client::Method::GET, "/me").header("authorization", &format!("Bearer {session}")).send();
        me().must(200);
        let (first, second) = (token(world, Who::User, LinkKind::Reset), token(world, Who::User, LinkKind::Reset));

        redeem(world, &first, "corta").problem(422, "weak_password");
        redeem(world, &first, "xxxxxxxxxxxx").problem(422, "weak_password");
        redeem(world, &first, NEW).must(204);

        redeem(world, &first, NEW).problem(422, "link_bad");
        redeem(world, &second, NEW).problem(422, "link_bad");
        me().problem(401, "unauthenticated");
        sign_in(world, Who::User, PASSWORD).problem(401, "invalid_credentials");
        sign_in(world, Who::User, NEW).must(200);
        let changes = world.admin().get(&format!("/people/{}/history", world.person(Who::User))).must(200);
        let last = changes.json()["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["by"]["id"], world.person(Who::User));
        assert!(!changes.text().contains(&first) && !changes.text().contains(NEW));
    }

    fn of_many_who_show_one_link_one_sets_the_password(world: &World) {
        let token = token(world, Who::User, LinkKind::Reset);

        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..4).map(|n| {
                let token = &token;
                scope.spawn(move || redeem(world, token, &format!("clave de prueba {n}")).status)
            }).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });

        assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 3, "{statuses:?}");
    }

    fn a_link_is_good_for_an_hour_and_an_invitation_for_a_week(world: &World) {
        let (reset, invitation) = (token(world, Who::User, LinkKind::Reset), token(world, Who::Colleague, LinkKind::Invitation));
        let late = token(world, Who::OtherUser, LinkKind::Invitation);
        world.advance(TimeDelta::hours(1));
        redeem(world, &reset, NEW).problem(422, "link_bad");
        world.advance(TimeDelta::days(7) - TimeDelta::hours(1) - TimeDelta::seconds(1));
        redeem(world, &invitation, NEW).must(204);

        world.advance(TimeDelta::seconds(1));

        redeem(world, &late, NEW).problem(422, "link_bad");
        for bad in ["", "x", &late[1..], "' OR 1=1 --"] {
            redeem(world, bad, NEW).problem(422, "link_bad");
        }
    }

    fn a_link_dies_with_the_account_the_address_and_the_old_password(world: &World) {
        let disabled = token(world, Who::Colleague, LinkKind::Reset);
        let moved = token(world, Who::OtherUser, LinkKind::Reset);
        let changed = token(world, Who::User, LinkKind::Reset);

        write(world, Who::Colleague, person(world, Who::Colleague, false));
        write(world, Who::Colleague, person(world, Who::Colleague, true));
        let mut body = person(world, Who::OtherUser, true);
        body["email"] = json!("oscar@agencia.example");
        write(world, Who::OtherUser, body);
        world.user().put("/me/password", json!({ "current": PASSWORD, "new": NEW })).must(204);

        for dead in [disabled, moved, changed] {
            redeem(world, &dead, "una tercera clave").problem(422, "link_bad");
        }
    }

    fn asking_is_slowed_down_for_each_address(world: &World) {
        let ask = |email: &str| world.anonymous().post("/password-resets", json!({ "email": email }));
        for _ in 0..3 {
            ask("nadie@agencia.example").must(202);
        }

        ask("Nadie@agencia.example").problem(429, "too_many_requests");

        ask("otra@agencia.example").must(202);
        ask("no es una dirección").field_problem("email", "bad_email");
        world.anonymous().post("/password-resets", json!({})).field_problem("email", "missing_field");
    }

    fn the_administrator_invites(world: &World) {
        let made = json!({ "name": "Nueva", "email": "nueva@agencia.example", "area": world.area(crate::world::Area::People), "roles": ["user"] });
        let id = world.admin().post("/people", made).must(201).id();
        let contact = json!({ "name": "Visita", "area": world.area(crate::world::Area::People) });
        let contact = world.help_desk().post("/contacts", contact).must(201).id();
        write(world, Who::Colleague, person(world, Who::Colleague, false));
        let invite = |id: i64| world.admin().ask(client::Method::POST, &format!("/people/{id}/invitation")).key("una-vez").send();

        assert_eq!(invite(id).must(202).json(), json!({ "valid_minutes": 7 * 24 * 60 }));
        invite(id).must(202);

        assert_eq!(world.mails_of("account_invited").len(), 1, "done once");
        invite(contact).problem(404, "not_found");
        invite(999_999).problem(404, "not_found");
        invite(world.person(Who::Colleague)).problem(409, "person_disabled");
    }

    fn the_mail_brings_a_link_that_works_and_nobody_else_reads_it(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        world.anonymous().post("/password-resets", json!({ "email": Who::User.email() })).must(202);
        assert!(soon(|| world.mails_of("password_reset").len() == 1));
        world.settle_mails();
        let text = catcher.to(Who::User.email())[0].text();
        let token = text.split("/reset#token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();

        let read = world.admin().get(&format!("/outgoing-mails/{}", world.mails_of("password_reset")[0].id)).must(200);

        assert!(!read.text().contains(&token), "{read}");
        redeem(&world, &token, NEW).must(204);
        sign_in(&world, Who::User, NEW).must(200);
    }
}
