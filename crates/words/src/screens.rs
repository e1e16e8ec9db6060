//! Every text of the screens that stands still: a method a text, both languages on one line, complete because it is a type.
//!
//! Methods rather than fields, so that the browser loads the texts that its pages say, and no others.
//! Texts that hold a number, a name or an instant are functions in `phrases`; names of the domain are in `names`.

use crate::Language;

macro_rules! screen {
    ($($(#[$doc:meta])* $name:ident: $es:literal, $en:literal;)+) => {
        /// The texts of the screens in one language.
        #[derive(Debug, Clone, Copy)]
        pub struct Screen(pub(crate) Language);

        impl Screen {
            $($(#[$doc])*
            pub fn $name(self) -> &'static str {
                self.0.pick($es, $en)
            })+

            /// Every text with its name, for the tests.
            #[cfg(test)]
            pub(crate) fn every_text(self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name())),+]
            }
        }
    };
}

/// The texts of the screens.
pub fn screen(language: Language) -> Screen {
    Screen(language)
}

screen! {
    // The frame.
    app: "Atiende", "Atiende";
    app_subtitle: "Mesa de Ayuda de Tecnologías de la Información", "Information Technology help desk";
    skip_to_content: "Ir al contenido", "Skip to content";
    main_menu: "Menú principal", "Main menu";
    more: "Más", "More";
    look_up: "Consulta", "Look up";
    administration: "Administración", "Administration";
    back: "Volver", "Back";
    home: "Inicio", "Home";
    open_menu: "Abrir menú", "Open the menu";
    close_menu: "Cerrar menú", "Close the menu";
    search: "Buscar por número, persona o palabra", "Search by number, person or word";
    search_short: "Buscar", "Search";
    palette: "Ir a… o hacer…", "Go to… or do…";
    palette_empty: "Nada coincide. Pruebe otra palabra.", "Nothing matches. Try another word.";
    notifications: "Avisos", "Notifications";
    notifications_empty: "No tiene avisos.", "You have no notifications.";
    mark_all_read: "Marcar todos como leídos", "Mark all as read";
    keys: "Atajos de teclado", "Keyboard shortcuts";
    help: "Ayuda", "Help";
    my_menu: "Mi menú", "My menu";
    my_profile: "Mi perfil", "My profile";
    language: "Idioma", "Language";
    language_spanish: "Español", "Español";
    language_english: "English", "English";
    theme: "Tema", "Theme";
    theme_light: "Claro", "Light";
    theme_dark: "Oscuro", "Dark";
    theme_system: "Del sistema", "As the system";
    sign_out: "Cerrar sesión", "Sign out";
    ask_for_support: "Solicitar apoyo", "Ask for support";
    ask_for_support_help: "Cuéntenos qué sucede.", "Tell us what is happening.";
    register_call_help: "Registre a quien llama y lo que sucede.", "Register who calls, and what is happening.";
    register_mail_help: "Registre la solicitud que llegó por correo.", "Register the request that came by e-mail.";
    /// The same under a thumb.
    ask_short: "Solicitar", "Ask";
    administration_short: "Admin.", "Admin";
    audit_short: "Pistas", "Trail";
    notices_short: "Avisos", "Notifications";
    register_call: "Registrar llamada", "Register a call";
    register_mail: "Registrar correo", "Register a mail";
    contact_desk: "Mesa de Ayuda", "Help desk";
    contact_extension: "Anexo", "Extension";
    contact_mobile: "Celular", "Mobile phone";
    contact_email: "Correo", "E-mail";
    contact_hours: "Horario", "Hours";
    contact_note: "Responder a un correo de la solicitud es igual que escribir aquí.", "Answering a mail of the request is the same as writing here.";
    /// The mark beside what the written procedure does not have.
    extension: "Complemento", "Extension";
    extension_help: "No figura en el procedimiento escrito: lo complementa.", "Not in the written procedure: it adds to it.";
    system: "Sistema", "System";
    system_help: "Lo hizo el sistema por sí mismo.", "The system did it by itself.";
    acting_head_help: "Reemplaza al Jefe de TI entre dos fechas.", "Stands in for the head of IT between two dates.";
    not_categorised_help: "La Mesa de Ayuda aún no la ha revisado.", "The help desk has not looked at it yet.";

    // Forms.
    send: "Enviar", "Send";
    save: "Guardar", "Save";
    cancel: "Cancelar", "Cancel";
    close_panel: "Cerrar", "Close";
    accept: "Aceptar", "Accept";
    add: "Agregar", "Add";
    edit: "Corregir", "Edit";
    remove: "Quitar", "Remove";
    change: "Cambiar", "Change";
    choose: "Elegir", "Choose";
    clear: "Limpiar", "Clear";
    copy: "Copiar", "Copy";
    copied: "Copiado", "Copied";
    download: "Descargar", "Download";
    print: "Imprimir o PDF", "Print or PDF";
    next: "Siguiente", "Next";
    previous: "Anterior", "Previous";
    go_on: "Continuar", "Continue";
    see_more: "Ver más", "See more";
    see_less: "Ver menos", "See less";
    see_all: "Ver todas", "See all";
    open: "Abrir", "Open";
    new_record: "Nuevo registro", "New record";
    required: "Obligatorio", "Required";
    optional: "Opcional", "Optional";
    yes: "Sí", "Yes";
    no: "No", "No";
    none: "Sin indicar", "None given";
    all: "Todas", "All";
    nobody_yet: "Nadie aún", "Nobody yet";
    choose_one: "Elija una opción", "Choose one";
    choose_date: "Elija una fecha", "Choose a date";
    type_to_search: "Escriba para buscar", "Type to search";
    no_matches: "Nada coincide. Pruebe otra palabra.", "Nothing matches. Try another word.";
    add_files: "Adjuntar archivos", "Attach files";
    drop_files: "Suelte aquí los archivos", "Drop the files here";
    take_photo: "Tomar o elegir una foto", "Take or choose a photo";
    remove_file: "Quitar archivo", "Remove the file";
    unsaved: "Hay cambios sin guardar. ¿Salir de todos modos?", "There are unsaved changes. Leave anyway?";
    discard_draft: "Descartar borrador", "Discard the draft";
    draft_restored: "Recuperamos lo que estaba escribiendo.", "We brought back what you were writing.";
    check_fields: "Revise los campos marcados.", "Check the marked fields.";
    sending: "Enviando…", "Sending…";
    saving: "Guardando…", "Saving…";
    saved: "Guardado", "Saved";
    done: "Listo", "Done";
    undo: "Deshacer", "Undo";
    are_you_sure: "¿Continuar?", "Go on?";

    // What goes on.
    loading: "Cargando…", "Loading…";
    still_loading: "Está tardando más de lo habitual…", "This is taking longer than usual…";
    retry: "Reintentar", "Try again";
    refresh: "Actualizar", "Refresh";
    offline: "Sin conexión con el servidor. Lo que empezó a escribir se conserva; se vuelve a intentar solo.", "No connection to the server. What you began to write is kept; it tries again by itself.";
    online_again: "Conexión recuperada.", "The connection is back.";
    live_lost: "Los cambios de otras personas no llegan por ahora. Se reintentará solo.", "Other people's changes do not arrive for now. It will retry by itself.";
    changed_elsewhere: "Hay novedades en esta solicitud.", "There is news on this ticket.";
    show_changes: "Ver novedades", "Show the news";
    page_not_found_title: "Página no encontrada", "Page not found";
    page_not_found: "No existe o no está a su alcance.", "It does not exist, or it is not yours to see.";
    not_yours_title: "No está a su alcance", "Not yours to see";
    something_failed_title: "Algo falló", "Something failed";
    something_failed: "Algo falló de nuestro lado. Lo que escribió se conserva.", "Something failed on our side. What you wrote is kept.";
    go_home: "Ir al inicio", "Go home";
    new_version: "Hay una versión nueva. Actualice la página cuando termine.", "There is a new version. Refresh the page when you are done.";
    browser_old: "Su navegador no puede abrir el sistema. Actualícelo o use otro.", "Your browser cannot open the system. Update it, or use another.";
    javascript_needed: "Active JavaScript en su navegador para usar el sistema.", "Turn on JavaScript in your browser to use the system.";

    // Signing in.
    sign_in: "Iniciar sesión", "Sign in";
    sign_in_email: "Correo institucional", "Work e-mail";
    sign_in_password: "Contraseña", "Password";
    sign_in_forgotten: "¿Olvidó su contraseña?", "Forgot your password?";
    sign_in_lead: "Cuando algo falle, empiece aquí.", "When something fails, begin here.";
    sign_in_session_ended: "Su sesión terminó. Inicie sesión; lo que escribió se conserva.", "Your session ended. Sign in; what you wrote is kept.";
    signing_in: "Iniciando sesión…", "Signing in…";
    signed_out: "Cerró su sesión.", "You signed out.";
    show_password: "Mostrar contraseña", "Show the password";
    hide_password: "Ocultar contraseña", "Hide the password";
    forgotten_title: "Restablecer contraseña", "Reset the password";
    forgotten_lead: "Escriba su correo institucional y le enviaremos un enlace.", "Write your work e-mail, and we will send you a link.";
    forgotten_send: "Enviar enlace", "Send the link";
    forgotten_sent: "Si ese correo figura en el directorio, le llegará un enlace en unos minutos.", "If that e-mail is in the directory, a link will arrive in a few minutes.";
    set_password_title: "Elija su contraseña", "Choose your password";
    set_password: "Guardar contraseña", "Save the password";
    new_password: "Nueva contraseña", "New password";
    repeat_password: "Repita la contraseña", "Repeat the password";
    passwords_differ: "Las contraseñas no coinciden.", "The passwords do not match.";
    current_password: "Contraseña actual", "Current password";
    password_help: "Una frase larga es fácil de recordar y difícil de adivinar.", "A long phrase is easy to remember and hard to guess.";
    password_changed: "Su contraseña cambió. Las demás sesiones se cerraron.", "Your password has changed. Your other sessions were signed out.";
    password_saved: "Contraseña guardada", "Password saved";
    password_is_set: "Listo. Inicie sesión con su nueva contraseña.", "Done. Sign in with your new password.";
    link_expired: "El enlace venció o ya se usó. Pida uno nuevo.", "The link has expired or was used. Ask for a new one.";

    // The first set-up.
    setup: "Configuración inicial", "First set-up";
    setup_lead: "El sistema está vacío. Registre la entidad y a quien lo administrará.", "The system is empty. Record the agency, and who will administer it.";
    setup_needed: "El sistema espera a su primer administrador. El enlace está en la consola donde se inició el servidor.", "The system waits for its first administrator. The link is in the console where the server was started.";
    setup_token: "Código de configuración", "Set-up code";
    setup_token_help: "Aparece en la consola donde se inició el servidor.", "It is in the console where the server was started.";
    setup_agency: "Nombre de la entidad", "The agency's name";
    setup_area: "Área de Tecnologías de la Información", "Information Technology's area";
    setup_admin_name: "Nombre y apellidos", "Full name";
    setup_finish: "Terminar la configuración", "Finish the set-up";
    /// The page that a link in a mail opens.
    answer_title: "¿Ya puede trabajar con normalidad?", "Can you work normally again?";
    answer_thanks: "Gracias por responder", "Thank you for your answer";
    answer_over: "Ya no hace falta responder", "No answer is needed any more";
    answer_bad_link_title: "Este enlace ya no sirve", "This link is no longer in use";
    answer_done: "Qué se hizo", "What was done";
    answer_yes: "Sí, ya funciona", "Yes, it works";
    answer_no: "No, sigue el problema", "No, it still fails";
    answer_reason: "¿Qué sigue fallando?", "What still fails?";
    answer_thanks_yes: "Gracias. Quedó registrado que ya funciona.", "Thank you. It is on record that it works.";
    answer_thanks_no: "Gracias. La Mesa de Ayuda vuelve a atender su solicitud.", "Thank you. The help desk attends your request again.";
    answer_closed: "La solicitud ya se cerró. Si el problema sigue, responda al correo o llame a la Mesa de Ayuda.", "The request is closed already. If it still fails, answer the mail or call the help desk.";
    answer_late: "La solicitud cambió desde que se envió el correo, y ya no hace falta responder.", "The request has changed since the mail was sent, and no answer is needed any more.";
    answer_bad_link: "El enlace no es válido o ya no está vigente. Responda al correo o llame a la Mesa de Ayuda.", "The link is not valid, or is no longer in use. Answer the mail or call the help desk.";
    setup_done: "Listo. Inicie sesión para registrar áreas y personas.", "Done. Sign in to record areas and people.";

    // My profile.
    profile_title: "Mi perfil", "My profile";
    profile_facts: "Mis datos", "My details";
    profile_facts_help: "Si algo no es correcto, avise a la Mesa de Ayuda.", "If something is wrong, tell the help desk.";
    profile_roles: "Mis roles", "My roles";
    profile_password: "Cambiar contraseña", "Change the password";
    profile_sessions: "Sesiones abiertas", "Open sessions";
    profile_this_session: "Esta sesión", "This session";
    profile_end_session: "Cerrar esa sesión", "Sign that session out";
    profile_end_others: "Cerrar las demás sesiones", "Sign out everywhere else";
    profile_mails: "Correos que recibo", "Mails that I get";
    profile_preferences: "Preferencias", "Preferences";

    // Homes and their sections.
    my_requests: "Mis solicitudes", "My requests";
    waiting_for_you: "Esperan su respuesta", "Waiting for your answer";
    under_way: "En curso", "Under way";
    finished: "Terminadas", "Finished";
    my_requests_empty: "Aún no ha solicitado apoyo. Cuando algo falle, empiece aquí.", "You have not asked for support yet. When something fails, begin here.";
    my_area: "Solicitudes de mi área", "My area's requests";
    communications: "Comunicaciones recibidas", "Communications received";
    communications_of_all: "Comunicaciones a las áreas", "Communications to areas";
    communications_empty: "No se le ha comunicado nada todavía.", "Nothing has been communicated to you yet.";
    my_area_empty: "Su área no tiene solicitudes en curso.", "Your area has no requests under way.";
    desk: "Mesa de Ayuda", "Help desk";
    to_receive: "Por recibir", "To receive";
    to_receive_empty: "Nada por recibir. Buen trabajo.", "Nothing to receive. Good work.";
    in_attention: "En atención", "In attention";
    in_attention_empty: "Nada en atención.", "Nothing in attention.";
    waiting_for_user: "Esperando al usuario", "Waiting for the user";
    waiting_for_user_empty: "No se espera la respuesta de nadie.", "Nobody's answer is awaited.";
    to_close: "Por cerrar", "To close";
    to_close_empty: "Nada por cerrar.", "Nothing to close.";
    to_tell_by_phone: "Avisos por teléfono pendientes", "Notices by phone pending";
    to_tell_by_phone_empty: "No hay avisos por teléfono pendientes.", "No notices by phone are pending.";
    my_queue: "Mi cola", "My queue";
    my_queue_empty: "No tiene solicitudes asignadas.", "No tickets are assigned to you.";
    assigned_to_me: "Asignadas a mí", "Mine";
    of_my_level: "De mi nivel", "My level's";
    of_my_level_empty: "Nadie más de su nivel tiene solicitudes.", "Nobody else of your level has tickets.";
    with_provider: "Con el proveedor", "With the provider";
    with_provider_empty: "Ninguna está con un proveedor.", "Nothing is with a provider.";
    to_verify: "Por verificar", "To verify";
    to_verify_empty: "Nada por verificar.", "Nothing to verify.";
    awaiting_decision: "Por decidir", "Awaiting a decision";
    awaiting_decision_empty: "Ninguna espera una decisión.", "Nothing awaits a decision.";
    to_evaluate: "Por evaluar", "To evaluate";
    to_evaluate_empty: "No hay informes por evaluar.", "There are no reports to evaluate.";
    being_contracted: "En contratación", "Being contracted";
    being_contracted_empty: "Ninguna está en contratación.", "Nothing is being contracted.";
    decisions_taken: "Decisiones tomadas", "Decisions taken";
    decisions_taken_empty: "Aún no hay decisiones.", "There are no decisions yet.";
    taking_longer: "Está demorando más de lo previsto", "It is taking longer than planned";
    last_news: "Última novedad", "Latest news";
    is_it_working: "¿Ya puede trabajar con normalidad?", "Can you work normally again?";

    // Menus.
    all_tickets: "Todas las solicitudes", "All tickets";
    saved_views: "Vistas guardadas", "Saved views";
    requirements: "Requerimientos registrados", "Recorded requirements";
    figures: "Reportes", "Reports";
    figures_summary: "Resumen", "Summary";
    figures_charts: "Gráficos ejecutivos", "Executive charts";
    figures_tables: "Tablas", "Tables";
    procedure: "Procedimiento P-TI-04", "Procedure P-TI-04";
    people: "Personas", "People";
    catalogue: "Catálogo de Servicios de TI", "IT service catalogue";
    equipment: "Equipos", "Equipment";
    coverages: "Garantías y soportes", "Warranties and support";
    providers: "Proveedores", "Providers";
    absences: "Ausencias y encargos", "Absences and acting posts";
    calendars: "Horario y feriados", "Hours and holidays";
    outgoing_mail: "Correos enviados", "Outgoing mail";
    incoming_mail: "Correos recibidos", "Incoming mail";
    tokens: "Accesos para integraciones", "Access tokens";
    settings: "Configuración", "Settings";
    health: "Estado del sistema", "System health";
    audit_trail: "Pistas de auditoría", "Audit trail";
    conformance: "Conformidad con el procedimiento", "Conformance with the procedure";
    api_documentation: "Documentación de la API", "API documentation";

    // The request for support.
    request_lead: "Toma menos de un minuto.", "It takes less than a minute.";
    request_since_today: "Hoy", "Today";
    request_since_yesterday: "Ayer", "Yesterday";
    request_since_other: "Otra fecha", "Another date";
    request_for_me: "Para mí", "For me";
    request_for_colleague: "Para otra persona de mi área", "For somebody else of my area";
    request_item: "¿Con qué equipo o servicio?", "With which equipment or service?";
    request_item_yours: "La que usted tiene asignada", "The one assigned to you";
    request_item_suggested: "Sugerido por lo que escribió.", "Suggested by what you wrote.";
    request_item_unknown: "No lo sé", "I do not know";
    request_details: "Más detalles", "More details";
    request_next: "Qué sigue", "What follows";
    request_next_received: "La Mesa de Ayuda la recibe", "The help desk receives it";
    request_next_attended: "La atiende o la pasa a un especialista", "It attends it, or passes it to a specialist";
    request_next_attended_help: "Le avisamos por correo. Puede responder a ese mismo correo.", "We tell you by e-mail. You can answer that same mail.";
    request_next_confirmed: "Usted confirma si ya funciona", "You confirm whether it works";
    request_next_confirmed_help: "Si no, vuelve a quien la atendió.", "If not, it goes back to whoever attended it.";
    request_prefer_call: "¿Prefiere llamar?", "Would you rather call?";
    request_received_help: "No necesita volver a llamar ni escribir. Le avisaremos cuando haya novedades.", "There is no need to call or write again. We will tell you when there is news.";
    request_see: "Ver mi solicitud", "See my request";
    request_another: "Solicitar otra cosa", "Ask for something else";

    // Registering a call.
    call_who: "¿Quién llama?", "Who is calling?";
    call_who_field: "Anexo, nombre o correo", "Extension, name or e-mail";
    call_who_help: "Escriba dos letras o el anexo.", "Type two letters or the extension.";
    call_unknown: "Si no figura: registrar como remitente por confirmar", "Not there: register as an unconfirmed sender";
    call_what: "¿Qué sucede?", "What is happening?";
    call_categorise: "Categorizar", "Categorise";
    call_attend: "Atender", "Attend";
    call_already: "¿Ya lo reportó?", "Already reported?";
    call_this_is_it: "Es esta", "This is it";
    call_similar: "Parecidas hoy", "Similar today";
    call_join: "Unir", "Join";
    call_show_side: "Ver parecidas y equipos", "Show similar ones and equipment";
    call_equipment: "Sus equipos", "Their equipment";
    call_no_equipment: "No tiene equipos registrados.", "No equipment on record.";
    call_no_similar: "Hoy no hay parecidas.", "Nothing similar today.";
    call_solved: "Se atendió en la llamada", "Solved on the call";
    call_solved_help: "Registra la acción y la cierra de una vez; cada paso queda en el registro.", "Records what was done and closes it at once; every step stays on record.";
    call_and_close: "Registrar y cerrar", "Register and close";
    call_and_go_on: "Registrar y seguir atendiendo", "Register and go on";
    call_later: "Dejar para después", "Leave for later";
    call_registered: "Quedó registrada.", "It is registered.";
    call_next: "Registrar otra llamada", "Register another call";
    call_kind_blocks: "¿Impide trabajar?", "Does it stop work?";
    call_kind_now: "¿Se puede atender ahora mismo?", "Can it be attended right now?";
    call_kind_help: "No impide y es inmediata: ocurrencia. Impide o toma tiempo: incidencia. Pide un cambio o un aumento: requerimiento.", "Does not stop work and is done at once: occurrence. Stops work or takes time: incident. Asks for a change or an increase: requirement.";

    // A contact, who is not in the directory.
    contact_new: "Remitente por confirmar", "Unconfirmed sender";
    contact_badge: "Por confirmar", "Unconfirmed";
    contact_help: "Escribió o llamó y aún no figura en el directorio.", "Wrote or called, and is not in the directory yet.";
    contact_confirm: "Confirmar en el directorio", "Confirm in the directory";
    contact_merge: "Es una persona que ya figura", "It is somebody already there";

    // The ticket.
    ticket_requester: "Solicitante", "Requester";
    ticket_affected: "Persona afectada", "Affected person";
    ticket_creator: "Registrada por", "Created by";
    ticket_holder: "La tiene", "Held by";
    ticket_assignee: "Asignada a", "Assigned to";
    ticket_watchers: "La siguen", "Watchers";
    ticket_provider: "Proveedor", "Provider";
    ticket_area: "Área", "Area";
    ticket_place: "Ubicación", "Place";
    ticket_service: "Servicio", "Service";
    ticket_equipment: "Equipo", "Equipment";
    ticket_item: "Equipo y servicio", "Equipment and service";
    ticket_coverage_today: "Cobertura hoy", "Coverage today";
    ticket_not_covered: "Sin garantía ni soporte vigente", "No warranty or support in force";
    ticket_impact: "Le afecta", "Impact";
    ticket_since: "Desde cuándo", "Since when";
    ticket_channel: "Canal", "Channel";
    ticket_received: "Recibida", "Received";
    ticket_created: "Registrada", "Registered";
    ticket_closed: "Cerrada", "Closed";
    ticket_outcome: "Resultado", "Outcome";
    ticket_reserved: "Reservada", "Reserved";
    ticket_reserved_help: "El Director o Jefe del área no la ve.", "The area's head does not see it.";
    ticket_company: "Empresa", "Company";
    ticket_case: "N.º de atención", "Case number";
    ticket_visits: "Visitas", "Visits";
    ticket_expected: "Fecha prevista", "Expected on";
    ticket_contract: "Contratación", "Contract";
    ticket_related: "Relacionadas", "Related";
    ticket_joined_to: "Unida a", "Joined to";
    ticket_joined_here: "Unidas a esta", "Joined to this one";
    ticket_from: "Creada a partir de", "Created from";
    ticket_same_person: "Otras de la misma persona", "Others of the same person";
    ticket_same_equipment: "Otras del mismo equipo", "Others of the same equipment";
    ticket_report: "Informe Técnico", "Technical report";
    ticket_solution: "Solución", "Solution";
    ticket_description: "Descripción", "Description";
    ticket_facts: "Datos", "Facts";
    ticket_phone_notice: "Aviso por teléfono pendiente", "Notice by phone pending";
    ticket_told_not: "La persona no tiene correo: avísele por teléfono.", "The person has no e-mail: tell them by phone.";

    // The path of the procedure.
    path: "Camino de la solicitud en el procedimiento", "The ticket's path in the procedure";
    path_done: "Hecha", "Done";
    path_now: "Ahora", "Now";
    path_may_follow: "Puede seguir", "May follow";
    path_not_needed: "No fue necesaria", "Not needed";
    path_see_all: "Ver todas las actividades", "See all activities";
    path_see_flow: "Ver el flujo completo", "See the whole flow";
    path_hide_flow: "Ocultar el flujo", "Hide the flow";
    path_this_one: "Camino de esta solicitud", "This ticket's path";
    path_others: "Otros caminos", "Other ways";
    lane_area: "Área usuaria", "User area";
    lane_desk: "Mesa de Ayuda", "Help desk";
    lane_level1: "Escalado 1", "Level 1";
    lane_level2: "Escalado 2", "Level 2";
    lane_head: "Jefe de TI", "Head of IT";

    // The conversation.
    conversation: "Conversación", "Conversation";
    conversation_all: "Todo", "All";
    conversation_public: "Con la persona", "With the person";
    conversation_internal: "Notas internas", "Internal notes";
    conversation_empty: "Aún no hay mensajes.", "There are no messages yet.";
    internal_note: "Nota interna", "Internal note";
    internal_note_help: "solo la ve el personal de TI", "only the people of IT see it";
    public_reply: "Respuesta", "Reply";
    own_reply_help: "Lo leerán la Mesa de Ayuda y quien atienda la solicitud.", "The help desk and whoever attends the request will read it.";
    reply_placeholder: "Escriba su respuesta", "Write your reply";
    note_placeholder: "Escriba la nota", "Write the note";
    text_hidden: "Texto oculto", "Hidden text";
    text_hidden_help: "Contenía una contraseña o datos personales.", "It held a password or personal data.";
    mail_quoted: "Texto citado del correo anterior", "Quoted from the earlier mail";
    mail_by: "por correo", "by e-mail";
    mail_subject: "Asunto", "Subject";
    mail_original: "Ver el correo original", "See the original mail";
    files: "Archivos", "Files";
    file_preview: "Vista previa", "Preview";
    what_you_may_do: "Lo que puede hacer ahora", "What you may do now";
    nothing_to_do: "No tiene nada que hacer aquí por ahora.", "There is nothing for you to do here for now.";
    more_actions: "Más acciones", "More actions";
    why_not: "¿Por qué no?", "Why not?";
    not_now: "Aún no se puede", "Not yet";
    provider_outcome: "¿Se resolvió la incidencia?", "Is the incident solved?";
    correct_and_escalate: "Corregir a incidencia y escalar", "Correct to incident and escalate";
    attach_record: "Adjuntar el acta", "Attach the record";

    // The list.
    list_number: "N.º", "No.";
    list_title: "Asunto", "Subject";
    list_kind: "Tipo", "Kind";
    list_state: "Estado", "State";
    list_area: "Área", "Area";
    list_holder: "La tiene", "Held by";
    list_requester: "Solicitante", "Requester";
    list_service: "Servicio", "Service";
    list_equipment: "Equipo", "Equipment";
    list_provider: "Proveedor", "Provider";
    list_channel: "Canal", "Channel";
    list_impact: "Le afecta", "Impact";
    list_received: "Recibida", "Received";
    list_updated: "Última novedad", "Updated";
    list_outcome: "Resultado", "Outcome";
    list_visits: "Visitas", "Visits";
    list_empty: "Ninguna solicitud coincide. Quite un filtro o pruebe otra palabra.", "No ticket matches. Remove a filter, or try another word.";
    list_filter: "Filtro", "Filter";
    list_add_filter: "Agregar filtro", "Add a filter";
    list_remove_filter: "Quitar filtro", "Remove the filter";
    list_clear_filters: "Quitar todos los filtros", "Remove all filters";
    filter_text: "Texto", "Text";
    filter_open: "Sin terminar", "Not finished";
    filter_ended: "Terminadas", "Finished";
    filter_waiting: "Esperando al usuario", "Waiting for the user";
    filter_reopened: "Reabiertas", "Reopened";
    filter_reserved: "Reservadas", "Reserved";
    filter_mine: "Las mías", "Mine";
    filter_nobody: "Sin asignar", "Unassigned";
    filter_from: "Desde", "From";
    filter_until: "Hasta", "Until";
    filter_received_from: "Recibida desde", "Received from";
    filter_received_until: "Recibida hasta", "Received until";
    filter_watched: "Las que sigo", "That I watch";
    list_columns: "Columnas", "Columns";
    list_order: "Orden", "Order";
    order_newest: "Las más recientes primero", "Newest first";
    order_oldest: "Las más antiguas primero", "Oldest first";
    order_updated: "Por última novedad", "By latest news";
    order_relevance: "Por coincidencia", "By match";
    list_export: "Exportar lo que se ve (CSV)", "Export what is shown (CSV)";
    list_save_view: "Guardar vista", "Save the view";
    view_name: "Nombre de la vista", "The view's name";
    view_shared: "Compartida con todo el personal de TI", "Shared with all of IT";
    view_own: "Solo para mí", "Only for me";
    view_delete: "Quitar vista", "Remove the view";
    views_empty: "Aún no hay vistas guardadas. Filtre una lista y guárdela.", "There are no saved views yet. Filter a list and save it.";
    list_choose_all: "Elegir todas", "Choose all";
    list_choose_none: "No elegir ninguna", "Choose none";
    list_preview: "Vista previa", "Preview";
    preview_matches: "Donde coincide", "Where it matches";
    preview_latest: "Lo último", "Latest";
    key_move: "mover", "move";
    key_choose: "elegir", "choose";
    key_open: "abrir", "open";
    key_next_field: "siguiente campo", "next field";
    key_search: "buscar", "search";
    key_help: "ver los atajos", "see the shortcuts";

    // The figures.
    figures_period: "Período", "Period";
    figures_this_month: "Este mes", "This month";
    figures_last_month: "Mes anterior", "Last month";
    figures_this_quarter: "Este trimestre", "This quarter";
    figures_this_year: "Este año", "This year";
    figures_other_period: "Otro período", "Another period";
    figures_compare: "Comparado con el período anterior", "Compared with the period before";
    figures_opened: "Abiertas", "Opened";
    figures_attended: "Atendidas", "Attended";
    figures_pending: "Pendientes", "Pending";
    figures_time_to_answer: "Tiempo para atender", "Time to attend";
    figures_time_to_solve: "Tiempo para solucionar", "Time to solve";
    figures_median: "Mediana", "Median";
    figures_p90: "Percentil 90", "90th percentile";
    figures_by_week: "Por semana", "By week";
    figures_by_month: "Por mes", "By month";
    figures_by_kind: "Por tipo", "By kind";
    figures_by_channel: "Por canal", "By channel";
    figures_by_service: "Por servicio", "By service";
    figures_by_area: "Por área", "By area";
    figures_by_level: "En qué nivel se solucionó", "Solved at which level";
    figures_by_holder: "Qué espera a quién", "What waits for whom";
    figures_by_outcome: "Por resultado", "By outcome";
    figures_by_provider: "Visitas por proveedor", "Visits by provider";
    figures_approvals: "Decisiones sobre contrataciones", "Decisions on contracting";
    figures_reopened: "Reabiertas", "Reopened";
    figures_others: "Otros", "Others";
    figures_see_table: "Ver la tabla", "See the table";
    figures_see_chart: "Ver el gráfico", "See the chart";
    figures_see_list: "Ver la lista", "See the list";
    figures_empty: "No hay solicitudes en este período. Elija otro.", "There are no tickets in this period. Choose another.";
    figures_hours_note: "Tiempos en horario de atención.", "Times in working hours.";
    figures_source: "Fuente: registros del procedimiento P-TI-04. Cada cifra abre su lista.", "Source: records of procedure P-TI-04. Each figure opens its list.";
    figures_total: "Total", "Total";
    figures_share: "Proporción", "Share";

    // The procedure.
    procedure_activities: "Actividades", "Activities";
    procedure_flow: "Flujo", "Flow";
    procedure_roles: "Roles", "Roles";
    procedure_corrections: "Lo que se corrigió", "What was corrected";
    procedure_extensions: "Complementos", "Extensions";
    procedure_text: "Texto del procedimiento", "Text of the procedure";
    procedure_bpmn: "Descargar en BPMN", "Download as BPMN";
    procedure_yes: "SÍ", "YES";
    procedure_no: "NO", "NO";
    procedure_start: "Inicio", "Start";
    procedure_end: "Fin", "End";

    // The records.
    records_new_person: "Registrar persona", "Record a person";
    records_new_area: "Registrar área", "Record an area";
    records_new_service: "Registrar servicio", "Record a service";
    records_new_equipment: "Registrar equipo", "Record equipment";
    records_new_coverage: "Registrar garantía o soporte", "Record a warranty or support";
    records_new_provider: "Registrar proveedor", "Record a provider";
    records_new_absence: "Registrar ausencia", "Record an absence";
    records_new_acting: "Registrar encargo", "Record an acting post";
    records_new_holiday: "Registrar feriado", "Record a holiday";
    records_active: "Vigentes", "Active";
    records_inactive: "No vigentes", "Inactive";
    records_disable: "Marcar como no vigente", "Mark as inactive";
    records_enable: "Marcar como vigente", "Mark as active";
    records_history: "Historial", "History";
    records_import: "Importar (CSV)", "Import (CSV)";
    records_empty: "Aún no hay registros. Agregue el primero.", "There are no records yet. Add the first.";
    records_no_match: "Ningún registro coincide. Quite un filtro o pruebe otra palabra.", "No record matches. Remove a filter, or try another word.";
    person_invite: "Enviar enlace de activación", "Send the activation link";
    person_invited: "Enlace de activación enviado", "Activation link sent";
    person_disable: "Deshabilitar acceso", "Disable access";
    person_enable: "Habilitar acceso", "Enable access";
    person_away: "Ausente", "Away";
    person_no_address: "Sin correo", "No e-mail";
    area_ends: "Deja de existir el", "Ends on";
    area_no_head: "Sin Director o Jefe registrado", "No head on record";
    acting_until: "Encargo hasta el", "Acting until";
    holiday: "Feriado", "Holiday";
    working_hours: "Horario de atención", "Working hours";

    // Mails.
    mail_queued: "En cola", "Queued";
    mail_sent: "Enviado", "Sent";
    mail_failed: "Fallido", "Failed";
    mail_no_address: "Sin correo del destinatario", "No address";
    mail_send_again: "Enviar otra vez", "Send again";
    mail_to: "Para", "To";
    mail_from: "De", "From";
    outgoing_mail_empty: "Aún no se ha enviado ningún correo.", "No mail has been sent yet.";
    incoming_mail_empty: "Aún no se ha recibido ningún correo.", "No mail has been received yet.";

    // Access tokens.
    token_new: "Crear acceso", "Create a token";
    token_name: "Para qué se usará", "What it is for";
    token_shown_once: "Cópielo ahora: no se mostrará otra vez.", "Copy it now: it will not be shown again.";
    token_revoke: "Anular acceso", "Revoke the token";
    token_revoked: "Anulado", "Revoked";
    token_last_used: "Último uso", "Last used";
    token_never_used: "Sin uso", "Never used";
    tokens_empty: "Aún no hay accesos para integraciones.", "There are no access tokens yet.";

    // Settings and health.
    settings_agency: "Entidad", "Agency";
    settings_desk: "Datos de la Mesa de Ayuda", "Help desk details";
    settings_mail: "Correo", "Mail";
    health_well: "Todo funciona", "All is well";
    health_trouble: "Hay algo por revisar", "Something needs attention";
    health_database: "Base de datos", "Database";
    health_mail_out: "Envío de correos", "Sending mail";
    health_mail_in: "Recepción de correos", "Receiving mail";
    health_files: "Archivos", "Files";
    health_version: "Versión", "Version";
    health_since: "En marcha desde", "Running since";

    // The auditor.
    audit_who: "Quién", "Who";
    audit_what: "Qué hizo", "What was done";
    audit_when: "Cuándo", "When";
    audit_where: "Desde dónde", "From where";
    audit_empty: "Nada coincide en las pistas de auditoría.", "Nothing matches in the audit trail.";
    conformance_follows: "Sigue el procedimiento", "Follows the procedure";
    conformance_extension: "Con complementos", "With extensions";
    conformance_departs: "Se aparta del procedimiento", "Departs from the procedure";
    conformance_lead: "Cada solicitud cerrada, comparada con las actividades del procedimiento.", "Every closed ticket, compared with the activities of the procedure.";
}
