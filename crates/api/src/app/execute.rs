//! Commands: load, decide, then one transaction that only writes.
//!
//! The load and the decision hold no transaction. The append compares the position that was loaded: if somebody was faster, everything is loaded
//! and decided again, up to three times; with `If-Match` the version is compared each time, so that of many with one ETag exactly one goes through.

use std::sync::Arc;

use domain::{Actor, Command, Entry, Facts, Instant, Mentions, Refusal, Request, Ticket, TicketId};
use store::Conn;
use store::idempotency::Claim;
use store::streams;

use super::once::{self, Once, WriteError};
use super::outbox::{self, Step};
use super::{App, render, together};
use crate::error::{Code, Failure, KnownNames};
use crate::http::{Answer, IfMatch};

/// Times that a command is decided, when others keep moving the ticket.
const ATTEMPTS: usize = 4;

impl App {
    /// A new request, and the commands that follow it in the same step.
    ///
    /// # Errors
    /// The refusal, with the place of its command; nothing is written then.
    pub async fn create_ticket_soon(
        &self,
        actor: Actor,
        request: Request,
        then: Vec<Command>,
        once: Option<Once>,
    ) -> Result<Answer, Failure> {
        if let Some(together) = &self.together {
            return together.create(self.clone(), together::Asked { actor, request, then, once }).await;
        }
        let again = (actor.clone(), request.clone(), then.clone(), once.clone());
        match self.brief(move |app| app.begin_create(&actor, request, then, once)).await? {
            Begun::Done(answer) => Ok(answer),
            Begun::Write(work) => match self.write_soon(work).await {
                Err(WriteError::Taken) => self.run(move |app| once::taken(&app.store, again.3.as_ref(), app.now())).await,
                Err(WriteError::Conflict) => {
                    let (actor, request, then, once) = again;
                    self.run(move |app| app.create_ticket(&actor, request, then, once)).await
                }
                written => self.end_create(written),
            },
        }
    }

    /// The same, for who waits on this thread.
    ///
    /// # Errors
    /// As [`App::create_ticket_soon`].
    pub fn create_ticket(&self, actor: &Actor, request: Request, then: Vec<Command>, once: Option<Once>) -> Result<Answer, Failure> {
        for _ in 1..ATTEMPTS {
            match self.begin_create(actor, request.clone(), then.clone(), once.clone())? {
                Begun::Done(answer) => return Ok(answer),
                Begun::Write(work) => match self.store.write(work) {
                    Err(WriteError::Taken) => return once::taken(&self.store, once.as_ref(), self.now()),
                    // Another ticket took one of the files: decided again, that is refused.
                    Err(WriteError::Conflict) => {}
                    written => return self.end_create(written),
                },
            }
        }
        Err(Failure::Unavailable("the files of the request are taken by others".into()))
    }

    fn begin_create(&self, actor: &Actor, request: Request, then: Vec<Command>, once: Option<Once>) -> Result<Begun, Failure> {
        let now = self.now();
        let (entries, view) = match store::at_once(|| self.plan_create(actor, request, then)) {
            Ok(planned) => planned,
            // What was done under this key before may be refused by now: its files are a ticket's. Where it is not, its key is found taken below.
            Err(failure) => return once::replay(&self.store, once.as_ref(), now)?.map(Begun::Done).ok_or(failure),
        };
        let actor = actor.clone();
        Ok(Begun::write(once, now, move |conn| {
            let (id, ticket) = streams::create_with_files(conn, &entries)?;
            outbox::enqueue(conn, &[Step { actor: &actor, id, position: 0, after: &ticket, entries: &entries }], now)?;
            Ok(view.created(id))
        }))
    }

    pub(super) fn end_create(&self, written: Result<Answer, WriteError>) -> Result<Answer, Failure> {
        match written {
            Ok(answer) => {
                self.mails.wake();
                Ok(answer)
            }
            Err(WriteError::Failure(failure)) => Err(failure),
            Err(WriteError::Conflict | WriteError::Taken) => Err(Failure::Internal("a conflict on a ticket that nobody knows yet".into())),
        }
    }

    /// What happens, and what its caller will see of it when it has a number.
    pub(super) fn plan_create(
        &self,
        actor: &Actor,
        request: Request,
        then: Vec<Command>,
    ) -> Result<(Vec<Entry>, render::Unnumbered), Failure> {
        if then.iter().any(|command| domain::stands_alone(command.action())) {
            return Err(Code::NotCombined.into());
        }
        let entries = self.plan_new(actor, request, then)?;
        let ticket = fold(&entries)?;
        let foreseen = self.store.read(|conn| render::foresee(conn, actor, None, &ticket))?.ok_or(Code::NotFound)?;
        Ok((entries, foreseen.unnumbered(actor, self.now())?))
    }

    fn plan_new(&self, actor: &Actor, request: Request, then: Vec<Command>) -> Result<Vec<Entry>, Failure> {
        let mut mentions = request.mentions();
        mentions.people.extend(request.requester.or(actor.who.person()));
        then.iter().for_each(|command| command.mentions(&mut mentions));
        let facts = self.facts(actor, None, &mentions)?;
        self.decide_new(actor, &facts, request, then)
    }

    fn decide_new(&self, actor: &Actor, facts: &Facts, request: Request, then: Vec<Command>) -> Result<Vec<Entry>, Failure> {
        let now = self.now();
        let stamp = |event| Entry { at: now, by: actor.who, event };
        let events =
            domain::request(actor, now, facts, request).map_err(|refusal| refused(actor, refusal, Some("request".into()), facts))?;
        let mut entries: Vec<Entry> = events.into_iter().map(stamp).collect();
        if then.is_empty() {
            return Ok(entries);
        }
        let ticket = fold(&entries)?;
        let facts = self.facts(actor, None, &domain::mentions(&ticket, &then))?;
        let events = domain::decide_all(&ticket, actor, now, &facts, then)
            .map_err(|(place, refusal)| refused(actor, refusal, Some(format!("then[{place}]")), &facts))?;
        entries.extend(events.into_iter().map(stamp));
        Ok(entries)
    }

    /// One command, or the few that make one step.
    ///
    /// # Errors
    /// Not found, a refusal, 412 or 409 where others moved the ticket; nothing is written then.
    pub async fn command_ticket_soon(&self, asked: Asked) -> Result<Answer, Failure> {
        if !self.store.has_writer() {
            return self.run(move |app| app.command_ticket(&asked)).await;
        }
        let asked = Arc::new(asked);
        for _ in 0..ATTEMPTS {
            let this = asked.clone();
            match self.brief(move |app| app.begin_command(&this)).await? {
                Begun::Done(answer) => return Ok(answer),
                Begun::Write(work) => {
                    if let Some(answer) = self.end_command(self.write_soon(work).await)? {
                        return Ok(answer);
                    }
                }
            }
        }
        self.run(move |app| app.never_first(&asked)).await
    }

    /// The same, for who waits on this thread.
    ///
    /// # Errors
    /// As [`App::command_ticket_soon`].
    pub fn command_ticket(&self, asked: &Asked) -> Result<Answer, Failure> {
        for _ in 0..ATTEMPTS {
            match self.begin_command(asked)? {
                Begun::Done(answer) => return Ok(answer),
                Begun::Write(work) => {
                    if let Some(answer) = self.end_command(self.store.write(work))? {
                        return Ok(answer);
                    }
                }
            }
        }
        self.never_first(asked)
    }

    fn begin_command(&self, asked: &Asked) -> Result<Begun, Failure> {
        let Asked { actor, id, expected, commands, once } = asked;
        if commands.len() > 1 && commands.iter().any(|command| domain::stands_alone(command.action())) {
            return Err(Code::NotCombined.into());
        }
        if let Some(answer) = once::replay(&self.store, once.as_ref(), self.now())? {
            return Ok(Begun::Done(answer));
        }
        let ticket = self.load(actor, *id)?;
        if !expected.admits(ticket.number.version) {
            return Err(Failure::VersionConflict { is_precondition: true, version: ticket.number.version });
        }
        let plan = self.plan(actor, *id, ticket, commands.clone())?;
        self.carry_out(actor, *id, plan, once.clone())
    }

    /// None: somebody else moved the ticket meanwhile, or has the key. It is loaded, compared and decided again.
    fn end_command(&self, written: Result<Answer, WriteError>) -> Result<Option<Answer>, Failure> {
        match written {
            Ok(answer) => {
                self.mails.wake();
                Ok(Some(answer))
            }
            Err(WriteError::Failure(failure)) => Err(failure),
            Err(WriteError::Conflict | WriteError::Taken) => Ok(None),
        }
    }

    /// Others were always quicker. Whoever holds the key may have committed by now.
    fn never_first(&self, asked: &Asked) -> Result<Answer, Failure> {
        if let Some(answer) = once::replay(&self.store, asked.once.as_ref(), self.now())? {
            return Ok(answer);
        }
        let version = self.load(&asked.actor, asked.id)?.number.version;
        Err(Failure::VersionConflict { is_precondition: false, version })
    }

    /// The ticket, if the caller may know of it.
    pub(super) fn load(&self, actor: &Actor, id: TicketId) -> Result<Ticket, Failure> {
        let ticket = self.store.read::<_, Failure>(|conn| Ok(streams::load(conn, id)?))?;
        ticket.filter(|ticket| actor.sees(&ticket.standing())).ok_or(Code::NotFound.into())
    }

    /// What happens to the ticket, and the second ticket that it makes, if any.
    fn plan(&self, actor: &Actor, id: TicketId, ticket: Ticket, commands: Vec<Command>) -> Result<Plan, Failure> {
        let now = self.now();
        let stamp = |event| Entry { at: now, by: actor.who, event };
        let mut mentions = domain::mentions(&ticket, &commands);
        mentions.people.extend(ticket.stage.holder());
        mentions.tickets.insert(id);
        let facts = self.facts(actor, Some(id), &mentions)?;
        let place = |place: usize| Some(format!("commands[{place}]"));
        let second = second_request(&ticket, id, &commands);
        let events = domain::decide_all(&ticket, actor, now, &facts, commands)
            .map_err(|(at, refusal)| refused(actor, refusal, place(at), &facts))?;
        let second = match second {
            None => Vec::new(),
            Some(request) => domain::request(actor, now, &facts, request)
                .map_err(|refusal| refused(actor, refusal, place(0), &facts))?
                .into_iter()
                .map(stamp)
                .collect(),
        };
        Ok(Plan { ticket, entries: events.into_iter().map(stamp).collect(), second })
    }

    fn carry_out(&self, actor: &Actor, id: TicketId, plan: Plan, once: Option<Once>) -> Result<Begun, Failure> {
        let (actor, now) = (actor.clone(), self.now());
        // A second ticket, whose number is not known yet, is seen in the first.
        let answer = if plan.second.is_empty() { Some(self.answer_before(&actor, id, &plan, now)?) } else { None };
        Ok(Begun::write(once, now, move |conn| {
            let ticket = streams::append(conn, id, &plan.ticket, &plan.entries)?;
            streams::still_joins(conn, id, &plan.entries)?;
            outbox::enqueue(
                conn,
                &[Step { actor: &actor, id, position: plan.ticket.position, after: &ticket, entries: &plan.entries }],
                now,
            )?;
            if let Some(answer) = &answer {
                return Ok(answer.clone());
            }
            let (second, ticket) = streams::create(conn, &plan.second)?;
            outbox::enqueue(conn, &[Step { actor: &actor, id: second, position: 0, after: &ticket, entries: &plan.second }], now)?;
            let view = render::seen(conn, &actor, id, now)?;
            Ok(Answer { location: Some(format!("/api/v1/tickets/{second}")), ..Answer::ok(&view).tagged(view.version) })
        }))
    }

    /// The ticket as its commander will see it; a correction may take it out of their sight. It is what will be committed: the append fails
    /// where the ticket is another by then.
    fn answer_before(&self, actor: &Actor, id: TicketId, plan: &Plan, now: Instant) -> Result<Answer, Failure> {
        let after = plan.entries.iter().fold(plan.ticket.clone(), Ticket::evolve);
        let Some(foreseen) = self.store.read(|conn| render::foresee(conn, actor, Some(id), &after))? else {
            return Ok(Answer::no_content());
        };
        let view = foreseen.view(id, actor, now)?;
        Ok(Answer::ok(&view).tagged(view.version))
    }

    pub(super) fn facts(&self, actor: &Actor, this: Option<TicketId>, mentions: &Mentions) -> Result<Facts, Failure> {
        let rules = self.rules()?;
        self.store.read(|conn| Ok(store::facts::facts(conn, actor, this, mentions, rules, self.now())?))
    }
}

/// What is asked of a ticket.
#[derive(Debug, Clone)]
pub struct Asked {
    pub actor: Actor,
    pub id: TicketId,
    pub expected: IfMatch,
    pub commands: Vec<Command>,
    pub once: Option<Once>,
}

/// What one transaction does; the writer may do it again.
type Work = Box<dyn Fn(&mut Conn) -> Result<Answer, WriteError> + Send>;

/// Decided, and what is left to do.
enum Begun {
    /// Nothing: it was done before.
    Done(Answer),
    Write(Work),
}

impl Begun {
    fn write(once: Option<Once>, now: Instant, work: impl Fn(&mut Conn) -> Result<Answer, WriteError> + Send + 'static) -> Begun {
        // Whoever comes second moves a ticket that has moved, or takes files that are taken; or the key stops them.
        Begun::Write(Box::new(move |conn| once::kept(conn, once.as_ref(), now, false, Claim::Last, &work)))
    }
}

struct Plan {
    ticket: Ticket,
    entries: Vec<Entry>,
    second: Vec<Entry>,
}

/// The ticket that these events make.
fn fold(entries: &[Entry]) -> Result<Ticket, Failure> {
    Ticket::of(entries).ok_or_else(|| Failure::Internal("a request that makes no ticket".into()))
}

/// «The person asked for two things»: a second request with the same requester, channel and time received.
fn second_request(ticket: &Ticket, id: TicketId, commands: &[Command]) -> Option<Request> {
    let [Command::CreateFromThis { title, description }] = commands else { return None };
    Some(Request {
        requester: Some(ticket.requester),
        channel: ticket.channel,
        title: title.clone(),
        description: description.clone(),
        received_at: Some(ticket.received_at),
        since: None,
        impact: None,
        area: Some(ticket.area),
        service: None,
        equipment: None,
        place: ticket.place.clone(),
        is_reserved: ticket.is_reserved,
        files: Vec::new(),
        from: Some(id),
    })
}

/// A refusal with the names that its sentence needs.
fn refused(actor: &Actor, refusal: Refusal, place: Option<String>, facts: &Facts) -> Failure {
    let people = facts.people.iter().map(|(id, person)| (*id, person.name.to_string())).collect();
    Failure::Refused {
        refusal: Box::new(refusal),
        place,
        names: Box::new(KnownNames { audience: actor.audience(), people, ..KnownNames::default() }),
    }
}
