//! Commands: load, decide, then one transaction that only writes.
//!
//! The load and the decision hold no transaction. The append compares the position that was loaded: if somebody was faster, everything is loaded
//! and decided again, up to three times; with `If-Match` the version is compared each time, so that of many with one ETag exactly one goes through.

use domain::{Actor, Command, Entry, Facts, Mentions, Refusal, Request, Ticket, TicketId};
use store::streams::{self, AppendError};
use store::{Conn, tickets};

use super::once::{self, Once, WriteError};
use super::{App, outbox, render};
use crate::error::{Code, Failure, KnownNames};
use crate::http::{Answer, IfMatch};

/// Times that a command is decided, when others keep moving the ticket.
const ATTEMPTS: usize = 4;

impl App {
    /// A new request, and the commands that follow it in the same step.
    ///
    /// # Errors
    /// The refusal, with the place of its command; nothing is written then.
    pub fn create_ticket(&self, actor: &Actor, request: Request, then: Vec<Command>, once: Option<Once>) -> Result<Answer, Failure> {
        let now = self.now();
        if then.iter().any(|command| domain::stands_alone(command.action())) {
            return Err(Code::NotCombined.into());
        }
        let entries = match self.plan_new(actor, request, then) {
            Ok(entries) => entries,
            // What was done under this key before may be refused by now: its files are a ticket's. Where it is not, its key is found taken below.
            Err(failure) => return once::replay(&self.store, once.as_ref(), now)?.ok_or(failure),
        };
        let (actor, again) = (actor.clone(), once.clone());
        let written = once::write(&self.store, once, now, false, move |conn| {
            let (id, ticket) = streams::create(conn, &entries)?;
            outbox::enqueue(conn, &actor, id, 0, &ticket, &entries, now)?;
            let view = render::seen(conn, &actor, id, now)?;
            Ok(Answer::created(&view, format!("/api/v1/tickets/{id}")).tagged(view.version))
        });
        match written {
            Ok(answer) => {
                self.mails.wake();
                Ok(answer)
            }
            Err(WriteError::Taken) => once::taken(&self.store, again.as_ref(), now),
            Err(WriteError::Failure(failure)) => Err(failure),
            Err(WriteError::Conflict) => Err(Failure::Internal("a conflict on a ticket that nobody knows yet".into())),
        }
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
        let ticket = Ticket::of(&entries).ok_or_else(|| Failure::Internal("a request that makes no ticket".into()))?;
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
    pub fn command_ticket(
        &self,
        actor: &Actor,
        id: TicketId,
        expected: IfMatch,
        commands: Vec<Command>,
        once: Option<Once>,
    ) -> Result<Answer, Failure> {
        if commands.len() > 1 && commands.iter().any(|command| domain::stands_alone(command.action())) {
            return Err(Code::NotCombined.into());
        }
        let mut version = 0;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            if let Some(answer) = once::replay(&self.store, once.as_ref(), now)? {
                return Ok(answer);
            }
            let ticket = self.load(actor, id)?;
            version = ticket.number.version;
            if !expected.admits(version) {
                return Err(Failure::VersionConflict { is_precondition: true, version });
            }
            let plan = self.plan(actor, id, ticket, commands.clone())?;
            match self.carry_out(actor, id, plan, once.clone()) {
                Ok(answer) => {
                    self.mails.wake();
                    return Ok(answer);
                }
                Err(WriteError::Failure(failure)) => return Err(failure),
                Err(WriteError::Conflict | WriteError::Taken) => {} // Loaded, compared and decided again.
            }
        }
        if once.is_some() {
            // Whoever holds the key may have committed by now.
            once::replay(&self.store, once.as_ref(), self.now())?.ok_or(Failure::VersionConflict { is_precondition: false, version })
        } else {
            Err(Failure::VersionConflict { is_precondition: false, version })
        }
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

    fn carry_out(&self, actor: &Actor, id: TicketId, plan: Plan, once: Option<Once>) -> Result<Answer, WriteError> {
        let (actor, now) = (actor.clone(), self.now());
        once::write(&self.store, once, now, false, move |conn| {
            let ticket = streams::append(conn, id, &plan.ticket, &plan.entries).map_err(of_append)?;
            streams::still_joins(conn, id, &plan.entries).map_err(of_append)?;
            outbox::enqueue(conn, &actor, id, plan.ticket.position, &ticket, &plan.entries, now)?;
            let mut location = None;
            if !plan.second.is_empty() {
                let (second, ticket) = streams::create(conn, &plan.second)?;
                outbox::enqueue(conn, &actor, second, 0, &ticket, &plan.second, now)?;
                location = Some(format!("/api/v1/tickets/{second}"));
            }
            answer_after(conn, &actor, id, now, location)
        })
    }

    pub(super) fn facts(&self, actor: &Actor, this: Option<TicketId>, mentions: &Mentions) -> Result<Facts, Failure> {
        let rules = self.rules()?;
        self.store.read(|conn| Ok(store::facts::facts(conn, actor, this, mentions, rules, self.now())?))
    }
}

struct Plan {
    ticket: Ticket,
    entries: Vec<Entry>,
    second: Vec<Entry>,
}

fn of_append(error: AppendError) -> WriteError {
    match error {
        AppendError::Conflict => WriteError::Conflict,
        AppendError::Store(error) => WriteError::Failure(error.into()),
    }
}

/// The ticket as its commander sees it now; a correction may have taken it out of their sight.
fn answer_after(
    conn: &mut Conn,
    actor: &Actor,
    id: TicketId,
    now: domain::Instant,
    location: Option<String>,
) -> Result<Answer, WriteError> {
    if tickets::find(conn, actor, id)?.is_none() {
        return Ok(Answer::no_content());
    }
    let view = render::seen(conn, actor, id, now)?;
    let answer = Answer::ok(&view).tagged(view.version);
    Ok(Answer { location, ..answer })
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
