//! What happened: the grey lines of the conversation.

use domain::{Channel, CoverageKind, Day, DiscardReason, EventName, Kind, TicketId};

use crate::counts::{Noun, count, ordinal};
use crate::names::by_channel;
use crate::{Language, coverage_kind, discard_reason, kind_or_none, time};

/// What a line may say of an event; what its reader is not told, or what the event does not have, is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventWords {
    /// Whose hand it was; none: the system.
    pub by: Option<String>,
    /// The ticket's requester.
    pub requester: Option<String>,
    /// Who was given it, or was told.
    pub to: Option<String>,
    /// Who had it before.
    pub from: Option<String>,
    /// The post of who was told.
    pub post: Option<String>,
    pub provider: Option<String>,
    /// The kind that it has from now on.
    pub kind: Option<Kind>,
    /// The kind that it had.
    pub from_kind: Option<Kind>,
    pub channel: Option<Channel>,
    /// Whether the verification found coverage; none where the reader is not told.
    pub is_covered: Option<bool>,
    pub coverage: Option<CoverageKind>,
    /// The last day of the coverage.
    pub until: Option<Day>,
    /// The level escalated to (1 or 2), the visit of the provider, or how many files stayed with the mail.
    pub number: Option<u32>,
    /// The other ticket.
    pub ticket: Option<TicketId>,
    /// The number of the report, the contract or the provider's case.
    pub reference: Option<String>,
    pub discard_reason: Option<DiscardReason>,
    /// The reason, the task, the handover: shown after the line.
    pub text: Option<String>,
    /// Does nothing prove who sent the mail?
    pub is_unverified: bool,
    /// Was it written where only IT reads?
    pub is_internal: bool,
}

/// One line that says what happened, without when.
pub fn event_line(name: EventName, data: &EventWords, language: Language) -> String {
    let say = |es: String, en: String| language.pick(es, en);
    let p = data.by.as_deref().unwrap_or(language.pick("El sistema", "The system"));
    let asker = data.requester.as_deref().unwrap_or(language.pick("la persona", "the person"));
    let person = data.by.as_deref().or(data.requester.as_deref()).unwrap_or(language.pick("La persona", "The person"));
    let provider = data.provider.as_deref().unwrap_or(language.pick("el proveedor", "the provider"));
    let reference = data.reference.as_deref();
    let line = match name {
        EventName::Requested => requested(data, p, asker, language),
        EventName::Registered => say(format!("{p} la registró"), format!("{p} registered it")),
        EventName::Verified => say(format!("{p} verificó sus datos"), format!("{p} verified its facts")),
        EventName::Categorised => match lower_kind(data.kind, language) {
            Some(kind) => say(format!("{p} la categorizó como {kind}"), format!("{p} categorised it as {kind}")),
            None => say(format!("{p} la categorizó"), format!("{p} categorised it")),
        },
        EventName::ActionRecorded => say(format!("{p} registró la acción realizada"), format!("{p} recorded what was done")),
        EventName::SolutionRecorded => say(format!("{p} registró la solución"), format!("{p} recorded the solution")),
        EventName::Escalated => escalated(data, p, language),
        EventName::VerificationNotNeeded => {
            say(format!("{p} la resolvió sin verificar garantía ni soporte"), format!("{p} solved it without checking warranty or support"))
        }
        EventName::CoverageVerified => coverage_verified(data, p, language),
        EventName::ProviderCoordinated => match reference {
            Some(number) => {
                say(format!("{p} coordinó con {provider}, atención {number}"), format!("{p} coordinated with {provider}, case {number}"))
            }
            None => say(format!("{p} coordinó con {provider}"), format!("{p} coordinated with {provider}")),
        },
        EventName::ReportDrafted => {
            say(format!("{p} guardó un borrador del Informe Técnico"), format!("{p} saved a draft of the technical report"))
        }
        EventName::TechnicalReportSubmitted => match reference {
            Some(number) => {
                let number = crate::ticket_screen::report_number(number);
                say(format!("{p} elevó el Informe Técnico {number}"), format!("{p} submitted technical report {number}"))
            }
            None => say(format!("{p} elevó el Informe Técnico"), format!("{p} submitted the technical report")),
        },
        EventName::ReportReturned => {
            say(format!("{p} devolvió el informe con observaciones"), format!("{p} returned the report with remarks"))
        }
        EventName::ReportWithdrawn => say(format!("{p} retiró el informe"), format!("{p} withdrew the report")),
        EventName::ContractingApproved => say(format!("{p}: procede la contratación"), format!("{p} approved contracting")),
        EventName::ContractingRejected => say(format!("{p}: no procede la contratación"), format!("{p} did not approve contracting")),
        EventName::AreaHeadTold => area_head_told(data, language),
        EventName::ContractRecorded => match (&data.provider, reference) {
            (Some(provider), Some(number)) => say(
                format!("{p} registró la contratación de {provider} ({number})"),
                format!("{p} recorded the contract with {provider} ({number})"),
            ),
            (Some(provider), None) => {
                say(format!("{p} registró la contratación de {provider}"), format!("{p} recorded the contract with {provider}"))
            }
            (None, _) => say(format!("{p} registró la contratación"), format!("{p} recorded the contract")),
        },
        EventName::ContractingFailed => {
            say(format!("{p} indicó que la contratación no se concretó"), format!("{p} said that the contracting failed"))
        }
        EventName::ServiceProvided => {
            let provider = capitalised(provider);
            match data.number {
                Some(n) => say(format!("{provider} atendió ({} visita)", ordinal(n, language)), format!("{provider} served (visit {n})")),
                None => say(format!("{provider} atendió"), format!("{provider} served")),
            }
        }
        EventName::ReturnedToProvider => match &data.provider {
            Some(provider) => {
                say(format!("{p} lo devolvió a {provider}: no se resolvió"), format!("{p} returned it to {provider}: not solved"))
            }
            None => say(format!("{p} lo devolvió al proveedor: no se resolvió"), format!("{p} returned it to the provider: not solved")),
        },
        EventName::ResolutionConfirmed => {
            say(format!("{p} registró la solución y la conformidad"), format!("{p} recorded the solution and the conformity"))
        }
        EventName::CoverageRefused => match &data.provider {
            Some(provider) => {
                say(format!("{provider} no reconoció la garantía o el soporte"), format!("{provider} did not recognise the coverage"))
            }
            None => say(
                format!("{p} indicó que no se reconoció la garantía o el soporte"),
                format!("{p} said that the coverage was not recognised"),
            ),
        },
        EventName::Closed => say(format!("{p} la cerró"), format!("{p} closed it")),
        EventName::TaskLogged => say(format!("{p} registró una tarea"), format!("{p} logged a task")),
        EventName::Commented if data.is_internal => say(format!("{p} dejó una nota interna"), format!("{p} left an internal note")),
        EventName::Commented => say(format!("{person} respondió"), format!("{person} replied")),
        EventName::Attached => match data.number {
            Some(n) if n > 1 => say(format!("{person} adjuntó {n} archivos"), format!("{person} attached {n} files")),
            _ => say(format!("{person} adjuntó un archivo"), format!("{person} attached a file")),
        },
        EventName::Watched => say(format!("{p} la sigue"), format!("{p} watches it")),
        EventName::Unwatched => say(format!("{p} dejó de seguirla"), format!("{p} stopped watching it")),
        EventName::PersonAsked => {
            say(format!("{p} pidió información. El plazo se detuvo"), format!("{p} asked for information. The clock stopped"))
        }
        EventName::PersonReminded => say(format!("{p} envió un recordatorio"), format!("{p} sent a reminder")),
        EventName::PersonAnswered => {
            say(format!("{person} respondió. El plazo continúa"), format!("{person} answered. The clock runs again"))
        }
        EventName::Resumed => {
            say(format!("{p} continuó la atención. El plazo vuelve a correr"), format!("{p} resumed it. The clock runs again"))
        }
        EventName::GivenUpWaiting => say(format!("{p} la dio por no respondida"), format!("{p} gave up waiting for an answer")),
        EventName::Taken => say(format!("{p} la tomó"), format!("{p} took it")),
        EventName::Reassigned => reassigned(data, p, language),
        EventName::ReturnedToDesk => say(format!("{p} la devolvió a la Mesa de Ayuda"), format!("{p} returned it to the help desk")),
        EventName::CategoryCorrected => category_corrected(data, p, language),
        EventName::FactsCorrected => say(format!("{p} corrigió los datos"), format!("{p} corrected the facts")),
        EventName::SolutionConfirmed => say(format!("{person} confirmó que ya funciona"), format!("{person} confirmed that it works")),
        EventName::SolutionDenied => say(format!("{person} indicó que el problema sigue"), format!("{person} said that it still fails")),
        EventName::Reopened => say(format!("{person} la reabrió"), format!("{person} reopened it")),
        EventName::Withdrawn => say(format!("{person} retiró la solicitud"), format!("{person} withdrew the request")),
        EventName::MarkedDuplicate => match data.ticket {
            Some(ticket) => say(format!("{p} la unió a TI-{ticket}"), format!("{p} joined it to TI-{ticket}")),
            None => say(format!("{p} la unió a otra"), format!("{p} joined it to another")),
        },
        EventName::DuplicateUndone => say(format!("{p} deshizo la unión"), format!("{p} undid the joining")),
        EventName::Discarded => discarded(data, p, language),
        EventName::AnotherCreated => match data.ticket {
            Some(ticket) => say(format!("{p} creó TI-{ticket} a partir de esta"), format!("{p} created TI-{ticket} from this one")),
            None => say(format!("{p} creó otra a partir de esta"), format!("{p} created another from this one")),
        },
        EventName::NoteHidden => say(format!("{p} ocultó un texto"), format!("{p} hid a text")),
        EventName::CameByMail => came_by_mail(data, language),
        EventName::PhoneNoticeDue => {
            say(format!("Aviso por teléfono pendiente: {asker} no tiene correo"), format!("Notice by phone pending: {asker} has no e-mail"))
        }
        EventName::InformedByPhone => say(format!("{p} avisó por teléfono a {asker}"), format!("{p} told {asker} by phone")),
    };
    match data.text.as_deref().map(one_line).filter(|text| !text.is_empty()).zip(before_text(name, language)) {
        Some((text, before)) => format!("{line}{before}{text}"),
        None => line,
    }
}

/// How what a person wrote follows the line; none where it is shown as a message of its own.
fn before_text(name: EventName, language: Language) -> Option<&'static str> {
    match name {
        EventName::Escalated
        | EventName::ReportReturned
        | EventName::ContractingFailed
        | EventName::ServiceProvided
        | EventName::CoverageRefused
        | EventName::TaskLogged
        | EventName::Reassigned
        | EventName::ReturnedToDesk
        | EventName::SolutionDenied
        | EventName::Reopened
        | EventName::Withdrawn
        | EventName::DuplicateUndone
        | EventName::AnotherCreated
        | EventName::NoteHidden => Some(": "),
        // Those lines have a colon or a stop already.
        EventName::ContractingApproved | EventName::ContractingRejected => Some(language.pick(". Fundamento: ", ": ")),
        EventName::CategoryCorrected => Some(language.pick(". Motivo: ", ": ")),
        EventName::CoverageVerified
        | EventName::ReturnedToProvider
        | EventName::GivenUpWaiting
        | EventName::Resumed
        | EventName::Discarded => Some(". "),
        EventName::Requested
        | EventName::Registered
        | EventName::Verified
        | EventName::Categorised
        | EventName::ActionRecorded
        | EventName::SolutionRecorded
        | EventName::VerificationNotNeeded
        | EventName::ProviderCoordinated
        | EventName::ReportDrafted
        | EventName::TechnicalReportSubmitted
        | EventName::ReportWithdrawn
        | EventName::AreaHeadTold
        | EventName::ContractRecorded
        | EventName::ResolutionConfirmed
        | EventName::Closed
        | EventName::Commented
        | EventName::Attached
        | EventName::Watched
        | EventName::Unwatched
        | EventName::PersonAsked
        | EventName::PersonReminded
        | EventName::PersonAnswered
        | EventName::Taken
        | EventName::FactsCorrected
        | EventName::SolutionConfirmed
        | EventName::MarkedDuplicate
        | EventName::CameByMail
        | EventName::PhoneNoticeDue
        | EventName::InformedByPhone => None,
    }
}

fn requested(data: &EventWords, p: &str, asker: &str, language: Language) -> String {
    let is_for_another = data.requester.is_some() && data.requester != data.by;
    match (&data.by, data.channel) {
        (None, Some(Channel::Email)) => language.pick(format!("Llegó un correo de {asker}"), format!("A mail from {asker} arrived")),
        (None, _) => {
            let asker = capitalised(asker);
            language.pick(format!("{asker} solicitó apoyo"), format!("{asker} asked for support"))
        }
        (Some(_), Some(channel)) if channel != Channel::Web => {
            let channel = by_channel(channel, language);
            language
                .pick(format!("{p} registró la solicitud de {asker} {channel}"), format!("{p} registered the request of {asker} {channel}"))
        }
        (Some(_), _) if is_for_another => {
            language.pick(format!("{p} solicitó apoyo para {asker}"), format!("{p} asked for support for {asker}"))
        }
        (Some(_), _) => language.pick(format!("{p} solicitó apoyo"), format!("{p} asked for support")),
    }
}

fn came_by_mail(data: &EventWords, language: Language) -> String {
    let line = match data.is_unverified {
        true => language.pick("Llegó por correo: remitente no verificado", "It came by mail: sender not verified"),
        false => language.pick("Llegó por correo", "It came by mail"),
    };
    match data.number.unwrap_or(0) {
        0 => line.to_owned(),
        n => {
            let files = count(n as usize, Noun::File, language);
            language.pick(format!("{line}. Con el mensaje queda además: {files}"), format!("{line}. Left with the message: {files}"))
        }
    }
}

fn escalated(data: &EventWords, p: &str, language: Language) -> String {
    let to = data.to.as_deref().unwrap_or(language.pick("un especialista", "a specialist"));
    match data.number {
        Some(n) => language.pick(format!("{p} la escaló a {to} (escalado\u{a0}{n})"), format!("{p} escalated it to {to} (level {n})")),
        None => language.pick(format!("{p} la escaló a {to}"), format!("{p} escalated it to {to}")),
    }
}

fn coverage_verified(data: &EventWords, p: &str, language: Language) -> String {
    let coverage = data.coverage.map_or_else(
        || language.pick("garantía o soporte", "warranty or support").to_owned(),
        |kind| coverage_kind(kind, language).to_lowercase(),
    );
    match (data.is_covered, data.until) {
        (None, _) => {
            language.pick(format!("{p} verificó si cuenta con garantía o soporte"), format!("{p} checked for a warranty or support"))
        }
        (Some(false), _) => {
            language.pick(format!("{p} verificó: no cuenta con garantía ni soporte"), format!("{p} checked: no warranty or support"))
        }
        (Some(true), Some(until)) => {
            let day = time::day(until, language);
            language.pick(
                format!("{p} verificó: cuenta con {coverage} hasta el {day}"),
                format!("{p} checked: covered by {coverage} until {day}"),
            )
        }
        (Some(true), None) => language.pick(format!("{p} verificó: cuenta con {coverage}"), format!("{p} checked: covered by {coverage}")),
    }
}

fn area_head_told(data: &EventWords, language: Language) -> String {
    match (&data.to, &data.post) {
        (Some(head), Some(post)) => language.pick(format!("Se comunicó a {head}, {post}"), format!("{head}, {post}, was told")),
        (Some(head), None) => language.pick(format!("Se comunicó a {head}"), format!("{head} was told")),
        (None, _) => language.pick("Se comunicó al Director o Jefe del área", "The area's head was told").to_owned(),
    }
}

fn reassigned(data: &EventWords, p: &str, language: Language) -> String {
    match (&data.from, &data.to) {
        (Some(from), Some(to)) => {
            language.pick(format!("{p} la reasignó de {from} a {to}"), format!("{p} reassigned it from {from} to {to}"))
        }
        (None, Some(to)) => language.pick(format!("{p} la reasignó a {to}"), format!("{p} reassigned it to {to}")),
        (_, None) => language.pick(format!("{p} la reasignó"), format!("{p} reassigned it")),
    }
}

fn category_corrected(data: &EventWords, p: &str, language: Language) -> String {
    match lower_kind(data.kind, language) {
        Some(to) => {
            let from = kind_or_none(data.from_kind, language).to_lowercase();
            language.pick(format!("{p} corrigió la categoría: de {from} a {to}"), format!("{p} corrected the category from {from} to {to}"))
        }
        None => language.pick(format!("{p} corrigió la categoría"), format!("{p} corrected the category")),
    }
}

fn discarded(data: &EventWords, p: &str, language: Language) -> String {
    let line = language.pick(format!("{p} la descartó"), format!("{p} discarded it"));
    match data.discard_reason {
        Some(reason) => format!("{line}: {}", uncapitalised(discard_reason(reason, language))),
        None => line,
    }
}

fn lower_kind(kind: Option<Kind>, language: Language) -> Option<String> {
    kind.map(|kind| crate::kind(kind, language).to_lowercase())
}

/// A line is one line, whatever a person wrote.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The first letter small, the rest as it is: «no corresponde a TI».
fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
