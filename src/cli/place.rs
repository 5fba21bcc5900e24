//! Where the configuration and the data are, and whether a command may touch what is there.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use rustix::process::{Uid, geteuid};

use super::Failure;
use crate::app;
use crate::clock::Clock;
use crate::config::{Config, Source};
use crate::state::State;
use crate::store::{self, JOURNAL};

/// Where the configuration and the data are.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The configuration file (TOML). Variables `LYCEUM__SECTION__KEY` override it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The directory of all data; overrides `store.directory`.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
    pub(super) fn load(&self) -> Result<Config, Failure> {
        let mut config = Config::load(self.config.as_deref(), std::env::vars_os())?;
        if let Some(data) = &self.data {
            config.store.directory.clone_from(data);
            config.sources.note("store", "directory", Source::Flag);
        }
        Ok(config)
    }

    /// The configuration, for commands that need a store which is there.
    pub(super) fn load_with_store(&self) -> Result<Config, Failure> {
        let config = self.load()?;
        if find_store(&config.store.directory)? {
            return Ok(config);
        }
        Err(Failure::Answer(format!(
            "there is no store in {}; name the directory with --data",
            config.store.directory.display()
        )))
    }

    /// The configuration, for commands that make the store when it is not there yet.
    pub(super) fn load_with_or_without_store(&self) -> Result<Config, Failure> {
        let config = self.load()?;
        if !find_store(&config.store.directory)? {
            check_empty(&config.store.directory)?;
        }
        Ok(config)
    }

    /// Opens the store, which is made when it is not there yet.
    pub(super) fn open(&self) -> Result<State, Failure> {
        Ok(app::open_for_command(self.load_with_or_without_store()?, Clock::System)?)
    }

    /// Opens a store that is there: what is written to a new one by a slip of the pen is found by nobody.
    pub(super) fn open_known(&self) -> Result<State, Failure> {
        Ok(app::open_for_command(self.load_with_store()?, Clock::System)?)
    }
}

/// Is there a store in the directory? Refuses to touch one that is another user's.
pub(super) fn find_store(directory: &Path) -> Result<bool, Failure> {
    check_owner(directory, geteuid(), Path::new("/etc/passwd"))?;
    let what = format!("the store in {} cannot be opened", directory.display());
    store::inspect(directory).map_err(Failure::io(what))
}

/// Refuses to make a store among other things: its directory is closed to everybody else.
pub(super) fn check_empty(directory: &Path) -> Result<(), Failure> {
    let place = directory.display();
    if is_empty(directory).map_err(Failure::io(format!("reading {place} failed")))? {
        return Ok(());
    }
    Err(Failure::Answer(format!(
        "there is no store in {place}, which has something else in it; a new store is made in an empty directory"
    )))
}

/// Is there nothing in the directory? A file system of its own begins with `lost+found`.
fn is_empty(directory: &Path) -> io::Result<bool> {
    match fs::read_dir(directory) {
        Ok(mut inside) => {
            inside.try_fold(true, |empty, entry| Ok(empty && entry?.file_name() == "lost+found"))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Refuses what would lock somebody out: files that root writes into the store of another user are not theirs to read, and their
/// server does not start any more. Whoever is not root goes on where the system lets them, because a volume may be shared by its
/// group.
fn check_owner(directory: &Path, me: Uid, users: &Path) -> Result<(), Failure> {
    // The directory itself may be where a volume is mounted. The journal is made by whoever makes the store.
    let journal = directory.join(JOURNAL);
    let (place, owner) = match (fs::metadata(&journal), fs::metadata(directory)) {
        (Ok(journal_is), _) => (journal.as_path(), journal_is.uid()),
        (Err(_), Ok(directory_is)) => (directory, directory_is.uid()),
        // Nothing is there, or nothing of it can be seen, which is told by whoever looks for the store.
        (Err(_), Err(_)) => return Ok(()),
    };
    let is_closed = || fs::read_dir(place).is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
    if owner == me.as_raw() || !(me.is_root() || is_closed()) {
        return Ok(());
    }
    let (user, this) = (user_name(owner, users), user_name(me.as_raw(), users));
    // Only who has a name can be named.
    let how = user
        .parse::<u32>()
        .map_or_else(|_| format!(" (`runuser -u {user} -- lyceum ..`)"), |_| String::new());
    let (place, whole) = (place.display(), directory.display());
    Err(Failure::Answer(format!(
        "{place} belongs to {user}, and this runs as {this}: run it as that user{how}; or where {this} is to serve it from now \
         on, `chown -R {this} {whole}` first"
    )))
}

/// The name of a user, or their number where none is known.
fn user_name(id: u32, users: &Path) -> String {
    let number = id.to_string();
    let users = fs::read_to_string(users).unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let (name, rest) = line.split_once(':')?;
        (rest.split(':').nth(1) == Some(number.as_str())).then(|| name.to_owned())
    });
    name.unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, chown};

    use super::*;

    #[test]
    fn root_touches_no_store_of_another_user_and_is_told_as_whom_to_run() {
        let home = tempfile::tempdir().unwrap();
        let (users, data) = (home.path().join("passwd"), home.path().join("store"));
        let journal = data.join(JOURNAL);
        let mine = fs::metadata(home.path()).unwrap().uid();
        // Whoever is not root can make things of their own alone.
        let owner = if mine == 0 { 4711 } else { mine };
        let give = |place: &Path| chown(place, Some(owner), None).unwrap();
        let all = format!("other:x:{}:0::/:\nlyceum:x:{owner}:0::/:/bin/sh\nroot:x:0:0::/:\n", owner + 1);
        fs::write(&users, all).unwrap();
        let check = |me: u32| match check_owner(&data, Uid::from_raw(me), &users) {
            Ok(()) => String::new(),
            Err(failure) => failure.to_string(),
        };
        assert_eq!(check(0), "", "nothing is there yet");
        fs::create_dir(&data).unwrap();
        give(&data);
        let said = check(0);
        assert!(
            said.contains("store belongs to lyceum, and this runs as root: run it as that user"),
            "{said}"
        );
        fs::create_dir(&journal).unwrap();
        if mine == 0 {
            assert_eq!(check(0), "", "root made it, on a volume of another user");
            give(&journal);
        }
        let said = check(0);
        assert!(said.contains("store/journal belongs to lyceum, and this runs as root"), "{said}");
        assert!(said.contains("`runuser -u lyceum -- lyceum ..`"), "{said}");
        assert_eq!(check(owner), "");
        assert_eq!(check(owner + 1), "", "a volume of a group");
        if mine != 0 {
            fs::set_permissions(&data, fs::Permissions::from_mode(0o000)).unwrap();
            let said = check(owner + 1);
            assert!(said.contains("store belongs to lyceum, and this runs as other"), "{said}");
            fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        }
    }

    #[test]
    fn a_user_has_a_name_or_else_a_number() {
        let users = tempfile::NamedTempFile::new().unwrap();
        fs::write(users.path(), "root:x:0:0:root:/root:/bin/sh\nlyceum:x:997:997::/:/bin/false\n").unwrap();
        assert_eq!([0, 997, 99].map(|id| user_name(id, users.path())), ["root", "lyceum", "99"]);
        assert_eq!(user_name(7, Path::new("/nowhere")), "7");
    }
}
