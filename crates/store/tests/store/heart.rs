//! Records that a server knows by heart are those that were written last, also by another server.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use domain::*;
use store::absences::{self, AbsenceError, NewAbsence};
use store::areas::{self, NewArea};
use store::merges::{self, MergeError};
use store::people::{self, NewPerson};
use store::providers::{self, NewProvider};
use store::records::{self, RecordError};
use store::services::{self, NewService};
use store::{Conn, Store, StoreError, StoreSettings, facts};

use crate::cast::{Cast, actor, line};
use crate::directory::{area, person};
use crate::world::{World, at};

/// What a decision is told of all records, by the server that has this store.
fn told(store: &Store, cast: &Cast, now: Instant) -> Facts {
    let mentions = Mentions {
        people: cast.people.iter().copied().collect(),
        areas: cast.areas.iter().copied().collect(),
        services: cast.services.iter().copied().collect(),
        providers: cast.providers.iter().copied().collect(),
        ..Mentions::default()
    };
    let system = Actor::system();
    store.read::<_, StoreError>(|conn| facts::facts(conn, &system, None, &mentions, Rules::default(), now)).unwrap()
}

/// A server that has just started.
fn another(world: &World) -> Store {
    Store::open(&StoreSettings { url: world.url.clone(), n_readers: 4, queue: 16 }).unwrap()
}

type Change = (&'static str, Box<dyn Fn(&World, &Cast)>);

fn change<E: From<StoreError> + Send + std::fmt::Debug + 'static>(
    what: &'static str,
    f: impl Fn(&mut Conn, &Cast) -> Result<(), E> + Clone + Send + 'static,
) -> Change {
    let write = move |world: &World, cast: &Cast| {
        let (f, cast) = (f.clone(), cast.clone());
        world.write::<_, E>(move |conn| f(conn, &cast));
    };
    (what, Box::new(write))
}

fn person_of(conn: &mut Conn, id: PersonId, new: impl FnOnce(NewPerson) -> NewPerson) -> Result<(), RecordError> {
    let row = people::find(conn, id)?.unwrap();
    let same = NewPerson { roles: row.roles.clone(), is_active: row.is_active, is_contact: row.is_contact, ..person(&row.name, row.area) };
    people::update(conn, None, at(1), id, row.version, &new(same))
}

fn area_of(conn: &mut Conn, id: AreaId, new: impl FnOnce(NewArea) -> NewArea) -> Result<(), RecordError> {
    let row = areas::find(conn, id)?.unwrap();
    let same =
        NewArea { head: row.head.map(|(id, _)| id), is_reserved: row.is_reserved, ended_on: row.ended_on, ..area(&row.name, row.parent) };
    areas::update(conn, None, at(1), id, row.version, &new(same))
}

/// Everything that changes what a decision is told, in turn.
fn changes() -> Vec<Change> {
    let today = day_in_lima(at(0));
    let absence = move |cast: &Cast, is_cancelled: bool| NewAbsence {
        person: cast.people[7],
        from_on: today,
        until_on: today,
        reason: None,
        acting: Some(cast.people[8]),
        is_cancelled,
    };
    vec![
        change("a role", |conn, cast| person_of(conn, cast.people[1], |new| NewPerson { roles: [Role::Support1].into(), ..new })),
        change("a post", |conn, cast| person_of(conn, cast.people[1], |new| NewPerson { post: Some(line("Jefa")), ..new })),
        change("an area of a person", |conn, cast| person_of(conn, cast.people[1], |new| NewPerson { area: cast.areas[4], ..new })),
        change("a person who is disabled", |conn, cast| person_of(conn, cast.people[1], |new| NewPerson { is_active: false, ..new })),
        change("a head", |conn, cast| area_of(conn, cast.areas[1], |new| NewArea { head: Some(cast.people[7]), ..new })),
        change("an absence", move |conn, cast| absences::insert(conn, None, at(1), &absence(cast, false)).map(drop)),
        change("an absence that is cancelled", move |conn, cast| {
            let id = absences::list(conn, &Default::default(), None, 1).map_err(AbsenceError::from)?[0].id;
            absences::update(conn, None, at(1), id, 1, &absence(cast, true))
        }),
        change("the head of IT", |conn, cast| person_of(conn, cast.people[7], |new| NewPerson { roles: [Role::ItHead].into(), ..new })),
        change("who acts for the head of IT", move |conn, cast| absences::insert(conn, None, at(1), &absence(cast, false)).map(drop)),
        change("an area that is reserved", |conn, cast| area_of(conn, cast.areas[2], |new| NewArea { is_reserved: true, ..new })),
        change("an area that is moved", |conn, cast| area_of(conn, cast.areas[4], |new| NewArea { parent: Some(cast.areas[2]), ..new })),
        change("an area that ended", |conn, cast| {
            area_of(conn, cast.areas[3], |new| NewArea { ended_on: day_in_lima(at(0)).pred_opt(), ..new })
        }),
        change::<RecordError>("a service", |conn, cast| {
            let new = NewService { name: line("Servicio 0"), description: None, is_active: false };
            services::update(conn, None, at(1), cast.services[0], 1, &new)
        }),
        change::<RecordError>("a provider", |conn, cast| {
            let new = NewProvider { name: line("Proveedor 0"), ruc: None, email: None, phone: None, contact: None, is_active: false };
            providers::update(conn, None, at(1), cast.providers[0], 1, &new)
        }),
        change("a contact", |conn, cast| person_of(conn, cast.people[5], |new| NewPerson { is_contact: true, roles: [].into(), ..new })),
        change::<MergeError>("a contact that was merged", |conn, cast| {
            merges::merge(conn, None, at(1), cast.people[5], cast.people[6]).map(drop)
        }),
        change::<RecordError>("many at once", |conn, cast| {
            records::change_many(conn, |conn| {
                [2, 3].into_iter().try_for_each(|n| person_of(conn, cast.people[n], |new| NewPerson { is_active: false, ..new }))
            })
        }),
    ]
}

on_both! {
    fn a_decision_is_told_what_was_written_last(world: &World) {
        let cast = Cast::of(world);
        let other = another(world);
        let mut before = told(&world.store, &cast, at(0));
        for (what, write) in changes() {
            assert_eq!(told(&other, &cast, at(0)), before, "before {what}");
            write(world, &cast);
            let fresh = another(world);
            let expected = told(&fresh, &cast, at(0));
            fresh.stop();
            assert_ne!(expected, before, "{what} changes something, or is no example");
            for store in [&world.store, &other] {
                assert_eq!(told(store, &cast, at(0)), expected, "after {what}");
                assert_eq!(told(store, &cast, at(0)), expected, "after {what}, known by heart");
            }
            before = expected;
        }

        // What was not committed is told to nobody.
        let undone = world.store.write::<(), RecordError>({
            let cast = cast.clone();
            move |conn| {
                person_of(conn, cast.people[0], |new| NewPerson { is_active: false, ..new })?;
                Err(RecordError::NotFound)
            }
        });
        assert!(matches!(undone, Err(RecordError::NotFound)));
        assert_eq!(told(&world.store, &cast, at(0)), before);
        other.stop();
    }

    fn who_acts_is_asked_of_each_day_and_what_ends_ends_at_its_hour(world: &World) {
        let cast = Cast::of(world);
        let (head, acting, place) = (cast.people[7], cast.people[8], cast.areas[3]);
        let today = day_in_lima(at(0));
        world.write::<_, RecordError>(move |conn| area_of(conn, place, |new| NewArea { head: Some(head), ended_on: Some(today), ..new }));
        let new = NewAbsence { person: head, from_on: today, until_on: today, reason: None, acting: Some(acting), is_cancelled: false };
        world.write::<_, AbsenceError>(move |conn| absences::insert(conn, None, at(1), &new));
        let tomorrow = at(0) + TimeDelta::days(1);
        for (now, expected) in [(at(0), (Some(acting), true)), (tomorrow, (Some(head), false)), (at(0), (Some(acting), true))] {
            let fact = &told(&world.store, &cast, now).areas[&place];
            assert_eq!((fact.head, fact.is_open), expected, "at {now}");
        }
    }

    fn what_is_new_is_told_though_nothing_was_changed(world: &World) {
        let mut cast = Cast::of(world);
        told(&world.store, &cast, at(0));
        let (home, top) = (cast.areas[3], cast.areas[4]);
        cast.people.push(world.write::<_, RecordError>(move |conn| people::insert(conn, None, at(1), &person("Nueva", home))));
        cast.areas.push(world.write::<_, RecordError>(move |conn| areas::insert(conn, None, at(1), &area("Nueva", Some(top)))));
        let told = told(&world.store, &cast, at(0));
        assert!(cast.people.iter().all(|id| told.people.contains_key(id)) && cast.areas.iter().all(|id| told.areas.contains_key(id)));
        assert_eq!(told.areas[cast.areas.last().unwrap()].parent, Some(top));
    }

    fn what_is_known_by_heart_is_not_asked_for_again(world: &World) {
        let cast = Cast::of(world);
        let n_asked = |f: &dyn Fn(&mut Conn)| {
            let asked: Arc<Mutex<u32>> = Arc::default();
            world.read(|conn| {
                let heard = asked.clone();
                conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                    if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                        *heard.lock().unwrap() += 1;
                    }
                });
                f(conn);
                conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
                Ok(())
            });
            *asked.lock().unwrap()
        };
        let mentions = Mentions { people: [cast.people[9]].into(), services: [cast.services[1]].into(), ..Mentions::default() };
        let decide = |conn: &mut Conn| {
            drop(facts::facts(conn, &actor(cast.people[2], &[]), None, &mentions, Rules::default(), at(0)).unwrap());
        };
        assert!(n_asked(&decide) > 1);
        assert_eq!(n_asked(&decide), 1, "whether it is still so");
        let several = |conn: &mut Conn| store::at_once(|| (0..5).for_each(|_| decide(conn)));
        assert_eq!(n_asked(&several), 1, "once for all of them");
        assert_eq!(n_asked(&decide), 1, "and again afterwards");
    }
}
