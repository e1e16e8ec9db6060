//! What a message says and what hangs on it, gathered from its parts.

use super::File;
use super::bytes::{text_of, transfer_decoded};
use super::headers::{Headers, is_invisible};
use super::html::{MAX_HTML_BYTES, html_of_text, sanitised, text_of_html};
use super::names::safe_name;
use super::structure::Part;

pub const MAX_FILES: usize = 100;
/// Of the text that a person reads. A long book has 500,000.
pub const MAX_TEXT_BYTES: usize = 400_000;
const MAX_MEDIA_TYPE_BYTES: usize = 100;

#[derive(Debug, Default)]
pub struct Content {
    pub text: String,
    pub html: Option<String>,
    pub files: Vec<File>,
    pub is_cut: bool,
}

/// A piece of what it says, in one form or in both.
#[derive(Debug, Default)]
struct Passage {
    plain: Option<String>,
    html: Option<String>,
}

#[derive(Default)]
struct Gathered {
    passages: Vec<Passage>,
    files: Vec<File>,
    is_cut: bool,
}

pub fn content(parts: &[Part<'_>]) -> Content {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
    for (place, part) in parts.iter().enumerate() {
        if let Some(parent) = part.parent {
            children[parent].push(place);
        }
    }
    let mut gathered = Gathered::default();
    gather(parts, &children, 0, &mut gathered);
    written(gathered)
}

/// As deep as [`super::structure::MAX_DEPTH`] at most.
fn gather(parts: &[Part<'_>], children: &[Vec<usize>], place: usize, into: &mut Gathered) {
    let part = &parts[place];
    if !part.is_multipart {
        return leaf(parts, place, into);
    }
    if media_type(part, parts) == "multipart/alternative" {
        let mut forms = Gathered::default();
        children[place].iter().for_each(|child| gather(parts, children, *child, &mut forms));
        into.is_cut |= forms.is_cut;
        into.passages.extend(one_of(forms.passages));
        add_files(forms.files, into);
    } else {
        children[place].iter().for_each(|child| gather(parts, children, *child, into));
    }
}

/// Of several forms of the same: the first in plain text that says something, and the last in HTML, which is the richest (RFC 2046, section 5.1.4).
fn one_of(forms: Vec<Passage>) -> Option<Passage> {
    let mut chosen = Passage::default();
    for form in forms {
        if chosen.plain.as_deref().is_none_or(|plain| plain.trim().is_empty()) {
            chosen.plain = form.plain.or(chosen.plain);
        }
        chosen.html = form.html.or(chosen.html);
    }
    (chosen.plain.is_some() || chosen.html.is_some()).then_some(chosen)
}

fn leaf(parts: &[Part<'_>], place: usize, into: &mut Gathered) {
    let part = &parts[place];
    let media_type = media_type(part, parts);
    let content_type = part.headers.content_type().unwrap_or_default();
    let disposition = part.headers.disposition().unwrap_or_default();
    let name = disposition.attribute("filename").or_else(|| content_type.attribute("name")).map(str::to_owned);
    let is_attached = disposition.media_type == "attachment";
    let body = transfer_decoded(part.body, part.headers.first("content-transfer-encoding").unwrap_or_default());
    let is_root = part.parent.is_none();
    // A text with a name is a file that hangs on it, unless it is all there is.
    let is_said =
        !is_attached && (is_root || name.is_none()) && matches!(media_type.as_str(), "text/plain" | "text/html" | "text/enriched");
    // A multipart that turned out to hold nothing.
    let is_said = is_said || media_type.starts_with("multipart/");
    if is_said {
        let text = clean(&text_of(&body, content_type.attribute("charset")));
        let is_flowed = content_type.attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
        let joins_without_space = content_type.attribute("delsp").is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
        return into.passages.push(match media_type.as_str() {
            "text/html" => Passage { plain: None, html: Some(text) },
            _ if is_flowed => Passage { plain: Some(unflowed(&text, joins_without_space)), html: None },
            _ => Passage { plain: Some(text), html: None },
        });
    }
    if body.is_empty() && name.is_none() {
        return;
    }
    let name = name.or_else(|| is_message(&media_type).then(|| subject_of(&body)).flatten()).unwrap_or_default();
    let content_id = part.headers.ids("content-id").into_iter().next().or_else(|| {
        let bare = part.headers.first("content-id")?.trim_matches(['<', '>', ' ']);
        (!bare.is_empty() && bare.len() < 200 && !bare.contains(char::is_whitespace)).then(|| bare.to_owned())
    });
    let is_inline = disposition.media_type == "inline" && media_type.starts_with("image/");
    let file = File { name: safe_name(&name, &media_type), media_type, content_id, is_inline, bytes: body.into_owned() };
    add_files(vec![file], into);
}

fn add_files(files: Vec<File>, into: &mut Gathered) {
    for file in files {
        if into.files.len() < MAX_FILES {
            into.files.push(file);
        } else {
            into.is_cut = true;
        }
    }
}

/// `text/plain` where it does not say, and a message in a digest (RFC 2046, section 5.1.5). What is badly written is only bytes.
fn media_type(part: &Part<'_>, parts: &[Part<'_>]) -> String {
    let said = part.headers.content_type().map(|content_type| content_type.media_type);
    let is_in_digest = || {
        let parent = part.parent.and_then(|parent| parts[parent].headers.content_type());
        parent.is_some_and(|parent| parent.media_type == "multipart/digest")
    };
    match said.as_deref() {
        None | Some("") => if is_in_digest() { "message/rfc822" } else { "text/plain" }.to_owned(),
        // Before MIME had subtypes for it.
        Some("text") => "text/plain".to_owned(),
        Some(said) => {
            let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
            let is_plain = said
                .split_once('/')
                .is_some_and(|(kind, sub)| !kind.is_empty() && !sub.is_empty() && (kind.to_owned() + sub).chars().all(is_token));
            if is_plain && said.len() <= MAX_MEDIA_TYPE_BYTES { said.to_owned() } else { "application/octet-stream".to_owned() }
        }
    }
}

fn is_message(media_type: &str) -> bool {
    matches!(media_type, "message/rfc822" | "message/global")
}

/// What a message inside a message is called by.
fn subject_of(message: &[u8]) -> Option<String> {
    let start = &message[..message.len().min(16 * 1024)];
    let header = start.split(|byte| *byte == b'\n').take_while(|line| !line.trim_ascii().is_empty()).collect::<Vec<_>>().join(&b'\n');
    let subject = Headers::read(&header).text("subject").filter(|subject| !subject.is_empty())?;
    Some(format!("{}.eml", subject.replace(['/', '\\', '.'], " ")))
}

/// One kind of line break, and nothing that cannot be seen.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n").replace('\u{c}', "\n");
    text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control() && !is_misleading(*c)).collect()
}

/// Joiners make letters in several scripts, and signs of faces; what turns the direction of writing makes nothing.
fn is_misleading(c: char) -> bool {
    is_invisible(c) && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

/// Lines that a program broke are one again (RFC 3676).
fn unflowed(text: &str, joins_without_space: bool) -> String {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut continues = false;
    for line in text.split('\n') {
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_signature = content == "-- ";
        let is_flowed = content.ends_with(' ') && !is_signature;
        let content = if is_flowed && joins_without_space { &content[..content.len() - 1] } else { content };
        match lines.last_mut() {
            Some((last_depth, last)) if continues && *last_depth == depth && !is_signature => last.push_str(content),
            _ => lines.push((depth, content.to_owned())),
        }
        continues = is_flowed;
    }
    let quoted = |depth: usize| if depth == 0 { String::new() } else { format!("{} ", ">".repeat(depth.min(MAX_QUOTES))) };
    lines.into_iter().map(|(depth, line)| quoted(depth) + &line).collect::<Vec<_>>().join("\n")
}

const MAX_QUOTES: usize = 20;

/// What is said in plain text, and as HTML where any of it came so.
fn written(gathered: Gathered) -> Content {
    let Gathered { passages, mut files, mut is_cut } = gathered;
    let mut texts = Vec::new();
    let mut htmls = Vec::new();
    let has_html = passages.iter().any(|passage| passage.html.is_some());
    for passage in passages {
        let html = passage.html.map(|html| up_to(html, MAX_HTML_BYTES, &mut is_cut));
        let shown = html.as_deref().and_then(sanitised);
        is_cut |= html.is_some() && shown.is_none();
        let plain = passage.plain.filter(|plain| !plain.trim().is_empty());
        let text = match (plain, &html) {
            (Some(plain), _) => plain,
            (None, Some(html)) => text_of_html(shown.as_deref().unwrap_or(html)),
            (None, None) => continue,
        };
        if has_html {
            htmls.push(shown.unwrap_or_else(|| html_of_text(&text)));
        }
        texts.push(text.trim_matches('\n').to_owned());
    }
    let text = up_to(texts.join("\n\n"), MAX_TEXT_BYTES, &mut is_cut);
    let html = has_html.then(|| htmls.join("\n")).filter(|html| html.len() <= MAX_HTML_BYTES * 2);
    let html = html.filter(|html| !html.trim().is_empty());
    for file in &mut files {
        let is_referred_to = |id: &String| html.as_ref().is_some_and(|html| html.contains(&format!("cid:{}", id.replace('&', "&amp;"))));
        file.is_inline |= file.content_id.as_ref().is_some_and(is_referred_to);
    }
    Content { text: text.trim_end().to_owned(), html, files, is_cut }
}

fn up_to(mut text: String, n_bytes: usize, is_cut: &mut bool) -> String {
    if text.len() > n_bytes {
        *is_cut = true;
        text.truncate(text.floor_char_boundary(n_bytes));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incoming::structure::structure;

    fn of(raw: &str) -> Content {
        content(&structure(raw.as_bytes()).parts)
    }

    #[test]
    fn lines_that_a_program_broke_are_one_again() {
        assert_eq!(unflowed("una línea \nlarga\notra\n-- \nAna", false), "una línea larga\notra\n-- \nAna");
        assert_eq!(unflowed("> citada \n> larga\nmía", false), "> citada larga\nmía");
        assert_eq!(unflowed(" > no es cita\n From aquí", false), "> no es cita\nFrom aquí");
        assert_eq!(unflowed("漢 \n字", true), "漢字");
    }

    #[test]
    fn of_two_forms_the_plain_one_is_read_and_the_rich_one_is_shown() {
        let both = "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nHola\n--a\nContent-Type: text/html\n\n<b>Hola</b>\n--a--";

        let content = of(both);

        assert_eq!((content.text.as_str(), content.html.as_deref()), ("Hola", Some("<b>Hola</b>")));
        let content = of(&both.replace("\n\nHola", "\n\n "));
        assert_eq!((content.text.as_str(), content.html.as_deref()), ("Hola", Some("<b>Hola</b>")));
    }

    #[test]
    fn files_have_their_limit() {
        let many = |n: usize| {
            let file = "--a\nContent-Type: application/pdf; name=a.pdf\n\nx\n";
            of(&format!("Content-Type: multipart/mixed; boundary=a\n\n{}", file.repeat(n)))
        };
        for (n, n_files, is_cut) in [(MAX_FILES - 1, MAX_FILES - 1, false), (MAX_FILES, MAX_FILES, false), (MAX_FILES + 1, MAX_FILES, true)]
        {
            let content = many(n);
            assert_eq!((content.files.len(), content.is_cut), (n_files, is_cut));
        }
    }

    #[test]
    fn a_text_has_its_limit() {
        let text = |n: usize| of(&format!("Subject: x\n\n{}", "a".repeat(n)));
        for (n, n_bytes, is_cut) in [
            (MAX_TEXT_BYTES - 1, MAX_TEXT_BYTES - 1, false),
            (MAX_TEXT_BYTES, MAX_TEXT_BYTES, false),
            (MAX_TEXT_BYTES + 1, MAX_TEXT_BYTES, true),
        ] {
            let content = text(n);
            assert_eq!((content.text.len(), content.is_cut), (n_bytes, is_cut));
        }
    }
}
