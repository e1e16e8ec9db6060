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
    /// From the first of the thread to the one that is answered. What is no Message-ID is left out.
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
    // What others called their messages may be no Message-ID; ours is sent all the same, and stands a little apart from theirs.
    if let Some(answered) = message.in_reply_to.as_deref().and_then(|id| bracketed(id).ok()) {
        builder = builder.in_reply_to(answered);
    }
    let references: Vec<String> = message.references.iter().filter_map(|id| bracketed(id).ok()).collect();
    if !references.is_empty() {
        let (first, rest) = references.split_at(1);
        let nearest = &rest[rest.len().saturating_sub(MAX_REFERENCES - 1)..];
        builder = builder.references([first, nearest].concat().join(" "));
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

/// Of a long thread its beginning is named, and what came last (RFC 5537, section 3.4.4, does likewise).
const MAX_REFERENCES: usize = 20;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::incoming::{Incoming, Nature, Trust, read};

    fn message() -> Outgoing {
        Outgoing {
            from: Mailbox::new(Some("Mesa de Ayuda – TI"), "helpdesk@agencia.example"),
            to: Mailbox::new(Some("Pérez Ñuñoa, \"Ana\""), "ana@agencia.example"),
            reply_to: Some("helpdesk+ti-7-4-abc@agencia.example".into()),
            subject: "[TI-7] Recibimos su solicitud: la señal del 3.er piso está mal – ¿quién ayuda?".into(),
            message_id: "ti-7-4-abc.1@agencia.example".into(),
            in_reply_to: Some("<1@agencia.example>".into()),
            references: vec!["0@agencia.example".into(), "<1@agencia.example>".into()],
            date: DateTime::from_timestamp(1_795_619_700, 0).unwrap(),
            text: "Estimada Ana:\n.\nSeñal = 50 %\nFrom aquí\n".into(),
            html: "<p>Estimada Ana: <b>señal</b></p>".into(),
            is_automatic: true,
        }
    }

    fn received(message: &Outgoing) -> Incoming {
        read(&compose(message).unwrap(), &Trust::default()).unwrap()
    }

    fn header_of(message: &Outgoing) -> String {
        let composed = String::from_utf8(compose(message).unwrap()).unwrap();
        composed.split_once("\r\n\r\n").unwrap().0.to_owned()
    }

    #[test]
    fn what_goes_out_is_what_comes_in() {
        let message = message();

        let incoming = received(&message);

        assert_eq!(incoming.from, Some(message.from));
        assert_eq!(incoming.to.len(), 1);
        assert_eq!((incoming.to[0].address.as_str(), incoming.subject), ("ana@agencia.example", message.subject));
        assert!(incoming.to[0].name.as_ref().unwrap().starts_with("Pérez Ñuñoa, "));
        assert_eq!((incoming.message_id, incoming.date), (Some(message.message_id), Some(message.date)));
        assert_eq!(
            (incoming.in_reply_to.join(" "), incoming.references.join(" ")),
            ("1@agencia.example".into(), "0@agencia.example 1@agencia.example".into())
        );
        assert_eq!((incoming.text.as_str(), incoming.html), (message.text.trim_end(), Some(message.html)));
        assert_eq!(incoming.nature, Nature::Automatic { why: "auto_submitted" });
    }

    #[test]
    fn the_same_message_has_the_same_bytes() {
        assert_eq!(compose(&message()), compose(&message()));
    }

    #[test]
    fn programs_are_asked_not_to_answer_what_a_program_wrote() {
        let automatic = header_of(&message());
        assert!(
            automatic.contains("\r\nAuto-Submitted: auto-generated\r\n") && automatic.contains("\r\nX-Auto-Response-Suppress: All\r\n"),
            "{automatic}"
        );
        assert!(automatic.contains("\r\nReply-To: helpdesk+ti-7-4-abc@agencia.example\r\n"), "{automatic}");

        let personal = header_of(&Outgoing { is_automatic: false, reply_to: None, ..message() });
        assert!(
            !personal.contains("Auto-Submitted") && !personal.contains("X-Auto-Response-Suppress") && !personal.contains("\r\nReply-To"),
            "{personal}"
        );
    }

    #[test]
    fn text_alone_is_one_part() {
        let composed = String::from_utf8(compose(&Outgoing { html: String::new(), ..message() }).unwrap()).unwrap();
        assert!(composed.contains("Content-Type: text/plain; charset=utf-8") && !composed.contains("multipart"), "{composed}");
    }

    #[test]
    fn what_is_no_address_or_no_message_id_is_not_composed() {
        for address in [
            "",
            "ana",
            "ana@agencia.example\r\nBcc: x@y.example",
            "ana@agencia.example, x@y.example",
            "<ana@agencia.example>",
            "ana @agencia.example",
        ] {
            let to = Mailbox { name: None, address: address.into() };
            assert_eq!(compose(&Outgoing { to, ..message() }), Err(ComposeError::BadAddress(address.into())));
            assert_eq!(compose(&Outgoing { reply_to: Some(address.into()), ..message() }), Err(ComposeError::BadAddress(address.into())));
        }
        let long = format!("{}@agencia.example", "a".repeat(MAX_MESSAGE_ID_BYTES));
        for id in ["", "a", "@", "a@", "a@b@c", "a b@c", "a@b>\r\nBcc: x@y.example", "a@ñ", &long] {
            assert_eq!(compose(&Outgoing { message_id: id.into(), ..message() }), Err(ComposeError::BadMessageId(id.into())));
        }
    }

    #[test]
    fn ids_of_others_that_are_none_are_left_out() {
        let message =
            Outgoing { in_reply_to: Some("a\r\nBcc: x@y.example".into()), references: vec!["(x)".into(), "b@c".into()], ..message() };

        let incoming = received(&message);

        assert_eq!((incoming.in_reply_to.len(), incoming.references), (0, vec!["b@c".to_owned()]));
    }

    #[test]
    fn of_a_long_thread_the_beginning_and_what_came_last_are_named() {
        for n in [MAX_REFERENCES - 1, MAX_REFERENCES, MAX_REFERENCES + 1] {
            let references: Vec<String> = (0..n).map(|place| format!("{place}@a.example")).collect();
            let named = received(&Outgoing { references: references.clone(), ..message() }).references;
            assert_eq!((named.len(), &named[0], named.last()), (n.min(MAX_REFERENCES), &references[0], references.last()));
        }
    }

    /// What somebody might put where it becomes a header.
    fn line() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[a-zñ \r\n:;,@<>\"()=?_.\\\\\u{202e}\u{85}]{0,120}",
            Just("x\r\nBcc: x@y.example\r\n\r\ny".to_owned()),
            Just("=?utf-8?Q?a=0D=0Ab?=".to_owned())
        ]
    }

    proptest! {
        #[test]
        fn no_value_adds_a_header_or_ends_it(subject in line(), from in line(), to in line(), text in line(), html in line()) {
            let usual = message();
            let message = Outgoing {
                subject,
                from: Mailbox { name: Some(from), ..usual.from },
                to: Mailbox { name: Some(to), ..usual.to },
                text,
                html: format!("<p>{html}"),
                ..usual
            };

            let header = header_of(&message);

            let names: Vec<&str> = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).map(|line| line.split(':').next().unwrap()).collect();
            let mut expected = vec![
                "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
                "Content-Type",
            ];
            let mut found = names.clone();
            expected.sort_unstable();
            found.sort_unstable();
            prop_assert_eq!(found, expected, "{}", header);
            prop_assert!(header.is_ascii() && header.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
            prop_assert_eq!(received(&message).to.len(), 1);
        }
    }
}
