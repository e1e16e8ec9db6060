//! The demonstration, carried out: the year that the crate `demo` tells, through the use cases, with a clock that follows it.
//!
//! One thread makes the tickets, in the order in which they were received, so that their numbers follow it, and takes every mail in as it comes. Others
//! take the further steps, the tickets of one group one after the other; they share the commits. Between them lie the changes of the directory: nobody
//! passes one before all have come to it. Absences are known from the beginning, each as of the hour at which it was said.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, bail, ensure};
use chrono::TimeDelta;
use demo::agency::{Change, NAME, Person};
use demo::files::Upload;
use demo::mails::Mail;
use demo::{Absence, Act, Ids, Plan, Step, Stray};
use domain::{
    Actor, Channel, Command, Day, Event, FileId, Instant, Line, MailId, MailState, NothingToSay, NoticeKind, PersonId, Role, TicketId, Who,
    day_in_lima,
};
use store::outbox::{self, OutboxRow, Sent};
use store::records::RecordFilter;
use store::tickets::{Filter, Sort};
use store::{actors, areas, people, streams, tickets};
use tokio::runtime::Handle;
use wire::{AbsenceRequest, AreaRequest, ContactRequest, PersonRequest, ProviderRequest, ServiceRequest, SettingRequest, SetupRequest};

use super::App;
use super::execute::Asked;
use super::intake::Envelope;
use super::mails::Referred;
use super::mails::compose::{Composed, For};
use super::outbox::SOLVED_WAITS_MINUTES;
use crate::auth::accounts::{Account, By};
use crate::auth::passwords;
use crate::clock::Clock;
use crate::error::Failure;
use crate::http::{Answer, IfMatch};
use crate::random;

/// Threads that take steps: more than there are processors, for they wait for commits, and many commits are one.
const N_THREADS: usize = 16;
/// Threads that make mails.
const N_MAKING: usize = 4;
/// How the help desk is reached.
const EXTENSION: &str = "2000";
const MOBILE: &str = "900 555 010";
const MAILBOX: &str = "helpdesk@agencia.example";
/// Letters of a printed password: more than a hundred bits.
const PASSWORD_LETTERS: usize = 20;
/// How long a claimed notice is ours, while it is marked.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Notices that are marked in one transaction.
const NOTICES_AT_ONCE: u32 = 500;
/// No notice of the story is due later than this after its end.
const LATEST_NOTICE: TimeDelta = TimeDelta::hours(1);
/// What was told within this is news; who works in the story has looked at what is older.
const NEWS: TimeDelta = TimeDelta::days(1);

/// An account of the demonstration, with the password that is shown once.
#[derive(Debug, Clone)]
pub struct Shown {
    pub role: Role,
    pub name: Line,
    pub email: String,
    pub password: String,
}

impl App {
    /// Does the database know nothing yet: no area, nobody, no ticket?
    ///
    /// # Errors
    /// The store's.
    pub fn is_untouched(&self) -> Result<bool, Failure> {
        let everything = RecordFilter { all: true, ..RecordFilter::default() };
        let today = day_in_lima(self.now());
        self.store.read(|conn| {
            let knows_nobody =
                people::list(conn, &everything, None, 1)?.is_empty() && areas::list(conn, &everything, today, None, 1)?.is_empty();
            Ok(knows_nobody && tickets::list(conn, &Actor::system(), &Filter::default(), Sort::Oldest, None, 1)?.is_empty())
        })
    }

    /// Carries out the plan in a database that knows nothing yet. `tell` hears how many steps are done.
    ///
    /// # Errors
    /// What failed, on which ticket of the plan; what was done until then stays.
    pub fn carry_out_demo(&self, plan: &Plan, runtime: &Handle, tell: &(dyn Fn(usize) + Sync)) -> anyhow::Result<Vec<Shown>> {
        ensure!(self.is_untouched()?, "the database knows areas, people or tickets already");
        let (ids, shown) = Records::begin(self, plan)?.write()?;
        let stage = Stage {
            app: self,
            plan,
            ids,
            runtime,
            tell,
            tickets: Mutex::default(),
            arrived: Mutex::default(),
            actors: Mutex::default(),
            n_done: AtomicUsize::new(0),
            has_failed: AtomicBool::new(false),
        };
        stage.play()?;
        self.settle_notices().context("marking what was told in the past")?;
        Ok(shown)
    }

    /// The same use cases, at another hour.
    fn at(&self, at: Instant) -> App {
        App { clock: Clock::Manual(Arc::new(AtomicI64::new(at.timestamp_micros()))), ..self.clone() }
    }

    /// Nobody gets a mail today about what happened in the story: each counts as sent when it would have been, or as not sent for the reason that it had.
    fn settle_notices(&self) -> Result<(), Failure> {
        let late = self.now() + LATEST_NOTICE;
        loop {
            let claimed = self.store.write::<_, Failure>(move |conn| Ok(outbox::claim(conn, late, LEASE, NOTICES_AT_ONCE)?))?;
            if claimed.is_empty() {
                let long_ago = self.now() - NEWS;
                return self.store.write::<_, Failure>(move |conn| Ok(store::notices::mark_all_seen(conn, long_ago)?));
            }
            let ends = self.ends_of(&claimed)?;
            self.store.write::<_, Failure>(move |conn| {
                for (row, end) in claimed.iter().zip(&ends) {
                    match end {
                        End::Sent(at, sent) => outbox::sent(conn, row.id, row.leased_until, *at, sent)?,
                        End::Nothing(why) => outbox::cancel(conn, row.id, row.leased_until, row.created_at, why.name())?,
                    };
                }
                Ok(())
            })?;
        }
    }

    fn ends_of(&self, rows: &[OutboxRow]) -> Result<Vec<End>, Failure> {
        let part = rows.len().div_ceil(N_MAKING).max(1);
        thread::scope(|scope| {
            let parts: Vec<_> = rows
                .chunks(part)
                .map(|rows| scope.spawn(|| rows.iter().map(|row| self.end_of(row)).collect::<Result<Vec<_>, _>>()))
                .collect();
            let mut ends = Vec::with_capacity(rows.len());
            for part in parts {
                ends.extend(part.join().unwrap_or_else(|_| Err(Failure::Internal("a mail panicked".into())))?);
            }
            Ok(ends)
        })
    }

    fn end_of(&self, row: &OutboxRow) -> Result<End, Failure> {
        let is_solved = row.notice.kind == NoticeKind::Solved.name();
        let at = if is_solved { row.created_at + TimeDelta::minutes(SOLVED_WAITS_MINUTES) } else { row.created_at };
        let settings = self.settings()?;
        self.store.read(|conn| {
            if let Some((ticket, position)) = row.notice.ticket.filter(|_| is_solved) {
                let later = streams::load_entries(conn, ticket)?.into_iter().skip(position as usize);
                let is_closed = later.take_while(|entry| entry.at <= at).any(|entry| matches!(entry.event, Event::Closed { .. }));
                if is_closed {
                    return Ok(End::Nothing(NothingToSay::MovedOn));
                }
            }
            Ok(match self.compose(conn, &row.notice, at, &For::Reading, &settings)? {
                Composed::Nothing(why) => End::Nothing(why),
                Composed::Ready(ready) => {
                    let message = self.outgoing(&ready, row);
                    let (to_address, subject, message_id) = (message.to.address, message.subject, message.message_id);
                    End::Sent(at, Sent { to_address, subject, message_id })
                }
            })
        })
    }
}

/// What became of a notice of the story.
enum End {
    Sent(Instant, Sent),
    Nothing(NothingToSay),
}

/// The directory, as it is when the year begins.
struct Records<'a> {
    app: App,
    plan: &'a Plan,
    admin: Account,
    admin_password: String,
}

impl<'a> Records<'a> {
    /// Sets the system up, by the link that an empty one offers.
    fn begin(app: &App, plan: &'a Plan) -> anyhow::Result<Records<'a>> {
        let app = app.at(plan.begins_at);
        let person = plan.agency.person(plan.agency.admin);
        let email = person.email.clone().context("the administrator has an address")?;
        let link = app.offer_setup()?.context("the database is set up already")?;
        let token = link.split_once("#token=").map(|(_, token)| token.to_owned()).context("a link without its token")?;
        let password = new_password();
        let hash = passwords::hash_now(&password)?;
        let agency = Line::parse(NAME).context("the agency's name")?;
        let request = SetupRequest { token, agency, name: person.name.clone(), email: email.clone(), password: password.clone() };
        let opened = app.redeem_setup(request, hash)?;
        // Nobody sits at that session.
        app.close_session(&opened.refresh)?;
        let row = app
            .store
            .read::<_, Failure>(|conn| Ok(people::find_by_email(conn, email.as_str())?))?
            .context("the administrator was just made")?;
        let admin = account(&app, row.id)?;
        Ok(Records { app, plan, admin, admin_password: password })
    }

    fn write(self) -> anyhow::Result<(Ids, Vec<Shown>)> {
        let agency = &self.plan.agency;
        let mut ids = Ids::default();
        let root = self.admin.actor.area.context("the administrator was made in an area")?;
        for area in &agency.areas {
            let request = AreaRequest {
                name: area.name.clone(),
                abbreviation: Some(area.abbreviation.clone()),
                parent: Some(area.parent.map_or(root, |parent| ids.area(parent))),
                head: None,
                is_reserved: area.is_reserved,
                ended_on: None,
            };
            ids.areas.push(made(&self.app.create_area(&self.admin, request, None)?)?);
        }
        for service in &agency.services {
            let request = ServiceRequest { name: service.name.clone(), description: Some(service.description.clone()), is_active: true };
            ids.services.push(made(&self.app.create_service(&self.admin, request, None)?)?);
        }
        for provider in &agency.providers {
            let request = ProviderRequest {
                name: provider.name.clone(),
                ruc: Some(provider.ruc.clone()),
                email: provider.email.clone(),
                phone: Some(provider.phone.clone()),
                contact: Line::parse(&provider.contact).ok(),
                is_active: true,
            };
            ids.providers.push(made(&self.app.create_provider(&self.admin, request, None)?)?);
        }
        for (number, person) in (1..).zip(&agency.people) {
            let id = self.person(&ids, number, person)?;
            ids.people.push(id);
        }
        for (number, area) in (1..).zip(&agency.areas) {
            if area.head.is_some() {
                set_head(&self.app, &self.admin, &ids, number.try_into()?, area.head)?;
            }
        }
        self.set_up(&ids)?;
        let shown = agency.accounts().into_iter().map(|(role, person)| self.show(&ids, role, person)).collect::<Result<_, _>>()?;
        Ok((ids, shown))
    }

    /// What the agency sets for itself, and who said that they would be away.
    fn set_up(&self, ids: &Ids) -> anyhow::Result<()> {
        for (name, value) in
            [("agency_name", NAME), ("helpdesk_extension", EXTENSION), ("helpdesk_mobile", MOBILE), ("helpdesk_mailbox", MAILBOX)]
        {
            self.app.update_setting(&self.admin, name.to_owned(), IfMatch::Any, SettingRequest { value: value.into() })?;
        }
        for Absence { person, from_on, until_on, reason, acting, recorded_at } in &self.plan.absences {
            let app = self.app.at(*recorded_at);
            let person = ids.person(*person);
            let request = AbsenceRequest {
                person: Some(person),
                from_on: *from_on,
                until_on: *until_on,
                reason: Some(reason.clone()),
                acting: acting.map(|acting| ids.person(acting)),
                is_cancelled: false,
            };
            app.create_absence(&account(&app, person)?, request, None)?;
        }
        Ok(())
    }

    fn person(&self, ids: &Ids, number: i64, person: &Person) -> anyhow::Result<PersonId> {
        if number == self.plan.agency.admin.get() {
            update(&self.app, &self.admin, ids, self.admin.person, person)?;
            return Ok(self.admin.person);
        }
        let answer = match request(ids, person) {
            Some(request) => self.app.create_person(&self.admin, request, None)?,
            None => self.app.create_contact(
                &self.admin,
                ContactRequest {
                    name: person.name.clone(),
                    area: ids.area(person.area),
                    email: None,
                    extension: Some(person.extension.clone()),
                    phone: None,
                    place: Some(person.place.clone()),
                },
                None,
            )?,
        };
        made(&answer)
    }

    /// An account with a random password. The others have none: nobody signs in with them.
    fn show(&self, ids: &Ids, role: Role, person: PersonId) -> anyhow::Result<Shown> {
        let of = self.plan.agency.person(person);
        let email = of.email.as_ref().context("an account has an address")?.to_string();
        if role == Role::Admin {
            return Ok(Shown { role, name: of.name.clone(), email, password: self.admin_password.clone() });
        }
        let password = new_password();
        self.app.set_password(Some(self.admin.person), ids.person(person), passwords::hash_now(&password)?, None)?;
        Ok(Shown { role, name: of.name.clone(), email, password })
    }
}

/// The year, on its way.
struct Stage<'a> {
    app: &'a App,
    plan: &'a Plan,
    ids: Ids,
    runtime: &'a Handle,
    tell: &'a (dyn Fn(usize) + Sync),
    /// What became of each story's ticket.
    tickets: Mutex<BTreeMap<usize, TicketId>>,
    /// The answers that have come in, by story and hour.
    arrived: Mutex<BTreeMap<(usize, Instant), MailId>>,
    /// By day: who acts for somebody does so from one day to another.
    actors: Mutex<HashMap<(PersonId, Day), Actor>>,
    n_done: AtomicUsize,
    has_failed: AtomicBool,
}

/// Groups whose tickets are all made: their further steps may be taken.
#[derive(Default)]
struct Born {
    groups: Mutex<BTreeSet<usize>>,
    more: Condvar,
}

impl Stage<'_> {
    fn play(&self) -> anyhow::Result<()> {
        let changes = &self.plan.agency.changes;
        let mut steps = self.plan.steps.as_slice();
        let mut at = 0;
        while !steps.is_empty() {
            let until = changes.get(at).map(|(until, _)| *until);
            let n = until.map_or(steps.len(), |until| steps.partition_point(|step| step.at < until));
            self.between_changes(&steps[..n])?;
            steps = &steps[n..];
            for (when, change) in changes[at..].iter().take_while(|(when, _)| Some(*when) == until) {
                self.change(*when, change).context("changing the directory")?;
                at += 1;
            }
        }
        Ok(())
    }

    fn change(&self, at: Instant, change: &Change) -> anyhow::Result<()> {
        let app = self.app.at(at);
        let admin = account(&app, self.ids.person(self.plan.agency.admin))?;
        lock(&self.actors).clear();
        update(&app, &admin, &self.ids, self.ids.person(change.who), &change.becomes)
    }

    /// Everything until the next change of the directory.
    fn between_changes(&self, steps: &[Step]) -> anyhow::Result<()> {
        let mut births: Vec<&Step> = steps.iter().filter(|step| !matches!(step.act, Act::Go(_))).collect();
        let further = steps.iter().filter(|step| matches!(step.act, Act::Go(_) | Act::Write(_)));
        births.sort_by_key(|step| (received_at(step), step.story));
        let mut n_births: BTreeMap<usize, usize> = BTreeMap::new();
        births.iter().for_each(|step| *n_births.entry(step.group).or_default() += 1);
        let mut groups: BTreeMap<usize, Vec<&Step>> = BTreeMap::new();
        further.for_each(|step| groups.entry(step.group).or_default().push(step));
        // Whose tickets were made before this change wait for nothing; then the others as theirs are.
        let mut waiting: Vec<(usize, Vec<&Step>)> = groups.into_iter().collect();
        waiting.sort_by_key(|(group, steps)| (n_births.contains_key(group), steps.first().map(|step| step.at)));
        let (born, next) = (Born::default(), AtomicUsize::new(0));
        thread::scope(|scope| {
            let midwife = scope.spawn(|| self.failing(&born, || self.bear(&births, &born, n_births.clone())));
            let takers: Vec<_> = (0..N_THREADS)
                .map(|_| {
                    scope.spawn(|| {
                        self.failing(&born, || {
                            while let Some((group, steps)) = waiting.get(next.fetch_add(1, Ordering::Relaxed)) {
                                if n_births.contains_key(group) && !self.await_birth(*group, &born) {
                                    break;
                                }
                                for step in steps {
                                    self.take(step)?;
                                }
                            }
                            Ok(())
                        })
                    })
                })
                .collect();
            let all = std::iter::once(midwife).chain(takers);
            all.map(|thread| thread.join().unwrap_or_else(|_| bail!("a step panicked"))).collect::<Vec<_>>().into_iter().collect()
        })
    }

    /// When one fails, the others stop.
    fn failing(&self, born: &Born, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        let done = work();
        if done.is_err() {
            self.has_failed.store(true, Ordering::SeqCst);
            drop(lock(&born.groups));
            born.more.notify_all();
        }
        done
    }

    fn bear(&self, births: &[&Step], born: &Born, mut n_left: BTreeMap<usize, usize>) -> anyhow::Result<()> {
        for step in births {
            match &step.act {
                Act::Write(text) => self.arrive(step, text).with_context(|| format!("a mail of story {} at {}", step.story, step.at))?,
                _ => self.take(step)?,
            }
            let left = n_left.entry(step.group).or_default();
            *left = left.saturating_sub(1);
            if *left == 0 {
                lock(&born.groups).insert(step.group);
                born.more.notify_all();
            }
        }
        Ok(())
    }

    /// Whether to go on.
    fn await_birth(&self, group: usize, born: &Born) -> bool {
        let mut groups = lock(&born.groups);
        while !groups.contains(&group) && !self.has_failed.load(Ordering::SeqCst) {
            groups = born.more.wait(groups).unwrap_or_else(PoisonError::into_inner);
        }
        !self.has_failed.load(Ordering::SeqCst)
    }

    fn take(&self, step: &Step) -> anyhow::Result<()> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.step(step).with_context(|| format!("story {} at {}", step.story, step.at))?;
        (self.tell)(self.n_done.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(())
    }

    fn step(&self, step: &Step) -> anyhow::Result<()> {
        let app = self.app.at(step.at);
        let actor = self.actor(&app, step.by)?;
        let files = if step.by == Who::System { BTreeMap::new() } else { self.upload(&app, &actor, &step.uploads)? };
        match &step.act {
            Act::Begin { request, .. } if request.channel == Channel::Email && step.by == Who::System => {
                let id = self.ask_by_mail(&app, step, request)?;
                lock(&self.tickets).insert(step.story, id);
            }
            Act::Write(_) => {
                let mail = lock(&self.arrived).remove(&(step.story, step.at)).context("the answer has come")?;
                self.settle(&app, mail, MailState::Answered)?;
            }
            Act::Stray(stray) => self.stray(&app, step, stray)?,
            Act::Begin { request, then } => {
                let request = self.ids.request(request.clone(), &files);
                let then = then.iter().map(|command| self.command(command, &files)).collect::<Result<_, _>>()?;
                let id = made(&app.create_ticket(&actor, request, then, None)?)?;
                lock(&self.tickets).insert(step.story, id);
            }
            Act::Go(commands) => {
                let commands = commands.iter().map(|command| self.command(command, &files)).collect::<Result<_, _>>()?;
                app.command_ticket(&asked(&actor, self.ticket(step.story)?, commands))?;
            }
            Act::Split { title, description, second } => {
                let command = Command::CreateFromThis { title: title.clone(), description: description.clone() };
                let answer = app.command_ticket(&asked(&actor, self.ticket(step.story)?, vec![command]))?;
                lock(&self.tickets).insert(*second, made(&answer)?);
            }
        }
        Ok(())
    }

    fn command(&self, command: &Command, files: &BTreeMap<FileId, FileId>) -> anyhow::Result<Command> {
        if let Command::MarkDuplicate { of } = command {
            return Ok(Command::MarkDuplicate { of: self.ticket((of.get() - 1) as usize)? });
        }
        Ok(self.ids.command(command.clone(), files))
    }

    fn ticket(&self, story: usize) -> anyhow::Result<TicketId> {
        lock(&self.tickets).get(&story).copied().with_context(|| format!("story {story} has no ticket yet"))
    }

    /// Who acts, as the directory has them on that day.
    fn actor(&self, app: &App, by: Who) -> anyhow::Result<Actor> {
        let Some(person) = by.person() else { return Ok(Actor::system()) };
        let key = (self.ids.person(person), day_in_lima(app.now()));
        if let Some(actor) = lock(&self.actors).get(&key) {
            return Ok(actor.clone());
        }
        let actor = account(app, key.0)?.actor;
        lock(&self.actors).insert(key, actor.clone());
        Ok(actor)
    }

    /// Activity 1, by mail. The ticket that it makes.
    fn ask_by_mail(&self, app: &App, step: &Step, request: &domain::Request) -> anyhow::Result<TicketId> {
        let (name, address) = self.writer(step, request.requester.context("somebody asks")?)?;
        let mail = Mail {
            from: (&name, &address),
            to: MAILBOX,
            subject: request.title.as_str(),
            text: request.description.as_str(),
            at: step.at,
            message_id: &own_id(step),
            answers: None,
            headers: &[],
            files: step.uploads.iter().map(|(_, upload)| upload).collect(),
        };
        let mail = self.keep(app, &mail, &address)?;
        self.settle(app, mail, MailState::Opened)?.context("a mail that asks makes a ticket")
    }

    /// An answer comes in; it becomes a line of its ticket when its step is taken.
    fn arrive(&self, step: &Step, text: &domain::Text) -> anyhow::Result<()> {
        let app = self.app.at(step.at);
        let person = step.by.person().context("somebody answers")?;
        let (ticket, (name, address)) = (self.ticket(step.story)?, self.writer(step, person)?);
        let title =
            self.app.store.read::<_, Failure>(|conn| Ok(tickets::find(conn, &Actor::system(), ticket)?))?.context("it was made")?.title;
        let receiver = Referred::Person(self.ids.person(person)).number();
        let (_, host) = self.app.mails.from.rsplit_once('@').unwrap_or_default();
        let answered = mail::reference::message_id(&self.app.mails.references, ticket.get(), receiver, 1, host);
        let mail = Mail {
            from: (&name, &address),
            to: MAILBOX,
            subject: &format!("RE: [TI-{ticket}] {title}"),
            text: text.as_str(),
            at: step.at,
            message_id: &own_id(step),
            answers: Some(&answered),
            headers: &[],
            files: Vec::new(),
        };
        let mail = self.keep(&app, &mail, &address)?;
        lock(&self.arrived).insert((step.story, step.at), mail);
        Ok(())
    }

    fn stray(&self, app: &App, step: &Step, stray: &Stray) -> anyhow::Result<()> {
        let headers: Vec<(&str, &str)> = stray.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mail = Mail {
            from: (&stray.from.0, &stray.from.1),
            to: MAILBOX,
            subject: &stray.subject,
            text: &stray.text,
            at: step.at,
            message_id: &own_id(step),
            answers: stray.answers.as_deref(),
            headers: &headers,
            files: Vec::new(),
        };
        let mail = self.keep(app, &mail, &stray.from.1)?;
        let state = if stray.answers.is_some() { MailState::Unmatched } else { MailState::Ignored };
        self.settle(app, mail, state).map(drop)
    }

    /// The bytes first, as of every mail.
    fn keep(&self, app: &App, mail: &Mail, sender: &str) -> anyhow::Result<MailId> {
        let envelope = Envelope { sender: Some(sender.to_owned()), recipient: Some(MAILBOX.to_owned()), n_bytes: None };
        let (id, is_new) = self.runtime.block_on(app.keep_mail(mail.bytes().into(), envelope))?;
        ensure!(is_new, "the mail {} came before", mail.message_id);
        Ok(id)
    }

    /// What becomes of it has to be this.
    fn settle(&self, app: &App, mail: MailId, state: MailState) -> anyhow::Result<Option<TicketId>> {
        self.runtime.block_on(app.settle_mail(mail))?;
        let became = app.read_intake(mail);
        ensure!(became.state == state, "the mail {mail} is {} ({})", became.state, became.why.unwrap_or_default());
        Ok(became.ticket)
    }

    /// The name and the address of somebody who writes.
    fn writer(&self, step: &Step, person: PersonId) -> anyhow::Result<(String, String)> {
        let person = self.plan.agency.at(step.at).person(person);
        let address = person.email.as_ref().context("who writes a mail has an address")?;
        Ok((person.name.to_string(), address.to_string()))
    }

    /// Into the folder of the files, as anybody's are.
    fn upload(&self, app: &App, actor: &Actor, uploads: &[(FileId, Upload)]) -> anyhow::Result<BTreeMap<FileId, FileId>> {
        let mut files = BTreeMap::new();
        for (id, upload) in uploads {
            let person = actor.who.person().context("a file is somebody's")?;
            let account = Account { person, by: By::Session(0), actor: actor.clone() };
            let bytes = bytes::Bytes::from(upload.content.bytes());
            let n_bytes = i64::try_from(bytes.len()).context("a file of the demonstration is small")?;
            let sha256 = self.runtime.block_on(app.files.put(bytes))?;
            let name = super::files::plain_name(&upload.name).context("a file has a name")?;
            files.insert(*id, made(&app.record_file(&account, name, n_bytes, sha256, None)?)?);
        }
        Ok(files)
    }
}

/// The Message-ID of the mail of a step.
fn own_id(step: &Step) -> String {
    format!("{}.{}@correo.agencia.example", step.story, step.at.timestamp())
}

/// The instant by which tickets are numbered.
fn received_at(step: &Step) -> Instant {
    match &step.act {
        Act::Begin { request, .. } => request.received_at.unwrap_or(step.at),
        Act::Go(_) | Act::Split { .. } | Act::Write(_) | Act::Stray(_) => step.at,
    }
}

/// Somebody who may act.
fn account(app: &App, person: PersonId) -> anyhow::Result<Account> {
    let found = app.store.read::<_, Failure>(|conn| Ok(actors::find_account(conn, person, app.now())?))?;
    let account = found.filter(|account| account.is_active).with_context(|| format!("person {person} has no account"))?;
    Ok(Account { person, by: By::Session(0), actor: account.actor })
}

fn asked(actor: &Actor, id: TicketId, commands: Vec<Command>) -> Asked {
    Asked { actor: actor.clone(), id, expected: IfMatch::Absent, commands, once: None }
}

/// The number of what was made.
fn made<Id: std::str::FromStr>(answer: &Answer) -> anyhow::Result<Id> {
    let location = answer.location.as_deref().context("what was made has a place")?;
    location.rsplit('/').next().and_then(|id| id.parse().ok()).with_context(|| format!("no number in {location}"))
}

fn request(ids: &Ids, person: &Person) -> Option<PersonRequest> {
    Some(PersonRequest {
        name: person.name.clone(),
        email: person.email.clone()?,
        post: Some(person.post.clone()),
        area: ids.area(person.area),
        extension: Some(person.extension.clone()),
        phone: None,
        place: Some(person.place.clone()),
        language: None,
        roles: person.roles.clone(),
        is_active: person.is_active,
    })
}

fn update(app: &App, admin: &Account, ids: &Ids, id: PersonId, person: &Person) -> anyhow::Result<()> {
    let request = request(ids, person).context("somebody with an account has an address")?;
    app.update_person(admin, id, IfMatch::Any, request)?;
    Ok(())
}

fn set_head(app: &App, admin: &Account, ids: &Ids, area: domain::AreaId, head: Option<PersonId>) -> anyhow::Result<()> {
    let id = ids.area(area);
    let row = app.store.read::<_, Failure>(|conn| Ok(areas::find(conn, id)?))?.context("the area was made")?;
    let line = |text: &str| Line::parse(text).context("an area's name");
    let request = AreaRequest {
        name: line(&row.name)?,
        abbreviation: row.abbreviation.as_deref().map(line).transpose()?,
        parent: row.parent,
        head: head.map(|head| ids.person(head)),
        is_reserved: row.is_reserved,
        ended_on: row.ended_on,
    };
    app.update_area(admin, id, IfMatch::Any, request)?;
    Ok(())
}

/// Random, of letters and digits that a line holds without being cut at.
fn new_password() -> String {
    random::secret().chars().filter(char::is_ascii_alphanumeric).take(PASSWORD_LETTERS).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
