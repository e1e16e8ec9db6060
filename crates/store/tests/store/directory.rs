//! People, areas, services and providers: written whole with a version, never deleted, each change kept.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use diesel::prelude::*;
use domain::{AreaId, Day, Email, Line, PersonId, ProviderId, Role, Ruc, Text, day_in_lima};
use serde_json::{Value, json};
use store::areas::{self, NewArea};
use store::history::{Entity, history};
use store::people::{self, NewPerson};
use store::providers::{self, NewProvider};
use store::records::{RecordError, RecordFilter};
use store::services::{self, NewService};
use store::{StoreError, accounts, actors, settings};

use crate::world::{World, at};

// What these tests, and those of the sessions, make.

pub fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub fn person(name: &str, area: AreaId) -> NewPerson {
    NewPerson {
        name: line(name),
        email: None,
        post: None,
        area,
        extension: None,
        phone: None,
        place: None,
        language: "es-PE".to_owned(),
        roles: [Role::User].into(),
        is_contact: false,
        is_active: true,
    }
}

pub fn area(name: &str, parent: Option<AreaId>) -> NewArea {
    NewArea { name: line(name), abbreviation: None, parent, head: None, is_reserved: false, ended_on: None }
}

pub fn an_area(world: &World, name: &str, parent: Option<AreaId>) -> AreaId {
    insert_area(world, area(name, parent)).unwrap()
}

pub fn a_person(world: &World, name: &str, area: AreaId) -> PersonId {
    insert_person(world, person(name, area)).unwrap()
}

pub fn disabled(world: &World, id: PersonId) {
    set_active(world, id, false);
}

pub fn enabled(world: &World, id: PersonId) {
    set_active(world, id, true);
}

/// Also empties what [`person`] leaves empty.
fn set_active(world: &World, id: PersonId, is_active: bool) {
    let row = world.read(|conn| people::find(conn, id)).unwrap();
    update_person(world, id, row.version, NewPerson { is_active, ..person(&row.name, row.area) }).unwrap();
}

pub fn insert_person(world: &World, new: NewPerson) -> Result<PersonId, RecordError> {
    world.store.write(move |conn| people::insert(conn, None, at(0), &new))
}

pub fn update_person(world: &World, id: PersonId, version: u32, new: NewPerson) -> Result<(), RecordError> {
    world.store.write(move |conn| people::update(conn, None, at(1), id, version, &new))
}

pub fn insert_area(world: &World, new: NewArea) -> Result<AreaId, RecordError> {
    world.store.write(move |conn| areas::insert(conn, None, at(0), &new))
}

/// Writes the area whole, of the version that it has.
pub fn update_area(world: &World, id: AreaId, new: NewArea) -> Result<(), RecordError> {
    let version = world.read(|conn| areas::find(conn, id)).unwrap().version;
    world.store.write(move |conn| areas::update(conn, None, at(1), id, version, &new))
}

pub fn names(world: &World, filter: RecordFilter) -> Vec<String> {
    world.read(|conn| people::list(conn, &filter, None, 100)).into_iter().map(|row| row.name).collect()
}

pub fn words(words: &str) -> RecordFilter {
    RecordFilter { words: Some(words.to_owned()), ..RecordFilter::default() }
}

pub fn all() -> RecordFilter {
    RecordFilter { all: true, ..RecordFilter::default() }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The day of `at(0)`.
pub fn today() -> Day {
    day_in_lima(at(0))
}

on_both! {
    fn a_person_is_written_and_read_back_whole(world: &World) {
        let office = an_area(world, "Oficina de Tecnologías", None);
        let new = NewPerson {
            email: Some(email("Ana.Nunez@Agencia.example")),
            post: Some(line("Especialista")),
            extension: Some(line("214")),
            phone: Some(line("999 888 777")),
            place: Some(line("Piso 3")),
            roles: [Role::User, Role::HelpDesk].into(),
            ..person("Ana Núñez", office)
        };
        let id = insert_person(world, new).unwrap();
        let row = world.read(|conn| people::find(conn, id)).unwrap();
        let expected = people::PersonRow {
            id,
            version: 1,
            name: "Ana Núñez".into(),
            email: Some("ana.nunez@agencia.example".into()),
            post: Some("Especialista".into()),
            area: office,
            area_name: "Oficina de Tecnologías".into(),
            extension: Some("214".into()),
            phone: Some("999 888 777".into()),
            place: Some("Piso 3".into()),
            language: "es-PE".into(),
            roles: [Role::User, Role::HelpDesk].into(),
            is_contact: false,
            is_active: true,
            has_account: false,
            merged_into: None,
        };
        assert_eq!(row, expected);

        update_person(world, id, 1, person("Ana Núñez Paz", office)).unwrap();
        let row = world.read(|conn| people::find(conn, id)).unwrap();
        let emptied = people::PersonRow {
            version: 2,
            name: "Ana Núñez Paz".into(),
            email: None,
            post: None,
            extension: None,
            phone: None,
            place: None,
            roles: [Role::User].into(),
            ..expected
        };
        assert_eq!(row, emptied, "what is left out is gone");
        assert!(world.read(|conn| people::find(conn, PersonId::parse(id.get() + 1).unwrap())).is_none());
    }

    fn a_record_is_written_only_on_the_version_that_was_read(world: &World) {
        let office = an_area(world, "Oficina", None);
        let id = a_person(world, "Ana", office);
        update_person(world, id, 1, person("Ana Paz", office)).unwrap();
        for wrong in [0, 1, 3, u32::MAX] {
            assert!(matches!(update_person(world, id, wrong, person("Otra", office)), Err(RecordError::Conflict)), "{wrong}");
        }
        let nobody = PersonId::parse(id.get() + 1).unwrap();
        assert!(matches!(update_person(world, nobody, 1, person("Nadie", office)), Err(RecordError::NotFound)));
        assert_eq!(world.read(|conn| people::find(conn, id)).unwrap().name, "Ana Paz");
        assert_eq!(world.read(|conn| history(conn, Entity::Person, id, None, 10)).len(), 2, "what was refused is not kept");
    }

    fn of_many_writers_of_one_version_exactly_one_succeeds(world: &World) {
        let office = an_area(world, "Oficina", None);
        let id = a_person(world, "Ana", office);
        for version in 1..=10 {
            let start = Barrier::new(6);
            let results: Vec<_> = thread::scope(|scope| {
                let tries: Vec<_> = (0..6)
                    .map(|n| {
                        let start = &start;
                        scope.spawn(move || {
                            start.wait();
                            update_person(world, id, version, person(&format!("Ana {version} {n}"), office))
                        })
                    })
                    .collect();
                tries.into_iter().map(|t| t.join().unwrap()).collect()
            });
            assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
            assert_eq!(results.iter().filter(|r| matches!(r, Err(RecordError::Conflict))).count(), 5);
        }
        assert_history_is_whole(world, Entity::Person, id.get(), 11);
    }

    fn an_address_belongs_to_one_person(world: &World) {
        let office = an_area(world, "Oficina", None);
        let ana = NewPerson { email: Some(email("ana@agencia.example")), ..person("Ana", office) };
        let id = insert_person(world, ana.clone()).unwrap();
        assert!(matches!(insert_person(world, NewPerson { name: line("Otra"), ..ana.clone() }), Err(RecordError::EmailTaken)));
        let eva = a_person(world, "Eva", office);
        let taken = NewPerson { email: Some(email("ANA@agencia.example")), ..person("Eva", office) };
        assert!(matches!(update_person(world, eva, 1, taken.clone()), Err(RecordError::EmailTaken)));
        a_person(world, "Nadie tiene correo", office);

        update_person(world, id, 1, NewPerson { is_active: false, ..ana }).unwrap();
        assert!(matches!(update_person(world, eva, 1, taken), Err(RecordError::EmailTaken)), "a disabled person keeps it");
    }

    fn a_person_needs_an_area_that_is_open(world: &World) {
        let nowhere = AreaId::parse(4_711).unwrap();
        assert!(matches!(insert_person(world, person("Ana", nowhere)), Err(RecordError::AreaUnknown)));
        let office = an_area(world, "Oficina", None);
        let ended = insert_area(world, NewArea { ended_on: today().pred_opt(), ..area("Antigua", None) }).unwrap();
        let last_day = insert_area(world, NewArea { ended_on: Some(today()), ..area("De hoy", None) }).unwrap();
        assert!(matches!(insert_person(world, person("Ana", ended)), Err(RecordError::AreaUnknown)));
        let id = a_person(world, "Ana", last_day);
        assert!(matches!(update_person(world, id, 1, person("Ana", ended)), Err(RecordError::AreaUnknown)));
        assert!(matches!(update_person(world, id, 1, person("Ana", nowhere)), Err(RecordError::AreaUnknown)));

        // Whoever is in an area that ends can still be corrected, and moved.
        update_area(world, last_day, NewArea { ended_on: today().pred_opt(), ..area("De hoy", None) }).unwrap();
        update_person(world, id, 1, person("Ana Paz", last_day)).unwrap();
        update_person(world, id, 2, person("Ana Paz", office)).unwrap();
    }

    fn a_head_has_the_role_by_heading_and_in_no_other_way(world: &World) {
        let agency = an_area(world, "Agencia", None);
        let office = an_area(world, "Oficina", Some(agency));
        let unit = an_area(world, "Unidad", Some(office));
        let new = NewPerson { roles: [Role::User, Role::AreaHead].into(), ..person("Eva", office) };
        let eva = insert_person(world, new).unwrap();
        let roles = |world: &World| world.read(|conn| people::find(conn, eva)).unwrap().roles;
        let account = |world: &World| world.read(|conn| actors::find_account(conn, eva, at(0))).unwrap();
        assert_eq!(roles(world), [Role::User].into());
        assert!(account(world).actor.areas_headed.is_empty());

        update_area(world, office, NewArea { head: Some(eva), ..area("Oficina", Some(agency)) }).unwrap();
        assert_eq!(roles(world), [Role::User, Role::AreaHead].into());
        assert_eq!(names(world, RecordFilter { role: Some(Role::AreaHead), ..RecordFilter::default() }), ["Eva"]);
        let actor = account(world).actor;
        assert_eq!((actor.who, actor.area), (domain::Who::Person(eva), Some(office)));
        assert!(actor.has(Role::AreaHead));
        assert_eq!(actor.areas_headed, [office, unit].into(), "and what is under it, but not above");
        assert_eq!(world.read(|conn| areas::find(conn, office)).unwrap().head, Some((eva, "Eva".into())));

        // What is read is written back whole, the derived role with it.
        let again = NewPerson { roles: roles(world), ..person("Eva", office) };
        update_person(world, eva, 1, again).unwrap();
        update_area(world, office, area("Oficina", Some(agency))).unwrap();
        assert_eq!(roles(world), [Role::User].into());

        let refused = world.store.write(move |conn| -> Result<(), StoreError> {
            diesel::sql_query("INSERT INTO person_roles (person_id, role) VALUES (1, 'area_head')").execute(conn)?;
            Ok(())
        });
        assert!(refused.is_err(), "the table itself does not take it");
    }

    fn who_heads_an_area_is_there_and_active(world: &World) {
        let office = an_area(world, "Oficina", None);
        let eva = a_person(world, "Eva", office);
        let headed = |head| NewArea { head: Some(head), ..area("Oficina", None) };
        assert!(matches!(update_area(world, office, headed(PersonId::parse(99).unwrap())), Err(RecordError::PersonUnknown)));
        assert!(matches!(insert_area(world, NewArea { name: line("Otra"), ..headed(PersonId::parse(99).unwrap()) }), Err(RecordError::PersonUnknown)));
        update_area(world, office, headed(eva)).unwrap();
        disabled(world, eva);
        // It can still be renamed with the head that it has; but nobody makes her head of another.
        update_area(world, office, NewArea { name: line("Oficina General"), ..headed(eva) }).unwrap();
        assert!(matches!(insert_area(world, NewArea { name: line("Otra"), ..headed(eva) }), Err(RecordError::PersonUnknown)));
    }

    fn a_disabled_person_keeps_its_record_and_has_an_account_that_is_not_active(world: &World) {
        let office = an_area(world, "Oficina", None);
        let eva = a_person(world, "Eva", office);
        world.write(move |conn| accounts::set_password(conn, None, at(0), eva, "$argon2id$", None));
        disabled(world, eva);
        assert!(names(world, RecordFilter::default()).is_empty());
        assert_eq!(names(world, all()), ["Eva"]);
        let row = world.read(|conn| people::find(conn, eva)).unwrap();
        assert!(row.has_account && !row.is_active);
        assert!(!world.read(|conn| actors::find_account(conn, eva, at(0))).unwrap().is_active);
        assert!(!world.read(|conn| accounts::find_credentials_of(conn, eva)).unwrap().is_active);
        assert_history_is_whole(world, Entity::Person, eva.get(), 3);
    }

    fn a_contact_has_no_account(world: &World) {
        let office = an_area(world, "Oficina", None);
        let contact = NewPerson { is_contact: true, roles: BTreeSet::new(), email: Some(email("luz@fuera.example")), ..person("Luz", office) };
        let id = insert_person(world, contact.clone()).unwrap();
        let give = |world: &World| world.store.write(move |conn| accounts::set_password(conn, None, at(0), id, "$argon2id$", None));
        assert!(matches!(give(world), Err(RecordError::NotFound)));
        assert!(world.read(|conn| actors::find_account(conn, id, at(0))).is_none());
        assert_eq!(names(world, RecordFilter { is_contact: Some(true), ..RecordFilter::default() }), ["Luz"]);
        assert!(names(world, RecordFilter { is_contact: Some(false), ..RecordFilter::default() }).is_empty());

        update_person(world, id, 1, NewPerson { is_contact: false, ..contact.clone() }).unwrap();
        give(world).unwrap();
        assert!(world.read(|conn| accounts::find_credentials(conn, "luz@fuera.example")).is_some());
        update_person(world, id, 3, contact).unwrap();
        assert!(world.read(|conn| accounts::find_credentials(conn, "luz@fuera.example")).is_none());
        assert!(world.read(|conn| accounts::find_credentials_of(conn, id)).is_none());
        assert!(!world.read(|conn| people::find(conn, id)).unwrap().has_account);
        assert_eq!(world.read(accounts::count_accounts), 0);
    }

    fn a_password_is_in_its_own_table_and_in_no_history(world: &World) {
        let office = an_area(world, "Oficina", None);
        let new = NewPerson { email: Some(email("ana@agencia.example")), ..person("Ana", office) };
        let ana = insert_person(world, new).unwrap();
        for hash in ["$argon2id$first", "$argon2id$second"] {
            world.write(move |conn| accounts::set_password(conn, Some(ana), at(7), ana, hash, None));
        }
        let credentials = world.read(|conn| accounts::find_credentials(conn, " ANA@agencia.example ")).unwrap();
        assert_eq!((credentials.person, credentials.password_hash.as_str(), credentials.is_active), (ana, "$argon2id$second", true));
        assert_eq!(world.read(|conn| accounts::find_credentials_of(conn, ana)).unwrap(), credentials);
        assert!(!format!("{credentials:?}").contains("argon2"));
        assert!(world.read(|conn| accounts::find_credentials(conn, "otra@agencia.example")).is_none());
        assert_eq!(world.read(accounts::count_accounts), 1);

        let changes = world.read(|conn| history(conn, Entity::Person, ana, None, 10));
        assert_eq!(changes.iter().map(|c| c.version).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(changes[2].by, Some((ana, "Ana".into())));
        assert!(changes.iter().all(|change| !format!("{change:?}").contains("argon2")));
        assert!(matches!(
            world.store.write(move |conn| accounts::set_password(conn, None, at(0), PersonId::parse(99).unwrap(), "x", None)),
            Err(RecordError::NotFound)
        ));
    }

    fn people_are_found_by_the_beginnings_of_words_without_accents(world: &World) {
        let office = an_area(world, "Oficina", None);
        let people = [
            ("María Núñez Ibáñez", "maria.nunez@agencia.example", "214"),
            ("Mario Nuñoa", "mnunoa@agencia.example", "215"),
            ("José Ñahui", "jose@agencia.example", "3214"),
            ("Nu\u{301}ria O'Higgins-Peña", "nuria@agencia.example", "400"),
        ];
        for (name, address, extension) in people {
            let new = NewPerson { email: Some(email(address)), extension: Some(line(extension)), ..person(name, office) };
            insert_person(world, new).unwrap();
        }
        let found = |text: &str| names(world, words(text));
        assert_eq!(found("nunez"), ["María Núñez Ibáñez"]);
        assert_eq!(found("NÚÑEZ mar"), ["María Núñez Ibáñez"]);
        assert_eq!(found("Nun"), ["María Núñez Ibáñez", "Mario Nuñoa"]);
        assert_eq!(found("ñahu"), ["José Ñahui"]);
        assert_eq!(found("21"), ["María Núñez Ibáñez", "Mario Nuñoa"], "the beginning of an extension, not its middle");
        assert_eq!(found("mnunoa"), ["Mario Nuñoa"]);
        assert_eq!(found("maria.nunez@agencia.example"), ["María Núñez Ibáñez"]);
        assert_eq!(found("agencia"), Vec::<String>::new(), "everybody's domain finds nobody");
        assert_eq!(found("núria higgins pena"), ["Nu\u{301}ria O'Higgins-Peña"]);
        assert_eq!(found("ibanez mario"), Vec::<String>::new(), "every word has to be there");
        assert_eq!(found("%"), found(""), "nothing to seek is no filter");
        for harmless in ["' OR 1=1 --", "nun\" *", "_", "\\", "(", "\u{10FFFF}", "漢字"] {
            found(harmless);
        }
        assert_eq!(found("'núñez'"), ["María Núñez Ibáñez"]);

        // Who is renamed is found by the new name, and no more by the old.
        let id = world.read(|conn| people::list(conn, &words("nahui"), None, 1))[0].id;
        update_person(world, id, 1, person("José Quispe", office)).unwrap();
        assert_eq!((found("nahui"), found("quispe")), (vec![], vec!["José Quispe".to_owned()]));
    }

    fn lists_go_by_name_and_page_by_key(world: &World) {
        let office = an_area(world, "Oficina", None);
        let mut expected = Vec::new();
        for n in 0..25 {
            // Names that fold to the same are told apart by their identity.
            let name = ["Álvaro", "alvaro", "Beto", "Ñusta", "Óscar"][n % 5];
            expected.push((["alvaro", "alvaro", "beto", "nusta", "oscar"][n % 5], a_person(world, name, office)));
        }
        expected.sort();
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = world.read(|conn| people::list(conn, &RecordFilter::default(), after.clone(), 7));
            let Some(last) = page.last() else { break };
            after = Some(last.key());
            assert!(page.len() <= 7);
            seen.extend(page.iter().map(|row| row.id));
        }
        assert_eq!(seen, expected.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    }

    fn people_are_listed_by_role(world: &World) {
        let office = an_area(world, "Oficina", None);
        for (name, roles) in [("Ana", vec![Role::HelpDesk, Role::Support1]), ("Beto", vec![Role::Support1]), ("Ciro", vec![])] {
            insert_person(world, NewPerson { roles: roles.into_iter().collect(), ..person(name, office) }).unwrap();
        }
        let by = |role| names(world, RecordFilter { role: Some(role), ..RecordFilter::default() });
        assert_eq!(by(Role::Support1), ["Ana", "Beto"]);
        assert_eq!(by(Role::HelpDesk), ["Ana"]);
        assert!(by(Role::Admin).is_empty() && by(Role::AreaHead).is_empty());
        let rows = world.read(|conn| people::list(conn, &RecordFilter::default(), None, 10));
        assert_eq!(rows.iter().map(|row| row.roles.len()).collect::<Vec<_>>(), [2, 1, 0]);
    }

    fn every_change_is_kept_with_who_and_when(world: &World) {
        let office = an_area(world, "Oficina", None);
        let admin = a_person(world, "Admin", office);
        let ana = world.write(move |conn| people::insert(conn, Some(admin), at(10), &person("Ana", office)));
        world.write(move |conn| people::update(conn, Some(ana), at(20), ana, 1, &NewPerson { post: Some(line("Jefa")), ..person("Ana", office) }));
        let changes = world.read(|conn| history(conn, Entity::Person, ana, None, 10));
        assert_eq!(changes.len(), 2);
        let made = json!({
            "name": "Ana", "email": null, "post": null, "area": office.get(), "extension": null, "phone": null, "place": null, "language": "es-PE",
            "roles": ["user"], "is_contact": false, "is_active": true, "password_changed_at": null
        });
        assert_eq!((changes[0].version, changes[0].at, changes[0].by.clone(), changes[0].before.clone()), (1, at(10), Some((admin, "Admin".into())), None));
        assert_eq!(changes[0].after, made);
        assert_eq!((changes[1].version, changes[1].at, changes[1].by.clone()), (2, at(20), Some((ana, "Ana".into()))));
        assert_eq!(changes[1].before.as_ref(), Some(&made));
        assert_eq!(changes[1].after["post"], "Jefa");
        assert_eq!(world.read(|conn| history(conn, Entity::Person, ana, Some(1), 10)), changes[1..]);
        assert_eq!(world.read(|conn| history(conn, Entity::Person, ana, None, 1)), changes[..1]);
        assert!(world.read(|conn| history(conn, Entity::Area, ana.get() + 100, None, 10)).is_empty());
    }

    fn services_are_records_like_the_others(world: &World) {
        let new = |name: &str, is_active| NewService { name: line(name), description: Some(Text::parse("Qué es").unwrap()), is_active };
        let insert = |new: NewService| world.store.write(move |conn| services::insert(conn, None, at(0), &new));
        let update = |id, version, new: NewService| world.store.write(move |conn| services::update(conn, None, at(1), id, version, &new));
        let mail = insert(new("Correo electrónico", true)).unwrap();
        let print = insert(new("Impresión", true)).unwrap();
        assert!(matches!(insert(new("CORREO ELECTRONICO", true)), Err(RecordError::NameTaken)));
        assert!(matches!(update(print, 1, new("correo electrónico", true)), Err(RecordError::NameTaken)));
        assert!(matches!(update(print, 2, new("Impresión", true)), Err(RecordError::Conflict)));
        update(mail, 1, new("Correo electrónico", false)).unwrap();
        assert!(matches!(update(domain::ServiceId::parse(99).unwrap(), 1, new("x", true)), Err(RecordError::NotFound)));
        insert(new("Correo electrónico", true)).unwrap();

        let row = world.read(|conn| services::find(conn, mail)).unwrap();
        assert_eq!((row.version, row.name.as_str(), row.description.as_deref(), row.is_active), (2, "Correo electrónico", Some("Qué es"), false));
        let listed = |filter: RecordFilter| world.read(|conn| services::list(conn, &filter, None, 10));
        assert_eq!(listed(RecordFilter::default()).len(), 2);
        assert_eq!(listed(all()).len(), 3);
        assert_eq!(listed(words("impresion")).iter().map(|row| row.id).collect::<Vec<_>>(), [print]);
        let first = listed(all())[0].key();
        assert_eq!(world.read(|conn| services::list(conn, &all(), Some(first), 10)).len(), 2);
        assert_history_is_whole(world, Entity::Service, mail.get(), 2);
    }

    fn providers_are_records_like_the_others(world: &World) {
        let new = |name: &str, ruc: Option<&str>, is_active| NewProvider {
            name: line(name),
            ruc: ruc.map(|ruc| Ruc::parse(ruc).unwrap()),
            email: Some(email("Mesa@proveedor.example")),
            phone: Some(line("01 555 0000")),
            contact: Some(line("Señora Quispe")),
            is_active,
        };
        let insert = |new: NewProvider| world.store.write(move |conn| providers::insert(conn, None, at(0), &new));
        let update = |id: ProviderId, version, new: NewProvider| world.store.write(move |conn| providers::update(conn, None, at(1), id, version, &new));
        let ruc = Some("20131312955");
        let one = insert(new("Soporte SAC", ruc, true)).unwrap();
        let two = insert(new("Redes SAC", None, true)).unwrap();
        assert!(matches!(insert(new("Otra SAC", ruc, true)), Err(RecordError::RucTaken)));
        assert!(matches!(insert(new("SOPORTE SÁC", None, true)), Err(RecordError::NameTaken)));
        assert!(matches!(update(two, 1, new("Redes SAC", ruc, true)), Err(RecordError::RucTaken)));
        assert!(matches!(update(two, 1, new("Soporte SAC", None, true)), Err(RecordError::NameTaken)));
        assert!(matches!(update(two, 7, new("Redes SAC", None, true)), Err(RecordError::Conflict)));
        update(one, 1, new("Soporte SAC", ruc, false)).unwrap();
        update(two, 1, new("Redes SAC", ruc, true)).unwrap();

        let row = world.read(|conn| providers::find(conn, one)).unwrap();
        let expected = providers::ProviderRow {
            id: one,
            version: 2,
            name: "Soporte SAC".into(),
            ruc: Some("20131312955".into()),
            email: Some("mesa@proveedor.example".into()),
            phone: Some("01 555 0000".into()),
            contact: Some("Señora Quispe".into()),
            is_active: false,
        };
        assert_eq!(row, expected);
        let listed = |filter: RecordFilter| world.read(|conn| providers::list(conn, &filter, None, 10));
        assert_eq!(listed(RecordFilter::default()).len(), 1);
        assert_eq!(listed(all()).len(), 2);
        for text in ["redes", "2013", "senora", "mesa@prov"] {
            assert_eq!(listed(words(text)).iter().map(|row| row.id).collect::<Vec<_>>(), [two], "{text}");
        }
        assert_history_is_whole(world, Entity::Provider, one.get(), 2);
    }

    fn a_setting_has_a_version_and_a_history(world: &World) {
        let put = |version, value: Value| world.store.write(move |conn| settings::put(conn, None, at(3), "reopening_days", version, &value));
        assert!(world.read(|conn| settings::get(conn, "reopening_days")).is_none());
        assert!(matches!(put(Some(1), json!(10)), Err(RecordError::NotFound)));
        assert_eq!(put(None, json!(10)).unwrap(), 1);
        assert!(matches!(put(None, json!(11)), Err(RecordError::Conflict)));
        assert_eq!(put(Some(1), json!({"days": 12})).unwrap(), 2);
        assert!(matches!(put(Some(1), json!(13)), Err(RecordError::Conflict)));
        let setting = world.read(|conn| settings::get(conn, "reopening_days")).unwrap();
        assert_eq!((setting.version, setting.value), (2, json!({"days": 12})));
        assert_history_is_whole(world, Entity::Setting, setting.id, 2);
    }
}

/// Versions 1 to `n`, one each, and each begins as the one before it ended.
pub fn assert_history_is_whole(world: &World, entity: Entity, id: i64, n: u32) {
    let changes = world.read(|conn| history(conn, entity, id, None, 1_000));
    assert_eq!(changes.iter().map(|change| change.version).collect::<Vec<_>>(), (1..=n).collect::<Vec<_>>());
    assert_eq!(changes[0].before, None);
    for pair in changes.windows(2) {
        assert_eq!(pair[1].before.as_ref(), Some(&pair[0].after));
    }
}
