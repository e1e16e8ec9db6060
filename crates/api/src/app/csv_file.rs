//! CSV files (RFC 4180) of any length, written part by part, in which no cell is a formula.

use csv::{Terminator, WriterBuilder};
use domain::Instant;

use super::App;
use crate::error::Failure;

/// Rows that a file has at most; a last one says that there are more.
pub const MAX_ROWS: usize = 100_000;
/// What tells a spreadsheet that the text is UTF-8.
pub const UTF8: &str = "\u{feff}";

/// What a file is made of.
pub trait Table {
    /// What stands before all else.
    const BEGINS: &'static str = "";

    fn head(&self) -> Vec<String>;

    /// The next rows, and whether others follow them.
    ///
    /// # Errors
    /// The store's.
    fn next(&mut self, app: &App) -> Result<(Vec<Vec<String>>, bool), Failure>;

    /// The last row of a file that could hold more.
    fn more(&self) -> Vec<String>;
}

/// A file that is being written.
#[derive(Debug)]
pub struct CsvFile<T> {
    table: T,
    n_rows: usize,
    stands: Stands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    AtTheBeginning,
    Within,
    AtTheEnd,
}

/// Lines of a file, and what is left of it.
pub type Part<T> = (Vec<u8>, CsvFile<T>);

impl<T: Table> CsvFile<T> {
    pub fn of(table: T) -> CsvFile<T> {
        CsvFile { table, n_rows: 0, stands: Stands::AtTheBeginning }
    }

    /// The next lines, and what is left of it; none, where it is done.
    ///
    /// # Errors
    /// The store's.
    pub fn part(mut self, app: &App) -> Result<Option<Part<T>>, Failure> {
        let mut lines = Vec::new();
        let begun = match self.stands {
            Stands::AtTheEnd => return Ok(None),
            Stands::Within => "",
            Stands::AtTheBeginning => {
                lines.push(self.table.head());
                T::BEGINS
            }
        };
        let (rows, goes_on) = self.table.next(app)?;
        self.n_rows += rows.len();
        lines.extend(rows);
        let is_full = goes_on && self.n_rows >= MAX_ROWS;
        lines.extend(is_full.then(|| self.table.more()));
        self.stands = if goes_on && !is_full { Stands::Within } else { Stands::AtTheEnd };
        Ok(Some((written(begun, lines)?, self)))
    }
}

/// These lines, as a file has them.
///
/// # Errors
/// None that is known: lines of memory are written to memory.
pub fn written(begun: &str, lines: Vec<Vec<String>>) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Internal(format!("writing a file: {error}"));
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(begun.as_bytes().to_vec());
    for line in lines {
        writer.write_record(line.into_iter().map(harmless)).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

/// As every spreadsheet reads an instant: «2026-10-14 09:05».
pub fn in_lima(at: Instant) -> String {
    at.with_timezone(&domain::lima()).format("%Y-%m-%d %H:%M").to_string()
}

/// A cell that a spreadsheet does not take for a formula (OWASP, «CSV Injection»): what begins like one gets an apostrophe before it.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_of_lima() {
        assert_eq!(in_lima("2026-01-01T03:30:00Z".parse().unwrap()), "2025-12-31 22:30");
    }

    #[test]
    fn what_looks_like_a_formula_is_none() {
        for formula in ["=1+1", "+51 999", "-2", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")"] {
            assert_eq!(harmless(formula.to_owned()), format!("'{formula}"));
        }
        for plain in ["", "7", "a=b", "'=1", "{\"a\":1}"] {
            assert_eq!(harmless(plain.to_owned()), plain);
        }
    }

    #[test]
    fn lines_end_as_the_rfc_has_it_and_no_cell_is_a_formula() {
        let lines = vec![vec!["a".to_owned(), "=1".to_owned()], vec!["b, c".to_owned(), "d\"e".to_owned()]];
        assert_eq!(written("\u{feff}", lines).unwrap(), "\u{feff}a,'=1\r\n\"b, c\",\"d\"\"e\"\r\n".as_bytes());
    }
}
