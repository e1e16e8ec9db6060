//! From bytes to letters: transfer encodings, charsets and the encoded words of headers, also damaged ones. Nothing here fails; what cannot be
//! decoded stays as near to what came as it can.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

/// The body of a part without its transfer encoding.
pub fn transfer_decoded<'a>(body: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    match encoding.trim_start().split([' ', ';', '(', '\t']).next().unwrap_or_default().trim_matches('"').to_ascii_lowercase().as_str() {
        "base64" => base64_lines(body).map_or(Cow::Borrowed(body), Cow::Owned),
        "quoted-printable" => Cow::Owned(quoted_printable(body)),
        _ => Cow::Borrowed(body),
    }
}

/// The letters of a text in that charset. A charset that nobody knows is taken for none: UTF-8 where it is that, and else windows-1252.
pub fn text_of(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.unwrap_or_default().trim_matches([' ', '"', '\'', '\t']).to_ascii_lowercase();
    let label = label.split('*').next().unwrap_or_default();
    let decoded = match (label, bytes) {
        ("" | "utf-8" | "utf8" | "us-ascii" | "ascii" | "unknown-8bit" | "x-unknown" | "binary" | "8bit", _) => unlabelled(bytes),
        // Ours knows where a shift sequence may stand, and its decoder for `utf-16` looks at a byte-order mark alone.
        ("utf-16", [0xfe, 0xff, rest @ ..]) => utf16(rest, u16::from_be_bytes),
        ("utf-16", [0xff, 0xfe, rest @ ..]) => utf16(rest, u16::from_le_bytes),
        ("utf-16" | "utf-16be", _) => utf16(bytes, u16::from_be_bytes),
        ("utf-16le", _) => utf16(bytes, u16::from_le_bytes),
        _ => match charset_decoder(label.as_bytes()) {
            Some(decode) => decode(bytes),
            None => unlabelled(bytes),
        },
    };
    match decoded.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => decoded,
    }
}

/// UTF-8, and where it is none, byte by byte windows-1252: what is both, as lines of many authors are, stays readable.
pub fn unlabelled(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        _ => {}
    }
    let western = charset_decoder(b"windows-1252").expect("mail-parser knows windows-1252");
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&western(chunk.invalid()));
    }
    text
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// None where it is no base64 at all. A line that is mostly something else, such as a footer that a relay added, is left out.
fn base64_lines(body: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Decoder::default();
    let mut n_lines = 0;
    for line in body.split(|byte| *byte == b'\n') {
        let n_bytes = line.iter().filter(|byte| !byte.is_ascii_whitespace()).count();
        let n_foreign = line.iter().filter(|byte| !is_base64(**byte) && !matches!(**byte, b'\r' | b'\0')).count();
        if n_foreign * 8 <= n_bytes {
            decoded.add(line);
            n_lines += usize::from(n_bytes > 0);
        }
    }
    let is_blank = body.iter().all(u8::is_ascii_whitespace);
    (n_lines > 0 || is_blank).then(|| decoded.end())
}

/// Of one encoded word: whatever is no letter of base64 is passed over.
fn base64_word(word: &[u8]) -> Vec<u8> {
    let mut decoded = Decoder::default();
    decoded.add(word);
    decoded.end()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
}

#[derive(Default)]
struct Decoder {
    bits: u32,
    n_letters: u32,
    bytes: Vec<u8>,
}

impl Decoder {
    fn add(&mut self, letters: &[u8]) {
        for letter in letters {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                b'=' => {
                    self.flush();
                    continue;
                }
                _ => continue,
            };
            self.bits = self.bits << 6 | u32::from(value);
            self.n_letters += 1;
            if self.n_letters == 4 {
                self.flush();
            }
        }
    }

    /// What stands before padding, or at the end, may be shorter than a group.
    fn flush(&mut self) {
        let bits = self.bits << (6 * (4 - self.n_letters)).min(24);
        let n_bytes = (self.n_letters * 6 / 8) as usize;
        self.bytes.extend_from_slice(&bits.to_be_bytes()[1..][..n_bytes]);
        (self.bits, self.n_letters) = (0, 0);
    }

    fn end(mut self) -> Vec<u8> {
        self.flush();
        self.bytes
    }
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let end = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
        let (content, ending) = line.split_at(line.len() - end);
        // Blanks at the end of a line were added on the way (RFC 2045, section 6.7).
        let content = content.trim_ascii_end();
        let (content, ending) = content.strip_suffix(b"=").map_or((content, ending), |content| (content, &b""[..]));
        escapes(content, &mut decoded);
        decoded.extend_from_slice(ending);
    }
    decoded
}

/// `=C3` becomes its byte; an `=` with anything else after it stays.
fn escapes(mut text: &[u8], decoded: &mut Vec<u8>) {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    while let Some(place) = text.iter().position(|byte| *byte == b'=') {
        decoded.extend_from_slice(&text[..place]);
        let digits = (text.get(place + 1).copied().and_then(hex), text.get(place + 2).copied().and_then(hex));
        if let (Some(high), Some(low)) = digits {
            decoded.push((high << 4 | low) as u8);
            text = &text[place + 3..];
        } else {
            decoded.push(b'=');
            text = &text[place + 1..];
        }
    }
    decoded.extend_from_slice(text);
}

/// A header's text with its encoded words decoded (RFC 2047). Words of one charset that follow each other are decoded together,
/// since some programs cut a letter in two; blanks in them, and padding that is missing, do no harm.
pub fn decoded_words(value: &str) -> String {
    pieces(value).into_iter().map(|piece| piece.text).collect()
}

/// The same where the structure of the header is still to be read: its encoded words written anew, so that they are well formed and what is
/// in them cannot be taken for structure.
pub fn mended_words(value: &str) -> String {
    let mut mended = String::with_capacity(value.len());
    for piece in pieces(value) {
        if piece.is_encoded && !piece.text.is_empty() {
            mended.push_str("=?utf-8?B?");
            mended.push_str(&base64(piece.text.as_bytes()));
            mended.push_str("?=");
        } else {
            mended.push_str(&piece.text);
        }
    }
    mended
}

struct Piece {
    is_encoded: bool,
    text: String,
}

/// The value cut into what is encoded and what stands between.
fn pieces(value: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = value;
    let mut pending: Option<(String, Vec<u8>)> = None;
    let flush = |pending: &mut Option<(String, Vec<u8>)>, pieces: &mut Vec<Piece>| {
        if let Some((charset, bytes)) = pending.take() {
            pieces.push(Piece { is_encoded: true, text: text_of(&bytes, Some(&charset)) });
        }
    };
    while let Some((before, word, after)) = next_word(rest) {
        let follows_a_word = pending.is_some() && before.trim().is_empty();
        if !follows_a_word {
            flush(&mut pending, &mut pieces);
            pieces.push(Piece { is_encoded: false, text: before.to_owned() });
        }
        match &mut pending {
            Some((charset, bytes)) if charset.eq_ignore_ascii_case(word.charset) => bytes.extend(word.bytes),
            _ => {
                flush(&mut pending, &mut pieces);
                pending = Some((word.charset.to_owned(), word.bytes));
            }
        }
        rest = after;
    }
    flush(&mut pending, &mut pieces);
    pieces.push(Piece { is_encoded: false, text: rest.to_owned() });
    pieces
}

struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
}

/// The next encoded word, with what stands before and after it.
fn next_word(value: &str) -> Option<(&str, Word<'_>, &str)> {
    let mut from = 0;
    while let Some(start) = value[from..].find("=?").map(|place| from + place) {
        if let Some((word, length)) = word_at(&value[start + 2..]) {
            return Some((&value[..start], word, &value[start + 2 + length..]));
        }
        from = start + 2;
    }
    None
}

/// `utf-8?Q?hola?=`, with its length.
fn word_at(text: &str) -> Option<(Word<'_>, usize)> {
    // A charset has a short name: looking farther for its end would cost much in a header full of `=?`.
    let charset_end = text.bytes().take(MAX_CHARSET_BYTES).position(|byte| byte == b'?')?;
    let charset = &text[..charset_end];
    let encoding = *text.as_bytes().get(charset_end + 1)?;
    if text.as_bytes().get(charset_end + 2) != Some(&b'?') || charset.is_empty() || charset.contains(char::is_whitespace) {
        return None;
    }
    let data = text.get(charset_end + 3..)?;
    // Not beyond the next word: one that has no end spoils itself alone.
    let data_end = data.find('?').filter(|end| data[*end..].starts_with("?="))?;
    let bytes = match encoding {
        b'B' | b'b' => base64_word(&data.as_bytes()[..data_end]),
        b'Q' | b'q' => {
            let mut bytes = Vec::new();
            escapes(data[..data_end].replace('_', " ").as_bytes(), &mut bytes);
            bytes
        }
        _ => return None,
    };
    Some((Word { charset, bytes }, charset_end + 3 + data_end + 2))
}

const MAX_CHARSET_BYTES: usize = 60;

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = u32::from_be_bytes([0, group[0], *group.get(1).unwrap_or(&0), *group.get(2).unwrap_or(&0)]);
        for place in 0..4 {
            let letter = if place > group.len() { b'=' } else { LETTERS[(bits >> (18 - 6 * place) & 63) as usize] };
            text.push(char::from(letter));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_encodings_keep_what_can_be_kept() {
        let decoded = |body: &str, encoding: &str| String::from_utf8(transfer_decoded(body.as_bytes(), encoding).into_owned()).unwrap();

        assert_eq!(decoded("aG9s\r\nYQ==\r\n", "base64"), "hola");
        assert_eq!(decoded("aG9sYQ", " BASE64 (of course)"), "hola");
        assert_eq!(decoded("aG9s!YQ==", "base64"), "hola");
        assert_eq!(decoded("aG9sYQ==\naG9sYQ==\n", "base64"), "holahola");
        assert_eq!(decoded("aG9sYQ==\n\nEste mensaje fue revisado, sin virus.\n", "base64"), "hola");
        assert_eq!(decoded("No soy base64, soy un texto.", "base64"), "No soy base64, soy un texto.");
        assert_eq!(decoded("ma=c3=B1ana =\r\nno=20", "quoted-printable"), "mañana no ");
        assert_eq!(decoded("2+2=4, =ZZ y =", "quoted-printable"), "2+2=4, =ZZ y ");
        assert_eq!(decoded("uno  \r\ndos", "quoted-printable"), "uno\r\ndos");
    }

    #[test]
    fn encoded_words_are_read_also_where_they_are_broken() {
        for (written, read) in [
            ("=?utf-8?Q?Impresora_da=C3=B1ada?=", "Impresora dañada"),
            ("=?UTF-8?b?SW1wcmVzb3JhIGRhw7FhZGE?=", "Impresora dañada"),
            ("=?iso-8859-1?Q?A=F1o?= nuevo", "Año nuevo"),
            ("=?utf-8?Q?uno?= =?utf-8?Q?_dos?=", "uno dos"),
            ("=?utf-8?Q?uno?= y =?utf-8?Q?dos?=", "uno y dos"),
            // A letter cut in two by the word's end.
            ("=?utf-8?Q?ma=C3?= =?utf-8?Q?=B1ana?=", "mañana"),
            ("=?utf-8?B?bWHD?=\t=?utf-8?B?sWFuYQ==?=", "mañana"),
            ("=?utf-8?Q?con espacios dentro?=", "con espacios dentro"),
            ("=?utf-8*es?Q?Asunto?=", "Asunto"),
            ("=?x-nobody-knows?Q?A=C3=B1o?=", "Año"),
            ("=?utf-8?Q?sin final", "=?utf-8?Q?sin final"),
            ("=?utf-8?X?otra?=", "=?utf-8?X?otra?="),
            ("=? =? =?", "=? =? =?"),
            ("a=?utf-8?Q?b?=c", "abc"),
        ] {
            assert_eq!(decoded_words(written), read, "{written}");
        }
    }

    #[test]
    fn what_an_encoded_word_says_is_no_structure_once_mended() {
        assert_eq!(mended_words("=?utf-8?Q?a=2C_b?= <x@y.example>"), "=?utf-8?B?YSwgYg==?= <x@y.example>");
    }

    #[test]
    fn a_text_without_a_charset_is_utf_8_or_western_or_both() {
        assert_eq!(text_of("año".as_bytes(), None), "año");
        assert_eq!(text_of(b"a\xf1o", None), "año");
        assert_eq!(text_of(b"a\xf1o", Some("utf-8")), "año");
        assert_eq!(text_of(b"a\xf1o a\xc3\xb1o", Some("us-ascii")), "año año");
        assert_eq!(text_of(b"\xff\xfea\0\xf1\0o\0", None), "año");
        assert_eq!(text_of(b"\xef\xbb\xbfhola", Some("utf-8")), "hola");
    }
}
