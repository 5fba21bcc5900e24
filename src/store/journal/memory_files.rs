//! The journal's file layer in memory, for stores of tests: nothing is kept, nothing waits for a disk.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use parking_lot::Mutex;

use super::files::{Files, OpenFile};

type Content = Arc<Mutex<Vec<u8>>>;

/// Files by name, in memory. Clones share them, so a store can be opened again on what an earlier one left.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: Arc<Mutex<BTreeMap<String, Content>>>,
}

fn not_found(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("no file {name}"))
}

impl Files for MemoryFiles {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.files.lock().keys().cloned().collect())
    }

    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn OpenFile>> {
        let content = Content::default();
        content.lock().resize(usize::try_from(bytes).map_err(io::Error::other)?, 0);
        self.files.lock().insert(name.to_owned(), content.clone());
        Ok(Box::new(MemoryFile(content)))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn OpenFile>> {
        let content = self.files.lock().get(name).cloned().ok_or_else(|| not_found(name))?;
        Ok(Box::new(MemoryFile(content)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut files = self.files.lock();
        let content = files.remove(from).ok_or_else(|| not_found(from))?;
        files.insert(to.to_owned(), content);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.files.lock().remove(name).map(drop).ok_or_else(|| not_found(name))
    }

    fn sync_names(&self) -> io::Result<()> {
        Ok(())
    }

    fn free_bytes(&self) -> io::Result<u64> {
        // As good as endless; halved so that sums with it do not overflow.
        Ok(u64::MAX / 2)
    }
}

struct MemoryFile(Content);

impl OpenFile for MemoryFile {
    fn len_bytes(&self) -> io::Result<u64> {
        Ok(self.0.lock().len() as u64)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.0.lock();
        let from = usize::try_from(offset).map_err(io::Error::other)?;
        let to = from + bytes.len();
        if content.len() < to {
            content.resize(to, 0);
        }
        if let Some(place) = content.get_mut(from..to) {
            place.copy_from_slice(bytes);
        }
        Ok(())
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let content = self.0.lock();
        let from = usize::try_from(offset).map_err(io::Error::other)?;
        let found = content.get(from..).unwrap_or_default();
        let length = found.len().min(bytes.len());
        if let (Some(to), Some(from)) = (bytes.get_mut(..length), found.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        self.0.lock().truncate(usize::try_from(bytes).map_err(io::Error::other)?);
        Ok(())
    }
}
