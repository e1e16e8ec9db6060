//! Passwords, kept as Argon2id (RFC 9106) in a bounded pool: a crowd that signs in at once waits, and the rest of the server does not.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::error::{Code, Failure};

/// NIST SP 800-63B, 3.1.1.2: length matters, composition rules do not.
pub const MIN_CHARACTERS: usize = 10;
/// So that a hash never takes megabytes of text.
pub const MAX_CHARACTERS: usize = 200;
/// Hashes that are made at once: each takes 19 MiB and tens of milliseconds of a core.
const N_AT_ONCE: usize = 2;
/// How many may wait for that; more are told to come back.
const N_WAITING: usize = 64;

/// The bounded pool.
#[derive(Clone)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// The hash of no password, verified where there is no account: both cases take the same time.
    nobody: Arc<str>,
}

impl Passwords {
    /// # Errors
    /// Internal, where hashing fails.
    pub fn new() -> Result<Passwords, Failure> {
        let nobody = hash_now(&crate::random::secret())?;
        Ok(Passwords { at_once: Arc::new(Semaphore::new(N_AT_ONCE)), waiting: Arc::new(Semaphore::new(N_WAITING)), nobody: nobody.into() })
    }

    /// # Errors
    /// `weak_password`, or unavailable when too many wait.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        check(&password)?;
        self.in_pool(move || hash_now(&password)).await
    }

    /// Is it the password of this hash? Without a hash, no, after the same time.
    ///
    /// # Errors
    /// Unavailable when too many wait.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Failure> {
        let nobody = self.nobody.clone();
        self.in_pool(move || {
            if password.chars().count() > MAX_CHARACTERS {
                return Ok(false);
            }
            let is_it = verify_now(&password, hash.as_deref().unwrap_or(&nobody));
            Ok(is_it && hash.is_some())
        })
        .await
    }

    async fn in_pool<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
        let _place = self.waiting.try_acquire().map_err(|_| Failure::Unavailable("too many passwords wait to be checked".into()))?;
        let _turn = self.at_once.acquire().await.map_err(|_| Failure::Unavailable("the password pool is closed".into()))?;
        actix_web::web::block(work).await.map_err(|error| Failure::Internal(error.to_string()))?
    }
}

/// # Errors
/// `weak_password`, unless it has 10 to 200 characters that are not all the same.
pub fn check(password: &str) -> Result<(), Failure> {
    let n = password.chars().count();
    let first = password.chars().next();
    let is_one_character = password.chars().all(|c| Some(c) == first);
    if (MIN_CHARACTERS..=MAX_CHARACTERS).contains(&n) && !is_one_character { Ok(()) } else { Err(Code::WeakPassword.into()) }
}

/// For the command line, which has no pool.
///
/// # Errors
/// Internal, where hashing fails.
pub fn hash_now(password: &str) -> Result<String, Failure> {
    let hash = argon2().hash_password(password.as_bytes()).map_err(|error| Failure::Internal(format!("hashing a password: {error}")))?;
    Ok(hash.to_string())
}

fn verify_now(password: &str, hash: &str) -> bool {
    argon2::PasswordHash::new(hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// OWASP's parameters: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let hash = hash_now("correcto caballo").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify_now("correcto caballo", &hash));
        assert!(!verify_now("correcto caballO", &hash));
    }

    #[test]
    fn length_is_what_counts() {
        assert!(check("123456789").is_err());
        assert!(check("1234567890").is_ok());
        assert!(check(&"ab".repeat(100)).is_ok());
        assert!(check(&format!("{}x", "ab".repeat(100))).is_err());
        assert!(check("aaaaaaaaaaaa").is_err());
    }
}
