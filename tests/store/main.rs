//! Proofs about the store: contract, model, crashes, power loss, damage, full disks, formats, lanes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]

mod blocks;
mod compact;
mod contract;
mod crash;
mod damage;
mod defects;
mod disk;
mod entries;
mod format;
mod full_disk;
mod groups;
mod lanes;
mod model;
mod postings;
mod power_loss;
mod private;
mod readers;
mod rewritten;
#[path = "../running/skipped.rs"]
mod skipped;
mod support;
mod trace;
mod wide;
