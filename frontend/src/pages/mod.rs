//! The pages: one folder a route. A page asks and arranges; its `model` thinks.

#[cfg(feature = "whole")]
mod admin;
mod answer;
mod call;
#[cfg(feature = "whole")]
mod decide;
mod faults;
#[cfg(feature = "whole")]
mod figures;
mod frame;
mod help;
mod home;
mod list;
mod marks;
mod me;
mod missing;
mod password;
mod reception;
mod records;
mod request;
#[cfg(test)]
mod samples;
mod sending;
#[cfg(feature = "whole")]
mod setup;
mod sign_in;
mod telling;
mod ticket;
mod uploads;

use domain::TicketId;

use crate::app::App;
use crate::components::html::El;

pub use answer::answer;
pub use frame::frame;
pub use missing::missing;
pub use password::{forgot, reset};
#[cfg(feature = "whole")]
pub use setup::setup;
pub use sign_in::sign_in;

/// Where one is, behind the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Home,
    Mine,
    List,
    Ticket(TicketId),
    Request,
    /// The reports that wait for a decision, and one of them.
    #[cfg(feature = "whole")]
    Evaluate,
    #[cfg(feature = "whole")]
    Decide(TicketId),
    /// What the reader's area was told.
    #[cfg(feature = "whole")]
    Told,
    #[cfg(feature = "whole")]
    Admin(admin::Part, admin::What),
    #[cfg(feature = "whole")]
    Audit,
    #[cfg(feature = "whole")]
    Figures,
    /// A page of the whole app, which is loaded in the place of this one.
    #[cfg(not(feature = "whole"))]
    Whole,
    Help,
    Call,
    Notices,
    Me,
    Nowhere,
}

impl Place {
    pub fn of(path: &str) -> Place {
        match path.trim_end_matches('/') {
            "" | "/sign-in" | "/forgot" => Place::Home,
            "/mine" => Place::Mine,
            "/tickets" => Place::List,
            "/request" => Place::Request,
            "/call" => Place::Call,
            "/notices" => Place::Notices,
            "/me" => Place::Me,
            "/help" => Place::Help,
            path if is_of_the_whole(path) => Place::of_the_whole(path),
            path => {
                let ticket = path.strip_prefix("/tickets/").and_then(|id| ticket::ticket_number(id).ok());
                ticket.map_or(Place::Nowhere, Place::Ticket)
            }
        }
    }
}

/// The paths whose pages only the whole app has; `xtask/src/spa.rs` has them too.
fn is_of_the_whole(path: &str) -> bool {
    let is_under = |page: &&str| path.strip_prefix(*page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    ["/admin", "/audit", "/evaluate", "/figures", "/setup", "/told"].iter().any(is_under)
}

impl Place {
    #[cfg(feature = "whole")]
    fn of_the_whole(path: &str) -> Place {
        match path {
            "/audit" => Place::Audit,
            "/evaluate" => Place::Evaluate,
            "/figures" => Place::Figures,
            "/told" => Place::Told,
            path => {
                let report = path.strip_prefix("/evaluate/").map(ticket::ticket_number).and_then(Result::ok).map(Place::Decide);
                let part = || path.strip_prefix("/admin").and_then(|rest| admin::part_of(rest.trim_start_matches('/')));
                report.or_else(|| part().map(|(part, what)| Place::Admin(part, what))).unwrap_or(Place::Nowhere)
            }
        }
    }

    #[cfg(not(feature = "whole"))]
    fn of_the_whole(_: &str) -> Place {
        Place::Whole
    }
}

pub fn draw(app: App, place: Place) -> El {
    match place {
        Place::Home => home::home(app),
        Place::Mine => home::mine(app),
        Place::List => list::list(app),
        Place::Ticket(id) => ticket::ticket(app, id),
        Place::Request => request::request(app),
        #[cfg(feature = "whole")]
        Place::Evaluate => decide::evaluate(app),
        #[cfg(feature = "whole")]
        Place::Decide(id) => decide::decide(app, id),
        #[cfg(feature = "whole")]
        Place::Told => decide::told(app),
        #[cfg(feature = "whole")]
        Place::Admin(part, what) => admin::admin(app, part, what),
        #[cfg(feature = "whole")]
        Place::Audit => admin::audit(app),
        #[cfg(feature = "whole")]
        Place::Figures => figures::figures(app),
        #[cfg(not(feature = "whole"))]
        Place::Whole => {
            crate::browser::load_again();
            crate::components::loading(app, 6)
        }
        Place::Help => help::help(app),
        Place::Call => call::call(app),
        Place::Notices => frame::notices(app),
        Place::Me => me::me(app),
        Place::Nowhere => missing(app),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_place() {
        for (path, place) in [
            ("/", Place::Home),
            ("", Place::Home),
            ("/mine", Place::Mine),
            ("/tickets/", Place::List),
            ("/tickets/12", Place::Ticket(TicketId::parse(12).unwrap())),
            ("/tickets/TI-12", Place::Ticket(TicketId::parse(12).unwrap())),
            ("/request", Place::Request),
            ("/call", Place::Call),
            ("/notices", Place::Notices),
            ("/me", Place::Me),
            ("/evaluate", Place::Evaluate),
            ("/evaluate/12", Place::Decide(TicketId::parse(12).unwrap())),
            ("/evaluate/x", Place::Nowhere),
            ("/told/x", Place::Nowhere),
            ("/told", Place::Told),
            ("/audit", Place::Audit),
            ("/help", Place::Help),
            ("/admin", Place::Admin(admin::Part::People, admin::What::All)),
            ("/admin/areas/new", Place::Admin(admin::Part::Areas, admin::What::New)),
            ("/admin/mail-out/7", Place::Admin(admin::Part::MailOut, admin::What::One(7))),
            ("/admin/people/0", Place::Nowhere),
            ("/admin/other", Place::Nowhere),
            ("/administrator", Place::Nowhere),
            ("/tickets/0", Place::Nowhere),
            ("/tickets/12/x", Place::Nowhere),
            ("/nothing", Place::Nowhere),
        ] {
            assert_eq!(Place::of(path), place, "{path}");
        }
    }
}
