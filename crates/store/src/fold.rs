//! Text as it is sought: in lower case and without accents, so that «nunez» finds «Núñez». Both databases search what this makes, so they find the same.

/// In lower case, and each Latin letter without its marks.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            _ if letter.is_ascii() => folded.push(letter),
            // Combining marks: what a text written in decomposed form (NFD) has after its plain letters.
            '\u{0300}'..='\u{036F}' => {}
            _ => match plain(letter) {
                Some(letters) => folded.push_str(letters),
                None => folded.push(letter),
            },
        }
    }
    folded
}

/// The words of a text, folded: its runs of letters and digits.
pub fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A lower-case Latin letter with a mark, or a ligature, without it. Covers Latin-1, Latin Extended-A, the pinyin and Romanian letters of Extended-B, and Vietnamese.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ǻ' | 'ȁ' | 'ȃ' | 'ȧ' | 'ạ'..='ặ' | 'ª' => "a",
        'æ' | 'ǽ' => "ae",
        'ḃ' | 'ḅ' | 'ḇ' => "b",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' | 'ḋ' | 'ḍ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ȅ' | 'ȇ' | 'ȩ' | 'ẹ'..='ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' | 'ǧ' => "g",
        'ĥ' | 'ħ' | 'ḥ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ȉ' | 'ȋ' | 'ỉ' | 'ị' => "i",
        'ĳ' => "ij",
        'ĵ' => "j",
        'ķ' | 'ǩ' | 'ḳ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' | 'ḷ' => "l",
        'ṁ' | 'ṃ' => "m",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŉ' | 'ŋ' | 'ǹ' | 'ṇ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ǒ' | 'ǫ' | 'ǿ' | 'ȍ' | 'ȏ' | 'ȯ' | 'ọ'..='ợ' | 'º' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' | 'ȑ' | 'ȓ' | 'ṛ' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ſ' | 'ṣ' => "s",
        'ß' => "ss",
        'þ' => "th",
        'ţ' | 'ť' | 'ŧ' | 'ț' | 'ṭ' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ǔ' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' | 'ȕ' | 'ȗ' | 'ụ'..='ự' => {
            "u"
        }
        'ŵ' | 'ẁ' | 'ẃ' | 'ẅ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => "y",
        'ź' | 'ż' | 'ž' | 'ẓ' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_are_not_told_apart() {
        assert_eq!(fold("María Núñez Ibáñez"), "maria nunez ibanez");
        assert_eq!(fold("ÁÉÍÓÚÜÑ áéíóúüñ"), "aeiouun aeiouun");
        assert_eq!(
            fold("Nguyễn Thị Đặng, Łukasz Żółć, Strauß, İstanbul, Œuvre, Søren"),
            "nguyen thi dang, lukasz zolc, strauss, istanbul, oeuvre, soren"
        );
        assert_eq!(fold("Nu\u{0301}n\u{0303}ez"), "nunez", "decomposed, as some systems write");
    }

    #[test]
    fn other_scripts_stay_and_folding_twice_is_folding_once() {
        assert_eq!(fold("Ωμέγα 漢字 Жук"), "ωμέγα 漢字 жук");
        for text in ["María Núñez", "İ ẞ Ǆ ﬁ ª º", "Nguyễn", "漢字", "a\u{0301}"] {
            assert_eq!(fold(&fold(text)), fold(text));
        }
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            words("  Impresora HP-1020, «Área» (3.er piso) * NEAR \"x"),
            ["impresora", "hp", "1020", "area", "3", "er", "piso", "near", "x"]
        );
        assert_eq!(words(" ** ' -- "), Vec::<String>::new());
    }
}
