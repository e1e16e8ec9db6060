//! Accounts as requests need them, kept for half a minute: a changed role or a disabled account takes effect within a minute on every server.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use chrono::TimeDelta;
use domain::{Actor, Instant, PersonId};
use store::tokens::Scope;

use crate::auth::tokens::Bearer;
use crate::error::{Code, Failure};

/// How long an account is believed without asking again.
const KEPT_SECONDS: i64 = 30;
/// Accounts that are kept before all are forgotten.
const MAX_KEPT: usize = 5_000;

/// A caller, and by what they are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub person: PersonId,
    pub by: By,
    pub actor: Actor,
}

/// What a caller showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Themselves, signed in.
    Session(i64),
    /// A program that they let in.
    Token { id: i64, scope: Scope },
}

impl Account {
    /// The session; a program has none.
    ///
    /// # Errors
    /// `session_needed`.
    pub fn session(&self) -> Result<i64, Failure> {
        match self.by {
            By::Session(session) => Ok(session),
            By::Token { .. } => Err(Code::SessionNeeded.into()),
        }
    }

    /// May what they showed be used for this, whatever their roles?
    ///
    /// # Errors
    /// `token_scope`.
    pub fn admit(&self, use_of: Use) -> Result<(), Failure> {
        let is_admitted = match (self.by, use_of) {
            (By::Session(_) | By::Token { scope: Scope::Write, .. }, _) => true,
            (By::Token { scope: Scope::Read, .. }, use_of) => use_of == Use::Reading,
            (By::Token { scope: Scope::Intake, .. }, use_of) => use_of == Use::HandingInMail,
        };
        if is_admitted { Ok(()) } else { Err(Code::TokenScope.into()) }
    }
}

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Reading,
    Writing,
    HandingInMail,
}

/// By what an account is found again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Bearer(Bearer),
    /// The hash of an access token for integrations.
    Token(Vec<u8>),
}

#[derive(Default)]
pub struct Accounts {
    kept: RwLock<HashMap<Key, (Instant, Arc<Account>)>>,
}

impl Accounts {
    pub fn find(&self, key: &Key, now: Instant) -> Option<Arc<Account>> {
        let kept = self.kept.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.get(key).filter(|(at, _)| now - *at < TimeDelta::seconds(KEPT_SECONDS) && *at <= now).map(|(_, account)| account.clone())
    }

    pub fn keep(&self, key: Key, account: Arc<Account>, now: Instant) {
        let mut kept = self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key, (now, account));
    }

    /// After a change of people, areas or sessions here: this server knows at once, the others within half a minute.
    pub fn forget_all(&self) {
        self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    }
}
