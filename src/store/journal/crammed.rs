//! Files of tests on a disk that is full when a test says so.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::files::{Files, OpenFile};
use super::memory_files::MemoryFiles;

/// Files in memory on a disk with so much room, and while the switch is on none for a new one.
#[derive(Clone)]
pub(crate) struct Crammed {
    files: MemoryFiles,
    /// Is there no room for a new file?
    pub(crate) refuses: Arc<AtomicBool>,
    /// Bytes that are free.
    pub(crate) free: Arc<AtomicU64>,
}

impl Crammed {
    pub(crate) fn with(free: u64) -> Self {
        Self { files: MemoryFiles::default(), refuses: Arc::default(), free: Arc::new(free.into()) }
    }
}

impl Files for Crammed {
    fn list(&self) -> io::Result<Vec<String>> {
        self.files.list()
    }

    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn OpenFile>> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.files.create(name, bytes)
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn OpenFile>> {
        self.files.open(name)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.files.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.files.remove(name)
    }

    fn sync_names(&self) -> io::Result<()> {
        self.files.sync_names()
    }

    fn free_bytes(&self) -> io::Result<u64> {
        Ok(self.free.load(Ordering::SeqCst))
    }
}
