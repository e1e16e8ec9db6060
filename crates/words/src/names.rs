//! The names of the domain: one home for each word.

use domain::procedure::Source;
use domain::{Audience, Channel, CoverageKind, DiscardReason, Impact, Kind, MailState, Means, Outcome, Phase, ReportPart, Role, Standing};

use crate::counts::ordinal;
use crate::{Language, lookup, words};

lookup! {
    /// Why a mail made nothing, by its stable code. A refusal of the procedure has its sentence in [`crate::refusal`].
    pub fn mail_reason, MAIL_REASONS {
        "automatic" => "Lo escribió un programa, por ejemplo una respuesta de ausencia", "A program wrote it, an out-of-office reply for example";
        "bounce" => "Avisa que un correo nuestro no se entregó", "It tells that a mail of ours was not delivered";
        "list" => "Llegó por una lista de correo", "It came by a mailing list";
        "own" => "Viene de la propia Mesa de Ayuda", "It is from the help desk itself";
        "too_many" => "Llegaron demasiados correos de esa dirección en una hora", "Too many mails of that address came within an hour";
        "no_sender" => "No dice quién lo envía", "It does not say who sent it";
        "sender_disabled" => "Ese contacto está deshabilitado", "That contact is disabled";
        "wrong_reference" => "Su referencia a una solicitud no es válida", "Its reference to a request is not valid";
        "other_sender" => "Responde a un correo que se envió a otra persona", "It answers a mail that was sent to somebody else";
        "provider" => "Responde un proveedor: agréguelo a la solicitud", "A provider answers: add it to the ticket";
        "other_content" => "Repite el identificador de otro correo, con otro contenido", "It repeats another mail's identifier, with other content";
        "empty" => "No tiene texto ni archivos", "It has neither text nor files";
        "too_large" => "Pesa más de 25 MB: se guardó su comienzo", "It is larger than 25 MB: its beginning was kept";
        "mail_empty" => "No contiene nada", "There is nothing in it";
        "mail_without_header" => "No tiene encabezado", "It has no header";
        "mail_header_too_long" => "Su encabezado es demasiado largo", "Its header is too long";
        "unfinished" => "Ningún intento de procesarlo terminó", "No attempt to process it came to an end";
        "failed" => "Falló varias veces al procesarlo", "Processing it failed several times";
    }
}

words! {
    /// What became of a mail that came in.
    pub fn mail_state(state: MailState) {
        MailState::Kept => "Por procesar", "To be processed";
        MailState::Opened => "Generó una solicitud", "Opened a request";
        MailState::Answered => "Se agregó a una solicitud", "Added to a request";
        MailState::Ignored => "Ignorado", "Ignored";
        MailState::Unmatched => "Por revisar", "To review";
        MailState::Broken => "No se pudo leer", "Could not be read";
        MailState::Duplicate => "Ya había llegado", "Came before";
    }

    /// The badge of a phase, for the people of IT; where the outcome is known too, see [`state`].
    pub fn phase(phase: Phase) {
        Phase::Requested => "Por recibir", "To receive";
        Phase::InAttention => "En atención", "In attention";
        Phase::Escalated1 => "Escalado 1", "Level 1";
        Phase::Escalated2 => "Escalado 2", "Level 2";
        Phase::WithProvider => "Con el proveedor", "With the provider";
        Phase::UnderEvaluation => "Por evaluar", "To evaluate";
        Phase::Contracting => "En contratación", "Contracting";
        Phase::Verifying => "En verificación", "Verifying";
        Phase::ToClose => "Por cerrar", "To close";
        Phase::Closed => "Cerrada", "Closed";
        Phase::Recorded => "Requerimiento registrado", "Requirement recorded";
        Phase::Withdrawn => "Retirada", "Withdrawn";
        Phase::Duplicate => "Duplicada", "Duplicate";
        Phase::Discarded => "Descartada", "Discarded";
    }

    /// The badge of a phase, for the requester and the area's head.
    pub fn phase_for_requester(phase: Phase) {
        Phase::Requested => "Enviada", "Sent";
        Phase::InAttention => "En atención", "Being attended";
        Phase::Escalated1 | Phase::Escalated2 => "Con un especialista", "With a specialist";
        Phase::WithProvider => "Con el proveedor", "With the provider";
        Phase::UnderEvaluation => "En evaluación", "Under evaluation";
        Phase::Contracting => "En contratación", "Being contracted";
        Phase::Verifying => "En verificación", "Being verified";
        Phase::ToClose => "Por cerrar", "About to close";
        Phase::Closed => "Cerrada", "Closed";
        Phase::Recorded => "Registrada", "Recorded";
        Phase::Withdrawn => "Retirada", "Withdrawn";
        Phase::Duplicate => "Unida a otra", "Joined to another";
        Phase::Discarded => "No corresponde a TI", "Not for IT";
    }

    /// The badge of what waits for its closing, for the people of IT.
    fn to_close(outcome: Outcome) {
        Outcome::Attended
        | Outcome::SolvedAtDesk
        | Outcome::SolvedAtLevel1
        | Outcome::SolvedAtLevel2
        | Outcome::SolvedByProvider => "Solucionada, por cerrar", "Solved, to close";
        Outcome::NotApproved => "No procede, por cerrar", "Not approved, to close";
        Outcome::Unanswered => "Sin respuesta, por cerrar", "Unanswered, to close";
    }

    fn to_close_for_requester(outcome: Outcome) {
        Outcome::Attended
        | Outcome::SolvedAtDesk
        | Outcome::SolvedAtLevel1
        | Outcome::SolvedAtLevel2
        | Outcome::SolvedByProvider => "Solucionada", "Solved";
        Outcome::NotApproved => "No aprobada", "Not approved";
        Outcome::Unanswered => "Por cerrar", "About to close";
    }

    pub fn outcome(outcome: Outcome) {
        Outcome::Attended => "Ocurrencia atendida", "Occurrence attended";
        Outcome::SolvedAtDesk => "Solucionada por la Mesa de Ayuda", "Solved by the help desk";
        Outcome::SolvedAtLevel1 => "Solucionada en escalado 1", "Solved at level 1";
        Outcome::SolvedAtLevel2 => "Solucionada en escalado 2", "Solved at level 2";
        Outcome::SolvedByProvider => "Solucionada por el proveedor", "Solved by the provider";
        Outcome::NotApproved => "No procede la contratación", "Contracting not approved";
        Outcome::Unanswered => "Sin respuesta del usuario", "User did not answer";
    }

    /// The plain explanation of an outcome.
    pub fn outcome_help(outcome: Outcome) {
        Outcome::Attended => "Se atendió de inmediato.", "It was attended at once.";
        Outcome::SolvedAtDesk => "La resolvió quien la recibió.", "Whoever received it solved it.";
        Outcome::SolvedAtLevel1 => "La resolvió un técnico de TI.", "A technician of IT solved it.";
        Outcome::SolvedAtLevel2 => "La resolvió el técnico de escalado 2, sin proveedor.", "The technician of level 2 solved it, without a provider.";
        Outcome::SolvedByProvider => "La resolvió un proveedor y se dio la conformidad.", "A provider solved it, and the conformity was given.";
        Outcome::NotApproved => "La Jefatura de TI evaluó el sustento y no lo aprobó.", "The head of IT evaluated the grounds and did not approve them.";
        Outcome::Unanswered => "Se le escribió varias veces y no respondió.", "The person was written to several times and did not answer.";
    }

    pub fn kind(kind: Kind) {
        Kind::Incident => "Incidencia", "Incident";
        Kind::Occurrence => "Ocurrencia", "Occurrence";
        Kind::Requirement => "Requerimiento", "Requirement";
    }

    /// The plain explanation of a kind.
    pub fn kind_help(kind: Kind) {
        Kind::Incident => "Algo falló, le impide trabajar con normalidad y resolverlo toma un tiempo.", "Something failed, it prevents normal work, and solving it takes a while.";
        Kind::Occurrence => "Algo falló o estorba, no le impide trabajar y se puede atender de inmediato.", "Something failed or is in the way, it does not prevent work, and it can be attended at once.";
        Kind::Requirement => "Usted pide un cambio o algo adicional a lo que ya tiene. Se registra para conocer las necesidades de los usuarios.", "You ask for a change or an addition to what you have. It is recorded to know the users' needs.";
    }

    /// What tells the kinds apart, beside the choice.
    pub fn kind_hint(kind: Kind) {
        Kind::Incident => "Impide o toma tiempo", "It stops work, or takes time";
        Kind::Occurrence => "No impide, es inmediata", "It does not stop work, and is done at once";
        Kind::Requirement => "Pide un cambio", "Asks for a change";
    }

    pub fn channel(channel: Channel) {
        Channel::Phone => "Teléfono (anexo)", "Phone (extension)";
        Channel::Email => "Correo electrónico", "E-mail";
        Channel::Mobile => "Celular", "Mobile phone";
        Channel::Web => "Sistema", "Web";
        Channel::InPerson => "Presencial", "In person";
    }

    /// The plain explanation of a channel.
    pub fn channel_help(channel: Channel) {
        Channel::Phone => "Llamó al anexo de la Mesa de Ayuda.", "Called the help desk's extension.";
        Channel::Email => "Escribió al correo de la Mesa de Ayuda.", "Wrote to the help desk's address.";
        Channel::Mobile => "Llamó o escribió al celular que figura en el Catálogo de Servicios de TI.", "Called or wrote to the mobile number of the IT service catalogue.";
        Channel::Web => "La registró la propia persona en el sistema.", "The person registered it in the system.";
        Channel::InPerson => "Se acercó a la Mesa de Ayuda.", "Came to the help desk.";
    }

    /// A channel inside a sentence: «registró la solicitud … por teléfono».
    pub(crate) fn by_channel(channel: Channel) {
        Channel::Phone => "por teléfono", "by phone";
        Channel::Email => "por correo", "by e-mail";
        Channel::Mobile => "por celular", "by mobile phone";
        Channel::Web => "por el sistema", "in the system";
        Channel::InPerson => "en persona", "in person";
    }

    pub fn impact(impact: Impact) {
        Impact::CannotWork => "No puedo trabajar", "I cannot work";
        Impact::WorkWithDifficulty => "Trabajo con dificultad", "I work with difficulty";
        Impact::CanWork => "Puedo trabajar con normalidad", "I can work normally";
        Impact::SomethingNew => "Pido algo nuevo o un cambio", "I ask for something new or a change";
    }

    pub fn means(means: Means) {
        Means::Email => "Correo", "E-mail";
        Means::Phone => "Teléfono", "Phone";
        Means::Portal => "Portal del proveedor", "Provider's portal";
        Means::Document => "Documento", "Document";
        Means::InPerson => "Presencial", "In person";
    }

    pub fn coverage_kind(kind: CoverageKind) {
        CoverageKind::Warranty => "Garantía", "Warranty";
        CoverageKind::SupportContract => "Soporte contratado", "Contracted support";
    }

    pub fn discard_reason(reason: DiscardReason) {
        DiscardReason::NotForIt => "No corresponde a TI", "Not a matter for IT";
        DiscardReason::Unwanted => "Correo no deseado", "Unwanted mail";
        DiscardReason::ByMistake => "Llegó por error", "Sent by mistake";
    }

    pub fn report_part(part: ReportPart) {
        ReportPart::Number => "Informe Técnico N.º", "Technical report no.";
        ReportPart::Background => "Antecedentes", "Background";
        ReportPart::Analysis => "Análisis", "Analysis";
        ReportPart::Conclusions => "Conclusiones", "Conclusions";
        ReportPart::Recommendation => "Recomendación", "Recommendation";
    }

    /// Where a flow of the procedure comes from.
    pub fn source(source: Source) {
        Source::Written => "Del procedimiento", "Of the procedure";
        Source::Corrected => "Corregido", "Corrected";
        Source::Extension => "Complemento", "Extension";
    }

    /// The plain explanation of a source.
    pub fn source_help(source: Source) {
        Source::Written => "Figura así en el procedimiento.", "The procedure says so.";
        Source::Corrected => "El procedimiento indica otra actividad, pero su propio texto describe esta.", "The procedure names another activity, but its own text describes this one.";
        Source::Extension => "No figura en el procedimiento: lo complementa, sin alterarlo.", "Not in the procedure: it adds to it and does not change it.";
    }

    /// A role's full name.
    pub fn role(role: Role) {
        Role::User => "Usuario", "User";
        Role::AreaHead => "Director o Jefe (área usuaria)", "Area head";
        Role::HelpDesk => "Asistente en Soporte Técnico (Mesa de Ayuda)", "Help desk";
        Role::Support1 => "Asistente en Soporte Técnico (escalado\u{a0}1)", "Support level 1";
        Role::Support2 => "Asistente en Soporte Técnico (escalado\u{a0}2)", "Support level 2";
        Role::ItHead => "Jefe de Tecnologías de la Información", "Head of IT";
        Role::Admin => "Administrador del sistema", "Administrator";
        Role::Auditor => "Auditor", "Auditor";
    }

    /// A role's short name.
    pub fn role_short(role: Role) {
        Role::User => "Usuario", "User";
        Role::AreaHead => "Director o Jefe", "Area head";
        Role::HelpDesk => "Mesa de Ayuda", "Help desk";
        Role::Support1 => "Escalado 1", "Level 1";
        Role::Support2 => "Escalado 2", "Level 2";
        Role::ItHead => "Jefe de TI", "Head of IT";
        Role::Admin => "Administrador", "Administrator";
        Role::Auditor => "Auditor", "Auditor";
    }

    /// The plain explanation of a role.
    pub fn role_help(role: Role) {
        Role::User => "Pide apoyo y sigue sus solicitudes.", "Asks for support and follows the requests made.";
        Role::AreaHead => "Pide apoyo para su área, ve las solicitudes de ella y recibe lo que se le comunica.", "Asks for support for the area, sees its requests, and receives what is communicated.";
        Role::HelpDesk => "Recibe, registra, categoriza, atiende y cierra.", "Receives, registers, categorises, attends and closes.";
        Role::Support1 => "Atiende la incidencia que la Mesa de Ayuda le asigna.", "Attends the incident that the help desk assigns.";
        Role::Support2 => "Verifica garantía o soporte, coordina con el proveedor o elabora el Informe Técnico.", "Checks warranty or support, coordinates with the provider, or writes the technical report.";
        Role::ItHead => "Evalúa el Informe Técnico y sigue los reportes.", "Evaluates the technical report and follows the reports.";
        Role::Admin => "Mantiene personas, áreas, catálogo y configuración.", "Keeps people, areas, catalogue and settings.";
        Role::Auditor => "Lee todos los registros; no cambia nada.", "Reads every record; changes nothing.";
    }

    /// A role after «corresponde»: «corresponde a la Mesa de Ayuda».
    pub(crate) fn to_role(role: Role) {
        Role::User => "al usuario que solicita apoyo", "the user who asks for support";
        Role::AreaHead => "al Director o Jefe del área", "the area's head";
        Role::HelpDesk => "a la Mesa de Ayuda", "the help desk";
        Role::Support1 => "a escalado 1", "support level 1";
        Role::Support2 => "a escalado 2", "support level 2";
        Role::ItHead => "a la Jefatura de TI", "the head of IT";
        Role::Admin => "a la administración del sistema", "the administrator";
        Role::Auditor => "a la auditoría", "the auditor";
    }

    /// Where a role works: «no atiende en la Mesa de Ayuda».
    pub(crate) fn at_role(role: Role) {
        Role::User => "el área usuaria", "the user area";
        Role::AreaHead => "la jefatura del área", "the head's office";
        Role::HelpDesk => "la Mesa de Ayuda", "the help desk";
        Role::Support1 => "escalado 1", "level 1";
        Role::Support2 => "escalado 2", "level 2";
        Role::ItHead => "la Jefatura de TI", "the office of the head of IT";
        Role::Admin => "la administración del sistema", "the administration";
        Role::Auditor => "la auditoría", "the audit";
    }

    /// Who replaces the head of IT for a time (extension).
    pub fn acting_head(is_short: bool) {
        false => "Jefe de Tecnologías de la Información (e)", "Acting head of IT";
        true => "Jefe de TI (e)", "Acting head of IT";
    }

    /// An activity's name as in section 7; nothing for a number that it does not have.
    pub fn activity(number: u8) {
        1 => "Solicitar apoyo ante una ocurrencia / incidencia", "Ask for support with an occurrence / incident";
        2 => "Recibir y registrar la ocurrencia / incidencia", "Receive and register the occurrence / incident";
        3 => "Atender la ocurrencia / incidencia", "Attend the occurrence / incident";
        4 => "Atender la incidencia (escalado 1)", "Attend the incident (level 1)";
        5 => "Verificar si cuenta con garantía o soporte técnico", "Check for a warranty or technical support";
        6 => "Evaluar sustento de la contratación", "Evaluate the grounds for contracting";
        7 => "Verificar resolución de la incidencia", "Verify that the incident is solved";
        8 => "Cerrar la incidencia", "Close the incident";
        _ => "", "";
    }

    /// An activity on the path of a ticket.
    pub fn activity_short(number: u8) {
        1 => "Solicitud", "Request";
        2 => "Registro", "Reception";
        3 => "Atención", "Attention";
        4 => "Escalado 1", "Level 1";
        5 => "Garantía o soporte", "Coverage";
        6 => "Evaluación", "Evaluation";
        7 => "Verificación", "Verification";
        8 => "Cierre", "Closing";
        _ => "", "";
    }

    /// An activity in one line of the help.
    pub fn activity_help(number: u8) {
        1 => "La persona pide apoyo por uno de los canales.", "The person asks for support by one of the channels.";
        2 => "La Mesa de Ayuda la registra o verifica, y la categoriza.", "The help desk registers or verifies it, and categorises it.";
        3 => "La Mesa de Ayuda busca resolverla.", "The help desk tries to solve it.";
        4 => "Un técnico de TI busca resolverla.", "A technician of IT tries to solve it.";
        5 => "Se verifica si un proveedor debe atenderla.", "It is checked whether a provider must attend it.";
        6 => "El Jefe de TI decide si procede contratar un servicio externo.", "The head of IT decides whether to contract an external service.";
        7 => "Se comprueba que el servicio del proveedor la resolvió.", "It is checked that the provider's service solved it.";
        8 => "Se cierra y sale un correo por sí mismo.", "It is closed, and a mail goes out by itself.";
        _ => "", "";
    }
}

/// The badge of a ticket as it stands, in the words of who reads it.
pub fn state(standing: &Standing, audience: Audience, language: Language) -> &'static str {
    state_of(standing.phase, standing.outcome, audience, language)
}

/// The same of a line in a list, which has no whole standing.
pub fn state_of(at: Phase, outcome: Option<Outcome>, audience: Audience, language: Language) -> &'static str {
    match (at, outcome, audience) {
        (Phase::ToClose, Some(outcome), Audience::It) => to_close(outcome, language),
        (Phase::ToClose, Some(outcome), Audience::Everyone) => to_close_for_requester(outcome, language),
        (_, _, Audience::It) => phase(at, language),
        (_, _, Audience::Everyone) => phase_for_requester(at, language),
    }
}

/// The kind, or that there is none yet.
pub fn kind_or_none(of: Option<Kind>, language: Language) -> &'static str {
    of.map_or_else(|| language.pick("Por categorizar", "Not categorised yet"), |of| kind(of, language))
}

/// What stands beside a state, and is never a state of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    WaitingForPerson,
    /// How many times so far.
    Reopened(u32),
    Overdue,
    DueSoon,
    ConfirmedByPerson,
    /// The provider's visits so far.
    Visits(u32),
}

/// The words of a sign; none where this reader is not shown it.
pub fn sign(sign: Sign, audience: Audience, language: Language) -> Option<String> {
    let is_it = audience == Audience::It;
    let plain = |es: &str, en: &str| Some(language.pick(es, en).to_owned());
    match sign {
        Sign::WaitingForPerson if is_it => plain("Esperando al usuario", "Waiting for the user"),
        Sign::WaitingForPerson => plain("Esperamos su respuesta", "We need your answer"),
        Sign::Reopened(0) => None,
        Sign::Reopened(n) if is_it && n > 1 => {
            let nth = ordinal(n, language);
            Some(language.pick(format!("Reabierta ({nth} vez)"), format!("Reopened ({nth} time)")))
        }
        Sign::Reopened(_) => plain("Reabierta", "Reopened"),
        Sign::Overdue if is_it => plain("Vencida", "Overdue"),
        Sign::DueSoon if is_it => plain("Por vencer", "Due soon"),
        Sign::ConfirmedByPerson if is_it => plain("Confirmada por el usuario", "Confirmed by the user"),
        Sign::ConfirmedByPerson => plain("Usted confirmó que funciona", "You confirmed that it works"),
        Sign::Visits(n) if is_it && n > 1 => {
            let nth = ordinal(n, language);
            Some(language.pick(format!("{nth} visita del proveedor"), format!("Provider's {nth} visit")))
        }
        Sign::Overdue | Sign::DueSoon | Sign::Visits(_) => None,
    }
}
