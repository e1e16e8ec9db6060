//! Why not: refusals, problems, values that are not taken.

use super::*;

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
fn a_sentence_away_from_its_field_names_it_once() {
    let bad = value_error(ValueError::BadEmail, "Correo", Spanish);
    assert_eq!(about("Correo", &bad, Spanish), bad);
    assert_eq!(about("RUC", &value_error(ValueError::BadRuc, "RUC", English), English), "RUC: That RUC is not valid: check its 11 digits.");
    assert_eq!(about("Área", "No existe «Correo».", Spanish), "Área: No existe «Correo».");
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
        "view_name_taken",
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
