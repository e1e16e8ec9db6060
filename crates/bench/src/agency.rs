//! An agency to measure with: about thirty areas, a thousand people, a catalogue of services and a few providers.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use domain::{Actor, AreaFact, AreaId, Email, Facts, Instant, Line, PersonFact, PersonId, ProviderId, Role, ServiceId, Who};
use draw::Draw;
use store::areas::{self, NewArea};
use store::people::{self, NewPerson};
use store::providers::{self, NewProvider};
use store::records::RecordError;
use store::services::{self, NewService};
use store::{Conn, Store};

use crate::texts::{self, line};

const N_PEOPLE: usize = 1_000;
/// People of each role of IT.
const N_OF_EACH_ROLE: usize = 10;

/// The agency's records as they were written.
#[derive(Debug, Clone)]
pub struct Agency {
    pub facts: Facts,
    pub areas: Vec<AreaId>,
    /// Whoever asks for support: everybody but IT.
    pub users: Vec<PersonId>,
    pub desk: Vec<PersonId>,
    pub support1: Vec<PersonId>,
    pub support2: Vec<PersonId>,
    pub it_heads: Vec<PersonId>,
    pub services: Vec<ServiceId>,
    pub providers: Vec<ProviderId>,
    /// Asks for support about a hundred times, however many tickets there are.
    pub measured_user: PersonId,
    /// Heads an area that has others under it.
    pub measured_head: PersonId,
    emails: BTreeMap<PersonId, String>,
}

/// Head offices, and what is under them.
const AREAS: [(&str, &[&str]); 8] = [
    (
        "Oficina General de Administración",
        &["Oficina de Logística", "Oficina de Tesorería", "Oficina de Contabilidad", "Oficina de Recursos Humanos"],
    ),
    ("Oficina General de Planeamiento", &["Oficina de Presupuesto", "Oficina de Modernización", "Oficina de Inversiones"]),
    (
        "Dirección de Gestión Ambiental",
        &["Subdirección de Evaluación", "Subdirección de Certificación", "Subdirección de Participación Ciudadana"],
    ),
    ("Dirección de Supervisión", &["Subdirección de Campo", "Subdirección de Análisis", "Subdirección de Sanción"]),
    ("Dirección de Registros", &["Subdirección de Inscripciones", "Subdirección de Archivo"]),
    ("Dirección de Atención Ciudadana", &["Mesa de Partes", "Subdirección de Orientación"]),
    ("Oficina de Tecnologías de la Información", &[]),
    ("Órgano de Control Institucional", &[]),
];
const IT: &str = "Oficina de Tecnologías de la Información";
/// Its tickets are not for the heads above it.
const CONTROL: &str = "Órgano de Control Institucional";

const SERVICES: [&str; 20] = [
    "Correo institucional",
    "Soporte de equipos de cómputo",
    "Impresión y digitalización",
    "Acceso a Internet",
    "Red inalámbrica",
    "Telefonía IP",
    "Cuentas y accesos",
    "Trámite documentario",
    "Carpetas compartidas",
    "Videoconferencia",
    "Sistema administrativo",
    "Planillas",
    "Firma digital",
    "Red privada virtual",
    "Ofimática",
    "Antivirus",
    "Portal institucional",
    "Copias de seguridad",
    "Control de asistencia",
    "Bases de datos",
];

const PROVIDERS: [&str; 10] = [
    "Soluciones Andinas S.A.C.",
    "Impresoras del Perú S.A.",
    "Redes y Cableado E.I.R.L.",
    "Telecomunicaciones del Pacífico S.A.A.",
    "Servidores Ñandú S.A.C.",
    "Mantenimiento Integral S.R.L.",
    "Software Público S.A.C.",
    "Energía Estable E.I.R.L.",
    "Audiovisuales Limeños S.A.C.",
    "Cómputo Arequipa S.A.",
];

impl Agency {
    /// Writes the records.
    pub fn write(store: &Store, seed: u64, now: Instant) -> Result<Agency> {
        Ok(store.write(move |conn| write(conn, &mut Draw::of(seed, &[1]), now))?)
    }

    /// Somebody of the agency, as the rules see one.
    pub fn actor(&self, person: PersonId) -> Actor {
        let fact = &self.facts.people[&person];
        Actor { who: Who::Person(person), roles: fact.roles.clone(), area: Some(fact.area), areas_headed: BTreeSet::new() }
    }

    /// Can a mail reach them?
    pub fn has_address(&self, person: PersonId) -> bool {
        self.emails.contains_key(&person)
    }

    /// What somebody signs in with, whom a mail can reach.
    pub fn email(&self, person: PersonId) -> &str {
        &self.emails[&person]
    }
}

fn write(conn: &mut Conn, draw: &mut Draw, at: Instant) -> Result<Agency, RecordError> {
    let mut written = Written::default();
    let root = written.area(conn, at, "Autoridad Nacional de Ejemplo", None)?;
    for (name, below) in AREAS {
        let above = written.area(conn, at, name, Some(root))?;
        for name in below {
            written.area(conn, at, name, Some(above))?;
        }
    }
    let areas: Vec<AreaId> = written.areas.iter().map(|(id, _)| *id).collect();
    let named = |written: &Written, name: &str| {
        written.areas.iter().find(|(_, area)| area.name.as_str() == name).map(|(id, _)| *id).expect("the area is in the list")
    };
    let it = named(&written, IT);

    let mut of_role = |role| -> Result<Vec<PersonId>, RecordError> {
        (0..N_OF_EACH_ROLE).map(|_| written.person(conn, at, draw, it, &[Role::User, role], true)).collect()
    };
    let (desk, support1, support2, it_heads) =
        (of_role(Role::HelpDesk)?, of_role(Role::Support1)?, of_role(Role::Support2)?, of_role(Role::ItHead)?);
    written.person(conn, at, draw, it, &[Role::User, Role::Admin], true)?;
    written.person(conn, at, draw, it, &[Role::Auditor], true)?;

    let others: Vec<AreaId> = areas.iter().copied().filter(|area| *area != it).collect();
    let mut users = Vec::new();
    for area in &areas {
        let head = written.person(conn, at, draw, *area, &[Role::User], true)?;
        written.head(conn, at, *area, head)?;
        users.extend((*area != it).then_some(head));
    }
    let measured_user = written.person(conn, at, draw, named(&written, "Oficina de Logística"), &[Role::User], true)?;
    while written.people.len() < N_PEOPLE {
        let (area, has_address) = (*draw.pick_early(&others), draw.chance(0.95));
        users.push(written.person(conn, at, draw, area, &[Role::User], has_address)?);
    }

    let measured_head = written.areas.iter().find(|(_, area)| area.name.as_str() == AREAS[0].0).and_then(|(_, area)| area.head);
    let services = SERVICES
        .iter()
        .map(|name| services::insert(conn, None, at, &NewService { name: line(name), description: None, is_active: true }))
        .collect::<Result<Vec<_>, _>>()?;
    let providers = PROVIDERS.iter().map(|name| provider(conn, at, name)).collect::<Result<Vec<_>, _>>()?;
    Ok(Agency {
        areas,
        users,
        desk,
        support1,
        support2,
        it_heads,
        measured_user,
        measured_head: measured_head.expect("every area has a head"),
        emails: written.emails(),
        facts: Facts {
            people: written.people.into_iter().map(|(id, person, _)| (id, person)).collect(),
            areas: written.areas.into_iter().map(|(id, area)| (id, fact(&area))).collect(),
            services: services.iter().copied().collect(),
            providers: providers.iter().copied().collect(),
            ..Facts::default()
        },
        services,
        providers,
    })
}

/// Records so far.
#[derive(Default)]
struct Written {
    areas: Vec<(AreaId, NewArea)>,
    people: Vec<(PersonId, PersonFact, Option<Email>)>,
}

impl Written {
    fn area(&mut self, conn: &mut Conn, at: Instant, name: &str, parent: Option<AreaId>) -> Result<AreaId, RecordError> {
        let area = NewArea { name: line(name), abbreviation: None, parent, head: None, is_reserved: name == CONTROL, ended_on: None };
        let id = areas::insert(conn, None, at, &area)?;
        self.areas.push((id, area));
        Ok(id)
    }

    fn head(&mut self, conn: &mut Conn, at: Instant, id: AreaId, head: PersonId) -> Result<(), RecordError> {
        let (_, area) = self.areas.iter_mut().find(|(of, _)| *of == id).expect("the area was written before its head");
        area.head = Some(head);
        areas::update(conn, None, at, id, 1, area)
    }

    fn person(
        &mut self,
        conn: &mut Conn,
        at: Instant,
        draw: &mut Draw,
        area: AreaId,
        roles: &[Role],
        has_address: bool,
    ) -> Result<PersonId, RecordError> {
        let number = self.people.len() + 1;
        let email = has_address.then(|| Email::parse(&format!("persona{number:04}@agencia.example")).expect("it is an address"));
        let person = NewPerson {
            name: texts::person_name(draw),
            email: email.clone(),
            post: Some(line("Especialista")),
            area,
            extension: Some(line(&format!("{}", 1000 + number))),
            phone: None,
            place: None,
            language: "es-PE".to_owned(),
            roles: roles.iter().copied().collect(),
            is_contact: false,
            is_active: true,
        };
        let id = people::insert(conn, None, at, &person)?;
        let NewPerson { name, post, roles, .. } = person;
        self.people.push((id, PersonFact { name, post, area, roles, is_active: true, has_address }, email));
        Ok(id)
    }

    fn emails(&self) -> BTreeMap<PersonId, String> {
        self.people.iter().filter_map(|(id, _, email)| Some((*id, email.as_ref()?.as_str().to_owned()))).collect()
    }
}

fn provider(conn: &mut Conn, at: Instant, name: &str) -> Result<ProviderId, RecordError> {
    let provider = NewProvider { name: line(name), ruc: None, email: None, phone: None, contact: None::<Line>, is_active: true };
    providers::insert(conn, None, at, &provider)
}

fn fact(area: &NewArea) -> AreaFact {
    AreaFact { parent: area.parent, head: area.head, is_open: true, is_reserved: area.is_reserved }
}
