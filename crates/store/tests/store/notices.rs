//! The bell: what concerns somebody, and up to where they have looked.

use domain::*;
use store::StoreError;
use store::notices;
use store::outbox::{self, Addressee, Notice};

use crate::cast::{Cast, actor};
use crate::world::{World, at};

fn tell(world: &World, person: PersonId, ticket: Option<TicketId>, kind: &str) {
    let notice = Notice { ticket: ticket.map(|ticket| (ticket, 1)), to: Addressee::Person(person), kind: kind.to_owned(), details: None };
    world.write::<_, StoreError>(move |conn| outbox::enqueue(conn, &[notice], at(10)));
}

on_both! {
    fn notices_come_newest_first_a_page_at_a_time_and_only_of_what_one_sees(world: &World) {
        let cast = Cast::of(world);
        let (me, other) = (cast.people[3], cast.people[4]);
        let user = actor(me, &[Role::User]);
        let (mine, theirs) = (cast.ticket(world, me, "Mía"), cast.ticket(world, other, "De otro"));
        for (ticket, kind) in [(Some(mine), "received"), (Some(theirs), "replied"), (None, "password_reset"), (Some(mine), "closed")] {
            tell(world, me, ticket, kind);
        }
        tell(world, other, Some(theirs), "closed");

        let page = world.read(|conn| notices::list(conn, &user, me, None, 50));
        let told: Vec<_> = page.rows.iter().map(|row| (row.kind.as_str(), row.ticket, row.title.as_str())).collect();
        assert_eq!(told, [("closed", mine, "Mía"), ("received", mine, "Mía")]);
        assert_eq!((page.next, page.rows[0].by.as_ref().map(|by| by.0)), (None, Some(me)), "who wrote the event");
        assert_eq!(world.read(|conn| notices::count_new(conn, &user, me, 99)), 2);
        assert_eq!(world.read(|conn| notices::list(conn, &cast.desk(), me, None, 50)).rows.len(), 3, "IT sees every ticket");

        // A page holds fewer where some are not to be seen; the next goes on behind them.
        let first = world.read(|conn| notices::list(conn, &user, me, None, 2));
        assert_eq!(first.rows.len(), 1);
        let second = world.read(|conn| notices::list(conn, &user, me, first.next, 2));
        assert_eq!((second.rows.len(), second.next), (1, None));
    }

    fn a_mark_only_goes_on(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[3];
        let user = actor(me, &[Role::User]);
        let mine = cast.ticket(world, me, "Mía");
        (0..4).for_each(|_| tell(world, me, Some(mine), "replied"));
        let ids: Vec<i64> = world.read(|conn| notices::list(conn, &user, me, None, 50)).rows.iter().map(|row| row.id).collect();
        assert_eq!(world.read(|conn| notices::newest(conn, me)), ids[0]);
        let n_new = |cap| world.read(|conn| notices::count_new(conn, &user, me, cap));
        assert_eq!((n_new(99), n_new(2)), (4, 3), "a count ends at its cap");

        for (until, left) in [(ids[2], 2), (ids[3], 2), (ids[0], 0), (ids[1], 0)] {
            world.write::<_, StoreError>(move |conn| notices::mark_seen(conn, me, until));
            assert_eq!(n_new(99), left);
        }
        assert_eq!(world.read(|conn| notices::seen_until(conn, cast.people[4])), 0);
    }

    fn what_was_told_long_ago_is_no_news(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[3];
        let user = actor(me, &[Role::User]);
        let mine = cast.ticket(world, me, "Mía");
        tell(world, me, Some(mine), "received");

        world.write::<_, StoreError>(|conn| notices::mark_all_seen(conn, at(10)));
        assert_eq!(world.read(|conn| notices::count_new(conn, &user, me, 99)), 1, "then or after");
        world.write::<_, StoreError>(|conn| notices::mark_all_seen(conn, at(11)));
        assert_eq!(world.read(|conn| notices::count_new(conn, &user, me, 99)), 0);
    }
}
