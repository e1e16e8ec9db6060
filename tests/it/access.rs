//! Authorisation is complete: every operation of the document, called by nobody and by every role, answers what `access.txt` says.

use std::collections::{BTreeMap, BTreeSet};

use client::Method;
use serde_json::{Value, json};

use crate::document::{Operation, faults, operations};
use crate::routes::tickets::given;
use crate::world::mails;
use crate::world::{Answered, Area, Caller, PASSWORD, Who, World};

const TABLE: &str = include_str!("access.txt");

/// The columns of the table, and who stands in each.
const CALLERS: [(&str, Option<Who>); 9] = [
    ("nobody", None),
    ("user", Some(Who::User)),
    ("area_head", Some(Who::AreaHead)),
    ("help_desk", Some(Who::HelpDesk)),
    ("support1", Some(Who::Support1)),
    ("support2", Some(Who::Support2)),
    ("it_head", Some(Who::ItHead)),
    ("admin", Some(Who::Admin)),
    ("auditor", Some(Who::Auditor)),
];

/// The statuses of each operation, by caller.
fn table() -> BTreeMap<&'static str, BTreeMap<&'static str, &'static str>> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let mut table = BTreeMap::new();
    for row in rows {
        let mut cells = row.split_whitespace();
        let id = cells.next().unwrap();
        let statuses: Vec<_> = cells.collect();
        assert_eq!(statuses.len(), CALLERS.len(), "a status for every caller: {row}");
        let of_row = CALLERS.iter().map(|(caller, _)| *caller).zip(statuses).collect();
        assert!(table.insert(id, of_row).is_none(), "{id} stands once in the table");
    }
    table
}

/// What the table says.
pub fn expected(id: &str, caller: &str) -> &'static str {
    table()
        .get(id)
        .and_then(|row| row.get(caller))
        .unwrap_or_else(|| panic!("access.txt says nothing of {id}: what does it answer to whom?"))
}

/// What the calls are about.
struct Things {
    ticket: i64,
    file: i64,
    person: i64,
    contact: i64,
    area: i64,
    service: i64,
    provider: i64,
    /// That the mail server would never take.
    mail: i64,
    /// Of a link that asks whether it works.
    token: String,
    /// Of `user`, for integrations.
    access_token: i64,
    /// Of `user`.
    absence: i64,
    /// Of `user`, who shares it with nobody.
    view: i64,
    /// Of tokens that are made.
    expires_at: domain::Instant,
    /// Came in, and made a ticket.
    received_mail: i64,
    /// Came in and made nothing, either of them.
    idle_mails: [i64; 3],
}

impl Things {
    fn of(world: &World) -> Things {
        let file = world.user().upload("pantalla.png", b"una pantalla");
        let request = json!({ "channel": "web", "title": "No abre", "description": "Sale un error.", "files": [file] });
        let contact = json!({ "name": "Visita", "area": world.area(Area::Logistics) });
        let solved = given::to_close(world);
        let answer = world.app().answer_link(solved.try_into().unwrap(), world.person(Who::User).try_into().unwrap(), 4);
        let token = json!({ "name": "Tablero", "scope": "read", "expires_at": world.now() + chrono::TimeDelta::days(30) });
        Things {
            mail: mails::failed(world),
            token: answer.split_once('#').unwrap().1.to_owned(),
            access_token: world.user().post("/me/tokens", token).must(201).json()["token"]["id"].as_i64().unwrap(),
            absence: world.user().post("/absences", json!({ "from_on": "2027-01-04", "until_on": "2027-01-08" })).must(201).id(),
            view: world.user().post("/views", json!({ "name": "Lo mío", "query": "ended=false" })).must(201).id(),
            expires_at: world.now() + chrono::TimeDelta::days(30),
            ticket: world.user().create(request).must(201).id(),
            file,
            person: world.person(Who::OtherUser),
            contact: world.help_desk().post("/contacts", contact).must(201).id(),
            area: world.area(Area::People),
            service: world.service(),
            provider: world.provider(),
            received_mail: handed_over(world, "From: otro@agencia.example\r\nSubject: No abre\r\n\r\nHola."),
            // Nothing can be read in them.
            idle_mails: [" ", "\r\n", "\t"].map(|mail| handed_over(world, mail)),
        }
    }

    fn path(&self, operation: &Operation<'_>) -> String {
        let path = operation.path.strip_prefix("/api/v1").expect("every operation stands under /api/v1");
        let id = match path.split('/').nth(1).unwrap_or_default() {
            "received-mails" if path.ends_with("/request") => self.idle_mails[0],
            "received-mails" if path.ends_with("/ticket") => self.idle_mails[1],
            "received-mails" if path.ends_with("/dismiss") => self.idle_mails[2],
            "tickets" => self.ticket,
            "files" => self.file,
            "people" => self.person,
            "contacts" => self.contact,
            "areas" => self.area,
            "services" => self.service,
            "providers" => self.provider,
            "outgoing-mails" => self.mail,
            "me" | "access-tokens" => self.access_token,
            "absences" => self.absence,
            "views" => self.view,
            "received-mails" => self.received_mail,
            _ => 0,
        };
        path.replace("{id}", &id.to_string())
            .replace("{token}", &self.token)
            .replace("{name}", "reminder_hours")
            .replace("{by}", "kind")
            .replace("{report}", "volume")
    }

    /// A body that whoever may call the operation gets a good answer for, each time anew.
    fn body(&self, operation: &Operation<'_>, n: usize) -> Option<Value> {
        let area = self.area;
        Some(match operation.id {
            "create_setup" => json!({ "token": "x", "agency": "A", "name": "N", "email": "n@agencia.example", "password": PASSWORD }),
            "create_session" => json!({ "email": Who::Colleague.email(), "password": PASSWORD }),
            "update_my_notice_mark" => json!({ "seen_until": 0 }),
            "update_me" => json!({ "extension": "2145", "language": "es-PE" }),
            "update_my_password" => json!({ "current": PASSWORD, "new": PASSWORD }),
            "create_password_reset" => json!({ "email": format!("nadie{n}@agencia.example") }),
            "update_forgotten_password" => json!({ "token": "x", "password": PASSWORD }),
            "create_my_token" => json!({ "name": "Tablero", "scope": "read", "expires_at": self.expires_at }),
            "create_person" => json!({ "name": "Nueva", "email": format!("nueva{n}@agencia.example"), "area": area, "roles": ["user"] }),
            "update_person" => json!({ "name": "Óscar Otro", "email": Who::OtherUser.email(), "area": area, "roles": ["user"] }),
            "update_person_password" => json!({ "password": PASSWORD }),
            "create_contact" | "update_contact" => json!({ "name": "Visita", "area": area }),
            "create_area" => json!({ "name": format!("Área {n}") }),
            "update_area" => json!({ "name": "Oficina de Recursos Humanos" }),
            "create_service" => json!({ "name": format!("Servicio {n}") }),
            "update_service" => json!({ "name": "Correo electrónico" }),
            "create_provider" => json!({ "name": format!("Proveedor {n}") }),
            "update_provider" => json!({ "name": "Servicios Técnicos S.A.C." }),
            "update_contact_merge" => json!({ "into": self.person }),
            "create_absence" => json!({ "from_on": "2027-02-01", "until_on": "2027-02-01" }),
            "update_absence" => json!({ "from_on": "2027-01-04", "until_on": "2027-01-08" }),
            "create_view" => json!({ "name": format!("Vista {n}"), "query": "phase=requested", "columns": ["number", "title", "area"] }),
            "update_view" => json!({ "name": "Lo mío", "query": "ended=true" }),
            "update_setting" => json!({ "value": 24 }),
            "create_received_mail_request" => json!({ "requester": self.person }),
            "update_received_mail_ticket" => json!({ "ticket": self.ticket }),
            "create_ticket" => json!({ "request": { "channel": "web", "title": "No abre", "description": "Sale un error." } }),
            "create_mail_answer" => json!({ "works": true }),
            "command_ticket" => json!({ "commands": [{ "action": "comment", "text": "Sigue igual." }] }),
            _ => return None,
        })
    }

    fn call(&self, operation: &Operation<'_>, caller: &Caller, n: usize) -> Answered {
        let ask = caller.ask(operation.method(), &self.path(operation)).header("if-match", "*");
        match (operation.id, self.body(operation, n)) {
            ("create_file", _) => {
                let body = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhola\r\n--b--\r\n";
                ask.body("multipart/form-data; boundary=b", body.into()).send()
            }
            ("create_people_import" | "create_areas_import", _) => {
                let file = "code,name,email,area\nULOG,Unidad de Logística,,\n";
                let is_of_people = operation.id == "create_people_import";
                let people = format!("name,email,area\nÓscar Otro,{},Oficina de Recursos Humanos\n", Who::OtherUser.email());
                let areas = file.replace(",email,area", "").replace(",,", "");
                ask.body("text/csv", if is_of_people { people } else { areas }.into()).send()
            }
            ("create_received_mail", _) => {
                let mail = format!("From: otro@agencia.example\r\nAuto-Submitted: auto-replied\r\n\r\n{n}");
                ask.body("message/rfc822", mail.into()).send()
            }
            (_, Some(body)) => ask.json(body).send(),
            (_, None) => ask.send(),
        }
    }
}

/// The number of a mail that came in.
fn handed_over(world: &World, mail: &str) -> i64 {
    world.admin().ask(Method::POST, "/intake/mail").body("message/rfc822", mail.into()).send().must(201).id()
}

#[test]
fn the_table_has_a_row_for_every_operation_and_no_other() {
    let document = api::openapi::document();
    let mut operations: Vec<_> = operations(&document).iter().map(|operation| operation.id).collect();
    operations.sort_unstable();

    let table = table();

    assert_eq!(table.keys().copied().collect::<Vec<_>>(), operations);
}

on_both! {
    fn every_operation_answers_to_everybody_what_the_table_says(world: &World) {
        let document = api::openapi::document();
        let things = Things::of(world);
        // What is deleted is needed before, and signing out ends what all others need.
        let mut operations = operations(&document);
        operations.sort_by_key(|operation| (operation.id == "delete_session", operation.method == "delete"));
        let mut surprises = Vec::new();
        let mut n = 0;

        for operation in &operations {
            for (name, who) in CALLERS {
                n += 1;
                let caller = who.map_or_else(|| world.anonymous(), |who| world.caller(who));
                let answered = things.call(operation, &caller, n);

                if answered.status.to_string() != expected(operation.id, name) {
                    surprises.push(format!("{} for {name}, not {}: {answered}", operation.id, expected(operation.id, name)));
                }
                is_as_documented(&document, operation, &answered);
            }
        }

        assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    }

    fn a_no_says_nothing_of_what_it_hides(world: &World) {
        let document = api::openapi::document();
        let things = Things::of(world);

        for operation in operations(&document) {
            for (name, who) in CALLERS {
                let caller = who.map_or_else(|| world.anonymous(), |who| world.caller(who));
                let status: u16 = expected(operation.id, name).parse().unwrap();
                if ![401, 403, 404].contains(&status) || operation.id == "refresh_session" {
                    continue;
                }
                let answered = things.call(&operation, &caller, 0);

                let is_of_role = operation.id == "command_ticket" || answered.text().contains("not_your_role");
                match status {
                    401 => {
                        answered.problem(401, "unauthenticated");
                        assert_eq!(answered.header("www-authenticate"), Some("Bearer"));
                    }
                    403 => assert!(is_of_role, "{name}: {answered}"),
                    _ => drop(answered.problem(404, "not_found")),
                }
                assert_eq!(answered.header("etag"), None, "{answered}");
            }
        }
    }

    fn what_is_not_there_and_what_is_not_yours_look_the_same(world: &World) {
        let things = Things::of(world);
        let same = |text: &str| {
            let mut problem: Value = serde_json::from_str(text).unwrap();
            problem["request_id"] = Value::Null;
            problem
        };

        for (caller, hidden, absent) in [
            (world.admin(), format!("/tickets/{}", things.ticket), "/tickets/999999".to_owned()),
            (world.other_user(), format!("/tickets/{}", things.ticket), "/tickets/999999".to_owned()),
            (world.other_user(), format!("/tickets/{}/events", things.ticket), "/tickets/999999/events".to_owned()),
            (world.other_user(), format!("/files/{}", things.file), "/files/999999".to_owned()),
        ] {
            let hidden = caller.get(&hidden).must(404);
            let absent = caller.get(&absent).must(404);

            assert_eq!(same(&hidden.text()), same(&absent.text()));
            let names = |answered: &Answered| answered.headers().keys().map(ToString::to_string).collect::<BTreeSet<_>>();
            assert_eq!(names(&hidden), names(&absent));
        }
        let comment = json!({ "action": "comment", "text": "Hola." });
        let hidden = world.other_user().command(things.ticket, comment.clone());
        let absent = world.other_user().command(999_999, comment);
        assert_eq!(same(&hidden.text()), same(&absent.text()));
    }
}

/// The document names the status, and the body keeps to its schema.
fn is_as_documented(document: &Value, operation: &Operation<'_>, answered: &Answered) {
    assert!(operation.response(answered.status).is_some(), "the document says nothing of this status of {}: {answered}", operation.id);
    if let Some(schema) = operation.answer_schema(answered.status) {
        assert_eq!(faults(document, schema, &answered.json()), [""; 0], "{}: {answered}", operation.id);
    } else if answered.status == 204 {
        assert!(answered.bytes().is_empty(), "{answered}");
    }
    let headers = operation.response(answered.status).and_then(|response| response["headers"].as_object());
    for name in headers.into_iter().flat_map(|headers| headers.keys()) {
        assert!(answered.header(name).is_some(), "{} promises {name}: {answered}", operation.id);
    }
    assert!(operation.method() != Method::GET || !answered.headers().contains_key("set-cookie"), "a GET sets no cookie: {answered}");
}
