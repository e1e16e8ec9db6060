//! Accounts as requests need them, kept for half a minute: a changed role or a disabled account takes effect within a minute on every server.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use chrono::TimeDelta;
use domain::{Actor, Instant, PersonId};

use crate::auth::tokens::Bearer;

/// How long an account is believed without asking again.
const KEPT_SECONDS: i64 = 30;
/// Accounts that are kept before all are forgotten.
const MAX_KEPT: usize = 5_000;

/// A caller who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub person: PersonId,
    pub session: i64,
    pub actor: Actor,
}

#[derive(Default)]
pub struct Accounts {
    kept: RwLock<HashMap<Bearer, (Instant, Arc<Account>)>>,
}

impl Accounts {
    pub fn find(&self, bearer: Bearer, now: Instant) -> Option<Arc<Account>> {
        let kept = self.kept.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.get(&bearer).filter(|(at, _)| now - *at < TimeDelta::seconds(KEPT_SECONDS) && *at <= now).map(|(_, account)| account.clone())
    }

    pub fn keep(&self, bearer: Bearer, account: Arc<Account>, now: Instant) {
        let mut kept = self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(bearer, (now, account));
    }

    /// After a change of people, areas or sessions here: this server knows at once, the others within half a minute.
    pub fn forget_all(&self) {
        self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    }
}
