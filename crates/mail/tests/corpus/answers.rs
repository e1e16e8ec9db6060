//! Answers as the programs of our people write them, in Spanish and in English: what is new in each.

use serde_json::json;

use super::write::{Case, case, multipart, text_message};

const NEW: &str = "Sigue sin imprimir.\n\nGracias,\nAna";
const OLD: &str = "Estimada Ana:\nRecibimos su solicitud y quedó registrada con el número TI-7.";

fn marked(text: &str) -> String {
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let fields = "Subject: RE: [TI-7] Impresora\nIn-Reply-To: <7@agencia.example>\nContent-Type: text/plain; charset=utf-8";
    let quoted = marked(OLD);

    // Whatever follows the new part is cut.
    for (name, below) in [
        ("gmail-es", format!("El mié, 25 nov 2026 a las 10:15, Mesa de Ayuda (<helpdesk@agencia.example>)\nescribió:\n\n{quoted}")),
        (
            "gmail-es-long",
            format!(
                "El mié, 25 de nov. de 2026 a la(s) 10:15 a. m., Mesa de Ayuda – TI (\nhelpdesk@agencia.example) escribió:\n\n{quoted}"
            ),
        ),
        ("gmail-en", format!("On Wed, Nov 25, 2026 at 10:15 AM Mesa de Ayuda <helpdesk@agencia.example>\nwrote:\n\n{quoted}")),
        ("apple-es", format!("El 25 nov 2026, a las 10:15, Mesa de Ayuda <helpdesk@agencia.example> escribió:\n\n{quoted}")),
        ("apple-en", format!("On 25 Nov 2026, at 10:15, Mesa de Ayuda <helpdesk@agencia.example> wrote:\n\n{quoted}")),
        ("thunderbird-es", format!("El 25/11/2026 a las 10:15, Mesa de Ayuda escribió:\n{quoted}")),
        ("thunderbird-en", format!("On 25/11/2026 10:15, Mesa de Ayuda wrote:\n{quoted}")),
        (
            "outlook-es",
            format!(
                "De: Mesa de Ayuda <helpdesk@agencia.example>\nEnviado: miércoles, 25 de noviembre de 2026 10:15\nPara: Ana Pérez <ana@agencia.example>\nAsunto: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "outlook-es-el",
            format!(
                "De: Mesa de Ayuda [mailto:helpdesk@agencia.example]\nEnviado el: miércoles, 25 de noviembre de 2026 10:15 a.m.\nPara: Ana Pérez\nCC: Luis\nAsunto: [TI-7] Impresora\nImportancia: Alta\n\n{OLD}"
            ),
        ),
        (
            "outlook-en",
            format!(
                "From: Mesa de Ayuda <helpdesk@agencia.example>\nSent: Wednesday, November 25, 2026 10:15\nTo: Ana Pérez <ana@agencia.example>\nSubject: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "outlook-web-es",
            format!(
                "________________________________\nDe: Mesa de Ayuda <helpdesk@agencia.example>\nEnviado: miércoles, 25 de noviembre de 2026 10:15\nPara: Ana Pérez <ana@agencia.example>\nAsunto: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "outlook-web-en",
            format!(
                "________________________________\nFrom: Mesa de Ayuda <helpdesk@agencia.example>\nSent: Wednesday, November 25, 2026 10:15\nTo: Ana\nSubject: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "outlook-old-es",
            format!(
                "-----Mensaje original-----\nDe: Mesa de Ayuda\nEnviado el: miércoles, 25 de noviembre de 2026 10:15\nPara: Ana\nAsunto: [TI-7]\n\n{OLD}"
            ),
        ),
        (
            "outlook-old-en",
            format!(
                "-----Original Message-----\nFrom: Mesa de Ayuda\nSent: Wednesday, November 25, 2026 10:15\nTo: Ana\nSubject: [TI-7]\n\n{OLD}"
            ),
        ),
        (
            "outlook-phone-es",
            format!(
                "Obtener Outlook para Android<https://aka.ms/AAb9ysg>\n________________________________\nFrom: Mesa de Ayuda <helpdesk@agencia.example>\nSent: Wednesday, November 25, 2026 10:15:00 AM\nTo: Ana\nSubject: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "outlook-phone-en",
            format!(
                "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Mesa de Ayuda <helpdesk@agencia.example>\nSent: Wednesday, November 25, 2026 10:15:00 AM\nTo: Ana\nSubject: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "iphone-es",
            format!(
                "Enviado desde mi iPhone\n\n> El 25 nov 2026, a las 10:15, Mesa de Ayuda <helpdesk@agencia.example> escribió:\n> \n{quoted}"
            ),
        ),
        (
            "iphone-en",
            format!("Sent from my iPhone\n\n> On 25 Nov 2026, at 10:15, Mesa de Ayuda <helpdesk@agencia.example> wrote:\n>\n{quoted}"),
        ),
        (
            "samsung-es",
            format!(
                "Enviado desde mi Galaxy\n\n-------- Mensaje original --------\nDe: Mesa de Ayuda <helpdesk@agencia.example>\nFecha: 25/11/26 10:15 (GMT-05:00)\nPara: Ana\nAsunto: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "samsung-en",
            format!(
                "Sent from my Galaxy\n\n-------- Original message --------\nFrom: Mesa de Ayuda <helpdesk@agencia.example>\nDate: 25/11/26 10:15 (GMT-05:00)\nTo: Ana\nSubject: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "yahoo-es",
            format!(
                "    El miércoles, 25 de noviembre de 2026, 10:15:00 a. m. GMT-5, Mesa de Ayuda <helpdesk@agencia.example> escribió:  \n\n{OLD}"
            ),
        ),
        (
            "windows-mail-es",
            format!(
                "Enviado desde Correo para Windows\n\nDe: Mesa de Ayuda\nEnviado: miércoles, 25 de noviembre de 2026 10:15\nPara: Ana\nAsunto: [TI-7] Impresora\n\n{OLD}"
            ),
        ),
        (
            "zimbra-es",
            format!(
                "-----Mensaje original-----\nDe: Mesa de Ayuda <helpdesk@agencia.example>\nPara: Ana\nEnviado: Wed, 25 Nov 2026 10:15:00 -0500 (PET)\nAsunto: [TI-7]\n\n{OLD}"
            ),
        ),
        ("only-marks", quoted.clone()),
        (
            "twice-quoted",
            format!(
                "El 25/11/2026 a las 10:15, Mesa de Ayuda escribió:\n{quoted}\n>> El 24/11/2026 a las 9:00, Ana escribió:\n>>> No imprime"
            ),
        ),
        ("signature", "-- \nAna Pérez\nOficina General de Administración\nAnexo 123".to_owned()),
        ("signature-and-quotation", format!("-- \nAna Pérez\nAnexo 123\n\nEl 25/11/2026 a las 10:15, Mesa de Ayuda escribió:\n{quoted}")),
    ] {
        cases.push(case(
            format!("answer-{name}"),
            text_message(fields, &format!("{NEW}\n\n{below}\n")),
            json!({"new_text": NEW, "in_reply_to": ["7@agencia.example"]}),
        ));
    }

    // What is to stay, stays.
    let introduction = "El 25/11/2026 a las 10:15, Mesa de Ayuda escribió:";
    let outlook =
        format!("De: Mesa de Ayuda\nEnviado: miércoles, 25 de noviembre de 2026 10:15\nPara: Ana\nAsunto: [TI-7] Impresora\n\n{OLD}");
    for (name, text, new) in [
        ("below-quotation", format!("{introduction}\n{quoted}\n\nSigue igual."), "Sigue igual.".to_owned()),
        (
            "between-quotations",
            format!("{introduction}\n> ¿Qué piso?\n\nEl tercero.\n\n> ¿Qué equipo?\n\nPC-12\n\n> Gracias\n> Mesa"),
            format!("{introduction}\n> ¿Qué piso?\n\nEl tercero.\n\n> ¿Qué equipo?\n\nPC-12"),
        ),
        (
            "above-and-below",
            format!("Buenos días.\n\n{introduction}\n> ¿Qué piso?\n\nEl tercero."),
            "Buenos días.\n\nEl tercero.".to_owned(),
        ),
        (
            "inside-outlook",
            format!("Respondo abajo, en rojo.\n\n{outlook}\nSigue igual."),
            format!("Respondo abajo, en rojo.\n\n{outlook}\nSigue igual."),
        ),
        ("only-quotation", format!("{introduction}\n{quoted}"), format!("{introduction}\n{quoted}")),
        ("only-outlook", outlook.clone(), outlook.clone()),
        ("only-signature", "-- \nAna".to_owned(), "-- \nAna".to_owned()),
        (
            "no-quotation",
            "El 3 de mayo Luis me escribió:\nque esperara.\n\nDe: la oficina 3".to_owned(),
            "El 3 de mayo Luis me escribió:\nque esperara.\n\nDe: la oficina 3".to_owned(),
        ),
        ("dashes", format!("Pasos:\n--\n{}", "paso\n".repeat(20).trim()), format!("Pasos:\n--\n{}", "paso\n".repeat(20).trim())),
        ("arrows", "a > b\n-> c\n=> d".to_owned(), "a > b\n-> c\n=> d".to_owned()),
        ("empty", String::new(), String::new()),
    ] {
        cases.push(case(format!("answer-keeps-{name}"), text_message(fields, &text), json!({"new_text": new})));
    }
    let forwarded = format!("Vean esto.\n\n{outlook}");
    cases.push(case(
        "answer-keeps-forwarded",
        text_message("Subject: RV: Impresora\nContent-Type: text/plain; charset=utf-8", &forwarded),
        json!({"new_text": forwarded}),
    ));
    let forwarded = "Vean esto.\n\n---------- Forwarded message ---------\nDe: Proveedor <p@p.example>\nDate: mié, 25 nov 2026 a las 10:15\nSubject: Equipo\nTo: Ana\n\nYa está.";
    cases.push(case(
        "answer-keeps-forwarded-gmail",
        text_message("Subject: Equipo\nContent-Type: text/plain; charset=utf-8", forwarded),
        json!({"new_text": forwarded}),
    ));
    let plain = format!("Content-Type: text/plain; charset=utf-8\n\n{NEW}\n\n{introduction}\n{quoted}");
    let html = "Content-Type: text/html; charset=utf-8\n\n<p>Sigue sin imprimir.</p><blockquote>Estimada Ana</blockquote>";
    cases.push(case("answer-alternative", multipart("alternative", "Subject: RE: x", &[&plain, html]), json!({"new_text": NEW})));
    cases
}
