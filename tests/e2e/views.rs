//! Saved views: a list is kept under a name, opened from the menu and from the palette, and shared with others; and many tickets of a list are
//! reassigned at once.

use serde_json::{Value, json};
use store::Backend;
use thirtyfour::Key;

use super::{among_others, base, signed_in};
use crate::world::{Installation, Process, Who, wait_for};

fn ask(process: &Process, who: Who, title: &str) -> i64 {
    let request = json!({ "channel": "web", "title": title, "description": "Desde hoy temprano." });
    process.caller(who).post("/tickets", json!({ "request": request })).must(201).id()
}

fn done(process: &Process, id: i64, command: Value) {
    process.caller(Who::HelpDesk).post(&format!("/tickets/{id}/commands"), json!({ "commands": [command] })).must(200);
}

const OWN_OPTIONS: &str = ".l-views li:first-child [aria-expanded]";

on_both! {
    fn a_list_is_kept_under_a_name_opened_and_shared(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        ask(&process, Who::User, "Impresora del piso 3");
        ask(&process, Who::Colleague, "No abre el correo");
        let other = json!({ "name": "Todo lo de hoy", "query": "sort=updated", "is_shared": true });
        process.caller(Who::Support2).post("/views", other).must(201);
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/tickets?words=impresora&utm=x").await;
            desk.says("1 solicitud").await;
            desk.click("#list-columns").await;
            desk.click("#columns label:nth-child(4) input").await;
            desk.press(Key::Escape).await;

            // What is seen is kept: its filters and its columns.
            desk.click("#list-save").await;
            desk.focused("view-name").await;
            desk.press(Key::Enter).await;
            desk.find("#view-name[aria-invalid=true]").await;
            desk.write("Impresoras").await;
            desk.shoot("views-save").await;
            desk.press(Key::Enter).await;
            desk.until("document.querySelector('h1').textContent === 'Impresoras'").await;
            desk.focused("list-save").await;
            // A second of the same name is refused, and what to do is said.
            desk.press(Key::Enter).await;
            desk.focused("view-name").await;
            desk.write("IMPRESORAS").await;
            desk.press(Key::Enter).await;
            desk.says("Ya tiene una vista con ese nombre.").await;
            desk.shoot("views-taken").await;
            desk.press(Key::Escape).await;
            desk.focused("list-save").await;

            // From another list, by the menu: its filters are there again, and its columns.
            desk.click("#list-columns").await;
            desk.click("#columns label:nth-child(4) input").await;
            desk.press(Key::Escape).await;
            desk.go("/tickets").await;
            desk.says("2 solicitudes").await;
            desk.until_count(".tickets th.area", 0).await;
            desk.click("#list-views").await;
            desk.says("Todo lo de hoy").await;
            desk.shoot("views-menu").await;
            desk.click(".l-views li:first-child .menu-item").await;
            desk.says("1 solicitud").await;
            desk.until_count(".tickets th.area", 1).await;
            assert_eq!(desk.run("return location.search").await, "?words=impresora");

            // By the palette, from anywhere.
            desk.go("/").await;
            desk.says("Por recibir").await;
            desk.press_with_control('k').await;
            desk.focused("palette-text").await;
            desk.until("document.querySelector('#palette-text-list').textContent.includes('Impresoras')").await;
            desk.write("vistas imp").await;
            desk.until("document.querySelector('#palette-text-list [role=option]').textContent.includes('Impresoras')").await;
            desk.shoot("views-palette").await;
            desk.press(Key::Enter).await;
            desk.leads_to("/tickets").await;
            desk.until("document.querySelector('h1').textContent === 'Impresoras'").await;

            // It is shared, and called otherwise.
            desk.click("#list-views").await;
            desk.click(OWN_OPTIONS).await;
            desk.find(".l-view-options").await;
            desk.shoot("views-options").await;
            desk.click(".l-view-options .menu-item:nth-child(3)").await;
            desk.until("document.querySelector('.l-views li:first-child').textContent.includes('Compartida')").await;
            desk.click(OWN_OPTIONS).await;
            desk.click(".l-view-options .menu-item:nth-child(2)").await;
            desk.focused("view-name").await;
            desk.type_in("#view-name", "Impresoras de todos").await;
            desk.shoot("views-rename").await;
            desk.press(Key::Enter).await;
            desk.until("document.querySelector('h1').textContent === 'Impresoras de todos'").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());

            // Somebody else opens it, and may do nothing else with it.
            let other = signed_in(&base, Who::Support1).await;
            other.go("/tickets").await;
            other.click("#list-views").await;
            other.says("Impresoras de todos").await;
            other.says(Who::HelpDesk.name()).await;
            assert_eq!(other.count(".l-views [aria-expanded]").await, 0);
            other.click(".l-views li:first-child .menu-item").await;
            other.until("document.querySelector('h1').textContent === 'Impresoras de todos'").await;
            other.says("1 solicitud").await;
            assert_eq!(other.troubles().await, Vec::<String>::new());
            other.close().await;

            // It is updated to another list, and taken away.
            desk.go("/tickets?words=correo").await;
            desk.says("No abre el correo").await;
            desk.click("#list-views").await;
            desk.click(OWN_OPTIONS).await;
            desk.click(".l-view-options .menu-item:first-child").await;
            desk.until("document.querySelector('h1').textContent === 'Impresoras de todos'").await;
            desk.click(OWN_OPTIONS).await;
            desk.click(".l-view-options .menu-item:last-child").await;
            desk.says("¿Quitar «Impresoras de todos»?").await;
            desk.shoot("views-delete").await;
            desk.press(Key::Escape).await;
            desk.says("Cambiar el nombre").await;
            desk.click(".l-view-options .menu-item:last-child").await;
            desk.focused("view-delete").await;
            desk.press(Key::Enter).await;
            desk.until("document.querySelector('h1').textContent !== 'Impresoras de todos'").await;
            desk.focused("list-views").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });

        let left = process.caller(Who::HelpDesk).get("/views").must(200).json();
        assert_eq!((left["items"].as_array().unwrap().len(), &left["items"][0]["name"]), (1, &json!("Todo lo de hoy")));
    }

    fn who_asks_keeps_lists_of_their_own_and_shares_none(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        ask(&process, Who::User, "Impresora del piso 3");
        process.caller(Who::HelpDesk).post("/views", json!({ "name": "De TI", "query": "", "is_shared": true })).must(201);
        let base = base(&process);

        wait_for(async move {
            let person = signed_in(&base, Who::User).await;
            person.go("/tickets?ended=false").await;
            // Its kind, and that nobody holds it yet, are for IT.
            person.says("Impresora del piso 3").await;
            for width in [1280, 360] {
                person.size(width, 900).await;
                let text = person.text().await;
                assert!(text.contains("Enviada") && !text.contains("Por categorizar") && !text.contains("Nadie aún"), "{width}:\n{text}");
            }
            assert_eq!(person.count(".tickets .kind, .list .kind").await, 0);
            person.size(1280, 900).await;
            person.click("#list-views").await;
            person.says("Aún no hay vistas guardadas.").await;
            person.shoot("views-none").await;
            person.press(Key::Escape).await;
            person.click("#list-save").await;
            person.focused("view-name").await;
            assert_eq!(person.count("#view-shared").await, 0);
            person.write("Lo mío").await;
            person.press(Key::Enter).await;
            person.until("document.querySelector('h1').textContent === 'Lo mío'").await;
            assert_eq!(person.troubles().await, Vec::<String>::new());
            person.close().await;
        });
    }

    fn the_name_of_a_view_is_text_wherever_it_stands(backend: Backend) {
        const NAME: &str = r#""><img src=x onerror="window.planted=1"><script>window.planted=1</script>"#;
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        ask(&process, Who::User, "Impresora del piso 3");
        let view = json!({ "name": NAME, "query": "words=impresora", "is_shared": true });
        process.caller(Who::Support2).post("/views", view).must(201);
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/tickets").await;
            desk.click("#list-views").await;
            desk.says(NAME).await;
            desk.click(".l-views .menu-item").await;
            desk.until(&format!("document.querySelector('h1').textContent === {}", json!(NAME))).await;
            desk.press_with_control('k').await;
            desk.focused("palette-text").await;
            desk.write("vistas").await;
            desk.says(NAME).await;
            assert_eq!(desk.run("return window.planted === undefined").await, true);
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });
    }

    fn many_are_reassigned_at_once_and_what_was_refused_is_told(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let (free, held) = (ask(&process, Who::User, "Impresora del piso 3"), ask(&process, Who::Colleague, "No abre el correo"));
        for (id, to) in [(free, Who::Support1), (held, Who::Support1b)] {
            done(&process, id, json!({ "action": "categorise", "kind": "incident" }));
            done(&process, id, json!({ "action": "escalate", "to": agency.person(to), "handover": "Se reinició." }));
        }
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/tickets").await;
            desk.says("2 solicitudes").await;
            for _ in 0..2 {
                desk.press_key("j").await;
                desk.press_key("x").await;
            }
            desk.says("2 elegidas").await;

            // Given up, the focus is where it was, and both are chosen still.
            desk.click("#bulk-reassign").await;
            desk.focused("bulk-to").await;
            desk.press(Key::Escape).await;
            desk.focused("bulk-reassign").await;
            desk.says("2 elegidas").await;
            // Nobody is chosen: the field says so.
            desk.press(Key::Enter).await;
            desk.focused("bulk-to").await;
            desk.press_with_control(Key::Enter).await;
            desk.find("#bulk-to[aria-invalid=true]").await;
            desk.choose("#bulk-to", Who::Support1b.name()).await;
            let offered = desk.run("return [...document.querySelectorAll('#bulk-to option')].map((one) => one.textContent).join()").await;
            assert!(!offered.as_str().unwrap().contains(Who::Support2.name()), "only who works at a level of theirs: {offered}");
            desk.type_in("#bulk-reason", "Sale de vacaciones.").await;
            desk.shoot("list-reassign").await;
            desk.press_with_control(Key::Enter).await;

            // One has it now, the other had it already.
            desk.says("Se reasignó 1 solicitud. 1 no se pudo:").await;
            desk.find(&format!("#account a[href='/tickets/{held}']")).await;
            desk.says("1 elegida").await;
            desk.until(&format!("document.querySelector('.l-prev').textContent.includes('{}')", Who::Support1b.name())).await;
            desk.focused("bulk-clear").await;
            desk.shoot("list-reassigned").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });

        for id in [free, held] {
            let ticket = process.caller(Who::HelpDesk).get(&format!("/tickets/{id}")).must(200).json();
            assert_eq!(ticket["standing"]["holder"], agency.person(Who::Support1b), "{ticket}");
        }
    }
}
