//! Reading: rows through the one visibility scope, and views of them.

use std::fmt::Display;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::{Actor, Channel, EventNumber, FileId, Instant, Kind, Outcome, PersonId, Phase, Role, TicketId, YEARS};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::tickets::{self, EvaluationStep, Filter, HolderFilter, Key, RequesterFilter, Sort, StepFilter};
use wire::command::{Fault, FieldFault, Form};
use wire::{CountsView, EventView, MAX_PAGE_SIZE, PAGE_SIZE, Page, TicketCountView, TicketQuery, TicketSort, TicketSummary};

use super::{App, render};
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};
use crate::http::Answer;

/// Counts stop here: «more than 1,000».
const COUNT_CAP: u32 = 1_000;
/// A list is counted further, so that a figure of a report can be compared with the list that it leads to.
const LIST_COUNT_CAP: u32 = 100_000;

/// Where a page ended, as its caller carries it: opaque, and good only for the order that it was made in.
#[derive(Debug, Serialize, Deserialize)]
struct TicketCursor {
    sort: TicketSort,
    at: Option<Instant>,
    id: TicketId,
}

/// As JSON writes it.
const NUL: &[u8] = b"\\u0000";

/// Writes a cursor.
///
/// # Panics
/// Never: cursors are plain data.
pub fn write_cursor(cursor: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).expect("a cursor is plain data"))
}

/// Reads a cursor.
///
/// # Errors
/// `cursor_bad`.
pub fn read_cursor<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Failure::from(Code::CursorBad))?;
    // No text of ours has a NUL, and PostgreSQL takes none to compare with.
    if bytes.windows(NUL.len()).any(|part| part == NUL) {
        return Err(Code::CursorBad.into());
    }
    serde_json::from_slice(&bytes).map_err(|_| Code::CursorBad.into())
}

/// The number of items of a page.
///
/// # Errors
/// Out of range, unless 1 to 200.
pub fn page_size(limit: Option<u32>) -> Result<u32, Failure> {
    match limit {
        None => Ok(PAGE_SIZE),
        Some(n) if (1..=MAX_PAGE_SIZE).contains(&n) => Ok(n),
        Some(_) => Err(fault("limit", Fault::Value(domain::ValueError::OutOfRange { min: 1, max: MAX_PAGE_SIZE.into() }))),
    }
}

pub fn fault(path: &str, fault: Fault) -> Failure {
    FieldFault { path: path.into(), fault }.into()
}

impl App {
    /// One ticket, as its reader sees it.
    ///
    /// # Errors
    /// Not found, where they do not.
    pub async fn read_ticket(&self, caller: Arc<Account>, id: TicketId) -> Result<Answer, Failure> {
        let view = match &self.together {
            None => self.brief(move |app| app.store.read(|conn| render::seen(conn, &caller.actor, id, app.now()))).await?,
            Some(together) => {
                let seen = together.read(self.store.clone(), caller.actor.clone(), id).await?;
                seen.ok_or(Code::NotFound)?.view(&caller.actor, self.now())
            }
        };
        Ok(Answer::ok(&view).tagged(view.version))
    }

    /// A page of tickets.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_tickets(&self, caller: &Account, query: &TicketQuery) -> Result<Answer, Failure> {
        let limit = page_size(query.limit)?;
        let sort = query.sort.unwrap_or_default();
        let after = place_after(query.cursor.as_deref(), sort)?;
        let filter = filter(query, caller)?;
        let order = order(sort);
        // One more than asked for says whether the list goes on.
        let mut rows =
            self.store.read::<_, Failure>(|conn| Ok(tickets::list(conn, &caller.actor, &filter, order, after.as_ref(), limit + 1)?))?;
        let goes_on = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| goes_on).map(|row| {
            let Key { at, id } = order.key(row);
            write_cursor(&TicketCursor { sort, at, id })
        });
        let items: Vec<TicketSummary> = rows.into_iter().map(render::summary).collect();
        Ok(Answer::ok(&Page { items, next }).tagged(0))
    }

    /// How many tickets a list holds, whatever its page and its order.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn count_tickets(&self, caller: &Account, query: &TicketQuery) -> Result<Answer, Failure> {
        let filter = filter(query, caller)?;
        let n = self.store.read::<_, Failure>(|conn| Ok(tickets::count(conn, &caller.actor, &filter, LIST_COUNT_CAP)?))?;
        Ok(Answer::ok(&TicketCountView { n }).tagged(0))
    }

    /// A page of what happened to a ticket.
    ///
    /// # Errors
    /// Not found, where the reader does not see the ticket.
    pub fn list_events(&self, actor: &Actor, id: TicketId, after: Option<EventNumber>, limit: Option<u32>) -> Result<Answer, Failure> {
        let limit = page_size(limit)?;
        let page = self.store.read::<_, Failure>(|conn| {
            if tickets::find(conn, actor, id)?.is_none() {
                return Err(Code::NotFound.into());
            }
            let mut rows = tickets::list_events(conn, actor, id, after, limit + 1)?;
            let goes_on = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            let next = rows.last().filter(|_| goes_on).map(|row| row.number.to_string());
            let mut named = render::Named::default();
            rows.iter().for_each(|row| named.add(&row.event));
            let files: Vec<FileId> = rows.iter().flat_map(|row| row.event.files().to_vec()).collect();
            let names = tickets::names(conn, &named.people, &named.areas, &named.services, &named.providers)?;
            let files = store::files::of_events(conn, actor, id, &files)?;
            let files: Vec<_> = files.into_iter().map(super::files::view).collect();
            let items: Vec<EventView> = rows.into_iter().map(|row| render::event(row, actor.audience(), &names, &files)).collect();
            Ok(Page { items, next })
        })?;
        Ok(Answer::ok(&page))
    }

    /// What waits for the caller.
    ///
    /// # Errors
    /// The store's.
    pub fn read_counts(&self, caller: &Account) -> Result<Answer, Failure> {
        let actor = &caller.actor;
        let me = caller.person;
        let view = self.store.read::<_, Failure>(|conn| {
            let mut count = |filter: Filter| tickets::count(conn, actor, &filter, COUNT_CAP);
            let mut phase = |phase: Phase| count(Filter { phases: vec![phase], ..Filter::default() });
            let mut view = CountsView::default();
            if actor.has(Role::HelpDesk) {
                view.to_receive = Some(phase(Phase::Requested)?);
                view.in_attention = Some(phase(Phase::InAttention)?);
                view.to_close = Some(phase(Phase::ToClose)?);
            }
            if actor.has_any(&[Role::ItHead]) {
                view.to_evaluate = Some(phase(Phase::UnderEvaluation)?);
            }
            if actor.has_any(&[Role::ItHead, Role::Support2]) {
                view.contracting = Some(phase(Phase::Contracting)?);
            }
            if actor.has(Role::HelpDesk) {
                view.waiting = Some(count(Filter { is_waiting: Some(true), ..Filter::default() })?);
                view.to_phone = Some(count(Filter { is_phone_notice_due: Some(true), ..Filter::default() })?);
            }
            if actor.is_it() {
                view.mine = Some(count(Filter { holder: Some(HolderFilter::Person(me)), ..Filter::default() })?);
            }
            let mine = Filter { requester: Some(RequesterFilter::RequesterOrCreator(me)), is_ended: Some(false), ..Filter::default() };
            view.my_requests = count(mine)?;
            let of_mine = || Filter { requester: Some(RequesterFilter::Person(me)), ..Filter::default() };
            let to_answer = Filter { is_waiting: Some(true), ..of_mine() };
            let to_confirm = Filter {
                phases: vec![Phase::ToClose],
                outcomes: Outcome::ALL.iter().copied().filter(|outcome| outcome.is_solved()).collect(),
                is_confirmed: Some(false),
                is_waiting: Some(false),
                ..of_mine()
            };
            view.my_answers = count(to_answer)? + count(to_confirm)?;
            Ok(view)
        })?;
        Ok(Answer::ok(&view).tagged(0))
    }
}

/// Where a page begins, by a cursor of that order.
pub(super) fn place_after(cursor: Option<&str>, sort: TicketSort) -> Result<Option<Key>, Failure> {
    let Some(text) = cursor else { return Ok(None) };
    let cursor: TicketCursor = read_cursor(text)?;
    if cursor.sort != sort {
        return Err(Code::CursorBad.into());
    }
    Ok(Some(Key { at: cursor.at.map(of_cursor).transpose()?, id: cursor.id }))
}

/// An instant that a cursor names. None of ours names one that the tables cannot hold.
///
/// # Errors
/// `cursor_bad`.
pub fn of_cursor(at: Instant) -> Result<Instant, Failure> {
    if YEARS.contains(&at.year()) { Ok(at) } else { Err(Code::CursorBad.into()) }
}

pub(super) fn order(sort: TicketSort) -> Sort {
    match sort {
        TicketSort::Newest => Sort::Newest,
        TicketSort::Oldest => Sort::Oldest,
        TicketSort::Updated => Sort::Updated,
        TicketSort::Waiting => Sort::Waiting,
    }
}

/// The filter that a query asks for.
pub(super) fn filter(query: &TicketQuery, caller: &Account) -> Result<Filter, Failure> {
    Ok(Filter {
        phases: names("phase", Phase::ALL, query.phase.as_deref())?,
        kinds: kinds(query.kind.as_deref())?,
        outcomes: names("outcome", Outcome::ALL, query.outcome.as_deref())?,
        holder: match query.holder.as_deref() {
            None => None,
            Some("none") => Some(HolderFilter::Nobody),
            Some("me") => Some(HolderFilter::Person(caller.person)),
            Some(id) => Some(HolderFilter::Person(person("holder", id)?)),
        },
        requester: match query.requester.as_deref() {
            None => None,
            Some("me") => Some(RequesterFilter::RequesterOrCreator(caller.person)),
            Some(id) => Some(RequesterFilter::Person(person("requester", id)?)),
        },
        area: query.area,
        channels: names("channel", Channel::ALL, query.channel.as_deref())?,
        service: query.service,
        is_waiting: query.waiting,
        is_confirmed: query.confirmed,
        is_ended: query.ended,
        received_from: from_day("received_from", query.received_from)?,
        received_until: until_day("received_to", query.received_to)?,
        solved_from: from_day("solved_from", query.solved_from)?,
        solved_until: until_day("solved_to", query.solved_to)?,
        ended_from: from_day("ended_from", query.ended_from)?,
        ended_until: until_day("ended_to", query.ended_to)?,
        pending_at: until_day("pending_on", query.pending_on)?,
        solver: match query.solver.as_deref() {
            None => None,
            Some("me") => Some(caller.person),
            Some(id) => Some(person("solver", id)?),
        },
        is_without_service: query.without_service == Some(true),
        is_area_alone: query.area_alone == Some(true),
        step: match query.step.as_deref() {
            None => None,
            Some(step) => Some(StepFilter {
                step: step_of(step)?,
                from: from_day("step_from", query.step_from)?,
                until: until_day("step_to", query.step_to)?,
            }),
        },
        words: query.words.clone().filter(|words| !words.trim().is_empty()),
        ..Filter::default()
    })
}

fn step_of(text: &str) -> Result<EvaluationStep, Failure> {
    const STEPS: [(&str, EvaluationStep); 4] = [
        ("submitted", EvaluationStep::Submitted),
        ("returned", EvaluationStep::Returned),
        ("approved", EvaluationStep::Approved),
        ("rejected", EvaluationStep::Rejected),
    ];
    let found = STEPS.iter().find(|(name, _)| *name == text).map(|(_, step)| *step);
    found.ok_or_else(|| fault("step", Fault::Malformed(Form::OneOf(STEPS.iter().map(|(name, _)| (*name).to_owned()).collect()))))
}

/// Midnight in Lima, as an instant.
pub fn begin_of_day(day: NaiveDate) -> Instant {
    let offset = TimeDelta::seconds(domain::lima().utc_minus_local().into());
    day.and_time(chrono::NaiveTime::MIN).and_utc() + offset
}

/// The midnight that ends the day; the last instant that the tables hold, where that is sooner.
pub fn end_of_day(day: NaiveDate) -> Instant {
    let last = NaiveDate::from_ymd_opt(*YEARS.end(), 12, 31).and_then(|day| day.and_hms_micro_opt(23, 59, 59, 999_999));
    let last = last.expect("a year has its last microsecond").and_utc();
    (begin_of_day(day) + TimeDelta::days(1)).min(last)
}

/// When a day that somebody asked from begins.
///
/// # Errors
/// `malformed`, for one that the tables cannot hold.
pub fn from_day(path: &str, day: Option<NaiveDate>) -> Result<Option<Instant>, Failure> {
    Ok(held(path, day)?.map(begin_of_day))
}

/// When a day that somebody asked to ends.
///
/// # Errors
/// `malformed`, for one that the tables cannot hold.
pub fn until_day(path: &str, day: Option<NaiveDate>) -> Result<Option<Instant>, Failure> {
    Ok(held(path, day)?.map(end_of_day))
}

fn held(path: &str, day: Option<NaiveDate>) -> Result<Option<NaiveDate>, Failure> {
    match day {
        Some(day) if !YEARS.contains(&day.year()) => Err(fault(path, Fault::Malformed(Form::Date))),
        day => Ok(day),
    }
}

fn person(path: &str, text: &str) -> Result<PersonId, Failure> {
    text.trim().parse().map_err(|_| fault(path, Fault::Malformed(Form::WholeNumber)))
}

/// One of these names.
fn one<T: Copy + Display>(path: &str, all: &[T], text: &str) -> Result<T, Failure> {
    let found = all.iter().copied().find(|name| name.to_string() == text.trim());
    found.ok_or_else(|| fault(path, Fault::Malformed(Form::OneOf(all.iter().map(ToString::to_string).collect()))))
}

pub(super) fn names<T: Copy + Display>(path: &str, all: &[T], list: Option<&str>) -> Result<Vec<T>, Failure> {
    list.map_or(Ok(Vec::new()), |list| list.split(',').map(|text| one(path, all, text)).collect())
}

fn kinds(list: Option<&str>) -> Result<Vec<Option<Kind>>, Failure> {
    let kind = |text: &str| if text.trim() == "none" { Ok(None) } else { one("kind", Kind::ALL, text).map(Some) };
    list.map_or(Ok(Vec::new()), |list| list.split(',').map(kind).collect())
}
