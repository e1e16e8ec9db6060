//! What must not be lost, sent twice, or shown of another: whatever becomes of the connection, the session and the page.

use std::time::Duration;

use client::Method;
use serde_json::{Value, json};
use store::Backend;
use thirtyfour::Key;

use super::browser::Browser;
use super::ticket::{escalated2, in_attention, requested};
use super::{among_others, base, begin, send, signed_in};
use crate::world::{Area, Installation, PASSWORD, Process, Who, wait_for};

/// A picture of one point.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f,
    0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xff, 0xff, 0xff, 0x7f, 0, 0x09, 0xfb, 0x03, 0xfd,
    0x05, 0x43, 0x45, 0xca, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// Longer than the app waits before it sends again what had no answer.
const LONGER_THAN_AGAIN: Duration = Duration::from_secs(7);

/// What the app does each minute it does at once, and it is counted.
const A_MINUTE_IS_SHORT: &str = "
    window.__minutes = 0;
    const later = window.setTimeout;
    const counted = (then) => (...all) => { window.__minutes += 1; then(...all); };
    window.setTimeout = (then, wait, ...all) => wait === 60000 ? later(counted(then), 300, ...all) : later(then, wait, ...all);";

/// From now on the server is out of reach of this page, or within it again.
async fn is_offline(browser: &Browser, is: bool) {
    let conditions = json!({ "offline": is, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.driver.cdp().send_raw("Network.enable", json!({})).await.unwrap();
    browser.driver.cdp().send_raw("Network.emulateNetworkConditions", conditions).await.unwrap();
}

async fn value(browser: &Browser, css: &str) -> String {
    browser.value(css).await
}

/// Chooses in a select, as a person does.
async fn choose(browser: &Browser, css: &str, option: &str) {
    browser.find(css).await;
    let script = format!(
        "const select = document.querySelector('{css}'); select.focus(); select.value = '{option}';
         select.dispatchEvent(new Event('change', {{ bubbles: true }})); return select.value"
    );
    assert_eq!(browser.run(&script).await, option, "{css} offers it");
}

fn tickets_called(process: &Process, words: &str) -> Vec<Value> {
    let all = process.caller(Who::HelpDesk).get("/tickets?limit=200").must(200).json();
    all["items"].as_array().unwrap().iter().filter(|ticket| ticket["title"].as_str().unwrap().contains(words)).cloned().collect()
}

fn submitted_report(process: &Process, ticket: i64) {
    let submit = json!({
        "action": "submit_technical_report", "subject": { "equipment": "PAT-00077" }, "verification": "No figura en el registro de garantías.",
        "report": {
            "number": "INF-012-2026", "background": "El plotter no enciende.", "analysis": "La fuente está quemada.",
            "conclusions": "No tiene cobertura.", "recommendation": "Contratar la reparación.",
        },
    });
    process.caller(Who::Support2).command(ticket, submit).must(200);
}

on_both! {
    fn a_line_that_stays_still_works_when_another_comes(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        let ticket = in_attention(&process);
        let file = process.caller(Who::User).upload("bandeja.png", PNG);
        process.caller(Who::User).command(ticket, json!({ "action": "comment", "text": "Adjunto la foto.", "files": [file] })).must(200);

        let desk = wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go(&format!("/tickets/{ticket}")).await;
            desk.find("img.thumb").await;
            desk
        });
        process.caller(Who::User).command(ticket, json!({ "action": "comment", "text": "Ahora también suena." })).must(200);

        wait_for(async move {
            desk.says("Ahora también suena.").await;
            desk.click(".file-picture > button").await;
            desk.find("img.preview-image").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });
    }

    fn a_request_whose_answer_was_lost_is_made_once_even_if_its_page_was_left(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);

        wait_for(async move {
            let person = signed_in(&base, Who::User).await;
            person.go("/request").await;
            person.type_in("#request-description", "El plotter no enciende desde ayer.").await;
            person.click("#request-impact").await;
            person.click(".more-fields > summary").await;
            person.type_in("#request-place", "Piso 9").await;
            person.click("#request-is_reserved").await;
            // The server hears of it, and its answer comes to nobody.
            person.run("const real = window.fetch; window.fetch = async (...all) => {
                const answer = await real(...all);
                if (!window.__lost && answer.url.endsWith('/tickets')) { window.__lost = true; throw new TypeError('lost'); }
                return answer;
            }; return 0").await;
            person.click("form button[type=submit].btn-primary").await;
            person.find(".notice-soon").await;
            assert_eq!(person.run("return window.__lost").await, true);
            person.click(".s-form .back").await;
            person.find(".r-head").await;

            // All that was told is there again, and is the same request.
            person.click(".r-head a[href='/request']").await;
            assert_eq!(value(&person, "#request-description").await, "El plotter no enciende desde ayer.");
            assert_eq!(person.run("return document.querySelector('#request-place').value").await, "Piso 9");
            assert_eq!(person.run("return document.querySelector('#request-impact').checked").await, true);
            assert_eq!(person.run("return document.querySelector('#request-is_reserved').checked").await, true);
            person.click("form button[type=submit].btn-primary").await;
            person.says("TI-").await;
            person.find(".t-page").await;

            person.go("/request").await;
            assert_eq!(value(&person, "#request-description").await, "", "what was sent is no draft");
            assert_eq!(person.troubles().await, Vec::<String>::new());
            person.close().await;
        });

        let made = tickets_called(&process, "El plotter no enciende desde ayer");
        assert_eq!((made.len(), &made[0]["is_reserved"]), (1, &json!(true)));
    }

    fn a_call_and_a_mail_are_begun_apart(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/call?channel=email").await;
            desk.type_in("#call-description", "Por correo: no abre la planilla.").await;
            desk.go("/call").await;
            desk.find("#call-who").await;
            assert_eq!(value(&desk, "#call-description").await, "");
            assert_eq!(desk.run("return document.querySelector('.via input:checked').value").await, "phone");
            desk.type_in("#call-description", "Por teléfono: no hay red.").await;
            desk.click("#call-details, .more-fields > summary").await;
            desk.click("#call-is_reserved").await;

            desk.go("/call?channel=email").await;
            assert_eq!(value(&desk, "#call-description").await, "Por correo: no abre la planilla.");
            assert_eq!(desk.run("return document.querySelector('.via input:checked').value").await, "email");
            desk.go("/call").await;
            assert_eq!(value(&desk, "#call-description").await, "Por teléfono: no hay red.");
            assert_eq!(desk.run("return document.querySelector('#call-is_reserved').checked").await, true);
            // The other is asked for while this one is open.
            desk.press_with_control('k').await;
            desk.find("#palette-text").await;
            desk.write("Registrar correo").await;
            desk.find(".palette-options [role=option]").await;
            desk.press(Key::Enter).await;
            desk.says("¿De quién es el correo?").await;
            assert_eq!(value(&desk, "#call-description").await, "Por correo: no abre la planilla.");
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });
    }

    fn what_is_typed_at_the_reception_outlives_looking_elsewhere(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        let ticket = requested(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go(&format!("/?phase=requested&sort=oldest&at={ticket}")).await;
            desk.click("#receive-ask_person").await;
            desk.type_in("#ask_person-question", "¿Desde cuándo?").await;
            is_offline(&desk, true).await;
            send(&desk).await;
            desk.find(".r-deeds .notice-soon").await;
            // Something else after all: the question is not sent, and not lost.
            desk.click("#receive-discard").await;
            desk.find("#form-discard").await;
            is_offline(&desk, false).await;
            tokio::time::sleep(LONGER_THAN_AGAIN).await;
            desk.click("#receive-ask_person").await;
            assert_eq!(value(&desk, "#ask_person-question").await, "¿Desde cuándo?");
            desk.close().await;
        });

        let events = process.caller(Who::HelpDesk).get(&format!("/tickets/{ticket}/events")).must(200).json();
        assert_eq!(events["items"].as_array().unwrap().len(), 1, "nobody was asked: {events}");
    }

    fn a_decision_that_is_taken_back_is_not_sent(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let ticket = escalated2(&process, &agency);
        submitted_report(&process, ticket);

        wait_for(async move {
            let head = signed_in(&base, Who::ItHead).await;
            // What there is to decide is home, and in the menu once.
            head.says("Contratar la reparación.").await;
            assert_eq!(head.path().await, "/evaluate");
            let named = head.run("return [...document.querySelectorAll('.rail a')].filter((a) => /evaluar/i.test(a.textContent)).map((a) => a.pathname)").await;
            assert_eq!(named, json!(["/evaluate"]));
            head.click(".tabs a:nth-child(2)").await;
            head.find(".tabs a:nth-child(2)[aria-current=page]").await;
            head.click(".tabs a:first-child").await;
            head.click(".reqs .btn-primary").await;

            head.click("#decide-approve_contracting").await;
            head.type_in("#approve_contracting-grounds", "Hay presupuesto.").await;
            is_offline(&head, true).await;
            send(&head).await;
            head.find(".decision .notice-soon").await;
            head.click("#decide-return_report").await;
            head.find("#return_report-remarks").await;
            is_offline(&head, false).await;
            tokio::time::sleep(LONGER_THAN_AGAIN).await;
            head.click("#decide-approve_contracting").await;
            assert_eq!(value(&head, "#approve_contracting-grounds").await, "Hay presupuesto.");
            head.close().await;
        });

        let now = process.caller(Who::ItHead).get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!(now["standing"]["phase"], "under_evaluation");
    }

    fn the_boards_period_is_chosen_by_name_and_by_days(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        requested(&process);

        wait_for(async move {
            let head = signed_in(&base, Who::ItHead).await;
            head.go("/figures").await;
            head.says("Hasta hoy quedan").await;
            // A figure of none is no link.
            let kpis = head.run("return [...document.querySelectorAll('.kpi')].map((kpi) => [kpi.querySelector('b').textContent, kpi.tagName.toLowerCase()])").await;
            assert_eq!(kpis[0], json!(["1", "a"]));
            assert_eq!(kpis[1], json!(["0", "div"]));
            // What is to come has no figures.
            head.find("[aria-label='Período siguiente'][aria-disabled=true]").await;

            choose(&head, "#figures-period", "other").await;
            head.find("#figures-from").await;
            assert_eq!(head.focus().await, "figures-period", "the focus stays");
            let first = head.run("const day = document.querySelector('#figures-from'); day.focus(); day.value = '2026-01-05';
                for (const name of ['input', 'change']) day.dispatchEvent(new Event(name, { bubbles: true })); return day.value").await;
            assert_eq!(first, "2026-01-05");
            head.says("Hasta hoy quedan").await;
            assert_eq!(head.focus().await, "figures-from");
            assert!(head.run("return location.search").await.as_str().unwrap().contains("from=2026-01-05"));
            assert_eq!(head.run("return document.querySelector('#figures-period').value").await, "other");

            head.click("[aria-label='Período anterior']").await;
            head.says("No hay solicitudes en este período").await;
            choose(&head, "#figures-period", "0").await;
            head.says("Hasta hoy quedan").await;
            assert!(!head.shows("#figures-from").await);

            // A bar is a link within a picture: it does not load the app anew.
            head.find(".chart svg a").await;
            head.run("window.__same = true; document.querySelector('.chart svg a').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true })); return 0").await;
            head.find("table.tickets").await;
            assert_eq!((head.path().await.as_str(), head.run("return window.__same").await), ("/tickets", json!(true)));
            assert_eq!(head.troubles().await, Vec::<String>::new());
            head.close().await;
        });
    }

    fn a_token_is_made_once_however_often_one_presses(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);

        wait_for(async move {
            let admin = signed_in(&base, Who::First).await;
            admin.go("/admin/tokens").await;
            admin.type_in("#token-name", "Tablero").await;
            admin.run("const button = document.querySelector('.admin form button[type=submit]'); button.click(); button.click(); button.click(); return 0").await;
            admin.find("#token-secret").await;
            // Another is another.
            admin.type_in("#token-name", "Copia").await;
            admin.click(".admin form button[type=submit]").await;
            admin.until_count(".token-line", 2).await;

            // They stay there while minutes pass.
            admin.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": A_MINUTE_IS_SHORT })).await.unwrap();
            admin.go("/admin/tokens").await;
            admin.until_count(".token-line", 2).await;
            admin.until("window.__minutes > 2").await;
            assert_eq!(admin.count(".token-line").await, 2);
            assert_eq!(admin.troubles().await, Vec::<String>::new());
            admin.close().await;
        });

        let tokens = process.caller(Who::First).get("/access-tokens").must(200).json();
        let names: Vec<&str> = tokens["items"].as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap()).collect();
        assert_eq!(names.iter().filter(|name| **name == "Tablero").count(), 1, "{names:?}");
    }

    fn what_is_typed_outlives_the_session(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);

        let person = wait_for(async move {
            let person = signed_in(&base, Who::User).await;
            person.go("/request").await;
            person.type_in("#request-description", "El plotter no enciende.").await;
            person
        });
        // Whoever is given a password is signed out everywhere.
        let path = format!("/people/{}/password", agency.person(Who::User));
        process.caller(Who::First).put(&path, json!({ "password": PASSWORD })).must(204);

        wait_for(async move {
            person.click("form button[type=submit].btn-primary").await;
            person.find(".ended").await;
            person.click(".ended button").await;
            tokio::time::sleep(Duration::from_secs(2)).await;
            person.find(".ended").await;
            assert_eq!(value(&person, "#request-description").await, "El plotter no enciende.", "nothing is lost by trying too early");

            // They sign in elsewhere.
            let sign_in = format!(
                "const done = arguments[0]; const body = JSON.stringify({{ email: '{}', password: '{PASSWORD}' }});
                 fetch('/api/v1/session', {{ method: 'POST', headers: {{ 'content-type': 'application/json' }}, body }}).then((answer) => done(answer.status))",
                Who::User.email()
            );
            let status = person.driver.execute_async(&sign_in, vec![]).await.unwrap().json().clone();
            assert!(status.as_u64().is_some_and(|status| status < 300), "{status}");
            person.click(".ended button").await;
            person.until_count(".ended", 0).await;
            assert_eq!(value(&person, "#request-description").await, "El plotter no enciende.");
            person.click("form button[type=submit].btn-primary").await;
            person.find(".t-page").await;
            person.close().await;
        });
        assert_eq!(tickets_called(&process, "El plotter no enciende").len(), 1);
    }

    fn saving_again_keeps_what_somebody_else_changed(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let (path, area) = (format!("/people/{}", agency.person(Who::Colleague)), agency.area(Area::Logistics));

        let page = format!("/admin{path}");
        let admin = wait_for(async move {
            let admin = signed_in(&base, Who::First).await;
            admin.go(&page).await;
            admin.type_in("#person-post", "Analista").await;
            admin
        });
        let first = process.caller(Who::First);
        let person = first.get(&path).must(200);
        let (etag, record) = (person.etag(), person.json());
        let changed = json!({ "name": record["name"], "email": record["email"], "area": area, "roles": record["roles"], "phone": "999-111" });
        first.ask(Method::PUT, &path).if_match(&etag).json(changed).send().must(200);

        wait_for(async move {
            let save = "form[aria-labelledby=h-record] button[type=submit]";
            admin.click(save).await;
            admin.says("Otra persona cambió este registro").await;
            assert_eq!(value(&admin, "#person-phone").await, "999-111", "what one did not touch is as they left it");
            assert_eq!(value(&admin, "#person-post").await, "Analista");
            admin.click(save).await;
            admin.says("Guardado").await;

            // An absence begins with whom it is of, and a history names people.
            admin.click("a[href^='/admin/absences/new?person=']").await;
            admin.find("#absence-person").await;
            assert_eq!(value(&admin, "#absence-person").await, Who::Colleague.name());
            admin.go(&format!("/admin/areas/{}", agency.area(Area::Administration))).await;
            admin.click(".record-history > summary").await;
            let named = Who::AreaHead.name();
            admin.find(".record-changes").await;
            admin.says(named).await;
            let text = admin.run("return document.querySelector('.record-changes').textContent").await;
            assert!(text.as_str().unwrap().contains(named), "{text}");
            assert_eq!(admin.troubles().await, Vec::<String>::new());
            admin.close().await;
        });
        let now = first.get(&path).must(200).json();
        assert_eq!((&now["post"], &now["phone"]), (&json!("Analista"), &json!("999-111")));
    }

    fn what_was_done_to_many_leaves_the_list_whatever_page_it_stood_on(backend: Backend) {
        const N: usize = 53;
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        for _ in 0..N {
            let ticket = in_attention(&process);
            let solution = json!({ "action": "record_solution", "cause": "Rodillo.", "solution": "Se limpió." });
            process.caller(Who::HelpDesk).command(ticket, solution).must(200);
        }

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            desk.go("/tickets?phase=to_close").await;
            desk.find("#list-more").await;
            desk.run("scrollTo(0, document.body.scrollHeight); return 0").await;
            desk.until_count("table.tickets tbody tr", N).await;
            desk.click("table.tickets thead .cb label").await;
            desk.click("#bulk-close").await;
            desk.click("#bulk-go").await;
            desk.says("Ninguna solicitud coincide").await;
            assert_eq!(desk.count("table.tickets tbody tr").await, 0, "what is closed does not wait for its closing");
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;

            // Whoever heads an area sees every filter that narrows their list, and takes it away.
            let head = signed_in(&base, Who::AreaHead).await;
            head.go("/tickets?kind=occurrence").await;
            let chip = head.find(".chip-on").await.text().await.unwrap();
            assert!(chip.contains("Tipo") && chip.contains("Ocurrencia"), "{chip}");
            head.click(".chip-on .x").await;
            head.find("table.tickets").await;
            head.close().await;
        });
    }

    fn the_palette_follows_a_ticket_and_gives_the_focus_back(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        let ticket = in_attention(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk2).await;
            desk.go(&format!("/tickets/{ticket}")).await;
            desk.find("#do-watch").await;
            desk.press_with_control('k').await;
            desk.find("#palette-text").await;
            desk.says("Seguir").await;
            desk.write("Seguir").await;
            desk.find(".palette-options [role=option]").await;
            desk.press(Key::Enter).await;
            desk.find("#do-unwatch").await;

            // Closed again, the palette gives the focus back.
            begin(&desk, "record_solution").await;
            desk.focused("record_solution-cause").await;
            desk.press_with_control('k').await;
            desk.focused("palette-text").await;
            desk.press(Key::Escape).await;
            desk.focused("record_solution-cause").await;
            // Also where something is typed in it.
            desk.press_with_control('k').await;
            desk.focused("palette-text").await;
            desk.write("avis").await;
            desk.find(".palette-options [role=option]").await;
            desk.press(Key::Escape).await;
            desk.until_count("dialog", 0).await;
            desk.focused("record_solution-cause").await;
            assert_eq!(desk.troubles().await, Vec::<String>::new());
            desk.close().await;
        });
    }

    fn what_is_begun_in_two_tabs_is_kept_apart(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        let ticket = in_attention(&process);

        wait_for(async move {
            let desk = signed_in(&base, Who::HelpDesk).await;
            let page = format!("/tickets/{ticket}");
            let (cause, solution) = ("#record_solution-cause", "#record_solution-solution");
            desk.go(&page).await;
            begin(&desk, "record_solution").await;
            desk.type_in(cause, "El cable estaba partido.").await;
            let first = desk.driver.window().await.unwrap();

            // Another tab on the same ticket begins anew, and what it sends is its own.
            let second = desk.driver.new_tab().await.unwrap();
            desk.driver.switch_to_window(second).await.unwrap();
            desk.go(&page).await;
            begin(&desk, "record_solution").await;
            assert_eq!(value(&desk, cause).await, "");
            desk.type_in(cause, "La fuente.").await;
            desk.driver.switch_to_window(first.clone()).await.unwrap();
            desk.go(&page).await;
            begin(&desk, "record_solution").await;
            desk.holds(cause, "El cable estaba partido.").await;

            // What the other did is said here, and what was typed here is not lost by it.
            desk.driver.switch_to_window(desk.driver.windows().await.unwrap().into_iter().find(|tab| *tab != first).unwrap()).await.unwrap();
            desk.holds(cause, "La fuente.").await;
            desk.type_in(solution, "Se cambió.").await;
            send(&desk).await;
            desk.until_count(".action-form", 0).await;
            desk.driver.switch_to_window(first).await.unwrap();
            desk.find(".action-form .notice-soon").await;
            desk.holds(cause, "El cable estaba partido.").await;
            desk.close().await;
        });
        let events = process.caller(Who::HelpDesk).get(&format!("/tickets/{ticket}/events")).must(200).json();
        let solved: Vec<_> = events["items"].as_array().unwrap().iter().filter(|event| event["event"] == "solution_recorded").collect();
        assert_eq!((solved.len(), &solved[0]["data"]["cause"]), (1, &json!("La fuente.")));
    }

    fn on_a_phone_the_flowchart_shows_where_the_ticket_stands(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let ticket = escalated2(&process, &agency);

        wait_for(async move {
            let level2 = signed_in(&base, Who::Support2).await;
            level2.size(360, 800).await;
            level2.go(&format!("/tickets/{ticket}")).await;
            level2.find(".flow-summary").await;
            let before = level2.run("document.querySelector('.flow-summary').scrollIntoView(); return scrollY").await;
            level2.run("document.querySelector('.flow-summary').click(); return 0").await;
            level2.find(".flow .now").await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            let seen = level2.run("const now = document.querySelector('.flow .now').getBoundingClientRect();
                const scroll = document.querySelector('.flow-scroll').getBoundingClientRect();
                return now.left >= scroll.left && now.right <= scroll.right").await;
            assert_eq!(seen, true, "the activity is within what is seen");
            assert_eq!(level2.run("return scrollY").await, before, "the page stays where it is");
            level2.close().await;
        });
    }

    fn on_a_phone_everything_of_the_rail_is_within_reach(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);

        wait_for(async move {
            for who in [Who::User, Who::AreaHead, Who::HelpDesk, Who::Support2, Who::Auditor, Who::First] {
                let browser = signed_in(&base, who).await;
                browser.size(360, 800).await;
                browser.until("document.querySelector('h1')").await;
                browser.click(".bottom-bar button").await;
                browser.focused("menu").await;
                let missing = browser.run("const ways = (css) => [...document.querySelectorAll(css)].map((way) => way.getAttribute('href'));
                    const menu = ways('.person-menu .nav a'); return ways('.rail .nav a').filter((way) => way !== '/help' && !menu.includes(way))").await;
                assert_eq!(missing, json!([]), "{who:?}");
                // What is reached by it is marked there.
                browser.until("!document.querySelector('.bottom-bar button[aria-current]')").await;
                browser.click(".person-menu .nav a[href='/notices']").await;
                browser.until("location.pathname === '/notices' && !document.querySelector('.person-menu')").await;
                browser.go("/me").await;
                browser.until("document.querySelector('.bottom-bar button[aria-current=page]')").await;
                browser.until_count(".bottom-bar [aria-current]", 1).await;
                assert_eq!(browser.troubles().await, Vec::<String>::new());
                browser.close().await;
            }
        });
    }

    fn on_a_phone_the_tab_that_is_chosen_is_seen(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);

        wait_for(async move {
            for (who, path) in [(Who::Support2, "/?phase=contracting&sort=waiting"), (Who::First, "/admin/health")] {
                let browser = signed_in(&base, who).await;
                browser.size(360, 800).await;
                browser.go(path).await;
                browser.find(".tabs [aria-current]").await;
                browser.until("document.querySelector('.tabs [aria-current]').getBoundingClientRect().right <= innerWidth").await;
                browser.close().await;
            }
        });
    }
}
