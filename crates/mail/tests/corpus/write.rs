//! How the messages of the corpus are written: by hand, and not by the code that is tested.

use serde_json::Value;

/// A message, and what is to be read in it. What `expected` does not name is not compared.
pub struct Case {
    pub name: String,
    pub raw: Vec<u8>,
    pub expected: Value,
}

/// The header that a message has which is about something else; what a case says itself stands before it.
const USUAL: &str = "From: =?utf-8?Q?Ana_P=C3=A9rez?= <ana@agencia.example>\r\nTo: Mesa de Ayuda <helpdesk@agencia.example>\r\n\
    Date: Wed, 25 Nov 2026 10:15:00 -0500\r\nMessage-ID: <1@agencia.example>\r\nSubject: Impresora\r\nMIME-Version: 1.0\r\n";

/// A message with these fields, and of the usual ones those that they do not name. Line feeds become the line breaks of mail.
pub fn message(fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let fields = crlf(fields);
    let names: Vec<String> = fields
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .filter_map(|line| Some(line.split_once(':')?.0.to_lowercase()))
        .collect();
    let usual = USUAL.split_inclusive("\r\n").filter(|line| !names.contains(&line.split(':').next().unwrap_or_default().to_lowercase()));
    let mut raw = fields.clone().into_bytes();
    if !fields.is_empty() && !fields.ends_with('\n') {
        raw.extend(b"\r\n");
    }
    usual.for_each(|line| raw.extend(line.as_bytes()));
    raw.extend(b"\r\n");
    raw.extend(body.as_ref());
    raw
}

/// The same with a body of text, its line feeds made line breaks.
pub fn text_message(fields: &str, body: &str) -> Vec<u8> {
    message(fields, crlf(body))
}

pub fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// A multipart of `kind` with these parts, each a header, an empty line and a body.
pub fn multipart(kind: &str, fields: &str, parts: &[&str]) -> Vec<u8> {
    let content_type = format!("Content-Type: multipart/{kind}; boundary=\"=_corte\"");
    let mut body = String::from("Este mensaje tiene varias partes.\n");
    for part in parts {
        body.push_str(&format!("--=_corte\n{part}\n"));
    }
    body.push_str("--=_corte--\n");
    text_message(&[content_type.as_str(), fields].join("\n"), &body)
}

/// Base64 in lines of 76 letters.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (place, group) in bytes.chunks(3).enumerate() {
        if place > 0 && place % 19 == 0 {
            text.push_str("\r\n");
        }
        let mut bits = 0_u32;
        for index in 0..3 {
            bits = bits << 8 | u32::from(*group.get(index).unwrap_or(&0));
        }
        for index in 0..4 {
            text.push(if index <= group.len() { char::from(LETTERS[(bits >> (18 - 6 * index)) as usize & 63]) } else { '=' });
        }
    }
    text
}

/// Quoted-printable with short lines.
pub fn quoted_printable(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut length = 0;
    for byte in bytes {
        let piece = match byte {
            b'\n' => "\r\n".to_owned(),
            b' '..=b'~' if *byte != b'=' => char::from(*byte).to_string(),
            _ => format!("={byte:02X}"),
        };
        if length + piece.len() > 70 && *byte != b'\n' {
            text.push_str("=\r\n");
            length = 0;
        }
        length = if *byte == b'\n' { 0 } else { length + piece.len() };
        text.push_str(&piece);
    }
    text
}

/// An encoded word in base64.
pub fn word_b(charset: &str, bytes: &[u8]) -> String {
    format!("=?{charset}?B?{}?=", base64(bytes).replace("\r\n", ""))
}

/// An encoded word in the other encoding.
pub fn word_q(charset: &str, bytes: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        b' ' => "_".to_owned(),
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(*byte).to_string(),
        _ => format!("={byte:02X}"),
    };
    format!("=?{charset}?Q?{}?=", bytes.iter().map(letter).collect::<String>())
}

pub fn case(name: impl Into<String>, raw: Vec<u8>, expected: Value) -> Case {
    Case { name: name.into(), raw, expected }
}
