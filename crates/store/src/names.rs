//! The names of people, areas, services and providers, from those that are known by heart ([`crate::heart`]).

use domain::{AreaId, PersonId, ProviderId, ServiceId};

use crate::conn::Conn;
use crate::error::StoreError;
use crate::heart::{self, Records, beyond, known};
use crate::tickets::{Names, names};

/// Whose names are asked for. They may come twice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub people: Vec<PersonId>,
    pub areas: Vec<AreaId>,
    pub services: Vec<ServiceId>,
    pub providers: Vec<ProviderId>,
}

/// The names that are wanted by who has read how often records were changed; of a record that is not there, none.
///
/// # Errors
/// Of the database.
pub(crate) fn of(conn: &mut Conn, n_changes: i64, wanted: &Wanted) -> Result<Names, StoreError> {
    let mut found = heart::recall(n_changes, |Records { names, .. }| Names {
        people: known(&names.people, &wanted.people),
        areas: known(&names.areas, &wanted.areas),
        services: known(&names.services, &wanted.services),
        providers: known(&names.providers, &wanted.providers),
    });
    let missing = Wanted {
        people: beyond(&found.people, &wanted.people),
        areas: beyond(&found.areas, &wanted.areas),
        services: beyond(&found.services, &wanted.services),
        providers: beyond(&found.providers, &wanted.providers),
    };
    if !missing.is_empty() {
        let read = names(conn, &missing.people, &missing.areas, &missing.services, &missing.providers)?;
        heart::learn(n_changes, |records| add(&mut records.names, read.clone()));
        add(&mut found, read);
    }
    Ok(found)
}

impl Wanted {
    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.areas.is_empty() && self.services.is_empty() && self.providers.is_empty()
    }
}

fn add(names: &mut Names, more: Names) {
    names.people.extend(more.people);
    names.areas.extend(more.areas);
    names.services.extend(more.services);
    names.providers.extend(more.providers);
}
