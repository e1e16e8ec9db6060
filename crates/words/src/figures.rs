//! Texts of the board of figures, and of the lists that its figures lead to.

use crate::counts::{Noun, count, number};
use crate::{Language, lookup, more_texts};

more_texts! { figures_texts:
    figures_lead_area: "Área", "Area";
    figures_all_areas: "Todas las áreas", "All areas";
    figures_before: "Período anterior", "Period before";
    figures_after: "Período siguiente", "Next period";
    figures_last_12_months: "Últimos 12 meses", "Last 12 months";
    figures_solved: "Atendidas", "Attended";
    figures_ended: "Terminadas", "Ended";
    figures_print: "Imprimir o PDF", "Print or PDF";
    figures_volume: "Abiertas, atendidas y pendientes", "Opened, attended and pending";
    figures_volume_sub: "Doce meses. La línea gris es lo que quedaba pendiente.", "Twelve months. The grey line is what was pending.";
    figures_month: "Mes", "Month";
    figures_part: "Parte", "Part";
    figures_without_service: "Sin servicio", "No service";
    figures_times: "Tiempo para atender y solucionar", "Time to attend and to solve";
    figures_times_sub: "Mediana, y percentil 90 en claro.", "Median, and the 90th percentile in pale.";
    figures_to_attend: "Para atender", "To attend";
    figures_to_solve: "Para solucionar", "To solve";
    figures_attend_short: "Atender", "Attend";
    figures_solve_short: "Solucionar", "Solve";
    figures_n_solved: "Solucionadas", "Solved";
    figures_waiting: "Dónde espera cada solicitud", "Where tickets wait";
    figures_waiting_sub: "Ahora, y desde cuándo espera la más antigua.", "Now, and since when the oldest has waited.";
    figures_phase: "Estado", "State";
    figures_waits_for_person: "Esperan al usuario", "Wait for the person";
    figures_oldest: "La más antigua", "The oldest";
    figures_age: "Mediana en el estado", "Median in the state";
    figures_in_state: "En el estado", "In the state";
    figures_decisions: "Decisiones sobre informes técnicos", "Decisions on technical reports";
    figures_decisions_sub: "Actividad 6, en el período: en cuántas solicitudes se dio cada paso.", "Activity 6, in the period: in how many tickets each step was taken.";
    figures_step: "Paso", "Step";
    figures_waiting_decision: "Por evaluar ahora", "To evaluate now";
    figures_load: "Carga por técnico", "Load by technician";
    figures_load_sub: "Lo que tiene ahora; en claro, lo que solucionó en el período.", "What each holds now; in pale, what each solved in the period.";
    figures_person: "Técnico", "Technician";
    figures_held: "Tiene ahora", "Holds now";
    figures_tickets: "Solicitudes", "Tickets";
    figures_report: "Reporte de solicitudes de soporte", "Report on support tickets";
    figures_whole_agency: "Toda la entidad", "The whole agency";
    figures_made_at: "Elaborado", "Made";
    figures_made_by: "Por", "By";
    figures_all_kinds: "Todas", "All";
    figures_nothing_waits: "Nada espera ahora.", "Nothing waits now.";
    figures_elapsed_note: "Tiempos transcurridos, con noches y fines de semana. Las solicitudes se cuentan como están ahora.", "Elapsed times, nights and weekends too. Tickets are counted as they stand now.";
    figures_bad_period: "Elija un período de cinco años como máximo que haya empezado ya, en que el primer día no venga después del último.", "Choose a period of five years at most, that has begun and whose first day does not come after its last.";
    filter_solved_from: "Atendida desde", "Attended from";
    filter_solved_until: "Atendida hasta", "Attended until";
    filter_ended_from: "Terminada desde", "Ended from";
    filter_ended_until: "Terminada hasta", "Ended until";
    filter_pending_on: "Pendiente al", "Pending on";
    filter_solver: "La solucionó", "Solved by";
    filter_step: "Actividad 6", "Activity 6";
    filter_step_from: "Actividad 6 desde", "Activity 6 from";
    filter_step_until: "Actividad 6 hasta", "Activity 6 until";
    filter_area_alone: "Sin las áreas que dependen de ella", "Without the areas under it";
    filter_without_service: "Sin servicio", "Without a service";
}

/// The steps of activity 6, as lists filter by them.
pub const EVALUATION_STEPS: [&str; 4] = ["submitted", "returned", "approved", "rejected"];

lookup! {
    /// The name of a step of activity 6.
    pub fn evaluation_step, STEPS {
        "submitted" => "Informe presentado", "Report raised";
        "returned" => "Informe devuelto", "Report returned";
        "approved" => "Contratación aprobada", "Contracting approved";
        "rejected" => "Contratación no aprobada", "Contracting not approved";
    }
}

lookup! {
    /// What the file of a report is called, by the report's stable name.
    pub fn figures_file_name, FILES {
        "volume" => "solicitudes-por-mes.csv", "tickets-by-month.csv";
        "breakdown-kind" => "solicitudes-por-tipo.csv", "tickets-by-kind.csv";
        "breakdown-channel" => "solicitudes-por-canal.csv", "tickets-by-channel.csv";
        "breakdown-service" => "solicitudes-por-servicio.csv", "tickets-by-service.csv";
        "breakdown-area" => "solicitudes-por-area.csv", "tickets-by-area.csv";
        "resolution" => "nivel-de-solucion.csv", "level-of-solution.csv";
        "times" => "tiempos.csv", "times.csv";
        "waiting" => "donde-esperan.csv", "where-tickets-wait.csv";
        "decisions" => "decisiones.csv", "decisions.csv";
        "load" => "carga-por-tecnico.csv", "load-by-technician.csv";
    }
}

lookup! {
    /// Who solved it, by the outcome, in few words.
    pub fn figures_level, LEVELS {
        "attended" => "Ocurrencia atendida", "Occurrence attended";
        "solved_at_desk" => "Mesa de Ayuda", "Help desk";
        "solved_at_level1" => "Escalado 1", "Level 1";
        "solved_at_level2" => "Escalado 2", "Level 2";
        "solved_by_provider" => "Proveedor", "Provider";
        "not_approved" => "No procede", "Not approved";
        "unanswered" => "Sin respuesta", "No answer";
    }
}

/// «Octubre de 2025: se atendieron 333 solicitudes, 12 más que en el período anterior. Al final quedan 14 pendientes.», in its three parts: before
/// the first figure, between both, and after. A period under way has come so many days, and is compared with as many before it.
pub fn figures_lead(period: &str, n_solved: u32, n_before: u32, days_under_way: Option<u32>, language: Language) -> [String; 3] {
    let (more, less) = (n_solved.saturating_sub(n_before), n_before.saturating_sub(n_solved));
    let n = |n: u32| number(n.into());
    match language {
        Language::Spanish => {
            let before = match days_under_way {
                None => "en el período anterior".to_owned(),
                Some(1) => "el día anterior".to_owned(),
                Some(days) => format!("en los {days} días anteriores"),
            };
            let compared = match (more, less) {
                (0, 0) if n_solved == 0 => format!("igual que {before}"),
                (0, 0) => format!("tantas como {before}"),
                (more, 0) => format!("{} más que {before}", n(more)),
                (_, less) => format!("{} menos que {before}", n(less)),
            };
            let verb = match n_solved {
                0 => "no se atendió",
                1 => "se atendió",
                _ => "se atendieron",
            };
            let end = if days_under_way.is_some() { "Hasta hoy quedan" } else { "Al final quedan" };
            [format!("{period}: {verb} "), format!(", {compared}. {end} "), ".".to_owned()]
        }
        Language::English => {
            let before = match days_under_way {
                None => "in the period before".to_owned(),
                Some(1) => "the day before".to_owned(),
                Some(days) => format!("in the {days} days before"),
            };
            let compared = match (more, less) {
                (0, 0) if n_solved == 0 => format!("as {before}"),
                (0, 0) => format!("as many as {before}"),
                (more, 0) => format!("{} more than {before}", n(more)),
                (_, less) => format!("{} fewer than {before}", n(less)),
            };
            let verb = if n_solved == 1 { "was attended" } else { "were attended" };
            let end = if days_under_way.is_some() { " so far." } else { " at its end." };
            [format!("{period}: "), format!(" {verb}, {compared}. "), end.to_owned()]
        }
    }
}

/// «333 solicitudes», as the lead says it: «no se atendió ninguna solicitud».
pub fn figures_attended(n: u32, language: Language) -> String {
    match n {
        0 => language.pick("ninguna solicitud", "no tickets").to_owned(),
        n => count(n as usize, Noun::Ticket, language),
    }
}

/// «14 pendientes».
pub fn figures_pending_counted(n: u32, language: Language) -> String {
    match (n, language) {
        (1, Language::Spanish) => "1 pendiente".to_owned(),
        (n, Language::Spanish) => format!("{} pendientes", number(n.into())),
        (n, Language::English) => format!("{} pending", number(n.into())),
    }
}

/// «6 más que antes», under a figure.
pub fn figures_compared(n: u32, before: u32, language: Language) -> String {
    let difference = number(i64::from(n.abs_diff(before)));
    match n.cmp(&before) {
        std::cmp::Ordering::Equal => language.pick("Igual que antes", "As before").to_owned(),
        std::cmp::Ordering::Greater => language.pick(format!("{difference} más que antes"), format!("{difference} more than before")),
        std::cmp::Ordering::Less => language.pick(format!("{difference} menos que antes"), format!("{difference} fewer than before")),
    }
}

/// A length of time in its two largest units: «3 d 4 h», «2 h 5 min», «40 s».
pub fn lasting(seconds: u64) -> String {
    let two = |large: u64, unit: &str, small: u64, smaller: &str| match small {
        0 => format!("{large} {unit}"),
        small => format!("{large} {unit} {small} {smaller}"),
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => two(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    }
}

/// The same for spreadsheets, which take it for a length of time whatever their language: «97:05:40».
pub fn lasting_in_cell(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds % 3_600 / 60, seconds % 60)
}

/// The heading of a column of such times: «Para atender: mediana (h:mm:ss)».
pub fn figures_column(of: &str, what: &str) -> String {
    let what = what.to_lowercase();
    format!("{of}: {what} (h:mm:ss)")
}

/// «tiene 2 · solucionó 20», beside the bars of a technician.
pub fn figures_has_and_solved(n_held: u64, n_solved: u64, language: Language) -> String {
    let (held, solved) = (number(n_held as i64), number(n_solved as i64));
    language.pick(format!("tiene {held} · solucionó {solved}"), format!("has {held} · solved {solved}"))
}

/// What a chart has no bars for: «y 12 más: 97 solicitudes».
pub fn figures_rest(n_parts: usize, n_tickets: u64, language: Language) -> String {
    let tickets = count(n_tickets as usize, Noun::Ticket, language);
    let parts = number(n_parts as i64);
    language.pick(format!("y {parts} más: {tickets}"), format!("and {parts} more: {tickets}"))
}

/// The same of people: «y 3 más, en la tabla».
pub fn figures_rest_in_table(n: usize, language: Language) -> String {
    let n = number(n as i64);
    language.pick(format!("y {n} más, en la tabla"), format!("and {n} more, in the table"))
}

/// How what was brought to its end ended, and what of it was not solved: «320 solucionadas. El total cuenta también 13 que no: no procedió o nadie respondió.»
pub fn figures_level_sub(n_solved: u64, n_others: u64, language: Language) -> String {
    let (solved, others) = (number(n_solved as i64), number(n_others as i64));
    match (n_others, language) {
        (0, _) => language.pick(format!("Solucionadas en el período: {solved}."), format!("Solved in the period: {solved}.")),
        (_, Language::Spanish) => {
            format!("Solucionadas en el período: {solved}. El total cuenta también {others} sin solución: no procedió o nadie respondió.")
        }
        (_, Language::English) => {
            format!("Solved in the period: {solved}. The total counts {others} without a solution, too: not approved, or nobody answered.")
        }
    }
}

/// «331 solicitudes en el período.»
pub fn figures_in_period(n: u32, language: Language) -> String {
    let tickets = count(n as usize, Noun::Ticket, language);
    language.pick(format!("{tickets} en el período."), format!("{tickets} in the period."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_its_two_largest_units() {
        let said = [40, 60, 3_599, 3_600, 7_500, 86_400, 273_600].map(lasting);
        assert_eq!(said, ["40 s", "1 min", "59 min", "1 h", "2 h 5 min", "1 d", "3 d 4 h"]);
        assert_eq!([40, 7_505, 349_540].map(lasting_in_cell), ["0:00:40", "2:05:05", "97:05:40"]);
    }

    #[test]
    fn the_lead_compares_with_the_period_before() {
        let said = |n: u32, before: u32| figures_lead("octubre de 2025", n, before, None, Language::Spanish).join("…");
        let so_far = |days| figures_lead("Octubre de 2025", 5, 3, Some(days), Language::Spanish).join("…");
        assert_eq!(so_far(12), "Octubre de 2025: se atendieron …, 2 más que en los 12 días anteriores. Hasta hoy quedan ….");
        assert!(so_far(1).contains("2 más que el día anterior."));
        assert_eq!(
            figures_lead("May", 1, 1, Some(2), Language::English).join("…"),
            "May: … was attended, as many as in the 2 days before. … so far."
        );
        assert_eq!(said(333, 321), "octubre de 2025: se atendieron …, 12 más que en el período anterior. Al final quedan ….");
        assert!(said(1, 3).contains("se atendió …, 2 menos"));
        assert!(said(3, 3).contains("tantas como"));
        assert!(said(0, 0).contains("no se atendió …, igual que en el período anterior."));
        assert!(said(0, 4).contains("no se atendió …, 4 menos"));
        assert_eq!([0, 1, 20].map(|n| figures_attended(n, Language::Spanish)), ["ninguna solicitud", "1 solicitud", "20 solicitudes"]);
        assert_eq!(figures_compared(1_400, 100, Language::English), "1,300 more than before");
        assert_eq!(figures_pending_counted(1, Language::Spanish), "1 pendiente");
    }

    #[test]
    fn what_was_not_solved_is_told_where_the_total_counts_it() {
        assert_eq!(figures_level_sub(320, 0, Language::Spanish), "Solucionadas en el período: 320.");
        assert!(figures_level_sub(320, 13, Language::Spanish).contains("El total cuenta también 13 sin solución"));
        assert!(figures_level_sub(1_320, 13, Language::English).contains("1,320. The total counts 13"));
    }

    #[test]
    fn what_has_no_bar_is_counted() {
        assert_eq!(figures_rest(12, 97, Language::Spanish), "y 12 más: 97 solicitudes");
        assert_eq!(figures_rest(1, 1, Language::English), "and 1 more: 1 ticket");
        assert_eq!(figures_has_and_solved(2, 20, Language::Spanish), "tiene 2 · solucionó 20");
    }

    #[test]
    fn a_file_has_a_name_that_every_header_carries() {
        for name in FILES.iter().flat_map(|file| [Language::Spanish, Language::English].map(|l| figures_file_name(file, l).unwrap())) {
            assert!(name.ends_with(".csv") && name.chars().all(|sign| sign.is_ascii_lowercase() || "-.".contains(sign)), "{name}");
        }
    }

    #[test]
    fn every_step_and_every_outcome_is_named() {
        assert_eq!(EVALUATION_STEPS.as_slice(), STEPS);
        let outcomes: Vec<&str> = domain::Outcome::ALL.iter().map(|outcome| outcome.name()).collect();
        assert_eq!(outcomes, LEVELS);
    }
}
