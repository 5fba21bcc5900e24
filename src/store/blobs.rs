//! Bodies too large for the tree: files named by their SHA-256, written, synced and renamed before anything names them.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// A directory of content-addressed files.
#[derive(Debug)]
pub struct Blobs {
    directory: PathBuf,
    making: AtomicU64,
}

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
        Ok(Self { directory: directory.to_path_buf(), making: AtomicU64::new(0) })
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
        if path.exists() {
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

    /// The bytes of a blob; `None` when there is none of that name.
    pub fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(name)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
