//! The command line of the one binary.

use std::io::Write;
use std::process::{Output, Stdio};

use client::Method;
use serde_json::json;
use store::{Backend, Store, StoreSettings};

use crate::world::{Installation, PASSWORD, Process, Who, rows_are_what_events_say, wait_for};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it said went wrong.
#[track_caller]
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it was expected to fail: {}", said(output));
    assert!(text.lines().any(|line| line.starts_with("atiende: ")), "{text}");
    text
}

#[track_caller]
fn success(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    said(&output)
}

/// Runs it with something on standard input.
fn run_with(installation: &Installation, arguments: &[&str], input: &str) -> Output {
    let mut command = installation.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may have ended already, for a reason that it tells.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn signs_in(process: &Process, email: &str, password: &str) -> bool {
    let call = process.anonymous().client().request(Method::POST, "/session").json(&json!({ "email": email, "password": password }));
    wait_for(call.send()).unwrap().status == 200
}

on_both! {
    fn migrate_brings_the_tables_once(backend: Backend) {
        let installation = Installation::new(backend);

        let first = success(installation.run(&["migrate"]));
        let second = success(installation.run(&["migrate"]));

        assert!(first.starts_with("Applied: ") && first.contains("directory") && first.contains("tickets"), "{first}");
        assert_eq!(second, "Nothing to migrate.\n");
    }

    fn a_server_that_may_not_migrate_says_what_is_pending(backend: Backend) {
        let installation = Installation::new(backend);

        let complaint = complaint(&installation.run(&["serve", "--no-migrate"]));

        assert!(complaint.contains("atiende migrate") && complaint.contains("tickets"), "{complaint}");
    }

    fn an_empty_system_offers_its_set_up_once(backend: Backend) {
        let installation = Installation::new(backend);
        let process = installation.serve();
        let link = process.setup_link().expect("a link is printed");
        assert!(link.starts_with("http://atiende.test/setup#token="), "{link}");
        let first_token = link.split_once('=').unwrap().1.to_owned();
        assert!(process.stop().success());

        let process = installation.serve();
        installation.found_on(&process);
        let body = json!({ "token": first_token, "agency": "Otra", "name": "Otra", "email": "otra@agencia.example", "password": PASSWORD });
        process.anonymous().post("/setup", body).problem(409, "setup_done");
        assert!(process.stop().success());

        let process = installation.serve();
        assert_eq!(process.setup_link(), None, "nothing is offered any more");
        assert!(signs_in(&process, Who::First.email(), PASSWORD));
    }

    fn a_person_is_added_and_signs_in(backend: Backend) {
        let installation = Installation::new(backend);
        let (process, _) = installation.found();
        let add = |email: &str, roles: &str, password: &str| {
            run_with(&installation, &["user", "add", email, "--name", "Nora Nueva", "--area", "ULOG", "--roles", roles], password)
        };

        let given = success(add("Nora@agencia.example", "user,help_desk", "una clave larga\n"));
        let made = success(add("otra@agencia.example", "user", ""));

        assert!(given.contains("nora@agencia.example") && !given.contains("una clave larga"), "{given}");
        assert!(signs_in(&process, "nora@agencia.example", "una clave larga"));
        let password = made.trim().rsplit(' ').next().unwrap();
        assert!(password.len() >= 20 && signs_in(&process, "otra@agencia.example", password), "{made}");
        for (output, word) in [
            (add("nora@agencia.example", "user", "una clave larga"), "nora@agencia.example"),
            (add("x@agencia.example", "user,king", "una clave larga"), "king"),
            (add("x@agencia.example", "area_head", "una clave larga"), "area_head"),
            (add("x@agencia.example", "user", "corta"), "too weak"),
            (add("nobody", "user", "una clave larga"), "nobody"),
            (run_with(&installation, &["user", "add", "x@agencia.example", "--name", "X", "--area", "Marte"], "una clave larga"), "Marte"),
        ] {
            assert!(complaint(&output).contains(word), "{}", complaint(&output));
        }
        assert!(!signs_in(&process, "x@agencia.example", "una clave larga"));
    }

    fn another_password_ends_the_sessions(backend: Backend) {
        let installation = Installation::new(backend);
        let (process, _) = installation.found();
        let client = process.caller(Who::User).client();

        success(run_with(&installation, &["user", "password", Who::User.email()], "otra clave larga\n"));

        assert!(!signs_in(&process, Who::User.email(), PASSWORD));
        assert!(signs_in(&process, Who::User.email(), "otra clave larga"));
        let refreshed = wait_for(async move { client.refresh_session().await });
        assert_eq!(refreshed.unwrap_err().code(), Some("stale_session"));
        let nobody = run_with(&installation, &["user", "password", "nadie@agencia.example"], "otra clave larga\n");
        assert!(complaint(&nobody).contains("nadie@agencia.example"));
    }

    fn health_tells_a_ready_server_from_none(backend: Backend) {
        let installation = Installation::new(backend);
        let process = installation.serve();
        let ask = |address: &str| installation.command(&["health"]).env("ATIENDE_LISTEN", address).output().unwrap();
        let address = process.address().to_string();

        let ready = ask(&address);
        assert!(process.stop().success());
        let gone = ask(&address);

        assert_eq!(success(ready), "ready\n");
        assert!(complaint(&gone).contains(&address));
    }

    fn a_database_that_is_not_migrated_is_not_touched(backend: Backend) {
        let installation = Installation::new(backend);

        let output = run_with(&installation, &["user", "password", "a@agencia.example"], "una clave larga");

        assert!(complaint(&output).contains("atiende migrate"));
    }
}

#[test]
fn the_document_is_written_without_a_database() {
    let installation = Installation::new(Backend::Sqlite);

    let written = success(installation.run(&["openapi"]));

    // Not compared by `assert_eq`, which would print both.
    assert!(written == api::openapi::text(), "the document that the program writes is the one that it serves");
}

#[test]
fn a_copy_made_while_it_serves_holds_every_acknowledged_ticket() {
    let installation = Installation::new(Backend::Sqlite);
    let (process, _) = installation.found();
    let copy = installation.data().join("copy.db");
    let (user, is_enough) = (process.caller(Who::User), std::sync::atomic::AtomicBool::new(false));
    let create = |n: usize| {
        let body = json!({ "channel": "web", "title": format!("Número {n}"), "description": "Durante la copia." });
        user.create(body).must(201).id()
    };
    let before: Vec<i64> = (0..20).map(create).collect();

    let told = std::thread::scope(|scope| {
        let load = scope.spawn(|| (20..).take_while(|_| !is_enough.load(std::sync::atomic::Ordering::SeqCst)).map(create).count());
        let output = installation.run(&["backup", copy.to_str().unwrap()]);
        is_enough.store(true, std::sync::atomic::Ordering::SeqCst);
        load.join().unwrap();
        success(output)
    });
    let again = complaint(&installation.run(&["backup", copy.to_str().unwrap()]));

    assert!(told.contains("copy.db") && told.contains("data"), "it says what else to copy: {told}");
    assert!(again.contains("exists already"), "{again}");
    let store = Store::open(&StoreSettings { url: format!("sqlite:{}", copy.display()), n_readers: 1, queue: 1 }).unwrap();
    assert_eq!(store.pending_migrations().unwrap(), [] as [String; 0]);
    assert!(rows_are_what_events_say(&store) >= before.len());
    let is_there = |id: &i64| store.read(|conn| store::streams::load(conn, (*id).try_into().unwrap())).unwrap().is_some();
    assert!(before.iter().all(is_there));
    store.stop();
    assert!(process.stop().success());
}

#[test]
fn a_copy_of_postgresql_is_its_own_tools_work() {
    let installation = Installation::new(Backend::Postgres);
    success(installation.run(&["migrate"]));

    let complaint = complaint(&installation.run(&["backup", "copy.dump"]));

    assert!(complaint.contains("pg_dump") && complaint.contains("copy.dump"), "{complaint}");
}

#[test]
fn an_error_of_the_configuration_names_its_key() {
    let installation = Installation::new(Backend::Sqlite);
    for (name, value, word) in [
        ("ATIENDE_LISTEN", "7", "ATIENDE_LISTEN"),
        ("ATIENDE_TYPO", "x", "ATIENDE_TYPO"),
        ("ATIENDE_N_WORKERS", "many", "ATIENDE_N_WORKERS"),
        ("ATIENDE_REOPENING_DAYS", "400", "reopening_days"),
        ("ATIENDE_PUBLIC_URL", "help.example", "public_url"),
        ("ATIENDE_DATABASE_URL", "mysql://x", "database_url"),
        ("ATIENDE_LOG_LEVEL", "a=b=c", "log_level"),
        ("ATIENDE_CONFIG", "/nowhere/atiende.toml", "/nowhere/atiende.toml"),
    ] {
        let output = installation.command(&["serve"]).env(name, value).output().unwrap();

        assert!(complaint(&output).contains(word), "{name}: {}", complaint(&output));
    }
    let file = installation.data().join("atiende.toml");
    for (text, word) in [("lisen = \"127.0.0.1:80\"", "lisen"), ("n_connections = 0", "n_connections"), ("listen", "atiende.toml")] {
        std::fs::write(&file, text).unwrap();
        assert!(complaint(&installation.run(&["migrate"])).contains(word), "{text}");
    }
}
