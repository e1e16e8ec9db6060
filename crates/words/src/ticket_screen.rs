//! What the page of a ticket says: the flowchart, the activities' help, the conversation, and what others did meanwhile.

use domain::chart::{Label, Lane, Node};
use domain::{Channel, Day, Instant};

use crate::counts::ordinal;
use crate::names::by_channel;
use crate::{Language, more_texts, time, words};

more_texts! { ticket_texts:
    // The path and the flowchart.
    activity_text: "Texto del procedimiento", "The procedure's words";
    activity_done_by: "La realiza", "Done by";
    activity_corrected: "El texto envía a otra actividad y contradice su propia frase; aquí se sigue la frase.", "The text sends to another activity, against its own sentence; here the sentence holds.";
    activity_see: "Ver lo que dice el procedimiento", "See what the procedure says";
    flow_as_list: "Leer el flujo como lista", "Read the flow as a list";
    flow_now: "Ahora está en", "It is now at";
    flow_next: "Puede seguir", "It may go on to";
    flow_title: "Flujo del procedimiento, con el camino de esta solicitud", "Flowchart of the procedure, with this ticket's path";
    // The conversation.
    message_to_person: "La ve la persona", "The person sees it";
    note_for_it: "Nota interna", "Internal note";
    note_for_it_help: "Solo la ve el personal de TI. No sale ningún correo.", "Only the people of IT see it. No mail goes out.";
    reply_for_person: "Responder", "Reply";
    photo: "Foto", "Photo";
    enlarge: "Ampliar", "Enlarge";
    make_small: "Reducir", "Make small";
    sender_unverified: "Remitente no verificado", "Sender not verified";
    mail_hide_original: "Ocultar el correo original", "Hide the original mail";
    files_here: "También puede pegar una captura o soltar archivos aquí.", "You may also paste a screenshot or drop files here.";
    in_this_state: "En este estado", "In this state";
    watch: "Seguir", "Watch";
    watching: "La sigue", "Watching";
    report_saved: "El borrador quedó guardado. Puede seguir escribiendo.", "The draft is saved. You may go on writing.";
    // What others did.
    news_title: "Hay novedades en esta solicitud", "There is news on this ticket";
    news_kept: "Lo que escribió sigue aquí.", "What you wrote is still here.";
    news_seen: "Entendido", "Understood";
    // The facts.
    fact_visits: "Visitas", "Visits";
    fact_coverage: "Cobertura", "Coverage";
    fact_contract: "Contratación", "Contract";
    fact_expected: "Fecha prevista", "Expected on";
}

words! {
    /// What an edge of the flowchart says.
    pub fn flow_label(label: Label) {
        Label::Nothing => "", "";
        Label::Yes => "SÍ", "YES";
        Label::No => "NO", "NO";
        Label::Requirement => "requerimiento", "requirement";
        Label::Solved => "resuelta", "solved";
    }

    /// A lane's name.
    pub fn flow_lane(lane: Lane) {
        Lane::Area => "Usuario", "User";
        Lane::Desk => "Mesa de Ayuda", "Help desk";
        Lane::Level1 => "Escalado 1", "Level 1";
        Lane::Level2 => "Escalado 2", "Level 2";
        Lane::Head => "Jefe de TI", "Head of IT";
    }

    /// What stands under it.
    pub fn flow_lane_role(lane: Lane) {
        Lane::Area => "Área usuaria", "User area";
        Lane::Desk | Lane::Level1 | Lane::Level2 => "Soporte Técnico", "Technical support";
        Lane::Head => "Área de TI", "IT area";
    }

    /// A node, short enough for its box.
    pub fn flow_node(node: Node) {
        Node::Start => "Inicio", "Start";
        Node::Activity1 => "Solicitud", "Request";
        Node::Activity2 => "Registro", "Reception";
        Node::Kind => "¿Qué tipo?", "What kind?";
        Node::Recorded => "Requerimiento registrado", "Requirement recorded";
        Node::Activity3 => "Atención", "Attention";
        Node::Question3 | Node::Question4 | Node::Question7 => "¿Se resolvió?", "Solved?";
        Node::Activity4 => "Escalado 1", "Level 1";
        Node::Activity5 => "Garantía", "Coverage";
        Node::Question5 => "¿Garantía o soporte?", "Is it covered?";
        Node::Activity6 => "Evaluación", "Evaluation";
        Node::Question6 => "¿Procede?", "Approved?";
        Node::Contracting => "Contratación", "Contracting";
        Node::Activity7 => "Verificación", "Verification";
        Node::Communication => "Comunicación", "Communication";
        Node::Activity8 => "Cierre", "Closing";
        Node::End => "Fin", "End";
    }
}

/// «2 veces», beside an answer that was given again.
pub fn times_short(n: u32, language: Language) -> String {
    language.pick(format!("{n} veces"), format!("{n} times"))
}

/// «Flujo del procedimiento con el camino de TI-7».
pub fn way_of(number: i64, language: Language) -> String {
    language.pick(format!("Camino de TI-{number} en el procedimiento"), format!("The path of TI-{number} in the procedure"))
}

/// Short, for a box of the flowchart: «19 nov., 14:09».
pub fn day_and_hour(at: Instant, now: Instant, language: Language) -> String {
    let day = time::short_day(domain::day_in_lima(at), domain::day_in_lima(now), language);
    format!("{day}, {}", time::clock(at))
}

/// How a request came: «por teléfono, la registró Yesenia Flores».
pub fn came_by(channel: Channel, registered_by: Option<&str>, language: Language) -> String {
    let channel = by_channel(channel, language);
    match registered_by {
        Some(name) => language.pick(format!("{channel}, la registró {name}"), format!("{channel}, registered by {name}")),
        None => channel.to_owned(),
    }
}

/// A coverage whose last day is over: «Venció el 31/12/2025».
pub fn coverage_was(until: Day, language: Language) -> String {
    let day = time::day(until, language);
    language.pick(format!("Venció el {day}"), format!("Ended on {day}"))
}

/// «2: el 6 nov. y el 11 nov.»
pub fn visits_on(days: &[Day], today: Day, language: Language) -> String {
    let said: Vec<String> = days.iter().map(|day| time::short_day(*day, today, language)).collect();
    format!("{}: {}", days.len(), said.join(" · "))
}

/// «Hay 2 personas en esta solicitud» is not known; what is: who wrote meanwhile.
pub fn joined_by(n: usize, language: Language) -> String {
    match n {
        1 => language.pick("Alguien más hizo un cambio mientras tanto.", "Somebody else made a change meanwhile.").to_owned(),
        n => language.pick(format!("Mientras tanto hubo {n} cambios de otras personas."), format!("Others made {n} changes meanwhile.")),
    }
}

/// The activity's number and name: «Actividad 3: Atender la ocurrencia / incidencia».
pub fn activity_title(number: u8, language: Language) -> String {
    let name = crate::activity(number, language);
    language.pick(format!("Actividad {number}: {name}"), format!("Activity {number}: {name}"))
}

/// «2.ª vez», in a box of the flowchart.
pub fn now_nth(n: u32, language: Language) -> String {
    match n {
        0 | 1 => language.pick("Ahora", "Now").to_owned(),
        n => {
            let nth = ordinal(n, language);
            language.pick(format!("Ahora · {nth} vez"), format!("Now · {nth} time"))
        }
    }
}

/// A report by its number; one whose number says that it is a report is called so.
pub fn report_name(number: &str, language: Language) -> String {
    let (called, number) = report_name_parts(number, language);
    format!("{called}{number}")
}

/// What it is called, with the space behind it, and its number: for whoever keeps the number in one piece.
pub fn report_name_parts(number: &str, language: Language) -> (&'static str, &str) {
    let number = report_number(number);
    let is_called = number.to_lowercase().starts_with("informe");
    (if is_called { "" } else { language.pick("Informe Técnico ", "Technical report ") }, number)
}

/// A report's number without the words that we say before it: «N.º 645-2026» of «INFORME TÉCNICO N.º 645-2026».
pub(crate) fn report_number(number: &str) -> &str {
    const WORDS: &str = "informe técnico ";
    let end = number.char_indices().nth(WORDS.chars().count()).map_or(number.len(), |(end, _)| end);
    let (before, rest) = number.split_at(end);
    if before.to_lowercase() == WORDS && !rest.trim().is_empty() { rest.trim_start() } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_not_called_a_report_twice() {
        let named = |number| report_name(number, Language::Spanish);
        assert_eq!(named("INFORME TÉCNICO N.º 645-2026"), "Informe Técnico N.º 645-2026");
        assert_eq!(named("645-2026-OA-TI"), "Informe Técnico 645-2026-OA-TI");
        assert_eq!(named("Informe 645"), "Informe 645");
        assert_eq!(["Informe Técnico ", "Informe", ""].map(report_number), ["Informe Técnico ", "Informe", ""]);
        assert_eq!(report_name("informe técnico 7", Language::English), "Technical report 7");
        assert_eq!(report_name_parts("INFORME TÉCNICO N.º 645-2026", Language::Spanish), ("Informe Técnico ", "N.º 645-2026"));
    }
}
