//! How a message is put together: its parts, in one pass over its lines.
//!
//! The values of headers are read by mail-parser; the structure is not. A message may be made so that finding its parts takes quadratic time
//! (thousands of multiparts whose boundary never comes) or so that the tree of what it holds is too deep to be let go of without overflowing
//! the stack (`message/rfc822` within itself, a hundred thousand times). Here each line is compared with at most [`MAX_DEPTH`] boundaries, the
//! parts stand in one list, and a message inside a message is a file.

use super::headers::{Headers, is_field};

pub const MAX_PARTS: usize = 1_000;
pub const MAX_DEPTH: usize = 30;
/// RFC 2046 has 70.
const MAX_BOUNDARY_BYTES: usize = 1_000;

/// A part, in the order in which they stand.
#[derive(Debug)]
pub struct Part<'a> {
    pub parent: Option<usize>,
    pub headers: Headers,
    /// As it came, its transfer encoding still on. Of a multipart, what stands before its parts.
    pub body: &'a [u8],
    /// Others are in it. A multipart in which nothing is found is a text like another.
    pub is_multipart: bool,
}

#[derive(Debug)]
pub struct Structure<'a> {
    /// The whole message first.
    pub parts: Vec<Part<'a>>,
    /// There were more parts, or deeper ones.
    pub is_cut: bool,
}

struct Open {
    boundary: String,
    part: usize,
}

/// The parts of a message.
pub fn structure(raw: &[u8]) -> Structure<'_> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut is_cut = false;
    let mut open: Vec<Open> = Vec::new();
    let mut next = Some(0);
    while let Some(start) = next {
        if parts.len() == MAX_PARTS {
            is_cut = true;
            break;
        }
        let body_start = header_end(raw, start, &open);
        let headers = Headers::read(&raw[start..body_start]);
        let boundary = headers.boundary().filter(|boundary| boundary.len() <= MAX_BOUNDARY_BYTES);
        let parent = open.last().map(|open| open.part);
        if let Some(parent) = parent {
            parts[parent].is_multipart = true;
        }
        match boundary {
            Some(boundary) if open.len() < MAX_DEPTH => open.push(Open { boundary, part: parts.len() }),
            Some(_) => is_cut = true,
            None => {}
        }
        let (body_end, following) = body_end(raw, body_start, &mut open);
        parts.push(Part { parent, headers, body: &raw[body_start..body_end], is_multipart: false });
        next = following;
    }
    Structure { parts, is_cut }
}

/// Where the header that begins here ends, and its body begins: after an empty line, or before a line that is no field, as Postfix has it.
fn header_end(raw: &[u8], start: usize, open: &[Open]) -> usize {
    let mut place = start;
    while place < raw.len() {
        let end = line_end(raw, place);
        let line = &raw[place..end];
        if line.trim_ascii().is_empty() && !(line.starts_with(b" ") || line.starts_with(b"\t")) {
            return end;
        }
        let is_folded = place > start && line[0].is_ascii_whitespace();
        if !is_folded && (boundary_at(line, open).is_some() || !is_field(line)) {
            return place;
        }
        place = end;
    }
    raw.len()
}

/// Where a body ends, and where the header of the next part begins, if one follows. Multiparts that end on the way are closed.
fn body_end(raw: &[u8], start: usize, open: &mut Vec<Open>) -> (usize, Option<usize>) {
    let mut body_end = None;
    let mut place = start;
    while place < raw.len() && !open.is_empty() {
        let end = line_end(raw, place);
        if let Some((level, is_last)) = boundary_at(&raw[place..end], open) {
            body_end.get_or_insert_with(|| before_line_break(raw, start, place));
            open.truncate(level + 1);
            if !is_last {
                return (body_end.unwrap_or(start), Some(end));
            }
            open.truncate(level);
        }
        place = end;
    }
    (body_end.unwrap_or(raw.len()), None)
}

/// Whose boundary this line is, the innermost first, and whether its last.
fn boundary_at(line: &[u8], open: &[Open]) -> Option<(usize, bool)> {
    let written = line.strip_prefix(b"--")?.trim_ascii_end();
    open.iter().enumerate().rev().find_map(|(level, open)| match written.strip_prefix(open.boundary.as_bytes())? {
        b"" => Some((level, false)),
        b"--" => Some((level, true)),
        _ => None,
    })
}

fn line_end(raw: &[u8], place: usize) -> usize {
    raw[place..].iter().position(|byte| *byte == b'\n').map_or(raw.len(), |length| place + length + 1)
}

/// The line break before a boundary belongs to the boundary (RFC 2046, section 5.1.1).
fn before_line_break(raw: &[u8], start: usize, place: usize) -> usize {
    let body = &raw[start..place];
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    start + body.strip_suffix(b"\r").unwrap_or(body).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(raw: &str) -> Vec<(Option<usize>, bool, String)> {
        let parts = structure(raw.as_bytes()).parts;
        parts.iter().map(|part| (part.parent, part.is_multipart, String::from_utf8_lossy(part.body).into_owned())).collect()
    }

    #[test]
    fn parts_stand_in_a_list_with_their_parents() {
        let raw = "Content-Type: multipart/mixed; boundary=a\r\n\r\npreamble\r\n--a\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n\
            --b\r\n\r\nuno\r\n--b  \r\n\r\ndos\r\n\r\n--b--\r\n--a\r\n\r\ntres\r\n--a--\r\nepilogue\r\n";

        let expected =
            [(None, true, "preamble"), (Some(0), true, ""), (Some(1), false, "uno"), (Some(1), false, "dos\r\n"), (Some(0), false, "tres")];
        assert_eq!(bodies(raw), expected.map(|(parent, is_multipart, body)| (parent, is_multipart, body.to_owned())));
    }

    #[test]
    fn a_multipart_without_an_end_ends_with_what_it_stands_in() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nuno\n--a\n\ndos\n";

        let found = bodies(raw);

        assert_eq!(found.iter().map(|part| part.0).collect::<Vec<_>>(), [None, Some(0), Some(1), Some(0)]);
        assert_eq!((found[2].2.as_str(), found[3].2.as_str()), ("uno", "dos\n"));
    }

    #[test]
    fn a_multipart_in_which_nothing_is_found_is_a_text() {
        assert_eq!(bodies("Content-Type: multipart/mixed; boundary=a\n\nhola\n"), [(None, false, "hola\n".to_owned())]);
    }

    #[test]
    fn a_boundary_that_begins_like_another_is_another() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--ab\n--a\n\n--a-\n--a--\n";

        assert_eq!(bodies(raw), [(None, true, "--ab".to_owned()), (Some(0), false, "--a-".to_owned())]);
    }

    #[test]
    fn parts_and_depth_have_their_limits() {
        let many = |n: usize| format!("Content-Type: multipart/mixed; boundary=a\n\n{}", "--a\n\nx\n".repeat(n));
        let n_parts = |n| structure(many(n).as_bytes()).parts.len();
        let is_cut = |n| structure(many(n).as_bytes()).is_cut;
        assert_eq!([MAX_PARTS - 2, MAX_PARTS - 1, MAX_PARTS].map(n_parts), [MAX_PARTS - 1, MAX_PARTS, MAX_PARTS]);
        assert_eq!([MAX_PARTS - 2, MAX_PARTS - 1, MAX_PARTS].map(is_cut), [false, false, true]);

        let deep = |n: usize| {
            (0..n).map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}x\n\n--b{level}x\n")).collect::<String>()
        };
        let is_cut = |n| structure(deep(n).as_bytes()).is_cut;
        assert_eq!([MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1].map(is_cut), [false, false, true]);
    }
}
