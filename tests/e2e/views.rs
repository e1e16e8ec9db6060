//! Saved views: a list is kept under a name, opened from the menu and from the palette, and shared with others.

use serde_json::json;
use store::Backend;
use thirtyfour::Key;

use super::{alone, base, signed_in};
use crate::world::{Installation, Process, Who, wait_for};

fn ask(process: &Process, who: Who, title: &str) -> i64 {
    let request = json!({ "channel": "web", "title": title, "description": "Desde hoy temprano." });
    process.caller(who).post("/tickets", json!({ "request": request })).must(201).id()
}

const OWN_OPTIONS: &str = ".l-views li:first-child [aria-expanded]";

on_both! {
    fn a_list_is_kept_under_a_name_opened_and_shared(backend: Backend) {
        let _alone = alone();
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
        let _alone = alone();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        ask(&process, Who::User, "Impresora del piso 3");
        process.caller(Who::HelpDesk).post("/views", json!({ "name": "De TI", "query": "", "is_shared": true })).must(201);
        let base = base(&process);

        wait_for(async move {
            let person = signed_in(&base, Who::User).await;
            person.go("/tickets?ended=false").await;
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
}
