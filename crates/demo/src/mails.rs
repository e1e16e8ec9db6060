//! Mails as the programs of those who write them make them (RFC 5322, RFC 2045 to 2047).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Instant;

use crate::calendar;
use crate::files::Upload;

/// A mail to the help desk.
#[derive(Debug, Clone)]
pub struct Mail<'a> {
    /// Who wrote it, and their address.
    pub from: (&'a str, &'a str),
    pub to: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub at: Instant,
    /// Its own, without brackets.
    pub message_id: &'a str,
    /// The Message-ID of ours that it answers.
    pub answers: Option<&'a str>,
    /// What else its program says of it.
    pub headers: &'a [(&'a str, &'a str)],
    pub files: Vec<&'a Upload>,
}

/// Stands in no text of ours: a hyphen, a letter and a sign that base64 does not have.
const BOUNDARY: &str = "=_parte";
/// RFC 2045, 6.8.
const LETTERS_A_LINE: usize = 76;
/// Bytes of a word in a header, so that it has 75 letters at most (RFC 2047, 2), and its line 78.
const BYTES_A_WORD: usize = 42;

impl Mail<'_> {
    pub fn bytes(&self) -> Vec<u8> {
        let mut mail = String::new();
        let mut say = |name: &str, value: &str| mail.push_str(&format!("{name}: {value}\r\n"));
        say("Message-ID", &format!("<{}>", self.message_id));
        say("Date", &calendar::lima(self.at).to_rfc2822());
        say("From", &format!("{}\r\n <{}>", word(self.from.0), self.from.1));
        say("To", &format!("<{}>", self.to));
        say("Subject", &word(self.subject));
        if let Some(answered) = self.answers {
            say("In-Reply-To", &format!("<{answered}>"));
            say("References", &format!("<{answered}>"));
        }
        self.headers.iter().for_each(|(name, value)| say(name, value));
        say("MIME-Version", "1.0");
        if self.files.is_empty() {
            mail.push_str(&part("text/plain; charset=utf-8", "", self.text.replace('\n', "\r\n").as_bytes()));
            return mail.into_bytes();
        }
        say("Content-Type", &format!("multipart/mixed; boundary=\"{BOUNDARY}\""));
        mail.push_str(&format!("\r\n--{BOUNDARY}\r\n"));
        mail.push_str(&part("text/plain; charset=utf-8", "", self.text.replace('\n', "\r\n").as_bytes()));
        for file in &self.files {
            let disposition = format!("Content-Disposition: attachment; filename=\"{}\"\r\n", file.name);
            mail.push_str(&format!("--{BOUNDARY}\r\n"));
            mail.push_str(&part(media_type(&file.name), &disposition, &file.content.bytes()));
        }
        mail.push_str(&format!("--{BOUNDARY}--\r\n"));
        mail.into_bytes()
    }
}

fn part(media_type: &str, headers: &str, content: &[u8]) -> String {
    let mut part = format!("Content-Type: {media_type}\r\n{headers}Content-Transfer-Encoding: base64\r\n\r\n");
    let letters = STANDARD.encode(content);
    for line in letters.as_bytes().chunks(LETTERS_A_LINE) {
        part.extend(line.iter().map(|letter| char::from(*letter)));
        part.push_str("\r\n");
    }
    part
}

/// Text in a header: as it is where it is ASCII, or else in words that are encoded, cut between letters.
fn word(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for letter in text.chars() {
        let last = words.last_mut().expect("there is one from the beginning");
        if last.len() + letter.len_utf8() > BYTES_A_WORD { words.push(letter.to_string()) } else { last.push(letter) }
    }
    let words: Vec<String> = words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("png") => "image/png",
        Some("pdf") => "application/pdf",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Content;

    fn mail(files: Vec<&Upload>) -> String {
        let mail = Mail {
            from: ("José Ñahui Peña", "jnahui@agencia.example"),
            to: "helpdesk@agencia.example",
            subject: "La impresora de la unidad no imprime desde la mañana y mañana es el cierre del año",
            text: "Buenos días:\nNo imprime.",
            at: Instant::UNIX_EPOCH,
            message_id: "1@agencia.example",
            answers: Some("ti-1-2-x.1@agencia.example"),
            headers: &[("Auto-Submitted", "auto-replied")],
            files,
        };
        String::from_utf8(mail.bytes()).unwrap()
    }

    #[test]
    fn a_mail_is_ascii_in_lines_that_any_server_carries() {
        let log = Upload { name: "equipo.log".into(), content: Content::Log("ñ".repeat(500)) };
        for text in [mail(Vec::new()), mail(vec![&log])] {
            assert!(text.is_ascii() && text.ends_with("\r\n"), "{text}");
            assert!(text.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])), "{text}");
            assert!(text.contains("Date: Wed, 31 Dec 1969 19:00:00 -0500\r\n"), "{text}");
            assert!(text.contains("In-Reply-To: <ti-1-2-x.1@agencia.example>\r\n"), "{text}");
        }
    }

    #[test]
    fn a_word_is_cut_between_letters() {
        assert_eq!(word("Hola"), "Hola");
        for n in 1..40 {
            let text = format!("{}{}", "x".repeat(n), "ñ".repeat(60));
            let read: Vec<String> = word(&text)
                .split("\r\n ")
                .map(|word| String::from_utf8(STANDARD.decode(&word[10..word.len() - 2]).unwrap()).expect("whole letters"))
                .collect();
            assert_eq!(read.concat(), text);
        }
    }
}
