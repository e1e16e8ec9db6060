//! Between rows and values: a ticket as the columns of its read row, and back. Every column follows from the fold of the events.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{Event, EventNumber, Instant, ReportDraft, Standing, Ticket, TicketId, Waiting};

use crate::error::StoreError;
use crate::fold;
use crate::schema::tickets::{details, tickets};
use crate::tickets::TicketRow;
use crate::types::{Stamp, int, maybe, seconds, value};

/// All of a ticket's read row but its id.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = tickets, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct Columns {
    pub position: i32,
    pub version: i32,
    pub phase: String,
    pub is_ended: bool,
    pub kind: Option<String>,
    pub outcome: Option<String>,
    pub requester_id: i64,
    pub creator_id: Option<i64>,
    pub area_id: i64,
    pub is_reserved: bool,
    pub holder_id: Option<i64>,
    pub waiting_since: Option<Stamp>,
    pub reminders_left: Option<i32>,
    pub reminded_at: Option<Stamp>,
    pub solver_id: Option<i64>,
    pub is_confirmed: bool,
    pub is_phone_notice_due: bool,
    pub channel: String,
    pub title: String,
    pub title_folded: String,
    pub service_id: Option<i64>,
    pub duplicate_of_id: Option<i64>,
    pub from_ticket_id: Option<i64>,
    pub n_reopened: i32,
    pub received_at: Stamp,
    pub updated_at: Stamp,
    pub phase_since: Stamp,
    pub solved_at: Option<Stamp>,
    pub closed_at: Option<Stamp>,
    /// From its receipt until it was attended, and until it was solved.
    pub attend_seconds: Option<i64>,
    pub solve_seconds: Option<i64>,
    #[diesel(embed)]
    pub details: Details,
}

/// What is neither sought nor sorted by, and read with the whole row.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = details, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct Details {
    pub internal: i32,
    pub report_author_id: Option<i64>,
    pub is_covered: bool,
    pub reopenable_until: Option<Stamp>,
    pub description: Option<String>,
    pub since_on: Option<NaiveDate>,
    pub impact: Option<String>,
    pub equipment: Option<String>,
    pub place: Option<String>,
    pub solution: Option<String>,
    pub provider_id: Option<i64>,
    pub draft: Option<String>,
    pub report: Option<String>,
    pub n_visits: i32,
    pub created_at: Stamp,
    pub held_since: Stamp,
    pub attended_at: Option<Stamp>,
}

/// The title as it is sought: its words, folded, one space between them.
pub(crate) fn folded(title: &str) -> String {
    fold::words(title).join(" ")
}

impl Columns {
    /// What the fold says.
    pub fn of(ticket: &Ticket) -> Columns {
        let Standing {
            phase,
            kind,
            outcome,
            requester,
            creator,
            area,
            is_reserved,
            holder,
            waiting,
            solver,
            report_author,
            is_covered,
            is_confirmed,
            is_phone_notice_due,
            reopenable_until,
        } = ticket.standing();
        let since_received = |at: Instant| i64::try_from(seconds(ticket.received_at, at)).unwrap_or(i64::MAX);
        let first = EventNumber::default().next(false);
        let is_description_hidden = ticket.note_of(first).is_some_and(|note| note.is_hidden);
        Columns {
            position: int(ticket.position),
            version: int(ticket.number.version),
            phase: phase.name().to_owned(),
            is_ended: phase.is_end(),
            kind: kind.map(|kind| kind.name().to_owned()),
            outcome: outcome.map(|outcome| outcome.name().to_owned()),
            requester_id: requester.get(),
            creator_id: creator.map(domain::PersonId::get),
            area_id: area.get(),
            is_reserved,
            holder_id: holder.map(domain::PersonId::get),
            waiting_since: waiting.map(|waiting| Stamp(waiting.since)),
            reminders_left: waiting.map(|waiting| int(waiting.reminders_left)),
            reminded_at: waiting.map(|waiting| Stamp(waiting.reminded_at)),
            solver_id: solver.map(domain::PersonId::get),
            is_confirmed,
            is_phone_notice_due,
            channel: ticket.channel.name().to_owned(),
            title: ticket.title.as_str().to_owned(),
            title_folded: folded(ticket.title.as_str()),
            service_id: ticket.service.map(domain::ServiceId::get),
            duplicate_of_id: ticket.duplicate_of().map(TicketId::get),
            from_ticket_id: ticket.from.map(TicketId::get),
            n_reopened: int(ticket.n_reopened),
            received_at: Stamp(ticket.received_at),
            updated_at: Stamp(ticket.updated_at),
            phase_since: Stamp(ticket.phase_since),
            solved_at: ticket.solved_at.map(Stamp),
            closed_at: ticket.closed_at.map(Stamp),
            attend_seconds: ticket.attended_at.map(since_received),
            solve_seconds: ticket.solved_at.map(since_received),
            details: Details {
                internal: int(ticket.number.internal),
                report_author_id: report_author.map(domain::PersonId::get),
                is_covered,
                reopenable_until: reopenable_until.map(Stamp),
                description: (!is_description_hidden).then(|| ticket.description.as_str().to_owned()),
                since_on: ticket.since,
                impact: ticket.impact.map(|impact| impact.name().to_owned()),
                equipment: ticket.equipment.as_ref().map(|line| line.as_str().to_owned()),
                place: ticket.place.as_ref().map(|line| line.as_str().to_owned()),
                solution: ticket.solution.as_ref().map(|text| text.as_str().to_owned()),
                provider_id: ticket.stage.provider().map(domain::ProviderId::get),
                draft: (ticket.draft != ReportDraft::default()).then(|| json(&ticket.draft)),
                report: ticket.report.as_ref().map(json),
                n_visits: int(ticket.n_visits),
                created_at: Stamp(ticket.created_at),
                held_since: Stamp(ticket.held_since),
                attended_at: ticket.attended_at.map(Stamp),
            },
        }
    }

    /// What decides who sees the ticket and what may be done with it.
    pub fn standing(&self, id: i64) -> Result<Standing, StoreError> {
        const TABLE: &str = "tickets";
        Ok(Standing {
            phase: value(TABLE, id, self.phase.as_str())?,
            kind: maybe(TABLE, id, self.kind.as_deref())?,
            outcome: maybe(TABLE, id, self.outcome.as_deref())?,
            requester: value(TABLE, id, self.requester_id)?,
            creator: maybe(TABLE, id, self.creator_id)?,
            area: value(TABLE, id, self.area_id)?,
            is_reserved: self.is_reserved,
            holder: maybe(TABLE, id, self.holder_id)?,
            waiting: self.waiting(id)?,
            solver: maybe(TABLE, id, self.solver_id)?,
            report_author: maybe(TABLE, id, self.details.report_author_id)?,
            is_covered: self.details.is_covered,
            is_confirmed: self.is_confirmed,
            is_phone_notice_due: self.is_phone_notice_due,
            reopenable_until: self.details.reopenable_until.map(Instant::from),
        })
    }

    fn waiting(&self, id: i64) -> Result<Option<Waiting>, StoreError> {
        match (self.waiting_since, self.reminders_left, self.reminded_at) {
            (None, None, None) => Ok(None),
            (Some(since), Some(left), Some(reminded)) => {
                Ok(Some(Waiting { since: since.0, reminders_left: value("tickets", id, left)?, reminded_at: reminded.0 }))
            }
            _ => Err(StoreError::corrupt("tickets", id, "it waits in part")),
        }
    }
}

/// The names that a read row shows beside its identities.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Named {
    pub requester: Option<String>,
    pub creator: Option<String>,
    pub holder: Option<String>,
    pub area: Option<String>,
    pub service: Option<String>,
    pub provider: Option<String>,
}

/// The row as the rest of the program reads it.
pub(crate) fn ticket_row(
    id: i64,
    columns: Columns,
    standing: Standing,
    named: Named,
    is_watching: bool,
    is_pointed_at: bool,
) -> Result<TicketRow, StoreError> {
    const TABLE: &str = "tickets";
    let c = columns;
    let d = c.details;
    Ok(TicketRow {
        id: value(TABLE, id, id)?,
        position: value(TABLE, id, c.position)?,
        number: EventNumber { version: value(TABLE, id, c.version)?, internal: value(TABLE, id, d.internal)? },
        version: value(TABLE, id, c.version)?,
        standing,
        title: c.title,
        description: d.description,
        channel: value(TABLE, id, c.channel)?,
        impact: maybe(TABLE, id, d.impact)?,
        since: d.since_on,
        service: maybe(TABLE, id, c.service_id)?,
        equipment: d.equipment,
        place: d.place,
        solution: d.solution,
        provider: maybe(TABLE, id, d.provider_id)?,
        draft: d.draft.map(|text| parsed(TABLE, id, &text)).transpose()?,
        report: d.report.map(|text| parsed(TABLE, id, &text)).transpose()?,
        duplicate_of: maybe(TABLE, id, c.duplicate_of_id)?,
        from: maybe(TABLE, id, c.from_ticket_id)?,
        n_visits: value(TABLE, id, d.n_visits)?,
        n_reopened: value(TABLE, id, c.n_reopened)?,
        created_at: d.created_at.0,
        received_at: c.received_at.0,
        updated_at: c.updated_at.0,
        phase_since: c.phase_since.0,
        held_since: d.held_since.0,
        solved_at: c.solved_at.map(Instant::from),
        closed_at: c.closed_at.map(Instant::from),
        requester_name: present(id, named.requester, "requester")?,
        creator_name: named.creator,
        holder_name: named.holder,
        area_name: present(id, named.area, "area")?,
        service_name: named.service,
        provider_name: named.provider,
        is_watching,
        is_pointed_at,
    })
}

/// A name that a reference promises.
pub(crate) fn present(id: i64, name: Option<String>, whose: &str) -> Result<String, StoreError> {
    name.ok_or_else(|| StoreError::corrupt("tickets", id, format!("its {whose} is not there")))
}

/// The events' own text. Their types write maps with text keys and plain values, which cannot fail.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("the domain's values are JSON")
}

pub(crate) fn parsed<T: serde::de::DeserializeOwned>(table: &str, key: impl std::fmt::Display, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|why| StoreError::corrupt(table, key, why))
}

/// An event from its payload.
pub(crate) fn event(ticket: i64, position: i32, payload: &str) -> Result<Event, StoreError> {
    parsed("events", format_args!("{ticket}/{position}"), payload)
}
