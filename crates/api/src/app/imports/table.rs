//! A CSV file as spreadsheets write it: its rows, by the names of their columns. UTF-8, with or without its mark, UTF-16 with it, or Windows-1252;
//! commas, semicolons or tabs; headers in Spanish or English.

use std::collections::BTreeMap;

use wire::command::{Fault, FieldFault, Form};

/// Rows of a file.
pub const MAX_ROWS: usize = 20_000;

/// Signs of a column's name.
const MAX_HEADER: usize = 100;

/// Signs by which a picture or a sheet is known.
const BEGINNING: usize = 16;

/// A file, read.
#[derive(Debug)]
pub struct Table {
    pub rows: Vec<Row>,
}

/// A line of the file, with what stands under each column that we know; a column that the file does not have is not there.
#[derive(Debug)]
pub struct Row {
    /// As a spreadsheet counts it: the header is 1.
    pub line: u32,
    cells: BTreeMap<&'static str, String>,
    /// It has more or fewer cells than the header.
    pub is_ragged: bool,
}

impl Row {
    /// Is there such a column?
    pub fn has(&self, column: &str) -> bool {
        self.cells.contains_key(column)
    }

    /// What stands there, unless it is empty.
    pub fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }
}

/// A column: its name, and what else it is called.
pub struct Column {
    pub name: &'static str,
    pub also: &'static [&'static str],
    pub is_required: bool,
}

/// Reads a file.
///
/// # Errors
/// A column that is not known, is there twice or is missing; too many rows.
pub fn read(bytes: &[u8], columns: &[Column]) -> Result<Table, FieldFault> {
    let text = decoded(bytes);
    if text.starts_with("%PDF") || text.chars().take(BEGINNING).any(|sign| sign.is_control() && !sign.is_whitespace()) {
        return Err(FieldFault { path: "file".into(), fault: Fault::Malformed(Form::Csv) });
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter(&text)).from_reader(text.as_bytes());
    let malformed = |_: csv::Error| FieldFault { path: "file".into(), fault: Fault::Malformed(Form::Csv) };
    let headers = reader.headers().map_err(malformed)?.clone();
    let mut names = Vec::new();
    for header in headers.iter() {
        // What no spreadsheet has as a header is no table at all, and not given back as the name of a column.
        if header.chars().count() > MAX_HEADER || header.contains(|sign: char| sign.is_control() || sign == '<') {
            return Err(FieldFault { path: "file".into(), fault: Fault::Malformed(Form::Csv) });
        }
        let known = columns.iter().find(|column| is_called(column, header));
        let known = known.ok_or_else(|| FieldFault { path: header.trim().to_owned(), fault: Fault::Unknown })?;
        if names.contains(&known.name) {
            return Err(FieldFault { path: known.name.into(), fault: Fault::Malformed(Form::Once) });
        }
        names.push(known.name);
    }
    if let Some(missing) = columns.iter().find(|column| column.is_required && !names.contains(&column.name)) {
        return Err(FieldFault { path: missing.name.into(), fault: Fault::Missing });
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(malformed)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue; // Spreadsheets leave lines of commas behind.
        }
        if rows.len() == MAX_ROWS {
            return Err(FieldFault { path: "file".into(), fault: Fault::TooMany { max: MAX_ROWS } });
        }
        let line = record.position().map_or(0, |position| line_at(&text, position));
        let cells = names.iter().zip(record.iter()).map(|(name, cell)| (*name, cell.to_owned())).collect();
        rows.push(Row { line, cells, is_ragged: record.len() != names.len() });
    }
    Ok(Table { rows })
}

/// The line on which a record begins. Where lines end with two signs, the reader has taken only the first of them by then.
fn line_at(text: &str, position: &csv::Position) -> u32 {
    let is_between = usize::try_from(position.byte()).is_ok_and(|byte| text.as_bytes().get(byte) == Some(&b'\n'));
    u32::try_from(position.line() + u64::from(is_between)).unwrap_or(u32::MAX)
}

fn is_called(column: &Column, header: &str) -> bool {
    let header = folded(header);
    header == column.name || column.also.iter().any(|name| *name == header)
}

/// Lower case, without accents; spaces are underscores.
pub fn folded(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let plain = lower.chars().map(|c| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        '-' | '.' => '_',
        // Also those that do not break: what a screen shows is copied from it.
        blank if blank.is_whitespace() => '_',
        other => other,
    });
    plain.collect()
}

/// What stands more often in the first line.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |sign: u8| header.bytes().filter(|byte| *byte == sign).count();
    [b';', b'\t'].into_iter().filter(|sign| count(*sign) > count(b',')).max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

fn decoded(bytes: &[u8]) -> String {
    let bytes = match bytes {
        [0xFF, 0xFE, text @ ..] => return utf16(text, u16::from_le_bytes),
        [0xFE, 0xFF, text @ ..] => return utf16(text, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, text @ ..] => text,
        text => text,
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

/// What a spreadsheet calls «Unicode text».
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks(2).map(|two| unit([two[0], two.get(1).copied().unwrap_or_default()]));
    char::decode_utf16(units).map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The WHATWG's table: Latin-1, but for what stands between 0x80 and 0x9F.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { name: "name", also: &["nombre", "nombres_y_apellidos"], is_required: true },
        Column { name: "place", also: &["ubicacion"], is_required: false },
    ];

    fn cells(bytes: &[u8]) -> Vec<(u32, Option<String>, Option<String>)> {
        let own = |cell: Option<&str>| cell.map(str::to_owned);
        read(bytes, COLUMNS).unwrap().rows.iter().map(|row| (row.line, own(row.get("name")), own(row.get("place")))).collect()
    }

    #[test]
    fn a_file_is_read_as_spreadsheets_write_it() {
        let nunez = vec![(2, Some("Núñez, Ana".to_owned()), Some("Piso 3".to_owned()))];
        assert_eq!(cells("nombre,ubicación\n\"Núñez, Ana\",Piso 3\n".as_bytes()), nunez);
        assert_eq!(cells("\u{FEFF}Nombres y apellidos;UBICACIÓN\r\nNúñez, Ana;Piso 3\r\n;\r\n".as_bytes()), nunez);
        assert_eq!(cells("name\tplace\nNúñez, Ana\t Piso 3 ".as_bytes()), nunez);
        assert_eq!(cells(b"nombre;ubicaci\xF3n\nN\xFA\xF1ez, Ana;Piso 3\n"), nunez);
        assert_eq!(cells(b"nombre;ubicaci\xF3n\n\x93Ana\x94 \x80;\n"), [(2, Some("“Ana” €".to_owned()), None)]);
        let wide =
            |text: &str, unit: fn(u16) -> [u8; 2]| "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect::<Vec<u8>>();
        assert_eq!(cells(&wide("nombre\tubicación\r\nNúñez, Ana\tPiso 3\r\n", u16::to_le_bytes)), nunez);
        assert_eq!(cells(&wide("nombre;ubicación\nNúñez, Ana;Piso 3", u16::to_be_bytes)), nunez);
        assert_eq!(cells(b"nombre\n\"Ana\nPaz\"\nLuis"), [(2, Some("Ana\nPaz".to_owned()), None), (4, Some("Luis".to_owned()), None)]);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told() {
        let fault = |bytes: &[u8]| {
            let fault = read(bytes, COLUMNS).unwrap_err();
            (fault.path, fault.fault.code())
        };
        assert_eq!(fault(b""), ("name".into(), "missing_field"));
        assert_eq!(fault(b"place\nx"), ("name".into(), "missing_field"));
        assert_eq!(fault(b"name,salary\nAna,1"), ("salary".into(), "unknown_field"));
        assert_eq!(fault(b"name,nombre\nAna,Ana"), ("name".into(), "malformed"));
        assert_eq!(fault("x".repeat(101).as_bytes()), ("file".into(), "malformed"));
        assert_eq!(fault("x".repeat(100).as_bytes()), ("x".repeat(100), "unknown_field"));
        assert_eq!(fault(b"\xFF\xFEn\0a"), ("na".into(), "unknown_field"), "half a sign is none");
        assert_eq!(fault(b"name,pl\0ace"), ("file".into(), "malformed"));
        assert_eq!(fault(b"<!DOCTYPE html>"), ("file".into(), "malformed"));
        assert_eq!(fault(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), ("file".into(), "malformed"));
        assert_eq!(fault(b"%PDF-1.7\n"), ("file".into(), "malformed"));
        let many = |n: usize| format!("name\n{}", "Ana\n".repeat(n));
        assert_eq!(fault(many(MAX_ROWS + 1).as_bytes()), ("file".into(), "too_many"));
        assert_eq!(read(many(MAX_ROWS).as_bytes(), COLUMNS).unwrap().rows.len(), MAX_ROWS);
        let ragged = read(b"name,place\nAna\nLuis,x,y\nEva,z", COLUMNS).unwrap();
        assert_eq!(ragged.rows.iter().map(|row| row.is_ragged).collect::<Vec<_>>(), [true, true, false]);
    }
}
