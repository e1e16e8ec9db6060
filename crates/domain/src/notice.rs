//! What people are told of: the messages that events ask for, and what becomes of each.

use crate::values::names;

names! {
    /// Which message a notice is. Of several that one step makes for one person, the last in this order goes.
    pub enum NoticeKind {
        /// To the requester: it was received, and has this number.
        Received = "received",
        /// To the requester: somebody of IT wrote.
        Replied = "replied",
        /// To the holder: the person wrote.
        Answered = "answered",
        Reminded = "reminded",
        Asked = "asked",
        /// To the requester, when somebody else reopened it.
        Reopened = "reopened",
        /// To the people of the desk, who receive it.
        ReopenedToDesk = "reopened_to_desk",
        /// To whoever escalated it.
        ReturnedToDesk = "returned_to_desk",
        Assigned = "assigned",
        Escalated = "escalated",
        /// To the holder: it still fails.
        Denied = "denied",
        /// To the heads of IT.
        ReportSubmitted = "report_submitted",
        ReportReturned = "report_returned",
        ContractingApproved = "contracting_approved",
        ContractingRejected = "contracting_rejected",
        /// To the Director or Jefe of the user's area.
        RejectionTold = "rejection_told",
        /// To the provider.
        ProviderCoordinated = "provider_coordinated",
        ProviderReturned = "provider_returned",
        Solved = "solved",
        RequirementRecorded = "requirement_recorded",
        /// To the requester: it is not a matter for IT.
        Discarded = "discarded",
        /// To the requester of a duplicate.
        Joined = "joined",
        /// To the requester of a duplicate, when the principal is closed.
        PrincipalClosed = "principal_closed",
        Closed = "closed",
        /// To the sender of a mail whose reference leads nowhere.
        NotMatched = "not_matched",
        AccountInvited = "account_invited",
        PasswordReset = "password_reset",
    }
}

names! {
    /// What has become of a notice.
    pub enum NoticeState {
        /// To be sent, or to be tried again.
        Queued = "queued",
        Sent = "sent",
        /// Given up: its receiver does not take it, or it was tried for too long.
        Failed = "failed",
        /// There was nothing to say any more.
        Cancelled = "cancelled",
    }
}

names! {
    /// Why there is nothing to say any more.
    pub enum NothingToSay {
        /// Of a requester, a call to make.
        NoAddress = "no_address",
        /// The person was disabled.
        NotActive = "not_active",
        /// They may not see the ticket any more.
        NotVisible = "not_visible",
        /// What it quotes was hidden.
        Hidden = "hidden",
        /// The person answered meanwhile.
        Answered = "answered",
        /// The ticket has moved on: it was closed, denied or undone meanwhile.
        MovedOn = "moved_on",
        /// They were told the like of it a moment ago, or too often today.
        AlreadyTold = "already_told",
        /// It was written before mails were sent.
        BeforeMail = "before_mail",
    }
}
