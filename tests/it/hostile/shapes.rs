//! Sizes and shapes that cannot be: each gets a clear problem, nothing fails, and nothing is kept.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use client::Method;
use serde_json::{Value, json};

use crate::document::{Operation, operations};
use crate::routes::tickets::given::{self, call, request};
use crate::world::{Answered, Area, Caller, Mail, Who, World};

/// What no value of any kind should be.
const VALUES: [&str; 27] = [
    "0",
    "-1",
    "1e9",
    "1000000000",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1.5",
    "NaN",
    "null",
    "true,false",
    "[]",
    "%00",
    "a%00b",
    "%FF",
    "%ED%A0%80",
    "%E2%80%AEx",
    "'%20OR%20''%3D'",
    "%25_%5C",
    "0000-01-01",
    "-0001-01-01",
    "0001-01-01",
    "9999-12-31",
    "%2B10000-01-01",
    "10000-01-01",
    "%2B262142-12-31",
];

/// Who may ask the most of an operation.
fn able(world: &World, operation: &Operation<'_>) -> Caller {
    let is_of_desk = ["/tickets", "/contacts", "/files"].iter().any(|part| operation.path.contains(part));
    match operation.path {
        path if operation.method == "get" && !path.contains("/me/") => world.auditor(),
        path if path.contains("/received-mails/") => world.help_desk(),
        _ if is_of_desk => world.help_desk(),
        _ => world.admin(),
    }
}

/// A path of the operation, of things that are there.
fn path_of(world: &World, operation: &Operation<'_>, ticket: i64) -> String {
    let path = operation.path.strip_prefix("/api/v1").unwrap();
    let id = match path.split('/').nth(1).unwrap_or_default() {
        "tickets" => ticket,
        "people" => world.person(Who::OtherUser),
        "areas" => world.area(Area::People),
        "services" => world.service(),
        "providers" => world.provider(),
        _ => 1,
    };
    let path = path.replace("{id}", &id.to_string()).replace("{name}", "reminder_hours");
    path.replace("{by}", "kind").replace("{report}", "volume").replace("{token}", "1-2-3.forged")
}

/// Clear, and no fault of ours.
#[track_caller]
fn is_clear(what: &str, answered: &Answered) {
    let shown: String = answered.to_string().chars().take(600).collect();
    assert!(answered.status < 500, "{what}: {shown}");
    if answered.status >= 400 {
        assert_eq!(answered.header("content-type"), Some("application/problem+json"), "{what}: {shown}");
        assert!(answered.json()["code"].is_string() && answered.json()["title"].is_string(), "{what}: {shown}");
        assert!(answered.bytes().len() < 50_000, "{what}: it is not all given back: {} bytes", answered.bytes().len());
    }
}

/// How much is on record, but who signed in.
fn kept(world: &World) -> usize {
    let file = world.auditor().get("/trail.csv").must(200).text();
    file.lines().filter(|line| !line.contains(",session,")).count()
}

/// Replaced by others, one after the other: each value that a body has.
fn places(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| self::places(value, format!("{at}/{name}"), places)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| self::places(value, format!("{at}/{n}"), places)),
        _ => {}
    }
    if !at.is_empty() {
        places.push(at);
    }
}

fn base64url(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let text = bytes.chunks(3).flat_map(|three| {
        let number = (0..3).fold(0_u32, |number, n| number << 8 | u32::from(three.get(n).copied().unwrap_or_default()));
        (0..=three.len()).map(move |place| char::from(SIGNS[(number >> (18 - 6 * place) & 63) as usize]))
    });
    text.collect()
}

fn from_base64url(text: &str) -> Vec<u8> {
    let sextet = |sign: u8| match sign {
        b'A'..=b'Z' => sign - b'A',
        b'a'..=b'z' => sign - b'a' + 26,
        b'0'..=b'9' => sign - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    let bytes = text.as_bytes().chunks(4).flat_map(|four| {
        let number = (0..4).fold(0_u32, |number, n| number << 6 | four.get(n).map_or(0, |sign| u32::from(sextet(*sign))));
        (1..four.len()).map(move |n| (number >> (24 - 8 * n) & 255) as u8)
    });
    bytes.collect()
}

on_both! {
    fn no_parameter_of_any_read_makes_it_fail(world: &World) {
        let document = api::openapi::document();
        let ticket = given::requested(world);
        let mut n = 0;
        for operation in operations(&document).iter().filter(|operation| operation.method == "get") {
            let parameters = operation.says["parameters"].as_array().cloned().unwrap_or_default();
            let (caller, path) = (able(world, operation), path_of(world, operation, ticket));
            for name in parameters.iter().filter(|parameter| parameter["in"] == "query").map(|parameter| parameter["name"].as_str().unwrap()) {
                for value in VALUES {
                    // A step's days are asked with the step.
                    let step = if name.starts_with("step_") { "&step=approved" } else { "" };
                    let answered = caller.get(&format!("{path}?{name}={value}{step}"));
                    is_clear(operation.id, &answered);
                    assert!([200, 304, 400, 404, 422].contains(&answered.status), "{answered}");
                    n += 1;
                }
            }
            let long = "a".repeat(30_000);
            is_clear(operation.id, &caller.get(&format!("{path}?words={long}")));
            is_clear(operation.id, &caller.get(&format!("{path}?{long}=1")));
            is_clear(operation.id, &caller.get(&format!("{path}?{}", "limit=1&".repeat(5_000))));
        }
        assert!(n > 1_500, "every parameter of the document was tried: {n}");
        for limit in ["0", "-1", "201", "1000000000", "4294967297", "1e2", "0x10"] {
            let refused = world.auditor().get(&format!("/tickets?limit={limit}"));
            assert_eq!(refused.problem(422, "invalid_fields")["errors"][0]["path"], "limit", "{limit}");
        }
        world.auditor().get("/tickets?limit=200").must(200);
    }

    fn no_value_of_any_body_makes_it_fail(world: &World) {
        let document = api::openapi::document();
        let values = [
            json!(null),
            json!(true),
            json!(0),
            json!(-1),
            json!(1.5),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e300),
            json!(""),
            json!("\u{0}"),
            json!("a\u{0}b"),
            json!("\u{202E}x"),
            json!("x".repeat(200_001)),
            json!("+10000-01-01"),
            json!("0000-01-01"),
            json!("-0001-01-01T00:00:00Z"),
            json!("+262142-12-31T23:59:59Z"),
            json!("2026-02-30"),
            json!([]),
            json!([[[]]]),
            json!({}),
            json!({ "x": 1 }),
        ];
        let leave_out = ["create_setup", "create_session", "delete_session", "update_my_password", "create_password_reset", "update_forgotten_password"];
        let ticket = given::requested(world);
        let mut n = 0;
        for operation in operations(&document).iter().filter(|operation| !leave_out.contains(&operation.id)) {
            let (caller, path) = (able(world, operation), path_of(world, operation, ticket));
            for (name, example) in operation.request_examples() {
                let mut at = Vec::new();
                places(example, String::new(), &mut at);
                for place in at {
                    for value in &values {
                        let mut body = example.clone();
                        *body.pointer_mut(&place).unwrap() = value.clone();
                        let answered = caller.ask(operation.method(), &path).if_match("*").json(body).send();
                        let shown: String = value.to_string().chars().take(40).collect();
                        is_clear(&format!("{} ({name}) with {shown} at {place}", operation.id), &answered);
                        n += 1;
                    }
                }
            }
        }
        assert!(n > 3_000, "every field of every example was tried: {n}");
    }

    fn a_body_that_is_huge_deep_or_of_another_kind_is_refused_and_nothing_is_kept(world: &World) {
        let ticket = given::requested(world);
        let (tickets, commands) = ("/tickets".to_owned(), format!("/tickets/{ticket}/commands"));
        let asked = |field: &str, value: Value| {
            let mut asked = request("Título");
            asked[field] = value;
            json!({ "request": asked }).to_string()
        };
        let raw = |field: &str, value: &str| asked(field, json!("@")).replace("\"@\"", value);
        let notes = |n: usize| json!({ "commands": vec![json!({ "action": "comment", "text": "a" }); n] }).to_string();
        let deep = |n: usize| format!("{}{}", "{\"a\":".repeat(n), "1");
        let cases: Vec<(&str, &String, String, u16, &str)> = vec![
            ("a title of 10 MB", &tickets, asked("title", "x".repeat(10 << 20).into()), 413, "payload_too_large"),
            ("a title of 900 kB", &tickets, asked("title", "x".repeat(900 << 10).into()), 422, "invalid_fields"),
            ("a title of 201 signs", &tickets, asked("title", "ñ".repeat(201).into()), 422, "invalid_fields"),
            ("a title of blanks", &tickets, asked("title", " \u{a0}\u{3000} ".into()), 422, "invalid_fields"),
            ("a title with a NUL", &tickets, asked("title", "a\u{0}b".into()), 422, "invalid_fields"),
            ("a title from right to left", &tickets, asked("title", "a\u{202E}b".into()), 422, "invalid_fields"),
            ("a title of two lines", &tickets, asked("title", "a\r\nBcc: x".into()), 422, "invalid_fields"),
            ("half a sign", &tickets, raw("title", "\"\\ud800\""), 400, "bad_request"),
            ("a description of 20,001 signs", &tickets, asked("description", "x".repeat(20_001).into()), 422, "invalid_fields"),
            ("a number without an end", &tickets, raw("requester", &"9".repeat(100_000)), 400, "bad_request"),
            ("a number beyond", &tickets, raw("requester", "9223372036854775808"), 422, "invalid_fields"),
            ("the last number", &tickets, raw("requester", "9223372036854775807"), 422, "person_unknown"),
            ("a number below", &tickets, raw("area", "-1"), 422, "invalid_fields"),
            ("a number of another kind", &tickets, raw("service", "1e0"), 422, "invalid_fields"),
            ("an infinite number", &tickets, raw("service", "1e400"), 400, "bad_request"),
            ("ten thousand files", &tickets, asked("files", json!((1..=10_000).collect::<Vec<_>>())), 422, ""),
            ("one file ten thousand times", &tickets, asked("files", json!(vec![1; 10_000])), 422, ""),
            ("a field that nobody knows", &tickets, asked("__proto__", json!({ "is_admin": true })), 422, "invalid_fields"),
            ("a field of 900 kB", &tickets, asked(&"x".repeat(900 << 10), 1.into()), 422, "invalid_fields"),
            ("a thousand deep", &tickets, deep(1_000), 400, "bad_request"),
            ("a hundred thousand deep", &commands, deep(100_000), 400, "bad_request"),
            ("lists in lists", &commands, "[".repeat(500_000), 400, "bad_request"),
            ("ten thousand commands", &commands, notes(10_000), 422, "invalid_fields"),
            ("no command", &commands, notes(0), 422, "invalid_fields"),
            ("a command without a name", &commands, json!({ "commands": [{}] }).to_string(), 422, "invalid_fields"),
            ("a name that is no command", &commands, json!({ "commands": [{ "action": "x".repeat(500_000) }] }).to_string(), 422, "invalid_fields"),
            ("a name of another kind", &commands, json!({ "commands": [{ "action": ["close"] }] }).to_string(), 422, "invalid_fields"),
            ("a mark before it", &commands, format!("\u{feff}{}", notes(1)), 400, "bad_request"),
        ];
        world.user().get("/me").must(200);
        let before = kept(world);
        for (what, path, body, status, code) in &cases {
            let answered = world.user().ask(Method::POST, path).body("application/json", body.clone().into_bytes()).send();

            is_clear(what, &answered);
            assert_eq!(answered.status, *status, "{what}: {answered}");
            let told = answered.json()["code"].as_str().unwrap().to_owned();
            assert!(code.is_empty() || told == *code, "{what}: {answered}");
        }
        for media_type in ["text/plain", "application/xml", "application/json, text/html", "multipart/form-data", "application/x-www-form-urlencoded;charset=x", "application/json\u{b}"] {
            let answered = world.user().ask(Method::POST, &tickets).body(media_type, asked("title", "a".into()).into_bytes()).send();
            answered.problem(415, "unsupported_media_type");
        }
        for encoding in ["gzip", "br", "deflate", "zstd", "x"] {
            // Whether it is unpacked or not: these bytes are none of it, and no bomb comes out of them.
            let answered = world.user().ask(Method::POST, &tickets).header("content-encoding", encoding).body("application/json", vec![0x1f, 0x8b, 8, 0]).send();
            is_clear(encoding, &answered);
            assert!([400, 415].contains(&answered.status), "{encoding}: {answered}");
        }
        assert_eq!(kept(world), before, "nothing is kept");
    }

    fn an_instant_that_no_calendar_holds_is_refused_wherever_one_is_written(world: &World) {
        let days = ["0000-01-01", "-0001-01-01", "+10000-01-01", "+262142-12-31", "10000-01-01"];
        let instants = ["0000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "+262142-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59"];
        let with = |mut body: Value, place: &str, value: &str| {
            body.pointer_mut(place.rsplit_once('/').unwrap().0).unwrap()[place.rsplit_once('/').unwrap().1] = value.into();
            body
        };
        let in_commands = |command: Value| json!({ "commands": [command] });
        let commands = |ticket: i64| format!("/tickets/{ticket}/commands");
        let (provider, verifying, evaluated) = (given::escalated2(world), given::with_provider(world), given::under_evaluation(world));
        let (confirming, contracting) = (given::verifying(world), given::contracting(world));
        let contract = json!({ "action": "record_contract", "provider": world.provider(), "reference": "O/S 1" });
        let tries: Vec<(Who, Method, String, Value, &str, bool)> = vec![
            (Who::User, Method::POST, "/tickets".into(), json!({ "request": request("Una") }), "/request/since", true),
            (Who::HelpDesk, Method::POST, "/tickets".into(), json!({ "request": call(world.person(Who::User), "Una") }), "/request/received_at", false),
            (Who::Support2, Method::POST, commands(provider), in_commands(given::coordinate(world)), "/commands/0/expected_on", true),
            (Who::Support2, Method::POST, commands(verifying), in_commands(given::served(world)), "/commands/0/served_at", false),
            (Who::Support2, Method::POST, commands(confirming), in_commands(given::confirm()), "/commands/0/conformity/given_on", true),
            (Who::Support2, Method::POST, commands(confirming), in_commands(json!({ "action": "return_to_provider", "reason": "x", "means": "phone" })), "/commands/0/told_at", false),
            (Who::ItHead, Method::POST, commands(evaluated), in_commands(given::reject()), "/commands/0/communication/told_at", false),
            (Who::ItHead, Method::POST, commands(contracting), in_commands(contract), "/commands/0/expected_on", true),
            (Who::User, Method::POST, "/absences".into(), json!({ "from_on": "2027-01-04", "until_on": "2027-01-05" }), "/from_on", true),
            (Who::User, Method::POST, "/absences".into(), json!({ "from_on": "2027-01-04", "until_on": "2027-01-05" }), "/until_on", true),
            (Who::Admin, Method::POST, "/areas".into(), json!({ "name": "Área" }), "/ended_on", true),
            (Who::User, Method::POST, "/me/tokens".into(), json!({ "name": "Tablero", "scope": "read" }), "/expires_at", false),
        ];
        let (mut taken, mut failed) = (Vec::new(), Vec::new());
        world.expect_failures();
        for (who, method, path, body, place, is_day) in tries {
            for value in if is_day { &days[..] } else { &instants[..] } {
                let answered = world.caller(who).ask(method.clone(), &path).json(with(body.clone(), place, value)).send();
                match answered.status {
                    400..500 => is_clear(place, &answered),
                    500.. => failed.push(format!("{path}{place} {value}")),
                    _ => taken.push(format!("{path}{place} {value}")),
                }
            }
        }
        assert_eq!(failed, [""; 0]);
        assert_eq!(taken, [""; 0], "each would be somewhere that no report and no mail can go");
    }

    fn a_cursor_that_was_forged_opens_nothing_and_breaks_nothing(world: &World) {
        for n in 0..3 {
            given::requested(world);
            world.admin().post("/services", json!({ "name": format!("Servicio {n}") })).must(201);
            world.admin().post("/providers", json!({ "name": format!("Proveedor {n}") })).must(201);
            world.user().post("/me/tokens", json!({ "name": format!("T{n}"), "scope": "read", "expires_at": world.now() + TimeDelta::days(2) })).must(201);
            world.user().post("/absences", json!({ "from_on": format!("2027-0{}-04", n + 1), "until_on": format!("2027-0{}-05", n + 1) })).must(201);
            world.hand_over(&Mail::from("otro@fuera.example", &format!("Correo {n}"), "Hola.").with("Auto-Submitted", "auto-replied"));
        }
        world.settle_mails();
        let lists = [
            (Who::Auditor, "/tickets?sort=newest"),
            (Who::Auditor, "/tickets?sort=oldest"),
            (Who::Auditor, "/tickets?sort=updated"),
            (Who::Auditor, "/tickets?sort=waiting"),
            (Who::Auditor, "/people?all=true"),
            (Who::Auditor, "/areas?all=true"),
            (Who::Auditor, "/services?all=true"),
            (Who::Auditor, "/providers?all=true"),
            (Who::Auditor, "/absences?all=true"),
            (Who::Auditor, "/received-mails?"),
            (Who::Auditor, "/outgoing-mails?"),
            (Who::Auditor, "/access-tokens?"),
            (Who::Auditor, "/trail?"),
            (Who::User, "/me/tokens?"),
            (Who::HelpDesk, "/me/notices?"),
            (Who::Auditor, "/settings?"),
        ];
        let ask = |who: Who, path: &str, cursor: &str| world.caller(who).get(&format!("{path}&limit=1&cursor={cursor}"));
        let cursors: Vec<(Who, &str, Option<String>)> = lists
            .map(|(who, path)| {
                let page = world.caller(who).get(&format!("{path}&limit=1")).must(200).json();
                (who, path, page["next"].as_str().map(str::to_owned))
            })
            .into();
        assert!(cursors.iter().filter(|(_, _, cursor)| cursor.is_some()).count() >= 14, "the lists go on: {cursors:?}");
        let leaves = [
            json!(null),
            json!(0),
            json!(-1),
            json!(i64::MAX),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(1e300),
            json!(""),
            json!("a\u{0}b"),
            json!("newest"),
            json!("+262142-12-31T23:59:59Z"),
            json!("+10000-01-01T00:00:00Z"),
            json!("-0001-01-01T00:00:00Z"),
            json!("-262143-01-01T00:00:00Z"),
            json!([]),
            json!({}),
        ];
        for (who, path, cursor) in &cursors {
            let mut forged: Vec<String> = ["", "x", "%00", "e30", "bnVsbA", "W10", &"A".repeat(8_000)].map(str::to_owned).into();
            forged.extend(cursors.iter().filter_map(|(_, _, other)| other.clone()));
            forged.extend(leaves.iter().map(|leaf| base64url(leaf.to_string().as_bytes())));
            if let Some(cursor) = cursor {
                assert_eq!(base64url(&from_base64url(cursor)), *cursor);
                if let Ok(inside) = serde_json::from_slice::<Value>(&from_base64url(cursor)) {
                    let mut at = Vec::new();
                    places(&inside, String::new(), &mut at);
                    for place in at {
                        for leaf in &leaves {
                            let mut inside = inside.clone();
                            *inside.pointer_mut(&place).unwrap() = leaf.clone();
                            forged.push(base64url(inside.to_string().as_bytes()));
                        }
                    }
                }
            }
            for cursor in forged {
                let answered = ask(*who, path, &cursor);
                let inside = String::from_utf8_lossy(&from_base64url(&cursor)).into_owned();
                assert!([200, 400].contains(&answered.status), "{path} {inside}: {answered}");
                if answered.status == 400 {
                    answered.problem(400, "cursor_bad");
                }
            }
        }
    }

    fn a_path_or_a_head_full_of_tricks_leads_nowhere(world: &World) {
        given::requested(world);
        for path in [
            "/tickets/..%2f",
            "/tickets/..%2F..%2fme",
            "/tickets/%2e%2e/me",
            "/tickets/%2e%2e%2fme",
            "/tickets/1%2fevents",
            "/tickets/1;jsessionid=1",
            "/tickets/1%00",
            "/tickets/%00",
            "/tickets/%D9%A1",
            "/tickets/1%20",
            "/tickets/1.0",
            "/tickets/1%0d%0aset-cookie:x=1",
            "/files/..%2f..%2fatiende.db",
            "/files/%2e%2e%2f%2e%2e%2fkeys",
            "/settings/..%2freminder_hours",
            "/settings/reminder_hours%00",
            "/settings/%2a",
            "/reports/files/..%2f..%2fkeys.csv",
            "/reports/files/volume%00.csv",
            "/reports/files/volume.csv%2f",
            "/reports/breakdown/kind%00",
            "/reports/breakdown/..%2fvolume",
            "/received-mails/..%2f1%2fraw",
            "/mail-answers/..%2f..%2fme",
            "/people/1%27--",
        ] {
            for who in [Who::Auditor, Who::Admin] {
                world.caller(who).get("/me").must(200);
                let token = world.caller(who).client().session().unwrap().access_token;
                let mut raw = world.raw();
                raw.say(format!("GET /api/v1{path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n").as_bytes());
                let answer = raw.hear();
                let is_no = ["404", "403", "405"].iter().any(|status| answer.starts_with(&format!("HTTP/1.1 {status} ")));
                assert!(is_no && answer.contains("content-type: application/problem+json\r\n") && !answer.contains("set-cookie"), "{path}: {answer}");
            }
        }
        let long = "a".repeat(60_000);
        let tags = vec!["\"1-a\""; 5_000].join(", ");
        let languages = vec!["es;q=0.1"; 5_000].join(",");
        for (name, value) in [
            ("if-match", &*tags),
            ("if-none-match", &*tags),
            ("if-match", "\"99999999999999999999-a\""),
            ("if-match", "W/\"1-a\""),
            ("if-match", "\"-1-a\""),
            ("if-none-match", "\"\"\"\"\""),
            ("accept-language", &*languages),
            ("accept-language", &*long),
            ("accept", &*long),
            ("authorization", &*long),
            ("authorization", "Basic YTpi"),
            ("authorization", "Bearer "),
            ("authorization", "Bearer atd_"),
            ("cookie", &*long),
            ("cookie", "__Host-refresh=x; __Host-refresh=y"),
            ("idempotency-key", &*long),
            ("range", "bytes=0-99999999999999999999,5-1"),
            ("x-forwarded-for", &*long),
            ("origin", "null"),
            ("host", "otra.example"),
            ("expect", "100-continue"),
            ("x-http-method-override", "DELETE"),
        ] {
            for path in ["/me", "/tickets", "/tickets/1"] {
                let answered = world.user().ask(Method::GET, path).header(name, value).send();
                let shown: String = value.chars().take(40).collect();
                is_clear(&format!("{name}: {shown}"), &answered);
                assert!([200, 400, 401, 412, 431].contains(&answered.status), "{name}: {shown}: {answered}");
            }
        }
        for n in [200, 5_000] {
            let mut raw = world.raw();
            let heads: String = (0..n).map(|n| format!("x-{n}: {n}\r\n")).collect();
            raw.say(format!("GET /api/v1/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{heads}\r\n").as_bytes());
            let answer = raw.hear();
            let status: Option<u16> = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
            assert!(status.is_none_or(|status| (400..500).contains(&status)), "{n} headers: {answer}");
        }
        world.user().get("/me").must(200);
    }

    fn the_name_of_a_file_is_a_label_and_nothing_more(world: &World) {
        let long = format!("{}.txt", "a".repeat(300));
        let wide = format!("{}.txt", "🙂".repeat(300));
        let names: [(&str, u16); 20] = [
            ("../x", 201),
            ("..%2fx", 201),
            ("CON", 201),
            ("con.txt", 201),
            ("NUL", 201),
            ("a.txt:oculto.exe", 201),
            ("a.txt. . .", 201),
            ("<b>a</b>.html", 201),
            ("a'b;c=d.txt", 201),
            ("a*b?.txt", 201),
            ("-rf", 201),
            ("~", 201),
            ("%0d%0aset-cookie: x=1", 201),
            (&long, 201),
            (&wide, 201),
            ("foto\u{202E}gpj.exe", 422),
            ("foto\u{2066}x.txt", 422),
            ("a\u{7}.txt", 400),
            ("..", 422),
            (".", 422),
        ];
        let form = |name: &str| {
            format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: text/html\r\n\r\n<script>x</script>\r\n--b--\r\n").into_bytes()
        };
        let mut kept = BTreeSet::new();
        for (name, status) in names {
            let made = world.user().ask(Method::POST, "/files").body("multipart/form-data; boundary=b", form(name)).send();
            is_clear(name, &made);
            assert_eq!(made.status, status, "{name:?}: {made}");
            if status != 201 {
                made.problem(status, if status == 400 { "bad_request" } else { "invalid_fields" });
                continue;
            }
            let label = made.json()["name"].as_str().unwrap().to_owned();
            assert!(label.chars().count() <= 200 && !label.contains(['/', '\\', '\r', '\n', '\0']) && !label.starts_with('.'), "{label:?}");
            let down = world.user().get(&format!("/files/{}", made.id())).must(200);
            let disposition = down.header("content-disposition").unwrap();
            assert!(disposition.starts_with("attachment; ") && disposition.is_ascii() && disposition.matches('"').count() <= 2, "{disposition}");
            assert_eq!((down.header("x-content-type-options"), down.header("content-security-policy")), (Some("nosniff"), Some("default-src 'none'; sandbox")));
            assert_ne!(down.header("content-type"), Some("text/html"), "what its sender called it is not believed");
            assert_eq!(down.header("set-cookie"), None);
            kept.insert(made.json()["sha256"].as_str().unwrap().to_owned());
        }
        // On the disk a file has the name of its bytes, and no other.
        let mut on_disk = BTreeSet::new();
        for folder in std::fs::read_dir(world.data().join("files")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
            let first = folder.file_name().unwrap().to_str().unwrap().to_owned();
            for file in std::fs::read_dir(&folder).unwrap() {
                on_disk.insert(format!("{first}{}", file.unwrap().file_name().to_str().unwrap()));
            }
        }
        assert_eq!(on_disk, kept);
    }
}
