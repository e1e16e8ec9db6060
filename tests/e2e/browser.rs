//! A real browser: Chromium, driven by its own driver, which is started for one test and ends with it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::prelude::*;

/// Far more than any screen takes, so that one that never comes fails a test.
const PATIENCE: Duration = Duration::from_secs(60);
const OFTEN: Duration = Duration::from_millis(50);

/// Notes what goes wrong in a page.
const LISTENER: &str = r#"
    window.__troubles = [];
    const note = (kind, what) => window.__troubles.push(kind + ': ' + what);
    addEventListener('error', (event) => note('error', event.message));
    addEventListener('unhandledrejection', (event) => note('rejection', event.reason));
    addEventListener('securitypolicyviolation', (event) => note('policy', event.violatedDirective + ' ' + event.blockedURI));
"#;

/// One window of one person, with a profile of its own.
pub struct Browser {
    pub driver: WebDriver,
    base: String,
    _process: Driver,
    _profile: TempDir,
}

/// The driver's process; killed when dropped, and its browser with it.
struct Driver {
    child: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The browser is of the driver's group, and must not outlive it: a test that panics says no goodbye.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Driver {
    fn start() -> Driver {
        // Two that start at once may choose the same port, and then one of them ends.
        const N_TRIES: usize = 5;
        let started = (0..N_TRIES).find_map(|_| Driver::try_to_start());
        started.expect("the driver says its port before it ends")
    }

    fn try_to_start() -> Option<Driver> {
        let path = std::env::var_os("ATIENDE_CHROMEDRIVER").map_or_else(|| PathBuf::from("/usr/bin/chromedriver"), PathBuf::from);
        let spawned = Command::new(&path).arg("--port=0").process_group(0).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("cannot start {}: {error}; `cargo xtask test` installs it", path.display()));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').parse().unwrap())
        });
        // Without a port it has ended; it is waited for all the same.
        let mut driver = Driver { child, port: 0 };
        driver.port = port?;
        Some(driver)
    }
}

impl Browser {
    /// Opens a window on the app that is served at `base`.
    pub async fn open(base: &str) -> Browser {
        let process = Driver::start();
        let profile = tempfile::tempdir().unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        if let Some(path) = std::env::var_os("ATIENDE_CHROMIUM") {
            capabilities.set_binary(&path.to_string_lossy()).unwrap();
        }
        let profile_argument = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // Pages of the address bar, which nobody sees here: a third of what opening the browser and a first page takes.
            "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
            "--lang=es-PE",
            "--accept-lang=es-PE",
            "--window-size=1280,900",
            &profile_argument,
        ];
        arguments.iter().for_each(|argument| capabilities.add_arg(argument).unwrap());
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", process.port), capabilities).await.unwrap();
        driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LISTENER })).await.unwrap();
        Browser { driver, base: base.to_owned(), _process: process, _profile: profile }
    }

    pub async fn go(&self, path: &str) {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.driver.goto(url).await.unwrap();
    }

    /// The element, once it is there and shown.
    pub async fn find(&self, css: &str) -> WebElement {
        let begun = std::time::Instant::now();
        loop {
            match self.driver.query(By::Css(css)).wait(PATIENCE, OFTEN).and_displayed().first().await {
                Ok(element) => return element,
                // Drawn anew while it was looked at.
                Err(error) if is_stale(&error) && begun.elapsed() < PATIENCE => {}
                Err(error) => panic!("nothing on the screen is {css:?} ({error}); the screen says:\n{}", self.text().await),
            }
        }
    }

    /// Is there such an element, and shown?
    pub async fn shows(&self, css: &str) -> bool {
        for element in self.driver.find_all(By::Css(css)).await.unwrap() {
            if element.is_displayed().await.unwrap_or(false) {
                return true;
            }
        }
        false
    }

    pub async fn click(&self, css: &str) {
        let begun = std::time::Instant::now();
        loop {
            let element = self.find(css).await;
            let clicked = async {
                element.scroll_into_view().await?;
                element.click().await
            };
            match clicked.await {
                Ok(()) => return,
                Err(error) if is_stale(&error) && begun.elapsed() < PATIENCE => {}
                Err(error) => panic!("{css:?} cannot be clicked ({error}); the screen says:\n{}", self.text().await),
            }
        }
    }

    /// Types into a field, in place of what is in it.
    pub async fn type_in(&self, css: &str, text: &str) {
        let begun = std::time::Instant::now();
        loop {
            let field = self.find(css).await;
            let typed = async {
                field.clear().await?;
                field.send_keys(text).await
            };
            match typed.await {
                Ok(()) => return,
                Err(error) if is_stale(&error) && begun.elapsed() < PATIENCE => {}
                Err(error) => panic!("nothing can be typed into {css:?} ({error}); the screen says:\n{}", self.text().await),
            }
        }
    }

    /// Waits until a field holds this.
    pub async fn holds(&self, css: &str, value: &str) {
        let begun = std::time::Instant::now();
        loop {
            let now = self.value(css).await;
            if now == value {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{css:?} holds {now:?}, and never {value:?}; the screen says:\n{}", self.text().await);
            tokio::time::sleep(OFTEN).await;
        }
    }

    /// What a field holds, once it is there and shown.
    pub async fn value(&self, css: &str) -> String {
        let begun = std::time::Instant::now();
        loop {
            match self.find(css).await.value().await {
                Ok(value) => return value.unwrap_or_default(),
                Err(error) if is_stale(&error) && begun.elapsed() < PATIENCE => {}
                Err(error) => panic!("what {css:?} holds cannot be read ({error})"),
            }
        }
    }

    /// Waits until the address has a path that begins so.
    pub async fn leads_to(&self, path: &str) {
        let begun = std::time::Instant::now();
        loop {
            let now = self.path().await;
            if now.starts_with(path) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the path is {now}, and never {path}; the screen says:\n{}", self.text().await);
            tokio::time::sleep(OFTEN).await;
        }
    }

    /// Chooses one of a list, by its words, once it has come.
    pub async fn choose(&self, css: &str, words: &str) {
        let list = self.find(css).await;
        let option = format!(".//option[normalize-space()='{words}']");
        let found = list.query(By::XPath(option)).wait(PATIENCE, OFTEN).first().await;
        found.unwrap_or_else(|error| panic!("{css:?} offers no {words:?} ({error})")).click().await.unwrap();
    }

    pub async fn press(&self, key: Key) {
        self.driver.active_element().await.unwrap().send_keys(key + "").await.unwrap();
    }

    /// A letter where nothing is written.
    pub async fn press_key(&self, letter: &str) {
        self.driver.action_chain().send_keys(letter).perform().await.unwrap();
    }

    pub async fn press_with_control(&self, key: impl Into<char>) {
        let key: char = key.into();
        self.driver.action_chain().key_down(Key::Control).send_keys(key.to_string()).key_up(Key::Control).perform().await.unwrap();
    }

    /// On to the next thing that takes the focus, or back to the one before.
    pub async fn step(&self, is_back: bool) {
        let tab = char::from(Key::Tab).to_string();
        let keys = self.driver.action_chain();
        let keys = if is_back { keys.key_down(Key::Shift).send_keys(tab).key_up(Key::Shift) } else { keys.send_keys(tab) };
        keys.perform().await.unwrap();
    }

    /// Waits until this is so, of the page.
    pub async fn until(&self, condition: &str) {
        let begun = std::time::Instant::now();
        while self.run(&format!("return !!({condition})")).await != true {
            assert!(begun.elapsed() < PATIENCE, "never {condition}; the screen says:\n{}", self.text().await);
            tokio::time::sleep(OFTEN).await;
        }
    }

    /// Types where the focus is.
    pub async fn write(&self, text: &str) {
        self.driver.action_chain().send_keys(text).perform().await.unwrap();
    }

    /// Waits until the element of this id has the focus.
    pub async fn focused(&self, id: &str) {
        let begun = std::time::Instant::now();
        loop {
            let now = self.run("return document.activeElement ? document.activeElement.id : ''").await;
            if now == id {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{id:?} never has the focus; {now} has; the screen says:\n{}", self.text().await);
            tokio::time::sleep(OFTEN).await;
        }
    }

    /// How many there are, shown or not.
    pub async fn count(&self, css: &str) -> usize {
        self.driver.find_all(By::Css(css)).await.unwrap().len()
    }

    /// Waits until there are as many.
    pub async fn until_count(&self, css: &str, n: usize) {
        let begun = std::time::Instant::now();
        loop {
            let now = self.count(css).await;
            if now == n {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "there are {now} of {css:?}, and never {n}; the screen says:\n{}", self.text().await);
            tokio::time::sleep(OFTEN).await;
        }
    }

    /// The id of the element that has the focus.
    pub async fn focus(&self) -> String {
        self.driver.active_element().await.unwrap().id().await.unwrap().unwrap_or_default()
    }

    /// Everything that the screen says.
    pub async fn text(&self) -> String {
        // Asked of the page itself: the driver's own way takes a good part of a second for a long list.
        match self.driver.execute("return document.body.innerText", vec![]).await {
            Ok(text) => text.json().as_str().unwrap_or_default().replace('\u{a0}', " "),
            Err(error) => format!("({error})"),
        }
    }

    /// Waits until the screen says so.
    pub async fn says(&self, words: &str) {
        let begun = std::time::Instant::now();
        loop {
            let text = self.text().await;
            if text.contains(words) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the screen never says {words:?}; it says:\n{text}");
            tokio::time::sleep(OFTEN).await;
        }
    }

    pub async fn path(&self) -> String {
        self.driver.current_url().await.unwrap().path().to_owned()
    }

    /// Runs a script in the page, and answers what it returns.
    pub async fn run(&self, script: &str) -> serde_json::Value {
        self.driver.execute(script, vec![]).await.unwrap().json().clone()
    }

    /// What went wrong in the page, by the browser's own account: scripts that fail, what its policy refused.
    pub async fn troubles(&self) -> Vec<String> {
        let log = self.run("return window.__troubles || []").await;
        log.as_array().into_iter().flatten().map(ToString::to_string).collect()
    }

    /// As if the window were so large.
    pub async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
    }

    pub async fn close(self) {
        self.driver.quit().await.unwrap();
    }
}

/// Did the page draw the element anew since it was found?
fn is_stale(error: &WebDriverError) -> bool {
    error.to_string().contains("stale element reference")
}
