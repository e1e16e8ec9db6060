use chrono::TimeZone;
use domain::{CoverageKind, Day};

use super::*;

fn day(n: u32) -> Day {
    Day::from_ymd_opt(2026, 11, n).expect("a day of November")
}

fn about() -> About {
    About {
        ticket: Some((123, "La multifuncional del piso 5 no imprime".into())),
        name: Some("Gladys Vargas".into()),
        link: Some("https://ayuda.agencia.example/tickets/123".into()),
        extension: Some("2145".into()),
        mobile: Some("999 111 222".into()),
    }
}

fn task() -> Task {
    Task {
        requester: "Gladys Vargas".into(),
        area: "Unidad de Logística".into(),
        extension: Some("3012".into()),
        place: Some("Sede central, piso 5".into()),
        item: Some("IMP-0512 · Impresora y multifuncional".into()),
    }
}

fn supplied() -> Supplied {
    Supplied {
        company: "Impresiones S.A.C.".into(),
        item: Some("IMP-0512".into()),
        place: Some("Sede central, piso 5".into()),
        technician: "Karina Ccori".into(),
        extension: Some("2147".into()),
        email: Some("kccori@agencia.example".into()),
    }
}

fn closed_as(outcome: ClosedAs, to: ClosedTo, reopenable_until: Option<Day>) -> Message {
    Message::Closed { to, closed_on: day(20), outcome, reopenable_until }
}

/// One of each, and more where their parts change what is said.
fn every() -> Vec<Message> {
    let person = || "Karina Ccori".to_owned();
    let report = || "N.° 031-2026-OA-TI".to_owned();
    let solved = || ClosedAs::Solved { solution: Some("Se cambió el fusor.".into()) };
    let head = || Some(("Julia Jefa".to_owned(), Some("Directora de Administración".to_owned())));
    let instant = chrono::Utc.with_ymd_and_hms(2026, 11, 20, 21, 5, 0).single().expect("an instant");
    vec![
        Message::Received { came: Came::Written },
        Message::Received { came: Came::ByPhone },
        Message::Received { came: Came::InPerson },
        Message::Asked { person: person(), question: "¿Qué mensaje muestra la pantalla?".into() },
        Message::Reminded { question: "¿Qué mensaje muestra la pantalla?".into(), until: day(22) },
        Message::Replied { person: person(), text: "Mañana revisamos el equipo.\nGracias por la foto.".into() },
        Message::Escalated { person: person(), level: 1, task: task(), handover: "Se probó otro cable.".into() },
        Message::Escalated {
            person: person(),
            level: 2,
            task: Task { requester: "Ana".into(), area: "OTI".into(), ..Task::default() },
            handover: "x".into(),
        },
        Message::Assigned {
            person: person(),
            previous: Some("Hugo Torres".into()),
            level: Some(1),
            task: task(),
            reason: Some("Está de vacaciones.".into()),
        },
        Message::Assigned { person: person(), previous: None, level: None, task: task(), reason: None },
        Message::ReturnedToDesk { person: person(), reason: "No es del equipo.".into() },
        Message::Denied { person: "Gladys Vargas".into(), reason: "Volvió el error.".into() },
        Message::ReportSubmitted {
            person: person(),
            report: report(),
            area: "Unidad de Logística".into(),
            recommendation: "Contratar la reparación.".into(),
        },
        Message::ContractingApproved { person: person(), report: report(), grounds: "Es necesario.".into() },
        Message::ContractingRejected { person: person(), report: report(), grounds: "No hay presupuesto.".into(), told: head() },
        Message::ContractingRejected { person: person(), report: report(), grounds: "No hay presupuesto.".into(), told: None },
        Message::ReportReturned { person: person(), report: report(), remarks: "Falta el costo.".into() },
        Message::RejectionTold {
            name: "Julia Jefa".into(),
            post: Some("Directora de Administración".into()),
            requester: "Gladys Vargas".into(),
            received_on: day(12),
            item: Some("IMP-0512".into()),
            report: Some(report()),
            reason: "El equipo cumplió su vida útil.".into(),
            it_head: "Jorge Ríos".into(),
            is_acting: true,
        },
        Message::ProviderCoordinated {
            supplied: supplied(),
            coverage: Some((CoverageKind::Warranty, day(30))),
            fault: "Error 50.2.".into(),
        },
        Message::ProviderCoordinated {
            supplied: Supplied { company: "X".into(), technician: "Y".into(), ..Supplied::default() },
            coverage: None,
            fault: "z".into(),
        },
        Message::ProviderReturned {
            supplied: supplied(),
            served_on: Some(day(18)),
            visit: 1,
            case: Some("CAS-77".into()),
            remark: "Sigue el error.".into(),
        },
        Message::ProviderReturned { supplied: supplied(), served_on: None, visit: 0, case: None, remark: "Sigue el error.".into() },
        Message::Solved {
            solution: "Se cambió el fusor.".into(),
            link_yes: "https://ayuda.agencia.example/answer#t".into(),
            link_no: "https://ayuda.agencia.example/answer#t&no".into(),
        },
        closed_as(solved(), ClosedTo::Requester, Some(day(30))),
        closed_as(ClosedAs::NotApproved { told: head() }, ClosedTo::Requester, None),
        closed_as(ClosedAs::NotApproved { told: None }, ClosedTo::Requester, None),
        closed_as(ClosedAs::Unanswered { asked_on: Some(day(10)) }, ClosedTo::Requester, Some(day(30))),
        closed_as(solved(), ClosedTo::Creator { requester: "Ana Paz".into(), extension: Some("3012".into()) }, Some(day(30))),
        closed_as(solved(), ClosedTo::Creator { requester: "Ana Paz".into(), extension: None }, Some(day(30))),
        closed_as(solved(), ClosedTo::Watcher { requester: "Ana Paz".into() }, Some(day(30))),
        closed_as(ClosedAs::Unanswered { asked_on: None }, ClosedTo::Watcher { requester: "Ana Paz".into() }, None),
        Message::ReopenedToDesk {
            person: "Gladys Vargas".into(),
            times: 2,
            reason: "Volvió.".into(),
            solution: Some("Se cambió el fusor.".into()),
        },
        Message::Reopened,
        Message::RequirementRecorded,
        Message::Discarded { reason: Some("Corresponde a Logística.".into()) },
        Message::Discarded { reason: None },
        Message::Joined,
        Message::PrincipalSolved { solution: Some("Se reinició el servicio.".into()) },
        Message::PrincipalNotApproved,
        Message::NotMatched,
        Message::AccountInvited { until: instant, link: "https://ayuda.agencia.example/password#t".into() },
        Message::PasswordReset { minutes: 60, link: "https://ayuda.agencia.example/password#t".into() },
    ]
}

fn is_of_no_ticket(message: &Message) -> bool {
    matches!(message, Message::NotMatched | Message::AccountInvited { .. } | Message::PasswordReset { .. })
}

fn letters(l: Language) -> Vec<Letter> {
    let about_of = |message: &Message| match message {
        message if is_of_no_ticket(message) => About { ticket: None, link: None, ..about() },
        _ => about(),
    };
    every().iter().map(|message| letter(message, &about_of(message), l)).collect()
}

fn written(l: Language) -> String {
    letters(l).iter().map(|letter| format!("Subject: {}\n\n{}\n========\n\n", letter.subject, letter.text())).collect()
}

#[test]
fn every_mail_in_spanish() {
    insta::assert_snapshot!(written(Language::Spanish));
}

#[test]
fn every_mail_in_english() {
    insta::assert_snapshot!(written(Language::English));
}

#[test]
fn a_mail_as_a_page() {
    let solved = every().into_iter().find(|message| matches!(message, Message::Solved { .. })).expect("it is among them");
    insta::assert_snapshot!(letter(&solved, &about(), Language::Spanish).html());
}

#[test]
fn every_subject_is_short_and_begins_with_its_ticket() {
    for l in Language::ALL {
        for (letter, message) in letters(l).iter().zip(every()) {
            assert!(letter.subject.chars().count() <= SUBJECT_LETTERS, "{}", letter.subject);
            assert_eq!(letter.subject.starts_with("[TI-123] "), !is_of_no_ticket(&message), "{}", letter.subject);
        }
    }
}

#[test]
fn a_long_title_is_cut_at_a_word() {
    let long =
        About { ticket: Some((7, "La impresora del quinto piso no imprime desde ayer a las nueve de la mañana".into())), ..about() };

    let letter = letter(&Message::Received { came: Came::Written }, &long, Language::Spanish);

    assert_eq!(letter.subject, "[TI-7] Recibimos su solicitud: La impresora del quinto piso no…");
}

#[test]
fn one_link_in_a_mail_but_for_the_two_answers() {
    for l in Language::ALL {
        for (letter, message) in letters(l).iter().zip(every()) {
            let n = letter.html().matches("<a href").count();
            let outside = matches!(message, Message::ProviderCoordinated { .. } | Message::ProviderReturned { .. });
            let expected = match message {
                Message::Solved { .. } => 2,
                Message::NotMatched => 0,
                _ if outside => 0,
                _ => 1,
            };
            assert_eq!(n, expected, "{}", letter.text());
        }
    }
}

#[test]
fn who_is_not_known_by_name_is_greeted_all_the_same() {
    let nobody = About { name: None, ..about() };
    let first = |l| letter(&Message::Joined, &nobody, l).text().lines().next().map(str::to_owned);
    assert_eq!(first(Language::Spanish).as_deref(), Some("Estimado(a) usuario(a):"));
    assert_eq!(first(Language::English).as_deref(), Some("Dear user,"));
}

#[test]
fn a_provider_is_told_nothing_of_the_desk_and_its_people() {
    for l in Language::ALL {
        for (letter, _) in letters(l)
            .iter()
            .zip(every())
            .filter(|(_, message)| matches!(message, Message::ProviderCoordinated { .. } | Message::ProviderReturned { .. }))
        {
            for hidden in ["Gladys", "2145", "999 111 222", "ayuda.agencia.example"] {
                assert!(!letter.text().contains(hidden), "{}", letter.text());
            }
        }
    }
}

#[test]
fn what_is_quoted_is_never_too_long() {
    let long = "palabra ".repeat(2_000);
    let letter = letter(&Message::Replied { person: "Ana".into(), text: long }, &about(), Language::Spanish);
    assert!(letter.text().chars().count() < 3_500 && letter.text().contains("palabra…»"));
}
