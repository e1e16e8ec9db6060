//! Mail in and mail out: the only crate that knows MIME and SMTP.
//!
//! [`incoming::read`] makes of the bytes of a message what the desk needs to know of it; [`outgoing::compose`] makes the bytes of one that goes out,
//! and [`transport::Transport`] sends them. [`reference`] is what ties an answer to its ticket. Nothing here knows a database, a clock or a rule.

pub mod incoming;
pub mod outgoing;
pub mod reference;
pub mod transport;

/// Somebody's address, with the name that stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mailbox {
    pub name: Option<String>,
    /// In lower case, `local@domain`.
    pub address: String,
}

impl Mailbox {
    pub fn new(name: Option<&str>, address: &str) -> Mailbox {
        Mailbox { name: name.map(str::to_owned), address: address.to_lowercase() }
    }

    /// What stands after the last `@`; nothing where there is none.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}
