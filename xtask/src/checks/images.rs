//! The container image and the composition, as far as they can be checked without an engine.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use yaml_rust2::yaml::Hash;
use yaml_rust2::{Yaml, YamlLoader};

use crate::process::{root, succeeds};

/// An instruction of the Dockerfile, such as `COPY` and what follows it.
struct Instruction {
    keyword: String,
    rest: String,
}

fn dockerfile() -> Result<Vec<Instruction>> {
    let text = fs::read_to_string(root().join("Dockerfile"))?;
    let joined = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let instruction = |line: &str| {
        let (keyword, rest) = line.trim().split_once(' ').with_context(|| format!("an instruction and what follows it: {line}"))?;
        Ok(Instruction { keyword: keyword.to_owned(), rest: rest.trim().to_owned() })
    };
    joined.lines().filter(|line| !line.trim().is_empty()).map(instruction).collect()
}

/// The instructions of the last stage: the image itself.
fn image() -> Result<Vec<Instruction>> {
    let mut instructions = dockerfile()?;
    let last = instructions.iter().rposition(|instruction| instruction.keyword == "FROM").context("a stage begins with FROM")?;
    Ok(instructions.split_off(last))
}

fn rest_of<'a>(instructions: &'a [Instruction], keyword: &str) -> Result<&'a str> {
    let instruction = instructions.iter().rev().find(|instruction| instruction.keyword == keyword);
    Ok(&instruction.with_context(|| format!("the image has {keyword}"))?.rest)
}

/// The variables that the image sets.
fn image_environment() -> Result<BTreeMap<String, String>> {
    let image = image()?;
    let pairs = image.iter().filter(|instruction| instruction.keyword == "ENV").flat_map(|instruction| instruction.rest.split_whitespace());
    Ok(pairs.filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn composition() -> Result<Yaml> {
    let text = fs::read_to_string(root().join("docker-compose.yml"))?;
    YamlLoader::load_from_str(&text)?.pop().context("docker-compose.yml has a document")
}

fn map(yaml: &Yaml) -> Result<&Hash> {
    yaml.as_hash().with_context(|| format!("a mapping is expected, not {yaml:?}"))
}

/// A service's variables, with the names that `${…}` refers to left as they are.
fn environment(service: &Yaml) -> Result<BTreeMap<String, String>> {
    let text = |yaml: &Yaml| yaml.as_str().map(str::to_owned).with_context(|| format!("a text is expected, not {yaml:?}"));
    map(&service["environment"])?.iter().map(|(name, value)| Ok((text(name)?, text(value)?))).collect()
}

fn texts(yaml: &Yaml) -> Vec<&str> {
    yaml.as_vec().into_iter().flatten().filter_map(Yaml::as_str).collect()
}

fn port(address: &str) -> Option<&str> {
    address.rsplit_once(':').map(|(_, port)| port)
}

#[test]
fn what_is_copied_exists_and_is_not_left_out() -> Result<()> {
    let left_out = fs::read_to_string(root().join(".dockerignore"))?;
    let mut stages = Vec::new();
    for instruction in dockerfile()? {
        let words: Vec<&str> = instruction.rest.split_whitespace().collect();
        match (instruction.keyword.as_str(), words.as_slice()) {
            ("FROM", [_, "AS", stage]) => stages.push((*stage).to_owned()),
            ("COPY", [from, ..]) if from.starts_with("--from=") => {
                assert!(stages.contains(&from["--from=".len()..].to_owned()), "{from} is an earlier stage");
            }
            ("COPY", [sources @ .., _]) => {
                for source in sources {
                    assert!(root().join(source).exists(), "{source} exists");
                    assert!(!left_out.lines().any(|line| line == *source), "{source} is left out by .dockerignore");
                }
            }
            _ => (),
        }
    }
    for secret_or_large in [".env", ".git", "data", "target"] {
        assert!(left_out.lines().any(|line| line == secret_or_large), "{secret_or_large} stays out of the image");
    }
    Ok(())
}

#[test]
fn the_image_is_built_by_the_rust_of_the_workspace() -> Result<()> {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml"))?.parse()?;
    let rust = manifest["workspace"]["package"]["rust-version"].as_str().context("the workspace names its Rust")?;
    let instructions = dockerfile()?;
    let builder = &instructions.first().context("the Dockerfile is not empty")?.rest;
    assert!(builder.starts_with(&format!("rust:{rust}-bookworm ")), "{builder} is Rust {rust}");
    Ok(())
}

#[test]
fn the_image_runs_as_nobody_in_particular_and_tells_its_health() -> Result<()> {
    let image = image()?;
    let environment = image_environment()?;
    assert!(!["root", "0"].contains(&rest_of(&image, "USER")?));
    assert!(rest_of(&image, "HEALTHCHECK")?.ends_with(r#"CMD ["atiende", "health"]"#));
    assert_eq!(rest_of(&image, "ENTRYPOINT")?, r#"["atiende"]"#);
    assert!(rest_of(&image, "COPY")?.ends_with("/usr/local/bin/atiende"));
    assert_eq!(Some(rest_of(&image, "EXPOSE")?), port(&environment["ATIENDE_LISTEN"]));
    assert_eq!(rest_of(&image, "VOLUME")?, environment["ATIENDE_DATA_DIR"]);
    Ok(())
}

#[test]
fn the_composition_and_the_image_agree() -> Result<()> {
    let composition = composition()?;
    let api = &composition["services"]["api"];
    let (here, image) = (environment(api)?, image_environment()?);
    // What is not ours, such as how memory is given out, the container has from its image.
    for (name, value) in image.iter().filter(|(name, _)| name.starts_with("ATIENDE_")) {
        assert_eq!(here.get(name), Some(value), "{name}");
    }
    let published = texts(&api["ports"]);
    // And what the mail catcher shows, which stands beside the server.
    assert_eq!(published.iter().map(|address| port(address)).collect::<Vec<_>>(), [port(&here["ATIENDE_LISTEN"]), Some("8025")]);
    let mail = &composition["services"]["mail"];
    assert!(here["ATIENDE_SMTP_HOST"] == "127.0.0.1" && mail["network_mode"].as_str() == Some("service:api"), "it is reached in the clear");
    let mounts = texts(&api["volumes"]);
    assert!(mounts.iter().any(|mount| mount.ends_with(&format!(":{}", here["ATIENDE_DATA_DIR"]))), "the data is kept");
    assert!(root().join(api["build"].as_str().context("the api is built here")?).join("Dockerfile").is_file());
    assert!(here.contains_key("ATIENDE_PUBLIC_URL"));
    Ok(())
}

#[test]
fn the_api_reaches_the_database_that_is_made() -> Result<()> {
    let composition = composition()?;
    let api = environment(&composition["services"]["api"])?;
    let database = environment(&composition["services"]["database"])?;
    assert_eq!(api["ATIENDE_DATABASE_URL"], format!("postgres://{}@database:5432/{}", database["POSTGRES_USER"], database["POSTGRES_DB"]));
    assert_eq!(api["PGPASSWORD"], database["POSTGRES_PASSWORD"]);
    Ok(())
}

#[test]
fn no_secret_has_a_default() -> Result<()> {
    let composition = composition()?;
    for (name, service) in map(&composition["services"])? {
        for (variable, value) in environment(service).unwrap_or_default() {
            if ["PASSWORD", "SECRET", "KEY", "TOKEN"].iter().any(|word| variable.contains(word)) {
                assert!(value.starts_with("${") && value.contains(":?"), "{name:?} {variable} is asked for by name");
            }
        }
    }
    Ok(())
}

#[test]
fn every_service_is_pinned_healthy_and_kept() -> Result<()> {
    let composition = composition()?;
    let services = map(&composition["services"])?;
    assert_eq!(services.keys().filter_map(Yaml::as_str).collect::<Vec<_>>(), ["database", "mail", "api"]);
    for (name, service) in services {
        if let Some(image) = service["image"].as_str() {
            assert!(port(image).is_some_and(|tag| tag != "latest"), "{name:?} has a version");
        }
        assert!(texts(&service["healthcheck"]["test"]).first().is_some_and(|kind| *kind == "CMD"), "{name:?} tells its health");
        for mount in texts(&service["volumes"]) {
            let volume = mount.split(':').next().unwrap_or_default();
            assert!(
                !map(&composition["volumes"])?.get(&Yaml::String(volume.to_owned())).is_none_or(Yaml::is_badvalue),
                "{volume} is declared"
            );
        }
        for address in texts(&service["ports"]) {
            assert!(address.starts_with("127.0.0.1:"), "{name:?}: {address} is for this machine only");
        }
        if !service["depends_on"].is_badvalue() {
            for (needed, _) in map(&service["depends_on"])? {
                assert!(services.contains_key(needed), "{needed:?} is a service");
            }
        }
    }
    assert_eq!(composition["services"]["api"]["depends_on"]["database"]["condition"].as_str(), Some("service_healthy"));
    Ok(())
}

#[test]
fn compose_accepts_the_composition_where_it_is_installed() {
    let compose = |arguments: &[&str]| {
        let mut command = Command::new("docker");
        command.arg("compose").args(arguments).current_dir(root()).env("ATIENDE_DATABASE_PASSWORD", "for a check");
        command
    };
    if succeeds(&mut compose(&["version"])) {
        assert!(succeeds(&mut compose(&["--file", "docker-compose.yml", "config", "--quiet"])), "docker compose config");
    }
}

#[test]
fn continuous_integration_runs_what_people_run() -> Result<()> {
    let script = fs::read_to_string(root().join(".ci/run"))?;
    assert!(script.ends_with("exec cargo xtask test\n"));
    assert!(Path::new(&root().join("tools/wasm-toolchain.sh")).is_file());
    Ok(())
}
