//! The homes, worked out: which lists a role has, and the sections of one's own requests.

use domain::{Actor, PersonId, Phase, Role, Standing, Waiting};
use wire::{CountsView, TicketQuery, TicketSort, TicketSummary};
use words::Screen;

/// One list of the home of the people of IT.
#[derive(Clone)]
pub struct Tab {
    pub name: fn(Screen) -> &'static str,
    pub empty: fn(Screen) -> &'static str,
    pub count: fn(&CountsView) -> Option<u32>,
    /// Its filters, as the address says them.
    pub query: &'static str,
}

/// Where reports are read and decided on.
pub const EVALUATE: &str = "/evaluate";

impl Tab {
    pub fn href(&self) -> String {
        if self.is_of_reports() { EVALUATE.to_owned() } else { format!("/?{}", self.query) }
    }

    /// What waits for a decision is a page of reports, rather than a list of tickets.
    pub fn is_of_reports(&self) -> bool {
        self.query == TO_EVALUATE.query
    }
}

pub const TO_RECEIVE: Tab =
    Tab { name: |s| s.to_receive(), empty: |s| s.to_receive_empty(), count: |c| c.to_receive, query: "phase=requested&sort=oldest" };
const IN_ATTENTION: Tab = Tab {
    name: |s| s.in_attention(),
    empty: |s| s.in_attention_empty(),
    count: |c| c.in_attention,
    query: "phase=in_attention&sort=waiting",
};
const WAITING: Tab =
    Tab { name: |s| s.waiting_for_user(), empty: |s| s.waiting_for_user_empty(), count: |c| c.waiting, query: "waiting=true&sort=waiting" };
pub const TO_CLOSE: Tab =
    Tab { name: |s| s.to_close(), empty: |s| s.to_close_empty(), count: |c| c.to_close, query: "phase=to_close&sort=waiting" };
const MINE: Tab = Tab { name: |s| s.assigned_to_me(), empty: |s| s.my_queue_empty(), count: |c| c.mine, query: "holder=me&sort=waiting" };
const LEVEL_1: Tab =
    Tab { name: |s| s.of_my_level(), empty: |s| s.of_my_level_empty(), count: |_| None, query: "phase=escalated1&sort=waiting" };
const LEVEL_2: Tab =
    Tab { name: |s| s.of_my_level(), empty: |s| s.of_my_level_empty(), count: |_| None, query: "phase=escalated2&sort=waiting" };
const WITH_PROVIDER: Tab =
    Tab { name: |s| s.with_provider(), empty: |s| s.with_provider_empty(), count: |_| None, query: "phase=with_provider&sort=waiting" };
const TO_VERIFY: Tab =
    Tab { name: |s| s.to_verify(), empty: |s| s.to_verify_empty(), count: |_| None, query: "phase=verifying&sort=waiting" };
const TO_EVALUATE: Tab = Tab {
    name: |s| s.to_evaluate(),
    empty: |s| s.to_evaluate_empty(),
    count: |c| c.to_evaluate,
    query: "phase=under_evaluation&sort=waiting",
};
const CONTRACTING: Tab = Tab {
    name: |s| s.being_contracted(),
    empty: |s| s.being_contracted_empty(),
    count: |c| c.contracting,
    query: "phase=contracting&sort=waiting",
};

/// What somebody of IT finds at home, the most pressing first. Whoever decides beside other work, or for another meanwhile, has that work first.
pub fn tabs(actor: &Actor) -> Vec<Tab> {
    let by_role: [(Role, &[Tab]); 4] = [
        (Role::HelpDesk, &[TO_RECEIVE, IN_ATTENTION, WAITING, TO_CLOSE, MINE]),
        (Role::Support2, &[MINE, LEVEL_2, WITH_PROVIDER, TO_VERIFY, CONTRACTING]),
        (Role::Support1, &[MINE, LEVEL_1]),
        (Role::ItHead, &[TO_EVALUATE, CONTRACTING]),
    ];
    let mut tabs: Vec<Tab> = Vec::new();
    for tab in by_role.iter().filter(|(role, _)| actor.has(*role)).flat_map(|(_, tabs)| tabs.iter()) {
        if !tabs.iter().any(|known| known.query == tab.query) {
            tabs.push(tab.clone());
        }
    }
    tabs
}

/// The page that is the home of whoever keeps or reads the records and does nothing else.
pub fn landing(actor: &Actor) -> Option<&'static str> {
    let homes = [(Role::Admin, "/admin/people"), (Role::Auditor, "/audit")];
    let does_else = actor.is_it() || actor.has(Role::AreaHead);
    homes.into_iter().find(|(role, _)| !does_else && actor.has(*role)).map(|(_, page)| page)
}

pub fn home_name(actor: &Actor, screen: Screen) -> &'static str {
    if actor.has(Role::HelpDesk) {
        screen.desk()
    } else if actor.has(Role::Support1) || actor.has(Role::Support2) {
        screen.my_queue()
    } else {
        screen.to_evaluate()
    }
}

/// What the query of an address says of a name.
pub fn value_in(query: &str, name: &str) -> Option<String> {
    let of = |pair: &str| pair.strip_prefix(name)?.strip_prefix('=').map(decoded);
    query.trim_start_matches('?').split('&').find_map(of)
}

/// The query with another value for a name; without it, where there is none.
pub fn with_value(query: &str, name: &str, value: &str) -> String {
    let others = query.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
    let mut pairs: Vec<String> = others.map(str::to_owned).collect();
    if !value.is_empty() {
        pairs.push(format!("{name}={}", client::percent_encoded(value)));
    }
    pairs.join("&")
}

/// Without its percents and plus signs.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hexadecimal = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let ahead = rest.clone();
        match (byte, hexadecimal(ahead.clone().next()), hexadecimal(ahead.clone().nth(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest.nth(1);
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The filters of an address. What it says wrongly is left out.
pub fn query_of(read: impl Fn(&str) -> Option<String>) -> TicketQuery {
    let known = |name: &str| read(name).filter(|value| !value.trim().is_empty());
    let yes_or_no = |name: &str| known(name).and_then(|value| value.parse().ok());
    let id = |name: &str| known(name).and_then(|value| value.parse::<i64>().ok());
    let day = |name: &str| known(name).and_then(|value| value.parse().ok());
    TicketQuery {
        phase: known("phase"),
        kind: known("kind"),
        outcome: known("outcome"),
        holder: known("holder"),
        requester: known("requester"),
        area: id("area").and_then(|id| id.try_into().ok()),
        service: id("service").and_then(|id| id.try_into().ok()),
        channel: known("channel"),
        waiting: yes_or_no("waiting"),
        confirmed: yes_or_no("confirmed"),
        ended: yes_or_no("ended"),
        received_from: day("received_from"),
        received_to: day("received_to"),
        solved_from: day("solved_from"),
        solved_to: day("solved_to"),
        ended_from: day("ended_from"),
        ended_to: day("ended_to"),
        pending_on: day("pending_on"),
        step: known("step"),
        step_from: day("step_from"),
        step_to: day("step_to"),
        solver: known("solver"),
        area_alone: yes_or_no("area_alone"),
        without_service: yes_or_no("without_service"),
        words: known("words"),
        sort: known("sort").and_then(|sort| sort_of(&sort)),
        ..TicketQuery::default()
    }
}

pub const SORTS: [(TicketSort, &str); 4] =
    [(TicketSort::Newest, "newest"), (TicketSort::Oldest, "oldest"), (TicketSort::Updated, "updated"), (TicketSort::Waiting, "waiting")];

fn sort_of(name: &str) -> Option<TicketSort> {
    SORTS.iter().find(|(_, known)| *known == name).map(|(sort, _)| *sort)
}

/// One's own requests, by what they need of one.
#[derive(Debug, Default, PartialEq)]
pub struct Sections {
    pub waiting_for_you: Vec<TicketSummary>,
    pub under_way: Vec<TicketSummary>,
    pub finished: Vec<TicketSummary>,
}

pub fn sections(tickets: Vec<TicketSummary>) -> Sections {
    let mut sections = Sections::default();
    for ticket in tickets {
        let is_asked = ticket.is_waiting || (ticket.phase == Phase::ToClose && is_solved(&ticket) && !ticket.is_confirmed);
        if ticket.phase.is_end() {
            sections.finished.push(ticket);
        } else if is_asked {
            sections.waiting_for_you.push(ticket);
        } else {
            sections.under_way.push(ticket);
        }
    }
    sections
}

/// Is the person asked whether it works?
pub fn is_solved(ticket: &TicketSummary) -> bool {
    ticket.phase == Phase::ToClose && ticket.outcome.is_some_and(|outcome| outcome.is_solved())
}

/// Enough of a standing for the sentence about it.
pub fn standing_of(ticket: &TicketSummary) -> Standing {
    let since = ticket.phase_since;
    let holder: Option<PersonId> = ticket.holder.as_ref().map(|holder| holder.id);
    Standing {
        phase: ticket.phase,
        kind: ticket.kind,
        outcome: ticket.outcome,
        requester: ticket.requester.id,
        creator: None,
        area: ticket.area.id,
        is_reserved: ticket.is_reserved,
        holder,
        waiting: ticket.is_waiting.then_some(Waiting { since, reminders_left: 0, reminded_at: since }),
        solver: None,
        report_author: None,
        is_covered: false,
        is_confirmed: ticket.is_confirmed,
        is_phone_notice_due: false,
        reopenable_until: None,
    }
}

/// How far a request is, in three words: sent, in attention, solved.
pub fn progress(ticket: &TicketSummary) -> u8 {
    match ticket.phase {
        Phase::Requested => 0,
        Phase::ToClose => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::Who;
    use serde_json::json;

    use super::*;

    fn actor(roles: &[Role]) -> Actor {
        Actor {
            who: Who::Person(PersonId::parse(1).unwrap()),
            roles: roles.iter().copied().collect(),
            area: None,
            areas_headed: BTreeSet::new(),
        }
    }

    fn ticket(phase: &str, outcome: Option<&str>, is_waiting: bool, is_confirmed: bool) -> TicketSummary {
        serde_json::from_value(json!({
            "id": 1, "version": 1, "title": "t", "phase": phase, "kind": null, "outcome": outcome, "channel": "web", "is_waiting": is_waiting,
            "is_reserved": false, "is_confirmed": is_confirmed, "n_reopened": 0, "requester": {"id": 1, "name": "Ana"},
            "area": {"id": 1, "name": "A"}, "holder": null, "service": null, "received_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "phase_since": "2026-01-01T00:00:00Z"
        }))
        .unwrap()
    }

    #[test]
    fn every_tab_is_a_list_that_the_address_can_say() {
        let all = tabs(&actor(&[Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead]));
        assert!(all.len() > 8);
        for tab in all {
            let query = query_of(|name| value_in(tab.query, name));
            assert!(query.phase.is_some() || query.holder.is_some() || query.waiting.is_some(), "{}", tab.query);
            assert!(query.sort.is_some(), "{}", tab.query);
            query.phase.inspect(|phase| assert!(phase.parse::<Phase>().is_ok(), "{phase}"));
        }
    }

    #[test]
    fn a_tab_is_there_once_and_others_have_none() {
        let tabs_of_both = tabs(&actor(&[Role::Support2, Role::ItHead]));
        assert_eq!(tabs_of_both.iter().filter(|tab| tab.query == CONTRACTING.query).count(), 1);
        assert!(tabs(&actor(&[Role::User, Role::Auditor])).is_empty());
    }

    #[test]
    fn whoever_keeps_or_reads_the_records_has_them_for_a_home_unless_they_do_else() {
        for (roles, home) in [
            (&[Role::User, Role::Admin][..], Some("/admin/people")),
            (&[Role::User, Role::Auditor], Some("/audit")),
            (&[Role::Admin, Role::Auditor], Some("/admin/people")),
            (&[Role::Admin, Role::HelpDesk], None),
            (&[Role::Auditor, Role::AreaHead], None),
            (&[Role::User], None),
        ] {
            assert_eq!(landing(&actor(roles)), home, "{roles:?}");
        }
    }

    #[test]
    fn what_is_to_be_decided_is_a_page_of_reports() {
        let tabs = tabs(&actor(&[Role::ItHead]));
        assert_eq!((tabs[0].href(), tabs[1].href()), ("/evaluate".to_owned(), "/?phase=contracting&sort=waiting".to_owned()));
        // The home is called by what it shows first.
        for others in [&[][..], &[Role::HelpDesk], &[Role::Support1], &[Role::Support2]] {
            let actor = actor(&[&[Role::ItHead], others].concat());
            let screen = words::screen(words::Language::Spanish);
            assert_eq!(super::tabs(&actor)[0].is_of_reports(), home_name(&actor, screen) == screen.to_evaluate(), "{others:?}");
        }
    }

    #[test]
    fn what_waits_for_the_person_comes_first() {
        let sections = sections(vec![
            ticket("in_attention", None, false, false),
            ticket("in_attention", None, true, false),
            ticket("to_close", Some("solved_at_desk"), false, false),
            ticket("to_close", Some("solved_at_desk"), false, true),
            ticket("to_close", Some("not_approved"), false, false),
            ticket("closed", Some("attended"), false, false),
        ]);
        assert_eq!((sections.waiting_for_you.len(), sections.under_way.len(), sections.finished.len()), (2, 3, 1));
    }

    #[test]
    fn the_address_holds_what_was_sought() {
        let query = with_value("phase=requested&words=x", "words", "año & «más»");
        assert_eq!(query, "phase=requested&words=a%C3%B1o%20%26%20%C2%ABm%C3%A1s%C2%BB");
        assert_eq!(value_in(&query, "words").as_deref(), Some("año & «más»"));
        assert_eq!(value_in(&query, "word"), None);
        assert_eq!(value_in("?words=dos+palabras%2", "words").as_deref(), Some("dos palabras%2"));
        assert_eq!(with_value(&query, "words", ""), "phase=requested");
        assert_eq!(with_value("", "sort", "oldest"), "sort=oldest");
    }

    #[test]
    fn the_address_is_read_leniently() {
        let query = query_of(|name| {
            Some(
                match name {
                    "sort" => "sideways",
                    "waiting" => "perhaps",
                    "words" => "  ",
                    _ => "x",
                }
                .to_owned(),
            )
        });
        assert_eq!((query.sort, query.waiting, query.words), (None, None, None));
        assert_eq!(query.phase.as_deref(), Some("x"));
    }
}
