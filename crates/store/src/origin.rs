//! From where a write came: kept beside each event and each change of a record, for the trail.
//!
//! It is no part of what is written, and every write has one; so it stands around the write rather than in the arguments of each. The writing door
//! takes it along to the thread that writes.

use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static CURRENT: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Runs `f`; what it writes came from there.
pub fn with<T>(origin: Option<Arc<str>>, f: impl FnOnce() -> T) -> T {
    /// Puts back what was before, also where `f` panics.
    struct Before(Option<Arc<str>>);
    impl Drop for Before {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let _before = Before(CURRENT.replace(origin));
    f()
}

/// What is written now came from there.
pub(crate) fn current() -> Option<String> {
    shared().map(|origin| origin.to_string())
}

/// The same, for another thread.
pub(crate) fn shared() -> Option<Arc<str>> {
    CURRENT.with_borrow(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_around_what_is_run_and_no_longer() {
        assert_eq!(current(), None);
        with(Some("a".into()), || {
            assert_eq!(current().as_deref(), Some("a"));
            with(None, || assert_eq!(current(), None));
            let _ = std::panic::catch_unwind(|| with(Some("b".into()), || panic!("a bug")));
            assert_eq!(current().as_deref(), Some("a"));
        });
        assert_eq!(current(), None);
    }
}
