//! What a screen is looked at for: pictures for people to see, and what axe-core says for all who use it otherwise.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use store::Backend;

use super::browser::Browser;
use super::{among_others, base};
use crate::demo::accounts;
use crate::world::{Installation, wait_for};

const AXE: &str = include_str!("../axe-core/axe.min.js");

/// WCAG 2.2 AA with all that it builds on, and what axe-core advises besides.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/// The rules whose answer another theme may change.
const OF_COLOURS: [&str; 2] = ["color-contrast", "link-in-text-block"];

const THEMES: [&str; 2] = ["light", "dark"];
/// A desk's screen, and a phone.
const SIZES: [(u32, u32); 2] = [(1280, 900), (360, 800)];
/// Longer pages are looked at as far as this.
const MOST_HIGH: u64 = 8_000;
/// As wide as the desk's screen is at 200 % (WCAG 1.4.4) and at 400 % (1.4.10).
const ZOOMED: [u32; 2] = [640, 320];

/// What moves although less motion was asked for.
const MOVES: &str = "
    const still = (times) => times.split(',').every((time) => parseFloat(time) === 0);
    const moves = (style) => !still(style.transitionDuration) || (style.animationName !== 'none' && !still(style.animationDuration));
    return [...document.querySelectorAll('*')].filter((one) => moves(getComputedStyle(one))).map((one) => one.outerHTML.slice(0, 80)).slice(0, 3)";

/// What a picture is of: the form that is open, and the tab that is chosen.
const IN_SIGHT: &str = "
    document.querySelector('.action-form')?.scrollIntoView({ block: 'nearest' });
    document.querySelector('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    return 0";

/// Where the rest of a long list begins: its rows are made as those before them.
const LONG: &str = "[['tbody > tr:nth-child(n+13)'], ['.list > li:nth-child(n+13)']]";

const VIOLATIONS: &str = "
    const done = arguments[1];
    const told = (node) => node.target.join(' ') + ' (' + node.failureSummary.replace(/\\s+/g, ' ') + ')';
    axe.run({ include: [['html']], exclude: LONG }, { runOnly: arguments[0], resultTypes: ['violations'], preload: false })
        .then((results) => done(results.violations.map((rule) => `${rule.id}, ${rule.impact}: ${rule.nodes.map(told).join('; ')}`)))
        .catch((error) => done([String(error)]))";

impl Browser {
    /// Pictures of the screen at 1280 and 360 pixels, light and dark, in `target/shots`; and nothing may be wrong with it.
    ///
    /// Done once for each name: on the other database the screen is the same.
    pub async fn shoot(&self, name: &str) {
        static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        if !SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned()) {
            return;
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/shots");
        std::fs::create_dir_all(&folder).unwrap();
        let faults = self.faults(Some(&folder.join(name))).await;
        assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
    }

    /// What is wrong with the screen for somebody: a rule of axe-core, something wider than the window, something that moves for whoever wishes it
    /// did not. `picture` is how the files of its pictures begin.
    pub async fn faults(&self, picture: Option<&Path>) -> Vec<String> {
        let before = self.run("return document.documentElement.dataset.theme || ''").await;
        self.reduce_motion(true).await;
        let moving = self.run(MOVES).await;
        let mut faults: Vec<String> = moving.as_array().into_iter().flatten().map(|one| format!("moves: {one}")).collect();
        for (width, height) in SIZES {
            self.size(width, height).await;
            faults.extend(self.overflow(width).await);
            if let Some(picture) = picture {
                self.run(IN_SIGHT).await;
                for theme in THEMES {
                    self.wear(theme).await;
                    self.driver.screenshot(Path::new(&format!("{}-{width}-{theme}.png", picture.display()))).await.unwrap();
                }
            }
            // As high as the page: what the bars cover until one scrolls is no fault.
            let whole = self.run("return document.documentElement.scrollHeight").await.as_u64().unwrap_or_default();
            self.size(width, height.max(whole.min(MOST_HIGH) as u32)).await;
            for theme in THEMES {
                self.wear(theme).await;
                let rules = match theme {
                    "dark" => json!({ "type": "rule", "values": OF_COLOURS }),
                    _ => json!({ "type": "tag", "values": TAGS }),
                };
                faults.extend(self.axe(rules).await.into_iter().map(|fault| format!("{width} {theme}: {fault}")));
            }
        }
        for width in ZOOMED {
            self.size(width, 450).await;
            faults.extend(self.overflow(width).await);
        }
        self.wear(before.as_str().unwrap_or_default()).await;
        self.size(1280, 900).await;
        self.reduce_motion(false).await;
        faults
    }

    async fn wear(&self, theme: &str) {
        self.run(&format!("document.documentElement.dataset.theme = '{theme}'; return 0")).await;
    }

    async fn axe(&self, rules: Value) -> Vec<String> {
        if self.run("return !window.axe").await == true {
            self.run(AXE).await;
        }
        let violations = self.driver.execute_async(VIOLATIONS.replace("LONG", LONG), vec![rules]).await.unwrap();
        violations.json().as_array().into_iter().flatten().map(ToString::to_string).collect()
    }

    async fn overflow(&self, width: u32) -> Option<String> {
        let overflow = self.run("return document.documentElement.scrollWidth - window.innerWidth").await.as_i64().unwrap_or_default();
        (overflow > 0).then(|| format!("{overflow} pixels wider than a screen of {width}"))
    }

    /// As the person's system says it wishes.
    async fn reduce_motion(&self, is: bool) {
        let value = if is { "reduce" } else { "no-preference" };
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": value }] });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await.unwrap();
    }

    /// Waits until everything that was asked for is drawn.
    async fn drawn(&self) {
        self.until("document.querySelector('h1') && !document.querySelector('.skeleton')").await;
    }
}

/// The screens of somebody who is not signed in.
const OF_ALL: [&str; 5] = ["/sign-in", "/forgot", "/setup", "/reset#token=forged", "/answer#1-2-3.forged"];

/// The screens of each role that a link leads to; `TICKET` and `REPORT` are the first that a list shows.
const OF_ROLES: [(&str, &[&str]); 8] = [
    ("user", &["/", "/request", "/tickets", "/notices", "/me", "TICKET", "/help", "/nowhere"]),
    ("area_head", &["/", "/mine", "/told", "/figures", "/tickets", "TICKET", "/help"]),
    (
        "help_desk",
        &[
            "/",
            "/?phase=in_attention&sort=waiting",
            "/?waiting=true&sort=waiting",
            "/?phase=to_close&sort=waiting",
            "/?holder=me&sort=waiting",
            "/call",
            "/call?channel=email",
            "/tickets",
            "/tickets?phase=recorded",
            "/mine",
            "/request",
            "/notices",
            "TICKET",
            "/admin/mail-in",
            "/help",
        ],
    ),
    ("support1", &["/", "/?phase=escalated1&sort=waiting", "TICKET", "/help"]),
    (
        "support2",
        &[
            "/",
            "/?phase=escalated2&sort=waiting",
            "/?phase=with_provider&sort=waiting",
            "/?phase=verifying&sort=waiting",
            "/?phase=contracting&sort=waiting",
            "TICKET",
            "/help",
        ],
    ),
    ("it_head", &["/", "/evaluate", "REPORT", "/figures", "TICKET", "/help"]),
    (
        "admin",
        &[
            "/admin/people",
            "/admin/people/new",
            "/admin/people/2",
            "/admin/areas",
            "/admin/areas/new",
            "/admin/areas/2",
            "/admin/services",
            "/admin/services/1",
            "/admin/providers",
            "/admin/providers/1",
            "/admin/absences",
            "/admin/absences/new",
            "/admin/import",
            "/admin/tokens",
            "/admin/settings",
            "/admin/mail-out",
            "/admin/mail-in",
            "/admin/mail-in/1",
            "/admin/health",
            "/help",
        ],
    ),
    ("auditor", &["/", "/audit", "/tickets", "TICKET", "/figures", "/admin/mail-in", "/admin/mail-out", "/admin/settings", "/help"]),
];

impl Browser {
    /// To another page of the app, as its links lead there: nothing is loaded anew.
    async fn turn_to(&self, path: &str) {
        self.run(&format!("history.pushState(null, '', '{path}'); dispatchEvent(new PopStateEvent('popstate')); return 0")).await;
        self.drawn().await;
    }
}

/// The first link of a list.
async fn first_of(browser: &Browser, list: &str, link: &str) -> String {
    browser.turn_to(list).await;
    browser.find(&format!("a[href^='{link}']")).await.attr("href").await.unwrap().unwrap()
}

/// Somebody else sits down at this browser.
async fn hand_over(browser: &Browser, email: &str, password: &str) {
    browser.driver.cdp().send_raw("Network.clearBrowserCookies", json!({})).await.unwrap();
    browser.run("localStorage.clear(); localStorage.setItem('whole', 'yes'); sessionStorage.clear(); return 0").await;
    browser.go("/").await;
    browser.type_in("#email", email).await;
    browser.type_in("#password", password).await;
    browser.click("form button[type=submit]").await;
    browser.find(".frame").await;
}

#[test]
fn nothing_is_wrong_with_any_screen_of_any_role() {
    let _turn = among_others();
    let installation = Installation::new(Backend::Sqlite);
    let filled = installation.run(&["demo", "--tickets", "100"]);
    let said = String::from_utf8_lossy(&filled.stdout).into_owned();
    assert!(filled.status.success(), "{said}\n{}", String::from_utf8_lossy(&filled.stderr));
    let accounts = accounts(&said);
    let process = installation.serve();
    let base = base(&process);

    let faults = wait_for(async move {
        let browser = Browser::open(&base).await;
        let mut faults = Vec::new();
        for path in OF_ALL {
            browser.go("/nowhere").await; // The next may be the same page with another fragment.
            browser.go(path).await;
            browser.drawn().await;
            faults.extend(browser.faults(None).await.into_iter().map(|fault| format!("{path}: {fault}")));
        }
        for (role, email, password) in &accounts {
            let (_, screens) = OF_ROLES.iter().find(|(of, _)| of == role).unwrap_or_else(|| panic!("the screens of {role}"));
            hand_over(&browser, email, password).await;
            for screen in *screens {
                let path = match *screen {
                    "TICKET" => first_of(&browser, "/tickets", "/tickets/").await,
                    "REPORT" => first_of(&browser, "/evaluate", "/evaluate/").await,
                    path => path.to_owned(),
                };
                browser.turn_to(&path).await;
                let found = [browser.faults(None).await, browser.troubles().await].concat();
                faults.extend(found.into_iter().map(|fault| format!("{role} {path}: {fault}")));
            }
        }
        browser.close().await;
        faults
    });

    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
