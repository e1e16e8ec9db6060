//! Writes the corpus of messages and what is to be read in each: `cargo run -p mail --example corpus`. It writes the same each time.

#[path = "../tests/corpus/mod.rs"]
mod corpus;

use std::fs;

fn main() -> std::io::Result<()> {
    let folder = corpus::folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for case in corpus::all() {
        fs::write(folder.join(format!("{}.eml", case.name)), &case.raw)?;
        fs::write(folder.join(format!("{}.json", case.name)), corpus::expectation(&case))?;
    }
    Ok(())
}
