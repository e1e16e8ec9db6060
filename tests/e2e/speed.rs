//! How soon the first screen is there on a slow machine, and how long a list takes to be drawn. What was measured is left in `target/speed.json`;
//! against a release server (`ATIENDE_BIN`) these are the figures of `docs/benchmarks.md`.
//!
//! Machines that test do much besides: of several times the quickest counts, and the limits are wide. They are there for what makes the app many
//! times slower, not for a tenth.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use store::Backend;

use super::browser::Browser;
use super::{alone, base, signed_in};
use crate::world::{Installation, Who, wait_for};

/// As a cheap telephone is to a desk's computer.
const TIMES_SLOWER: u32 = 4;
const N_TIMES: usize = 5;
/// What is promised is 1,500 (of a release server) and 50.
const MOST_UNTIL_USABLE: f64 = 5_000.0;
const MOST_UNTIL_DRAWN: f64 = 150.0;

/// Notes when a screen can be used, when an answer with a list was read, and when its rows were there and painted.
const STOPWATCH: &str = "
    const watch = window.__watch = { usable: null, read: null, drawn: null, painted: null };
    for (const name of ['arrayBuffer', 'text', 'json', 'bytes', 'blob']) {
        const plain = Response.prototype[name];
        if (plain) Response.prototype[name] = async function () {
            const body = await plain.apply(this);
            if (new URL(this.url).pathname.endsWith('/api/v1/tickets')) Object.assign(watch, { read: performance.now(), drawn: null, painted: null });
            return body;
        };
    }
    const after = (then) => requestAnimationFrame(() => { const way = new MessageChannel(); way.port1.onmessage = then; way.port2.postMessage(0); });
    new MutationObserver(() => {
        const is_whole = document.querySelector('h1') && !document.querySelector('.skeleton');
        if (watch.usable === null && is_whole) {
            watch.usable = 0;
            after(() => { watch.usable = performance.now(); });
        }
        if (watch.read !== null && watch.drawn === null && document.querySelectorAll('.tickets tbody tr').length === 50) {
            watch.drawn = performance.now() - watch.read;
            after(() => { watch.painted = performance.now() - watch.read; });
        }
    }).observe(document, { childList: true, subtree: true });";

impl Browser {
    async fn slow_down(&self, times: u32) {
        self.driver.cdp().send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await.unwrap();
    }

    /// What the stopwatch says of this, once it does.
    async fn noted(&self, what: &str) -> f64 {
        self.until(&format!("window.__watch && window.__watch.{what}")).await;
        self.run(&format!("return window.__watch.{what}")).await.as_f64().unwrap()
    }

    /// Loads a page with nothing kept from before, as often as is measured; each time, how long until it could be used.
    async fn until_usable(&self, path: &str) -> Vec<f64> {
        let mut all = Vec::new();
        for _ in 0..N_TIMES {
            self.driver.cdp().send_raw("Network.clearBrowserCache", json!({})).await.unwrap();
            self.go(path).await;
            all.push(self.noted("usable").await);
        }
        all
    }
}

fn quickest(all: &[f64]) -> f64 {
    all.iter().copied().fold(f64::INFINITY, f64::min)
}

#[test]
fn the_first_screen_is_there_soon_and_a_list_is_drawn_at_once() {
    let _alone = alone();
    let installation = Installation::new(Backend::Sqlite);
    let (process, _agency) = installation.found();
    for n in 0..60 {
        let request = json!({ "channel": "web", "title": format!("Escáner {n} del piso 5"), "description": "Desde hoy." });
        process.caller(Who::User).create(request).must(201);
    }
    let base = base(&process);

    let (stranger, home, drawn, painted) = wait_for(async move {
        let browser = signed_in(&base, Who::User).await;
        browser.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": STOPWATCH })).await.unwrap();
        browser.slow_down(TIMES_SLOWER).await;
        let home = browser.until_usable("/").await;
        browser.slow_down(1).await;
        browser.driver.cdp().send_raw("Network.clearBrowserCookies", json!({})).await.unwrap();
        browser.slow_down(TIMES_SLOWER).await;
        let stranger = browser.until_usable("/").await;
        browser.slow_down(1).await;
        browser.close().await;

        // The list comes from another page of the app, which is loaded already.
        let desk = signed_in(&base, Who::HelpDesk).await;
        desk.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": STOPWATCH })).await.unwrap();
        let (mut drawn, mut painted) = (Vec::new(), Vec::new());
        for _ in 0..N_TIMES {
            desk.go("/notices").await;
            desk.noted("usable").await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            desk.click(".rail a[href='/tickets']").await;
            painted.push(desk.noted("painted").await);
            drawn.push(desk.noted("drawn").await);
        }
        desk.close().await;
        (stranger, home, drawn, painted)
    });

    let measured: Value = json!({
        "milliseconds_until_a_first_visit_can_sign_in": stranger,
        "milliseconds_until_the_home_can_be_used": home,
        "milliseconds_until_50_rows_are_drawn": drawn,
        "milliseconds_until_50_rows_are_painted": painted,
        "processor_slowed_for_the_first_two": TIMES_SLOWER,
    });
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/speed.json");
    std::fs::write(file, serde_json::to_vec_pretty(&measured).unwrap()).unwrap();
    assert!(quickest(&stranger) < MOST_UNTIL_USABLE && quickest(&home) < MOST_UNTIL_USABLE, "{measured:#}");
    assert!(quickest(&drawn) < MOST_UNTIL_DRAWN, "{measured:#}");
}
