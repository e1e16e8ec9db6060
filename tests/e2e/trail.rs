//! The trail in a browser: what came by one access token is found by it.

use chrono::{TimeDelta, Utc};
use client::Method;
use serde_json::json;
use store::Backend;

use super::{among_others, base, signed_in};
use crate::world::{Installation, Who, wait_for};

on_both! {
    fn the_trail_of_one_access_token_is_read(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let token = |name: &str| {
            let body = json!({ "name": name, "scope": "write", "expires_at": Utc::now() + TimeDelta::days(1) });
            let made = process.caller(Who::Admin).post("/me/tokens", body).must(201).json();
            (made["token"]["id"].as_i64().unwrap(), made["secret"].as_str().unwrap().to_owned())
        };
        for (n, name) in ["Tablero", "Directorio"].into_iter().enumerate() {
            let (id, secret) = token(name);
            let ask = process.anonymous().ask(Method::POST, "/areas").header("authorization", &format!("Bearer {secret}"));
            ask.json(json!({ "name": format!("Área {n}") })).send().must(201);
            if name == "Tablero" {
                process.caller(Who::Admin).delete(&format!("/me/tokens/{id}")).must(204);
            }
        }
        let base = base(&process);

        wait_for(async move {
            let auditor = signed_in(&base, Who::Auditor).await;
            auditor.go("/audit").await;
            auditor.says("por el acceso «Directorio»").await;
            auditor.choose("#audit-token", &format!("Tablero · {} · Anulado", Who::Admin.name())).await;
            auditor.click(".filters button[type=submit]").await;
            auditor.until_count(".audit-row", 1).await;
            auditor.says("por el acceso «Tablero»").await;
            auditor.shoot("audit-token").await;
            // The address says it: loaded anew, it is the same.
            let search = auditor.run("return location.search").await.as_str().unwrap().to_owned();
            auditor.go(&format!("/audit{search}")).await;
            auditor.until_count(".audit-row", 1).await;
            auditor.until("document.querySelector('#audit-token').selectedOptions[0].textContent.startsWith('Tablero')").await;
            auditor.find("#audit-entity option[value=ticket]").await;
            assert_eq!(auditor.troubles().await, Vec::<String>::new());
            auditor.close().await;

            // The administrator is not offered what they may not read, and is told why there is nothing where a link asks for it.
            let admin = signed_in(&base, Who::Admin).await;
            admin.go("/audit").await;
            admin.find("#audit-entity option[value=area]").await;
            assert!(!admin.shows("#audit-entity option[value=ticket]").await);
            admin.type_in("#audit-id", "1").await;
            admin.click(".filters button[type=submit]").await;
            admin.find("#audit-entity[aria-invalid=true]").await;
            admin.go("/audit?ticket=1").await;
            admin.says("Las pistas de las solicitudes las lee el Auditor.").await;
            admin.find(".audit .empty").await;
            assert_eq!(admin.troubles().await, Vec::<String>::new());
            admin.close().await;
        });
    }
}
