//! Why not: a sentence for every refusal, that says what is so and what to do. None of them betrays a ticket that its reader may not see.

use domain::{AreaId, Audience, Centimos, Day, Kind, Outcome, PersonId, ProviderId, Refusal, ReportPart, Role, ValueError};

use crate::counts::{number, soles};
use crate::{Language, action_infinitive, at_role, state_of, time, to_role, words};

/// The names of records that a sentence may need. An empty one, or a dash, is one that is not known.
pub struct Names<'a> {
    pub person: &'a dyn Fn(PersonId) -> String,
    pub area: &'a dyn Fn(AreaId) -> String,
    pub provider: &'a dyn Fn(ProviderId) -> String,
}

impl Names<'static> {
    /// No record is at hand: sentences do without names.
    pub const UNKNOWN: Names<'static> = Names { person: &|_| String::new(), area: &|_| String::new(), provider: &|_| String::new() };
}

fn known(name: String) -> Option<String> {
    Some(name).filter(|name| !matches!(name.trim(), "" | "-" | "–" | "—"))
}

/// What the people of IT are told of a refusal. To others, say [`refusal_for`] them.
pub fn refusal(refusal: &Refusal, names: &Names, language: Language) -> String {
    refusal_for(refusal, names, Audience::It, language)
}

/// What a person is told of a refusal, the state named in the words of who reads.
pub fn refusal_for(refusal: &Refusal, names: &Names, audience: Audience, language: Language) -> String {
    let say = |es: &str, en: &str| language.pick(es, en).to_owned();
    let person_or = |id: &PersonId, unknown: &str| known((names.person)(*id)).unwrap_or_else(|| unknown.to_owned());
    let person = |id: &PersonId| person_or(id, language.pick("Esa persona", "That person"));
    match refusal {
        Refusal::NotVisible => say("No existe o no está a su alcance.", "It does not exist, or it is not yours to see."),
        Refusal::NotNow { phase, action } => {
            let (state, deed) = (state_of(*phase, None, audience, language), action_infinitive(*action, language));
            let thing = match audience {
                Audience::It => "ticket",
                Audience::Everyone => "request",
            };
            language.pick(
                format!("No se puede {deed} porque la solicitud está «{state}»."),
                format!("This cannot be done while the {thing} is “{state}”."),
            )
        }
        Refusal::NotYourRole { roles } => not_your_role(roles, language),
        Refusal::NotAssignee { assignee: Some(assignee) } => {
            let person = person_or(assignee, language.pick("otra persona", "someone else"));
            language.pick(
                format!("La tiene asignada {person}. Tómela o pida que la reasignen."),
                format!("It is assigned to {person}. Take it, or have it reassigned."),
            )
        }
        Refusal::NotAssignee { assignee: None } => say(
            "No está asignada a usted. Tómela o pida que se la asignen.",
            "It is not assigned to you. Take it, or have it assigned to you.",
        ),
        Refusal::NotRequester => say("Solo puede hacerlo quien solicitó el apoyo.", "Only the person who asked may do this."),
        Refusal::NotYourArea => say("La persona no pertenece a su área.", "The person does not belong to your area."),
        Refusal::NotYourNote => say(
            "Solo puede ocultar un texto quien lo escribió. Pida a la Mesa de Ayuda que lo oculte.",
            "Only its author may hide a text. Ask the help desk to hide it.",
        ),
        Refusal::ChannelNotYours { channel } => {
            let channel = crate::channel(*channel, language);
            language.pick(
                format!("Solo la Mesa de Ayuda registra lo que llega por «{channel}». Use el canal «Sistema»."),
                format!("Only the help desk registers what comes by “{channel}”. Use the channel “Web”."),
            )
        }
        Refusal::AlreadyClosed => {
            say("Ya está cerrada. Si el problema volvió, reábrala.", "It is already closed. If the trouble is back, reopen it.")
        }
        Refusal::ReopeningExpired { until: Some(until) } => {
            let date = time::date(*until, language);
            language.pick(
                format!("El plazo para reabrir venció el {date}. Registre una nueva solicitud; se enlazará con esta."),
                format!("The time to reopen ended on {date}. Make a new request; it will be linked to this one."),
            )
        }
        Refusal::ReopeningExpired { until: None } => say(
            "Ya no se puede reabrir. Registre una nueva solicitud; se enlazará con esta.",
            "It cannot be reopened any more. Make a new request; it will be linked to this one.",
        ),
        Refusal::OccurrenceIsNotEscalated => say(
            "Una ocurrencia se atiende en la Mesa de Ayuda. Si necesita más tiempo, corrija la categoría a incidencia y escálela.",
            "An occurrence is attended at the desk. If it needs more time, correct the category to incident and escalate.",
        ),
        Refusal::RequirementHasNoAttention => say(
            "Un requerimiento solo se registra. Si es una incidencia, corrija la categoría.",
            "A requirement is only recorded. If it is an incident, correct the category.",
        ),
        Refusal::NotCategorised => say(
            "Primero categorícela: incidencia, ocurrencia o requerimiento.",
            "Categorise it first: incident, occurrence or requirement.",
        ),
        Refusal::SameKind { kind } => {
            let kind = crate::kind(*kind, language).to_lowercase();
            language.pick(format!("Ya está categorizada como {kind}."), format!("It is already categorised as {kind}."))
        }
        Refusal::NotThisKind { kind } => not_this_kind(*kind, language).to_owned(),
        Refusal::CategoryTooLate => say(
            "Una incidencia que ya se escaló no puede pasar a ocurrencia. Siga con ella como incidencia, o devuélvala a la Mesa de Ayuda.",
            "An incident that was escalated cannot become an occurrence any more. Go on with it as an incident, or return it to the help desk.",
        ),
        Refusal::NotThisOutcome { outcome } => not_this_outcome(*outcome, language).to_owned(),
        Refusal::AssigneeLacksRole { person: id, role } => {
            let (person, level) = (person(id), at_role(*role, language));
            language.pick(
                format!("{person} no atiende en {level}. Elija a otra persona."),
                format!("{person} does not work at {level}. Choose someone else."),
            )
        }
        Refusal::AssigneeDisabled { person: id } => {
            let person = person(id);
            language.pick(
                format!("{person} ya no tiene acceso. Elija a otra persona."),
                format!("{person} has no access any more. Choose someone else."),
            )
        }
        Refusal::SameAssignee { person: id } => {
            language.pick(format!("Ya la tiene {}.", person_or(id, "esa persona")), format!("{} already has it.", person(id)))
        }
        Refusal::NoEquipmentOrService => say(
            "Indique el equipo o servicio para verificar su garantía o soporte.",
            "Say which equipment or service, to check its coverage.",
        ),
        Refusal::CoverageExpired { until } => {
            let day = time::day(*until, language);
            language.pick(
                format!("La garantía o el soporte venció el {day}. Elija otra cobertura o eleve un Informe Técnico."),
                format!("That coverage ended on {day}. Choose another, or submit a technical report."),
            )
        }
        Refusal::NotUnderCoverage => say(
            "El proveedor la atiende por una contratación, no por garantía ni soporte. Registre el servicio brindado o hable con la Jefatura de TI.",
            "The provider attends it under a contract, not a warranty or support. Record the service provided, or talk to the head of IT.",
        ),
        Refusal::ReportIncomplete { parts } => {
            let parts = parts.iter().map(|part| lacking(*part, language)).collect::<Vec<_>>().join(", ");
            language.pick(format!("Al informe le falta: {parts}."), format!("The report lacks: {parts}."))
        }
        Refusal::OwnReport => say(
            "Usted elaboró este informe. Debe evaluarlo otra persona con el encargo de la Jefatura de TI.",
            "You wrote this report. Another acting head of IT must evaluate it.",
        ),
        Refusal::NotReportAuthor => say(
            "Solo puede retirar el informe quien lo elaboró. Si debe corregirse, la Jefatura de TI puede devolverlo con observaciones.",
            "Only its author may withdraw the report. If it must be corrected, the head of IT can return it with remarks.",
        ),
        Refusal::NoAreaHead { area } => no_area_head(known((names.area)(*area)).as_deref(), language),
        Refusal::NotAnAreaHead { person: id } => {
            let person = person(id);
            language.pick(
                format!("{person} no está a cargo del área ni de una superior. Elija a su Director o Jefe."),
                format!("{person} heads neither the area nor one above it. Choose its head."),
            )
        }
        Refusal::AlreadyWaiting => say(
            "Ya se espera la respuesta de la persona. Si respondió por otro medio, use «Continuar atención».",
            "An answer is already awaited. If the person answered by other means, use “Resume”.",
        ),
        Refusal::NotWaiting => {
            say("No se espera ninguna respuesta. Use «Pedir información».", "No answer is awaited. Use “Ask for information”.")
        }
        Refusal::StillWaiting { left } => language.pick(
            format!("Aún faltan recordatorios antes de darla por no respondida ({} {left}).", if *left == 1 { "queda" } else { "quedan" }),
            format!("Reminders are still to be sent ({left} left)."),
        ),
        Refusal::RemindedRecently { until } => {
            let at = time::instant(*until, language);
            language.pick(
                format!("Ya se le escribió hace menos de un día. Podrá recordárselo desde el {at}."),
                format!("The person was written to less than a day ago. You can remind them from {at}."),
            )
        }
        Refusal::TooLateToWithdraw => say(
            "Ya interviene un proveedor o una contratación. Escriba a la Mesa de Ayuda para retirarla.",
            "A provider or a contract is already involved. Write to the help desk.",
        ),
        Refusal::DuplicateOfItself => {
            say("No puede unirse a sí misma. Indique el número de otra.", "It cannot be joined to itself. Give another number.")
        }
        Refusal::DuplicateOfDuplicate { ticket, of } => language.pick(
            format!("TI-{ticket} ya está unida a TI-{of}. Únala a TI-{of}."),
            format!("TI-{ticket} is joined to TI-{of}. Join it to TI-{of}."),
        ),
        Refusal::PrincipalEnded { ticket } => language.pick(
            format!("TI-{ticket} ya terminó. Elija una solicitud que siga en curso."),
            format!("TI-{ticket} has ended. Choose a ticket that is under way."),
        ),
        Refusal::HasDuplicates => say(
            "Otras solicitudes están unidas a esta. Primero deshaga esas uniones, o una la otra a esta.",
            "Other tickets are joined to this one. Undo that first, or join the other one to this.",
        ),
        Refusal::AlreadyConfirmed => say(
            "Ya se confirmó que funciona. No necesita hacer nada más: la Mesa de Ayuda la cerrará.",
            "It was already confirmed that it works. You need do nothing more: the help desk will close it.",
        ),
        Refusal::AlreadyHidden => {
            say("Ese texto ya está oculto. No necesita hacer nada más.", "That text is already hidden. You need do nothing more.")
        }
        Refusal::AlreadyWatching => say(
            "Ya la sigue. Si no desea más avisos, use «Dejar de seguir».",
            "You already watch it. If you want no more notifications, use “Stop watching”.",
        ),
        Refusal::NotWatching => {
            say("No la sigue. Si desea recibir sus avisos, use «Seguir».", "You do not watch it. To get its notifications, use “Watch”.")
        }
        Refusal::NothingToTell => {
            say("No hay un aviso por teléfono pendiente. No necesita hacer nada.", "No notice by phone is pending. You need do nothing.")
        }
        Refusal::NothingToCorrect => say("No cambió ningún dato. Corrija al menos uno.", "Nothing was changed. Correct at least one fact."),
        Refusal::DateInFuture { field: _ } => say("La fecha no puede ser posterior a hoy.", "The date cannot be in the future."),
        Refusal::DateBeforeRequest { field: _ } => {
            say("La fecha no puede ser anterior a la solicitud.", "The date cannot be before the request.")
        }
        Refusal::PersonUnknown { field: _ } => say(
            "Esa persona no figura en el directorio. Elija a otra persona.",
            "That person is not in the directory. Choose someone else.",
        ),
        Refusal::PersonDisabled { person: id } => {
            let person = person(id);
            language.pick(
                format!("{person} ya no figura como vigente en el directorio. Elija a otra persona."),
                format!("{person} is no longer active in the directory. Choose someone else."),
            )
        }
        Refusal::AreaUnknown { area } => match known((names.area)(*area)) {
            None => say("Esa área no existe o ya no está vigente. Elija otra.", "That area does not exist or has ended. Choose another."),
            Some(area) => {
                language.pick(format!("{area} ya no está vigente. Elija otra área."), format!("{area} has ended. Choose another area."))
            }
        },
        Refusal::ServiceUnknown => say(
            "Ese servicio no figura en el Catálogo de Servicios de TI. Elija otro.",
            "That service is not in the IT service catalogue. Choose another.",
        ),
        Refusal::ProviderUnknown => {
            say("Ese proveedor no figura en el registro. Agréguelo primero.", "That provider is not on record. Add it first.")
        }
        Refusal::TicketUnknown { ticket, .. } => language.pick(
            format!("TI-{ticket} no existe o no está a su alcance. Revise el número."),
            format!("TI-{ticket} does not exist, or it is not yours to see. Check the number."),
        ),
        Refusal::FileUnknown { file: _ } => say(
            "Un archivo no está entre los que usted subió, o ya se usó. Vuelva a adjuntarlo.",
            "A file is not among those that you uploaded, or was used already. Attach it again.",
        ),
        Refusal::NoteUnknown { number: _ } => say(
            "Ese texto no existe o no está a su alcance. Actualice la página.",
            "That text does not exist, or it is not yours to see. Refresh the page.",
        ),
        Refusal::NoFiles => say("Elija al menos un archivo.", "Choose at least one file."),
        Refusal::TooManyFiles { max } => language.pick(
            format!("Se admiten hasta {max} archivos a la vez. Quite algunos y adjúntelos después."),
            format!("Up to {max} files are accepted at once. Remove some, and attach them afterwards."),
        ),
    }
}

/// What a person is told of a value that could not be made.
pub fn value_error(error: ValueError, field_label: &str, language: Language) -> String {
    match error {
        ValueError::Empty => language.pick(format!("Complete «{field_label}»."), format!("Fill in “{field_label}”.")),
        ValueError::TooLong { max, actual } => {
            let (max, n) = (number(max.into()), number(actual.into()));
            language.pick(
                format!("«{field_label}» admite hasta {max} caracteres; tiene {n}."),
                format!("“{field_label}” takes up to {max} characters; it has {n}."),
            )
        }
        ValueError::BadCharacters => language.pick(
            format!(
                "«{field_label}» tiene un signo invisible que no se admite, quizá pegado de otro programa. Escriba ese texto de nuevo."
            ),
            format!("“{field_label}” has an invisible sign that is not accepted, perhaps pasted from elsewhere. Write that text again."),
        ),
        ValueError::OutOfRange { min, max: i64::MAX } => {
            let min = number(min);
            language.pick(format!("«{field_label}» debe ser {min} o más."), format!("“{field_label}” must be {min} or more."))
        }
        ValueError::OutOfRange { min, max } => {
            let (min, max) = (amount(min, max), amount(max, max));
            language.pick(
                format!("«{field_label}» debe estar entre {min} y {max}."),
                format!("“{field_label}” must be between {min} and {max}."),
            )
        }
        ValueError::BadEmail => language.pick(
            format!("«{field_label}» no es una dirección de correo. Revísela; por ejemplo: nombre@entidad.gob.pe."),
            format!("“{field_label}” is not an e-mail address. Check it; for example: name@agency.gob.pe."),
        ),
        ValueError::BadRuc => {
            language.pick("El RUC no es válido: revise los 11 dígitos.", "That RUC is not valid: check its 11 digits.").to_owned()
        }
        ValueError::BadNumber => {
            language.pick(format!("«{field_label}» debe ser un número."), format!("“{field_label}” must be a number."))
        }
    }
}

/// What is wrong with a field, told away from it: after its name, unless the sentence says that itself, as most of [`value_error`] do.
pub fn about(field_label: &str, sentence: &str, language: Language) -> String {
    let quoted = language.pick(format!("«{field_label}»"), format!("“{field_label}”"));
    if sentence.contains(&quoted) { sentence.to_owned() } else { format!("{field_label}: {sentence}") }
}

/// A warning before a task is given to somebody who is away: nothing is refused.
pub fn assignee_away(person: &str, until: Day, language: Language) -> String {
    let day = time::day(until, language);
    language.pick(
        format!("{person} está ausente hasta el {day}. ¿Asignar de todos modos?"),
        format!("{person} is away until {day}. Assign anyway?"),
    )
}

/// A warning that the head of an area above will be told: nothing is refused.
pub fn head_above(area: &str, person: &str, area_above: &str, language: Language) -> String {
    language.pick(
        format!("{area} no tiene Director o Jefe registrado. Se comunicará a {person}, de {area_above}."),
        format!("{area} has no head on record. {person}, of {area_above}, will be told."),
    )
}

fn not_your_role(roles: &[Role], language: Language) -> String {
    let roles: Vec<_> = roles.iter().map(|role| to_role(*role, language)).collect();
    match roles.split_last() {
        None => language.pick("Esta acción no corresponde a su rol.", "This does not belong to your role.").to_owned(),
        Some((last, others)) => {
            let roles =
                if others.is_empty() { (*last).to_owned() } else { format!("{} {} {last}", others.join(", "), language.pick("o", "or")) };
            language.pick(format!("Esta acción corresponde {roles}."), format!("This belongs to {roles}."))
        }
    }
}

fn not_this_kind(kind: Kind, language: Language) -> &'static str {
    let (es, en) = match kind {
        Kind::Incident => (
            "Es una incidencia: registre la causa y la solución. Si se atendió de inmediato, corrija la categoría a ocurrencia.",
            "It is an incident: record the cause and the solution. If it was attended at once, correct the category to occurrence.",
        ),
        Kind::Occurrence => (
            "Es una ocurrencia: registre la acción realizada. Si tomó tiempo o impidió trabajar, corrija la categoría a incidencia.",
            "It is an occurrence: record what was done. If it took time or stopped work, correct the category to incident.",
        ),
        Kind::Requirement => (
            "Un requerimiento solo se registra. Si es una incidencia, corrija la categoría.",
            "A requirement is only recorded. If it is an incident, correct the category.",
        ),
    };
    language.pick(es, en)
}

fn not_this_outcome(outcome: Outcome, language: Language) -> &'static str {
    let (es, en) = match outcome {
        Outcome::NotApproved => (
            "No se aprobó contratar el servicio externo: no hay una solución que confirmar ni que reabrir. Si aún necesita apoyo, registre una nueva solicitud.",
            "Contracting the external service was not approved: there is no solution to confirm or reopen. If you still need support, make a new request.",
        ),
        Outcome::Unanswered => (
            "No hay una solución que confirmar, porque no pudimos comunicarnos con usted. Si aún necesita apoyo, responda aquí.",
            "There is no solution to confirm, because we could not reach you. If you still need support, answer here.",
        ),
        Outcome::Attended | Outcome::SolvedAtDesk | Outcome::SolvedAtLevel1 | Outcome::SolvedAtLevel2 | Outcome::SolvedByProvider => (
            "Ya se dio por solucionada. Si el problema sigue, indíquelo con «No, sigue el problema».",
            "It is considered solved. If it still fails, say so with “No, it still fails”.",
        ),
    };
    language.pick(es, en)
}

fn no_area_head(area: Option<&str>, language: Language) -> String {
    let area = area.unwrap_or(language.pick("El área", "The area"));
    language.pick(
        format!("{area} no tiene Director o Jefe registrado, y tampoco un área superior. Pida que se registre en «Áreas»."),
        format!("{area} has no head on record, nor has an area above it. Have one recorded in “Areas”."),
    )
}

words! {
    /// A part of the report inside a sentence.
    fn lacking(part: ReportPart) {
        ReportPart::Number => "número del informe", "its number";
        ReportPart::Background => "antecedentes", "background";
        ReportPart::Analysis => "análisis", "analysis";
        ReportPart::Conclusions => "conclusiones", "conclusions";
        ReportPart::Recommendation => "recomendación", "recommendation";
    }
}

/// A bound of a number; the largest sum of money tells that it is one, in céntimos.
fn amount(n: i64, max: i64) -> String {
    match Centimos::parse(n) {
        Ok(money) if max == Centimos::MAX => soles(money),
        _ => number(n),
    }
}
