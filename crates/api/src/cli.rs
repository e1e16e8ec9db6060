//! The command line of the one binary.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use domain::{Email, Line, Role};
use store::people::NewPerson;
use store::{Backend, Store, StoreSettings};
use tracing::info;

use crate::auth::passwords;
use crate::clock::Clock;
use crate::config::{Config, LogFormat};
use crate::routes::spa::AppFiles;
use crate::{openapi, pipe, server};

/// Atiende: the help desk that carries procedure P-TI-04.
#[derive(Debug, Parser)]
#[command(name = "atiende", version, about)]
pub struct CommandLine {
    /// The configuration file; `atiende.toml` in the working folder, where it is left out.
    #[arg(long, global = true, env = "ATIENDE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Migrate the database, then serve.
    Serve(ServeArgs),
    /// Migrate the database.
    Migrate,
    /// Keep accounts from the command line.
    User {
        #[command(subcommand)]
        task: UserTask,
    },
    /// Write the API's OpenAPI document.
    Openapi,
    /// Copy the SQLite database, consistently, while it serves.
    Backup {
        /// The file to write; it must not exist yet.
        to: PathBuf,
    },
    /// Ask the server of this configuration whether it is ready.
    Health,
    /// Fill an empty database with an invented agency and a year of its tickets.
    Demo(DemoArgs),
    /// Hand the mail on standard input over to the running server: for a mail server's pipe.
    Intake(pipe::IntakeArgs),
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Do not migrate: refuse to serve where a migration is pending.
    #[arg(long)]
    no_migrate: bool,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// About how many tickets.
    #[arg(long, default_value_t = demo::N_TICKETS, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    tickets: u32,
    /// The same seed tells the same year, where it ends at the same instant.
    #[arg(long, default_value_t = demo::SEED)]
    seed: u64,
}

#[derive(Debug, Subcommand)]
enum UserTask {
    /// Add a person of the directory, with an account.
    Add {
        email: String,
        #[arg(long)]
        name: String,
        /// The name or abbreviation of an area that exists.
        #[arg(long)]
        area: String,
        /// `user`, `help_desk`, `support1`, `support2`, `it_head`, `admin`, `auditor`; several separated by commas.
        #[arg(long, default_value = "user")]
        roles: String,
    },
    /// Give a person another password; their sessions end.
    Password { email: String },
}

/// # Errors
/// What could not be done, and why.
pub fn run(line: CommandLine, app_files: AppFiles) -> anyhow::Result<()> {
    let read = || {
        Config::read(line.config.as_deref(), std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))))
    };
    match line.task {
        Task::Openapi => say(&openapi::text()),
        Task::Serve(args) => serve(read()?, &args, app_files),
        Task::Migrate => migrate(&read()?),
        Task::Backup { to } => backup(&read()?, &to),
        Task::Health => health(&read()?),
        Task::Demo(args) => demonstrate(read()?, &args),
        Task::Intake(args) => pipe::hand_over(read(), &args),
        Task::User { task: UserTask::Add { email, name, area, roles } } => add_user(read()?, &email, &name, &area, &roles),
        Task::User { task: UserTask::Password { email } } => give_password(read()?, &email),
    }
}

fn serve(config: Config, args: &ServeArgs, app_files: AppFiles) -> anyhow::Result<()> {
    start_log(&config)?;
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
    if !args.no_migrate {
        for name in Store::migrate(&config.database_url()).context("cannot migrate the database")? {
            info!(migration = name, "Applied the migration {name}");
        }
    }
    actix_web::rt::System::new().block_on(async move {
        // Heard from now on: a stop that is asked for right after the start is a stop, too.
        let stop_asked = stop_asked().context("cannot hear when a stop is asked for")?;
        let ready = server::build(config, Clock::System, app_files)?;
        require_migrated(&ready.app.store)?;
        if let Some(link) = ready.app.offer_setup().context("cannot ask the database")? {
            say(&format!("\nNobody is set up yet. Open this link, once, to make the first administrator:\n\n    {link}\n\n"))?;
        }
        let address = ready.address;
        info!(%address, database = ?ready.app.store.backend(), "Serving {} on {address}", ready.app.config.public_url);
        let handle = ready.handle();
        actix_web::rt::spawn(async move {
            stop_asked.await;
            info!("Stopping: finishing what is under way");
            handle.stop(true).await;
        });
        ready.serve().await?;
        info!("Stopped");
        Ok(())
    })
}

/// SIGTERM, or Ctrl-C.
#[cfg(unix)]
fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn migrate(config: &Config) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
    let applied = Store::migrate(&config.database_url()).context("cannot migrate the database")?;
    if applied.is_empty() { say("Nothing to migrate.\n") } else { say(&format!("Applied: {}\n", applied.join(", "))) }
}

fn backup(config: &Config, to: &std::path::Path) -> anyhow::Result<()> {
    if to.exists() {
        bail!("{} exists already: name a file that does not", to.display());
    }
    let store = open_store(config)?;
    if store.backend() == Backend::Postgres {
        bail!(
            "the database is PostgreSQL: run `pg_dump --format=custom --file={} \"$ATIENDE_DATABASE_URL\"`, and copy the data folder {} with its files and key",
            to.display(),
            config.data_dir.display()
        );
    }
    store.backup_to(to).with_context(|| format!("cannot copy the database to {}", to.display()))?;
    say(&format!("Copied the database to {}. Copy {} too: it holds the files and the key.\n", to.display(), config.data_dir.display()))
}

/// One request over plain HTTP on loopback, for a container's health check.
fn health(config: &Config) -> anyhow::Result<()> {
    use std::io::Read;
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let limit = std::time::Duration::from_secs(5);
    let mut stream = std::net::TcpStream::connect_timeout(&address, limit).with_context(|| format!("nothing listens on {address}"))?;
    stream.set_read_timeout(Some(limit))?;
    write!(stream, "GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).context("no answer")?;
    if answer.starts_with("HTTP/1.1 200") { say("ready\n") } else { bail!("not ready: {}", answer.lines().next().unwrap_or_default()) }
}

/// Only ever in a database that knows nothing: what somebody has written is never mixed with what is invented.
fn demonstrate(config: Config, args: &DemoArgs) -> anyhow::Result<()> {
    let url = config.database_url();
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
    Store::migrate(&url).context("cannot migrate the database")?;
    let begun = std::time::Instant::now();
    let app = server::open(config, Clock::System)?;
    if !app.is_untouched().context("cannot ask the database")? {
        bail!(
            "the demonstration is for an empty database, and this one knows areas, people or tickets already; nothing was changed. \
             Another data folder (ATIENDE_DATA_DIR) or database (ATIENDE_DATABASE_URL) can be filled"
        );
    }
    let settings = demo::Settings {
        n_tickets: args.tickets,
        seed: args.seed,
        until: app.now(),
        rules: app.rules().context("cannot ask the database")?,
    };
    let plan = demo::tell(&settings).context("cannot tell the year")?;
    let n_steps = plan.steps.len();
    say(&format!("{}: {} people, {} tickets, {n_steps} steps\n", demo::agency::NAME, plan.agency.people.len(), plan.n_stories))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().context("cannot start threads")?;
    let told = std::sync::atomic::AtomicUsize::new(0);
    let tell = |n_done: usize| {
        let tenth = n_done * 10 / n_steps;
        if told.fetch_max(tenth, std::sync::atomic::Ordering::Relaxed) < tenth {
            let _ = say(&format!("{:>4} %\n", tenth * 10));
        }
    };
    let shown =
        app.carry_out_demo(&plan, runtime.handle(), &tell).context("the demonstration stopped; delete what it wrote and begin again")?;
    app.store.stop();
    say(&format!("Filled in {:.0} seconds. These accounts can sign in; the passwords are shown once:\n\n", begun.elapsed().as_secs_f64()))?;
    for account in shown {
        say(&format!("  {:<11} {:<28} {:<30} {}\n", account.role.name(), account.email, account.name.as_str(), account.password))?;
    }
    say("\nNobody else can. Another password for anybody: atiende user password EMAIL\n")
}

fn add_user(config: Config, email: &str, name: &str, area: &str, roles: &str) -> anyhow::Result<()> {
    let email = Email::parse(email).with_context(|| format!("{email:?} is not an e-mail address"))?;
    let name = Line::parse(name).context("--name is wrong")?;
    let roles = roles
        .split(',')
        .map(|role| {
            role.trim()
                .parse::<Role>()
                .ok()
                .filter(|role| *role != Role::AreaHead)
                .with_context(|| format!("there is no role {role:?} to give"))
        })
        .collect::<Result<_, _>>()?;
    let (password, hash) = read_password()?;
    let store = open_store(&config)?;
    let now = Clock::System.now();
    let area_id = store
        .read::<_, store::StoreError>(|conn| store::areas::find_by_name(conn, area))
        .context("cannot look for the area")?
        .with_context(|| format!("there is no area {area:?}"))?;
    let person = NewPerson {
        name,
        email: Some(email.clone()),
        post: None,
        area: area_id,
        extension: None,
        phone: None,
        place: None,
        language: words::Language::Spanish.tag().into(),
        roles,
        is_contact: false,
        is_active: true,
    };
    let id = store
        .write(move |conn| {
            let id = store::people::insert(conn, None, now, &person)?;
            store::accounts::set_password(conn, None, now, id, &hash, None)?;
            Ok::<_, store::records::RecordError>(id)
        })
        .map_err(|error| anyhow::anyhow!("cannot add {email}: {error}"))?;
    store.stop();
    tell_password(&format!("Added {email} as person {id}."), password)
}

fn give_password(config: Config, email: &str) -> anyhow::Result<()> {
    let (password, hash) = read_password()?;
    let store = open_store(&config)?;
    let now = Clock::System.now();
    let address = email.trim().to_lowercase();
    let person = store
        .read::<_, store::StoreError>(|conn| store::people::find_by_email(conn, &address))
        .context("cannot look for the person")?
        .filter(|person| !person.is_contact)
        .with_context(|| format!("there is nobody of the directory with the address {email}"))?;
    let id = person.id;
    store
        .write::<_, store::records::RecordError>(move |conn| store::accounts::set_password(conn, None, now, id, &hash, None))
        .context("cannot write the password")?;
    store.stop();
    tell_password(&format!("Changed the password of {email}."), password)
}

/// A password from standing input where one is piped in, or a random one. And its hash.
fn read_password() -> anyhow::Result<(Option<String>, String)> {
    use std::io::{IsTerminal, Read};
    let mut given = String::new();
    if !std::io::stdin().is_terminal() {
        std::io::stdin().take(4096).read_to_string(&mut given).context("cannot read the password from standard input")?;
    }
    let given = given.trim_end_matches(['\r', '\n']);
    let made = if given.is_empty() { Some(crate::random::secret()[..20].to_owned()) } else { None };
    let password = made.as_deref().unwrap_or(given);
    passwords::check(password).map_err(|_| {
        anyhow::anyhow!(
            "the password is too weak: {} to {} characters, not all the same",
            passwords::MIN_CHARACTERS,
            passwords::MAX_CHARACTERS
        )
    })?;
    let hash = passwords::hash_now(password).context("cannot hash the password")?;
    Ok((made, hash))
}

fn tell_password(what: &str, made: Option<String>) -> anyhow::Result<()> {
    match made {
        Some(password) => say(&format!("{what} The password, shown once: {password}\n")),
        None => say(&format!("{what}\n")),
    }
}

fn open_store(config: &Config) -> anyhow::Result<Store> {
    let settings = StoreSettings { url: config.database_url(), n_readers: 1, queue: 16 };
    let store = Store::open(&settings).context("cannot open the database")?;
    require_migrated(&store)?;
    Ok(store)
}

fn require_migrated(store: &Store) -> anyhow::Result<()> {
    let pending = store.pending_migrations().context("cannot ask the database")?;
    if pending.is_empty() { Ok(()) } else { bail!("the database is not migrated: run `atiende migrate` (pending: {})", pending.join(", ")) }
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log_level).context("the setting log_level is wrong")?;
    // Colours are for people who watch; in a file or a journal they are noise.
    let is_watched = std::io::IsTerminal::is_terminal(&std::io::stderr()) && std::env::var_os("NO_COLOR").is_none();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_watched);
    match config.log_format {
        LogFormat::Plain => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write to standard output")
}
