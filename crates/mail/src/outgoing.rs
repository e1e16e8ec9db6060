//! What goes out, composed: RFC 5322 bytes that no value in them can add a header to.

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};

use crate::Mailbox;

/// A message that goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub from: Mailbox,
    pub to: Mailbox,
    /// Where answers go; see [`crate::reference::reply_address`].
    pub reply_to: Option<String>,
    pub subject: String,
    /// With or without its angle brackets; see [`crate::reference::message_id`]. The same message sent again has the same.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    pub date: DateTime<Utc>,
    pub text: String,
    /// The same for readers of HTML. Empty: text alone.
    pub html: String,
    /// It says that a program wrote it, so that programs do not answer (RFC 3834).
    pub is_automatic: bool,
}

/// Why it cannot be composed. Trying again does not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    #[error("{0:?} is not an address")]
    BadAddress(String),
    #[error("{0:?} is not a Message-ID")]
    BadMessageId(String),
    #[error("the message cannot be put together: {0}")]
    Other(String),
}

/// The bytes of the message.
///
/// # Errors
/// Where an address or a Message-ID is none.
pub fn compose(message: &Outgoing) -> Result<Vec<u8>, ComposeError> {
    assemble(message).map(|message| message.formatted())
}

/// The message with its envelope.
pub(crate) fn assemble(message: &Outgoing) -> Result<lettre::Message, ComposeError> {
    let mut builder = lettre::Message::builder()
        .from(mailbox(&message.from)?)
        .to(mailbox(&message.to)?)
        .subject(one_line(&message.subject))
        .date(message.date.into())
        .message_id(Some(bracketed(&message.message_id)?));
    if let Some(reply_to) = &message.reply_to {
        builder = builder.reply_to(lettre::message::Mailbox::new(None, address(reply_to)?));
    }
    if let Some(answered) = &message.in_reply_to {
        builder = builder.in_reply_to(bracketed(answered)?);
    }
    if !message.references.is_empty() {
        let references = message.references.iter().map(|id| bracketed(id)).collect::<Result<Vec<_>, _>>()?;
        builder = builder.references(references.join(" "));
    }
    if message.is_automatic {
        builder = builder.raw_header(fixed("Auto-Submitted", "auto-generated")).raw_header(fixed("X-Auto-Response-Suppress", "All"));
    }
    let text = part(ContentType::TEXT_PLAIN, &message.text);
    let composed = if message.html.is_empty() {
        builder.singlepart(text)
    } else {
        let alternative = MultiPart::alternative().boundary(boundary(&message.message_id));
        builder.multipart(alternative.singlepart(text).singlepart(part(ContentType::TEXT_HTML, &message.html)))
    };
    composed.map_err(|error| ComposeError::Other(error.to_string()))
}

fn mailbox(mailbox: &Mailbox) -> Result<lettre::message::Mailbox, ComposeError> {
    let name = mailbox.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    Ok(lettre::message::Mailbox::new(name, address(&mailbox.address)?))
}

fn address(text: &str) -> Result<Address, ComposeError> {
    text.parse().map_err(|_| ComposeError::BadAddress(text.to_owned()))
}

/// Letters as RFC 5322 has them in a `msg-id`, and exactly one `@`: nothing that could end the header or the brackets.
fn bracketed(id: &str) -> Result<String, ComposeError> {
    let bare = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id);
    let is_plain = bare.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '(' | ')' | '"' | '\\' | ','));
    let (left, right) = bare.split_once('@').unwrap_or_default();
    if is_plain && !left.is_empty() && !right.is_empty() && !right.contains('@') && bare.len() <= MAX_MESSAGE_ID_BYTES {
        Ok(format!("<{bare}>"))
    } else {
        Err(ComposeError::BadMessageId(id.to_owned()))
    }
}

/// A line has at most 998 bytes, and one cannot be broken inside a Message-ID.
const MAX_MESSAGE_ID_BYTES: usize = 900;

/// What would end a line, or cannot be seen, becomes a space.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    let text = text.replace("\r\n", "\n").replace(['\r', '\0'], "").replace('\n', "\r\n");
    let body = lettre::message::Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable)
        .expect("quoted-printable carries every text");
    SinglePart::builder().header(kind).body(body)
}

fn fixed(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Of the Message-ID, so that the same message always has the same bytes. A line of quoted-printable never begins like it: `=_` is no escape.
fn boundary(message_id: &str) -> String {
    let letters: String = message_id.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    format!("=_{letters}")
}
