//! Two at once: exactly one wins, the other is told, and nothing stays half done.

use std::sync::Barrier;

use client::Method;
use serde_json::{Value, json};

use crate::routes::tickets::given::{self, categorise, comment, done, escalate, request};
use crate::world::{Answered, Area, Caller, Mail, Who, World};

/// How often each race is run.
const N_ROUNDS: usize = 6;

/// All at the same moment, each on a thread of its own.
fn at_once<const N: usize>(calls: [&(dyn Fn() -> Answered + Sync); N]) -> [Answered; N] {
    let line = Barrier::new(N);
    std::thread::scope(|scope| {
        let threads = calls.map(|call| {
            let line = &line;
            scope.spawn(move || {
                line.wait();
                call()
            })
        });
        threads.map(|thread| thread.join().unwrap())
    })
}

/// One of them did it, and each other is told by one of these problems that it did not.
#[track_caller]
fn one_wins(answers: &[Answered], won: u16, lost: &[(u16, &str)]) -> usize {
    let winners: Vec<usize> = (0..answers.len()).filter(|n| answers[*n].status == won).collect();
    let shown = answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert_eq!(winners.len(), 1, "exactly one wins:\n{shown}");
    for answer in answers.iter().filter(|answer| answer.status != won) {
        let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
        assert!(lost.contains(&(answer.status, &*code)), "the other is told why:\n{shown}");
        answer.problem(answer.status, &code);
    }
    winners[0]
}

fn put(caller: &Caller, path: &str, etag: &str, body: &Value) -> Answered {
    caller.ask(Method::PUT, path).if_match(etag).json(body.clone()).send()
}

fn n_changes(world: &World, path: &str) -> usize {
    world.auditor().get(&format!("{path}/history?limit=200")).must(200).json()["items"].as_array().unwrap().len()
}

fn import(world: &World, what: &str, file: &str) -> Answered {
    world.admin().ask(Method::POST, &format!("/imports/{what}")).body("text/csv", file.as_bytes().to_vec()).send()
}

on_both! {
    fn of_two_who_write_one_record_by_the_same_tag_one_does(world: &World) {
        let area = world.area(Area::People);
        let absence = world.user().post("/absences", json!({ "from_on": "2027-01-04", "until_on": "2027-01-08" })).must(201).id();
        let contact = world.help_desk().post("/contacts", json!({ "name": "Visita", "area": area })).must(201).id();
        let records = [
            (Who::Admin, "/settings/reminder_hours".to_owned(), vec![json!({ "value": 25 }), json!({ "value": 26 })]),
            (Who::Admin, format!("/areas/{area}"), vec![json!({ "name": "Uno" }), json!({ "name": "Dos" })]),
            (Who::Admin, format!("/services/{}", world.service()), vec![json!({ "name": "Uno" }), json!({ "name": "Dos" })]),
            (Who::Admin, format!("/providers/{}", world.provider()), vec![json!({ "name": "Uno" }), json!({ "name": "Dos" })]),
            (Who::HelpDesk, format!("/contacts/{contact}"), vec![json!({ "name": "Uno", "area": area }), json!({ "name": "Dos", "area": area })]),
            (Who::User, format!("/absences/{absence}"), vec![json!({ "from_on": "2027-01-05", "until_on": "2027-01-08" }), json!({ "from_on": "2027-01-06", "until_on": "2027-01-08" })]),
        ];
        for (who, path, bodies) in &records {
            let read = if path.starts_with("/contacts") { path.replace("contacts", "people") } else { path.clone() };
            for round in 0..N_ROUNDS {
                let (caller, before) = (world.caller(*who), n_changes(world, &read));
                let etag = caller.get(&read).must(200).etag();

                // The same bodies in turn: a change to what it is already is none that anybody could lose.
                let turned = [bodies[round % 2].clone(), bodies[(round + 1) % 2].clone()];
                let answers = at_once([&|| put(&caller, path, &etag, &turned[0]), &|| put(&caller, path, &etag, &turned[1])]);

                let winner = one_wins(&answers, 200, &[(412, "version_conflict")]);
                let now = world.auditor().get(&read).must(200).json();
                let (field, value) = turned[winner].as_object().unwrap().iter().next().unwrap();
                assert_eq!(&now[field], value, "{path} is what the winner wrote: {now}");
                assert!(n_changes(world, &read) <= before + 1, "{path}: one change at most");
            }
        }
    }

    fn of_two_assistants_one_makes_something_of_a_mail(world: &World) {
        for round in 0..N_ROUNDS {
            let idle = Mail::from("otro@fuera.example", &format!("Automático {round}"), "Estoy fuera.").with("Auto-Submitted", "auto-replied").and_files(&[("a.txt", "text/plain", b"a")]);
            let mail = world.hand_over(&idle)["id"].as_i64().unwrap();
            let ticket = given::requested(world);
            let (n_tickets, n_events) = (given::listed(world, Who::Auditor, "").len(), given::events(world, ticket).len());
            let by_hand = |who: Who| {
                let ask = world.caller(who).ask(Method::POST, &format!("/received-mails/{mail}/request"));
                ask.json(json!({ "requester": world.person(Who::OtherUser), "title": format!("Por mano {round}") })).send()
            };
            let into = || world.help_desk2().ask(Method::POST, &format!("/received-mails/{mail}/ticket")).json(json!({ "ticket": ticket })).send();

            let answers = at_once([&|| by_hand(Who::HelpDesk), &|| by_hand(Who::HelpDesk2), &into]);

            let won: Vec<_> = answers.iter().filter(|answer| [200, 201].contains(&answer.status)).collect();
            assert_eq!(won.len(), 1, "{answers:?}");
            answers.iter().filter(|answer| answer.status >= 400).for_each(|answer| drop(answer.problem(409, "mail_settled")));
            let row = world.received(&json!(mail));
            let (n_made, n_noted) = (given::listed(world, Who::Auditor, "").len() - n_tickets, given::events(world, ticket).len() - n_events);
            match won[0].status {
                201 => assert_eq!((n_made, n_noted, &row["summary"]["ticket"]), (1, 0, &json!(won[0].id()))),
                // The note, and that it came by mail.
                _ => assert_eq!((n_made, n_noted > 0, &row["summary"]["ticket"]), (0, true, &json!(ticket))),
            }
        }
    }

    fn a_mail_that_one_dismisses_while_another_makes_a_request_of_it_is_the_requests(world: &World) {
        for round in 0..N_ROUNDS {
            // Nothing can be read in it, and each is another.
            let broken = " ".repeat(round + 1);
            let kept = world.admin().ask(Method::POST, "/intake/mail").body("message/rfc822", broken.into()).send().must(201).json();
            let (mail, n_tickets) = (kept["id"].as_i64().unwrap(), given::listed(world, Who::Auditor, "").len());
            let dismiss = || world.help_desk2().ask(Method::POST, &format!("/received-mails/{mail}/dismiss")).send();
            let make = || {
                let ask = world.help_desk().ask(Method::POST, &format!("/received-mails/{mail}/request"));
                ask.json(json!({ "requester": world.person(Who::OtherUser), "title": format!("Por mano {round}") })).send()
            };

            let [dismissed, made] = at_once([&dismiss, &make]);

            let made = made.must(201).id();
            if dismissed.status != 200 {
                dismissed.problem(409, "mail_settled");
            }
            let row = world.received(&json!(mail))["summary"].clone();
            assert_eq!((&row["state"], &row["ticket"]), (&json!("opened"), &json!(made)));
            assert_eq!(given::listed(world, Who::Auditor, "").len(), n_tickets + 1);
        }
    }

    fn of_two_merges_of_one_contact_one_is_done_with_all_of_its_tickets(world: &World) {
        for round in 0..N_ROUNDS {
            let body = json!({ "name": format!("Visita {round}"), "area": world.area(Area::People) });
            let contact = world.help_desk().post("/contacts", body).must(201).id();
            let tickets: Vec<i64> = (0..3).map(|n| world.help_desk().create(given::call(contact, &format!("Llamada {n}"))).must(201).id()).collect();
            let merge = |who: Who, into: Who| world.caller(who).post(&format!("/contacts/{contact}/merge"), json!({ "into": world.person(into) }));
            // Meanwhile somebody works on one of them.
            let work = || world.help_desk().command(tickets[1], comment("Vamos para allá."));

            let answers = at_once([&|| merge(Who::HelpDesk, Who::User), &|| merge(Who::HelpDesk2, Who::OtherUser), &work]);

            let [first, second, worked] = &answers;
            assert!([200, 409].contains(&worked.status), "{worked}");
            let winner = if first.status == 200 { Who::User } else { Who::OtherUser };
            let n_won = [first, second].iter().filter(|answer| answer.status == 200).count();
            assert_eq!(n_won, 1, "{first}\n{second}");
            let lost = if first.status == 200 { second } else { first };
            assert!([409, 422].contains(&lost.status), "{lost}");
            for ticket in tickets {
                let seen = world.auditor().get(&format!("/tickets/{ticket}")).must(200).json();
                assert_eq!(seen["requester"]["id"], world.person(winner), "{seen}");
                assert_eq!(given::events(world, ticket).iter().filter(|event| *event == "facts_corrected").count(), 1, "it was moved once");
            }
            let row = world.help_desk().get(&format!("/people/{contact}")).must(200).json();
            assert_eq!((&row["is_active"], &row["merged_into"]), (&json!(false), &json!(world.person(winner))));
        }
    }

    fn two_imports_of_the_same_people_leave_each_once_and_whole(world: &World) {
        for round in 0..N_ROUNDS {
            let file = |extension: usize| {
                let rows: String = (0..30).map(|n| format!("Persona {n},p{round}-{n}@agencia.example,ULOG,{extension}\n")).collect();
                format!("name,email,area,extension\n{rows}")
            };

            let answers = at_once([&|| import(world, "people", &file(1000)), &|| import(world, "people", &file(2000))]);

            assert!(answers.iter().any(|answer| answer.status == 200), "one at least is done: {answers:?}");
            answers.iter().filter(|answer| answer.status != 200).for_each(|answer| {
                assert!([409, 412].contains(&answer.status), "the other is told: {answer}");
                answer.problem(answer.status, answer.json()["code"].as_str().unwrap());
            });
            let all = world.admin().get("/people?limit=200&all=true&words=Persona").must(200).json();
            let of_round: Vec<_> = all["items"].as_array().unwrap().iter().filter(|person| person["email"].as_str().unwrap().starts_with(&format!("p{round}-"))).collect();
            let extensions: std::collections::BTreeSet<_> = of_round.iter().map(|person| person["extension"].as_str().unwrap()).collect();
            assert_eq!((of_round.len(), extensions.len()), (30, 1), "all of one file: {extensions:?}");
        }
        let areas = |name: &str| format!("code,name,parent\nTX,{name},GA\nTX-1,{name} Uno,TX\n");
        let answers = at_once([&|| import(world, "areas", &areas("Norte")), &|| import(world, "areas", &areas("Sur"))]);
        assert!(answers.iter().any(|answer| answer.status == 200), "{answers:?}");
        assert!(answers.iter().all(|answer| [200, 409, 412, 422].contains(&answer.status)), "{answers:?}");
        let all = world.admin().get("/areas?limit=200&all=true").must(200).json();
        let made: Vec<_> = all["items"].as_array().unwrap().iter().filter(|area| area["abbreviation"].as_str().is_some_and(|code| code.starts_with("TX"))).collect();
        assert_eq!(made.len(), 2, "{made:?}");
        let norte = made.iter().filter(|area| area["name"].as_str().unwrap().starts_with("Norte")).count();
        assert!(norte == 0 || norte == 2, "all of one file: {made:?}");
    }

    fn of_two_who_move_one_ticket_one_does(world: &World) {
        let ways = [
            ([json!({ "action": "discard", "reason": "unwanted" }), categorise("incident")], ["discarded", "categorised"]),
            ([given::solve(), escalate(world.person(Who::Support1))], ["solution_recorded", "escalated"]),
            ([json!({ "action": "withdraw" }), given::solve()], ["withdrawn", "solution_recorded"]),
        ];
        for round in 0..N_ROUNDS {
            for (n, ([first, second], names)) in ways.iter().enumerate() {
                let ticket = if n == 0 { given::requested(world) } else { given::in_attention(world) };
                let etag = world.help_desk().get(&format!("/tickets/{ticket}")).etag();
                // With the tag of what they saw in one round, and without in the other.
                let ask = |who: Who, command: &Value| {
                    let ask = world.caller(who).ask(Method::POST, &format!("/tickets/{ticket}/commands"));
                    let ask = if round % 2 == 0 { ask.if_match(&etag) } else { ask };
                    ask.json(json!({ "commands": [command] })).send()
                };
                let by = if n == 2 { Who::User } else { Who::HelpDesk };

                let answers = at_once([&|| ask(by, first), &|| ask(Who::HelpDesk2, second)]);

                let lost: &[(u16, &str)] =
                    if round % 2 == 0 { &[(412, "version_conflict")] } else { &[(409, "not_now"), (409, "version_conflict"), (409, "ended"), (409, "already_ended"), (403, "not_your_role")] };
                let winner = one_wins(&answers, 200, lost);
                let events = given::events(world, ticket);
                assert!(events.contains(&names[winner].to_owned()) && !events.contains(&names[1 - winner].to_owned()), "{events:?}");
            }
        }
    }

    fn looking_at_notices_goes_forward_whoever_is_last(world: &World) {
        let ticket = given::requested(world);
        for n in 0..12 {
            done(world, Who::HelpDesk, ticket, comment(&format!("Nota {n}.")));
        }
        let told = world.user().get("/me/notices?limit=50").must(200).json();
        let ids: Vec<i64> = told["items"].as_array().unwrap().iter().map(|notice| notice["id"].as_i64().unwrap()).collect();
        let mark = |until: i64| world.user().put("/me/notices/mark", json!({ "seen_until": until }));
        for pair in ids.windows(2).rev() {
            let (older, newer) = (pair[1], pair[0]);

            let answers = at_once([&|| mark(newer), &|| mark(older), &|| mark(0)]);

            answers.iter().for_each(|answer| assert_eq!(answer.status, 204, "{answer}"));
            let left = world.user().get("/me/notices").must(200).json();
            let n_newer = ids.iter().filter(|id| **id > newer).count();
            assert_eq!(left["n_new"], n_newer, "up to the newest that was looked at");
        }
    }

    fn of_two_who_save_one_mark_for_the_first_time_neither_fails(world: &World) {
        // Each of many people for the first time: the row is made by whoever is first.
        let ticket = given::requested(world);
        for who in [Who::HelpDesk, Who::Support1, Who::ItHead] {
            done(world, who, ticket, json!({ "action": "watch" }));
        }
        done(world, Who::User, ticket, comment("Sigue igual."));
        for who in [Who::User, Who::HelpDesk, Who::Support1, Who::ItHead, Who::OtherUser] {
            let mark = || world.caller(who).put("/me/notices/mark", json!({ "seen_until": i64::MAX }));
            world.caller(who).get("/me").must(200);

            let answers = at_once([&mark, &mark, &mark, &mark]);

            answers.iter().for_each(|answer| assert_eq!(answer.status, 204, "{who:?}: {answer}"));
            assert_eq!(world.caller(who).get("/me/notices").must(200).json()["n_new"], 0);
        }
    }

    fn of_two_of_the_same_name_or_days_one_is_recorded(world: &World) {
        for round in 0..N_ROUNDS {
            let day = format!("2027-0{}", round + 1);
            let away = || world.user().post("/absences", json!({ "from_on": format!("{day}-01"), "until_on": format!("{day}-10") }));
            one_wins(&at_once([&away, &away, &away]), 201, &[(409, "absence_overlaps")]);

            let email = format!("doble{round}@agencia.example");
            let person = || world.admin().post("/people", json!({ "name": "Doble", "email": email, "area": world.area(Area::People), "roles": ["user"] }));
            one_wins(&at_once([&person, &person, &person]), 201, &[(409, "email_taken"), (422, "invalid_fields")]);

            let file = world.user().upload("a.txt", format!("{round}").as_bytes());
            let with_file = || {
                let mut asked = request("Con un archivo");
                asked["files"] = json!([file]);
                world.user().create(asked)
            };
            one_wins(&at_once([&with_file, &with_file]), 201, &[(422, "file_unknown"), (409, "version_conflict")]);
        }
    }
}
