//! Areas from a file.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use domain::{AreaId, Day, Instant, Line, PersonId, YEARS, day_in_lima};
use store::areas::{AreaRow, NewArea};
use store::records::{RecordError, RecordFilter};
use store::{Conn, StoreError};
use wire::command::{Fault, FieldFault, Form};

use super::table::{Column, Row, folded, read};
use super::{Planned, Todo, mark_twice, wrong};
use crate::app::App;
use crate::error::Failure;

const COLUMNS: &[Column] = &[
    Column { name: "code", also: &["sigla", "codigo", "abbreviation"], is_required: true },
    Column { name: "name", also: &["nombre", "area", "unidad", "unidad_organica"], is_required: true },
    Column { name: "parent", also: &["depende_de", "superior", "belongs_to"], is_required: false },
    Column { name: "head", also: &["jefe", "director", "director_o_jefe", "correo_del_jefe"], is_required: false },
    Column { name: "is_reserved", also: &["reservada", "reserved"], is_required: false },
    Column { name: "ended_on", also: &["dejo_de_existir_el", "fin", "ended"], is_required: false },
];

/// Rows that are read from the records at once.
const PART: u32 = 1_000;

/// An area as a file says it: what it depends on is a code, which another row may have.
pub struct Said {
    code: Line,
    name: Line,
    parent: Option<Parent>,
    head: Option<PersonId>,
    is_reserved: bool,
    ended_on: Option<Day>,
}

/// What an area depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Parent {
    Is(AreaId),
    /// By its code, folded: of a row that is to be written before.
    OfRow(String),
}

/// What is to become of each row.
pub fn plan(app: &App, file: &[u8]) -> Result<Vec<Planned<Said>>, Failure> {
    let table = read(file, COLUMNS)?;
    let known = app.store.read::<_, Failure>(|conn| Ok(all(conn, app.now())?))?;
    let by_code: BTreeMap<String, &AreaRow> = known.iter().filter_map(|row| Some((folded(row.abbreviation.as_deref()?), row))).collect();
    let of_rows: BTreeSet<String> = table.rows.iter().filter_map(|row| row.get("code").map(folded)).collect();
    let emails: BTreeSet<String> = table.rows.iter().filter_map(|row| row.get("head").map(str::to_lowercase)).collect();
    let heads = app.store.read::<_, Failure>(|conn| {
        let mut heads = BTreeMap::new();
        for email in emails {
            let person = store::people::find_by_email(conn, &email)?.filter(|person| person.is_active);
            heads.extend(person.map(|person| (email, person.id)));
        }
        Ok(heads)
    })?;
    let mut plan: Vec<_> = table.rows.iter().map(|row| planned(row, &by_code, &of_rows, &heads)).collect();
    mark_twice(&mut plan, "code");
    mark_rings(&mut plan);
    Ok(plan)
}

/// The areas that are open, by code and by name, folded; of two with one name the older.
pub fn open_areas(conn: &mut Conn, now: Instant) -> Result<BTreeMap<String, AreaId>, StoreError> {
    let today = day_in_lima(now);
    let mut open: Vec<AreaRow> = all(conn, now)?.into_iter().filter(|row| row.ended_on.is_none_or(|last| today <= last)).collect();
    open.sort_by_key(|row| row.id);
    let mut areas = BTreeMap::new();
    for row in open.iter().rev() {
        areas.insert(folded(&row.name), row.id);
    }
    for row in open.iter().rev() {
        areas.extend(row.abbreviation.as_deref().map(|code| (folded(code), row.id)));
    }
    Ok(areas)
}

fn all(conn: &mut Conn, now: Instant) -> Result<Vec<AreaRow>, StoreError> {
    let (everything, mut after, mut all) = (RecordFilter { all: true, ..RecordFilter::default() }, None, Vec::new());
    loop {
        let rows = store::areas::list(conn, &everything, day_in_lima(now), after.clone(), PART)?;
        after = rows.last().filter(|_| rows.len() == PART as usize).map(AreaRow::key);
        all.extend(rows);
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// «sí», «no», and as programs write them.
pub fn yes_or_no(text: &str) -> Result<bool, Fault> {
    match folded(text).as_str() {
        "si" | "s" | "yes" | "y" | "true" | "verdadero" | "1" | "x" => Ok(true),
        "no" | "n" | "false" | "falso" | "0" => Ok(false),
        _ => Err(Fault::Malformed(Form::YesOrNo)),
    }
}

/// ISO 8601, or as a spreadsheet in Peru writes it.
fn day(text: &str) -> Result<Day, Fault> {
    let read = |form: &str| Day::parse_from_str(text, form).ok();
    let day = read("%Y-%m-%d").or_else(|| read("%d/%m/%Y")).filter(|day| YEARS.contains(&day.year()));
    day.ok_or(Fault::Malformed(Form::Date))
}

fn planned(row: &Row, known: &BTreeMap<String, &AreaRow>, of_rows: &BTreeSet<String>, heads: &BTreeMap<String, PersonId>) -> Planned<Said> {
    let key = row.get("code").map(folded).unwrap_or_default();
    let before = known.get(&key).copied();
    let what = said(row, before, known, of_rows, heads).map(|said| match before {
        None => Todo::Create(said),
        Some(before) if is_same(before, &said) => Todo::Same,
        Some(before) => Todo::Update { id: before.id.get(), version: before.version, new: said },
    });
    Planned { line: row.line, key, what }
}

fn is_same(before: &AreaRow, said: &Said) -> bool {
    before.name == said.name.as_str()
        && before.abbreviation.as_deref() == Some(said.code.as_str())
        && before.parent.map(Parent::Is) == said.parent
        && before.head.as_ref().map(|(id, _)| *id) == said.head
        && before.is_reserved == said.is_reserved
        && before.ended_on == said.ended_on
}

fn said(
    row: &Row,
    before: Option<&AreaRow>,
    known: &BTreeMap<String, &AreaRow>,
    of_rows: &BTreeSet<String>,
    heads: &BTreeMap<String, PersonId>,
) -> Result<Said, Vec<FieldFault>> {
    let mut faults = Vec::new();
    if row.is_ragged {
        faults.push(wrong("file", Fault::Malformed(Form::Cells)));
    }
    let required = |path: &str| row.get(path).ok_or(Fault::Missing).and_then(|text| Line::parse(text).map_err(Fault::Value));
    let (code, name) = (required("code"), required("name"));
    let unknown = |name: &str| Fault::NoSuchName { name: name.to_owned() };
    let parent = match (row.has("parent"), row.get("parent")) {
        (false, _) => Ok(before.and_then(|before| before.parent).map(Parent::Is)),
        (true, None) => Ok(None),
        (true, Some(text)) => match (known.get(&folded(text)), folded(text)) {
            (Some(area), _) => Ok(Some(Parent::Is(area.id))),
            (None, code) if of_rows.contains(&code) => Ok(Some(Parent::OfRow(code))),
            (None, _) => Err(unknown(text)),
        },
    };
    let head = match (row.has("head"), row.get("head")) {
        (false, _) => Ok(before.and_then(|before| before.head.as_ref()).map(|(id, _)| *id)),
        (true, None) => Ok(None),
        (true, Some(email)) => heads.get(&email.to_lowercase()).copied().map(Some).ok_or_else(|| unknown(email)),
    };
    let is_reserved = match row.get("is_reserved") {
        None => Ok(before.is_some_and(|before| before.is_reserved)),
        Some(text) => yes_or_no(text),
    };
    let ended_on = match (row.has("ended_on"), row.get("ended_on")) {
        (false, _) => Ok(before.and_then(|before| before.ended_on)),
        (true, None) => Ok(None),
        (true, Some(text)) => day(text).map(Some),
    };
    let mut take = |path: &str, fault: Option<&Fault>| faults.extend(fault.map(|fault| wrong(path, fault.clone())));
    take("code", code.as_ref().err());
    take("name", name.as_ref().err());
    take("parent", parent.as_ref().err());
    take("head", head.as_ref().err());
    take("is_reserved", is_reserved.as_ref().err());
    take("ended_on", ended_on.as_ref().err());
    match (code, name, parent, head, is_reserved, ended_on) {
        (Ok(code), Ok(name), Ok(parent), Ok(head), Ok(is_reserved), Ok(ended_on)) if faults.is_empty() => {
            Ok(Said { code, name, parent, head, is_reserved, ended_on })
        }
        _ => Err(faults),
    }
}

/// The code of the row that this one waits for.
fn waits_for(row: &Planned<Said>) -> Option<&str> {
    match &row.what {
        Ok(Todo::Create(said) | Todo::Update { new: said, .. }) => match &said.parent {
            Some(Parent::OfRow(code)) => Some(code),
            _ => None,
        },
        _ => None,
    }
}

/// New areas that depend on each other in a ring, or on a row that is wrong.
fn mark_rings(plan: &mut [Planned<Said>]) {
    loop {
        let good: BTreeMap<&str, Option<&str>> =
            plan.iter().filter(|row| row.what.is_ok()).map(|row| (row.key.as_str(), waits_for(row))).collect();
        let is_rooted = |start: &str| {
            let (mut at, mut steps) = (start, 0);
            loop {
                match good.get(at) {
                    None => return false,
                    Some(None) => return true,
                    Some(Some(_)) if steps > good.len() => return false,
                    Some(Some(next)) => (at, steps) = (*next, steps + 1),
                }
            }
        };
        let bad: Vec<usize> = (0..plan.len()).filter(|n| plan[*n].what.is_ok() && !is_rooted(&plan[*n].key)).collect();
        if bad.is_empty() {
            return;
        }
        for n in bad {
            plan[n].what = Err(vec![wrong("parent", Fault::NoSuchRecord)]);
        }
    }
}

/// Whoever another depends on is written before it.
pub fn parents_first(mut plan: Vec<Planned<Said>>) -> Vec<Planned<Said>> {
    let (mut ordered, mut written) = (Vec::with_capacity(plan.len()), BTreeSet::new());
    while !plan.is_empty() {
        let (ready, waiting): (Vec<_>, Vec<_>) = plan.into_iter().partition(|row| waits_for(row).is_none_or(|code| written.contains(code)));
        if ready.is_empty() {
            ordered.extend(waiting); // A ring, which was marked before.
            return ordered;
        }
        written.extend(ready.iter().map(|row| row.key.clone()));
        ordered.extend(ready);
        plan = waiting;
    }
    ordered
}

/// Writes an area, whose parent is there by now. `made` is those that were made by the rows before, by their codes.
pub fn write(
    conn: &mut Conn,
    by: PersonId,
    now: Instant,
    key: String,
    todo: Todo<Said>,
    made: &mut BTreeMap<String, AreaId>,
) -> Result<(), RecordError> {
    match todo {
        Todo::Same => Ok(()),
        Todo::Create(said) => {
            let code = said.code.clone();
            let id = store::areas::insert(conn, Some(by), now, &new(said, made)?)?;
            // Looked at after the insert, which waits for whoever changes the tree: another file may have made it since this one was read.
            if store::areas::n_with_code(conn, &code)? > 1 {
                return Err(RecordError::Conflict);
            }
            made.insert(key, id);
            Ok(())
        }
        Todo::Update { id, version, new: said } => {
            let id = AreaId::parse(id).map_err(|_| RecordError::NotFound)?;
            store::areas::update(conn, Some(by), now, id, version, &new(said, made)?)
        }
    }
}

fn new(said: Said, made: &BTreeMap<String, AreaId>) -> Result<NewArea, RecordError> {
    let parent = match said.parent {
        None => None,
        Some(Parent::Is(id)) => Some(id),
        Some(Parent::OfRow(code)) => Some(*made.get(&code).ok_or(RecordError::AreaUnknown)?),
    };
    Ok(NewArea {
        name: said.name,
        abbreviation: Some(said.code),
        parent,
        head: said.head,
        is_reserved: said.is_reserved,
        ended_on: said.ended_on,
    })
}
