//! What was begun on a ticket: a draft for each deed, as long as its page.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Deed, Draft};
use crate::app::App;
use crate::pages::ticket::Whole;
use crate::reactive::*;

/// What was begun stays, whatever is opened in between.
#[derive(Clone)]
pub struct Drafts {
    app: App,
    whole: RwSignal<Arc<Whole>>,
    owner: Owner,
    all: Arc<Mutex<HashMap<Deed, Arc<Draft>>>>,
}

impl Drafts {
    /// They live as long as what is drawn now.
    pub fn new(app: App, whole: RwSignal<Arc<Whole>>) -> Drafts {
        Drafts { app, whole, owner: Owner::current().unwrap_or_default(), all: Arc::default() }
    }

    /// The draft of a deed; begun, where there is none.
    pub fn of(&self, deed: Deed) -> Arc<Draft> {
        let new = || Arc::new(Draft::new(self.app, deed, &self.whole.get_untracked().ticket.value, &self.owner));
        self.known().entry(deed).or_insert_with(new).clone()
    }

    pub fn find(&self, deed: Deed) -> Option<Arc<Draft>> {
        self.known().get(&deed).cloned()
    }

    /// What was typed stays; what had no answer is not sent again.
    pub fn give_up(&self, deed: Deed) {
        if let Some(draft) = self.find(deed) {
            draft.give_up();
        }
    }

    /// What was done needs no draft any more.
    pub fn forget(&self, deed: Deed) {
        self.known().remove(&deed);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Deed, Arc<Draft>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
