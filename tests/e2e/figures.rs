//! The board: what happened is counted, each figure opens its list, and a head reads their own area's.

use serde_json::json;
use store::Backend;

use super::ticket::escalated2;
use super::{among_others, base, signed_in};
use crate::world::{Installation, Who, wait_for};

on_both! {
    fn each_figure_opens_the_list_that_it_counts(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        escalated2(&process, &agency);
        for title in ["La impresora no imprime", "No abre el correo"] {
            process.caller(Who::User).create(json!({ "channel": "web", "title": title, "description": "Desde ayer." })).must(201);
        }

        wait_for(async move {
            let head = signed_in(&base, Who::ItHead).await;
            head.go("/figures").await;
            head.says("Abiertas, atendidas y pendientes").await;
            head.says("Carga por técnico").await;
            // All ten have come.
            head.until_count(".chart", 10).await;
            assert_eq!(head.run("return document.querySelector('.kpi b').textContent").await, "3");
            head.shoot("figures").await;
            // A table that is unfolded stays in its card, and scrolls there.
            head.click(".chart-place:nth-child(1) summary").await;
            let is_apart = "const [a, b] = [...document.querySelectorAll('.chart')].map(one => one.getBoundingClientRect());
                return String((a.right <= b.left || a.bottom <= b.top) && document.documentElement.scrollWidth <= innerWidth)";
            assert_eq!(head.run(is_apart).await, "true");
            head.click(".chart-place:nth-child(9) summary").await;
            head.says("Informe presentado").await;

            head.click(".kpi").await;
            head.says("La impresora no imprime").await;
            assert_eq!(head.path().await, "/tickets");
            head.until_count("tbody tr", 3).await;

            head.go("/figures?from=2026-03-10&to=2026-03-01").await;
            head.says("el primer día no venga después").await;
            head.go("/figures?from=2001-01-01&to=2001-01-31").await;
            head.says("No hay solicitudes en este período").await;
            assert_eq!(head.troubles().await, Vec::<String>::new());

            let director = signed_in(&base, Who::AreaHead).await;
            director.go("/figures").await;
            director.says("Área: ").await;
            director.says("Carga por técnico").await;
            director.close().await;
            let user = signed_in(&base, Who::User).await;
            user.go("/figures").await;
            user.says("corresponde").await;
            user.close().await;
            head.close().await;
        });
    }
}
