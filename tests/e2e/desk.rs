//! The people of IT at work: the call, the reception, lists, and the frame around them.

use client::Method;
use serde_json::{Value, json};
use store::Backend;
use thirtyfour::Key;

use super::browser::Browser;
use super::{among_others, base, signed_in};
use crate::world::{Area, Installation, Process, Who, wait_for};

fn ask(process: &Process, who: Who, title: &str) -> i64 {
    let request = json!({ "channel": "web", "title": title, "description": "Desde hoy temprano." });
    process.caller(who).post("/tickets", json!({ "request": request })).must(201).id()
}

fn done(process: &Process, who: Who, id: i64, command: Value) {
    process.caller(who).post(&format!("/tickets/{id}/commands"), json!({ "commands": [command] })).must(200);
}

fn read(process: &Process, id: i64) -> Value {
    process.caller(Who::HelpDesk).get(&format!("/tickets/{id}")).must(200).json()
}

/// Types where the focus is, a letter at a time, as a keyboard does.
async fn write(browser: &Browser, text: &str) {
    browser.write(text).await;
}

on_both! {
    fn a_call_is_registered_attended_and_closed_by_keyboard(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let before = ask(&process, Who::User, "La VPN se desconecta");
        let base = base(&process);
        let name = Who::User.name();

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            // One key from anywhere, once the page is there.
            desk.says("Por recibir").await;
            desk.press_key("l").await;
            desk.find("#call-who").await;
            desk.focused("call-who").await;
            desk.shoot("call-begun").await;

            write(&desk, &name[..4]).await;
            desk.find(".find-options [role=option]").await;
            desk.press(Key::Enter).await;
            // Who calls, and what they have asked for already.
            desk.find(".c-side .c-name").await;
            desk.says("La VPN se desconecta").await;
            desk.focused("call-description").await;
            write(&desk, "En la intranet figura mal mi anexo. Dice 2415.").await;
            for _ in 0..4 {
                desk.press(Key::Tab).await;
            }
            desk.focused("call-kind").await;
            desk.holds("#call-title", "En la intranet figura mal mi anexo").await;
            desk.press_key("o").await;
            desk.press(Key::Enter).await;
            desk.focused("call-action_taken").await;
            desk.shoot("call").await;
            // What was done is missing: its field says so, and nothing is lost.
            desk.press_with_control(Key::Enter).await;
            desk.find("#call-action_taken[aria-invalid=true]").await;
            write(&desk, "Se corrigió el directorio.").await;
            desk.press_with_control(Key::Enter).await;

            desk.says("quedó registrada y cerrada").await;
            desk.focused("call-who").await;
            let top = |css: &str, edge: &str| format!("document.querySelector('{css}').getBoundingClientRect().{edge}");
            desk.until(&format!("{} >= {}", top(".call-done", "top"), top(".top", "bottom"))).await;
            desk.holds("#call-description", "").await;
            // The page is left with the focus in it, as «back» does.
            desk.run("history.pushState(null, '', '/tickets'); dispatchEvent(new PopStateEvent('popstate')); return 0").await;
            desk.find("table.tickets").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });

        let closed = read(&process, before + 1);
        assert_eq!(closed["standing"]["phase"], "closed");
        assert_eq!((&closed["standing"]["kind"], &closed["solution"]), (&json!("occurrence"), &json!("Se corrigió el directorio.")));
        assert_eq!((&closed["channel"], &closed["title"]), (&json!("phone"), &json!("En la intranet figura mal mi anexo")));
    }

    fn somebody_new_calls_and_what_is_begun_is_kept(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let luz = json!({ "name": "Luz Ponce", "area": agency.area(Area::Logistics), "place": "Piso 9" });
        process.caller(Who::HelpDesk).post("/contacts", luz).must(201);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/call").await;
            desk.focused("call-who").await;
            // Another caller after all: what is the first one's goes with them.
            write(&desk, "Luz Ponce").await;
            desk.find(".find-options [role=option]").await;
            desk.press(Key::Enter).await;
            desk.until("document.querySelector('#call-place').value === 'Piso 9'").await;
            desk.click("#call-contact").await;
            desk.holds("#call-name", "").await;
            desk.until("document.querySelector('#call-place').value === ''").await;
            desk.click("#call-contact").await;
            desk.focused("call-who").await;
            write(&desk, "Visita Nueva").await;
            // That nobody has this name stands above the button, and leaves it where it is.
            desk.find(".find-none").await;
            desk.click("#call-contact").await;
            desk.holds("#call-name", "Visita Nueva").await;
            // Beside it stands who it is to be, as it is typed; markup is text.
            desk.type_in("#call-name", "<b onclick=x>Nadie</b>").await;
            desk.until("document.querySelector('.c-side').innerText.includes('<b onclick=x>Nadie</b>')").await;
            desk.until("document.querySelector('.c-side').innerText.includes('Por confirmar')").await;
            desk.type_in("#call-name", "Visita Nueva").await;
            desk.until("document.querySelector('.c-side .c-name').innerText.startsWith('Visita Nueva')").await;
            desk.type_in("#call-description", "No enciende la pantalla de la sala.").await;
            // Another page, and back: what was begun is there.
            desk.click(".brand").await;
            desk.says("Por recibir").await;
            desk.click("a[href='/call']").await;
            desk.says("Recuperamos lo que estaba escribiendo.").await;
            desk.holds("#call-description", "No enciende la pantalla de la sala.").await;
            desk.find("#call-area option:nth-child(2)").await;
            desk.run("const a = document.querySelector('#call-area'); a.selectedIndex = 1; a.dispatchEvent(new Event('change', {bubbles: true})); return 0").await;
            desk.shoot("call-contact").await;
            desk.click("#call-send").await;

            // It goes on on the ticket's page.
            desk.says("Visita Nueva").await;
            desk.leads_to("/tickets/").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });

        let people = process.caller(Who::HelpDesk).get("/people?words=visita").must(200).json();
        assert_eq!((&people["items"][0]["name"], &people["items"][0]["is_contact"]), (&json!("Visita Nueva"), &json!(true)));
    }

    fn a_list_is_filtered_moved_in_chosen_from_and_done_with(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        for n in 0..60 {
            ask(&process, Who::User, &format!("Escáner {n}"));
        }
        let (solved, open) = (ask(&process, Who::User, "Multifuncional del piso 5"), ask(&process, Who::Colleague, "Multifuncional del piso 6"));
        for id in [solved, open] {
            done(&process, Who::HelpDesk, id, json!({ "action": "categorise", "kind": "incident" }));
        }
        done(&process, Who::HelpDesk, solved, json!({ "action": "record_solution", "cause": "Rodillo.", "solution": "Se limpió." }));
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/tickets").await;
            desk.says("62 solicitudes").await;
            // To the end, a page after the other.
            assert_eq!(desk.count(".tickets tbody tr").await, 50);
            desk.run("window.scrollTo(0, document.body.scrollHeight); return 0").await;
            desk.until_count(".tickets tbody tr", 62).await;
            desk.shoot("list").await;

            // Its filters are its address.
            desk.click("#chip-kind").await;
            desk.click("#option-kind-incident").await;
            desk.says("2 solicitudes").await;
            assert!(desk.run("return location.search").await.as_str().unwrap().contains("kind=incident"));
            desk.press(Key::Escape).await;
            desk.until_count(".tickets tbody tr", 2).await;

            // By keyboard: the row has the focus, the preview shows it.
            desk.press_key("j").await;
            desk.focused(&format!("row-{open}")).await;
            desk.find(".l-prev .l-title").await;
            desk.press_key("x").await;
            desk.press_key("j").await;
            desk.press_key("x").await;
            desk.says("2 elegidas").await;
            // On a phone, too, one sees which.
            desk.until_count(".list > li.is-selected", 2).await;
            desk.shoot("list-chosen").await;

            // One can be closed, the other cannot: both are told, before and after.
            desk.click("#bulk-close").await;
            desk.says("Se cerrará: 1 solicitud.").await;
            desk.says("1 de las elegidas aún no se puede cerrar.").await;
            desk.press(Key::Escape).await;
            desk.until_count("dialog", 0).await;
            desk.focused("bulk-close").await;
            desk.says("2 elegidas").await;
            desk.click("#bulk-close").await;
            desk.click("#bulk-go").await;
            desk.says("Se cerró 1 solicitud. 1 no se pudo:").await;
            desk.find(&format!("#account a[href='/tickets/{open}']")).await;
            desk.shoot("list-done").await;

            // Columns are chosen, and kept.
            desk.click("#list-columns").await;
            desk.click("#columns label:first-child input").await;
            desk.press(Key::Escape).await;
            desk.go("/tickets?words=multifuncional").await;
            desk.find(".tickets th.kind").await;
            desk.find(".tickets mark").await;
            desk.press_key("j").await;
            desk.press(Key::Enter).await;
            desk.says("Multifuncional del piso 6").await;
            assert_eq!(desk.path().await, format!("/tickets/{open}"));
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });

        assert_eq!(read(&process, solved)["standing"]["phase"], "closed");
        assert_eq!(read(&process, open)["standing"]["phase"], "in_attention");
    }

    fn what_came_is_received_and_what_was_confirmed_is_closed_at_once(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let (first, second, third) =
            (ask(&process, Who::User, "No imprime"), ask(&process, Who::Colleague, "Publicidad"), ask(&process, Who::OtherUser, "No abre el correo"));
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            // The oldest is at hand.
            desk.says("Lo que escribió la persona").await;
            desk.find(".r-list a[aria-current=true]").await;
            desk.shoot("reception").await;
            desk.click("#form-categorise input[value=incident]").await;
            desk.click("#form-categorise button[type=submit]").await;
            desk.says("categorizada como incidencia").await;

            // The next one is here by itself: it is for nobody.
            desk.says("Publicidad").await;
            desk.click("#receive-discard").await;
            desk.find("#form-discard").await;
            desk.click("#form-discard input[value=unwanted]").await;
            desk.shoot("reception-discard").await;
            desk.click("#form-discard button[type=submit]").await;
            desk.says("No abre el correo").await;
            desk.until_count(".r-list .list-row", 1).await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });

        assert_eq!(read(&process, first)["standing"]["phase"], "in_attention");
        assert_eq!(read(&process, second)["standing"]["phase"], "discarded");
        done(&process, Who::HelpDesk, third, json!({ "action": "categorise", "kind": "incident" }));
        for id in [first, third] {
            done(&process, Who::HelpDesk, id, json!({ "action": "record_solution", "cause": "C.", "solution": "S." }));
        }
        done(&process, Who::User, first, json!({ "action": "confirm_solved" }));
        let base = super::base(&process);
        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/?phase=to_close&sort=waiting").await;
            desk.click("#choose-confirmed").await;
            desk.says("1 elegida").await;
            desk.shoot("to-close").await;
            desk.click("#bulk-close").await;
            desk.click("#bulk-go").await;
            desk.says("Se cerró 1 solicitud.").await;
            desk.until_count(".tickets tbody tr", 1).await;
            desk.close().await;
        });
        assert_eq!(read(&process, first)["standing"]["phase"], "closed");
        assert_eq!(read(&process, third)["standing"]["phase"], "to_close");
    }

    fn on_a_phone_what_was_received_is_told_within_sight(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let tickets = [ask(&process, Who::User, "No imprime"), ask(&process, Who::Colleague, "No abre el correo")];
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.size(360, 740).await;
            let is_seen = "(() => { const told = document.querySelector('.told')?.getBoundingClientRect(); return told && told.top >= 0 && told.bottom <= innerHeight })()";
            for (ticket, path) in [(tickets[0], format!("/?phase=requested&sort=oldest&at={}", tickets[0])), (tickets[1], format!("/tickets/{}?do=categorise", tickets[1]))] {
                desk.go(&path).await;
                desk.click("#form-categorise input[value=incident]").await;
                desk.click("#form-categorise button[type=submit]").await;
                desk.until(is_seen).await;
                let told = desk.find(".told").await.text().await.unwrap();
                assert!(told.to_lowercase().contains("incidencia"), "TI-{ticket}: {told}");
            }
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });
    }

    fn what_repeats_another_is_joined_to_one_that_is_offered(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let (first, again, other) =
            (ask(&process, Who::User, "No imprime"), ask(&process, Who::User, "Sigue sin imprimir"), ask(&process, Who::Colleague, "Sin red en el piso 3"));
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go(&format!("/tickets/{again}?do=mark_duplicate")).await;
            desk.focused("mark_duplicate-of").await;
            // The same person's, and not the ticket itself; others by their words, or by their number.
            desk.until_count(".find-options [role=option]", 1).await;
            desk.says(&format!("TI-{first}")).await;
            write(&desk, "piso").await;
            desk.until("document.querySelector('.find-options [role=option]')?.textContent.includes('Sin red')").await;
            desk.press(Key::Escape).await;
            desk.type_in("#mark_duplicate-of", &other.to_string()).await;
            desk.until("document.querySelector('.find-options [role=option]')?.textContent.includes('Sin red')").await;
            desk.type_in("#mark_duplicate-of", &first.to_string()).await;
            desk.until("document.querySelector('.find-options [role=option]')?.textContent.includes('No imprime')").await;
            desk.press(Key::Enter).await;
            desk.holds("#mark_duplicate-of", &format!("TI-{first}")).await;
            desk.click("#form-mark_duplicate button[type=submit]").await;
            desk.find(&format!(".timeline a[href='/tickets/{first}']")).await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });
        assert_eq!(read(&process, again)["it"]["duplicate_of"], first);

        // What was split off is one click away, too.
        let split = json!({ "action": "create_from_this", "title": "El ratón tampoco va", "description": "También lo dijo." });
        done(&process, Who::HelpDesk, other, split);
        let base = super::base(&process);
        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go(&format!("/tickets/{other}")).await;
            desk.click(&format!(".timeline a[href='/tickets/{}']", other + 1)).await;
            desk.says("El ratón tampoco va").await;
            desk.close().await;
        });
    }

    fn a_mail_that_needs_nothing_is_looked_at_and_dismissed(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let admin = process.caller(Who::First);
        let kept = admin.ask(Method::POST, "/intake/mail").body("message/rfc822", b" ".to_vec()).send().must(201).json();
        assert_eq!(kept["state"], "broken");
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/admin/mail-in?state=broken").await;
            desk.click(".list-row").await;
            desk.click("#mail-attend").await;
            desk.says("Correos por revisar").await;
            desk.find("#mail-ticket").await;
            desk.shoot("reception-mail").await;
            desk.click("#mail-dismiss").await;
            desk.until_count("#h-mails", 0).await;
            desk.says("El correo quedó revisado: no requiere nada.").await;
            desk.focused("main").await;
            desk.go("/admin/mail-in?state=ignored").await;
            desk.click(".list-row").await;
            desk.says("Lo revisó: Mesa Primera").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });
    }

    fn everything_is_a_few_keys_away_and_news_show_by_themselves(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let id = ask(&process, Who::User, "La multifuncional no imprime");
        let name = Who::User.name();
        done(&process, Who::HelpDesk, id, json!({ "action": "comment", "text": "Vamos para allá." }));
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.focused("categorise-kind").await;
            // The search: words, people, a number.
            desk.press_key("/").await;
            desk.focused("q").await;
            write(&desk, "multif").await;
            desk.says("Todas las que dicen «multif»").await;
            desk.shoot("search").await;
            // A narrow screen has no search in its frame: the focus went from it.
            desk.click("#q").await;
            write(&desk, "u").await;
            desk.says("Todas las que dicen «multifu»").await;
            desk.press(Key::Enter).await;
            desk.says("Vamos para allá.").await;
            assert_eq!(desk.path().await, format!("/tickets/{id}"));
            desk.focused("main").await;
            desk.press_key("/").await;
            desk.focused("q").await;
            write(&desk, &name[..4]).await;
            desk.says(&format!("Solicitudes de {name}")).await;
            desk.press(Key::Escape).await;

            // The palette does what may be done on the ticket that is open.
            desk.press_with_control('k').await;
            desk.focused("palette-text").await;
            desk.says("Hacer · TI-").await;
            write(&desk, "categ").await;
            desk.shoot("palette").await;
            desk.press(Key::Enter).await;
            desk.find("#form-categorise").await;
            desk.press(Key::Escape).await;

            desk.press_key("?").await;
            desk.says("Atajos de teclado").await;
            desk.shoot("keys").await;
            desk.press(Key::Escape).await;
            desk.press_key("g").await;
            desk.press_key("t").await;
            desk.says("Todas las solicitudes").await;
            assert_eq!(desk.path().await, "/tickets");

            // The person's menu: another theme, another language, at once.
            desk.click("#open-menu").await;
            desk.shoot("menu").await;
            desk.click(".person-menu button:nth-last-of-type(2)").await;
            assert_eq!(desk.run("return document.documentElement.dataset.theme").await, "dark");
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;

            // What the desk wrote is news for the person, until they have looked.
            let person = signed_in(&base, Who::User).await;
            person.find("#open-bell .dot").await;
            person.click("#open-bell").await;
            person.says("Hay una respuesta").await;
            person.shoot("bell").await;
            person.find("#open-bell:not(:has(.dot))").await;
            person.go("/notices").await;
            person.says("Hay una respuesta").await;
            assert!(!person.shows("#open-bell .dot").await);
            assert_eq!(person.troubles().await, Vec::<String>::new());
            person.close().await;
        });
    }
}
