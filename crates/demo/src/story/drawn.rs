//! What is drawn for a step, and for whom.

use chrono::{Datelike, TimeDelta};
use domain::{Command, Day, FileId, Instant, PersonId, Phase, ProviderId, ServiceId, Text, Ticket, VerifiedSubject, day_in_lima};
use draw::Draw;

use super::{Plot, Teller, Twist, seed_of};
use crate::calendar;
use crate::data::{Seed, Talk};
use crate::files::{Content, Upload};
use crate::texts::{Filler, asset_code, capital};

/// What is drawn for a step.
impl Teller<'_> {
    pub(super) fn filler(&mut self) -> Filler {
        let received_at = self.ticket.as_ref().map_or(self.at, |ticket| ticket.received_at);
        Filler::new(self.world.agency, &mut self.draw, self.requester, self.at, received_at)
    }

    pub(super) fn text(&mut self, text: &str) -> Text {
        self.filler().text(text)
    }

    pub(super) fn picked(&mut self, from: &[String]) -> Text {
        let text = self.draw.text(from).to_owned();
        self.text(&text)
    }

    pub(super) fn drawn(&mut self, from: impl FnOnce(&Talk) -> &Vec<String>) -> Text {
        let text = capital(self.draw.text(from(&self.world.data.talk)));
        self.text(&text)
    }

    pub(super) fn asked(&mut self) -> Text {
        let question = self.draw.pick(&self.world.data.talk.questions).question.clone();
        self.text(&question)
    }

    pub(super) fn solution(&mut self, seed: &Seed) -> Text {
        let turn = self.cast.turn;
        let end = self.draw.text(&self.world.data.talk.solution_ends).to_owned();
        let solution = format!("{}{end}", seed.solutions[turn % seed.solutions.len()]);
        self.text(&solution)
    }

    pub(super) fn second_solution(&mut self) -> Text {
        let talk = &self.world.data.talk;
        let (solution, end) = (self.draw.text(&talk.second_solutions), self.draw.text(&talk.solution_ends));
        let solution = format!("{solution}{end}");
        self.text(&solution)
    }

    pub(super) fn solved(&mut self, seed: &Seed) -> Command {
        let cause = self.text(&seed.causes[self.cast.turn % seed.causes.len()]);
        Command::RecordSolution { cause, solution: self.solution(seed) }
    }

    pub(super) fn subject(&mut self, seed: &Seed) -> VerifiedSubject {
        let equipment = self.ticket().equipment.clone().filter(|_| self.draw.chance(0.7));
        VerifiedSubject { equipment, service: self.service(seed) }
    }

    pub(super) fn service(&self, seed: &Seed) -> Option<ServiceId> {
        Some(self.world.agency.service(&seed.service))
    }

    pub(super) fn provider(&self, seed: &Seed) -> ProviderId {
        self.world.agency.provider(seed.provider.as_deref().expect("a ticket of this way names its provider"))
    }

    /// The texts of this story.
    pub(super) fn seed(&self) -> Seed {
        match (self.cast.plot, self.cast.plot.seed()) {
            (_, Some(seed)) => seed.clone(),
            (Plot::Principal(outage) | Plot::Echo(outage, _), None) => seed_of(outage),
            _ => unreachable!("what is thrown out has nothing said on the way"),
        }
    }

    pub(super) fn file(&mut self, seed: &Seed) -> (FileId, Upload) {
        let number = self.draw.number();
        let day = day_in_lima(self.at);
        match seed.file.as_deref() {
            Some("photo") => {
                let label = asset_code(self.requester, &mut self.draw);
                self.upload(&format!("foto_{day}.png"), Content::Photo { label, seed: number })
            }
            Some("log") => {
                let log = log(&mut self.draw, self.at);
                self.upload(&format!("registro_{day}.log"), Content::Log(log))
            }
            _ => {
                let service = &self.world.agency.services[(self.world.agency.service(&seed.service).get() - 1) as usize];
                let title = service.name.as_str().to_owned();
                let message = format!("{}. Código {}", self.ticket_title(seed), 1_000 + number % 9_000);
                self.upload(&format!("captura_{day}.png"), Content::Screen { title, message, seed: number })
            }
        }
    }

    pub(super) fn ticket_title(&self, seed: &Seed) -> String {
        self.ticket.as_ref().map_or_else(|| seed.titles[0].clone(), |ticket| ticket.title.as_str().to_owned())
    }

    pub(super) fn upload(&mut self, name: &str, content: Content) -> (FileId, Upload) {
        self.n_files += 1;
        let id = FileId::parse(self.story as i64 * 100 + self.n_files).expect("a positive number");
        (id, Upload { name: name.to_owned(), content })
    }
}

/// Who and where.
impl Teller<'_> {
    pub(super) fn is(&self, twist: Twist) -> bool {
        self.cast.twists.contains(&twist)
    }

    pub(super) fn ticket(&self) -> &Ticket {
        self.ticket.as_ref().expect("a story begins with its request")
    }

    pub(super) fn phase(&self) -> Phase {
        self.ticket().stage.phase()
    }

    pub(super) fn waiting(&self) -> bool {
        self.ticket().waiting.is_some()
    }

    pub(super) fn is_to_wait_in(&self, phase: Phase) -> bool {
        self.cast.halt.is_some_and(|halt| halt.is_waiting && halt.phase == phase)
    }

    /// Has the requester an account, and is it theirs still?
    pub(super) fn may_write(&self) -> bool {
        let person = self.world.agency.at(self.at).person(self.requester);
        person.is_active && person.email.is_some()
    }

    /// Does something fail, rather than that something is wanted or not understood?
    pub(super) fn is_of_trouble(&self) -> bool {
        !matches!(self.cast.plot, Plot::Occurrence(_) | Plot::Requirement(_) | Plot::Discarded(_))
    }

    /// A number that grows over the year, of what is numbered about so often a day.
    pub(super) fn serial(&self, a_day: u32) -> u32 {
        let of_day = (calendar::minute_of(self.at) - 8 * 60).clamp(0, 599) as u32 * a_day / 600;
        day_in_lima(self.at).ordinal() * a_day + of_day
    }

    /// The day that many working days later.
    pub(super) fn working_day_in(&self, n: usize) -> Day {
        day_in_lima(calendar::forward(self.at, n as f64 * calendar::DAY_MINUTES))
    }

    pub(super) fn year(&self) -> i32 {
        day_in_lima(self.at).year()
    }

    pub(super) fn desk(&mut self) -> PersonId {
        if self.draw.chance(0.7) { self.agent } else { *self.draw.pick(&self.world.agency.desk) }
    }

    pub(super) fn holder(&self) -> PersonId {
        self.ticket().stage.holder().unwrap_or(self.agent)
    }

    /// The head of IT or who acts for them, but for a report of their own.
    pub(super) fn evaluator(&self) -> PersonId {
        let evaluator = self.world.agency.evaluator(self.at);
        if self.ticket().report_author == Some(evaluator) { self.world.agency.it_head } else { evaluator }
    }
}

/// What a machine wrote down about itself.
fn log(draw: &mut Draw, at: Instant) -> String {
    let messages = [
        "WARN  enlace inactivo, se reintenta",
        "INFO  conexión establecida",
        "ERROR tiempo de espera agotado (10 s)",
        "WARN  paquete fuera de orden",
        "ERROR se perdió la sesión 0x4F",
        "INFO  renovación de dirección correcta",
        "INFO  servicio iniciado",
    ];
    let mut lines = String::new();
    let mut when = at - TimeDelta::hours(5) - TimeDelta::minutes(90);
    for _ in 0..40 + draw.below(80) {
        when += TimeDelta::seconds(5 + draw.below(90) as i64);
        lines.push_str(&format!("{} {}\n", when.format("%Y-%m-%d %H:%M:%S"), draw.pick(&messages)));
    }
    lines
}
