//! What came in, read. Whatever the bytes are, reading them ends soon, needs little memory and never panics.

mod bytes;
mod content;
mod headers;
mod html;
mod names;
mod nature;
mod proof;
mod quotation;
mod structure;

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::Mailbox;

/// What is believed of the outside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trust<'a> {
    /// The host whose `Authentication-Results` is believed. Without one nobody is proven.
    pub authserv_id: Option<&'a str>,
    /// The desk's own addresses, the one that it sends from among them.
    pub own_addresses: &'a [String],
}

/// A message as the desk needs it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Incoming {
    /// Without its angle brackets.
    pub message_id: Option<String>,
    /// The author, where there is exactly one.
    pub from: Option<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    /// Where it was delivered, as the MTA wrote down: `Delivered-To` and its like, in lower case.
    pub delivered_to: Vec<String>,
    /// On one line. It may be empty.
    pub subject: String,
    /// When it says that it was written. None where it does not, or says what cannot be.
    pub date: Option<DateTime<Utc>>,
    /// Message-IDs without their angle brackets.
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// What a person reads, from its HTML where there is no plain part.
    pub text: String,
    /// The same without what it quotes and without the signature.
    pub new_text: String,
    /// Its HTML, which loads nothing, runs nothing and leads only to `http`, `https` and `mailto`.
    pub html: Option<String>,
    pub files: Vec<File>,
    pub nature: Nature,
    pub proof: Proof,
    /// Something was left out because a limit was reached. The message as it came has it.
    pub is_cut: bool,
}

/// What hangs on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Always a plain name: no folder, no control character, not empty, not too long.
    pub name: String,
    /// `type/subtype`, in lower case, as the message says.
    pub media_type: String,
    /// What its HTML calls it by, `cid:…`, without its angle brackets.
    pub content_id: Option<String>,
    /// It is shown in the text rather than beside it.
    pub is_inline: bool,
    pub bytes: Vec<u8>,
}

/// Who or what wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Nature {
    /// A person did, as far as can be seen.
    #[default]
    Personal,
    /// A program did, and an answer to it would be read by nobody, or answered by the program.
    Automatic { why: &'static str },
    /// A message of ours did not arrive, or what became of it.
    Bounce { original_message_id: Option<String>, address: Option<String>, is_permanent: bool },
    /// It went to many.
    List { why: &'static str },
    /// It is from an address of our own.
    Own,
}

/// Whether it is from whom it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Proof {
    /// By `dmarc`, `dkim` or `spf`, for the domain that the author's address has.
    Proven { by: &'static str },
    #[default]
    Unproven,
    /// The MTA looked, and it is not.
    Failed,
}

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("there is nothing in it")]
    Empty,
    #[error("it has no header")]
    NoHeader,
    #[error("its header is longer than {MAX_HEADER_BYTES} bytes")]
    HeaderTooLong,
}

impl Broken {
    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Broken::Empty => "mail_empty",
            Broken::NoHeader => "mail_without_header",
            Broken::HeaderTooLong => "mail_header_too_long",
        }
    }
}

/// MTAs let much less pass: Postfix cuts at 100 KiB.
pub const MAX_HEADER_BYTES: usize = 512 * 1024;
const MAX_SUBJECT_LETTERS: usize = 1_000;

/// Reads a message as it came.
///
/// # Errors
/// Where it is none.
pub fn read(raw: &[u8], trust: &Trust) -> Result<Incoming, Broken> {
    let raw = usual(raw);
    let raw = begun(&raw);
    if raw.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(Broken::Empty);
    }
    if !raw.split(|byte| *byte == b'\n').next().is_some_and(headers::is_field) {
        return Err(Broken::NoHeader);
    }
    if is_header_too_long(raw) {
        return Err(Broken::HeaderTooLong);
    }
    let structure = structure::structure(raw);
    let headers = &structure.parts[0].headers;
    let content = content::content(&structure.parts);
    let subject: String = headers.text("subject").unwrap_or_default().chars().take(MAX_SUBJECT_LETTERS).collect();
    let from = headers.only_mailbox("from");
    Ok(Incoming {
        message_id: headers.ids("message-id").into_iter().next(),
        to: headers.mailboxes("to"),
        cc: headers.mailboxes("cc"),
        delivered_to: delivered_to(headers),
        date: headers.date(),
        in_reply_to: headers.ids("in-reply-to"),
        references: headers.ids("references"),
        new_text: quotation::new_text(&content.text, &subject),
        nature: nature::nature(headers, &structure.parts, from.as_ref(), &content.text, trust),
        proof: proof::proof(headers, from.as_ref(), trust),
        is_cut: structure.is_cut || content.is_cut,
        text: content.text,
        html: content.html,
        files: content.files,
        subject,
        from,
    })
}

fn delivered_to(headers: &headers::Headers) -> Vec<String> {
    let names = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to"];
    let mut addresses: Vec<String> = names.iter().flat_map(|name| headers.mailboxes(name)).map(|mailbox| mailbox.address).collect();
    addresses.dedup();
    addresses.truncate(headers::MAX_ADDRESSES);
    addresses
}

/// With line breaks that have a line feed, and letters of one byte or more: some programs keep a message with neither.
fn usual(raw: &[u8]) -> Cow<'_, [u8]> {
    let wide = match raw {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Cow::Owned(bytes::unlabelled(raw).into_bytes()),
        _ => Cow::Borrowed(raw),
    };
    if wide.contains(&b'\n') || !wide.contains(&b'\r') {
        return wide;
    }
    Cow::Owned(wide.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

/// From its first field: without a byte-order mark, empty lines, and the line that a mailbox file puts before each message.
fn begun(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw).trim_ascii_start();
    let is_of_a_mailbox = raw.starts_with(b"From ") || raw.starts_with(b">From ");
    match raw.iter().position(|byte| *byte == b'\n').filter(|_| is_of_a_mailbox) {
        Some(end) => raw[end + 1..].trim_ascii_start(),
        None => raw,
    }
}

/// Whether no empty line stands early enough. What follows a line that is no field is no header any more.
fn is_header_too_long(raw: &[u8]) -> bool {
    let mut length = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if !is_folded && !headers::is_field(line) {
            return false;
        }
        length += line.len();
        if length > MAX_HEADER_BYTES {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    fn read(raw: &[u8]) -> Result<Incoming, Broken> {
        super::read(raw, &Trust::default())
    }

    #[test]
    fn bytes_that_are_no_message_are_broken() {
        assert_eq!(read(b""), Err(Broken::Empty));
        assert_eq!(read(b" \r\n\0\n"), Err(Broken::Empty));
        assert_eq!(read(b"no header at all"), Err(Broken::NoHeader));
        assert_eq!(read(&[0xff; 100]), Err(Broken::NoHeader));
        assert_eq!(Broken::HeaderTooLong.code(), "mail_header_too_long");
    }

    #[test]
    fn a_header_has_its_limit() {
        let of = |n: usize| read(format!("X: {}\n\nhola", "a".repeat(n - 4)).as_bytes()).map(|incoming| incoming.text);
        assert_eq!(of(MAX_HEADER_BYTES - 1).as_deref(), Ok("hola"));
        assert_eq!(of(MAX_HEADER_BYTES).as_deref(), Ok("hola"));
        assert_eq!(of(MAX_HEADER_BYTES + 1), Err(Broken::HeaderTooLong));
    }

    #[test]
    fn every_way_to_begin_and_to_break_lines_is_read() {
        for raw in [
            "Subject: uno\r\n\r\nhola",
            "Subject: uno\n\nhola",
            "Subject: uno\r\rhola",
            "\u{feff}Subject: uno\n\nhola",
            "\r\n\r\nSubject: uno\r\n\r\nhola",
            "From ana Wed Nov 25 10:15:00 2026\nSubject: uno\n\nhola",
            "Subject: uno\nhola",
        ] {
            let incoming = read(raw.as_bytes()).unwrap();
            assert_eq!((incoming.subject.as_str(), incoming.text.as_str()), ("uno", "hola"), "{raw:?}");
        }
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("Subject: uno\n\nhola".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(read(&wide).unwrap().text, "hola");
    }

    /// Each is made so that a careless reader takes quadratic time or overflows its stack. `n`: about how many bytes.
    fn made_to_be_slow(n: usize) -> Vec<(&'static str, String)> {
        let repeated = |start: &str, piece: &str| format!("{start}{}", piece.repeat(n / piece.len()));
        vec![
            ("messages in messages", repeated("", "Content-Type: message/rfc822\n\n")),
            (
                "boundaries that never come",
                repeated("Content-Type: multipart/mixed; boundary=a\n\n", "--a\nContent-Type: multipart/mixed; boundary=b\n\n"),
            ),
            (
                "multiparts in multiparts",
                (0..n / 50).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect(),
            ),
            ("empty parts", repeated("Content-Type: multipart/mixed; boundary=a\n\n", "--a\n")),
            ("lines like boundaries", repeated("Content-Type: multipart/mixed; boundary=a\n\n--a\n\n", "--b\n")),
            ("encoded words", repeated("Subject: ", "=?utf-8?Q?a?= ").chars().take(n / 2).collect()),
            ("words that begin", repeated("Subject: ", "=?").chars().take(n / 2).collect()),
            ("addresses", repeated("To: ", "a@b.example, ").chars().take(n / 2).collect()),
            ("comments", repeated("From: ", "(").chars().take(n / 2).collect()),
            ("quotations", repeated("To: ", "\"").chars().take(n / 2).collect()),
            ("groups", repeated("To: ", "a:").chars().take(n / 2).collect()),
            ("parameters", repeated("Content-Type: text/plain", "; a=b").chars().take(n / 2).collect()),
            ("pieces of parameters", repeated("Content-Disposition: attachment", "; filename*0=b").chars().take(n / 2).collect()),
            ("results", repeated("Authentication-Results: a", "; dkim=pass").chars().take(n / 2).collect()),
            ("ids", repeated("References: ", "<").chars().take(n / 2).collect()),
            ("dates", repeated("Date: ", "1").chars().take(n / 2).collect()),
            ("fields", repeated("", "a:b\n").chars().take(n / 2).collect()),
            ("empty lines", repeated("Subject: x\n\n", "\n")),
            ("signatures", repeated("Subject: x\n\na\n", "--\n")),
            ("introductions", repeated("Subject: x\n\na\n", "El 2026 a@b escribió:\n")),
            ("headers of Outlook", repeated("Subject: x\n\n", "De: a\n")),
            ("quoted lines", repeated("Subject: x\n\n", "> a\nb\n")),
            ("soft breaks", repeated("Content-Transfer-Encoding: quoted-printable\n\n", "=\n")),
            ("open elements", repeated("Content-Type: text/html\n\n", "<div>")),
            ("elements that open and close wrongly", repeated("Content-Type: text/html\n\n", "<div><table><td></div></table>")),
            ("formatting", repeated("Content-Type: text/html\n\n", "<b><p></b>")),
            ("links", repeated("Content-Type: text/html\n\n", "<a href=x>")),
            ("attributes", repeated("Content-Type: text/html\n\n<p ", "a=b ")),
            ("tables", repeated("Content-Type: text/html\n\n", "<table>")),
            ("flowed lines", repeated("Content-Type: text/plain; format=flowed\n\n", "a \n")),
        ]
    }

    /// Eight times as long takes eight times the time, not sixty-four, on a machine of any speed.
    #[test]
    fn what_is_made_to_be_slow_is_read_soon() {
        let took = |raw: &str| {
            let began = Instant::now();
            (read(raw.as_bytes()).map(|incoming| incoming.text.len()), began.elapsed())
        };
        for ((what, short), (_, long)) in made_to_be_slow(125_000).into_iter().zip(made_to_be_slow(1_000_000)) {
            let ((_, of_short), (result, of_long)) = (took(&short), took(&long));
            assert!(
                of_long < 24 * of_short + Duration::from_secs(1),
                "{what}: {} bytes take {of_short:?}, {} take {of_long:?}: {result:?}",
                short.len(),
                long.len()
            );
        }
    }

    /// Pieces that mean something to a reader of mail.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let known = [
            "Content-Type: multipart/mixed; boundary=a\r\n",
            "Content-Type: multipart/alternative; boundary=\"b\"\n",
            "Content-Type: text/html; charset=utf-7\n",
            "Content-Type: text/plain; format=flowed; charset=utf-16\n",
            "Content-Type: message/rfc822\n",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=a\n",
            "Content-Transfer-Encoding: base64\n",
            "Content-Transfer-Encoding: quoted-printable\n",
            "Content-Disposition: attachment; filename*=utf-8''%41%\n",
            "From: \"a\" <a@b.example>",
            "Subject: =?utf-8?Q?=C3?= =?utf-8?B?sQ=?=",
            "Date: 31 Feb 2026 99:99:99 +9999\n",
            "References: <a@b",
            "Authentication-Results: x; dkim=pass (",
            "\n\n",
            "\r\n\r\n",
            "\n--a\n",
            "\n--a--\n",
            "\n--b\r\n",
            "<div><p>",
            "<!--",
            "&#",
            "> x\n",
            "-- \n",
            "De: a\nEnviado: b\nPara: c\n",
            "+AGEA",
            "\u{202e}",
            "\0",
            "=\n",
            "=C3",
        ];
        prop_oneof![
            4 => proptest::sample::select(known.to_vec()).prop_map(|known| known.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..12),
        ]
    }

    fn is_within_limits(incoming: &Incoming, n_bytes: usize) -> bool {
        incoming.files.len() <= content::MAX_FILES
            && incoming.text.len() <= content::MAX_TEXT_BYTES
            && incoming.new_text.len() <= incoming.text.len()
            && incoming.subject.chars().count() <= MAX_SUBJECT_LETTERS
            && incoming.to.len() <= headers::MAX_ADDRESSES
            && incoming.references.len() <= headers::MAX_IDS
            && incoming.files.iter().map(|file| file.bytes.len()).sum::<usize>() <= n_bytes
            && !incoming.text.contains(['\0', '\r'])
            && !incoming.subject.contains(char::is_control)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn any_bytes_are_read(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(read(&raw).is_ok_and(|incoming| is_within_limits(&incoming, raw.len())) || read(&raw).is_err());
        }

        #[test]
        fn pieces_of_messages_in_any_order_are_read(pieces in proptest::collection::vec(piece(), 0..40)) {
            let raw = [&b"Subject: x\n"[..], &pieces.concat()].concat();

            let incoming = read(&raw).unwrap();

            prop_assert!(is_within_limits(&incoming, raw.len()), "{incoming:?}");
        }
    }
}
