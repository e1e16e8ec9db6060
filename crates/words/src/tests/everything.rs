//! Every text of the crate at once.

use super::*;

/// Every text of the crate, with its place.
fn everything() -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    let mut say = |place: String, words: &dyn Fn(Language) -> String| all.push((place, words(Spanish), words(English)));

    macro_rules! names {
        ($($type:ident: $($table:ident),+;)+) => {
            $(for value in $type::ALL {
                $(say(format!("{} {}", stringify!($table), value.name()), &|l| $table(*value, l).to_owned());)+
            })+
        };
    }
    names! {
        Phase: phase, phase_for_requester;
        Outcome: outcome, outcome_help;
        Kind: kind, kind_help, kind_hint;
        Channel: channel, channel_help;
        Impact: impact;
        Means: means;
        CoverageKind: coverage_kind;
        DiscardReason: discard_reason;
        MailState: mail_state;
        ReportPart: report_part;
        Source: source, source_help;
        Role: role, role_short, role_help;
        Action: action_infinitive;
    }
    for at in Phase::ALL {
        for of in Action::ALL {
            say(format!("action {of} in {at}"), &|l| action(*of, *at, l).to_owned());
            say(format!("help of {of} in {at}"), &|l| action_help_in(*of, *at, l).to_owned());
        }
    }
    for is_short in [false, true] {
        say("acting head".into(), &|l| acting_head(is_short, l).to_owned());
    }
    for activity in &ACTIVITIES {
        let n = activity.number;
        say(format!("activity {n}"), &|l| crate::activity(n, l).to_owned());
        say(format!("activity {n}, short"), &|l| activity_short(n, l).to_owned());
        say(format!("activity {n}, help"), &|l| activity_help(n, l).to_owned());
    }
    for audience in [Audience::It, Audience::Everyone] {
        for standing in standings() {
            say(format!("state {}", standing.phase), &|l| state(&standing, audience, l).to_owned());
        }
        for of in [Sign::WaitingForPerson, Sign::Reopened(1), Sign::Reopened(2), Sign::ConfirmedByPerson] {
            say(format!("{of:?}"), &|l| sign(of, audience, l).expect("shown to all"));
        }
        for of in refusals() {
            for names in [&KNOWN, &Names::UNKNOWN] {
                say(format!("refusal {}", of.code()), &|l| refusal_for(&of, names, audience, l));
            }
        }
    }
    for of in [Sign::Overdue, Sign::DueSoon, Sign::Visits(2)] {
        say(format!("{of:?}"), &|l| sign(of, Audience::It, l).expect("shown to IT"));
    }
    for standing in standings() {
        for holder in [None, Some("Hugo Torres")] {
            say(format!("sentence {}", standing.phase), &|l| sentence(&standing, now(), now(), holder, l));
        }
    }
    for path in LABELS {
        say(format!("field {path}"), &|l| field(path, l).expect("in the table").to_owned());
    }
    for path in HINTS {
        say(format!("hint {path}"), &|l| field_help(path, l).expect("in the table").to_owned());
    }
    for code in problems::PROBLEMS {
        say(format!("title of {code}"), &|l| problem(code, l).expect("in the table").0.to_owned());
        say(format!("detail of {code}"), &|l| problem(code, l).expect("in the table").1.to_owned());
    }
    for code in problems::FORMS {
        say(format!("form {code}"), &|l| form(code, l).expect("in the table").replace("{names}", "incident, occurrence"));
    }
    for why in MAIL_REASONS {
        say(format!("why a mail is {why}"), &|l| mail_reason(why, l).expect("in the table").to_owned());
    }
    for words in [mail_without_subject, mail_without_text, mail_goes_on, mail_without_name] {
        say("of a mail".into(), &|l| words(l).to_owned());
    }
    for error in value_errors() {
        say(format!("value error {}", error.code()), &|l| value_error(error, l.pick("Asunto", "Subject"), l));
    }
    for name in EventName::ALL {
        for place in 0..events(Spanish).len() {
            say(format!("event {name}"), &|l| event_line(*name, &events(l)[place], l));
        }
    }
    for ((name, es), (_, en)) in screen(Spanish).every_text().into_iter().zip(screen(English).every_text()) {
        say(format!("screen {name}"), &|l| l.pick(es, en).to_owned());
    }
    let more = |s: Screen| [s.ticket_texts(), s.decision_texts(), s.records_texts(), s.work_texts(), s.figures_texts()].concat();
    for ((name, es), (_, en)) in more(screen(Spanish)).into_iter().zip(more(screen(English))) {
        say(format!("screen {name}"), &|l| l.pick(es, en).to_owned());
    }
    for label in chart::Label::ALL.iter().filter(|label| **label != chart::Label::Nothing) {
        say(format!("label {label}"), &|l| flow_label(*label, l).to_owned());
    }
    for lane in chart::Lane::ALL {
        say(format!("lane {lane}"), &|l| flow_lane(*lane, l).to_owned());
        say(format!("role of lane {lane}"), &|l| flow_lane_role(*lane, l).to_owned());
    }
    for node in chart::Node::ALL {
        say(format!("node {node}"), &|l| flow_node(*node, l).to_owned());
    }
    for n in [1, 2] {
        say(format!("another person {n}"), &|l| joined_by(n, l));
    }
    for state in NoticeState::ALL {
        say(format!("notice {state}"), &|l| notice_state(*state, l).to_owned());
    }
    for why in NothingToSay::ALL {
        say(format!("nothing {why}"), &|l| nothing_to_say(*why, l).to_owned());
    }
    for name in records_screen::ENTITIES {
        say(format!("entity {name}"), &|l| entity(name, l).expect("in the table").to_owned());
    }
    for name in records_screen::TRAIL_LABELS {
        say(format!("trail field {name}"), &|l| trail_field(name, l).expect("in the table").to_owned());
    }
    for name in records_screen::SETTING_HELPS {
        say(format!("setting {name}"), &|l| setting_help(name, l).expect("in the table").to_owned());
    }
    for name in ["created", "changed", "signed_in"] {
        say(format!("trail {name}"), &|l| trail_line(name, "Ana Paz", "area", l));
    }
    say("by token".into(), &|l| by_token("Tablero", l));
    say("mails out".into(), &|l| mails_out(3, 1, l));
    say("mails in".into(), &|l| mails_in(3, 1, 0, l));
    say("oldest".into(), &|l| oldest_waits(now(), now(), l));
    say("setting".into(), &|l| setting_changed("5", l));
    say("report".into(), &|l| report_name("N.º 1", l));
    say("activity".into(), &|l| activity_title(3, l));
    say("now".into(), &|l| now_nth(2, l));
    say("by channel".into(), &|l| came_by(Channel::Phone, Some("Ana Paz"), l));
    say("coverage".into(), &|l| coverage_was(day(), l));
    say("visits".into(), &|l| visits_on(&[day(), day()], day(), l));
    say("times".into(), &|l| times_short(2, l));
    say("way".into(), &|l| way_of(7, l));
    for noun in Noun::ALL {
        for n in [0, 1, 2] {
            say(format!("{n} {noun:?}"), &|l| count(n, noun, l));
        }
    }
    for n in [0, 1, 2] {
        say(format!("chosen {n}"), &|l| chosen(n, l));
        say(format!("left {n}"), &|l| characters_left(n, l));
        for action in [Action::Close, Action::Take, Action::Reassign, Action::Watch, Action::Withdraw] {
            say(format!("bulk {action} {n}"), &|l| bulk_done(action, n, n, l));
        }
        say(format!("correct {n}"), &|l| fields_to_correct(n, l));
    }
    for n in [1, 2] {
        say(format!("over {n}"), &|l| characters_over(n, l));
        say(format!("times {n}"), &|l| nth_time(n as u32, l));
    }
    say("away".into(), &|l| assignee_away("Hugo Torres", day(), l));
    say("head above".into(), &|l| head_above("DSI", "Ana Paz", "DE", l));
    say("file".into(), &|l| file_too_large(30 << 20, 25 << 20, l));
    say("changed".into(), &|l| changed_meanwhile("Hugo Torres", now(), now(), l));
    say("received".into(), &|l| request_received(7, l));
    say("answer".into(), &|l| answer_before(now(), now(), l));
    say("sent".into(), &|l| sent_and_latest(now(), now(), now(), l));
    say("visit".into(), &|l| expected_visit(day(), l));
    say("covered".into(), &|l| covered_until(CoverageKind::Warranty, day(), l));
    say("held".into(), &|l| held_since(now(), now(), l));
    say("mail".into(), &|l| closing_mail_goes_to("a", l));
    say("draft".into(), &|l| draft_saved(now(), now(), l));
    say("retry".into(), &|l| retry_in(5, l));
    say("upload".into(), &|l| uploading("a.jpg", 45, l));
    say("version".into(), &|l| procedure_version("P-TI-04", "01", l));
    say("opened".into(), &|l| mail_opened(7, l));
    say("added".into(), &|l| mail_added(7, l));
    say("as".into(), &|l| signed_in_as("Ana Paz", l));
    say("title".into(), &|l| ticket_title(7, l));
    say("awaiting".into(), &|l| awaiting(7, l));
    say("view saved".into(), &|l| view_saved("Impresoras", l));
    say("view deleted".into(), &|l| view_deleted("Impresoras", l));
    say("view sure".into(), &|l| view_delete_sure("Impresoras", l));
    say("view options".into(), &|l| view_options("Impresoras", l));
    say("shown".into(), &|l| shown_of(1, 16, 21, l));
    say("none yet".into(), &|l| kind_or_none(None, l).to_owned());
    all
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty())
}

#[test]
fn everything_is_said_in_both_languages() {
    // What both languages call alike.
    let same = ["Auditor", "Roles", "Atiende", "English", "Español", "No", "NO", "Total"];
    for (place, es, en) in everything() {
        assert!(!es.trim().is_empty() && !en.trim().is_empty(), "{place}");
        assert!(es != en || same.contains(&es.as_str()), "{place}: both say {es}");
    }
}

#[test]
fn nothing_is_left_to_fill_in_or_badly_spaced() {
    for (place, es, en) in everything() {
        for text in [es, en] {
            assert_eq!(text, text.trim(), "{place}");
            assert!(!text.contains("  ") && !text.contains(" ,") && !text.contains(" .") && !text.contains(".."), "{place}: {text}");
            assert!(!text.contains('{') || place.starts_with("detail of"), "{place}: {text}");
            assert!(!text.contains("None") || place == "screen none", "{place}: {text}");
        }
    }
}

#[test]
fn the_spanish_is_that_of_the_house() {
    let forbidden = [
        // Other houses' words.
        "ticket",
        "tickets",
        "caso",
        "casos",
        "issue",
        "bug",
        "staff",
        "móvil",
        "móviles",
        "ordenador",
        "ordenadores",
        "email",
        "mail",
        "septiembre",
        "clave",
        "claves",
        "extensión",
        "helpdesk",
        "login",
        "click",
        // Tú and vos, and their commands.
        "tú",
        "tu",
        "tus",
        "te",
        "ti",
        "contigo",
        "vos",
        "puedes",
        "podés",
        "tienes",
        "quieres",
        "debes",
        "necesitas",
        "eres",
        "estás",
        "haz",
        "escribe",
        "elige",
        "ingresa",
        "selecciona",
    ];
    for (place, es, _) in everything() {
        for token in tokens(&es) {
            // «TI» is Tecnologías de la Información; nothing else is told apart by its case.
            let is_it = token == "TI";
            assert!(is_it || !forbidden.contains(&token.to_lowercase().as_str()), "{place}: «{token}» in {es}");
        }
        assert!(!es.contains(['“', '”', '"', '\'']), "{place}: {es}");
        assert!(!es.contains("@s") && !es.contains("(@"), "{place}: {es}");
        assert_eq!(es.matches('¿').count(), es.matches('?').count(), "{place}: {es}");
        assert_eq!(es.matches('«').count(), es.matches('»').count(), "{place}: {es}");
    }
}

#[test]
fn the_english_is_english() {
    for (place, _, en) in everything() {
        let is_name = en == "Español";
        assert!(is_name || !en.chars().any(|c| "«»¿¡ñáéíóúÁÉÍÓÚ".contains(c)), "{place}: {en}");
        assert_eq!(en.matches('“').count(), en.matches('”').count(), "{place}: {en}");
        for token in tokens(&en) {
            let token = token.to_lowercase();
            assert!(!["categorize", "authorized", "color", "helpdesk", "incidence"].contains(&token.as_str()), "{place}: {en}");
        }
    }
}
