//! The whole way of one request by mail: piped in with its photo, received at the desk, escalated twice, twice with a provider, closed. Each mail is
//! looked at where it arrives, in a mail server that others wrote, and answered from there; what is forged, automatic, returned or too large comes in
//! between; and for a day no mail server takes anything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::NoticeState;
use serde_json::{Value, json};
use store::Backend;

use crate::routes::tickets::given::*;
use crate::world::mail_server::MailServer;
use crate::world::mails::{Caught, FROM, by_smtp};
use crate::world::{Area, Mail, Who, World, all_received};

const PROVIDER: &str = "mesa@servicios.example";

/// A picture of one pixel.
#[rustfmt::skip]
const PHOTO: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
    0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xDE, 0x00, 0x00, 0x00, 0x0C, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63,
    0xF8, 0xFF, 0xFF, 0x3F, 0x00, 0x05, 0xFE, 0x02, 0xFE, 0x0D, 0xEF, 0x46, 0xB8, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE,
    0x42, 0x60, 0x82,
];

/// The agency, its mail server, and what hands mail in.
struct Desk {
    world: World,
    mail_server: MailServer,
    token: String,
}

impl Desk {
    fn new(backend: Backend) -> Desk {
        let mail_server = MailServer::start();
        let port = mail_server.port;
        let world = World::with(backend, |config| by_smtp(config, port));
        for (name, value) in [("helpdesk_extension", "2145"), ("helpdesk_mobile", "999 111 222")] {
            let set = world.admin().ask(client::Method::PUT, &format!("/settings/{name}")).if_match("*");
            set.json(json!({ "value": value })).send().must(200);
        }
        let token = world.intake_token();
        Desk { world, mail_server, token }
    }

    /// Pipes a mail in, which is taken. What became of it.
    #[track_caller]
    fn pipe_in(&self, mail: &Mail) -> Value {
        let output = self.world.pipe_in(&self.token, &mail.bytes());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*said), (Some(0), ""));
        all_received(&self.world.help_desk()).remove(0)
    }

    /// Who asked writes, or answers.
    #[track_caller]
    fn became(&self, mail: &Mail) -> (String, String, Option<i64>) {
        let became = self.pipe_in(mail);
        let text = |name: &str| became[name].as_str().unwrap_or_default().to_owned();
        (text("state"), text("why"), became["ticket"].as_i64())
    }

    /// The mail with these words in its subject that this person got, of which there is one.
    #[track_caller]
    fn one(&self, address: &str, words: &str) -> Caught {
        self.world.settle_mails();
        let mut found = self.mail_server.to(address);
        found.retain(|mail| mail.subject().contains(words));
        assert_eq!(found.len(), 1, "{words} among {:?}", self.subjects());
        found.remove(0)
    }

    /// The subjects of all mails that left, each with whose it is.
    fn subjects(&self) -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for mail in self.mail_server.mails() {
            all.entry(mail.to.clone()).or_default().push(mail.subject());
        }
        all.values_mut().for_each(|subjects| subjects.sort());
        all
    }

    /// Time passes, and what is due meanwhile is tried.
    fn wait(&self, minutes: i64) {
        self.world.settle_mails();
        self.world.advance(TimeDelta::minutes(minutes));
        self.world.settle_mails();
    }
}

/// What every mail of ours has: whose it is, its ticket first in its subject, its place in a thread, that a program wrote it, and both its forms.
#[track_caller]
fn is_whole(mail: &Caught, ticket: i64, is_for_people: bool) {
    let (read, raw) = (mail.read(), String::from_utf8_lossy(&mail.raw).into_owned());
    assert!(read.subject.starts_with(&format!("[TI-{ticket}] ")) && read.subject.chars().count() <= 70, "{}", read.subject);
    assert_eq!(mail.from, FROM);
    assert_eq!(read.from.as_ref().map(|from| from.address.as_str()), Some(FROM));
    assert_eq!(read.to.iter().map(|to| to.address.as_str()).collect::<Vec<_>>(), [mail.to.as_str()], "to one person alone");
    assert_eq!((mail.header("cc"), mail.header("bcc")), (None, None));
    assert_eq!(mail.header("auto-submitted").as_deref(), Some("auto-generated"));
    assert_eq!(mail.header("x-auto-response-suppress").as_deref(), Some("All"));
    assert!(read.message_id.is_some_and(|id| id.starts_with(&format!("ti-{ticket}-"))), "{raw}");
    assert_eq!((read.in_reply_to.len(), &read.in_reply_to), (1, &read.references), "it stands in the ticket's thread");
    assert!(mail.header("content-type").is_some_and(|kind| kind.starts_with("multipart/alternative")), "{raw}");
    for form in ["Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"] {
        assert_eq!(raw.matches(form).count(), 1, "{form}: {raw}");
    }
    assert_eq!(read.text.contains("Anexo 2145 · Celular 999 111 222"), is_for_people, "{}", read.text);
}

fn of_user(subject: &str, text: &str) -> Mail {
    Mail::from("Ulises Ñahui <usuario@agencia.example>", subject, text)
}

/// What a mail server tells of a mail of ours that it could not deliver (RFC 3464).
fn bounce(of: &Caught) -> Mail {
    let id = of.read().message_id.unwrap();
    let body = format!(
        "--b\nContent-Type: text/plain\n\nNo se pudo entregar.\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; correo.example\n\nFinal-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{id}>\nSubject: x\n--b--\n",
        of.to
    );
    Mail::from("MAILER-DAEMON@correo.example", "Undelivered Mail Returned to Sender", &body)
        .with("MIME-Version", "1.0")
        .with("Content-Type", "multipart/report; report-type=delivery-status; boundary=b")
}

on_both! {
    fn a_mail_with_a_photo_goes_all_the_way_to_its_closing(backend: Backend) {
        let mut desk = Desk::new(backend);
        let world = &desk.world;
        let user = Who::User.email();

        // 1. Who asks writes a mail with a photo.
        let asking = of_user("El plotter no enciende", "Desde hoy temprano no prende.\nAdjunto una foto.").and_files(&[("plotter.png", "image/png", PHOTO)]);
        let (state, _, ticket) = desk.became(&asking);
        let ticket = ticket.expect("a ticket");
        assert_eq!(state, "opened");
        let view = world.user().get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!((&view["title"], &view["channel"], &view["standing"]["phase"]), (&json!("El plotter no enciende"), &json!("email"), &json!("requested")));
        assert_eq!((&view["requester"]["name"], &view["area"]["id"]), (&json!(Who::User.name()), &json!(world.area(Area::Logistics))));
        let photo = world.events(&world.user(), ticket)[0]["files"][0].clone();
        assert_eq!((&photo["name"], &photo["media_type"]), (&json!("plotter.png"), &json!("image/png")));
        assert_eq!(world.user().get(&format!("/files/{}", photo["id"])).must(200).bytes(), PHOTO);
        let received = desk.one(user, "Recibimos su solicitud: El plotter no enciende");
        is_whole(&received, ticket, true);

        // The same once more, as mail servers do when they did not hear that it was taken.
        assert_eq!(desk.world.pipe_in(&desk.token, &asking.bytes()).status.code(), Some(0));
        assert_eq!(all_received(&world.help_desk()).len(), 1);

        // 2. The desk receives it, asks, and is answered in the thread.
        done(world, Who::HelpDesk, ticket, categorise("incident"));
        done(world, Who::HelpDesk, ticket, json!({ "action": "ask_person", "question": "¿Qué luces tiene encendidas?" }));
        let asked = desk.one(user, "Necesitamos un dato más");
        is_whole(&asked, ticket, true);
        assert!(asked.text().contains("«¿Qué luces tiene encendidas?»"), "{}", asked.text());
        assert_eq!(asked.read().in_reply_to, received.read().in_reply_to, "one thread for each person");
        let answer = Mail::answering(&asked, "Ninguna.").and_files(&[("luces.png", "image/png", PHOTO)]);
        assert_eq!(desk.became(&answer), ("answered".into(), String::new(), Some(ticket)));
        let line = world.events(&world.user(), ticket).into_iter().find(|event| event["event"] == "commented").expect("a line");
        assert_eq!((&line["data"]["text"], &line["by"]["name"], &line["files"][0]["name"]), (&json!("Ninguna."), &json!(Who::User.name()), &json!("luces.png")));
        assert_eq!(world.user().get(&format!("/tickets/{ticket}")).must(200).json()["standing"]["waiting"], Value::Null);
        let told = desk.one(Who::HelpDesk.email(), "Ulises Ñahui respondió");
        assert!(told.text().contains("«Ninguna.»") && !told.text().contains("¿Qué luces"), "without what it quotes: {}", told.text());

        // 3. Escalated twice.
        done(world, Who::HelpDesk, ticket, escalate(world.person(Who::Support1)));
        let first = desk.one(Who::Support1.email(), "Se le asignó (escalado 1)");
        done(world, Who::Support1, ticket, escalate(world.person(Who::Support2)));
        let second = desk.one(Who::Support2.email(), "Se le asignó (escalado 2)");
        for mail in [&first, &second] {
            is_whole(mail, ticket, true);
            assert!(mail.text().contains("«Se probó otro cable; falta revisar el equipo.»") && mail.text().contains(Who::User.name()), "{}", mail.text());
        }

        // 4. With the provider, whose answer waits for the desk, which adds it.
        done(world, Who::Support2, ticket, coordinate(world));
        let to_provider = desk.one(PROVIDER, "Solicitud de soporte técnico");
        is_whole(&to_provider, ticket, false);
        assert!(!to_provider.text().contains(Who::User.name()) && to_provider.text().contains(Who::Support2.email()), "{}", to_provider.text());
        assert_eq!(desk.became(&Mail::answering(&to_provider, "Vamos mañana, caso 88213.")), ("unmatched".into(), "provider".into(), Some(ticket)));
        let waits = all_received(&world.help_desk())[0]["id"].clone();
        world.help_desk().post(&format!("/received-mails/{waits}/ticket"), json!({ "ticket": ticket })).must(200);
        done(world, Who::Support2, ticket, served(world));

        // 5. What must not get in: each ends where it should, and moves nothing.
        let before = (events(world, ticket), desk.subjects());
        let forged_id = { // The last letter of the signature is another one.
            let id = asked.read().message_id.unwrap();
            let (reference, rest) = id.split_once('.').unwrap();
            let (begun, last) = reference.split_at(reference.len() - 1);
            format!("<{begun}{}.{rest}>", if last == "a" { "b" } else { "a" })
        };
        let forged = Mail::answering(&asked, "Ciérrenlo.").with("In-Reply-To", &forged_id).with("References", &forged_id).with("From", "eva@fuera.example");
        assert_eq!(desk.became(&forged), ("unmatched".into(), "wrong_reference".into(), None));
        let of_another = Mail::answering(&asked, "Ciérrenlo.").with("From", "eva@fuera.example");
        assert_eq!(desk.became(&of_another), ("unmatched".into(), "other_sender".into(), Some(ticket)));
        let away = Mail::answering(&asked, "Estoy de vacaciones.").with("Auto-Submitted", "auto-replied");
        assert_eq!(desk.became(&away), ("ignored".into(), "automatic".into(), None));
        assert_eq!(desk.became(&bounce(&first)), ("ignored".into(), "bounce".into(), Some(ticket)));
        let mut large = of_user("Enorme", "Va el video.").bytes();
        large.resize(30 * 1024 * 1024, b'x');
        let output = world.pipe_in(&desk.token, &large);
        assert_eq!(output.status.code(), Some(65), "its sender is told: {}", String::from_utf8_lossy(&output.stderr));
        world.settle_mails();
        assert_eq!((events(world, ticket), desk.subjects()), before, "nothing moved, and nobody was answered");
        let returned = world.mails_of("escalated").remove(0);
        assert_eq!(returned.state, NoticeState::Failed, "what came back did not arrive");
        assert!(returned.last_error.is_some_and(|why| why.contains(Who::Support1.email())));

        // 6. It still fails. For a day no mail server takes anything; the desk goes on, and so does who asked.
        desk.mail_server.go_down();
        let world = &desk.world;
        let told_at = world.now();
        done(world, Who::Support2, ticket, json!({ "action": "return_to_provider", "reason": "Sigue sin encender.", "means": "email", "told_at": told_at }));
        assert_eq!(desk.became(&Mail::answering(&asked, "¿Alguna novedad?")), ("answered".into(), String::new(), Some(ticket)));
        assert_eq!(desk.became(&of_user("Tampoco abre el correo", "Sale un error.")).0, "opened");
        for _ in 0..48 {
            desk.wait(30);
        }
        let waiting: Vec<_> = world.mails().into_iter().filter(|mail| mail.state == NoticeState::Queued).collect();
        let kinds: BTreeSet<&str> = waiting.iter().map(|mail| mail.notice.kind.as_str()).collect();
        assert_eq!((waiting.len(), kinds), (3, BTreeSet::from(["provider_returned", "answered", "received"])), "{waiting:#?}");
        assert_eq!(desk.subjects(), before.1, "nothing left");
        desk.mail_server.come_up();
        for _ in 0..3 {
            desk.wait(10);
        }
        let world = &desk.world;
        is_whole(&desk.one(PROVIDER, "Persiste la falla"), ticket, false);
        desk.one(Who::Support2.email(), "Ulises Ñahui respondió");
        desk.one(user, "Recibimos su solicitud: Tampoco abre el correo");

        // 7. The second visit solves it, with conformity; who asked says so by mail, and the desk closes.
        done(world, Who::Support2, ticket, served(world));
        done(world, Who::Support2, ticket, confirm());
        desk.wait(16);
        let solved = desk.one(user, "¿Quedó solucionado?");
        is_whole(&solved, ticket, true);
        assert!(solved.text().contains("«El proveedor cambió la fuente.»"), "{}", solved.text());
        assert_eq!(desk.became(&Mail::answering(&solved, "Ya imprime, gracias.")), ("answered".into(), String::new(), Some(ticket)));
        done(world, Who::HelpDesk, ticket, close());
        let closed = desk.one(user, "Solicitud cerrada");
        is_whole(&closed, ticket, true);
        assert!(closed.text().contains("«El proveedor cambió la fuente.»") && closed.text().contains("reábrala hasta el 04/12/2026"), "{}", closed.text());
        assert_eq!(closed.read().in_reply_to, received.read().in_reply_to, "to the end in one thread");

        // The record of it all.
        assert_eq!(events(world, ticket), [
            "requested", "came_by_mail", "verified", "categorised", "person_asked", "commented", "person_answered", "came_by_mail", "escalated", "escalated",
            "coverage_verified", "provider_coordinated", "commented", "came_by_mail", "service_provided", "returned_to_provider", "commented", "came_by_mail",
            "service_provided", "resolution_confirmed", "commented", "came_by_mail", "closed",
        ]);
        let view = world.auditor().get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!((&view["standing"]["phase"], &view["standing"]["outcome"], &view["it"]["n_visits"]), (&json!("closed"), &json!("solved_by_provider"), &json!(2)));
        let mut listed: Vec<(String, String)> = all_received(&world.auditor())
            .iter()
            .map(|mail| (mail["state"].as_str().unwrap().to_owned(), mail["why"].as_str().unwrap_or_default().to_owned()))
            .collect();
        listed.reverse();
        let listed: Vec<(&str, &str)> = listed.iter().map(|(state, why)| (state.as_str(), why.as_str())).collect();
        assert_eq!(listed, [
            ("opened", ""), ("answered", ""), ("answered", "provider"), ("unmatched", "wrong_reference"), ("unmatched", "other_sender"),
            ("ignored", "automatic"), ("ignored", "bounce"), ("broken", "too_large"), ("answered", ""), ("opened", ""), ("answered", ""),
        ]);

        // Each mail went once, to whom it concerns, and no other did.
        let mails = desk.mail_server.mails();
        let ids: BTreeSet<String> = mails.iter().filter_map(|mail| mail.read().message_id).collect();
        assert_eq!(ids.len(), mails.len(), "{:?}", desk.subjects());
        let counted: BTreeMap<String, usize> = desk.subjects().into_iter().map(|(to, subjects)| (to, subjects.len())).collect();
        let expected = [(user, 5), (Who::HelpDesk.email(), 1), (Who::Support1.email(), 1), (Who::Support2.email(), 3), (PROVIDER, 2)];
        assert_eq!(counted, expected.into_iter().map(|(to, n)| (to.to_owned(), n)).collect(), "{:?}", desk.subjects());
        assert!(world.mails().iter().all(|mail| mail.state != NoticeState::Queued), "nothing waits");
    }
}
