//! Families of refresh tokens: rotated, graced once, revoked on reuse; the same when two ask at once.

use std::sync::Barrier;
use std::thread;

use chrono::TimeDelta;
use domain::PersonId;
use store::sessions::{self, Rotation, SessionId};
use store::{StoreError, accounts, people};

use crate::directory::{a_person, an_area, disabled, enabled};
use crate::world::{World, at};

/// A token is only ever known by its hash; here the hash is its name.
fn hash(name: &str) -> Vec<u8> {
    name.as_bytes().to_vec()
}

fn open(world: &World, person: PersonId, token: &str) -> SessionId {
    let token = hash(token);
    world.write(move |conn| sessions::open(conn, person, &token, at(0), at(1_000)))
}

fn rotate(world: &World, old: &str, new: &str, seconds: i64) -> Rotation {
    let (old, new) = (hash(old), hash(new));
    world.write(move |conn| sessions::rotate(conn, &old, &new, at(seconds), TimeDelta::seconds(30)))
}

fn is_open(world: &World, session: SessionId, seconds: i64) -> bool {
    world.read(|conn| sessions::is_open(conn, session, at(seconds)))
}

fn somebody(world: &World) -> PersonId {
    let area = an_area(world, "Agencia", None);
    a_person(world, "Ana Paz", area)
}

on_both! {
    fn a_token_is_rotated_into_the_next(world: &World) {
        let person = somebody(world);
        let session = open(world, person, "a");
        assert_eq!(rotate(world, "a", "b", 10), Rotation::Rotated { session, person });
        assert_eq!(rotate(world, "b", "c", 500), Rotation::Rotated { session, person });
        assert_eq!(rotate(world, "x", "y", 501), Rotation::Unknown);
        assert!(is_open(world, session, 999));
    }

    fn a_session_lasts_until_its_end_and_no_longer(world: &World) {
        let person = somebody(world);
        let session = open(world, person, "a");
        assert!(is_open(world, session, 999));
        assert!(!is_open(world, session, 1_000));
        assert_eq!(rotate(world, "a", "b", 999), Rotation::Rotated { session, person });
        assert_eq!(rotate(world, "b", "c", 1_000), Rotation::Expired);
        assert!(!is_open(world, SessionId(4_711), 0));
    }

    fn the_predecessor_serves_once_more_within_its_grace(world: &World) {
        let person = somebody(world);
        let session = open(world, person, "a");
        rotate(world, "a", "b", 10);
        assert_eq!(rotate(world, "a", "b2", 40), Rotation::Rotated { session, person }, "30 seconds after");
        assert_eq!(rotate(world, "b", "c", 41), Rotation::Rotated { session, person }, "the first answer's token serves, too");
        assert!(is_open(world, session, 41));
        assert_eq!(rotate(world, "a", "z", 42), Rotation::Reused { session }, "but not a third time");
        assert!(!is_open(world, session, 42));
        for token in ["a", "b", "b2", "c"] {
            assert_eq!(rotate(world, token, "y", 43), Rotation::Unknown, "{token}");
        }
    }

    fn a_predecessor_that_comes_late_ends_the_family(world: &World) {
        let person = somebody(world);
        let session = open(world, person, "a");
        let other = open(world, person, "other");
        rotate(world, "a", "b", 10);
        assert_eq!(rotate(world, "a", "z", 41), Rotation::Reused { session });
        assert!(!is_open(world, session, 41));
        assert_eq!(rotate(world, "b", "c", 42), Rotation::Unknown);
        assert!(is_open(world, other, 42), "another family of the same person stays");
    }

    fn the_sibling_that_a_grace_left_is_spent_with_the_other(world: &World) {
        let person = somebody(world);
        let session = open(world, person, "a");
        rotate(world, "a", "b", 10);
        rotate(world, "a", "b2", 11);
        assert_eq!(rotate(world, "b", "c", 100), Rotation::Rotated { session, person });
        assert_eq!(rotate(world, "b2", "z", 131), Rotation::Reused { session }, "whoever took it has no branch of their own");
    }

    fn two_at_once_with_one_token_both_go_on_and_a_third_ends_the_family(world: &World) {
        let person = somebody(world);
        for round in 0..20 {
            let first = format!("{round}");
            let session = open(world, person, &first);
            let start = Barrier::new(3);
            let mut results: Vec<_> = thread::scope(|scope| {
                let tries: Vec<_> = (0..3)
                    .map(|n| {
                        let (start, first) = (&start, &first);
                        scope.spawn(move || {
                            start.wait();
                            rotate(world, first, &format!("{first}-{n}"), 10)
                        })
                    })
                    .collect();
                tries.into_iter().map(|t| t.join().unwrap()).collect()
            });
            results.sort_by_key(|result| matches!(result, Rotation::Reused { .. }));
            let rotated = Rotation::Rotated { session, person };
            assert_eq!(results, [rotated, rotated, Rotation::Reused { session }]);
            assert!(!is_open(world, session, 11));
        }
    }

    fn siblings_rotated_at_once_do_not_wait_for_each_other_for_ever(world: &World) {
        let person = somebody(world);
        for round in 0..20 {
            let name = |n: &str| format!("{round}{n}");
            let session = open(world, person, &name("a"));
            rotate(world, &name("a"), &name("b"), 10);
            rotate(world, &name("a"), &name("b2"), 10);
            let start = Barrier::new(2);
            thread::scope(|scope| {
                for token in ["b", "b2"] {
                    let (start, name) = (&start, &name);
                    scope.spawn(move || {
                        start.wait();
                        let rotated = rotate(world, &name(token), &name(&format!("{token}-next")), 12);
                        assert_eq!(rotated, Rotation::Rotated { session, person }, "the later of the two by its grace");
                    });
                }
            });
        }
    }

    fn signing_out_ends_one_session_and_revoking_all_ends_the_others(world: &World) {
        let person = somebody(world);
        let sessions: Vec<_> = ["a", "b", "c"].iter().map(|token| open(world, person, token)).collect();
        world.write(|conn| sessions::revoke(conn, b"a"));
        world.write(|conn| sessions::revoke(conn, b"nobody's"));
        assert_eq!(sessions.iter().map(|s| is_open(world, *s, 1)).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(rotate(world, "a", "z", 1), Rotation::Unknown);

        let kept = sessions[1];
        world.write(move |conn| sessions::revoke_all(conn, person, Some(kept)));
        assert_eq!(sessions.iter().map(|s| is_open(world, *s, 1)).collect::<Vec<_>>(), [false, true, false]);
        world.write(move |conn| sessions::revoke_all(conn, person, None));
        assert!(!is_open(world, kept, 1));
    }

    fn a_new_password_ends_every_session_but_the_one_it_was_given_in(world: &World) {
        let person = somebody(world);
        let (here, there) = (open(world, person, "here"), open(world, person, "there"));
        world.write(move |conn| accounts::set_password(conn, Some(person), at(5), person, "$argon2id$", Some(here)));
        assert!(is_open(world, here, 6) && !is_open(world, there, 6));
    }

    fn a_sign_in_with_the_old_password_does_not_outlive_the_new_one(world: &World) {
        let person = somebody(world);
        let set = |hash: String| world.write(move |conn| accounts::set_password(conn, None, at(0), person, &hash, None));
        for round in 0..20 {
            let (old, new) = (format!("old {round}"), format!("new {round}"));
            set(old.clone());
            let start = Barrier::new(2);
            let opened = thread::scope(|scope| {
                let sign_in = scope.spawn(|| {
                    let (token, old) = (hash(&format!("token {round}")), old.clone());
                    start.wait();
                    // As the server does: the session first, and then whether the password that was verified still holds.
                    world.store.write(move |conn| {
                        let session = sessions::open(conn, person, &token, at(0), at(1_000))?;
                        let held = accounts::find_credentials_of(conn, person)?.unwrap().password_hash;
                        if held == old { Ok(session) } else { Err(StoreError::Unsupported("another password by now")) }
                    })
                });
                start.wait();
                set(new);
                sign_in.join().unwrap()
            });
            assert!(!opened.is_ok_and(|session| is_open(world, session, 1)), "round {round}");
        }
    }

    fn a_disabled_person_is_signed_out_and_stays_out(world: &World) {
        let person = somebody(world);
        let session = open(world, person, "a");
        disabled(world, person);
        assert!(!is_open(world, session, 1));
        assert_eq!(rotate(world, "a", "b", 1), Rotation::Unknown);

        // A sign-in that was under way while the person was disabled opens nothing either.
        let late = open(world, person, "late");
        assert!(!is_open(world, late, 2));
        assert_eq!(rotate(world, "late", "later", 2), Rotation::Unknown);

        // Who is let in again signs in again: what was revoked stays so.
        enabled(world, person);
        assert!(world.read(|conn| people::find(conn, person)).unwrap().is_active);
        assert!(!is_open(world, session, 3));
        assert_eq!(rotate(world, "a", "b", 3), Rotation::Unknown);
    }

    fn what_expired_is_forgotten(world: &World) {
        let person = somebody(world);
        let session = open(world, person, "a");
        rotate(world, "a", "b", 10);
        assert_eq!(world.write(|conn| sessions::purge(conn, at(1_000))), 0, "it expires at that instant");
        assert!(is_open(world, session, 20));
        assert_eq!(world.write(|conn| sessions::purge(conn, at(1_001))), 1);
        assert_eq!(rotate(world, "b", "c", 20), Rotation::Unknown);
    }
}
