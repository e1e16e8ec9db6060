//! The procedure, walked to its three ends: each role in a window of its own, everything done on the screens, each mail looked at where it arrives.

use std::time::{Duration, Instant};

use store::Backend;

use super::browser::Browser;
use super::{among_others, base, begin, send, signed_in};
use crate::world::mail_server::MailServer;
use crate::world::mails::Caught;
use crate::world::{Installation, Who, rows_are_what_events_say, wait_for};

const PATIENCE: Duration = Duration::from_secs(60);
const PROVIDER: &str = "mesa@servicios.example";

/// The people of the procedure, each at their own window, and where their mail arrives.
struct People {
    person: Browser,
    desk: Browser,
    level1: Browser,
    level2: Browser,
    it_head: Browser,
    area_head: Browser,
    mails: MailServer,
}

impl People {
    async fn at_work(base: &str, mails: MailServer) -> People {
        let sit_down = |who: Who| signed_in(base, who);
        let (person, desk, level1) = tokio::join!(sit_down(Who::User), sit_down(Who::HelpDesk), sit_down(Who::Support1));
        let (level2, it_head, area_head) = tokio::join!(sit_down(Who::Support2), sit_down(Who::ItHead), sit_down(Who::AreaHead));
        People { person, desk, level1, level2, it_head, area_head, mails }
    }

    async fn leave(self) {
        for browser in [self.person, self.desk, self.level1, self.level2, self.it_head, self.area_head] {
            assert_eq!(browser.troubles().await, Vec::<String>::new());
            browser.close().await;
        }
    }

    /// The mail with these words in its subject about this ticket that this person got, of which there is one, once it is there.
    async fn mail(&self, to: &str, ticket: &str, words: &str) -> Caught {
        let begun = Instant::now();
        loop {
            let mut all = self.mails.to(to);
            all.retain(|mail| mail.subject().starts_with(&format!("[{ticket}]")) && mail.subject().contains(words));
            assert!(all.len() < 2, "{words:?} came {} times", all.len());
            if let Some(mail) = all.pop() {
                return mail;
            }
            let subjects: Vec<(String, String)> = self.mails.mails().iter().map(|mail| (mail.to.clone(), mail.subject())).collect();
            assert!(begun.elapsed() < PATIENCE, "{to} got no {words:?} about {ticket}; there are {subjects:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn got_none(&self, to: &str, ticket: &str, words: &str) {
        let is_it = |mail: &Caught| mail.subject().starts_with(&format!("[{ticket}]")) && mail.subject().contains(words);
        assert!(!self.mails.to(to).iter().any(is_it), "{to} got {words:?} about {ticket}");
    }

    /// Activity 1: somebody tells what happens. The path of the ticket's page, and its name.
    async fn asks(&self, title: &str, description: &str) -> (String, String) {
        let person = &self.person;
        person.click("a[href='/request']").await;
        person.type_in("#request-description", description).await;
        person.type_in("#request-title", title).await;
        person.click("form button[type=submit].btn-primary").await;
        person.says("La Mesa de Ayuda recibió su solicitud").await;
        let path = person.path().await;
        let name = format!("TI-{}", path.rsplit('/').next().unwrap());
        person.says(&name).await;
        (path, name)
    }

    /// Activity 2: the desk finds it as it came, verifies its facts and says what it is; then it is on its page.
    async fn desk_receives(&self, (path, name): &(String, String), title: &str) {
        let desk = &self.desk;
        desk.go("/").await;
        desk.says(title).await;
        desk.says("Lo que escribió la persona").await;
        desk.click("#form-categorise input[value=incident]").await;
        desk.click("#form-categorise button[type=submit]").await;
        desk.says("categorizada como incidencia").await;
        desk.says(name).await;
        desk.click(&format!(".told a[href='{path}']")).await;
        desk.says("la categorizó como incidencia").await;
        desk.find("#do-record_solution").await;
    }

    /// Activities 3 and 4: handed on, twice. Each level is told by mail, and finds it in its queue.
    async fn escalated_twice(&self, ticket: &(String, String), title: &str) {
        let (path, name) = ticket;
        hand_on(&self.desk, "Nivel Uno", "Se probó otro cable; falta revisar el equipo.").await;
        self.desk.says("la escaló a Nivel Uno").await;
        let told = self.mail(Who::Support1.email(), name, "Se le asignó (escalado 1)").await;
        assert!(told.text().contains("«Se probó otro cable; falta revisar el equipo.»"), "{}", told.text());
        self.person.go(path).await;
        self.person.says("La atiende Nivel Uno, de Tecnologías de la Información.").await;

        from_queue(&self.level1, ticket, title).await;
        self.level1.says("Se probó otro cable; falta revisar el equipo.").await;
        hand_on(&self.level1, "Nivel Dos", "Se cambió la fuente; puede ser la placa.").await;
        self.level1.says("la escaló a Nivel Dos").await;
        let told = self.mail(Who::Support2.email(), name, "Se le asignó (escalado 2)").await;
        assert!(told.text().contains("«Se cambió la fuente; puede ser la placa.»"), "{}", told.text());
        from_queue(&self.level2, ticket, title).await;
        self.level2.says("Se cambió la fuente; puede ser la placa.").await;
    }

    /// Activity 8: from the list of what waits for it.
    async fn desk_closes(&self, ticket: &(String, String), title: &str) {
        self.desk.go("/?phase=to_close&sort=waiting").await;
        self.desk.says(title).await;
        self.desk.click(&format!(".tickets a[href='{}']", ticket.0)).await;
        begin(&self.desk, "close").await;
        send(&self.desk).await;
        self.desk.says("la cerró").await;
    }
}

/// From the queue, where it waits, to its page.
async fn from_queue(browser: &Browser, (path, _): &(String, String), title: &str) {
    browser.go("/").await;
    browser.says(title).await;
    browser.click(&format!(".tickets a[href='{path}']")).await;
    browser.find("#do-escalate, #do-coordinate_provider").await;
}

async fn hand_on(browser: &Browser, to: &str, handover: &str) {
    begin(browser, "escalate").await;
    browser.choose("#escalate-to", to).await;
    browser.type_in("#escalate-handover", handover).await;
    browser.shoot("form-escalate").await;
    send(browser).await;
}

/// The way that is drawn on the flowchart, in words.
async fn way(browser: &Browser) -> String {
    browser.run("return document.querySelector('#flow-desc').textContent").await.to_string()
}

/// Solved at the desk, confirmed by the person, closed.
async fn solved_at_the_desk(people: &People) {
    let title = "No abre el correo";
    let ticket = people.asks(title, "Desde las ocho no abre el correo.").await;
    people.desk_receives(&ticket, title).await;
    people.person.go(&ticket.0).await;
    people.person.says("La Mesa de Ayuda la está atendiendo").await;
    begin(&people.desk, "record_solution").await;
    people.desk.type_in("#record_solution-cause", "La clave había vencido.").await;
    people.desk.type_in("#record_solution-solution", "Se cambió la clave y se probó con la persona.").await;
    send(&people.desk).await;
    people.desk.says("registró la solución").await;

    // The person is asked where they look first, and says that it works.
    people.person.click(".brand").await;
    people.person.says("¿Ya puede trabajar con normalidad?").await;
    people.person.shoot("home-asked").await;
    people.person.click(&format!("a[href='{}?do=confirm_solved']", ticket.0)).await;
    people.person.find("#form-confirm_solved").await;
    send(&people.person).await;
    people.person.says("Usted confirmó que funciona.").await;

    people.desk.go("/?phase=to_close&sort=waiting").await;
    people.desk.says(title).await;
    people.desk.click("#choose-confirmed").await;
    people.desk.click("#bulk-close").await;
    people.desk.click("#bulk-go").await;
    people.desk.says("Se cerró 1 solicitud.").await;
    let closed = people.mail(Who::User.email(), &ticket.1, "Solicitud cerrada").await;
    assert!(closed.text().contains("«Se cambió la clave y se probó con la persona.»"), "{}", closed.text());
    people.got_none(Who::User.email(), &ticket.1, "¿Quedó solucionado?");
    people.person.go(&ticket.0).await;
    people.person.says("Se cerró el").await;
    people.person.says("Se cambió la clave y se probó con la persona.").await;
    people.desk.go(&ticket.0).await;
    people.desk.says("Solucionada por la Mesa de Ayuda").await;
    let way = way(&people.desk).await;
    assert!(way.contains("Atención") && !way.contains("Escalado 1 →"), "{way}");
}

/// Escalated twice; there is a warranty; the provider comes twice; conformity; closed.
async fn provided_twice(people: &People) {
    let title = "La computadora no enciende";
    let ticket = people.asks(title, "Desde ayer la computadora no enciende.").await;
    people.desk_receives(&ticket, title).await;
    people.escalated_twice(&ticket, title).await;

    // Activity 5: the warranty is verified, and the provider told by mail.
    let level2 = &people.level2;
    begin(level2, "coordinate_provider").await;
    level2.type_in("#coordinate_provider-subject-equipment", "PAT-00412").await;
    level2.click("#form-coordinate_provider input[value=warranty]").await;
    level2.type_in("#coordinate_provider-coverage-description", "Garantía de fábrica, orden de compra 118").await;
    level2.type_in("#coordinate_provider-coverage-until", "12122099").await;
    level2.choose("#coordinate_provider-provider", "Servicios Técnicos S.A.C.").await;
    level2.click("#form-coordinate_provider input[value=email]").await;
    level2.type_in("#coordinate_provider-case_number", "88213").await;
    level2.shoot("form-coordinate").await;
    send(level2).await;
    level2.says("Servicios Técnicos S.A.C.").await;
    level2.says("12/12/2099").await;
    let asked = people.mail(PROVIDER, &ticket.1, "Solicitud de soporte técnico: PAT-00412").await;
    assert!(asked.text().contains("vigente hasta el 12/12/2099") && !asked.text().contains(Who::User.name()), "{}", asked.text());
    people.person.go(&ticket.0).await;
    people.person.says("La atiende un proveedor externo.").await;

    // Activity 7, twice: it came and did not help; it came again and did.
    visit(level2, "Se cambió la placa.").await;
    begin(level2, "return_to_provider").await;
    level2.type_in("#return_to_provider-reason", "Enciende y se apaga a los cinco minutos.").await;
    level2.click("#form-return_to_provider input[value=email]").await;
    level2.shoot("form-return").await;
    send(level2).await;
    level2.says("Enciende y se apaga a los cinco minutos.").await;
    let again = people.mail(PROVIDER, &ticket.1, "Persiste la falla: PAT-00412").await;
    assert!(again.text().contains("«Enciende y se apaga a los cinco minutos.»"), "{}", again.text());
    visit(level2, "Se cambió la fuente de poder.").await;
    level2.says("2.ª visita del proveedor").await;
    begin(level2, "confirm_resolution").await;
    level2.holds("#confirm_resolution-conformity-given_by", Who::User.name()).await;
    level2.type_in("#confirm_resolution-solution", "El proveedor cambió la fuente de poder.").await;
    level2.type_in("#confirm_resolution-conformity-reference", "Acta 12").await;
    level2.shoot("form-conformity").await;
    send(level2).await;
    level2.says("Acta 12").await;
    people.person.go("/").await;
    people.person.says("¿Ya puede trabajar con normalidad?").await;

    people.desk_closes(&ticket, title).await;
    people.desk.says("Solucionada por el proveedor").await;
    people.desk.says("2.ª visita del proveedor").await;
    let way = way(&people.desk).await;
    assert!(way.contains("Atención → Escalado 1 → Garantía → Verificación → Verificación → Cierre"), "{way}");
    let closed = people.mail(Who::User.email(), &ticket.1, "Solicitud cerrada").await;
    assert!(closed.text().contains("«El proveedor cambió la fuente de poder.»"), "{}", closed.text());
    people.person.go(&ticket.0).await;
    people.person.says("Se cerró el").await;
    people.got_none(Who::AreaHead.email(), &ticket.1, "");
}

async fn visit(level2: &Browser, what: &str) {
    begin(level2, "record_service_provided").await;
    level2.click("#form-record_service_provided input[value=in_person]").await;
    level2.type_in("#record_service_provided-what_was_done", what).await;
    level2.shoot("form-visit").await;
    send(level2).await;
    level2.says(what).await;
    level2.find("#do-confirm_resolution").await;
}

/// Escalated twice; no warranty; the report is returned, raised again and rejected; the director is told; closed.
async fn rejected(people: &People) {
    let title = "El plotter no imprime a color";
    let ticket = people.asks(title, "Los planos salen en blanco y negro.").await;
    people.desk_receives(&ticket, title).await;
    people.escalated_twice(&ticket, title).await;

    // Activity 5: nothing covers it; the report is raised, returned with remarks, and raised again.
    let (level2, it_head) = (&people.level2, &people.it_head);
    begin(level2, "submit_technical_report").await;
    level2.type_in("#submit_technical_report-subject-equipment", "PLT-0001").await;
    level2.type_in("#submit_technical_report-verification", "La garantía venció en marzo.").await;
    for (part, text) in [
        ("number", "014-2026"),
        ("background", "El plotter tiene siete años."),
        ("analysis", "El cabezal está gastado."),
        ("conclusions", "No hay repuesto en la agencia."),
        ("recommendation", "Contratar el cambio del cabezal."),
        ("estimated_cost_centimos", "4,800.00"),
    ] {
        level2.type_in(&format!("#submit_technical_report-report-{part}"), text).await;
    }
    level2.shoot("form-report").await;
    send(level2).await;
    level2.says("elevó el Informe Técnico 014-2026").await;
    let raised = people.mail(Who::ItHead.email(), &ticket.1, "Informe Técnico por evaluar").await;
    assert!(raised.text().contains("014-2026"), "{}", raised.text());
    people.person.go(&ticket.0).await;
    people.person.says("La Jefatura de TI está evaluando el sustento.").await;
    it_head.go("/").await;
    read_report(it_head, &ticket, title).await;
    it_head.says("La garantía venció en marzo.").await;
    it_head.click("#decide-return_report").await;
    it_head.type_in("#return_report-remarks", "Falta la proforma.").await;
    send(it_head).await;
    let remarks = people.mail(Who::Support2.email(), &ticket.1, "Informe Técnico con observaciones").await;
    assert!(remarks.text().contains("«Falta la proforma.»"), "{}", remarks.text());
    from_queue(level2, &ticket, title).await;
    level2.says("Falta la proforma.").await;
    begin(level2, "submit_technical_report").await;
    let analysis = level2.value("#submit_technical_report-report-analysis").await;
    assert_eq!(analysis, "El cabezal está gastado.", "what was written before is there");
    level2.type_in("#submit_technical_report-subject-equipment", "PLT-0001").await;
    level2.type_in("#submit_technical_report-verification", "La garantía venció en marzo; se adjunta la proforma.").await;
    send(level2).await;
    level2.says("La garantía venció en marzo; se adjunta la proforma.").await;

    // Activity 6: no. The letter to the area's head is seen before it goes.
    it_head.go("/evaluate").await;
    read_report(it_head, &ticket, title).await;
    it_head.says("Falta la proforma.").await;
    it_head.click("#decide-reject_contracting").await;
    it_head.type_in("#reject_contracting-grounds", "No hay presupuesto este año; se prevé uno nuevo para enero.").await;
    it_head.find(".letter").await;
    let letter = it_head.find(".letter").await.text().await.unwrap();
    assert!(letter.contains(Who::AreaHead.name()) && letter.contains("No hay presupuesto este año"), "{letter}");
    it_head.shoot("decide-reject").await;
    send(it_head).await;
    it_head.says("No hay informes por evaluar.").await;
    let told = people.mail(Who::AreaHead.email(), &ticket.1, "Comunicación de la Jefatura de TI").await;
    assert!(told.text().contains("«No hay presupuesto este año; se prevé uno nuevo para enero.»"), "{}", told.text());
    people.mail(Who::Support2.email(), &ticket.1, "No procede la contratación").await;
    people.person.go(&ticket.0).await;
    people.person.says("Se comunicó al Director o Jefe de su área.").await;
    let area_head = &people.area_head;
    area_head.go("/told").await;
    area_head.says("No hay presupuesto este año; se prevé uno nuevo para enero.").await;
    area_head.shoot("told").await;

    people.desk_closes(&ticket, title).await;
    people.desk.says("No procede la contratación").await;
    let way = way(&people.desk).await;
    assert!(way.contains("Garantía → Evaluación → Evaluación → Comunicación → Cierre"), "{way}");
    people.mail(Who::User.email(), &ticket.1, "Solicitud cerrada").await;
    area_head.click(&format!("a[href='{}']", ticket.0)).await;
    area_head.says("Se cerró el").await;
    area_head.shoot("ticket-head").await;
}

async fn read_report(it_head: &Browser, (path, _): &(String, String), title: &str) {
    it_head.says(title).await;
    let number = path.rsplit('/').next().unwrap();
    it_head.click(&format!("a.btn[href='/evaluate/{number}']")).await;
    it_head.says("Contratar el cambio del cabezal.").await;
}

on_both! {
    fn six_people_take_the_procedure_to_each_of_its_ends(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let mails = MailServer::start();
        let process = installation.serve_with(&mails.settings());
        installation.found_on(&process);
        let base = base(&process);

        wait_for(async move {
            let people = People::at_work(&base, mails).await;
            solved_at_the_desk(&people).await;
            provided_twice(&people).await;
            rejected(&people).await;
            people.leave().await;
        });

        assert!(process.stop().success());
        let store = installation.store();
        assert_eq!(rows_are_what_events_say(&store), 3);
        store.stop();
    }
}
