//! `/api/v1/contacts/{id}/merge`: a contact turns out to be somebody of the directory. And the last administrator stays one.

use chrono::TimeDelta;
use client::Method;
use serde_json::{Value, json};
use store::Backend;

use crate::world::{Answered, Area, Caller, Mail, Who, World};

fn contact(world: &World) -> i64 {
    let body = json!({ "name": "Óscar, de Recursos", "email": "oscar@correo.example", "area": world.area(Area::People) });
    world.help_desk().post("/contacts", body).must(201).id()
}

/// A request of theirs, that the desk wrote down.
fn ticket(world: &World, requester: i64) -> i64 {
    let request = json!({ "channel": "phone", "title": "No abre", "description": "Sale un error.", "requester": requester });
    world.help_desk().create(request).must(201).id()
}

fn merge(caller: &Caller, contact: i64, into: i64) -> Answered {
    caller.post(&format!("/contacts/{contact}/merge"), json!({ "into": into }))
}

fn write(world: &World, id: i64, body: Value) -> Answered {
    world.admin().ask(Method::PUT, &format!("/people/{id}")).if_match("*").json(body).send()
}

on_both! {
    fn the_tickets_of_a_contact_become_the_persons(world: &World) {
        let (contact, person) = (contact(world), world.person(Who::OtherUser));
        let (open, ended) = (ticket(world, contact), ticket(world, contact));
        let done = json!([
            { "action": "categorise", "kind": "occurrence" },
            { "action": "record_action", "action_taken": "Se abrió." },
            { "action": "close" },
        ]);
        world.help_desk().commands(ended, done).must(200);
        world.other_user().get(&format!("/tickets/{open}")).problem(404, "not_found");

        let merged = merge(&world.help_desk(), contact, person).must(200).json();

        assert_eq!((&merged["n_tickets"], &merged["person"]["id"]), (&json!(2), &json!(person)));
        for id in [open, ended] {
            assert_eq!(world.other_user().get(&format!("/tickets/{id}")).must(200).json()["requester"]["id"], person);
        }
        let mine = world.other_user().get("/tickets?requester=me").must(200).json();
        assert_eq!(mine["items"].as_array().unwrap().len(), 2);
        let events = world.help_desk().get(&format!("/tickets/{ended}/events?limit=200")).must(200).json();
        let last = events["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["event"], &last["by"]["id"]), (&json!("facts_corrected"), &json!(world.person(Who::HelpDesk))));
        world.other_user().command(open, json!({ "action": "comment", "text": "Soy yo." })).must(200);
        let row = world.help_desk().get(&format!("/people/{contact}")).must(200).json();
        assert_eq!((&row["is_active"], &row["merged_into"]), (&json!(false), &json!(person)));
        let changes = world.auditor().get(&format!("/people/{contact}/history")).must(200).json();
        assert_eq!(changes["items"].as_array().unwrap().last().unwrap()["after"]["merged_into"], person);
    }

    fn what_a_contact_wrote_and_was_sent_is_the_persons_from_then_on(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let address = "oscar@correo.example";
        let (contact, person) = (contact(&world), world.person(Who::OtherUser));
        let ticket = world.opened_by(&Mail::from(address, "No abre", "Sale un error."));
        world.settle_mails();
        let received = catcher.to(address).remove(0);
        world.hand_over(&Mail::answering(&received, "Sigue igual.").and_files(&[("a.txt", "text/plain", b"a")]));
        world.help_desk().commands(ticket, json!([{ "action": "categorise", "kind": "incident" }, { "action": "record_solution", "cause": "Cable.", "solution": "Se ajustó." }])).must(200);
        let solved = world.events(&world.auditor(), ticket).len();
        let link = world.app().answer_link(ticket.try_into().unwrap(), contact.try_into().unwrap(), solved);
        let token = link.split_once("/answer#").unwrap().1;

        merge(&world.help_desk(), contact, person).must(200);

        // They read it all, as theirs.
        let events = world.events(&world.other_user(), ticket);
        let line = events.iter().find(|event| event["event"] == "commented").unwrap();
        assert_eq!((&line["by"]["id"], &line["by"]["name"]), (&json!(person), &json!(Who::OtherUser.name())));
        assert_eq!(world.other_user().get(&format!("/files/{}", line["files"][0]["id"])).must(200).bytes(), b"a");
        let view = world.other_user().get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!((&view["requester"]["id"], &view["creator"]), (&json!(person), &json!(null)), "the mailbox made it");
        // The trail tells whose hand it was then.
        let trail = world.auditor().get(&format!("/trail?ticket={ticket}&name=commented")).must(200).json();
        assert_eq!(trail["items"][0]["by"]["id"], contact);
        // What was to be told the contact is told them, in a thread of theirs.
        world.advance(TimeDelta::minutes(16));
        world.settle_mails();
        let told = catcher.to(Who::OtherUser.email());
        assert!(told.len() == 1 && told[0].subject().contains("¿Quedó solucionado?"), "{told:?}");
        assert_eq!(catcher.to(address).len(), 1, "nothing more goes there");
        // What was sent before still answers, from either address; and so does a new mail.
        let again = world.hand_over(&Mail::answering(&received, "Una vez más.").with("Message-ID", "<otra@correo.example>"));
        let from_theirs = world.hand_over(&Mail::answering(&received, "Desde la otra.").with("From", Who::OtherUser.email()));
        let new = world.hand_over(&Mail::from(address, "Otra cosa", "Tampoco imprime."));
        assert_eq!([&again["state"], &from_theirs["state"], &new["state"]], ["answered", "answered", "opened"]);
        assert_eq!(world.other_user().get(&format!("/tickets/{}", new["ticket"])).must(200).json()["requester"]["id"], person);
        // And the link of the contact's mail is theirs.
        let said = world.anonymous().post(&format!("/mail-answers/{token}"), json!({ "works": true })).must(200).json();
        assert_eq!(said["works"], true);
        let confirmed = world.events(&world.auditor(), ticket).into_iter().find(|event| event["event"] == "solution_confirmed").unwrap();
        assert_eq!(confirmed["by"]["id"], person);
    }

    fn a_contact_is_merged_once_and_into_the_directory(world: &World) {
        let (first, second) = (contact(world), world.help_desk().post("/contacts", json!({ "name": "Otra", "area": world.area(Area::People) })).must(201).id());
        let person = world.person(Who::OtherUser);
        write(world, world.person(Who::Colleague), json!({
            "name": "Camila", "email": Who::Colleague.email(), "area": world.area(Area::Logistics), "roles": ["user"], "is_active": false,
        })).must(200);

        for nobody in [first, second, world.person(Who::Colleague), 999_999] {
            merge(&world.admin(), first, nobody).field_problem("into", "unknown_record");
        }
        merge(&world.admin(), person, world.person(Who::User)).problem(404, "not_found");
        merge(&world.admin(), 999_999, person).problem(404, "not_found");
        merge(&world.support1(), first, person).problem(403, "not_your_role");
        merge(&world.admin(), first, person).must(200);

        merge(&world.admin(), first, world.person(Who::User)).problem(409, "already_merged");
        merge(&world.admin(), second, first).field_problem("into", "unknown_record");
        let body = json!({ "name": "Óscar", "area": world.area(Area::People) });
        world.help_desk().ask(Method::PUT, &format!("/contacts/{first}")).if_match("*").json(body).send().problem(409, "already_merged");
        let body = json!({ "name": "Óscar", "email": "oscar2@agencia.example", "area": world.area(Area::People), "roles": ["user"] });
        write(world, first, body).problem(409, "already_merged");
        let request = json!({ "channel": "phone", "title": "No abre", "description": "Un error.", "requester": first });
        assert_ne!(world.help_desk().create(request).status, 500);
    }

    fn of_many_who_merge_one_contact_one_succeeds(world: &World) {
        let contact = contact(world);
        let id = ticket(world, contact);
        let people = [Who::OtherUser, Who::User, Who::Colleague, Who::Support1].map(|who| world.person(who));

        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = people.iter().map(|into| scope.spawn(|| merge(&world.help_desk(), contact, *into).status)).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });

        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 3, "{statuses:?}");
        let winner = people[statuses.iter().position(|status| *status == 200).unwrap()];
        assert_eq!(world.help_desk().get(&format!("/tickets/{id}")).must(200).json()["requester"]["id"], winner);
    }

    fn the_last_administrator_stays_one(world: &World) {
        let person = |who: Who, roles: Value, is_active: bool| {
            json!({ "name": who.name(), "email": who.email(), "area": world.area(who.area()), "roles": roles, "is_active": is_active })
        };
        let (first, admin) = (world.person(Who::First), world.person(Who::Admin));
        write(world, first, person(Who::First, json!(["user"]), true)).must(200);

        write(world, admin, person(Who::Admin, json!(["user"]), true)).problem(409, "last_administrator");
        write(world, admin, person(Who::Admin, json!(["admin"]), false)).problem(409, "last_administrator");

        write(world, admin, person(Who::Admin, json!(["admin", "user"]), true)).must(200);
        // Who was given the role and cannot sign in is none.
        let new = json!({ "name": "Nueva", "email": "nueva@agencia.example", "area": world.area(Area::It), "roles": ["admin"] });
        let new = world.admin().post("/people", new).must(201).id();
        write(world, admin, person(Who::Admin, json!(["user"]), true)).problem(409, "last_administrator");
        world.admin().put(&format!("/people/{new}/password"), json!({ "password": crate::world::PASSWORD })).must(204);
        write(world, admin, person(Who::Admin, json!(["user"]), true)).must(200);
    }

    fn of_two_administrators_who_give_up_at_once_one_stays(world: &World) {
        let give_up = |who: Who| {
            let body = json!({ "name": who.name(), "email": who.email(), "area": world.area(who.area()), "roles": ["user"] });
            let path = format!("/people/{}", world.person(who));
            world.caller(who).ask(Method::PUT, &path).if_match("*").json(body).send().status
        };
        for who in [Who::First, Who::Admin] {
            world.caller(who).get("/me").must(200);
        }

        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = [Who::First, Who::Admin].map(|who| scope.spawn(move || give_up(who))).into_iter().collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });

        assert!(statuses.contains(&200) && !statuses.iter().all(|status| *status == 200), "{statuses:?}");
    }
}
