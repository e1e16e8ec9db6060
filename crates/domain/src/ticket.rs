//! A ticket as the fold of its events, and `Standing`, the small view of it that guards look at.
//!
//! `evolve` is total: it takes any event in any state, holds no rule, and never fails. What is true only in one phase lives in its `Stage`.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::Who;
use crate::command::FactsPatch;
use crate::event::{Entry, Event};
use crate::report::{ReportDraft, TechnicalReport};
use crate::values::{AreaId, Channel, EventNumber, FileId, Impact, Kind, Line, PersonId, ProviderId, ServiceId, Text, TicketId, names};

names! {
    /// Where a ticket stands in the procedure.
    pub enum Phase {
        Requested = "requested",
        InAttention = "in_attention",
        Escalated1 = "escalated1",
        Escalated2 = "escalated2",
        WithProvider = "with_provider",
        UnderEvaluation = "under_evaluation",
        Contracting = "contracting",
        Verifying = "verifying",
        ToClose = "to_close",
        Closed = "closed",
        Recorded = "recorded",
        Withdrawn = "withdrawn",
        Duplicate = "duplicate",
        Discarded = "discarded",
    }
}

impl Phase {
    pub fn is_end(self) -> bool {
        matches!(self, Phase::Closed | Phase::Recorded | Phase::Withdrawn | Phase::Duplicate | Phase::Discarded)
    }

    /// Does somebody work at it, or is somebody still to take it? Neither where it has ended nor where only its closing is left.
    pub fn is_to_be_held(self) -> bool {
        !self.is_end() && self != Phase::ToClose
    }
}

names! {
    /// What became of a ticket, kept from the moment that it waits for its closing.
    pub enum Outcome {
        Attended = "attended",
        SolvedAtDesk = "solved_at_desk",
        SolvedAtLevel1 = "solved_at_level1",
        SolvedAtLevel2 = "solved_at_level2",
        SolvedByProvider = "solved_by_provider",
        NotApproved = "not_approved",
        /// Extension: the person did not answer.
        Unanswered = "unanswered",
    }
}

impl Outcome {
    pub fn is_solved(self) -> bool {
        !matches!(self, Outcome::NotApproved | Outcome::Unanswered)
    }
}

/// The phase with what is true only in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Requested,
    InAttention {
        holder: Option<PersonId>,
    },
    Escalated1 {
        assignee: PersonId,
    },
    Escalated2 {
        assignee: PersonId,
    },
    WithProvider {
        assignee: PersonId,
        provider: ProviderId,
        is_covered: bool,
    },
    UnderEvaluation {
        assignee: PersonId,
    },
    Contracting {
        assignee: PersonId,
    },
    Verifying {
        assignee: PersonId,
        provider: ProviderId,
        is_covered: bool,
    },
    /// `back` is where it was solved, or where the answer failed to come.
    ToClose {
        outcome: Outcome,
        solver: Option<PersonId>,
        is_confirmed: bool,
        back: Box<Stage>,
    },
    Closed {
        outcome: Outcome,
        solver: Option<PersonId>,
        reopenable_until: Option<DateTime<Utc>>,
    },
    Recorded,
    Withdrawn,
    Duplicate {
        of: TicketId,
        back: Box<Stage>,
    },
    Discarded,
}

impl Stage {
    pub fn phase(&self) -> Phase {
        match self {
            Stage::Requested => Phase::Requested,
            Stage::InAttention { .. } => Phase::InAttention,
            Stage::Escalated1 { .. } => Phase::Escalated1,
            Stage::Escalated2 { .. } => Phase::Escalated2,
            Stage::WithProvider { .. } => Phase::WithProvider,
            Stage::UnderEvaluation { .. } => Phase::UnderEvaluation,
            Stage::Contracting { .. } => Phase::Contracting,
            Stage::Verifying { .. } => Phase::Verifying,
            Stage::ToClose { .. } => Phase::ToClose,
            Stage::Closed { .. } => Phase::Closed,
            Stage::Recorded => Phase::Recorded,
            Stage::Withdrawn => Phase::Withdrawn,
            Stage::Duplicate { .. } => Phase::Duplicate,
            Stage::Discarded => Phase::Discarded,
        }
    }

    /// Who holds it: the assignee, or the assistant of the desk who has it.
    pub fn holder(&self) -> Option<PersonId> {
        match self {
            Stage::InAttention { holder } => *holder,
            Stage::Escalated1 { assignee }
            | Stage::Escalated2 { assignee }
            | Stage::WithProvider { assignee, .. }
            | Stage::UnderEvaluation { assignee }
            | Stage::Contracting { assignee }
            | Stage::Verifying { assignee, .. } => Some(*assignee),
            _ => None,
        }
    }

    /// The level of escalation that the task is at; none at the desk.
    pub fn level(&self) -> Option<u8> {
        match self {
            Stage::Escalated1 { .. } => Some(1),
            Stage::Escalated2 { .. }
            | Stage::WithProvider { .. }
            | Stage::UnderEvaluation { .. }
            | Stage::Contracting { .. }
            | Stage::Verifying { .. } => Some(2),
            _ => None,
        }
    }

    pub fn provider(&self) -> Option<ProviderId> {
        match self {
            Stage::WithProvider { provider, .. } | Stage::Verifying { provider, .. } => Some(*provider),
            _ => None,
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        match self {
            Stage::ToClose { outcome, .. } | Stage::Closed { outcome, .. } => Some(*outcome),
            _ => None,
        }
    }

    fn solver(&self) -> Option<PersonId> {
        match self {
            Stage::ToClose { solver, .. } | Stage::Closed { solver, .. } => *solver,
            _ => None,
        }
    }

    /// The same stage with another holder.
    fn held_by(self, person: PersonId) -> Stage {
        match self {
            Stage::InAttention { .. } => Stage::InAttention { holder: Some(person) },
            Stage::Escalated1 { .. } => Stage::Escalated1 { assignee: person },
            Stage::Escalated2 { .. } => Stage::Escalated2 { assignee: person },
            Stage::WithProvider { provider, is_covered, .. } => Stage::WithProvider { assignee: person, provider, is_covered },
            Stage::UnderEvaluation { .. } => Stage::UnderEvaluation { assignee: person },
            Stage::Contracting { .. } => Stage::Contracting { assignee: person },
            Stage::Verifying { provider, is_covered, .. } => Stage::Verifying { assignee: person, provider, is_covered },
            other => other,
        }
    }
}

/// The overlay of waiting for the person: the clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Waiting {
    pub since: DateTime<Utc>,
    /// Reminders that must still go before one may give up.
    pub reminders_left: u32,
    /// When the person was last asked or reminded.
    pub reminded_at: DateTime<Utc>,
}

/// A line of the conversation that can be hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub number: EventNumber,
    pub author: Who,
    pub is_internal: bool,
    pub is_hidden: bool,
    pub files: Vec<FileId>,
}

/// Everything that decides what may be done with a ticket now; columns of its read row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    pub phase: Phase,
    pub kind: Option<Kind>,
    pub outcome: Option<Outcome>,
    pub requester: PersonId,
    /// None: the mailbox.
    pub creator: Option<PersonId>,
    pub area: AreaId,
    pub is_reserved: bool,
    pub holder: Option<PersonId>,
    pub waiting: Option<Waiting>,
    /// Who recorded the solution; nobody, where it was not approved or not answered.
    pub solver: Option<PersonId>,
    /// Who wrote the technical report that is under evaluation.
    pub report_author: Option<PersonId>,
    /// With a provider by warranty or support, rather than by a contract.
    pub is_covered: bool,
    pub is_confirmed: bool,
    pub is_phone_notice_due: bool,
    pub reopenable_until: Option<DateTime<Utc>>,
}

/// A ticket: what its events say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub stage: Stage,
    pub kind: Option<Kind>,
    pub creator: Option<PersonId>,
    pub created_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    pub requester: PersonId,
    pub area: AreaId,
    pub is_reserved: bool,
    pub channel: Channel,
    pub title: Line,
    pub description: Text,
    pub since: Option<NaiveDate>,
    pub impact: Option<Impact>,
    pub service: Option<ServiceId>,
    pub equipment: Option<Line>,
    pub place: Option<Line>,
    pub from: Option<TicketId>,
    pub waiting: Option<Waiting>,
    pub draft: ReportDraft,
    pub report: Option<TechnicalReport>,
    /// Level 2 looked for a warranty or a contract since it was escalated there.
    pub is_coverage_verified: bool,
    pub report_author: Option<PersonId>,
    pub solution: Option<Text>,
    pub is_phone_notice_due: bool,
    pub n_visits: u32,
    pub n_reopened: u32,
    pub watchers: BTreeSet<PersonId>,
    pub notes: Vec<Note>,
    /// Since when it is in this phase with this holder.
    pub held_since: DateTime<Utc>,
    pub phase_since: DateTime<Utc>,
    /// The last event that everybody sees.
    pub updated_at: DateTime<Utc>,
    /// When it was first categorised: activity 2, the desk's first answer.
    pub attended_at: Option<DateTime<Utc>>,
    /// When it came to wait for its closing, unless it was denied or reopened since.
    pub solved_at: Option<DateTime<Utc>>,
    /// When it came to an end, whichever.
    pub closed_at: Option<DateTime<Utc>>,
    /// Events so far: guards the append.
    pub position: u32,
    /// The number of the last event; its `version` is what views show.
    pub number: EventNumber,
}

impl Ticket {
    /// The fold of a stream, which begins with `Requested`; none for any other beginning.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Option<Ticket> {
        let mut entries = entries.into_iter();
        let first = Ticket::requested(entries.next()?)?;
        Some(entries.fold(first, Ticket::evolve))
    }

    fn requested(entry: &Entry) -> Option<Ticket> {
        let Event::Requested {
            requester,
            channel,
            title,
            description,
            received_at,
            area,
            since,
            impact,
            service,
            equipment,
            place,
            is_reserved,
            files,
            from,
        } = &entry.event
        else {
            return None;
        };
        let number = EventNumber::default().next(false);
        Some(Ticket {
            stage: Stage::Requested,
            kind: None,
            creator: entry.by.person(),
            created_at: entry.at,
            received_at: *received_at,
            requester: *requester,
            area: *area,
            is_reserved: *is_reserved,
            channel: *channel,
            title: title.clone(),
            description: description.clone(),
            since: *since,
            impact: *impact,
            service: *service,
            equipment: equipment.clone(),
            place: place.clone(),
            from: *from,
            waiting: None,
            draft: ReportDraft::default(),
            report: None,
            is_coverage_verified: false,
            report_author: None,
            solution: None,
            is_phone_notice_due: false,
            n_visits: 0,
            n_reopened: 0,
            watchers: BTreeSet::new(),
            notes: vec![Note { number, author: entry.by, is_internal: false, is_hidden: false, files: files.clone() }],
            held_since: entry.at,
            phase_since: entry.at,
            updated_at: entry.at,
            attended_at: None,
            solved_at: None,
            closed_at: None,
            position: 1,
            number,
        })
    }

    /// The ticket after one more event.
    #[must_use]
    pub fn evolve(mut self, entry: &Entry) -> Ticket {
        let (phase, holder) = (self.stage.phase(), self.stage.holder());
        self.position += 1;
        self.number = self.number.next(entry.event.is_internal());
        if !entry.event.is_internal() {
            self.updated_at = entry.at;
        }
        self.apply(entry);
        if self.stage.phase() != phase {
            self.phase_since = entry.at;
            self.waiting = None;
            self.solved_at = match self.stage.phase() {
                Phase::ToClose => Some(entry.at),
                Phase::Closed => self.solved_at,
                _ => None,
            };
            self.closed_at = self.stage.phase().is_end().then_some(entry.at);
        }
        if self.stage.phase() != phase || self.stage.holder() != holder {
            self.held_since = entry.at;
        }
        self
    }

    fn apply(&mut self, entry: &Entry) {
        let by = entry.by.person();
        match &entry.event {
            Event::Requested { .. } => {} // Only ever the first.
            Event::Registered { facts } | Event::Verified { facts } | Event::FactsCorrected { facts } => self.correct(facts),
            Event::Categorised { kind } => {
                self.attended_at = self.attended_at.or(Some(entry.at));
                self.categorise(*kind, by);
            }
            Event::ActionRecorded { action_taken } => self.solve(Outcome::Attended, action_taken, by),
            Event::SolutionRecorded { solution, .. } => self.solve(self.outcome_here(), solution, by),
            Event::Escalated { to, .. } => self.escalate(*to),
            Event::VerificationNotNeeded {} => {}
            Event::CoverageVerified { .. } => self.is_coverage_verified = true,
            Event::ProviderCoordinated { provider, .. } => self.hand_to(*provider, true, by),
            Event::ReportDrafted { report } => self.draft = report.clone(),
            Event::TechnicalReportSubmitted { report } => self.submit(report, by),
            Event::ReportReturned { .. } | Event::ReportWithdrawn {} => self.stage = Stage::Escalated2 { assignee: self.assignee(by) },
            Event::ContractingApproved { .. } => {
                self.stage = Stage::Contracting { assignee: self.assignee(by) };
            }
            Event::ContractingRejected { .. } => self.wait_for_closing(Outcome::NotApproved, None),
            Event::AreaHeadTold { .. } => {}
            Event::ContractRecorded { provider, .. } => self.hand_to(*provider, false, by),
            Event::ContractingFailed { .. } => self.stage = Stage::UnderEvaluation { assignee: self.assignee(by) },
            Event::ServiceProvided { visit, .. } => {
                self.n_visits = *visit;
                if let Stage::WithProvider { assignee, provider, is_covered } = self.stage {
                    self.stage = Stage::Verifying { assignee, provider, is_covered };
                }
            }
            Event::ReturnedToProvider { .. } => {
                if let Stage::Verifying { assignee, provider, is_covered } = self.stage {
                    self.stage = Stage::WithProvider { assignee, provider, is_covered };
                }
            }
            Event::ResolutionConfirmed { solution, .. } => self.solve(Outcome::SolvedByProvider, solution, by),
            Event::CoverageRefused { .. } => self.stage = Stage::Escalated2 { assignee: self.assignee(by) },
            Event::Closed { reopenable_until } => {
                self.stage = Stage::Closed {
                    outcome: self.stage.outcome().unwrap_or(Outcome::Unanswered),
                    solver: self.stage.solver(),
                    reopenable_until: *reopenable_until,
                };
            }
            Event::TaskLogged { .. } => self.note(entry),
            Event::Commented { .. } | Event::Attached { .. } => self.note(entry),
            Event::Watched {} => self.watchers.extend(by),
            Event::Unwatched {} => self.watchers.retain(|w| Some(*w) != by),
            Event::PersonAsked { n_reminders, .. } => {
                self.waiting = Some(Waiting { since: entry.at, reminders_left: *n_reminders, reminded_at: entry.at });
                self.note(entry);
            }
            Event::PersonReminded {} => {
                if let Some(waiting) = &mut self.waiting {
                    waiting.reminders_left = waiting.reminders_left.saturating_sub(1);
                    waiting.reminded_at = entry.at;
                }
            }
            Event::PersonAnswered {} => self.answered(),
            Event::Resumed { .. } => self.waiting = None,
            Event::GivenUpWaiting {} => self.wait_for_closing(Outcome::Unanswered, None),
            Event::Taken {} => {
                if let Some(person) = by {
                    self.stage = self.stage.clone().held_by(person);
                }
            }
            Event::Reassigned { to, .. } => self.stage = self.stage.clone().held_by(*to),
            Event::ReturnedToDesk { .. } => self.stage = Stage::InAttention { holder: None },
            Event::CategoryCorrected { to, .. } => self.correct_category(*to, by),
            Event::SolutionConfirmed {} => {
                if let Stage::ToClose { is_confirmed, .. } = &mut self.stage {
                    *is_confirmed = true;
                }
            }
            Event::SolutionDenied { .. } | Event::DuplicateUndone { .. } => self.back(),
            Event::Reopened { .. } => {
                self.n_reopened += 1;
                // What was never categorised has not passed activity 2 yet.
                self.stage = if self.kind.is_some() { Stage::InAttention { holder: None } } else { Stage::Requested };
            }
            Event::Withdrawn { .. } => self.stage = Stage::Withdrawn,
            Event::MarkedDuplicate { of } => self.stage = Stage::Duplicate { of: *of, back: Box::new(self.stage.clone()) },
            Event::Discarded { .. } => self.stage = Stage::Discarded,
            Event::AnotherCreated { .. } => {}
            Event::NoteHidden { number, .. } => {
                for note in self.notes.iter_mut().filter(|note| note.number == *number) {
                    note.is_hidden = true;
                }
            }
            Event::CameByMail { .. } => {}
            Event::PhoneNoticeDue {} => self.is_phone_notice_due = true,
            Event::InformedByPhone {} => self.is_phone_notice_due = false,
        }
    }

    /// The view that guards look at.
    pub fn standing(&self) -> Standing {
        let (is_covered, is_confirmed, reopenable_until) = match &self.stage {
            Stage::WithProvider { is_covered, .. } | Stage::Verifying { is_covered, .. } => (*is_covered, false, None),
            Stage::ToClose { is_confirmed, .. } => (false, *is_confirmed, None),
            Stage::Closed { reopenable_until, .. } => (false, false, *reopenable_until),
            _ => (false, false, None),
        };
        Standing {
            phase: self.stage.phase(),
            kind: self.kind,
            outcome: self.stage.outcome(),
            requester: self.requester,
            creator: self.creator,
            area: self.area,
            is_reserved: self.is_reserved,
            holder: self.stage.holder(),
            waiting: self.waiting,
            solver: self.stage.solver(),
            report_author: self.report_author,
            is_covered,
            is_confirmed,
            is_phone_notice_due: self.is_phone_notice_due,
            reopenable_until,
        }
    }

    /// Which ticket it was joined to.
    pub fn duplicate_of(&self) -> Option<TicketId> {
        match &self.stage {
            Stage::Duplicate { of, .. } => Some(*of),
            _ => None,
        }
    }

    /// The stage to which a denial, an answer or an undoing leads back.
    pub fn way_back(&self) -> Option<&Stage> {
        match &self.stage {
            Stage::ToClose { back, .. } | Stage::Duplicate { back, .. } => Some(back),
            _ => None,
        }
    }

    pub fn note_of(&self, number: EventNumber) -> Option<&Note> {
        self.notes.iter().find(|note| note.number == number)
    }

    fn correct(&mut self, facts: &FactsPatch) {
        let FactsPatch { requester, area, title, service, equipment, place, is_reserved } = facts.clone();
        self.requester = requester.unwrap_or(self.requester);
        self.area = area.unwrap_or(self.area);
        self.is_reserved = is_reserved.unwrap_or(self.is_reserved);
        if let Some(title) = title {
            self.title = title;
        }
        self.service = service.or(self.service);
        self.equipment = equipment.or_else(|| self.equipment.take());
        self.place = place.or_else(|| self.place.take());
    }

    fn categorise(&mut self, kind: Kind, by: Option<PersonId>) {
        self.kind = Some(kind);
        self.stage = match kind {
            Kind::Requirement => Stage::Recorded,
            Kind::Incident | Kind::Occurrence => Stage::InAttention { holder: by },
        };
    }

    fn correct_category(&mut self, kind: Kind, by: Option<PersonId>) {
        self.kind = Some(kind);
        match kind {
            Kind::Requirement if self.is_recorded_as_requirement() => self.stage = Stage::Recorded,
            Kind::Incident | Kind::Occurrence if self.stage == Stage::Recorded => self.stage = Stage::InAttention { holder: by },
            _ => {} // The record is corrected and the phase stays.
        }
    }

    /// Does it end here and now, when it proves to be a requirement?
    pub(crate) fn is_recorded_as_requirement(&self) -> bool {
        matches!(self.stage.phase(), Phase::Requested | Phase::InAttention | Phase::Escalated1 | Phase::Escalated2)
    }

    /// What a solution recorded in this phase amounts to.
    fn outcome_here(&self) -> Outcome {
        match self.stage.phase() {
            Phase::Escalated1 => Outcome::SolvedAtLevel1,
            Phase::Escalated2 => Outcome::SolvedAtLevel2,
            _ => Outcome::SolvedAtDesk,
        }
    }

    fn solve(&mut self, outcome: Outcome, solution: &Text, by: Option<PersonId>) {
        self.solution = Some(solution.clone());
        // Any assistant of the desk may solve it: a denial leads back to who did.
        if let Stage::InAttention { holder } = &mut self.stage {
            *holder = by.or(*holder);
        }
        self.wait_for_closing(outcome, by);
    }

    fn wait_for_closing(&mut self, outcome: Outcome, solver: Option<PersonId>) {
        self.stage = Stage::ToClose { outcome, solver, is_confirmed: false, back: Box::new(self.stage.clone()) };
    }

    fn escalate(&mut self, to: PersonId) {
        self.is_coverage_verified = false;
        self.stage = match self.stage.phase() {
            Phase::Escalated1 => Stage::Escalated2 { assignee: to },
            _ => Stage::Escalated1 { assignee: to },
        };
    }

    fn submit(&mut self, report: &TechnicalReport, by: Option<PersonId>) {
        self.report_author = by;
        self.draft = ReportDraft {
            number: Some(report.number.clone()),
            background: Some(report.background.clone()),
            analysis: Some(report.analysis.clone()),
            conclusions: Some(report.conclusions.clone()),
            recommendation: Some(report.recommendation.clone()),
            estimated_cost_centimos: report.estimated_cost_centimos,
        };
        self.report = Some(report.clone());
        self.stage = Stage::UnderEvaluation { assignee: self.assignee(by) };
    }

    fn hand_to(&mut self, provider: ProviderId, is_covered: bool, by: Option<PersonId>) {
        self.stage = Stage::WithProvider { assignee: self.assignee(by), provider, is_covered };
    }

    /// Who it stays assigned to.
    fn assignee(&self, by: Option<PersonId>) -> PersonId {
        self.stage.holder().or(by).unwrap_or(self.requester)
    }

    fn answered(&mut self) {
        self.waiting = None;
        if self.stage.outcome() == Some(Outcome::Unanswered) && self.stage.phase() == Phase::ToClose {
            self.back();
        }
    }

    fn back(&mut self) {
        if let Stage::ToClose { back, .. } | Stage::Duplicate { back, .. } = &self.stage {
            self.stage = (**back).clone();
        }
    }

    fn note(&mut self, entry: &Entry) {
        self.notes.push(Note {
            number: self.number,
            author: entry.by,
            is_internal: entry.event.is_internal(),
            is_hidden: false,
            files: entry.event.files().to_vec(),
        });
    }
}
