//! The story of one ticket, told step by step. Each step is decided by the procedure itself, so what is told here is what a server would do;
//! and each takes its time, so that what would lie after the last day has not happened yet: that ticket is still open.

mod drawn;
mod parts;
mod taken;

use std::collections::BTreeSet;

use domain::{
    Channel, Command, Communication, DiscardReason, FactsPatch, FileId, Instant, Kind, Line, Means, PersonId, Phase, Refusal, Request,
    Text, Ticket, TicketId, Who,
};
use draw::Draw;

use crate::agency::{Agency, line};
use crate::data::{Data, Discard, Outage, Seed, Split};
use crate::files::Upload;

/// Something that somebody does at an instant.
#[derive(Debug, Clone)]
pub struct Step {
    pub at: Instant,
    /// Which ticket, by its place in the plan.
    pub story: usize,
    /// Steps of one group follow each other; those of different groups know nothing of each other.
    pub group: usize,
    pub by: Who,
    /// Uploaded just before, by the same person.
    pub uploads: Vec<(FileId, Upload)>,
    pub act: Act,
}

#[derive(Debug, Clone)]
pub enum Act {
    /// By mail, where nobody but the mailbox does it.
    Begin {
        request: Request,
        then: Vec<Command>,
    },
    Go(Vec<Command>),
    /// The requester answers a mail of ours.
    Write(Text),
    /// A mail that asks for nothing; it is no ticket's.
    Stray(Stray),
    /// The second ticket begins with this step.
    Split {
        title: Line,
        description: Text,
        second: usize,
    },
}

/// What kind of a story it is.
#[derive(Debug, Clone, Copy)]
pub enum Plot<'a> {
    Occurrence(&'a Seed),
    Requirement(&'a Seed),
    Desk(&'a Seed),
    Level1(&'a Seed),
    Level2(&'a Seed),
    Provider(&'a Seed),
    /// Approved where its path reaches activity 7.
    Report(&'a Seed),
    Unanswered(&'a Seed),
    Withdrawn(&'a Seed),
    Discarded(&'a Discard),
    Principal(&'a Outage),
    Echo(&'a Outage, TicketId),
}

/// What nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Who wrote it, and their address.
    pub from: (String, String),
    pub subject: String,
    pub text: String,
    pub headers: Vec<(String, String)>,
    /// What it says that it answers.
    pub answers: Option<String>,
}

impl<'a> Plot<'a> {
    /// Its texts, where they are a ticket's of the data.
    fn seed(self) -> Option<&'a Seed> {
        match self {
            Plot::Occurrence(seed)
            | Plot::Requirement(seed)
            | Plot::Desk(seed)
            | Plot::Level1(seed)
            | Plot::Level2(seed)
            | Plot::Provider(seed)
            | Plot::Report(seed)
            | Plot::Unanswered(seed)
            | Plot::Withdrawn(seed) => Some(seed),
            Plot::Discarded(_) | Plot::Principal(_) | Plot::Echo(..) => None,
        }
    }
}

/// What happens beside the straight way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Twist {
    Denied,
    Reopened,
    /// First taken for something else.
    Corrected,
    FactsCorrected,
    ReturnedToDesk,
    Reassigned,
    Taken,
    CoverageRefused,
    SecondVisit,
    ThirdVisit,
    ReportReturned,
    ReportWithdrawn,
    ContractingFailed,
    HiddenNote,
    Watched,
    Undone,
    Split,
}

/// Where a story is to stand on the last day.
#[derive(Debug, Clone, Copy)]
pub struct Halt {
    pub phase: Phase,
    pub is_waiting: bool,
    pub is_confirmed: bool,
}

/// What is known of a ticket before its story is told.
#[derive(Debug, Clone)]
pub struct Cast<'a> {
    pub story: usize,
    pub group: usize,
    pub received_at: Instant,
    pub plot: Plot<'a>,
    /// How often this text was used before.
    pub turn: usize,
    pub twists: BTreeSet<Twist>,
    pub halt: Option<Halt>,
    /// Whose it is, where that is not drawn.
    pub requester: Option<PersonId>,
    /// The place of the ticket that a split makes.
    pub second: usize,
}

/// What every story is told from.
pub struct World<'a> {
    pub data: &'a Data,
    pub agency: &'a Agency,
    pub until: Instant,
}

/// A story as far as it went.
#[derive(Debug)]
pub struct Told {
    pub steps: Vec<Step>,
    pub is_halted: bool,
    /// What was split off.
    pub second: Option<Vec<Step>>,
}

/// The procedure said no: the story is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{action} on story {story} ({text}) in {phase:?}: {refusal:?}")]
pub struct TellError {
    pub story: usize,
    /// The key of its text.
    pub text: String,
    pub action: String,
    pub phase: Option<Phase>,
    pub refusal: Refusal,
}

/// Why a story goes no further.
enum Stop {
    /// The rest lies after the last day.
    Later,
    /// It stands where it was to stand.
    Halted,
    Refused(Box<TellError>),
}

type Going = Result<(), Stop>;

/// Tells it.
///
/// # Errors
/// Where the procedure refuses a step: a test tells many years without one.
pub fn tell(world: &World, draw: Draw, cast: &Cast) -> Result<Option<Told>, Box<TellError>> {
    let mut teller = Teller::new(world, draw, cast);
    let is_halted = match teller.run() {
        Ok(()) | Err(Stop::Later) => false,
        Err(Stop::Halted) => true,
        Err(Stop::Refused(error)) => return Err(error),
    };
    let second = match teller.second.take() {
        Some(second) => Some((*second).tell()?),
        None => None,
    };
    // Whoever would have asked after the last day has not asked.
    Ok(teller.ticket.is_some().then_some(Told { steps: teller.steps, is_halted, second }))
}

struct Teller<'a> {
    world: &'a World<'a>,
    draw: Draw,
    cast: &'a Cast<'a>,
    story: usize,
    requester: PersonId,
    /// The assistant of the desk who has it mostly.
    agent: PersonId,
    /// Slow stories take a multiple of the time.
    pace: f64,
    at: Instant,
    ticket: Option<Ticket>,
    steps: Vec<Step>,
    n_files: i64,
    second: Option<Box<Second<'a>>>,
}

/// A ticket that was split off, before its own story is told.
struct Second<'a> {
    teller: Teller<'a>,
    split: &'a Split,
}

impl Second<'_> {
    fn tell(self) -> Result<Vec<Step>, Box<TellError>> {
        let Second { mut teller, split } = self;
        match teller.attend_second(split) {
            Err(Stop::Refused(error)) => Err(error),
            _ => Ok(teller.steps),
        }
    }
}

impl<'a> Teller<'a> {
    fn new(world: &'a World<'a>, mut draw: Draw, cast: &'a Cast<'a>) -> Teller<'a> {
        let agency = world.agency;
        let agent = *draw.pick(&agency.desk);
        let pace = if draw.chance(0.12) { draw.span(1.8, 3.5) } else { 1.0 };
        let area = cast.plot.seed().and_then(|seed| seed.area.as_deref()).map(|code| agency.area(code));
        let drawn = requester(agency, &mut draw, area, cast.received_at);
        let requester = cast.requester.filter(|_| area.is_none()).unwrap_or(drawn);
        Teller {
            world,
            draw,
            cast,
            story: cast.story,
            requester,
            agent,
            pace,
            at: cast.received_at,
            ticket: None,
            steps: Vec::new(),
            n_files: 0,
            second: None,
        }
    }

    /// Every kind of story.
    fn run(&mut self) -> Going {
        match self.cast.plot {
            Plot::Occurrence(seed) => self.occurrence(seed),
            Plot::Requirement(seed) => self.requirement(seed),
            Plot::Desk(seed) => self.at_desk(seed),
            Plot::Level1(seed) => self.at_level1(seed),
            Plot::Level2(seed) => self.at_level2(seed),
            Plot::Provider(seed) => self.with_provider(seed),
            Plot::Report(seed) => self.with_report(seed),
            Plot::Unanswered(seed) => self.unanswered(seed),
            Plot::Withdrawn(seed) => self.withdrawn(seed),
            Plot::Discarded(discard) => self.discarded(discard),
            Plot::Principal(outage) => self.principal(outage),
            Plot::Echo(outage, of) => self.echo(outage, of),
        }
    }

    fn occurrence(&mut self, seed: &Seed) -> Going {
        let action_taken = self.solution(seed);
        if self.is(Twist::Corrected) {
            self.begin(seed, &[])?;
            self.receive(seed, Kind::Incident)?;
            self.wait(5.0, 40.0)?;
            let reason = self.drawn(|talk| &talk.corrections_to_occurrence);
            self.desk_does(vec![Command::CorrectCategory { kind: Kind::Occurrence, reason }, Command::RecordAction { action_taken }])?;
            return self.finish();
        }
        // Somebody who phones is often helped before the call ends.
        let is_on_the_phone = self.draw.chance(0.5) && self.cast.halt.is_none() && self.cast.twists.is_empty();
        if is_on_the_phone {
            let whole = [
                Command::Categorise { kind: Kind::Occurrence, facts: FactsPatch::default() },
                Command::RecordAction { action_taken: action_taken.clone() },
                Command::Close {},
            ];
            self.begin(seed, &whole)?;
        } else {
            self.begin(seed, &[])?;
        }
        if self.phase() == Phase::Closed {
            return self.after_closing();
        }
        self.receive(seed, Kind::Occurrence)?;
        self.at_the_desk(0.15)?;
        self.wait(3.0, 50.0)?;
        self.desk_does(vec![Command::RecordAction { action_taken }])?;
        self.finish()
    }

    fn requirement(&mut self, seed: &Seed) -> Going {
        self.begin(seed, &[])?;
        let text = seed.solutions[self.cast.turn % seed.solutions.len()].clone();
        let answer = Command::Comment { text: self.text(&text), is_internal: false, files: Vec::new() };
        if self.is(Twist::Corrected) {
            self.receive(seed, Kind::Incident)?;
            self.wait(10.0, 200.0)?;
            let reason = self.drawn(|talk| &talk.corrections_to_requirement);
            self.desk_does(vec![Command::CorrectCategory { kind: Kind::Requirement, reason }, answer])?;
        } else {
            self.receive(seed, Kind::Requirement)?;
            self.wait(2.0, 30.0)?;
            self.desk_does(vec![answer])?;
        }
        if self.may_write() && self.draw.chance(0.25) {
            self.wait(10.0, 300.0)?;
            let text = self.drawn(|talk| &talk.follow_ups);
            self.say(text)?;
        }
        self.tell_by_phone()
    }

    fn at_desk(&mut self, seed: &Seed) -> Going {
        self.begin(seed, &[])?;
        self.receive(seed, Kind::Incident)?;
        self.at_the_desk(0.4)?;
        self.wait(12.0, 200.0)?;
        let solved = self.solved(seed);
        self.desk_does(vec![solved])?;
        self.finish()
    }

    fn at_level1(&mut self, seed: &Seed) -> Going {
        self.begin(seed, &[])?;
        self.escalate1(seed)?;
        self.wait(40.0, 900.0)?;
        let holder = self.holder();
        self.attach(seed, holder)?;
        let solved = self.solved(seed);
        self.go(holder, vec![solved])?;
        self.finish()
    }

    fn at_level2(&mut self, seed: &Seed) -> Going {
        self.begin(seed, &[])?;
        self.escalate2(seed)?;
        self.wait(200.0, 1_800.0)?;
        let holder = self.holder();
        self.attach(seed, holder)?;
        let solved = self.solved(seed);
        self.go(holder, vec![solved])?;
        self.finish()
    }

    fn with_provider(&mut self, seed: &Seed) -> Going {
        self.begin(seed, &[])?;
        self.escalate2(seed)?;
        self.wait(40.0, 500.0)?;
        self.attach(seed, self.holder())?;
        self.coordinate(seed)?;
        if self.is(Twist::CoverageRefused) {
            self.wait(200.0, 1_000.0)?;
            let reason = self.drawn(|talk| &talk.coverage_refusals);
            self.go(self.holder(), vec![Command::CoverageRefused { reason }])?;
            self.wait(100.0, 700.0)?;
            self.coordinate(seed)?;
        }
        self.visits(seed, 250.0, 2_200.0)?;
        self.finish()
    }

    fn with_report(&mut self, seed: &Seed) -> Going {
        self.pace = self.pace.min(1.3); // It is slow enough as it is.
        self.begin(seed, &[])?;
        self.escalate2(seed)?;
        self.report(seed)?;
        let key = seed.report.as_deref().expect("a ticket with a report names it");
        let report = self.world.data.report(key);
        self.wait(150.0, 1_500.0)?;
        if !seed.path.contains('7') {
            let communication = Communication {
                to: None,
                text: self.text(report.communication.as_deref().unwrap_or(&report.decision)),
                means: *self.draw.pick(&[Means::Document, Means::Email]),
                told_at: None,
            };
            let grounds = self.text(&report.decision);
            self.go(self.evaluator(), vec![Command::RejectContracting { grounds, communication }])?;
            return self.finish();
        }
        let grounds = self.text(&report.decision);
        self.go(self.evaluator(), vec![Command::ApproveContracting { grounds: grounds.clone() }])?;
        if self.is(Twist::ContractingFailed) {
            self.wait(2_000.0, 4_000.0)?;
            let reason = self.drawn(|talk| &talk.contracting_failures);
            self.go(self.holder(), vec![Command::ContractingFailed { reason }])?;
            self.wait(200.0, 900.0)?;
            self.go(self.evaluator(), vec![Command::ApproveContracting { grounds }])?;
        }
        self.wait(2_200.0, 7_500.0)?;
        let provider = self.provider(seed);
        let reference = line(&format!("O/S N.º {:04}-{}", self.serial(4), self.year()));
        let n_days = 4 + self.draw.below(8);
        let expected_on = Some(self.working_day_in(n_days));
        self.go(self.holder(), vec![Command::RecordContract { provider, reference, expected_on }])?;
        self.visits(seed, 1_200.0, 4_500.0)?;
        self.finish()
    }

    fn unanswered(&mut self, seed: &Seed) -> Going {
        self.begin(seed, &[])?;
        if self.draw.chance(0.5) {
            self.escalate1(seed)?;
        } else {
            self.receive(seed, Kind::Incident)?;
        }
        if self.waiting() {
            return Ok(()); // It was answered in between: a story of another kind.
        }
        self.wait(10.0, 120.0)?;
        let holder = self.holder();
        let question = if seed.questions.is_empty() { self.asked() } else { self.picked(&seed.questions) };
        self.go(holder, vec![Command::AskPerson { question }])?;
        while self.ticket().waiting.is_some_and(|waiting| waiting.reminders_left > 0) {
            self.wait(600.0, 1_100.0)?;
            self.go(holder, vec![Command::Remind {}])?;
        }
        self.wait(600.0, 1_100.0)?;
        self.go(holder, vec![Command::GiveUpWaiting {}])?;
        self.wait(10.0, 300.0)?;
        self.desk_does(vec![Command::Close {}])?;
        self.tell_by_phone()
    }

    fn withdrawn(&mut self, seed: &Seed) -> Going {
        self.begin(seed, &[])?;
        if self.draw.chance(0.6) {
            self.receive(seed, Kind::Incident)?;
        }
        self.wait(10.0, 240.0)?;
        let reason = if self.draw.chance(0.6) { Some(self.solution(seed)) } else { Some(self.drawn(|talk| &talk.withdrawals)) };
        let who = if self.may_write() && self.draw.chance(0.6) { self.requester } else { self.desk() };
        self.go(who, vec![Command::Withdraw { reason }])
    }

    fn discarded(&mut self, discard: &Discard) -> Going {
        let seed = Seed {
            key: String::new(),
            service: String::new(),
            path: String::new(),
            area: None,
            provider: None,
            report: None,
            file: None,
            titles: discard.titles.clone(),
            texts: discard.texts.clone(),
            causes: Vec::new(),
            solutions: Vec::new(),
            visits: Vec::new(),
            repeats: Vec::new(),
            questions: Vec::new(),
        };
        let is_mail = discard.reason != DiscardReason::NotForIt && self.may_write();
        self.begin_by(&seed, &[], is_mail.then_some(Channel::Email))?;
        self.wait(5.0, 120.0)?;
        let explanation = (!discard.explanations.is_empty()).then(|| self.picked(&discard.explanations));
        self.desk_does(vec![Command::Discard { reason: discard.reason, explanation }])?;
        self.tell_by_phone()
    }

    /// One trouble for many, solved on the same day.
    fn principal(&mut self, outage: &Outage) -> Going {
        self.pace = 1.0;
        let seed = seed_of(outage);
        self.begin_by(&seed, &[], Some(Channel::Phone))?;
        if self.phase() == Phase::Requested {
            self.wait(1.0, 2.0)?;
            self.categorise(&seed, Kind::Incident)?;
        }
        self.wait(6.0, 9.0)?;
        let handover = self.drawn(|talk| &talk.handover1);
        let to = *self.draw.pick(&self.world.agency.level1);
        self.desk_does(vec![Command::Escalate { to, handover }])?;
        self.wait(10.0, 15.0)?;
        self.tell_news(0)?;
        if outage.provider.is_some() {
            self.wait(12.0, 20.0)?;
            let handover = self.drawn(|talk| &talk.handover2);
            let to = self.level2();
            self.go(self.holder(), vec![Command::Escalate { to, handover }])?;
            self.wait(10.0, 15.0)?;
            self.coordinate(&seed)?;
            self.wait(50.0, 60.0)?;
            self.tell_news(1)?;
            self.visit(&seed, 0, 1)?;
        } else {
            self.wait(60.0, 110.0)?;
            let solved = self.solved(&seed);
            self.go(self.holder(), vec![solved])?;
        }
        self.wait(20.0, 40.0)?;
        self.tell_news(2)?;
        self.wait(60.0, 120.0)?;
        self.desk_does(vec![Command::Close {}])?;
        self.tell_by_phone()
    }

    fn echo(&mut self, outage: &Outage, of: TicketId) -> Going {
        self.pace = 1.0;
        self.begin(&seed_of_echo(outage), &[])?;
        self.wait(3.0, 25.0)?;
        let text = self.text(&self.world.data.talk.joined_note);
        let note = Command::Comment { text, is_internal: false, files: Vec::new() };
        self.desk_does(vec![note, Command::MarkDuplicate { of }])?;
        if self.is(Twist::Undone) {
            self.wait(100.0, 200.0)?;
            let reason = self.text("Volvió la red y {usuario} sigue sin servicio: es otra falla.");
            self.desk_does(vec![Command::UndoDuplicate { reason }])?;
            if self.phase() == Phase::Requested {
                self.wait(2.0, 10.0)?;
                self.desk_does(vec![Command::Categorise { kind: Kind::Incident, facts: FactsPatch::default() }])?;
            }
            self.wait(15.0, 60.0)?;
            let cause = self.text("El puerto del equipo quedó bloqueado tras el corte.");
            let solution = self.text("Se desbloqueó el puerto y {usuario} verificó su conexión.");
            self.desk_does(vec![Command::RecordSolution { cause, solution }])?;
            return self.finish();
        }
        Ok(())
    }

    fn attend_second(&mut self, split: &Split) -> Going {
        self.wait(3.0, 40.0)?;
        let service = Some(self.world.agency.service(&split.service));
        let facts = FactsPatch { service, ..FactsPatch::default() };
        self.desk_does(vec![Command::Categorise { kind: Kind::Occurrence, facts }])?;
        self.wait(5.0, 120.0)?;
        let action_taken = self.picked(&split.actions);
        self.desk_does(vec![Command::RecordAction { action_taken }])?;
        self.finish()
    }
}

/// Somebody who is there then: of that area, or anybody but the people of IT; one of them more often than others.
fn requester(agency: &Agency, draw: &mut Draw, area: Option<domain::AreaId>, at: Instant) -> PersonId {
    let epoch = agency.at(at);
    if area.is_none() && draw.chance(0.025) {
        return agency.requester;
    }
    let it = agency.area("OA-TI");
    let people: Vec<PersonId> = epoch.active(area).filter(|person| area.is_some() || epoch.person(*person).area != it).collect();
    // The same person stands first in no two areas of the list, and some ask more than others.
    let place = (draw.fraction().powf(1.4) * people.len() as f64) as usize;
    people[(place * 37 + 11) % people.len()]
}

fn seed_of(outage: &Outage) -> Seed {
    Seed {
        key: String::new(),
        service: outage.service.clone(),
        path: String::new(),
        area: None,
        provider: outage.provider.clone(),
        report: None,
        file: None,
        titles: outage.titles.clone(),
        texts: outage.texts.clone(),
        causes: outage.causes.clone(),
        solutions: outage.solutions.clone(),
        visits: outage.visits.clone(),
        repeats: Vec::new(),
        questions: Vec::new(),
    }
}

fn seed_of_echo(outage: &Outage) -> Seed {
    Seed { titles: outage.echo_titles.clone(), texts: outage.echo_texts.clone(), ..seed_of(outage) }
}
