//! `GET /api/v1/tickets/{id}`.

use chrono::TimeDelta;
use client::Method;
use domain::{Action, permit};
use serde_json::json;

use super::given;
use crate::world::{Answered, Who, World};

fn read(world: &World, who: Who, ticket: i64) -> Answered {
    world.caller(who).get(&format!("/tickets/{ticket}"))
}

on_both! {
    fn who_is_not_concerned_does_not_learn_that_it_exists(world: &World) {
        let ticket = given::requested(world);

        let there = read(world, Who::OtherUser, ticket);
        let not_there = read(world, Who::OtherUser, ticket + 1);

        let told = |answer: &Answered| {
            let mut problem = answer.problem(404, "not_found");
            problem["request_id"].take();
            problem
        };
        assert_eq!(told(&there), told(&not_there));
        for who in [Who::Colleague, Who::ReservedUser, Who::Admin, Who::First] {
            read(world, who, ticket).problem(404, "not_found");
        }
        world.anonymous().get(&format!("/tickets/{ticket}")).problem(401, "unauthenticated");
    }

    fn whom_it_concerns_and_all_of_it_read_it(world: &World) {
        let ticket = given::requested(world);

        for who in [Who::User, Who::AreaHead, Who::HelpDesk, Who::Support1, Who::Support2, Who::ItHead, Who::Auditor] {
            let answer = read(world, who, ticket).must(200).json();

            let is_it = !matches!(who, Who::User | Who::AreaHead);
            assert_eq!(answer.get("it").is_some(), is_it, "{who:?}");
        }
    }

    fn what_is_no_number_is_not_found(world: &World) {
        for path in ["/tickets/0", "/tickets/-1", "/tickets/abc", "/tickets/1.5", "/tickets/99999999999999999999", "/tickets/1%00"] {
            world.auditor().get(path).problem(404, "not_found");
        }
    }

    fn what_has_not_changed_is_not_sent_again(world: &World) {
        let ticket = given::requested(world);
        let path = format!("/tickets/{ticket}");
        let first = read(world, Who::User, ticket).must(200);
        let ask = |etags: &str| world.user().ask(Method::GET, &path).header("if-none-match", etags).send();

        let same = ask(&first.etag());
        let among = ask(&format!("\"1-0\", W/{}", first.etag()));
        let other = ask("\"1-0\"");

        for unchanged in [same, among] {
            assert_eq!((unchanged.status, unchanged.text().as_str(), unchanged.etag()), (304, "", first.etag()));
        }
        assert_eq!(other.must(200).json(), first.json());
        given::done(world, Who::HelpDesk, ticket, given::categorise("incident"));
        assert_ne!(ask(&first.etag()).must(200).etag(), first.etag());
    }

    fn an_answer_is_nobody_elses_to_keep(world: &World) {
        let ticket = given::requested(world);

        let answers = [read(world, Who::User, ticket), world.user().get("/tickets"), world.user().get(&format!("/tickets/{ticket}/events"))];

        for answer in answers {
            assert_eq!(answer.must(200).header("cache-control"), Some("private, no-cache"));
        }
    }

    fn an_internal_note_changes_nothing_that_the_requester_reads(world: &World) {
        let ticket = given::escalated1(world);
        world.advance(TimeDelta::minutes(1));
        let everything = || {
            let paths = [
                format!("/tickets/{ticket}"),
                format!("/tickets/{ticket}/events"),
                "/tickets".to_owned(),
                "/tickets?sort=updated".to_owned(),
                "/tickets?words=plotter".to_owned(),
                "/counts".to_owned(),
            ];
            let read = |path: &String| {
                let answer = world.user().get(path).must(200);
                (path.clone(), answer.header("etag").map(str::to_owned), answer.text())
            };
            paths.iter().map(read).collect::<Vec<_>>()
        };
        let before = everything();

        let file = world.support1().upload("registro.txt", b"interno");
        for command in [
            given::internal("Ojo: clave en el cajón."),
            json!({ "action": "attach", "files": [file], "is_internal": true }),
            json!({ "action": "log_task", "text": "Se revisó el puerto.", "minutes": 15 }),
            json!({ "action": "watch" }),
        ] {
            given::done(world, Who::Support1, ticket, command);
        }
        let number = &world.auditor().get(&format!("/tickets/{ticket}/events")).json()["items"][4]["number"];
        assert_eq!(number, "4.1", "the first internal line after event 4 of escalation");
        let hide = json!({ "action": "hide_note", "number": number, "reason": "Una clave." });
        given::done(world, Who::Support1, ticket, hide);

        assert_eq!(everything(), before);
        given::done(world, Who::Support1, ticket, given::comment("Ya vamos."));
        let events = world.user().get(&format!("/tickets/{ticket}/events")).json();
        let numbers: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["number"].as_str().unwrap()).collect();
        assert_eq!(numbers, ["1", "2", "3", "4", "5"], "no gap betrays what stands between");
    }

    fn what_only_it_reads_is_not_sent_to_others(world: &World) {
        let ticket = given::under_evaluation(world);

        let (person, it) = (read(world, Who::User, ticket).must(200), read(world, Who::ItHead, ticket).must(200).json());

        assert_eq!(it["it"]["report"]["number"], "INF-012-2026");
        assert_eq!(it["standing"]["report_author"], world.person(Who::Support2));
        assert_eq!(person.json()["standing"]["report_author"], json!(null));
        for secret in ["INF-012", "plotter no enciende.\"", "fuente", "otro cable"] {
            assert!(!person.text().contains(secret), "{secret}: {}", person.text());
        }
    }

    fn the_actions_are_those_that_the_procedure_permits(world: &World) {
        let tickets = [
            given::requested(world),
            given::in_attention(world),
            given::occurrence(world),
            given::escalated1(world),
            given::escalated2(world),
            given::with_provider(world),
            given::under_evaluation(world),
            given::contracting(world),
            given::verifying(world),
            given::to_close(world),
            given::closed(world),
        ];
        let mut seen = std::collections::BTreeSet::new();
        for who in Who::ALL.iter().copied() {
            let me: wire::ProfileView = serde_json::from_value(world.caller(who).get("/me").must(200).json()).unwrap();
            for ticket in tickets {
                let answer = read(world, who, ticket);
                if answer.status == 404 {
                    continue;
                }
                let view: wire::TicketView = serde_json::from_value(answer.must(200).json()).unwrap();

                let told: Vec<Action> = view.actions.iter().map(|action| action.action).collect();
                let is_permitted = |action: &Action| permit(&view.standing, &me.actor(), world.now(), *action).is_ok();
                let permitted: Vec<Action> = Action::ALL.iter().copied().filter(is_permitted).collect();

                assert_eq!(told, permitted, "{who:?} on a ticket {}", view.standing.phase);
                seen.extend(told);
            }
        }
        assert!(seen.len() > 25, "most actions were met: {seen:?}");
    }

    fn an_action_says_what_it_asks_for(world: &World) {
        let ticket = given::escalated1(world);

        let view = read(world, Who::Support1, ticket).must(200).json();

        let actions = view["actions"].as_array().unwrap();
        let escalate = actions.iter().find(|action| action["action"] == "escalate").unwrap();
        assert_eq!(escalate["is_extension"], false);
        let to = json!({ "path": "to", "kind": "assignee", "is_required": true, "role": "support2" });
        assert_eq!(escalate["fields"], json!([to, { "path": "handover", "kind": "text", "is_required": true }]));
        let comment = actions.iter().find(|action| action["action"] == "comment").unwrap();
        assert_eq!(comment["is_extension"], true);
    }
}
