//! May this actor do this now? The one table of phase × action; phases and roles meet nowhere else.
//!
//! What it cannot know (whether a named person works at the next level, whether a date is past) is asked in [`crate::decide`], which begins here.

use crate::actor::{Actor, Role};
use crate::command::Action;
use crate::refusal::Refusal;
use crate::ticket::{Outcome, Phase, Standing};
use crate::values::{Instant, Kind};

/// Says whether `actor` may do `action` on a ticket that stands so.
///
/// # Errors
/// The refusal that explains why not.
#[rustfmt::skip]
pub fn permit(standing: &Standing, actor: &Actor, now: Instant, action: Action) -> Result<(), Refusal> {
    use Action::*;
    use Phase::*;
    if !actor.sees(standing) {
        return Err(Refusal::NotVisible);
    }
    let s = standing;
    match (s.phase, action) {
        // The procedure.
        (Requested, Categorise) => only(actor, Role::HelpDesk),
        (InAttention, RecordAction) => only(actor, Role::HelpDesk).and_then(|()| kind_is(s, Kind::Occurrence)),
        (InAttention, RecordSolution) => only(actor, Role::HelpDesk).and_then(|()| kind_is(s, Kind::Incident)),
        (InAttention, Escalate) => only(actor, Role::HelpDesk).and_then(|()| may_be_escalated(s)),
        (Escalated1, RecordSolution) => only_assignee(s, actor),
        (Escalated1, Escalate) => only_assignee(s, actor).and_then(|()| may_be_escalated(s)),
        (Escalated2, RecordSolution | CoordinateProvider | DraftReport | SubmitTechnicalReport) => only_assignee(s, actor),
        (UnderEvaluation, ApproveContracting | RejectContracting) => only(actor, Role::ItHead).and_then(|()| not_own_report(s, actor)),
        (Contracting, RecordContract) => assignee_or(s, actor, Role::ItHead),
        (WithProvider, RecordServiceProvided) => assignee_or(s, actor, Role::HelpDesk),
        (Verifying, ConfirmResolution | ReturnToProvider) => only_assignee(s, actor),
        (ToClose, Close) => help_desk_or_solver(s, actor),

        // Tasks on the way: whoever may act there.
        (InAttention, LogTask) => only(actor, Role::HelpDesk),
        (Escalated1 | Escalated2 | Verifying, LogTask) => only_assignee(s, actor),
        (WithProvider, LogTask) => assignee_or(s, actor, Role::HelpDesk),
        (UnderEvaluation | Contracting, LogTask) => assignee_or(s, actor, Role::ItHead),

        // The conversation, in any phase.
        (_, Comment | Attach) => writes(actor, s),
        (_, Watch | Unwatch) => writes(actor, s), // Whether they watch it already, `decide` looks at.
        (_, HideNote) => writes(actor, s),        // Whose note it is, too.
        (_, CreateFromThis) => only(actor, Role::HelpDesk),
        (_, MarkInformedByPhone) => only(actor, Role::HelpDesk).and_then(|()| phone_notice_is_due(s)),

        // Waiting for the person.
        (Requested | InAttention | Escalated1 | Escalated2 | Verifying, AskPerson) => holder_or_desk(s, actor).and_then(|()| is_not_waiting(s)),
        (Requested | InAttention | Escalated1 | Escalated2 | Verifying, Resume) => holder_or_desk(s, actor).and_then(|()| is_waiting(s)),
        (Requested | InAttention | Escalated1 | Escalated2 | Verifying, Remind) => clock_holder_or_desk(s, actor).and_then(|()| may_remind(s, now)),
        (Requested | InAttention | Escalated1 | Escalated2 | Verifying, GiveUpWaiting) => holder_or_desk(s, actor).and_then(|()| reminders_are_sent(s)),

        // Who holds it.
        (InAttention | Escalated1 | Escalated2 | WithProvider | UnderEvaluation | Contracting | Verifying, Take) => {
            only(actor, level_of(s.phase)).and_then(|()| not_holder(s, actor))
        }
        (InAttention | Escalated1 | Escalated2 | WithProvider | UnderEvaluation | Contracting | Verifying, Reassign) => may_reassign(s, actor),
        (Escalated1 | Escalated2, ReturnToDesk) => only_assignee(s, actor),

        // Corrections.
        (Discarded | Withdrawn | Duplicate, CorrectCategory) => Err(Refusal::NotNow { phase: s.phase, action }),
        (Requested, CorrectCategory) => Err(Refusal::NotCategorised),
        (_, CorrectCategory) => holder_or_desk(s, actor).and_then(|()| is_categorised(s)),
        (phase, CorrectFacts) if !phase.is_end() => holder_or_desk(s, actor),

        // The report and the contract.
        (UnderEvaluation, ReturnReport) => only(actor, Role::ItHead).and_then(|()| not_own_report(s, actor)),
        (UnderEvaluation, WithdrawReport) => only_report_author(s, actor),
        (WithProvider, CoverageRefused) => only_assignee(s, actor).and_then(|()| is_covered(s)),
        (Contracting, ContractingFailed) => assignee_or(s, actor, Role::ItHead),

        // The person's word.
        (ToClose, ConfirmSolved) => requester_or_creator(s, actor).and_then(|()| is_solved(s)).and_then(|()| is_not_confirmed(s)),
        (ToClose, DenySolved) => on_behalf(s, actor).and_then(|()| is_solved(s)),
        (Closed, Reopen) => on_behalf(s, actor).and_then(|()| is_reopenable(s, now)),
        (Requested | InAttention | Escalated1 | Escalated2, Withdraw) => on_behalf(s, actor),
        (WithProvider | UnderEvaluation | Contracting | Verifying, Withdraw) => on_behalf(s, actor).and(Err(Refusal::TooLateToWithdraw)),

        // Ends that are not the procedure's.
        (Requested, Discard) => only(actor, Role::HelpDesk),
        (Requested | InAttention | Escalated1 | Escalated2, MarkDuplicate) => holder_or_desk(s, actor),
        (Duplicate, UndoDuplicate) => only(actor, Role::HelpDesk),

        // Everything else is not now; the commonest are explained.
        (Requested, RecordAction | RecordSolution | Escalate) => Err(Refusal::NotCategorised),
        (Recorded, RecordAction | RecordSolution | Escalate) => Err(Refusal::RequirementHasNoAttention),
        (Closed, Close | Withdraw) => Err(Refusal::AlreadyClosed),
        (phase, action) => Err(Refusal::NotNow { phase, action }),
    }
}

/// The level that acts in a phase: who may be assigned there.
pub fn level_of(phase: Phase) -> Role {
    match phase {
        Phase::Escalated1 => Role::Support1,
        Phase::Escalated2 | Phase::WithProvider | Phase::UnderEvaluation | Phase::Contracting | Phase::Verifying => Role::Support2,
        _ => Role::HelpDesk,
    }
}

fn only(actor: &Actor, role: Role) -> Result<(), Refusal> {
    any_of(actor, &[role])
}

fn any_of(actor: &Actor, roles: &[Role]) -> Result<(), Refusal> {
    if actor.has_any(roles) { Ok(()) } else { Err(Refusal::NotYourRole { roles: roles.to_vec() }) }
}

/// The assignee, who still has the role of the level.
fn only_assignee(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    only(actor, level_of(s.phase))?;
    if actor.is(s.holder) { Ok(()) } else { Err(Refusal::NotAssignee { assignee: s.holder }) }
}

fn assignee_or(s: &Standing, actor: &Actor, role: Role) -> Result<(), Refusal> {
    if actor.has(role) || (actor.is(s.holder) && actor.has(level_of(s.phase))) {
        Ok(())
    } else if actor.has(level_of(s.phase)) {
        Err(Refusal::NotAssignee { assignee: s.holder })
    } else {
        Err(Refusal::NotYourRole { roles: vec![level_of(s.phase), role] })
    }
}

fn holder_or_desk(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    if actor.has(Role::HelpDesk) || (actor.is(s.holder) && actor.is_it()) {
        Ok(())
    } else if actor.is_it() {
        Err(Refusal::NotAssignee { assignee: s.holder })
    } else {
        Err(Refusal::NotYourRole { roles: vec![Role::HelpDesk] })
    }
}

fn clock_holder_or_desk(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    if *actor == Actor::system() { Ok(()) } else { holder_or_desk(s, actor) }
}

/// Whom the ticket concerns: the auditor reads and changes nothing; the mailbox writes as the person.
fn writes(actor: &Actor, s: &Standing) -> Result<(), Refusal> {
    let is_concerned = actor.is(Some(s.requester)) || actor.is(s.creator) || actor.heads_area_of(s);
    if actor.is_it() || is_concerned { Ok(()) } else { Err(Refusal::NotYourRole { roles: vec![Role::User, Role::HelpDesk] }) }
}

fn help_desk_or_solver(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    let is_solver = actor.is(s.solver) && actor.has_any(&[Role::Support1, Role::Support2]);
    if is_solver { Ok(()) } else { only(actor, Role::HelpDesk) }
}

fn may_reassign(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    let is_holder = actor.is(s.holder) && actor.is_it();
    if is_holder { Ok(()) } else { any_of(actor, &[Role::HelpDesk, Role::ItHead]) }
}

fn requester_or_creator(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    if actor.is(Some(s.requester)) || actor.is(s.creator) { Ok(()) } else { Err(Refusal::NotRequester) }
}

fn on_behalf(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    if actor.has(Role::HelpDesk) { Ok(()) } else { requester_or_creator(s, actor) }
}

fn not_holder(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    match s.holder {
        Some(person) if actor.is(s.holder) => Err(Refusal::SameAssignee { person }),
        _ => Ok(()),
    }
}

fn not_own_report(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    if actor.is(s.report_author) { Err(Refusal::OwnReport) } else { Ok(()) }
}

/// Also when they work at another level by now: a head of IT may not evaluate their own, and must be able to take it back.
fn only_report_author(s: &Standing, actor: &Actor) -> Result<(), Refusal> {
    if actor.is(s.report_author) && actor.is_it() { Ok(()) } else { Err(Refusal::NotReportAuthor) }
}

fn kind_is(s: &Standing, kind: Kind) -> Result<(), Refusal> {
    match s.kind {
        Some(is) if is == kind => Ok(()),
        Some(Kind::Requirement) => Err(Refusal::RequirementHasNoAttention),
        Some(kind) => Err(Refusal::NotThisKind { kind }),
        None => Err(Refusal::NotCategorised),
    }
}

fn may_be_escalated(s: &Standing) -> Result<(), Refusal> {
    match s.kind {
        Some(Kind::Occurrence) => Err(Refusal::OccurrenceIsNotEscalated),
        _ => kind_is(s, Kind::Incident),
    }
}

fn is_categorised(s: &Standing) -> Result<(), Refusal> {
    if s.kind.is_some() { Ok(()) } else { Err(Refusal::NotCategorised) }
}

fn phone_notice_is_due(s: &Standing) -> Result<(), Refusal> {
    if s.is_phone_notice_due { Ok(()) } else { Err(Refusal::NothingToTell) }
}

fn is_waiting(s: &Standing) -> Result<(), Refusal> {
    if s.waiting.is_some() { Ok(()) } else { Err(Refusal::NotWaiting) }
}

fn is_not_waiting(s: &Standing) -> Result<(), Refusal> {
    if s.waiting.is_none() { Ok(()) } else { Err(Refusal::AlreadyWaiting) }
}

/// One reminder a day at most.
pub const REMINDER_SECONDS: i64 = 24 * 3600;

fn may_remind(s: &Standing, now: Instant) -> Result<(), Refusal> {
    let waiting = s.waiting.ok_or(Refusal::NotWaiting)?;
    let until = waiting.reminded_at + chrono::TimeDelta::seconds(REMINDER_SECONDS);
    if until <= now { Ok(()) } else { Err(Refusal::RemindedRecently { until }) }
}

fn reminders_are_sent(s: &Standing) -> Result<(), Refusal> {
    match s.waiting.ok_or(Refusal::NotWaiting)?.reminders_left {
        0 => Ok(()),
        left => Err(Refusal::StillWaiting { left }),
    }
}

fn is_covered(s: &Standing) -> Result<(), Refusal> {
    if s.is_covered { Ok(()) } else { Err(Refusal::NotUnderCoverage) }
}

fn is_solved(s: &Standing) -> Result<(), Refusal> {
    match s.outcome {
        Some(outcome) if !outcome.is_solved() => Err(Refusal::NotThisOutcome { outcome }),
        _ => Ok(()),
    }
}

fn is_not_confirmed(s: &Standing) -> Result<(), Refusal> {
    if s.is_confirmed { Err(Refusal::AlreadyConfirmed) } else { Ok(()) }
}

fn is_reopenable(s: &Standing, now: Instant) -> Result<(), Refusal> {
    match (s.outcome, s.reopenable_until) {
        (Some(Outcome::NotApproved), _) => Err(Refusal::NotThisOutcome { outcome: Outcome::NotApproved }),
        (_, Some(until)) if now <= until => Ok(()),
        (_, until) => Err(Refusal::ReopeningExpired { until }),
    }
}
