//! What real desks need and the written procedure does not have: never in its way.

use super::{Decision, Scene, attention};
use crate::actor::{Audience, Role};
use crate::event::Event;
use crate::permit::level_of;
use crate::refusal::Refusal;
use crate::ticket::{Outcome, Phase};
use crate::values::{DiscardReason, EventNumber, FileId, Kind, PersonId, Text, TicketId};

pub fn comment(scene: &Scene, text: Text, is_internal: bool, files: Vec<FileId>) -> Decision {
    only_it_writes_internally(scene, is_internal)?;
    scene.facts.files(&files)?;
    Ok(with_answer(scene, is_internal, Event::Commented { text, is_internal, files }))
}

pub fn attach(scene: &Scene, files: Vec<FileId>, is_internal: bool) -> Decision {
    only_it_writes_internally(scene, is_internal)?;
    if files.is_empty() {
        return Err(Refusal::NoFiles);
    }
    scene.facts.files(&files)?;
    Ok(with_answer(scene, is_internal, Event::Attached { files, is_internal }))
}

fn only_it_writes_internally(scene: &Scene, is_internal: bool) -> Result<(), Refusal> {
    if is_internal && !scene.actor.is_it() {
        Err(Refusal::NotYourRole { roles: vec![Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead] })
    } else {
        Ok(())
    }
}

/// Whatever the person writes while an answer is awaited, or after one failed to come, is the answer.
fn with_answer(scene: &Scene, is_internal: bool, written: Event) -> Vec<Event> {
    let standing = scene.ticket.standing();
    let is_awaited = standing.waiting.is_some() || (standing.phase == Phase::ToClose && standing.outcome == Some(Outcome::Unanswered));
    let is_person = scene.actor.is(Some(standing.requester)) || (scene.actor.is(standing.creator) && !scene.actor.is_it());
    if is_awaited && is_person && !is_internal { vec![written, Event::PersonAnswered {}] } else { vec![written] }
}

pub fn watch(scene: &Scene) -> Decision {
    if is_watching(scene) { Err(Refusal::AlreadyWatching) } else { Ok(vec![Event::Watched {}]) }
}

pub fn unwatch(scene: &Scene) -> Decision {
    if is_watching(scene) { Ok(vec![Event::Unwatched {}]) } else { Err(Refusal::NotWatching) }
}

fn is_watching(scene: &Scene) -> bool {
    scene.actor.who.person().is_some_and(|person| scene.ticket.watchers.contains(&person))
}

pub fn ask(scene: &Scene, question: Text) -> Vec<Event> {
    let mut events = vec![Event::PersonAsked { question, n_reminders: scene.facts.rules.n_reminders }];
    events.extend(scene.phone_notice());
    events
}

pub fn remind(scene: &Scene) -> Vec<Event> {
    let mut events = vec![Event::PersonReminded {}];
    events.extend(scene.phone_notice());
    events
}

pub fn reassign(scene: &Scene, to: PersonId, reason: Option<Text>) -> Decision {
    attention::works_at(scene, to, level_of(scene.ticket.stage.phase()))?;
    if scene.ticket.stage.holder() == Some(to) {
        return Err(Refusal::SameAssignee { person: to });
    }
    Ok(vec![Event::Reassigned { to, reason }])
}

pub fn correct_category(scene: &Scene, kind: Kind, reason: Text) -> Decision {
    let from = scene.ticket.kind;
    let is_recorded = kind == Kind::Requirement && scene.ticket.is_recorded_as_requirement();
    // A requirement can be back in attention (denied, reopened, its report returned): saying again that it is one records it.
    if from == Some(kind) && !is_recorded {
        return Err(Refusal::SameKind { kind });
    }
    if kind == Kind::Occurrence && is_escalated(scene) {
        return Err(Refusal::CategoryTooLate);
    }
    let mut events = vec![Event::CategoryCorrected { from, to: kind, reason }];
    if is_recorded {
        events.extend(scene.phone_notice());
    }
    Ok(events)
}

/// Is the task beyond the desk, or was it when it was solved?
fn is_escalated(scene: &Scene) -> bool {
    use Outcome::{NotApproved, SolvedAtLevel1, SolvedAtLevel2, SolvedByProvider};
    use Phase::{Contracting, Escalated1, Escalated2, UnderEvaluation, Verifying, WithProvider};
    let stage = scene.ticket.way_back().unwrap_or(&scene.ticket.stage);
    let outcome = scene.ticket.standing().outcome;
    matches!(stage.phase(), Escalated1 | Escalated2 | WithProvider | UnderEvaluation | Contracting | Verifying)
        || matches!(outcome, Some(SolvedAtLevel1 | SolvedAtLevel2 | SolvedByProvider | NotApproved))
}

pub fn mark_duplicate(scene: &Scene, of: TicketId) -> Decision {
    if scene.facts.this == Some(of) {
        return Err(Refusal::DuplicateOfItself);
    }
    let principal = scene.facts.tickets.get(&of).ok_or(Refusal::TicketUnknown { ticket: of, field: "of".into() })?;
    match principal.duplicate_of {
        Some(further) => Err(Refusal::DuplicateOfDuplicate { ticket: of, of: further }),
        None if principal.phase.is_end() => Err(Refusal::PrincipalEnded { ticket: of }),
        None if scene.facts.n_duplicates > 0 => Err(Refusal::HasDuplicates),
        None => Ok(vec![Event::MarkedDuplicate { of }]),
    }
}

pub fn discard(scene: &Scene, reason: DiscardReason, explanation: Option<Text>) -> Vec<Event> {
    let mut events = vec![Event::Discarded { reason, explanation }];
    // Nobody is told that an unwanted message was thrown away.
    if reason == DiscardReason::NotForIt {
        events.extend(scene.phone_notice());
    }
    events
}

pub fn hide_note(scene: &Scene, number: EventNumber, reason: Text) -> Decision {
    let reads_it = |is_internal: bool| !is_internal || scene.actor.audience() == Audience::It;
    let note = scene.ticket.note_of(number).filter(|note| reads_it(note.is_internal)).ok_or(Refusal::NoteUnknown { number })?;
    if note.is_hidden {
        Err(Refusal::AlreadyHidden)
    } else if note.author == scene.actor.who || scene.actor.has(Role::HelpDesk) {
        Ok(vec![Event::NoteHidden { number, reason }])
    } else {
        Err(Refusal::NotYourNote)
    }
}
