//! The first administrator: exactly one, whoever tries.

use std::sync::Barrier;
use std::thread;

use domain::{Email, Line, PersonId, Role};
use store::setup::{NewAdministrator, SetupError};
use store::{accounts, actors, areas, history, people, records::RecordFilter, setup};

use crate::world::{World, at};

const TOKEN: &[u8] = b"the hash of a token";

fn redeem(world: &World, token: &'static [u8], seconds: i64, email: &str) -> Result<PersonId, SetupError> {
    let administrator =
        NewAdministrator { name: Line::parse("Ana Núñez").unwrap(), email: Email::parse(email).unwrap(), language: "es-PE".to_owned() };
    let agency = Line::parse("Agencia de Pruebas").unwrap();
    world.store.write(move |conn| setup::redeem(conn, token, at(seconds), &agency, &administrator, "$argon2id$one"))
}

fn offer(world: &World, token: &'static [u8], seconds: i64) -> bool {
    world.write(move |conn| setup::offer(conn, token, at(seconds)))
}

const DAY: i64 = 24 * 60 * 60;

on_both! {
    fn the_link_makes_the_first_administrator_and_serves_once(world: &World) {
        assert!(world.read(setup::is_needed));
        assert!(offer(world, TOKEN, 0));
        assert!(offer(world, b"another", 1), "several offers may stand");

        let id = redeem(world, TOKEN, 2, "ana@agencia.example").unwrap();

        let person = world.read(|conn| people::find(conn, id)).unwrap();
        assert_eq!(person.roles, [Role::User, Role::Admin].into());
        assert_eq!((person.area_name.as_str(), person.has_account, person.is_active), ("Agencia de Pruebas", true, true));
        let account = world.read(|conn| actors::find_account(conn, id, at(0))).unwrap();
        assert!(account.actor.has(Role::Admin) && account.is_active);
        let credentials = world.read(|conn| accounts::find_credentials(conn, "Ana@Agencia.example")).unwrap();
        assert_eq!((credentials.person, credentials.password_hash.as_str()), (id, "$argon2id$one"));
        assert!(!world.read(setup::is_needed));
        assert!(!offer(world, b"a third", 3));
        for token in [TOKEN, b"another", b"a third"] {
            assert!(matches!(redeem(world, token, 4, "eva@agencia.example"), Err(SetupError::Done)));
        }
    }

    fn a_token_that_was_not_offered_or_is_too_old_makes_nobody(world: &World) {
        offer(world, TOKEN, 0);
        assert!(matches!(redeem(world, b"guessed", 1, "eva@agencia.example"), Err(SetupError::BadToken)));
        assert!(matches!(redeem(world, TOKEN, 7 * DAY + 1, "eva@agencia.example"), Err(SetupError::BadToken)));
        assert!(world.read(setup::is_needed), "a failed attempt leaves nothing");
        assert!(world.read(|conn| people::list(conn, &RecordFilter { all: true, ..RecordFilter::default() }, None, 10)).is_empty());

        redeem(world, TOKEN, 7 * DAY, "ana@agencia.example").unwrap();
    }

    fn of_many_at_once_exactly_one_wins(world: &World) {
        let tokens: [&'static [u8]; 8] = [b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"7"];
        for token in tokens {
            assert!(offer(world, token, 0));
        }
        let start = Barrier::new(tokens.len());
        let results: Vec<_> = thread::scope(|scope| {
            let tries: Vec<_> = tokens
                .iter()
                .enumerate()
                .map(|(n, token)| {
                    let start = &start;
                    scope.spawn(move || {
                        // Each has its connection before they start: making one takes longer than the set-up.
                        world.read(|_| {
                            start.wait();
                            Ok(())
                        });
                        start.wait();
                        redeem(world, token, 1, &format!("person{n}@agencia.example"))
                    })
                })
                .collect();
            tries.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
        assert_eq!(results.iter().filter(|r| matches!(r, Err(SetupError::Done))).count(), 7);
        assert_eq!(world.read(accounts::count_accounts), 1);
        let everything = RecordFilter { all: true, ..RecordFilter::default() };
        assert_eq!(world.read(|conn| areas::list(conn, &everything, domain::day_in_lima(at(0)), None, 10)).len(), 1);
    }

    fn records_brought_in_before_are_kept(world: &World) {
        offer(world, TOKEN, 0);
        let root = world.write(|conn| {
            let area = areas::NewArea {
                name: Line::parse("AGENCIA DE PRUEBAS").unwrap(),
                abbreviation: None,
                parent: None,
                head: None,
                is_reserved: false,
                ended_on: None,
            };
            areas::insert(conn, None, at(0), &area)
        });
        let id = redeem(world, TOKEN, 1, "ana@agencia.example").unwrap();
        assert_eq!(world.read(|conn| people::find(conn, id)).unwrap().area, root);
        let changes = world.read(|conn| history::history(conn, history::Entity::Person, id, None, 10));
        assert_eq!(changes.len(), 2, "made, and given a password");
        assert!(changes.iter().all(|change| change.by.is_none() && !change.after.to_string().contains("argon2")));
        assert_eq!(changes[0].after["password_changed_at"], serde_json::Value::Null);
        assert!(changes[1].after["password_changed_at"].is_string());
    }

    fn an_administrator_made_otherwise_ends_the_setup(world: &World) {
        offer(world, TOKEN, 0);
        world.write(|conn| {
            let area = areas::NewArea {
                name: Line::parse("Agencia").unwrap(),
                abbreviation: None,
                parent: None,
                head: None,
                is_reserved: false,
                ended_on: None,
            };
            let area = areas::insert(conn, None, at(0), &area)?;
            let person = people::NewPerson {
                name: Line::parse("Eva").unwrap(),
                email: Some(Email::parse("eva@agencia.example").unwrap()),
                post: None,
                area,
                extension: None,
                phone: None,
                place: None,
                language: "en".to_owned(),
                roles: [Role::Admin].into(),
                is_contact: false,
                is_active: true,
            };
            let id = people::insert(conn, None, at(0), &person)?;
            accounts::set_password(conn, None, at(0), id, "$argon2id$two", None)
        });
        assert!(!world.read(setup::is_needed));
        assert!(!offer(world, b"another", 1));
        assert!(matches!(redeem(world, TOKEN, 1, "ana@agencia.example"), Err(SetupError::Done)));
    }
}
