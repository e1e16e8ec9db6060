//! Parts that draw: values and callbacks in, view out. They know nothing of tickets and fetch nothing.

mod choices;
mod field;
mod files;
mod find;
pub mod html;
mod marks;
mod states;

pub use choices::{Choice, choices, select};
pub use field::{Field, Need, check, field_id, line, password, text};
pub use files::{Picked, file_picker};
pub use find::{Find, Found, Seek, find};
pub use marks::{avatar, icon, icon_large, logo, time};
pub use states::{empty, failure, loading, notice, starting, trouble};
