//! What people, areas, services and providers have in common: how a list is asked for, how words find a record, and how writing one can fail.

use diesel::dsl::{Eq, Filter, GtEq, Lt, Select};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use domain::Role;

use crate::conn::{Conn, per_backend};
use crate::error::StoreError;
use crate::fold;
use crate::heart;
use crate::history::Entity;
use crate::schema::directory::record_words;

/// Which records a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordFilter {
    /// Each is the beginning of a word of the record, without regard to accents or case.
    pub words: Option<String>,
    /// People who have this role.
    pub role: Option<Role>,
    /// Also those that are disabled or have ended.
    pub all: bool,
    /// Only contacts, or only people of the directory.
    pub is_contact: Option<bool>,
}

/// Why a record was not written. The transaction is to be given up.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("there is no such record")]
    NotFound,
    /// It has another version by now.
    #[error("the record has another version by now")]
    Conflict,
    #[error("another person has this address")]
    EmailTaken,
    #[error("another record has this name")]
    NameTaken,
    #[error("another provider has this RUC")]
    RucTaken,
    /// There is no such area, or it ends too early for what is to be in it.
    #[error("there is no such area, or it has ended")]
    AreaUnknown,
    /// There is no such person, or they are disabled.
    #[error("there is no such person, or they are disabled")]
    PersonUnknown,
    /// Nobody else could administer.
    #[error("nobody else could administer")]
    LastAdministrator,
    /// The area would be under itself.
    #[error("the area would be under itself")]
    ParentLoops,
    /// Areas under it do not end, or end later.
    #[error("areas under it do not end, or end later")]
    HasOpenChildren,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Error> for RecordError {
    fn from(error: Error) -> RecordError {
        RecordError::Store(error.into())
    }
}

/// Reads a unique violation as what it means for people.
pub(crate) fn taken(meaning: RecordError) -> impl FnOnce(Error) -> RecordError {
    |error| match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => meaning,
        error => error.into(),
    }
}

/// Changes of many records in one transaction. Each change of one waits for others first of all, and holds nothing that they could wait for; so do these
/// together, whatever the first of them writes.
///
/// # Errors
/// Those of `f`; and of the database.
pub fn change_many<T, E: From<StoreError>>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    heart::about_to_change(conn)?;
    f(conn)
}

/// The record's next version, if it is of the expected one: the first statement of every change, so that nobody else writes the record meanwhile.
macro_rules! advance {
    ($conn:expr, $table:ident, $id:expr, $expected:expr) => {{
        let (id, expected): (i64, u32) = ($id, $expected);
        let of_that_version = $table::table.find(id).filter($table::version.eq($crate::types::int(expected)));
        let advanced = diesel::update(of_that_version)
            .set($table::version.eq($table::version + 1))
            .returning($table::version)
            .get_result::<i32>($conn);
        match advanced.optional()? {
            Some(version) => Ok(version),
            None => {
                let is_there: bool = diesel::select(diesel::dsl::exists($table::table.find(id))).get_result($conn)?;
                Err(if is_there { $crate::records::RecordError::Conflict } else { $crate::records::RecordError::NotFound })
            }
        }
    }};
}
pub(crate) use advance;

/// Words that one search may have; more are not looked at.
const MAX_WORDS: usize = 8;

/// Letters of a word by which it is found.
const MAX_LETTERS: usize = 64;

/// The words that find a record: those of each text, and an address also whole.
pub(crate) fn words_of<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Vec<String> {
    let mut words = Vec::new();
    for text in texts.into_iter().flatten() {
        match address(text) {
            // The domain is everybody's: as a word it would find them all.
            Some((local, _)) => words.extend(fold::words(local).into_iter().chain([fold::fold(text)])),
            None => words.extend(fold::words(text)),
        }
    }
    words.iter_mut().for_each(|word| *word = shortened(word));
    words.sort_unstable();
    words.dedup();
    words
}

/// The words of a search, each to be the beginning of a word of what is found.
fn words_sought(text: &str) -> Vec<String> {
    let sought = text.split_whitespace().flat_map(|text| match address(text) {
        Some(_) => vec![fold::fold(text)],
        None => fold::words(text),
    });
    sought.take(MAX_WORDS).map(|word| shortened(&word)).collect()
}

fn address(text: &str) -> Option<(&str, &str)> {
    text.split_once('@').filter(|(local, _)| !local.is_empty() && !text.contains(char::is_whitespace))
}

fn shortened(word: &str) -> String {
    word.chars().take(MAX_LETTERS).collect()
}

/// For each word of the search, the ids of the records that it finds: a record has to be in all of them.
pub(crate) fn found_by(entity: Entity, words: Option<&str>) -> Vec<Found> {
    let found = |word: String| {
        // No letter comes after U+10FFFF, so this is the range of what begins with the word.
        let end = format!("{word}\u{10FFFF}");
        record_words::table
            .filter(record_words::entity.eq(entity.name()))
            .filter(record_words::word.ge(word))
            .filter(record_words::word.lt(end))
            .select(record_words::record_id)
    };
    words_sought(words.unwrap_or_default()).into_iter().map(found).collect()
}

/// Ids that a word finds, as a subquery. (Not boxed: a boxed query is of one database, and this is part of a query for both.)
pub(crate) type Found = Select<
    Words<Eq<record_words::entity, &'static str>, GtEq<record_words::word, String>, Lt<record_words::word, String>>,
    record_words::record_id,
>;
type Words<A, B, C> = Filter<Filter<Filter<record_words::table, A>, B>, C>;

/// From now on these words find the record, and no others.
pub(crate) fn set_words(conn: &mut Conn, entity: Entity, id: i64, words: &[String]) -> Result<(), Error> {
    diesel::delete(record_words::table.filter(record_words::entity.eq(entity.name())).filter(record_words::record_id.eq(id)))
        .execute(conn)?;
    let rows: Vec<_> = words
        .iter()
        .map(|word| (record_words::entity.eq(entity.name()), record_words::word.eq(word), record_words::record_id.eq(id)))
        .collect();
    per_backend!(conn, conn => diesel::insert_into(record_words::table).values(&rows).execute(conn))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_by_name_by_address_and_by_extension() {
        let words = words_of([Some("Núñez, Ana María"), Some("ana.nunez@agencia.example"), Some("anexo 214"), None]);
        assert_eq!(words, ["214", "ana", "ana.nunez@agencia.example", "anexo", "maria", "nunez"]);
    }

    #[test]
    fn an_address_is_sought_whole_and_other_text_by_its_words() {
        assert_eq!(words_sought("ana.nunez@Agen"), ["ana.nunez@agen"]);
        assert_eq!(words_sought("Ana.Nú  21"), ["ana", "nu", "21"]);
        assert_eq!(words_sought("@agencia \"*' --"), ["agencia"]);
        assert_eq!(words_sought(&"a ".repeat(100)).len(), MAX_WORDS);
        assert_eq!(words_sought(&"ñ".repeat(200)), ["n".repeat(MAX_LETTERS)]);
    }
}
