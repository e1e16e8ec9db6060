//! Mail out: what leaves for whom, when, and what becomes of it where the way is closed.

use std::collections::BTreeSet;

use api::clock::Clock;
use chrono::TimeDelta;
use domain::NoticeState;
use serde_json::json;
use store::outbox::{self, Addressee, Notice};
use store::{Backend, StoreError};

use crate::routes::tickets::given::*;
use crate::world::mails::{Catcher, Caught, FROM, Mood, by_smtp};
use crate::world::{Area, Mail, Who, World, wait_for};

const PROVIDER: &str = "mesa@servicios.example";

fn call_of(world: &World, title: &str) -> i64 {
    let call = call(world.person(Who::User), title);
    world.help_desk().create(call).must(201).id()
}

/// The only one of them with this in its subject.
#[track_caller]
fn one(mails: Vec<Caught>, words: &str) -> Caught {
    let mut found: Vec<Caught> = mails.iter().filter(|mail| mail.subject().contains(words)).cloned().collect();
    let all: Vec<String> = mails.iter().map(Caught::subject).collect();
    assert_eq!(found.len(), 1, "{words} among {all:?}");
    found.remove(0)
}

fn subjects(mails: &[Caught]) -> Vec<String> {
    mails.iter().map(Caught::subject).collect()
}

/// The message's own id, and what it answers.
fn thread(mail: &Caught) -> (String, String) {
    let read = mail.read();
    assert_eq!(read.in_reply_to, read.references, "the thread's beginning is all that it refers to");
    (read.message_id.expect("it has one"), read.in_reply_to.into_iter().next().expect("it stands in a thread"))
}

/// A contact of the desk without an address.
fn contact(world: &World, name: &str, email: Option<&str>) -> i64 {
    let body = json!({ "name": name, "email": email, "area": world.area(Area::Logistics), "extension": "3012" });
    world.help_desk().post("/contacts", body).must(201).id()
}

on_both! {
    fn a_ticket_is_told_to_each_from_its_call_to_its_closing(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let me = json!({ "extension": "2147", "language": "en" });
        world.support1().ask(client::Method::PATCH, "/me").if_match("*").json(me).send().must(200);

        let ticket = call_of(&world, "El plotter no enciende");
        done(&world, Who::HelpDesk, ticket, categorise("incident"));
        done(&world, Who::HelpDesk, ticket, internal("El usuario suele desconectarlo."));
        done(&world, Who::HelpDesk, ticket, escalate(world.person(Who::Support1)));
        done(&world, Who::Support1, ticket, escalate(world.person(Who::Support2)));
        done(&world, Who::Support2, ticket, coordinate(&world));
        done(&world, Who::Support2, ticket, served(&world));
        let told_at = world.now();
        done(&world, Who::Support2, ticket, json!({ "action": "return_to_provider", "reason": "Sigue sin encender.", "means": "email", "told_at": told_at }));
        done(&world, Who::Support2, ticket, served(&world));
        done(&world, Who::Support2, ticket, confirm());
        world.advance(TimeDelta::minutes(14));
        done(&world, Who::HelpDesk, ticket, close());
        world.settle_mails();
        world.advance(TimeDelta::minutes(2));
        world.settle_mails();

        let user = catcher.to(Who::User.email());
        assert_eq!(user.len(), 2, "{:?}", subjects(&user));
        let received = one(user.clone(), "Recibimos su solicitud: El plotter no enciende");
        let closed = one(user.clone(), "Solicitud cerrada");
        assert!(received.text().contains(&format!("por teléfono con el número TI-{ticket}")), "{}", received.text());
        assert!(closed.text().contains("El proveedor cambió la fuente.") && closed.text().contains("reábrala hasta el 03/12/2026"), "{}", closed.text());
        let ((first, root), (second, same)) = (thread(&received), thread(&closed));
        assert!(root == same && first != second && first != root, "one thread");
        for mail in &user {
            assert!(!mail.text().contains("Servicios Técnicos") && !mail.text().contains("suele desconectarlo"), "{}", mail.text());
            assert_eq!(mail.header("auto-submitted").as_deref(), Some("auto-generated"));
            assert_eq!(mail.header("x-auto-response-suppress").as_deref(), Some("All"));
            assert_eq!((mail.from.as_str(), mail.header("reply-to")), (FROM, None));
            assert!(mail.text().contains(&format!("http://atiende.test/tickets/{ticket}")), "{}", mail.text());
        }

        let first_level = catcher.to(Who::Support1.email());
        let assigned = one(first_level, "Assigned to you (level 1): El plotter no enciende");
        assert!(assigned.text().contains("Dear Nivel Uno,") && assigned.text().contains("“Se probó otro cable"), "{}", assigned.text());
        assert_ne!(thread(&assigned).1, root, "everybody has a thread of their own");
        one(catcher.to(Who::Support2.email()), "Se le asignó (escalado 2)");

        let provider = catcher.to(PROVIDER);
        assert_eq!(provider.len(), 2, "{:?}", subjects(&provider));
        let asked = one(provider.clone(), "Solicitud de soporte técnico: PAT-00412").text();
        assert!(asked.contains("«El equipo no enciende.»") && asked.contains("garantía vigente hasta el 31/12/2027"), "{asked}");
        let again = one(provider.clone(), "Persiste la falla: PAT-00412").text();
        assert!(again.contains("«Sigue sin encender.»") && again.contains("(1.ª visita, caso CAS-77)"), "{again}");
        for mail in &provider {
            for hidden in [Who::User.name(), Who::HelpDesk.name(), "suele desconectarlo", "Se probó otro cable", "http://atiende.test"] {
                assert!(!mail.text().contains(hidden), "{hidden}: {}", mail.text());
            }
            assert!(mail.text().contains(Who::Support2.email()), "whom to speak to: {}", mail.text());
        }
        assert_eq!(catcher.caught().len(), 6, "{:?}", subjects(&catcher.caught()));
        let solved = world.mails_of("solved").pop().unwrap();
        assert_eq!((solved.state, solved.last_error.as_deref()), (NoticeState::Cancelled, Some("moved_on")));
    }

    fn whoever_did_it_gets_no_mail_and_one_step_makes_one(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);

        // In the system, by oneself: the answer stands on the screen.
        let own = requested(&world);
        let body = json!({
            "request": call(world.person(Who::User), "No abre el correo"),
            "then": [categorise("occurrence"), { "action": "record_action", "action_taken": "Se reinició." }, close()],
        });
        let stepped = world.help_desk().post("/tickets", body).must(201).id();
        world.settle_mails();
        world.advance(TimeDelta::hours(1));
        world.settle_mails();

        let mails = catcher.caught();
        assert_eq!(subjects(&mails), [format!("[TI-{stepped}] Solicitud cerrada: No abre el correo")]);
        assert!(mails[0].text().contains("«Se reinició.»"));
        assert!(world.mails().iter().all(|mail| mail.notice.ticket.map(|(ticket, _)| ticket.get()) != Some(own)));
    }

    fn what_is_asked_answered_and_reminded_is_told(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let ticket = in_attention(&world);

        done(&world, Who::HelpDesk, ticket, json!({ "action": "ask_person", "question": "¿Qué dice la pantalla?" }));
        world.settle_mails();
        world.advance(TimeDelta::days(1));
        done(&world, Who::HelpDesk, ticket, json!({ "action": "remind" }));
        world.settle_mails();
        done(&world, Who::User, ticket, comment("Dice «Error 50.2»."));
        done(&world, Who::HelpDesk, ticket, comment("Gracias."));
        world.settle_mails();

        let user = catcher.to(Who::User.email());
        assert!(one(user.clone(), "Necesitamos un dato más").text().contains("«¿Qué dice la pantalla?»"));
        let reminder = one(user.clone(), "Recordatorio: esperamos su respuesta").text();
        assert!(reminder.contains("hasta el 26/11/2026"), "{reminder}");
        assert!(one(user, "Mesa Primera respondió").text().contains("«Gracias.»"));
        assert!(one(catcher.to(Who::HelpDesk.email()), "Ulises Ñahui respondió").text().contains("«Dice «Error 50.2».»"));
    }

    fn a_mail_says_how_the_desk_is_reached(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        for (name, value) in [("helpdesk_extension", "2145"), ("helpdesk_mobile", "999 111 222")] {
            let set = world.admin().ask(client::Method::PUT, &format!("/settings/{name}")).if_match("*");
            set.json(json!({ "value": value })).send().must(200);
        }

        call_of(&world, "El plotter no enciende");
        world.settle_mails();

        let text = catcher.caught()[0].text();
        assert!(text.contains("Anexo 2145 · Celular 999 111 222"), "{text}");
    }

    fn what_comes_by_mail_is_acknowledged_once_in_ten_minutes(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let noted_by = |who: Who, title: &str| {
            let mut request = call(world.person(Who::User), title);
            request["channel"] = json!("email");
            world.caller(who).create(request).must(201);
            world.settle_mails();
        };
        let by_mail = |title: &str| noted_by(Who::HelpDesk, title);
        by_mail("Primero");
        world.advance(TimeDelta::seconds(599));
        by_mail("Segundo");
        world.advance(TimeDelta::seconds(1));
        by_mail("Tercero");

        let told = subjects(&catcher.to(Who::User.email()));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("Primero") && told[1].contains("Tercero"), "{told:?}");
        let second = world.mails_of("received").remove(1);
        assert_eq!((second.state, second.last_error.as_deref()), (NoticeState::Cancelled, Some("already_told")));
        for n in 0..19 {
            world.advance(TimeDelta::minutes(11));
            // By turns: nobody signs in that often in so little time.
            noted_by(if n < 9 { Who::HelpDesk } else { Who::HelpDesk2 }, &format!("Otro {n}"));
        }
        assert_eq!(catcher.to(Who::User.email()).len(), 20, "twenty in a day");
    }

    fn what_the_person_writes_after_the_end_is_heard_by_the_desk_and_files_alone_are_named(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let (ended, open) = (closed(&world), escalated1(&world));
        world.settle_mails();
        let before: Vec<usize> = [Who::HelpDesk, Who::HelpDesk2].map(|who| catcher.to(who.email()).len()).into();
        assert_eq!(before, [0, 0]);
        let mail = one(catcher.to(Who::User.email()), "Solicitud cerrada");

        world.hand_over(&Mail::answering(&mail, "Volvió a fallar."));
        let file = world.user().upload("pantalla año.png", b"png");
        done(&world, Who::User, open, json!({ "action": "attach", "files": [file] }));
        world.settle_mails();

        for desk in [Who::HelpDesk, Who::HelpDesk2] {
            let told = one(catcher.to(desk.email()), &format!("[TI-{ended}] Ulises Ñahui respondió"));
            assert!(told.text().contains("«Volvió a fallar.»"), "{}", told.text());
        }
        let told = one(catcher.to(Who::Support1.email()), &format!("[TI-{open}] Ulises Ñahui respondió"));
        assert!(told.text().contains("«Adjuntó: pantalla año.png»"), "{}", told.text());
    }

    fn a_requirement_and_what_is_not_for_it_are_told_and_what_is_unwanted_is_not(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let requirement = requested(&world);
        let elsewhere = requested(&world);
        let unwanted = requested(&world);

        done(&world, Who::HelpDesk, requirement, categorise("requirement"));
        done(&world, Who::HelpDesk, elsewhere, json!({ "action": "discard", "reason": "not_for_it", "explanation": "Es de Logística." }));
        done(&world, Who::HelpDesk, unwanted, json!({ "action": "discard", "reason": "unwanted" }));
        world.settle_mails();

        let mails = catcher.to(Who::User.email());
        assert_eq!(mails.len(), 2, "{:?}", subjects(&mails));
        assert!(one(mails.clone(), "Registramos su requerimiento").text().contains("no abre una atención"));
        assert!(one(mails, "No corresponde a TI").text().contains("«Es de Logística.»"));
    }

    fn a_rejection_is_told_to_the_author_and_to_the_director(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let ticket = under_evaluation(&world);
        let mut reject = reject();
        reject["communication"]["means"] = json!("email");

        done(&world, Who::ItHead2, ticket, reject);
        world.settle_mails();
        done(&world, Who::HelpDesk, ticket, close());
        world.settle_mails();

        for head in [Who::ItHead, Who::ItHead2] {
            let raised = one(catcher.to(head.email()), "Informe Técnico por evaluar").text();
            assert!(raised.contains("INF-012-2026") && raised.contains("«Contratar la reparación.»"), "{raised}");
        }
        let author = one(catcher.to(Who::Support2.email()), "No procede la contratación").text();
        assert!(author.contains("«No hay presupuesto este año.»") && author.contains("Se comunicó a Julia Jefa, Especialista."), "{author}");
        let director = one(catcher.to(Who::AreaHead.email()), "Comunicación de la Jefatura de TI").text();
        assert!(director.contains("Estimado(a) Julia Jefa") && director.contains("«No se aprobó la contratación.»"), "{director}");
        assert!(director.contains("Jefe de Tecnologías de la Información (e)"), "she stands in for the head: {director}");
        assert!(!director.contains("No hay presupuesto este año"), "the grounds are for IT: {director}");
        let closed = one(catcher.to(Who::User.email()), "Solicitud cerrada").text();
        assert!(closed.contains("No se aprobó contratar el servicio externo") && !closed.contains("reábrala"), "{closed}");
    }

    fn what_comes_back_to_the_desk_is_told(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let ticket = escalated1(&world);

        done(&world, Who::Support1, ticket, json!({ "action": "return_to_desk", "reason": "Falta el anexo." }));
        done(&world, Who::HelpDesk2, ticket, solve());
        done(&world, Who::HelpDesk2, ticket, close());
        done(&world, Who::User, ticket, json!({ "action": "reopen", "reason": "Volvió a fallar." }));
        world.settle_mails();

        assert!(one(catcher.to(Who::HelpDesk.email()), "Devuelta a la Mesa de Ayuda").text().contains("«Falta el anexo.»"));
        for desk in [Who::HelpDesk, Who::HelpDesk2] {
            let reopened = one(catcher.to(desk.email()), "Reabierta (1.ª vez)").text();
            assert!(reopened.contains("«Volvió a fallar.»") && reopened.contains("«Se ajustó el cable.»"), "{reopened}");
        }
        assert!(catcher.to(Who::User.email()).iter().all(|mail| !mail.subject().contains("Retomamos")), "who did it knows");
    }

    fn a_duplicate_is_told_when_its_principal_is_closed_without_its_number(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let principal = in_attention(&world);
        let other = world.colleague().create(request("No enciende el plotter")).must(201).id();

        done(&world, Who::HelpDesk, other, json!({ "action": "mark_duplicate", "of": principal }));
        done(&world, Who::HelpDesk, principal, solve());
        done(&world, Who::HelpDesk, principal, close());
        world.settle_mails();

        let mails = catcher.to(Who::Colleague.email());
        one(mails.clone(), "Ya estamos atendiendo lo mismo");
        let solved = one(mails.clone(), &format!("[TI-{other}] Solucionado"));
        assert!(solved.text().contains("«Se ajustó el cable.»"), "{}", solved.text());
        for mail in mails {
            let text = mail.text().replace(&format!("/tickets/{other}"), "");
            assert!(!text.contains(&format!("TI-{principal}")) && !text.contains(Who::User.name()), "{text}");
        }
    }

    fn whoever_has_no_address_is_told_by_phone(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let person = contact(&world, "Visita Sin Correo", None);
        let ticket = world.help_desk().create(call(person, "No imprime")).must(201).id();
        done(&world, Who::HelpDesk, ticket, categorise("incident"));
        world.settle_mails();
        let due = || world.help_desk().get(&format!("/tickets/{ticket}")).must(200).json()["standing"]["is_phone_notice_due"].clone();
        assert_eq!(due(), false, "that it was received was said on the phone");

        done(&world, Who::HelpDesk2, ticket, comment("Mañana vamos."));
        world.settle_mails();
        assert_eq!(due(), true, "what would have been a mail is a call to make");
        done(&world, Who::HelpDesk2, ticket, solve());
        done(&world, Who::HelpDesk2, ticket, close());
        world.settle_mails();

        let closed = one(catcher.to(Who::HelpDesk.email()), "Solicitud cerrada").text();
        assert!(closed.contains("no tiene correo registrado: avísele al anexo 3012."), "{closed}");
        assert!(world.mails_of("received").iter().all(|mail| mail.last_error.as_deref() == Some("no_address")));
        assert_eq!(due(), true, "it stays on the desk's list");
    }

    fn who_may_not_see_it_any_more_gets_nothing(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let ticket = in_attention(&world);
        done(&world, Who::AreaHead, ticket, json!({ "action": "watch" }));
        done(&world, Who::HelpDesk, ticket, comment("Estamos en eso."));
        world.settle_mails();
        one(catcher.to(Who::AreaHead.email()), "Mesa Primera respondió");

        done(&world, Who::HelpDesk, ticket, json!({ "action": "correct_facts", "facts": { "is_reserved": true } }));
        done(&world, Who::HelpDesk, ticket, comment("Es reservado."));
        world.settle_mails();

        assert_eq!(catcher.to(Who::AreaHead.email()).len(), 1);
        assert_eq!(catcher.to(Who::User.email()).len(), 2, "the requester is told both");
        let last = world.mails_of("replied").into_iter().rfind(|mail| mail.state == NoticeState::Cancelled).unwrap();
        assert_eq!(last.last_error.as_deref(), Some("not_visible"));
    }

    fn what_was_hidden_before_it_went_does_not_go(backend: Backend) {
        let port = Catcher::free_port();
        let world = World::with(backend, |config| by_smtp(config, port));
        let ticket = in_attention(&world);
        done(&world, Who::HelpDesk, ticket, comment("La clave es 1234."));
        world.settle_mails();
        let events = world.help_desk().get(&format!("/tickets/{ticket}/events?limit=200")).must(200).json();
        let number = events["items"].as_array().unwrap().iter().find(|event| event["event"] == "commented").unwrap()["number"].clone();
        done(&world, Who::HelpDesk, ticket, json!({ "action": "hide_note", "number": number, "reason": "Tenía una clave." }));

        let catcher = Catcher::start_on(port);
        world.advance(TimeDelta::hours(1));
        world.settle_mails();

        assert_eq!(subjects(&catcher.caught()), [""; 0]);
        assert_eq!(world.mails_of("replied")[0].last_error.as_deref(), Some("hidden"));
    }

    fn a_day_without_a_mail_server_loses_nothing_and_doubles_nothing(backend: Backend) {
        let port = Catcher::free_port();
        let world = World::with(backend, |config| by_smtp(config, port));
        let tickets: Vec<i64> = (0..12).map(|n| call_of(&world, &format!("Llamada {n}"))).collect();
        for _ in 0..48 {
            world.settle_mails();
            world.advance(TimeDelta::minutes(30));
        }
        world.settle_mails();
        let waiting = world.mails();
        assert!(waiting.iter().all(|mail| mail.state == NoticeState::Queued), "{waiting:#?}");
        let spent: u32 = waiting.iter().map(|mail| mail.n_attempts).sum();
        assert!(spent <= 5, "the outage is nobody's own: {spent} attempts");

        let catcher = Catcher::start_on(port);
        for _ in 0..3 {
            world.advance(TimeDelta::minutes(10));
            world.settle_mails();
        }

        let told: BTreeSet<String> = subjects(&catcher.caught()).into_iter().collect();
        assert_eq!((told.len(), catcher.caught().len()), (tickets.len(), tickets.len()), "{told:?}");
        assert!(world.mails().iter().all(|mail| mail.state == NoticeState::Sent));
    }

    fn a_mail_that_may_have_been_taken_comes_again_with_the_same_message_id(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        catcher.set(Mood::Vanishes);
        call_of(&world, "El plotter no enciende");
        world.settle_mails();
        catcher.set(Mood::Takes);
        world.advance(TimeDelta::minutes(2));
        world.settle_mails();

        let mails = catcher.caught();
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].read().message_id, mails[1].read().message_id);
        assert_eq!(mails[0].raw, mails[1].raw, "the same to the letter");
    }

    fn a_mail_that_a_server_died_with_goes_when_its_lease_ends(backend: Backend) {
        let port = Catcher::free_port();
        let world = World::with(backend, |config| by_smtp(config, port));
        call_of(&world, "El plotter no enciende");
        world.settle_mails();
        world.advance(TimeDelta::hours(1));
        let now = world.now();
        // Another server has it, and is heard of no more.
        let dead = world.store().write::<_, StoreError>(move |conn| outbox::claim(conn, now, TimeDelta::minutes(30), 9)).unwrap();

        let catcher = Catcher::start_on(port);
        world.advance(TimeDelta::minutes(29));
        world.app().mails.wake();
        std::thread::sleep(std::time::Duration::from_millis(300));
        let before = catcher.caught().len();
        world.advance(TimeDelta::minutes(2));
        world.settle_mails();

        // Whether this server was quicker than the dead one is chance.
        if !dead.is_empty() {
            assert_eq!(before, 0, "it is the other's until its lease ends");
        }
        assert_eq!(catcher.caught().len(), 1);
    }

    fn what_a_server_refuses_fails_at_once_and_what_it_puts_off_comes_again(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        catcher.set(Mood::Refuses);
        call_of(&world, "Primera");
        world.settle_mails();
        let failed = world.mails().remove(0);
        assert_eq!((failed.state, failed.n_attempts), (NoticeState::Failed, 1));
        assert!(failed.last_error.unwrap().contains("550"));

        catcher.set(Mood::IsBusy);
        call_of(&world, "Segunda");
        world.settle_mails();
        let put_off = world.mails().remove(1);
        assert_eq!((put_off.state, put_off.n_attempts), (NoticeState::Queued, 1));
        catcher.set(Mood::Takes);
        call_of(&world, "Tercera");
        world.settle_mails();
        assert_eq!(catcher.caught().len(), 1, "one that waits stops no other");
        world.advance(TimeDelta::minutes(2));
        world.settle_mails();

        assert_eq!(catcher.caught().len(), 2);
        assert!(catcher.caught()[1].subject().contains("Segunda"));
    }

    fn without_a_mail_server_mails_are_files(world: &World) {
        call_of(world, "El plotter no enciende");
        world.settle_mails();

        let folder = world.data().join("outgoing");
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0].extension().unwrap(), "eml");
        let mail = Caught { from: String::new(), to: String::new(), raw: std::fs::read(&files[0]).unwrap() };
        assert!(mail.subject().contains("Recibimos su solicitud"));
        assert_eq!(mail.read().from.unwrap().address, "atiende@atiende.test");
    }

    fn what_people_wrote_is_never_markup_nor_a_header(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let title = "<script>alert(1)</script> & «Ñandú» =?utf-8?q?x?= [TI-999]";
        let ticket = call_of(&world, title);
        done(&world, Who::HelpDesk, ticket, categorise("incident"));
        done(&world, Who::HelpDesk, ticket, comment("</blockquote><img src=x onerror=alert(1)>\n.\nBcc: todos@agencia.example\n\nFrom: x"));
        let address = Addressee::Address { name: Some("Ana\r\nBcc: todos@agencia.example".into()), address: "ana@fuera.example".into(), language: Some("en".into()) };
        let notice = Notice { ticket: None, to: address, kind: "not_matched".into(), details: Some(json!({ "message_id": "m1@fuera.example" })) };
        let now = world.now();
        world.store().write::<_, StoreError>(move |conn| outbox::enqueue(conn, &[notice], now)).unwrap();
        world.settle_mails();

        let mails = catcher.caught();
        assert_eq!(mails.len(), 3, "{:?}", subjects(&mails));
        for mail in &mails {
            assert_eq!(mail.header("bcc"), None);
            let raw = String::from_utf8_lossy(&mail.raw).replace("=\r\n", "").replace("=3D", "=");
            for markup in ["<script>", "<img", "</blockquote><"] {
                let html = raw.split("<!doctype html>").nth(1).unwrap_or_default();
                assert!(!html.contains(markup), "{markup}: {html}");
            }
        }
        let received = one(mails.clone(), "Recibimos");
        assert!(received.subject().starts_with(&format!("[TI-{ticket}] Recibimos su solicitud: <script>")), "{}", received.subject());
        let unknown = one(mails.clone(), "We could not add your mail");
        assert_eq!((unknown.to.as_str(), unknown.read().in_reply_to), ("ana@fuera.example", vec!["m1@fuera.example".to_owned()]));
        let replied = one(mails, "respondió").text();
        assert!(replied.contains("Bcc: todos@agencia.example") && replied.contains("From: x"), "it is all there, as text: {replied}");
    }

    fn answers_may_come_to_an_address_that_names_the_ticket(backend: Backend) {
        let catcher = Catcher::start();
        let port = catcher.port;
        let world = World::with(backend, |config| {
            by_smtp(config, port);
            config.mail_subaddressing = true;
        });
        let ticket = call_of(&world, "El plotter no enciende");
        world.settle_mails();

        let mail = catcher.caught().remove(0);
        let reply_to = mail.header("reply-to").unwrap();
        let answer = mail::incoming::Incoming { to: vec![mail::Mailbox::new(None, reply_to.trim_matches(['<', '>']))], ..Default::default() };
        let found = mail::reference::find(&world.app().mails.references, &answer).unwrap();
        assert_eq!((found.ticket, found.person), (ticket, world.person(Who::User)));
        let answer = mail::incoming::Incoming { in_reply_to: vec![mail.read().message_id.unwrap()], ..Default::default() };
        assert_eq!(mail::reference::find(&world.app().mails.references, &answer), Some(found));
    }

    fn a_solution_is_asked_about_after_a_while_and_by_links(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let ticket = to_close(&world);
        world.settle_mails();
        world.advance(TimeDelta::minutes(14));
        world.settle_mails();
        assert_eq!(catcher.to(Who::User.email()).len(), 0, "it may be closed yet");
        world.advance(TimeDelta::minutes(2));
        world.settle_mails();

        let asked = one(catcher.to(Who::User.email()), "¿Quedó solucionado?").text();
        assert!(asked.contains("«Se ajustó el cable.»") && asked.matches("http://atiende.test/answer#").count() == 2, "{asked}");
        assert_eq!(phase(&world, Who::User, ticket), "to_close");
    }
}

#[test]
fn two_servers_on_one_database_never_send_the_same_mail_twice() {
    let (world, catcher) = World::with_mail(Backend::Postgres);
    let port = catcher.port;
    let mut config = (*world.app().config).clone();
    let data = tempfile::tempdir().unwrap();
    config.data_dir = data.path().to_owned();
    by_smtp(&mut config, port);
    let other =
        api::server::open(config, Clock::Manual(std::sync::Arc::new(std::sync::atomic::AtomicI64::new(world.now().timestamp_micros()))))
            .unwrap();
    let now = world.now();
    let notices: Vec<Notice> = (0..80)
        .map(|n| Notice {
            ticket: None,
            to: Addressee::Address { name: None, address: format!("persona{n}@fuera.example"), language: None },
            kind: "not_matched".into(),
            details: None,
        })
        .collect();

    world.store().write::<_, StoreError>(move |conn| outbox::enqueue(conn, &notices, now)).unwrap();
    let sending = other.clone();
    wait_for(async move { while sending.send_due_mails(|| false).await.unwrap() > 0 {} });
    world.settle_mails();

    let told: Vec<String> = catcher.caught().into_iter().map(|mail| mail.to).filter(|to| to.starts_with("persona")).collect();
    assert_eq!((told.len(), told.iter().collect::<BTreeSet<_>>().len()), (80, 80));
    other.store.stop();
}
