//! Activities 1 and 2: the request, its facts, its category.

use chrono::TimeDelta;

use super::given::*;
use crate::actor::Role;
use crate::command::{FactsPatch, Request};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::ticket::Phase;
use crate::values::*;

fn for_whom(requester: &crate::Actor) -> Request {
    Request { requester: Some(id(requester)), ..a_request() }
}

fn by_channel(channel: Channel, requester: &crate::Actor) -> Request {
    Request { channel, ..for_whom(requester) }
}

// Activity 1.

#[test]
fn a_user_asks_for_itself() {
    let ticket = asking(user(), a_request()).succeeds().ticket();
    assert_eq!((ticket.requester, ticket.creator, ticket.area), (id(&user()), Some(id(&user())), sales()));
    assert_eq!((ticket.received_at, ticket.is_reserved), (start(), false));
}

#[test]
fn a_user_asks_for_a_colleague_of_its_area_and_for_nobody_else() {
    asking(user(), for_whom(&colleague())).succeeds();
    asking(user(), for_whom(&contact())).succeeds();
    asking(user(), for_whom(&other_user())).refuses(Refusal::NotYourArea);
}

#[test]
fn a_head_asks_for_anybody_of_the_areas_that_they_head() {
    asking(area_head(), for_whom(&user())).succeeds();
    asking(director(), for_whom(&other_user())).succeeds();
    asking(without(director(), Role::User), for_whom(&user())).succeeds();
    asking(area_head(), for_whom(&other_user())).refuses(Refusal::NotYourArea);
}

#[test]
fn the_desk_and_the_mailbox_ask_for_anybody() {
    asking(help_desk(), by_channel(Channel::Phone, &other_user())).succeeds();
    asking(help_desk(), by_channel(Channel::Mobile, &contact())).succeeds();
    asking(help_desk(), by_channel(Channel::InPerson, &user())).succeeds();
    let ticket = asking(system(), by_channel(Channel::Email, &contact())).succeeds().ticket();
    assert_eq!((ticket.requester, ticket.creator), (id(&contact()), None));
}

#[test]
fn the_mailbox_says_for_whom() {
    let request = Request { channel: Channel::Email, ..a_request() };
    asking(system(), request).refuses(Refusal::PersonUnknown { field: "requester".into() });
}

#[test]
fn who_has_no_part_in_activity_1_does_not_ask() {
    let roles = vec![Role::User, Role::AreaHead, Role::HelpDesk];
    asking(auditor(), a_request()).refuses(Refusal::NotYourRole { roles: roles.clone() });
    asking(without(admin(), Role::User), a_request()).refuses(Refusal::NotYourRole { roles: roles.clone() });
    asking(without(support2(), Role::User), a_request()).refuses(Refusal::NotYourRole { roles: roles.clone() });
    asking(contact(), a_request()).refuses(Refusal::NotYourRole { roles });
}

#[test]
fn the_people_of_it_are_users_too() {
    asking(support2(), a_request()).succeeds();
    asking(admin(), a_request()).succeeds();
    asking(support2(), for_whom(&user())).refuses(Refusal::NotYourArea);
}

#[test]
fn other_channels_are_noted_by_the_desk() {
    for channel in [Channel::Phone, Channel::Mobile, Channel::InPerson, Channel::Email] {
        asking(user(), by_channel(channel, &user())).refuses(Refusal::ChannelNotYours { channel });
        asking(area_head(), by_channel(channel, &user())).refuses(Refusal::ChannelNotYours { channel });
        asking(help_desk(), by_channel(channel, &user())).succeeds();
    }
    asking(system(), by_channel(Channel::Phone, &user())).refuses(Refusal::ChannelNotYours { channel: Channel::Phone });
}

#[test]
fn the_requester_is_known_and_active() {
    let unknown = Request { requester: Some(person(999)), ..a_request() };
    asking(help_desk(), unknown).refuses(Refusal::PersonUnknown { field: "requester".into() });
    asking(help_desk(), for_whom(&disabled())).refuses(Refusal::PersonDisabled { person: id(&disabled()) });
}

#[test]
fn the_area_is_the_persons_unless_who_may_say_another_does() {
    let in_area = |area| Request { area: Some(area), ..for_whom(&user()) };
    asking(user(), in_area(sales())).succeeds();
    asking(user(), in_area(other_area())).refuses(Refusal::NotYourArea);
    asking(area_head(), in_area(under_sales())).succeeds();
    asking(area_head(), in_area(other_area())).refuses(Refusal::NotYourArea);
    assert_eq!(asking(help_desk(), in_area(other_area())).succeeds().ticket().area, other_area());
    asking(help_desk(), in_area(ended_area())).refuses(Refusal::AreaUnknown { area: ended_area() });
    asking(help_desk(), in_area(area(999))).refuses(Refusal::AreaUnknown { area: area(999) });
}

#[test]
fn the_requests_of_a_control_unit_are_reserved_whoever_forgets_to_say_so() {
    let from_control = Request { area: Some(control()), ..for_whom(&user()) };
    assert!(asking(help_desk(), from_control).succeeds().ticket().is_reserved);
    let said = Request { is_reserved: true, ..a_request() };
    assert!(asking(user(), said).succeeds().ticket().is_reserved);
}

#[test]
fn only_the_desk_says_when_it_was_received_and_not_in_the_future() {
    let received = |at| Request { received_at: Some(at), ..a_request() };
    let second = TimeDelta::seconds(1);
    assert_eq!(asking(help_desk(), received(start() - second)).succeeds().ticket().received_at, start() - second);
    asking(help_desk(), received(start())).succeeds();
    asking(help_desk(), received(start() + second)).refuses(Refusal::DateInFuture { field: "received_at".into() });
    // A user's word on it is not taken, and stops nothing.
    assert_eq!(asking(user(), received(start() + second)).succeeds().ticket().received_at, start());
}

#[test]
fn what_happens_since_tomorrow_does_not_happen() {
    let since = |day| Request { since: Some(day), ..a_request() };
    asking(user(), since(today())).succeeds();
    asking(user(), since(today() - TimeDelta::days(1))).succeeds();
    asking(user(), since(today() + TimeDelta::days(1))).refuses(Refusal::DateInFuture { field: "since".into() });
}

#[test]
fn services_files_and_the_ticket_that_it_came_from_are_on_record() {
    asking(user(), Request { service: Some(service(1)), ..a_request() }).succeeds();
    asking(user(), Request { service: Some(service(9)), ..a_request() }).refuses(Refusal::ServiceUnknown);
    asking(user(), Request { from: Some(ticket_id(500)), ..a_request() }).succeeds();
    let unknown = ticket_id(999);
    asking(user(), Request { from: Some(unknown), ..a_request() })
        .refuses(Refusal::TicketUnknown { ticket: unknown, field: "from".into() });
    asking(user(), Request { files: vec![file(1), file(2)], ..a_request() }).succeeds();
    asking(user(), Request { files: vec![file(1), file(1)], ..a_request() }).refuses(Refusal::FileUnknown { file: file(1) });
    asking(user(), Request { files: vec![file(9)], ..a_request() }).refuses(Refusal::FileUnknown { file: file(9) });
}

// Activity 2.

#[test]
fn the_desk_categorises() {
    given([requested()])
        .when(help_desk(), categorise(Kind::Incident))
        .then([Event::Verified { facts: FactsPatch::default() }, Event::Categorised { kind: Kind::Incident }])
        .stands_in(Phase::InAttention)
        .held_by(&help_desk());
    given([requested()]).when(help_desk_2(), categorise(Kind::Occurrence)).leads_to(Phase::InAttention).held_by(&help_desk_2());
    given([requested()]).when(help_desk(), categorise(Kind::Requirement)).leads_to(Phase::Recorded).held_by_nobody();
}

#[test]
fn nobody_but_the_desk_categorises() {
    let refusal = || Refusal::NotYourRole { roles: vec![Role::HelpDesk] };
    for actor in [user(), support1(), support2(), it_head(), area_head(), auditor(), system()] {
        given([requested()]).when(actor, categorise(Kind::Incident)).refuses(refusal());
    }
    for actor in [admin(), other_user(), other_head()] {
        given([requested()]).when(actor, categorise(Kind::Incident)).refuses(Refusal::NotVisible);
    }
}

#[test]
fn what_was_told_by_voice_is_registered_and_what_was_written_is_verified() {
    for channel in Channel::ALL {
        let given = asking(help_desk(), by_channel(*channel, &user())).succeeds();
        let events = given.when(help_desk(), categorise(Kind::Incident)).answer.expect("the desk categorises");
        let is_written = matches!(channel, Channel::Web | Channel::Email);
        assert_eq!(matches!(events[0], Event::Verified { .. }), is_written, "{channel}");
        assert_eq!(matches!(events[0], Event::Registered { .. }), !is_written, "{channel}");
    }
}

#[test]
fn it_is_categorised_once() {
    given_in(Phase::InAttention)
        .when(help_desk(), categorise(Kind::Incident))
        .refuses(Refusal::NotNow { phase: Phase::InAttention, action: crate::Action::Categorise });
}

#[test]
fn a_requirement_of_who_has_no_address_is_told_by_phone() {
    given([requested_by(&help_desk(), &contact())]).when(help_desk(), categorise(Kind::Requirement)).then([
        Event::Verified { facts: FactsPatch::default() },
        Event::Categorised { kind: Kind::Requirement },
        Event::PhoneNoticeDue {},
    ]);
    // An incident goes on, and nobody needs telling yet.
    let after = given([requested_by(&help_desk(), &contact())]).when(help_desk(), categorise(Kind::Incident)).succeeds();
    assert!(!after.standing().is_phone_notice_due);
}

#[test]
fn the_notice_goes_to_the_requester_as_corrected_in_the_same_step() {
    let command = |to: &crate::Actor| {
        let facts = FactsPatch { requester: Some(id(to)), ..FactsPatch::default() };
        crate::Command::Categorise { kind: Kind::Requirement, facts }
    };
    let after = given([requested()]).when(help_desk(), command(&contact())).succeeds();
    assert!(after.standing().is_phone_notice_due);
    let after = given([requested_by(&help_desk(), &contact())]).when(help_desk(), command(&user())).succeeds();
    assert!(!after.standing().is_phone_notice_due);
}

// Facts.

#[test]
fn the_desk_corrects_facts_and_so_does_the_holder() {
    let patch = || FactsPatch { title: Some(l("La impresora del piso 3")), place: Some(l("Piso 3")), ..FactsPatch::default() };
    let corrected = || [Event::FactsCorrected { facts: patch() }];
    let after = given_in(Phase::Requested).when(help_desk(), correct(patch())).then(corrected());
    assert_eq!(after.ticket().title, l("La impresora del piso 3"));
    given_in(Phase::Escalated1).when(support1(), correct(patch())).then(corrected());
    given_in(Phase::ToClose).when(help_desk_2(), correct(patch())).then(corrected());
    let not_assignee = Refusal::NotAssignee { assignee: Some(id(&support1())) };
    given_in(Phase::Escalated1).when(support1_2(), correct(patch())).refuses(not_assignee);
    given_in(Phase::Escalated1).when(user(), correct(patch())).refuses(Refusal::NotYourRole { roles: vec![Role::HelpDesk] });
    for end in [Phase::Closed, Phase::Recorded, Phase::Withdrawn, Phase::Duplicate, Phase::Discarded] {
        let refusal = Refusal::NotNow { phase: end, action: crate::Action::CorrectFacts };
        given_in(end).when(help_desk(), correct(patch())).refuses(refusal);
    }
}

#[test]
fn what_stays_as_it_was_is_no_correction() {
    given_in(Phase::Requested).when(help_desk(), correct(FactsPatch::default())).refuses(Refusal::NothingToCorrect);
    let same = FactsPatch { requester: Some(id(&user())), title: Some(a_request().title), ..FactsPatch::default() };
    given_in(Phase::Requested).when(help_desk(), correct(same)).refuses(Refusal::NothingToCorrect);
    let half = FactsPatch { requester: Some(id(&user())), place: Some(l("Piso 3")), ..FactsPatch::default() };
    let changed = FactsPatch { place: Some(l("Piso 3")), ..FactsPatch::default() };
    given_in(Phase::Requested).when(help_desk(), correct(half)).then([Event::FactsCorrected { facts: changed }]);
}

#[test]
fn corrected_facts_are_on_record() {
    let requester = |id| correct(FactsPatch { requester: Some(id), ..FactsPatch::default() });
    let given = || given_in(Phase::InAttention);
    given().when(help_desk(), requester(person(999))).refuses(Refusal::PersonUnknown { field: "facts.requester".into() });
    given().when(help_desk(), requester(id(&disabled()))).refuses(Refusal::PersonDisabled { person: id(&disabled()) });
    given().when(help_desk(), requester(id(&other_user()))).succeeds();
    let area = |area| correct(FactsPatch { area: Some(area), ..FactsPatch::default() });
    given().when(help_desk(), area(ended_area())).refuses(Refusal::AreaUnknown { area: ended_area() });
    given().when(help_desk(), area(other_area())).succeeds();
    let service = |service| correct(FactsPatch { service: Some(service), ..FactsPatch::default() });
    given().when(help_desk(), service(ServiceId::parse(9).unwrap())).refuses(Refusal::ServiceUnknown);
}

#[test]
fn a_requester_who_left_since_stops_no_other_correction() {
    let leave = |facts: &mut crate::Facts| facts.people.get_mut(&id(&user())).unwrap().is_active = false;
    let patch = FactsPatch { requester: Some(id(&user())), place: Some(l("Piso 3")), ..FactsPatch::default() };
    given_in(Phase::InAttention).knowing(leave).when(help_desk(), correct(patch)).succeeds();
}

#[test]
fn a_ticket_that_moves_to_a_control_unit_becomes_reserved() {
    let moved = FactsPatch { area: Some(control()), ..FactsPatch::default() };
    let after = given_in(Phase::InAttention).when(help_desk(), correct(moved.clone())).succeeds();
    assert!(after.standing().is_reserved);
    assert!(!director().sees(&after.standing()));
    let contrary = FactsPatch { is_reserved: Some(false), ..moved };
    assert!(given_in(Phase::InAttention).when(help_desk(), correct(contrary)).succeeds().standing().is_reserved);
    let freed = FactsPatch { is_reserved: Some(false), ..FactsPatch::default() };
    assert!(!after.when(help_desk(), correct(freed)).succeeds().standing().is_reserved);
}

#[test]
fn a_reserved_request_is_categorised_like_any() {
    let reserved = asking(user(), Request { is_reserved: true, ..a_request() }).succeeds();
    reserved.clone().when(area_head(), comment()).refuses(Refusal::NotVisible);
    reserved.when(help_desk(), categorise(Kind::Incident)).leads_to(Phase::InAttention);
}
