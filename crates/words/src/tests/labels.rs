//! What fields and choices are called.

use super::*;

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
    assert_eq!(field_help("service.description", Spanish), None, "its form is no request");
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
fn languages_call_themselves_by_their_own_names() {
    for language in Language::ALL {
        assert_eq!((screen(language).language_spanish(), screen(language).language_english()), ("Español", "English"));
    }
}
