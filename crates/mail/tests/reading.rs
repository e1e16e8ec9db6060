//! Every message of the corpus is read as is written beside it; messages that are damaged somewhere are read, too.
#![allow(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

mod corpus;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use mail::Mailbox;
use mail::incoming::{File, Incoming, Nature, Proof, Trust, read};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The bytes of each message and its expectation, by name.
fn corpus_on_disk() -> BTreeMap<String, (Vec<u8>, Value)> {
    let mut corpus = BTreeMap::new();
    for entry in fs::read_dir(corpus::folder()).expect("tests/mail is in the repository") {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            let expected =
                fs::read(path.with_extension("json")).unwrap_or_else(|error| panic!("{} has no expectation: {error}", path.display()));
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            corpus.insert(name, (fs::read(&path).unwrap(), serde_json::from_slice(&expected).unwrap()));
        }
    }
    corpus
}

/// As an administrator of the agency of the corpus would have it.
fn read_here(raw: &[u8]) -> Result<Incoming, mail::incoming::Broken> {
    let own_addresses = ["helpdesk@agencia.example".to_owned()];
    read(raw, &Trust { authserv_id: Some("mx.agencia.example"), own_addresses: &own_addresses })
}

fn described(raw: &[u8]) -> Map<String, Value> {
    let read = match read_here(raw) {
        Ok(read) => read,
        Err(broken) => return Map::from_iter([("broken".to_owned(), json!(broken.code()))]),
    };
    let mailbox = |mailbox: &Mailbox| json!({"name": mailbox.name, "address": mailbox.address});
    let addresses = |mailboxes: &[Mailbox]| mailboxes.iter().map(|mailbox| mailbox.address.clone()).collect::<Vec<_>>();
    let described = json!({
        "message_id": read.message_id,
        "from": read.from.as_ref().map(mailbox),
        "to": addresses(&read.to),
        "n_to": read.to.len(),
        "cc": addresses(&read.cc),
        "delivered_to": read.delivered_to,
        "subject": read.subject,
        "date": read.date,
        "in_reply_to": read.in_reply_to,
        "references": read.references,
        "text": read.text,
        "n_text": read.text.len(),
        "new_text": read.new_text,
        "html": read.html,
        "files": read.files.iter().map(file).collect::<Vec<_>>(),
        "n_files": read.files.len(),
        "nature": nature(&read.nature),
        "proof": match read.proof {
            Proof::Proven { by } => json!({"proven": by}),
            Proof::Unproven => json!("unproven"),
            Proof::Failed => json!("failed"),
        },
        "is_cut": read.is_cut,
    });
    described.as_object().unwrap().clone()
}

fn file(file: &File) -> Value {
    json!({
        "name": file.name, "media_type": file.media_type, "content_id": file.content_id, "is_inline": file.is_inline,
        "n_bytes": file.bytes.len(), "content": String::from_utf8_lossy(&file.bytes),
    })
}

fn nature(nature: &Nature) -> Value {
    match nature {
        Nature::Personal => json!("personal"),
        Nature::Own => json!("own"),
        Nature::Automatic { why } => json!({"automatic": why}),
        Nature::List { why } => json!({"list": why}),
        Nature::Bounce { original_message_id, address, is_permanent } => {
            json!({"bounce": {"original_message_id": original_message_id, "address": address, "is_permanent": is_permanent}})
        }
    }
}

/// Whether what is expected is so; more may be.
fn holds(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            expected.iter().all(|(key, value)| found.get(key).is_some_and(|found| holds(value, found)))
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(value, found)| holds(value, found))
        }
        _ => expected == found,
    }
}

#[test]
fn every_message_is_read_as_is_written_beside_it() {
    let mut wrong = Vec::new();
    for (name, (raw, expected)) in corpus_on_disk() {
        let began = Instant::now();
        let found = described(&raw);
        assert!(began.elapsed() < Duration::from_secs(5), "{name} takes {:?}", began.elapsed());
        for (key, value) in expected.as_object().unwrap() {
            let found = found.get(key).cloned().unwrap_or_default();
            if !holds(value, &found) {
                let shown = |value: &Value| value.to_string().chars().take(600).collect::<String>();
                wrong.push(format!("{name}: {key}\n  expected {}\n  found    {}", shown(value), shown(&found)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are read otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_corpus_is_what_its_writer_writes() {
    let written: BTreeMap<String, (Vec<u8>, String)> =
        corpus::all().into_iter().map(|case| (case.name.clone(), (case.raw.clone(), corpus::expectation(&case)))).collect();
    let on_disk = corpus_on_disk();

    assert!(written.len() >= 200, "{} messages", written.len());
    assert_eq!(written.keys().collect::<BTreeSet<_>>(), on_disk.keys().collect());
    for (name, (raw, expected)) in on_disk {
        let (written_raw, written_expected) = &written[&name];
        assert!(&raw == written_raw, "{name}.eml is another: cargo run -p mail --example corpus");
        assert_eq!(expected, serde_json::from_str::<Value>(written_expected).unwrap(), "{name}.json");
    }
}

#[test]
fn no_html_of_the_corpus_loads_anything() {
    for (name, (raw, _)) in corpus_on_disk() {
        let Ok(Incoming { html: Some(html), .. }) = read_here(&raw) else { continue };
        for what in [
            "src=\"http",
            "src=\"//",
            "src=\"data",
            "srcset",
            "style",
            "<script",
            "<iframe",
            "<link",
            "<form",
            "<object",
            "background",
            "javascript:",
            " on",
        ] {
            assert!(!html.to_lowercase().contains(what), "{name}: {what} in {html}");
        }
    }
}

/// Something that happens to a message on its way.
#[derive(Debug, Clone)]
enum Damage {
    Byte { place: usize, byte: u8 },
    Removal { place: usize, length: usize },
    Insertion { place: usize, bytes: Vec<u8> },
    Doubling { place: usize, length: usize },
    End { place: usize },
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<usize>();
    prop_oneof![
        (place, any::<u8>()).prop_map(|(place, byte)| Damage::Byte { place, byte }),
        (place, 1..200_usize).prop_map(|(place, length)| Damage::Removal { place, length }),
        (place, proptest::collection::vec(any::<u8>(), 1..20)).prop_map(|(place, bytes)| Damage::Insertion { place, bytes }),
        (place, 1..400_usize).prop_map(|(place, length)| Damage::Doubling { place, length }),
        place.prop_map(|place| Damage::End { place }),
    ]
}

fn damaged(raw: &mut Vec<u8>, damage: Damage) {
    let within = |place: usize| if raw.is_empty() { 0 } else { place % raw.len() };
    match damage {
        Damage::Byte { place, byte } if !raw.is_empty() => {
            let place = within(place);
            raw[place] = byte;
        }
        Damage::Byte { .. } => {}
        Damage::Removal { place, length } => {
            let place = within(place);
            raw.drain(place..(place + length).min(raw.len()));
        }
        Damage::Insertion { place, bytes } => {
            let place = within(place);
            raw.splice(place..place, bytes);
        }
        Damage::Doubling { place, length } => {
            let place = within(place);
            let piece = raw[place..(place + length).min(raw.len())].to_vec();
            raw.splice(place..place, piece);
        }
        Damage::End { place } => raw.truncate(within(place)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_damaged_message_is_read_soon(which in any::<proptest::sample::Index>(), damages in proptest::collection::vec(damage(), 1..6)) {
        // Those that are long are long to be slow; their own test is enough.
        static CORPUS: std::sync::LazyLock<Vec<Vec<u8>>> =
            std::sync::LazyLock::new(|| corpus::all().into_iter().map(|case| case.raw).filter(|raw| raw.len() < 20_000).collect());
        let mut raw = which.get(&CORPUS).clone();
        damages.into_iter().for_each(|damage| damaged(&mut raw, damage));

        let began = Instant::now();
        let incoming = read_here(&raw);

        prop_assert!(began.elapsed() < Duration::from_secs(2));
        if let Ok(incoming) = incoming {
            prop_assert!(incoming.text.trim().is_empty() || !incoming.new_text.trim().is_empty());
            prop_assert!(incoming.files.iter().all(|file| !file.name.is_empty() && !file.name.contains(['/', '\\', '\0', '\n'])));
            prop_assert!(incoming.files.iter().map(|file| file.bytes.len()).sum::<usize>() <= raw.len());
        }
    }
}
