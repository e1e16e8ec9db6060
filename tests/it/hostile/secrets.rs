//! Whoever is not concerned learns nothing of a reserved ticket, nor the person of an internal note: not from counts, tags, cursors, figures, files or refusals.
//!
//! Everything that somebody can read is read before and after something happened that is not for them. It must be the same, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use client::Method;
use serde_json::{Value, json};
use store::Backend;

use crate::routes::tickets::given::{self, call, categorise, close, comment, done, escalate, internal, reject, request, solve, submit};
use crate::world::mails::FROM;
use crate::world::{Answered, Area, Ask, Caller, Mail, Who, World};

/// A word that stands in nothing else.
const SECRET: &str = "Xilofón";

/// A call about the ticket whose number stands for `{}`: its headers and its body.
type Try<'a> = (Method, &'a str, Vec<(&'a str, &'a str)>, Option<Value>);

/// Somebody by their session, or a program by their token.
struct Eye {
    name: String,
    caller: Caller,
    token: Option<String>,
}

impl Eye {
    fn ask(&self, method: Method, path: &str) -> Ask {
        let ask = self.caller.ask(method, path);
        self.token.iter().fold(ask, |ask, token| ask.header("authorization", &format!("Bearer {token}")))
    }

    fn get(&self, path: &str) -> Answered {
        self.ask(Method::GET, path).send()
    }
}

/// Each of them twice: signed in, and as a program that they gave a token.
fn eyes(world: &World, who: &[Who]) -> Vec<Eye> {
    let eyes = who.iter().flat_map(|who| {
        let body = json!({ "name": "Tablero", "scope": "write", "expires_at": world.now() + TimeDelta::days(30) });
        let token = world.caller(*who).post("/me/tokens", body).must(201).json()["secret"].as_str().unwrap().to_owned();
        [
            Eye { name: format!("{who:?}"), caller: world.caller(*who), token: None },
            Eye { name: format!("a program of {who:?}"), caller: world.anonymous(), token: Some(token) },
        ]
    });
    eyes.collect()
}

/// What was answered, without what is each request's own.
fn told(answered: &Answered) -> String {
    let text = answered.text();
    let id = answered.header("x-request-id").unwrap_or_default();
    let names: BTreeSet<_> = answered.headers().keys().map(ToString::to_string).filter(|name| name != "date").collect();
    format!("{} {:?} {names:?} {}", answered.status, answered.header("etag"), text.replace(id, "…"))
}

/// All that one can read which a ticket could show in: lists by each filter and order, counts, figures, files, notices, the trail.
fn surface(world: &World, eye: &Eye, ticket: i64, file: i64) -> BTreeMap<String, String> {
    let today = domain::day_in_lima(world.now());
    let (integrity, requester, holder) = (world.area(Area::Integrity), world.person(Who::ReservedUser), world.person(Who::Support2));
    let filters = [
        String::new(),
        format!("words={SECRET}"),
        format!("area={integrity}"),
        format!("area={integrity}&area_alone=true"),
        format!("requester={requester}"),
        format!("holder={holder}"),
        format!("solver={holder}"),
        "holder=none&ended=false".into(),
        "ended=true".into(),
        "outcome=not_approved,solved_at_desk".into(),
        "step=rejected".into(),
        format!("step=submitted&step_from={today}&step_to={today}"),
        format!("pending_on={today}"),
        format!("solved_from={today}"),
        format!("received_from={today}&received_to={today}"),
        "without_service=true".into(),
    ];
    let mut paths: Vec<String> = Vec::new();
    for filter in &filters {
        paths.extend(["newest", "oldest", "updated", "waiting"].map(|sort| format!("/tickets?limit=2&sort={sort}&{filter}")));
        paths.extend([format!("/ticket-count?{filter}"), format!("/tickets.csv?{filter}")]);
    }
    for of in ["", "?area=1", &format!("?area={integrity}")] {
        paths.extend(["volume", "resolution", "times", "waiting", "decisions", "load"].map(|report| format!("/reports/{report}{of}")));
        paths.extend(["kind", "channel", "service", "area"].map(|by| format!("/reports/breakdown/{by}{of}")));
        paths.extend(["volume", "breakdown-area", "waiting", "decisions", "load"].map(|file| format!("/reports/files/{file}.csv{of}")));
    }
    paths.extend([
        format!("/tickets/{ticket}"),
        format!("/tickets/{ticket}/events"),
        format!("/files/{file}"),
        format!("/trail?ticket={ticket}"),
        format!("/trail?entity=ticket&id={ticket}"),
        "/trail.csv?entity=ticket".into(),
        format!("/received-mails?ticket={ticket}"),
        "/counts".into(),
        "/me/notices".into(),
        "/absences".into(),
        "/desk".into(),
    ]);
    paths.into_iter().map(|path| (path.clone(), told(&eye.get(&path)))).collect()
}

/// A reserved ticket on the longest way: through both levels to a report that is not approved, with files and notes.
fn whole_way(world: &World, file: i64) -> i64 {
    let mut asked = request(&format!("{SECRET} del directorio"));
    asked["files"] = json!([file]);
    let ticket = world.reserved_user().create(asked).must(201).id();
    let note = |caller: Caller, text: &str, is_internal: bool| {
        let file = caller.upload("nota.txt", text.as_bytes());
        caller.command(ticket, json!({ "action": "comment", "text": text, "is_internal": is_internal, "files": [file] })).must(200);
    };
    done(world, Who::HelpDesk, ticket, categorise("incident"));
    note(world.help_desk(), &format!("{SECRET}: por dentro."), true);
    done(world, Who::HelpDesk, ticket, escalate(world.person(Who::Support1)));
    done(world, Who::Support1, ticket, escalate(world.person(Who::Support2)));
    note(world.reserved_user(), &format!("{SECRET}: sigue igual."), false);
    done(world, Who::Support2, ticket, submit("INF-077-2026"));
    done(world, Who::ItHead, ticket, reject());
    done(world, Who::HelpDesk, ticket, close());
    ticket
}

on_both! {
    fn of_a_reserved_ticket_only_its_people_and_it_learn_anything(world: &World) {
        // The very head of the reserved unit is one of those who may not know.
        let unit = world.admin().get(&format!("/areas/{}", world.area(Area::Integrity))).must(200);
        let mut body = json!({ "head": world.person(Who::Colleague), "is_reserved": true });
        for field in ["name", "abbreviation", "parent"] {
            body[field] = unit.json()[field].clone();
        }
        world.admin().ask(Method::PUT, &format!("/areas/{}", world.area(Area::Integrity))).if_match("*").json(body).send().must(200);
        // And so is somebody who works in it.
        let fellow = Who::OtherUser;
        let body = json!({ "name": fellow.name(), "email": fellow.email(), "area": world.area(Area::Integrity), "roles": ["user"] });
        world.admin().ask(Method::PUT, &format!("/people/{}", world.person(fellow))).if_match("*").json(body).send().must(200);
        let others = [given::closed(world), given::requested(world)];
        let eyes = eyes(world, &[Who::User, Who::Colleague, fellow, Who::AreaHead, Who::Admin]);
        let file = world.reserved_user().upload("secreto.txt", SECRET.as_bytes());
        let expected = others[1] + 1;
        // Once before: the use of a token is noted with its first call.
        eyes.iter().for_each(|eye| drop(eye.get("/me").must(200)));
        let before: Vec<_> = eyes.iter().map(|eye| surface(world, eye, expected, file)).collect();

        let ticket = whole_way(world, file);
        let second = world.reserved_user().create(request(SECRET)).must(201).id();
        done(world, Who::HelpDesk, second, categorise("occurrence"));
        let third = world.reserved_user().create(request(SECRET)).must(201).id();
        done(world, Who::HelpDesk, third, categorise("incident"));
        done(world, Who::HelpDesk, third, solve());
        done(world, Who::ReservedUser, third, json!({ "action": "confirm_solved" }));

        assert_eq!(ticket, expected, "what was asked for before was this ticket");
        for (eye, before) in eyes.iter().zip(before) {
            for (path, after) in surface(world, eye, ticket, file) {
                assert_eq!(after, before[&path], "{} at {path}", eye.name);
                assert!(!after.contains(SECRET) && !after.contains("INF-077"), "{} at {path}: {after}", eye.name);
            }
        }
        // It is there, for those whom it concerns: the surface would have shown it.
        for who in [Who::ReservedUser, Who::Support1b, Who::ItHead, Who::Auditor] {
            let eye = Eye { name: format!("{who:?}"), caller: world.caller(who), token: None };
            let seen = surface(world, &eye, ticket, file);
            for path in [format!("/tickets/{ticket}"), format!("/tickets?limit=2&sort=newest&words={SECRET}"), format!("/tickets.csv?words={SECRET}")] {
                assert!(seen[&path].contains(SECRET), "{who:?} at {path}: {}", seen[&path]);
            }
        }
        // And the same way of a ticket that is not reserved shows to the head nearly everywhere: these paths are not blind.
        let head = Eye { name: "the head".into(), caller: world.area_head(), token: None };
        let before = surface(world, &head, ticket, file);
        given::closed(world);
        given::under_evaluation(world);
        let after = surface(world, &head, ticket, file);
        let changed: Vec<_> = after.iter().filter(|(path, told)| before[*path] != **told).map(|(path, _)| path.as_str()).collect();
        assert!(changed.len() > 50, "{changed:#?}");
        for path in ["/tickets.csv?ended=true", "/ticket-count?", "/reports/volume", "/reports/load", "/reports/decisions", "/reports/files/waiting.csv"] {
            assert!(changed.contains(&path), "{path} shows what the head may see");
        }
    }

    fn a_refusal_about_what_is_hidden_is_the_one_about_what_is_not_there(world: &World) {
        const ABSENT: i64 = 999_999;
        let file = world.reserved_user().upload("secreto.txt", SECRET.as_bytes());
        let hidden = whole_way(world, file);
        let own = given::requested(world);
        let version = world.reserved_user().get(&format!("/tickets/{hidden}")).etag();
        let by_key = || world.reserved_user().ask(Method::POST, &format!("/tickets/{hidden}/commands")).key("k").json(json!({ "commands": [comment("Mío.")] })).send();
        let written = by_key().must(200);
        assert_eq!(by_key().must(200).text(), written.text(), "the key is remembered, for its person");
        let commands = |command: Value| json!({ "commands": [command] });
        let file_of_user = world.user().upload("a.txt", b"a");
        let tries: Vec<Try> = vec![
            (Method::GET, "/tickets/{}", vec![], None),
            (Method::HEAD, "/tickets/{}", vec![], None),
            (Method::GET, "/tickets/{}", vec![("if-none-match", "*")], None),
            (Method::GET, "/tickets/{}", vec![("if-none-match", &version)], None),
            (Method::GET, "/tickets/{}/events?limit=1", vec![], None),
            (Method::GET, "/tickets/{}/events?after=3", vec![], None),
            (Method::GET, "/tickets/{}/events?limit=0", vec![], None),
            (Method::GET, "/trail?ticket={}", vec![], None),
            (Method::GET, "/received-mails?ticket={}", vec![], None),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(comment("Mío.")))),
            (Method::POST, "/tickets/{}/commands", vec![("idempotency-key", "k")], Some(commands(comment("Mío.")))),
            (Method::POST, "/tickets/{}/commands", vec![("idempotency-key", "k")], Some(commands(comment("Otro.")))),
            (Method::POST, "/tickets/{}/commands", vec![("if-match", &version)], Some(commands(comment("Hola.")))),
            (Method::POST, "/tickets/{}/commands", vec![("if-match", "\"1-x\"")], Some(commands(comment("Hola.")))),
            (Method::POST, "/tickets/{}/commands", vec![("if-match", "x")], Some(commands(comment("Hola.")))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "close" })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "watch" })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "reopen", "reason": "x" })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "confirm_solved" })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "hide_note", "number": "3", "reason": "x" })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "hide_note", "number": "2.1", "reason": "x" })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "attach", "files": [file_of_user] })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "escalate", "to": 999_999, "handover": "x" })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(commands(json!({ "action": "nothing" })))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(json!({ "commands": [] }))),
            (Method::POST, "/tickets/{}/commands", vec![], Some(json!([]))),
        ];
        for eye in eyes(world, &[Who::User, Who::Colleague, Who::AreaHead, Who::Admin]) {
            let same = |what: &str, of_hidden: Answered, of_absent: Answered| {
                let no = told(&of_absent).replace(&ABSENT.to_string(), &hidden.to_string());
                assert_eq!(told(&of_hidden), no, "{} by {what}", eye.name);
            };
            for (method, path, headers, body) in &tries {
                let ask = |id: i64| {
                    let ask = eye.ask(method.clone(), &path.replace("{}", &id.to_string()));
                    let ask = headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
                    body.iter().fold(ask, |ask, body| ask.json(body.clone())).send()
                };
                same(&format!("{method} {path} {headers:?} {body:?}"), ask(hidden), ask(ABSENT));
            }
            same("a file", eye.get(&format!("/files/{file}")), eye.get(&format!("/files/{ABSENT}")));
            let from = |id: i64| {
                let mut asked = request("De otra");
                asked["from"] = id.into();
                eye.ask(Method::POST, "/tickets").json(json!({ "request": asked })).send()
            };
            same("from", from(hidden), from(ABSENT));
            let files = |id: i64| {
                let mut asked = request("Con un archivo");
                asked["files"] = json!([id]);
                eye.ask(Method::POST, "/tickets").json(json!({ "request": asked })).send()
            };
            same("files", files(file), files(ABSENT));
            let joined = |of: i64| {
                let ask = eye.ask(Method::POST, &format!("/tickets/{own}/commands"));
                ask.json(commands(json!({ "action": "mark_duplicate", "of": of }))).send()
            };
            same("mark_duplicate", joined(hidden), joined(ABSENT));
        }
        assert_eq!(given::events(world, hidden).last().map(String::as_str), Some("commented"), "and nothing was done to it");
    }

    fn what_it_notes_among_itself_changes_nothing_that_the_person_reads(world: &World) {
        let asked = given::requested(world);
        let ticket = done(world, Who::HelpDesk, asked, categorise("incident"));
        done(world, Who::HelpDesk, ticket, escalate(world.person(Who::Support1)));
        done(world, Who::Support1, ticket, escalate(world.person(Who::Support2)));
        let file = world.help_desk().upload("interno.txt", SECRET.as_bytes());
        let eyes = eyes(world, &[Who::User, Who::AreaHead, Who::OtherUser, Who::Admin]);
        eyes.iter().for_each(|eye| drop(eye.get("/me").must(200)));
        let before: Vec<_> = eyes.iter().map(|eye| surface(world, eye, ticket, file)).collect();
        let etags: Vec<_> = ["/tickets", "/counts", "/me/notices", &format!("/tickets/{ticket}")].map(|path| (path.to_owned(), world.user().get(path).etag())).into();
        // Time goes on: an instant that moved would show it.
        world.advance(TimeDelta::minutes(1));
        let after_a_while: Vec<_> = eyes.iter().map(|eye| surface(world, eye, ticket, file)).collect();

        let note = json!({ "action": "comment", "text": format!("{SECRET}."), "is_internal": true, "files": [file] });
        done(world, Who::HelpDesk, ticket, note);
        done(world, Who::Support2, ticket, internal(&format!("{SECRET}, y más.")));
        done(world, Who::Support2, ticket, json!({ "action": "log_task", "text": format!("{SECRET}, media hora."), "minutes": 30 }));
        done(world, Who::Support1b, ticket, json!({ "action": "watch" }));
        done(world, Who::Support2, ticket, json!({ "action": "draft_report", "report": { "number": SECRET } }));
        let attached = world.support2().upload("otro.txt", SECRET.as_bytes());
        done(world, Who::Support2, ticket, json!({ "action": "attach", "files": [attached], "is_internal": true }));
        let events = world.events(&world.help_desk(), ticket);
        let number = events.iter().find(|event| event["data"]["text"] == format!("{SECRET}.")).unwrap()["number"].clone();
        done(world, Who::HelpDesk, ticket, json!({ "action": "hide_note", "number": number, "reason": SECRET }));

        for ((eye, before), after_a_while) in eyes.iter().zip(before).zip(after_a_while) {
            for (path, after) in surface(world, eye, ticket, file) {
                // What reports say of «now» follows the clock, and nothing else may.
                assert!(after == before[&path] || after == after_a_while[&path], "{} at {path}:\n{}\n{after}", eye.name, before[&path]);
                assert!(!after.contains(SECRET), "{} at {path}: {after}", eye.name);
            }
        }
        for (path, etag) in etags {
            world.user().ask(Method::GET, &path).header("if-none-match", &etag).send().must(304);
        }
        world.user().get(&format!("/files/{attached}")).problem(404, "not_found");
        assert!(world.events(&world.auditor(), ticket).len() > events.len(), "it all happened, and the auditor reads it");
    }

    fn whoever_asked_twice_gets_no_sight_of_the_ticket_that_theirs_is_joined_to(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let world = &world;
        // A number that nothing else here has.
        let principal = loop {
            let id = world.reserved_user().create(request(&format!("{SECRET} del directorio"))).must(201).id();
            if id > 90 {
                break id;
            }
        };
        let ticket = given::requested(world);
        for id in [ticket, principal] {
            done(world, Who::HelpDesk, id, categorise("incident"));
        }
        let told_before = world.user().get(&format!("/tickets/{ticket}/events")).must(200).json()["items"].as_array().unwrap().len();

        done(world, Who::HelpDesk, ticket, json!({ "action": "mark_duplicate", "of": principal }));
        done(world, Who::HelpDesk, principal, json!({ "action": "record_solution", "cause": SECRET, "solution": SECRET }));
        done(world, Who::HelpDesk2, principal, close());
        world.advance(TimeDelta::minutes(30));
        world.settle_mails();

        for who in [Who::User, Who::AreaHead] {
            for path in [format!("/tickets/{ticket}"), format!("/tickets/{ticket}/events"), "/tickets".into(), "/me/notices".into(), "/tickets.csv".into()] {
                let text = world.caller(who).get(&path).must(200).text();
                assert!(!text.contains(SECRET) && !mentions(&text, principal), "{who:?} at {path}: {text}");
            }
        }
        let events = world.user().get(&format!("/tickets/{ticket}/events")).must(200).json();
        assert!(events["items"].as_array().unwrap().len() > told_before, "that it ended they are told");
        let kinds = world.user().get("/me/notices").must(200).json();
        assert!(kinds["items"].as_array().unwrap().iter().any(|notice| notice["kind"] == "principal_closed"), "and that it is over: {kinds}");
        for mail in catcher.to(Who::User.email()) {
            let text = format!("{} {}", mail.subject(), mail.text());
            assert!(!text.contains(SECRET) && !mentions(&text, principal) && !text.contains(Who::HelpDesk2.name()), "{text}");
        }
    }

    fn what_somebody_sees_no_more_is_not_repeated_to_them_with_what_is_new(world: &World) {
        let ticket = world.help_desk().create(call(world.person(Who::User), "El plotter no enciende")).must(201).id();
        let ask = || world.user().ask(Method::POST, &format!("/tickets/{ticket}/commands")).key("k").json(json!({ "commands": [comment("Sigue igual.")] })).send();
        let cursor = {
            given::requested(world);
            world.user().get("/tickets?limit=1&sort=updated").must(200).json()["next"].as_str().unwrap().to_owned()
        };
        let first = ask().must(200).text();

        let facts = json!({ "requester": world.person(Who::ReservedUser), "area": world.area(Area::Integrity), "title": SECRET });
        world.help_desk().command(ticket, json!({ "action": "correct_facts", "facts": facts })).must(200);
        world.help_desk().command(ticket, json!({ "action": "comment", "text": SECRET })).must(200);

        assert_eq!(ask().text(), first, "a repeated request gets the answer that it had, and nothing that came since");
        let others = world.user().ask(Method::POST, &format!("/tickets/{ticket}/commands")).key("other").json(json!({ "commands": [comment("Hola.")] })).send();
        others.problem(404, "not_found");
        for path in ["/tickets", "/me/notices", "/tickets.csv", &format!("/tickets?words={SECRET}"), &format!("/tickets?sort=updated&cursor={cursor}")] {
            let text = world.user().get(path).must(200).text();
            assert!(!text.contains(SECRET), "{path}: {text}");
        }
        let area_heads = world.area_head().get("/tickets").must(200).text();
        assert!(!area_heads.contains(SECRET), "it is of the reserved unit now: {area_heads}");
    }

    fn a_cursor_opens_nothing_to_somebody_else(world: &World) {
        for n in 0..3 {
            world.reserved_user().create(request(&format!("{SECRET} {n}"))).must(201);
        }
        world.help_desk().create(call(world.person(Who::User), "Mía")).must(201);
        let cursor = |who: Who, path: &str| world.caller(who).get(path).must(200).json()["next"].as_str().unwrap_or_else(|| panic!("{path} goes on")).to_owned();

        for sort in ["newest", "oldest", "updated", "waiting"] {
            let of_it = cursor(Who::Auditor, &format!("/tickets?limit=1&sort={sort}"));
            let list = world.user().get(&format!("/tickets?sort={sort}&cursor={of_it}")).must(200).text();
            assert!(!list.contains(SECRET), "{sort}: {list}");
            let file = world.user().get(&format!("/tickets.csv?sort={sort}&cursor={of_it}")).must(200).text();
            assert!(!file.contains(SECRET), "{sort}: {file}");
        }
        for n in 0..2 {
            let ticket = world.reserved_user().create(request(&format!("{SECRET} {n}"))).must(201).id();
            done(world, Who::HelpDesk, ticket, comment(&format!("{SECRET}.")));
        }
        let theirs = cursor(Who::ReservedUser, "/me/notices?limit=1");
        let told = world.user().get(&format!("/me/notices?cursor={theirs}")).must(200).text();
        assert!(!told.contains(SECRET), "{told}");
        let of_trail = cursor(Who::Auditor, "/trail?limit=1");
        let told = world.admin().get(&format!("/trail?cursor={of_trail}")).must(200).text();
        assert!(!told.contains(SECRET), "{told}");
    }

    fn a_mail_to_a_reserved_ticket_is_kept_from_whoever_may_not_know(world: &World) {
        let contact = Mail::from(Who::ReservedUser.email(), &format!("{SECRET} por correo"), "No lo cuenten.").and_files(&[("secreto.txt", "text/plain", SECRET.as_bytes())]);
        let ticket = world.opened_by(&contact);
        assert_eq!(world.help_desk().get(&format!("/tickets/{ticket}")).must(200).json()["standing"]["is_reserved"], true, "it is of the reserved unit");
        // Somebody else answers into its thread, as if they had been told of it.
        let id = world.our_message_id(ticket, world.person(Who::ReservedUser));
        let forged = Mail::from(Who::User.email(), &format!("Re: [TI-{ticket}]"), "¿Qué dice?").with("In-Reply-To", &id).with("To", FROM);
        let before = given::events(world, ticket);
        let became = world.hand_over(&forged);

        assert_eq!((&became["state"], &became["why"]), (&json!("unmatched"), &json!("other_sender")), "a stranger's answer does not go into it");
        assert_eq!(given::events(world, ticket), before);
        for who in [Who::User, Who::AreaHead, Who::OtherUser] {
            for path in ["/tickets", "/me/notices", "/tickets.csv"] {
                let text = world.caller(who).get(path).must(200).text();
                assert!(!text.contains(SECRET), "{who:?} at {path}: {text}");
            }
            world.caller(who).get(&format!("/tickets/{ticket}")).problem(404, "not_found");
        }
    }
}

/// Does it name the ticket by its number?
fn mentions(text: &str, ticket: i64) -> bool {
    let ticket = ticket.to_string();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(&ticket).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + ticket.len()..].chars().next());
        let is_of_an_instant = before == Some(':') && after == Some(':') || before == Some('.');
        !is_digit(before) && !is_digit(after) && !is_of_an_instant
    })
}
