//! What the rules need to know and the ticket does not hold: looked up before the decision, and given to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::actor::Role;
use crate::refusal::Refusal;
use crate::ticket::Phase;
use crate::values::{AreaId, FileId, Line, PersonId, ProviderId, ServiceId, TicketId};

/// A person as the rules see one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFact {
    pub name: Line,
    pub post: Option<Line>,
    pub area: AreaId,
    pub roles: BTreeSet<Role>,
    pub is_active: bool,
    /// Can a mail reach them?
    pub has_address: bool,
}

/// An area as the rules see one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaFact {
    pub parent: Option<AreaId>,
    pub head: Option<PersonId>,
    /// It has not ended.
    pub is_open: bool,
    /// Its tickets are reserved (control and integrity units).
    pub is_reserved: bool,
}

/// Another ticket that a command names, as far as its caller may know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFact {
    pub phase: Phase,
    pub duplicate_of: Option<TicketId>,
}

/// What the agency has set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Days within which a closed ticket may be reopened.
    pub reopening_days: u32,
    /// Reminders that go before one may give up waiting.
    pub n_reminders: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { reopening_days: 10, n_reminders: 2 }
    }
}

/// Every record that a decision may look at: those that [`crate::Mentions`] names, the ticket's people, and the areas above its area with their heads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The ticket that is decided on; none before it exists.
    pub this: Option<TicketId>,
    pub people: BTreeMap<PersonId, PersonFact>,
    pub areas: BTreeMap<AreaId, AreaFact>,
    /// In the catalogue now.
    pub services: BTreeSet<ServiceId>,
    /// On record and active.
    pub providers: BTreeSet<ProviderId>,
    /// Uploaded by the caller and not yet part of a ticket.
    pub files: BTreeSet<FileId>,
    /// Seen by the caller.
    pub tickets: BTreeMap<TicketId, TicketFact>,
    /// Tickets that were joined to this one.
    pub n_duplicates: u32,
    pub rules: Rules,
}

impl Facts {
    pub(crate) fn person(&self, id: PersonId, field: &str) -> Result<&PersonFact, Refusal> {
        self.people.get(&id).ok_or_else(|| Refusal::PersonUnknown { field: field.to_owned() })
    }

    pub(crate) fn open_area(&self, id: AreaId) -> Result<&AreaFact, Refusal> {
        self.areas.get(&id).filter(|area| area.is_open).ok_or(Refusal::AreaUnknown { area: id })
    }

    pub(crate) fn service(&self, id: ServiceId) -> Result<(), Refusal> {
        if self.services.contains(&id) { Ok(()) } else { Err(Refusal::ServiceUnknown) }
    }

    pub(crate) fn provider(&self, id: ProviderId) -> Result<(), Refusal> {
        if self.providers.contains(&id) { Ok(()) } else { Err(Refusal::ProviderUnknown) }
    }

    pub(crate) fn files(&self, files: &[FileId]) -> Result<(), Refusal> {
        if files.len() > MAX_FILES as usize {
            return Err(Refusal::TooManyFiles { max: MAX_FILES });
        }
        let mut seen = BTreeSet::new();
        match files.iter().find(|file| !self.files.contains(file) || !seen.insert(**file)) {
            Some(file) => Err(Refusal::FileUnknown { file: *file }),
            None => Ok(()),
        }
    }

    /// The heads of an area and of those above it, the nearest first, who are active.
    pub(crate) fn heads_above(&self, area: AreaId) -> Vec<(AreaId, PersonId)> {
        let mut heads = Vec::new();
        let mut at = Some(area);
        let mut seen = BTreeSet::new();
        while let Some(id) = at {
            // A tree has no rings; one in the records must not hang a decision.
            if !seen.insert(id) {
                break;
            }
            let Some(fact) = self.areas.get(&id) else {
                break;
            };
            heads.extend(fact.head.filter(|head| self.people.get(head).is_some_and(|p| p.is_active)).map(|head| (id, head)));
            at = fact.parent;
        }
        heads
    }
}

/// Files that one command brings at most.
pub const MAX_FILES: u32 = 10;
