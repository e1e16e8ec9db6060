//! What somebody sent without a word of their own.

use crate::Language;

/// In the place of what was written, where only files were sent.
pub fn attached(names: &[String], l: Language) -> String {
    format!("{}: {}", l.pick("Adjuntó", "Attached"), names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named() {
        let names = ["pantalla.png".to_owned(), "equipo.log".to_owned()];
        assert_eq!(attached(&names, Language::Spanish), "Adjuntó: pantalla.png, equipo.log");
        assert_eq!(attached(&names[..1], Language::English), "Attached: pantalla.png");
    }
}
