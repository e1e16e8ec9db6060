//! What the pages for people say of the program is so.
#![allow(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use api::cli::CommandLine;
use api::config::{Config, LogFormat, SmtpSecurity};
use clap::CommandFactory;
use domain::Role;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The rows of a page's tables, cell by cell.
fn rows(page: &str) -> Vec<Vec<String>> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    lines.map(|line| line.split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What stands in the fences of a language.
fn fenced(page: &str, language: &str) -> Vec<String> {
    let begin = format!("\n```{language}\n");
    page.split(&begin).skip(1).map(|rest| format!("{}\n", rest.split("\n```").next().unwrap_or_default())).collect()
}

/// Every key with its default, as the page shows it. A new key does not compile until it stands here.
fn settings() -> Vec<(&'static str, String)> {
    let Config {
        listen,
        public_url: _,
        data_dir,
        database_url: _,
        n_connections,
        trusted_proxies,
        cors_origins,
        log_format,
        log_level,
        reopening_days,
        n_reminders,
        authserv_id,
        intake_area,
        intake_url: _,
        intake_token_file,
        n_workers,
        smtp_host,
        smtp_port,
        smtp_security,
        smtp_user,
        smtp_password,
        smtp_password_file,
        smtp_ca_file,
        mail_from,
        mail_subaddressing,
    } = Config::default();
    assert!(authserv_id.is_none() && intake_area.is_none() && intake_token_file.is_none());
    assert!(trusted_proxies.is_empty() && cors_origins.is_empty() && log_format == LogFormat::Plain);
    assert!(smtp_host.is_none() && smtp_user.is_none() && smtp_password.is_none() && smtp_password_file.is_none());
    assert!(smtp_ca_file.is_none() && mail_from.is_none() && smtp_security == SmtpSecurity::Starttls);
    let code = |value: &dyn std::fmt::Display| format!("`{value}`");
    vec![
        ("listen", code(&listen)),
        ("public_url", "`http://` and `listen`".into()),
        ("data_dir", code(&data_dir.display())),
        ("database_url", "`sqlite:` and `atiende.db` in `data_dir`".into()),
        ("n_connections", code(&n_connections)),
        ("trusted_proxies", "none".into()),
        ("cors_origins", "none".into()),
        ("log_format", "`plain`".into()),
        ("log_level", code(&log_level)),
        ("reopening_days", code(&reopening_days)),
        ("n_reminders", code(&n_reminders)),
        ("authserv_id", "none".into()),
        ("intake_area", "the area above all others".into()),
        ("intake_url", "`http://` and `listen`".into()),
        ("intake_token_file", "none".into()),
        ("n_workers", code(&n_workers)),
        ("smtp_host", "none".into()),
        ("smtp_port", code(&smtp_port)),
        ("smtp_security", "`starttls`".into()),
        ("smtp_user", "none".into()),
        ("smtp_password", "none".into()),
        ("smtp_password_file", "none".into()),
        ("smtp_ca_file", "none".into()),
        ("mail_from", "`atiende@` and the host of `public_url`".into()),
        ("mail_subaddressing", code(&mail_subaddressing)),
    ]
}

#[test]
fn every_setting_is_told_with_its_variable_and_its_default() {
    let told: Vec<Vec<String>> = rows(&page("docs/administrators/configure.md")).into_iter().filter(|row| row.len() == 4).collect();
    let told: Vec<&[String]> = told.iter().skip(1).map(|row| &row[..3]).filter(|row| row[0].starts_with('`')).collect();
    let are: Vec<[String; 3]> =
        settings().into_iter().map(|(key, default)| [format!("`{key}`"), format!("`ATIENDE_{}`", key.to_uppercase()), default]).collect();
    assert_eq!(told, are.iter().map(|row| &row[..]).collect::<Vec<_>>());
}

#[test]
fn the_examples_of_a_configuration_are_good() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("atiende.toml");
    for name in ["configure", "install", "https", "mail"] {
        for text in fenced(&page(&format!("docs/administrators/{name}.md")), "toml") {
            // The secret that an example names is on no machine but the reader's own.
            let secret = folder.path().join("smtp-password");
            fs::write(&secret, "secreto\n").unwrap();
            fs::write(&file, text.replace("/etc/atiende/smtp-password", &secret.to_string_lossy())).unwrap();
            let read = Config::read(Some(&file), []);
            assert!(read.is_ok(), "{name}: {:#}", read.unwrap_err());
        }
    }
    let bundled = Config::read(Some(&root().join("docs/administrators/bundle/atiende.toml")), []);
    assert!(bundled.is_ok(), "the bundle's: {:#}", bundled.unwrap_err());
    let whole = fenced(&page("docs/administrators/configure.md"), "toml").remove(0);
    let keys: BTreeSet<&str> = whole.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    assert_eq!(keys, settings().into_iter().map(|(key, _)| key).collect());
}

#[test]
fn every_command_of_the_program_is_told() {
    let told: BTreeSet<String> = rows(&page("docs/administrators/configure.md"))
        .into_iter()
        .filter_map(|row| row[0].strip_prefix("`atiende ")?.split([' ', '`']).next().map(str::to_owned))
        .collect();
    let are: BTreeSet<String> = CommandLine::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    assert_eq!(told, are);
}

#[test]
fn every_role_that_is_given_is_told() {
    let page = page("docs/administrators/install.md");
    let roles = Role::ALL.iter().filter(|role| **role != Role::AreaHead);
    let untold: Vec<_> = roles.filter(|role| !rows(&page).iter().any(|row| row[0].contains(&format!("`{role}`")))).collect();
    assert!(untold.is_empty(), "{untold:?}");
}

#[test]
fn the_scripts_are_quoted_as_they_are() {
    let quoted = fenced(&page("docs/integrators/first-integration.md"), "bash");
    for name in ["phone-call.sh", "provider.sh", "report.sh"] {
        let script = page(&format!("docs/integrators/scripts/{name}"));
        assert!(quoted.contains(&script), "the page quotes another {name} than the one in the folder");
    }
}

/// The lines of all files of a folder that hold these words, without those that hold one of the exceptions.
fn lines_with(folder: &str, words: &str, except: &[&str]) -> Vec<String> {
    let files = files(&root().join(folder), "rs").into_iter();
    let lines = files.flat_map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        text.lines().map(|line| format!("{}: {}", path.file_name().unwrap().display(), line.trim())).collect::<Vec<_>>()
    });
    lines.filter(|line| line.contains(words) && !except.iter().any(|exception| line.contains(exception))).collect()
}

#[test]
fn the_parts_of_the_server_keep_apart_as_the_map_says() {
    let none: Vec<String> = Vec::new();

    assert_eq!(lines_with("crates/api/src/routes", "store::", &["store::history::Entity", "app.store"]), none, "a route asks a use case");
    assert_eq!(lines_with("crates/api/src/app", "actix_web::", &[]), none, "a use case knows no HTTP");
    assert_eq!(lines_with("crates/api/src", "Utc::now", &["clock.rs: "]), none, "one file asks what time it is");
    assert_eq!(lines_with("crates/api/src", "getrandom", &["random.rs: "]), none, "one file draws at random");
    assert_eq!(lines_with("crates/domain/src", "Utc::now", &[]), none, "instants are arguments");
    assert!(!lines_with("crates/store/src", "fn visible_to", &[]).is_empty(), "the scope is where the map says");
}

/// All files of a folder with an extension, wherever they stand.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.extension() {
            _ if path.is_dir() => files(&path, extension),
            Some(is) if is == extension => vec![path],
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    let mut all = files(&root().join("docs"), "md");
    all.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "migrations/README.md"].map(|name| root().join(name)));
    let mut broken = Vec::new();
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        // What a comment holds is not shown.
        let shown: String = text
            .split("<!--")
            .enumerate()
            .map(|(n, part)| if n == 0 { part } else { part.split_once("-->").map_or("", |(_, rest)| rest) })
            .collect();
        for link in shown.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !path.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
