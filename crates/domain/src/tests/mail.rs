//! What comes by mail.

use super::given::*;
use crate::command::{Command, Request};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::ticket::Phase;
use crate::values::{Channel, MailId};
use crate::{Actor, ByMail, answer_by_mail, request_by_mail};

fn by_mail() -> ByMail {
    ByMail { mail: MailId::parse(7).expect("it is positive"), is_unverified: true, n_files_left: 2 }
}

fn came() -> Event {
    let ByMail { mail, is_unverified, n_files_left } = by_mail();
    Event::CameByMail { mail, is_unverified, n_files_left }
}

/// A person without any role, as whom the mailbox writes.
fn bare(actor: &Actor) -> Actor {
    Actor { who: actor.who, ..system() }
}

#[test]
fn a_mail_asks_for_support_and_it_reads_that_its_sender_is_unproven() {
    let asked = Request { requester: Some(id(&contact())), channel: Channel::Email, ..a_request() };

    let events = request_by_mail(&system(), start(), &facts(), asked, by_mail()).expect("the mailbox asks for anybody");

    assert!(matches!(&events[..], [Event::Requested { .. }, noted] if *noted == came()), "{events:?}");
    assert!(!events[0].is_internal() && events[1].is_internal());
}

#[test]
fn what_the_request_refuses_no_mail_makes() {
    let disabled = Request { requester: Some(id(&disabled())), channel: Channel::Email, ..a_request() };
    let by_phone = Request { requester: Some(id(&user())), channel: Channel::Phone, ..a_request() };

    let answer = |asked| request_by_mail(&system(), start(), &facts(), asked, by_mail());

    assert!(matches!(answer(disabled), Err(Refusal::PersonDisabled { .. })));
    assert!(matches!(answer(by_phone), Err(Refusal::ChannelNotYours { .. })));
}

#[test]
fn an_answer_by_mail_is_the_requesters_line_in_any_phase() {
    for phase in Phase::ALL {
        let given = given_in(*phase);
        let ticket = given.ticket();

        let events = answer_by_mail(&ticket, &bare(&user()), now(), &facts(), comment(), by_mail()).expect("the requester writes");

        assert!(matches!(&events[0], Event::Commented { is_internal: false, .. }));
        assert_eq!(events.last(), Some(&came()), "{phase}");
    }
}

#[test]
fn an_answer_by_mail_ends_the_waiting() {
    let waiting = given_in(Phase::InAttention).when(help_desk(), ask()).succeeds().ticket();

    let events = answer_by_mail(&waiting, &bare(&user()), now(), &facts(), comment(), by_mail()).expect("the requester writes");

    assert!(events.contains(&Event::PersonAnswered {}), "{events:?}");
}

#[test]
fn an_address_gives_nobody_the_rights_of_it() {
    let ticket = given_in(Phase::Escalated1).ticket();
    let answer = |actor: &Actor, command: Command| answer_by_mail(&ticket, actor, now(), &facts(), command, by_mail());

    for actor in [help_desk(), support1(), it_head(), area_head()] {
        assert_eq!(answer(&bare(&actor), comment()), Err(Refusal::NotVisible));
    }
    assert!(answer(&bare(&user()), internal_comment()).is_err());
}
