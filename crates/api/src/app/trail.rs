//! The trail: who did what and when, from where, before and after. The auditor reads all of it; the administrator what became of records and who
//! signed in, and nothing of a ticket.

use std::collections::BTreeMap;

use domain::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::trail::{self, Place, SESSION, Source, TICKET, TrailFilter, TrailRow};
use store::{Conn, tokens};
use wire::command::{Fault, Form};
use wire::{OriginView, Page, PersonRef, TokenRef, TrailQuery, TrailView};

use super::App;
use super::csv_file::{CsvFile, Table};
use super::queries::{fault, from_day, of_cursor, page_size, read_cursor, until_day, write_cursor};
use super::render::HIDDEN_FIELDS;
use crate::auth::accounts::Account;
use crate::error::Failure;
use crate::http::Answer;

/// Rows that are read and written at once.
const PART: u32 = 500;
/// What the trail is of.
const ENTITIES: [&str; 9] = [TICKET, SESSION, "person", "area", "service", "provider", "setting", "absence", "access_token"];
/// The first line of an export.
pub const COLUMNS: [&str; 13] =
    ["at", "by", "by_name", "entity", "id", "number", "name", "address", "request", "token", "token_name", "before", "after"];

/// Where a page ended.
#[derive(Debug, Serialize, Deserialize)]
struct TrailCursor {
    at: Instant,
    of: u8,
    id: i64,
    position: i32,
}

fn place_of(cursor: &TrailCursor) -> Result<Place, Failure> {
    let source = match cursor.of {
        0 => Source::SignIn,
        1 => Source::Record,
        _ => Source::Event,
    };
    Ok(Place { at: of_cursor(cursor.at)?, source, id: cursor.id, position: cursor.position })
}

fn place_after(cursor: Option<&str>) -> Result<Option<Place>, Failure> {
    cursor.map(|text| place_of(&read_cursor(text)?)).transpose()
}

fn cursor_of(place: &Place) -> TrailCursor {
    let of = match place.source {
        Source::SignIn => 0,
        Source::Record => 1,
        Source::Event => 2,
    };
    TrailCursor { at: place.at, of, id: place.id, position: place.position }
}

fn filter(caller: &Account, query: &TrailQuery) -> Result<TrailFilter, Failure> {
    if let Some(entity) = query.entity.as_deref()
        && !ENTITIES.contains(&entity)
    {
        return Err(fault("entity", Fault::Malformed(Form::OneOf(ENTITIES.map(str::to_owned).to_vec()))));
    }
    // A number alone says nothing: the ticket, or the record of a kind.
    if query.id.is_some() && query.entity.is_none() {
        return Err(fault("entity", Fault::Missing));
    }
    if query.ticket.is_some() && query.entity.as_deref().is_some_and(|entity| entity != TICKET) {
        return Err(fault("entity", Fault::Malformed(Form::OneOf(vec![TICKET.to_owned()]))));
    }
    Ok(TrailFilter {
        by: query.person,
        entity: if query.ticket.is_some() { Some(TICKET.to_owned()) } else { query.entity.clone() },
        id: query.ticket.map(domain::TicketId::get).or(query.id),
        name: query.name.clone(),
        from: from_day("from", query.from)?,
        until: until_day("to", query.to)?,
        token: query.token,
        only_records: !caller.actor.reads_trail_of_tickets(),
    })
}

/// `192.0.2.7 5f2b8c0d9a7e4136 12`: the address, the request, the access token. See `http::origin`.
fn origin(kept: Option<&str>, names: &BTreeMap<i64, String>) -> Option<OriginView> {
    let mut parts = kept?.split(' ');
    let (address, request) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let token = parts.next().and_then(|id| id.parse().ok()).map(|id| TokenRef { id, name: names.get(&id).cloned().unwrap_or_default() });
    Some(OriginView { address, request, token })
}

fn view(row: TrailRow, names: &BTreeMap<i64, String>) -> TrailView {
    let mut after = row.after;
    if let Some(Value::Object(fields)) = &mut after
        && row.entity == TICKET
    {
        fields.remove("event"); // It is the name.
        if row.is_hidden {
            HIDDEN_FIELDS.iter().for_each(|field| drop(fields.remove(*field)));
        }
    }
    TrailView {
        at: row.place.at,
        by: row.by.map(|(id, name)| PersonRef { id, name }),
        entity: row.entity,
        id: row.id,
        number: row.number,
        name: row.name,
        origin: origin(row.origin.as_deref(), names),
        before: row.before,
        after,
    }
}

/// The names of the access tokens that these entries came by.
fn token_names(conn: &mut Conn, rows: &[TrailRow]) -> Result<BTreeMap<i64, String>, Failure> {
    let ids = rows.iter().filter_map(|row| row.origin.as_deref()?.split(' ').nth(2)?.parse().ok());
    let ids: std::collections::BTreeSet<i64> = ids.collect();
    let mut names = BTreeMap::new();
    for id in ids {
        names.extend(tokens::find(conn, id)?.map(|token| (id, token.name)));
    }
    Ok(names)
}

impl App {
    fn trail_page(&self, filter: &TrailFilter, after: Option<&Place>, limit: u32) -> Result<(Vec<TrailView>, Option<Place>), Failure> {
        self.store.read::<_, Failure>(|conn| {
            let mut rows = trail::list(conn, filter, after, limit + 1)?;
            let goes_on = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            let last = rows.last().filter(|_| goes_on).map(|row| row.place);
            let names = token_names(conn, &rows)?;
            Ok((rows.into_iter().map(|row| view(row, &names)).collect(), last))
        })
    }

    /// A page of the trail, the newest entry first.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_trail(&self, caller: &Account, query: &TrailQuery) -> Result<Answer, Failure> {
        let limit = page_size(query.limit)?;
        let after = place_after(query.cursor.as_deref())?;
        let filter = filter(caller, query)?;
        let (items, last) = self.trail_page(&filter, after.as_ref(), limit)?;
        Ok(Answer::ok(&Page { items, next: last.as_ref().map(|place| write_cursor(&cursor_of(place))) }))
    }

    /// The same as a file, to be written part by part.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn export_trail(&self, caller: &Account, query: &TrailQuery) -> Result<CsvFile<TrailTable>, Failure> {
        let after = place_after(query.cursor.as_deref())?;
        Ok(CsvFile::of(TrailTable { filter: filter(caller, query)?, after }))
    }
}

/// What the file is of.
#[derive(Debug)]
pub struct TrailTable {
    filter: TrailFilter,
    after: Option<Place>,
}

impl Table for TrailTable {
    fn head(&self) -> Vec<String> {
        COLUMNS.map(str::to_owned).to_vec()
    }

    fn next(&mut self, app: &App) -> Result<(Vec<Vec<String>>, bool), Failure> {
        let (entries, last) = app.trail_page(&self.filter, self.after.as_ref(), PART)?;
        self.after = last;
        Ok((entries.iter().map(|entry| cells(entry).to_vec()).collect(), last.is_some()))
    }

    fn more(&self) -> Vec<String> {
        let mut more = COLUMNS.map(|_| String::new());
        more[3] = "more".into();
        more.to_vec()
    }
}

fn cells(entry: &TrailView) -> [String; 13] {
    let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    let origin = entry.origin.as_ref();
    let token = origin.and_then(|origin| origin.token.as_ref());
    [
        entry.at.with_timezone(&domain::lima()).format("%Y-%m-%d %H:%M:%S%:z").to_string(),
        entry.by.as_ref().map(|by| by.id.to_string()).unwrap_or_default(),
        entry.by.as_ref().map(|by| by.name.clone()).unwrap_or_default(),
        entry.entity.clone(),
        entry.id.to_string(),
        entry.number.map(|number| number.to_string()).unwrap_or_default(),
        entry.name.clone(),
        origin.map(|origin| origin.address.clone()).unwrap_or_default(),
        origin.map(|origin| origin.request.clone()).unwrap_or_default(),
        token.map(|token| token.id.to_string()).unwrap_or_default(),
        token.map(|token| token.name.clone()).unwrap_or_default(),
        json(&entry.before),
        json(&entry.after),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_as_it_is_kept() {
        let names = BTreeMap::from([(12, "Tablero".to_owned())]);
        let read = |kept| origin(kept, &names);
        let whole = read(Some("192.0.2.7 5f2b 12")).unwrap();
        assert_eq!((whole.address.as_str(), whole.request.as_str(), whole.token.unwrap().name.as_str()), ("192.0.2.7", "5f2b", "Tablero"));
        assert_eq!(read(Some("2001:db8::1 5f2b")).unwrap().token, None);
        assert_eq!((read(None), read(Some("")), read(Some("x"))), (None, None, None));
    }
}
