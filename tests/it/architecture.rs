//! Who may import what, read from the manifests and the sources. Between crates Cargo enforces it; inside `api`, this does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every Rust file below a folder, with its path from the root. Comments are left out: they may name anything.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).unwrap();
                let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                found.push((name, code.join("\n")));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has Rust files");
    found
}

/// The crates that a manifest lists under `[dependencies]`, for whatever target.
fn dependencies(package: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
    let mut names = BTreeSet::new();
    let mut is_list = false;
    for line in text.lines() {
        if let Some(section) = line.strip_prefix('[') {
            is_list = section.trim_end_matches(']').ends_with("dependencies") && !section.contains("dev-") && !section.contains("build-");
        } else if is_list && let Some((name, _)) = line.split_once(['.', ' ', '=']) {
            names.insert(name.trim().to_owned());
        }
    }
    names.remove("#");
    names
}

/// The places in these sources where the pattern stands.
fn places(sources: &[(String, String)], pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let found = sources.iter().flat_map(|(name, text)| pattern.find_iter(text).map(move |hit| format!("{name}: {}", hit.as_str())));
    found.collect()
}

const NOTHING: [String; 0] = [];

#[test]
fn each_crate_uses_only_what_is_beneath_it() {
    let house = ["domain", "wire", "words", "client", "store", "mail", "demo", "api", "scratch"];
    for (package, beneath) in [
        ("crates/domain", vec![]),
        ("crates/wire", vec!["domain"]),
        ("crates/words", vec!["domain"]),
        ("crates/client", vec!["domain", "wire"]),
        ("crates/store", vec!["domain"]),
        ("crates/mail", vec!["domain"]),
        ("crates/demo", vec!["domain"]),
        ("crates/api", vec!["domain", "wire", "words", "store", "mail", "demo"]),
        ("frontend", vec!["domain", "wire", "client", "words"]),
    ] {
        let used: BTreeSet<String> = dependencies(package).into_iter().filter(|name| house.contains(&name.as_str())).collect();

        let above: Vec<&String> = used.iter().filter(|name| !beneath.contains(&name.as_str())).collect();

        assert!(above.is_empty(), "{package} uses {above:?}");
    }
}

#[test]
fn each_crate_keeps_out_what_belongs_to_another() {
    let only = |owner: &str, names: &[&str]| {
        for package in ["domain", "wire", "words", "client", "store", "mail", "api"].map(|name| format!("crates/{name}")) {
            let used: Vec<String> = dependencies(&package).into_iter().filter(|name| names.contains(&name.as_str())).collect();
            assert!(used.is_empty() || package == format!("crates/{owner}"), "{package} uses {used:?}, which is for {owner} alone");
        }
    };
    only("store", &["diesel", "diesel_migrations", "libsqlite3-sys", "pq-sys"]);
    only("mail", &["lettre", "mail-parser", "ammonia"]);
    only("api", &["actix-web", "actix-http", "actix-multipart", "jsonwebtoken", "argon2"]);
    only("client", &["reqwest"]);
    let outside: BTreeSet<String> = ["chrono", "serde", "thiserror", "utoipa"].map(String::from).into();
    assert!(dependencies("crates/domain").is_subset(&outside), "{:?}", dependencies("crates/domain"));
}

#[test]
fn the_procedure_reads_no_clock_no_chance_and_no_world() {
    let domain = sources("crates/domain/src");

    let found = places(
        &domain,
        r"\b(Utc::now|Local::now|SystemTime|Instant::now|std::(fs|net|env|process|thread)|rand::|tracing|println!|async fn)",
    );

    assert_eq!(found, NOTHING);
}

#[test]
fn only_one_file_asks_what_time_it_is() {
    let mut all = sources("crates");
    all.retain(|(name, _)| name.contains("/src/") && !name.starts_with("crates/bench/") && !name.starts_with("crates/scratch/"));

    let found = places(&all, r"\b(Utc|Local)::now|\bSystemTime::now");

    assert_eq!(found, ["crates/api/src/clock.rs: Utc::now"]);
}

#[test]
fn no_statement_is_put_together_from_text() {
    let mut all = sources("crates");
    all.retain(|(name, _)| name.contains("/src/"));

    let found = places(&all, r"(sql_query|batch_execute|\bsql)\s*(::<[^>]*>)?\(\s*&?format!");

    assert_eq!(found, NOTHING);
}

#[test]
fn routes_know_no_store() {
    let routes = sources("crates/api/src/routes");

    let found = places(&routes, r"\b(store|diesel)::[\w:]+|\.store\b");

    assert_eq!(found, NOTHING);
}

#[test]
fn use_cases_know_no_http_server() {
    let app = sources("crates/api/src/app");

    let found = places(&app, r"\b(actix_web|actix_http|actix_multipart)\b[\w:]*");

    assert_eq!(found, NOTHING);
}

#[test]
fn whoever_may_is_asked_in_the_domain_alone() {
    // A phase with a role is a rule: the two meet in `permit`, and in words about it.
    let api: Vec<_> = sources("crates/api/src/routes").into_iter().chain(sources("crates/store/src")).collect();

    let found = places(&api, r"\bdomain::(decide|permit|request)\b|\bpermit\(|\bdecide\(");

    assert_eq!(found, NOTHING);
}

#[test]
fn the_migrations_of_both_databases_have_the_same_names() {
    let names = |backend: &str| -> BTreeSet<String> {
        let folder = fs::read_dir(root().join("migrations").join(backend)).unwrap();
        folder.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };

    assert_eq!(names("sqlite"), names("postgres"));
    assert!(names("sqlite").len() >= 2);
}
