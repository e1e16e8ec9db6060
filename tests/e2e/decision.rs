//! «Por evaluar»: the report is read, the decision taken, and its director reads what they were told.

use serde_json::json;
use store::Backend;

use super::ticket::escalated2;
use super::{alone, base, send, signed_in};
use crate::world::{Installation, Who, wait_for};

on_both! {
    fn a_report_is_read_rejected_and_told(backend: Backend) {
        let _alone = alone();
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

    fn nobody_decides_on_their_own_report_nor_without_the_role(backend: Backend) {
        let _alone = alone();
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
