//! The words as a whole: complete in both languages, and in the voice of the house.

use std::collections::BTreeSet;

use chrono::{TimeDelta, TimeZone, Utc};
use domain::procedure::{ACTIVITIES, Source};
use domain::*;

use domain::fields as asks;

use crate::Language::{English, Spanish};
use crate::fields::{HINTS, LABELS};
use crate::*;

/// A text with where it stands, in each language.
type Said = (String, String, String);

fn now() -> Instant {
    Utc.with_ymd_and_hms(2025, 10, 14, 21, 5, 0).single().expect("an instant")
}

fn day() -> Day {
    day_in_lima(now())
}

fn person(id: i64) -> PersonId {
    PersonId::parse(id).expect("positive")
}

fn ticket(id: i64) -> TicketId {
    TicketId::parse(id).expect("positive")
}

const KNOWN: Names = Names { person: &|_| "Karina Ccori".into(), area: &|_| "DSI".into(), provider: &|_| "Impresiones S.A.C.".into() };

/// One refusal of each code, and more where their parts change the sentence.
fn refusals() -> Vec<Refusal> {
    let area = AreaId::parse(1).expect("positive");
    let mut all = vec![
        Refusal::NotVisible,
        Refusal::NotYourRole { roles: vec![] },
        Refusal::NotYourRole { roles: vec![Role::HelpDesk] },
        Refusal::NotYourRole { roles: Role::ALL.to_vec() },
        Refusal::NotAssignee { assignee: None },
        Refusal::NotAssignee { assignee: Some(person(7)) },
        Refusal::NotRequester,
        Refusal::NotYourArea,
        Refusal::NotYourNote,
        Refusal::AlreadyClosed,
        Refusal::ReopeningExpired { until: None },
        Refusal::ReopeningExpired { until: Some(now()) },
        Refusal::OccurrenceIsNotEscalated,
        Refusal::RequirementHasNoAttention,
        Refusal::NotCategorised,
        Refusal::CategoryTooLate,
        Refusal::AssigneeDisabled { person: person(7) },
        Refusal::SameAssignee { person: person(7) },
        Refusal::NoEquipmentOrService,
        Refusal::CoverageExpired { until: day() },
        Refusal::NotUnderCoverage,
        Refusal::ReportIncomplete { parts: ReportPart::ALL.to_vec() },
        Refusal::OwnReport,
        Refusal::NotReportAuthor,
        Refusal::NoAreaHead { area },
        Refusal::NotAnAreaHead { person: person(7) },
        Refusal::AlreadyWaiting,
        Refusal::NotWaiting,
        Refusal::StillWaiting { left: 1 },
        Refusal::StillWaiting { left: 2 },
        Refusal::RemindedRecently { until: now() },
        Refusal::TooLateToWithdraw,
        Refusal::DuplicateOfItself,
        Refusal::DuplicateOfDuplicate { ticket: ticket(2), of: ticket(1) },
        Refusal::PrincipalEnded { ticket: ticket(2) },
        Refusal::HasDuplicates,
        Refusal::AlreadyConfirmed,
        Refusal::AlreadyHidden,
        Refusal::AlreadyWatching,
        Refusal::NotWatching,
        Refusal::NothingToTell,
        Refusal::NothingToCorrect,
        Refusal::DateInFuture { field: "since".into() },
        Refusal::DateBeforeRequest { field: "served_at".into() },
        Refusal::PersonUnknown { field: "requester".into() },
        Refusal::PersonDisabled { person: person(7) },
        Refusal::AreaUnknown { area },
        Refusal::ServiceUnknown,
        Refusal::ProviderUnknown,
        Refusal::TicketUnknown { ticket: ticket(2), field: "of".into() },
        Refusal::FileUnknown { file: FileId::parse(3).expect("positive") },
        Refusal::NoteUnknown { number: EventNumber::default() },
        Refusal::NoFiles,
        Refusal::TooManyFiles { max: 10 },
    ];
    for phase in Phase::ALL {
        all.extend(Action::ALL.iter().map(|action| Refusal::NotNow { phase: *phase, action: *action }));
    }
    all.extend(Channel::ALL.iter().map(|channel| Refusal::ChannelNotYours { channel: *channel }));
    all.extend(Kind::ALL.iter().map(|kind| Refusal::SameKind { kind: *kind }));
    all.extend(Kind::ALL.iter().map(|kind| Refusal::NotThisKind { kind: *kind }));
    all.extend(Outcome::ALL.iter().map(|outcome| Refusal::NotThisOutcome { outcome: *outcome }));
    all.extend(Role::ALL.iter().map(|role| Refusal::AssigneeLacksRole { person: person(7), role: *role }));
    all
}

fn value_errors() -> [ValueError; 9] {
    [
        ValueError::Empty,
        ValueError::TooLong { max: 20_000, actual: 20_001 },
        ValueError::BadCharacters,
        ValueError::OutOfRange { min: 1, max: 10_080 },
        ValueError::OutOfRange { min: 1, max: i64::MAX },
        ValueError::OutOfRange { min: 0, max: Centimos::MAX },
        ValueError::BadEmail,
        ValueError::BadRuc,
        ValueError::BadNumber,
    ]
}

/// A ticket that stands so; what is not asked about is plain.
fn standing(phase: Phase, outcome: Option<Outcome>) -> Standing {
    Standing {
        phase,
        kind: Some(Kind::Incident),
        outcome,
        requester: person(1),
        creator: Some(person(1)),
        area: AreaId::parse(1).expect("positive"),
        is_reserved: false,
        holder: None,
        waiting: None,
        solver: None,
        report_author: None,
        is_covered: false,
        is_confirmed: false,
        is_phone_notice_due: false,
        reopenable_until: None,
    }
}

/// Every way to stand that changes words.
fn standings() -> Vec<Standing> {
    let mut all: Vec<_> = Phase::ALL.iter().map(|phase| standing(*phase, None)).collect();
    all.extend(Outcome::ALL.iter().map(|outcome| standing(Phase::ToClose, Some(*outcome))));
    all.push(Standing { is_confirmed: true, ..standing(Phase::ToClose, Some(Outcome::Attended)) });
    all.push(Standing { reopenable_until: Some(now()), ..standing(Phase::Closed, Some(Outcome::Attended)) });
    let waiting = Waiting { since: now(), reminders_left: 1, reminded_at: now() };
    all.push(Standing { waiting: Some(waiting), ..standing(Phase::InAttention, None) });
    all
}

/// Everything that may be known of an event.
fn full_event(channel: Channel, language: Language) -> EventWords {
    EventWords {
        by: Some("Yesenia Flores".into()),
        requester: Some("Gladys Vargas".into()),
        to: Some("Percy Mamani".into()),
        from: Some("Hugo Torres".into()),
        post: Some(language.pick("Director", "Director").into()),
        provider: Some("Impresiones S.A.C.".into()),
        kind: Some(Kind::Incident),
        from_kind: Some(Kind::Occurrence),
        channel: Some(channel),
        is_covered: Some(true),
        coverage: Some(CoverageKind::SupportContract),
        until: Some(day()),
        number: Some(2),
        ticket: Some(ticket(9)),
        reference: Some("88213".into()),
        discard_reason: Some(DiscardReason::NotForIt),
        text: Some("x".into()),
        is_unverified: true,
        is_internal: false,
    }
}

/// What a requester, who gets neither provider nor handover, is told; and the least that there can be.
fn events(language: Language) -> Vec<EventWords> {
    let full = full_event(Channel::Phone, language);
    let mut all: Vec<_> = Channel::ALL.iter().map(|channel| full_event(*channel, language)).collect();
    all.push(EventWords { provider: None, text: None, coverage: None, is_covered: None, reference: None, ticket: None, ..full.clone() });
    all.push(EventWords { is_covered: Some(false), to: None, post: None, discard_reason: None, kind: None, ..full.clone() });
    all.push(EventWords { until: None, number: None, from: None, is_internal: true, ..full.clone() });
    all.push(EventWords { by: None, ..full });
    all.push(EventWords::default());
    all
}

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
        say(format!("trail {name}"), &|l| trail_line(name, "Ana Paz", l.pick("Área", "Area"), l));
    }
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
        say(format!("bulk {n}"), &|l| bulk_done(n, n, l));
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

#[test]
fn every_field_of_every_action_has_a_label_and_its_choices_words() {
    for action in Action::ALL {
        for phase in Phase::ALL {
            for asked in asks(*action, *phase) {
                for language in Language::ALL {
                    let place = format!("{} of {action} in {phase}", asked.path);
                    assert!(field(asked.path, language).is_some(), "{place}");
                    for name in asked.choices {
                        assert!(choice(asked.path, name, language).is_some(), "{name} of {place}");
                    }
                    assert_eq!(choice(asked.path, "nonsense", language), None, "{place}");
                }
            }
        }
    }
}

#[test]
fn the_request_and_the_records_have_labels() {
    let request = [
        "requester",
        "channel",
        "title",
        "description",
        "received_at",
        "since",
        "impact",
        "area",
        "service",
        "equipment",
        "place",
        "is_reserved",
        "files",
        "from",
    ];
    let records = ["name", "post", "email", "extension", "phone", "ruc", "parent", "head", "roles", "abbreviation", "contact", "ended_on"];
    for path in request.iter().chain(&records) {
        assert!(field(path, Spanish).is_some() && field(path, English).is_some(), "{path}");
    }
    for (path, name) in [("channel", "phone"), ("impact", "cannot_work"), ("roles", "help_desk"), ("phase", "to_close")] {
        assert!(choice(path, name, Spanish).is_some(), "{path}");
    }
    assert_eq!(field("person.email", Spanish), Some("Correo"));
    assert_eq!(field("facts.area", Spanish), field("area", Spanish));
    assert_eq!(field("nonsense", Spanish), None);
    assert_eq!(field("facts.nonsense", Spanish), None);
    assert_eq!(field_help("facts.equipment", Spanish), field_help("equipment", Spanish));
    assert_eq!(field_help("coverage.until", Spanish), None);
    // A service's description is no request's.
    assert_eq!(field("service.description", Spanish), Some("Descripción"));
}

#[test]
fn a_choice_is_read_by_its_field() {
    assert_eq!(choice("kind", "incident", Spanish), Some("Incidencia"));
    assert_eq!(choice("coverage.kind", "warranty", Spanish), Some("Garantía"));
    assert_eq!(choice("coverage.kind", "incident", Spanish), None);
    assert_eq!(choice("communication.means", "document", English), Some("Document"));
    assert_eq!(choice("title", "incident", Spanish), None);
}

#[test]
fn every_refusal_is_a_sentence() {
    let refusals = refusals();
    let codes: BTreeSet<_> = refusals.iter().map(Refusal::code).collect();
    assert_eq!(codes, Refusal::CODES.iter().copied().collect());
    for of in &refusals {
        for names in [&KNOWN, &Names::UNKNOWN] {
            for audience in [Audience::It, Audience::Everyone] {
                for language in Language::ALL {
                    let text = refusal_for(of, names, audience, language);
                    assert!(text.ends_with('.'), "{text}");
                    assert!(text.starts_with(|c: char| c.is_uppercase()), "{text}");
                }
            }
        }
    }
}

#[test]
fn every_refusal_has_a_title_as_a_problem() {
    for code in Refusal::CODES {
        assert!(problem(code, Spanish).is_some() && problem(code, English).is_some(), "{code}");
    }
    assert_eq!(problem("nonsense", Spanish), None);
}

#[test]
fn every_problem_of_the_brief_has_words() {
    let codes = [
        "unauthenticated",
        "invalid_credentials",
        "account_disabled",
        "too_many_requests",
        "not_found",
        "version_conflict",
        "precondition_required",
        "idempotency_conflict",
        "already_created",
        "idempotency_key_bad",
        "bad_request",
        "invalid_fields",
        "unknown_field",
        "missing_field",
        "malformed",
        "too_many",
        "file_too_large",
        "payload_too_large",
        "file_type_refused",
        "unsupported_media_type",
        "not_acceptable",
        "method_not_allowed",
        "request_timeout",
        "unavailable",
        "internal",
        "forbidden_role",
        "setup_done",
        "setup_token_bad",
        "weak_password",
        "email_taken",
        "name_taken",
        "ruc_taken",
        "unknown_record",
        "area_loops",
        "in_use",
        "cursor_bad",
        "stale_session",
        "not_combined",
        "wrong_origin",
        "mail_not_ended",
        "mail_answer_late",
        "session_needed",
        "token_scope",
        "link_bad",
        "person_disabled",
        "no_address",
        "absence_overlaps",
        "no_post",
        "last_administrator",
        "already_merged",
        "twice",
        "mail_settled",
    ];
    assert_eq!(codes.iter().collect::<BTreeSet<_>>(), problems::PROBLEMS.iter().collect::<BTreeSet<_>>());
}

#[test]
fn only_names_are_filled_into_what_a_field_is_to_look_like() {
    for code in problems::FORMS {
        for language in Language::ALL {
            let sentence = form(code, language).expect("in the table");
            assert_eq!(sentence.contains("{names}"), code == "one_of", "{sentence}");
        }
    }
    assert_eq!(form("another", Spanish), None);
}

#[test]
fn only_some_details_have_places_to_fill() {
    let places = |code: &str, language| {
        let (_, detail) = problem(code, language).expect("in the table");
        detail.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect::<Vec<_>>()
    };
    for code in problems::PROBLEMS {
        let expected: &[&str] = match *code {
            "too_many_requests" => &["n"],
            "payload_too_large" => &["max"],
            "internal" => &["id"],
            "twice" => &["field", "line"],
            "missing_field" | "unknown_field" | "unknown_record" | "malformed" | "too_many" => &["field"],
            _ => &[],
        };
        for language in Language::ALL {
            assert_eq!(places(code, language), expected, "{code}");
        }
    }
}

#[test]
fn a_ticket_out_of_sight_is_as_one_that_is_not() {
    for language in Language::ALL {
        let hidden = refusal(&Refusal::NotVisible, &KNOWN, language);
        assert_eq!(Some(hidden.as_str()), problem("not_found", language).map(|(_, detail)| detail));
        // Of another ticket, nothing but the number that was typed.
        let unknown = refusal(&Refusal::TicketUnknown { ticket: ticket(77), field: "of".into() }, &KNOWN, language);
        assert!(unknown.contains("TI-77") && !unknown.contains("Karina"), "{unknown}");
    }
}

#[test]
fn refusals_say_what_the_vocabulary_says() {
    let es = |of: &Refusal| refusal(of, &KNOWN, Spanish);
    assert_eq!(
        es(&Refusal::NotNow { phase: Phase::Requested, action: Action::Close }),
        "No se puede cerrar porque la solicitud está «Por recibir»."
    );
    assert_eq!(
        refusal_for(&Refusal::NotNow { phase: Phase::Requested, action: Action::Reopen }, &KNOWN, Audience::Everyone, Spanish),
        "No se puede reabrir porque la solicitud está «Enviada»."
    );
    assert_eq!(es(&Refusal::NotYourRole { roles: vec![Role::HelpDesk] }), "Esta acción corresponde a la Mesa de Ayuda.");
    assert_eq!(
        es(&Refusal::NotYourRole { roles: vec![Role::Support2, Role::ItHead] }),
        "Esta acción corresponde a escalado 2 o a la Jefatura de TI."
    );
    assert_eq!(
        refusal(&Refusal::NotYourRole { roles: vec![Role::User, Role::AreaHead, Role::HelpDesk] }, &KNOWN, English),
        "This belongs to the user who asks for support, the area's head or the help desk."
    );
    assert_eq!(es(&Refusal::NotAssignee { assignee: Some(person(7)) }), "La tiene asignada Karina Ccori. Tómela o pida que la reasignen.");
    assert_eq!(
        es(&Refusal::ReopeningExpired { until: Some(now()) }),
        "El plazo para reabrir venció el 14/10/2025. Registre una nueva solicitud; se enlazará con esta."
    );
    assert_eq!(es(&Refusal::SameKind { kind: Kind::Incident }), "Ya está categorizada como incidencia.");
    assert_eq!(
        es(&Refusal::AssigneeLacksRole { person: person(7), role: Role::Support1 }),
        "Karina Ccori no atiende en escalado 1. Elija a otra persona."
    );
    assert_eq!(
        es(&Refusal::ReportIncomplete { parts: vec![ReportPart::Analysis, ReportPart::Conclusions] }),
        "Al informe le falta: análisis, conclusiones."
    );
    assert_eq!(es(&Refusal::StillWaiting { left: 2 }), "Aún faltan recordatorios antes de darla por no respondida (quedan 2).");
    assert_eq!(es(&Refusal::StillWaiting { left: 1 }), "Aún faltan recordatorios antes de darla por no respondida (queda 1).");
    assert_eq!(es(&Refusal::DuplicateOfDuplicate { ticket: ticket(2), of: ticket(1) }), "TI-2 ya está unida a TI-1. Únala a TI-1.");
}

#[test]
fn a_refusal_does_without_names_that_are_not_known() {
    for unknown in ["", "—"] {
        let names = Names { person: &|_| unknown.into(), area: &|_| unknown.into(), provider: &|_| unknown.into() };
        let es = |of: &Refusal| refusal(of, &names, Spanish);
        assert_eq!(es(&Refusal::SameAssignee { person: person(7) }), "Ya la tiene esa persona.");
        assert_eq!(es(&Refusal::AssigneeDisabled { person: person(7) }), "Esa persona ya no tiene acceso. Elija a otra persona.");
        let area = AreaId::parse(1).expect("positive");
        assert!(es(&Refusal::NoAreaHead { area }).starts_with("El área no tiene"));
        assert!(es(&Refusal::AreaUnknown { area }).starts_with("Esa área"));
    }
}

#[test]
fn a_value_is_told_its_limits() {
    let es = |error| value_error(error, "Asunto", Spanish);
    assert_eq!(es(ValueError::Empty), "Complete «Asunto».");
    assert_eq!(es(ValueError::TooLong { max: 20_000, actual: 20_001 }), "«Asunto» admite hasta 20,000 caracteres; tiene 20,001.");
    assert_eq!(es(ValueError::OutOfRange { min: 1, max: 10_080 }), "«Asunto» debe estar entre 1 y 10,080.");
    assert_eq!(es(ValueError::OutOfRange { min: 1, max: i64::MAX }), "«Asunto» debe ser 1 o más.");
    assert_eq!(es(ValueError::OutOfRange { min: 0, max: Centimos::MAX }), "«Asunto» debe estar entre S/ 0.00 y S/ 1,000,000,000.00.");
}

#[test]
fn escalating_says_to_which_level() {
    assert_eq!(action(Action::Escalate, Phase::InAttention, Spanish), "Escalar (escalado 1)");
    assert_eq!(action(Action::Escalate, Phase::Escalated1, Spanish), "Escalar (escalado 2)");
    assert_eq!(action(Action::Escalate, Phase::Escalated1, English), "Escalate to level 2");
    assert_eq!(action_help_in(Action::Escalate, Phase::Escalated1, Spanish), "Asígnela a quien verificará garantía o soporte.");
    assert_eq!(action_help_in(Action::Escalate, Phase::InAttention, Spanish), action_help(Action::Escalate, Spanish));
}

#[test]
fn actions_of_one_moment_are_told_apart() {
    for phase in Phase::ALL {
        for language in Language::ALL {
            let labels: BTreeSet<_> = Action::ALL.iter().map(|of| action(*of, *phase, language)).collect();
            assert_eq!(labels.len(), Action::ALL.len(), "{phase}");
        }
    }
}

#[test]
fn what_waits_for_its_closing_is_named_by_its_outcome() {
    let badge = |outcome, audience| state(&standing(Phase::ToClose, outcome), audience, Spanish);
    assert_eq!(badge(Some(Outcome::SolvedAtDesk), Audience::It), "Solucionada, por cerrar");
    assert_eq!(badge(Some(Outcome::NotApproved), Audience::It), "No procede, por cerrar");
    assert_eq!(badge(Some(Outcome::Unanswered), Audience::It), "Sin respuesta, por cerrar");
    assert_eq!(badge(Some(Outcome::Attended), Audience::Everyone), "Solucionada");
    assert_eq!(badge(Some(Outcome::NotApproved), Audience::Everyone), "No aprobada");
    assert_eq!(badge(None, Audience::It), "Por cerrar");
}

#[test]
fn a_requester_is_not_shown_levels_nor_signs_of_it() {
    for phase in [Phase::Escalated1, Phase::Escalated2] {
        assert_eq!(state(&standing(phase, None), Audience::Everyone, Spanish), "Con un especialista");
    }
    for of in [Sign::Overdue, Sign::DueSoon, Sign::Visits(2), Sign::Reopened(0)] {
        assert_eq!(sign(of, Audience::Everyone, Spanish), None);
    }
    assert_eq!(sign(Sign::Visits(1), Audience::It, Spanish), None);
    assert_eq!(sign(Sign::Visits(2), Audience::It, Spanish).as_deref(), Some("2.ª visita del proveedor"));
    assert_eq!(sign(Sign::Reopened(2), Audience::It, Spanish).as_deref(), Some("Reabierta (2.ª vez)"));
}

#[test]
fn a_requester_reads_a_sentence_of_how_it_stands() {
    let at = now() - TimeDelta::hours(2);
    let es = |of: &Standing, holder| sentence(of, at, now(), holder, Spanish);
    assert_eq!(
        es(&standing(Phase::Requested, None), None),
        "La Mesa de Ayuda recibió su solicitud hace 2 h y la revisará en breve. No necesita volver a llamar."
    );
    assert_eq!(es(&standing(Phase::InAttention, None), None), "La Mesa de Ayuda la está atendiendo desde hoy 14:05.");
    assert_eq!(es(&standing(Phase::Escalated1, None), Some("Hugo Torres")), "La atiende Hugo Torres, de Tecnologías de la Información.");
    assert_eq!(
        es(&standing(Phase::ToClose, Some(Outcome::SolvedAtDesk)), None),
        "La dimos por solucionada hace 2 h. ¿Ya puede trabajar con normalidad?"
    );
    assert!(es(&standing(Phase::ToClose, Some(Outcome::NotApproved)), None).starts_with("No se aprobó"));
}

#[test]
fn reopening_is_offered_until_its_last_instant() {
    let closed = |until| Standing { reopenable_until: until, ..standing(Phase::Closed, Some(Outcome::Attended)) };
    let es = |of: &Standing| sentence(of, now() - TimeDelta::days(1), now(), None, Spanish);
    assert_eq!(es(&closed(Some(now()))), "Se cerró el 13/10/2025. Si el problema volvió, puede reabrirla hasta el 14/10/2025.");
    assert_eq!(es(&closed(Some(now() - TimeDelta::seconds(1)))), "Se cerró el 13/10/2025.");
    assert_eq!(es(&closed(None)), "Se cerró el 13/10/2025.");
}

#[test]
fn what_happened_is_told_as_the_vocabulary_tells_it() {
    let full = full_event(Channel::Phone, Spanish);
    let es = |name, data: &EventWords| event_line(name, data, Spanish);
    assert_eq!(es(EventName::Requested, &full), "Yesenia Flores registró la solicitud de Gladys Vargas por teléfono");
    let own = EventWords { by: full.requester.clone(), channel: Some(Channel::Web), ..full.clone() };
    assert_eq!(es(EventName::Requested, &own), "Gladys Vargas solicitó apoyo");
    let colleague = EventWords { channel: Some(Channel::Web), ..full.clone() };
    assert_eq!(es(EventName::Requested, &colleague), "Yesenia Flores solicitó apoyo para Gladys Vargas");
    let mail = EventWords { by: None, channel: Some(Channel::Email), ..full.clone() };
    assert_eq!(es(EventName::Requested, &mail), "Llegó un correo de Gladys Vargas");
    assert_eq!(es(EventName::Categorised, &full), "Yesenia Flores la categorizó como incidencia");
    assert_eq!(es(EventName::Escalated, &full), "Yesenia Flores la escaló a Percy Mamani (escalado 2): x");
    assert_eq!(es(EventName::ServiceProvided, &full), "Impresiones S.A.C. atendió (2.ª visita): x");
    assert_eq!(event_line(EventName::ServiceProvided, &full, English), "Impresiones S.A.C. served (visit 2): x");
    assert_eq!(es(EventName::CategoryCorrected, &full), "Yesenia Flores corrigió la categoría: de ocurrencia a incidencia. Motivo: x");
    assert_eq!(es(EventName::AreaHeadTold, &full), "Se comunicó a Percy Mamani, Director");
    assert_eq!(es(EventName::Discarded, &full), "Yesenia Flores la descartó: no corresponde a TI. x");
    let text = EventWords { text: Some(" se apagó\n\n y prendió ".into()), ..full.clone() };
    assert_eq!(es(EventName::TaskLogged, &text), "Yesenia Flores registró una tarea: se apagó y prendió");
    assert_eq!(es(EventName::PersonAsked, &text), "Yesenia Flores pidió información. El plazo se detuvo");
    assert_eq!(es(EventName::CameByMail, &full), "Llegó por correo: remitente no verificado. Con el mensaje queda además: 2 archivos");
    assert_eq!(es(EventName::CameByMail, &EventWords::default()), "Llegó por correo");
    let covered = |is_covered| es(EventName::CoverageVerified, &EventWords { is_covered, text: None, ..full.clone() });
    assert_eq!(covered(Some(true)), "Yesenia Flores verificó: cuenta con soporte contratado hasta el 14/10/2025");
    assert_eq!(covered(Some(false)), "Yesenia Flores verificó: no cuenta con garantía ni soporte");
    assert_eq!(covered(None), "Yesenia Flores verificó si cuenta con garantía o soporte");
}

#[test]
fn a_line_says_nothing_that_its_reader_was_not_given() {
    for name in EventName::ALL {
        for language in Language::ALL {
            let line = event_line(*name, &EventWords { number: Some(1), ..EventWords::default() }, language);
            assert!(!line.contains("TI-") && !line.is_empty(), "{name}: {line}");
            assert!(line.starts_with(char::is_uppercase), "{name}: {line}");
        }
    }
}

#[test]
fn languages_call_themselves_by_their_own_names() {
    for language in Language::ALL {
        assert_eq!((screen(language).language_spanish(), screen(language).language_english()), ("Español", "English"));
    }
}
