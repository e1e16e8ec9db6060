//! `kill -9` in the middle of a load of creates and commands: what was acknowledged is there, once, and a repeated key gets the same answer.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::Sender;

use client::Method;
use serde_json::{Value, json};
use store::Backend;

use super::load;
use crate::world::{Caller, Installation, Process, Who, rows_are_what_events_say};

/// How often to kill: `ATIENDE_KILL_ROUNDS`, or a few.
fn n_rounds() -> usize {
    std::env::var("ATIENDE_KILL_ROUNDS").map_or(5, |n| n.parse().expect("ATIENDE_KILL_ROUNDS is a number"))
}

/// One thing that was asked, and what was answered if an answer came.
struct Asked {
    path: String,
    body: Value,
    answer: Option<(u16, String)>,
}

/// Everything that was asked, by its key.
type Ledger = BTreeMap<String, Asked>;

on_both! {
    fn what_was_acknowledged_survives_any_kill(backend: Backend) {
        let installation = Installation::new(backend);
        let (mut process, _) = installation.found();
        let mut ledger = Ledger::new();

        for round in 0..n_rounds() {
            let asked = load_until_killed(process, round);
            process = installation.serve();
            ledger.extend(asked_again(&process, asked));
        }

        let (tickets, comments) = tickets_and_comments(&process);
        assert!(process.stop().success());
        let of = |kind: &str| ledger.iter().filter(move |(key, _)| key.starts_with(kind)).map(|(key, _)| (key.clone(), 1)).collect();
        assert_eq!(tickets, of("ticket"), "each key made one ticket");
        assert_eq!(comments, of("comment"), "each key made one comment");
        let store = installation.store();
        assert_eq!(rows_are_what_events_say(&store), tickets.len());
        store.stop();
    }
}

/// In each round after another number of answers.
fn load_until_killed(process: Process, round: usize) -> Ledger {
    let ledger = Mutex::new(Ledger::new());
    load::until_killed(process, Who::User, 8 + round * 13 % 60, |caller, n, answered| {
        ask_without_pause(caller, &format!("{round}-{n}"), &ledger, answered);
    });
    ledger.into_inner().unwrap()
}

fn ask_without_pause(caller: &Caller, name: &str, ledger: &Mutex<Ledger>, answered: &Sender<()>) {
    for n in 0.. {
        let key = format!("ticket-{name}-{n}");
        let body = json!({ "request": { "channel": "web", "title": key, "description": "Durante el corte." } });
        let Some(ticket) = ask(caller, &key, "/tickets".into(), body, ledger, answered) else { return };
        let key = format!("comment-{name}-{n}");
        let body = json!({ "commands": [{ "action": "comment", "text": key }] });
        if ask(caller, &key, format!("/tickets/{ticket}/commands"), body, ledger, answered).is_none() {
            return;
        }
    }
}

/// The number in the answer, unless none came.
fn ask(caller: &Caller, key: &str, path: String, body: Value, ledger: &Mutex<Ledger>, answered: &Sender<()>) -> Option<i64> {
    let answer = caller.ask(Method::POST, &path).key(key).json(body.clone()).try_send().ok();
    let id = answer.as_ref().map(|answer| {
        assert!([200, 201].contains(&answer.status), "{answer}");
        answer.id()
    });
    let answer = answer.map(|answer| (answer.status, answer.text()));
    ledger.lock().unwrap().insert(key.to_owned(), Asked { path, body, answer });
    let _ = answered.send(());
    id
}

/// After the restart each key is used again: what was acknowledged gets the same answer, and what was not is done now if it was not then.
fn asked_again(process: &Process, asked: Ledger) -> Ledger {
    let caller = process.caller(Who::User);
    for (key, asked) in &asked {
        let answer = caller.ask(Method::POST, &asked.path).key(key).json(asked.body.clone()).send();
        match &asked.answer {
            Some(before) => assert_eq!(&(answer.status, answer.text()), before, "{key} was acknowledged"),
            None => assert!([200, 201].contains(&answer.status), "{key}: {answer}"),
        }
    }
    asked
}

/// How often each title and each comment is on record.
fn tickets_and_comments(process: &Process) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let auditor = process.caller(Who::Auditor);
    let (mut tickets, mut comments) = (BTreeMap::new(), BTreeMap::new());
    let mut cursor = String::new();
    loop {
        let page = auditor.get(&format!("/tickets?limit=200{cursor}")).must(200).json();
        for ticket in page["items"].as_array().unwrap() {
            *tickets.entry(ticket["title"].as_str().unwrap().to_owned()).or_default() += 1;
            let events = auditor.get(&format!("/tickets/{}/events", ticket["id"])).must(200).json();
            for text in events["items"].as_array().unwrap().iter().filter_map(|event| event["data"]["text"].as_str()) {
                *comments.entry(text.to_owned()).or_default() += 1;
            }
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (tickets, comments),
        }
    }
}
