//! How many connections this system lets one process open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Open files beside the connections: those of a learner or two, of the program itself.
const OTHERS: usize = 500;
/// With fewer nothing would be shown.
const LEAST: usize = 1_000;

/// `wanted`, or as many as the limit of open files leaves beside `more`, which is said. The limit is raised as far as it goes; the
/// server raises its own.
pub fn connections(wanted: usize, more: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    let files = limit.maximum.map_or(usize::MAX, |files| usize::try_from(files).unwrap());
    let many = wanted.min(files.saturating_sub(more + OTHERS));
    if many < wanted {
        eprintln!(
            "the limit of {files} open files leaves {many} idle connections instead of {wanted}; `ulimit -Hn` raises it"
        );
    }
    assert!(many > LEAST, "{files} open files are too few: `ulimit -Hn` says how many there may be");
    many
}
