//! Opening and closing: locks, trust in the tree, replay, threads.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;

use super::checkpointer::Checkpointer;
use super::committer::Committer;
use super::engine::{Engine, EngineError, close, is_no_space, sync_files};
use super::error::StoreError;
use super::journal::files::{Files, OsFiles};
use super::journal::memory_files::MemoryFiles;
use super::journal::{Journal, Replayed, first_number};
use super::marker::{LAYOUT, Marker};
use super::private;
use super::record::Schema;
use super::shared::{
    Parts, Shared, Stop, StoreOptions, applied_key, applied_mark, apply_whole, engine_error, find_mark,
    read_mark, read_reach,
};
use super::tree::{MemoryTree, SledTree, Tree, rebuild_into};
use super::txn::{Ids, id_mark_key};
use super::writer::Writer;
use super::{Inner, Store};
use crate::niceness;

/// The directory of the journal, in that of the store. It is made before anything else.
pub const JOURNAL: &str = "journal";
/// How long opening waits for another process to let go of the store.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// Free bytes without which opening the tree is not even tried: sled makes its files in steps of this size, and half
/// of an opening would only have to be distrusted later.
pub(crate) const ROOM_TO_OPEN_BYTES: u64 = 2 * 1024 * 1024;
/// Most bytes of snapshot and journal that are read into memory while the disk has no room for the tree. Rows in memory
/// weigh some times what they weigh there.
const LARGEST_IN_MEMORY_BYTES: u64 = 1024 * 1024 * 1024;

pub(crate) fn io_error(what: &str, error: &io::Error) -> StoreError {
    if is_no_space(error) {
        return StoreError::NoSpace;
    }
    StoreError::Engine(format!("{what}: {error}"))
}

/// What closing needs.
pub(crate) struct Closing {
    directory: Option<PathBuf>,
    tree: PathBuf,
    lock: Mutex<Option<File>>,
}

impl Closing {
    /// Flushes and marks the store as closed cleanly. On any failure the marker stays "in use", which is safe.
    pub(crate) fn close(&self, shared: &Shared) {
        let maintenance = shared.hold_maintenance();
        let Some(mut engine) = shared.take_engine(true) else {
            drop(self.lock.lock().take());
            return;
        };
        let flushed = engine.flush();
        shared.distrust_torn(engine.as_ref());
        let flushed = close(&mut engine).and(flushed);
        drop(engine);
        drop(maintenance);
        if let Err(error) = &flushed {
            tracing::error!(%error, "the tree could not be flushed at closing; the journal has everything");
        }
        // Too little room for writing is no reason to distrust what was written before.
        if let (Some(directory), Ok(())) = (&self.directory, &flushed)
            && !shared.has(Stop::JOURNAL | Stop::ENGINE | Stop::DEFECT)
        {
            // sled writes once more while it is being closed.
            let marked = sync_files(&self.tree)
                .and_then(|()| Marker::closed(&self.tree, shared.applied_number.load(Ordering::Acquire)))
                .and_then(|marker| marker.write(directory));
            if let Err(error) = marked {
                tracing::warn!(%error, "the store could not be marked as closed; the next start checks its journal");
            }
        }
        drop(self.lock.lock().take());
    }
}

/// Takes the store for this process, and closes it to other users.
pub(crate) fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join("lock");
    let file = private::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| io_error(&format!("opening {} failed", path.display()), &error))?;
    let since = Instant::now();
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => {
                private::close_to_others(directory);
                return Ok(file);
            }
            // A process that was killed holds its locks until the kernel has taken it apart.
            Err(TryLockError::WouldBlock) if since.elapsed() < LOCK_PATIENCE => {
                if !std::mem::replace(&mut told, true) {
                    let (store, seconds) = (directory.display(), LOCK_PATIENCE.as_secs());
                    tracing::info!(%store, seconds, "another process has the store; waiting for it to end");
                }
                std::thread::park_timeout(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse { directory: directory.to_path_buf() });
            }
            Err(TryLockError::Error(error)) => return Err(io_error("locking the store failed", &error)),
        }
    }
}

/// Random numbers for salts of segments; not a secret, only never the same twice.
pub(crate) fn salts() -> Box<dyn FnMut() -> u64 + Send> {
    Box::new(|| {
        let mut bytes = [0; 8];
        // Without randomness from the system the time must do: it differs between lives of a segment.
        if getrandom::fill(&mut bytes).is_err() {
            let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            bytes = u64::try_from(time.as_nanos()).unwrap_or(1).to_le_bytes();
        }
        u64::from_le_bytes(bytes) | 1
    })
}

/// Makes `directory` by `make`, and what is above it as is usual here, each entry on stable storage.
fn make_directory_by(make: fn(&Path) -> io::Result<()>, directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    let above = match directory.parent() {
        Some(above) if above != Path::new("") => above,
        _ => Path::new("."),
    };
    make_directory_by(|above| fs::create_dir(above), above)?;
    match make(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    File::open(above)?.sync_all()
}

/// Makes a directory of a store.
fn make_directory(directory: &Path) -> io::Result<()> {
    make_directory_by(private::make_directory, directory)
}

/// Opens the journal's directory inside `directory`, which both are made when they do not exist.
pub(crate) fn journal_files(directory: &Path) -> Result<OsFiles, StoreError> {
    let journal = directory.join(JOURNAL);
    make_directory(directory)
        .and_then(|()| make_directory(&journal))
        .and_then(|()| OsFiles::new(&journal))
        .map_err(|error| io_error(&format!("making {} failed", journal.display()), &error))
}

impl Store {
    /// Opens or creates the store in `directory`.
    pub fn open(directory: &Path, schema: Schema, options: StoreOptions) -> Result<Self, StoreError> {
        let files = journal_files(directory)?;
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
        make_directory(directory)
            .map_err(|error| io_error(&format!("making {} failed", directory.display()), &error))?;
        let lock = lock(directory)?;
        let tree = SledTree::new(directory, schema, &options);
        let opened = open_or_stand_in(directory, &tree, files.as_ref())?;
        Self::start(schema, options, files, Some((directory.to_path_buf(), lock)), Box::new(tree), opened)
    }

    /// A store in memory, for tests: the same meaning, nothing kept.
    pub fn in_memory(schema: Schema, options: StoreOptions) -> Result<Self, StoreError> {
        Self::in_memory_with_files(schema, options, Arc::new(MemoryFiles::default()))
    }

    /// [`Store::in_memory`] with another file layer under the journal, such as one that an earlier store left.
    #[doc(hidden)]
    pub fn in_memory_with_files(
        schema: Schema,
        options: StoreOptions,
        files: Arc<dyn Files>,
    ) -> Result<Self, StoreError> {
        let opened = rebuild(&MemoryTree, files.as_ref(), false, 0)?;
        Self::start(schema, options, files, None, Box::new(MemoryTree), Opened { rebuilt: false, ..opened })
    }

    pub(super) fn start(
        schema: Schema,
        options: StoreOptions,
        files: Arc<dyn Files>,
        home: Option<(PathBuf, File)>,
        tree: Box<dyn Tree>,
        opened: Opened,
    ) -> Result<Self, StoreError> {
        let Opened { engine, rebuilt, replayed, stands_in } = opened;
        let applied = replayed.next.saturating_sub(1);
        let (segment_bytes, durability) = (options.segment_bytes, options.durability);
        let mut journal = Journal::resume(files.clone(), segment_bytes, durability, replayed, salts())?;
        let no_segment = match journal.rotate() {
            // It is read, and the committer goes on trying.
            Err(error) if journal.lacks_room() => Some(error.to_string()),
            Err(error) => return Err(error),
            Ok(()) => None,
        };
        let ids = Ids::from_mark(read_mark(engine.as_ref(), &id_mark_key())?);
        let (directory, lock) = home.map_or((None, None), |(directory, lock)| (Some(directory), Some(lock)));
        let tree_path = directory.as_deref().map(SledTree::path_in).unwrap_or_default();
        let shared = Arc::new(Shared::new(Parts {
            schema,
            options,
            files,
            directory: directory.clone(),
            engine,
            tree,
            segments: journal.segments(),
            applied,
            rebuilt,
            salt: salts(),
        })?);
        if let Some(reason) = no_segment {
            shared.set(Stop::JOURNAL, reason);
        }
        if stands_in {
            shared.set(Stop::ENGINE, STANDS_IN.to_owned());
        }
        let writer = Writer::new(shared.clone(), ids);
        let committer = Committer::new(shared.clone(), journal, stands_in);
        let checkpointer = Checkpointer { shared: shared.clone() };
        // Before the first write is taken: the disk may have filled while nobody ran.
        checkpointer.shared.watch_room();
        let store = Self {
            inner: Arc::new(Inner {
                shared,
                threads: Mutex::new(Vec::new()),
                closing: Arc::new(Closing { directory, tree: tree_path, lock: Mutex::new(lock) }),
            }),
        };
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            let thread = std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(run)
                .map_err(|error| io_error("starting a thread failed", &error))?;
            // Into the store at once, so that a failure further down closes what was started.
            store.inner.threads.lock().push(thread);
            Ok::<(), StoreError>(())
        };
        // The writer first and the committer second: closing waits for the writer, whom nobody waits for.
        spawn("store-writer", Box::new(move || writer.run()))?;
        spawn(
            "store-commit",
            Box::new(move || {
                niceness::of_this_thread(COMMITTER_NICE);
                committer.run();
            }),
        )?;
        spawn("store-check", Box::new(move || checkpointer.run()))?;
        Ok(store)
    }
}

/// Every caller waits for the committer, so on a full machine it should not wait behind callers.
const COMMITTER_NICE: i32 = -10;

/// What is said while rows in memory stand in for the tree.
pub(crate) const STANDS_IN: &str =
    "the disk is full: the data are read from memory, and the tree is opened once there is room";

/// An engine that is up to date with its journal.
pub(crate) struct Opened {
    /// Rows in memory, because there is no room to open the tree.
    pub(crate) stands_in: bool,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) rebuilt: bool,
    pub(crate) replayed: Replayed,
}

/// Why a tree is not used as it is.
enum Trouble {
    /// It may or may not be right; it is not worth keeping beside the new one.
    Distrust(String),
    /// It is wrong.
    Damage(String),
    /// The store cannot be opened now; how closing the tree again went.
    Refuse(StoreError, Result<(), EngineError>),
}

impl Trouble {
    fn refuse(error: StoreError) -> Self {
        Self::Refuse(error, Ok(()))
    }
}

/// Opens the tree for use; where the disk is full, reads the rows into memory instead, which touches nothing.
fn open_or_stand_in(directory: &Path, tree: &SledTree, files: &dyn Files) -> Result<Opened, StoreError> {
    // A store that is only being made has nothing to read.
    let is_new = first_number(files)?.is_none();
    let no_room = files.free_bytes().is_ok_and(|free| free < ROOM_TO_OPEN_BYTES);
    if is_new || !no_room {
        match open_for_use(directory, tree, files) {
            Err(StoreError::NoSpace) if !is_new => {}
            outcome => return outcome,
        }
    }
    let closed_with = read_layout(directory)?.map_or(0, |marker| marker.group);
    let bytes = super::journal::rebuild_bytes(files)?;
    if bytes > LARGEST_IN_MEMORY_BYTES {
        tracing::error!(bytes, "there is too much to read it into memory meanwhile");
        return Err(StoreError::NoSpace);
    }
    Ok(Opened { rebuilt: false, stands_in: true, ..rebuild(&MemoryTree, files, false, closed_with)? })
}

/// Opens the tree, brings it up to date and marks it as in use.
pub(crate) fn open_for_use(
    directory: &Path,
    tree: &SledTree,
    files: &dyn Files,
) -> Result<Opened, StoreError> {
    let opened = open_tree(directory, tree, files)?;
    if find_mark(opened.engine.as_ref(), &applied_key())?.is_none() {
        // A new tree says so on stable storage. Without that, a kill before the first checkpoint would leave one that
        // looks like a tree that was emptied, and it would be rebuilt.
        opened.engine.commit(&mut std::iter::once(&applied_mark(0))).map_err(engine_error)?;
        opened.engine.flush().map_err(engine_error)?;
    }
    // Only now: whatever goes wrong before leaves the old marker, and with it the old distrust.
    Marker::write_in_use(directory, &tree.path())
        .map_err(|error| io_error("writing the marker failed", &error))?;
    tree.tidy();
    Ok(opened)
}

/// What the marker says, of a layout that this program knows.
fn read_layout(directory: &Path) -> Result<Option<Marker>, StoreError> {
    let marker = Marker::read(directory).map_err(|error| io_error("reading the marker failed", &error))?;
    match &marker {
        Some(marker) if marker.layout > LAYOUT => Err(StoreError::Engine(format!(
            "{} has layout {}, this program knows {LAYOUT}: use the program that wrote it",
            directory.display(),
            marker.layout
        ))),
        _ => Ok(marker),
    }
}

/// Opens the tree and brings it up to date, when it may be trusted; otherwise, or when that fails, rebuilds it.
pub(crate) fn open_tree(directory: &Path, tree: &SledTree, files: &dyn Files) -> Result<Opened, StoreError> {
    let marker = read_layout(directory)?;
    let trust = match &marker {
        Some(marker) => marker.trusts(&tree.path()),
        // Before there is a journal nothing was ever written; should the tree hold anything, opening it will say so.
        None if tree.path().exists() && first_number(files)?.is_some() => Err("nothing says how it was left"),
        None => Ok(()),
    };
    if trust.is_ok()
        && let Some(marker) = marker.as_ref().filter(|marker| marker.layout < LAYOUT)
    {
        // Before anything of this layout comes to the tree: if that is interrupted, an earlier program must not take the tree for
        // one of its own.
        Marker { layout: LAYOUT, ..marker.clone() }
            .write(directory)
            .map_err(|error| io_error("writing the marker failed", &error))?;
    }
    let trouble = match trust {
        Err(reason) => Trouble::Distrust(reason.to_owned()),
        Ok(()) => match open_trusted(directory, tree, files) {
            Ok(opened) => return Ok(opened),
            Err(Trouble::Refuse(error, closed)) => {
                if let Some(marker) = marker.filter(|marker| marker.clean) {
                    vouch_again(directory, tree, marker.group, closed);
                }
                return Err(error);
            }
            Err(trouble) => trouble,
        },
    };
    let (keep_old, reason) = match trouble {
        Trouble::Refuse(error, _) => return Err(error),
        Trouble::Distrust(reason) => (false, reason),
        Trouble::Damage(reason) => (true, reason),
    };
    tracing::error!(reason, "the tree is not trusted; rebuilding it from snapshot and journal");
    rebuild(tree, files, keep_old, marker.map_or(0, |marker| marker.group))
}

/// Opening has touched the tree's files but changed nothing: it is as trustworthy as before.
pub(crate) fn vouch_again(directory: &Path, tree: &SledTree, group: u64, closed: Result<(), EngineError>) {
    let marked = closed
        .map_err(io::Error::other)
        .and_then(|()| sync_files(&tree.path()))
        .and_then(|()| Marker::closed(&tree.path(), group))
        .and_then(|marker| marker.write(directory));
    if let Err(error) = marked {
        tracing::warn!(%error, "the tree could not be marked as closed again; the next start rebuilds it");
        // The old marker vouches for files that were touched since.
        if let Err(error) = Marker::remove(directory) {
            tracing::warn!(%error, "the marker could not be removed");
        }
    }
}

fn open_trusted(directory: &Path, tree: &SledTree, files: &dyn Files) -> Result<Opened, Trouble> {
    let mut engine = match tree.open() {
        Ok(engine) => engine,
        Err(EngineError::NoSpace) => return Err(Trouble::refuse(StoreError::NoSpace)),
        Err(error @ EngineError::InUse(_)) => {
            return Err(Trouble::refuse(StoreError::Engine(error.to_string())));
        }
        Err(error) => return Err(Trouble::Damage(error.to_string())),
    };
    let brought = bring_up_to_date(engine.as_ref(), files);
    if engine.is_torn()
        && let Err(error) = Marker::distrust(directory)
    {
        tracing::error!(%error, "the marker cannot say that the tree must be rebuilt");
    }
    match brought {
        Ok(replayed) => Ok(Opened { engine, rebuilt: false, stands_in: false, replayed }),
        Err(Trouble::Refuse(error, _)) => Err(Trouble::Refuse(error, close(&mut engine))),
        Err(trouble) => Err(trouble),
    }
}

fn bring_up_to_date(engine: &dyn Engine, files: &dyn Files) -> Result<Replayed, Trouble> {
    let found = find_mark(engine, &applied_key()).map_err(|error| Trouble::Damage(error.to_string()))?;
    let mark = found.unwrap_or(0);
    let reach = read_reach(engine).map_err(|error| Trouble::Damage(error.to_string()))?;
    let first = first_number(files).map_err(Trouble::refuse)?;
    if first.is_some_and(|first| first > mark + 1) {
        return Err(Trouble::Damage(format!("it ends with group {mark}, before the journal begins")));
    }
    let mut failure = None;
    super::journal::replay_all(files, mark, reach, |number, ops| {
        if number == 1 && found.is_none() {
            // A tree that was emptied opens as a new one. The journal knows better.
            failure = Some(Trouble::Damage("it is empty, though the journal is not".to_owned()));
            return Err(StoreError::Engine(String::new()));
        }
        apply_whole(engine, number, &ops).inspect_err(|error| {
            failure = Some(match error {
                StoreError::NoSpace => Trouble::refuse(StoreError::NoSpace),
                error => Trouble::Damage(error.to_string()),
            });
        })
    })
    .map_err(|error| failure.unwrap_or(Trouble::refuse(error)))
}

/// Builds the tree anew from snapshot and journal, which must reach up to the group that the store was closed with: a copy that
/// lacks some of their files would else become what is left, and the tree that had everything be gone.
pub(crate) fn rebuild(
    tree: &dyn Tree,
    files: &dyn Files,
    keep_old: bool,
    closed_with: u64,
) -> Result<Opened, StoreError> {
    let found = Mutex::new(None);
    let engine = tree.replace(keep_old, &|engine| {
        *found.lock() = Some(rebuild_into(files, engine, closed_with)?);
        Ok(())
    })?;
    let replayed =
        found.into_inner().ok_or_else(|| StoreError::Defect("a tree was made but not filled".to_owned()))?;
    Ok(Opened { engine, rebuilt: true, stands_in: false, replayed })
}

/// Is there a store in `directory`? An error where that cannot be seen, and where there is a part of one without its journal.
pub fn inspect(directory: &Path) -> io::Result<bool> {
    let journal = directory.join(JOURNAL);
    if journal.try_exists()? {
        return Ok(true);
    }
    for part in [Marker::path_in(directory), SledTree::path_in(directory)] {
        if part.try_exists()? {
            let (journal, part) = (journal.display(), part.display());
            return Err(io::Error::other(format!(
                "{journal} is missing, though there is {part}: put it back, or restore the whole directory from a backup"
            )));
        }
    }
    Ok(false)
}
