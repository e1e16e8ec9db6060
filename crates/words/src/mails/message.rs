//! What is told, with the data that its words need.

use domain::{Day, Instant};

/// What every mail about a ticket shares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The ticket's number and title; none for what concerns no ticket.
    pub ticket: Option<(i64, String)>,
    /// Whom it is for.
    pub name: Option<String>,
    /// Where the ticket is read, for whoever can open it.
    pub link: Option<String>,
    /// How the desk is reached.
    pub extension: Option<String>,
    pub mobile: Option<String>,
}

/// How a request came, as far as its acknowledgement says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    Written,
    ByPhone,
    InPerson,
}

/// What whoever takes a task needs to know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Task {
    pub requester: String,
    pub area: String,
    pub extension: Option<String>,
    pub place: Option<String>,
    pub item: Option<String>,
}

/// What a provider is told of the equipment or service, and of whom to speak to. Nothing else of the ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supplied {
    pub company: String,
    pub item: Option<String>,
    pub place: Option<String>,
    pub technician: String,
    pub extension: Option<String>,
    pub email: Option<String>,
}

/// Who reads that a ticket was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedTo {
    Requester,
    /// Who wrote it down for somebody without an address.
    Creator {
        requester: String,
        extension: Option<String>,
    },
    Watcher {
        requester: String,
    },
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedAs {
    Solved {
        solution: Option<String>,
    },
    /// Who was told, by name and post.
    NotApproved {
        told: Option<(String, Option<String>)>,
    },
    Unanswered {
        asked_on: Option<Day>,
    },
}

/// One thing that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Received {
        came: Came,
    },
    Asked {
        person: String,
        question: String,
    },
    Reminded {
        question: String,
        until: Day,
    },
    /// To the requester, or from the requester to the holder.
    Replied {
        person: String,
        text: String,
    },
    Escalated {
        person: String,
        level: u8,
        task: Task,
        handover: String,
    },
    Assigned {
        person: String,
        previous: Option<String>,
        level: Option<u8>,
        task: Task,
        reason: Option<String>,
    },
    ReturnedToDesk {
        person: String,
        reason: String,
    },
    /// The person confirmed nothing: it still fails.
    Denied {
        person: String,
        reason: String,
    },
    ReportSubmitted {
        person: String,
        report: String,
        area: String,
        recommendation: String,
    },
    ContractingApproved {
        person: String,
        report: String,
        grounds: String,
    },
    ContractingRejected {
        person: String,
        report: String,
        grounds: String,
        told: Option<(String, Option<String>)>,
    },
    ReportReturned {
        person: String,
        report: String,
        remarks: String,
    },
    RejectionTold {
        name: String,
        post: Option<String>,
        requester: String,
        received_on: Day,
        item: Option<String>,
        report: Option<String>,
        reason: String,
        it_head: String,
        is_acting: bool,
    },
    ProviderCoordinated {
        supplied: Supplied,
        coverage: Option<(domain::CoverageKind, Day)>,
        fault: String,
    },
    ProviderReturned {
        supplied: Supplied,
        served_on: Option<Day>,
        visit: u32,
        case: Option<String>,
        remark: String,
    },
    /// The links open a page that asks; opening them changes nothing.
    Solved {
        solution: String,
        link_yes: String,
        link_no: String,
    },
    Closed {
        to: ClosedTo,
        closed_on: Day,
        outcome: ClosedAs,
        reopenable_until: Option<Day>,
    },
    ReopenedToDesk {
        person: String,
        times: u32,
        reason: String,
        solution: Option<String>,
    },
    Reopened,
    RequirementRecorded,
    Discarded {
        reason: Option<String>,
    },
    Joined,
    /// The principal was solved.
    PrincipalSolved {
        solution: Option<String>,
    },
    /// The contracting that the principal needed was not approved.
    PrincipalNotApproved,
    NotMatched,
    AccountInvited {
        until: Instant,
        link: String,
    },
    PasswordReset {
        minutes: i64,
        link: String,
    },
}
