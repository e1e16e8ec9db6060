//! The one table: refusal or failure → problem and status. No wildcard arm: a new refusal does not compile until it has a status.

use std::collections::BTreeMap;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use domain::{AreaId, Audience, PersonId, ProviderId, Refusal, Role};
use serde_json::{Map, Value, json};
use store::StoreError;
use wire::command::{Fault, FieldFault, Form};
use wire::{FieldError, Problem};
use words::Language;

/// Why a request was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The procedure says no. `place` is which command of the request it was.
    #[error("refused: {refusal}")]
    Refused { refusal: Box<Refusal>, place: Option<String>, names: Box<KnownNames> },
    #[error("invalid fields")]
    Invalid(Vec<FieldFault>),
    /// The value of a setting: every setting has the field `value`, and what is wrong with it is said of the setting.
    #[error("invalid setting")]
    InvalidSetting { name: String, fault: Fault },
    /// Somebody changed it meanwhile (RFC 9110, 13.1.1), and its version now.
    #[error("version conflict")]
    VersionConflict { is_precondition: bool, version: u32 },
    #[error("too many requests")]
    TooManyRequests { retry_after_seconds: u64 },
    #[error("payload too large")]
    PayloadTooLarge { max_bytes: u64 },
    #[error("{0}")]
    Plain(Code),
    /// For operators; people read «unavailable».
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// For operators; people read «internal».
    #[error("internal: {0}")]
    Internal(String),
}

/// What a refusal's sentence needs: who reads it, and names.
#[derive(Debug, Clone)]
pub struct KnownNames {
    pub audience: Audience,
    pub people: BTreeMap<PersonId, String>,
    pub areas: BTreeMap<AreaId, String>,
    pub providers: BTreeMap<ProviderId, String>,
}

impl Default for KnownNames {
    fn default() -> KnownNames {
        KnownNames { audience: Audience::Everyone, people: BTreeMap::new(), areas: BTreeMap::new(), providers: BTreeMap::new() }
    }
}

macro_rules! codes {
    ($($name:ident = $text:literal, $status:ident;)+) => {
        /// The API's own problems that carry nothing but their code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($name),+ }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            pub fn code(self) -> &'static str {
                match self { $(Code::$name => $text),+ }
            }

            pub fn status(self) -> StatusCode {
                match self { $(Code::$name => StatusCode::$status),+ }
            }
        }

        impl std::fmt::Display for Code {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes! {
    NotFound = "not_found", NOT_FOUND;
    Unauthenticated = "unauthenticated", UNAUTHORIZED;
    InvalidCredentials = "invalid_credentials", UNAUTHORIZED;
    AccountDisabled = "account_disabled", FORBIDDEN;
    StaleSession = "stale_session", UNAUTHORIZED;
    ForbiddenRole = "forbidden_role", FORBIDDEN;
    WrongOrigin = "wrong_origin", FORBIDDEN;
    PreconditionRequired = "precondition_required", PRECONDITION_REQUIRED;
    IdempotencyConflict = "idempotency_conflict", UNPROCESSABLE_ENTITY;
    IdempotencyKeyBad = "idempotency_key_bad", BAD_REQUEST;
    AlreadyCreated = "already_created", CONFLICT;
    BadRequest = "bad_request", BAD_REQUEST;
    CursorBad = "cursor_bad", BAD_REQUEST;
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE;
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    RequestTimeout = "request_timeout", REQUEST_TIMEOUT;
    SetupDone = "setup_done", CONFLICT;
    SetupTokenBad = "setup_token_bad", FORBIDDEN;
    WeakPassword = "weak_password", UNPROCESSABLE_ENTITY;
    EmailTaken = "email_taken", CONFLICT;
    NameTaken = "name_taken", CONFLICT;
    ViewNameTaken = "view_name_taken", CONFLICT;
    RucTaken = "ruc_taken", CONFLICT;
    InUse = "in_use", CONFLICT;
    AreaLoops = "area_loops", CONFLICT;
    NotCombined = "not_combined", UNPROCESSABLE_ENTITY;
    MailNotEnded = "mail_not_ended", CONFLICT;
    MailAnswerLate = "mail_answer_late", CONFLICT;
    AbsenceOverlaps = "absence_overlaps", CONFLICT;
    NoPost = "no_post", CONFLICT;
    LastAdministrator = "last_administrator", CONFLICT;
    AlreadyMerged = "already_merged", CONFLICT;
    LinkBad = "link_bad", UNPROCESSABLE_ENTITY;
    PersonDisabled = "person_disabled", CONFLICT;
    NoAddress = "no_address", CONFLICT;
    SessionNeeded = "session_needed", FORBIDDEN;
    TokenScope = "token_scope", FORBIDDEN;
    MailSettled = "mail_settled", CONFLICT;
}

impl From<Code> for Failure {
    fn from(code: Code) -> Failure {
        Failure::Plain(code)
    }
}

impl From<FieldFault> for Failure {
    fn from(fault: FieldFault) -> Failure {
        Failure::Invalid(vec![fault])
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        match error {
            StoreError::Unavailable(why) => Failure::Unavailable(why),
            other => Failure::Internal(other.to_string()),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused { refusal: Box::new(refusal), place: None, names: Box::default() }
    }
}

/// The status of each refusal. 404 where the caller may not know; 403 where it belongs to others; 409 where the ticket's state
/// forbids it; 422 where what was sent cannot be.
fn status_of(refusal: &Refusal) -> StatusCode {
    use Refusal::*;
    match refusal {
        NotVisible => StatusCode::NOT_FOUND,
        NotYourRole { .. }
        | NotAssignee { .. }
        | NotRequester
        | NotYourArea
        | NotYourNote
        | ChannelNotYours { .. }
        | OwnReport
        | NotReportAuthor => StatusCode::FORBIDDEN,
        NotNow { .. }
        | AlreadyClosed
        | ReopeningExpired { .. }
        | OccurrenceIsNotEscalated
        | RequirementHasNoAttention
        | NotCategorised
        | SameKind { .. }
        | NotThisKind { .. }
        | CategoryTooLate
        | NotThisOutcome { .. }
        | SameAssignee { .. }
        | NotUnderCoverage
        | NoAreaHead { .. }
        | AlreadyWaiting
        | NotWaiting
        | StillWaiting { .. }
        | RemindedRecently { .. }
        | TooLateToWithdraw
        | DuplicateOfDuplicate { .. }
        | PrincipalEnded { .. }
        | HasDuplicates
        | AlreadyConfirmed
        | AlreadyHidden
        | AlreadyWatching
        | NotWatching
        | NothingToTell => StatusCode::CONFLICT,
        AssigneeLacksRole { .. }
        | AssigneeDisabled { .. }
        | NoEquipmentOrService
        | CoverageExpired { .. }
        | ReportIncomplete { .. }
        | NotAnAreaHead { .. }
        | DuplicateOfItself
        | NothingToCorrect
        | DateInFuture { .. }
        | DateBeforeRequest { .. }
        | PersonUnknown { .. }
        | PersonDisabled { .. }
        | AreaUnknown { .. }
        | ServiceUnknown
        | ProviderUnknown
        | TicketUnknown { .. }
        | FileUnknown { .. }
        | NoteUnknown { .. }
        | NoFiles
        | TooManyFiles { .. } => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl Failure {
    pub fn status(&self) -> StatusCode {
        match self {
            Failure::Refused { refusal, .. } => status_of(refusal),
            Failure::Invalid(_) | Failure::InvalidSetting { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::VersionConflict { is_precondition: true, .. } => StatusCode::PRECONDITION_FAILED,
            Failure::VersionConflict { is_precondition: false, .. } => StatusCode::CONFLICT,
            Failure::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Failure::PayloadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::Plain(code) => code.status(),
            Failure::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Failure::Refused { refusal, .. } => refusal.code(),
            Failure::Invalid(_) | Failure::InvalidSetting { .. } => "invalid_fields",
            Failure::VersionConflict { .. } => "version_conflict",
            Failure::TooManyRequests { .. } => "too_many_requests",
            Failure::PayloadTooLarge { .. } => "payload_too_large",
            Failure::Plain(code) => code.code(),
            Failure::Unavailable(_) => "unavailable",
            Failure::Internal(_) => "internal",
        }
    }

    /// Seconds after which to try again (`Retry-After`).
    pub fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Failure::TooManyRequests { retry_after_seconds } => Some(*retry_after_seconds),
            Failure::Unavailable(_) => Some(2),
            _ => None,
        }
    }

    /// The problem in the caller's language.
    pub fn problem(&self, language: Language, request_id: Option<&str>) -> Problem {
        let code = self.code();
        let (title, mut detail) =
            words::problem(code, language).map_or((code.to_owned(), String::new()), |(t, d)| (t.to_owned(), d.to_owned()));
        let mut errors = Vec::new();
        let mut params = Map::new();
        match self {
            Failure::Refused { refusal, place, names } => {
                detail = names.sentence(refusal, language);
                params = parts_of(refusal);
                if let Some(field) = refusal.field() {
                    let path = place.as_ref().map_or_else(|| field.to_owned(), |place| format!("{place}.{field}"));
                    errors.push(FieldError { path, code: code.to_owned(), detail: detail.clone() });
                } else if let Some(place) = place.as_ref().filter(|place| place.ends_with(']') && !place.ends_with("[0]")) {
                    errors.push(FieldError { path: place.clone(), code: code.to_owned(), detail: detail.clone() });
                }
            }
            Failure::Invalid(faults) => errors.extend(faults.iter().map(|fault| field_error(fault, language))),
            Failure::InvalidSetting { name, fault } => errors.push(named_error("value".to_owned(), name, fault, language)),
            Failure::VersionConflict { version, .. } => {
                params.insert("version".into(), json!(version));
            }
            Failure::TooManyRequests { retry_after_seconds } => {
                params.insert("retry_after_seconds".into(), json!(retry_after_seconds));
                detail = detail.replace("{n}", &retry_after_seconds.to_string());
            }
            Failure::PayloadTooLarge { max_bytes } => {
                params.insert("max_bytes".into(), json!(max_bytes));
                detail = detail.replace("{max}", &(max_bytes / (1024 * 1024)).to_string());
            }
            Failure::Internal(_) => detail = detail.replace("{id}", request_id.unwrap_or("–")),
            Failure::Plain(_) | Failure::Unavailable(_) => {}
        }
        Problem {
            r#type: format!("/problems/{code}"),
            status: self.status().as_u16(),
            code: code.to_owned(),
            title: if title.is_empty() { detail.clone() } else { title },
            detail,
            errors,
            request_id: request_id.map(str::to_owned),
            params,
        }
    }
}

/// The refusal's own parts, for programs.
fn parts_of(refusal: &Refusal) -> Map<String, Value> {
    match serde_json::to_value(refusal) {
        Ok(Value::Object(mut parts)) => {
            parts.remove("code");
            parts
        }
        _ => Map::new(),
    }
}

/// Signs of a field's place.
const MAX_PATH: usize = 200;

pub fn field_error(fault: &FieldFault, language: Language) -> FieldError {
    let path = shown(&fault.path);
    let name = field_name(&path);
    named_error(path, &name, &fault.fault, language)
}

/// What is wrong at a path, in a sentence that calls it by this name.
fn named_error(path: String, name: &str, fault: &Fault, language: Language) -> FieldError {
    let label = words::field(name, language).unwrap_or(name);
    let sentence = |code: &str| words::problem(code, language).map(|(_, detail)| detail.replace("{field}", label)).unwrap_or_default();
    let detail = match fault {
        Fault::Value(error) => words::value_error(*error, label, language),
        Fault::Missing | Fault::Unknown | Fault::NoSuchRecord => sentence(fault.code()),
        Fault::NoSuchName { name } => {
            let detail = words::problem("unknown_record", language).map_or("", |(_, detail)| detail);
            detail.replace("{field}", &shown(name))
        }
        Fault::TooMany { max } => format!("{} ({max})", sentence("too_many")),
        Fault::Twice { line } => sentence("twice").replace("{line}", &line.to_string()),
        Fault::Malformed(form) => [sentence("malformed"), expected(form, language)].join(" ").trim_end().to_owned(),
    };
    FieldError { path, code: fault.code().to_owned(), detail }
}

/// A field that nobody knows is called what its sender calls it: so much of that is told.
fn shown(path: &str) -> String {
    match path.char_indices().nth(MAX_PATH) {
        None => path.to_owned(),
        Some((end, _)) => format!("{}…", &path[..end]),
    }
}

/// «Se espera un número entero.» Nothing, where it cannot be said.
fn expected(form: &Form, language: Language) -> String {
    let names = match form {
        Form::OneOf(names) => names.join(", "),
        Form::RoleName => {
            let given = Role::ALL.iter().filter(|role| **role != Role::AreaHead);
            given.map(|role| words::role_short(*role, language)).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    };
    words::form(form.code(), language).map(|sentence| sentence.replace("{names}", &names)).unwrap_or_default()
}

/// `commands[0].report.background` is the field `report.background`.
fn field_name(path: &str) -> String {
    let path = path.split_once("].").map_or(path, |(_, rest)| rest);
    path.strip_prefix("request.").unwrap_or(path).to_owned()
}

impl KnownNames {
    fn sentence(&self, refusal: &Refusal, language: Language) -> String {
        let known = |name: Option<&String>| name.cloned().unwrap_or_default();
        let person = |id: PersonId| known(self.people.get(&id));
        let area = |id: AreaId| known(self.areas.get(&id));
        let provider = |id: ProviderId| known(self.providers.get(&id));
        words::refusal_for(refusal, &words::Names { person: &person, area: &area, provider: &provider }, self.audience, language)
    }
}

/// The failure travels in the response's extensions; the middleware of `http::answer`, which knows the caller's language, writes the problem.
impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        if let Some(seconds) = self.retry_after_seconds() {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let mut response = response.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}
