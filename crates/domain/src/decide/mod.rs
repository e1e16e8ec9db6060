//! And what happens then? `decide` begins with [`permit`], then looks at the payload: all branching is here, straight lines in the leaves.

mod attention;
mod closing;
mod coverage;
mod evaluation;
mod extensions;
mod mail;
mod reception;
mod verification;

use crate::actor::Actor;
use crate::command::{Action, Command, Mentions, Request};
use crate::event::{Entry, Event};
use crate::facts::Facts;
use crate::permit::permit;
use crate::refusal::Refusal;
use crate::ticket::Ticket;
use crate::values::{Day, Instant, PersonId, day_in_lima};

pub use mail::{ByMail, answer_by_mail, request_by_mail};

pub(crate) type Decision = Result<Vec<Event>, Refusal>;

/// Activity 1, before there is a ticket.
///
/// # Errors
/// The refusal: who may ask for whom, by what channel, with what facts.
pub fn request(actor: &Actor, now: Instant, facts: &Facts, request: Request) -> Decision {
    reception::request(actor, now, facts, request)
}

/// What a command makes happen: at least one event.
///
/// # Errors
/// The refusal of `permit`, with the same code whatever the payload, or one about the payload.
pub fn decide(ticket: &Ticket, actor: &Actor, now: Instant, facts: &Facts, command: Command) -> Decision {
    permit(&ticket.standing(), actor, now, command.action())?;
    let scene = Scene { ticket, actor, now, facts };
    match command {
        Command::Categorise { kind, facts: patch } => reception::categorise(&scene, kind, patch),
        Command::RecordAction { action_taken } => Ok(vec![Event::ActionRecorded { action_taken }]),
        Command::RecordSolution { cause, solution } => attention::record_solution(&scene, cause, solution),
        Command::Escalate { to, handover } => attention::escalate(&scene, to, handover),
        Command::LogTask { text, minutes } => Ok(vec![Event::TaskLogged { text, minutes }]),
        Command::CoordinateProvider { subject, coverage, provider, means, case_number, expected_on, message } => {
            let verified = coverage::covered(&scene, subject, coverage)?;
            facts.provider(provider)?;
            Ok(vec![verified, Event::ProviderCoordinated { provider, means, case_number, expected_on, message }])
        }
        Command::DraftReport { report } => Ok(vec![Event::ReportDrafted { report }]),
        Command::SubmitTechnicalReport { subject, verification, report } => coverage::submit_report(&scene, subject, verification, report),
        Command::ApproveContracting { grounds } => Ok(vec![Event::ContractingApproved { grounds }]),
        Command::RejectContracting { grounds, communication } => evaluation::reject(&scene, grounds, communication),
        Command::ReturnReport { remarks } => Ok(vec![Event::ReportReturned { remarks }]),
        Command::WithdrawReport {} => Ok(vec![Event::ReportWithdrawn {}]),
        Command::RecordContract { provider, reference, expected_on } => {
            facts.provider(provider)?;
            Ok(vec![Event::ContractRecorded { provider, reference, expected_on }])
        }
        Command::ContractingFailed { reason } => Ok(vec![Event::ContractingFailed { reason }]),
        Command::CoverageRefused { reason } => Ok(vec![Event::CoverageRefused { reason }]),
        Command::RecordServiceProvided { served_at, means, what_was_done } => {
            verification::service_provided(&scene, served_at, means, what_was_done)
        }
        Command::ConfirmResolution { cause, solution, conformity } => verification::confirm(&scene, cause, solution, conformity),
        Command::ReturnToProvider { reason, means, told_at } => verification::return_to_provider(&scene, reason, means, told_at),
        Command::Close {} => Ok(closing::close(&scene)),
        Command::ConfirmSolved {} => Ok(vec![Event::SolutionConfirmed {}]),
        Command::DenySolved { reason } => Ok(vec![Event::SolutionDenied { reason }]),
        Command::Reopen { reason } => Ok(vec![Event::Reopened { reason }]),
        Command::Comment { text, is_internal, files } => extensions::comment(&scene, text, is_internal, files),
        Command::Attach { files, is_internal } => extensions::attach(&scene, files, is_internal),
        Command::Watch {} => extensions::watch(&scene),
        Command::Unwatch {} => extensions::unwatch(&scene),
        Command::AskPerson { question } => Ok(extensions::ask(&scene, question)),
        Command::Remind {} => Ok(extensions::remind(&scene)),
        Command::Resume { note } => Ok(vec![Event::Resumed { note }]),
        Command::GiveUpWaiting {} => Ok(vec![Event::GivenUpWaiting {}]),
        Command::Take {} => Ok(vec![Event::Taken {}]),
        Command::Reassign { to, reason } => extensions::reassign(&scene, to, reason),
        Command::ReturnToDesk { reason } => Ok(vec![Event::ReturnedToDesk { reason }]),
        Command::CorrectCategory { kind, reason } => extensions::correct_category(&scene, kind, reason),
        Command::CorrectFacts { facts: patch } => reception::correct_facts(&scene, patch),
        Command::Withdraw { reason } => Ok(vec![Event::Withdrawn { reason }]),
        Command::MarkDuplicate { of } => extensions::mark_duplicate(&scene, of),
        Command::UndoDuplicate { reason } => Ok(vec![Event::DuplicateUndone { reason }]),
        Command::Discard { reason, explanation } => Ok(extensions::discard(&scene, reason, explanation)),
        Command::CreateFromThis { title, .. } => Ok(vec![Event::AnotherCreated { title }]),
        Command::HideNote { number, reason } => extensions::hide_note(&scene, number, reason),
        Command::MarkInformedByPhone {} => Ok(vec![Event::InformedByPhone {}]),
    }
}

/// Several commands that people make in one step: decided in turn on the evolving ticket, written all or none.
///
/// # Errors
/// The first refusal, with the place of its command.
pub fn decide_all(
    ticket: &Ticket,
    actor: &Actor,
    now: Instant,
    facts: &Facts,
    commands: impl IntoIterator<Item = Command>,
) -> Result<Vec<Event>, (usize, Refusal)> {
    let mut ticket = ticket.clone();
    let mut facts = facts.clone();
    let mut all = Vec::new();
    for (place, command) in commands.into_iter().enumerate() {
        let events = decide(&ticket, actor, now, &facts, command).map_err(|refusal| (place, refusal))?;
        for event in events {
            // A file is part of one line only.
            facts.files.retain(|file| !event.files().contains(file));
            let entry = Entry { at: now, by: actor.who, event };
            ticket = ticket.evolve(&entry);
            all.push(entry.event);
        }
    }
    Ok(all)
}

/// What must be looked up before these commands are decided on this ticket.
pub fn mentions<'a>(ticket: &Ticket, commands: impl IntoIterator<Item = &'a Command>) -> Mentions {
    let mut mentions = Mentions::default();
    mentions.people.insert(ticket.requester);
    mentions.areas.insert(ticket.area);
    for command in commands {
        command.mentions(&mut mentions);
    }
    mentions
}

/// Everything that a decision looks at, beside the payload.
pub(crate) struct Scene<'a> {
    pub ticket: &'a Ticket,
    pub actor: &'a Actor,
    pub now: Instant,
    pub facts: &'a Facts,
}

impl Scene<'_> {
    /// An instant told by a person: not after now, not before the request. People tell minutes, so that of the request is not before it.
    fn past(&self, at: Instant, field: &str) -> Result<Instant, Refusal> {
        let minute = |instant: Instant| instant.timestamp().div_euclid(60);
        let received_at = self.ticket.received_at;
        if at > self.now {
            Err(Refusal::DateInFuture { field: field.to_owned() })
        } else if minute(at) < minute(received_at) {
            Err(Refusal::DateBeforeRequest { field: field.to_owned() })
        } else {
            Ok(at.max(received_at))
        }
    }

    /// The same for a day.
    fn past_day(&self, on: Day, field: &str) -> Result<(), Refusal> {
        if on > day_in_lima(self.now) {
            Err(Refusal::DateInFuture { field: field.to_owned() })
        } else if on < day_in_lima(self.ticket.received_at) {
            Err(Refusal::DateBeforeRequest { field: field.to_owned() })
        } else {
            Ok(())
        }
    }

    /// A notice that the requester cannot get by mail becomes a call to make.
    fn phone_notice(&self) -> Option<Event> {
        self.phone_notice_to(self.ticket.requester)
    }

    /// The same, where the requester is corrected in the same step.
    fn phone_notice_to(&self, requester: PersonId) -> Option<Event> {
        let has_address = self.facts.people.get(&requester).is_some_and(|person| person.has_address);
        (!has_address && !self.ticket.is_phone_notice_due).then_some(Event::PhoneNoticeDue {})
    }
}

/// Actions whose decision writes to a second ticket: they stand alone in a request.
pub fn stands_alone(action: Action) -> bool {
    action == Action::CreateFromThis
}
