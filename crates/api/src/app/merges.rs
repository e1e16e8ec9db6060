//! Merging a contact into the person of the directory that it turned out to be.

use domain::PersonId;
use store::merges::{self, MergeError};
use store::people;
use wire::command::Fault;
use wire::{MergeRequest, MergeView, PersonRef};

use super::queries::fault;
use super::{App, Once, once};
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};
use crate::http::Answer;

impl App {
    /// The contact is disabled, and its tickets are the person's from now on.
    ///
    /// # Errors
    /// Not found, `already_merged`, and the field for nobody that one could merge into.
    pub fn merge_contact(&self, caller: &Account, contact: PersonId, request: MergeRequest, once: Option<Once>) -> Result<Answer, Failure> {
        let (by, now, into) = (caller.person, self.now(), request.into);
        let answer = once::write_once(&self.store, once, now, false, move |conn| {
            let n_tickets = merges::merge(conn, Some(by), now, contact, into).map_err(|error| match error {
                MergeError::NotFound => Code::NotFound.into(),
                MergeError::AlreadyMerged => Code::AlreadyMerged.into(),
                MergeError::IntoUnknown => fault("into", Fault::NoSuchRecord),
                MergeError::Store(error) => Failure::from(error),
            })?;
            let mut named = |id: PersonId| Ok::<_, Failure>(PersonRef { id, name: people::find(conn, id)?.ok_or(Code::NotFound)?.name });
            Ok(Answer::ok(&MergeView { contact: named(contact)?, person: named(into)?, n_tickets }))
        })?;
        self.accounts.forget_all();
        Ok(answer)
    }

    /// Tickets that were asked for in the name of a contact while it was merged: they are the person's, too. How many.
    ///
    /// # Errors
    /// The store's.
    pub fn finish_merges(&self) -> Result<u32, Failure> {
        let now = self.now();
        let stray = self.store.read::<_, Failure>(|conn| Ok(merges::find_stray(conn)?))?;
        let mut n = 0;
        for (contact, into) in stray {
            n += self.store.write::<_, Failure>(move |conn| {
                merges::finish(conn, now, contact, into).map_err(|error| Failure::Internal(format!("finishing a merge: {error}")))
            })?;
        }
        Ok(n)
    }
}
