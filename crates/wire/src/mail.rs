//! Mails that came in, and what became of each.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Line, MailId, MailState, PersonId, Text, TicketId};
use serde::{Deserialize, Serialize};

/// What became of a mail that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntakeView {
    pub id: MailId,
    /// `kept`, while it waits for its turn: it is on the disk.
    pub state: MailState,
    /// Why it made nothing: a stable code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The ticket that it made or was added to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
}

/// A mail that came in, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceivedMailSummary {
    pub id: MailId,
    pub state: MailState,
    /// Why it was ignored, not matched, or could not be read: a stable code.
    pub why: Option<String>,
    pub received_at: DateTime<Utc>,
    /// Of the message as it was sent.
    pub n_bytes: i64,
    /// False: it was too large, and only its beginning was kept.
    pub is_whole: bool,
    /// As the message says. Anybody can write anything there: see `is_verified`.
    pub from_address: Option<String>,
    pub from_name: Option<String>,
    pub subject: Option<String>,
    /// Is it proven that it came from that address? False is «remitente no verificado».
    pub is_verified: bool,
    /// The ticket that it made, was added to, or is about.
    pub ticket: Option<TicketId>,
    /// As whose it was taken.
    pub person: Option<super::PersonRef>,
    /// The mail that it repeats.
    pub duplicate_of: Option<MailId>,
    /// Whom a mail of ours did not reach.
    pub bounced_address: Option<String>,
    /// Who of the desk decided by hand.
    pub handled_by: Option<super::PersonRef>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// A mail that came in, as it is read: nothing of it is loaded from elsewhere, and nothing of it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceivedMailView {
    pub summary: ReceivedMailSummary,
    /// As the mail server says.
    pub envelope_sender: Option<String>,
    pub envelope_recipient: Option<String>,
    pub message_id: Option<String>,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    /// When it says that it was written.
    pub date: Option<DateTime<Utc>>,
    /// Its header as it came, at most 64 KB.
    pub headers: String,
    /// What a person reads; empty where it cannot be read.
    pub text: String,
    /// Its HTML, without anything that runs, loads or deceives.
    pub html: Option<String>,
    pub files: Vec<MailFileView>,
    /// Attempts to make something of it.
    pub n_attempts: u32,
    /// What went wrong with the last of them, for operators.
    pub last_error: Option<String>,
}

/// A file of a mail. Those that belong to a ticket are files of the ticket; all are in the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailFileView {
    pub name: String,
    pub media_type: String,
    pub n_bytes: i64,
    /// It is shown in the text rather than beside it.
    pub is_inline: bool,
}

/// Which mails a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ReceivedMailQuery {
    /// States, separated by commas: `unmatched,broken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The address that it says to be from, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The ticket that it made, was added to, or is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<i64>))]
    pub ticket: Option<TicketId>,
    /// Received on or after this day of Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_from: Option<NaiveDate>,
    /// Received on or before this day of Lima.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_to: Option<NaiveDate>,
    /// 1 to 200; 50, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the page before it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A request made by hand of a mail that made none. What is left out is taken from the mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailRequestRequest {
    /// Who needs the support; its sender, where it is left out.
    #[serde(default)]
    pub requester: Option<PersonId>,
    #[serde(default)]
    pub title: Option<Line>,
    #[serde(default)]
    pub description: Option<Text>,
}

/// A mail added by hand to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailTicketRequest {
    pub ticket: TicketId,
    /// May the requester read it? A note of IT, where it is left out.
    #[serde(default)]
    pub is_public: bool,
}
