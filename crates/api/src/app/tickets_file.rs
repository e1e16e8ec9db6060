//! A list of tickets as a file for spreadsheets: what its reader sees of it, in their language, written part by part.

use chrono::FixedOffset;
use domain::{Actor, Instant};
use store::tickets::{self, Filter, Key, Sort, SummaryRow};
use wire::command::{Fault, Form};
use wire::{TICKET_COLUMNS, TicketColumnsQuery, TicketQuery};
use words::Language;

use super::App;
use super::queries::{fault, filter, order, place_after};
use super::trail::harmless;
use crate::auth::accounts::Account;
use crate::error::Failure;

/// Tickets that a file has at most; a last line says that there are more.
const MAX_EXPORTED: usize = 100_000;
/// Tickets that are read and written at once.
const PART: u32 = 200;
/// What tells a spreadsheet that the text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A file that is being written.
#[derive(Debug, Clone)]
pub struct TicketsFile {
    actor: Actor,
    filter: Filter,
    sort: Sort,
    after: Option<Key>,
    columns: Vec<&'static str>,
    language: Language,
    n_rows: usize,
    stands: Stands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    AtTheBeginning,
    Within,
    AtTheEnd,
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
    ) -> Result<TicketsFile, Failure> {
        let sort = query.sort.unwrap_or_default();
        Ok(TicketsFile {
            actor: caller.actor.clone(),
            filter: filter(query, caller)?,
            sort: order(sort),
            after: place_after(query.cursor.as_deref(), sort)?,
            columns: columns_of(columns)?,
            language,
            n_rows: 0,
            stands: Stands::AtTheBeginning,
        })
    }

    /// The next lines of a file, and what is left of it; none, where it is done.
    ///
    /// # Errors
    /// The store's.
    pub fn tickets_part(&self, mut file: TicketsFile) -> Result<Option<(Vec<u8>, TicketsFile)>, Failure> {
        if file.stands == Stands::AtTheEnd {
            return Ok(None);
        }
        let begun = if file.stands == Stands::AtTheBeginning { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
        let mut lines = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begun);
        let failed = |error: &dyn std::fmt::Display| Failure::Internal(format!("writing a list of tickets: {error}"));
        if file.stands == Stands::AtTheBeginning {
            let names = file.columns.iter().map(|column| words::list_column(column, file.language).unwrap_or(column));
            lines.write_record(names).map_err(|error| failed(&error))?;
        }
        let mut rows = self
            .store
            .read::<_, Failure>(|conn| Ok(tickets::list(conn, &file.actor, &file.filter, file.sort, file.after.as_ref(), PART + 1)?))?;
        let goes_on = rows.len() > PART as usize;
        rows.truncate(PART as usize);
        file.n_rows += rows.len();
        for row in &rows {
            let cells = file.columns.iter().map(|column| harmless(cell(column, row, &file.actor, file.language)));
            lines.write_record(cells).map_err(|error| failed(&error))?;
        }
        file.after = rows.last().map(|row| file.sort.key(row));
        file.stands = if !goes_on {
            Stands::AtTheEnd
        } else if file.n_rows >= MAX_EXPORTED {
            let more = file.columns.iter().enumerate().map(|(n, _)| if n == 0 { words::file_goes_on(file.language) } else { "" });
            lines.write_record(more).map_err(|error| failed(&error))?;
            Stands::AtTheEnd
        } else {
            Stands::Within
        };
        let bytes = lines.into_inner().map_err(|error| failed(&error))?;
        Ok(Some((bytes, file)))
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

/// As every spreadsheet reads an instant: «2026-10-14 09:05».
fn in_lima(at: Instant) -> String {
    const LIMA_SECONDS_WEST: i32 = 5 * 3600;
    let lima = FixedOffset::west_opt(LIMA_SECONDS_WEST).expect("five hours are within a day");
    at.with_timezone(&lima).format("%Y-%m-%d %H:%M").to_string()
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
    fn an_instant_is_of_lima() {
        assert_eq!(in_lima("2026-01-01T03:30:00Z".parse().unwrap()), "2025-12-31 22:30");
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
