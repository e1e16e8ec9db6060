//! What was begun on a ticket: a draft for each deed. It lives as long as its page, and the tab keeps what is typed beyond that.

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

    /// The draft of a deed, to be shown; begun, where there is none. Where nothing was typed stands what the ticket knows by now.
    pub fn of(&self, deed: Deed) -> Arc<Draft> {
        let before = self.find(deed);
        if let Some(draft) = before.as_ref().filter(|draft| !draft.is_at_rest()) {
            return draft.clone();
        }
        let draft = Arc::new(Draft::new(self.app, deed, &self.whole.get_untracked(), &self.owner, before.as_deref()));
        self.known().insert(deed, draft.clone());
        draft
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
