//! A disk that takes no more. The limit on the size of files stands for it: it fails the same writes, and needs no privilege.

use serde_json::json;
use store::Backend;

use crate::world::{Installation, Who, rows_are_what_events_say};

#[test]
fn a_full_disk_refuses_writes_keeps_what_was_acknowledged_and_recovers() {
    let installation = Installation::new(Backend::Sqlite);
    let process = installation.serve_limitable();
    installation.found_on(&process);
    let request = json!({ "channel": "web", "title": "Sin espacio", "description": "Nada cabe." });
    let user = process.caller(Who::User);
    let before: Vec<i64> = (0..5).map(|_| user.create(request.clone()).must(201).id()).collect();

    process.expect_failures();
    process.limit_files("1024");
    for _ in 0..10 {
        let refused = user.create(request.clone());
        refused.problem(503, "unavailable");
        assert!(refused.header("retry-after").is_some(), "{refused}");
    }
    let read_meanwhile = user.get("/tickets?sort=oldest").must(200).json();
    process.anonymous().get("//health/live").must(200);
    process.limit_files("unlimited");
    let after: Vec<i64> = (0..5).map(|_| user.create(request.clone()).must(201).id()).collect();

    let ids =
        |page: &serde_json::Value| -> Vec<i64> { page["items"].as_array().unwrap().iter().map(|t| t["id"].as_i64().unwrap()).collect() };
    assert_eq!(ids(&read_meanwhile), before);
    assert_eq!(ids(&user.get("/tickets?sort=oldest").must(200).json()), [before, after].concat());
    assert!(process.stop().success());
    let store = installation.store();
    assert_eq!(rows_are_what_events_say(&store), 10);
    store.stop();
}
