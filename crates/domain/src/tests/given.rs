//! Given what happened, when somebody asks for something, then this happens, or a refusal.

use chrono::TimeDelta;

use crate::actor::{Actor, Role, Who};
use crate::command::{Command, FactsPatch, Request};
use crate::decide::{decide, request};
use crate::event::{Entry, Event};
use crate::facts::{AreaFact, Facts, PersonFact, TicketFact};
use crate::permit::permit;
use crate::procedure::FLOWS;
use crate::refusal::Refusal;
use crate::report::{Communication, Conformity, CoverageFound, ReportDraft, TechnicalReport, VerifiedSubject};
use crate::ticket::{Phase, Standing, Ticket};
use crate::values::*;

// The helper.

/// A ticket with its past, and the world around it.
#[derive(Clone)]
pub struct Given {
    entries: Vec<Entry>,
    pub facts: Facts,
    pub now: Instant,
}

/// One past event and the hand that wrote it.
#[derive(Clone)]
pub struct Past {
    by: Who,
    event: Event,
}

/// Events at one a minute from [`start`]; it is an hour later now.
pub fn given(past: impl IntoIterator<Item = Past>) -> Given {
    Given { entries: Vec::new(), facts: facts(), now: start() + TimeDelta::hours(1) }.and(past)
}

impl Given {
    /// The same, of a request that was received then.
    pub fn received_at(mut self, at: Instant) -> Given {
        for entry in &mut self.entries {
            if let Event::Requested { received_at, .. } = &mut entry.event {
                *received_at = at;
            }
        }
        self
    }

    pub fn and(mut self, past: impl IntoIterator<Item = Past>) -> Given {
        for Past { by, event } in past {
            let at = start() + TimeDelta::minutes(self.entries.len() as i64);
            self.entries.push(Entry { at, by, event });
        }
        self
    }

    pub fn knowing(mut self, learn: impl FnOnce(&mut Facts)) -> Given {
        learn(&mut self.facts);
        self
    }

    pub fn at(mut self, now: Instant) -> Given {
        self.now = now;
        self
    }

    pub fn later(mut self, by: TimeDelta) -> Given {
        self.now += by;
        self
    }

    pub fn ticket(&self) -> Ticket {
        Ticket::of(&self.entries).expect("a past begins with a request")
    }

    pub fn standing(&self) -> Standing {
        self.ticket().standing()
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    pub fn stands_in(self, phase: Phase) -> Given {
        assert_eq!(self.standing().phase, phase);
        self
    }

    pub fn held_by(self, holder: &Actor) -> Given {
        assert_eq!(self.standing().holder, holder.who.person());
        self
    }

    pub fn held_by_nobody(self) -> Given {
        assert_eq!(self.standing().holder, None);
        self
    }

    /// Asks, and checks what every test would forget.
    pub fn when(self, actor: Actor, command: Command) -> When {
        let ticket = self.ticket();
        let permitted = permit(&ticket.standing(), &actor, self.now, command.action());
        let answer = decide(&ticket, &actor, self.now, &self.facts, command.clone());
        if let Err(refusal) = permitted {
            assert_eq!(answer, Err(refusal), "permit refuses, and so must decide");
        }
        if let Ok(events) = &answer {
            assert!(!events.is_empty(), "a decision makes something happen");
            let after = self.clone().and_now(&actor, events.clone()).standing().phase;
            let before = ticket.standing().phase;
            let is_flow = FLOWS.iter().any(|f| (f.from, f.action, f.to) == (Some(before), Some(command.action()), after));
            assert!(before == after || is_flow, "{before} to {after} by {} is not a flow", command.action());
        }
        When { given: self, actor, answer }
    }

    fn and_now(mut self, actor: &Actor, events: Vec<Event>) -> Given {
        self.entries.extend(events.into_iter().map(|event| Entry { at: self.now, by: actor.who, event }));
        self
    }
}

/// An answer that waits to be looked at.
pub struct When {
    given: Given,
    actor: Actor,
    pub answer: Result<Vec<Event>, Refusal>,
}

impl When {
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = Event>) -> Given {
        assert_eq!(self.answer, Ok(events.into_iter().collect()));
        self.succeeds()
    }

    #[track_caller]
    pub fn refuses(self, refusal: Refusal) -> Given {
        assert_eq!(self.answer, Err(refusal));
        self.given
    }

    #[track_caller]
    pub fn leads_to(self, phase: Phase) -> Given {
        let after = self.succeeds();
        assert_eq!(after.standing().phase, phase);
        after
    }

    #[track_caller]
    pub fn succeeds(self) -> Given {
        let events = self.answer.expect("it is permitted");
        self.given.and_now(&self.actor, events)
    }
}

/// Activity 1, before there is a ticket.
pub fn asking(actor: Actor, request: Request) -> Asking {
    Asking { actor, request, facts: facts(), now: start() }
}

pub struct Asking {
    actor: Actor,
    request: Request,
    facts: Facts,
    now: Instant,
}

impl Asking {
    fn answer(self) -> (Actor, Result<Vec<Event>, Refusal>) {
        let answer = request(&self.actor, self.now, &self.facts, self.request);
        (self.actor, answer)
    }

    #[track_caller]
    pub fn refuses(self, refusal: Refusal) {
        assert_eq!(self.answer().1, Err(refusal));
    }

    #[track_caller]
    pub fn succeeds(self) -> Given {
        let (actor, answer) = self.answer();
        let events = answer.expect("the request is permitted");
        assert_eq!(events.len(), 1);
        given(events.into_iter().map(|event| Past { by: actor.who, event })).stands_in(Phase::Requested)
    }
}

// The world.

/// Wednesday 10 September 2025, 10:00 in Lima.
pub fn start() -> Instant {
    "2025-09-10T15:00:00Z".parse().expect("it is an instant")
}

pub fn now() -> Instant {
    start() + TimeDelta::hours(1)
}

pub fn today() -> Day {
    day_in_lima(now())
}

pub fn l(text: &str) -> Line {
    Line::parse(text).expect("a test's line is valid")
}

pub fn t(text: &str) -> Text {
    Text::parse(text).expect("a test's text is valid")
}

macro_rules! ids {
    ($($name:ident: $type:ident),+) => { $(pub fn $name(id: i64) -> $type { $type::parse(id).expect("it is positive") })+ };
}
ids!(person: PersonId, area: AreaId, service: ServiceId, provider: ProviderId, file: FileId, ticket_id: TicketId);

const ROOT: i64 = 100;
const SALES: i64 = 1;
const OTHER: i64 = 2;
/// Under [`SALES`], without a head.
const UNDER: i64 = 3;
/// A control unit, reserved.
const CONTROL: i64 = 4;
/// Ended.
const PAST_AREA: i64 = 5;
const IT: i64 = 9;

pub fn sales() -> AreaId {
    area(SALES)
}
pub fn other_area() -> AreaId {
    area(OTHER)
}
pub fn under_sales() -> AreaId {
    area(UNDER)
}
pub fn control() -> AreaId {
    area(CONTROL)
}
pub fn ended_area() -> AreaId {
    area(PAST_AREA)
}
pub fn root() -> AreaId {
    area(ROOT)
}

/// This ticket's number.
pub fn this() -> TicketId {
    ticket_id(100)
}

fn actor(id: i64, home: i64, roles: &[Role], headed: &[i64]) -> Actor {
    Actor {
        who: Who::Person(person(id)),
        roles: roles.iter().copied().collect(),
        area: Some(area(home)),
        areas_headed: headed.iter().map(|id| area(*id)).collect(),
    }
}

use Role::{Admin, AreaHead, Auditor, HelpDesk, ItHead, Support1, Support2, User};

pub fn user() -> Actor {
    actor(11, SALES, &[User], &[])
}
pub fn colleague() -> Actor {
    actor(12, SALES, &[User], &[])
}
pub fn other_user() -> Actor {
    actor(13, OTHER, &[User], &[])
}
pub fn area_head() -> Actor {
    actor(14, SALES, &[User, AreaHead], &[SALES, UNDER])
}
pub fn other_head() -> Actor {
    actor(15, OTHER, &[User, AreaHead], &[OTHER])
}
/// Heads the area above all.
pub fn director() -> Actor {
    actor(16, ROOT, &[User, AreaHead], &[ROOT, SALES, OTHER, UNDER, CONTROL, IT])
}
pub fn help_desk() -> Actor {
    actor(21, IT, &[User, HelpDesk], &[])
}
pub fn help_desk_2() -> Actor {
    actor(22, IT, &[User, HelpDesk], &[])
}
pub fn support1() -> Actor {
    actor(31, IT, &[User, Support1], &[])
}
pub fn support1_2() -> Actor {
    actor(32, IT, &[User, Support1], &[])
}
pub fn support2() -> Actor {
    actor(41, IT, &[User, Support2], &[])
}
/// Also acting head of IT (encargado).
pub fn support2_2() -> Actor {
    actor(42, IT, &[User, Support2, ItHead], &[])
}
pub fn it_head() -> Actor {
    actor(51, IT, &[User, ItHead, AreaHead], &[IT])
}
pub fn it_head_2() -> Actor {
    actor(52, IT, &[User, ItHead], &[])
}
pub fn admin() -> Actor {
    actor(61, IT, &[User, Admin], &[])
}
pub fn auditor() -> Actor {
    actor(71, CONTROL, &[Auditor], &[])
}
/// Somebody new who called: no roles, no address.
pub fn contact() -> Actor {
    actor(81, SALES, &[], &[])
}
/// Left the agency.
pub fn disabled() -> Actor {
    actor(91, IT, &[User, HelpDesk, Support1, Support2], &[])
}
pub fn system() -> Actor {
    Actor::system()
}

/// Everybody who can act.
pub fn cast() -> Vec<Actor> {
    vec![
        user(),
        colleague(),
        other_user(),
        area_head(),
        other_head(),
        director(),
        help_desk(),
        help_desk_2(),
        support1(),
        support1_2(),
        support2(),
        support2_2(),
        it_head(),
        it_head_2(),
        admin(),
        auditor(),
        contact(),
        system(),
    ]
}

pub fn with(mut actor: Actor, roles: &[Role]) -> Actor {
    actor.roles.extend(roles);
    actor
}

pub fn without(mut actor: Actor, role: Role) -> Actor {
    actor.roles.remove(&role);
    actor
}

pub fn id(actor: &Actor) -> PersonId {
    actor.who.person().expect("the system is nobody")
}

pub fn facts() -> Facts {
    let everybody = cast().into_iter().chain([disabled()]).filter(|actor| *actor != system());
    let people = everybody.map(|actor| {
        let fact = PersonFact {
            name: l(&format!("Persona {}", id(&actor))),
            post: actor.has(AreaHead).then(|| l("Directora")),
            area: actor.area.expect("a person has an area"),
            roles: actor.roles.clone(),
            is_active: actor != disabled(),
            has_address: actor != contact(),
        };
        (id(&actor), fact)
    });
    let one = |parent: Option<i64>, head: Option<Actor>| AreaFact {
        parent: parent.map(area),
        head: head.map(|head| id(&head)),
        is_open: true,
        is_reserved: false,
    };
    let ticket = |phase, duplicate_of: Option<i64>| TicketFact { phase, duplicate_of: duplicate_of.map(ticket_id) };
    Facts {
        this: Some(this()),
        people: people.collect(),
        areas: [
            (root(), one(None, Some(director()))),
            (sales(), one(Some(ROOT), Some(area_head()))),
            (other_area(), one(Some(ROOT), Some(other_head()))),
            (under_sales(), one(Some(SALES), None)),
            (control(), AreaFact { is_reserved: true, ..one(Some(ROOT), None) }),
            (ended_area(), AreaFact { is_open: false, ..one(Some(ROOT), None) }),
            (area(IT), one(Some(ROOT), Some(it_head()))),
        ]
        .into(),
        services: [service(1), service(2)].into(),
        providers: [provider(1), provider(2)].into(),
        files: [1, 2, 3].map(file).into(),
        tickets: [
            (ticket_id(500), ticket(Phase::InAttention, None)),
            (ticket_id(501), ticket(Phase::Closed, None)),
            (ticket_id(502), ticket(Phase::Duplicate, Some(500))),
            (this(), ticket(Phase::InAttention, None)),
        ]
        .into(),
        n_duplicates: 0,
        rules: crate::facts::Rules::default(),
    }
}

// The past.

pub fn by(actor: &Actor, event: Event) -> Past {
    Past { by: actor.who, event }
}

pub fn a_request() -> Request {
    Request {
        requester: None,
        channel: Channel::Web,
        title: l("La impresora no imprime"),
        description: t("Sale una luz roja"),
        received_at: None,
        since: None,
        impact: None,
        area: None,
        service: None,
        equipment: Some(l("IMP-007")),
        place: None,
        is_reserved: false,
        files: vec![],
        from: None,
    }
}

/// The user asked for itself, in the system.
pub fn requested() -> Past {
    requested_by(&user(), &user())
}

pub fn requested_by(creator: &Actor, requester: &Actor) -> Past {
    let request = a_request();
    let event = Event::Requested {
        requester: id(requester),
        channel: request.channel,
        title: request.title,
        description: request.description,
        received_at: start(),
        area: sales(),
        since: None,
        impact: None,
        service: None,
        equipment: request.equipment,
        place: None,
        is_reserved: false,
        files: vec![],
        from: None,
    };
    by(creator, event)
}

pub fn categorised(kind: Kind) -> Past {
    by(&help_desk(), Event::Categorised { kind })
}
/// To level 1.
pub fn escalated() -> Past {
    by(&help_desk(), Event::Escalated { to: id(&support1()), handover: t("Se cambió el tóner") })
}
/// To level 2.
pub fn escalated_again() -> Past {
    by(&support1(), Event::Escalated { to: id(&support2()), handover: t("Es la placa") })
}
pub fn coordinated() -> Past {
    by(
        &support2(),
        Event::ProviderCoordinated { provider: provider(1), means: Means::Email, case_number: None, expected_on: None, message: None },
    )
}
pub fn submitted() -> Past {
    submitted_by(&support2())
}
pub fn submitted_by(author: &Actor) -> Past {
    by(author, Event::TechnicalReportSubmitted { report: report().finish().expect("it is complete") })
}
pub fn approved() -> Past {
    by(&it_head(), Event::ContractingApproved { grounds: t("Procede") })
}
pub fn contracted() -> Past {
    by(&it_head(), Event::ContractRecorded { provider: provider(2), reference: l("OS-2025-14"), expected_on: None })
}
pub fn served() -> Past {
    by(&support2(), Event::ServiceProvided { visit: 1, served_at: start(), means: Means::InPerson, what_was_done: t("Cambiaron la placa") })
}
pub fn acted() -> Past {
    by(&help_desk(), Event::ActionRecorded { action_taken: t("Se reinició la cola") })
}
pub fn solved_by(solver: &Actor) -> Past {
    by(solver, Event::SolutionRecorded { cause: t("Tóner"), solution: t("Se cambió") })
}
pub fn rejected() -> Past {
    by(&it_head(), Event::ContractingRejected { grounds: t("No procede") })
}
pub fn confirmed() -> Past {
    by(&support2(), Event::ResolutionConfirmed { cause: None, solution: t("Imprime"), conformity: conformity() })
}
pub fn closed() -> Past {
    by(&help_desk(), Event::Closed { reopenable_until: Some(reopenable_until()) })
}
pub fn closed_for_ever() -> Past {
    by(&help_desk(), Event::Closed { reopenable_until: None })
}
pub fn reopenable_until() -> Instant {
    start() + TimeDelta::days(10)
}
pub fn asked() -> Past {
    by(&help_desk(), Event::PersonAsked { question: t("¿Qué modelo es?"), n_reminders: 2 })
}
pub fn reminded() -> Past {
    by(&system(), Event::PersonReminded {})
}
pub fn given_up() -> Past {
    by(&help_desk(), Event::GivenUpWaiting {})
}

/// The shortest past of the procedure that waits in a phase; the people are the first of each level.
pub fn on_the_way_to(phase: Phase) -> Vec<Past> {
    use Phase::*;
    let after = |phase, past: &[Past]| [on_the_way_to(phase), past.to_vec()].concat();
    match phase {
        Requested => vec![requested()],
        InAttention => after(Requested, &[categorised(Kind::Incident)]),
        Escalated1 => after(InAttention, &[escalated()]),
        Escalated2 => after(Escalated1, &[escalated_again()]),
        WithProvider => after(Escalated2, &[coordinated()]),
        UnderEvaluation => after(Escalated2, &[submitted()]),
        Contracting => after(UnderEvaluation, &[approved()]),
        Verifying => after(WithProvider, &[served()]),
        ToClose => after(InAttention, &[solved_by(&help_desk())]),
        Closed => after(ToClose, &[closed()]),
        Recorded => after(Requested, &[categorised(Kind::Requirement)]),
        Withdrawn => after(InAttention, &[by(&user(), Event::Withdrawn { reason: None })]),
        Duplicate => after(InAttention, &[by(&help_desk(), Event::MarkedDuplicate { of: ticket_id(500) })]),
        Discarded => after(Requested, &[by(&help_desk(), Event::Discarded { reason: DiscardReason::Unwanted, explanation: None })]),
    }
}

pub fn given_in(phase: Phase) -> Given {
    given(on_the_way_to(phase)).stands_in(phase)
}

// What people say.

pub fn report() -> ReportDraft {
    ReportDraft {
        number: Some(l("IT-014-2025")),
        background: Some(t("Antecedentes")),
        analysis: Some(t("Análisis")),
        conclusions: Some(t("Conclusiones")),
        recommendation: Some(t("Contratar")),
        estimated_cost_centimos: None,
    }
}

pub fn finished_report() -> TechnicalReport {
    report().finish().expect("it is complete")
}

pub fn warranty_until(until: Day) -> CoverageFound {
    CoverageFound { kind: CoverageKind::Warranty, description: l("Garantía de fábrica"), until }
}

pub fn conformity() -> Conformity {
    Conformity { given_by: l("Rosa Quispe"), given_on: day_in_lima(start()), reference: None }
}

pub fn communication_to(to: Option<&Actor>) -> Communication {
    Communication { to: to.map(id), text: t("No procede la contratación"), means: Means::Email, told_at: None }
}

pub fn categorise(kind: Kind) -> Command {
    Command::Categorise { kind, facts: FactsPatch::default() }
}
pub fn record_action() -> Command {
    Command::RecordAction { action_taken: t("Se reinició la cola") }
}
pub fn record_solution() -> Command {
    Command::RecordSolution { cause: t("Tóner"), solution: t("Se cambió") }
}
pub fn escalate_to(to: &Actor) -> Command {
    Command::Escalate { to: id(to), handover: t("Se cambió el tóner") }
}
pub fn coordinate(coverage: CoverageFound) -> Command {
    Command::CoordinateProvider {
        subject: VerifiedSubject::default(),
        coverage,
        provider: provider(1),
        means: Means::Email,
        case_number: None,
        expected_on: None,
        message: None,
    }
}
pub fn submit(report: ReportDraft) -> Command {
    Command::SubmitTechnicalReport { subject: VerifiedSubject::default(), verification: t("Sin garantía"), report }
}
pub fn approve() -> Command {
    Command::ApproveContracting { grounds: t("Procede") }
}
pub fn reject(communication: Communication) -> Command {
    Command::RejectContracting { grounds: t("No procede"), communication }
}
pub fn record_contract() -> Command {
    Command::RecordContract { provider: provider(2), reference: l("OS-2025-14"), expected_on: None }
}
pub fn serve_at(served_at: Instant) -> Command {
    Command::RecordServiceProvided { served_at, means: Means::InPerson, what_was_done: t("Cambiaron la placa") }
}
pub fn confirm_on(given_on: Day) -> Command {
    let conformity = Conformity { given_on, ..conformity() };
    Command::ConfirmResolution { cause: None, solution: t("Imprime"), conformity }
}
pub fn return_to_provider(told_at: Option<Instant>) -> Command {
    Command::ReturnToProvider { reason: t("Sigue igual"), means: Means::Phone, told_at }
}
pub fn log_task() -> Command {
    Command::LogTask { text: t("Se probó otro cable"), minutes: Minutes::parse(15).expect("it is in range") }
}
pub fn comment() -> Command {
    Command::Comment { text: t("Es el modelo M402"), is_internal: false, files: vec![] }
}
pub fn internal_comment() -> Command {
    Command::Comment { text: t("Otra vez la misma impresora"), is_internal: true, files: vec![] }
}
pub fn attach(files: &[i64]) -> Command {
    Command::Attach { files: files.iter().map(|id| file(*id)).collect(), is_internal: false }
}
pub fn ask() -> Command {
    Command::AskPerson { question: t("¿Qué modelo es?") }
}
pub fn reassign_to(to: &Actor) -> Command {
    Command::Reassign { to: id(to), reason: None }
}
pub fn correct_to(kind: Kind) -> Command {
    Command::CorrectCategory { kind, reason: t("Era otra cosa") }
}
pub fn correct(facts: FactsPatch) -> Command {
    Command::CorrectFacts { facts }
}
pub fn deny() -> Command {
    Command::DenySolved { reason: t("Sigue igual") }
}
pub fn reopen() -> Command {
    Command::Reopen { reason: t("Volvió a fallar") }
}
pub fn withdraw() -> Command {
    Command::Withdraw { reason: None }
}
pub fn mark_duplicate(of: i64) -> Command {
    Command::MarkDuplicate { of: ticket_id(of) }
}
pub fn discard(reason: DiscardReason) -> Command {
    Command::Discard { reason, explanation: None }
}
pub fn hide(number: &str) -> Command {
    Command::HideNote { number: number.parse().expect("it is a number"), reason: t("Tenía una contraseña") }
}
