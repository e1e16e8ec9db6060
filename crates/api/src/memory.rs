//! What was freed goes back to the system.
//!
//! glibc gives back the end of a heap by itself, and no more: after a peak (the API's document at the start, a large list, a hundred requests at once)
//! the rest would be kept for ever. A server that has just started holds 8 MiB of its own and would keep 65.

use std::sync::atomic::{AtomicU64, Ordering};

/// More requests than this in one look: it is no time to tidy up, the memory is wanted again at once.
const BUSY: u64 = 200;

static N_REQUESTS: AtomicU64 = AtomicU64::new(0);

/// Counts a request.
pub fn used() {
    N_REQUESTS.fetch_add(1, Ordering::Relaxed);
}

/// Whether anything is to be tidied up.
pub struct Tidying {
    is_due: bool,
}

impl Tidying {
    /// After a start there is.
    pub fn begun() -> Tidying {
        Tidying { is_due: true }
    }

    /// Gives back the pages that hold nothing, unless the server is busy, or nobody has used it since the last time.
    pub fn look_after(&mut self) {
        let n_requests = N_REQUESTS.swap(0, Ordering::Relaxed);
        self.is_due |= n_requests > 0;
        if self.is_due && n_requests <= BUSY {
            give_back();
            self.is_due = false;
        }
    }
}

/// Other systems' libraries look after it themselves.
fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code, reason = "a call without arguments that matter, which the C library lets every thread make at any time")]
    unsafe {
        libc::malloc_trim(0);
    }
}
