//! People and areas from a CSV file: first what would become of each row, then all of them or none.
//!
//! A row is matched by the address of a person, or by the code of an area. A column that the file does not have leaves what is there as it is; a
//! cell that is empty empties. What is the same is not written, and gets no new version.

mod areas;
mod people;
mod table;

use std::collections::BTreeMap;

use store::records::RecordError;
use store::{Conn, Store};
use wire::command::{Fault, FieldFault};
use wire::{ImportRow, ImportView, Verdict};
use words::Language;

use super::App;
use super::records::failure;
use crate::auth::accounts::Account;
use crate::error::{Failure, field_error};
use crate::http::Answer;

/// The most bytes of a file.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// Faults that a refusal names; a dry run names all.
const MAX_FAULTS: usize = 100;

/// What is to become of a row.
struct Planned<T> {
    line: u32,
    key: String,
    what: Result<Todo<T>, Vec<FieldFault>>,
}

/// `T` is the record as it is to be.
enum Todo<T> {
    Create(T),
    Update { id: i64, version: u32, new: T },
    Same,
}

fn at(line: u32, path: &str) -> String {
    format!("rows[{line}].{path}")
}

fn wrong(path: &str, fault: Fault) -> FieldFault {
    FieldFault { path: path.to_owned(), fault }
}

/// The rows whose key stands in an earlier one, too.
fn mark_twice<T>(plan: &mut [Planned<T>], path: &str) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for row in plan.iter_mut().filter(|row| !row.key.is_empty()) {
        if let Some(line) = seen.get(&row.key) {
            row.what = Err(vec![wrong(path, Fault::Twice { line: *line })]);
        } else {
            seen.insert(row.key.clone(), row.line);
        }
    }
}

fn verdict<T>(row: &Planned<T>, language: Language) -> ImportRow {
    let (verdict, errors) = match &row.what {
        Ok(Todo::Create(_)) => (Verdict::Create, Vec::new()),
        Ok(Todo::Update { .. }) => (Verdict::Update, Vec::new()),
        Ok(Todo::Same) => (Verdict::Same, Vec::new()),
        Err(faults) => (Verdict::Error, faults.iter().map(|fault| field_error(fault, language)).collect()),
    };
    ImportRow { line: row.line, key: row.key.clone(), verdict, errors }
}

fn answer<T>(plan: &[Planned<T>], is_dry_run: bool, language: Language) -> Answer {
    let rows: Vec<ImportRow> = plan.iter().map(|row| verdict(row, language)).collect();
    let count = |verdict: Verdict| rows.iter().filter(|row| row.verdict == verdict).count() as u32;
    let view = ImportView {
        is_dry_run,
        n_created: count(Verdict::Create),
        n_updated: count(Verdict::Update),
        n_same: count(Verdict::Same),
        n_wrong: count(Verdict::Error),
        rows,
    };
    Answer::ok(&view)
}

/// The faults of all rows, where there are some.
fn refused<T>(plan: &[Planned<T>]) -> Option<Failure> {
    let faults = plan.iter().filter_map(|row| Some((row.line, row.what.as_ref().err()?)));
    let faults: Vec<FieldFault> = faults
        .flat_map(|(line, faults)| faults.iter().map(move |fault| FieldFault { path: at(line, &fault.path), fault: fault.fault.clone() }))
        .take(MAX_FAULTS)
        .collect();
    (!faults.is_empty()).then_some(Failure::Invalid(faults))
}

/// What the store says of a row, as a fault of that row where it can be one.
fn of_row(line: u32, error: RecordError) -> Failure {
    let fault = |path: &str, fault: Fault| Failure::Invalid(vec![FieldFault { path: at(line, path), fault }]);
    match error {
        RecordError::AreaUnknown => fault("area", Fault::NoSuchRecord),
        RecordError::PersonUnknown => fault("head", Fault::NoSuchRecord),
        // Somebody wrote the record since it was read.
        RecordError::Conflict | RecordError::NotFound => Failure::VersionConflict { is_precondition: false, version: 0 },
        error => failure(error, 0),
    }
}

/// All rows in one transaction.
fn apply<T: Send + 'static>(
    store: &Store,
    plan: Vec<Planned<T>>,
    mut write: impl FnMut(&mut Conn, String, Todo<T>) -> Result<(), RecordError> + Send + 'static,
) -> Result<(), Failure> {
    store.write::<_, Failure>(move |conn| {
        store::records::change_many(conn, |conn| {
            for row in plan {
                let Ok(todo) = row.what else { return Err(Failure::Internal("a row that is wrong was to be written".into())) };
                write(conn, row.key, todo).map_err(|error| of_row(row.line, error))?;
            }
            Ok(())
        })
    })
}

impl App {
    /// Adds and changes people as a file says.
    ///
    /// # Errors
    /// What is wrong with the file; and where it is no dry run, with any of its rows: nothing is written then.
    pub fn import_people(&self, caller: &Account, file: &[u8], is_dry_run: bool, language: Language) -> Result<Answer, Failure> {
        let (by, now) = (caller.person, self.now());
        let plan = people::plan(self, file)?;
        let answer = answer(&plan, is_dry_run, language);
        if is_dry_run {
            return Ok(answer);
        }
        if let Some(failure) = refused(&plan) {
            return Err(failure);
        }
        apply(&self.store, plan, move |conn, _, todo| match todo {
            Todo::Create(new) => store::people::insert(conn, Some(by), now, &new).map(drop),
            Todo::Update { id, version, new } => {
                let id = domain::PersonId::parse(id).map_err(|_| RecordError::NotFound)?;
                store::people::update(conn, Some(by), now, id, version, &new)
            }
            Todo::Same => Ok(()),
        })?;
        self.accounts.forget_all();
        Ok(answer)
    }

    /// Adds and changes areas as a file says. An area may stand before the one that it depends on.
    ///
    /// # Errors
    /// As for people.
    pub fn import_areas(&self, caller: &Account, file: &[u8], is_dry_run: bool, language: Language) -> Result<Answer, Failure> {
        let (by, now) = (caller.person, self.now());
        let plan = areas::plan(self, file)?;
        let answer = answer(&plan, is_dry_run, language);
        if is_dry_run {
            return Ok(answer);
        }
        if let Some(failure) = refused(&plan) {
            return Err(failure);
        }
        let (plan, mut made) = (areas::parents_first(plan), BTreeMap::new());
        apply(&self.store, plan, move |conn, key, todo| areas::write(conn, by, now, key, todo, &mut made))?;
        self.accounts.forget_all();
        Ok(answer)
    }
}
