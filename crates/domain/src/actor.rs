//! Who acts, and what they may see.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ticket::Standing;
use crate::values::{AreaId, PersonId, names};

names! {
    /// The procedure's roles (sections 5 and 7), and the two that keep and read the system.
    pub enum Role {
        User = "user",
        /// Director o Jefe: never given as a role, but had by whoever heads an area.
        AreaHead = "area_head",
        HelpDesk = "help_desk",
        Support1 = "support1",
        Support2 = "support2",
        ItHead = "it_head",
        Admin = "admin",
        Auditor = "auditor",
    }
}

impl Role {
    /// Does it belong to the people of IT who attend the procedure?
    pub fn is_it(self) -> bool {
        matches!(self, Role::HelpDesk | Role::Support1 | Role::Support2 | Role::ItHead)
    }
}

/// Whose hand wrote an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The clock, or the mailbox.
    System,
    Person(PersonId),
}

impl Who {
    pub fn person(self) -> Option<PersonId> {
        match self {
            Who::System => None,
            Who::Person(id) => Some(id),
        }
    }
}

/// A caller with everything that decides what they may do and see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub who: Who,
    pub roles: BTreeSet<Role>,
    /// Their own area; none for the system.
    pub area: Option<AreaId>,
    /// The areas that they head and every area under those: what `AreaHead` reaches.
    pub areas_headed: BTreeSet<AreaId>,
}

/// Who reads: the people of IT and the auditor see what is internal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    Everyone,
    It,
}

impl Actor {
    /// The clock and the mailbox.
    pub fn system() -> Actor {
        Actor { who: Who::System, roles: BTreeSet::new(), area: None, areas_headed: BTreeSet::new() }
    }

    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    pub fn is_it(&self) -> bool {
        self.roles.iter().any(|role| role.is_it())
    }

    pub fn is(&self, person: Option<PersonId>) -> bool {
        person.is_some() && self.who.person() == person
    }

    pub fn audience(&self) -> Audience {
        if self.is_it() || self.has(Role::Auditor) || self.who == Who::System { Audience::It } else { Audience::Everyone }
    }

    /// May they read the trail of tickets too, or only of records and sessions?
    pub fn reads_trail_of_tickets(&self) -> bool {
        self.has(Role::Auditor)
    }

    /// May they know that this ticket exists? The one rule that `store::visible_to` says in SQL; a test compares the two.
    pub fn sees(&self, standing: &Standing) -> bool {
        self.audience() == Audience::It || self.is(Some(standing.requester)) || self.is(standing.creator) || self.heads_area_of(standing)
    }

    /// Do they head the ticket's area or one above it, and is it theirs to see?
    pub(crate) fn heads_area_of(&self, standing: &Standing) -> bool {
        !standing.is_reserved && self.has(Role::AreaHead) && self.areas_headed.contains(&standing.area)
    }
}
