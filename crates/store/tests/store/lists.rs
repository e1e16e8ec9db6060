//! Lists, counts and the one scope, against the same questions asked of the folded tickets.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use chrono::TimeDelta;
use domain::*;
use store::streams;
use store::tickets::{self, Filter, HolderFilter, Key, RequesterFilter, Sort};

use crate::cast::{Cast, Dice, actor, line};
use crate::world::{World, at};

/// The filter's own meaning, asked of the ticket.
fn holds(cast: &Cast, filter: &Filter, ticket: &Ticket) -> bool {
    let standing = ticket.standing();
    let among = |phases: &[Phase]| phases.is_empty() || phases.contains(&standing.phase);
    among(&filter.phases)
        && (filter.kinds.is_empty() || filter.kinds.contains(&standing.kind))
        && (filter.outcomes.is_empty() || standing.outcome.is_some_and(|outcome| filter.outcomes.contains(&outcome)))
        && match filter.holder {
            None => true,
            Some(HolderFilter::Nobody) => standing.holder.is_none(),
            Some(HolderFilter::Person(person)) => standing.holder == Some(person),
        }
        && match filter.requester {
            None => true,
            Some(RequesterFilter::Person(person)) => standing.requester == person,
            Some(RequesterFilter::RequesterOrCreator(person)) => standing.requester == person || standing.creator == Some(person),
        }
        && filter.area.is_none_or(|area| cast.under(area).contains(&standing.area))
        && (filter.channels.is_empty() || filter.channels.contains(&ticket.channel))
        && filter.service.is_none_or(|service| ticket.service == Some(service))
        && filter.is_waiting.is_none_or(|is| is == standing.waiting.is_some())
        && filter.is_confirmed.is_none_or(|is| is == standing.is_confirmed)
        && filter.is_phone_notice_due.is_none_or(|is| is == standing.is_phone_notice_due)
        && filter.received_from.is_none_or(|from| from <= ticket.received_at)
        && filter.received_until.is_none_or(|until| ticket.received_at < until)
        && filter.is_ended.is_none_or(|is| is == standing.phase.is_end())
        && filter.solved_from.is_none_or(|from| ticket.solved_at.is_some_and(|at| from <= at))
        && filter.solved_until.is_none_or(|until| ticket.solved_at.is_some_and(|at| at < until))
        && filter.ended_from.is_none_or(|from| ticket.closed_at.is_some_and(|at| from <= at))
        && filter.ended_until.is_none_or(|until| ticket.closed_at.is_some_and(|at| at < until))
        && filter.pending_at.is_none_or(|at| ticket.received_at < at && ticket.closed_at.is_none_or(|closed| at <= closed))
        && filter.solver.is_none_or(|solver| standing.solver == Some(solver))
        && (!filter.is_without_service || ticket.service.is_none())
}

fn draw_filter(dice: &mut Dice, cast: &Cast) -> Filter {
    let mut filter = Filter::default();
    for _ in 0..=dice.below(3) {
        let person = dice.one(&cast.people);
        match dice.below(19) {
            0 => filter.phases = dice.some(Phase::ALL),
            1 => filter.phases = vec![dice.one(Phase::ALL)],
            2 => filter.kinds = dice.some(&[None, Some(Kind::Incident), Some(Kind::Occurrence), Some(Kind::Requirement)]),
            3 => filter.outcomes = dice.some(Outcome::ALL),
            4 => filter.holder = Some(HolderFilter::Person(person)),
            5 => filter.holder = Some(HolderFilter::Nobody),
            6 => filter.requester = Some(RequesterFilter::Person(person)),
            7 => filter.requester = Some(RequesterFilter::RequesterOrCreator(person)),
            8 => filter.area = Some(dice.one(&cast.areas)),
            9 => filter.channels = dice.some(Channel::ALL),
            10 => filter.service = Some(dice.one(&cast.services)),
            11 => filter.is_waiting = dice.maybe(&[true, false]),
            12 => filter.is_ended = dice.maybe(&[true, false]),
            13 => {
                filter.solved_from = Some(at(dice.below(9_000) as i64));
                filter.solved_until = dice.maybe(&[at(7_000), at(1_000_000)]);
            }
            14 => {
                filter.ended_from = Some(at(dice.below(9_000) as i64));
                filter.ended_until = dice.maybe(&[at(7_000), at(1_000_000)]);
            }
            15 => filter.pending_at = Some(at(dice.below(9_000) as i64)),
            16 => {
                filter.solver = Some(person);
                filter.is_without_service = dice.below(2) == 0;
            }
            17 => filter.is_confirmed = dice.maybe(&[true, false]),
            _ => {
                filter.received_from = Some(at(dice.below(500) as i64));
                filter.received_until = dice.maybe(&[at(700), at(1_000_000)]);
                filter.is_phone_notice_due = dice.maybe(&[true, false]);
            }
        }
    }
    filter
}

/// What a sort goes by; the smaller comes first.
fn rank(sort: Sort, id: TicketId, ticket: &Ticket) -> (i64, i64) {
    let micros = |at: Instant| at.timestamp_micros();
    match sort {
        Sort::Newest => (-id.get(), 0),
        Sort::Oldest => (id.get(), 0),
        Sort::Updated => (-micros(ticket.updated_at), -id.get()),
        Sort::Waiting => (micros(ticket.phase_since), id.get()),
    }
}

/// All pages of a list.
fn pages(world: &World, actor: &Actor, filter: &Filter, sort: Sort, limit: u32) -> Vec<TicketId> {
    let mut all = Vec::new();
    let mut after: Option<Key> = None;
    loop {
        let page = world.read(|conn| tickets::list(conn, actor, filter, sort, after.as_ref(), limit));
        assert!(page.len() <= limit as usize);
        all.extend(page.iter().map(|row| row.id));
        match page.last() {
            Some(last) if page.len() == limit as usize => after = Some(sort.key(last)),
            _ => return all,
        }
    }
}

on_both! {
    fn every_list_and_count_is_what_the_actor_sees_of_what_the_filter_holds(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(10);
        let made = cast.tickets(world, &mut dice, 200);
        let mut n_found = 0;

        for round in 0..400 {
            let actor = dice.actor(&cast);
            let filter = if round % 8 == 0 { Filter::default() } else { draw_filter(&mut dice, &cast) };
            let sort = dice.one(Sort::ALL);
            let mut expected: Vec<_> =
                made.iter().filter(|(_, ticket)| actor.sees(&ticket.standing()) && holds(&cast, &filter, ticket)).collect();
            expected.sort_by_key(|(id, ticket)| rank(sort, *id, ticket));
            let expected: Vec<TicketId> = expected.into_iter().map(|(id, _)| *id).collect();

            let limit = [1, 7, 50][round % 3];
            let limit = if limit == 1 && expected.len() > 20 { 7 } else { limit };
            assert_eq!(pages(world, &actor, &filter, sort, limit), expected, "{actor:?} {filter:?} {sort:?}");
            let n = u32::try_from(expected.len()).unwrap();
            assert_eq!(world.read(|conn| tickets::count(conn, &actor, &filter, 1_000)), n, "{actor:?} {filter:?}");
            assert_eq!(world.read(|conn| tickets::count(conn, &actor, &filter, 5)), n.min(6), "counting ends at the cap");
            n_found += expected.len();
        }
        assert!(n_found > 2_000, "the dice ask for something: {n_found}");
    }

    fn no_way_leads_to_a_ticket_that_is_not_seen(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(11);
        let made = cast.tickets(world, &mut dice, 80);
        for _ in 0..40 {
            let actor = dice.actor(&cast);
            for (id, ticket) in &made {
                let sees = actor.sees(&ticket.standing());
                assert_eq!(world.read(|conn| tickets::find(conn, &actor, *id)).is_some(), sees);
                assert_eq!(!world.read(|conn| tickets::list_events(conn, &actor, *id, None, 1)).is_empty(), sees);
            }
            let seen = pages(world, &actor, &Filter::default(), Sort::Newest, 50);
            let seen: BTreeSet<TicketId> = seen.into_iter().collect();
            let mentions = Mentions { tickets: made.iter().map(|(id, _)| *id).collect(), ..Mentions::default() };
            let facts = world.read(|conn| store::facts::facts(conn, &actor, None, &mentions, Rules::default(), at(0)));
            assert_eq!(facts.tickets.into_keys().collect::<BTreeSet<_>>(), seen);
            let related = world.read(|conn| tickets::related(conn, &actor, made[0].0));
            assert!(related.duplicates.iter().chain(&related.split_off).all(|id| seen.contains(id)));
        }
    }

    fn who_only_administers_sees_nothing(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(12);
        let made = cast.tickets(world, &mut dice, 30);
        let stranger = PersonId::parse(1_000_000).unwrap();
        let admin = Actor { areas_headed: cast.areas.iter().copied().collect(), ..actor(stranger, &[Role::Admin]) };
        assert_eq!(pages(world, &admin, &Filter::default(), Sort::Newest, 50), []);
        assert_eq!(world.read(|conn| tickets::count(conn, &admin, &Filter::default(), 10)), 0);
        assert!(made.iter().all(|(id, _)| world.read(|conn| tickets::find(conn, &admin, *id)).is_none()));
    }

    fn a_list_meets_each_ticket_once_while_others_write(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(13);
        let before: BTreeSet<TicketId> = cast.tickets(world, &mut dice, 120).into_iter().map(|(id, _)| id).collect();
        let is_done = AtomicBool::new(false);
        let mut told = Vec::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut dice = Dice(14);
                // They come in before and after where the reader is: without an end it might never reach its own.
                for _ in (0..400).take_while(|_| !is_done.load(Ordering::Relaxed)) {
                    cast.tickets(world, &mut dice, 1);
                }
            });
            for sort in [Sort::Newest, Sort::Oldest, Sort::Updated, Sort::Waiting] {
                let mut met = Vec::new();
                let mut after: Option<Key> = None;
                while before.iter().any(|id| !met.contains(id)) {
                    let page = world.read(|conn| tickets::list(conn, &cast.desk(), &Filter::default(), sort, after.as_ref(), 10));
                    let Some(last) = page.last() else { break };
                    after = Some(sort.key(last));
                    // One that is written meanwhile may move on in the list, and be met again there.
                    met.extend(page.iter().map(|row| row.id).filter(|id| before.contains(id)));
                }
                let unique: BTreeSet<TicketId> = met.iter().copied().collect();
                told.push((sort, met.len() - unique.len(), before.difference(&unique).count()));
            }
            is_done.store(true, Ordering::Relaxed);
        });
        let well: Vec<_> = told.iter().map(|(sort, ..)| (*sort, 0, 0)).collect();
        assert_eq!(told, well, "repeated and missed");
    }

    fn instants_that_are_the_same_do_not_split_a_page(world: &World) {
        let cast = Cast::of(world);
        let ids: BTreeSet<TicketId> = (0..25).map(|n| cast.ticket(world, cast.people[1], &format!("Número {n}"))).collect();
        for sort in [Sort::Updated, Sort::Waiting] {
            let met = pages(world, &cast.desk(), &Filter::default(), sort, 4);
            assert_eq!(met.len(), ids.len());
            assert_eq!(met.into_iter().collect::<BTreeSet<_>>(), ids);
        }
    }

    fn words_find_without_accents_case_or_signs(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        const NONE: [usize; 0] = [];
        let titles = [
            "La impresora HP-1020 no imprime",
            "Señal débil de «Wi-Fi» en el 3.er piso",
            "EL CORREO ESTÁ LENTO",
            "NEAR OR NOT AND (nada) \"citado\" * : ^ -",
            "Impresión borrosa: núm. 1020",
            "***",
        ];
        let ids: Vec<TicketId> = titles.iter().map(|title| cast.ticket(world, me, title)).collect();
        let found = |words: &str| -> Vec<usize> {
            let filter = Filter { words: Some(words.to_owned()), ..Filter::default() };
            let met = pages(world, &cast.desk(), &filter, Sort::Oldest, 50);
            let n = world.read(|conn| tickets::count(conn, &cast.desk(), &filter, 100));
            assert_eq!(n as usize, met.len());
            met.iter().map(|id| ids.iter().position(|known| known == id).unwrap()).collect()
        };

        assert_eq!(found("impresora"), [0]);
        assert_eq!(found("IMPRESORÁ"), [0]);
        assert_eq!(found("impr"), [0, 4], "the beginning of a word is enough");
        assert_eq!(found("impr 1020"), [0, 4], "all must be there");
        assert_eq!(found("hp-1020"), [0]);
        assert_eq!(found("presora"), NONE, "the middle of a word is not");
        assert_eq!(found("senal"), [1]);
        assert_eq!(found("sen\u{303}al wifi"), NONE, "«Wi-Fi» is two words");
        assert_eq!(found("wi fi"), [1]);
        assert_eq!(found("correo está"), [2]);
        assert_eq!(found("núm"), [4]);
        for word in ["near", "or", "not", "and", "\"citado\"", "(nada)", "NEAR(nada citado)", "nada*", "^nada", "title:nada"] {
            let expected: &[usize] = if word == "title:nada" { &[] } else { &[3] };
            assert_eq!(found(word), expected, "{word}");
        }
        for nothing in ["\"", "(", "*", "'", "--", "%", "_", "\\", ":", "&|!", "  "] {
            assert_eq!(found(nothing).len(), titles.len(), "«{nothing}» asks for no word");
        }
        assert_eq!(found("'; DROP TABLE tickets; --"), NONE);
        assert_eq!(found(&"a ".repeat(500)), [3], "many words are cut to a few");
    }

    fn a_corrected_title_is_found_by_its_new_words_only(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        let id = cast.ticket(world, me, "La impresora");
        let before = world.read(|conn| streams::load(conn, id)).unwrap();
        let facts = FactsPatch { title: Some(line("El escáner")), ..FactsPatch::default() };
        let entry = Entry { at: at(9), by: Who::Person(me), event: Event::FactsCorrected { facts } };
        world.write::<_, streams::AppendError>(move |conn| streams::append(conn, id, &before, &[entry]));

        let found = |words: &str| {
            let filter = Filter { words: Some(words.to_owned()), ..Filter::default() };
            world.read(|conn| tickets::count(conn, &cast.desk(), &filter, 100))
        };
        assert_eq!((found("impresora"), found("escaner")), (0, 1));
    }

    fn words_of_what_is_not_seen_find_nothing(world: &World) {
        let cast = Cast::of(world);
        cast.ticket(world, cast.people[1], "La impresora secreta");
        let filter = Filter { words: Some("secreta".to_owned()), ..Filter::default() };
        let other = actor(cast.people[2], &[Role::User]);
        assert_eq!(pages(world, &other, &filter, Sort::Newest, 10), []);
        assert_eq!(world.read(|conn| tickets::count(conn, &other, &filter, 10)), 0);
    }

    fn a_wide_area_and_a_narrow_one_hold_the_same_tickets_by_either_way(world: &World) {
        // More than are gathered, so that SQLite walks the one list and gathers the other.
        let cast = Cast::of(world);
        let me = cast.people[1];
        let streams: Vec<Vec<Entry>> = (0..2_300)
            .map(|n| {
                let mut entry = cast.request(cast.people[n % 10], "La impresora común", n as i64);
                if let Event::Requested { area, .. } = &mut entry.event {
                    *area = if n % 100 == 0 { cast.areas[2] } else { cast.areas[3] };
                }
                vec![entry]
            })
            .collect();
        let ids = world.write::<_, store::StoreError>(move |conn| crate::cast::create_all(conn, &streams));
        let head = |areas: &[AreaId]| Actor { areas_headed: areas.iter().copied().collect(), ..actor(me, &[Role::AreaHead]) };
        let page = |actor: &Actor, filter: &Filter, sort: Sort| -> Vec<TicketId> {
            world.read(|conn| tickets::list(conn, actor, filter, sort, None, 20)).iter().map(|row| row.id).collect()
        };
        let of = |keep: &dyn Fn(usize) -> bool| -> Vec<TicketId> {
            ids.iter().enumerate().rev().filter(|(n, _)| keep(*n)).map(|(_, id)| *id).take(20).collect()
        };

        let all = Filter::default();
        assert_eq!(page(&head(&[cast.areas[3]]), &all, Sort::Newest), of(&|n| n % 100 != 0 || n % 10 == 1));
        assert_eq!(page(&head(&[cast.areas[3], cast.areas[2]]), &all, Sort::Updated), of(&|_| true));
        assert_eq!(page(&head(&[cast.areas[2]]), &all, Sort::Newest), of(&|n| n % 100 == 0 || n % 10 == 1));
        let under = |n: usize| Filter { area: Some(cast.areas[n]), ..Filter::default() };
        assert_eq!(page(&cast.desk(), &under(1), Sort::Newest), of(&|n| n % 100 != 0));
        assert_eq!(page(&cast.desk(), &under(2), Sort::Updated), of(&|n| n % 100 == 0));
        let words = Filter { words: Some("comun impre".to_owned()), ..Filter::default() };
        assert_eq!(page(&cast.desk(), &words, Sort::Newest), of(&|_| true));
        let early = Filter { received_until: Some(at(0) + TimeDelta::seconds(30)), ..Filter::default() };
        assert_eq!(page(&cast.desk(), &early, Sort::Newest), of(&|n| n < 30));
        let mine = Filter { phases: vec![Phase::Requested, Phase::Closed], ..Filter::default() };
        assert_eq!(page(&actor(me, &[Role::User]), &mine, Sort::Newest), of(&|n| n % 10 == 1));
        assert_eq!(world.read(|conn| tickets::count(conn, &cast.desk(), &all, 1_000)), 1_001);
    }
}
