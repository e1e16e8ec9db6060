//! `/api/v1/intake/mail` and `/api/v1/received-mails`: a mail comes in, and something becomes of it, once.

use std::path::Path;

use chrono::TimeDelta;
use client::Method;
use serde_json::{Value, json};
use store::Backend;

use crate::world::{Area, Mail, Who, World, all_received, wait_for};

const MB: usize = 1024 * 1024;

/// The host that the tests believe.
const HOST: &str = "correo.agencia.example";

fn proven(mail: Mail, domain: &str) -> Mail {
    mail.with("Authentication-Results", &format!("{HOST}; dmarc=pass header.from={domain}; dkim=pass header.d={domain}"))
}

fn believing(backend: Backend) -> World {
    World::with(backend, |config| config.authserv_id = Some(HOST.into()))
}

fn of_user(subject: &str, text: &str) -> Mail {
    Mail::from("Ulises Ñahui <usuario@agencia.example>", subject, text)
}

/// An answer of somebody to the mail that we sent to that person about the ticket.
fn answer(world: &World, from: Who, ticket: i64, to: Who) -> Mail {
    let id = world.our_message_id(ticket, world.person(to));
    Mail::from(
        from.email(),
        &format!("RE: [TI-{ticket}] Recibimos su solicitud"),
        "Sigue igual.\n\nEl lun, 23 nov 2026 a las 9:00, Mesa (<mesa@agencia.example>) escribió:\n> ¿Ya funciona?",
    )
    .with("In-Reply-To", &id)
}

/// What a mail server tells of a mail of ours to the user.
fn bounce(message_id: &str, action: &str, status: &str) -> Mail {
    let body = format!(
        "--b\nContent-Type: text/plain\n\nNo se pudo entregar.\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; correo.example\n\nFinal-Recipient: rfc822; usuario@agencia.example\nAction: {action}\nStatus: {status}\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\nSubject: x\n--b--\n"
    );
    Mail::from("MAILER-DAEMON@correo.example", "Undelivered Mail Returned to Sender", &body)
        .with("MIME-Version", "1.0")
        .with("Content-Type", "multipart/report; report-type=delivery-status; boundary=b")
}

fn state(became: &Value) -> (&str, &str) {
    (became["state"].as_str().unwrap(), became["why"].as_str().unwrap_or_default())
}

fn named<'a>(events: &'a [Value], name: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["event"] == name).collect()
}

on_both! {
    fn a_mail_with_a_photo_opens_a_ticket_with_its_file(world: &World) {
        let photo: Vec<u8> = (0..=255).cycle().take(10_000).collect();
        let mail = of_user("RV: No imprime", "Sale en blanco.\nGracias.").and_files(&[("pantalla año.jpg", "image/jpeg", &photo)]);

        let answered = world.intake(mail.bytes()).send().must(201);

        let became = answered.json();
        assert_eq!(state(&became), ("opened", ""));
        assert_eq!(answered.header("location"), Some(&*format!("/api/v1/received-mails/{}", became["id"])));
        let ticket = world.user().get(&format!("/tickets/{}", became["ticket"])).must(200).json();
        assert_eq!((&ticket["title"], &ticket["channel"], &ticket["creator"]), (&json!("No imprime"), &json!("email"), &Value::Null));
        assert_eq!(ticket["description"], "Sale en blanco.\nGracias.");
        assert_eq!((&ticket["standing"]["phase"], &ticket["requester"]["name"]), (&json!("requested"), &json!(Who::User.name())));
        assert_eq!(ticket["area"]["id"], world.area(Area::Logistics));
        let events = world.events(&world.user(), ticket["id"].as_i64().unwrap());
        let file = &events[0]["files"][0];
        assert_eq!((&file["name"], &file["media_type"]), (&json!("pantalla año.jpg"), &json!("image/jpeg")));
        assert_eq!(world.user().get(&format!("/files/{}", file["id"])).must(200).bytes(), photo);
    }

    fn the_message_is_kept_byte_for_byte(world: &World) {
        let mut bytes = of_user("No imprime", "Sale en blanco.").bytes();
        bytes.extend_from_slice(b"\r\n\xFF\x00 binario \r\r\n");

        let id = world.intake(bytes.clone()).send().must(201).json()["id"].clone();

        let raw = world.help_desk().get(&format!("/received-mails/{id}/raw")).must(200);
        assert_eq!(raw.bytes(), bytes);
        assert_eq!(raw.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(raw.header("content-security-policy"), Some("default-src 'none'; sandbox"));
        assert_eq!(raw.header("content-type"), Some("application/octet-stream"));
        assert!(raw.header("content-disposition").unwrap().starts_with("attachment"), "{raw:?}");
    }

    fn it_reads_that_nothing_proves_the_sender_and_the_requester_does_not(world: &World) {
        let became = world.hand_over(&of_user("No imprime", "Sale en blanco."));
        let ticket = became["ticket"].as_i64().unwrap();

        let (it, requester) = (world.events(&world.support1(), ticket), world.events(&world.user(), ticket));

        let noted = named(&it, "came_by_mail");
        assert_eq!(noted[0]["data"], json!({ "mail": became["id"], "is_unverified": true, "n_files_left": 0 }));
        assert_eq!((&noted[0]["is_internal"], &noted[0]["number"]), (&json!(true), &json!("1.1")));
        assert_eq!(requester.iter().map(|event| &event["event"]).collect::<Vec<_>>(), [&json!("requested")]);
        let text = serde_json::to_string(&requester).unwrap();
        assert!(!text.contains("verified") && !text.contains("mail\":"), "{text}");
    }

    fn an_answer_is_a_line_of_its_ticket_and_ends_the_waiting(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        world.help_desk().commands(ticket, json!([{ "action": "categorise", "kind": "incident" }, { "action": "ask_person", "question": "¿Ya funciona?" }])).must(200);

        let became = world.hand_over(&answer(world, Who::User, ticket, Who::User).and_files(&[("otra.png", "image/png", b"png")]));

        assert_eq!((state(&became), &became["ticket"]), (("answered", ""), &json!(ticket)));
        let events = world.events(&world.help_desk(), ticket);
        let line = named(&events, "commented")[0];
        assert_eq!((&line["data"]["text"], &line["by"]["name"]), (&json!("Sigue igual."), &json!(Who::User.name())));
        assert_eq!((&line["is_internal"], &line["files"][0]["name"]), (&json!(false), &json!("otra.png")));
        assert_eq!(named(&events, "person_answered").len(), 1);
        assert_eq!(world.user().get(&format!("/tickets/{ticket}")).must(200).json()["standing"]["waiting"], Value::Null);
    }

    fn an_answer_to_the_address_with_the_reference_is_one_too(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        let reference = world.app().mails.references.reference(ticket, world.person(Who::User));
        let to = format!("mesadeayuda+{}@agencia.example", reference.to_uppercase());
        let (by_header, by_envelope) = (of_user("Otra cosa", "Por el encabezado.").with("To", &to), of_user("Otra cosa", "Por el sobre."));

        let first = world.hand_over(&by_header);
        let path = format!("/intake/mail?recipient={}", to.replace('+', "%2B"));
        let second = world.admin().ask(Method::POST, &path).body("message/rfc822", by_envelope.bytes()).send().must(201).json();

        assert_eq!([&first["ticket"], &second["ticket"]], [&json!(ticket); 2]);
        assert_eq!(named(&world.events(&world.user(), ticket), "commented").len(), 2);
    }

    fn an_answer_is_never_lost_however_its_ticket_ended(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        world.user().command(ticket, json!({ "action": "withdraw" })).must(200);

        let became = world.hand_over(&answer(world, Who::User, ticket, Who::User));

        assert_eq!(state(&became), ("answered", ""));
        assert_eq!(world.user().get(&format!("/tickets/{ticket}")).must(200).json()["standing"]["phase"], "withdrawn", "a mail moves no ticket");
    }

    fn a_forged_answer_opens_nothing_and_adds_nothing(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        let ours = world.our_message_id(ticket, world.person(Who::User));
        let place = ours.find('.').unwrap() - 1;
        let other = if &ours[place..=place] == "a" { "b" } else { "a" };
        let changed = format!("{}{other}{}", &ours[..place], &ours[place + 1..]);
        let to_another = world.our_message_id(ticket, world.person(Who::Colleague));
        let of_another_ticket = world.our_message_id(ticket + 1_000, world.person(Who::User));

        for (mail, why) in [
            (answer(world, Who::User, ticket, Who::User).with("In-Reply-To", &changed), "wrong_reference"),
            (answer(world, Who::User, ticket, Who::User).with("In-Reply-To", &of_another_ticket), "wrong_reference"),
            (answer(world, Who::OtherUser, ticket, Who::User), "other_sender"),
            (answer(world, Who::User, ticket, Who::User).with("In-Reply-To", &to_another), "other_sender"),
            (answer(world, Who::Colleague, ticket, Who::Colleague), "not_found"),
        ] {
            assert_eq!(state(&world.hand_over(&mail)), ("unmatched", why));
        }
        let plain = world.hand_over(&of_user(&format!("RE: [TI-{ticket}] No imprime"), "Un número en el asunto no prueba nada."));

        assert_eq!(state(&plain), ("opened", ""));
        assert_ne!(plain["ticket"], ticket);
        assert_eq!(world.events(&world.help_desk(), ticket).len(), 2, "as it was");
    }

    fn what_is_not_of_a_person_opens_nothing_and_is_on_record(world: &World) {
        for (mail, why) in [
            (of_user("Fuera de la oficina", "Vuelvo el lunes.").with("Auto-Submitted", "auto-replied"), "automatic"),
            (of_user("Boletín", "Novedades.").with("List-Id", "<boletin.agencia.example>"), "list"),
            (bounce("<x@correo.example>", "failed", "5.1.1"), "bounce"),
        ] {
            let became = world.hand_over(&mail);
            assert_eq!((state(&became), &became["ticket"]), (("ignored", why), &Value::Null));
        }
        let path = "/intake/mail?sender=";
        let nobody = world.admin().ask(Method::POST, path).body("message/rfc822", of_user("Aviso", "De nadie.").bytes()).send().must(201);

        assert_eq!(state(&nobody.json()), ("ignored", "automatic"));
        assert_eq!(world.auditor().get("/tickets").must(200).json()["items"], json!([]));
        assert_eq!(all_received(&world.auditor()).len(), 4);
    }

    fn a_bounce_is_tied_to_its_ticket(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        let ours = world.our_message_id(ticket, world.person(Who::User));

        let id = world.hand_over(&bounce(&ours, "failed", "5.1.1"))["id"].clone();

        let view = world.received(&id)["summary"].clone();
        assert_eq!((&view["ticket"], &view["bounced_address"]), (&json!(ticket), &json!("usuario@agencia.example")));
    }

    fn the_same_mail_twice_is_one(world: &World) {
        let mail = of_user("No imprime", "Sale en blanco.");
        let on_another_way = mail.clone().with("Received", "from otro.example by correo.example; Mon, 23 Nov 2026 09:00:01 -0500");
        let other_content = of_user("Otra cosa", "Del mismo identificador.");
        let id = String::from_utf8(mail.bytes()).unwrap().lines().find_map(|line| line.strip_prefix("Message-ID: ").map(str::to_owned)).unwrap();

        let first = world.hand_over(&mail);
        let again = world.intake(mail.bytes()).send().must(200).json();
        let other_way = world.hand_over(&on_another_way);
        let other = world.hand_over(&other_content.with("Message-ID", &id));

        assert_eq!(again, first);
        assert_eq!(state(&other_way), ("duplicate", ""));
        assert_eq!(state(&other), ("unmatched", "other_content"));
        assert_eq!(world.received(&other["id"])["summary"]["duplicate_of"], first["id"]);
        assert_eq!(world.auditor().get("/tickets").must(200).json()["items"].as_array().unwrap().len(), 1);
        let elsewhere = Mail::from("eva@fuera.example", "Con su identificador", "No lo quita a nadie.").with("Message-ID", &id);
        assert_eq!(state(&world.hand_over(&elsewhere)), ("opened", ""), "a Message-ID belongs to its sender");
    }

    fn the_same_mail_sixteen_times_at_once_is_one(world: &World) {
        let mail = of_user("No imprime", "Sale en blanco.");
        let ways: Vec<Vec<u8>> = (0..8).map(|n| mail.clone().with("Received", &format!("by correo{n}.example")).bytes()).collect();
        let bytes = mail.bytes();

        let ids: Vec<Value> = std::thread::scope(|scope| {
            let same = (0..16).map(|_| bytes.clone()).chain(ways);
            let threads: Vec<_> = same.map(|bytes| scope.spawn(|| world.intake(bytes).send())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).map(|answer| {
                assert!([200, 201].contains(&answer.status), "{answer}");
                answer.json()["id"].clone()
            }).collect()
        });

        assert!(ids[..16].iter().all(|id| *id == ids[0]), "{ids:?}");
        settle_everything(world);
        let tickets = world.auditor().get("/tickets").must(200).json();
        assert_eq!(tickets["items"].as_array().unwrap().len(), 1);
        let states: Vec<_> = all_received(&world.auditor()).iter().map(|mail| mail["state"].as_str().unwrap().to_owned()).collect();
        assert_eq!(states.len(), 9);
        assert_eq!(states.iter().filter(|state| *state == "duplicate").count(), 8, "{states:?}");
    }

    fn a_mail_of_25_megabytes_is_taken_and_of_one_of_30_the_beginning_is_kept(world: &World) {
        let head = String::from_utf8(of_user("Grande", "").bytes()).unwrap();
        let of = |n: usize| {
            let mut bytes = head.clone().into_bytes();
            while bytes.len() < n {
                bytes.extend_from_slice("Una línea de muchas.\r\n".as_bytes());
            }
            bytes.truncate(n);
            bytes
        };

        let most = world.intake(of(25 * MB)).send().must(201).json();
        let larger = world.admin().ask(Method::POST, &format!("/intake/mail?size={}", 30 * MB)).body("message/rfc822", of(64 * 1024)).send();

        assert_eq!(state(&most), ("opened", ""));
        assert_eq!(larger.problem(413, "payload_too_large")["params"]["max_bytes"], 25 * MB);
        let record = all_received(&world.help_desk())[0].clone();
        assert_eq!((state(&record), &record["is_whole"], &record["n_bytes"]), (("broken", "too_large"), &json!(false), &json!(30 * MB)));
        assert_eq!((&record["subject"], &record["from_address"]), (&json!("Grande"), &json!("usuario@agencia.example")));
    }

    fn markup_is_shown_and_neither_runs_nor_loads(world: &World) {
        let html = "<p>Hola<script>alert(1)</script><img src=\"https://fuera.example/x.png\" onerror=\"alert(1)\"><a href=\"javascript:alert(1)\">aquí</a></p>";
        let mail = of_user("Con <b>marcas</b>", html).with("Content-Type", "text/html; charset=utf-8");

        let became = world.hand_over(&mail);

        let view = world.received(&became["id"]);
        let shown = view["html"].as_str().unwrap();
        for bad in ["<script", "onerror", "javascript:", "fuera.example"] {
            assert!(!shown.contains(bad), "{shown}");
        }
        let ticket = world.user().get(&format!("/tickets/{}", became["ticket"])).must(200).json();
        assert_eq!(ticket["title"], "Con <b>marcas</b>");
        let description = ticket["description"].as_str().unwrap();
        assert!(description.contains("Hola") && !description.contains('<') && !description.contains("alert"), "{description}");
    }

    fn a_file_of_a_mail_is_never_a_path(world: &World) {
        let mail = of_user("Archivos", "Van.").and_files(&[("../../x", "text/plain", b"a"), ("C:\\\\x\\\\y.exe", "application/pdf", b"b")]);

        let ticket = world.opened_by(&mail);

        let events = world.events(&world.user(), ticket);
        let names: Vec<_> = events[0]["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names.iter().all(|name| !name.contains(['/', '\\']) && !name.starts_with('.')), "{names:?}");
        assert!(!Path::new(world.data()).parent().unwrap().join("x").exists());
    }

    fn of_many_files_ten_are_the_tickets_and_it_says_how_many_stay(world: &World) {
        let names: Vec<String> = (0..13).map(|n| format!("{n}.txt")).collect();
        let files: Vec<(&str, &str, &[u8])> = names.iter().map(|name| (&**name, "text/plain", name.as_bytes())).collect();

        let ticket = world.opened_by(&of_user("Archivos", "Van.").and_files(&files));

        let events = world.events(&world.help_desk(), ticket);
        assert_eq!(events[0]["files"].as_array().unwrap().len(), 10);
        assert_eq!(named(&events, "came_by_mail")[0]["data"]["n_files_left"], 3);
    }

    fn somebody_unknown_becomes_a_contact_and_stays_the_same(world: &World) {
        let mail = |subject: &str| Mail::from("\"Eva de Fuera\" <EVA@fuera.example>", subject, "Soy de fuera.");

        let (first, second) = (world.opened_by(&mail("Uno")), world.opened_by(&mail("Dos")));

        let requester = |ticket: i64| world.help_desk().get(&format!("/tickets/{ticket}")).must(200).json()["requester"].clone();
        assert_eq!(requester(first), requester(second));
        let contact = world.help_desk().get(&format!("/people/{}", requester(first)["id"])).must(200).json();
        assert_eq!((&contact["name"], &contact["email"], &contact["is_contact"]), (&json!("Eva de Fuera"), &json!("eva@fuera.example"), &json!(true)));
        assert_eq!(contact["area"]["id"], world.area(Area::Agency));
    }

    fn an_unknown_sender_stands_in_the_area_of_the_setting(backend: Backend) {
        let world = World::with(backend, |config| config.intake_area = Some("OTI".into()));

        let ticket = world.opened_by(&Mail::from("eva@fuera.example", "Uno", "Soy de fuera."));

        let view = world.help_desk().get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!((&view["area"]["id"], &view["requester"]["name"]), (&json!(world.area(Area::It)), &json!("eva")));
    }

    fn a_mail_waits_while_the_setting_names_no_area(backend: Backend) {
        let world = World::with(backend, |config| config.intake_area = Some("No hay".into()));

        let eva = world.hand_over(&Mail::from("eva@fuera.example", "Uno", "Soy de fuera."));
        let user = world.hand_over(&of_user("Dos", "Soy de dentro."));

        assert_eq!((state(&eva), state(&user)), (("kept", ""), ("opened", "")));
    }

    fn a_disabled_person_is_a_contact_again_and_has_no_rights(world: &World) {
        let path = format!("/people/{}", world.person(Who::Colleague));
        let before = world.admin().get(&path).must(200);
        let mut body = json!({ "name": Who::Colleague.name(), "email": Who::Colleague.email(), "area": world.area(Area::Logistics), "roles": ["user"] });
        body["is_active"] = json!(false);
        world.admin().ask(Method::PUT, &path).if_match(&before.etag()).json(body).send().must(200);
        let mail = |text: &str| Mail::from(Who::Colleague.email(), "No puedo entrar", text);

        let (first, second) = (world.opened_by(&mail("Uno")), world.opened_by(&mail("Dos")));

        let requester = |ticket: i64| world.help_desk().get(&format!("/tickets/{ticket}")).must(200).json()["requester"].clone();
        assert_ne!(requester(first)["id"], world.person(Who::Colleague));
        assert_eq!(requester(first), requester(second));
        let contact = world.help_desk().get(&format!("/people/{}", requester(first)["id"])).must(200).json();
        assert_eq!((&contact["is_contact"], &contact["email"]), (&json!(true), &Value::Null));
    }

    fn a_technicians_address_gives_no_rights(backend: Backend) {
        let world = believing(backend);
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        let request = Mail::from(Who::HelpDesk.email(), "Cierre todo", "{\"action\":\"close\"}");
        let forged = |mail: Mail| mail.with("Authentication-Results", "mx.fuera.example; dmarc=pass header.from=agencia.example");

        let own = world.hand_over(&request);
        let unproven = world.hand_over(&answer(&world, Who::HelpDesk, ticket, Who::HelpDesk));
        let by_another_host = world.hand_over(&forged(answer(&world, Who::HelpDesk, ticket, Who::HelpDesk)));
        let by_our_host = world.hand_over(&proven(answer(&world, Who::HelpDesk, ticket, Who::HelpDesk), "agencia.example"));

        assert_eq!(world.help_desk().get(&format!("/tickets/{}", own["ticket"])).must(200).json()["standing"]["phase"], "requested");
        assert_eq!([state(&unproven), state(&by_another_host)], [("unmatched", "not_found"); 2]);
        assert_eq!(state(&by_our_host), ("answered", ""), "proven and signed");
        assert_eq!(named(&world.events(&world.user(), ticket), "commented").len(), 1);
    }

    fn only_the_configured_host_proves_a_sender(backend: Backend) {
        let world = believing(backend);
        let mark = |mail: Mail| {
            let id = world.hand_over(&mail)["id"].clone();
            world.received(&id)["summary"]["is_verified"].clone()
        };

        assert_eq!(mark(proven(of_user("Uno", "x"), "agencia.example")), true);
        assert_eq!(mark(of_user("Dos", "x")), false);
        assert_eq!(mark(of_user("Tres", "x").with("Authentication-Results", "mx.fuera.example; dmarc=pass header.from=agencia.example")), false);
        assert_eq!(mark(proven(of_user("Cuatro", "x"), "fuera.example")), false, "the domain is another's");
    }

    fn whoever_took_a_message_id_first_keeps_nobody_out_who_is_proven(backend: Backend) {
        let world = believing(backend);
        let real = proven(of_user("No imprime", "Sale en blanco."), "agencia.example").with("Message-ID", "<adivinable@agencia.example>");
        let forged = of_user("Nada", "Para quitarle el sitio.").with("Message-ID", "<adivinable@agencia.example>");

        let first = world.hand_over(&forged);
        let second = world.hand_over(&real);

        assert_eq!([state(&first), state(&second)], [("opened", ""); 2]);
    }

    fn of_too_many_from_one_address_the_rest_make_nothing_for_an_hour(world: &World) {
        let mail = |n: i64| Mail::from("bucle@fuera.example", &format!("Aviso {n}"), "Otra vez.");
        let most = api::app::intake::MAX_PER_HOUR;

        let states: Vec<String> = (0..=most).map(|n| world.hand_over(&mail(n))["why"].as_str().unwrap_or_default().to_owned()).collect();
        let another = world.hand_over(&of_user("No imprime", "Sale en blanco."));
        world.advance(TimeDelta::hours(1));
        let later = world.hand_over(&mail(most + 1));

        assert!(states[..most as usize].iter().all(String::is_empty), "{states:?}");
        assert_eq!(states[most as usize], "too_many");
        assert_eq!([state(&another), state(&later)], [("opened", ""); 2]);
    }

    fn what_was_kept_and_not_settled_is_taken_up(world: &World) {
        let app = world.app().clone();
        let bytes = of_user("No imprime", "Sale en blanco.").bytes();
        let (id, is_new) = wait_for(async move { app.keep_mail(bytes.into(), Default::default()).await }).unwrap();
        assert!(is_new);

        settle_everything(world);

        assert_eq!(state(&world.received(&json!(id))["summary"]), ("opened", ""));
    }

    fn what_cannot_be_read_is_kept_listed_and_stops_nothing(world: &World) {
        for bytes in [&b""[..], b"\r\n\r\n", b"\x00\xFF\xFE"] {
            let became = world.intake(bytes.to_vec()).send().must(201).json();
            assert!(["broken", "unmatched", "ignored"].contains(&state(&became).0), "{became}");
            assert!(!state(&became).1.is_empty(), "{became}");
            world.received(&became["id"]);
        }

        assert_eq!(state(&world.hand_over(&of_user("No imprime", "Sale en blanco."))), ("opened", ""));
    }

    fn every_hostile_message_of_the_collection_has_an_end(world: &World) {
        let messages = collection();
        assert!(messages.len() > 300, "the collection is there");

        for path in messages {
            let bytes = std::fs::read(&path).unwrap();
            let answered = world.intake(bytes).send();

            assert!([200, 201].contains(&answered.status), "{}: {answered}", path.display());
            let became = answered.json();
            assert_ne!(became["state"], "kept", "{}: {became}", path.display());
            world.received(&became["id"]);
        }

        assert_eq!(state(&world.hand_over(&Mail::from("ana@otra.example", "No imprime", "Sale en blanco."))), ("opened", ""));
    }

    fn the_list_is_by_state_by_address_by_day_and_by_ticket(world: &World) {
        let first = world.hand_over(&of_user("Uno", "x"));
        world.advance(TimeDelta::days(1));
        let second = world.hand_over(&of_user("Dos", "x").with("Auto-Submitted", "auto-replied"));
        let list = |query: &str| -> Vec<Value> {
            let page = world.auditor().get(&format!("/received-mails?{query}")).must(200).json();
            page["items"].as_array().unwrap().iter().map(|mail| mail["id"].clone()).collect()
        };
        let (a, b) = (first["id"].clone(), second["id"].clone());

        assert_eq!(list(""), [b.clone(), a.clone()]);
        assert_eq!(list("state=opened,kept"), std::slice::from_ref(&a));
        assert_eq!(list("from=USUARIO@agencia.example"), [b.clone(), a.clone()]);
        assert_eq!(list("from=otra@agencia.example"), [Value::Null; 0]);
        assert_eq!(list(&format!("ticket={}", first["ticket"])), std::slice::from_ref(&a));
        assert_eq!((list("received_to=2026-11-23"), list("received_from=2026-11-24")), (vec![a], vec![b.clone()]));
        let page = world.auditor().get("/received-mails?limit=1").must(200).json();
        assert_eq!(page["items"][0]["id"], b);
        let next = world.auditor().get(&format!("/received-mails?limit=1&cursor={}", page["next"].as_str().unwrap())).must(200).json();
        assert_eq!((&next["items"][0]["id"], &next["next"]), (&first["id"], &Value::Null));
        world.auditor().get("/received-mails?state=lost").field_problem("state", "malformed");
    }

    fn the_desk_makes_a_request_of_a_mail_by_hand_once(world: &World) {
        let id = world.hand_over(&of_user("Fuera de la oficina", "Y además no imprime.").with("Auto-Submitted", "auto-replied"))["id"].clone();
        let make = || world.help_desk().ask(Method::POST, &format!("/received-mails/{id}/request")).key("k").json(json!({ "title": "No imprime" })).send();

        let made = make().must(201);

        assert_eq!(make().must(201).json(), made.json(), "done once under one key");
        let ticket = made.json();
        assert_eq!((&ticket["title"], &ticket["description"], &ticket["channel"]), (&json!("No imprime"), &json!("Y además no imprime."), &json!("email")));
        assert_eq!((&ticket["requester"]["name"], &ticket["creator"]["name"]), (&json!(Who::User.name()), &json!(Who::HelpDesk.name())));
        let mail = world.received(&id)["summary"].clone();
        assert_eq!((state(&mail), &mail["ticket"], &mail["handled_by"]["name"]), (("opened", "automatic"), &ticket["id"], &json!(Who::HelpDesk.name())));
        world.help_desk().post(&format!("/received-mails/{id}/request"), json!({})).problem(409, "mail_settled");
        world.help_desk().post(&format!("/received-mails/{id}/ticket"), json!({ "ticket": ticket["id"] })).problem(409, "mail_settled");
    }

    fn the_desk_adds_a_mail_to_a_ticket_by_hand(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        let id = world.hand_over(&answer(world, Who::OtherUser, ticket, Who::User).and_files(&[("a.txt", "text/plain", b"a")]))["id"].clone();
        world.help_desk().post(&format!("/received-mails/{id}/ticket"), json!({ "ticket": 999_999 })).problem(422, "ticket_unknown");

        world.help_desk().post(&format!("/received-mails/{id}/ticket"), json!({ "ticket": ticket })).must(200);

        let events = world.events(&world.help_desk(), ticket);
        let note = named(&events, "commented")[0];
        assert_eq!((&note["is_internal"], &note["files"][0]["name"]), (&json!(true), &json!("a.txt")));
        assert!(note["data"]["text"].as_str().unwrap().starts_with("otro@agencia.example:\n\n"), "{note}");
        assert_eq!(world.events(&world.user(), ticket).len(), 1, "a note of IT");
    }

    fn the_desk_dismisses_a_mail_of_which_nothing_is_to_be_made(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        let id = world.hand_over(&answer(world, Who::OtherUser, ticket, Who::User))["id"].clone();
        assert_eq!(state(&world.received(&id)["summary"]).0, "unmatched");
        let dismiss = || world.help_desk().ask(Method::POST, &format!("/received-mails/{id}/dismiss")).send();

        let dismissed = dismiss().must(200).json();

        assert_eq!((state(&dismissed["summary"]).0, &dismissed["summary"]["handled_by"]["name"]), ("ignored", &json!(Who::HelpDesk.name())));
        assert_eq!(dismiss().must(200).json(), dismissed, "again, it changes nothing");
        let waiting = world.help_desk().get("/received-mails?state=unmatched,broken").must(200).json();
        assert_eq!(waiting["items"], json!([]));
        let made = world.help_desk().post(&format!("/received-mails/{id}/request"), json!({ "requester": world.person(Who::User) }));
        assert_eq!(world.received(&id)["summary"]["ticket"], made.must(201).json()["id"], "somebody thinks better of it");
        dismiss().problem(409, "mail_settled");
    }

    fn the_token_of_the_mail_server_hands_mails_over_and_does_nothing_else(world: &World) {
        let body = json!({ "name": "Correo", "scope": "intake", "expires_at": world.now() + TimeDelta::days(30) });
        let secret = world.admin().post("/me/tokens", body).must(201).json()["secret"].as_str().unwrap().to_owned();
        let ask = |method: Method, path: &str| world.anonymous().ask(method, path).header("authorization", &format!("Bearer {secret}"));
        let mail = of_user("No imprime", "Sale en blanco.").bytes();

        let became = ask(Method::POST, "/intake/mail").body("message/rfc822", mail).send().must(201).json();

        assert_eq!(state(&became), ("opened", ""));
        for path in ["/received-mails".to_owned(), format!("/received-mails/{}", became["id"]), format!("/received-mails/{}/raw", became["id"])] {
            ask(Method::GET, &path).send().problem(403, "token_scope");
        }
        world.help_desk().ask(Method::POST, "/intake/mail").body("message/rfc822", vec![b'x']).send().problem(403, "not_your_role");
    }

    fn mail_from_the_desk_itself_is_ignored(backend: Backend) {
        let world = World::with(backend, |config| config.mail_from = Some("mesadeayuda@agencia.example".into()));

        let became = world.hand_over(&Mail::from("Mesa <MesaDeAyuda@agencia.example>", "[TI-1] Recibimos su solicitud", "Copia."));

        assert_eq!(state(&became), ("ignored", "own"));
    }

    fn the_sender_of_what_cannot_be_matched_is_told_once_an_hour_if_known(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        let forged = |from: &str| answer(world, Who::User, ticket, Who::Colleague).with("From", from);

        for from in [Who::User.email(), Who::User.email(), "eva@fuera.example"] {
            assert_eq!(state(&world.hand_over(&forged(from))), ("unmatched", "other_sender"));
        }
        world.settle_mails();

        let told: Vec<_> = world.mails_of("not_matched").into_iter().map(|mail| mail.to_address).collect();
        assert_eq!(told, [Some(Who::User.email().to_owned())]);
        world.advance(TimeDelta::minutes(61));
        world.hand_over(&forged(Who::User.email()));
        assert_eq!(world.mails_of("not_matched").len(), 2);
    }

    fn a_mail_of_ours_that_comes_back_has_failed_and_one_that_is_late_has_not(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        world.settle_mails();
        let sent = world.mails_of("received").pop().unwrap();
        let id = sent.message_id.unwrap();
        let report = |action: &str, status: &str| bounce(&format!("<{id}>"), action, status);

        let late = world.hand_over(&report("delayed", "4.4.1"));
        let before = world.mails_of("received").pop().unwrap();
        let failed = world.hand_over(&report("failed", "5.1.1"));

        assert_eq!([state(&late).0, state(&failed).0], ["ignored"; 2]);
        assert_eq!(before.state.name(), "sent");
        let after = world.mails_of("received").pop().unwrap();
        assert_eq!((after.state.name(), after.last_error.unwrap_or_default().contains("usuario@agencia.example")), ("failed", true));
        assert_eq!(world.received(&failed["id"])["summary"]["ticket"], ticket);
    }

    fn what_a_provider_answers_waits_for_the_desk(world: &World) {
        let ticket = world.opened_by(&of_user("No imprime", "Sale en blanco."));
        let number = api::app::mails::Referred::Provider(world.provider().try_into().unwrap()).number();
        let id = world.our_message_id(ticket, number);

        let became = world.hand_over(&Mail::from("mesa@servicios.example", "RE: Soporte", "Caso 88213.").with("In-Reply-To", &id));

        assert_eq!((state(&became), &became["ticket"]), (("unmatched", "provider"), &json!(ticket)));
    }

    fn who_hands_over_says_what_it_is(world: &World) {
        let ask = |path: &str, media_type: &str| world.admin().ask(Method::POST, path).body(media_type, b"From: a@x.example\r\n\r\nx".to_vec()).send();

        ask("/intake/mail", "text/plain").problem(415, "unsupported_media_type");
        ask("/intake/mail?size=large", "message/rfc822").field_problem("size", "malformed");
        ask("/intake/mail?to=x", "message/rfc822").field_problem("to", "unknown_field");
        ask("/intake/mail", "Message/RFC822; charset=x").must(201);

        assert_eq!(all_received(&world.auditor()).len(), 1);
    }
}

/// What waits is done, as the server does it by itself.
fn settle_everything(world: &World) {
    world.advance(TimeDelta::minutes(10));
    let app = world.app().clone();
    wait_for(async move { while app.take_up_mails().await.unwrap() > 0 {} });
}

/// The messages of `tests/mail`, as they came from the world or might.
fn collection() -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("mail")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "eml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
