//! A ticket's page: its way on the flowchart, what the procedure says, pictures, notes, and two people at once.

use client::Method;
use serde_json::{Value, json};
use store::Backend;
use thirtyfour::Key;

use super::browser::Browser;
use super::{among_others, base, begin, send, signed_in};
use crate::world::{Agency, Installation, Process, Who, wait_for};

/// A picture of one point.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f,
    0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xff, 0xff, 0xff, 0x7f, 0, 0x09, 0xfb, 0x03, 0xfd,
    0x05, 0x43, 0x45, 0xca, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

fn done(process: &Process, who: Who, ticket: i64, command: Value) {
    process.caller(who).command(ticket, command).must(200);
}

pub fn requested(process: &Process) -> i64 {
    let request = json!({ "channel": "web", "title": "El plotter no enciende", "description": "Desde hoy temprano." });
    process.caller(Who::User).create(request).must(201).id()
}

pub fn in_attention(process: &Process) -> i64 {
    let ticket = requested(process);
    done(process, Who::HelpDesk, ticket, json!({ "action": "categorise", "kind": "incident" }));
    ticket
}

pub fn escalated2(process: &Process, agency: &Agency) -> i64 {
    let ticket = in_attention(process);
    for (who, to) in [(Who::HelpDesk, Who::Support1), (Who::Support1, Who::Support2)] {
        let handover = "Se probó otro cable; falta revisar el equipo.";
        done(process, who, ticket, json!({ "action": "escalate", "to": agency.person(to), "handover": handover }));
    }
    ticket
}

/// The provider came once, it was not solved, and came again.
fn visited_twice(process: &Process, agency: &Agency) -> i64 {
    let ticket = escalated2(process, agency);
    let provider = process.caller(Who::First).post("/providers", json!({ "name": "Impresiones del Pacífico S.A.C." })).must(201).id();
    let coordinate = json!({
        "action": "coordinate_provider", "subject": { "equipment": "PAT-00412" }, "provider": provider, "means": "phone", "case_number": "88213",
        "coverage": { "kind": "support_contract", "description": "Contrato de alquiler", "until": "2099-12-31" },
    });
    let now = chrono::Utc::now();
    let served = |text: &str| json!({ "action": "record_service_provided", "served_at": now, "means": "in_person", "what_was_done": text });
    done(process, Who::Support2, ticket, coordinate);
    done(process, Who::Support2, ticket, served("Se cambiaron los rodillos."));
    done(process, Who::Support2, ticket, json!({ "action": "return_to_provider", "reason": "Sigue igual.", "means": "phone" }));
    done(process, Who::Support2, ticket, served("Se cambió el fusor."));
    ticket
}

on_both! {
    fn the_way_is_drawn_and_the_procedure_is_one_click_away(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let ticket = visited_twice(&process, &agency);
        let file = process.caller(Who::User).upload("bandeja.png", PNG);
        done(&process, Who::User, ticket, json!({ "action": "comment", "text": "Adjunto la foto.", "files": [file] }));

        wait_for(async move {
            let level2 = signed_in(&base, Who::Support2).await;
            level2.go(&format!("/tickets/{ticket}")).await;
            level2.click(".flow-summary").await;
            level2.find(".flow .now").await;
            let said = level2.run("return document.querySelector('#flow-desc').textContent").await.to_string();
            assert!(said.contains("Garantía → Verificación → Verificación"), "{said}");
            assert!(said.contains("Ahora está en Verificación") && said.contains("Cierre"), "{said}");
            level2.click(".flow-list > summary").await;
            level2.says("¿Se resolvió? NO → 7. Verificación").await;
            level2.says("Impresiones del Pacífico S.A.C.").await;

            // The procedure's own words, by the keyboard, and back to where one was.
            level2.click("#path-3").await;
            level2.says("Analiza y busca resolver la incidencia.").await;
            assert_eq!(level2.focus().await, "activity-text");
            level2.press(Key::Escape).await;
            assert_eq!(level2.focus().await, "path-3");

            // A picture shows, and opens in its place.
            level2.click(".file-picture > button").await;
            level2.find("img.preview-image").await;
            level2.shoot("ticket-flow").await;
            assert_eq!(level2.troubles().await, Vec::<String>::new());
            level2.close().await;
        });
    }

    fn what_is_typed_outlives_what_others_do(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        let ticket = in_attention(&process);

        let desk = wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go(&format!("/tickets/{ticket}")).await;
            begin(&desk, "record_solution").await;
            desk.type_in("#record_solution-cause", "El cable estaba partido.").await;
            desk.type_in("#record_solution-solution", "Se cambió el cable.").await;
            desk
        });
        done(&process, Who::User, ticket, json!({ "action": "comment", "text": "Ahora también suena." }));
        let desk = wait_for(async move {
            // By itself, while the form is open.
            desk.says("Hay novedades en esta solicitud").await;
            desk.says("Ahora también suena.").await;
            assert_eq!(typed(&desk, "#record_solution-cause").await, "El cable estaba partido.");
            desk.click(".news button").await;
            desk
        });
        let solve = json!({ "action": "record_solution", "cause": "Otra.", "solution": "Se reinició el equipo." });
        done(&process, Who::HelpDesk2, ticket, solve);

        wait_for(async move {
            // Sent at once: what the page shows is old, and the server says so.
            send(&desk).await;
            desk.says("Hay novedades en esta solicitud").await;
            desk.says("Mesa Segunda registró la solución").await;
            assert_eq!(typed(&desk, "#record_solution-solution").await, "Se cambió el cable.");
            desk.find(".action-form button[type=submit][aria-disabled=true]").await;
            desk.shoot("ticket-news").await;
            desk.close().await;
        });

        let events = process.caller(Who::HelpDesk).ask(Method::GET, &format!("/tickets/{ticket}/events")).send().must(200).json();
        let solutions = events["items"].as_array().unwrap().iter().filter(|event| event["event"] == "solution_recorded").count();
        assert_eq!(solutions, 1, "the second did nothing");
    }

    fn what_is_begun_on_a_ticket_outlives_its_page_until_it_is_sent(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        let (ticket, another) = (in_attention(&process), in_attention(&process));

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            let page = format!("/tickets/{ticket}");
            desk.go(&page).await;
            begin(&desk, "comment").await;
            desk.type_in("#comment-text", "¿Desde qué hora falla?").await;

            // Loaded anew, it is there; neither as a note nor on another ticket.
            desk.go(&page).await;
            begin(&desk, "comment").await;
            desk.says("Recuperamos lo que estaba escribiendo.").await;
            desk.holds("#comment-text", "¿Desde qué hora falla?").await;
            desk.click("#do-note").await;
            desk.holds("#note-text", "").await;
            desk.go(&format!("/tickets/{another}")).await;
            begin(&desk, "comment").await;
            desk.holds("#comment-text", "").await;

            // Another page of the app, and back.
            desk.click(".brand").await;
            desk.says("Por recibir").await;
            desk.run(&format!("history.pushState(null, '', '{page}'); dispatchEvent(new PopStateEvent('popstate')); return 0")).await;
            begin(&desk, "comment").await;
            desk.holds("#comment-text", "¿Desde qué hora falla?").await;
            send(&desk).await;
            desk.find(".message-reply").await;
            desk.go(&page).await;
            begin(&desk, "comment").await;
            desk.holds("#comment-text", "").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });
    }

    fn files_are_pasted_and_dropped_and_a_note_stays_among_it(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        let ticket = in_attention(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go(&format!("/tickets/{ticket}")).await;
            begin(&desk, "note").await;
            desk.says("No sale ningún correo.").await;
            desk.type_in("#note-text", "Mirar la fuente.").await;
            desk.run(&carried("ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })", "#note-text", "captura.png")).await;
            desk.says("captura.png").await;
            desk.find(".action-form .file small").await;
            desk.says("70 B").await;
            send(&desk).await;
            desk.find(".message-internal img.thumb").await;

            // Dropped anywhere on the page: an answer begins with it.
            desk.run(&carried("DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })", ".t-page", "plano.png")).await;
            desk.find("#form-comment").await;
            desk.says("plano.png").await;
            desk.shoot("ticket-note").await;

            let person = signed_in(&base, Who::User).await;
            person.go(&format!("/tickets/{ticket}")).await;
            person.says("El plotter no enciende").await;
            assert!(!person.text().await.contains("Mirar la fuente."));
            person.close().await;
            desk.close().await;
        });
    }
}

async fn typed(browser: &Browser, field: &str) -> String {
    browser.value(field).await
}

/// Fires an event that carries a picture.
fn carried(event: &str, on: &str, name: &str) -> String {
    let bytes: Vec<String> = PNG.iter().map(u8::to_string).collect();
    format!(
        "const data = new DataTransfer(); data.items.add(new File([new Uint8Array([{}])], '{name}', {{ type: 'image/png' }}));
         document.querySelector('{on}').dispatchEvent(new {event}); return 0",
        bytes.join(",")
    )
}
