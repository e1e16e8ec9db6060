//! The mails: one [`Message`] for each thing that is told, with the data that it needs, in both languages. Complete because its `match` is.
//!
//! One thing in the first line; what the person has to do in a line of its own; one link. No name of a provider to a requester, no internal note.

use crate::letter::{Block, Letter, SUBJECT_LETTERS, Span, cut, link, one_line};
use crate::{Language, ordinal};

/// A line of spans: `line!["a ", strong(x), "."]`.
macro_rules! line {
    ($($part:expr),+ $(,)?) => { Block::Line(vec![$(Span::from($part)),+]) };
}

mod body;
mod message;
mod rejection;

#[cfg(test)]
mod tests;

pub use message::{About, Came, ClosedAs, ClosedTo, Message, Supplied, Task};
pub use rejection::{Rejection, rejection, rejection_greeting, rejection_subject};

use body::body;

/// The mail that says it.
pub fn letter(message: &Message, about: &About, l: Language) -> Letter {
    let mut blocks = greeting(message, about, l);
    blocks.extend(body(message, about, l));
    Letter { language: l, subject: subject(message, about, l), blocks, footer: footer(message, about, l) }
}

fn subject(message: &Message, about: &About, l: Language) -> String {
    let (number, title) = about.ticket.as_ref().map_or((0, ""), |(number, title)| (*number, title.as_str()));
    let item = |supplied: &Supplied| supplied.item.clone().unwrap_or_else(|| title.to_owned());
    let titled = |es: &str, en: &str| format!("{}: {title}", l.pick(es, en));
    let text = match message {
        Message::Received { .. } => titled("Recibimos su solicitud", "We got your request"),
        Message::Asked { .. } => titled("Necesitamos un dato más", "We need one more thing"),
        Message::Reminded { .. } => l.pick("Recordatorio: esperamos su respuesta", "Reminder: we are waiting for your answer").to_owned(),
        Message::Replied { person, .. } => l.pick(format!("{person} respondió: {title}"), format!("{person} replied: {title}")),
        Message::Escalated { level, .. } | Message::Assigned { level: Some(level), .. } => {
            l.pick(format!("Se le asignó (escalado {level}): {title}"), format!("Assigned to you (level {level}): {title}"))
        }
        Message::Assigned { level: None, .. } => titled("Se le asignó", "Assigned to you"),
        Message::ReturnedToDesk { .. } => titled("Devuelta a la Mesa de Ayuda", "Returned to the help desk"),
        Message::Denied { .. } => titled("Sigue el problema", "It still fails"),
        Message::ReportSubmitted { .. } => titled("Informe Técnico por evaluar", "Technical report to evaluate"),
        Message::ContractingApproved { .. } => l.pick("Procede la contratación", "Contracting approved").to_owned(),
        Message::ContractingRejected { .. } => l.pick("No procede la contratación", "Contracting not approved").to_owned(),
        Message::ReportReturned { .. } => l.pick("Informe Técnico con observaciones", "Technical report returned with remarks").to_owned(),
        Message::RejectionTold { .. } => return rejection_subject(number, title, l),
        Message::ProviderCoordinated { supplied, .. } => {
            format!("{}: {}", l.pick("Solicitud de soporte técnico", "Technical support request"), item(supplied))
        }
        Message::ProviderReturned { supplied, .. } => format!("{}: {}", l.pick("Persiste la falla", "The fault persists"), item(supplied)),
        Message::Solved { .. } => l.pick(format!("¿Quedó solucionado? {title}"), format!("Is it solved? {title}")),
        Message::Closed { .. } | Message::PrincipalNotApproved => titled("Solicitud cerrada", "Request closed"),
        Message::ReopenedToDesk { times, .. } => {
            l.pick(format!("Reabierta ({} vez): {title}", ordinal(*times, l)), format!("Reopened (time {times}): {title}"))
        }
        Message::Reopened => titled("Retomamos su solicitud", "We are on it again"),
        Message::RequirementRecorded => titled("Registramos su requerimiento", "Your requirement was recorded"),
        Message::Discarded { .. } => titled("No corresponde a TI", "Not a matter for IT"),
        Message::Joined => titled("Ya estamos atendiendo lo mismo", "We are already on it"),
        Message::PrincipalSolved { .. } => titled("Solucionado", "Solved"),
        Message::NotMatched => l.pick("No pudimos agregar su correo a una solicitud", "We could not add your mail to a request").to_owned(),
        Message::AccountInvited { .. } => l.pick("Active su cuenta", "Activate your account").to_owned(),
        Message::PasswordReset { .. } => l.pick("Restablezca su contraseña", "Reset your password").to_owned(),
    };
    let whole = if about.ticket.is_some() { format!("[TI-{number}] {text}") } else { text };
    cut(&one_line(&whole), SUBJECT_LETTERS)
}

/// By name where it is known; hours are not, so «buenos días» is not said.
fn greeting(message: &Message, about: &About, l: Language) -> Vec<Block> {
    let name = about.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    match message {
        Message::ProviderCoordinated { supplied, .. } | Message::ProviderReturned { supplied, .. } => {
            vec![l.pick(line!["Señores ", &supplied.company, ":"], line![&supplied.company, ":"])]
        }
        Message::RejectionTold { name, post, .. } => rejection_greeting(name, post.as_deref(), l),
        _ => match name {
            Some(name) => vec![l.pick(line!["Estimado(a) ", name, ":"], line!["Dear ", name, ","])],
            None => vec![l.pick(line!["Estimado(a) usuario(a):"], line!["Dear user,"])],
        },
    }
}

/// To the people of the agency; a provider is not shown the desk's telephones.
fn footer(message: &Message, about: &About, l: Language) -> Vec<Span> {
    let is_outside = matches!(message, Message::ProviderCoordinated { .. } | Message::ProviderReturned { .. });
    if is_outside {
        return Vec::new();
    }
    let mut parts: Vec<String> =
        vec![l.pick("Mesa de Ayuda", "Help desk").into(), l.pick("Tecnologías de la Información", "Information Technology").into()];
    parts.extend(about.extension.as_ref().map(|n| l.pick(format!("Anexo {n}"), format!("Extension {n}"))));
    parts.extend(about.mobile.as_ref().map(|n| l.pick(format!("Celular {n}"), format!("Mobile {n}"))));
    if about.ticket.is_some() {
        parts.push(l.pick("Puede responder a este correo.", "You can answer this mail.").into());
    }
    let mut spans = vec![Span::from(parts.join(" · "))];
    if let Some(url) = about.link.as_ref().filter(|_| !has_own_link(message)) {
        spans.push(" · ".into());
        spans.push(link(l.pick("Ver la solicitud", "See the request"), url));
    }
    spans
}

/// One link in a mail: those that lead somewhere themselves have none in the footer.
fn has_own_link(message: &Message) -> bool {
    matches!(
        message,
        Message::Escalated { .. }
            | Message::Assigned { .. }
            | Message::ReturnedToDesk { .. }
            | Message::Denied { .. }
            | Message::ReportSubmitted { .. }
            | Message::Solved { .. }
            | Message::ReopenedToDesk { .. }
            | Message::AccountInvited { .. }
            | Message::PasswordReset { .. }
    )
}
