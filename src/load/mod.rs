//! Driving a server over HTTP as clients do: what exam rehearsals and ratio measurements share.

/// Appends formatted text to a string, without a string of its own in between.
macro_rules! put {
    ($to:expr, $($what:tt)+) => {{
        use std::fmt::Write as _;
        // Writing to a string does not fail.
        let _ = write!($to, $($what)+);
    }};
}

pub mod capacity;
pub mod client;
pub mod closed_loop;
pub mod compare;
pub mod page;
mod plot;
pub mod report;
