//! Disks that fail: one that forgets what was not synced, and one that refuses on demand.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use lyceum::store::journal::files::{Files, OpenFile};
use parking_lot::Mutex;

use crate::support::Dice;

/// What a power cut tears apart.
const SECTOR_BYTES: usize = 512;

#[derive(Clone, Default)]
struct Inode {
    /// What is on stable storage.
    durable: Vec<u8>,
    /// What the page cache shows.
    current: Vec<u8>,
    /// Changed, not synced.
    pending: Vec<Unsynced>,
}

/// A change of a file that a power cut may undo.
#[derive(Clone)]
enum Unsynced {
    Written(usize, Vec<u8>),
    CutTo(usize),
}

impl Unsynced {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Written(at, bytes) => write_into(content, *at, bytes),
            Self::CutTo(bytes) => content.truncate(*bytes),
        }
    }
}

#[derive(Clone)]
enum NameChange {
    Set(String, usize),
    Move(String, String),
    Remove(String),
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Set(name, inode) => drop(names.insert(name.clone(), *inode)),
            Self::Move(from, to) => {
                if let Some(inode) = names.remove(from) {
                    names.insert(to.clone(), inode);
                }
            }
            Self::Remove(name) => drop(names.remove(name)),
        }
    }
}

/// All that a disk and the page cache before it hold at one moment.
#[derive(Clone, Default)]
pub struct Image {
    inodes: Vec<Inode>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    pending_names: Vec<NameChange>,
}

fn write_into(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[at..at + bytes.len()].copy_from_slice(bytes);
}

impl Image {
    /// The names that are there when of the changes that were not synced those are that `kept` says.
    fn names_with(&self, mut kept: impl FnMut(usize) -> bool) -> BTreeMap<String, usize> {
        let mut names = self.durable_names.clone();
        let changes = self.pending_names.iter().enumerate().filter(|(place, _)| kept(*place));
        changes.for_each(|(_, change)| change.apply(&mut names));
        names
    }

    fn durable(names: BTreeMap<String, usize>, inodes: Vec<Inode>) -> Image {
        Image { inodes, durable_names: names.clone(), names, pending_names: Vec::new() }
    }

    pub fn has_name_ending_in(&self, end: &str) -> bool {
        self.names.keys().any(|name| name.ends_with(end))
    }

    /// The length of a file.
    pub fn bytes_of(&self, name: &str) -> u64 {
        self.inodes[self.names[name]].current.len() as u64
    }

    /// The group number of the newest snapshot.
    pub fn newest_snapshot(&self) -> u64 {
        let numbers = self.names.keys().filter_map(|name| name.strip_suffix(".snapshot")?.parse().ok());
        numbers.max().unwrap_or(0)
    }

    /// Is anything written that is not on stable storage?
    pub fn is_unsynced(&self) -> bool {
        self.inodes.iter().any(|inode| !inode.pending.is_empty())
    }

    /// Every state in which a power cut may leave the names, with what was synced in the files and nothing else.
    pub fn after_every_power_cut(&self) -> impl Iterator<Item = Image> {
        let changes = self.pending_names.len();
        assert!(changes < 12, "{changes} names at once make too many states");
        (0..1_usize << changes).map(move |kept| {
            let content = self.inodes.iter().map(|inode| inode.durable.clone());
            let inodes = content.map(|it| Inode { durable: it.clone(), current: it, pending: Vec::new() });
            Image::durable(self.names_with(|place| kept & (1 << place) != 0), inodes.collect())
        })
    }

    /// One of the states in which a power cut may leave the disk: any part of what was not synced is there.
    pub fn after_power_cut(&self, dice: &mut Dice) -> Image {
        // All, none, a prefix, any.
        let mood = dice.below(4);
        let prefix = dice.below(self.pending_names.len() as u64 + 1);
        let names = self.names_with(|place| match mood {
            0 => true,
            1 => false,
            2 => (place as u64) < prefix,
            _ => dice.chance(2),
        });
        let inodes = self
            .inodes
            .iter()
            .map(|inode| {
                let mut content = inode.durable.clone();
                let mood = dice.below(4);
                for change in &inode.pending {
                    let Unsynced::Written(at, bytes) = change else {
                        if mood == 0 || mood > 1 && dice.chance(2) {
                            change.apply(&mut content);
                        }
                        continue;
                    };
                    match mood {
                        0 => change.apply(&mut content),
                        1 => {}
                        // A prefix, at any byte.
                        2 => {
                            let length = dice.below(bytes.len() as u64 + 1).try_into().unwrap();
                            write_into(&mut content, *at, &bytes[..length]);
                        }
                        // Any sectors.
                        _ => {
                            let mut offset = 0;
                            while offset < bytes.len() {
                                let boundary = SECTOR_BYTES - (at + offset) % SECTOR_BYTES;
                                let length = boundary.min(bytes.len() - offset);
                                if dice.chance(2) {
                                    write_into(&mut content, at + offset, &bytes[offset..offset + length]);
                                }
                                offset += length;
                            }
                        }
                    }
                }
                Inode { durable: content.clone(), current: content, pending: Vec::new() }
            })
            .collect();
        Image::durable(names, inodes)
    }
}

/// Called at every step with what the disk holds just then.
type Watch = Box<dyn FnMut(&Image) + Send>;

/// A disk of journal files that knows what was synced. Clones are the same disk.
#[derive(Clone)]
pub struct Disk {
    image: Arc<Mutex<Image>>,
    watch: Arc<Mutex<Option<Watch>>>,
}

impl Disk {
    pub fn new(image: Image) -> Self {
        Self { image: Arc::new(Mutex::new(image)), watch: Arc::default() }
    }

    pub fn watch(&self, watch: impl FnMut(&Image) + Send + 'static) {
        *self.watch.lock() = Some(Box::new(watch));
    }

    pub fn unwatch(&self) {
        *self.watch.lock() = None;
    }

    pub fn image(&self) -> Image {
        self.image.lock().clone()
    }

    /// What a kernel does once a sync has failed: what was to be written passes for written, and only reads have it.
    pub fn forget_writes(&self) {
        self.image.lock().inodes.iter_mut().for_each(|inode| inode.pending.clear());
    }

    fn step<T>(&self, change: impl FnOnce(&mut Image) -> io::Result<T>) -> io::Result<T> {
        let mut image = self.image.lock();
        let outcome = change(&mut image);
        if let Some(watch) = self.watch.lock().as_mut() {
            watch(&image);
        }
        outcome
    }
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Files for Disk {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.image.lock().names.keys().cloned().collect())
    }

    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn OpenFile>> {
        let inode = self.step(|image| {
            image.inodes.push(Inode::default());
            let inode = image.inodes.len() - 1;
            image.names.insert(name.to_owned(), inode);
            image.pending_names.push(NameChange::Set(name.to_owned(), inode));
            Ok(inode)
        })?;
        // It has its name before it is filled.
        self.step(|image| {
            let zeros = vec![0; bytes.try_into().unwrap()];
            image.inodes[inode] = Inode { durable: zeros.clone(), current: zeros, pending: Vec::new() };
            Ok(())
        })?;
        Ok(Box::new(DiskFile { disk: self.clone(), inode }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn OpenFile>> {
        let inode = self.image.lock().names.get(name).copied().ok_or_else(not_found)?;
        Ok(Box::new(DiskFile { disk: self.clone(), inode }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.step(|image| {
            if !image.names.contains_key(from) {
                return Err(not_found());
            }
            let change = NameChange::Move(from.to_owned(), to.to_owned());
            change.apply(&mut image.names);
            image.pending_names.push(change);
            Ok(())
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.step(|image| {
            image.names.remove(name).ok_or_else(not_found)?;
            image.pending_names.push(NameChange::Remove(name.to_owned()));
            Ok(())
        })
    }

    fn sync_names(&self) -> io::Result<()> {
        self.step(|image| {
            image.durable_names = image.names.clone();
            image.pending_names.clear();
            Ok(())
        })
    }

    fn free_bytes(&self) -> io::Result<u64> {
        Ok(1 << 40)
    }
}

struct DiskFile {
    disk: Disk,
    inode: usize,
}

impl OpenFile for DiskFile {
    fn len_bytes(&self) -> io::Result<u64> {
        Ok(self.disk.image.lock().inodes[self.inode].current.len() as u64)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.disk.step(|image| {
            let inode = &mut image.inodes[self.inode];
            let at = offset.try_into().unwrap();
            write_into(&mut inode.current, at, bytes);
            inode.pending.push(Unsynced::Written(at, bytes.to_vec()));
            Ok(())
        })
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let image = self.disk.image.lock();
        let found = image.inodes[self.inode].current.get(offset.try_into().unwrap()..).unwrap_or_default();
        let length = found.len().min(bytes.len());
        bytes[..length].copy_from_slice(&found[..length]);
        Ok(length)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.disk.step(|image| {
            let inode = &mut image.inodes[self.inode];
            for change in std::mem::take(&mut inode.pending) {
                change.apply(&mut inode.durable);
            }
            Ok(())
        })
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        self.disk.step(|image| {
            let inode = &mut image.inodes[self.inode];
            let change = Unsynced::CutTo(bytes.try_into().unwrap());
            change.apply(&mut inode.current);
            inode.pending.push(change);
            Ok(())
        })
    }
}

/// What a [`Failing`] disk refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Refusing {
    Nothing,
    /// Writes and new files: no space.
    Space,
    /// What a new segment needs: a new file, or the beginning of one that is used again. Nothing else lacks room.
    NewSegments,
    /// Writes write half and fail.
    Writes,
    /// Everything is written, and the sync fails.
    Syncs,
    /// Other names and removals.
    Names,
    /// Names change, and their sync fails.
    NameSyncs,
    /// Nothing, but the committer panics.
    CommitterPanics,
    /// Nothing, but the check thread panics.
    CheckPanics,
}

/// Files that fail on demand. Clones fail together.
#[derive(Clone)]
pub struct Failing {
    inner: Arc<dyn Files>,
    refusing: Arc<AtomicU8>,
    pub free: Arc<AtomicU64>,
    /// Room for all files together; without it `free` says what is free.
    pub room: Arc<AtomicU64>,
}

impl Failing {
    pub fn over(inner: impl Files + 'static) -> Self {
        let (free, room) = (Arc::new((1 << 40).into()), Arc::default());
        Self { inner: Arc::new(inner), refusing: Arc::default(), free, room }
    }

    pub fn refuse(&self, refusing: Refusing) {
        self.refusing.store(refusing as u8, Ordering::SeqCst);
    }

    fn refuses(&self, what: Refusing) -> bool {
        self.refusing.load(Ordering::SeqCst) == what as u8
    }

    fn check_space(&self, begins: bool) -> io::Result<()> {
        let full = self.refuses(Refusing::Space) || begins && self.refuses(Refusing::NewSegments);
        if full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn check(&self, refusing: Refusing) -> io::Result<()> {
        if self.refuses(refusing) { Err(io::Error::other("the disk is broken")) } else { Ok(()) }
    }

    fn panic_in(&self, refusing: Refusing, thread: &str) {
        let here = std::thread::current().name() == Some(thread);
        assert!(!(here && self.refuses(refusing)), "a defect of {thread}");
    }

    pub fn used(&self) -> u64 {
        let names = self.inner.list().unwrap();
        names.iter().filter_map(|name| self.inner.open(name).ok()).map(|file| file.len_bytes().unwrap()).sum()
    }
}

impl Files for Failing {
    fn list(&self) -> io::Result<Vec<String>> {
        self.inner.list()
    }

    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn OpenFile>> {
        self.check_space(true)?;
        Ok(Box::new(FailingFile { inner: self.inner.create(name, bytes)?, disk: self.clone() }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn OpenFile>> {
        Ok(Box::new(FailingFile { inner: self.inner.open(name)?, disk: self.clone() }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.check(Refusing::Names)?;
        self.inner.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.check(Refusing::Names)?;
        self.inner.remove(name)
    }

    fn sync_names(&self) -> io::Result<()> {
        self.check(Refusing::NameSyncs)?;
        self.inner.sync_names()
    }

    fn free_bytes(&self) -> io::Result<u64> {
        self.panic_in(Refusing::CommitterPanics, "store-commit");
        self.panic_in(Refusing::CheckPanics, "store-check");
        match self.room.load(Ordering::SeqCst) {
            0 => Ok(self.free.load(Ordering::SeqCst)),
            room => Ok(room.saturating_sub(self.used())),
        }
    }
}

struct FailingFile {
    inner: Box<dyn OpenFile>,
    disk: Failing,
}

impl OpenFile for FailingFile {
    fn len_bytes(&self) -> io::Result<u64> {
        self.inner.len_bytes()
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.disk.check_space(offset == 0)?;
        if self.disk.refuses(Refusing::Writes) {
            self.inner.write_at(offset, &bytes[..bytes.len() / 2])?;
            return Err(io::Error::other("the disk is broken"));
        }
        self.inner.write_at(offset, bytes)
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        self.inner.read_at(offset, bytes)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.disk.check(Refusing::Syncs)?;
        self.inner.sync_data()
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        self.inner.cut(bytes)
    }
}
