//! The app as one installs it: it begins without the server, says so, and has what was begun.

use store::Backend;

use super::browser::Browser;
use super::{among_others, base, signed_in};
use crate::world::{Installation, Who, wait_for};

/// The worker has what it needs, and looks after this page.
async fn until_kept(browser: &Browser) {
    browser.until("!!navigator.serviceWorker.controller").await;
}

on_both! {
    fn the_app_begins_without_the_server_and_has_what_was_begun(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let (address, base) = (process.address().to_string(), base(&process));

        let desk = wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            until_kept(&desk).await;
            desk.go("/call").await;
            desk.type_in("#call-description", "La impresora del piso 3 no imprime").await;
            desk
        });
        process.stop();

        let desk = wait_for(async move {
            // A window that is opened anew finds nobody at the other end.
            desk.driver.refresh().await.unwrap();
            desk.says("Sin conexión con el servidor").await;
            assert!(desk.shows(".alone button").await, "one may try again at once");
            desk
        });
        let process = installation.serve_with(&[("ATIENDE_LISTEN", address)]);

        wait_for(async move {
            // By itself, a few seconds later.
            let description = desk.value("#call-description").await;
            assert_eq!(description, "La impresora del piso 3 no imprime");
            let kept = desk.run(
                "return caches.keys().then(async (names) => {
                     const kept = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((request) => request.url)));
                     return kept.flat().filter((url) => new URL(url).pathname.startsWith('/api'));
                 })",
            );
            assert_eq!(kept.await.as_array().map(Vec::len), Some(0), "what the API answers is never kept");
            desk.close().await;
        });
        drop(process);
    }
}

#[test]
fn a_browser_is_offered_to_install_it() {
    let _turn = among_others();
    let installation = Installation::new(Backend::Sqlite);
    let (process, _agency) = installation.found();
    let base = base(&process);

    wait_for(async move {
        let browser = Browser::open(&base).await;
        browser.go("/").await;
        browser.find("#email").await;
        until_kept(&browser).await;
        let manifest = browser.driver.cdp().send_raw("Page.getAppManifest", serde_json::json!({})).await.unwrap();
        assert_eq!(manifest["errors"].as_array().map(Vec::len), Some(0), "{manifest}");
        assert!(manifest["data"].as_str().unwrap().contains("Atiende"), "{manifest}");
        let obstacles = browser.driver.cdp().send_raw("Page.getInstallabilityErrors", serde_json::json!({})).await.unwrap();
        // Chromium itself does not install without a profile that lasts.
        let obstacles = obstacles["installabilityErrors"].as_array().unwrap();
        let ours: Vec<_> = obstacles.iter().filter(|obstacle| obstacle["errorId"] != "in-incognito").collect();
        assert!(ours.is_empty(), "{ours:?}");
        browser.close().await;
    });
}
