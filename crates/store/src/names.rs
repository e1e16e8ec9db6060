//! The names of people, areas, services and providers, as this process last read them.
//!
//! A ticket shows up to six names and a page of fifty tickets two hundred; joined to them, they cost PostgreSQL more than the tickets themselves. So a read
//! asks in the same statement how often records were changed so far, and names that were read since the last change are taken from here. A record that is
//! new needs no change: its name has not been read yet. Every server of several keeps its own, and none shows a name that was changed before it asked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use domain::{AreaId, PersonId, ProviderId, ServiceId};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::schema::directory::name_changes;
use crate::tickets::{Names, names};

/// Whose names are asked for. They may come twice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub people: Vec<PersonId>,
    pub areas: Vec<AreaId>,
    pub services: Vec<ServiceId>,
    pub providers: Vec<ProviderId>,
}

fn read(conn: &mut Conn, wanted: &Wanted) -> Result<Names, StoreError> {
    names(conn, &wanted.people, &wanted.areas, &wanted.services, &wanted.providers)
}

impl Wanted {
    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.areas.is_empty() && self.services.is_empty() && self.providers.is_empty()
    }
}

/// What a store knows by heart.
#[derive(Debug, Default)]
pub(crate) struct Known(RwLock<AsOf>);

/// Names as they were when records had been changed that often.
#[derive(Debug, Default)]
struct AsOf {
    n_changes: i64,
    /// When the first of them was read.
    since: Option<Instant>,
    names: Names,
}

/// All is read anew after so long: a server of a release before this one, beside it while they are exchanged, counts no changes.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);

/// Beyond so many people all is forgotten: some 10 MB.
const MOST_PEOPLE: usize = 100_000;

thread_local! {
    static KNOWN: RefCell<Option<Arc<Known>>> = const { RefCell::new(None) };
}

/// While `f` runs, reads on this thread take names from there.
pub(crate) fn with<T>(known: &Arc<Known>, f: impl FnOnce() -> T) -> T {
    struct Before(Option<Arc<Known>>);
    impl Drop for Before {
        fn drop(&mut self) {
            KNOWN.set(self.0.take());
        }
    }
    let _before = Before(KNOWN.replace(Some(known.clone())));
    f()
}

/// The first statement of every change of a record, in the transaction of the change: whoever reads after its commit reads its name anew. It also lets one
/// change records at a time; being the first, it never waits for who waits for it.
///
/// # Errors
/// Of the database.
pub(crate) fn about_to_change(conn: &mut Conn) -> Result<(), StoreError> {
    diesel::update(name_changes::table).set(name_changes::n_changes.eq(name_changes::n_changes + 1)).execute(conn)?;
    Ok(())
}

/// How often records were changed, as a column of what is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberOfChanges;

impl Expression for NumberOfChanges {
    type SqlType = BigInt;
}

impl<DB: diesel::backend::Backend> QueryFragment<DB> for NumberOfChanges {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(SELECT n_changes FROM name_changes)");
        Ok(())
    }
}

impl QueryId for NumberOfChanges {
    type QueryId = NumberOfChanges;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl ValidGrouping<()> for NumberOfChanges {
    type IsAggregate = is_aggregate::Never;
}

impl<QS> AppearsOnTable<QS> for NumberOfChanges {}
impl<QS> SelectableExpression<QS> for NumberOfChanges {}

/// The names that are wanted by who has read [`NumberOfChanges`]; of a record that is not there, none.
///
/// # Errors
/// Of the database.
pub(crate) fn of(conn: &mut Conn, n_changes: i64, wanted: &Wanted) -> Result<Names, StoreError> {
    let Some(known) = KNOWN.with_borrow(Clone::clone) else { return read(conn, wanted) };
    let (mut names, missing) = known.recall(n_changes, wanted);
    if !missing.is_empty() {
        let read = read(conn, &missing)?;
        known.learn(n_changes, &read);
        names.people.extend(read.people);
        names.areas.extend(read.areas);
        names.services.extend(read.services);
        names.providers.extend(read.providers);
    }
    Ok(names)
}

impl AsOf {
    fn is_old(&self) -> bool {
        self.since.is_none_or(|since| since.elapsed() > FORGOTTEN_AFTER)
    }
}

impl Known {
    /// What is known of what is wanted, and what is not.
    fn recall(&self, n_changes: i64, wanted: &Wanted) -> (Names, Wanted) {
        let as_of = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // Later than asked for is as good: nobody minds a name that is newer than the ticket beside it.
        if as_of.n_changes < n_changes || as_of.is_old() {
            return (Names::default(), wanted.clone());
        }
        fn sift<K: Ord + Copy>(known: &BTreeMap<K, String>, wanted: &[K], found: &mut BTreeMap<K, String>) -> Vec<K> {
            let mut missing = Vec::new();
            for id in wanted {
                if found.contains_key(id) {
                    continue;
                }
                match known.get(id) {
                    Some(name) => drop(found.insert(*id, name.clone())),
                    None => missing.push(*id),
                }
            }
            missing
        }
        let mut names = Names::default();
        let missing = Wanted {
            people: sift(&as_of.names.people, &wanted.people, &mut names.people),
            areas: sift(&as_of.names.areas, &wanted.areas, &mut names.areas),
            services: sift(&as_of.names.services, &wanted.services, &mut names.services),
            providers: sift(&as_of.names.providers, &wanted.providers, &mut names.providers),
        };
        (names, missing)
    }

    /// Keeps names that were read after that many changes, unless there have been more.
    fn learn(&self, n_changes: i64, read: &Names) {
        let mut as_of = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if as_of.n_changes > n_changes {
            return;
        }
        if as_of.n_changes < n_changes || as_of.is_old() || as_of.names.people.len() > MOST_PEOPLE {
            *as_of = AsOf { n_changes, since: Some(Instant::now()), names: Names::default() };
        }
        let names = &mut as_of.names;
        names.people.extend(read.people.iter().map(|(id, name)| (*id, name.clone())));
        names.areas.extend(read.areas.iter().map(|(id, name)| (*id, name.clone())));
        names.services.extend(read.services.iter().map(|(id, name)| (*id, name.clone())));
        names.providers.extend(read.providers.iter().map(|(id, name)| (*id, name.clone())));
    }
}
