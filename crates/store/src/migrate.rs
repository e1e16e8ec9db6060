//! Bringing a database to the tables that this program knows. Two trees with the same names; see `migrations/README.md`.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::conn::{Address, Conn};
use crate::error::StoreError;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The key of PostgreSQL's advisory lock under which migrations run: «atiende» in ASCII.
const LOCK: i64 = 0x0061_7469_656E_6465;

diesel::table! {
    /// Diesel's own.
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// Runs what is pending, under a lock, so that two servers that start together do not meet. Returns the names applied.
///
/// # Errors
/// Unavailable; or Database, when a migration fails (which leaves those before it applied).
pub(crate) fn migrate(address: &Address) -> Result<Vec<String>, StoreError> {
    match address.connect()? {
        Conn::Postgres(mut conn) => {
            // Held until the connection is dropped at the end of this arm.
            diesel::select(pg_advisory_lock(LOCK)).execute(&mut conn)?;
            run(&mut conn, POSTGRES)
        }
        // The lock of an immediate transaction is SQLite's own; each migration is a savepoint in it.
        Conn::Sqlite(mut conn) => conn.immediate_transaction(|conn| {
            // Tables that refer to each other may then be rebuilt in any order; the commit checks them all.
            conn.batch_execute("PRAGMA defer_foreign_keys = ON")?;
            run(conn, SQLITE)
        }),
    }
}

/// The names of the migrations that have not been applied.
///
/// # Errors
/// Unavailable or Database.
pub(crate) fn pending(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let known = match conn {
        Conn::Postgres(_) => names::<diesel::pg::Pg>(&POSTGRES)?,
        Conn::Sqlite(_) => names::<diesel::sqlite::Sqlite>(&SQLITE)?,
    };
    let applied: BTreeSet<String> = match __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn) {
        Ok(versions) => versions.into_iter().collect(),
        // A database that nobody has migrated yet has no such table.
        Err(diesel::result::Error::DatabaseError(_, about)) if about.message().contains("__diesel_schema_migrations") => BTreeSet::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(known.into_iter().filter(|(version, _)| !applied.contains(version)).map(|(_, name)| name).collect())
}

diesel::define_sql_function! {
    fn pg_advisory_lock(key: BigInt) -> BigInt;
}

fn run<C, DB>(conn: &mut C, source: EmbeddedMigrations) -> Result<Vec<String>, StoreError>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let pending = conn.pending_migrations(source).map_err(failed)?;
    let mut applied = Vec::new();
    for migration in pending {
        conn.run_migration(&migration).map_err(failed)?;
        applied.push(migration.name().to_string());
    }
    Ok(applied)
}

/// Version and name of each, in their order.
fn names<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Result<Vec<(String, String)>, StoreError>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let migrations: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(failed)?;
    let mut names: Vec<_> = migrations.iter().map(|m| (m.name().version().to_string(), m.name().to_string())).collect();
    names.sort();
    Ok(names)
}

/// Migrations fail with any error; the database's own are kept as what they are.
fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    match error.downcast::<diesel::result::Error>() {
        Ok(error) => (*error).into(),
        Err(error) => StoreError::Database(diesel::result::Error::QueryBuilderError(error)),
    }
}
