//! Bodies too large for the tree: files named by their SHA-256, written, synced and renamed before anything names them.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;

use sha2::{Digest, Sha256};

/// A directory of content-addressed files.
#[derive(Debug)]
pub struct Blobs {
    directory: PathBuf,
    making: AtomicU64,
    /// Held from looking at a blob to making it younger or removing it, so that what is put again is not removed.
    fate: Mutex<()>,
}

/// The directories that the blobs lie in, by the first two digits of their names.
pub const SHELVES: u16 = 256;

/// The SHA-256 of `bytes` in lower-case hexadecimal: the name of a blob.
pub fn name_of(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

impl Blobs {
    /// Uses `directory`, which is made when it does not exist. One process at a time.
    pub fn open(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let ours = format!("{}-", std::process::id());
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            // What an earlier process had begun to write.
            if name.to_str().is_some_and(|name| name.ends_with(".making") && !name.starts_with(&ours)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { directory: directory.to_path_buf(), making: AtomicU64::new(0), fate: Mutex::new(()) })
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
        let shelf = path.parent().unwrap_or(&self.directory);
        if self.renew(&path)? {
            // Whoever put it may not have got as far as syncing its name.
            File::open(shelf)?.sync_all()?;
            File::open(&self.directory)?.sync_all()?;
            return Ok(name);
        }
        fs::create_dir_all(shelf)?;
        let number = self.making.fetch_add(1, Ordering::Relaxed);
        let making = self.directory.join(format!("{}-{number}.making", std::process::id()));
        let written = File::create(&making)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&making, &path))
            .and_then(|()| File::open(shelf)?.sync_all())
            .and_then(|()| File::open(&self.directory)?.sync_all());
        if let Err(error) = written {
            drop(fs::remove_file(&making));
            return Err(error);
        }
        Ok(name)
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
