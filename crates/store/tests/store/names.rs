//! Names that a server knows by heart are those that were written last, also by another server.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use domain::*;
use store::areas;
use store::people::{self, NewPerson};
use store::providers::{self, NewProvider};
use store::records::{self, RecordError};
use store::services::{self, NewService};
use store::tickets::{self, Filter, Sort};
use store::{Conn, Store, StoreError, StoreSettings};

use crate::cast::{Cast, Dice, PARENTS, line};
use crate::directory::{area, person};
use crate::world::{World, at};

/// Every name that a reader is shown of these tickets, alone and in a list.
fn shown(store: &Store, cast: &Cast, ids: &[TicketId]) -> Vec<String> {
    let desk = cast.desk();
    let read = |conn: &mut Conn| {
        let mut shown = Vec::new();
        for id in ids {
            let row = tickets::find(conn, &desk, *id)?.unwrap();
            shown.extend([row.requester_name, row.area_name]);
            shown.extend([row.creator_name, row.holder_name, row.service_name, row.provider_name].into_iter().flatten());
        }
        for row in tickets::list(conn, &desk, &Filter::default(), Sort::Oldest, None, 50)? {
            shown.extend([row.requester.1, row.area.1]);
            shown.extend(row.holder.map(|(_, name)| name));
            shown.extend(row.service.map(|(_, name)| name));
        }
        Ok::<_, StoreError>(shown)
    };
    store.read(read).unwrap()
}

const KINDS: [&str; 4] = ["Persona", "Área", "Servicio", "Proveedor"];

/// All records of a kind get that word behind their names. `version`: that they have.
fn rename(world: &World, cast: &Cast, kind: &'static str, word: &str, version: u32) {
    let (cast, word) = (cast.clone(), word.to_owned());
    world.write::<_, RecordError>(move |conn| {
        let name = |n: usize| format!("{kind} {n} {word}");
        match kind {
            "Persona" => (0..cast.people.len()).try_for_each(|n| {
                people::update(conn, None, at(1), cast.people[n], version, &person(&name(n), cast.areas[n % cast.areas.len()]))
            }),
            "Área" => (0..cast.areas.len()).try_for_each(|n| {
                areas::update(conn, None, at(1), cast.areas[n], version, &area(&name(n), PARENTS[n].map(|parent| cast.areas[parent])))
            }),
            "Servicio" => (0..cast.services.len()).try_for_each(|n| {
                let new = NewService { name: line(&name(n)), description: None, is_active: true };
                services::update(conn, None, at(1), cast.services[n], version, &new)
            }),
            _ => (0..cast.providers.len()).try_for_each(|n| {
                let new = NewProvider { name: line(&name(n)), ruc: None, email: None, phone: None, contact: None, is_active: true };
                providers::update(conn, None, at(1), cast.providers[n], version, &new)
            }),
        }
    });
}

fn another(world: &World) -> Store {
    Store::open(&StoreSettings { url: world.url.clone(), n_readers: 4, queue: 16 }).unwrap()
}

on_both! {
    fn every_name_that_is_shown_is_the_one_that_was_written_last(world: &World) {
        let cast = Cast::of(world);
        let ids: Vec<TicketId> = cast.tickets(world, &mut Dice(7), 30).into_iter().map(|(id, _)| id).collect();
        let other = another(world);
        let stores = [&world.store, &other];
        let before: Vec<Vec<String>> = stores.iter().map(|store| shown(store, &cast, &ids)).collect();
        let mut expected = before[0].clone();
        for (version, word) in (1..).zip(["uno", "dos"]) {
            for kind in KINDS {
                rename(world, &cast, kind, word, version);
                let renamed = expected.iter_mut().zip(&before[0]).filter(|(_, before)| before.starts_with(kind));
                assert_ne!(renamed.map(|(name, before)| *name = format!("{before} {word}")).count(), 0, "no {kind} is shown");
                for store in stores {
                    assert_eq!(shown(store, &cast, &ids), expected, "{kind}");
                    assert_eq!(shown(store, &cast, &ids), expected, "{kind}, known by heart");
                }
            }
        }

        // What was not committed is shown to nobody, and undone.
        let undone = world.store.write::<(), RecordError>({
            let cast = cast.clone();
            move |conn| {
                people::update(conn, None, at(2), cast.people[0], 3, &person("Nadie", cast.areas[0]))?;
                Err(RecordError::NotFound)
            }
        });
        assert!(matches!(undone, Err(RecordError::NotFound)));
        assert!(stores.iter().all(|store| !shown(store, &cast, &ids).contains(&"Nadie".to_owned())));
        other.stop();
    }

    fn who_asks_after_a_change_never_reads_the_name_of_before(world: &World) {
        const LAST: u32 = 60;
        let cast = Cast::of(world);
        let (who, home) = (cast.people[3], cast.areas[3]);
        let ticket = cast.ticket(world, who, "No imprime");
        let other = another(world);
        let written = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                for n in 1..=LAST {
                    world.write::<_, RecordError>(move |conn| people::update(conn, None, at(1), who, n, &person(&format!("Nombre {n}"), home)));
                    written.store(n, Ordering::SeqCst);
                }
            });
            for store in [&world.store, &other, &other] {
                let (cast, written) = (&cast, &written);
                scope.spawn(move || {
                    while written.load(Ordering::SeqCst) < LAST {
                        let before = written.load(Ordering::SeqCst);
                        for name in shown(store, cast, &[ticket]).iter().filter(|name| !name.starts_with("Área")) {
                            let n: u32 = name.strip_prefix("Nombre ").map_or(0, |n| n.parse().unwrap());
                            assert!(n >= before, "after name {before} was written, {n} is shown");
                        }
                    }
                });
            }
        });
        other.stop();
    }

    fn changes_of_many_records_wait_for_others_before_they_hold_anything(world: &World) {
        let cast = Cast::of(world);
        let (one, other, home) = (cast.people[0], cast.people[1], cast.areas[0]);
        let email = Some(Email::parse("ana@agencia.example").unwrap());
        let with_email = |name: &str| NewPerson { email: email.clone(), ..person(name, home) };
        let (told, begun) = std::sync::mpsc::channel();
        let (new, mine) = (with_email("Ana"), with_email("Persona 1"));
        thread::scope(|scope| {
            // The first holds an address while it goes on to write another person.
            scope.spawn(move || {
                world.write::<_, RecordError>(move |conn| {
                    records::change_many(conn, |conn| {
                        people::insert(conn, None, at(1), &new)?;
                        told.send(()).unwrap();
                        thread::sleep(Duration::from_millis(300));
                        people::update(conn, None, at(1), one, 1, &person("Persona 0", home))
                    })
                });
            });
            // The second wants the address, and is told in time that it is taken.
            begun.recv().unwrap();
            let refused = world.store.write(move |conn| people::update(conn, None, at(1), other, 1, &mine));
            assert!(matches!(refused, Err(RecordError::EmailTaken)), "{refused:?}");
        });
    }
}
