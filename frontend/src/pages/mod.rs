//! The pages: one folder a route. A page asks and arranges; its `model` thinks.

mod frame;
mod home;
mod list;
mod marks;
mod me;
mod missing;
mod records;
mod request;
mod setup;
mod sign_in;
mod ticket;
mod uploads;

pub use frame::Frame;
pub use home::{Home, Mine};
pub use list::List;
pub use me::Me;
pub use missing::Missing;
pub use request::Request;
pub use setup::Setup;
pub use sign_in::SignIn;
pub use ticket::Ticket;
pub(crate) use ticket::form_model as ticket_form;
