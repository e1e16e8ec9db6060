//! `kill -9` in the middle of what is all or nothing: an import of many people, a merge of a contact with many tickets. It is done whole, or not at all.

use std::collections::BTreeSet;
use std::time::Duration;

use client::Method;
use serde_json::{Value, json};
use store::Backend;

use crate::world::{Area, Ask, Installation, Process, Who, rows_are_what_events_say};

const N_ROUNDS: u64 = 6;
const N_PEOPLE: usize = 150;
const N_TICKETS: usize = 25;

/// Asks, and kills the process a while later. Whether an answer came before.
fn killed_amid(process: Process, after: Duration, ask: Ask) -> bool {
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| ask.try_send().ok().map(|answer| answer.must(200)));
        std::thread::sleep(after);
        process.kill();
        asking.join().unwrap().is_some()
    })
}

fn items(process: &Process, path: &str) -> Vec<Value> {
    process.caller(Who::Auditor).get(path).must(200).json()["items"].as_array().unwrap().clone()
}

on_both! {
    fn an_import_or_a_merge_that_a_kill_cuts_is_whole_or_not_there(backend: Backend) {
        let installation = Installation::new(backend);
        let (mut process, agency) = installation.found();
        let (mut extension, mut n_tickets) = (None, 0);
        for round in 0..N_ROUNDS {
            // Each kill comes a little later than the one before.
            let after = Duration::from_millis(3 + round * 25);
            let rows: String = (0..N_PEOPLE).map(|n| format!("Persona {n},p{n}@agencia.example,ULOG,{round}\n")).collect();
            let admin = process.caller(Who::Admin);
            admin.get("/me").must(200);
            let import = admin.ask(Method::POST, "/imports/people").body("text/csv", format!("name,email,area,extension\n{rows}").into());

            let is_told = killed_amid(process, after, import);

            process = installation.serve();
            let people = items(&process, "/people?all=true&limit=200&words=Persona");
            let extensions: BTreeSet<String> = people.iter().map(|person| person["extension"].as_str().unwrap().to_owned()).collect();
            assert!([0, N_PEOPLE].contains(&people.len()) && extensions.len() <= 1, "all of one file: {} people, {extensions:?}", people.len());
            let now = extensions.into_iter().next();
            assert!(now == Some(round.to_string()) || now == extension && !is_told, "what was acknowledged is there: {now:?}, {extension:?}");
            extension = now;

            let desk = process.caller(Who::HelpDesk);
            let body = json!({ "name": format!("Visita {round}"), "area": agency.area(Area::People) });
            let contact = desk.post("/contacts", body).must(201).id();
            for n in 0..N_TICKETS {
                let request = json!({ "channel": "phone", "requester": contact, "title": format!("Llamada {n}"), "description": "No abre." });
                desk.create(request).must(201);
            }
            n_tickets += N_TICKETS;
            let into = agency.person(Who::OtherUser);
            let merge = desk.ask(Method::POST, &format!("/contacts/{contact}/merge")).json(json!({ "into": into }));

            let is_told = killed_amid(process, after, merge);

            process = installation.serve();
            let n_left = items(&process, &format!("/tickets?limit=200&requester={contact}")).len();
            let row = process.caller(Who::HelpDesk).get(&format!("/people/{contact}")).must(200).json();
            let is_merged = row["merged_into"] == into;
            assert_eq!(n_left, if is_merged { 0 } else { N_TICKETS }, "all of them, or none: {row}");
            assert!(is_merged || !is_told, "what was acknowledged is there: {row}");
            assert_eq!(row["is_active"], !is_merged, "{row}");
        }
        assert!(process.stop().success());
        let store = installation.store();
        assert_eq!(rows_are_what_events_say(&store), n_tickets);
        store.stop();
    }
}
