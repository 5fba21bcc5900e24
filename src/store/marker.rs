//! The marker beside the tree: how the store was left, so that opening knows whether to trust the tree.
//!
//! sled makes no promise against power loss and little against damage at rest. So a tree is trusted only when the
//! store was closed cleanly and its files are as they were left, or when the same boot of the machine goes on (the
//! page cache survived the process). Otherwise it is rebuilt from snapshot and journal, which is always right.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::private;

const NAME: &str = "marker.json";
/// The layout of the data directory. Layout 1 had no posting lists, 2 no blocks; they are read, and left as 3.
pub(crate) const LAYOUT: u32 = 3;

/// What the marker file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marker {
    pub(crate) layout: u32,
    pub(crate) boot: String,
    pub(crate) clean: bool,
    /// Device and file number of the tree's directory while in use: a copy made of a running store is not trusted.
    #[serde(default)]
    pub(crate) place: Option<(u64, u64)>,
    /// Name, length and modification time of the tree's files at a clean close.
    pub(crate) tree: Vec<(String, u64, u128)>,
    /// The last group when the store was last closed cleanly; 0 when it never was, and of earlier versions.
    #[serde(default)]
    pub(crate) group: u64,
}

/// What every marker has, whatever else its layout says.
#[derive(Deserialize)]
struct Beginning {
    layout: u32,
}

impl Marker {
    /// Where the marker of the store in `directory` is.
    pub(crate) fn path_in(directory: &Path) -> PathBuf {
        directory.join(NAME)
    }

    /// The marker, or none where there is none. Of a layout that is not known here, its number is all that can be relied on,
    /// by which it is refused. One that cannot be read is no missing one: it would have said with which group the store was
    /// closed.
    pub(crate) fn read(directory: &Path) -> io::Result<Option<Self>> {
        let path = Self::path_in(directory);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
        };
        let read = serde_json::from_slice(&bytes).and_then(|Beginning { layout }| {
            if layout > LAYOUT { Ok(Self::unknown(layout)) } else { serde_json::from_slice(&bytes) }
        });
        read.map(Some).map_err(|error| {
            io::Error::other(format!(
                "{} is damaged ({error}): restore it from the backup, or remove it, and the tree is rebuilt from snapshot and \
                 journal",
                path.display()
            ))
        })
    }

    /// A marker of another layout, which vouches for nothing.
    fn unknown(layout: u32) -> Self {
        Self { layout, boot: String::new(), clean: false, place: None, tree: Vec::new(), group: 0 }
    }

    pub(crate) fn write(&self, directory: &Path) -> io::Result<()> {
        let making = directory.join("marker.json.making");
        let mut file = private::options().write(true).create(true).truncate(true).open(&making)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&making, directory.join(NAME))?;
        File::open(directory)?.sync_all()
    }

    /// Takes the marker away: whatever is there is distrusted from now on.
    pub(crate) fn remove(directory: &Path) -> io::Result<()> {
        fs::remove_file(directory.join(NAME))?;
        File::open(directory)?.sync_all()
    }

    /// Says that the tree is in use by this boot of the machine. With which group the store was last closed stays known.
    pub(crate) fn write_in_use(directory: &Path, tree: &Path) -> io::Result<()> {
        let group = Self::read(directory)?.map_or(0, |marker| marker.group);
        let (boot, place) = (boot_id(), place(tree));
        Self { layout: LAYOUT, boot, clean: false, place, tree: Vec::new(), group }.write(directory)
    }

    /// Says that the tree is not to be trusted, whatever its files are like. With which group the store was last closed stays known,
    /// where there is room to say so.
    pub(crate) fn distrust(directory: &Path) -> io::Result<()> {
        let Some(marker) = Self::read(directory)? else { return Ok(()) };
        let distrusted = Self { clean: false, place: None, tree: Vec::new(), ..marker };
        distrusted.write(directory).or_else(|_| Self::remove(directory))
    }

    /// Closed with this group, with the tree's files as they are.
    pub(crate) fn closed(tree: &Path, group: u64) -> io::Result<Self> {
        Ok(Self {
            layout: LAYOUT,
            boot: boot_id(),
            clean: true,
            place: place(tree),
            tree: fingerprint(tree)?,
            group,
        })
    }

    /// May the tree in `tree` be trusted?
    pub(crate) fn trusts(&self, tree: &Path) -> Result<(), &'static str> {
        if self.clean {
            match fingerprint(tree) {
                Ok(found) if found == self.tree => Ok(()),
                _ => Err("its files are not as they were left"),
            }
        } else if self.boot == "unknown" || self.boot != boot_id() {
            Err("the machine went down while it was in use")
        } else if self.place.is_none() || self.place != place(tree) {
            Err("it is not the one that was in use")
        } else {
            Ok(())
        }
    }
}

fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map_or_else(|_| "unknown".to_owned(), |id| id.trim().to_owned())
}

fn place(tree: &Path) -> Option<(u64, u64)> {
    fs::metadata(tree).ok().map(|meta| (meta.dev(), meta.ino()))
}

fn fingerprint(tree: &Path) -> io::Result<Vec<(String, u64, u128)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(tree)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        if meta.is_file() {
            let modified = meta.modified()?.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_nanos());
            files.push((entry.file_name().to_string_lossy().into_owned(), meta.len(), modified));
        }
    }
    files.sort();
    Ok(files)
}
