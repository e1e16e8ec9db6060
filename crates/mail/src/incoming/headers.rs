//! The header of a message or of a part: its fields as they stand, and what their values mean. Names are compared without case; a field that stands
//! twice is found twice.

use chrono::{DateTime, Datelike, Utc};
use mail_parser::parsers::MessageStream;
use mail_parser::{Address, HeaderValue};

use super::bytes::{decoded_words, mended_words, unlabelled};
use crate::Mailbox;

/// More than anybody writes to; who wants to make us work harder is told nothing.
pub const MAX_ADDRESSES: usize = 500;
pub const MAX_IDS: usize = 200;
const MAX_ID_BYTES: usize = 900;
const MAX_ADDRESS_BYTES: usize = 320;
const MAX_NAME_LETTERS: usize = 200;
/// One value; what is beyond is not read. Lists of addresses come to this.
const MAX_VALUE_BYTES: usize = 128 * 1024;
/// No message is from before, or from after, and the database keeps four digits of a year.
const YEARS: std::ops::Range<i32> = 1990..2100;

#[derive(Debug, Default)]
pub struct Headers(Vec<Field>);

#[derive(Debug)]
struct Field {
    /// In lower case.
    name: String,
    /// Unfolded, its letters UTF-8 whatever they came as.
    value: String,
}

/// Whether this line begins a field: a name of visible letters and a colon (RFC 5322, section 2.2). Blanks before the colon are forgiven.
pub fn is_field(line: &[u8]) -> bool {
    let Some(colon) = line.iter().take(MAX_FIELD_NAME_BYTES).position(|byte| *byte == b':') else { return false };
    let name = line[..colon].trim_ascii_end();
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b'\0')
}

const MAX_FIELD_NAME_BYTES: usize = 200;

impl Headers {
    /// Reads what [`super::structure`] found to be a header.
    pub fn read(block: &[u8]) -> Headers {
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        for line in block.split(|byte| *byte == b'\n') {
            let is_folded = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
            match fields.last_mut().filter(|_| is_folded) {
                Some((_, value)) => value.extend_from_slice(&line[..line.len().min(MAX_VALUE_BYTES.saturating_sub(value.len()))]),
                None if is_field(line) => {
                    let colon = line.iter().position(|byte| *byte == b':').unwrap_or_default();
                    let name = unlabelled(line[..colon].trim_ascii()).replace('\0', "").to_ascii_lowercase();
                    fields.push((name, line[colon + 1..][..(line.len() - colon - 1).min(MAX_VALUE_BYTES)].to_vec()));
                }
                None => {}
            }
        }
        let visible = |value: Vec<u8>| unlabelled(&value).replace(['\r', '\0'], "");
        Headers(fields.into_iter().map(|(name, value)| Field { name, value: visible(value).trim().to_owned() }).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, from the top.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|field| (field.name.as_str(), field.value.as_str()))
    }

    /// The values of every field of that name, from the top. The name is in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(found, _)| *found == name).map(|(_, value)| value)
    }

    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// Its text, decoded and on one line.
    pub fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(|value| one_line(&decoded_words(value)))
    }

    /// The mailboxes of every field of that name; groups are taken apart.
    pub fn mailboxes(&self, name: &str) -> Vec<Mailbox> {
        let each = self.all(name).flat_map(|value| addresses(value).unwrap_or_else(|| Address::List(Vec::new())).into_list());
        let mailbox = |address: mail_parser::Addr| mailbox(address.name.as_deref(), address.address.as_deref()?);
        each.filter_map(mailbox).take(MAX_ADDRESSES).collect()
    }

    /// The one author: none where there are several, or a group, or two such fields.
    pub fn only_mailbox(&self, name: &str) -> Option<Mailbox> {
        let mut values = self.all(name);
        let (value, None) = (values.next()?, values.next()) else { return None };
        match addresses(value)? {
            Address::List(list) => match list.as_slice() {
                [only] => mailbox(only.name.as_deref(), only.address.as_deref()?),
                _ => None,
            },
            Address::Group(_) => None,
        }
    }

    /// What stands in angle brackets, or, where nothing does, each word with an `@`.
    pub fn ids(&self, name: &str) -> Vec<String> {
        self.all(name).flat_map(ids).take(MAX_IDS).collect()
    }

    pub fn date(&self) -> Option<DateTime<Utc>> {
        let read = |value: &str| mail_parser::DateTime::parse_rfc822(&format!("{value}\n"));
        let date = self.all("date").find_map(|value| read(value).or_else(|| read(&with_seconds(value))))?;
        let date = DateTime::from_timestamp(date.is_valid().then(|| date.to_timestamp())?, 0)?;
        YEARS.contains(&date.year()).then_some(date)
    }

    pub fn content_type(&self) -> Option<ContentType> {
        self.first("content-type").and_then(ContentType::read)
    }

    pub fn disposition(&self) -> Option<ContentType> {
        self.first("content-disposition").and_then(ContentType::read)
    }

    /// What parts the parts of a multipart.
    pub fn boundary(&self) -> Option<String> {
        let content_type = self.content_type().filter(|content_type| content_type.media_type.starts_with("multipart/"))?;
        content_type.attribute("boundary").map(|boundary| boundary.trim_end().to_owned()).filter(|boundary| !boundary.is_empty())
    }
}

/// `Content-Type`, and `Content-Disposition`, which is written alike.
#[derive(Debug, Clone, Default)]
pub struct ContentType {
    /// `text/plain`, or `attachment`; in lower case.
    pub media_type: String,
    attributes: Vec<(String, String)>,
}

impl ContentType {
    fn read(value: &str) -> Option<ContentType> {
        let value = format!("{}\n", mended_words(value));
        let HeaderValue::ContentType(read) = MessageStream::new(value.as_bytes()).parse_content_type() else { return None };
        let media_type = match read.subtype() {
            Some(subtype) => format!("{}/{subtype}", read.ctype()),
            None => read.ctype().to_owned(),
        };
        let attributes = read.attributes().unwrap_or_default().iter();
        let attributes = attributes.map(|attribute| (attribute.name.to_ascii_lowercase(), decoded_words(&attribute.value))).collect();
        Some(ContentType { media_type: media_type.trim().to_ascii_lowercase(), attributes })
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A time may come without its seconds (RFC 5322, section 3.3), which mail-parser asks for.
fn with_seconds(value: &str) -> String {
    let is_time =
        |word: &str| word.split_once(':').is_some_and(|(hours, minutes)| [hours, minutes].iter().all(|n| n.parse::<u8>().is_ok()));
    let words = value.split_whitespace().map(|word| if is_time(word) { format!("{word}:00") } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

fn addresses(value: &str) -> Option<Address<'static>> {
    let value = format!("{}\n", mended_words(value));
    match MessageStream::new(value.as_bytes()).parse_address() {
        HeaderValue::Address(address) => Some(address.into_owned()),
        _ => None,
    }
}

/// None where it is no address that mail could go to.
fn mailbox(name: Option<&str>, address: &str) -> Option<Mailbox> {
    let address = address.trim_matches(['<', '>', ' ']);
    let (local, domain) = address.rsplit_once('@')?;
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '(' | ')');
    if local.is_empty() || domain.is_empty() || address.len() > MAX_ADDRESS_BYTES || !address.chars().all(is_plain) {
        return None;
    }
    let name = name.map(one_line).map(|name| name.trim_matches(['"', '\'', ' ']).chars().take(MAX_NAME_LETTERS).collect::<String>());
    Some(Mailbox::new(name.as_deref().filter(|name| !name.is_empty()), address))
}

fn ids(value: &str) -> Vec<String> {
    let is_id = |id: &&str| !id.is_empty() && id.len() <= MAX_ID_BYTES && !id.contains(|c: char| c.is_control() || c.is_whitespace());
    let bracketed = value.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(id, _)| id.trim());
    let found: Vec<String> = bracketed.filter(is_id).map(str::to_owned).collect();
    if found.is_empty() {
        let words = value.split_whitespace().map(|word| word.trim_matches(['<', '>', ',', ';', '"']));
        return words.filter(|word| word.contains('@')).filter(is_id).map(str::to_owned).collect();
    }
    found
}

/// Blanks of any kind, and what cannot be seen or turns the direction of writing, become one space.
pub fn one_line(text: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c);
    text.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Letters that change how others look: directions, joiners, marks of byte order.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(block: &[u8]) -> Headers {
        Headers::read(block)
    }

    fn only(value: &str) -> Option<(Option<String>, String)> {
        headers(format!("From: {value}").as_bytes()).only_mailbox("from").map(|mailbox| (mailbox.name, mailbox.address))
    }

    #[test]
    fn fields_are_unfolded_and_their_bytes_become_letters() {
        let read = headers(b"Subject: uno\r\n dos\r\nX-A : tres\nSUBJECT: a\xf1o\0\n");

        assert_eq!(read.all("subject").collect::<Vec<_>>(), ["uno dos", "a\u{f1}o"]);
        assert_eq!(read.first("x-a"), Some("tres"));
    }

    #[test]
    fn an_author_is_one_mailbox_or_nobody() {
        let ana = |name: Option<&str>| Some((name.map(str::to_owned), "ana@agencia.example".to_owned()));
        assert_eq!(only("Ana@Agencia.example"), ana(None));
        assert_eq!(only("Ana P\u{e9}rez <ana@agencia.example>"), ana(Some("Ana P\u{e9}rez")));
        assert_eq!(only("\"P\u{e9}rez, Ana\" <ana@agencia.example>"), ana(Some("P\u{e9}rez, Ana")));
        assert_eq!(only("=?iso-8859-1?Q?P=E9rez=2C_Ana?= <ana@agencia.example>"), ana(Some("P\u{e9}rez, Ana")));
        assert_eq!(only("ana@agencia.example (Ana)"), ana(Some("Ana")));
        assert_eq!(only("ana@agencia.example, luis@agencia.example"), None);
        assert_eq!(only("Grupo: ana@agencia.example;"), None);
        assert_eq!(only("Ana"), None);
        assert_eq!(only(""), None);
        assert_eq!(only("<>"), None);
        assert_eq!(headers(b"From: a@b.example\nFrom: c@d.example").only_mailbox("from"), None);
    }

    #[test]
    fn ids_stand_in_brackets_or_alone() {
        let ids = |value: &str| headers(format!("References: {value}").as_bytes()).ids("references");
        assert_eq!(ids("<a@b> <c@d>"), ["a@b", "c@d"]);
        assert_eq!(ids("<a@b><c@d>(x)"), ["a@b", "c@d"]);
        assert_eq!(ids("a@b, c@d"), ["a@b", "c@d"]);
        assert_eq!(ids("your message of yesterday"), Vec::<String>::new());
        assert_eq!(ids(&"<a@b> ".repeat(MAX_IDS + 1)).len(), MAX_IDS);
    }

    #[test]
    fn a_date_that_cannot_be_is_none() {
        let date = |value: &str| headers(format!("Date: {value}").as_bytes()).date().map(|date| date.to_rfc3339());
        assert_eq!(date("Wed, 25 Nov 2026 10:15:00 -0500").as_deref(), Some("2026-11-25T15:15:00+00:00"));
        assert_eq!(date("25 Nov 2026 10:15 GMT").as_deref(), Some("2026-11-25T10:15:00+00:00"));
        for absurd in [
            "",
            "ayer",
            "Wed, 99 Nov 2026 10:15:00 +0000",
            "1 Jan 9999 00:00:00 +0000",
            "1 Jan 1970 00:00:00 +0000",
            "1 Jan 99999999999 0:0:0 +0",
        ] {
            assert_eq!(date(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn names_of_files_come_in_three_spellings() {
        let name = |value: &str| {
            let read = headers(format!("Content-Disposition: {value}").as_bytes()).disposition().unwrap();
            read.attribute("filename").map(str::to_owned)
        };
        assert_eq!(name("attachment; filename=\"a b.txt\"").as_deref(), Some("a b.txt"));
        assert_eq!(name("attachment; filename*=utf-8''a%C3%B1o.txt").as_deref(), Some("a\u{f1}o.txt"));
        assert_eq!(name("attachment; filename*0=\"uno-\"; filename*1=\"dos.txt\"").as_deref(), Some("uno-dos.txt"));
        assert_eq!(name("attachment; filename=\"=?utf-8?Q?a=C3=B1o.txt?=\"").as_deref(), Some("a\u{f1}o.txt"));
        assert_eq!(name("attachment"), None);
    }
}
