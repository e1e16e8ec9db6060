//! Leptos' signals, over one type.
//!
//! Leptos makes its whole machinery anew for every type that a signal holds: a seventh of what a visitor loaded. Here each holds an `Arc` of
//! anything, so the machinery is there once; what is left for each type is to take it out again. The names and the meaning are Leptos'.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use leptos::prelude as base;
use leptos::prelude::{Get as _, GetUntracked as _, GetValue as _, Set as _, SetValue as _, Track as _};

pub use leptos::prelude::{Owner, event_target_checked, event_target_value, mount_to, on_cleanup, untrack};

/// Any value.
type Held = Arc<dyn Any + Send + Sync>;

/// What a signal holds, looked at.
pub struct Read<T>(Arc<T>);

impl<T> Deref for Read<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

fn hold<T: Send + Sync + 'static>(value: T) -> Held {
    Arc::new(value)
}

/// What was held under this type.
fn taken<T: Send + Sync + 'static>(held: Held) -> Arc<T> {
    held.downcast().unwrap_or_else(|_| unreachable!("a signal holds values of its type alone"))
}

/// A value that is followed by whatever reads it.
pub struct RwSignal<T>(base::RwSignal<Held>, PhantomData<fn() -> T>);

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T: Send + Sync + 'static> RwSignal<T> {
    pub fn new(value: T) -> RwSignal<T> {
        RwSignal(base::RwSignal::new(hold(value)), PhantomData)
    }

    pub fn set(&self, value: T) {
        self.0.set(hold(value));
    }

    /// Gives the value back where the signal is gone: the page was left.
    pub fn try_set(&self, value: T) -> Option<()> {
        self.0.try_set(hold(value)).map(drop)
    }

    pub fn track(&self) {
        self.0.track();
    }

    pub fn read(&self) -> Read<T> {
        Read(taken(self.0.get()))
    }

    pub fn read_untracked(&self) -> Read<T> {
        Read(taken(self.0.get_untracked()))
    }
}

impl<T: Clone + Send + Sync + 'static> RwSignal<T> {
    pub fn get(&self) -> T {
        T::clone(&self.read())
    }

    pub fn get_untracked(&self) -> T {
        T::clone(&self.read_untracked())
    }

    pub fn try_get_untracked(&self) -> Option<T> {
        self.0.try_get_untracked().map(|held| T::clone(&taken(held)))
    }

    pub fn update(&self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }

    /// None, and nothing done, where the signal is gone: the page was left.
    pub fn try_update(&self, change: impl FnOnce(&mut T)) -> Option<()> {
        let mut value = self.try_get_untracked()?;
        change(&mut value);
        self.set(value);
        Some(())
    }
}

/// A value that lives as long as its page, and that nothing follows.
pub struct StoredValue<T>(base::StoredValue<Held>, PhantomData<fn() -> T>);

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T: Clone + Send + Sync + 'static> StoredValue<T> {
    pub fn new(value: T) -> StoredValue<T> {
        StoredValue(base::StoredValue::new(hold(value)), PhantomData)
    }

    pub fn get_value(&self) -> T {
        T::clone(&taken(self.0.get_value()))
    }

    pub fn try_get_value(&self) -> Option<T> {
        self.0.try_get_value().map(|held| T::clone(&taken(held)))
    }

    pub fn set_value(&self, value: T) {
        self.0.set_value(hold(value));
    }

    /// Gives the value back where the page was left.
    pub fn try_set_value(&self, value: T) -> Option<()> {
        self.0.try_set_value(hold(value)).map(drop)
    }

    pub fn update_value(&self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_value();
        change(&mut value);
        self.set_value(value);
    }

    pub fn with_value<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&taken(self.0.get_value()))
    }
}

/// A value with how it is told from another.
#[derive(Clone)]
struct Worked {
    held: Held,
    is_same: fn(&Held, &Held) -> bool,
}

impl PartialEq for Worked {
    fn eq(&self, other: &Worked) -> bool {
        (self.is_same)(&self.held, &other.held)
    }
}

/// A value that is worked out of others, and followed only where it becomes another.
pub struct Memo<T>(base::Memo<Worked>, PhantomData<fn() -> T>);

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

fn is_same<T: PartialEq + 'static>(one: &Held, other: &Held) -> bool {
    one.downcast_ref::<T>() == other.downcast_ref::<T>()
}

/// Of one type, so that there is one memo below.
fn memo(work: Box<dyn Fn() -> Worked + Send + Sync>) -> base::Memo<Worked> {
    base::Memo::new(move |_| work())
}

impl<T: PartialEq + Clone + Send + Sync + 'static> Memo<T> {
    pub fn new(work: impl Fn(()) -> T + Send + Sync + 'static) -> Memo<T> {
        Memo(memo(Box::new(move || Worked { held: hold(work(())), is_same: is_same::<T> })), PhantomData)
    }

    pub fn read(&self) -> Read<T> {
        Read(taken(self.0.get().held))
    }

    pub fn get(&self) -> T {
        T::clone(&self.read())
    }

    pub fn get_untracked(&self) -> T {
        T::clone(&taken(self.0.get_untracked().held))
    }

    pub fn try_get_untracked(&self) -> Option<T> {
        self.0.try_get_untracked().map(|worked| T::clone(&taken(worked.held)))
    }

    pub fn track(&self) {
        self.0.track();
    }
}

/// Something that is done again whenever what it reads becomes another.
pub struct Effect;

impl Effect {
    #[allow(clippy::new_ret_no_self, reason = "it lives as long as its page, and nobody holds it, as with Leptos' own")]
    pub fn new(mut act: impl FnMut() + 'static) {
        effect(Box::new(move |_| act()));
    }

    /// Told whether it was done before.
    pub fn again(act: impl FnMut(bool) + 'static) {
        effect(Box::new(act));
    }
}

fn effect(mut act: Box<dyn FnMut(bool)>) {
    base::Effect::new(move |before: Option<()>| act(before.is_some()));
}
