//! `atiende intake`: what a mail server's pipe is told by its exit code.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Output;

use api::clock::Clock;
use serde_json::json;
use store::Backend;

use crate::world::{Installation, Mail, Process, Who, all_received, intake_token, pipe};

fn run(installation: &Installation, url: &str, token: &str, environment: &[(&str, &str)], mail: &[u8]) -> Output {
    pipe(installation.data(), url, token, environment, mail)
}

#[track_caller]
fn ends_with(output: &Output, code: i32, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(words) && (code == 0) == said.is_empty(), "{said}");
}

/// The token of the mail server.
fn token(process: &Process) -> String {
    intake_token(&process.caller(Who::Admin), Clock::System.now())
}

fn mail(subject: &str) -> Vec<u8> {
    Mail::from(Who::User.email(), subject, "Sale en blanco.").bytes()
}

/// A server that answers the same to everybody, or nothing.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut part = [0; 4096];
            let _ = stream.read(&mut part);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

on_both! {
    fn a_mail_is_handed_over_once(backend: Backend) {
        let installation = Installation::new(backend);
        let (process, _) = installation.found();
        let (url, token, mail) = (format!("http://{}", process.address()), token(&process), mail("No imprime"));
        let with_line = [b"From usuario@agencia.example Mon Nov 23 09:00:00 2026\n", &mail[..]].concat();

        let first = run(&installation, &url, &token, &[("SENDER", Who::User.email()), ("RECIPIENT", "mesa+x@agencia.example")], &mail);
        let again = run(&installation, &url, &token, &[], &mail);
        let as_in_a_mailbox = run(&installation, &url, &token, &[], &with_line);

        for output in [first, again, as_in_a_mailbox] {
            ends_with(&output, 0, "");
        }
        let mails = all_received(&process.caller(Who::HelpDesk));
        let states: Vec<_> = mails.iter().map(|mail| (&mail["state"], &mail["from_address"])).collect();
        let from = json!(Who::User.email());
        assert_eq!(states, [(&json!("opened"), &from)], "the line before a mail in a mailbox is none of it");
        let view = process.caller(Who::HelpDesk).get(&format!("/received-mails/{}", mails[0]["id"])).must(200).json();
        assert_eq!((&view["envelope_sender"], &view["envelope_recipient"]), (&from, &json!("mesa+x@agencia.example")));
        assert!(process.stop().success());
    }

    fn of_a_mail_of_30_megabytes_the_sender_is_told_and_the_desk_has_a_record(backend: Backend) {
        let installation = Installation::new(backend);
        let (process, _) = installation.found();
        let mut large = mail("Enorme");
        large.resize(30 * 1024 * 1024, b'x');

        let output = run(&installation, &format!("http://{}", process.address()), &token(&process), &[], &large);

        ends_with(&output, 65, "25 MB");
        let mails = all_received(&process.caller(Who::HelpDesk));
        assert_eq!((&mails[0]["why"], &mails[0]["subject"], &mails[0]["n_bytes"]), (&json!("too_large"), &json!("Enorme"), &json!(30 * 1024 * 1024)));
        assert_eq!(mails.len(), 1);
    }

    fn a_server_that_is_down_is_tried_again(backend: Backend) {
        let installation = Installation::new(backend);
        let (process, _) = installation.found();
        let (url, token) = (format!("http://{}", process.address()), token(&process));
        process.kill();

        let output = run(&installation, &url, &token, &[], &mail("No imprime"));

        ends_with(&output, 75, "nothing listens");
    }
}

#[test]
fn what_passes_is_tried_again_and_what_does_not_is_told() {
    let installation = Installation::new(Backend::Sqlite);
    let (process, _) = installation.found();
    let url = format!("http://{}", process.address());
    let good = token(&process);
    let a_users = process.caller(Who::User).client().session().unwrap().access_token;

    let (gone, busy, many) = (
        answering("HTTP/1.1 404 Not Found\r\n\r\n"),
        answering("HTTP/1.1 503 Service Unavailable\r\n\r\n"),
        answering("HTTP/1.1 429 Too Many Requests\r\n\r\n"),
    );
    let (silent, other) = (answering(""), answering("220 correo.example ESMTP\r\n"));
    type Environment<'a> = &'a [(&'a str, &'a str)];
    let cases: [(&str, &str, Environment<'_>, i32, &str); 11] = [
        (&url, "wrong", &[], 77, "intake_token_file"),
        (&url, &a_users, &[], 77, "intake_token_file"),
        (&url, "", &[], 78, "no token"),
        (&url, &good, &[("ATIENDE_INTAKE_TOKEN_FILE", "/nowhere/token")], 78, "/nowhere/token"),
        (&url, &good, &[("ATIENDE_TYPO", "x")], 78, "ATIENDE_TYPO"),
        (&url, &good, &[("ATIENDE_INTAKE_URL", "https://mesa.example")], 78, "intake_url"),
        (&gone, &good, &[], 78, "intake_url"),
        (&busy, &good, &[], 75, "503"),
        (&many, &good, &[], 75, "429"),
        (&silent, &good, &[], 75, "no answer"),
        (&other, &good, &[], 75, "no answer"),
    ];
    for (url, token, environment, code, words) in cases {
        let output = run(&installation, url, token, environment, &mail("No imprime"));

        ends_with(&output, code, words);
    }
    assert!(all_received(&process.caller(Who::HelpDesk)).is_empty(), "nothing was kept");
}
