//! The memory for bodies that are read whole before anything is done with them: one sum over all requests, so that however
//! many send slowly, together they hold no more than that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::store::Class;

/// For all bodies together: eight of the largest uploads at once or a thousand of the largest JSON bodies, and an eighth of a
/// machine of 2 GiB.
const WHOLE_BYTES: usize = 256 * 1024 * 1024;
/// So many of the largest uploads must find room, however large the configuration lets them be.
const LARGEST_AT_ONCE: usize = 2;
/// So much of each body is free: saves, forms and most else never ask for room, and a connection costs more anyway.
const FREE_BYTES: usize = 16 * 1024;
/// This part of the whole is for exams alone: a long answer is not refused because files fill the rest.
const EXAM_SHARE: usize = 4;

/// What all bodies share.
pub struct Bodies {
    left: AtomicUsize,
    for_exams: usize,
}

/// What one body holds of it; given back when this is dropped. Most hold nothing and leave alone what all workers count with.
#[derive(Default)]
pub struct Held {
    /// What it is held of, once something is.
    of: Option<Arc<Bodies>>,
    /// So long is the body.
    bytes: usize,
    /// So much of it was taken from what is shared.
    taken: usize,
}

impl Bodies {
    /// Room for bodies of which the largest has so many bytes.
    pub fn of(largest: usize) -> Arc<Self> {
        let whole = WHOLE_BYTES.max(largest.saturating_mul(LARGEST_AT_ONCE));
        Arc::new(Self { left: AtomicUsize::new(whole), for_exams: whole / EXAM_SHARE })
    }

    /// How many bytes may still be taken by a class.
    pub fn left(&self, class: Class) -> usize {
        self.left.load(Ordering::Relaxed).saturating_sub(self.kept_from(class))
    }

    const fn kept_from(&self, class: Class) -> usize {
        match class {
            Class::Exam | Class::Start => 0,
            _ => self.for_exams,
        }
    }
}

impl Held {
    /// So much more of the body came. Is there room for it?
    #[must_use]
    pub fn more(&mut self, of: &Arc<Bodies>, bytes: usize, class: Class) -> bool {
        self.bytes += bytes;
        let wanted = self.bytes.saturating_sub(FREE_BYTES) - self.taken;
        if wanted == 0 {
            return true;
        }
        let kept = of.kept_from(class);
        let take = |left: usize| left.checked_sub(wanted).filter(|left| *left >= kept);
        let room = of.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        if room {
            self.of.get_or_insert_with(|| of.clone());
            self.taken += wanted;
        }
        room
    }

    /// Does it hold nothing that must be given back?
    pub const fn is_free(&self) -> bool {
        self.of.is_none()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(of) = &self.of {
            of.left.fetch_add(self.taken, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bodies_hold_is_bounded_and_comes_back_and_short_ones_ask_for_nothing() {
        let bodies = Bodies::of(0);
        let whole = WHOLE_BYTES - WHOLE_BYTES / EXAM_SHARE;
        assert_eq!(bodies.left(Class::Bulk), whole);
        let mut upload = Held::default();
        assert!(upload.more(&bodies, FREE_BYTES, Class::Bulk) && upload.is_free());
        assert!(upload.more(&bodies, whole, Class::Bulk) && !upload.is_free());
        assert_eq!(bodies.left(Class::Bulk), 0);
        let mut form = Held::default();
        assert!(form.more(&bodies, FREE_BYTES, Class::Browse), "a short body needs no room");
        assert!(!form.more(&bodies, 1, Class::Browse));
        let mut essay = Held::default();
        assert!(essay.more(&bodies, FREE_BYTES + 7, Class::Exam), "others do not fill the room of exams");
        assert_eq!(bodies.left(Class::Exam), WHOLE_BYTES / EXAM_SHARE - 7);
        drop((upload, form, essay));
        assert_eq!(bodies.left(Class::Exam), WHOLE_BYTES);
    }

    #[test]
    fn the_largest_upload_finds_room_however_large_it_may_be() {
        let largest = WHOLE_BYTES * 2;
        assert!(Held::default().more(&Bodies::of(largest), largest, Class::Bulk));
    }
}
