//! What the store says when it cannot do as asked.

use super::codec::CodecError;
use super::key::KeyError;

/// Why a read or a write failed. A refused write changed nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A unique index already has this key for another record.
    #[error("{index} already has this value")]
    Duplicate {
        /// The unique index's name.
        index: &'static str,
    },
    /// Stored bytes cannot be read, or a record is too large to store.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A stored key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The writer's queue of this class is full.
    #[error("the write queue of class {class} is full")]
    Busy {
        /// The class's name.
        class: &'static str,
    },
    /// Writing is off for now; reads go on and nothing acknowledged is lost.
    #[error("the store is read-only: {reason}")]
    ReadOnly {
        /// Why, in words for an administrator.
        reason: String,
    },
    /// One transaction wants to change more than a journal record may hold.
    #[error("one transaction changes {bytes} bytes, more than the limit of {limit}")]
    TransactionTooLarge {
        /// What it wanted.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// The engine failed or found damage.
    #[error("the storage engine failed: {0}")]
    Engine(String),
    /// The tree failed and is being opened again or rebuilt. What is not in memory cannot be read until that is done.
    #[error("the tree fails and is brought back from snapshot and journal; try again shortly: {reason}")]
    Recovering {
        /// Why, in words for an administrator.
        reason: String,
    },
    /// The disk has no room for what opening or healing needs.
    #[error("the disk is full; free some space")]
    NoSpace,
    /// Another process has the store open.
    #[error("{} is in use by another process; stop it first", directory.display())]
    InUse {
        /// The store's directory.
        directory: std::path::PathBuf,
    },
    /// The journal or a snapshot failed or is damaged.
    #[error("{0}")]
    Journal(String),
    /// A transaction panicked: a defect in the program. Its changes were dropped.
    #[error("a transaction failed inside: {0}")]
    Defect(String),
    /// The store is being closed.
    #[error("the store is closing")]
    Closing,
}
