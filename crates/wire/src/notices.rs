//! Mail out, as the administrator sees it; and the answers that its links ask for.

use chrono::{DateTime, Utc};
use domain::{NoticeKind, NoticeState, PersonId, Text, TicketId};
use serde::{Deserialize, Serialize};

/// A mail that was sent, or is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutgoingMailSummary {
    pub id: i64,
    pub kind: NoticeKind,
    pub state: NoticeState,
    pub ticket: Option<TicketId>,
    /// Absent for a provider, or for somebody who is not on record.
    pub person: Option<PersonId>,
    pub to_name: Option<String>,
    /// Where it went; while it is queued, only of whom no record tells it.
    pub to_address: Option<String>,
    /// As it was sent.
    pub subject: Option<String>,
    pub created_at: DateTime<Utc>,
    /// While it is queued: nobody tries before then.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was sent, given up or cancelled.
    pub done_at: Option<DateTime<Utc>>,
    pub n_attempts: u32,
    /// Why it was not sent: what the mail server said, or the name of why there was nothing to say.
    pub why: Option<String>,
}

/// The same with what it says. A link that sets a password is never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutgoingMailView {
    pub mail: OutgoingMailSummary,
    pub message_id: Option<String>,
    /// As it would be made now. Absent, where there is nothing to say any more.
    pub subject: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
    /// Why there is nothing to say any more: the name of it.
    pub nothing: Option<String>,
}

/// Which mails a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct OutgoingMailQuery {
    /// Those in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub state: Option<NoticeState>,
    /// A ticket's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// A person's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Where the page before it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// 1 to 200; 50, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// How many mails there are in each state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutgoingMailCountsView {
    pub queued: i64,
    pub sent: i64,
    pub failed: i64,
    pub cancelled: i64,
    /// Since when the oldest that is queued waits.
    pub oldest_queued_at: Option<DateTime<Utc>>,
}

/// What a link in a mail asks: does it work again?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailAnswerView {
    pub ticket: TicketId,
    pub title: String,
    /// What was done.
    pub solution: String,
    /// It waits for its closing, and nobody has answered.
    pub may_answer: bool,
    /// What was answered.
    pub works: Option<bool>,
    pub is_closed: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailAnswerRequest {
    pub works: bool,
    /// What still fails; needed where it does not work.
    #[serde(default)]
    pub reason: Option<Text>,
}

/// What changed on a ticket that concerns the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyNoticeView {
    pub id: i64,
    pub kind: NoticeKind,
    pub ticket: TicketId,
    pub title: String,
    pub at: DateTime<Utc>,
    /// Whose hand it was. Absent: the system, or not for the caller to know.
    pub by: Option<super::PersonRef>,
    /// Newer than the caller's mark.
    pub is_new: bool,
}

/// A page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyNoticesView {
    /// How many are newer than the caller's mark; 100 means «more than 99».
    pub n_new: u32,
    pub items: Vec<MyNoticeView>,
    /// Where the list goes on: the `cursor` of the next call. Absent at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Which part of the caller's notices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct NoticesQuery {
    /// 1 to 200; 50, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the page before it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Up to which notice the caller has looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoticeMarkRequest {
    /// The id of the newest that was looked at.
    pub seen_until: i64,
}
