//! Words of titles. The only file with two bodies: SQLite has FTS5, PostgreSQL a GIN index on the same words.
//!
//! Every word sought is the beginning of a word of the title. Both sides are folded and cut into words by `fold`, so no parser of a server decides what
//! a word is, both databases find the same, and no sign that somebody types can be an operator.

use std::cell::RefCell;

use diesel::backend::Backend as DieselBackend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, Text};
use domain::TicketId;

use crate::asked::Asked;
use crate::conn::{Backend, Conn, MultiBackend};
use crate::error::StoreError;
use crate::fold;

/// Words of one search at most; what follows them does not narrow it further.
const MOST_WORDS: usize = 12;
/// Signs of a word that are sought. No title has a word as long, and PostgreSQL takes none of more than 2,046 bytes.
const MOST_SIGNS: usize = 500;

diesel::table! {
    /// FTS5's, on SQLite only.
    ticket_words (rowid) {
        rowid -> BigInt,
        title -> Text,
    }
}

thread_local! {
    /// Titles whose words are to be written before this thread's transaction is committed. FTS5 writes a segment at every savepoint, and merges
    /// them later: a tenth of what a command cost. So the writer, which opens savepoints in its group's transaction, has them written together
    /// after the last job, in the same transaction. None: this thread writes at once.
    static WAITING: RefCell<Option<Vec<Title>>> = const { RefCell::new(None) };
}

struct Title {
    id: TicketId,
    folded: String,
    is_new: bool,
}

/// From now on this thread's titles wait for [`write_waiting`].
pub(crate) fn wait() {
    WAITING.with(|waiting| *waiting.borrow_mut() = Some(Vec::new()));
}

/// How many titles wait.
pub(crate) fn n_waiting() -> usize {
    WAITING.with(|waiting| waiting.borrow().as_ref().map_or(0, Vec::len))
}

/// Forgets those beyond the first `n`: what they stand for was rolled back.
pub(crate) fn forget_after(n: usize) {
    WAITING.with(|waiting| {
        if let Some(titles) = waiting.borrow_mut().as_mut() {
            titles.truncate(n);
        }
    });
}

/// Writes the words that wait.
pub(crate) fn write_waiting(conn: &mut Conn) -> Result<(), StoreError> {
    let titles = WAITING.with(|waiting| waiting.borrow_mut().as_mut().map(std::mem::take).unwrap_or_default());
    titles.iter().try_for_each(|title| write(conn, title))
}

/// Makes a new ticket's title findable. On PostgreSQL the row's own index does.
pub(crate) fn insert(conn: &mut Conn, id: TicketId, folded: &str) -> Result<(), StoreError> {
    write_or_wait(conn, Title { id, folded: folded.to_owned(), is_new: true })
}

/// The same for a title that was changed.
pub(crate) fn update(conn: &mut Conn, id: TicketId, folded: &str) -> Result<(), StoreError> {
    write_or_wait(conn, Title { id, folded: folded.to_owned(), is_new: false })
}

fn write_or_wait(conn: &mut Conn, title: Title) -> Result<(), StoreError> {
    if conn.backend() == Backend::Postgres {
        return Ok(());
    }
    let at_once = WAITING.with(|waiting| match waiting.borrow_mut().as_mut() {
        Some(titles) => {
            titles.push(title);
            None
        }
        None => Some(title),
    });
    at_once.map_or(Ok(()), |title| write(conn, &title))
}

fn write(conn: &mut Conn, title: &Title) -> Result<(), StoreError> {
    if let Conn::Sqlite(conn) = conn {
        let words = ticket_words::title.eq(&title.folded);
        if title.is_new {
            diesel::insert_into(ticket_words::table).values((ticket_words::rowid.eq(title.id.get()), words)).execute(conn)?;
        } else {
            diesel::update(ticket_words::table.find(title.id.get())).set(words).execute(conn)?;
        }
    }
    Ok(())
}

/// Tickets whose titles have these words; none where the text holds no word, so that nothing is asked of the title.
pub(crate) fn title_has(backend: Backend, text: &str) -> Option<TitleHas> {
    let words = sought(text);
    if words.is_empty() {
        return None;
    }
    // Words are letters and digits, so quotes around them are all the escaping there is.
    Some(match backend {
        Backend::Sqlite => TitleHas::Sqlite(all_of(&words, |word| format!("\"{word}\"*"), " ")),
        Backend::Postgres => TitleHas::Postgres(all_of(&words, |word| format!("'{word}':*"), " & ")),
    })
}

fn sought(text: &str) -> Vec<String> {
    fold::words(text).into_iter().take(MOST_WORDS).map(|word| word.chars().take(MOST_SIGNS).collect()).collect()
}

/// The same asked of each title as it is met, rather than of the index: quicker where most titles have the words. SQLite's.
pub(crate) fn title_has_walked(text: &str) -> Option<TitleHas> {
    let words = sought(text);
    // A title is folded to words with one space between them.
    (!words.is_empty()).then(|| TitleHas::Walked(words.into_iter().map(|word| format!(" {word}")).collect()))
}

/// How many titles have these words, by SQLite's index; `cap + 1` where there are more than `cap`, none where the text holds no word.
pub(crate) fn count_titles(conn: &mut Conn, text: &str, cap: u32) -> Result<Option<u32>, StoreError> {
    let Some(TitleHas::Sqlite(terms)) = title_has(Backend::Sqlite, text) else {
        return Ok(None);
    };
    let n: i64 = Asked::all(CountTitles { terms, cap }).get_result(conn)?;
    Ok(Some(u32::try_from(n).unwrap_or(u32::MAX)))
}

struct CountTitles {
    terms: String,
    cap: u32,
}

impl QueryFragment<MultiBackend> for CountTitles {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (SELECT rowid FROM ticket_words WHERE ticket_words MATCH ");
        out.push_bind_param::<Text, String>(&self.terms)?;
        out.push_sql(&format!(" LIMIT {})", self.cap + 1));
        Ok(())
    }
}

impl QueryId for CountTitles {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for CountTitles {
    type SqlType = BigInt;
}

fn all_of(words: &[String], term: impl Fn(&String) -> String, and: &str) -> String {
    words.iter().map(term).collect::<Vec<_>>().join(and)
}

/// A condition on `tickets`, in the language of each database. The terms are bound, never part of the statement.
#[derive(Debug, Clone)]
pub(crate) enum TitleHas {
    Sqlite(String),
    /// Each with a space before it.
    Walked(Vec<String>),
    Postgres(String),
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
            TitleHas::Walked(words) => {
                for (n, word) in words.iter().enumerate() {
                    out.push_sql(if n == 0 { "" } else { " AND " });
                    out.push_sql("instr(' ' || \"tickets\".\"title_folded\", ");
                    out.push_bind_param::<Text, String>(word)?;
                    out.push_sql(") > 0");
                }
            }
            TitleHas::Sqlite(terms) => {
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
