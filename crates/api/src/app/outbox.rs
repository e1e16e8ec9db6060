//! Which event concerns whom: the notices that a transaction leaves behind, for the worker that sends mail.
//!
//! One step, one notice for each person, and none for who did it: of several the weightiest stays. Rendering, visibility and what has become of it
//! meanwhile are for the sender ([`super::mails`]).

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::{Actor, Entry, Event, Instant, Kind, Means, NoticeKind, Outcome, PersonId, Phase, Role, Ticket, TicketId, Who};
use serde_json::json;
use store::outbox::{Addressee, Notice};
use store::{Conn, StoreError};

/// Whether it is solved is asked only after this: what is closed until then is told as closed alone.
pub const SOLVED_WAITS_MINUTES: i64 = 15;

/// What happened to a ticket by one hand at once.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    pub actor: &'a Actor,
    pub id: TicketId,
    /// Events of the ticket before these.
    pub position: u32,
    pub after: &'a Ticket,
    pub entries: &'a [Entry],
}

/// Writes the notices of these steps.
///
/// # Errors
/// The store's.
pub fn enqueue(conn: &mut Conn, steps: &[Step<'_>], now: Instant) -> Result<(), StoreError> {
    let mut all = Vec::new();
    for step in steps {
        all.extend(notices(conn, step, now)?);
    }
    store::outbox::enqueue_due(conn, &all, now)?;
    for Step { actor, id, position, after, entries } in steps {
        let is_closed = entries.iter().any(|entry| matches!(entry.event, Event::Closed { .. }));
        // Nothing is joined to a ticket that is new.
        if *position > 0 && is_closed && after.standing().outcome != Some(Outcome::Unanswered) {
            tell_duplicates(conn, actor, *id, now)?;
        }
    }
    Ok(())
}

/// Those of one step, each with the time before which it is not sent.
fn notices(conn: &mut Conn, step: &Step<'_>, now: Instant) -> Result<Vec<(Notice, Instant)>, StoreError> {
    let Step { actor, id, position, after, entries } = *step;
    let mut chosen: BTreeMap<Addressee, (NoticeKind, u32)> = BTreeMap::new();
    for (position, entry) in (position + 1..).zip(entries) {
        for Told { kind, to } in concerned(actor, after, entry) {
            for addressee in addressees(conn, id, to)?.into_iter().filter(|addressee| !addressee_is(addressee, actor.who)) {
                let best = chosen.entry(addressee).or_insert((kind, position));
                *best = (*best).max((kind, position));
            }
        }
    }
    let notice = |(to, (kind, position)): (Addressee, (NoticeKind, u32))| {
        let due = if kind == NoticeKind::Solved { now + TimeDelta::minutes(SOLVED_WAITS_MINUTES) } else { now };
        (Notice { ticket: Some((id, position)), to, kind: kind.to_string(), details: None }, due)
    };
    Ok(chosen.into_iter().map(notice).collect())
}

/// A message, and to whom.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    kind: NoticeKind,
    to: To,
}

#[derive(Debug, PartialEq, Eq)]
enum To {
    People(Vec<PersonId>),
    /// Whoever escalated the ticket.
    Escalators,
    /// Everybody with this role.
    Role(Role),
    Provider(domain::ProviderId),
}

/// The messages that an event asks for, and to whom each goes.
fn concerned(actor: &Actor, ticket: &Ticket, entry: &Entry) -> Vec<Told> {
    use NoticeKind::*;
    let told = |kind: NoticeKind, people: Vec<PersonId>| vec![Told { kind, to: To::People(people) }];
    let requester = || vec![ticket.requester];
    let holder = || ticket.stage.holder().into_iter().collect::<Vec<_>>();
    let author = || ticket.report_author.or(ticket.stage.holder()).into_iter().collect::<Vec<_>>();
    match &entry.event {
        Event::Requested { .. } => told(Received, requester()),
        Event::Categorised { kind: Kind::Requirement } => told(RequirementRecorded, requester()),
        Event::CategoryCorrected { to: Kind::Requirement, .. } if ticket.stage.phase().is_end() => told(RequirementRecorded, requester()),
        Event::PersonAsked { .. } => told(Asked, requester()),
        Event::PersonReminded {} => told(Reminded, requester()),
        Event::Commented { is_internal: false, .. } | Event::Attached { is_internal: false, .. } => {
            if speaks_for_the_person(actor, ticket) { heard(ticket) } else { told(Replied, with_watchers(ticket, requester())) }
        }
        Event::Escalated { to, .. } => told(Escalated, vec![*to]),
        Event::Reassigned { to, .. } => told(Assigned, vec![*to]),
        Event::ReturnedToDesk { .. } => vec![Told { kind: ReturnedToDesk, to: To::Escalators }],
        Event::TechnicalReportSubmitted { .. } => vec![Told { kind: ReportSubmitted, to: To::Role(Role::ItHead) }],
        Event::ReportReturned { .. } => told(ReportReturned, author()),
        Event::ContractingApproved { .. } => told(ContractingApproved, author()),
        Event::ContractingRejected { .. } => told(ContractingRejected, author()),
        Event::AreaHeadTold { person, means: Means::Email, .. } => told(RejectionTold, vec![*person]),
        Event::ProviderCoordinated { provider, means: Means::Email, .. } => {
            vec![Told { kind: ProviderCoordinated, to: To::Provider(*provider) }]
        }
        Event::ReturnedToProvider { means: Means::Email, .. } => {
            ticket.stage.provider().map(|provider| Told { kind: ProviderReturned, to: To::Provider(provider) }).into_iter().collect()
        }
        Event::ActionRecorded { .. } | Event::SolutionRecorded { .. } | Event::ResolutionConfirmed { .. } => told(Solved, requester()),
        Event::SolutionDenied { .. } => told(Denied, holder()),
        Event::Closed { .. } => told(Closed, with_watchers(ticket, closing_people(ticket))),
        Event::Reopened { .. } => {
            let to_desk = Told { kind: ReopenedToDesk, to: To::Role(Role::HelpDesk) };
            vec![Told { kind: Reopened, to: To::People(requester()) }, to_desk]
        }
        Event::MarkedDuplicate { .. } => told(Joined, requester()),
        Event::Discarded { reason: domain::DiscardReason::NotForIt, .. } => told(Discarded, requester()),
        _ => Vec::new(),
    }
}

/// What the person writes is heard by who has the ticket, or by who solved it; after its end, when every mail says that it may be answered, by the desk.
fn heard(ticket: &Ticket) -> Vec<Told> {
    let standing = ticket.standing();
    let told = |to| Told { kind: NoticeKind::Answered, to };
    let attending: Vec<PersonId> = standing.holder.or(standing.solver).into_iter().filter(|_| !standing.phase.is_end()).collect();
    let is_desks = attending.is_empty() && standing.phase != Phase::Requested; // What is new stands on the desk's board.
    let mut all = vec![told(To::People(with_watchers(ticket, attending)))];
    all.extend(is_desks.then(|| told(To::Role(Role::HelpDesk))));
    all
}

/// Does this hand write for the person? The requester does, who created it for them, and the mailbox; not the desk that noted a call.
fn speaks_for_the_person(actor: &Actor, ticket: &Ticket) -> bool {
    actor.is(Some(ticket.requester)) || actor.who == Who::System || (actor.is(ticket.creator) && !actor.is_it())
}

/// Activity 8: «al usuario o al responsable de la creación de la incidencia».
fn closing_people(ticket: &Ticket) -> Vec<PersonId> {
    if ticket.is_phone_notice_due { ticket.creator.into_iter().collect() } else { vec![ticket.requester] }
}

fn with_watchers(ticket: &Ticket, mut people: Vec<PersonId>) -> Vec<PersonId> {
    people.extend(&ticket.watchers);
    people
}

fn addressees(conn: &mut Conn, id: TicketId, to: To) -> Result<Vec<Addressee>, StoreError> {
    let people = match to {
        To::Provider(provider) => return Ok(vec![Addressee::Provider(provider)]),
        To::People(people) => people,
        To::Role(role) => store::people::with_role(conn, role)?,
        To::Escalators => {
            let entries = store::streams::load_entries(conn, id)?;
            let escalations = entries.iter().filter(|entry| matches!(entry.event, Event::Escalated { .. }));
            escalations.filter_map(|entry| entry.by.person()).collect()
        }
    };
    Ok(people.into_iter().map(Addressee::Person).collect())
}

fn addressee_is(addressee: &Addressee, who: Who) -> bool {
    matches!((addressee, who), (Addressee::Person(one), Who::Person(other)) if *one == other)
}

/// What was joined to a ticket ends with it: their requesters are told, without its number.
fn tell_duplicates(conn: &mut Conn, actor: &Actor, principal: TicketId, now: Instant) -> Result<(), StoreError> {
    let joined = store::tickets::duplicates_of(conn, principal)?;
    let notices: Vec<Notice> = joined
        .into_iter()
        .filter(|(_, _, requester)| !actor.is(Some(*requester)))
        .map(|(id, position, requester)| Notice {
            ticket: Some((id, position)),
            to: Addressee::Person(requester),
            kind: NoticeKind::PrincipalClosed.to_string(),
            details: Some(json!({ "principal": principal })),
        })
        .collect();
    store::outbox::enqueue(conn, &notices, now)
}

#[cfg(test)]
mod tests {
    use domain::{AreaId, Channel, Line, Text};

    use super::*;

    fn person(id: i64) -> PersonId {
        PersonId::parse(id).unwrap()
    }

    fn actor(id: i64, roles: &[Role]) -> Actor {
        Actor {
            who: Who::Person(person(id)),
            roles: roles.iter().copied().collect(),
            area: AreaId::parse(1).ok(),
            areas_headed: std::collections::BTreeSet::new(),
        }
    }

    fn text(text: &str) -> Text {
        Text::parse(text).unwrap()
    }

    fn entry(by: &Actor, event: Event) -> Entry {
        Entry { at: chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap(), by: by.who, event }
    }

    /// Asked for by person 1, written down by `by`, with person 9 watching.
    fn ticket(by: &Actor) -> Ticket {
        let watched = entry(&actor(9, &[Role::User]), Event::Watched {});
        let attended = entry(&desk(), Event::Categorised { kind: Kind::Incident });
        Ticket::of(&[entry_of_request(by), watched, attended]).unwrap()
    }

    fn entry_of_request(by: &Actor) -> Entry {
        entry(
            by,
            Event::Requested {
                requester: person(1),
                channel: Channel::Phone,
                title: Line::parse("No imprime").unwrap(),
                description: text("Sale en blanco."),
                received_at: chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
                area: AreaId::parse(1).unwrap(),
                since: None,
                impact: None,
                service: None,
                equipment: None,
                place: None,
                is_reserved: false,
                files: Vec::new(),
                from: None,
            },
        )
    }

    fn desk() -> Actor {
        actor(2, &[Role::HelpDesk])
    }

    fn told(by: &Actor, ticket: Ticket, event: Event) -> Vec<(NoticeKind, Vec<i64>)> {
        let entry = entry(by, event);
        let after = ticket.evolve(&entry);
        let people = |to: To| match to {
            To::People(people) => people.into_iter().map(PersonId::get).collect(),
            other => panic!("{other:?}"),
        };
        concerned(by, &after, &entry).into_iter().map(|told| (told.kind, people(told.to))).collect()
    }

    #[test]
    fn what_the_desk_writes_goes_to_the_requester_and_what_the_person_writes_to_the_holder() {
        let comment = || Event::Commented { text: text("Hola."), is_internal: false, files: Vec::new() };
        // The desk wrote it down: it is its creator, and no person's voice for that.
        assert_eq!(told(&desk(), ticket(&desk()), comment()), [(NoticeKind::Replied, vec![1, 9])]);
        assert_eq!(told(&actor(1, &[Role::User]), ticket(&desk()), comment()), [(NoticeKind::Answered, vec![2, 9])]);
        assert_eq!(told(&Actor::system(), ticket(&desk()), comment()), [(NoticeKind::Answered, vec![2, 9])]);
        let files = || Event::Attached { files: Vec::new(), is_internal: false };
        assert_eq!(told(&desk(), ticket(&desk()), files()), [(NoticeKind::Replied, vec![1, 9])]);
        assert_eq!(told(&actor(1, &[Role::User]), ticket(&desk()), files()), [(NoticeKind::Answered, vec![2, 9])]);
        let secretary = actor(5, &[Role::User]);
        assert_eq!(told(&secretary, ticket(&secretary), comment()), [(NoticeKind::Answered, vec![2, 9])]);
    }

    #[test]
    fn what_the_person_writes_later_goes_to_who_solved_it_and_after_the_end_to_the_desk() {
        let comment = || Event::Commented { text: text("Volvió."), is_internal: false, files: Vec::new() };
        let person = actor(1, &[Role::User]);
        let heard_in = |ticket: &Ticket| {
            let entry = entry(&person, comment());
            concerned(&person, &ticket.clone().evolve(&entry), &entry).into_iter().map(|told| told.to).collect::<Vec<_>>()
        };
        let requested = entry_of_request(&desk());
        let new = Ticket::of(&[requested]).unwrap();
        let to_close =
            ticket(&desk()).evolve(&entry(&desk(), Event::SolutionRecorded { cause: text("Cable."), solution: text("Se ajustó.") }));
        let closed = to_close.clone().evolve(&entry(&desk(), Event::Closed { reopenable_until: None }));

        assert_eq!(heard_in(&new), [To::People(vec![])]);
        assert_eq!(heard_in(&to_close), [To::People(vec![self::person(2), self::person(9)])]);
        assert_eq!(heard_in(&closed), [To::People(vec![self::person(9)]), To::Role(Role::HelpDesk)]);
    }

    #[test]
    fn an_internal_note_is_told_to_nobody() {
        let note = Event::Commented { text: text("Ojo."), is_internal: true, files: Vec::new() };
        let files = Event::Attached { files: Vec::new(), is_internal: true };
        for internal in [note, files] {
            assert_eq!(told(&desk(), ticket(&desk()), internal), []);
        }
    }

    #[test]
    fn a_closing_is_told_to_the_requester_or_without_an_address_to_who_wrote_it_down() {
        let solved = entry(&desk(), Event::SolutionRecorded { cause: text("Cable."), solution: text("Se ajustó.") });
        let closed = || Event::Closed { reopenable_until: None };
        let to_close = ticket(&desk()).evolve(&solved);
        assert_eq!(told(&desk(), to_close.clone(), closed()), [(NoticeKind::Closed, vec![1, 9])]);
        let without = to_close.evolve(&entry(&desk(), Event::PhoneNoticeDue {}));
        assert_eq!(told(&desk(), without, closed()), [(NoticeKind::Closed, vec![2, 9])]);
    }

    #[test]
    fn a_provider_and_a_head_are_written_to_only_where_that_is_the_means() {
        let provider = domain::ProviderId::parse(3).unwrap();
        let coordinated = |means| Event::ProviderCoordinated { provider, means, case_number: None, expected_on: None, message: None };
        let entry_of = |means| entry(&desk(), coordinated(means));
        for means in Means::ALL {
            let entry = entry_of(*means);
            let told = concerned(&desk(), &ticket(&desk()).evolve(&entry), &entry);
            assert_eq!(told.len(), usize::from(*means == Means::Email), "{means}");
        }
        let head = |means| Event::AreaHeadTold {
            person: person(7),
            name: Line::parse("Julia Jefa").unwrap(),
            post: None,
            area: AreaId::parse(1).unwrap(),
            text: text("No procede."),
            means,
            told_at: chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        };
        assert_eq!(told(&desk(), ticket(&desk()), head(Means::Email)), [(NoticeKind::RejectionTold, vec![7])]);
        assert_eq!(told(&desk(), ticket(&desk()), head(Means::Document)), []);
    }

    #[test]
    fn the_weightiest_of_one_step_is_the_last_in_the_order_of_kinds() {
        assert!(
            NoticeKind::Closed > NoticeKind::Solved && NoticeKind::Solved > NoticeKind::Asked && NoticeKind::Asked > NoticeKind::Received
        );
        assert!(NoticeKind::RequirementRecorded > NoticeKind::Received);
    }
}
