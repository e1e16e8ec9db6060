//! Who may know that a ticket exists, and what of its events.

use serde_json::Value;

use super::draw::Draw;
use super::given::*;
use crate::actor::{Actor, Audience, Role};
use crate::event::{Event, EventName};
use crate::ticket::{Phase, Standing};
use crate::values::EventNumber;

fn standing() -> Standing {
    given([requested_by(&colleague(), &user())]).standing()
}

fn reserved() -> Standing {
    Standing { is_reserved: true, ..standing() }
}

fn who_sees(standing: &Standing) -> Vec<Actor> {
    cast().into_iter().filter(|actor| actor.sees(standing)).collect()
}

#[test]
fn a_ticket_is_seen_by_who_asked_who_created_their_heads_it_and_the_auditor() {
    let seers = [user(), colleague(), area_head(), director(), help_desk(), help_desk_2(), support1(), support1_2(), support2()];
    let seers = [seers.to_vec(), vec![support2_2(), it_head(), it_head_2(), auditor(), system()]].concat();
    assert_eq!(who_sees(&standing()), seers);
}

#[test]
fn a_reserved_ticket_is_not_seen_by_the_heads() {
    let seers = who_sees(&reserved());
    assert!(!seers.contains(&area_head()) && !seers.contains(&director()));
    assert_eq!(seers.len(), who_sees(&standing()).len() - 2);
    // Who heads the area and asked, created, or works in IT sees it as such.
    assert!(area_head().sees(&Standing { requester: id(&area_head()), ..reserved() }));
    assert!(area_head().sees(&Standing { creator: Some(id(&area_head())), ..reserved() }));
    assert!(with(area_head(), &[Role::Support1]).sees(&reserved()));
}

#[test]
fn an_admin_has_no_ticket_content_but_their_own() {
    assert!(!admin().sees(&standing()));
    assert!(admin().sees(&Standing { requester: id(&admin()), ..standing() }));
}

#[test]
fn heading_is_by_area_not_by_the_role_alone() {
    assert!(!other_head().sees(&standing()));
    let in_under = Standing { area: under_sales(), ..standing() };
    assert!(area_head().sees(&in_under), "an area under theirs");
    let in_root = Standing { area: root(), ..standing() };
    assert!(!area_head().sees(&in_root), "not the one above");
    assert!(!without(area_head(), Role::AreaHead).sees(&standing()), "who heads no more");
}

#[test]
fn what_the_mailbox_created_nobody_created() {
    let by_mail = given([requested_by(&help_desk(), &user())]).standing();
    let by_mail = Standing { creator: None, ..by_mail };
    assert!(!other_user().sees(&by_mail) && !contact().sees(&by_mail));
}

#[test]
fn it_and_the_auditor_read_what_is_internal() {
    let it = [help_desk(), support1(), support2(), it_head(), auditor(), system()];
    assert!(it.iter().all(|actor| actor.audience() == Audience::It));
    let everyone = [user(), area_head(), director(), admin(), contact()];
    assert!(everyone.iter().all(|actor| actor.audience() == Audience::Everyone));
}

#[test]
fn every_it_field_is_a_field_of_its_event() {
    for name in EventName::ALL {
        let event = Event::drawn(*name, &mut Draw::full());
        let Ok(Value::Object(json)) = serde_json::to_value(&event) else { panic!("{name} is an object") };
        for field in event.it_fields() {
            assert!(json.contains_key(*field), "{name} has no {field}");
        }
        assert!(!event.it_fields().contains(&"event"), "its name is no secret once it is seen");
    }
}

/// By hand: what of an event the requester does not read, and the events of which they know nothing.
#[test]
fn what_only_it_reads_of_each_event() {
    let hidden: Vec<String> = EventName::ALL
        .iter()
        .map(|name| Event::drawn(*name, &mut Draw::full()))
        .filter_map(|event| match (event.audience(), event.it_fields()) {
            (Audience::It, _) => Some(format!("{}: all", event.name())),
            (Audience::Everyone, []) => None,
            (Audience::Everyone, fields) => Some(format!("{}: {}", event.name(), fields.join(" "))),
        })
        .collect();
    assert_eq!(
        hidden,
        [
            "requested: from",
            "escalated: handover",
            "verification_not_needed: all",
            "coverage_verified: subject coverage remarks",
            "provider_coordinated: provider means case_number message",
            "report_drafted: all",
            "technical_report_submitted: report",
            "report_returned: remarks",
            "contracting_approved: grounds",
            "contracting_rejected: grounds",
            "contract_recorded: provider reference",
            "contracting_failed: reason",
            "service_provided: means what_was_done",
            "returned_to_provider: reason means",
            "coverage_refused: reason",
            "task_logged: all",
            "watched: all",
            "unwatched: all",
            "resumed: note",
            "reassigned: reason",
            "returned_to_desk: reason",
            "marked_duplicate: of",
            "duplicate_undone: reason",
            "another_created: all",
            "note_hidden: reason",
            "came_by_mail: all",
            "phone_notice_due: all",
            "informed_by_phone: all",
        ]
    );
}

#[test]
fn an_internal_line_is_internal_and_so_is_its_hiding() {
    let comment = |is_internal| Event::Commented { text: t("dicho"), is_internal, files: vec![] };
    let attached = |is_internal| Event::Attached { files: vec![file(1)], is_internal };
    let hidden = |internal| Event::NoteHidden { number: EventNumber { version: 3, internal }, reason: t("una contraseña") };
    assert!(!comment(false).is_internal() && comment(true).is_internal());
    assert!(!attached(false).is_internal() && attached(true).is_internal());
    assert!(!hidden(0).is_internal() && hidden(1).is_internal());
}

#[test]
fn no_number_that_the_requester_reads_betrays_an_internal_event() {
    let plain = given_in(Phase::InAttention);
    let noted = given_in(Phase::InAttention).when(support1(), internal_comment()).succeeds().when(help_desk(), log_task()).succeeds();
    assert_eq!(plain.ticket().number.version, noted.ticket().number.version);
    assert_eq!(plain.ticket().updated_at, noted.ticket().updated_at);
    let number = |given: Given| given.when(user(), comment()).succeeds().ticket().number;
    assert_eq!(number(plain), number(noted));
}

#[test]
fn files_are_named_by_the_events_that_bring_them() {
    for name in EventName::ALL {
        let event = Event::drawn(*name, &mut Draw::full());
        let has_files = serde_json::to_value(&event).is_ok_and(|json| json.get("files").is_some());
        assert_eq!(!event.files().is_empty(), has_files, "{name}");
    }
}
