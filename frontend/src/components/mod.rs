//! Parts that draw: values and callbacks in, view out. They know nothing of tickets and fetch nothing.

mod choices;
mod field;
mod files;
mod find;
mod marks;
mod states;

pub use choices::{Choices, Select};
pub use field::{Check, Field, Line, Password, Text, field_id};
pub use files::{FilePicker, Picked};
pub use find::{Find, Found};
pub use marks::{Avatar, Icon, Logo, Time};
pub use states::{Empty, Failure, Loading, Notice, Starting};
