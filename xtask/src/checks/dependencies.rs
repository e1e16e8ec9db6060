//! `deny.toml`, proved without cargo-deny: nothing banned, only licences and sources that are allowed.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use semver::{Version, VersionReq};
use serde_json::Value;

use crate::process::{cargo, output, root};

/// A crate that may not come in, in any version or in some.
struct Ban {
    name: String,
    versions: VersionReq,
    reason: String,
}

/// A locked package; those of this workspace have no source.
struct Locked {
    name: String,
    version: Version,
    source: Option<String>,
}

fn read_toml(name: &str) -> Result<toml::Table> {
    fs::read_to_string(root().join(name))?.parse().with_context(|| format!("read {name}"))
}

fn bans(deny: &toml::Table) -> Result<Vec<Ban>> {
    let entries = deny["bans"]["deny"].as_array().context("bans.deny is a list")?;
    let ban = |entry: &toml::Value| {
        let specification = entry["crate"].as_str().context("a ban names its crate")?;
        let (name, versions) = specification.split_once(':').unwrap_or((specification, "*"));
        let reason = entry["reason"].as_str().context("a ban has its reason")?.to_owned();
        Ok(Ban { name: name.to_owned(), versions: VersionReq::parse(versions)?, reason })
    };
    entries.iter().map(ban).collect()
}

fn locked() -> Result<Vec<Locked>> {
    let lock = read_toml("Cargo.lock")?;
    let packages = lock["package"].as_array().context("Cargo.lock lists packages")?;
    let locked = |package: &toml::Value| {
        let name = package["name"].as_str().context("a package has its name")?.to_owned();
        let version = Version::parse(package["version"].as_str().context("a package has its version")?)?;
        let source = package.get("source").and_then(toml::Value::as_str).map(str::to_owned);
        Ok(Locked { name, version, source })
    };
    packages.iter().map(locked).collect()
}

fn violations(bans: &[Ban], locked: &[Locked]) -> Vec<String> {
    let is_banned = |ban: &Ban, package: &Locked| ban.name == package.name && ban.versions.matches(&package.version);
    let pairs = locked.iter().flat_map(|package| bans.iter().map(move |ban| (ban, package)));
    pairs
        .filter(|(ban, package)| is_banned(ban, package))
        .map(|(ban, package)| format!("{} {}: {}", package.name, package.version, ban.reason))
        .collect()
}

#[test]
fn nothing_banned_is_locked() -> Result<()> {
    assert_eq!(violations(&bans(&read_toml("deny.toml")?)?, &locked()?), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_ban_holds_below_its_version_and_no_further() -> Result<()> {
    let bans = bans(&read_toml("deny.toml")?)?;
    let package =
        |name: &str, version| Ok::<_, semver::Error>(Locked { name: name.to_owned(), version: Version::parse(version)?, source: None });
    for (name, banned, allowed) in [
        ("actix-http", "3.12.0", "3.12.1"),
        ("actix-files", "0.6.9", "0.6.10"),
        ("diesel", "2.3.9", "2.3.10"),
        ("jsonwebtoken", "10.2.9", "10.3.0"),
        ("time", "0.3.46", "0.3.47"),
        ("ammonia", "3.9.9", "4.0.0"),
        ("lettre", "0.11.21", "0.11.22"),
        ("h2", "0.3.27", "0.4.0"),
    ] {
        assert_eq!(violations(&bans, &[package(name, banned)?]).len(), 1, "{name} {banned}");
        assert_eq!(violations(&bans, &[package(name, allowed)?]).len(), 0, "{name} {allowed}");
    }
    for name in ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"] {
        assert_eq!(violations(&bans, &[package(name, "9.9.9")?]).len(), 1, "{name}");
    }
    Ok(())
}

#[test]
fn every_package_is_ours_or_from_crates_io() -> Result<()> {
    let deny = read_toml("deny.toml")?;
    let allowed = deny["sources"]["allow-registry"].as_array().context("allow-registry is a list")?;
    let allowed: Vec<String> = allowed.iter().filter_map(|url| Some(format!("registry+{}", url.as_str()?))).collect();
    for package in locked()? {
        let is_allowed = package.source.as_ref().is_none_or(|source| allowed.contains(source));
        assert!(is_allowed, "{} {} comes from {:?}", package.name, package.version, package.source);
    }
    Ok(())
}

#[test]
fn every_package_has_a_licence_that_is_allowed() -> Result<()> {
    let deny = read_toml("deny.toml")?;
    let allowed: Vec<&str> =
        deny["licenses"]["allow"].as_array().context("allow is a list")?.iter().filter_map(toml::Value::as_str).collect();
    let mut refused = BTreeMap::new();
    for target in ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"] {
        let metadata = output(cargo().args(["metadata", "--format-version", "1", "--filter-platform", target]))?;
        let metadata: Value = serde_json::from_str(&metadata)?;
        let nodes = metadata["resolve"]["nodes"].as_array().context("cargo resolves the packages")?;
        let packages = metadata["packages"].as_array().context("cargo lists the packages")?;
        for package in packages.iter().filter(|package| nodes.iter().any(|node| node["id"] == package["id"])) {
            let licence = package["license"].as_str().unwrap_or_default();
            if !is_satisfied(licence, &allowed).with_context(|| format!("the licence of {}", package["name"]))? {
                refused.insert(package["name"].to_string(), licence.to_owned());
            }
        }
    }
    assert_eq!(refused, BTreeMap::new());
    Ok(())
}

/// Whether these licences are enough for that expression (SPDX, and the older `MIT/Apache-2.0`).
fn is_satisfied(expression: &str, allowed: &[&str]) -> Result<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let is_satisfied = any_of(&mut rest, allowed)?;
    ensure!(rest.is_empty(), "not understood: {expression}");
    Ok(is_satisfied)
}

fn any_of(rest: &mut &[&str], allowed: &[&str]) -> Result<bool> {
    let mut is_satisfied = all_of(rest, allowed)?;
    while let ["OR", after @ ..] = *rest {
        *rest = after;
        is_satisfied |= all_of(rest, allowed)?;
    }
    Ok(is_satisfied)
}

fn all_of(rest: &mut &[&str], allowed: &[&str]) -> Result<bool> {
    let mut is_satisfied = one(rest, allowed)?;
    while let ["AND", after @ ..] = *rest {
        *rest = after;
        is_satisfied &= one(rest, allowed)?;
    }
    Ok(is_satisfied)
}

fn one(rest: &mut &[&str], allowed: &[&str]) -> Result<bool> {
    match *rest {
        ["(", after @ ..] => {
            *rest = after;
            let is_satisfied = any_of(rest, allowed)?;
            let [")", after @ ..] = *rest else { anyhow::bail!("a parenthesis is open") };
            *rest = after;
            Ok(is_satisfied)
        }
        [licence, "WITH", exception, after @ ..] => {
            *rest = after;
            Ok(allowed.contains(&format!("{licence} WITH {exception}").as_str()))
        }
        [licence, after @ ..] => {
            *rest = after;
            Ok(allowed.contains(licence))
        }
        [] => anyhow::bail!("there is no licence"),
    }
}

#[test]
fn a_licence_expression_is_read_as_spdx_says() -> Result<()> {
    let allowed = ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"];
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("MIT/GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND Zlib", true),
        ("GPL-3.0 OR MIT AND Zlib", true),
        ("GPL-3.0 AND MIT OR Zlib", true),
        ("GPL-3.0 AND (MIT OR Zlib)", false),
        ("Apache-2.0", false),
        ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true),
    ] {
        assert_eq!(is_satisfied(expression, &allowed)?, expected, "{expression}");
    }
    for nonsense in ["", "MIT OR", "(MIT", "MIT MIT"] {
        assert!(is_satisfied(nonsense, &allowed).is_err(), "{nonsense}");
    }
    Ok(())
}
