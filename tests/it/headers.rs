//! What every answer has in its head, whatever it carries; and what a request may not be.

use std::collections::BTreeSet;

use client::Method;
use serde_json::{Value, json};
use store::Backend;

use crate::document::operations;
use crate::world::{Answered, Who, World};

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What every answer says to the browser.
fn is_guarded(answered: &Answered, policy: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("content-security-policy", policy),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        assert_eq!(answered.header(name), Some(value), "{name}: {answered}");
        assert_eq!(answered.headers().get_all(name).iter().count(), 1, "{name} once: {answered}");
    }
    assert_eq!(answered.header("access-control-allow-origin"), None, "{answered}");
    assert_eq!(answered.header("server"), None, "{answered}");
}

fn request_id(answered: &Answered) -> String {
    answered.header("x-request-id").unwrap_or_else(|| panic!("no id: {answered}")).to_owned()
}

fn raw_status(world: &World, request: &str) -> Option<u16> {
    let mut raw = world.raw();
    raw.say(request.replace('\n', "\r\n").as_bytes());
    raw.status()
}

on_both! {
    fn every_kind_of_answer_is_guarded(world: &World) {
        let file = world.user().upload("a.html", b"<script>alert(1)</script>");
        let anonymous = world.anonymous();

        for answered in [
            world.user().get("/me").must(200),
            world.user().get("/tickets/999999").must(404),
            anonymous.get("/me").must(401),
            anonymous.get("//api/openapi.json").must(200),
            anonymous.get("//api/nothing").must(404),
            anonymous.get("//health/live").must(200),
            anonymous.get("//metrics").must(200),
            anonymous.get("//nothing.js").must(404),
            anonymous.delete("/session").must(204),
            anonymous.delete("/setup").must(405),
            anonymous.ask(Method::OPTIONS, "/me").send().must(204),
            anonymous.post("/session", json!({})).must(422),
            world.user().ask(Method::GET, "/me").header("if-none-match", "*").send().must(304),
        ] {
            is_guarded(&answered, API_POLICY);
        }
        is_guarded(&world.user().get(&format!("/files/{file}")).must(200), "default-src 'none'; sandbox");
        for path in ["//api/docs/", "//api/docs/swagger-ui.css"] {
            is_guarded(&anonymous.get(path).must(200), api::http::middleware::DOCS_POLICY);
        }
    }

    fn the_page_is_the_apps_everywhere_and_loads_nothing_from_elsewhere(world: &World) {
        let page = world.anonymous().get("//");
        assert_eq!(page.status, 200, "the app is built into the server: `cargo xtask test` builds it first: {page}");
        let references = regex::Regex::new(r##"(?:src|href)="([^"#]+)""##).unwrap();

        for path in ["//", "//setup", "//solicitudes/7", "//solicitudes/7?x=1"] {
            let answered = world.anonymous().get(path).must(200);
            assert_eq!(answered.bytes(), page.bytes(), "{path}");
            is_guarded(&answered, api::http::middleware::APP_POLICY);
            assert_eq!(
                (answered.header("content-type"), answered.header("cache-control")),
                (Some("text/html; charset=utf-8"), Some("no-cache"))
            );
        }

        let text = page.text();
        let names: BTreeSet<_> = references.captures_iter(&text).map(|found| found[1].to_owned()).collect();
        assert!(names.len() >= 5, "{names:?}");
        for name in names {
            assert!(name.starts_with('/') && !name.starts_with("//"), "{name} is of this server");
            let plain = world.anonymous().get(&format!("/{name}")).must(200);
            is_guarded(&plain, API_POLICY);
            let is_hashed = name.rsplit(['-', '.']).nth(1).is_some_and(|hash| hash.len() >= 12);
            let caching = if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
            assert_eq!((plain.header("cache-control"), plain.header("vary")), (Some(caching), Some("accept-encoding")), "{name}");
            // A picture is packed as it is.
            for encoding in ["br", "gzip"].into_iter().filter(|_| !name.ends_with(".png")) {
                let packed = world.anonymous().ask(Method::GET, &format!("/{name}")).header("accept-encoding", encoding).send().must(200);
                let is_smaller = packed.bytes().len() < plain.bytes().len();
                let is_packed = packed.header("content-encoding") == Some(encoding);
                // What is tiny need not be smaller for it.
                assert!(is_packed && (is_smaller || plain.bytes().len() < 500), "{name}, {encoding}");
                assert_eq!(packed.header("content-type"), plain.header("content-type"));
                world.anonymous().get(&format!("/{name}.{encoding}")).must(404);
            }
        }
        let worker = world.anonymous().get("//sw.js").must(200);
        is_guarded(&worker, api::http::middleware::APP_POLICY);
        assert_eq!((worker.header("cache-control"), worker.header("content-type")), (Some("no-cache"), Some("text/javascript; charset=utf-8")));
        let scripts = regex::Regex::new(r"(?s)<script[^>]*>(.*?)</script>").unwrap();
        assert!(
            scripts.captures_iter(&text).all(|script| script[1].trim().is_empty()) && !text.contains("<style") && !text.contains(" style=")
        );
        for path in ["//favicon.nothing", "//.env", "//index.html.br", "//index.html.gz"] {
            world.anonymous().get(path).problem(404, "not_found");
        }
    }

    fn a_request_has_an_id_of_ours(world: &World) {
        let answers = [
            world.user().get("/me"),
            world.user().get("/nothing"),
            world.anonymous().get("//health/live"),
            world.anonymous().ask(Method::GET, "/me").header("x-request-id", "0000000000000000").send(),
        ];

        let ids: BTreeSet<_> = answers.iter().map(request_id).collect();
        assert_eq!(ids.len(), answers.len(), "each its own: {ids:?}");
        for id in &ids {
            assert!(id.len() == 16 && id.chars().all(|c| c.is_ascii_hexdigit()) && id != "0000000000000000", "{id}");
        }
        let problem = world.user().get("/nothing");
        assert_eq!(problem.json()["request_id"], request_id(&problem));
    }

    fn a_problem_is_in_the_language_that_was_asked_for(world: &World) {
        let problem = |language: Option<&str>| {
            let ask = world.anonymous().ask(Method::GET, "/me");
            let answered = language.into_iter().fold(ask, |ask, language| ask.header("accept-language", language)).send();
            answered.problem(401, "unauthenticated");
            assert_eq!(answered.header("cache-control"), Some("no-store"));
            (answered.header("content-language").unwrap().to_owned(), answered.json()["title"].as_str().unwrap().to_owned())
        };
        let spanish = ("es-PE".to_owned(), "Su sesión terminó".to_owned());
        let english = ("en".to_owned(), "Your session ended".to_owned());

        for language in
            [None, Some(""), Some("es"), Some("es-419,en;q=0.5"), Some("en;q=0.2,es;q=0.9"), Some("fr"), Some("*"), Some(";;;q=x,,")]
        {
            assert_eq!(problem(language), spanish, "{language:?}");
        }
        for language in ["en", "EN-us", "fr, en;q=0.8", "es;q=0.1, en", "es;q=0, en;q=0.1"] {
            assert_eq!(problem(Some(language)), english, "{language}");
        }
    }

    fn what_is_nowhere_is_not_found(world: &World) {
        for path in [
            "/",
            "/nothing",
            "/tickets/",
            "/tickets/1/",
            "/tickets/1/nothing",
            "/tickets//commands",
            "//api/v2/me",
            "//api",
            "//api/",
            "/me%2f",
            "/ME",
        ] {
            let answered = world.user().get(path);

            assert_eq!(answered.problem(404, "not_found")["detail"], "No existe o no está a su alcance.", "{path}");
        }
    }

    fn another_method_is_told_which_there_are(world: &World) {
        let document = api::openapi::document();
        let paths: BTreeSet<_> = operations(&document).iter().map(|operation| operation.path.replace("{id}", "7")).collect();
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, "PROPFIND".parse().unwrap()];

        for path in paths {
            let own: BTreeSet<_> = operations(&document)
                .iter()
                .filter(|operation| operation.path.replace("{id}", "7") == path)
                .map(|operation| operation.method())
                .map(|method| method.to_string())
                .collect();
            let mut allowed: Vec<_> = own.iter().cloned().chain(own.contains("GET").then(|| "HEAD".to_owned())).collect();
            allowed.sort();
            let allowed = allowed.join(", ");
            let ask = |method: Method| world.anonymous().ask(method, &format!("/{path}")).send();

            for method in methods.iter().filter(|method| !own.contains(method.as_str())) {
                let answered = ask(method.clone());
                answered.problem(405, "method_not_allowed");
                assert_eq!(answered.header("allow"), Some(&*allowed), "{method} {path}");
            }
            let options = ask(Method::OPTIONS).must(204);
            assert_eq!(options.header("allow"), Some(&*allowed), "{path}");
        }
        for (path, method) in [
            ("//", Method::POST),
            ("//health/live", Method::DELETE),
            ("//solicitudes/7", Method::PUT),
            ("//api/openapi.json", Method::POST),
        ] {
            let answered = world.anonymous().ask(method, path).send();
            answered.problem(405, "method_not_allowed");
            assert_eq!(answered.header("allow"), Some("GET, HEAD"));
        }
        world.anonymous().ask(Method::OPTIONS, "/nothing").send().problem(404, "not_found");
    }

    fn a_head_is_a_get_without_its_body(world: &World) {
        let file = world.user().upload("a.txt", b"hola");
        for path in ["/me".to_owned(), "/tickets".into(), format!("/files/{file}"), "//api/openapi.json".into(), "//health/ready".into()] {
            let get = world.user().get(&path).must(200);

            let head = world.user().ask(Method::HEAD, &path).send().must(200);

            assert!(head.bytes().is_empty());
            for name in ["etag", "content-type", "content-length", "content-security-policy", "cache-control"] {
                assert_eq!(head.header(name), get.header(name), "{name} of {path}");
            }
        }
        assert!(world.anonymous().ask(Method::HEAD, "/me").send().must(401).bytes().is_empty());
        world.anonymous().ask(Method::HEAD, "/session").send().must(405);
    }

    fn reading_changes_nothing(world: &World) {
        let file = world.user().upload("a.txt", b"hola");
        let request = json!({ "channel": "web", "title": "No abre", "description": "Sale un error.", "files": [file] });
        let ticket = world.user().create(request).must(201).id();
        let document = api::openapi::document();
        let callers: Vec<_> = [Who::User, Who::HelpDesk, Who::Admin, Who::Auditor].map(|who| world.caller(who)).into();
        callers.iter().for_each(|caller| drop(caller.get("/me").must(200)));
        let n_writes = world.store().stats().n_jobs;

        for operation in operations(&document).iter().filter(|operation| operation.method == "get") {
            let id = if operation.path.contains("/files/") { file } else { ticket };
            let path = format!("/{}", operation.path.replace("{id}", &id.to_string()));
            for caller in &callers {
                for method in [Method::GET, Method::HEAD] {
                    let answered = caller
                        .ask(method, &path)
                        .header("if-match", "*")
                        .key("k")
                        .json(json!({ "commands": [{ "action": "close" }] }))
                        .send();
                    assert!([200, 403, 404].contains(&answered.status), "{answered}");
                }
            }
        }
        for path in ["//", "//setup", "//api/docs/", "//health/live", "//health/ready", "//metrics"] {
            world.anonymous().get(path);
        }

        assert_eq!(world.store().stats().n_jobs, n_writes, "no read writes");
    }

    fn what_lists_take_is_known_by_name(world: &World) {
        let document = api::openapi::document();
        for operation in operations(&document).iter().filter(|operation| operation.id.starts_with("list_")) {
            let path = format!("/{}", operation.path.replace("{id}", "1"));

            let unknown = world.auditor().get(&format!("{path}?limit=1&ordenar=x"));
            let twice = world.auditor().get(&format!("{path}?limit=1&limit=2"));
            let wrong = world.auditor().get(&format!("{path}?limit=muchos"));

            unknown.field_problem("ordenar", "unknown_field");
            twice.field_problem("limit", "malformed");
            wrong.field_problem("limit", "malformed");
        }
    }

    fn a_body_is_json_and_says_so(world: &World) {
        let document = api::openapi::document();
        for operation in operations(&document).iter().filter(|operation| operation.request_examples().count() > 0) {
            let who = match operation.id {
                "create_contact" | "update_contact" | "create_ticket" | "command_ticket" => world.help_desk(),
                _ if operation.path.contains("received-mails") => world.help_desk(),
                _ => world.admin(),
            };
            let path = format!("/{}", operation.path.replace("{id}", "1"));
            let send = |media_type: &str, body: &[u8]| {
                who.ask(operation.method(), &path).header("if-match", "*").body(media_type, body.to_vec()).send()
            };

            for body in [&b""[..], b"{", b"{\"a\":}", b"\xff\xfe", b"{} {}", "[".repeat(200_000).as_bytes(), b"'a'"] {
                send("application/json", body).problem(400, "bad_request");
            }
            for body in [&b"[]"[..], b"null", b"7", b"\"a\""] {
                send("application/json; charset=utf-8", body).problem(422, "invalid_fields");
            }
            for media_type in
                ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data; boundary=b", ""]
            {
                send(media_type, b"{}").problem(415, "unsupported_media_type");
            }
            if operation.id == "create_setup" {
                break; // Its address is throttled; the others are not.
            }
        }
    }

    fn a_body_of_a_megabyte_is_read_and_a_larger_one_is_not(world: &World) {
        let body = |n: usize| {
            let empty = json!({ "email": "", "password": "" }).to_string();
            json!({ "email": "", "password": "x".repeat(n - empty.len()) }).to_string().into_bytes()
        };
        let send = |n: usize| world.anonymous().ask(Method::POST, "/session").body("application/json", body(n)).send();
        let most = 1024 * 1024;

        assert_eq!(body(most).len(), most);
        send(most).problem(401, "invalid_credentials");
        let problem = send(most + 1).problem(413, "payload_too_large");
        assert_eq!(problem["params"]["max_bytes"], most);
    }

    fn a_number_that_cannot_be_is_not_found_and_never_a_failure(world: &World) {
        let document = api::openapi::document();
        let with_id: Vec<_> = operations(&document).into_iter().filter(|operation| operation.path.contains("{id}")).collect();
        let bad = [
            "abc",
            "0",
            "-1",
            "1.5",
            "1e3",
            "%201",
            "0x1",
            "9223372036854775808",
            "99999999999999999999999",
            "%00",
            "1%00",
            "%F0%9F",
            "%25",
            "null",
            "1;2",
            "1'--",
            "..%2f1",
        ];

        for operation in with_id {
            let who = if operation.path.contains("/contacts/") || operation.path.contains("/tickets/") {
                world.help_desk()
            } else {
                world.admin()
            };
            let body = operation.request_examples().next().map(|(_, body)| body.clone());
            for id in bad {
                let ask = who.ask(operation.method(), &format!("/{}", operation.path.replace("{id}", id))).header("if-match", "*");
                let answered = body.clone().into_iter().fold(ask, |ask, body| ask.json(body)).send();

                answered.problem(404, "not_found");
            }
            let most = format!("/{}", operation.path.replace("{id}", "9223372036854775807"));
            let ask = who.ask(operation.method(), &most).header("if-match", "*");
            let answered = body.clone().into_iter().fold(ask, |ask, body| ask.json(body)).send();
            assert!([403, 404].contains(&answered.status), "{answered}");
        }
    }

    fn what_is_no_http_is_cut_with_a_clear_status(world: &World) {
        for (request, status) in [
            ("GET / HTTP/9.9\nhost: a\n\n", Some(400)),
            ("nonsense\n\n", Some(400)),
            ("GET /api/v1/me HTTP/1.1\nhost: a\nx: \u{0}\n\n", Some(400)),
            ("GET /api/v1/me HTTP/1.1\nhost: a\nconnection: close\nauthorization: Bearer \u{e9}\n\n", Some(401)),
            ("POST /api/v1/session HTTP/1.1\nhost: a\ncontent-length: x\n\n", Some(400)),
            ("POST /api/v1/session HTTP/1.1\nhost: a\ncontent-length: 1\ntransfer-encoding: chunked\n\n", Some(400)),
            ("GET http://otra.example/api/v1/me HTTP/1.1\nhost: a\nconnection: close\n\n", Some(401)),
        ] {
            assert_eq!(raw_status(world, request), status, "{request:?}");
        }
        world.user().get("/me").must(200);
    }

    fn over_https_browsers_are_told_to_stay(backend: Backend) {
        let world = World::with(backend, |config| config.public_url = "https://atiende.test".into());

        for answered in [world.user().get("/me"), world.anonymous().get("/nothing"), world.anonymous().get("//api/docs/")] {
            assert_eq!(answered.header("strict-transport-security"), Some("max-age=31536000"));
        }
    }

    fn a_made_up_method_leaves_no_trace_in_the_metrics(world: &World) {
        for n in 0..3 {
            let method: Method = format!("INVENTADO{n}").parse().unwrap();
            world.anonymous().ask(method, "/me").send().must(405);
        }

        let metrics = world.anonymous().get("//metrics").must(200).text();

        assert!(metrics.contains("method=\"other\"") && !metrics.contains("INVENTADO"), "{metrics}");
    }

    fn what_one_may_read_is_kept_by_nobody_on_the_way(world: &World) {
        let ticket = world.user().create(json!({ "channel": "web", "title": "No abre", "description": "Sale un error." })).must(201);

        for path in ["/me".to_owned(), "/tickets".into(), format!("/tickets/{}", ticket.id()), "/counts".into(), "/procedure".into()] {
            let answered = world.user().get(&path).must(200);
            assert_eq!(answered.header("cache-control"), Some("private, no-cache"), "{answered}");
            assert_eq!(answered.header("content-type"), Some("application/json"), "{answered}");
        }
        let problem: Value = world.user().get("/tickets/999999").problem(404, "not_found");
        assert_eq!(problem.get("params"), None);
    }
}

/// The pages of another site of the agency.
const DASHBOARD: &str = "https://tablero.agencia.example";

fn with_dashboard(backend: Backend) -> World {
    World::with(backend, |config| config.cors_origins = vec![DASHBOARD.into()])
}

on_both! {
    fn pages_of_a_configured_origin_may_call_the_api_and_no_others(backend: Backend) {
        let world = with_dashboard(backend);
        let preflight = |origin: &str, method: &str, headers: &str| {
            world
                .anonymous()
                .ask(Method::OPTIONS, "/tickets")
                .header("origin", origin)
                .header("access-control-request-method", method)
                .header("access-control-request-headers", headers)
                .send()
        };
        let read = |origin: &str| world.user().ask(Method::GET, "/me").header("origin", origin).send();

        let asked = preflight(DASHBOARD, "POST", "authorization,content-type,idempotency-key,if-match");

        assert_eq!(asked.status, 200, "{asked}");
        assert_eq!(asked.header("access-control-allow-origin"), Some(DASHBOARD));
        assert!(asked.header("access-control-allow-methods").unwrap().contains("POST"));
        assert_eq!(asked.header("access-control-allow-credentials"), None, "nothing travels by itself");
        let answered = read(DASHBOARD).must(200);
        assert_eq!(answered.header("access-control-allow-origin"), Some(DASHBOARD));
        assert!(answered.header("access-control-expose-headers").unwrap().to_lowercase().contains("etag"));
        assert!(answered.header("vary").unwrap().to_lowercase().contains("origin"));
        for origin in ["https://otro.example", "https://tablero.agencia.example.otro.example", "http://tablero.agencia.example", "null"] {
            let refused = preflight(origin, "POST", "authorization");
            assert!(refused.status >= 400 && refused.header("access-control-allow-origin").is_none(), "{origin}: {refused}");
            assert_eq!(read(origin).header("access-control-allow-origin"), None, "{origin}");
        }
        assert!(preflight(DASHBOARD, "TRACE", "authorization").status >= 400);
        assert!(preflight(DASHBOARD, "GET", "x-secret").status >= 400);
        let sign_in = json!({ "email": Who::User.email(), "password": crate::world::PASSWORD });
        let signed_in = world.anonymous().ask(Method::POST, "/session").header("origin", DASHBOARD).json(sign_in).send();
        signed_in.problem(403, "wrong_origin");
    }

    fn without_configured_origins_nobody_elses_page_calls(world: &World) {
        let answered = world.user().ask(Method::GET, "/me").header("origin", DASHBOARD).send().must(200);

        assert_eq!(answered.header("access-control-allow-origin"), None);
    }
}
