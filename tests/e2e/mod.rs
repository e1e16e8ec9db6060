//! The app in a real browser, on the real server, with both databases.

mod axe;
mod browser;
mod decision;
mod desk;
mod figures;
mod hostile;
mod installed;
mod keyboard;
mod mail;
mod mended;
mod paths;
mod records;
mod speed;
mod ticket;
mod trail;
mod views;

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use client::Method;
use serde_json::json;
use store::Backend;
use thirtyfour::Key;

use self::browser::Browser;
use crate::world::{Installation, PASSWORD, Process, Who, wait_for};

static TURNS: RwLock<()> = RwLock::new(());

/// As many tests with browsers at a time as the harness has threads: half of each is waiting.
fn among_others() -> RwLockReadGuard<'static, ()> {
    TURNS.read().unwrap_or_else(PoisonError::into_inner)
}

/// No other test with browsers meanwhile: for what measures time.
fn alone() -> RwLockWriteGuard<'static, ()> {
    TURNS.write().unwrap_or_else(PoisonError::into_inner)
}

/// Who signs in sees their own home.
async fn signed_in(base: &str, who: Who) -> Browser {
    let browser = Browser::open(base).await;
    browser.go("/").await;
    browser.type_in("#email", who.email()).await;
    browser.type_in("#password", PASSWORD).await;
    browser.click("form button[type=submit]").await;
    browser.find(".frame").await;
    browser
}

fn base(process: &Process) -> String {
    format!("http://{}", process.address())
}

/// Opens an action's form, as a button of the ticket does.
async fn begin(browser: &Browser, action: &str) {
    let button = format!("#do-{action}");
    browser.find(".actions").await;
    if !browser.shows(&button).await {
        browser.click("button[aria-controls=more-actions]").await;
    }
    browser.click(&button).await;
    browser.find(".action-form").await;
}

async fn send(browser: &Browser) {
    browser.click(".action-form button[type=submit]").await;
}

on_both! {
    fn the_first_administrator_is_set_up_by_the_printed_link(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let process = installation.serve();
        let link = process.setup_link().unwrap();
        // The public address is a name that nobody serves here; the rest of the link leads to the same page.
        let link = link[link.find("/setup#").unwrap()..].to_owned();
        let base = base(&process);

        wait_for(async move {
            let browser = Browser::open(&base).await;
            browser.go(&link).await;
            browser.type_in("#agency", "Agencia de Promoción").await;
            browser.type_in("#name", "Ana Paz").await;
            browser.type_in("#email", "ana.paz@agencia.example").await;
            browser.type_in("#password", "corta").await;
            browser.shoot("setup").await;
            browser.click("form button[type=submit]").await;
            // Too short: the screen says so, and what was typed is still there.
            browser.says("10").await;
            browser.holds("#agency", "Agencia de Promoción").await;
            browser.type_in("#password", "una frase que nadie adivina").await;
            browser.click("form button[type=submit]").await;

            browser.find(".frame").await;
            browser.says("Ana Paz").await;
            assert!(!browser.run("return location.href").await.to_string().contains("token"), "the token has left the address");
            browser.close().await;
        });

        assert!(process.setup_link().is_some());
    }

    fn a_request_is_made_attended_and_closed_in_two_browsers(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);

        wait_for(async move {
            let person = ask_for_support(&base).await;
            let path = person.path().await;
            let desk = attend(&base, &path).await;

            // The person sees what was done and what was said, and nothing of what was said among the people of IT.
            person.go(&path).await;
            person.says("Se cambió el cable de red del equipo.").await;
            let text = person.text().await;
            assert!(!text.contains("llamar al proveedor"), "an internal note is not for the person:\n{text}");
            assert!(text.contains("Cerrada"), "{text}");
            // They are told that they may reopen it, and the button is at hand.
            assert!(person.shows(".actions-bar #do-reopen").await, "{text}");
            person.shoot("ticket-requester").await;
            assert_eq!(person.troubles().await, Vec::<String>::new());
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            person.close().await;
            desk.close().await;
        });
    }

    fn the_app_speaks_english_and_works_by_keyboard(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        // The person's own language is English; before the server knows who it is, the page speaks what is chosen on it.
        let me = process.caller(Who::User).ask(Method::PATCH, "/me").if_match("*").json(json!({ "language": "en" }));
        me.send().must(200);

        wait_for(async move {
            let browser = Browser::open(&base).await;
            browser.go("/sign-in").await;
            browser.click("button[lang=en]").await;
            browser.says("Sign in").await;
            assert_eq!(browser.run("return document.documentElement.lang").await, "en");
            browser.shoot("sign-in-english").await;
            browser.type_in("#email", Who::User.email()).await;
            browser.press(Key::Tab).await;
            browser.type_in("#password", PASSWORD).await;
            browser.press(Key::Enter).await;

            browser.find(".frame").await;
            browser.says("My requests").await;
            assert_eq!(browser.run("return document.documentElement.lang").await, "en");
            let described = "return document.querySelector('meta[name=description]').content";
            assert_eq!(browser.run(described).await, "Information Technology help desk");
            // Another language, by the person's menu: the page says so to whoever reads it aloud.
            browser.click("#open-menu").await;
            browser.click(".person-menu button[aria-pressed=false]").await;
            browser.says("Mis solicitudes").await;
            assert_eq!(browser.run("return document.documentElement.lang").await, "es-PE");
            assert_eq!(browser.run(described).await, "Mesa de Ayuda de Tecnologías de la Información");
            // What was said in the other language is said no more.
            assert_eq!(browser.run("return document.querySelector('[role=status][aria-live]').textContent").await, "");
            browser.close().await;
        });
    }

    fn a_wrong_password_says_so_and_keeps_what_was_typed(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);

        wait_for(async move {
            let browser = Browser::open(&base).await;
            browser.go("/").await;
            browser.type_in("#email", Who::User.email()).await;
            browser.type_in("#password", "no es esta clave").await;
            browser.click("form button[type=submit]").await;

            browser.says("El correo o la contraseña no coinciden.").await;
            browser.shoot("sign-in").await;
            browser.holds("#email", Who::User.email()).await;
            browser.close().await;
        });
    }
}

/// The person asks, with markup in every field: it is text and nothing else. Ends on the ticket's page.
async fn ask_for_support(base: &str) -> Browser {
    let person = signed_in(base, Who::User).await;
    person.says("Aún no ha solicitado apoyo").await;
    person.shoot("home-requester").await;
    person.go("/request").await;
    person.type_in("#request-title", "No tengo red <script>document.title='mal'</script>").await;
    person.type_in("#request-description", "<img src=x onerror=\"document.title='mal'\"> Desde la mañana no abre ninguna página.").await;
    person.click("#request-impact").await;
    person.shoot("request").await;
    person.click("form button[type=submit].btn-primary").await;
    person.says("TI-").await;
    person.says("onerror").await;
    assert_ne!(person.run("return document.title").await, "mal");
    person
}

/// The desk takes the call: categorises, notes something internally, records the solution, closes.
async fn attend(base: &str, path: &str) -> Browser {
    let desk = signed_in(base, Who::HelpDesk).await;
    desk.shoot("home-desk").await;
    desk.go(path).await;
    begin(&desk, "categorise").await;
    assert_eq!(desk.focus().await, "categorise-kind", "the form's first field has the focus");
    desk.press(Key::Escape).await;
    assert_eq!(desk.focus().await, "do-categorise", "and its button has it again when the form is given up");
    begin(&desk, "categorise").await;
    desk.click(".action-form input[value=incident]").await;
    desk.shoot("ticket-form").await;
    send(&desk).await;
    desk.says("la categorizó como").await;
    // What may be done is in sight wherever one is of the page, and so is where one is of the app.
    desk.size(1280, 500).await;
    desk.run("window.scrollTo(0, 0); return 0").await;
    desk.until("document.documentElement.scrollHeight > innerHeight").await;
    desk.until("document.querySelector('.actions').getBoundingClientRect().bottom <= innerHeight").await;
    desk.size(1280, 900).await;
    assert_eq!(desk.run("return document.querySelector('.rail [aria-current=page]')?.getAttribute('href')").await, "/");

    begin(&desk, "note").await;
    desk.type_in("#note-text", "Si no basta, llamar al proveedor.").await;
    send(&desk).await;
    desk.says("llamar al proveedor").await;

    begin(&desk, "record_solution").await;
    desk.type_in("#record_solution-cause", "El cable estaba partido.").await;
    send(&desk).await;
    // The solution is missing: its field says so, and the cause is still there.
    desk.find("#record_solution-solution[aria-invalid=true]").await;
    desk.type_in("#record_solution-solution", "Se cambió el cable de red del equipo.").await;
    send(&desk).await;
    desk.says("registró la solución").await;
    desk.shoot("ticket-desk").await;

    begin(&desk, "close").await;
    send(&desk).await;
    desk.says("la cerró").await;
    desk
}
