//! The file layer of the journal: small enough that a test can stand in for the disk and lose what was not synced.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::store::private;

/// A directory of files by name.
pub trait Files: Send + Sync {
    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Makes a new file of `bytes` zeros, all of it on stable storage, so that later syncs are of data alone.
    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn OpenFile>>;
    /// Opens a file.
    fn open(&self, name: &str) -> io::Result<Box<dyn OpenFile>>;
    /// Gives a file another name, replacing what has it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Returns when created, renamed and removed names are on stable storage.
    fn sync_names(&self) -> io::Result<()>;
    /// Free space for this user.
    fn free_bytes(&self) -> io::Result<u64>;
}

/// An open file.
pub trait OpenFile: Send {
    /// Its length.
    fn len_bytes(&self) -> io::Result<u64>;
    /// Writes all of `bytes` at `offset`.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Fills `bytes` from `offset`; how many there were.
    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize>;
    /// `fdatasync`: returns when what was written is on stable storage.
    fn sync_data(&mut self) -> io::Result<()>;
    /// Cuts off what is behind `bytes`. A power cut before the next sync may undo it.
    fn cut(&mut self, bytes: u64) -> io::Result<()>;
}

/// A directory of the operating system.
#[derive(Debug, Clone)]
pub struct OsFiles {
    directory: PathBuf,
}

impl OsFiles {
    /// Uses `directory`, which is made when it does not exist.
    pub fn new(directory: &Path) -> io::Result<Self> {
        private::make_directories(directory)?;
        Ok(Self { directory: directory.to_path_buf() })
    }
}

impl Files for OsFiles {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            if entry.file_type()?.is_file()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn OpenFile>> {
        let path = self.directory.join(name);
        let file = private::options().read(true).write(true).create(true).truncate(true).open(&path)?;
        let filled = fill_with_zeros(&file, bytes).and_then(|()| file.sync_all());
        if let Err(error) = filled {
            // Half a segment would hold the very space whose lack made it fail.
            drop(fs::remove_file(&path));
            return Err(error);
        }
        Ok(Box::new(OsFile(file)))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn OpenFile>> {
        let file = OpenOptions::new().read(true).write(true).open(self.directory.join(name))?;
        Ok(Box::new(OsFile(file)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.directory.join(from), self.directory.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.directory.join(name))
    }

    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.directory)?.sync_all()
    }

    fn free_bytes(&self) -> io::Result<u64> {
        free_bytes_at(&self.directory)
    }
}

/// Filled and synced a step at a time, so that a commit that syncs meanwhile waits for one step at most.
const FILL_STEP_BYTES: u64 = 1024 * 1024;

fn fill_with_zeros(file: &File, bytes: u64) -> io::Result<()> {
    static CHUNK: [u8; 64 * 1024] = [0; 64 * 1024];
    let mut at = 0_u64;
    while at < bytes {
        let length = (bytes - at).min(CHUNK.len() as u64);
        let chunk = CHUNK.get(..usize::try_from(length).unwrap_or(CHUNK.len())).unwrap_or(&CHUNK);
        file.write_all_at(chunk, at)?;
        at += length;
        if at.is_multiple_of(FILL_STEP_BYTES) {
            file.sync_data()?;
        }
    }
    Ok(())
}

/// Free space for this user on the file system that holds `path`.
pub fn free_bytes_at(path: &Path) -> io::Result<u64> {
    let stats = rustix::fs::statvfs(path)?;
    Ok(stats.f_bavail.saturating_mul(stats.f_frsize))
}

struct OsFile(File);

impl OpenFile for OsFile {
    fn len_bytes(&self) -> io::Result<u64> {
        self.0.metadata().map(|meta| meta.len())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }
}
