//! The class of the request whose handler is being polled, for what it has done beside the workers.

use std::cell::Cell;

use crate::store::Class;

thread_local! {
    static SERVING: Cell<Option<Class>> = const { Cell::new(None) };
}

/// While this lives, the thread serves a request of that class.
pub struct Serving(());

impl Serving {
    /// Begins.
    pub fn a(class: Class) -> Self {
        SERVING.set(Some(class));
        Self(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        SERVING.set(None);
    }
}

/// Of which class what is being served is; `None` behind the head of an answer, when the rest of it is being sent.
pub fn class() -> Option<Class> {
    SERVING.get()
}
