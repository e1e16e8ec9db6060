//! Callers who are slow, huge or hostile get a clear status or no connection, and nobody else notices.

use std::time::{Duration, Instant};

use serde_json::json;
use store::Backend;

use crate::world::World;

/// Everybody else is served all the while.
#[track_caller]
fn others_are_served(world: &World) {
    let begun = Instant::now();
    world.anonymous().get("//health/live").must(200);
    world.user().get("/tickets").must(200);
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
}

fn bearer(world: &World) -> String {
    world.user().client().session().unwrap().access_token
}

#[test]
fn a_head_that_trickles_in_is_cut() {
    let world = World::new(Backend::Sqlite);
    let begun = Instant::now();
    let mut slow = world.raw();
    slow.say(b"GET /health/live HTTP/1.1\r\nhost: x\r\nx: ");

    slow.trickle(&[b'a'; 200], Duration::from_millis(200));
    others_are_served(&world);
    let status = slow.status();

    assert!([None, Some(408)].contains(&status), "{status:?}");
    assert!(begun.elapsed() < Duration::from_secs(25), "it took {:?}", begun.elapsed());
}

#[test]
fn a_body_that_trickles_in_is_cut() {
    let world = World::new(Backend::Sqlite);
    let (begun, token) = (Instant::now(), bearer(&world));
    let mut slow = world.raw();
    let head = format!(
        "POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: 400\r\nconnection: close\r\n\r\n"
    );
    slow.say(head.as_bytes());

    slow.trickle(&[b' '; 400], Duration::from_millis(200));
    others_are_served(&world);
    let answer = slow.hear();

    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"request_timeout\""), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(35), "it took {:?}", begun.elapsed());
}

#[test]
fn a_body_that_says_it_is_huge_is_refused_before_it_comes() {
    let world = World::new(Backend::Sqlite);
    let token = bearer(&world);
    let mut raw = world.raw();

    let head = format!(
        "POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: 1000000000000\r\nconnection: close\r\n\r\n"
    );
    raw.say(head.as_bytes());

    let answer = raw.hear();
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"payload_too_large\""), "{answer}");
    others_are_served(&world);
}

#[test]
fn a_body_without_an_end_is_refused_when_it_is_too_large() {
    let world = World::new(Backend::Sqlite);
    let token = bearer(&world);
    let mut raw = world.raw();
    let head = format!(
        "POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    raw.say(head.as_bytes());

    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let n_taken = (0..17).take_while(|_| raw.say(chunk.as_bytes())).count();

    assert!(n_taken >= 16, "a mebibyte is taken");
    let answer = raw.hear();
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"payload_too_large\""), "{answer}");
    others_are_served(&world);
}

#[test]
fn a_body_that_nobody_reads_does_not_keep_its_connection() {
    let world = World::new(Backend::Sqlite);
    for path in ["/api/v1/tickets", "/api/v1/nowhere", "/health/live"] {
        let mut raw = world.raw();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{{\r\n");
        raw.say(head.as_bytes());

        let begun = Instant::now();
        let answer = raw.hear();

        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{path}: it took {:?}", begun.elapsed());
    }
}

#[test]
fn a_chunked_body_is_read_whole_and_the_connection_kept() {
    let world = World::new(Backend::Sqlite);
    let token = bearer(&world);
    let body = r#"{"request":{"channel":"web","title":"A trozos","description":"Llega por partes."}}"#;
    let (first, second) = body.split_at(30);
    let mut raw = world.raw();
    for n in 1..=2 {
        let head = format!(
            "POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        raw.say(format!("{head}{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n", first.len(), second.len()).as_bytes());

        let answer = raw.hear_one();

        assert!(answer.starts_with("HTTP/1.1 201 ") && answer.contains(&format!("location: /api/v1/tickets/{n}\r\n")), "{answer}");
    }
}

#[test]
fn what_is_not_http_or_not_ours_gets_a_clear_no() {
    let world = World::new(Backend::Sqlite);
    world.user();
    let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "a".repeat(1 << 20));
    let heads = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-a: b\r\n".repeat(20_000));
    for (what, bytes) in [
        ("noise", "\0\u{1}\u{2}\r\n\r\n"),
        ("another protocol", "EHLO x\r\n\r\n"),
        ("a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (
            "two lengths",
            "POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\nconnection: close\r\n\r\n{}",
        ),
        (
            "a length and chunks",
            "POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n",
        ),
        ("a negative length", "POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\nconnection: close\r\n\r\n{}"),
        ("a path out of the app", "GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("a path out of the documents", "GET /api/docs/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("a NUL in a path", "GET /api/v1/tickets/%00 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("broken UTF-8 in a query", "GET /api/v1/tickets?words=%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("a method nobody knows", "BREW /api/v1/tickets HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("a token that is none", "GET /api/v1/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \u{1F41F}\r\nconnection: close\r\n\r\n"),
        ("a path without an end", &long),
        ("headers without an end", &heads),
    ] {
        let mut raw = world.raw();
        raw.say(bytes.as_bytes());
        let answer = raw.hear();

        let status: Option<u16> = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        // The app's own page answers at any path that is not the API's: with a folder's name in it, too.
        let is_page = status == Some(200) && answer.contains("text/html");
        assert!(is_page || status.is_none_or(|status| (400..500).contains(&status)), "{what}: {answer}");
        assert!(!answer.contains("root:"), "{what}: {answer}");
    }
    others_are_served(&world);
}

#[test]
fn a_crowd_of_silent_connections_shuts_nobody_out() {
    let world = World::new(Backend::Sqlite);
    world.user().get("/tickets").must(200);

    let silent: Vec<_> = (0..500)
        .map(|_| {
            let mut raw = world.raw();
            raw.say(b"GET /health/live HTTP/1.1\r\n");
            raw
        })
        .collect();

    others_are_served(&world);
    let ticket = world.user().create(json!({ "channel": "web", "title": "Sin red", "description": "Hay mucha gente." }));
    ticket.must(201);
    drop(silent);
}
