//! Rendered parts of pages that many look at or one looks at often, kept beside the prepared JSON that they show.
//!
//! A part is good for as long as the JSON has the same tag, and that the store drops in the commit that changes it: so a
//! part is never stale either, and needs no dropping of its own.

use std::sync::Arc;

use crate::domain::preferences::Language;

/// All parts together; the outlines of a thousand learners.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// What an entry costs beside its text.
const ENTRY_BYTES: usize = 256;

/// Which part, for whom, how it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FragmentKey {
    /// Of what.
    pub of: u64,
    /// Whose view; 0 for one that is the same for many.
    pub viewer: u64,
    /// The language.
    pub language: Language,
    /// The zone of its dates.
    pub zone: String,
}

/// The parts that are kept.
pub struct Fragments(moka::sync::Cache<FragmentKey, (Arc<str>, Arc<str>)>);

impl Default for Fragments {
    fn default() -> Self {
        let weigh = |key: &FragmentKey, part: &(Arc<str>, Arc<str>)| {
            u32::try_from(key.zone.len() + part.1.len() + ENTRY_BYTES).unwrap_or(u32::MAX)
        };
        Self(moka::sync::Cache::builder().weigher(weigh).max_capacity(MAX_BYTES).build())
    }
}

impl Fragments {
    /// The part, when it was made from what has this tag.
    pub fn get(&self, key: &FragmentKey, etag: &str) -> Option<Arc<str>> {
        self.0.get(key).filter(|(of, _)| **of == *etag).map(|(_, html)| html)
    }

    /// Keeps a part with the tag of what it was made from.
    pub fn keep(&self, key: FragmentKey, etag: Arc<str>, html: Arc<str>) {
        self.0.insert(key, (etag, html));
    }
}
