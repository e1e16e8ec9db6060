//! A list of tickets as a file for spreadsheets: what its reader sees of it, in their language, written part by part.

use domain::Actor;
use store::tickets::{self, Filter, Key, Sort, SummaryRow};
use wire::command::{Fault, Form};
use wire::{TICKET_COLUMNS, TicketColumnsQuery, TicketQuery};
use words::Language;

use super::App;
use super::csv_file::{CsvFile, Table, UTF8, in_lima};
use super::queries::{fault, filter, order, place_after};
use crate::auth::accounts::Account;
use crate::error::Failure;

/// Tickets that are read and written at once.
const PART: u32 = 200;
/// What the file is of.
#[derive(Debug)]
pub struct TicketsTable {
    actor: Actor,
    filter: Filter,
    sort: Sort,
    after: Option<Key>,
    columns: Vec<&'static str>,
    language: Language,
}

impl App {
    /// A list of tickets as a file, to be written part by part.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn export_tickets(
        &self,
        caller: &Account,
        query: &TicketQuery,
        columns: &TicketColumnsQuery,
        language: Language,
    ) -> Result<CsvFile<TicketsTable>, Failure> {
        let sort = query.sort.unwrap_or_default();
        Ok(CsvFile::of(TicketsTable {
            actor: caller.actor.clone(),
            filter: filter(query, caller)?,
            sort: order(sort),
            after: place_after(query.cursor.as_deref(), sort)?,
            columns: columns_of(columns)?,
            language,
        }))
    }
}

impl Table for TicketsTable {
    const BEGINS: &'static str = UTF8;

    fn head(&self) -> Vec<String> {
        self.columns.iter().map(|column| words::list_column(column, self.language).unwrap_or(column).to_owned()).collect()
    }

    fn next(&mut self, app: &App) -> Result<(Vec<Vec<String>>, bool), Failure> {
        let mut rows = app
            .store
            .read::<_, Failure>(|conn| Ok(tickets::list(conn, &self.actor, &self.filter, self.sort, self.after.as_ref(), PART + 1)?))?;
        let goes_on = rows.len() > PART as usize;
        rows.truncate(PART as usize);
        self.after = rows.last().map(|row| self.sort.key(row));
        let cells = |row: &SummaryRow| self.columns.iter().map(|column| cell(column, row, &self.actor, self.language)).collect();
        Ok((rows.iter().map(cells).collect(), goes_on))
    }

    fn more(&self) -> Vec<String> {
        let said = words::file_goes_on(self.language);
        (0..self.columns.len()).map(|n| if n == 0 { said.to_owned() } else { String::new() }).collect()
    }
}

/// The columns that are asked for, each once.
fn columns_of(query: &TicketColumnsQuery) -> Result<Vec<&'static str>, Failure> {
    let Some(list) = query.columns.as_deref().filter(|list| !list.trim().is_empty()) else { return Ok(TICKET_COLUMNS.to_vec()) };
    let mut columns = Vec::new();
    for asked in list.split(',') {
        let known = TICKET_COLUMNS.into_iter().find(|column| *column == asked.trim());
        let known = known.ok_or_else(|| fault("columns", Fault::Malformed(Form::OneOf(TICKET_COLUMNS.map(str::to_owned).to_vec()))))?;
        if !columns.contains(&known) {
            columns.push(known);
        }
    }
    Ok(columns)
}

fn cell(column: &str, row: &SummaryRow, actor: &Actor, language: Language) -> String {
    let named = |name: &str| name.to_owned();
    match column {
        "number" => format!("TI-{}", row.id),
        "title" => row.title.clone(),
        "kind" => named(words::kind_or_none(row.kind, language)),
        "state" => named(words::state_of(row.phase, row.outcome, actor.audience(), language)),
        "outcome" => row.outcome.map_or_else(String::new, |outcome| named(words::outcome(outcome, language))),
        "area" => row.area.1.clone(),
        "requester" => row.requester.1.clone(),
        "holder" => row.holder.as_ref().map_or_else(String::new, |(_, name)| name.clone()),
        "service" => row.service.as_ref().map_or_else(String::new, |(_, name)| name.clone()),
        "channel" => named(words::channel(row.channel, language)),
        "received_at" => in_lima(row.received_at),
        "updated_at" => in_lima(row.updated_at),
        "phase_since" => in_lima(row.phase_since),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(list: &str) -> Result<Vec<&'static str>, Failure> {
        columns_of(&TicketColumnsQuery { columns: Some(list.to_owned()) })
    }

    #[test]
    fn columns_are_those_asked_for_each_once_or_all() {
        assert_eq!(columns("title, number,title").unwrap(), ["title", "number"]);
        assert_eq!(columns(" ").unwrap(), TICKET_COLUMNS);
        assert!(columns("title,secret").is_err());
        assert!(columns("title,").is_err());
    }

    #[test]
    fn every_column_has_a_name_in_both_languages() {
        for column in TICKET_COLUMNS {
            for language in [Language::Spanish, Language::English] {
                assert!(words::list_column(column, language).is_some(), "{column}");
            }
        }
    }
}
