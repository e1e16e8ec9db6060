//! Both trees make the same tables, which are those of `schema`.

use std::collections::BTreeMap;
use std::thread;

use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use store::{Backend, Conn, Store, StoreError, StoreSettings};

use crate::cast::{Cast, Dice};
use crate::world::{self, World};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

const SCHEMA: [&str; 4] = [
    include_str!("../../src/schema/directory.rs"),
    include_str!("../../src/schema/mail.rs"),
    include_str!("../../src/schema/records.rs"),
    include_str!("../../src/schema/tickets.rs"),
];

/// Table → column → type and whether it may be empty.
type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Bool)]
    is_nullable: bool,
}

/// SQLite's own, Diesel's own, and the full-text index, whose likeness on PostgreSQL is an index of `tickets`.
fn is_ours(table: &str) -> bool {
    !table.starts_with("sqlite_") && !table.starts_with("__diesel") && !table.starts_with("ticket_words")
}

fn tables(columns: Vec<Column>) -> Tables {
    let mut tables = Tables::new();
    for column in columns.into_iter().filter(|column| is_ours(&column.of_table)) {
        let portable = match column.data_type.to_lowercase().as_str() {
            "bigint" => "BigInt",
            "integer" => "Integer",
            "text" => "Text",
            "boolean" => "Bool",
            "timestamp" | "timestamp without time zone" => "Timestamp",
            "date" => "Date",
            "blob" | "bytea" => "Binary",
            other => panic!("{}.{} is {other}, which is not portable", column.of_table, column.column_name),
        };
        tables.entry(column.of_table).or_default().insert(column.column_name, (portable.to_owned(), column.is_nullable));
    }
    tables
}

fn of_sqlite(conn: &mut SqliteConnection) -> Tables {
    // A rowid's declared type is INTEGER, and holds 64 bits.
    let columns = diesel::sql_query(
        "SELECT m.name AS of_table, c.name AS column_name, \
                CASE WHEN c.pk = 1 AND upper(c.type) = 'INTEGER' THEN 'bigint' ELSE c.type END AS data_type, c.\"notnull\" = 0 AS is_nullable \
         FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'",
    );
    tables(columns.load(conn).unwrap())
}

fn of_postgres(conn: &mut PgConnection) -> Tables {
    let columns = diesel::sql_query(
        "SELECT table_name::text AS of_table, column_name::text, data_type::text, is_nullable = 'YES' AS is_nullable \
         FROM information_schema.columns WHERE table_schema = 'public'",
    );
    tables(columns.load(conn).unwrap())
}

/// What `table!` declares, read from its text.
fn of_schema() -> Tables {
    let mut tables = Tables::new();
    let mut table = None;
    for line in SCHEMA.iter().flat_map(|file| file.lines()).map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|(name, rest)| rest.ends_with(") {") && !name.contains(' ')) {
            table = Some(name.to_owned());
        } else if line == "}" {
            table = None;
        } else if let (Some(table), Some((column, declared))) = (&table, line.split_once(" -> ")) {
            let declared = declared.trim_end_matches(',');
            let bare = declared.strip_prefix("Nullable<").map(|rest| rest.trim_end_matches('>'));
            let entry = (bare.unwrap_or(declared).to_owned(), bare.is_some());
            tables.entry(table.clone()).or_default().insert(column.to_owned(), entry);
        }
    }
    tables
}

fn names<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Vec<String>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let migrations: Vec<Box<dyn Migration<DB>>> = source.migrations().unwrap();
    let mut names: Vec<String> = migrations.iter().map(|migration| migration.name().to_string()).collect();
    names.sort();
    names
}

#[test]
fn both_trees_list_the_same_names() {
    let sqlite = names::<diesel::sqlite::Sqlite>(&SQLITE);
    assert_eq!(sqlite, names::<diesel::pg::Pg>(&POSTGRES));
    assert!(sqlite.len() >= 2, "{sqlite:?}");
}

#[test]
fn up_down_and_up_again_make_the_tables_of_the_schema_on_both() {
    let folder = tempfile::tempdir().unwrap();
    let mut sqlite = SqliteConnection::establish(folder.path().join("a.db").to_str().unwrap()).unwrap();
    let mut postgres = PgConnection::establish(&world::empty_postgres()).unwrap();

    sqlite.run_pending_migrations(SQLITE).unwrap();
    postgres.run_pending_migrations(POSTGRES).unwrap();
    let (first, second) = (of_sqlite(&mut sqlite), of_postgres(&mut postgres));
    assert_eq!(first, second);
    assert_eq!(first, of_schema());

    sqlite.revert_all_migrations(SQLITE).unwrap();
    postgres.revert_all_migrations(POSTGRES).unwrap();
    assert_eq!((of_sqlite(&mut sqlite), of_postgres(&mut postgres)), (Tables::new(), Tables::new()));

    sqlite.run_pending_migrations(SQLITE).unwrap();
    postgres.run_pending_migrations(POSTGRES).unwrap();
    assert_eq!((of_sqlite(&mut sqlite), of_postgres(&mut postgres)), (first, second));
}

/// A ticket's number, and how long it took to be attended and to be solved.
#[derive(Debug, QueryableByName, PartialEq, Eq)]
struct Spent {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    attend_seconds: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    solve_seconds: Option<i64>,
}

/// Back to before the migration of that number, and up to now again.
fn again<DB: diesel::backend::Backend, C: MigrationHarness<DB>>(mut conn: C, number: &str, source: fn() -> EmbeddedMigrations)
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let is_applied = |conn: &mut C| conn.applied_migrations().unwrap().iter().any(|version| version.to_string().ends_with(number));
    assert!(is_applied(&mut conn));
    while is_applied(&mut conn) {
        conn.revert_last_migration(source()).unwrap();
    }
    conn.run_pending_migrations(source()).unwrap();
}

on_both! {
    fn how_long_tickets_took_is_filled_in_as_it_is_written(world: &World) {
        let cast = Cast::of(world);
        cast.tickets(world, &mut Dice(52), 80);
        let spent = |conn: &mut Conn| -> Result<Vec<Spent>, StoreError> {
            Ok(diesel::sql_query("SELECT id, attend_seconds, solve_seconds FROM tickets ORDER BY id").load(conn)?)
        };
        let written = world.read(spent);
        assert!(written.iter().filter(|ticket| ticket.solve_seconds.is_some_and(|seconds| seconds > 0)).count() > 10, "the dice solved too few");
        world.store.stop();
        match world.store.backend() {
            Backend::Sqlite => again(SqliteConnection::establish(world.url.trim_start_matches("sqlite:")).unwrap(), "000052", || SQLITE),
            Backend::Postgres => again(PgConnection::establish(&world.url).unwrap(), "000052", || POSTGRES),
        }
        let store = Store::open(&StoreSettings { url: world.url.clone(), n_readers: 1, queue: 1 }).unwrap();
        assert_eq!(store.read(spent).unwrap(), written);
        store.stop();
    }
}

#[test]
fn servers_that_start_together_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    for url in [format!("sqlite:{}", folder.path().join("a.db").display()), world::empty_postgres()] {
        let applied: Vec<String> = thread::scope(|scope| {
            let servers: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::migrate(&url).unwrap())).collect();
            servers.into_iter().flat_map(|server| server.join().unwrap()).collect()
        });
        assert_eq!(applied, names::<diesel::sqlite::Sqlite>(&SQLITE), "each once");
        assert_eq!(Store::migrate(&url).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn what_is_pending_is_told_without_writing() {
    let folder = tempfile::tempdir().unwrap();
    for url in [format!("sqlite:{}", folder.path().join("a.db").display()), world::empty_postgres()] {
        let store = Store::open(&StoreSettings { url: url.clone(), n_readers: 1, queue: 1 }).unwrap();
        assert_eq!(store.pending_migrations().unwrap(), names::<diesel::sqlite::Sqlite>(&SQLITE));
        Store::migrate(&url).unwrap();
        assert_eq!(store.pending_migrations().unwrap(), Vec::<String>::new());
        store.stop();
    }
}

on_both! {
    fn the_tables_hold_what_they_are_told_to(world: &World) {
        let refuses = |statement: &'static str| {
            let told = world.store.write::<usize, StoreError>(move |conn| Ok(diesel::sql_query(statement).execute(conn)?));
            assert!(matches!(told, Err(StoreError::Database(_))), "{statement}: {told:?}");
        };
        let quote = |phase: &str, draft: &str| -> &'static str {
            let values = format!(
                "INSERT INTO tickets (position, version, internal, phase, is_ended, requester_id, area_id, is_reserved, is_covered, is_confirmed, \
                 is_phone_notice_due, channel, title, title_folded, n_visits, n_reopened, created_at, received_at, updated_at, phase_since, held_since, draft) \
                 VALUES (1, 1, 0, '{phase}', false, 1, 1, false, false, false, false, 'web', 'x', 'x', 0, 0, '2026-01-01 00:00:00.000000', \
                 '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', {draft})"
            );
            Box::leak(values.into_boxed_str())
        };
        refuses(quote("requested", "NULL")); // Nobody has the number 1.
        Cast::of(world);
        refuses(quote("lost", "NULL"));
        refuses(quote("requested", "'{'"));
        let told = world.store.write::<usize, StoreError>({
            let good = quote("requested", "'{}'");
            move |conn| Ok(diesel::sql_query(good).execute(conn)?)
        });
        assert_eq!(told.unwrap(), 1);
    }
}

#[test]
fn the_names_in_the_checks_are_the_domains() {
    for sql in [
        include_str!("../../../../migrations/sqlite/2026-11-23-000002_tickets/up.sql"),
        include_str!("../../../../migrations/postgres/2026-11-23-000002_tickets/up.sql"),
    ] {
        let listed = |column: &str| -> Vec<String> {
            let (_, rest) = sql.split_once(&format!("CHECK ({column} IN (")).unwrap();
            rest.split_once(')').unwrap().0.split(',').map(|name| name.trim().trim_matches('\'').to_owned()).collect()
        };
        let known = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(listed("phase"), known(&domain::Phase::ALL.iter().map(|phase| phase.name()).collect::<Vec<_>>()));
        assert_eq!(listed("outcome"), known(&domain::Outcome::ALL.iter().map(|outcome| outcome.name()).collect::<Vec<_>>()));
        assert_eq!(listed("kind"), known(&domain::Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>()));
        assert_eq!(listed("channel"), known(&domain::Channel::ALL.iter().map(|channel| channel.name()).collect::<Vec<_>>()));
        assert_eq!(listed("impact"), known(&domain::Impact::ALL.iter().map(|impact| impact.name()).collect::<Vec<_>>()));
    }
}

#[test]
fn the_backend_is_told_by_the_url() {
    assert_eq!(World::new(Backend::Sqlite).store.backend(), Backend::Sqlite);
    assert_eq!(World::new(Backend::Postgres).store.backend(), Backend::Postgres);
}
