//! What a process knows of the records by heart: as it last read them.
//!
//! A ticket shows up to six names and a page of fifty tickets two hundred; joined to them, they cost PostgreSQL more than the tickets themselves. A decision
//! looks at people, areas and services, each a question of its own. So whoever needs them asks first how often records were changed so far, mostly as a
//! part of another question, and what was read since the last change is taken from here. A record that is new needs no change: it has not been read yet.
//! Every server of several keeps its own, and none takes for true what was changed before it asked.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use domain::{AreaId, Day, PersonFact, PersonId, ProviderId, ServiceId};

use crate::conn::{Conn, per_backend};
use crate::error::StoreError;
use crate::facts::AreaLine;
use crate::schema::directory::name_changes;
use crate::tickets::Names;

/// Records, each as far as it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub names: Names,
    /// With the roles that were given to them.
    pub people: BTreeMap<PersonId, PersonFact>,
    /// Each with all above it.
    pub areas: BTreeMap<AreaId, AreaLine>,
    /// Is it in the catalogue?
    pub services: BTreeMap<ServiceId, bool>,
    /// Is it active?
    pub providers: BTreeMap<ProviderId, bool>,
    /// Who is away on a day, and who acts for each.
    pub acting: Option<(Day, Vec<(i64, i64)>)>,
}

/// What a store knows by heart.
#[derive(Debug, Default)]
pub(crate) struct Known(RwLock<AsOf>);

/// Records as they were when they had been changed that often.
#[derive(Debug, Default)]
struct AsOf {
    n_changes: i64,
    /// When the first of them was read.
    since: Option<Instant>,
    records: Records,
}

/// All is read anew after so long: a server of a release before this one, beside it while they are exchanged, counts no changes.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);

/// Beyond so many people all is forgotten: some 10 MB.
const MOST_PEOPLE: usize = 50_000;

thread_local! {
    static KNOWN: RefCell<Option<Arc<Known>>> = const { RefCell::new(None) };
    /// Some: inside of [`at_once`]; with the number that was read there.
    static AT_ONCE: Cell<Option<Option<i64>>> = const { Cell::new(None) };
}

/// While `f` runs, reads on this thread take records from there.
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

/// While `f` runs, decisions on this thread and their answers rest on the records as they are at its first question, which is asked once for all of them.
/// For what is done within moments.
pub fn at_once<T>(f: impl FnOnce() -> T) -> T {
    struct Before(Option<Option<i64>>);
    impl Drop for Before {
        fn drop(&mut self) {
            AT_ONCE.set(self.0);
        }
    }
    let before = AT_ONCE.get();
    let _before = Before(before);
    AT_ONCE.set(before.or(Some(None)));
    f()
}

/// The first statement of every change of a record, in the transaction of the change: whoever reads after its commit reads it anew. It also lets one
/// change records at a time; being the first, it never waits for who waits for it.
///
/// # Errors
/// Of the database.
pub(crate) fn about_to_change(conn: &mut Conn) -> Result<(), StoreError> {
    diesel::update(name_changes::table).set(name_changes::n_changes.eq(name_changes::n_changes + 1)).execute(conn)?;
    Ok(())
}

/// How often records were changed so far.
///
/// # Errors
/// Of the database.
pub(crate) fn n_changes(conn: &mut Conn) -> Result<i64, StoreError> {
    if let Some(Some(n_changes)) = AT_ONCE.get() {
        return Ok(n_changes);
    }
    let n_changes = per_backend!(conn, c => diesel::select(NumberOfChanges).get_result::<i64>(c))?;
    if AT_ONCE.get().is_some() {
        AT_ONCE.set(Some(Some(n_changes)));
    }
    Ok(n_changes)
}

/// The same, as a column of what is asked.
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

/// What `f` finds among the records that are known as they are after that many changes; nothing where none are.
pub(crate) fn recall<T: Default>(n_changes: i64, f: impl FnOnce(&Records) -> T) -> T {
    KNOWN.with_borrow(|known| {
        let Some(known) = known else { return T::default() };
        let as_of = known.0.read().unwrap_or_else(PoisonError::into_inner);
        // Later than asked for is as good: nobody minds a record that is newer than the ticket beside it.
        if as_of.n_changes < n_changes || as_of.is_old() { T::default() } else { f(&as_of.records) }
    })
}

/// Keeps what was read after that many changes, unless there have been more.
pub(crate) fn learn(n_changes: i64, f: impl FnOnce(&mut Records)) {
    KNOWN.with_borrow(|known| {
        let Some(known) = known else { return };
        let mut as_of = known.0.write().unwrap_or_else(PoisonError::into_inner);
        if as_of.n_changes > n_changes {
            return;
        }
        let n_people = as_of.records.people.len().max(as_of.records.names.people.len());
        if as_of.n_changes < n_changes || as_of.is_old() || n_people > MOST_PEOPLE {
            *as_of = AsOf { n_changes, since: Some(Instant::now()), records: Records::default() };
        }
        f(&mut as_of.records);
    });
}

/// Those of these records that are known.
pub(crate) fn known<'a, K: Ord + Copy + 'a, V: Clone>(records: &BTreeMap<K, V>, ids: impl IntoIterator<Item = &'a K>) -> BTreeMap<K, V> {
    let mut found = BTreeMap::new();
    for id in ids {
        if !found.contains_key(id)
            && let Some(record) = records.get(id)
        {
            found.insert(*id, record.clone());
        }
    }
    found
}

/// Those that were not found.
pub(crate) fn beyond<'a, K, V, C>(found: &BTreeMap<K, V>, ids: impl IntoIterator<Item = &'a K>) -> C
where
    K: Ord + Copy + 'a,
    C: FromIterator<K>,
{
    ids.into_iter().filter(|id| !found.contains_key(id)).copied().collect()
}

impl AsOf {
    fn is_old(&self) -> bool {
        self.since.is_none_or(|since| since.elapsed() > FORGOTTEN_AFTER)
    }
}
