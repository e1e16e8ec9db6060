//! The pages: one folder a route. A page asks and arranges; its `model` thinks.

mod answer;
mod call;
mod frame;
mod home;
mod list;
mod marks;
mod me;
mod missing;
mod password;
mod reception;
mod records;
mod request;
mod setup;
mod sign_in;
mod ticket;
mod uploads;

use domain::TicketId;

use crate::app::App;
use crate::components::html::El;

pub use answer::answer;
pub use frame::frame;
pub use missing::missing;
pub use password::{forgot, reset};
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
            path => {
                let ticket = path.strip_prefix("/tickets/").and_then(|id| ticket::ticket_number(id).ok());
                ticket.map_or(Place::Nowhere, Place::Ticket)
            }
        }
    }
}

pub fn draw(app: App, place: Place) -> El {
    match place {
        Place::Home => home::home(app),
        Place::Mine => home::mine(app),
        Place::List => list::list(app),
        Place::Ticket(id) => ticket::ticket(app, id),
        Place::Request => request::request(app),
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
            ("/tickets/0", Place::Nowhere),
            ("/tickets/12/x", Place::Nowhere),
            ("/nothing", Place::Nowhere),
        ] {
            assert_eq!(Place::of(path), place, "{path}");
        }
    }
}
