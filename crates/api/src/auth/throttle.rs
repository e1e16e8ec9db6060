//! How often one may try to sign in, by account and by address.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::Failure;

/// Tries of one account: so many at once, then one each six seconds.
const ACCOUNT_BURST: u32 = 10;
const ACCOUNT_SECONDS: u64 = 6;
/// Tries from one address: an agency may stand behind one.
const ADDRESS_BURST: u32 = 60;
/// Mails for a forgotten password to one address: so many at once, then one each ten minutes.
const RESET_BURST: u32 = 3;
const RESET_SECONDS: u64 = 600;
/// Wrong access tokens from one address: so many at once, then one a second.
const WRONG_TOKEN_BURST: u32 = 20;
/// Keys that are remembered before the rested ones are forgotten.
const MAX_KEYS: usize = 10_000;

pub struct Throttle {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    wrong_tokens: DefaultKeyedRateLimiter<IpAddr>,
    resets: DefaultKeyedRateLimiter<String>,
}

impl Default for Throttle {
    fn default() -> Throttle {
        let burst = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let each = |seconds| Quota::with_period(std::time::Duration::from_secs(seconds)).unwrap_or(Quota::per_minute(NonZeroU32::MIN));
        Throttle {
            accounts: RateLimiter::keyed(each(ACCOUNT_SECONDS).allow_burst(burst(ACCOUNT_BURST))),
            addresses: RateLimiter::keyed(each(1).allow_burst(burst(ADDRESS_BURST))),
            resets: RateLimiter::keyed(each(RESET_SECONDS).allow_burst(burst(RESET_BURST))),
            wrong_tokens: RateLimiter::keyed(each(1).allow_burst(burst(WRONG_TOKEN_BURST))),
        }
    }
}

impl Throttle {
    /// Counts one try.
    ///
    /// # Errors
    /// `too_many_requests`, with the seconds to wait.
    pub fn try_account(&self, account: &str, address: IpAddr) -> Result<(), Failure> {
        self.try_address(address)?;
        if self.accounts.len() > MAX_KEYS {
            self.accounts.retain_recent();
        }
        let account = account.trim().to_lowercase();
        self.accounts.check_key(&account).map_err(|not_until| too_many(not_until.wait_time_from(DefaultClock::default().now())))
    }

    /// Counts one try from an address.
    ///
    /// # Errors
    /// `too_many_requests`, with the seconds to wait.
    pub fn try_address(&self, address: IpAddr) -> Result<(), Failure> {
        if self.addresses.len() > MAX_KEYS {
            self.addresses.retain_recent();
        }
        self.addresses.check_key(&address).map_err(|not_until| too_many(not_until.wait_time_from(DefaultClock::default().now())))
    }

    /// Counts one asking for a new password, whoever has the address.
    ///
    /// # Errors
    /// `too_many_requests`, with the seconds to wait.
    pub fn try_reset(&self, email: &str, address: IpAddr) -> Result<(), Failure> {
        self.try_address(address)?;
        if self.resets.len() > MAX_KEYS {
            self.resets.retain_recent();
        }
        let email = email.trim().to_lowercase();
        self.resets.check_key(&email).map_err(|not_until| too_many(not_until.wait_time_from(DefaultClock::default().now())))
    }

    /// Counts an access token that is none. A good one is never refused for the wrong ones that come from the same address.
    ///
    /// # Errors
    /// `too_many_requests`, with the seconds to wait.
    pub fn note_wrong_token(&self, address: IpAddr) -> Result<(), Failure> {
        if self.wrong_tokens.len() > MAX_KEYS {
            self.wrong_tokens.retain_recent();
        }
        self.wrong_tokens.check_key(&address).map_err(|not_until| too_many(not_until.wait_time_from(DefaultClock::default().now())))
    }
}

fn too_many(wait: std::time::Duration) -> Failure {
    Failure::TooManyRequests { retry_after_seconds: wait.as_secs() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_so_many_tries_from_wherever_they_come() {
        let throttle = Throttle::default();
        let address = |n: u8| IpAddr::from([10, 0, 0, n]);
        for n in 0..ACCOUNT_BURST {
            assert!(throttle.try_account("Ana@agencia.example", address(n as u8)).is_ok());
        }
        assert!(matches!(throttle.try_account("ana@agencia.example ", address(99)), Err(Failure::TooManyRequests { .. })));
        assert!(throttle.try_account("luis@agencia.example", address(99)).is_ok());
    }

    #[test]
    fn an_address_has_so_many_tries_for_whatever_account() {
        let throttle = Throttle::default();
        let address = IpAddr::from([10, 0, 0, 1]);
        for n in 0..ADDRESS_BURST {
            assert!(throttle.try_account(&format!("p{n}@agencia.example"), address).is_ok());
        }
        assert!(throttle.try_account("other@agencia.example", address).is_err());
    }
}
