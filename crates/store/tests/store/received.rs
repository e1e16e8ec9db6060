//! A mail that came in is kept once, claimed by one, and settled once.

use chrono::TimeDelta;
use domain::*;
use store::files::{self, NewFile};
use store::outbox::{self, Addressee, Notice, Sent};
use store::received::{self, MailFilter, MailRow, NewMail, Settled, Told};
use store::{StoreError, facts, streams};

use crate::cast::{Cast, actor};
use crate::world::{World, at};

const LEASE: TimeDelta = TimeDelta::seconds(60);

fn new(sha: &str, second: i64) -> NewMail {
    NewMail {
        sha256: sha.repeat(32),
        n_bytes: 1_000,
        is_whole: true,
        received_at: at(second),
        envelope_sender: Some("ana@agencia.example".to_owned()),
        envelope_recipient: None,
    }
}

fn keep(world: &World, new: NewMail) -> (MailId, bool) {
    world.write::<_, StoreError>(move |conn| received::insert(conn, &new))
}

fn claim(world: &World, id: MailId, second: i64) -> Option<MailRow> {
    world.write::<_, StoreError>(move |conn| received::claim_one(conn, id, at(second), LEASE))
}

fn from(address: &str) -> Told {
    Told { from_address: Some(address.to_owned()), is_proven: Some(true), ..Told::default() }
}

fn settle(world: &World, row: &MailRow, told: Told, settled: Settled) -> Result<bool, StoreError> {
    let (id, leased_until) = (row.id, row.leased_until);
    world.store.write(move |conn| received::settle(conn, id, leased_until, &told, &settled, at(100)))
}

fn find(world: &World, id: MailId) -> MailRow {
    world.read(|conn| received::find(conn, id)).unwrap()
}

fn list(world: &World, filter: MailFilter) -> Vec<i64> {
    world.read(|conn| received::list(conn, &filter, None, 50)).iter().map(|row| row.id.get()).collect()
}

/// Kept, claimed and settled.
fn settled(world: &World, sha: &str, second: i64, address: &str, settled: Settled) -> MailId {
    let (id, _) = keep(world, new(sha, second));
    let row = claim(world, id, second).unwrap();
    assert!(settle(world, &row, from(address), settled).unwrap());
    id
}

on_both! {
    fn the_same_bytes_are_one_message(world: &World) {
        let (first, is_new) = keep(world, new("ab", 0));
        let (again, is_new_again) = keep(world, new("ab", 5));
        let (other, _) = keep(world, new("cd", 5));
        let (beginning, is_new_beginning) = keep(world, NewMail { is_whole: false, ..new("ab", 5) });

        assert!(is_new && !is_new_again && is_new_beginning);
        assert!(first == again && first != other && beginning != first);
        let row = find(world, first);
        assert_eq!((row.new, row.settled, row.n_attempts), (new("ab", 0), Settled::new(MailState::Kept), 0));
        assert!(world.read(|conn| files::is_content_used(conn, &"ab".repeat(32))), "its bytes are not to be forgotten");
    }

    fn of_many_that_keep_the_same_bytes_at_once_one_is_new(world: &World) {
        let kept: Vec<(MailId, bool)> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| keep(world, new("ab", 0)))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        assert_eq!(kept.iter().filter(|(_, is_new)| *is_new).count(), 1);
        assert!(kept.iter().all(|(id, _)| *id == kept[0].0));
    }

    fn one_claims_it_until_the_lease_ends(world: &World) {
        let (id, _) = keep(world, new("ab", 0));

        let first = claim(world, id, 0).unwrap();
        let meanwhile = claim(world, id, 59);
        let second = claim(world, id, 60).unwrap();

        assert_eq!((first.n_attempts, meanwhile, second.n_attempts), (1, None, 2));
        assert!(!settle(world, &first, Told::default(), Settled::new(MailState::Broken)).unwrap(), "the first is too late");
        assert!(settle(world, &second, from("ana@agencia.example"), Settled::new(MailState::Ignored).because("list")).unwrap());
        let row = find(world, id);
        assert_eq!((row.settled.state, row.settled.why.as_deref(), row.settled_at), (MailState::Ignored, Some("list"), Some(at(100))));
        assert_eq!(claim(world, id, 900), None, "what is settled is nobody's");
    }

    fn of_many_that_claim_it_at_once_one_has_it(world: &World) {
        let (id, _) = keep(world, new("ab", 0));

        let n: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| claim(world, id, 0))).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap()).count()
        });

        assert_eq!(n, 1);
    }

    fn what_was_not_settled_is_due_again_when_its_lease_has_ended(world: &World) {
        let (first, _) = keep(world, new("ab", 0));
        let (second, _) = keep(world, new("cd", 1));
        let due = |second: i64| world.read(|conn| received::list_due(conn, at(second), 10));
        assert_eq!(due(2), [first, second]);
        assert_eq!(world.read(received::depth), (2, Some(at(0))));

        let row = claim(world, first, 2).unwrap();
        assert_eq!(due(3), [second]);
        let put_off = move |conn: &mut store::Conn| received::put_off(conn, first, row.leased_until, at(500), 0, "no reply");
        assert!(world.write::<_, StoreError>(put_off));

        assert_eq!(due(499), [second]);
        assert_eq!(due(500), [second, first]);
        let row = find(world, first);
        assert_eq!((row.settled.last_error.as_deref(), row.n_attempts), (Some("no reply"), 0));
    }

    fn of_two_with_one_sender_and_message_id_one_is_the_first(world: &World) {
        let key = || Settled { message_key: Some("k".to_owned()), ..Settled::new(MailState::Ignored) };
        let (first, _) = keep(world, new("ab", 0));
        let (second, _) = keep(world, new("cd", 0));
        let (one, two) = (claim(world, first, 0).unwrap(), claim(world, second, 0).unwrap());
        assert_eq!(world.read(|conn| received::find_by_key(conn, "k")), None);

        assert!(settle(world, &one, from("ana@agencia.example"), key()).unwrap());
        let refused = settle(world, &two, from("ana@agencia.example"), key());

        assert!(refused.is_err_and(|error| error.is_unique_violation()));
        assert_eq!(world.read(|conn| received::find_by_key(conn, "k")).map(|row| row.id), Some(first));
        let duplicate = Settled { duplicate_of: Some(first), ..Settled::new(MailState::Duplicate) };
        assert!(settle(world, &two, from("ana@agencia.example"), duplicate).unwrap());
        assert_eq!(find(world, second).settled.duplicate_of, Some(first));
    }

    fn messages_that_made_something_are_counted_by_their_sender(world: &World) {
        let ana = "ana@agencia.example";
        settled(world, "01", 0, ana, Settled::new(MailState::Opened));
        settled(world, "02", 10, ana, Settled::new(MailState::Answered));
        settled(world, "03", 20, ana, Settled::new(MailState::Opened));
        settled(world, "04", 20, ana, Settled::new(MailState::Ignored));
        settled(world, "05", 20, "otra@agencia.example", Settled::new(MailState::Opened));

        let count = |second| world.read(|conn| received::count_of_sender(conn, ana, at(second)));

        assert_eq!((count(-1), count(0), count(10), count(20)), (3, 2, 1, 0));
    }

    fn a_list_is_by_state_by_address_by_day_and_by_ticket(world: &World) {
        let cast = Cast::of(world);
        let ticket = cast.ticket(world, cast.people[1], "La impresora");
        let opened = Settled { ticket: Some(ticket), person: Some(cast.people[1]), ..Settled::new(MailState::Opened) };
        let a = settled(world, "01", 0, "ana@agencia.example", opened).get();
        let b = settled(world, "02", 10, "ana@agencia.example", Settled::new(MailState::Ignored).because("automatic")).get();
        let c = keep(world, new("03", 20)).0.get();
        let filter = MailFilter::default;

        assert_eq!(list(world, filter()), [c, b, a]);
        assert_eq!(list(world, MailFilter { states: vec![MailState::Opened, MailState::Kept], ..filter() }), [c, a]);
        assert_eq!(list(world, MailFilter { from_address: Some("ana@agencia.example".into()), ..filter() }), [b, a]);
        assert_eq!(list(world, MailFilter { received_from: Some(at(10)), received_until: Some(at(20)), ..filter() }), [b]);
        assert_eq!(list(world, MailFilter { ticket: Some(ticket), ..filter() }), [a]);
        let before = world.read(|conn| received::list(conn, &filter(), Some(MailId::parse(c).unwrap()), 1));
        assert_eq!(before.iter().map(|row| row.id.get()).collect::<Vec<_>>(), [b]);
        let row = find(world, MailId::parse(a).unwrap());
        assert_eq!((row.settled.ticket, row.person_name.as_deref()), (Some(ticket), Some("Persona 1")));
    }

    fn a_mail_that_was_sent_and_came_back_has_failed(world: &World) {
        let cast = Cast::of(world);
        let notice = Notice { ticket: None, to: Addressee::Person(cast.people[1]), kind: "received".to_owned(), details: None };
        world.write::<_, StoreError>(move |conn| outbox::enqueue(conn, &[notice], at(0)));
        let claimed = world.write::<_, StoreError>(|conn| outbox::claim(conn, at(0), LEASE, 1)).pop().unwrap();
        let comes_back = || world.write::<_, StoreError>(|conn| outbox::came_back(conn, "a@agencia.example", "no such user"));
        assert!(!comes_back(), "it is not sent yet");
        let sent = Sent { to_address: "ana@agencia.example".into(), subject: "x".into(), message_id: "a@agencia.example".into() };
        world.write::<_, StoreError>(move |conn| outbox::sent(conn, claimed.id, claimed.leased_until, at(1), &sent));

        assert!(comes_back() && !comes_back());

        let kept = world.read(|conn| outbox::find(conn, claimed.id)).unwrap();
        assert_eq!((kept.state, kept.last_error.as_deref()), (NoticeState::Failed, Some("no such user")));
    }

    fn the_desk_decides_once_on_what_made_nothing(world: &World) {
        let cast = Cast::of(world);
        let (desk, ticket) = (cast.people[0], cast.ticket(world, cast.people[1], "La impresora"));
        let ignored = settled(world, "01", 0, "ana@agencia.example", Settled::new(MailState::Ignored));
        let opened = settled(world, "02", 0, "ana@agencia.example", Settled { ticket: Some(ticket), ..Settled::new(MailState::Opened) });
        let (kept, _) = keep(world, new("03", 0));
        let by_hand = |id: MailId| {
            world.write::<_, StoreError>(move |conn| received::settle_by_hand(conn, id, desk, at(9), MailState::Answered, Some(ticket)))
        };

        assert!(!by_hand(opened) && !by_hand(kept));
        assert!(by_hand(ignored) && !by_hand(ignored));

        let row = find(world, ignored);
        assert_eq!((row.settled.state, row.settled.ticket), (MailState::Answered, Some(ticket)));
        assert_eq!(row.handled_by, Some((desk, "Persona 0".to_owned())));
    }

    fn a_sender_without_an_account_stays_the_same_contact(world: &World) {
        let cast = Cast::of(world);
        let contact = contact_of(&cast);
        let contact = world.write::<_, store::records::RecordError>(move |conn| store::people::insert(conn, None, at(0), &contact));
        let find = |address: &'static str| world.read(|conn| received::find_contact_of_sender(conn, address));
        assert_eq!(find("ana@fuera.example"), None);

        settled(world, "01", 0, "ana@fuera.example", Settled { person: Some(contact), ..Settled::new(MailState::Opened) });
        settled(world, "02", 0, "ana@fuera.example", Settled { person: Some(cast.people[1]), ..Settled::new(MailState::Opened) });

        assert_eq!(find("ana@fuera.example"), Some(contact), "people of the directory are not contacts");
        assert_eq!(find("otra@fuera.example"), None);
    }

    fn files_of_a_mail_are_the_mailboxs_alone(world: &World) {
        let cast = Cast::of(world);
        let file = NewFile {
            name: "foto.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            n_bytes: 3,
            sha256: "ef".repeat(32),
            uploaded_by: None,
            uploaded_at: at(0),
        };
        let id = world.write::<_, StoreError>(move |conn| files::insert(conn, &file));
        let mentions = Mentions { files: [id].into(), ..Mentions::default() };
        let free = |actor: &Actor| {
            world.read(|conn| facts::facts(conn, actor, None, &mentions, Rules::default(), at(0))).files.contains(&id)
        };
        assert!(free(&Actor::system()) && !free(&actor(cast.people[1], &[Role::User])));
        let with_file = |by: Who| {
            let mut entry = cast.request(cast.people[1], "Por correo", 5);
            entry.by = by;
            if let Event::Requested { files, .. } = &mut entry.event {
                *files = vec![id];
            }
            entry
        };

        let theirs = with_file(Who::Person(cast.people[1]));
        assert!(world.store.write::<_, StoreError>(move |conn| streams::create(conn, &[theirs])).is_err());
        let ours = with_file(Who::System);
        let (ticket, _) = world.write::<_, StoreError>(move |conn| streams::create(conn, &[ours]));

        assert_eq!(world.read(|conn| files::find(conn, &cast.desk(), id)).unwrap().bound.map(|(of, _)| of), Some(ticket));
    }
}

/// Somebody whom the desk does not know yet.
fn contact_of(cast: &Cast) -> store::people::NewPerson {
    store::people::NewPerson {
        name: crate::cast::line("Ana de fuera"),
        email: None,
        post: None,
        area: cast.areas[0],
        extension: None,
        phone: None,
        place: None,
        language: "es-PE".to_owned(),
        roles: [].into(),
        is_contact: true,
        is_active: true,
    }
}
