//! What is asked of the server, each operation as the requests that one connection sends.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, ensure};
use chrono::{NaiveDate, TimeDelta};
use clap::ValueEnum;
use domain::{Instant, PersonId, Phase};
use draw::Draw;

use crate::http::{escaped, get, post};
use crate::load::Loaded;
use crate::server::sign_in;
use crate::texts;

/// People of each level who are signed in.
const N_MEASURED: usize = 2;

/// In the order in which they are measured: what only reads comes before what adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Operation {
    /// Any ticket, as the help desk sees it.
    ReadOne,
    /// One of their own, as the requester sees it.
    ReadOwn,
    /// The newest 50 of all.
    List,
    /// 50 of one phase.
    ListPhase,
    /// 50 of one area, with those under it, and one kind.
    ListAreaKind,
    /// 50 with words in their titles.
    ListWords,
    /// 50 that the caller asked for.
    ListOwn,
    /// 50 of the areas that the caller heads.
    ListHead,
    /// What waits for the help desk.
    Counts,
    /// Received, solved, ended and pending in a year, by month.
    Volume,
    /// Who solved what was solved in a year.
    Resolution,
    /// How long it took.
    Times,
    /// Where tickets wait now.
    Waiting,
    /// What became of technical reports.
    Decisions,
    /// What each technician has and did.
    Load,
    /// By kind, channel, service and area, in turn.
    Breakdown,
    /// Comments on any ticket, taking and tasks on open ones.
    Command,
    /// A call, as the help desk notes it.
    Create,
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Operation::ReadOne => "read one, help desk",
            Operation::ReadOwn => "read one, requester",
            Operation::List => "list 50, newest",
            Operation::ListPhase => "list 50, phase",
            Operation::ListAreaKind => "list 50, area and kind",
            Operation::ListWords => "list 50, words",
            Operation::ListOwn => "list 50, requester's own",
            Operation::ListHead => "list 50, area head",
            Operation::Counts => "counts",
            Operation::Volume => "report: volume",
            Operation::Resolution => "report: who solved",
            Operation::Times => "report: times",
            Operation::Waiting => "report: waiting",
            Operation::Decisions => "report: decisions",
            Operation::Load => "report: load",
            Operation::Breakdown => "report: breakdown",
            Operation::Command => "command",
            Operation::Create => "create",
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Operation::ReadOne => "read_one",
            Operation::ReadOwn => "read_own",
            Operation::List => "list",
            Operation::ListPhase => "list_phase",
            Operation::ListAreaKind => "list_area_kind",
            Operation::ListWords => "list_words",
            Operation::ListOwn => "list_own",
            Operation::ListHead => "list_head",
            Operation::Counts => "counts",
            Operation::Volume => "report_volume",
            Operation::Resolution => "report_resolution",
            Operation::Times => "report_times",
            Operation::Waiting => "report_waiting",
            Operation::Decisions => "report_decisions",
            Operation::Load => "report_load",
            Operation::Breakdown => "report_breakdown",
            Operation::Command => "command",
            Operation::Create => "create",
        }
    }

    /// Is it one of the board's figures? The board asks for all of them at once, one person from time to time.
    pub fn is_report(self) -> bool {
        matches!(
            self,
            Operation::Volume
                | Operation::Resolution
                | Operation::Times
                | Operation::Waiting
                | Operation::Decisions
                | Operation::Load
                | Operation::Breakdown
        )
    }
}

/// What requests are made of.
pub struct World {
    pub address: SocketAddr,
    /// The year of the tickets.
    year: (NaiveDate, NaiveDate),
    seed: u64,
    n_tickets: usize,
    own: Vec<i64>,
    open: Vec<Open>,
    areas: Vec<i64>,
    users: Vec<PersonId>,
    services: Vec<i64>,
    emails: Emails,
    tokens: Tokens,
}

/// A ticket that two people of the measured ones may take from each other.
struct Open {
    id: i64,
    level: Level,
    /// Commands so far: an even one takes it, an odd one notes a task; each two by the other of the two.
    n_commands: AtomicU32,
}

#[derive(Clone, Copy)]
enum Level {
    Desk,
    Support1,
}

struct Emails {
    desk: [String; N_MEASURED],
    support1: [String; N_MEASURED],
    user: String,
    head: String,
}

#[derive(Default)]
struct Tokens {
    desk: [String; N_MEASURED],
    support1: [String; N_MEASURED],
    user: String,
    head: String,
}

impl World {
    pub fn new(address: SocketAddr, loaded: &Loaded, seed: u64, now: Instant) -> Result<World> {
        let agency = &loaded.agency;
        let open = loaded.tickets.iter().filter_map(|ticket| {
            let (level, first) = match ticket.phase {
                Phase::InAttention => (Level::Desk, agency.desk[0]),
                Phase::Escalated1 => (Level::Support1, agency.support1[0]),
                _ => return None,
            };
            // Where the first of the two has it already, the second begins.
            let n_commands = if ticket.holder == Some(first) { 2 } else { 0 };
            Some(Open { id: ticket.id, level, n_commands: AtomicU32::new(n_commands) })
        });
        let own = loaded.tickets.iter().filter(|ticket| ticket.requester == agency.measured_user).map(|ticket| ticket.id);
        let is_consecutive = loaded.tickets.iter().zip(1..).all(|(ticket, id)| ticket.id == id);
        ensure!(is_consecutive, "the tickets are not numbered from 1");
        let emails = |people: &[PersonId]| std::array::from_fn(|place| agency.email(people[place]).to_owned());
        Ok(World {
            address,
            year: (domain::day_in_lima(now - TimeDelta::days(365)), domain::day_in_lima(now)),
            seed,
            n_tickets: loaded.tickets.len(),
            own: own.collect(),
            open: open.collect(),
            areas: agency.areas.iter().map(|area| area.get()).collect(),
            users: agency.users.clone(),
            services: agency.services.iter().map(|service| service.get()).collect(),
            emails: Emails {
                desk: emails(&agency.desk),
                support1: emails(&agency.support1),
                user: agency.email(agency.measured_user).to_owned(),
                head: agency.email(agency.measured_head).to_owned(),
            },
            tokens: Tokens::default(),
        })
    }

    /// Everybody who signs in.
    pub fn emails(&self) -> impl Iterator<Item = &str> {
        let Emails { desk, support1, user, head } = &self.emails;
        desk.iter().chain(support1).chain([user, head]).map(String::as_str)
    }

    /// Signs everybody in, again where they were.
    pub fn sign_in(&mut self) -> Result<()> {
        let token = |email: &String| sign_in(self.address, email);
        let Emails { desk, support1, user, head } = &self.emails;
        self.tokens = Tokens {
            desk: [token(&desk[0])?, token(&desk[1])?],
            support1: [token(&support1[0])?, token(&support1[1])?],
            user: token(user)?,
            head: token(head)?,
        };
        Ok(())
    }

    /// The requests of connection number `place` of `n`.
    pub fn requests(&self, operation: Operation, place: usize, n: usize) -> Requests<'_> {
        let mine = |id: i64| id as usize % n == place;
        Requests {
            world: self,
            operation,
            draw: Draw::of(self.seed, &[3, operation as u64, n as u64, place as u64]),
            place,
            n,
            n_sent: 0,
            open: self.open.iter().filter(|ticket| operation == Operation::Command && mine(ticket.id)).collect(),
            next_open: 0,
            text: String::new(),
        }
    }
}

/// The requests of one connection.
pub struct Requests<'a> {
    world: &'a World,
    operation: Operation,
    draw: Draw,
    place: usize,
    n: usize,
    n_sent: usize,
    /// The open tickets that no other connection commands.
    open: Vec<&'a Open>,
    next_open: usize,
    text: String,
}

impl Requests<'_> {
    /// Writes the next request.
    pub fn write(&mut self, out: &mut Vec<u8>) {
        self.n_sent += 1;
        let world = self.world;
        let desk = &world.tokens.desk[0];
        match self.operation {
            Operation::ReadOne => get(out, desk, format_args!("/api/v1/tickets/{}", 1 + self.draw.below(world.n_tickets))),
            Operation::ReadOwn => get(out, &world.tokens.user, format_args!("/api/v1/tickets/{}", self.draw.pick(&world.own))),
            Operation::List => get(out, desk, format_args!("/api/v1/tickets?limit=50")),
            Operation::ListPhase => {
                let phases = [Phase::Requested, Phase::InAttention, Phase::Escalated1, Phase::Escalated2, Phase::ToClose, Phase::Closed];
                get(out, desk, format_args!("/api/v1/tickets?limit=50&phase={}", self.draw.pick(&phases)));
            }
            Operation::ListAreaKind => {
                let (area, kind) = (self.draw.pick(&world.areas), self.draw.pick(&["incident", "occurrence", "requirement"]));
                get(out, desk, format_args!("/api/v1/tickets?limit=50&area={area}&kind={kind}"));
            }
            Operation::ListWords => {
                get(out, desk, format_args!("/api/v1/tickets?limit=50&words={}", escaped(texts::sought(&mut self.draw))));
            }
            Operation::ListOwn => get(out, &world.tokens.user, format_args!("/api/v1/tickets?limit=50&requester=me")),
            Operation::ListHead => get(out, &world.tokens.head, format_args!("/api/v1/tickets?limit=50")),
            Operation::Counts => get(out, desk, format_args!("/api/v1/counts")),
            Operation::Volume => self.report(out, "volume"),
            Operation::Resolution => self.report(out, "resolution"),
            Operation::Times => self.report(out, "times"),
            Operation::Waiting => self.report(out, "waiting"),
            Operation::Decisions => self.report(out, "decisions"),
            Operation::Load => self.report(out, "load"),
            Operation::Breakdown => {
                let by = self.draw.pick(&["breakdown/kind", "breakdown/channel", "breakdown/service", "breakdown/area"]);
                self.report(out, by);
            }
            Operation::Command => self.command(out),
            Operation::Create => self.create(out),
        }
    }

    /// Of a whole year and the whole agency.
    fn report(&self, out: &mut Vec<u8>, name: &str) {
        let World { tokens, year: (from, to), .. } = self.world;
        get(out, &tokens.desk[0], format_args!("/api/v1/reports/{name}?from={from}&to={to}"));
    }

    /// Every second one is a comment on any ticket; the others take open tickets and note tasks. No two connections command the same ticket.
    fn command(&mut self, out: &mut Vec<u8>) {
        self.text.clear();
        let prose = texts::prose_text(&mut self.draw, 2);
        let tokens = &self.world.tokens;
        let (id, token) = if self.n_sent.is_multiple_of(2) && !self.open.is_empty() {
            let ticket = self.open[self.next_open % self.open.len()];
            self.next_open += 1;
            let n = ticket.n_commands.fetch_add(1, Ordering::Relaxed) as usize;
            let _ = match n.is_multiple_of(2) {
                true => self.text.write_str(r#"{"commands":[{"action":"take"}]}"#),
                false => write!(self.text, r#"{{"commands":[{{"action":"log_task","text":"{prose}","minutes":15}}]}}"#),
            };
            let who = n / 2 % N_MEASURED;
            let token = match ticket.level {
                Level::Desk => &tokens.desk[who],
                Level::Support1 => &tokens.support1[who],
            };
            (ticket.id, token)
        } else {
            let _ = write!(self.text, r#"{{"commands":[{{"action":"comment","text":"{prose}"}}]}}"#);
            (self.any_of_mine(), &tokens.desk[0])
        };
        post(out, Some(token), None, format_args!("/api/v1/tickets/{id}/commands"), &self.text);
    }

    /// A number among all, of those that no other connection has.
    fn any_of_mine(&mut self) -> i64 {
        let n_rounds = self.world.n_tickets / self.n;
        let id = self.draw.below(n_rounds) * self.n + self.place;
        if id == 0 { self.n as i64 } else { id as i64 }
    }

    fn create(&mut self, out: &mut Vec<u8>) {
        self.text.clear();
        let draw = &mut self.draw;
        let (title, description) = (texts::title_text(draw), texts::prose_text(draw, 4));
        let (requester, service) = (draw.pick(&self.world.users), draw.pick_early(&self.world.services));
        let _ = write!(
            self.text,
            r#"{{"request":{{"requester":{requester},"channel":"phone","title":"{title}","description":"{description}","impact":"work_with_difficulty","service":{service}}}}}"#
        );
        let key = uuid::Uuid::now_v7().to_string(); // As `client::new_key`.
        post(out, Some(&self.world.tokens.desk[0]), Some(&key), format_args!("/api/v1/tickets"), &self.text);
    }
}
