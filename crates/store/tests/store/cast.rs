//! Who plays in the tests of tickets: a small agency, and dice that draw streams of events for it.
//!
//! Folding is total, so the streams need not make sense to the procedure: they only need to reach every column.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::*;
use store::areas::{self, NewArea};
use store::people::{self, NewPerson};
use store::providers::{self, NewProvider};
use store::services::{self, NewService};
use store::streams::{self, NewTicket};
use store::{Conn, Store, StoreError};

use crate::world::{World, at};

pub fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

pub fn text(words: &str) -> Text {
    Text::parse(words).unwrap()
}

/// The records that tickets refer to. Area 0 is the root; 1 and 2 are under it, 3 and 4 under 1.
#[derive(Clone)]
pub struct Cast {
    pub areas: Vec<AreaId>,
    pub people: Vec<PersonId>,
    pub services: Vec<ServiceId>,
    pub providers: Vec<ProviderId>,
}

pub const PARENTS: [Option<usize>; 5] = [None, Some(0), Some(0), Some(1), Some(1)];

impl Cast {
    pub fn of(world: &World) -> Cast {
        Cast::in_store(&world.store)
    }

    pub fn in_store(store: &Store) -> Cast {
        let made = store.write::<_, store::records::RecordError>(|conn| {
            let mut cast = Cast { areas: Vec::new(), people: Vec::new(), services: Vec::new(), providers: Vec::new() };
            for (n, parent) in PARENTS.iter().enumerate() {
                let parent = parent.map(|parent| cast.areas[parent]);
                let name = line(&format!("Área {n}"));
                let new = NewArea { name, abbreviation: None, parent, head: None, is_reserved: false, ended_on: None };
                cast.areas.push(areas::insert(conn, None, at(0), &new)?);
            }
            for n in 0..10 {
                let new = NewPerson {
                    name: line(&format!("Persona {n}")),
                    email: None,
                    post: None,
                    area: cast.areas[n % cast.areas.len()],
                    extension: None,
                    phone: None,
                    place: None,
                    language: "es-PE".to_owned(),
                    roles: [Role::User].into(),
                    is_contact: false,
                    is_active: true,
                };
                cast.people.push(people::insert(conn, None, at(0), &new)?);
            }
            for n in 0..3 {
                let new = NewService { name: line(&format!("Servicio {n}")), description: None, is_active: true };
                cast.services.push(services::insert(conn, None, at(0), &new)?);
            }
            for n in 0..2 {
                let new = NewProvider {
                    name: line(&format!("Proveedor {n}")),
                    ruc: None,
                    email: None,
                    phone: None,
                    contact: None,
                    is_active: true,
                };
                cast.providers.push(providers::insert(conn, None, at(0), &new)?);
            }
            Ok(cast)
        });
        made.unwrap()
    }

    /// A person of IT, who sees everything.
    pub fn desk(&self) -> Actor {
        actor(self.people[0], &[Role::HelpDesk])
    }

    /// The area and those under it.
    pub fn under(&self, area: AreaId) -> BTreeSet<AreaId> {
        let place = self.areas.iter().position(|a| *a == area).unwrap();
        let is_under = |mut at: usize| loop {
            if at == place {
                return true;
            }
            match PARENTS[at] {
                Some(parent) => at = parent,
                None => return false,
            }
        };
        (0..self.areas.len()).filter(|at| is_under(*at)).map(|at| self.areas[at]).collect()
    }

    /// A request, and nothing else yet.
    pub fn request(&self, by: PersonId, title: &str, seconds: i64) -> Entry {
        Entry {
            at: at(seconds),
            by: Who::Person(by),
            event: Event::Requested {
                requester: by,
                channel: Channel::Web,
                title: line(title),
                description: text("No imprime desde ayer."),
                received_at: at(seconds),
                area: self.areas[1],
                since: None,
                impact: None,
                service: None,
                equipment: None,
                place: None,
                is_reserved: false,
                files: Vec::new(),
                from: None,
            },
        }
    }

    /// A ticket of that person with that title.
    pub fn ticket(&self, world: &World, by: PersonId, title: &str) -> TicketId {
        let entries = vec![self.request(by, title, 0)];
        world.write::<_, StoreError>(move |conn| streams::create(conn, &entries)).0
    }

    /// As many drawn tickets, each with a past of up to a dozen events.
    pub fn tickets(&self, world: &World, dice: &mut Dice, n: usize) -> Vec<(TicketId, Ticket)> {
        let mut made: Vec<(TicketId, Ticket)> = Vec::new();
        for _ in 0..n {
            let known: Vec<TicketId> = made.iter().map(|(id, _)| *id).collect();
            let entries = dice.stream(self, &known);
            // Half at once, as the fast path does; half in two steps.
            let cut = if dice.happens(2) { entries.len() } else { 1 + dice.below(entries.len()) };
            let (id, before) = {
                let first = entries[..cut].to_vec();
                world.write::<_, StoreError>(move |conn| streams::create(conn, &first))
            };
            let rest = entries[cut..].to_vec();
            let ticket = if rest.is_empty() {
                before
            } else {
                world.write::<_, streams::AppendError>(move |conn| streams::append(conn, id, &before, &rest))
            };
            assert_eq!(ticket, Ticket::of(&entries).unwrap());
            made.push((id, ticket));
        }
        made
    }
}

/// Many tickets in one go.
pub fn create_all(conn: &mut Conn, streams: &[Vec<Entry>]) -> Result<Vec<TicketId>, StoreError> {
    let new: Vec<NewTicket<'_>> = streams.iter().map(|entries| NewTicket { entries, origin: None }).collect();
    Ok(streams::create_many(conn, &new)?.into_iter().map(|(id, _)| id).collect())
}

pub fn actor(person: PersonId, roles: &[Role]) -> Actor {
    Actor { who: Who::Person(person), roles: roles.iter().copied().collect(), area: None, areas_headed: BTreeSet::new() }
}

/// Dice that fall the same each time (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// Once in `n` times.
    pub fn happens(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub fn maybe<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() || self.happens(2) { None } else { Some(self.one(of)) }
    }

    /// Some of them, each once in three times.
    pub fn some<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        of.iter().copied().filter(|_| self.happens(3)).collect()
    }

    pub fn title(&mut self) -> Line {
        const SUBJECTS: [&str; 6] = ["La impresora", "El correo", "«Señal» de Wi-Fi", "PC-12 (préstamo)", "ÁREA común", "Ñandú"];
        const FAULTS: [&str; 5] = ["no imprime", "está lento", "AND OR NOT", "no enciende", "falló: error 0x80"];
        line(&format!("{} {}", self.one(&SUBJECTS), self.one(&FAULTS)))
    }

    pub fn actor(&mut self, cast: &Cast) -> Actor {
        if self.happens(12) {
            return Actor::system();
        }
        Actor {
            who: Who::Person(self.one(&cast.people)),
            roles: self.some(Role::ALL).into_iter().collect(),
            area: None,
            areas_headed: self.some(&cast.areas).into_iter().collect(),
        }
    }

    pub fn stream(&mut self, cast: &Cast, tickets: &[TicketId]) -> Vec<Entry> {
        let requester = self.one(&cast.people);
        let first = Event::Requested {
            requester,
            channel: self.one(Channel::ALL),
            title: self.title(),
            description: text("Desde ayer, sin razón."),
            received_at: at(self.below(1_000) as i64),
            area: self.one(&cast.areas),
            since: self.maybe(&[day_in_lima(at(0))]),
            impact: self.maybe(Impact::ALL),
            service: self.maybe(&cast.services),
            equipment: self.maybe(&[line("HP 1020")]),
            place: self.maybe(&[line("Piso 3")]),
            is_reserved: self.happens(4),
            files: Vec::new(),
            from: self.maybe(tickets).filter(|_| self.happens(3)),
        };
        let by = match self.below(5) {
            0 => Who::System,
            1 => Who::Person(self.one(&cast.people)),
            _ => Who::Person(requester),
        };
        // Nothing happens to a ticket before it was received.
        let mut now = at(1_000 + self.below(9_000) as i64);
        let mut entries = vec![Entry { at: now, by, event: first }];
        for _ in 0..self.below(13) {
            now += TimeDelta::seconds(1 + self.below(500) as i64);
            let by = if self.happens(8) { Who::System } else { Who::Person(self.one(&cast.people)) };
            let ticket = Ticket::of(&entries).unwrap();
            let event = self.event(cast, tickets, &ticket);
            entries.push(Entry { at: now, by, event });
        }
        entries
    }

    /// Any event but the first. Those that move the ticket are drawn more often than they would come.
    fn event(&mut self, cast: &Cast, tickets: &[TicketId], ticket: &Ticket) -> Event {
        let words = || text("Porque sí.");
        let person = self.one(&cast.people);
        let provider = self.one(&cast.providers);
        let report = TechnicalReport {
            number: line("IT-001-2026"),
            background: words(),
            analysis: words(),
            conclusions: words(),
            recommendation: words(),
            estimated_cost_centimos: None,
        };
        match self.below(40) {
            0 => Event::Registered { facts: self.patch(cast) },
            1 => Event::Verified { facts: self.patch(cast) },
            2 => Event::FactsCorrected { facts: self.patch(cast) },
            3..=6 => Event::Categorised { kind: self.one(Kind::ALL) },
            7 => Event::ActionRecorded { action_taken: words() },
            8 => Event::SolutionRecorded { cause: words(), solution: words() },
            9..=11 => Event::Escalated { to: person, handover: words() },
            12 => Event::VerificationNotNeeded {},
            13 => Event::ProviderCoordinated { provider, means: Means::Phone, case_number: None, expected_on: None, message: None },
            14 => Event::ReportDrafted { report: ReportDraft { number: Some(line("IT-1")), ..ReportDraft::default() } },
            15 => Event::TechnicalReportSubmitted { report },
            16 => Event::ContractingApproved { grounds: words() },
            17 => Event::ContractingRejected { grounds: words() },
            18 => Event::ContractRecorded { provider, reference: line("OS-1"), expected_on: None },
            19 => Event::ServiceProvided { visit: ticket.n_visits + 1, served_at: at(1), means: Means::Phone, what_was_done: words() },
            20 => Event::ReturnedToProvider { reason: words(), means: Means::Email, told_at: at(1) },
            21 => Event::Closed { reopenable_until: self.maybe(&[at(864_000)]) },
            22 => Event::TaskLogged { text: words(), minutes: Minutes::parse(5).unwrap() },
            23..=24 => Event::Commented { text: words(), is_internal: self.happens(2), files: Vec::new() },
            25..=26 => Event::Watched {},
            27 => Event::Unwatched {},
            28..=29 => Event::PersonAsked { question: words(), n_reminders: 2 },
            30 => Event::PersonReminded {},
            31 => Event::PersonAnswered {},
            32 => Event::GivenUpWaiting {},
            33 => Event::Reassigned { to: person, reason: None },
            34 => Event::SolutionConfirmed {},
            35 => Event::Reopened { reason: words() },
            36 => match self.maybe(tickets) {
                Some(of) => Event::MarkedDuplicate { of },
                None => Event::Withdrawn { reason: None },
            },
            37 => Event::NoteHidden { number: self.one(&ticket.notes).number, reason: words() },
            38 => Event::PhoneNoticeDue {},
            _ => Event::CategoryCorrected { from: ticket.kind, to: self.one(Kind::ALL), reason: words() },
        }
    }

    fn patch(&mut self, cast: &Cast) -> FactsPatch {
        FactsPatch {
            requester: self.maybe(&cast.people),
            area: self.maybe(&cast.areas),
            title: if self.happens(2) { Some(self.title()) } else { None },
            service: self.maybe(&cast.services),
            equipment: None,
            place: self.maybe(&[line("Sótano")]),
            is_reserved: self.maybe(&[true, false]),
        }
    }
}
