//! Access tokens for integrations: made and revoked by their person, revoked by the administrator too, and shown by programs.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::Role;
use store::tokens::{self, NewToken, Scope, TokenRow};
use store::{StoreError, actors};
use wire::command::Fault;
use wire::{NewTokenView, Page, PersonRef, TokenRequest, TokenScope, TokenView};

use super::queries::{fault, page_size, read_cursor, write_cursor};
use super::{App, Once, once};
use crate::auth::accounts::{Account, By, Key};
use crate::auth::require;
use crate::auth::tokens::PERSONAL_PREFIX;
use crate::error::{Code, Failure};
use crate::http::Answer;
use crate::random;

/// A token lasts no longer: whoever still needs it makes another, and sees who else has one.
const MAX_DAYS: i64 = 366;
/// Good tokens of one person.
const MAX_TOKENS: usize = 50;
/// Its use is noted no more often.
const USE_SECONDS: i64 = 60;

fn view(row: TokenRow) -> TokenView {
    TokenView {
        id: row.id,
        person: PersonRef { id: row.person.0, name: row.person.1 },
        name: row.name,
        scope: match row.scope {
            Scope::Read => TokenScope::Read,
            Scope::Write => TokenScope::Write,
            Scope::Intake => TokenScope::Intake,
        },
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    }
}

impl App {
    /// Whose token it is, and what for, if it and their account still stand.
    ///
    /// # Errors
    /// `unauthenticated`, or `account_disabled`.
    pub fn shown(&self, hash: Vec<u8>) -> Result<Arc<Account>, Failure> {
        let now = self.now();
        let (token, account) = self.store.read::<_, Failure>(|conn| {
            let token = tokens::find_good(conn, &hash, now)?.ok_or(Code::Unauthenticated)?;
            let account = actors::find_account(conn, token.person, now)?.ok_or(Code::Unauthenticated)?;
            if account.is_active { Ok((token, account)) } else { Err(Code::AccountDisabled.into()) }
        })?;
        let by = By::Token { id: token.id, scope: token.scope };
        let account = Arc::new(Account { person: token.person, by, actor: account.actor });
        if token.last_used_at.is_none_or(|at| now - at >= TimeDelta::seconds(USE_SECONDS)) {
            let noted = self.store.write::<_, StoreError>(move |conn| tokens::note_use(conn, token.id, now));
            if let Err(error) = noted {
                tracing::warn!(token.id, "Could not note the use of an access token: {error}");
            }
        }
        self.accounts.keep(Key::Token(hash), account.clone(), now);
        Ok(account)
    }

    /// Makes a token, and shows its secret this once.
    ///
    /// # Errors
    /// Too many, an end that is past or too far away, `not_your_role` for one that hands in mail.
    pub fn create_token(&self, caller: &Account, request: TokenRequest, once: Option<Once>) -> Result<Answer, Failure> {
        let now = self.now();
        if request.scope == TokenScope::Intake {
            require(caller, &[Role::Admin])?;
        }
        if request.expires_at <= now || request.expires_at > now + TimeDelta::days(MAX_DAYS) {
            return Err(fault("expires_at", Fault::Value(domain::ValueError::OutOfRange { min: 1, max: MAX_DAYS })));
        }
        let secret = format!("{PERSONAL_PREFIX}{}", random::secret());
        let hash = random::hash_of(&secret);
        let scope = match request.scope {
            TokenScope::Read => Scope::Read,
            TokenScope::Write => Scope::Write,
            TokenScope::Intake => Scope::Intake,
        };
        let new = NewToken {
            person: caller.person,
            name: request.name,
            scope,
            expires_at: chrono::SubsecRound::trunc_subsecs(request.expires_at, 6),
        };
        once::write_once(&self.store, once, now, true, move |conn| {
            let id = tokens::insert(conn, now, &new, &hash)?;
            if tokens::count_good(conn, new.person, now)? > MAX_TOKENS as i64 {
                return Err(fault("name", Fault::TooMany { max: MAX_TOKENS }));
            }
            let token = view(tokens::find(conn, id)?.ok_or(Code::NotFound)?);
            let view = NewTokenView { secret, token };
            Ok(Answer { status: 201, ..Answer::ok(&view) })
        })
    }

    /// A page of the caller's tokens, the newest first.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_my_tokens(&self, caller: &Account, cursor: Option<&str>, limit: Option<u32>) -> Result<Answer, Failure> {
        self.list_tokens(Some(caller), cursor, limit)
    }

    /// A page of everybody's.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_all_tokens(&self, cursor: Option<&str>, limit: Option<u32>) -> Result<Answer, Failure> {
        self.list_tokens(None, cursor, limit)
    }

    fn list_tokens(&self, of: Option<&Account>, cursor: Option<&str>, limit: Option<u32>) -> Result<Answer, Failure> {
        let limit = page_size(limit)?;
        let before = cursor.map(read_cursor::<i64>).transpose()?;
        let of = of.map(|account| account.person);
        let mut rows = self.store.read::<_, Failure>(|conn| Ok(tokens::list(conn, of, before, limit + 1)?))?;
        let goes_on = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| goes_on).map(|row| write_cursor(&row.id));
        Ok(Answer::ok(&Page { items: rows.into_iter().map(view).collect(), next }))
    }

    /// Ends one of the caller's own tokens.
    ///
    /// # Errors
    /// Not found, for another's too.
    pub fn revoke_my_token(&self, caller: &Account, id: i64) -> Result<Answer, Failure> {
        self.revoke(caller, id, true)
    }

    /// Ends anybody's.
    ///
    /// # Errors
    /// Not found.
    pub fn revoke_any_token(&self, caller: &Account, id: i64) -> Result<Answer, Failure> {
        self.revoke(caller, id, false)
    }

    fn revoke(&self, caller: &Account, id: i64, is_own: bool) -> Result<Answer, Failure> {
        let (by, now) = (caller.person, self.now());
        let of = is_own.then_some(by);
        self.store.write::<_, Failure>(move |conn| {
            tokens::revoke(conn, Some(by), now, id, of).map_err(|error| super::records::failure(error, 0))
        })?;
        self.accounts.forget_all();
        Ok(Answer::no_content())
    }
}
