//! The whole procedure by keyboard alone: eight activities, five people at one keyboard, and no mouse. The focus is seen wherever it is, and is never
//! lost by what one does.

use std::time::{Duration, Instant};

use store::Backend;
use thirtyfour::Key;

use super::browser::Browser;
use super::{among_others, base};
use crate::world::{Installation, PASSWORD, Who, rows_are_what_events_say, wait_for};

const PATIENCE: Duration = Duration::from_secs(60);
/// How long after what one did the focus may take to be somewhere again.
const SOON: Duration = Duration::from_secs(5);
/// More steps than any screen has.
const MOST_STEPS: usize = 120;

/// What has the focus, whether it is what is sought, and what is wrong with how it is seen; it is asked, never moved.
const FOCUS: &str = "
    const at = document.activeElement;
    if (!at || at === document.body) return { at: 'nothing', is: false, is_lost: true, wrong: null };
    const words = at.getAttribute('aria-label') || at.textContent || at.value || '';
    const name = at.tagName.toLowerCase() + (at.id ? '#' + at.id : '') + ' «' + words.trim().slice(0, 40) + '»';
    const told = (wrong) => ({ at: name, is: at.matches(SOUGHT), is_lost: false, wrong });
    const box = at.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return told('it has no size');
    // Where the focus was put without being asked for, the page itself shows that it is another.
    if (at.tabIndex < 0) return told(null);
    const place = at.closest('label') || at;
    const rings = (one) => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
    };
    if (!rings(at) && !rings(place)) return told('nothing shows that it has the focus');
    const is_seen = [[.5, .5], [.1, .5], [.9, .5], [.5, .15], [.5, .85]].some(([x, y]) => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top && (place.contains(top) || (top.contains(at) && top.matches('a, button, label, svg, summary')));
    });
    return told(is_seen || box.height > innerHeight ? null : 'something covers it, or it is out of sight')";

/// Somebody's hands on the keys.
struct Hands {
    browser: Browser,
}

impl Hands {
    /// What has the focus now: its name, whether it is what is sought, whether it is lost. Where there is one it must be seen.
    async fn look_for(&self, css: &str) -> (String, bool, bool) {
        let question = FOCUS.replace("SOUGHT", &serde_json::to_string(css).unwrap());
        let begun = Instant::now();
        loop {
            let focus = self.browser.run(&question).await;
            let at = focus["at"].as_str().unwrap_or_default().to_owned();
            if focus["wrong"].is_null() {
                return (at, focus["is"] == true, focus["is_lost"] == true);
            }
            // A ring grows for a tenth of a second.
            assert!(begun.elapsed() < SOON, "{at}: {}; the screen says:\n{}", focus["wrong"], self.browser.text().await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn is_at(&self, css: &str) -> bool {
        self.look_for(css).await.1
    }

    async fn key(&self, key: Key) {
        let key: char = key.into();
        self.browser.write(&key.to_string()).await;
    }

    async fn write(&self, text: &str) {
        self.browser.write(text).await;
    }

    /// On with the tabulator, until this has the focus.
    async fn goes_to(&self, css: &str) {
        self.steps_to(css, false).await;
    }

    /// Back with it.
    async fn goes_back_to(&self, css: &str) {
        self.steps_to(css, true).await;
    }

    async fn steps_to(&self, css: &str, is_back: bool) {
        // It may be on its way.
        self.browser.find(css).await;
        let mut passed = Vec::new();
        for _ in 0..MOST_STEPS {
            let (at, is_there, _) = self.look_for(css).await;
            if is_there {
                return;
            }
            passed.push(at);
            // Past the last of the page a browser goes on to what is its own, and then begins anew.
            self.browser.step(is_back).await;
        }
        panic!("no step leads to {css:?}; passed: {}", passed.join(", "));
    }

    /// Waits until this has the focus by itself.
    async fn finds_itself_at(&self, css: &str) {
        let begun = Instant::now();
        while !self.is_at(css).await {
            let at = self.look_for(css).await.0;
            assert!(
                begun.elapsed() < PATIENCE,
                "the focus is never at {css:?} but at {at}; the screen says:\n{}",
                self.browser.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the screen says so; the focus is somewhere, or soon is.
    async fn reads(&self, words: &str) {
        self.browser.says(words).await;
        let begun = Instant::now();
        while self.look_for("body").await.2 {
            assert!(begun.elapsed() < SOON, "after {words:?} nothing has the focus; the screen says:\n{}", self.browser.text().await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Signs in at the door.
    async fn signs_in(&self, who: Who) {
        self.browser.find("#email").await;
        self.goes_to("#email").await;
        self.write(who.email()).await;
        self.key(Key::Tab).await;
        self.write(PASSWORD).await;
        self.key(Key::Enter).await;
        self.browser.find(".frame").await;
        self.reads(who.name()).await;
    }

    /// Out by the person's menu, and the next one in.
    async fn makes_room_for(&self, who: Who) {
        self.goes_back_to("#open-menu").await;
        self.key(Key::Enter).await;
        self.browser.find(".person-menu").await;
        self.goes_to(".person-menu button:last-of-type").await;
        self.key(Key::Enter).await;
        self.signs_in(who).await;
    }

    /// To a ticket by its number: the search is one key away.
    async fn opens(&self, ticket: &str) {
        self.write("/").await;
        self.finds_itself_at("#q").await;
        self.write(ticket).await;
        self.browser.find(".find-options [role=option]").await;
        self.key(Key::Enter).await;
        self.browser.find("#h-actions").await;
        self.reads(ticket).await;
    }

    /// Opens the form of an action, by its button.
    async fn begins(&self, action: &str) {
        self.goes_to(&format!("#do-{action}")).await;
        self.key(Key::Enter).await;
        self.finds_itself_at(&format!("#form-{action} :is(input, select, textarea, button)")).await;
    }

    /// Fills in the fields of the form, in their order, and sends it.
    async fn fills(&self, action: &str, fields: &[(&str, &str)]) {
        for (field, keys) in fields {
            let radio = format!("#form-{action} [name='{action}-{field}']");
            if self.browser.shows(&radio).await {
                // One stop for all of a choice; arrows move in it.
                self.goes_to(&radio).await;
                self.key(Key::Space).await;
                let wanted = format!("{radio}[value={keys}]");
                for _ in 0..6 {
                    if self.is_at(&wanted).await {
                        break;
                    }
                    self.key(Key::Down).await;
                }
                assert!(self.is_at(&format!("{wanted}:checked")).await, "{keys} is never chosen");
            } else {
                let field = format!("#{action}-{field}");
                self.goes_to(&field).await;
                if self.is_at("select").await {
                    // Its list may be on its way.
                    self.browser.until(&format!("document.querySelector('{field}').options.length > 1")).await;
                }
                self.write(keys).await;
            }
        }
        self.browser.press_with_control(Key::Enter).await;
        self.browser.until_count(&format!("#form-{action}"), 0).await;
    }
}

#[test]
fn the_whole_procedure_is_done_by_keyboard_alone() {
    let _turn = among_others();
    let installation = Installation::new(Backend::Sqlite);
    let (process, _agency) = installation.found();
    let base = base(&process);

    wait_for(async move {
        let browser = Browser::open(&base).await;
        browser.go("/").await;
        let hands = Hands { browser };

        // 1. Somebody asks for support; what is missing is said at its field.
        hands.signs_in(Who::User).await;
        hands.goes_to("a[href='/request'].btn-primary").await;
        hands.key(Key::Enter).await;
        hands.goes_to("#request-description").await;
        hands.goes_to("form button[type=submit].btn-primary").await;
        hands.key(Key::Enter).await;
        hands.finds_itself_at("#request-description[aria-invalid=true]").await;
        hands.write("El plotter no imprime a color. Los planos salen en blanco y negro.").await;
        hands.goes_to("form button[type=submit].btn-primary").await;
        hands.key(Key::Enter).await;
        hands.reads("La Mesa de Ayuda recibió su solicitud").await;
        let ticket = format!("TI-{}", hands.browser.path().await.rsplit('/').next().unwrap());

        // 2 and 3. The desk receives it, and hands it on.
        hands.makes_room_for(Who::HelpDesk).await;
        hands.browser.says("Lo que escribió la persona").await;
        hands.fills("categorise", &[("kind", "incident")]).await;
        hands.reads("categorizada como incidencia").await;
        hands.opens(&ticket).await;
        hands.begins("escalate").await;
        // Given up, the focus is back at the button; what was typed is there when it is opened again.
        hands.goes_to("#escalate-handover").await;
        hands.write("Se probó otro cable.").await;
        hands.key(Key::Escape).await;
        hands.finds_itself_at("#do-escalate").await;
        hands.begins("escalate").await;
        hands.fills("escalate", &[("to", "Nivel Uno"), ("handover", "")]).await;
        hands.reads("la escaló a Nivel Uno").await;
        assert!(hands.browser.text().await.contains("Se probó otro cable."));

        // 4. Level 1 hands it on to level 2.
        hands.makes_room_for(Who::Support1).await;
        hands.opens(&ticket).await;
        hands.begins("escalate").await;
        hands.fills("escalate", &[("to", "Nivel Dos"), ("handover", "Falta revisar el cabezal.")]).await;
        hands.reads("la escaló a Nivel Dos").await;

        // 5. Nothing covers it: level 2 raises the technical report.
        hands.makes_room_for(Who::Support2).await;
        hands.opens(&ticket).await;
        hands.begins("submit_technical_report").await;
        let report = [
            ("subject-equipment", "PLT-0001"),
            ("verification", "La garantía venció en marzo."),
            ("report-number", "014-2026"),
            ("report-background", "El plotter tiene siete años."),
            ("report-analysis", "El cabezal está gastado."),
            ("report-conclusions", "No hay repuesto."),
            ("report-recommendation", "Contratar el cambio del cabezal."),
            ("report-estimated_cost_centimos", "4800"),
        ];
        hands.fills("submit_technical_report", &report).await;
        hands.reads("014-2026").await;

        // 6. The head of IT reads it and approves.
        hands.makes_room_for(Who::ItHead).await;
        hands.goes_to("a[href='/evaluate']").await;
        hands.key(Key::Enter).await;
        hands.goes_to("a.btn[href^='/evaluate/']").await;
        hands.key(Key::Enter).await;
        hands.reads("Contratar el cambio del cabezal.").await;
        hands.goes_to("#decide-approve_contracting").await;
        hands.key(Key::Space).await;
        hands.browser.find("#form-approve_contracting").await;
        hands.fills("approve_contracting", &[("grounds", "Es el único plotter de la agencia.")]).await;
        hands.reads("No hay informes por evaluar.").await;

        // 6 and 7. Contracted; the provider comes twice; conformity.
        hands.makes_room_for(Who::Support2).await;
        hands.opens(&ticket).await;
        hands.begins("record_contract").await;
        hands.fills("record_contract", &[("provider", "Servicios"), ("reference", "OS-0231")]).await;
        hands.reads("OS-0231").await;
        for (n, what) in ["Se limpió el cabezal.", "Se cambió el cabezal."].into_iter().enumerate() {
            if n > 0 {
                hands.begins("return_to_provider").await;
                hands.fills("return_to_provider", &[("reason", "Sigue sin color."), ("means", "phone")]).await;
                hands.reads("Sigue sin color.").await;
            }
            hands.begins("record_service_provided").await;
            hands.fills("record_service_provided", &[("means", "in_person"), ("what_was_done", what)]).await;
            hands.reads(what).await;
        }
        hands.begins("confirm_resolution").await;
        hands.fills("confirm_resolution", &[("solution", "El proveedor cambió el cabezal."), ("conformity-reference", "Acta 12")]).await;
        hands.reads("Acta 12").await;

        // 8. The desk closes it, from the list of what waits for it: J is the first row, Enter opens it.
        hands.makes_room_for(Who::HelpDesk).await;
        hands.goes_to(".tabs a[href*='to_close']").await;
        hands.key(Key::Enter).await;
        hands.browser.says("El plotter no imprime a color").await;
        hands.write("j").await;
        hands.finds_itself_at("a[id^=row-]").await;
        hands.key(Key::Enter).await;
        hands.browser.find("#h-actions").await;
        hands.begins("close").await;
        hands.fills("close", &[]).await;
        hands.reads("la cerró").await;
        hands.reads("2.ª visita del proveedor").await;

        assert_eq!(hands.browser.troubles().await, Vec::<String>::new());
        hands.browser.close().await;
    });

    assert!(process.stop().success());
    let store = installation.store();
    assert_eq!(rows_are_what_events_say(&store), 1);
    store.stop();
}
