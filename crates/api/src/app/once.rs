//! Doing a thing once: the idempotency record of a request, written in the transaction of what it did.
//!
//! A record is kept 24 hours, for one person and one route. The same key with another body is refused; the same key with the same body gets
//! the same status and body again. An answer that showed a secret is never kept: its replay is told that it was made already.

use chrono::TimeDelta;
use domain::{Instant, PersonId};
use sha2::{Digest, Sha256};
use store::idempotency::{self, BeginError, Claim, IdempotencyKey, Kept};
use store::streams::AppendError;
use store::{Conn, Store, StoreError};

use crate::error::{Code, Failure};
use crate::http::Answer;

/// How long a record is kept.
pub const KEPT_HOURS: i64 = 24;

/// The key that a caller gave, and what was sent under it.
#[derive(Debug, Clone)]
pub struct Once {
    key: IdempotencyKey,
    request_hash: Vec<u8>,
}

impl Once {
    /// `route` is the method and path with its numbers, so that a key used on one ticket says nothing of another.
    pub fn new(person: PersonId, route: String, key: String, body: &[u8]) -> Once {
        Once { key: IdempotencyKey { person, route, key }, request_hash: Sha256::digest(body).to_vec() }
    }

    /// The key with what it stands for once this answer, which shows no secret, was given.
    pub fn keeping(self, answer: &Answer) -> (IdempotencyKey, Kept) {
        let kept = self.kept(answer, false);
        (self.key, kept)
    }

    fn kept(&self, answer: &Answer, is_secret: bool) -> Kept {
        let Answer { status, etag, location, body } = answer;
        Kept {
            request_hash: self.request_hash.clone(),
            status: *status,
            etag: etag.clone(),
            location: location.clone(),
            body: (!is_secret).then(|| body.clone()),
        }
    }

    /// The answer that was given before, if there was one.
    ///
    /// # Errors
    /// `idempotency_conflict` for another body; `already_created` where the answer showed a secret.
    pub fn find(&self, conn: &mut Conn, now: Instant) -> Result<Option<Answer>, Failure> {
        match idempotency::find(conn, &self.key, now - TimeDelta::hours(KEPT_HOURS))? {
            None => Ok(None),
            Some(kept) if kept.request_hash != self.request_hash => Err(Code::IdempotencyConflict.into()),
            Some(Kept { body: None, .. }) => Err(Code::AlreadyCreated.into()),
            Some(Kept { status, etag, location, body: Some(body), .. }) => Ok(Some(Answer { status, etag, location, body })),
        }
    }
}

/// Looks up the answer given before.
///
/// # Errors
/// As [`Once::find`].
pub fn replay(store: &Store, once: Option<&Once>, now: Instant) -> Result<Option<Answer>, Failure> {
    match once {
        None => Ok(None),
        Some(once) => store.read(|conn| once.find(conn, now)),
    }
}

/// Why a write came to nothing.
pub enum WriteError {
    /// Another request with the same key is or was there first.
    Taken,
    /// Somebody else moved the ticket between the load and the append.
    Conflict,
    Failure(Failure),
}

impl From<Failure> for WriteError {
    fn from(failure: Failure) -> WriteError {
        WriteError::Failure(failure)
    }
}

impl From<AppendError> for WriteError {
    fn from(error: AppendError) -> WriteError {
        match error {
            AppendError::Conflict => WriteError::Conflict,
            AppendError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> WriteError {
        WriteError::Failure(error.into())
    }
}

impl From<BeginError> for WriteError {
    fn from(error: BeginError) -> WriteError {
        match error {
            BeginError::Taken => WriteError::Taken,
            BeginError::Store(error) => error.into(),
        }
    }
}

/// The work of one write transaction that keeps its answer: the key is taken (see [`Claim`]), the work is done, the answer is kept.
///
/// # Errors
/// See [`WriteError`].
pub fn kept(
    conn: &mut Conn,
    once: Option<&Once>,
    now: Instant,
    is_secret: bool,
    claim: Claim,
    work: impl FnOnce(&mut Conn) -> Result<Answer, WriteError>,
) -> Result<Answer, WriteError> {
    let Some(once) = once else { return work(conn) };
    idempotency::begin(conn, &once.key, &once.request_hash, now, claim)?;
    let answer = work(conn)?;
    idempotency::finish(conn, &once.key, &once.kept(&answer, is_secret), now)?;
    Ok(answer)
}

/// [`kept`], in a transaction of its own.
///
/// # Errors
/// See [`WriteError`].
pub fn write(
    store: &Store,
    once: Option<Once>,
    now: Instant,
    is_secret: bool,
    work: impl FnOnce(&mut Conn) -> Result<Answer, WriteError> + Send + 'static,
) -> Result<Answer, WriteError> {
    store.write(move |conn| kept(conn, once.as_ref(), now, is_secret, Claim::First, work))
}

/// A write that nothing can conflict with but its own key: done once, or its answer found.
///
/// # Errors
/// The failure of the work, or of the key.
pub fn write_once(
    store: &Store,
    once: Option<Once>,
    now: Instant,
    is_secret: bool,
    work: impl FnOnce(&mut Conn) -> Result<Answer, Failure> + Send + 'static,
) -> Result<Answer, Failure> {
    if let Some(answer) = replay(store, once.as_ref(), now)? {
        return Ok(answer);
    }
    let again = once.clone();
    match write(store, once, now, is_secret, move |conn| work(conn).map_err(WriteError::Failure)) {
        Ok(answer) => Ok(answer),
        Err(WriteError::Failure(failure)) => Err(failure),
        Err(WriteError::Conflict) => Err(Failure::Internal("a conflict where none can be".into())),
        Err(WriteError::Taken) => taken(store, again.as_ref(), now),
    }
}

/// The key was taken by a request that has committed since, or that is still under way.
///
/// # Errors
/// Unavailable, where it is still under way.
pub fn taken(store: &Store, once: Option<&Once>, now: Instant) -> Result<Answer, Failure> {
    replay(store, once, now)?.ok_or_else(|| Failure::Unavailable("the same request is still under way".into()))
}
