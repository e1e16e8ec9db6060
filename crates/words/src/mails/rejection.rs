//! The letter of the head of IT to the head of a user area, which is read before it goes.

use domain::Day;

use crate::letter::{Block, SUBJECT_LETTERS, Span, cut, one_line, quote, strong};
use crate::{Language, time};

/// What the user area's head is told of a rejection, but for who it is from and to.
pub struct Rejection<'a> {
    /// The ticket's number.
    pub number: i64,
    pub requester: &'a str,
    pub received_on: Day,
    pub item: Option<&'a str>,
    pub report: &'a str,
    pub reason: &'a str,
    pub it_head: &'a str,
    pub is_acting: bool,
}

/// Its subject.
pub fn rejection_subject(number: i64, title: &str, l: Language) -> String {
    let text = l.pick(format!("Comunicación de la Jefatura de TI: {title}"), format!("From the head of IT: {title}"));
    cut(&one_line(&format!("[TI-{number}] {text}")), SUBJECT_LETTERS)
}

/// To whom it is.
pub fn rejection_greeting(name: &str, post: Option<&str>, l: Language) -> Vec<Block> {
    let mut blocks = vec![l.pick(line!["Estimado(a) ", name], line!["Dear ", name, ","])];
    blocks.extend(post.map(|post| line![post]));
    blocks
}

/// Its blocks, so that who decides reads it before it goes.
pub fn rejection(told: &Rejection, l: Language) -> Vec<Block> {
    let &Rejection { number, requester, received_on, item, report, reason, it_head, is_acting } = told;
    let ticket = || strong(format!("TI-{number}"));
    let day = time::day(received_on, l);
    let about_item = match item {
        Some(item) => l.pick(format!(", referida a {item}"), format!(", concerning {item}")),
        None => String::new(),
    };
    vec![
        l.pick(
            line![
                "Tengo a bien dirigirme a usted con relación a la incidencia ",
                ticket(),
                ", solicitada por ",
                requester,
                format!(" el {day}{about_item}.")
            ],
            line!["I write about incident ", ticket(), ", asked for by ", requester, format!(" on {day}{about_item}.")],
        ),
        l.pick(
            line![
                "El equipo o servicio no cuenta con garantía ni soporte técnico vigente, por lo que se elaboró el ",
                crate::report_name(report, l),
                ", que sustenta la contratación de un servicio externo. Evaluado dicho sustento, ",
                strong("no procede la contratación"),
                ", por lo siguiente:"
            ],
            line![
                "It has no warranty or contracted support, so technical report ",
                crate::ticket_screen::report_number(report),
                " was written to argue for contracting an external service. After evaluating it, ",
                strong("contracting is not approved"),
                ", for this reason:"
            ],
        ),
        quote(reason),
        l.pick(
            line!["La incidencia se cerrará con este resultado. Para cualquier consulta, quedo a su disposición."],
            line!["The incident will be closed with this outcome. I remain at your disposal."],
        ),
        l.pick(line!["Atentamente,"], line!["Yours sincerely,"]),
        line![strong(it_head)],
        l.pick(
            line!["Jefe de Tecnologías de la Información", if is_acting { " (e)" } else { "" }],
            line!["Head of Information Technology", if is_acting { " (acting)" } else { "" }],
        ),
    ]
}
