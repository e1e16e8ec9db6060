//! Idempotency records and the outbox.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;

use chrono::TimeDelta;
use domain::*;
use store::StoreError;
use store::idempotency::{self, BeginError, Claim, IdempotencyKey, Kept, LIFETIME};
use store::outbox::{self, Addressee, Filter, Notice, OutboxRow, Sent};
use store::streams;

use crate::cast::Cast;
use crate::world::{World, at};

fn key(person: PersonId, route: &str, key: &str) -> IdempotencyKey {
    IdempotencyKey { person, route: route.to_owned(), key: key.to_owned() }
}

fn kept(body: Option<&str>) -> Kept {
    Kept { request_hash: vec![1, 2, 3], status: 201, etag: Some("\"1-ab\"".to_owned()), location: None, body: body.map(str::to_owned) }
}

fn begin(world: &World, key: &IdempotencyKey, hash: &'static [u8], now: Instant) -> Result<(), BeginError> {
    let key = key.clone();
    world.store.write(move |conn| idempotency::begin(conn, &key, hash, now, Claim::First))
}

fn answer(world: &World, key: &IdempotencyKey, now: Instant, kept: Kept, claim: Claim) {
    let key = key.clone();
    world.write::<_, BeginError>(move |conn| {
        idempotency::begin(conn, &key, &kept.request_hash, now, claim)?;
        idempotency::finish(conn, &key, &kept, now)
    });
}

fn notices(cast: &Cast, ticket: TicketId, n: usize) -> Vec<Notice> {
    (0..n).map(|n| to(Addressee::Person(cast.people[n % 10]), Some((ticket, 1)), &format!("aviso {n}"))).collect()
}

fn to(to: Addressee, ticket: Option<(TicketId, u32)>, kind: &str) -> Notice {
    Notice { ticket, to, kind: kind.to_owned(), details: None }
}

fn sent() -> Sent {
    Sent { to_address: "ana@agencia.example".into(), subject: "[TI-1] Recibimos".into(), message_id: "1@agencia.example".into() }
}

fn claim(world: &World, now: Instant, n: u32) -> Vec<OutboxRow> {
    world.write::<_, StoreError>(move |conn| outbox::claim(conn, now, TimeDelta::seconds(60), n))
}

on_both! {
    fn an_answer_is_kept_for_its_person_route_and_key_alone(world: &World) {
        let cast = Cast::of(world);
        let mine = key(cast.people[1], "POST /tickets", "k");
        answer(world, &mine, at(0), kept(Some("{}")), Claim::First);

        let find = |key: &IdempotencyKey| world.read(|conn| idempotency::find(conn, key, at(0) - LIFETIME));
        assert_eq!(find(&mine), Some(kept(Some("{}"))));
        assert_eq!(find(&key(cast.people[2], "POST /tickets", "k")), None);
        assert_eq!(find(&key(cast.people[1], "POST /tickets/1/commands", "k")), None);
        assert_eq!(find(&key(cast.people[1], "POST /tickets", "K")), None);
        assert!(matches!(begin(world, &mine, b"x", at(1)), Err(BeginError::Taken)));
        assert_eq!(find(&mine), Some(kept(Some("{}"))), "who finds it taken changes nothing");
    }

    fn an_answer_with_a_secret_is_kept_without_it(world: &World) {
        let cast = Cast::of(world);
        let mine = key(cast.people[1], "POST /invitations", "k");
        answer(world, &mine, at(0), kept(None), Claim::Last);
        assert_eq!(world.read(|conn| idempotency::find(conn, &mine, at(0))), Some(kept(None)));
    }

    fn a_key_is_taken_over_after_its_day_and_not_before(world: &World) {
        let cast = Cast::of(world);
        let mine = key(cast.people[1], "POST /tickets", "k");
        answer(world, &mine, at(0), kept(Some("{}")), Claim::First);
        let a_day = at(0) + LIFETIME;
        assert!(matches!(begin(world, &mine, b"y", a_day), Err(BeginError::Taken)));
        let after = a_day + TimeDelta::microseconds(1);
        answer(world, &mine, after, kept(Some("[]")), Claim::Last);
        assert_eq!(world.read(|conn| idempotency::find(conn, &mine, at(0))), Some(kept(Some("[]"))), "the new answer alone");
        assert!(matches!(begin(world, &mine, b"z", after), Err(BeginError::Taken)));
    }

    fn several_answers_at_once_are_kept_or_none_of_them(world: &World) {
        let cast = Cast::of(world);
        let several = |names: &[&str]| -> Vec<(IdempotencyKey, Kept)> {
            names.iter().map(|name| (key(cast.people[1], "POST /tickets", name), kept(Some(name)))).collect()
        };
        let find = |name: &str| world.read(|conn| idempotency::find(conn, &key(cast.people[1], "POST /tickets", name), at(0)));
        let keep = |all: Vec<(IdempotencyKey, Kept)>| world.store.write::<_, BeginError>(move |conn| idempotency::finish_many(conn, &all, at(0)));

        keep(several(&["c", "a", "b"])).unwrap();
        for name in ["a", "b", "c"] {
            assert_eq!(find(name), Some(kept(Some(name))));
        }
        assert!(matches!(keep(several(&["d", "b", "e"])), Err(BeginError::Taken)));
        assert!(matches!(keep(several(&["f", "f"])), Err(BeginError::Taken)), "twice the same");
        assert!(["d", "e", "f"].iter().all(|name| find(name).is_none()));
        assert_eq!(find("b"), Some(kept(Some("b"))));
    }

    fn two_who_keep_several_answers_under_the_same_keys_do_not_wait_for_each_other_in_a_ring(world: &World) {
        let cast = Cast::of(world);
        let person = cast.people[1];
        for round in 0..10 {
            let start = Arc::new(Barrier::new(2));
            let told: Vec<_> = thread::scope(|scope| {
                let racers: Vec<_> = [false, true]
                    .map(|is_turned| {
                        let (start, store) = (start.clone(), world.store.clone());
                        scope.spawn(move || {
                            let mut all: Vec<_> = (0..20).map(|n| (key(person, "POST /tickets", &format!("{round} {n}")), kept(Some("{}")))).collect();
                            if is_turned {
                                all.reverse();
                            }
                            start.wait();
                            store.write::<_, BeginError>(move |conn| idempotency::finish_many(conn, &all, at(0)))
                        })
                    })
                    .into();
                racers.into_iter().map(|racer| racer.join().unwrap()).collect()
            });
            assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 1, "{told:?}");
            assert!(told.iter().all(|told| matches!(told, Ok(()) | Err(BeginError::Taken))), "{told:?}");
        }
    }

    fn what_is_rolled_back_leaves_its_key_free(world: &World) {
        let cast = Cast::of(world);
        let mine = key(cast.people[1], "POST /tickets", "k");
        let again = mine.clone();
        let refused = world.store.write::<(), BeginError>(move |conn| {
            idempotency::begin(conn, &again, b"x", at(0), Claim::First)?;
            Err(BeginError::Taken)
        });
        assert!(refused.is_err());
        begin(world, &mine, b"x", at(0)).unwrap();
    }

    fn of_many_under_one_key_exactly_one_begins(world: &World) {
        let cast = Cast::of(world);
        let person = cast.people[1];
        for (round, claim) in (0..10).zip([Claim::First, Claim::Last].into_iter().cycle()) {
            let start = Arc::new(Barrier::new(16));
            let n_begun: usize = thread::scope(|scope| {
                let racers: Vec<_> = (0..16)
                    .map(|_| {
                        let (start, store) = (start.clone(), world.store.clone());
                        scope.spawn(move || {
                            let mine = key(person, "POST /tickets", &format!("carrera {round}"));
                            start.wait();
                            let begun = store.write::<_, BeginError>(move |conn| {
                                idempotency::begin(conn, &mine, b"x", at(0), claim)?;
                                idempotency::finish(conn, &mine, &kept(Some("uno")), at(0))
                            });
                            match begun {
                                Ok(()) => 1,
                                Err(BeginError::Taken) => 0,
                                Err(BeginError::Store(error)) => panic!("{error}"),
                            }
                        })
                    })
                    .collect();
                racers.into_iter().map(|racer| racer.join().unwrap()).sum()
            });
            assert_eq!(n_begun, 1);
        }
    }

    fn old_answers_are_purged(world: &World) {
        let cast = Cast::of(world);
        for (n, second) in [0, 100, 200].into_iter().enumerate() {
            answer(world, &key(cast.people[1], "r", &n.to_string()), at(second), kept(Some("")), Claim::Last);
        }
        assert_eq!(world.write::<_, StoreError>(|conn| idempotency::purge(conn, at(200))), 2);
        assert_eq!(world.write::<_, StoreError>(|conn| idempotency::purge(conn, at(200))), 0);
    }

    fn a_notice_is_claimed_done_and_gone(world: &World) {
        let cast = Cast::of(world);
        let ticket = cast.ticket(world, cast.people[1], "La impresora");
        let given = notices(&cast, ticket, 11);
        let enqueued = given.clone();
        world.write::<_, StoreError>(move |conn| outbox::enqueue(conn, &enqueued, at(10)));
        assert_eq!(world.read(outbox::depth), (11, Some(at(10))));

        assert_eq!(claim(world, at(9), 50), [], "not before it was written");
        let claimed = claim(world, at(10), 50);
        assert_eq!(claimed.iter().map(|row| row.notice.clone()).collect::<Vec<_>>(), given);
        assert!(claimed.iter().all(|row| row.n_attempts == 1 && row.leased_until == at(70)));
        assert_eq!(claim(world, at(69), 50), [], "leased");

        let row = claimed[0].clone();
        assert!(world.write::<_, StoreError>(move |conn| outbox::sent(conn, row.id, row.leased_until, at(20), &sent())));
        assert_eq!(world.read(outbox::depth), (10, Some(at(10))));
        let row = claimed[1].clone();
        assert!(world.write::<_, StoreError>(move |conn| outbox::put_off(conn, row.id, row.leased_until, at(500), "550 no such user")));
        let row = claimed[2].clone();
        assert!(world.write::<_, StoreError>(move |conn| outbox::give_up(conn, row.id, row.leased_until, at(20), "no address")));

        let again = claim(world, at(70), 50);
        assert_eq!(again.len(), 8, "their lease has ended; the done, the failed and the given up are not among them");
        assert!(again.iter().all(|row| row.n_attempts == 2));
        let later = claim(world, at(500), 50);
        let retried = later.iter().find(|row| row.id == claimed[1].id).unwrap();
        assert_eq!(retried.last_error.as_deref(), Some("550 no such user"));
        assert_eq!(world.write::<_, StoreError>(|conn| outbox::purge(conn, at(21))), 2);
    }

    fn who_comes_after_the_lease_changes_nothing(world: &World) {
        let cast = Cast::of(world);
        let ticket = cast.ticket(world, cast.people[1], "La impresora");
        let given = notices(&cast, ticket, 1);
        world.write::<_, StoreError>(move |conn| outbox::enqueue(conn, &given, at(0)));
        let slow = claim(world, at(0), 1).remove(0);
        let quick = claim(world, at(100), 1).remove(0);
        assert_eq!(slow.id, quick.id);

        let late = slow.clone();
        assert!(!world.write::<_, StoreError>(move |conn| outbox::put_off(conn, late.id, late.leased_until, at(900), "tarde")));
        assert!(!world.write::<_, StoreError>(move |conn| outbox::sent(conn, slow.id, slow.leased_until, at(101), &sent())));
        assert!(world.write::<_, StoreError>(move |conn| outbox::sent(conn, quick.id, quick.leased_until, at(102), &sent())));
        assert_eq!(world.read(outbox::depth), (0, None));
    }

    fn workers_who_claim_at_once_never_have_the_same_notice(world: &World) {
        let cast = Cast::of(world);
        let ticket = cast.ticket(world, cast.people[1], "La impresora");
        let given = notices(&cast, ticket, 300);
        world.write::<_, StoreError>(move |conn| outbox::enqueue(conn, &given, at(0)));
        let start = Arc::new(Barrier::new(8));
        let claimed: Vec<i64> = thread::scope(|scope| {
            let workers: Vec<_> = (0..8)
                .map(|_| {
                    let (start, store) = (start.clone(), world.store.clone());
                    scope.spawn(move || {
                        start.wait();
                        let mut mine = Vec::new();
                        // A claim may come back with less than it chose where another was quicker: ask until there are none for a while.
                        let mut n_empty = 0;
                        while n_empty < 20 {
                            let rows =
                                store.write::<_, StoreError>(|conn| outbox::claim(conn, at(0), TimeDelta::seconds(60), 7)).unwrap();
                            n_empty = if rows.is_empty() { n_empty + 1 } else { 0 };
                            mine.extend(rows.into_iter().map(|row| row.id));
                        }
                        mine
                    })
                })
                .collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
        });
        assert_eq!(claimed.len(), 300);
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 300);
    }

    fn a_notice_is_for_a_person_a_provider_or_an_address(world: &World) {
        let cast = Cast::of(world);
        let ticket = cast.ticket(world, cast.people[1], "La impresora");
        let address = Addressee::Address { name: Some("Ana".into()), address: "ana@fuera.example".into(), language: Some("en".into()) };
        let mut given = vec![
            to(Addressee::Person(cast.people[1]), Some((ticket, 1)), "received"),
            to(Addressee::Provider(cast.providers[0]), Some((ticket, 1)), "provider_coordinated"),
            to(address, None, "not_matched"),
        ];
        given[2].details = Some(serde_json::json!({ "message_id": "x@fuera.example" }));
        let written: Vec<_> = given.iter().map(|notice| (notice.clone(), at(900))).collect();
        world.write::<_, StoreError>(move |conn| outbox::enqueue_due(conn, &written, at(0)));

        assert!(!world.read(|conn| outbox::is_due(conn, at(899))));
        assert!(world.read(|conn| outbox::is_due(conn, at(900))));
        assert_eq!(claim(world, at(899), 9), []);
        assert_eq!(claim(world, at(900), 9).into_iter().map(|row| row.notice).collect::<Vec<_>>(), given);
        let listed = world.read(|conn| outbox::list(conn, &Filter::default(), None, 9));
        let mut back: Vec<Notice> = listed.iter().map(|kept| kept.notice.clone()).collect();
        back.reverse();
        assert_eq!(back, given);
        assert!(listed.iter().all(|kept| kept.to_name.is_some() && kept.state == NoticeState::Queued));
    }

    fn the_list_tells_what_became_of_each_notice(world: &World) {
        let cast = Cast::of(world);
        let (one, other) = (cast.ticket(world, cast.people[1], "La impresora"), cast.ticket(world, cast.people[2], "El correo"));
        let mut given = notices(&cast, one, 4);
        given.push(to(Addressee::Person(cast.people[0]), Some((other, 1)), "received"));
        world.write::<_, StoreError>(move |conn| outbox::enqueue(conn, &given, at(0)));
        let claimed = claim(world, at(0), 3);
        let [a, b, c] = [0, 1, 2].map(|n| claimed[n].clone());
        assert!(world.write::<_, StoreError>(move |conn| outbox::sent(conn, a.id, a.leased_until, at(1), &sent())));
        assert!(world.write::<_, StoreError>(move |conn| outbox::give_up(conn, b.id, b.leased_until, at(2), "550")));
        assert!(world.write::<_, StoreError>(move |conn| outbox::cancel(conn, c.id, c.leased_until, at(3), "hidden")));
        let ids = |filter: Filter, before| -> Vec<i64> {
            world.read(|conn| outbox::list(conn, &filter, before, 2)).into_iter().map(|kept| kept.id).collect()
        };
        let of = |state| Filter { state: Some(state), ..Filter::default() };

        assert_eq!(ids(of(NoticeState::Sent), None), [claimed[0].id]);
        assert_eq!(ids(of(NoticeState::Failed), None), [claimed[1].id]);
        assert_eq!(ids(of(NoticeState::Cancelled), None), [claimed[2].id]);
        assert_eq!(ids(of(NoticeState::Queued), None).len(), 2);
        assert_eq!(ids(Filter { ticket: Some(other), ..Filter::default() }, None).len(), 1);
        assert_eq!(ids(Filter { person: Some(cast.people[0]), ..Filter::default() }, None).len(), 2, "of both tickets");
        let first = ids(Filter::default(), None);
        assert_eq!(first.len() + ids(Filter::default(), first.last().copied()).len(), 4, "the newest first, then on");
        let counts = world.read(outbox::counts);
        assert_eq!(NoticeState::ALL.iter().map(|state| counts[state]).collect::<Vec<_>>(), [2, 1, 1, 1]);
        let kept = world.read(|conn| outbox::find(conn, claimed[0].id)).unwrap();
        assert_eq!((kept.done_at, kept.to_address, kept.subject, kept.message_id), {
            let sent = sent();
            (Some(at(1)), Some(sent.to_address), Some(sent.subject), Some(sent.message_id))
        });
        assert_eq!(world.read(|conn| outbox::n_sent(conn, cast.people[0], "aviso 0", at(0))), 1);
        assert_eq!(world.read(|conn| outbox::n_sent(conn, cast.people[0], "aviso 0", at(1))), 0);
        assert_eq!(world.read(|conn| outbox::find(conn, 999)), None);
    }

    fn what_failed_or_was_cancelled_is_tried_once_more_from_the_beginning(world: &World) {
        let cast = Cast::of(world);
        let ticket = cast.ticket(world, cast.people[1], "La impresora");
        let given = notices(&cast, ticket, 3);
        world.write::<_, StoreError>(move |conn| outbox::enqueue(conn, &given, at(0)));
        let claimed = claim(world, at(0), 3);
        let [a, b, c] = [0, 1, 2].map(|n| claimed[n].clone());
        let ids = [a.id, b.id, c.id, 999];
        world.write::<_, StoreError>(move |conn| outbox::sent(conn, a.id, a.leased_until, at(1), &sent()));
        world.write::<_, StoreError>(move |conn| outbox::give_up(conn, b.id, b.leased_until, at(1), "550"));

        let retried = ids.map(|id| world.write::<_, StoreError>(move |conn| outbox::retry(conn, id, at(5))));
        assert_eq!(retried, [false, true, false, false], "only what has ended without being sent");
        let again = claim(world, at(5), 9);
        assert_eq!(again.iter().map(|row| (row.id, row.n_attempts)).collect::<Vec<_>>(), [(b.id, 1)]);

        assert!(world.write::<_, StoreError>(move |conn| outbox::release(conn, c.id, c.leased_until, at(6))));
        let released = claim(world, at(6), 9);
        assert_eq!(released.iter().map(|row| (row.id, row.n_attempts)).collect::<Vec<_>>(), [(c.id, 1)], "an attempt that was none does not count");
    }

    fn a_notice_goes_with_its_event_or_not_at_all(world: &World) {
        let cast = Cast::of(world);
        let entries = vec![cast.request(cast.people[1], "La impresora", 0)];
        let given = notices(&cast, TicketId::parse(1).unwrap(), 3);
        let refused = world.store.write::<(), StoreError>(move |conn| {
            streams::create(conn, &entries)?;
            outbox::enqueue(conn, &given, at(0))?;
            Err(StoreError::Unsupported("a change of mind"))
        });
        assert!(refused.is_err());
        assert_eq!(world.read(outbox::depth), (0, None));
        assert_eq!(world.read(|conn| store::tickets::count(conn, &cast.desk(), &Default::default(), 10)), 0);
    }
}
