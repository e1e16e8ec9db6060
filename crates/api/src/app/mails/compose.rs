//! From a notice to a mail: what its event says, for its receiver and in their language, as things stand now.
//!
//! Whether they may still see it, and whether there still is something to say, is looked up here and not when the notice was written.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::{
    Actor, Channel, Entry, Event, EventName, Instant, NothingToSay, NoticeKind, Outcome, PersonId, Phase, Role, Stage, Ticket, TicketId,
    Who, day_in_lima,
};
use mail::Mailbox;
use store::outbox::{Addressee, Notice};
use store::people::PersonRow;
use store::resets::LinkKind;
use store::{Conn, StoreError, people, providers, streams};
use words::Language;
use words::letter::Letter;
use words::mails::{About, Came, ClosedAs, ClosedTo, Message, Supplied, Task, letter};

use super::Referred;
use crate::app::App;
use crate::app::settings::AgencySettings;
use crate::error::Failure;

/// One acknowledgement for a sender in so many minutes.
const ACKNOWLEDGED_MINUTES: i64 = 10;
/// And in a day.
const ACKNOWLEDGED_A_DAY: i64 = 20;

/// What a notice comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Composed {
    Ready(Box<Ready>),
    Nothing(NothingToSay),
}

/// A mail that may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    pub to: Mailbox,
    pub letter: Letter,
    /// The ticket and the receiver, for its thread.
    pub thread: Option<(TicketId, Referred)>,
    /// The message that it answers, where that is none of ours.
    pub answers: Option<String>,
}

/// Why it is not made: nothing to say, or a failure.
enum Unmade {
    Nothing(NothingToSay),
    Failure(Failure),
}

impl From<NothingToSay> for Unmade {
    fn from(nothing: NothingToSay) -> Unmade {
        Unmade::Nothing(nothing)
    }
}

impl From<Failure> for Unmade {
    fn from(failure: Failure) -> Unmade {
        Unmade::Failure(failure)
    }
}

impl From<StoreError> for Unmade {
    fn from(error: StoreError) -> Unmade {
        Unmade::Failure(error.into())
    }
}

/// The receiver, as far as they may be written to.
struct Receiver {
    to: Mailbox,
    language: Language,
    /// How they are greeted.
    name: Option<String>,
    /// None for whoever is no person on record.
    person: Option<PersonRow>,
    referred: Option<Referred>,
}

/// What a mail is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum For {
    /// It goes out now: what it says must still be so. With the link that sets a password, where it carries one.
    Sending { secret_link: String },
    /// The administrator looks at what it said or will say. No secret is in it.
    Reading,
}

/// A ticket with its past, and the event that is told of.
struct Told {
    purpose: For,
    id: TicketId,
    ticket: Ticket,
    entries: Vec<Entry>,
    position: usize,
}

impl App {
    /// The mail of a notice, or why there is none any more.
    ///
    /// # Errors
    /// The store's.
    pub fn compose(
        &self,
        conn: &mut Conn,
        notice: &Notice,
        now: Instant,
        purpose: &For,
        settings: &AgencySettings,
    ) -> Result<Composed, Failure> {
        match self.made(conn, notice, purpose, (now, settings)) {
            Ok(ready) => Ok(Composed::Ready(Box::new(ready))),
            Err(Unmade::Nothing(nothing)) => Ok(Composed::Nothing(nothing)),
            Err(Unmade::Failure(failure)) => Err(failure),
        }
    }

    fn made(&self, conn: &mut Conn, notice: &Notice, purpose: &For, (now, settings): (Instant, &AgencySettings)) -> Result<Ready, Unmade> {
        let kind: NoticeKind = notice.kind.parse().map_err(|_| Failure::Internal(format!("no message is called {}", notice.kind)))?;
        let receiver = receiver(conn, &notice.to, purpose)?;
        let secret_link = || match purpose {
            For::Sending { secret_link } => secret_link.clone(),
            For::Reading => format!("{}/…", self.config.public_url),
        };
        let told = match notice.ticket {
            Some((id, position)) => Some(told(conn, id, position, purpose)?),
            None => None,
        };
        let actor = receiver.person.as_ref().map(|person| actor_of(conn, person, now)).transpose()?.flatten();
        if let (Some(told), Some(person)) = (&told, &receiver.person) {
            may_read(kind, told, person, actor.as_ref())?;
        }
        let message = match (&told, kind) {
            (Some(told), _) => self.message(conn, kind, notice, told, &receiver, (now, settings))?,
            (None, NoticeKind::NotMatched) => Message::NotMatched,
            (None, NoticeKind::PasswordReset) => {
                Message::PasswordReset { minutes: LinkKind::Reset.lifetime().num_minutes(), link: secret_link() }
            }
            (None, NoticeKind::AccountInvited) => {
                Message::AccountInvited { until: now + LinkKind::Invitation.lifetime(), link: secret_link() }
            }
            (None, _) => return Err(Failure::Internal(format!("a notice {kind} without a ticket")).into()),
        };
        let about = About {
            ticket: told.as_ref().map(|told| (told.id.get(), told.ticket.title.to_string())),
            name: receiver.name.clone(),
            link: told.as_ref().zip(actor.as_ref()).map(|(told, _)| {
                let page = if kind == NoticeKind::ReportSubmitted { "evaluate" } else { "tickets" };
                format!("{}/{page}/{}", self.config.public_url, told.id)
            }),
            extension: settings.helpdesk_extension.as_ref().map(ToString::to_string),
            mobile: settings.helpdesk_mobile.as_ref().map(ToString::to_string),
        };
        let answers = notice.details.as_ref().and_then(|details| details["message_id"].as_str()).map(str::to_owned);
        let thread = told.as_ref().map(|told| told.id).zip(receiver.referred);
        Ok(Ready { letter: letter(&message, &about, receiver.language), to: receiver.to, thread, answers })
    }

    fn message(
        &self,
        conn: &mut Conn,
        kind: NoticeKind,
        notice: &Notice,
        told: &Told,
        receiver: &Receiver,
        (now, settings): (Instant, &AgencySettings),
    ) -> Result<Message, Unmade> {
        let entry = told.entry();
        let l = receiver.language;
        let by = |conn: &mut Conn| -> Result<String, Unmade> { name_of(conn, entry.by, l) };
        let wrong = || Unmade::Failure(Failure::Internal(format!("a notice {kind} of the event {}", entry.event.name())));
        Ok(match (kind, &entry.event) {
            (NoticeKind::PrincipalClosed, _) => principal_closed(conn, notice, told)?,
            (NoticeKind::Received, Event::Requested { channel, .. }) => {
                if told.is_going() {
                    not_too_often(conn, *channel, receiver, now)?;
                }
                Message::Received { came: came(*channel) }
            }
            (NoticeKind::RequirementRecorded, _) => Message::RequirementRecorded,
            (NoticeKind::Asked, Event::PersonAsked { question, .. }) => {
                told.is_still(told.ticket.waiting.is_some_and(|waiting| waiting.since == entry.at), NothingToSay::Answered)?;
                Message::Asked { person: by(conn)?, question: question.to_string() }
            }
            (NoticeKind::Reminded, Event::PersonReminded {}) => {
                told.is_still(told.ticket.waiting.is_some_and(|waiting| waiting.reminded_at == entry.at), NothingToSay::Answered)?;
                let (question, _) = told.question().ok_or(NothingToSay::Hidden)?;
                let n_left = told.then().waiting.map_or(0, |waiting| waiting.reminders_left);
                let left = TimeDelta::hours(settings.reminder_hours.into()) * i32::try_from(n_left + 1).unwrap_or(1);
                Message::Reminded { question, until: day_in_lima(entry.at + left) }
            }
            (NoticeKind::Replied | NoticeKind::Answered, Event::Commented { text, .. }) => {
                Message::Replied { person: by(conn)?, text: text.to_string() }
            }
            (NoticeKind::Replied | NoticeKind::Answered, Event::Attached { files, .. }) => {
                let files = store::files::of_events(conn, &Actor::system(), told.id, files)?;
                let names: Vec<String> = files.into_iter().map(|file| file.name).collect();
                Message::Replied { person: by(conn)?, text: words::attached(&names, l) }
            }
            (NoticeKind::Escalated, Event::Escalated { handover, .. }) => Message::Escalated {
                person: by(conn)?,
                level: told.then().stage.level().unwrap_or(1),
                task: task(conn, told)?,
                handover: handover.to_string(),
            },
            (NoticeKind::Assigned, Event::Reassigned { reason, .. }) => {
                let previous = told.before().and_then(|before| before.stage.holder());
                Message::Assigned {
                    person: by(conn)?,
                    previous: previous.map(|previous| name_of(conn, Who::Person(previous), l)).transpose()?,
                    level: told.then().stage.level(),
                    task: task(conn, told)?,
                    reason: reason.as_ref().map(ToString::to_string),
                }
            }
            (NoticeKind::ReturnedToDesk, Event::ReturnedToDesk { reason }) => {
                Message::ReturnedToDesk { person: by(conn)?, reason: reason.to_string() }
            }
            (NoticeKind::Denied, Event::SolutionDenied { reason }) => Message::Denied { person: by(conn)?, reason: reason.to_string() },
            (NoticeKind::ReportSubmitted, Event::TechnicalReportSubmitted { report }) => Message::ReportSubmitted {
                person: by(conn)?,
                report: report.number.to_string(),
                area: area_name(conn, told)?,
                recommendation: report.recommendation.to_string(),
            },
            (NoticeKind::ContractingApproved, Event::ContractingApproved { grounds }) => {
                Message::ContractingApproved { person: by(conn)?, report: told.report(), grounds: grounds.to_string() }
            }
            (NoticeKind::ContractingRejected, Event::ContractingRejected { grounds }) => Message::ContractingRejected {
                person: by(conn)?,
                report: told.report(),
                grounds: grounds.to_string(),
                told: told.head_told(),
            },
            (NoticeKind::ReportReturned, Event::ReportReturned { remarks }) => {
                Message::ReportReturned { person: by(conn)?, report: told.report(), remarks: remarks.to_string() }
            }
            (NoticeKind::RejectionTold, Event::AreaHeadTold { name, post, text, .. }) => Message::RejectionTold {
                name: name.to_string(),
                post: post.as_ref().map(ToString::to_string),
                requester: name_of(conn, Who::Person(told.ticket.requester), l)?,
                received_on: day_in_lima(told.ticket.received_at),
                item: item(conn, told)?,
                report: told.then().report.map(|report| report.number.to_string()),
                reason: text.to_string(),
                it_head: by(conn)?,
                is_acting: !entry.by.person().map_or(Ok(false), |head| heads_an_area(conn, head))?,
            },
            (NoticeKind::ProviderCoordinated, Event::ProviderCoordinated { message, .. }) => Message::ProviderCoordinated {
                supplied: supplied(conn, told, receiver)?,
                coverage: told.coverage(),
                fault: message.as_ref().map_or_else(|| told.ticket.title.to_string(), ToString::to_string),
            },
            (NoticeKind::ProviderReturned, Event::ReturnedToProvider { reason, .. }) => {
                let (served_on, visit) = told.last_visit();
                Message::ProviderReturned {
                    supplied: supplied(conn, told, receiver)?,
                    served_on,
                    visit,
                    case: told.case(),
                    remark: reason.to_string(),
                }
            }
            (NoticeKind::Solved, event) => {
                let solution = solution_in(event).ok_or_else(wrong)?;
                told.is_still(told.is_to_be_confirmed(), NothingToSay::MovedOn)?;
                // Who reads over the administrator's shoulder answers for nobody.
                let link = if told.is_going() {
                    self.answer_link(told.id, told.ticket.requester, told.position)
                } else {
                    format!("{}/answer#…", self.config.public_url)
                };
                Message::Solved { solution, link_yes: link.clone(), link_no: format!("{link}&no") }
            }
            (NoticeKind::Closed, Event::Closed { reopenable_until }) => closed(conn, told, receiver, *reopenable_until)?,
            (NoticeKind::ReopenedToDesk, Event::Reopened { reason }) => Message::ReopenedToDesk {
                person: by(conn)?,
                times: told.then().n_reopened,
                reason: reason.to_string(),
                solution: told.ticket.solution.as_ref().map(ToString::to_string),
            },
            (NoticeKind::Reopened, Event::Reopened { .. }) => Message::Reopened,
            (NoticeKind::Discarded, Event::Discarded { explanation, .. }) => {
                Message::Discarded { reason: explanation.as_ref().map(ToString::to_string) }
            }
            (NoticeKind::Joined, Event::MarkedDuplicate { .. }) => {
                told.is_still(told.ticket.stage.phase() == Phase::Duplicate, NothingToSay::MovedOn)?;
                Message::Joined
            }
            _ => return Err(wrong()),
        })
    }
}

fn receiver(conn: &mut Conn, to: &Addressee, purpose: &For) -> Result<Receiver, Unmade> {
    let is_read = *purpose == For::Reading;
    let address_of = |email: &Option<String>| match email {
        Some(address) => Ok(address.clone()),
        None if is_read => Ok(String::new()),
        None => Err(Unmade::Nothing(NothingToSay::NoAddress)),
    };
    match to {
        Addressee::Person(id) => {
            // Whoever was a contact when the notice was written may have proved to be somebody of the directory.
            let person = people::find_merged(conn, *id)?.ok_or(NothingToSay::NotActive)?;
            if !person.is_active && !is_read {
                return Err(NothingToSay::NotActive.into());
            }
            let address = address_of(&person.email)?;
            Ok(Receiver {
                to: Mailbox::new(Some(&person.name), &address),
                language: Language::from_tag(&person.language).unwrap_or_default(),
                name: Some(person.name.clone()),
                referred: Some(Referred::Person(person.id)),
                person: Some(person),
            })
        }
        Addressee::Provider(id) => {
            let provider = providers::find(conn, *id)?.ok_or(NothingToSay::NotActive)?;
            let address = address_of(&provider.email)?;
            Ok(Receiver {
                to: Mailbox::new(Some(&provider.name), &address),
                language: Language::Spanish,
                name: Some(provider.name),
                person: None,
                referred: Some(Referred::Provider(*id)),
            })
        }
        Addressee::Address { name, address, language } => Ok(Receiver {
            to: Mailbox::new(name.as_deref(), address),
            language: language.as_deref().and_then(Language::from_tag).unwrap_or_default(),
            name: name.clone(),
            person: None,
            referred: None,
        }),
    }
}

/// Who the rules take a person for; none for a contact, who has no account.
fn actor_of(conn: &mut Conn, person: &PersonRow, now: Instant) -> Result<Option<Actor>, Failure> {
    Ok(store::actors::find_account(conn, person.id, now)?.filter(|account| account.is_active).map(|account| account.actor))
}

/// The actor that answers for a person, with an account or without.
pub fn actor_for(conn: &mut Conn, person: &PersonRow, now: Instant) -> Result<Actor, Failure> {
    let without = Actor { who: Who::Person(person.id), roles: BTreeSet::new(), area: Some(person.area), areas_headed: BTreeSet::new() };
    Ok(actor_of(conn, person, now)?.unwrap_or(without))
}

/// What is told to IT alone goes to IT alone, and everything to whoever still sees the ticket.
fn may_read(kind: NoticeKind, told: &Told, person: &PersonRow, actor: Option<&Actor>) -> Result<(), Unmade> {
    let standing = told.ticket.standing();
    let is_theirs = told.ticket.requester == person.id;
    let sees = actor.map_or(is_theirs, |actor| actor.sees(&standing));
    let is_allowed = match kind {
        NoticeKind::Escalated
        | NoticeKind::Assigned
        | NoticeKind::ReturnedToDesk
        | NoticeKind::Denied
        | NoticeKind::ReportSubmitted
        | NoticeKind::ReportReturned
        | NoticeKind::ContractingApproved
        | NoticeKind::ContractingRejected
        | NoticeKind::ReopenedToDesk => actor.is_some_and(Actor::is_it),
        // The head of IT chose to tell this person.
        NoticeKind::RejectionTold => true,
        // What the requester is told, the one who is it no more is not.
        NoticeKind::Received
        | NoticeKind::RequirementRecorded
        | NoticeKind::Asked
        | NoticeKind::Reminded
        | NoticeKind::Solved
        | NoticeKind::Reopened
        | NoticeKind::Discarded
        | NoticeKind::Joined
        | NoticeKind::PrincipalClosed => is_theirs && sees,
        _ => sees,
    };
    if !is_allowed && told.is_going() {
        Err(NothingToSay::NotVisible.into())
    } else if told.is_hidden() {
        Err(NothingToSay::Hidden.into())
    } else {
        Ok(())
    }
}

fn told(conn: &mut Conn, id: TicketId, position: u32, purpose: &For) -> Result<Told, Unmade> {
    let entries = streams::load_entries(conn, id)?;
    let position = position as usize;
    let is_there = (1..=entries.len()).contains(&position);
    match Ticket::of(&entries) {
        Some(ticket) if is_there => Ok(Told { purpose: purpose.clone(), id, ticket, entries, position }),
        _ => Err(Failure::Internal(format!("a notice of event {position} of {id}, which is not there")).into()),
    }
}

impl Told {
    fn entry(&self) -> &Entry {
        &self.entries[self.position - 1]
    }

    /// The ticket as the event left it.
    fn then(&self) -> Ticket {
        Ticket::of(&self.entries[..self.position]).unwrap_or_else(|| self.ticket.clone())
    }

    /// And as the event found it.
    fn before(&self) -> Option<Ticket> {
        Ticket::of(&self.entries[..self.position - 1])
    }

    /// What happened until then, the latest first.
    fn past(&self) -> impl Iterator<Item = &Entry> {
        self.entries[..self.position].iter().rev()
    }

    /// Everything that happened, the latest first.
    fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().rev()
    }

    fn is_going(&self) -> bool {
        self.purpose != For::Reading
    }

    /// What was so when it was sent need not be so when it is read.
    fn is_still(&self, is_so: bool, otherwise: NothingToSay) -> Result<(), Unmade> {
        if is_so || !self.is_going() { Ok(()) } else { Err(otherwise.into()) }
    }

    /// Was the line that it quotes hidden?
    fn is_hidden(&self) -> bool {
        let quotes = matches!(self.entry().event, Event::Commented { .. } | Event::Attached { .. } | Event::PersonAsked { .. });
        quotes && self.ticket.note_of(self.then().number).is_some_and(|note| note.is_hidden)
    }

    /// The question that waits, unless it was hidden, and when it was asked.
    fn question(&self) -> Option<(String, Instant)> {
        let at = self.entries.iter().rposition(|entry| entry.event.name() == EventName::PersonAsked)?;
        let number = Ticket::of(&self.entries[..=at])?.number;
        let is_hidden = self.ticket.note_of(number).is_some_and(|note| note.is_hidden);
        match &self.entries[at].event {
            Event::PersonAsked { question, .. } if !is_hidden => Some((question.to_string(), self.entries[at].at)),
            _ => None,
        }
    }

    fn report(&self) -> String {
        self.then().report.map(|report| report.number.to_string()).unwrap_or_default()
    }

    /// Whom the rejection was told, by name and post.
    fn head_told(&self) -> Option<(String, Option<String>)> {
        self.all().find_map(|entry| match &entry.event {
            Event::AreaHeadTold { name, post, .. } => Some((name.to_string(), post.as_ref().map(ToString::to_string))),
            _ => None,
        })
    }

    /// What covers it, and until when.
    fn coverage(&self) -> Option<(domain::CoverageKind, domain::Day)> {
        self.past().find_map(|entry| match &entry.event {
            Event::CoverageVerified { coverage, .. } => Some(coverage.as_ref().map(|coverage| (coverage.kind, coverage.until))),
            _ => None,
        })?
    }

    /// The provider's latest visit: its day and its number.
    fn last_visit(&self) -> (Option<domain::Day>, u32) {
        let visit = self.past().find_map(|entry| match &entry.event {
            Event::ServiceProvided { visit, served_at, .. } => Some((Some(day_in_lima(*served_at)), *visit)),
            _ => None,
        });
        visit.unwrap_or_default()
    }

    /// The provider's own number for it, or the contract's.
    fn case(&self) -> Option<String> {
        self.past().find_map(|entry| match &entry.event {
            Event::ProviderCoordinated { case_number, .. } => Some(case_number.as_ref().map(ToString::to_string)),
            Event::ContractRecorded { reference, .. } => Some(Some(reference.to_string())),
            _ => None,
        })?
    }

    fn is_to_be_confirmed(&self) -> bool {
        is_to_be_confirmed(&self.ticket, &self.entries, self.position)
    }
}

/// Is the solution at this place the latest, and does it wait for its closing without a word of the person?
pub fn is_to_be_confirmed(ticket: &Ticket, entries: &[Entry], position: usize) -> bool {
    let latest = entries.iter().rposition(|entry| solution_in(&entry.event).is_some());
    matches!(ticket.stage, Stage::ToClose { is_confirmed: false, .. }) && latest == Some(position.wrapping_sub(1))
}

/// What somebody did, where the event says that it solved the trouble.
pub fn solution_in(event: &Event) -> Option<String> {
    match event {
        Event::ActionRecorded { action_taken } => Some(action_taken.to_string()),
        Event::SolutionRecorded { solution, .. } | Event::ResolutionConfirmed { solution, .. } => Some(solution.to_string()),
        _ => None,
    }
}

fn came(channel: Channel) -> Came {
    match channel {
        Channel::Phone | Channel::Mobile => Came::ByPhone,
        Channel::InPerson => Came::InPerson,
        Channel::Web | Channel::Email => Came::Written,
    }
}

/// Of what comes by mail, so that two programs that answer each other come to an end.
fn not_too_often(conn: &mut Conn, channel: Channel, receiver: &Receiver, now: Instant) -> Result<(), Unmade> {
    let Some(person) = receiver.person.as_ref().filter(|_| channel == Channel::Email) else { return Ok(()) };
    let mut n_since = |since| store::outbox::n_sent(conn, person.id, NoticeKind::Received.name(), since);
    let is_recent = n_since(now - TimeDelta::minutes(ACKNOWLEDGED_MINUTES))? > 0;
    if is_recent || n_since(now - TimeDelta::days(1))? >= ACKNOWLEDGED_A_DAY { Err(NothingToSay::AlreadyTold.into()) } else { Ok(()) }
}

fn name_of(conn: &mut Conn, who: Who, l: Language) -> Result<String, Unmade> {
    let Who::Person(person) = who else { return Ok(l.pick("La Mesa de Ayuda", "The help desk").to_owned()) };
    let names = store::tickets::names(conn, &[person], &[], &[], &[])?;
    Ok(names.people.into_values().next().unwrap_or_default())
}

fn area_name(conn: &mut Conn, told: &Told) -> Result<String, Unmade> {
    let names = store::tickets::names(conn, &[], &[told.ticket.area], &[], &[])?;
    Ok(names.areas.into_values().next().unwrap_or_default())
}

/// The equipment and the service that it is about, as they are called: those that were verified, or else those of the ticket.
fn item(conn: &mut Conn, told: &Told) -> Result<Option<String>, Unmade> {
    let verified = told.past().find_map(|entry| match &entry.event {
        Event::CoverageVerified { subject, .. } => Some((subject.equipment.clone(), subject.service)),
        _ => None,
    });
    let (equipment, service) = verified.unwrap_or_else(|| (told.ticket.equipment.clone(), told.ticket.service));
    let names = store::tickets::names(conn, &[], &[], service.as_slice(), &[])?;
    let parts: Vec<String> = equipment.map(|equipment| equipment.to_string()).into_iter().chain(names.services.into_values()).collect();
    Ok(Some(parts.join(" · ")).filter(|item| !item.is_empty()))
}

fn task(conn: &mut Conn, told: &Told) -> Result<Task, Unmade> {
    let requester = people::find(conn, told.ticket.requester)?;
    let area = area_name(conn, told)?;
    let item = item(conn, told)?;
    let place = told.ticket.place.as_ref().map(ToString::to_string);
    Ok(Task {
        requester: requester.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        area,
        extension: requester.as_ref().and_then(|person| person.extension.clone()),
        place: place.or_else(|| requester.and_then(|person| person.place)),
        item,
    })
}

fn supplied(conn: &mut Conn, told: &Told, receiver: &Receiver) -> Result<Supplied, Unmade> {
    let technician = told.entry().by.person().map(|person| people::find(conn, person)).transpose()?.flatten();
    let item = item(conn, told)?;
    Ok(Supplied {
        company: receiver.name.clone().unwrap_or_default(),
        item,
        place: told.ticket.place.as_ref().map(ToString::to_string),
        technician: technician.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        extension: technician.as_ref().and_then(|person| person.extension.clone()),
        email: technician.and_then(|person| person.email),
    })
}

/// The head of IT by post heads an area; whoever stands in for them does not.
fn heads_an_area(conn: &mut Conn, person: PersonId) -> Result<bool, Unmade> {
    Ok(people::find(conn, person)?.is_some_and(|person| person.roles.contains(&Role::AreaHead)))
}

fn closed(conn: &mut Conn, told: &Told, receiver: &Receiver, reopenable_until: Option<Instant>) -> Result<Message, Unmade> {
    let then = told.then();
    let outcome = match then.standing().outcome {
        Some(Outcome::NotApproved) => ClosedAs::NotApproved { told: told.head_told() },
        Some(Outcome::Unanswered) => ClosedAs::Unanswered { asked_on: told.question().map(|(_, at)| day_in_lima(at)) },
        _ => ClosedAs::Solved { solution: then.solution.as_ref().map(ToString::to_string) },
    };
    let requester = people::find(conn, told.ticket.requester)?;
    let reader = receiver.person.as_ref().map(|person| person.id);
    let (name, extension, has_address) =
        requester.map(|person| (person.name, person.extension, person.email.is_some())).unwrap_or_default();
    let to = if reader == Some(told.ticket.requester) {
        ClosedTo::Requester
    } else if reader == told.ticket.creator && !has_address {
        ClosedTo::Creator { requester: name, extension }
    } else {
        ClosedTo::Watcher { requester: name }
    };
    Ok(Message::Closed { to, closed_on: day_in_lima(told.entry().at), outcome, reopenable_until: reopenable_until.map(day_in_lima) })
}

/// What became of the principal, told without its number nor its person.
fn principal_closed(conn: &mut Conn, notice: &Notice, told: &Told) -> Result<Message, Unmade> {
    let principal = notice.details.as_ref().and_then(|details| TicketId::parse(details["principal"].as_i64()?).ok());
    let principal = principal.filter(|principal| told.ticket.duplicate_of() == Some(*principal)).ok_or(NothingToSay::MovedOn)?;
    let ticket = streams::load(conn, principal)?.ok_or(NothingToSay::MovedOn)?;
    match ticket.stage {
        Stage::Closed { outcome: Outcome::NotApproved, .. } => Ok(Message::PrincipalNotApproved),
        Stage::Closed { outcome, .. } if outcome.is_solved() => {
            // What was done to a reserved one is for its people alone.
            let solution = ticket.solution.as_ref().filter(|_| !ticket.is_reserved);
            Ok(Message::PrincipalSolved { solution: solution.map(ToString::to_string) })
        }
        _ => Err(NothingToSay::MovedOn.into()),
    }
}
