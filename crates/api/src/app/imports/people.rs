//! People from a file.

use std::collections::BTreeMap;

use domain::{AreaId, Email, Line, Role};
use store::people::{NewPerson, PersonRow};
use store::records::RecordFilter;
use wire::command::{Fault, FieldFault, Form};
use words::Language;

use super::table::{Column, Row, folded, read};
use super::{Planned, Todo, mark_twice, wrong};
use crate::app::App;
use crate::app::people::as_written;
use crate::error::Failure;

const COLUMNS: &[Column] = &[
    Column { name: "name", also: &["nombre", "nombres", "nombres_y_apellidos", "nombre_completo", "full_name"], is_required: true },
    Column { name: "email", also: &["correo", "correo_institucional", "correo_electronico", "e_mail"], is_required: true },
    Column { name: "post", also: &["cargo", "puesto"], is_required: false },
    Column { name: "area", also: &["sigla", "unidad", "unidad_organica", "area_code"], is_required: true },
    Column { name: "extension", also: &["anexo"], is_required: false },
    Column { name: "phone", also: &["telefono", "celular"], is_required: false },
    Column { name: "place", also: &["ubicacion", "oficina"], is_required: false },
    Column { name: "language", also: &["idioma"], is_required: false },
    Column { name: "roles", also: &["rol", "role"], is_required: false },
    Column { name: "is_active", also: &["activo", "activa", "vigente", "active"], is_required: false },
];

/// Rows that are read from the directory at once.
const PART: u32 = 1_000;

/// What is to become of each row.
pub fn plan(app: &App, file: &[u8]) -> Result<Vec<Planned<NewPerson>>, Failure> {
    let table = read(file, COLUMNS)?;
    let (known, areas) = app.store.read::<_, Failure>(|conn| {
        let mut known = BTreeMap::new();
        let (all, mut after) = (RecordFilter { all: true, ..RecordFilter::default() }, None);
        loop {
            let rows = store::people::list(conn, &all, after.clone(), PART)?;
            after = rows.last().filter(|_| rows.len() == PART as usize).map(PersonRow::key);
            known.extend(rows.into_iter().filter_map(|row| Some((row.email.clone()?, row))));
            if after.is_none() {
                break;
            }
        }
        Ok((known, super::areas::open_areas(conn, app.now())?))
    })?;
    let mut plan: Vec<_> = table.rows.iter().map(|row| planned(row, &known, &areas)).collect();
    mark_twice(&mut plan, "email");
    Ok(plan)
}

fn planned(row: &Row, known: &BTreeMap<String, PersonRow>, areas: &BTreeMap<String, AreaId>) -> Planned<NewPerson> {
    let key = row.get("email").map(|email| email.to_lowercase()).unwrap_or_default();
    let before = known.get(&key);
    let what = match before {
        Some(before) if before.merged_into.is_some() => Err(vec![wrong("email", Fault::Malformed(Form::NotMerged))]),
        before => new(row, before, areas).map(|new| todo(before, new)),
    };
    Planned { line: row.line, key, what }
}

fn todo(before: Option<&PersonRow>, new: NewPerson) -> Todo<NewPerson> {
    match before {
        None => Todo::Create(new),
        Some(row) if as_written(row).is_ok_and(|before| before == new) => Todo::Same,
        Some(row) => Todo::Update { id: row.id.get(), version: row.version, new },
    }
}

fn new(row: &Row, before: Option<&PersonRow>, areas: &BTreeMap<String, AreaId>) -> Result<NewPerson, Vec<FieldFault>> {
    let mut faults = Vec::new();
    if row.is_ragged {
        faults.push(wrong("file", Fault::Malformed(Form::Cells)));
    }
    let before = before.and_then(|row| as_written(row).ok());
    let mut line = |path: &'static str, kept: Option<Line>| match (row.has(path), row.get(path)) {
        (false, _) => kept,
        (true, None) => None,
        (true, Some(text)) => Line::parse(text).map_err(|error| faults.push(wrong(path, Fault::Value(error)))).ok(),
    };
    let of = |take: fn(&NewPerson) -> Option<Line>| before.as_ref().and_then(take);
    let name = line("name", None);
    let post = line("post", of(|p| p.post.clone()));
    let extension = line("extension", of(|p| p.extension.clone()));
    let phone = line("phone", of(|p| p.phone.clone()));
    let place = line("place", of(|p| p.place.clone()));
    if row.get("name").is_none() {
        faults.push(wrong("name", Fault::Missing));
    }
    let email = match row.get("email") {
        None => Err(Fault::Missing),
        Some(text) => Email::parse(text).map_err(Fault::Value),
    };
    let area = match row.get("area") {
        None => Err(Fault::Missing),
        Some(text) => areas.get(&folded(text)).copied().ok_or_else(|| Fault::NoSuchName { name: text.to_owned() }),
    };
    let language = match (row.get("language"), &before) {
        (None, Some(before)) => Ok(before.language.clone()),
        (None, None) => Ok(Language::Spanish.tag().to_owned()),
        (Some(text), _) => {
            language(text).ok_or_else(|| Fault::Malformed(Form::OneOf(Language::ALL.map(|language| language.tag().to_owned()).to_vec())))
        }
    };
    let roles = match (row.get("roles"), &before) {
        (None, Some(before)) if !before.is_contact => Ok(before.roles.clone()),
        (None, _) => Ok([Role::User].into()),
        (Some(text), _) => text.split([',', ';', '|', '+']).map(str::trim).filter(|text| !text.is_empty()).map(role).collect(),
    };
    let is_active = match (row.get("is_active"), &before) {
        (None, Some(before)) if !before.is_contact => Ok(before.is_active),
        (None, _) => Ok(true),
        (Some(text), _) => super::areas::yes_or_no(text),
    };
    let mut take = |path: &str, fault: Option<Fault>| faults.extend(fault.map(|fault| wrong(path, fault)));
    take("email", email.as_ref().err().cloned());
    take("area", area.as_ref().err().cloned());
    take("language", language.as_ref().err().cloned());
    take("roles", roles.as_ref().err().cloned());
    take("is_active", is_active.as_ref().err().cloned());
    match (name, email, area, language, roles, is_active) {
        (Some(name), Ok(email), Ok(area), Ok(language), Ok(roles), Ok(is_active)) if faults.is_empty() => {
            Ok(NewPerson { name, email: Some(email), post, area, extension, phone, place, language, roles, is_contact: false, is_active })
        }
        _ => Err(faults),
    }
}

fn language(text: &str) -> Option<String> {
    match folded(text).as_str() {
        "espanol" | "castellano" => Some(Language::Spanish.tag().to_owned()),
        "ingles" | "english" => Some(Language::English.tag().to_owned()),
        _ => Language::from_tag(text).map(|language| language.tag().to_owned()),
    }
}

/// By its stable name, or as people call it.
fn role(text: &str) -> Result<Role, Fault> {
    let wanted = folded(text);
    let is_called = |role: Role, language| [words::role(role, language), words::role_short(role, language)].map(folded).contains(&wanted);
    let is_it = |role: &&Role| role.name() == wanted || Language::ALL.iter().any(|language| is_called(**role, *language));
    match Role::ALL.iter().find(is_it) {
        Some(Role::AreaHead) => Err(Fault::Malformed(Form::GivenRole)),
        Some(role) => Ok(*role),
        None => Err(Fault::Malformed(Form::RoleName)),
    }
}
