//! The labels of form fields, by their path in the command, and the hints under them.

use domain::{Channel, CoverageKind, DiscardReason, Impact, Kind, Means, Outcome, Phase, Role};

use crate::{Language, lookup};

/// The label of a field, by its path as in `domain::fields`, in the request or in a record: «conformity.given_by», «facts.area», «person.name».
pub fn field(path: &str, language: Language) -> Option<&'static str> {
    label(path, language).or_else(|| label(within(path)?, language))
}

/// The hint under a field, where it has one.
pub fn field_help(path: &str, language: Language) -> Option<&'static str> {
    match path {
        // The administrator describes a service, not what happens.
        "service.description" => None,
        _ => hint(path, language).or_else(|| hint(within(path)?, language)),
    }
}

/// The words of a choice, by the field's path and the choice's stable name.
pub fn choice(path: &str, name: &str, language: Language) -> Option<&'static str> {
    match (path, within(path).unwrap_or(path)) {
        ("coverage.kind", _) => name.parse::<CoverageKind>().ok().map(|kind| crate::coverage_kind(kind, language)),
        (_, "kind") => name.parse::<Kind>().ok().map(|kind| crate::kind(kind, language)),
        (_, "means") => name.parse::<Means>().ok().map(|means| crate::means(means, language)),
        (_, "reason") => name.parse::<DiscardReason>().ok().map(|reason| crate::discard_reason(reason, language)),
        (_, "channel") => name.parse::<Channel>().ok().map(|channel| crate::channel(channel, language)),
        (_, "impact") => name.parse::<Impact>().ok().map(|impact| crate::impact(impact, language)),
        (_, "phase") => name.parse::<Phase>().ok().map(|phase| crate::phase(phase, language)),
        (_, "outcome") => name.parse::<Outcome>().ok().map(|outcome| crate::outcome(outcome, language)),
        (_, "role" | "roles") => name.parse::<Role>().ok().map(|role| crate::role(role, language)),
        _ => None,
    }
}

/// The facts that are corrected, the subject that is verified and the records are called as elsewhere, unless a whole path has words of its own.
fn within(path: &str) -> Option<&str> {
    path.split_once('.').map(|(_, rest)| rest)
}

lookup! {
    fn label, LABELS {
        // The request, and the facts of a ticket.
        "title" => "Asunto", "Subject";
        "description" => "¿Qué sucede?", "What is happening?";
        "since" => "¿Desde cuándo?", "Since when?";
        "impact" => "¿Cuánto le afecta?", "How much does it stop you?";
        "affected" => "¿Para quién es?", "Who is it for?";
        "requester" => "Solicitante", "Requester";
        "area" => "Área", "Area";
        "place" => "Ubicación", "Place";
        "service" => "Servicio", "Service";
        "equipment" => "Equipo", "Equipment";
        "channel" => "Canal", "Channel";
        "received_at" => "Recibida el", "Received on";
        "is_reserved" => "Reservada", "Reserved";
        "photo" => "Foto o captura", "Photo or screenshot";
        "file" => "Archivo", "File";
        "files" => "Archivos", "Files";
        "from" => "Solicitud anterior", "Earlier ticket";

        // Activities 2 to 8.
        "kind" => "Tipo", "Kind";
        "facts" => "Datos de la solicitud", "Facts of the ticket";
        "action_taken" => "Acción realizada", "What was done";
        "cause" => "Causa", "Cause";
        "solution" => "Solución", "Solution";
        "to" | "assignee" => "Personal de TI", "IT staff";
        "handover" => "Qué se intentó y qué falta", "What was tried, what is missing";
        "subject" => "Equipo o servicio", "Equipment or service";
        "coverage" | "coverage.kind" => "Garantía o soporte", "Warranty or support";
        "coverage.description" => "Cuál", "Which one";
        "coverage.until" => "Vigente hasta", "Valid until";
        "provider" => "Proveedor", "Provider";
        "means" => "Medio de coordinación", "Coordinated by";
        "case_number" => "N.º de atención del proveedor", "Provider's case number";
        "expected_on" => "Fecha prevista", "Expected on";
        "message" => "Mensaje para el proveedor", "Message to the provider";
        "verification" => "Verificación realizada", "How it was checked";
        "report" => "Informe Técnico", "Technical report";
        "report.number" => "Informe Técnico N.º", "Technical report no.";
        "report.background" => "Antecedentes", "Background";
        "report.analysis" => "Análisis", "Analysis";
        "report.conclusions" => "Conclusiones", "Conclusions";
        "report.recommendation" => "Recomendación", "Recommendation";
        "report.estimated_cost_centimos" => "Costo estimado (S/)", "Estimated cost (S/)";
        "grounds" => "Fundamento de la decisión", "Grounds of the decision";
        "communication" | "communication.text" => "Comunicación al Director o Jefe", "Communication to the area head";
        "communication.to" => "Director o Jefe", "Area head";
        "communication.means" => "Medio de la comunicación", "Communicated by";
        "communication.told_at" | "told_at" => "Comunicado el", "Told on";
        "reference" => "Orden de servicio o contrato N.º", "Service order or contract no.";
        "served_at" => "Fecha de atención", "Served on";
        "what_was_done" => "Qué atendió el proveedor", "What the provider did";
        "conformity" => "Conformidad", "Conformity";
        "conformity.given_by" => "Conformidad dada por", "Conformity given by";
        "conformity.given_on" => "Fecha de la conformidad", "Conformity given on";
        "conformity.reference" => "Acta o documento N.º", "Record or document no.";
        "minutes" => "Minutos de trabajo", "Minutes of work";

        // The extensions.
        "text" => "Texto", "Text";
        "is_internal" => "Nota interna", "Internal note";
        "question" => "Pregunta", "Question";
        "note" => "Qué respondió la persona", "What the person answered";
        "reason" => "Motivo", "Reason";
        "remarks" => "Observaciones", "Remarks";
        "of" => "Solicitud a la que se une", "Ticket to join";
        "explanation" => "Explicación", "Explanation";
        "number" => "Línea de la conversación", "Line of the conversation";

        // The records.
        "name" => "Nombre", "Name";
        "service.description" => "Descripción", "Description";
        "area.is_reserved" => "Solicitudes reservadas", "Reserved tickets";
        "ended_on" => "Dejó de existir el", "Ended on";
        "is_contact" => "Remitente por confirmar", "Unconfirmed sender";
        "has_account" => "Con acceso", "Has access";
        "post" => "Cargo", "Post";
        "email" => "Correo", "E-mail";
        "extension" => "Anexo", "Extension";
        "phone" => "Teléfono", "Phone";
        "mobile" => "Celular", "Mobile phone";
        "ruc" => "RUC", "RUC (tax number)";
        "contact" => "Persona de contacto", "Contact";
        "address" => "Dirección", "Address";
        "parent" => "Depende de", "Belongs to";
        "head" => "Director o Jefe", "Area head";
        "acting_head" => "Encargo", "Acting head";
        "role" => "Rol", "Role";
        "roles" => "Roles", "Roles";
        "code" => "Código", "Code";
        "abbreviation" => "Sigla", "Abbreviation";
        "category" => "Categoría", "Category";
        "person" => "Persona", "Person";
        "holder" => "La tiene", "Held by";
        "asset_code" => "Código patrimonial", "Asset code";
        "label" => "Nombre de la etiqueta", "Name on the label";
        "serial" => "Serie", "Serial number";
        "brand" => "Marca", "Brand";
        "model" => "Modelo", "Model";
        "contract" => "Contrato", "Contract";
        "starts_on" => "Desde", "From";
        "ends_on" => "Hasta", "Until";
        "until" => "Hasta", "Until";
        "date" => "Fecha", "Date";
        "starts_at" => "Inicio", "Start";
        "ends_at" => "Fin", "End";
        "days" => "Días", "Days";
        "hours" => "Horario", "Hours";
        "answer_minutes" => "Plazo para responder (min)", "Time to answer (min)";
        "solve_minutes" => "Plazo para solucionar (min)", "Time to solve (min)";
        "is_active" => "Vigente", "Active";
        "is_open" => "Vigente", "Open";
        "language" => "Idioma", "Language";
        "theme" => "Tema", "Theme";
        "password" => "Contraseña", "Password";
        "current" | "current_password" => "Contraseña actual", "Current password";
        "new" | "new_password" => "Nueva contraseña", "New password";
        "token" => "Código de configuración", "Set-up code";
        "scope" | "scopes" => "Alcance", "Scope";
        "expires_at" | "expires_on" => "Vence el", "Expires on";
        "reopening_days" => "Días para reabrir", "Days to reopen";
        "n_reminders" => "Recordatorios antes de cerrar sin respuesta", "Reminders before closing without an answer";
        "agency" => "Entidad", "Agency";
        "value" => "Valor", "Value";
        "entity" => "Registro", "Record";
        "id" => "Número", "Number";
        "ticket" => "Solicitud", "Ticket";
        "dry_run" => "Solo revisar", "Only check";
        "into" => "Persona del directorio", "Person of the directory";
        "from_on" => "Desde", "From";
        "until_on" => "Hasta", "Until";
        "is_cancelled" => "No tiene lugar", "It does not take place";
        "acting" => "Encargo", "Acting";
        "reminder_hours" => "Horas entre recordatorios", "Hours between reminders";
        "helpdesk_extension" => "Anexo de la Mesa de Ayuda", "The help desk's extension";
        "helpdesk_mobile" => "Celular de la Mesa de Ayuda", "The help desk's mobile phone";
        "helpdesk_mailbox" => "Correo de la Mesa de Ayuda", "The help desk's mailbox";
        "agency_name" => "Nombre de la entidad", "The agency's name";

        // Lists and requests of the API.
        "words" => "Palabras que se buscan", "Words sought";
        "phase" => "Estado", "State";
        "outcome" => "Resultado", "Outcome";
        "waiting" => "Esperando al usuario", "Waiting for the user";
        "received_from" => "Recibidas desde", "Received from";
        "received_to" => "Recibidas hasta", "Received until";
        "sort" => "Orden", "Order";
        "limit" => "Cantidad por página", "Page size";
        "cursor" => "Página", "Page";
        "commands" => "Acciones", "Actions";
        "action" => "Acción", "Action";
    }
}

lookup! {
    fn hint, HINTS {
        "title" => "En pocas palabras. Ej.: «La impresora del piso 5 no imprime»", "In a few words. E.g. “The printer on floor 5 does not print”";
        "description" => "Cuéntelo como se lo diría a un compañero. Copie el mensaje de error si aparece alguno.", "Tell it as you would tell a colleague. Copy the error message, if there is one.";
        "place" => "Sede, piso y oficina", "Site, floor and office";
        "equipment" => "Código patrimonial o nombre de la etiqueta", "Asset code, or the name on its label";
        "photo" | "files" => "Cuide que no se vean contraseñas ni datos personales.", "Take care that no passwords or personal data show.";
        "area.is_reserved" => "Su Director o Jefe no las verá (unidades de control e integridad).", "Its head will not see them (control and integrity units).";
        "is_reserved" => "El Director o Jefe del área no la verá.", "The area's head will not see it.";
        "received_at" => "Cuándo llamó o escribió la persona, si no fue ahora.", "When the person called or wrote, if not now.";
        "solution" | "action_taken" => "Lo leerá el solicitante.", "The requester will read it.";
        "handover" => "Lo leerá quien la recibe; el solicitante no.", "Whoever receives it will read it; the requester will not.";
        "coverage" | "coverage.kind" => "Cuál, con quién y hasta cuándo", "Which, with whom and until when";
        "coverage.description" => "N.º de contrato o términos de la garantía", "Number of the contract, or terms of the warranty";
        "served_at" => "Puede ser anterior a hoy.", "It may be before today.";
        "conformity" | "conformity.given_by" => "Quien dio la conformidad.", "Who gave it.";
        "report.estimated_cost_centimos" => "En soles. Ej.: 4,800.00", "In soles. E.g. 4,800.00";
        "communication" | "communication.text" => "Repite el fundamento mientras no la cambie.", "It repeats the grounds until you change it.";
        "communication.to" => "Si no indica a nadie, se comunicará al Director o Jefe más cercano.", "Without a name, the nearest head will be told.";
        "verification" => "Qué se revisó para saber que no cuenta con garantía ni soporte.", "What was looked at to know that nothing covers it.";
        "message" => "No incluya datos personales que el proveedor no necesite.", "Leave out personal data that the provider does not need.";
        "question" => "La persona la recibirá por correo.", "The person will get it by e-mail.";
        "of" => "Elíjala, o escriba su número o palabras del asunto.", "Choose it, or type its number or words of its subject.";
        "ruc" => "11 dígitos", "11 digits";
        "new" | "new_password" | "password" => "Una frase larga es fácil de recordar y difícil de adivinar.", "A long phrase is easy to remember and hard to guess.";
    }
}
