//! Who is calling: passwords, access tokens, sessions and their cookie, and the limits on trying.

pub mod accounts;
pub mod cookie;
pub mod extract;
pub mod passwords;
pub mod throttle;
pub mod tokens;

pub use extract::{Mta, Present, Signed, require};
