//! `/api/v1/absences`: who is away, and who holds their posts meanwhile.

use chrono::{Days, TimeDelta};
use client::Method;
use serde_json::{Value, json};

use crate::world::{Answered, Area, Caller, Who, World};

/// That many days from today, in Lima.
fn day(world: &World, days: u64) -> String {
    domain::day_in_lima(world.now()).checked_add_days(Days::new(days)).unwrap().to_string()
}

/// From that many days on, to that many.
fn absence(world: &World, from: u64, until: u64) -> Value {
    json!({ "from_on": day(world, from), "until_on": day(world, until) })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn of(world: &World, who: Who, body: Value) -> Value {
    with(body, "person", json!(world.person(who)))
}

fn acting(world: &World, who: Who, body: Value) -> Value {
    with(body, "acting", json!(world.person(who)))
}

fn write(caller: &Caller, id: i64, body: Value) -> Answered {
    caller.ask(Method::PUT, &format!("/absences/{id}")).if_match("*").json(body).send()
}

fn roles(caller: &Caller) -> Vec<String> {
    let me = caller.get("/me").must(200).json();
    me["roles"].as_array().unwrap().iter().map(|role| role.as_str().unwrap().to_owned()).collect()
}

on_both! {
    fn whoever_acts_for_the_head_of_it_has_the_post_from_the_first_day_to_the_last(world: &World) {
        let absence = acting(world, Who::Support1, absence(world, 1, 3));
        world.it_head().post("/absences", absence).must(201);
        let has_post = || roles(&world.support1()).contains(&"it_head".to_owned());
        assert!(!has_post(), "it begins tomorrow");

        world.advance(TimeDelta::days(1));

        assert!(has_post());
        let me = world.support1().get("/me").must(200).json();
        assert_eq!(me["acting_for"], json!([{ "id": world.person(Who::ItHead), "name": Who::ItHead.name() }]));
        assert!(me["areas_headed"].as_array().unwrap().contains(&json!(world.area(Area::It))), "the area of IT, too: {me}");
        let away = world.help_desk().get(&format!("/people/{}", world.person(Who::ItHead))).must(200).json();
        assert_eq!(away["absent_until"], day(world, 2));
        let given = world.help_desk().get(&format!("/people/{}", world.person(Who::Support1))).must(200).json();
        assert_eq!((&given["roles"], given["acting_for"].as_array().unwrap().len()), (&json!(["support1"]), 1));
        world.advance(TimeDelta::days(2));
        assert!(has_post(), "the last day is one of them");
        world.advance(TimeDelta::days(1));
        assert!(!has_post());
        assert!(world.support1().get("/me").json().get("acting_for").is_none());
    }

    fn whoever_acts_for_an_areas_head_sees_its_tickets_meanwhile(world: &World) {
        let ticket = world.user().create(json!({ "channel": "web", "title": "No abre", "description": "Sale un error." })).must(201).id();
        let path = format!("/tickets/{ticket}");
        world.other_user().get(&path).problem(404, "not_found");
        let made = world.area_head().post("/absences", acting(world, Who::OtherUser, absence(world, 0, 0))).must(201);

        world.other_user().get(&path).must(200);

        write(&world.area_head(), made.id(), with(acting(world, Who::OtherUser, absence(world, 0, 0)), "is_cancelled", json!(true))).must(200);
        world.other_user().get(&path).problem(404, "not_found");
        let reserved = world.reserved_user().create(json!({ "channel": "web", "title": "Reservado", "description": "Algo." })).must(201).id();
        world.admin().post("/absences", of(world, Who::AreaHead, acting(world, Who::OtherUser, absence(world, 0, 1)))).must(201);
        world.other_user().get(&path).must(200);
        world.other_user().get(&format!("/tickets/{reserved}")).problem(404, "not_found");
    }

    fn an_encargo_is_not_passed_on(world: &World) {
        world.admin().post("/absences", of(world, Who::ItHead, acting(world, Who::AreaHead, absence(world, 0, 5)))).must(201);
        assert!(roles(&world.area_head()).contains(&"it_head".to_owned()));

        world.area_head().post("/absences", acting(world, Who::Colleague, absence(world, 0, 5))).must(201);

        assert_eq!(roles(&world.colleague()), ["user", "area_head"]);
    }

    fn who_may_record_whose_absence(world: &World) {
        let post = |caller: &Caller, body: Value| caller.post("/absences", body);

        post(&world.user(), absence(world, 1, 1)).must(201);
        post(&world.user(), of(world, Who::Colleague, absence(world, 1, 1))).problem(403, "not_your_role");
        post(&world.it_head(), of(world, Who::Support1, absence(world, 1, 1))).must(201);
        post(&world.it_head(), of(world, Who::User, absence(world, 2, 2))).problem(403, "not_your_role");
        post(&world.it_head(), of(world, Who::ItHead2, acting(world, Who::User, absence(world, 1, 1)))).problem(403, "not_your_role");
        post(&world.admin(), of(world, Who::ItHead2, acting(world, Who::User, absence(world, 1, 1)))).must(201);
        post(&world.auditor(), of(world, Who::Support2, absence(world, 1, 1))).problem(403, "not_your_role");

        let own = world.user().get("/absences").must(200).json()["items"].clone();
        let people: Vec<_> = own.as_array().unwrap().iter().map(|item| item["person"]["id"].clone()).collect();
        assert_eq!(people, [json!(world.person(Who::ItHead2)), json!(world.person(Who::User))], "one's own, and where one acts");
        assert_eq!(world.colleague().get(&format!("/absences?person={}", world.person(Who::User))).must(200).json()["items"], json!([]));
        assert_eq!(world.help_desk().get("/absences").must(200).json()["items"].as_array().unwrap().len(), 3);
    }

    fn what_cannot_be_is_refused(world: &World) {
        let post = |body: Value| world.admin().post("/absences", body);
        let first = post(of(world, Who::User, absence(world, 10, 12))).must(201).id();

        post(of(world, Who::User, absence(world, 12, 14))).problem(409, "absence_overlaps");
        post(of(world, Who::User, absence(world, 1, 20))).problem(409, "absence_overlaps");
        post(of(world, Who::User, absence(world, 13, 14))).must(201);
        post(of(world, Who::User, absence(world, 5, 4))).field_problem("until_on", "out_of_range");
        post(of(world, Who::User, absence(world, 100, 466))).field_problem("until_on", "out_of_range");
        post(of(world, Who::User, absence(world, 100, 465))).must(201);
        post(of(world, Who::Colleague, acting(world, Who::User, absence(world, 1, 2)))).problem(409, "no_post");
        post(of(world, Who::ItHead, acting(world, Who::ItHead, absence(world, 1, 2)))).field_problem("acting", "unknown_record");
        post(of(world, Who::ItHead, with(absence(world, 1, 2), "acting", json!(999_999)))).field_problem("acting", "unknown_record");
        post(with(absence(world, 1, 2), "person", json!(999_999))).field_problem("person", "unknown_record");
        post(json!({ "from_on": "2026-02-30", "until_on": "2026-03-01" })).field_problem("from_on", "malformed");
        let stale = world.admin().get(&format!("/absences/{first}")).etag();
        write(&world.admin(), first, of(world, Who::Colleague, absence(world, 10, 11))).field_problem("person", "malformed");
        write(&world.admin(), first, absence(world, 10, 11)).must(200);
        let late = world.admin().ask(Method::PUT, &format!("/absences/{first}")).if_match(&stale).json(absence(world, 10, 10)).send();
        late.problem(412, "version_conflict");
        let changes = world.auditor().get(&format!("/absences/{first}/history")).must(200).json();
        assert_eq!(changes["items"].as_array().unwrap().len(), 2);
    }

    fn of_two_that_overlap_one_is_written(world: &World) {
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| world.admin().post("/absences", of(world, Who::User, absence(world, 1, 5))).status))
                .collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });

        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    }
}
