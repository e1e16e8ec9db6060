//! Areas: a tree that people move, and its closure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;
use std::thread;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use domain::AreaId;
use store::Conn;
use store::areas::{self, NewArea};
use store::history::Entity;
use store::records::{RecordError, RecordFilter};

use crate::directory::*;
use crate::world::World;

on_both! {
    fn an_area_is_written_read_and_found(world: &World) {
        let agency = an_area(world, "Agencia", None);
        let new = NewArea { abbreviation: Some(line("OCI")), is_reserved: true, ..area("Órgano de Control Institucional", Some(agency)) };
        let id = insert_area(world, new).unwrap();
        let row = world.read(|conn| areas::find(conn, id)).unwrap();
        assert_eq!(
            row,
            areas::AreaRow {
                id,
                version: 1,
                name: "Órgano de Control Institucional".into(),
                abbreviation: Some("OCI".into()),
                parent: Some(agency),
                head: None,
                is_reserved: true,
                ended_on: None,
            }
        );
        for text in ["organo", "oci", "CONTROL inst"] {
            assert_eq!(world.read(|conn| areas::list(conn, &words(text), today(), None, 10)).len(), 1, "{text}");
        }
        assert!(world.read(|conn| areas::find(conn, AreaId::parse(99).unwrap())).is_none());
        let unknown = AreaId::parse(99).unwrap();
        assert!(matches!(insert_area(world, area("Sin padre", Some(unknown))), Err(RecordError::AreaUnknown)));
        assert!(matches!(update_area(world, id, area("Sin padre", Some(unknown))), Err(RecordError::AreaUnknown)));
    }

    fn open_areas_under_one_parent_have_different_names(world: &World) {
        let one = an_area(world, "Gerencia Uno", None);
        let two = an_area(world, "Gerencia Dos", None);
        let secretary = an_area(world, "Secretaría", Some(one));
        an_area(world, "Secretaría", Some(two));
        assert!(matches!(insert_area(world, area("SECRETARIA", Some(one))), Err(RecordError::NameTaken)));
        assert!(matches!(insert_area(world, area("gerencia uno", None)), Err(RecordError::NameTaken)));
        assert!(matches!(update_area(world, secretary, area("Secretaría", Some(two))), Err(RecordError::NameTaken)));
        update_area(world, secretary, NewArea { ended_on: Some(today()), ..area("Secretaría", Some(one)) }).unwrap();
        let heir = an_area(world, "Secretaría", Some(one));
        assert!(matches!(update_area(world, secretary, area("Secretaría", Some(one))), Err(RecordError::NameTaken)), "its name has gone to another");
        assert_ne!(heir, secretary);
    }

    fn an_area_ends_by_date_after_what_is_under_it(world: &World) {
        let agency = an_area(world, "Agencia", None);
        let office = an_area(world, "Oficina", Some(agency));
        let unit = an_area(world, "Unidad", Some(office));
        let ends = |name: &str, parent, on: &str| NewArea { ended_on: Some(day(on)), ..area(name, Some(parent)) };
        assert!(matches!(update_area(world, office, ends("Oficina", agency, "2026-12-31")), Err(RecordError::HasOpenChildren)));
        update_area(world, unit, ends("Unidad", office, "2026-12-31")).unwrap();
        assert!(matches!(update_area(world, office, ends("Oficina", agency, "2026-12-30")), Err(RecordError::HasOpenChildren)));
        update_area(world, office, ends("Oficina", agency, "2026-12-31")).unwrap();

        // Nothing that lasts longer goes under it, or is opened again there.
        assert!(matches!(insert_area(world, area("Nueva", Some(office))), Err(RecordError::AreaUnknown)));
        assert!(matches!(update_area(world, unit, area("Unidad", Some(office))), Err(RecordError::AreaUnknown)));
        assert!(matches!(update_area(world, unit, ends("Unidad", office, "2027-01-01")), Err(RecordError::AreaUnknown)));
        insert_area(world, ends("De paso", office, "2026-12-31")).unwrap();

        let listed = |filter: RecordFilter, on: &str| -> Vec<String> {
            world.read(|conn| areas::list(conn, &filter, day(on), None, 10)).into_iter().map(|row| row.name).collect()
        };
        assert_eq!(listed(RecordFilter::default(), "2026-12-31"), ["Agencia", "De paso", "Oficina", "Unidad"], "the last day is a day of it");
        assert_eq!(listed(RecordFilter::default(), "2027-01-01"), ["Agencia"]);
        assert_eq!(listed(all(), "2027-01-01").len(), 4);
        assert_history_is_whole(world, Entity::Area, office.get(), 2);
    }

    fn an_area_is_never_under_itself(world: &World) {
        let a = an_area(world, "A", None);
        let b = an_area(world, "B", Some(a));
        let c = an_area(world, "C", Some(b));
        for under in [a, b, c] {
            assert!(matches!(update_area(world, a, area("A", Some(under))), Err(RecordError::ParentLoops)));
        }
        assert!(matches!(update_area(world, b, area("B", Some(c))), Err(RecordError::ParentLoops)));
        update_area(world, b, area("B", None)).unwrap();
        update_area(world, a, area("A", Some(c))).unwrap();
        assert_closure(world);
    }

    fn after_random_moves_the_closure_is_what_the_parents_say(world: &World) {
        let mut random = Random(20261123);
        let mut ids: Vec<AreaId> = Vec::new();
        let mut n_loops = 0;
        for n in 0..120 {
            let parent = random.pick(&ids);
            if n < 24 {
                ids.push(an_area(world, &format!("Área {n}"), parent));
                continue;
            }
            let id = random.pick(&ids).unwrap_or(ids[0]);
            let name = world.read(|conn| areas::find(conn, id)).unwrap().name;
            match update_area(world, id, area(&name, parent)) {
                Ok(()) => {}
                Err(RecordError::ParentLoops) => n_loops += 1,
                Err(error) => panic!("{error:?}"),
            }
            if n % 10 == 0 {
                assert_closure(world);
            }
        }
        assert!(n_loops > 0, "some of the moves were loops");
        assert_closure(world);
    }

    fn moves_at_once_make_no_ring(world: &World) {
        for round in 0..20 {
            let name = |n: usize| format!("{round}-{n}");
            let ids: Vec<AreaId> = (0..3).map(|n| an_area(world, &name(n), None)).collect();
            let start = Barrier::new(3);
            let results: Vec<_> = thread::scope(|scope| {
                let tries: Vec<_> = (0..3)
                    .map(|n| {
                        let (start, ids, name) = (&start, &ids, &name);
                        scope.spawn(move || {
                            start.wait();
                            update_area(world, ids[n], area(&name(n), Some(ids[(n + 1) % 3])))
                        })
                    })
                    .collect();
                tries.into_iter().map(|t| t.join().unwrap()).collect()
            });
            assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 2);
            assert_eq!(results.iter().filter(|r| matches!(r, Err(RecordError::ParentLoops))).count(), 1);
        }
        assert_closure(world);
    }

    fn areas_made_while_their_parent_moves_are_under_all_that_is_above(world: &World) {
        let (left, right) = (an_area(world, "Izquierda", None), an_area(world, "Derecha", None));
        let moved = an_area(world, "Movida", Some(left));
        thread::scope(|scope| {
            scope.spawn(move || {
                for n in 0..20 {
                    update_area(world, moved, area("Movida", Some(if n % 2 == 0 { right } else { left }))).unwrap();
                }
            });
            for thread in 0..2 {
                scope.spawn(move || {
                    for n in 0..20 {
                        an_area(world, &format!("Hija {thread} {n}"), Some(moved));
                    }
                });
            }
        });
        assert_closure(world);
    }
}

#[derive(QueryableByName, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Link {
    #[diesel(sql_type = BigInt)]
    ancestor_id: i64,
    #[diesel(sql_type = BigInt)]
    descendant_id: i64,
    #[diesel(sql_type = Integer)]
    depth: i32,
}

/// The closure is that of the parents: nothing is missing, nothing is too much; and there is no ring.
fn assert_closure(world: &World) {
    let stored: BTreeSet<Link> =
        world.read(|conn: &mut Conn| Ok(diesel::sql_query("SELECT * FROM area_closure").load(conn)?)).into_iter().collect();
    let rows = world.read(|conn| areas::list(conn, &all(), today(), None, 10_000));
    let parents: BTreeMap<AreaId, Option<AreaId>> = rows.iter().map(|row| (row.id, row.parent)).collect();
    let mut expected = BTreeSet::new();
    for id in parents.keys() {
        let (mut at, mut depth) = (Some(*id), 0);
        while let Some(ancestor) = at {
            assert!(depth <= rows.len() as i32, "a ring through {id}");
            expected.insert(Link { ancestor_id: ancestor.get(), descendant_id: id.get(), depth });
            at = parents[&ancestor];
            depth += 1;
        }
    }
    assert_eq!(stored, expected);
}

/// Numbers that look random, the same in every run (Knuth's constants).
struct Random(u64);

impl Random {
    /// One of them, or none at all.
    fn pick(&mut self, ids: &[AreaId]) -> Option<AreaId> {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n = (self.0 >> 33) as usize % (ids.len() + 1);
        ids.get(n).copied()
    }
}
