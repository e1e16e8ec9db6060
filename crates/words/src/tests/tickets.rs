//! What is said of a ticket, and of what happened to it.

use super::*;

#[test]
fn what_was_done_to_many_says_what_and_to_how_many() {
    assert_eq!(bulk_done(Action::Close, 1, 0, Spanish), "Se cerró 1 solicitud.");
    assert_eq!(bulk_done(Action::Close, 2, 1, Spanish), "Se cerraron 2 solicitudes. 1 no se pudo:");
    assert_eq!(bulk_done(Action::Watch, 2, 0, Spanish), "Ahora sigue 2 solicitudes.");
    assert_eq!(bulk_done(Action::Take, 0, 3, Spanish), "No se pudo con ninguna solicitud. 3 no se pudieron:");
    assert_eq!(bulk_done(Action::Reassign, 2, 1, English), "2 tickets reassigned. Not possible on 1:");
}

#[test]
fn escalating_says_to_which_level() {
    assert_eq!(action(Action::Escalate, Phase::InAttention, Spanish), "Escalar (escalado\u{a0}1)");
    assert_eq!(action(Action::Escalate, Phase::Escalated1, Spanish), "Escalar (escalado\u{a0}2)");
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
    assert_eq!(es(EventName::Escalated, &full), "Yesenia Flores la escaló a Percy Mamani (escalado\u{a0}2): x");
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
