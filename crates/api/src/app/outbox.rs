//! Which event concerns whom: the notices that a transaction leaves behind, for the worker that sends mail.
//!
//! One event, one notice for each person, and none for who did it. Rendering, visibility and the rules on how many mails go are for the sender.

use std::collections::BTreeSet;

use domain::{Entry, Event, Instant, Outcome, PersonId, Ticket, TicketId};
use store::outbox::Notice;
use store::{Conn, StoreError};

/// Writes the notices of these entries, the first of which stands at `position` + 1.
///
/// # Errors
/// The store's.
pub fn enqueue(conn: &mut Conn, id: TicketId, position: u32, after: &Ticket, entries: &[Entry], now: Instant) -> Result<(), StoreError> {
    let notices: Vec<Notice> = (position + 1..).zip(entries).flat_map(|(position, entry)| notices_of(id, position, after, entry)).collect();
    if notices.is_empty() { Ok(()) } else { store::outbox::enqueue(conn, &notices, now) }
}

fn notices_of(ticket: TicketId, position: u32, after: &Ticket, entry: &Entry) -> Vec<Notice> {
    let Some((kind, people)) = concerned(after, entry) else { return Vec::new() };
    let others = people.into_iter().filter(|person| entry.by.person() != Some(*person));
    others.map(|person| Notice { ticket, position, person, kind: kind.to_owned() }).collect()
}

/// The message that an event asks for, and to whom.
fn concerned(ticket: &Ticket, entry: &Entry) -> Option<(&'static str, BTreeSet<PersonId>)> {
    let requester = || BTreeSet::from([ticket.requester]);
    let holder = || ticket.stage.holder().into_iter().collect::<BTreeSet<_>>();
    let one = |person: PersonId| BTreeSet::from([person]);
    let is_persons = entry.by.person() == Some(ticket.requester) || (entry.by.person() == ticket.creator && ticket.creator.is_some());
    match &entry.event {
        Event::Requested { .. } => Some(("received", requester())),
        Event::Categorised { kind: domain::Kind::Requirement } => Some(("requirement_recorded", requester())),
        Event::CategoryCorrected { to: domain::Kind::Requirement, .. } if ticket.stage.phase().is_end() => {
            Some(("requirement_recorded", requester()))
        }
        Event::PersonAsked { .. } => Some(("asked", requester())),
        Event::PersonReminded {} => Some(("reminded", requester())),
        Event::Commented { is_internal: false, .. } if is_persons => Some(("answered", with_watchers(ticket, holder()))),
        Event::Commented { is_internal: false, .. } => Some(("replied", with_watchers(ticket, requester()))),
        Event::Escalated { to, .. } => Some(("escalated", one(*to))),
        Event::Reassigned { to, .. } => Some(("assigned", one(*to))),
        Event::ReportReturned { .. } => Some(("report_returned", holder())),
        Event::ContractingApproved { .. } => Some(("contracting_approved", holder())),
        Event::ContractingRejected { .. } => Some(("contracting_rejected", ticket.report_author.into_iter().collect())),
        Event::AreaHeadTold { person, .. } => Some(("rejection_told", one(*person))),
        Event::ActionRecorded { .. } | Event::SolutionRecorded { .. } | Event::ResolutionConfirmed { .. } => Some(("solved", requester())),
        Event::SolutionDenied { .. } => Some(("denied", holder())),
        Event::Closed { .. } => Some((closing(ticket), with_watchers(ticket, closing_people(ticket)))),
        Event::Reopened { .. } => Some(("reopened", requester())),
        Event::MarkedDuplicate { .. } => Some(("joined", requester())),
        Event::Discarded { reason: domain::DiscardReason::NotForIt, .. } => Some(("discarded", requester())),
        _ => None,
    }
}

fn closing(ticket: &Ticket) -> &'static str {
    match ticket.standing().outcome {
        Some(Outcome::NotApproved) => "closed_not_approved",
        Some(Outcome::Unanswered) => "closed_unanswered",
        _ => "closed",
    }
}

/// Activity 8: «al usuario o al responsable de la creación de la incidencia».
fn closing_people(ticket: &Ticket) -> BTreeSet<PersonId> {
    if ticket.is_phone_notice_due { ticket.creator.into_iter().collect() } else { BTreeSet::from([ticket.requester]) }
}

fn with_watchers(ticket: &Ticket, mut people: BTreeSet<PersonId>) -> BTreeSet<PersonId> {
    people.extend(&ticket.watchers);
    people
}
