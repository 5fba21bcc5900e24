//! Opening and closing: locks, trust in the tree, replay, threads; and the rebuild into a fresh tree.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::engine::{Engine, EngineError, MemoryEngine, SledEngine, SledOptions};
use super::error::StoreError;
use super::journal::files::{Files, OsFiles};
use super::journal::{Journal, snapshot};
use super::marker::{LAYOUT, Marker};
use super::pipeline::{Checkpointer, Committer, Writer};
use super::record::Schema;
use super::shared::{
    EngineMaker, Parts, Shared, StoreOptions, applied_key, apply_whole, read_mark, rebuild_into,
};
use super::txn::{Ids, id_mark_key};
use super::{Inner, Store};

const TREE: &str = "tree";
const JOURNAL: &str = "journal";
/// How long opening waits for another process to let go of the store.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

fn io_error(what: &str, error: &io::Error) -> StoreError {
    StoreError::Engine(format!("{what}: {error}"))
}

/// What closing needs.
pub(crate) struct Closing {
    directory: Option<PathBuf>,
    lock: Mutex<Option<File>>,
}

impl Closing {
    /// Flushes and marks the store as closed cleanly. On any failure the marker stays "in use", which is safe.
    pub(crate) fn close(&self, shared: &Shared) {
        let engine = shared.engine.write().take();
        let Some(engine) = engine else { return };
        let flushed = engine.flush();
        shared.release_handle();
        drop(engine);
        if let (Some(directory), Ok(())) = (&self.directory, &flushed)
            && !shared.is_read_only()
        {
            let marked = Marker::closed(&directory.join(TREE)).and_then(|marker| marker.write(directory));
            if let Err(error) = marked {
                tracing::warn!(%error, "the store could not be marked as closed; the next start replays its journal");
            }
        }
        if let Err(error) = flushed {
            tracing::error!(%error, "the tree could not be flushed at closing; the journal has everything");
        }
        drop(self.lock.lock().take());
    }
}

fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| io_error(&format!("opening {} failed", path.display()), &error))?;
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            // A process that was killed holds its locks until the kernel has taken it apart.
            Err(TryLockError::WouldBlock) if since.elapsed() < LOCK_PATIENCE => {
                std::thread::park_timeout(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Engine(format!(
                    "{} is in use by another process; stop it first",
                    directory.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(io_error("locking the store failed", &error)),
        }
    }
}

/// Random numbers for salts of segments; not a secret, only never the same twice.
fn salts() -> Box<dyn FnMut() -> u64 + Send> {
    Box::new(|| {
        let mut bytes = [0; 8];
        // Without randomness from the system the time must do: it differs between lives of a segment.
        if getrandom::fill(&mut bytes).is_err() {
            bytes = u64::try_from(Instant::now().elapsed().as_nanos()).unwrap_or(1).to_le_bytes();
        }
        u64::from_le_bytes(bytes) | 1
    })
}

/// Moves a tree that cannot be used out of the way, for whoever wants to look at it.
fn set_aside(tree: &Path) -> io::Result<()> {
    if !tree.exists() {
        return Ok(());
    }
    let parent = tree.parent().unwrap_or(Path::new("."));
    // One is enough to look at; a second failure must not fill the disk with copies.
    let aside = parent.join("tree.damaged");
    if aside.exists() {
        fs::remove_dir_all(&aside)?;
    }
    fs::rename(tree, &aside)
}

fn sled_maker(tree: PathBuf, cache_bytes: u64) -> EngineMaker {
    Box::new(move |afresh| {
        if afresh {
            set_aside(&tree).map_err(|error| EngineError::Io(error.to_string()))?;
        }
        SledEngine::open(&tree, SledOptions { cache_bytes }).map(|engine| Arc::new(engine) as Arc<dyn Engine>)
    })
}

impl Store {
    /// Opens or creates the store in `directory`.
    pub fn open(directory: &Path, schema: Schema, options: StoreOptions) -> Result<Self, StoreError> {
        let journal = directory.join(JOURNAL);
        let files = OsFiles::new(&journal)
            .map_err(|error| io_error("making the journal directory failed", &error))?;
        Self::open_with_files(directory, schema, options, Arc::new(files))
    }

    /// [`Store::open`] with another file layer under the journal: for tests that lose what was not synced.
    #[doc(hidden)]
    pub fn open_with_files(
        directory: &Path,
        schema: Schema,
        options: StoreOptions,
        files: Arc<dyn Files>,
    ) -> Result<Self, StoreError> {
        fs::create_dir_all(directory)
            .map_err(|error| io_error(&format!("making {} failed", directory.display()), &error))?;
        let lock = lock(directory)?;
        let tree = directory.join(TREE);
        let marker =
            Marker::read(directory).map_err(|error| io_error("reading the marker failed", &error))?;
        let distrust = match &marker {
            Some(marker) if marker.layout != LAYOUT => {
                return Err(StoreError::Engine(format!(
                    "{} has layout {}, this program knows {LAYOUT}: use the program that wrote it",
                    directory.display(),
                    marker.layout
                )));
            }
            Some(marker) => marker.trusts(&tree).err(),
            None if tree.exists() => Some("nothing says how it was left"),
            None => None,
        };
        Marker::in_use().write(directory).map_err(|error| io_error("writing the marker failed", &error))?;
        let make_engine = sled_maker(tree, options.tree_cache_bytes);
        let (engine, rebuilt) = trusted_or_rebuilt(files.as_ref(), &make_engine, distrust)?;
        Self::start(
            schema,
            options,
            files,
            Some((directory.to_path_buf(), lock)),
            engine,
            make_engine,
            rebuilt,
        )
    }

    /// A store in memory, for tests: the same meaning, nothing kept.
    pub fn in_memory(
        schema: Schema,
        options: StoreOptions,
        files: Arc<dyn Files>,
    ) -> Result<Self, StoreError> {
        let make: EngineMaker = Box::new(|_| Ok(Arc::new(MemoryEngine::default())));
        let engine = make(true).map_err(|error| StoreError::Engine(error.to_string()))?;
        Self::start(schema, options, files, None, engine, make, false)
    }

    fn start(
        schema: Schema,
        options: StoreOptions,
        files: Arc<dyn Files>,
        home: Option<(PathBuf, File)>,
        engine: Arc<dyn Engine>,
        make_engine: EngineMaker,
        rebuilt: bool,
    ) -> Result<Self, StoreError> {
        let mut applied = read_mark(engine.as_ref(), &applied_key())?;
        let journal =
            Journal::open(files.clone(), options.segment_bytes, applied, salts(), |number, ops| {
                applied = number;
                apply_whole(engine.as_ref(), number, &ops)
            })?;
        let ids = Ids::from_mark(read_mark(engine.as_ref(), &id_mark_key())?);
        let (directory, lock) = home.map_or((None, None), |(directory, lock)| (Some(directory), Some(lock)));
        let shared = Arc::new(Shared::new(Parts {
            schema,
            options,
            files,
            directory: directory.clone(),
            engine,
            make_engine,
            segments: journal.segments(),
            applied,
            rebuilt,
            salt: salts(),
        })?);
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(run)
                .map_err(|error| io_error("starting a thread failed", &error))
        };
        let writer = Writer::new(shared.clone(), ids);
        let committer = Committer::new(shared.clone(), journal);
        let checkpointer = Checkpointer { shared: shared.clone() };
        let flag = shared.clone();
        let threads = vec![
            spawn("store-writer", Box::new(move || writer.run()))?,
            spawn("store-commit", Box::new(move || committer.run()))?,
            spawn("store-check", Box::new(move || checkpointer.run(flag.stopping_flag())))?,
        ];
        Ok(Self {
            inner: Arc::new(Inner {
                shared,
                threads: Mutex::new(threads),
                closing: Closing { directory, lock: Mutex::new(lock) },
            }),
        })
    }
}

/// Opens the tree when it may be trusted; otherwise, or when it does not open, rebuilds it.
fn trusted_or_rebuilt(
    files: &dyn Files,
    make_engine: &EngineMaker,
    distrust: Option<&'static str>,
) -> Result<(Arc<dyn Engine>, bool), StoreError> {
    let reason = match distrust {
        Some(reason) => reason.to_owned(),
        None => match make_engine(false) {
            Ok(engine) => match read_mark(engine.as_ref(), &applied_key()) {
                // A tree that was emptied opens as a new one. The journal knows better.
                Ok(0) if has_groups(files)? => "it is empty, though the journal is not".to_owned(),
                Ok(_) => return Ok((engine, false)),
                Err(error) => error.to_string(),
            },
            Err(EngineError::NoSpace) => {
                return Err(StoreError::Engine(
                    "the disk is full; free some space and start again".to_owned(),
                ));
            }
            Err(error @ EngineError::InUse(_)) => return Err(StoreError::Engine(error.to_string())),
            Err(error) => error.to_string(),
        },
    };
    tracing::error!(reason, "the tree is not trusted; rebuilding it from snapshot and journal");
    let engine = make_engine(true).map_err(|error| StoreError::Engine(error.to_string()))?;
    rebuild_into(files, engine.as_ref())?;
    Ok((engine, true))
}

fn has_groups(files: &dyn Files) -> Result<bool, StoreError> {
    if !snapshot::list(files)?.is_empty() {
        return Ok(true);
    }
    let mut any = false;
    super::journal::replay_all(files, 0, |_, _| {
        any = true;
        Ok(())
    })?;
    Ok(any)
}

/// Rebuilds the tree of a closed store into a new directory and swaps it in: sled never gives disk space back.
/// Bytes before and after.
pub fn compact(directory: &Path, options: &StoreOptions) -> Result<(u64, u64), StoreError> {
    let held = lock(directory)?;
    let files = OsFiles::new(&directory.join(JOURNAL))
        .map_err(|error| io_error("opening the journal failed", &error))?;
    let tree = directory.join(TREE);
    let fresh = directory.join("tree.compacting");
    let wrong = |error: io::Error| io_error("compacting failed", &error);
    let engine_wrong = |error: EngineError| StoreError::Engine(error.to_string());
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(wrong)?;
    }
    let make = sled_maker(tree.clone(), options.tree_cache_bytes);
    let marker = Marker::read(directory).map_err(wrong)?;
    let distrust = marker.as_ref().and_then(|marker| marker.trusts(&tree).err());
    let (engine, _) = trusted_or_rebuilt(&files, &make, distrust)?;
    let mark = read_mark(engine.as_ref(), &applied_key())?;
    super::shared::replay_into(&files, engine.as_ref(), mark)?;
    let before = engine.disk_bytes().map_err(engine_wrong)?;
    let new = SledEngine::open(&fresh, SledOptions { cache_bytes: options.tree_cache_bytes })
        .map_err(engine_wrong)?;
    let mut rows = Vec::new();
    let mut failed = None;
    engine
        .scan(&[], None, false, &mut |key, value| {
            rows.push(super::engine::Op {
                key: bytes::Bytes::copy_from_slice(key),
                value: Some(bytes::Bytes::copy_from_slice(value)),
            });
            if rows.len() == 1024 {
                failed = new.commit(&mut rows.iter()).err();
                rows.clear();
            }
            if failed.is_none() {
                std::ops::ControlFlow::Continue(())
            } else {
                std::ops::ControlFlow::Break(())
            }
        })
        .map_err(engine_wrong)?;
    if let Some(error) = failed {
        return Err(engine_wrong(error));
    }
    new.commit(&mut rows.iter()).map_err(engine_wrong)?;
    new.flush().map_err(engine_wrong)?;
    let after = new.disk_bytes().map_err(engine_wrong)?;
    drop(new);
    drop(engine);
    // Between the two renames the tree is missing; a start then rebuilds it, which is right too.
    let old = directory.join("tree.before-compacting");
    fs::rename(&tree, &old).map_err(wrong)?;
    fs::rename(&fresh, &tree).map_err(wrong)?;
    Marker::closed(&tree).and_then(|marker| marker.write(directory)).map_err(wrong)?;
    fs::remove_dir_all(&old).map_err(wrong)?;
    drop(held);
    Ok((before, after))
}

/// Is there a store in `directory`?
pub fn inspect(directory: &Path) -> bool {
    directory.join(JOURNAL).is_dir()
}
