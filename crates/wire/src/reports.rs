//! Figures, as they are read: follow-up by summaries and executive charts (P-TI-04, 6.1).

use chrono::{DateTime, NaiveDate, Utc};
use domain::{AreaId, Outcome, Phase};
use serde::{Deserialize, Serialize};

use crate::ticket::{AreaRef, PersonRef};

/// Of which days, and of whom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// The first day, in Lima; the first of this month, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day, in Lima; today, where it is left out. Five years after the first at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// An area and those under it. A head who names none gets their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<i64>))]
    pub area: Option<AreaId>,
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportScope {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Absent: all that the reader sees.
    pub area: Option<AreaRef>,
    pub made_at: DateTime<Utc>,
}

/// How many were received, solved and ended, and how many were pending after: `n_pending` is what was pending before and `n_opened`, less `n_ended`.
/// Tickets are counted as they stand now: one that was reopened is pending since it was received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TallyView {
    pub n_opened: u32,
    /// Came to wait for their closing, attended or solved.
    pub n_solved: u32,
    /// Closed, recorded, withdrawn, joined to another, or discarded.
    pub n_ended: u32,
    pub n_pending: u32,
}

/// One month, or the part of it that the report covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthView {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub tally: TallyView,
}

/// Month by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VolumeReport {
    pub scope: ReportScope,
    /// Pending when the first day began.
    pub n_pending_before: u32,
    pub months: Vec<MonthView>,
    pub total: TallyView,
    /// The same of as many days before the first.
    pub before: TallyView,
}

/// By what a report is broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BreakdownBy {
    Kind,
    Channel,
    Service,
    Area,
}

impl BreakdownBy {
    pub const ALL: &'static [BreakdownBy] = &[BreakdownBy::Kind, BreakdownBy::Channel, BreakdownBy::Service, BreakdownBy::Area];

    pub fn name(self) -> &'static str {
        match self {
            BreakdownBy::Kind => "kind",
            BreakdownBy::Channel => "channel",
            BreakdownBy::Service => "service",
            BreakdownBy::Area => "area",
        }
    }
}

/// One kind, channel, service or area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartView {
    /// The name of the kind or channel, the number of the service or area, as lists filter by it; absent: not categorised, without a service.
    pub key: Option<String>,
    /// Of a service or an area.
    pub name: Option<String>,
    pub tally: TallyView,
}

/// By kind, channel, service or area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BreakdownReport {
    pub scope: ReportScope,
    pub by: BreakdownBy,
    /// The one with the most received first.
    pub parts: Vec<PartView>,
    pub total: TallyView,
}

/// What became of some.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutcomeView {
    pub outcome: Outcome,
    pub n: u32,
}

/// Solved at the desk, at level 1, at level 2, by a provider; or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResolutionReport {
    pub scope: ReportScope,
    /// Every outcome, in the order of the procedure.
    pub outcomes: Vec<OutcomeView>,
    pub n: u32,
}

/// How long something took: elapsed time, nights and weekends too. Percentiles by nearest rank; absent where nothing was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DurationsView {
    pub n: u32,
    pub median_seconds: Option<u64>,
    pub p90_seconds: Option<u64>,
}

/// The times of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindTimesView {
    /// Absent: not categorised.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub kind: Option<domain::Kind>,
    pub attend: DurationsView,
    pub solve: DurationsView,
}

/// Time to attend (receipt to categorisation, of what was received) and to solve (receipt to solution, of what was solved).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimesReport {
    pub scope: ReportScope,
    pub attend: DurationsView,
    pub solve: DurationsView,
    pub kinds: Vec<KindTimesView>,
    /// The same of as many days before the first.
    pub attend_before: DurationsView,
    pub solve_before: DurationsView,
}

/// What waits in one phase now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueView {
    pub phase: Phase,
    pub n: u32,
    /// Of these, those that wait for the person.
    pub n_waiting: u32,
    pub oldest_since: DateTime<Utc>,
    /// In the phase until now.
    pub age: DurationsView,
}

/// Where tickets wait now, and for how long. The days of the query do not narrow it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingReport {
    pub scope: ReportScope,
    /// In the order of the procedure; a phase in which nothing waits is left out.
    pub queues: Vec<QueueView>,
    pub n: u32,
}

/// The steps of activity 6 in these days: in how many tickets each was taken, however often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionsReport {
    pub scope: ReportScope,
    pub n_submitted: u32,
    pub n_returned: u32,
    pub n_approved: u32,
    pub n_rejected: u32,
    /// Under evaluation now.
    pub n_waiting: u32,
}

/// The work of one technician.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoadView {
    pub person: PersonRef,
    /// Held now.
    pub n_held: u32,
    /// Solved in these days.
    pub n_solved: u32,
}

/// By technician, the busiest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoadReport {
    pub scope: ReportScope,
    pub people: Vec<LoadView>,
    pub n_held: u32,
    pub n_solved: u32,
}
