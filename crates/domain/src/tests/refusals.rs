//! Is every refusal produced by some test? Each sentence that holds `.refuses(Refusal::…)` ran; so it is enough that each is written.

use crate::refusal::Refusal;

const SENTENCES: &[&str] = &[
    include_str!("reception.rs"),
    include_str!("attention.rs"),
    include_str!("coverage.rs"),
    include_str!("evaluation.rs"),
    include_str!("verification.rs"),
    include_str!("closing.rs"),
    include_str!("extensions.rs"),
];

/// Names and codes, as refusal.rs declares them.
fn declared() -> Vec<(&'static str, &'static str)> {
    let line = |line: &'static str| {
        let (name, rest) = line.strip_prefix("    ")?.split_once(" = \"")?;
        let (code, _) = rest.split_once('"')?;
        name.chars().all(char::is_alphanumeric).then_some((name, code))
    };
    include_str!("../refusal.rs").lines().filter_map(line).collect()
}

#[test]
fn every_refusal_is_produced_by_a_sentence() {
    let declared = declared();
    assert_eq!(declared.iter().map(|(_, code)| *code).collect::<Vec<_>>(), Refusal::CODES);
    let is_said = |name: &str| {
        SENTENCES.iter().any(|file| {
            file.match_indices(&format!("Refusal::{name}")).any(|(at, found)| !file[at + found.len()..].starts_with(char::is_alphanumeric))
        })
    };
    let unsaid: Vec<_> = declared.iter().filter(|(name, _)| !is_said(name)).collect();
    assert!(unsaid.is_empty(), "no sentence produces {unsaid:?}");
}

#[test]
fn a_code_is_one_refusals_only() {
    let mut codes = Refusal::CODES.to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Refusal::CODES.len());
}
