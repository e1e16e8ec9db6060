//! What came in, read. Whatever the bytes are, reading them ends soon, needs little memory and never panics.

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

/// Reads a message as it came.
///
/// # Errors
/// Where it is none.
pub fn read(raw: &[u8], trust: &Trust) -> Result<Incoming, Broken> {
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Err(Broken::Empty);
    }
    let message = mail_parser::MessageParser::new().with_minimal_headers().with_message_ids().parse(raw).ok_or(Broken::NoHeader)?;
    let boxes = |address: Option<&mail_parser::Address>| -> Vec<Mailbox> {
        address.into_iter().flat_map(|a| a.iter()).filter_map(|a| Some(Mailbox::new(a.name(), a.address()?))).collect()
    };
    let ids = |value: &mail_parser::HeaderValue| -> Vec<String> {
        value.as_text_list().unwrap_or_default().iter().map(|id| id.to_string()).collect()
    };
    let from = boxes(message.from());
    let is_own = from.first().is_some_and(|from| trust.own_addresses.contains(&from.address));
    let text = message.body_text(0).unwrap_or_default().into_owned();
    Ok(Incoming {
        message_id: message.message_id().map(str::to_owned),
        from: <[Mailbox; 1]>::try_from(from).ok().map(|[from]| from),
        to: boxes(message.to()),
        cc: boxes(message.cc()),
        subject: message.subject().unwrap_or_default().to_owned(),
        in_reply_to: ids(message.in_reply_to()),
        references: ids(message.references()),
        new_text: text.clone(),
        text,
        nature: if is_own { Nature::Own } else { Nature::Personal },
        ..Incoming::default()
    })
}
