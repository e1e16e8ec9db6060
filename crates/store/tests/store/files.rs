//! A file is seen exactly by those who see the note that brought it.

use domain::*;
use store::files::{self, NewFile};
use store::streams::{self, AppendError};
use store::{StoreError, facts};

use crate::cast::{Cast, Dice, actor, text};
use crate::world::{World, at};

fn upload(world: &World, by: PersonId, name: &str, second: i64) -> FileId {
    let file = NewFile {
        name: name.to_owned(),
        media_type: "image/png".to_owned(),
        n_bytes: 25 * 1024 * 1024,
        sha256: "ab".repeat(32),
        uploaded_by: Some(by),
        uploaded_at: at(second),
    };
    world.write::<_, StoreError>(move |conn| files::insert(conn, &file))
}

fn with_files(by: PersonId, is_internal: bool, files: &[FileId]) -> Entry {
    Entry { at: at(30), by: Who::Person(by), event: Event::Commented { text: text("Va adjunto."), is_internal, files: files.to_vec() } }
}

fn append(world: &World, id: TicketId, entry: Entry) -> Result<Ticket, AppendError> {
    let before = world.read(|conn| streams::load(conn, id)).unwrap();
    world.store.write(move |conn| streams::append(conn, id, &before, &[entry]))
}

on_both! {
    fn an_unbound_file_is_its_uploaders_alone(world: &World) {
        let cast = Cast::of(world);
        let id = upload(world, cast.people[1], "captura.png", 0);
        let sees = |actor: &Actor| world.read(|conn| files::find(conn, actor, id)).is_some();
        assert!(sees(&actor(cast.people[1], &[Role::User])));
        assert!(!sees(&cast.desk()) && !sees(&Actor::system()) && !sees(&actor(cast.people[2], &[Role::User])));
        let row = world.read(|conn| files::find(conn, &actor(cast.people[1], &[]), id)).unwrap();
        assert_eq!((row.name.as_str(), row.n_bytes, row.bound), ("captura.png", 26_214_400, None));
    }

    fn a_bound_file_is_seen_with_its_note(world: &World) {
        let cast = Cast::of(world);
        let (me, helper) = (cast.people[1], cast.people[0]);
        let id = cast.ticket(world, me, "La impresora");
        let (public, internal, hidden) = (upload(world, me, "a.png", 0), upload(world, helper, "b.png", 0), upload(world, me, "c.png", 0));
        append(world, id, with_files(me, false, &[public])).unwrap();
        append(world, id, with_files(helper, true, &[internal])).unwrap();
        append(world, id, with_files(me, false, &[hidden])).unwrap();
        let hide = Event::NoteHidden { number: "3".parse().unwrap(), reason: text("Datos personales") };
        append(world, id, Entry { at: at(40), by: Who::Person(helper), event: hide }).unwrap();

        let (requester, stranger) = (actor(me, &[Role::User]), actor(cast.people[5], &[Role::User, Role::Admin]));
        for (who, seen) in [(&cast.desk(), vec![public, internal]), (&requester, vec![public]), (&stranger, vec![])] {
            let one_by_one: Vec<FileId> =
                [public, internal, hidden].into_iter().filter(|file| world.read(|conn| files::find(conn, who, *file)).is_some()).collect();
            let together = world.read(|conn| files::of_events(conn, who, id, &[public, internal, hidden]));
            assert_eq!(one_by_one, seen);
            assert_eq!(together.iter().map(|file| file.id).collect::<Vec<_>>(), seen);
        }
        let row = world.read(|conn| files::find(conn, &cast.desk(), internal)).unwrap();
        assert_eq!(row.bound.map(|(ticket, number)| (ticket, number.to_string())), Some((id, "2.1".to_owned())));
    }

    fn files_of_drawn_tickets_are_seen_as_their_tickets_are(world: &World) {
        let cast = Cast::of(world);
        let mut dice = Dice(20);
        let made = cast.tickets(world, &mut dice, 25);
        let mut bound = Vec::new();
        for (id, _) in &made {
            let (by, is_internal) = (dice.one(&cast.people), dice.happens(2));
            let file = upload(world, by, "x.png", 0);
            let ticket = append(world, *id, with_files(by, is_internal, &[file])).unwrap();
            bound.push((file, is_internal, ticket.standing()));
        }
        for _ in 0..40 {
            let actor = dice.actor(&cast);
            for (file, is_internal, standing) in &bound {
                let expected = actor.sees(standing) && (!is_internal || actor.audience() == Audience::It);
                assert_eq!(world.read(|conn| files::find(conn, &actor, *file)).is_some(), expected);
            }
        }
    }

    fn a_file_belongs_to_one_note_and_to_who_uploaded_it(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        let (first, second) = (cast.ticket(world, me, "Uno"), cast.ticket(world, me, "Dos"));
        let (mine, anothers) = (upload(world, me, "a.png", 0), upload(world, cast.people[2], "b.png", 0));
        let free = |file: FileId| {
            let mentions = Mentions { files: [file].into(), ..Mentions::default() };
            world.read(|conn| facts::facts(conn, &actor(me, &[]), None, &mentions, Rules::default(), at(0))).files.contains(&file)
        };
        assert!(free(mine) && !free(anothers));

        append(world, first, with_files(me, false, &[mine])).unwrap();

        assert!(!free(mine));
        for file in [mine, anothers, FileId::parse(99).unwrap()] {
            assert!(matches!(append(world, second, with_files(me, false, &[file])), Err(AppendError::Conflict)));
        }
        assert_eq!(world.read(|conn| streams::load(conn, second)).unwrap().position, 1, "a conflict writes nothing");
        let entry = {
            let mut entry = cast.request(me, "Tres", 5);
            if let Event::Requested { files, .. } = &mut entry.event {
                *files = vec![mine];
            }
            entry
        };
        let again = entry.clone();
        let refused = world.store.write::<_, AppendError>(move |conn| streams::create_with_files(conn, &[again]));
        assert!(matches!(refused, Err(AppendError::Conflict)));
        let refused = world.store.write::<_, StoreError>(move |conn| streams::create(conn, &[entry]));
        assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    }

    fn what_nobody_took_is_found_and_forgotten(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        let ticket = cast.ticket(world, me, "La impresora");
        let (taken, old, young) = (upload(world, me, "a", 0), upload(world, me, "b", 0), upload(world, me, "c", 500));
        append(world, ticket, with_files(me, false, &[taken])).unwrap();

        let unbound = world.read(|conn| files::list_unbound(conn, at(500)));
        assert_eq!(unbound.iter().map(|file| file.id).collect::<Vec<_>>(), [old]);
        assert!(world.write::<_, StoreError>(move |conn| files::delete_unbound(conn, old)));
        assert!(!world.write::<_, StoreError>(move |conn| files::delete_unbound(conn, taken)));
        assert!(world.read(|conn| files::is_content_used(conn, &"ab".repeat(32))));
        assert!(!world.read(|conn| files::is_content_used(conn, &"cd".repeat(32))));
        assert!(world.read(|conn| files::find(conn, &actor(me, &[]), young)).is_some());
    }
}
