//! `atiende demo`: an agency with a year of tickets, in an empty database only.

use std::collections::{BTreeMap, BTreeSet};

use client::Method;
use domain::{Actor, Outcome, Phase};
use serde_json::json;
use store::tickets::{self, Filter, Sort, SummaryRow};
use store::{Backend, Store, StoreError};

use crate::world::{Installation, Process, rows_are_what_events_say, wait_for};

/// The accounts that it shows: role, address, password.
pub fn accounts(said: &str) -> Vec<(String, String, String)> {
    let lines = said.lines().filter(|line| line.starts_with("  ") && line.contains("@agencia.example"));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[0].to_owned(), words[1].to_owned(), words[words.len() - 1].to_owned())
        })
        .collect()
}

fn status_of_sign_in(process: &Process, email: &str, password: &str) -> u16 {
    let call = process.anonymous().client().request(Method::POST, "/session").json(&json!({ "email": email, "password": password }));
    wait_for(call.send()).unwrap().status.as_u16()
}

fn all_tickets(store: &Store) -> Vec<SummaryRow> {
    store
        .read::<_, StoreError>(|conn| {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let page = tickets::list(conn, &Actor::system(), &Filter::default(), Sort::Oldest, after.as_ref(), 200)?;
                let Some(last) = page.last() else { return Ok(all) };
                after = Some(Sort::Oldest.key(last));
                all.extend(page);
            }
        })
        .unwrap()
}

on_both! {
    fn an_empty_database_is_filled_once_and_its_accounts_sign_in(backend: Backend) {
        let installation = Installation::new(backend);

        let output = installation.run(&["demo", "--tickets", "200"]);

        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        let accounts = accounts(&said);
        let roles: Vec<&str> = accounts.iter().map(|(role, ..)| role.as_str()).collect();
        assert_eq!(roles, ["user", "area_head", "help_desk", "support1", "support2", "it_head", "admin", "auditor"]);
        let passwords: BTreeSet<&str> = accounts.iter().map(|(.., password)| password.as_str()).collect();
        assert!(passwords.len() == 8 && passwords.iter().all(|password| password.len() == 20), "each has its own");

        let store = installation.store();
        let tickets = all_tickets(&store);
        assert!((180..=220).contains(&tickets.len()), "{} tickets", tickets.len());
        let phases: BTreeSet<Phase> = tickets.iter().map(|row| row.phase).collect();
        assert_eq!(phases, Phase::ALL.iter().copied().collect(), "every phase is there");
        let outcomes: BTreeSet<Outcome> = tickets.iter().filter_map(|row| row.outcome).collect();
        assert_eq!(outcomes, Outcome::ALL.iter().copied().collect(), "and every outcome");
        assert!(tickets.iter().any(|row| row.is_waiting) && tickets.iter().any(|row| row.n_reopened > 0));
        let numbers: BTreeMap<_, _> = tickets.iter().map(|row| (row.id, row.received_at)).collect();
        let n_in_order = numbers.values().zip(numbers.values().skip(1)).filter(|(one, next)| one <= next).count();
        assert!(n_in_order + 6 > numbers.len(), "numbers follow the hour of the request, but for what was split off later");
        assert_eq!(rows_are_what_events_say(&store), tickets.len());
        let n_waiting = store.read::<_, StoreError>(store::outbox::depth).unwrap().0;
        assert_eq!(n_waiting, 0, "nobody is written to about the past");
        store.stop();

        let again = installation.run(&["demo", "--tickets", "200"]);
        let complaint = String::from_utf8_lossy(&again.stderr).into_owned();
        assert!(!again.status.success() && complaint.contains("nothing was changed") && complaint.contains("ATIENDE_DATA_DIR"), "{complaint}");

        let process = installation.serve();
        assert_eq!(process.setup_link(), None, "it is set up");
        for (role, email, password) in &accounts {
            assert_eq!(status_of_sign_in(&process, email, password), 200, "{role}");
        }
        assert_eq!(status_of_sign_in(&process, &accounts[0].1, &accounts[1].2), 401, "a password is one person's");
        assert!(process.stop().success());
        let store = installation.store();
        assert_eq!(all_tickets(&store).len(), tickets.len(), "the second time wrote nothing");
        let n_accounts = store.read::<_, StoreError>(store::accounts::count_accounts).unwrap();
        assert_eq!(n_accounts, 8, "nobody else has a password");
        store.stop();
    }

    fn a_system_that_was_set_up_is_not_touched(backend: Backend) {
        let installation = Installation::new(backend);
        let (process, _) = installation.found();
        assert!(process.stop().success());

        let output = installation.run(&["demo", "--tickets", "100"]);

        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && complaint.contains("empty database"), "{complaint}");
        let store = installation.store();
        assert_eq!(all_tickets(&store).len(), 0);
        store.stop();
    }
}
