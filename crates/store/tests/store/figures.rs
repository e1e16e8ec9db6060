//! Figures, against the same counted of the folded tickets; and each is the length of the list that it leads to.

use std::collections::BTreeMap;

use domain::*;
use store::figures::{self, Cut, Decisions, Part, Reach, Span, Tally, durations};
use store::streams;
use store::tickets::{self, EvaluationStep, Filter, StepFilter};

use crate::cast::{Cast, Dice, actor};
use crate::world::at;

fn draw_readers(cast: &Cast) -> Vec<(Actor, Option<AreaId>)> {
    let headed = cast.under(cast.areas[1]);
    let head = Actor { areas_headed: headed, ..actor(cast.people[6], &[Role::User, Role::AreaHead]) };
    vec![
        (cast.desk(), None),
        (cast.desk(), Some(cast.areas[0])),
        (cast.desk(), Some(cast.areas[1])),
        (cast.desk(), Some(cast.areas[3])),
        (actor(cast.people[9], &[Role::Auditor]), None),
        (head.clone(), Some(cast.areas[1])),
        (head, Some(cast.areas[4])),
    ]
}

fn is_in(at: Option<Instant>, span: Span) -> bool {
    at.is_some_and(|at| span.from <= at && at < span.until)
}

fn is_solved(ticket: &Ticket) -> bool {
    ticket.standing().outcome.is_some_and(Outcome::is_solved)
}

fn tally(tickets: &[&Ticket], span: Span) -> Tally {
    let n = |holds: &dyn Fn(&Ticket) -> bool| tickets.iter().filter(|ticket| holds(ticket)).count() as u32;
    Tally {
        n_opened: n(&|ticket| is_in(Some(ticket.received_at), span)),
        n_solved: n(&|ticket| is_in(ticket.solved_at, span) && is_solved(ticket)),
        n_ended: n(&|ticket| is_in(ticket.closed_at, span)),
        n_pending: n(&|ticket| ticket.received_at < span.until && ticket.closed_at.is_none_or(|closed| span.until <= closed)),
    }
}

fn part_of(ticket: &Ticket, cut: Cut) -> Part {
    match cut {
        Cut::Kind => ticket.kind.map_or(Part::None, |kind| Part::Name(kind.name().to_owned())),
        Cut::Channel => Part::Name(ticket.channel.name().to_owned()),
        Cut::Service => ticket.service.map_or(Part::None, |service| Part::Record(service.get())),
        Cut::Area => Part::Record(ticket.area.get()),
    }
}

const BOUNDS: [i64; 5] = [0, 300, 4_000, 4_001, 20_000];

on_both! {
    fn every_figure_is_what_the_reader_would_count(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(40);
        let made = cast.tickets(world, &mut dice, 200);
        let all: Vec<&Ticket> = made.iter().map(|(_, ticket)| ticket).collect();
        let bounds = BOUNDS.map(at);
        let mut n_counted = 0;
        for (reader, area) in draw_readers(&cast) {
            let reach = Reach { actor: &reader, area };
            let seen: Vec<&Ticket> = all
                .iter()
                .copied()
                .filter(|ticket| reader.sees(&ticket.standing()))
                .filter(|ticket| area.is_none_or(|area| cast.under(area).contains(&ticket.area)))
                .collect();
            n_counted += seen.len();

            let counted = world.read(|conn| figures::tallies(conn, reach, &bounds));
            let expected: Vec<Tally> =
                bounds.windows(2).map(|pair| tally(&seen, Span { from: pair[0], until: pair[1] })).collect();
            assert_eq!(counted, expected, "{reader:?} {area:?}");

            let span = Span { from: bounds[1], until: bounds[4] };
            for cut in [Cut::Kind, Cut::Channel, Cut::Service, Cut::Area] {
                let mut parts: BTreeMap<Part, Vec<&Ticket>> = BTreeMap::new();
                seen.iter().for_each(|ticket| parts.entry(part_of(ticket, cut)).or_default().push(ticket));
                let expected: Vec<(Part, Tally)> = parts
                    .into_iter()
                    .map(|(part, tickets)| (part, tally(&tickets, span)))
                    .filter(|(_, tally)| *tally != Tally::default())
                    .collect();
                assert_eq!(world.read(|conn| figures::breakdown(conn, reach, span, cut)), expected, "{cut:?} {reader:?} {area:?}");
            }

            let mut outcomes: BTreeMap<Outcome, u32> = BTreeMap::new();
            for ticket in seen.iter().filter(|ticket| is_in(ticket.solved_at, span)) {
                *outcomes.entry(ticket.standing().outcome.unwrap()).or_default() += 1;
            }
            let mut counted = world.read(|conn| figures::outcomes(conn, reach, span));
            counted.sort();
            assert_eq!(counted, outcomes.into_iter().collect::<Vec<_>>());

            let seconds = |from: Instant, until: Instant| (until - from).num_seconds().max(0) as u64;
            let mut attended: Vec<(Option<Kind>, u64)> = seen
                .iter()
                .filter(|ticket| is_in(Some(ticket.received_at), span))
                .filter_map(|ticket| Some((ticket.kind, seconds(ticket.received_at, ticket.attended_at?))))
                .collect();
            attended.sort();
            let mut counted = world.read(|conn| figures::seconds_to_attend(conn, reach, span));
            counted.sort();
            assert_eq!(counted, attended);
            let mut solved: Vec<(Option<Kind>, u64)> = seen
                .iter()
                .filter(|ticket| is_in(ticket.solved_at, span) && is_solved(ticket))
                .map(|ticket| (ticket.kind, seconds(ticket.received_at, ticket.solved_at.unwrap())))
                .collect();
            solved.sort();
            let mut counted = world.read(|conn| figures::seconds_to_solve(conn, reach, span));
            counted.sort();
            assert_eq!(counted, solved);

            let now = at(100_000);
            for queue in world.read(|conn| figures::queues(conn, reach, now)) {
                let here: Vec<&&Ticket> = seen.iter().filter(|ticket| ticket.stage.phase() == queue.phase).collect();
                assert!(!queue.phase.is_end());
                assert_eq!(queue.n as usize, here.len());
                assert_eq!(queue.n_waiting as usize, here.iter().filter(|ticket| ticket.waiting.is_some()).count());
                assert_eq!(Some(queue.oldest_since), here.iter().map(|ticket| ticket.phase_since).min());
                assert_eq!(queue.age, durations(here.iter().map(|ticket| seconds(ticket.phase_since, now)).collect()));
            }
            let n_queued: u32 = world.read(|conn| figures::queues(conn, reach, now)).iter().map(|queue| queue.n).sum();
            assert_eq!(n_queued as usize, seen.iter().filter(|ticket| !ticket.stage.phase().is_end()).count());

            for load in world.read(|conn| figures::loads(conn, reach, span)) {
                let held = seen.iter().filter(|ticket| ticket.stage.holder() == Some(load.person)).count();
                let solved = seen.iter().filter(|ticket| is_in(ticket.solved_at, span) && is_solved(ticket));
                assert_eq!(load.n_held as usize, held);
                assert_eq!(load.n_solved as usize, solved.filter(|ticket| ticket.standing().solver == Some(load.person)).count());
                assert!(!load.name.is_empty());
            }
        }
        assert!(n_counted > 400, "the dice left too little to count");
    }

    fn every_figure_is_the_length_of_its_list(world: &World) {
        let cast = Cast::of(world);
        cast.tickets(world, &mut Dice(41), 120);
        let span = Span { from: at(BOUNDS[1]), until: at(BOUNDS[4]) };
        for (reader, area) in draw_readers(&cast) {
            let reach = Reach { actor: &reader, area };
            let listed = |filter: Filter| world.read(|conn| tickets::count(conn, &reader, &Filter { area, ..filter }, 1_000));
            let counted = world.read(|conn| figures::tallies(conn, reach, &[span.from, span.until])).remove(0);
            let solved = Outcome::ALL.iter().copied().filter(|outcome| outcome.is_solved()).collect();
            let none = Filter::default;
            assert_eq!(counted.n_opened, listed(Filter { received_from: Some(span.from), received_until: Some(span.until), ..none() }));
            assert_eq!(
                counted.n_solved,
                listed(Filter { solved_from: Some(span.from), solved_until: Some(span.until), outcomes: solved, ..none() })
            );
            assert_eq!(counted.n_ended, listed(Filter { ended_from: Some(span.from), ended_until: Some(span.until), ..none() }));
            let steps = world.read(|conn| figures::decisions(conn, reach, span));
            let listed_steps = EvaluationStep::ALL.iter().map(|step| listed(Filter { step: Some(StepFilter { step: *step, from: Some(span.from), until: Some(span.until) }), ..none() }));
            assert_eq!([steps.n_submitted, steps.n_returned, steps.n_approved, steps.n_rejected].to_vec(), listed_steps.collect::<Vec<_>>());
            for (part, tally) in world.read(|conn| figures::breakdown(conn, reach, span, Cut::Area)) {
                let Part::Record(id) = part else { panic!("a ticket without an area") };
                let alone = Filter {
                    area: Some(id.try_into().unwrap()),
                    is_area_alone: true,
                    received_from: Some(span.from),
                    received_until: Some(span.until),
                    ..none()
                };
                assert_eq!(tally.n_opened, world.read(|conn| tickets::count(conn, &reader, &alone, 1_000)));
            }
            assert_eq!(counted.n_pending, listed(Filter { pending_at: Some(span.until), ..none() }));
        }
    }

    fn the_steps_of_activity_6_are_counted_in_their_span_and_scope(world: &World) {
        let cast = Cast::of(world);
        let step = |by: usize, seconds: i64, event: Event| Entry { at: at(seconds), by: Who::Person(cast.people[by]), event };
        let grounds = || crate::cast::text("No hay presupuesto.");
        let entries = vec![
            cast.request(cast.people[1], "El plotter", 10),
            step(0, 20, Event::ReportReturned { remarks: grounds() }),
            step(0, 30, Event::ContractingRejected { grounds: grounds() }),
            step(0, 90, Event::ContractingApproved { grounds: grounds() }),
        ];
        world.write::<_, store::StoreError>(move |conn| streams::create(conn, &entries).map(|_| ()));
        let counted = |reader: &Actor, from: i64, until: i64| {
            let span = Span { from: at(from), until: at(until) };
            world.read(|conn| figures::decisions(conn, Reach { actor: reader, area: None }, span))
        };
        assert_eq!(counted(&cast.desk(), 20, 90), Decisions { n_returned: 1, n_rejected: 1, ..Decisions::default() });
        assert_eq!(counted(&cast.desk(), 21, 91), Decisions { n_rejected: 1, n_approved: 1, ..Decisions::default() });
        assert_eq!(counted(&actor(cast.people[8], &[Role::User]), 0, 900), Decisions::default(), "another's ticket is no figure of theirs");
    }
}
