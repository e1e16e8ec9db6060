//! Who wrote: people, programs, lists, mailers; and whether that is proven.

use serde_json::{Value, json};

use super::write::{Case, case, multipart, text_message};

fn automatic(why: &str) -> Value {
    json!({"automatic": why})
}

fn bounce(id: Option<&str>, address: Option<&str>, is_permanent: bool) -> Value {
    json!({"bounce": {"original_message_id": id, "address": address, "is_permanent": is_permanent}})
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, fields, nature) in [
        ("person", "", json!("personal")),
        ("person-auto-submitted-no", "Auto-Submitted: no", json!("personal")),
        ("person-about-absence", "Subject: Fuera de la oficina no llego a la VPN", json!("personal")),
        ("person-about-vacation", "Subject: Vacation: acceso remoto", json!("personal")),
        ("person-with-return-path", "Return-Path: <ana@agencia.example>", json!("personal")),
        ("person-suppressing-nothing", "X-Auto-Response-Suppress: None", json!("personal")),
        ("auto-replied", "Auto-Submitted: auto-replied\nSubject: Re: Impresora", automatic("auto_submitted")),
        ("auto-generated", "Auto-Submitted: Auto-Generated (cron)", automatic("auto_submitted")),
        ("auto-notified", "Auto-Submitted: auto-notified; owner-email=\"a@b.example\"", automatic("auto_submitted")),
        ("autoreply", "X-Autoreply: yes", automatic("autoreply")),
        ("autorespond", "X-Autorespond: Impresora", automatic("autoreply")),
        ("exchange", "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", automatic("auto_response_suppress")),
        (
            "exchange-absence",
            "Subject: Respuesta automática: Impresora\nX-MS-Exchange-Inbox-Rules-Loop: ana@agencia.example",
            automatic("out_of_office"),
        ),
        (
            "exchange-absence-en",
            "Subject: Automatic reply: Printer\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
            automatic("out_of_office"),
        ),
        ("absence-alone", "Subject: Respuesta automática: Impresora", json!("personal")),
        ("vacation-program", "Subject: Out of office\nX-Mailer: vacation 1.2", automatic("out_of_office")),
        ("null-return-path", "Return-Path: <>", automatic("null_return_path")),
        ("precedence-junk", "Precedence: junk", automatic("precedence")),
        ("precedence-bulk", "Precedence: bulk", automatic("precedence")),
        ("noreply", "From: Tienda <no-reply@tienda.example>", automatic("sender")),
        ("no-responder", "From: noresponder@banco.example", automatic("sender")),
        ("donotreply", "From: DoNotReply@nube.example", automatic("sender")),
        ("postmaster", "From: postmaster@agencia.example", automatic("sender")),
        ("list-id", "List-Id: Noticias <noticias.lista.example>", json!({"list": "list_id"})),
        ("list-unsubscribe", "List-Unsubscribe: <https://lista.example/baja>", json!({"list": "list_headers"})),
        ("precedence-list", "Precedence: list", json!({"list": "precedence"})),
        ("own", "From: Mesa de Ayuda <HelpDesk@agencia.example>", json!("own")),
        ("own-with-reference", "From: helpdesk+ti-1-2-abc@agencia.example\nAuto-Submitted: auto-generated", json!("own")),
        (
            "bounce-exim",
            "From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: luis@agencia.example\nSubject: Mail delivery failed: returning message to sender\nReferences: <7@agencia.example>",
            bounce(Some("7@agencia.example"), Some("luis@agencia.example"), true),
        ),
        (
            "bounce-delayed-in-words",
            "From: MAILER-DAEMON@mx.example\nSubject: Warning: message 1abc delayed 24 hours",
            bounce(None, None, false),
        ),
    ] {
        cases.push(case(format!("nature-{name}"), text_message(fields, "hola"), json!({"nature": nature})));
    }
    let qmail = "Hi. This is the qmail-send program.\n\n<luis@agencia.example>:\nSorry, no mailbox here by that name.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <helpdesk@agencia.example>\nMessage-ID: <7@agencia.example>\n";
    cases.push(case(
        "nature-bounce-qmail",
        text_message("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: failure notice", qmail),
        json!({"nature": bounce(Some("7@agencia.example"), Some("luis@agencia.example"), true)}),
    ));

    let words = "Content-Type: text/plain; charset=utf-8\n\nNo se pudo entregar su mensaje.";
    let status = |action: &str, code: &str| {
        format!(
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.agencia.example\n\nFinal-Recipient: rfc822; Luis@agencia.example\nAction: {action}\nStatus: {code}\nDiagnostic-Code: smtp; 550 no existe"
        )
    };
    let returned = "Content-Type: message/rfc822\n\nMessage-ID: <7@agencia.example>\nSubject: [TI-7] Impresora\n\nhola";
    let header_alone = "Content-Type: text/rfc822-headers\n\nSubject: [TI-7] Impresora\nMessage-ID: <7@agencia.example>\n";
    let from = "From: MAILER-DAEMON@mx.agencia.example\nReturn-Path: <>";
    let report = "report; report-type=delivery-status";
    let known = Some("7@agencia.example");
    let luis = Some("luis@agencia.example");
    for (name, parts, nature) in [
        ("failed", vec![words.to_owned(), status("failed", "5.1.1"), returned.to_owned()], bounce(known, luis, true)),
        ("failed-headers", vec![words.to_owned(), status("failed", "5.1.1"), header_alone.to_owned()], bounce(known, luis, true)),
        ("failed-for-now", vec![words.to_owned(), status("failed", "4.4.7"), returned.to_owned()], bounce(known, luis, false)),
        ("delayed", vec![words.to_owned(), status("delayed", "4.4.1"), returned.to_owned()], bounce(known, luis, false)),
        ("delivered", vec![words.to_owned(), status("delivered", "2.0.0"), returned.to_owned()], automatic("delivery_report")),
        ("relayed", vec![words.to_owned(), status("relayed", "2.0.0")], automatic("delivery_report")),
        ("nothing-returned", vec![words.to_owned(), status("failed", "5.7.1")], bounce(None, luis, true)),
        ("no-status", vec![words.to_owned(), returned.to_owned()], bounce(known, None, true)),
        ("damaged-status", vec![words.to_owned(), "Content-Type: message/delivery-status\n\n????".to_owned(), returned.to_owned()], bounce(known, None, true)),
        (
            "two-recipients",
            vec![
                words.to_owned(),
                "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; ana@agencia.example\nAction: delivered\nStatus: 2.0.0\n\nOriginal-Recipient: rfc822;luis@agencia.example\nFinal-Recipient: rfc822;x@otra.example\nAction: failed\nStatus: 5.2.2".to_owned(),
                returned.to_owned(),
            ],
            bounce(known, luis, true),
        ),
    ] {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        cases.push(case(format!("nature-report-{name}"), multipart(report, from, &parts), json!({"nature": nature})));
    }
    let read = "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ana@agencia.example\nDisposition: manual-action/MDN-sent-manually; displayed";
    cases.push(case(
        "nature-report-read",
        multipart("report; report-type=disposition-notification", "", &[words, read]),
        json!({"nature": automatic("disposition_notification")}),
    ));
    let complaint = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1";
    cases.push(case(
        "nature-report-complaint",
        multipart("report; report-type=feedback-report", "", &[words, complaint, returned]),
        json!({"nature": automatic("feedback_report")}),
    ));
    // A person who forwards a report is a person.
    let inside = format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n{}\n--b--", status("failed", "5.1.1"));
    cases.push(case(
        "nature-person-with-report-inside",
        multipart("mixed", "", &["\n¿Qué es esto?", &inside]),
        json!({"nature": "personal"}),
    ));

    // What the MTA of the agency found. The test names mx.agencia.example.
    let ours = |results: &str| format!("Authentication-Results: mx.agencia.example; {results}");
    let received = "Received: from x by mx.agencia.example; Wed, 25 Nov 2026 10:15:00 -0500";
    for (name, fields, proof) in [
        ("none", String::new(), json!("unproven")),
        ("dmarc", ours("dmarc=pass (p=none dis=none) header.from=agencia.example"), json!({"proven": "dmarc"})),
        (
            "dmarc-folded",
            ours("\n spf=pass smtp.mailfrom=x@otra.example;\n dkim=none;\n dmarc=pass header.from=agencia.example"),
            json!({"proven": "dmarc"}),
        ),
        (
            "dkim",
            ours("dkim=pass (2048-bit key; unprotected) header.d=agencia.example header.i=@agencia.example"),
            json!({"proven": "dkim"}),
        ),
        ("dkim-subdomain", ours("dkim=pass header.d=correo.agencia.example"), json!({"proven": "dkim"})),
        ("spf", ours("spf=pass smtp.mailfrom=ana@agencia.example"), json!({"proven": "spf"})),
        ("dkim-of-another", ours("dkim=pass header.d=otra.example"), json!("unproven")),
        ("dkim-alike", ours("dkim=pass header.d=malagencia.example"), json!("unproven")),
        ("spf-of-another", ours("spf=pass smtp.mailfrom=ana@otra.example"), json!("unproven")),
        ("spf-helo", ours("spf=pass smtp.helo=agencia.example"), json!("unproven")),
        ("dmarc-failed", ours("dmarc=fail header.from=agencia.example"), json!("failed")),
        ("spf-failed", ours("spf=fail smtp.mailfrom=ana@agencia.example"), json!("failed")),
        ("other-host", "Authentication-Results: mx.otra.example; dmarc=pass header.from=agencia.example".to_owned(), json!("unproven")),
        ("in-comment", ours("none (dmarc=pass header.from=agencia.example)"), json!("unproven")),
        (
            "forged-below",
            format!("{received}\n{}\n{}", ours("dmarc=none"), ours("dmarc=pass header.from=agencia.example")),
            json!("unproven"),
        ),
        (
            "forged-after-received",
            format!("{}\n{received}\n{}", ours("dmarc=none"), ours("dmarc=pass header.from=agencia.example")),
            json!("unproven"),
        ),
        (
            "two-of-ours",
            format!("{}\n{}\n{received}", ours("spf=none"), ours("dkim=pass header.d=agencia.example")),
            json!({"proven": "dkim"}),
        ),
        ("several-authors", format!("{}\nFrom: ana@agencia.example, luis@agencia.example", ours("dmarc=pass")), json!("unproven")),
        ("two-from", format!("{}\nFrom: ana@agencia.example\nFrom: luis@agencia.example", ours("dmarc=pass")), json!("unproven")),
        ("group", format!("{}\nFrom: Todos: ana@agencia.example;", ours("dmarc=pass")), json!("unproven")),
        (
            "name-is-an-address",
            format!("{}\nFrom: \"ana@agencia.example\" <x@otra.example>", ours("dmarc=pass header.from=agencia.example")),
            json!("unproven"),
        ),
    ] {
        cases.push(case(format!("proof-{name}"), text_message(&fields, "hola"), json!({"proof": proof})));
    }
    cases
}
