//! What of a mail becomes what of a request: pure functions, whatever the mail says.

use domain::{Line, Text};
use mail::incoming::Incoming;
use mail::{Mailbox, incoming};
use sha2::{Digest, Sha256};
use words::Language;

/// A longer name is none.
const MAX_NAME: usize = 100;
/// Words of a text that stand for the subject that is not there, in characters.
const MAX_FIRST_WORDS: usize = 80;

/// What people write before the subject of what they answer or pass on, in the languages of the mail programs that are met.
const PREFIXES: [&str; 13] = ["re", "rv", "fwd", "fw", "aw", "wg", "tr", "sv", "vs", "enc", "res", "回复", "转发"];

/// The title: the subject without what mail programs put before it, or the first words of the text.
pub fn title_of(incoming: &Incoming) -> Line {
    let subject = plain(stripped(&incoming.subject), false);
    let title = line_of(&subject, Line::MAX);
    let first_words = || {
        let first = incoming.text.lines().map(|line| plain(line, false)).find(|line| !line.is_empty());
        first.and_then(|line| line_of(&line, MAX_FIRST_WORDS))
    };
    title.or_else(first_words).unwrap_or_else(|| Line::parse(words::mail_without_subject(Language::Spanish)).expect("our words are a line"))
}

/// What happens, in the person's words. Never empty; what is too long is cut, and the mail has the rest.
pub fn description_of(incoming: &Incoming) -> Text {
    text_of(&incoming.text).unwrap_or_else(|| Text::parse(words::mail_without_text(Language::Spanish)).expect("our words are a text"))
}

/// The text of an answer, without what it quotes; of one that is nothing but a quotation, the whole.
pub fn answer_of(incoming: &Incoming) -> Option<Text> {
    text_of(&incoming.new_text).or_else(|| if incoming.files.is_empty() { text_of(&incoming.text) } else { None })
}

fn text_of(text: &str) -> Option<Text> {
    let text = plain(text, true);
    let n = text.chars().count();
    if n <= Text::MAX {
        return Text::parse(&text).ok();
    }
    let end = format!("…\n\n{}", words::mail_goes_on(Language::Spanish));
    Text::parse(&(shortened(&text, Text::MAX - end.chars().count()) + &end)).ok()
}

/// A name for somebody who is not known yet: the one before the address, unless it is nonsense.
pub fn name_of(from: &Mailbox) -> Line {
    let named = from.name.as_deref().map(|name| plain(name.trim().trim_matches(['"', '\'']), false));
    let is_sane = |name: &String| name.chars().count() <= MAX_NAME && !name.contains('@') && name.chars().any(char::is_alphabetic);
    let local = plain(from.address.split('@').next().unwrap_or_default(), false);
    named
        .filter(is_sane)
        .and_then(|name| Line::parse(&name).ok())
        .or_else(|| line_of(&local, MAX_NAME))
        .unwrap_or_else(|| Line::parse(words::mail_without_name(Language::Spanish)).expect("our words are a line"))
}

/// A guess by the name, or what the mail says where that is something harmless; a file is served as an attachment all the same.
pub fn media_type_of(file: &incoming::File) -> String {
    let by_name = super::super::files::media_type(&file.name);
    let is_harmless = ["image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "text/plain"].contains(&&*file.media_type);
    if by_name == "application/octet-stream" && is_harmless { file.media_type.clone() } else { by_name }
}

/// Its sender and its Message-ID: a Message-ID alone can be taken by whoever comes first.
pub fn message_key(incoming: &Incoming) -> Option<String> {
    let (id, from) = (incoming.message_id.as_ref()?, incoming.from.as_ref()?);
    let mut hash = Sha256::new();
    hash.update(from.address.as_bytes());
    hash.update([0]);
    hash.update(id.trim().as_bytes());
    Some(super::super::files::hex(&hash.finalize()))
}

/// The same message on two ways differs in its header alone, and has the same.
pub fn essence(incoming: &Incoming) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(incoming.subject.as_bytes());
    part(incoming.text.as_bytes());
    incoming.files.iter().for_each(|file| part(&file.bytes));
    super::super::files::hex(&hash.finalize())
}

/// Does it look like an answer to one of our mails, whatever its signature is worth?
pub fn claims_reference(incoming: &Incoming) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.len() <= 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_like = |text: &str| {
        let text = text.to_ascii_lowercase();
        let mut parts = text.splitn(4, '-');
        parts.next() == Some("ti") && parts.next().is_some_and(is_number) && parts.next().is_some_and(is_number) && parts.next().is_some()
    };
    let ids = incoming.in_reply_to.iter().chain(&incoming.references);
    let addresses = incoming.to.iter().chain(&incoming.cc).map(|mailbox| &mailbox.address).chain(&incoming.delivered_to);
    ids.take(400).any(|id| is_like(id.trim_matches(['<', '>', ' '])))
        || addresses
            .take(400)
            .any(|address| address.split('@').next().and_then(|local| local.rsplit_once('+')).is_some_and(|(_, tag)| is_like(tag)))
}

/// Without «Re:», «RV:», «Fwd:» and their like, however many.
fn stripped(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((before, after)) = rest.split_once([':', '：']) {
        // «Re[2]:» counts, too.
        let word = before.trim().split('[').next().unwrap_or_default().to_lowercase();
        if !PREFIXES.contains(&&*word) {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

/// What a value of the domain takes: no control characters, no overrides of the direction of writing, no lines where they are not wanted.
fn plain(text: &str, has_lines: bool) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let sign = |c: char| match c {
        '\n' | '\t' if has_lines => Some(c),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_control() => Some(' '),
        c => Some(c),
    };
    let clean: String = text.chars().filter_map(sign).collect();
    if has_lines { clean.trim().to_owned() } else { clean.split_whitespace().collect::<Vec<_>>().join(" ") }
}

fn line_of(text: &str, max: usize) -> Option<Line> {
    if text.chars().count() <= max {
        return Line::parse(text).ok();
    }
    Line::parse(&(shortened(text, max - 1) + "…")).ok()
}

/// At most so many characters, cut at a word where there is one near the end.
fn shortened(text: &str, max: usize) -> String {
    let cut: String = text.chars().take(max).collect();
    let at_word = cut.rfind(char::is_whitespace).filter(|place| *place > cut.len() / 2);
    cut[..at_word.unwrap_or(cut.len())].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(subject: &str, text: &str) -> Incoming {
        Incoming { subject: subject.into(), text: text.into(), new_text: text.into(), ..Incoming::default() }
    }

    #[test]
    fn a_title_is_the_subject_without_what_programs_put_before_it() {
        let title = |subject: &str| title_of(&about(subject, "")).to_string();
        assert_eq!(title("RE: Rv: Fwd:  FW:RES: No imprime"), "No imprime");
        assert_eq!(title("Re[2]: No imprime"), "No imprime");
        assert_eq!(title("回复：No imprime"), "No imprime");
        assert_eq!(title("Reunión: no hay proyector"), "Reunión: no hay proyector");
        assert_eq!(title("Urgente\r\nBcc: x\u{0}\u{202E}y"), "Urgente Bcc: x y");
    }

    #[test]
    fn without_a_subject_the_first_words_are_the_title() {
        let title = |subject: &str, text: &str| title_of(&about(subject, text)).to_string();
        assert_eq!(title("Re: ", "\n\n La impresora\tno imprime.\nSale en blanco."), "La impresora no imprime.");
        assert_eq!(title("", ""), words::mail_without_subject(Language::Spanish));
        let long = title("", &"palabra ".repeat(40));
        assert!(long.ends_with("palabra…") && long.chars().count() <= MAX_FIRST_WORDS, "{long}");
    }

    #[test]
    fn a_title_is_cut_at_a_word_and_fits() {
        let title = |subject: &str| title_of(&about(subject, "")).to_string();
        assert_eq!(title(&"x".repeat(200)), "x".repeat(200));
        assert_eq!(title(&"ñ".repeat(201)), "ñ".repeat(199) + "…");
        let words = title(&"palabra ".repeat(60));
        assert!(words.ends_with("palabra…") && words.chars().count() <= 200, "{words}");
    }

    #[test]
    fn a_description_is_never_empty_and_never_too_long() {
        let description = |text: &str| description_of(&about("x", text)).to_string();
        assert_eq!(description(" a\r\nb\u{7}\tc\u{202E}\n"), "a\nb \tc");
        assert_eq!(description(" \r\n \u{0}"), words::mail_without_text(Language::Spanish));
        assert_eq!(description(&"x".repeat(Text::MAX)).len(), Text::MAX);
        let long = description(&"palabra ".repeat(5_000));
        assert!(long.ends_with(words::mail_goes_on(Language::Spanish)) && long.chars().count() <= Text::MAX);
    }

    #[test]
    fn an_answer_is_what_is_new_or_all_that_there_is() {
        let answer = |new: &str, whole: &str| {
            answer_of(&Incoming { new_text: new.into(), text: whole.into(), ..Incoming::default() }).map(String::from)
        };
        assert_eq!(answer("Sí.", "Sí.\n> ¿Ya imprime?").as_deref(), Some("Sí."));
        assert_eq!(answer("", "> ¿Ya imprime?").as_deref(), Some("> ¿Ya imprime?"));
        assert_eq!(answer(" ", "\n"), None);
    }

    #[test]
    fn a_name_is_the_one_before_the_address_unless_it_is_nonsense() {
        let name = |name: &str, address: &str| name_of(&Mailbox::new(Some(name), address)).to_string();
        assert_eq!(name("\"Núñez, Ana\"", "ana@x.example"), "Núñez, Ana");
        assert_eq!(name("jefe@agencia.example", "ana@x.example"), "ana");
        assert_eq!(name("---", "ana@x.example"), "ana");
        assert_eq!(name(&"a".repeat(101), "ana@x.example"), "ana");
        assert_eq!(name("Ana\r\nBcc: \u{202E}x", "ana@x.example"), "Ana Bcc: x");
        assert_eq!(name("", "@x.example"), words::mail_without_name(Language::Spanish));
    }

    #[test]
    fn what_looks_like_our_reference_claims_to_be_one() {
        let answers = |id: &str| claims_reference(&Incoming { in_reply_to: vec![id.into()], ..Incoming::default() });
        let to = |address: &str| claims_reference(&Incoming { delivered_to: vec![address.into()], ..Incoming::default() });
        assert!(answers("<ti-12-34-falsa.1@agencia.example>") && answers("TI-1-2-x"));
        assert!(to("mesa+ti-12-34-falsa@agencia.example"));
        for other in ["abc@agencia.example", "ti-12@x", "ti-a-b-c@x", "ti-12-34@x", "hi-12-34-x@x"] {
            assert!(!answers(other) && !to(other), "{other}");
        }
    }

    #[test]
    fn one_message_on_two_ways_has_one_key_and_one_essence() {
        let message = Incoming { message_id: Some("a@x".into()), from: Some(Mailbox::new(None, "ana@x.example")), ..about("x", "y") };
        let other_way = Incoming { delivered_to: vec!["mesa@x.example".into()], ..message.clone() };
        let other_text = Incoming { text: "z".into(), ..message.clone() };
        let other_sender = Incoming { from: Some(Mailbox::new(None, "eva@x.example")), ..message.clone() };

        assert_eq!((message_key(&message), essence(&message)), (message_key(&other_way), essence(&other_way)));
        assert!(message_key(&message) == message_key(&other_text) && essence(&message) != essence(&other_text));
        assert_ne!(message_key(&message), message_key(&other_sender));
        assert_eq!(message_key(&Incoming { message_id: None, ..message }), None);
    }
}
