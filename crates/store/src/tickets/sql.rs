//! What Diesel has no words for, where a query is boxed for both databases.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool};

use crate::conn::MultiBackend;
use crate::schema::tickets::tickets;

/// A column as a condition looks at it. Walked, it is written `+column`, which on SQLite is the same value but no index's: other conditions lead
/// to the rows, and this one sifts them (<https://www.sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_>).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Driven<C> {
    pub column: C,
    pub is_walked: bool,
}

impl<C: Expression> Expression for Driven<C> {
    type SqlType = C::SqlType;
}

impl<C: QueryFragment<DB>, DB: diesel::backend::Backend> QueryFragment<DB> for Driven<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.is_walked {
            out.push_sql("+");
        }
        self.column.walk_ast(out)
    }
}

impl<C> QueryId for Driven<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> ValidGrouping<()> for Driven<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Driven<C> {}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for Driven<C> {}

/// A condition that always holds, and keeps its statement from being kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unprepared;

impl Expression for Unprepared {
    type SqlType = Bool;
}

impl QueryFragment<MultiBackend> for Unprepared {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("1 = 1");
        Ok(())
    }
}

impl QueryId for Unprepared {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl ValidGrouping<()> for Unprepared {
    type IsAggregate = is_aggregate::No;
}

impl<QS> AppearsOnTable<QS> for Unprepared {}
impl<QS> SelectableExpression<QS> for Unprepared {}

/// Whether a query has a row. (Diesel's `exists` takes no query that is boxed for both databases.) The query stands by itself: it refers to nothing around it.
pub(super) struct AnyOf<Q>(pub Q);

impl<Q> Expression for AnyOf<Q> {
    type SqlType = Bool;
}

impl<Q: QueryFragment<DB>, DB: diesel::backend::Backend> QueryFragment<DB> for AnyOf<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("EXISTS (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<Q: QueryId> QueryId for AnyOf<Q> {
    type QueryId = AnyOf<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q> ValidGrouping<()> for AnyOf<Q> {
    type IsAggregate = is_aggregate::No;
}

impl<Q, QS> AppearsOnTable<QS> for AnyOf<Q> {}
impl<Q, QS> SelectableExpression<QS> for AnyOf<Q> {}

/// Was any ticket joined to this one, or split off it?
#[derive(Debug, Clone, Copy)]
pub(super) struct IsPointedAt;

impl Expression for IsPointedAt {
    type SqlType = Bool;
}

impl<DB: diesel::backend::Backend> QueryFragment<DB> for IsPointedAt {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(EXISTS (SELECT 1 FROM tickets AS joined WHERE joined.duplicate_of_id = tickets.id)");
        out.push_sql(" OR EXISTS (SELECT 1 FROM tickets AS split_off WHERE split_off.from_ticket_id = tickets.id))");
        Ok(())
    }
}

impl QueryId for IsPointedAt {
    type QueryId = IsPointedAt;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl ValidGrouping<()> for IsPointedAt {
    type IsAggregate = is_aggregate::No;
}

impl AppearsOnTable<tickets::table> for IsPointedAt {}
impl SelectableExpression<tickets::table> for IsPointedAt {}

/// Which of these people watch the ticket. PostgreSQL's.
#[derive(Debug, Clone)]
pub(super) struct WatchersAmong(pub Vec<i64>);

impl Expression for WatchersAmong {
    type SqlType = Array<BigInt>;
}

impl QueryFragment<Pg> for WatchersAmong {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "ARRAY (SELECT person_id FROM ticket_watchers AS watching WHERE watching.ticket_id = tickets.id AND watching.person_id = ANY (",
        );
        out.push_bind_param::<Array<BigInt>, Vec<i64>>(&self.0)?;
        out.push_sql("))");
        Ok(())
    }
}

impl QueryId for WatchersAmong {
    type QueryId = WatchersAmong;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl ValidGrouping<()> for WatchersAmong {
    type IsAggregate = is_aggregate::No;
}

impl AppearsOnTable<tickets::table> for WatchersAmong {}
impl SelectableExpression<tickets::table> for WatchersAmong {}

/// How many rows a query has, which stops at its limit.
pub(super) struct Counted<Q>(pub Q);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}
