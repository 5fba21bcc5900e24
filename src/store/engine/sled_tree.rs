//! sled 0.34.7 behind the engine seam, with the fences that its limits ask for.
//!
//! - `flush_async` is never called (concurrent calls deadlock); the timer flush is off; whoever needs one calls the blocking
//!   flush, and the file is synced by us afterwards, because sled's own flush uses `sync_file_range` on Linux, which
//!   is no promise against power loss.
//! - `len()` is never called: it scans.
//! - Changes are made one by one, in order, without sled's batches (but for the few of [`AtOnce`]): a batch writes out the log's buffer before and after
//!   its first record, and each such write wakes all of sled's threads. Nobody needs them: readers have a group in memory
//!   while it is applied, sled recovers what was written up to some record, the mark comes behind what it stands for, and
//!   replaying a group over a part of it comes to the same.
//! - Opening retries while a dying process still holds the lock.
//! - A panic inside sled (it panics on some damage, and when the last sync of its file fails while it is dropped) is caught and
//!   reported as damage. What a scan visits runs outside of that: a panic there is none of sled's.
//! - Values stay far below the 128 KiB where sled would keep them apart for ever; the codec refuses them.

use std::fs::File;
use std::io;
use std::ops::{Bound, ControlFlow};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::{AtOnce, Engine, EngineError, EngineVisit, Op};
use crate::store::private;

/// How long opening waits for a dying process to let go of the lock. kill -9 of a busy process was seen to hold it
/// for some hundred milliseconds.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// sled's settings that we set by name.
#[derive(Debug, Clone, Copy)]
pub struct SledOptions {
    /// Page cache in bytes.
    pub cache_bytes: u64,
}

/// An open sled database.
#[derive(Debug)]
pub struct SledEngine {
    /// `None` once it is closed.
    db: Option<sled::Db>,
    path: PathBuf,
}

impl SledEngine {
    /// Opens or creates the database in the directory `path`.
    pub fn open(path: &Path, options: SledOptions) -> Result<Self, EngineError> {
        let since = Instant::now();
        loop {
            match Self::try_open(path, options) {
                Err(EngineError::InUse(_)) if since.elapsed() < LOCK_PATIENCE => {
                    std::thread::park_timeout(Duration::from_millis(20));
                }
                outcome => return outcome,
            }
        }
    }

    fn try_open(path: &Path, options: SledOptions) -> Result<Self, EngineError> {
        // sled would let everybody in, and makes its files so.
        private::make_directories(path).map_err(|error| failed(&error))?;
        let db = guarded(|| {
            sled::Config::new()
                .path(path)
                .cache_capacity(options.cache_bytes)
                .mode(sled::Mode::HighThroughput)
                .flush_every_ms(None)
                .open()
        })?;
        Ok(Self { db: Some(db), path: path.to_path_buf() })
    }

    fn db(&self) -> sled::Result<&sled::Db> {
        self.db.as_ref().ok_or_else(|| sled::Error::Unsupported("it is closed".to_owned()))
    }
}

impl Drop for SledEngine {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!(%error, "the tree could not be closed in order; its files are free");
        }
    }
}

/// Runs a sled call; its errors and panics become ours.
fn guarded<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, EngineError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(translate(error)),
        Err(panic) => Err(EngineError::Damaged(format!("sled panicked: {}", panic_text(panic.as_ref())))),
    }
}

/// What a caught panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "no message".to_owned())
}

fn translate(error: sled::Error) -> EngineError {
    match error {
        sled::Error::Io(error) if is_no_space(&error) => EngineError::NoSpace,
        sled::Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock => {
            EngineError::InUse(error.to_string())
        }
        sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => {
            EngineError::InUse(error.to_string())
        }
        sled::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            EngineError::Damaged(error.to_string())
        }
        sled::Error::Io(error) => EngineError::Io(error.to_string()),
        other => EngineError::Damaged(other.to_string()),
    }
}

fn failed(error: &io::Error) -> EngineError {
    if is_no_space(error) { EngineError::NoSpace } else { EngineError::Io(error.to_string()) }
}

pub(crate) fn is_no_space(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

impl Engine for SledEngine {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, EngineError> {
        guarded(|| self.db()?.get(key)).map(|value| value.map(|bytes| Bytes::copy_from_slice(&bytes)))
    }

    fn scan(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<(), EngineError> {
        if to.is_some_and(|to| to <= from) {
            return Ok(());
        }
        let bounds = (Bound::Included(from), to.map_or(Bound::Unbounded, Bound::Excluded));
        let mut rows = guarded(|| Ok(self.db()?.range::<&[u8], _>(bounds)))?;
        let mut next = || guarded(|| if reverse { rows.next_back() } else { rows.next() }.transpose());
        while let Some((key, value)) = next()? {
            if visit(&key, &value) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, ops: &mut dyn Iterator<Item = &Op>) -> Result<(), EngineError> {
        guarded(|| {
            let db = self.db()?;
            for op in ops {
                match &op.value {
                    Some(value) => drop(db.insert(&op.key, value.as_ref())?),
                    None => drop(db.remove(&op.key)?),
                }
            }
            Ok(())
        })
    }

    fn flush(&self) -> Result<(), EngineError> {
        guarded(|| self.db()?.flush().map(drop))?;
        sync_files(&self.path).map_err(|error| failed(&error))
    }

    fn disk_bytes(&self) -> Result<u64, EngineError> {
        guarded(|| self.db()?.size_on_disk())
    }

    fn name(&self) -> &'static str {
        "sled"
    }

    fn close(&mut self) -> Result<(), EngineError> {
        let db = self.db.take();
        // Unwinding lets go of its files and of their lock, too.
        guarded(|| {
            drop(db);
            Ok(())
        })
    }
}

impl AtOnce for SledEngine {
    fn commit_at_once(&self, ops: &[Op]) -> Result<(), EngineError> {
        if ops.len() < 2 {
            return self.commit(&mut ops.iter());
        }
        let mut batch = sled::Batch::default();
        for op in ops {
            match &op.value {
                Some(value) => batch.insert(op.key.as_ref(), value.as_ref()),
                None => batch.remove(op.key.as_ref()),
            }
        }
        guarded(|| self.db()?.apply_batch(batch))
    }
}

/// Syncs every file of sled's directory and the directory itself.
pub(crate) fn sync_files(path: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            match File::open(entry.path()) {
                Ok(file) => file.sync_all()?,
                // sled removes its old snapshot file by itself.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    File::open(path)?.sync_all()
}
