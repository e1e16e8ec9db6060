//! Statements that are asked often, so that asking again costs little.
//!
//! - Diesel binds the number of a LIMIT. SQLite looks at it when it plans, and therefore plans again whenever it is bound again: at every call
//!   (`sqlite3ExprIsInteger` in 3.53). PostgreSQL's generic plans cannot look at it. Written as a number it is planned once.
//!   (`first` binds a LIMIT too: where a key leads to one row, `get_result` asks for it without.)
//! - Diesel writes a query for both databases out anew for each of its own passes: for the key in its cache, to see whether it may be kept, and
//!   to collect its values. Here the text is written once.
//! - Diesel never keeps an UPDATE or an upsert, since the columns that are set may vary. Where they do not, it may.
//!
//! Measured on SQLite with 100,000 tickets, in processor time: one ticket with its names 104 µs before, 10 µs after; a list of fifty 173 and 105 µs.

use std::cell::OnceCell;

use diesel::backend::Backend as DieselBackend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;

use crate::conn::{Conn, MultiBackend};

type TextBuilder = <MultiBackend as DieselBackend>::QueryBuilder;

/// A query for both databases, with its limit as a number.
pub(crate) struct Asked<Q> {
    query: Q,
    limit: Option<u32>,
    text: OnceCell<String>,
}

/// Limits that are written into statements: few, so that few statements are kept. The rows beyond what was asked for are left out here.
const LIMITS: [u32; 3] = [21, 51, 201];

/// As many rows as a statement's limit allows, of which the caller takes its own.
pub(crate) fn limit_for(n: u32) -> u32 {
    LIMITS.into_iter().find(|limit| n <= *limit).unwrap_or(n)
}

impl<Q> Asked<Q> {
    /// At most that many rows. Every number makes a statement of its own: see [`limit_for`].
    pub fn limited(query: Q, limit: u32) -> Asked<Q> {
        Asked { query, limit: Some(limit), text: OnceCell::new() }
    }

    fn limit(&self) -> String {
        self.limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"))
    }

    /// All its rows.
    pub fn all(query: Q) -> Asked<Q> {
        Asked { query, limit: None, text: OnceCell::new() }
    }
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Asked<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(&self.limit());
        Ok(())
    }

    fn to_sql(&self, out: &mut TextBuilder, backend: &MultiBackend) -> QueryResult<()> {
        if self.text.get().is_none() {
            let mut builder = match backend {
                MultiBackend::Postgres(_) => TextBuilder::Postgres(Default::default()),
                MultiBackend::Sqlite(_) => TextBuilder::Sqlite(Default::default()),
            };
            self.query.to_sql(&mut builder, backend)?;
            let _ = self.text.set(builder.finish() + &self.limit());
        }
        out.push_sql(self.text.get().map_or("", String::as_str));
        Ok(())
    }
}

impl<Q> QueryId for Asked<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Asked<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Asked<Q> {}

/// A statement whose text is always the same, on the connection of one database (`per_backend!`), to be kept prepared: an UPDATE or an upsert, which
/// Diesel would not keep, or a long SELECT, which it would walk through each time to see whether it may. It returns something, and is loaded: Diesel
/// executes what returns nothing by reference, and asks the reference whether the statement may be kept.
pub(crate) struct Steady<Q>(pub Q);

impl<DB: DieselBackend, Q: QueryFragment<DB>> QueryFragment<DB> for Steady<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q: QueryId> QueryId for Steady<Q> {
    type QueryId = Steady<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: Query> Query for Steady<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Steady<Q> {}

impl<Q> Steady<Q> {
    /// The rows that were written, by the key that the statement returns.
    pub fn written<'query, K, C>(self, conn: &mut C) -> QueryResult<usize>
    where
        Self: LoadQuery<'query, C, K>,
    {
        Ok(self.load::<K>(conn)?.len())
    }
}
