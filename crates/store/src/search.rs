//! Words of titles. The only file with two bodies: SQLite has FTS5, PostgreSQL a GIN index on the same words.
//!
//! Every word sought is the beginning of a word of the title. Both sides are folded and cut into words by `fold`, so no parser of a server decides what
//! a word is, both databases find the same, and no sign that somebody types can be an operator.

use diesel::backend::Backend as DieselBackend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Text};
use domain::TicketId;

use crate::conn::{Backend, Conn};
use crate::error::StoreError;
use crate::fold;

/// Words of one search at most; what follows them does not narrow it further.
const MOST_WORDS: usize = 12;

diesel::table! {
    /// FTS5's, on SQLite only.
    ticket_words (rowid) {
        rowid -> BigInt,
        title -> Text,
    }
}

/// Makes a new ticket's title findable. On PostgreSQL the row's own index does.
pub(crate) fn insert(conn: &mut Conn, id: TicketId, folded: &str) -> Result<(), StoreError> {
    if let Conn::Sqlite(conn) = conn {
        let row = (ticket_words::rowid.eq(id.get()), ticket_words::title.eq(folded));
        diesel::insert_into(ticket_words::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// The same for a title that was changed.
pub(crate) fn update(conn: &mut Conn, id: TicketId, folded: &str) -> Result<(), StoreError> {
    if let Conn::Sqlite(conn) = conn {
        diesel::update(ticket_words::table.find(id.get())).set(ticket_words::title.eq(folded)).execute(conn)?;
    }
    Ok(())
}

/// Tickets whose titles have these words; none where the text holds no word, so that nothing is asked of the title.
pub(crate) fn title_has(backend: Backend, text: &str) -> Option<TitleHas> {
    let mut words = fold::words(text);
    words.truncate(MOST_WORDS);
    if words.is_empty() {
        return None;
    }
    // Words are letters and digits, so quotes around them are all the escaping there is.
    let terms: Vec<String> = match backend {
        Backend::Sqlite => words.iter().map(|word| format!("\"{word}\"*")).collect(),
        Backend::Postgres => words.iter().map(|word| format!("'{word}':*")).collect(),
    };
    Some(match backend {
        Backend::Sqlite => TitleHas::Sqlite { terms: terms.join(" "), is_walked: false },
        Backend::Postgres => TitleHas::Postgres(terms.join(" & ")),
    })
}

/// A condition on `tickets`, in the language of each database. The terms are bound, never part of the statement.
#[derive(Debug, Clone)]
pub(crate) enum TitleHas {
    Sqlite { terms: String, is_walked: bool },
    Postgres(String),
}

impl TitleHas {
    /// Whether SQLite sifts rows by it, rather than beginning with the rows that it names.
    pub fn walked(self, is_walked: bool) -> TitleHas {
        match self {
            TitleHas::Sqlite { terms, .. } => TitleHas::Sqlite { terms, is_walked },
            other => other,
        }
    }
}

impl Expression for TitleHas {
    type SqlType = Bool;
}

impl<DB> QueryFragment<DB> for TitleHas
where
    DB: DieselBackend + HasSqlType<Text>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match self {
            TitleHas::Sqlite { terms, is_walked } => {
                out.push_sql(if *is_walked { "+" } else { "" });
                out.push_sql("\"tickets\".\"id\" IN (SELECT rowid FROM ticket_words WHERE ticket_words MATCH ");
                out.push_bind_param::<Text, String>(terms)?;
                out.push_sql(")");
            }
            TitleHas::Postgres(terms) => {
                out.push_sql("array_to_tsvector(string_to_array(\"tickets\".\"title_folded\", ' ')) @@ CAST(");
                out.push_bind_param::<Text, String>(terms)?;
                out.push_sql(" AS tsquery)");
            }
        }
        Ok(())
    }
}

impl QueryId for TitleHas {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl ValidGrouping<()> for TitleHas {
    type IsAggregate = is_aggregate::No;
}

impl<QS> AppearsOnTable<QS> for TitleHas {}
impl<QS> SelectableExpression<QS> for TitleHas {}
