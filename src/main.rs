//! The command line.

use std::process::ExitCode;

/// Answers are allocated on one thread and freed on another all the time, which the system's allocator does slowly.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lyceum::cli::run()
}
