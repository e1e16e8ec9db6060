//! Many at once: what a server does together for several is done for each as if they were alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

use client::Method;
use serde_json::{Value, json};
use store::outbox::Addressee;

use crate::routes::tickets::given::{self, call, categorise, close, request, solve};
use crate::world::{Answered, Who, World};

/// Callers at the same moment.
const N: usize = 24;

/// What each of them is told, in their order.
fn at_once(ask: impl Fn(usize) -> Answered + Sync) -> Vec<Answered> {
    let line = Barrier::new(N);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..N)
            .map(|n| {
                let (line, ask) = (&line, &ask);
                scope.spawn(move || {
                    line.wait();
                    ask(n)
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    })
}

fn person(to: &Addressee) -> i64 {
    match to {
        Addressee::Person(person) => person.get(),
        other => panic!("{other:?}"),
    }
}

fn requester(n: usize) -> Who {
    [Who::User, Who::OtherUser, Who::HelpDesk, Who::AreaHead][n % 4]
}

on_both! {
    fn of_many_requests_at_once_each_is_written_down_as_its_own(world: &World) {
        let title = |round: usize, n: usize| format!("Ronda{round}, pedido {n}");
        for round in 0..4 {
            let made = at_once(|n| match n % 8 {
                // The whole of a call that is solved while it lasts.
                7 => {
                    let then = [categorise("incident"), solve(), close()];
                    let body = json!({ "request": call(world.person(Who::User), &title(round, n)), "then": then });
                    world.help_desk().ask(Method::POST, "/tickets").key(&format!("{round}-{n}")).json(body).send()
                }
                // With a file, which no other may have.
                6 => {
                    let file = world.user().upload(&format!("{n}.txt"), format!("{round} {n}").as_bytes());
                    let mut body = request(&title(round, n));
                    body["files"] = json!([file]);
                    world.user().create(body)
                }
                // Nobody may ask for this: it refuses itself alone.
                5 => world.user().create(json!({ "channel": "web", "title": title(round, n), "description": "Sin red.", "requester": 999_999 })),
                _ => world.caller(requester(n)).ask(Method::POST, "/tickets").key(&format!("{round}-{n}")).json(json!({ "request": request(&title(round, n)) })).send(),
            });

            let mut ids = BTreeSet::new();
            for (n, answer) in made.iter().enumerate() {
                if n % 8 == 5 {
                    assert!([403, 422].contains(&answer.status), "{answer}");
                    continue;
                }
                let view = answer.clone().must(201).json();
                let id = answer.id();
                assert!(ids.insert(id), "one number for each");
                assert_eq!(view["title"], title(round, n));
                assert_eq!(answer.header("location"), Some(&*format!("/api/v1/tickets/{id}")));
                let by = match n % 8 { 7 => Who::HelpDesk, 6 => Who::User, _ => requester(n) };
                let read = world.caller(by).get(&format!("/tickets/{id}"));
                assert_eq!((read.text(), read.etag()), (answer.text(), answer.etag()), "what was told is what is read");
                let expected: &[&str] = if n % 8 == 7 { &["requested", "registered", "categorised", "solution_recorded", "closed"] } else { &["requested"] };
                let events = given::events(world, id);
                assert!(events.iter().all(|event| expected.contains(&event.as_str())) && events.len() >= expected.len() - 1, "{events:?}");
                let shown = world.auditor().get(&format!("/tickets/{id}/events")).must(200).json();
                assert_eq!(shown["items"][0]["by"]["id"], world.person(by));
                assert_eq!(shown["items"][0]["files"].as_array().map_or(0, Vec::len), usize::from(n % 8 == 6));
                // In the trail each stands with its own request.
                let trail = world.auditor().get(&format!("/trail?entity=ticket&id={id}")).must(200).json();
                let request = answer.header("x-request-id").unwrap();
                assert!(trail["items"].as_array().unwrap().iter().all(|item| item["origin"]["request"] == request), "{request}: {trail}");
            }
            // Whom a call concerned is told once, of its end; nobody is told of what they asked for themselves.
            let mails = world.mails();
            for (n, answer) in made.iter().enumerate().filter(|(n, _)| n % 8 != 5) {
                let id = answer.id();
                let told: Vec<_> = mails.iter().filter(|mail| mail.notice.ticket.is_some_and(|(ticket, _)| ticket.get() == id)).collect();
                let expected: &[(&str, i64)] = if n % 8 == 7 { &[("closed", world.person(Who::User))] } else { &[] };
                let told: Vec<_> = told.iter().map(|mail| (mail.notice.kind.as_str(), person(&mail.notice.to))).collect();
                assert_eq!(told, expected, "of {id}");
            }
            // Each of them is found by its words.
            let found = given::listed(world, Who::Auditor, &format!("&words=ronda{round}"));
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), ids);
        }
    }

    fn of_many_under_the_same_keys_at_once_each_key_makes_one_ticket(world: &World) {
        for round in 0..4 {
            // Six keys, four requests under each; of the last two keys one request is another.
            let body = |n: usize| json!({ "request": request(&if n % 6 >= 4 && n < 6 { "Otra cosa".to_owned() } else { format!("Llave {}", n % 6) }) });
            let ask = |n: usize| world.user().ask(Method::POST, "/tickets").key(&format!("{round}-{}", n % 6)).json(body(n)).send();
            let made = at_once(ask);

            let mut of_key: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
            for (n, answer) in made.iter().enumerate() {
                match answer.status {
                    201 => drop(of_key.entry(n % 6).or_default().insert(answer.text())),
                    422 => drop(answer.problem(422, "idempotency_conflict")),
                    _ => drop(answer.problem(503, "unavailable")),
                }
                assert!(answer.status != 422 || n % 6 >= 4, "{answer}");
            }
            assert_eq!(of_key.len(), 6, "each key made one");
            assert!(of_key.values().all(|answers| answers.len() == 1), "{of_key:?}");
            for (n, first) in made.iter().enumerate().filter(|(_, answer)| answer.status == 201) {
                assert_eq!(ask(n).must(201).text(), first.text(), "and again afterwards");
            }
            assert_eq!(given::listed(world, Who::User, "").len(), 6 * (round + 1));
        }
    }

    fn of_many_who_read_at_once_each_reads_what_is_theirs(world: &World) {
        let tickets: Vec<i64> = vec![
            given::requested(world),
            given::escalated2(world),
            world.other_user().create(request("De otra persona")).must(201).id(),
            world.it_head().create(json!({ "channel": "web", "title": "Reservado", "description": "Sin red.", "is_reserved": true })).must(201).id(),
            999_999,
        ];
        given::done(world, Who::HelpDesk, tickets[0], json!({ "action": "watch" }));
        let duplicate = world.user().create(request("Lo mismo")).must(201).id();
        given::done(world, Who::HelpDesk, duplicate, json!({ "action": "mark_duplicate", "of": tickets[1] }));
        let readers = [Who::User, Who::OtherUser, Who::HelpDesk, Who::Support2, Who::ItHead, Who::Auditor, Who::AreaHead];
        let of = |n: usize| (readers[n % readers.len()], format!("/tickets/{}", tickets[n % tickets.len()]));
        // What names a request is each one's own.
        let told = |answer: &Answered| match answer.status {
            200 => (200, answer.text()),
            status => (status, answer.json()["code"].to_string()),
        };
        let mut n_seen = 0;
        for round in 0..6 {
            let together = at_once(|n| {
                let (who, path) = of(n + N * round);
                world.caller(who).get(&path)
            });
            for (n, answer) in together.iter().enumerate() {
                let (who, path) = of(n + N * round);
                assert_eq!(told(answer), told(&world.caller(who).get(&path)), "{who:?} {path}");
                n_seen += usize::from(answer.status == 200);
            }
        }
        assert!((6 * N / 4..6 * N - 6 * N / 5).contains(&n_seen), "{n_seen} of {} were seen", 6 * N);
        let it: Value = world.help_desk().get(&format!("/tickets/{}", tickets[1])).must(200).json();
        assert_eq!(it["it"]["duplicates"], json!([duplicate]));
    }
}
