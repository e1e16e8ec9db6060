//! `/api/v1/files`: up and down, and for whose eyes.

use client::Method;
use serde_json::{Value, json};

use crate::world::{Answered, Caller, Who, World};

const MB: usize = 1024 * 1024;

/// A form of parts, each its head and its content.
fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        body.extend_from_slice(format!("--b\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}

fn named(name: &str) -> String {
    format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"")
}

fn post(caller: &Caller, body: Vec<u8>) -> Answered {
    caller.ask(Method::POST, "/files").body("multipart/form-data; boundary=b", body).send()
}

fn upload(caller: &Caller, name: &str, content: &[u8]) -> Answered {
    post(caller, form(&[(&named(name), content)]))
}

fn read(caller: &Caller, file: i64) -> Answered {
    caller.get(&format!("/files/{file}"))
}

fn request(files: &[i64]) -> Value {
    json!({ "channel": "web", "title": "No imprime", "description": "Sale en blanco.", "files": files })
}

/// Who of all reads the file; of the others each is told that there is none.
fn readers(world: &World, file: i64) -> Vec<Who> {
    let reads = |who: &Who| {
        let answered = read(&world.caller(*who), file);
        if answered.status != 200 {
            answered.problem(404, "not_found");
        }
        answered.status == 200
    };
    Who::ALL.iter().copied().filter(reads).collect()
}

/// The people of IT and the auditor.
const INTERNAL: [Who; 9] =
    [Who::HelpDesk, Who::HelpDesk2, Who::Support1, Who::Support1b, Who::Support2, Who::Support2b, Who::ItHead, Who::ItHead2, Who::Auditor];

fn internal_and(others: &[Who]) -> Vec<Who> {
    let mut all = [others, &INTERNAL].concat();
    all.sort();
    all
}

on_both! {
    fn what_goes_up_comes_down(world: &World) {
        let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();

        let made = upload(&world.user(), "Pantalla año 2026.JPG", &content).must(201);

        let view = made.json();
        assert_eq!(
            (&view["name"], &view["media_type"], &view["n_bytes"]),
            (&json!("Pantalla año 2026.JPG"), &json!("image/jpeg"), &json!(100_000))
        );
        assert_eq!(view["sha256"].as_str().unwrap().len(), 64);
        assert_eq!(made.header("location"), Some(&*format!("/api/v1/files/{}", made.id())));
        let down = read(&world.user(), made.id()).must(200);
        assert_eq!(down.bytes(), content);
        assert_eq!(down.header("content-length"), Some("100000"));
    }

    fn a_file_is_served_as_an_attachment_that_nothing_runs(world: &World) {
        let types = [
            ("foto año «1».jpg", "image/jpeg"),
            ("página.html", "application/octet-stream"),
            ("dibujo.svg", "application/octet-stream"),
            ("guion.js", "application/octet-stream"),
            ("sin extensión", "application/octet-stream"),
            ("nota.txt", "text/plain"),
            ("correo.eml", "message/rfc822"),
        ];
        for (name, media_type) in types {
            let file = upload(&world.user(), name, b"<script>alert(1)</script>").must(201).id();

            let down = read(&world.user(), file).must(200);

            assert_eq!(down.header("content-type"), Some(media_type), "{name}");
            assert_eq!(down.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(down.header("content-security-policy"), Some("default-src 'none'; sandbox"));
            assert_eq!(down.header("cache-control"), Some("private, no-cache"));
            assert_eq!(down.header("cross-origin-resource-policy"), Some("same-origin"));
            let disposition = down.header("content-disposition").unwrap().to_owned();
            assert!(disposition.starts_with("attachment; ") && disposition.is_ascii(), "{disposition}");
            let encoded = disposition.split_once("filename*=UTF-8''").unwrap_or_else(|| panic!("{disposition}")).1;
            assert_eq!(decoded(encoded), name);
        }
    }

    fn the_same_bytes_are_kept_once_and_each_upload_is_its_own_file(world: &World) {
        let mine = upload(&world.user(), "a.txt", b"lo mismo").must(201);
        let theirs = upload(&world.colleague(), "b.txt", b"lo mismo").must(201);

        assert_ne!(mine.id(), theirs.id());
        assert_eq!(mine.json()["sha256"], theirs.json()["sha256"]);
        let sha256 = mine.json()["sha256"].as_str().unwrap().to_owned();
        let kept = world.data().join("files").join(&sha256[..2]).join(&sha256[2..]);
        assert_eq!(std::fs::read(kept).unwrap(), b"lo mismo");
        read(&world.user(), theirs.id()).problem(404, "not_found");
        assert_eq!(read(&world.colleague(), theirs.id()).must(200).text(), "lo mismo");
    }

    fn an_upload_is_done_once_under_one_key(world: &World) {
        let post = |content: &[u8]| {
            let ask = world.user().ask(Method::POST, "/files").key("k");
            ask.body("multipart/form-data; boundary=b", form(&[(&named("a.txt"), content)])).send()
        };

        let made = post(b"uno").must(201);

        assert_eq!(post(b"uno").must(201).json(), made.json());
        post(b"dos").problem(422, "idempotency_conflict");
    }

    fn a_file_of_25_megabytes_is_taken_and_a_larger_one_is_not(world: &World) {
        let most = vec![7; 25 * MB];

        let made = upload(&world.user(), "grande.zip", &most).must(201);
        let larger = upload(&world.user(), "mayor.zip", &[&most[..], b"x"].concat());

        assert_eq!(read(&world.user(), made.id()).must(200).bytes(), most);
        let problem = larger.problem(413, "payload_too_large");
        assert_eq!(problem["params"]["max_bytes"], 25 * MB);
        assert!(problem["detail"].as_str().unwrap().contains("25"), "{problem}");
        assert_eq!(upload(&world.user(), "vacía.txt", b"").must(201).json()["n_bytes"], 0);
    }

    fn a_form_has_one_part_that_is_a_file_with_a_name(world: &World) {
        let user = world.user();
        let file = named("a.txt");

        post(&user, form(&[])).field_problem("file", "missing_field");
        post(&user, form(&[("content-disposition: form-data; name=\"text\"", b"hola")])).field_problem("text", "unknown_field");
        post(&user, form(&[(&file, b"uno"), ("content-disposition: form-data; name=\"text\"", b"hola")]))
            .field_problem("text", "unknown_field");
        post(&user, form(&[(&file, b"uno"), (&file, b"dos")])).field_problem("file", "too_many");
        post(&user, form(&[("content-disposition: form-data; name=\"file\"", b"hola")])).field_problem("file", "missing_field");
        for nameless in ["", "..", "/", "a/", "a\\\\", " "] {
            upload(&user, nameless, b"hola").field_problem("file", "missing_field");
        }

        for (body, media_type, status, code) in [
            (b"hola".to_vec(), "application/json", 415, "unsupported_media_type"),
            (b"hola".to_vec(), "text/plain", 415, "unsupported_media_type"),
            (b"{}".to_vec(), "multipart/form-data", 400, "bad_request"),
            (b"hola".to_vec(), "multipart/form-data; boundary=b", 400, "bad_request"),
            (form(&[("content-disposition: form-data", b"x")]), "multipart/form-data; boundary=b", 400, "bad_request"),
            (form(&[("content-type: text/plain", b"x")]), "multipart/form-data; boundary=b", 400, "bad_request"),
            (form(&[(&file, b"hola")])[..60].to_vec(), "multipart/form-data; boundary=b", 400, "bad_request"),
            (form(&[(&file, b"hola")]).strip_suffix(b"--b--\r\n").unwrap().to_vec(), "multipart/form-data; boundary=b", 400, "bad_request"),
            (form(&[(&named("a\u{0}.txt"), b"x")]), "multipart/form-data; boundary=b", 400, "bad_request"),
        ] {
            let sent = String::from_utf8_lossy(&body).into_owned();
            let answered = user.ask(Method::POST, "/files").body(media_type, body).send();
            assert_eq!(answered.status, status, "{media_type}: {sent:?}: {answered}");
            answered.problem(status, code);
        }
        user.ask(Method::POST, "/files").send().problem(415, "unsupported_media_type");
    }

    fn a_name_is_never_a_path(world: &World) {
        let long = format!("{}.pdf", "ñ".repeat(300));
        let shortened = long.chars().skip(304 - 200).collect::<String>();
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("C:\\\\Users\\\\ana\\\\foto.jpg", "foto.jpg"),
            ("..\\\\x.txt", "x.txt"),
            (".htaccess", "htaccess"),
            ("a%2Fb.txt", "a%2Fb.txt"),
            (" espacios .txt ", "espacios .txt"),
            (&long, &shortened),
        ] {
            let made = upload(&world.user(), given, b"hola").must(201);

            assert_eq!(made.json()["name"], kept);
            assert_eq!(read(&world.user(), made.id()).must(200).text(), "hola");
        }
        // What would read as another name from right to left.
        upload(&world.user(), "foto\u{202E}gpj.exe", b"x").field_problem("file", "missing_field");
    }

    fn a_file_that_no_note_has_taken_is_its_uploaders_alone(world: &World) {
        let of_user = world.user().upload("a.txt", b"a");
        let of_desk = world.help_desk().upload("b.txt", b"b");

        assert_eq!(readers(world, of_user), [Who::User]);
        assert_eq!(readers(world, of_desk), [Who::HelpDesk]);
        world.anonymous().get(&format!("/files/{of_user}")).problem(401, "unauthenticated");
    }

    fn a_file_is_seen_by_exactly_those_who_see_its_note(world: &World) {
        let [in_request, public, internal] =
            [world.user().upload("a.txt", b"a"), world.help_desk().upload("b.txt", b"b"), world.help_desk().upload("c.txt", b"c")];
        let ticket = world.user().create(request(&[in_request])).must(201).id();
        let comment =
            |file: i64, is_internal: bool| json!({ "action": "comment", "text": "Vea.", "files": [file], "is_internal": is_internal });
        world.help_desk().command(ticket, comment(public, false)).must(200);
        world.help_desk().command(ticket, comment(internal, true)).must(200);

        let everybody = internal_and(&[Who::User, Who::AreaHead]);
        assert_eq!(readers(world, in_request), everybody);
        assert_eq!(readers(world, public), everybody);
        assert_eq!(readers(world, internal), internal_and(&[]));
    }

    fn the_file_of_a_reserved_ticket_is_not_for_the_areas_head(world: &World) {
        let file = world.reserved_user().upload("a.txt", b"a");
        world.reserved_user().create(request(&[file])).must(201);

        assert_eq!(readers(world, file), internal_and(&[Who::ReservedUser]));
    }

    fn the_file_of_a_hidden_note_is_nobodys(world: &World) {
        let [secret, other] = [world.user().upload("clave.txt", b"a"), world.user().upload("otro.txt", b"b")];
        let ticket = world.user().create(request(&[other])).must(201).id();
        let noted = world.user().command(ticket, json!({ "action": "attach", "files": [secret] })).must(200);
        assert_eq!(readers(world, secret), internal_and(&[Who::User, Who::AreaHead]));
        let number = noted.json()["version"].to_string();

        world.help_desk().command(ticket, json!({ "action": "hide_note", "number": number, "reason": "Tenía una clave." })).must(200);

        assert_eq!(readers(world, secret), []);
        assert_eq!(readers(world, other), internal_and(&[Who::User, Who::AreaHead]));
    }

    fn a_file_goes_with_one_note_and_only_its_uploader_takes_it_there(world: &World) {
        let [first, second] = [world.user().upload("a.txt", b"a"), world.user().upload("b.txt", b"b")];
        let ticket = world.user().create(request(&[first])).must(201).id();
        let attach = |caller: Caller, files: Value| caller.command(ticket, json!({ "action": "attach", "files": files }));

        let refused = |answered: Answered| assert_eq!(answered.problem(422, "file_unknown")["errors"][0]["path"], "commands[0].files");
        refused(attach(world.user(), json!([first])));
        refused(attach(world.help_desk(), json!([first])));
        refused(attach(world.help_desk(), json!([second])));
        refused(attach(world.area_head(), json!([second])));
        refused(attach(world.user(), json!([999_999])));
        refused(attach(world.user(), json!([second, first])));
        world.user().create(request(&[first])).problem(422, "file_unknown");
        world.colleague().create(request(&[second])).problem(422, "file_unknown");

        assert_eq!(readers(world, second), [Who::User]);
        attach(world.user(), json!([second])).must(200);
        refused(attach(world.user(), json!([second])));
    }

    fn of_two_notes_at_once_one_takes_the_file(world: &World) {
        let tickets = [(); 2].map(|()| world.user().create(request(&[])).must(201).id());
        let user = world.user();
        for round in 0..5 {
            let file = user.upload("a.txt", format!("{round}").as_bytes());
            let attach = |ticket: i64| user.command(ticket, json!({ "action": "attach", "files": [file] })).status;

            let mut statuses = std::thread::scope(|scope| {
                let calls = tickets.map(|ticket| scope.spawn(move || attach(ticket)));
                calls.map(|call| call.join().unwrap())
            });

            statuses.sort_unstable();
            assert_eq!(statuses[0], 200, "{statuses:?}");
            assert!([409, 422].contains(&statuses[1]), "{statuses:?}");
        }
    }

    fn a_number_that_no_file_has_is_not_found(world: &World) {
        for id in ["0", "-1", "abc", "1.5", "99999999999999999999", "1%00", "%F0", "1e3"] {
            read_path(world, id).problem(404, "not_found");
        }
    }
}

fn read_path(world: &World, id: &str) -> Answered {
    world.user().get(&format!("/files/{id}"))
}

/// Percent-decoded.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digits = if byte == b'%' { [rest.next(), rest.next()] } else { [None, None] };
        match digits {
            [Some(high), Some(low)] => bytes.push(u8::from_str_radix(&format!("{}{}", char::from(high), char::from(low)), 16).unwrap()),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}
