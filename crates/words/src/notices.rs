//! The bell: what a notice says in one line, beside the ticket's title and whose hand it was.

use domain::NoticeKind;

use crate::{Language, words};

words! {
    /// What a notice tells, as its receiver reads it.
    pub fn notice_line(kind: NoticeKind) {
        NoticeKind::Received => "Recibimos su solicitud", "We got your request";
        NoticeKind::Replied => "Hay una respuesta", "There is a reply";
        NoticeKind::Answered => "La persona respondió", "The person answered";
        NoticeKind::Reminded => "Seguimos esperando su respuesta", "We still need your answer";
        NoticeKind::Asked => "Le pedimos información", "We need information from you";
        NoticeKind::Reopened => "Se reabrió su solicitud", "Your request was reopened";
        NoticeKind::ReopenedToDesk => "Se reabrió", "It was reopened";
        NoticeKind::ReturnedToDesk => "Se devolvió a la Mesa de Ayuda", "It was returned to the help desk";
        NoticeKind::Assigned => "Se le asignó", "It was assigned to you";
        NoticeKind::Escalated => "Se le escaló", "It was escalated to you";
        NoticeKind::Denied => "El problema sigue", "It still fails";
        NoticeKind::ReportSubmitted => "Hay un Informe Técnico por evaluar", "There is a technical report to evaluate";
        NoticeKind::ReportReturned => "Su informe volvió con observaciones", "Your report came back with remarks";
        NoticeKind::ContractingApproved => "Procede la contratación", "Contracting was approved";
        NoticeKind::ContractingRejected => "No procede la contratación", "Contracting was not approved";
        NoticeKind::RejectionTold => "Se le comunica una decisión", "A decision is communicated to you";
        NoticeKind::ProviderCoordinated => "Se coordinó con el proveedor", "It was coordinated with the provider";
        NoticeKind::ProviderReturned => "Se devolvió al proveedor", "It was returned to the provider";
        NoticeKind::Solved => "La dimos por solucionada: ¿ya funciona?", "We consider it solved: does it work?";
        NoticeKind::RequirementRecorded => "Su pedido quedó registrado", "Your request is on record";
        NoticeKind::Discarded => "No corresponde a Tecnologías de la Información", "It is not a matter for Information Technology";
        NoticeKind::Joined => "Se unió a otra que ya atendemos", "It was joined to one that we already attend";
        NoticeKind::PrincipalClosed => "Se cerró aquella a la que se unió", "The one that it was joined to was closed";
        NoticeKind::Closed => "Se cerró", "It was closed";
        NoticeKind::NotMatched => "Su respuesta no llegó a ninguna solicitud", "Your answer reached no request";
        NoticeKind::AccountInvited => "Su cuenta está lista", "Your account is ready";
        NoticeKind::PasswordReset => "Se pidió restablecer su contraseña", "A new password was asked for";
    }
}

/// The bell's name: «Avisos: 2 nuevos».
pub fn notices_new(n: u32, language: Language) -> String {
    match (n, language) {
        (0, _) => language.pick("Avisos", "Notifications").to_owned(),
        (1, Language::Spanish) => "Avisos: 1 nuevo".to_owned(),
        (100.., Language::Spanish) => "Avisos: más de 99 nuevos".to_owned(),
        (n, Language::Spanish) => format!("Avisos: {n} nuevos"),
        (100.., Language::English) => "Notifications: more than 99 new".to_owned(),
        (n, Language::English) => format!("Notifications: {n} new"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_has_a_line_of_its_own() {
        for language in [Language::Spanish, Language::English] {
            let mut lines: Vec<_> = NoticeKind::ALL.iter().map(|kind| notice_line(*kind, language)).collect();
            lines.sort_unstable();
            lines.dedup();
            assert_eq!(lines.len(), NoticeKind::ALL.len());
        }
    }

    #[test]
    fn the_bell_counts_its_news() {
        assert_eq!(notices_new(0, Language::Spanish), "Avisos");
        assert_eq!(notices_new(1, Language::Spanish), "Avisos: 1 nuevo");
        assert_eq!(notices_new(100, Language::English), "Notifications: more than 99 new");
    }
}
