//! The story of a ticket, as the procedure itself tells it: each step is decided by the domain, on a path that is drawn.
//!
//! Time passes between the steps, and what would lie in the future has not happened yet: so the tickets of the last days are the open ones,
//! with a few of every age that somebody forgot.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use domain::{
    Actor, Channel, Command, Communication, Conformity, CoverageFound, CoverageKind, DiscardReason, Entry, FactsPatch, Impact, Instant,
    Kind, Means, Minutes, Outcome, PersonId, Phase, ReportDraft, Request, Ticket, VerifiedSubject, day_in_lima,
};
use draw::Draw;

use crate::agency::Agency;
use crate::texts::{line, prose, title};

/// Steps of one ticket at most.
const MOST_STEPS: usize = 60;
/// How often a ticket is forgotten at a step.
const FORGOTTEN: f64 = 0.012;
/// How often something is said or done beside the procedure at a step.
const ASIDE: f64 = 0.3;

/// A ticket and what happened to it until `until`.
pub fn tell(agency: &Agency, draw: &mut Draw, requester: PersonId, received_at: Instant, until: Instant) -> Result<(Ticket, Vec<Entry>)> {
    let mut story = Story::begin(agency, draw, requester, received_at)?;
    for _ in 0..MOST_STEPS {
        let Some((actor, command, hours)) = story.next_step() else { break };
        let at = story.at + TimeDelta::seconds((hours * 3600.0) as i64 + 1);
        if at > until || story.draw.chance(FORGOTTEN) {
            break;
        }
        story.at = at;
        story.act(&actor, command)?;
    }
    Ok((story.ticket, story.entries))
}

struct Story<'a> {
    agency: &'a Agency,
    draw: &'a mut Draw,
    at: Instant,
    ticket: Ticket,
    entries: Vec<Entry>,
}

/// Who does what, after how many hours.
type Step = (Actor, Command, f64);

impl<'a> Story<'a> {
    fn begin(agency: &'a Agency, draw: &'a mut Draw, requester: PersonId, received_at: Instant) -> Result<Story<'a>> {
        let channel = match draw.below(20) {
            0..9 => Channel::Phone,
            9..15 => Channel::Web,
            15..18 => Channel::Email,
            18 => Channel::Mobile,
            _ => Channel::InPerson,
        };
        let channel = if agency.has_address(requester) { channel } else { Channel::Phone };
        let actor = match channel {
            Channel::Web => agency.actor(requester),
            Channel::Email => Actor::system(),
            Channel::Phone | Channel::Mobile | Channel::InPerson => agency.actor(*draw.pick(&agency.desk)),
        };
        let request = Request {
            requester: Some(requester),
            channel,
            title: title(draw),
            description: prose(draw, 4),
            received_at: None,
            since: None,
            impact: draw.chance(0.6).then(|| *draw.pick(&[Impact::CannotWork, Impact::WorkWithDifficulty, Impact::CanWork])),
            area: None,
            service: draw.chance(0.8).then(|| *draw.pick_early(&agency.services)),
            equipment: draw.chance(0.5).then(|| line(&format!("PC-{:05}", draw.below(3_000)))),
            place: draw.chance(0.4).then(|| line(&format!("Sede central, piso {}", 1 + draw.below(9)))),
            is_reserved: false,
            files: Vec::new(),
            from: None,
        };
        let events = domain::request(&actor, received_at, &agency.facts, request).context("a request of the benchmark")?;
        let entries: Vec<Entry> = events.into_iter().map(|event| Entry { at: received_at, by: actor.who, event }).collect();
        let ticket = Ticket::of(&entries).context("a request makes a ticket")?;
        Ok(Story { agency, draw, at: received_at, ticket, entries })
    }

    fn act(&mut self, actor: &Actor, command: Command) -> Result<()> {
        let action = command.action();
        let events = domain::decide(&self.ticket, actor, self.at, &self.agency.facts, command)
            .with_context(|| format!("{action} in {} of the benchmark", self.ticket.stage.phase()))?;
        for event in events {
            let entry = Entry { at: self.at, by: actor.who, event };
            self.ticket = self.ticket.clone().evolve(&entry);
            self.entries.push(entry);
        }
        Ok(())
    }

    /// What comes next; nothing at an end.
    fn next_step(&mut self) -> Option<Step> {
        if self.ticket.waiting.is_some() {
            return Some(self.answer());
        }
        if self.draw.chance(ASIDE)
            && let Some(aside) = self.aside()
        {
            return Some(aside);
        }
        match self.ticket.stage.phase() {
            Phase::Requested => Some(self.receive()),
            Phase::InAttention => Some(self.attend()),
            Phase::Escalated1 => Some(self.at_level1()),
            Phase::Escalated2 => Some(self.at_level2()),
            Phase::WithProvider => Some(self.serve()),
            Phase::Verifying => Some(self.verify()),
            Phase::UnderEvaluation => Some(self.evaluate()),
            Phase::Contracting => Some(self.contract()),
            Phase::ToClose => Some(self.close()),
            Phase::Closed => self.reopen(),
            Phase::Recorded | Phase::Withdrawn | Phase::Duplicate | Phase::Discarded => None,
        }
    }

    fn receive(&mut self) -> Step {
        let desk = self.desk();
        let hours = if self.ticket.channel == Channel::Phone { self.draw.span(0.02, 0.3) } else { self.draw.span(0.05, 8.0) };
        let command = match self.draw.below(100) {
            0..2 => Command::Discard {
                reason: *self.draw.pick(&[DiscardReason::NotForIt, DiscardReason::Unwanted, DiscardReason::ByMistake]),
                explanation: None,
            },
            2..4 => Command::Withdraw { reason: Some(self.prose(1)) },
            n => {
                let kind = match n {
                    4..58 => Kind::Incident,
                    58..90 => Kind::Occurrence,
                    _ => Kind::Requirement,
                };
                Command::Categorise { kind, facts: FactsPatch::default() }
            }
        };
        (desk, command, hours)
    }

    fn attend(&mut self) -> Step {
        let desk = self.desk();
        if self.ticket.kind == Some(Kind::Occurrence) {
            return (desk, Command::RecordAction { action_taken: self.prose(3) }, self.draw.span(0.1, 12.0));
        }
        if self.draw.chance(0.6) {
            return (desk, Command::RecordSolution { cause: self.prose(2), solution: self.prose(3) }, self.draw.span(0.2, 30.0));
        }
        let to = *self.draw.pick(&self.agency.support1);
        (desk, Command::Escalate { to, handover: self.prose(2) }, self.draw.span(0.2, 8.0))
    }

    fn at_level1(&mut self) -> Step {
        let holder = self.holder();
        let command = match self.draw.below(100) {
            0..3 => Command::ReturnToDesk { reason: self.prose(1) },
            3..70 => Command::RecordSolution { cause: self.prose(2), solution: self.prose(3) },
            _ => Command::Escalate { to: *self.draw.pick(&self.agency.support2), handover: self.prose(3) },
        };
        (holder, command, self.draw.span(2.0, 96.0))
    }

    fn at_level2(&mut self) -> Step {
        let holder = self.holder();
        let subject = VerifiedSubject { equipment: None, service: Some(*self.draw.pick_early(&self.agency.services)) };
        let command = match self.draw.below(100) {
            0..50 => Command::RecordSolution { cause: self.prose(3), solution: self.prose(4) },
            50..82 => Command::CoordinateProvider {
                subject,
                coverage: CoverageFound {
                    kind: *self.draw.pick(&[CoverageKind::Warranty, CoverageKind::SupportContract]),
                    description: line("Contrato N.º 014-2026-OTI"),
                    until: day_in_lima(self.at) + TimeDelta::days(400),
                },
                provider: *self.draw.pick_early(&self.agency.providers),
                means: *self.draw.pick(&[Means::Email, Means::Phone, Means::Portal]),
                case_number: Some(line(&format!("CASO-{}", self.draw.below(100_000)))),
                expected_on: None,
                message: Some(self.prose(2)),
            },
            n if n < 84 && self.ticket.draft == ReportDraft::default() => Command::DraftReport { report: self.report() },
            _ => Command::SubmitTechnicalReport { subject, verification: self.prose(2), report: self.report() },
        };
        (holder, command, self.draw.span(8.0, 240.0))
    }

    fn serve(&mut self) -> Step {
        let command = Command::RecordServiceProvided { served_at: self.at, means: Means::InPerson, what_was_done: self.prose(3) };
        (self.holder(), command, self.draw.span(24.0, 400.0))
    }

    fn verify(&mut self) -> Step {
        let command = if self.draw.chance(0.8) {
            let given_on = day_in_lima(self.at);
            let conformity = Conformity { given_by: line("Jefatura del área usuaria"), given_on, reference: None };
            Command::ConfirmResolution { cause: None, solution: self.prose(3), conformity }
        } else {
            Command::ReturnToProvider { reason: self.prose(2), means: Means::Phone, told_at: None }
        };
        (self.holder(), command, self.draw.span(2.0, 72.0))
    }

    fn evaluate(&mut self) -> Step {
        let head = self.agency.actor(*self.draw.pick(&self.agency.it_heads));
        let command = match self.draw.below(10) {
            0..7 => Command::ApproveContracting { grounds: self.prose(2) },
            7..8 => Command::ReturnReport { remarks: self.prose(2) },
            _ => {
                let communication = Communication { to: None, text: self.prose(2), means: Means::Document, told_at: None };
                Command::RejectContracting { grounds: self.prose(2), communication }
            }
        };
        (head, command, self.draw.span(24.0, 300.0))
    }

    fn contract(&mut self) -> Step {
        let provider = *self.draw.pick(&self.agency.providers);
        let reference = line(&format!("O/S {:04}-2026", self.draw.below(10_000)));
        (self.holder(), Command::RecordContract { provider, reference, expected_on: None }, self.draw.span(100.0, 1_200.0))
    }

    fn close(&mut self) -> Step {
        let standing = self.ticket.standing();
        let may_confirm = standing.outcome.is_some_and(Outcome::is_solved) && !standing.is_confirmed;
        if may_confirm && self.agency.has_address(self.ticket.requester) && self.draw.chance(0.3) {
            let requester = self.agency.actor(self.ticket.requester);
            let command = if self.draw.chance(0.06) { Command::DenySolved { reason: self.prose(1) } } else { Command::ConfirmSolved {} };
            return (requester, command, self.draw.span(0.1, 24.0));
        }
        (self.desk(), Command::Close {}, self.draw.span(0.2, 72.0))
    }

    fn reopen(&mut self) -> Option<Step> {
        let is_reopened = self.ticket.standing().reopenable_until.is_some() && self.ticket.n_reopened == 0 && self.draw.chance(0.01);
        is_reopened.then(|| (self.desk(), Command::Reopen { reason: self.prose(1) }, self.draw.span(1.0, 200.0)))
    }

    /// The person was asked, and answers; or tells the desk.
    fn answer(&mut self) -> Step {
        let hours = self.draw.span(0.5, 120.0);
        if self.agency.has_address(self.ticket.requester) && self.draw.chance(0.8) {
            let requester = self.agency.actor(self.ticket.requester);
            (requester, Command::Comment { text: self.prose(2), is_internal: false, files: Vec::new() }, hours)
        } else {
            (self.desk(), Command::Resume { note: None }, hours)
        }
    }

    /// What is said and done beside the procedure, by who holds it or by the desk.
    fn aside(&mut self) -> Option<Step> {
        let phase = self.ticket.stage.phase();
        if phase.is_end() || phase == Phase::ToClose || phase == Phase::Requested {
            return None;
        }
        let desk = self.desk();
        let holder = self.ticket.stage.holder().map_or_else(|| desk.clone(), |holder| self.agency.actor(holder));
        let (actor, command) = match self.draw.below(10) {
            0..2 => (holder, Command::Comment { text: self.prose(2), is_internal: false, files: Vec::new() }),
            2..5 => (holder, Command::Comment { text: self.prose(2), is_internal: true, files: Vec::new() }),
            5..8 => (holder, Command::LogTask { text: self.prose(2), minutes: Minutes::parse(5 + self.draw.below(90) as u32).ok()? }),
            8 if matches!(phase, Phase::InAttention | Phase::Escalated1 | Phase::Escalated2) => {
                (holder, Command::AskPerson { question: self.prose(1) })
            }
            _ if phase == Phase::InAttention && !desk.is(self.ticket.stage.holder()) => (desk, Command::Take {}),
            _ => return None,
        };
        Some((actor, command, self.draw.span(0.05, 12.0)))
    }

    fn report(&mut self) -> ReportDraft {
        ReportDraft {
            number: Some(line(&format!("Informe {:05}-2026-OTI", self.draw.below(100_000)))),
            background: Some(self.prose(6)),
            analysis: Some(self.prose(8)),
            conclusions: Some(self.prose(4)),
            recommendation: Some(self.prose(3)),
            estimated_cost_centimos: None,
        }
    }

    fn desk(&mut self) -> Actor {
        self.agency.actor(*self.draw.pick(&self.agency.desk))
    }

    fn holder(&mut self) -> Actor {
        match self.ticket.stage.holder() {
            Some(holder) => self.agency.actor(holder),
            None => self.desk(),
        }
    }

    fn prose(&mut self, most: usize) -> domain::Text {
        prose(self.draw, most)
    }
}
