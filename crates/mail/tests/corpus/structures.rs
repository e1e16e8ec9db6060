//! How messages are put together, and how they are put together wrongly.

use serde_json::json;

use super::write::{Case, case, crlf, message, multipart, text_message};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, raw: Vec<u8>, expected| cases.push(case(format!("structure-{name}"), raw, expected));
    let html = "Content-Type: text/html; charset=utf-8\n\n<p>Señal</p>";

    add("plain", text_message("", "Hola.\n\nAdiós.\n"), json!({"text": "Hola.\n\nAdiós.", "html": null, "files": []}));
    add(
        "html-only",
        text_message("Content-Type: text/html; charset=utf-8", "<p>Uno</p><p>Dos</p>"),
        json!({"text": "Uno\n\nDos", "html": "<p>Uno</p><p>Dos</p>"}),
    );
    add("alternative", multipart("alternative", "", &["\nSeñal", html]), json!({"text": "Señal", "html": "<p>Señal</p>", "files": []}));
    add("alternative-reversed", multipart("alternative", "", &[html, "\nSeñal"]), json!({"text": "Señal", "html": "<p>Señal</p>"}));
    add("alternative-empty-plain", multipart("alternative", "", &["\n  ", html]), json!({"text": "Señal", "html": "<p>Señal</p>"}));
    add("alternative-one", multipart("alternative", "", &[html]), json!({"text": "Señal"}));
    add("mixed-texts", multipart("mixed", "", &["\nUno", "\nDos"]), json!({"text": "Uno\n\nDos", "html": null}));
    add(
        "mixed-text-and-html",
        multipart("mixed", "", &["\nUno", html]),
        json!({"text": "Uno\n\nSeñal", "html": "<div>Uno</div>\n<p>Señal</p>"}),
    );
    let nested = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nUno\n--c\nContent-Type: text/html\n\n<i>Uno</i>\n--c--\n--b--";
    add(
        "nested",
        multipart("mixed", "", &[nested, "Content-Type: application/pdf; name=a.pdf\n\nx"]),
        json!({"text": "Uno", "html": "<i>Uno</i>", "files": [{"name": "a.pdf"}]}),
    );
    add(
        "digest",
        multipart("digest", "", &["\nSubject: uno\n\nhola", "\nSubject: dos\n\nhola"]),
        json!({"text": "", "files": [{"name": "uno.eml"}, {"name": "dos.eml"}]}),
    );
    add("unknown-multipart", multipart("x-propio", "", &["\nUno"]), json!({"text": "Uno"}));
    add(
        "no-last-boundary",
        text_message("Content-Type: multipart/mixed; boundary=a", "--a\n\nUno\n--a\n\nDos"),
        json!({"text": "Uno\n\nDos"}),
    );
    add("no-boundary-at-all", text_message("Content-Type: multipart/mixed; boundary=a", "Uno"), json!({"text": "Uno"}));
    add("no-boundary-named", text_message("Content-Type: multipart/mixed", "--a\n\nUno\n--a--"), json!({"text": "--a\n\nUno\n--a--"}));
    add("empty-boundary", text_message("Content-Type: multipart/mixed; boundary=\"\"", "--\n\nUno"), json!({"text": "--\n\nUno"}));
    add(
        "boundary-with-blanks",
        text_message("Content-Type: multipart/mixed; boundary=\"a b  \"", "--a b \n\nUno\n--a b--"),
        json!({"text": "Uno"}),
    );
    add(
        "boundary-of-another",
        text_message("Content-Type: multipart/mixed; boundary=a", "--a\n\nUno\n--ab\nDos\n--a--"),
        json!({"text": "Uno\n--ab\nDos"}),
    );
    add(
        "same-boundary-inside",
        text_message(
            "Content-Type: multipart/mixed; boundary=a",
            "--a\nContent-Type: multipart/alternative; boundary=a\n\n--a\n\nUno\n--a--\n--a--",
        ),
        json!({"text": "Uno"}),
    );
    add("after-the-end", text_message("Content-Type: multipart/mixed; boundary=a", "--a\n\nUno\n--a--\nno se lee"), json!({"text": "Uno"}));
    add(
        "part-without-empty-line",
        text_message("Content-Type: multipart/mixed; boundary=a", "--a\nUno sin encabezado\n--a--"),
        json!({"text": "Uno sin encabezado"}),
    );
    add(
        "empty-part",
        text_message("Content-Type: multipart/mixed; boundary=a", "--a\n--a\n\nUno\n--a--"),
        json!({"text": "Uno", "files": []}),
    );
    add(
        "type-twice",
        text_message("Content-Type: text/plain\nContent-Type: text/html", "<p>Uno</p>"),
        json!({"text": "<p>Uno</p>", "html": null}),
    );
    add("type-damaged", text_message("Content-Type: ;;;=", "Uno"), json!({"text": "Uno"}));
    add("type-text", text_message("Content-Type: text", "Uno"), json!({"text": "Uno"}));
    add("charset-damaged", text_message("Content-Type: text/plain; charset=\"", "Señal"), json!({"text": "Señal"}));
    add("charset-none-latin1", message("", b"Se\xf1al"), json!({"text": "Señal"}));
    add("charset-wrong", message("Content-Type: text/plain; charset=utf-8", b"Se\xf1al y se\xc3\xb1al"), json!({"text": "Señal y señal"}));
    add(
        "flowed",
        text_message("Content-Type: text/plain; format=flowed", "Una línea \nlarga.\n\n> citada \n> larga\n-- \nAna"),
        json!({"text": "Una línea larga.\n\n> citada larga\n-- \nAna", "new_text": "Una línea larga."}),
    );
    add(
        "flowed-delsp",
        text_message("Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8", "三楼的 \n打印机"),
        json!({"text": "三楼的打印机"}),
    );
    add(
        "quoted-soft-breaks",
        text_message("Content-Transfer-Encoding: quoted-printable", "La se=C3=B1al =\nno =\nest=C3=A1=20\nbien   \n=46in"),
        json!({"text": "La señal no está \nbien\nFin"}),
    );
    add("nul-in-text", message("", b"uno\0dos\r\ntres\x1b[31m\x07"), json!({"text": "unodos\ntres[31m"}));
    add("long-line", message("", "a".repeat(100_000)), json!({"n_text": 100_000, "is_cut": false}));
    add("crlf-only", message("", b"\r\n\r\n\r\n"), json!({"text": "", "new_text": ""}));

    // Torture.
    let parts = "--a\r\n\r\nx\r\n".repeat(3_000);
    add("3000-parts", message("Content-Type: multipart/mixed; boundary=a", parts), json!({"is_cut": true, "n_text": 2_995}));
    let empty = "--a\r\n".repeat(20_000);
    add("20000-empty-parts", message("Content-Type: multipart/mixed; boundary=a", empty), json!({"is_cut": true, "files": []}));
    let deep: String = (0..100).map(|n| format!("Content-Type: multipart/mixed; boundary=n{n}\r\n\r\n--n{n}\r\n")).collect();
    add("100-deep", format!("Subject: hondo\r\n{deep}\r\nfondo").into_bytes(), json!({"subject": "hondo", "is_cut": true}));
    let inside = "Content-Type: message/rfc822\r\n\r\n".repeat(2_000);
    add("2000-messages-in-messages", format!("Subject: uno\r\n{inside}").into_bytes(), json!({"subject": "uno", "n_files": 1}));
    let never = "--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n".repeat(900);
    add("900-boundaries-that-never-come", message("Content-Type: multipart/mixed; boundary=a", never), json!({"is_cut": false}));
    let mut bomb = b"hola".to_vec();
    for level in 0..8 {
        bomb = crlf(&format!(
            "Subject: nivel {level}\nContent-Type: message/rfc822; name=n{level}.eml\nContent-Transfer-Encoding: base64\n\n{}",
            super::write::base64(&bomb)
        ))
        .into_bytes();
    }
    add("bomb", bomb, json!({"subject": "nivel 7", "files": [{"name": "n7.eml"}]}));
    let alternating =
        "Content-Type: multipart/alternative; boundary=\"x\"\n\n--x\n\nUno\n--x\nContent-Type: text/html\n\n<b>Uno</b>\n--x--";
    add(
        "alternatives-in-mixed",
        multipart("mixed", "", &[alternating, &alternating.replace("Uno", "Dos")]),
        json!({"text": "Uno\n\nDos", "html": "<b>Uno</b>\n<b>Dos</b>"}),
    );
    cases
}
