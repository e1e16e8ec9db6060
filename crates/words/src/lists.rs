//! Lists of tickets: their columns, their filters, and the file that is made of them.

use crate::counts::{Noun, count, count_at_least};
use crate::{Language, lookup};

/// What a count stops at, as the server counts.
const COUNT_CAP: u32 = 100_000;

lookup! {
    /// The name of a column, by its stable name.
    pub fn list_column, COLUMNS {
        "number" => "N.º", "No.";
        "title" => "Asunto", "Subject";
        "kind" => "Tipo", "Kind";
        "state" => "Estado", "State";
        "outcome" => "Resultado", "Outcome";
        "area" => "Área", "Area";
        "requester" => "Solicitante", "Requester";
        "holder" => "La tiene", "Held by";
        "service" => "Servicio", "Service";
        "channel" => "Canal", "Channel";
        "received_at" => "Recibida", "Received";
        "updated_at" => "Última novedad", "Updated";
        "phase_since" => "En su estado desde", "In its state since";
    }
}

/// The last line of a file that could hold more.
pub fn file_goes_on(language: Language) -> &'static str {
    language.pick("Hay más: filtre la lista y expórtela por partes.", "There are more: filter the list, and export it in parts.")
}

/// What the file is called.
pub fn list_file_name(language: Language) -> &'static str {
    language.pick("solicitudes.csv", "tickets.csv")
}

/// What the file of the audit trail is called.
pub fn trail_file_name(language: Language) -> &'static str {
    language.pick("pistas.csv", "trail.csv")
}

/// «21 solicitudes», «100,000+ solicitudes».
pub fn tickets_counted(n: u32, language: Language) -> String {
    if n > COUNT_CAP { count_at_least(COUNT_CAP as usize, Noun::Ticket, language) } else { count(n as usize, Noun::Ticket, language) }
}

/// After a view was kept, or changed: «Se guardó la vista «Impresoras».»
pub fn view_saved(name: &str, language: Language) -> String {
    language.pick(format!("Se guardó la vista «{name}»."), format!("The view “{name}” was saved."))
}

/// «Se quitó la vista «Impresoras».»
pub fn view_deleted(name: &str, language: Language) -> String {
    language.pick(format!("Se quitó la vista «{name}»."), format!("The view “{name}” was removed."))
}

/// Before it is: «¿Quitar «Impresoras»? Las solicitudes no cambian.»
pub fn view_delete_sure(name: &str, language: Language) -> String {
    language.pick(format!("¿Quitar «{name}»? Las solicitudes no cambian."), format!("Remove “{name}”? No ticket changes."))
}

/// The button beside a view: «Opciones de «Impresoras»».
pub fn view_options(name: &str, language: Language) -> String {
    language.pick(format!("Opciones de «{name}»"), format!("Options of “{name}”"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_where_it_stopped() {
        assert_eq!(tickets_counted(1, Language::Spanish), "1 solicitud");
        assert_eq!(tickets_counted(21, Language::English), "21 tickets");
        assert_eq!(tickets_counted(2_009, Language::Spanish), "2,009 solicitudes");
        assert_eq!(tickets_counted(100_001, Language::Spanish), "100,000+ solicitudes");
    }

    #[test]
    fn every_column_is_named_in_both_languages() {
        for column in COLUMNS {
            assert_ne!(list_column(column, Language::Spanish), None);
            assert_ne!(list_column(column, Language::English), None);
        }
        assert_eq!(list_column("secret", Language::Spanish), None);
    }
}
