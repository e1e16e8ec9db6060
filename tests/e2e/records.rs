//! The administrator's day, the auditor's, and the help.

use client::Method;
use serde_json::{Value, json};
use store::Backend;
use thirtyfour::Key;

use super::browser::Browser;
use super::ticket::requested;
use super::{among_others, base, signed_in};
use crate::world::{Installation, Who, wait_for};

async fn save(browser: &Browser) {
    browser.click(".record form button[type=submit]").await;
}

on_both! {
    fn people_are_found_recorded_and_changed_without_losing_what_others_changed(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, agency) = installation.found();
        let base = base(&process);
        let colleague = agency.person(Who::Colleague);

        let admin = wait_for(async move {
            let admin = signed_in(&base, Who::First).await;
            // The administration is the administrator's home; it is loaded in the place of the page that signed them in.
            admin.find(".records-table").await;
            assert_eq!(admin.path().await, "/admin/people");
            admin.type_in("#records-words", "colega").await;
            admin.press(Key::Enter).await;
            admin.says("Camila Colega").await;
            admin.shoot("people").await;

            admin.go("/admin/people/new").await;
            admin.type_in("#person-name", "Nora Nueva <b>").await;
            admin.type_in("#person-email", "no es un correo").await;
            save(&admin).await;
            admin.find("#person-email[aria-invalid=true]").await;
            admin.type_in("#person-email", "nora.nueva@agencia.example").await;
            let first = admin.run("const area = document.querySelector('#person-area'); area.selectedIndex = 1;
                area.dispatchEvent(new Event('change', { bubbles: true })); return area.value").await;
            assert_ne!(first, "");
            admin.click("#person-roles").await;
            save(&admin).await;
            admin.says("Enviar enlace de activación").await;
            admin.says("Nora Nueva <b>").await;
            admin.shoot("person").await;

            admin.go(&format!("/admin/people/{colleague}")).await;
            admin.type_in("#person-post", "Analista").await;
            admin
        });

        // Somebody else is quicker.
        let path = format!("/people/{colleague}");
        let first = process.caller(Who::First);
        let person = first.get(&path).must(200);
        let (etag, record) = (person.etag(), person.json());
        let changed = json!({ "name": record["name"], "email": record["email"], "area": record["area"]["id"], "roles": record["roles"], "phone": "999-111" });
        first.ask(Method::PUT, &path).if_match(&etag).json(changed).send().must(200);

        wait_for(async move {
            save(&admin).await;
            admin.says("Otra persona cambió este registro").await;
            admin.says("999-111").await;
            admin.holds("#person-post", "Analista").await;
            save(&admin).await;
            admin.says("Guardado").await;
            admin.click(".record-history > summary").await;
            admin.says("Se registró").await;
            assert_eq!(admin.troubles().await, Vec::<String>::new());
            admin.close().await;
        });
        assert_eq!(first.get(&path).must(200).json()["post"], "Analista");
    }

    fn areas_settings_tokens_files_and_mail_have_their_pages(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        requested(&process);

        wait_for(async move {
            let admin = signed_in(&base, Who::First).await;
            admin.go("/admin/areas").await;
            admin.find(".tree .tree-1").await;
            admin.shoot("areas").await;

            admin.go("/admin/settings").await;
            admin.type_in("#setting-helpdesk_extension", "2000").await;
            admin.press(Key::Enter).await;
            admin.says("Guardado").await;
            admin.type_in("#setting-n_reminders", "99").await;
            admin.press(Key::Enter).await;
            admin.find("#setting-n_reminders[aria-invalid=true]").await;
            admin.shoot("settings").await;

            admin.go("/admin/tokens").await;
            admin.type_in("#token-name", "Tablero").await;
            admin.click(".admin form button[type=submit]").await;
            admin.says("Cópielo ahora").await;
            let secret = admin.value("#token-secret").await;
            assert!(secret.starts_with("atd_"), "{secret}");
            admin.says("Tablero").await;
            admin.shoot("tokens").await;

            admin.go("/admin/import").await;
            admin.find("#import-what").await;
            let file = "nombre,correo,área\\nEva Evans,eva@agencia.example,ULOG\\nMal,sin-correo,ULOG\\n";
            admin.run(&format!("const data = new DataTransfer(); data.items.add(new File(['{file}'], 'personas.csv', {{ type: 'text/csv' }}));
                const input = document.querySelector('#import-file'); input.files = data.files; input.dispatchEvent(new Event('change')); return 0")).await;
            admin.says("Con errores: 1").await;
            admin.says("No se guardó nada").await;
            admin.shoot("import").await;

            admin.go("/admin/mail-out").await;
            admin.find(".state-tabs").await;
            admin.shoot("mail-out").await;
            admin.go("/admin/mail-in").await;
            admin.says("Aún no se ha recibido ningún correo.").await;
            admin.go("/admin/health").await;
            admin.says("Responden y aceptan escrituras.").await;
            admin.shoot("health").await;
            assert_eq!(admin.troubles().await, Vec::<String>::new());
            admin.close().await;
        });

        let people: Value = process.caller(Who::First).get("/people?words=eva").must(200).json();
        assert_eq!(people["items"], json!([]), "a dry run writes nothing");
    }

    fn the_auditor_reads_the_trail_and_everybody_their_help(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let (process, _agency) = installation.found();
        let base = base(&process);
        let ticket = requested(&process);

        wait_for(async move {
            let auditor = signed_in(&base, Who::Auditor).await;
            // The trail is the auditor's home, and beside it is the rest that they read.
            auditor.find(".audit").await;
            auditor.find(".admin-tabs a[href='/admin/settings']").await;
            auditor.go("/admin/settings").await;
            auditor.find("p#setting-reopening_days").await;
            auditor.go("/audit").await;
            auditor.says("Auditor").await;
            auditor.type_in("#audit-id", &format!("TI-{ticket}")).await;
            auditor.press(Key::Enter).await;
            auditor.says("solicitó apoyo").await;
            auditor.click(".audit-row summary").await;
            auditor.says("El plotter no enciende").await;
            auditor.shoot("audit").await;
            let text = auditor.text().await;
            assert!(!text.contains("inició sesión"), "only this ticket's entries:\n{text}");
            auditor.go("/help").await;
            auditor.says("El auditor lee todos los registros").await;
            auditor.shoot("help").await;
            auditor.click(".help-roles a[href='/help?role=user']").await;
            auditor.says("Pulse Solicitar apoyo").await;
            auditor.close().await;

            let person = signed_in(&base, Who::User).await;
            person.go("/audit").await;
            person.says("Página no encontrada").await;
            person.go("/admin/people").await;
            person.says("Página no encontrada").await;
            assert_eq!(person.troubles().await, Vec::<String>::new());
            person.close().await;
        });
    }
}
