//! What can go wrong with the database. For operators: refusals, which are for people, live in `domain`.

use diesel::result::{DatabaseErrorKind, Error};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused a statement.
    #[error("the database refused")]
    Database(#[source] Error),
    /// Not now: the connection, the disk, or the queue. The same may succeed later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A row that cannot be read; names its table and its key.
    #[error("a stored row cannot be read: {0}")]
    Corrupt(String),
    /// The code that was given to a door panicked; its changes were rolled back.
    #[error("the code inside a transaction panicked")]
    Panicked,
    /// This database cannot do that.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
}

impl StoreError {
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, StoreError::Database(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }

    /// A row that cannot be read.
    pub(crate) fn corrupt(table: &str, key: impl std::fmt::Display, why: impl std::fmt::Display) -> StoreError {
        StoreError::Corrupt(format!("{table} {key}: {why}"))
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> StoreError {
        if is_passing(&error) { StoreError::Unavailable(error.to_string()) } else { StoreError::Database(error) }
    }
}

/// Is it the machine's trouble rather than the statement's?
fn is_passing(error: &Error) -> bool {
    match error {
        Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. } | Error::NotInTransaction => true,
        Error::DatabaseError(kind, about) => match kind {
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction => true,
            DatabaseErrorKind::Unknown => PASSING.iter().any(|words| about.message().contains(words)),
            _ => false,
        },
        _ => false,
    }
}

/// What SQLite and PostgreSQL say, where Diesel's kinds do not tell: a full disk, a failing one, a lock held too long, a server that stops.
const PASSING: [&str; 16] = [
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "database is locked",
    "database table is locked",
    "attempt to write a readonly database",
    "out of memory",
    "No space left on device",
    "could not extend file",
    "deadlock detected",
    "lock timeout",
    "statement timeout",
    "terminating connection",
    "the database system is",
    "server closed the connection",
    "too many clients",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &str) -> StoreError {
        Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(words.to_owned())).into()
    }

    #[test]
    fn the_machines_trouble_is_told_from_the_statements() {
        assert!(matches!(said("database or disk is full"), StoreError::Unavailable(_)));
        assert!(matches!(said("could not extend file \"base/5/16384\": No space left on device"), StoreError::Unavailable(_)));
        assert!(matches!(said("no such table: tickets"), StoreError::Database(_)));
        let taken = Error::DatabaseError(DatabaseErrorKind::UniqueViolation, Box::new("UNIQUE constraint failed".to_owned()));
        assert!(StoreError::from(taken).is_unique_violation());
    }
}
