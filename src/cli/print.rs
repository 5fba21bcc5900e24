//! What commands print. Whoever reads it may close it before its end, as `head` does: that is no fault of the command, which
//! goes on and ends as it would have.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write as _};
use std::sync::OnceLock;

/// Why something did not get to where it was to be written, such as a file on a full disk.
static LOST: OnceLock<io::Error> = OnceLock::new();

fn note(outcome: io::Result<()>) {
    if let Err(error) = outcome
        && error.kind() != ErrorKind::BrokenPipe
    {
        LOST.get_or_init(|| error);
    }
}

/// Writes to standard output.
pub(super) fn out(text: Arguments<'_>) {
    note(io::stdout().lock().write_fmt(text));
}

/// Writes to standard error; where that cannot be written there is nowhere else to say it.
pub(super) fn err(text: Arguments<'_>) {
    drop(io::stderr().lock().write_fmt(text));
}

/// Is all of it where it was to be written?
pub(super) fn end() -> Result<(), &'static io::Error> {
    note(io::stdout().lock().flush());
    LOST.get().map_or(Ok(()), Err)
}

/// `println!` for commands.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::print::out(format_args!("{}\n", format_args!($($text)*))) };
}

/// `print!` for commands.
macro_rules! say_part {
    ($($text:tt)*) => { $crate::cli::print::out(format_args!($($text)*)) };
}

/// `eprintln!` for commands.
macro_rules! tell {
    ($($text:tt)*) => { $crate::cli::print::err(format_args!("{}\n", format_args!($($text)*))) };
}
