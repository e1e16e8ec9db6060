//! The corpus in `tests/mail`: what is written there and why, in one place. `cargo run -p mail --example corpus` writes it again.

mod answers;
mod charsets;
mod fields;
mod files;
mod htmls;
mod senders;
mod structures;
pub mod write;

use std::path::PathBuf;

use write::Case;

/// Every message, by name.
pub fn all() -> Vec<Case> {
    [charsets::cases(), fields::cases(), files::cases(), structures::cases(), htmls::cases(), answers::cases(), senders::cases()]
        .into_iter()
        .flatten()
        .collect()
}

/// `tests/mail` of the repository.
pub fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", "mail"].iter().collect()
}

/// The text of an expectation, as it stands beside its message.
pub fn expectation(case: &Case) -> String {
    serde_json::to_string_pretty(&case.expected).expect("JSON can be written") + "\n"
}
