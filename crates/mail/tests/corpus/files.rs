//! What hangs on messages: names of every kind, encodings that are damaged, images in the text, and what other programs send.

use serde_json::{Value, json};

use super::write::{Case, case, message, multipart, text_message};

fn with_name(name: &str, field: &str, expected: &str) -> Case {
    let part =
        format!("Content-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; {field}\n\naG9sYQ==");
    let raw = multipart("mixed", "", &["Content-Type: text/plain; charset=utf-8\n\nVea el adjunto.", &part]);
    let file = json!({"name": expected, "media_type": "application/pdf", "content": "hola", "is_inline": false});
    case(format!("file-name-{name}"), raw, json!({"text": "Vea el adjunto.", "files": [file]}))
}

fn attached(name: &str, part: &str, file: Value) -> Case {
    case(format!("file-{name}"), multipart("mixed", "", &["\nVea el adjunto.", part]), json!({"text": "Vea el adjunto.", "files": [file]}))
}

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        with_name("plain", "filename=informe.pdf", "informe.pdf"),
        with_name("quoted", "filename=\"informe de ayer.pdf\"", "informe de ayer.pdf"),
        with_name("rfc2231", "filename*=utf-8'es'a%C3%B1o%202026.pdf", "año 2026.pdf"),
        with_name("rfc2231-latin1", "filename*=iso-8859-1''a%F1o.pdf", "año.pdf"),
        with_name("rfc2231-pieces", "filename*0*=utf-8''a%C3%B1o%20;\n filename*1=\"2026\";\n filename*2=\".pdf\"", "año 2026.pdf"),
        with_name("rfc2231-damaged", "filename*=utf-8''a%C3%B1o%2.pdf", "a%C3%B1o%2.pdf"),
        with_name("rfc2047", "filename=\"=?utf-8?Q?a=C3=B1o.pdf?=\"", "año.pdf"),
        with_name("rfc2047-pieces", "filename=\"=?utf-8?B?YcOx?=\n =?utf-8?B?by5wZGY=?=\"", "año.pdf"),
        with_name("utf8-raw", "filename=\"año – señal.pdf\"", "año – señal.pdf"),
        with_name("escaped", "filename=\"a\\\"b.pdf\"", "a_b.pdf"),
        with_name("folder-above", "filename=\"../../etc/passwd\"", "passwd"),
        with_name("folder-windows", "filename=\"C:\\\\Users\\\\ana\\\\informe.pdf\"", "informe.pdf"),
        with_name("folder-absolute", "filename=\"/etc/passwd\"", "passwd"),
        with_name("dots", "filename=\"..\"", "adjunto.pdf"),
        with_name("hidden", "filename=\".bashrc\"", "bashrc"),
        with_name("empty", "filename=\"\"", "adjunto.pdf"),
        with_name("blank", "filename=\"   \"", "adjunto.pdf"),
        with_name("direction", "filename*=utf-8''factura%E2%80%AEfdp.exe", "facturafdp.exe"),
        with_name("nul", "filename*=utf-8''a%00b.pdf", "a b.pdf"),
        with_name("break", "filename*=utf-8''a%0D%0Ab.pdf", "a b.pdf"),
        with_name("device", "filename=\"CON.pdf\"", "_CON.pdf"),
        with_name("4000-letters", &format!("filename=\"{}.pdf\"", "a".repeat(4_000)), &format!("{}.pdf", "a".repeat(116))),
        with_name("wild", "filename=\"a*b?c<d>.pdf\"", "a_b_c_d_.pdf"),
    ];
    cases.push(attached(
        "name-only-in-type",
        "Content-Type: application/pdf; name=\"a.pdf\"\n\nhola",
        json!({"name": "a.pdf", "media_type": "application/pdf", "content": "hola"}),
    ));
    cases.push(attached(
        "without-name",
        "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\naG9sYQ==",
        json!({"name": "adjunto.png", "media_type": "image/png", "content": "hola"}),
    ));
    cases.push(attached(
        "text-attached",
        "Content-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=error.log\n\nlínea",
        json!({"name": "error.log", "media_type": "text/plain", "content": "línea"}),
    ));
    cases.push(attached(
        "text-with-name-inline",
        "Content-Type: text/plain; charset=utf-8; name=error.log\nContent-Disposition: inline\n\nlínea",
        json!({"name": "error.log", "media_type": "text/plain", "content": "línea"}),
    ));
    cases.push(attached(
        "html-attached",
        "Content-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n<script>x()</script>",
        json!({"name": "a.html", "media_type": "text/html", "content": "<script>x()</script>"}),
    ));
    cases.push(attached(
        "media-type-damaged",
        "Content-Type: application/../x y; name=a.bin\n\nhola",
        json!({"name": "a.bin", "media_type": "application/octet-stream", "content": "hola"}),
    ));
    cases.push(attached(
        "base64-no-padding",
        "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\naG9sYQ",
        json!({"name": "a.pdf", "content": "hola"}),
    ));
    cases.push(attached(
        "base64-foreign-letters",
        "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\naG9s!IGEgdG9kb3M=\n",
        json!({"name": "a.pdf", "content": "hol a todos"}),
    ));
    cases.push(attached(
        "base64-footer",
        "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\naG9sYQ==\n\nEste mensaje fue revisado y no tiene virus.",
        json!({"name": "a.pdf", "content": "hola"}),
    ));
    cases.push(attached(
        "base64-that-is-none",
        "Content-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: base64\n\nuno, dos; tres!",
        json!({"name": "a.csv", "content": "uno, dos; tres!"}),
    ));
    cases.push(attached(
        "encoding-unknown",
        "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: rot13\n\nhola",
        json!({"name": "a.pdf", "content": "hola"}),
    ));
    cases.push(attached(
        "quoted-damaged",
        "Content-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: quoted-printable\n\na=C3=B1o=ZZ;=",
        json!({"name": "a.csv", "content": "año=ZZ;"}),
    ));
    cases.push(attached(
        "tnef",
        "Content-Type: application/ms-tnef; name=\"winmail.dat\"\nContent-Transfer-Encoding: base64\n\neJ8+Ig==",
        json!({"name": "winmail.dat", "media_type": "application/ms-tnef"}),
    ));
    cases.push(attached(
        "message-inside",
        "Content-Type: message/rfc822\n\nSubject: =?utf-8?Q?Se=C3=B1al_mala?=\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nadentro\n--x--",
        json!({"name": "Señal mala.eml", "media_type": "message/rfc822"}),
    ));
    cases.push(attached(
        "message-inside-base64",
        "Content-Type: message/rfc822; name=\"otro.eml\"\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoKaG9sYQ==",
        json!({"name": "otro.eml", "media_type": "message/rfc822", "content": "Subject: x\n\nhola"}),
    ));
    cases.push(attached(
        "contact",
        "Content-Type: text/vcard; charset=utf-8\n\nBEGIN:VCARD\nEND:VCARD",
        json!({"name": "adjunto.vcf", "media_type": "text/vcard"}),
    ));

    let image = "Content-Type: image/png\nContent-ID: <foto@1>\nContent-Disposition: inline; filename=foto.png\nContent-Transfer-Encoding: base64\n\naG9sYQ==";
    let related = format!(
        "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<p>Vea <img src=\"cid:foto@1\" alt=\"foto\"></p>\n--r\n{image}\n--r--"
    );
    cases.push(case(
        "file-image-in-text",
        multipart("alternative", "", &["\nVea [foto]", &related]),
        json!({
            "text": "Vea [foto]", "html": "<p>Vea <img src=\"cid:foto@1\" alt=\"foto\"></p>",
            "files": [{"name": "foto.png", "content_id": "foto@1", "is_inline": true, "content": "hola"}],
        }),
    ));
    let unreferred = related.replace("cid:foto@1", "https://espia.example/1.png").replace("inline", "attachment");
    cases.push(case(
        "file-image-beside-text",
        multipart("alternative", "", &["\nVea", &unreferred]),
        json!({"html": "<p>Vea <img alt=\"foto\"></p>", "files": [{"name": "foto.png", "content_id": "foto@1", "is_inline": false}]}),
    ));
    let invitation = "Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR";
    cases.push(case(
        "file-invitation",
        multipart("alternative", "", &["\nReunión a las 10.", "Content-Type: text/html; charset=utf-8\n\n<p>Reunión a las 10.</p>", invitation]),
        json!({"text": "Reunión a las 10.", "html": "<p>Reunión a las 10.</p>", "files": [{"name": "adjunto.ics", "media_type": "text/calendar"}]}),
    ));
    cases.push(case(
        "file-whole-message",
        text_message("Content-Type: application/pdf; name=a.pdf", "hola"),
        json!({"text": "", "files": [{"name": "a.pdf", "content": "hola"}]}),
    ));
    cases.push(case(
        "file-smime-signed",
        multipart(
            "signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256",
            "",
            &[
                "\nHola firmado.",
                "Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\naG9sYQ==",
            ],
        ),
        json!({"text": "Hola firmado.", "files": [{"name": "smime.p7s", "media_type": "application/pkcs7-signature"}]}),
    ));
    cases.push(case(
        "file-smime-encrypted",
        text_message(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64",
            "aG9sYQ==",
        ),
        json!({"text": "", "new_text": "", "files": [{"name": "smime.p7m", "media_type": "application/pkcs7-mime", "content": "hola"}]}),
    ));
    cases.push(case(
        "file-pgp-signed",
        multipart(
            "signed; protocol=\"application/pgp-signature\"",
            "",
            &["\nHola firmado.", "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----"],
        ),
        json!({"text": "Hola firmado.", "files": [{"name": "adjunto.asc", "media_type": "application/pgp-signature"}]}),
    ));
    cases.push(case(
        "file-pgp-encrypted",
        multipart(
            "encrypted; protocol=\"application/pgp-encrypted\"",
            "",
            &[
                "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----",
            ],
        ),
        json!({"text": "", "files": [{"name": "adjunto.asc"}, {"name": "encrypted.asc"}]}),
    ));
    cases.push(case(
        "file-pgp-in-text",
        text_message("", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNo imprime.\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"),
        json!({"new_text": "No imprime."}),
    ));
    let many: Vec<String> = (0..101).map(|n| format!("Content-Type: application/pdf; name=a{n}.pdf\n\nx")).collect();
    cases.push(case(
        "file-101",
        multipart("mixed", "", &many.iter().map(String::as_str).collect::<Vec<_>>()),
        json!({"n_files": 100, "is_cut": true}),
    ));
    cases.push(case(
        "file-8bit",
        message("Content-Type: image/gif; name=a.gif", b"GIF89a\0\xff\xfe\r\n\x1a"),
        json!({"files": [{"name": "a.gif", "n_bytes": 12}]}),
    ));
    cases
}
