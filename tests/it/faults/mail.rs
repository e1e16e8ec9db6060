//! `kill -9` while mails come in: what was acknowledged is there, once, byte for byte, and something became of it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::MailState;
use serde_json::Value;
use store::received::{self, MailFilter};
use store::{Backend, StoreError};

use super::load;
use crate::world::{Caller, Installation, Mail, Process, Who, all_received, intake, rows_are_what_events_say};

const N_ROUNDS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(60);

/// Every mail that was handed over, by its subject, and its number if it was acknowledged.
type Ledger = BTreeMap<String, (Vec<u8>, Option<i64>)>;

on_both! {
    fn mails_that_were_acknowledged_survive_any_kill(backend: Backend) {
        let installation = Installation::new(backend);
        let (mut process, _) = installation.found();
        let mut ledger = Ledger::new();

        for round in 0..N_ROUNDS {
            let handed_over = load_until_killed(process, round);
            leases_end(&installation);
            process = installation.serve();
            // The mail server hands over again what was not acknowledged.
            for (subject, (mail, id)) in handed_over {
                let answer = intake(&process.caller(Who::Admin), mail.clone()).send();
                assert!([200, 201].contains(&answer.status), "{answer}");
                assert!(id.is_none_or(|id| id == answer.id()), "{subject} was acknowledged");
                ledger.insert(subject, (mail, Some(answer.id())));
            }
        }
        let mails = settled(&process.caller(Who::Auditor));
        let desk = process.caller(Who::HelpDesk);
        for (subject, (mail, id)) in &ledger {
            let raw = desk.get(&format!("/received-mails/{}/raw", id.unwrap())).must(200);
            assert_eq!(raw.bytes(), mail, "{subject}");
        }
        assert!(process.stop().success());

        let subjects: BTreeMap<String, usize> = mails.iter().fold(BTreeMap::new(), |mut subjects, mail| {
            assert_eq!(mail["state"], "opened", "{mail}");
            *subjects.entry(mail["subject"].as_str().unwrap().to_owned()).or_default() += 1;
            subjects
        });
        assert_eq!(subjects, ledger.keys().map(|subject| (subject.clone(), 1)).collect(), "each mail is on record once");
        let store = installation.store();
        assert_eq!(rows_are_what_events_say(&store), ledger.len(), "each made one ticket");
        store.stop();
    }
}

fn load_until_killed(process: Process, round: usize) -> Ledger {
    let ledger = Mutex::new(Ledger::new());
    load::until_killed(process, Who::Admin, 5 + round * 7, |caller, n, answered| {
        hand_over_without_pause(caller, &format!("{round}-{n}"), &ledger, answered);
    });
    ledger.into_inner().unwrap()
}

/// Each from another sender: of one address only so many make something within an hour.
fn hand_over_without_pause(caller: &Caller, name: &str, ledger: &Mutex<Ledger>, answered: &Sender<()>) {
    for n in 0.. {
        let subject = format!("Correo {name}-{n}");
        let mail = Mail::from(&format!("s{name}-{n}@fuera.example"), &subject, "Durante el corte.")
            .and_files(&[("a.txt", "text/plain", b"a")])
            .bytes();
        let answer = intake(caller, mail.clone()).try_send().ok();
        let is_gone = answer.is_none();
        ledger.lock().unwrap().insert(subject, (mail, answer.map(|answer| answer.must(201).id())));
        if is_gone {
            return;
        }
        let _ = answered.send(());
    }
}

/// As if the time had passed for which the killed server had them.
fn leases_end(installation: &Installation) {
    let store = installation.store();
    let kept = MailFilter { states: vec![MailState::Kept], ..MailFilter::default() };
    let rows = store.read::<_, StoreError>(|conn| received::list(conn, &kept, None, 200)).unwrap();
    for row in rows {
        let ended = row.leased_until - TimeDelta::hours(1);
        store
            .write::<_, StoreError>(move |conn| received::put_off(conn, row.id, row.leased_until, ended, row.n_attempts, "killed"))
            .unwrap();
    }
    store.stop();
}

/// All mails, when none of them waits any more.
fn settled(auditor: &Caller) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let mails = all_received(auditor);
        if mails.iter().all(|mail| mail["state"] != "kept") {
            return mails;
        }
        assert!(begun.elapsed() < PATIENCE, "after {PATIENCE:?} some mails still wait: {mails:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
