//! The tables as both migration trees make them. Portable types only; a test compares each with both databases.

mod beside;
pub mod directory;
pub mod mail;
pub mod records;
pub mod tickets;
