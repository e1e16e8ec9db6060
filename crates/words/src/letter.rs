//! A mail as it is read: a subject and a few blocks, as plain text and as HTML that loads nothing.
//!
//! What people wrote is a value in it, never markup: it is escaped here, and the templates of [`crate::mails`] hold none.

use crate::Language;

/// The most letters of a subject.
pub const SUBJECT_LETTERS: usize = 70;
/// Of what people wrote, a mail quotes this much; the rest is in the system.
const QUOTED_LETTERS: usize = 3_000;

/// A mail, but for its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub language: Language,
    pub subject: String,
    pub blocks: Vec<Block>,
    /// Who writes, and how to reach them.
    pub footer: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Line(Vec<Span>),
    /// What somebody wrote.
    Quote(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    Plain(String),
    Strong(String),
    Link {
        label: String,
        url: String,
    },
    /// An address that is shown as it is.
    Url(String),
}

impl From<&str> for Span {
    fn from(text: &str) -> Span {
        Span::Plain(one_line(text))
    }
}

impl From<&String> for Span {
    fn from(text: &String) -> Span {
        Span::from(text.as_str())
    }
}

impl From<String> for Span {
    fn from(text: String) -> Span {
        Span::from(text.as_str())
    }
}

pub fn strong(text: impl AsRef<str>) -> Span {
    Span::Strong(one_line(text.as_ref()))
}

pub fn link(label: &str, url: &str) -> Span {
    Span::Link { label: label.to_owned(), url: url.to_owned() }
}

/// What somebody wrote, cut at a word where it is long.
pub fn quote(text: &str) -> Block {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    Block::Quote(cut(text.trim(), QUOTED_LETTERS))
}

/// The text, or its beginning up to a word and «…», at most so many letters.
pub fn cut(text: &str, n_letters: usize) -> String {
    if text.chars().count() <= n_letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(n_letters.saturating_sub(1)).collect();
    let is_between = text.chars().nth(n_letters.saturating_sub(1)).is_some_and(char::is_whitespace);
    let whole = if is_between { kept.as_str() } else { kept.rsplit_once(char::is_whitespace).map_or(kept.as_str(), |(whole, _)| whole) };
    format!("{}…", whole.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '-')))
}

/// Nothing in it ends a line.
pub fn one_line(text: &str) -> String {
    if text.chars().any(char::is_control) { text.split(char::is_control).collect::<Vec<_>>().join(" ") } else { text.to_owned() }
}

impl Letter {
    /// The body as plain text.
    pub fn text(&self) -> String {
        let mut parts: Vec<String> = self.blocks.iter().map(|block| self.block_text(block)).collect();
        if !self.footer.is_empty() {
            parts.push(format!("-- \n{}", spans_text(&self.footer)));
        }
        parts.join("\n\n") + "\n"
    }

    fn block_text(&self, block: &Block) -> String {
        match block {
            Block::Line(spans) => spans_text(spans),
            Block::Quote(text) => self.quoted(text),
        }
    }

    fn quoted(&self, text: &str) -> String {
        self.language.pick(format!("«{text}»"), format!("“{text}”"))
    }

    /// The body as HTML, whole.
    pub fn html(&self) -> String {
        let mut body = String::new();
        for block in &self.blocks {
            match block {
                Block::Line(spans) => body.push_str(&format!("<p style=\"margin:0 0 1em\">{}</p>\n", spans_html(spans))),
                Block::Quote(text) => body.push_str(&format!(
                    "<blockquote style=\"margin:0 0 1em;padding:.25em 0 .25em 1em;border-left:3px solid #b9c3d0;white-space:pre-wrap\">{}</blockquote>\n",
                    escape(&self.quoted(text))
                )),
            }
        }
        if !self.footer.is_empty() {
            body.push_str(&format!(
                "<p style=\"margin:2em 0 0;padding-top:1em;border-top:1px solid #d8dee6;color:#56606c;font-size:.875em\">{}</p>\n",
                spans_html(&self.footer)
            ));
        }
        format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>{}</title></head>\n\
             <body style=\"margin:0;padding:1.5em;font-family:system-ui,'Segoe UI',sans-serif;font-size:16px;line-height:1.5;color:#1d2630\">\n\
             <div style=\"max-width:36em;margin:0 auto\">\n{body}</div>\n</body></html>\n",
            self.language.tag(),
            escape(&self.subject)
        )
    }
}

fn spans_text(spans: &[Span]) -> String {
    let one = |span: &Span| match span {
        Span::Plain(text) | Span::Strong(text) | Span::Url(text) => text.clone(),
        Span::Link { label, url } => format!("{label}: {url}"),
    };
    spans.iter().map(one).collect()
}

fn spans_html(spans: &[Span]) -> String {
    let anchor = |label: &str, url: &str| format!("<a href=\"{}\" style=\"color:#0b57a4\">{}</a>", escape(url), escape(label));
    let one = |span: &Span| match span {
        Span::Plain(text) => escape(text),
        Span::Strong(text) => format!("<strong>{}</strong>", escape(text)),
        Span::Link { label, url } => anchor(label, url),
        Span::Url(url) => anchor(url, url),
    };
    spans.iter().map(one).collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_word() {
        assert_eq!(cut("La impresora no imprime", 23), "La impresora no imprime");
        assert_eq!(cut("La impresora no imprime", 22), "La impresora no…");
        assert_eq!(cut("La impresora no imprime", 16), "La impresora no…");
        assert_eq!(cut("La impresora no imprime", 15), "La impresora…");
        assert_eq!(cut("Impresora, rota", 12), "Impresora…");
        assert_eq!(cut("ñññññññññññ", 5), "ññññ…");
        for n in 1..30 {
            assert!(cut("La impresora del piso cinco no imprime", n).chars().count() <= n, "{n}");
        }
    }

    #[test]
    fn what_people_wrote_is_no_markup_and_ends_no_line() {
        let letter = Letter {
            language: Language::Spanish,
            subject: "<title>".into(),
            blocks: vec![Block::Line(vec!["a\r\nBcc: x".into(), strong("<b>&\"'")]), quote("</blockquote><script>\r\nx\u{0}")],
            footer: vec![link("<i>", "https://a.example/?a=1&b=\"2\"")],
        };

        let (html, text) = (letter.html(), letter.text());

        for markup in ["<b>", "<script>", "<i>", "<title><title>", "</blockquote><"] {
            assert!(!html.contains(markup), "{markup}: {html}");
        }
        assert!(html.contains("&lt;b&gt;&amp;&quot;&#39;") && html.contains("a=1&amp;b=&quot;2&quot;"), "{html}");
        assert!(text.contains("a  Bcc: x") && !text.contains('\r') && !text.contains('\u{0}'), "{text}");
    }
}
