//! The same sentence in every charset in use: in the body, in the subject and in the name of the author.

use encoding_rs::Encoding;
use serde_json::json;

use super::write::{Case, base64, case, message, quoted_printable, word_b, word_q};

const WESTERN: &str = "La señal de la impresora está mal. ¿Quién ayuda?";
const PLAIN: &str = "The printer of the third floor does not print.";
const CENTRAL: &str = "Příliš žluťoučký kůň: tiskárna nefunguje.";
const BALTIC: &str = "Spausdintuvas neveikia, ačiū už pagalbą.";
const NORDIC: &str = "Skrivaren på tredje våningen är trasig, får jag hjälp?";
const ROMANIAN: &str = "Imprimanta nu merge, vă rog să mă ajutați.";
const CYRILLIC: &str = "Принтер на третьем этаже не печатает.";
const UKRAINIAN: &str = "Принтер не друкує, допоможіть її полагодити.";
const GREEK: &str = "Ο εκτυπωτής δεν λειτουργεί σήμερα.";
const TURKISH: &str = "Yazıcı çalışmıyor, lütfen yardım edin.";
const HEBREW: &str = "המדפסת לא עובדת היום.";
const ARABIC: &str = "الطابعة لا تعمل اليوم";
const THAI: &str = "เครื่องพิมพ์ไม่ทำงาน";
const JAPANESE: &str = "三階のプリンターが動きません。";
const SIMPLIFIED: &str = "三楼的打印机不能打印。";
const TRADITIONAL: &str = "三樓的印表機不能列印。";
const KOREAN: &str = "삼층 프린터가 안 됩니다.";
/// Letters that only the newest sets have.
const EVERYTHING: &str = "Señal ≠ 信号 · сигнал · 🖨️ roto";

/// The label that the message bears, what it says, and its bytes.
fn sentences() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let of_label = [
        ("us-ascii", PLAIN),
        ("utf-8", EVERYTHING),
        ("iso-8859-1", WESTERN),
        ("iso-8859-2", CENTRAL),
        ("iso-8859-4", BALTIC),
        ("iso-8859-5", CYRILLIC),
        ("iso-8859-6", ARABIC),
        ("iso-8859-7", GREEK),
        ("iso-8859-8", HEBREW),
        ("iso-8859-8-i", HEBREW),
        ("iso-8859-9", TURKISH),
        ("iso-8859-10", NORDIC),
        ("iso-8859-13", BALTIC),
        ("iso-8859-14", WESTERN_WITHOUT_MARKS),
        ("iso-8859-15", "La señal costó 3 € más. ¿Œuvre?"),
        ("iso-8859-16", ROMANIAN),
        ("windows-874", THAI),
        ("tis-620", THAI),
        ("windows-1250", CENTRAL),
        ("windows-1251", CYRILLIC),
        ("windows-1252", "«Señal» – “mala”, cuesta 3 €…"),
        ("windows-1253", GREEK),
        ("windows-1254", TURKISH),
        ("windows-1255", HEBREW),
        ("windows-1256", ARABIC),
        ("windows-1257", BALTIC),
        ("koi8-r", CYRILLIC),
        ("koi8-u", UKRAINIAN),
        ("ibm866", CYRILLIC),
        ("macintosh", WESTERN),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("iso-2022-jp", JAPANESE),
        ("gb2312", SIMPLIFIED),
        ("gbk", SIMPLIFIED),
        ("gb18030", EVERYTHING),
        ("big5", TRADITIONAL),
        ("euc-kr", KOREAN),
        ("ks_c_5601-1987", KOREAN),
    ];
    let mut sentences: Vec<_> = of_label.into_iter().map(|(label, text)| (label, text, encoded(label, text))).collect();
    // This set has the hook and the dot as letters of their own, after the letter that bears them.
    sentences.push(("windows-1258", "M\u{e1}y in bi\u{323} h\u{1b0}", b"M\xe1y in bi\xf2 h\xfd".to_vec()));
    sentences.push(("utf-7", "Señal mala & más", b"Se+APE-al mala +ACY- m+AOE-s".to_vec()));
    sentences.push(("utf-16", EVERYTHING, [&[0xfe, 0xff][..], &wide(EVERYTHING, u16::to_be_bytes)].concat()));
    sentences.push(("utf-16be", EVERYTHING, wide(EVERYTHING, u16::to_be_bytes)));
    sentences.push(("utf-16le", EVERYTHING, wide(EVERYTHING, u16::to_le_bytes)));
    sentences.push(("cp850", "Señal mala, más", b"Se\xa4al mala, m\xa0s".to_vec()));
    sentences
}

const WESTERN_WITHOUT_MARKS: &str = "La señal está mal, ayuda.";

fn encoded(label: &str, text: &str) -> Vec<u8> {
    // Programs say iso-8859-1, and encode their letters alike.
    let encoding = Encoding::for_label(label.as_bytes()).unwrap_or_else(|| panic!("{label} is a charset"));
    let (bytes, _, has_failed) = encoding.encode(text);
    assert!(!has_failed, "{label} has no letter for some of {text}");
    bytes.into_owned()
}

fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (label, text, bytes) in sentences() {
        let is_wide = label.starts_with("utf-16");
        let content_type = format!("Content-Type: text/plain; charset={label}");
        let expected = json!({
            "subject": text, "text": text, "new_text": text, "files": [], "html": null, "is_cut": false, "nature": "personal",
            "from": {"name": text, "address": "ana@agencia.example"}, "date": "2026-11-25T15:15:00Z",
        });
        let in_base64 = format!(
            "Subject: {}\nFrom: {} <ana@agencia.example>\n{content_type}\nContent-Transfer-Encoding: base64",
            word_b(label, &bytes),
            word_b(label, &bytes)
        );
        cases.push(case(format!("charset-{label}-base64"), message(&in_base64, base64(&bytes)), expected.clone()));
        let in_quoted = format!(
            "Subject: {}\nFrom: {} <ana@agencia.example>\n{}\nContent-Transfer-Encoding: quoted-printable",
            word_q(label, &bytes),
            word_q(&label.to_uppercase(), &bytes),
            content_type.replace(label, &format!("\"{}\"", label.to_uppercase())),
        );
        cases.push(case(format!("charset-{label}-quoted"), message(&in_quoted, quoted_printable(&bytes)), expected.clone()));
        // Bytes as they are, which a message of two bytes a letter cannot have.
        if !is_wide {
            let as_it_is = format!("{content_type}\nContent-Transfer-Encoding: 8bit");
            cases.push(case(
                format!("charset-{label}-8bit"),
                message(&as_it_is, &bytes),
                json!({"subject": "Impresora", "text": text, "new_text": text}),
            ));
        }
    }
    cases
}
