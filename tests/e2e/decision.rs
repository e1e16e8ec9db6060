//! «Por evaluar»: the report is read, the decision taken, and its director reads what they were told.

use serde_json::json;
use store::Backend;

use super::ticket::escalated2;
use super::{among_others, base, begin, send, signed_in};
use crate::world::{Installation, Process, Who, wait_for};

/// What the app asks for every few seconds it asks for at once.
const SOON: &str = "
    const later = window.setTimeout;
    window.setTimeout = (then, wait, ...all) => later(then, wait === 20000 || wait === 8000 ? 300 : wait, ...all);";

/// Level 2 raises a report on the ticket.
pub fn submitted(process: &Process, ticket: i64) {
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
    fn a_report_is_read_rejected_and_told(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let ticket = escalated2(&process, &agency);
        let submit = json!({
            "action": "submit_technical_report", "subject": { "equipment": "PAT-00077" },
            "verification": "No figura en el registro de garantías.",
            "report": {
                "number": "INF-012-2026", "background": "El plotter no enciende.", "analysis": "La fuente está quemada.",
                "conclusions": "No tiene cobertura.", "recommendation": "Contratar la reparación.", "estimated_cost_centimos": 125_000,
            },
        });
        process.caller(Who::Support2).command(ticket, submit).must(200);

        wait_for(async move {
            let head = signed_in(&base, Who::ItHead).await;
            head.go("/evaluate").await;
            head.says("Contratar la reparación.").await;
            head.says("S/ 1,250.00").await;
            head.shoot("evaluate").await;
            head.click(".reqs .btn-primary").await;
            head.says("La fuente está quemada.").await;
            head.says("No figura en el registro de garantías.").await;

            head.click("#decide-reject_contracting").await;
            head.type_in("#reject_contracting-grounds", "Se comprará uno nuevo en marzo.").await;
            // The communication begins as the grounds, and may be written otherwise.
            let told = head.find("#reject_contracting-communication-text").await;
            assert_eq!(told.value().await.unwrap().as_deref(), Some("Se comprará uno nuevo en marzo."));
            head.type_in("#reject_contracting-communication-text", "En marzo llega el plotter nuevo.").await;
            // The whole letter is there before it goes: to whom, about what, and by whom.
            for words in ["Julia Jefa", "«En marzo llega el plotter nuevo.»", "INF-012-2026", "no procede la contratación", "Comunicación de la Jefatura de TI"] {
                head.says(words).await;
            }
            head.shoot("decide").await;
            send(&head).await;
            head.says("No hay informes por evaluar.").await;
            assert_eq!(head.path().await, "/evaluate");
            // What was decided is told where one is now, with the way to it; and the focus is on the page.
            head.says(&format!("TI-{ticket}: No procede. La decisión quedó registrada.")).await;
            head.find(&format!(".told a[href='/tickets/{ticket}']")).await;
            head.focused("main").await;

            let director = signed_in(&base, Who::AreaHead).await;
            director.go("/told").await;
            director.says("En marzo llega el plotter nuevo.").await;
            director.shoot("told").await;
            let text = director.text().await;
            assert!(!text.contains("fuente está quemada"), "the report is IT's:\n{text}");
            assert_eq!(head.troubles().await, Vec::<String>::new());
            director.close().await;
            head.close().await;
        });
    }

    fn a_report_that_was_returned_is_raised_again_from_what_was_written(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let ticket = escalated2(&process, &agency);
        submitted(&process, ticket);
        process.caller(Who::ItHead).command(ticket, json!({ "action": "return_report", "remarks": "Falta revisar la placa." })).must(200);

        let level2 = wait_for(async move {
            let level2 = signed_in(&base, Who::Support2).await;
            level2.go(&format!("/tickets/{ticket}")).await;
            begin(&level2, "submit_technical_report").await;
            assert!(!level2.shows("#do-draft_report").await, "the draft is saved from the report itself");
            level2.holds("#submit_technical_report-verification", "No figura en el registro de garantías.").await;
            level2.holds("#submit_technical_report-report-analysis", "La fuente está quemada.").await;

            // What is typed is saved, and one goes on writing in the same form.
            level2.type_in("#submit_technical_report-report-analysis", "La fuente y la placa están quemadas.").await;
            level2.click("#save-submit_technical_report").await;
            level2.says("El borrador quedó guardado.").await;
            level2.holds("#submit_technical_report-report-analysis", "La fuente y la placa están quemadas.").await;
            level2
        });
        let saved = process.caller(Who::Support2).get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!(saved["standing"]["phase"], "escalated2");
        assert_eq!(saved["it"]["draft"]["analysis"], "La fuente y la placa están quemadas.");

        wait_for(async move {
            level2.type_in("#submit_technical_report-report-conclusions", "Requiere un servicio externo.").await;
            send(&level2).await;
            level2.until_count(".action-form", 0).await;
            assert_eq!(level2.troubles().await, Vec::<String>::new());
            level2.close().await;
        });
        let raised = process.caller(Who::ItHead).get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!(raised["standing"]["phase"], "under_evaluation");
        let report = &raised["it"]["report"];
        assert_eq!((&report["analysis"], &report["conclusions"]), (&json!("La fuente y la placa están quemadas."), &json!("Requiere un servicio externo.")));
    }

    fn what_is_to_be_decided_shows_while_one_looks(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let ticket = escalated2(&process, &agency);

        let head = wait_for(async move {
            let head = signed_in(&base, Who::ItHead).await;
            head.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": SOON })).await.unwrap();
            head.go("/evaluate").await;
            head.says("No hay informes por evaluar.").await;
            head
        });
        submitted(&process, ticket);
        let head = wait_for(async move {
            head.says("Contratar la reparación.").await;
            head.until_count(".reqs > li", 1).await;
            head.click(".reqs .btn-primary").await;
            head.find("#decide-reject_contracting").await;
            head
        });
        // Somebody else is quicker: it is said before anything is chosen.
        process.caller(Who::ItHead2).command(ticket, json!({ "action": "approve_contracting", "grounds": "Procede." })).must(200);
        wait_for(async move {
            head.find(".decision .notice").await;
            head.go("/evaluate").await;
            head.says("No hay informes por evaluar.").await;
            assert_eq!(head.troubles().await, Vec::<String>::new());
            head.close().await;
        });
    }

    fn nobody_decides_on_their_own_report_nor_without_the_role(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let ticket = escalated2(&process, &agency);

        wait_for(async move {
            let level2 = signed_in(&base, Who::Support2).await;
            level2.go(&format!("/evaluate/{ticket}")).await;
            level2.says("No hay informes por evaluar.").await;
            assert!(!level2.shows("input[name=decision]").await);
            level2.close().await;
        });
    }
}
