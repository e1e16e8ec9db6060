//! The words of Atiende: es-PE first, English second, for every name of the domain and every text of the screens.
//!
//! Complete because the compiler says so: each table is a `match` over an enum, or a struct whose every field has both languages on one line.
//! No I/O, no clock, no lookups: names and instants are arguments, so the server and the browser say the same.
//!
//! ```
//! use domain::{Kind, Phase};
//! use words::Language;
//! assert_eq!(words::kind(Kind::Incident, Language::Spanish), "Incidencia");
//! assert_eq!(words::phase(Phase::ToClose, Language::from_tag("en-GB").unwrap_or_default()), "To close");
//! ```

mod actions;
mod attached;
mod counts;
mod decision_screen;
mod events;
mod fields;
mod figures;
mod language;
pub mod letter;
mod lists;
pub mod mails;
mod names;
mod notices;
mod phrases;
mod problems;
mod records_screen;
mod refusals;
mod screens;
mod sentences;
mod ticket_screen;
pub mod time;
mod work;

#[cfg(test)]
mod tests;

pub use actions::{action, action_help, action_help_in, action_infinitive};
pub use attached::attached;
pub use counts::{Noun, count, count_at_least, file_size, number, ordinal, soles};
pub use events::{EventWords, event_line};
pub use fields::{choice, field, field_help};
pub use figures::*;
pub use language::Language;
pub use lists::{
    file_goes_on, list_column, list_file_name, tickets_counted, trail_file_name, view_delete_sure, view_deleted, view_options, view_saved,
};
pub use names::*;
pub use notices::{notice_line, notices_new};
pub use phrases::*;
pub use problems::{changed_meanwhile, file_too_large, form, problem};
pub use records_screen::{
    by_token, entity, mails_in, mails_out, nothing_to_say, notice_state, oldest_waits, request_code, setting_changed, setting_help,
    trail_field, trail_line,
};
pub use refusals::{Names, about, assignee_away, head_above, refusal, refusal_for, value_error};
pub use screens::{Screen, screen};
pub use sentences::sentence;
pub use ticket_screen::*;
pub use work::*;

/// A function from a value to its words, Spanish and English side by side; complete, because its `match` is.
macro_rules! words {
    ($($(#[$doc:meta])* $vis:vis fn $name:ident($what:ident: $type:ty) { $($pattern:pat => $es:literal, $en:literal;)+ })+) => {
        $($(#[$doc])*
        $vis fn $name($what: $type, language: $crate::Language) -> &'static str {
            let (es, en) = match $what { $($pattern => ($es, $en),)+ };
            language.pick(es, en)
        })+
    };
}
pub(crate) use words;

/// More texts of the screens, of one part of them: methods of [`Screen`], and a list of them for the tests.
macro_rules! more_texts {
    ($all:ident: $($(#[$doc:meta])* $name:ident: $es:literal, $en:literal;)+) => {
        impl $crate::Screen {
            $($(#[$doc])*
            pub fn $name(self) -> &'static str {
                self.0.pick($es, $en)
            })+

            #[cfg(test)]
            pub(crate) fn $all(self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name())),+]
            }
        }
    };
}
pub(crate) use more_texts;

/// The same from a stable name; none for a name that has no words here.
macro_rules! lookup {
    ($(#[$doc:meta])* $vis:vis fn $name:ident, $all:ident { $($($key:literal)|+ => $es:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        $vis fn $name(name: &str, language: $crate::Language) -> Option<&'static str> {
            let (es, en) = match name { $($($key)|+ => ($es, $en),)+ _ => return None };
            Some(language.pick(es, en))
        }

        /// Every name that has words, for the tests.
        #[cfg(test)]
        pub(crate) const $all: &[&str] = &[$($($key),+),+];
    };
}
pub(crate) use lookup;
