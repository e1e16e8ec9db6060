//! Events go in, and come out as they were; everything that follows from them follows.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;

use domain::*;
use store::StoreError;
use store::streams::{self, AppendError, NewTicket};
use store::tickets::{self, Filter, Sort};
use store::trail::{self, TrailFilter};

use crate::cast::{Cast, Dice, actor, create_all, text};
use crate::world::{World, at};

fn commented(by: PersonId, words: &str) -> Entry {
    Entry { at: at(60), by: Who::Person(by), event: Event::Commented { text: text(words), is_internal: false, files: Vec::new() } }
}

fn watchers(world: &World, cast: &Cast, id: TicketId) -> Vec<PersonId> {
    let watches = |person: &PersonId| world.read(|conn| tickets::find(conn, &actor(*person, &[Role::Auditor]), id)).unwrap().is_watching;
    cast.people.iter().copied().filter(watches).collect()
}

/// Where the events of a ticket came from.
fn origins(world: &World, id: TicketId) -> Vec<Option<String>> {
    let filter = TrailFilter { entity: Some(trail::TICKET.to_owned()), id: Some(id.get()), ..TrailFilter::default() };
    let trail = world.read(|conn| trail::list(conn, &filter, None, 200));
    trail.into_iter().map(|row| row.origin).collect()
}

on_both! {
    fn what_is_written_is_read_back_and_the_row_is_the_fold(world: &World) {
        let cast = Cast::of(world);
        let made = cast.tickets(world, &mut Dice(1), 300);

        for (id, ticket) in &made {
            let loaded = world.read(|conn| streams::load(conn, *id)).unwrap();
            let row = world.read(|conn| tickets::find(conn, &Actor::system(), *id)).unwrap();
            assert_eq!(&loaded, ticket);
            assert_eq!(row.standing, ticket.standing());
            assert_eq!((row.position, row.number), (ticket.position, ticket.number));
            assert_eq!(row.title, ticket.title.as_str());
            assert_eq!(row.provider, ticket.stage.provider());
            assert_eq!(row.duplicate_of, ticket.duplicate_of());
            assert_eq!(row.draft.clone().unwrap_or_default(), ticket.draft);
            assert_eq!(row.report, ticket.report);
            assert_eq!(row.solution.as_deref(), ticket.solution.as_ref().map(Text::as_str));
            assert_eq!(row.description.is_none(), ticket.notes[0].is_hidden);
            assert_eq!((row.held_since, row.phase_since, row.updated_at), (ticket.held_since, ticket.phase_since, ticket.updated_at));
            assert_eq!((row.solved_at, row.closed_at, row.n_reopened), (ticket.solved_at, ticket.closed_at, ticket.n_reopened));
            assert_eq!(world.read(|conn| streams::rebuild_row(conn, *id)), row);
        }
        let phases: BTreeSet<Phase> = made.iter().map(|(_, ticket)| ticket.stage.phase()).collect();
        assert!(phases.len() >= 12, "the dice reach nearly every phase: {phases:?}");
    }

    fn several_new_tickets_at_once_are_written_as_each_alone(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(5);
        for n in [1, 2, 3, 7, 8, 13, 32] {
            let streams: Vec<Vec<Entry>> = (0..n).map(|_| dice.stream(&cast, &[])).collect();
            let given = streams.clone();
            let made = world.write::<_, StoreError>(move |conn| {
                let from = |n: usize| Some(format!("192.0.2.1 {n}").into());
                let new = given.iter().enumerate().map(|(n, entries)| NewTicket { entries, origin: from(n) });
                streams::create_many(conn, &new.collect::<Vec<_>>())
            });
            assert_eq!(made.len(), n);
            assert!(made.is_sorted_by_key(|(id, _)| *id), "numbered as they were given");
            for (place, ((id, ticket), entries)) in made.iter().zip(&streams).enumerate() {
                let origin = Some(Arc::from(format!("192.0.2.1 {place}")));
                let entries = entries.clone();
                let (alone, _) = world.write::<_, StoreError>(move |conn| store::origin::with(origin, || streams::create(conn, &entries)));
                let load = |id: TicketId| world.read(|conn| streams::load_entries(conn, id));
                assert_eq!(load(*id), load(alone));
                assert_eq!(world.read(|conn| streams::load(conn, *id)).unwrap(), *ticket);
                let row = world.read(|conn| tickets::find(conn, &cast.desk(), *id)).unwrap();
                let other = world.read(|conn| tickets::find(conn, &cast.desk(), alone)).unwrap();
                assert_eq!(row, tickets::TicketRow { id: *id, ..other });
                assert_eq!(watchers(world, &cast, *id), watchers(world, &cast, alone));
                assert_eq!(origins(world, *id), origins(world, alone));
                let filter = Filter { words: Some(row.title.clone()), ..Filter::default() };
                let found = world.read(|conn| tickets::list(conn, &cast.desk(), &filter, Sort::Newest, None, 200));
                assert!(found.iter().any(|row| row.id == *id) && found.iter().any(|row| row.id == alone), "{}", row.title);
            }
        }
    }

    fn several_readers_at_once_read_what_each_reads_alone(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(6);
        let made = cast.tickets(world, &mut dice, 120);
        let ids: Vec<TicketId> = made.iter().map(|(id, _)| *id).chain(TicketId::parse(4_711)).collect();
        let (mut n_seen, mut n_hidden, mut n_watched, mut n_pointed) = (0, 0, 0, 0);
        for n in [1, 2, 5, 17, 32] {
            for _ in 0..12 {
                let readers: Vec<(Actor, TicketId)> = (0..n).map(|_| (dice.actor(&cast), dice.one(&ids))).collect();
                let asked: Vec<(&Actor, TicketId)> = readers.iter().map(|(actor, id)| (actor, *id)).collect();
                let together = world.read(|conn| tickets::find_many(conn, &asked));
                assert_eq!(together.len(), asked.len());
                for (found, (actor, id)) in together.into_iter().zip(asked) {
                    let found = found.unwrap();
                    assert_eq!(found, world.read(|conn| tickets::find(conn, actor, id)), "{id} for {actor:?}");
                    let Some(row) = found else {
                        n_hidden += 1;
                        continue;
                    };
                    n_seen += 1;
                    n_watched += usize::from(row.is_watching);
                    n_pointed += usize::from(row.is_pointed_at);
                }
            }
        }
        assert!(n_seen > 50 && n_hidden > 50 && n_watched > 5 && n_pointed > 5, "{n_seen} {n_hidden} {n_watched} {n_pointed}");
    }

    fn who_watches_is_what_the_fold_says(world: &World) {
        let cast = Cast::of(world);
        let made = cast.tickets(world, &mut Dice(2), 60);
        for (id, ticket) in made {
            for person in &cast.people {
                let row = world.read(|conn| tickets::find(conn, &actor(*person, &[Role::Auditor]), id)).unwrap();
                assert_eq!(row.is_watching, ticket.watchers.contains(person));
            }
        }
    }

    fn a_ticket_that_is_not_there_is_none(world: &World) {
        let nobody = TicketId::parse(77).unwrap();
        assert_eq!(world.read(|conn| streams::load(conn, nobody)), None);
        assert_eq!(world.read(|conn| tickets::find(conn, &Actor::system(), nobody)), None);
    }

    fn a_stream_begins_with_a_request(world: &World) {
        let cast = Cast::of(world);
        let entries = vec![commented(cast.people[0], "¿Hola?")];
        let refused = world.store.write::<_, StoreError>(move |conn| streams::create(conn, &entries));
        assert!(matches!(refused, Err(StoreError::Corrupt(_))));
    }

    fn of_two_tickets_joined_to_each_other_at_once_one_is(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        for n in 0..20 {
            let both = ["La impresora", "Otra vez la impresora"].map(|title| cast.ticket(world, me, title));
            let before = both.map(|id| world.read(|conn| streams::load(conn, id)).unwrap());
            let start = Arc::new(Barrier::new(2));
            let told: Vec<_> = thread::scope(|scope| {
                let joining: Vec<_> = [(0, 1), (1, 0)]
                    .map(|(this, that)| {
                        let (start, store, before) = (start.clone(), world.store.clone(), before[this].clone());
                        let joined = Entry { at: at(60), by: Who::Person(me), event: Event::MarkedDuplicate { of: both[that] } };
                        scope.spawn(move || {
                            start.wait();
                            store.write(move |conn| {
                                streams::append(conn, both[this], &before, std::slice::from_ref(&joined))?;
                                streams::still_joins(conn, both[this], &[joined])
                            })
                        })
                    })
                    .into();
                joining.into_iter().map(|joining| joining.join().unwrap()).collect()
            });
            let n_joined = told.iter().filter(|told| told.is_ok()).count();
            assert_eq!(n_joined, 1, "round {n}: {told:?}");
            assert!(told.iter().all(|told| matches!(told, Ok(()) | Err(AppendError::Conflict))), "round {n}: {told:?}");
        }
    }

    fn what_was_decided_on_an_older_ticket_is_a_conflict_and_writes_nothing(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        let id = cast.ticket(world, me, "La impresora");
        let before = world.read(|conn| streams::load(conn, id)).unwrap();

        let (first, second) = (before.clone(), before.clone());
        let after = world.write::<_, AppendError>(move |conn| streams::append(conn, id, &first, &[commented(me, "Uno")]));
        let late = world.store.write(move |conn| streams::append(conn, id, &second, &[commented(me, "Dos"), commented(me, "Tres")]));

        assert!(matches!(late, Err(AppendError::Conflict)));
        assert_eq!(world.read(|conn| streams::load(conn, id)), Some(after.clone()));
        assert_eq!(after.position, 2);
        let gone = TicketId::parse(999).unwrap();
        let nowhere = world.store.write(move |conn| streams::append(conn, gone, &before, &[commented(me, "Nada")]));
        assert!(matches!(nowhere, Err(AppendError::Conflict)));
    }

    fn of_many_who_append_at_once_exactly_one_takes_each_place(world: &World) {
        const THREADS: usize = 32;
        const ROUNDS: usize = 5;
        let cast = Cast::of(world);
        let me = cast.people[1];
        let id = cast.ticket(world, me, "La impresora");
        let start = Arc::new(Barrier::new(THREADS));

        let won: usize = thread::scope(|scope| {
            let racers: Vec<_> = (0..THREADS)
                .map(|n| {
                    let (start, store) = (start.clone(), world.store.clone());
                    scope.spawn(move || {
                        let mut won = 0;
                        for round in 0..ROUNDS {
                            let before = store.read::<_, StoreError>(|conn| streams::load(conn, id)).unwrap().unwrap();
                            start.wait();
                            let words = format!("{n} en la vuelta {round}");
                            match store.write(move |conn| streams::append(conn, id, &before, &[commented(me, &words)])) {
                                Ok(_) => won += 1,
                                Err(AppendError::Conflict) => {}
                                Err(AppendError::Store(error)) => panic!("{error}"),
                            }
                            start.wait();
                        }
                        won
                    })
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).sum()
        });

        assert_eq!(won, ROUNDS, "all loaded the same ticket in each round");
        let entries = world.read(|conn| streams::load_entries(conn, id));
        assert_eq!(entries.len(), 1 + ROUNDS);
        let row = world.read(|conn| tickets::find(conn, &Actor::system(), id)).unwrap();
        assert_eq!(row.position as usize, 1 + ROUNDS);
    }

    fn numbers_count_what_everybody_sees(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        let internal = |words: &str| Entry {
            at: at(5),
            by: Who::Person(me),
            event: Event::Commented { text: text(words), is_internal: true, files: Vec::new() },
        };
        let entries = vec![cast.request(me, "La impresora", 0), internal("a"), internal("b"), commented(me, "c"), internal("d")];
        let (id, _) = world.write::<_, StoreError>(move |conn| streams::create(conn, &entries));

        let numbers = |actor: &Actor, after: Option<&str>| -> Vec<String> {
            let after = after.map(|after| after.parse().unwrap());
            world.read(|conn| tickets::list_events(conn, actor, id, after, 50)).iter().map(|row| row.number.to_string()).collect()
        };
        assert_eq!(numbers(&cast.desk(), None), ["1", "1.1", "1.2", "2", "2.1"]);
        assert_eq!(numbers(&cast.desk(), Some("1.1")), ["1.2", "2", "2.1"]);
        assert_eq!(numbers(&actor(me, &[Role::User]), None), ["1", "2"]);
        assert_eq!(numbers(&actor(me, &[Role::User]), Some("1")), ["2"]);
        assert_eq!(numbers(&actor(cast.people[2], &[Role::User]), None), [] as [&str; 0]);
        let row = world.read(|conn| tickets::find(conn, &actor(me, &[Role::User]), id)).unwrap();
        assert_eq!(row.version, 2);
    }

    fn a_hidden_note_is_marked_and_stays_on_record(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        let hide = |number: &str| Entry {
            at: at(70),
            by: Who::Person(me),
            event: Event::NoteHidden { number: number.parse().unwrap(), reason: text("Una contraseña") },
        };
        // One hidden later, and one in the very step that wrote it.
        let (id, before) = {
            let entries = vec![cast.request(me, "La impresora", 0), commented(me, "Mi clave es 1234")];
            world.write::<_, StoreError>(move |conn| streams::create(conn, &entries))
        };
        let entries = vec![hide("1"), hide("2"), commented(me, "Otra clave"), hide("5")];
        world.write::<_, AppendError>(move |conn| streams::append(conn, id, &before, &entries));

        let rows = world.read(|conn| tickets::list_events(conn, &cast.desk(), id, None, 50));
        assert_eq!(rows.iter().map(|row| row.is_hidden).collect::<Vec<_>>(), [true, true, false, false, true, false]);
        assert!(matches!(&rows[1].event, Event::Commented { text, .. } if text.as_str() == "Mi clave es 1234"));
        assert_eq!(rows[0].by, Some((me, "Persona 1".to_owned())));
        let row = world.read(|conn| tickets::find(conn, &cast.desk(), id)).unwrap();
        assert_eq!(row.description, None);
    }

    fn tickets_that_point_at_one_are_found_by_who_sees_both(world: &World) {
        let cast = Cast::of(world);
        let (me, other) = (cast.people[1], cast.people[2]);
        let principal = cast.ticket(world, me, "La impresora");
        let duplicate = {
            let entries = vec![
                cast.request(other, "Tampoco imprime", 5),
                Entry { at: at(6), by: Who::Person(other), event: Event::MarkedDuplicate { of: principal } },
            ];
            world.write::<_, StoreError>(move |conn| streams::create(conn, &entries)).0
        };
        let split = {
            let mut entry = cast.request(me, "Y falta tinta", 7);
            if let Event::Requested { from, .. } = &mut entry.event {
                *from = Some(principal);
            }
            world.write::<_, StoreError>(move |conn| streams::create(conn, &[entry])).0
        };

        let related = |actor: &Actor| world.read(|conn| tickets::related(conn, actor, principal));
        assert_eq!((related(&cast.desk()).duplicates, related(&cast.desk()).split_off), (vec![duplicate], vec![split]));
        assert_eq!((related(&actor(me, &[])).duplicates, related(&actor(me, &[])).split_off), (vec![], vec![split]));
        assert_eq!(related(&actor(other, &[])), tickets::Related::default(), "who does not see the principal learns nothing");
    }

    fn many_at_once_are_as_if_one_by_one(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(3);
        let streams: Vec<Vec<Entry>> = (0..250).map(|_| dice.stream(&cast, &[])).collect();
        let given = streams.clone();
        let ids = world.write::<_, StoreError>(move |conn| create_all(conn, &given));

        assert_eq!(ids.len(), streams.len());
        for (id, entries) in ids.iter().zip(&streams) {
            assert_eq!(&world.read(|conn| streams::load_entries(conn, *id)), entries);
            let row = world.read(|conn| tickets::find(conn, &Actor::system(), *id)).unwrap();
            assert_eq!(world.read(|conn| streams::rebuild_row(conn, *id)), row);
        }
        let next = cast.ticket(world, cast.people[0], "El siguiente");
        assert_eq!(next.get(), ids.last().unwrap().get() + 1);
    }
}
