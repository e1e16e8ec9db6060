//! HTML that would load, run or lead astray, and what a person reads in it.

use serde_json::json;

use super::write::{Case, case, message, text_message};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, came, html, text) in [
        ("image-remote", "Hola<img src=\"https://espia.example/p.gif?ana\" width=1>", "Hola<img width=\"1\">", "Hola"),
        ("image-data", "Hola<img src=\"data:image/svg+xml;base64,AAAA\">", "Hola<img>", "Hola"),
        ("image-attached", "Hola<img src=\"CID:foto@1\">", "Hola<img src=\"CID:foto@1\">", "Hola"),
        ("image-srcset", "Hola<img srcset=\"https://espia.example/a 2x\">", "Hola<img>", "Hola"),
        (
            "background",
            "<table background=\"https://espia.example/a\"><tr><td style=\"background:url(//espia.example)\">Hola</td></tr></table>",
            "<table><tbody><tr><td>Hola</td></tr></tbody></table>",
            "Hola",
        ),
        (
            "style",
            "<style>@import 'https://espia.example/a.css'; p{color:red}</style><p style=\"color:red\" class=\"x\">Hola</p>",
            "<p>Hola</p>",
            "Hola",
        ),
        ("script", "<p onclick=\"x()\">Hola</p><script>alert('x')</script><noscript></noscript>", "<p>Hola</p>", "Hola"),
        ("script-in-svg", "<svg><script>alert(1)</script></svg>Hola", "Hola", "Hola"),
        (
            "frame",
            "<iframe src=\"https://espia.example\"></iframe><object data=\"https://espia.example\">x</object><embed src=\"https://espia.example\">Hola",
            "Hola",
            "Hola",
        ),
        ("form", "<form action=\"https://espia.example\"><input name=a value=b>Hola</form>", "Hola", "Hola"),
        (
            "base",
            "<base href=\"https://espia.example/\"><link rel=stylesheet href=\"https://espia.example/a.css\"><meta http-equiv=refresh content=\"0;url=https://espia.example\">Hola",
            "Hola",
            "Hola",
        ),
        ("link-javascript", "<a href=\"java&#115;cript:alert(1)\">Hola</a>", "<a rel=\"noopener noreferrer nofollow\">Hola</a>", "Hola"),
        ("link-relative", "<a href=\"/api/v1/tickets\">Hola</a>", "<a rel=\"noopener noreferrer nofollow\">Hola</a>", "Hola"),
        ("link-file", "<a href=\"file:///etc/passwd\">Hola</a>", "<a rel=\"noopener noreferrer nofollow\">Hola</a>", "Hola"),
        (
            "link",
            "<a href=\"https://agencia.example/x\" target=_top>aquí</a>",
            "<a href=\"https://agencia.example/x\" rel=\"noopener noreferrer nofollow\">aquí</a>",
            "aquí <https://agencia.example/x>",
        ),
        (
            "link-mail",
            "<a href=\"mailto:ana@agencia.example\">Ana</a>",
            "<a href=\"mailto:ana@agencia.example\" rel=\"noopener noreferrer nofollow\">Ana</a>",
            "Ana",
        ),
        ("lists", "<ul><li>Uno</li><li>Dos</li></ul>", "<ul><li>Uno</li><li>Dos</li></ul>", "- Uno\n- Dos"),
        ("lines", "Uno<br>Dos<div>Tres</div>Cuatro", "Uno<br>Dos<div>Tres</div>Cuatro", "Uno\nDos\nTres\nCuatro"),
        ("entities", "&iquest;Se&ntilde;al &lt;mala&gt; &amp; lenta?", "¿Señal &lt;mala&gt; &amp; lenta?", "¿Señal <mala> & lenta?"),
        ("outlook", "<!--[if gte mso 9]><xml>x</xml><![endif]--><p class=MsoNormal>Hola<o:p></o:p></p>", "<p>Hola</p>", "Hola"),
        ("unclosed", "<p>Uno<p>Dos<b>tres", "<p>Uno</p><p>Dos<b>tres</b></p>", "Uno\n\nDostres"),
        (
            "quotation",
            "Sigue igual.<blockquote cite=\"https://espia.example\">Hola</blockquote>",
            "Sigue igual.<blockquote>Hola</blockquote>",
            "Sigue igual.\n> Hola",
        ),
    ] {
        let expected = json!({"html": html, "text": text, "files": []});
        cases.push(case(format!("html-{name}"), text_message("Content-Type: text/html; charset=utf-8", came), expected));
    }
    let in_meta = b"<html><head><meta charset=\"iso-8859-1\"><title>x</title></head><body>Se\xf1al</body></html>";
    cases.push(case("html-charset-in-meta", message("Content-Type: text/html", in_meta), json!({"text": "Señal", "html": "Señal"})));
    let deep = "<div>".repeat(5_000) + "Hola";
    cases.push(case("html-deep", text_message("Content-Type: text/html", &deep), json!({"text": "Hola", "is_cut": true})));
    let gmail = "<div dir=\"ltr\">Sigue igual.</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">El mié, 25 nov 2026 a las 10:15, Mesa (&lt;<a href=\"mailto:helpdesk@agencia.example\">helpdesk@agencia.example</a>&gt;) escribió:<br></div><blockquote class=\"gmail_quote\">Recibimos su solicitud</blockquote></div>";
    cases.push(case(
        "html-gmail-quotation",
        text_message("Content-Type: text/html; charset=utf-8", gmail),
        json!({"new_text": "Sigue igual."}),
    ));
    let outlook = "<p>Sigue igual.</p><hr><div><b>De:</b> Mesa &lt;helpdesk@agencia.example&gt;<br><b>Enviado:</b> miércoles, 25 de noviembre de 2026 10:15<br><b>Para:</b> Ana<br><b>Asunto:</b> [TI-7] Impresora</div><p>Recibimos su solicitud</p>";
    cases.push(case(
        "html-outlook-quotation",
        text_message("Content-Type: text/html; charset=utf-8", outlook),
        json!({"new_text": "Sigue igual."}),
    ));
    cases
}
