//! Where the engine's files live, and how they are opened, replaced and brought up to date.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::engine::{
    Engine, EngineError, MemoryEngine, SledEngine, SledOptions, Waiting, close, is_no_space,
};
use super::error::StoreError;
use super::journal::files::Files;
use super::journal::{self, Replayed, snapshot};
use super::marker::Marker;
use super::open::open_for_use;
use super::record::Schema;
use super::shared::{StoreOptions, applied_mark, apply_whole, engine_error};

/// Fills an empty engine.
pub(crate) type Fill<'f> = &'f dyn Fn(&dyn Engine) -> Result<(), StoreError>;

/// The place of the engine.
pub(crate) trait Tree: Send + Sync {
    /// Opens what is there, or makes a new, empty one.
    fn open(&self) -> Result<Arc<dyn Engine>, EngineError>;

    /// Opens what is there and brings it up to date, whatever that takes, as opening a store does. Was it rebuilt?
    fn open_from_disk(&self, files: &dyn Files) -> Result<(Arc<dyn Engine>, bool), StoreError>;

    /// Makes a new one, fills it, and only when that worked puts it in the place of what is there, which is kept
    /// beside it for whoever wants to look when `keep_old` says so.
    fn replace(&self, keep_old: bool, fill: Fill<'_>) -> Result<Arc<dyn Engine>, StoreError>;
}

/// In memory: a new one is always empty.
pub(crate) struct MemoryTree;

impl Tree for MemoryTree {
    fn open(&self) -> Result<Arc<dyn Engine>, EngineError> {
        Ok(Arc::new(MemoryEngine::default()))
    }

    fn open_from_disk(&self, files: &dyn Files) -> Result<(Arc<dyn Engine>, bool), StoreError> {
        Ok((self.replace(false, &|engine| rebuild_into(files, engine, 0).map(drop))?, false))
    }

    fn replace(&self, _keep_old: bool, fill: Fill<'_>) -> Result<Arc<dyn Engine>, StoreError> {
        let engine = MemoryEngine::default();
        fill(&engine)?;
        Ok(Arc::new(engine))
    }
}

/// sled in the directory `tree` of a store.
pub(crate) struct SledTree {
    directory: PathBuf,
    cache_bytes: u64,
    schema: Schema,
}

/// The tree that is used.
const TREE: &str = "tree";
/// A tree being filled.
const REBUILDING: &str = "tree.rebuilding";
/// The tree that was replaced last because it was damaged.
const DAMAGED: &str = "tree.damaged";
/// A tree that was replaced and is about to be removed.
const REPLACED: &str = "tree.replaced";

fn io_error(error: &io::Error) -> StoreError {
    if is_no_space(error) {
        return StoreError::NoSpace;
    }
    StoreError::Engine(format!("exchanging the tree failed: {error}"))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl SledTree {
    pub(crate) fn new(directory: &Path, schema: Schema, options: &StoreOptions) -> Self {
        Self { directory: directory.to_path_buf(), cache_bytes: options.tree_cache_bytes, schema }
    }

    /// The directory of the tree that is used.
    pub(crate) fn path(&self) -> PathBuf {
        Self::path_in(&self.directory)
    }

    /// The same, of the store in `directory`.
    pub(crate) fn path_in(directory: &Path) -> PathBuf {
        directory.join(TREE)
    }

    fn open_at(&self, path: &Path) -> Result<Arc<dyn Engine>, EngineError> {
        let engine = SledEngine::open(path, SledOptions { cache_bytes: self.cache_bytes })?;
        Ok(Arc::new(Waiting::over(Arc::new(engine), self.schema.waits())?))
    }

    /// Removes what an exchange that was interrupted left.
    pub(crate) fn tidy(&self) {
        for name in [REBUILDING, REPLACED] {
            if let Err(error) = remove_if_there(&self.directory.join(name)) {
                tracing::warn!(%error, name, "the remains of an earlier tree could not be removed");
            }
        }
    }

    /// Removes the damaged tree that was kept for whoever wants to look.
    pub(crate) fn remove_damaged(&self) -> Result<(), StoreError> {
        remove_if_there(&self.directory.join(DAMAGED)).map_err(|error| io_error(&error))
    }

    fn fill_beside(&self, fill: Fill<'_>) -> Result<(), StoreError> {
        let beside = self.directory.join(REBUILDING);
        remove_if_there(&beside).map_err(|error| io_error(&error))?;
        let mut engine = self.open_at(&beside).map_err(engine_error)?;
        fill(engine.as_ref())?;
        engine.flush().and_then(|()| close(&mut engine)).map_err(engine_error)
    }

    /// Puts the filled tree in its place. A crash in between leaves no tree, or one that the marker does not vouch
    /// for; both are rebuilt by the next start.
    fn exchange(&self, keep_old: bool) -> io::Result<()> {
        let tree = self.path();
        let aside = self.directory.join(if keep_old { DAMAGED } else { REPLACED });
        // One is enough to look at; a second failure must not fill the disk with copies.
        remove_if_there(&aside)?;
        if tree.exists() {
            fs::rename(&tree, &aside)?;
        }
        fs::rename(self.directory.join(REBUILDING), &tree)?;
        File::open(&self.directory)?.sync_all()?;
        Marker::write_in_use(&self.directory, &tree)?;
        remove_if_there(&self.directory.join(REPLACED))
    }
}

impl Tree for SledTree {
    fn open(&self) -> Result<Arc<dyn Engine>, EngineError> {
        self.open_at(&self.path())
    }

    fn open_from_disk(&self, files: &dyn Files) -> Result<(Arc<dyn Engine>, bool), StoreError> {
        open_for_use(&self.directory, self, files).map(|opened| (opened.engine, opened.rebuilt))
    }

    fn replace(&self, keep_old: bool, fill: Fill<'_>) -> Result<Arc<dyn Engine>, StoreError> {
        if let Err(error) = self.fill_beside(fill) {
            // Half a tree would hold the very space whose lack may have made it fail.
            self.tidy();
            return Err(error);
        }
        self.exchange(keep_old).map_err(|error| io_error(&error))?;
        self.open().map_err(engine_error)
    }
}

/// Applies all groups behind `applied` to `engine`.
pub(crate) fn replay_into(
    files: &dyn Files,
    engine: &dyn Engine,
    applied: u64,
) -> Result<Replayed, StoreError> {
    journal::replay_all(files, applied, applied, |number, ops| apply_whole(engine, number, &ops))
}

/// Applies the groups behind `applied` up to `last`, all of which must be there.
pub(crate) fn replay_upto(
    files: &dyn Files,
    engine: &dyn Engine,
    applied: u64,
    last: u64,
) -> Result<(), StoreError> {
    if applied > last {
        return Err(StoreError::Journal(format!(
            "the tree has group {applied}, and the last that was answered is {last}"
        )));
    }
    let replayed = journal::replay_all(files, applied, applied, |number, ops| {
        if number <= last { apply_whole(engine, number, &ops) } else { Ok(()) }
    })?;
    if replayed.next <= last {
        return Err(StoreError::Journal(format!(
            "the journal ends before group {}, and group {last} was answered",
            replayed.next
        )));
    }
    Ok(())
}

/// Fills an empty engine from the newest snapshot that can be read and the journal behind it, which must reach up to group
/// `closed_with`.
pub(crate) fn rebuild_into(
    files: &dyn Files,
    engine: &dyn Engine,
    closed_with: u64,
) -> Result<Replayed, StoreError> {
    rebuild(files, engine, |from| {
        let replayed = replay_into(files, engine, from)?;
        if replayed.next <= closed_with {
            return Err(StoreError::Journal(format!(
                "the journal ends with group {} but the store was closed with group {closed_with}: files of it are missing; put \
                 them back, or restore a backup",
                replayed.next - 1
            )));
        }
        Ok(replayed)
    })
}

/// The same up to group `last`, when the store is in use.
pub(crate) fn rebuild_upto(files: &dyn Files, engine: &dyn Engine, last: u64) -> Result<(), StoreError> {
    rebuild(files, engine, |from| replay_upto(files, engine, from, last))
}

fn rebuild<T>(
    files: &dyn Files,
    engine: &dyn Engine,
    replay: impl FnOnce(u64) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let started = Instant::now();
    let Base { from, damaged } = base(files)?;
    if from > 0 {
        snapshot::load(files, from, engine)?;
        engine.commit(&mut std::iter::once(&applied_mark(from))).map_err(engine_error)?;
    }
    let replayed = replay(from)?;
    // Only now: a refusal changes nothing.
    for number in damaged {
        snapshot::set_aside(files, number);
    }
    tracing::warn!(
        snapshot = from,
        took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "rebuilt the tree from snapshot and journal"
    );
    Ok(replayed)
}

/// What to rebuild from.
struct Base {
    /// The group number of the newest snapshot that can be read, or 0 when the journal is whole.
    from: u64,
    /// Newer snapshots, which cannot.
    damaged: Vec<u64>,
}

fn base(files: &dyn Files) -> Result<Base, StoreError> {
    let first = journal::first_number(files)?;
    let (mut problems, mut damaged) = (Vec::new(), Vec::new());
    for number in snapshot::list(files)? {
        if first.is_none_or(|first| first > number + 1) {
            problems.push(format!("the journal does not reach back to the snapshot of group {number}"));
            continue;
        }
        snapshot::refuse_later_format(files, number)?;
        match snapshot::read(files, number, &mut |_| Ok(())) {
            Ok(_) => return Ok(Base { from: number, damaged }),
            Err(error) => {
                tracing::error!(%error, "a snapshot cannot be used; trying an older one");
                problems.push(error.to_string());
                damaged.push(number);
            }
        }
    }
    match first {
        None if problems.is_empty() => Ok(Base { from: 0, damaged }),
        Some(1) => Ok(Base { from: 0, damaged }),
        Some(first) => {
            problems.push(format!("the journal alone begins with group {first}"));
            Err(StoreError::Journal(format!(
                "the tree cannot be rebuilt: {}; restore a backup",
                problems.join("; ")
            )))
        }
        None => Err(StoreError::Journal(format!(
            "the tree cannot be rebuilt: {}; restore a backup",
            problems.join("; ")
        ))),
    }
}
