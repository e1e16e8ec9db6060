//! Sign in, refresh, sign out, the first administrator, and one's own profile.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::PersonId;
use store::sessions::{self, Rotation};
use store::{absences, accounts, actors, people, setup};
use wire::{AreaRef, ProfileRequest, ProfileView, SessionView, SetupRequest, SetupView};

use super::App;
use crate::auth::accounts::{Account, By, Key};
use crate::auth::cookie::REFRESH_DAYS;
use crate::auth::tokens::Bearer;
use crate::error::{Code, Failure};
use crate::http::{Answer, IfMatch};
use crate::random;

/// Within which the predecessor of a refresh token is taken once more: two tabs that refresh at once, an answer that was lost.
const GRACE_SECONDS: i64 = 30;

/// A session as it is handed over: the view, and the secret for the cookie.
pub struct Opened {
    pub view: SessionView,
    pub refresh: String,
}

impl App {
    /// Who a verified token names, if their session and account still stand.
    ///
    /// # Errors
    /// `unauthenticated`, or `account_disabled`.
    pub fn signed(&self, bearer: Bearer) -> Result<Arc<Account>, Failure> {
        let now = self.now();
        let account = self.store.read::<_, Failure>(|conn| {
            if !sessions::is_open(conn, sessions::SessionId(bearer.session), now)? {
                return Err(Code::Unauthenticated.into());
            }
            let account = actors::find_account(conn, bearer.person, now)?.ok_or(Code::Unauthenticated)?;
            if !account.is_active {
                return Err(Code::AccountDisabled.into());
            }
            Ok(Arc::new(Account { person: bearer.person, by: By::Session(bearer.session), actor: account.actor }))
        })?;
        self.accounts.keep(Key::Bearer(bearer), account.clone(), now);
        Ok(account)
    }

    /// The hash to verify a password against, and whose it is.
    ///
    /// # Errors
    /// The store's.
    pub fn find_credentials(&self, email: &str) -> Result<Option<accounts::Credentials>, Failure> {
        let email = email.trim().to_lowercase();
        self.store.read(|conn| Ok(accounts::find_credentials(conn, &email)?))
    }

    /// Opens a session for a person whose password was right.
    ///
    /// # Errors
    /// `account_disabled`.
    pub fn open_session(&self, credentials: &accounts::Credentials) -> Result<Opened, Failure> {
        if !credentials.is_active {
            return Err(Code::AccountDisabled.into());
        }
        self.open_session_of(credentials.person, credentials.password_hash.clone())
    }

    /// The password that was verified must still be the person's when the session is there: a sign-in must not outlive a change of password.
    fn open_session_of(&self, person: PersonId, password_hash: String) -> Result<Opened, Failure> {
        let now = self.now();
        let refresh = random::secret();
        let hash = random::hash_of(&refresh);
        let session = self.store.write::<_, Failure>(move |conn| {
            let session = sessions::open(conn, person, &hash, now, now + TimeDelta::days(REFRESH_DAYS))?;
            let is_still = accounts::find_credentials_of(conn, person)?.is_some_and(|now| now.password_hash == password_hash);
            if is_still { Ok(session) } else { Err(Code::InvalidCredentials.into()) }
        })?;
        self.session_view(person, session, refresh)
    }

    fn session_view(&self, person: PersonId, session: sessions::SessionId, refresh: String) -> Result<Opened, Failure> {
        let (access_token, expires_at) = self.tokens.issue(Bearer { person, session: session.0 }, self.now())?;
        Ok(Opened { view: SessionView { access_token, expires_at }, refresh })
    }

    /// A new access token and a new refresh token for an old one.
    ///
    /// # Errors
    /// `stale_session`; when the token had been used before, the whole session ends.
    pub fn refresh_session(&self, refresh: &str) -> Result<Opened, Failure> {
        let now = self.now();
        let (old, new) = (random::hash_of(refresh), random::secret());
        let new_hash = random::hash_of(&new);
        let rotation = self
            .store
            .write::<_, Failure>(move |conn| Ok(sessions::rotate(conn, &old, &new_hash, now, TimeDelta::seconds(GRACE_SECONDS))?))?;
        match rotation {
            Rotation::Rotated { session, person } => {
                let account = self.store.read::<_, Failure>(|conn| Ok(actors::find_account(conn, person, now)?))?;
                match account {
                    Some(account) if account.is_active => self.session_view(person, session, new),
                    _ => Err(Code::AccountDisabled.into()),
                }
            }
            Rotation::Reused { session } => {
                tracing::warn!(session = session.0, "A refresh token was used again after its successor: the session was ended");
                self.accounts.forget_all();
                Err(Code::StaleSession.into())
            }
            Rotation::Unknown | Rotation::Expired => Err(Code::StaleSession.into()),
        }
    }

    /// Ends the session of a refresh token, if there is one.
    ///
    /// # Errors
    /// The store's.
    pub fn close_session(&self, refresh: &str) -> Result<(), Failure> {
        let hash = random::hash_of(refresh);
        self.store.write::<_, Failure>(move |conn| Ok(sessions::revoke(conn, &hash)?))?;
        self.accounts.forget_all();
        Ok(())
    }

    /// Does the system wait for its first administrator?
    ///
    /// # Errors
    /// The store's.
    pub fn read_setup(&self) -> Result<Answer, Failure> {
        let is_needed = self.store.read::<_, Failure>(|conn| Ok(setup::is_needed(conn)?))?;
        Ok(Answer::ok(&SetupView { is_needed }))
    }

    /// A one-time link for the first administrator, or none when there is one already.
    ///
    /// # Errors
    /// The store's.
    pub fn offer_setup(&self) -> Result<Option<String>, Failure> {
        let now = self.now();
        let token = random::secret();
        let hash = random::hash_of(&token);
        let is_offered = self.store.write::<_, Failure>(move |conn| Ok(setup::offer(conn, &hash, now)?))?;
        Ok(is_offered.then(|| format!("{}/setup#token={token}", self.config.public_url)))
    }

    /// Makes the agency's first area and administrator.
    ///
    /// # Errors
    /// `setup_token_bad`, `setup_done`.
    pub fn redeem_setup(&self, request: SetupRequest, password_hash: String) -> Result<Opened, Failure> {
        let now = self.now();
        let hash = random::hash_of(&request.token);
        let verified = password_hash.clone();
        let person = self.store.write::<_, Failure>(move |conn| {
            let language = words::Language::Spanish.tag().to_owned();
            let administrator = setup::NewAdministrator { name: request.name, email: request.email, language };
            setup::redeem(conn, &hash, now, &request.agency, &administrator, &password_hash).map_err(|error| match error {
                setup::SetupError::Done => Code::SetupDone.into(),
                setup::SetupError::EmailTaken => Code::EmailTaken.into(),
                setup::SetupError::BadToken => Code::SetupTokenBad.into(),
                setup::SetupError::Store(error) => error.into(),
            })
        })?;
        self.open_session_of(person, verified)
    }

    /// The caller's own record.
    ///
    /// # Errors
    /// The store's.
    pub fn read_me(&self, caller: &Account) -> Result<Answer, Failure> {
        let today = domain::day_in_lima(self.now());
        let (row, away) = self.store.read::<_, Failure>(|conn| {
            let row = people::find(conn, caller.person)?.ok_or(Code::Unauthenticated)?;
            Ok((row, absences::away_on(conn, today)?))
        })?;
        let version = row.version;
        let (absent_until, acting_for) = super::people::away_of(&away, row.id);
        let view = ProfileView {
            absent_until,
            acting_for,
            id: row.id,
            name: row.name,
            email: row.email,
            post: row.post,
            area: AreaRef { id: row.area, name: row.area_name },
            extension: row.extension,
            phone: row.phone,
            place: row.place,
            language: row.language,
            roles: caller.actor.roles.clone(),
            areas_headed: caller.actor.areas_headed.clone(),
        };
        Ok(Answer::ok(&view).tagged(version))
    }

    /// Changes what one may change of oneself.
    ///
    /// # Errors
    /// 428 without If-Match, 412 for an old version.
    pub fn update_me(&self, caller: &Account, expected: IfMatch, request: ProfileRequest) -> Result<Answer, Failure> {
        let expected = expected.required()?;
        let (person, now) = (caller.person, self.now());
        let row = self.store.read::<_, Failure>(|conn| people::find(conn, person)?.ok_or(Code::Unauthenticated.into()))?;
        let version = super::records::checked(expected, row.version)?;
        let known = super::people::as_written(&row)?;
        let changed = people::NewPerson {
            extension: request.extension.unwrap_or_else(|| known.extension.clone()),
            phone: request.phone.unwrap_or_else(|| known.phone.clone()),
            place: request.place.unwrap_or_else(|| known.place.clone()),
            language: request.language.as_deref().map_or(Ok(known.language.clone()), |tag| super::people::language(Some(tag)))?,
            ..known
        };
        self.store.write::<_, Failure>(move |conn| {
            people::update(conn, Some(person), now, person, version, &changed).map_err(|error| super::records::failure(error, version))
        })?;
        self.read_me(caller)
    }

    /// The hash of the caller's present password.
    ///
    /// # Errors
    /// The store's.
    pub fn find_own_credentials(&self, caller: &Account) -> Result<Option<accounts::Credentials>, Failure> {
        let person = caller.person;
        self.store.read(|conn| Ok(accounts::find_credentials_of(conn, person)?))
    }

    /// Gives a person a password; their other sessions end.
    ///
    /// # Errors
    /// The store's.
    pub fn set_password(&self, by: Option<PersonId>, person: PersonId, hash: String, except: Option<i64>) -> Result<(), Failure> {
        let now = self.now();
        self.store.write::<_, Failure>(move |conn| {
            accounts::set_password(conn, by, now, person, &hash, except.map(sessions::SessionId))
                .map_err(|error| super::records::failure(error, 0))
        })?;
        self.accounts.forget_all();
        Ok(())
    }
}
