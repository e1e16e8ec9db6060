//! Texts of the screens that hold a number, a name or an instant.

use domain::{Action, Day, Instant};

use crate::counts::{Noun, count, number, ordinal};
use crate::{Language, time};

/// «Quedan 12 caracteres», under a field that fills up.
pub fn characters_left(n: usize, language: Language) -> String {
    match (n, language) {
        (0, Language::Spanish) => "No quedan caracteres".to_owned(),
        (1, Language::Spanish) => "Queda 1 carácter".to_owned(),
        (n, Language::Spanish) => format!("Quedan {} caracteres", number(n as i64)),
        (n, Language::English) => format!("{} left", count(n, Noun::Character, language)),
    }
}

/// «Sobran 3 caracteres».
pub fn characters_over(n: usize, language: Language) -> String {
    match (n, language) {
        (1, Language::Spanish) => "Sobra 1 carácter".to_owned(),
        (n, Language::Spanish) => format!("Sobran {} caracteres", number(n as i64)),
        (n, Language::English) => format!("{} too many", count(n, Noun::Character, language)),
    }
}

/// The name of a ticket for screen readers and page titles: «Solicitud TI-123».
pub fn ticket_title(number: i64, language: Language) -> String {
    language.pick(format!("Solicitud TI-{number}"), format!("Ticket TI-{number}"))
}

/// The title of a request by mail that has neither a subject nor a text.
pub fn mail_without_subject(language: Language) -> &'static str {
    language.pick("Correo sin asunto", "A mail without a subject")
}

/// The description of a request by mail that has no text.
pub fn mail_without_text(language: Language) -> &'static str {
    language.pick("El correo no tiene texto.", "The mail has no text.")
}

/// The end of a text that is longer in the mail.
pub fn mail_goes_on(language: Language) -> &'static str {
    language.pick("[El texto sigue en el correo recibido.]", "[The text goes on in the mail as it came.]")
}

/// The name of a sender who gives none.
pub fn mail_without_name(language: Language) -> &'static str {
    language.pick("Remitente sin nombre", "A sender without a name")
}

/// Beside a number in the menu, for screen readers: «7 por atender».
pub fn awaiting(n: usize, language: Language) -> String {
    language.pick(format!("{} por atender", number(n as i64)), format!("{} awaiting you", number(n as i64)))
}

/// «1 a 16 de 21».
pub fn shown_of(first: usize, last: usize, total: usize, language: Language) -> String {
    let (first, last, total) = (number(first as i64), number(last as i64), number(total as i64));
    language.pick(format!("{first} a {last} de {total}"), format!("{first} to {last} of {total}"))
}

/// «3 elegidas».
pub fn chosen(n: usize, language: Language) -> String {
    match (n, language) {
        (1, Language::Spanish) => "1 elegida".to_owned(),
        (n, Language::Spanish) => format!("{} elegidas", number(n as i64)),
        (n, Language::English) => format!("{} chosen", number(n as i64)),
    }
}

/// What was done to many: «Se cerraron 2 solicitudes. 1 no se pudo:», and then why.
pub fn bulk_done(action: Action, n_done: usize, n_refused: usize, language: Language) -> String {
    let (one, many, done) = match action {
        Action::Close => ("Se cerró", "Se cerraron", "closed"),
        Action::Reassign => ("Se reasignó", "Se reasignaron", "reassigned"),
        Action::Take => ("Tomó", "Tomó", "taken"),
        Action::Watch => ("Ahora sigue", "Ahora sigue", "watched"),
        _ => ("Se hizo en", "Se hizo en", "done"),
    };
    let tickets = count(n_done, Noun::Ticket, language);
    let done = match (n_done, language) {
        (0, _) => language.pick("No se pudo con ninguna solicitud.", "Not possible on any ticket.").to_owned(),
        (n, Language::Spanish) => format!("{} {tickets}.", if n == 1 { one } else { many }),
        (_, Language::English) => format!("{tickets} {done}."),
    };
    if n_refused == 0 {
        return done;
    }
    let (n, could_not) = (number(n_refused as i64), if n_refused == 1 { "no se pudo" } else { "no se pudieron" });
    language.pick(format!("{done} {n} {could_not}:"), format!("{done} Not possible on {n}:"))
}

/// «Por 2.ª vez», beside an activity that is repeated.
pub fn nth_time(n: u32, language: Language) -> String {
    let nth = ordinal(n, language);
    language.pick(format!("Por {nth} vez"), format!("{nth} time"))
}

/// The answer to a request for support: «Recibimos su solicitud con el número TI-123.»
pub fn request_received(number: i64, language: Language) -> String {
    language.pick(
        format!("Recibimos su solicitud: quedó registrada con el número TI-{number}."),
        format!("We got your request; its number is TI-{number}."),
    )
}

/// «Esperamos darle respuesta antes de: hoy 16:00.»
pub fn answer_before(at: Instant, now: Instant, language: Language) -> String {
    let at = time::moment(at, now, language);
    language.pick(format!("Esperamos darle respuesta antes de: {at}."), format!("We expect to answer before: {at}."))
}

/// «Enviada ayer 09:10. Última novedad: hace 20 min.»
pub fn sent_and_latest(sent: Instant, latest: Instant, now: Instant, language: Language) -> String {
    let (sent, ago) = (time::moment(sent, now, language), time::ago(latest, now, language));
    language.pick(format!("Enviada {sent}. Última novedad: {ago}."), format!("Sent {sent}. Latest news: {ago}."))
}

/// «Visita prevista: 14/10/2025.»
pub fn expected_visit(on: Day, language: Language) -> String {
    let day = time::day(on, language);
    language.pick(format!("Visita prevista: {day}."), format!("Visit expected: {day}."))
}

/// «Con soporte hasta el 31/12/2025», beside an equipment.
pub fn covered_until(kind: domain::CoverageKind, until: Day, language: Language) -> String {
    let (kind, day) = (crate::coverage_kind(kind, language), time::day(until, language));
    language.pick(format!("{kind} hasta el {day}"), format!("{kind} until {day}"))
}

/// Who attends it and since when: «desde hoy 10:45».
pub fn held_since(at: Instant, now: Instant, language: Language) -> String {
    time::since(at, now, language)
}

/// «Al cerrar, sale el correo a gvargas@agencia.example.»
pub fn closing_mail_goes_to(address: &str, language: Language) -> String {
    language.pick(format!("Al cerrar, sale el correo a {address}."), format!("On closing, the mail goes to {address}."))
}

/// «Borrador guardado hace 2 min.»
pub fn draft_saved(at: Instant, now: Instant, language: Language) -> String {
    let ago = time::ago(at, now, language);
    language.pick(format!("Borrador guardado {ago}."), format!("Draft saved {ago}."))
}

/// «Se reintentará en 5 s.»
pub fn retry_in(seconds: u64, language: Language) -> String {
    language.pick(format!("Se reintentará en {seconds} s."), format!("Trying again in {seconds} s."))
}

/// «Subiendo foto.jpg (45 %)».
pub fn uploading(name: &str, percent: u8, language: Language) -> String {
    language.pick(format!("Subiendo {name} ({percent} %)"), format!("Uploading {name} ({percent} %)"))
}

/// A reader hears how a chart or a share is: «88 %».
pub fn percent(n: u32) -> String {
    format!("{} %", number(n.into()))
}

/// «P-TI-04, versión 01».
pub fn procedure_version(code: &str, version: &str, language: Language) -> String {
    language.pick(format!("{code}, versión {version}"), format!("{code}, version {version}"))
}

/// Mails that came: «Generó la solicitud TI-123».
pub fn mail_opened(number: i64, language: Language) -> String {
    language.pick(format!("Generó la solicitud TI-{number}"), format!("Opened TI-{number}"))
}

/// «Se agregó a TI-123».
pub fn mail_added(number: i64, language: Language) -> String {
    language.pick(format!("Se agregó a TI-{number}"), format!("Added to TI-{number}"))
}

/// «Sesión de Gladys Vargas».
pub fn signed_in_as(name: &str, language: Language) -> String {
    language.pick(format!("Sesión de {name}"), format!("Signed in as {name}"))
}

/// Where a field stands among those to correct: «Hay 2 campos por corregir.»
pub fn fields_to_correct(n: usize, language: Language) -> String {
    let fields = count(n, Noun::Field, language).to_lowercase();
    language.pick(format!("Hay {fields} por corregir."), format!("{fields} to correct."))
}

/// Beside the name of somebody who is away.
pub fn away_until(until: Day, language: Language) -> String {
    let day = time::day(until, language);
    language.pick(format!("ausente hasta el {day}"), format!("away until {day}"))
}
