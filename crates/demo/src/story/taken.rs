//! How a step is taken: time passes, the procedure decides, and the step is written down.

use std::borrow::Cow;

use chrono::TimeDelta;
use domain::{
    Action, Actor, Channel, Command, Entry, Event, Facts, FileId, PersonId, Phase, Refusal, Request, Text, Ticket, TicketFact, TicketId,
    Who,
};

use super::{Act, Going, Step, Stop, TellError, Teller};
use crate::calendar;
use crate::files::Upload;

/// How a step is taken.
impl Teller<'_> {
    /// Some working time later.
    pub(super) fn wait(&mut self, least: f64, most: f64) -> Going {
        let minutes = self.draw.span(least, most) * self.pace;
        let later = calendar::whole(calendar::forward(self.at, minutes)).max(self.at + TimeDelta::seconds(1));
        if later > self.world.until {
            return Err(Stop::Later);
        }
        self.at = later;
        Ok(())
    }

    pub(super) fn desk_does(&mut self, commands: Vec<Command>) -> Going {
        let desk = self.desk();
        self.go(desk, commands)
    }

    /// By whom it is asked; mostly by mail, where it was asked by mail.
    pub(super) fn say(&mut self, text: Text) -> Going {
        let command = Command::Comment { text: text.clone(), is_internal: false, files: Vec::new() };
        let is_by_mail = self.draw.chance(0.8) && self.ticket().channel == Channel::Email;
        if !is_by_mail {
            return self.go(self.requester, vec![command]);
        }
        let by = Who::Person(self.requester);
        self.decide(by, vec![command])?;
        self.push(by, Vec::new(), Act::Write(text));
        self.halted()
    }

    pub(super) fn go(&mut self, by: PersonId, commands: Vec<Command>) -> Going {
        self.go_with(by, commands, Vec::new())
    }

    pub(super) fn go_with(&mut self, by: PersonId, commands: Vec<Command>, uploads: Vec<(FileId, Upload)>) -> Going {
        let by = Who::Person(by);
        self.decide(by, commands.clone())?;
        self.push(by, uploads, Act::Go(commands));
        self.halted()
    }

    pub(super) fn create(&mut self, by: Who, request: Request, then: Vec<Command>, uploads: Vec<(FileId, Upload)>) -> Going {
        self.decide_request(by, request.clone(), &then)?;
        self.push(by, uploads, Act::Begin { request, then });
        self.halted()
    }

    pub(super) fn push(&mut self, by: Who, uploads: Vec<(FileId, Upload)>, act: Act) {
        self.steps.push(Step { at: self.at, story: self.story, group: self.cast.group, by, uploads, act });
    }

    pub(super) fn halted(&self) -> Going {
        let standing = self.ticket().standing();
        let is_there = self.cast.halt.is_some_and(|halt| {
            (halt.phase, halt.is_waiting, halt.is_confirmed) == (standing.phase, standing.waiting.is_some(), standing.is_confirmed)
        });
        if is_there { Err(Stop::Halted) } else { Ok(()) }
    }

    pub(super) fn decide_request(&mut self, by: Who, request: Request, then: &[Command]) -> Going {
        let facts = self.facts(request.files.clone(), None);
        let refused = |refusal| self.refused("request".into(), None, refusal);
        let events = domain::request(&self.actor(by), self.at, &facts, request).map_err(refused)?;
        let entries: Vec<Entry> = events.into_iter().map(|event| Entry { at: self.at, by, event }).collect();
        self.ticket = Ticket::of(&entries);
        self.decide(by, then.to_vec())
    }

    /// What the procedure makes of it, command after command.
    pub(super) fn decide(&mut self, by: Who, commands: Vec<Command>) -> Going {
        let actor = self.actor(by);
        for command in commands {
            let (files, of) = match &command {
                Command::Comment { files, .. } | Command::Attach { files, .. } => (files.clone(), None),
                Command::MarkDuplicate { of } => (Vec::new(), Some(*of)),
                _ => (Vec::new(), None),
            };
            let facts = self.facts(files, of);
            let action: Action = command.action();
            let events: Vec<Event> = domain::decide(self.ticket(), &actor, self.at, &facts, command)
                .map_err(|refusal| self.refused(action.to_string(), Some(self.phase()), refusal))?;
            let mut ticket = self.ticket().clone();
            for event in events {
                ticket = ticket.evolve(&Entry { at: self.at, by, event });
            }
            self.ticket = Some(ticket);
        }
        Ok(())
    }

    pub(super) fn actor(&self, by: Who) -> Actor {
        by.person().map_or_else(Actor::system, |person| self.world.agency.at(self.at).actor(person))
    }

    /// What the rules look at: the directory, and for what few commands name a file or another ticket, that too.
    pub(super) fn facts(&self, files: Vec<FileId>, of: Option<TicketId>) -> Cow<'_, Facts> {
        let known = &self.world.agency.at(self.at).facts;
        if files.is_empty() && of.is_none() {
            return Cow::Borrowed(known);
        }
        let principal = TicketFact { phase: Phase::InAttention, duplicate_of: None };
        Cow::Owned(Facts {
            this: TicketId::parse(self.story as i64 + 1).ok(),
            files: files.into_iter().collect(),
            tickets: of.map(|of| (of, principal)).into_iter().collect(),
            ..known.clone()
        })
    }

    pub(super) fn refused(&self, action: String, phase: Option<Phase>, refusal: Refusal) -> Stop {
        let text = self.cast.plot.seed().map(|seed| seed.key.clone()).unwrap_or_default();
        Stop::Refused(Box::new(TellError { story: self.story, text, action, phase, refusal }))
    }
}
