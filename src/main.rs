//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    lyceum::cli::run()
}
