//! The two doors: what one job does is its own affair, what is acknowledged is kept, what fails is told.

use std::io::Read;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::TicketId;
use store::tickets::{self, Filter, Sort};
use store::{Backend, Conn, Store, StoreError, StoreSettings, streams};

use crate::cast::Cast;
use crate::world::World;

fn n_tickets(world: &World, cast: &Cast) -> u32 {
    world.read(|conn| tickets::count(conn, &cast.desk(), &Filter::default(), 1_000_000))
}

fn create(store: &Store, cast: &Cast, title: &str) -> Result<TicketId, StoreError> {
    let entries = vec![cast.request(cast.people[1], title, 0)];
    store.write(move |conn| streams::create(conn, &entries).map(|(id, _)| id))
}

/// The same by work that may be run again, handed to SQLite's writer.
fn create_by_hand(store: &Store, cast: &Cast, title: &str) -> Result<TicketId, StoreError> {
    let entries = vec![cast.request(cast.people[1], title, 0)];
    let (tell, told) = channel();
    store.submit(move |conn| streams::create(conn, &entries).map(|(id, _)| id), move |result| tell.send(result).unwrap());
    told.recv().unwrap()
}

/// Holds SQLite's writer inside a job of its own, so that what is queued meanwhile runs in one group with it.
struct Held {
    go: Sender<()>,
    job: thread::JoinHandle<()>,
}

impl Held {
    fn new(store: &Store) -> Held {
        let (go, wait): (Sender<()>, Receiver<()>) = channel();
        let (begun, has_begun) = channel();
        let store = store.clone();
        let job = thread::spawn(move || {
            let held = store.write::<_, StoreError>(move |_| {
                begun.send(()).unwrap();
                wait.recv().unwrap();
                Ok(())
            });
            held.unwrap();
        });
        has_begun.recv().unwrap();
        Held { go, job }
    }

    /// The same in a job that may be run again. When it is, nobody waits for it, nor it for anybody.
    fn repeatable(store: &Store) -> Held {
        let (go, wait): (Sender<()>, Receiver<()>) = channel();
        let ((begun, has_begun), (tell, told)) = (channel(), channel());
        let hold = move |_: &mut Conn| {
            if begun.send(()).is_ok() {
                let _ = wait.recv();
            }
            Ok::<(), StoreError>(())
        };
        store.submit(hold, move |held| tell.send(held).unwrap());
        has_begun.recv().unwrap();
        Held { go, job: thread::spawn(move || told.recv().unwrap().unwrap()) }
    }

    fn release(self) {
        self.go.send(()).unwrap();
        self.job.join().unwrap();
    }
}

/// Queues each of these jobs in turn while the writer is held, then lets them run. What each was told, in their order.
fn together<T: Send + 'static>(world: &World, jobs: Vec<Job<T>>) -> Vec<Result<T, StoreError>> {
    let held = Held::new(&world.store);
    let waiting: Vec<_> = jobs
        .into_iter()
        .enumerate()
        .map(|(n, job)| {
            let store = world.store.clone();
            let asked = thread::spawn(move || store.write(job));
            let deadline = Instant::now() + Duration::from_secs(20);
            while world.store.stats().n_queued < n as u64 + 2 && Instant::now() < deadline {
                thread::yield_now();
            }
            asked
        })
        .collect();
    held.release();
    waiting.into_iter().map(|asked| asked.join().unwrap()).collect()
}

type Job<T> = Box<dyn FnOnce(&mut Conn) -> Result<T, StoreError> + Send>;

fn creating(cast: &Cast, title: &str) -> Job<TicketId> {
    let entries = vec![cast.request(cast.people[1], title, 0)];
    Box::new(move |conn| streams::create(conn, &entries).map(|(id, _)| id))
}

/// Silences the panics that tests make on purpose.
fn quietly<T>(f: impl FnOnce() -> T) -> T {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |about| {
        let is_on_purpose = about.payload().downcast_ref::<&str>().is_some_and(|words| *words == "on purpose");
        if !is_on_purpose {
            before(about);
        }
    }));
    f()
}

on_both! {
    fn who_writes_reads_it_at_once(world: &World) {
        let cast = Cast::of(world);
        thread::scope(|scope| {
            for n in 0..8 {
                let (world, cast) = (&world, &cast);
                scope.spawn(move || {
                    for m in 0..20 {
                        let id = create(&world.store, cast, &format!("{n}-{m}")).unwrap();
                        assert!(world.read(|conn| streams::load(conn, id)).is_some());
                    }
                });
            }
        });
        assert_eq!(n_tickets(world, &cast), 160);
    }

    fn a_refusal_a_panic_and_an_error_undo_their_own_work_only(world: &World) {
        let cast = Cast::of(world);
        let (refused, panics, violates) = (cast.clone(), cast.clone(), cast.clone());
        let told = quietly(|| {
            let jobs: Vec<Job<TicketId>> = vec![
                creating(&cast, "Uno"),
                Box::new(move |conn| {
                    streams::create(conn, &[refused.request(refused.people[1], "Rechazado", 0)])?;
                    Err(StoreError::Unsupported("no"))
                }),
                creating(&cast, "Dos"),
                Box::new(move |conn| {
                    streams::create(conn, &[panics.request(panics.people[1], "Roto", 0)])?;
                    // Also inside a transaction of the job's own.
                    conn.transaction::<TicketId, StoreError, _>(|_| panic!("on purpose"))
                }),
                Box::new(move |conn| {
                    let (id, _) = streams::create(conn, &[violates.request(violates.people[1], "Repetido", 0)])?;
                    diesel::sql_query("INSERT INTO ticket_watchers (ticket_id, person_id) VALUES (1, 1), (1, 1)").execute(conn)?;
                    Ok(id)
                }),
                creating(&cast, "Tres"),
            ];
            // PostgreSQL has no queue; there they run one after the other.
            match world.store.backend() {
                Backend::Sqlite => together(world, jobs),
                Backend::Postgres => jobs.into_iter().map(|job| world.store.write(job)).collect(),
            }
        });

        assert!(matches!(told[1], Err(StoreError::Unsupported("no"))));
        assert!(matches!(told[3], Err(StoreError::Panicked)));
        assert!(told[4].as_ref().is_err_and(StoreError::is_unique_violation), "{:?}", told[4]);
        for n in [0, 2, 5] {
            let id = *told[n].as_ref().unwrap();
            assert!(world.read(|conn| streams::load(conn, id)).is_some());
        }
        assert_eq!(n_tickets(world, &cast), 3);
        create(&world.store, &cast, "Después").unwrap();
    }

    fn a_panic_while_reading_is_the_readers_own(world: &World) {
        let cast = Cast::of(world);
        for _ in 0..40 {
            let asked = quietly(|| {
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    world.store.read::<(), StoreError>(|conn| {
                        tickets::count(conn, &cast.desk(), &Filter::default(), 1)?;
                        panic!("on purpose")
                    })
                }))
            });
            assert!(asked.is_err());
        }
        assert_eq!(n_tickets(world, &cast), 0, "connections of the pool are left");
    }

    fn after_the_stop_nothing_is_written_and_what_was_queued_is_done(world: &World) {
        let cast = Cast::of(world);
        let asked: Vec<_> = thread::scope(|scope| {
            let start = Arc::new(Barrier::new(9));
            let askers: Vec<_> = (0..8)
                .map(|n| {
                    let (store, cast, start) = (world.store.clone(), cast.clone(), start.clone());
                    scope.spawn(move || {
                        start.wait();
                        (0..20).map(|m| create(&store, &cast, &format!("{n}-{m}"))).collect::<Vec<_>>()
                    })
                })
                .collect();
            start.wait();
            world.store.stop();
            askers.into_iter().flat_map(|asker| asker.join().unwrap()).collect()
        });
        let n_done = asked.iter().filter(|told| told.is_ok()).count();
        assert!(asked.iter().all(|told| matches!(told, Ok(_) | Err(StoreError::Unavailable(_)))));
        assert_eq!(n_tickets(world, &cast) as usize, n_done, "what was told done is there, and nothing else");
        assert!(matches!(create(&world.store, &cast, "Tarde"), Err(StoreError::Unavailable(_))));
    }

    fn what_a_door_does_is_counted(world: &World) {
        let cast = Cast::of(world);
        let before = world.store.stats();
        for n in 0..5 {
            create(&world.store, &cast, &n.to_string()).unwrap();
        }
        let after = world.store.stats();
        assert_eq!((after.n_jobs - before.n_jobs, after.n_queued), (5, 0));
        assert!(after.n_groups > before.n_groups && after.commit_nanoseconds > before.commit_nanoseconds);
    }

    fn a_corrupt_row_is_told_by_its_table_and_key(world: &World) {
        let cast = Cast::of(world);
        let id = create(&world.store, &cast, "Uno").unwrap();
        world.write::<_, StoreError>(move |conn| {
            let changed = diesel::sql_query("UPDATE events SET payload = '{\"event\": \"teletransportado\"}'").execute(conn)?;
            assert_eq!(changed, 1);
            Ok(())
        });
        let told = world.store.read::<_, StoreError>(|conn| streams::load(conn, id));
        let Err(StoreError::Corrupt(about)) = told else { panic!("{told:?}") };
        assert!(about.starts_with(&format!("events {id}/1: ")), "{about}");
    }
}

// What only SQLite has: one writer, groups, a file.

fn sqlite() -> World {
    World::new(Backend::Sqlite)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn ask(conn: &mut Conn, statement: &'static str) -> Result<i64, StoreError> {
    Ok(diesel::sql_query(statement).get_result::<Number>(conn)?.n)
}

#[test]
fn many_writes_share_a_commit() {
    let world = sqlite();
    let cast = Cast::of(&world);
    let before = world.store.stats();
    let told = together(&world, (0..40).map(|n| creating(&cast, &n.to_string())).collect());
    assert!(told.iter().all(Result::is_ok));
    let after = world.store.stats();
    assert_eq!(after.n_jobs - before.n_jobs, 41);
    assert!(after.n_groups - before.n_groups <= 5, "the held one, and its followers by halves: {}", after.n_groups - before.n_groups);
}

/// Hands these to the writer while it is held, then lets them run in one group with what holds it. What each was told, in their order.
fn submitted<T: Send + 'static>(world: &World, held: Held, jobs: Vec<Submitted<T>>) -> Vec<Result<T, StoreError>> {
    let told: Vec<_> = jobs
        .into_iter()
        .map(|job| {
            let (tell, told) = channel();
            world.store.submit(job, move |result| tell.send(result).unwrap());
            told
        })
        .collect();
    held.release();
    told.into_iter().map(|told| told.recv_timeout(Duration::from_secs(20)).expect("who asked is told")).collect()
}

type Submitted<T> = Box<dyn Fn(&mut Conn) -> Result<T, StoreError> + Send>;

/// Makes a ticket, counts how often, and then does what is said.
fn making(cast: &Cast, title: &str, n_runs: &Arc<AtomicU32>, then: fn(&mut Conn) -> Result<(), StoreError>) -> Submitted<TicketId> {
    let (entries, n_runs) = (vec![cast.request(cast.people[1], title, 0)], n_runs.clone());
    Box::new(move |conn| {
        n_runs.fetch_add(1, Ordering::Relaxed);
        let (id, _) = streams::create(conn, &entries)?;
        then(conn).map(|()| id)
    })
}

#[test]
fn what_was_undone_for_anothers_sake_is_done_again_and_once() {
    let world = sqlite();
    let cast = Cast::of(&world);
    let runs: Vec<Arc<AtomicU32>> = (0..6).map(|_| Arc::default()).collect();
    let told = quietly(|| {
        let jobs = vec![
            making(&cast, "Uno", &runs[0], |_| Ok(())),
            making(&cast, "Dos", &runs[1], |_| Ok(())),
            making(&cast, "Rechazado", &runs[2], |_| Err(StoreError::Unsupported("no"))),
            making(&cast, "Tres", &runs[3], |_| Ok(())),
            making(&cast, "Roto", &runs[4], |conn| conn.transaction(|_| panic!("on purpose"))),
            making(&cast, "Cuatro", &runs[5], |_| Ok(())),
        ];
        submitted(&world, Held::repeatable(&world.store), jobs)
    });

    assert!(matches!(told[2], Err(StoreError::Unsupported("no"))));
    assert!(matches!(told[4], Err(StoreError::Panicked)));
    let n_runs: Vec<u32> = runs.iter().map(|n| n.load(Ordering::Relaxed)).collect();
    assert_eq!(n_runs, [2, 2, 1, 1, 1, 1], "what failed is not tried again, nor what came after");
    assert_eq!(n_tickets(&world, &cast), 4);
    for (n, title) in [(0, "Uno"), (1, "Dos"), (3, "Tres"), (5, "Cuatro")] {
        let id = *told[n].as_ref().unwrap();
        let ticket = world.read(|conn| streams::load(conn, id)).expect("it is there");
        assert_eq!(ticket.title.as_str(), title, "who asked was told the number that it has in the end");
        assert_eq!(found_by(&world, &cast, title), [id]);
    }
    assert_eq!(found_by(&world, &cast, "rechazado"), []);
    assert_eq!(found_by(&world, &cast, "roto"), []);
}

#[test]
fn what_was_run_once_is_not_undone_for_anothers_sake() {
    let world = sqlite();
    let cast = Cast::of(&world);
    let runs: Vec<Arc<AtomicU32>> = (0..3).map(|_| Arc::default()).collect();
    let jobs = vec![
        making(&cast, "Uno", &runs[0], |_| Ok(())),
        making(&cast, "Rechazado", &runs[1], |_| Err(StoreError::Unsupported("no"))),
        making(&cast, "Dos", &runs[2], |_| Ok(())),
    ];
    let told = submitted(&world, Held::new(&world.store), jobs);
    assert_eq!(told.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert!(runs.iter().all(|n| n.load(Ordering::Relaxed) == 1), "each has a savepoint behind a job that is run once");
    assert_eq!(n_tickets(&world, &cast), 2);
}

/// The tickets whose titles have this word.
fn found_by(world: &World, cast: &Cast, word: &str) -> Vec<TicketId> {
    let filter = Filter { words: Some(word.to_owned()), ..Filter::default() };
    let page = world.read(|conn| tickets::list(conn, &cast.desk(), &filter, Sort::Newest, None, 10));
    page.iter().map(|row| row.id).collect()
}

#[test]
fn a_failed_commit_fails_its_whole_group_and_the_next_one_works() {
    let world = sqlite();
    let cast = Cast::of(&world);
    let orphan: Job<TicketId> = Box::new(|conn| {
        // A debt that only the commit looks at.
        conn.batch_execute("PRAGMA defer_foreign_keys = ON; INSERT INTO ticket_watchers (ticket_id, person_id) VALUES (4711, 1)")?;
        Ok(TicketId::parse(4711).unwrap())
    });
    let refusal: Job<TicketId> = Box::new(|_| Err(StoreError::Unsupported("no")));
    let held = Held::new(&world.store);
    let askers: Vec<_> = [creating(&cast, "Uno"), orphan, refusal, creating(&cast, "Dos")]
        .into_iter()
        .map(|job| {
            let store = world.store.clone();
            thread::spawn(move || store.write(job))
        })
        .collect();
    while world.store.stats().n_queued < 5 {
        thread::yield_now();
    }
    // The held job is in the same group, and fails with it.
    held.go.send(()).unwrap();
    let told: Vec<_> = askers.into_iter().map(|asker| asker.join().unwrap()).collect();
    assert!(held.job.join().is_err(), "its commit failed too");

    for told in &told {
        assert!(matches!(told, Err(StoreError::Unavailable(_))), "{told:?}");
    }
    assert_eq!(n_tickets(&world, &cast), 0);
    create(&world.store, &cast, "Después").unwrap();
    assert_eq!(n_tickets(&world, &cast), 1);
    assert_eq!(world.read(|conn| ask(conn, "SELECT count(*) AS n FROM ticket_watchers")), 0);
}

/// The writer's connection may not take more pages than that. A PRAGMA takes no bound values.
fn limit_pages(world: &World, n_pages: i64) {
    let limit = format!("PRAGMA max_page_count = {n_pages}");
    world.write::<_, StoreError>(move |conn| Ok(conn.batch_execute(&limit)?));
}

#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged_and_works_again_when_there_is_space() {
    let world = sqlite();
    let cast = Cast::of(&world);
    for round in 0..3 {
        let n_pages = world.read(|conn| ask(conn, "SELECT page_count AS n FROM pragma_page_count()"));
        limit_pages(&world, n_pages + 40);
        let (acknowledged, refused): (Vec<_>, Vec<_>) = thread::scope(|scope| {
            let askers: Vec<_> = (0..8)
                .map(|n| {
                    let (store, cast) = (world.store.clone(), &cast);
                    scope.spawn(move || {
                        let mut told = Vec::new();
                        // At first all in savepoints, then none, then some of them.
                        let create = if [false, true, n % 2 == 0][round] { create_by_hand } else { create };
                        for m in 0..200 {
                            told.push(create(&store, cast, &format!("Llenando {round} {n}-{m}")));
                            if told.last().is_some_and(Result::is_err) {
                                break;
                            }
                        }
                        told
                    })
                })
                .collect();
            askers.into_iter().flat_map(|asker| asker.join().unwrap()).partition(Result::is_ok)
        });
        assert!(!refused.is_empty(), "the disk was full at some time");
        assert!(refused.iter().all(|told| matches!(told, Err(StoreError::Unavailable(_)))), "{refused:?}");
        for told in acknowledged {
            let id = told.unwrap();
            assert!(world.read(|conn| streams::load(conn, id)).is_some(), "{id} was acknowledged");
        }
        limit_pages(&world, 1_000_000);
        create(&world.store, &cast, "Hay espacio otra vez").unwrap();
    }
    let rows = n_tickets(&world, &cast);
    let streams = world.read(|conn| ask(conn, "SELECT count(DISTINCT ticket_id) AS n FROM events"));
    assert_eq!(i64::from(rows), streams, "no half of a ticket is there");
    assert_eq!(world.read(|conn| ask(conn, "SELECT count(*) AS n FROM pragma_integrity_check() WHERE integrity_check <> 'ok'")), 0);
}

/// A small disk of its own, where one may mount it.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<SmallDisk> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=32m", "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|told| told.status.success()).then_some(SmallDisk(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// The same with a file system that is full in earnest, so that it is the commit that fails. Only root can mount one; for others the two tests above stand.
#[test]
fn a_file_system_without_space_fails_groups_and_serves_again_when_there_is_some() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("not run: a file system can only be mounted by root");
        return;
    };
    let url = format!("sqlite:{}", disk.0.path().join("a.db").display());
    Store::migrate(&url).unwrap();
    let store = Store::open(&StoreSettings { url, n_readers: 4, queue: 64 }).unwrap();
    let cast = Cast::in_store(&store);
    let filler = disk.0.path().join("filler");
    for round in 0..3 {
        // Until there is no space but a little.
        let mut file = std::fs::File::create(&filler).unwrap();
        let _ = std::io::copy(&mut std::io::repeat(7).take(256 << 20), &mut file);
        file.set_len(file.metadata().unwrap().len().saturating_sub(300 << 10)).unwrap();
        drop(file);
        let (acknowledged, refused): (Vec<_>, Vec<_>) = thread::scope(|scope| {
            let askers: Vec<_> = (0..8)
                .map(|n| {
                    let (store, cast) = (&store, &cast);
                    scope.spawn(move || {
                        let mut told = Vec::new();
                        while told.len() < 5_000 && told.last().is_none_or(Result::is_ok) {
                            told.push(create(store, cast, &format!("{round} {n}-{}", told.len())));
                        }
                        told
                    })
                })
                .collect();
            askers.into_iter().flat_map(|asker| asker.join().unwrap()).partition(Result::is_ok)
        });
        assert!(!refused.is_empty(), "the disk was full at some time");
        assert!(refused.iter().all(|told| matches!(told, Err(StoreError::Unavailable(_)))), "{refused:?}");
        for told in acknowledged {
            let id = told.unwrap();
            let ticket = store.read::<_, StoreError>(|conn| streams::load(conn, id)).unwrap();
            assert!(ticket.is_some(), "{id} was acknowledged");
        }
        std::fs::remove_file(&filler).unwrap();
        create(&store, &cast, "Hay espacio otra vez").unwrap();
    }
    store.stop();
}

#[test]
fn a_queue_that_is_full_turns_away() {
    let world = sqlite();
    let cast = Cast::of(&world);
    let store = Store::open(&StoreSettings { url: world.url.clone(), n_readers: 1, queue: 2 }).unwrap();
    let held = Held::new(&store);
    let askers: Vec<_> = (0..6)
        .map(|n| {
            let (store, cast) = (store.clone(), cast.clone());
            thread::spawn(move || create(&store, &cast, &n.to_string()))
        })
        .collect();
    // Two wait, and four are told at once.
    while askers.iter().filter(|asker| asker.is_finished()).count() < 4 {
        thread::yield_now();
    }
    held.release();
    let told: Vec<_> = askers.into_iter().map(|asker| asker.join().unwrap()).collect();
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 2);
    assert!(told.iter().filter_map(|told| told.as_ref().err()).all(|error| error.to_string().contains("too many writes wait")));
    store.stop();
}

#[test]
fn the_reading_door_writes_nothing() {
    let world = sqlite();
    let cast = Cast::of(&world);
    let entries = vec![cast.request(cast.people[1], "Uno", 0)];
    let told = world.store.read::<_, StoreError>(|conn| streams::create(conn, &entries));
    assert!(matches!(told, Err(StoreError::Unavailable(_))), "{told:?}");
    assert_eq!(n_tickets(&world, &cast), 0);
}

#[test]
fn sqlite_keeps_its_promises() {
    #[derive(QueryableByName)]
    struct Word {
        #[diesel(sql_type = Text)]
        journal_mode: String,
    }
    let world = sqlite();
    world.write::<_, StoreError>(|conn| {
        assert_eq!(diesel::sql_query("SELECT journal_mode FROM pragma_journal_mode()").get_result::<Word>(conn)?.journal_mode, "wal");
        assert_eq!(ask(conn, "SELECT synchronous AS n FROM pragma_synchronous()")?, 2, "FULL");
        assert_eq!(ask(conn, "SELECT foreign_keys AS n FROM pragma_foreign_keys()")?, 1);
        Ok(())
    });
    assert_eq!(world.read(|conn| ask(conn, "SELECT query_only AS n FROM pragma_query_only()")), 1);
}

/// Does the database itself hold this title, rather than its log alone?
fn is_carried_over(world: &World, title: &str) -> bool {
    let path = world.url.strip_prefix("sqlite:").unwrap();
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(title.len()).any(|bytes| bytes == title.as_bytes())
}

#[test]
fn when_nobody_writes_the_log_is_carried_over() {
    let world = sqlite();
    let cast = Cast::of(&world);
    create(&world.store, &cast, "Antes del descanso").unwrap();
    let begun = Instant::now();
    while !is_carried_over(&world, "Antes del descanso") {
        assert!(begun.elapsed() < Duration::from_secs(30), "it stays in the log");
        thread::sleep(Duration::from_millis(100));
    }
    create(&world.store, &cast, "Después").unwrap();
    assert_eq!(n_tickets(&world, &cast), 2);
}

#[test]
fn where_writes_never_pause_the_log_is_carried_over_beside_them() {
    let world = sqlite();
    let cast = Cast::of(&world);
    create(&world.store, &cast, "La primera de muchas").unwrap();
    let mut n = 0;
    while n % 250 != 0 || !is_carried_over(&world, "La primera de muchas") {
        assert!(n < 6_000, "after {n} writes it stays in the log");
        thread::scope(|scope| (0..25).for_each(|_| drop(scope.spawn(|| create(&world.store, &cast, "Otra").unwrap()))));
        n += 25;
    }
    assert_eq!(n_tickets(&world, &cast), n + 1);
}

#[test]
fn a_copy_is_whole_and_made_while_others_write() {
    let world = sqlite();
    let cast = Cast::of(&world);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copia «año».db");
    std::fs::write(&path, b"an older copy").unwrap();
    let before = create(&world.store, &cast, "Antes").unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| (0..200).for_each(|n| assert!(create(&world.store, &cast, &n.to_string()).is_ok())));
        world.store.backup_to(&path).unwrap();
        writer.join().unwrap();
    });

    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap());
    assert_eq!(mode & 0o777, 0o600, "whoever else has an account there does not read it");
    let copy = Store::open(&StoreSettings { url: format!("sqlite:{}", path.display()), n_readers: 1, queue: 1 }).unwrap();
    assert!(copy.read::<_, StoreError>(|conn| streams::load(conn, before)).unwrap().is_some());
    let n = copy.read::<_, StoreError>(|conn| ask(conn, "SELECT count(*) AS n FROM tickets")).unwrap();
    let n_events = copy.read::<_, StoreError>(|conn| ask(conn, "SELECT count(*) AS n FROM events")).unwrap();
    assert_eq!(n, n_events);
    assert_eq!(copy.pending_migrations().unwrap(), Vec::<String>::new());
    copy.stop();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("partial")), "{left:?}");
    assert!(matches!(
        world.store.backup_to(std::path::Path::new("/nowhere/at/all.db")),
        Err(StoreError::Unavailable(_) | StoreError::Database(_))
    ));
}

#[test]
fn a_second_process_that_writes_is_waited_for() {
    let world = sqlite();
    let cast = Cast::of(&world);
    let mut other = SqliteConnection::establish(world.url.strip_prefix("sqlite:").unwrap()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let asked = {
        let (store, cast) = (world.store.clone(), cast.clone());
        thread::spawn(move || create(&store, &cast, "Paciencia"))
    };
    thread::sleep(Duration::from_millis(300));
    assert!(!asked.is_finished());
    other.batch_execute("COMMIT").unwrap();
    asked.join().unwrap().unwrap();
}

// What only PostgreSQL has: connections that can be lost.

#[test]
fn a_copy_of_postgresql_is_not_ours_to_make() {
    let world = World::new(Backend::Postgres);
    assert!(matches!(world.store.backup_to(std::path::Path::new("/tmp/x")), Err(StoreError::Unsupported(_))));
}

#[test]
fn connections_that_the_server_ends_are_replaced() {
    let world = World::new(Backend::Postgres);
    let cast = Cast::of(&world);
    let end_all = |store: &Store| {
        let told = store.write::<_, StoreError>(|conn| {
            diesel::sql_query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .execute(conn)?;
            Ok(())
        });
        told.unwrap();
    };
    // As many as the pool has are open at once.
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| world.read(|conn| Ok(diesel::sql_query("SELECT pg_sleep(0.2)").execute(conn)?)));
        }
    });
    end_all(&world.store);
    let told: Vec<_> = (0..40).map(|n| create(&world.store, &cast, &n.to_string())).collect();
    assert!(told.iter().all(|told| matches!(told, Ok(_) | Err(StoreError::Unavailable(_)))), "{told:?}");
    let n_ok = told.iter().filter(|told| told.is_ok()).count();
    assert!(n_ok >= 20, "each lost connection costs one answer at most: {n_ok}");
    assert_eq!(n_tickets(&world, &cast) as usize, n_ok);
}

#[test]
fn a_url_of_neither_kind_is_refused_and_a_server_that_is_not_there_is_told() {
    let open = |url: &str| Store::open(&StoreSettings { url: url.to_owned(), n_readers: 1, queue: 1 }).err().unwrap().to_string();
    assert!(open("mysql://x").contains("neither sqlite: nor postgres://"));
    assert!(open("sqlite:").contains("without a path"));
    assert!(
        open("postgres://nobody@/x?host=/nowhere").contains("cannot reach PostgreSQL"),
        "{}",
        open("postgres://nobody@/x?host=/nowhere")
    );
    assert!(open("sqlite:/nowhere/at/all.db").contains("cannot open /nowhere/at/all.db"));
}
