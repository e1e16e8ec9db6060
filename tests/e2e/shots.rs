//! The README's pictures, taken of the demonstration by `cargo xtask shots`. Its arguments: the server's program, and the folder for the pictures.
//!
//! The demonstration's year is always the same; what is said relative to now is of the day on which they are taken.

#![allow(clippy::unwrap_used, reason = "what cannot be taken is told by panicking, and mended")]

#[allow(dead_code, reason = "the tests do more with it")]
mod browser;

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use thirtyfour::Key;

use browser::Browser;

/// An account of the demonstration.
struct Account {
    role: String,
    email: String,
    name: String,
    password: String,
}

/// A server on the demonstration; it ends with this.
struct Server {
    child: Child,
    base: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program on a folder, hearing nothing else of the environment.
fn program(server: &OsString, folder: &Path) -> Command {
    let mut command = Command::new(server);
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command.env("ATIENDE_DATA_DIR", folder).env("ATIENDE_DATABASE_URL", format!("sqlite:{}/atiende.db", folder.display()));
    command.env("ATIENDE_LISTEN", "127.0.0.1:0").env("ATIENDE_PUBLIC_URL", "https://mesa.agencia.example");
    command
}

/// Fills the demonstration, and tells its accounts: «role, address, name, password» in a line each.
fn fill(server: &OsString, folder: &Path) -> Vec<Account> {
    let output = program(server, folder).arg("demo").stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the demonstration is filled");
    let said = String::from_utf8(output.stdout).unwrap();
    let account = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [role, email, name @ .., password] = words.as_slice() else { return None };
        let [role, email, password] = [*role, *email, *password].map(str::to_owned);
        email.contains('@').then(|| Account { role, email, name: name.join(" "), password })
    };
    said.lines().filter(|line| line.starts_with("  ")).filter_map(account).collect()
}

fn serve(server: &OsString, folder: &Path) -> Server {
    let mut child = program(server, folder).arg("serve").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = lines.find_map(|line| {
        let said = line.unwrap();
        let words = said.split_once("Serving ")?.1.split_whitespace();
        words.filter_map(|word| word.parse::<SocketAddr>().ok()).next()
    });
    // Whatever it says later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Server { child, base: format!("http://{}", address.expect("it says where it serves")) }
}

/// Who takes the pictures, and where they go.
struct Camera {
    base: String,
    accounts: Vec<Account>,
    folder: PathBuf,
}

impl Camera {
    fn account(&self, role: &str) -> &Account {
        self.accounts.iter().find(|account| account.role == role).unwrap_or_else(|| panic!("the demonstration has an account for {role}"))
    }

    /// A window of somebody with this role.
    async fn window_of(&self, role: &str) -> Browser {
        let account = self.account(role);
        let browser = Browser::open(&self.base).await;
        let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        browser.driver.cdp().send_raw("Emulation.setEmulatedMedia", still).await.unwrap();
        browser.driver.cdp().send_raw("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await.unwrap();
        browser.go("/").await;
        browser.type_in("#email", &account.email).await;
        browser.type_in("#password", &account.password).await;
        browser.click("form button[type=submit]").await;
        browser.find(".frame").await;
        browser
    }

    /// The window as it is, so large.
    async fn take(&self, browser: &Browser, name: &str, width: u32, height: u32) {
        browser.size(width, height).await;
        browser.until("document.querySelector('h1') && !document.querySelector('.skeleton')").await;
        browser.run("window.scrollTo(0, 0); return 0").await;
        // Nothing is pointed at.
        browser.driver.action_chain().move_to(0, 0).perform().await.unwrap();
        // What follows the window's size is drawn in the next frames.
        tokio::time::sleep(Duration::from_millis(300)).await;
        browser.driver.screenshot(&self.folder.join(format!("{name}.png"))).await.unwrap();
    }

    async fn take_all(&self) {
        let person = self.window_of("user").await;
        self.take(&person, "home", 1280, 800).await;
        self.take(&person, "home-phone", 360, 780).await;
        person.close().await;

        let level2 = self.window_of("support2").await;
        level2.go("/tickets?phase=verifying&holder=me").await;
        level2.click(".tickets tbody tr:first-child .title-cell a").await;
        level2.click(".flow-summary").await;
        level2.find(".flow .now").await;
        self.take(&level2, "ticket", 1280, 1180).await;
        level2.close().await;

        let desk = self.window_of("help_desk").await;
        self.call(&desk).await;
        self.take(&desk, "call", 1280, 980).await;
        desk.close().await;

        let head = self.window_of("it_head").await;
        head.run("localStorage.setItem('theme', 'dark'); return 0").await;
        head.go("/figures").await;
        head.until_count(".chart", 10).await;
        self.take(&head, "figures", 1280, 1180).await;
        head.close().await;
    }

    /// A call as it is half-way: who calls and what they asked for already, what happens, what it is.
    async fn call(&self, desk: &Browser) {
        desk.go("/call").await;
        desk.focused("call-who").await;
        let name = &self.account("user").name;
        desk.write(&name.chars().take(8).collect::<String>()).await;
        desk.find(".find-options [role=option]").await;
        desk.press(Key::Enter).await;
        desk.find(".c-side .c-name").await;
        desk.focused("call-description").await;
        desk.write("La impresora del pasillo no imprime a doble cara. Ayer sí lo hacía.").await;
        desk.click("#form-call input[value=occurrence], .kinds input[value=occurrence]").await;
        desk.type_in("#call-action_taken", "Se activó la impresión a doble cara en sus preferencias.").await;
    }
}

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(server), Some(folder)) = (arguments.next(), arguments.next()) else { panic!("shots SERVER FOLDER") };
    let data = tempfile::tempdir().unwrap();
    let accounts = fill(&server, data.path());
    let server = serve(&server, data.path());
    std::fs::create_dir_all(&folder).unwrap();
    let camera = Camera { base: server.base.clone(), accounts, folder: folder.into() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(camera.take_all());
}
