//! The administrator's pages, and the auditor's: records, mail, settings, the trail.
//!
//! They read and write JSON as it is: their screens are drawn from tables of fields, and each further one costs little to load.

mod areas;
mod ask;
mod health;
mod history;
mod import;
mod mails;
pub mod model;
mod paged;
mod records;
mod settings;
mod tokens;
mod trail;

use domain::{Actor, Role};

use crate::app::App;
use crate::components::html::{self as h, El, each};

pub use ask::fetched;
pub use trail::audit;

/// A part of the administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    People,
    Areas,
    Services,
    Providers,
    Absences,
    Import,
    MailOut,
    MailIn,
    Tokens,
    Settings,
    Health,
}

/// What of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    All,
    New,
    One(i64),
}

impl Part {
    pub const ALL: [Part; 11] = [
        Part::People,
        Part::Areas,
        Part::Services,
        Part::Providers,
        Part::Absences,
        Part::Import,
        Part::MailOut,
        Part::MailIn,
        Part::Tokens,
        Part::Settings,
        Part::Health,
    ];

    /// As the address says it.
    pub fn slug(self) -> &'static str {
        match self {
            Part::People => "people",
            Part::Areas => "areas",
            Part::Services => "services",
            Part::Providers => "providers",
            Part::Absences => "absences",
            Part::Import => "import",
            Part::MailOut => "mail-out",
            Part::MailIn => "mail-in",
            Part::Tokens => "tokens",
            Part::Settings => "settings",
            Part::Health => "health",
        }
    }

    fn name(self, app: App) -> &'static str {
        let screen = app.screen();
        match self {
            Part::People => screen.people(),
            Part::Areas => screen.areas_short(),
            Part::Services => screen.services(),
            Part::Providers => screen.providers(),
            Part::Absences => screen.absences_short(),
            Part::Import => screen.import_short(),
            Part::MailOut => screen.mail_out_short(),
            Part::MailIn => screen.mail_in_short(),
            Part::Tokens => screen.tokens_short(),
            Part::Settings => screen.settings(),
            Part::Health => screen.health_short(),
        }
    }

    /// Who comes here: the server says so too, and it decides.
    pub fn is_for(self, actor: &Actor) -> bool {
        let reads_mail = [Role::Auditor, Role::HelpDesk].iter().any(|role| actor.has(*role));
        match self {
            _ if actor.has(Role::Admin) => true,
            Part::MailIn => reads_mail,
            Part::MailOut | Part::Settings => actor.has(Role::Auditor),
            _ => false,
        }
    }
}

/// The place of an address such as `people/12`.
pub fn part_of(path: &str) -> Option<(Part, What)> {
    let (slug, rest) = path.split_once('/').unwrap_or((path, ""));
    let part = if slug.is_empty() { Part::People } else { Part::ALL.into_iter().find(|part| part.slug() == slug)? };
    let what = match rest {
        "" => What::All,
        "new" => What::New,
        id => What::One(id.parse().ok().filter(|id| *id > 0)?),
    };
    Some((part, what))
}

pub fn admin(app: App, part: Part, what: What) -> El {
    let actor = app.actor();
    app.title(part.name(app));
    if !part.is_for(&actor) {
        return super::missing(app);
    }
    let content = match (part, what) {
        (Part::Areas, What::All) => areas::tree(app),
        (Part::People | Part::Areas | Part::Services | Part::Providers | Part::Absences, what) => records::records(app, part, what),
        (Part::Import, _) => import::import(app),
        (Part::MailOut, What::One(id)) => mails::sent(app, id),
        (Part::MailOut, _) => mails::outgoing(app),
        (Part::MailIn, What::One(id)) => mails::received(app, id),
        (Part::MailIn, _) => mails::incoming(app),
        (Part::Tokens, _) => tokens::tokens(app),
        (Part::Settings, _) => settings::settings(app),
        (Part::Health, _) => health::health(app),
    };
    h::div().class("admin").with([tabs(app, Some(part)), content])
}

/// The parts that somebody may see. Who reads the trail and keeps no records has it among them: it is their home.
fn tabs(app: App, here: Option<Part>) -> El {
    let (actor, screen) = (app.actor(), app.screen());
    let current = |is: bool| is.then_some("page");
    let trail = (actor.has(Role::Auditor) && !actor.has(Role::Admin))
        .then(|| h::a().set("href", "/audit").set_some("aria-current", current(here.is_none())).with(screen.audit_trail()));
    let link = |part: Part| {
        let href = format!("/admin/{}", part.slug());
        h::a().set("href", href).set_some("aria-current", current(here == Some(part))).with(part.name(app))
    };
    let links = each(Part::ALL.into_iter().filter(|part| part.is_for(&actor)), link);
    super::home::see_chosen(app);
    h::nav().class("tabs admin-tabs").set("aria-label", screen.administration()).with((trail, links))
}

/// A page's head: its name, and what may be done there.
fn head(name: impl Into<String>, lead: Option<&'static str>, actions: impl h::Child) -> El {
    let name = h::div().with((h::h1().with(name.into()), lead.map(|lead| h::p().class("muted").with(lead))));
    h::div().class("page-head").with((name, h::div().class("row push").with(actions)))
}

/// Back to the list.
fn crumbs(app: App, part: Part) -> El {
    h::nav()
        .class("row small crumbs")
        .set("aria-label", app.screen().back())
        .with((crate::components::icon("left"), h::a().class("tap").set("href", format!("/admin/{}", part.slug())).with(part.name(app))))
}
