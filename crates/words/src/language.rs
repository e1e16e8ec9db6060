//! The two languages, and which of them a browser asks for.

/// A language of the app.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    #[default]
    Spanish,
    English,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::Spanish, Language::English];

    /// Its BCP 47 tag, as in `<html lang>` and `Content-Language`.
    pub fn tag(self) -> &'static str {
        self.pick("es-PE", "en")
    }

    /// Its two letters, as in a setting or a URL.
    pub fn short(self) -> &'static str {
        self.pick("es", "en")
    }

    /// The language of a tag, whatever its region: `es`, `es-PE` and `es-419` are Spanish.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.trim().split('-').next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.short()))
    }

    /// The language that an `Accept-Language` header asks for (RFC 4647, 3.4: lookup). Nothing that matches is Spanish.
    pub fn accept(header: &str) -> Language {
        let wished = header.split(',').filter_map(|range| {
            let mut parts = range.split(';');
            let language = Language::from_tag(parts.next()?)?;
            let weight =
                parts.find_map(|part| part.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')).map_or(Some(1000), weight)?;
            (weight > 0).then_some((weight, language))
        });
        // The heaviest, and of equals the first.
        wished.fold((0, Language::Spanish), |best, next| if next.0 > best.0 { next } else { best }).1
    }

    /// The one of two that is in this language.
    pub fn pick<T>(self, es: T, en: T) -> T {
        match self {
            Language::Spanish => es,
            Language::English => en,
        }
    }
}

/// A weight in thousandths (RFC 9110, 12.4.2); none, if it is not one.
fn weight(text: &str) -> Option<u32> {
    let (whole, thousandths) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if thousandths.len() > 3 || !thousandths.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n = format!("{thousandths:0<3}").parse().ok()?;
    match whole {
        "0" => Some(n),
        "1" if n == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_its_language_whatever_its_region() {
        for tag in ["es", "es-PE", "ES-pe", "es-419", "es-Latn-PE"] {
            assert_eq!(Language::from_tag(tag), Some(Language::Spanish), "{tag}");
        }
        assert_eq!(Language::from_tag("en-GB"), Some(Language::English));
        for tag in ["", "qu", "español", "eng", "*", "e"] {
            assert_eq!(Language::from_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn a_tag_is_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            assert_eq!(Language::from_tag(language.short()), Some(language));
        }
    }

    #[test]
    fn a_browser_gets_the_language_that_it_wishes_most() {
        for (header, language) in [
            ("es-PE,es;q=0.9,en;q=0.8", Language::Spanish),
            ("en-US,en;q=0.9,es;q=0.8", Language::English),
            ("en;q=0.3, es;q=0.7", Language::Spanish),
            ("qu-PE, en;q=0.5", Language::English),
            ("en;q=0.5, es;q=0.5", Language::English),
            ("es;q=0, en;q=0.1", Language::English),
            ("en ; q=0.001", Language::English),
            ("en;q=0", Language::Spanish),
            ("en;q=1.5", Language::Spanish),
            ("en;q=x, es", Language::Spanish),
            ("*", Language::Spanish),
            ("fr, *;q=0.5", Language::Spanish),
            ("*, en;q=0.5", Language::English),
            ("", Language::Spanish),
            (",;,=;q", Language::Spanish),
        ] {
            assert_eq!(Language::accept(header), language, "{header}");
        }
    }
}
