//! The agency: its areas, about 120 people, the catalogue, the providers, and what of it changes in the year.
//!
//! Numbers here are of the story; whoever carries it out writes the records and keeps which number they were given.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use domain::{
    Actor, AreaFact, AreaId, Email, Facts, Instant, Line, PersonFact, PersonId, ProviderId, Role, Ruc, Rules, ServiceId, Text, Who,
    day_in_lima,
};
use draw::Draw;

use crate::absences::Absence;
use crate::calendar;
use crate::data::{AreaData, Data};

/// The agency's name, and its mailbox's domain.
pub const NAME: &str = "Agencia de Promoción de Inversiones (demostración)";
const DOMAIN: &str = "agencia.example";

/// Days in which somebody else holds the post of the head of IT.
const ABSENCE_DAYS: u64 = 14;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    pub code: String,
    pub name: Line,
    pub abbreviation: Line,
    /// None: directly under the agency.
    pub parent: Option<AreaId>,
    pub head: Option<PersonId>,
    pub is_reserved: bool,
    pub short: String,
    pub site: String,
    pub floor: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: Line,
    pub surname: String,
    pub is_woman: bool,
    /// Without one, a contact: no account, and told by phone.
    pub email: Option<Email>,
    pub post: Line,
    pub area: AreaId,
    pub extension: Line,
    pub place: Line,
    pub roles: BTreeSet<Role>,
    pub is_active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub name: Line,
    pub description: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    pub name: Line,
    pub ruc: Ruc,
    pub email: Option<Email>,
    pub phone: Line,
    pub contact: String,
}

/// A record that is written again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub who: PersonId,
    pub becomes: Person,
}

/// The agency from an instant on, until something of it changes.
#[derive(Debug, Clone)]
pub struct Epoch {
    pub from: Instant,
    pub people: Vec<Person>,
    pub areas: Vec<Area>,
    pub facts: Facts,
}

#[derive(Debug, Clone)]
pub struct Agency {
    /// As it is when the year begins.
    pub areas: Vec<Area>,
    pub people: Vec<Person>,
    pub services: Vec<Service>,
    pub providers: Vec<Provider>,
    /// In their order.
    pub changes: Vec<(Instant, Change)>,
    pub epochs: Vec<Epoch>,
    pub desk: Vec<PersonId>,
    pub level1: Vec<PersonId>,
    pub level2: Vec<PersonId>,
    pub it_head: PersonId,
    /// Two weeks in which somebody else holds the post of the head of IT.
    pub encargo: Absence,
    pub admin: PersonId,
    pub auditor: PersonId,
    /// Asks for more than others, so that who signs in with this account sees something.
    pub requester: PersonId,
    /// Heads the requester's area and those under it.
    pub area_head: PersonId,
    service_codes: BTreeMap<String, ServiceId>,
    provider_rucs: BTreeMap<String, ProviderId>,
}

/// The people of the story, in the order of their numbers.
fn id<T: TryFrom<i64>>(place: usize) -> T {
    T::try_from(place as i64 + 1).ok().expect("numbers from 1 on are good")
}

fn place(id: impl Into<i64>) -> usize {
    (id.into() - 1) as usize
}

pub(crate) fn line(text: &str) -> Line {
    Line::parse(text).unwrap_or_else(|error| panic!("{text:?} is no line: {error}"))
}

impl Agency {
    /// The same for the same seed; the changes lie between the two instants.
    pub fn new(data: &Data, seed: u64, rules: Rules, begins_at: Instant, until: Instant) -> Agency {
        let mut draw = Draw::of(seed, &[1]);
        let mut areas = areas(data);
        let mut making = Making { draw: &mut draw, data, names: BTreeSet::new(), emails: BTreeSet::new(), people: Vec::new() };
        for (number, area) in data.areas.iter().enumerate() {
            for n in 0..area.people {
                making.person(area, id(number), n == 0 && area.head_post.is_some() && area.code != "OIA");
            }
            // OIA's head is vacant, and DID-SUR's is on leave: DID's head acts for both posts.
            let first = making.people.len() - area.people;
            areas[number].head = (area.people > 0 && !["OIA", "DID-SUR"].contains(&area.code.as_str())).then(|| id(first));
        }
        let people = making.people;
        let of_area = |code: &str| -> Vec<PersonId> {
            let area = areas.iter().position(|area| area.code == code).map(id::<AreaId>).expect("an area of the data");
            (0..people.len()).filter(|n| people[*n].area == area).map(id).collect()
        };
        let head_of = |code: &str| areas.iter().find(|area| area.code == code).and_then(|area| area.head).expect("an area with a head");
        let (it, control) = (of_area("OA-TI"), of_area("OCI"));
        let acting_for_south = head_of("DID");
        let mut agency = Agency {
            desk: it[1..6].to_vec(),
            level1: [&it[6..10], &it[10..11]].concat(),
            level2: it[10..13].to_vec(),
            it_head: it[0],
            encargo: encargo(it[0], it[11], begins_at, until),
            admin: it[13],
            auditor: control[1],
            requester: of_area("DPP-TRA")[2],
            area_head: head_of("DPP"),
            services: services(data),
            providers: providers(data),
            service_codes: data.services.iter().enumerate().map(|(n, service)| (service.code.clone(), id(n))).collect(),
            provider_rucs: data.providers.iter().enumerate().map(|(n, provider)| (provider.ruc.clone(), id(n))).collect(),
            changes: Vec::new(),
            epochs: Vec::new(),
            areas,
            people,
        };
        agency.set_head("DID-SUR", acting_for_south);
        agency.give_roles();
        agency.let_change(begins_at, until);
        agency.count_epochs(rules, begins_at);
        agency
    }

    fn set_head(&mut self, code: &str, head: PersonId) {
        self.areas.iter_mut().filter(|area| area.code == code).for_each(|area| area.head = Some(head));
    }

    fn give_roles(&mut self) {
        let given = [
            (self.desk.clone(), Role::HelpDesk, "Asistente en Soporte Técnico (Mesa de Ayuda)"),
            (self.level1.clone(), Role::Support1, "Asistente en Soporte Técnico (escalado 1)"),
            (self.level2.clone(), Role::Support2, "Asistente en Soporte Técnico (escalado 2)"),
            (vec![self.it_head], Role::ItHead, ""),
            (vec![self.admin], Role::Admin, "Administrador del sistema"),
            (vec![self.auditor], Role::Auditor, "Auditor"),
        ];
        for (people, role, post) in given {
            for person in people {
                let person = &mut self.people[place(person)];
                person.roles.insert(role);
                if !post.is_empty() {
                    person.post = line(&of_woman(post, person.is_woman));
                }
            }
        }
        // Drivers and reception have no address.
        let general = self.areas.iter().position(|area| area.code == "OA-SG").map(id::<AreaId>);
        let without: Vec<usize> = (0..self.people.len()).filter(|n| Some(self.people[*n].area) == general).skip(1).take(3).collect();
        for (n, post) in without.into_iter().zip(["Recepción", "Conductor", "Conductor"]) {
            let person = &mut self.people[n];
            person.email = None;
            person.roles.clear();
            person.post = line(&of_woman(post, person.is_woman));
        }
    }

    /// Two people leave, and one moves to another area.
    fn let_change(&mut self, begins_at: Instant, until: Instant) {
        let at = |share: f64| calendar::forward(begins_at + (until - begins_at) / 100 * (share * 100.0) as i32, 20.0);
        let last_of = |agency: &Agency, code: &str| -> PersonId {
            let area = agency.area(code);
            let last = (0..agency.people.len()).rfind(|n| agency.people[*n].area == area);
            last.map(id).expect("an area with people")
        };
        let (leaver, mover, second_leaver) = (last_of(self, "OA-CONT"), last_of(self, "OAJ"), last_of(self, "DPP-SAL"));
        let gone = |agency: &Agency, person: PersonId| Person { is_active: false, ..agency.person(person).clone() };
        let portfolio = self.area("DPP");
        let moved = Person { area: portfolio, place: place_of(&self.areas[place(portfolio)]), ..self.person(mover).clone() };
        self.changes = vec![
            (at(0.38), Change { who: leaver, becomes: gone(self, leaver) }),
            (at(0.5), Change { who: mover, becomes: moved }),
            (at(0.77), Change { who: second_leaver, becomes: gone(self, second_leaver) }),
        ];
    }

    fn count_epochs(&mut self, rules: Rules, begins_at: Instant) {
        let (encargo, it) = (self.encargo.clone(), self.area("OA-TI"));
        let mut people = self.people.clone();
        let turns: BTreeSet<Instant> =
            self.changes.iter().map(|(at, _)| *at).chain([begins_at, encargo.begins_at(), encargo.ends_at()]).collect();
        let mut epochs = Vec::new();
        for at in turns {
            self.changes.iter().filter(|(when, _)| *when == at).for_each(|(_, change)| people[place(change.who)] = change.becomes.clone());
            let (mut people, mut areas) = (people.clone(), self.areas.clone());
            if let Some(acting) = encargo.acting.filter(|_| (encargo.begins_at()..encargo.ends_at()).contains(&at)) {
                people[place(acting)].roles.insert(Role::ItHead);
                areas[place(it)].head = Some(acting);
            }
            epochs.push(self.epoch(rules, at, &people, &areas));
        }
        self.epochs = epochs;
    }

    fn epoch(&self, rules: Rules, from: Instant, people: &[Person], areas: &[Area]) -> Epoch {
        let person = |person: &Person| PersonFact {
            name: person.name.clone(),
            post: Some(person.post.clone()),
            area: person.area,
            roles: person.roles.clone(),
            is_active: person.is_active,
            has_address: person.email.is_some(),
        };
        let area = |area: &Area| AreaFact { parent: area.parent, head: area.head, is_open: true, is_reserved: area.is_reserved };
        let facts = Facts {
            people: people.iter().enumerate().map(|(n, who)| (id(n), person(who))).collect(),
            areas: areas.iter().enumerate().map(|(n, which)| (id(n), area(which))).collect(),
            services: (0..self.services.len()).map(id).collect(),
            providers: (0..self.providers.len()).map(id).collect(),
            rules,
            ..Facts::default()
        };
        Epoch { from, people: people.to_vec(), areas: areas.to_vec(), facts }
    }

    pub fn person(&self, id: PersonId) -> &Person {
        &self.people[place(id)]
    }

    pub fn area(&self, code: &str) -> AreaId {
        self.areas.iter().position(|area| area.code == code).map(id).expect("an area of the data")
    }

    pub fn service(&self, code: &str) -> ServiceId {
        *self.service_codes.get(code).expect("a service of the catalogue")
    }

    pub fn provider(&self, ruc: &str) -> ProviderId {
        *self.provider_rucs.get(ruc).expect("a provider on record")
    }

    pub fn has_address(&self, provider: ProviderId) -> bool {
        self.providers[place(provider)].email.is_some()
    }

    /// The agency at that instant.
    pub fn at(&self, at: Instant) -> &Epoch {
        self.epochs.iter().rfind(|epoch| epoch.from <= at).unwrap_or(&self.epochs[0])
    }

    /// Who evaluates technical reports then.
    pub fn evaluator(&self, at: Instant) -> PersonId {
        self.at(at).areas[place(self.area("OA-TI"))].head.unwrap_or(self.it_head)
    }

    /// Whom an account is printed for, and what they are.
    pub fn accounts(&self) -> [(Role, PersonId); 8] {
        [
            (Role::User, self.requester),
            (Role::AreaHead, self.area_head),
            (Role::HelpDesk, self.desk[0]),
            (Role::Support1, self.level1[0]),
            (Role::Support2, self.level2[2]),
            (Role::ItHead, self.it_head),
            (Role::Admin, self.admin),
            (Role::Auditor, self.auditor),
        ]
    }
}

impl Epoch {
    pub fn person(&self, id: PersonId) -> &Person {
        &self.people[place(id)]
    }

    pub fn area(&self, id: AreaId) -> &Area {
        &self.areas[place(id)]
    }

    /// Whoever is there and works in that area; everywhere, where none is named.
    pub fn active(&self, area: Option<AreaId>) -> impl Iterator<Item = PersonId> {
        let is_it = move |person: &(usize, &Person)| person.1.is_active && area.is_none_or(|area| person.1.area == area);
        let people: Vec<PersonId> = self.people.iter().enumerate().filter(is_it).map(|(n, _)| id(n)).collect();
        people.into_iter()
    }

    /// A person as the rules see who acts.
    pub fn actor(&self, person: PersonId) -> Actor {
        let headed: BTreeSet<AreaId> = (0..self.areas.len()).map(id).filter(|area| self.is_headed_by(*area, person)).collect();
        let mut roles = self.person(person).roles.clone();
        if !headed.is_empty() {
            roles.insert(Role::AreaHead);
        }
        Actor { who: Who::Person(person), roles, area: Some(self.person(person).area), areas_headed: headed }
    }

    /// That area or one above it.
    fn is_headed_by(&self, area: AreaId, person: PersonId) -> bool {
        let mut at = Some(area);
        while let Some(area) = at {
            if self.area(area).head == Some(person) {
                return true;
            }
            at = self.area(area).parent;
        }
        false
    }
}

/// Two weeks, from a day after three fifths of the year.
fn encargo(it_head: PersonId, acting: PersonId, begins_at: Instant, until: Instant) -> Absence {
    let from = day_in_lima(begins_at + (until - begins_at) / 100 * 62);
    Absence::new(it_head, (from, from + Days::new(ABSENCE_DAYS - 1)), "Vacaciones", Some(acting), begins_at)
}

fn areas(data: &Data) -> Vec<Area> {
    let parent_of = |area: &AreaData| {
        let parent = area.parent.as_ref()?;
        data.areas.iter().position(|other| other.code == *parent).map(id)
    };
    let area = |area: &AreaData| Area {
        code: area.code.clone(),
        name: line(&area.name),
        abbreviation: line(&area.code),
        parent: parent_of(area),
        head: None,
        is_reserved: area.is_reserved,
        short: area.short.clone(),
        site: area.site.clone(),
        floor: area.floor,
    };
    data.areas.iter().map(area).collect()
}

fn services(data: &Data) -> Vec<Service> {
    let hours = |hours: u32| if hours == 1 { "1 hora".to_owned() } else { format!("{hours} horas") };
    let service = |service: &crate::data::ServiceData| Service {
        name: line(&service.name),
        description: Text::parse(&format!(
            "{}. Cobertura habitual: {}. Se responde en {} minutos y se resuelve en {} del horario de atención.",
            service.group,
            service.coverage,
            service.response_minutes,
            hours(service.resolution_hours)
        ))
        .expect("a description of a few words"),
    };
    data.services.iter().map(service).collect()
}

fn providers(data: &Data) -> Vec<Provider> {
    let provider = |provider: &crate::data::ProviderData| Provider {
        name: line(&provider.name),
        ruc: Ruc::parse(&provider.ruc).expect("its last digit agrees"),
        email: provider.email.as_deref().map(|email| Email::parse(email).expect("an address")),
        phone: line(&provider.phone),
        contact: provider.contact.clone(),
    };
    data.providers.iter().map(provider).collect()
}

/// People so far.
struct Making<'a> {
    draw: &'a mut Draw,
    data: &'a Data,
    names: BTreeSet<String>,
    emails: BTreeSet<String>,
    people: Vec<Person>,
}

impl Making<'_> {
    fn person(&mut self, area: &AreaData, number: AreaId, is_head: bool) {
        let names = &self.data.names;
        let (is_woman, name, surname) = loop {
            let is_woman = self.draw.chance(0.5);
            let given = self.draw.pick(if is_woman { &names.women } else { &names.men });
            let (first, second) = (self.draw.pick(&names.surnames), self.draw.pick(&names.surnames));
            let name = format!("{given} {first} {second}");
            if first != second && self.names.insert(name.clone()) {
                break (is_woman, name, first.clone());
            }
        };
        let email = self.address(&name, &surname);
        let post = match &area.head_post {
            Some(post) if is_head => post.clone(),
            _ => self.draw.text(&names.posts).to_owned(),
        };
        let n = self.people.len();
        self.people.push(Person {
            name: line(&name),
            surname,
            is_woman,
            email: Some(email),
            post: line(&of_woman(&post, is_woman)),
            area: number,
            extension: line(&format!("{}", 2101 + n)),
            place: line(&format!("{}, piso {}, oficina {}{:02}", area.site, area.floor, area.floor, 1 + n % 12)),
            roles: [Role::User].into(),
            is_active: true,
        });
    }

    /// The first letter of the given name and the first surname, in ASCII, with a number where it is taken.
    fn address(&mut self, name: &str, surname: &str) -> Email {
        let local: String = name.chars().take(1).chain(surname.chars()).flat_map(char::to_lowercase).map(plain).collect();
        let numbered = (1..).map(|n| if n == 1 { local.clone() } else { format!("{local}{n}") });
        let free = numbered.into_iter().find(|local| !self.emails.contains(local)).expect("some number is free");
        self.emails.insert(free.clone());
        Email::parse(&format!("{free}@{DOMAIN}")).expect("ASCII letters make an address")
    }
}

fn place_of(area: &Area) -> Line {
    line(&format!("{}, piso {}, oficina {}09", area.site, area.floor, area.floor))
}

fn plain(letter: char) -> char {
    match letter {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    }
}

/// «Jefe de Área» of a woman is «Jefa de Área».
fn of_woman(post: &str, is_woman: bool) -> String {
    if !is_woman {
        return post.replace("Secretaria", "Secretario");
    }
    let pairs = [
        ("Jefe ", "Jefa "),
        ("Director", "Directora"),
        ("Subdirector", "Subdirectora"),
        ("Secretario", "Secretaria"),
        ("Ejecutivo", "Ejecutiva"),
        ("Coordinador", "Coordinadora"),
        ("Conductor", "Conductora"),
        ("Consultor", "Consultora"),
        ("Administrador", "Administradora"),
        ("administrativo", "administrativa"),
        ("Auditor", "Auditora"),
    ];
    pairs.iter().fold(post.to_owned(), |post, (man, woman)| if post.contains(woman) { post } else { post.replace(man, woman) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_named_as_its_holder() {
        assert_eq!(of_woman("Jefe de Área", true), "Jefa de Área");
        assert_eq!(of_woman("Director Ejecutivo", true), "Directora Ejecutiva");
        assert_eq!(of_woman("Subdirector", true), "Subdirectora");
        assert_eq!(of_woman("Secretario General", true), "Secretaria General");
        assert_eq!(of_woman("Secretaria", false), "Secretario");
        assert_eq!(of_woman("Jefe de Área", false), "Jefe de Área");
    }
}
