//! Texts of the screens where people of IT work all day: the call, the reception, the lists, the frame around them.

use crate::counts::{Noun, count, number};
use crate::{Language, letter, more_texts};

more_texts! { work_texts:
    // Registering a call.
    /// The same under a thumb.
    call_short: "Llamada", "Call";
    call_elapsed: "En curso", "Under way";
    call_who_writes: "¿De quién es el correo?", "Whose mail is it?";
    call_not_there: "¿No figura?", "Not there?";
    call_contact: "Registrar como remitente por confirmar", "Register as an unconfirmed sender";
    call_directory: "Elegir a alguien del directorio", "Choose somebody of the directory";
    call_contact_name: "Nombre y apellidos", "Full name";
    call_before: "Antes", "Before";
    call_none_open: "No tiene solicitudes en curso.", "No tickets under way.";
    call_nobody: "Elija a quien llama: aquí verá sus datos y si ya lo reportó.", "Choose who calls: their details show here, and whether they have reported it.";
    call_similar_now: "Parecidas en curso", "Similar, under way";
    call_requirement: "Un requerimiento solo se registra, para conocer las necesidades de los usuarios.", "A requirement is only recorded, so that the users' needs are known.";
    call_kind_first: "Categorícela para registrar lo que se hizo.", "Categorise it to record what was done.";
    call_register: "Registrar", "Register";
    call_details: "Más datos de la llamada", "More about the call";
    call_key_send: "registrar", "register";
    call_key_later: "dejar para después", "leave for later";
    // The frame.
    go_to: "Ir a", "Go to";
    do_here: "Hacer", "Do";
    prefer: "Preferencias", "Preferences";
    key_global: "En todas partes", "Everywhere";
    key_in_lists: "En las listas", "In lists";
    key_in_forms: "Al escribir", "While writing";
    key_in_calls: "Al registrar una llamada", "While registering a call";
    key_palette: "ir a… o hacer…", "go to… or do…";
    key_call: "registrar llamada", "register a call";
    key_go_home: "ir al inicio", "go home";
    key_go_all: "ir a todas las solicitudes", "go to all tickets";
    key_go_mine: "ir a mis solicitudes", "go to my requests";
    key_go_notices: "ir a los avisos", "go to the notifications";
    key_go_request: "solicitar apoyo", "ask for support";
    key_send: "enviar el formulario", "send the form";
    key_close: "cerrar, o quitar la selección", "close, or clear the selection";
    key_kinds: "incidencia, ocurrencia, requerimiento", "incident, occurrence, requirement";
    key_solved: "se atendió en la llamada", "solved on the call";
    key_then: "luego", "then";
    notices_see_all: "Ver todos los avisos", "See all notifications";
    notices_help: "Lo que otros hicieron en las solicitudes que le conciernen.", "What others did on the tickets that concern you.";
    notice_new: "Nuevo", "New";

    // Reception.
    receive_choose: "Elija una solicitud para recibirla.", "Choose a request to receive it.";
    receive_as_mail: "El correo, como llegó", "The mail, as it came";
    receive_as_web: "Lo que escribió la persona", "What the person wrote";
    receive_back: "Por recibir", "To receive";
    receive_other: "O bien", "Or else";
    receive_who: "Escribió alguien que no figura en el directorio", "Somebody wrote who is not in the directory";
    receive_merge: "Es esta persona", "It is this person";
    receive_merge_help: "Sus solicitudes pasan a ser de esa persona.", "Their requests become that person's.";
    receive_merge_who: "¿Ya figura? Búsquelo", "Already there? Look them up";
    receive_confirm: "Confirmar sus datos", "Confirm their details";
    receive_confirmed: "Sus datos quedaron confirmados.", "Their details are confirmed.";
    receive_not_verified: "Nada prueba quién envió el correo.", "Nothing proves who sent the mail.";
    receive_mails: "Correos por revisar", "Mails to review";
    receive_mails_help: "Llegaron, pero no abrieron una solicitud ni se agregaron a otra.", "They came, and opened or joined no request.";
    receive_make: "Registrar correo", "Register a mail";
    receive_make_of_it: "Atender este correo", "Attend this mail";
    receive_dismiss: "No requiere nada", "Nothing to do";
    receive_dismissed: "El correo quedó revisado: no requiere nada.", "The mail is reviewed: there is nothing to do.";
    receive_add: "Agregar a una solicitud", "Add to a ticket";
    receive_add_public: "La persona puede leerlo", "The person may read it";
    receive_ticket: "N.º de la solicitud", "The ticket's number";

    // Lists.
    filter_confirmed: "Confirmadas por el usuario", "Confirmed by the user";
    filter_not_confirmed: "Sin confirmar", "Not confirmed";
    filter_not_waiting: "Sin esperar a nadie", "Waiting for nobody";
    filter_waits: "Espera", "Waiting";
    filter_confirmation: "Confirmación", "Confirmation";
    filter_apply: "Aplicar", "Apply";
    list_filters: "Filtros", "Filters";
    list_tickets: "Solicitudes", "Tickets";
    list_export_short: "Exportar (CSV)", "Export (CSV)";
    list_exporting: "Preparando el archivo…", "Preparing the file…";
    list_exported: "El archivo quedó en sus descargas.", "The file is in your downloads.";
    list_clear_chosen: "Quitar la selección", "Clear the selection";
    views: "Vistas", "Views";
    views_mine: "Las mías", "Mine";
    views_of_it: "Compartidas con TI", "Shared with IT";
    view_is_shared: "Compartida", "Shared";
    view_rename: "Cambiar el nombre", "Rename";
    view_share: "Compartir con TI", "Share with IT";
    view_unshare: "Dejar de compartir", "Stop sharing";
    view_update: "Actualizar con lo que se ve", "Update to what is shown";
    list_end: "No hay más.", "There are no more.";
    preview_none: "Recorra la lista con J y K, o elija una fila: aquí verá lo esencial.", "Move through the list with J and K, or choose a row: the essentials show here.";
    call_contact_made: "Quedó como remitente por confirmar.", "Kept as an unconfirmed sender.";
}

/// After a call that was closed at once: «TI-123 quedó registrada y cerrada.»
pub fn call_closed(number: i64, language: Language) -> String {
    language.pick(format!("TI-{number} quedó registrada y cerrada."), format!("TI-{number} is registered and closed."))
}

/// After a requirement: «TI-123 quedó registrada.»
pub fn call_recorded(number: i64, language: Language) -> String {
    language.pick(format!("TI-{number} quedó registrada."), format!("TI-{number} is registered."))
}

/// After a call about what another one is about: «TI-123 quedó unida a TI-120.»
pub fn call_joined(number: i64, of: i64, language: Language) -> String {
    language.pick(format!("TI-{number} quedó unida a TI-{of}."), format!("TI-{number} was joined to TI-{of}."))
}

/// The last of what was found: «Todas las que dicen «tóner»».
pub fn all_that_say(text: &str, language: Language) -> String {
    language.pick(format!("Todas las que dicen «{text}»"), format!("All that say “{text}”"))
}

/// A person among what was found: «Solicitudes de Gladys Vargas».
pub fn tickets_of(name: &str, language: Language) -> String {
    language.pick(format!("Solicitudes de {name}"), format!("Tickets of {name}"))
}

/// The box of a row: «Elegir TI-123».
pub fn choose_ticket(number: i64, language: Language) -> String {
    language.pick(format!("Elegir TI-{number}"), format!("Choose TI-{number}"))
}

/// What waits for nothing but its closing: «Elegir las 3 confirmadas por el usuario».
pub fn choose_confirmed(n: usize, language: Language) -> String {
    match (n, language) {
        (1, Language::Spanish) => "Elegir la confirmada por el usuario".to_owned(),
        (1, Language::English) => "Choose the one that the user confirmed".to_owned(),
        (n, Language::Spanish) => format!("Elegir las {} confirmadas por el usuario", number(n as i64)),
        (n, Language::English) => format!("Choose the {} that the users confirmed", number(n as i64)),
    }
}

/// After a request was received: «TI-12: categorizada como incidencia.»
pub fn received_as(number: i64, kind: domain::Kind, language: Language) -> String {
    let kind = crate::kind(kind, language).to_lowercase();
    language.pick(format!("TI-{number}: categorizada como {kind}."), format!("TI-{number}: categorised as {kind}."))
}

/// After something else was done with it: «TI-12: Descartada.»
pub fn received_state(number: i64, state: &str) -> String {
    format!("TI-{number}: {state}.")
}

/// After a contact was merged: «2 solicitudes son ahora de Gladys Vargas.»
pub fn merged_into(n: u32, name: &str, language: Language) -> String {
    match (n, language) {
        (1, Language::Spanish) => format!("1 solicitud es ahora de {name}."),
        (n, Language::Spanish) => format!("{} son ahora de {name}.", count(n as usize, Noun::Ticket, language)),
        (n, Language::English) => format!("{} now of {name}.", count(n as usize, Noun::Ticket, language)),
    }
}

/// The cross of a chip: «Quitar filtro: Estado».
pub fn remove_filter(name: &str, language: Language) -> String {
    language.pick(format!("Quitar filtro: {name}"), format!("Remove the filter: {name}"))
}

/// «Vista previa de TI-123».
pub fn preview_of(number: i64, language: Language) -> String {
    language.pick(format!("Vista previa de TI-{number}"), format!("Preview of TI-{number}"))
}

/// Before many are closed: how many, what goes out, and how many of the chosen stay as they are.
pub fn bulk_close(n: usize, n_others: usize, language: Language) -> String {
    let closed = count(n, Noun::Ticket, language);
    let others = match (n_others, language) {
        (0, _) => String::new(),
        (1, Language::Spanish) => " 1 de las elegidas aún no se puede cerrar.".to_owned(),
        (n, Language::Spanish) => format!(" {} de las elegidas aún no se pueden cerrar.", number(n as i64)),
        (n, Language::English) => format!(" {} of the chosen cannot be closed yet.", number(n as i64)),
    };
    let what = match language {
        Language::Spanish => format!(
            "Se cerrará: {closed}. A cada solicitante le llegará el correo de cierre; a quien no tiene correo se le avisa por teléfono."
        ),
        Language::English => {
            format!("To be closed: {closed}. Each requester gets the mail of the closing; whoever has no e-mail is told by phone.")
        }
    };
    what + &others
}

/// While something is done to many: «3 de 10…».
pub fn bulk_running(n: usize, of: usize, language: Language) -> String {
    let (n, of) = (number(n as i64), number(of as i64));
    language.pick(format!("{n} de {of}…"), format!("{n} of {of}…"))
}

/// «50 a la vista».
pub fn shown_so_far(n: usize, language: Language) -> String {
    let n = number(n as i64);
    language.pick(format!("{n} a la vista"), format!("{n} shown"))
}

/// The subject that a text suggests: its first sentence, as far as one reads at a glance.
pub fn title_of(text: &str) -> String {
    const N_LETTERS: usize = 80;
    let begins = text.trim_start();
    let end = begins
        .char_indices()
        .find(|(n, c)| *c == '\n' || (matches!(c, '.' | '!' | '?') && begins[n + c.len_utf8()..].starts_with([' ', '\n'])));
    let sentence = begins[..end.map_or(begins.len(), |(n, _)| n)].trim_end();
    letter::cut(sentence, N_LETTERS).trim_end_matches(['.', ',', ';', ':', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_many_are_closed_it_is_told_how_many() {
        let said = |n, others| bulk_close(n, others, Language::Spanish);
        assert!(said(12, 0).starts_with("Se cerrará: 12 solicitudes. ") && said(12, 0).ends_with("por teléfono."));
        assert!(said(1, 2).starts_with("Se cerrará: 1 solicitud. ") && said(1, 2).ends_with("2 de las elegidas aún no se pueden cerrar."));
        assert!(bulk_close(1_200, 1, Language::English).contains("1,200 tickets"));
    }

    #[test]
    fn a_subject_is_the_first_sentence() {
        assert_eq!(title_of("En la intranet figura mal mi anexo. Dice 2415 y es 2451."), "En la intranet figura mal mi anexo");
        assert_eq!(title_of("  No imprime\nnada"), "No imprime");
        assert_eq!(title_of("La versión 2.5 no abre."), "La versión 2.5 no abre");
        assert_eq!(title_of(""), "");
        let long = title_of(&"palabra ".repeat(40));
        assert!(long.chars().count() <= 80, "{long}");
    }
}
