//! HTML that came in: what of it may be shown, and what a person reads in it.

use std::collections::{HashMap, HashSet};

/// Beyond this it is not shown as HTML; its text is read up to here.
pub const MAX_HTML_BYTES: usize = 1024 * 1024;
/// A parser of HTML walks up what is open at each tag. Newsletters come to 60.
pub const MAX_OPEN_ELEMENTS: usize = 400;

/// HTML that loads nothing, runs nothing and leads only to `http`, `https` and `mailto`. Images that come with the message stay as `cid:` references.
/// None where it is too long or too deep to be looked at.
pub fn sanitised(html: &str) -> Option<String> {
    let html = if html.len() <= MAX_HTML_BYTES { orderly(html)? } else { return None };
    let mut builder = ammonia::Builder::default();
    builder
        .clean_content_tags(HIDDEN.iter().copied().collect())
        .url_schemes(HashSet::from(["http", "https", "mailto", "cid"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .tag_attributes(tag_attributes())
        .generic_attributes(GENERIC_ATTRIBUTES.iter().copied().collect())
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") => is_scheme(value, &["cid:"]).then(|| value.into()),
            ("a", "href") => is_scheme(value, &["http:", "https:", "mailto:"]).then(|| value.into()),
            _ => Some(value.into()),
        });
    Some(builder.clean(&html).to_string())
}

/// What stands in these is for programs.
const HIDDEN: &[&str] = &["script", "style", "title", "template", "iframe", "svg", "math", "object"];
const GENERIC_ATTRIBUTES: &[&str] = &["dir", "lang", "title"];

/// Everything that could name an address, but for these two, is left out: `cite`, `background`, `longdesc`, `srcset`.
fn tag_attributes() -> HashMap<&'static str, HashSet<&'static str>> {
    HashMap::from([
        ("a", HashSet::from(["href"])),
        ("img", HashSet::from(["src", "alt", "width", "height"])),
        ("ol", HashSet::from(["start"])),
        ("table", HashSet::from(["border", "cellpadding", "cellspacing", "align", "summary"])),
        ("td", HashSet::from(["colspan", "rowspan", "align", "valign"])),
        ("th", HashSet::from(["colspan", "rowspan", "align", "valign", "scope"])),
        ("tr", HashSet::from(["align", "valign"])),
    ])
}

fn is_scheme(url: &str, schemes: &[&str]) -> bool {
    let url = url.trim_start();
    schemes.iter().any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// The same HTML put in order: only elements and attributes that may be shown, each element closed within the one that it stands in.
///
/// A parser of HTML can be given what takes it quadratic time: elements that close in an order that leaves thousands open, thousands of attributes in
/// one tag. It is given what is written here, so whatever this reader takes for a tag, that one finds as many and as deep. What is safe is the parser's
/// and ammonia's business all the same.
fn orderly(html: &str) -> Option<String> {
    let allowed = tag_attributes();
    let mut written = String::with_capacity(html.len());
    let mut open: Vec<&'static str> = Vec::new();
    let mut hidden: Option<(&'static str, usize)> = None;
    for piece in Pieces::of(html) {
        match (piece, &mut hidden) {
            (Piece::Open { name, .. }, Some((within, n))) => *n += usize::from(within.eq_ignore_ascii_case(name)),
            (Piece::Close { name }, Some((within, n))) => {
                *n -= usize::from(within.eq_ignore_ascii_case(name));
                if *n == 0 {
                    hidden = None;
                }
            }
            (Piece::Text(_), Some(_)) => {}
            (Piece::Text(text), None) => written.push_str(&text.replace('<', "&lt;")),
            (Piece::Open { name, attributes }, None) => {
                if let Some(name) = known(HIDDEN, name) {
                    hidden = (!attributes.trim_end().ends_with('/')).then_some((name, 1));
                } else if let Some(name) = known(SHOWN, name) {
                    close_before(name, &mut open, &mut written);
                    write_tag(name, attributes, allowed.get(name), &mut written);
                    if !EMPTY.contains(&name) {
                        open.push(name);
                    }
                }
            }
            (Piece::Close { name }, None) => {
                let name = known(SHOWN, name);
                if let Some(place) = name.and_then(|name| closed_by(name, &open)) {
                    close_to(place, &mut open, &mut written);
                }
            }
        }
        if open.len() > MAX_OPEN_ELEMENTS || written.len() > 2 * MAX_HTML_BYTES {
            return None;
        }
    }
    close_to(0, &mut open, &mut written);
    Some(written)
}

/// Those that ammonia lets pass.
#[rustfmt::skip]
const SHOWN: &[&str] = &[
    "a", "abbr", "acronym", "area", "article", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "data",
    "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i",
    "img", "ins", "kbd", "li", "map", "mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
];
/// They have nothing in them and no end.
const EMPTY: &[&str] = &["area", "br", "col", "hr", "img", "wbr"];
/// Before these a paragraph ends.
const BLOCKS: &[&str] = &[
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "div",
    "dl",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "nav",
    "ol",
    "p",
    "pre",
    "table",
    "ul",
];
const OF_TABLES: &[&str] = &["caption", "col", "colgroup", "table", "tbody", "td", "th", "thead", "tr"];
/// More than an element may have is passed over.
const MAX_ATTRIBUTES: usize = 50;

fn known(names: &'static [&'static str], name: &str) -> Option<&'static str> {
    names.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

/// Elements whose end is left out end where the next of their kind begins.
fn close_before(name: &str, open: &mut Vec<&'static str>, written: &mut String) {
    let ends = |last: &str| match name {
        "li" => last == "li",
        "dd" | "dt" => matches!(last, "dd" | "dt"),
        "td" | "th" => matches!(last, "td" | "th"),
        "tr" => matches!(last, "td" | "th" | "tr"),
        "tbody" | "thead" => matches!(last, "td" | "th" | "tr" | "tbody" | "thead"),
        _ => last == "p" && BLOCKS.contains(&name),
    };
    while open.last().is_some_and(|last| ends(last)) {
        close_to(open.len() - 1, open, written);
    }
}

/// The element that an end tag ends. One in a cell ends nothing outside of its table.
fn closed_by(name: &str, open: &[&'static str]) -> Option<usize> {
    let place = open.iter().rposition(|open| *open == name)?;
    let is_outside = !OF_TABLES.contains(&name) && open[place..].iter().any(|inner| matches!(*inner, "td" | "th" | "caption"));
    (!is_outside).then_some(place)
}

fn close_to(place: usize, open: &mut Vec<&'static str>, written: &mut String) {
    for name in open.drain(place..).rev() {
        written.push_str("</");
        written.push_str(name);
        written.push('>');
    }
}

fn write_tag(name: &str, attributes: &str, allowed: Option<&HashSet<&'static str>>, written: &mut String) {
    written.push('<');
    written.push_str(name);
    for (attribute, value) in attributes_in(attributes) {
        let attribute = attribute.to_ascii_lowercase();
        if GENERIC_ATTRIBUTES.contains(&attribute.as_str()) || allowed.is_some_and(|allowed| allowed.contains(attribute.as_str())) {
            let value = value.replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
            written.push_str(&format!(" {attribute}=\"{value}\""));
        }
    }
    written.push('>');
}

/// Names and values of a tag, their entities as they came.
fn attributes_in(text: &str) -> Vec<(&str, &str)> {
    let mut attributes = Vec::new();
    let mut rest = text;
    while attributes.len() < MAX_ATTRIBUTES {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let Some(first) = rest.chars().next() else { break };
        let is_end = |c: char| c.is_whitespace() || matches!(c, '=' | '/');
        let name_end = rest[first.len_utf8()..].find(is_end).map_or(rest.len(), |end| end + first.len_utf8());
        let (name, after) = rest.split_at(name_end);
        let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            attributes.push((name, ""));
            rest = after;
            continue;
        };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        attributes.push((name, value));
        rest = after;
    }
    attributes
}

/// What a person reads in it. Quotations begin with `>`, as in a plain text, and links say where they lead where their words do not.
pub fn text_of_html(html: &str) -> String {
    let mut reader = Reader::default();
    for piece in Pieces::of(html) {
        match piece {
            Piece::Text(text) => reader.text(text),
            Piece::Open { name, attributes } => reader.open(&name.to_ascii_lowercase(), attributes),
            Piece::Close { name } => reader.close(&name.to_ascii_lowercase()),
        }
    }
    reader.end()
}

#[derive(Default)]
struct Reader {
    lines: Vec<String>,
    line: String,
    n_quotes: usize,
    n_preformatted: usize,
    /// Inside of what is not for reading, and of how many of those.
    hidden: Option<(String, usize)>,
    /// Where an open link leads, and where on the line its words begin.
    link: Option<(String, usize)>,
    is_blank_due: bool,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        let text = without_entities(text);
        if self.n_preformatted > 0 {
            for (place, line) in text.split('\n').enumerate() {
                if place > 0 {
                    self.end_line();
                }
                self.line.push_str(line.trim_end_matches('\r'));
            }
            return;
        }
        for (place, word) in text.split([' ', '\t', '\n', '\r', '\u{c}']).enumerate() {
            if place > 0 && !self.line.is_empty() && !self.line.ends_with([' ', '\t']) {
                self.line.push(' ');
            }
            self.line.push_str(word);
        }
    }

    fn open(&mut self, name: &str, attributes: &str) {
        if let Some((hidden, n)) = &mut self.hidden {
            *n += usize::from(hidden == name);
            return;
        }
        match name {
            "script" | "style" | "title" | "template" => self.hidden = Some((name.to_owned(), 1)),
            "br" => self.end_line(),
            "hr" => {
                self.end_block();
                self.line.push_str("----------");
                self.end_line();
            }
            "blockquote" => {
                self.end_block();
                self.n_quotes = (self.n_quotes + 1).min(MAX_QUOTES);
            }
            "pre" => {
                self.end_block();
                self.n_preformatted += 1;
            }
            "li" => {
                self.end_block();
                self.line.push_str("- ");
            }
            "td" | "th" if !self.line.trim().is_empty() => self.line.push('\t'),
            "a" => {
                let href = attributes_in(attributes).into_iter().find(|(name, _)| name.eq_ignore_ascii_case("href"));
                self.link = href.map(|(_, href)| (without_entities(href), self.line.len()));
            }
            "p" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" => {
                self.end_block();
                self.is_blank_due = true;
            }
            "div" | "tr" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "center" | "address" | "caption" => self.end_block(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((hidden, n)) = &mut self.hidden {
            *n -= usize::from(hidden == name);
            if *n == 0 {
                self.hidden = None;
            }
            return;
        }
        match name {
            "blockquote" => {
                self.end_block();
                self.n_quotes = self.n_quotes.saturating_sub(1);
            }
            "pre" => {
                self.end_block();
                self.n_preformatted = self.n_preformatted.saturating_sub(1);
            }
            "a" => self.end_link(),
            "p" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" => {
                self.end_block();
                self.is_blank_due = true;
            }
            "div" | "tr" | "li" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "center" | "address" | "caption" => {
                self.end_block()
            }
            _ => {}
        }
    }

    /// Where a link leads, if its words, on one line, do not say so.
    fn end_link(&mut self) {
        let Some((href, began)) = self.link.take() else { return };
        let words = self.line.get(began..).unwrap_or_default().trim();
        let bare = |url: &str| url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_lowercase();
        let is_told = words.is_empty() || bare(&href).contains(&bare(words)) && bare(words).contains('.');
        if is_scheme(&href, &["http:", "https:"]) && !is_told && href.len() <= MAX_LINK_BYTES {
            self.line.push_str(&format!(" <{href}>"));
        }
    }

    /// A line of its own, if it has words.
    fn end_block(&mut self) {
        if !self.line.trim().is_empty() {
            self.end_line();
        }
        self.line.clear();
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = if self.n_preformatted > 0 { line.trim_end() } else { line.trim() };
        if let Some((_, began)) = &mut self.link {
            *began = 0;
        }
        if std::mem::take(&mut self.is_blank_due) && !self.lines.is_empty() {
            self.lines.push(self.quote());
        }
        self.lines.push(format!("{}{line}", self.quote()).trim_end().to_owned());
    }

    fn quote(&self) -> String {
        if self.n_quotes == 0 { String::new() } else { format!("{} ", ">".repeat(self.n_quotes)) }
    }

    /// One empty line is enough.
    fn end(mut self) -> String {
        self.end_block();
        let is_empty = |line: &str| line.trim_matches(['>', ' ']).is_empty();
        let mut text = String::new();
        let mut was_empty = true;
        for line in self.lines {
            if !(is_empty(&line) && was_empty) {
                text.push_str(line.trim_end());
                text.push('\n');
            }
            was_empty = is_empty(&line);
        }
        text.trim_end().to_owned()
    }
}

const MAX_QUOTES: usize = 10;
const MAX_LINK_BYTES: usize = 500;

enum Piece<'a> {
    Text(&'a str),
    Open { name: &'a str, attributes: &'a str },
    Close { name: &'a str },
}

/// Tags and what stands between them. Comments and declarations are passed over.
struct Pieces<'a> {
    rest: &'a str,
    /// No `>` follows any more: looking for one again would take its time at each `<`.
    has_no_end: bool,
}

impl<'a> Pieces<'a> {
    fn of(html: &'a str) -> Pieces<'a> {
        Pieces { rest: html, has_no_end: false }
    }

    fn text(&mut self, length: usize) -> Option<Piece<'a>> {
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(Piece::Text(text))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let start = self.rest.find('<').filter(|_| !self.has_no_end).unwrap_or(self.rest.len());
            if start > 0 {
                return self.text(start);
            }
            if let Some(comment) = self.rest.strip_prefix("<!--") {
                self.rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let after = self.rest[1..].chars().next();
            let is_tag = after.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
            if !is_tag {
                return self.text(1);
            }
            let Some(end) = tag_end(self.rest) else {
                self.has_no_end = true;
                continue;
            };
            let tag = &self.rest[1..end];
            self.rest = &self.rest[end + 1..];
            let (is_closing, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
            let name_end = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
            let (name, attributes) = tag.split_at(name_end);
            if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Some(if is_closing { Piece::Close { name } } else { Piece::Open { name, attributes } });
            }
        }
    }
}

/// The `>` that ends a tag: one in a quoted value does not, unless the quotation itself does not end. A mark elsewhere, as in `<p it's>`, quotes nothing.
fn tag_end(tag: &str) -> Option<usize> {
    enum At {
        Name,
        Equals,
        Value,
        Quoted(u8),
    }
    let mut at = At::Name;
    for (place, byte) in tag.bytes().enumerate() {
        at = match (at, byte) {
            (At::Quoted(mark), byte) if byte == mark => At::Name,
            (At::Quoted(mark), _) => At::Quoted(mark),
            (_, b'>') => return Some(place),
            (At::Name, b'=') => At::Equals,
            (At::Name, _) => At::Name,
            (At::Equals, b'"' | b'\'') => At::Quoted(byte),
            (At::Equals, byte) if byte.is_ascii_whitespace() => At::Equals,
            (At::Value, byte) if byte.is_ascii_whitespace() => At::Name,
            (At::Equals | At::Value, _) => At::Value,
        };
    }
    tag.find('>')
}

/// The entities that our own writer of HTML writes, and those of Spanish letters that other programs do.
fn without_entities(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        read.push_str(&rest[..place]);
        rest = &rest[place..];
        let end = rest.bytes().take(MAX_ENTITY_BYTES).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((letter, end)) => {
                read.push(letter);
                rest = &rest[end + 1..];
            }
            None => {
                read.push('&');
                rest = &rest[1..];
            }
        }
    }
    read.push_str(rest);
    read.replace('\u{a0}', " ")
}

const MAX_ENTITY_BYTES: usize = 12;

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || *c == '\n');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "aacute" => 'á',
        "eacute" => 'é',
        "iacute" => 'í',
        "oacute" => 'ó',
        "uacute" => 'ú',
        "uuml" => 'ü',
        "ntilde" => 'ñ',
        "Aacute" => 'Á',
        "Eacute" => 'É',
        "Iacute" => 'Í',
        "Oacute" => 'Ó',
        "Uacute" => 'Ú',
        "Uuml" => 'Ü',
        "Ntilde" => 'Ñ',
        "iexcl" => '¡',
        "iquest" => '¿',
        "laquo" => '«',
        "raquo" => '»',
        "ordm" => 'º',
        "ordf" => 'ª',
        "deg" => '°',
        "euro" => '€',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        _ => return None,
    })
}

/// A text shown among HTML.
pub fn html_of_text(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<div>{}</div>", escaped.replace('\n', "<br>\n"))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn what_loads_or_runs_or_leads_astray_is_left_out() {
        for (came, shown) in [
            ("<p>Hola <b>Ana</b></p>", "<p>Hola <b>Ana</b></p>"),
            ("<img src=\"https://spy.example/1.gif\" alt=\"x\">", "<img alt=\"x\">"),
            ("<img src=\"//spy.example/1.gif\">", "<img>"),
            ("<img src=\"data:image/png;base64,AAAA\">", "<img>"),
            ("<img srcset=\"https://spy.example/1.gif 2x\" src=\"cid:foto@1\">", "<img src=\"cid:foto@1\">"),
            (
                "<a href=\"https://a.example/\" target=\"_blank\">a</a>",
                "<a href=\"https://a.example/\" rel=\"noopener noreferrer nofollow\">a</a>",
            ),
            ("<a href=\"mailto:a@b.example\">a</a>", "<a href=\"mailto:a@b.example\" rel=\"noopener noreferrer nofollow\">a</a>"),
            ("<a href=\"cid:foto\">a</a>", "<a rel=\"noopener noreferrer nofollow\">a</a>"),
            ("<a href=\"javascript:alert(1)\">a</a>", "<a rel=\"noopener noreferrer nofollow\">a</a>"),
            ("<a href=\"/inside\">a</a>", "<a rel=\"noopener noreferrer nofollow\">a</a>"),
            ("<a href=\"&#106;avascript:alert(1)\">a</a>", "<a rel=\"noopener noreferrer nofollow\">a</a>"),
            ("a<script>alert(1)</script>b", "ab"),
            ("<style>@import url(https://spy.example)</style>b", "b"),
            ("<p style=\"background:url(https://spy.example)\" onclick=\"x()\" class=\"k\" id=\"i\">b</p>", "<p>b</p>"),
            ("<td background=\"https://spy.example/1.gif\">b</td>", "b"),
            ("<table background=\"https://spy.example/1.gif\"><tr><td>b", "<table><tbody><tr><td>b</td></tr></tbody></table>"),
            ("<blockquote cite=\"https://spy.example\">b</blockquote>", "<blockquote>b</blockquote>"),
            ("<link rel=stylesheet href=https://spy.example><base href=https://spy.example>b", "b"),
            (
                "<iframe src=https://spy.example>a</iframe><video src=https://spy.example></video><form action=https://spy.example>b</form>",
                "b",
            ),
            ("<svg><image href=\"https://spy.example\"/></svg>b", "b"),
            ("<meta http-equiv=refresh content=\"0;url=https://spy.example\">b", "b"),
            ("<title>asunto</title>b", "b"),
        ] {
            assert_eq!(sanitised(came).as_deref(), Some(shown), "{came}");
        }
    }

    #[test]
    fn what_is_too_long_or_too_deep_is_not_looked_at() {
        let deep = |n: usize| "<div>".repeat(n);
        assert!(sanitised(&deep(MAX_OPEN_ELEMENTS)).is_some());
        assert!(sanitised(&deep(MAX_OPEN_ELEMENTS + 1)).is_none());
        assert!(sanitised(&"<p>a</p><div></div>".repeat(1_000)).is_some());
        let began = Instant::now();
        assert!(sanitised(&"<b></i>".repeat(MAX_HTML_BYTES / 7)).is_none());
        // What leaves elements open in a parser, or gives it too many attributes, is put in order before.
        assert!(sanitised(&"<div><table><td></div></table>".repeat(MAX_HTML_BYTES / 40)).is_none());
        assert_eq!(sanitised(&format!("<p {}>a</p>", "b=c ".repeat(MAX_HTML_BYTES / 8))).as_deref(), Some("<p>a</p>"));
        assert!(sanitised(&"<".repeat(MAX_HTML_BYTES)).is_none());
        assert!(sanitised(&"a".repeat(MAX_HTML_BYTES)).is_some());
        assert!(sanitised(&"a".repeat(MAX_HTML_BYTES + 1)).is_none());
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn a_person_reads_what_html_says() {
        for (came, read) in [
            ("<p>Uno</p><p>Dos</p>", "Uno\n\nDos"),
            ("<div>Uno</div><div>Dos<br>Tres</div>", "Uno\nDos\nTres"),
            ("Uno\n  dos&nbsp;tres", "Uno dos tres"),
            ("<ul><li>Uno</li><li>Dos</li></ul>", "- Uno\n- Dos"),
            ("<table><tr><td>A</td><td>B</td></tr><tr><td>C</td><td>D</td></tr></table>", "A\tB\nC\tD"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("Hola<blockquote>Uno<br><blockquote>Dos</blockquote></blockquote>Fin", "Hola\n> Uno\n>> Dos\nFin"),
            ("<a href=\"https://a.example/x\">aqu&iacute;</a>", "aquí <https://a.example/x>"),
            ("<a href=\"https://a.example/\">a.example</a>", "a.example"),
            ("<a href=\"mailto:a@b.example\">Ana</a>", "Ana"),
            ("<style>p{}</style><!-- no --><title>no</title>s&iacute; &amp; &#241;", "sí & ñ"),
            ("2 < 3 & 4 > 1", "2 < 3 & 4 > 1"),
            ("<p>sin fin", "sin fin"),
            ("<", "<"),
            ("", ""),
        ] {
            assert_eq!(text_of_html(came), read, "{came}");
        }
    }

    #[test]
    fn html_is_put_in_order() {
        for (came, orderly_html) in [
            ("<P CLASS=x>Uno<P>Dos<B>tres", "<p>Uno</p><p>Dos<b>tres</b></p>"),
            ("<p>Uno<div>Dos</div>", "<p>Uno</p><div>Dos</div>"),
            ("<b><i>a</b></i>", "<b><i>a</i></b>"),
            ("<div><table><tr><td>a</div>b<td>c</table>d", "<div><table><tr><td>ab</td><td>c</td></tr></table>d</div>"),
            ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
            ("<img/src='cid:a' alt=\"b>c\"data-src=x>", "<img src=\"cid:a\" alt=\"b&gt;c\">"),
            ("<a data-href=x href = https://a.example/?b&amp;c>d", "<a href=\"https://a.example/?b&amp;c\">d</a>"),
            ("a<svg/>b<svg><svg></svg>c</svg>d<script>e", "abd"),
            ("1 < 2", "1 &lt; 2"),
            ("<p it's title=don't>a</p>it's", "<p title=\"don't\">a</p>it's"),
            ("<p title=\"a>b</p>", "<p title=\"a\">b</p>"),
            ("</p></b>a", "a"),
        ] {
            assert_eq!(orderly(came).as_deref(), Some(orderly_html), "{came}");
        }
    }

    #[test]
    fn reading_takes_no_longer_than_the_html_is_long() {
        for piece in ["<", "<a", "<!--", "&", "<a href=\"", "</", "<b>", "<blockquote>", "&#", "<script>"] {
            let began = Instant::now();
            text_of_html(&piece.repeat(500_000 / piece.len()));
            assert!(began.elapsed().as_secs() < 5, "{piece} takes {:?}", began.elapsed());
        }
    }
}
