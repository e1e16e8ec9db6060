//! Numbers as people of Peru write them, and things counted.

use domain::Centimos;

use crate::Language;

/// A thing that screens count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// A ticket, for its requester.
    Request,
    /// A ticket, for the people of IT.
    Ticket,
    Incident,
    Occurrence,
    Requirement,
    Visit,
    Day,
    Hour,
    Minute,
    Month,
    Year,
    Person,
    Area,
    Service,
    Equipment,
    Provider,
    File,
    Page,
    Character,
    Result,
    Notice,
    Reminder,
    Mail,
    Report,
    Field,
}

impl Noun {
    #[rustfmt::skip]
    pub const ALL: [Noun; 25] = {
        use Noun::*;
        [
            Request, Ticket, Incident, Occurrence, Requirement, Visit, Day, Hour, Minute, Month, Year, Person, Area, Service, Equipment, Provider,
            File, Page, Character, Result, Notice, Reminder, Mail, Report, Field,
        ]
    };

    /// One, many, and whether «ninguna» rather than «ningún».
    #[rustfmt::skip]
    fn words(self, language: Language) -> (&'static str, &'static str, bool) {
        let (es, en) = match self {
            Noun::Request => (("solicitud", "solicitudes", true), ("request", "requests")),
            Noun::Ticket => (("solicitud", "solicitudes", true), ("ticket", "tickets")),
            Noun::Incident => (("incidencia", "incidencias", true), ("incident", "incidents")),
            Noun::Occurrence => (("ocurrencia", "ocurrencias", true), ("occurrence", "occurrences")),
            Noun::Requirement => (("requerimiento", "requerimientos", false), ("requirement", "requirements")),
            Noun::Visit => (("visita", "visitas", true), ("visit", "visits")),
            Noun::Day => (("día", "días", false), ("day", "days")),
            Noun::Hour => (("hora", "horas", true), ("hour", "hours")),
            Noun::Minute => (("minuto", "minutos", false), ("minute", "minutes")),
            Noun::Month => (("mes", "meses", false), ("month", "months")),
            Noun::Year => (("año", "años", false), ("year", "years")),
            Noun::Person => (("persona", "personas", true), ("person", "people")),
            Noun::Area => (("área", "áreas", true), ("area", "areas")),
            Noun::Service => (("servicio", "servicios", false), ("service", "services")),
            Noun::Equipment => (("equipo", "equipos", false), ("piece of equipment", "pieces of equipment")),
            Noun::Provider => (("proveedor", "proveedores", false), ("provider", "providers")),
            Noun::File => (("archivo", "archivos", false), ("file", "files")),
            Noun::Page => (("página", "páginas", true), ("page", "pages")),
            Noun::Character => (("carácter", "caracteres", false), ("character", "characters")),
            Noun::Result => (("resultado", "resultados", false), ("result", "results")),
            Noun::Notice => (("aviso", "avisos", false), ("notification", "notifications")),
            Noun::Reminder => (("recordatorio", "recordatorios", false), ("reminder", "reminders")),
            Noun::Mail => (("correo", "correos", false), ("mail", "mails")),
            Noun::Report => (("informe", "informes", false), ("report", "reports")),
            Noun::Field => (("campo", "campos", false), ("field", "fields")),
        };
        language.pick(es, (en.0, en.1, false))
    }
}

/// «1 solicitud», «2 solicitudes», «Ninguna solicitud».
pub fn count(n: usize, noun: Noun, language: Language) -> String {
    let (one, many, is_feminine) = noun.words(language);
    match (n, language) {
        (0, Language::Spanish) => format!("{} {one}", if is_feminine { "Ninguna" } else { "Ningún" }),
        (0, Language::English) => format!("No {many}"),
        (1, _) => format!("1 {one}"),
        (n, _) => format!("{} {many}", number(n as i64)),
    }
}

/// A count that stopped at its cap: «1,000+ solicitudes».
pub fn count_at_least(n: usize, noun: Noun, language: Language) -> String {
    let (_, many, _) = noun.words(language);
    format!("{}+ {many}", number(n as i64))
}

/// With the thousands comma of Peru, which English shares: 1,250.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = if n < 0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Money: «S/ 1,250.50».
pub fn soles(money: Centimos) -> String {
    format!("S/ {}.{:02}", number(money.get() / 100), money.get() % 100)
}

/// A file's size: «512 B», «214 KB», «1.8 MB».
pub fn file_size(bytes: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = 1024 * KB;
    match bytes {
        0..KB => format!("{bytes} B"),
        KB..MB => format!("{} KB", bytes / KB),
        _ => {
            let tenths = (u128::from(bytes) * 10 / u128::from(MB)) as i64;
            match tenths % 10 {
                0 => format!("{} MB", number(tenths / 10)),
                tenth => format!("{}.{tenth} MB", number(tenths / 10)),
            }
        }
    }
}

/// «2.ª», “2nd”: in Spanish feminine, as a visit or a time is.
pub fn ordinal(n: u32, language: Language) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    language.pick(format!("{n}.ª"), format!("{n}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_one_and_many_are_said_apart() {
        let es = |n, noun| count(n, noun, Language::Spanish);
        let en = |n, noun| count(n, noun, Language::English);
        assert_eq!([0, 1, 2].map(|n| es(n, Noun::Ticket)), ["Ninguna solicitud", "1 solicitud", "2 solicitudes"]);
        assert_eq!([0, 1, 2].map(|n| es(n, Noun::File)), ["Ningún archivo", "1 archivo", "2 archivos"]);
        assert_eq!([0, 1, 2].map(|n| es(n, Noun::Character)), ["Ningún carácter", "1 carácter", "2 caracteres"]);
        assert_eq!([0, 1, 2].map(|n| en(n, Noun::Ticket)), ["No tickets", "1 ticket", "2 tickets"]);
        assert_eq!([0, 1, 2].map(|n| en(n, Noun::Person)), ["No people", "1 person", "2 people"]);
        assert_eq!(es(1_250, Noun::Visit), "1,250 visitas");
        assert_eq!(count_at_least(1000, Noun::Ticket, Language::Spanish), "1,000+ solicitudes");
    }

    #[test]
    fn thousands_have_a_comma_and_cents_a_point() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_345, "12,345"),
            (999_999, "999,999"),
            (1_000_000, "1,000,000"),
            (-1, "-1"),
            (-1250, "-1,250"),
        ] {
            assert_eq!(number(n), text);
        }
        assert_eq!(number(i64::MIN), "-9,223,372,036,854,775,808");
        for (centimos, text) in [(0, "S/ 0.00"), (5, "S/ 0.05"), (99, "S/ 0.99"), (100, "S/ 1.00"), (125_050, "S/ 1,250.50")] {
            assert_eq!(soles(Centimos::parse(centimos).expect("in range")), text);
        }
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KB"),
            (219_136, "214 KB"),
            (1_048_575, "1023 KB"),
            (1_048_576, "1 MB"),
            (1_887_437, "1.8 MB"),
            (26_214_400, "25 MB"),
        ] {
            assert_eq!(file_size(bytes), text);
        }
    }

    #[test]
    fn ordinals_end_as_they_should() {
        let en = [1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 112].map(|n| ordinal(n, Language::English));
        assert_eq!(en, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th", "112th"]);
        assert_eq!(ordinal(2, Language::Spanish), "2.ª");
    }
}
