//! The agency of the tests: its areas, and one person for each role, made through the API by the first administrator.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use client::Client;
use serde_json::{Value, json};
use store::records::RecordError;
use store::{Backend, Store};

use super::database::{Database, Template};
use super::{World, wait_for};

/// Everybody's.
pub const PASSWORD: &str = "una clave de prueba";

macro_rules! people {
    ($($(#[$doc:meta])* $who:ident = $email:literal, $name:literal, $area:ident, $roles:expr;)+) => {
        /// The people of the tests.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Who { $($(#[$doc])* $who),+ }

        impl Who {
            pub const ALL: &'static [Who] = &[$(Who::$who),+];

            pub fn email(self) -> &'static str {
                match self { $(Who::$who => concat!($email, "@agencia.example")),+ }
            }

            pub fn name(self) -> &'static str {
                match self { $(Who::$who => $name),+ }
            }

            /// Where they work.
            pub fn area(self) -> Area {
                match self { $(Who::$who => Area::$area),+ }
            }

            /// The roles that they are given. `area_head` comes from heading an area.
            pub fn roles(self) -> &'static [&'static str] {
                match self { $(Who::$who => &$roles),+ }
            }
        }
    };
}

people! {
    /// Made by the set-up.
    First = "primera", "Administradora Primera", Agency, ["user", "admin"];
    User = "usuario", "Ulises Ñahui", Logistics, ["user"];
    /// Of the user's area.
    Colleague = "colega", "Camila Colega", Logistics, ["user"];
    /// Of an area that has no head, nor has one above it.
    OtherUser = "otro", "Óscar Otro", People, ["user"];
    /// Of the reserved unit.
    ReservedUser = "integridad", "Rosa Reservada", Integrity, ["user"];
    /// Heads the administration, under which the user's area and the reserved unit are.
    AreaHead = "jefa", "Julia Jefa", Administration, ["user"];
    HelpDesk = "mesa", "Mesa Primera", It, ["help_desk"];
    HelpDesk2 = "mesa2", "Mesa Segunda", It, ["help_desk"];
    Support1 = "nivel1", "Nivel Uno", It, ["support1"];
    Support1b = "nivel1b", "Nivel Uno Bis", It, ["support1"];
    Support2 = "nivel2", "Nivel Dos", It, ["support2"];
    Support2b = "nivel2b", "Nivel Dos Bis", It, ["support2"];
    /// Heads the IT area, too.
    ItHead = "jefeti", "Jefe de Tecnologías", It, ["it_head"];
    /// By encargo; works at level 2, too.
    ItHead2 = "encargada", "Encargada de Tecnologías", It, ["it_head", "support2"];
    Admin = "admin", "Administrador", It, ["admin"];
    Auditor = "auditora", "Auditora", Agency, ["auditor"];
}

/// The areas of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Above all others; no head.
    Agency,
    /// Headed by [`Who::AreaHead`].
    Administration,
    /// Under the administration; no head of its own.
    Logistics,
    /// Under the administration, and reserved.
    Integrity,
    /// Under the agency; no head.
    People,
    /// Headed by [`Who::ItHead`].
    It,
}

/// The numbers of everybody and everything.
#[derive(Debug, Clone, Default)]
pub struct Agency {
    people: BTreeMap<Who, i64>,
    areas: BTreeMap<Area, i64>,
    pub service: i64,
    pub provider: i64,
}

impl Agency {
    pub fn person(&self, who: Who) -> i64 {
        self.people[&who]
    }

    pub fn area(&self, area: Area) -> i64 {
        self.areas[&area]
    }
}

/// A database of its own with the agency in it. The agency is founded once for each kind of database, and copied.
pub fn seeded(backend: Backend) -> (Database, Agency) {
    static SQLITE: OnceLock<(Template, Agency)> = OnceLock::new();
    static POSTGRES: OnceLock<(Template, Agency)> = OnceLock::new();
    let seed = match backend {
        Backend::Sqlite => &SQLITE,
        Backend::Postgres => &POSTGRES,
    };
    let (template, agency) = seed.get_or_init(|| {
        let world = World::empty(backend);
        let agency = found(&world.client(), &world.app().offer_setup().unwrap().unwrap());
        give_passwords(world.store(), world.app().now(), &agency);
        (world.into_template(), agency)
    });
    (Database::of(template), agency.clone())
}

/// Founds the agency in an empty system, by the link that it offers.
pub fn found(client: &Client, link: &str) -> Agency {
    let token = link.split_once("#token=").expect("the link carries a token").1.trim();
    let first = Who::First;
    let request = json!({
        "token": token, "agency": "Agencia de Compras", "name": first.name(), "email": first.email(), "password": PASSWORD,
    });
    let setting_up = client.request(client::Method::POST, "/setup").json(&request);
    let session = wait_for(setting_up.answer::<wire::SessionView>()).expect("the first administrator is set up").value;
    client.set_session(Some(session));
    let me = made(client, client::Method::GET, "/me", json!(null));

    let mut agency = Agency::default();
    agency.people.insert(first, me["id"].as_i64().unwrap());
    agency.areas.insert(Area::Agency, me["area"]["id"].as_i64().unwrap());
    let add = |path: &str, body: Value| made(client, client::Method::POST, path, body)["id"].as_i64().unwrap();
    for (area, name, abbreviation, parent, is_reserved) in [
        (Area::Administration, "Gerencia de Administración", "GA", Area::Agency, false),
        (Area::Logistics, "Unidad de Logística", "ULOG", Area::Administration, false),
        (Area::Integrity, "Unidad Funcional de Integridad", "UFI", Area::Administration, true),
        (Area::People, "Oficina de Recursos Humanos", "ORH", Area::Agency, false),
        (Area::It, "Oficina de Tecnologías de la Información", "OTI", Area::Agency, false),
    ] {
        let parent = agency.area(parent);
        let body = json!({ "name": name, "abbreviation": abbreviation, "parent": parent, "is_reserved": is_reserved });
        agency.areas.insert(area, add("/areas", body));
    }
    for who in Who::ALL.iter().copied().filter(|who| *who != first) {
        let body = json!({ "name": who.name(), "email": who.email(), "post": "Especialista", "area": agency.area(who.area()), "roles": who.roles() });
        agency.people.insert(who, add("/people", body));
    }
    set_head(client, agency.area(Area::Administration), agency.person(Who::AreaHead));
    set_head(client, agency.area(Area::It), agency.person(Who::ItHead));
    agency.service = add("/services", json!({ "name": "Correo electrónico" }));
    agency.provider = add("/providers", json!({ "name": "Servicios Técnicos S.A.C.", "email": "mesa@servicios.example" }));
    agency
}

/// One hash serves all: hashing each would take longer than the rest.
pub fn give_passwords(store: &Store, now: domain::Instant, agency: &Agency) {
    let hash = api::auth::passwords::hash_now(PASSWORD).unwrap();
    let people: Vec<domain::PersonId> =
        agency.people.iter().filter(|(who, _)| **who != Who::First).map(|(_, id)| (*id).try_into().unwrap()).collect();
    store
        .write::<_, RecordError>(move |conn| {
            people.into_iter().try_for_each(|person| store::accounts::set_password(conn, None, now, person, &hash, None))
        })
        .unwrap();
}

fn set_head(client: &Client, area: i64, head: i64) {
    let path = format!("/areas/{area}");
    let before = wait_for(client.request(client::Method::GET, &path).answer::<Value>()).unwrap();
    let body = json!({
        "name": before.value["name"], "abbreviation": before.value["abbreviation"], "parent": before.value["parent"],
        "is_reserved": before.value["is_reserved"], "head": head,
    });
    let call = client.request(client::Method::PUT, &path).header("if-match", &before.etag.unwrap()).json(&body);
    wait_for(call.answer::<Value>()).expect("an area gets its head");
}

fn made(client: &Client, method: client::Method, path: &str, body: Value) -> Value {
    let call = client.request(method.clone(), path);
    let call = if body.is_null() { call } else { call.json(&body) };
    wait_for(call.answer::<Value>()).unwrap_or_else(|error| panic!("{method} {path} {body}: {error}")).value
}

impl World {
    /// Its database, for others to be made from.
    fn into_template(mut self) -> Template {
        self.server.take().unwrap().stop().unwrap();
        self.database.take().unwrap().into_template()
    }
}
