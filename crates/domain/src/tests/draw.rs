//! Values drawn from a list of choices, as Hypothesis does: proptest shrinks the list, and so the values.
//!
//! `Command::drawn` and `Event::drawn` are made by the macros that declare them, so every variant and field takes part.

use chrono::TimeDelta;

use super::given::{area, file, l, person, provider, service, start, t, ticket_id};
use crate::command::FactsPatch;
use crate::report::{Communication, Conformity, CoverageFound, ReportDraft, TechnicalReport, VerifiedSubject};
use crate::values::*;

/// Where the next choice comes from; when the list is at its end, the first of each.
pub struct Draw {
    choices: std::vec::IntoIter<u16>,
    /// Everything that may be left out is there.
    is_full: bool,
}

impl Draw {
    pub fn from(choices: impl Into<Vec<u16>>) -> Draw {
        Draw { choices: choices.into().into_iter(), is_full: false }
    }

    /// The plainest value that has every field.
    pub fn full() -> Draw {
        Draw { choices: Vec::new().into_iter(), is_full: true }
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.choices.next().unwrap_or(0)) % n
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub fn is_at_end(&self) -> bool {
        self.choices.len() == 0
    }
}

pub trait Drawn {
    fn drawn(draw: &mut Draw) -> Self;
}

macro_rules! drawn {
    ($($type:ty = |$draw:ident| $value:expr),+ $(,)?) => {
        $(impl Drawn for $type {
            fn drawn($draw: &mut Draw) -> $type {
                $value
            }
        })+
    };
}

const LINES: &[&str] = &["una línea", "ñ", "«O'Brien» \"—\" \\ 🖨", "<b>&amp;</b>", "null"];
const TEXTS: &[&str] = &["dicho", "ñandú\n\n\tcon líneas", "«O'Brien» \"—\" \\ 🖨", "{\"event\":\"closed\"}", "0"];
/// The cast, a contact, a disabled person and somebody unknown.
const PEOPLE: &[i64] = &[11, 12, 13, 14, 21, 22, 31, 32, 41, 42, 51, 52, 61, 71, 81, 91, 999];

drawn! {
    bool = |draw| draw.below(2) == 1,
    u32 = |draw| draw.one_of(&[0, 1, 2, 77, u32::MAX]),
    Line = |draw| l(draw.one_of(LINES)),
    Text = |draw| t(draw.one_of(TEXTS)),
    PersonId = |draw| person(draw.one_of(PEOPLE)),
    AreaId = |draw| area(draw.one_of(&[1, 2, 3, 4, 5, 999])),
    ServiceId = |draw| service(draw.one_of(&[1, 999])),
    ProviderId = |draw| provider(draw.one_of(&[1, 2, 999])),
    FileId = |draw| file(draw.one_of(&[1, 2, 3, 999])),
    MailId = |draw| MailId::parse(draw.one_of(&[1, i64::MAX])).expect("it is positive"),
    TicketId = |draw| ticket_id(draw.one_of(&[500, 501, 502, 100, 999, i64::MAX])),
    EventNumber = |draw| EventNumber { version: draw.one_of(&[1, 2, 0, u32::MAX]), internal: draw.one_of(&[0, 1, 2]) },
    Minutes = |draw| Minutes::parse(draw.one_of(&[1, 90, Minutes::MAX])).expect("they are in range"),
    Centimos = |draw| Centimos::parse(draw.one_of(&[0, 125_050, Centimos::MAX])).expect("they are in range"),
    Instant = |draw| start() + TimeDelta::microseconds(draw.one_of(&[60_000_000, 0, -1, 123_456, 86_400_000_000, 40 * 86_400_000_000])),
    Day = |draw| day_in_lima(start()) + TimeDelta::days(draw.one_of(&[0, 1, -1, 365])),
    FactsPatch = |draw| FactsPatch {
        requester: Drawn::drawn(draw),
        area: Drawn::drawn(draw),
        title: Drawn::drawn(draw),
        service: Drawn::drawn(draw),
        equipment: Drawn::drawn(draw),
        place: Drawn::drawn(draw),
        is_reserved: Drawn::drawn(draw),
    },
    VerifiedSubject = |draw| VerifiedSubject { equipment: Drawn::drawn(draw), service: Drawn::drawn(draw) },
    CoverageFound = |draw| CoverageFound { kind: Drawn::drawn(draw), description: Drawn::drawn(draw), until: Drawn::drawn(draw) },
    ReportDraft = |draw| ReportDraft {
        number: Drawn::drawn(draw),
        background: Drawn::drawn(draw),
        analysis: Drawn::drawn(draw),
        conclusions: Drawn::drawn(draw),
        recommendation: Drawn::drawn(draw),
        estimated_cost_centimos: Drawn::drawn(draw),
    },
    TechnicalReport = |draw| TechnicalReport {
        number: Drawn::drawn(draw),
        background: Drawn::drawn(draw),
        analysis: Drawn::drawn(draw),
        conclusions: Drawn::drawn(draw),
        recommendation: Drawn::drawn(draw),
        estimated_cost_centimos: Drawn::drawn(draw),
    },
    Communication = |draw| Communication {
        to: Drawn::drawn(draw),
        text: Drawn::drawn(draw),
        means: Drawn::drawn(draw),
        told_at: Drawn::drawn(draw),
    },
    Conformity = |draw| Conformity { given_by: Drawn::drawn(draw), given_on: Drawn::drawn(draw), reference: Drawn::drawn(draw) },
}

macro_rules! drawn_names {
    ($($name:ident),+) => { drawn! { $($name = |draw| draw.one_of($name::ALL)),+ } };
}
drawn_names!(Kind, Channel, Impact, Means, CoverageKind, DiscardReason);

impl<T: Drawn> Drawn for Option<T> {
    fn drawn(draw: &mut Draw) -> Option<T> {
        (draw.is_full || draw.below(2) == 1).then(|| T::drawn(draw))
    }
}

impl<T: Drawn> Drawn for Vec<T> {
    fn drawn(draw: &mut Draw) -> Vec<T> {
        let n = if draw.is_full { 1 } else { draw.below(3) };
        (0..n).map(|_| T::drawn(draw)).collect()
    }
}
