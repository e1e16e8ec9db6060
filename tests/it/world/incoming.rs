//! Mails as a mail server hands them over.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use client::Method;
use domain::Instant;
use serde_json::{Value, json};

use super::caller::Ask;
use super::mails::Caught;
use super::process::binary;
use super::{Answered, Caller, Who, World};

/// A mail that is being written. Each has a Message-ID of its own.
#[derive(Debug, Clone)]
pub struct Mail {
    headers: Vec<(String, String)>,
    body: String,
}

impl Mail {
    pub fn from(from: &str, subject: &str, text: &str) -> Mail {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let mail = Mail { headers: Vec::new(), body: text.replace('\n', "\r\n") };
        mail.with("From", from)
            .with("To", "mesadeayuda@agencia.example")
            .with("Subject", subject)
            .with("Date", "Mon, 23 Nov 2026 09:00:00 -0500")
            .with("Message-ID", &format!("<m{n}@correo.example>"))
    }

    /// With this header, in the place of what it had.
    pub fn with(mut self, name: &str, value: &str) -> Mail {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Somebody's answer to a mail of ours, as their program writes it: into its thread, with what it answers below.
    pub fn answering(mail: &Caught, text: &str) -> Mail {
        let answered = mail.read();
        let quoted: String = answered.text.lines().map(|line| format!("\n> {line}")).collect();
        let text = format!("{text}\n\nEl lun, 23 nov 2026 a las 9:00, Mesa de Ayuda (<{}>) escribió:{quoted}", mail.from);
        let id = format!("<{}>", answered.message_id.expect("it has one"));
        let thread: Vec<String> = answered.references.iter().map(|id| format!("<{id}>")).chain([id.clone()]).collect();
        Mail::from(&mail.to, &format!("Re: {}", answered.subject), &text).with("In-Reply-To", &id).with("References", &thread.join(" "))
    }

    /// With files beside the text: name, type and content.
    pub fn and_files(mut self, files: &[(&str, &str, &[u8])]) -> Mail {
        let mut body = format!("--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n", self.body);
        for (name, media_type, content) in files {
            body.push_str(&format!(
                "--b\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
                base64(content)
            ));
        }
        self.body = body + "--b--\r\n";
        self.with("MIME-Version", "1.0").with("Content-Type", "multipart/mixed; boundary=b")
    }

    pub fn bytes(&self) -> Vec<u8> {
        let has_type = self.headers.iter().any(|(name, _)| name == "Content-Type");
        let mail = if has_type { self.clone() } else { self.clone().with("Content-Type", "text/plain; charset=utf-8") };
        let head: String = mail.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{head}\r\n{}", mail.body).into_bytes()
    }
}

impl World {
    /// The mail server's call.
    pub fn intake(&self, mail: Vec<u8>) -> Ask {
        intake(&self.caller(Who::Admin), mail)
    }

    /// Hands a new mail over. What became of it.
    #[track_caller]
    pub fn hand_over(&self, mail: &Mail) -> Value {
        self.intake(mail.bytes()).send().must(201).json()
    }

    /// The token of a mail server.
    pub fn intake_token(&self) -> String {
        intake_token(&self.caller(Who::Admin), self.now())
    }

    /// Hands a mail over by the program that a mail server runs.
    pub fn pipe_in(&self, token: &str, mail: &[u8]) -> Output {
        pipe(self.data(), &self.base_url(), token, &[], mail)
    }

    /// The ticket that a new mail opened.
    #[track_caller]
    pub fn opened_by(&self, mail: &Mail) -> i64 {
        let became = self.hand_over(mail);
        assert_eq!(became["state"], "opened", "{became}");
        became["ticket"].as_i64().unwrap()
    }

    /// The mail as the desk reads it.
    #[track_caller]
    pub fn received(&self, id: &Value) -> Value {
        self.help_desk().get(&format!("/received-mails/{id}")).must(200).json()
    }

    /// What a mail of ours about the ticket to this person has as its Message-ID.
    pub fn our_message_id(&self, ticket: i64, person: i64) -> String {
        format!("<{}>", mail::reference::message_id(&self.app().mails.references, ticket, person, 1, "agencia.example"))
    }

    /// What happened to a ticket, as the caller reads it.
    #[track_caller]
    pub fn events(&self, caller: &Caller, ticket: i64) -> Vec<Value> {
        caller.get(&format!("/tickets/{ticket}/events")).must(200).json()["items"].as_array().unwrap().clone()
    }
}

/// The call of a mail server that has this caller's token.
pub fn intake(caller: &Caller, mail: Vec<u8>) -> Ask {
    caller.ask(Method::POST, "/intake/mail").body("message/rfc822", mail)
}

/// A token of that caller's with which mail is handed over.
pub fn intake_token(caller: &Caller, now: Instant) -> String {
    let body = json!({ "name": "Correo", "scope": "intake", "expires_at": now + TimeDelta::days(30) });
    caller.post("/me/tokens", body).must(201).json()["secret"].as_str().unwrap().to_owned()
}

/// `atiende intake` as a mail server runs it: where the server is, what the token is, and what else its environment has.
pub fn pipe(folder: &Path, url: &str, token: &str, environment: &[(&str, &str)], mail: &[u8]) -> Output {
    let file = folder.join("intake.token");
    std::fs::write(&file, format!("{token}\n")).unwrap();
    let mut command = Command::new(binary());
    command.arg("intake").current_dir(folder).env_clear();
    command.env("ATIENDE_INTAKE_URL", url).env("ATIENDE_INTAKE_TOKEN_FILE", &file).envs(environment.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may have ended already, for a reason that it tells.
    let _ = child.stdin.take().unwrap().write_all(mail);
    child.wait_with_output().unwrap()
}

/// All mails that came in, the newest first.
pub fn all_received(caller: &Caller) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page: Answered = caller.get(&format!("/received-mails?limit=200{cursor}")).must(200);
        let page = page.json();
        all.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (n, three) in bytes.chunks(3).enumerate() {
        if n > 0 && n % 19 == 0 {
            text.push_str("\r\n");
        }
        let number = three.iter().chain([0, 0].iter()).take(3).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        for place in 0..4 {
            let is_padding = place > three.len();
            text.push(if is_padding { '=' } else { char::from(LETTERS[(number >> (18 - 6 * place) & 63) as usize]) });
        }
    }
    text
}
