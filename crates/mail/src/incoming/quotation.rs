//! What somebody wrote now, without what they quote and without their signature.
//!
//! It is cut where it is sure. Where it is not, it stays: an answer that is lost is worse than a quotation that is read twice. The whole text is kept
//! beside it. An answer between or below lines that begin with `>` is always kept; where there are several, the lines that they answer stay, too.

/// A quotation's introduction is wrapped over this many lines at most.
const MAX_INTRODUCTION_LINES: usize = 4;
const MAX_INTRODUCTION_LETTERS: usize = 400;
/// More than this below `-- ` is no signature.
const MAX_SIGNATURE_LINES: usize = 15;

/// The new part of a text. `subject` tells a forwarded message, which is the message.
pub fn new_text(text: &str, subject: &str) -> String {
    let text = without_armour(text);
    let lines: Vec<&str> = text.lines().collect();
    let lines = if is_forwarded(subject) || lines.iter().any(|line| begins_forwarded(line)) { lines } else { before_older(lines) };
    let kept = joined(&without_quotations(without_signatures(marked(&lines))));
    if kept.is_empty() { text.trim().to_owned() } else { kept }
}

fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let is_second_blank = line.trim().is_empty() && (text.is_empty() || text.ends_with("\n\n"));
        if !is_second_blank {
            text.push_str(line);
            text.push('\n');
        }
    }
    text.trim_end().trim_start_matches('\n').to_owned()
}

// Older messages that stand below without a mark on their lines.

/// What stands before the message that is answered, where the program put that below as it was (Outlook, webmail, phones).
fn before_older(lines: Vec<&str>) -> Vec<&str> {
    let found = (0..lines.len()).find(|place| begins_older(&lines[*place..]));
    match found {
        // Nothing was written before it: then what was is somewhere within.
        Some(place) if says_something(&lines[..place]) && !points_below(&lines[..place]) => {
            let rest = &lines[place..];
            // Lines marked below an introduction are the business of `without_quotations`.
            if rest.iter().skip(1).any(|line| is_quoted(line)) && !is_block_of_headers(rest) && !is_separator(rest[0]) {
                lines
            } else {
                lines[..place].to_vec()
            }
        }
        _ => lines,
    }
}

/// An introduction without marks below it must say more to be believed: people also tell who wrote what when.
fn begins_older(lines: &[&str]) -> bool {
    let is_certain = |length| {
        let introduction = lines[..length].join(" ");
        introduction.contains('@')
            || introduction.split(|c: char| !c.is_ascii_digit()).any(|number| number.len() == 4 && number.starts_with("20"))
    };
    is_separator(lines[0]) || is_block_of_headers(lines) || introduction(lines).is_some_and(is_certain)
}

/// `-----Mensaje original-----`, or a line before the header of what is answered.
fn is_separator(line: &str) -> bool {
    let line = line.trim();
    let words = line.trim_matches(['-', '_', '*', ' ']).to_lowercase();
    let is_ruled = line.starts_with("--") || line.starts_with("__");
    is_ruled
        && matches!(
            words.as_str(),
            "mensaje original" | "original message" | "mensaje original del remitente" | "original appointment" | "cita original"
        )
}

/// `De: … Enviado: … Para: … Asunto: …`, in the order of whatever program: a sender, a date, and one more.
fn is_block_of_headers(lines: &[&str]) -> bool {
    let label = |line: &&str| {
        let line = line.trim().trim_start_matches(['*', ' ']);
        let (label, value) = line.split_once(':')?;
        let label = label.trim_matches(['*', ' ']).to_lowercase();
        (!value.trim().is_empty() || !label.is_empty()).then_some(label)
    };
    const SENDER: &[&str] = &["de", "from", "remitente"];
    const DATE: &[&str] = &["enviado", "enviado el", "fecha", "sent", "date"];
    const MORE: &[&str] = &["para", "to", "cc", "asunto", "subject", "responder a", "reply-to", "importancia", "importance"];
    let lines: Vec<&str> = lines.iter().copied().take(10).skip_while(|line| line.trim().chars().all(|c| matches!(c, '_' | '-'))).collect();
    if lines.first().and_then(label).is_none_or(|label| !SENDER.contains(&label.as_str())) {
        return false;
    }
    let labels: Vec<String> =
        lines.iter().map_while(|line| if line.trim().is_empty() { None } else { Some(label(line).unwrap_or_default()) }).collect();
    let has = |names: &[&str]| labels.iter().any(|label| names.contains(&label.as_str()));
    has(DATE) && has(MORE)
}

/// `El mié, 25 nov 2026 a las 10:15, Ana (<ana@agencia.example>) escribió:`, over how many lines.
fn introduction(lines: &[&str]) -> Option<usize> {
    let first = lines[0].trim();
    let first = first.trim_start_matches(['>', ' ']);
    let begins = ["El ", "On ", "Le ", "Em ", "Am ", "En fecha ", "Con fecha ", "A las ", "At "].iter().any(|word| first.starts_with(word));
    let has_author_first = first.contains('@') || first.contains('<');
    if !begins && !has_author_first {
        return None;
    }
    let mut whole = String::new();
    for (place, line) in lines.iter().take(MAX_INTRODUCTION_LINES).enumerate() {
        let line = line.trim().trim_start_matches(['>', ' ']);
        if line.is_empty() && place > 0 {
            return None;
        }
        whole.push_str(line);
        whole.push(' ');
        if whole.chars().count() > MAX_INTRODUCTION_LETTERS {
            return None;
        }
        if ends_introduction(whole.trim_end()) {
            let has_date = whole.chars().filter(char::is_ascii_digit).count() >= 3;
            return (has_date && (begins || whole.contains('@'))).then_some(place + 1);
        }
    }
    None
}

fn ends_introduction(whole: &str) -> bool {
    const ENDS: &[&str] = &["escribió:", "escribio:", "ha escrito:", "wrote:", "a écrit :", "a écrit:", "escreveu:", "schrieb:"];
    let whole = whole.to_lowercase();
    ENDS.iter().any(|end| whole.ends_with(end))
}

/// Somebody who answers inside of what they quote often says so.
fn points_below(lines: &[&str]) -> bool {
    const HINTS: &[&str] = &[
        "abajo",
        "entre líneas",
        "entre lineas",
        "en rojo",
        "en azul",
        "en negrita",
        "a continuación",
        "a continuacion",
        "below",
        "inline",
        "in red",
        "in blue",
    ];
    let text = lines.join(" ").to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let text = format!(" {} ", words.join(" "));
    HINTS.iter().any(|hint| text.contains(&format!(" {hint} ")))
}

fn is_forwarded(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    ["rv:", "fw:", "fwd:", "reenv:", "reenviado:", "tr:", "enc:"].iter().any(|prefix| subject.starts_with(prefix))
}

fn begins_forwarded(line: &str) -> bool {
    let words = line.trim().trim_matches(['-', '_', ' ', ':']).to_lowercase();
    matches!(
        words.as_str(),
        "forwarded message"
            | "mensaje reenviado"
            | "begin forwarded message"
            | "inicio del mensaje reenviado"
            | "comienzo del mensaje reenviado"
    ) || words.starts_with("inicio del mensaje reenviado")
}

fn says_something(lines: &[&str]) -> bool {
    lines.iter().any(|line| !is_quoted(line) && line.chars().any(char::is_alphanumeric))
}

// Lines that begin with `>`.

/// A line, and whether it is quoted or introduces what is.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    is_quoted: bool,
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

fn marked<'a>(lines: &[&'a str]) -> Vec<Line<'a>> {
    let mut marked: Vec<Line<'a>> = lines.iter().map(|text| Line { text, is_quoted: is_quoted(text) }).collect();
    for place in 0..lines.len() {
        if marked[place].is_quoted {
            continue;
        }
        let Some(length) = introduction(&lines[place..]) else { continue };
        let after = (place + length..lines.len()).find(|next| !lines[*next].trim().is_empty());
        if let Some(after) = after.filter(|after| marked[*after].is_quoted) {
            marked[place..after].iter_mut().for_each(|line| line.is_quoted = true);
        }
    }
    marked
}

/// Without the quotation at the end, and without the one that a single answer stands below. Where answers stand between quotations,
/// these say what is answered.
fn without_quotations(lines: Vec<Line<'_>>) -> Vec<&str> {
    let is_own = |line: &Line| !line.is_quoted && !line.text.trim().is_empty();
    let Some(last_own) = lines.iter().rposition(is_own) else { return lines.iter().map(|line| line.text).collect() };
    let mut n_answered = 0;
    let mut follows_a_quotation = false;
    for line in &lines {
        n_answered += usize::from(follows_a_quotation && is_own(line));
        follows_a_quotation = line.is_quoted || follows_a_quotation && !is_own(line);
    }
    let has_several = n_answered > 1;
    let kept = lines.iter().enumerate().filter(|(place, line)| if has_several { *place <= last_own } else { !line.is_quoted });
    kept.map(|(_, line)| line.text).collect()
}

// Signatures.

fn without_signatures(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut kept: Vec<Line<'_>> = Vec::new();
    let mut says_something = false;
    // From here to the next quoted line, or to the end.
    let mut ends: Vec<usize> = vec![lines.len(); lines.len() + 1];
    let mut n_said_from: Vec<usize> = vec![0; lines.len() + 1];
    for place in (0..lines.len()).rev() {
        ends[place] = if lines[place].is_quoted { place } else { ends[place + 1] };
        n_said_from[place] = n_said_from[place + 1] + usize::from(!lines[place].text.trim().is_empty());
    }
    let mut place = 0;
    while place < lines.len() {
        let line = lines[place];
        let end = ends[place + 1];
        let n_below = n_said_from[place + 1] - n_said_from[end];
        if says_something && !line.is_quoted && matches!(line.text, "-- " | "--") && n_below <= MAX_SIGNATURE_LINES {
            place = end;
        } else if says_something && n_below == 0 && is_of_a_phone(line.text) {
            place += 1;
        } else {
            says_something |= !line.is_quoted && line.text.contains(char::is_alphanumeric);
            kept.push(line);
            place += 1;
        }
    }
    kept
}

/// What phones and webmail put below what is written on them.
fn is_of_a_phone(line: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "enviado desde mi ",
        "enviado desde el ",
        "enviado desde outlook",
        "enviado desde correo",
        "enviado desde yahoo",
        "enviado desde gmail",
        "enviado desde un dispositivo",
        "enviado desde samsung",
        "enviado con ",
        "enviado mediante ",
        "enviado por mi ",
        "obtener outlook",
        "obtenga outlook",
        "descargar outlook",
        "sent from my ",
        "sent from outlook",
        "sent from mail",
        "sent from yahoo",
        "sent from samsung",
        "sent via ",
        "get outlook",
    ];
    let line = line.trim().trim_matches(['*', '_']).to_lowercase();
    line.chars().count() <= 120 && BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
}

// PGP.

/// A text that PGP signed, without the lines that PGP added.
fn without_armour(text: &str) -> String {
    const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
    const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
    let Some((before, rest)) = text.split_once(BEGIN) else { return text.to_owned() };
    let Some((signed, rest)) = rest.split_once(SIGNATURE) else { return text.to_owned() };
    let after = rest.split_once("-----END PGP SIGNATURE-----").map_or("", |(_, after)| after);
    // `Hash: SHA256` and its like stand before the first empty line.
    let signed = signed.trim_start_matches('\n');
    let signed = match signed.split_once("\n\n") {
        Some((hashes, signed)) if hashes.starts_with("Hash:") => signed,
        _ => signed,
    };
    let unescaped: Vec<&str> = signed.lines().map(|line| line.strip_prefix("- ").unwrap_or(line)).collect();
    format!("{before}{}{after}", unescaped.join("\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> String {
        new_text(text, "RE: [TI-7] Impresora")
    }

    #[test]
    fn what_every_program_quotes_is_cut() {
        for quotation in [
            "El mié, 25 nov 2026 a las 10:15, Mesa de Ayuda (<helpdesk@agencia.example>) escribió:\n> Buenos días\n> Recibimos su solicitud",
            "El mié., 25 de noviembre de 2026 10:15 a. m., Mesa de Ayuda - TI <\nhelpdesk@agencia.example> escribió:\n\n> Recibimos su solicitud",
            "El 25/11/2026 a las 10:15, Mesa de Ayuda escribió:\n> Recibimos",
            "El 25 nov. 2026, a las 10:15, Mesa de Ayuda <helpdesk@agencia.example> escribió:\n\nRecibimos su solicitud\n",
            "On Wed, Nov 25, 2026 at 10:15 AM Help desk <helpdesk@agencia.example> wrote:\n> We got your request",
            "On 25 Nov 2026, at 10:15, Help desk <helpdesk@agencia.example> wrote:\n\nWe got your request",
            "Help desk <helpdesk@agencia.example>, 25/11/2026, wrote:\n> We got your request",
            "-----Mensaje original-----\nDe: Mesa de Ayuda\nEnviado el: miércoles, 25 de noviembre de 2026 10:15\nPara: Ana\nAsunto: [TI-7]\n\nRecibimos su solicitud",
            "----- Original Message -----\nFrom: Help desk\n\nWe got your request",
            "De: Mesa de Ayuda <helpdesk@agencia.example>\nEnviado: miércoles, 25 de noviembre de 2026 10:15\nPara: Ana <ana@agencia.example>\nAsunto: [TI-7] Impresora\n\nRecibimos su solicitud",
            "________________________________\nFrom: Help desk\nSent: Wednesday, November 25, 2026 10:15\nTo: Ana\nSubject: [TI-7]\n\nWe got your request",
            "*De:* Mesa de Ayuda\n*Fecha:* miércoles, 25 de noviembre de 2026, 10:15\n*Para:* Ana\n*Asunto:* [TI-7]\n\nRecibimos",
            "> Recibimos su solicitud\n>> Buenos días",
        ] {
            assert_eq!(cut(&format!("Sigue igual.\n\n{quotation}\n")), "Sigue igual.", "{quotation}");
        }
    }

    #[test]
    fn an_answer_below_or_between_is_kept() {
        assert_eq!(cut("On Wed, Nov 25, 2026 at 10:15 AM Help desk <h@a.example> wrote:\n> ¿Qué piso?\n\nEl tercero."), "El tercero.");
        assert_eq!(
            cut("> ¿Qué piso?\nEl tercero.\n> ¿Qué equipo?\nPC-12\n> Gracias\n> Mesa de Ayuda"),
            "> ¿Qué piso?\nEl tercero.\n> ¿Qué equipo?\nPC-12"
        );
        assert_eq!(
            cut("Respondo abajo.\n\nDe: Mesa\nEnviado: hoy 10:15\nPara: Ana\nAsunto: x\n\n¿Qué piso?\nEl tercero."),
            "Respondo abajo.\n\nDe: Mesa\nEnviado: hoy 10:15\nPara: Ana\nAsunto: x\n\n¿Qué piso?\nEl tercero."
        );
    }

    #[test]
    fn a_word_that_holds_another_points_nowhere() {
        assert_eq!(cut("Así no trabajo.\n\n-----Mensaje original-----\nDe: Mesa\n\n¿Qué piso?"), "Así no trabajo.");
    }

    #[test]
    fn what_is_forwarded_is_the_message() {
        let forwarded = "Miren esto.\n\nDe: Proveedor\nEnviado: hoy 10:15\nPara: Ana\nAsunto: x\n\nNo funciona el equipo.";
        assert_eq!(new_text(forwarded, "RV: equipo"), forwarded);
        let forwarded = "Miren esto.\n\n---------- Forwarded message ---------\nFrom: Proveedor <p@p.example>\nDate: Wed, 25 Nov 2026\nTo: Ana\n\nNo funciona.";
        assert_eq!(new_text(forwarded, "equipo"), forwarded);
    }

    #[test]
    fn everything_is_never_cut() {
        for text in [
            "> sólo una cita",
            "El 25/11/2026 a las 10:15, Ana escribió:\n> hola",
            "-----Mensaje original-----\nDe: Ana\n\nhola",
            "-- \nAna",
            "Enviado desde mi iPhone",
        ] {
            assert_eq!(cut(text), text);
        }
        assert_eq!(cut("  \n\n"), "");
    }

    #[test]
    fn signatures_are_cut_where_they_are_marked() {
        assert_eq!(cut("Gracias\n-- \nAna Pérez\nOGA, anexo 123"), "Gracias");
        assert_eq!(cut("Gracias\n--\nAna Pérez"), "Gracias");
        assert_eq!(cut("Gracias\n\nEnviado desde mi iPhone\n"), "Gracias");
        assert_eq!(cut("Gracias\n\nSent from my iPhone\n\nOn 25 Nov 2026, at 10:15, Help desk <h@a.example> wrote:\n> hola"), "Gracias");
        assert_eq!(cut("Gracias\n-- \nAna\n\n> ¿Qué piso?\nEl tercero."), "Gracias\nEl tercero.");
        assert_eq!(cut("Enviado desde mi celular, disculpen.\nNo imprime."), "Enviado desde mi celular, disculpen.\nNo imprime.");
        let below = |n: usize| format!("Pasos:\n--\n{}", "paso\n".repeat(n));
        assert_eq!(cut(&below(MAX_SIGNATURE_LINES)), "Pasos:");
        assert_eq!(cut(&below(MAX_SIGNATURE_LINES + 1)), below(MAX_SIGNATURE_LINES + 1).trim());
    }

    #[test]
    fn what_only_looks_like_a_quotation_is_kept() {
        for text in [
            "El 3 de mayo Ana me escribió:\nque la impresora falla desde ayer.",
            "De: la oficina 3\nPara: mañana\nnecesito un monitor.",
            "Ayer llamé.\nEl 25/11 a las 10:15 Luis me escribió:\nque esperara.",
            "El equipo de Luis escribió: error 404 y nada más.",
            "Los pasos son\n- uno\n- dos",
            "a --> b",
        ] {
            assert_eq!(cut(text), text);
        }
    }

    #[test]
    fn what_pgp_adds_is_cut() {
        let signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNo imprime.\n- -- \nAna\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n";
        assert_eq!(cut(signed), "No imprime.");
    }

    /// Lines as they stand in real messages.
    fn line() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-zá ]{1,20}",
            "> [a-z ]{0,20}",
            Just(String::new()),
            Just("-- ".to_owned()),
            Just("El 25/11/2026 a las 10:15, Ana <a@b.example> escribió:".to_owned()),
            Just("De: Ana".to_owned()),
            Just("Enviado: 25/11/2026".to_owned()),
            Just("Asunto: x".to_owned()),
            Just("Enviado desde mi iPhone".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn nothing_is_added_and_something_is_left(lines in proptest::collection::vec(line(), 0..20)) {
            let text = lines.join("\n");

            let new = cut(&text);

            prop_assert!(text.trim().is_empty() || !new.trim().is_empty());
            let mut rest = text.lines().map(str::trim_end);
            prop_assert!(new.lines().map(str::trim_end).all(|line| line.is_empty() || rest.any(|one| one.trim_start() == line.trim_start())), "{text:?} became {new:?}");
        }

        #[test]
        fn an_answer_among_marked_lines_is_never_lost(quotes in proptest::collection::vec("> [a-z ]{1,20}", 1..6), answers in proptest::collection::vec("[a-z]{3,12}", 1..6)) {
            let lines: Vec<String> = quotes.iter().zip(answers.iter()).flat_map(|(quote, answer)| [quote.clone(), answer.clone()]).collect();

            let new = cut(&lines.join("\n"));

            for answer in answers.iter().take(quotes.len()) {
                prop_assert!(new.lines().any(|line| line == answer), "{answer} is not in {new:?}");
            }
        }

        #[test]
        fn any_text_is_read(text in any::<String>(), subject in any::<String>()) {
            new_text(&text, &subject);
        }
    }
}
