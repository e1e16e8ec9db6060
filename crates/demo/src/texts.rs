//! Texts of one ticket: what was drawn, with its person, place and hour filled in.

use chrono::Datelike;
use domain::{Instant, Line, PersonId, Text, day_in_lima};
use draw::Draw;

use crate::agency::{Agency, line};
use crate::calendar;

/// Whose ticket, where, and when it is said.
pub struct Filler {
    pairs: Vec<(&'static str, String)>,
}

impl Filler {
    /// What is told of a day is the day of the request.
    pub fn new(agency: &Agency, draw: &mut Draw, requester: PersonId, at: Instant, received_at: Instant) -> Filler {
        let epoch = agency.at(at);
        let person = epoch.person(requester);
        let area = epoch.area(person.area);
        let (woman, man) = (person.is_woman, !person.is_woman);
        let of = |is: bool, yes: &str, no: &str| if is { yes.to_owned() } else { no.to_owned() };
        let neighbours = ["Tesorería", "la sala de reuniones", "la escalera", "el archivo", "la cocina", "los ascensores"];
        let minute = calendar::minute_of(at).clamp(8 * 60 + 10, 17 * 60 + 20) - 5 * (draw.below(6) as i64);
        let year = day_in_lima(at).year();
        Filler {
            pairs: vec![
                ("{piso}", area.floor.to_string()),
                ("{area}", area.short.clone()),
                ("{usuario_mayuscula}", of(man, "El usuario", "La usuaria")),
                ("{usuario}", of(man, "el usuario", "la usuaria")),
                ("{al_usuario}", of(man, "al usuario", "a la usuaria")),
                ("{atento}", of(woman, "atenta", "atento")),
                ("{trato}", of(woman, "la señora", "el señor")),
                ("{apellido}", person.surname.clone()),
                ("{anexo}", person.extension.to_string()),
                ("{lugar}", format!("el piso {}, junto a {}", area.floor, draw.pick(&neighbours))),
                ("{equipo}", asset_code(requester, draw)),
                ("{hora}", format!("{}:{:02}", minute / 60, minute % 60 / 5 * 5)),
                ("{fecha}", calendar::spoken(day_in_lima(received_at))),
                ("{anio}", year.to_string()),
                ("{anterior}", (year - 1).to_string()),
            ],
        }
    }

    pub fn fill(&self, text: &str) -> String {
        // «de el» and «a el» of what was filled in are one word each.
        let filled = self.pairs.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
        filled.replace(" de el ", " del ").replace(" a el ", " al ")
    }

    pub fn text(&self, text: &str) -> Text {
        let text = self.fill(text);
        Text::parse(&text).unwrap_or_else(|error| panic!("{text:?} is no text: {error}"))
    }

    pub fn line(&self, text: &str) -> Line {
        line(&self.fill(text))
    }
}

/// The asset code on the label of a person's machine: mostly the same one.
pub fn asset_code(person: PersonId, draw: &mut Draw) -> String {
    let families = ["74089950", "74080500"];
    let n = person.get();
    if draw.chance(0.8) { format!("{}-{:04}", families[(n % 3 == 0) as usize], 100 + n) } else { format!("74083650-{:04}", 1 + n % 40) }
}

/// The first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The first letter small, where what stands before it ends in the middle of a sentence. Abbreviations keep theirs.
pub fn joined(opening: &str, text: &str) -> String {
    let goes_on = opening.ends_with(": ") || opening.ends_with(", ");
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if goes_on && second.is_lowercase() => {
            format!("{opening}{}{}", first.to_lowercase(), letters.as_str())
        }
        _ => format!("{opening}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_that_goes_on_is_followed_by_a_small_letter() {
        assert_eq!(joined("Buenos días. ", "No imprime."), "Buenos días. No imprime.");
        assert_eq!(joined("Hola, ", "No imprime."), "Hola, no imprime.");
        assert_eq!(joined("Llama el señor Paz: ", "SIAF caído."), "Llama el señor Paz: SIAF caído.");
        assert_eq!(capital("éxito"), "Éxito");
    }
}
