//! What a server on PostgreSQL does for several callers in the journeys of one: reading tickets, and writing down new ones. SQLite needs none of it: its
//! reads are no journeys, and its writer does what waits in one transaction anyway.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use domain::{Actor, Command, Entry, Request, Ticket, TicketId};
use store::Store;
use store::idempotency;
use store::streams::{self, NewTicket};
use tokio::sync::oneshot;

use super::once::{Once, WriteError};
use super::outbox::{self, Step};
use super::{App, render};
use crate::error::Failure;
use crate::gather::Gather;
use crate::http::Answer;

/// One kind of work is under way twice at most: while one waits for the database, the other decides and renders.
const N_THREADS: usize = 2;
/// Tickets that are read in one journey at most.
const MOST_READS: usize = 32;
/// Requests that are one transaction at most.
const MOST_CREATES: usize = 32;
/// How many of each may wait.
const QUEUE: usize = 1024;

/// The work that is done together.
pub struct Together {
    reads: Gather<Read>,
    creates: Gather<Create>,
}

struct Read {
    store: Store,
    actor: Actor,
    id: TicketId,
    tell: oneshot::Sender<Result<Option<render::Seen>, Failure>>,
}

/// A request, and the commands that follow it in the same step.
#[derive(Debug, Clone)]
pub struct Asked {
    pub actor: Actor,
    pub request: Request,
    pub then: Vec<Command>,
    pub once: Option<Once>,
}

struct Create {
    app: App,
    asked: Asked,
    origin: Option<Arc<str>>,
    tell: oneshot::Sender<Result<Answer, Failure>>,
}

impl Together {
    /// # Errors
    /// When its threads cannot be started.
    pub fn start() -> io::Result<Together> {
        Ok(Together {
            reads: Gather::start("reads", N_THREADS, MOST_READS, QUEUE, read_all)?,
            creates: Gather::start("creates", N_THREADS, MOST_CREATES, QUEUE, create_all)?,
        })
    }

    /// The ticket as this reader sees it; none, where they do not.
    ///
    /// # Errors
    /// Unavailable, where too many wait; those of the database.
    pub async fn read(&self, store: Store, actor: Actor, id: TicketId) -> Result<Option<render::Seen>, Failure> {
        let (tell, told) = oneshot::channel();
        self.reads.submit(Read { store, actor, id, tell }).map_err(|_| too_many())?;
        told.await.unwrap_or_else(|_| Err(panicked()))
    }

    /// A new ticket.
    ///
    /// # Errors
    /// Unavailable, where too many wait; those of [`App::create_ticket`].
    pub async fn create(&self, app: App, asked: Asked) -> Result<Answer, Failure> {
        let (tell, told) = oneshot::channel();
        let origin = crate::http::origin::current();
        self.creates.submit(Create { app, asked, origin, tell }).map_err(|_| too_many())?;
        told.await.unwrap_or_else(|_| Err(panicked()))
    }
}

fn too_many() -> Failure {
    Failure::Unavailable("too many requests wait".into())
}

fn panicked() -> Failure {
    Failure::Internal(super::PANICKED.into())
}

fn read_all(reads: Vec<Read>) {
    let Some(first) = reads.first() else { return };
    let asked: Vec<(&Actor, TicketId)> = reads.iter().map(|read| (&read.actor, read.id)).collect();
    let seen = first.store.read(|conn| render::seen_many(conn, &asked));
    match seen {
        Ok(seen) => reads.into_iter().zip(seen).for_each(|(read, seen)| drop(read.tell.send(seen))),
        Err(failure) => reads.into_iter().for_each(|read| drop(read.tell.send(Err(failure.clone())))),
    }
}

/// What of a request is decided.
struct Planned {
    actor: Actor,
    entries: Vec<Entry>,
    view: render::Unnumbered,
    once: Option<Once>,
    origin: Option<Arc<str>>,
}

impl Planned {
    fn step<'a>(&'a self, id: TicketId, after: &'a Ticket) -> Step<'a> {
        Step { actor: &self.actor, id, position: 0, after, entries: &self.entries }
    }
}

/// All in one transaction; where another has one of their keys, or something goes wrong, each in its own.
fn create_all(creates: Vec<Create>) {
    let (planned, mut alone) = if creates.len() > 1 { plan(creates) } else { (Vec::new(), creates) };
    let (planned, creates): (Vec<Planned>, Vec<Create>) = planned.into_iter().unzip();
    if let Some(app) = creates.first().map(|create| create.app.clone()) {
        match write(&app, planned) {
            Ok(answers) => {
                app.mails.wake();
                // Nobody listens any more where a caller has gone; what was written stays written.
                creates.into_iter().zip(answers).for_each(|(create, answer)| drop(create.tell.send(Ok(answer))));
            }
            Err(WriteError::Failure(failure @ Failure::Unavailable(_))) => {
                creates.into_iter().for_each(|create| drop(create.tell.send(Err(failure.clone()))));
            }
            Err(_) => alone.extend(creates),
        }
    }
    for Create { app, asked: Asked { actor, request, then, once }, origin, tell } in alone {
        let created = catch_unwind(AssertUnwindSafe(|| store::origin::with(origin, || app.create_ticket(&actor, request, then, once))));
        drop(tell.send(created.unwrap_or_else(|_| Err(panicked()))));
    }
}

/// Those that are decided, and those that are to be looked at alone: what is refused, and what brings files, which others may take meanwhile.
fn plan(creates: Vec<Create>) -> (Vec<(Planned, Create)>, Vec<Create>) {
    let (mut planned, mut alone) = (Vec::new(), Vec::new());
    store::at_once(|| {
        for create in creates {
            let Create { app, asked: Asked { actor, request, then, once }, origin, .. } = &create;
            let plan = catch_unwind(AssertUnwindSafe(|| app.plan_create(actor, request.clone(), then.clone())));
            match plan {
                Ok(Ok((entries, view))) if entries.iter().all(|entry| entry.event.files().is_empty()) => {
                    let plan = Planned { actor: actor.clone(), entries, view, once: once.clone(), origin: origin.clone() };
                    planned.push((plan, create));
                }
                _ => alone.push(create),
            }
        }
    });
    (planned, alone)
}

fn write(app: &App, planned: Vec<Planned>) -> Result<Vec<Answer>, WriteError> {
    let now = app.now();
    app.store.write(move |conn| {
        let new: Vec<NewTicket<'_>> =
            planned.iter().map(|plan| NewTicket { entries: &plan.entries, origin: plan.origin.clone() }).collect();
        let made = streams::create_many(conn, &new)?;
        let steps: Vec<Step<'_>> = planned.iter().zip(&made).map(|(plan, (id, after))| plan.step(*id, after)).collect();
        outbox::enqueue(conn, &steps, now)?;
        let (mut answers, mut kept) = (Vec::with_capacity(planned.len()), Vec::new());
        for (plan, (id, _)) in planned.into_iter().zip(made) {
            let answer = plan.view.created(id);
            kept.extend(plan.once.map(|once| once.keeping(&answer)));
            answers.push(answer);
        }
        idempotency::finish_many(conn, &kept, now)?;
        Ok(answers)
    })
}
