//! Bodies too large for the tree: files named by their SHA-256, written, synced and renamed before anything names them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;

use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};

use super::private;
use crate::hex;

/// The end of the name of a file that is still being written.
const MAKING: &str = ".making";

/// A directory of content-addressed files.
#[derive(Debug)]
pub struct Blobs {
    directory: PathBuf,
    /// Held from looking at a blob to making it younger or removing it, so that what is put again is not removed.
    fate: Mutex<()>,
}

/// The directories that the blobs lie in, by the first two digits of their names.
pub const SHELVES: u16 = 256;

/// The SHA-256 of `bytes` in lower-case hexadecimal: the name of a blob.
pub fn name_of(bytes: &[u8]) -> String {
    hex::of(&Sha256::digest(bytes))
}

/// Takes in bytes for the name that they make.
#[derive(Debug, Default)]
struct Hashed(Sha256);

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A blob that comes piece by piece. Dropped, it is gone.
#[derive(Debug)]
pub struct Making {
    file: NamedTempFile,
    hash: Sha256,
    bytes: u64,
}

impl Making {
    /// How many bytes came.
    pub const fn len_bytes(&self) -> u64 {
        self.bytes
    }

    /// All bytes came; returns when they are on stable storage. Nobody finds them yet: [`Blobs::keep`] gives them their name.
    pub fn made(self) -> io::Result<Made> {
        self.file.as_file().sync_all()?;
        let name = hex::of(&self.hash.finalize());
        Ok(Made { path: self.file.into_temp_path(), name, bytes: self.bytes })
    }
}

impl Write for Making {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A blob that is whole and on stable storage, and has no name yet. Dropped, it is gone.
#[derive(Debug)]
pub struct Made {
    path: TempPath,
    /// The name that it will have.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
}

impl Made {
    /// Its bytes.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
    }
}

impl Blobs {
    /// Uses `directory`, which is made when it does not exist. One process at a time.
    pub fn open(directory: &Path) -> io::Result<Self> {
        private::make_directories(directory)?;
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            // What an earlier process had begun to write.
            if entry.file_name().to_str().is_some_and(|name| name.ends_with(MAKING)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { directory: directory.to_path_buf(), fate: Mutex::new(()) })
    }

    fn path(&self, name: &str) -> io::Result<PathBuf> {
        let hex = name.len() == 64 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        match name.get(..2) {
            Some(shelf) if hex => Ok(self.directory.join(shelf).join(name)),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "a blob's name is 64 hexadecimal digits")),
        }
    }

    /// Keeps `bytes`; returns when they are on stable storage. Their name.
    pub fn put(&self, bytes: &[u8]) -> io::Result<String> {
        let name = name_of(bytes);
        let path = self.path(&name)?;
        if self.renew(&path)? {
            self.sync_name(&path)?;
            return Ok(name);
        }
        let mut making = self.begin()?;
        making.write_all(bytes)?;
        self.keep(making.made()?)
    }

    /// Begins a blob that comes piece by piece.
    pub fn begin(&self) -> io::Result<Making> {
        // For nobody else to read, as every temporary file is.
        let file = tempfile::Builder::new().prefix("").suffix(MAKING).tempfile_in(&self.directory)?;
        Ok(Making { file, hash: Sha256::new(), bytes: 0 })
    }

    /// Gives a blob its name; returns when that is on stable storage.
    pub fn keep(&self, made: Made) -> io::Result<String> {
        let Made { path: making, name, .. } = made;
        let path = self.path(&name)?;
        if !self.renew(&path)? {
            private::make_directories(path.parent().unwrap_or(&self.directory))?;
            making.persist(&path)?;
        }
        self.sync_name(&path)?;
        Ok(name)
    }

    /// Whoever put a blob that is there already may not have got as far as this.
    fn sync_name(&self, path: &Path) -> io::Result<()> {
        File::open(path.parent().unwrap_or(&self.directory))?.sync_all()?;
        File::open(&self.directory)?.sync_all()
    }

    /// Makes a blob that is there as young as a new one: somebody is about to name it. Is it there?
    fn renew(&self, path: &Path) -> io::Result<bool> {
        let _fate = self.fate.lock();
        match File::options().write(true).open(path) {
            Ok(file) => file.set_modified(SystemTime::now()).map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A blob that somebody is about to name, though its bytes did not come again: it is as young as a new one. Its length;
    /// `None` when there is none of that name.
    pub fn again(&self, name: &str) -> io::Result<Option<u64>> {
        let path = self.path(name)?;
        if !self.renew(&path)? {
            return Ok(None);
        }
        self.sync_name(&path)?;
        self.len_bytes(name)
    }

    /// The names of the blobs of a shelf that were put `age` before `now` or earlier.
    pub fn older(&self, shelf: u16, now: SystemTime, age: Duration) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.directory.join(format!("{shelf:02x}"))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string()
                && self.path(&name).is_ok()
                && is_older(&entry.path(), now, age)?
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Removes a blob that nothing names, unless it was put again meanwhile. Was it removed?
    pub fn remove_older(&self, name: &str, now: SystemTime, age: Duration) -> io::Result<bool> {
        let path = self.path(name)?;
        let _fate = self.fate.lock();
        if !is_older(&path, now, age)? {
            return Ok(false);
        }
        fs::remove_file(&path).map(|()| true)
    }

    /// Bytes of a blob; `None` when there is none of that name.
    pub fn len_bytes(&self, name: &str) -> io::Result<Option<u64>> {
        match fs::metadata(self.path(name)?) {
            Ok(meta) => Ok(Some(meta.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A blob to be read piece by piece; `None` when there is none of that name.
    pub fn reader(&self, name: &str) -> io::Result<Option<File>> {
        match File::open(self.path(name)?) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Are the bytes of a blob those that it is named by? `None` when there is none of that name.
    pub fn is_whole(&self, name: &str) -> io::Result<Option<bool>> {
        let Some(mut file) = self.reader(name)? else { return Ok(None) };
        let mut hashed = Hashed::default();
        io::copy(&mut file, &mut hashed)?;
        Ok(Some(hex::of(&hashed.0.finalize()) == name))
    }

    /// The bytes of a blob; `None` when there is none of that name.
    pub fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(name)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Is the file there and was it put `age` before `now` or earlier?
fn is_older(path: &Path, now: SystemTime, age: Duration) -> io::Result<bool> {
    match fs::metadata(path) {
        // A time to come is a clock that was set back: young.
        Ok(meta) => Ok(now.duration_since(meta.modified()?).is_ok_and(|old| old >= age)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn what_comes_in_pieces_has_the_name_of_the_whole_and_leaves_nothing_when_it_is_given_up() {
        let home = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(home.path()).unwrap();
        let files = || fs::read_dir(home.path()).unwrap().count();
        let half = |blobs: &Blobs| {
            let mut making = blobs.begin().unwrap();
            making.write_all(b"a pic").unwrap();
            making
        };
        for _ in 0..2 {
            let mut making = half(&blobs);
            making.write_all(b"ture").unwrap();
            let made = making.made().unwrap();
            assert_eq!((made.read().unwrap(), made.bytes), (b"a picture".to_vec(), 9));
            assert_eq!(blobs.keep(made).unwrap(), name_of(b"a picture"));
            assert_eq!(files(), 1, "the shelf");
        }
        assert_eq!(blobs.get(&name_of(b"a picture")).unwrap().as_deref(), Some(b"a picture".as_slice()));
        drop(half(&blobs));
        drop(half(&blobs).made().unwrap());
        assert_eq!(files(), 1);
        // A process that ended in the middle.
        half(&blobs).file.keep().unwrap();
        assert_eq!(files(), 2);
        Blobs::open(home.path()).unwrap();
        assert_eq!(files(), 1);
    }

    #[test]
    fn only_what_is_old_can_be_removed_and_putting_it_again_makes_it_young() {
        let home = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(home.path()).unwrap();
        let name = blobs.put(b"a picture").unwrap();
        let shelf = u16::from_str_radix(&name[..2], 16).unwrap();
        let (now, tomorrow) = (SystemTime::now(), SystemTime::now() + DAY);
        assert!(blobs.older(shelf, now, DAY).unwrap().is_empty());
        assert!(!blobs.remove_older(&name, now, DAY).unwrap());
        assert_eq!(blobs.older(shelf, tomorrow, DAY).unwrap(), [name.as_str()]);
        let file = File::options().write(true).open(blobs.path(&name).unwrap()).unwrap();
        file.set_modified(now - DAY * 2).unwrap();
        assert_eq!(blobs.older(shelf, now, DAY).unwrap(), [name.as_str()]);
        assert_eq!(blobs.put(b"a picture").unwrap(), name);
        assert!(!blobs.remove_older(&name, SystemTime::now(), DAY).unwrap(), "it was put again");
        assert_eq!(blobs.len_bytes(&name).unwrap(), Some(9));
        file.set_modified(now - DAY * 2).unwrap();
        assert!(blobs.remove_older(&name, now, DAY).unwrap());
        assert_eq!((blobs.get(&name).unwrap(), blobs.len_bytes(&name).unwrap()), (None, None));
        assert!(!blobs.remove_older(&name, now, DAY).unwrap());
    }
}
