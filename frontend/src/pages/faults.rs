//! Why a field is not taken, before anything is sent.

use domain::{Refusal, ValueError};
use words::Names;

use crate::app::App;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Value(ValueError),
    /// Something was typed, and nobody chosen.
    NobodyChosen,
}

impl Fault {
    /// As it is said at the field of this path.
    pub fn sentence(self, app: App, path: &str, label: &str) -> String {
        match self {
            Fault::Value(error) => words::value_error(error, label, app.lang()),
            Fault::NobodyChosen => words::refusal(&Refusal::PersonUnknown { field: path.to_owned() }, &Names::UNKNOWN, app.lang()),
        }
    }
}
