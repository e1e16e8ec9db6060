//! Headers: encoded words, authors, dates, identities, and everything that is wrong with them in real mail.

use serde_json::json;

use super::write::{Case, case, message, text_message};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, raw: Vec<u8>, expected| cases.push(case(format!("header-{name}"), raw, expected));
    let ana = json!({"name": "Ana Pérez", "address": "ana@agencia.example"});

    // Subjects.
    for (name, field, subject) in [
        ("subject-split-letter", "=?utf-8?Q?No_funciona_ma=C3?=\n =?utf-8?Q?=B1ana?=", "No funciona mañana"),
        ("subject-split-letter-base64", "=?utf-8?B?bWHD?= =?utf-8?B?sWFuYQ==?=", "mañana"),
        ("subject-folded-words", "=?utf-8?Q?La_impresora?=\n\t=?utf-8?Q?_del_piso_3?=", "La impresora del piso 3"),
        ("subject-two-charsets", "=?iso-8859-1?Q?A=F1o?= =?utf-8?Q?_2026?=", "Año 2026"),
        ("subject-word-then-text", "=?utf-8?Q?Se=C3=B1al?= mala", "Señal mala"),
        ("subject-text-then-word", "RE: =?utf-8?Q?se=C3=B1al?=", "RE: señal"),
        ("subject-words-glued", "=?utf-8?Q?Se?==?utf-8?Q?=C3=B1al?=", "Señal"),
        ("subject-blank-in-word", "=?utf-8?Q?Se=C3=B1al mala hoy?=", "Señal mala hoy"),
        ("subject-no-padding", "=?utf-8?B?U2XDsWFs?= =?utf-8?B?IG1hbGE?=", "Señal mala"),
        ("subject-unknown-charset", "=?x-propio?Q?Se=C3=B1al?=", "Señal"),
        ("subject-language", "=?utf-8*es-PE?Q?Se=C3=B1al?=", "Señal"),
        ("subject-wrong-charset", "=?utf-8?Q?Se=F1al?=", "Señal"),
        ("subject-unknown-encoding", "=?utf-8?Z?abc?=", "=?utf-8?Z?abc?="),
        ("subject-no-end", "=?utf-8?Q?Se=C3=B1al", "=?utf-8?Q?Se=C3=B1al"),
        ("subject-empty-word", "antes =?utf-8?Q??= fin", "antes fin"),
        ("subject-lower-case", "=?UTF-8?q?se=c3=b1al?=", "señal"),
        ("subject-hides-break", "=?utf-8?Q?uno=0D=0ABcc:_x@y.example?=", "uno Bcc: x@y.example"),
        ("subject-hides-direction", "=?utf-8?Q?pago=E2=80=AEfdp.exe?=", "pago fdp.exe"),
        ("subject-blank", "   ", ""),
        ("subject-many-blanks", "uno    dos\n\t  tres", "uno dos tres"),
        ("subject-utf8-raw", "Señal ≠ 信号", "Señal ≠ 信号"),
    ] {
        add(name, text_message(&format!("Subject: {field}"), "hola"), json!({"subject": subject, "text": "hola", "from": ana}));
    }
    add(
        "subject-latin1-raw",
        message("", "hola").replacing(b"Subject: Impresora", b"Subject: Se\xf1al mala"),
        json!({"subject": "Señal mala", "text": "hola"}),
    );
    add("subject-nul", message("", "hola").replacing(b"Impresora", b"Impre\0sora"), json!({"subject": "Impresora"}));
    add("subject-bare-cr", message("", "hola").replacing(b"Impresora", b"Impre\rsora"), json!({"subject": "Impresora"}));
    add("subject-twice", text_message("Subject: primero\nSubject: segundo", "hola"), json!({"subject": "primero"}));
    add("subject-none", message("", "hola").replacing(b"Subject: Impresora\r\n", b""), json!({"subject": "", "text": "hola"}));
    add("subject-4000-letters", text_message(&format!("Subject: {}", "a".repeat(4_000)), "hola"), json!({"subject": "a".repeat(1_000)}));

    // Authors and addresses.
    for (name, field, from) in [
        ("from-quoted", "\"Pérez, Ana\" <Ana@Agencia.example>", json!({"name": "Pérez, Ana", "address": "ana@agencia.example"})),
        (
            "from-word-with-comma",
            "=?utf-8?Q?P=C3=A9rez=2C_Ana?= <ana@agencia.example>",
            json!({"name": "Pérez, Ana", "address": "ana@agencia.example"}),
        ),
        ("from-quoted-word", "\"=?utf-8?Q?Ana_P=C3=A9rez?=\" <ana@agencia.example>", ana.clone()),
        ("from-comment", "ana@agencia.example (Ana Pérez)", ana.clone()),
        ("from-bare", "ana@agencia.example", json!({"name": null, "address": "ana@agencia.example"})),
        ("from-angle", "<ana@agencia.example>", json!({"name": null, "address": "ana@agencia.example"})),
        (
            "from-name-is-an-address",
            "\"jefe@agencia.example\" <x@fuera.example>",
            json!({"name": "jefe@agencia.example", "address": "x@fuera.example"}),
        ),
        ("from-several", "ana@agencia.example, luis@agencia.example", json!(null)),
        ("from-group", "Oficina: ana@agencia.example, luis@agencia.example;", json!(null)),
        ("from-empty-group", "undisclosed-recipients:;", json!(null)),
        ("from-no-address", "Ana Pérez", json!(null)),
        ("from-empty", "", json!(null)),
        ("from-null", "<>", json!(null)),
        ("from-with-blanks-inside", "<ana perez@agencia.example>", json!(null)),
        ("from-idn", "<ana@ñandú.example>", json!({"name": null, "address": "ana@ñandú.example"})),
        (
            "from-name-hides-break",
            "=?utf-8?Q?Ana=0D=0ABcc:?= <ana@agencia.example>",
            json!({"name": "Ana Bcc:", "address": "ana@agencia.example"}),
        ),
    ] {
        add(name, text_message(&format!("From: {field}"), "hola"), json!({"from": from, "text": "hola"}));
    }
    add("from-twice", text_message("From: ana@agencia.example\nFrom: luis@agencia.example", "hola"), json!({"from": null}));
    add(
        "from-none",
        message("", "hola").replacing(b"From: =?utf-8?Q?Ana_P=C3=A9rez?= <ana@agencia.example>\r\n", b""),
        json!({"from": null, "text": "hola"}),
    );
    add(
        "from-latin1-raw",
        message("", "hola").replacing(b"=?utf-8?Q?Ana_P=C3=A9rez?=", b"Ana P\xe9rez"),
        json!({"from": {"name": "Ana Pérez", "address": "ana@agencia.example"}}),
    );
    add(
        "to-many",
        text_message(
            "To: Mesa <helpdesk@agencia.example>, luis@agencia.example\nTo: Grupo: a@b.example, c@d.example;\nCc: =?utf-8?Q?Jos=C3=A9?= <jose@agencia.example>",
            "hola",
        ),
        json!({"to": ["helpdesk@agencia.example", "luis@agencia.example", "a@b.example", "c@d.example"], "cc": ["jose@agencia.example"]}),
    );
    add("to-none", message("", "hola").replacing(b"To: Mesa de Ayuda <helpdesk@agencia.example>\r\n", b""), json!({"to": [], "cc": []}));
    let thousand: Vec<String> = (0..1_000).map(|n| format!("p{n}@agencia.example")).collect();
    add("to-1000", text_message(&format!("To: {}", thousand.join(",\n ")), "hola"), json!({"n_to": 500, "text": "hola"}));
    add(
        "delivered-to",
        text_message("Delivered-To: Helpdesk+ti-1-2-abc@agencia.example\nX-Original-To: <mesa@agencia.example>", "hola"),
        json!({"delivered_to": ["helpdesk+ti-1-2-abc@agencia.example", "mesa@agencia.example"]}),
    );

    // Dates.
    for (name, field, date) in [
        ("date-usual", "Wed, 25 Nov 2026 10:15:00 -0500", json!("2026-11-25T15:15:00Z")),
        ("date-no-day", "25 Nov 2026 10:15:00 +0000", json!("2026-11-25T10:15:00Z")),
        ("date-no-seconds", "25 Nov 2026 10:15 GMT", json!("2026-11-25T10:15:00Z")),
        ("date-comment", "Wed, 25 Nov 2026 10:15:00 -0500 (PET)", json!("2026-11-25T15:15:00Z")),
        ("date-letters", "ayer por la tarde", json!(null)),
        ("date-empty", "", json!(null)),
        ("date-year-9999", "1 Jan 9999 00:00:00 +0000", json!(null)),
        ("date-year-1970", "1 Jan 1970 00:00:00 +0000", json!(null)),
        ("date-hour-99", "25 Nov 2026 99:99:99 +0000", json!(null)),
        ("date-huge", "99999999999999999999 Nov 99999999999999999999 99:99:99 +9999", json!(null)),
    ] {
        add(name, text_message(&format!("Date: {field}"), "hola"), json!({"date": date, "text": "hola"}));
    }
    add("date-none", message("", "hola").replacing(b"Date: Wed, 25 Nov 2026 10:15:00 -0500\r\n", b""), json!({"date": null}));
    add("date-twice", text_message("Date: nunca\nDate: Wed, 25 Nov 2026 10:15:00 -0500", "hola"), json!({"date": "2026-11-25T15:15:00Z"}));

    // Identities.
    add(
        "ids",
        text_message(
            "Message-ID: <a$b@c.example>\nIn-Reply-To: <1@x.example> (de ayer)\nReferences: <0@x.example>\n <1@x.example><2@x.example>",
            "hola",
        ),
        json!({"message_id": "a$b@c.example", "in_reply_to": ["1@x.example"], "references": ["0@x.example", "1@x.example", "2@x.example"]}),
    );
    add(
        "ids-without-brackets",
        text_message("Message-ID: a@c.example\nIn-Reply-To: su mensaje del lunes\nReferences: 0@x.example, 1@x.example", "hola"),
        json!({"message_id": "a@c.example", "in_reply_to": [], "references": ["0@x.example", "1@x.example"]}),
    );
    add(
        "ids-none",
        message("", "hola").replacing(b"Message-ID: <1@agencia.example>\r\n", b""),
        json!({"message_id": null, "references": []}),
    );
    add("ids-empty", text_message("Message-ID: <>\nReferences:", "hola"), json!({"message_id": null, "references": []}));
    add("ids-twice", text_message("Message-ID: <a@x.example>\nMessage-ID: <b@x.example>", "hola"), json!({"message_id": "a@x.example"}));

    // The header itself.
    add("bare-lf", b"From: ana@agencia.example\nSubject: uno\n\nhola\n".to_vec(), json!({"subject": "uno", "text": "hola"}));
    add("bare-cr", b"From: ana@agencia.example\rSubject: uno\r\rhola\r".to_vec(), json!({"subject": "uno", "text": "hola"}));
    add(
        "mixed-breaks",
        b"From: ana@agencia.example\nSubject: uno\r\n\nhola\r\ndos\ntres\rcuatro".to_vec(),
        json!({"subject": "uno", "text": "hola\ndos\ntres\ncuatro"}),
    );
    add(
        "no-empty-line",
        b"Subject: uno\r\nhola, esto ya es el texto\r\n".to_vec(),
        json!({"subject": "uno", "text": "hola, esto ya es el texto"}),
    );
    add("no-body", b"Subject: uno\r\n".to_vec(), json!({"subject": "uno", "text": "", "files": []}));
    add("mbox-line", b"From ana Wed Nov 25 10:15:00 2026\r\nSubject: uno\r\n\r\nhola".to_vec(), json!({"subject": "uno", "text": "hola"}));
    add("byte-order-mark", b"\xef\xbb\xbfSubject: uno\r\n\r\nhola".to_vec(), json!({"subject": "uno", "text": "hola"}));
    add("empty-lines-first", b"\r\n\r\nSubject: uno\r\n\r\nhola".to_vec(), json!({"subject": "uno", "text": "hola"}));
    add(
        "blank-before-colon",
        b"Subject : uno\r\nFROM: ana@agencia.example\r\n\r\nhola".to_vec(),
        json!({"subject": "uno", "from": {"name": null, "address": "ana@agencia.example"}}),
    );
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("Subject: uno\r\n\r\nseñal".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    add("wide", wide, json!({"subject": "uno", "text": "señal"}));
    add("none", b"esto no es un correo".to_vec(), json!({"broken": "mail_without_header"}));
    add("empty", Vec::new(), json!({"broken": "mail_empty"}));
    add("only-blanks", b"\r\n \r\n".to_vec(), json!({"broken": "mail_empty"}));
    add("binary", vec![0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0xff, 0x0a], json!({"broken": "mail_without_header"}));
    add("3000-fields", text_message(&"X-A: b\n".repeat(3_000), "hola"), json!({"subject": "Impresora", "text": "hola"}));
    cases
}

/// What a case has otherwise than the usual message.
trait Replacing {
    fn replacing(self, what: &[u8], by: &[u8]) -> Vec<u8>;
}

impl Replacing for Vec<u8> {
    fn replacing(self, what: &[u8], by: &[u8]) -> Vec<u8> {
        let place = self.windows(what.len()).position(|window| window == what).expect("the usual message has it");
        [&self[..place], by, &self[place + what.len()..]].concat()
    }
}
