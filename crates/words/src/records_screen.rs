//! What the administrator's and the auditor's pages say, and the help.

use domain::{Instant, NothingToSay, NoticeState};

use crate::{Language, lookup, more_texts, time, words};

more_texts! { records_texts:
    // The parts, short.
    areas_short: "Áreas", "Areas";
    services: "Servicios", "Services";
    absences_short: "Ausencias", "Absences";
    import_short: "Importar", "Import";
    tokens_short: "Accesos", "Tokens";
    mail_out_short: "Enviados", "Outgoing";
    mail_in_short: "Recibidos", "Incoming";
    health_short: "Estado", "Health";
    // Records.
    all_roles: "Todos los roles", "All roles";
    all_records: "Todos", "All";
    records_also_inactive: "También los no vigentes", "Also the inactive";
    records_inactive_one: "No vigente", "Inactive";
    record_made: "Se registró", "Recorded";
    record_changed: "Otra persona cambió este registro mientras usted escribía", "Somebody else changed this record while you were writing";
    record_changed_help: "Lo que escribió sigue aquí; lo que no tocó quedó como lo dejó la otra persona. Revise y guarde otra vez: se guardará lo suyo.", "What you wrote is still here; what you did not touch is as the other person left it. Look at it and save again: yours will be saved.";
    areas_lead: "Cada área con su sigla y su Director o Jefe. Las que dejaron de existir se conservan.", "Each area with its abbreviation and its head. Those that have ended are kept.";
    area_below: "Registrar un área debajo", "Record an area below";
    person_access: "Acceso al sistema", "Access to the system";
    person_access_help: "El enlace le permite elegir su contraseña. Sirve también si la olvidó.", "The link lets them choose their password. It serves for a forgotten one, too.";
    person_has_account: "Con acceso", "Has access";
    person_no_account: "Sin contraseña aún", "No password yet";
    person_give_password: "O dele una contraseña", "Or give them a password";
    person_give_password_help: "Para quien no puede leer su correo. Sus sesiones se cierran; podrá cambiarla en su perfil.", "For somebody who cannot read their mail. Their sessions end; they may change it in their profile.";
    person_give_password_button: "Dar contraseña", "Give password";
    person_password_given: "La contraseña quedó registrada.", "The password is recorded.";
    // From files.
    import_lead: "Primero se revisa cada fila y no se guarda nada. Si todas están bien, usted confirma.", "First every row is checked and nothing is saved. If all are well, you confirm.";
    import_what: "¿Qué contiene el archivo?", "What is in the file?";
    import_people_columns: "Columnas: nombre, correo, área; y si las hay: cargo, anexo, teléfono, ubicación, idioma, roles, vigente. Se reconoce a cada persona por su correo.", "Columns: name, email, area; and where there are any: post, extension, phone, place, language, roles, is_active. Each person is known by the address.";
    import_areas_columns: "Columnas: sigla, nombre; y si las hay: depende de, director (su correo), reservada, dejó de existir. Se reconoce a cada área por su sigla.", "Columns: code, name; and where there are any: parent, head (the address), is_reserved, ended_on. Each area is known by its code.";
    import_choose: "Elegir archivo CSV", "Choose a CSV file";
    import_created: "Se crean", "Created";
    import_updated: "Se actualizan", "Updated";
    import_create: "Se crea", "Created";
    import_update: "Se actualiza", "Updated";
    import_same: "Sin cambios", "Unchanged";
    import_wrong: "Con errores", "With errors";
    import_line: "Fila", "Row";
    import_key: "Registro", "Record";
    import_verdict: "Qué pasará", "What becomes of it";
    import_why: "Por corregir", "To mend";
    import_write: "Guardar todas", "Save all";
    import_mend: "Corrija esas filas en el archivo y elíjalo otra vez. No se guardó nada.", "Mend those rows in the file and choose it again. Nothing was saved.";
    import_done: "Quedó guardado.", "It is saved.";
    // Mail.
    mail_out_lead: "Cada correo que sale, en qué estado está y qué dijo el servidor de correo.", "Every mail that goes out, its state, and what the mail server said.";
    mail_in_lead: "Cada mensaje tal como llegó, y qué se hizo con él.", "Every message as it came, and what became of it.";
    all_mails: "Todos", "All of them";
    mail_not_made: "Aún sin redactar", "Not composed yet";
    mail_made: "Registrado", "Queued at";
    mail_done: "Terminado", "Finished";
    mail_attempts: "Intentos", "Attempts";
    mail_why: "Por qué", "Why";
    mail_headers: "Encabezados del mensaje", "The message's headers";
    mail_handled: "Lo revisó", "Looked at by";
    sender_verified: "Remitente verificado", "Sender verified";
    // Tokens.
    audit_token: "Acceso", "Token";
    audit_any_token: "Cualquiera", "Any";
    tokens_lead: "Con un acceso, un programa actúa en nombre de su dueño.", "With a token, a program acts in its owner's name.";
    token_year: "Un año como máximo", "A year at most";
    token_read: "Leer", "Read";
    token_read_help: "Lo que su dueño puede leer.", "What its owner may read.";
    token_write: "Leer y escribir", "Read and write";
    token_write_help: "Lo que su dueño puede hacer, salvo contraseñas y accesos.", "What its owner may do, but passwords and tokens.";
    token_intake: "Entregar correo", "Hand in mail";
    token_intake_help: "Para el servidor de correo: entrega mensajes y nada más.", "For the mail server: it hands in messages, and nothing else.";
    token_over: "Vencido", "Expired";
    // Settings and health.
    settings_lead: "Los cambios rigen en menos de un minuto y quedan en el historial.", "They hold within a minute. Each change stays in the history.";
    setting_default: "Valor inicial", "Default";
    setting_default_again: "Volver al valor inicial", "Back to the default";
    health_server: "Servidor, base de datos y archivos", "Server, database and files";
    health_ready: "Responden y aceptan escrituras.", "They answer, and take writes.";
    // The auditor.
    audit_lead: "Todo lo que se hizo: quién, cuándo y desde dónde. No se puede modificar.", "Everything that was done: who, when and from where. It cannot be changed.";
    audit_lead_of_records: "Lo que se hizo con los registros y quién inició sesión: cuándo y desde dónde. Las pistas de las solicitudes las lee el Auditor.", "What was done with the records, and who signed in: when and from where. The trail of tickets is the auditor's to read.";
    audit_no_tickets: "Las pistas de las solicitudes las lee el Auditor.", "The trail of tickets is the auditor's to read.";
    audit_record: "N.º", "No.";
    audit_of_ticket: "Ver sus pistas de auditoría", "See its audit trail";
    // Help.
    help_title: "Ayuda", "Help";
    help_for: "Para quien es", "For whoever is";
}

words! {
    /// Where a mail that goes out stands.
    pub fn notice_state(state: NoticeState) {
        NoticeState::Queued => "En cola", "Queued";
        NoticeState::Sent => "Enviado", "Sent";
        NoticeState::Failed => "Fallido", "Failed";
        NoticeState::Cancelled => "Sin enviar", "Not sent";
    }

    /// Why there was nothing to send any more.
    pub fn nothing_to_say(why: NothingToSay) {
        NothingToSay::NoAddress => "La persona no tiene correo", "The person has no e-mail";
        NothingToSay::NotActive => "La persona ya no está vigente", "The person is not active any more";
        NothingToSay::NotVisible => "La persona ya no puede ver la solicitud", "The person may not see the ticket any more";
        NothingToSay::Hidden => "El texto que citaba se ocultó", "The text that it quoted was hidden";
        NothingToSay::Answered => "La persona ya respondió", "The person has answered meanwhile";
        NothingToSay::MovedOn => "La solicitud siguió adelante y ya no hacía falta", "The ticket has moved on, and it was not needed any more";
        NothingToSay::AlreadyTold => "Se le avisó lo mismo hace poco", "They were told the same a moment ago";
        NothingToSay::BeforeMail => "Es de antes de que se enviaran correos", "It is from before mails were sent";
    }
}

lookup! {
    /// What the trail tells of, by its stable name.
    pub fn entity, ENTITIES {
        "ticket" => "Solicitud", "Ticket";
        "session" => "Sesión", "Session";
        "person" => "Persona", "Person";
        "area" => "Área", "Area";
        "service" => "Servicio", "Service";
        "provider" => "Proveedor", "Provider";
        "setting" => "Configuración", "Setting";
        "absence" => "Ausencia", "Absence";
        "access_token" => "Acceso", "Access token";
    }
}

lookup! {
    /// What only the trail tells of an event or a record; everything else is called as its field is.
    fn trail_label, TRAIL_LABELS {
        "is_unverified" => "Remitente no verificado", "Sender not verified";
        "mail" => "Correo recibido", "Incoming mail";
        "n_files_left" => "Archivos que quedaron en el correo", "Files left with the mail";
        "reopenable_until" => "Se puede reabrir hasta", "May be reopened until";
        "visit" => "Visita", "Visit";
        "password_changed_at" => "Contraseña cambiada", "Password changed";
    }
}

/// What a part of an event or of a record is called, by its path; none where it has no words.
pub fn trail_field(path: &str, language: Language) -> Option<&'static str> {
    trail_label(path, language).or_else(|| crate::field(path, language))
}

lookup! {
    /// What a setting does.
    pub fn setting_help, SETTING_HELPS {
        "reopening_days" => "Después de cerrada, cuántos días puede reabrirse una solicitud. De 0 a 365.", "For how many days a closed ticket may be reopened. 0 to 365.";
        "n_reminders" => "Cuántos recordatorios se envían antes de dar la solicitud por no respondida. De 0 a 10.", "How many reminders go before one may give up waiting. 0 to 10.";
        "reminder_hours" => "Cuántas horas pasan entre uno y otro: de 24 a 720.", "How many hours pass between two: 24 to 720.";
        "helpdesk_extension" => "Así lo dicen los correos y las páginas.", "As mails and pages say it.";
        "helpdesk_mobile" => "El del Catálogo de Servicios de TI.", "The one in the IT service catalogue.";
        "helpdesk_mailbox" => "Adonde escriben las personas.", "Where people write.";
        "agency_name" => "Como la nombran los correos.", "As mails name it.";
    }
}

/// One of what the trail tells of, as what somebody recorded or changed; a name that has no words here stays as it is.
fn one_entity(entity: &str, language: Language) -> &str {
    let (es, en) = match entity {
        "person" => ("a una persona", "a person"),
        "area" => ("un área", "an area"),
        "service" => ("un servicio", "a service"),
        "provider" => ("un proveedor", "a provider"),
        "setting" => ("la configuración", "a setting"),
        "absence" => ("una ausencia", "an absence"),
        "access_token" => ("un acceso", "an access token"),
        other => return other,
    };
    language.pick(es, en)
}

/// The code of a request to the server, as its answer and the server's log say it.
pub fn request_code(code: &str, language: Language) -> String {
    language.pick(format!("código {code}"), format!("code {code}"))
}

/// A change of a record or a sign-in, by the stable name of what was changed: «Ana Paz registró un área».
pub fn trail_line(name: &str, who: &str, entity: &str, language: Language) -> String {
    let entity = one_entity(entity, language);
    match name {
        "created" => language.pick(format!("{who} registró {entity}"), format!("{who} recorded {entity}")),
        "changed" => language.pick(format!("{who} cambió {entity}"), format!("{who} changed {entity}")),
        "signed_in" => language.pick(format!("{who} inició sesión"), format!("{who} signed in")),
        other => format!("{who}: {other}"),
    }
}

/// From where a change came: «por el acceso «Tablero»».
pub fn by_token(name: &str, language: Language) -> String {
    language.pick(format!("por el acceso «{name}»"), format!("by the access token “{name}”"))
}

/// «En cola: 3. Fallidos: 1.»
pub fn mails_out(n_queued: i64, n_failed: i64, language: Language) -> String {
    language.pick(format!("En cola: {n_queued}. Fallidos: {n_failed}."), format!("Queued: {n_queued}. Failed: {n_failed}."))
}

/// Since when the oldest waits.
pub fn oldest_waits(at: Instant, now: Instant, language: Language) -> String {
    let ago = time::ago(at, now, language);
    language.pick(format!("El más antiguo espera desde {ago}."), format!("The oldest has waited since {ago}."))
}

/// «Por revisar: 2. No se pudieron leer: 1. Por procesar: 0.»
pub fn mails_in(n_unmatched: i64, n_broken: i64, n_kept: i64, language: Language) -> String {
    language.pick(
        format!("Por revisar: {n_unmatched}. No se pudieron leer: {n_broken}. Por procesar: {n_kept}."),
        format!("To review: {n_unmatched}. Could not be read: {n_broken}. To be processed: {n_kept}."),
    )
}

/// Somebody else set it meanwhile.
pub fn setting_changed(value: &str, language: Language) -> String {
    language.pick(
        format!("Otra persona lo cambió a «{value}». Guarde otra vez si prefiere lo suyo."),
        format!("Somebody else changed it to “{value}”. Save again if you prefer yours."),
    )
}
