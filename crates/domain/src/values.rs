//! Values that are valid because they exist: each is made only by parsing.
//!
//! Text is trimmed, its line ends are `\n`, and it holds no control characters (a NUL cannot be stored by PostgreSQL).
//! A length is counted in characters (Unicode scalar values), as a person would count.

use std::fmt;
use std::str::FromStr;

use chrono::Datelike;
use serde::{Deserialize, Deserializer, Serialize};

/// An instant in UTC. Nothing in this crate reads a clock: instants are arguments.
pub type Instant = chrono::DateTime<chrono::Utc>;

/// A calendar day as people in Lima mean it.
pub type Day = chrono::NaiveDate;

/// The years whose days and instants the tables keep.
pub const YEARS: std::ops::RangeInclusive<i32> = 1..=9_999;

/// What has a year.
pub trait Dated {
    fn is_of(&self, years: &std::ops::RangeInclusive<i32>) -> bool;
}

impl Dated for Instant {
    fn is_of(&self, years: &std::ops::RangeInclusive<i32>) -> bool {
        years.contains(&self.year())
    }
}

impl Dated for Day {
    fn is_of(&self, years: &std::ops::RangeInclusive<i32>) -> bool {
        years.contains(&self.year())
    }
}

impl<T: Dated> Dated for Option<T> {
    fn is_of(&self, years: &std::ops::RangeInclusive<i32>) -> bool {
        self.as_ref().is_none_or(|value| value.is_of(years))
    }
}

/// Reads a day or an instant of these [`YEARS`], for `#[serde(deserialize_with)]` of what comes in. What is on record is read whatever it is.
///
/// # Errors
/// Of another year, in the words that chrono has for it.
pub fn kept_date<'de, D: Deserializer<'de>, T: Deserialize<'de> + Dated>(deserializer: D) -> Result<T, D::Error> {
    let value = T::deserialize(deserializer)?;
    if value.is_of(&YEARS) { Ok(value) } else { Err(serde::de::Error::custom("input is out of range")) }
}

/// Peru keeps UTC−5 all year (no daylight saving since 1994).
pub fn lima() -> chrono::FixedOffset {
    chrono::FixedOffset::west_opt(5 * 3600).expect("five hours are less than a day")
}

pub fn day_in_lima(at: Instant) -> Day {
    at.with_timezone(&lima()).date_naive()
}

/// Why a value could not be made. Its text (`too_long max=200 actual=201`) is stable, and is read back by `FromStr` where an error comes out of a deserialiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    #[error("empty_field")]
    Empty,
    #[error("too_long max={max} actual={actual}")]
    TooLong { max: u32, actual: u32 },
    #[error("bad_characters")]
    BadCharacters,
    #[error("out_of_range min={min} max={max}")]
    OutOfRange { min: i64, max: i64 },
    #[error("bad_email")]
    BadEmail,
    #[error("bad_ruc")]
    BadRuc,
    #[error("bad_number")]
    BadNumber,
}

impl ValueError {
    /// The stable code of the field's error.
    pub fn code(self) -> &'static str {
        match self {
            ValueError::Empty => "empty_field",
            ValueError::TooLong { .. } => "too_long",
            ValueError::BadCharacters => "bad_characters",
            ValueError::OutOfRange { .. } => "out_of_range",
            ValueError::BadEmail => "bad_email",
            ValueError::BadRuc => "bad_ruc",
            ValueError::BadNumber => "bad_number",
        }
    }
}

impl FromStr for ValueError {
    type Err = ();

    fn from_str(text: &str) -> Result<ValueError, ()> {
        let mut parts = text.split(' ');
        let code = parts.next().ok_or(())?;
        let mut number = |name: &str| parts.next().and_then(|p| p.strip_prefix(name)?.strip_prefix('=')?.parse::<i64>().ok()).ok_or(());
        match code {
            "empty_field" => Ok(ValueError::Empty),
            "too_long" => Ok(ValueError::TooLong {
                max: number("max")?.try_into().map_err(|_| ())?,
                actual: number("actual")?.try_into().map_err(|_| ())?,
            }),
            "bad_characters" => Ok(ValueError::BadCharacters),
            "out_of_range" => Ok(ValueError::OutOfRange { min: number("min")?, max: number("max")? }),
            "bad_email" => Ok(ValueError::BadEmail),
            "bad_ruc" => Ok(ValueError::BadRuc),
            "bad_number" => Ok(ValueError::BadNumber),
            _ => Err(()),
        }
    }
}

/// Trims, checks and counts. `is_multiline` permits line ends and tabs.
fn clean(text: &str, max: usize, is_multiline: bool) -> Result<String, ValueError> {
    let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    let text = text.trim();
    if text.is_empty() {
        return Err(ValueError::Empty);
    }
    let n = text.chars().count();
    if n > max {
        return Err(ValueError::TooLong { max: max as u32, actual: n.try_into().unwrap_or(u32::MAX) });
    }
    let is_bad = |c: char| {
        let is_break = is_multiline && (c == '\n' || c == '\t');
        // The bidirectional overrides can make a name read as another.
        (c.is_control() && !is_break) || ('\u{202A}'..='\u{202E}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    if text.chars().any(is_bad) {
        return Err(ValueError::BadCharacters);
    }
    Ok(text.to_owned())
}

/// The schema of a value that is plain in JSON.
macro_rules! schema {
    ($name:ident, $type:ident $(, $set:ident = $value:expr)*) => {
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::$type)
                    $(.$set(Some($value)))*
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

macro_rules! text_value {
    ($(#[$doc:meta])* $name:ident, max $max:literal, multiline $multiline:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        schema!($name, String, min_length = 1, max_length = $max);

        impl $name {
            /// The most characters it takes.
            pub const MAX: usize = $max;

            /// Trims and checks the text.
            ///
            /// # Errors
            /// Empty, longer than [`Self::MAX`] characters, or with control characters.
            pub fn parse(text: &str) -> Result<$name, ValueError> {
                clean(text, Self::MAX, $multiline).map($name)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = ValueError;
            fn try_from(text: String) -> Result<$name, ValueError> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_value!(
    /// One line that names a thing: a title, a person's name, a post, a reference.
    Line, max 200, multiline false
);
text_value!(
    /// What somebody calls a list that they keep.
    ViewName, max 80, multiline false
);
text_value!(
    /// What a person writes: a description, a question, a solution, a reason.
    Text, max 20_000, multiline true
);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(i64);

        schema!($name, Integer, minimum = 1);

        impl $name {
            /// # Errors
            /// Out of range, unless positive.
            pub fn parse(number: i64) -> Result<$name, ValueError> {
                if number >= 1 { Ok($name(number)) } else { Err(ValueError::OutOfRange { min: 1, max: i64::MAX }) }
            }

            pub fn get(self) -> i64 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = ValueError;
            fn try_from(number: i64) -> Result<$name, ValueError> {
                $name::parse(number)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> i64 {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = ValueError;
            fn from_str(text: &str) -> Result<$name, ValueError> {
                $name::parse(text.parse().map_err(|_| ValueError::BadNumber)?)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A ticket's number, as people say it on the phone: 123 of «TI-123».
    TicketId
);
id!(
    /// A person of the directory, or a contact that the desk made on the spot.
    PersonId
);
id!(
    /// An órgano or unidad orgánica.
    AreaId
);
id!(
    /// A service of the IT service catalogue.
    ServiceId
);
id!(
    /// A provider of warranty, support or contracted services.
    ProviderId
);
id!(
    /// An uploaded file.
    FileId
);
id!(
    /// A mail that came in, kept as it came.
    MailId
);

/// Which line of a ticket's conversation: the number of the last event that everybody who sees the ticket may see, and for an
/// internal one its place after that. So «7.1» is the first internal note after event 7, and no number that a requester reads betrays it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventNumber {
    /// Events that everybody sees, up to and with this one.
    pub version: u32,
    /// 0 for an event that everybody sees.
    pub internal: u32,
}

schema!(EventNumber, String, pattern = r"^\d+(\.\d+)?$");

impl EventNumber {
    /// The number of the event that follows this one.
    pub fn next(self, is_internal: bool) -> EventNumber {
        if is_internal {
            EventNumber { version: self.version, internal: self.internal + 1 }
        } else {
            EventNumber { version: self.version + 1, internal: 0 }
        }
    }
}

impl fmt::Display for EventNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.internal {
            0 => write!(f, "{}", self.version),
            n => write!(f, "{}.{n}", self.version),
        }
    }
}

impl FromStr for EventNumber {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<EventNumber, ValueError> {
        let (version, internal) = text.split_once('.').unwrap_or((text, "0"));
        let number = |t: &str| t.parse::<u32>().map_err(|_| ValueError::BadNumber);
        Ok(EventNumber { version: number(version)?, internal: number(internal)? })
    }
}

impl TryFrom<String> for EventNumber {
    type Error = ValueError;
    fn try_from(text: String) -> Result<EventNumber, ValueError> {
        text.parse()
    }
}

impl From<EventNumber> for String {
    fn from(number: EventNumber) -> String {
        number.to_string()
    }
}

/// Minutes of work that a task took: up to a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Minutes(u32);

schema!(Minutes, Integer, minimum = 1, maximum = Minutes::MAX);

impl Minutes {
    pub const MAX: u32 = 7 * 24 * 60;

    /// # Errors
    /// Out of range, unless 1 to [`Self::MAX`].
    pub fn parse(n: u32) -> Result<Minutes, ValueError> {
        if (1..=Self::MAX).contains(&n) { Ok(Minutes(n)) } else { Err(ValueError::OutOfRange { min: 1, max: Self::MAX.into() }) }
    }

    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Minutes {
    type Error = ValueError;
    fn try_from(n: u32) -> Result<Minutes, ValueError> {
        Minutes::parse(n)
    }
}

impl From<Minutes> for u32 {
    fn from(minutes: Minutes) -> u32 {
        minutes.0
    }
}

/// Money in céntimos of a sol, so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Centimos(i64);

schema!(Centimos, Integer, minimum = 0, maximum = 100_000_000_000_i64);

impl Centimos {
    pub const MAX: i64 = 100_000_000_000;

    /// # Errors
    /// Out of range, unless 0 to a thousand million soles.
    pub fn parse(n: i64) -> Result<Centimos, ValueError> {
        if (0..=Self::MAX).contains(&n) { Ok(Centimos(n)) } else { Err(ValueError::OutOfRange { min: 0, max: Self::MAX }) }
    }

    pub fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Centimos {
    type Error = ValueError;
    fn try_from(n: i64) -> Result<Centimos, ValueError> {
        Centimos::parse(n)
    }
}

impl From<Centimos> for i64 {
    fn from(money: Centimos) -> i64 {
        money.0
    }
}

/// An e-mail address in the form of the HTML standard's `input type=email`, in lower case (mailboxes of the agency are told apart without case).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

schema!(Email, String, max_length = Email::MAX);

impl Email {
    /// RFC 5321, 4.5.3.1.3: a path has at most 256 octets, its brackets included.
    pub const MAX: usize = 254;

    /// # Errors
    /// Empty, too long, or not an address.
    pub fn parse(text: &str) -> Result<Email, ValueError> {
        let text = clean(text, Self::MAX, false)?.to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(ValueError::BadEmail)?;
        let is_local = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(|c| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c));
        let is_label = |l: &str| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        if is_local && domain.split('.').all(is_label) { Ok(Email(text)) } else { Err(ValueError::BadEmail) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Email, ValueError> {
        Email::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Peruvian tax number (Registro Único de Contribuyentes): 11 digits, the last of which checks the others modulo 11.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ruc(String);

schema!(Ruc, String, pattern = r"^\d{11}$");

impl Ruc {
    /// # Errors
    /// `bad_ruc`, unless it has 11 digits that agree.
    pub fn parse(text: &str) -> Result<Ruc, ValueError> {
        let text = text.trim();
        let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
        if digits.len() != 11 || text.len() != 11 || !["10", "15", "16", "17", "20"].contains(&&text[..2]) {
            return Err(ValueError::BadRuc);
        }
        let sum: u32 = digits.iter().zip([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).map(|(d, w)| d * w).sum();
        if (11 - sum % 11) % 10 == digits[10] { Ok(Ruc(text.to_owned())) } else { Err(ValueError::BadRuc) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Ruc {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Ruc, ValueError> {
        Ruc::parse(&text)
    }
}

impl From<Ruc> for String {
    fn from(ruc: Ruc) -> String {
        ruc.0
    }
}

/// An enum of names without fields: its list, its stable name, and back.
// A name is a `tt`: as a `literal` it would reach the other derives wrapped, and utoipa would not read it.
macro_rules! names {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every one, in the order of the procedure.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// Its stable name in JSON, in the tables and in the URL.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::ValueError;
            fn from_str(text: &str) -> Result<$name, $crate::values::ValueError> {
                match text { $($text => Ok($name::$variant),)+ _ => Err($crate::values::ValueError::BadCharacters) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use names;

names! {
    /// What a ticket is (procedure, 3.2). The desk decides; nothing here computes it.
    pub enum Kind {
        /// Prevents normal work, and solving it takes a certain time.
        Incident = "incident",
        /// Does not prevent normal work, and can be attended at once.
        Occurrence = "occurrence",
        /// A change or an increase of functions; recorded to inform of the users' needs (6.1).
        Requirement = "requirement",
    }
}

names! {
    /// How a request came in (activity 1).
    pub enum Channel {
        Phone = "phone",
        Email = "email",
        Mobile = "mobile",
        Web = "web",
        /// Extension: the person came to the desk.
        InPerson = "in_person",
    }
}

names! {
    /// How much the trouble stops the person, in their own words.
    pub enum Impact {
        CannotWork = "cannot_work",
        WorkWithDifficulty = "work_with_difficulty",
        CanWork = "can_work",
        SomethingNew = "something_new",
    }
}

names! {
    /// By what means somebody outside the system was told or heard.
    pub enum Means {
        Email = "email",
        Phone = "phone",
        Portal = "portal",
        Document = "document",
        InPerson = "in_person",
    }
}

names! {
    /// What covers the equipment or service (activity 5).
    pub enum CoverageKind {
        Warranty = "warranty",
        SupportContract = "support_contract",
    }
}

names! {
    /// Why a request is discarded (extension).
    pub enum DiscardReason {
        NotForIt = "not_for_it",
        Unwanted = "unwanted",
        ByMistake = "by_mistake",
    }
}

names! {
    /// What became of a mail that came in.
    pub enum MailState {
        /// It is on the disk, and its turn has not come.
        Kept = "kept",
        /// It made a ticket.
        Opened = "opened",
        /// It is a line of a ticket's conversation.
        Answered = "answered",
        /// Not of a person who asks for something: automatic, a bounce, a list, our own, too many.
        Ignored = "ignored",
        /// It answers something that it may not answer, or comes from somebody whom nothing can be opened for: the desk looks at it.
        Unmatched = "unmatched",
        /// It cannot be read.
        Broken = "broken",
        /// It came before.
        Duplicate = "duplicate",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_its_most_characters_and_no_more() {
        assert!(Line::parse(&"ñ".repeat(199)).is_ok());
        assert!(Line::parse(&"ñ".repeat(200)).is_ok());
        assert_eq!(Line::parse(&"ñ".repeat(201)), Err(ValueError::TooLong { max: 200, actual: 201 }));
    }

    #[test]
    fn text_is_trimmed_and_its_line_ends_are_one() {
        assert_eq!(Text::parse("  a\r\nb\rc ").unwrap().as_str(), "a\nb\nc");
        assert_eq!(Text::parse(" \n "), Err(ValueError::Empty));
        assert_eq!(Line::parse("a\nb"), Err(ValueError::BadCharacters));
        assert_eq!(Text::parse("a\0b"), Err(ValueError::BadCharacters));
        assert_eq!(Line::parse("abc\u{202E}gpj.exe"), Err(ValueError::BadCharacters));
    }

    #[test]
    fn a_value_error_is_read_back_from_its_text() {
        for error in [
            ValueError::Empty,
            ValueError::TooLong { max: 200, actual: 201 },
            ValueError::BadCharacters,
            ValueError::OutOfRange { min: 1, max: 9 },
            ValueError::BadEmail,
            ValueError::BadRuc,
            ValueError::BadNumber,
        ] {
            assert_eq!(error.to_string().parse(), Ok(error));
            assert!(error.to_string().starts_with(error.code()));
        }
    }

    #[test]
    fn a_ruc_is_checked_by_its_last_digit() {
        assert!(Ruc::parse("20131312955").is_ok(), "SUNAT's own");
        assert_eq!(Ruc::parse("20131312954"), Err(ValueError::BadRuc));
        assert_eq!(Ruc::parse("2013131295"), Err(ValueError::BadRuc));
        assert_eq!(Ruc::parse("201313129550"), Err(ValueError::BadRuc));
        assert_eq!(Ruc::parse("ñ0131312955"), Err(ValueError::BadRuc));
        assert_eq!(Ruc::parse("2013131295५"), Err(ValueError::BadRuc));
    }

    #[test]
    fn an_address_is_one_and_in_lower_case() {
        assert_eq!(Email::parse("Ana.Paz@Agencia.Example").unwrap().as_str(), "ana.paz@agencia.example");
        for bad in ["ana", "@a", "a@", "a@b@c", "a b@c", "a@-b", "a@b..c", "a\u{0}@b"] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn internal_events_do_not_move_the_public_number() {
        let first = EventNumber::default().next(false);
        let note = first.next(true).next(true);
        assert_eq!((note.to_string(), note.next(false).to_string()), ("1.2".into(), "2".into()));
        assert_eq!("7.1".parse(), Ok(EventNumber { version: 7, internal: 1 }));
        assert!("7.x".parse::<EventNumber>().is_err());
    }
}
