//! Which stories a year has: how many of each kind, when they begin, and where some of them stand on the last day.

use std::collections::BTreeSet;

use chrono::{Days, TimeDelta};
use domain::{Instant, PersonId, Phase, TicketId, Who, day_in_lima};
use draw::Draw;

use crate::Settings;
use crate::agency::Agency;
use crate::calendar::{self, DAY_MINUTES};
use crate::data::{Data, Outage, Seed};
use crate::story::{Act, Cast, Halt, Plot, Step, Stray, TellError, Twist, World, tell as tell_story};

/// Mails of a year with 2,000 tickets that ask for nothing.
const N_STRAYS: usize = 60;
/// Where the outages lie in the year; the first of the data is the great one.
const OUTAGES_AT: [f64; 4] = [0.58, 0.22, 0.46, 0.83];

/// Tells every story. The steps in their order, and how many stories there are.
pub fn tell(
    data: &Data,
    agency: &Agency,
    settings: &Settings,
    begins_at: Instant,
    until: Instant,
) -> Result<(Vec<Step>, usize), Box<TellError>> {
    let world = World { data, agency, until };
    let mut casting = Casting::new(&world, settings, begins_at);
    casting.outages()?;
    casting.needed()?;
    casting.standing()?;
    casting.everyday()?;
    casting.strays();
    let mut steps = casting.steps;
    steps.sort_by_key(|step| (step.at, step.story));
    Ok((steps, casting.n_stories))
}

/// Texts that are used in turn, each as often as the others.
struct Deck<'a, T> {
    cards: Vec<&'a T>,
    n_drawn: usize,
}

impl<'a, T> Deck<'a, T> {
    fn new(cards: impl Iterator<Item = &'a T>, draw: &mut Draw) -> Deck<'a, T> {
        let mut cards: Vec<&T> = cards.collect();
        draw.shuffle(&mut cards);
        Deck { cards, n_drawn: 0 }
    }

    /// The next one, and how often it was drawn before.
    fn next(&mut self) -> (&'a T, usize) {
        let drawn = (self.cards[self.n_drawn % self.cards.len()], self.n_drawn / self.cards.len());
        self.n_drawn += 1;
        drawn
    }
}

/// A kind of story, before its text is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Occurrence,
    Requirement,
    Desk,
    Level1,
    Level2,
    Provider,
    Approved,
    Rejected,
    Unanswered,
    Withdrawn,
    Discarded,
}

struct Casting<'a> {
    world: &'a World<'a>,
    settings: &'a Settings,
    begins_at: Instant,
    draw: Draw,
    /// Working days and how busy each is.
    days: Vec<domain::Day>,
    weights: Vec<f64>,
    decks: Vec<(Kind, Deck<'a, Seed>)>,
    discards: Deck<'a, crate::data::Discard>,
    /// Whose the next stories are, where that is not drawn.
    requester: Option<PersonId>,
    steps: Vec<Step>,
    /// Places that were given.
    n_places: usize,
    n_stories: usize,
}

impl<'a> Casting<'a> {
    fn new(world: &'a World<'a>, settings: &'a Settings, begins_at: Instant) -> Casting<'a> {
        let mut draw = Draw::of(settings.seed, &[2]);
        let (first, last) = (day_in_lima(begins_at) + Days::new(1), day_in_lima(world.until));
        let days: Vec<domain::Day> = first.iter_days().take_while(|day| *day <= last).filter(|day| calendar::is_working(*day)).collect();
        let weights = days.iter().map(|day| calendar::weight(*day)).collect();
        let data = world.data;
        let incidents = |path: &'static str| data.incidents.iter().filter(move |seed| seed.path == path);
        let decks = vec![
            (Kind::Occurrence, Deck::new(data.occurrences.iter(), &mut draw)),
            (Kind::Requirement, Deck::new(data.requirements.iter(), &mut draw)),
            (Kind::Desk, Deck::new(incidents("3-8"), &mut draw)),
            (Kind::Level1, Deck::new(incidents("3-4-8"), &mut draw)),
            (Kind::Level2, Deck::new(incidents("3-4-5-8"), &mut draw)),
            (Kind::Provider, Deck::new(incidents("3-4-5-7-8"), &mut draw)),
            (Kind::Approved, Deck::new(incidents("3-4-5-6-7-8"), &mut draw)),
            (Kind::Rejected, Deck::new(incidents("3-4-5-6-8"), &mut draw)),
            (Kind::Unanswered, Deck::new(incidents("unanswered"), &mut draw)),
            (Kind::Withdrawn, Deck::new(incidents("withdrawn"), &mut draw)),
        ];
        let discards = Deck::new(data.discards.iter(), &mut draw);
        Casting {
            world,
            settings,
            begins_at,
            draw,
            days,
            weights,
            decks,
            discards,
            requester: None,
            steps: Vec::new(),
            n_places: 0,
            n_stories: 0,
        }
    }

    /// A count of a year with 2,000 tickets, in this one: at least one.
    fn scaled(&self, n: usize) -> usize {
        (n * self.settings.n_tickets as usize / crate::N_TICKETS as usize).max(1)
    }

    /// One trouble that many report within half an hour.
    fn outages(&mut self) -> Result<(), Box<TellError>> {
        for (number, outage) in self.world.data.outages.iter().enumerate() {
            let n_echoes = if number == 0 { self.scaled(25).max(4) } else { self.scaled(6 + 2 * number).max(2) };
            let day = self.days[(self.days.len() as f64 * OUTAGES_AT[number % OUTAGES_AT.len()]) as usize];
            let begins = calendar::instant(day, [9 * 60 + 5, 10 * 60 + 20, 15 * 60, 8 * 60 + 50][number % 4]);
            let group = self.n_places;
            self.story(group, begins, Plot::Principal(outage), 0, BTreeSet::new(), None)?;
            for turn in 0..n_echoes {
                let at = begins + TimeDelta::seconds(70 + (1_500.0 * self.draw.fraction().powf(1.3)) as i64);
                let of = TicketId::parse(group as i64 + 1).expect("a positive number");
                let twists = if number == 0 && turn == 2 { [Twist::Undone].into() } else { BTreeSet::new() };
                self.echo(group, at, outage, of, turn, twists)?;
            }
        }
        Ok(())
    }

    fn echo(
        &mut self,
        group: usize,
        at: Instant,
        outage: &'a Outage,
        of: TicketId,
        turn: usize,
        twists: BTreeSet<Twist>,
    ) -> Result<(), Box<TellError>> {
        self.story(group, at, Plot::Echo(outage, of), turn, twists, None).map(drop)
    }

    /// What every year has at least once, however few tickets it has.
    fn needed(&mut self) -> Result<(), Box<TellError>> {
        let needed: [(Kind, &[Twist]); 25] = [
            (Kind::Approved, &[]),
            (Kind::Approved, &[Twist::ReportReturned, Twist::SecondVisit]),
            (Kind::Approved, &[Twist::ContractingFailed]),
            (Kind::Rejected, &[]),
            (Kind::Rejected, &[Twist::ReportWithdrawn]),
            (Kind::Level2, &[]),
            (Kind::Level2, &[Twist::Denied]),
            (Kind::Provider, &[Twist::SecondVisit]),
            (Kind::Provider, &[Twist::ThirdVisit]),
            (Kind::Provider, &[Twist::CoverageRefused]),
            (Kind::Provider, &[Twist::Denied]),
            (Kind::Unanswered, &[]),
            (Kind::Withdrawn, &[]),
            (Kind::Discarded, &[]),
            (Kind::Discarded, &[]),
            (Kind::Level1, &[Twist::ReturnedToDesk]),
            (Kind::Level1, &[Twist::Reassigned, Twist::Watched]),
            (Kind::Level1, &[Twist::Corrected]),
            (Kind::Level1, &[Twist::Reopened]),
            (Kind::Level1, &[Twist::FactsCorrected]),
            (Kind::Requirement, &[Twist::Corrected]),
            (Kind::Occurrence, &[Twist::Corrected]),
            (Kind::Occurrence, &[Twist::Split]),
            (Kind::Desk, &[Twist::Taken, Twist::HiddenNote]),
            (Kind::Desk, &[Twist::Denied, Twist::Reopened]),
        ];
        for (kind, twists) in needed {
            let day = self.draw.below(self.days.len() * 6 / 10);
            let at = self.hour_of(day);
            self.drawn_story(at, kind, twists.iter().copied().collect(), None)?;
        }
        Ok(())
    }

    /// Tickets that stand on the last day in every phase: new ones, waiting ones, some that nobody should have left so long.
    fn standing(&mut self) -> Result<(), Box<TellError>> {
        let plain = |phase| Halt { phase, is_waiting: false, is_confirmed: false };
        let waiting = |phase| Halt { phase, is_waiting: true, is_confirmed: false };
        let confirmed = |phase| Halt { phase, is_waiting: false, is_confirmed: true };
        // Of what kind, where, how many of 2,000, and between how many working days ago they came in.
        let standing: [(Kind, Halt, usize, f64, f64); 24] = [
            (Kind::Desk, plain(Phase::Requested), 4, 0.01, 0.15),
            (Kind::Occurrence, plain(Phase::Requested), 3, 0.005, 0.1),
            (Kind::Requirement, plain(Phase::Requested), 2, 0.05, 0.4),
            (Kind::Level1, plain(Phase::Requested), 2, 2.2, 4.5),
            (Kind::Desk, waiting(Phase::Requested), 1, 0.4, 2.0),
            (Kind::Desk, plain(Phase::InAttention), 6, 0.05, 0.5),
            (Kind::Occurrence, plain(Phase::InAttention), 3, 0.02, 0.3),
            (Kind::Desk, plain(Phase::InAttention), 2, 2.5, 6.0),
            (Kind::Desk, waiting(Phase::InAttention), 4, 0.5, 3.0),
            (Kind::Level1, plain(Phase::Escalated1), 9, 0.3, 2.5),
            (Kind::Level1, plain(Phase::Escalated1), 3, 6.0, 16.0),
            (Kind::Level1, waiting(Phase::Escalated1), 3, 1.0, 4.0),
            (Kind::Provider, plain(Phase::Escalated2), 5, 1.0, 4.0),
            (Kind::Level2, plain(Phase::Escalated2), 2, 7.0, 14.0),
            (Kind::Level2, waiting(Phase::Escalated2), 1, 2.0, 5.0),
            (Kind::Provider, plain(Phase::WithProvider), 7, 2.0, 7.0),
            (Kind::Provider, plain(Phase::WithProvider), 2, 14.0, 25.0),
            (Kind::Provider, plain(Phase::Verifying), 4, 4.0, 9.0),
            (Kind::Rejected, plain(Phase::UnderEvaluation), 3, 5.0, 10.0),
            (Kind::Approved, plain(Phase::Contracting), 3, 12.0, 24.0),
            (Kind::Rejected, plain(Phase::ToClose), 1, 9.0, 14.0),
            (Kind::Level1, plain(Phase::ToClose), 7, 0.8, 3.5),
            (Kind::Occurrence, confirmed(Phase::ToClose), 3, 0.3, 1.5),
            (Kind::Unanswered, plain(Phase::ToClose), 1, 6.0, 10.0),
        ];
        for (kind, halt, n, least, most) in standing {
            for n in 0..self.scaled(n) {
                // Whoever signs in as the one who asks finds something of their own on the way, and a question to answer.
                let is_theirs = matches!(
                    (kind, halt.phase, halt.is_waiting),
                    (Kind::Desk, Phase::InAttention, true)
                        | (Kind::Level1, Phase::Escalated1 | Phase::ToClose, false)
                        | (Kind::Provider, Phase::WithProvider, false)
                );
                self.requester = (n == 0 && is_theirs).then_some(self.world.agency.requester);
                self.halted(kind, halt, least, most)?;
                self.requester = None;
            }
        }
        Ok(())
    }

    /// Earlier and earlier, until its story stands there on the last day.
    fn halted(&mut self, kind: Kind, halt: Halt, least: f64, most: f64) -> Result<(), Box<TellError>> {
        let mut minutes = self.draw.span(least, most) * DAY_MINUTES;
        for _ in 0..80 {
            let at = calendar::whole(calendar::backward(self.world.until, minutes));
            if self.drawn_story(at, kind, BTreeSet::new(), Some(halt))? {
                return Ok(());
            }
            minutes *= 1.15;
            minutes += 3.0;
        }
        Ok(())
    }

    /// The many others, in the rhythm of the year.
    fn everyday(&mut self) -> Result<(), Box<TellError>> {
        let n = (self.settings.n_tickets as usize).saturating_sub(self.n_stories);
        let mut times: Vec<Instant> = (0..n).map(|_| self.any_hour()).collect();
        times.sort_unstable();
        for at in times {
            let kind = self.kind();
            let twists = self.twists(kind);
            self.drawn_story(at, kind, twists, None)?;
        }
        Ok(())
    }

    /// What else comes to the mailbox.
    fn strays(&mut self) {
        let strays = &self.world.data.strays;
        let weights: Vec<f64> = strays.iter().map(|stray| stray.weight).collect();
        for _ in 0..self.scaled(N_STRAYS).max(strays.len()) {
            let at = calendar::whole(self.any_hour());
            let stray = &strays[self.draw.weighted(&weights)];
            let epoch = self.world.agency.at(at);
            let people: Vec<PersonId> = epoch.active(None).filter(|person| epoch.person(*person).email.is_some()).collect();
            let person = epoch.person(*self.draw.pick(&people));
            let of_agency = || Some((person.name.to_string(), person.email.as_ref()?.to_string()));
            let from = stray.from.clone().or_else(of_agency).expect("those with an address were chosen from");
            let (subject, text, headers, answers) =
                (stray.subject.clone(), stray.text.clone(), stray.headers.clone(), stray.answers.clone());
            let act = Act::Stray(Stray { from, subject, text, headers, answers });
            self.steps.push(Step { at, story: self.n_places, group: self.n_places, by: Who::System, uploads: Vec::new(), act });
            self.n_places += 1;
        }
    }

    /// A working hour of the year, as busy hours and days go; not after the last.
    fn any_hour(&mut self) -> Instant {
        loop {
            let day = self.draw.weighted(&self.weights);
            let at = self.hour_of(day);
            if at < self.world.until && at > self.begins_at {
                return at;
            }
        }
    }

    fn hour_of(&mut self, day: usize) -> Instant {
        let half_hour = self.draw.weighted(&calendar::RHYTHM) as i64;
        let seconds = self.draw.below(1_800) as i64;
        calendar::instant(self.days[day], 8 * 60 + 30 + 30 * half_hour) + TimeDelta::seconds(seconds)
    }

    /// About 55 % incidents, 35 % occurrences, 10 % requirements.
    fn kind(&mut self) -> Kind {
        let shares = [
            (Kind::Occurrence, 35.4),
            (Kind::Requirement, 10.0),
            (Kind::Desk, 23.2),
            (Kind::Level1, 19.0),
            (Kind::Level2, 1.6),
            (Kind::Provider, 6.0),
            (Kind::Approved, 0.5),
            (Kind::Rejected, 0.4),
            (Kind::Unanswered, 1.2),
            (Kind::Withdrawn, 1.5),
            (Kind::Discarded, 1.2),
        ];
        shares[self.draw.weighted(&shares.map(|(_, share)| share))].0
    }

    fn twists(&mut self, kind: Kind) -> BTreeSet<Twist> {
        let chances: &[(Twist, f64)] = match kind {
            Kind::Occurrence => &[(Twist::Denied, 0.015), (Twist::Reopened, 0.02), (Twist::Corrected, 0.015), (Twist::Split, 0.015)],
            Kind::Requirement => &[(Twist::Corrected, 0.08), (Twist::Split, 0.01)],
            Kind::Desk => &[
                (Twist::Denied, 0.04),
                (Twist::Reopened, 0.05),
                (Twist::Taken, 0.07),
                (Twist::FactsCorrected, 0.04),
                (Twist::HiddenNote, 0.003),
                (Twist::Split, 0.015),
            ],
            Kind::Level1 => &[
                (Twist::Denied, 0.05),
                (Twist::Reopened, 0.05),
                (Twist::Corrected, 0.06),
                (Twist::ReturnedToDesk, 0.04),
                (Twist::Reassigned, 0.08),
                (Twist::Watched, 0.03),
                (Twist::Taken, 0.03),
                (Twist::FactsCorrected, 0.03),
            ],
            Kind::Level2 => &[(Twist::Denied, 0.05), (Twist::Reassigned, 0.06), (Twist::Reopened, 0.04)],
            Kind::Provider => &[
                (Twist::SecondVisit, 0.2),
                (Twist::ThirdVisit, 0.033),
                (Twist::CoverageRefused, 0.04),
                (Twist::Reassigned, 0.05),
                (Twist::Denied, 0.03),
                (Twist::Watched, 0.1),
            ],
            Kind::Approved => &[(Twist::ReportReturned, 0.2), (Twist::ContractingFailed, 0.15), (Twist::SecondVisit, 0.2)],
            Kind::Rejected => &[(Twist::ReportReturned, 0.15), (Twist::ReportWithdrawn, 0.05)],
            Kind::Unanswered | Kind::Withdrawn | Kind::Discarded => &[],
        };
        chances.iter().filter(|(_, chance)| self.draw.chance(*chance)).map(|(twist, _)| *twist).collect()
    }

    /// A story of that kind, with the next of its texts. Whether it stands where it was to stand; a halted story that does not is not told.
    fn drawn_story(&mut self, at: Instant, kind: Kind, twists: BTreeSet<Twist>, halt: Option<Halt>) -> Result<bool, Box<TellError>> {
        let (plot, turn) = self.plot(kind);
        let group = self.n_places;
        self.story(group, at, plot, turn, twists, halt)
    }

    fn plot(&mut self, kind: Kind) -> (Plot<'a>, usize) {
        if kind == Kind::Discarded {
            let (discard, turn) = self.discards.next();
            return (Plot::Discarded(discard), turn);
        }
        let deck = self.decks.iter_mut().find(|(of, _)| *of == kind).map(|(_, deck)| deck).expect("every kind has its texts");
        let (seed, turn) = deck.next();
        let plot = match kind {
            Kind::Occurrence => Plot::Occurrence(seed),
            Kind::Requirement => Plot::Requirement(seed),
            Kind::Desk => Plot::Desk(seed),
            Kind::Level1 => Plot::Level1(seed),
            Kind::Level2 => Plot::Level2(seed),
            Kind::Provider => Plot::Provider(seed),
            Kind::Approved | Kind::Rejected => Plot::Report(seed),
            Kind::Unanswered => Plot::Unanswered(seed),
            Kind::Withdrawn | Kind::Discarded => Plot::Withdrawn(seed),
        };
        (plot, turn)
    }

    fn story(
        &mut self,
        group: usize,
        received_at: Instant,
        plot: Plot<'a>,
        turn: usize,
        twists: BTreeSet<Twist>,
        halt: Option<Halt>,
    ) -> Result<bool, Box<TellError>> {
        let story = self.n_places;
        let has_second = twists.contains(&Twist::Split);
        let cast = Cast {
            story,
            group,
            received_at: calendar::whole(received_at),
            plot,
            turn,
            twists,
            halt,
            requester: self.requester,
            second: story + 1,
        };
        let draw = Draw::new(self.draw.number());
        let Some(told) = tell_story(self.world, draw, &cast)? else { return Ok(false) };
        if halt.is_some() && !told.is_halted {
            return Ok(false);
        }
        self.n_places += 1 + usize::from(has_second);
        self.n_stories += 1;
        self.steps.extend(told.steps);
        if let Some(steps) = told.second {
            self.n_stories += 1;
            self.steps.extend(steps);
        }
        Ok(true)
    }
}
