//! Saved views: one's own come first, those that others share after them; a name is one for each person; who writes names the version.

use std::sync::Barrier;
use std::thread;

use domain::{PersonId, ViewName};
use store::records::RecordError;
use store::views::{self, NewView, ViewRow};

use crate::directory::{a_person, an_area, disabled};
use crate::world::World;

fn view(name: &str, is_shared: bool) -> NewView {
    let name = ViewName::parse(name).unwrap();
    NewView { name, query: "phase=requested".to_owned(), columns: "number,title".to_owned(), is_shared }
}

fn insert(world: &World, of: PersonId, new: NewView) -> Result<(i64, i64), RecordError> {
    world.store.write(move |conn| views::insert(conn, of, &new))
}

fn update(world: &World, id: i64, version: u32, new: NewView) -> Result<(), RecordError> {
    world.store.write(move |conn| views::update(conn, id, version, &new))
}

fn delete(world: &World, id: i64, version: u32) -> Result<(), RecordError> {
    world.store.write(move |conn| views::delete(conn, id, version))
}

fn find(world: &World, id: i64) -> Option<ViewRow> {
    world.read(|conn| views::find(conn, id))
}

fn names(rows: &[ViewRow]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

fn two_people(world: &World) -> (PersonId, PersonId) {
    let area = an_area(world, "Agencia", None);
    (a_person(world, "Ana Paz", area), a_person(world, "Beto Ruiz", area))
}

on_both! {
    fn ones_own_come_first_and_then_what_others_share(world: &World) {
        let (ana, beto) = two_people(world);
        for (of, name, is_shared) in
            [(beto, "Ábaco", true), (ana, "zeta", false), (ana, "Ñandú", true), (beto, "Solo suya", false), (beto, "otra", true)]
        {
            insert(world, of, view(name, is_shared)).unwrap();
        }

        let all = world.read(|conn| views::list(conn, ana, true, None, 50));
        assert_eq!(names(&all), ["Ñandú", "zeta", "Ábaco", "otra"]);
        assert_eq!(all[2].owner, (beto, "Beto Ruiz".to_owned()));
        assert_eq!(names(&world.read(|conn| views::list(conn, ana, false, None, 50))), ["Ñandú", "zeta"]);

        // Whatever a page holds, the next goes on behind it.
        for limit in 1..=4 {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = world.read(|conn| views::list(conn, ana, true, after.as_ref(), limit));
                let Some(last) = page.last() else { break };
                after = Some(last.key(ana));
                seen.extend(page);
            }
            assert_eq!(seen, all, "{limit} a page");
        }
    }

    fn a_name_is_one_for_each_person_however_it_is_written(world: &World) {
        let (ana, beto) = two_people(world);
        let (first, n) = insert(world, ana, view("Impresión", false)).unwrap();
        assert_eq!(n, 1);

        assert!(matches!(insert(world, ana, view("impresion", true)), Err(RecordError::NameTaken)));
        insert(world, beto, view("Impresión", false)).unwrap();
        let (other, n) = insert(world, ana, view("Otra", false)).unwrap();
        assert_eq!(n, 2);
        assert!(matches!(update(world, other, 1, view("IMPRESIÓN", false)), Err(RecordError::NameTaken)));
        assert_eq!(find(world, other).unwrap().version, 1, "nothing of it is written");
        update(world, first, 1, view("IMPRESIÓN", true)).unwrap();
        let row = find(world, first).unwrap();
        assert_eq!((row.name.as_str(), row.version, row.is_shared), ("IMPRESIÓN", 2, true));
    }

    fn who_writes_names_the_version_and_what_is_deleted_is_gone(world: &World) {
        let (ana, _) = two_people(world);
        let (id, _) = insert(world, ana, view("Una", false)).unwrap();
        update(world, id, 1, view("Dos", false)).unwrap();

        assert!(matches!(update(world, id, 1, view("Tres", false)), Err(RecordError::Conflict)));
        assert!(matches!(delete(world, id, 1), Err(RecordError::Conflict)));
        assert_eq!(find(world, id).unwrap().name, "Dos");
        delete(world, id, 2).unwrap();
        assert!(find(world, id).is_none());
        assert!(matches!(delete(world, id, 2), Err(RecordError::NotFound)));
        assert!(matches!(update(world, id, 2, view("Tres", false)), Err(RecordError::NotFound)));
        insert(world, ana, view("Dos", false)).unwrap();
    }

    fn a_disabled_person_keeps_their_views_and_what_they_share_stays_readable(world: &World) {
        let (ana, beto) = two_people(world);
        insert(world, ana, view("De Ana", false)).unwrap();
        insert(world, ana, view("De todos", true)).unwrap();

        disabled(world, ana);

        assert_eq!(names(&world.read(|conn| views::list(conn, beto, true, None, 50))), ["De todos"]);
        assert_eq!(world.read(|conn| views::list(conn, ana, false, None, 50)).len(), 2);
    }

    fn of_many_that_are_kept_at_once_each_is_counted(world: &World) {
        let (ana, _) = two_people(world);
        let line = Barrier::new(4);
        let mut counted: Vec<i64> = thread::scope(|scope| {
            let line = &line;
            let one = |n: usize| {
                scope.spawn(move || {
                    line.wait();
                    insert(world, ana, view(&format!("Vista {n}"), false)).unwrap().1
                })
            };
            let threads: Vec<_> = (0..4).map(one).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        counted.sort_unstable();
        assert_eq!(counted, [1, 2, 3, 4]);
    }

    fn a_view_is_somebodys(world: &World) {
        let nobody = PersonId::parse(4_711).unwrap();
        assert!(matches!(insert(world, nobody, view("De nadie", false)), Err(RecordError::PersonUnknown)));
    }
}
