//! A stop in the middle: what is under way is finished, and nothing new is taken.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use store::Backend;

use crate::world::{Installation, Process, Raw, Who, rows_are_what_events_say};

/// A create whose body has not come yet, and which the server is waiting for.
fn half_asked(process: &Process, token: &str, body: &str) -> Raw {
    let mut raw = process.raw();
    let n = body.len();
    let head = format!(
        "POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {n}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
    );
    assert!(raw.say(head.as_bytes()));
    raw.hear_until("HTTP/1.1 100 Continue\r\n\r\n");
    raw
}

on_both! {
    fn requests_under_way_are_finished_at_a_stop(backend: Backend) {
        let installation = Installation::new(backend);
        let (mut process, _) = installation.found();
        let token = process.caller(Who::User).client().session().unwrap().access_token;
        let body = json!({ "request": { "channel": "web", "title": "A medias", "description": "Se apaga." } }).to_string();
        let mut under_way: Vec<Raw> = (0..8).map(|_| half_asked(&process, &token, &body)).collect();

        process.terminate();
        process.hear("Stopping");
        while TcpStream::connect(process.address()).is_ok() {
            std::thread::sleep(Duration::from_millis(10));
        }
        let statuses: Vec<_> = under_way
            .iter_mut()
            .map(|raw| {
                assert!(raw.say(body.as_bytes()));
                raw.status()
            })
            .collect();
        let ended = process.wait();

        assert_eq!(statuses, [Some(201); 8]);
        assert!(ended.success(), "{ended}: {}", process.said());
        let store = installation.store();
        assert_eq!(rows_are_what_events_say(&store), 8);
        store.stop();
    }

    fn a_connection_that_says_nothing_does_not_hold_up_a_stop(backend: Backend) {
        let installation = Installation::new(backend);
        let process = installation.serve();
        let mut idle = process.raw();
        assert!(idle.say(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"));
        idle.hear_until("\"live\"}");
        let silent = process.raw();

        let begun = Instant::now();
        let ended = process.stop();

        assert!(ended.success());
        assert!(begun.elapsed() < Duration::from_secs(10), "it took {:?}", begun.elapsed());
        drop((idle, silent));
    }
}
