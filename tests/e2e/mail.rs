//! What the links of mails open, followed as the people who get them do.

use chrono::TimeDelta;
use store::Backend;

use super::decision::submitted;
use super::{among_others, base};
use crate::e2e::browser::Browser;
use crate::e2e::ticket::escalated2 as escalated2_on;
use crate::routes::tickets::given::*;
use crate::world::mail_server::{MailServer, wait_until};
use crate::world::mails::{Catcher, Caught};
use crate::world::{Installation, PASSWORD, Who, World, wait_for};

/// The links of a mail to a page, without the host that nobody serves here.
fn links(mail: &Caught, page: &str) -> Vec<String> {
    let text = mail.text();
    let words = text.split_whitespace().map(|word| word.trim_end_matches(['.', '»']));
    words.filter_map(|word| Some(word[word.find(&format!("/{page}#"))?..].to_owned())).collect()
}

/// The links of the newest mail that asks whether it is solved.
fn asked(world: &World, catcher: &Catcher) -> (String, String) {
    world.settle_mails();
    world.advance(TimeDelta::minutes(16));
    world.settle_mails();
    let mails = catcher.to(Who::User.email());
    let asking = mails.iter().rfind(|mail| mail.subject().contains("¿Quedó solucionado?")).expect("it asks");
    match links(asking, "answer").as_slice() {
        [yes, no] => (yes.clone(), no.clone()),
        other => panic!("two links, not {other:?}"),
    }
}

on_both! {
    fn whoever_got_the_mail_says_that_it_still_fails_and_then_that_it_works(backend: Backend) {
        let _turn = among_others();
        let (world, catcher) = World::with_mail(backend);
        let ticket = to_close(&world);
        let (yes, no) = asked(&world, &catcher);
        let (before, base) = (events(&world, ticket), world.base_url());

        // Opening both links changes nothing, nor does looking at them in a small window, in the dark.
        let (first, second) = (yes.clone(), no.clone());
        let browser = wait_for(async move {
            let browser = Browser::open(&base).await;
            browser.go(&first).await;
            browser.says("Se ajustó el cable.").await;
            browser.says("Sí, ya funciona").await;
            assert_eq!(browser.find("h1").await.text().await.unwrap(), "¿Ya puede trabajar con normalidad?");
            browser.shoot("answer").await;
            browser.go("/").await; // The next link is the same page with another fragment.
            browser.go(&second).await;
            browser.find("#reason").await;
            browser.shoot("answer-no").await;
            browser
        });
        assert_eq!(events(&world, ticket), before);

        // Without what fails nothing is sent; with it, it is, as text.
        let browser = wait_for(async move {
            browser.click("form button[type=submit]").await;
            browser.find("#reason[aria-invalid=true]").await;
            browser.focused("reason").await;
            browser.shoot("answer-no-reason").await;
            browser.type_in("#reason", "Se apaga a los <b>cinco</b> minutos.").await;
            browser.click("form button[type=submit]").await;
            browser.says("La Mesa de Ayuda vuelve a atender su solicitud.").await;
            assert!(!browser.shows("#reason").await);
            browser
        });
        assert_eq!(phase(&world, Who::User, ticket), "in_attention");
        let denied = world.events(&world.auditor(), ticket).into_iter().find(|event| event["event"] == "solution_denied").unwrap();
        assert_eq!((&denied["data"]["reason"], &denied["by"]["id"]), (&"Se apaga a los <b>cinco</b> minutos.".into(), &world.person(Who::User).into()));

        // The desk solves it again. The old link tells what is so; the new one is answered, and tells so when it is opened again.
        done(&world, Who::HelpDesk, ticket, solve());
        let (next, _) = asked(&world, &catcher);
        assert_ne!(next, yes);
        let browser = wait_for(async move {
            browser.go("/").await;
            browser.go(&yes).await;
            browser.says("La Mesa de Ayuda vuelve a atender su solicitud.").await;
            browser.go("/").await;
            browser.go(&next).await;
            browser.click(".btn-primary").await;
            browser.says("Quedó registrado que ya funciona.").await;
            // Nothing is asked any more.
            browser.until("document.querySelector('h1').textContent === 'Gracias por responder'").await;
            browser.shoot("answer-thanks").await;
            browser.run("location.reload(); return 0").await;
            browser.says("Quedó registrado que ya funciona.").await;
            assert!(!browser.shows(".btn-primary").await, "there is nothing to answer any more");
            browser.go("/").await;
            browser.go("/answer#1-2-3.forged").await;
            browser.says("El enlace no es válido").await;
            browser.shoot("answer-bad-link").await;
            assert_eq!(browser.troubles().await, Vec::<String>::new());
            browser
        });
        wait_for(browser.close());
        assert_eq!(events(&world, ticket).last().map(String::as_str), Some("solution_confirmed"));
    }

    fn the_mail_on_a_report_leads_the_head_of_it_to_it(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let mail_server = MailServer::start();
        let process = installation.serve_with(&mail_server.settings());
        let agency = installation.found_on(&process);
        let base = base(&process);
        let ticket = escalated2_on(&process, &agency);
        submitted(&process, ticket);

        let page = format!("/evaluate/{ticket}");
        let told = || mail_server.to(Who::ItHead.email()).into_iter().find(|mail| mail.subject().contains("Informe Técnico por evaluar"));
        wait_until("the mail on the report is there", || told().is_some());
        let text = told().unwrap().text();
        assert!(text.split_whitespace().any(|word| word.trim_end_matches(['.', '»']).ends_with(&page)), "{text}");

        // Whoever follows it signs in, and is where it leads; the report is there, and the decision.
        wait_for(async move {
            let head = Browser::open(&base).await;
            head.go(&page).await;
            head.type_in("#email", Who::ItHead.email()).await;
            head.type_in("#password", PASSWORD).await;
            head.click("form button[type=submit]").await;
            head.says("La fuente está quemada.").await;
            head.find("#decide-approve_contracting").await;
            assert_eq!(head.path().await, page);
            assert_eq!(head.troubles().await, Vec::<String>::new());
            head.close().await;
        });
        assert!(process.stop().success());
    }

    fn who_forgot_their_password_chooses_another_by_the_link_of_a_mail(backend: Backend) {
        let _turn = among_others();
        let installation = Installation::new(backend);
        let mail_server = MailServer::start();
        let process = installation.serve_with(&mail_server.settings());
        installation.found_on(&process);
        let base = base(&process);

        let browser = wait_for(async move {
            let browser = Browser::open(&base).await;
            browser.go("/").await;
            browser.click("a[href='/forgot']").await;
            browser.says("Restablecer contraseña").await;
            browser.click("form button[type=submit]").await;
            browser.find("#email[aria-invalid=true]").await;
            browser.shoot("forgot-empty").await;
            browser.type_in("#email", Who::User.email()).await;
            browser.click("form button[type=submit]").await;
            browser.says("le llegará un enlace").await;
            browser.shoot("forgot").await;
            browser
        });
        wait_until("the mail with the link is there", || !mail_server.to(Who::User.email()).is_empty());
        let mail = mail_server.to(Who::User.email()).remove(0);
        let link = links(&mail, "reset").pop().unwrap_or_else(|| panic!("a link: {}", mail.text()));

        let again = link.clone();
        let browser = wait_for(async move {
            browser.go(&link).await;
            browser.says("Elija su contraseña").await;
            assert!(!browser.run("return location.href").await.to_string().contains("token="), "the token has left the address");
            browser.type_in("#password", "corta").await;
            browser.click("form button[type=submit]").await;
            browser.find("#password[aria-invalid=true]").await;
            browser.shoot("reset-weak").await;
            browser.type_in("#password", "otra frase que nadie adivina").await;
            browser.click("form button[type=submit]").await;
            browser.says("Inicie sesión con su nueva contraseña.").await;
            assert!(!browser.shows("#password").await, "there is nothing to choose any more");
            browser.shoot("reset").await;
            // The link is good once.
            browser.go("/").await;
            browser.go(&again).await;
            browser.type_in("#password", "una tercera frase distinta").await;
            browser.click("form button[type=submit]").await;
            browser.says("Pida uno nuevo.").await;
            browser.shoot("reset-again").await;
            // And the new password is theirs, the old one no more.
            browser.go("/sign-in").await;
            for (password, then) in [(PASSWORD, "no coinciden"), ("otra frase que nadie adivina", Who::User.name())] {
                browser.type_in("#email", Who::User.email()).await;
                browser.type_in("#password", password).await;
                browser.click("form button[type=submit]").await;
                browser.says(then).await;
            }
            assert_eq!(browser.troubles().await, Vec::<String>::new());
            browser
        });
        wait_for(browser.close());
        assert!(process.stop().success());
    }
}
