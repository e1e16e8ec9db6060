//! Columns that stand beside `table!`.
//!
//! Diesel's own limit is 32 columns for a table. Its feature for 64 takes 75 seconds to compile each time that Diesel is compiled, and each number
//! above 32 a tuple that nobody needs. So of a broad table those columns stand here that are written and read with its whole row.

/// `columns_beside! { a_table (details) { a_column -> Text, … } }`: further columns of a table, in a module of their own that can be the `table_name`
/// of a struct. They are selected, set, compared and sorted by as any other, but in no join and under no alias.
macro_rules! columns_beside {
    ($of:ident ($beside:ident) { $($column:ident -> $sql_type:ty,)+ }) => {
        pub mod $beside {
            use diesel::backend::Backend;
            use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
            use diesel::query_builder::{AstPass, QueryFragment, QueryId};
            use diesel::query_source::{AppearsInFromClause, Column, Once};
            use diesel::result::QueryResult;
            use diesel::sql_types::*;

            pub use super::$of::table;

            $(
                #[allow(non_camel_case_types, reason = "the column's own name")]
                #[derive(Debug, Clone, Copy, QueryId)]
                pub struct $column;

                impl Expression for $column {
                    type SqlType = $sql_type;
                }

                impl<DB: Backend> QueryFragment<DB> for $column {
                    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                        if !out.should_skip_from() {
                            out.push_identifier(stringify!($of))?;
                            out.push_sql(".");
                        }
                        out.push_identifier(stringify!($column))
                    }
                }

                impl ValidGrouping<()> for $column {
                    type IsAggregate = is_aggregate::No;
                }

                impl SelectableExpression<table> for $column {}
                impl<QS: AppearsInFromClause<table, Count = Once>> AppearsOnTable<QS> for $column {}

                impl Column for $column {
                    type Table = table;
                    const NAME: &'static str = stringify!($column);
                }
            )+
        }
    };
}
pub(super) use columns_beside;
