//! The parts that stories are made of: an activity of the procedure each, and what goes on beside it.

use chrono::{Days, TimeDelta};
use domain::{
    Channel, Command, Conformity, CoverageFound, CoverageKind, FactsPatch, Impact, Kind, Means, Minutes, Outcome, PersonId, Phase,
    ReportDraft, Request, Text, Who, day_in_lima,
};
use draw::Draw;

use super::{Act, Going, Plot, Second, Stop, Teller, Twist};
use crate::agency::line;
use crate::calendar;
use crate::data::Seed;
use crate::files::Content;
use crate::texts::{asset_code, joined};

/// The parts that stories are made of.
impl<'a> Teller<'a> {
    pub(super) fn begin(&mut self, seed: &Seed, whole: &[Command]) -> Going {
        self.begin_by(seed, whole, None)
    }

    /// Activity 1. `whole` is what follows within the same call, where it is one.
    pub(super) fn begin_by(&mut self, seed: &Seed, whole: &[Command], channel: Option<Channel>) -> Going {
        let is_contact = !self.may_write();
        let is_away = !self.world.agency.at(self.at).person(self.requester).place.as_str().starts_with("Sede central");
        let weights = match (is_contact, is_away) {
            (true, _) => [0.85, 0.0, 0.0, 0.0, 0.15],
            (false, true) => [0.5, 0.25, 0.17, 0.08, 0.0],
            (false, false) => [0.47, 0.24, 0.19, 0.07, 0.03],
        };
        let channels = [Channel::Phone, Channel::Email, Channel::Web, Channel::Mobile, Channel::InPerson];
        let drawn = channels[self.draw.weighted(&weights)];
        let channel = channel.unwrap_or(drawn);
        let is_written = matches!(channel, Channel::Email | Channel::Web);
        let is_of_an_outage = matches!(self.cast.plot, Plot::Principal(_) | Plot::Echo(..));
        if is_written && !is_of_an_outage && self.cast.halt.is_none() && self.draw.chance(0.06) {
            // Some write in the evening.
            let evening = calendar::instant(day_in_lima(self.at), 18 * 60) + TimeDelta::minutes(self.draw.below(240) as i64);
            self.at = evening.max(self.at);
        }
        if self.at > self.world.until {
            return Err(Stop::Later);
        }
        let by = self.who_begins(channel);
        let mut request = self.request(seed, channel);
        if channel == Channel::Email {
            // What a form asks for, a mail does not say.
            request = Request { since: None, impact: None, equipment: None, place: None, ..request };
        }
        let mut uploads = Vec::new();
        let is_shown = seed.file.as_deref().is_some_and(|kind| kind != "log");
        if is_written && is_shown && self.draw.chance(0.55) {
            let file = self.file(seed);
            request.files.push(file.0);
            uploads.push(file);
        }
        let is_call = matches!(channel, Channel::Phone | Channel::InPerson | Channel::Mobile);
        let is_to_stand_requested = self.cast.halt.is_some_and(|halt| halt.phase == Phase::Requested);
        let then = if is_call && !is_to_stand_requested { whole.to_vec() } else { Vec::new() };
        self.create(by, request, then, uploads)?;
        if self.is(Twist::Split) {
            self.split()?;
        }
        if self.is(Twist::HiddenNote) && self.may_write() {
            self.wait(4.0, 20.0)?;
            let text = self.text(&self.world.data.talk.secret_note);
            self.say(text)?;
            let number = self.ticket().notes.last().map(|note| note.number).expect("it was just said");
            self.wait(2.0, 15.0)?;
            let reason = self.text(&self.world.data.talk.secret_reason);
            self.desk_does(vec![Command::HideNote { number, reason }])?;
        }
        Ok(())
    }

    /// Who writes it down: the person, a colleague for them, the mailbox, or the desk.
    pub(super) fn who_begins(&mut self, channel: Channel) -> Who {
        match channel {
            Channel::Email => Who::System,
            Channel::Web => {
                let epoch = self.world.agency.at(self.at);
                let colleagues: Vec<PersonId> = epoch
                    .active(Some(epoch.person(self.requester).area))
                    .filter(|person| *person != self.requester && !epoch.person(*person).roles.is_empty())
                    .collect();
                let is_for_another = self.draw.chance(0.06) && !colleagues.is_empty();
                Who::Person(if is_for_another { *self.draw.pick(&colleagues) } else { self.requester })
            }
            Channel::Phone | Channel::Mobile | Channel::InPerson => Who::Person(self.agent),
        }
    }

    pub(super) fn request(&mut self, seed: &Seed, channel: Channel) -> Request {
        let talk = &self.world.data.talk;
        let (n_titles, turn) = (seed.titles.len(), self.cast.turn);
        let filler = self.filler();
        let mut title = seed.titles[turn % n_titles].clone();
        let is_plain = !title.contains('{') && title.chars().count() < 60;
        if is_plain && self.draw.chance(0.45) {
            title.push_str(self.draw.text(&talk.title_ends));
        }
        let openings = match channel {
            Channel::Email => &talk.openings_email,
            Channel::Web | Channel::Mobile => &talk.openings_web,
            Channel::Phone => &talk.openings_phone,
            Channel::InPerson => &talk.openings_in_person,
        };
        let text = &seed.texts[(turn / n_titles + turn) % seed.texts.len()];
        let is_of_trouble = self.is_of_trouble() && self.draw.chance(0.6);
        let closing = self.draw.text(if is_of_trouble { &talk.closings_of_trouble } else { &talk.closings });
        let text = format!("{}{closing}", joined(&filler.fill(self.draw.text(openings)), &filler.fill(text)));
        let epoch = self.world.agency.at(self.at);
        let place = epoch.person(self.requester).place.clone();
        let is_call = matches!(channel, Channel::Phone | Channel::InPerson | Channel::Mobile);
        let received_at = (is_call && self.draw.chance(0.3)).then(|| self.at - TimeDelta::minutes(1 + self.draw.below(7) as i64));
        let impacts = [Impact::CannotWork, Impact::WorkWithDifficulty, Impact::CanWork];
        let impact = match self.cast.plot {
            Plot::Occurrence(_) => Impact::CanWork,
            Plot::Requirement(_) => Impact::SomethingNew,
            _ => *self.draw.pick(&impacts[..2]),
        };
        Request {
            requester: Some(self.requester),
            channel,
            title: filler.line(&title),
            description: filler.text(&text),
            received_at,
            since: (self.is_of_trouble() && self.draw.chance(0.3)).then(|| day_in_lima(self.at) - Days::new(self.draw.below(2) as u64)),
            impact: (self.cast.plot.seed().is_some() && self.draw.chance(0.7)).then_some(impact),
            area: None,
            service: (!seed.service.is_empty() && channel != Channel::Email && self.draw.chance(0.85))
                .then(|| self.world.agency.service(&seed.service)),
            equipment: self.draw.chance(0.35).then(|| line(&asset_code(self.requester, &mut self.draw))),
            place: self.draw.chance(0.5).then_some(place),
            is_reserved: false,
            files: Vec::new(),
            from: None,
        }
    }

    /// A second trouble in one breath with the first.
    pub(super) fn split(&mut self) -> Going {
        self.wait(1.0, 4.0)?;
        let world = self.world;
        let split = self.draw.pick(&world.data.splits);
        let filler = self.filler();
        let (title, description) = (filler.line(self.draw.text(&split.titles)), filler.text(self.draw.text(&split.texts)));
        let by = Who::Person(self.desk());
        self.decide(by, vec![Command::CreateFromThis { title: title.clone(), description: description.clone() }])?;
        let second = self.cast.second;
        self.push(by, Vec::new(), Act::Split { title: title.clone(), description: description.clone(), second });
        let first = self.ticket();
        let request = Request {
            requester: Some(first.requester),
            channel: first.channel,
            title,
            description,
            received_at: Some(first.received_at),
            since: None,
            impact: None,
            area: Some(first.area),
            service: None,
            equipment: None,
            place: first.place.clone(),
            is_reserved: first.is_reserved,
            files: Vec::new(),
            from: None,
        };
        let mut teller = Teller::new(world, Draw::new(self.draw.number()), self.cast);
        teller.story = second;
        teller.requester = self.requester;
        teller.at = self.at;
        teller.decide_request(by, request, &[])?;
        self.second = Some(Box::new(Second { teller, split }));
        Ok(())
    }

    /// Activity 2, unless it was done in the same call.
    pub(super) fn receive(&mut self, seed: &Seed, kind: Kind) -> Going {
        if self.phase() != Phase::Requested {
            return Ok(());
        }
        let is_call = matches!(self.ticket().channel, Channel::Phone | Channel::InPerson | Channel::Mobile);
        if self.is_to_wait_in(Phase::Requested) {
            self.wait(2.0, 20.0)?;
            let desk = self.desk();
            return self.ask(seed, desk);
        }
        if is_call {
            self.wait(0.5, 4.0)?
        } else {
            self.wait(3.0, 75.0)?
        }
        self.categorise(seed, kind)
    }

    pub(super) fn categorise(&mut self, seed: &Seed, kind: Kind) -> Going {
        let mut facts = FactsPatch::default();
        if self.ticket().service.is_none() && !seed.service.is_empty() {
            facts.service = Some(self.world.agency.service(&seed.service));
        }
        if self.draw.chance(0.15) {
            facts.equipment = Some(line(&asset_code(self.requester, &mut self.draw)));
        }
        if self.draw.chance(0.1) {
            facts.place = Some(self.world.agency.at(self.at).person(self.requester).place.clone());
        }
        self.go(self.agent, vec![Command::Categorise { kind, facts }])
    }

    /// What goes on at the desk before it is solved or escalated.
    pub(super) fn at_the_desk(&mut self, chance: f64) -> Going {
        if self.is(Twist::Taken) {
            self.wait(5.0, 60.0)?;
            let others: Vec<PersonId> = self.world.agency.desk.iter().copied().filter(|desk| *desk != self.agent).collect();
            self.agent = *self.draw.pick(&others);
            if self.ticket().stage.holder() != Some(self.agent) {
                self.go(self.agent, vec![Command::Take {}])?;
            }
        }
        if self.is(Twist::FactsCorrected) {
            self.wait(3.0, 30.0)?;
            let equipment = line(&format!("74083650-{:04}", 200 + self.draw.below(90)));
            let place = line(&format!("Sede central, piso {}, sala de reuniones", 1 + self.draw.below(8)));
            let facts = FactsPatch { equipment: Some(equipment), place: Some(place), ..FactsPatch::default() };
            self.desk_does(vec![Command::CorrectFacts { facts }])?;
        }
        let who = self.holder();
        self.asides(who, chance)
    }

    /// Activities 2 and 3, to a person of level 1.
    pub(super) fn escalate1(&mut self, seed: &Seed) -> Going {
        if self.is(Twist::Corrected) {
            self.receive(seed, Kind::Occurrence)?;
            self.wait(8.0, 60.0)?;
            let reason = self.drawn(|talk| &talk.corrections_to_incident);
            let escalate = self.escalation1();
            self.desk_does(vec![Command::CorrectCategory { kind: Kind::Incident, reason }, escalate])?;
        } else {
            self.receive(seed, Kind::Incident)?;
            self.at_the_desk(0.25)?;
            self.wait(8.0, 90.0)?;
            let escalate = self.escalation1();
            self.desk_does(vec![escalate])?;
        }
        if self.is(Twist::ReturnedToDesk) {
            self.wait(15.0, 200.0)?;
            let reason = self.drawn(|talk| &talk.returns_to_desk);
            self.go(self.holder(), vec![Command::ReturnToDesk { reason }])?;
            self.wait(10.0, 100.0)?;
            let escalate = self.escalation1();
            self.desk_does(vec![escalate])?;
        }
        if self.is(Twist::Reassigned) {
            self.wait(30.0, 500.0)?;
            self.reassign()?;
        }
        if self.is(Twist::Watched) {
            self.wait(10.0, 60.0)?;
            let watcher = self.world.agency.it_head;
            self.go(watcher, vec![Command::Watch {}])?;
        }
        let holder = self.holder();
        self.asides(holder, 0.45)
    }

    /// And on to a person of level 2.
    pub(super) fn escalate2(&mut self, seed: &Seed) -> Going {
        self.escalate1(seed)?;
        self.wait(50.0, 600.0)?;
        let handover = self.drawn(|talk| &talk.handover2);
        let to = self.level2();
        self.go(self.holder(), vec![Command::Escalate { to, handover }])?;
        let holder = self.holder();
        self.asides(holder, 0.5)
    }

    pub(super) fn escalation1(&mut self) -> Command {
        let handover = self.drawn(|talk| &talk.handover1);
        Command::Escalate { to: *self.draw.pick(&self.world.agency.level1), handover }
    }

    pub(super) fn level2(&mut self) -> PersonId {
        let others: Vec<PersonId> =
            self.world.agency.level2.iter().copied().filter(|person| self.ticket().stage.holder() != Some(*person)).collect();
        *self.draw.pick(&others)
    }

    /// Somebody else of the same level, because the first is away or has too much.
    pub(super) fn reassign(&mut self) -> Going {
        let holder = self.holder();
        let others: Vec<PersonId> = self.world.agency.level1.iter().copied().filter(|person| *person != holder).collect();
        let to = *self.draw.pick(&others);
        let is_away = self.draw.chance(0.65);
        let reason = Some(self.drawn(|talk| if is_away { &talk.absences } else { &talk.reassignments }));
        let by = if is_away { self.evaluator() } else { holder };
        self.go(by, vec![Command::Reassign { to, reason }])
    }

    /// What is said and done on the way: notes, tasks, a question, a word to the person.
    pub(super) fn asides(&mut self, who: PersonId, chance: f64) -> Going {
        if self.is_to_wait_in(self.phase()) {
            self.wait(10.0, 100.0)?;
            let seed = self.seed();
            return self.ask(&seed, who);
        }
        let mut chance = chance;
        while self.draw.chance(chance) {
            chance /= 2.0;
            self.wait(5.0, 120.0)?;
            match self.draw.below(100) {
                0..26 => {
                    let text = self.drawn(|talk| &talk.notes);
                    self.go(who, vec![Command::Comment { text, is_internal: true, files: Vec::new() }])?;
                }
                26..56 => {
                    let text = self.drawn(|talk| &talk.tasks);
                    let minutes = Minutes::parse(5 * (1 + self.draw.below(18)) as u32).expect("a task of less than two hours");
                    self.go(who, vec![Command::LogTask { text, minutes }])?;
                }
                56..70 => {
                    let text = self.drawn(|talk| &talk.replies);
                    self.go(who, vec![Command::Comment { text, is_internal: false, files: Vec::new() }])?;
                }
                70..82 if self.may_write() => {
                    let text = self.drawn(|talk| &talk.follow_ups);
                    self.say(text)?;
                }
                _ => {
                    let seed = self.seed();
                    self.ask(&seed, who)?;
                }
            }
        }
        Ok(())
    }

    /// A question, and in time its answer.
    pub(super) fn ask(&mut self, seed: &Seed, who: PersonId) -> Going {
        let talk = &self.world.data.talk;
        let is_of_picture = matches!(seed.file.as_deref(), Some("screen" | "photo")) && self.may_write() && self.draw.chance(0.7);
        let asked = self.draw.pick(&talk.questions);
        let question = self.text(if is_of_picture { &talk.photo_question } else { &asked.question });
        self.go(who, vec![Command::AskPerson { question }])?;
        if self.draw.chance(0.1) {
            self.wait(600.0, 900.0)?;
            self.go(who, vec![Command::Remind {}])?;
        }
        self.wait(6.0, 260.0)?;
        if !self.may_write() {
            let note = Some(self.drawn(|talk| &talk.phone_answers));
            self.desk_does(vec![Command::Resume { note }])?;
            return self.tell_by_phone();
        }
        if is_of_picture {
            let file = self.file(seed);
            let text = self.drawn(|talk| &talk.photo_answers);
            let answer = Command::Comment { text, is_internal: false, files: vec![file.0] };
            return self.go_with(self.requester, vec![answer], vec![file]);
        }
        let text = self.picked(&asked.answers);
        self.say(text)
    }

    /// Activity 5, covered.
    pub(super) fn coordinate(&mut self, seed: &Seed) -> Going {
        let provider = self.provider(seed);
        let warranty = ["S01", "S02", "S03", "S05", "S09"].contains(&seed.service.as_str());
        let today = day_in_lima(self.at);
        let description = if warranty {
            format!("Garantía del fabricante, orden de compra {:04}-{}", 100 + self.draw.below(700), self.year() - 1)
        } else {
            format!("Contrato N.º {:03}-{}, soporte técnico", 4 + self.draw.below(60), self.year() - 1)
        };
        let means = if self.world.agency.has_address(provider) {
            *self.draw.pick(&[Means::Email, Means::Email, Means::Portal, Means::Phone])
        } else {
            Means::Phone
        };
        let n_days = 1 + self.draw.below(4);
        let command = Command::CoordinateProvider {
            subject: self.subject(seed),
            coverage: CoverageFound {
                kind: if warranty { CoverageKind::Warranty } else { CoverageKind::SupportContract },
                description: line(&description),
                until: today + Days::new(40 + self.draw.below(600) as u64),
            },
            provider,
            means,
            case_number: self.draw.chance(0.8).then(|| line(&format!("CASO-{}", 10_000 + self.draw.below(80_000)))),
            expected_on: Some(self.working_day_in(n_days)),
            message: (means == Means::Email).then(|| self.drawn(|talk| &talk.provider_messages)),
        };
        self.go(self.holder(), vec![command])
    }

    /// Activity 7, until it works.
    pub(super) fn visits(&mut self, seed: &Seed, least: f64, most: f64) -> Going {
        let n = match (self.is(Twist::ThirdVisit), self.is(Twist::SecondVisit)) {
            (true, _) => 3,
            (false, true) => 2,
            _ => 1,
        };
        for visit in 0..n {
            self.wait(least, most)?;
            self.visit(seed, visit, n)?;
        }
        Ok(())
    }

    pub(super) fn visit(&mut self, seed: &Seed, visit: usize, n: usize) -> Going {
        let what_was_done = self.text(&seed.visits[visit % seed.visits.len()]);
        let served_at = (self.at - TimeDelta::minutes(10 + self.draw.below(80) as i64)).max(self.ticket().received_at);
        let by = if self.draw.chance(0.15) { self.desk() } else { self.holder() };
        let means = *self.draw.pick(&[Means::InPerson, Means::InPerson, Means::InPerson, Means::Email]);
        self.go(by, vec![Command::RecordServiceProvided { served_at, means, what_was_done }])?;
        self.wait(15.0, 300.0)?;
        if visit + 1 < n {
            let reason = self.picked(&seed.repeats);
            return self.go(self.holder(), vec![Command::ReturnToProvider { reason, means: Means::Phone, told_at: None }]);
        }
        let person = self.world.agency.at(self.at).person(self.requester).name.clone();
        let number = self.serial(3);
        let is_recorded = self.draw.chance(0.55);
        let reference = is_recorded.then(|| line(&format!("Acta de conformidad N.º {number:03}-{}", self.year())));
        if is_recorded {
            let lines = vec![
                format!("Atención de la solicitud: {}", self.ticket().title),
                format!("Área usuaria: conformidad dada por {person}."),
                self.filler().fill(&seed.visits[visit % seed.visits.len()]),
                format!("Lima, {} de {}.", calendar::spoken(day_in_lima(self.at)), self.year()),
            ];
            let title = format!("ACTA DE CONFORMIDAD N.º {number:03}-{}", self.year());
            let file = self.upload(&format!("acta_conformidad_{number:03}.pdf"), Content::Page { title, lines });
            let attach = Command::Attach { files: vec![file.0], is_internal: true };
            self.go_with(self.holder(), vec![attach], vec![file])?;
            self.wait(1.0, 10.0)?;
        }
        let conformity = Conformity { given_by: person, given_on: day_in_lima(self.at), reference };
        let cause = self.draw.chance(0.8).then(|| self.picked(&seed.causes));
        let solution = self.solution(seed);
        self.go(self.holder(), vec![Command::ConfirmResolution { cause, solution, conformity }])
    }

    /// Activity 5, not covered.
    pub(super) fn report(&mut self, seed: &Seed) -> Going {
        let key = seed.report.as_deref().expect("a ticket with a report names it");
        let report = self.world.data.report(key);
        self.wait(200.0, 1_200.0)?;
        let number = format!("{:03}-{}-OA-TI", self.serial(2), self.year());
        let draft = ReportDraft {
            number: Some(line(&number)),
            background: Some(self.text(&report.background)),
            analysis: Some(self.text(&report.analysis)),
            conclusions: Some(self.text(&report.conclusions)),
            recommendation: Some(self.text(&report.recommendation)),
            estimated_cost_centimos: domain::Centimos::parse(report.centimos).ok(),
        };
        if self.draw.chance(0.5) {
            let begun = ReportDraft { conclusions: None, recommendation: None, ..draft.clone() };
            self.go(self.holder(), vec![Command::DraftReport { report: begun }])?;
            self.wait(60.0, 500.0)?;
        }
        let submit = |teller: &mut Teller, report: ReportDraft, verification: Text| {
            let subject = teller.subject(seed);
            Command::SubmitTechnicalReport { subject, verification, report }
        };
        let page = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default();
        let parts = [&draft.background, &draft.analysis, &draft.conclusions, &draft.recommendation];
        let lines = ["1. ANTECEDENTES", "2. ANÁLISIS", "3. CONCLUSIONES", "4. RECOMENDACIÓN"]
            .iter()
            .zip(parts)
            .flat_map(|(heading, part)| [(*heading).to_owned(), page(part), String::new()])
            .collect();
        let file =
            self.upload(&format!("informe_tecnico_{key}.pdf"), Content::Page { title: format!("INFORME TÉCNICO N.º {number}"), lines });
        let attach = Command::Attach { files: vec![file.0], is_internal: true };
        self.go_with(self.holder(), vec![attach], vec![file])?;
        self.wait(5.0, 40.0)?;
        let verification = self.text(&report.verification);
        let command = submit(self, draft.clone(), verification.clone());
        self.go(self.holder(), vec![command])?;
        if self.is(Twist::ReportWithdrawn) {
            self.wait(20.0, 100.0)?;
            self.go(self.holder(), vec![Command::WithdrawReport {}])?;
            self.wait(60.0, 300.0)?;
            let command = submit(self, draft.clone(), verification.clone());
            self.go(self.holder(), vec![command])?;
        }
        if self.is(Twist::ReportReturned) {
            self.wait(100.0, 700.0)?;
            let remarks = self.drawn(|talk| &talk.report_remarks);
            self.go(self.evaluator(), vec![Command::ReturnReport { remarks }])?;
            self.wait(200.0, 900.0)?;
            let more = format!("{} Se adjuntan las cotizaciones y el detalle de antigüedad observado.", report.analysis);
            let mended = ReportDraft { analysis: Some(self.text(&more)), ..draft };
            let command = submit(self, mended, verification);
            self.go(self.holder(), vec![command])?;
        }
        Ok(())
    }

    /// Activity 8, with the person's word before or after it.
    pub(super) fn finish(&mut self) -> Going {
        let is_solved = self.ticket().standing().outcome.is_some_and(Outcome::is_solved);
        if is_solved && self.is(Twist::Denied) {
            self.wait(20.0, 400.0)?;
            let reason = self.drawn(|talk| &talk.denials);
            let by = if self.may_write() { self.requester } else { self.desk() };
            self.go(by, vec![Command::DenySolved { reason }])?;
            self.solve_again()?;
        }
        let is_to_confirm = self.cast.halt.is_some_and(|halt| halt.is_confirmed);
        if is_solved && self.may_write() && (is_to_confirm || self.draw.chance(0.3)) {
            self.wait(4.0, 120.0)?;
            if self.draw.chance(0.35) {
                let text = self.drawn(|talk| &talk.thanks);
                self.say(text)?;
            }
            self.go(self.requester, vec![Command::ConfirmSolved {}])?;
        }
        self.wait(4.0, 260.0)?;
        let solver = self.ticket().standing().solver;
        let by = match solver {
            Some(solver) if self.draw.chance(0.25) => solver,
            _ => self.desk(),
        };
        self.go(by, vec![Command::Close {}])?;
        self.after_closing()
    }

    pub(super) fn after_closing(&mut self) -> Going {
        self.tell_by_phone()?;
        if !self.is(Twist::Reopened) {
            return Ok(());
        }
        self.wait(300.0, 2_500.0)?;
        if self.ticket().standing().reopenable_until.is_none_or(|until| until < self.at) {
            return Ok(());
        }
        let reason = self.drawn(|talk| &talk.reopenings);
        let by = if self.may_write() { self.requester } else { self.desk() };
        self.go(by, vec![Command::Reopen { reason }])?;
        self.solve_again()?;
        self.wait(10.0, 300.0)?;
        self.desk_does(vec![Command::Close {}])?;
        self.tell_by_phone()
    }

    /// After a denial or a reopening: whoever has it then.
    pub(super) fn solve_again(&mut self) -> Going {
        self.wait(20.0, 300.0)?;
        let holder = self.holder();
        let again = match (self.phase(), self.ticket().kind) {
            (Phase::Verifying, _) => {
                let conformity = Conformity {
                    given_by: self.world.agency.at(self.at).person(self.requester).name.clone(),
                    given_on: day_in_lima(self.at),
                    reference: None,
                };
                Command::ConfirmResolution { cause: None, solution: self.second_solution(), conformity }
            }
            (_, Some(Kind::Occurrence)) => Command::RecordAction { action_taken: self.second_solution() },
            _ => Command::RecordSolution { cause: self.drawn(|talk| &talk.second_causes), solution: self.second_solution() },
        };
        self.go(holder, vec![again])
    }

    /// Whoever has no address is told by phone; most of them soon.
    pub(super) fn tell_by_phone(&mut self) -> Going {
        if self.ticket().is_phone_notice_due && self.draw.chance(0.85) {
            self.wait(5.0, 90.0)?;
            let text = self.text(&self.world.data.talk.told_by_phone);
            let note = Command::Comment { text, is_internal: true, files: Vec::new() };
            self.desk_does(vec![Command::MarkInformedByPhone {}, note])?;
        }
        Ok(())
    }

    pub(super) fn tell_news(&mut self, n: usize) -> Going {
        let text = self.text(&self.world.data.talk.outage_news[n]);
        self.desk_does(vec![Command::Comment { text, is_internal: false, files: Vec::new() }])
    }

    pub(super) fn attach(&mut self, seed: &Seed, holder: PersonId) -> Going {
        if seed.file.as_deref() != Some("log") || self.draw.chance(0.3) {
            return Ok(());
        }
        let file = self.file(seed);
        let attach = Command::Attach { files: vec![file.0], is_internal: true };
        self.go_with(holder, vec![attach], vec![file])?;
        self.wait(1.0, 15.0)
    }
}
