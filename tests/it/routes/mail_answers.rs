//! `/api/v1/mail-answers`: the links in mails that act, for whoever got the mail.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::tickets::given::*;
use crate::world::{Area, Who, World};

/// The token of the link about the solution that the ticket has now.
fn token(world: &World, ticket: i64, person: i64) -> String {
    let position = events(world, ticket).iter().rposition(|event| event == "solution_recorded").unwrap() + 1;
    let link = world.app().answer_link(ticket.try_into().unwrap(), person.try_into().unwrap(), position);
    link.split_once("/answer#").unwrap().1.to_owned()
}

fn to_close_of(world: &World, requester: i64) -> i64 {
    let ticket = world.help_desk().create(call(requester, "No imprime")).must(201).id();
    done(world, Who::HelpDesk, ticket, categorise("incident"));
    done(world, Who::HelpDesk, ticket, solve())
}

fn answer(world: &World, token: &str, body: Value) -> crate::world::Answered {
    world.anonymous().post(&format!("/mail-answers/{token}"), body)
}

on_both! {
    fn opening_a_link_changes_nothing(world: &World) {
        let ticket = to_close(world);
        let before = (events(world, ticket), world.user().get(&format!("/tickets/{ticket}")).must(200).etag());
        let token = token(world, ticket, world.person(Who::User));

        for _ in 0..3 {
            let view = world.anonymous().get(&format!("/mail-answers/{token}")).must(200).json();
            assert_eq!((&view["ticket"], &view["may_answer"], &view["works"]), (&json!(ticket), &json!(true), &json!(null)));
            assert_eq!((&view["title"], &view["solution"]), (&json!("El plotter no enciende"), &json!("Se ajustó el cable.")));
        }

        let after = (events(world, ticket), world.user().get(&format!("/tickets/{ticket}")).must(200).etag());
        assert_eq!(after, before);
    }

    fn a_person_without_an_account_says_that_it_works(world: &World) {
        let contact = json!({ "name": "Visita", "email": "visita@fuera.example", "area": world.area(Area::Logistics) });
        let person = world.help_desk().post("/contacts", contact).must(201).id();
        let ticket = to_close_of(world, person);
        let token = token(world, ticket, person);

        let said = answer(world, &token, json!({ "works": true })).must(200).json();
        let again = answer(world, &token, json!({ "works": true })).must(200).json();

        assert_eq!((&said["works"], &said["may_answer"], &again), (&json!(true), &json!(false), &said));
        let confirmed = events(world, ticket).into_iter().filter(|event| event == "solution_confirmed").count();
        assert_eq!(confirmed, 1, "once, however often it is pressed");
        answer(world, &token, json!({ "works": false, "reason": "No." })).problem(409, "mail_answer_late");
    }

    fn a_person_says_that_it_still_fails(world: &World) {
        let ticket = to_close(world);
        let link = token(world, ticket, world.person(Who::User));

        answer(world, &link, json!({ "works": false })).field_problem("reason", "missing_field");
        answer(world, &link, json!({ "works": false, "reason": " " })).field_problem("reason", "empty_field");
        let said = answer(world, &link, json!({ "works": false, "reason": "Volvió el error." })).must(200).json();
        answer(world, &link, json!({ "works": false, "reason": "Volvió el error." })).must(200);

        assert_eq!(said["works"], false);
        assert_eq!(phase(world, Who::User, ticket), "in_attention");
        assert_eq!(events(world, ticket).into_iter().filter(|event| event == "solution_denied").count(), 1);
        // The next solution has a link of its own.
        done(world, Who::HelpDesk, ticket, solve());
        answer(world, &link, json!({ "works": true })).problem(409, "mail_answer_late");
        let next = token(world, ticket, world.person(Who::User));
        answer(world, &next, json!({ "works": true })).must(200);
    }

    fn a_link_of_a_ticket_that_was_closed_says_so(world: &World) {
        let ticket = to_close(world);
        let token = token(world, ticket, world.person(Who::User));
        done(world, Who::HelpDesk, ticket, close());
        world.advance(TimeDelta::minutes(1));

        let view = world.anonymous().get(&format!("/mail-answers/{token}")).must(200).json();
        assert_eq!((&view["may_answer"], &view["is_closed"]), (&json!(false), &json!(true)));
        answer(world, &token, json!({ "works": true })).problem(409, "mail_answer_late");
    }

    fn a_token_that_is_none_and_one_of_somebody_else_lead_nowhere(world: &World) {
        let ticket = to_close(world);
        let good = token(world, ticket, world.person(Who::User));
        let other = token(world, ticket, world.person(Who::Colleague));
        let (said, signature) = good.split_once('.').unwrap();

        for bad in ["x", "1-2-3.x", &format!("{said}."), &format!("{said}.A{signature}"), &format!("9{said}.{signature}"), &other] {
            world.anonymous().get(&format!("/mail-answers/{bad}")).problem(404, "not_found");
            answer(world, bad, json!({ "works": true })).problem(404, "not_found");
        }
        assert_eq!(phase(world, Who::User, ticket), "to_close");
    }
}
