//! The written procedure as data, with the document's own words (Spanish: they are the authority's).
//!
//! The flowchart, the help and `GET /api/v1/procedure` are drawn from here; a test proves that [`FLOWS`] are exactly the moves that `decide` makes.

use serde::{Deserialize, Serialize};

use crate::actor::Role;
use crate::command::Action;
use crate::ticket::Phase;
use crate::values::names;

/// The document.
pub const CODE: &str = "P-TI-04";
/// The version that a ticket begins under.
pub const VERSION: &str = "01";
pub const TITLE: &str = "Atención de incidencias y ocurrencias";
/// Section 6.2, from the most general.
pub const PROCESS_LEVELS: [&str; 3] =
    ["Gestión de Tecnologías de la Información", "Gestión de Servicios de Soporte Tecnológico", "Atención de incidencias"];

/// One activity of section 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    pub number: u8,
    pub name: &'static str,
    /// «Órgano o Unidad Orgánica».
    pub organ: &'static str,
    /// «Rol», as written.
    pub role_written: &'static str,
    /// Who does it here.
    pub roles: &'static [Role],
    /// The phases in which a ticket waits for it.
    pub phases: &'static [Phase],
    /// «Descripción de la actividad», a paragraph a string.
    pub description: &'static [&'static str],
    /// The question that it ends in.
    pub gateway: Option<Gateway>,
}

/// A question of the flowchart and its two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gateway {
    pub question: &'static str,
    /// What is done, and the activity that the text sends to.
    pub yes: &'static str,
    pub yes_to: u8,
    pub no: &'static str,
    pub no_to: u8,
    /// Where the text's jump contradicts its own sentence, the activities that we hold: yes, no.
    pub corrected: Option<(u8, u8)>,
}

/// Section 7, in the document's words.
pub const ACTIVITIES: [Activity; 8] = [
    Activity {
        number: 1,
        name: "Solicitar apoyo ante una ocurrencia / incidencia",
        organ: "Órgano de Unidad Orgánica (Área usuaria)",
        role_written: "Usuario",
        roles: &[Role::User, Role::AreaHead, Role::HelpDesk],
        phases: &[],
        description: &[
            "Solicita apoyo ante una ocurrencia / incidencia en los equipos o servicios de tecnologías de la información, a través de los siguientes canales de atención:",
            "Vía telefónica al anexo de helpdesk",
            "Correo electrónico helpdesk@proinversion.gob.pe.",
            "Celular indicado en el Catálogo de Servicios de Tecnologías de Información.",
            "Crear la incidencia en el Sistema de gestión de Incidencias (Mantis).",
        ],
        gateway: None,
    },
    Activity {
        number: 2,
        name: "Recibir y registrar la ocurrencia / incidencia",
        organ: "OA",
        role_written: "Asistente en Soporte Técnico (Mesa de Ayuda)",
        roles: &[Role::HelpDesk],
        phases: &[Phase::Requested],
        description: &[
            "Recibe y registra o verifica que la incidencia / ocurrencia esté creada en el Sistema de gestión de Incidencias (Mantis).",
            "Categoriza si es una ocurrencia o una incidencia.",
        ],
        gateway: None,
    },
    Activity {
        number: 3,
        name: "Atender la ocurrencia / incidencia",
        organ: "OA",
        role_written: "Asistente en Soporte Técnico (Mesa de Ayuda)",
        roles: &[Role::HelpDesk],
        phases: &[Phase::InAttention],
        description: &[
            "Si es una ocurrencia: Atiende la ocurrencia y registra la acción realizada en el Sistema de gestión de Incidentes (Mantis);",
            "Si es una incidencia: Analiza y busca resolver la incidencia.",
        ],
        gateway: Some(Gateway {
            question: "¿Se resolvió la incidencia?",
            yes: "Registra la solución. Ir a la actividad 8.",
            yes_to: 8,
            no: "Asigna la tarea de resolver la incidencia (escalado 1) al Personal de TI que corresponda, a través del Sistema de Gestión de Incidencias (Mantis). Ir a la actividad 4.",
            no_to: 4,
            corrected: None,
        }),
    },
    Activity {
        number: 4,
        name: "Atender la incidencia (escalado 1)",
        organ: "OA",
        role_written: "Asistente en Soporte Técnico (escalado 1)",
        roles: &[Role::Support1],
        phases: &[Phase::Escalated1],
        description: &["Recibe la tarea de resolver la incidencia (escalado); analiza y busca resolver incidencia."],
        gateway: Some(Gateway {
            question: "¿Se resolvió la incidencia?",
            yes: "Registra la solución de la incidencia. Ir a la actividad 8.",
            yes_to: 8,
            no: "Asigna la tarea de resolver la incidencia (escalado 2) al Personal de TI que corresponda, a través del Sistema de Gestión de Incidencias (Mantis) Ir a la actividad 5.",
            no_to: 5,
            corrected: None,
        }),
    },
    Activity {
        number: 5,
        name: "Verificar si cuenta con garantía o soporte técnico",
        organ: "OA",
        role_written: "Asistente en Soporte Técnico (escalado 2)",
        roles: &[Role::Support2],
        phases: &[Phase::Escalated2],
        description: &["Verifica si el equipo o servicios cuenta con garantía o soporte técnico contratado."],
        gateway: Some(Gateway {
            question: "¿Cuenta con garantía o soporte técnico?",
            yes: "Coordina con el proveedor correspondiente para que brinde soporte técnico. Ir a la actividad 6.",
            yes_to: 6,
            no: "Elabora Informe Técnico sustentado la contratación del servicio externo, y eleva al Jefe de TI. Ir a la actividad 4.",
            no_to: 4,
            corrected: Some((7, 6)),
        }),
    },
    Activity {
        number: 6,
        name: "Evaluar sustento de la contratación",
        organ: "OA",
        role_written: "Jefe de TI",
        roles: &[Role::ItHead],
        phases: &[Phase::UnderEvaluation, Phase::Contracting],
        description: &["Evalúa el sustento de la contratación de servicio externo."],
        gateway: Some(Gateway {
            question: "¿Procede?",
            yes: "Se ejecuta el proceso de Gestión de Contrataciones de bienes y servicios en el marco de la Ley de Contrataciones del Estado. Ir a la actividad 6.",
            yes_to: 6,
            no: "Comunica al Director o Jefe del área usuaria, la situación. Ir a la actividad 8.",
            no_to: 8,
            corrected: Some((7, 8)),
        }),
    },
    Activity {
        number: 7,
        name: "Verificar resolución de la incidencia",
        organ: "OA",
        role_written: "Asistente de Soporte Técnico (escalado 2)",
        roles: &[Role::Support2],
        phases: &[Phase::WithProvider, Phase::Verifying],
        description: &["Una vez brindado el servicio de soporte técnico verifica si se resolvió la incidencia."],
        gateway: Some(Gateway {
            question: "¿Se resolvió la incidencia?",
            yes: "Registra la solución de la incidencia y la conformidad en el Sistema de Gestión de Incidencias (Mantis). Ir a la actividad 8.",
            yes_to: 8,
            no: "Comunica al proveedor del servicio externo, y una vez a atendido, vuelve a verificar.",
            no_to: 7,
            corrected: None,
        }),
    },
    Activity {
        number: 8,
        name: "Cerrar la incidencia",
        organ: "OA",
        role_written: "Asistente de Soporte Técnico (Mesa de Ayuda)",
        roles: &[Role::HelpDesk, Role::Support1, Role::Support2],
        phases: &[Phase::ToClose],
        description: &[
            "Cierra la incidencia en el Sistema de Gestión de Incidencias (Mantis) el cual genera un correo electrónico automático al usuario o al responsable de la creación de la incidencia.",
            "Fin de proceso.",
        ],
        gateway: None,
    },
];

names! {
    /// Where a flow comes from.
    pub enum Source {
        /// The text says so.
        Written = "written",
        /// The text's jump contradicts its own sentence; we hold the sentence.
        Corrected = "corrected",
        /// Not in the text: what real desks need.
        Extension = "extension",
    }
}

/// One move between phases; without `from`, the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Flow {
    pub from: Option<Phase>,
    /// Without an action: the request.
    pub action: Option<Action>,
    pub to: Phase,
    pub source: Source,
}

/// Every move between phases.
#[rustfmt::skip]
pub const FLOWS: &[Flow] = {
    use Action::*;
    use Phase::*;
    use Source::*;
    const fn f(from: Phase, action: Action, to: Phase, source: Source) -> Flow {
        Flow { from: Some(from), action: Some(action), to, source }
    }
    &[
        Flow { from: None, action: None, to: Requested, source: Written },
        f(Requested, Categorise, InAttention, Written),
        f(Requested, Categorise, Recorded, Written),
        f(InAttention, RecordAction, ToClose, Written),
        f(InAttention, RecordSolution, ToClose, Written),
        f(InAttention, Escalate, Escalated1, Written),
        f(Escalated1, RecordSolution, ToClose, Written),
        f(Escalated1, Escalate, Escalated2, Written),
        f(Escalated2, RecordSolution, ToClose, Written),
        f(Escalated2, CoordinateProvider, WithProvider, Corrected),
        f(Escalated2, SubmitTechnicalReport, UnderEvaluation, Corrected),
        f(UnderEvaluation, ApproveContracting, Contracting, Corrected),
        f(UnderEvaluation, RejectContracting, ToClose, Written),
        f(Contracting, RecordContract, WithProvider, Corrected),
        f(WithProvider, RecordServiceProvided, Verifying, Written),
        f(Verifying, ConfirmResolution, ToClose, Written),
        f(Verifying, ReturnToProvider, WithProvider, Written),
        f(ToClose, Close, Closed, Written),

        f(Requested, GiveUpWaiting, ToClose, Extension),
        f(InAttention, GiveUpWaiting, ToClose, Extension),
        f(Escalated1, GiveUpWaiting, ToClose, Extension),
        f(Escalated2, GiveUpWaiting, ToClose, Extension),
        f(Verifying, GiveUpWaiting, ToClose, Extension),
        // The answer that comes after all.
        f(ToClose, Comment, Requested, Extension),
        f(ToClose, Comment, InAttention, Extension),
        f(ToClose, Comment, Escalated1, Extension),
        f(ToClose, Comment, Escalated2, Extension),
        f(ToClose, Comment, Verifying, Extension),
        f(ToClose, Attach, Requested, Extension),
        f(ToClose, Attach, InAttention, Extension),
        f(ToClose, Attach, Escalated1, Extension),
        f(ToClose, Attach, Escalated2, Extension),
        f(ToClose, Attach, Verifying, Extension),
        f(Escalated1, ReturnToDesk, InAttention, Extension),
        f(Escalated2, ReturnToDesk, InAttention, Extension),
        f(InAttention, CorrectCategory, Recorded, Extension),
        f(Escalated1, CorrectCategory, Recorded, Extension),
        f(Escalated2, CorrectCategory, Recorded, Extension),
        f(Recorded, CorrectCategory, InAttention, Extension),
        f(UnderEvaluation, ReturnReport, Escalated2, Extension),
        f(UnderEvaluation, WithdrawReport, Escalated2, Extension),
        f(WithProvider, CoverageRefused, Escalated2, Extension),
        f(Contracting, ContractingFailed, UnderEvaluation, Extension),
        f(ToClose, DenySolved, InAttention, Extension),
        f(ToClose, DenySolved, Escalated1, Extension),
        f(ToClose, DenySolved, Escalated2, Extension),
        f(ToClose, DenySolved, Verifying, Extension),
        f(Closed, Reopen, InAttention, Extension),
        // What was given up before it was categorised has not passed activity 2.
        f(Closed, Reopen, Requested, Extension),
        f(Requested, Withdraw, Withdrawn, Extension),
        f(InAttention, Withdraw, Withdrawn, Extension),
        f(Escalated1, Withdraw, Withdrawn, Extension),
        f(Escalated2, Withdraw, Withdrawn, Extension),
        f(Requested, MarkDuplicate, Duplicate, Extension),
        f(InAttention, MarkDuplicate, Duplicate, Extension),
        f(Escalated1, MarkDuplicate, Duplicate, Extension),
        f(Escalated2, MarkDuplicate, Duplicate, Extension),
        f(Duplicate, UndoDuplicate, Requested, Extension),
        f(Duplicate, UndoDuplicate, InAttention, Extension),
        f(Duplicate, UndoDuplicate, Escalated1, Extension),
        f(Duplicate, UndoDuplicate, Escalated2, Extension),
        f(Requested, Discard, Discarded, Extension),
    ]
};

/// The activity that a phase waits for.
pub fn activity_of(phase: Phase) -> Option<&'static Activity> {
    ACTIVITIES.iter().find(|activity| activity.phases.contains(&phase))
}
